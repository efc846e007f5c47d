//! The words on a component's box and on a region's title bar.

use std::collections::BTreeMap;

use crate::design::{Component, Design, Id, Link, Purpose, Region, Spec, Standby};
use crate::estimate::Estimates;

/// What stands on a component's box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// First line: the name.
    pub title: String,
    /// Second line: instances, size or load, what tells most.
    pub subtitle: String,
}

/// A number without a needless fraction: `2`, `0.5`, `1,200`.
#[must_use]
pub fn plain_number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if (rounded - rounded.trunc()).abs() > f64::EPSILON {
        return format!("{rounded}");
    }
    let digits = format!("{:.0}", rounded.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    if rounded < 0.0 { format!("-{out}") } else { out }
}

/// The words for a component's box. `utilisation_pct` is that of its group, if known.
#[must_use]
pub fn component_card(component: &Component, utilisation_pct: Option<f64>) -> Card {
    let mut parts: Vec<String> = Vec::new();
    let nodes = component.size.is_some() || component.instances > 1;
    if nodes {
        parts.push(format!("×{}", component.instances));
    }
    match &component.spec {
        Spec::Users(u) => parts.push(format!("{}/s", plain_number(u.requests_per_s))),
        Spec::GlobalLoadBalancer(g) => parts.push(g.policy.label().to_owned()),
        Spec::LoadBalancer(lb) => parts.push(if lb.sticky { "sticky".into() } else { "any node".into() }),
        Spec::Gateway(g) => {
            match utilisation_pct {
                Some(pct) => parts.push(format!("{pct:.0} % used")),
                None => parts.extend(size_text(component)),
            }
            if g.environment != "Default" {
                parts.push(g.environment.clone());
            }
        }
        Spec::AllInOne(_) => match utilisation_pct {
            Some(pct) => parts.push(format!("{pct:.0} % used")),
            None => parts.extend(size_text(component)),
        },
        Spec::Database(d) => {
            parts.clear();
            parts.push(format!("{} {}", d.engine.label(), d.version));
            parts.push(if d.standby == Standby::MultiZone { "2 zones".into() } else { "single".into() });
        }
        Spec::IdentityProvider(i) => parts.push(i.product.label().to_owned()),
        Spec::Backend(b) => parts.push(format!("{} ms", plain_number(b.p50_ms))),
        Spec::Redis(r) => parts.push(r.mode.label().to_lowercase()),
        Spec::Analytics(a) => parts.push(a.product.label().to_owned()),
        Spec::TrafficManager | Spec::ControlPlane(_) | Spec::KeyManager => parts.extend(size_text(component)),
        Spec::SharedFiles => parts.push("shared directory".into()),
    }
    Card { title: component.name.clone(), subtitle: parts.join(" · ") }
}

fn size_text(component: &Component) -> Option<String> {
    component.size.map(|s| format!("{} vCPU · {} GiB", plain_number(s.vcpu), plain_number(s.memory_gib)))
}

/// A region's title, such as "Main · Frankfurt · eu-central-1".
#[must_use]
pub fn region_title(region: &Region) -> String {
    let site = region.site.short();
    if region.name.contains(site) {
        format!("{} · {}", region.role.label(), region.name)
    } else {
        format!("{} · {} · {site}", region.role.label(), region.name)
    }
}

/// A monthly cost on a region's title bar: "$6,940 / month"; the amount is in the currency of the sign before it.
#[must_use]
pub fn monthly_cost(amount: f64, sign: &str) -> String {
    format!("{sign}{} / month", plain_number(amount.round()))
}

/// What a screen reader says of a region: `Region Main · Frankfurt · eu-central-1, 12 components`.
#[must_use]
pub fn spoken_region(region: &Region, components: usize) -> String {
    let parts = if components == 1 { "1 component".to_owned() } else { format!("{components} components") };
    format!("Region {}, {parts}", region_title(region))
}

/// What a screen reader says of a component: `Gateway, Public gateway ×2 in Mumbai`.
#[must_use]
pub fn spoken_component(component: &Component, region: Option<&Region>) -> String {
    let times = if component.instances > 1 { format!(" ×{}", component.instances) } else { String::new() };
    let place = region.map(|region| format!(" in {}", region.name)).unwrap_or_default();
    format!("{}, {}{times}{place}", component.kind().label(), component.name)
}

/// What a screen reader says of a link: `Event stream from Gateway to Traffic manager`.
#[must_use]
pub fn spoken_link(design: &Design, link: &Link) -> String {
    let (from, to) = (design.name_of(&link.from), design.name_of(&link.to));
    format!("{} from {from} to {to}", link.purpose.label())
}

/// What each region costs a month, as [`monthly_cost`] says it, in the currency in which people want to see it.
#[must_use]
pub fn region_costs(estimates: &Estimates) -> BTreeMap<Id, String> {
    let currency = &estimates.cost.currency;
    let mut usd: BTreeMap<&Id, f64> = BTreeMap::new();
    for item in &estimates.cost.items {
        if let Some(region) = &item.region {
            *usd.entry(region).or_default() += item.cost.value;
        }
    }
    let sign = currency.sign();
    usd.into_iter().map(|(id, usd)| (id.clone(), monthly_cost(usd * currency.per_usd, &sign))).collect()
}

/// The ports on which the listening end of a link must answer, as numbers; empty when its own address decides.
#[must_use]
pub fn link_ports(design: &Design, link: &Link) -> Vec<String> {
    if link.tls && matches!(link.purpose, Purpose::EventStream | Purpose::HubEvents) {
        return vec!["8672".into()];
    }
    let database_port = match design.components.get(&link.to).map(|c| &c.spec) {
        Some(Spec::Database(d)) => d.engine.port().map(|p| p.to_string()),
        _ => None,
    };
    link.purpose.ports().iter().take(1).map(|p| p.number.to_string()).chain(database_port).collect()
}

/// The text on a link's line: purpose and ports, with the round trip when the link crosses regions.
#[must_use]
pub fn link_label(design: &Design, link: &Link, rtt_ms: Option<f64>) -> String {
    let mut parts = vec![link.purpose.label().to_owned()];
    parts.extend(link_ports(design, link));
    parts.extend(rtt_ms.map(|ms| format!("{ms:.0} ms")));
    parts.join(" · ")
}

/// Utilisation of a component's group, percent.
#[must_use]
pub fn utilisation_of(estimates: &Estimates, component: &Id) -> Option<f64> {
    estimates
        .load
        .binary_search_by(|l| l.component.cmp(component))
        .ok()
        .and_then(|i| estimates.load.get(i))
        .map(|l| l.utilisation.value)
}
