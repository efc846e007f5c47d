//! The left panel: kinds of components and cloud regions to place, and below them the outline.

use egui::{
    Align, CursorIcon, DragAndDrop, Frame, Id as WidgetId, LayerId, Order, Panel, PointerButton, Rect, Response, Sense,
    Ui, Vec2, pos2, vec2,
};

use crate::app::Msg;
use crate::app::actions::Action;
use crate::app::state::Placing;
use crate::app::theme;
use crate::books::CloudRegion;
use crate::design::checked::{check_latitude, check_longitude};
use crate::design::{Kind, Site};
use crate::picture::icons;

use super::fields::{FIELD_ROW, Form, Look, NumberSpec};
use super::memo::{DesignKey, Memo};
use super::outline::Outline;
use super::{Cx, format, paint, places};

/// Most cloud regions shown for a search; more would not be read.
const MAX_HITS: usize = 40;
/// Cloud regions shown near the users.
const NEARBY: usize = 5;
/// Height of a cloud region's row, which takes two lines.
const REGION_ROW: f32 = 40.0;

/// Latitude in degrees.
pub const LATITUDE: NumberSpec = NumberSpec::real("°N", -90.0, 90.0, 0.5);
/// Longitude in degrees.
pub const LONGITUDE: NumberSpec = NumberSpec::real("°E", -180.0, 180.0, 0.5);

/// What the left panel remembers.
pub struct Parts {
    query: String,
    own_site_open: bool,
    own_name: String,
    own_latitude_deg: f64,
    own_longitude_deg: f64,
    nearby: Memo<DesignKey, Vec<&'static CloudRegion>>,
    hits: Memo<String, Vec<&'static CloudRegion>>,
    outline: Outline,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            query: String::new(),
            own_site_open: false,
            own_name: "Own site".into(),
            own_latitude_deg: 50.1,
            own_longitude_deg: 8.7,
            nearby: Memo::default(),
            hits: Memo::default(),
            outline: Outline::default(),
        }
    }
}

/// The kinds that a search text means; all for an empty one.
pub fn kinds(query: &str) -> Vec<Kind> {
    let query = query.trim().to_lowercase();
    let fits = |k: &Kind| [k.label(), k.short(), k.about()].iter().any(|words| words.to_lowercase().contains(&query));
    Kind::ALL.into_iter().filter(fits).collect()
}

/// What a cloud region becomes when it is placed.
pub fn placing_region(region: &CloudRegion) -> Placing {
    Placing::Region { name: places::city(region).to_owned(), site: Site::cloud(region.provider.key(), &region.id) }
}

