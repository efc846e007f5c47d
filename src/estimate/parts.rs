//! An operation as a chain of parts, and its percentiles.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::books::RttPercentileFactors;

use super::assume::Assumption;
use super::dist::{Dist, Law, NetworkShape, larger, lognormal_mean_ms, step_exponent, step_ms};
use super::figure::{Derivation, Figure, Unit};
use super::places::{Rtt, tail_node};
use super::report::Operation;

/// The percentiles shown, as shares.
const PERCENTILES: [f64; 3] = [0.5, 0.95, 0.99];
/// Most lines of a list of alternatives in a derivation; the rest is summed in one line.
const MAX_LINES: usize = 6;

/// What one part of an operation contributes: a node to show and how far it may be off, ms, at each percentile.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Value: the median of a network part, the mean of any other.
    pub node: Derivation,
    /// How much less it may plausibly be.
    pub down_ms: [f64; 3],
    /// How much more it may plausibly be.
    pub up_ms: [f64; 3],
}

impl Part {
    /// A part that is taken for granted.
    pub fn exact(node: Derivation) -> Self {
        Self { node, down_ms: [0.0; 3], up_ms: [0.0; 3] }
    }
}

/// Independent parts with the distribution of their sum.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// Distribution of the sum.
    pub law: Law,
    /// The parts.
    pub parts: Vec<Part>,
}

impl Chain {
    /// No time at all.
    pub fn empty() -> Self {
        Self { law: Law::Sum(Vec::new()), parts: Vec::new() }
    }

    /// Adds a part that follows.
    pub fn push(&mut self, law: Law, part: Part) {
        match &mut self.law {
            Law::Sum(laws) => laws.push(law),
            other => *other = Law::Sum(vec![other.clone(), law]),
        }
        self.parts.push(part);
    }

    /// Adds everything of another chain.
    pub fn append(&mut self, other: Self) {
        match (&mut self.law, other.law) {
            (Law::Sum(laws), Law::Sum(more)) => laws.extend(more),
            (law, more) => *law = Law::Sum(vec![law.clone(), more]),
        }
        self.parts.extend(other.parts);
    }

    /// Sum of the typical values, ms.
    pub fn typical_ms(&self) -> f64 {
        self.parts.iter().map(|p| p.node.value).sum()
    }

    /// How far the sum may plausibly be off at each percentile, ms: the parts err independently of each other.
    pub fn off_ms(&self, of: impl Fn(&Part) -> &[f64; 3]) -> [f64; 3] {
        let mut squares = [0.0; 3];
        for part in &self.parts {
            for (square, off) in squares.iter_mut().zip(of(part)) {
                *square += off * off;
            }
        }
        squares.map(f64::sqrt)
    }

    /// Round trips over a path, one after the other.
    pub fn push_trips(&mut self, rtt: &Rtt, trips: Assumption<'_>, what: &str) {
        let ms = rtt.ms * trips.value;
        let tails = tails();
        let off =
            |off_ms: f64, bound: f64| tails.map(|t| t * (off_ms * trips.value).hypot(rtt.ms * (bound - trips.value)));
        let part = Part {
            node: Derivation::computed(
                what,
                ms,
                Unit::Ms,
                "round trip × how often",
                vec![rtt.node.clone(), trips.node()],
            ),
            down_ms: off(rtt.down_ms, trips.low),
            up_ms: off(rtt.up_ms, trips.high),
        };
        self.push(Law::Network(ms), part);
    }

    /// `factor` round trips over a path; the factor is part of the formula.
    pub fn push_network(&mut self, rtt: &Rtt, factor: f64, what: &str, formula: &str) {
        let ms = rtt.ms * factor;
        let tails = tails();
        let part = Part {
            node: Derivation::computed(what, ms, Unit::Ms, formula, vec![rtt.node.clone()]),
            down_ms: tails.map(|t| t * rtt.down_ms * factor),
            up_ms: tails.map(|t| t * rtt.up_ms * factor),
        };
        self.push(Law::Network(ms), part);
    }

    /// A time of which an assumption gives median and 99th percentile.
    pub fn push_assumed(&mut self, assumed: Assumption<'_>, what: &str) {
        let mean_ms = lognormal_mean_ms(assumed.value, assumed.high);
        let part = Part {
            node: Derivation::computed(
                what,
                mean_ms,
                Unit::Ms,
                "mean of the lognormal through median and 99th percentile",
                vec![assumed.node()],
            ),
            // The assumption's own range is the spread of the distribution; being off by half of it is plausible.
            down_ms: [(assumed.value - assumed.low) / 2.0; 3],
            up_ms: [assumed.value / 2.0; 3],
        };
        self.push(Law::Lognormal { p50_ms: assumed.value, p99_ms: assumed.high }, part);
    }
}

