//! Questions and forms in the middle of the window. One is shown at a time; the others wait their turn.

use std::path::{Path, PathBuf};

use egui::text::{CCursor, CCursorRange};
use egui::{Align, Button, Id, Layout, Modal, Response, RichText, TextEdit, Ui};

use crate::app::{Msg, State, theme};
use crate::design::Site;
use crate::design::file::FileError;

use super::dirs::typed_path;
use super::disk::{OnDisk, Theirs, completed};
use super::document::{After, Request};
use super::journal::Offer;
use super::rulings::{OffForm, WaiveForm};
use super::welcome;
use crate::templates::Template;

/// What a path is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To open a design.
    Open,
    /// To compare the design with another one.
    Compare,
    /// To make a design of the configuration of nodes.
    Import,
    /// To make a design of a planner file.
    ImportPlan,
    /// To compare the design with the configuration of nodes.
    CompareFolder,
    /// To save it.
    SaveAs,
}

impl Purpose {
    /// Heading of the dialog.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Open => "Open a design",
            Self::Compare => "Compare with a design",
            Self::Import => "Import a folder of configuration",
            Self::ImportPlan => "Import a planner file",
            Self::CompareFolder => "Compare with a folder of configuration",
            Self::SaveAs => "Save the design as",
        }
    }

    /// Whether a file is only read, so that its name is not known beforehand.
    fn reads(self) -> bool {
        self != Self::SaveAs
    }

    fn verb(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Compare | Self::CompareFolder => "Compare",
            Self::Import | Self::ImportPlan => "Import",
            Self::SaveAs => "Save",
        }
    }
}

/// Asks for a path. The system's file chooser may run beside it; whichever answers first counts.
#[derive(Debug)]
pub(super) struct PathDialog {
    pub(super) purpose: Purpose,
    text: String,
    /// What stood there before somebody typed.
    offered: String,
    /// Where a name without folder counts from.
    folder: PathBuf,
    call: Option<u64>,
    note: &'static str,
    then: Option<After>,
    /// Frames in which the text is still to be selected.
    select_frames: u8,
}

/// A field keeps a selection made from outside only once it has the keyboard, which takes it some frames.
const SELECT_FRAMES: u8 = 3;

impl PathDialog {
    pub(super) fn new(purpose: Purpose, path: &Path, then: Option<After>) -> Self {
        let folder = path.parent().filter(|_| !purpose.reads()).unwrap_or(path).to_owned();
        let text = path.display().to_string();
        Self { purpose, offered: text.clone(), text, folder, call: None, note: "", then, select_frames: 0 }
    }

    /// The path as typed so far.
    pub(super) fn path(&self) -> PathBuf {
        typed_path(&self.text, &self.folder)
    }

    /// The file chooser was started.
    pub(super) fn browsing(&mut self, call: u64) {
        self.call = Some(call);
        self.note = "The file chooser is open. You can also type the path here.";
    }

    /// Takes the chooser's answer; returns what it asks for.
    pub(super) fn picked(&mut self, call: u64, path: Option<PathBuf>, at_once: bool) -> Option<Request> {
        if self.call != Some(call) {
            return None;
        }
        self.call = None;
        self.note = if at_once { "No file chooser can be shown here. Type the path instead." } else { "" };
        let path = path?;
        // The chooser has asked about replacing the file under the name it shows, not under a completed one.
        let complete = completed(&path) == path;
        let replace = complete && path.is_file();
        self.text = path.display().to_string();
        Some(self.request(path, replace))
    }

    fn request(&mut self, path: PathBuf, replace: bool) -> Request {
        match self.purpose {
            Purpose::Open => Request::Open(path),
            Purpose::Import | Purpose::ImportPlan => Request::Import(path),
            Purpose::Compare | Purpose::CompareFolder => Request::CompareWith(path),
            Purpose::SaveAs => Request::SaveTo { path, replace, then: self.then.take() },
        }
    }
}

/// Coordinates of a site that no cloud provider runs.
#[derive(Debug, Default)]
pub(super) struct OwnSite {
    name: String,
    latitude: String,
    longitude: String,
    country: String,
}

