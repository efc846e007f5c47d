//! How long each step takes: the design's own settings, else the row of the technology in the book of failovers, else
//! the assumption. An assumption that the design or the company's book makes otherwise wins over the technology's row.

use crate::books::{Books, FailoverBook};
use crate::design::{Database, Design, Engine, GlobalLoadBalancer, Id, Site};
use crate::estimate::{Assumed, Assumptions, Derivation, Quality, Unit};

use super::span::Span;

/// A length with where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// The length.
    pub span: Span,
    /// Where it comes from.
    pub source: Derivation,
}

impl Timed {
    fn pert([low, mode, high]: [f64; 3], source: Derivation) -> Self {
        let span = Span::pert(low, mode, high);
        Self { span, source: Derivation { value: span.likely_s, ..source }.within(span.low_s, span.high_s) }
    }

    /// An own setting of the drawing.
    pub(super) fn given(label: &str, s: f64, source: &str) -> Self {
        Self {
            span: Span::exactly(s),
            source: Derivation::input(label, s, Unit::Count, Quality::Given, source).within(s, s),
        }
    }
}

/// All timers of one design.
pub struct Timers<'a> {
    design: &'a Design,
    book: &'static FailoverBook,
    assume: Assumptions<'a>,
}

impl<'a> Timers<'a> {
    /// Those that hold for the design.
    #[must_use]
    pub fn of(design: &'a Design, books: &'a Books) -> Self {
        let assume = Assumptions::of(&design.meta.estimation, books.company());
        Self { design, book: books.failover(), assume }
    }

    /// The assumption as it stands.
    #[must_use]
    pub fn assumed(&self, key: Assumed) -> Timed {
        let assumption = self.assume.get(key);
        Timed { span: Span::pert(assumption.low, assumption.value, assumption.high), source: assumption.node() }
    }

    /// Whether somebody has said otherwise than what ships.
    fn is_said(&self, key: Assumed) -> bool {
        self.assume.get(key).note.is_some()
    }

    /// A row of the book as a leaf with the ends its source gives.
    fn row(&self, technology: &str, parameter: &str) -> Option<([f64; 3], Derivation)> {
        let row = self.book.get(technology, parameter)?;
        let value = row.value?;
        let ends = [row.low.unwrap_or(value), value, row.high.unwrap_or(value)];
        let label = format!("{technology}: {parameter}, {}", row.unit);
        let source = row.sourced.to_string();
        let leaf = Derivation::input(label, value, Unit::Count, row.sourced.quality.into(), source);
        Some((ends, leaf.dated(&row.sourced).within(ends[0], ends[2])))
    }

    /// The technology's row, unless somebody said otherwise or there is none.
    fn row_or(&self, key: Assumed, technology: &str, parameter: &str) -> Timed {
        match self.row(technology, parameter) {
            Some((ends, leaf)) if !self.is_said(key) => Timed::pert(ends, leaf),
            _ => self.assumed(key),
        }
    }

