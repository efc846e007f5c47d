//! The timeline tab: how long it takes until what failed is back, how everything stands at a moment, and the way back.

use std::rc::Rc;
use std::sync::Arc;

use egui::{
    Align, Button, Id as WidgetId, Label, Layout, Rect, RichText, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo,
    WidgetType, vec2,
};

use crate::app::Msg;
use crate::app::panels::memo::{ByAddress, Memo};
use crate::app::panels::timeline::{self, Chart};
use crate::app::panels::whatif::matrix::{Matrix, Pick};
use crate::app::panels::{Cx, paint};
use crate::app::state::State;
use crate::app::theme::{self, SIZE_BODY, SIZE_SMALL};
use crate::app::whatif::Consequences;
use crate::design::failure::Failure;
use crate::design::{Capability, Design, Failures};
use crate::failure::matrix::{Cell, Table};
use crate::failure::timeline::time_words;
use crate::failure::{Basis, Outcome, Recovery, Step};

/// From this width on the bars and what stands beside them are both shown.
const SIDE_BY_SIDE_FROM: f32 = 900.0;
/// Seconds in which the whole axis is played.
const PLAYED_IN_S: [f64; 3] = [5.0, 12.0, 30.0];

/// What is shown: of these the bars only where there is no room beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    Bars,
    States,
    Events,
    WayBack,
}

impl Pane {
    const ALL: [Self; 4] = [Self::Bars, Self::States, Self::Events, Self::WayBack];

    fn label(self) -> &'static str {
        match self {
            Self::Bars => "Timeline",
            Self::States => "States",
            Self::Events => "Events",
            Self::WayBack => "The way back",
        }
    }
}

/// What follows from failures, ready to be drawn.
struct Course {
    found: Arc<Consequences>,
    chart: Chart,
    way_back: Vec<StepBack>,
}

/// A step of the way back, in words.
struct StepBack {
    title: String,
    notes: Vec<String>,
    /// What is repaired with it, and the words of the button that does it; with the first step of each failure only.
    repairs: Option<(Failure, String)>,
}

/// What makes the matrix of a moment another one: what holds in the end, its course, and the moment in s.
type Moment = (ByAddress<Outcome>, ByAddress<Consequences>, f64);

/// What the tab remembers.
#[derive(Default)]
pub struct TimelineTab {
    pane: Pane,
    course: Memo<ByAddress<Consequences>, Rc<Course>>,
    table: Memo<Moment, Arc<Table>>,
    matrix: Matrix,
    /// The failures that the head belongs to.
    about: Failures,
    /// The moment looked at, s after the failure.
    head_s: f64,
    playing: bool,
    /// Which of the speeds.
    speed: usize,
    wide: bool,
}

