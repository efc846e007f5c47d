//! What changes are lost: those a surviving copy of the database has not received yet.

use std::collections::BTreeMap;

use crate::design::{Capability, Database, Design, Id, Kind, Link, Purpose, Spec};
use crate::estimate::{Assumed, Derivation, Estimates, Unit};
use crate::failure::model::{Model, Place};
use crate::failure::outcome::Outcome;
use crate::failure::part::PartOf;

use super::Rpo;
use super::span::Span;
use super::timers::{Timed, Timers};

/// What an RPO is worked out from.
#[derive(Clone, Copy)]
pub(super) struct Losses<'s> {
    pub design: &'s Design,
    pub estimates: &'s Estimates,
    pub model: &'s Model,
    pub timers: &'s Timers<'s>,
    pub copies: &'s Copies<'s>,
    pub outcome: &'s Outcome,
}

/// Whether a capability changes what is in a database.
fn writes(capability: Capability) -> bool {
    matches!(
        capability,
        Capability::Issue | Capability::Revoke | Capability::Publish | Capability::Apps | Capability::Admin
    ) || capability.is_remote()
}

impl Losses<'_> {
    /// Of a capability that rests on the databases of a region: its own, or those of another region that it uses.
    pub fn rpo(self, capability: Capability, region: Option<&Id>) -> Rpo {
        if !writes(capability) {
            return Rpo::Nothing("it changes nothing in a database".into());
        }
        let cell = region.and_then(|region| self.model.cells.get(&(capability, Place::Region(region.clone()))));
        let Some(cell) = cell else { return Rpo::Nothing("no database is drawn for it".into()) };
        let mut worst: Option<(Timed, String)> = None;
        let mut any = false;
        for id in self.model.rests_on(cell.usable) {
            let Some(Spec::Database(database)) = self.design.components.get(&id).map(|c| &c.spec) else { continue };
            any = true;
            if self.runs(&id) {
                continue;
            }
            let lost = self.lost_with(&id, database);
            if worst.as_ref().is_none_or(|(known, _)| lost.0.span.likely_s > known.span.likely_s) {
                worst = Some(lost);
            }
        }
        match worst {
            None if !any => Rpo::Nothing("no database is drawn for it".into()),
            None => Rpo::Nothing("its databases, or standbys that have every change, go on".into()),
            Some((timed, why)) if timed.span.high_s <= 0.0 => Rpo::Nothing(why),
            Some((timed, why)) => {
                let count = (capability == Capability::Issue).then(|| self.tokens(region, timed.span)).flatten();
                Rpo::UpTo { span: timed.span, why, source: timed.source, count }
            }
        }
    }

    /// Whether at least one node of a component, or the service, still runs.
    pub fn runs(self, component: &Id) -> bool {
        let Some(drawn) = self.design.components.get(component) else { return false };
        let down = self.outcome.down();
        // What nothing rests on has no part, and is not looked at.
        let up = |of: &PartOf| self.model.part(of).is_none_or(|part| self.model.up(part, down) > 0);
        if !up(&PartOf::Component(component.clone()))
            || drawn.region.as_ref().is_some_and(|region| !up(&PartOf::Region(region.clone())))
        {
            return false;
        }
        let zone_up =
            |zone: &String| drawn.region.as_ref().is_none_or(|region| up(&PartOf::Zone(region.clone(), zone.clone())));
        if drawn.zones.is_empty() {
            return up(&PartOf::Nodes(component.clone(), None));
        }
        drawn.zones.iter().any(|zone| zone_up(zone) && up(&PartOf::Nodes(component.clone(), Some(zone.clone()))))
    }

    /// What goes with a database that is lost.
    fn lost_with(self, id: &Id, database: &Database) -> (Timed, String) {
        let name = format!("“{}”", self.design.name_of(id));
        let mut best: Option<(Timed, String)> = None;
        for (link_id, link, copy) in self.copies.of_database(id) {
            if !self.runs(copy) {
                continue;
            }
            let found = self.behind(link_id, link, id, database);
            if best.as_ref().is_none_or(|(known, _)| found.span.likely_s < known.span.likely_s) {
                let copy = self.design.name_of(copy);
                let why = if found.span.high_s > 0.0 {
                    format!("changes that had not reached the copy “{copy}” are lost with {name}")
                } else {
                    format!("“{copy}” has every change of {name}: replication is synchronous")
                };
                best = Some((found, why));
            }
        }
        best.unwrap_or_else(|| {
            let region = self.design.components.get(id).and_then(|c| c.region.as_ref());
            let why = format!("no copy of {name} is left: what was changed since its last backup is lost with it");
            (self.timers.backup(database, region), why)
        })
    }

    /// How far the other side of a replication is behind.
    fn behind(self, link_id: &Id, link: &Link, id: &Id, database: &Database) -> Timed {
        let settings = link.replication.clone().unwrap_or_default();
        let given = |label: &str, s: f64| Timed::given(label, s, "given in the drawing, at the replication");
        if settings.synchronous {
            return given("A write waits until the other side has it, s", 0.0);
        }
        if let Some(lag_s) = settings.lag_s {
            return given("The other side is behind by, s", lag_s);
        }
        let region = self.design.components.get(id).and_then(|c| c.region.as_ref());
        if let Some(published) = self.timers.published_lag(database, region) {
            return published;
        }
        let shipping = self.timers.assumed(Assumed::ReplicationMs);
        let rtt = self.estimates.link_rtt.get(link_id);
        let [low, value, high] = rtt.map_or([0.0; 3], |rtt| [rtt.low, rtt.value, rtt.high]);
        let range = shipping.source.range.unwrap_or([shipping.source.value; 2]);
        let ends = [
            (low / 2.0 + range[0]) / 1_000.0,
            (value / 2.0 + shipping.source.value) / 1_000.0,
            (high / 2.0 + range[1]) / 1_000.0,
        ];
        let span = Span::pert(ends[0], ends[1], ends[2]);
        let mut inputs = vec![shipping.source];
        inputs.extend(rtt.map(|rtt| rtt.derivation.clone()));
        let formula = "half a round trip + the delay of replication, while it keeps up with what is written";
        let label = "The other side is behind by, s";
        let source = Derivation::computed(label, span.likely_s, Unit::Count, formula, inputs);
        Timed { span, source: source.within(span.low_s, span.high_s) }
    }

    /// Tokens issued in such a time, from the calls of the populations that the region serves.
    fn tokens(self, region: Option<&Id>, span: Span) -> Option<String> {
        let served = self.estimates.latency.iter().filter(|p| p.served_by.as_ref() == region);
        let calls: f64 = served
            .filter_map(|p| match &self.design.components.get(&p.population)?.spec {
                Spec::Users(users) => Some(users.requests_per_s),
                _ => None,
            })
            .sum();
        let tokens = calls / self.timers.calls_per_token().source.value.max(1.0) * span.likely_s;
        (tokens >= 1.0).then(|| format!("about {} tokens at peak", crate::estimate::grouped(tokens)))
    }
}

