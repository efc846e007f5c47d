//! Executes messages: the one door through which the window's state changes. What belongs together is carried out by
//! the module it is about; what concerns the document itself, here.

use std::sync::Arc;

use egui::Pos2;

use crate::design::edit::Edit;
use crate::design::history::Document;
use crate::design::{Design, Kind, Meta, SceneRect, commands};

use super::actions::Action;
use super::camera;
use super::clipboard;
use super::compared::{Base, Origin};
use super::look;
use super::map;
use super::msg::Msg;
use super::places;
use super::present;
use super::problems;
use super::shell::Shell;
use super::state::{BottomTab, Placing, Preview, State};
use super::story;
use super::whatif;

/// Executes one message; what it asks for in turn is pushed to `next`.
pub fn execute(msg: Msg, ctx: &egui::Context, state: &mut State, shell: &mut Shell, next: &mut Vec<Msg>) {
    if state.view.presenting.is_some() && draws(&msg) {
        next.push(Msg::Toast("Leave the presentation first (Esc)".into()));
        return;
    }
    match msg {
        Msg::Edit(edit) => apply(state, edit, next),
        Msg::Preview(edit) => set_preview(state, edit),
        Msg::EndMerge => state.doc.end_merge(),
        Msg::GoToStep(step) => change(state, |doc| doc.go_to(step)),
        Msg::Select(ids) => state.selection = ids.into_iter().collect(),
        Msg::ToggleSelect(id) => {
            if !state.selection.remove(&id) {
                state.selection.insert(id);
            }
        }
        Msg::Reveal(ids) => look::reveal(state, ids),
        Msg::Hover(id) => state.view.hovered = id,
        Msg::Pan(_) | Msg::ZoomAbout(..) | Msg::CenterOn(_) | Msg::CanvasRect(_) => look::execute(&msg, ctx, state),
        Msg::LookAtScene(index) => story::choose(state, index),
        Msg::PlayScene(index) => story::play(state, index),
        Msg::Present(step) => present::take(step, ctx, state),
        Msg::Place(placing) => {
            // A place is chosen on the drawing.
            state.view.map.open &= placing.is_none();
            state.view.placing = placing;
        }
        Msg::PlaceAt(placing, center_scene) => place_at(state, &placing, center_scene, next),
        Msg::Connect(from, to, proposal) => {
            let (edit, ids) = commands::connect(state.doc.design(), &from, &to, proposal);
            if ids.is_empty() {
                next.push(Msg::Toast("They are already connected that way".into()));
            } else {
                next.extend([Msg::Edit(edit), Msg::Select(ids)]);
            }
        }
        Msg::Connecting(id) => state.view.connecting = id,
        Msg::ChooseRegion(choosing) => state.view.choosing_region = choosing,
        Msg::ChooseSite(id) => state.view.moving = id,
        Msg::MapCamera(camera) => state.view.map.camera = Some(map::view::limited(camera)),
        Msg::Rename(id) => state.view.rename = id,
        Msg::Problem(index) => {
            state.view.problem = index;
            state.view.ghost = None;
        }
        Msg::Ghost(index) => state.view.ghost = index,
        Msg::ApplyFix(index) => {
            if let Some(offer) = state.offers().and_then(|offers| offers.get(index)) {
                next.push(Msg::Edit(offer.edit.clone()));
            }
        }
        Msg::CompareVersion(version) => state.view.compared_version = version,
        Msg::Compare(base) => compare_with(state, base),
        Msg::CompareStep(step) => {
            let mut past = state.doc.clone();
            past.go_to(step);
            let label = step.checked_sub(1).and_then(|at| past.steps().get(at)).map(|step| step.label.clone());
            let origin = label.map_or(Origin::Start, Origin::Step);
            compare_with(state, Some(Base::new(past.design().clone(), origin)));
        }
        Msg::Sensitivity(target) => state.view.target = target,
        Msg::ShowAssumption(key) => {
            if key.is_some() {
                next.push(Msg::Action(Action::ShowTab(BottomTab::Assumptions)));
            }
            state.view.assumption = key;
        }
        Msg::Fail(_) | Msg::Repair(_) | Msg::ToggleFailure(_) | Msg::RepairAll | Msg::Play(_) => {
            whatif::exec::execute(msg, state, next);
        }
        Msg::Hint(hint) => state.view.hint = hint,
        Msg::Action(action) => match action.enabled(state) {
            Ok(()) => run_action(action, ctx, state, shell, next),
            Err(why) => next.push(Msg::Toast(why.into())),
        },
        Msg::PasteText(text) => clipboard::paste(state, &text, next),
        Msg::CopyText(text) => ctx.copy_text(text),
        Msg::TableCopied => state.view.copy_table = false,
        Msg::OpenPath(_)
        | Msg::NewFromTemplate(_)
        | Msg::NewDesign(_)
        | Msg::Toast(_)
        | Msg::Shell(_)
        | Msg::Waive(_)
        | Msg::SetRule(..)
        | Msg::ShowRule(_) => {
            shell.execute(msg, ctx, state, next);
        }
    }
}

