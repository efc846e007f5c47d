//! The strip of figures under the menu.

use egui::{Align, FontId, Frame, Id as WidgetId, Panel, Rect, Sense, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2};

use crate::analysis::Analysis;
use crate::app::actions::Action;
use crate::app::state::BottomTab;
use crate::app::theme::{self, SIZE_HEADING};
use crate::app::weak::Served;
use crate::app::{Msg, State};
use crate::design::{Capability, Design, Id, PatternIntent};
use crate::estimate::{Estimates, Figure, GroupCapacity, Operation, Unit, UseTarget};
use crate::failure;
use crate::failure::availability::Certainty;
use crate::failure::reliability::percent_words;
use crate::picture::palette::Palette;
use crate::rules::Severity;
use crate::rules::pattern::Pattern;

use super::explain::{Place, Subject};
use super::memo::{AnalysisKey, ByAddress, DesignKey, Memo};
use super::{format, marks, paint};

const HEIGHT: f32 = 56.0;
const PADDING: f32 = 16.0;
/// Room for the mark before a figure that is over its target.
const MARK: f32 = 18.0;

/// What a click on a figure does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnClick {
    /// Explains it.
    Explain(Subject),
    /// Shows the problems.
    Problems,
    /// Shows what still works.
    WhatIf,
    /// Shows what takes capabilities down.
    Weak,
    /// Shows the settings of the design.
    Settings,
    /// Nothing: there is no figure.
    Nothing,
}

/// One figure with the line below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The figure.
    pub figure: String,
    /// Whether it is over its target.
    pub over: bool,
    /// Counts by severity, shown instead of `figure` when there are any.
    pub counts: Vec<(Severity, usize)>,
    /// What it is.
    pub about: String,
    /// More, on hover; empty when `about` says it all.
    pub more: String,
    /// What a click does.
    pub on_click: OnClick,
    /// Whether it comes from the analysis, and so may lag behind the drawing.
    pub analysed: bool,
}

impl Cell {
    fn none(about: &str, why: &str) -> Self {
        Self {
            figure: format::NONE.into(),
            over: false,
            counts: Vec::new(),
            about: about.into(),
            more: why.into(),
            on_click: OnClick::Nothing,
            analysed: true,
        }
    }
}

/// The cells of the strip, from the left.
pub fn cells(design: &Design, analysis: Option<&Analysis>) -> Vec<Cell> {
    let settings = Cell {
        figure: design.meta.product_version.to_string(),
        over: false,
        counts: Vec::new(),
        about: design.meta.environment.label().to_lowercase(),
        more: String::new(),
        on_click: OnClick::Settings,
        analysed: false,
    };
    let Some(analysis) = analysis else {
        let none = |about| Cell::none(about, "Not analysed yet");
        return vec![
            none("pattern"),
            none("problems"),
            none("p95 API call"),
            none("per month"),
            none("peak use"),
            settings,
        ];
    };
    vec![
        pattern(design, analysis),
        problems(analysis),
        p95(design, analysis),
        cost(design, analysis),
        load(design, analysis),
        settings,
    ]
}

fn pattern(design: &Design, analysis: &Analysis) -> Cell {
    let recognised = analysis.recognition.pattern;
    let about = if recognised == Pattern::None {
        "nothing recognised so far"
    } else if design.meta.pattern == PatternIntent::Auto {
        "recognised"
    } else {
        "recognised, as meant"
    };
    Cell {
        figure: recognised.label().into(),
        over: false,
        counts: Vec::new(),
        about: about.into(),
        more: analysis.recognition.reasons.join("\n"),
        on_click: OnClick::Explain(Subject::Pattern),
        analysed: true,
    }
}

/// What of the drawing is down, and what goes on otherwise than before.
fn whatif(lost: usize, affected: usize) -> Cell {
    Cell {
        figure: format!("{lost} down"),
        over: true,
        counts: Vec::new(),
        about: format!("what-if · {affected} affected"),
        more:
            "Components and users that are lost, and those that go on otherwise than before. The figures beside this \
               one are those of the design while nothing has failed."
                .into(),
        on_click: OnClick::WhatIf,
        analysed: true,
    }
}

