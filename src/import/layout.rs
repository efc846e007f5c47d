//! Places for a design that was never drawn: regions in rows that fit a screen, their parts in columns by what they do,
//! users and global balancers at the left. Nothing covers anything else.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::design::commands::{REGION_PADDING, REGION_TITLE};
use crate::design::{Design, Extent, Id, Kind, MIN_REGION_EXTENT, Pos};

/// Room between boxes beside each other: links and their labels need it.
const COLUMN_GAP: i32 = 120;
/// Room between boxes above each other.
const ROW_GAP: i32 = 40;
/// Room between regions.
pub(super) const REGION_GAP: i32 = 80;
/// Boxes above each other in a column before another is begun; more in a large design.
const FEWEST_ROWS: usize = 6;
/// Width to height of the room in which drawings are mostly seen.
const SCREEN: f64 = 1.6;

/// Arranges everything anew, whatever its places were.
pub fn arrange(design: &mut Design) {
    let mut blocks: BTreeMap<Option<Id>, Block> = BTreeMap::new();
    let rows = root(design.components.len()).max(FEWEST_ROWS);
    let mut columns: BTreeMap<Option<Id>, BTreeMap<u8, Vec<Id>>> = BTreeMap::new();
    for (id, component) in &design.components {
        let of_region = columns.entry(component.region.clone()).or_default();
        of_region.entry(column(component.kind())).or_default().push(id.clone());
    }
    for (region, columns) in columns {
        blocks.insert(region, Block::of(columns.into_values(), rows));
    }
    place_loose(design, blocks.remove(&None));
    place_regions(design, &blocks);
}

/// The column of a kind, counted from where calls come in.
fn column(kind: Kind) -> u8 {
    match kind {
        Kind::Users => 0,
        Kind::GlobalLoadBalancer => 1,
        Kind::LoadBalancer => 2,
        Kind::Gateway | Kind::AllInOne => 3,
        Kind::TrafficManager | Kind::KeyManager => 4,
        Kind::ControlPlane => 5,
        Kind::Database | Kind::Redis | Kind::SharedFiles => 6,
        Kind::Backend | Kind::IdentityProvider | Kind::Analytics => 7,
    }
}

/// The whole number at or above the square root.
fn root(n: usize) -> usize {
    let mut root = n.isqrt();
    if root * root < n {
        root += 1;
    }
    root
}

/// Boxes in columns.
struct Block {
    spots: Vec<(Id, Pos)>,
    extent: Extent,
}

impl Block {
    /// Sets the columns beside each other; one of more than `rows` boxes becomes several.
    fn of(columns: impl Iterator<Item = Vec<Id>>, rows: usize) -> Self {
        // Boxes differ in size a little; every one gets the room of the largest.
        let Extent(width, height) = Kind::Gateway.extent();
        let mut block = Self { spots: Vec::new(), extent: Extent(0, 0) };
        let mut left = 0;
        for column in columns {
            for part in column.chunks(rows.max(1)) {
                let mut top = 0;
                for id in part {
                    block.spots.push((id.clone(), Pos(left, top)));
                    block.extent.1 = block.extent.1.max(top + height);
                    top += height + ROW_GAP;
                }
                block.extent.0 = left + width;
                left += width + COLUMN_GAP;
            }
        }
        block
    }
}

/// Puts what is in no region at the left of the origin.
fn place_loose(design: &mut Design, block: Option<Block>) {
    let Some(block) = block else { return };
    let left = -block.extent.0 - COLUMN_GAP;
    for (id, spot) in block.spots {
        if let Some(component) = design.components.get_mut(&id) {
            Arc::make_mut(component).pos = spot.offset(left, REGION_TITLE);
        }
    }
}