impl OwnSite {
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.trim().to_owned(), ..Self::default() }
    }

    /// The site, or what is still missing.
    fn site(&self) -> Result<Site, &'static str> {
        let degrees = |text: &str, most: f64| {
            let value: f64 = text.trim().trim_end_matches('°').replace(',', ".").parse().ok()?;
            (value.is_finite() && value.abs() <= most).then_some(value)
        };
        if self.name.trim().is_empty() {
            return Err("Give the site a name");
        }
        let latitude_deg = degrees(&self.latitude, 90.0).ok_or("The latitude is a number from -90 to 90")?;
        let longitude_deg = degrees(&self.longitude, 180.0).ok_or("The longitude is a number from -180 to 180")?;
        Ok(Site::Place {
            name: self.name.trim().to_owned(),
            latitude_deg,
            longitude_deg,
            country: self.country.trim().to_uppercase(),
        })
    }
}

/// A question or form.
#[derive(Debug)]
pub(super) enum Dialog {
    /// Asks for a path.
    Path(PathDialog),
    /// Offers the templates.
    Templates,
    /// Asks before unsaved work is lost.
    Guard {
        /// What happens afterwards.
        then: After,
    },
    /// Asks before a file is replaced.
    Replace {
        /// The file.
        path: PathBuf,
        /// What happens after saving.
        then: Option<After>,
    },
    /// Says what went wrong with a file.
    Error {
        /// What did not work.
        title: String,
        /// Why.
        error: FileError,
        /// Whether to offer opening another file.
        open_another: bool,
    },
    /// The document's file holds something else than this window.
    DiskChanged {
        /// What it holds.
        theirs: Theirs,
        /// Whether saving brought this up.
        save: bool,
        /// What happens after saving.
        then: Option<After>,
    },
    /// Asks where an own site is.
    OwnSite(OwnSite),
    /// Offers lost work.
    Recover,
    /// Asks for a waiver.
    Waive(WaiveForm),
    /// Asks why a rule is turned off.
    RuleOff(OffForm),
}

/// What becomes of a dialog after a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It stays.
    Stay,
    /// It is done.
    Close,
    /// It stays, and the file chooser is started.
    Browse,
    /// Another one takes its place: the one asking for a path.
    AnotherName,
    /// Another one takes its place: the one asking for a file to open.
    OpenAnother,
}

/// What dialogs may read.
pub(super) struct Context<'a> {
    pub(super) state: &'a State,
    pub(super) templates: &'a [welcome::Card],
    pub(super) offers: &'a [Offer],
    pub(super) chooser: bool,
    /// Whether the dialog has just appeared, and its main field wants the keyboard.
    pub(super) fresh: bool,
}

/// A modal dialog with a heading; returns what its content returns, and whether Escape was pressed.
pub(super) fn modal<T>(ui: &Ui, id: &str, title: &str, width: f32, content: impl FnOnce(&mut Ui) -> T) -> (T, bool) {
    let p = theme::palette(ui.ctx());
    let frame = egui::Frame::window(&ui.ctx().global_style()).inner_margin(20);
    let response =
        Modal::new(Id::new(id)).frame(frame).backdrop_color(theme::faded(p.canvas, 0.6)).show(ui.ctx(), |ui| {
            ui.set_width(width.min(ui.ctx().content_rect().width() - 64.0));
            ui.accesskit_node_builder(ui.unique_id(), |node| {
                node.set_role(egui::accesskit::Role::Dialog);
                node.set_label(title);
            });
            ui.heading(title);
            ui.add_space(8.0);
            content(ui)
        });
    let beside = response.backdrop_response.clicked();
    let escaped = response.should_close() && !beside;
    (response.inner, escaped)
}

/// The row of buttons at the lower edge, the main one first and rightmost.
pub(super) fn buttons<T>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> T) -> T {
    ui.add_space(12.0);
    ui.allocate_ui_with_layout(egui::vec2(ui.available_width(), 28.0), Layout::right_to_left(Align::Center), content)
        .inner
}

/// The button that Enter is meant for.
pub(super) fn primary(ui: &mut Ui, text: &str, enabled: Result<(), &str>, focus: bool) -> Response {
    let p = theme::palette(ui.ctx());
    let button = Button::new(RichText::new(text).font(theme::strong_font(theme::SIZE_BODY)))
        .fill(theme::color(p.selection))
        .stroke(egui::Stroke::new(1.0, theme::color(p.accent)))
        .min_size(egui::vec2(72.0, 28.0));
    let mut response = ui.add_enabled(enabled.is_ok(), button);
    if let Err(why) = enabled {
        response = response.on_disabled_hover_text(why);
    }
    if focus {
        response.request_focus();
    }
    response
}

