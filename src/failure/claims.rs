//! Whether a storyboard is true: every claim of every scene, held against what the model says of its failures.

use std::cell::LazyCell;

use crate::books::Books;
use crate::design::{Capability, Claim, Design, Expect, Id, Scene, Scope};
use crate::estimate::{Estimates, Measure, number};

use super::impact::{Impact, impact};
use super::model::{Model, Place};
use super::outcome::{CellOutcome, Outcome};
use super::rules;
use super::state::State;
use super::timeline::{Rpo, Rto, Timeline, timeline};

/// Most places that a sentence names.
const MOST_NAMED: usize = 3;

/// What became of one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimCheck {
    /// What is claimed, as a sentence without a full stop.
    pub claim: String,
    /// Whether it is so.
    pub holds: bool,
    /// What is so, with numbers, as a sentence without a full stop.
    pub found: String,
    /// Why, as a sentence; empty when nothing is wrong with it.
    pub because: String,
}

/// What became of one scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SceneCheck {
    /// Its title.
    pub title: String,
    /// Its claims, in order.
    pub claims: Vec<ClaimCheck>,
    /// Failures of the scene that are about nothing in the drawing, one sentence each.
    pub missing: Vec<String>,
}

impl SceneCheck {
    /// Whether every claim is true and everything that fails is there.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.missing.is_empty() && self.claims.iter().all(|claim| claim.holds)
    }
}

/// What became of all scenes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryCheck {
    /// The scenes, in order.
    pub scenes: Vec<SceneCheck>,
}

impl StoryCheck {
    /// Whether every scene is true.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.scenes.iter().all(SceneCheck::holds)
    }
}

/// Checks all scenes. `model` and `estimates` are those of the healthy design.
#[must_use]
pub fn check_story(design: &Design, books: &Books, estimates: &Estimates, model: &Model) -> StoryCheck {
    let scenes = design.meta.story.iter().map(|scene| check(design, books, estimates, model, scene));
    StoryCheck { scenes: scenes.collect() }
}

/// Checks one scene. `model` and `estimates` are those of the healthy design.
#[must_use]
pub fn check(design: &Design, books: &Books, estimates: &Estimates, model: &Model, scene: &Scene) -> SceneCheck {
    let missing = scene.failures.iter().filter_map(|failure| failure.missing_in(design)).collect();
    let mut claims = Vec::new();
    if !scene.claims.is_empty() {
        let mut outcome = model.outcome(design, &scene.failures);
        let impact = impact(design, books, model, &outcome, estimates);
        impact.refine(&mut outcome);
        let timeline = LazyCell::new(|| timeline(design, books, estimates, model, &outcome));
        let now = Now { design, outcome: &outcome, impact: &impact, timeline: &timeline };
        claims.extend(scene.claims.iter().map(|claim| now.check(claim)));
    }
    SceneCheck { title: scene.title.clone(), claims, missing }
}

/// What holds while a scene's failures have happened.
struct Now<'s, F: FnOnce() -> Timeline> {
    design: &'s Design,
    outcome: &'s Outcome,
    impact: &'s Impact,
    timeline: &'s LazyCell<Timeline, F>,
}

/// Whether a claim holds, what is so, and why.
type Verdict = (bool, String, String);

fn no(found: String) -> Verdict {
    (false, found, String::new())
}

/// A capability at a place, and how it stands there.
type Found<'s> = (&'s Place, &'s CellOutcome);

