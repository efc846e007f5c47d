//! The bill while it is written: items, what has no price, and which prices were used.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::books::{Books, Date, EgressTariff, Endpoint, Price, PriceBook, Provider, Sourced, Transfer};
use crate::design::{Design, Id, NodeSize, Site};

use super::super::assume::{Assumed, Assumptions};
use super::super::figure::{Derivation, Figure, Quality, Unit, grouped};
use super::super::places::Places;
use super::super::report::{CostCategory, CostItem, CostReport, Unpriced};

/// Where something is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Market {
    /// A cloud region with a price list.
    Cloud {
        /// Who runs it.
        provider: Provider,
        /// Its id.
        region: String,
    },
    /// No price list holds; the sentence says why.
    None(String),
}

/// A quantity that is paid for, with its range.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    /// The value; low and high end.
    pub range: [f64; 3],
    /// How it was found.
    pub node: Derivation,
}

impl Quantity {
    /// A quantity without doubt.
    pub fn exact(node: Derivation) -> Self {
        Self { range: [node.value; 3], node }
    }

    /// Hours of a month.
    pub fn hours() -> Self {
        Self::exact(Derivation::input(
            "Hours a month",
            super::HOURS,
            Unit::Hours,
            Quality::Published,
            "as the providers' own calculators count",
        ))
    }

    /// A number of equal things the architect drew.
    pub fn given(label: &str, value: f64) -> Self {
        Self::exact(Derivation::input(label, value, Unit::Count, Quality::Given, "given in the drawing"))
    }
}

/// The bill while it is written.
pub(super) struct Ledger<'a> {
    /// The design.
    pub design: &'a Design,
    prices: &'a PriceBook,
    /// What the design assumes.
    pub assume: Assumptions<'a>,
    books: &'a Books,
    markets: BTreeMap<&'a Id, Market>,
    items: Vec<CostItem>,
    unpriced: Vec<Unpriced>,
    oldest: Option<Date>,
    estimated: BTreeSet<String>,
    machines: BTreeMap<(Provider, String, u64, u64), Option<Rc<Priced>>>,
    disks: BTreeMap<(Provider, String), Option<Rc<Priced>>>,
    transfers: BTreeMap<(End, End), Option<Charge>>,
    rates: BTreeMap<(Provider, String), Priced>,
}

/// A price ready to be charged any number of times.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    usd: f64,
    /// How much less it may plausibly be, as a share.
    off_down: f64,
    /// How much more it may plausibly be, as a share.
    off_up: f64,
    description: String,
    node: Derivation,
}

impl Priced {
    /// With its range in the derivation, and times the design's factor on all list prices.
    fn scaled(mut self, assume: &Assumptions<'_>) -> Self {
        let factor = assume.get(Assumed::PriceFactor);
        self.node = factor.times(self.node.within(self.usd * (1.0 - self.off_down), self.usd * (1.0 + self.off_up)));
        self.usd *= factor.value;
        self
    }
}

/// How a flow is charged.
#[derive(Debug, Clone)]
pub(super) enum Charge {
    /// By the gigabyte, at this many ends.
    PerGb(Rc<Priced>, u8),
    /// By the internet tariff of the sender's account.
    Internet(Rc<EgressTariff>),
}

/// One end of a flow, as a key.
type End = Option<(Provider, String)>;

fn end(of: Endpoint<'_>) -> End {
    match of {
        Endpoint::Cloud(provider, region) => Some((provider, region.to_owned())),
        Endpoint::Outside => None,
    }
}

impl<'a> Ledger<'a> {
    pub fn new(design: &'a Design, books: &'a Books, places: &Places<'_>) -> Self {
        let market = |id: &Id| match design.regions.get(id).map(|r| (&r.site, &r.name)) {
            Some((Site::Cloud { provider, region }, _)) => match (provider.parse(), places.of_region(id)) {
                (Ok(Provider::Ibm), _) => Market::None("the price book has no prices of IBM Cloud".to_owned()),
                (Ok(provider), Ok(_)) => Market::Cloud { provider, region: region.clone() },
                (_, Err(why)) => Market::None(why),
                (Err(why), _) => Market::None(why.to_string()),
            },
            Some((Site::Place { .. }, name)) => {
                Market::None(format!("“{name}” is an own site, which has no price list"))
            }
            None => Market::None("its region is not drawn".to_owned()),
        };
        Self {
            design,
            prices: books.prices(),
            assume: Assumptions::of(&design.meta.estimation),
            books,
            markets: design.regions.keys().map(|id| (id, market(id))).collect(),
            items: Vec::new(),
            unpriced: Vec::new(),
            oldest: None,
            estimated: BTreeSet::new(),
            machines: BTreeMap::new(),
            disks: BTreeMap::new(),
            transfers: BTreeMap::new(),
            rates: BTreeMap::new(),
        }
    }

