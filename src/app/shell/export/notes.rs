//! What goes with the files: what is still to be supplied, what blocks some of them, what was left out and why.

use std::collections::BTreeMap;

use egui::{Id, Label, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

use crate::app::actions::Action;
use crate::app::panels::memo::{AnalysisKey, Memo};
use crate::app::shell::reference::scroll_by_keys;
use crate::app::shell::stack::Stack;
use crate::app::state::BottomTab;
use crate::app::{Msg, State, panels, theme};
use crate::design;
use crate::export::Form;
use crate::export::bundle::{Blocked, Placeholder};
use crate::rules::Severity;

use super::made::{FileKey, FormFiles, Made};
use super::origins::{element_links, in_view, rule_link};
use super::strong;

/// Most files that are named one by one.
const MAX_NAMED: usize = 8;
/// Room that a scroll bar takes, points.
const BAR: f32 = 10.0;

/// What a note asks for.
pub(super) enum Asked {
    /// Show this file.
    File(FileKey),
    /// Give way to what the note led to.
    Away,
}

/// What the lists remember.
#[derive(Default)]
pub(super) struct Notes {
    supply: Stack,
    notes: Stack,
    of_file: Stack,
    // What was made goes by its number, so that none of it is held on to.
    findings: Memo<(u64, AnalysisKey), Findings>,
}

/// The finding behind each reason why files are unfit, by form and place in its bundle.
type Findings = BTreeMap<Form, Vec<Option<usize>>>;

/// What is listed under the name of a form.
enum Item<'m> {
    /// The name.
    Form(Form),
    /// Something to supply.
    Placeholder(&'m Placeholder),
    /// A reason why files are unfit, with its place in the bundle.
    Blocked(Form, usize, &'m Blocked),
    /// A remark.
    Remark(&'m str),
}

/// The placeholders of a form: how many items there are, the name before them, and one of the items.
fn supply<'m>(form: Form, files: &'m FormFiles, at: usize) -> (usize, Option<Item<'m>>) {
    let all = &files.bundle.placeholders;
    let item = match at.checked_sub(1) {
        None => Some(Item::Form(form)),
        Some(at) => all.get(at).map(Item::Placeholder),
    };
    (if all.is_empty() { 0 } else { all.len() + 1 }, item)
}

/// The same of what blocks files and other remarks.
fn note<'m>(form: Form, files: &'m FormFiles, at: usize) -> (usize, Option<Item<'m>>) {
    let (blocked, remarks) = (&files.bundle.blocked, &files.bundle.remarks);
    let count = blocked.len() + remarks.len();
    let item = match at.checked_sub(1) {
        None => Some(Item::Form(form)),
        Some(at) => match (blocked.get(at), at.checked_sub(blocked.len())) {
            (Some(one), _) => Some(Item::Blocked(form, at, one)),
            (None, rest) => rest.and_then(|at| remarks.get(at)).map(|remark| Item::Remark(remark)),
        },
    };
    (if count == 0 { 0 } else { count + 1 }, item)
}

/// Items of one kind, over all forms.
type Kind = for<'m> fn(Form, &'m FormFiles, usize) -> (usize, Option<Item<'m>>);

fn item_of(kind: Kind, made: &Made, mut at: usize) -> Option<Item<'_>> {
    for (form, files) in &made.forms {
        let (count, item) = kind(*form, files, at);
        if at < count {
            return item;
        }
        at -= count;
    }
    None
}

fn count_of(kind: Kind, made: &Made) -> usize {
    made.forms.iter().map(|(form, files)| kind(*form, files, 0).0).sum()
}

/// The list shown, which takes the keyboard.
pub(super) fn id() -> Id {
    Id::new("export notes")
}

/// The area of a list, which keys scroll.
fn listed(ui: &Ui, name: &str) -> ScrollArea {
    let area = ui.available_rect_before_wrap();
    let keyboard = ui.interact(area, id(), Sense::focusable_noninteractive());
    keyboard.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, name));
    if keyboard.has_focus() {
        let ring = Stroke::new(1.0, theme::color(theme::palette(ui.ctx()).accent));
        ui.painter().rect_stroke(area.expand(4.0).intersect(ui.clip_rect()), 4.0, ring, StrokeKind::Inside);
        // It is the next area that scrolls.
        scroll_by_keys(ui, &keyboard, area.height());
    }
    ScrollArea::vertical().id_salt(name).auto_shrink(false)
}

impl Notes {
    /// Shows the placeholders.
    pub(super) fn supply_ui(&mut self, ui: &mut Ui, made: &Made, msgs: &mut Vec<Msg>) {
        if made.placeholder_count() == 0 {
            ui.label(RichText::new("Nothing: the files are complete as they are.").weak());
            return;
        }
        let items = count_of(supply, made);
        let area = listed(ui, "What is still to supply");
        self.supply.show(ui, area, BAR, items, &mut |ui, at| match item_of(supply, made, at) {
            Some(Item::Form(form)) => heading(ui, form),
            Some(Item::Placeholder(placeholder)) => placeholder_ui(ui, placeholder, msgs),
            _ => {}
        });
    }

