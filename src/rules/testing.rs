//! Small drawings for the examples of the rules.

use std::sync::Arc;

use super::{CheckReport, Finding, Fix, Inputs, check, fix_all, fixes_of};
use crate::books::Books;
use crate::design::commands;
use crate::design::{
    Component, Database, Date, Design, Engine, Extent, GlobalLoadBalancer, Id, Kind, Link, LoadBalancer, Meta,
    PatternIntent, Pos, ProductVersion, Purpose, Region, RegionRole, Requirements, Site, Spec,
};
use crate::topology::Topology;

/// A drawing in the making. Ids of components begin with that of their region, as in `mumbai-gw`.
#[derive(Default)]
pub struct Sketch(Design);

impl Sketch {
    /// Nothing drawn, version 4.6.0, intent as drawn.
    pub fn new() -> Self {
        Self::default()
    }

    pub fn intent(self, intent: PatternIntent) -> Self {
        self.meta(|m| m.pattern = intent)
    }

    pub fn version(self, version: ProductVersion) -> Self {
        self.meta(|m| m.product_version = version)
    }

    pub fn require(self, answer: impl FnOnce(&mut Requirements)) -> Self {
        self.meta(|m| answer(&mut m.requirements))
    }

    pub fn meta(mut self, change: impl FnOnce(&mut Meta)) -> Self {
        change(Arc::make_mut(&mut self.0.meta));
        self
    }

    /// An empty region; its id is the name in small letters.
    pub fn region(mut self, name: &str, role: RegionRole) -> Self {
        let region = Region {
            availability_pct: None,
            name: name.into(),
            role,
            site: Site::Place { name: name.into(), latitude_deg: 0.0, longitude_deg: 0.0, country: String::new() },
            zones: 3,
            pos: Pos::default(),
            extent: Extent(600, 400),
            tint: 0,
            requirements: Requirements::default(),
            notes: String::new(),
        };
        self.0.regions.insert(Id::slug(name), Arc::new(region));
        self
    }

    pub fn with_region(mut self, id: &str, change: impl FnOnce(&mut Region)) -> Self {
        change(Arc::make_mut(self.0.regions.get_mut(id).unwrap()));
        self
    }

    /// A component of usual settings in a region, or in none when `region` is empty. Its id is the kind's short word
    /// after the region's id, with `suffix`.
    pub fn put_as(mut self, region: &str, kind: Kind, suffix: &str) -> Self {
        let dash = if region.is_empty() { "" } else { "-" };
        let mut component = Component::new(kind, kind.label());
        component.region = (!region.is_empty()).then(|| Id::slug(region));
        let id = Id::slug(&format!("{region}{dash}{}{suffix}", kind.short()));
        assert!(self.0.components.insert(id.clone(), Arc::new(component)).is_none(), "{id} is there twice");
        self
    }

    pub fn put(self, region: &str, kind: Kind) -> Self {
        self.put_as(region, kind, "")
    }

    pub fn with(mut self, id: &str, change: impl FnOnce(&mut Component)) -> Self {
        change(Arc::make_mut(self.0.components.get_mut(id).unwrap()));
        self
    }

    pub fn instances(self, id: &str, instances: u32) -> Self {
        self.with(id, |c| c.instances = instances)
    }

    pub fn database(self, id: &str, change: impl FnOnce(&mut Database)) -> Self {
        self.with(id, |c| {
            let Spec::Database(database) = &mut c.spec else { panic!("{id} is no database") };
            change(database);
        })
    }

    pub fn engine(self, id: &str, engine: Engine) -> Self {
        self.with(id, |c| c.spec = Spec::Database(Database { engine, ..Database::default() }))
    }

    /// Links of usual settings.
    pub fn link(mut self, from: &str, to: &str, purposes: &[Purpose]) -> Self {
        for &purpose in purposes {
            let id = link_id(from, to, purpose);
            self.0.links.insert(id, Arc::new(Link::new(Id::slug(from), Id::slug(to), purpose)));
        }
        self
    }

