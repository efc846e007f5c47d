//! Where everything stands in a generated drawing: regions below each other, their parts in columns by role, users and
//! the global balancer at the left.

use crate::design::draft::Draft;
use crate::design::{Design, Extent, Id, Kind, Pos, Purpose, SceneRect, places};
use crate::rules::wiring;

use super::build::Drawn;

/// Left edge of the regions, scene points.
const LEFT: i32 = 480;
/// Columns of the global balancer and of the users, left of the regions' left edge.
const GLOBAL: i32 = 272;
const USERS: i32 = 480;
/// Size of a region whose databases and control planes stand straight above each other.
const WIDTH: i32 = 1_200;
const COMPLETE_HEIGHT: i32 = 368;
const SUB_HEIGHT: i32 = 272;
/// Room between regions.
const GAP: i32 = 80;
/// How far the control plane between two others steps aside for the line between them: more than half a box.
const ASIDE: i32 = 104;

/// How the parts of a region are set.
#[derive(Clone, Copy)]
enum Shape {
    /// Complete; the control plane stands `arc` left of the line and the database as far right of it, in a region that
    /// leaves `room` for the widest arc.
    Complete { arc: i32, room: i32 },
    /// A sub region above the region it is attached to.
    SubAbove,
    /// A sub region below it.
    SubBelow,
}

/// Puts all regions below each other: each complete one between the sub regions attached to it.
pub(super) fn stack(draft: &mut Draft, drawn: &[&Drawn]) {
    let complete: Vec<&Drawn> = drawn.iter().copied().filter(|d| d.home.is_none()).collect();
    let room = arc(complete.len() / 2, complete.len());
    let mut top = 0;
    for (index, home) in complete.iter().enumerate() {
        let subs: Vec<&Drawn> = drawn.iter().copied().filter(|d| d.home.as_ref() == Some(&home.region)).collect();
        let (above, below) = subs.split_at(subs.len() / 2);
        let own = Shape::Complete { arc: arc(index, complete.len()), room };
        let column = above
            .iter()
            .map(|d| (*d, Shape::SubAbove))
            .chain([(*home, own)])
            .chain(below.iter().map(|d| (*d, Shape::SubBelow)));
        for (place, shape) in column {
            top += set(draft, &place.region, shape, Pos(LEFT, top), room) + GAP;
        }
    }
    let middle = (top - GAP) / 2;
    let globals = loose(draft.design(), Kind::GlobalLoadBalancer);
    for id in globals {
        draft.component(&id, |c| c.pos = Pos(LEFT - GLOBAL, middle - c.kind().extent().1 / 2));
    }
    place_users(draft, drawn.iter().map(|d| &d.region), LEFT - USERS);
}

/// Puts a new region below everything that was drawn before, and what leads to it at its left.
pub(super) fn below(draft: &mut Draft, before: &Design, drawn: &Drawn) {
    let others: Vec<SceneRect> = before.regions.values().map(|r| r.rect()).collect();
    let left = others.iter().map(|r| r.min.0).min().unwrap_or(LEFT);
    let top = before.bounds().map_or(0, |b| b.max().1 + GAP);
    let shape = match &drawn.home {
        Some(_) => Shape::SubBelow,
        None => Shape::Complete { arc: 0, room: 0 },
    };
    set(draft, &drawn.region, shape, Pos(left, top), 0);
    place_users(draft, [&drawn.region].into_iter(), left - USERS);
    let new =
        loose(draft.design(), Kind::GlobalLoadBalancer).into_iter().filter(|id| !before.components.contains_key(id));
    for id in new.collect::<Vec<_>>() {
        let wish = Pos(left - GLOBAL, top - GAP);
        settle(draft, &id, wish);
    }
}

