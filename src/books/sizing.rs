//! Sizing figures of the product documentation that are not measurements of a gateway.

use serde::Serialize;

use super::provenance::{Date, Quality, Sourced};

/// A documented sizing figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SizingFact {
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it says, in a sentence.
    pub statement: &'static str,
    /// Fact ids.
    pub fact_id: &'static str,
    /// Source, date and quality.
    pub sourced: Sourced,
}

/// The documented sizing figures, by name.
pub mod sizing_facts {
    use super::{Date, Quality, SizingFact, Sourced};

    const DOCS_4_7: Sourced = Sourced {
        source: "wso2/docs-apim scaling-the-gateway.md @302bd51, 4.7.0 (S13)",
        date: Date { year: 2026, month: Some(4), day: None },
        quality: Quality::Published,
        stale: false,
    };

    const DOCS_LEGACY: Sourced = Sourced {
        source: "wso2/docs-apim scaling-the-gateway.md @18f7b6f and @302bd51 (S12, S13); legacy text",
        stale: true,
        ..DOCS_4_7
    };

    const PREREQUISITES: Sourced =
        Sourced { source: "wso2/docs-apim installation-prerequisites.md @09152e9 (S16)", ..DOCS_4_7 };

    /// Events one traffic manager handles.
    pub const TRAFFIC_MANAGER_EVENTS_PER_SECOND: SizingFact = SizingFact {
        value: 20_000.0,
        unit: "events/s",
        statement: "One traffic manager handles about 20,000 events a second (5 APIs, 10 \
                    applications, default policies); one gateway call is one event. Documentation \
                    up to 4.6 says 10 gateways of about 5,000 calls a second, which contradicts it.",
        fact_id: "E10",
        sourced: DOCS_4_7,
    };

    /// Gateways per traffic manager.
    pub const GATEWAYS_PER_TRAFFIC_MANAGER: SizingFact = SizingFact {
        value: 10.0,
        unit: "gateways per traffic manager",
        statement: "One traffic manager for ten gateways.",
        fact_id: "E10",
        sourced: DOCS_4_7,
    };

    /// Calls of a gateway in the text that gives ten of them to a traffic manager.
    pub const GATEWAY_CALLS_AT_TRAFFIC_MANAGER: SizingFact = SizingFact {
        value: 5_000.0,
        unit: "requests/s",
        statement: "Documentation up to 4.6: one traffic manager was tested with 10 gateways of about 5,000 calls a second.",
        fact_id: "E10",
        sourced: DOCS_LEGACY,
    };

    /// Gateways per control plane node.
    pub const GATEWAYS_PER_CONTROL_PLANE: SizingFact = SizingFact {
        value: 10.0,
        unit: "gateways per control plane node",
        statement: "One control plane node for ten gateways that start at once.",
        fact_id: "D13",
        sourced: DOCS_4_7,
    };

    /// Gateways per key manager node, with opaque tokens.
    pub const GATEWAYS_PER_KEY_MANAGER: SizingFact = SizingFact {
        value: 2.0,
        unit: "gateways per key manager node",
        statement: "With opaque tokens one key manager serves two gateways that cache keys, and one that does not.",
        fact_id: "D14",
        sourced: DOCS_LEGACY,
    };

    /// Requests one key manager handles.
    pub const KEY_MANAGER_REQUESTS_PER_SECOND: SizingFact = SizingFact {
        value: 500.0,
        unit: "requests/s",
        statement: "A key manager usually handles 500 requests a second.",
        fact_id: "E9",
        sourced: DOCS_LEGACY,
    };

    /// Key validations one gateway handles, by the documentation.
    pub const GATEWAY_REQUESTS_PER_SECOND: SizingFact = SizingFact {
        value: 3_000.0,
        unit: "requests/s",
        statement: "A gateway usually handles 3,000 calls with key validation a second.",
        fact_id: "E9",
        sourced: DOCS_LEGACY,
    };

    /// Least number of cores of a node.
    pub const NODE_MIN_VCPU: SizingFact = SizingFact {
        value: 2.0,
        unit: "vCPU",
        statement: "A node needs at least 2 cores of 3 GHz; 4 for high concurrency.",
        fact_id: "E1",
        sourced: PREREQUISITES,
    };

