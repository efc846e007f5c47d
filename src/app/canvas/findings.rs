//! The badges of findings: where they are, and that they are drawn over everything else.

use egui::Pos2;

use crate::picture::badge::{self, Badge};

use super::badges::Badges;
use super::frame::Frame;
use super::pen::{self, ShapePen};
use super::scene::{Item, Scene};
use super::shapes::{Detail, Look};
use super::visible::Visible;

/// Where the badge of an element sits, screen coordinates.
fn place(look: &Look, scene: &Scene, item: Item) -> Option<Pos2> {
    let at = match item {
        Item::Node(_) | Item::Region(_) => badge::place_at(pen::area(look.camera.rect_to_screen(scene.rect_of(item)?))),
        Item::Edge(edge) => badge::place_on(&look.curve(&scene.curve_of(edge)?.curve)),
    };
    Some(pen::pos(at))
}

/// The badges in view with their places: of each element, or of whole regions in a far view.
#[must_use]
pub fn in_view(look: &Look, scene: &Scene, badges: &Badges, visible: &Visible) -> Vec<(Item, Badge, Pos2)> {
    let mut list = Vec::new();
    let mut add = |item: Item, badge: Option<Badge>| {
        if let (Some(badge), Some(at)) = (badge, place(look, scene, item)) {
            list.push((item, badge, at));
        }
    };
    if look.detail == Detail::Far {
        for index in &visible.regions {
            let big = scene.regions.get(*index).is_some_and(|r| r.rect.width() * look.camera.zoom >= 24.0);
            if big {
                add(Item::Region(*index), badges.cluster(*index));
            }
        }
        return list;
    }
    for index in &visible.regions {
        add(Item::Region(*index), badges.of(Item::Region(*index)));
    }
    for edge in visible.edges.iter().chain(&scene.moving.edges) {
        add(Item::Edge(*edge), badges.of(Item::Edge(*edge)));
    }
    for node in visible.nodes.iter().chain(&scene.moving.nodes) {
        add(Item::Node(*node), badges.of(Item::Node(*node)));
    }
    list
}

impl Frame<'_> {
    /// Draws badges, faded while the analysis that knows better is still at work.
    pub fn draw_badges(&self, list: &[(Item, Badge, Pos2)]) {
        let opacity = if self.state.analysis_is_current() { 1.0 } else { 0.55 };
        let look = self.look.picture();
        let mut pen = ShapePen::new(&self.painter);
        for (_, badge, at) in list {
            badge::draw(&mut pen, &look, *badge, (at.x, at.y), opacity);
        }
        pen.finish();
    }
}
