//! The labels of links: which are wanted, and what they keep off.

use egui::Pos2;
use petgraph::stable_graph::EdgeIndex;

use crate::design::Id;
use crate::picture::area::Area;
use crate::picture::badge::{self, Badge};
use crate::picture::label::{self, Wanted};
use crate::picture::region::title_bar;

use super::frame::{Frame, link_rtt_ms};
use super::minimap;
use super::pen::{self, ShapePen};
use super::scene::{Item, Scene};
use super::shapes::Detail;

/// Most labels of links drawn at once.
const MAX_LABELS: usize = 120;

/// The regions that a link connects: that of the side that connects first.
pub fn ends(scene: &Scene, edge: EdgeIndex) -> [Option<&Id>; 2] {
    let region = |id: &Id| {
        let part = scene.part(scene.node(id)?)?;
        Some(&scene.regions.get(part.region?)?.id)
    };
    scene.wire(edge).map_or([None; 2], |wire| [region(&wire.link.from), region(&wire.link.to)])
}

impl Frame<'_> {
    /// The labels on links: always between regions, else of what the pointer is over or what is selected; never over
    /// a box, a title, a badge or another label.
    pub fn labels(&self, badges: &[(Item, Badge, Pos2)]) {
        // While a partner is chosen only the boxes matter.
        if self.look.detail != Detail::Near || self.emphasis.partners.is_some() {
            return;
        }
        let mut wanted: Vec<Wanted<'_>> =
            self.visible.edges.iter().chain(&self.scene.moving.edges).filter_map(|edge| self.wanted(*edge)).collect();
        wanted.sort_by_key(|link| !link.shape.attention.raised());
        wanted.truncate(MAX_LABELS);
        if wanted.is_empty() {
            return;
        }
        let look = self.look.picture();
        let mut taken: Vec<Area> = Vec::new();
        for node in self.visible.nodes.iter().chain(&self.scene.moving.nodes) {
            taken.extend(self.scene.box_of(*node).map(|shape| shape.picture().reach(&look)));
        }
        let regions = self.visible.regions.iter().filter_map(|index| self.scene.regions.get(*index));
        taken.extend(regions.map(|view| title_bar(&look, pen::area(view.rect))));
        taken.extend(minimap::place(self.look.camera.canvas_screen).map(pen::area));
        taken.extend(badges.iter().map(|(.., at)| Area::around((at.x, at.y), badge::KEEPS_FREE)));
        let mut pen = ShapePen::new(&self.painter);
        label::draw(&mut pen, &look, self.state.shown(), &wanted, self.figure_opacity(), self.canvas(), taken);
        pen.finish();
    }

    fn wanted(&self, edge: EdgeIndex) -> Option<Wanted<'_>> {
        let (shape, wire) = (self.scene.curve_of(edge)?, self.scene.wire(edge)?);
        let raised = shape.marks.attention().raised();
        let told = (shape.between_regions && !self.visible.many_edges) || raised;
        told.then(|| Wanted {
            link: &wire.link,
            shape: shape.picture(),
            ends: ends(self.scene, edge),
            mark: self.mark(&wire.id),
            rtt_ms: link_rtt_ms(self.state, &wire.id),
        })
    }
}
