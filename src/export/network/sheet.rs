//! The same to be read: what runs between regions first, then each region, then who listens where.

use std::collections::BTreeMap;

use crate::export::document::{Document, Section, Table};
use crate::export::planner::{Plan, Topic};

use super::intent::{Allow, Firewall, Place, Side};
use super::table::network;

/// Most hosts of one side that are all named.
const MOST_HOSTS: usize = 4;

/// The sheet of a plan.
pub(super) fn sheet(plan: &Plan, firewall: &Firewall) -> Document {
    let mut document = Document::new(&format!("Network of {}", plan.design.name));
    let counts = &plan.counts;
    document.say(&format!(
        "{} connections between {} nodes, balancers, services and databases, {} of them between regions. They need the {} \
         rules below. Everything else is denied. network.csv lists each connection with its hosts and its source, \
         firewall.csv and firewall.json hold the rules for programs.",
        counts.connections,
        plan.endpoints().len() - plan.populations.len(),
        counts.connections_between_regions,
        firewall.allow.len(),
    ));
    let mut meaning = Section::new("How the rules are meant");
    meaning.list(firewall.meaning);
    meaning.note(&plan.domain.remark().unwrap_or_default());
    document.add(meaning);
    document.add(between(plan, firewall));
    document.add(outside(plan, firewall));
    let mut inside = Section::new("Inside each region");
    for region in &plan.regions {
        let rules = firewall
            .allow
            .iter()
            .filter(|allow| allow.place() == Place::Inside && allow.from.region.as_deref() == Some(region.id.as_str()));
        let mut section = Section::new(&region.name);
        section.table(rules_of(plan, rules));
        inside.add(section);
    }
    document.add(inside);
    document.add(balancers(plan));
    document.add(listeners(plan));
    document.add(open(plan));
    document
}

fn between(plan: &Plan, firewall: &Firewall) -> Section {
    let mut section = Section::new("Between regions");
    let rules = || firewall.allow.iter().filter(|allow| allow.place() == Place::Between);
    if rules().next().is_none() {
        section.say("Nothing has to be let through between regions.");
        return section;
    }
    // The ports that each region opens to each other one: what a network team asks for first.
    let mut opened: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for allow in rules() {
        let (Some(from), Some(to)) = (&allow.from.region, &allow.to.region) else { continue };
        let ports = opened.entry((from, to)).or_default();
        let port = port_of(allow);
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    let mut table = Table::new(["From", "To", "Ports"]);
    for ((from, to), mut ports) in opened {
        ports.sort();
        table.row([plan.region_name(from), plan.region_name(to), &ports.join(", ")]);
    }
    section.table(table);
    section.table(rules_of(plan, rules()));
    section
}

fn outside(plan: &Plan, firewall: &Firewall) -> Section {
    let mut section = Section::new("From and to what stands in no region");
    section.table(rules_of(plan, firewall.allow.iter().filter(|allow| allow.place() == Place::Outside)));
    section
}

fn rules_of<'f>(plan: &Plan, rules: impl Iterator<Item = &'f Allow>) -> Table {
    let mut table = Table::new(["Rule", "From", "To", "Port", "For", "Network", "Sources"]);
    for allow in rules {
        let sources: Vec<&str> = allow.links.iter().chain(&allow.facts).map(String::as_str).collect();
        let notes = if allow.notes.is_empty() { String::new() } else { format!(". {}", allow.notes.join(" ")) };
        table.row([
            allow.id.clone(),
            side(plan, &allow.from),
            side(plan, &allow.to),
            port_of(allow),
            format!("{}{notes}", allow.purpose.label()),
            network(allow.network).to_owned(),
            sources.join(" "),
        ]);
    }
    table
}

/// Who it is, with its hosts; of many the first and how many more.
fn side(plan: &Plan, side: &Side) -> String {
    let place = side.region.as_ref().map(|region| format!(" in {}", plan.region_name(region))).unwrap_or_default();
    let hosts: Vec<&str> = side.endpoints.iter().filter_map(|endpoint| endpoint.host.as_deref()).collect();
    match hosts.as_slice() {
        [] => format!("{}{place}", side.name),
        [first, others @ ..] if others.len() >= MOST_HOSTS => {
            format!("{}{place} ({first} and {} more)", side.name, others.len())
        }
        few => format!("{}{place} ({})", side.name, few.join(", ")),
    }
}

fn port_of(allow: &Allow) -> String {
    match (allow.port, allow.protocol) {
        (Some(number), Some(protocol)) => port(number, protocol),
        _ => "as the service says".to_owned(),
    }
}

/// A port as a network team writes it: `9443 https`.
fn port(number: u16, protocol: &str) -> String {
    format!("{number} {protocol}")
}

fn balancers(plan: &Plan) -> Section {
    let mut section = Section::new("What balancers pass on");
    let mut table = Table::new(["Balancer", "Host", "Answers on", "Passes on to", "At port", "For"]);
    for balancer in &plan.balancers {
        for pool in &balancer.pools {
            let purposes: Vec<&str> = pool.purposes.iter().map(|purpose| purpose.label()).collect();
            table.row([
                balancer.name.clone(),
                balancer.host.clone(),
                port(pool.listen.number, pool.listen.protocol),
                pool.targets.join(", "),
                port(pool.target_port.number, pool.target_port.protocol),
                purposes.join(", "),
            ]);
        }
    }
    section.table(table);
    section
}

/// Ports of each group; its nodes are alike.
fn listeners(plan: &Plan) -> Section {
    let mut section = Section::new("Who listens where");
    let mut table = Table::new(["Nodes", "Hosts", "Port", "For", "Fact"]);
    for nodes in plan.groups().values() {
        let Some(first) = nodes.first() else { continue };
        let hosts: Vec<&str> = nodes.iter().map(|node| node.host.as_str()).collect();
        let place = first.region.as_ref().map(|region| format!(" in {}", plan.region_name(region)));
        let name = format!("{}{}", first.group_name, place.unwrap_or_default());
        for listener in &first.listens {
            let port = port(listener.port, &listener.protocol);
            table.row([name.clone(), hosts.join(", "), port, listener.purpose.clone(), listener.fact.clone()]);
        }
    }
    section.table(table);
    section
}

/// What somebody must supply before the rules can be written.
fn open(plan: &Plan) -> Section {
    let mut section = Section::new("Still to be supplied");
    let about_network =
        |topic: Topic| matches!(topic, Topic::Domain | Topic::Address | Topic::Balancer | Topic::Placement);
    section.list(plan.unresolved.iter().filter(|open| about_network(open.topic)).map(|open| &open.text));
    section
}
