//! The company's rules and books: reading them with the document, and the window that shows them and how to write some.

use std::path::Path;

use egui::{Grid, Label, RichText, ScrollArea, TextEdit, Ui, Window};

use crate::app::{Msg, State, theme};
use crate::books::{CompanyBook, Currency};
use crate::custom::{Pack, VIEW, ViewField};
use crate::design::file::FileError;
use crate::files::{BOOK_ENDING, CompanyFiles, PACK_ENDING, company_for, is_book};
use crate::rules::Severity;

use super::Shell;
use super::document::file_name;
use super::jobs::Finished;

impl Shell {
    /// Reads the company's rules beside the document's file and the books that hold for it; without a file, the books in
    /// the settings.
    pub(super) fn read_company(&mut self, path: Option<&Path>, ctx: &egui::Context) {
        let (path, config) = (path.map(Path::to_owned), self.options.dirs.config.clone());
        self.jobs.in_order(ctx, move || {
            let company = company_for(path.as_deref(), config.as_deref());
            Some(Finished::CompanyRead(path, company))
        });
    }

    /// Takes in the company's rules and books; when they are others than before, the design is analysed again.
    pub(super) fn company_read(
        &mut self,
        path: Option<&Path>,
        company: CompanyFiles,
        ctx: &egui::Context,
        state: &mut State,
    ) {
        if state.path.as_deref() != path || state.company == company {
            return;
        }
        let what = if state.company.packs == company.packs { "books" } else { "rules" };
        state.company = company;
        state.serial += 1;
        state.view.ghost = None;
        // A new design has just been given the books of the settings.
        if path.is_some() {
            let text = format!("Company {what} were changed on disk and are read again");
            self.toasts.info(text, ctx.input(|i| i.time));
        }
        self.complain_about_company(state);
    }

    /// Says that company rules cannot be used, if that is so, in place of what was said about others before.
    pub(super) fn complain_about_company(&mut self, state: &State) {
        let complaint = complaint(&state.company);
        if let Some(before) = std::mem::replace(&mut self.company.complaint, complaint.clone()) {
            self.toasts.withdraw(&before);
        }
        if let Some(complaint) = complaint {
            self.toasts.error(complaint);
        }
    }
}

/// What is wrong with company rules, in one sentence that names the first file.
fn complaint(company: &CompanyFiles) -> Option<String> {
    let broken: Vec<&Pack> = company.packs.iter().map(|pack| &**pack).filter(|p| !p.broken.is_empty()).collect();
    let files = company.unread.len() + broken.len();
    let first = match (company.unread.first(), broken.first()) {
        (Some(error), _) => format!("{} was not read: {}", short(error), error.message),
        (None, Some(pack)) => {
            let file = file_name(Path::new(&pack.source_name));
            match pack.broken.as_slice() {
                [error] => format!("{} in {file} cannot be used", error.rule),
                errors => format!("{} faults in {file}", errors.len()),
            }
        }
        (None, None) => return None,
    };
    let others = match files {
        1 => String::new(),
        2 => ", and there is another such file".to_owned(),
        n => format!(", and there are {} more such files", n - 1),
    };
    let book = company.unread.first().is_some_and(|error| is_book(Path::new(&error.source_name)));
    let what = if book { "Company books" } else { "Company rules" };
    Some(format!("{what}: {first}{others}. See Help, Company rules and books."))
}

