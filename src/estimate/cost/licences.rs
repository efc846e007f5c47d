//! Licences of the product: the architects' own prices, and nothing where they give none.

use crate::design::{Component, Id, Licences, Spec};
use crate::topology::Topology;

use super::super::figure::{Derivation, Quality, Unit};
use super::super::report::CostCategory;
use super::ledger::{Entry, Ledger, Priced};
use super::quantity::Quantity;
use super::size_of;

/// Whether the nodes of a component run the product.
fn runs_product(component: &Component) -> bool {
    matches!(
        component.spec,
        Spec::Gateway(_) | Spec::TrafficManager | Spec::ControlPlane(_) | Spec::KeyManager | Spec::AllInOne(_)
    )
}

/// Adds the licences of every product node.
pub(super) fn add(ledger: &mut Ledger<'_>, topology: &Topology<'_>) {
    let Licences { usd_per_node_month, usd_per_core_month, usd_per_month } =
        &topology.design.meta.estimation.terms.licences;
    let nodes: Vec<(&Id, &Component)> =
        topology.design.components.iter().filter(|(_, c)| runs_product(c)).map(|(id, c)| (id, &**c)).collect();
    let all: f64 = nodes.iter().map(|(_, c)| f64::from(c.instances)).sum();
    for (id, component) in nodes {
        let count = f64::from(component.instances);
        let entry = Entry::new(id, component.region.as_ref(), CostCategory::Licences);
        if let Some(usd) = usd_per_node_month {
            ledger.charge(entry, &own("licence for each node", *usd), vec![Quantity::given("Nodes", count)]);
        }
        if let Some(usd) = usd_per_core_month {
            let cores =
                vec![Quantity::given("Nodes", count), Quantity::given("Cores of each node", size_of(component).vcpu)];
            ledger.charge(entry, &own("licence for each core", *usd), cores);
        }
        if let Some(usd) = usd_per_month
            && all > 0.0
        {
            let share = Derivation::input(
                "Share by nodes",
                count / all,
                Unit::Count,
                Quality::Derived,
                format!("{count} of {all} product nodes"),
            );
            ledger.charge(entry, &own("licence of the deployment", *usd), vec![Quantity::exact(share)]);
        }
    }
}

/// A price that the architects give.
fn own(description: &str, usd: f64) -> Priced {
    Priced {
        by_company: false,
        usd,
        off_down: 0.0,
        off_up: 0.0,
        description: description.to_owned(),
        node: Derivation::input(
            format!("The {description}, a month"),
            usd,
            Unit::Usd,
            Quality::Given,
            "given in the terms of the design; licence prices are not published",
        ),
        used: None,
    }
}
