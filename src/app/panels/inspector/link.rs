//! One link.

use egui::{Id as WidgetId, PopupCloseBehavior, Ui};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::panels::explain::Subject;
use crate::app::panels::fields::{NumberSpec, menu_item};
use crate::app::panels::{Cx, paint};
use crate::design::{Design, Id, Link, Network, Purpose, Replication, commands, proposals};
use crate::picture::icons;

use super::{shared, whatif};

const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 60_000.0, 1.0);
const SECONDS: NumberSpec = NumberSpec::real("s", 0.0, 1e9, 1.0);
const PORT: NumberSpec = NumberSpec::whole("", 1.0, 65_535.0);
const MEGABITS: NumberSpec = NumberSpec::real("Mbit/s", 0.0, 1e12, 100.0);

/// The purposes that can sensibly connect the two ends in this direction, best first, and all others behind them.
fn purposes(design: &Design, link: &Link) -> (Vec<Purpose>, Vec<Purpose>) {
    let kinds = design.components.get(&link.from).zip(design.components.get(&link.to));
    let mut fitting = Vec::new();
    for proposal in kinds.map(|(from, to)| proposals(from.kind(), to.kind())).unwrap_or_default() {
        for purpose in proposal.purposes.iter().filter(|_| !proposal.reversed) {
            if !fitting.contains(purpose) {
                fitting.push(*purpose);
            }
        }
    }
    let others = Purpose::ALL.into_iter().filter(|p| !fitting.contains(p)).collect();
    (fitting, others)
}

/// Changes the purpose, with the settings that go with it.
fn set_purpose(link: &mut Link, purpose: Purpose) {
    link.purpose = purpose;
    link.replication = match (&link.replication, purpose) {
        (Some(kept), Purpose::DbReplication) => Some(kept.clone()),
        (None, Purpose::DbReplication) => Some(Replication::default()),
        _ => None,
    };
}

/// Whether encryption is a choice with this purpose; otherwise its port is encrypted already.
fn tls_is_a_choice(purpose: Purpose) -> bool {
    purpose.ports().is_empty() || purpose.ports().iter().any(|p| p.protocol != "https")
}

/// Draws its properties.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, link: &Link) {
    let rgb = cx.palette.purpose(link.purpose);
    let icon = egui_phosphor::regular::PATH;
    shared::head(ui, cx, icon, rgb, link.purpose.label(), &format!("Link · {id}"));
    whatif::show(ui, cx, id);
    ui.add_space(4.0);
    for (words, end) in [("opens the connection", &link.from), ("listens", &link.to)] {
        end_ui(ui, cx, design, end, words);
    }
    purpose_ui(ui, cx, design, id, link);
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    let ports = shared::ports(design, link);
    let ports = if ports.is_empty() { "decided by the listening side".to_owned() } else { ports.join(", ") };
    form.fact(ui, "Ports", &ports);
    let about = "Port at which the listening side is reached, where it is not the usual one: with a port offset, or \
                 behind a balancer that answers elsewhere.";
    if let Some(port) = form.optional_number(ui, ("Other port", about), link.port.map(f64::from), "usual", PORT, true) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
        let port = port.map(|n| n as u16);
        shared::edit_link(state, form.msgs, id, "port", true, |l| l.port = port);
    }
    form.fact(ui, "Documented as", &format!("fact {}", link.purpose.fact()));
    let name = |n: Network| n.label().to_owned();
    if let Some(network) = form.choice(ui, "Network", link.network, &Network::ALL, name) {
        shared::edit_link(state, form.msgs, id, "network", false, |l| l.network = network);
    }
    if tls_is_a_choice(link.purpose) {
        if let Some(tls) = form.toggle(ui, "Encrypted (TLS)", link.tls) {
            shared::edit_link(state, form.msgs, id, "encryption", false, |l| l.tls = tls);
        }
    } else {
        form.fact(ui, "Encrypted (TLS)", "always");
    }
    let rtt = state.analysis.as_deref().and_then(|a| a.estimates.link_rtt.get(id));
    let hint = rtt.map_or_else(String::new, |f| crate::app::panels::format::number(f.value, 3, 1));
    if let Some(ms) = form.optional_number(ui, "Measured round trip", link.measured_rtt_ms, &hint, MILLISECONDS, true) {
        shared::edit_link(state, form.msgs, id, "round trip", true, |l| l.measured_rtt_ms = ms);
    }
    if let Some(mbps) = form.optional_number(ui, "Bandwidth", link.bandwidth_mbps, "", MEGABITS, true) {
        shared::edit_link(state, form.msgs, id, "bandwidth", true, |l| l.bandwidth_mbps = mbps);
    }
    if let Some(pct) = shared::availability(ui, &mut form, link.availability_pct) {
        shared::edit_link(state, form.msgs, id, "availability", true, |l| l.availability_pct = pct);
    }
    if let Some(replication) = &link.replication {
        replication_ui(ui, cx, id, replication);
    }
    let priced = state.analysis.as_deref().is_some_and(|a| a.estimates.cost.items.iter().any(|i| i.element == *id));
    if priced || rtt.is_some() {
        paint::heading(ui, cx.palette, "Estimates");
    }
    if rtt.is_some() {
        shared::figure(ui, cx, id, "Round trip", Subject::RoundTrip(id.clone()));
    }
    if priced {
        shared::figure(ui, cx, id, "Cost a month", Subject::CostOf(id.clone()));
    }
    shared::findings(ui, cx, id);
    let mut form = shared::form(cx, id.as_str());
    if let Some(notes) = form.notes(ui, &link.notes) {
        shared::edit_link(state, form.msgs, id, "notes", true, |l| l.notes = notes);
    }
    ui.add_space(12.0);
    ui.horizontal(|ui| {
        if ui.button("Reverse").on_hover_text("Let the other side open the connection").clicked() {
            let mut reversed = link.clone();
            std::mem::swap(&mut reversed.from, &mut reversed.to);
            let label = format!("Reverse {}", design.name_of(id));
            cx.msgs.push(Msg::Edit(commands::set_link(label, id, reversed)));
        }
        if ui.button(Action::Delete.label()).clicked() {
            cx.msgs.push(Msg::Action(Action::Delete));
        }
    });
}

