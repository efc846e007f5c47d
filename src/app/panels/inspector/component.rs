//! One component.

use egui::{Id as WidgetId, Ui};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::explain::Subject;
use crate::app::panels::fields::NumberSpec;
use crate::app::panels::{Cx, format, paint};
use crate::design::{Component, Design, Id, Kind, MAX_INSTANCES, NodeSize, Spec, commands};
use crate::estimate::{Operation, Unit};
use crate::picture::icons;

use super::shared::{self, Connection, MAX_CONNECTIONS};
use super::{nodes, site, spec, terms, whatif};

const INSTANCES: NumberSpec = NumberSpec::whole("", 1.0, MAX_INSTANCES as f64);

/// The parts of a node's size: words, unit, step, and how to read and write them.
pub struct SizePart {
    /// What it is called.
    pub words: &'static str,
    /// What its field accepts.
    pub spec: NumberSpec,
    /// Reads it.
    pub get: fn(&NodeSize) -> f64,
    /// Writes it.
    pub set: fn(&mut NodeSize, f64),
}

/// Processors, memory and disk.
pub const SIZE: [SizePart; 3] = [
    SizePart {
        words: "Processors",
        spec: NumberSpec::real("vCPU", 0.0, 1_024.0, 1.0),
        get: |s| s.vcpu,
        set: |s, v| s.vcpu = v,
    },
    SizePart {
        words: "Memory",
        spec: NumberSpec::real("GiB", 0.0, 65_536.0, 1.0),
        get: |s| s.memory_gib,
        set: |s, v| s.memory_gib = v,
    },
    SizePart {
        words: "Disk",
        spec: NumberSpec::real("GiB", 0.0, 1e6, 10.0),
        get: |s| s.disk_gib,
        set: |s, v| s.disk_gib = v,
    },
];

/// Draws its properties.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, c: &Component, connections: &[Connection]) {
    let kind = c.kind();
    let region = c.region.as_ref().and_then(|r| design.regions.get(r));
    let title = region.map_or_else(|| c.name.clone(), |r| format!("{} · {}", c.name, r.name));
    let rgb = cx.palette.kind(kind);
    shared::head(ui, cx, icons::icon(kind), rgb, &title, &format!("{} · {id}", kind.label()));
    whatif::show(ui, cx, id);
    ui.add_space(8.0);
    shared::name_field(ui, cx, id, &c.name);
    place_ui(ui, cx, design, id, c);
    nodes_ui(ui, cx, id, c);
    availability_ui(ui, cx, id, c);
    settings_ui(ui, cx, design, id, c);
    nodes::show(ui, cx, design, id, c);
    estimates_ui(ui, cx, id, c);
    connections_ui(ui, cx, connections);
    shared::findings(ui, cx, id);
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    if let Some(notes) = form.notes(ui, &c.notes) {
        shared::edit_component(state, form.msgs, id, "notes", true, |c| c.notes = notes);
    }
    shared::actions(ui, cx, &[Action::Duplicate, Action::Delete]);
}

/// Region, site and whether automatic arranging may move it.
fn place_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, c: &Component) {
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    if c.kind().fits_in_region() {
        let all: Vec<Option<&Id>> = std::iter::once(None).chain(design.regions.keys().map(Some)).collect();
        let name = |r: Option<&Id>| r.map_or_else(|| "None".to_owned(), |r| design.name_of(r));
        if let Some(target) = form.choice(ui, "Region", c.region.as_ref(), &all, name)
            && let Some(mut moved) = state.doc.design().components.get(id).map(|c| Component::clone(c))
        {
            moved.pos = match target {
                Some(region) => crate::design::places::in_region(design, region, moved.kind().extent(), moved.pos),
                None => state.doc.design().pos_scene(&moved),
            };
            moved.region = target.cloned();
            let label = match target {
                Some(region) => format!("Move {} to {}", c.name, design.name_of(region)),
                None => format!("Move {} out of its region", c.name),
            };
            form.msgs.push(Msg::Edit(commands::set_component(label, id, moved)));
        }
    }
    let own_site = match &c.spec {
        Spec::Users(users) => Some(&users.site),
        Spec::Backend(backend) if c.region.is_none() => backend.site.as_ref(),
        _ => None,
    };
    match own_site {
        Some(own) => {
            if let Some((new, typed)) = site::field(ui, &mut form, state.books, own)
                && let Some(edit) = commands::set_site(state.doc.design(), id, new)
            {
                let edit = if typed { edit.merging(format!("site {id}")) } else { edit };
                form.msgs.push(Msg::Edit(edit));
            }
        }
        None if matches!(c.spec, Spec::Backend(_)) && c.region.is_none() => {
            ui.add_space(4.0);
            if ui.button("Say where it is…").clicked() {
                let site = crate::design::Users::default().site;
                form.msgs.extend(commands::set_site(state.doc.design(), id, site).map(Msg::Edit));
            }
        }
        None => {}
    }
    if let Some(pinned) = form.toggle(ui, "Pinned in place", c.pinned) {
        shared::edit_component(state, form.msgs, id, "pinning", false, |c| c.pinned = pinned);
    }
}

