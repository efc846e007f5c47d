//! Random damage to a design, such as an architect in a hurry would do.

use meridian::design::draft::Draft;
use meridian::design::{
    Design, Engine, Environment, GatewayRuntime, Id, Kind, Level, Network, NodeSize, Packaging, PatternIntent,
    ProductVersion, Purpose, RedisMode, RegionRole, Requirements, RuleSetting, Schema, Site, Spec, Standby,
    TokenFormat, proposals,
};
use meridian::templates;
use proptest::prelude::*;
use proptest::sample::Index;

/// One change: what kind of change, at which elements, and a number that decides the details.
#[derive(Debug, Clone)]
pub struct Mutation {
    what: u8,
    one: Index,
    other: Index,
    detail: u32,
}

/// Any one change.
fn any_mutation() -> impl Strategy<Value = Mutation> {
    (0..KINDS, any::<Index>(), any::<Index>(), any::<u32>()).prop_map(|(what, one, other, detail)| Mutation {
        what,
        one,
        other,
        detail,
    })
}

/// A template and what is done to it.
#[derive(Debug, Clone)]
pub struct Damaged {
    template: &'static str,
    mutations: Vec<Mutation>,
}

/// A template with a few changes.
pub fn any_damaged_template(most_changes: usize) -> impl Strategy<Value = Damaged> {
    let names: Vec<&'static str> = templates::all().iter().map(|t| t.id).collect();
    (prop::sample::select(names), prop::collection::vec(any_mutation(), 1..=most_changes))
        .prop_map(|(template, mutations)| Damaged { template, mutations })
}

impl Damaged {
    /// The design that comes out.
    pub fn design(&self) -> Design {
        let mut draft = Draft::of(&templates::get(self.template).unwrap().design());
        for mutation in &self.mutations {
            mutation.apply(&mut draft);
        }
        let design = draft.design().clone();
        design.validate().unwrap();
        design
    }
}

const KINDS: u8 = 19;

fn pick<T: Copy>(all: &[T], detail: u32) -> T {
    all[detail as usize % all.len()]
}

impl Mutation {
    fn component(&self, draft: &Draft, index: &Index) -> Option<Id> {
        let ids: Vec<&Id> = draft.design().components.keys().collect();
        (!ids.is_empty()).then(|| (*index.get(&ids)).clone())
    }

    fn link(&self, draft: &Draft) -> Option<Id> {
        let ids: Vec<&Id> = draft.design().links.keys().collect();
        (!ids.is_empty()).then(|| (*self.one.get(&ids)).clone())
    }

    fn region(&self, draft: &Draft) -> Option<Id> {
        let ids: Vec<&Id> = draft.design().regions.keys().collect();
        (!ids.is_empty()).then(|| (*self.other.get(&ids)).clone())
    }

    fn apply(&self, draft: &mut Draft) {
        match self.what {
            0..=6 => self.reshape(draft),
            7..=9 => self.change_link(draft),
            10..=14 => self.change_component(draft),
            _ => self.change_plan(draft),
        }
    }

    /// Adds, removes or moves something.
    fn reshape(&self, draft: &mut Draft) {
        let (Some(one), Some(other), Some(region)) =
            (self.component(draft, &self.one), self.component(draft, &self.other), self.region(draft))
        else {
            return;
        };
        match self.what {
            0 => draft.remove(&one),
            1 => {
                if let Some(link) = self.link(draft) {
                    draft.disconnect(&link);
                }
            }
            2 => {
                let kind = pick(&Kind::ALL, self.detail);
                drop(draft.add(Some(&region), kind, kind.label()));
            }
            3 => {
                let kinds = [&one, &other].map(|id| draft.design().components[id].kind());
                let offered = proposals(kinds[0], kinds[1]);
                if let (Some(proposal), true) = (offered.first(), one != other) {
                    let (from, to) = if proposal.reversed { (&other, &one) } else { (&one, &other) };
                    draft.connect(from, to, proposal.purposes);
                }
            }
            4 => {
                let region = draft.design().components[&one].kind().fits_in_region().then_some(region);
                draft.component(&one, |c| c.region = region);
            }
            5 => {
                let site = Site::cloud("aws", pick(&["ap-southeast-1", "eu-west-1"], self.detail));
                drop(draft.add_region("Elsewhere", site, pick(&RegionRole::ALL, self.detail / 2)));
            }
            _ => draft.region(&region, |r| r.role = pick(&RegionRole::ALL, self.detail)),
        }
    }

