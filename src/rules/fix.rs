//! Quick fixes: labelled edits that remove a finding.

use std::collections::BTreeSet;

use serde::Serializer;

use super::check::{Inputs, check_rule};
use super::finding::Finding;
use super::{Context, get};
use crate::design::Design;
use crate::design::draft::Draft;
use crate::design::edit::Edit;
use crate::topology::Topology;

/// What a rule can do about its findings.
#[derive(Debug, Clone, Copy)]
pub enum Fixes {
    /// Offers edits for one of its findings, best first; may offer none for some.
    Offer(fn(&Context<'_>, &Finding, &mut FixList)),
    /// Nothing to edit, and why, as a sentence: somebody has to decide or to know.
    None(&'static str),
}

/// Writes only whether there are fixes and, if not, why.
pub(super) fn serialize<S: Serializer>(fixes: &Fixes, s: S) -> Result<S::Ok, S::Error> {
    match fixes {
        Fixes::Offer(_) => s.serialize_none(),
        Fixes::None(why) => s.serialize_str(why),
    }
}

/// An edit that removes a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What it does, as a command: "Add a second traffic manager".
    pub label: String,
    /// The edit, labelled alike.
    pub edit: Edit,
}

/// The fixes offered for one finding.
#[derive(Debug)]
pub struct FixList<'a> {
    design: &'a Design,
    fixes: Vec<Fix>,
}

impl Fix {
    /// What the change does to a copy of the design; `None` when it changes nothing.
    #[must_use]
    pub fn of(design: &Design, label: impl Into<String>, change: impl FnOnce(&mut Draft)) -> Option<Self> {
        let label = label.into();
        let mut draft = Draft::of(design);
        change(&mut draft);
        let edit = draft.into_edit(&label);
        (!edit.ops.is_empty()).then_some(Self { label, edit })
    }
}

impl FixList<'_> {
    /// Offers a fix that was worked out before.
    pub fn take(&mut self, fix: Fix) {
        self.fixes.push(fix);
    }

    /// Offers what the change does to a copy of the design; a change that changes nothing is not offered.
    pub fn offer(&mut self, label: impl Into<String>, change: impl FnOnce(&mut Draft)) {
        self.fixes.extend(Fix::of(self.design, label, change));
    }
}

/// The fixes for a finding of this design, best first; none when nothing can be edited or the rule is not ours.
#[must_use]
pub fn fixes_of(design: &Design, finding: &Finding, inputs: &Inputs<'_>) -> Vec<Fix> {
    let topology = Topology::of(design);
    let context = Context::new(&topology, inputs);
    fixes_in(&context, finding)
}

fn fixes_in(context: &Context<'_>, finding: &Finding) -> Vec<Fix> {
    let Some(Fixes::Offer(offer)) = get(&finding.rule).map(|r| r.fixes) else { return Vec::new() };
    let mut list = FixList { design: context.design, fixes: Vec::new() };
    offer(context, finding, &mut list);
    list.fixes
}

/// Most findings that one command fixes; a guard against fixes that make work for each other.
const MOST_AT_ONCE: usize = 500;

/// One edit that fixes every finding of a rule as its first fix does, each in the light of those before; `None` when
/// there is nothing to fix. Waived findings are left alone.
#[must_use]
pub fn fix_all(design: &Design, rule: &str, inputs: &Inputs<'_>) -> Option<Edit> {
    let rule = get(rule)?;
    // Estimates of the first state would be wrong for the ones after it.
    let inputs = &Inputs { estimates: None, ..*inputs };
    let mut draft = Draft::of(design);
    let mut count = 0;
    let mut tried = BTreeSet::new();
    for _ in 0..MOST_AT_ONCE {
        let topology = Topology::of(draft.design());
        let context = Context::new(&topology, inputs);
        let findings = check_rule(&context, rule, inputs);
        let untried = findings.into_iter().find(|f| !tried.contains(&(f.subjects.clone(), f.facts())));
        let Some(finding) = untried else { break };
        tried.insert((finding.subjects.clone(), finding.facts()));
        if let Some(fix) = fixes_in(&context, &finding).into_iter().next() {
            draft.take(&fix.edit);
            count += 1;
        }
    }
    let label = match count {
        0 => return None,
        1 => format!("Fix {}", rule.id),
        n => format!("Fix {n} × {}", rule.id),
    };
    Some(draft.into_edit(label))
}