/// Whether a message that is no action changes the drawing, or begins to.
fn draws(msg: &Msg) -> bool {
    matches!(
        msg,
        Msg::Place(Some(_))
            | Msg::PlaceAt(..)
            | Msg::Connect(..)
            | Msg::Connecting(Some(_))
            | Msg::ChooseRegion(true)
            | Msg::ChooseSite(Some(_))
            | Msg::Rename(Some(_))
            | Msg::ApplyFix(_)
            | Msg::PasteText(_)
    )
}

/// Compares the design with another one from now on, in view of who asked for it.
fn compare_with(state: &mut State, base: Option<Arc<Base>>) {
    if base.is_some() {
        state.view.bottom_open = true;
        state.view.tab = BottomTab::Compare;
    }
    state.view.compared = base;
}

/// Changes the document otherwise than by an edit.
fn change(state: &mut State, how: impl FnOnce(&mut Document)) {
    let before = state.doc.design().meta.clone();
    how(&mut state.doc);
    document_changed(state, &before);
}

/// Goes on with a document that is not what it was; `before` is what held for the whole of it.
fn document_changed(state: &mut State, before: &Meta) {
    state.serial += 1;
    state.preview = None;
    state.view.ghost = None;
    let design = state.doc.design().clone();
    story::follow(state, &before.story);
    state.selection.retain(|id| design.contains(id));
    // The outcome follows with the analysis of the new design, unless something repaired itself by being deleted.
    let failed = state.whatif.failures().len();
    state.drop_missing_failures();
    if state.whatif.failures().len() != failed {
        state.evaluate_whatif();
    }
    for shown in [&mut state.view.hovered, &mut state.view.connecting, &mut state.view.moving] {
        *shown = shown.take().filter(|id| design.contains(id));
    }
}

fn apply(state: &mut State, edit: Edit, next: &mut Vec<Msg>) {
    let (revision, before) = (state.doc.revision(), state.doc.design().meta.clone());
    match state.doc.apply(edit) {
        Ok(()) if state.doc.revision() == revision && state.preview.is_none() => {}
        Ok(()) => document_changed(state, &before),
        Err(invalid) => {
            if state.preview.take().is_some() {
                state.serial += 1;
            }
            next.push(Msg::Toast(format!("That cannot be done: {} ({})", invalid.message, invalid.hint)));
        }
    }
}

fn set_preview(state: &mut State, edit: Option<Edit>) {
    let Some(edit) = edit else {
        if state.preview.take().is_some() {
            state.serial += 1;
        }
        return;
    };
    if state.preview.as_ref().is_some_and(|p| p.edit == edit) {
        return;
    }
    let mut design = Design::clone(state.doc.design());
    if edit.apply(&mut design).is_ok() {
        state.preview = Some(Preview { edit, design: Arc::new(design) });
        state.serial += 1;
    }
}

fn place_at(state: &mut State, placing: &Placing, center_scene: Pos2, next: &mut Vec<Msg>) {
    let center = camera::scene_pos(center_scene);
    let design = state.doc.design();
    let (edit, id) = match placing {
        Placing::Component(kind) => commands::add_component(design, *kind, center),
        Placing::Region { name, site } => {
            let extent = commands::NEW_REGION_EXTENT;
            let corner = center.offset(-extent.0 / 2, -extent.1 / 2);
            commands::add_region(design, name, site.clone(), corner)
        }
    };
    state.view.placing = None;
    next.extend([Msg::Edit(edit), Msg::Select(vec![id])]);
}

