//! What the canvas draws: an `egui_graphs` graph and a list of regions, patched from the design, never rebuilt.
//!
//! The graph holds geometry and marks, each element a handful of numbers; words come from the design when they are
//! drawn. While a gesture goes on, the elements it moves have live places that differ from their homes.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::sync::Arc;

use egui::{Rect, Vec2};
use petgraph::Direction;
use petgraph::stable_graph::{DefaultIx, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::app::camera;
use crate::design::{Component, Design, Extent, Id, Link, Pos, Region, SceneRect};
use crate::picture::card::Card;
use crate::picture::curve;

use super::grid::Grid;
use super::shapes::{BoxShape, CurveShape, Marks, Part, Wire};

/// The view graph.
pub type ViewGraph = egui_graphs::Graph<Part, Wire, petgraph::Directed, DefaultIx, BoxShape, CurveShape>;

/// An element of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// By position in [`Scene::regions`].
    Region(usize),
    /// A component.
    Node(NodeIndex),
    /// A link.
    Edge(EdgeIndex),
}

/// A region of the view.
#[derive(Debug)]
pub struct RegionView {
    /// Its id.
    pub id: Id,
    /// The region.
    pub region: Arc<Region>,
    /// Where it is drawn, scene coordinates.
    pub rect: Rect,
    /// What stands in it, in order of id.
    pub children: Vec<NodeIndex>,
    /// How it is marked.
    pub marks: Marks,
}

/// What belongs to a node besides its shape.
#[derive(Debug)]
pub struct PartView {
    /// Its id.
    pub id: Id,
    /// The component.
    pub component: Arc<Component>,
    /// Position of its region in [`Scene::regions`].
    pub region: Option<usize>,
    /// Where the design has it, scene coordinates.
    home: SceneRect,
    /// The words on its box; made when first drawn.
    pub card: Option<Card>,
    /// Whether these words tell figures of an analysis.
    pub has_figures: bool,
}

/// What belongs to an edge besides its shape.
#[derive(Debug)]
pub struct WireView {
    /// Its id.
    pub id: Id,
    /// The link.
    pub link: Arc<Link>,
    /// How far from the middle of the sides it leaves and arrives, scene points.
    shifts: (f32, f32),
}

/// What moves with a gesture.
#[derive(Debug, Default)]
pub struct Moving {
    /// Regions, by position.
    pub regions: Vec<usize>,
    /// Components: those dragged and those in dragged regions.
    pub nodes: Vec<NodeIndex>,
    /// Links with an end that moves.
    pub edges: Vec<EdgeIndex>,
}

/// The view of a design.
#[derive(Default)]
pub struct Scene {
    graph: ViewGraph,
    /// Regions in order of id.
    pub regions: Vec<RegionView>,
    parts: Vec<Option<PartView>>,
    wires: Vec<Option<WireView>>,
    node_order: Vec<(Id, NodeIndex)>,
    edge_order: Vec<(Id, EdgeIndex)>,
    node_grid: Grid,
    edge_grid: Grid,
    /// What moves; empty when no gesture does.
    pub moving: Moving,
    selected: BTreeSet<Id>,
    hovered: Option<Item>,
    /// Counts changes of what rests: what is made from its elements and places holds while this stays.
    pub generation: u64,
    /// Counts changes of the selection: a cached picture holds while this and the generation stay.
    pub picks: u64,
}

fn same_ids<'a, T: 'a>(views: &[RegionView], regions: impl ExactSizeIterator<Item = (&'a Id, &'a T)>) -> bool {
    views.len() == regions.len() && views.iter().zip(regions).all(|(view, (id, _))| view.id == *id)
}

/// Takes the entries before `id` off an ordered list, and the one of `id` itself.
fn advance<I: Copy>(
    old: &mut Peekable<std::vec::IntoIter<(Id, I)>>,
    id: &Id,
    mut gone: impl FnMut(I),
) -> Option<(Id, I)> {
    while let Some((_, index)) = old.next_if(|(o, _)| o < id) {
        gone(index);
    }
    old.next_if(|(o, _)| o == id)
}

impl Scene {
    /// The graph, for drawing and for `egui_graphs`' own view.
    #[must_use]
    pub fn graph(&self) -> &ViewGraph {
        &self.graph
    }

    /// The graph for `egui_graphs`' own view, which wants it mutable.
    pub fn graph_mut(&mut self) -> &mut ViewGraph {
        &mut self.graph
    }