    fn change_link(&self, draft: &mut Draft) {
        let (Some(link), Some(end)) = (self.link(draft), self.component(draft, &self.other)) else { return };
        draft.link(&link, |l| match self.what {
            7 if l.from != end => l.to = end,
            8 => {
                l.network = pick(&Network::ALL, self.detail);
                l.port = pick(&[None, Some(5672), Some(9443), Some(9611)], self.detail / 3);
                l.tls = self.detail.is_multiple_of(2);
            }
            _ => {
                if let Some(replication) = &mut l.replication {
                    replication.bidirectional = false;
                    replication.shared_db = self.detail.is_multiple_of(2);
                } else {
                    l.purpose = pick(&[Purpose::EventStream, Purpose::ApiTraffic, l.purpose], self.detail);
                }
            }
        });
    }

    fn change_component(&self, draft: &mut Draft) {
        let Some(id) = self.component(draft, &self.one) else { return };
        let (n, zone) = (self.detail, ["", "Asia/Tokyo"]);
        draft.component(&id, |c| match self.what {
            10 => c.instances = n % 5 + 1,
            11 => {
                c.size = pick(&[None, Some((1.0, 2.0, 8.0)), Some((4.0, 8.0, 20.0))], n)
                    .map(|(vcpu, memory_gib, disk_gib)| NodeSize { vcpu, memory_gib, disk_gib });
                c.zones.truncate(n as usize % 2);
            }
            12 => {
                c.settings.product_version = pick(&[None, Some(pick(&ProductVersion::ALL, n))], n / 6);
                c.settings.packaging = pick(&Packaging::ALL, n / 2);
                c.settings.time_zone = pick(&zone, n / 3).to_owned();
            }
            13 => {
                c.settings.keystore = pick(&["", "own.jks"], n).to_owned();
                c.settings.cache_domain = pick(&["", "apim"], n / 2).to_owned();
                c.settings.heap_gib = pick(&[None, Some(4.0)], n / 4);
                c.settings.portal_host = pick(&["", "a.example", "b.example"], n / 8).to_owned();
            }
            _ => change_spec(&mut c.spec, n),
        });
    }

    /// What holds for the design as a whole.
    fn change_plan(&self, draft: &mut Draft) {
        let n = self.detail;
        let answer = |r: &mut Requirements| {
            let criterion = pick(&Requirements::CRITERIA, n);
            (criterion.set)(r, Some(!(n / 9).is_multiple_of(3)));
        };
        match self.what {
            15 => draft.meta(|m| m.product_version = pick(&ProductVersion::ALL, n)),
            16 => draft.meta(|m| {
                m.pattern = pick(&PatternIntent::ALL, n);
                m.environment =
                    pick(&[Environment::Production, Environment::Production, Environment::Development], n / 4);
                m.tokens = pick(&[TokenFormat::Jwt, TokenFormat::Opaque], n / 12);
            }),
            17 => match self.region(draft) {
                Some(region) if n.is_multiple_of(2) => draft.region(&region, |r| answer(&mut r.requirements)),
                _ => draft.meta(|m| answer(&mut m.requirements)),
            },
            _ => draft.meta(|m| match n % 5 {
                0 => m.practices.burst_limits = true,
                1 => m.practices.secondary_user_stores = true,
                2 => m.practices.max_rtt_ms = Some(20.0),
                3 => m.requirements.data_residency = Some("EU".into()),
                _ => drop(m.rules.insert(
                    "R-HA-01".into(),
                    RuleSetting { level: pick(&[Level::Error, Level::Off], n / 5), reason: "A pilot".into() },
                )),
            }),
        }
    }
}

fn change_spec(spec: &mut Spec, n: u32) {
    match spec {
        Spec::Users(users) => users.requests_per_s = pick(&[1.0, 20_000.0, 100_000.0], n),
        Spec::LoadBalancer(balancer) => {
            balancer.sticky = n.is_multiple_of(2);
            balancer.header_limit_kib = pick(&[8, 32], n / 2);
        }
        Spec::Gateway(gateway) => {
            gateway.autoscale_max = pick(&[None, Some(4), Some(30)], n);
            gateway.runtime = pick(&GatewayRuntime::ALL, n / 3);
        }
        Spec::ControlPlane(plane) => plane.autoscale = true,
        Spec::Database(database) => {
            database.engine = pick(&Engine::ALL, n);
            database.standby = pick(&Standby::ALL, n / 5);
            database.managed = (n / 10).is_multiple_of(2);
            if (n / 20).is_multiple_of(3) {
                database.schemas = vec![Schema::Apim, Schema::Broker];
            }
        }
        Spec::Redis(redis) => redis.mode = RedisMode::Sharded,
        _ => {}
    }
}
