//! The numbers of a what-if: where each population is served, how long its calls take, what is not answered, and which
//! groups are asked too much.

use egui::{Align, Color32, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::panels::{format, paint};
use crate::app::state::State;
use crate::app::theme::{self, SIZE_BODY};
use crate::design::Design;
use crate::estimate::Unit;
use crate::failure::impact::{GroupImpact, Impact, PopulationImpact, Served};
use crate::picture::palette::Palette;

/// Height of a line.
const LINE: f32 = 24.0;
/// The columns, with their share of the width.
const COLUMNS: [(&str, f32); 4] = [("Users", 0.25), ("Served by", 0.32), ("p95 API call", 0.28), ("Errors", 0.15)];
/// What stands between before and after.
const ARROW: &str = " → ";

/// Which regions serve, in words: `Frankfurt`, `Frankfurt 60 % + Mumbai 40 %`.
#[must_use]
pub fn served_words(design: &Design, served: &[Served]) -> String {
    let name = |s: &Served| s.region.as_ref().map_or_else(|| "no region".to_owned(), |id| design.name_of(id));
    match served {
        [] => "nobody".into(),
        [all] if all.share > 0.995 => name(all),
        several => {
            let part = |s: &Served| format!("{} {:.0} %", name(s), s.share * 100.0);
            several.iter().map(part).collect::<Vec<_>>().join(" + ")
        }
    }
}

/// Before and after, or just one when nothing changed.
fn change(before: String, after: String) -> (String, bool) {
    if before == after { (after, false) } else { (format!("{before}{ARROW}{after}"), true) }
}

fn time(ms: Option<f64>, none: &str) -> String {
    ms.map_or_else(|| none.to_owned(), |ms| format::value(ms, Unit::Ms))
}

/// The cells of a population's line, each with whether it changed.
fn line_of(design: &Design, population: &PopulationImpact) -> [(String, bool); 4] {
    let served = change(served_words(design, &population.before), served_words(design, &population.after));
    let p95 = change(time(population.p95_ms_before, format::NONE), time(population.p95_ms_after, "not served"));
    let pct = |pct: f64| format!("{} %", format::number(pct, 2, 1));
    let errors = change(pct(population.error_pct_before), pct(population.error_pct));
    [(design.name_of(&population.population), false), served, p95, errors]
}

/// A population.
struct Line {
    /// The cells, each with whether it changed.
    cells: [(String, bool); 4],
    /// Why calls are not answered, a line each; may be empty.
    why: String,
}

impl Line {
    fn of(design: &Design, population: &PopulationImpact) -> Self {
        Self { cells: line_of(design, population), why: population.errors.join("\n") }
    }

    fn changed(&self) -> bool {
        self.cells.iter().any(|(_, changed)| *changed)
    }
}

/// What an estimate says, in words.
struct Lines {
    populations: Vec<Line>,
    /// Groups that are asked more than they can, a sentence each.
    over: Vec<String>,
}

impl Lines {
    fn of(design: &Design, impact: &Impact) -> Self {
        Self {
            populations: impact.populations.iter().map(|population| Line::of(design, population)).collect(),
            over: impact.groups.iter().filter_map(|group| over_words(design, group)).collect(),
        }
    }
}

/// How much more a group is asked than it can; `None` where it can do what it is asked.
fn over_words(design: &Design, group: &GroupImpact) -> Option<String> {
    let over = group.over.as_ref()?;
    let use_pct = |pct: Option<f64>| pct.map_or_else(|| format::NONE.to_owned(), |p| format::value(p, Unit::Percent));
    let place = design.components.get(&group.component).and_then(|c| c.region.as_ref());
    let place = place.map(|region| format!(" · {}", design.name_of(region))).unwrap_or_default();
    let name = design.name_of(&group.component);
    let (before, after) = (use_pct(group.use_pct_before), use_pct(group.use_pct_after));
    Some(format!("▲ {name}{place}: {before}{ARROW}{after} used. {over}"))
}

/// The numbers on the screen.
#[derive(Default)]
pub struct Numbers {
    lines: Memo<ByAddress<Impact>, Lines>,
}

impl Numbers {
    /// Draws them; the newest there are, faded while they are about an earlier state.
    pub fn show(&mut self, ui: &mut Ui, palette: &Palette, state: &State, only_changed: bool) {
        let Some(impact) = state.impact() else {
            paint::note(ui, palette, "The numbers are being estimated…");
            return;
        };
        let lines = self.lines.get(ByAddress(impact.clone()), || Lines::of(state.shown(), impact));
        let current = state.impact_is_current();
        if !current {
            paint::note(ui, palette, paint::UPDATING);
        }
        paint::fade_outdated(ui, current);
        ui.spacing_mut().item_spacing.y = 0.0;
        let weak = theme::color(palette.text_weak);
        row(ui, palette, &COLUMNS.map(|(words, _)| (words, weak, "")));
        let mut shown = lines.populations.iter().filter(|line| !only_changed || line.changed()).peekable();
        if shown.peek().is_none() {
            paint::note(ui, palette, "All users are served as before.");
        }
        for line in shown {
            let [name, served, p95, errors] = &line.cells;
            let ink = |changed: bool, rgb| theme::color(if changed { rgb } else { palette.text });
            let cells = [
                (name.0.as_str(), ink(name.1, palette.warning), ""),
                (served.0.as_str(), ink(served.1, palette.warning), ""),
                (p95.0.as_str(), ink(p95.1, palette.warning), ""),
                (errors.0.as_str(), ink(errors.1, palette.error), line.why.as_str()),
            ];
            row(ui, palette, &cells);
        }
        ui.add_space(8.0);
        if lines.over.is_empty() {
            paint::note(ui, palette, "No group that is left is asked more than it can.");
        }
        for words in &lines.over {
            let words = egui::RichText::new(words).size(SIZE_BODY).color(theme::color(palette.warning));
            ui.add(egui::Label::new(words).wrap());
        }
    }
}

/// One line: words, colour, and more on hover.
fn row(ui: &mut Ui, palette: &Palette, cells: &[(&str, Color32, &str); 4]) {
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    paint::hairline_below(ui.painter(), line, palette);
    let mut left = line.left();
    for (at, ((words, color, more), (_, share))) in cells.iter().zip(COLUMNS).enumerate() {
        let width = line.width() * share;
        let rect = Rect::from_min_size(pos2(left, line.top()), vec2((width - 8.0).max(0.0), line.height()));
        left += width;
        let (_, cut) = paint::text(ui.painter(), rect, words, paint::body(), *color, Align::Min);
        let response = ui.interact(rect, ui.id().with((line.top().to_bits(), at)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, *words));
        if !more.is_empty() {
            response.on_hover_text(*more);
        } else if cut {
            response.on_hover_text(*words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Id;

    #[test]
    fn shares_are_told_only_when_there_are_several() {
        let design = Design::default();
        let served = |region: &str, share| Served { region: Some(Id::slug(region)), share };
        assert_eq!(served_words(&design, &[]), "nobody");
        assert_eq!(served_words(&design, &[served("eu", 1.0)]), "eu");
        assert_eq!(served_words(&design, &[served("eu", 0.6), served("in", 0.4)]), "eu 60 % + in 40 %");
    }
}
