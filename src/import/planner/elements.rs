//! The regions, components and links of a plan as those of a design.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::design::file::FileError;
use crate::design::{
    self, AllInOne, Analytics, AnalyticsProduct, Backend, Component, ControlPlane, Database, Decision, Design, Extent,
    Gateway, GlobalLoadBalancer, Id, IdentityProduct, IdentityProvider, Kind, Link, LoadBalancer, MIN_REGION_EXTENT,
    NodeSettings, NodeSize, Pos, Practices, ProductVersion, Redis, RedisMode, Region, RegionRole, Replication,
    Requirements, Site, Spec, Users,
};
use crate::export::planner::{
    NodeRole, Packaging, PlanBalancer, PlanDatabase, PlanDecision, PlanLink, PlanNode, PlanPopulation, PlanPractices,
    PlanRegion, PlanRequirements, PlanService, PlanSite, PlanSize, ServiceKind, redis_label,
};

use super::{PlanFile, Text};

/// The time zone that a plan names when the design says none.
const USUAL_TIME_ZONE: &str = "UTC";

/// Adds everything that is drawn.
pub(super) fn add(
    design: &mut Design,
    file: &Text<'_>,
    plan: &PlanFile,
    unsaid: &mut Vec<String>,
) -> Result<(), FileError> {
    for (n, region) in plan.regions.iter().enumerate() {
        let id = free(design, file, &region.id)?;
        design.regions.insert(id, Arc::new(self::region(n, region)));
    }
    let mut groups: BTreeMap<&str, Vec<&PlanNode>> = BTreeMap::new();
    for node in &plan.nodes {
        groups.entry(&node.group).or_default().push(node);
    }
    for (name, nodes) in groups {
        let id = free(design, file, name)?;
        if let Some(component) = group(file, design.meta.product_version, &nodes, unsaid)? {
            design.components.insert(id, Arc::new(component));
        }
    }
    let others = others(file, plan, unsaid)?;
    for (id, component) in others {
        let id = free(design, file, id)?;
        design.components.insert(id, Arc::new(component));
    }
    for link in &plan.links {
        let id = free(design, file, &link.id)?;
        design.links.insert(id, Arc::new(self::link(file, link)?));
    }
    Ok(())
}

/// Everything that is drawn in a region or in none and runs no node of the product.
fn others<'p>(
    file: &Text<'_>,
    plan: &'p PlanFile,
    unsaid: &mut Vec<String>,
) -> Result<Vec<(&'p str, Component)>, FileError> {
    let mut all = Vec::new();
    for balancer in &plan.balancers {
        all.push((balancer.id.as_str(), self::balancer(file, balancer)?));
    }
    for database in &plan.databases {
        all.push((database.id.as_str(), self::database(file, database)?));
    }
    for service in &plan.services {
        all.push((service.id.as_str(), self::service(file, service, unsaid)?));
    }
    all.extend(plan.populations.iter().map(|population| (population.id.as_str(), users(population))));
    Ok(all)
}

/// An id that nothing has yet.
fn free(design: &Design, file: &Text<'_>, text: &str) -> Result<Id, FileError> {
    let id = file.id(text)?;
    if design.contains(&id) {
        return Err(file.wrong(text, &format!("the id \"{id}\" is used twice"), "ids are unique over the whole plan"));
    }
    Ok(id)
}

fn region(n: usize, region: &PlanRegion) -> Region {
    Region {
        name: region.name.clone(),
        role: region.role.own().unwrap_or(RegionRole::Peer),
        site: (&region.site).into(),
        zones: region.zones,
        pos: Pos::default(),
        extent: Extent(MIN_REGION_EXTENT.0, MIN_REGION_EXTENT.1),
        tint: u8::try_from(n % 8).unwrap_or(0),
        requirements: (&region.requirements).into(),
        availability_pct: None,
        notes: String::new(),
    }
}

