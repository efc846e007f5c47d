//! Who checks tokens: the control plane itself, a key manager of its own, or a WSO2 Identity Server.

use std::collections::BTreeMap;

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{NodeRole, PlanPurpose, ServiceKind};

use super::charts::Chart;
use super::control_plane::{SERVLET, serving};
use super::hosts::{Hosts, Target};
use super::releases::Release;
use super::tokens;
use super::values::Values;

/// Product of an identity provider that can be the key manager (H4).
const IDENTITY_SERVER: &str = "WSO2 Identity Server";

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
    let ends = hosts.wiring.far(node, PlanPurpose::KeyManagerHttps, &["https"]);
    ends.iter().filter_map(|end| hosts.wiring.node(end.endpoint)).any(|node| node.role == NodeRole::KeyManager)
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
        "A WSO2 Identity Server is asked about tokens; its address is not part of a design.",
        &["H4", "A48"],
    )
    .of([server]);
    values.configure("iskm.enabled", true, &origin);
    values.configure("iskm.serviceName", tokens::IDENTITY_SERVER.text, &origin);
    values.configure_where_known("iskm.servicePort", SERVLET, &origin);
}

/// The WSO2 Identity Server that is the key manager of a release: the one that it asks itself, or that the others of its
/// control plane ask.
fn identity_server_of(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Id> {
    let looks_around = matches!(release.chart, Chart::ControlPlane | Chart::AllInOne | Chart::TrafficManager);
    let beside = || hosts.identity_server_beside(release).filter(|_| looks_around).cloned();
    asked_server(hosts, release).or_else(beside)
}

/// By group of control planes: the WSO2 Identity Server that the first release below it asks about tokens.
pub(super) fn identity_servers<'a>(hosts: &Hosts<'a>) -> BTreeMap<&'a str, Id> {
    let planes = hosts.releases.all.iter().filter(|r| matches!(r.chart, Chart::ControlPlane | Chart::AllInOne));
    let asked = |plane: &Release<'_>| hosts.below(plane).find_map(|other| asked_server(hosts, other));
    planes.filter_map(|plane| Some((plane.group, asked(plane)?))).collect()
}

/// The WSO2 Identity Server that a release asks about tokens.
fn asked_server(hosts: &Hosts<'_>, release: &Release<'_>) -> Option<Id> {
    let purposes: &[PlanPurpose] = match release.chart {
        Chart::Gateway => &[PlanPurpose::Identity, PlanPurpose::KeyManagerHttps],
        _ => &[PlanPurpose::KeyManagerHttps],
    };
    let node = release.nodes.first()?;
    purposes.iter().flat_map(|purpose| hosts.wiring.out(&node.id, *purpose)).find_map(|connection| {
        let service = hosts.wiring.service(&connection.to)?;
        let is_server =
            service.kind == ServiceKind::IdentityProvider && service.product.as_deref() == Some(IDENTITY_SERVER);
        if is_server { Id::new(&service.id).ok() } else { None }
    })
}
