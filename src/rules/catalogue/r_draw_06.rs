//! R-DRAW-06: gateways and traffic managers are told what to do.

use crate::rules::context::id_list;
use crate::rules::prelude::*;
use crate::rules::rewire;

pub static RULE: Rule = Rule {
    id: "R-DRAW-06",
    title: "Gateways and traffic managers are connected with a control plane.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "It starts empty, or never learns of a change.",
    why: "Gateways and traffic managers pull APIs and policies from a control plane and hear of changes over its event hub.",
    remedy: "Link it with the control plane of its region: the artifact pull with the load balancer, the event stream \
             with the control plane.",
    sources: &[source("A19", S5), source("A20", S5), source("A24", S5), source("A25", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let everywhere: Vec<Node<'_>> = cx.which(Kind::has_control_plane).collect();
    let pulling = cx.topology.sources_of(everywhere.iter().map(|n| n.id), Purpose::ManagementHttps, &SERVLET);
    let hearing = cx.topology.sources_of(everywhere.iter().map(|n| n.id), Purpose::EventStream, &SERVLET);
    // Sub regions have rules of their own, R-CON-01 and R-CON-02.
    for region in cx.regions().iter().filter(|r| r.part != Part::Sub) {
        // Every control plane of the region has to be listened to; where there is none, any other will do.
        let local: Vec<Node<'_>> = region.which(Kind::has_control_plane).collect();
        let events = cx.coverage(&local, Purpose::EventStream);
        for node in region.which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
            let (pulls, hears) = (pulling.contains(node.id), hearing.contains(node.id));
            let (missing, count) = events.missing(node.id);
            let place = cx.place(node);
            if !pulls && !hears {
                found
                    .at([node.id], format!("{place} is connected with no control plane"))
                    .seen("pulls", false)
                    .seen("hears events", false);
                continue;
            }
            if !pulls {
                let what = if node.component.kind() == Kind::Gateway { "APIs" } else { "policies" };
                found
                    .at([node.id], format!("{place} gets no {what}: it reaches no control plane on 9443"))
                    .seen("pulls", false);
            }
            if !missing.is_empty() {
                let names: Vec<String> = missing.iter().map(|n| cx.place(*n)).collect();
                found
                    .at([node.id], format!("{place} hears no events of {} on 5672", list_of(&names, count)))
                    .seen("not heard", id_list(missing.iter().map(|n| n.id)))
                    .seen("number not heard", count);
            } else if !hears {
                found
                    .at([node.id], format!("{place} hears no events of any control plane on 5672"))
                    .seen("hears events", false);
            }
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let homes = rewire::homes(cx, node);
    for home in &homes {
        list.offer(format!("Connect {} with the control plane in {}", cx.place(node), home.name()), |d| {
            rewire::pull(d, node.id, home.id);
            rewire::listen(d, node.id, home.id);
        });
    }
    if let (true, Some(region)) = (homes.is_empty(), cx.region_of(node)) {
        let label = format!("Add a control plane in {}, connected with everything drawn", region.name());
        list.offer(label, |d| rewire::first_control_plane(d, region.id));
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put_as("frankfurt", Kind::Gateway, "-new").design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().design()
}

#[test]
fn pull_and_events_are_asked_for_separately() {
    let messages = |design: &Design| -> Vec<String> { found(design, RULE.id).into_iter().map(|(_, m)| m).collect() };
    let deaf = single().without_link("frankfurt-gw", "frankfurt-cp", Purpose::EventStream).design();
    assert_eq!(messages(&deaf), ["Gateway in Frankfurt hears no events of Control plane in Frankfurt on 5672"]);
    let empty = single().without_link("frankfurt-tm", "frankfurt-lb-cp", Purpose::ManagementHttps).design();
    assert_eq!(
        messages(&empty),
        ["Traffic manager in Frankfurt gets no policies: it reaches no control plane on 9443"]
    );
}

#[test]
fn a_gateway_of_an_all_in_one_pulls_from_it_and_listens_to_it() {
    let drawn = |purposes: &[Purpose]| {
        let sketch = Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne);
        found(&sketch.put("oslo", Kind::Gateway).link("oslo-gw", "oslo-aio", purposes).design(), RULE.id).len()
    };
    assert_eq!(drawn(&[Purpose::ManagementHttps, Purpose::EventStream]), 0);
    assert_eq!(drawn(&[Purpose::ManagementHttps]), 1);
    assert_eq!(drawn(&[Purpose::EventStream]), 1);
}