    /// A second link like one that is there.
    pub fn link_again(mut self, from: &str, to: &str, purpose: Purpose) -> Self {
        let id = self.0.free_id(&link_id(from, to, purpose));
        self.0.links.insert(id, Arc::new(Link::new(Id::slug(from), Id::slug(to), purpose)));
        self
    }

    pub fn with_link(mut self, from: &str, to: &str, purpose: Purpose, change: impl FnOnce(&mut Link)) -> Self {
        change(Arc::make_mut(self.0.links.get_mut(&link_id(from, to, purpose)).unwrap()));
        self
    }

    pub fn without_link(mut self, from: &str, to: &str, purpose: Purpose) -> Self {
        assert!(self.0.links.remove(&link_id(from, to, purpose)).is_some(), "{from} has no such link to {to}");
        self
    }

    /// Takes a component away with its links.
    pub fn without(mut self, id: &str) -> Self {
        assert!(self.0.components.remove(id).is_some(), "no component {id}");
        self.0.links.retain(|_, l| l.from.as_str() != id && l.to.as_str() != id);
        self
    }

    /// A region of the distributed set-up with everything in it, as the documentation wires it (A19 to A34).
    pub fn full_region(self, name: &str, role: RegionRole) -> Self {
        use Kind as K;
        use Purpose as P;
        let r = Id::slug(name).to_string();
        let at = |kind: Kind, suffix: &str| format!("{r}-{}{suffix}", kind.short());
        let (gw, tm, cp, db) =
            (at(K::Gateway, ""), at(K::TrafficManager, ""), at(K::ControlPlane, ""), at(K::Database, ""));
        let (cp_lb, gw_lb) = (at(K::LoadBalancer, "-cp"), at(K::LoadBalancer, "-gw"));
        self.region(name, role)
            .put(&r, K::Gateway)
            .put(&r, K::TrafficManager)
            .put(&r, K::ControlPlane)
            .put(&r, K::Database)
            .put_as(&r, K::LoadBalancer, "-cp")
            .put_as(&r, K::LoadBalancer, "-gw")
            .with(&cp_lb, |c| c.spec = Spec::LoadBalancer(LoadBalancer { sticky: true, header_limit_kib: 32 }))
            .link(&cp_lb, &cp, &[P::ManagementHttps, P::PortalAccess])
            .link(&gw_lb, &gw, &[P::ApiTraffic])
            .link(&gw, &cp_lb, &[P::ManagementHttps, P::KeyManagerHttps])
            .link(&gw, &cp, &[P::EventStream])
            .link(&tm, &cp_lb, &[P::ManagementHttps])
            .link(&tm, &cp, &[P::EventStream])
            .link(&gw, &tm, &[P::ThrottleData, P::ThrottleDecision])
            .link(&cp, &db, &[P::Database])
    }

    /// A region with gateways and traffic managers that depends on the full region `main` (B20, B26, B27).
    pub fn sub_region(self, name: &str, main: &str) -> Self {
        self.region(name, RegionRole::Sub).data_plane(&Id::slug(name).to_string(), main)
    }

    /// What a sub region holds, connected to the full region `main`.
    pub fn data_plane(self, region: &str, main: &str) -> Self {
        use Purpose as P;
        let (gw, tm, lb) = (format!("{region}-gw"), format!("{region}-tm"), format!("{region}-lb"));
        let (main_cp, main_lb) = (format!("{main}-cp"), format!("{main}-lb-cp"));
        self.put(region, Kind::Gateway)
            .put(region, Kind::TrafficManager)
            .put(region, Kind::LoadBalancer)
            .link(&lb, &gw, &[P::ApiTraffic])
            .link(&gw, &main_lb, &[P::ManagementHttps, P::KeyManagerHttps])
            .link(&gw, &main_cp, &[P::EventStream])
            .link(&tm, &main_lb, &[P::ManagementHttps])
            .link(&tm, &main_cp, &[P::EventStream])
            .link(&gw, &tm, &[P::ThrottleData, P::ThrottleDecision])
    }

