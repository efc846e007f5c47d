//! Virtual machines.

use serde::Deserialize;

use super::super::company::{Entry, InstanceType};
use super::super::provenance::{Quality, Sourced};
use super::super::regions::{Provider, RegionBook};
use super::super::table::{BookError, SourceBook, Table, flag, non_empty};
use super::{Machine, MachineClass, Price, PriceList, PriceUnit, amount, cheapest, known_region};

/// Hourly prices of machines, in order of provider and region.
#[derive(Debug)]
pub(super) struct ComputePrices {
    rows: Vec<Instance>,
}

#[derive(Debug)]
struct Instance {
    provider: Provider,
    region: String,
    sku: String,
    class: MachineClass,
    vcpu: f64,
    memory_gib: f64,
    usd_per_hour: f64,
    sourced: Sourced,
    note: Option<String>,
}

impl Machine for Instance {
    fn class(&self) -> MachineClass {
        self.class
    }

    fn vcpu(&self) -> f64 {
        self.vcpu
    }

    fn memory_gib(&self) -> f64 {
        self.memory_gib
    }

    fn usd_per_hour(&self) -> f64 {
        self.usd_per_hour
    }

    fn sku(&self) -> &str {
        &self.sku
    }

    fn is_suspect(&self) -> bool {
        self.sourced.quality == Quality::Suspect
    }
}

#[derive(Deserialize)]
struct Row {
    provider: Provider,
    region: String,
    sku: String,
    class: MachineClass,
    vcpu: f64,
    memory_gib: f64,
    usd_per_hour: f64,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl ComputePrices {
    fn named(&self, provider: Provider, sku: &str) -> Option<&Instance> {
        self.rows.iter().find(|row| row.provider == provider && row.sku == sku)
    }

    /// A type of the company as a row; it is of the class of the listed type with its name.
    fn company(&self, provider: Provider, of: &Entry<InstanceType>) -> Instance {
        let InstanceType { name, vcpu, memory_gib, usd_per_hour } = &of.figure;
        Instance {
            provider,
            region: of.region(),
            sku: name.clone(),
            class: self.named(provider, name).map_or(MachineClass::General, |row| row.class),
            vcpu: *vcpu,
            memory_gib: *memory_gib,
            usd_per_hour: *usd_per_hour,
            sourced: of.sourced,
            note: of.note.clone(),
        }
    }

    pub fn parse(table: Table, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let mut rows = table.read(|row: Row| {
            known_region(regions, row.provider, &row.region)?;
            if row.vcpu <= 0.0 || row.memory_gib <= 0.0 {
                return Err(format!("{} has no size", row.sku));
            }
            Ok(Instance {
                usd_per_hour: amount(row.usd_per_hour)?,
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                provider: row.provider,
                region: row.region,
                sku: row.sku,
                class: row.class,
                vcpu: row.vcpu,
                memory_gib: row.memory_gib,
                note: non_empty(row.note),
            })
        })?;
        rows.sort_by(|a, b| (a.provider, &a.region).cmp(&(b.provider, &b.region)));
        Ok(Self { rows })
    }

    /// The rows of one region, or else of the whole provider.
    fn of(&self, provider: Provider, region: &str) -> &[Instance] {
        let range = |after: &dyn Fn(&Instance) -> bool, past: &dyn Fn(&Instance) -> bool| {
            let start = self.rows.partition_point(after);
            let end = self.rows.partition_point(past);
            self.rows.get(start..end).unwrap_or_default()
        };
        let key = (provider, region);
        let exact =
            range(&|row| (row.provider, row.region.as_str()) < key, &|row| (row.provider, row.region.as_str()) <= key);
        if exact.is_empty() { range(&|row| row.provider < provider, &|row| row.provider <= provider) } else { exact }
    }
}

impl PriceList {
    /// Size of a listed machine: vCPU and memory in GiB.
    pub fn size_of(&self, provider: Provider, sku: &str) -> Option<(f64, f64)> {
        self.compute.named(provider, sku).map(|row| (row.vcpu, row.memory_gib))
    }

    /// Price per hour of the cheapest listed on-demand Linux machine with at least this size.
    ///
    /// Burstable and ARM machines are taken only if nothing else is listed: the published
    /// throughput was measured on neither. A size beyond the list is a multiple of a listed
    /// machine, and the price says so.
    /// Types of the company stand in place of those listed by the same name, and beside the others.
    pub fn compute_hourly(
        &self,
        provider: Provider,
        region: &str,
        vcpu: f64,
        memory_gib: f64,
        company: &[&Entry<InstanceType>],
    ) -> Option<Price> {
        let own: Vec<Instance> = company.iter().map(|of| self.compute.company(provider, of)).collect();
        let rows = self.compute.of(provider, region).iter();
        let rows = rows.filter(|row| own.iter().all(|own| own.sku != row.sku));
        let listed = self.listed(provider, region, rows, |row| &row.region);
        let mut all: Vec<&Instance> = listed.as_ref().map(|listed| listed.rows.clone()).unwrap_or_default();
        all.extend(&own);
        let choice = cheapest(&all, vcpu, memory_gib)?;
        let machine = choice.machine;
        let mut price = Price {
            usd: choice.usd_per_hour(),
            unit: PriceUnit::Hour,
            sku: choice.sku(),
            description: format!("virtual machine, on demand, Linux: {}", choice.size()),
            provider: Some(provider),
            region: machine.region.clone(),
            list_usd: None,
            sourced: machine.sourced,
            note: machine.note.clone(),
            note_on_fallback: None,
        };
        choice.note(&mut price);
        match listed {
            Some(listed) if machine.sourced.quality != Quality::Company => Some(listed.noted(price)),
            _ => Some(price),
        }
    }
}