fn run_action(action: Action, ctx: &egui::Context, state: &mut State, shell: &mut Shell, next: &mut Vec<Msg>) {
    match action {
        Action::Undo => change(state, |doc| _ = doc.undo()),
        Action::Redo => change(state, |doc| _ = doc.redo()),
        Action::Copy | Action::Cut => clipboard::copy(action, ctx, state, next),
        Action::Paste => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
        Action::Duplicate => clipboard::duplicate(state, next),
        Action::Delete => next.push(Msg::Edit(commands::delete(state.doc.design(), &state.selected_ids()))),
        Action::SelectAll => {
            let design = state.doc.design();
            state.selection = design.regions.keys().chain(design.components.keys()).cloned().collect();
        }
        Action::SelectNone => state.selection.clear(),
        Action::Rename => {
            state.view.right_open = true;
            state.view.rename = state.single_selection().cloned();
        }
        Action::Connect => state.view.connecting = state.single_selection().cloned(),
        Action::Insert(kind) => {
            let center = insertion_point(state, kind);
            place_at(state, &Placing::Component(kind), center, next);
            if !state.camera.visible_scene().contains(center) {
                next.push(Msg::CenterOn(center));
            }
        }
        Action::InsertRegion => state.view.choosing_region = true,
        Action::MoveToRegion => state.view.moving = state.single_selection().cloned(),
        Action::Arrange(how) => {
            next.push(Msg::Edit(commands::arrange(state.doc.design(), &state.selected_ids(), how)));
        }
        Action::CopyTable => state.view.copy_table = true,
        Action::ToggleMap
        | Action::ToggleCloudRegions
        | Action::ToggleLeft
        | Action::ToggleRight
        | Action::ToggleBottom
        | Action::ToggleMinimap
        | Action::ColourBy(_)
        | Action::ShowTab(_)
        | Action::EndComparison => run_view_action(action, state),
        Action::FailOrRepair
        | Action::FailNode
        | Action::CutConnection
        | Action::SlowConnection(_)
        | Action::RepairAll
        | Action::PlayWorst => whatif::exec::run(action, state, next),
        Action::AddScene
        | Action::UpdateScene
        | Action::DuplicateScene
        | Action::RemoveScene
        | Action::MoveSceneUp
        | Action::MoveSceneDown
        | Action::NextScene
        | Action::PreviousScene
        | Action::Present => story::run(action, state, next),
        Action::ThemeDark => ctx.set_theme(egui::ThemePreference::Dark),
        Action::ThemeLight => ctx.set_theme(egui::ThemePreference::Light),
        Action::ThemeSystem => ctx.set_theme(egui::ThemePreference::System),
        Action::NextProblem
        | Action::PreviousProblem
        | Action::PreviewFix
        | Action::ApplyFix
        | Action::FixAll
        | Action::Waive
        | Action::RuleReference
        | Action::CompareVersions => problems::run(action, state, next),
        Action::ZoomIn | Action::ZoomOut | Action::ZoomActual | Action::ZoomToFit | Action::ZoomToSelection => {
            look::run(action, state)
        }
        Action::New
        | Action::Open
        | Action::Save
        | Action::SaveAs
        | Action::Export
        | Action::ExportAs(_)
        | Action::RecoverWork
        | Action::CompareSaved
        | Action::CompareFile
        | Action::CompareConfiguration
        | Action::Import
        | Action::ImportPlan
        | Action::ShowTold
        | Action::Quit
        | Action::Find
        | Action::CommandPalette
        | Action::Advisor
        | Action::Keys
        | Action::CompanyRules
        | Action::About => shell.run_action(action, ctx, state, next),
    }
}

/// Runs an action about what is shown and how.
fn run_view_action(action: Action, state: &mut State) {
    match action {
        Action::ToggleMap => {
            // What goes on in one view cannot end in the other.
            set_preview(state, None);
            (state.view.placing, state.view.hovered) = (None, None);
            state.view.map.open = !state.view.map.open;
        }
        Action::ToggleCloudRegions => state.view.map.cloud_regions = !state.view.map.cloud_regions,
        Action::ToggleLeft => state.view.left_open = !state.view.left_open,
        Action::ToggleRight => state.view.right_open = !state.view.right_open,
        Action::ToggleBottom => state.view.bottom_open = !state.view.bottom_open,
        Action::ToggleMinimap => state.view.minimap = !state.view.minimap,
        Action::ColourBy(by) => state.view.heat = if state.view.heat == Some(by) { None } else { Some(by) },
        Action::ShowTab(tab) => {
            state.view.bottom_open = true;
            state.view.tab = tab;
        }
        Action::EndComparison => state.view.compared = None,
        _ => {}
    }
}

