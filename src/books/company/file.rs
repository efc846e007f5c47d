//! What stands in the file of a company's own book; `assets/books/COMPANY.md` explains it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::design::file::one_line;

use super::{DiscountOn, StorageOf, TrafficTo};

/// Reads only what tells whether the rest can be understood.
#[derive(Deserialize)]
pub(super) struct Probe {
    pub format: u32,
}

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileBook {
    pub format: u32,
    pub name: String,
    pub source: String,
    pub date: String,
    pub currency: Option<FileCurrency>,
    #[serde(default)]
    pub discounts: Vec<FileDiscount>,
    #[serde(default)]
    pub machines: Vec<FileMachine>,
    #[serde(default)]
    pub instance_types: Vec<FileInstanceType>,
    #[serde(default)]
    pub databases: Vec<FileDatabase>,
    #[serde(default)]
    pub storage: Vec<FileStorage>,
    #[serde(default)]
    pub load_balancers: Vec<FileLoadBalancer>,
    #[serde(default)]
    pub dns: Vec<FileDns>,
    #[serde(default)]
    pub traffic: Vec<FileTraffic>,
    #[serde(default)]
    pub sites: Vec<FileSite>,
    #[serde(default)]
    pub rtts: Vec<FileRtt>,
    #[serde(default)]
    pub slas: Vec<FileSla>,
    #[serde(default)]
    pub assumptions: BTreeMap<String, FileAssumption>,
}

/// What an entry says of itself beside its figures.
pub(super) struct Said<'f> {
    pub source: Option<&'f str>,
    pub date: Option<&'f str>,
    pub note: Option<&'f str>,
}

impl Said<'_> {
    /// The remark on one line.
    pub fn note_line(&self) -> Option<String> {
        self.note.map(one_line)
    }
}

/// Entries have their figures and, where it is not the book's, their origin.
macro_rules! entries {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $(pub $field: $type,)*
            source: Option<String>,
            date: Option<String>,
            note: Option<String>,
        }

        impl $name {
            pub fn said(&self) -> Said<'_> {
                Said { source: self.source.as_deref(), date: self.date.as_deref(), note: self.note.as_deref() }
            }
        }
    )*};
}

entries! {
    /// In what totals are shown.
    FileCurrency { code: String, per_usd: f64, }
    /// Percent less than the list price.
    FileDiscount { on: Option<DiscountOn>, provider: Option<String>, pct: f64, }
    /// A size of machine.
    FileMachine {
        provider: Option<String>,
        region: Option<String>,
        name: Option<String>,
        vcpu: f64,
        memory_gib: f64,
        usd_per_hour: f64,
    }
    /// A type of machine in the provider's list, or one that is missing there.
    FileInstanceType {
        provider: String,
        region: Option<String>,
        name: String,
        vcpu: Option<f64>,
        memory_gib: Option<f64>,
        usd_per_hour: f64,
    }
    /// A size of database server.
    FileDatabase {
        provider: Option<String>,
        region: Option<String>,
        engine: Option<String>,
        name: Option<String>,
        vcpu: f64,
        memory_gib: f64,
        multi_zone: Option<bool>,
        usd_per_hour: f64,
    }
    /// Disks, or the storage of databases.
    FileStorage {
        provider: Option<String>,
        region: Option<String>,
        of: StorageOf,
        usd_per_gb_month: f64,
    }
    /// A load balancer.
    FileLoadBalancer {
        provider: Option<String>,
        region: Option<String>,
        usd_per_hour: f64,
        usd_per_unit_hour: Option<f64>,
        usd_per_gb: Option<f64>,
    }
    /// DNS of a provider.
    FileDns {
        provider: String,
        usd_per_zone_month: Option<f64>,
        usd_per_million_queries: Option<f64>,
        usd_per_health_check_month: Option<f64>,
    }
    /// Traffic out of a region.
    FileTraffic {
        provider: String,
        region: Option<String>,
        to: TrafficTo,
        to_region: Option<String>,
        usd_per_gb: f64,
    }
    /// Round trip between two places.
    FileRtt { from: String, to: String, p50_ms: f64, p95_ms: Option<f64>, p99_ms: Option<f64>, }
    /// What a provider promises.
    FileSla { component: String, provider: Option<String>, configuration: String, pct: f64, }
    /// A figure that the estimates assume.
    FileAssumption { value: f64, low: Option<f64>, high: Option<f64>, }
}

/// Prices at a site of one's own; its entries name no provider.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSite {
    pub name: Option<String>,
    #[serde(default)]
    pub machines: Vec<FileMachine>,
    #[serde(default)]
    pub databases: Vec<FileDatabase>,
    #[serde(default)]
    pub storage: Vec<FileStorage>,
    #[serde(default)]
    pub load_balancers: Vec<FileLoadBalancer>,
}
