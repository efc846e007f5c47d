//! The parts of a region and what leads into it.

use crate::books::Books;
use crate::design::draft::Draft;
use crate::design::{Component, Database, Design, Engine, Id, Kind, PatternIntent, ProductVersion, Purpose};
use crate::design::{RegionRole, Site, Spec, Users};
use crate::rules::{tested_for_replication, wiring};
use crate::topology::locate;

use super::{DocumentedPattern, PlanError, PlannedRegion, cloud_region};

/// A region that was drawn.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    /// Its id.
    pub region: Id,
    /// The complete region it is attached to; `None` when it is complete itself.
    pub home: Option<Id>,
}

/// Regions with a control plane of their own, in order of id.
pub(super) fn complete_regions(design: &Design) -> Vec<Id> {
    let complete = |id: &Id| design.components_in(id).any(|(_, c)| c.kind().has_control_plane());
    let regions = design.regions.iter().filter(|(id, r)| r.role != RegionRole::Sub && complete(id));
    regions.map(|(id, _)| id.clone()).collect()
}

/// The engine of a new design: `PostgreSQL`, unless several complete regions need one that was tested for replication
/// with this version (B12). Versions are those the product was tested with (A17).
pub(super) fn engine_for(complete: usize, version: ProductVersion) -> (Engine, String) {
    if complete > 1 && !tested_for_replication(Engine::PostgreSql, version) {
        (Engine::SqlServer, "2022".to_owned())
    } else {
        let usual = Database::default();
        (usual.engine, usual.version)
    }
}

/// The engine that the complete regions of a design use.
pub(super) fn engine_of(design: &Design) -> Option<(Engine, String)> {
    complete_regions(design).iter().find_map(|region| {
        design.components_in(region).find_map(|(_, c)| match &c.spec {
            Spec::Database(db) => Some((db.engine, db.version.clone())),
            _ => None,
        })
    })
}

/// Draws a region with all its nodes, connected inside and with the other regions.
pub(super) fn region(
    draft: &mut Draft,
    planned: &PlannedRegion,
    pattern: DocumentedPattern,
    engine: &(Engine, String),
    books: &Books,
) -> Result<Drawn, PlanError> {
    let others = complete_regions(draft.design());
    let (role, home) = match pattern {
        DocumentedPattern::Pattern1 => (RegionRole::Peer, None),
        DocumentedPattern::Pattern2 => {
            let home = nearest(draft.design(), &others, &planned.site, books);
            let home = home.ok_or_else(|| PlanError::NoHome { region: planned.name.clone() })?;
            (RegionRole::Sub, Some(home))
        }
    };
    let id = draft.add_region(&planned.name, planned.site.clone(), role);
    let known = cloud_region(&planned.site, books);
    draft.region(&id, |r| {
        r.requirements = planned.answers.clone();
        r.zones = known.map_or(r.zones, |known| known.zones);
    });
    match &home {
        Some(home) => wiring::data_plane(draft, &id, home),
        None => {
            wiring::complete(draft, &id);
            for other in &others {
                wiring::connect_hubs(draft, other, &id);
                wiring::replicate(draft, other, &id);
            }
        }
    }
    settings(draft, &id, home.is_some(), engine);
    encrypt_events(draft, &id);
    Ok(Drawn { region: id, home })
}

/// Names, zones and what else the parts of a region have in common.
fn settings(draft: &mut Draft, region: &Id, is_sub: bool, engine: &(Engine, String)) {
    let design = draft.design();
    let gateways = wiring::of_kind(design, region, Kind::has_gateway);
    let api = wiring::balancer_before(design, region, &gateways, &[Purpose::ApiTraffic]);
    let zones = design.regions.get(region).map_or(1, |r| r.zones);
    let parts: Vec<Id> = design.components_in(region).map(|(id, _)| id.clone()).collect();
    for id in parts {
        let name = match draft.design().components.get(&id).map(|c| c.kind()) {
            Some(Kind::LoadBalancer) if api.as_ref() == Some(&id) => "API balancer",
            Some(Kind::LoadBalancer) => "Control plane balancer",
            Some(Kind::Database) => "apim_db + shared_db",
            Some(kind) => kind.label(),
            None => continue,
        };
        draft.component(&id, |c| {
            name.clone_into(&mut c.name);
            if zones > 1 && (c.kind().is_product_node() || c.kind() == Kind::Database) {
                c.zones = vec!["a".to_owned(), "b".to_owned()];
            }
            match &mut c.spec {
                // The gateways of a sub region are an environment of their own, so that APIs can be deployed there.
                Spec::Gateway(gateway) if is_sub => region.as_str().clone_into(&mut gateway.environment),
                Spec::Database(db) => (db.engine, db.version) = engine.clone(),
                _ => {}
            }
        });
    }
}

/// Events that cross between regions are encrypted (A36).
fn encrypt_events(draft: &mut Draft, region: &Id) {
    let design = draft.design();
    let at = |id: &Id| design.components.get(id).and_then(|c| c.region.clone());
    let crossing = design.links.iter().filter(|(_, l)| {
        let (from, to) = (at(&l.from), at(&l.to));
        matches!(l.purpose, Purpose::EventStream | Purpose::HubEvents)
            && from != to
            && [&from, &to].into_iter().any(|end| end.as_ref() == Some(region))
    });
    let crossing: Vec<Id> = crossing.map(|(id, _)| id.clone()).collect();
    for link in crossing {
        draft.link(&link, |l| l.tls = true);
    }
}

