//! API Control Plane, and what other roles share with it.

use std::collections::BTreeSet;

use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanPurpose};
use crate::export::text::one_line;
use crate::export::wso2::planes::belonging;
use crate::export::wso2::sheet::{Foreign, element, is_literal, not_kept, table};
use crate::export::wso2::wiring::{Address, BROKER};

use super::event_hub::{self, ADMIN, log_in};
use super::{Page, broker, common, databases, environments, throttling};

/// The sheet of a control plane.
pub(super) fn write(page: &mut Page<'_, '_>) {
    common::write(page);
    databases::required(page);
    databases::local(page);
    environments(page);
    portals(page);
    proxy_port(page);
    event_hub(page);
    key_manager(page);
    token_types(page);
    portal_defaults(page);
    token_cleanup(page);
    revocation(page);
    cache(page);
    gateway_cleanup(page);
    throttling::shared_counters(page);
    broker::write(page);
}

/// The kinds of gateways that may be managed, and the environments of those that belong to it.
pub(super) fn environments(page: &mut Page<'_, '_>) {
    if let Some(types) = page.release.gateway_type {
        let why = "The gateways that the pack can manage.";
        page.add(table("apim", Origin::stated(why, &["S26"])).set("gateway_type", types));
    }
    let (found, remarks) = environments::of_node(page);
    remarks.into_iter().for_each(|remark| page.notes.remark(remark));
    if found.is_empty() {
        page.lacks("no gateway belongs to it; [[apim.gateway.environment]] is left out.");
    }
    for environment in found {
        if !is_literal(&environment.name) {
            let name = one_line(&environment.name);
            page.lacks(&not_kept(&format!("the name of environment {name}"), "it is"));
            continue;
        }
        if environment.shares_port {
            let name = one_line(&environment.name);
            page.lacks(&format!("management and API traffic of environment {name} lead to one host and port (Z20)."));
        }
        let origin = belonging(environment.why, environment.by_events, &["A32", "A40", "H24", "S5"]);
        let origin = origin.of(environment.elements);
        let management = "The gateways' servlet port, at an address of its own.";
        let management = Origin::stated(management, &["A32", "Z20", "S5"]).keeps(&["R-EXP-05", "R-EXP-06"]);
        let obsolete = Origin::stated("Without effect since 4.0, but in all samples.", &["Z10"]).keeps(&["R-EXP-17"]);
        let mut section = element("apim.gateway.environment", origin)
            .set("name", environment.name)
            .remark("gateways choose it by gateway_labels (A40)")
            .set("type", "hybrid")
            .set("gateway_type", "Regular")
            .set("provider", "wso2")
            .set("display_in_api_console", true)
            .set("description", Foreign(&environment.description))
            .set_by("show_as_token_endpoint_url", true, obsolete)
            .set_by("service_url", environment.service_url, management)
            .set("username", "${admin.username}")
            .set("password", "${admin.password}");
        for (key, url) in environment.endpoints {
            section = section.set(key, url);
        }
        page.add(section);
    }
}

/// The address of the developer portal.
pub(super) fn portals(page: &mut Page<'_, '_>) {
    let named = common::portal_host(page.node).map(|host| {
        let why = "The host name of the portals, as the design names it.";
        (format!("https://{host}/devportal"), page.by(Origin::inferred(why, &["H20"]), &[]))
    });
    let own = common::public_front(page).or_else(|| page.own_front()).map(|front| {
        let why = "The developer portal at the balancer of the control plane, or at the node when it has none.";
        (front.https("/devportal"), page.by(Origin::stated(why, &["S5"]), &[front]))
    });
    let origin = Origin::stated("Where the developer portal is.", &["S5"]);
    page.add(table("apim.devportal", origin).set_found("url", None, named.or(own)));
}

/// The balancer's port, where one stands before the servlet port.
pub(super) fn proxy_port(page: &mut Page<'_, '_>) {
    if let Some(front) = common::public_front(page) {
        let why = "A balancer stands before the node, and callers see its port.";
        page.add(
            table("transport.https.properties", page.by(Origin::stated(why, &["S5"]), &[front]))
                .set("proxyPort", i64::from(front.port.number)),
        );
    }
}

