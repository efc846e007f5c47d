//! All-in-one: a control plane that decides on throttling and may serve calls itself (A5).

use crate::export::bundle::Origin;
use crate::export::planner::PlanPurpose;
use crate::export::wso2::sheet::table;
use crate::export::wso2::wiring::BROKER;

use super::event_hub::{endpoints, peers};
use super::{Page, broker, common, control_plane, databases, gateway, throttling};

/// The sheet of an all-in-one node.
pub(super) fn write(page: &mut Page<'_, '_>) {
    common::write(page);
    databases::required(page);
    databases::local(page);
    control_plane::environments(page);
    control_plane::portals(page);
    control_plane::proxy_port(page);
    control_plane::event_hub(page);
    decisions(page);
    control_plane::key_manager(page);
    control_plane::token_types(page);
    control_plane::portal_defaults(page);
    control_plane::token_cleanup(page);
    control_plane::revocation(page);
    control_plane::cache(page);
    control_plane::gateway_cleanup(page);
    throttling::shared_counters(page);
    broker::write(page);
    if page.deployment.environments.serves_itself(page.node) {
        gateway::labels(page);
        gateway::identity(page);
    }
    if page.wiring.out(&page.node.id, PlanPurpose::AnalyticsEvents).next().is_some() {
        gateway::analytics(page);
    }
}

/// Throttling among all-in-one nodes; a single one has nothing to say beyond its defaults.
fn decisions(page: &mut Page<'_, '_>) {
    let nodes = page.wiring.far(page.node, PlanPurpose::ThrottleDuplicate, &BROKER);
    let drawn = page.wiring.far(page.node, PlanPurpose::ThrottleDecision, &BROKER);
    if nodes.is_empty() && drawn.is_empty() {
        return;
    }
    let others = peers(page, &nodes, "[apim.throttling] event_duplicate_url", &["A26", "S7", "Z8", "Z22"]);
    let listening = endpoints(page, &drawn, &["A23", "S5"]);
    let origin = Origin::stated("Each all-in-one node listens to its own decisions.", &["S7"]);
    page.add(
        table("apim.throttling", Origin::stated("The node decides on throttling itself.", &["A5", "S7", "Z22"]))
            .set_found(
                "throttle_decision_endpoints",
                None,
                Some(listening.unwrap_or_else(|| (vec!["tcp://localhost:5672".to_owned()], origin))),
            )
            .set_found("event_duplicate_url", Some("the other all-in-one nodes of the region (Z8)"), others),
    );
    throttling::url_groups(page);
}
