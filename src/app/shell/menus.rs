//! The menu bar.

use egui::{Button, Label, MenuBar, Panel, Rect, RichText, Ui, vec2};

use crate::app::actions::Action;
use crate::app::state::BottomTab;
use crate::app::whatif::offers;
use crate::app::{Msg, State, theme};
use crate::design::Kind;
use crate::design::commands::Arrange;
use crate::design::failure::Failure;
use crate::export::Form;
use crate::picture::heat::Heat;
use crate::picture::icons;

use super::recent::Recent;

/// One entry of a menu.
enum Item {
    /// Runs an action.
    Action(Action),
    /// A line.
    Line,
    /// The files last opened.
    Recent,
    /// The regions, connections and zones that can fail.
    Failures,
    /// A menu in the menu.
    Sub(&'static str, Vec<Item>),
}

fn actions(list: impl IntoIterator<Item = Action>) -> impl Iterator<Item = Item> {
    list.into_iter().map(Item::Action)
}

/// The whole menu bar as data.
fn menus() -> Vec<(&'static str, Vec<Item>)> {
    use Action as A;
    let mut file = vec![
        Item::Action(A::New),
        Item::Action(A::Open),
        Item::Action(A::Import),
        Item::Action(A::ImportPlan),
        Item::Recent,
        Item::Action(A::RecoverWork),
        Item::Line,
    ];
    file.extend(actions([A::Save, A::SaveAs]));
    file.push(Item::Line);
    file.push(Item::Action(A::Export));
    file.push(Item::Sub("Export as", actions(Form::ALL.map(A::ExportAs)).collect()));
    file.push(Item::Line);
    file.extend(actions([A::CompareSaved, A::CompareFile, A::CompareConfiguration, A::EndComparison, A::ShowTold]));
    file.push(Item::Line);
    file.push(Item::Action(A::Quit));

    let mut edit: Vec<Item> = actions([A::Undo, A::Redo]).collect();
    edit.push(Item::Line);
    edit.extend(actions([A::Cut, A::Copy, A::CopyTable, A::Paste, A::Duplicate, A::Delete]));
    edit.push(Item::Line);
    edit.extend(actions([A::SelectAll, A::SelectNone]));
    edit.push(Item::Line);
    edit.extend(actions([A::Rename, A::Connect, A::MoveToRegion]));
    edit.push(Item::Line);
    edit.extend(actions([A::Find, A::CommandPalette]));

    let mut view: Vec<Item> =
        actions([A::ZoomIn, A::ZoomOut, A::ZoomActual, A::ZoomToFit, A::ZoomToSelection]).collect();
    view.push(Item::Line);
    view.extend(actions([A::ToggleMap, A::ToggleCloudRegions]));
    view.push(Item::Line);
    view.extend(actions([A::ToggleLeft, A::ToggleRight, A::ToggleBottom, A::ToggleMinimap]));
    view.push(Item::Sub("Colours", actions(Heat::ALL.map(A::ColourBy)).collect()));
    view.push(Item::Line);
    view.extend(actions(BottomTab::ALL.map(A::ShowTab)));
    view.push(Item::Line);
    view.push(Item::Sub("Theme", actions([A::ThemeDark, A::ThemeLight, A::ThemeSystem]).collect()));

    let mut whatif: Vec<Item> = actions([A::FailOrRepair, A::FailNode]).collect();
    whatif.push(Item::Failures);
    whatif.push(Item::Line);
    whatif.push(Item::Action(A::CutConnection));
    whatif.push(Item::Sub("Slow the connection", actions(offers::SLOWER_MS.map(A::SlowConnection)).collect()));
    whatif.push(Item::Line);
    whatif.extend(actions([A::PlayWorst, A::RepairAll]));
    whatif.push(Item::Line);
    whatif.extend(actions([A::AddScene, A::UpdateScene]));
    let scene = actions([A::DuplicateScene, A::RemoveScene, A::MoveSceneUp, A::MoveSceneDown]);
    whatif.push(Item::Sub("Scene", scene.collect()));
    whatif.extend(actions([A::NextScene, A::PreviousScene, A::Present]));

    let mut problems: Vec<Item> = actions([A::NextProblem, A::PreviousProblem]).collect();
    problems.push(Item::Line);
    problems.extend(actions([A::PreviewFix, A::ApplyFix, A::FixAll, A::Waive]));
    problems.push(Item::Line);
    problems.extend(actions([A::CompareVersions, A::RuleReference]));

    let mut insert = vec![Item::Action(A::InsertRegion), Item::Action(A::Advisor), Item::Line];
    insert.extend(actions(Kind::ALL.map(A::Insert)));

    vec![
        ("File", file),
        ("Edit", edit),
        ("View", view),
        ("Insert", insert),
        ("Arrange", actions(Arrange::ALL.map(A::Arrange)).collect()),
        ("What-if", whatif),
        ("Problems", problems),
        ("Help", actions([A::Keys, A::CompanyRules, A::About]).collect()),
    ]
}

/// Whether the action switches something that is on now; `None` when it is no switch.
fn is_on(action: Action, state: &State, ctx: &egui::Context) -> Option<bool> {
    let theme = |wanted| ctx.options(|o| o.theme_preference) == wanted;
    Some(match action {
        Action::ToggleMap => state.view.map.open,
        Action::ToggleCloudRegions => state.view.map.cloud_regions,
        Action::ToggleLeft => state.view.left_open,
        Action::ToggleRight => state.view.right_open,
        Action::ToggleBottom => state.view.bottom_open,
        Action::ToggleMinimap => state.view.minimap,
        Action::ColourBy(by) => state.view.heat == Some(by),
        Action::ThemeDark => theme(egui::ThemePreference::Dark),
        Action::ThemeLight => theme(egui::ThemePreference::Light),
        Action::ThemeSystem => theme(egui::ThemePreference::System),
        _ => return None,
    })
}

/// The words of an action in a menu: undo and redo say what they undo and redo.
fn words(action: Action, state: &State) -> String {
    let step = match action {
        Action::Undo => state.doc.undo_label(),
        Action::Redo => state.doc.redo_label(),
        _ => None,
    };
    match step {
        Some(step) => format!("{}: {step}", action.label()),
        None => action.label(),
    }
}

/// Shows the menu bar.
pub(super) fn show(ui: &mut Ui, state: &State, recent: &[Recent], msgs: &mut Vec<Msg>) {
    let p = theme::palette(ui.ctx());
    let frame = egui::Frame::NONE.fill(theme::color(p.panel)).inner_margin(egui::Margin::symmetric(12, 4));
    Panel::top("menu-bar").frame(frame).show(ui, |ui| {
        let bar = ui.max_rect();
        MenuBar::new().ui(ui, |ui| {
            ui.add(Label::new(RichText::new("Meridian").font(theme::strong_font(theme::SIZE_BODY))));
            ui.add_space(8.0);
            for (name, items) in menus() {
                ui.menu_button(name, |ui| {
                    ui.set_min_width(240.0);
                    items_ui(ui, items, state, recent, msgs);
                });
            }
            let menus_end = ui.cursor().left();
            let find_start = find_ui(ui, msgs);
            if state.open {
                title_ui(ui, state, Rect::from_x_y_ranges((menus_end + 16.0)..=(find_start - 16.0), bar.y_range()));
            }
        });
    });
}

fn items_ui(ui: &mut Ui, items: Vec<Item>, state: &State, recent: &[Recent], msgs: &mut Vec<Msg>) {
    for item in items {
        match item {
            Item::Action(action) => action_ui(ui, action, state, msgs),
            Item::Line => {
                ui.separator();
            }
            Item::Recent => {
                ui.add_enabled_ui(!recent.is_empty(), |ui| {
                    ui.menu_button("Recent", |ui| recent_ui(ui, recent, msgs));
                });
            }
            Item::Failures => {
                let choices = offers::choices(state.doc.design());
                ui.add_enabled_ui(state.open && !choices.is_empty(), |ui| {
                    ui.menu_button("Fail", |ui| failures_ui(ui, choices, state, msgs));
                });
            }
            Item::Sub(name, items) => {
                ui.menu_button(name, |ui| {
                    ui.set_min_width(180.0);
                    items_ui(ui, items, state, recent, msgs);
                });
            }
        }
    }
}

fn action_ui(ui: &mut Ui, action: Action, state: &State, msgs: &mut Vec<Msg>) {
    let enabled = action.enabled(state);
    let label = words(action, state);
    let on = is_on(action, state, ui.ctx());
    let mut button = match on {
        None if let Action::Insert(kind) = action => {
            let p = theme::palette(ui.ctx());
            let icon = RichText::new(icons::icon(kind)).color(theme::color(p.kind(kind)));
            Button::new((icon, label.clone()))
        }
        Some(true) => Button::new(format!("{}  {label}", egui_phosphor::regular::CHECK)),
        Some(false) => Button::new(format!("      {label}")),
        None => Button::new(&label),
    };
    if let Some(shortcut) = action.shortcuts().first() {
        button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
    }
    let response = ui.add_enabled(enabled.is_ok(), button);
    response.widget_info(|| match on {
        Some(on) => egui::WidgetInfo::selected(egui::WidgetType::Checkbox, enabled.is_ok(), on, &label),
        None => egui::WidgetInfo::labeled(egui::WidgetType::Button, enabled.is_ok(), &label),
    });
    if response.clicked() {
        msgs.push(Msg::Action(action));
    }
    if let Err(why) = enabled {
        response.on_disabled_hover_text(why);
    }
}

fn failures_ui(ui: &mut Ui, choices: Vec<Failure>, state: &State, msgs: &mut Vec<Msg>) {
    egui::ScrollArea::vertical().show(ui, |ui| {
        for failure in choices {
            let words = failure.title(state.doc.design());
            let failed = state.whatif.failures().contains(&failure);
            let mark = if failed { egui_phosphor::regular::CHECK } else { "    " };
            let response = ui.add(Button::new(format!("{mark}  {words}")));
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::WidgetType::Checkbox, true, failed, format!("Fail {words}"))
            });
            if response.clicked() {
                msgs.push(Msg::ToggleFailure(failure));
            }
        }
    });
}

