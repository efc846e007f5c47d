//! Waiting at a pool of equal servers: M/M/c by Erlang's formulas.

/// Most servers a node is computed with; larger nodes behave like fewer, faster ones at this size.
pub(super) const MAX_SERVERS: u32 = 1_024;

/// A queue in front of `servers` equal servers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Queue {
    /// Arrivals a second.
    pub arrivals_per_s: f64,
    /// What one server does a second.
    pub rate_per_server: f64,
    /// Number of servers.
    pub servers: u32,
}

/// What a stable queue does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Waiting {
    /// Share of arrivals that wait: Erlang C.
    pub probability: f64,
    /// Mean wait of those that do, ms: `1 / (c mu - lambda)`.
    pub mean_if_waiting_ms: f64,
    /// Service time, ms.
    pub service_ms: f64,
}

impl Waiting {
    /// Mean wait over all arrivals, ms.
    pub fn mean_wait_ms(self) -> f64 {
        self.probability * self.mean_if_waiting_ms
    }

    /// Mean time in the system, ms.
    pub fn mean_response_ms(self) -> f64 {
        self.mean_wait_ms() + self.service_ms
    }
}

impl Queue {
    /// Work done a second when no server is idle.
    pub fn capacity_per_s(self) -> f64 {
        self.rate_per_server * f64::from(self.servers)
    }

    /// The steady state; `None` when there is none because as much arrives as can be done, or more.
    pub fn waiting(self) -> Option<Waiting> {
        let spare_per_s = self.capacity_per_s() - self.arrivals_per_s;
        let sound = self.arrivals_per_s >= 0.0 && self.rate_per_server > 0.0 && spare_per_s > 0.0;
        sound.then(|| Waiting {
            probability: erlang_c(self.servers, self.arrivals_per_s / self.rate_per_server),
            mean_if_waiting_ms: 1e3 / spare_per_s,
            service_ms: 1e3 / self.rate_per_server,
        })
    }
}

/// Erlang B: share of arrivals that find all servers busy and are lost, by its recursion (factorials overflow).
fn erlang_b(servers: u32, offered: f64) -> f64 {
    (1..=servers).fold(1.0, |b, k| offered * b / (f64::from(k) + offered * b))
}

/// Erlang C: share of arrivals that wait. `offered` below `servers`.
fn erlang_c(servers: u32, offered: f64) -> f64 {
    let b = erlang_b(servers, offered);
    let load = offered / f64::from(servers);
    b / (1.0 - load * (1.0 - b))
}

#[cfg(test)]
mod tests {
    use super::super::dist::{Dist, Law, NetworkShape};
    use super::*;
    use proptest::prelude::*;

    fn near(actual: f64, expected: f64, tolerance: f64) {
        assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
    }

    /// A queue whose service time is one second, so that its times are multiples of it.
    fn unit(servers: u32, offered: f64) -> Waiting {
        Queue { arrivals_per_s: offered, rate_per_server: 1.0, servers }.waiting().unwrap()
    }

    /// Fact table (a), "Cases with known answers".
    #[test]
    fn known_queues_have_their_known_answers() {
        for (servers, offered, c, wq_over_s, tolerance) in [
            (1, 0.5, 0.5, 1.0, 1e-12),
            (1, 0.8, 0.8, 4.0, 1e-12),
            (2, 1.0, 1.0 / 3.0, 1.0 / 3.0, 1e-12),
            (2, 1.6, 32.0 / 45.0, 1.777_778, 5e-7),
            (3, 2.0, 4.0 / 9.0, 0.444_444, 5e-7),
            (4, 3.2, 0.596_432, 0.745_541, 5e-7),
            (8, 6.4, 0.457_645, 0.286_028, 5e-7),
            (16, 12.8, 0.304_884, 0.095_276, 5e-7),
        ] {
            let w = unit(servers, offered);
            near(w.probability, c, 5e-7);
            near(w.mean_wait_ms() / w.service_ms, wq_over_s, tolerance);
        }
        near(erlang_b(2, 1.0), 0.2, 1e-12);
        near(erlang_b(10, 8.0), 0.121_661, 5e-7);
        near(erlang_c(10, 8.0), 0.409_180, 5e-7);
    }

    /// Fact (a): 4.5.0 on one node of two cores.
    #[test]
    fn the_worked_example_of_4_5_0_comes_out() {
        let at = |arrivals_per_s| Queue { arrivals_per_s, rate_per_server: 1957.5, servers: 2 }.waiting().unwrap();
        let light = at(2_000.0);
        near(light.probability, 0.3455, 5e-5);
        near(light.mean_wait_ms(), 0.180, 5e-4);
        near(light.mean_response_ms(), 0.691, 5e-4);
        let heavy = at(3_500.0);
        near(heavy.probability, 0.8440, 5e-5);
        near(heavy.mean_wait_ms(), 2.034, 5e-4);
        near(heavy.mean_response_ms(), 2.545, 5e-4);
    }

    /// Fact table (a): M/M/1 at 0.8, p95 of the response 14.979 S and p99 23.026 S, here through the grid.
    #[test]
    fn percentiles_of_the_response_are_those_of_m_m_1() {
        let shape = NetworkShape::fit(1.05, 1.2);
        let w = unit(1, 0.8);
        let step = w.service_ms / 64.0;
        let wait = Law::Mix(vec![
            (1.0 - w.probability, Law::Point(0.0)),
            (w.probability, Law::Exponential(w.mean_if_waiting_ms)),
        ]);
        let response = wait.dist(step, shape).plus(&Dist::exponential(step, w.service_ms));
        near(response.quantile(0.95) / w.service_ms, 14.979, 5e-3);
        near(response.quantile(0.99) / w.service_ms, 23.026, 2e-2);
    }

    #[test]
    fn a_queue_that_cannot_keep_up_has_no_times() {
        for arrivals_per_s in [2.0, 2.5, f64::NAN] {
            assert_eq!(Queue { arrivals_per_s, rate_per_server: 1.0, servers: 2 }.waiting(), None);
        }
        assert_eq!(Queue { arrivals_per_s: 0.0, rate_per_server: 0.0, servers: 2 }.waiting(), None);
    }

    proptest! {
        #[test]
        fn one_more_server_never_makes_it_slower(servers in 1u32..64, load in 0.01f64..0.99) {
            let offered = f64::from(servers) * load;
            prop_assert!(unit(servers + 1, offered).mean_wait_ms() <= unit(servers, offered).mean_wait_ms() + 1e-9);
        }
    }
}
