//! Executes what is asked about failures: what fails, what is repaired, and what follows at once.

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::state::{BottomTab, State};
use crate::design::Failures;
use crate::design::failure::Failure;

use super::offers;

/// Lets something fail or repairs it, and finds out at once what follows.
pub fn execute(msg: Msg, state: &mut State, next: &mut Vec<Msg>) {
    match msg {
        Msg::Fail(failure) => fail(failure, state, next),
        Msg::Repair(failure) => _ = state.whatif.repair(&failure),
        Msg::ToggleFailure(failure) => {
            if !state.whatif.repair(&failure) {
                fail(failure, state, next);
            }
        }
        Msg::RepairAll => state.whatif.play(Failures::new()),
        Msg::Play(failures) => state.whatif.play(failures),
        _ => return,
    }
    state.drop_missing_failures();
    state.evaluate_whatif();
}

fn fail(failure: Failure, state: &mut State, next: &mut Vec<Msg>) {
    match failure.missing_in(state.doc.design()) {
        Some(why) => next.push(Msg::Toast(format!("That cannot fail: {why}"))),
        None => state.whatif.fail(failure),
    }
}

/// Runs an action about what fails.
pub fn run(action: Action, state: &mut State, next: &mut Vec<Msg>) {
    let design = state.doc.design();
    let failures = state.whatif.failures();
    let connection = || offers::connection(design, &state.selection);
    match action {
        Action::FailOrRepair => {
            let selected = offers::of_all(design, &state.selection);
            // What is left to fail is failed before anything is repaired.
            let failed = selected.iter().all(|failure| failures.contains(failure));
            // All at once: each step finds out again what holds.
            let mut all = failures.clone();
            for failure in selected {
                if failed {
                    all.remove(&failure);
                } else {
                    all.insert(failure);
                }
            }
            next.push(Msg::Play(all));
        }
        Action::FailNode => {
            let id = state.single_selection();
            next.extend(id.and_then(|id| offers::one_more_node(design, failures, id)).map(Msg::Fail));
        }
        Action::CutConnection => next.extend(connection().map(Failure::Cut).map(Msg::ToggleFailure)),
        Action::SlowConnection(extra_rtt_ms) => {
            let slow = connection().map(|between| Failure::Slow { between, extra_rtt_ms });
            next.extend(slow.map(Msg::ToggleFailure));
        }
        Action::RepairAll => next.push(Msg::RepairAll),
        Action::PlayWorst => {
            // Beside the drawing stands what else there is. It is played as soon as it is known.
            next.push(Msg::Action(Action::ShowTab(BottomTab::Weak)));
            state.view.playing_worst = !state.play_worst_single();
        }
        _ => {}
    }
}