/// Sets one region and its parts; returns its height.
fn set(draft: &mut Draft, region: &Id, shape: Shape, corner: Pos, room: i32) -> i32 {
    let height = if matches!(shape, Shape::Complete { .. }) { COMPLETE_HEIGHT } else { SUB_HEIGHT };
    draft.region(region, |r| {
        r.pos = corner;
        r.extent = Extent(WIDTH + 2 * room, height);
    });
    let design = draft.design();
    let gateways = wiring::of_kind(design, region, Kind::has_gateway);
    let api = wiring::balancer_before(design, region, &gateways, &[Purpose::ApiTraffic]);
    let parts: Vec<(Id, Kind)> = design.components_in(region).map(|(id, c)| (id.clone(), c.kind())).collect();
    for (id, kind) in parts {
        let spot = spot(shape, kind, api.as_ref() == Some(&id), room);
        if let Some(spot) = spot {
            draft.component(&id, |c| c.pos = spot);
        }
    }
    height
}

/// Where a part stands in its region.
fn spot(shape: Shape, kind: Kind, is_api_balancer: bool, room: i32) -> Option<Pos> {
    let right = 1_000 + 2 * room;
    Some(match (shape, kind) {
        (Shape::Complete { .. }, Kind::LoadBalancer) if is_api_balancer => Pos(24, 280),
        (Shape::Complete { .. }, Kind::LoadBalancer) => Pos(24, 56),
        (Shape::Complete { .. }, Kind::Gateway) => Pos(376, 280),
        (Shape::Complete { .. }, Kind::TrafficManager) => Pos(376, 152),
        (Shape::Complete { arc, room }, Kind::ControlPlane) => Pos(728 + room - arc, 56),
        (Shape::Complete { arc, room }, Kind::Database) => Pos(1_000 + room + arc, 56),
        (Shape::Complete { .. }, Kind::Backend) => Pos(right, 280),
        (Shape::SubAbove, Kind::LoadBalancer) => Pos(24, 56),
        (Shape::SubAbove, Kind::Gateway) => Pos(376, 56),
        (Shape::SubAbove, Kind::TrafficManager) => Pos(376, 192),
        (Shape::SubAbove, Kind::Backend) => Pos(right, 56),
        (Shape::SubBelow, Kind::LoadBalancer) => Pos(24, 168),
        (Shape::SubBelow, Kind::Gateway) => Pos(552, 168),
        (Shape::SubBelow, Kind::TrafficManager) => Pos(312, 56),
        (Shape::SubBelow, Kind::Backend) => Pos(right, 168),
        _ => return None,
    })
}

/// How far the parts of the region at `index` of `count` step aside. On an arc no three stand in a line, so that the
/// line between two never runs through a third; it gets flatter when there are many.
fn arc(index: usize, count: usize) -> i32 {
    if count < 3 {
        return 0;
    }
    let side = |n: usize| i32::try_from(n).unwrap_or(0);
    let last = side(count - 1);
    let bend = ASIDE.min(4_800 / (last * last));
    bend * side(index) * (last - side(index))
}

/// Puts the users of each region at its left.
fn place_users<'a>(draft: &mut Draft, regions: impl Iterator<Item = &'a Id>, left: i32) {
    for region in regions {
        let design = draft.design();
        let Some(place) = design.regions.get(region) else { continue };
        let middle = place.pos.1 + place.extent.1 / 2;
        let name = format!("Users in {}", place.name);
        let found = design.components.iter().find(|(_, c)| c.kind() == Kind::Users && c.name == name);
        let Some(id) = found.map(|(id, _)| id.clone()) else { continue };
        settle(draft, &id, Pos(left, middle - Kind::Users.extent().1 / 2));
    }
}

/// Moves a component outside regions to the free spot nearest to a wish.
fn settle(draft: &mut Draft, id: &Id, wish: Pos) {
    let design = draft.design();
    let others = design.components.iter().filter(|(other, c)| *other != id && c.region.is_none());
    let taken: Vec<SceneRect> = others
        .map(|(_, c)| design.rect_scene(c))
        .chain(design.regions.values().map(|r| r.rect()))
        .map(|r| places::grown(r, 8))
        .collect();
    let Some(size) = design.components.get(id).map(|c| c.kind().extent()) else { return };
    let spot = places::nearest_free(&taken, size, wish, 24, |_| true).unwrap_or(wish);
    draft.component(id, |c| c.pos = spot);
}

fn loose(design: &Design, kind: Kind) -> Vec<Id> {
    design.components.iter().filter(|(_, c)| c.kind() == kind).map(|(id, _)| id.clone()).collect()
}
