//! What the drawing shows of an outcome: which elements are lost, which go on and how.

use std::collections::BTreeMap;

use crate::design::failure::{Failure, nodes};
use crate::design::{Capability, Component, Design, Failures, Id, Kind, Link};
use crate::failure::{Affected, Impact, Model, Outcome, Place, State, rules};
use crate::topology::traffic::balances;

/// How an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing of it works.
    Lost,
    /// Some of its nodes are lost.
    Partly,
    /// It runs, but not everything it does works as before.
    Affected,
}

/// How an element is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// How it stands.
    pub standing: Standing,
    /// The state whose shape and colour mark it.
    pub state: State,
    /// That in a few words, such as `cannot restart`.
    pub words: String,
    /// What it means, as a sentence; `None` where the words say it all.
    pub meaning: Option<&'static str>,
}

impl Mark {
    fn new(standing: Standing, state: State, words: impl Into<String>) -> Self {
        Self { standing, state, words: words.into(), meaning: None }
    }

    /// The mark with what the worst of these cells means.
    fn meaning(self, outcome: &Outcome, cells: &[(Capability, Place, State)]) -> Self {
        let worst = cells.iter().min_by_key(|(.., state)| *state);
        let meaning =
            worst.and_then(|(capability, place, _)| match outcome.cell(*capability, place)?.unmet.first()?.effect {
                Some(effect) => Some(effect.says),
                None => rules::of(*capability).map(|rule| rule.down),
            });
        Self { meaning, ..self }
    }
}

/// Marks of everything that is not as it was.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Effects {
    marks: BTreeMap<Id, Mark>,
    /// Components and populations of which nothing works.
    pub lost: usize,
    /// Components and populations that run otherwise than before.
    pub affected: usize,
}

/// The capabilities in which a kind of component has a part.
#[must_use]
pub fn capabilities(kind: Kind) -> &'static [Capability] {
    use Capability as C;
    match kind {
        Kind::Gateway => &[C::Serve, C::GatewayStart],
        Kind::TrafficManager => &[C::Throttle, C::TrafficManagerStart],
        Kind::ControlPlane => &[C::Issue, C::Revoke, C::Publish, C::Apps, C::Admin],
        Kind::KeyManager => &[C::Issue, C::Validate, C::Revoke],
        Kind::AllInOne | Kind::Users => Capability::ALL,
        _ => &[],
    }
}

/// Where the capabilities of an element are looked at from: its region, or itself when it is a population.
#[must_use]
pub fn place_of(design: &Design, id: &Id) -> Option<Place> {
    match design.components.get(id) {
        Some(component) if component.kind() == Kind::Users => Some(Place::Population(id.clone())),
        _ => design.region_of(id).cloned().map(Place::Region),
    }
}

/// Cells of an element that are not as they were while nothing had failed, in the order of tables.
#[must_use]
pub fn changed(design: &Design, healthy: &Outcome, outcome: &Outcome, id: &Id) -> Vec<(Capability, Place, State)> {
    let Some(place) = place_of(design, id) else { return Vec::new() };
    let of = design.components.get(id).map_or(Capability::ALL, |component| capabilities(component.kind()));
    of.iter()
        .filter_map(|capability| {
            let state = outcome.state(*capability, &place)?;
            (Some(state) != healthy.state(*capability, &place)).then(|| (*capability, place.clone(), state))
        })
        .collect()
}

