//! Large designs that look like real ones, for benchmarks.

use std::sync::Arc;

use meridian::design::{
    Component, Design, Extent, Gateway, Id, Kind, Link, LoadBalancer, Pos, Purpose, Region, RegionRole, Requirements,
    Site, Spec,
};

/// Cloud regions that the regions of a large design are placed in, one after the other.
const PLACES: [(&str, &str); 8] = [
    ("aws", "eu-central-1"),
    ("aws", "us-east-1"),
    ("aws", "ap-south-1"),
    ("aws", "ap-southeast-1"),
    ("azure", "westeurope"),
    ("azure", "eastus"),
    ("gcp", "europe-west4"),
    ("gcp", "us-central1"),
];

const COLUMNS: i32 = 5;
const CELL: (i32, i32) = (216, 104);
const REGION: Extent = Extent(COLUMNS * CELL.0 + 8, 5 * CELL.1 + 48);

/// A Pattern 2 design of exactly `components` components: a main region and sub regions of 25 components each, about
/// 1.5 links a component, drawn as a square of regions without overlaps.
pub fn big_design(components: usize) -> Design {
    let mut builder = Builder { design: Design::default(), limit: components };
    builder.add("gslb", Kind::GlobalLoadBalancer, None, Pos(-400, 0));
    let regions = components.div_ceil(25).max(1);
    let side = (1..).find(|n| n * n >= regions).unwrap_or(1);
    for i in 0..regions {
        let (column, row) = (i32::try_from(i % side).unwrap_or(0), i32::try_from(i / side).unwrap_or(0));
        builder.region(i, Pos(column * (REGION.0 + 280), row * (REGION.1 + 120)));
    }
    builder.design
}

struct Builder {
    design: Design,
    limit: usize,
}

impl Builder {
    fn region(&mut self, i: usize, pos: Pos) {
        let id = Id::slug(&format!("r{i}"));
        let (provider, cloud) = PLACES[i % PLACES.len()];
        let region = Region {
            name: format!("Region {i}"),
            role: if i == 0 { RegionRole::Main } else { RegionRole::Sub },
            site: Site::cloud(provider, cloud),
            zones: 3,
            pos,
            extent: REGION,
            tint: u8::try_from(i % 8).unwrap_or(0),
            requirements: Requirements::default(),
            availability_pct: None,
            notes: String::new(),
        };
        self.design.regions.insert(id.clone(), Arc::new(region));
        self.add(&format!("{id}-users"), Kind::Users, None, pos.offset(-180, 40));
        let mut kinds = vec![("lb", Kind::LoadBalancer), ("tm", Kind::TrafficManager)];
        kinds.extend(["gw-1", "gw-2", "gw-3"].map(|name| (name, Kind::Gateway)));
        if i == 0 {
            kinds.extend([("cp", Kind::ControlPlane), ("cp-lb", Kind::LoadBalancer), ("db", Kind::Database)]);
        }
        let backends: Vec<String> = (1..=24 - kinds.len()).map(|n| format!("backend-{n}")).collect();
        kinds.extend(backends.iter().map(|name| (name.as_str(), Kind::Backend)));
        for (cell, (name, kind)) in (0..).zip(&kinds) {
            let at = Pos(16 + (cell % COLUMNS) * CELL.0, 48 + (cell / COLUMNS) * CELL.1);
            self.add(&format!("{id}-{name}"), *kind, Some(&id), at);
        }
        self.links(id.as_str(), i == 0, backends.len());
    }

    fn links(&mut self, r: &str, is_main: bool, backends: usize) {
        use Purpose as P;
        let at = |name: &str| format!("{r}-{name}");
        self.link(&at("users"), "gslb", &[P::ApiTraffic]);
        self.link("gslb", &at("lb"), &[P::ApiTraffic]);
        for gw in ["gw-1", "gw-2", "gw-3"].map(at) {
            self.link(&at("lb"), &gw, &[P::ApiTraffic]);
            self.link(&gw, &at("tm"), &[P::ThrottleData, P::ThrottleDecision]);
            self.link(&gw, "r0-cp-lb", &[P::ManagementHttps]);
            self.link(&gw, "r0-cp", &[P::EventStream]);
        }
        self.link(&at("tm"), "r0-cp-lb", &[P::ManagementHttps]);
        self.link(&at("tm"), "r0-cp", &[P::EventStream]);
        for n in 1..=backends {
            self.link(&at(&format!("gw-{}", n % 3 + 1)), &at(&format!("backend-{n}")), &[P::BackendCall]);
        }
        if is_main {
            self.link("r0-cp-lb", "r0-cp", &[P::ManagementHttps, P::PortalAccess]);
            self.link("r0-cp", "r0-db", &[P::Database]);
            self.link("gslb", "r0-cp-lb", &[P::PortalAccess]);
        }
    }

    fn add(&mut self, id: &str, kind: Kind, region: Option<&Id>, pos: Pos) {
        if self.design.components.len() == self.limit {
            return;
        }
        let mut component = Component { region: region.cloned(), pos, ..Component::new(kind, kind.label()) };
        match &mut component.spec {
            Spec::Gateway(Gateway { environment, .. }) => region.map_or("Default", Id::as_str).clone_into(environment),
            Spec::LoadBalancer(LoadBalancer { sticky, .. }) => *sticky = id.ends_with("cp-lb"),
            _ => {}
        }
        self.design.components.insert(Id::slug(id), Arc::new(component));
    }

    /// Links that both ends exist for.
    fn link(&mut self, from: &str, to: &str, purposes: &[Purpose]) {
        let (from, to) = (Id::slug(from), Id::slug(to));
        if !self.design.components.contains_key(&from) || !self.design.components.contains_key(&to) {
            return;
        }
        for &purpose in purposes {
            let id = meridian::design::commands::link_id(&from, &to, purpose);
            self.design.links.insert(id, Arc::new(Link::new(from.clone(), to.clone(), purpose)));
        }
    }
}
