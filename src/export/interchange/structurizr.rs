//! A C4 model in the language of Structurizr: every group of nodes a container, grouped by role, and the deployment of
//! the plan with a node for each region, zone and instance.
//!
//! A group stands in one region, so the connections that Structurizr derives between instances from those between
//! containers are exactly those of the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Component, Design, Id, Kind, Link, Region, Site};
use crate::export::Source;
use crate::export::bundle::{ExportFile, Syntax};
use crate::export::lines::Lines;
use crate::export::materials::product;
use crate::export::planner::{Plan, PlanNode, PlanPort};
use crate::export::text::{hex, one_line};
use crate::picture::card::component_card;
use crate::picture::palette::LIGHT;

use super::identifiers::Identifiers;

/// The identifier of the software system that is deployed; those of elements begin otherwise.
const SYSTEM: &str = "api_management";
/// Its name.
const SYSTEM_TITLE: &str = "API management";
/// The name of the deployment node for what stands in no region.
const OUTSIDE: &str = "Outside of regions";

/// The workspace of a design.
pub(super) fn workspace(source: &Source<'_>) -> ExportFile {
    let mut out = Workspace {
        design: source.design,
        plan: &source.plan,
        groups: source.plan.groups(),
        hosts: hosts(&source.plan),
        names: Identifiers::of("e", source.design.components.keys()),
        titles: titles(source.design.components.iter().map(|(id, c)| (id, c.name.as_str())), SYSTEM_TITLE),
        lines: Lines::default(),
    };
    let meta = &source.design.meta;
    let about = format!("WSO2 API Manager {}", meta.product_version);
    out.lines.open(&format!("workspace {} {} {{", text(&meta.name), text(&about)));
    out.lines.open("model {");
    out.people();
    out.system();
    out.around();
    out.relationships();
    out.deployment();
    out.lines.close("}");
    out.views();
    out.lines.close("}");
    out.lines.into_file(Syntax::Text)
}

struct Workspace<'a> {
    design: &'a Design,
    plan: &'a Plan,
    groups: BTreeMap<&'a str, Vec<&'a PlanNode>>,
    hosts: BTreeMap<&'a str, &'a str>,
    names: Identifiers,
    titles: BTreeMap<&'a Id, String>,
    lines: Lines,
}

/// How an element is modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Person,
    Container,
    /// A software system that somebody else is responsible for.
    System,
}

fn model(kind: Kind) -> Model {
    match kind {
        Kind::Users => Model::Person,
        Kind::Backend | Kind::IdentityProvider | Kind::Analytics | Kind::SharedFiles => Model::System,
        _ => Model::Container,
    }
}

/// The name of every element, made unique by its id, since Structurizr knows elements by name; none is `other`.
fn titles<'a>(elements: impl Iterator<Item = (&'a Id, &'a str)>, other: &str) -> BTreeMap<&'a Id, String> {
    let named: Vec<(&Id, String)> = elements.map(|(id, name)| (id, plain(name).trim().to_owned())).collect();
    let mut wanted = BTreeMap::from([(other.to_lowercase(), 1)]);
    for (_, name) in &named {
        *wanted.entry(name.to_lowercase()).or_insert(0) += 1;
    }
    let mut taken: BTreeSet<String> = wanted.keys().cloned().collect();
    let mut title = |id: &Id, name: String| {
        if !name.is_empty() && wanted.get(&name.to_lowercase()) == Some(&1) {
            return name;
        }
        let made = format!("{name} ({id})").trim().to_owned();
        let mut wishes = std::iter::once(made.clone()).chain((2..).map(|n| format!("{made} {n}")));
        wishes.find(|wish| taken.insert(wish.to_lowercase())).unwrap_or(made)
    };
    named.into_iter().map(|(id, name)| (id, title(id, name))).collect()
}

/// The elements that are modelled so.
fn modelled(design: &Design, so: Model) -> impl Iterator<Item = (&Id, &Component)> {
    design.components.iter().map(|(id, component)| (id, component.as_ref())).filter(move |(_, c)| model(c.kind()) == so)
}

