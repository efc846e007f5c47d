//! Where there is room in a drawing for what is added without pointing.

use super::{Design, Extent, Id, Pos, SceneRect, commands};

/// Room left between components, scene points.
const COMPONENT_GAP: i32 = 8;
/// Distance between spots tried in a region, scene points.
const REGION_STEP: i32 = 24;
/// Squares of spots tried around the wish; beyond the last everything is so full that overlapping is no worse.
const RINGS: i32 = 60;

/// The corner, relative to a region, from which a free spot is looked for when nobody wished for one.
pub const FIRST_SPOT: Pos = Pos(commands::REGION_PADDING, commands::REGION_TITLE + 8);

/// The rectangle with `gap` more on every side.
#[must_use]
pub fn grown(rect: SceneRect, gap: i32) -> SceneRect {
    SceneRect { min: rect.min.offset(-gap, -gap), extent: Extent(rect.extent.0 + 2 * gap, rect.extent.1 + 2 * gap) }
}

/// The corner nearest to `wish` at which a box of the size touches none of `taken`, among those that are `allowed`.
#[must_use]
pub fn nearest_free(
    taken: &[SceneRect],
    size: Extent,
    wish: Pos,
    step: i32,
    allowed: impl Fn(Pos) -> bool,
) -> Option<Pos> {
    let free = |corner: &Pos| {
        let spot = SceneRect { min: *corner, extent: size };
        allowed(*corner) && !taken.iter().any(|t| t.intersects(spot))
    };
    (0..=RINGS)
        .flat_map(|ring| (-ring..=ring).map(move |i| (ring * step, i * step)))
        .flat_map(|(far, along)| [(far, along), (along, far), (along, -far), (-far, along)])
        .map(|(dx, dy)| wish.offset(dx, dy))
        .find(free)
}

/// Where a component's corner goes in a region: where it is wished if that is free, else the nearest free spot, else
/// somewhere inside. Wish and result are relative to the region's corner.
#[must_use]
pub fn in_region(design: &Design, region_id: &Id, size: Extent, wish: Pos) -> Pos {
    free_in_region(design, region_id, size, wish).unwrap_or_else(|inside| inside)
}

/// As [`in_region`].
///
/// # Errors
/// The spot inside nearest to the wish, when no spot is free.
pub fn free_in_region(design: &Design, region_id: &Id, size: Extent, wish: Pos) -> Result<Pos, Pos> {
    let Some(region) = design.regions.get(region_id) else { return Err(wish) };
    let (left, top) = (commands::REGION_PADDING, commands::REGION_TITLE);
    let right = (region.extent.0 - commands::REGION_PADDING - size.0).max(left);
    let bottom = (region.extent.1 - commands::REGION_PADDING - size.1).max(top);
    let inside = Pos(wish.0.clamp(left, right), wish.1.clamp(top, bottom));
    let taken: Vec<SceneRect> = design
        .components_in(region_id)
        .map(|(_, c)| grown(SceneRect { min: c.pos, extent: c.kind().extent() }, COMPONENT_GAP))
        .collect();
    let allowed = |p: Pos| (left..=right).contains(&p.0) && (top..=bottom).contains(&p.1);
    nearest_free(&taken, size, inside, REGION_STEP, allowed).ok_or(inside)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Component, Kind, Site};
    use super::*;

    #[test]
    fn a_component_keeps_its_place_or_finds_a_free_one_inside() {
        let mut design = Design::default();
        let (edit, id) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).expect("a region can be added");
        let size = Kind::Gateway.extent();
        assert_eq!(in_region(&design, &id, size, Pos(32, 120)), Pos(32, 120));
        let mut other = Component::new(Kind::Gateway, "Other");
        other.region = Some(id.clone());
        other.pos = Pos(40, 130);
        design.components.insert(Id::slug("other"), Arc::new(other.clone()));
        let rect = |min| SceneRect { min, extent: size };
        let pos = in_region(&design, &id, size, Pos(32, 120));
        assert!(!rect(pos).intersects(rect(other.pos)));
        let far = in_region(&design, &id, size, Pos(5_000, -70));
        let region = design.regions.get(&id).map(|r| r.rect());
        assert!(region.is_some_and(|r| r.contains(far) && r.contains(rect(far).max())));
    }
}
