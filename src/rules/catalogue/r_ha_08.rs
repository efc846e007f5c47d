//! R-HA-08: ten gateways for a group of traffic managers.

use crate::design::draft::Draft;
use crate::rules::prelude::*;

/// Gateways that one traffic manager serves (D4, E10).
const GATEWAYS: u32 = 10;

pub static RULE: Rule = Rule {
    id: "R-HA-08",
    title: "A group of traffic managers serves about ten gateway nodes.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Under full load counts fall behind and limits take effect late.",
    why: "Every gateway reports every call to all nodes of its group, so one node carries them all; it was tested with ten \
          gateways, and the documentation gives each further ten a pair of their own.",
    remedy: "Add a pair of traffic managers for each further ten gateways, or let more nodes count together in Redis.",
    sources: &[source("D4", S12), source("D4", S13), source("E10", S12), source("E10", S13), source("D5", S24)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_5),
        why: "Every gateway reports every call to all nodes of its group, so one node carries them all; it was tested \
              with ten gateways, and the documentation gives each further ten a pair of their own.",
        remedy: "Add a pair of traffic managers for each further ten gateways.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for group in cx.which(|k| cx.serves_throttling(k)) {
        let (count, limit) = (nodes(&gateways_of(cx, group)), limit(cx, group));
        if count > limit {
            let message = format!("{count} gateway nodes report to {}, which serves about {limit}", cx.place(group));
            found.at([group.id], message).seen("gateway nodes", count).seen("limit", limit);
        }
    }
}

/// Gateways that send throttle data to the group, in order of id.
fn gateways_of<'a>(cx: &Context<'a>, group: Node<'_>) -> Vec<Node<'a>> {
    let sources = cx.topology.sources_of([group.id], Purpose::ThrottleData, &[]);
    sources.into_iter().filter_map(|id| cx.node(id)).filter(|n| n.component.kind() == Kind::Gateway).collect()
}

fn nodes(gateways: &[Node<'_>]) -> u32 {
    gateways.iter().fold(0, |sum, n| sum.saturating_add(most_nodes(n.component)))
}

/// Nodes that count together share the calls (D5); otherwise each carries all of them.
fn limit(cx: &Context<'_>, group: Node<'_>) -> u32 {
    let carrying = if super::r_ha_05::count_together(cx, group) { group.component.instances } else { 1 };
    GATEWAYS.saturating_mul(carrying)
}

/// Whether more than ten gateways report to the group.
pub fn is_overfull(cx: &Context<'_>, group: Node<'_>) -> bool {
    nodes(&gateways_of(cx, group)) > GATEWAYS
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(group) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    offer_groups(cx, group, list);
    let can_share = group.component.kind() == Kind::TrafficManager && cx.version >= ProductVersion::V4_6;
    if let Some(region) = cx.region_of(group).filter(|_| can_share) {
        let needed = nodes(&gateways_of(cx, group)).div_ceil(GATEWAYS).min(crate::design::MAX_INSTANCES);
        list.offer(format!("Let {needed} nodes of {} count together in Redis", cx.place(group)), |d| {
            d.component(group.id, |c| c.instances = c.instances.max(needed));
            wiring::share_counters(d, region.id, std::slice::from_ref(group.id));
        });
    }
}

/// Offers pairs of traffic managers with at most ten gateways each instead of this group.
pub fn offer_groups(cx: &Context<'_>, group: Node<'_>, list: &mut FixList<'_>) {
    let gateways = gateways_of(cx, group);
    let direct = |g: &Node<'_>| cx.out(g.id).iter().any(|w| w.to.id == group.id && of_throttling(w.link.purpose));
    let Some(region) = cx.region_of(group).filter(|_| gateways.iter().all(direct)) else { return };
    let home = wiring::home_of(cx.topology, region.id).unwrap_or_else(|| region.id.clone());
    let label = format!("Give every ten gateways of {} a pair of traffic managers", cx.place(group));
    list.offer(label, |d| split(d, group, region.id, &gateways, &home));
}

fn of_throttling(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::ThrottleData | Purpose::ThrottleDecision)
}

