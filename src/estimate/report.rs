//! What the estimates say about a design.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::books::{Currency, Date};
use crate::design::Id;

use super::capacity::GroupCapacity;
use super::figure::Figure;

/// All estimates of one design.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Estimates {
    /// Latency per user population, in order of id.
    pub latency: Vec<PopulationLatency>,
    /// Load of each gateway or all-in-one group, in order of id.
    pub load: Vec<GroupLoad>,
    /// Use of each group of the product at peak and after a loss, and the nodes it needs, in order of id and measure.
    pub capacity: Vec<GroupCapacity>,
    /// Monthly cost.
    pub cost: CostReport,
    /// Round trip of each link whose ends stand at different places, ms, by link; an own measurement wins.
    pub link_rtt: BTreeMap<Id, Figure>,
}

impl Estimates {
    /// Percentiles (p50, p95, p99; ms) of an operation of a population.
    ///
    /// # Errors
    /// The sentence that says why there are none; empty for a population that is not there.
    pub fn percentiles(&self, population: &Id, operation: Operation) -> Result<&[Figure; 3], &str> {
        self.latency
            .iter()
            .find(|p| p.population == *population)
            .and_then(|p| p.operations.iter().find(|o| o.operation == operation))
            .map_or(Err(""), |o| o.percentiles.as_ref().map_err(String::as_str))
    }

    /// Percentiles of an operation of a population while the region that serves it is lost; as [`Self::percentiles`].
    ///
    /// # Errors
    /// The sentence that says why there are none; empty for a population that no region serves.
    pub fn percentiles_when_lost(&self, population: &Id, operation: Operation) -> Result<&[Figure; 3], &str> {
        self.latency
            .iter()
            .find(|p| p.population == *population)
            .and_then(|p| p.failover.as_ref()?.operations.iter().find(|o| o.operation == operation))
            .map_or(Err(""), |o| o.percentiles.as_ref().map_err(String::as_str))
    }

    /// Percentiles of a publication of a population until it shows in a region; as [`Self::percentiles`].
    ///
    /// # Errors
    /// The sentence that says why there are none; empty for a region without gateways.
    pub fn published_in(&self, population: &Id, region: &Id) -> Result<&[Figure; 3], &str> {
        self.latency
            .iter()
            .find(|p| p.population == *population)
            .and_then(|p| p.publish.iter().find(|p| p.region == *region))
            .map_or(Err(""), |p| p.percentiles.as_ref().map_err(String::as_str))
    }

    /// Every figure of latency, load, use and cost.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        let latency = self.latency.iter().flat_map(|l| {
            let operations = l.operations.iter().chain(l.failover.iter().flat_map(|f| &f.operations));
            operations.map(|o| &o.percentiles).chain(l.publish.iter().map(|p| &p.percentiles)).flatten().flatten()
        });
        let load = self.load.iter().map(|l| &l.utilisation);
        let capacity = self.capacity.iter().flat_map(GroupCapacity::figures);
        let cost = self.cost.total.iter().chain(self.cost.items.iter().map(|i| &i.cost));
        latency.chain(load).chain(capacity).chain(cost)
    }

    pub(super) fn figures_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        let latency = self.latency.iter_mut().flat_map(|l| {
            let operations = l.operations.iter_mut().chain(l.failover.iter_mut().flat_map(|f| &mut f.operations));
            let published = l.publish.iter_mut().map(|p| &mut p.percentiles);
            operations.map(|o| &mut o.percentiles).chain(published).flatten().flatten()
        });
        let load = self.load.iter_mut().map(|l| &mut l.utilisation);
        let capacity = self.capacity.iter_mut().flat_map(GroupCapacity::figures_mut);
        let cost = self.cost.total.iter_mut().chain(self.cost.items.iter_mut().map(|i| &mut i.cost));
        latency.chain(load).chain(capacity).chain(cost)
    }

    /// The population whose API calls take longest at the 95th percentile, with that percentile.
    #[must_use]
    pub fn worst_api_call(&self) -> Option<(&Id, &Figure)> {
        self.latency
            .iter()
            .filter_map(|p| {
                let [_, p95, _] = self.percentiles(&p.population, Operation::ApiCall).ok()?;
                Some((&p.population, p95))
            })
            .max_by(|a, b| a.1.value.total_cmp(&b.1.value))
    }
}

