//! R-DRAW-06: gateways and traffic managers are told what to do.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DRAW-06",
    title: "Gateways and traffic managers are connected with a control plane.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    why: "They pull APIs and policies from a control plane and hear of changes over its event hub; a node without either \
          connection starts empty.",
    remedy: "Link it with the control plane of its region: the artifact pull with the load balancer, the event stream \
             with the control plane.",
    sources: &[source("A19", S5), source("A20", S5), source("A24", S5)],
    versions: Versions::ALL,
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let attachments = cx.attachments();
    // Sub regions have rules of their own, R-CON-01 and R-CON-02.
    for region in cx.regions().iter().filter(|r| r.part != Part::Sub) {
        for node in region.which(|k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
            if !attachments.contains_key(node.id) {
                found.at([node.id], format!("{} is connected with no control plane", cx.place(node)));
            }
        }
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
