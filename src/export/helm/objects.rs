//! What a region needs in its cluster and no chart creates: `extra-objects.yaml`.

use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::export::wso2::notes::Notes;

use super::common::has_gateway_api;
use super::hosts::Hosts;
use super::hubs;
use super::openings::{Openings, openings};
use super::releases::Release;
use super::routes::{Route, gateway_name, global_calls, routes};
use super::tokens;
use super::yaml::Yaml;

/// Name of the file.
pub(super) const FILE: &str = "extra-objects.yaml";

/// The file of a region; `None` when it needs nothing.
pub(super) fn file(hosts: &Hosts<'_>, region: &str, notes: &mut Notes) -> Option<ExportFile> {
    let mut objects = Objects::default();
    for release in hosts.releases.of_region(region) {
        let files = hubs::files(hosts, release);
        if files.is_empty() {
            continue;
        }
        let (secret, placeholders) = hubs::secret(release, &files);
        notes.needs(placeholders);
        let origin = Origin::inferred(
            "One JNDI file and five publishers for each control plane of another region; a Secret, as they hold a log-in.",
            &["B8", "B9", "B11", "A49", "H20"],
        );
        objects.add(&secret, origin.of(hubs::elements(release, files.values())).keeps(&["R-EXP-01", "R-EXP-02"]));
    }
    let openings: Openings<'_, '_> = openings(hosts, region);
    for ((_, instance), (release, opening)) in &openings {
        objects.add(&opening.service(release, *instance), opening.origin(release));
    }
    for (name, listeners) in gateways(hosts, region) {
        let origin = Origin::stated(
            "The routes of the charts attach to listeners of these names, on a Gateway that no chart creates.",
            &["A48", "S28"],
        );
        let elements = listeners.iter().filter_map(|(release, _)| release.element());
        objects.add(&gateway(&name, &listeners), origin.of(elements.collect::<std::collections::BTreeSet<_>>()));
    }
    for release in hosts.releases.of_region(region) {
        if let Some(route) = global_calls(hosts, release) {
            let why = "Calls by the name of the balancer over regions; the chart's route has the name of the region, since \
                       not every gateway behind that balancer serves the same APIs.";
            let elements = route.name.element.clone().into_iter().chain(release.element());
            let object = match has_gateway_api(release.branch) {
                true => http_route(&route, release, &gateway_name(hosts, release)),
                false => ingress(&route, release),
            };
            objects.add(&object, Origin::inferred(why, &["A33", "S28"]).of(elements));
        }
    }
    objects.finish()
}

/// Documents of one file, with their origins.
#[derive(Default)]
struct Objects {
    text: String,
    origins: Vec<LineOrigin>,
}

impl Objects {
    fn add(&mut self, object: &Yaml, origin: Origin) {
        if !self.text.is_empty() {
            self.text.push_str("---\n");
        }
        let first = self.text.lines().count() + 1;
        self.text.push_str(&object.render());
        self.origins.push(LineOrigin { first, last: self.text.lines().count(), origin });
    }

    fn finish(self) -> Option<ExportFile> {
        if self.text.is_empty() {
            return None;
        }
        let mut file = ExportFile::text(Syntax::Yaml, self.text);
        file.origins = self.origins.into();
        Some(file)
    }
}

/// The Gateways of a region with the routes that attach to them, in the order of the releases.
fn gateways<'h, 'a>(hosts: &'h Hosts<'a>, region: &str) -> Vec<(String, Vec<(&'h Release<'a>, Route)>)> {
    let mut gateways: Vec<(String, Vec<(&Release<'_>, Route)>)> = Vec::new();
    for release in hosts.releases.of_region(region).filter(|release| has_gateway_api(release.branch)) {
        let all = routes(hosts, release).into_iter().chain(global_calls(hosts, release));
        let open: Vec<(&Release<'_>, Route)> = all.filter(|route| route.open).map(|route| (release, route)).collect();
        if open.is_empty() {
            continue;
        }
        let name = gateway_name(hosts, release);
        match gateways.iter_mut().find(|(known, _)| *known == name) {
            Some((_, listeners)) => listeners.extend(open),
            None => gateways.push((name, open)),
        }
    }
    gateways
}

fn gateway(name: &str, listeners: &[(&Release<'_>, Route)]) -> Yaml {
    let listener = |(_, route): &(&Release<'_>, Route)| {
        let certificate = Yaml::map([("kind", "Secret".into()), ("name", tokens::CERTIFICATE.into())]);
        Yaml::map([
            ("name", route.listener.into()),
            ("protocol", "HTTPS".into()),
            ("port", 443.into()),
            ("hostname", route.name.host.as_str().into()),
            ("tls", Yaml::map([("mode", "Terminate".into()), ("certificateRefs", Yaml::List(vec![certificate]))])),
        ])
    };
    Yaml::map([
        ("apiVersion", "gateway.networking.k8s.io/v1".into()),
        ("kind", "Gateway".into()),
        ("metadata", Yaml::map([("name", name.into())])),
        (
            "spec",
            Yaml::map([
                ("gatewayClassName", tokens::GATEWAY_CLASS.text.into()),
                ("listeners", Yaml::List(listeners.iter().map(listener).collect())),
            ]),
        ),
    ])
}

/// Port of the gateways' Service for API calls with TLS (A36).
const CALLS: u64 = 8243;

/// A route by the Gateway API.
fn http_route(route: &Route, release: &Release<'_>, gateway: &str) -> Yaml {
    let parent = Yaml::map([("name", gateway.into()), ("sectionName", route.listener.into())]);
    let backend = Yaml::map([("name", release.service().into()), ("port", CALLS.into())]);
    Yaml::map([
        ("apiVersion", "gateway.networking.k8s.io/v1".into()),
        ("kind", "HTTPRoute".into()),
        ("metadata", Yaml::map([("name", format!("{}-global", release.name).into())])),
        (
            "spec",
            Yaml::map([
                ("parentRefs", Yaml::List(vec![parent])),
                ("hostnames", Yaml::texts([route.name.host.as_str()])),
                ("rules", Yaml::List(vec![Yaml::map([("backendRefs", Yaml::List(vec![backend]))])])),
            ]),
        ),
    ])
}

/// A route by Ingress, for the controller that the charts are written for.
fn ingress(route: &Route, release: &Release<'_>) -> Yaml {
    let host = route.name.host.as_str();
    let port = Yaml::map([("number", CALLS.into())]);
    let service = Yaml::map([("name", release.service().into()), ("port", port)]);
    let path = Yaml::map([
        ("path", "/".into()),
        ("pathType", "Prefix".into()),
        ("backend", Yaml::map([("service", service)])),
    ]);
    let rule = Yaml::map([("host", host.into()), ("http", Yaml::map([("paths", Yaml::List(vec![path]))]))]);
    let tls = Yaml::map([("hosts", Yaml::texts([host])), ("secretName", tokens::CERTIFICATE.into())]);
    let mut annotations = Yaml::map([]);
    annotations.put(["nginx.ingress.kubernetes.io/backend-protocol"], "HTTPS".into());
    Yaml::map([
        ("apiVersion", "networking.k8s.io/v1".into()),
        ("kind", "Ingress".into()),
        ("metadata", Yaml::map([("name", format!("{}-global", release.name).into()), ("annotations", annotations)])),
        (
            "spec",
            Yaml::map([
                ("ingressClassName", "nginx".into()),
                ("tls", Yaml::List(vec![tls])),
                ("rules", Yaml::List(vec![rule])),
            ]),
        ),
    ])
}
