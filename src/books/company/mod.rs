//! A company's own book: prices, discounts, a currency, round-trip times, availabilities and assumptions that hold
//! instead of the shipped ones.
//!
//! A [`CompanyBook`] is one file `*.book.ron`, read and checked; [`CompanyBooks`] are all that are in force, the
//! strongest first. Every figure found in them is marked [`Quality::Company`] and names book, source and date.
//! `assets/books/COMPANY.md` explains the format.

mod entries;
mod figures;
mod file;
mod lines;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::prices::DatabaseEngine;
use super::provenance::{Quality, Sourced};
use super::regions::Provider;
use super::slas::Availability;

pub use read::MAX_BOOK_BYTES;

use figures::{At, Reach};
pub(in crate::books) use figures::{
    Discount, Dns, End, Entry, Here, InstanceType, LoadBalancer, Rtt, Size, Storage, Traffic,
};

/// What a discount is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DiscountOn {
    /// Virtual machines.
    Compute,
    /// Managed databases.
    Databases,
    /// Disks and database storage.
    Storage,
    /// Load balancers and DNS.
    LoadBalancing,
    /// Data transfer and private lines.
    Traffic,
}

/// What storage is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StorageOf {
    /// Disks of machines.
    Machines,
    /// Managed databases, all copies together.
    Databases,
}

/// Where traffic out of a region goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TrafficTo {
    /// Another zone of the region.
    Zone,
    /// Another region of the provider.
    Region,
    /// The internet: users, own sites, other providers.
    Internet,
}

/// The currency in which totals are shown; every figure is computed in US dollars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Currency {
    /// Its three-letter code, such as `EUR`.
    pub code: String,
    /// How much of it is one US dollar.
    pub per_usd: f64,
    /// Where the rate comes from; `None` for the US dollar itself.
    pub sourced: Option<Sourced>,
}

impl Default for Currency {
    fn default() -> Self {
        Self { code: "USD".into(), per_usd: 1.0, sourced: None }
    }
}

impl Currency {
    /// What stands before an amount: `$`, `€`, or the code.
    #[must_use]
    pub fn sign(&self) -> String {
        match self.code.as_str() {
            "USD" => "$".to_owned(),
            "EUR" => "€".to_owned(),
            "GBP" => "£".to_owned(),
            code => format!("{code}\u{a0}"),
        }
    }

    /// `0.92 EUR for a US dollar, given by the company 2026-09-01: …`; `None` for the US dollar itself.
    #[must_use]
    pub fn rate(&self) -> Option<String> {
        let sourced = self.sourced.as_ref()?;
        Some(format!("{} {} for a US dollar, {sourced}", self.per_usd, self.code))
    }
}

/// An assumption that the company makes otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct CompanyAssumption {
    /// The value, in the unit of the assumption.
    pub value: f64,
    /// Lower end of what is plausible.
    pub low: f64,
    /// Upper end of what is plausible.
    pub high: f64,
    /// Who says so: book, source, date and remark.
    pub said: String,
}

/// Where an entry stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    line: usize,
    column: usize,
}

/// One file of a company's own figures, read and checked.
#[derive(Debug, Clone)]
pub struct CompanyBook {
    /// What people call it.
    pub name: String,
    /// What was read: a path or another name.
    pub source_name: String,
    /// Source and date of entries that name none of their own.
    pub sourced: Sourced,
    /// The currency in which totals are shown.
    pub currency: Option<Currency>,
    discounts: Vec<Discount>,
    machines: Vec<Entry<Size>>,
    instance_types: Vec<Entry<InstanceType>>,
    databases: Vec<Entry<Size>>,
    storage: Vec<Entry<Storage>>,
    load_balancers: Vec<Entry<LoadBalancer>>,
    dns: Vec<Entry<Dns>>,
    traffic: Vec<Entry<Traffic>>,
    rtts: Vec<Rtt>,
    availabilities: Vec<Availability>,
    assumptions: BTreeMap<String, CompanyAssumption>,
    /// What it speaks of, in words that no two entries share.
    claims: BTreeMap<String, Line>,
    /// What the file holds.
    text: String,
}

/// Books are the same when file and text are.
impl PartialEq for CompanyBook {
    fn eq(&self, other: &Self) -> bool {
        self.source_name == other.source_name && self.text == other.text
    }
}

