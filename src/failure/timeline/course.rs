//! How what a capability needs comes back: along the tree of needs, side by side where all are needed, over whoever
//! chooses where one of several is enough.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{
    Capability, Component, Failure, GlobalLoadBalancer, Id, Kind, Purpose, RoutingPolicy, Spec, Standby,
};
use crate::estimate::Assumed;
use crate::failure::model::Place;
use crate::failure::need::{Need, NeedId, NodesIn, Of, Says};
use crate::failure::outcome::Outcome;
use crate::failure::part::PartOf;
use crate::failure::state::State;

use super::moves::{Course, Hit, Moves, fastest, spread, together};
use super::planner::Planner;
use super::span::Span;
use super::steps::{Plan, StepKind, lay_out};
use super::timers::Timed;

/// Goes along the needs of one capability at one place.
pub(super) struct Walk<'p, 'a> {
    planner: &'p Planner<'a>,
    outcome: &'p Outcome,
    /// The region that serves the place while nothing has failed.
    home: Option<&'p Id>,
    capability: Capability,
    /// By need, and whether listeners of an event hub come to it.
    memo: BTreeMap<(NeedId, bool), Course>,
}

impl<'p, 'a> Walk<'p, 'a> {
    pub fn new(planner: &'p Planner<'a>, outcome: &'p Outcome, home: Option<&'p Id>, capability: Capability) -> Self {
        Self { planner, outcome, home, capability, memo: BTreeMap::new() }
    }

    /// How a need comes back; whether listeners of an event hub come to it.
    pub fn course(&mut self, id: NeedId, listens: bool) -> Course {
        if let Some(known) = self.memo.get(&(id, listens)) {
            return known.clone();
        }
        let course = match self.planner.model.need(id) {
            None => Course::Lost,
            Some(need) => self.of(need, listens),
        };
        self.memo.insert((id, listens), course.clone());
        course
    }

    fn of(&mut self, need: &Need, listens: bool) -> Course {
        let listens =
            listens || matches!(need.says, Says::Way { purpose: Purpose::EventStream | Purpose::HubEvents, .. });
        match &need.of {
            Of::Part(_) if self.outcome.holds(need.formula) => Course::Steady,
            Of::Part(_) => Course::Lost,
            Of::Nodes { at_least, zones } => self.nodes(need, *at_least, zones, listens),
            Of::All(children) => {
                let mut moving = Vec::new();
                for child in children {
                    match self.course(*child, listens) {
                        Course::Steady => {}
                        Course::Moves(moves) => moving.push(moves),
                        Course::Lost => return Course::Lost,
                    }
                }
                together(moving, false).map_or(Course::Steady, Course::Moves)
            }
            Of::Any(children) => {
                let courses: Vec<(NeedId, Course)> =
                    children.iter().map(|child| (*child, self.course(*child, listens))).collect();
                if courses.iter().all(|(_, course)| *course == Course::Lost) {
                    return Course::Lost;
                }
                if courses.iter().all(|(_, course)| *course == Course::Steady) {
                    return Course::Steady;
                }
                self.chosen(need, courses, listens)
            }
        }
    }

    /// Nodes of a group.
    fn nodes(&mut self, need: &Need, at_least: u32, zones: &[NodesIn], listens: bool) -> Course {
        let Says::NodesRun { component, .. } = &need.says else { return Course::Lost };
        let (model, down) = (self.planner.model, self.outcome.down());
        let members: u32 = zones.iter().map(|zone| zone.members).sum();
        let running: u32 = zones
            .iter()
            .filter(|zone| zone.zone.is_none_or(|zone| model.up(zone, down) > 0))
            .map(|zone| model.up(zone.nodes, down))
            .sum();
        if running >= at_least {
            if running >= members {
                return Course::Steady;
            }
            let share = f64::from(members - running) / f64::from(members.max(1));
            return self.some_nodes_lost(component, share, listens);
        }
        self.replaced(component)
    }