    /// Least memory of a node.
    pub const NODE_MIN_MEMORY_GIB: SizingFact = SizingFact {
        value: 4.0,
        unit: "GiB",
        statement: "A node needs at least 4 GiB of memory: 2 for the JVM, 2 for the system.",
        fact_id: "E1",
        sourced: PREREQUISITES,
    };

    /// Every figure, for reports.
    pub const ALL: [SizingFact; 9] = [
        TRAFFIC_MANAGER_EVENTS_PER_SECOND,
        GATEWAYS_PER_TRAFFIC_MANAGER,
        GATEWAY_CALLS_AT_TRAFFIC_MANAGER,
        GATEWAYS_PER_CONTROL_PLANE,
        GATEWAYS_PER_KEY_MANAGER,
        KEY_MANAGER_REQUESTS_PER_SECOND,
        GATEWAY_REQUESTS_PER_SECOND,
        NODE_MIN_VCPU,
        NODE_MIN_MEMORY_GIB,
    ];
}

/// Tokens a second that a node of WSO2 Identity Server issued in closed-loop tests, grant of client credentials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TokenRuns {
    /// A node alone.
    pub alone_rps: f64,
    /// One node of a pair, which did far less.
    pub of_pair_rps: f64,
    /// Source, date and quality.
    pub sourced: Sourced,
}

impl TokenRuns {
    /// Version 7.0.0 on two cores: 2,353 alone, 850 in all for a pair. A key manager is another build of the same
    /// server, so the runs only say how far the documented figure may be off.
    pub const PUBLISHED: Self = Self {
        alone_rps: 2_352.8,
        of_pair_rps: 424.8,
        sourced: Sourced {
            source: "wso2/performance-is benchmarks/7.0.0, nodes of two cores, client credentials",
            date: Date { year: 2026, month: Some(5), day: None },
            quality: Quality::Measured,
            stale: false,
        },
    };
}

/// How throughput grows with the cores of a node: Gunther's scalability law without coherency
/// cost, `X(n) / X(1) = n / (1 + s (n - 1))`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CoreScaling {
    /// Contention `s`, 0 for linear growth.
    pub contention: f64,
    /// Source, date and quality.
    pub sourced: Sourced,
}

impl CoreScaling {
    /// Two points of the api-platform gateway 1.1.0 (2 cores 5,805 requests/s, 4 cores 9,795).
    /// They fit two parameters, so nothing checks the fit; the API Manager gateway itself once
    /// did 2.1 times as much on twice the cores (E5).
    pub const PUBLISHED: Self = Self {
        contention: 0.102,
        sourced: Sourced {
            source: "wso2/api-platform gateway 1.1.0 on 2 and 4 cores",
            date: Date { year: 2026, month: None, day: None },
            quality: Quality::Estimate,
            stale: false,
        },
    };

    /// Throughput on `vcpu` cores relative to `tested_vcpu` cores; 0 for no cores.
    pub fn relative_throughput(self, vcpu: f64, tested_vcpu: f64) -> f64 {
        let x = |n: f64| {
            // The law is stated for whole cores; a fraction of a core gets its share of one.
            if n <= 1.0 { n.max(0.0) } else { n / (1.0 + self.contention * (n - 1.0)) }
        };
        let tested = x(tested_vcpu);
        if tested > 0.0 { x(vcpu) / tested } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_reproduces_the_two_published_points() {
        let ratio = CoreScaling::PUBLISHED.relative_throughput(4.0, 2.0);
        assert!((ratio - 9_795.2 / 5_805.4).abs() < 0.002, "{ratio}");
        assert!((CoreScaling::PUBLISHED.relative_throughput(2.0, 2.0) - 1.0).abs() < 1e-12);
        assert!(CoreScaling::PUBLISHED.relative_throughput(0.0, 2.0).abs() < 1e-12);
    }

    #[test]
    fn every_fact_is_stated_with_its_id() {
        for fact in sizing_facts::ALL {
            assert!(fact.value > 0.0 && !fact.statement.is_empty());
            assert!(fact.fact_id.starts_with(['D', 'E']) && fact.sourced.source.contains("(S"));
        }
    }
}
