//! R-OPS-07: the cost holds no licence.

use crate::design::Licences;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-OPS-07",
    title: "The price of the subscription is added to the estimated cost.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "The estimated cost is that of the infrastructure only, and the whole is more.",
    why: "Subscriptions are sold by transactions or by cores of production systems, and no price of either is published.",
    remedy: "Ask the vendor for a price for the cores or calls of this design, and enter it in the terms of the design.",
    sources: &[source("G2", S23), source("G3", S32B), source("G4", S32C)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("There is no published price; enter yours in the terms of the design."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let given = cx.design.meta.estimation.terms.licences != Licences::default();
    if !given && cx.which(Kind::is_product_node).next().is_some() {
        found
            .everywhere("The estimated cost is without the subscription of the product".to_owned())
            .seen("subscription in the cost", false);
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    Sketch::new().region("Frankfurt", RegionRole::Peer).put("frankfurt", Kind::Backend).design()
}

#[test]
fn a_price_that_was_entered_is_in_the_cost() {
    let priced = single().meta(|m| m.estimation.terms.licences.usd_per_month = Some(1_000.0)).design();
    assert_eq!(found(&priced, RULE.id), []);
}
