//! How much a link carries there and back in a month, by its purpose.

use crate::design::{Component, Design, Id, Link, Purpose, TokenFormat};
use crate::topology::Topology;

use super::super::api_call::backends_of;
use super::super::assume::{Assumed, Assumption, Assumptions};
use super::super::capacity::throttling;
use super::super::figure::{Derivation, Quality, Unit};
use super::flows::{Flows, Through};
use super::quantity::Quantity;
use super::{GIB, SECONDS};

/// A link with its two ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends<'a> {
    /// Its id.
    pub id: &'a Id,
    /// The link.
    pub link: &'a Link,
    /// Who opens it.
    pub from: &'a Component,
    /// Who listens.
    pub to: &'a Component,
}

impl<'a> Ends<'a> {
    /// The link with its ends; `None` where one is not drawn.
    pub fn of(design: &'a Design, id: &'a Id, link: &'a Link) -> Option<Self> {
        Some(Self { id, link, from: design.components.get(&link.from)?, to: design.components.get(&link.to)? })
    }
}

/// Gigabytes a month there and back. `None` for what carries next to nothing: administration by people, and notices
/// of single tokens.
pub(super) fn amounts<'a>(
    assume: &Assumptions<'_>,
    topology: &Topology<'a>,
    flows: &Flows<'_, 'a>,
    ends: Ends<'a>,
) -> Option<[Quantity; 2]> {
    let Ends { link, from, to, .. } = ends;
    let carried = flows.through(&link.from);
    let small = || Quantity::assumed(assume.get(Assumed::BackgroundGb));
    let acknowledged = || Quantity::nothing("acknowledgements only");
    match link.purpose {
        Purpose::ApiTraffic => {
            let over = flows.over(ends.id);
            let source = "populations that come this way, at their mean load";
            Some([
                Quantity::gb("Requests", over.request_bytes_per_s, source),
                Quantity::gb("Responses", over.response_bytes_per_s, source),
            ])
        }
        Purpose::BackendCall => to_backend(topology, carried, link),
        Purpose::ThrottleData => {
            let events = carried.calls_per_s * nodes_told(topology, ends);
            let source = "one for each call and node of the traffic managers; one in all where they count together";
            Some([by_event(events, source, assume.get(Assumed::EventBytes)), acknowledged()])
        }
        Purpose::AnalyticsEvents => {
            let events = divided(carried.calls_per_s, link, topology);
            let source = "one for each call, divided over the links of this purpose";
            Some([by_event(events, source, assume.get(Assumed::UsageBytes)), acknowledged()])
        }
        Purpose::KeyManagerHttps if topology.design.meta.tokens == TokenFormat::Opaque && from.kind().has_gateway() => {
            let calls_per_s = divided(carried.calls_per_s, link, topology);
            Some([checks(assume, calls_per_s), checks(assume, calls_per_s)])
        }
        Purpose::DbReplication => {
            let carries = link.replication.clone().unwrap_or_default();
            let of = |writer: &Component| changes(assume, flows.served_in(writer.region.as_ref()), carries.apim_db);
            Some([of(from), if carries.bidirectional { of(to) } else { acknowledged() }])
        }
        Purpose::EventStream | Purpose::ManagementHttps | Purpose::ThrottleDecision => {
            Some([Quantity::nothing("requests are small"), small()])
        }
        Purpose::HubEvents | Purpose::SharedCounters | Purpose::Database => Some([small(), small()]),
        Purpose::PortalAccess
        | Purpose::KeyManagerHttps
        | Purpose::TokenNotification
        | Purpose::GatewayManagement
        | Purpose::Identity
        | Purpose::FileShare => None,
    }
}

fn to_backend<'a>(topology: &Topology<'a>, carried: Through, link: &'a Link) -> Option<[Quantity; 2]> {
    let called = backends_of(topology, &link.from);
    let share = called.iter().find(|(_, id, _, first)| **id == link.to && std::ptr::eq(*first, link))?.0;
    let of = |label: &str, bytes_per_s: f64| {
        Quantity::exact(Derivation::computed(
            label,
            share * bytes_per_s * SECONDS / GIB,
            Unit::GbPerMonth,
            "share of the calls × bytes a second in the mean × 2,628,000 s / 2^30",
            vec![
                Derivation::input("Share of the calls", share, Unit::Count, Quality::Given, "shares of the backends"),
                Derivation::input(
                    "Bytes a second in the mean",
                    bytes_per_s,
                    Unit::Bytes,
                    Quality::Derived,
                    "populations sent to this gateway, at their mean load",
                ),
            ],
        ))
    };
    Some([
        of("Requests to the backend", carried.request_bytes_per_s),
        of("Responses of the backend", carried.response_bytes_per_s),
    ])
}