/// How available API calls are to those who can count on them least. `served` is `None` until it is found out.
fn availability(design: &Design, served: Option<&Served>) -> Cell {
    const ABOUT: &str = "availability";
    let Some(served) = served else { return Cell::none(ABOUT, "How available it is has not been found out yet") };
    let Some(worst) = served.worst() else {
        return Cell::none(ABOUT, "Draw users, and what serves them, to see how available that is to them");
    };
    let answer = &worst.goes_on;
    let figure = format!("{} %", percent_words(answer.down));
    let [minutes, best, most] = answer.minutes_per_year().map(format::minutes);
    let target = design.meta.estimation.targets.resilience.get(&Capability::Serve).and_then(|r| r.availability_pct);
    let over = target.is_some_and(|target| answer.availability.value < target);
    let said = |target: f64| format!("{} %", percent_words(1.0 - target / 100.0));
    let mut about = match target.filter(|_| over) {
        Some(target) => format!("under {} · {ABOUT} · {minutes} a year", said(target)),
        None => format!("{ABOUT} · {minutes} a year"),
    };
    about.push_str(&format!(" ({best}–{most})"));
    if let Some(target) = target.filter(|_| !over) {
        about.push_str(&format!(" · target {}", said(target)));
    }
    let count = served.0.iter().filter(|cell| matches!(cell.place, failure::Place::Population(_))).count();
    if count > 1 {
        about.push_str(&format!(" · worst of {count}"));
    }
    let how = match answer.certainty {
        Certainty::Exact => "solved exactly",
        Certainty::Sampled { .. } => "sampled, as it is too large to be solved exactly",
    };
    let range = format::range(&answer.availability);
    let more = format!(
        "{figure}{} of the time, {} can use APIs in some way: not for {minutes} a year ({best}–{most}), {how}",
        if range.is_empty() { String::new() } else { format!(" ({range})") },
        design.name_of(worst.place.id()),
    );
    Cell { figure, over, counts: Vec::new(), about, more, on_click: OnClick::Weak, analysed: true }
}

fn problems(analysis: &Analysis) -> Cell {
    let counts: Vec<_> = marks::counts(&analysis.check.findings).into_iter().filter(|(_, n)| *n > 0).collect();
    Cell {
        figure: if counts.is_empty() { "✓".into() } else { String::new() },
        over: false,
        about: if counts.is_empty() { "no problems found".into() } else { "problems".into() },
        more: counts
            .iter()
            .map(|(s, n)| match s {
                Severity::Error => format::counted(*n, "error", "errors"),
                Severity::Warning => format::counted(*n, "warning", "warnings"),
                Severity::Info => format::counted(*n, "note", "notes"),
            })
            .collect::<Vec<_>>()
            .join(", "),
        counts,
        on_click: OnClick::Problems,
        analysed: true,
    }
}

fn p95(design: &Design, analysis: &Analysis) -> Cell {
    let populations = &analysis.estimates.latency;
    let failing: Vec<_> = populations
        .iter()
        .filter_map(|p| analysis.estimates.percentiles(&p.population, Operation::ApiCall).err().map(|why| (p, why)))
        .collect();
    let reasons = failing
        .iter()
        .map(|(p, why)| format!("{}: {why}", design.name_of(&p.population)))
        .collect::<Vec<_>>()
        .join("\n");
    let Some((population, figure)) = worst_call(design, &analysis.estimates) else {
        let why = if populations.is_empty() { "Draw users to see how long their calls take" } else { &reasons };
        return Cell::none("p95 API call", why);
    };
    let target = design.target_p95_ms(population);
    let over = target.is_some_and(|target| figure.value > target);
    // The target and the range first: they must still be read where the strip is narrow.
    let range = format::range(figure);
    let mut about = match target.filter(|_| over) {
        Some(target) => format!("over {} · p95 API call", format::value(target, Unit::Ms)),
        None => "p95 API call".to_owned(),
    };
    if !range.is_empty() {
        about.push_str(&format!(" ({range})"));
    }
    if let Some(target) = target.filter(|_| !over) {
        about.push_str(&format!(" · target {}", format::value(target, Unit::Ms)));
    }
    if populations.len() > 1 {
        about.push_str(&format!(" · worst of {}", populations.len()));
    }
    if !failing.is_empty() {
        about.push_str(&format!(" · {} without", failing.len()));
    }
    Cell {
        figure: format::headline(figure),
        over,
        counts: Vec::new(),
        more: [format!("{about}\n{}", design.name_of(population)), reasons].join("\n").trim_end().to_owned(),
        about,
        on_click: OnClick::Explain(Subject::Latency(population.clone(), Operation::ApiCall, 1)),
        analysed: true,
    }
}

/// The population that misses its target by most, in proportion; the slowest when none does.
fn worst_call<'a>(design: &Design, estimates: &'a Estimates) -> Option<(&'a Id, &'a Figure)> {
    let missed = estimates.latency.iter().filter_map(|p| {
        let [_, p95, _] = estimates.percentiles(&p.population, Operation::ApiCall).ok()?;
        let times = p95.value / design.target_p95_ms(&p.population)?;
        (times > 1.0).then_some((&p.population, p95, times))
    });
    let worst = missed.max_by(|a, b| a.2.total_cmp(&b.2)).map(|(population, p95, _)| (population, p95));
    worst.or_else(|| estimates.worst_api_call())
}