    /// Some nodes of a group are lost, and the others are enough.
    fn some_nodes_lost(&self, id: &Id, share: f64, listens: bool) -> Course {
        let Some(component) = self.planner.component(id) else { return Course::Lost };
        match &component.spec {
            Spec::Database(_) => self.promoted(id),
            // Every gateway publishes to all of them and listens to all of them (D4, A39).
            Spec::TrafficManager => Course::Steady,
            Spec::Gateway(_) | Spec::ControlPlane(_) | Spec::KeyManager | Spec::AllInOne(_) | Spec::Backend(_) => {
                if listens {
                    return Course::Moves(self.reconnected(id, share));
                }
                let balancer = self.planner.balancer_of(id);
                let Some(balancer) = balancer else { return Course::Moves(self.reconnected(id, share)) };
                let what = format!("{} no longer sends to the lost nodes of {}", self.name(balancer), self.name(id));
                Course::Moves(self.taken_out(balancer, id, what, share))
            }
            _ => Course::Moves(self.moved_service(id, share)),
        }
    }

    /// An orchestrator replaces the nodes of a group that scales by itself when only nodes are lost.
    fn replaced(&self, id: &Id) -> Course {
        let scales = self.planner.component(id).is_some_and(
            |component| matches!(&component.spec, Spec::Gateway(gateway) if gateway.autoscale_max.is_some()),
        );
        let only_nodes = self.outcome.failures.iter().all(|failure| match failure {
            Failure::Component(lost) => lost != id,
            Failure::Region(_) | Failure::Zone { .. } => false,
            _ => true,
        });
        let region = self.planner.region_of(id);
        let starts = region.is_some_and(|region| {
            let start = self.outcome.state(Capability::GatewayStart, &Place::Region(region.clone()));
            start.is_some_and(State::goes_on)
        });
        if !(scales && only_nodes && starts) {
            return Course::Lost;
        }
        let name = self.name(id);
        let step = |what: &str, kind, sentence: String, key| {
            Plan::step(format!("{what}:{id}"), kind, sentence, self.planner.timers.assumed(key))
        };
        let ready = format!("ready:{id}");
        let plan = Plan::Row(vec![
            step("replace", StepKind::Detect, format!("the lost nodes of {name} are replaced"), Assumed::TimerNodeS),
            Plan::Fan(vec![
                step("start", StepKind::Start, format!("{name} starts"), Assumed::TimerStartS),
                step("ready", StepKind::Start, format!("{name} is let to calls"), Assumed::TimerReadyS),
            ]),
            self.warm(&name),
        ]);
        Course::Moves(Moves::of(plan, 1.0, &ready))
    }

    /// One of several ways is lost or interrupted, and another is there.
    fn chosen(&mut self, need: &Need, courses: Vec<(NeedId, Course)>, listens: bool) -> Course {
        let zones = courses.iter().all(|(id, _)| {
            self.planner.model.need(*id).is_some_and(|child| {
                let Of::Part(part) = child.of else { return false };
                self.planner.model.part_of(part).is_some_and(|part| matches!(part.of, PartOf::Zone(..)))
            })
        });
        let (who, purpose) = match &need.says {
            Says::Way { from, purpose } => (from, Some(*purpose)),
            Says::Does { who, .. } if zones => return self.zone_lost(who, &courses),
            Says::Does { who, .. } => (who, None),
            _ => return fastest(&courses),
        };
        match self.planner.component(who).map(|c| &c.spec) {
            Some(Spec::GlobalLoadBalancer(balancer)) => self.global(who, balancer, &courses),
            Some(Spec::LoadBalancer(_)) => {
                let what = format!("{} sends to what is left", self.name(who));
                let timed = self.planner.timers.balancer_detection(self.planner.region_of(who));
                spread(&courses, |share| {
                    let key = format!("out:{who}");
                    let plan = Plan::step(key.clone(), StepKind::Detect, what.clone(), timed.clone());
                    Moves::of(plan, share, &key)
                })
            }
            Some(Spec::Users(_)) => self.users_told(who, &courses),
            _ => match purpose {
                Some(Purpose::ThrottleData | Purpose::ThrottleDecision) => fastest(&courses),
                Some(_) => spread(&courses, |share| self.reconnected(who, share)),
                None if self.planner.design.regions.contains_key(who) => self.in_region(who, &courses),
                None => self.of_component(who, &courses, listens),
            },
        }
    }