/// The complete region nearest to a site; the first one when nobody knows where they are.
fn nearest(design: &Design, complete: &[Id], site: &Site, books: &Books) -> Option<Id> {
    let position = |site: &Site| locate(site, books).ok().map(|place| place.position());
    let here = position(site);
    let distance_km = |id: &&Id| {
        let there = design.regions.get(*id).and_then(|r| position(&r.site));
        here.zip(there).map_or(f64::INFINITY, |(here, there)| here.distance_km(there))
    };
    complete.iter().min_by(|a, b| distance_km(a).total_cmp(&distance_km(b))).cloned()
}

/// The backends and users of a region.
pub(super) fn surroundings(draft: &mut Draft, region: &Id, planned: &PlannedRegion) {
    let gateways = wiring::of_kind(draft.design(), region, Kind::has_gateway);
    let backend = if planned.backends {
        Some(draft.add(Some(region), Kind::Backend, Kind::Backend.label()))
    } else {
        // The main region stands first in the drawing of a sub region's backends.
        let mut homes = complete_regions(draft.design());
        homes.sort_by_key(|id| draft.design().regions.get(id).map(|r| r.role != RegionRole::Main));
        homes.iter().find_map(|home| wiring::of_kind(draft.design(), home, |k| k == Kind::Backend).into_iter().next())
    };
    if let Some(backend) = backend {
        if planned.backends {
            draft.component(&backend, |c| Kind::Backend.label().clone_into(&mut c.name));
        }
        for gateway in &gateways {
            draft.connect(gateway, &backend, &[Purpose::BackendCall]);
        }
    }
    if let Some(requests_per_s) = planned.requests_per_s {
        let users = draft.add(None, Kind::Users, &format!("Users in {}", planned.name));
        draft.component(&users, |c| {
            c.spec = Spec::Users(Users { site: planned.site.clone(), requests_per_s, ..Users::default() });
        });
    }
}

/// Leads every population to the gateways and portals: through a global balancer where there are several regions to
/// choose from, else to the balancers of the only one.
pub(super) fn entrance(draft: &mut Draft) {
    let design = draft.design();
    let serving: Vec<Id> = design
        .regions
        .keys()
        .filter(|r| design.components_in(r).any(|(_, c)| c.kind().has_gateway()))
        .cloned()
        .collect();
    let apis: Vec<Id> = serving.iter().filter_map(|region| wiring::api_entry(design, region)).collect();
    let portals: Vec<Id> = complete_regions(design).iter().filter_map(|region| wiring::entry(design, region)).collect();
    let users = of_any_region(design, Kind::Users);
    if serving.len() < 2 {
        let led = |id: &Id| design.links.values().any(|l| l.from == *id && l.purpose == Purpose::ApiTraffic);
        for population in users.iter().filter(|id| !led(id)).cloned().collect::<Vec<_>>() {
            for api in &apis {
                draft.connect(&population, api, &[Purpose::ApiTraffic]);
            }
            for portal in &portals {
                draft.connect(&population, portal, &[Purpose::PortalAccess]);
            }
        }
        return;
    }
    let known = of_any_region(design, Kind::GlobalLoadBalancer).into_iter().next();
    let is_new = known.is_none();
    let label = Kind::GlobalLoadBalancer.label();
    let global = known.unwrap_or_else(|| draft.add(None, Kind::GlobalLoadBalancer, label));
    for api in &apis {
        draft.connect(&global, api, &[Purpose::ApiTraffic]);
    }
    for portal in &portals {
        draft.connect(&global, portal, &[Purpose::PortalAccess]);
    }
    for population in &users {
        lead(draft, population, &global, is_new);
    }
}

/// Connects a population with the global balancer. One that goes somewhere already is moved only when the balancer is
/// new.
fn lead(draft: &mut Draft, population: &Id, global: &Id, is_new: bool) {
    let purposes = [Purpose::ApiTraffic, Purpose::PortalAccess];
    let is_regional = |c: &Component| c.region.is_some();
    let design = draft.design();
    let own = design.links.iter().filter(|(_, l)| l.from == *population && purposes.contains(&l.purpose));
    let own: Vec<(Id, bool)> =
        own.map(|(id, l)| (id.clone(), design.components.get(&l.to).is_some_and(|c| is_regional(c)))).collect();
    if own.is_empty() {
        draft.connect(population, global, &purposes);
    }
    for (link, regional) in own {
        let Some(old) = draft.design().links.get(&link).cloned() else { continue };
        if is_new && regional {
            draft.disconnect(&link);
            draft.connect(population, global, &[old.purpose]);
        }
    }
}

fn of_any_region(design: &Design, kind: Kind) -> Vec<Id> {
    design.components.iter().filter(|(_, c)| c.kind() == kind).map(|(id, _)| id.clone()).collect()
}

/// Gives complete regions the role that fits: main beside sub regions, equals among each other.
pub(super) fn settle_roles(draft: &mut Draft) {
    let complete = complete_regions(draft.design());
    let has_sub = draft.design().regions.values().any(|r| r.role == RegionRole::Sub);
    let several = complete.len() > 1;
    for id in complete {
        draft.region(&id, |r| match (several, has_sub) {
            (true, _) => r.role = RegionRole::Peer,
            (false, true) => r.role = RegionRole::Main,
            (false, false) => {}
        });
    }
}

/// Lets go of a pattern meant before that a new region no longer fits.
pub(super) fn settle_intent(draft: &mut Draft, added: DocumentedPattern) {
    let alone = draft.design().regions.len() == 1;
    let fits = match draft.design().meta.pattern {
        PatternIntent::Auto => true,
        PatternIntent::SingleRegion => alone,
        PatternIntent::Pattern1 => added == DocumentedPattern::Pattern1,
        PatternIntent::Pattern2 => added == DocumentedPattern::Pattern2,
    };
    if !fits {
        draft.meta(|m| m.pattern = PatternIntent::Auto);
    }
}