impl TimelineTab {
    /// Draws play, steps and speed, and chooses what stands beside the bars.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some((course, current)) = self.course(cx.state) else { return };
        let chart = &course.chart;
        let mut child = ui.new_child(
            UiBuilder::new().id_salt("timeline tools").max_rect(rect).layout(Layout::right_to_left(Align::Center)),
        );
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        let shown = self.shown();
        for pane in Pane::ALL.into_iter().rev().filter(|pane| !self.wide || *pane != Pane::Bars) {
            if word(&mut child, cx, pane.label(), Some(pane == shown)) {
                self.pane = pane;
            }
        }
        child.add_space(12.0);
        let seconds = PLAYED_IN_S.get(self.speed).copied().unwrap_or(PLAYED_IN_S[1]);
        if word(&mut child, cx, &format!("in {seconds:.0} s"), None) {
            self.speed = (self.speed + 1) % PLAYED_IN_S.len();
        }
        if word(&mut child, cx, "Next", None)
            && let Some(next) = chart.after(self.head_s)
        {
            (self.head_s, self.playing) = (next, false);
        }
        if word(&mut child, cx, if self.playing { "Pause" } else { "Play" }, None) {
            self.playing = !self.playing;
            if self.playing && chart.axis.share(self.head_s) >= 1.0 {
                self.head_s = 0.0;
            }
        }
        if word(&mut child, cx, "Previous", None) {
            (self.head_s, self.playing) = (chart.before(self.head_s).unwrap_or(0.0), false);
        }
        paint::updating(&mut child, cx.palette, current);
    }

    /// What stands beside the bars, or in their place.
    fn shown(&self) -> Pane {
        if self.wide && self.pane == Pane::Bars { Pane::States } else { self.pane }
    }

    /// What follows from what has failed, and whether that is about the drawing shown.
    fn course(&mut self, state: &State) -> Option<(Rc<Course>, bool)> {
        if !state.whatif.is_playing() {
            self.about.clear();
            return None;
        }
        let (found, current) = state.newest_consequences()?;
        if self.about != *state.whatif.failures() {
            self.about.clone_from(state.whatif.failures());
            (self.head_s, self.playing) = (0.0, false);
        }
        let make = || Rc::new(Course::of(state.shown(), found));
        let course = self.course.get(ByAddress(found.clone()), make).clone();
        // After an edit the axis may end sooner.
        self.head_s = self.head_s.min(course.chart.axis.end_s);
        Some((course, current))
    }

    /// Moves the head on while it plays: the only time at which the tab asks for frames.
    fn play(&mut self, ui: &Ui, chart: &Chart) {
        if !self.playing {
            return;
        }
        let seconds = PLAYED_IN_S.get(self.speed).copied().unwrap_or(PLAYED_IN_S[1]);
        // After a long frame the head goes on from where it was instead of jumping.
        let passed_s = f64::from(ui.input(|i| i.stable_dt)).min(0.25);
        let share = chart.axis.share(self.head_s) + passed_s / seconds;
        self.head_s = chart.axis.time_s(share);
        self.playing = share < 1.0;
        if self.playing {
            ui.ctx().request_repaint();
        }
    }

    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        if !cx.state.whatif.is_playing() {
            let words = "Nothing has failed. Let something fail to see how long it takes until it is back.";
            super::empty(ui, cx.palette, words);
            return;
        }
        let Some((course, current)) = self.course(cx.state) else {
            super::empty(ui, cx.palette, "How long it takes is being worked out…");
            return;
        };
        paint::fade_outdated(ui, current);
        self.play(ui, &course.chart);
        let area = ui.available_rect_before_wrap().shrink2(vec2(12.0, 4.0));
        self.wide = area.width() >= SIDE_BY_SIDE_FROM;
        let shown = self.shown();
        let split = area.left() + area.width() * 0.54;
        let (bars, beside) = match (self.wide, shown) {
            (true, _) => (Some(area.with_max_x(split - 12.0)), Some(area.with_min_x(split + 12.0))),
            (false, Pane::Bars) => (Some(area), None),
            (false, _) => (None, Some(area)),
        };
        if let Some(rect) = bars {
            self.bars_ui(ui, cx, &course.chart, rect);
        }
        let Some(rect) = beside else { return };
        let mut child = ui.new_child(UiBuilder::new().id_salt(("timeline", shown.label())).max_rect(rect));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        match shown {
            Pane::Bars | Pane::States => self.states_ui(&mut child, cx, &course.found),
            Pane::Events => self.events_ui(&mut child, cx, &course.found),
            Pane::WayBack => way_back_ui(&mut child, cx, &course.way_back),
        }
    }

    fn bars_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, chart: &Chart, rect: Rect) {
        if chart.rows.is_empty() {
            let mut child = ui.new_child(UiBuilder::new().id_salt("no bars").max_rect(rect));
            super::empty(&mut child, cx.palette, "Nothing is interrupted.");
            return;
        }
        let line = rect.with_max_y(rect.top() + 18.0);
        let note = if chart.axis.is_compressed() { " · the axis is compressed towards its end" } else { "" };
        let words = format!("After {}{note}", time_words(self.head_s));
        let weak = theme::color(cx.palette.text_weak);
        paint::text(ui.painter(), line, &words, paint::small(), weak, Align::Min);
        let response = ui.interact(line, WidgetId::new("timeline moment"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
        let below = rect.with_min_y(line.bottom());
        let chosen = timeline::show(ui, below, cx.palette, chart, SIZE_BODY, Some(self.head_s));
        if let Some(head_s) = chosen {
            (self.head_s, self.playing) = (head_s, false);
        }
    }

    /// How everything stands at the moment looked at.
    fn states_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, found: &Arc<Consequences>) {
        let (Some(analysis), Some(outcome)) = (&cx.state.analysis, cx.state.whatif.outcome()) else { return };
        let key = (ByAddress(outcome.clone()), ByAddress(found.clone()), self.head_s);
        let make = || Arc::new(table_at(cx.state.shown(), &analysis.healthy, outcome, found, self.head_s));
        let table = self.table.get(key, make).clone();
        match self.matrix.show(ui, cx.palette, &table, SIZE_BODY, None) {
            Some(Pick::Place(place) | Pick::Cell(_, place) | Pick::Walked(_, place)) => {
                cx.msgs.push(Msg::Select(vec![place.id().clone()]));
            }
            None => {}
        }
    }

    /// What has happened until then, and what is still to come.
    fn events_ui(&self, ui: &mut Ui, cx: &Cx<'_>, found: &Consequences) {
        ScrollArea::vertical().id_salt("events").auto_shrink(false).show(ui, |ui| {
            for event in &found.timeline.events {
                let past = event.at.likely_s <= self.head_s + 1e-6;
                let ink = theme::color(if past { cx.palette.text } else { cx.palette.text_weak });
                let words = format!("{}  {}", time_words(event.at.likely_s), event.what);
                let response = ui.add(Label::new(RichText::new(words).color(ink)).wrap().sense(Sense::hover()));
                response.on_hover_text(event.at.to_string());
            }
        });
    }
}

