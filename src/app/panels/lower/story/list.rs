//! The scenes in order, with what fails in each and whether its claims are true.

use std::rc::Rc;

use egui::{
    Align, DragAndDrop, Id as WidgetId, Key, Modifiers, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::app::Msg;
use crate::app::panels::memo::{ByAddress, DesignKey, Memo};
use crate::app::panels::{Cx, paint};
use crate::app::state::State;
use crate::app::story::{self, CheckedStory};
use crate::app::theme;
use crate::app::whatif::mark;
use crate::design::{Design, Scene};
use crate::failure::State as Capable;
use crate::failure::claims::SceneCheck;

/// Height of a scene's row.
const ROW: f32 = 40.0;
/// Room of one mark.
const MARK: f32 = 14.0;
/// Most marks in a row.
const MOST_MARKS: usize = 6;

/// A scene being dragged to another place.
struct Dragged(usize);

/// What is said of a scene beside its title.
struct Line {
    /// What fails.
    fails: String,
    /// Whether its claims are true, one mark each.
    marks: Vec<Capable>,
    /// The same in words.
    said: String,
}

impl Line {
    fn of(state: &State, index: usize, scene: &Scene) -> Self {
        let check = state.scene_check(index).map(|(check, _)| check);
        Self { fails: fails(state.doc.design(), scene), marks: check.map(marks).unwrap_or_default(), said: said(check) }
    }
}

/// What the lines depend on.
type LinesKey = (DesignKey, Option<ByAddress<CheckedStory>>);

/// What the list remembers.
#[derive(Default)]
pub struct List {
    /// The scene last scrolled to.
    at: Option<usize>,
    lines: Memo<LinesKey, Rc<Vec<Line>>>,
}

/// What fails in a scene, in one line.
pub fn fails(design: &Design, scene: &Scene) -> String {
    let all: Vec<String> = scene.failures.iter().map(|failure| failure.words(design)).collect();
    if all.is_empty() { "nothing fails".into() } else { all.join(", ") }
}

/// Whether each claim is true, and whether all that fails is there: one mark each.
fn marks(check: &SceneCheck) -> Vec<Capable> {
    let state = |holds: bool| if holds { Capable::Works } else { Capable::Down };
    let mut marks: Vec<Capable> = check.claims.iter().map(|claim| state(claim.holds)).collect();
    if !check.missing.is_empty() {
        marks.push(Capable::Degraded);
    }
    if marks.len() > MOST_MARKS {
        marks.sort();
        marks.truncate(MOST_MARKS);
    }
    marks
}

/// The same in words.
fn said(check: Option<&SceneCheck>) -> String {
    let Some(check) = check else { return String::new() };
    let wrong = check.claims.iter().filter(|claim| !claim.holds).count();
    let mut words = match (check.claims.len(), wrong) {
        (0, _) => String::new(),
        (_, 0) => ", every claim holds".to_owned(),
        (all, wrong) => format!(", {wrong} of {all} claims do not hold"),
    };
    if !check.missing.is_empty() {
        words += ", something of it is not drawn any more";
    }
    words
}

impl List {
    /// Draws the list.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let design = cx.state.doc.design().clone();
        let scenes = &design.meta.story;
        let at = story::looked_at(cx.state).map(|(at, _)| at);
        let lines = self.lines(cx.state);
        let list = WidgetId::new("scene list");
        let mut child = ui.new_child(UiBuilder::new().id_salt("scenes").max_rect(rect));
        child.set_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        keys(&child, cx, list, at);
        if let Some(to) = paint::list_keys(&child, list, rect, "Scenes", scenes.len(), at) {
            cx.msgs.push(Msg::LookAtScene(Some(to)));
        }
        let scroll = self.at != at;
        self.at = at;
        let listed = ScrollArea::vertical().id_salt("scenes").auto_shrink(false);
        listed.show_rows(&mut child, ROW, scenes.len(), |ui, range| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if let (true, Some(at)) = (scroll, at) {
                #[expect(clippy::cast_precision_loss, reason = "at most five hundred scenes")]
                let y = ui.min_rect().top() + (at as f32 - range.start as f32) * ROW;
                ui.scroll_to_rect(Rect::from_min_size(pos2(ui.min_rect().left(), y), vec2(8.0, ROW)), None);
            }
            for index in range {
                let Some((scene, line)) = scenes.get(index).zip(lines.get(index)) else { continue };
                row(ui, cx, (index, scene, line), at == Some(index), list);
            }
        });
    }
}

