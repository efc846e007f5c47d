//! What has to be bought, rented and installed: one row for each group of nodes, service and paid connection.

use std::collections::BTreeMap;

use crate::design::{Component, Design, Id, Spec};
use crate::estimate::{CostItem, CostReport, PriceBasis};
use crate::export::Source;
use crate::export::bundle::{ExportFile, Syntax};
use crate::export::planner::PlanNode;
use crate::spreadsheet;

use super::lines::Lines;
use super::{first_nodes, one_line};

const HEADER: [&str; 15] = [
    "region",
    "kind",
    "id",
    "name",
    "count",
    "product",
    "version",
    "vcpu",
    "memory_gib",
    "disk_gib",
    "details",
    "usd_per_month",
    "oldest_price",
    "estimated_prices",
    "without_price",
];

/// The table of a design: what stands in regions by region, then what is in none, then connections that cost money.
pub(super) fn table(source: &Source<'_>) -> ExportFile {
    let (design, costs) = (source.design, Costs::of(&source.analysis.estimates.cost));
    let nodes = first_nodes(&source.plan);
    let mut lines = Lines::default();
    lines.add(spreadsheet::line(HEADER).trim_end());
    let mut components: Vec<(&Id, &Component)> = design.components.iter().map(|(id, c)| (id, c.as_ref())).collect();
    components.sort_by_key(|(id, c)| (c.region.is_none(), c.region.clone(), c.kind(), (*id).clone()));
    // Of callers only the traffic to them is paid for.
    let components = components.into_iter().filter(|(id, c)| !matches!(c.spec, Spec::Users(_)) || costs.know(id));
    for (id, component) in components {
        let row = Row::of_component(design, nodes.get(id.as_str()).copied(), id, component).with_cost(&costs, id);
        lines.drawn(&row.line(), "A component of the drawing with its estimated cost.", [id]);
    }
    for (id, _) in design.links.iter().filter(|(id, _)| costs.know(id)) {
        let name = one_line(&design.name_of(id));
        let row = Row { kind: "Connection", id: id.to_string(), name, ..Row::default() }.with_cost(&costs, id);
        lines.drawn(&row.line(), "A link of the drawing that costs money.", [id]);
    }
    for (id, region) in design.regions.iter().filter(|(id, _)| costs.know(id)) {
        let name = one_line(&region.name);
        let row = Row { kind: "Region", id: id.to_string(), region: name.clone(), name, ..Row::default() };
        lines.drawn(&row.with_cost(&costs, id).line(), "What the region as a whole costs.", [id]);
    }
    lines.into_file(Syntax::Csv)
}

/// The bill by element.
struct Costs<'a> {
    items: BTreeMap<&'a Id, Vec<&'a CostItem>>,
    unpriced: BTreeMap<&'a Id, Vec<&'a str>>,
}

impl<'a> Costs<'a> {
    fn of(cost: &'a CostReport) -> Self {
        let mut costs = Self { items: BTreeMap::new(), unpriced: BTreeMap::new() };
        for item in &cost.items {
            costs.items.entry(&item.element).or_default().push(item);
        }
        for missing in &cost.unpriced {
            costs.unpriced.entry(&missing.element).or_default().push(&missing.reason);
        }
        costs
    }

    /// Whether the element costs money, known or not.
    fn know(&self, element: &Id) -> bool {
        self.items.contains_key(element) || self.unpriced.contains_key(element)
    }
}

/// One row; texts are empty where there is nothing to say.
#[derive(Debug, Clone, Default)]
struct Row {
    region: String,
    kind: &'static str,
    id: String,
    name: String,
    count: String,
    product: String,
    version: String,
    /// Of one node: vCPU, memory in GiB, disk in GiB.
    size: [String; 3],
    details: String,
    usd_per_month: String,
    oldest_price: String,
    estimated_prices: String,
    without_price: String,
}

impl Row {
    fn of_component(design: &Design, node: Option<&PlanNode>, id: &Id, component: &Component) -> Self {
        let (product, version) = product(component, node);
        let size = component.size.map(|s| [s.vcpu, s.memory_gib, s.disk_gib].map(|number| number.to_string()));
        Self {
            region: component.region.as_ref().map(|region| one_line(&design.name_of(region))).unwrap_or_default(),
            kind: component.kind().label(),
            id: id.to_string(),
            name: one_line(&component.name),
            count: component.instances.to_string(),
            product,
            version,
            size: size.unwrap_or_default(),
            details: details(component),
            ..Self::default()
        }
    }

    /// What the estimate has of the element.
    fn with_cost(mut self, costs: &Costs<'_>, element: &Id) -> Self {
        if let Some(items) = costs.items.get(element) {
            let basis: PriceBasis = items.iter().copied().collect();
            self.usd_per_month = format!("{:.2}", items.iter().map(|item| item.cost.value).sum::<f64>());
            self.oldest_price = basis.oldest.map(|date| date.to_string()).unwrap_or_default();
            self.estimated_prices = basis.estimated().to_string();
        }
        let reasons = costs.unpriced.get(element).map(Vec::as_slice).unwrap_or_default();
        self.without_price = reasons.iter().map(|reason| one_line(reason)).collect::<Vec<_>>().join(" ");
        self
    }

    fn line(&self) -> String {
        let [vcpu, memory, disk] = &self.size;
        let cells = [
            &self.region,
            self.kind,
            &self.id,
            &self.name,
            &self.count,
            &self.product,
            &self.version,
            vcpu,
            memory,
            disk,
            &self.details,
            &self.usd_per_month,
            &self.oldest_price,
            &self.estimated_prices,
            &self.without_price,
        ];
        spreadsheet::line(cells).trim_end().to_owned()
    }
}

/// What is installed or rented, and its version.
fn product(component: &Component, node: Option<&PlanNode>) -> (String, String) {
    if let Some(node) = node {
        return (node.pack.clone(), node.version.clone());
    }
    let (product, version) = match &component.spec {
        Spec::Database(database) => (database.engine.label(), database.version.as_str()),
        Spec::IdentityProvider(identity) => (identity.product.label(), ""),
        Spec::Redis(_) => ("Redis or Valkey", ""),
        Spec::Analytics(analytics) => (analytics.product.label(), ""),
        _ => ("", ""),
    };
    (product.to_owned(), one_line(version))
}

/// What else decides on the price or the order.
fn details(component: &Component) -> String {
    let mut parts: Vec<String> = Vec::new();
    match &component.spec {
        Spec::Database(d) => {
            parts.push(if d.managed { "managed" } else { "own servers" }.to_owned());
            parts.push(d.standby.label().to_lowercase());
            parts.push(format!("{} GiB of storage", d.storage_gib));
        }
        Spec::Gateway(gateway) => {
            parts.extend(gateway.autoscale_max.map(|most| format!("scales to {most}")));
        }
        Spec::LoadBalancer(balancer) if balancer.sticky => parts.push("sticky sessions".to_owned()),
        Spec::GlobalLoadBalancer(global) => parts.push(global.policy.label().to_lowercase()),
        Spec::Redis(redis) => parts.push(redis.mode.label().to_lowercase()),
        _ => {}
    }
    if !component.zones.is_empty() {
        parts.push(format!("zones {}", component.zones.iter().map(|z| one_line(z)).collect::<Vec<_>>().join(" ")));
    }
    parts.extend(component.hours_per_month.map(|hours| format!("{hours} hours a month")));
    parts.join("; ")
}
