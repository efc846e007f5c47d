//! R-CON-23: analytics in the cloud needs a way to the internet.

use crate::design::AnalyticsProduct;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-23",
    title: "Gateways reach analytics in the cloud over the internet.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "Calls served there are missing from the analytics.",
    why: "Each gateway sends its usage events over HTTPS straight to the provider's cloud; there is no server of one's own \
          that would collect them.",
    remedy: "Let the gateways out to the internet on 443 and draw the link so, or use ELK on own premises.",
    sources: &[source("A35", S37), source("H25", S37)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The product of an analytics component.
pub(super) fn product(node: Node<'_>) -> Option<AnalyticsProduct> {
    match &node.component.spec {
        Spec::Analytics(analytics) => Some(analytics.product),
        _ => None,
    }
}

fn is_cloud(node: Node<'_>) -> bool {
    product(node).is_some_and(|p| p != AnalyticsProduct::Elk)
}

fn sends<'c, 'a>(cx: &'c Context<'a>, gateway: Node<'_>) -> impl Iterator<Item = &'c Wire<'a>> {
    cx.out(gateway.id).iter().filter(|w| w.link.purpose == Purpose::AnalyticsEvents)
}

fn is_private(wire: &Wire<'_>) -> bool {
    is_cloud(wire.to) && wire.link.network == Network::Private
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let Some(cloud) = cx.which(|k| k == Kind::Analytics).find(|n| is_cloud(*n)) else { return };
    let whom = product(cloud).map_or("the analytics", AnalyticsProduct::label);
    for region in cx.regions() {
        let gateways = || region.which(Kind::has_gateway);
        let silent = gateways().filter(|g| sends(cx, *g).next().is_none()).count();
        let private = gateways().flat_map(|g| sends(cx, g)).filter(|w| is_private(w)).count();
        let message = match (silent, private) {
            (0, 0) => continue,
            (0, _) => format!("Gateways in {} are to reach {whom} over a private network only", region.name()),
            _ => format!("Gateways in {} send no usage events to {whom}", region.name()),
        };
        found
            .at([region.id], message)
            .seen("gateways without a link", silent)
            .seen("links on a private network", private);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(region) = finding.subjects.first().and_then(|id| cx.region(id)) else { return };
    let Some(cloud) = cx.which(|k| k == Kind::Analytics).find(|n| is_cloud(*n)) else { return };
    let label = format!("Connect the gateways in {} with {} over the internet", region.name(), cloud.component.name);
    list.offer(label, |d| {
        for gateway in region.which(Kind::has_gateway) {
            let mut links: Vec<Id> = sends(cx, gateway).filter(|w| is_cloud(w.to)).map(|w| w.id.clone()).collect();
            if sends(cx, gateway).next().is_none() {
                links = d.connect(gateway.id, cloud.id, &[Purpose::AnalyticsEvents]);
            }
            for link in &links {
                d.link(link, |l| l.network = Network::Public);
            }
        }
    });
}

#[cfg(test)]
fn linked(network: Network) -> Sketch {
    let sketch = pattern_2().put("", Kind::Analytics);
    ["frankfurt-gw", "mumbai-gw"].into_iter().fold(sketch, |s, gateway| {
        s.link(gateway, "analytics", &[Purpose::AnalyticsEvents]).with_link(
            gateway,
            "analytics",
            Purpose::AnalyticsEvents,
            |l| l.network = network,
        )
    })
}

#[cfg(test)]
pub fn failing() -> Design {
    linked(Network::Private).without_link("mumbai-gw", "analytics", Purpose::AnalyticsEvents).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    linked(Network::Public).design()
}

#[test]
fn own_analytics_needs_no_internet() {
    let elk = crate::design::Analytics { product: AnalyticsProduct::Elk };
    let design = linked(Network::Private).with("analytics", |c| c.spec = Spec::Analytics(elk));
    assert_eq!(found(&design.design(), RULE.id), []);
    assert_eq!(found(&pattern_2().design(), RULE.id), []);
}
