//! One region.

use egui::Ui;

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::explain::{Place, Subject};
use crate::app::panels::fields::NumberSpec;
use crate::app::panels::{Cx, format, paint};
use crate::design::{
    Design, Extent, Id, MAX_COORDINATE, MIN_REGION_EXTENT, Pos, Region, RegionRole, Requirements, SceneRect, commands,
};

use super::{shared, site, whatif};

/// Draws its properties.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, region: &Region) {
    let inside = design.components_in(id).count();
    let below = format!("Region · {id} · {}", format::counted(inside, "component", "components"));
    let tint = cx.palette.tint(region.tint);
    shared::head(ui, cx, egui_phosphor::regular::MAP_PIN, tint, &region.name, &below);
    whatif::show(ui, cx, id);
    ui.add_space(8.0);
    shared::name_field(ui, cx, id, &region.name);
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    let name = |role: RegionRole| role.label().to_owned();
    if let Some(role) = form.choice(ui, "Role", region.role, &RegionRole::ALL, name) {
        shared::edit_region(state, form.msgs, id, "role", false, |r| r.role = role);
    }
    if let Some((new, typed)) = site::field(ui, &mut form, state.books, &region.site)
        && let Some(edit) = commands::set_site(state.doc.design(), id, new)
    {
        let edit = if typed { edit.merging(format!("site {id}")) } else { edit };
        form.msgs.push(Msg::Edit(edit));
    }
    let zones = NumberSpec::whole("", 1.0, 255.0);
    if let Some(n) = form.number(ui, "Availability zones", f64::from(region.zones), zones) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
        shared::edit_region(state, form.msgs, id, "zones", true, |r| r.zones = n as u8);
    }
    if let Some(pct) = shared::availability(ui, &mut form, region.availability_pct) {
        shared::edit_region(state, form.msgs, id, "availability", true, |r| r.availability_pct = pct);
    }
    paint::heading(ui, cx.palette, "Estimates");
    shared::figure(ui, cx, id, "Cost a month", Subject::Cost(Place::Region(id.clone()), None));
    shared::lag_note(ui, cx);
    shared::findings(ui, cx, id);
    requirements(ui, cx, id.as_str(), &region.requirements, Some(&design.meta.requirements), |state, msgs, change| {
        shared::edit_region(state, msgs, id, "requirements", change.typed, |r| r.requirements = change.new);
    });
    drawing_ui(ui, cx, id, region);
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    if let Some(notes) = form.notes(ui, &region.notes) {
        shared::edit_region(state, form.msgs, id, "notes", true, |r| r.notes = notes);
    }
    shared::actions(ui, cx, &[Action::ZoomToSelection, Action::Duplicate, Action::Delete]);
}

/// Changed answers.
pub struct Answers {
    /// All of them.
    pub new: Requirements,
    /// Whether the change was typed.
    pub typed: bool,
}

/// Draws the criteria; `inherited` are the answers that hold where there is none here.
pub fn requirements(
    ui: &mut Ui,
    cx: &mut Cx<'_>,
    owner: &str,
    own: &Requirements,
    inherited: Option<&Requirements>,
    apply: impl FnOnce(&crate::app::State, &mut Vec<Msg>, Answers),
) {
    paint::heading(ui, cx.palette, "Requirements");
    let state = cx.state;
    let mut form = shared::form(cx, owner);
    let mut new = own.clone();
    let mut changed = None;
    for criterion in Requirements::CRITERIA {
        let from_design = inherited.and_then(criterion.get);
        if let Some(answer) = form.answer(ui, criterion.question, (criterion.get)(own), from_design) {
            (criterion.set)(&mut new, answer);
            changed = Some(false);
        }
    }
    let residency = own.data_residency.as_deref().unwrap_or_default();
    let hint = inherited.and_then(|r| r.data_residency.as_deref()).unwrap_or("such as EU");
    if let Some(typed) = form.text(ui, "Data stays in", residency, hint, false) {
        new.data_residency = (!typed.trim().is_empty()).then_some(typed);
        changed = Some(true);
    }
    if let Some(typed) = changed {
        apply(state, form.msgs, Answers { new, typed });
    }
}

/// Position and size in the drawing.
#[expect(clippy::cast_possible_truncation, reason = "the fields keep coordinates within range")]
fn drawing_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, region: &Region) {
    paint::heading(ui, cx.palette, "In the drawing");
    let state = cx.state;
    let doc = state.doc.design();
    let mut form = shared::form(cx, id.as_str());
    let limit = f64::from(MAX_COORDINATE);
    let place = NumberSpec { step: 8.0, ..NumberSpec::whole("", -limit, limit) };
    let ids = std::slice::from_ref(id);
    let Pos(x, y) = region.pos;
    if let Some(new) = form.number(ui, "Left", f64::from(x), place) {
        let edit = commands::move_by(doc, ids, new as i32 - x, 0, false);
        form.msgs.push(Msg::Edit(edit.merging(format!("left {id}"))));
    }
    if let Some(new) = form.number(ui, "Top", f64::from(y), place) {
        let edit = commands::move_by(doc, ids, 0, new as i32 - y, false);
        form.msgs.push(Msg::Edit(edit.merging(format!("top {id}"))));
    }
    let Extent(width, height) = region.extent;
    let size = |least: i32| NumberSpec { step: 8.0, ..NumberSpec::whole("", f64::from(least), limit) };
    if let Some(new) = form.number(ui, "Width", f64::from(width), size(MIN_REGION_EXTENT.0)) {
        let wish = SceneRect { min: region.pos, extent: Extent(new as i32, height) };
        form.msgs.push(Msg::Edit(commands::resize_region(doc, id, wish).merging(format!("width {id}"))));
    }
    if let Some(new) = form.number(ui, "Height", f64::from(height), size(MIN_REGION_EXTENT.1)) {
        let wish = SceneRect { min: region.pos, extent: Extent(width, new as i32) };
        form.msgs.push(Msg::Edit(commands::resize_region(doc, id, wish).merging(format!("height {id}"))));
    }
}
