//! Executes what is asked about findings: which one is looked at, and what is done about it.

use crate::design::ProductVersion;

use super::Msg;
use super::actions::Action;
use super::state::{BottomTab, State};

/// Runs an action about findings and rules.
pub(super) fn run(action: Action, state: &mut State, next: &mut Vec<Msg>) {
    match action {
        Action::NextProblem => step(state, 1, next),
        Action::PreviousProblem => step(state, -1, next),
        Action::PreviewFix => {
            let count = state.offers().map_or(0, <[_]>::len);
            state.view.ghost = Some(state.view.ghost.map_or(0, |at| (at + 1) % count.max(1)));
        }
        Action::ApplyFix => next.push(Msg::ApplyFix(state.view.ghost.unwrap_or(0))),
        Action::FixAll => {
            let all = state.offers().and_then(|offers| offers.iter().position(|o| o.all));
            next.extend(all.map(Msg::ApplyFix));
        }
        Action::Waive => next.extend(state.finding().cloned().map(|f| Msg::Waive(Box::new(f)))),
        Action::RuleReference => next.push(Msg::ShowRule(None)),
        Action::CompareVersions => {
            let own = state.doc.design().meta.product_version;
            let newest = ProductVersion::ALL.into_iter().rev().find(|v| *v != own);
            next.push(Msg::CompareVersion(newest));
        }
        _ => {}
    }
}

/// Goes so many findings on, from the last to the first, and shows what the finding is about.
fn step(state: &mut State, by: isize, next: &mut Vec<Msg>) {
    let Some(analysis) = state.analysis.clone() else { return };
    let count = analysis.check.findings.len();
    let index = match state.view.problem {
        Some(at) => at.checked_add_signed(by).unwrap_or(count.saturating_sub(1)) % count.max(1),
        None if by < 0 => count.saturating_sub(1),
        None => 0,
    };
    state.view.problem = Some(index);
    state.view.ghost = None;
    state.view.bottom_open = true;
    state.view.tab = BottomTab::Problems;
    if let Some(finding) = analysis.check.findings.get(index) {
        next.push(Msg::Reveal(finding.subjects.clone()));
    }
}