/// File and place of an error.
fn short(error: &FileError) -> String {
    let file = file_name(Path::new(&error.source_name));
    if error.line > 0 { format!("{file}:{}:{}", error.line, error.column) } else { file }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Page {
    #[default]
    Rules,
    Books,
    View,
}

/// The window with the company's rules and books.
#[derive(Debug, Default)]
pub(super) struct CompanyWindow {
    pub(super) open: bool,
    page: Page,
    /// Words that a field of the view must have to be shown.
    filter: String,
    /// What was last said about company rules that cannot be used.
    complaint: Option<String>,
}

impl CompanyWindow {
    /// Shows the window if it is open.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        let room = ui.ctx().content_rect();
        let Self { open, page, filter, .. } = self;
        Window::new(RichText::new("Company rules and books").font(theme::strong_font(theme::SIZE_BODY)))
            .id(egui::Id::new("company rules"))
            .open(open)
            .collapsible(false)
            .default_size([720.0_f32.min(room.width() - 64.0), 520.0_f32.min(room.height() - 120.0)])
            .pivot(egui::Align2::CENTER_CENTER)
            .default_pos(room.center())
            .show(ui.ctx(), |ui| {
                ui.horizontal(|ui| {
                    ui.selectable_value(page, Page::Rules, "Rules");
                    ui.selectable_value(page, Page::Books, "Books");
                    ui.selectable_value(page, Page::View, "What rules can see");
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        if ui.button("Copy an example").clicked() {
                            let (example, ending) = match page {
                                Page::Books => (CompanyBook::template(), BOOK_ENDING),
                                Page::Rules | Page::View => (Pack::template(), PACK_ENDING),
                            };
                            msgs.push(Msg::CopyText(example.to_owned()));
                            let text = format!("Copied. Paste it into a file named acme{ending} beside the design");
                            msgs.push(Msg::Toast(text));
                        }
                    });
                });
                ui.separator();
                match page {
                    Page::Rules => {
                        ScrollArea::vertical().id_salt("rules").auto_shrink(false).show(ui, |ui| rules_ui(ui, state));
                    }
                    Page::Books => {
                        ScrollArea::vertical().id_salt("books").auto_shrink(false).show(ui, |ui| books_ui(ui, state));
                    }
                    Page::View => view_ui(ui, filter),
                }
            });
    }
}

fn heading(ui: &mut Ui, text: &str) {
    ui.add_space(12.0);
    ui.label(RichText::new(text).font(theme::strong_font(theme::SIZE_BODY)));
    ui.add_space(4.0);
}

fn sentence(ui: &mut Ui, text: impl Into<egui::WidgetText>) {
    ui.add(Label::new(text).wrap());
}

fn rules_ui(ui: &mut Ui, state: &State) {
    let beside = match (&state.path, state.open) {
        (Some(path), _) => {
            let folder = path.parent().unwrap_or(Path::new(".")).display();
            format!(
                "Every file named *{PACK_ENDING} in {folder} holds for this design and is read again when it changes."
            )
        }
        (None, true) => format!("Save the design first: company rules are files named *{PACK_ENDING} beside it."),
        (None, false) => format!("Company rules are files named *{PACK_ENDING} beside a design."),
    };
    sentence(ui, beside);
    if state.company.packs.is_empty() && state.company.unread.is_empty() {
        sentence(ui, "There are none here. Copy the example, and change it into rules of your own.");
    }
    faults_ui(ui, state);
    for pack in state.company.packs.iter() {
        heading(ui, &pack.name);
        sentence(ui, RichText::new(file_name(Path::new(&pack.source_name))).weak());
        pack_ui(ui, pack, state);
    }
}

/// What cannot be used, each with its place and what to do about it.
fn faults_ui(ui: &mut Ui, state: &State) {
    let check = state.analysis.as_deref().map(|analysis| &analysis.check);
    let mut faults: Vec<(String, String, &str)> =
        state.company.unread.iter().map(|e| (short(e), e.message.clone(), e.hint.as_str())).collect();
    for broken in check.iter().flat_map(|check| &check.broken) {
        let place = format!("{}:{}:{}", file_name(Path::new(&broken.source_name)), broken.line, broken.column);
        let message = format!("{}, {}: {}", broken.rule, broken.field, broken.message);
        faults.push((place, message, &broken.hint));
    }
    let ours = |rule: &str| state.company.packs.iter().any(|pack| pack.rules.iter().any(|r| r.id == rule));
    let failed = check.iter().flat_map(|check| &check.unchecked).filter(|u| ours(&u.rule));
    faults.extend(failed.map(|u| (u.rule.clone(), u.why.clone(), "")));
    if !faults.is_empty() {
        heading(ui, "Cannot be used");
    }
    let p = theme::palette(ui.ctx());
    for (place, message, hint) in faults {
        sentence(ui, RichText::new(place).color(theme::color(p.error)));
        sentence(ui, message);
        if !hint.is_empty() {
            sentence(ui, RichText::new(hint).weak());
        }
        ui.add_space(6.0);
    }
}