    /// Shows what blocks files, and other remarks.
    pub(super) fn notes_ui(&mut self, ui: &mut Ui, made: &Made, state: &State, msgs: &mut Vec<Msg>) -> Option<Asked> {
        if made.note_count() == 0 {
            ui.label(RichText::new("There is nothing to note.").weak());
            return None;
        }
        let mut asked = None;
        let findings = self.findings.get((made.number, AnalysisKey::of(state)), || findings(made, state));
        let items = count_of(note, made);
        let area = listed(ui, "What there is to note");
        self.notes.show(ui, area, BAR, items, &mut |ui, at| match item_of(note, made, at) {
            Some(Item::Form(form)) => heading(ui, form),
            Some(Item::Blocked(form, index, blocked)) => {
                let finding = finding_of(findings, form, index);
                let one = ui.scope(|ui| blocked_ui(ui, form, blocked, finding, state, msgs));
                asked = one.inner.or(asked.take());
            }
            Some(Item::Remark(remark)) => {
                ui.add(Label::new(format!("• {remark}")).wrap());
                ui.add_space(2.0);
            }
            _ => {}
        });
        asked
    }

    /// Shows what makes one file unfit, at most so high.
    pub(super) fn file_ui(
        &mut self,
        ui: &mut Ui,
        made: &Made,
        file: &FileKey,
        height: f32,
        state: &State,
        msgs: &mut Vec<Msg>,
    ) -> Option<Asked> {
        let files = made.forms.get(&file.form)?;
        let reasons = files.reasons_of(&file.path);
        if reasons.is_empty() {
            return None;
        }
        let mut asked = None;
        let findings = self.findings.get((made.number, AnalysisKey::of(state)), || findings(made, state));
        let area = ScrollArea::vertical().id_salt("blocked by").auto_shrink([false, true]).max_height(height);
        self.of_file.show(ui, area, 0.0, reasons.len(), &mut |ui, at| {
            let Some(index) = reasons.get(at) else { return };
            let Some(blocked) = files.bundle.blocked.get(*index) else { return };
            let finding = finding_of(findings, file.form, *index);
            let one = ui.scope(|ui| blocked_ui(ui, file.form, blocked, finding, state, msgs));
            asked = one.inner.or(asked.take());
        });
        asked
    }
}

fn heading(ui: &mut Ui, form: Form) {
    ui.add_space(6.0);
    ui.label(strong(form.label()));
    ui.add_space(2.0);
}

fn placeholder_ui(ui: &mut Ui, placeholder: &Placeholder, msgs: &mut Vec<Msg>) {
    ui.horizontal_wrapped(|ui| {
        let token = RichText::new(&placeholder.token).monospace();
        let link = in_view(ui.link(token)).on_hover_text("Copy it");
        if link.clicked() {
            msgs.extend([Msg::CopyText(placeholder.token.clone()), Msg::Toast("The placeholder is copied".into())]);
        }
        if placeholder.secret {
            let p = theme::palette(ui.ctx());
            let words = RichText::new(format!("{} secret", icon::LOCK_KEY)).size(theme::SIZE_SMALL);
            ui.label(words.color(theme::color(p.warning)));
        }
        let who = if placeholder.by_product {
            "the product replaces it when it starts, from its environment"
        } else {
            "replace it before use"
        };
        ui.label(RichText::new(who).size(theme::SIZE_SMALL).weak());
    });
    ui.add(Label::new(&placeholder.meaning).wrap());
    ui.add_space(6.0);
}