impl Workspace<'_> {
    fn people(&mut self) {
        for (id, component) in modelled(self.design, Model::Person) {
            let Some(name) = self.names.get(id) else { continue };
            let line = format!("{name} = person {} {}", self.title(id), about(component));
            self.lines.drawn(&line, "A population of callers.", [id]);
        }
    }

    fn title(&self, id: &Id) -> String {
        text(self.titles.get(id).map_or(id.as_str(), String::as_str))
    }

    /// The software system with a group of containers for each role.
    fn system(&mut self) {
        self.lines.open(&format!("{SYSTEM} = softwareSystem {} {{", text(SYSTEM_TITLE)));
        let containers: Vec<(&Id, &Component)> = modelled(self.design, Model::Container).collect();
        for kind in Kind::ALL {
            let mut of_kind = containers.iter().filter(|(_, component)| component.kind() == kind).peekable();
            if of_kind.peek().is_none() {
                continue;
            }
            self.lines.open(&format!("group {} {{", text(kind.label())));
            for (id, component) in of_kind {
                let Some(name) = self.names.get(id) else { continue };
                let (title, technology) = (self.title(id), text(&self.technology(id, component)));
                let line =
                    format!("{name} = container {title} {} {technology} {}", about(component), text(kind.label()));
                self.lines.drawn(&line, "A group of equal nodes, or a service of our own.", [*id]);
            }
            self.lines.close("}");
        }
        self.lines.close("}");
    }

    /// What others run.
    fn around(&mut self) {
        for (id, component) in modelled(self.design, Model::System) {
            let Some(name) = self.names.get(id) else { continue };
            let (title, tag) = (self.title(id), text(component.kind().label()));
            let line = format!("{name} = softwareSystem {title} {} {tag}", about(component));
            self.lines.drawn(&line, "A service that others run.", [id]);
        }
    }

    /// Every link with its ports. Two relationships between the same elements need different descriptions.
    fn relationships(&mut self) {
        let ports: BTreeMap<&str, &[PlanPort]> =
            self.plan.connections.iter().filter_map(|c| Some((c.link.as_deref()?, c.ports.as_slice()))).collect();
        let mut said: BTreeSet<(&Id, &Id, String)> = BTreeSet::new();
        for (id, link) in &self.design.links {
            let (Some(from), Some(to)) = (self.names.get(&link.from), self.names.get(&link.to)) else { continue };
            let about = description(&mut said, link);
            let technology = over(ports.get(id.as_str()).copied().unwrap_or_default());
            let tag = text(link.purpose.label());
            let line = format!("{from} -> {to} {} {} {tag}", text(&about), text(&technology));
            self.lines.drawn(&line, "A link, with the ports of the plan.", [id]);
        }
    }

    fn deployment(&mut self) {
        let environment = self.design.meta.environment.label();
        self.lines.open(&format!("deploymentEnvironment {} {{", text(environment)));
        let names = titles(self.design.regions.iter().map(|(id, region)| (id, region.name.as_str())), OUTSIDE);
        for (id, region) in &self.design.regions {
            let name = names.get(id).map_or(id.as_str(), String::as_str);
            let line = deployment_node(name, region.role.label(), &site(region));
            self.lines.drawn(&line, "A region.", [id]);
            self.place(Some(id));
        }
        if self.design.components.values().any(|c| c.region.is_none() && c.kind() != Kind::Users) {
            self.lines.add(&deployment_node(OUTSIDE, "Global, or not placed yet", ""));
            self.place(None);
        }
        self.lines.close("}");
    }

    /// Everything that stands in one region, or in none.
    fn place(&mut self, region: Option<&Id>) {
        self.lines.indent();
        let mut zones: BTreeMap<Option<&str>, Vec<&PlanNode>> = BTreeMap::new();
        for node in self.plan.nodes.iter().filter(|n| n.region.as_deref() == region.map(Id::as_str)) {
            zones.entry(node.zone.as_deref()).or_default().push(node);
        }
        for (zone, nodes) in zones {
            if let Some(zone) = zone {
                self.lines.open(&deployment_node(&format!("Zone {zone}"), "Availability zone", ""));
            }
            nodes.into_iter().for_each(|node| self.node(node));
            if zone.is_some() {
                self.lines.close("}");
            }
        }
        for (id, component) in self.design.components.iter().filter(|(_, c)| c.region.as_ref() == region) {
            if component.kind() != Kind::Users && !component.kind().is_product_node() {
                self.service(id, component);
            }
        }
        self.lines.close("}");
    }

    /// One node instance.
    fn node(&mut self, node: &PlanNode) {
        let Ok(group) = Id::new(&node.group) else { return };
        let Some(name) = self.names.get(&group) else { return };
        let size = node.size.map(|s| format!("{} vCPU, {} GiB memory, {} GiB disk", s.vcpu, s.memory_gib, s.disk_gib));
        let line = deployment_node(&node.id, &node.host, &size.unwrap_or_default());
        self.lines.drawn(&line, "A node of the plan.", [&group]);
        self.lines.indent();
        self.lines.add(&format!("containerInstance {name}"));
        self.lines.close("}");
    }

    /// A database, balancer or service.
    fn service(&mut self, id: &Id, component: &Component) {
        let Some(name) = self.names.get(id) else { return };
        let (word, host) = match model(component.kind()) {
            Model::Person => return,
            Model::System => ("softwareSystemInstance", None),
            Model::Container => ("containerInstance", self.hosts.get(id.as_str()).copied()),
        };
        let line = deployment_node(id.as_str(), host.unwrap_or_default(), &self.technology(id, component));
        self.lines.drawn(&line, "A service of the plan.", [id]);
        self.lines.indent();
        self.lines.add(&format!("{word} {name}"));
        self.lines.close("}");
    }

    /// What a container runs.
    fn technology(&self, id: &Id, component: &Component) -> String {
        if component.kind() == Kind::GlobalLoadBalancer {
            return "DNS or anycast".to_owned();
        }
        let node = self.groups.get(id.as_str()).and_then(|nodes| nodes.first().copied());
        let product = product(component, node).to_string();
        if product.is_empty() { component.kind().label().to_owned() } else { product }
    }

    fn views(&mut self) {
        let environment = text(self.design.meta.environment.label());
        self.lines.open("views {");
        for view in [
            format!("systemContext {SYSTEM} \"context\" {{"),
            format!("container {SYSTEM} \"containers\" {{"),
            format!("deployment {SYSTEM} {environment} \"deployment\" {{"),
        ] {
            self.lines.open(&view);
            self.lines.add("include *");
            self.lines.add("autoLayout lr");
            self.lines.close("}");
        }
        self.lines.open("styles {");
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Users) {
            if self.design.components.values().any(|c| c.kind() == kind) {
                self.lines.open(&format!("element {} {{", text(kind.label())));
                self.lines.add(&format!("stroke \"{}\"", hex(LIGHT.kind(kind))));
                self.lines.close("}");
            }
        }
        let purposes: BTreeSet<_> = self.design.links.values().map(|link| link.purpose).collect();
        for purpose in purposes {
            self.lines.open(&format!("relationship {} {{", text(purpose.label())));
            self.lines.add(&format!("color \"{}\"", hex(LIGHT.purpose(purpose))));
            self.lines.close("}");
        }
        self.lines.close("}");
        self.lines.close("}");
    }
}

