//! Nothing selected: what holds for the whole design.

use egui::Ui;

use crate::app::actions::Action;
use crate::app::panels::{Cx, format, paint};
use crate::design::{Design, Environment, PatternIntent, ProductVersion, TokenFormat};

use super::{decisions, practices, region, rulings, shared, targets, terms};

/// Owner of the fields of the design as a whole; no element has this id, since ids hold no blank.
const OWNER: &str = "the design";

/// Draws the settings.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design) {
    let meta = &design.meta;
    let counts = [
        format::counted(design.regions.len(), "region", "regions"),
        format::counted(design.components.len(), "component", "components"),
        format::counted(design.links.len(), "link", "links"),
    ];
    let accent = cx.palette.accent;
    shared::head(ui, cx, egui_phosphor::regular::TREE_STRUCTURE, accent, &meta.name, &counts.join(" · "));
    ui.add_space(8.0);
    let state = cx.state;
    let mut form = shared::form(cx, OWNER);
    if let Some(name) = form.text(ui, "Name", &meta.name, "", true) {
        shared::edit_meta(state, form.msgs, "name", true, |m| m.name = name);
    }
    let version = form.choice(ui, "API Manager", meta.product_version, &ProductVersion::ALL, |v| v.to_string());
    if let Some(version) = version {
        shared::edit_meta(state, form.msgs, "product version", false, |m| m.product_version = version);
    }
    let name = |p: PatternIntent| p.label().to_owned();
    if let Some(pattern) = form.choice(ui, "Pattern meant", meta.pattern, &PatternIntent::ALL, name) {
        shared::edit_meta(state, form.msgs, "pattern", false, |m| m.pattern = pattern);
    }
    let name = |e: Environment| e.label().to_owned();
    if let Some(environment) = form.choice(ui, "Used for", meta.environment, &Environment::ALL, name) {
        shared::edit_meta(state, form.msgs, "environment", false, |m| m.environment = environment);
    }
    let formats = [TokenFormat::Jwt, TokenFormat::Opaque];
    if let Some(tokens) = form.choice(ui, "Access tokens", meta.tokens, &formats, token_words) {
        shared::edit_meta(state, form.msgs, "token format", false, |m| m.tokens = tokens);
    }
    let about =
        "Domain that host names end with in every exported file, where a component has no host name of its own.";
    if let Some(typed) = form.text(ui, ("Domain", about), &meta.domain, "not decided", false) {
        let domain = typed.trim().to_owned();
        shared::edit_meta(state, form.msgs, "domain", true, |m| m.domain = domain);
    }
    region::requirements(ui, cx, OWNER, &meta.requirements, None, |state, msgs, change| {
        shared::edit_meta(state, msgs, "requirements", change.typed, |m| m.requirements = change.new);
    });
    targets::show(ui, cx, OWNER, &meta.estimation.targets);
    practices::show(ui, cx, OWNER, &meta.practices);
    terms::show(ui, cx, OWNER, &meta.estimation.terms);
    rulings::rules_set(ui, cx, meta);
    rulings::waivers(ui, cx, design);
    decisions::show(ui, cx, design);
    let mut form = shared::form(cx, OWNER);
    if let Some(notes) = form.notes(ui, &meta.notes) {
        shared::edit_meta(state, form.msgs, "notes", true, |m| m.notes = notes);
    }
    if design.is_empty() {
        ui.add_space(12.0);
        paint::note(ui, cx.palette, "Drag a region to the canvas to begin, then components into it.");
        shared::actions(ui, cx, &[Action::InsertRegion]);
    }
}

fn token_words(format: TokenFormat) -> String {
    match format {
        TokenFormat::Jwt => "JWT, self-contained".into(),
        TokenFormat::Opaque => "Opaque reference".into(),
    }
}
