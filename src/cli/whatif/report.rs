//! A what-if as JSON: format `meridian-whatif/1`, described by its schema in `assets/whatif.schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;

use crate::export::planner::to_json;
use crate::failure::timeline::{Rto, Span, Track};
use crate::failure::{Basis, CellOutcome, Place, Served, State};

use super::Found;

/// What still works while something has failed. Later programs may add fields: ignore what you do not know.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WhatIfFile {
    /// Name and version of this format.
    format: WhatIfFormat,
    /// Name of the design.
    design: String,
    /// The product version it targets.
    product_version: String,
    /// What has failed, as it is given to --fail, in order.
    failures: Vec<String>,
    /// Places by id: regions and populations of users.
    places: BTreeMap<String, WhatIfPlace>,
    /// By id of a capability (serve, throttle, issue, validate, revoke, publish, apps, admin, gwstart, tmstart, analytics,
    /// remote-revoke, remote-publish, remote-apps, remote-admin), then by id of a place. Where a capability is not
    /// offered there is no entry.
    states: BTreeMap<String, BTreeMap<String, WhatIfState>>,
    /// How users fare once everybody has moved, in order of id.
    populations: Vec<WhatIfPopulation>,
    /// How far groups are used, in order of id.
    groups: Vec<WhatIfGroup>,
    /// What stays after the repair.
    aftermath: WhatIfAftermath,
    /// What happens after the failure, in order of time.
    events: Vec<WhatIfEvent>,
}

/// Name and version of the format.
#[derive(Debug, Serialize, JsonSchema)]
enum WhatIfFormat {
    /// Version 1.
    #[serde(rename = "meridian-whatif/1")]
    V1,
}

/// A region or a population of users.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfPlace {
    /// Which of both it is.
    kind: WhatIfPlaceKind,
    /// What people call it.
    name: String,
}

/// What a place is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WhatIfPlaceKind {
    /// A region, and those who work in it.
    Region,
    /// A population of users.
    Population,
}

/// How one capability stands at one place.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfState {
    /// The state.
    state: WhatIfWord,
    /// The state while nothing has failed.
    healthy: WhatIfWord,
    /// What it rests on.
    basis: WhatIfBasis,
    /// Ids of the facts that state it or from which it is inferred; see "meridian rules ID".
    facts: Vec<String>,
    /// What it means, sentences, worst first; empty when it works.
    says: Vec<String>,
    /// Chains of needs that are not met, from the capability down to what has failed.
    why: Vec<Vec<String>>,
    /// Until it is back; `null` where nothing changes.
    rto: Option<WhatIfRto>,
    /// Time of changes that may be lost, seconds; `null` where nothing changes.
    rpo_s: Option<WhatIfSpan>,
}

/// How a capability stands, worst first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WhatIfWord {
    /// It does not work.
    Down,
    /// There is nothing to do: no traffic gets here.
    Idle,
    /// It works for less, or more slowly.
    Degraded,
    /// It works, but what stops now cannot be started again.
    CannotRestart,
    /// It works on data that is no longer brought up to date.
    Stale,
    /// It works.
    Works,
}

/// What a state rests on.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WhatIfBasis {
    /// A sentence of the vendor says so.
    Stated,
    /// It is concluded from documented facts.
    Inferred,
}

/// When a capability is back.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfRto {
    /// How it comes back.
    how: WhatIfHow,
    /// After this time, seconds; `null` where that depends on a repair.
    s: Option<WhatIfSpan>,
    /// The same in words.
    words: String,
}

/// How something comes back.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum WhatIfHow {
    /// It is never interrupted.
    GoesOn,
    /// By itself.
    ByItself,
    /// If people act.
    ByHand,
    /// Only when something is repaired.
    UntilRepaired,
}

/// A time with its range, seconds.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfSpan {
    /// At least.
    low_s: f64,
    /// Likely.
    likely_s: f64,
    /// At most.
    high_s: f64,
}

/// How a population of users fares.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfPopulation {
    /// Its id.
    id: String,
    /// Which regions serve it while nothing has failed.
    before: Vec<WhatIfServed>,
    /// Which regions serve it then.
    after: Vec<WhatIfServed>,
    /// 95th percentile of its API calls while nothing has failed, ms; `null` where there is no number.
    p95_ms_before: Option<f64>,
    /// The same then.
    p95_ms_after: Option<f64>,
    /// 95th percentile of getting a token while nothing has failed, ms; `null` where there is no number.
    token_p95_ms_before: Option<f64>,
    /// The same then.
    token_p95_ms_after: Option<f64>,
    /// Share of its calls that is not answered while nothing has failed, percent.
    error_pct_before: f64,
    /// The same then.
    error_pct: f64,
    /// Why, sentences.
    errors: Vec<String>,
}

/// A share of the calls of a population.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfServed {
    /// The region; `null` for gateways that stand in none.
    region: Option<String>,
    /// Share of the calls, 0 to 1.
    share: f64,
}

/// How far a group is used.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfGroup {
    /// Id of the component.
    id: String,
    /// What its use is measured by.
    measure: String,
    /// Use at peak while nothing has failed, percent; `null` where there is no number.
    use_pct_before: Option<f64>,
    /// The same then; `null` also when the group is lost.
    use_pct_after: Option<f64>,
    /// What it is asked and what it can, when that is too much.
    over: Option<String>,
}

/// What stays after the repair, sentences.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfAftermath {
    /// What is lost for good.
    lost: Vec<String>,
    /// What catches up by itself.
    resync: Vec<String>,
    /// What must be done by hand.
    by_hand: Vec<String>,
}

