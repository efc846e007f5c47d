//! R-OPS-03: a revoked token stays valid where the news does not arrive.

use crate::design::TokenFormat;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-OPS-03",
    title: "Tokens of Pattern 1 live so short that a revocation which does not arrive can be borne.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Somebody whose token was revoked in one region goes on calling APIs in another.",
    why: "Gateways check such a token by themselves and learn of a revocation by an event only, which is lost while the \
          regions are cut off; they ask again when they start.",
    remedy: "Keep the lifetime of tokens short, and restart the gateways after an outage of the connection.",
    sources: &[source("H3", S27), source("H6", S30)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None("How long tokens live is set on applications and key managers, which are not drawn."),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions = cx.synchronised_pair();
    // Opaque tokens are looked up in the database, which is replicated.
    if regions.is_empty() || cx.design.meta.tokens != TokenFormat::Jwt {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let ids: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
    found
        .everywhere(format!(
            "While {} are cut off from each other, a token revoked in one stays valid in the others",
            list(&names)
        ))
        .seen("complete regions", ids.join(", "))
        .seen("tokens", "JWT");
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().meta(|m| m.tokens = TokenFormat::Opaque).design()
}
