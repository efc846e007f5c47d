//! Who checks tokens: the control plane itself, a key manager of its own, or a WSO2 Identity Server.

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanPurpose};
use crate::export::wso2::deployment::Deployment;

use super::charts::Chart;
use super::control_plane::{SERVLET, serving};
use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// Writes who is the key manager of a control plane, and where the keys of tokens are published.
pub(super) fn of_control_plane(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    identity_server(values, hosts, release);
    let separate = separate(hosts, release);
    if let Some(target) = separate.as_ref().filter(|_| release.chart == Chart::ControlPlane) {
        let origin = Origin::stated("A key manager of its own is drawn.", &["A30", "S6"]).of(target.elements.clone());
        values.configure("km.enabled", true, &origin);
        values.configure("km.serviceName", target.host.as_str(), &origin);
        values.configure("km.servicePort", SERVLET, &origin);
    }
    let (host, origin) = match separate {
        Some(target) => {
            let why = "The key manager of its own publishes the keys of the tokens that it issues.";
            (target.host, Origin::inferred(why, &["A48", "A50"]).of(target.elements))
        }
        None => published_at(hosts, release),
    };
    let url = format!("https://{host}:{SERVLET}/oauth2/jwks");
    values.configure("oauth_config.oauth2JWKSUrl", url, &origin.keeps(&["R-EXP-15"]));
}

/// Where a control plane publishes the keys of tokens: under its Service, or, when gateways of other regions pull from
/// it, under a name that these can resolve as well.
fn published_at(hosts: &Hosts<'_>, release: &Release<'_>) -> (String, Origin) {
    let far = serving(hosts, release).into_iter().find(|other| other.region != release.region);
    let target = far.and_then(|other| control_plane(hosts, other));
    match target.filter(|target| target.elsewhere) {
        Some(target) => {
            let why = "Gateways of other regions read the keys of tokens from here, so it is the name that they know.";
            (target.host, Origin::inferred(why, &["A48", "A50", "B27"]).of(target.elements))
        }
        None => {
            let why = "The chart leaves this empty, and the product would read an empty address.";
            (release.service(), Origin::stated(why, &["A48", "A50"]).of(release.element()))
        }
    }
}

/// Whether a release asks a key manager of its own.
pub(super) fn asks_separate(hosts: &Hosts<'_>, release: &Release<'_>) -> bool {
    let Some(node) = release.nodes.first() else { return false };
    let ends = hosts.wiring().far(node, PlanPurpose::KeyManagerHttps, &["https"]);
    ends.iter().filter_map(|end| hosts.wiring().node(end.endpoint)).any(|node| node.role == NodeRole::KeyManager)
}

/// The key manager of its own that a control plane asks.
fn separate(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Target> {
    if asks_separate(hosts, release) { hosts.group(release, PlanPurpose::KeyManagerHttps) } else { None }
}

/// Whom gateways and traffic managers ask about tokens: the key manager drawn for them, else their control plane.
pub(super) fn asked(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Target> {
    hosts.group(release, PlanPurpose::KeyManagerHttps).or_else(|| control_plane(hosts, release))
}

/// The control plane that a release pulls from; when no pull is drawn, the one whose events it receives.
pub(super) fn control_plane(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Target> {
    let pulled = hosts.group(release, PlanPurpose::ManagementHttps);
    pulled.or_else(|| hosts.group_of_events(release))
}

/// Writes that a WSO2 Identity Server is the key manager, where it is.
pub(super) fn identity_server(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let Some(server) = identity_server_of(hosts, release) else { return };
    let origin = Origin::stated(
        "A WSO2 Identity Server is the key manager; its address is not part of a design.",
        &["H4", "A48"],
    )
    .of([server.clone()]);
    values.configure("iskm.enabled", true, &origin);
    values.configure("iskm.serviceName", tokens::IDENTITY_SERVER.text, &origin);
    values.configure_where_known("iskm.servicePort", SERVLET, &origin);
}

/// The WSO2 Identity Server that is the key manager of a release: the one that it asks itself, else that of its control
/// plane. A gateway or traffic manager with a link to somebody else who knows about tokens has none.
fn identity_server_of<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<&'a Id> {
    let Deployment { identity_servers: servers, planes, .. } = &hosts.deployment;
    let of_planes = || match release.chart {
        Chart::ControlPlane | Chart::AllInOne => servers.of_plane(release.group),
        Chart::TrafficManager | Chart::Gateway if !asks_by_link(hosts, release) => {
            planes.above(release.group).find_map(|plane| servers.of_plane(plane))
        }
        Chart::TrafficManager | Chart::Gateway | Chart::KeyManager => None,
    };
    servers.asked_by(release.group).or_else(of_planes)
}

/// Whether the drawing says whom a release asks about tokens.
fn asks_by_link(hosts: &Hosts<'_>, release: &Release<'_>) -> bool {
    let Some(node) = release.nodes.first() else { return false };
    let purposes = [PlanPurpose::KeyManagerHttps, PlanPurpose::Identity];
    purposes.into_iter().any(|purpose| hosts.wiring().out(&node.id, purpose).next().is_some())
}