    /// What a region does, it does with any of several groups.
    fn in_region(&self, region: &Id, courses: &[(NeedId, Course)]) -> Course {
        let lost = courses.iter().any(|(_, course)| *course == Course::Lost);
        let for_users = matches!(
            self.capability,
            Capability::Serve
                | Capability::Issue
                | Capability::Validate
                | Capability::Revoke
                | Capability::Publish
                | Capability::Apps
                | Capability::Admin
        );
        if !for_users || (!lost && self.capability != Capability::Serve) {
            return fastest(courses);
        }
        let balancer = self.planner.design.components_in(region).find(|(_, c)| c.kind() == Kind::LoadBalancer);
        let Some((balancer, _)) = balancer else { return fastest(courses) };
        let what = format!("{} sends to what is left", self.name(balancer));
        spread(courses, |share| self.taken_out(balancer, region, what.clone(), share))
    }

    /// A component does something over one of several others: its databases, or the balancers in front of it.
    fn of_component(&self, who: &Id, courses: &[(NeedId, Course)], listens: bool) -> Course {
        let lost = courses.iter().filter(|(_, course)| *course == Course::Lost);
        let database = lost.clone().find_map(|(need, _)| {
            let rests_on = self.planner.model.rests_on(*need);
            rests_on.into_iter().find(|id| self.planner.component(id).is_some_and(|c| c.kind() == Kind::Database))
        });
        if let Some(database) = database {
            return self.promoted(&database);
        }
        if lost.count() > 0 && !listens {
            return self.users_told(who, courses);
        }
        fastest(courses)
    }

    /// A zone in which a service may stand is lost.
    fn zone_lost(&self, id: &Id, courses: &[(NeedId, Course)]) -> Course {
        let Some(component) = self.planner.component(id) else { return Course::Lost };
        if self.capability == Capability::GatewayStart || component.kind().has_gateway() {
            return fastest(courses);
        }
        let Spec::Database(database) = &component.spec else {
            return spread(courses, |share| self.moved_service(id, share));
        };
        match database.standby {
            Standby::MultiZone => self.promoted(id),
            Standby::Single => {
                let key = format!("restore:{id}");
                let what = format!("{} is restored in another zone", self.name(id));
                let restored = Plan::step(key.clone(), StepKind::Promote, what, self.assumed(Assumed::TimerRestoreS));
                Course::Moves(Moves::of(Plan::Row(vec![self.decided(id), restored]), 1.0, &key))
            }
        }
    }