pub(super) fn secondary(ui: &mut Ui, text: &str) -> Response {
    ui.add(Button::new(text).min_size(egui::vec2(72.0, 28.0)))
}

impl Dialog {
    /// Shows the dialog.
    pub(super) fn show(&mut self, ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
        match self {
            Self::Path(dialog) => dialog.show(ui, cx, msgs),
            Self::Templates => templates_ui(ui, cx, msgs),
            Self::Guard { then } => guard_ui(ui, cx, then, msgs),
            Self::Replace { path, then } => replace_ui(ui, cx, path, then, msgs),
            Self::Error { title, error, open_another } => error_ui(ui, cx, title, error, *open_another),
            Self::DiskChanged { theirs, save, then } => disk_changed_ui(ui, cx, theirs, *save, then, msgs),
            Self::OwnSite(form) => form.show(ui, cx, msgs),
            Self::Recover => recover_ui(ui, cx, msgs),
            Self::Waive(form) => form.show(ui, cx, msgs),
            Self::RuleOff(form) => form.show(ui, cx, msgs),
        }
    }
}

impl PathDialog {
    fn show(&mut self, ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
        let (verdict, escaped) = modal(ui, "path", self.purpose.title(), 560.0, |ui| {
            let mut verdict = Verdict::Stay;
            let mut submit = false;
            ui.horizontal(|ui| {
                let label = ui.label("Path");
                let browse_width = if cx.chooser { 88.0 } else { 0.0 };
                let id = Id::new("path-field");
                let edit = TextEdit::singleline(&mut self.text)
                    .id(id)
                    .desired_width((ui.available_width() - browse_width).max(120.0))
                    .margin(egui::Margin::symmetric(8, 6));
                let field = ui.add(edit).labelled_by(label.id);
                if cx.fresh {
                    field.request_focus();
                    self.select_frames = SELECT_FRAMES;
                }
                if self.select_frames > 0 {
                    self.select_frames -= 1;
                    select_all(ui.ctx(), id, &self.text);
                    ui.ctx().request_repaint();
                }
                submit = field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
                if cx.chooser && ui.button("Browse…").clicked() {
                    verdict = Verdict::Browse;
                }
            });
            // Always a line, so that the buttons stay where they are while one types.
            ui.add(egui::Label::new(RichText::new(self.note()).weak()).truncate());
            // The folder that is offered to begin with is nothing that anybody chose.
            let typed = !self.text.trim().is_empty() && (!self.purpose.reads() || self.text != self.offered);
            let ready = if typed { Ok(()) } else { Err("Type a path first") };
            buttons(ui, |ui| {
                submit |= primary(ui, self.purpose.verb(), ready, false).clicked();
                if secondary(ui, "Cancel").clicked() {
                    verdict = Verdict::Close;
                }
            });
            if submit && ready.is_ok() {
                let path = self.path();
                msgs.push(Msg::Shell(self.request(path, false)));
                verdict = Verdict::Close;
            }
            verdict
        });
        if escaped { Verdict::Close } else { verdict }
    }

    /// What there is to know about the path as typed.
    fn note(&self) -> String {
        let typed = Path::new(self.text.trim());
        if typed.as_os_str().is_empty() || typed.is_absolute() || self.text.trim().starts_with("~/") {
            return self.note.to_owned();
        }
        format!("In {}", self.folder.display())
    }
}

/// Selects the whole text, so that typing replaces it and the arrow keys go on from it.
fn select_all(ctx: &egui::Context, id: Id, text: &str) {
    let mut edit = egui::text_edit::TextEditState::load(ctx, id).unwrap_or_default();
    let range = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    edit.cursor.set_char_range(Some(range));
    edit.store(ctx, id);
}

fn templates_ui(ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
    let (verdict, escaped) = modal(ui, "templates", "New from template", 620.0, |ui| {
        let chosen = welcome::cards_ui(ui, cx.templates, cx.fresh);
        let cancelled = buttons(ui, |ui| secondary(ui, "Cancel").clicked());
        if let Some(id) = chosen {
            msgs.push(Msg::NewFromTemplate(id));
        }
        if chosen.is_some() || cancelled { Verdict::Close } else { Verdict::Stay }
    });
    if escaped { Verdict::Close } else { verdict }
}

