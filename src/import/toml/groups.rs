//! Regions, and nodes of one region and role as groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::books::{Books, Provider};
use crate::design::{
    AllInOne, Component, Design, Gateway, Id, Kind, MIN_REGION_EXTENT, Meta, PatternIntent, Pos, Region, RegionRole,
    Requirements, Site, Spec, commands, is_host, is_host_pattern,
};

use crate::export::planner::PLACEHOLDER_DOMAIN;

use super::Found;
use super::endpoint::endpoint;
use super::folders::ONLY_REGION;
use super::hosts::{Hosts, Target};
use super::keys::Value;
use super::roles::{role, version};
use super::tree::Node;

/// A design in the making.
pub(super) struct Drawing<'n, 't> {
    pub(super) nodes: &'n [Node<'t>],
    pub(super) hosts: Hosts,
    pub(super) design: Design,
    /// The group of each node; `None` where its role was not recognised.
    pub(super) group_of: Vec<Option<Id>>,
    /// The region of each folder.
    pub(super) regions: BTreeMap<String, Id>,
    /// The names by which other nodes call a node.
    pub(super) called: BTreeMap<usize, String>,
}

/// What nodes of one group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Common {
    region: String,
    kind: Kind,
    /// Environments whose APIs they serve.
    labels: Vec<String>,
    /// The balancer before them.
    front: Option<usize>,
    keystore: Option<String>,
    encryption: Option<String>,
    cache_domain: Option<String>,
    token_cleanup_off: bool,
}

/// Draws regions and groups.
pub(super) fn draw<'n, 't>(nodes: &'n [Node<'t>], found: &mut Found) -> Drawing<'n, 't> {
    let mut drawing = Drawing {
        nodes,
        hosts: Hosts::of(nodes),
        design: Design::default(),
        group_of: vec![None; nodes.len()],
        regions: BTreeMap::new(),
        called: BTreeMap::new(),
    };
    meta(&mut drawing, found);
    regions(&mut drawing, found);
    let mut groups: BTreeMap<Common, Vec<usize>> = BTreeMap::new();
    for (n, node) in nodes.iter().enumerate() {
        match role(node) {
            Some(role) => groups.entry(common(&drawing.hosts, node, n, role.kind)).or_default().push(n),
            None => found.not_understood(node.file, 0, "", "its keys fit no role of a node"),
        }
    }
    let [keystores, encryptions] = [names_of(&groups, |c| &c.keystore), names_of(&groups, |c| &c.encryption)];
    for (common, members) in groups {
        let id = group(&mut drawing, &common, &members, found);
        if let Some(component) = drawing.design.components.get_mut(&id) {
            let settings = &mut Arc::make_mut(component).settings;
            // The first of them is what the others are held against; it needs no name.
            settings.keystore = keystores.get(&common.keystore).cloned().unwrap_or_default();
            settings.encryption_key = encryptions.get(&common.encryption).cloned().unwrap_or_default();
        }
    }
    found.doubt(
        "Sizes, zones, users, backends and replication between databases are in no such file; draw what is missing.",
        [],
    );
    drawing
}

fn meta(drawing: &mut Drawing<'_, '_>, found: &mut Found) {
    let usual = Meta::default();
    let product_version = match version(drawing.nodes) {
        Some((version, signs)) => {
            let why = signs.into_iter().collect::<Vec<_>>().join("; ");
            found.doubt(format!("The product version is taken for {version}: {why}."), []);
            version
        }
        None => {
            found.doubt(format!("No key tells the product version; {} is assumed.", usual.product_version), []);
            usual.product_version
        }
    };
    let name = "Imported configuration".to_owned();
    drawing.design.meta = Arc::new(Meta { name, product_version, pattern: PatternIntent::Auto, ..usual });
}

fn regions(drawing: &mut Drawing<'_, '_>, found: &mut Found) {
    let folders: BTreeSet<&str> = drawing.nodes.iter().map(|node| node.region.as_str()).collect();
    for (n, folder) in folders.into_iter().enumerate() {
        let id = drawing.design.free_id(&Id::slug(folder));
        let site = site(folder);
        if folder == ONLY_REGION {
            found.doubt("The tree has no folders for regions: all nodes stand in one.", [id.clone()]);
        }
        if matches!(site, Site::Place { .. }) {
            found.doubt(format!("Where {folder} is, no file says: set its site."), [id.clone()]);
        }
        let region = Region {
            name: short(folder),
            role: RegionRole::Peer,
            site,
            zones: 3,
            pos: Pos(0, 0),
            extent: MIN_REGION_EXTENT,
            tint: u8::try_from(n % 8).unwrap_or(0),
            requirements: Requirements::default(),
            availability_pct: None,
            notes: String::new(),
        };
        drawing.design.regions.insert(id.clone(), Arc::new(region));
        drawing.regions.insert(folder.to_owned(), id);
    }
}

/// A cloud region that goes by the name of the folder; else a place nobody knows.
fn site(folder: &str) -> Site {
    let known = |provider: &Provider| Books::shipped().regions().get(*provider, folder).is_some();
    match Provider::ALL.into_iter().find(known) {
        Some(provider) => Site::cloud(provider.key(), folder),
        None => Site::Place { name: short(folder), latitude_deg: 0.0, longitude_deg: 0.0, country: String::new() },
    }
}

