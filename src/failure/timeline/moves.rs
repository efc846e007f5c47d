//! How something comes back: never away, back after steps with a share of the work missing meanwhile, or lost.

use crate::failure::need::NeedId;

use super::steps::Plan;

/// How a need comes back.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Course {
    /// It is never interrupted.
    Steady,
    /// It is back after this.
    Moves(Moves),
    /// Not by itself.
    Lost,
}

/// A way back.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moves {
    pub plan: Plan,
    pub hits: Vec<Hit>,
}

/// A share of the work that fails until a step is over, or while users leave evenly over it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub share: f64,
    pub until: String,
    pub leaves_over_s: Option<f64>,
}

impl Moves {
    pub fn of(plan: Plan, share: f64, until: &str) -> Self {
        Self { plan, hits: vec![Hit { share, until: until.to_owned(), leaves_over_s: None }] }
    }

    pub fn scaled(mut self, by: f64) -> Self {
        self.hits.iter_mut().for_each(|hit| hit.share *= by);
        self
    }
}

/// Most steps that are kept side by side.
const MOST_STEPS: usize = 200;

/// All of these at the same time. Of hits that end together, the largest counts where the work needs all of them, and
/// their sum where each has a share of it.
pub(super) fn together(of: Vec<Moves>, add: bool) -> Option<Moves> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut plans: Vec<Plan> = Vec::new();
    for moves in of {
        if !plans.contains(&moves.plan) {
            plans.push(moves.plan);
        }
        for hit in moves.hits {
            match hits.iter_mut().find(|known| known.until == hit.until) {
                Some(known) if add => known.share = (known.share + hit.share).min(1.0),
                Some(known) => known.share = known.share.max(hit.share),
                None => hits.push(hit),
            }
        }
    }
    // Many balancers in a row would double the plan at each of them; then the longest way stands for all.
    if plans.iter().map(Plan::steps).sum::<usize>() > MOST_STEPS {
        let longest = plans.into_iter().max_by(|a, b| a.length().likely_s.total_cmp(&b.length().likely_s))?;
        plans = vec![longest];
    }
    let plan = if plans.len() > 1 { Plan::Fan(plans) } else { plans.pop()? };
    Some(Moves { plan, hits })
}

/// Each of these has its share of the work. What is lost waits for `move_on`, which takes the share that it moves.
pub(super) fn spread(courses: &[(NeedId, Course)], move_on: impl FnOnce(f64) -> Moves) -> Course {
    let share = 1.0 / courses.len().max(1) as f64;
    let mut moving = Vec::new();
    let mut lost = 0_u32;
    for (_, course) in courses {
        match course {
            Course::Steady => {}
            Course::Moves(moves) => moving.push(moves.clone().scaled(share)),
            Course::Lost => lost += 1,
        }
    }
    if lost > 0 {
        moving.push(move_on(f64::from(lost) * share));
    }
    together(moving, true).map_or(Course::Steady, Course::Moves)
}

/// The one that is back first.
pub(super) fn fastest(courses: &[(NeedId, Course)]) -> Course {
    let mut best: Option<&Moves> = None;
    for (_, course) in courses {
        match course {
            Course::Steady => return Course::Steady,
            Course::Moves(moves) => {
                let length = |moves: &Moves| moves.plan.length().likely_s;
                if best.is_none_or(|known| length(moves) < length(known)) {
                    best = Some(moves);
                }
            }
            Course::Lost => {}
        }
    }
    best.map_or(Course::Lost, |moves| Course::Moves(moves.clone()))
}
