//! Commercial terms: hours, commitments, discounts, licences.

use egui::Ui;

use crate::app::panels::Cx;
use crate::app::panels::fields::NumberSpec;
use crate::design::{Commitment, Component, Kind, Spec, Terms};

use super::{section, shared};

/// Hours of a month.
pub const HOURS: NumberSpec = NumberSpec::real("h", 0.0, 730.0, 10.0);
const PERCENT: NumberSpec = NumberSpec::real("%", 0.0, 100.0, 1.0);
const DOLLARS: NumberSpec = NumberSpec::real("$", 0.0, 1e9, 100.0);

/// A commitment, a discount or a licence: words, what to know, how to read and write it.
struct Field<T> {
    words: &'static str,
    about: &'static str,
    get: fn(&Terms) -> T,
    set: fn(&mut Terms, T),
}

const COMMITMENTS: [Field<Commitment>; 2] = [
    Field {
        words: "Machine commitment",
        about: "How long virtual machines are committed to. They are then paid for all hours, at less; how much less is \
                an assumption.",
        get: |t| t.compute_commitment,
        set: |t, v| t.compute_commitment = v,
    },
    Field {
        words: "Database commitment",
        about: "How long managed databases are committed to.",
        get: |t| t.database_commitment,
        set: |t, v| t.database_commitment = v,
    },
];

const DISCOUNTS: [Field<f64>; 5] = [
    Field {
        words: "Off machines",
        about: "Negotiated discount on virtual machines, after commitments.",
        get: |t| t.discounts.compute_pct,
        set: |t, v| t.discounts.compute_pct = v,
    },
    Field {
        words: "Off databases",
        about: "Negotiated discount on managed databases, after commitments.",
        get: |t| t.discounts.database_pct,
        set: |t, v| t.discounts.database_pct = v,
    },
    Field {
        words: "Off storage",
        about: "Negotiated discount on disks and database storage.",
        get: |t| t.discounts.storage_pct,
        set: |t, v| t.discounts.storage_pct = v,
    },
    Field {
        words: "Off balancing",
        about: "Negotiated discount on load balancers and DNS.",
        get: |t| t.discounts.load_balancing_pct,
        set: |t, v| t.discounts.load_balancing_pct = v,
    },
    Field {
        words: "Off traffic",
        about: "Negotiated discount on data transfer and private links, after the tiers.",
        get: |t| t.discounts.traffic_pct,
        set: |t, v| t.discounts.traffic_pct = v,
    },
];

const LICENCES: [Field<Option<f64>>; 3] = [
    Field {
        words: "Licence per node",
        about: "What the product costs for each of its nodes, US dollars a month. The vendor publishes no price, so only \
                what you give is in the total.",
        get: |t| t.licences.usd_per_node_month,
        set: |t, v| t.licences.usd_per_node_month = v,
    },
    Field {
        words: "Licence per core",
        about: "What the product costs for each core of its nodes, US dollars a month.",
        get: |t| t.licences.usd_per_core_month,
        set: |t, v| t.licences.usd_per_core_month = v,
    },
    Field {
        words: "Flat licence",
        about: "What the product costs for the whole deployment, US dollars a month; divided over its nodes in the bill.",
        get: |t| t.licences.usd_per_month,
        set: |t, v| t.licences.usd_per_month = v,
    },
];

/// Hours a month that a component runs when it says nothing itself, as the hint of an empty field.
pub fn usual_hours(terms: &Terms, component: &Component) -> String {
    let managed = matches!(&component.spec, Spec::Database(database) if database.managed);
    let stops = !managed && component.kind() != Kind::LoadBalancer;
    crate::app::panels::format::number(terms.hours_per_month.filter(|_| stops).unwrap_or(730.0), 12, 1)
}

/// Draws the terms, folded at first.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, owner: &str, terms: &Terms) {
    let mut each = vec![terms.hours_per_month.is_some()];
    each.extend(COMMITMENTS.iter().map(|f| (f.get)(terms) != Commitment::OnDemand));
    each.extend(DISCOUNTS.iter().map(|f| (f.get)(terms) > 0.0));
    each.extend(LICENCES.iter().map(|f| (f.get)(terms).is_some()));
    section::show(ui, cx.palette, "Commercial terms", &section::set(&each), |ui| {
        let state = cx.state;
        let mut form = shared::form(cx, owner);
        let about = "How long virtual machines run in a month, such as 200 for an environment of working hours. Disks, \
                     managed databases and balancers go on.";
        let hours = form.optional_number(ui, ("Machines run", about), terms.hours_per_month, "730", HOURS, true);
        if let Some(hours) = hours {
            let what = "hours of machines";
            shared::edit_meta(state, form.msgs, what, true, |m| m.estimation.terms.hours_per_month = hours);
        }
        for field in &COMMITMENTS {
            let name = |c: Commitment| c.label().to_owned();
            let model = (field.get)(terms);
            if let Some(new) = form.choice(ui, (field.words, field.about), model, &Commitment::ALL, name) {
                let what = shared::within(field.words);
                shared::edit_meta(state, form.msgs, &what, false, |m| (field.set)(&mut m.estimation.terms, new));
            }
        }
        for field in &DISCOUNTS {
            if let Some(pct) = form.number(ui, (field.words, field.about), (field.get)(terms), PERCENT) {
                let what = format!("discount {}", shared::within(field.words));
                shared::edit_meta(state, form.msgs, &what, true, |m| (field.set)(&mut m.estimation.terms, pct));
            }
        }
        for field in &LICENCES {
            let model = (field.get)(terms);
            if let Some(usd) = form.optional_number(ui, (field.words, field.about), model, "none", DOLLARS, true) {
                let what = shared::within(field.words);
                shared::edit_meta(state, form.msgs, &what, true, |m| (field.set)(&mut m.estimation.terms, usd));
            }
        }
    });
}
