//! Turning regions and whole drawings from one deployment pattern into the other.
//!
//! What is there stays where it can: nodes keep their settings, and links that led to a control plane that goes lead to
//! the one that takes its place. Everything may be called on what is converted already and then changes nothing.

pub mod offer;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::design::draft::Draft;
use crate::design::{
    Component, Design, Engine, Gateway, Id, Kind, Link, Packaging, PatternIntent, ProductVersion, Purpose, RegionRole,
    Spec,
};
use crate::topology::Topology;

use super::context::{SERVLET, tested_for_replication};
use super::pattern::{self, Pattern};
use super::wiring::{self, shared_database as shared};

/// Purposes by which gateways and traffic managers hang on a control plane.
const ATTACHING: [Purpose; 3] = [Purpose::ManagementHttps, Purpose::EventStream, Purpose::KeyManagerHttps];

/// Calls that gateways take over from what goes.
const CALLS: [Purpose; 3] = [Purpose::Identity, Purpose::BackendCall, Purpose::AnalyticsEvents];

/// Makes the design Pattern 1: each region complete, every pair replicated and with connected hubs (B1, B5, B6).
pub fn to_pattern_1(draft: &mut Draft, regions: &[Id]) {
    let engine = engine_for(draft.design(), regions);
    for region in regions {
        complete_region(draft, region);
        draft.region(region, |r| r.role = RegionRole::Peer);
    }
    use_engine(draft, regions, engine);
    for (i, one) in regions.iter().enumerate() {
        for other in regions.iter().skip(i + 1) {
            join(draft, one, other);
        }
    }
    mean(draft, PatternIntent::Pattern1);
}

/// Makes the design Pattern 2: `main` complete, each other of the regions a sub region of it (B20, B21).
pub fn to_pattern_2(draft: &mut Draft, regions: &[Id], main: &Id) {
    complete_region(draft, main);
    draft.region(main, |r| r.role = RegionRole::Main);
    for region in regions.iter().filter(|r| *r != main) {
        into_sub(draft, region, main);
    }
    mean(draft, PatternIntent::Pattern2);
}

/// Makes one region complete and keeps it in step with the complete regions `others`.
pub fn complete_beside(draft: &mut Draft, region: &Id, others: &[Id]) {
    let engine = engine_for(draft.design(), others);
    complete_region(draft, region);
    draft.region(region, |r| r.role = RegionRole::Peer);
    let mut all = others.to_vec();
    all.push(region.clone());
    use_engine(draft, &all, engine);
    for other in others.iter().filter(|o| *o != region) {
        join(draft, region, other);
    }
    if drawn(draft.design()) == Pattern::Pattern1 {
        for other in others {
            draft.region(other, |r| r.role = RegionRole::Peer);
        }
    }
    if draft.design().meta.pattern != PatternIntent::Pattern1 {
        mean_what_is_drawn(draft);
    }
}

/// Makes one region a sub region of `home`. Its control plane, key manager and database go.
pub fn into_sub(draft: &mut Draft, region: &Id, home: &Id) {
    let gone = wiring::of_kind(draft.design(), region, answers_for_keys);
    let calls: Vec<Link> = links_where(draft, |l| gone.contains(&l.from) && CALLS.contains(&l.purpose));
    let gateways = gateways_instead(draft, region, &gone);
    let stranded = clear(draft, &gone);
    drop_databases(draft, region);
    draft.region(region, |r| r.role = RegionRole::Sub);
    // What another region follows is no sub region itself, whatever it was marked as.
    draft.region(home, |r| r.role = if r.role == RegionRole::Sub { RegionRole::Peer } else { r.role });
    follow(draft, region, home);
    wiring::data_plane(draft, region, home);
    for link in &stranded {
        redirect(draft, link, home);
    }
    for (call, gateway) in calls.iter().flat_map(|call| gateways.iter().map(move |g| (call, g))) {
        carry_on(draft, call, gateway, &call.to);
    }
    if draft.design().meta.pattern != PatternIntent::Pattern2 {
        mean_what_is_drawn(draft);
    }
}