/// Factors of the network's tail at the percentiles shown.
pub(super) fn tails() -> [f64; 3] {
    let factors = RttPercentileFactors::PLANNING;
    [1.0, factors.p95, factors.p99]
}

/// One of several ways an operation may go.
#[derive(Debug)]
pub(super) struct Alternative<'s> {
    /// Share of the cases.
    pub share: f64,
    /// Name of the way, shown when there are several.
    pub name: &'s str,
    /// The users' side.
    pub near: &'s Chain,
    /// The servers' side, shared by everybody who comes here.
    pub far: &'s Server,
}

/// The servers' side of an operation, shared by all populations.
#[derive(Debug, Clone)]
pub(super) struct Server {
    /// Stable number of the server, for the cache of its distributions.
    number: usize,
    /// Its parts.
    pub chain: Chain,
}

impl Server {
    /// A server; `number` must be its own.
    pub fn new(number: usize, chain: Chain) -> Self {
        Self { number, chain }
    }

    /// A server whose time is distributed like that of `known`, if it is, so that nothing is computed twice.
    pub fn like(known: &Self, chain: &Chain) -> Option<Self> {
        (known.chain.law == chain.law).then(|| Self::new(known.number, chain.clone()))
    }
}

/// Computes percentiles; distributions that are needed again are kept.
pub(super) struct Evaluator {
    network: NetworkShape,
    /// By number of the server and exponent of the step.
    servers: BTreeMap<(usize, i32), Rc<Dist>>,
    laws: LawCache,
}

/// Ways that differ in their servers' sides only, by share.
struct SameNear<'s> {
    near: &'s Law,
    fars: Vec<(f64, Rc<Dist>)>,
}

type LawCache = BTreeMap<(u64, u64, i32), Dist>;

impl Evaluator {
    pub fn new() -> Self {
        let factors = RttPercentileFactors::PLANNING;
        Self { network: NetworkShape::fit(factors.p95, factors.p99), servers: BTreeMap::new(), laws: BTreeMap::new() }
    }

    fn server(&mut self, server: &Server, exponent: i32) -> Rc<Dist> {
        let known = self.servers.entry((server.number, exponent));
        let (network, laws) = (self.network, &mut self.laws);
        Rc::clone(known.or_insert_with(|| Rc::new(dist(&server.chain.law, exponent, network, laws))))
    }