/// A replication, and the database that receives changes over it.
type Copy<'a> = (&'a Id, &'a Link, &'a Id);

/// By database: those that receive its changes, with the replication.
pub(super) struct Copies<'a>(BTreeMap<&'a Id, Vec<Copy<'a>>>);

impl<'a> Copies<'a> {
    /// All of a drawing.
    pub fn of(design: &'a Design) -> Self {
        let database = |id: &Id| design.components.get(id).is_some_and(|c| c.kind() == Kind::Database);
        let mut copies: BTreeMap<&'a Id, Vec<Copy<'a>>> = BTreeMap::new();
        for (id, link) in design.links.iter().filter(|(_, link)| link.purpose == Purpose::DbReplication) {
            let both = link.replication.as_ref().is_some_and(|replication| replication.bidirectional);
            let ends = [Some((&link.from, &link.to)), both.then_some((&link.to, &link.from))];
            for (of, copy) in ends.into_iter().flatten().filter(|(_, copy)| database(copy)) {
                copies.entry(of).or_default().push((id, link, copy));
            }
        }
        Self(copies)
    }

    /// Of one database, in order of the links.
    pub fn of_database(&self, id: &Id) -> &[Copy<'a>] {
        self.0.get(id).map_or(&[], Vec::as_slice)
    }
}