fn guard_ui(ui: &Ui, cx: &Context<'_>, then: &After, msgs: &mut Vec<Msg>) -> Verdict {
    let title = format!("Save the changes to {}?", cx.state.title());
    let text = match then {
        After::Close => "They are lost when the window closes without saving.",
        After::Show(_) | After::Recover(_) => "They are lost when another design takes its place without saving.",
    };
    let (verdict, escaped) = modal(ui, "guard", &title, 440.0, |ui| {
        ui.label(text);
        buttons(ui, |ui| {
            let mut verdict = Verdict::Stay;
            if primary(ui, "Save", Ok(()), cx.fresh).clicked() {
                msgs.push(Msg::Shell(Request::SaveThen(then.clone())));
                verdict = Verdict::Close;
            }
            if secondary(ui, "Cancel").clicked() {
                verdict = Verdict::Close;
            }
            if secondary(ui, "Discard").clicked() {
                msgs.push(Msg::Shell(Request::Discard(then.clone())));
                verdict = Verdict::Close;
            }
            verdict
        })
    });
    if escaped { Verdict::Close } else { verdict }
}

fn replace_ui(ui: &Ui, cx: &Context<'_>, path: &Path, then: &Option<After>, msgs: &mut Vec<Msg>) -> Verdict {
    let (verdict, escaped) = modal(ui, "replace", "Replace the file?", 480.0, |ui| {
        ui.add(egui::Label::new(format!("{} exists already.", path.display())).wrap());
        buttons(ui, |ui| {
            let mut verdict = Verdict::Stay;
            if primary(ui, "Another name…", Ok(()), cx.fresh).clicked() {
                verdict = Verdict::AnotherName;
            }
            if secondary(ui, "Cancel").clicked() {
                verdict = Verdict::Close;
            }
            if secondary(ui, "Replace").clicked() {
                let (path, then) = (path.to_owned(), then.clone());
                msgs.push(Msg::Shell(Request::SaveTo { path, replace: true, then }));
                verdict = Verdict::Close;
            }
            verdict
        })
    });
    if escaped { Verdict::Close } else { verdict }
}

fn error_ui(ui: &Ui, cx: &Context<'_>, title: &str, error: &FileError, open_another: bool) -> Verdict {
    let (verdict, escaped) = modal(ui, "error", title, 520.0, |ui| {
        ui.add(egui::Label::new(RichText::new(&error.source_name).weak()).wrap());
        if error.line > 0 {
            let place = format!("Line {}, column {}", error.line, error.column);
            ui.label(RichText::new(place).font(theme::strong_font(theme::SIZE_BODY)));
        }
        ui.add(egui::Label::new(sentence(&error.message)).wrap());
        if !error.hint.is_empty() {
            ui.add_space(4.0);
            ui.add(egui::Label::new(RichText::new(sentence(&error.hint)).weak()).wrap());
        }
        buttons(ui, |ui| {
            let mut verdict = Verdict::Stay;
            if primary(ui, "Close", Ok(()), cx.fresh).clicked() {
                verdict = Verdict::Close;
            }
            if secondary(ui, "Copy message").clicked() {
                ui.ctx().copy_text(error.to_string());
            }
            if open_another && secondary(ui, "Open another…").clicked() {
                verdict = Verdict::OpenAnother;
            }
            verdict
        })
    });
    if escaped { Verdict::Close } else { verdict }
}

/// A message as a sentence: with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '?', '!', ')']) {
        out.push('.');
    }
    out
}

fn disk_changed_ui(
    ui: &Ui,
    cx: &Context<'_>,
    theirs: &Theirs,
    save: bool,
    then: &Option<After>,
    msgs: &mut Vec<Msg>,
) -> Verdict {
    let title = format!("{} was changed by another program", cx.state.title());
    let (verdict, escaped) = modal(ui, "disk-changed", &title, 480.0, |ui| {
        ui.label("The file and this window hold different versions.");
        if let Err(error) = &theirs.design {
            let text = format!("The file's version cannot be read: {}", error.message);
            ui.add(egui::Label::new(RichText::new(text).weak()).wrap());
        } else {
            ui.label(
                RichText::new("Loading theirs can be undone; keeping yours replaces theirs when you save.").weak(),
            );
        }
        buttons(ui, |ui| {
            let mut verdict = Verdict::Stay;
            let keep = if save { "Save mine" } else { "Keep mine" };
            if primary(ui, keep, Ok(()), cx.fresh).clicked() {
                let (theirs, then) = (theirs.hash.clone(), then.clone());
                msgs.push(Msg::Shell(Request::KeepMine { theirs, save, then }));
                verdict = Verdict::Close;
            }
            let readable = theirs.design.is_ok();
            if ui.add_enabled(readable, Button::new("Load theirs").min_size(egui::vec2(72.0, 28.0))).clicked() {
                let on_disk = OnDisk { hash: theirs.hash.clone(), design: theirs.design.clone().ok() };
                msgs.push(Msg::Shell(Request::LoadTheirs(on_disk)));
                verdict = Verdict::Close;
            }
            if secondary(ui, "Decide later").clicked() {
                verdict = Verdict::Close;
            }
            verdict
        })
    });
    if escaped { Verdict::Close } else { verdict }
}

