//! The words of a scene, and what it shows.

use egui::Ui;

use crate::app::panels::fields::Form;
use crate::app::panels::{Cx, paint};
use crate::app::theme;
use crate::design::Scene;

use super::{change, list};

/// Draws the fields of a scene.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, at: usize, scene: &Scene) {
    let palette = cx.palette;
    let owner = format!("scene {at}");
    let mut form = Form { fields: cx.fields, msgs: cx.msgs, palette, owner };
    let title = form.text(ui, "Title", &scene.title, "What it is called", true);
    paint::heading(ui, palette, "Talking point");
    let point = form.passage(ui, "Talking point", &scene.talking_point, "One sentence for those who watch");
    paint::heading(ui, palette, "Presenter notes");
    let notes = form.passage(ui, "Presenter notes", &scene.notes, "Only for the presenter (N)");
    let design = cx.state.doc.design().clone();
    form.fact(ui, "Fails", &list::fails(&design, scene));
    form.fact(ui, "Shows", if scene.view.is_some() { "a part of the drawing" } else { "all of the drawing" });
    if let Some(title) = title {
        change(cx, at, Some("title"), |scene| scene.title = title);
    }
    if let Some(point) = point {
        change(cx, at, Some("talking point"), |scene| scene.talking_point = point);
    }
    if let Some(notes) = notes {
        change(cx, at, Some("notes"), |scene| scene.notes = notes);
    }
    for why in scene.failures.iter().filter_map(|failure| failure.missing_in(&design)) {
        let words = egui::RichText::new(format!("Cannot be shown: {why}")).size(theme::SIZE_SMALL);
        ui.add(egui::Label::new(words.color(theme::color(palette.warning))).wrap());
    }
}
