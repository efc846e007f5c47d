//! A C4 model in the language of Structurizr: every group of nodes a container, grouped by role, and the deployment of
//! the plan with a node for each region, zone and instance.
//!
//! A group stands in one region, so the connections that Structurizr derives between instances from those between
//! containers are exactly those of the plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Component, Design, Id, Kind, Link, Region, Spec};
use crate::export::Source;
use crate::export::bundle::{ExportFile, Syntax};
use crate::export::planner::{Plan, PlanNode, PlanPort};
use crate::picture::card::component_card;
use crate::picture::palette::LIGHT;

use super::lines::{Identifiers, Lines};
use super::{first_nodes, hex, one_line};

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
        nodes: first_nodes(&source.plan),
        hosts: hosts(&source.plan),
        names: Identifiers::of("e", source.design.components.keys()),
        titles: titles(source.design.components.iter().map(|(id, c)| (id, c.name.as_str())), SYSTEM_TITLE),
        lines: Lines::default(),
    };
    let meta = &source.design.meta;
    let about = format!("WSO2 API Manager {}", meta.product_version);
    out.lines.add(&format!("workspace {} {} {{", text(&meta.name), text(&about)));
    out.lines.indent();
    out.lines.add("model {");
    out.lines.indent();
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
    nodes: BTreeMap<&'a str, &'a PlanNode>,
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

impl Workspace<'_> {
    fn of(&self, wanted: Model) -> impl Iterator<Item = (&'_ Id, &'_ Component)> {
        let all = self.design.components.iter();
        all.filter(move |(_, c)| model(c.kind()) == wanted).map(|(id, c)| (id, c.as_ref()))
    }

    fn people(&mut self) {
        let people: Vec<(Id, String)> = self
            .of(Model::Person)
            .filter_map(|(id, component)| {
                let about = component_card(component, None).subtitle;
                Some((id.clone(), format!("{} = person {} {}", self.names.get(id)?, self.title(id), text(&about))))
            })
            .collect();
        for (id, line) in &people {
            self.lines.drawn(line, "A population of callers.", [id]);
        }
    }

    fn title(&self, id: &Id) -> String {
        text(self.titles.get(id).map_or(id.as_str(), String::as_str))
    }

    /// The software system with a group of containers for each role.
    fn system(&mut self) {
        self.lines.add(&format!("{SYSTEM} = softwareSystem {} {{", text(SYSTEM_TITLE)));
        self.lines.indent();
        for kind in Kind::ALL.into_iter().filter(|kind| model(*kind) == Model::Container) {
            let containers: Vec<(Id, String)> = self
                .of(Model::Container)
                .filter(|(_, c)| c.kind() == kind)
                .filter_map(|(id, c)| Some((id.clone(), self.container(id, c)?)))
                .collect();
            if containers.is_empty() {
                continue;
            }
            self.lines.add(&format!("group {} {{", text(kind.label())));
            self.lines.indent();
            for (id, line) in &containers {
                self.lines.drawn(line, "A group of equal nodes, or a service of our own.", [id]);
            }
            self.lines.close("}");
        }
        self.lines.close("}");
    }

    fn container(&self, id: &Id, component: &Component) -> Option<String> {
        let about = component_card(component, None).subtitle;
        let technology = self.technology(id, component);
        let (name, tag) = (self.names.get(id)?, text(component.kind().label()));
        Some(format!("{name} = container {} {} {} {tag}", self.title(id), text(&about), text(&technology)))
    }

    /// What others run.
    fn around(&mut self) {
        let systems: Vec<(Id, String)> = self
            .of(Model::System)
            .filter_map(|(id, component)| {
                let about = component_card(component, None).subtitle;
                let (name, tag) = (self.names.get(id)?, text(component.kind().label()));
                Some((id.clone(), format!("{name} = softwareSystem {} {} {tag}", self.title(id), text(&about))))
            })
            .collect();
        for (id, line) in &systems {
            self.lines.drawn(line, "A service that others run.", [id]);
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
        self.lines.add(&format!("deploymentEnvironment {} {{", text(environment)));
        self.lines.indent();
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
                self.lines.add(&deployment_node(&format!("Zone {zone}"), "Availability zone", ""));
                self.lines.indent();
            }
            nodes.into_iter().for_each(|node| self.node(node));
            if zone.is_some() {
                self.lines.close("}");
            }
        }
        let services: Vec<(&Id, &Component)> = self
            .design
            .components
            .iter()
            .filter(|(_, c)| c.region.as_ref() == region && c.kind() != Kind::Users && !c.kind().is_product_node())
            .map(|(id, c)| (id, c.as_ref()))
            .collect();
        for (id, component) in services {
            self.service(id, component);
        }
        self.lines.close("}");
    }

    /// One node instance.
    fn node(&mut self, node: &PlanNode) {
        let Ok(group) = Id::new(&node.group) else { return };
        let Some(name) = self.names.get(&group) else { return };
        let size = node.size.map(|s| format!("{} vCPU, {} GiB memory, {} GiB disk", s.vcpu, s.memory_gib, s.disk_gib));
        let line = deployment_node(&node.id, &node.host, &size.unwrap_or_default());
        let instance = format!("containerInstance {name}");
        self.lines.drawn(&line, "A node of the plan.", [&group]);
        self.lines.indent();
        self.lines.add(&instance);
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
        let instance = format!("{word} {name}");
        self.lines.drawn(&line, "A service of the plan.", [id]);
        self.lines.indent();
        self.lines.add(&instance);
        self.lines.close("}");
    }

    /// What a container runs.
    fn technology(&self, id: &Id, component: &Component) -> String {
        match &component.spec {
            Spec::Database(database) => format!("{} {}", database.engine.label(), database.version),
            Spec::IdentityProvider(identity) => identity.product.label().to_owned(),
            Spec::Analytics(analytics) => analytics.product.label().to_owned(),
            Spec::GlobalLoadBalancer(_) => "DNS or anycast".to_owned(),
            _ => match self.nodes.get(id.as_str()) {
                Some(node) => format!("{} {}", node.pack, node.version),
                None => component.kind().label().to_owned(),
            },
        }
    }

    fn views(&mut self) {
        let environment = text(self.design.meta.environment.label());
        self.lines.add("views {");
        self.lines.indent();
        for view in [
            format!("systemContext {SYSTEM} \"context\" {{"),
            format!("container {SYSTEM} \"containers\" {{"),
            format!("deployment {SYSTEM} {environment} \"deployment\" {{"),
        ] {
            self.lines.add(&view);
            self.lines.indent();
            self.lines.add("include *");
            self.lines.add("autoLayout lr");
            self.lines.close("}");
        }
        self.lines.add("styles {");
        self.lines.indent();
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Users) {
            if self.design.components.values().any(|c| c.kind() == kind) {
                self.lines.add(&format!("element {} {{", text(kind.label())));
                self.lines.indent();
                self.lines.add(&format!("stroke \"{}\"", hex(LIGHT.kind(kind))));
                self.lines.close("}");
            }
        }
        let purposes: BTreeSet<_> = self.design.links.values().map(|link| link.purpose).collect();
        for purpose in purposes {
            self.lines.add(&format!("relationship {} {{", text(purpose.label())));
            self.lines.indent();
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
        crate::design::Site::Cloud { provider, region } => format!("{provider} {region}"),
        crate::design::Site::Place { name, .. } => name.clone(),
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
