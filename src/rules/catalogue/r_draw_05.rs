//! R-DRAW-05: a link makes sense between its ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Link, proposals};
use crate::rules::prelude::*;
use crate::rules::rewire::MOST_OFFERS;

pub static RULE: Rule = Rule {
    id: "R-DRAW-05",
    title: "A link has a purpose that its two ends know, and starts at the side that opens the connection.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "What the link was meant to show is missing from checks, ports and failures.",
    why: "Everything here follows the documented connections; a link that is none of them stands for nothing.",
    remedy: "Turn the link round, change its purpose, or draw it between other components.",
    sources: &[source("A19", S5), source("A22", S5), source("A30", S6)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The purposes for which one kind opens connections to another.
struct Known(BTreeMap<(Kind, Kind), Vec<Purpose>>);

impl Known {
    fn new() -> Self {
        let mut known = BTreeMap::new();
        for from in Kind::ALL {
            for to in Kind::ALL {
                let forward = proposals(from, to).into_iter().filter(|p| !p.reversed);
                known.insert((from, to), forward.flat_map(|p| p.purposes.iter().copied()).collect());
            }
        }
        Self(known)
    }

    fn direct(&self, from: Kind, to: Kind, purpose: Purpose) -> bool {
        self.0.get(&(from, to)).is_some_and(|purposes| purposes.contains(&purpose))
    }

    /// A balancer stands for what is behind it and for what is in front of it, an all-in-one for its parts.
    fn sensible(&self, from: Kind, to: Kind, purpose: Purpose) -> bool {
        let mut pairs = parts(from).iter().flat_map(|&from| parts(to).iter().map(move |&to| (from, to)));
        pairs.any(|(from, to)| {
            self.direct(from, to, purpose)
                || (to == Kind::LoadBalancer && Kind::ALL.into_iter().any(|k| self.direct(from, k, purpose)))
                || (from == Kind::LoadBalancer && Kind::ALL.into_iter().any(|k| self.direct(k, to, purpose)))
        })
    }
}

fn parts(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::AllInOne => &[Kind::AllInOne, Kind::ControlPlane, Kind::Gateway, Kind::TrafficManager],
        _ => Kind::ALL.iter().find(|k| **k == kind).map_or(&[], std::slice::from_ref),
    }
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let known = Known::new();
    for wire in cx.wires() {
        let (from, to, purpose) = (wire.from.component.kind(), wire.to.component.kind(), wire.link.purpose);
        if known.sensible(from, to, purpose) {
            continue;
        }
        let what = purpose.label();
        let message = if known.sensible(to, from, purpose) {
            format!("{what}: the link runs the wrong way, {} opens the connection", cx.place(wire.to))
        } else {
            format!("{what}: no documented connection from {} to {}", cx.place(wire.from), cx.place(wire.to))
        };
        found.at([wire.id], message).seen("purpose", what).seen("from", from.label()).seen("to", to.label());
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(wire) = finding.subjects.first().and_then(|id| cx.wire(id)) else { return };
    let known = Known::new();
    let (from, to, purpose) = (wire.from.component.kind(), wire.to.component.kind(), wire.link.purpose);
    let there =
        |from: &Id, to: &Id, purpose: Purpose| cx.out(from).iter().any(|w| w.to.id == to && w.link.purpose == purpose);
    // Events are sent to nodes, never to a balancer (R-CON-03).
    let events = matches!(purpose, Purpose::EventStream | Purpose::HubEvents | Purpose::ThrottleDecision);
    let turned = known.sensible(to, from, purpose) && !(events && from == Kind::LoadBalancer);
    if turned && !there(wire.to.id, wire.from.id, purpose) {
        let label = format!("Turn the link round: {} connects to {}", cx.place(wire.to), cx.place(wire.from));
        list.offer(label, |d| {
            d.link(wire.id, |l| std::mem::swap(&mut l.from, &mut l.to));
            // A balancer before the portals keeps sessions (D8).
            if purpose == Purpose::PortalAccess && to == Kind::LoadBalancer {
                wiring::stick(d, wire.to.id, true);
            }
        });
    }
    let sensible: BTreeSet<Purpose> = known.0.get(&(from, to)).into_iter().flatten().copied().collect();
    // A balancer before the portals has settings of its own to be decided.
    let settled = |p: &Purpose| from != Kind::LoadBalancer || *p != Purpose::PortalAccess;
    // A pull goes through the balancer where there is a pair of nodes (R-CON-03).
    let planes = cx.region_of(wire.to).map_or(wire.to.component.instances, |r| r.control_plane_nodes);
    let past_balancer = |p: &Purpose| *p == Purpose::ManagementHttps && to.has_control_plane() && planes >= 2;
    let free = sensible
        .into_iter()
        .filter(settled)
        .filter(|p| !past_balancer(p))
        .filter(|p| !there(wire.from.id, wire.to.id, *p));
    for other in free.take(MOST_OFFERS) {
        list.offer(format!("Use the link for {}", other.label().to_lowercase()), |d| {
            d.link(wire.id, |l| {
                *l = Link {
                    network: l.network,
                    notes: l.notes.clone(),
                    ..Link::new(l.from.clone(), l.to.clone(), other)
                }
            });
        });
    }
    list.offer(format!("Remove the link from {} to {}", cx.place(wire.from), cx.place(wire.to)), |d| {
        d.disconnect(wire.id);
    });
}

#[cfg(test)]
pub fn failing() -> Design {
    single().link("frankfurt-db", "frankfurt-gw", &[Purpose::ApiTraffic]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().link("frankfurt-cp", "frankfurt-lb-gw", &[Purpose::GatewayManagement]).design()
}

#[test]
fn a_link_drawn_backwards_names_the_side_that_connects() {
    let design = single().link("frankfurt-tm", "frankfurt-gw", &[Purpose::ThrottleData]).design();
    let messages: Vec<String> = found(&design, RULE.id).into_iter().map(|(_, m)| m).collect();
    assert_eq!(messages, ["Throttle data: the link runs the wrong way, Gateway in Frankfurt opens the connection"]);
}

#[test]
fn an_all_in_one_reports_revoked_tokens_like_a_control_plane() {
    let design = Sketch::new()
        .region("Oslo", RegionRole::Peer)
        .put("oslo", Kind::AllInOne)
        .put("oslo", Kind::LoadBalancer)
        .link("oslo-aio", "oslo-lb", &[Purpose::TokenNotification]);
    assert_eq!(found(&design.design(), RULE.id), []);
}

#[test]
fn a_link_drawn_backwards_is_turned_unless_the_right_one_is_there() {
    let labels = |sketch: Sketch| -> Vec<String> {
        let design = sketch.link("frankfurt-tm", "frankfurt-gw", &[Purpose::ThrottleData]).design();
        let finding = crate::rules::testing::findings(&design).into_iter().find(|f| f.rule == RULE.id).unwrap();
        let inputs = crate::rules::Inputs::of(crate::books::Books::shipped());
        crate::rules::fixes_of(&design, &finding, &inputs).into_iter().map(|f| f.label).collect()
    };
    let remove = "Remove the link from Traffic manager in Frankfurt to Gateway in Frankfurt";
    let turn = "Turn the link round: Gateway in Frankfurt connects to Traffic manager in Frankfurt";
    assert_eq!(labels(single()), [remove]);
    assert_eq!(labels(single().without_link("frankfurt-gw", "frankfurt-tm", Purpose::ThrottleData)), [turn, remove]);
}
