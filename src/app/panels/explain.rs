//! Numbers that can be asked for their derivation: by what they are, so that an open derivation follows every edit.

use crate::analysis::Analysis;
use crate::app::State;
use crate::design::{Capability, Design, Id};
use crate::estimate::{
    CostCategory, CostItem, Derivation, Estimates, Figure, GroupCapacity, Loss, Measure, Operation, TrafficClass, Unit,
};
use crate::failure;

/// Where money is spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the whole design.
    Everywhere,
    /// In one region.
    Region(Id),
    /// In no region.
    NoRegion,
}

impl Place {
    /// Whether a line of the bill is paid there.
    pub fn holds(&self, item: &CostItem) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Region(id) => item.region.as_ref() == Some(id),
            Self::NoRegion => item.region.is_none(),
        }
    }
}

/// What is lost, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// One node.
    Node,
    /// A zone.
    Zone,
    /// Another region.
    Region,
}

impl Lost {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Node, Self::Zone, Self::Region];

    /// Whether a loss is of this kind.
    pub fn holds(self, loss: &Loss) -> bool {
        matches!((self, loss), (Self::Node, Loss::Node) | (Self::Zone, Loss::Zone(_)) | (Self::Region, Loss::Region(_)))
    }
}

/// What can be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Why the drawing is taken for its pattern.
    Pattern,
    /// A percentile (0: p50, 1: p95, 2: p99) of an operation of a population.
    Latency(Id, Operation, usize),
    /// The same while the region that serves it is lost.
    WhenLost(Id, Operation, usize),
    /// A percentile of the time until a publication of a population shows in a region.
    Published(Id, Id, usize),
    /// Utilisation of a group of gateways.
    Load(Id),
    /// Use of a group in one measure.
    Use(Id, Measure),
    /// The same after a loss.
    UseAfter(Id, Measure, Lost),
    /// Nodes that a group needs in one measure.
    Needed(Id, Measure),
    /// Cost of a place, of one category or of all.
    Cost(Place, Option<CostCategory>),
    /// Cost of one component or link.
    CostOf(Id),
    /// Cost of traffic that goes so far.
    CostOfTraffic(TrafficClass),
    /// Round trip of a link.
    RoundTrip(Id),
    /// How available a capability is at a place; no number of the analysis.
    Available(Capability, failure::Place),
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Explained {
    /// A number with its derivation.
    Figure(Box<Figure>),
    /// Sentences.
    Sentences(Vec<String>),
}

/// Names of the percentiles in [`crate::estimate::OperationLatency`].
pub const PERCENTILES: [&str; 3] = ["p50", "p95", "p99"];

/// Explains a number that is shown; `None` when there is no such number any more.
pub fn explain_shown(subject: &Subject, state: &State) -> Option<Explained> {
    let Subject::Available(capability, place) = subject else {
        return explain(subject, state.shown(), state.analysis.as_deref()?);
    };
    let weak = state.weak().map(|weak| weak.report.available.as_slice());
    let served = state.served().map(|served| served.0.as_slice());
    let mut cells = weak.or(served).unwrap_or_default().iter();
    let cell = cells.find(|cell| cell.capability == *capability && cell.place == *place)?;
    Some(Explained::Figure(Box::new(cell.goes_on.availability.clone())))
}

/// Explains a number of the analysis; `None` when the analysis holds no such number.
pub fn explain(subject: &Subject, design: &Design, analysis: &Analysis) -> Option<Explained> {
    let figure = match subject {
        Subject::Pattern => return Some(Explained::Sentences(analysis.recognition.reasons.clone())),
        Subject::Latency(population, operation, rank) => {
            analysis.estimates.percentiles(population, *operation).ok()?.get(*rank)?.clone()
        }
        Subject::WhenLost(population, operation, rank) => {
            analysis.estimates.percentiles_when_lost(population, *operation).ok()?.get(*rank)?.clone()
        }
        Subject::Published(population, region, rank) => {
            analysis.estimates.published_in(population, region).ok()?.get(*rank)?.clone()
        }
        Subject::Load(group) => analysis.estimates.load.iter().find(|l| l.component == *group)?.utilisation.clone(),
        Subject::Use(id, measure) => group(&analysis.estimates, id, *measure)?.utilisation.as_ref().ok()?.clone(),
        Subject::UseAfter(id, measure, lost) => {
            let group = group(&analysis.estimates, id, *measure)?;
            group.after(|loss| lost.holds(loss))?.utilisation.as_ref().ok()?.clone()
        }
        Subject::Needed(id, measure) => {
            let needed = group(&analysis.estimates, id, *measure)?.needed.as_ref().ok()?;
            let value = f64::from(needed.instances);
            Figure { value, low: value, high: value, unit: Unit::Count, derivation: needed.derivation.clone() }
        }
        Subject::Cost(Place::Everywhere, None) => analysis.estimates.cost.total.clone()?,
        Subject::Cost(place, category) => cost_at(design, &analysis.estimates, place, *category)?,
        // Found out apart from the analysis.
        Subject::Available(..) => return None,
        Subject::RoundTrip(link) => analysis.estimates.link_rtt.get(link)?.clone(),
        Subject::CostOf(element) => cost_of(design, &analysis.estimates, element)?,
        Subject::CostOfTraffic(class) => {
            let items = analysis.estimates.cost.items.iter().filter(|item| item.class == Some(*class));
            sum(format!("Traffic, {}", class.label().to_lowercase()), items)?
        }
    };
    Some(Explained::Figure(Box::new(figure)))
}

