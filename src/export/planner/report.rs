//! Findings and estimates in the words of the plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::{Derivation, Estimates, Figure, Operation, OperationLatency, PublishVisible};
use crate::rules::Finding;

use super::words::{PlanBasis, PlanCostCategory, PlanOperation, PlanQuality, PlanSeverity, PlanTrafficClass, PlanUnit};

/// What a rule has to say about the design.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanFinding {
    /// Stable id of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: PlanSeverity,
    /// Ids of the elements concerned; empty when it is the design as a whole.
    pub subjects: Vec<String>,
    /// What is wrong here.
    pub message: String,
    /// What in the design the finding rests on.
    pub seen: Vec<PlanSeen>,
    /// What a breach means for those who use or run the deployment.
    pub impact: String,
    /// Why it matters.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// What the rule rests on.
    pub basis: PlanBasis,
    /// Where that can be read.
    pub sources: Vec<PlanSource>,
    /// Where a rule of the company is explained; `null` when nowhere.
    pub link: Option<String>,
}

/// Something a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSeen {
    /// What was looked at, such as `nodes`.
    pub what: String,
    /// What was there, such as `1`.
    pub value: String,
}

/// Where a fact can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanSource {
    /// Number of the fact.
    pub fact: String,
    /// Page, file or issue it was read in.
    pub document: String,
}

/// Latency, load and cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanEstimates {
    /// Latency by user population.
    pub latency: Vec<PlanLatency>,
    /// Load by group of gateways or all-in-one nodes.
    pub load: Vec<PlanLoad>,
    /// Monthly cost.
    pub cost: PlanCost,
}

/// Latency of one user population.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanLatency {
    /// The population.
    pub population: String,
    /// Region that serves it; `null` when none does.
    pub served_by: Option<String>,
    /// By operation.
    pub operations: Vec<PlanOperationLatency>,
    /// From publishing an API until the last gateway of a region serves it, by region.
    pub publish: Vec<PlanPublishVisible>,
    /// What happens when the region that serves it is lost; `null` when none serves it.
    pub failover: Option<PlanFailover>,
}

/// How long a publication takes to show in one region.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanPublishVisible {
    /// The region.
    pub region: String,
    /// Median; `null` when there is no number, and `unavailable` says why.
    pub p50: Option<PlanFigure>,
    /// 95th percentile; `null` as for `p50`.
    pub p95: Option<PlanFigure>,
    /// 99th percentile; `null` as for `p50`.
    pub p99: Option<PlanFigure>,
    /// Why there is no number; `null` when there is one.
    pub unavailable: Option<String>,
}

/// A population while the region that serves it is lost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanFailover {
    /// The region that is lost.
    pub lost: String,
    /// Region that serves it then; `null` when none does.
    pub served_by: Option<String>,
    /// By operation.
    pub operations: Vec<PlanOperationLatency>,
}

/// Latency of one operation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanOperationLatency {
    /// The operation.
    pub operation: PlanOperation,
    /// Median; `null` when there is no number, and `unavailable` says why.
    pub p50: Option<PlanFigure>,
    /// 95th percentile; `null` as for `p50`.
    pub p95: Option<PlanFigure>,
    /// 99th percentile; `null` as for `p50`.
    pub p99: Option<PlanFigure>,
    /// Why there is no number; `null` when there is one.
    pub unavailable: Option<String>,
}

/// Load of one group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanLoad {
    /// The group.
    pub group: String,
    /// Calls a second at peak; `null` when unknown.
    pub demand_rps: Option<f64>,
    /// Calls a second it can carry; `null` when unknown.
    pub capacity_rps: Option<f64>,
    /// Demand over capacity.
    pub utilisation: PlanFigure,
}

/// Monthly cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanCost {
    /// Total before tax; `null` when nothing could be priced.
    pub total: Option<PlanFigure>,
    /// Every line of the bill.
    pub items: Vec<PlanCostItem>,
    /// What costs money but has no price in the book.
    pub unpriced: Vec<PlanUnpriced>,
    /// Date of the oldest price used, `YYYY-MM-DD`; `null` when no price was used.
    pub oldest_price: Option<String>,
    /// How many of the prices used are estimates rather than list prices.
    pub estimated_prices: usize,
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanCostItem {
    /// The component or link that causes it.
    pub element: String,
    /// Region it is paid in; `null` for what is in no region.
    pub region: Option<String>,
    /// What it is spent on.
    pub category: PlanCostCategory,
    /// How far the traffic goes; `null` for what is no traffic.
    pub traffic_class: Option<PlanTrafficClass>,
    /// The cost.
    pub cost: PlanFigure,
    /// When the price was listed, `YYYY-MM-DD`; `null` for the architects' own.
    pub price_date: Option<String>,
    /// Whether the price is an estimate rather than a list price.
    pub price_estimated: bool,
}

/// Something without a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlanUnpriced {
    /// The element.
    pub element: String,
    /// Why there is no price.
    pub reason: String,
}

/// A number with its range and how it was derived.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanFigure {
    /// Best estimate; `null` when it is beyond all bounds.
    pub value: Option<f64>,
    /// Lower end of the plausible range; `null` when there is none.
    pub low: Option<f64>,
    /// Upper end of the plausible range; `null` when there is none.
    pub high: Option<f64>,
    /// Unit of all three.
    pub unit: PlanUnit,
    /// How it was derived, from the result down to the inputs.
    pub derivation: Vec<PlanDerivation>,
}