/// The group of these nodes; all but their names and zones is that of the first.
fn group(
    file: &Text<'_>,
    version: ProductVersion,
    nodes: &[&PlanNode],
    unsaid: &mut Vec<String>,
) -> Result<Option<Component>, FileError> {
    let Some(first) = nodes.first() else { return Ok(None) };
    let common = |node: &PlanNode| PlanNode { id: String::new(), host: String::new(), zone: None, ..node.clone() };
    if nodes.iter().any(|node| common(node) != common(first)) {
        unsaid.push(format!("The nodes of {} differ; the group was made as the first one is.", first.group));
    }
    let mut component = Component::new(first.role.kind(), first.group_name.clone());
    component.region = file.optional_id(first.region.as_deref())?;
    component.instances = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    component.size = first.size.map(NodeSize::from);
    component.zones = zones(nodes);
    component.settings = settings(file, version, first)?;
    component.spec = spec(first);
    Ok(Some(component))
}

/// The zones that were dealt out in turn: the shortest row of names that repeats over the nodes.
fn zones(nodes: &[&PlanNode]) -> Vec<String> {
    let dealt: Vec<&str> = nodes.iter().map_while(|node| node.zone.as_deref()).collect();
    let repeats = |length: &usize| dealt.iter().zip(dealt.iter().skip(*length)).all(|(a, b)| a == b);
    let length = (1..dealt.len()).find(repeats).unwrap_or(dealt.len());
    dealt.into_iter().take(length).map(str::to_owned).collect()
}

fn settings(file: &Text<'_>, version: ProductVersion, node: &PlanNode) -> Result<NodeSettings, FileError> {
    let own: ProductVersion = file.parsed(&node.version)?;
    let packaging = match node.packaging {
        packaging if packaging == Packaging::of(own) => design::Packaging::ByVersion,
        Packaging::Profiles => design::Packaging::Profile,
        Packaging::Distributions => design::Packaging::Distribution,
    };
    let said = &node.settings;
    Ok(NodeSettings {
        host: said.own_host.clone().unwrap_or_default(),
        product_version: (own != version).then_some(own),
        packaging,
        keystore: said.keystore.clone().unwrap_or_default(),
        encryption_key: said.encryption_key.clone().unwrap_or_default(),
        time_zone: time_zone(&said.time_zone),
        heap_gib: said.heap_gib,
        cache_domain: said.cache_domain.clone().unwrap_or_default(),
        portal_host: said.portal_host.clone().unwrap_or_default(),
        token_cleanup_off: !said.cleans_up_tokens,
    })
}

fn time_zone(said: &str) -> String {
    if said == USUAL_TIME_ZONE { String::new() } else { said.to_owned() }
}

fn spec(node: &PlanNode) -> Spec {
    match node.role {
        NodeRole::Gateway => {
            let usual = Gateway::default();
            Spec::Gateway(Gateway {
                environment: node.gateway_environment.clone().unwrap_or(usual.environment),
                workload: node.workload.and_then(|w| w.own()).unwrap_or(usual.workload),
                autoscale_max: node.autoscale_max,
                runtime: node.runtime.and_then(|r| r.own()).unwrap_or(usual.runtime),
            })
        }
        NodeRole::AllInOne => {
            let usual = AllInOne::default();
            Spec::AllInOne(AllInOne {
                environment: node.gateway_environment.clone().unwrap_or(usual.environment),
                workload: node.workload.and_then(|w| w.own()).unwrap_or(usual.workload),
            })
        }
        NodeRole::ControlPlane => Spec::ControlPlane(ControlPlane { autoscale: node.autoscales_control_planes }),
        NodeRole::TrafficManager => Spec::TrafficManager,
        NodeRole::KeyManager => Spec::KeyManager,
    }
}