/// One reason why files are unfit, with the way to its finding.
fn blocked_ui(
    ui: &mut Ui,
    form: Form,
    blocked: &Blocked,
    finding: Option<usize>,
    state: &State,
    msgs: &mut Vec<Msg>,
) -> Option<Asked> {
    let mut asked = None;
    let p = theme::palette(ui.ctx());
    ui.horizontal(|ui| {
        let (mark, _) = ui.allocate_exact_size(vec2(12.0, 18.0), Sense::hover());
        panels::severity_mark(ui.painter(), mark.center(), Severity::Error, theme::color(p.error));
        ui.label(strong("Blocked"));
        if let Some(rule) = &blocked.rule {
            rule_link(ui, rule, msgs);
        }
    });
    ui.add(Label::new(&blocked.message).wrap());
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if let Some(index) = finding
            && in_view(ui.link("Go to the finding")).clicked()
        {
            msgs.extend([Msg::Action(Action::ShowTab(BottomTab::Problems)), Msg::Problem(Some(index))]);
            msgs.push(Msg::Reveal(blocked.elements.clone()));
            asked = Some(Asked::Away);
        }
        element_links(ui, &blocked.elements, MAX_NAMED, state, msgs);
        let which = if blocked.paths.is_empty() { "All files of this export" } else { "Files:" };
        ui.label(RichText::new(which).size(theme::SIZE_SMALL).weak());
        for path in blocked.paths.iter().take(MAX_NAMED) {
            let words = RichText::new(path.as_str()).size(theme::SIZE_SMALL);
            if in_view(ui.link(words)).on_hover_text("Show it").clicked() {
                asked = Some(Asked::File(FileKey { form, path: path.clone() }));
            }
        }
        let more = blocked.paths.len().saturating_sub(MAX_NAMED);
        if more > 0 {
            ui.label(RichText::new(format!("and {more} more")).size(theme::SIZE_SMALL).weak());
        }
    });
    ui.add_space(6.0);
    asked
}

fn finding_of(findings: &Findings, form: Form, index: usize) -> Option<usize> {
    *findings.get(&form)?.get(index)?
}

/// The findings that block: the first of the rule about one of the elements, or else the first of the rule.
fn findings(made: &Made, state: &State) -> Findings {
    let findings = state.analysis.as_ref().map(|analysis| analysis.check.findings.as_slice()).unwrap_or_default();
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut about: BTreeMap<(&str, &design::Id), usize> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        of_rule.entry(&finding.rule).or_insert(at);
        for subject in &finding.subjects {
            about.entry((&finding.rule, subject)).or_insert(at);
        }
    }
    let find = |blocked: &Blocked| {
        let rule = blocked.rule.as_deref()?;
        let nearest = blocked.elements.iter().filter_map(|id| about.get(&(rule, id))).min();
        nearest.or_else(|| of_rule.get(rule)).copied()
    };
    made.forms.iter().map(|(form, files)| (*form, files.bundle.blocked.iter().map(find).collect())).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::app::shell::export::made::Wish;
    use crate::books::Books;
    use crate::design::history::Document;
    use crate::export::bundle::Bundle;
    use crate::export::{Options, Source};

    /// A design with errors, and the files that these block.
    fn blocked_files() -> (State, Made) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs/violations.ron");
        let (design, _) = crate::files::read_design(&path).expect("a design");
        let mut state = State::new(Books::shipped());
        state.doc = Document::new(design);
        let analysis = analyse(state.doc.design(), state.doc.revision(), &Setting::of(Books::shipped()));
        let source = Source::of(state.doc.design(), &analysis, Books::shipped()).expect("a plan");
        let options = Options::default();
        let mut bundle = Form::Toml.bundle(&source, &options);
        bundle.remarks.push("the last".into());
        let wish = Wish { serial: 1, forms: [Form::Toml].into(), options };
        let made = Made::from_bundles(1, wish, [(Form::Toml, bundle), (Form::Svg, Bundle::default())].into());
        state.analysis = Some(Arc::new(analysis));
        (state, made)
    }

    #[test]
    fn what_blocks_files_leads_to_the_finding_that_is_nearest() {
        let (state, made) = blocked_files();
        let of_toml = findings(&made, &state).remove(&Form::Toml).expect("the form is there");
        let all = &state.analysis.as_ref().expect("an analysis").check.findings;
        let mut led = 0;
        for (blocked, found) in made.forms[&Form::Toml].bundle.blocked.iter().zip(&of_toml) {
            let of_rule: Vec<usize> =
                (0..all.len()).filter(|at| Some(&*all[*at].rule) == blocked.rule.as_deref()).collect();
            let about = |at: &&usize| all[**at].subjects.iter().any(|subject| blocked.elements.contains(subject));
            assert_eq!(*found, of_rule.iter().find(about).or(of_rule.first()).copied(), "{blocked:?}");
            led += usize::from(found.is_some());
        }
        assert!(led > 0 && of_toml.len() == made.forms[&Form::Toml].bundle.blocked.len());
    }

    #[test]
    fn every_note_is_an_item_below_the_name_of_its_form() {
        let (_, made) = blocked_files();
        let count = count_of(note, &made);
        assert_eq!(count, made.note_count() + 1, "one form has notes");
        assert!(matches!(item_of(note, &made, 0), Some(Item::Form(Form::Toml))));
        assert!(matches!(item_of(note, &made, 1), Some(Item::Blocked(Form::Toml, 0, _))));
        assert!(matches!(item_of(note, &made, count - 1), Some(Item::Remark("the last"))));
        assert!(item_of(note, &made, count).is_none());
        assert_eq!(count_of(supply, &made), made.placeholder_count() + usize::from(made.placeholder_count() > 0));
    }
}
