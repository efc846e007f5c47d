//! One frame of the canvas being drawn. What the elements look like is decided in [`crate::picture`]; here is which of
//! them are drawn, in what order, and what the window knows of each.

use egui::{Mesh, Painter, Rect, Shape};
use petgraph::stable_graph::NodeIndex;

use crate::app::state::State;
use crate::app::whatif;
use crate::design::{Id, Kind};
use crate::picture::area::Area;
use crate::picture::card;
use crate::picture::component::{Caption, LOST_OPACITY};
use crate::picture::effects::{Mark, Standing};
use crate::picture::mark;

use super::badges::Badges;
use super::pen::{self, ShapePen};
use super::scene::{Item, Scene};
use super::shapes::{Detail, Look};
use super::visible::Visible;

/// What a gesture does to the look.
#[derive(Debug, Default)]
pub struct Emphasis {
    /// The region that would take in what is dragged.
    pub target: Option<Id>,
    /// Kinds that can be connected with, and where from; the others are dimmed.
    pub partners: Option<(Id, Vec<Kind>)>,
}

/// One frame being drawn.
pub struct Frame<'a> {
    /// Where shapes go.
    pub painter: Painter,
    /// Colours and scale.
    pub look: Look,
    /// What to draw.
    pub scene: &'a mut Scene,
    /// Problems and costs.
    pub badges: &'a Badges,
    /// The rest.
    pub state: &'a State,
    /// What is in view.
    pub visible: &'a Visible,
    /// What a gesture does to the look.
    pub emphasis: &'a Emphasis,
}

/// The round trip of a link between two places, ms, while it is known of what is shown.
#[must_use]
pub fn link_rtt_ms(state: &State, link: &Id) -> Option<f64> {
    state.analysis.as_ref()?.estimates.link_rtt.get(link).map(|figure| figure.value)
}

impl<'a> Frame<'a> {
    /// How an element is marked by what has failed.
    pub(super) fn mark(&self, id: &Id) -> Option<&'a Mark> {
        self.state.whatif.effects()?.mark(id)
    }

    fn is_lost(&self, id: &Id) -> bool {
        self.mark(id).is_some_and(|mark| mark.standing == Standing::Lost)
    }

    fn opacity(&self, id: &Id, kind: Kind) -> f32 {
        match &self.emphasis.partners {
            _ if self.is_lost(id) => LOST_OPACITY,
            Some((from, kinds)) if id != from && !kinds.contains(&kind) => 0.35,
            _ => 1.0,
        }
    }

    /// Figures are faded while the analysis that knows better is still at work.
    pub(super) fn figure_opacity(&self) -> f32 {
        if self.state.analysis_is_current() { 1.0 } else { 0.5 }
    }

    pub(super) fn screen(&self, rect_scene: Rect) -> Rect {
        self.look.camera.rect_to_screen(rect_scene)
    }

    /// What can be seen of the screen.
    pub(super) fn canvas(&self) -> Area {
        pen::area(self.look.camera.canvas_screen)
    }

    /// Links, those in hand last.
    pub fn links(&self) {
        let moving = &self.scene.moving.edges;
        if self.visible.dense {
            return;
        }
        let view = self.look.camera.visible_scene();
        let look = self.look.picture();
        let mut pen = ShapePen::new(&self.painter);
        let mut raised = ShapePen::new(&self.painter);
        let mut mesh = Mesh::default();
        for edge in self.visible.edges.iter().chain(moving) {
            let Some(shape) = self.scene.curve_of(*edge).filter(|s| s.bounds.intersects(view)) else { continue };
            let opacity = if self.emphasis.partners.is_some() { 0.4 } else { 1.0 };
            let is_raised = shape.marks.selected || shape.marks.hovered;
            let out = if is_raised { &mut raised } else { &mut pen };
            if self.scene.id(Item::Edge(*edge)).is_some_and(|id| self.is_lost(id)) {
                // Between places it is told loudly, inside what is lost anyway it is not.
                let opacity = opacity * if shape.between_regions { 1.0 } else { LOST_OPACITY };
                shape.picture().draw_cut(out, &look, opacity);
            } else if self.visible.many_edges && !is_raised {
                shape.draw_plain(&self.look, opacity, &mut mesh);
            } else {
                shape.picture().draw(out, &look, opacity);
            }
        }
        self.painter.add(Shape::mesh(mesh));
        pen.finish();
        raised.finish();
    }

    /// Components, those in hand last.
    pub fn components(&mut self) {
        if self.visible.dense {
            return;
        }
        let nodes: Vec<NodeIndex> = self.visible.nodes.iter().chain(&self.scene.moving.nodes).copied().collect();
        let view = self.look.camera.visible_scene().expand(4.0);
        let look = self.look.picture();
        let painter = self.painter.clone();
        let mut pen = ShapePen::new(&painter);
        for node in nodes {
            let Some(shape) = self.scene.box_of(node).copied().filter(|s| s.rect.intersects(view)) else { continue };
            let Some(part) = self.scene.part(node) else { continue };
            let opacity = self.opacity(&part.id, shape.kind);
            let shape = shape.picture();
            if self.look.detail == Detail::Far {
                shape.draw_far(&mut pen, &look, opacity);
                continue;
            }
            shape.draw(&mut pen, &look, opacity);
            self.make_card(node);
            if let Some(caption) = self.caption(node) {
                shape.write(&mut pen, &look, &caption, opacity);
            }
        }
        pen.finish();
    }

    /// Makes the words on a box unless they are known.
    fn make_card(&mut self, node: NodeIndex) {
        if let Some(part) = self.scene.part_mut(node)
            && part.card.is_none()
        {
            let used = self.state.analysis.as_ref().and_then(|a| card::utilisation_of(&a.estimates, &part.id));
            part.has_figures = used.is_some();
            part.card = Some(card::component_card(&part.component, used));
        }
    }

    fn caption(&self, node: NodeIndex) -> Option<Caption<'_>> {
        let part = self.scene.part(node)?;
        let mark = self.mark(&part.id);
        Some(Caption {
            card: part.card.as_ref()?,
            figure_opacity: if part.has_figures { self.figure_opacity() } else { 1.0 },
            mark,
            figure: mark.and_then(|_| whatif::figure_of(self.state, &part.id)),
            badged: self.badges.of(Item::Node(node)).is_some(),
        })
    }

    /// Rims and marks of what is not as it was.
    pub fn failure_marks(&self) {
        if !self.state.whatif.is_playing() || self.visible.dense {
            return;
        }
        let look = self.look.picture();
        let mut pen = ShapePen::new(&self.painter);
        for node in self.visible.nodes.iter().chain(&self.scene.moving.nodes) {
            let (Some(shape), Some(part)) = (self.scene.box_of(*node), self.scene.part(*node)) else { continue };
            if let Some(mark) = self.mark(&part.id) {
                mark::component(&mut pen, &look, &shape.picture(), mark);
            }
        }
        pen.finish();
    }
}
