//! R-CON-02: a sub region listens to every main control plane node.

use std::collections::BTreeMap;

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-CON-02",
    title: "Gateways and traffic managers of a sub region reach every main control plane node on 5672.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Changed APIs and policies and revoked tokens go unnoticed there, at the latest when the node is lost that is \
             heard.",
    why: "The event endpoints are a list of which one node is used at a time; only a complete list lets them change to \
          another.",
    remedy: "Link it for the event stream with every control plane of the main region.",
    sources: &[source("B26", S4), source("A20", S5), source("A25", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut coverage_of = BTreeMap::new();
    for (region, main) in cx.dependencies() {
        let coverage = coverage_of.entry(main.id).or_insert_with(|| {
            let hubs: Vec<Node<'_>> = main.which(Kind::has_control_plane).collect();
            cx.coverage(&hubs, Purpose::EventStream)
        });
        for node in region.which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
            let (missing, count) = coverage.missing(node.id);
            let names: Vec<String> = missing.iter().map(|n| cx.place(*n)).collect();
            if !names.is_empty() {
                found
                    .at([node.id], format!("{} hears no events of {} on 5672", cx.place(node), list_of(&names, count)))
                    .seen("not heard", id_list(missing.iter().map(|n| n.id)))
                    .seen("number not heard", count);
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some(home) = rewire::homes(cx, node).into_iter().next() else { return };
    let label = format!("Let {} listen to every control plane in {}", cx.place(node), home.name());
    list.offer(label, |d| rewire::listen(d, node.id, home.id));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().put_as("frankfurt", Kind::ControlPlane, "-2").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}

#[test]
fn the_control_plane_not_listened_to_is_named() {
    let design =
        pattern_2().put_as("frankfurt", Kind::ControlPlane, "-2").with("frankfurt-cp-2", |c| c.name = "Spare".into());
    let said = found(&design.link("mumbai-gw", "frankfurt-cp-2", &[Purpose::EventStream]).design(), RULE.id);
    assert_eq!(
        said,
        [(vec!["mumbai-tm".into()], "Traffic manager in Mumbai hears no events of Spare in Frankfurt on 5672".into())]
    );
}
