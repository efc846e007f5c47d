//! The capacity tab: how far every group is used at peak and after a loss, and how many nodes it needs.

use crate::analysis::Analysis;
use crate::app::panels::explain::{Lost, Subject};
use crate::app::panels::format;
use crate::design::Design;
use crate::estimate::{GroupCapacity, Loss, Unit, UseTarget};
use crate::rules::Severity;

use super::sheet::{Cell, Column, Line, Sheet};
use super::table::Source;

/// The tab.
pub const SOURCE: Source = Source {
    name: "capacity",
    waiting: "Capacity is being estimated…",
    nothing: "Draw gateways and users to see how far they are used.",
    views: |_, _| Vec::new(),
    sheet: |_, design, analysis| sheet(design, analysis),
};

fn sheet(design: &Design, analysis: &Analysis) -> Sheet {
    const PERCENT: (&str, usize) = ("%", 1);
    const RATE: (&str, usize) = ("", 2);
    const COUNT: (&str, usize) = ("", 0);
    let columns = vec![
        Column::words("Group", 112.0, "Nodes that do the same"),
        Column::words("Region", 100.0, "Where it stands"),
        Column::words("Measured by", 144.0, "What its use is measured by"),
        Column::numbers("Used", 82.0, PERCENT, "Demand at peak over what it carries").ranged(),
        Column::numbers("Node lost", 76.0, PERCENT, "Use of what is left when one of its nodes is lost").ranged(),
        Column::numbers("Zone lost", 76.0, PERCENT, "Use of what is left without the zone that takes most of it")
            .ranged(),
        Column::numbers(
            "Region lost",
            88.0,
            PERCENT,
            "Use after the loss of the region that sends most of its users here",
        )
        .ranged(),
        Column::numbers("Nodes", 58.0, COUNT, "Nodes it has"),
        Column::numbers("Needed", 66.0, COUNT, "Nodes that keep its use within the target"),
        Column::numbers("Node to spare", 100.0, COUNT, "Nodes that keep its use within the target when one is lost"),
        Column::numbers("At peak", 80.0, RATE, "What comes to it, in what it is measured by"),
        Column::numbers("Carries", 80.0, RATE, "What it carries, in what it is measured by"),
    ];
    let lines: Vec<Line> = analysis.estimates.capacity.iter().map(|group| line(design, group)).collect();
    let target = UseTarget::of(design);
    let said = match target {
        UseTarget::Given(_) => "target",
        UseTarget::Advised | UseTarget::Ratio => "no target set, advised",
    };
    let note = format!("{said}: {} at peak", format::value(target.pct(), Unit::Percent));
    Sheet { columns, lines, note }
}

fn line(design: &Design, group: &GroupCapacity) -> Line {
    let id = &group.component;
    let component = design.components.get(id);
    let name = design.name_of(id);
    let target = if group.measure.is_ratio() { UseTarget::Ratio } else { UseTarget::of(design) };
    let unit = if group.measure.is_ratio() { Unit::Count } else { Unit::RequestsPerS };
    let used = match &group.utilisation {
        Ok(figure) => {
            let over = figure.value > target.pct();
            let words = format!("over the {} to plan with", format::value(target.pct(), Unit::Percent));
            Cell::figure(figure, Subject::Use(id.clone(), group.measure), false)
                .marked(over.then(|| severity(figure.value)))
                .more(if over { &words } else { "" })
                .strong()
        }
        Err(why) => Cell::reason(why),
    };
    let nodes = component.map_or(0, |c| c.instances);
    let (needed, spare) = match &group.needed {
        Ok(needed) => {
            let count =
                |n: u32| Cell::number(f64::from(n), Unit::Count).marked((n > nodes).then_some(Severity::Warning));
            let words = format!("for {} at peak", format::value(needed.target.pct(), Unit::Percent));
            let subject = Some(Subject::Needed(id.clone(), group.measure));
            (Cell { subject, ..count(needed.instances).more(&words) }, count(needed.with_node_lost).more(&words))
        }
        Err(why) => (Cell::reason(why), Cell::reason(why)),
    };
    let region = component.and_then(|c| c.region.as_ref());
    let said = region.map_or_else(|| name.clone(), |region| format!("{name} in {}", design.name_of(region)));
    let region = region.map_or_else(Cell::nothing, |region| Cell::text(design.name_of(region)));
    let mut cells = vec![Cell::text(name.clone()), region, Cell::text(group.measure.label()), used];
    cells.extend(Lost::ALL.map(|lost| after(design, group, lost)));
    cells.extend([
        Cell::number(f64::from(nodes), Unit::Count),
        needed,
        spare,
        Cell::number(group.demand, unit),
        group.capacity.map_or_else(Cell::nothing, |carries| Cell::number(carries, unit)),
    ]);
    let name = format!("{}, {said}", group.measure.label().to_lowercase());
    Line { name, element: Some(id.clone()), sum: false, cells }
}

/// Use after a loss; what is left may be used in full then.
fn after(design: &Design, group: &GroupCapacity, lost: Lost) -> Cell {
    let Some(after) = group.after(|loss| lost.holds(loss)) else { return Cell::nothing() };
    let words = match &after.lost {
        Loss::Region(region) => format!("after the loss of “{}”", design.name_of(region)),
        loss => format!("after the loss of {}", loss.words()),
    };
    match &after.utilisation {
        Ok(figure) => {
            let subject = Subject::UseAfter(group.component.clone(), group.measure, lost);
            let mark = (figure.value > 100.0).then_some(Severity::Error);
            Cell::figure(figure, subject, false).marked(mark).more(&words)
        }
        Err(why) => Cell::reason(why).more(&words),
    }
}

/// How bad it is to be over the target.
fn severity(used_pct: f64) -> Severity {
    if used_pct > 100.0 { Severity::Error } else { Severity::Warning }
}
