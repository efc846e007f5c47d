//! R-DB-07: only some nodes clean up expired revoked tokens.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-07",
    title: "In Pattern 1 some control planes leave the clean-up of expired revoked tokens to others.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Deletions in one region meet deletions in another, which asynchronous replication reports as conflicts.",
    why: "Every control plane deletes expired revoked tokens by itself, and the same rows are then gone twice; an issue \
          describes it for GoldenGate.",
    remedy: "Switch the clean-up off in all regions but one. The issue says that this can be done for chosen nodes; the \
             name of the setting was not found in what we read, so ask the vendor for it.",
    sources: &[source("H15", S30)],
    versions: Versions::from(ProductVersion::V4_6),
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let regions = cx.synchronised_pair();
    let planes: Vec<_> = regions.iter().flat_map(|r| r.which(Kind::has_control_plane)).collect();
    if planes.is_empty() || planes.iter().any(|n| n.component.settings.token_cleanup_off) {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let message = format!("The control planes of {} all clean up revoked tokens in replicated databases", list(&names));
    found.at(planes.iter().map(|n| n.id), message).seen("clean-up off", "none");
}

/// Most regions that are offered as the one that cleans up.
const OFFERED: usize = 3;

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    let regions = cx.synchronised_pair();
    for keeper in regions.iter().take(OFFERED) {
        list.offer(format!("Leave the clean-up to {}", keeper.name()), |d| {
            for plane in regions.iter().filter(|r| r.id != keeper.id).flat_map(|r| r.which(Kind::has_control_plane)) {
                d.component(plane.id, |c| c.settings.token_cleanup_off = true);
            }
        });
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    pattern_1().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    pattern_1().with("oregon-cp", |c| c.settings.token_cleanup_off = true).design()
}
