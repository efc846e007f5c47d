//! R-HA-25: opaque tokens are checked in the main region.

use crate::design::TokenFormat;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-25",
    title: "Sub regions use tokens that their gateways can check themselves.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "Calls with a token not seen lately wait for the main region, and fail while it cannot be reached.",
    why: "Only a key manager can resolve an opaque token, and in Pattern 2 it is part of the main region's control plane. \
          A JWT is checked at the gateway.",
    remedy: "Use JWT access tokens.",
    sources: &[source("H1", S35), source("A6", S1), source("B20", S1)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if cx.design.meta.tokens != TokenFormat::Opaque {
        return;
    }
    for region in cx.subs().filter(|r| r.has(Kind::has_gateway)) {
        // Identity providers can be key managers, too.
        if !region.has(|k| matches!(k, Kind::KeyManager | Kind::AllInOne | Kind::IdentityProvider)) {
            let message = format!("Gateways in {} ask another region about opaque tokens", region.name());
            found.at([region.id], message).seen("tokens", "opaque").seen("key managers", 0);
        }
    }
}

fn fixes(_: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    list.offer("Use JWT access tokens", |d| d.meta(|m| m.tokens = TokenFormat::Jwt));
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_2().meta(|m| m.tokens = TokenFormat::Opaque).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().meta(|m| m.tokens = TokenFormat::Opaque).design()
}
