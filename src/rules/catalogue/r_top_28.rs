//! R-TOP-28: nodes are installed in a way that their version offers.

use crate::design::Packaging;
use crate::rules::convert::packaging_exists;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-TOP-28",
    title: "Nodes start from a profile up to 4.4 and from distributions of their own from 4.5.",
    severity: Severity::Error,
    basis: Basis::Documented,
    impact: "The nodes cannot be installed as drawn.",
    why: "With 4.5 the profiles of the common pack gave way to separate distributions. Only a separate key manager is \
          still a copy of the control plane pack that is set up with a profile.",
    remedy: "Install the node from its distribution, a separate key manager from the control plane pack with its \
             profile.",
    sources: &[source("A1", S10), source("A2", S8), source("A3", S6)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::up_to(ProductVersion::V4_4),
        why: "Up to 4.4 there is one pack for everything, and a profile picks the part that a node plays.",
        remedy: "Install the common pack and start the node with its profile.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(Kind::is_product_node) {
        let settings = &node.component.settings;
        let version = settings.product_version.unwrap_or(cx.version);
        let kind = node.component.kind();
        if packaging_exists(kind, settings.packaging, version) {
            continue;
        }
        let how = if settings.packaging == Packaging::Profile { "by a profile" } else { "from its own distribution" };
        let label = kind.label().to_lowercase();
        let message = format!("{} is installed {how}, which {version} does not have for a {label}", cx.place(node));
        found.at([node.id], message).seen("packaging", settings.packaging.label()).seen("version", version);
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let version = node.component.settings.product_version.unwrap_or(cx.version);
    let label = format!("Install {} as {version} asks", cx.place(node));
    list.offer(label, |d| d.component(node.id, |c| c.settings.packaging = Packaging::ByVersion));
}

#[cfg(test)]
fn installed(kind: Kind, packaging: Packaging, version: ProductVersion) -> Design {
    let sketch = single().version(version).put_as("frankfurt", kind, "-x");
    let id = format!("frankfurt-{}-x", kind.short());
    sketch.with(&id, |c| c.settings.packaging = packaging).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    installed(Kind::Gateway, Packaging::Profile, ProductVersion::V4_5)
}

#[cfg(test)]
pub fn passing() -> Design {
    installed(Kind::Gateway, Packaging::Distribution, ProductVersion::V4_5)
}

#[test]
fn a_separate_key_manager_keeps_its_profile() {
    use Packaging::{Distribution, Profile};
    use ProductVersion as V;
    let wrong = |kind, packaging, version| !found(&installed(kind, packaging, version), RULE.id).is_empty();
    assert!(!wrong(Kind::KeyManager, Profile, V::V4_6) && wrong(Kind::KeyManager, Distribution, V::V4_6));
    assert!(!wrong(Kind::ControlPlane, Profile, V::V4_4) && wrong(Kind::ControlPlane, Distribution, V::V4_4));
}

#[test]
fn the_version_of_the_node_decides() {
    let drawn = single().with("frankfurt-gw", |c| {
        c.settings.packaging = Packaging::Profile;
        c.settings.product_version = Some(ProductVersion::V4_4);
    });
    assert_eq!(found(&drawn.design(), RULE.id), []);
}
