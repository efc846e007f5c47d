//! The network sheet: who connects to whom over which ports, and what a firewall has to let through for it.
//!
//! Everything comes from the connections of the plan. A rule never allows more than connections that are drawn or
//! follow from what is drawn (`intent`); whatever no rule names is denied.

mod intent;
mod sheet;
mod table;

pub use intent::{Action, Allow, Firewall, FirewallFormat, Side};

use super::Source;
use super::bundle::{Bundle, ExportFile, FilePath};
use super::document;
use super::planner::Plan;

/// The files `network.csv`, `firewall.csv`, `firewall.json` and `network.md`.
#[must_use]
pub fn bundle(source: &Source<'_>) -> Bundle {
    let firewall = Firewall::of(&source.plan);
    let mut bundle = Bundle::default();
    let mut add = |name: &str, file: ExportFile| bundle.add(FilePath::of([name]), file);
    add("network.csv", table::connections(source));
    add("firewall.csv", table::firewall(source, &firewall));
    add("firewall.json", table::json(source, &firewall));
    add("network.md", document::markdown(&sheet::sheet(&source.plan, &firewall)));
    bundle.remarks = remarks(&source.plan, &firewall);
    bundle
}

/// What is not decided by the design.
fn remarks(plan: &Plan, firewall: &Firewall) -> Vec<String> {
    let mut remarks: Vec<String> = plan.domain.remark().into_iter().collect();
    let open = firewall.allow.iter().filter(|allow| allow.port.is_none()).count();
    if open > 0 {
        let rules = if open == 1 { "1 rule has".to_owned() } else { format!("{open} rules have") };
        remarks.push(format!("{rules} no port, since the address of the service decides; put it in before use."));
    }
    remarks
}