impl Parts {
    /// Draws the panel.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let room = ui.available_width();
        let frame = Frame::NONE.fill(theme::color(cx.palette.panel)).inner_margin(egui::Margin::symmetric(8, 8));
        let widest = (room * 0.24).clamp(168.0, 400.0);
        Panel::left("parts").default_size(216.0).size_range(160.0..=widest).frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            self.search_ui(ui, cx);
            let height = ui.available_height();
            let lower = Frame::NONE.inner_margin(egui::Margin { top: 4, ..egui::Margin::ZERO });
            Panel::bottom("outline")
                .resizable(true)
                .default_size(height * 0.33)
                .size_range(56.0..=(height * 0.6).max(64.0))
                .frame(lower)
                .show(ui, |ui| {
                    ui.take_available_space();
                    self.outline.show(ui, cx);
                });
            egui::ScrollArea::vertical().id_salt("parts list").auto_shrink(false).show(ui, |ui| {
                self.list_ui(ui, cx);
            });
        });
    }

    fn search_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let id = WidgetId::new("parts search");
        let field = if self.query.is_empty() { rect } else { rect.with_max_x(rect.right() - 28.0) };
        let parse = |text: &str| Ok::<String, String>(text.to_owned());
        let look = Look { hint: "Search parts and regions", ..Look::default() };
        let words = "Search parts and regions";
        let (typed, _) =
            cx.fields.text_in(ui, cx.palette, cx.msgs, field, id, words, &self.query, look, &parse, &String::clone);
        if let Some(typed) = typed {
            self.query = typed;
        } else if !self.query.is_empty() {
            let rect = Rect::from_min_max(pos2(field.right() + 4.0, rect.top()), rect.max);
            let icon = egui_phosphor::regular::X;
            if paint::icon_button(ui, rect, id.with("clear"), icon, "Clear the search", cx.palette).clicked() {
                self.query.clear();
            }
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let kinds = kinds(&self.query);
        if !kinds.is_empty() {
            paint::heading(ui, cx.palette, "Components");
            for kind in kinds {
                kind_ui(ui, cx, kind);
            }
        }
        let books = cx.state.books;
        if self.query.trim().is_empty() {
            let key = DesignKey::of(cx.state);
            let nearby = self.nearby.get(key, || places::near_users(cx.state.shown(), books, NEARBY));
            paint::heading(ui, cx.palette, if nearby.is_empty() { "Regions" } else { "Regions near your users" });
            for region in nearby {
                region_ui(ui, cx, region);
            }
            if nearby.is_empty() {
                ui.add_space(4.0);
                paint::note(ui, cx.palette, "Search by city, country or provider.");
                ui.add_space(4.0);
            }
        } else {
            let hits = self.hits.get(self.query.clone(), || books.regions().search(&self.query));
            paint::heading(ui, cx.palette, &format::counted(hits.len(), "cloud region", "cloud regions"));
            for region in hits.iter().take(MAX_HITS) {
                region_ui(ui, cx, region);
            }
            if hits.len() > MAX_HITS {
                ui.add_space(4.0);
                paint::note(ui, cx.palette, &format!("{} more: type on to narrow it down.", hits.len() - MAX_HITS));
            }
        }
        self.own_site_ui(ui, cx);
    }

    fn own_site_ui(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let icon = Some((egui_phosphor::regular::BUILDINGS, cx.palette.text_weak, false));
        let row = paint::Row { icon, text: "Own site…", ..paint::Row::default() };
        let id = WidgetId::new("own site");
        if paint::list_row(ui, cx.palette, id, &row, Sense::click()).clicked() {
            self.own_site_open = !self.own_site_open;
        }
        if !self.own_site_open {
            return;
        }
        let palette = cx.palette;
        let mut form = Form { fields: cx.fields, msgs: cx.msgs, palette, owner: "own site".into() };
        if let Some(name) = form.text(ui, "Name", &self.own_name, "Name of the site", true) {
            self.own_name = name;
        }
        if let Some(degrees) = form.number(ui, "Latitude", self.own_latitude_deg, LATITUDE) {
            self.own_latitude_deg = degrees;
        }
        if let Some(degrees) = form.number(ui, "Longitude", self.own_longitude_deg, LONGITUDE) {
            self.own_longitude_deg = degrees;
        }
        let fits = check_latitude(self.own_latitude_deg).is_ok() && check_longitude(self.own_longitude_deg).is_ok();
        ui.add_space(4.0);
        if ui.add_enabled(fits, egui::Button::new("Place on the canvas")).clicked() {
            let site = Site::Place {
                name: self.own_name.clone(),
                latitude_deg: self.own_latitude_deg,
                longitude_deg: self.own_longitude_deg,
                country: String::new(),
            };
            cx.msgs.push(Msg::Place(Some(Placing::Region { name: self.own_name.clone(), site })));
            self.own_site_open = false;
        }
        ui.add_space(FIELD_ROW / 4.0);
    }
}

fn kind_ui(ui: &mut Ui, cx: &mut Cx<'_>, kind: Kind) {
    let placing = Placing::Component(kind);
    let rgb = cx.palette.kind(kind);
    let row = paint::Row {
        icon: Some((icons::icon(kind), rgb, true)),
        text: kind.label(),
        selected: cx.state.view.placing.as_ref() == Some(&placing),
        ..paint::Row::default()
    };
    let id = WidgetId::new(("part", kind));
    let response = paint::list_row(ui, cx.palette, id, &row, Sense::click_and_drag());
    let response =
        response.on_hover_text(format!("{}. Drag it to the canvas, or click and click there.", kind.about()));
    if pressed_by_key(ui, &response) {
        cx.msgs.push(Msg::Action(Action::Insert(kind)));
    } else {
        place(ui, cx, &response, placing, icons::icon(kind), kind.label(), row.selected);
    }
}

