//! R-HA-24: opaque tokens need key managers in proportion to gateways.

use crate::design::TokenFormat;
use crate::rules::prelude::*;

/// Gateways that one key manager node serves when gateways cache its answers (D14).
const GATEWAYS: u32 = 2;

pub static RULE: Rule = Rule {
    id: "R-HA-24",
    title: "With opaque tokens there are at most two gateway nodes for each node that answers key calls.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Calls with new tokens wait for the key manager, and under load they fail.",
    why: "A gateway cannot read an opaque token and asks the key manager. One of its nodes serves two gateways that cache \
          the answers, one without that cache, and without any cache 500 calls a second.",
    remedy: "Use JWT access tokens, or run more key manager nodes.",
    sources: &[source("D14", S12), source("E9", S12)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.tokens != TokenFormat::Opaque {
        return;
    }
    for region in cx.regions() {
        let Answering { boxes, nodes, gateways } = answering(cx, region);
        if gateways > nodes.saturating_mul(GATEWAYS) {
            let message = format!("{gateways} gateway nodes ask {nodes} in {} about opaque tokens", region.name());
            found
                .at(boxes.iter().map(|n| n.id), message)
                .seen("gateway nodes", gateways)
                .seen("key manager nodes", nodes)
                .seen("tokens", "opaque");
        }
    }
}

/// What answers key calls in a region, and how much is asked.
struct Answering<'a> {
    boxes: Vec<Node<'a>>,
    nodes: u32,
    gateways: u32,
}

fn answering<'a>(cx: &Context<'a>, region: &RegionView<'a>) -> Answering<'a> {
    let apart = region.has(|k| k == Kind::KeyManager);
    let boxes: Vec<Node<'a>> =
        region.which(|k| if apart { k == Kind::KeyManager } else { k.has_control_plane() }).collect();
    let nodes = boxes.iter().fold(0_u32, |sum, n| sum.saturating_add(n.component.instances));
    let sources = cx.topology.sources_of(boxes.iter().map(|n| n.id), Purpose::KeyManagerHttps, &SERVLET);
    let asking = sources.into_iter().filter_map(|id| cx.node(id)).filter(|n| n.component.kind() == Kind::Gateway);
    let gateways = asking.fold(0_u32, |sum, n| sum.saturating_add(most_nodes(n.component)));
    Answering { boxes, nodes, gateways }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    list.offer("Use JWT access tokens", |d| d.meta(|m| m.tokens = TokenFormat::Jwt));
    let Some(first) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(region) = cx.region_of(first) else { return };
    let Answering { nodes, gateways, .. } = answering(cx, region);
    let needed = gateways.div_ceil(GATEWAYS).min(crate::design::MAX_INSTANCES);
    let more = needed.saturating_sub(nodes);
    let kind = first.component.kind();
    if kind != Kind::ControlPlane || needed <= 2 {
        let label = kind.label().to_lowercase();
        list.offer(format!("Run {needed} {label} nodes in {}", region.name()), |d| {
            d.component(first.id, |c| c.instances = c.instances.saturating_add(more));
            wiring::balance_copies(d, first.id);
        });
    }
    // Up to 4.4 no profile is a key manager alone (A1).
    if kind == Kind::ControlPlane && cx.version >= ProductVersion::V4_5 {
        list.offer(format!("Add {needed} key manager nodes of their own in {}", region.name()), |d| {
            wiring::separate_key_managers(d, region.id, needed);
        });
    }
}

#[cfg(test)]
fn with(gateways: u32) -> Design {
    pattern_2().meta(|m| m.tokens = TokenFormat::Opaque).instances("mumbai-gw", gateways).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(5)
}

#[cfg(test)]
pub fn passing() -> Design {
    with(2)
}

#[test]
fn key_managers_of_their_own_answer_instead_of_the_control_plane() {
    let fixes = offered(&with(5), RULE.id);
    let labels: Vec<&str> = fixes.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(labels, ["Use JWT access tokens", "Add 4 key manager nodes of their own in Frankfurt"]);
    let mut design = with(5);
    fixes[1].edit.apply(&mut design).unwrap();
    assert_eq!(found(&design, RULE.id), []);
    let complaints: Vec<String> =
        crate::rules::compare(&crate::rules::testing::findings(&with(5)), &crate::rules::testing::findings(&design))
            .appears
            .iter()
            .filter(|f| f.severity != Severity::Info)
            .map(|f| f.message.clone())
            .collect();
    assert_eq!(complaints, [] as [&str; 0]);
}