/// One step of a derivation. Its inputs are the following steps that are one level deeper.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanDerivation {
    /// Level below the result, which has 0.
    pub depth: u32,
    /// What the number is.
    pub label: String,
    /// The value; `null` when it is beyond all bounds.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: PlanUnit,
    /// How it was computed; `null` for an input.
    pub formula: Option<String>,
    /// How far it can be trusted.
    pub quality: PlanQuality,
    /// Where an input was read, with its date; `null` for a computed number.
    pub source: Option<String>,
    /// Date of that source, as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `null` where it has none.
    pub date: Option<String>,
    /// Lower end of what is plausible, in the unit of the value; `null` where that is not known.
    pub low: Option<f64>,
    /// Upper end of what is plausible; `null` as for `low`.
    pub high: Option<f64>,
    /// Id of the assumption that this input is, which a design may make otherwise; `null` for all others.
    pub assumption: Option<String>,
}

/// The findings in the words of the plan.
#[must_use]
pub fn findings(findings: &[Finding]) -> Vec<PlanFinding> {
    findings.iter().map(finding).collect()
}

pub(super) fn finding(f: &Finding) -> PlanFinding {
    PlanFinding {
        rule: f.rule.clone().into_owned(),
        severity: f.severity.into(),
        subjects: f.subjects.iter().map(ToString::to_string).collect(),
        message: f.message.clone(),
        seen: f.seen.iter().map(|s| PlanSeen { what: s.what.clone().into_owned(), value: s.value.clone() }).collect(),
        impact: f.impact.clone().into_owned(),
        why: f.why.clone().into_owned(),
        remedy: f.remedy.clone().into_owned(),
        basis: f.basis.into(),
        sources: f
            .sources
            .iter()
            .map(|s| PlanSource { fact: s.fact.to_owned(), document: s.document.to_owned() })
            .collect(),
        link: f.link.clone(),
    }
}

/// The estimates in the words of the plan.
#[must_use]
pub fn estimates(estimates: &Estimates) -> PlanEstimates {
    let latency = estimates.latency.iter().map(|l| PlanLatency {
        population: l.population.to_string(),
        served_by: l.served_by.as_ref().map(ToString::to_string),
        operations: l.operations.iter().map(operation).collect(),
        publish: l.publish.iter().map(visible).collect(),
        failover: l.failover.as_ref().map(|f| PlanFailover {
            lost: f.lost.to_string(),
            served_by: f.served_by.as_ref().map(ToString::to_string),
            operations: f.operations.iter().map(operation).collect(),
        }),
    });
    let load = estimates.load.iter().map(|l| PlanLoad {
        group: l.component.to_string(),
        demand_rps: finite(l.demand_rps),
        capacity_rps: finite(l.capacity_rps),
        utilisation: figure(&l.utilisation),
    });
    let cost = &estimates.cost;
    let items = cost.items.iter().map(|item| PlanCostItem {
        element: item.element.to_string(),
        region: item.region.as_ref().map(ToString::to_string),
        category: item.category.into(),
        traffic_class: item.class.map(Into::into),
        cost: figure(&item.cost),
        price_date: item.price.map(|price| price.date.to_string()),
        price_estimated: item.price.is_some_and(|price| price.estimated),
    });
    let unpriced =
        cost.unpriced.iter().map(|u| PlanUnpriced { element: u.element.to_string(), reason: u.reason.clone() });
    PlanEstimates {
        latency: latency.collect(),
        load: load.collect(),
        cost: PlanCost {
            total: cost.total.as_ref().map(figure),
            items: items.collect(),
            unpriced: unpriced.collect(),
            oldest_price: non_empty(&cost.oldest_price),
            estimated_prices: cost.estimated_prices,
        },
    }
}

fn operation(latency: &OperationLatency) -> PlanOperationLatency {
    let operation: Operation = latency.operation;
    let ([p50, p95, p99], unavailable) = numbers(&latency.percentiles);
    PlanOperationLatency { operation: operation.into(), p50, p95, p99, unavailable }
}

fn visible(publish: &PublishVisible) -> PlanPublishVisible {
    let ([p50, p95, p99], unavailable) = numbers(&publish.percentiles);
    PlanPublishVisible { region: publish.region.to_string(), p50, p95, p99, unavailable }
}

fn numbers(percentiles: &Result<[Figure; 3], String>) -> ([Option<PlanFigure>; 3], Option<String>) {
    match percentiles {
        Ok(figures) => (figures.each_ref().map(|f| Some(figure(f))), None),
        Err(reason) => ([None, None, None], Some(reason.clone())),
    }
}

fn figure(figure: &Figure) -> PlanFigure {
    let mut derivation = Vec::new();
    flatten(&figure.derivation, 0, &mut derivation);
    PlanFigure {
        value: finite(figure.value),
        low: finite(figure.low),
        high: finite(figure.high),
        unit: figure.unit.into(),
        derivation,
    }
}

fn flatten(node: &Derivation, depth: u32, steps: &mut Vec<PlanDerivation>) {
    steps.push(PlanDerivation {
        depth,
        label: node.label.clone(),
        value: finite(node.value),
        unit: node.unit.into(),
        formula: non_empty(&node.formula),
        quality: node.quality.into(),
        source: non_empty(&node.source),
        date: node.date.map(|date| date.to_string()),
        low: node.range.and_then(|[low, _]| finite(low)),
        high: node.range.and_then(|[_, high]| finite(high)),
        assumption: node.assumed.map(|key| key.to_string()),
    });
    for input in &node.inputs {
        flatten(input, depth + 1, steps);
    }
}

/// JSON has no word for infinity or "not a number".
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
