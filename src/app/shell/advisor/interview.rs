//! What is asked: which regions, where they are, and the criteria.

use egui::{Align, Button, Color32, Label, Layout, RichText, ScrollArea, TextEdit, Ui, WidgetInfo, WidgetType, vec2};

use crate::advisor::generate::name_of_site;
use crate::advisor::{Criterion, DocumentedPattern};
use crate::app::{State, theme};
use crate::books::Books;
use crate::design::{ProductVersion, Requirements, Site};

use super::{Advisor, Row};

/// Most cloud regions offered at once.
const HITS: usize = 6;
/// Width of the names of fields, points.
const NAMES: f32 = 116.0;
/// Width of one answer, points.
const ANSWER: f32 = 36.0;

impl Advisor {
    /// The regions as tabs.
    pub(super) fn tabs_ui(&mut self, ui: &mut Ui) {
        let mut removed = None;
        ui.horizontal_wrapped(|ui| {
            for (index, row) in self.rows.iter().enumerate() {
                let part = match (&row.existing, index) {
                    (Some(_), _) => "in the design",
                    (None, 0) => "main region",
                    (None, _) => "new region",
                };
                let on = index == self.selected;
                let words = format!("{} · {part}", row.planned.name);
                let tab = ui.add(Button::selectable(on, &words));
                tab.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, &words));
                if on && self.fresh {
                    tab.request_focus();
                }
                if tab.clicked() {
                    self.selected = index;
                }
            }
            let more = ui.add_enabled(self.can_add(), Button::new("+ Another region"));
            if more.on_hover_text("Ask about one more new region").clicked() {
                self.add_row();
            }
            let new = self.rows.iter().filter(|r| r.existing.is_none()).count();
            let is_new = self.rows.get(self.selected).is_some_and(|r| r.existing.is_none());
            if is_new && new > 1 && self.rows.len() > 2 && ui.button("Remove this one").clicked() {
                removed = Some(self.selected);
            }
        });
        if let Some(index) = removed {
            self.rows.remove(index);
            self.selected = index.saturating_sub(1);
        }
    }

    /// The selected region and its answers.
    pub(super) fn interview_ui(&mut self, ui: &mut Ui, height: f32, whole: &Requirements, state: &State) {
        let (version, selected) = (self.version, self.selected);
        ScrollArea::vertical().id_salt("interview").max_height(height).auto_shrink(false).show(ui, |ui| {
            // Room for the scroll bar, so that it never covers an answer.
            ui.set_max_width(ui.available_width() - 12.0);
            if let Some(row) = self.rows.get_mut(selected) {
                ui.push_id(selected, |ui| place_ui(ui, row, state.books));
            }
            field(ui, "API Manager", |ui| version_ui(ui, &mut self.version, state));
            field(ui, "Decided by", |ui| {
                let edit = TextEdit::singleline(&mut self.owner).hint_text("may be empty").desired_width(f32::INFINITY);
                ui.add(edit)
            });
            ui.add_space(8.0);
            if let Some(row) = self.rows.get_mut(selected) {
                for criterion in Criterion::ALL {
                    question_ui(ui, criterion, version, &mut row.planned.answers, whole);
                }
            }
        });
    }
}

fn field(ui: &mut Ui, words: &str, content: impl FnOnce(&mut Ui) -> egui::Response) {
    ui.horizontal(|ui| {
        let name = ui.allocate_ui(vec2(NAMES, 24.0), |ui| {
            ui.set_min_width(NAMES);
            ui.label(words)
        });
        content(ui).labelled_by(name.inner.id);
    });
}

