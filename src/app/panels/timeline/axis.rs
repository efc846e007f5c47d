//! The axis of time: linear, or compressed towards its end where lengths differ widely.

use crate::failure::timeline::time_words;

/// Beyond this ratio of the latest to the earliest end the axis is compressed: otherwise the short ones would be dots.
const WIDELY: f64 = 8.0;
/// Room behind the latest expected end, as a share of it.
const ROOM: f64 = 1.2;
/// Moments that people count in, s.
const ROUND_S: [f64; 19] = [
    1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_200.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0,
    86_400.0, 172_800.0, 604_800.0,
];

/// An axis from the failure to its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axis {
    /// Where it ends, s after the failure.
    pub end_s: f64,
    /// Around this time a compressed axis goes over from linear to logarithmic, s; `None` when it is linear.
    knee_s: Option<f64>,
}

impl Axis {
    /// The axis for things that end, as expected, at these times, s.
    #[must_use]
    pub fn of(ends_s: &[f64]) -> Self {
        let later = ends_s.iter().copied().filter(|end| end.is_finite() && *end > 0.0);
        let latest = later.clone().fold(0.0, f64::max);
        let earliest = later.fold(f64::INFINITY, f64::min);
        if latest <= 0.0 {
            return Self { end_s: 60.0, knee_s: None };
        }
        Self { end_s: latest * ROOM, knee_s: (latest > earliest * WIDELY).then_some(earliest / 2.0) }
    }

    /// Whether lengths cannot be compared by eye.
    #[must_use]
    pub fn is_compressed(self) -> bool {
        self.knee_s.is_some()
    }

    /// Where a time stands on the axis, 0 to 1.
    #[must_use]
    pub fn share(self, t_s: f64) -> f64 {
        let t_s = t_s.clamp(0.0, self.end_s);
        match self.knee_s {
            Some(knee_s) => (t_s / knee_s).ln_1p() / (self.end_s / knee_s).ln_1p(),
            None => t_s / self.end_s,
        }
    }

    /// The time that stands at a place of the axis from 0 to 1, s after the failure.
    #[must_use]
    pub fn time_s(self, share: f64) -> f64 {
        let share = share.clamp(0.0, 1.0);
        match self.knee_s {
            Some(knee_s) => knee_s * (share * (self.end_s / knee_s).ln_1p()).exp_m1(),
            None => share * self.end_s,
        }
    }

    /// Round times with their words, in order, of which each stands at least this share of the axis behind the one
    /// before.
    #[must_use]
    pub fn ticks(self, apart: f64) -> Vec<(f64, String)> {
        let mut ticks = vec![(0.0, "0".to_owned())];
        let mut add = |t_s: f64| {
            let last = ticks.last().map_or(0.0, |(last_s, _)| *last_s);
            if self.share(t_s) - self.share(last) >= apart && self.share(t_s) <= 1.0 - apart / 3.0 {
                ticks.push((t_s, time_words(t_s)));
            }
        };
        if self.is_compressed() {
            ROUND_S.into_iter().filter(|t_s| *t_s < self.end_s).for_each(&mut add);
            return ticks;
        }
        let weeks = (self.end_s * apart / 604_800.0).ceil().max(1.0) * 604_800.0;
        let step_s = ROUND_S.into_iter().find(|step_s| step_s / self.end_s >= apart).unwrap_or(weeks);
        let mut t_s = step_s;
        while t_s < self.end_s {
            add(t_s);
            t_s += step_s;
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_axis_is_the_time_that_stands_there() {
        for ends in [&[30.0, 140.0][..], &[30.0, 2_727.0], &[0.5], &[]] {
            let axis = Axis::of(ends);
            for at in [0.0, 0.1, 0.5, 0.9, 1.0] {
                assert!((axis.share(axis.time_s(at)) - at).abs() < 1e-9, "{ends:?} {at}");
            }
        }
    }

    #[test]
    fn short_ones_stay_visible_beside_very_long_ones() {
        let axis = Axis::of(&[30.0, 7_200.0]);
        assert!(axis.is_compressed() && axis.share(30.0) > 0.1, "{}", axis.share(30.0));
        assert!(!Axis::of(&[75.0, 140.0]).is_compressed());
    }

    #[test]
    fn ticks_are_round_and_do_not_crowd() {
        let words = |ends: &[f64]| -> Vec<String> {
            let ticks = Axis::of(ends).ticks(0.15);
            ticks.into_iter().map(|(_, words)| words).collect()
        };
        // The axis goes on a little behind the last end.
        assert_eq!(words(&[140.0]), ["0", "30 s", "60 s", "90 s", "2 min", "2 min 30 s"]);
        let compressed = words(&[30.0, 2_727.0]);
        assert!(compressed.contains(&"5 min".to_owned()) || compressed.contains(&"2 min".to_owned()), "{compressed:?}");
        assert!((3..8).contains(&compressed.len()), "{compressed:?}");
    }
}