    /// Brings the view up to date with the design: only what changed is touched. Unchanged elements are recognised by
    /// their address. Ends a move.
    pub fn patch(&mut self, design: &Design) {
        self.end_move();
        self.hover(None);
        let (moved, reindexed) = self.patch_regions(design);
        let mut dirty = Vec::new();
        let removed_links = self.remove_links(design, &mut dirty);
        let regrouped = self.patch_components(design, &moved, reindexed, &mut dirty);
        if regrouped || reindexed {
            self.group_children();
        }
        let relinked = self.add_links(design, &mut dirty) || removed_links;
        self.settle(dirty.clone());
        if relinked || !dirty.is_empty() || !moved.is_empty() || reindexed {
            self.rebuild_grids();
            self.generation += 1;
        }
        let selected = std::mem::take(&mut self.selected);
        self.select(&selected);
    }

    /// Returns which regions moved, and whether their positions in the list changed.
    fn patch_regions(&mut self, design: &Design) -> (Vec<usize>, bool) {
        let mut moved = Vec::new();
        if same_ids(&self.regions, design.regions.iter()) {
            for (index, (view, region)) in self.regions.iter_mut().zip(design.regions.values()).enumerate() {
                if !Arc::ptr_eq(&view.region, region) {
                    if view.region.rect() != region.rect() || view.region.tint != region.tint {
                        moved.push(index);
                    }
                    view.region = region.clone();
                    view.rect = camera::rect(region.rect());
                }
            }
            return (moved, false);
        }
        let view = |(id, region): (&Id, &Arc<Region>)| RegionView {
            id: id.clone(),
            region: region.clone(),
            rect: camera::rect(region.rect()),
            children: Vec::new(),
            marks: Marks::default(),
        };
        self.regions = design.regions.iter().map(view).collect();
        (moved, true)
    }

    /// Takes out links that are gone or have other ends now; what they were at is added to `dirty`.
    fn remove_links(&mut self, design: &Design, dirty: &mut Vec<NodeIndex>) -> bool {
        let mut gone = Vec::new();
        let mut kept = Vec::with_capacity(self.edge_order.len());
        let mut old = std::mem::take(&mut self.edge_order).into_iter().peekable();
        for (id, link) in &design.links {
            let Some((id, edge)) = advance(&mut old, id, |edge| gone.push(edge)) else { continue };
            let Some(Some(view)) = self.wires.get_mut(edge.index()) else { continue };
            if Arc::ptr_eq(&view.link, link) {
                kept.push((id, edge));
            } else if view.link.from == link.from && view.link.to == link.to {
                view.link = link.clone();
                if let Some(edge) = self.graph.edge_mut(edge) {
                    let wire = Wire { purpose: link.purpose, both_ways: both_ways(link) };
                    *edge.payload_mut() = wire;
                    edge.display_mut().purpose = wire.purpose;
                    edge.display_mut().both_ways = wire.both_ways;
                    self.generation += 1;
                }
                kept.push((id, edge));
            } else {
                gone.push(edge);
            }
        }
        gone.extend(old.map(|(_, edge)| edge));
        self.edge_order = kept;
        for edge in &gone {
            dirty.extend(self.graph.edge_endpoints(*edge).into_iter().flat_map(|(a, b)| [a, b]));
            self.graph.remove_edge(*edge);
            if let Some(slot) = self.wires.get_mut(edge.index()) {
                *slot = None;
            }
        }
        !gone.is_empty()
    }

