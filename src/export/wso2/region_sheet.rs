//! What is installed in a region and in which order: the page that somebody has beside the console.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::Origin;
use crate::export::planner::{PlanConnection, PlanEngine, PlanNode, PlanPattern, PlanPurpose, Schema};

use super::deployment::Deployment;
use super::folders::Folders;
use super::wiring::{Wiring, ends, link};
use super::{has_files, sheets};
use crate::export::markdown::{Markdown, code, plain};

/// The page of a region, or of the nodes that stand in none.
pub(super) fn write(deployment: &Deployment<'_>, folders: &Folders<'_>, region: Option<&str>) -> Markdown {
    let wiring = &deployment.wiring;
    let plan = wiring.plan;
    let mut text = Markdown::default();
    let name = plan.regions.iter().find(|r| Some(r.id.as_str()) == region).map(|r| plain(&r.name));
    text.heading(1, &name.unwrap_or_else(|| "Nodes without a region".to_owned()));
    text.paragraph(
        "Every folder below holds what one node has below the folder that the product is installed in. \
         `../PLACEHOLDERS.md` lists what must be supplied first.",
    );
    let nodes: Vec<&PlanNode> = plan.nodes.iter().filter(|n| n.region.as_deref() == region).collect();
    installed(&mut text, folders, &nodes);
    drivers(wiring, &mut text, &nodes);
    shared(wiring, &mut text, &nodes);
    start(wiring, &mut text, region);
    balancers(wiring, &mut text, region);
    exposed(wiring, &mut text, region);
    identity_server(deployment, &mut text, &nodes);
    open_points(wiring, &mut text, region);
    text
}

fn installed(text: &mut Markdown, folders: &Folders<'_>, nodes: &[&PlanNode]) {
    text.heading(2, "What is installed where");
    let row = |node: &&PlanNode| {
        let folder = match has_files(node) {
            true => code(&folders.node(&node.id).skip(1).collect::<Vec<_>>().join("/")),
            false => "none: registered in the Admin portal (A8)".to_owned(),
        };
        let once = node.setup_command.as_deref().map(|command| format!("once {}, then ", code(command)));
        let start = node.start_command.as_deref().map_or("no source says how".to_owned(), code);
        let heap = node.settings.heap_gib.map_or("2 GiB (default)".to_owned(), |heap| format!("{heap} GiB"));
        [
            code(&node.id),
            code(&node.host),
            format!("{} {}", node.pack, node.version),
            format!("{}{start}", once.unwrap_or_default()),
            heap,
            folder,
        ]
    };
    text.table(["Node", "Host", "Pack", "Start", "Java heap", "Folder"], nodes.iter().map(row));
    let elements: BTreeSet<&str> = nodes.iter().map(|n| n.group.as_str()).collect();
    let origin = Origin::stated("Packs and start scripts of the version.", &["A1", "A2", "A3", "A4", "E1"]);
    text.because(origin.of(elements.into_iter().filter_map(|id| Id::new(id).ok())));
    if nodes.iter().any(|node| node.settings.heap_gib.is_some()) {
        text.paragraph("The Java heap is no key of `deployment.toml`; it is an option of the start script.");
    }
}

/// The JDBC driver, which no pack brings along (A46).
fn drivers(wiring: &Wiring<'_>, text: &mut Markdown, nodes: &[&PlanNode]) {
    let mut by_engine: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for node in nodes.iter().filter(|node| has_files(node)) {
        let engines: BTreeSet<&str> =
            sheets::named_by(wiring, node).filter_map(|database| driver(database.engine)).collect();
        for engine in engines {
            by_engine.entry(engine).or_default().push(code(&node.id));
        }
    }
    if by_engine.is_empty() {
        return;
    }
    text.heading(2, "Database drivers");
    text.paragraph("No pack brings these along. The jar goes to `repository/components/lib` (A46) of:");
    let items = by_engine.into_iter().map(|(engine, nodes)| format!("{engine}: {}", nodes.join(", ")));
    let why = "A node with a database needs its driver.";
    text.list(items).because(Origin::stated(why, &["A46", "S46"]).keeps(&["R-EXP-19"]));
}

fn driver(engine: PlanEngine) -> Option<&'static str> {
    match engine {
        PlanEngine::PostgreSql => Some("PostgreSQL JDBC driver"),
        PlanEngine::MySql => Some("MySQL Connector/J"),
        PlanEngine::SqlServer => Some("Microsoft JDBC driver for SQL Server"),
        PlanEngine::Oracle => Some("Oracle JDBC driver"),
        PlanEngine::H2 => None,
    }
}

