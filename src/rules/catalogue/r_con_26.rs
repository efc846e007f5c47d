//! R-CON-26: the analytics product belongs to the version.

use super::r_con_23::product;
use crate::design::AnalyticsProduct;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-26",
    title: "Analytics in the cloud is Choreo up to 4.5 and Moesif from 4.6.",
    severity: Severity::Warning,
    basis: Basis::Documented,
    impact: "Usage events of the gateways are not taken in, so the analytics stay empty.",
    why: "Moesif has taken the place of Choreo Analytics since 4.6; gateways of older versions do not know it.",
    remedy: "Use Choreo or ELK with this version.",
    sources: &[source("H25", S37)],
    versions: Versions::ALL,
    wording: &[Wording {
        versions: Versions::from(ProductVersion::V4_6),
        why: "Choreo Analytics is given up since 4.6; Moesif has taken its place.",
        remedy: "Use Moesif, or ELK on own premises.",
    }],
    fixes: Fixes::Offer(fixes),
    check,
};

/// The product in the cloud that belongs to a version.
fn of_version(version: ProductVersion) -> AnalyticsProduct {
    if version >= ProductVersion::V4_6 { AnalyticsProduct::Moesif } else { AnalyticsProduct::Choreo }
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(|k| k == Kind::Analytics) {
        let Some(product) = product(node) else { continue };
        if product != AnalyticsProduct::Elk && product != of_version(cx.version) {
            found
                .at(
                    [node.id],
                    format!("{} is {}, which {} does not work with", cx.place(node), product.label(), cx.version),
                )
                .seen("product", product.label())
                .seen("version", cx.version);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    for product in [of_version(cx.version), AnalyticsProduct::Elk] {
        list.offer(format!("Use {} for {}", product.label(), cx.place(node)), |d| {
            d.component(node.id, |c| {
                if let Spec::Analytics(analytics) = &mut c.spec {
                    analytics.product = product;
                }
            });
        });
    }
}

#[cfg(test)]
fn drawn(product: AnalyticsProduct, version: ProductVersion) -> Design {
    let spec = Spec::Analytics(crate::design::Analytics { product });
    single().version(version).put("", Kind::Analytics).with("analytics", |c| c.spec = spec).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    drawn(AnalyticsProduct::Choreo, ProductVersion::V4_6)
}

#[cfg(test)]
pub fn passing() -> Design {
    drawn(AnalyticsProduct::Moesif, ProductVersion::V4_6)
}

#[test]
fn the_change_comes_with_4_6_and_elk_fits_every_version() {
    let told = |product, version| !found(&drawn(product, version), RULE.id).is_empty();
    assert!(told(AnalyticsProduct::Moesif, ProductVersion::V4_5));
    assert!(!told(AnalyticsProduct::Choreo, ProductVersion::V4_5));
    assert!(!ProductVersion::ALL.into_iter().any(|v| told(AnalyticsProduct::Elk, v)));
}
