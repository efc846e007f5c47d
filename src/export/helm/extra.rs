//! Configuration that the charts have no key for: added as text, and only tables that no chart writes by itself, since
//! a table may stand in a file but once.

use crate::export::bundle::Origin;
use crate::export::wso2::notes::Gap;
use crate::export::wso2::sheet::{Sheet, element, is_literal, not_kept, table};
use crate::export::wso2::{ADMIN, Stores, ssl_connection};

use super::charts::Chart;
use super::hosts::Hosts;
use super::releases::Release;
use super::values::Values;

/// Adds what a release needs beyond the keys of its chart.
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Gap> {
    let mut sheet = Sheet::default();
    let mut why = Vec::new();
    let mut facts = Vec::new();
    if release.chart == Chart::AllInOne && release.is_pair() {
        event_hub(&mut sheet, release);
        why.push("The chart renders no event hub for a pair; each node publishes to both, as documented for pairs.");
        facts.extend(["A28", "S7", "Z22"]);
    }
    if let Some(port) = hosts.encrypted_hub_port(release) {
        broker(&mut sheet, port);
        why.push("Other regions publish to the broker with TLS, whose default is an outdated version.");
        facts.extend(["A36", "S7", "S26"]);
    }
    let domain = release.nodes.first().and_then(|node| node.settings.cache_domain.as_deref());
    let domain = domain.filter(|_| release.chart.has_control_plane());
    let gap = domain.filter(|domain| !is_literal(domain)).map(|_| {
        let what = not_kept("the cache domain", "[apim.cache_invalidation] is");
        release.lacks(&what)
    });
    if let Some(domain) = domain.filter(|_| gap.is_none()) {
        let origin = Origin::stated("Control planes of one domain invalidate each other's caches.", &["D2", "D15"]);
        sheet.add(table("apim.cache_invalidation", origin).set("enabled", true).set("domain", domain));
        why.push("Control planes of one domain invalidate each other's caches.");
        facts.extend(["D2", "D15"]);
    }
    if !why.is_empty() {
        let text = sheet.finish().content.text().unwrap_or_default().trim_start().to_owned();
        values.configure("extraConfigs", text, &Origin::inferred(why.join(" "), &facts).of(release.element()));
    }
    gap
}

/// The event hub of a pair of all-in-one nodes. Which peer copies revoked tokens is the one thing that cannot be said,
/// as both nodes have the same values; the product does that by the key of throttling, too (A49).
fn event_hub(sheet: &mut Sheet, release: &Release<'_>) {
    let origin = || Origin::inferred("The event hub of a pair.", &["A28", "S7", "Z22"]);
    sheet.add(
        table("apim.event_hub", origin())
            .set("enable", true)
            .set("username", ADMIN.0)
            .set("password", ADMIN.1)
            .set("service_url", format!("https://{}:9443/services/", release.service()))
            .set("event_listening_endpoints", ["tcp://localhost:5672"]),
    );
    for service in release.instance_services() {
        sheet.add(
            element("apim.event_hub.publish.url_group", origin())
                .set("urls", [format!("tcp://{service}:9611")])
                .set("auth_urls", [format!("ssl://{service}:9711")]),
        );
    }
}

/// The encrypted port of the broker, with the stores that the chart configures, by the names that it gives them, and
/// their passwords.
fn broker(sheet: &mut Sheet, port: u16) {
    let stores = Stores {
        keystore: "wso2carbon.jks",
        keystore_password: "$ref{keystore.tls.password}".to_owned(),
        truststore_password: "$ref{truststore.password}".to_owned(),
    };
    let origin = Origin::inferred("Other regions publish to the broker with TLS.", &["A36", "S7", "S26"]);
    ssl_connection(port, &stores, &origin).into_iter().for_each(|section| sheet.add(section));
}