/// What goes over one of the sender's links of a purpose when all take an equal part.
fn divided(calls_per_s: f64, link: &Link, topology: &Topology<'_>) -> f64 {
    let links = topology.out(&link.from).iter().filter(|(e, _)| e.link.purpose == link.purpose).count().max(1);
    calls_per_s / links as f64
}

/// How many nodes behind a link get the event of each call: all of them, or their part of one where they count together.
fn nodes_told(topology: &Topology<'_>, ends: Ends<'_>) -> f64 {
    let nodes = f64::from(ends.to.instances);
    if !throttling::shares_counters(topology, &ends.link.to) {
        return nodes;
    }
    let told = topology.out(&ends.link.from).into_iter();
    let told = told.filter(|(e, n)| e.link.purpose == ends.link.purpose && throttling::shares_counters(topology, n.id));
    nodes / told.map(|(_, n)| f64::from(n.component.instances)).sum::<f64>().max(1.0)
}

/// Events of an assumed size.
fn by_event(events_per_s: f64, source: &str, bytes: Assumption<'_>) -> Quantity {
    let gb = |bytes: f64| events_per_s * bytes * SECONDS / GIB;
    Quantity {
        range: [gb(bytes.value), gb(bytes.low), gb(bytes.high)],
        node: Derivation::computed(
            "Gigabytes a month",
            gb(bytes.value),
            Unit::GbPerMonth,
            "events a second in the mean × bytes × 2,628,000 s / 2^30",
            vec![
                Derivation::input(
                    "Events a second in the mean",
                    events_per_s,
                    Unit::RequestsPerS,
                    Quality::Derived,
                    source,
                ),
                bytes.node(),
            ],
        ),
    }
}

/// Questions about opaque tokens that are not in the gateway's cache, or their answers.
fn checks(assume: &Assumptions<'_>, calls_per_s: f64) -> Quantity {
    let (missed, bytes) = (assume.get(Assumed::CacheMissPct), assume.get(Assumed::ValidationBytes));
    let gb = |missed_pct: f64, bytes: f64| calls_per_s * missed_pct / 100.0 * bytes / 2.0 * SECONDS / GIB;
    let value = gb(missed.value, bytes.value);
    Quantity {
        range: [value, gb(missed.low, bytes.low), gb(missed.high, bytes.high)],
        node: Derivation::computed(
            "Gigabytes a month",
            value,
            Unit::GbPerMonth,
            "calls a second in the mean × tokens not in the cache × half the bytes there and back × 2,628,000 s / 2^30",
            vec![
                Derivation::input(
                    "Calls a second in the mean",
                    calls_per_s,
                    Unit::RequestsPerS,
                    Quality::Derived,
                    "calls of the gateway, divided over the links of this purpose",
                ),
                missed.node(),
                bytes.node(),
            ],
        ),
    }
}

/// What changes in the databases of a region that serves so many calls a second: tokens, if their schema is meant,
/// and what people do.
pub(super) fn changes(assume: &Assumptions<'_>, calls_per_s: f64, tokens: bool) -> Quantity {
    let (each, bytes) = (assume.get(Assumed::CallsPerToken), assume.get(Assumed::TokenChangeBytes));
    let other = assume.get(Assumed::PortalChangeGb);
    if !tokens {
        return Quantity::assumed(other);
    }
    let gb = |each: f64, bytes: f64, other: f64| calls_per_s / each * bytes * SECONDS / GIB + other;
    let value = gb(each.value, bytes.value, other.value);
    Quantity {
        range: [value, gb(each.high, bytes.low, other.low), gb(each.low, bytes.high, other.high)],
        node: Derivation::computed(
            "Changes of the database",
            value,
            Unit::GbPerMonth,
            "calls a second in the mean / calls for each token × bytes × 2,628,000 s / 2^30 + other changes",
            vec![
                Derivation::input(
                    "Calls a second in the mean",
                    calls_per_s,
                    Unit::RequestsPerS,
                    Quality::Derived,
                    "what the gateways of the region serve; their tokens are issued there",
                ),
                each.node(),
                bytes.node(),
                other.node(),
            ],
        ),
    }
}
