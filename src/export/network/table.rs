//! The tables for spreadsheets, each line with where it comes from.

use crate::books::Facts;
use crate::design::Id;
use crate::export::Source;
use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::export::planner::{PlanBasis, PlanConnection, PlanNetwork, to_json};
use crate::spreadsheet;

use super::intent::{Action, Allow, Firewall, Noted, Side, ports};

/// Columns of `network.csv`.
const CONNECTIONS: [&str; 16] = [
    "from",
    "from host",
    "from region",
    "to",
    "to host",
    "to region",
    "port",
    "protocol",
    "purpose",
    "network",
    "crosses regions",
    "ends at",
    "link",
    "fact",
    "basis",
    "note",
];

/// Columns of `firewall.csv`.
const FIREWALL: [&str; 18] = [
    "rule",
    "action",
    "from region",
    "from",
    "from name",
    "from hosts",
    "to region",
    "to",
    "to name",
    "to hosts",
    "port",
    "protocol",
    "purpose",
    "network",
    "crosses regions",
    "links and facts",
    "basis",
    "note",
];

/// Stands where a rule has no port yet, so that no empty cell is taken for all ports.
const OPEN: &str = "to be supplied";

/// Lines of a table, with their origins.
struct Lines {
    text: String,
    count: usize,
    origins: Vec<LineOrigin>,
}

impl Lines {
    fn new(head: &[&str]) -> Self {
        Self { text: spreadsheet::line(head.iter().copied()), count: 1, origins: Vec::new() }
    }

    fn add<'t>(&mut self, cells: impl IntoIterator<Item = &'t str>, origin: Origin) {
        let line = spreadsheet::line(cells);
        let first = self.count + 1;
        // A name may hold a line break.
        self.count += line.matches('\n').count();
        self.origins.push(LineOrigin { first, last: self.count, origin });
        self.text.push_str(&line);
    }

    fn file(self) -> ExportFile {
        ExportFile { origins: self.origins.into(), ..ExportFile::text(Syntax::Csv, self.text) }
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// The word of a network.
pub(super) fn network(network: PlanNetwork) -> &'static str {
    match network {
        PlanNetwork::Private => "private",
        PlanNetwork::Vpn => "VPN",
        PlanNetwork::Public => "internet",
    }
}

fn basis(basis: PlanBasis) -> &'static str {
    match basis {
        PlanBasis::Overview => "stated in the pattern overview",
        PlanBasis::Documented => "documented",
        PlanBasis::Inferred => "inferred",
        PlanBasis::Community => "from the community",
        PlanBasis::Company => "a rule of the company",
    }
}

/// Every connection of the plan, a line for each of its ports.
pub(super) fn connections(source: &Source<'_>) -> ExportFile {
    let (endpoints, noted) = (source.plan.endpoints(), Noted::of(&source.plan));
    let mut lines = Lines::new(&CONNECTIONS);
    for connection in &source.plan.connections {
        let ends = (endpoints.get(connection.from.as_str()), endpoints.get(connection.to.as_str()));
        let (Some(from), Some(to)) = ends else { continue };
        let reaches = connection.reaches.join(" ");
        for port in ports(&connection.ports) {
            let number = port.map(|port| port.number.to_string()).unwrap_or_default();
            let cells = [
                from.id,
                from.host.unwrap_or_default(),
                from.region.unwrap_or_default(),
                to.id,
                to.host.unwrap_or_default(),
                to.region.unwrap_or_default(),
                &number,
                port.map_or("", |port| port.protocol),
                connection.purpose.label(),
                network(connection.network),
                yes_no(connection.crosses_regions),
                &reaches,
                connection.link.as_deref().unwrap_or_default(),
                &connection.fact,
                basis(connection.basis),
                noted.note(connection, port).unwrap_or_default(),
            ];
            lines.add(cells, origin(source.books.facts(), connection));
        }
    }
    lines.file()
}