/// The node's own event hub and what it tells the others of its region (A27, A28). Nothing here reaches another region:
/// that is what the files of [`crate::export::wso2::hubs`] are for (B8).
pub(super) fn event_hub(page: &mut Page<'_, '_>) {
    let service = page.own_front().map(|front| {
        let why = "Its own balancer, or the node itself when it has none.";
        let origin = Origin::stated(why, &["S5"]).keeps(&["R-EXP-05", "R-EXP-06"]);
        (front.https("/services/"), page.by(origin, &[front]))
    });
    let peers = hub_peers(page);
    let others = event_hub::peers(page, &peers, "[apim.event_hub] event_duplicate_url", &["A27", "D2", "S5", "Z8"]);
    let section = log_in("apim.event_hub", Origin::stated("The node's own event hub.", &["S5"]), true)
        .set_found("service_url", Some("its own balancer"), service)
        .set("event_listening_endpoints", ["tcp://localhost:5672"])
        .set_found("event_duplicate_url", Some("the other control plane nodes of the region (Z8)"), others);
    page.add(section);
    let own = |protocol| page.wiring.far(page.node, PlanPurpose::HubPublish, &[protocol]);
    for (plain, secured) in own("tcp").into_iter().zip(own("ssl")) {
        let why = "One group for each control plane node of the region, itself among them; at these ports, never the \
                   broker's.";
        let origin = page.by(Origin::stated(why, &["A28", "H26", "S5"]), &[plain]);
        page.add(
            element("apim.event_hub.publish.url_group", origin)
                .set("urls", [plain.tcp()])
                .set("auth_urls", [format!("ssl://{}:{}", secured.host, secured.port.number)]),
        );
    }
}

/// The brokers of the other control plane nodes of the region. No collected fact names a key by which these encrypt what
/// they tell each other (A49), so what is drawn with TLS leads to the plain port.
fn hub_peers<'a>(page: &mut Page<'_, 'a>) -> Vec<Address<'a>> {
    let drawn = page.wiring.far(page.node, PlanPurpose::EventDuplicate, &BROKER);
    if drawn.iter().any(Address::is_encrypted) {
        page.notes.remark(format!(
            "{}: TLS is drawn between control planes of one region. No collected fact names the key for it (A49): they \
             duplicate events at the plain port of the broker.",
            one_line(&page.node.group_name)
        ));
    }
    let plain = |address: Address<'a>| match address.is_encrypted() {
        true => page.wiring.own(address.endpoint, "amqp", address.by).unwrap_or(address),
        false => address,
    };
    let mut seen = BTreeSet::new();
    let peers = drawn.into_iter().map(plain);
    peers.filter(|address| seen.insert((address.endpoint, address.port.number))).collect()
}

/// The key manager that the control plane asks: a separate one when it is linked to one, else itself.
pub(super) fn key_manager(page: &mut Page<'_, '_>) {
    let separate = page.near(PlanPurpose::KeyManagerHttps);
    let Some(address) = separate.or_else(|| page.own_front()) else { return };
    let (why, facts) = match separate {
        Some(_) => ("The separate key manager that the link leads to.", &["A30", "S6"]),
        None => ("The key manager in the control plane itself.", &["A6", "S5"]),
    };
    let origin = Origin::stated(why, facts).keeps(&["R-EXP-05", "R-EXP-06"]);
    page.add(
        table("apim.key_manager", page.by(origin, &[address]))
            .set("service_url", address.https("/services/"))
            .set("username", ADMIN.0)
            .set("password", ADMIN.1)
            .set("type", "default"),
    );
}

/// Tokens that are not stored (A44).
pub(super) fn token_types(page: &mut Page<'_, '_>) {
    if page.release.jwt_issuer {
        let why = "JWTs are not stored, as in the pack.";
        page.add(
            element("oauth.extensions.token_types", Origin::stated(why, &["A44", "S26"]))
                .set("name", "JWT")
                .set("issuer", "org.wso2.is.key.manager.tokenpersistence.issuer.ExtendedJWTTokenIssuer"),
        );
    }
}

