//! What an edit would change: findings, latency, cost and the nodes that stand alone. Computed for quick fixes before
//! anybody applies them, and for another product version.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::{self, Analysis, Setting};
use crate::books::Currency;
use crate::design::edit::Edit;
use crate::design::history::Revision;
use crate::design::{Design, Id, Kind, ProductVersion, Spec};
use crate::estimate::Operation;
use crate::rules::{self, Delta, Finding, Inputs};

/// How a design would differ after an edit.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Findings that would appear, vanish or change.
    pub delta: Delta,
    /// Cost before and after, US dollars a month; `None` where nothing has a price.
    pub usd_per_month: [Option<f64>; 2],
    /// The currency in which people want to see it.
    pub currency: Currency,
    /// The longest 95th percentile of an API call before and after, ms; `None` where nobody calls.
    pub p95_ms: [Option<f64>; 2],
    /// Populations whose 95th percentile of an API call changes noticeably, by name, with it before and after, ms; the
    /// largest changes first.
    pub calls: Vec<(String, [Option<f64>; 2])>,
    /// Kinds of product nodes of which a region has only one, before and after: what stops when one node is lost.
    /// Stands in for availability in percent, which has no model.
    pub single_nodes: [usize; 2],
}

/// An edit with its consequences.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The edit, with the label of its undo step.
    pub edit: Edit,
    /// The design with the edit applied.
    pub design: Arc<Design>,
    /// What it would change.
    pub outlook: Outlook,
    /// Whether it fixes all findings of a rule, and not only one.
    pub all: bool,
}

impl Offer {
    /// The offer for an edit of an analysed design; `None` when the edit cannot be applied.
    #[must_use]
    pub fn of(before: &Design, analysis: &Analysis, edit: Edit, setting: &Setting<'_>) -> Option<Self> {
        let mut design = before.clone();
        edit.apply(&mut design).ok()?;
        let after = analysis::analyse(&design, Revision::default(), setting);
        let outlook = Outlook {
            delta: rules::compare(&analysis.check.findings, &after.check.findings),
            usd_per_month: [analysis, &after].map(|a| a.estimates.cost.total.as_ref().map(|f| f.value)),
            currency: after.estimates.cost.currency.clone(),
            p95_ms: [analysis, &after].map(|a| a.estimates.worst_api_call().map(|(_, f)| f.value)),
            calls: calls(before, [analysis, &after]),
            single_nodes: [before, &design].map(single_nodes),
        };
        Some(Self { edit, design: Arc::new(design), outlook, all: false })
    }
}

/// Least change of a percentile that is told, ms.
const NOTICEABLE_MS: f64 = 1.0;
/// Most populations that are told of.
const MOST_POPULATIONS: usize = 3;

fn calls(before: &Design, analyses: [&Analysis; 2]) -> Vec<(String, [Option<f64>; 2])> {
    let p95_ms = |analysis: &Analysis, id: &Id| {
        let [_, p95, _] = analysis.estimates.percentiles(id, Operation::ApiCall).ok()?;
        Some(p95.value)
    };
    let mut changed: Vec<(f64, String, [Option<f64>; 2])> = Vec::new();
    for population in analyses.iter().take(1).flat_map(|a| &a.estimates.latency) {
        let id = &population.population;
        let both = analyses.map(|analysis| p95_ms(analysis, id));
        let by = match both {
            [Some(a), Some(b)] => (a - b).abs(),
            [None, None] => 0.0,
            _ => f64::INFINITY,
        };
        if by >= NOTICEABLE_MS {
            changed.push((by, before.name_of(id), both));
        }
    }
    changed.sort_by(|a, b| b.0.total_cmp(&a.0));
    changed.into_iter().take(MOST_POPULATIONS).map(|(_, name, both)| (name, both)).collect()
}

/// How many kinds of product nodes stand alone in their region; gateways of another environment are another kind.
fn single_nodes(design: &Design) -> usize {
    let mut nodes: BTreeMap<(&Id, Kind, &str), u32> = BTreeMap::new();
    for component in design.components.values().filter(|c| c.kind().is_product_node()) {
        if let Some(region) = &component.region {
            let environment = match &component.spec {
                Spec::Gateway(gateway) => gateway.environment.as_str(),
                _ => "",
            };
            let count = nodes.entry((region, component.kind(), environment)).or_default();
            *count = count.saturating_add(component.instances);
        }
    }
    nodes.values().filter(|n| **n == 1).count()
}

/// What can be done about a finding: each quick fix with its consequences, and last one that fixes all findings of the
/// same rule, when there are several.
#[must_use]
pub fn offers(design: &Design, analysis: &Analysis, finding: &Finding, setting: &Setting<'_>) -> Vec<Offer> {
    let inputs = Inputs { estimates: Some(&analysis.estimates), today: setting.today, ..Inputs::of(setting.books) };
    let fixes = rules::fixes_of(design, finding, &inputs);
    let alike = analysis.check.findings.iter().filter(|f| f.rule == finding.rule).count();
    let all = if fixes.is_empty() || alike < 2 { None } else { rules::fix_all(design, &finding.rule, &inputs) };
    let offer = |edit, all| Some(Offer { all, ..Offer::of(design, analysis, edit, setting)? });
    let single = fixes.into_iter().filter_map(|fix| offer(fix.edit, false));
    single.chain(all.and_then(|edit| offer(edit, true))).collect()
}

/// How the findings of an analysed design would change if it targeted another product version.
#[must_use]
pub fn as_version(design: &Design, analysis: &Analysis, version: ProductVersion, setting: &Setting<'_>) -> Delta {
    let mut other = design.clone();
    Arc::make_mut(&mut other.meta).product_version = version;
    let after = analysis::analyse(&other, Revision::default(), setting);
    rules::compare(&analysis.check.findings, &after.check.findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn an_offer_says_what_it_removes_and_what_it_costs() {
        let setting = &Setting::of(Books::shipped());
        let mut design = crate::templates::get("pattern-2").unwrap().design();
        let gateway =
            design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).map(|(id, _)| id.clone()).unwrap();
        Arc::make_mut(design.components.get_mut(&gateway).unwrap()).instances = 1;
        let analysis = analysis::analyse(&design, Revision::default(), setting);
        let finding = analysis.check.findings.iter().find(|f| f.rule == "R-HA-01").unwrap();
        let offers = offers(&design, &analysis, finding, setting);
        let [offer] = offers.as_slice() else { panic!("{offers:?}") };
        assert!(offer.outlook.delta.vanishes.iter().any(|f| f.rule == "R-HA-01"));
        assert_eq!(offer.outlook.single_nodes, [1, 0]);
        let [before, after] = offer.outlook.usd_per_month.map(Option::unwrap);
        assert!(after > before);
    }

    #[test]
    fn another_version_changes_findings_and_not_the_design() {
        let setting = &Setting::of(Books::shipped());
        let design = crate::templates::get("pattern-1").unwrap().design();
        let analysis = analysis::analyse(&design, Revision::default(), setting);
        let delta = as_version(&design, &analysis, ProductVersion::V4_3, setting);
        assert!(delta.appears.iter().any(|f| f.rule == "R-TOP-10"), "{delta:?}");
        assert!(as_version(&design, &analysis, design.meta.product_version, setting).is_empty());
    }
}