    /// The price of a virtual machine, looked up once a size and region.
    pub fn machine(&mut self, provider: Provider, region: &str, size: NodeSize) -> Option<Rc<Priced>> {
        let key = (provider, region.to_owned(), size.vcpu.to_bits(), size.memory_gib.to_bits());
        if let Some(known) = self.machines.get(&key) {
            return known.clone();
        }
        let price = self.prices.compute_hourly(provider, region, size.vcpu, size.memory_gib);
        let priced = price.map(|price| Rc::new(self.priced(&price)));
        self.machines.insert(key, priced.clone());
        priced
    }

    /// The price of a disk, looked up once a region.
    pub fn disk(&mut self, provider: Provider, region: &str) -> Option<Rc<Priced>> {
        let key = (provider, region.to_owned());
        if let Some(known) = self.disks.get(&key) {
            return known.clone();
        }
        let price = self.prices.block_storage_gb_month(provider, region);
        let priced = price.map(|price| Rc::new(self.priced(&price)));
        self.disks.insert(key, priced.clone());
        priced
    }

    /// How a flow is charged, looked up once a pair of ends.
    pub fn transfer(&mut self, from: Endpoint<'_>, to: Endpoint<'_>) -> Option<Charge> {
        let key = (end(from), end(to));
        if let Some(known) = self.transfers.get(&key) {
            return known.clone();
        }
        let charge = self.prices.transfer(from, to).map(|transfer| match transfer {
            Transfer::PerGb(of) => Charge::PerGb(Rc::new(self.priced(&of.price)), of.billed_ends),
            Transfer::Internet(tariff) => Charge::Internet(Rc::new(tariff)),
        });
        self.transfers.insert(key, charge.clone());
        charge
    }

    /// Prepares a price that is used, and remembers its date and quality.
    pub fn priced(&mut self, price: &Price) -> Priced {
        let key = || format!("{} {} {} {} {}", price.provider, price.region, price.sku, price.unit, price.usd);
        self.used(key, &price.sourced);
        let notes = [price.note.as_deref(), price.note_on_fallback.as_deref()];
        let label = format!("{} for each {}", price.sku, price.unit);
        let source =
            said(&price.sourced, &format!("{}; {} {}", price.description, price.provider, price.region), &notes);
        let (usd, off) = (price.usd, doubt(&price.sourced));
        let node = Derivation::input(label, usd, Unit::Usd, price.sourced.quality.into(), source).dated(&price.sourced);
        let description = price.description.clone();
        Priced { usd, off_down: off, off_up: off, description, node }.scaled(&self.assume)
    }