/// Something that happens during the recovery.
#[derive(Debug, Serialize, JsonSchema)]
struct WhatIfEvent {
    /// When, seconds after the failure.
    at: WhatIfSpan,
    /// What.
    what: String,
}

/// The JSON Schema (draft 2020-12) of the report, as shipped in `assets/whatif.schema.json`.
pub(in crate::cli) fn schema_json() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<WhatIfFile>().to_value();
    // The same bytes whichever map the JSON library was built with.
    schema.sort_all_objects();
    to_json(&schema)
}

pub(super) fn report(found: &Found<'_>) -> WhatIfFile {
    let meta = &found.design.meta;
    let mut states: BTreeMap<String, BTreeMap<String, WhatIfState>> = BTreeMap::new();
    for ((capability, place), cell) in &found.whatif.outcome.cells {
        let healthy = found.whatif.healthy.state(*capability, place).unwrap_or(cell.state);
        let track = found.whatif.timeline.track(*capability, place);
        let says = found.whatif.means(*capability, place).into_iter().map(str::to_owned).collect();
        let state = state(found, cell, healthy, says, track);
        states.entry(capability.id().to_owned()).or_default().insert(place.id().to_string(), state);
    }
    let places = found.whatif.places().into_iter().map(|place| {
        let kind = match place {
            Place::Region(_) => WhatIfPlaceKind::Region,
            Place::Population(_) => WhatIfPlaceKind::Population,
        };
        (place.id().to_string(), WhatIfPlace { kind, name: found.design.name_of(place.id()) })
    });
    let aftermath = found.whatif.outcome.aftermath();
    let owned = |sentences: Vec<&str>| sentences.into_iter().map(str::to_owned).collect();
    WhatIfFile {
        format: WhatIfFormat::V1,
        design: meta.name.clone(),
        product_version: meta.product_version.to_string(),
        failures: found.whatif.outcome.failures.iter().map(ToString::to_string).collect(),
        places: places.collect(),
        states,
        populations: populations(found),
        groups: groups(found),
        aftermath: WhatIfAftermath {
            lost: owned(aftermath.lost),
            resync: owned(aftermath.resync),
            by_hand: owned(aftermath.by_hand),
        },
        events: found
            .whatif
            .timeline
            .events
            .iter()
            .map(|event| WhatIfEvent { at: span(event.at), what: event.what.clone() })
            .collect(),
    }
}

fn state(
    found: &Found<'_>,
    cell: &CellOutcome,
    healthy: State,
    says: Vec<String>,
    track: Option<&Track>,
) -> WhatIfState {
    WhatIfState {
        state: word(cell.state),
        healthy: word(healthy),
        basis: match cell.basis {
            Basis::Stated => WhatIfBasis::Stated,
            Basis::Inferred => WhatIfBasis::Inferred,
        },
        facts: cell.facts.iter().map(|fact| (*fact).to_owned()).collect(),
        says,
        why: cell.unmet.iter().flat_map(|unmet| found.model.why(found.design, unmet, &found.whatif.outcome)).collect(),
        rto: track.map(|track| rto(found, &track.rto)),
        rpo_s: track.map(|track| span(track.rpo.span())),
    }
}

fn word(state: State) -> WhatIfWord {
    match state {
        State::Down => WhatIfWord::Down,
        State::Idle => WhatIfWord::Idle,
        State::Degraded => WhatIfWord::Degraded,
        State::CannotRestart => WhatIfWord::CannotRestart,
        State::Stale => WhatIfWord::Stale,
        State::Works => WhatIfWord::Works,
    }
}

fn rto(found: &Found<'_>, rto: &Rto) -> WhatIfRto {
    let how = match rto {
        Rto::GoesOn(_) => WhatIfHow::GoesOn,
        Rto::ByItself(_) => WhatIfHow::ByItself,
        Rto::ByHand(_) => WhatIfHow::ByHand,
        Rto::UntilRepaired { .. } => WhatIfHow::UntilRepaired,
    };
    WhatIfRto { how, s: rto.span().map(span), words: rto.words(found.design) }
}

fn span(span: Span) -> WhatIfSpan {
    WhatIfSpan { low_s: span.low_s, likely_s: span.likely_s, high_s: span.high_s }
}

fn populations(found: &Found<'_>) -> Vec<WhatIfPopulation> {
    let served = |by: &[Served]| {
        by.iter()
            .map(|served| WhatIfServed { region: served.region.as_ref().map(ToString::to_string), share: served.share })
            .collect()
    };
    found
        .whatif
        .impact
        .populations
        .iter()
        .map(|p| WhatIfPopulation {
            id: p.population.to_string(),
            before: served(&p.before),
            after: served(&p.after),
            p95_ms_before: p.p95_ms_before,
            p95_ms_after: p.p95_ms_after,
            token_p95_ms_before: p.token_p95_ms_before,
            token_p95_ms_after: p.token_p95_ms_after,
            error_pct_before: p.error_pct_before,
            error_pct: p.error_pct,
            errors: p.errors.clone(),
        })
        .collect()
}

fn groups(found: &Found<'_>) -> Vec<WhatIfGroup> {
    found
        .whatif
        .impact
        .groups
        .iter()
        .map(|group| WhatIfGroup {
            id: group.component.to_string(),
            measure: group.measure.label().to_owned(),
            use_pct_before: group.use_pct_before,
            use_pct_after: group.use_pct_after,
            over: group.over.clone(),
        })
        .collect()
}