/// The rules of a pack; a severity that the design sets stands in place of the pack's.
fn pack_ui(ui: &mut Ui, pack: &Pack, state: &State) {
    let settings = &state.doc.design().meta.rules;
    let broken = state.analysis.as_deref().map(|analysis| analysis.check.broken.as_slice()).unwrap_or_default();
    let refused = |rule: &str| broken.iter().any(|b| b.source_name == pack.source_name && b.rule == rule);
    Grid::new(&pack.source_name).num_columns(3).spacing([16.0, 6.0]).show(ui, |ui| {
        for rule in &pack.rules {
            let severity = match settings.get(&rule.id) {
                _ if refused(&rule.id) => "Not used".to_owned(),
                Some(setting) => format!("{} here", setting.level.label()),
                None => Severity::from(rule.severity).label().to_owned(),
            };
            word(ui, &rule.id);
            word(ui, severity);
            rest(ui, |ui| sentence(ui, &rule.title));
            ui.end_row();
        }
    });
}

/// A cell on one line, at the top of its row.
fn word(ui: &mut Ui, text: impl Into<egui::WidgetText>) {
    ui.vertical(|ui| ui.add(Label::new(text).extend()));
}

/// The last cell of a row, as wide as what is left.
fn rest(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.set_width((ui.max_rect().right() - ui.min_rect().left()).max(200.0));
        content(ui);
    });
}

/// The company's books in force, the strongest first, with everything they speak of.
fn books_ui(ui: &mut Ui, state: &State) {
    let text = format!(
        "A book holds figures of your own: prices, discounts, a currency, round trips, assumptions. Every file named \
         *{BOOK_ENDING} beside the design, or in the folder of your settings, holds before what ships."
    );
    sentence(ui, text);
    if state.company.books.is_empty() && state.company.unread.is_empty() {
        sentence(ui, "There are none here. Copy the example, and change it into a book of your own.");
    }
    faults_ui(ui, state);
    for book in state.company.books.all() {
        heading(ui, &book.name);
        sentence(ui, RichText::new(format!("{}: {}", book.source_name, book.sourced)).weak());
        if let Some(rate) = book.currency.as_ref().and_then(Currency::rate) {
            sentence(ui, format!("Totals are shown at {rate}"));
        }
        for claim in book.claims() {
            sentence(ui, format!("· {claim}"));
        }
    }
}

fn view_ui(ui: &mut Ui, filter: &mut String) {
    let field = TextEdit::singleline(filter).hint_text("Filter fields").desired_width(240.0);
    let field = ui.add(field);
    field.widget_info(|| egui::WidgetInfo::text_edit(true, "", filter.as_str(), "Filter fields"));
    ui.add_space(4.0);
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let shown = |field: &&ViewField| {
        let text = format!("{} {} {}", field.path(), field.kind, field.about).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    ScrollArea::vertical().id_salt("view").auto_shrink(false).show(ui, |ui| {
        for (part, fields) in &VIEW {
            let fields: Vec<&ViewField> = fields.iter().filter(shown).collect();
            if fields.is_empty() {
                continue;
            }
            heading(ui, part.word());
            Grid::new(part.word()).num_columns(2).striped(true).min_col_width(220.0).spacing([16.0, 6.0]).show(
                ui,
                |ui| {
                    for field in fields {
                        word(ui, RichText::new(field.path()).monospace());
                        rest(ui, |ui| {
                            sentence(ui, field.about.replace('`', ""));
                            sentence(ui, RichText::new(field.kind.to_string()).weak());
                        });
                        ui.end_row();
                    }
                },
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_names_the_first_file_and_counts_the_others() {
        assert_eq!(complaint(&CompanyFiles::default()), None);
        let rule = "(id: \"A-1\", severity: Info, title: \"T\", each: Region, require: \"region.nmae != ''\", message: \"no\")";
        let pack =
            Pack::parse(&format!("(format: 1, name: \"P\", rules: [{rule}])"), "/a/p.rules.ron").expect("a pack");
        let packs = vec![std::sync::Arc::new(pack)].into();
        let mut company = CompanyFiles { packs, ..CompanyFiles::default() };
        let said = complaint(&company).unwrap_or_default();
        assert!(said.starts_with("Company rules: A-1 in p.rules.ron cannot be used. "), "{said}");
        let error = FileError::whole("/a/q.rules.ron", "reading is not permitted", "");
        company.unread.push(error);
        let said = complaint(&company).unwrap_or_default();
        let expected =
            "Company rules: q.rules.ron was not read: reading is not permitted, and there is another such file.";
        assert!(said.starts_with(expected), "{said}");
    }
}