fn cost(design: &Design, analysis: &Analysis) -> Cell {
    let report = &analysis.estimates.cost;
    let Some(total) = &report.total else {
        return Cell::none("per month", "Nothing drawn has a price");
    };
    let target = design.meta.estimation.targets.usd_per_month;
    let over = target.is_some_and(|target| total.value > target);
    let first = match target.filter(|_| over) {
        Some(target) => format!("over {} · per month", format::value(target, Unit::UsdPerMonth)),
        None => "per month".to_owned(),
    };
    let mut parts = vec![
        [&first, &format::deviation_in(total, &report.currency)].map(String::as_str).join(" ").trim_end().to_owned(),
    ];
    if let Some(target) = target.filter(|_| !over) {
        parts.push(format!("target {}", format::value(target, Unit::UsdPerMonth)));
    }
    if !report.oldest_price.is_empty() {
        parts.push(format!("prices {}", month(&report.oldest_price)));
    }
    if report.estimated_prices > 0 {
        parts.push(format!("{} estimated", report.estimated_prices));
    }
    if !report.unpriced.is_empty() {
        parts.push(format!("{} without price", report.unpriced.len()));
    }
    let about = parts.join(" · ");
    let rate = report.currency.rate().map(|rate| format!("\nShown at {rate}")).unwrap_or_default();
    Cell {
        figure: format::headline_in(total, &report.currency),
        over,
        counts: Vec::new(),
        more: format!("{about}\nBefore tax; {}{rate}", format::figure_in(total, &report.currency)),
        about,
        on_click: OnClick::Explain(Subject::Cost(Place::Everywhere, None)),
        analysed: true,
    }
}

/// Year and month of a date `YYYY-MM-DD`.
pub fn month(date: &str) -> &str {
    date.get(..7).unwrap_or(date)
}

fn load(design: &Design, analysis: &Analysis) -> Cell {
    // A documented ratio of nodes may be used in full, so it says nothing beside loads.
    let loads = analysis.estimates.capacity.iter().filter(|group| !group.measure.is_ratio());
    let used = loads.filter_map(|group| Some((group, group.utilisation.as_ref().ok()?)));
    let Some((worst, figure)) = used.max_by(|a, b| a.1.value.total_cmp(&b.1.value)) else {
        return Cell::none("peak use", "No gateway is drawn, or none has users");
    };
    let GroupCapacity { component, measure, demand, capacity, .. } = worst;
    let region = design.components.get(component).and_then(|c| c.region.as_ref());
    let place = design.name_of(region.unwrap_or(component));
    let (target, given) = match UseTarget::of(design) {
        UseTarget::Given(pct) => (pct, true),
        advised => (advised.pct(), false),
    };
    let over = figure.value > target && given;
    let said = format::value(target, Unit::Percent);
    let about = match (over, given) {
        (true, _) => format!("over {said} · peak use · {place}"),
        (false, true) => format!("peak use · {place} · target {said}"),
        (false, false) => format!("peak use · {place}"),
    };
    let rate = |value: f64| format::value(value, Unit::RequestsPerS);
    let mut more = format!(
        "{}: {} of {}",
        design.name_of(component),
        rate(*demand),
        capacity.map_or_else(|| format::NONE.into(), rate)
    );
    more.push_str(&format!(", {}", measure.label().to_lowercase()));
    Cell {
        figure: format::headline(figure),
        over,
        counts: Vec::new(),
        about,
        more,
        on_click: OnClick::Explain(Subject::Use(component.clone(), *measure)),
        analysed: true,
    }
}

/// Widths of cells: what each would like when there is room; otherwise the widest give way first, down to what their
/// figure needs.
pub fn widths(natural: &[f32], least: &[f32], room: f32) -> Vec<f32> {
    let within = |cap: f32| natural.iter().zip(least).map(move |(n, l)| n.min(cap).max(*l));
    let (mut low, mut high) = (0.0, natural.iter().copied().fold(0.0, f32::max));
    if within(high).sum::<f32>() <= room {
        return natural.to_vec();
    }
    // The sum grows with the cap, so halving finds it; 24 halvings are finer than a pixel.
    for _ in 0..24 {
        let middle = f32::midpoint(low, high);
        if within(middle).sum::<f32>() <= room { low = middle } else { high = middle }
    }
    within(low).collect()
}