impl CompanyBook {
    /// What it speaks of, in words, in alphabetical order: `the currency`, `the machine aws eu-central-1 4 vCPU …`.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.claims.keys().map(String::as_str)
    }

    /// What kinds of figures it has, with the number of each; kinds without any are left out.
    #[must_use]
    pub fn contents(&self) -> Vec<(&'static str, usize)> {
        let all = [
            ("currency", usize::from(self.currency.is_some())),
            ("discount", self.discounts.len()),
            ("machine", self.machines.len()),
            ("instance type", self.instance_types.len()),
            ("database", self.databases.len()),
            ("storage price", self.storage.len()),
            ("load balancer", self.load_balancers.len()),
            ("DNS price", self.dns.len()),
            ("traffic price", self.traffic.len()),
            ("round trip", self.rtts.len()),
            ("availability", self.availabilities.len()),
            ("assumption", self.assumptions.len()),
        ];
        all.into_iter().filter(|(_, n)| *n > 0).collect()
    }
}

/// The books of a company that are in force, the strongest first. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompanyBooks(Arc<[Arc<CompanyBook>]>);

impl CompanyBooks {
    /// Books in this order of strength.
    #[must_use]
    pub fn of(strongest_first: Vec<Arc<CompanyBook>>) -> Self {
        Self(strongest_first.into())
    }

    /// All of them, the strongest first.
    pub fn all(&self) -> impl Iterator<Item = &CompanyBook> {
        self.0.iter().map(|book| &**book)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The currency in which totals are shown.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.all().find_map(|book| book.currency.clone()).unwrap_or_default()
    }

    /// The assumption with this id, if the company makes it otherwise.
    #[must_use]
    pub fn assumption(&self, id: &str) -> Option<&CompanyAssumption> {
        self.all().find_map(|book| book.assumptions.get(id))
    }

    /// What the company says of the availability of a configuration.
    #[must_use]
    pub(in crate::books) fn availability(
        &self,
        component: &str,
        provider: Option<Provider>,
        configuration: &str,
    ) -> Option<&Availability> {
        let is_it =
            |a: &&Availability| a.component == component && a.provider == provider && a.configuration == configuration;
        self.all().find_map(|book| book.availabilities.iter().find(is_it))
    }

    /// Whether a site of one's own that goes by any of these names has prices.
    pub(in crate::books) fn sells_at(&self, here: Here<'_>) -> bool {
        fn speaks<T>(entries: &[Entry<T>], here: Here<'_>) -> bool {
            entries.iter().any(|entry| entry.at.reach(here).is_some())
        }
        self.all().any(|book| {
            speaks(&book.machines, here)
                || speaks(&book.instance_types, here)
                || speaks(&book.databases, here)
                || speaks(&book.storage, here)
                || speaks(&book.load_balancers, here)
                || speaks(&book.traffic, here)
        })
    }