    /// Adds components whose place changed to `dirty`; returns whether any came, went or changed its region.
    fn patch_components(
        &mut self,
        design: &Design,
        moved: &[usize],
        reindexed: bool,
        dirty: &mut Vec<NodeIndex>,
    ) -> bool {
        let mut gone = Vec::new();
        let mut regrouped = false;
        let mut order = Vec::with_capacity(design.components.len());
        let mut old = std::mem::take(&mut self.node_order).into_iter().peekable();
        for (id, component) in &design.components {
            let region = |scene: &Self| {
                let region = component.region.as_ref()?;
                scene.regions.binary_search_by(|view| view.id.cmp(region)).ok()
            };
            let Some((id, node)) = advance(&mut old, id, |node| gone.push(node)) else {
                let view = PartView {
                    id: id.clone(),
                    component: component.clone(),
                    region: region(self),
                    home: design.rect_scene(component),
                    card: None,
                    has_figures: false,
                };
                let node = self.add_part(view);
                order.push((id.clone(), node));
                dirty.push(node);
                regrouped = true;
                continue;
            };
            order.push((id, node));
            let same = self.parts.get(node.index()).is_some_and(|view| {
                view.as_ref().is_some_and(|v| {
                    Arc::ptr_eq(&v.component, component) && v.region.is_none_or(|r| moved.binary_search(&r).is_err())
                })
            });
            if same && !reindexed {
                continue;
            }
            let region = region(self);
            let home = design.rect_scene(component);
            if let Some(Some(view)) = self.parts.get_mut(node.index()) {
                regrouped |= view.region != region;
                view.region = region;
                if !Arc::ptr_eq(&view.component, component) {
                    view.component = component.clone();
                    view.card = None;
                }
                view.home = home;
                dirty.push(node);
            }
            if let Some(node) = self.graph.node_mut(node) {
                node.payload_mut().kind = component.kind();
                node.display_mut().kind = component.kind();
            }
            self.place(node, home);
        }
        gone.extend(old.map(|(_, node)| node));
        regrouped |= !gone.is_empty();
        self.node_order = order;
        for node in gone {
            self.graph.remove_node(node);
            if let Some(slot) = self.parts.get_mut(node.index()) {
                *slot = None;
            }
        }
        regrouped
    }

    fn add_part(&mut self, view: PartView) -> NodeIndex {
        let rect = camera::rect(view.home);
        let part = Part { kind: view.component.kind() };
        let node = self.graph.add_node_custom(part, |node| {
            node.set_location(rect.center());
            node.display_mut().rect = rect;
        });
        if self.parts.len() <= node.index() {
            self.parts.resize_with(node.index() + 1, || None);
        }
        if let Some(slot) = self.parts.get_mut(node.index()) {
            *slot = Some(view);
        }
        node
    }

    /// Puts in links that are new; what they are at is added to `dirty`.
    fn add_links(&mut self, design: &Design, dirty: &mut Vec<NodeIndex>) -> bool {
        if self.edge_order.len() == design.links.len() {
            return false;
        }
        let mut order = Vec::with_capacity(design.links.len());
        let mut old = std::mem::take(&mut self.edge_order).into_iter().peekable();
        for (id, link) in &design.links {
            if let Some(entry) = old.next_if(|(o, _)| o == id) {
                order.push(entry);
                continue;
            }
            let (Some(from), Some(to)) = (self.node(&link.from), self.node(&link.to)) else { continue };
            let wire = Wire { purpose: link.purpose, both_ways: both_ways(link) };
            let edge = self.graph.add_edge_custom(from, to, wire, |_| {});
            dirty.extend([from, to]);
            if self.wires.len() <= edge.index() {
                self.wires.resize_with(edge.index() + 1, || None);
            }
            if let Some(slot) = self.wires.get_mut(edge.index()) {
                *slot = Some(WireView { id: id.clone(), link: link.clone(), shifts: (0.0, 0.0) });
            }
            order.push((id.clone(), edge));
        }
        self.edge_order = order;
        true
    }

    fn group_children(&mut self) {
        for region in &mut self.regions {
            region.children.clear();
        }
        for (_, node) in &self.node_order {
            let region = self.parts.get(node.index()).and_then(|p| p.as_ref()).and_then(|p| p.region);
            if let Some(view) = region.and_then(|r| self.regions.get_mut(r)) {
                view.children.push(*node);
            }
        }
    }

    fn rebuild_grids(&mut self) {
        let g = self.graph.g();
        let nodes = g.node_indices().filter_map(|ix| Some((ix.index() as u32, g.node_weight(ix)?.display().rect)));
        self.node_grid = Grid::new(nodes.collect());
        let edges = g.edge_indices().filter_map(|ix| Some((ix.index() as u32, g.edge_weight(ix)?.display().bounds)));
        self.edge_grid = Grid::new(edges.collect());
    }

    fn place(&mut self, node: NodeIndex, at: SceneRect) {
        let rect = camera::rect(at);
        if let Some(node) = self.graph.node_mut(node) {
            node.set_location(rect.center());
            node.display_mut().rect = rect;
        }
    }