    /// A global balancer sends users to one of several regions.
    fn global(&self, id: &Id, balancer: &GlobalLoadBalancer, courses: &[(NeedId, Course)]) -> Course {
        let region_of = |need: NeedId| match self.planner.model.need(need).map(|need| &need.says) {
            Some(Says::Link(link)) => self.planner.region_of(&self.planner.design.links.get(link)?.to),
            _ => None,
        };
        let at_home = |(need, _): &&(NeedId, Course)| region_of(*need).is_some_and(|region| Some(region) == self.home);
        let mut used: Vec<(NeedId, Course)> = courses.iter().filter(at_home).cloned().collect();
        if used.is_empty() || balancer.policy == RoutingPolicy::Weighted {
            used = courses.to_vec();
        }
        let regions: BTreeSet<&Id> = courses.iter().filter_map(|(need, _)| region_of(*need)).collect();
        let regions: Vec<&Id> = regions.into_iter().collect();
        let lost: Vec<&Id> = used
            .iter()
            .filter(|(_, course)| *course == Course::Lost)
            .filter_map(|(need, _)| region_of(*need))
            .collect();
        let timers = &self.planner.timers;
        let all_lost = used.iter().all(|(_, course)| *course == Course::Lost);
        let elsewhere = if all_lost { fastest(courses) } else { Course::Steady };
        let moved = |share: f64| {
            let names: Vec<String> = lost.iter().map(|region| self.name(region)).collect();
            let from = if names.is_empty() { "there".to_owned() } else { names.join(", ") };
            let detect = Plan::step(
                format!("detect:{id}"),
                StepKind::Detect,
                format!("{} notices that {from} does not answer", self.name(id)),
                timers.global_detection(balancer, &regions),
            );
            let (leave, ttl_s) = timers.dns(Some(balancer));
            let key = format!("dns:{id}");
            let dns = Plan::step(key.clone(), StepKind::Dns, "the name leads users elsewhere".to_owned(), leave);
            let hit = Hit { share, until: key, leaves_over_s: Some(ttl_s) };
            let go = Plan::Row(vec![detect, dns]);
            let (go, mut hits) = match &elsewhere {
                Course::Moves(there) => (Plan::Fan(vec![go, there.plan.clone()]), there.clone().scaled(share).hits),
                _ => (go, Vec::new()),
            };
            hits.push(hit);
            Moves { plan: Plan::Row(vec![go, self.warm("what took over")]), hits }
        };
        if all_lost { Course::Moves(moved(1.0)) } else { spread(&used, moved) }
    }

    /// Nothing sends users elsewhere but people, who change what the name leads to.
    fn users_told(&self, id: &Id, courses: &[(NeedId, Course)]) -> Course {
        let n = courses.len().max(1) as f64;
        let lost = courses.iter().filter(|(_, course)| *course == Course::Lost).count();
        if lost == 0 {
            return spread(courses, |share| self.reconnected(id, share));
        }
        let (leave, ttl_s) = self.planner.timers.dns(None);
        let key = format!("dns:{id}");
        let dns = Plan::step(key.clone(), StepKind::Dns, "the name leads users elsewhere".to_owned(), leave);
        let hit = Hit { share: lost as f64 / n, until: key, leaves_over_s: Some(ttl_s) };
        let plan = Plan::Row(vec![self.decided(id), dns, self.warm("what took over")]);
        Course::Moves(Moves { plan, hits: vec![hit] })
    }

    fn name(&self, id: &Id) -> String {
        self.planner.name(id)
    }

    fn assumed(&self, key: Assumed) -> Timed {
        self.planner.timers.assumed(key)
    }

    fn warm(&self, what: &str) -> Plan {
        let sentence = format!("caches and connections of {what} are warm");
        Plan::step(format!("warm:{what}"), StepKind::Warm, sentence, self.assumed(Assumed::TimerWarmS))
    }

    fn decided(&self, about: &Id) -> Plan {
        let what = format!("people decide what to do without {}", self.name(about));
        Plan::step(format!("decide:{about}"), StepKind::Decide, what, self.assumed(Assumed::TimerDecideS))
    }

    fn reconnected(&self, to: &Id, share: f64) -> Moves {
        let key = format!("reconnect:{to}");
        let what = format!("clients of {} have found what is left", self.name(to));
        let plan = Plan::step(key.clone(), StepKind::Reconnect, what, self.assumed(Assumed::TimerReconnectS));
        Moves::of(plan, share, &key)
    }

    fn taken_out(&self, balancer: &Id, of: &Id, what: String, share: f64) -> Moves {
        let key = format!("out:{of}");
        let timed = self.planner.timers.balancer_detection(self.planner.region_of(balancer));
        Moves::of(Plan::step(key.clone(), StepKind::Detect, what, timed), share, &key)
    }

    fn moved_service(&self, id: &Id, share: f64) -> Moves {
        let key = format!("service:{id}");
        let what = format!("{} goes on with what is left of it", self.name(id));
        Moves::of(Plan::step(key.clone(), StepKind::Promote, what, self.assumed(Assumed::TimerServiceS)), share, &key)
    }

