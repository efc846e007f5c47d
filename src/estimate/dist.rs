//! Distributions of times on an even grid, and the laws they are made from.
//!
//! Percentiles of parts do not add up, so the parts are convolved. A [`Dist`] keeps the place of its first grid point
//! as an exact number: shifts and constants cost nothing and lose nothing, and only the spread lies on the grid.
//! Tails are cut at a far quantile and lumped there.

use std::borrow::Borrow;

/// Grid points over the span of a whole operation; the step is about 0.5 % of its 99th percentile.
const POINTS: f64 = 512.0;

/// Most steps of one law; only a step that does not belong to its span could ask for more.
const MAX_STEPS: f64 = 4_096.0;

/// Largest ratio of 99th percentile and median that a lognormal is given; beyond it the median counts as larger. A
/// wider one would have nothing but its tail on the grid.
const MAX_SPREAD: f64 = 1e4;

/// 95th, 99th and 99.95th percentile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_7;
const Z99: f64 = 2.326_347_874_040_841;
const Z9995: f64 = 3.290_526_731_491_925_5;

/// Multiple of the mean at which an exponential tail is cut: one part in 10,000 lies beyond.
const EXPONENTIAL_CUT: f64 = 9.210_340_371_976_184;

/// A distribution: `mass[k]` sits at `origin_ms + k * step_ms`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dist {
    step_ms: f64,
    origin_ms: f64,
    mass: Vec<f64>,
}

impl Dist {
    /// Always the same time.
    pub fn point(step_ms: f64, at_ms: f64) -> Self {
        Self { step_ms, origin_ms: at_ms, mass: vec![1.0] }
    }

    /// From a distribution function that is 0 below `lower_ms`; what lies beyond `upper_ms` is lumped there. The grid
    /// is shifted so that the mean of the cut distribution is exact.
    fn from_cdf(step_ms: f64, lower_ms: f64, upper_ms: f64, mean_ms: f64, cdf: impl Fn(f64) -> f64) -> Self {
        let steps = ((upper_ms - lower_ms) / step_ms).ceil().clamp(0.0, MAX_STEPS) as usize;
        let mut mass = Vec::with_capacity(steps + 1);
        let mut below = 0.0;
        for k in 0..steps {
            let up_to = cdf(lower_ms + (k as f64 + 0.5) * step_ms).max(below);
            mass.push(up_to - below);
            below = up_to;
        }
        mass.push(1.0 - below);
        let mean: f64 = mass.iter().enumerate().map(|(k, m)| k as f64 * m).sum();
        Self { step_ms, origin_ms: mean_ms - mean * step_ms, mass }
    }

    /// Exponential with this mean.
    pub fn exponential(step_ms: f64, mean_ms: f64) -> Self {
        if mean_ms <= 0.0 {
            return Self::point(step_ms, 0.0);
        }
        let cut_ms = EXPONENTIAL_CUT * mean_ms;
        let mean_cut_ms = -mean_ms * (-EXPONENTIAL_CUT).exp_m1();
        Self::from_cdf(step_ms, 0.0, cut_ms, mean_cut_ms, |t| -(-t / mean_ms).exp_m1())
    }

    /// `shift + exp(mu + sigma Z)` with `exp(mu)` given.
    fn shifted_lognormal(step_ms: f64, shift_ms: f64, median_ms: f64, sigma: f64) -> Self {
        if median_ms <= 0.0 || sigma <= 0.0 {
            return Self::point(step_ms, shift_ms + median_ms.max(0.0));
        }
        let cut_ms = median_ms * (sigma * Z9995).exp();
        // E[min(X, cut)], so that the lump at the cut is in it.
        let mean_cut_ms =
            median_ms * (sigma * sigma / 2.0).exp() * normal_cdf(Z9995 - sigma) + cut_ms * (1.0 - normal_cdf(Z9995));
        let cdf = |t: f64| if t <= 0.0 { 0.0 } else { normal_cdf((t / median_ms).ln() / sigma) };
        let mut dist = Self::from_cdf(step_ms, 0.0, cut_ms, mean_cut_ms, cdf);
        dist.origin_ms += shift_ms;
        dist
    }