fn region_ui(ui: &mut Ui, cx: &mut Cx<'_>, region: &CloudRegion) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), REGION_ROW), Sense::hover());
    let id = WidgetId::new(("cloud region", region.provider, &region.id));
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let placing = placing_region(region);
    let selected = cx.state.view.placing.as_ref() == Some(&placing);
    let city = places::city(region);
    let below = format!("{} · {}", places::provider_and_id(region), region.country);
    if ui.is_rect_visible(rect) {
        let painter = ui.painter_at(rect);
        let palette = cx.palette;
        paint::row_ground(&painter, rect, palette, selected, response.hovered() || response.has_focus());
        let weak = theme::color(palette.text_weak);
        let icon = Rect::from_center_size(pos2(rect.left() + 12.0, rect.top() + 13.0), Vec2::splat(16.0));
        let glyph = egui_phosphor::regular::MAP_PIN;
        paint::text(&painter, icon, glyph, egui::FontId::proportional(15.0), weak, Align::Center);
        let line = |top: f32, height: f32| {
            Rect::from_min_max(
                pos2(rect.left() + 28.0, rect.top() + top),
                pos2(rect.right() - 4.0, rect.top() + top + height),
            )
        };
        paint::text(&painter, line(4.0, 18.0), city, paint::body(), theme::color(palette.text), Align::Min);
        paint::text(&painter, line(21.0, 15.0), &below, paint::small(), weak, Align::Min);
    }
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::WidgetType::Button, true, selected, format!("{city} · {below}"))
    });
    let zones = format::counted(usize::from(region.zones), "zone", "zones");
    let note = region.note.as_deref().map(|n| format!("\n{n}")).unwrap_or_default();
    let response = response.on_hover_text(format!("{}\n{below}\n{zones}{note}", region.display_name));
    if pressed_by_key(ui, &response) {
        if let Placing::Region { name, site } = placing {
            crate::app::places::place_region(cx.state, &name, site, cx.msgs);
        }
    } else {
        place(ui, cx, &response, placing, egui_phosphor::regular::MAP_PIN, city, selected);
    }
}

/// Whether a row was pressed by key rather than by pointer: then it is placed at once, since a key cannot point.
fn pressed_by_key(ui: &Ui, response: &Response) -> bool {
    response.clicked() && !ui.input(|i| i.pointer.button_released(PointerButton::Primary))
}

/// Lets a row be dragged to the canvas or, by a click, be placed with the next click there.
fn place(ui: &Ui, cx: &mut Cx<'_>, response: &Response, placing: Placing, icon: &str, words: &str, selected: bool) {
    if response.clicked() {
        cx.msgs.push(Msg::Place((!selected).then_some(placing)));
        return;
    }
    if response.drag_started() {
        DragAndDrop::set_payload(ui.ctx(), placing);
    }
    if !response.dragged() {
        return;
    }
    ui.set_cursor_icon(CursorIcon::Grabbing);
    // Over the canvas, the canvas shows what will be placed.
    let Some(at) = ui.ctx().pointer_interact_pos().filter(|p| !cx.state.camera.canvas_screen.contains(*p)) else {
        return;
    };
    let painter = ui.layer_painter(LayerId::new(Order::Tooltip, WidgetId::new("dragged part")));
    let words = format!("{icon}  {words}");
    let galley = paint::line(&painter, &words, paint::body(), theme::color(cx.palette.text), 240.0);
    let ground = Rect::from_min_size(at + vec2(12.0, 8.0), galley.size() + vec2(16.0, 8.0));
    painter.rect_filled(ground, 4.0, theme::color(cx.palette.raised));
    painter.galley(ground.min + vec2(8.0, 4.0), galley, theme::color(cx.palette.text));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    #[test]
    fn parts_are_found_by_name_short_name_and_use() {
        assert_eq!(kinds("").len(), Kind::ALL.len());
        assert_eq!(kinds("throttling"), [Kind::TrafficManager]);
        assert!(kinds("GATE").contains(&Kind::Gateway));
        assert!(kinds("frankfurt").is_empty());
    }

    #[test]
    fn a_placed_cloud_region_is_named_after_its_city() {
        let books = Books::shipped();
        let hits = books.regions().search("eu-central-1");
        let placing = hits.first().map(|r| placing_region(r));
        let site = Site::cloud("aws", "eu-central-1");
        assert_eq!(placing, Some(Placing::Region { name: "Frankfurt".into(), site }));
    }
}