    /// The entry that speaks of a place: of the strongest book, and in it one of exactly this place before one of all.
    /// `best` chooses among several, and finds none where none fits.
    fn entry<'s, T>(
        &'s self,
        here: Here<'_>,
        of: fn(&CompanyBook) -> &[Entry<T>],
        best: impl Fn(Vec<&'s Entry<T>>) -> Option<&'s Entry<T>>,
    ) -> Option<&'s Entry<T>> {
        self.0.iter().find_map(|book| {
            [Reach::ThisPlace, Reach::EveryPlace]
                .into_iter()
                .find_map(|reach| best(of(book).iter().filter(|entry| entry.at.reach(here) == Some(reach)).collect()))
        })
    }

    /// The smallest machine that is large enough.
    pub(in crate::books) fn machine(&self, here: Here<'_>, vcpu: f64, memory_gib: f64) -> Option<&Entry<Size>> {
        self.entry(here, |book| &book.machines, |entries| smallest(entries, vcpu, memory_gib, |_| true))
    }

    /// The smallest database server that is large enough.
    pub(in crate::books) fn database(
        &self,
        here: Here<'_>,
        engine: DatabaseEngine,
        vcpu: f64,
        memory_gib: f64,
        multi_zone: bool,
    ) -> Option<&Entry<Size>> {
        let fits =
            |of: &Size| of.engine.is_none_or(|of| of == engine) && of.multi_zone.is_none_or(|of| of == multi_zone);
        self.entry(here, |book| &book.databases, |entries| smallest(entries, vcpu, memory_gib, fits))
    }

    /// Types of machines by the provider's names, each once.
    pub(in crate::books) fn instance_types(&self, provider: Provider, region: &str) -> Vec<&Entry<InstanceType>> {
        let mut types: Vec<&Entry<InstanceType>> = Vec::new();
        for book in self.all() {
            for reach in [Reach::ThisPlace, Reach::EveryPlace] {
                let here = Here::Cloud(provider, region);
                let of_reach = book.instance_types.iter().filter(|entry| entry.at.reach(here) == Some(reach));
                for entry in of_reach {
                    if types.iter().all(|known| known.figure.name != entry.figure.name) {
                        types.push(entry);
                    }
                }
            }
        }
        types
    }

    /// Storage of machines or databases.
    pub(in crate::books) fn storage(&self, here: Here<'_>, of: StorageOf) -> Option<&Entry<Storage>> {
        self.entry(here, |book| &book.storage, |entries| entries.into_iter().find(|entry| entry.figure.of == of))
    }

    /// A load balancer.
    pub(in crate::books) fn load_balancer(&self, here: Here<'_>) -> Option<&Entry<LoadBalancer>> {
        self.entry(here, |book| &book.load_balancers, |entries| entries.into_iter().next())
    }

    /// A price of DNS, of the strongest book that has it.
    pub(in crate::books) fn dns(&self, provider: Provider, usd: fn(&Dns) -> Option<f64>) -> Option<(f64, &Entry<Dns>)> {
        let here = Here::Cloud(provider, super::prices::GLOBAL);
        let priced = |entry: &&Entry<Dns>| usd(&entry.figure).is_some();
        let entry = self.entry(here, |book| &book.dns, |entries| entries.into_iter().find(priced))?;
        Some((usd(&entry.figure)?, entry))
    }

    /// Traffic out of a region; a price for exactly the region it goes to comes first.
    pub(in crate::books) fn traffic(
        &self,
        provider: Provider,
        region: &str,
        to: TrafficTo,
        to_region: Option<&str>,
    ) -> Option<&Entry<Traffic>> {
        let best = |entries: Vec<&'_ Entry<Traffic>>| -> Option<usize> {
            let is = |entry: &&Entry<Traffic>, end: Option<&str>| {
                entry.figure.to == to && entry.figure.to_region.as_deref() == end
            };
            let exact = entries.iter().position(|entry| to_region.is_some() && is(entry, to_region));
            exact.or_else(|| entries.iter().position(|entry| is(entry, None)))
        };
        self.entry(
            Here::Cloud(provider, region),
            |book| &book.traffic,
            |entries| {
                let at = best(entries.clone())?;
                entries.get(at).copied()
            },
        )
    }

    /// The discount on a list price: of the strongest book that has one, and in it the one that says most exactly
    /// what it is on.
    pub(in crate::books) fn discount(&self, provider: Provider, on: DiscountOn) -> Option<&Discount> {
        self.0.iter().find_map(|book| {
            let fits = book.discounts.iter().filter(|discount| {
                discount.on.is_none_or(|of| of == on) && discount.provider.is_none_or(|of| of == provider)
            });
            fits.max_by_key(|discount| (discount.provider.is_some(), discount.on.is_some()))
        })
    }

    /// The round trip between two places, whichever way it was measured.
    pub(in crate::books) fn rtt(&self, a: &End, b: &End) -> Option<&Rtt> {
        let is_it = |rtt: &&Rtt| matches!(&rtt.ends, [x, y] if (x == a && y == b) || (x == b && y == a));
        self.0.iter().find_map(|book| book.rtts.iter().find(is_it))
    }
}

/// The smallest of some sizes that is large enough and fits.
fn smallest(
    entries: Vec<&Entry<Size>>,
    vcpu: f64,
    memory_gib: f64,
    fits: impl Fn(&Size) -> bool,
) -> Option<&Entry<Size>> {
    let enough = |of: &Size| of.vcpu >= vcpu && of.memory_gib >= memory_gib && fits(of);
    entries.into_iter().filter(|entry| enough(&entry.figure)).min_by(|a, b| {
        let (a, b) = (&a.figure, &b.figure);
        a.vcpu
            .total_cmp(&b.vcpu)
            .then_with(|| a.memory_gib.total_cmp(&b.memory_gib))
            // What speaks of one engine, or of this number of zones, is meant before what speaks of any.
            .then_with(|| (a.engine.is_none(), a.multi_zone).cmp(&(b.engine.is_none(), b.multi_zone)))
            .then_with(|| a.usd_per_hour.total_cmp(&b.usd_per_hour))
    })
}

/// The quality of everything in a book.
const QUALITY: Quality = Quality::Company;