fn deployment_node(name: &str, about: &str, technology: &str) -> String {
    format!("deploymentNode {} {} {} {{", text(name), text(about), text(technology))
}

/// What a link is for; the second of the same purpose between the same ends is numbered.
fn description<'a>(said: &mut BTreeSet<(&'a Id, &'a Id, String)>, link: &'a Link) -> String {
    let about = link.purpose.label();
    let numbered = (2..).map(|n| format!("{about} {n}"));
    let mut wishes = std::iter::once(about.to_owned()).chain(numbered);
    let free = wishes.find(|wish| said.insert((&link.from, &link.to, wish.clone())));
    free.unwrap_or_else(|| about.to_owned())
}

/// What the card of a component says below its name.
fn about(component: &Component) -> String {
    text(&component_card(component, None).subtitle)
}

/// Ports as an engineer writes them: `https 9443, amqp 5672`.
fn over(ports: &[PlanPort]) -> String {
    ports.iter().map(|port| format!("{} {}", port.protocol, port.number)).collect::<Vec<_>>().join(", ")
}

/// Host names of what is no node of the product.
fn hosts(plan: &Plan) -> BTreeMap<&str, &str> {
    let balancers = plan.balancers.iter().map(|b| (b.id.as_str(), b.host.as_str()));
    let databases = plan.databases.iter().map(|d| (d.id.as_str(), d.host.as_str()));
    let services = plan.services.iter().filter_map(|s| Some((s.id.as_str(), s.host.as_deref()?)));
    balancers.chain(databases).chain(services).collect()
}

/// Where a region is, such as `aws eu-central-1`.
fn site(region: &Region) -> String {
    match &region.site {
        Site::Cloud { provider, region } => format!("{provider} {region}"),
        Site::Place { name, .. } => name.clone(),
    }
}

/// A text between quotation marks.
fn text(text: &str) -> String {
    format!("\"{}\"", plain(text).replace('"', "\\\""))
}

/// A text on one line. The language has no way to write a backslash, and would put a variable of the environment in the
/// place of `${…}`.
fn plain(text: &str) -> String {
    one_line(text).replace('\\', "/").replace("${", "$ {")
}
