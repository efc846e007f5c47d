//! R-HA-06: the store of shared counters is replicated, not sharded.

use crate::design::{Redis, RedisMode};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-06",
    title: "Redis for shared throttling counters runs in replication mode.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Limits are not counted together, so callers get more calls through than they are allowed.",
    why: "Distributed throttling works with a primary and its replicas. The documentation rules out sharded clusters.",
    remedy: "Set Redis to replication.",
    sources: &[source("D5", S24)],
    versions: Versions::from(ProductVersion::V4_6),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::Redis) {
        let sharded = matches!(&node.component.spec, Spec::Redis(r) if r.mode == RedisMode::Sharded);
        let throttles = |w: &Wire<'_>| {
            let kind = w.from.component.kind();
            w.link.purpose == Purpose::SharedCounters && (kind.has_traffic_manager() || kind.has_control_plane())
        };
        if sharded && cx.into(node.id).iter().any(throttles) {
            found
                .at([node.id], format!("{} is sharded, which shared counters do not support", cx.place(node)))
                .seen("mode", RedisMode::Sharded.label());
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Set {} to replication", cx.place(node)), |d| {
        d.component(node.id, |c| c.spec = Spec::Redis(Redis { mode: RedisMode::Replication }));
    });
}

#[cfg(test)]
fn with(mode: RedisMode) -> Design {
    single()
        .put("frankfurt", Kind::Redis)
        .with("frankfurt-redis", |c| c.spec = Spec::Redis(Redis { mode }))
        .link("frankfurt-tm", "frankfurt-redis", &[Purpose::SharedCounters])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    with(RedisMode::Sharded)
}

#[cfg(test)]
pub fn passing() -> Design {
    with(RedisMode::Replication)
}