/// Adds what a complete region lacks and connects everything in it with its own control plane and databases only.
pub fn complete_region(draft: &mut Draft, region: &Id) {
    let databases = |draft: &Draft| wiring::databases(draft.design(), region);
    let model = if databases(draft).is_empty() { model_database(draft.design()) } else { None };
    draft.region(region, |r| r.role = if r.role == RegionRole::Sub { RegionRole::Peer } else { r.role });
    let planes = wiring::of_kind(draft.design(), region, answers_for_keys);
    let at_home = |draft: &Draft, id: &Id| region_of(draft.design(), id) == Some(region);
    for id in
        link_ids_where(draft, |l| l.purpose == Purpose::Database && planes.contains(&l.from) && !at_home(draft, &l.to))
    {
        draft.disconnect(&id);
    }
    let managers = wiring::of_kind(draft.design(), region, |k| k == Kind::KeyManager);
    let before_managers = (!managers.is_empty()).then(|| {
        wiring::balance(draft, region, &managers, &[Purpose::KeyManagerHttps], "Balancer of the key manager", false)
    });
    wiring::complete(draft, region);
    for (id, model) in databases(draft).iter().zip(model) {
        draft.component(id, |c| (c.spec, c.size, c.instances) = (model.spec, model.size, model.instances));
    }
    follow(draft, region, region);
    if let Some(balancer) = before_managers {
        call_key_managers(draft, region, &managers, &balancer);
    }
}

/// Attaches the gateways and traffic managers of a region to the control plane of `home` and to no other.
pub fn follow(draft: &mut Draft, region: &Id, home: &Id) {
    let attached = wiring::of_kind(draft.design(), region, |k| matches!(k, Kind::Gateway | Kind::TrafficManager));
    detach(draft, &attached, home);
    for manager in wiring::of_kind(draft.design(), region, |k| k == Kind::TrafficManager) {
        wiring::attach(draft, &manager, home);
    }
    for gateway in wiring::of_kind(draft.design(), region, |k| k == Kind::Gateway) {
        wiring::wire_gateway(draft, &gateway, home);
    }
}

/// The engine for the databases of regions that are to be replicated: the most frequent one of them that was tested
/// for the version; else the first that was (B12).
#[must_use]
pub fn engine_for(design: &Design, regions: &[Id]) -> Engine {
    let version = design.meta.product_version;
    let drawn = || regions.iter().flat_map(|r| design.components_in(r)).filter_map(|(_, c)| shared(&c.spec));
    let mut votes: BTreeMap<Engine, usize> = BTreeMap::new();
    for database in drawn().filter(|d| tested_for_replication(d.engine, version)) {
        *votes.entry(database.engine).or_default() += 1;
    }
    let most = votes.values().copied().max();
    let chosen = drawn().map(|d| d.engine).find(|e| most.is_some() && votes.get(e).copied() == most);
    let tested = || Engine::ALL.into_iter().find(|e| tested_for_replication(*e, version));
    chosen.or_else(tested).unwrap_or(Engine::Oracle)
}

/// Changes the databases of regions to an engine, in a version that is on the compatibility list (A17).
pub fn use_engine(draft: &mut Draft, regions: &[Id], engine: Engine) {
    for region in regions {
        for id in wiring::databases(draft.design(), region) {
            draft.component(&id, |c| {
                if let Spec::Database(d) = &mut c.spec
                    && d.engine != engine
                {
                    d.engine = engine;
                    d.latin1 = engine == Engine::MySql;
                    d.version = usual_version(engine).into();
                }
            });
        }
    }
}

fn usual_version(engine: Engine) -> &'static str {
    match engine {
        Engine::PostgreSql => "16.2",
        Engine::MySql => "8.4",
        Engine::SqlServer => "2022",
        Engine::Oracle => "19c",
        Engine::H2 => "",
    }
}

/// Draws the design for a later version: nodes that were held back come along, and none is started by a profile where
/// the version has distributions instead (A2, A3).
pub fn upgrade(draft: &mut Draft, version: ProductVersion) {
    draft.meta(|m| m.product_version = version);
    let nodes: Vec<Id> =
        draft.design().components.iter().filter(|(_, c)| c.kind().is_product_node()).map(own).collect();
    for id in nodes {
        draft.component(&id, |c| {
            let own = &mut c.settings;
            own.product_version = own.product_version.filter(|v| *v > version);
            if !packaging_exists(c.kind(), c.settings.packaging, version) {
                c.settings.packaging = Packaging::ByVersion;
            }
        });
    }
}

/// Whether a node of this kind can be installed that way: by a profile up to 4.4, by a distribution of its own from
/// 4.5; a separate key manager remains a pack with a profile (A1, A2, A3).
#[must_use]
pub fn packaging_exists(kind: Kind, packaging: Packaging, version: ProductVersion) -> bool {
    let distributions = version >= ProductVersion::V4_5;
    match packaging {
        Packaging::ByVersion => true,
        Packaging::Profile => !distributions || kind == Kind::KeyManager,
        Packaging::Distribution => distributions && kind != Kind::KeyManager,
    }
}

