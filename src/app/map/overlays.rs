//! What lies over the map: the switch to the drawing, zoom, what has no place, tips and the menu.

use egui::{
    Button, Frame, Margin, Popup, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
};
use egui::{WidgetType, pos2, vec2};

use crate::app::actions::Action;
use crate::app::camera::Camera;
use crate::app::canvas::{minimap, tips};
use crate::app::panels::places::{city, provider_and_id};
use crate::app::state::State;
use crate::app::{Msg, theme};
use crate::books::GeoPoint;
use crate::design::{Id, Site};

use super::Hit;
use super::access::line_words;
use super::model::Model;
use super::moving::providers;
use super::paint::{rtt_words, service_words};

/// Distance from the edge, screen points.
const MARGIN: f32 = 12.0;
/// Size of one half of the switch, screen points.
const HALF: egui::Vec2 = vec2(76.0, 24.0);
/// Size of the zoom controls, screen points.
const CONTROLS: egui::Vec2 = vec2(168.0, 28.0);
/// Width of the switch for unused cloud regions, screen points.
const TOGGLE: f32 = 110.0;
/// Most names listed of what has no place.
const MAX_MISSING: usize = 6;
/// Most links listed in a tip.
const MAX_LINKS: usize = 8;

fn switch_rect(picture: Rect) -> Option<Rect> {
    let size = vec2(2.0 * HALF.x + 4.0, HALF.y + 4.0);
    let corner = pos2(picture.right() - MARGIN - size.x, picture.top() + MARGIN);
    (picture.width() >= 3.0 * size.x && picture.height() >= 4.0 * size.y).then(|| Rect::from_min_size(corner, size))
}

fn controls_rect(map: Rect) -> Option<Rect> {
    let rect = Rect::from_min_size(map.max - vec2(MARGIN, MARGIN) - CONTROLS, CONTROLS);
    (map.width() >= 3.0 * CONTROLS.x && map.height() >= 4.0 * CONTROLS.y).then_some(rect)
}

/// The switch for unused cloud regions, beside the zoom controls.
fn toggle_rect(controls: Rect) -> Rect {
    Rect::from_min_size(controls.min - vec2(TOGGLE + 8.0, 0.0), vec2(TOGGLE, CONTROLS.y))
}

fn missing_rect(map: Rect, model: &Model) -> Option<Rect> {
    if model.missing.is_empty() {
        return None;
    }
    let rows = model.missing.len().min(MAX_MISSING) + usize::from(model.missing.len() > MAX_MISSING) + 1;
    let size = vec2(190.0, 22.0 * rows as f32 + 16.0).min(map.size() - vec2(2.0 * MARGIN, 2.0 * MARGIN));
    Some(Rect::from_min_size(pos2(map.left() + MARGIN, map.bottom() - MARGIN - size.y), size))
}

/// What lies over the map, for words to keep off.
pub fn places(map: Rect, model: &Model) -> impl Iterator<Item = Rect> {
    let controls = controls_rect(map);
    [switch_rect(map), controls, controls.map(toggle_rect), missing_rect(map, model)].into_iter().flatten()
}

/// The switch between drawing and map in the upper right corner of either.
pub fn switch_ui(ui: &mut Ui, picture: Rect, map_open: bool, msgs: &mut Vec<Msg>) {
    let Some(rect) = switch_rect(picture) else { return };
    let p = theme::palette(ui.ctx());
    let hairline = Stroke::new(1.0, theme::color(p.hairline));
    ui.painter().rect(rect, 6.0, theme::faded(p.panel, 0.94), hairline, StrokeKind::Inside);
    // The ground belongs to the switch, so that a near miss does not reach the picture.
    ui.interact(rect, egui::Id::new("picture switch"), Sense::CLICK | Sense::DRAG);
    let keys = Action::ToggleMap.shortcuts().first().map(|s| ui.ctx().format_shortcut(s)).unwrap_or_default();
    for (i, (words, on)) in [("Drawing", !map_open), ("Map", map_open)].into_iter().enumerate() {
        let cell = Rect::from_min_size(rect.min + vec2(2.0 + HALF.x * i as f32, 2.0), HALF);
        let color = theme::color(if on { p.text } else { p.text_weak });
        let text = RichText::new(words).size(theme::SIZE_SMALL).color(color);
        let fill = if on { theme::color(p.raised) } else { theme::faded(p.panel, 0.0) };
        let response = ui.place(cell, Button::new(text).fill(fill).min_size(HALF));
        response.widget_info(|| {
            WidgetInfo::selected(WidgetType::RadioButton, true, on, format!("Show the {}", words.to_lowercase()))
        });
        if response.on_hover_text(format!("{} ({keys})", Action::ToggleMap.label())).clicked() && !on {
            msgs.push(Msg::Action(Action::ToggleMap));
        }
    }
}

