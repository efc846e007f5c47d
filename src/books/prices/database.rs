//! Managed databases, their storage, and disks of virtual machines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::provenance::{Quality, Sourced};
use super::super::regions::{Provider, RegionBook};
use super::super::table::{BookError, SourceBook, Table, flag, non_empty};
use super::{Choice, Listed, Machine, MachineClass, Price, PriceList, PriceUnit, amount, cheapest, known_region};

/// Hours of a month in all price lists.
const HOURS_PER_MONTH: f64 = 730.0;

/// A managed database engine with its licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseEngine {
    /// MySQL.
    Mysql,
    /// MariaDB.
    Mariadb,
    /// PostgreSQL.
    Postgresql,
    /// Microsoft SQL Server, Standard edition or General Purpose tier.
    #[serde(rename = "sqlserver-standard")]
    SqlServerStandard,
    /// Microsoft SQL Server, Enterprise edition or Business Critical tier.
    #[serde(rename = "sqlserver-enterprise")]
    SqlServerEnterprise,
    /// Oracle Standard Edition 2, licence included.
    #[serde(rename = "oracle-se2")]
    OracleSe2,
    /// Oracle with a licence of one's own; the only way to Enterprise Edition.
    OracleByol,
    /// Amazon Aurora, MySQL or PostgreSQL.
    Aurora,
}

impl DatabaseEngine {
    /// Every engine.
    pub const ALL: [Self; 8] = [
        Self::Mysql,
        Self::Mariadb,
        Self::Postgresql,
        Self::SqlServerStandard,
        Self::SqlServerEnterprise,
        Self::OracleSe2,
        Self::OracleByol,
        Self::Aurora,
    ];

    /// The short name used in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Postgresql => "postgresql",
            Self::SqlServerStandard => "sqlserver-standard",
            Self::SqlServerEnterprise => "sqlserver-enterprise",
            Self::OracleSe2 => "oracle-se2",
            Self::OracleByol => "oracle-byol",
            Self::Aurora => "aurora",
        }
    }
}

impl fmt::Display for DatabaseEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for DatabaseEngine {
    type Err = String;

    /// Reads the short name; the error is a sentence.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|engine| engine.key() == text);
        found.ok_or_else(|| format!("\"{text}\" is not a database engine"))
    }
}

/// Whether a row is for one zone, for two, or the same for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MultiAz {
    No,
    Yes,
    Any,
}

