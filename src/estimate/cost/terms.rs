//! Commercial terms: hours that are paid, commitments, discounts.

use crate::books::DiscountOn;
use crate::design::{Commitment, Component, Discounts, Terms};

use super::super::assume::{Assumed, Assumption};
use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::CostCategory;
use super::HOURS;
use super::ledger::{Entry, Ledger};
use super::quantity::Quantity;

/// What is paid by the hour, as far as terms tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hourly {
    /// A virtual machine: stopped when the design's terms say so.
    Machine,
    /// A managed database: runs all hours unless it says otherwise itself.
    Database,
    /// Anything else: runs all hours unless it says otherwise itself, and nobody commits to it.
    Service,
}

/// Hours of a month, of which none is left out.
pub(super) fn all_hours() -> Quantity {
    Quantity::exact(Derivation::input(
        "Hours a month",
        HOURS,
        Unit::Hours,
        Quality::Published,
        "as the providers' own calculators count",
    ))
}

/// Hours that are paid for a component; with a commitment all of them, at less. A price that the company gives is what it
/// pays, whatever it is committed to.
pub(super) fn hours(ledger: &Ledger<'_>, component: &Component, what: Hourly, by_company: bool) -> Vec<Quantity> {
    let terms = &ledger.design.meta.estimation.terms;
    let Some(factor) = commitment(terms, what).filter(|_| !by_company) else {
        return vec![running(terms, component, what)];
    };
    let paid = Derivation::input(
        "Hours a month",
        HOURS,
        Unit::Hours,
        Quality::Derived,
        "what is committed to is paid for all hours, whatever it runs",
    );
    vec![Quantity::exact(paid), left_to_pay(ledger.assume.get(factor))]
}

fn running(terms: &Terms, component: &Component, what: Hourly) -> Quantity {
    let of_terms = terms.hours_per_month.filter(|_| what == Hourly::Machine);
    let (hours, source) = match (component.hours_per_month, of_terms) {
        (Some(hours), _) => (hours, "given for this component"),
        (None, Some(hours)) => (hours, "given for all machines of the design"),
        (None, None) => return all_hours(),
    };
    Quantity::exact(Derivation::input("Hours a month", hours.min(HOURS), Unit::Hours, Quality::Given, source))
}

fn commitment(terms: &Terms, what: Hourly) -> Option<Assumed> {
    let committed = match what {
        Hourly::Machine => terms.compute_commitment,
        Hourly::Database => terms.database_commitment,
        Hourly::Service => return None,
    };
    match (committed, what) {
        (Commitment::OnDemand, _) => None,
        (Commitment::OneYear, Hourly::Database) => Some(Assumed::CommitOneYearDatabase),
        (Commitment::ThreeYears, Hourly::Database) => Some(Assumed::CommitThreeYearsDatabase),
        (Commitment::OneYear, _) => Some(Assumed::CommitOneYearCompute),
        (Commitment::ThreeYears, _) => Some(Assumed::CommitThreeYearsCompute),
    }
}

/// The share that a reduction leaves.
fn left_to_pay(reduction: Assumption<'_>) -> Quantity {
    let left = |pct: f64| 1.0 - pct / 100.0;
    let value = left(reduction.value);
    Quantity {
        range: [value, left(reduction.high), left(reduction.low)],
        node: Derivation::computed(
            "Share of the list price",
            value,
            Unit::Count,
            "1 − what the commitment takes off",
            vec![reduction.node()],
        ),
    }
}

/// What the design has negotiated discounts on, which the company's do not add to.
pub(super) fn own_discounts(discounts: &Discounts) -> Vec<DiscountOn> {
    let all = [
        (DiscountOn::Compute, discounts.compute_pct),
        (DiscountOn::Databases, discounts.database_pct),
        (DiscountOn::Storage, discounts.storage_pct),
        (DiscountOn::LoadBalancing, discounts.load_balancing_pct),
        (DiscountOn::Traffic, discounts.traffic_pct),
    ];
    all.into_iter().filter(|(_, pct)| *pct > 0.0).map(|(on, _)| on).collect()
}

/// The share of a price that the negotiated discounts leave; `None` where nothing was negotiated.
pub(super) fn negotiated(discounts: &Discounts, entry: Entry<'_>) -> Option<Quantity> {
    let pct = match entry.category {
        _ if entry.is_machine => discounts.compute_pct,
        CostCategory::Compute => discounts.compute_pct,
        CostCategory::Database => discounts.database_pct,
        CostCategory::Storage => discounts.storage_pct,
        CostCategory::LoadBalancing => discounts.load_balancing_pct,
        CostCategory::Traffic | CostCategory::PrivateLinks => discounts.traffic_pct,
        CostCategory::Licences => return None,
    };
    (pct > 0.0).then(|| {
        let off = Derivation::input(
            "Negotiated discount",
            pct,
            Unit::Percent,
            Quality::Given,
            "terms of the design; after tiers and commitments",
        );
        let share = (1.0 - pct / 100.0).max(0.0);
        Quantity::exact(Derivation::computed("Share left to pay", share, Unit::Count, "1 − discount", vec![off]))
    })
}
