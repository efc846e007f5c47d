//! The figures of a book and where they hold.

use super::super::prices::DatabaseEngine;
use super::super::provenance::Sourced;
use super::super::regions::Provider;
use super::{DiscountOn, StorageOf, TrafficTo};

/// Where something stands, as the names in a book are compared with it.
#[derive(Debug, Clone, Copy)]
pub(in crate::books) enum Here<'a> {
    /// In a region of a cloud; the id is `global` for what is the same everywhere.
    Cloud(Provider, &'a str),
    /// At a site of one's own that goes by any of these names.
    Site(&'a [&'a str]),
}

/// Where an entry holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    /// In a region of a cloud, or in all of them.
    Cloud(Provider, Option<String>),
    /// At the site of this name, or at all.
    Site(Option<String>),
}

/// How exactly an entry speaks of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    ThisPlace,
    EveryPlace,
}

impl At {
    pub(super) fn reach(&self, here: Here<'_>) -> Option<Reach> {
        match (self, here) {
            (Self::Cloud(of, region), Here::Cloud(provider, id)) if *of == provider => match region {
                None => Some(Reach::EveryPlace),
                Some(region) => (region == id).then_some(Reach::ThisPlace),
            },
            (Self::Site(None), Here::Site(_)) => Some(Reach::EveryPlace),
            (Self::Site(Some(name)), Here::Site(names)) => {
                names.iter().any(|n| n.trim().to_lowercase() == *name).then_some(Reach::ThisPlace)
            }
            _ => None,
        }
    }
}

/// An entry of a book.
#[derive(Debug, Clone)]
pub(in crate::books) struct Entry<T> {
    pub(super) at: At,
    pub figure: T,
    pub sourced: Sourced,
    pub note: Option<String>,
}

impl<T> Entry<T> {
    /// The region whose figure it is, as prices name it.
    pub fn region(&self) -> String {
        match &self.at {
            At::Cloud(_, Some(region)) => region.clone(),
            At::Cloud(_, None) => "all regions".to_owned(),
            At::Site(Some(name)) => name.clone(),
            At::Site(None) => "own sites".to_owned(),
        }
    }
}

/// A size of machine or database server, for so many US dollars an hour.
#[derive(Debug, Clone)]
pub(in crate::books) struct Size {
    pub name: String,
    /// Which databases; `None` for machines and for any engine.
    pub engine: Option<DatabaseEngine>,
    /// Whether it is for two zones; `None` for both.
    pub multi_zone: Option<bool>,
    pub vcpu: f64,
    pub memory_gib: f64,
    pub usd_per_hour: f64,
}

/// A type of machine by the provider's name.
#[derive(Debug, Clone)]
pub(in crate::books) struct InstanceType {
    pub name: String,
    pub vcpu: f64,
    pub memory_gib: f64,
    pub usd_per_hour: f64,
}

/// US dollars for each GB and month.
#[derive(Debug, Clone)]
pub(in crate::books) struct Storage {
    pub(super) of: StorageOf,
    pub usd_per_gb_month: f64,
}

/// A load balancer; what is `None` costs nothing.
#[derive(Debug, Clone)]
pub(in crate::books) struct LoadBalancer {
    pub usd_per_hour: f64,
    pub usd_per_unit_hour: Option<f64>,
    pub usd_per_gb: Option<f64>,
}

/// DNS of a provider; for what is `None` the list price holds.
#[derive(Debug, Clone)]
pub(in crate::books) struct Dns {
    pub usd_per_zone_month: Option<f64>,
    pub usd_per_million_queries: Option<f64>,
    pub usd_per_health_check_month: Option<f64>,
}

/// Traffic out of a region, US dollars a GB.
#[derive(Debug, Clone)]
pub(in crate::books) struct Traffic {
    pub(super) to: TrafficTo,
    /// The region it goes to; `None` for any.
    pub(super) to_region: Option<String>,
    pub usd_per_gb: f64,
}

/// Percent less than the list price.
#[derive(Debug, Clone)]
pub(in crate::books) struct Discount {
    /// `None` for everything.
    pub(super) on: Option<DiscountOn>,
    /// `None` for all of them.
    pub(super) provider: Option<Provider>,
    pub pct: f64,
    pub sourced: Sourced,
}

/// One end of a round trip.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::books) enum End {
    /// A region of a cloud.
    Cloud(Provider, String),
    /// A site of one's own by its name, in lower case.
    Site(String),
}

impl End {
    /// A site of one's own.
    pub fn site(name: &str) -> Self {
        Self::Site(name.trim().to_lowercase())
    }
}

/// A round trip that the company measured.
#[derive(Debug, Clone)]
pub(in crate::books) struct Rtt {
    /// In order.
    pub(super) ends: [End; 2],
    pub p50_ms: f64,
    /// 95th and 99th percentile, ms, where they are known.
    pub tail_ms: [Option<f64>; 2],
    pub sourced: Sourced,
    pub note: Option<String>,
}
