//! Looking up a name when a connection is opened: most resolvers know the answer already.

use crate::design::Users;

use super::assume::Assumed;
use super::dist::{Law, lognormal_mean_ms};
use super::figure::{Derivation, Quality, Unit};
use super::parts::{Chain, Part};
use super::places::Places;

/// A look-up rarer than this moves no percentile that is shown, and is left out of the distribution.
const RARE: f64 = 1e-3;

/// How often a connection finds that the resolver of its user has no entry.
pub(super) struct Misses {
    /// Share of the connections.
    share: f64,
    node: Derivation,
}

/// Of connections over which these users send their calls.
///
/// One look-up fills the entry of a resolver for the time to live, and the connections of that time find it:
/// `1 / (1 + connections a second × time to live / resolvers)`, exact for arrivals by chance. `ttl_s` is that of the
/// global balancer that answers the name; without one it is assumed.
pub(super) fn misses_of_calls(places: &Places<'_>, users: &Users, ttl_s: Option<f64>) -> Misses {
    let connections_per_s = (users.requests_per_s * users.new_connections_pct / 100.0).max(0.0);
    let resolvers = places.assume.get(Assumed::DnsResolvers);
    let assumed = places.assume.get(Assumed::DnsTtlS);
    let (ttl_s, ttl) = match ttl_s {
        Some(ttl_s) => {
            let source = "given in the drawing, at the global load balancer";
            (ttl_s, Derivation::input("Time to live of the name, s", ttl_s, Unit::Count, Quality::Given, source))
        }
        None => (assumed.value, assumed.node()),
    };
    let share = 1.0 / (1.0 + connections_per_s * ttl_s / resolvers.value);
    let connections = Derivation::input(
        "Connections opened a second",
        connections_per_s,
        Unit::RequestsPerS,
        Quality::Given,
        "peak of calls × share that opens a connection, given in the drawing",
    );
    let node = Derivation::computed(
        "Connections whose resolver has no entry",
        100.0 * share,
        Unit::Percent,
        "1 / (1 + connections a second × time to live / resolvers)",
        vec![connections, ttl, resolvers.node()],
    );
    Misses { share, node }
}

/// Of connections to portals and key managers, whose number is not in the drawing.
pub(super) fn misses_of_visits(places: &Places<'_>) -> Misses {
    let assumed = places.assume.get(Assumed::DnsQueryPct);
    Misses { share: assumed.value / 100.0, node: assumed.node() }
}

/// Adds the look-ups of operations of which this share opens a connection.
pub(super) fn push_lookup(chain: &mut Chain, places: &Places<'_>, opens: f64, misses: Misses) {
    let time = places.assume.get(Assumed::DnsLookupMs);
    let rate = opens * misses.share;
    if rate <= 0.0 {
        return;
    }
    let mut formula = "share of new connections × share whose resolver has no entry × mean of a look-up".to_owned();
    if rate < RARE {
        formula.push_str("; too rare to show in a percentile");
    }
    let mean_ms = rate * lognormal_mean_ms(time.value, time.high);
    let shows = [0.5, 0.05, 0.01].map(|rarer| if rate >= rarer { 0.5 } else { 0.0 });
    let part = Part {
        node: Derivation::computed("Look-up of the name", mean_ms, Unit::Ms, formula, vec![misses.node, time.node()]),
        down_ms: shows.map(|s| s * (time.value - time.low)),
        up_ms: shows.map(|s| s * time.value),
    };
    let look_up = Law::Lognormal { p50_ms: time.value, p99_ms: time.high };
    let law =
        if rate < RARE { Law::Point(0.0) } else { Law::Mix(vec![(1.0 - rate, Law::Point(0.0)), (rate, look_up)]) };
    chain.push(law, part);
}