fn origin(facts: &'static Facts, connection: &PlanConnection) -> Origin {
    let known: Vec<&'static str> = facts.fact(&connection.fact).map(|fact| fact.id.as_str()).into_iter().collect();
    let purpose = connection.purpose.label();
    let why = match &connection.link {
        Some(link) => format!("{purpose}, drawn as link {link}."),
        None => format!("{purpose}, between nodes of one cluster, which nobody draws."),
    };
    resting_on(connection.basis, why, &known).of(elements(connection.link.as_deref()))
}

fn resting_on(basis: PlanBasis, why: String, facts: &[&'static str]) -> Origin {
    if basis == PlanBasis::Inferred { Origin::inferred(why, facts) } else { Origin::stated(why, facts) }
}

fn elements<'t>(links: impl IntoIterator<Item = &'t str>) -> Vec<Id> {
    links.into_iter().filter_map(|link| Id::new(link).ok()).collect()
}

/// Where a rule comes from.
fn origin_of(facts: &'static Facts, allow: &Allow) -> Origin {
    let known: Vec<&'static str> =
        allow.facts.iter().filter_map(|fact| facts.fact(fact)).map(|fact| fact.id.as_str()).collect();
    let why = format!("{} from {} to {}.", allow.purpose.label(), allow.from.group, allow.to.group);
    resting_on(allow.basis, why, &known).of(elements(allow.links.iter().map(String::as_str)))
}

/// The rules for programs, each with where it comes from.
pub(super) fn json(source: &Source<'_>, firewall: &Firewall) -> ExportFile {
    let text = to_json(firewall);
    // Only rules are objects at this depth.
    let at = |edge: &'static str| {
        let begins =
            move |(_, line): &(usize, &str)| line.strip_prefix("    ").is_some_and(|rest| rest.starts_with(edge));
        text.lines().enumerate().filter(begins).map(|(n, _)| n + 1)
    };
    let origins = firewall.allow.iter().map(|allow| origin_of(source.books.facts(), allow));
    let origins = at("{").zip(at("}")).zip(origins).map(|((first, last), origin)| LineOrigin { first, last, origin });
    let origins = origins.collect();
    ExportFile { origins, ..ExportFile::text(Syntax::Json, text) }
}

/// Every rule, and the denial of everything else at the end.
pub(super) fn firewall(source: &Source<'_>, firewall: &Firewall) -> ExportFile {
    let facts = source.books.facts();
    let mut lines = Lines::new(&FIREWALL);
    for allow in &firewall.allow {
        let origin = origin_of(facts, allow);
        let cells = rule(allow);
        lines.add(cells.iter().map(String::as_str), origin);
    }
    let mut last = ["any"; 18];
    (last[0], last[1], last[17]) = ("default", firewall.default.word(), "whatever no rule above allows");
    (last[2], last[4], last[6], last[8], last[15], last[16]) = ("", "", "", "", "", "");
    lines.add(last, Origin::stated("No connection of the plan needs more.", &[]));
    lines.file()
}

fn rule(allow: &Allow) -> [String; 18] {
    let hosts = |side: &Side| {
        let of = side.endpoints.iter().map(|endpoint| endpoint.host.as_deref().unwrap_or(&endpoint.id));
        of.collect::<Vec<_>>().join(" ")
    };
    let region = |side: &Side| side.region.clone().unwrap_or_default();
    let sources: Vec<&str> = allow.links.iter().chain(&allow.facts).map(String::as_str).collect();
    [
        allow.id.clone(),
        Action::Allow.word().to_owned(),
        region(&allow.from),
        allow.from.group.clone(),
        allow.from.name.clone(),
        hosts(&allow.from),
        region(&allow.to),
        allow.to.group.clone(),
        allow.to.name.clone(),
        hosts(&allow.to),
        allow.port.map_or_else(|| OPEN.to_owned(), |port| port.to_string()),
        allow.protocol.unwrap_or(OPEN).to_owned(),
        allow.purpose.label().to_owned(),
        network(allow.network).to_owned(),
        yes_no(allow.crosses_regions).to_owned(),
        sources.join(" "),
        basis(allow.basis).to_owned(),
        allow.notes.join(" "),
    ]
}