fn split(draft: &mut Draft, group: Node<'_>, region: &Id, gateways: &[Node<'_>], home: &Id) {
    let mut shares: Vec<(u32, Vec<Id>)> = Vec::new();
    for (id, count) in gateways.iter().flat_map(|g| in_tens(draft, *g)).collect::<Vec<_>>() {
        match shares.iter_mut().find(|(sum, _)| sum.saturating_add(count) <= GATEWAYS) {
            Some((sum, share)) => {
                *sum = sum.saturating_add(count);
                share.push(id);
            }
            None => shares.push((count, vec![id])),
        }
    }
    let is_pair = group.component.kind() == Kind::TrafficManager;
    if is_pair {
        draft.component(group.id, |c| c.instances = c.instances.min(2));
    } else if group.component.instances > 1 {
        wiring::balance_copies(draft, group.id);
    }
    for (_, share) in shares.iter().skip(1) {
        let pair = if is_pair { wiring::twin(draft, group.id, |l| !of_throttling(l.purpose)) } else { None };
        let pair = pair.unwrap_or_else(|| {
            let id = draft.add(Some(region), Kind::TrafficManager, Kind::TrafficManager.label());
            wiring::attach(draft, &id, home);
            id
        });
        for gateway in share {
            let old: Vec<Id> = draft
                .design()
                .links
                .iter()
                .filter(|(_, l)| l.from == *gateway && l.to == *group.id && of_throttling(l.purpose))
                .map(|(id, _)| id.clone())
                .collect();
            for link in old {
                draft.disconnect(&link);
            }
            draft.connect(gateway, &pair, &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
        }
    }
}

/// Splits a group of gateways into groups of at most ten nodes; gives each with the most nodes it has.
fn in_tens(draft: &mut Draft, gateway: Node<'_>) -> Vec<(Id, u32)> {
    let most = most_nodes(gateway.component);
    let parts = most.div_ceil(GATEWAYS).max(1);
    let part_of = |total: u32, n: u32| total / parts + u32::from(n < total % parts);
    let shares = (0..parts)
        .filter_map(|n| {
            let id = if n == 0 { Some(gateway.id.clone()) } else { wiring::twin(draft, gateway.id, |_| true) }?;
            draft.component(&id, |c| {
                c.instances = part_of(gateway.component.instances, n).max(1);
                if let Spec::Gateway(settings) = &mut c.spec {
                    settings.autoscale_max = settings.autoscale_max.map(|_| part_of(most, n));
                }
            });
            Some((id, part_of(most, n)))
        })
        .collect();
    if parts > 1 {
        wiring::balance_copies(draft, gateway.id);
    }
    shares
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().instances("frankfurt-cp", 2).instances("mumbai-gw", 23).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().instances("mumbai-gw", 10).design()
}

#[test]
fn what_a_group_may_scale_to_counts() {
    let scaling = crate::design::Gateway { autoscale_max: Some(11), ..Default::default() };
    let design = pattern_2().with("mumbai-gw", |c| c.spec = Spec::Gateway(scaling)).design();
    assert_eq!(found(&design, RULE.id).len(), 1);
}

#[test]
fn splitting_keeps_the_number_of_gateways_and_gives_each_ten_a_pair() {
    let fixed = fixed(&failing(), RULE.id);
    let sizes = |kind: Kind| -> Vec<u32> {
        let of_mumbai = |c: &&std::sync::Arc<crate::design::Component>| c.region == Some(Id::slug("Mumbai"));
        fixed.components.values().filter(of_mumbai).filter(|c| c.kind() == kind).map(|c| c.instances).collect()
    };
    assert_eq!(sizes(Kind::Gateway), [8, 8, 7]);
    assert_eq!(sizes(Kind::TrafficManager), [2, 2, 2]);
}

#[test]
fn nodes_that_count_together_share_the_gateways() {
    let at = |version| {
        let design = pattern_2().version(version).instances("mumbai-gw", 20).put("mumbai", Kind::Redis);
        found(&design.link("mumbai-tm", "mumbai-redis", &[Purpose::SharedCounters]).design(), RULE.id).len()
    };
    assert_eq!((at(ProductVersion::V4_5), at(ProductVersion::V4_6)), (1, 0));
}
