//! The key sheets: which role gets which table and key of `deployment.toml`, with what value, from what in the
//! drawing. One file a role, in the order in which the tables stand in the file.

mod all_in_one;
mod broker;
mod common;
mod control_plane;
mod databases;
mod environments;
mod event_hub;
mod gateway;
mod key_manager;
mod throttling;
mod traffic_manager;

use std::collections::BTreeSet;

use crate::design::Id;
use crate::export::bundle::{ExportFile, Origin};
use crate::export::planner::{NodeRole, PlanNode, PlanPurpose};
use crate::export::text::one_line;

use super::deployment::Deployment;
use super::notes::{Gap, Notes};
use super::releases::Release;
use super::sheet::{Section, Sheet};
use super::wiring::{Address, Wiring, element, link};

pub(in crate::export) use broker::{Stores, ssl_connection};
pub(in crate::export) use common::{names_no_portal_host, portal_host};
pub(super) use databases::named_by;
pub(in crate::export) use event_hub::ADMIN;

/// The `deployment.toml` of one node that is being written, and what turns up meanwhile.
struct Page<'p, 'a> {
    deployment: &'p Deployment<'a>,
    wiring: &'p Wiring<'a>,
    node: &'a PlanNode,
    release: &'static Release,
    sheet: Sheet,
    notes: &'p mut Notes,
    gaps: Vec<Gap>,
}

/// Writes `deployment.toml` of a node. The gaps are what it lacks.
pub(super) fn deployment_toml<'a>(
    deployment: &Deployment<'a>,
    node: &'a PlanNode,
    notes: &mut Notes,
) -> (ExportFile, Vec<Gap>) {
    let release = Release::of(&node.version);
    let wiring = &deployment.wiring;
    let mut page = Page { deployment, wiring, node, release, sheet: Sheet::default(), notes, gaps: Vec::new() };
    common::head(&mut page);
    match node.role {
        NodeRole::Gateway => gateway::write(&mut page),
        NodeRole::TrafficManager => traffic_manager::write(&mut page),
        NodeRole::ControlPlane => control_plane::write(&mut page),
        NodeRole::KeyManager => key_manager::write(&mut page),
        NodeRole::AllInOne => all_in_one::write(&mut page),
    }
    if let Some(sentence) = release.not_covered() {
        page.notes.remark(sentence);
    }
    (page.sheet.finish(), page.gaps)
}

impl<'a> Page<'_, 'a> {
    fn add(&mut self, section: Section) {
        self.sheet.add(section);
    }

    /// Where the node's connections of a purpose lead, see [`Wiring::near`].
    fn near(&self, purpose: PlanPurpose) -> Option<Address<'a>> {
        self.wiring.near(self.node, purpose, &["https"]).into_iter().next()
    }

    /// How the node's servlet port is reached in its region: at the balancer there, else at the node itself.
    fn own_front(&self) -> Option<Address<'a>> {
        self.wiring.own_front(&self.node.id)
    }

    /// The element of the node itself.
    fn group(&self) -> Option<Id> {
        element(self.wiring, &self.node.id)
    }

    /// An origin with the link that decides about an address and both of its ends.
    fn by(&self, origin: Origin, addresses: &[Address<'_>]) -> Origin {
        let mut elements: Vec<Id> = self.group().into_iter().collect();
        for address in addresses {
            let link = address.by.and_then(link);
            elements.extend(link.into_iter().chain(element(self.wiring, address.endpoint)));
        }
        let mut seen = BTreeSet::new();
        elements.retain(|id| seen.insert(id.clone()));
        origin.of(elements)
    }

    /// Says that the drawing does not decide about something.
    fn lacks(&mut self, what: &str) {
        let message = format!("{}: {what}", one_line(&self.node.group_name));
        self.gaps.push(Gap { message, elements: self.group().into_iter().collect() });
    }

    /// The address of a purpose for a key with a single value. Says so when it is not drawn, or when several nodes
    /// without a balancer leave only the first to be asked.
    fn single(&mut self, purpose: PlanPurpose, key: &str) -> Option<Address<'a>> {
        let found = self.wiring.near(self.node, purpose, &["https"]);
        let Some(first) = found.first().copied() else {
            self.lacks(&format!("no link says where {key} leads; the key is left out."));
            return None;
        };
        if found.len() > 1 && self.wiring.node(first.endpoint).is_some() {
            let name = one_line(&self.node.group_name);
            self.notes.remark(format!(
                "{name}: {key} holds one address and no balancer stands before the {} nodes; it names {} only.",
                found.len(),
                first.endpoint
            ));
        }
        Some(first)
    }
}