/// What a user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// An API call, there and back, including the backend, over all backends.
    ApiCall,
    /// The same to the backends at the place of the gateway that is called.
    ApiCallLocal,
    /// The same to the backends elsewhere.
    ApiCallRemote,
    /// Getting an access token.
    TokenIssue,
    /// Opening a portal page.
    PortalLogin,
    /// From publishing an API until every region serves it.
    PublishEverywhere,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 6] = [
        Self::ApiCall,
        Self::ApiCallLocal,
        Self::ApiCallRemote,
        Self::TokenIssue,
        Self::PortalLogin,
        Self::PublishEverywhere,
    ];

    /// Whether it is a part of another operation: calls to some of the backends.
    #[must_use]
    pub fn is_part(self) -> bool {
        matches!(self, Self::ApiCallLocal | Self::ApiCallRemote)
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::ApiCall => "API call",
            Self::ApiCallLocal => "API call, local",
            Self::ApiCallRemote => "API call, remote",
            Self::TokenIssue => "Token",
            Self::PortalLogin => "Portal page",
            Self::PublishEverywhere => "Publish until live",
        }
    }
}

/// Latency of one operation; or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationLatency {
    /// The operation.
    pub operation: Operation,
    /// Median, 95th and 99th percentile, ms; `Err` says in a sentence why there is no number
    /// ("over capacity by 300 requests a second", "no gateway is reachable").
    pub percentiles: Result<[Figure; 3], String>,
}

/// Latency of one user population.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PopulationLatency {
    /// The population.
    pub population: Id,
    /// Region that serves it; `None` when none does.
    pub served_by: Option<Id>,
    /// One entry per operation, in the order of [`Operation::ALL`].
    pub operations: Vec<OperationLatency>,
    /// From publishing an API until the last gateway of each region serves it, in order of region.
    /// [`Operation::PublishEverywhere`] is the last of all gateways: its percentiles are those of the latest, not the
    /// largest of these.
    pub publish: Vec<PublishVisible>,
    /// What happens when the region that serves it is lost; `None` when none serves it.
    pub failover: Option<Failover>,
}

/// How long a publication takes to show in one region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PublishVisible {
    /// The region.
    pub region: Id,
    /// Median, 95th and 99th percentile, ms; `Err` says in a sentence why there is no number.
    pub percentiles: Result<[Figure; 3], String>,
}

/// A population while the region that serves it is lost, with everything in it: all others are routed again as well,
/// so the regions that are left carry more.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failover {
    /// The region that is lost.
    pub lost: Id,
    /// Region that serves it then; `None` when none does.
    pub served_by: Option<Id>,
    /// API call, token and portal page once everybody has moved.
    pub operations: Vec<OperationLatency>,
}

/// Load of one group of gateways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupLoad {
    /// The group.
    pub component: Id,
    /// Calls a second at peak.
    pub demand_rps: f64,
    /// Calls a second it can carry, from published measurements.
    pub capacity_rps: f64,
    /// Demand over capacity, percent, with derivation.
    pub utilisation: Figure,
}

/// What money is spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostCategory {
    /// Virtual machines.
    Compute,
    /// Database instances.
    Database,
    /// Disks and database storage.
    Storage,
    /// Load balancers, regional and global.
    LoadBalancing,
    /// Data transfer.
    Traffic,
    /// Ports and gateways of private lines, tunnels.
    PrivateLinks,
    /// Licences of the product, as the architects give them.
    Licences,
}

impl CostCategory {
    /// All categories, in the order of tables.
    pub const ALL: [Self; 7] = [
        Self::Compute,
        Self::Database,
        Self::Storage,
        Self::LoadBalancing,
        Self::Traffic,
        Self::PrivateLinks,
        Self::Licences,
    ];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Compute => "Compute",
            Self::Database => "Databases",
            Self::Storage => "Storage",
            Self::LoadBalancing => "Load balancing",
            Self::Traffic => "Traffic",
            Self::PrivateLinks => "Private links",
            Self::Licences => "Licences",
        }
    }
}

/// How far traffic goes, which decides what it costs. Traffic within a zone is free and has no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrafficClass {
    /// To another zone of the region.
    InterZone,
    /// To another region of the provider.
    InterRegion,
    /// To the internet: users, own sites, other providers.
    Internet,
    /// Over a private line.
    PrivateLine,
}

impl TrafficClass {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::InterZone => "Between zones",
            Self::InterRegion => "Between regions",
            Self::Internet => "Internet",
            Self::PrivateLine => "Private lines",
        }
    }
}