/// Name, place, load and backends of a region; those of one in the design are only shown.
fn place_ui(ui: &mut Ui, row: &mut Row, books: &Books) {
    if row.existing.is_some() {
        let words = format!("{} · {}", row.planned.name, site_words(&row.planned.site, books));
        field(ui, "Region", |ui| ui.add(Label::new(words).truncate()));
        return;
    }
    field(ui, "Name", |ui| ui.add(TextEdit::singleline(&mut row.planned.name).desired_width(f32::INFINITY)));
    let shown = site_words(&row.planned.site, books);
    let mut chosen = None;
    let mut entered = false;
    field(ui, "Cloud region", |ui| {
        let edit = TextEdit::singleline(&mut row.query).hint_text(shown.as_str()).desired_width(f32::INFINITY);
        let edit = ui.add(edit);
        entered = edit.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        edit.on_hover_text("Type a city, a country or a region's id")
    });
    if !row.query.trim().is_empty() {
        let hits = books.regions().search(&row.query);
        ui.horizontal_wrapped(|ui| {
            for (index, hit) in hits.iter().take(HITS).enumerate() {
                let site = Site::cloud(hit.provider.key(), &hit.id);
                if ui.button(site_words(&site, books)).clicked() || (entered && index == 0) {
                    chosen = Some(site);
                }
            }
            if hits.is_empty() {
                ui.weak("No cloud region is called that.");
            }
        });
    }
    if let Some(site) = chosen {
        row.planned.name = name_of_site(&site, books);
        row.planned.site = site;
        row.query.clear();
    }
    let wrong = row.load().err();
    field(ui, "Calls a second", |ui| {
        let edit = TextEdit::singleline(&mut row.load).hint_text("no users there").desired_width(96.0);
        let edit = match wrong {
            Some(_) => edit.text_color(theme::color(theme::palette(ui.ctx()).error)),
            None => edit,
        };
        let edit = ui.add(edit);
        ui.checkbox(&mut row.planned.backends, "Backends stand there");
        edit.on_hover_text(wrong.unwrap_or("Peak of the users near this region"))
    });
}

fn version_ui(ui: &mut Ui, version: &mut ProductVersion, state: &State) -> egui::Response {
    if state.open {
        return ui.label(format!("{version}, as the design"));
    }
    let all = ProductVersion::ALL;
    egui::ComboBox::from_id_salt("advised-version")
        .selected_text(version.to_string())
        .show_ui(ui, |ui| {
            for one in all {
                ui.selectable_value(version, one, one.to_string());
            }
        })
        .response
}

/// One question with its three answers.
fn question_ui(
    ui: &mut Ui,
    criterion: Criterion,
    version: ProductVersion,
    answers: &mut Requirements,
    whole: &Requirements,
) {
    let p = theme::palette(ui.ctx());
    let own = criterion.answer_in(answers);
    let inherited = criterion.answer_in(whole).filter(|_| own.is_none());
    let width = (ui.available_width() - 3.0 * ANSWER - 16.0).max(0.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let words = ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(criterion.question()).wrap());
            let mut speaks = format!("Speaks for {}", criterion.speaks_for().label());
            if let Some(answer) = inherited {
                speaks.push_str(if answer { " · as for the design: yes" } else { " · as for the design: no" });
            }
            ui.label(RichText::new(speaks).small().color(theme::color(p.text_weak)));
        });
        let backing = criterion.backing();
        let weight = criterion.weight(version).label();
        words.response.on_hover_text(format!(
            "{}.\nWeight: {weight}, inferred by us.\n{}: {}",
            criterion.why(),
            backing.fact,
            backing.source
        ));
        for (value, shown, said) in [(Some(true), "Yes", "yes"), (Some(false), "No", "no"), (None, "–", "not answered")]
        {
            let on = own == value;
            let ground = match (on, value) {
                (false, _) => Color32::TRANSPARENT,
                (true, None) => theme::color(p.hairline),
                (true, Some(_)) => theme::color(p.selection),
            };
            let button = ui.add(Button::new(shown).fill(ground).min_size(vec2(ANSWER, 24.0)));
            let words = format!("{} {said}", criterion.question());
            button.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, &words));
            // Whoever goes from answer to answer by key sees where they are.
            if button.gained_focus() {
                button.scroll_to_me(None);
            }
            if button.clicked() {
                criterion.answer(answers, value);
            }
        }
    });
    ui.add_space(4.0);
}

/// A site in words: `Frankfurt · aws eu-central-1`, or a place's name.
fn site_words(site: &Site, books: &Books) -> String {
    match site {
        Site::Cloud { provider, region } => format!("{} · {provider} {region}", name_of_site(site, books)),
        Site::Place { name, .. } => name.clone(),
    }
}

/// The choice between the recommendation and a pattern of one's own.
pub(super) fn choice_ui(ui: &mut Ui, chosen: &mut Option<DocumentedPattern>) {
    ui.horizontal_wrapped(|ui| {
        ui.weak("Draw it as");
        let ways = [
            (None, "recommended"),
            (Some(DocumentedPattern::Pattern1), "Pattern 1"),
            (Some(DocumentedPattern::Pattern2), "Pattern 2"),
        ];
        for (value, words) in ways {
            let on = *chosen == value;
            let button = ui.add(Button::selectable(on, words));
            button
                .widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("Draw it as {words}")));
            if button.clicked() {
                *chosen = value;
            }
        }
    });
}