/// What all nodes have in common, and what they share.
fn shared(wiring: &Wiring<'_>, text: &mut Markdown, nodes: &[&PlanNode]) {
    text.heading(2, "The same on all nodes");
    let mut items = vec!["The primary key store, with all its passwords (A43).".to_owned()];
    if nodes.iter().any(|node| super::releases::Release::of(&node.version).symmetric_key) {
        items.push("The symmetric encryption key (A42).".to_owned());
    }
    items.push("The time zone UTC (A47).".to_owned());
    let other = nodes.iter().map(|node| node.settings.time_zone.as_str()).filter(|zone| *zone != "UTC");
    let other: BTreeSet<&str> = other.collect();
    if !other.is_empty() {
        items.push(format!(
            "In the design some nodes have the time zone {}.",
            plain(&other.into_iter().collect::<Vec<_>>().join(", "))
        ));
    }
    text.list(items).because(Origin::stated("What nodes encrypt for each other.", &["A42", "A43", "A47"]));
    let mounted = nodes.iter().any(|node| wiring.out(&node.id, PlanPurpose::FileShare).next().is_some());
    if mounted || wiring.plan.practices.secondary_user_stores {
        let what = "Secondary user stores are files: `repository/deployment/server/userstores` is shared between the \
                    regions (B17).";
        text.paragraph(what).because(Origin::stated(what, &["B17", "D10"]));
    }
}

fn start(wiring: &Wiring<'_>, text: &mut Markdown, region: Option<&str>) {
    let steps: Vec<_> = wiring.plan.start_order.iter().filter(|s| s.region.as_deref() == region).collect();
    let Some(first) = steps.first() else { return };
    text.heading(2, "Start order");
    if first.step > 1 {
        text.paragraph(&format!(
            "These are steps of the whole deployment: number {} waits for those of other regions.",
            first.step
        ));
    }
    let row = |step: &&crate::export::planner::StartStep| {
        let targets = step.targets.iter().map(|t| code(t)).collect::<Vec<_>>().join(", ");
        [step.step.to_string(), targets, format!("{} ({})", plain(&step.reason), step.facts.join(", "))]
    };
    text.table(["Step", "Start", "Why"], steps.iter().map(row));
    text.because(Origin::inferred("The order in which nodes find what they need.", &["D16", "B23", "H12"]));
}

/// What the region's balancers pass on.
fn balancers(wiring: &Wiring<'_>, text: &mut Markdown, region: Option<&str>) {
    let here: Vec<_> = wiring.plan.balancers.iter().filter(|b| b.region.as_deref() == region).collect();
    let pools = || here.iter().flat_map(|b| b.pools.iter().map(move |pool| (*b, pool)));
    if pools().next().is_none() {
        return;
    }
    text.heading(2, "Balancers");
    let rows = pools().map(|(balancer, pool)| {
        [
            code(&balancer.host),
            format!("{} {}", pool.listen.number, pool.listen.protocol),
            format!(
                "{} at port {}",
                pool.targets.iter().map(|t| code(t)).collect::<Vec<_>>().join(", "),
                pool.target_port.number
            ),
            if balancer.sticky == Some(true) { "yes (D8)" } else { "no" }.to_owned(),
        ]
    });
    text.table(["Balancer", "Port", "Passes on to", "Sticky sessions"], rows.collect::<Vec<_>>());
    text.because(Origin::stated("As drawn, at the usual ports.", &["A19", "A33", "D7", "D8", "D9"]));
    if pools().any(|(_, pool)| pool.purposes.contains(&PlanPurpose::ApiTraffic)) {
        let what = "For WebSocket APIs the balancers before gateways pass on 9099 and 8099 as well (A33): the control \
                    plane announces these ports.";
        text.paragraph(what).because(Origin::stated(what, &["A33", "A36"]));
    }
}

/// What other regions connect to, which firewalls must let through (B10, B26).
fn exposed(wiring: &Wiring<'_>, text: &mut Markdown, region: Option<&str>) {
    let here = |c: &&PlanConnection| {
        c.crosses_regions && wiring.region(&c.to).or_else(|| wiring.database(&c.to)?.region.as_deref()) == region
    };
    let mut open: BTreeMap<(&str, u16, &str), BTreeSet<&str>> = BTreeMap::new();
    for connection in wiring.plan.connections.iter().filter(here) {
        let (Some(host), from) = (wiring.host(&connection.to), wiring.region(&connection.from)) else { continue };
        for port in &connection.ports {
            open.entry((host, port.number, port.protocol)).or_default().extend(from);
        }
    }
    if open.is_empty() {
        return;
    }
    text.heading(2, "Ports for other regions");
    let rows = open.into_iter().map(|((host, port, protocol), from)| {
        let from = from.into_iter().map(code).collect::<Vec<_>>().join(", ");
        [code(host), format!("{port} {protocol}"), from]
    });
    text.table(["Host", "Port", "From region"], rows.collect::<Vec<_>>());
    let why = "Control plane balancers are exposed at 9443, brokers of every control plane node at 5672.";
    text.because(Origin::stated(why, &["B10", "B26"]));
}

