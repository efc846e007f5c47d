//! What shows that a node has started.

use crate::export::planner::{NodeRole, Plan, PlanNode, StartAction};

/// Port of the servlet transport, at which nodes are asked whether they are ready (F7).
const SERVLET: u16 = 9443;
/// What a gateway is asked for (F7).
const GATEWAY_PATH: &str = "/api/am/gateway/v2/server-startup-healthcheck";
/// What every other node is asked for (F7).
const OTHER_PATH: &str = "/services/Version";

/// A question to a node.
pub(super) struct Check<'p> {
    /// The node.
    pub node: &'p PlanNode,
    /// Address that answers once the node has started.
    pub address: String,
}

/// One question to each node that listens for it, in the order of the plan.
pub(super) fn checks(plan: &Plan) -> Vec<Check<'_>> {
    let listens = |node: &PlanNode| node.listens.iter().any(|listener| listener.port == SERVLET);
    let check = |node: &'_ PlanNode| {
        let path = if node.role == NodeRole::Gateway { GATEWAY_PATH } else { OTHER_PATH };
        format!("https://{}:{SERVLET}{path}", node.host)
    };
    let nodes = plan.nodes.iter().filter(|node| listens(node));
    nodes.map(|node| Check { node, address: check(node) }).collect()
}

/// Facts that say what happens while nodes start, for what the plan starts at all.
pub(super) fn facts(plan: &Plan) -> Vec<&'static str> {
    let starts = |action| plan.start_order.iter().any(|step| step.action == action);
    let cites = |fact: &str| plan.start_order.iter().any(|step| step.facts.iter().any(|cited| cited == fact));
    let of: [(&'static str, bool); 8] = [
        ("D16", !plan.start_order.is_empty()),
        ("F7", !plan.nodes.is_empty()),
        ("F6", starts(StartAction::Gateways)),
        ("H3", starts(StartAction::Gateways)),
        ("B23", cites("B23")),
        ("D13", starts(StartAction::Gateways)),
        ("D4", starts(StartAction::TrafficManagers)),
        ("H12", starts(StartAction::TrafficManagers)),
    ];
    of.into_iter().filter(|(_, holds)| *holds).map(|(fact, _)| fact).collect()
}

/// What a step of the start order does.
pub(super) fn action(action: StartAction) -> &'static str {
    match action {
        StartAction::Stores => "Start databases and stores",
        StartAction::Replication => "Join the databases",
        StartAction::FirstControlPlane => "Start the first control plane node",
        StartAction::ControlPlane => "Start another control plane node",
        StartAction::KeyManagers => "Start key managers",
        StartAction::TrafficManagers => "Start traffic managers",
        StartAction::Gateways => "Start gateways",
    }
}