impl Effects {
    /// The marks of an outcome.
    #[must_use]
    pub fn of(design: &Design, model: &Model, healthy: &Outcome, outcome: &Outcome) -> Self {
        let mut effects = Self::default();
        let Affected { failed, impaired } = model.affected(design, outcome);
        let failures = &outcome.failures;
        for id in design.regions.keys() {
            let mark = if failures.contains(&Failure::Region(id.clone())) {
                Some(Mark::new(Standing::Lost, State::Down, "lost"))
            } else {
                let cells = changed(design, healthy, outcome, id);
                affected(&cells).map(|mark| mark.meaning(outcome, &cells))
            };
            effects.marks.extend(mark.map(|mark| (id.clone(), mark)));
        }
        for (id, component) in &design.components {
            let mark = if failed.contains(id) {
                Some(Mark::new(Standing::Lost, State::Down, "lost"))
            } else {
                // What a region cannot do is shown only at those of its components that it is about.
                let is_impaired = impaired.contains_key(id);
                let cells = if is_impaired { changed(design, healthy, outcome, id) } else { Vec::new() };
                let nowhere = is_impaired && balances(component.kind());
                let mark = partly(failures, id, component, &cells).or_else(|| affected(&cells));
                mark.or_else(|| nowhere.then(leads_nowhere)).map(|mark| mark.meaning(outcome, &cells))
            };
            let Some(mark) = mark else { continue };
            match mark.standing {
                Standing::Lost => effects.lost += 1,
                Standing::Partly | Standing::Affected => effects.affected += 1,
            }
            effects.marks.insert(id.clone(), mark);
        }
        for (id, link) in &design.links {
            let mark = if failed.contains(id) {
                Some(Mark::new(Standing::Lost, State::Down, "cut"))
            } else {
                slower(design, failures, link)
            };
            effects.marks.extend(mark.map(|mark| (id.clone(), mark)));
        }
        effects
    }

    /// How an element is marked; `None` while it is as it was.
    #[must_use]
    pub fn mark(&self, id: &Id) -> Option<&Mark> {
        self.marks.get(id)
    }
}

/// The figure that tells most of how an element fares under failures: use of a group, time of a population's calls.
#[must_use]
pub fn figures(impact: &Impact) -> BTreeMap<Id, String> {
    let groups = impact.groups.iter().filter(|group| !group.measure.is_ratio());
    let used =
        groups.filter_map(|group| Some((group.component.clone(), format!("{:.0} % used", group.use_pct_after?))));
    let calls = impact.populations.iter();
    let times = calls.filter_map(|p| Some((p.population.clone(), format!("{:.0} ms", p.p95_ms_after?))));
    times.chain(used).collect()
}

/// By how much longer a link takes.
fn slower(design: &Design, failures: &Failures, link: &Link) -> Option<Mark> {
    let (a, b) = design.region_of(&link.from).zip(design.region_of(&link.to))?;
    let extra_ms = failures.iter().find_map(|failure| match failure {
        Failure::Slow { between, extra_rtt_ms } if is_pair(between, a, b) => Some(*extra_rtt_ms),
        _ => None,
    })?;
    Some(Mark::new(Standing::Affected, State::Degraded, format!("+{extra_ms} ms")))
}

/// A balancer behind which nothing is left.
fn leads_nowhere() -> Mark {
    Mark::new(Standing::Affected, State::Down, "leads nowhere")
}

fn is_pair(pair: &crate::design::Between, a: &Id, b: &Id) -> bool {
    (pair.first() == a && pair.second() == b) || (pair.first() == b && pair.second() == a)
}

/// How a group stands that has lost some of its nodes, or some of the zones it stands in.
fn partly(failures: &Failures, id: &Id, component: &Component, cells: &[(Capability, Place, State)]) -> Option<Mark> {
    let mut words = failures.iter().filter_map(|failure| match failure {
        Failure::Nodes { component: of, count } if of == id => {
            Some(format!("{count} of {} nodes lost", nodes(component).unwrap_or(1)))
        }
        Failure::Zone { region, zone } if component.region.as_ref() == Some(region) => {
            component.zones.contains(zone).then(|| format!("zone {zone} lost"))
        }
        _ => None,
    });
    let mut words = words.next()?;
    let state = cells.iter().map(|(.., state)| *state).min().unwrap_or(State::Degraded);
    if let Some(mark) = affected(cells) {
        words = format!("{words} · {}", mark.words);
    }
    Some(Mark::new(Standing::Partly, state.min(State::Degraded), words))
}