/// Instances, node size and zones: only where there are nodes.
fn nodes_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, c: &Component) {
    let state = cx.state;
    let has_nodes = c.kind().default_size().is_some() || c.size.is_some() || c.instances > 1;
    if !has_nodes {
        return;
    }
    let mut form = shared::form(cx, id.as_str());
    if let Some(n) = form.number(ui, "Instances", f64::from(c.instances), INSTANCES) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
        shared::edit_component(state, form.msgs, id, "instances", true, |c| c.instances = n as u32);
    }
    match &c.size {
        Some(size) => {
            for part in &SIZE {
                if let Some(value) = form.number(ui, part.words, (part.get)(size), part.spec) {
                    let what = shared::within(part.words);
                    shared::edit_component(state, form.msgs, id, &what, true, |c| {
                        if let Some(size) = &mut c.size {
                            (part.set)(size, value);
                        }
                    });
                }
            }
        }
        None => {
            ui.add_space(4.0);
            let usual = c.kind().default_size();
            if usual.is_some() && ui.button("Give its nodes a size").clicked() {
                shared::edit_component(state, form.msgs, id, "size", false, |c| c.size = usual);
            }
            ui.add_space(4.0);
        }
    }
    if let Some(zones) = form.list(ui, "Zones", &c.zones, "such as a, b") {
        shared::edit_component(state, form.msgs, id, "zones", true, |c| c.zones = zones);
    }
    let (words, hint) = ("Hours a month", terms::usual_hours(&state.shown().meta.estimation.terms, c));
    let about = "How long the nodes run, where that differs from the terms of the design. What is committed to is paid \
                 for all hours.";
    if let Some(hours) = form.optional_number(ui, (words, about), c.hours_per_month, &hint, terms::HOURS, true) {
        shared::edit_component(state, form.msgs, id, "hours a month", true, |c| c.hours_per_month = hours);
    }
}

fn availability_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, c: &Component) {
    if c.kind() == Kind::Users {
        return;
    }
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    if let Some(pct) = shared::availability(ui, &mut form, c.availability_pct) {
        shared::edit_component(state, form.msgs, id, "availability", true, |c| c.availability_pct = pct);
    }
}

fn settings_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, c: &Component) {
    if matches!(c.spec, Spec::TrafficManager | Spec::KeyManager | Spec::SharedFiles) {
        return;
    }
    paint::heading(ui, cx.palette, "Settings");
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    let version = c.settings.product_version.unwrap_or(design.meta.product_version);
    if let Some(change) = spec::show(ui, &mut form, &c.spec, version) {
        let what = shared::within(change.what);
        shared::edit_component(state, form.msgs, id, &what, change.typed, |c| c.spec = change.spec);
    }
}

fn estimates_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, c: &Component) {
    paint::heading(ui, cx.palette, "Estimates");
    let state = cx.state;
    let analysis = state.analysis.as_deref();
    if c.kind() == Kind::Users {
        for operation in Operation::ALL.into_iter().filter(|operation| !operation.is_part()) {
            let words = format!("p95 {}", operation.label());
            shared::figure(ui, cx, id, &words, Subject::Latency(id.clone(), operation, 1));
        }
    }
    let load = analysis.and_then(|a| a.estimates.load.iter().find(|l| l.component == *id));
    if c.kind().has_gateway() {
        let served = analysis.and_then(|a| worst_served(&a.estimates, c.region.as_ref()?));
        if let Some(population) = served {
            shared::figure(ui, cx, id, "p95 API call", Subject::Latency(population, Operation::ApiCall, 1));
        }
        shared::figure(ui, cx, id, "Utilisation", Subject::Load(id.clone()));
    }
    if let Some(load) = load {
        let form = shared::form(cx, id.as_str());
        form.fact(ui, "Calls at peak", &format::value(load.demand_rps, Unit::RequestsPerS));
        form.fact(ui, "Capacity", &format::value(load.capacity_rps, Unit::RequestsPerS));
    }
    if c.kind() != Kind::Users {
        shared::figure(ui, cx, id, "Cost a month", Subject::CostOf(id.clone()));
        let unpriced = analysis.and_then(|a| a.estimates.cost.unpriced.iter().find(|u| u.element == *id));
        if let Some(unpriced) = unpriced {
            paint::note(ui, cx.palette, &unpriced.reason);
        }
    }
    shared::lag_note(ui, cx);
}

/// The population with the slowest API calls among those that a region serves.
fn worst_served(estimates: &crate::estimate::Estimates, region: &Id) -> Option<Id> {
    let p95 = |id: &Id| {
        let [_, p95, _] = estimates.percentiles(id, Operation::ApiCall).ok()?;
        Some(p95.value)
    };
    estimates
        .latency
        .iter()
        .filter(|p| p.served_by.as_ref() == Some(region))
        .filter_map(|p| Some((p95(&p.population)?, &p.population)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, id)| id.clone())
}

fn connections_ui(ui: &mut Ui, cx: &mut Cx<'_>, connections: &[Connection]) {
    paint::heading(ui, cx.palette, "Connections");
    for connection in connections.iter().take(MAX_CONNECTIONS) {
        let widget = WidgetId::new(("connection", connection.link.as_str()));
        let bar = Some(cx.palette.purpose(connection.purpose));
        let response = shared::two_lines(ui, cx, widget, bar, &connection.partner, &connection.detail);
        if response.contains_pointer() {
            *cx.hovered = Some(connection.link.clone());
        }
        if response.clicked() {
            cx.msgs.push(Msg::Select(vec![connection.link.clone()]));
        }
    }
    if connections.len() > MAX_CONNECTIONS {
        paint::note(ui, cx.palette, &format!("and {} more", connections.len() - MAX_CONNECTIONS));
    }
    if connections.is_empty() {
        paint::note(ui, cx.palette, "Connected with nothing so far.");
    }
    ui.add_space(4.0);
    if ui.button(Action::Connect.label()).clicked() {
        cx.msgs.push(Msg::Action(Action::Connect));
    }
}
