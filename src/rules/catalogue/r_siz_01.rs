//! R-SIZ-01: nodes are not below the minimum.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-01",
    title: "A node of the product has at least 2 vCPU, 4 GiB of memory and 10 GiB of disk.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "The node is slow or runs out of memory, and stops.",
    why: "That is the documented minimum: 2 GB for the process, 2 GB for the system, and room for logs and the product.",
    remedy: "Choose a larger node size.",
    sources: &[source("E1", S16)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

const MIN_VCPU: f64 = 2.0;
/// Least memory of a node, GiB.
pub const MIN_MEMORY_GIB: f64 = 4.0;
const MIN_DISK_GIB: f64 = 10.0;

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut undecided = 0;
    for node in cx.which(Kind::is_product_node) {
        let Some(size) = node.component.size else {
            undecided += 1;
            continue;
        };
        let mut small = Vec::new();
        if size.vcpu < MIN_VCPU {
            small.push(format!("{} vCPU of {MIN_VCPU}", size.vcpu));
        }
        if size.memory_gib < MIN_MEMORY_GIB {
            small.push(format!("{} GiB of memory of {MIN_MEMORY_GIB}", size.memory_gib));
        }
        if size.disk_gib < MIN_DISK_GIB {
            small.push(format!("{} GiB of disk of {MIN_DISK_GIB}", size.disk_gib));
        }
        if !small.is_empty() {
            found
                .at([node.id], format!("{} is below the minimum: {}", cx.place(node), list(&small)))
                .seen("vCPU", size.vcpu)
                .seen("memory GiB", size.memory_gib)
                .seen("disk GiB", size.disk_gib);
        }
    }
    if undecided > 0 {
        found.unchecked(format!("No size is given for {undecided} {}.", plural(undecided, "group")));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Raise the size of {} to the minimum", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Some(size) = &mut c.size {
                size.vcpu = size.vcpu.max(MIN_VCPU);
                size.memory_gib = size.memory_gib.max(MIN_MEMORY_GIB);
                size.disk_gib = size.disk_gib.max(MIN_DISK_GIB);
            }
        });
    });
}

#[cfg(test)]
fn sized(vcpu: f64, memory_gib: f64) -> Design {
    let size = Some(crate::design::NodeSize { vcpu, memory_gib, disk_gib: 10.0 });
    single().with("frankfurt-gw", |c| c.size = size).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    sized(1.0, 2.0)
}

#[cfg(test)]
pub fn passing() -> Design {
    sized(2.0, 4.0)
}

#[test]
fn what_is_too_small_is_named() {
    assert_eq!(
        found(&failing(), RULE.id),
        [(
            vec!["frankfurt-gw".into()],
            "Gateway in Frankfurt is below the minimum: 1 vCPU of 2 and 2 GiB of memory of 4".into()
        )]
    );
}