fn balancer(file: &Text<'_>, balancer: &PlanBalancer) -> Result<Component, FileError> {
    let kind = if balancer.global { Kind::GlobalLoadBalancer } else { Kind::LoadBalancer };
    let mut component = Component::new(kind, balancer.name.clone());
    component.region = file.optional_id(balancer.region.as_deref())?;
    component.instances = balancer.instances;
    component.size = balancer.size.map(NodeSize::from);
    component.zones.clone_from(&balancer.zones);
    component.settings.host = balancer.own_host.clone().unwrap_or_default();
    component.spec = if balancer.global {
        let mut global = GlobalLoadBalancer::default();
        global.policy = balancer.routing.and_then(|r| r.own()).unwrap_or(global.policy);
        if let Some(probing) = &balancer.probing {
            global.probe_interval_s = probing.interval_s;
            global.failures = probing.failures;
            global.ttl_s = probing.ttl_s;
        }
        Spec::GlobalLoadBalancer(global)
    } else {
        let usual = LoadBalancer::default();
        Spec::LoadBalancer(LoadBalancer {
            sticky: balancer.sticky.unwrap_or(usual.sticky),
            header_limit_kib: balancer.header_limit_kib.unwrap_or(usual.header_limit_kib),
        })
    };
    Ok(component)
}

fn database(file: &Text<'_>, database: &PlanDatabase) -> Result<Component, FileError> {
    let mut component = Component::new(Kind::Database, database.name.clone());
    let usual = Database::default();
    component.region = file.optional_id(database.region.as_deref())?;
    component.instances = database.instances;
    component.size = database.size.map(NodeSize::from);
    component.zones.clone_from(&database.zones);
    component.settings.host = database.own_host.clone().unwrap_or_default();
    component.settings.time_zone = time_zone(&database.time_zone);
    component.spec = Spec::Database(Database {
        engine: database.engine.own().unwrap_or(usual.engine),
        version: database.version.clone(),
        managed: database.managed,
        standby: database.standby.own().unwrap_or(usual.standby),
        storage_gib: database.storage_gib,
        schemas: database.schemas.iter().map(|&schema| schema.into()).collect(),
        latin1: database.latin1,
        sequence_start: database.sequence_start,
        dcid: database.dcid.clone().unwrap_or_default(),
    });
    Ok(component)
}

fn service(file: &Text<'_>, service: &PlanService, unsaid: &mut Vec<String>) -> Result<Component, FileError> {
    let product = service.product.as_deref();
    let mut unknown = || {
        let called = product.unwrap_or("nothing");
        unsaid.push(format!("{} is called {called}, which this program does not know.", service.id));
    };
    let (kind, spec) = match service.kind {
        ServiceKind::Backend => (Kind::Backend, Spec::Backend(backend(service))),
        ServiceKind::IdentityProvider => {
            let known = IdentityProduct::ALL.into_iter().find(|p| Some(p.label()) == product);
            let product = known.unwrap_or_else(|| {
                unknown();
                IdentityProduct::Other
            });
            let cluster = service.cluster.clone().unwrap_or_default();
            (Kind::IdentityProvider, Spec::IdentityProvider(IdentityProvider { product, cluster }))
        }
        ServiceKind::Redis => {
            let known = RedisMode::ALL.into_iter().find(|mode| Some(redis_label(*mode)) == product);
            let mode = known.unwrap_or_else(|| {
                unknown();
                Redis::default().mode
            });
            (Kind::Redis, Spec::Redis(Redis { mode }))
        }
        ServiceKind::Analytics => {
            let known = AnalyticsProduct::ALL.into_iter().find(|p| Some(p.label()) == product);
            let product = known.unwrap_or_else(|| {
                unknown();
                Analytics::default().product
            });
            (Kind::Analytics, Spec::Analytics(Analytics { product }))
        }
        ServiceKind::SharedFiles => (Kind::SharedFiles, Spec::SharedFiles),
    };
    let mut component = Component::new(kind, service.name.clone());
    component.spec = spec;
    component.region = file.optional_id(service.region.as_deref())?;
    component.settings.host = service.own_host.clone().unwrap_or_default();
    component.instances = service.instances;
    component.size = service.size.map(NodeSize::from);
    component.zones.clone_from(&service.zones);
    Ok(component)
}