fn end_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, end: &Id, words: &str) {
    let component = design.components.get(end);
    let region = component.and_then(|c| design.regions.get(c.region.as_ref()?));
    let name = match region {
        Some(region) => format!("{} · {}", design.name_of(end), region.name),
        None => design.name_of(end),
    };
    let icon = component.map_or("", |c| icons::icon(c.kind()));
    let bar = component.map(|c| cx.palette.kind(c.kind()));
    let widget = WidgetId::new(("end", end.as_str(), words));
    let response = shared::two_lines(ui, cx, widget, bar, &format!("{icon}  {name}"), words);
    if response.contains_pointer() {
        *cx.hovered = Some(end.clone());
    }
    if response.clicked() {
        cx.msgs.push(Msg::Select(vec![end.clone()]));
    }
}

fn purpose_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, link: &Link) {
    let state = cx.state;
    let form = shared::form(cx, id.as_str());
    let mut chosen = None;
    form.menu(ui, "Purpose", link.purpose.label(), (240.0, PopupCloseBehavior::CloseOnClick), |ui, palette| {
        let (fitting, others) = purposes(design, link);
        let mut list = |ui: &mut Ui, purposes: &[Purpose]| {
            for &purpose in purposes {
                let selected = purpose == link.purpose;
                if menu_item(ui, palette, purpose.label(), purpose.fact(), selected).clicked() {
                    chosen = Some(purpose);
                }
            }
        };
        list(ui, &fitting);
        if !fitting.is_empty() {
            paint::heading(ui, palette, "Not documented between these two");
        }
        list(ui, &others);
    });
    if let Some(purpose) = chosen.filter(|p| *p != link.purpose) {
        shared::edit_link(state, form.msgs, id, "purpose", false, |l| set_purpose(l, purpose));
    }
}

fn replication_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, replication: &Replication) {
    paint::heading(ui, cx.palette, "Replication");
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    let mut new = replication.clone();
    let mut changed = false;
    for (words, field) in [
        ("In both directions", &mut new.bidirectional),
        ("Carries apim_db", &mut new.apim_db),
        ("Carries shared_db", &mut new.shared_db),
        ("Waits for the other side", &mut new.synchronous),
    ] {
        if let Some(on) = form.toggle(ui, words, *field) {
            *field = on;
            changed = true;
        }
    }
    if changed {
        shared::edit_link(state, form.msgs, id, "replication", false, |l| l.replication = Some(new));
    }
    let about = "How far the copy is behind, as you have measured it: changes of so long may be lost.";
    let caption = ("Measured lag", about);
    if let Some(lag_s) = form.optional_number(ui, caption, replication.lag_s, "not measured", SECONDS, true) {
        shared::edit_link(state, form.msgs, id, "lag of the replication", true, |l| {
            if let Some(replication) = &mut l.replication {
                replication.lag_s = lag_s;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Kind, Pos};

    #[test]
    fn fitting_purposes_come_first_and_none_is_lost() {
        let mut design = Design::default();
        let mut ids = Vec::new();
        for kind in [Kind::Gateway, Kind::ControlPlane] {
            let (edit, id) = commands::add_component(&design, kind, Pos(0, 0));
            edit.apply(&mut design).unwrap();
            ids.push(id);
        }
        let link = Link::new(ids.first().unwrap().clone(), ids.last().unwrap().clone(), Purpose::EventStream);
        let (fitting, others) = purposes(&design, &link);
        assert_eq!(fitting.first(), Some(&Purpose::ManagementHttps));
        assert!(others.contains(&Purpose::DbReplication));
        assert_eq!(fitting.len() + others.len(), Purpose::ALL.len());
    }

    #[test]
    fn replication_settings_come_and_go_with_the_purpose() {
        let mut link = Link::new(Id::slug("a"), Id::slug("b"), Purpose::Database);
        set_purpose(&mut link, Purpose::DbReplication);
        assert!(link.replication.is_some());
        set_purpose(&mut link, Purpose::Database);
        assert!(link.replication.is_none());
    }
}
