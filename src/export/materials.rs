//! What has to be bought, rented and installed: one list, which spreadsheets and the report both show.

use std::collections::BTreeMap;
use std::fmt;

use crate::design::{Component, Design, Id, Kind, Spec};
use crate::estimate::{CostItem, CostReport};

use super::Source;
use super::planner::PlanNode;
use super::text::one_line;

/// One thing of the list: a group of nodes, a service, or what only costs money.
#[derive(Debug)]
pub(super) struct Item<'s> {
    /// Its element.
    pub id: &'s Id,
    /// The component that it is; `None` for a connection and for a region as a whole.
    pub component: Option<&'s Component>,
    /// The word for what it is.
    pub kind: &'static str,
    /// Why it is in the list, as a sentence.
    pub why: &'static str,
    /// What people call its region; `None` for what is in none.
    pub region: Option<String>,
    /// What people call it.
    pub name: String,
    /// What is installed or rented.
    pub product: Product,
    /// What it costs.
    pub cost: Cost<'s>,
}

/// What is installed or rented.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Product {
    /// What it is called; empty where there is nothing to say.
    pub name: String,
    /// Its version; empty where it has none.
    pub version: String,
}

/// What the estimate says of an element.
#[derive(Debug, Default)]
pub(super) struct Cost<'s> {
    /// The lines of the bill.
    pub items: Vec<&'s CostItem>,
    /// Why something has no price, sentences.
    pub unpriced: Vec<&'s str>,
}

/// Everything: what stands in regions by region, then what is in none, then connections that cost money and what
/// regions cost as a whole. Of callers only the traffic to them is paid for.
pub(super) fn items<'s>(source: &'s Source<'_>) -> Vec<Item<'s>> {
    let (design, groups) = (source.design, source.plan.groups());
    let mut costs = costs(&source.analysis.estimates.cost);
    let mut items = Vec::new();
    let mut components: Vec<(&Id, &Component)> = design.components.iter().map(|(id, c)| (id, c.as_ref())).collect();
    components.sort_by_key(|(id, c)| (c.region.is_none(), &c.region, c.kind(), *id));
    for (id, component) in components {
        let cost = costs.remove(id);
        if cost.is_some() || component.kind() != Kind::Users {
            let node = groups.get(id.as_str()).and_then(|nodes| nodes.first().copied());
            items.push(Item { cost: cost.unwrap_or_default(), ..Item::of_component(design, node, id, component) });
        }
    }
    for id in design.links.keys() {
        if let Some(cost) = costs.remove(id) {
            let why = "A link of the drawing that costs money.";
            items.push(Item { cost, ..Item::without_component(id, "Connection", why, &design.name_of(id)) });
        }
    }
    for (id, region) in &design.regions {
        if let Some(cost) = costs.remove(id) {
            let item = Item::without_component(id, "Region", "What the region as a whole costs.", &region.name);
            items.push(Item { cost, region: Some(item.name.clone()), ..item });
        }
    }
    items
}

/// The bill by element.
fn costs(report: &CostReport) -> BTreeMap<&Id, Cost<'_>> {
    let mut costs: BTreeMap<&Id, Cost<'_>> = BTreeMap::new();
    for item in &report.items {
        costs.entry(&item.element).or_default().items.push(item);
    }
    for missing in &report.unpriced {
        costs.entry(&missing.element).or_default().unpriced.push(&missing.reason);
    }
    costs
}

impl<'s> Item<'s> {
    /// A component whose cost is not looked at yet; `node` is one of its nodes.
    fn of_component(design: &Design, node: Option<&PlanNode>, id: &'s Id, component: &'s Component) -> Self {
        Self {
            id,
            component: Some(component),
            kind: component.kind().label(),
            why: "A component of the drawing with its estimated cost.",
            region: component.region.as_ref().map(|region| one_line(&design.name_of(region))),
            name: one_line(&component.name),
            product: product(component, node),
            cost: Cost::default(),
        }
    }

    /// What else decides on the price or the order, with numbers as the table writes them.
    pub(super) fn details(&self, number: fn(f64) -> String) -> Vec<String> {
        self.component.map(|component| details(component, number)).unwrap_or_default()
    }

    /// What only costs money.
    fn without_component(id: &'s Id, kind: &'static str, why: &'static str, name: &str) -> Self {
        Self {
            id,
            component: None,
            kind,
            why,
            region: None,
            name: one_line(name),
            product: Product::default(),
            cost: Cost::default(),
        }
    }
}

/// The name with the version.
impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.version.is_empty() { Ok(()) } else { write!(f, " {}", self.version) }
    }
}

/// What a component is made of; `node` is one of its nodes.
pub(super) fn product(component: &Component, node: Option<&PlanNode>) -> Product {
    if let Some(node) = node {
        return Product { name: node.pack.clone(), version: node.version.clone() };
    }
    let (name, version) = match &component.spec {
        Spec::Database(database) => (database.engine.label(), database.version.as_str()),
        Spec::IdentityProvider(identity) => (identity.product.label(), ""),
        Spec::Redis(_) => ("Redis or Valkey", ""),
        Spec::Analytics(analytics) => (analytics.product.label(), ""),
        _ => ("", ""),
    };
    Product { name: name.to_owned(), version: one_line(version) }
}

fn details(component: &Component, number: fn(f64) -> String) -> Vec<String> {
    let mut details: Vec<String> = Vec::new();
    match &component.spec {
        Spec::Database(database) => {
            details.push(if database.managed { "managed" } else { "own servers" }.to_owned());
            details.push(database.standby.label().to_lowercase());
            details.push(format!("{} GiB of storage", number(database.storage_gib)));
        }
        Spec::Gateway(gateway) => details.extend(gateway.autoscale_max.map(|most| format!("scales to {most}"))),
        Spec::LoadBalancer(balancer) if balancer.sticky => details.push("sticky sessions".to_owned()),
        Spec::GlobalLoadBalancer(global) => details.push(global.policy.label().to_lowercase()),
        Spec::Redis(redis) => details.push(redis.mode.label().to_lowercase()),
        _ => {}
    }
    if !component.zones.is_empty() {
        let zones: Vec<String> = component.zones.iter().map(|zone| one_line(zone)).collect();
        details.push(format!("zones {}", zones.join(" ")));
    }
    details.extend(component.hours_per_month.map(|hours| format!("{hours} hours a month")));
    details
}
