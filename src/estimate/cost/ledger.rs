//! The bill while it is written: items, what has no price, and which prices were used.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::books::{Books, EgressTariff, Endpoint, Price, PriceBook, Provider, Sourced, Transfer};
use crate::design::{Design, Id, NodeSize, Site};

use super::super::assume::{Assumed, Assumptions};
use super::super::figure::{Derivation, Figure, Quality, Unit};
use super::super::places::Places;
use super::super::report::{CostCategory, CostItem, CostReport, PriceBasis, TrafficClass, Unpriced, UsedPrice};
use super::quantity::Quantity;
use super::terms;

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

/// What a line of the bill is for, and what was negotiated about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'e> {
    /// The component or link that causes it.
    pub element: &'e Id,
    /// The region it is paid in.
    pub region: Option<&'e Id>,
    /// What it is spent on.
    pub category: CostCategory,
    /// How far traffic goes.
    pub class: Option<TrafficClass>,
    /// Whether it is a virtual machine, whatever it is spent on.
    pub is_machine: bool,
}

impl<'e> Entry<'e> {
    pub fn new(element: &'e Id, region: Option<&'e Id>, category: CostCategory) -> Self {
        Self { element, region, category, class: None, is_machine: category == CostCategory::Compute }
    }

    /// A line of traffic.
    pub fn traffic(element: &'e Id, region: Option<&'e Id>, class: TrafficClass) -> Self {
        Self { class: Some(class), ..Self::new(element, region, CostCategory::Traffic) }
    }
}

/// The bill while it is written.
pub(super) struct Ledger<'a> {
    /// The design.
    pub design: &'a Design,
    prices: PriceBook,
    /// What the design assumes.
    pub assume: Assumptions<'a>,
    books: &'a Books,
    markets: BTreeMap<&'a Id, Market>,
    items: Vec<CostItem>,
    unpriced: Vec<Unpriced>,
    numbers: BTreeMap<String, u32>,
    machines: BTreeMap<(Provider, String, u64, u64), Option<Rc<Priced>>>,
    disks: BTreeMap<(Provider, String), Option<Rc<Priced>>>,
    transfers: BTreeMap<(End, End), Option<Charge>>,
    zones: BTreeMap<(Provider, String), Option<Charge>>,
    unlisted_zones: BTreeSet<Id>,
    /// Average rates of internet tariffs, by provider and what the tariff is for.
    pub(super) rates: BTreeMap<(Provider, String), Priced>,
}

/// A price ready to be charged any number of times.
#[derive(Debug, Clone)]
pub(super) struct Priced {
    /// US dollars.
    pub usd: f64,
    /// How much less it may plausibly be, as a share.
    pub off_down: f64,
    /// How much more it may plausibly be, as a share.
    pub off_up: f64,
    /// What is paid for.
    pub description: String,
    /// The price as a leaf.
    pub node: Derivation,
    /// Its number, date and quality; `None` for the architects' own.
    pub used: Option<UsedPrice>,
    /// Whether the company says what it pays: then nothing is taken off, and no factor on list prices holds.
    pub by_company: bool,
}

