//! R-HA-17: all nodes have the same encryption key.

use super::r_ha_16::Mixture;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-HA-17",
    title: "From 4.7 all product nodes have the same symmetric encryption key.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "Those nodes cannot decrypt what others stored, so secrets of APIs and connections are unusable there.",
    why: "4.7 encrypts internal secrets with a symmetric key by default; whoever reads them needs that key.",
    remedy: "Give every node the same encryption key.",
    sources: &[source("A42", S19), source("A42", S26)],
    versions: Versions::from(ProductVersion::V4_7),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    if let Some(mixture) = Mixture::of(cx, |s| &s.encryption_key) {
        mixture.report(cx, "encryption key", found);
    }
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    if let Some(mixture) = Mixture::of(cx, |s| &s.encryption_key) {
        mixture.offer(cx, "encryption key", |s| &mut s.encryption_key, list);
    }
}

#[cfg(test)]
fn in_version(version: ProductVersion) -> Design {
    let own = |c: &mut crate::design::Component| c.settings.encryption_key = "mumbai".into();
    pattern_2().version(version).with("mumbai-gw", own).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    in_version(ProductVersion::V4_7)
}

#[cfg(test)]
pub fn passing() -> Design {
    in_version(ProductVersion::V4_6)
}
