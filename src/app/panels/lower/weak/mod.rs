//! The weak-points tab: the smallest sets of failures that take a capability down, how available that leaves it, what
//! to improve first, and the most harmful failures against each other.

mod pairs;
mod sheets;

use std::rc::Rc;
use std::sync::Arc;

use egui::{Align, Button, Id as WidgetId, Layout, Rect, RichText, Sense, Ui, UiBuilder, WidgetInfo, WidgetType, vec2};

use crate::app::Msg;
use crate::app::panels::fields::menu_item;
use crate::app::panels::memo::{AnalysisKey, ByAddress, DesignKey};
use crate::app::panels::{Cx, paint};
use crate::app::state::State;
use crate::app::theme::{self, SIZE_SMALL};
use crate::app::weak::{Listed, Weak};
use crate::design::{Capability, Failures};
use crate::failure::Place;

use super::grid::{Grid, Key, Pick};
use super::sheet::Sheet;
use sheets::About;

/// From this width on the list and what stands beside it are both shown.
const SIDE_BY_SIDE_FROM: f32 = 1_300.0;
/// Room that all tools want.
pub const TOOLS: f32 = 740.0;

/// What is shown: of these the list only where there is no room beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
enum Pane {
    #[default]
    Points,
    Availability,
    Improve,
    Pairs,
}

impl Pane {
    const ALL: [Self; 4] = [Self::Points, Self::Availability, Self::Improve, Self::Pairs];

    fn label(self) -> &'static str {
        match self {
            Self::Points => "What takes it down",
            Self::Availability => "Availability",
            Self::Improve => "What to improve",
            Self::Pairs => "Two at once",
        }
    }
}

/// What makes the tables other ones.
type Made = (Option<ByAddress<Weak>>, Option<About>, Option<usize>);

/// What the tab remembers.
pub struct WeakTab {
    pane: Pane,
    capability: Capability,
    place: Option<Place>,
    /// The cell of the matrix looked at.
    cell: Option<(usize, usize)>,
    pairs: pairs::Matrix,
    /// The set that was played from the list, by its place there.
    played: Option<(usize, Failures)>,
    points: Grid,
    availability: Grid,
    improve: Grid,
    made: Made,
    /// Counts what the tables were made of, as a part of their keys.
    version: usize,
    wide: bool,
}

impl Default for WeakTab {
    fn default() -> Self {
        Self {
            pane: Pane::default(),
            capability: Capability::Serve,
            place: None,
            cell: None,
            pairs: pairs::Matrix::default(),
            played: None,
            points: Grid::default(),
            availability: Grid::default(),
            improve: Grid::default(),
            made: (None, None, None),
            version: 0,
            wide: false,
        }
    }
}

impl WeakTab {
    /// What is asked: what was chosen, as far as it is offered.
    fn about(&self, weak: &Weak) -> About {
        let offered = &weak.capabilities;
        let first = offered.first().copied().unwrap_or(self.capability);
        let capability = if offered.contains(&self.capability) { self.capability } else { first };
        let place = self.place.clone().filter(|place| weak.available(capability, Some(place)).next().is_some());
        About { capability, place }
    }

    /// The set of the list that is played now, by its place there.
    fn playing(&self, state: &State) -> Option<usize> {
        let (at, failures) = self.played.as_ref()?;
        (failures == state.whatif.failures()).then_some(*at)
    }

    /// The key of the tables: another one whenever what they are made of changed.
    fn key(&mut self, state: &State, weak: &Arc<Weak>, about: &About) -> Key {
        let made = (Some(ByAddress(Arc::clone(weak))), Some(about.clone()), self.playing(state));
        if made != self.made {
            let same = (&made.0, &made.1) == (&self.made.0, &self.made.1);
            if !same {
                self.played = None;
                self.cell = None;
            }
            self.version += 1;
            self.made = made;
        }
        (DesignKey::of(state), AnalysisKey::of(state), self.version)
    }

    /// What is beside the list where there is room for both.
    fn beside(&self) -> Pane {
        if self.pane == Pane::Points { Pane::Availability } else { self.pane }
    }