/// What makes the strip another one.
type Key = (DesignKey, AnalysisKey, Option<ByAddress<Served>>, Option<(usize, usize)>);

/// What the strip remembers.
#[derive(Default)]
pub struct Summary {
    cells: Memo<Key, Vec<Cell>>,
}

impl Summary {
    /// Draws the strip. Returns what is to be explained.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        state: &State,
        msgs: &mut Vec<Msg>,
        palette: &'static Palette,
    ) -> Option<Subject> {
        let playing = state.whatif.effects().map(|effects| (effects.lost, effects.affected));
        let served = state.served().cloned();
        let key = (DesignKey::of(state), AnalysisKey::of(state), served.clone().map(ByAddress), playing);
        let cells = self.cells.get(key, || {
            let mut cells = cells(state.shown(), state.analysis.as_deref());
            let last = cells.len().saturating_sub(2);
            cells.insert(last, availability(state.shown(), served.as_deref()));
            // After the pattern and the problems: these say what is drawn, the figures after it how that fares.
            cells.splice(2..2, playing.map(|(lost, affected)| whatif(lost, affected)));
            cells
        });
        let lagging = state.analysis.is_some() && !state.analysis_is_current();
        let unserved = state.served().is_some() && !state.served_is_current();
        let frame = Frame::NONE.fill(theme::color(palette.panel));
        let mut asked = None;
        Panel::top("summary").exact_size(HEIGHT).frame(frame).show(ui, |ui| {
            let strip = ui.max_rect();
            let painter = ui.painter_at(strip);
            let figure_font = theme::strong_font(SIZE_HEADING);
            let natural: Vec<f32> = cells
                .iter()
                .map(|c| {
                    let about = paint::width_of(&painter, &c.about, paint::small());
                    about.max(figure_width(&painter, c, &figure_font)) + 2.0 * PADDING + 1.0
                })
                .collect();
            let least: Vec<f32> =
                cells.iter().map(|c| figure_width(&painter, c, &figure_font).max(56.0) + 2.0 * PADDING).collect();
            let mut left = strip.left();
            for (i, (cell, width)) in cells.iter().zip(widths(&natural, &least, strip.width())).enumerate() {
                let rect = Rect::from_min_size(pos2(left, strip.top()), vec2(width, strip.height()));
                left += width;
                let lags = if cell.on_click == OnClick::Weak { unserved } else { lagging && cell.analysed };
                if cell_ui(ui, rect, i, cell, lags, palette) {
                    match &cell.on_click {
                        OnClick::Explain(subject) => asked = Some(subject.clone()),
                        OnClick::WhatIf => msgs.push(Msg::Action(Action::ShowTab(BottomTab::WhatIf))),
                        OnClick::Problems => msgs.push(Msg::Action(Action::ShowTab(BottomTab::Problems))),
                        OnClick::Weak => msgs.push(Msg::Action(Action::ShowTab(BottomTab::Weak))),
                        OnClick::Settings => msgs.push(Msg::Select(Vec::new())),
                        OnClick::Nothing => {}
                    }
                }
            }
        });
        asked
    }
}

fn figure_width(painter: &egui::Painter, cell: &Cell, font: &FontId) -> f32 {
    if cell.counts.is_empty() {
        let mark = if cell.over { MARK } else { 0.0 };
        return mark + paint::width_of(painter, &cell.figure, font.clone());
    }
    cell.counts.iter().map(|(_, n)| 16.0 + paint::width_of(painter, &n.to_string(), font.clone()) + 10.0).sum()
}