impl<F: FnOnce() -> Timeline> Now<'_, F> {
    fn check(&self, claim: &Claim) -> ClaimCheck {
        let (holds, found, because) = match claim {
            Claim::State { capability, scope, expect } => self.state(*capability, scope, *expect),
            Claim::Rto { capability, scope, at_most_s } => self.rto(*capability, scope, *at_most_s),
            Claim::Rpo { capability, scope, at_most_s } => self.rpo(*capability, scope, *at_most_s),
            Claim::Latency { scope, at_most_ms } => self.latency(scope, *at_most_ms),
            Claim::Use { scope, at_most_pct } => self.utilisation(scope, *at_most_pct),
        };
        ClaimCheck { claim: claim.words(self.design), holds, found, because }
    }

    /// The places a claim about a capability speaks of, or why there are none.
    fn places(&self, capability: Capability, scope: &Scope) -> Result<Vec<Found<'_>>, String> {
        let cells = self.outcome.cells.iter().filter(|((of, _), _)| *of == capability);
        let cells = cells.map(|((_, place), cell)| (place, cell));
        let found: Vec<Found<'_>> = match scope {
            Scope::Everywhere => cells.collect(),
            Scope::At(id) => cells.filter(|(place, _)| place.id() == id).collect(),
        };
        if !found.is_empty() {
            return Ok(found);
        }
        let nobody = format!("nothing here is drawn to {}", capability.verb());
        Err(match scope {
            Scope::At(id) if !self.design.contains(id) => format!("there is no region or population \"{id}\""),
            Scope::At(id) => format!("{}: {nobody}", self.design.name_of(id)),
            Scope::Everywhere => nobody,
        })
    }

    fn state(&self, capability: Capability, scope: &Scope, expect: Expect) -> Verdict {
        let places = match self.places(capability, scope) {
            Ok(places) => places,
            Err(none) => return no(none),
        };
        let as_expected = |state: State| match expect {
            Expect::Works => state == State::Works,
            Expect::Continues => state.goes_on(),
            // Where no traffic gets, nothing is shown to be lost or kept.
            Expect::Lost => state == State::Down,
        };
        let wrong: Vec<Found<'_>> = places.iter().copied().filter(|(_, cell)| !as_expected(cell.state)).collect();
        let holds = wrong.is_empty();
        // What is wrong is told of a false claim, everything of a true one.
        let told = if holds { places } else { wrong };
        let found = self.told(&told, |_, cell| cell.state.label().to_owned());
        let because = told.iter().min_by_key(|(_, cell)| cell.state).map(|(place, _)| self.reason(capability, place));
        (holds, found, because.unwrap_or_default())
    }

    /// Why a capability stands as it does at a place; empty when it works.
    fn reason(&self, capability: Capability, place: &Place) -> String {
        let worse = self.impact.worse.get(&(capability, place.clone()));
        let cell = self.outcome.cell(capability, place);
        let unmet = cell.and_then(|cell| cell.unmet.first());
        match (worse, unmet) {
            (Some((state, why)), _) if cell.is_some_and(|cell| cell.state == *state) => why.clone(),
            (_, Some(unmet)) => match unmet.effect {
                Some(effect) => effect.says.to_owned(),
                None => rules::of(capability).map_or_else(String::new, |rule| rule.down.to_owned()),
            },
            _ => String::new(),
        }
    }

    /// Places grouped by what is said of each: `down in Frankfurt and for Shops, works in Mumbai`.
    fn told(&self, of: &[Found<'_>], words: impl Fn(&Place, &CellOutcome) -> String) -> String {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for (place, cell) in of {
            let said = words(place, cell);
            match groups.iter_mut().find(|(known, _)| *known == said) {
                Some((_, places)) => places.push(self.at(place)),
                None => groups.push((said, vec![self.at(place)])),
            }
        }
        let group = |(said, places): &(String, Vec<String>)| format!("{said} {}", named(places));
        groups.iter().map(group).collect::<Vec<_>>().join("; ")
    }

    fn at(&self, place: &Place) -> String {
        match place {
            Place::Region(id) => format!("in {}", self.design.name_of(id)),
            Place::Population(id) => format!("for {}", self.design.name_of(id)),
        }
    }

    fn rto(&self, capability: Capability, scope: &Scope, at_most_s: f64) -> Verdict {
        let places = match self.places(capability, scope) {
            Ok(places) => places,
            Err(none) => return no(none),
        };
        let mut worst: Option<(f64, String, String)> = None;
        for (place, cell) in places {
            let (likely_s, words, why) = match self.timeline.track(capability, place) {
                Some(track) => {
                    let likely_s = match &track.rto {
                        Rto::GoesOn(_) => 0.0,
                        Rto::ByItself(span) | Rto::ByHand(span) => span.likely_s,
                        Rto::UntilRepaired { .. } => f64::INFINITY,
                    };
                    let critical = track.steps.iter().filter(|step| step.critical).map(|step| step.what.as_str());
                    (likely_s, track.rto.words(self.design), critical.collect::<Vec<_>>().join(", then "))
                }
                None if cell.state.goes_on() => (0.0, "never interrupted".to_owned(), String::new()),
                None => (f64::INFINITY, cell.state.label().to_owned(), self.reason(capability, place)),
            };
            if worst.as_ref().is_none_or(|(known, ..)| likely_s > *known) {
                worst = Some((likely_s, format!("{}: {words}", self.design.name_of(place.id())), why));
            }
        }
        worst.map_or_else(|| no(String::new()), |(likely_s, found, why)| (likely_s <= at_most_s, found, why))
    }

    fn rpo(&self, capability: Capability, scope: &Scope, at_most_s: f64) -> Verdict {
        let places = match self.places(capability, scope) {
            Ok(places) => places,
            Err(none) => return no(none),
        };
        let mut worst: Option<(f64, String, String)> = None;
        for (place, _) in places {
            let (likely_s, words, why) = match self.timeline.track(capability, place).map(|track| &track.rpo) {
                Some(Rpo::UpTo { span, why, .. }) => {
                    (span.likely_s, format!("changes of the last {span} may be lost"), why.clone())
                }
                Some(Rpo::Nothing(why)) => (0.0, "nothing is lost".to_owned(), why.clone()),
                None => (0.0, "nothing is lost".to_owned(), String::new()),
            };
            if worst.as_ref().is_none_or(|(known, ..)| likely_s > *known) {
                worst = Some((likely_s, format!("{}: {words}", self.design.name_of(place.id())), why));
            }
        }
        worst.map_or_else(|| no(String::new()), |(likely_s, found, why)| (likely_s <= at_most_s, found, why))
    }

    fn latency(&self, scope: &Scope, at_most_ms: f64) -> Verdict {
        let of: Vec<_> = self
            .impact
            .populations
            .iter()
            .filter(|population| !matches!(scope, Scope::At(id) if *id != population.population))
            .collect();
        if of.is_empty() {
            return no(match scope {
                Scope::At(id) => format!("there is no population \"{id}\""),
                Scope::Everywhere => "there are no users".to_owned(),
            });
        }
        let mut worst: Option<(f64, String, String)> = None;
        for population in of {
            let name = self.design.name_of(&population.population);
            let (ms, found) = match population.p95_ms_after {
                Some(ms) => (ms, format!("{} ms for {name}", number(ms, 3, 1))),
                None => (f64::INFINITY, format!("there is no number for {name}")),
            };
            if worst.as_ref().is_none_or(|(known, ..)| ms > *known) {
                worst = Some((ms, found, population.errors.first().cloned().unwrap_or_default()));
            }
        }
        worst.map_or_else(|| no(String::new()), |(ms, found, why)| (ms <= at_most_ms, found, why))
    }

    fn utilisation(&self, scope: &Scope, at_most_pct: f64) -> Verdict {
        let stands = |id: &Id| {
            self.design.components.get(id).is_some_and(|component| {
                component.kind().has_gateway()
                    && !matches!(scope, Scope::At(region) if component.region.as_ref() != Some(region))
            })
        };
        let groups = self.impact.groups.iter().filter(|group| group.measure == Measure::Calls);
        let mut worst: Option<(f64, String, String)> = None;
        for group in groups.filter(|group| stands(&group.component)) {
            let Some(pct) = group.use_pct_after else { continue };
            if worst.as_ref().is_none_or(|(known, ..)| pct > *known) {
                let region = self.design.components.get(&group.component).and_then(|c| c.region.as_ref());
                let region = region.map_or_else(String::new, |region| format!(" in {}", self.design.name_of(region)));
                let found = format!("{} % of “{}”{region}", number(pct, 3, 1), self.design.name_of(&group.component));
                worst = Some((pct, found, group.over.clone().unwrap_or_default()));
            }
        }
        match (worst, scope) {
            (Some((pct, found, why)), _) => (pct <= at_most_pct, found, why),
            (None, Scope::At(id)) if !self.design.regions.contains_key(id) => {
                no(format!("there is no region \"{id}\""))
            }
            (None, Scope::At(id)) => no(format!("no gateway is left in {}", self.design.name_of(id))),
            (None, Scope::Everywhere) => no("no gateway is left".to_owned()),
        }
    }
}