/// Zoom controls, and the switch for unused cloud regions beside them.
pub fn controls_ui(ui: &mut Ui, map: Rect, camera: &Camera, state: &State, msgs: &mut Vec<Msg>) {
    let Some(rect) = controls_rect(map) else { return };
    minimap::controls_ui(ui, rect, camera, state, msgs);
    let p = theme::palette(ui.ctx());
    let action = Action::ToggleCloudRegions;
    let on = state.view.map.cloud_regions;
    let cell = toggle_rect(rect);
    let text = RichText::new(format!("{}  Cloud regions", egui_phosphor::regular::MAP_PIN)).size(theme::SIZE_SMALL);
    let color = theme::color(if on { p.text } else { p.text_weak });
    let fill = if on { theme::color(p.selection) } else { theme::faded(p.panel, 0.92) };
    let hairline = Stroke::new(1.0, theme::color(p.hairline));
    let button = Button::new(text.color(color)).fill(fill).stroke(hairline).corner_radius(6).min_size(cell.size());
    let response = ui.place(cell, button);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, on, action.label()));
    if response.on_hover_text("Marks every region of the design's providers").clicked() {
        msgs.push(Msg::Action(action));
    }
}

/// The names of what has no known place, in the lower left corner.
pub fn missing_ui(ui: &mut Ui, map: Rect, model: &Model, msgs: &mut Vec<Msg>) {
    let Some(rect) = missing_rect(map, model) else { return };
    let p = theme::palette(ui.ctx());
    ui.interact(rect, egui::Id::new("not on the map"), Sense::CLICK | Sense::DRAG);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        let hairline = Stroke::new(1.0, theme::color(p.hairline));
        let frame = Frame::NONE.fill(theme::color(p.panel)).stroke(hairline).corner_radius(6);
        frame.inner_margin(Margin::same(8)).show(ui, |ui| {
            ui.set_width(rect.width() - 16.0);
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(RichText::new("Not on the map").size(theme::SIZE_SMALL).color(theme::color(p.text_weak)));
            for (id, name) in model.missing.iter().take(MAX_MISSING) {
                let response = ui.add(Button::new(name).frame_when_inactive(false).truncate());
                if response.on_hover_text("Its place is not known; choose one in the inspector").clicked() {
                    msgs.push(Msg::Select(vec![id.clone()]));
                }
            }
            if let Some(more) = model.missing.len().checked_sub(MAX_MISSING).filter(|n| *n > 0) {
                ui.label(RichText::new(format!("and {more} more")).size(theme::SIZE_SMALL).weak());
            }
        });
    });
}