    /// Gives the links at these components, and at those they lead to, their places on the sides of the boxes, and
    /// the course that fits.
    fn settle(&mut self, mut nodes: Vec<NodeIndex>) {
        if nodes.is_empty() {
            return;
        }
        if nodes.len() * 2 > self.node_order.len() {
            nodes = self.graph.g().node_indices().collect();
        } else {
            let around: Vec<NodeIndex> =
                nodes.iter().flat_map(|node| self.graph.g().neighbors_undirected(*node)).collect();
            nodes.extend(around);
        }
        nodes.sort_unstable();
        nodes.dedup();
        let mut bent = Vec::new();
        let mut edges = Vec::new();
        for node in nodes {
            edges.clear();
            self.edges_at(node, &mut edges);
            // In the order of the design, as pictures have it, and not in the order in which they were drawn.
            edges.sort_unstable_by_key(|edge| self.wire(*edge).map(|wire| &wire.id));
            let Some(own) = self.box_of(node).map(|shape| scene_rect(shape.rect)) else { continue };
            let ends: Vec<_> = edges.iter().filter_map(|edge| self.end_at(*edge, node, own)).collect();
            if ends.len() != edges.len() {
                continue;
            }
            for (edge, shift) in edges.iter().zip(curve::shifts(own, &ends)) {
                let leaves = self.graph.edge_endpoints(*edge).is_some_and(|(from, _)| from == node);
                if let Some(Some(view)) = self.wires.get_mut(edge.index()) {
                    *(if leaves { &mut view.shifts.0 } else { &mut view.shifts.1 }) = shift;
                }
            }
            bent.append(&mut edges);
        }
        bent.sort_unstable();
        bent.dedup();
        for edge in bent {
            self.bend(edge);
        }
    }

    /// The side of `node` at which an edge ends, and the box at its other end.
    fn end_at(&self, edge: EdgeIndex, node: NodeIndex, own: SceneRect) -> Option<(curve::Side, SceneRect)> {
        let (from, to) = self.graph.edge_endpoints(edge)?;
        let other = scene_rect(self.box_of(if from == node { to } else { from })?.rect);
        let side = if from == node { curve::sides(own, other).0 } else { curve::sides(other, own).1 };
        Some((side, other))
    }

    fn edges_at(&self, node: NodeIndex, out: &mut Vec<EdgeIndex>) {
        for direction in [Direction::Outgoing, Direction::Incoming] {
            out.extend(self.graph.g().edges_directed(node, direction).map(|e| e.id()));
        }
    }

    fn bend(&mut self, edge: EdgeIndex) {
        let Some((from, to)) = self.graph.edge_endpoints(edge) else { return };
        let rect = |node: NodeIndex| self.graph.node(node).map(|n| scene_rect(n.display().rect));
        let (Some(a), Some(b)) = (rect(from), rect(to)) else { return };
        let Some(Some(view)) = self.wires.get(edge.index()) else { return };
        let course = curve::course(a, b, view.shifts.0, view.shifts.1);
        let region = |node| self.part(node).and_then(|p| p.region);
        let between = region(from).zip(region(to)).is_some_and(|(a, b)| a != b);
        if let Some(edge) = self.graph.edge_mut(edge) {
            edge.display_mut().set_curve(course);
            edge.display_mut().between_regions = between;
        }
    }

    /// The node of a component.
    #[must_use]
    pub fn node(&self, id: &Id) -> Option<NodeIndex> {
        let at = self.node_order.binary_search_by(|(o, _)| o.cmp(id)).ok()?;
        self.node_order.get(at).map(|(_, node)| *node)
    }

    /// The element with this id.
    #[must_use]
    pub fn item(&self, id: &Id) -> Option<Item> {
        if let Some(node) = self.node(id) {
            return Some(Item::Node(node));
        }
        if let Ok(index) = self.regions.binary_search_by(|view| view.id.cmp(id)) {
            return Some(Item::Region(index));
        }
        let at = self.edge_order.binary_search_by(|(o, _)| o.cmp(id)).ok()?;
        self.edge_order.get(at).map(|(_, edge)| Item::Edge(*edge))
    }

    /// The id of an element.
    #[must_use]
    pub fn id(&self, item: Item) -> Option<&Id> {
        match item {
            Item::Region(index) => self.regions.get(index).map(|view| &view.id),
            Item::Node(node) => self.part(node).map(|view| &view.id),
            Item::Edge(edge) => self.wire(edge).map(|view| &view.id),
        }
    }