    /// Draws the choice of capability and place, the panes and the button to copy.
    pub fn tools(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, rect: Rect) {
        let Some(weak) = cx.state.weak().cloned() else { return };
        if weak.report.available.is_empty() {
            return;
        }
        let clip = rect.intersect(ui.clip_rect());
        let mut left = ui.new_child(
            UiBuilder::new().id_salt("weak choices").max_rect(rect).layout(Layout::left_to_right(Align::Center)),
        );
        left.set_clip_rect(clip);
        self.choices_ui(&mut left, cx, &weak);
        let rest = rect.with_min_x((left.min_rect().right() + 8.0).min(rect.right()));
        let mut child = ui.new_child(
            UiBuilder::new().id_salt("weak tools").max_rect(rest).layout(Layout::right_to_left(Align::Center)),
        );
        child.set_clip_rect(clip);
        let copy = Button::new(RichText::new("Copy as CSV").size(SIZE_SMALL));
        if child.add_enabled(cx.state.weak_is_current(), copy).clicked() {
            self.copy(cx);
        }
        let painter = child.painter().clone();
        let (wide, shown) = (self.wide, self.beside());
        for pane in Pane::ALL.into_iter().rev().filter(|pane| !wide || *pane != Pane::Points) {
            let width = paint::width_of(&painter, pane.label(), paint::small()) + 16.0;
            if child.available_width() < width {
                return;
            }
            let (place, _) = child.allocate_exact_size(vec2(width, 24.0), Sense::hover());
            let on = pane == if wide { shown } else { self.pane };
            let response = child.interact(place, WidgetId::new(("weak pane", pane)), Sense::click());
            let lit = on || response.hovered() || response.has_focus();
            if lit {
                painter.rect_filled(place, 4.0, theme::color(cx.palette.raised));
            }
            let ink = theme::color(if lit { cx.palette.text } else { cx.palette.text_weak });
            paint::text(&painter, place, pane.label(), paint::small(), ink, Align::Center);
            response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, on, pane.label()));
            if response.clicked() {
                self.pane = pane;
            }
        }
        paint::updating(&mut child, cx.palette, cx.state.weak_is_current());
    }

    fn choices_ui(&mut self, ui: &mut Ui, cx: &Cx<'_>, weak: &Weak) {
        let about = self.about(weak);
        let palette = cx.palette;
        let capability = chooser(ui, "Capability", about.capability.label(), |ui| {
            let mut chosen = None;
            for capability in weak.capabilities.iter().copied() {
                if menu_item(ui, palette, capability.label(), "", capability == about.capability).clicked() {
                    chosen = Some(capability);
                    ui.close();
                }
            }
            chosen
        });
        self.capability = capability.unwrap_or(self.capability);
        let name = |place: &Option<Place>| match place {
            None => "All places".to_owned(),
            Some(place) => weak.design.name_of(place.id()),
        };
        let place = chooser(ui, "Place", &name(&about.place), |ui| {
            let mut chosen = None;
            let offered = weak.available(about.capability, None).map(|cell| Some(cell.place.clone()));
            for place in std::iter::once(None).chain(offered) {
                let kind = match &place {
                    Some(Place::Region(_)) => "region",
                    Some(Place::Population(_)) => "users",
                    None => "",
                };
                if menu_item(ui, palette, &name(&place), kind, place == about.place).clicked() {
                    chosen = Some(place);
                    ui.close();
                }
            }
            chosen
        });
        if let Some(place) = place {
            self.place = place;
        }
    }

    /// Draws the tab.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(weak) = cx.state.weak().cloned() else {
            let failed = cx.state.weak_points.as_ref().is_some_and(|i| i.failed(cx.state.serial));
            let words = if failed {
                "This could not be found out because of a bug in Meridian."
            } else {
                "What takes it down is being looked for…"
            };
            super::empty(ui, cx.palette, words);
            return;
        };
        if weak.report.available.is_empty() {
            super::empty(ui, cx.palette, "Nothing is offered in this drawing yet, so nothing can take it down.");
            return;
        }
        paint::fade_outdated(ui, cx.state.weak_is_current());
        let about = self.about(&weak);
        let key = self.key(cx.state, &weak, &about);
        let area = ui.available_rect_before_wrap();
        self.wide = area.width() >= SIDE_BY_SIDE_FROM;
        if !self.wide {
            self.pane_ui(ui, cx, &weak, (&about, &key), self.pane);
            return;
        }
        let split = area.left() + (area.width() * 0.46).floor();
        let beside = self.beside();
        for (pane, rect) in [(Pane::Points, area.with_max_x(split - 8.0)), (beside, area.with_min_x(split + 8.0))] {
            let mut child = ui.new_child(UiBuilder::new().id_salt(pane.label()).max_rect(rect));
            child.set_clip_rect(rect.intersect(ui.clip_rect()));
            self.pane_ui(&mut child, cx, &weak, (&about, &key), pane);
        }
    }

    fn pane_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, weak: &Arc<Weak>, (about, key): (&About, &Key), pane: Pane) {
        match pane {
            Pane::Points => self.points_ui(ui, cx, weak, about, key),
            Pane::Availability => {
                let sheet = self.availability.sheet(key, || sheets::availability(weak, about));
                self.availability.show(ui, cx, "availability", key, &sheet);
            }
            Pane::Improve => {
                let sheet = self.improve.sheet(key, || sheets::improve(weak, about));
                if sheet.lines.is_empty() {
                    super::empty(
                        ui,
                        cx.palette,
                        "There is nothing to gain: it never fails, or nothing is known of how.",
                    );
                } else {
                    self.improve.show(ui, cx, "what to improve", key, &sheet);
                }
            }
            Pane::Pairs => self.pairs_ui(ui, cx, weak),
        }
    }

    fn points_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, weak: &Weak, about: &About, key: &Key) {
        let played = self.playing(cx.state);
        let sheet = self.points.sheet(key, || {
            let listed = weak.listed(about.capability, about.place.as_ref());
            sheets::points(weak, about, &listed, played)
        });
        if sheet.lines.is_empty() {
            super::empty(ui, cx.palette, "Nothing that is drawn takes it down, with up to three failures at once.");
            return;
        }
        let Some(pick) = self.points.pick(ui, cx, "weak points", key, &sheet) else { return };
        if !cx.state.weak_is_current() {
            return;
        }
        let listed = weak.listed(about.capability, about.place.as_ref());
        match pick {
            Pick::Walked(at) => {
                cx.msgs.extend(listed.get(at).map(|listed| Msg::Select(sheets::elements(weak, listed))));
            }
            Pick::Clicked(at) | Pick::Entered(at) => {
                if let Some(listed) = listed.get(at) {
                    self.play(at, weak, listed, cx);
                }
            }
        }
    }

    /// Plays a set of the list.
    fn play(&mut self, at: usize, weak: &Weak, listed: &Listed<'_>, cx: &mut Cx<'_>) {
        if let Some(failures) = weak.failures(listed) {
            self.played = Some((at, failures.clone()));
            cx.msgs.extend([Msg::Select(sheets::elements(weak, listed)), Msg::Play(failures)]);
        } else {
            let why = "Which nodes these are cannot be played; the elements are selected instead";
            cx.msgs.extend([Msg::Reveal(sheets::elements(weak, listed)), Msg::Toast(why.into())]);
        }
    }

    fn pairs_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, weak: &Arc<Weak>) {
        if weak.pairs.rows.is_empty() {
            super::empty(ui, cx.palette, "No one or two failures of what is drawn take anything down.");
            return;
        }
        let area = ui.available_rect_before_wrap().shrink2(vec2(12.0, 2.0));
        let mut child = ui.new_child(UiBuilder::new().id_salt("pairs").max_rect(area));
        child.set_clip_rect(area.intersect(ui.clip_rect()));
        match self.pairs.show(&mut child, cx.palette, weak, self.cell) {
            Some(pairs::Pick::Walk(a, b)) => self.cell = Some((a, b)),
            Some(pairs::Pick::Play(a, b)) => {
                self.cell = Some((a, b));
                if cx.state.weak_is_current() {
                    cx.msgs.push(Msg::Play(weak.pairs.failures(a, b)));
                }
            }
            None => {}
        }
    }

    /// Copies the table shown, as it is ordered; what is out of date is not copied.
    pub fn copy(&mut self, cx: &mut Cx<'_>) {
        let Some(weak) = cx.state.weak().cloned().filter(|_| cx.state.weak_is_current()) else {
            cx.msgs.push(Msg::Toast("The table is still being updated".into()));
            return;
        };
        let about = self.about(&weak);
        let key = self.key(cx.state, &weak, &about);
        let played = self.playing(cx.state);
        let pane = if self.wide { self.beside() } else { self.pane };
        let ordered = |grid: &mut Grid, make: &dyn Fn() -> Sheet| {
            let sheet: Rc<Sheet> = grid.sheet(&key, make);
            sheet.csv(&grid.order(&key, &sheet))
        };
        let text = match pane {
            Pane::Points => ordered(&mut self.points, &|| {
                let listed = weak.listed(about.capability, about.place.as_ref());
                sheets::points(&weak, &about, &listed, played)
            }),
            Pane::Availability => ordered(&mut self.availability, &|| sheets::availability(&weak, &about)),
            Pane::Improve => ordered(&mut self.improve, &|| sheets::improve(&weak, &about)),
            Pane::Pairs => {
                let sheet = sheets::pairs(&weak);
                sheet.csv(&(0..sheet.lines.len()).collect::<Vec<_>>())
            }
        };
        let what = pane.label();
        cx.msgs.extend([Msg::CopyText(text), Msg::Toast(format!("The table “{what}” is on the clipboard"))]);
    }
}

/// A button with a menu of choices; returns what the menu says was chosen.
fn chooser<T>(ui: &mut Ui, what: &str, chosen: &str, menu: impl FnOnce(&mut Ui) -> Option<T>) -> Option<T> {
    let words = RichText::new(format!("{chosen} {}", egui_phosphor::regular::CARET_DOWN)).size(SIZE_SMALL);
    let (response, inner) = egui::containers::menu::MenuButton::from_button(Button::new(words)).ui(ui, |ui| {
        ui.set_min_width(220.0);
        egui::ScrollArea::vertical().max_height(320.0).show(ui, menu).inner
    });
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, format!("{what}: {chosen}")));
    inner.and_then(|inner| inner.inner)
}
