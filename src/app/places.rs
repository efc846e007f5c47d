//! Where there is room in the view for what is added without pointing.

use egui::Rect;

use crate::design::places::{grown, nearest_free};
use crate::design::{Extent, SceneRect, Site, commands};

use super::state::Placing;
use super::{Msg, State, camera};

/// Room left between regions, scene points.
const REGION_GAP: i32 = 24;
/// Distance between spots tried for what stands in no region, scene points.
const VIEW_STEP: i32 = 80;

/// A rectangle of the size that covers nothing drawn, as near to the middle of the view as can be; scene coordinates.
#[must_use]
pub fn near_view(state: &State, size: Extent) -> Rect {
    let design = state.doc.design();
    let loose = design.components.values().filter(|c| c.region.is_none()).map(|c| design.rect_scene(c));
    let taken: Vec<SceneRect> =
        design.regions.values().map(|r| r.rect()).chain(loose).map(|r| grown(r, REGION_GAP)).collect();
    let wish = camera::scene_pos(state.camera.center_scene).offset(-size.0 / 2, -size.1 / 2);
    let min = nearest_free(&taken, size, wish, VIEW_STEP, |_| true).unwrap_or(wish);
    camera::rect(SceneRect { min, extent: size })
}

/// Puts a region at a free spot near the middle of the view, and shows it.
pub fn place_region(state: &State, name: &str, site: Site, msgs: &mut Vec<Msg>) {
    let spot = near_view(state, commands::NEW_REGION_EXTENT);
    msgs.push(Msg::PlaceAt(Placing::Region { name: name.to_owned(), site }, spot.center()));
    if !state.camera.visible_scene().contains_rect(spot) {
        msgs.push(Msg::CenterOn(spot.center()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;
    use crate::design::history::Document;
    use crate::design::{Design, Pos};

    #[test]
    fn a_region_added_without_pointing_covers_none_that_is_there() {
        let mut state = State::new(Books::shipped());
        let mut design = Design::default();
        let (edit, _) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).expect("a region can be added");
        state.doc = Document::new(design);
        state.camera.center_scene = egui::pos2(100.0, 100.0);
        let spot = near_view(&state, commands::NEW_REGION_EXTENT);
        let there = state.doc.design().regions.values().map(|r| camera::rect(r.rect())).next();
        assert!(there.is_some_and(|r| !r.intersects(spot)));
    }
}