    /// What belongs to a component.
    #[must_use]
    pub fn part(&self, node: NodeIndex) -> Option<&PartView> {
        self.parts.get(node.index())?.as_ref()
    }

    /// What belongs to a component, to keep its words.
    pub fn part_mut(&mut self, node: NodeIndex) -> Option<&mut PartView> {
        self.parts.get_mut(node.index())?.as_mut()
    }

    /// What belongs to a link.
    #[must_use]
    pub fn wire(&self, edge: EdgeIndex) -> Option<&WireView> {
        self.wires.get(edge.index())?.as_ref()
    }

    /// The box of a component.
    #[must_use]
    pub fn box_of(&self, node: NodeIndex) -> Option<&BoxShape> {
        self.graph.node(node).map(egui_graphs::Node::display)
    }

    /// The line of a link.
    #[must_use]
    pub fn curve_of(&self, edge: EdgeIndex) -> Option<&CurveShape> {
        self.graph.edge(edge).map(egui_graphs::Edge::display)
    }

    /// Where an element is drawn, scene coordinates.
    #[must_use]
    pub fn rect_of(&self, item: Item) -> Option<Rect> {
        match item {
            Item::Region(index) => self.regions.get(index).map(|view| view.rect),
            Item::Node(node) => self.box_of(node).map(|shape| shape.rect),
            Item::Edge(edge) => self.curve_of(edge).map(|shape| shape.bounds),
        }
    }