impl Priced {
    /// With its range in the derivation, and times the design's factor on all list prices.
    pub fn scaled(mut self, assume: &Assumptions<'_>) -> Self {
        self.node = self.node.within(self.usd * (1.0 - self.off_down), self.usd * (1.0 + self.off_up));
        if self.by_company {
            return self;
        }
        let factor = assume.get(Assumed::PriceFactor);
        self.node = factor.times(self.node);
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
                (Ok(Provider::Ibm), _) if !books.prices().has_own(Provider::Ibm, region) => {
                    Market::None("the price book has no prices of IBM Cloud".to_owned())
                }
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
            prices: books.prices().without_discounts(terms::own_discounts(&design.meta.estimation.terms.discounts)),
            assume: Assumptions::of(&design.meta.estimation, books.company()),
            books,
            markets: design.regions.keys().map(|id| (id, market(id))).collect(),
            items: Vec::new(),
            unpriced: Vec::new(),
            numbers: BTreeMap::new(),
            machines: BTreeMap::new(),
            disks: BTreeMap::new(),
            transfers: BTreeMap::new(),
            zones: BTreeMap::new(),
            unlisted_zones: BTreeSet::new(),
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

    /// How traffic between zones is charged, looked up once a region.
    pub fn between_zones(&mut self, provider: Provider, region: &str) -> Option<Charge> {
        let key = (provider, region.to_owned());
        if let Some(known) = self.zones.get(&key) {
            return known.clone();
        }
        let price = self.prices.inter_zone(provider, region);
        let priced = price.map(|of| Charge::PerGb(Rc::new(self.priced(&of.price)), of.billed_ends));
        self.zones.insert(key, priced.clone());
        priced
    }

    /// Says, once a region, that its traffic between zones has no price.
    pub fn zones_unlisted(&mut self, element: &Id, region: Option<&Id>, provider: Provider) {
        let Some(region) = region else { return };
        if self.unlisted_zones.insert(region.clone()) {
            let (provider, region) = (provider.label(), self.design.name_of(region));
            self.unpriced(
                element,
                format!(
                    "no price of traffic between zones of {provider} is listed, so none is charged anywhere in “{region}”"
                ),
            );
        }
    }

    /// Prepares a price that is used, and remembers its date and quality.
    pub fn priced(&mut self, price: &Price) -> Priced {
        let key = format!("{} {} {} {}", price.place(), price.sku, price.unit, price.usd);
        let used = Some(self.used(key, &price.sourced));
        let notes = [price.note.as_deref(), price.note_on_fallback.as_deref()];
        let label = format!("{} for each {}", price.sku, price.unit);
        let source = said(&price.sourced, &format!("{}; {}", price.description, price.place()), &notes);
        let (usd, off) = (price.usd, doubt(&price.sourced));
        let node = Derivation::input(label, usd, Unit::Usd, price.sourced.quality.into(), source).dated(&price.sourced);
        let description = price.description.clone();
        let by_company = is_by_company(&price.sourced);
        Priced { usd, off_down: off, off_up: off, description, node, used, by_company }.scaled(&self.assume)
    }

    /// The prices in force.
    pub fn prices(&self) -> PriceBook {
        self.prices.clone()
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

    /// Gives a price its number in this bill, or finds the one it has.
    pub fn used(&mut self, key: String, sourced: &Sourced) -> UsedPrice {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        UsedPrice { number, date: sourced.date, estimated: sourced.quality.is_estimated() }
    }

    /// A line: price × quantities, less what was negotiated.
    pub fn charge(&mut self, entry: Entry<'_>, price: &Priced, mut quantities: Vec<Quantity>) {
        let discounts = &self.design.meta.estimation.terms.discounts;
        quantities.extend(terms::negotiated(discounts, entry).filter(|_| !price.by_company));
        let times = |i: usize| quantities.iter().map(|q| q.range.get(i).copied().unwrap_or_default()).product::<f64>();
        let value = price.usd * times(0);
        let (low, high) = (price.usd * times(1) * (1.0 - price.off_down), price.usd * times(2) * (1.0 + price.off_up));
        let mut inputs = Vec::with_capacity(quantities.len() + 1);
        inputs.push(price.node.clone());
        inputs.extend(quantities.into_iter().map(|q| q.node));
        let label = format!("{}: {}", self.design.name_of(entry.element), price.description);
        self.items.push(CostItem {
            element: entry.element.clone(),
            region: entry.region.cloned(),
            category: entry.category,
            class: entry.class,
            cost: Figure {
                value,
                low,
                high,
                unit: Unit::UsdPerMonth,
                derivation: Derivation::computed(label, value, Unit::UsdPerMonth, "price × quantity", inputs)
                    .within(low, high),
            },
            price: price.used,
        });
    }

    /// The finished bill.
    pub fn report(mut self) -> CostReport {
        self.items.sort_by(|a, b| (&a.element, a.category, &a.region).cmp(&(&b.element, b.category, &b.region)));
        self.unpriced.sort_by(|a, b| a.element.cmp(&b.element));
        let inputs: Vec<Derivation> =
            CostCategory::ALL.into_iter().filter_map(|category| category_node(category, &self.items)).collect();
        let licensed = self.items.iter().any(|item| item.category == CostCategory::Licences);
        let formula = if licensed {
            "sum of all lines; licences as given; without support and people".to_owned()
        } else {
            "sum of all lines; without licences, of which none are given, support and people".to_owned()
        };
        let sum = |of: fn(&Figure) -> f64| self.items.iter().map(|item| of(&item.cost)).sum::<f64>();
        let currency = self.books.company().currency();
        let shown = currency.rate().map(|rate| format!("; shown at {rate}")).unwrap_or_default();
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
                    formula + &shown,
                    inputs,
                )
                .within(sum(|f| f.low), sum(|f| f.high)),
            }
        });
        let basis: PriceBasis = self.items.iter().collect();
        CostReport {
            total,
            items: self.items,
            unpriced: self.unpriced,
            oldest_price: basis.oldest.map(|date| date.to_string()).unwrap_or_default(),
            estimated_prices: basis.estimated(),
            currency,
        }
    }
}