    /// The sum of two independent times.
    pub fn plus(&self, other: &Self) -> Self {
        let origin_ms = self.origin_ms + other.origin_ms;
        let (long, short) = if self.mass.len() >= other.mass.len() { (self, other) } else { (other, self) };
        let mut mass = vec![0.0; long.mass.len() + short.mass.len() - 1];
        for (k, &weight) in short.mass.iter().enumerate() {
            if weight > 0.0 {
                for (sum, m) in mass.iter_mut().skip(k).zip(&long.mass) {
                    *sum += weight * m;
                }
            }
        }
        Self { step_ms: self.step_ms, origin_ms, mass }
    }

    /// One of several times with these weights (which need not sum to 1). `None` when no weight is positive.
    pub fn mix<D: Borrow<Self>>(parts: &[(f64, D)]) -> Option<Self> {
        let total: f64 = parts.iter().map(|(w, _)| w).sum();
        let first: &Self = parts.first()?.1.borrow();
        if total <= 0.0 {
            return None;
        }
        if parts.len() == 1 {
            return Some(first.clone());
        }
        let step_ms = first.step_ms;
        let origin_ms = parts.iter().map(|(_, d)| d.borrow().origin_ms).fold(f64::INFINITY, f64::min);
        let mut mass = Vec::new();
        for (weight, dist) in parts {
            dist.borrow().add_to(&mut mass, origin_ms, weight / total);
        }
        Some(Self { step_ms, origin_ms, mass })
    }

    /// The last of several independent times, each of which happens this often. `None` without any.
    pub fn latest<D: Borrow<Self>>(parts: &[(u32, D)]) -> Option<Self> {
        let step_ms = parts.first()?.1.borrow().step_ms;
        let first_ms = parts.iter().map(|(_, d)| d.borrow().origin_ms).fold(f64::INFINITY, f64::min);
        let mut all: Vec<f64> = Vec::new();
        for (often, dist) in parts {
            let mut mass = Vec::new();
            dist.borrow().add_to(&mut mass, first_ms, 1.0);
            // Beyond the end of its grid a time has passed for certain.
            if all.len() < mass.len() {
                all.resize(mass.len(), 1.0);
            }
            let mut passed = 0.0_f64;
            for (k, all) in all.iter_mut().enumerate() {
                passed = mass.get(k).map_or(1.0, |m| (passed + m).min(1.0));
                *all *= passed.powf(f64::from(*often));
            }
        }
        let mut before = 0.0;
        let mass: Vec<f64> = all.into_iter().map(|now| now - std::mem::replace(&mut before, now)).collect();
        let skipped = mass.iter().take_while(|m| **m <= 0.0).count().min(mass.len().saturating_sub(1));
        let mass = mass.into_iter().skip(skipped).collect();
        Some(Self { step_ms, origin_ms: first_ms + skipped as f64 * step_ms, mass })
    }

    /// Adds its mass, weighed, to a grid with the same step.
    fn add_to(&self, mass: &mut Vec<f64>, origin_ms: f64, weight: f64) {
        // What lies between two grid points is split between them; that keeps its mean.
        let offset = (self.origin_ms - origin_ms) / self.step_ms;
        let whole = offset.floor();
        let (start, fraction) = (whole as usize, offset - whole);
        if mass.len() < start + self.mass.len() + 1 {
            mass.resize(start + self.mass.len() + 1, 0.0);
        }
        for (k, m) in self.mass.iter().enumerate() {
            let m = m * weight;
            if let Some([low, high]) = mass.get_mut(start + k..=start + k + 1) {
                *low += m * (1.0 - fraction);
                *high += m * fraction;
            }
        }
    }

    /// The time that a share `p` of all cases stays under, ms.
    pub fn quantile(&self, p: f64) -> f64 {
        if self.mass.len() == 1 {
            return self.origin_ms;
        }
        let mut below = 0.0;
        for (k, &m) in self.mass.iter().enumerate() {
            if m > 0.0 && below + m >= p {
                let within = (p - below) / m - 0.5;
                return self.origin_ms + (k as f64 + within).max(0.0) * self.step_ms;
            }
            below += m;
        }
        self.origin_ms + (self.mass.len() - 1) as f64 * self.step_ms
    }
}

/// Shape of a network path's round trip: a lognormal on top of a constant, for a median of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NetworkShape {
    sigma: f64,
    /// Median of the part that varies.
    varying: f64,
}

