//! Asks the rules of packs about a design.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cel::{Context, Env};

use super::expression::environment;
use super::message::shortened;
use super::pack::{CompiledRule, Pack};
use super::record::{Cell, shown_cell};
use super::shape::Cost;
use super::view::{Sizes, View, variable_value};
use super::{Each, with_room};
use crate::books::Books;
use crate::design::Id;
use crate::topology::Topology;

/// Most breaches of one rule that are listed; the rest is counted.
const MAX_BREACHES: usize = 1_000;
/// Most breaches listed of all rules together.
const MAX_BREACHES_IN_ALL: usize = 10_000;
/// Most steps of one rule over the whole design; a step takes less than 100 ns.
const MAX_STEPS: u64 = 20_000_000;
/// Most steps of all rules together.
const MAX_STEPS_IN_ALL: u64 = 200_000_000;
/// Heaviest value, in steps of some 50 bytes.
const MAX_WEIGHT: u64 = 1_000_000;
/// Most fields named as evidence, and longest value of one, characters.
const MAX_EVIDENCE: (usize, usize) = (16, 120);

/// An element, or the design, for which a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomBreach {
    /// Index of the pack among those given.
    pub pack: usize,
    /// Index of the rule in [`Pack::rules`].
    pub rule: usize,
    /// The element concerned; empty for the design as a whole, and for the sentence that counts what is not listed.
    pub subjects: Vec<Id>,
    /// What is wrong, in the words of the rule; one line of at most 500 characters.
    pub message: String,
    /// The fields that `require` reads with their values, in order of path.
    pub evidence: Vec<(String, String)>,
}

/// Why a rule could not be asked about something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuntimeError {
    /// Index of the pack among those given.
    pub pack: usize,
    /// Index of the rule in [`Pack::rules`].
    pub rule: usize,
    /// The first element it could not be asked about; `None` when it is the design, or the rule was never begun.
    pub subject: Option<Id>,
    /// What went wrong there.
    pub message: String,
    /// How many elements it could not be asked about.
    pub count: usize,
}

/// What the rules of packs say about a design.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Breaches, in order of pack, rule and element.
    pub breaches: Vec<CustomBreach>,
    /// Rules that could not be asked, in order; at most one entry a rule.
    pub errors: Vec<RuntimeError>,
}

/// Asks every rule of the packs about the design, except those in `skip`, by index of pack and rule; `pattern_label` is
/// the name of the recognised pattern.
///
/// A pure function of its arguments. No rule can hang or end it: what would take too many steps in a design of this
/// size becomes an error before it begins.
#[must_use]
pub fn evaluate(
    packs: &[Arc<Pack>],
    skip: &BTreeSet<(usize, usize)>,
    topology: &Topology<'_>,
    pattern_label: &str,
    books: &Books,
) -> Evaluation {
    let Some(first) = packs.iter().position(|pack| !pack.rules.is_empty()) else { return Evaluation::default() };
    with_room(|| ask_all(packs, skip, &View::new(topology, pattern_label, books))).unwrap_or_else(|| {
        let message = "the rules cannot be asked: the system may be short of memory".into();
        let error = RuntimeError { pack: first, rule: 0, subject: None, message, count: 1 };
        Evaluation { breaches: Vec::new(), errors: vec![error] }
    })
}

fn ask_all(packs: &[Arc<Pack>], skip: &BTreeSet<(usize, usize)>, view: &View<'_>) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let sizes = view.sizes();
    let env = environment();
    let mut steps_left = MAX_STEPS_IN_ALL;
    for (pack, rules) in packs.iter().enumerate() {
        for (index, rule) in rules.rules.iter().enumerate().filter(|(index, _)| !skip.contains(&(pack, *index))) {
            let error = |subject, message, count| RuntimeError { pack, rule: index, subject, message, count };
            let steps = match affordable(rule, &sizes, steps_left) {
                Ok(steps) => steps,
                Err(message) => {
                    evaluation.errors.push(error(None, message, 1));
                    continue;
                }
            };
            steps_left = steps_left.saturating_sub(steps);
            let room = MAX_BREACHES_IN_ALL.saturating_sub(evaluation.breaches.len()).min(MAX_BREACHES);
            let asked = catch_unwind(AssertUnwindSafe(|| Asked::of(rule, view, &env, &sizes, room)));
            let Ok(asked) = asked else {
                evaluation.errors.push(error(None, "the rule cannot be computed".into(), 1));
                continue;
            };
            if let Some((subject, message)) = asked.failed {
                evaluation.errors.push(error(subject, message, asked.failures));
            }
            evaluation.breaches.extend(asked.breaches.into_iter().map(|found| CustomBreach {
                pack,
                rule: index,
                subjects: found.subject.into_iter().collect(),
                message: found.message,
                evidence: found.evidence,
            }));
            if asked.unlisted > 0 {
                let message = format!("{} more breach {} and are not listed", asked.unlisted, rule.id);
                let (subjects, evidence) = (Vec::new(), Vec::new());
                evaluation.breaches.push(CustomBreach { pack, rule: index, subjects, message, evidence });
            }
        }
    }
    evaluation
}