/// Most lines of a category in the derivation of the total; each line of the bill has its own.
const MAX_LINES: usize = 8;

/// A category as a node of the total. Traffic is told apart by how far it goes.
fn category_node(category: CostCategory, items: &[CostItem]) -> Option<Derivation> {
    let of: Vec<&CostItem> = items.iter().filter(|item| item.category == category).collect();
    if category != CostCategory::Traffic {
        return sum_node(category.label(), of);
    }
    let mut classes: BTreeMap<Option<TrafficClass>, Vec<&CostItem>> = BTreeMap::new();
    for item in &of {
        classes.entry(item.class).or_default().push(item);
    }
    let value = of.iter().map(|item| item.cost.value).sum();
    let [low, high] = [|f: &Figure| f.low, |f: &Figure| f.high].map(|end| of.iter().map(|item| end(&item.cost)).sum());
    let nodes: Vec<Derivation> = classes
        .into_iter()
        .filter_map(|(class, items)| sum_node(class.map_or(category.label(), TrafficClass::label), items))
        .collect();
    (!nodes.is_empty()).then(|| {
        Derivation::computed(category.label(), value, Unit::UsdPerMonth, "sum over how far the traffic goes", nodes)
            .within(low, high)
    })
}

/// Lines as a node: the largest, and the others as one.
fn sum_node(label: &str, mut of: Vec<&CostItem>) -> Option<Derivation> {
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
    Some(Derivation::computed(label, value, Unit::UsdPerMonth, "sum of its lines", nodes).within(low, high))
}

/// Whether a company says what it pays.
pub(super) fn is_by_company(sourced: &Sourced) -> bool {
    Quality::from(sourced.quality) == Quality::Company
}

/// How far a price may plausibly be off, as a share: planning values of ours. A list price of today is exact.
pub(super) fn doubt(sourced: &Sourced) -> f64 {
    let by_quality = match Quality::from(sourced.quality) {
        Quality::Measured | Quality::Published | Quality::Given | Quality::Company | Quality::Derived => 0.0,
        Quality::Estimated => 0.25,
        Quality::Assumed => 0.5,
    };
    if sourced.stale { f64::max(by_quality, 0.1) } else { by_quality }
}

/// A source in words, with what it prices and the remarks on it.
pub(super) fn said(sourced: &Sourced, what: &str, notes: &[Option<&str>]) -> String {
    let mut text = format!("{what}; {sourced}");
    for note in notes.iter().flatten() {
        text.push_str("; ");
        text.push_str(note);
    }
    text
}
