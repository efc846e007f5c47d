//! Regions: grounds and frames, titles over the links that cross them, and their names in a far view.

use egui::{Mesh, Rect, Shape, pos2};

use crate::app::theme;
use crate::picture::region;

use super::frame::Frame;
use super::pen::{self, ShapePen};
use super::shapes::Detail;

/// With more regions than this in a far view they are flat rectangles.
const MAX_ROUND: usize = 150;

impl Frame<'_> {
    fn region(&self, index: usize) -> Option<region::Shape<'_>> {
        let view = self.scene.regions.get(index)?;
        Some(region::Shape {
            area: pen::area(view.rect),
            region: &view.region,
            mark: self.mark(&view.id),
            attention: view.marks.attention(),
            target: self.emphasis.target.as_ref() == Some(&view.id),
        })
    }

    /// Regions as containers.
    pub fn regions(&self) {
        if self.look.detail == Detail::Far && self.visible.regions.len() > MAX_ROUND {
            self.regions_far();
            return;
        }
        let look = self.look.picture();
        let mut pen = ShapePen::new(&self.painter);
        for shape in self.visible.regions.iter().filter_map(|index| self.region(*index)) {
            shape.draw(&mut pen, &look);
        }
        pen.finish();
    }

    /// The title bars of regions, over the links that cross them.
    pub fn region_titles(&self) {
        if self.look.detail == Detail::Far {
            return;
        }
        let look = self.look.picture();
        let ink = self.look.palette.text_weak.faded(self.figure_opacity());
        let mut pen = ShapePen::new(&self.painter);
        for index in &self.visible.regions {
            let (Some(view), Some(shape)) = (self.scene.regions.get(*index), self.region(*index)) else { continue };
            let cost = self.badges.cost(&view.id).filter(|_| self.look.detail == Detail::Near);
            shape.write(&mut pen, &look, cost.map(|cost| (cost, ink)));
        }
        pen.finish();
    }

    /// The names of regions over a far view, as far as they fit.
    pub fn region_names(&self) {
        if self.look.detail != Detail::Far {
            return;
        }
        let look = self.look.picture();
        let mut pen = ShapePen::new(&self.painter);
        for shape in self.visible.regions.iter().filter_map(|index| self.region(*index)) {
            shape.write_far(&mut pen, &look, self.canvas());
        }
        pen.finish();
    }

    /// Very many regions: flat rectangles in one mesh.
    fn regions_far(&self) {
        let mut mesh = Mesh::default();
        for index in &self.visible.regions {
            let Some(view) = self.scene.regions.get(*index) else { continue };
            let mark = self.mark(&view.id);
            let tint = mark.map_or(self.look.palette.tint(view.region.tint), |m| self.look.palette.state(m.state));
            let rect = self.screen(view.rect);
            let (edge, fill) = if view.marks.selected {
                (theme::color(self.look.palette.accent), 0.2)
            } else {
                (theme::faded(tint, 0.4), 0.06)
            };
            mesh.add_colored_rect(rect, theme::faded(tint, fill));
            for side in [
                Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + 1.0)),
                Rect::from_min_max(pos2(rect.left(), rect.bottom() - 1.0), rect.max),
                Rect::from_min_max(rect.min, pos2(rect.left() + 1.0, rect.bottom())),
                Rect::from_min_max(pos2(rect.right() - 1.0, rect.top()), rect.max),
            ] {
                mesh.add_colored_rect(side, edge);
            }
        }
        self.painter.add(Shape::mesh(mesh));
    }
}
