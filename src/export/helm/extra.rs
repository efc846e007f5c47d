//! Configuration that the charts have no key for: added as text, and only tables that no chart writes by itself, since
//! a table may stand in a file but once.

use crate::export::bundle::Origin;
use crate::export::wso2::sheet::{Sheet, element, table};

use super::charts::Chart;
use super::hosts::Hosts;
use super::releases::Release;
use super::values::Values;

/// Folder of the key stores, below that of the product.
const STORES: &str = "repository/resources/security";

/// Adds what a release needs beyond the keys of its chart.
pub(super) fn write(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
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
    if let Some(domain) = domain.filter(|_| matches!(release.chart, Chart::AllInOne | Chart::ControlPlane)) {
        let origin = Origin::stated("Control planes of one domain invalidate each other's caches.", &["D2", "D15"]);
        sheet.add(table("apim.cache_invalidation", origin).set("enabled", true).set("domain", domain));
        why.push("Control planes of one domain invalidate each other's caches.");
        facts.extend(["D2", "D15"]);
    }
    if !why.is_empty() {
        let text = sheet.finish().content.text().unwrap_or_default().trim_start().to_owned();
        values.configure("extraConfigs", text, &Origin::inferred(why.join(" "), &facts).of(release.element()));
    }
}

/// The event hub of a pair of all-in-one nodes. Which peer copies revoked tokens is the one thing that cannot be said,
/// as both nodes have the same values; the product does that by the key of throttling, too (A49).
fn event_hub(sheet: &mut Sheet, release: &Release<'_>) {
    let origin = || Origin::inferred("The event hub of a pair.", &["A28", "S7", "Z22"]);
    sheet.add(
        table("apim.event_hub", origin())
            .set("enable", true)
            .set("username", "$ref{super_admin.username}")
            .set("password", "$ref{super_admin.password}")
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
    let origin = || Origin::inferred("Other regions publish to the broker with TLS.", &["A36", "S7", "S26"]);
    sheet.add(
        table("broker.transport.amqp.ssl_connection", origin())
            .set("enabled", true)
            .set("port", i64::from(port))
            .set("ssl_enabled_protocols", "TLSv1.2"),
    );
    sheet.add(
        table("broker.transport.amqp.ssl_connection.keystore", origin())
            .set("location", format!("{STORES}/wso2carbon.jks"))
            .set("password", "$ref{keystore.tls.password}")
            .set("cert_type", "SunX509"),
    );
    sheet.add(
        table("broker.transport.amqp.ssl_connection.truststore", origin())
            .set("location", format!("{STORES}/client-truststore.jks"))
            .set("password", "$ref{truststore.password}")
            .set("cert_type", "SunX509"),
    );
}
