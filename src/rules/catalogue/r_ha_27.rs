//! R-HA-27: a load balancer before traffic managers is optional.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-27",
    title: "Traffic managers are treated alike: all pairs have a load balancer in front, or none has.",
    severity: Severity::Info,
    basis: Basis::Inferred,
    impact: "None: throttling works with and without it, but whoever builds it will ask which is meant.",
    why: "The documentation draws a balancer before the pair, while gateways are given the address of every single node; \
          no setting of theirs leads to a balancer.",
    remedy: "Draw a balancer before every pair, or leave it out everywhere.",
    sources: &[source("D4", S5), source("A22", S5), source("A23", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("Both ways are documented and work; whoever runs the balancers has to choose."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let balanced = |n: &Node<'_>| cx.into(n.id).iter().any(|w| w.from.component.kind() == Kind::LoadBalancer);
    let pairs = cx.which(|k| k == Kind::TrafficManager).filter(|n| n.component.instances > 1);
    let (with, without): (Vec<Node<'_>>, Vec<Node<'_>>) = pairs.partition(balanced);
    if !with.is_empty() && !without.is_empty() {
        let places: Vec<String> = without.iter().take(enough_names()).map(|n| cx.place(*n)).collect();
        let verb = if without.len() == 1 { "has" } else { "have" };
        let message = format!("{} {verb} no balancer, unlike others; both work", list_of(&places, without.len()));
        found
            .at(without.iter().map(|n| n.id), message)
            .seen("pairs with a balancer", with.len())
            .seen("pairs without", without.len());
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().link("mumbai-lb", "mumbai-tm", &[Purpose::ThrottleData]).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_2().design()
}
