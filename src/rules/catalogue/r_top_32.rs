//! R-TOP-32: several regions are described for Universal Gateways only.

use crate::design::{Gateway, GatewayRuntime};
use crate::rules::convert::{self, offer};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-32",
    title: "Gateways of several regions are Universal Gateways; Platform Gateways exist from 4.7.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "How the gateway is fed, throttled and kept running when a region is lost is not known.",
    why: "The pages about several data centres describe wiring, start and outages of the Universal Gateway only; the \
          Platform Gateway is another product.",
    remedy: "Take Universal Gateways, or agree the deployment with the vendor.",
    sources: &[source("A8", S36)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_6),
        why: "The Platform Gateway came with 4.7; earlier versions have the Universal Gateway only.",
        remedy: "Take Universal Gateways, or upgrade to 4.7.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Whether regions work together in the drawing.
fn is_joint(cx: &Context<'_>) -> bool {
    matches!(cx.pattern, Pattern::Pattern1 | Pattern::Pattern2 | Pattern::Mixed)
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::Gateway) {
        if !matches!(&node.component.spec, Spec::Gateway(Gateway { runtime: GatewayRuntime::Platform, .. })) {
            continue;
        }
        let version = node.component.settings.product_version.unwrap_or(cx.version);
        let place = cx.place(node);
        let message = if version < ProductVersion::V4_7 {
            format!("{place} is a Platform Gateway, which {version} does not have")
        } else if is_joint(cx) && cx.region_of(node).is_some() {
            format!("{place} is a Platform Gateway, which is not described for several regions")
        } else {
            continue;
        };
        found.at([node.id], message).seen("runtime", GatewayRuntime::Platform.label()).seen("version", version);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Make {} a Universal Gateway", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Spec::Gateway(gateway) = &mut c.spec {
                gateway.runtime = GatewayRuntime::Universal;
            }
        });
    });
    if cx.version < ProductVersion::V4_7 && !is_joint(cx) && offer::may_upgrade(cx) {
        let version = ProductVersion::V4_7;
        list.offer(format!("Draw the design for {version}"), |d| convert::upgrade(d, version));
    }
}

#[cfg(test)]
fn platform(sketch: Sketch, gateway: &str, version: ProductVersion) -> Design {
    let runtime = GatewayRuntime::Platform;
    let set = |c: &mut crate::design::Component| c.spec = Spec::Gateway(Gateway { runtime, ..Gateway::default() });
    sketch.with(gateway, set).version(version).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    platform(pattern_2(), "mumbai-gw", ProductVersion::V4_7)
}

#[cfg(test)]
pub fn passing() -> Design {
    platform(single(), "frankfurt-gw", ProductVersion::V4_7)
}

#[test]
fn before_4_7_there_is_none_anywhere() {
    for version in ProductVersion::ALL {
        let said = found(&platform(single(), "frankfurt-gw", version), RULE.id);
        assert_eq!(said.is_empty(), version >= ProductVersion::V4_7, "{version}");
    }
}