/// How something stands by its capabilities: by what people call, and otherwise by what is down.
fn affected(cells: &[(Capability, Place, State)]) -> Option<Mark> {
    let worst = cells.iter().map(|(.., state)| *state).min()?;
    let mark = |state, words: String| Some(Mark::new(Standing::Affected, state, words));
    let main = cells.iter().find(|(capability, ..)| matches!(capability, Capability::Serve | Capability::Throttle));
    if let Some((capability, place, state)) = main {
        let is_population = matches!(place, Place::Population(_));
        return mark(
            *state,
            match (capability, state) {
                (Capability::Serve, State::Down) if is_population => "not served".into(),
                (Capability::Serve, State::Down) => "answers no calls".into(),
                (Capability::Serve, State::Degraded) if is_population => "served with limits".into(),
                (Capability::Throttle, State::Down) => "throttles nothing".into(),
                (Capability::Throttle, State::Stale) => "known limits only".into(),
                (_, State::Stale) => "on existing data".into(),
                (_, state) => state.label().into(),
            },
        );
    }
    let down: Vec<Capability> = cells.iter().filter(|(.., s)| *s == State::Down).map(|(c, ..)| *c).collect();
    match down.as_slice() {
        [] => mark(worst, worst.label().into()),
        [only] => mark(State::Down, format!("cannot {}", only.verb())),
        several => mark(State::Down, format!("{} things do not work", several.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::estimate::estimate;
    use crate::templates;
    use crate::topology::Topology;

    fn effects(failures: &[&str]) -> (Design, Effects) {
        let design = templates::get("pattern-2").expect("a template").design();
        let topology = Topology::of(&design);
        let model = Model::of(&topology, &estimate(&topology, Books::shipped()));
        let failures = failures.iter().map(|text| text.parse().expect("a failure")).collect();
        let outcome = model.outcome(&design, &failures);
        let effects = Effects::of(&design, &model, &model.healthy(&design), &outcome);
        (design, effects)
    }

    fn words(effects: &Effects, id: &str) -> Option<String> {
        effects.mark(&Id::slug(id)).map(|mark| mark.words.clone())
    }

    #[test]
    fn a_lost_main_region_takes_its_parts_along_and_its_sub_region_goes_on() {
        let (design, effects) = effects(&["region:eu"]);
        assert_eq!(words(&effects, "eu").as_deref(), Some("lost"));
        for (id, _) in design.components_in(&Id::slug("eu")) {
            assert_eq!(words(&effects, id.as_str()).as_deref(), Some("lost"), "{id}");
        }
        let sub = effects.mark(&Id::slug("in")).expect("Mumbai is affected");
        assert_eq!((sub.standing, sub.state), (Standing::Affected, State::CannotRestart));
    }

    #[test]
    fn a_cut_marks_links_and_loses_no_component() {
        let (design, effects) = effects(&["cut:eu/in"]);
        assert_eq!(effects.lost, 0);
        let cut = design.links.keys().filter(|id| effects.mark(id).is_some_and(|mark| mark.words == "cut")).count();
        assert!(cut > 0);
    }

    #[test]
    fn a_group_that_lost_a_node_says_how_many() {
        let (design, _) = effects(&[]);
        let (id, group) = design.components.iter().find(|(_, c)| c.instances == 2).expect("a group of two");
        let (_, effects) = effects(&[&format!("nodes:{id}/1")]);
        let mark = effects.mark(id).expect("it is marked");
        assert_eq!(mark.standing, Standing::Partly, "{}", group.name);
        assert!(mark.words.starts_with("1 of 2 nodes lost"), "{}", mark.words);
    }

    #[test]
    fn nothing_failed_marks_nothing() {
        let (_, effects) = effects(&[]);
        assert_eq!(effects, Effects::default());
    }
}