fn cell_ui(ui: &mut Ui, rect: Rect, index: usize, cell: &Cell, lagging: bool, palette: &Palette) -> bool {
    let clickable = cell.on_click != OnClick::Nothing;
    let id = WidgetId::new(("summary", index));
    let response = ui.interact(rect, id, if clickable { Sense::click() } else { Sense::hover() });
    let mut painter = ui.painter_at(rect);
    let lit = clickable && (response.hovered() || response.has_focus());
    if lit {
        painter.rect_filled(rect.shrink2(vec2(1.0, 0.0)), 0.0, theme::color(palette.panel.mix(palette.raised, 0.6)));
    }
    let edge = egui::Stroke::new(1.0, theme::color(palette.hairline));
    painter.vline(rect.right() - 0.5, rect.y_range(), edge);
    let inner = rect.shrink2(vec2(PADDING, 0.0));
    let weak = theme::color(palette.text_weak);
    let ink = theme::color(if cell.figure == format::NONE { palette.text_weak } else { palette.text });
    let about = Rect::from_min_size(pos2(inner.left(), rect.top() + 33.0), vec2(inner.width(), 15.0));
    let about_words = if lagging { "updating…" } else { &cell.about };
    let (_, cut) = paint::text(&painter, about, about_words, paint::small(), weak, Align::Min);
    if lagging {
        painter.multiply_opacity(0.45);
    }
    let font = theme::strong_font(SIZE_HEADING);
    let line = Rect::from_min_size(pos2(inner.left(), rect.top() + 8.0), vec2(inner.width() + PADDING, 24.0));
    let mut cut_figure = false;
    if cell.counts.is_empty() {
        let color = match (cell.figure.as_str(), cell.over) {
            ("✓", _) => theme::color(palette.good),
            (_, true) => theme::color(palette.warning),
            _ => ink,
        };
        let mut line = line;
        if cell.over {
            paint::severity_mark(&painter, pos2(line.left() + 6.0, line.center().y + 0.5), Severity::Warning, color);
            line.min.x += MARK;
        }
        cut_figure = paint::text(&painter, line, &cell.figure, font, color, Align::Min).1;
    } else {
        let mut left = line.left();
        for (severity, n) in &cell.counts {
            let color = theme::color(palette.severity(*severity));
            paint::severity_mark(&painter, pos2(left + 6.0, line.center().y + 0.5), *severity, color);
            let place = Rect::from_min_size(pos2(left + 16.0, line.top()), Vec2::new(64.0, line.height()));
            let (at, _) = paint::text(&painter, place, &n.to_string(), font.clone(), color, Align::Min);
            left = at.right() + 10.0;
        }
    }
    let figure = if cell.counts.is_empty() { &cell.figure } else { &cell.more };
    response.widget_info(|| {
        let typ = if clickable { WidgetType::Button } else { WidgetType::Label };
        let state = if lagging { " · updating" } else { "" };
        WidgetInfo::labeled(typ, true, format!("{figure} {}{state}", cell.about))
    });
    let clicked = response.clicked();
    let mut more = String::new();
    if cut || cut_figure {
        more = format!("{figure} {}", cell.about);
    }
    if !cell.more.is_empty() {
        more.clone_from(&cell.more);
    }
    if !more.is_empty() {
        response.on_hover_text(more);
    }
    clicked && clickable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_analysed_shows_no_number() {
        let cells = cells(&Design::default(), None);
        assert!(
            cells.iter().filter(|c| c.analysed).all(|c| c.figure == format::NONE && c.on_click == OnClick::Nothing)
        );
        assert!(cells.iter().any(|c| c.figure == "4.6.0"));
    }

    #[test]
    fn a_figure_over_its_target_is_marked_and_names_it() {
        use crate::estimate::{CostReport, Derivation, Quality};
        use crate::rules::pattern::Recognition;
        let total = Figure {
            value: 9_000.0,
            low: 9_000.0,
            high: 9_000.0,
            unit: Unit::UsdPerMonth,
            derivation: Derivation::input("x", 9_000.0, Unit::UsdPerMonth, Quality::Given, ""),
        };
        let recognition =
            Recognition { pattern: Pattern::None, reasons: Vec::new(), regions: Vec::new(), missing: Vec::new() };
        let estimates =
            Estimates { cost: CostReport { total: Some(total), ..CostReport::default() }, ..Estimates::default() };
        let analysis = Analysis { recognition, estimates, ..Analysis::blank() };
        let mut design = Design::default();
        let mut cell = |target| {
            std::sync::Arc::make_mut(&mut design.meta).estimation.targets.usd_per_month = Some(target);
            cost(&design, &analysis)
        };
        let missed = cell(8_000.0);
        assert!(missed.over && missed.about == "over $8,000 · per month", "{}", missed.about);
        let met = cell(10_000.0);
        assert!(!met.over && met.about == "per month · target $10,000", "{}", met.about);
    }

    #[test]
    fn narrow_strips_keep_every_figure_and_fit() {
        let (natural, least) = ([200.0, 100.0, 300.0], [80.0, 60.0, 90.0]);
        assert_eq!(widths(&natural, &least, 700.0), natural);
        let tight = widths(&natural, &least, 400.0);
        assert!((tight.iter().sum::<f32>() - 400.0).abs() < 0.5);
        assert!(tight.iter().zip(&least).all(|(w, l)| w >= l));
        assert_eq!(widths(&natural, &least, 100.0), least);
        let one_too_long = widths(&natural, &least, 550.0);
        assert!((one_too_long.first().unwrap() - 200.0).abs() < 0.1, "only the longest gives way");
    }
}