    /// The provider of a region; `None` for an own site.
    fn provider(&self, region: Option<&Id>) -> Option<&'a str> {
        match &self.design.regions.get(region?)?.site {
            Site::Cloud { provider, .. } => Some(provider),
            Site::Place { .. } => None,
        }
    }

    /// How long a probe of a global balancer waits for an answer.
    fn probe_timeout(&self, regions: &[&Id], interval_s: f64) -> Timed {
        let key = Assumed::TimerProbeTimeoutS;
        if self.is_said(key) {
            return self.assumed(key);
        }
        let all = |provider| !regions.is_empty() && regions.iter().all(|r| self.provider(Some(r)) == Some(provider));
        if all("aws")
            && let Some((_, leaf)) = self.row("Route 53", "time to unhealthy (interval x threshold)")
        {
            return Timed::pert(
                [0.0; 3],
                Derivation { label: "Route 53 counts interval × threshold only, s".into(), ..leaf },
            );
        }
        if all("azure")
            && let Some(([fast, usual, _], leaf)) = self.row("Azure Traffic Manager", "probe timeout")
        {
            // The fast interval of 10 s comes with 9 s; a probe cannot wait longer than until the next.
            let timeout = if interval_s >= 30.0 { usual } else { (interval_s - 1.0).max(fast.min(interval_s)) };
            return Timed::pert([timeout; 3], leaf);
        }
        self.assumed(key)
    }

    /// Until a global balancer has noticed that a region is gone: the wait for the next probe (0 to the interval), the
    /// intervals between the failures it waits for, and the time-out of the last probe.
    #[must_use]
    pub fn global_detection(&self, balancer: &GlobalLoadBalancer, regions: &[&Id]) -> Timed {
        let interval_s = balancer.probe_interval_s.max(0.0);
        let further = f64::from(balancer.failures.max(1) - 1) * interval_s;
        let timeout = self.probe_timeout(regions, interval_s);
        let [low, high] = [timeout.span.low_s, interval_s + timeout.span.high_s].map(|end| end + further);
        let mode = interval_s / 2.0 + further + timeout.span.likely_s;
        let given = |label, value| {
            Derivation::input(
                label,
                value,
                Unit::Count,
                Quality::Given,
                "given in the drawing, at the global load balancer",
            )
        };
        let source = Derivation::computed(
            "A global balancer notices, s",
            mode,
            Unit::Count,
            "wait for the next probe (0 to the interval) + (failures − 1) × interval + time-out of a probe",
            vec![
                given("Seconds between two probes", interval_s),
                given("Failures until a region is taken out", f64::from(balancer.failures.max(1))),
                timeout.source,
            ],
        );
        Timed::pert([low, mode, high], source)
    }

    /// Until the users have looked the name up again: the last of the resolvers that a population shares, which leave
    /// evenly over the time to live, does so after n / (n + 1) of it on average.
    #[must_use]
    pub fn dns(&self, balancer: Option<&GlobalLoadBalancer>) -> (Timed, f64) {
        let (ttl_s, ttl) = match balancer {
            Some(balancer) => {
                let source = "given in the drawing, at the global load balancer";
                let leaf = Timed::given("Time to live of the name, s", balancer.ttl_s, source);
                (balancer.ttl_s.max(0.0), leaf.source)
            }
            None => (self.assume.value(Assumed::DnsTtlS), self.assume.get(Assumed::DnsTtlS).node()),
        };
        let resolvers = self.assume.get(Assumed::DnsResolvers);
        let last = |n: f64| ttl_s * n / (n + 1.0);
        let tail = self.assume.get(Assumed::TimerDnsTailS);
        // The tail counts only when somebody says so: few users sit behind such resolvers.
        let tail_s = if tail.note.is_some() { [tail.low, tail.value, tail.high] } else { [tail.value; 3] };
        let ends =
            [last(resolvers.low) + tail_s[0], last(resolvers.value) + tail_s[1], last(resolvers.high) + tail_s[2]];
        let source = Derivation::computed(
            "Users look the name up again, s",
            ends[1],
            Unit::Count,
            "time to live × n / (n + 1) for n resolvers that leave evenly over it + what some keep it longer",
            vec![ttl, resolvers.node(), tail.node()],
        );
        (Timed::pert(ends, source), ttl_s)
    }

    /// Until a regional balancer sends nothing any more to a node that is gone.
    #[must_use]
    pub fn balancer_detection(&self, region: Option<&Id>) -> Timed {
        let key = Assumed::TimerBalancerS;
        if self.is_said(key) {
            return self.assumed(key);
        }
        let row = |parameter| self.row("AWS ALB", parameter);
        let found = match self.provider(region) {
            Some("aws") => row("health check interval").zip(row("unhealthy threshold")).zip(row("timeout")).map(
                |((([_, interval, _], a), ([_, checks, _], b)), ([_, timeout, _], c))| {
                    let further = (checks - 1.0).max(0.0) * interval + timeout;
                    let formula = "wait for the next check (0 to the interval) + (checks − 1) × interval + time-out";
                    let label = "A balancer of AWS takes a lost node out, s";
                    let source = Derivation::computed(label, 0.0, Unit::Count, formula, vec![a, b, c]);
                    Timed::pert([further, interval / 2.0 + further, interval + further], source)
                },
            ),
            Some("gcp") => {
                self.row("GCP load balancer", "check interval x unhealthy threshold").map(|([_, value, _], leaf)| {
                    // Two checks: the wait for the first is 0 to one interval, half of the whole.
                    Timed::pert([value / 2.0, 0.75 * value, value], leaf)
                })
            }
            _ => None,
        };
        found.unwrap_or_else(|| self.assumed(key))
    }

    /// Until the standby of a database has taken over by itself.
    #[must_use]
    pub fn db_failover(&self, database: &Database, region: Option<&Id>) -> Timed {
        let key = Assumed::TimerDbFailoverS;
        if self.is_said(key) {
            return self.assumed(key);
        }
        if database.managed {
            return match self.provider(region) {
                Some("aws") => self.row_or(key, "RDS Multi-AZ instance", "failover"),
                Some("gcp") => self.row_or(key, "Cloud SQL HA", "failover"),
                _ => self.assumed(key),
            };
        }
        match database.engine {
            Engine::PostgreSql => self.patroni(),
            Engine::SqlServer => self.availability_group(),
            Engine::Oracle => self.fast_start_failover(),
            Engine::MySql | Engine::H2 => None,
        }
        .unwrap_or_else(|| self.assumed(key))
    }

    /// The leader's key was renewed up to one loop of 10 s before, so it lapses 20 to 30 s after the loss at the usual
    /// ttl of 30 s; an election takes up to one loop more.
    fn patroni(&self) -> Option<Timed> {
        let ([_, ttl, _], leaf) = self.row("PostgreSQL Patroni", "ttl")?;
        let loop_s = ttl / 3.0;
        let formula = "what is left of the leader's ttl (ttl − one loop to ttl) + an election (0 to one loop)";
        let source = Derivation::computed("Patroni elects a new leader, s", ttl, Unit::Count, formula, vec![leaf]);
        Some(Timed::pert([ttl - loop_s, ttl, ttl + loop_s], source))
    }

    /// The first of the time-outs that applies: session, lease or health check.
    fn availability_group(&self) -> Option<Timed> {
        let row = |parameter| self.row("SQL Server availability group", parameter);
        let (([_, session, _], a), ([_, lease, _], b)) = row("session timeout").zip(row("lease timeout"))?;
        let ([_, health, _], c) = row("health check timeout")?;
        let formula = "session time-out at the earliest, lease usually, health check at the latest";
        let label = "An availability group fails over, s";
        let source = Derivation::computed(label, lease, Unit::Count, formula, vec![a, b, c]);
        Some(Timed::pert([session, lease, health], source))
    }

    /// The observer waits for the threshold; how long the change of roles then takes is not published.
    fn fast_start_failover(&self) -> Option<Timed> {
        let ([_, threshold, _], leaf) = self.row("Oracle Data Guard FSFO", "FastStartFailoverThreshold")?;
        let assumed = self.assume.get(Assumed::TimerDbFailoverS);
        let ends = [assumed.low, assumed.value, assumed.high].map(|end| end.max(threshold));
        let formula = "the larger of the threshold and what is assumed";
        let label = "Data Guard fails over, s";
        let source = Derivation::computed(label, ends[1], Unit::Count, formula, vec![leaf, assumed.node()]);
        Some(Timed::pert(ends, source))
    }

    /// Until a copy of a database in another region is promoted by hand.
    #[must_use]
    pub fn db_promotion(&self, database: &Database, region: Option<&Id>) -> Timed {
        let key = Assumed::TimerDbPromoteS;
        if database.managed && database.engine == Engine::SqlServer && self.provider(region) == Some("azure") {
            return self.row_or(key, "Azure SQL geo-replication", "manual failover RTO");
        }
        self.assumed(key)
    }

    /// How far the copy of a database is behind, apart from the network, where its technology names a figure.
    #[must_use]
    pub fn published_lag(&self, database: &Database, region: Option<&Id>) -> Option<Timed> {
        let azure = database.managed && database.engine == Engine::SqlServer && self.provider(region) == Some("azure");
        if !azure || self.is_said(Assumed::ReplicationMs) {
            return None;
        }
        let (ends, leaf) = self.row("Azure SQL failover group or geo-replication", "RPO")?;
        Some(Timed::pert(ends, leaf))
    }

    /// How far back the last backup of a database lies.
    #[must_use]
    pub fn backup(&self, database: &Database, region: Option<&Id>) -> Timed {
        let key = Assumed::TimerBackupS;
        if database.managed && self.provider(region) == Some("aws") {
            return self.row_or(key, "AWS RDS", "point-in-time recovery granularity");
        }
        self.assumed(key)
    }

    /// Calls that one access token is good for.
    #[must_use]
    pub fn calls_per_token(&self) -> Timed {
        self.assumed(Assumed::CallsPerToken)
    }
}