impl MultiAz {
    fn covers(self, multi_az: bool) -> bool {
        match self {
            Self::No => !multi_az,
            Self::Yes => multi_az,
            Self::Any => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Meter {
    #[serde(rename = "hour")]
    Hour,
    #[serde(rename = "vCPU-hour")]
    VcpuHour,
    #[serde(rename = "GiB-month")]
    GibMonth,
}

#[derive(Debug)]
struct Instance {
    provider: Provider,
    region: String,
    engine: DatabaseEngine,
    sku: String,
    description: String,
    class: MachineClass,
    multi_az: MultiAz,
    vcpu: f64,
    memory_gib: f64,
    meter: Meter,
    usd: f64,
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
        self.usd
    }

    fn sku(&self) -> &str {
        &self.sku
    }

    fn is_suspect(&self) -> bool {
        self.sourced.quality == Quality::Suspect
    }
}

impl Instance {
    fn price(&self, usd: f64, sku: String, description: String) -> Price {
        Price {
            usd,
            unit: PriceUnit::Hour,
            sku,
            description,
            provider: Some(self.provider),
            region: self.region.clone(),
            list_usd: None,
            sourced: self.sourced,
            note: self.note.clone(),
            note_on_fallback: None,
        }
    }
}

#[derive(Debug)]
struct Storage {
    provider: Provider,
    region: String,
    kind: StorageKind,
    /// `None` for every engine.
    engine: Option<DatabaseEngine>,
    multi_az: MultiAz,
    sku: String,
    description: String,
    usd_per_gb_month: f64,
    sourced: Sourced,
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StorageKind {
    Block,
    Database,
}

/// Prices of databases and of storage.
#[derive(Debug)]
pub(super) struct DatabasePrices {
    instances: Vec<Instance>,
    storage: Vec<Storage>,
}

#[derive(Deserialize)]
struct InstanceRow {
    provider: Provider,
    region: String,
    engine: DatabaseEngine,
    sku: String,
    description: String,
    class: MachineClass,
    multi_az: MultiAz,
    vcpu: Option<f64>,
    memory_gib: Option<f64>,
    unit: Meter,
    usd: f64,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

#[derive(Deserialize)]
struct StorageRow {
    provider: Provider,
    region: String,
    kind: StorageKind,
    engine: String,
    multi_az: MultiAz,
    sku: String,
    description: String,
    usd_per_gb_month: f64,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl DatabasePrices {
    pub fn parse(
        instances: Table,
        storage: Table,
        sources: &'static SourceBook,
        regions: &RegionBook,
    ) -> Result<Self, BookError> {
        let instances = instances.read(|row: InstanceRow| {
            known_region(regions, row.provider, &row.region)?;
            let sized = row.vcpu.is_some_and(|n| n > 0.0) && row.memory_gib.is_some_and(|n| n > 0.0);
            if sized != (row.unit == Meter::Hour) {
                return Err(format!("{} needs a size, or a meter and no size", row.sku));
            }
            Ok(Instance {
                usd: amount(row.usd)?,
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                provider: row.provider,
                region: row.region,
                engine: row.engine,
                sku: row.sku,
                description: row.description,
                class: row.class,
                multi_az: row.multi_az,
                vcpu: row.vcpu.unwrap_or(1.0),
                memory_gib: row.memory_gib.unwrap_or(1.0),
                meter: row.unit,
                note: non_empty(row.note),
            })
        })?;
        let storage = storage.read(|row: StorageRow| {
            known_region(regions, row.provider, &row.region)?;
            let engine = match row.engine.as_str() {
                "any" => None,
                name => Some(name.parse()?),
            };
            Ok(Storage {
                usd_per_gb_month: amount(row.usd_per_gb_month)?,
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                provider: row.provider,
                region: row.region,
                kind: row.kind,
                engine,
                multi_az: row.multi_az,
                sku: row.sku,
                description: row.description,
                note: non_empty(row.note),
            })
        })?;
        Ok(Self { instances, storage })
    }
}

impl PriceList {
    /// Price per hour of a managed database with at least this size.
    ///
    /// `multi_az` asks for a standby in another zone; where the list has no price for it, twice
    /// the price of one zone stands in and the price says so.
    pub fn database_hourly(
        &self,
        provider: Provider,
        region: &str,
        engine: DatabaseEngine,
        vcpu: f64,
        memory_gib: f64,
        multi_az: bool,
    ) -> Option<Price> {
        let rows = self.database.instances.iter();
        let rows = rows.filter(|row| row.provider == provider && row.engine == engine);
        let listed = self.listed(provider, region, rows, |row| &row.region)?;
        let price = metered(&listed, vcpu, memory_gib, multi_az)
            .or_else(|| by_instance(&listed, vcpu, memory_gib, multi_az))?;
        Some(listed.noted(price))
    }

    /// Price per GB and month of a managed database's storage; with `multi_az` for both copies.
    pub fn database_storage_gb_month(
        &self,
        provider: Provider,
        region: &str,
        engine: DatabaseEngine,
        multi_az: bool,
    ) -> Option<Price> {
        let of_provider = || {
            let rows = self.database.storage.iter();
            rows.filter(|row| row.provider == provider && row.kind == StorageKind::Database)
        };
        let own = of_provider().any(|row| row.engine == Some(engine));
        // Engines that the provider does not offer have no storage price either.
        self.database.instances.iter().find(|row| row.provider == provider && row.engine == engine)?;
        let wanted = if own { Some(engine) } else { None };
        let rows = of_provider().filter(|row| row.engine == wanted);
        let listed = self.listed(provider, region, rows, |row| &row.region)?;
        let covering = listed.rows.iter().find(|row| row.multi_az.covers(multi_az));
        let price = match covering {
            Some(row) => row.price(),
            None => {
                let mut price = listed.rows.iter().find(|row| row.multi_az == MultiAz::No)?.price();
                price.usd *= 2.0;
                price.stands_in(Quality::Estimate, "two copies: twice the price of one zone");
                price
            }
        };
        Some(listed.noted(price))
    }

    /// Price per GB and month of the provider's general-purpose SSD disk.
    pub fn block_storage_gb_month(&self, provider: Provider, region: &str) -> Option<Price> {
        let rows = self.database.storage.iter();
        let rows = rows.filter(|row| row.provider == provider && row.kind == StorageKind::Block);
        let listed = self.listed(provider, region, rows, |row| &row.region)?;
        Some(listed.noted(listed.rows.first()?.price()))
    }
}

impl Storage {
    fn price(&self) -> Price {
        Price {
            usd: self.usd_per_gb_month,
            unit: PriceUnit::GbMonth,
            sku: self.sku.clone(),
            description: self.description.clone(),
            provider: Some(self.provider),
            region: self.region.clone(),
            list_usd: None,
            sourced: self.sourced,
            note: self.note.clone(),
            note_on_fallback: None,
        }
    }
}

/// Price of a provider that meters vCPU and memory instead of selling sizes.
fn metered(listed: &Listed<'_, Instance>, vcpu: f64, memory_gib: f64, multi_az: bool) -> Option<Price> {
    let meter = |meter: Meter| {
        let mut rows = listed.rows.iter();
        rows.find(|row| row.meter == meter && row.multi_az.covers(multi_az))
    };
    let (cpu, memory) = (meter(Meter::VcpuHour)?, meter(Meter::GibMonth)?);
    let usd = vcpu.max(0.0) * cpu.usd + memory_gib.max(0.0) * memory.usd / HOURS_PER_MONTH;
    let description = format!("{}: {vcpu} vCPU, {memory_gib} GiB", cpu.description);
    let mut price = cpu.price(usd, format!("{} + memory", cpu.sku), description);
    price.sourced = price.sourced.at_best(Quality::Derived);
    Some(price)
}

/// Price of the cheapest fitting instance.
fn by_instance(listed: &Listed<'_, Instance>, vcpu: f64, memory_gib: f64, multi_az: bool) -> Option<Price> {
    let choose = |multi_az: bool| {
        let rows = listed.rows.iter().copied();
        let rows: Vec<&Instance> =
            rows.filter(|row| row.meter == Meter::Hour && row.multi_az.covers(multi_az)).collect();
        cheapest(&rows, vcpu, memory_gib)
    };
    let exact = choose(multi_az);
    let single = if multi_az { choose(false) } else { None };
    // A listed pair of burstable machines is no better than twice a machine that is not.
    let twice = match (&exact, &single) {
        (Some(exact), Some(single)) => single.class < exact.class,
        (exact, _) => exact.is_none(),
    };
    let choice: Choice<'_, Instance> = if twice { single? } else { exact? };
    let description = format!("{}: {}", choice.machine.description, choice.size());
    let mut price = choice.machine.price(choice.usd_per_hour(), choice.sku(), description);
    choice.note(&mut price);
    if twice {
        price.usd *= 2.0;
        price.stands_in(Quality::Estimate, "standby in another zone: twice the price of one zone");
    }
    Some(price)
}