impl NetworkShape {
    /// The shape whose 95th and 99th percentile are these multiples of the median.
    ///
    /// `(exp(z99 s) - 1) / (exp(z95 s) - 1) = (p99 - 1) / (p95 - 1)` is solved for `s` by bisection; factors that
    /// allow no solution give the nearest one.
    pub fn fit(p95: f64, p99: f64) -> Self {
        let wanted = (p99 - 1.0) / (p95 - 1.0);
        if !(wanted.is_finite() && p95 > 1.0) {
            return Self { sigma: 0.0, varying: 0.0 };
        }
        let (mut low, mut high) = (1e-6, 5.0);
        for _ in 0..60 {
            let sigma = f64::midpoint(low, high);
            if (sigma * Z99).exp_m1() / (sigma * Z95).exp_m1() < wanted {
                low = sigma;
            } else {
                high = sigma;
            }
        }
        let sigma = f64::midpoint(low, high);
        Self { sigma, varying: (p95 - 1.0) / (sigma * Z95).exp_m1() }
    }

    fn dist(self, step_ms: f64, p50_ms: f64) -> Dist {
        Dist::shifted_lognormal(step_ms, p50_ms * (1.0 - self.varying), p50_ms * self.varying, self.sigma)
    }

    fn span(self, p50_ms: f64) -> f64 {
        p50_ms * (1.0 + self.varying * (self.sigma * Z9995).exp_m1())
    }
}

/// How a time is distributed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Law {
    /// Always this, ms.
    Point(f64),
    /// Exponential with this mean, ms.
    Exponential(f64),
    /// Lognormal through these percentiles, ms.
    Lognormal {
        /// Median.
        p50_ms: f64,
        /// 99th percentile; at or below the median it means no spread.
        p99_ms: f64,
    },
    /// Round trips over a network with this median in sum, ms.
    Network(f64),
    /// One after the other, independent.
    Sum(Vec<Law>),
    /// One of them, by weight.
    Mix(Vec<(f64, Law)>),
    /// The last of them, each as often as it says, independent.
    Latest(Vec<(u32, Law)>),
}

impl Law {
    /// Whether two laws differ by rounding at most, so that one can stand for the other.
    pub fn is_like(&self, other: &Self) -> bool {
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-6 * a.abs().max(b.abs());
        match (self, other) {
            (Self::Point(a), Self::Point(b))
            | (Self::Exponential(a), Self::Exponential(b))
            | (Self::Network(a), Self::Network(b)) => near(*a, *b),
            (Self::Lognormal { p50_ms: a, p99_ms: c }, Self::Lognormal { p50_ms: b, p99_ms: d }) => {
                near(*a, *b) && near(*c, *d)
            }
            (Self::Sum(a), Self::Sum(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(b)),
            (Self::Mix(a), Self::Mix(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a.0, b.0) && a.1.is_like(&b.1))
            }
            (Self::Latest(a), Self::Latest(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.is_like(&b.1))
            }
            _ => false,
        }
    }

    /// A time beyond which almost nothing lies, ms; sizes the grid.
    pub fn span_ms(&self, network: NetworkShape) -> f64 {
        match self {
            Self::Point(at) => *at,
            Self::Exponential(mean) => EXPONENTIAL_CUT * mean,
            Self::Lognormal { p50_ms, p99_ms } => match fitted(*p50_ms, *p99_ms) {
                Some((median_ms, sigma)) => median_ms * (sigma * Z9995).exp(),
                None => *p99_ms,
            }
            .max(*p50_ms),
            Self::Network(p50) => network.span(*p50),
            Self::Sum(laws) => laws.iter().map(|law| law.span_ms(network)).sum(),
            Self::Mix(laws) => laws.iter().map(|(_, law)| law.span_ms(network)).fold(0.0, larger),
            Self::Latest(laws) => laws.iter().map(|(_, law)| law.span_ms(network)).fold(0.0, larger),
        }
    }

    /// The distribution on a grid with this step.
    pub fn dist(&self, step_ms: f64, network: NetworkShape) -> Dist {
        match self {
            Self::Point(at) => Dist::point(step_ms, *at),
            Self::Exponential(mean) => Dist::exponential(step_ms, *mean),
            Self::Lognormal { p50_ms, p99_ms } => match fitted(*p50_ms, *p99_ms) {
                Some((median_ms, sigma)) => Dist::shifted_lognormal(step_ms, 0.0, median_ms, sigma),
                None => Dist::point(step_ms, *p50_ms),
            },
            Self::Network(p50) => network.dist(step_ms, *p50),
            Self::Sum(laws) => laws
                .iter()
                .map(|law| law.dist(step_ms, network))
                .reduce(|sum, dist| sum.plus(&dist))
                .unwrap_or_else(|| Dist::point(step_ms, 0.0)),
            Self::Mix(laws) => {
                let parts: Vec<_> = laws
                    .iter()
                    .filter(|(weight, _)| *weight > 0.0)
                    .map(|(weight, law)| (*weight, law.dist(step_ms, network)))
                    .collect();
                Dist::mix(&parts).unwrap_or_else(|| Dist::point(step_ms, 0.0))
            }
            Self::Latest(laws) => {
                let parts: Vec<_> = laws.iter().map(|(often, law)| (*often, law.dist(step_ms, network))).collect();
                Dist::latest(&parts).unwrap_or_else(|| Dist::point(step_ms, 0.0))
            }
        }
    }
}