    /// The standby of a database takes over. Nobody knows which of its nodes was the one written to, so it is taken
    /// to be the lost one.
    fn promoted(&self, id: &Id) -> Course {
        let Some(Spec::Database(database)) = self.planner.component(id).map(|c| &c.spec) else { return Course::Lost };
        let key = format!("promote:{id}");
        let what = format!("the standby of {} takes over", self.name(id));
        let timed = self.planner.timers.db_failover(database, self.planner.region_of(id));
        Course::Moves(Moves::of(Plan::step(key.clone(), StepKind::Promote, what, timed), 1.0, &key))
    }

    /// What people can do instead of a repair: promote the copy of a database that is only received by it. Where both
    /// sides write, the other region does by itself what it can.
    pub fn by_hand(&self, usable: NeedId) -> Option<Moves> {
        let waits_for = self.waits_for(usable);
        let ids: BTreeSet<&Id> = waits_for
            .iter()
            .map(|part| match part {
                PartOf::Component(id) | PartOf::Nodes(id, _) => Some(id),
                _ => None,
            })
            .collect::<Option<_>>()?;
        let only = if ids.len() == 1 { ids.into_iter().next()? } else { return None };
        let Spec::Database(database) = &self.planner.component(only)?.spec else { return None };
        let losses = self.planner.losses(self.outcome);
        let (_, _, copy) = self.planner.copies.of_database(only).iter().find(|(_, link, copy)| {
            link.replication.as_ref().is_some_and(|replication| !replication.bidirectional) && losses.runs(copy)
        })?;
        let key = format!("promote:{copy}");
        let what = format!("{} is promoted and written to instead", self.name(copy));
        let timed = self.planner.timers.db_promotion(database, self.planner.region_of(only));
        let promoted = Plan::step(key.clone(), StepKind::Promote, what, timed);
        let plan = Plan::Row(vec![self.decided(only), promoted, self.warm("what took over")]);
        Some(Moves::of(plan, 1.0, &key))
    }

    /// The parts that are down at the ends of the causes.
    pub fn waits_for(&self, usable: NeedId) -> Vec<PartOf> {
        const MOST: usize = 16;
        let model = self.planner.model;
        let mut parts: Vec<PartOf> = Vec::new();
        for chain in model.causes(usable, self.outcome, MOST) {
            let Some(need) = chain.last().and_then(|id| model.need(*id)) else { continue };
            let of = match &need.of {
                Of::Part(part) => vec![*part],
                Of::Nodes { zones, .. } => zones.iter().flat_map(|z| z.zone.into_iter().chain([z.nodes])).collect(),
                Of::All(_) | Of::Any(_) => Vec::new(),
            };
            for part in of {
                let Some(of) = model.part_of(part).map(|part| &part.of) else { continue };
                if self.outcome.down().of(part) > 0 && !parts.contains(of) {
                    parts.push(of.clone());
                }
            }
        }
        parts
    }

    /// What it takes after the repair.
    pub fn after_repair(&self, parts: &[PartOf]) -> (Vec<super::Step>, Span) {
        let mut fan = Vec::new();
        for part in parts {
            let id = part.element();
            match part {
                PartOf::Link(_) | PartOf::Connection(_) => {
                    fan.push(self.reconnected(id, 1.0).plan);
                }
                PartOf::Component(_) | PartOf::Nodes(..) if !self.is_product(id) => {}
                _ => fan.push(Plan::Row(vec![
                    Plan::step(
                        format!("start:{id}"),
                        StepKind::Start,
                        format!("{} starts", self.name(id)),
                        self.assumed(Assumed::TimerStartS),
                    ),
                    self.warm(&self.name(id)),
                ])),
            }
        }
        lay_out(&Plan::Fan(fan))
    }

    fn is_product(&self, id: &Id) -> bool {
        let kind = self.planner.component(id).map(Component::kind);
        kind.is_some_and(|kind| {
            kind.has_gateway() || kind.has_control_plane() || kind.has_traffic_manager() || kind == Kind::KeyManager
        })
    }
}