/// Where the middle of a component added by key goes: a free spot in the selected region, else in the one in the middle
/// of the view, else near that middle.
fn insertion_point(state: &State, kind: Kind) -> Pos2 {
    let design = state.doc.design();
    let size = kind.extent();
    let selected = || {
        let id = state.single_selection()?;
        let region = design.components.get(id).map_or(Some(id), |c| c.region.as_ref())?;
        Some((design.regions.get_key_value(region)?, crate::design::places::FIRST_SPOT))
    };
    let in_view = || {
        let middle = camera::scene_pos(state.camera.center_scene);
        let (id, region) = design.regions.get_key_value(commands::region_at(design, middle)?)?;
        let wish = middle.offset(-size.0 / 2, -size.1 / 2).offset(-region.pos.0, -region.pos.1);
        Some(((id, region), wish))
    };
    match selected().or_else(in_view).filter(|_| kind.fits_in_region()) {
        Some(((id, region), wish)) => {
            let spot = crate::design::places::in_region(design, id, size, wish);
            camera::rect(SceneRect { min: region.pos.offset(spot.0, spot.1), extent: size }).center()
        }
        None => places::near_view(state, size).center(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::app::App;
    use crate::design::history::Document;
    use crate::design::{Id, Pos, Site};

    /// A window with a region in which one gateway stands.
    fn app() -> (App, egui::Context, Id) {
        let mut design = Design::default();
        let (edit, _) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).expect("a region can be added");
        let (edit, gateway) = commands::add_component(&design, Kind::Gateway, Pos(150, 120));
        edit.apply(&mut design).expect("a component can be added");
        let mut app = App::for_tests();
        app.state.doc = Document::new(design);
        app.state.open = true;
        (app, egui::Context::default(), gateway)
    }

    fn places(app: &App) -> BTreeSet<Pos> {
        let design = app.state.doc.design();
        design.components.values().map(|c| design.pos_scene(c)).collect()
    }

    #[test]
    fn copies_pasted_or_duplicated_again_do_not_cover_each_other() {
        let (mut app, ctx, gateway) = app();
        app.state.selection = [gateway.clone()].into();
        let text = clipboard::copy_text(&app.state).expect("it can be copied").expect("a component is selected");
        for _ in 0..3 {
            app.request(Msg::PasteText(text.clone()));
            app.tick(&ctx);
        }
        assert_eq!(places(&app).len(), 4);
        for _ in 0..2 {
            app.request(Msg::Select(vec![gateway.clone()]));
            app.request(Msg::Action(Action::Duplicate));
            app.tick(&ctx);
        }
        assert_eq!(places(&app).len(), 6);
    }

    #[test]
    fn components_added_by_key_do_not_cover_each_other() {
        let (mut app, ctx, _) = app();
        for at in [egui::pos2(150.0, 120.0), egui::pos2(-900.0, 0.0)] {
            app.state.camera.center_scene = at;
            for kind in [Kind::Gateway, Kind::Redis, Kind::Users] {
                app.request(Msg::Action(Action::SelectNone));
                app.request(Msg::Action(Action::Insert(kind)));
                app.tick(&ctx);
            }
        }
        let design = app.state.doc.design();
        let all: Vec<_> = design.components.values().map(|c| design.rect_scene(c)).collect();
        assert_eq!(all.len(), 7);
        assert!(all.iter().enumerate().all(|(i, a)| !all.iter().skip(i + 1).any(|b| a.intersects(*b))), "{all:?}");
    }

    #[test]
    fn a_refused_edit_takes_the_preview_back_and_asks_for_numbers_without_it() {
        let (mut app, ctx, gateway) = app();
        let preview = commands::nudge(app.state.doc.design(), std::slice::from_ref(&gateway), 8, 8);
        app.request(Msg::Preview(Some(preview)));
        app.tick(&ctx);
        let serial = app.state.serial;
        let region = app.state.doc.design().regions.keys().next().cloned().expect("there is one");
        let refused = Edit::new("Remove", vec![crate::design::edit::Op::Region(region, None)]);
        app.request(Msg::Edit(refused));
        app.tick(&ctx);
        assert!(app.state.preview.is_none() && app.state.serial > serial);
    }
}