/// Puts the regions in rows from the origin, so many in each that the whole fits a screen best.
fn place_regions(design: &mut Design, blocks: &BTreeMap<Option<Id>, Block>) {
    let corner = Pos(REGION_PADDING, REGION_TITLE + REGION_PADDING);
    let ids: Vec<Id> = design.regions.keys().cloned().collect();
    let extent = |id: &Id| {
        let inside = blocks.get(&Some(id.clone())).map_or(Extent(0, 0), |block| block.extent);
        let width = (inside.0 + 2 * corner.0).max(MIN_REGION_EXTENT.0);
        Extent(width, (inside.1 + corner.1 + REGION_PADDING).max(MIN_REGION_EXTENT.1))
    };
    let extents: Vec<Extent> = ids.iter().map(extent).collect();
    let spots = best_rows(&extents);
    for ((id, extent), spot) in ids.into_iter().zip(extents).zip(spots) {
        let block = blocks.get(&Some(id.clone()));
        for (component, spot) in block.map(|block| block.spots.as_slice()).unwrap_or_default() {
            if let Some(component) = design.components.get_mut(component) {
                Arc::make_mut(component).pos = spot.offset(corner.0, corner.1);
            }
        }
        if let Some(region) = design.regions.get_mut(&id) {
            let region = Arc::make_mut(region);
            (region.pos, region.extent) = (spot, extent);
        }
    }
}

/// Spots of boxes in rows; of all numbers of boxes a row up to twice the square root, the one that comes closest to
/// [`SCREEN`].
fn best_rows(extents: &[Extent]) -> Vec<Pos> {
    let off = |in_a_row: usize| {
        let (spots, Extent(width, height)) = rows(extents, in_a_row);
        ((f64::from(width.max(1)) / f64::from(height.max(1)) / SCREEN).ln().abs(), spots)
    };
    let tried = (1..=2 * root(extents.len())).map(off);
    tried.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, spots)| spots).unwrap_or_default()
}

/// Boxes in rows of so many, and what they take up together.
fn rows(extents: &[Extent], in_a_row: usize) -> (Vec<Pos>, Extent) {
    let (mut left, mut top, mut tallest, mut widest) = (0, 0, 0, 0);
    let mut spots = Vec::with_capacity(extents.len());
    for (n, extent) in extents.iter().enumerate() {
        if n > 0 && n % in_a_row == 0 {
            (left, top, tallest) = (0, top + tallest + REGION_GAP, 0);
        }
        spots.push(Pos(left, top));
        widest = widest.max(left + extent.0);
        left += extent.0 + REGION_GAP;
        tallest = tallest.max(extent.1);
    }
    (spots, Extent(widest, top + tallest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::SceneRect;
    use crate::templates;

    #[test]
    fn nothing_covers_anything_else() {
        for template in templates::all() {
            let mut design = template.design();
            arrange(&mut design);
            design.validate().unwrap();
            let regions: Vec<SceneRect> = design.regions.values().map(|r| r.rect()).collect();
            let boxes: Vec<_> = design.components.values().map(|c| (&c.region, design.rect_scene(c))).collect();
            for (n, a) in regions.iter().enumerate() {
                assert!(regions.iter().skip(n + 1).all(|b| !a.intersects(*b)), "{}", template.id);
            }
            for (n, (region, a)) in boxes.iter().enumerate() {
                assert!(boxes.iter().skip(n + 1).all(|(_, b)| !a.intersects(*b)), "{}", template.id);
                match region.as_ref().and_then(|id| design.regions.get(id)) {
                    Some(region) => assert!(region.rect().contains(a.min) && region.rect().contains(a.max())),
                    None => assert!(regions.iter().all(|r| !r.intersects(*a))),
                }
            }
        }
    }

    #[test]
    fn regions_fit_a_screen() {
        for count in [1, 2, 3, 5, 12, 100] {
            let wide = vec![Extent(1_400, 400); count];
            let spots = best_rows(&wide);
            let [right, bottom] = [|p: &Pos| p.0 + 1_400, |p: &Pos| p.1 + 400].map(|far| spots.iter().map(far).max());
            let ratio = f64::from(right.unwrap()) / f64::from(bottom.unwrap());
            assert!(count == 1 || (0.8..3.2).contains(&ratio), "{count}: {ratio}");
        }
        assert_eq!(best_rows(&[]), []);
    }
}
