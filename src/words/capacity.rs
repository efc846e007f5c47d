//! The table of how far groups are used.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Design;
use crate::estimate::{Figure, GroupCapacity, Loss, UseTarget};

use super::{Lines, placed, row, shown};

/// How far every group is used, healthy and after a loss, and the nodes it needs: lines with numbers from the third column
/// on, and notes.
#[must_use]
pub fn capacity(design: &Design, groups: &[GroupCapacity]) -> (Lines, Vec<String>) {
    let head =
        ["Group", "Measured by", "Peak", "Capacity", "Used", "Node", "Zone", "Region", "Nodes", "Needed", "Spare"];
    let mut rows = vec![row(head)];
    let mut without: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in groups {
        let percent = |of: &Result<Figure, String>| {
            of.as_ref().map_or_else(|_| "–".to_owned(), |figure| format!("{} %", shown(figure.value)))
        };
        let mut say = |what: &str, why: &str| {
            let line = format!("{what}: {why}");
            without.entry(line).or_default().insert(placed(design, &group.component));
        };
        if let Err(why) = &group.utilisation {
            say("no use", why);
        }
        let mut cells = [(); 3].map(|()| "–".to_owned());
        for after in &group.after_loss {
            let (n, what) = match &after.lost {
                Loss::Node => (0, "without a node"),
                Loss::Zone(_) => (1, "without a zone"),
                Loss::Region(_) => (2, "without another region"),
            };
            if let Some(cell) = cells.get_mut(n) {
                *cell = percent(&after.utilisation);
                if let (Loss::Region(region), Ok(_)) = (&after.lost, &after.utilisation) {
                    *cell = format!("{cell} ({})", design.name_of(region));
                }
            }
            if let Err(why) = &after.utilisation {
                say(what, why);
            }
        }
        let [node, zone, region] = cells;
        let (needed, spare) = match &group.needed {
            Ok(needed) => (needed.instances.to_string(), needed.with_node_lost.to_string()),
            Err(why) => {
                say("nodes needed", why);
                ("–".to_owned(), "–".to_owned())
            }
        };
        let nodes = design.components.get(&group.component).map_or(0, |c| c.instances);
        rows.push(vec![
            placed(design, &group.component),
            group.measure.label().to_owned(),
            shown(group.demand),
            group.capacity.map_or_else(|| "–".to_owned(), shown),
            percent(&group.utilisation),
            node,
            zone,
            region,
            nodes.to_string(),
            needed,
            spare,
        ]);
    }
    (rows, notes(design, without))
}

fn notes(design: &Design, without: BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let who = |who: BTreeSet<String>| who.into_iter().collect::<Vec<_>>().join("; ");
    let mut notes: Vec<String> = without.into_iter().map(|(line, of)| format!("{line} ({})", who(of))).collect();
    let target = UseTarget::of(design);
    let whose = if matches!(target, UseTarget::Given(_)) {
        "the target of the design"
    } else {
        "advised, since no target is set"
    };
    notes.push(format!(
        "Needed keeps the use within {} %, {whose}; spare does so without one node. A ratio of gateways may be used in full.",
        target.pct()
    ));
    if design.components.values().any(|c| c.kind().has_control_plane()) {
        let text = "What portals carry is not published, so control planes are not measured by their visitors.";
        notes.push(text.to_owned());
    }
    notes
}
