//! Designs made of what there is already: a planner file, or a folder with the configuration of every node.

use std::path::Path;
use std::sync::Arc;

use egui::{Label, RichText, ScrollArea, Ui};

use crate::app::theme;
use crate::books::Books;
use crate::design::Design;
use crate::design::file::FileError;
use crate::files;
use crate::import::toml::words::{self, Told};
use crate::import::{planner, toml};

use super::dialogs::{Context, Verdict, buttons, modal, primary, secondary};

/// Most sentences of one heading that are shown; whoever wants all asks the command line.
const MOST: usize = 200;

/// A design that was made, and what is told about it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The design.
    pub design: Arc<Design>,
    /// What was not understood, concluded or left open.
    pub told: Told,
}

/// Whether a path leads to something else than a design.
pub(super) fn is_foreign(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Makes a design of a planner file or a folder.
///
/// # Errors
/// [`FileError`] when nothing can be read there, or it is neither.
pub(super) fn read(path: &Path) -> Result<Made, FileError> {
    if path.is_dir() {
        let (imported, tree) = files::import_tree(path)?;
        let told = words::tree(&imported, &tree.unread);
        return Ok(Made { design: Arc::new(imported.design), told });
    }
    let imported = planner::read(&files::read_text(path)?, &path.display().to_string())?;
    let told = words::unsaid(imported.unsaid);
    Ok(Made { design: Arc::new(imported.design), told })
}

/// Makes what a folder says of a design, to compare both, and tells how they differ.
///
/// # Errors
/// As for [`read`].
pub(super) fn read_against(path: &Path, design: &Design) -> Result<Made, FileError> {
    if !path.is_dir() {
        return read(path);
    }
    let (imported, tree) = files::import_tree(path)?;
    let drift = toml::drift_from_exports(&imported, &tree.texts, design, Books::shipped())?;
    let mut told = words::drift(&drift);
    told.extend(words::tree(&imported, &tree.unread));
    Ok(Made { design: Arc::new(toml::said_by(&imported, design)), told })
}

/// Tells what there is to know about a design that was made of files.
pub(super) fn told_ui(ui: &Ui, cx: &Context<'_>, title: &str, told: &Told) -> Verdict {
    let (verdict, escaped) = modal(ui, "told", title, 720.0, |ui| {
        let height = (ui.ctx().content_rect().height() - 220.0).clamp(120.0, 520.0);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            for (heading, sentences) in told {
                let heading = format!("{heading} ({})", sentences.len());
                ui.label(RichText::new(heading).font(theme::strong_font(theme::SIZE_BODY)));
                for sentence in sentences.iter().take(MOST) {
                    ui.add(Label::new(format!("– {sentence}")).wrap());
                }
                if sentences.len() > MOST {
                    ui.label(RichText::new(format!("… and {} more: meridian import", sentences.len() - MOST)).weak());
                }
                ui.add_space(8.0);
            }
        });
        buttons(ui, |ui| {
            let closed = primary(ui, "Close", Ok(()), cx.fresh).clicked();
            if secondary(ui, "Copy").clicked() {
                ui.ctx().copy_text(text(told));
            }
            if closed { Verdict::Close } else { Verdict::Stay }
        })
    });
    if escaped { Verdict::Close } else { verdict }
}

/// All of it as text.
fn text(told: &Told) -> String {
    let mut out = String::new();
    for (heading, sentences) in told {
        out.push_str(heading);
        out.push('\n');
        for sentence in sentences {
            out.push_str("  – ");
            out.push_str(sentence);
            out.push('\n');
        }
    }
    out
}
