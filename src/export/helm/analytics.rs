//! Where gateways send usage events.

use crate::design::{AnalyticsProduct, Id};
use crate::export::bundle::Origin;

use super::hosts::Hosts;
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// Writes the analytics that a gateway is connected to, if the branch knows the product.
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some((product, service)) = product(hosts, release) else { return };
    let origin = Origin::stated("Usage events go to the analytics that are drawn.", &["A35", "H25", "S28"]).of(service);
    match product {
        AnalyticsProduct::Moesif => {
            values.set_where_known("wso2.moesifAnalytics.enabled", true, &origin);
            values.set_where_known("wso2.moesifAnalytics.key", tokens::MOESIF_KEY.text, &origin);
        }
        AnalyticsProduct::Elk => values.set_where_known("wso2.ELKAnalytics.enabled", true, &origin),
        AnalyticsProduct::Choreo => {
            values.set_where_known("wso2.choreoAnalytics.enabled", true, &origin);
            values.set_where_known("wso2.choreoAnalytics.endpoint", tokens::CHOREO_ENDPOINT.text, &origin);
            values.set_where_known("wso2.choreoAnalytics.onpremKey", tokens::CHOREO_KEY.text, &origin);
        }
    }
}

/// The product of the analytics that a release is connected to.
fn product(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<(AnalyticsProduct, Option<Id>)> {
    let (_, service, product) = hosts.wiring().analytics(release.nodes.first()?)?;
    Some((product?, Id::new(&service.id).ok()))
}

/// Why the analytics that are drawn are not in the values, if so.
pub(super) fn problem(hosts: &Hosts<'_>, release: &Release<'_>, values: &Values) -> Option<String> {
    let (product, _) = product(hosts, release)?;
    let key = match product {
        AnalyticsProduct::Moesif => "wso2.moesifAnalytics.enabled",
        AnalyticsProduct::Elk => "wso2.ELKAnalytics.enabled",
        AnalyticsProduct::Choreo => "wso2.choreoAnalytics.enabled",
    };
    (!values.knows(key)).then(|| {
        format!(
            "{}: the charts of {} have no key for {}, so usage events stay off (H25).",
            release.group,
            release.branch.label(),
            product.label()
        )
    })
}