/// Whether a component of this kind answers as a key manager: a separate one, or a control plane (A6).
#[must_use]
pub fn answers_for_keys(kind: Kind) -> bool {
    kind.has_control_plane() || kind == Kind::KeyManager
}

/// A database to set up others like; what is its own in the region stays behind.
fn model_database(design: &Design) -> Option<Component> {
    let mut model = design.components.values().find(|c| shared(&c.spec).is_some())?.as_ref().clone();
    if let Spec::Database(d) = &mut model.spec {
        d.sequence_start = None;
        d.dcid.clear();
    }
    Some(model)
}

fn join(draft: &mut Draft, one: &Id, other: &Id) {
    wiring::connect_hubs(draft, one, other);
    wiring::replicate(draft, one, other);
}

/// Changes the stated intent to what was made; a design that is as drawn stays so.
fn mean(draft: &mut Draft, intent: PatternIntent) {
    if draft.design().meta.pattern != PatternIntent::Auto {
        draft.meta(|m| m.pattern = intent);
    }
}

/// The pattern of a design, whatever it is meant to be.
fn drawn(design: &Design) -> Pattern {
    let mut as_drawn = Draft::of(design);
    as_drawn.meta(|m| m.pattern = PatternIntent::Auto);
    pattern::recognise(&Topology::of(as_drawn.design())).pattern
}

/// Changes a stated intent to the pattern that is drawn now.
fn mean_what_is_drawn(draft: &mut Draft) {
    let intent = match drawn(draft.design()) {
        Pattern::Pattern1 => PatternIntent::Pattern1,
        Pattern::Pattern2 => PatternIntent::Pattern2,
        Pattern::SingleRegion => PatternIntent::SingleRegion,
        Pattern::Mixed | Pattern::None => PatternIntent::Auto,
    };
    mean(draft, intent);
}

/// Lets gateways and control planes call the key managers, and these hear of events and report revoked tokens (A29,
/// A30, A31).
fn call_key_managers(draft: &mut Draft, region: &Id, managers: &[Id], balancer: &Id) {
    for caller in wiring::of_kind(draft.design(), region, |k| k == Kind::Gateway || k.has_control_plane()) {
        draft.connect(&caller, balancer, &[Purpose::KeyManagerHttps]);
    }
    let entry = wiring::entry(draft.design(), region);
    for manager in managers {
        if let Some(entry) = &entry {
            draft.connect(manager, entry, &[Purpose::TokenNotification]);
        }
        for hub in wiring::of_kind(draft.design(), region, Kind::has_control_plane) {
            draft.connect(manager, &hub, &[Purpose::EventStream]);
        }
    }
}

/// Cuts the links by which gateways or traffic managers hang on a control plane or key manager outside of `home`.
pub fn detach(draft: &mut Draft, ids: &[Id], home: &Id) {
    let topology = Topology::of(draft.design());
    let mut found: BTreeSet<Id> = BTreeSet::new();
    for id in ids {
        for (edge, end) in ATTACHING.iter().flat_map(|p| topology.reached(id, *p, &SERVLET)) {
            if answers_for_keys(end.component.kind()) && end.component.region.as_ref() != Some(home) {
                found.insert(edge.id.clone());
            }
        }
    }
    for id in found {
        draft.disconnect(&id);
    }
}

/// The gateways of a region that loses its all-in-ones: those there, or else new ones for as much work. What called an
/// all-in-one's APIs calls them.
fn gateways_instead(draft: &mut Draft, region: &Id, gone: &[Id]) -> Vec<Id> {
    let there = wiring::of_kind(draft.design(), region, |k| k == Kind::Gateway);
    let gateways = if there.is_empty() {
        let all_in_one = gone.iter().filter_map(|id| draft.design().components.get(id)).find_map(|c| match &c.spec {
            Spec::AllInOne(aio) => Some((aio.clone(), c.instances, c.size)),
            _ => None,
        });
        let gateway = draft.add(Some(region), Kind::Gateway, Kind::Gateway.label());
        if let Some((aio, instances, size)) = all_in_one {
            let (environment, workload) = (aio.environment, aio.workload);
            draft.component(&gateway, |c| {
                c.spec = Spec::Gateway(Gateway { environment, workload, ..Gateway::default() });
                (c.instances, c.size) = (instances, size);
            });
        }
        vec![gateway]
    } else {
        there
    };
    for call in links_where(draft, |l| gone.contains(&l.to) && l.purpose == Purpose::ApiTraffic) {
        for gateway in &gateways {
            carry_on(draft, &call, &call.from, gateway);
        }
    }
    gateways
}