fn group<'a>(estimates: &'a Estimates, id: &Id, measure: Measure) -> Option<&'a GroupCapacity> {
    estimates.capacity.iter().find(|group| group.component == *id && group.measure == measure)
}

/// Cost of a place, of one category or of all.
pub fn cost_at(
    design: &Design,
    estimates: &Estimates,
    place: &Place,
    category: Option<CostCategory>,
) -> Option<Figure> {
    let items = estimates.cost.items.iter();
    let items = items.filter(|i| place.holds(i) && category.is_none_or(|c| c == i.category));
    let place = match place {
        Place::Everywhere => "the whole design".to_owned(),
        Place::Region(id) => design.name_of(id),
        Place::NoRegion => "what is in no region".to_owned(),
    };
    let words = category.map_or("Cost", CostCategory::label);
    sum(format!("{words} of {place}"), items)
}

/// Cost of one component or link.
pub fn cost_of(design: &Design, estimates: &Estimates, element: &Id) -> Option<Figure> {
    let items = estimates.cost.items.iter().filter(|i| i.element == *element);
    sum(format!("Cost of {}", design.name_of(element)), items)
}

/// Adds up lines of the bill. The ends of the range are added as well: prices err in the same direction more often
/// than not, so a narrower range would promise too much.
fn sum<'a>(label: String, items: impl Iterator<Item = &'a CostItem>) -> Option<Figure> {
    let items: Vec<&CostItem> = items.collect();
    if let [only] = items.as_slice() {
        return Some(only.cost.clone());
    }
    let add = |end: fn(&Figure) -> f64| items.iter().map(|i| end(&i.cost)).sum::<f64>();
    let value = add(|f| f.value);
    let inputs = items.iter().map(|i| i.cost.derivation.clone()).collect();
    (!items.is_empty()).then(|| Figure {
        value,
        low: add(|f| f.low),
        high: add(|f| f.high),
        unit: Unit::UsdPerMonth,
        derivation: Derivation::computed(label, value, Unit::UsdPerMonth, "sum of the lines below", inputs)
            .within(add(|f| f.low), add(|f| f.high)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Quality;

    fn item(element: &str, region: Option<&str>, category: CostCategory, usd: f64) -> CostItem {
        let derivation = Derivation::input(element, usd, Unit::UsdPerMonth, Quality::Published, "list");
        CostItem {
            element: Id::slug(element),
            region: region.map(Id::slug),
            category,
            class: None,
            price: None,
            cost: Figure { value: usd, low: usd * 0.9, high: usd * 1.2, unit: Unit::UsdPerMonth, derivation },
        }
    }

    fn estimates() -> Estimates {
        let mut estimates = Estimates::default();
        estimates.cost.items = vec![
            item("gw", Some("fra"), CostCategory::Compute, 100.0),
            item("gw", Some("fra"), CostCategory::Storage, 10.0),
            item("tm", Some("bom"), CostCategory::Compute, 40.0),
            item("gslb", None, CostCategory::LoadBalancing, 5.0),
        ];
        estimates
    }

    #[test]
    fn places_and_categories_split_the_bill_without_rest() {
        let (design, estimates) = (Design::default(), estimates());
        let at = |place: Place| cost_at(&design, &estimates, &place, None).map_or(0.0, |f| f.value);
        let parts = at(Place::Region(Id::slug("fra"))) + at(Place::Region(Id::slug("bom"))) + at(Place::NoRegion);
        assert!((parts - at(Place::Everywhere)).abs() < 1e-9);
        let by_category: f64 = CostCategory::ALL
            .iter()
            .filter_map(|c| cost_at(&design, &estimates, &Place::Everywhere, Some(*c)))
            .map(|f| f.value)
            .sum();
        assert!((by_category - 155.0).abs() < 1e-9);
    }

    #[test]
    fn a_sum_keeps_the_ends_of_its_range_and_its_lines() {
        let design = Design::default();
        let figure = cost_of(&design, &estimates(), &Id::slug("gw")).unwrap();
        assert!((figure.low - 99.0).abs() < 1e-9 && (figure.high - 132.0).abs() < 1e-9);
        assert_eq!(figure.derivation.inputs.len(), 2);
        assert!(cost_of(&design, &estimates(), &Id::slug("nobody")).is_none());
    }
}
