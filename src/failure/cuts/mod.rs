//! Minimal cut sets: the smallest sets of failures that take something down.
//!
//! From the leaves up, for every formula behind the roots: where all children must hold, what fails one of them fails
//! it; where one is enough, something has to fail each of them. What contains a smaller cut set is left out on the way,
//! and so is what has a higher order than asked for: neither can come back further up (MOCUS from below; the order of
//! a union of two sets is at least that of each).

mod product;
mod sets;
#[cfg(test)]
mod tests;

use super::cone::Cone;
use super::formula::{FormulaId, Formulas, Node, PartId};
use sets::{Found, Literals};

/// A set of failures, all of which are needed to take something down.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    /// Each part once, in order, with how many of its members are down (at least that many; never 0).
    pub parts: Vec<(PartId, u32)>,
}

impl Cut {
    /// How many failures it takes: members down, over all parts. 1 is a single point of failure; 0 means down already.
    #[must_use]
    pub fn order(&self) -> u32 {
        self.parts.iter().fold(0, |sum, (_, down)| sum.saturating_add(*down))
    }

    /// Whether everything that is down in the other set is down in this one.
    #[must_use]
    pub fn contains(&self, other: &Cut) -> bool {
        other.parts.iter().all(|(part, down)| {
            self.parts.binary_search_by_key(part, |(part, _)| *part).is_ok_and(|at| self.parts[at].1 >= *down)
        })
    }

    /// The chance to find at least these failures at one moment, for parts that fail independently of each other:
    /// the product over the parts of the binomial chance that so many members or more are down.
    /// `unavailability` is that of one member of the part, 0 to 1.
    #[must_use]
    pub fn probability(&self, members: &[u32], unavailability: &dyn Fn(PartId) -> f64) -> f64 {
        self.parts
            .iter()
            .map(|(part, down)| {
                at_least_down(*down, members.get(part.index()).copied().unwrap_or(0), unavailability(*part))
            })
            .product()
    }
}

/// The chance that at least `down` of `members` are down, each with chance `u`: the upper tail of the binomial
/// distribution, summed itself, so that small chances keep their digits.
fn at_least_down(down: u32, members: u32, u: f64) -> f64 {
    if down == 0 {
        return 1.0;
    }
    if down > members || u <= 0.0 {
        return 0.0;
    }
    if u >= 1.0 {
        return 1.0;
    }
    let first: f64 = (1..=down).map(|i| f64::from(members - down + i) / f64::from(i) * u).product();
    let mut term = first * (1.0 - u).powf(f64::from(members - down));
    let mut sum = term;
    for k in down..members {
        term *= f64::from(members - k) / f64::from(k + 1) * u / (1.0 - u);
        sum += term;
    }
    sum.min(1.0)
}

/// A cut set with its chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The failures.
    pub cut: Cut,
    /// See [`Cut::probability`].
    pub probability: f64,
}

/// The minimal cut sets of one root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cuts {
    /// By order, then by parts. Every set is minimal. The empty set, then alone, says that the root is down already.
    pub sets: Vec<Cut>,
    /// Up to this order no set is missing. Above it the limit left some out: those that are listed are minimal, too.
    pub complete_to_order: u32,
    /// Whether sets of an order that was asked for may be missing.
    pub truncated: bool,
}

impl Cuts {
    /// The sets by order, the likeliest first within an order. Arguments as for [`Cut::probability`].
    #[must_use]
    pub fn ranked(&self, members: &[u32], unavailability: &dyn Fn(PartId) -> f64) -> Vec<Ranked> {
        let mut ranked: Vec<Ranked> = self
            .sets
            .iter()
            .map(|cut| Ranked { cut: cut.clone(), probability: cut.probability(members, unavailability) })
            .collect();
        ranked.sort_by(|a, b| a.cut.order().cmp(&b.cut.order()).then(b.probability.total_cmp(&a.probability)));
        ranked
    }
}

/// What cut sets are asked for.
pub struct Question<'a> {
    /// The model.
    pub formulas: &'a Formulas,
    /// How many members of each part work now, by [`PartId`].
    pub members: &'a [u32],
    /// What may be lost. Roots that share formulas cost little more than one.
    pub roots: &'a [FormulaId],
    /// Parts that may take part in a cut set; the others are held to work. To leave out regions, say, or what the
    /// nodes of a group have in common.
    pub may_fail: &'a dyn Fn(PartId) -> bool,
    /// The highest order that matters.
    pub order: u32,
    /// How many sets are kept for each formula on the way and for each root, about.
    pub limit: usize,
}

/// The minimal cut sets of every root, in the order of the roots. Nothing if `go_on` said no on the way.
///
/// A set is a number of at most 128 bits on the way, which bounds the order: with 1,000 different leaves no set above
/// order 12 is found, which [`Cuts::truncated`] tells.
#[must_use]
pub fn minimal_cuts(question: &Question<'_>, go_on: &dyn Fn() -> bool) -> Option<Vec<Cuts>> {
    let cone = Cone::of(question.formulas, question.roots);
    let literals = Literals::of(question, &cone);
    let order = question.order.min(literals.highest_order());
    let limit = question.limit.max(1);
    let nodes: Vec<&Node> = cone.ids().iter().map(|id| question.formulas.node(*id)).collect();
    let places = |children: &[FormulaId]| -> Vec<usize> { children.iter().filter_map(|id| cone.place(*id)).collect() };

    // What nobody asks for any more is dropped, so that a large model does not hold every set at once.
    let mut uses = vec![0_usize; nodes.len()];
    for node in &nodes {
        if let Node::All(children) | Node::Any(children) = node {
            places(children).into_iter().for_each(|child| uses[child] += 1);
        }
    }
    for root in question.roots.iter().filter_map(|root| cone.place(*root)) {
        uses[root] += 1;
    }

    let mut found: Vec<Found> = Vec::with_capacity(nodes.len());
    for node in &nodes {
        if !go_on() {
            return None;
        }
        let of_node = match node {
            Node::Never => Found::down_already(order),
            Node::Always => Found::none(order),
            Node::Members(part, at_least) => literals.leaf(question, *part, *at_least, order),
            Node::All(children) => {
                let of: Vec<&Found> = places(children).into_iter().map(|child| &found[child]).collect();
                Found::any_of(&of, &literals, order, limit)
            }
            Node::Any(children) => {
                let of: Vec<&Found> = places(children).into_iter().map(|child| &found[child]).collect();
                product::all_of(&of, &literals, order, limit, go_on)?
            }
        };
        found.push(of_node);
        if let Node::All(children) | Node::Any(children) = node {
            for child in places(children) {
                uses[child] -= 1;
                if uses[child] == 0 {
                    found[child] = Found::none(order);
                }
            }
        }
    }
    let of_root = |root: &FormulaId| {
        let mut cuts = cone.place(*root).and_then(|at| found.get(at)).map(|found| found.cuts(&literals));
        if let Some(cuts) = &mut cuts {
            cuts.truncated = cuts.complete_to_order < question.order.min(literals.all_members_down());
        }
        cuts.unwrap_or_default()
    };
    Some(question.roots.iter().map(of_root).collect())
}