fn backend(service: &PlanService) -> Backend {
    let mut backend = Backend { site: service.site.as_ref().map(Site::from), ..Backend::default() };
    if let Some(response) = service.response {
        backend.p50_ms = response.p50_ms;
        backend.p99_ms = response.p99_ms;
        backend.share_pct = response.share_pct;
    }
    backend
}

fn users(population: &PlanPopulation) -> Component {
    let mut component = Component::new(Kind::Users, population.name.clone());
    component.spec = Spec::Users(Users {
        site: (&population.site).into(),
        requests_per_s: population.requests_per_s,
        mean_load_pct: population.mean_load_pct,
        request_bytes: population.request_bytes,
        response_bytes: population.response_bytes,
        new_connections_pct: population.new_connections_pct,
        concurrent_calls: population.concurrent_calls,
        target_p95_ms: population.target_p95_ms,
    });
    component
}

fn link(file: &Text<'_>, link: &PlanLink) -> Result<Link, FileError> {
    let purpose = link.purpose.own().ok_or_else(|| {
        file.wrong(&link.id, &format!("the link {} has a purpose that nobody draws", link.id), "leave it out")
    })?;
    Ok(Link {
        network: link.network.own().unwrap_or_default(),
        tls: link.tls,
        port: link.port,
        measured_rtt_ms: link.measured_rtt_ms,
        bandwidth_mbps: link.bandwidth_mbps,
        replication: link.replication.as_ref().map(Replication::from),
        ..Link::new(file.id(&link.from)?, file.id(&link.to)?, purpose)
    })
}

/// A decision as the design keeps it.
pub(super) fn decision(file: &Text<'_>, decision: &PlanDecision) -> Result<Decision, FileError> {
    Ok(Decision {
        region: file.optional_id(decision.region.as_deref())?,
        title: decision.title.clone(),
        criteria: decision.criteria.clone(),
        recommended: decision.recommended.clone(),
        chosen: decision.chosen.clone(),
        reasons: decision.reasons.clone(),
        product_version: file.parsed(&decision.product_version)?,
        date: decision.date.as_deref().map(|day| file.parsed(day)).transpose()?,
        owner: decision.owner.clone().unwrap_or_default(),
        notes: decision.notes.clone().unwrap_or_default(),
    })
}

impl From<PlanSize> for NodeSize {
    fn from(size: PlanSize) -> Self {
        Self { vcpu: size.vcpu, memory_gib: size.memory_gib, disk_gib: size.disk_gib }
    }
}

impl From<&PlanSite> for Site {
    fn from(site: &PlanSite) -> Self {
        match site {
            PlanSite::Cloud { provider, region } => Self::cloud(provider, region),
            PlanSite::Place { name, latitude_deg, longitude_deg, country } => Self::Place {
                name: name.clone(),
                latitude_deg: *latitude_deg,
                longitude_deg: *longitude_deg,
                country: country.clone().unwrap_or_default(),
            },
        }
    }
}

impl From<&PlanRequirements> for Requirements {
    fn from(r: &PlanRequirements) -> Self {
        Self {
            autonomous: r.autonomous,
            independent_writes: r.independent_writes,
            replication_feasible: r.replication_feasible,
            budget_bound: r.budget_bound,
            low_latency: r.low_latency,
            multi_tenancy: r.multi_tenancy,
            independent_survival: r.independent_survival,
            data_plane_only: r.data_plane_only,
            near_backends: r.near_backends,
            data_residency: r.data_residency.clone(),
        }
    }
}

impl From<&PlanPractices> for Practices {
    fn from(p: &PlanPractices) -> Self {
        Self {
            webhook_apis: p.webhook_apis,
            secondary_user_stores: p.secondary_user_stores,
            burst_limits: p.burst_limits,
            gateways_start_in_turn: p.gateways_start_in_turn,
            backups_planned: p.backups_planned,
            callbacks_for_all_hosts: p.callbacks_for_all_hosts,
            sequences_for_regions: p.sequences_for_regions,
            max_rtt_ms: p.max_rtt_ms,
        }
    }
}