fn recent_ui(ui: &mut Ui, recent: &[Recent], msgs: &mut Vec<Msg>) {
    ui.set_max_width(420.0);
    for entry in recent {
        let name = entry.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let response = ui.add_enabled(!entry.missing, Button::new(name).truncate());
        let path = entry.path.display().to_string();
        if response.clicked() {
            msgs.push(Msg::OpenPath(entry.path.clone()));
        }
        if entry.missing {
            response.on_disabled_hover_text(format!("{path} is not there any more"));
        } else {
            response.on_hover_text(path);
        }
    }
}

/// The search button at the right; returns where it starts.
fn find_ui(ui: &mut Ui, msgs: &mut Vec<Msg>) -> f32 {
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let response = ui.with_layout(layout, |ui| {
        let action = Action::CommandPalette;
        let p = theme::palette(ui.ctx());
        ui.spacing_mut().button_padding = vec2(10.0, 4.0);
        let keys = action.shortcuts().first().map(|s| ui.ctx().format_shortcut(s)).unwrap_or_default();
        let button = Button::new(format!("{}  {}", egui_phosphor::regular::MAGNIFYING_GLASS, action.label()))
            .shortcut_text(RichText::new(keys).small().color(theme::color(p.text_weak)))
            .fill(theme::color(p.raised))
            .frame_when_inactive(true)
            .min_size(vec2(184.0, 26.0));
        let response = ui.add(button);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, action.label()));
        if response.clicked() {
            msgs.push(Msg::Action(action));
        }
        response.rect.left()
    });
    response.inner
}