/// Removes components, and balancers that forward to nothing else. Returns the links by which others reached them.
fn clear(draft: &mut Draft, gone: &[Id]) -> Vec<Link> {
    let balances =
        |draft: &Draft, id: &Id| draft.design().components.get(id).is_some_and(|c| c.kind() == Kind::LoadBalancer);
    let leading = links_where(draft, |l| gone.contains(&l.to) && !gone.contains(&l.from));
    let (forwarding, mut stranded): (Vec<Link>, Vec<Link>) =
        leading.into_iter().partition(|l| balances(draft, &l.from));
    for id in gone {
        draft.remove(id);
    }
    for balancer in forwarding.into_iter().map(|l| l.from).collect::<BTreeSet<Id>>() {
        let left = links_where(draft, |l| l.from == balancer);
        let portals = left.iter().any(|l| SERVLET.contains(&l.purpose));
        let idle = |l: &Link| l.to == balancer && (left.is_empty() || (SERVLET.contains(&l.purpose) && !portals));
        stranded.extend(links_where(draft, idle));
        for id in link_ids_where(draft, idle) {
            draft.disconnect(&id);
        }
        if left.is_empty() {
            draft.remove(&balancer);
        }
    }
    stranded
}

/// Removes the databases of a sub region and cuts their replication; what others work on stays.
fn drop_databases(draft: &mut Draft, region: &Id) {
    for id in wiring::databases(draft.design(), region) {
        let replicates = |l: &Link| l.purpose == Purpose::DbReplication && (l.to == id || l.from == id);
        for link in link_ids_where(draft, replicates) {
            draft.disconnect(&link);
        }
        let works = |l: &Link| l.purpose == Purpose::Database && l.to == id;
        if links_where(draft, works).iter().all(|l| region_of(draft.design(), &l.from) == Some(region)) {
            draft.remove(&id);
        }
    }
}

/// Leads a link whose end went to what does the same in `home`.
fn redirect(draft: &mut Draft, link: &Link, home: &Id) {
    let design = draft.design();
    let targets = match link.purpose {
        Purpose::ManagementHttps | Purpose::PortalAccess | Purpose::TokenNotification => {
            wiring::entry(design, home).into_iter().collect()
        }
        Purpose::KeyManagerHttps => wiring::key_manager(design, home).into_iter().collect(),
        Purpose::EventStream => wiring::of_kind(design, home, Kind::has_control_plane),
        _ => Vec::new(),
    };
    // Balancers of other regions and control planes have a way of their own.
    let opens = |c: &Component| !c.kind().has_control_plane() && c.kind() != Kind::LoadBalancer;
    if design.components.get(&link.from).is_some_and(|c| opens(c)) {
        for target in targets {
            carry_on(draft, link, &link.from, &target);
        }
    }
}

/// Connects two components as a link between others did, over the same kind of network.
fn carry_on(draft: &mut Draft, link: &Link, from: &Id, to: &Id) {
    let ends = [from, to].into_iter().all(|id| draft.design().components.contains_key(id));
    let there = draft.design().links.values().any(|l| l.from == *from && l.to == *to && l.purpose == link.purpose);
    if !ends || there || from == to {
        return;
    }
    for id in draft.connect(from, to, &[link.purpose]) {
        draft.link(&id, |l| (l.network, l.tls, l.port) = (link.network, link.tls, link.port));
    }
}

fn links_where(draft: &Draft, test: impl Fn(&Link) -> bool) -> Vec<Link> {
    draft.design().links.values().filter(|l| test(l)).map(|l| l.as_ref().clone()).collect()
}

fn link_ids_where(draft: &Draft, test: impl Fn(&Link) -> bool) -> Vec<Id> {
    draft.design().links.iter().filter(|(_, l)| test(l)).map(own).collect()
}

fn own<T>((id, _): (&Id, T)) -> Id {
    id.clone()
}

fn region_of<'a>(design: &'a Design, id: &Id) -> Option<&'a Id> {
    design.components.get(id).and_then(|c| c.region.as_ref())
}