/// Words that are clicked; `on` says whether they are chosen among others. Nothing where there is no room.
fn word(ui: &mut Ui, cx: &Cx<'_>, words: &str, on: Option<bool>) -> bool {
    let width = paint::width_of(ui.painter(), words, paint::small()) + 16.0;
    if ui.available_width() < width {
        return false;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(width, 24.0), Sense::hover());
    let response = ui.interact(rect, WidgetId::new(("timeline tool", words)), Sense::click());
    let lit = on == Some(true) || response.hovered() || response.has_focus();
    if lit {
        ui.painter().rect_filled(rect, 4.0, theme::color(cx.palette.raised));
    }
    let ink = theme::color(if lit || on.is_none() { cx.palette.text } else { cx.palette.text_weak });
    paint::text(ui.painter(), rect, words, paint::small(), ink, Align::Center);
    response.widget_info(|| match on {
        Some(on) => WidgetInfo::selected(WidgetType::RadioButton, true, on, words),
        None => WidgetInfo::labeled(WidgetType::Button, true, words),
    });
    response.clicked()
}

/// The matrix of a moment, s after the failure: what is interrupted at some time, and what is not as it was in the end.
fn table_at(design: &Design, healthy: &Outcome, outcome: &Outcome, found: &Consequences, moment_s: f64) -> Table {
    let mut table = Table::of(design, healthy, outcome, Some(&found.impact), false);
    let at = found.timeline.at(moment_s);
    for (capability, cells) in &mut table.rows {
        for (column, cell) in table.columns.iter().zip(cells) {
            let (Some(cell), Some(state)) = (cell, at.get(&(*capability, column.place.clone()))) else { continue };
            if cell.state != *state {
                // Until it has gone over nothing that the vendor says about the time after holds.
                (cell.state, cell.basis) = (*state, Basis::Inferred);
                cell.facts.clear();
                cell.says.clear();
            }
        }
    }
    // What is interrupted and ends as it was has a row, too.
    let moves = |capability: Capability| found.timeline.tracks.iter().any(|track| track.capability == capability);
    table.rows.retain(|(capability, cells)| moves(*capability) || cells.iter().flatten().any(Cell::changed));
    table
}

impl Course {
    fn of(design: &Design, found: &Arc<Consequences>) -> Self {
        let chart = Chart::of(design, &found.timeline);
        Self { found: Arc::clone(found), chart, way_back: way_back(design, &found.recovery) }
    }
}

/// The steps back in words, in order.
fn way_back(design: &Design, recovery: &Recovery) -> Vec<StepBack> {
    let mut offered: Vec<&Failure> = Vec::new();
    let steps = recovery.steps.iter().enumerate().map(|(at, step)| {
        let mut notes = vec![step.why.clone()];
        if !step.returns.is_empty() {
            notes.push(format!("Comes back: {}", returns(design, step)));
        }
        for (words, sentences) in [("Catches up", &step.resyncs), ("Still to do", &step.still)] {
            notes.extend(sentences.iter().map(|sentence| format!("{words}: {sentence}")));
        }
        // Several steps may belong to one failure, which is repaired at once.
        let repairs = step.repairs.as_ref().filter(|failure| !offered.contains(failure));
        offered.extend(repairs);
        let repairs = repairs.map(|failure| (failure.clone(), format!("Repair {} now", failure.words(design))));
        StepBack { title: format!("{}. {}", at + 1, step.what), notes, repairs }
    });
    steps.collect()
}

/// Draws the steps back, with a button where something is repaired that has not been yet.
fn way_back_ui(ui: &mut Ui, cx: &mut Cx<'_>, steps: &[StepBack]) {
    ScrollArea::vertical().id_salt("way back").auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 8.0);
        for step in steps {
            ui.add(Label::new(RichText::new(&step.title).font(theme::strong_font(SIZE_BODY))).wrap());
            for words in &step.notes {
                paint::note(ui, cx.palette, words);
            }
            let open = step.repairs.as_ref().filter(|(failure, _)| cx.state.whatif.failures().contains(failure));
            if let Some((failure, words)) = open
                && ui.add(Button::new(RichText::new(words).size(SIZE_SMALL))).clicked()
            {
                cx.msgs.push(Msg::Repair(failure.clone()));
            }
            ui.add_space(6.0);
        }
    });
}

/// What returns with a step, by place.
fn returns(design: &Design, step: &Step) -> String {
    let mut places: Vec<(String, Vec<&str>)> = Vec::new();
    for returned in &step.returns {
        let place = design.name_of(returned.place.id());
        let verb = returned.capability.verb();
        match places.iter_mut().find(|(known, _)| *known == place) {
            Some((_, verbs)) => verbs.push(verb),
            None => places.push((place, vec![verb])),
        }
    }
    let places: Vec<String> =
        places.into_iter().map(|(place, verbs)| format!("{place}: {}", verbs.join(", "))).collect();
    places.join("; ")
}