/// The first few, and how many more there are.
fn named(all: &[String]) -> String {
    match all {
        [] => String::new(),
        [only] => only.clone(),
        _ if all.len() > MOST_NAMED => {
            let named: Vec<&str> = all.iter().take(MOST_NAMED).map(String::as_str).collect();
            format!("{} and {} more", named.join(", "), all.len() - MOST_NAMED)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Failures;
    use crate::estimate::estimate;
    use crate::templates;
    use crate::topology::Topology;

    /// Claims about the Pattern 2 template while these have failed: whether each holds, and what is found.
    fn checked(failures: &[&str], claims: Vec<Claim>) -> Vec<ClaimCheck> {
        let design = templates::get("pattern-2").unwrap().design();
        let topology = Topology::of(&design);
        let estimates = estimate(&topology, Books::shipped());
        let model = Model::of(&topology, &estimates);
        let failures: Failures = failures.iter().map(|failure| failure.parse().unwrap()).collect();
        let scene = Scene { failures, claims, ..Scene::default() };
        check(&design, Books::shipped(), &estimates, &model, &scene).claims
    }

    fn at(id: &str) -> Scope {
        Scope::At(Id::new(id).unwrap())
    }

    fn state(capability: Capability, scope: Scope, expect: Expect) -> Claim {
        Claim::State { capability, scope, expect }
    }

    fn hold(checks: &[ClaimCheck]) -> Vec<bool> {
        checks.iter().map(|check| check.holds).collect()
    }

    #[test]
    fn what_goes_on_does_not_work_as_if_nothing_had_failed() {
        let serve = |expect| state(Capability::Serve, at("in"), expect);
        let all = || Expect::ALL.map(serve).to_vec();
        assert_eq!(hold(&checked(&[], all())), [true, true, false]);
        assert_eq!(hold(&checked(&["region:eu"], all())), [false, true, false]);
        assert_eq!(hold(&checked(&["region:in"], all())), [false, false, true]);
    }

    #[test]
    fn everywhere_means_every_place_and_names_those_that_differ() {
        let checks = checked(&["region:in"], vec![state(Capability::Serve, Scope::Everywhere, Expect::Continues)]);
        assert!(!checks[0].holds);
        assert_eq!(checks[0].found, "down in Mumbai");
        assert!(!checks[0].because.is_empty());
    }

    #[test]
    fn a_claim_about_what_is_not_there_does_not_hold() {
        let checks = checked(
            &[],
            vec![
                state(Capability::Serve, at("mars"), Expect::Lost),
                state(Capability::RemotePublish, at("in"), Expect::Lost),
                Claim::Latency { scope: at("in"), at_most_ms: 1e9 },
                Claim::Use { scope: at("gslb"), at_most_pct: 100.0 },
            ],
        );
        assert_eq!(hold(&checks), [false; 4]);
        let found: Vec<&str> = checks.iter().map(|check| check.found.as_str()).collect();
        assert_eq!(
            found,
            [
                "there is no region or population \"mars\"",
                "Mumbai: nothing here is drawn to see APIs published in other regions",
                "there is no population \"in\"",
                "there is no region \"gslb\"",
            ]
        );
    }

    #[test]
    fn what_waits_for_a_repair_is_back_within_no_time_anybody_names() {
        let rto = |scope, at_most_s| Claim::Rto { capability: Capability::GatewayStart, scope, at_most_s };
        let checks = checked(&["region:eu"], vec![rto(at("in"), 1e12)]);
        assert_eq!(hold(&checks), [false]);
        assert!(checks[0].found.starts_with("Mumbai: until "), "{}", checks[0].found);
        assert_eq!(hold(&checked(&[], vec![rto(Scope::Everywhere, 0.0)])), [true]);
    }

    #[test]
    fn what_has_nothing_to_do_is_lost_until_its_work_comes_back() {
        let rto = |scope| Claim::Rto { capability: Capability::Throttle, scope, at_most_s: 1e12 };
        let lost = checked(&["component:in-gw"], vec![rto(at("in")), rto(at("eu"))]);
        assert_eq!(hold(&lost), [false, true], "{lost:?}");
        assert!(lost[0].found.starts_with("Mumbai: until “Gateway” in Mumbai is repaired"), "{}", lost[0].found);
    }

    #[test]
    fn numbers_are_held_against_what_is_estimated_under_the_failures() {
        let claims = |at_most: f64| {
            vec![
                Claim::Latency { scope: Scope::Everywhere, at_most_ms: at_most },
                Claim::Use { scope: Scope::Everywhere, at_most_pct: at_most },
                Claim::Rpo { capability: Capability::Serve, scope: Scope::Everywhere, at_most_s: at_most },
            ]
        };
        assert_eq!(hold(&checked(&[], claims(1e6))), [true; 3]);
        let none = checked(&[], claims(0.0));
        assert_eq!(hold(&none), [false, false, true]);
        assert!(none[0].found.contains(" ms for ") && none[1].found.contains(" % of “Gateway” in "), "{none:?}");
        let gone = checked(&["region:in"], vec![Claim::Use { scope: at("in"), at_most_pct: 100.0 }]);
        assert_eq!(gone[0].found, "no gateway is left in Mumbai");
    }
}