    /// The average rate that a tariff gives for the internet traffic of the whole account.
    fn average(&mut self, tariff: &EgressTariff, account_gb: f64) -> Priced {
        // The same tariff also stands in for other regions, and then says so.
        let stands_in = tariff.note_on_fallback.as_deref().unwrap_or_default();
        let key = (tariff.provider, format!("{} {stands_in}", tariff.region));
        if let Some(known) = self.rates.get(&key) {
            return known.clone();
        }
        self.used(|| format!("{} {} egress", tariff.provider, tariff.region), &tariff.sourced);
        let rate = if account_gb > 0.0 { tariff.usd_per_month(account_gb) / account_gb } else { 0.0 };
        let tiers: Vec<String> = tariff
            .tiers
            .iter()
            .map(|tier| {
                let to = tier.to_gb.map_or_else(|| "on".to_owned(), |gb| format!("to {gb} GB"));
                format!("{} from {} {to}", tier.usd_per_gb, tier.from_gb)
            })
            .collect();
        let what = format!("{} {}: {}", tariff.provider, tariff.region, tiers.join(", "));
        let notes = [tariff.note.as_deref(), tariff.note_on_fallback.as_deref()];
        let source = said(&tariff.sourced, &what, &notes);
        let first = tariff.tiers.first().map_or(0.0, |tier| tier.usd_per_gb);
        let mut node = Derivation::computed(
            "Average for each GB",
            rate,
            Unit::Usd,
            "tiers applied to the account's traffic / that traffic",
            vec![
                Derivation::input("First tier, for each GB", first, Unit::Usd, tariff.sourced.quality.into(), source)
                    .dated(&tariff.sourced),
                Derivation::input(
                    format!("All internet traffic of the account at {}", tariff.provider.label()),
                    account_gb,
                    Unit::GbPerMonth,
                    Quality::Derived,
                    "sum over all flows of this bill; the tiers count the whole account",
                ),
            ],
        );
        let off = doubt(&tariff.sourced);
        let mut off_down = off;
        if let Some(listed_gb) = tariff.listed_to_gb().filter(|listed| account_gb > *listed) {
            self.estimated.insert(format!("{} {} egress beyond the list", tariff.provider, tariff.region));
            let last = tariff.tiers.last().map_or(0.0, |tier| tier.usd_per_gb);
            let beyond = 1.0 - tariff.usd_per_month(listed_gb) / tariff.usd_per_month(account_gb);
            off_down = 1.0 - (1.0 - off) * (1.0 - BEYOND_LIST_DOWN * beyond.clamp(0.0, 1.0));
            node.quality = Quality::Estimated;
            node.inputs.push(Derivation::input(
                "For each GB beyond the list",
                last,
                Unit::Usd,
                Quality::Estimated,
                format!(
                    "the list ends at {} GB a month; beyond it the price is agreed with {}, so the last listed one \
                     goes on and half of it is the lower end",
                    grouped(listed_gb),
                    tariff.provider.label()
                ),
            ));
        }
        let description = "traffic to the internet".to_owned();
        let priced = Priced { usd: rate, off_down, off_up: off, description, node }.scaled(&self.assume);
        self.rates.insert(key, priced.clone());
        priced
    }

    /// The list prices.
    pub fn prices(&self) -> &'a PriceBook {
        self.prices
    }

    /// The books.
    pub fn books(&self) -> &'a Books {
        self.books
    }

    /// Where a region's bill is paid.
    pub fn market(&self, region: Option<&Id>) -> Market {
        match region {
            Some(id) => self.markets.get(id).cloned().unwrap_or(Market::None("its region is not drawn".to_owned())),
            None => Market::None("it stands in no region, so no price list holds".to_owned()),
        }
    }

    /// Something that costs money and has no price.
    pub fn unpriced(&mut self, element: &Id, reason: impl Into<String>) {
        let entry = Unpriced { element: element.clone(), reason: reason.into() };
        if !self.unpriced.contains(&entry) {
            self.unpriced.push(entry);
        }
    }

    fn used(&mut self, key: impl FnOnce() -> String, sourced: &Sourced) {
        self.oldest = Some(self.oldest.map_or(sourced.date, |oldest| oldest.min(sourced.date)));
        if sourced.quality.is_estimated() {
            self.estimated.insert(key());
        }
    }

    /// A line: price × quantities.
    pub fn charge(
        &mut self,
        element: &Id,
        region: Option<&Id>,
        category: CostCategory,
        price: &Priced,
        quantities: Vec<Quantity>,
    ) {
        let times = |i: usize| quantities.iter().map(|q| q.range.get(i).copied().unwrap_or_default()).product::<f64>();
        let value = price.usd * times(0);
        let (low, high) = (price.usd * times(1) * (1.0 - price.off_down), price.usd * times(2) * (1.0 + price.off_up));
        let mut inputs = Vec::with_capacity(quantities.len() + 1);
        inputs.push(price.node.clone());
        inputs.extend(quantities.into_iter().map(|q| q.node));
        let label = format!("{}: {}", self.design.name_of(element), price.description);
        self.items.push(CostItem {
            element: element.clone(),
            region: region.cloned(),
            category,
            cost: Figure {
                value,
                low,
                high,
                unit: Unit::UsdPerMonth,
                derivation: Derivation::computed(label, value, Unit::UsdPerMonth, "price × quantity", inputs)
                    .within(low, high),
            },
        });
    }

    /// A line of internet traffic at the average rate that a tariff gives for the whole account.
    pub fn charge_internet(
        &mut self,
        element: &Id,
        region: Option<&Id>,
        tariff: &EgressTariff,
        account_gb: f64,
        quantity: Quantity,
    ) {
        let rate = self.average(tariff, account_gb);
        self.charge(element, region, CostCategory::Traffic, &rate, vec![quantity]);
    }

    /// The finished bill.
    pub fn report(mut self) -> CostReport {
        self.items.sort_by(|a, b| (&a.element, a.category, &a.region).cmp(&(&b.element, b.category, &b.region)));
        self.unpriced.sort_by(|a, b| a.element.cmp(&b.element));
        let inputs: Vec<Derivation> =
            CostCategory::ALL.into_iter().filter_map(|category| category_node(category, &self.items)).collect();
        let sum = |of: fn(&Figure) -> f64| self.items.iter().map(|item| of(&item.cost)).sum::<f64>();
        let total = (!self.items.is_empty()).then(|| {
            let value = sum(|f| f.value);
            Figure {
                value,
                low: sum(|f| f.low),
                high: sum(|f| f.high),
                unit: Unit::UsdPerMonth,
                derivation: Derivation::computed(
                    "Monthly cost before tax",
                    value,
                    Unit::UsdPerMonth,
                    "sum of all lines; without licences, support and people",
                    inputs,
                )
                .within(sum(|f| f.low), sum(|f| f.high)),
            }
        });
        CostReport {
            total,
            items: self.items,
            unpriced: self.unpriced,
            oldest_price: self.oldest.map(|date| date.to_string()).unwrap_or_default(),
            estimated_prices: self.estimated.len(),
        }
    }
}

