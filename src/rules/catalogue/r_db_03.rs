//! R-DB-03: the key sequences were created for as many regions as there are.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-DB-03",
    title: "The key sequences of Pattern 1 leave room for every complete region.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "The new region draws keys that an old one draws as well, or every sequence is made anew first.",
    why: "The step of a sequence is fixed when the tables are made, so a region that was not counted then has no keys \
          of its own.",
    remedy: "Make the sequences anew in all regions with the larger step, best with spare room for regions to come.",
    sources: &[source("B15", S27)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let Some(planned) = cx.design.meta.practices.sequences_for_regions else { return };
    let regions: Vec<_> = cx.synchronised().collect();
    if regions.len() <= planned as usize {
        return;
    }
    let names: Vec<&str> = regions.iter().map(|r| r.name()).collect();
    let noun = plural(planned as usize, "region");
    let message = format!("The key sequences were made for {planned} {noun}, but {} are complete", list(&names));
    let ids: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
    found.everywhere(message).seen("sequences for regions", planned).seen("complete regions", ids.join(", "));
}

fn fixes(cx: &Context<'_>, _: &Finding, list: &mut FixList<'_>) {
    let regions = u32::try_from(cx.synchronised().count()).unwrap_or(u32::MAX);
    for (n, why) in [(regions, ""), (regions.saturating_add(2), ", two of them to spare")] {
        list.offer(format!("Plan new key sequences for {n} regions{why}"), |d| {
            d.meta(|m| m.practices.sequences_for_regions = Some(n));
        });
    }
}

#[cfg(test)]
fn planned(regions: u32) -> Design {
    pattern_1().meta(|m| m.practices.sequences_for_regions = Some(regions)).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    planned(1)
}

#[cfg(test)]
pub fn passing() -> Design {
    planned(2)
}