    /// How many components and links there are.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.node_order.len(), self.edge_order.len())
    }

    /// Forgets the words on boxes, because what they say may have changed.
    pub fn forget_cards(&mut self) {
        for part in self.parts.iter_mut().flatten() {
            part.card = None;
        }
    }

    /// Every element in the order of keyboard and screen readers: region by region with what stands in it, then
    /// what stands nowhere, then links.
    #[must_use]
    pub fn reading_order(&self) -> Vec<Item> {
        let mut order = Vec::with_capacity(self.regions.len() + self.node_order.len() + self.edge_order.len());
        for (index, region) in self.regions.iter().enumerate() {
            order.push(Item::Region(index));
            order.extend(region.children.iter().map(|node| Item::Node(*node)));
        }
        let loose = self.node_order.iter().map(|(_, node)| *node);
        order.extend(loose.filter(|node| self.part(*node).is_some_and(|p| p.region.is_none())).map(Item::Node));
        order.extend(self.edge_order.iter().map(|(_, edge)| Item::Edge(*edge)));
        order
    }

    /// Components that rest and touch the area, in a fixed order.
    #[must_use]
    pub fn nodes_in(&self, area_scene: Rect) -> Vec<NodeIndex> {
        let mut found = Vec::new();
        self.node_grid.query(area_scene, &mut found);
        found.sort_unstable();
        let resting = |node: &NodeIndex| self.box_of(*node).is_some_and(|shape| !shape.marks.moving);
        found.into_iter().map(|n| NodeIndex::new(n as usize)).filter(resting).collect()
    }

    /// Links that rest and whose surroundings touch the area, in a fixed order.
    #[must_use]
    pub fn edges_in(&self, area_scene: Rect) -> Vec<EdgeIndex> {
        let mut found = Vec::new();
        self.edge_grid.query(area_scene, &mut found);
        found.sort_unstable();
        let resting = |edge: &EdgeIndex| self.curve_of(*edge).is_some_and(|shape| !shape.marks.moving);
        found.into_iter().map(|n| EdgeIndex::new(n as usize)).filter(resting).collect()
    }

    /// Marks what is selected.
    pub fn select(&mut self, selection: &BTreeSet<Id>) {
        if self.selected == *selection {
            return;
        }
        let before = std::mem::take(&mut self.selected);
        for id in before.difference(selection) {
            self.mark(id, |marks| marks.selected = false);
        }
        for id in selection {
            self.mark(id, |marks| marks.selected = true);
        }
        self.selected.clone_from(selection);
        self.picks += 1;
    }

    /// Marks what the pointer is over.
    pub fn hover(&mut self, id: Option<&Id>) {
        let item = id.and_then(|id| self.item(id));
        if item == self.hovered {
            return;
        }
        for (item, value) in [(self.hovered, false), (item, true)] {
            if let Some(marks) = item.and_then(|item| self.marks_mut(item)) {
                marks.hovered = value;
            }
        }
        self.hovered = item;
    }

    fn mark(&mut self, id: &Id, set: impl FnOnce(&mut Marks)) {
        if let Some(marks) = self.item(id).and_then(|item| self.marks_mut(item)) {
            set(marks);
        }
    }

    fn marks_mut(&mut self, item: Item) -> Option<&mut Marks> {
        match item {
            Item::Region(index) => self.regions.get_mut(index).map(|view| &mut view.marks),
            Item::Node(node) => self.graph.node_mut(node).map(|n| &mut n.display_mut().marks),
            Item::Edge(edge) => self.graph.edge_mut(edge).map(|e| &mut e.display_mut().marks),
        }
    }

    /// Takes elements, and what stands in regions among them, in hand: they get live places until
    /// [`Scene::end_move`].
    pub fn begin_move(&mut self, ids: &[Id]) {
        self.end_move();
        let mut moving = Moving::default();
        for id in ids {
            match self.item(id) {
                Some(Item::Region(index)) => {
                    moving.regions.push(index);
                    moving.nodes.extend(self.regions.get(index).into_iter().flat_map(|r| r.children.iter().copied()));
                }
                Some(Item::Node(node)) => moving.nodes.push(node),
                _ => {}
            }
        }
        moving.nodes.sort_unstable();
        moving.nodes.dedup();
        for node in &moving.nodes {
            self.edges_at(*node, &mut moving.edges);
        }
        moving.edges.sort_unstable();
        moving.edges.dedup();
        self.set_moving(&moving, true);
        self.moving = moving;
        self.generation += 1;
    }

    fn set_moving(&mut self, moving: &Moving, value: bool) {
        let regions = moving.regions.iter().map(|r| Item::Region(*r));
        let nodes = moving.nodes.iter().map(|n| Item::Node(*n));
        let edges = moving.edges.iter().map(|e| Item::Edge(*e));
        for item in regions.chain(nodes).chain(edges) {
            if let Some(marks) = self.marks_mut(item) {
                marks.moving = value;
            }
        }
    }

    /// Puts what is in hand at an offset, whole scene points, from where the document has it. (A preview may have
    /// moved the homes already.)
    pub fn move_to(&mut self, (dx, dy): (i32, i32), document: &Design) {
        let moving = std::mem::take(&mut self.moving);
        for index in &moving.regions {
            let Some(view) = self.regions.get_mut(*index) else { continue };
            if let Some(region) = document.regions.get(&view.id) {
                view.rect = camera::rect(region.rect()).translate(Vec2::new(dx as f32, dy as f32));
            }
        }
        for node in &moving.nodes {
            let component = self.part(*node).and_then(|view| document.components.get(&view.id));
            if let Some(component) = component {
                let home = document.rect_scene(component);
                self.place(*node, SceneRect { min: home.min.offset(dx, dy), extent: home.extent });
            }
        }
        for edge in &moving.edges {
            self.bend(*edge);
        }
        self.moving = moving;
    }

    /// Draws a region with another rectangle until the move ends; what stands in it stays.
    pub fn resize_to(&mut self, id: &Id, rect: Rect) {
        let Some(Item::Region(index)) = self.item(id) else { return };
        if self.moving.regions != [index] {
            self.end_move();
            self.moving.regions.push(index);
        }
        if let Some(view) = self.regions.get_mut(index) {
            view.rect = rect;
        }
    }

    /// Puts everything back to its home.
    pub fn end_move(&mut self) {
        if self.moving.regions.is_empty() && self.moving.nodes.is_empty() {
            return;
        }
        let moving = std::mem::take(&mut self.moving);
        self.set_moving(&moving, false);
        for index in &moving.regions {
            if let Some(view) = self.regions.get_mut(*index) {
                view.rect = camera::rect(view.region.rect());
            }
        }
        for node in &moving.nodes {
            if let Some(home) = self.part(*node).map(|view| view.home) {
                self.place(*node, home);
            }
        }
        for edge in &moving.edges {
            self.bend(*edge);
        }
        self.generation += 1;
    }
}

fn both_ways(link: &Link) -> bool {
    link.replication.as_ref().is_some_and(|r| r.bidirectional)
}

#[expect(clippy::cast_possible_truncation, reason = "made from whole numbers within bounds")]
fn scene_rect(rect: Rect) -> SceneRect {
    SceneRect {
        min: Pos(rect.min.x.round() as i32, rect.min.y.round() as i32),
        extent: Extent(rect.width().round() as i32, rect.height().round() as i32),
    }
}