    /// Users who are sent to the balancers with these ids by a global load balancer.
    pub fn entrance(self, balancers: &[&str]) -> Self {
        let start = self
            .put("", Kind::Users)
            .put("", Kind::GlobalLoadBalancer)
            .with("gslb", |c| c.spec = Spec::GlobalLoadBalancer(GlobalLoadBalancer::default()))
            .link("users", "gslb", &[Purpose::ApiTraffic]);
        balancers.iter().fold(start, |s, lb| s.link("gslb", lb, &[Purpose::ApiTraffic]))
    }

    /// Calls a second of the users of [`entrance`](Self::entrance).
    pub fn calls(self, requests_per_s: f64) -> Self {
        self.with("users", |c| {
            let Spec::Users(users) = &mut c.spec else { panic!("users are no users") };
            users.requests_per_s = requests_per_s;
        })
    }

    pub fn design(self) -> Design {
        self.0.validate().unwrap();
        self.0
    }
}

fn link_id(from: &str, to: &str, purpose: Purpose) -> Id {
    commands::link_id(&Id::slug(from), &Id::slug(to), purpose)
}

/// One complete region, Frankfurt.
pub fn single() -> Sketch {
    Sketch::new().full_region("Frankfurt", RegionRole::Peer)
}

/// Pattern 1 as documented: Frankfurt and Oregon, replicated and connected both ways.
pub fn pattern_1() -> Sketch {
    Sketch::new()
        .full_region("Frankfurt", RegionRole::Peer)
        .full_region("Oregon", RegionRole::Peer)
        .link("frankfurt-db", "oregon-db", &[Purpose::DbReplication])
        .link("frankfurt-cp", "oregon-cp", &[Purpose::HubEvents])
        .link("oregon-cp", "frankfurt-cp", &[Purpose::HubEvents])
        .entrance(&["frankfurt-lb-gw", "oregon-lb-gw"])
}

/// Pattern 2 as documented: Frankfurt is the main region, Mumbai a sub region.
pub fn pattern_2() -> Sketch {
    Sketch::new()
        .full_region("Frankfurt", RegionRole::Main)
        .sub_region("Mumbai", "frankfurt")
        .entrance(&["frankfurt-lb-gw", "mumbai-lb"])
}

/// Two complete regions as in Pattern 1 and a sub region of Frankfurt.
pub fn mixed() -> Sketch {
    pattern_1().sub_region("Mumbai", "frankfurt").link("gslb", "mumbai-lb", &[Purpose::ApiTraffic])
}

/// What all rules say of a design.
pub fn findings(design: &Design) -> Vec<Finding> {
    checked_on(design, None).findings
}

/// The whole report on a design, as of a day.
pub fn checked_on(design: &Design, today: Option<Date>) -> CheckReport {
    check(&Topology::of(design), &Inputs { today, ..Inputs::of(Books::shipped()) })
}

/// Subjects and messages of one rule, for a compact look.
pub fn found(design: &Design, rule: &str) -> Vec<(Vec<String>, String)> {
    findings(design)
        .into_iter()
        .filter(|f| f.rule == rule)
        .map(|f| (f.subjects.iter().map(ToString::to_string).collect(), f.message))
        .collect()
}

/// The fixes offered for the findings of one rule, in order.
pub fn fixes_for(design: &Design, rule: &str) -> Vec<Fix> {
    let inputs = Inputs::of(Books::shipped());
    findings(design).iter().filter(|f| f.rule == rule).flat_map(|f| fixes_of(design, f, &inputs)).collect()
}

/// What is offered for the first finding of a rule.
pub fn offered(design: &Design, rule: &str) -> Vec<Fix> {
    let finding = findings(design).into_iter().find(|f| f.rule == rule).unwrap();
    fixes_of(design, &finding, &Inputs::of(Books::shipped()))
}

/// The design after every finding of a rule was fixed as its first fix does.
pub fn fixed(design: &Design, rule: &str) -> Design {
    let mut fixed = design.clone();
    fix_all(design, rule, &Inputs::of(Books::shipped())).unwrap().apply(&mut fixed).unwrap();
    fixed
}
