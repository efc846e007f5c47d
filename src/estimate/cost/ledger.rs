//! The bill while it is written: items, what has no price, and which prices were used.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::{Books, Date, EgressTariff, Price, PriceBook, Provider, Sourced};
use crate::design::{Design, Id, Site};

use super::super::figure::{Derivation, Figure, Quality, Unit};
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
    books: &'a Books,
    markets: BTreeMap<&'a Id, Market>,
    items: Vec<CostItem>,
    unpriced: Vec<Unpriced>,
    oldest: Option<Date>,
    estimated: BTreeSet<String>,
}

impl<'a> Ledger<'a> {
    pub fn new(design: &'a Design, books: &'a Books, places: &Places<'_>) -> Self {
        let market = |id: &Id| match design.regions.get(id).map(|r| (&r.site, &r.name)) {
            Some((Site::Cloud { provider, region }, _)) => match (provider.parse(), places.of_region(id)) {
                (Ok(Provider::Ibm), _) => Market::None("no prices of IBM Cloud are in the books".to_owned()),
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
            books,
            markets: design.regions.keys().map(|id| (id, market(id))).collect(),
            items: Vec::new(),
            unpriced: Vec::new(),
            oldest: None,
            estimated: BTreeSet::new(),
        }
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

    fn used(&mut self, key: String, sourced: &Sourced) {
        self.oldest = Some(self.oldest.map_or(sourced.date, |oldest| oldest.min(sourced.date)));
        if sourced.quality.is_estimated() {
            self.estimated.insert(key);
        }
    }

    /// A line: price × quantities.
    pub fn charge(
        &mut self,
        element: &Id,
        region: Option<&Id>,
        category: CostCategory,
        price: &Price,
        quantities: Vec<Quantity>,
    ) {
        let key = format!("{} {} {} {} {}", price.provider, price.region, price.sku, price.unit, price.usd);
        self.used(key, &price.sourced);
        let off = doubt(&price.sourced);
        let notes = [price.note.as_deref(), price.note_on_fallback.as_deref()];
        let label = format!("{} for each {}", price.sku, price.unit);
        let source =
            said(&price.sourced, &format!("{}; {} {}", price.description, price.provider, price.region), &notes);
        let leaf = Derivation::input(label, price.usd, Unit::Usd, price.sourced.quality.into(), source);
        let times = |i: usize| quantities.iter().map(|q| q.range.get(i).copied().unwrap_or_default()).product::<f64>();
        let value = price.usd * times(0);
        let mut inputs = vec![leaf];
        inputs.extend(quantities.iter().map(|q| q.node.clone()));
        let label = format!("{}: {}", self.design.name_of(element), price.description);
        self.items.push(CostItem {
            element: element.clone(),
            region: region.cloned(),
            category,
            cost: Figure {
                value,
                low: price.usd * times(1) * (1.0 - off),
                high: price.usd * times(2) * (1.0 + off),
                unit: Unit::UsdPerMonth,
                derivation: Derivation::computed(
                    label,
                    value,
                    Unit::UsdPerMonth,
                    product_formula(inputs.len()),
                    inputs,
                ),
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
        self.used(format!("{} {} egress", tariff.provider, tariff.region), &tariff.sourced);
        let rate = if account_gb > 0.0 { tariff.usd_per_month(account_gb) / account_gb } else { 0.0 };
        let notes = [tariff.note.as_deref(), tariff.note_on_fallback.as_deref()];
        let tiers = tariff.tiers.iter().map(|tier| {
            let to = tier.to_gb.map_or_else(|| "on".to_owned(), |gb| format!("to {gb} GB"));
            Derivation::input(
                format!("From {} {to}, for each GB", tier.from_gb),
                tier.usd_per_gb,
                Unit::Usd,
                tariff.sourced.quality.into(),
                said(
                    &tariff.sourced,
                    &format!("traffic to the internet, {} {}", tariff.provider, tariff.region),
                    &notes,
                ),
            )
        });
        let mut inputs: Vec<Derivation> = tiers.collect();
        inputs.push(Derivation::input(
            format!("All internet traffic of the account at {}", tariff.provider.label()),
            account_gb,
            Unit::GbPerMonth,
            Quality::Derived,
            "sum over all flows of this bill; the tiers count the whole account",
        ));
        let average = Derivation::computed(
            "Average for each GB",
            rate,
            Unit::Usd,
            "tiers applied to the account's traffic / that traffic",
            inputs,
        );
        let off = doubt(&tariff.sourced);
        let at = |i: usize| quantity.range.get(i).copied().unwrap_or_default();
        let value = rate * at(0);
        let label = format!("{}: traffic to the internet", self.design.name_of(element));
        let inputs = vec![average, quantity.node.clone()];
        self.items.push(CostItem {
            element: element.clone(),
            region: region.cloned(),
            category: CostCategory::Traffic,
            cost: Figure {
                value,
                low: rate * at(1) * (1.0 - off),
                high: rate * at(2) * (1.0 + off),
                unit: Unit::UsdPerMonth,
                derivation: Derivation::computed(label, value, Unit::UsdPerMonth, product_formula(2), inputs),
            },
        });
    }

    /// The finished bill.
    pub fn report(mut self) -> CostReport {
        self.items.sort_by(|a, b| (&a.element, a.category, &a.region).cmp(&(&b.element, b.category, &b.region)));
        self.unpriced.sort_by(|a, b| a.element.cmp(&b.element));
        let inputs = CostCategory::ALL.into_iter().filter_map(|category| {
            let of: Vec<_> = self.items.iter().filter(|item| item.category == category).collect();
            let value: f64 = of.iter().map(|item| item.cost.value).sum();
            let nodes = of.iter().map(|item| item.cost.derivation.clone()).collect();
            (!of.is_empty())
                .then(|| Derivation::computed(category.label(), value, Unit::UsdPerMonth, "sum of its lines", nodes))
        });
        let inputs: Vec<Derivation> = inputs.collect();
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
                ),
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

fn product_formula(factors: usize) -> &'static str {
    if factors > 2 { "price × quantities" } else { "price × quantity" }
}