/// What is told of a marker or a line when the pointer rests on it.
pub fn tip(ui: &Ui, response: &Response, hit: &Hit, at: egui::Pos2, state: &State, model: &Model) {
    let rect = Rect::from_center_size(at, vec2(24.0, 24.0)).intersect(response.rect);
    match hit {
        Hit::Nothing => {}
        Hit::Spot(id) => {
            let hovered = ui.interact(rect, response.id.with(("tip", id.as_str())), Sense::hover());
            hovered.on_hover_ui_at_pointer(|ui| {
                tips::tip_ui(ui, id, state);
                let served = model.index_of(id).and_then(|i| model.service_of(i));
                if let Some(service) = served.filter(|_| state.analysis_is_current()) {
                    ui.label(RichText::new(service_words(service, model)).size(theme::SIZE_SMALL));
                }
            });
        }
        Hit::Line(links) => {
            let Some(wire) = model.wires.iter().find(|w| w.links == *links) else { return };
            let hovered = ui.interact(rect, response.id.with(("line tip", wire.ends)), Sense::hover());
            hovered.on_hover_ui_at_pointer(|ui| {
                ui.set_max_width(360.0);
                ui.label(RichText::new(line_words(model, wire)).font(theme::strong_font(theme::SIZE_BODY)));
                for id in links.iter().take(MAX_LINKS) {
                    let Some(link) = state.shown().links.get(id) else { continue };
                    let analysis = state.analysis.as_ref().filter(|_| state.analysis_is_current());
                    let rtt =
                        analysis.and_then(|a| a.estimates.link_rtt.get(id)).map(|f| rtt_words((f.value, f.value)));
                    let rtt = rtt.map(|words| format!(" · {words}")).unwrap_or_default();
                    let words = format!("{} · {}{rtt}", link.purpose.label(), state.shown().name_of(id));
                    ui.label(RichText::new(words).size(theme::SIZE_SMALL));
                }
                if let Some(more) = links.len().checked_sub(MAX_LINKS).filter(|n| *n > 0) {
                    ui.label(RichText::new(format!("and {more} more")).size(theme::SIZE_SMALL).weak());
                }
            });
        }
    }
}

/// The menu of the map: what can be done with the marker, or at the place, that was right-clicked.
pub fn menu(response: &Response, about: Option<&(Option<Id>, Option<GeoPoint>)>, state: &State, msgs: &mut Vec<Msg>) {
    let Some((spot, place)) = about else { return };
    Popup::context_menu(response).show(|ui| {
        ui.set_min_width(240.0);
        let mut entry = |ui: &mut Ui, action: Action| {
            let mut button = Button::new(action.label());
            if let Some(shortcut) = action.shortcuts().first() {
                button = button.shortcut_text(ui.ctx().format_shortcut(shortcut));
            }
            if ui.add_enabled(action.enabled(state).is_ok(), button).clicked() {
                msgs.push(Msg::Action(action));
                ui.close();
            }
        };
        let Some(id) = spot else {
            entry(ui, Action::InsertRegion);
            entry(ui, Action::ZoomToFit);
            entry(ui, Action::ToggleCloudRegions);
            if let Some(place) = place {
                ui.separator();
                add_ui(ui, *place, state, msgs);
            }
            return;
        };
        entry(ui, Action::MoveToRegion);
        entry(ui, Action::Rename);
        entry(ui, Action::ZoomToSelection);
        entry(ui, Action::Delete);
        ui.separator();
        if ui.button("Show in the drawing").clicked() {
            show_in_drawing(id, msgs);
            ui.close();
        }
    });
}

/// Goes to an element in the drawing.
pub fn show_in_drawing(id: &Id, msgs: &mut Vec<Msg>) {
    msgs.extend([Msg::Select(vec![id.clone()]), Msg::Action(Action::ToggleMap), Msg::Action(Action::ZoomToSelection)]);
}

/// Entries that add a region at the cloud regions nearest to a place.
fn add_ui(ui: &mut Ui, place: GeoPoint, state: &State, msgs: &mut Vec<Msg>) {
    let used = providers(state.doc.design());
    let all = state.books.regions().nearest(place.latitude_deg, place.longitude_deg, usize::MAX);
    let nearest = all.into_iter().map(|(region, _)| region).filter(|r| used.is_empty() || used.contains(&r.provider));
    for region in nearest.take(3) {
        if ui.button(format!("Add region in {} · {}", city(region), provider_and_id(region))).clicked() {
            let site = Site::cloud(region.provider.key(), &region.id);
            crate::app::places::place_region(state, city(region), site, msgs);
            ui.close();
        }
    }
}