/// WSO2 Identity Server as key manager: what the control plane has otherwise stands there (H4).
fn identity_server(deployment: &Deployment<'_>, text: &mut Markdown, nodes: &[&PlanNode]) {
    let Deployment { wiring, identity_servers, .. } = deployment;
    let mut here: BTreeMap<&Id, Vec<&PlanNode>> = BTreeMap::new();
    for node in nodes.iter().copied() {
        if let Some(server) = identity_servers.of_plane(&node.group) {
            here.entry(server).or_default().push(node);
        }
    }
    for (server, planes) in here {
        // Where the drawing leads its reports, else where others reach these control planes.
        let ids: BTreeSet<&str> = planes.iter().map(|node| node.id.as_str()).collect();
        let mut reports = wiring.out(server.as_str(), PlanPurpose::TokenNotification);
        let drawn = reports.find(|connection| ends(connection).any(|end| ids.contains(end)));
        let at = drawn.and_then(|connection| Some((wiring.host(&connection.to)?, connection.ports.first()?.number)));
        let front = || planes.iter().find_map(|node| wiring.own_front(&node.id));
        let Some((host, port)) = at.or_else(|| front().map(|front| (front.host, front.port.number))) else { continue };
        let name = plain(wiring.name(server.as_str()));
        text.heading(2, &format!("On {name}"));
        let what = format!(
            "WSO2 Identity Server is the key manager: its own `deployment.toml` gets `[[event_listener]]` \
             `token_revocation` with this `notification_endpoint`, and the control planes that it serves have none (H4): {}",
            code(&format!("https://{host}:{port}/internal/data/v1/notify"))
        );
        let origin = Origin::stated("The listener stands where tokens are revoked.", &["H4", "S5"]);
        text.paragraph(&what).because(origin.of(drawn.and_then(link).or_else(|| Some(server.clone()))));
        let what = format!("In the Admin portal {name} is to be registered as key manager (H4).");
        let why = "A control plane knows only the key managers that are registered with it.";
        text.paragraph(&what).because(Origin::stated(why, &["H4"]).of([server.clone()]));
    }
}

/// What no source answers and this region runs into.
fn open_points(wiring: &Wiring<'_>, text: &mut Markdown, region: Option<&str>) {
    let plan = wiring.plan;
    let mut hubs = plan.connections.iter().filter(|c| c.purpose == PlanPurpose::HubEvents);
    let joined = hubs.any(|c| wiring.region(&c.from) == region);
    let mut items = Vec::new();
    if joined {
        items.push(
            "Gateway environments of one name in several regions: no source says which host name wins once the \
             databases replicate. Safe is one name over all regions, at a balancer over regions (inferred).",
        );
        items.push(
            "Tokens of one region in another: no source says whether a gateway takes the other issuer. Test it before \
             promising it.",
        );
        items.push(
            "Events are lost while a hub cannot be reached: the sender does not try again (H6). After an outage restart \
             the gateways, or deploy again.",
        );
        items.push(
            "Two local control plane nodes send every notification, so that remote gateways may deploy twice (H7, \
             inferred); that is the price of missing none when one is down.",
        );
        items.push("The login callbacks of the portals must accept the host names of all regions (H20, community).");
    }
    let in_region =
        |c: &&PlanConnection| c.purpose == PlanPurpose::GatewayManagement && wiring.region(&c.from) == region;
    let control_plane =
        plan.nodes.iter().any(|n| n.region.as_deref() == region && n.listens.iter().any(|l| l.port == 9611));
    if control_plane
        && plan.pattern.recognised == PlanPattern::Pattern2
        && !plan.connections.iter().any(|c| in_region(&c))
    {
        items.push(
            "`service_url` of gateways elsewhere: artifacts are pulled (A19), and no source says that a control plane \
             needs to reach it. The key is kept.",
        );
    }
    let tokens = plan.databases.iter().any(|d| d.region.as_deref() == region && d.schemas.contains(&Schema::ApimDb));
    if !tokens && !plan.nodes.is_empty() {
        items.push(
            "During a long outage of the control plane: no source says whether a running gateway must fetch the keys \
             of the token issuer again (A50).",
        );
    }
    if items.is_empty() {
        return;
    }
    text.heading(2, "Open points");
    text.list(items).because(Origin::inferred("No source that was read answers these.", &["A50", "H6", "H7", "H20"]));
}
