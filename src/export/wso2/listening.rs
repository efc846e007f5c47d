//! Where the drawing leads to a port at which nothing would listen. No collected fact names the key that sets a
//! listener to another port, so somebody has to, and until then the files of both ends do not fit each other.

use std::collections::BTreeSet;

use crate::export::planner::{PlanConnection, PlanNode, PlanPurpose};

use super::notes::Gap;
use super::wiring::{Wiring, element, link};
use crate::export::text::one_line;

/// What the node's connections ask of listeners that are not there, one gap for each link.
pub(super) fn gaps(wiring: &Wiring<'_>, node: &PlanNode) -> Vec<Gap> {
    let mut seen = BTreeSet::new();
    let open = wiring.at(&node.id).filter_map(|connection| Some((connection, missing(wiring, connection)?)));
    let open = open.filter(|(connection, _)| seen.insert((&connection.link, connection.purpose)));
    open.map(|(connection, what)| {
        let [from, to] = [&connection.from, &connection.to].map(|end| one_line(wiring.name(end)));
        let ends = [&connection.from, &connection.to].map(|end| element(wiring, end));
        Gap {
            message: format!("{from} to {to}: {what}"),
            elements: link(connection).into_iter().chain(ends.into_iter().flatten()).collect(),
        }
    })
    .collect()
}

/// Why nothing would listen where the connection leads; `None` when something does. A balancer answers at the port
/// that a link names, as long as it passes on what arrives there, and a database or service is set up by others.
fn missing(wiring: &Wiring<'_>, connection: &PlanConnection) -> Option<String> {
    if let Some(node) = wiring.node(&connection.to) {
        let note = connection.note.as_ref();
        return match note.map(|note| format!("{note} No collected fact names the key that does it.")) {
            None if is_named_in_files(connection.purpose) => deaf(node, connection),
            note => note,
        };
    }
    let leads_nowhere = wiring.balancer(&connection.to).is_some() && connection.reaches.is_empty();
    leads_nowhere.then(|| "the balancer passes this on to nobody.".to_owned())
}

/// Why the node does not listen at a port that the connection uses; `None` when it listens at all of them.
fn deaf(node: &PlanNode, connection: &PlanConnection) -> Option<String> {
    if node.listens.is_empty() {
        return Some("no port is known at which a Platform Gateway answers this (A8).".to_owned());
    }
    let listens = |port: u16| node.listens.iter().any(|listener| listener.port == port);
    let unheard = connection.ports.iter().map(|port| port.number).filter(|port| !listens(*port));
    let unheard: Vec<String> = unheard.map(|port| port.to_string()).collect();
    (!unheard.is_empty()).then(|| format!("nothing there listens at {}.", unheard.join(" and ")))
}

/// Whether files of the end that connects say where the other end answers.
fn is_named_in_files(purpose: PlanPurpose) -> bool {
    matches!(
        purpose,
        PlanPurpose::ManagementHttps
            | PlanPurpose::EventStream
            | PlanPurpose::HubEvents
            | PlanPurpose::HubPublish
            | PlanPurpose::ThrottleData
            | PlanPurpose::ThrottleDecision
            | PlanPurpose::KeyManagerHttps
            | PlanPurpose::TokenNotification
    )
}
