//! R-SIZ-01: nodes are not below the minimum.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-01",
    title: "A node of the product has at least 2 vCPU, 4 GiB of memory and 10 GiB of disk.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "",
    why: "That is the documented minimum: 2 GB for the process, 2 GB for the system, and room for logs and the product.",
    remedy: "Choose a larger node size.",
    sources: &[source("E1", S16)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

const MIN_VCPU: f64 = 2.0;
const MIN_MEMORY_GIB: f64 = 4.0;
const MIN_DISK_GIB: f64 = 10.0;

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(Kind::is_product_node) {
        let Some(size) = node.component.size else { continue };
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
            found.at([node.id], format!("{} is below the minimum: {}", cx.place(node), list(&small)));
        }
    }
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
