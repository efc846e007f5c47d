//! In which fields two values of the document differ, in the words of the inspector.
//!
//! The fields are those that a value writes to a file, so that a field somebody adds is compared without being named
//! here; [`super::words`] only says how it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::design::{
    Capability, Claim, Component, Decision, Design, Estimation, Failure, Link, Meta, Override, Region, Resilience,
    Scene, Scope, Targets, Waiver,
};
use crate::estimate::Assumed;

use super::elements::placed;
use super::words;

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// What it is called.
    pub field: String,
    /// Its value before, in words.
    pub before: String,
    /// Its value after, in words.
    pub after: String,
}

impl FieldChange {
    fn new(field: impl Into<String>, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self { field: field.into(), before: before.into(), after: after.into() }
    }
}

/// Fields that say where something is drawn and not what it is.
const PLACE: [&str; 2] = ["pos", "extent"];
/// Values that are told as a whole.
const WHOLE: [&str; 2] = ["site", "facts"];

/// What a value writes to a file.
fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The fields of a value by their path, such as `size.vcpu`.
fn leaves(value: Value, path: &str, out: &mut BTreeMap<String, Value>) {
    let name = path.rsplit('.').next().unwrap_or(path);
    match value {
        Value::Object(fields) if !WHOLE.contains(&name) => {
            for (name, value) in fields {
                leaves(value, &if path.is_empty() { name } else { format!("{path}.{name}") }, out);
            }
        }
        value => drop(out.insert(path.to_owned(), value)),
    }
}

