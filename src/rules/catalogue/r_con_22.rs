//! R-CON-22: one Keycloak cluster stays where round trips are short.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::IdentityProduct;
use crate::rules::distance::RoundTrips;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-22",
    title: "A Keycloak cluster over several regions has round trips of less than 10 ms.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Logins and tokens become slow or fail in all regions of the cluster.",
    why: "The nodes of one cluster wait for each other; Keycloak suggests less than 5 ms between its sites and requires less \
          than 10 ms.",
    remedy: "Run one cluster in each region, or keep it to regions less than 10 ms, better less than 5 ms, apart.",
    sources: &[source("F9", S42)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The longest round trip that Keycloak allows is shorter than this, ms.
const REQUIRED_BELOW_MS: f64 = 10.0;

/// Members of each cluster by its name, and of those the regions.
fn clusters<'a>(cx: &Context<'a>) -> BTreeMap<&'a str, Vec<(Node<'a>, &'a Id)>> {
    let mut clusters: BTreeMap<&str, Vec<(Node<'_>, &Id)>> = BTreeMap::new();
    for node in cx.which(|k| k == Kind::IdentityProvider) {
        let Spec::IdentityProvider(provider) = &node.component.spec else { continue };
        if let (IdentityProduct::Keycloak, false, Some(region)) =
            (provider.product, provider.cluster.is_empty(), &node.component.region)
        {
            clusters.entry(&provider.cluster).or_default().push((node, region));
        }
    }
    clusters
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    let mut round_trips = None;
    let mut unknown = 0_usize;
    for members in clusters(cx).values() {
        let regions: Vec<&Id> = members.iter().map(|(_, r)| *r).collect::<BTreeSet<_>>().into_iter().collect();
        let pairs = regions.iter().enumerate().flat_map(|(i, a)| regions.iter().skip(i + 1).map(move |b| (*a, *b)));
        let mut incomplete = false;
        let far = pairs.into_iter().find_map(|(a, b)| {
            let ms = round_trips.get_or_insert_with(|| RoundTrips::of(cx)).ms(a, b);
            incomplete |= ms.is_none();
            ms.filter(|ms| *ms >= REQUIRED_BELOW_MS).and_then(|ms| Some((cx.region(a)?, cx.region(b)?, ms)))
        });
        let Some((one, other, ms)) = far else {
            unknown += usize::from(incomplete);
            continue;
        };
        found
            .at(
                members.iter().map(|(node, _)| node.id),
                format!(
                    "One Keycloak cluster spans {} and {}, {ms:.0} ms apart; less than 10 ms is required",
                    one.name(),
                    other.name()
                ),
            )
            .seen("regions", crate::rules::context::id_list(regions.iter().copied()))
            .seen("round trip, ms", format!("{ms:.0}"));
    }
    if unknown > 0 {
        let clusters = plural(unknown, "Keycloak cluster");
        found.unchecked(format!("The round trip between the regions of {unknown} {clusters} is not known."));
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let members: Vec<Node<'_>> = finding.subjects.iter().filter_map(|id| cx.node(id)).collect();
    let Some(first) = members.first().and_then(|n| n.component.region.as_ref()) else { return };
    list.offer("Make one Keycloak cluster for each region", |d| {
        for node in &members {
            let Some(region) = node.component.region.as_ref().filter(|r| *r != first) else { continue };
            d.component(node.id, |c| {
                if let Spec::IdentityProvider(provider) = &mut c.spec {
                    provider.cluster = format!("{}-{region}", provider.cluster);
                }
            });
        }
    });
}

#[cfg(test)]
fn clustered(second: &str, place: &str) -> Design {
    use crate::design::Site;
    let member = |cluster: &str| {
        Spec::IdentityProvider(crate::design::IdentityProvider {
            product: IdentityProduct::Keycloak,
            cluster: cluster.to_owned(),
        })
    };
    pattern_1()
        .with_region("frankfurt", |r| r.site = Site::cloud("aws", "eu-central-1"))
        .with_region("oregon", |r| r.site = Site::cloud("aws", place))
        .put("frankfurt", Kind::IdentityProvider)
        .put("oregon", Kind::IdentityProvider)
        .with("frankfurt-idp", |c| c.spec = member("staff"))
        .with("oregon-idp", |c| c.spec = member(second))
        .link("frankfurt-cp", "frankfurt-idp", &[Purpose::Identity])
        .link("oregon-cp", "oregon-idp", &[Purpose::Identity])
        .design()
}

#[cfg(test)]
pub fn failing() -> Design {
    clustered("staff", "us-west-2")
}

#[cfg(test)]
pub fn passing() -> Design {
    clustered("", "us-west-2")
}

#[test]
fn near_regions_may_share_a_cluster() {
    assert_eq!(found(&clustered("staff", "eu-central-2"), RULE.id), []);
}