/// How much less than the last listed price a provider may agree to beyond the list, as a share; ours.
const BEYOND_LIST_DOWN: f64 = 0.5;

/// Most lines of a category in the derivation of the total; each line of the bill has its own.
const MAX_LINES: usize = 8;

/// A category as a node of the total: its largest lines, and the others as one.
fn category_node(category: CostCategory, items: &[CostItem]) -> Option<Derivation> {
    let mut of: Vec<&CostItem> = items.iter().filter(|item| item.category == category).collect();
    if of.is_empty() {
        return None;
    }
    let value = of.iter().map(|item| item.cost.value).sum();
    let [low, high] = [|f: &Figure| f.low, |f: &Figure| f.high].map(|end| of.iter().map(|item| end(&item.cost)).sum());
    of.sort_by(|a, b| b.cost.value.total_cmp(&a.cost.value));
    let rest = if of.len() > MAX_LINES { of.split_off(MAX_LINES - 1) } else { Vec::new() };
    let mut nodes: Vec<Derivation> = of.iter().map(|item| item.cost.derivation.clone()).collect();
    if !rest.is_empty() {
        let label = format!("{} other lines of the bill", rest.len());
        let value = rest.iter().map(|item| item.cost.value).sum();
        nodes.push(Derivation::computed(
            label,
            value,
            Unit::UsdPerMonth,
            "sum; each line has its own derivation",
            Vec::new(),
        ));
    }
    Some(Derivation::computed(category.label(), value, Unit::UsdPerMonth, "sum of its lines", nodes).within(low, high))
}

/// How far a price may plausibly be off, as a share: planning values of ours. A list price of today is exact.
fn doubt(sourced: &Sourced) -> f64 {
    let by_quality = match Quality::from(sourced.quality) {
        Quality::Measured | Quality::Published | Quality::Given | Quality::Derived => 0.0,
        Quality::Estimated => 0.25,
        Quality::Assumed => 0.5,
    };
    if sourced.stale { f64::max(by_quality, 0.1) } else { by_quality }
}

fn said(sourced: &Sourced, what: &str, notes: &[Option<&str>]) -> String {
    let mut text = format!("{what}; {sourced}");
    for note in notes.iter().flatten() {
        text.push_str("; ");
        text.push_str(note);
    }
    text
}
