//! Orders of variables. The size of a decision diagram hangs on the order, and the best one is hard to find; so three
//! cheap ones are tried in turn.

use super::split::{Child, Tangle};

/// Rounds of pulling each variable to the middle of what it is used with.
const ROUNDS: usize = 24;

/// How many orders there are to try.
pub const CANDIDATES: usize = 3;

/// An order to try: variables by place, first decided first. One of:
///
/// 0. depth first, variables of a gate before its gates, widely used ones first;
/// 1. the same, but what is used in several places before everything else (Rauzy 1993);
/// 2. pulled together until variables that are used together stand together (FORCE: Aloul, Markov and Sakallah 2003).
pub fn candidate(tangle: &Tangle, which: usize) -> Vec<usize> {
    let uses = uses(tangle);
    let mut order = depth_first(tangle, &uses);
    match which {
        0 => {}
        // Stable: what is used once keeps its order.
        1 => order.sort_by_key(|v| std::cmp::Reverse(uses.get(*v).copied().filter(|uses| *uses > 1).unwrap_or(0))),
        _ => order = pulled(tangle, &order),
    }
    cases_behind(tangle, &order)
}

/// The same order, but cases of a table behind what the table asks for.
fn cases_behind(tangle: &Tangle, order: &[usize]) -> Vec<usize> {
    let mut first: Vec<&[Child]> = vec![&[]; tangle.variables.len()];
    for gate in &tangle.gates {
        let (asked, cases) = gate.children.split_at(gate.asked);
        for case in cases.iter().filter(|_| gate.asked > 0).filter_map(|child| child.variable()) {
            first[case] = asked;
        }
    }
    let mut placed = vec![false; tangle.variables.len()];
    let mut behind = Vec::with_capacity(order.len());
    for variable in order {
        for next in first[*variable].iter().filter_map(|child| child.variable()).chain([*variable]) {
            if !std::mem::replace(&mut placed[next], true) {
                behind.push(next);
            }
        }
    }
    behind
}

/// By how many gates each variable is used.
fn uses(tangle: &Tangle) -> Vec<usize> {
    let mut uses = vec![0; tangle.variables.len()];
    for variable in tangle.gates.iter().flat_map(|gate| &gate.children).filter_map(|child| child.variable()) {
        if let Some(uses) = uses.get_mut(variable) {
            *uses += 1;
        }
    }
    uses
}

fn depth_first(tangle: &Tangle, uses: &[usize]) -> Vec<usize> {
    let mut order = Vec::with_capacity(tangle.variables.len());
    let mut met_variable = vec![false; tangle.variables.len()];
    let mut met_gate = vec![false; tangle.gates.len()];
    let mut open: Vec<usize> = tangle.gates.len().checked_sub(1).into_iter().collect();
    while let Some(at) = open.pop() {
        let Some(gate) = tangle.gates.get(at) else {
            continue;
        };
        if met_gate.get_mut(at).is_none_or(|met| std::mem::replace(met, true)) {
            continue;
        }
        let mut here: Vec<usize> = gate
            .children
            .iter()
            .filter_map(|child| child.variable())
            .filter(|v| met_variable.get_mut(*v).is_some_and(|met| !std::mem::replace(met, true)))
            .collect();
        here.sort_by_key(|v| std::cmp::Reverse(uses.get(*v).copied()));
        order.append(&mut here);
        open.extend(gate.children.iter().rev().filter_map(|child| match child {
            Child::Gate(inner) => Some(*inner),
            Child::Module(_) | Child::Count(..) | Child::Constant(_) => None,
        }));
    }
    order
}

fn pulled(tangle: &Tangle, start: &[usize]) -> Vec<usize> {
    let mut order = start.to_vec();
    let mut position = vec![0.0; tangle.variables.len()];
    let mut best = (f64::INFINITY, order.clone());
    for _ in 0..ROUNDS {
        let mut rank = 0.0;
        for variable in &order {
            position[*variable] = rank;
            rank += 1.0;
        }
        let mut middles: Vec<f64> = Vec::with_capacity(tangle.gates.len());
        let (mut sums, mut span) = (vec![(0.0, 0.0); position.len()], 0.0);
        for gate in &tangle.gates {
            let places = gate.children.iter().filter_map(|child| match child {
                Child::Gate(inner) => Some(middles[*inner]),
                Child::Module(variable) | Child::Count(variable, _) => Some(position[*variable]),
                Child::Constant(_) => None,
            });
            let (mut sum, mut count, mut least, mut most) = (0.0, 0.0, f64::INFINITY, 0.0_f64);
            for place in places {
                (sum, count, least, most) = (sum + place, count + 1.0, place.min(least), place.max(most));
            }
            span += most - least;
            middles.push(sum / count);
            for variable in gate.children.iter().filter_map(|child| child.variable()) {
                let (total, gates) = &mut sums[variable];
                (*total, *gates) = (*total + sum / count, *gates + 1.0);
            }
        }
        if span < best.0 {
            best = (span, order.clone());
        }
        let pull = |v: &usize| {
            let (total, gates): (f64, f64) = sums[*v];
            total / gates.max(1.0)
        };
        order.sort_by(|a, b| pull(a).total_cmp(&pull(b)));
    }
    best.1
}