/// Median, ms, and spread of the lognormal through two percentiles; `None` when they allow none.
fn fitted(p50_ms: f64, p99_ms: f64) -> Option<(f64, f64)> {
    let median_ms = p50_ms.max(p99_ms / MAX_SPREAD);
    (p50_ms > 0.0 && p99_ms > p50_ms).then(|| (median_ms, (p99_ms / median_ms).ln() / Z99))
}

/// Mean of the lognormal through these percentiles, ms.
pub(super) fn lognormal_mean_ms(p50_ms: f64, p99_ms: f64) -> f64 {
    fitted(p50_ms, p99_ms).map_or(p50_ms, |(median_ms, s)| median_ms * (s * s / 2.0).exp())
}

/// Exponent of the grid step, a power of two so that operations of like length share distributions.
pub(super) fn step_exponent(span_ms: f64) -> i32 {
    if span_ms > 0.0 { (span_ms / POINTS).log2().ceil().clamp(-14.0, 1_000.0) as i32 } else { -14 }
}

/// The larger of two; not a number when one of them is not.
pub(super) fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

/// The grid step of an exponent, ms.
pub(super) fn step_ms(exponent: i32) -> f64 {
    f64::from(exponent).exp2()
}

/// Distribution function of the standard normal, absolute error below 1e-7 (complementary error function by the
/// Chebyshev fit of Numerical Recipes, section 6.2).
fn normal_cdf(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let fit = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    let exponent = fit.into_iter().fold(0.0, |sum, c| sum * t + c);
    let upper_tail = 0.5 * t * (exponent - x * x).exp();
    if z >= 0.0 { 1.0 - upper_tail } else { upper_tail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NETWORK: (f64, f64) = (1.05, 1.2);

    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
    }

    #[test]
    fn normal_cdf_agrees_with_tables() {
        for (z, p) in [(0.0, 0.5), (1.0, 0.841_344_746), (-1.959_963_985, 0.025), (Z95, 0.95), (Z99, 0.99)] {
            near(normal_cdf(z), p, 2e-7);
        }
    }

    /// Fact table (a): two exponential stages of mean 1 have p95 4.7439 and p99 6.6384, not the 5.99 and 9.21 that
    /// adding percentiles would give.
    #[test]
    fn percentiles_are_convolved_not_added() {
        let one = Dist::exponential(1.0 / 64.0, 1.0);
        let two = one.plus(&one);
        near(two.quantile(0.95), 4.7439, 2e-4);
        near(two.quantile(0.99), 6.6384, 6e-4);
        near(one.quantile(0.5), std::f64::consts::LN_2, 1e-3);
    }

    /// `(1 - exp(-t))^n = p` by hand, and the larger of two constants.
    #[test]
    fn the_last_of_several_is_later_than_each() {
        let one = Dist::exponential(1.0 / 64.0, 1.0);
        for (often, p) in [(1, 0.5), (2, 0.5), (2, 0.95), (8, 0.99)] {
            let exact = -(1.0 - f64::powf(p, 1.0 / f64::from(often))).ln();
            near(Dist::latest(&[(often, &one)]).unwrap().quantile(p), exact, 2e-2);
            let apart: Vec<_> = (0..often).map(|_| (1, &one)).collect();
            near(Dist::latest(&apart).unwrap().quantile(p), exact, 2e-2);
        }
        let (soon, late) = (Dist::point(1.0 / 64.0, 3.0), Dist::point(1.0 / 64.0, 70.0));
        near(Dist::latest(&[(5, &late), (1, &soon)]).unwrap().quantile(0.5), 70.0, 1.0 / 64.0);
        near(Dist::latest(&[(1, &soon), (1, &one)]).unwrap().quantile(0.5), 3.0, 2.0 / 64.0);
        assert_eq!(Dist::latest::<Dist>(&[]), None);
    }

    /// One of two exponentials of mean 1 and 10, each half of the time: beyond 23 only the slow one is left, so the
    /// 95th percentile is where it has a tenth left, 10 ln 10; the mean of the two percentiles would be 16.5.
    #[test]
    fn a_percentile_of_a_mixture_is_no_mean_of_percentiles() {
        let step = 1.0 / 16.0;
        let parts = [(0.5, Dist::exponential(step, 1.0)), (0.5, Dist::exponential(step, 10.0))];
        near(Dist::mix(&parts).unwrap().quantile(0.95), 23.026, 2e-2);
    }

    #[test]
    fn the_network_shape_has_the_planned_percentiles() {
        let shape = NetworkShape::fit(NETWORK.0, NETWORK.1);
        let dist = shape.dist(1.0 / 32.0, 100.0);
        near(dist.quantile(0.5), 100.0, 0.05);
        near(dist.quantile(0.95), 105.0, 0.1);
        near(dist.quantile(0.99), 120.0, 0.3);
    }

    #[test]
    fn a_lognormal_passes_through_what_the_architect_gave() {
        let law = Law::Lognormal { p50_ms: 20.0, p99_ms: 80.0 };
        let shape = NetworkShape::fit(NETWORK.0, NETWORK.1);
        let step = step_ms(step_exponent(law.span_ms(shape)));
        let dist = law.dist(step, shape);
        near(dist.quantile(0.5), 20.0, 0.02);
        near(dist.quantile(0.99), 80.0, 0.1);
    }

    #[test]
    fn a_rare_slow_case_shows_in_the_tail_only() {
        let shape = NetworkShape::fit(NETWORK.0, NETWORK.1);
        let law = Law::Mix(vec![(0.9, Law::Point(10.0)), (0.1, Law::Point(30.0))]);
        let dist = law.dist(step_ms(step_exponent(law.span_ms(shape))), shape);
        near(dist.quantile(0.5), 10.0, 0.1);
        near(dist.quantile(0.95), 30.0, 0.1);
    }

    #[test]
    fn degenerate_laws_stay_numbers() {
        let shape = NetworkShape::fit(1.0, 1.0);
        for law in [
            Law::Sum(vec![]),
            Law::Mix(vec![]),
            Law::Mix(vec![(0.0, Law::Point(3.0))]),
            Law::Lognormal { p50_ms: 0.0, p99_ms: 5.0 },
            Law::Lognormal { p50_ms: 1e-3, p99_ms: 1e12 },
            Law::Exponential(0.0),
            Law::Network(0.0),
        ] {
            let dist = law.dist(step_ms(step_exponent(law.span_ms(shape))), shape);
            assert!(dist.quantile(0.99).is_finite(), "{law:?}");
        }
    }

    #[test]
    fn an_absurd_spread_keeps_its_tail_and_a_small_grid() {
        let shape = NetworkShape::fit(NETWORK.0, NETWORK.1);
        let law = Law::Lognormal { p50_ms: 5e-324, p99_ms: 80.0 };
        let step = step_ms(step_exponent(law.span_ms(shape)));
        let dist = law.dist(step, shape);
        near(dist.quantile(0.99), 80.0, step);
        assert!(dist.mass.len() <= 1 + MAX_STEPS as usize);
        assert!(lognormal_mean_ms(5e-324, 80.0) < 80.0);
        // Even on a step that is far too fine.
        assert!(law.dist(1e-9, shape).plus(&law.dist(1e-9, shape)).mass.len() <= 2 * (1 + MAX_STEPS as usize));
    }

    proptest! {
        #[test]
        fn a_sum_is_never_faster_than_its_parts(a in 0.01f64..500.0, b in 0.01f64..500.0, p50 in 1.0f64..400.0) {
            let shape = NetworkShape::fit(NETWORK.0, NETWORK.1);
            let law = Law::Sum(vec![Law::Exponential(a), Law::Exponential(b), Law::Network(p50)]);
            let step = step_ms(step_exponent(law.span_ms(shape)));
            let sum = law.dist(step, shape);
            let q = [0.5, 0.95, 0.99].map(|p| sum.quantile(p));
            prop_assert!(q[0] <= q[1] && q[1] <= q[2]);
            prop_assert!(q[2] + step >= Dist::exponential(step, a).quantile(0.99));
            prop_assert!(q[0] + step >= p50);
        }
    }
}