/// What the pack sets for self sign-up and service providers.
pub(super) fn portal_defaults(page: &mut Page<'_, '_>) {
    let origin = Origin::stated("As in the pack.", &["S26"]);
    page.add(
        element("event_handler", origin.clone())
            .set("name", "userPostSelfRegistration")
            .set("subscriptions", ["POST_ADD_USER"]),
    );
    page.add(table("service_provider", origin).set("sp_name_regex", r"^[\sa-zA-Z0-9._-]*$"));
}

/// Leaves the clean-up of revoked tokens to others where the design says so (H15; the key by S50).
pub(super) fn token_cleanup(page: &mut Page<'_, '_>) {
    if !page.node.settings.cleans_up_tokens {
        let why = "Other nodes clean up expired revoked tokens, so that replication is not disturbed.";
        page.add(
            table("apim.oauth_config", page.by(Origin::stated(why, &["H15", "S30", "S50"]), &[]))
                .comment("Versions before 4.6 need the patch that brought this key (H15)")
                .set("enable_revoke_token_cleanup", false),
        );
    }
}

/// Where revoked tokens are reported (A29). With WSO2 Identity Server as key manager it stands there instead (H4).
pub(super) fn revocation(page: &mut Page<'_, '_>) {
    let key_manager = page.node.role == NodeRole::KeyManager;
    let server = page.deployment.identity_servers.of_plane(&page.node.group);
    if let Some(server) = server.filter(|_| !key_manager) {
        page.notes.remark(format!(
            "{}: {} is its key manager, so [[event_listener]] is left out here and stands there, as the README of the \
             region says; register it as key manager in the Admin portal (H4).",
            one_line(&page.node.group_name),
            one_line(page.wiring.name(server.as_str()))
        ));
        return;
    }
    let drawn = page.near(PlanPurpose::TokenNotification);
    let Some(address) = drawn.or_else(|| page.own_front().filter(|_| !key_manager)) else {
        page.lacks("no link says where revoked tokens are reported; [[event_listener]] is left out.");
        return;
    };
    let why = "Revoked tokens are reported to the control plane.";
    let origin = page.by(Origin::stated(why, &["A29", "H2", "S5", "S6"]), &[address]);
    page.add(
        element("event_listener", origin.clone())
            .set("id", "token_revocation")
            .set("type", "org.wso2.carbon.identity.core.handler.AbstractIdentityHandler")
            .set("name", "org.wso2.is.notification.ApimOauthEventInterceptor")
            .set("order", 1),
    );
    page.add(
        table("event_listener.properties", origin.keeps(&["R-EXP-05", "R-EXP-06"]))
            .set("notification_endpoint", address.https("/internal/data/v1/notify"))
            .remark("the balancer of the control plane")
            .set("username", "${admin.username}")
            .set("password", "${admin.password}")
            .set("header.X-WSO2-KEY-MANAGER", "default"),
    );
}

/// The domain in which control planes invalidate each other's caches, where the design names one.
pub(super) fn cache(page: &mut Page<'_, '_>) {
    let Some(domain) = page.node.settings.cache_domain.as_deref() else { return };
    if !is_literal(domain) {
        page.lacks(&not_kept("the cache domain", "[apim.cache_invalidation] is"));
        return;
    }
    let why = "Control planes of this domain invalidate each other's caches; it must not reach beyond the region.";
    page.add(
        table("apim.cache_invalidation", page.by(Origin::stated(why, &["D2", "D15", "S5"]), &[]))
            .set("enabled", true)
            .set("domain", domain),
    );
}

/// When silent gateways are forgotten (A41).
pub(super) fn gateway_cleanup(page: &mut Page<'_, '_>) {
    if page.release.gateway_notification {
        let why = "A gateway that is silent this long is dropped from the view of deployments.";
        page.add(
            table("apim.gateway_notification.cleanup", Origin::stated(why, &["A41", "F8", "S28"]))
                .set("expiry_time", "2m")
                .set("data_retention_period", "30d"),
        );
    }
}