fn fields_of(mut fields: Map<String, Value>) -> BTreeMap<String, Value> {
    fields.retain(|name, _| !PLACE.contains(&name.as_str()));
    let mut out = BTreeMap::new();
    leaves(Value::Object(fields), "", &mut out);
    out
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// The fields of which one value has another content than the other; a field left out has its usual content.
fn differing(before: Map<String, Value>, after: Map<String, Value>, designs: [&Design; 2]) -> Vec<FieldChange> {
    let (before, after) = (fields_of(before), fields_of(after));
    let [before_design, after_design] = designs;
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut changes: Vec<(usize, FieldChange)> = paths
        .into_iter()
        .filter(|path| before.get(*path) != after.get(*path))
        .map(|path| {
            let (was, is) = (before.get(path), after.get(path));
            let told = FieldChange::new(
                words::field(path),
                words::value(path, was, is, [before_design, after_design]),
                words::value(path, is, was, [after_design, before_design]),
            );
            (words::rank(path), told)
        })
        .collect();
    changes.sort_by_key(|(rank, _)| *rank);
    changes.into_iter().map(|(_, change)| change).collect()
}

/// The settings of a component's kind beside its other fields, and its kind as a field like any other.
fn of_component(component: &Component) -> Map<String, Value> {
    let mut fields = object(written(component));
    fields.insert("kind".into(), Value::from(component.kind().label()));
    // A region has a number of zones, a component a list of them.
    if let Some(zones) = fields.remove("zones") {
        fields.insert("zone_names".into(), zones);
    }
    if let Some(Value::Object(mut spec)) = fields.remove("spec")
        && let Some(inner) = spec.values_mut().next()
    {
        fields.insert("spec".into(), inner.take());
    }
    fields
}

/// In what a component differs, besides its place in the drawing.
pub(super) fn component(before: &Component, after: &Component, designs: [&Design; 2]) -> Vec<FieldChange> {
    let [mut was, mut is] = [before, after].map(of_component);
    if before.kind() != after.kind() {
        // Settings of another kind cannot be set side by side.
        was.remove("spec");
        is.remove("spec");
    }
    differing(was, is, designs)
}

/// In what a region differs, besides its place in the drawing.
pub(super) fn region(before: &Region, after: &Region, designs: [&Design; 2]) -> Vec<FieldChange> {
    differing(object(written(before)), object(written(after)), designs)
}

/// In what a link differs.
pub(super) fn link(before: &Link, after: &Link, designs: [&Design; 2]) -> Vec<FieldChange> {
    let [mut was, mut is] = [before, after].map(|link| object(written(link)));
    if before.purpose != after.purpose {
        // They come and go with the purpose.
        was.remove("replication");
        is.remove("replication");
    }
    differing(was, is, designs)
}

/// In what the settings of the design as a whole differ.
pub(super) fn meta(designs: [&Design; 2]) -> Vec<FieldChange> {
    let [before, after] = designs.map(|design| &design.meta);
    if Arc::ptr_eq(before, after) || before == after {
        return Vec::new();
    }
    let mut changes = differing(of_meta(before), of_meta(after), designs);
    changes.extend(resilience(&before.estimation.targets, &after.estimation.targets));
    changes.extend(assumptions(&before.estimation, &after.estimation));
    changes.extend(rules(before, after));
    changes.extend(keyed(&before.waivers, &after.waivers, |w| waiver(w, designs)));
    changes.extend(keyed(&before.decisions, &after.decisions, decision));
    changes.extend(keyed(&before.story, &after.story, |s| scene(s, designs)));
    if changes.is_empty() {
        changes.push(FieldChange::new("Decisions", "in one order", "in another order"));
    }
    changes
}

/// The plain fields of the design as a whole; naming all of them makes a new one a thing to think of.
fn of_meta(meta: &Meta) -> Map<String, Value> {
    let Meta {
        name,
        product_version,
        pattern,
        environment,
        tokens,
        domain,
        requirements,
        practices,
        rules: _,
        waivers: _,
        decisions: _,
        estimation,
        story: _,
        notes,
    } = meta;
    Map::from_iter([
        ("name".to_owned(), written(name)),
        ("product_version".to_owned(), written(product_version)),
        ("pattern".to_owned(), written(pattern)),
        ("environment".to_owned(), written(environment)),
        ("tokens".to_owned(), written(tokens)),
        ("domain".to_owned(), written(domain)),
        ("requirements".to_owned(), written(requirements)),
        ("practices".to_owned(), written(practices)),
        ("estimation".to_owned(), written(&plain(estimation))),
        ("notes".to_owned(), written(notes)),
    ])
}

/// Without what is told one by one, by words of its own.
fn plain(estimation: &Estimation) -> Estimation {
    let targets = Targets { resilience: BTreeMap::new(), ..estimation.targets.clone() };
    Estimation { assumptions: BTreeMap::new(), targets, terms: estimation.terms.clone() }
}

/// Targets of resilience, by capability.
fn resilience(before: &Targets, after: &Targets) -> Vec<FieldChange> {
    let words = |targets: &Targets, capability: Capability| {
        let Resilience { rto_s, rpo_s, availability_pct } = targets.resilience.get(&capability)?;
        let rto = rto_s.map(|s| format!("back within {s} s"));
        let rpo = rpo_s.map(|s| format!("{s} s of changes lost"));
        let availability = availability_pct.map(|pct| format!("{pct} % of the time"));
        let all: Vec<String> = [rto, rpo, availability].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let told = |targets, capability| words(targets, capability).unwrap_or_else(|| "no limit".to_owned());
    Capability::ALL
        .iter()
        .map(|&capability| {
            let field = format!("Target: {}", capability.label().to_lowercase());
            FieldChange::new(field, told(before, capability), told(after, capability))
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// Assumptions of the estimates that are made otherwise.
fn assumptions(before: &Estimation, after: &Estimation) -> Vec<FieldChange> {
    let words = |own: Option<&Override>, shipped: Option<f64>| match (own, shipped) {
        (None, Some(value)) => format!("{value}, as shipped"),
        (None, None) => "as shipped".to_owned(),
        (Some(Override { value, low, high, note }), _) => {
            let range = match (low, high) {
                (None, None) => String::new(),
                (low, high) => format!(" ({}–{})", low.unwrap_or(*value), high.unwrap_or(*value)),
            };
            if note.is_empty() { format!("{value}{range}") } else { format!("{value}{range}: {note}") }
        }
    };
    let ids: BTreeSet<&String> = before.assumptions.keys().chain(after.assumptions.keys()).collect();
    ids.into_iter()
        .filter(|id| before.assumptions.get(*id) != after.assumptions.get(*id))
        .map(|id| {
            let shipped = Assumed::by_id(id).map(Assumed::shipped);
            let value = shipped.map(|assumption| assumption.value);
            let field = format!("Assumption: {}", shipped.map_or(id.as_str(), |assumption| assumption.label));
            let [was, is] = [before, after].map(|e| words(e.assumptions.get(id), value));
            FieldChange::new(field, was, is)
        })
        .collect()
}

/// Rules that are taken otherwise than they are.
fn rules(before: &Meta, after: &Meta) -> Vec<FieldChange> {
    let words = |meta: &Meta, id: &String| match meta.rules.get(id) {
        None => "as it is".to_owned(),
        Some(setting) if setting.reason.is_empty() => setting.level.label().to_owned(),
        Some(setting) => format!("{}: {}", setting.level.label(), setting.reason),
    };
    let ids: BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
    ids.into_iter()
        .filter(|id| before.rules.get(*id) != after.rules.get(*id))
        .map(|id| FieldChange::new(format!("Rule {id}"), words(before, id), words(after, id)))
        .collect()
}

/// Entries of a list by what they are about; several about one thing are told in a row.
fn keyed<'a, T: 'a>(
    before: impl IntoIterator<Item = &'a T>,
    after: impl IntoIterator<Item = &'a T>,
    words: impl Fn(&T) -> (String, String),
) -> Vec<FieldChange> {
    let mut entries: BTreeMap<String, [Vec<String>; 2]> = BTreeMap::new();
    for entry in before {
        let (key, text) = words(entry);
        entries.entry(key).or_default()[0].push(text);
    }
    for entry in after {
        let (key, text) = words(entry);
        entries.entry(key).or_default()[1].push(text);
    }
    let told = |texts: &[String]| if texts.is_empty() { words::NONE.to_owned() } else { texts.join("; ") };
    entries
        .into_iter()
        .filter(|(_, [before, after])| before != after)
        .map(|(key, [before, after])| FieldChange::new(key, told(&before), told(&after)))
        .collect()
}

fn waiver(waiver: &Waiver, [before, after]: [&Design; 2]) -> (String, String) {
    let name = |id| if after.contains(id) { placed(after, id) } else { placed(before, id) };
    let about: Vec<String> = waiver.subjects.iter().map(name).collect();
    let about = if about.is_empty() { "the design as a whole".to_owned() } else { about.join(", ") };
    let mut text = waiver.reason.clone();
    if !waiver.owner.is_empty() {
        text.push_str(&format!(" ({})", waiver.owner));
    }
    if let Some(day) = waiver.expires {
        text.push_str(&format!(", until {day}"));
    }
    let facts: Vec<String> = waiver.facts.iter().map(|(what, value)| format!("{what}: {value}")).collect();
    if !facts.is_empty() {
        text.push_str(&format!(", where {}", facts.join(", ")));
    }
    (format!("Waiver of {}, {about}", waiver.rule), text)
}

fn decision(decision: &Decision) -> (String, String) {
    let Decision { region, title, criteria, recommended, chosen, reasons, product_version, date, owner, notes } =
        decision;
    let mut parts = vec![format!("{chosen} for {product_version}"), format!("recommended: {recommended}")];
    parts.extend(region.iter().map(|id| format!("for {id}")));
    parts.extend(date.iter().map(ToString::to_string));
    parts.extend([owner, notes].into_iter().filter(|text| !text.is_empty()).cloned());
    if !criteria.is_empty() {
        parts.push(format!("criteria: {}", criteria.join(", ")));
    }
    parts.extend(reasons.iter().cloned());
    (format!("Decision: {title}"), parts.join(" · "))
}

/// A scene by its title: what fails, what is said and how much is claimed.
fn scene(scene: &Scene, [before, after]: [&Design; 2]) -> (String, String) {
    let Scene { title, talking_point, failures, view: _, claims, notes } = scene;
    let knows = |design: &Design, failure: &Failure| failure.elements().all(|id| design.contains(id));
    let words = |failure: &Failure| failure.words(if knows(after, failure) { after } else { before });
    let failed: Vec<String> = failures.iter().map(words).collect();
    let mut parts = vec![if failed.is_empty() { "nothing fails".to_owned() } else { failed.join(", ") }];
    parts.extend([talking_point, notes].into_iter().filter(|text| !text.is_empty()).cloned());
    let there = |claim: &Claim| match claim.scope() {
        Scope::At(id) if !after.contains(id) => before,
        _ => after,
    };
    parts.extend(claims.iter().map(|claim| claim.words(there(claim))));
    (format!("Scene: {title}"), parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Kind, Level, ProductVersion, Purpose, RuleSetting, Spec};

    fn told(changes: &[FieldChange]) -> Vec<String> {
        changes.iter().map(|c| format!("{}: {} → {}", c.field, c.before, c.after)).collect()
    }

    #[test]
    fn fields_are_told_in_the_words_of_the_inspector() {
        let design = Design::default();
        let before = Component::new(Kind::Gateway, "Edge");
        let mut after = before.clone();
        after.instances = 1;
        after.pos = crate::design::Pos(80, 80);
        after.settings.product_version = Some(ProductVersion::V4_7);
        if let Spec::Gateway(gateway) = &mut after.spec {
            gateway.autoscale_max = Some(8);
        }
        if let Some(size) = &mut after.size {
            size.memory_gib = 8.0;
        }
        let expected = ["Instances: 2 → 1", "Memory: 4 GiB → 8 GiB", "Version: as the design → 4.7.0"];
        let all = told(&component(&before, &after, [&design; 2]));
        assert_eq!(all.iter().filter(|c| expected.contains(&c.as_str())).count(), 3, "{all:?}");
        assert!(all.contains(&"Scales up to: fixed number → 8".to_owned()), "{all:?}");
        assert_eq!(all.len(), 4, "a place in the drawing is no field: {all:?}");
    }

    #[test]
    fn another_kind_or_purpose_is_told_once() {
        let design = Design::default();
        let [before, mut after] = [Kind::Gateway, Kind::Database].map(|kind| Component::new(kind, "x"));
        (after.instances, after.size) = (before.instances, before.size);
        assert_eq!(told(&component(&before, &after, [&design; 2])), ["Kind: Gateway → Database"]);
        let id = crate::design::Id::slug("a");
        let [before, after] =
            [Purpose::Database, Purpose::DbReplication].map(|purpose| Link::new(id.clone(), id.clone(), purpose));
        assert_eq!(told(&link(&before, &after, [&design; 2])), ["Purpose: Database → Database replication"]);
    }

    #[test]
    fn scenes_and_their_claims_are_told_in_words() {
        let before = Design::default();
        let mut after = before.clone();
        let meta_after = Arc::make_mut(&mut after.meta);
        meta_after.story.push(Scene {
            title: "Alone".into(),
            failures: ["region:eu".parse().unwrap()].into(),
            claims: vec![Claim::Use { scope: Scope::Everywhere, at_most_pct: 80.0 }],
            ..Scene::default()
        });
        let resilience = Resilience { rto_s: Some(300.0), ..Resilience::default() };
        meta_after.estimation.targets.resilience.insert(Capability::Issue, resilience);
        let expected = [
            "Target: issue tokens: no limit → back within 300 s",
            "Scene: Alone: none → eu · Everywhere, gateways are used to at most 80 %",
        ];
        assert_eq!(told(&meta([&before, &after])), expected);
    }

    #[test]
    fn the_design_as_a_whole_is_compared_with_its_rules() {
        let before = Design::default();
        let mut after = before.clone();
        let meta_after = Arc::make_mut(&mut after.meta);
        meta_after.product_version = ProductVersion::V4_7;
        meta_after.requirements.low_latency = Some(true);
        meta_after.rules.insert("R-X".into(), RuleSetting { level: Level::Off, reason: "not here".into() });
        let expected = [
            "API Manager: 4.6.0 → 4.7.0",
            "Low latency for all work in the region: not answered → yes",
            "Rule R-X: as it is → Off: not here",
        ];
        assert_eq!(told(&meta([&before, &after])), expected);
    }
}
