//! Universal Gateway.

use crate::design::AnalyticsProduct;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanNode, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::releases::TenantLoading;
use crate::export::wso2::shared_counters::burst_control;
use crate::export::wso2::sheet::{is_literal, not_kept, table};
use crate::export::wso2::wiring::link;

use super::{Page, common, databases, event_hub, throttling};

/// The sheet of a gateway.
pub(super) fn write(page: &mut Page<'_, '_>) {
    common::write(page);
    databases::optional(page);
    transports(page);
    event_hub::key_manager(page);
    event_hub::client(page);
    throttling::gateway(page);
    labels(page);
    tenants(page);
    identity(page);
    let drawn = page.wiring.out(&page.node.id, PlanPurpose::AnalyticsEvents).next().is_some();
    if drawn || page.release.moesif {
        analytics(page);
    }
    if let Some(remark) = burst_control(page.wiring, page.node, &one_line(&page.node.group_name)) {
        page.notes.remark(remark);
    }
}

/// The ports of the balancer before the gateway, as callers see them.
fn transports(page: &mut Page<'_, '_>) {
    let sides = [("transport.http", 9763, "http"), ("transport.https", 9443, "https")];
    for (path, port, protocol) in sides {
        let Some(front) = page.wiring.front(&page.node.id, &[PlanPurpose::ApiTraffic], protocol) else { continue };
        let why = "A balancer stands before the gateway, and callers see its port.";
        page.add(
            table(path, page.by(Origin::stated(why, &["S5"]), &[front])).set_in("properties", "port", port).set_in(
                "properties",
                "proxyPort",
                i64::from(front.port.number),
            ),
        );
    }
}

/// The environment whose APIs the gateway takes.
pub(super) fn labels(page: &mut Page<'_, '_>) {
    let Some(environment) = page.node.gateway_environment.as_deref() else { return };
    if !is_literal(environment) {
        page.lacks(&not_kept("the name of its environment", "gateway_labels are"));
        return;
    }
    let why =
        "The gateway keeps what is deployed to this environment, which the control plane defines by the same name.";
    page.add(
        table("apim.sync_runtime_artifacts.gateway", page.by(Origin::stated(why, &["A40", "S5"]), &[]))
            .set("gateway_labels", [environment])
            .remark("the name of a [[apim.gateway.environment]] (A40)"),
    );
}

fn tenants(page: &mut Page<'_, '_>) {
    let several = page.wiring.has_tenants(page.node.region.as_deref());
    if several && page.release.tenant_loading == TenantLoading::OptIn {
        let why = "Several tenants are served, and the gateway learns of them from the control plane.";
        page.add(
            table(
                "apim.sync_runtime_artifacts.tenant_loading",
                page.by(Origin::stated(why, &["A13", "A14", "S30"]), &[]),
            )
            .comment("Tenants without a database; the default from 4.7 (A13, A14)")
            .set("enable", true)
            .set("tenants", "*"),
        );
    } else if several && page.release.tenant_loading == TenantLoading::No {
        let PlanNode { group_name, version, .. } = page.node;
        page.notes.remark(format!(
            "{}: with several tenants, gateways of {version} need a link to shared_db (A11).",
            one_line(group_name)
        ));
    }
}

/// What the control plane knows the node by.
pub(super) fn identity(page: &mut Page<'_, '_>) {
    if page.release.gateway_notification {
        let why = "Its own on each gateway node that is no container.";
        page.add(
            table("apim.gateway_notification", Origin::stated(why, &["A41", "S5"]))
                .set("gateway_id", page.node.id.as_str()),
        );
    }
}

/// Where usage events go.
pub(super) fn analytics(page: &mut Page<'_, '_>) {
    let drawn = page.wiring.analytics(page.node);
    let product = drawn.and_then(|(_, _, product)| product);
    let link = drawn.and_then(|(connection, ..)| link(connection));
    let why = if drawn.is_some() { "Usage events go to what is drawn." } else { "No analytics is drawn." };
    let origin = page.by(Origin::stated(why, &["A35", "H25", "S37"]), &[]).of(link);
    let kind = match product {
        Some(AnalyticsProduct::Elk) => Some("elk"),
        Some(AnalyticsProduct::Moesif) if page.release.moesif => Some("moesif"),
        Some(AnalyticsProduct::Choreo) if !page.release.moesif => None,
        None => Some("moesif").filter(|_| page.release.moesif),
        Some(product) => {
            let what =
                format!("{} does not work with {}; analytics stays off (H25).", product.label(), page.node.version);
            page.lacks(&what);
            page.add(table("apim.analytics", origin).set("enable", false));
            return;
        }
    };
    let mut analytics = table("apim.analytics", origin.clone()).set("enable", product.is_some());
    if let Some(kind) = kind {
        analytics = analytics.set("type", kind);
    }
    if product == Some(AnalyticsProduct::Choreo) {
        let endpoint =
            page.notes.env("CHOREO_CONFIG_ENDPOINT", "Address that Choreo gives for its configuration.", false);
        let token = page.notes.env("CHOREO_AUTH_TOKEN", "Token that Choreo gives for this environment.", true);
        analytics = analytics.set("config_endpoint", endpoint).set("auth_token", token);
    }
    page.add(analytics);
    if product == Some(AnalyticsProduct::Moesif) {
        let key = page.notes.env("MOESIF_KEY", "Collector key that Moesif gives.", true);
        page.add(table("apim.analytics.properties", origin).set("moesifKey", key));
    }
}
