//! Node configuration of WSO2 API Manager: `deployment.toml` of every node, what belongs beside it, and for every
//! region what to do with it.
//!
//! ```text
//! PLACEHOLDERS.md                                  what must be supplied
//! <region>/README.md                               what is installed where, in which order
//! <region>/databases.md                            scripts, sequences, schemas
//! <region>/<node>/repository/conf/deployment.toml
//! <region>/<node>/repository/conf/jndi-….properties                   Pattern 1, see hubs
//! <region>/<node>/repository/deployment/server/eventpublishers/….xml  Pattern 1, see hubs
//! ```
//!
//! Hosts and ports come from the plan. What the drawing does not decide is left out and said, never made up. The keys
//! are in [`sheets`], one file a role; what differs between versions is in [`releases`]; what Helm values conclude from a
//! plan as well is in [`deployment`].

pub(in crate::export) mod blocked;
mod database_sheet;
pub(in crate::export) mod deployment;
pub(in crate::export) mod environments;
mod folders;
pub mod hubs;
pub(in crate::export) mod identity_server;
pub(in crate::export) mod jdbc;
mod listening;
pub(in crate::export) mod notes;
pub(in crate::export) mod planes;
mod properties;
mod region_sheet;
pub(in crate::export) mod releases;
pub(in crate::export) mod shared_counters;
pub(in crate::export) mod sheet;
mod sheets;
pub(in crate::export) mod wiring;

use std::collections::BTreeMap;

use crate::export::Source;
use crate::export::bundle::{Blocked, Bundle, FilePath, Placeholder};
use crate::export::planner::{Plan, PlanNode, PlanPurpose, PlanRuntime};
use crate::export::text::one_line;

use crate::export::markdown::{Markdown, code, plain};
use deployment::Deployment;
use folders::Folders;
use hubs::HubNames;
use notes::Notes;

pub(in crate::export) use folders::Names;
pub(in crate::export) use sheets::{ADMIN, Stores, names_no_portal_host, portal_host, ssl_connection};

/// Name of the administrator, the same on every node of the deployment: nodes log on to each other with it.
pub(in crate::export) const ADMINISTRATOR: &str = "admin";
/// What must be supplied.
pub(in crate::export) const PLACEHOLDERS: &str = "PLACEHOLDERS.md";
/// What is installed where in a region.
pub(in crate::export) const README: &str = "README.md";
/// The schemas of a region.
const DATABASES: &str = "databases.md";

/// Most files that are made; a drawing that gives more is no configuration that anybody could keep.
const MAX_FILES: usize = 20_000;

/// The files of every node that has a `deployment.toml`, by group, which is what findings speak of.
pub(in crate::export) type FilesOfGroups<'a> = BTreeMap<&'a str, Vec<FilePath>>;

/// The configuration of all nodes of a design.
#[must_use]
pub fn bundle(source: &Source<'_>) -> Bundle {
    let mut bundle = Bundle::default();
    let plan = &source.plan;
    if file_count(plan) > MAX_FILES {
        let message = format!("The drawing gives more than {MAX_FILES} files; draw groups with fewer nodes.");
        bundle.blocked.push(Blocked { paths: Vec::new(), rule: None, message, elements: Vec::new() });
        return bundle;
    }
    let deployment = Deployment::of(source);
    let mut notes = Notes::default();
    let folders = Folders::of(plan);
    let files = nodes(&deployment, &folders, &mut notes, &mut bundle);
    deployment.identity_servers.remarks(&deployment.wiring).into_iter().for_each(|remark| notes.remark(remark));
    regions(&deployment, &folders, &mut notes, &mut bundle);
    notes.finish(&mut bundle);
    if !bundle.placeholders.is_empty() {
        let file = placeholders(&bundle.placeholders);
        bundle.add(FilePath::of([PLACEHOLDERS]), file.finish());
    }
    bundle.blocked.extend(blocked::by_findings(source, &files));
    bundle
}

/// How many files the plan would give: one for each node and six for each connection between hubs.
fn file_count(plan: &Plan) -> usize {
    let hub_events = plan.connections.iter().filter(|c| c.purpose == PlanPurpose::HubEvents);
    plan.nodes.len() + hub_events.map(|c| 6 * c.reaches.len().max(1)).sum::<usize>()
}

/// Whether the node is configured by these files at all: a Platform Gateway is not (A8).
fn has_files(node: &PlanNode) -> bool {
    node.runtime != Some(PlanRuntime::Platform)
}

fn nodes<'a>(
    deployment: &Deployment<'a>,
    folders: &Folders<'a>,
    notes: &mut Notes,
    bundle: &mut Bundle,
) -> FilesOfGroups<'a> {
    let wiring = &deployment.wiring;
    let names = HubNames::of(wiring.plan);
    let mut files = FilesOfGroups::new();
    for node in &wiring.plan.nodes {
        if !has_files(node) {
            notes.remark(format!(
                "{} is a Platform Gateway: it is registered in the Admin portal and has no deployment.toml (A8).",
                one_line(&node.group_name)
            ));
            continue;
        }
        let (file, gaps) = sheets::deployment_toml(deployment, node, notes);
        let path = folders.node(&node.id).chain(["repository", "conf", "deployment.toml"]);
        let mut paths = vec![bundle.add(FilePath::of(path), file)];
        for hub in hubs::files_of(wiring, &names, node) {
            notes.needs(hub.placeholders());
            let path = folders.node(&node.id).chain(hub.folder().iter().copied()).chain([hub.name.as_str()]);
            paths.push(bundle.add(FilePath::of(path), hub.file));
        }
        // New files beside an old `deployment.toml` would be a node that nobody drew, so a gap concerns all of them.
        for gap in gaps.into_iter().chain(listening::gaps(wiring, node)) {
            paths.iter().for_each(|path| notes.missing(path, gap.clone()));
        }
        files.entry(node.group.as_str()).or_default().extend(paths);
    }
    files
}

fn regions<'a>(deployment: &Deployment<'a>, folders: &Folders<'a>, notes: &mut Notes, bundle: &mut Bundle) {
    let wiring = &deployment.wiring;
    for (region, folder) in folders.of_regions() {
        let nodes = wiring.plan.nodes.iter().any(|n| n.region.as_deref() == region);
        if wiring.plan.databases.iter().any(|d| d.region.as_deref() == region) {
            let sheet = database_sheet::write(wiring, region);
            bundle.add(FilePath::of([folder, DATABASES]), sheet.finish());
        }
        if nodes {
            let sheet = region_sheet::write(deployment, folders, region);
            bundle.add(FilePath::of([folder, README]), sheet.finish());
        }
    }
    if !wiring.plan.nodes.is_empty() {
        let domain = &wiring.plan.domain;
        if domain.placeholder {
            notes.remark(format!("Host names end with {}, which stands for the real domain.", domain.value));
        }
    }
}

/// Everything that somebody must supply, in one table.
pub(in crate::export) fn placeholders(all: &[Placeholder]) -> Markdown {
    let mut text = Markdown::default();
    text.heading(1, "What must be supplied");
    text.paragraph(
        "None of these values is part of the design. Environment variables are read by the product when it starts; \
         every other mark has to be replaced in the files before.",
    );
    let row = |p: &Placeholder| {
        let who = if p.by_product { "the product, from its environment" } else { "you, in the file" };
        [code(&p.token), plain(&p.meaning), if p.secret { "yes" } else { "no" }.to_owned(), who.to_owned()]
    };
    text.table(["In the files", "What it is", "Secret", "Replaced by"], all.iter().map(row));
    text
}