impl List {
    fn lines(&mut self, state: &State) -> Rc<Vec<Line>> {
        let checked = state.checked_story().map(|(checked, _)| ByAddress(checked.clone()));
        let make = || {
            let scenes = state.doc.design().meta.story.iter().enumerate();
            Rc::new(scenes.map(|(index, scene)| Line::of(state, index, scene)).collect())
        };
        self.lines.get((DesignKey::of(state), checked), make).clone()
    }
}

/// Enter plays the scene, Alt with an arrow moves it.
fn keys(ui: &Ui, cx: &mut Cx<'_>, list: WidgetId, at: Option<usize>) {
    let Some(at) = at.filter(|_| ui.memory(|m| m.has_focus(list))) else { return };
    let pressed = |modifiers, key| ui.input_mut(|i| i.consume_key(modifiers, key));
    if pressed(Modifiers::NONE, Key::Enter) {
        cx.msgs.push(Msg::PlayScene(at));
    }
    let design = cx.state.doc.design();
    if pressed(Modifiers::ALT, Key::ArrowUp) && at > 0 {
        cx.msgs.extend(story::moved(design, at, at - 1));
    }
    if pressed(Modifiers::ALT, Key::ArrowDown) && at + 1 < design.meta.story.len() {
        cx.msgs.extend(story::moved(design, at, at + 1));
    }
}

fn row(ui: &mut Ui, cx: &mut Cx<'_>, (index, scene, line): (usize, &Scene, &Line), on: bool, list: WidgetId) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let response = ui.interact(rect, WidgetId::new(("scene", index)), Sense::click_and_drag());
    let palette = cx.palette;
    let painter = ui.painter_at(rect);
    paint::row_ground(&painter, rect, palette, on, response.hovered());
    if response.has_focus() {
        painter.rect_stroke(rect, 4.0, Stroke::new(1.0, theme::color(palette.accent)), StrokeKind::Inside);
    }
    let opacity = if cx.state.checked_story().is_some_and(|(_, current)| current) { 1.0 } else { 0.45 };
    for (at, state) in line.marks.iter().rev().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
        let center = pos2(rect.right() - 12.0 - MARK * at as f32, rect.center().y);
        mark::draw(&painter, center, 4.5, *state, palette.state(*state).faded(opacity));
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
    let right = rect.right() - 8.0 - MARK * line.marks.len() as f32;
    let place = |top: f32, height: f32| {
        Rect::from_min_max(
            pos2(rect.left() + 32.0, rect.top() + top),
            pos2(right.max(rect.left() + 33.0), rect.top() + top + height),
        )
    };
    let weak = theme::color(palette.text_weak);
    let number = (index + 1).to_string();
    let first = Rect::from_min_max(rect.min, pos2(rect.left() + 26.0, rect.bottom()));
    paint::text(&painter, first, &number, paint::small(), weak, Align::Max);
    let ink = theme::color(palette.text);
    let (_, cut) =
        paint::text(&painter, place(4.0, 18.0), &scene.title, theme::strong_font(theme::SIZE_BODY), ink, Align::Min);
    let (_, cut_below) = paint::text(&painter, place(21.0, 15.0), &line.fails, paint::small(), weak, Align::Min);
    response.widget_info(|| {
        let words = format!("Scene {number}: {}, {}{}", scene.title, line.fails, line.said);
        WidgetInfo::selected(WidgetType::Button, true, on, words)
    });
    if response.clicked() {
        cx.msgs.push(Msg::LookAtScene(Some(index)));
        ui.memory_mut(|m| m.request_focus(list));
    }
    if response.double_clicked() {
        cx.msgs.push(Msg::PlayScene(index));
    }
    if response.drag_started() {
        DragAndDrop::set_payload(ui.ctx(), Dragged(index));
    }
    if response.dnd_hover_payload::<Dragged>().is_some_and(|dragged| dragged.0 != index) {
        let y = if DragAndDrop::payload::<Dragged>(ui.ctx()).is_some_and(|d| d.0 > index) {
            rect.top() + 1.0
        } else {
            rect.bottom() - 1.0
        };
        painter.hline(rect.x_range(), y, Stroke::new(2.0, theme::color(palette.accent)));
    }
    if let Some(dragged) = response.dnd_release_payload::<Dragged>().filter(|dragged| dragged.0 != index) {
        cx.msgs.extend(story::moved(cx.state.doc.design(), dragged.0, index));
    }
    if cut || cut_below {
        response.on_hover_text(format!("{}\n{}", scene.title, line.fails));
    }
}
