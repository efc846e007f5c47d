//! `dns.md`: the names that the values refer to and no cluster resolves by itself, and where each must lead.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::{ExportFile, Origin};
use crate::export::markdown::{Markdown, code};
use crate::export::planner::PLACEHOLDER_DOMAIN;

use super::common::has_gateway_api;
use super::control_plane::far_gateways;
use super::databases::Databases;
use super::hosts::Hosts;
use super::openings::{openings, service_name};
use super::releases::Release;
use super::routes::{gateway_name, global_calls, routes};
use super::shared_counters::own;
use super::tokens::NAMESPACE;

/// Name of the file.
pub(super) const FILE: &str = "dns.md";

/// Where a name must lead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Lead {
    /// What is there, as Markdown.
    to: String,
    ports: BTreeSet<u16>,
    /// Who asks for it.
    by: &'static str,
}

/// Why the names are there, and what stands behind each.
#[derive(Default)]
struct Names {
    leads: BTreeMap<String, BTreeSet<Lead>>,
    elements: BTreeSet<Id>,
}

/// Who looks up the names of routes.
const CALLERS: &str = "callers";

/// The file for all regions.
pub(super) fn file(hosts: &Hosts<'_>) -> ExportFile {
    let mut names = Names::default();
    for release in &hosts.releases.all {
        names.of_routes(hosts, release);
        names.of_stores(hosts, release);
        names.of_gateways(hosts, release);
    }
    for region in hosts.releases.regions() {
        names.of_openings(hosts, region);
    }
    let mut text = Markdown::default();
    text.heading(1, "Names that must be resolved");
    text.paragraph(&format!(
        "Inside a cluster the releases know each other by their Services. Everything below is known by a name, and \
         somebody must make these names lead where they should. They end with {} until the real domain is set: replace \
         it in all files at once.",
        code(PLACEHOLDER_DOMAIN)
    ));
    let rows = names.leads.iter().flat_map(|(host, leads)| {
        leads.iter().map(move |lead| {
            let ports: Vec<String> = lead.ports.iter().map(u16::to_string).collect();
            [code(host), lead.to.clone(), ports.join(", "), lead.by.to_owned()]
        })
    });
    text.table(["Name", "Leads to", "Ports", "Asked for by"], rows);
    text.because(
        Origin::inferred(
            "Names of the plan, and where the objects of the clusters answer to them.",
            &["A48", "B10", "B26"],
        )
        .of(names.elements.iter().cloned()),
    );
    names.notes(&mut text);
    text.finish()
}

impl Names {
    fn add(&mut self, host: &str, to: String, ports: impl IntoIterator<Item = u16>, by: &'static str) {
        let lead = Lead { to, ports: ports.into_iter().collect(), by };
        self.leads.entry(host.to_owned()).or_default().insert(lead);
    }

    /// Names that callers use.
    fn of_routes(&mut self, hosts: &Hosts<'_>, release: &Release<'_>) {
        let region = code(release.region);
        let to = match has_gateway_api(release.branch) {
            true => format!("the address of Gateway {} in {region}", code(&gateway_name(hosts, release))),
            false => format!("the address of the Ingress controller in {region}"),
        };
        let all = routes(hosts, release).into_iter().chain(global_calls(hosts, release));
        for route in all.filter(|route| route.open) {
            let to = match route.name.global {
                true => format!("through the balancer over regions, {to}"),
                false => to.clone(),
            };
            self.add(&route.name.host, to, [443], CALLERS);
            self.elements.extend(route.name.element);
        }
    }

    /// Names by which other regions connect.
    fn of_openings(&mut self, hosts: &Hosts<'_>, region: &str) {
        for ((_, instance), (release, opening)) in openings(hosts, region) {
            let service = service_name(release, instance);
            let to = format!(
                "the address of Service {} in namespace {} of {}",
                code(&service),
                code(NAMESPACE),
                code(region)
            );
            for host in &opening.hosts {
                self.add(host, to.clone(), opening.ports.keys().copied(), "other regions");
            }
            self.elements.extend(release.element());
        }
    }

    /// Names under which a control plane would call gateways of other regions.
    fn of_gateways(&mut self, hosts: &Hosts<'_>, release: &Release<'_>) {
        for (host, gateways) in far_gateways(hosts, release) {
            let (service, region) = (code(&gateways.service()), code(gateways.region));
            let to =
                format!("Service {service} of {region}, should the control plane call it; artifacts are pulled (A19)");
            self.add(&host, to, [9443], "control planes");
        }
    }

    /// Names of databases and stores.
    fn of_stores(&mut self, hosts: &Hosts<'_>, release: &Release<'_>) {
        for server in Databases::of(hosts.wiring(), release).servers() {
            self.add(&server.database.host, "the database server".to_owned(), server.port(), "pods");
            self.elements.extend(Id::new(&server.database.id).ok());
        }
        if let Some(store) = own(hosts, release) {
            self.add(store.host, "the store of shared counters".to_owned(), [store.port.number], "pods");
            self.elements.extend(store.elements());
        }
    }

    /// What to see to with names that lead to two places.
    fn notes(&self, text: &mut Markdown) {
        let both = |(_, leads): &(&String, &BTreeSet<Lead>)| {
            leads.iter().any(|l| l.by == CALLERS) && leads.iter().any(|l| l.by != CALLERS)
        };
        let shared: Vec<String> = self.leads.iter().filter(both).map(|(host, _)| code(host)).collect();
        if !shared.is_empty() {
            let (asked, lead) = if shared.len() == 1 { ("is", "leads") } else { ("are each", "lead") };
            text.paragraph(&format!(
                "{} {asked} asked for by callers and by other regions, and {lead} to different addresses for them: the \
                 private DNS of the other regions must answer differently. Portals can have a host name of their own \
                 instead: set it on the control plane in the design.",
                shared.join(", "),
            ));
        }
        text.paragraph(
            "Names that begin with `websocket.`, `websub.`, `portals.` or `keymanager.` are not drawn. The charts match a \
             name with all of its paths to one port, so what shares a balancer in the drawing needs names of its own here.",
        );
        text.paragraph(
            "The certificate that callers see, and those of the pods, must hold the names above and those of the Services \
             that values name.",
        );
    }
}