impl OwnSite {
    fn show(&mut self, ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
        let (verdict, escaped) = modal(ui, "own-site", "Region at an own site", 360.0, |ui| {
            let mut entered = false;
            egui::Grid::new("own-site-fields").num_columns(2).spacing([12.0, 8.0]).show(ui, |ui| {
                let fields = [
                    ("Name", &mut self.name, "Karlsruhe"),
                    ("Latitude", &mut self.latitude, "degrees north, 49.01"),
                    ("Longitude", &mut self.longitude, "degrees east, 8.40"),
                    ("Country", &mut self.country, "two letters, may be empty"),
                ];
                for (index, (name, value, hint)) in fields.into_iter().enumerate() {
                    let label = ui.label(name);
                    let field = ui.add(TextEdit::singleline(value).hint_text(hint).desired_width(240.0));
                    let field = field.labelled_by(label.id);
                    if cx.fresh && index == 0 {
                        field.request_focus();
                    }
                    entered |= field.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
                    ui.end_row();
                }
            });
            let site = self.site();
            buttons(ui, |ui| {
                let ready = site.as_ref().map(|_| ()).map_err(|why| *why);
                let mut verdict = Verdict::Stay;
                if (primary(ui, "Add region", ready, false).clicked() || entered)
                    && let Ok(site) = &site
                {
                    crate::app::places::place_region(cx.state, self.name.trim(), site.clone(), msgs);
                    verdict = Verdict::Close;
                }
                if secondary(ui, "Cancel").clicked() {
                    verdict = Verdict::Close;
                }
                if let Err(why) = ready {
                    ui.label(RichText::new(why).weak());
                }
                verdict
            })
        });
        if escaped { Verdict::Close } else { verdict }
    }
}

fn recover_ui(ui: &Ui, cx: &Context<'_>, msgs: &mut Vec<Msg>) -> Verdict {
    if cx.offers.is_empty() {
        return Verdict::Close;
    }
    let (verdict, escaped) = modal(ui, "recover", "Unsaved work was found", 520.0, |ui| {
        ui.label("Meridian ended without saving it.");
        ui.add_space(8.0);
        welcome::offers_ui(ui, cx.offers, msgs);
        let later = buttons(ui, |ui| primary(ui, "Later", Ok(()), cx.fresh).clicked());
        if later { Verdict::Close } else { Verdict::Stay }
    });
    if escaped { Verdict::Close } else { verdict }
}

/// The name of a template's card in the accessibility tree.
#[must_use]
pub(super) fn card_name(template: &Template) -> String {
    format!("{}: {}", template.title, template.about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_site_needs_a_name_and_a_place_on_the_globe() {
        let mut form = OwnSite::named(" Karlsruhe ");
        assert!(form.site().is_err());
        form.latitude = "49,01".into();
        form.longitude = "8.4°".into();
        assert!(form.site().is_ok_and(|s| s.short() == "Karlsruhe"));
        for bad in ["91", "NaN", "inf", "north", ""] {
            form.latitude = bad.into();
            assert!(form.site().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_late_answer_of_the_chooser_counts_for_nothing() {
        let mut dialog = PathDialog::new(Purpose::Open, Path::new("/tmp"), None);
        dialog.browsing(2);
        assert!(dialog.picked(1, Some("/tmp/a.ron".into()), false).is_none());
        assert!(dialog.picked(2, None, true).is_none());
        assert!(dialog.note.contains("Type the path"));
        dialog.browsing(3);
        assert!(matches!(dialog.picked(3, Some("/tmp/a.ron".into()), false), Some(Request::Open(_))));
    }
}
