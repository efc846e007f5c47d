//! R-SIZ-07: nodes of WSO2 Identity Server are not too small.

use crate::design::{IdentityProduct, NodeSize};
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-07",
    title: "A node of WSO2 Identity Server has at least 4 vCPU, 4 GiB of memory and 10 GiB of disk.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Logins and tokens get slow, or the server runs out of memory.",
    why: "That is the size its own deployment guide names for one node.",
    remedy: "Choose a larger node size.",
    sources: &[source("E11", S41)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

const LEAST: NodeSize = NodeSize { vcpu: 4.0, memory_gib: 4.0, disk_gib: 10.0 };

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut undecided = 0;
    for node in cx.which(|k| k == Kind::IdentityProvider) {
        if !matches!(&node.component.spec, Spec::IdentityProvider(i) if i.product == IdentityProduct::Wso2Is) {
            continue;
        }
        let Some(size) = node.component.size else {
            undecided += 1;
            continue;
        };
        if size.vcpu < LEAST.vcpu || size.memory_gib < LEAST.memory_gib || size.disk_gib < LEAST.disk_gib {
            found
                .at([node.id], format!("{} is smaller than its guide asks for a node", cx.place(node)))
                .seen("vCPU", size.vcpu)
                .seen("memory GiB", size.memory_gib)
                .seen("disk GiB", size.disk_gib);
        }
    }
    if undecided > 0 {
        let servers = plural(undecided, "identity server");
        found.unchecked(format!("No size is given for the nodes of {undecided} {servers}."));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    list.offer(format!("Raise the size of {} to what its guide asks", cx.place(node)), |d| {
        d.component(node.id, |c| {
            if let Some(size) = &mut c.size {
                size.vcpu = size.vcpu.max(LEAST.vcpu);
                size.memory_gib = size.memory_gib.max(LEAST.memory_gib);
                size.disk_gib = size.disk_gib.max(LEAST.disk_gib);
            }
        });
    });
}

#[cfg(test)]
fn server(product: IdentityProduct) -> Design {
    use crate::design::IdentityProvider;
    single()
        .put("frankfurt", Kind::IdentityProvider)
        .with("frankfurt-idp", |c| {
            c.spec = Spec::IdentityProvider(IdentityProvider { product, ..IdentityProvider::default() });
            c.size = Some(NodeSize { vcpu: 2.0, ..LEAST });
        })
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    server(IdentityProduct::Wso2Is)
}

#[cfg(test)]
pub fn passing() -> Design {
    server(IdentityProduct::Keycloak)
}