/// The steps a rule takes at most.
///
/// # Errors
/// A sentence when they are too many, or a value on the way would be too large.
fn affordable(rule: &CompiledRule, sizes: &Sizes, steps_left: u64) -> Result<u64, String> {
    let asked = sizes.asked(rule.each);
    let when = rule.when.as_ref().map_or_else(Cost::default, |when| when.cost(rule.each, sizes));
    let fields = Cost { steps: 8 * rule.require.reads.len() as u64, heaviest: 0 };
    let decision = when.plus(rule.require.cost(rule.each, sizes)).plus(Cost { steps: 8, heaviest: 0 });
    let words = rule.message.cost(rule.each, sizes).plus(fields).plus(evidence_cost(rule, sizes));
    let cost = decision.times(asked).plus(words.times(asked.min(MAX_BREACHES as u64)));
    if cost.steps > MAX_STEPS || cost.heaviest > MAX_WEIGHT {
        return Err(format!("the rule is too expensive for a design of {} elements", sizes.elements()));
    }
    if cost.steps > steps_left {
        let elements = sizes.elements();
        return Err(format!("the rules before it use up what may be spent on a design of {elements} elements"));
    }
    Ok(cost.steps)
}

/// Reading a list as evidence makes its records.
fn evidence_cost(rule: &CompiledRule, sizes: &Sizes) -> Cost {
    let longest = sizes.elements().saturating_add(super::view::MAX_ZONES as u64);
    let lists = rule.require.reads.iter().filter(|path| {
        matches!(path.last().map(String::as_str), Some("regions" | "components" | "links" | "links_out" | "links_in"))
    });
    Cost { steps: longest.saturating_mul(lists.count() as u64), heaviest: 0 }
}

struct Found {
    subject: Option<Id>,
    message: String,
    evidence: Vec<(String, String)>,
}

/// What one rule says.
#[derive(Default)]
struct Asked {
    breaches: Vec<Found>,
    unlisted: usize,
    failed: Option<(Option<Id>, String)>,
    failures: usize,
}

impl Asked {
    fn of(rule: &CompiledRule, view: &View<'_>, env: &Arc<Env>, sizes: &Sizes, room: usize) -> Self {
        let mut asked = Self::default();
        let mut context = Context::with_env(env.clone());
        for expression in rule.when.iter().chain([&rule.require]) {
            expression.bind(&mut context);
        }
        rule.message.bind(&mut context);
        for at in 0..usize::try_from(sizes.asked(rule.each)).unwrap_or(0) {
            for (name, part) in rule.each.variables() {
                context.add_variable_as_val(*name, variable_value(view.variable(*part, rule.each, at)));
            }
            let listed = asked.breaches.len() < room;
            match ask(rule, view, &context, at, listed) {
                Ok(Answer::Holds) => {}
                Ok(Answer::Breach(found)) => asked.breaches.push(found),
                Ok(Answer::Unlisted) => asked.unlisted += 1,
                Err(message) => {
                    asked.failures += 1;
                    asked.failed.get_or_insert_with(|| (view.subject(rule.each, at).cloned(), shortened(&message)));
                }
            }
        }
        asked
    }
}

enum Answer {
    Holds,
    Breach(Found),
    Unlisted,
}

fn ask(
    rule: &CompiledRule,
    view: &View<'_>,
    context: &Context<'_, '_>,
    at: usize,
    listed: bool,
) -> Result<Answer, String> {
    let named = |field: &'static str| move |message: String| format!("{field}: {message}");
    if let Some(when) = &rule.when
        && !when.holds(context).map_err(named("when"))?
    {
        return Ok(Answer::Holds);
    }
    if rule.require.holds(context).map_err(named("require"))? {
        return Ok(Answer::Holds);
    }
    if !listed {
        return Ok(Answer::Unlisted);
    }
    let message = rule.message.write(context).map_err(named("message"))?;
    let (most, limit) = MAX_EVIDENCE;
    let evidence = rule.require.reads.iter().take(most).map(|path| {
        let value = shown_cell(&by_id(read(view, rule.each, at, path)), limit);
        (path.join("."), value)
    });
    Ok(Answer::Breach(Found { subject: view.subject(rule.each, at).cloned(), message, evidence: evidence.collect() }))
}

/// The same with ids in place of elements, so that renaming one changes nothing.
fn by_id(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Record(record) => record.id().map_or(Cell::Record(record), Cell::Text),
        Cell::List(cells) => Cell::List(cells.into_iter().map(by_id).collect()),
        other => other,
    }
}

/// The value of a chain of fields; null where one on the way is not set.
fn read<'v>(view: &'v View<'v>, each: Each, at: usize, path: &[String]) -> Cell<'v> {
    let Some((variable, fields)) = path.split_first() else { return Cell::Null };
    let part = each.variables().iter().find(|(name, _)| name == variable).map(|(_, part)| *part);
    let mut value: Cell<'v> = part.and_then(|part| view.variable(part, each, at)).into();
    for field in fields {
        value = match value {
            Cell::Record(record) => record.get(field).unwrap_or(Cell::Null),
            _ => Cell::Null,
        };
    }
    value
}