/// The price behind a line of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UsedPrice {
    /// Its number among the prices of this bill: lines with the same number rest on the same price.
    pub number: u32,
    /// When it was listed.
    pub date: Date,
    /// Whether it is an estimate rather than a list price.
    pub estimated: bool,
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostItem {
    /// The component or link that causes it.
    pub element: Id,
    /// The region it is paid in; `None` for what is in no region.
    pub region: Option<Id>,
    /// What it is spent on.
    pub category: CostCategory,
    /// How far the traffic goes; `None` for what is no traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<TrafficClass>,
    /// US dollars a month, with derivation.
    pub cost: Figure,
    /// The price it rests on; `None` where the architects gave it themselves.
    pub price: Option<UsedPrice>,
}

/// How old and how certain the prices behind a sum are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PriceBasis {
    /// Date of the oldest price; `None` when no price was used.
    pub oldest: Option<Date>,
    estimated: BTreeSet<u32>,
}

impl PriceBasis {
    /// Takes in the price behind one more line.
    pub fn add(&mut self, item: &CostItem) {
        let Some(price) = item.price else { return };
        self.oldest = Some(self.oldest.map_or(price.date, |oldest| oldest.min(price.date)));
        if price.estimated {
            self.estimated.insert(price.number);
        }
    }

    /// How many of the prices are estimates rather than list prices.
    #[must_use]
    pub fn estimated(&self) -> usize {
        self.estimated.len()
    }
}

impl<'a> FromIterator<&'a CostItem> for PriceBasis {
    fn from_iter<I: IntoIterator<Item = &'a CostItem>>(items: I) -> Self {
        let mut basis = Self::default();
        items.into_iter().for_each(|item| basis.add(item));
        basis
    }
}

/// Something that costs money but has no price in the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unpriced {
    /// The element.
    pub element: Id,
    /// Why there is no price, as a sentence.
    pub reason: String,
}

/// Monthly cost of a design.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct CostReport {
    /// Total in US dollars a month, before tax; `None` when nothing could be priced.
    pub total: Option<Figure>,
    /// Every line, in order of element and category.
    pub items: Vec<CostItem>,
    /// What has no price.
    pub unpriced: Vec<Unpriced>,
    /// Date of the oldest price used, `YYYY-MM-DD`; empty when no price was used.
    pub oldest_price: String,
    /// How many of the prices used are estimates rather than list prices.
    pub estimated_prices: usize,
    /// The currency in which people want to see it; all figures here are US dollars.
    pub currency: Currency,
}

impl CostReport {
    fn sums<'a, K: Ord>(&'a self, key: impl Fn(&'a CostItem) -> Option<K>) -> BTreeMap<K, f64> {
        let mut sums = BTreeMap::new();
        for (key, item) in self.items.iter().filter_map(|item| Some((key(item)?, item))) {
            *sums.entry(key).or_default() += item.cost.value;
        }
        sums
    }

    /// US dollars a month by region (`None`: what is in no region), in order of region.
    #[must_use]
    pub fn by_region(&self) -> BTreeMap<Option<Id>, f64> {
        self.sums(|item| Some(item.region.clone()))
    }

    /// US dollars a month by category; categories without a line are left out.
    #[must_use]
    pub fn by_category(&self) -> BTreeMap<CostCategory, f64> {
        self.sums(|item| Some(item.category))
    }

    /// US dollars a month of traffic by how far it goes; classes without a line are left out.
    #[must_use]
    pub fn by_class(&self) -> BTreeMap<TrafficClass, f64> {
        self.sums(|item| item.class)
    }

    /// The same bill in the currency in which people want to see it, for printing; its units still say US dollars.
    #[must_use]
    pub fn in_currency(&self) -> Self {
        let rate = self.currency.per_usd;
        let convert = |figure: &mut Figure| {
            for usd in [&mut figure.value, &mut figure.low, &mut figure.high] {
                *usd *= rate;
            }
        };
        let mut bill = self.clone();
        bill.items.iter_mut().map(|item| &mut item.cost).chain(&mut bill.total).for_each(convert);
        bill
    }

    /// US dollars a month of each component and link that costs something, the dearest first.
    #[must_use]
    pub fn by_component(&self) -> Vec<(&Id, f64)> {
        let mut sums: Vec<(&Id, f64)> = self.sums(|item| Some(&item.element)).into_iter().collect();
        sums.sort_by(|a, b| b.1.total_cmp(&a.1));
        sums
    }

    /// How old and how certain the prices are behind the lines that `holds` picks.
    #[must_use]
    pub fn basis(&self, holds: impl Fn(&CostItem) -> bool) -> PriceBasis {
        self.items.iter().filter(|item| holds(item)).collect()
    }
}