    /// Median, 95th and 99th percentile of an operation that goes one of several ways.
    ///
    /// # Errors
    /// A sentence when the drawing gives times that no number can hold.
    pub fn percentiles(&mut self, operation: Operation, ways: &[Alternative<'_>]) -> Result<[Figure; 3], String> {
        const ABSURD: &str = "the times given in the drawing are too large to compute with";
        let span = |law: &Law| law.span_ms(self.network);
        let span_ms = ways.iter().map(|w| span(&w.near.law) + span(&w.far.chain.law)).fold(0.0, larger);
        if !span_ms.is_finite() {
            return Err(ABSURD.to_owned());
        }
        let exponent = step_exponent(span_ms);
        // Ways with the same users' side are mixed before it is added, once.
        let mut by_near: Vec<SameNear<'_>> = Vec::new();
        for way in ways {
            let far = self.server(way.far, exponent);
            match by_near.iter_mut().find(|same| *same.near == way.near.law) {
                Some(same) => same.fars.push((way.share, far)),
                None => by_near.push(SameNear { near: &way.near.law, fars: vec![(way.share, far)] }),
            }
        }
        let mut mixed = Vec::with_capacity(by_near.len());
        for SameNear { near, fars } in &by_near {
            let near = dist(near, exponent, self.network, &mut self.laws);
            let far = Dist::mix(fars).unwrap_or_else(|| Dist::point(step_ms(exponent), 0.0));
            mixed.push((fars.iter().map(|(share, _)| share).sum(), near.plus(&far)));
        }
        let total = Dist::mix(&mixed).unwrap_or_else(|| Dist::point(step_ms(exponent), 0.0));
        let typical = typical(ways);
        let off = |of: fn(&Part) -> &[f64; 3]| {
            let mut squares = [0.0; 3];
            for way in ways {
                for chain in [way.near, &way.far.chain] {
                    for (square, off) in squares.iter_mut().zip(chain.off_ms(of)) {
                        *square += (way.share * off).powi(2);
                    }
                }
            }
            squares.map(f64::sqrt)
        };
        let (downs, ups) = (off(|p| &p.down_ms), off(|p| &p.up_ms));
        let mut offs = downs.into_iter().zip(ups);
        let figures = PERCENTILES.map(|p| {
            let value = total.quantile(p);
            let (down, up) = offs.next().unwrap_or_default();
            let name = if p > 0.5 { format!("{:.0}th percentile", p * 100.0) } else { "median".to_owned() };
            Figure {
                value,
                low: (value - down).max(0.0),
                high: value + up,
                unit: Unit::Ms,
                derivation: Derivation::computed(
                    format!("{}, {name}", operation.label()),
                    value,
                    Unit::Ms,
                    format!(
                        "{name} of the sum of the parts, by convolution on a grid of {} ms; medians and percentiles \
                         of parts do not add up",
                        step_ms(exponent)
                    ),
                    vec![typical.clone(), tail_node()],
                )
                .within((value - down).max(0.0), value + up),
            }
        });
        let finite = |f: &Figure| [f.value, f.low, f.high, typical.value].iter().all(|ms| ms.is_finite());
        if figures.iter().all(finite) { Ok(figures) } else { Err(ABSURD.to_owned()) }
    }
}

/// The percentiles of one operation as those of another that is the same here.
pub(super) fn also(figures: &[Figure; 3], was: Operation, is: Operation) -> [Figure; 3] {
    figures.clone().map(|mut figure| {
        figure.derivation.label = figure.derivation.label.replacen(was.label(), is.label(), 1);
        figure
    })
}

/// A law on a grid. Lognormals, which cost most, are kept.
fn dist(law: &Law, exponent: i32, network: NetworkShape, laws: &mut LawCache) -> Dist {
    let step = step_ms(exponent);
    match law {
        Law::Lognormal { p50_ms, p99_ms } => laws
            .entry((p50_ms.to_bits(), p99_ms.to_bits(), exponent))
            .or_insert_with(|| law.dist(step, network))
            .clone(),
        Law::Sum(parts) => parts
            .iter()
            .map(|part| dist(part, exponent, network, laws))
            .reduce(|sum, next| sum.plus(&next))
            .unwrap_or_else(|| Dist::point(step, 0.0)),
        Law::Mix(parts) => {
            let parts: Vec<_> = parts
                .iter()
                .filter(|(weight, _)| *weight > 0.0)
                .map(|(weight, part)| (*weight, dist(part, exponent, network, laws)))
                .collect();
            Dist::mix(&parts).unwrap_or_else(|| Dist::point(step, 0.0))
        }
        Law::Latest(parts) => {
            let parts: Vec<_> =
                parts.iter().map(|(often, part)| (*often, dist(part, exponent, network, laws))).collect();
            Dist::latest(&parts).unwrap_or_else(|| Dist::point(step, 0.0))
        }
        Law::Point(_) | Law::Exponential(_) | Law::Network(_) => law.dist(step, network),
    }
}

/// The parts with their typical values, which do add up.
fn typical(ways: &[Alternative<'_>]) -> Derivation {
    const FORMULA: &str = "sum of the parts: networks at their median, the others at their mean";
    let of = |way: &Alternative<'_>| {
        let inputs: Vec<_> = way.near.parts.iter().chain(&way.far.chain.parts).map(|p| p.node.clone()).collect();
        let sum: f64 = inputs.iter().map(|n| n.value).sum();
        (sum, inputs)
    };
    if let [way] = ways {
        let (sum, inputs) = of(way);
        return Derivation::computed("Typical time", sum, Unit::Ms, FORMULA, inputs);
    }
    let lines = ways.iter().map(|way| {
        let share = way.share;
        Line {
            share,
            value: share * (way.near.typical_ms() + way.far.chain.typical_ms()),
            node: Box::new(move || {
                let (sum, inputs) = of(way);
                let label = format!("To “{}”, {:.0} % of the cases", way.name, 100.0 * share);
                let formula = format!("{:.1} % × {sum:.2} ms, the {FORMULA}", 100.0 * share);
                Derivation::computed(label, share * sum, Unit::Ms, formula, inputs)
            }),
        }
    });
    let inputs = few(lines.collect());
    let sum = inputs.iter().map(|n| n.value).sum();
    Derivation::computed("Typical time", sum, Unit::Ms, "mean over the ways, by their share", inputs)
}

/// One of many alternatives, whose node is built only when it is shown.
pub(super) struct Line<'s> {
    /// Share of the cases.
    pub share: f64,
    /// What it contributes.
    pub value: f64,
    /// Builds the node.
    pub node: Box<dyn FnOnce() -> Derivation + 's>,
}

