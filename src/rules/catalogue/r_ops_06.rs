//! R-OPS-06: backups are planned and practised.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-OPS-06",
    title: "Backups of all databases and one copy of each server are planned and practised.",
    severity: Severity::Info,
    basis: Basis::Documented,
    impact: "What somebody deletes by mistake, or a fault destroys everywhere, cannot be brought back.",
    why: "A standby and a replica copy mistakes as well; how fast and from how long ago to recover is left to the \
          operator, as no figures are published.",
    remedy: "Decide the recovery time, how often to back up and where to, and practise it.",
    sources: &[source("H21", S21)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let meta = &cx.design.meta;
    if meta.practices.backups_planned || meta.environment != Environment::Production {
        return;
    }
    if cx.which(|k| k == Kind::Database).next().is_some() {
        found
            .everywhere("Nothing says that backups of databases and servers are planned".to_owned())
            .seen("backups planned", false)
            .seen("environment", meta.environment.label());
    }
}

fn fixes(_: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    list.offer("Note that backups are planned and practised", |d| d.meta(|m| m.practices.backups_planned = true));
}

#[cfg(test)]
pub fn failing() -> Design {
    single().design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().meta(|m| m.practices.backups_planned = true).design()
}