/// The document's name in the middle of the window, or of the room there is.
fn title_ui(ui: &mut Ui, state: &State, room: Rect) {
    if room.width() < 80.0 {
        return;
    }
    let p = theme::palette(ui.ctx());
    let design = state.doc.design();
    let version = format!("API Manager {}", design.meta.product_version);
    let mut job = egui::text::LayoutJob::default();
    let mut add = |text: &str, color| {
        let format =
            egui::TextFormat { color, font_id: egui::FontId::proportional(theme::SIZE_BODY), ..Default::default() };
        job.append(text, 0.0, format);
    };
    let weak = theme::color(p.text_weak);
    add(&state.title(), theme::color(p.text));
    add(&format!(" · {version}"), weak);
    if state.doc.is_dirty() {
        add(" · edited", weak);
    }
    let width = ui.painter().layout_job(job.clone()).size().x.min(room.width());
    let middle = ui.ctx().content_rect().center().x;
    let start = (middle - width / 2.0).min(room.right() - width).max(room.left());
    let rect = Rect::from_min_size(egui::pos2(start, room.top()), vec2(width + 1.0, room.height()));
    let path = state.path.as_ref().map(|path| path.display().to_string());
    let response = ui.place(rect, Label::new(job).truncate());
    response.on_hover_text(path.unwrap_or_else(|| "Not saved to a file yet".into()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_stands_in_exactly_one_menu() {
        fn collect(items: Vec<Item>, found: &mut Vec<Action>) {
            for item in items {
                match item {
                    Item::Action(action) => found.push(action),
                    Item::Sub(_, items) => collect(items, found),
                    Item::Line | Item::Recent | Item::Failures => {}
                }
            }
        }
        let mut found = Vec::new();
        for (_, items) in menus() {
            collect(items, &mut found);
        }
        for action in Action::all() {
            assert_eq!(found.iter().filter(|a| **a == action).count(), 1, "{action:?}");
        }
        assert_eq!(found.len(), Action::all().len());
    }
}