/// The lines with the largest shares, and the others as one.
pub(super) fn few(mut lines: Vec<Line<'_>>) -> Vec<Derivation> {
    lines.sort_by(|a, b| b.share.total_cmp(&a.share));
    let rest = if lines.len() > MAX_LINES { lines.split_off(MAX_LINES - 1) } else { Vec::new() };
    let mut nodes: Vec<_> = lines.into_iter().map(|line| (line.node)()).collect();
    if !rest.is_empty() {
        let value = rest.iter().map(|line| line.value).sum();
        let share: f64 = rest.iter().map(|line| line.share).sum();
        let label = format!("{} others, {:.0} % of the cases", rest.len(), 100.0 * share);
        nodes.push(Derivation::computed(label, value, Unit::Ms, "computed the same way", Vec::new()));
    }
    nodes
}

/// What is over when the last of several independent chains is, as a single part; equal chains are looked at once.
///
/// The tree shows the chain that takes longest by its typical time, whose doubts count; the percentiles take the
/// distribution of the last of all.
pub(super) fn latest(label: &str, mut chains: Vec<(String, Chain)>) -> Chain {
    chains.sort_by(|a, b| b.1.typical_ms().total_cmp(&a.1.typical_ms()));
    let Some((_, longest)) = chains.first() else { return Chain::empty() };
    if chains.len() == 1 {
        return chains.into_iter().map(|(_, chain)| chain).next().unwrap_or_else(Chain::empty);
    }
    let (value, down_ms, up_ms) = (longest.typical_ms(), longest.off_ms(|p| &p.down_ms), longest.off_ms(|p| &p.up_ms));
    let mut inputs = Vec::with_capacity(MAX_LINES + 1);
    for (name, chain) in chains.iter().take(MAX_LINES) {
        let parts = chain.parts.iter().map(|part| part.node.clone()).collect();
        inputs.push(Derivation::computed(name.as_str(), chain.typical_ms(), Unit::Ms, "sum of the parts", parts));
    }
    if let Some((_, next)) = chains.get(MAX_LINES) {
        let label = format!("{} others, the longest", chains.len() - MAX_LINES);
        inputs.push(Derivation::computed(label, next.typical_ms(), Unit::Ms, "computed the same way", Vec::new()));
    }
    let formula = "the longest of them; percentiles are those of the last of all, taken as independent of each other";
    let node = Derivation::computed(label, value, Unit::Ms, formula, inputs);
    let mut laws: Vec<(u32, Law)> = Vec::new();
    for (_, chain) in chains {
        match laws.iter_mut().find(|(_, law)| law.is_like(&chain.law)) {
            Some((often, _)) => *often += 1,
            None => laws.push((1, chain.law)),
        }
    }
    let mut chain = Chain::empty();
    chain.push(Law::Latest(laws), Part { node, down_ms, up_ms });
    chain
}

/// Alternatives of one part of a chain, shown as `node`: their laws by weight, equal ones once; their doubts weighed.
pub(super) fn mix_parts(node: Derivation, alternatives: Vec<(f64, Chain)>) -> (Law, Part) {
    let total: f64 = alternatives.iter().map(|(weight, _)| weight).sum();
    let mut laws: Vec<(f64, Law)> = Vec::new();
    let mut part = Part::exact(node);
    for (weight, chain) in alternatives {
        let share = if total > 0.0 { weight / total } else { 0.0 };
        for (sums, of) in
            [(&mut part.down_ms, chain.off_ms(|p| &p.down_ms)), (&mut part.up_ms, chain.off_ms(|p| &p.up_ms))]
        {
            for (sum, off) in sums.iter_mut().zip(of) {
                *sum += share * off;
            }
        }
        match laws.iter_mut().find(|(_, law)| law.is_like(&chain.law)) {
            Some((known, _)) => *known += share,
            None => laws.push((share, chain.law)),
        }
    }
    (Law::Mix(laws), part)
}