/// A host name as a design keeps it; empty for one that stands for another until somebody sets the real domain.
pub(super) fn own_host(host: &str) -> String {
    if is_host(host) { own_host_pattern(host) } else { String::new() }
}

/// The same for the pattern of a group's host names.
pub(super) fn own_host_pattern(host: &str) -> String {
    if is_host_pattern(host) && !host.ends_with(PLACEHOLDER_DOMAIN) { host.to_owned() } else { String::new() }
}

/// A text as the name of something.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

fn common(hosts: &Hosts, node: &Node<'_>, n: usize, kind: Kind) -> Common {
    let front = node.text("server.hostname").and_then(endpoint).and_then(|e| match hosts.target(&e.host, n) {
        Target::Front(front) => Some(front),
        _ => None,
    });
    let secret = |path: &str| {
        node.key(path).and_then(|key| match &key.value {
            Value::Secret(fingerprint) => Some(fingerprint.clone()),
            _ => None,
        })
    };
    let cleanup = node.key("apim.oauth_config.enable_revoke_token_cleanup");
    let labels = node.texts("apim.sync_runtime_artifacts.gateway.gateway_labels");
    let keystore = node.text("keystore.primary.file_name").or_else(|| node.text("keystore.tls.file_name"));
    Common {
        region: node.region.clone(),
        kind,
        labels: labels.map(|(label, _)| short(label)).collect(),
        front,
        keystore: keystore.map(short),
        encryption: secret("encryption.key"),
        cache_domain: node.text("apim.cache_invalidation.domain").map(short),
        token_cleanup_off: cleanup.is_some_and(|key| key.value == Value::Bool(false)),
    }
}

/// Names for values that differ between groups; none when all are the same. The value itself may be a secret.
fn names_of(
    groups: &BTreeMap<Common, Vec<usize>>,
    of: impl Fn(&Common) -> &Option<String>,
) -> BTreeMap<Option<String>, String> {
    let mut values: Vec<&Option<String>> = Vec::new();
    for common in groups.keys() {
        let value = of(common);
        if value.is_some() && !values.contains(&value) {
            values.push(value);
        }
    }
    let several = values.into_iter().skip(1).enumerate();
    several.map(|(n, value)| (value.clone(), format!("other-{}", n + 1))).collect()
}

fn group(drawing: &mut Drawing<'_, '_>, common: &Common, members: &[usize], found: &mut Found) -> Id {
    let names: Vec<&str> =
        members.iter().filter_map(|n| drawing.nodes.get(*n)).map(|node| node.name.as_str()).collect();
    let region = drawing.regions.get(&common.region).cloned();
    let id = drawing.design.free_id(&group_id(region.as_ref(), &names, common.kind));
    let mut component = Component::new(common.kind, common.kind.label());
    component.region = region;
    component.instances = u32::try_from(members.len()).unwrap_or(u32::MAX);
    component.size = None;
    component.settings.cache_domain = common.cache_domain.clone().unwrap_or_default();
    component.settings.token_cleanup_off = common.token_cleanup_off;
    let environment = environment(drawing, common, members);
    match &mut component.spec {
        Spec::Gateway(Gateway { environment: name, .. }) | Spec::AllInOne(AllInOne { environment: name, .. }) => {
            *name = environment;
        }
        _ => {}
    }
    component.name = commands::free_name(&drawing.design, &component);
    if common.labels.len() > 1 {
        let all = common.labels.join(", ");
        found.doubt(format!("{id} serves the environments {all}; a drawing has one for each group."), [id.clone()]);
    }
    let role = members.first().and_then(|n| drawing.nodes.get(*n)).and_then(role);
    if let Some(why) = role.and_then(|role| role.doubt) {
        found.doubt(format!("{id} is taken for a {}: {why}.", common.kind.label().to_lowercase()), [id.clone()]);
    }
    drawing.design.components.insert(id.clone(), Arc::new(component));
    for n in members {
        if let Some(of) = drawing.group_of.get_mut(*n) {
            *of = Some(id.clone());
        }
    }
    id
}

/// The first environment they serve, or that an all-in-one defines for itself.
fn environment(drawing: &Drawing<'_, '_>, common: &Common, members: &[usize]) -> String {
    let own = || {
        let node = members.first().and_then(|n| drawing.nodes.get(*n))?;
        node.text("apim.gateway.environment.name").map(short)
    };
    common.labels.first().cloned().or_else(own).unwrap_or_else(|| Gateway::default().environment)
}

/// The id of a group: what the names of its nodes begin with, below that of its region.
fn group_id(region: Option<&Id>, names: &[&str], kind: Kind) -> Id {
    let stems: BTreeSet<&str> = names
        .iter()
        .map(|name| name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']))
        .collect();
    let stem = match stems.first() {
        Some(stem) if stems.len() == 1 && !stem.is_empty() => *stem,
        _ => kind.short(),
    };
    in_region(region, stem)
}

/// An id that begins with that of the region, unless it does already.
pub(super) fn in_region(region: Option<&Id>, stem: &str) -> Id {
    match region {
        Some(region) if !stem.starts_with(&format!("{region}-")) => Id::slug(&format!("{region}-{stem}")),
        // A stem of another tree of ours is an id already, capitals included.
        _ => Id::new(stem).unwrap_or_else(|_| Id::slug(stem)),
    }
}
