//! A design as a drawing: every element where the design has it, drawn in the order of the canvas: regions, links,
//! titles, boxes, labels, findings, what has failed.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Component, Design, Id, Link, Region};
use crate::estimate::Estimates;

use super::area::Area;
use super::badge::{self, Badge};
use super::card::{self, Card};
use super::component::{self, Caption, LOST_OPACITY};
use super::curve;
use super::effects::{Effects, Mark, Standing};
use super::label::{self, Wanted};
use super::link;
use super::look::{Attention, Look};
use super::mark;
use super::pen::{Group, Pen};
use super::region::{self, title_bar};

/// Most labels of links.
const MAX_LABELS: usize = 1_000;

/// What is shown of an analysis, over the elements themselves.
#[derive(Default)]
pub struct Layers<'a> {
    /// Problems of elements.
    pub badges: BTreeMap<Id, Badge>,
    /// Costs, use and round trips.
    pub estimates: Option<&'a Estimates>,
    /// How elements stand under what has failed.
    pub effects: Option<&'a Effects>,
    /// Their figures under what has failed.
    pub figures: BTreeMap<Id, String>,
}

impl Layers<'_> {
    fn mark(&self, id: &Id) -> Option<&Mark> {
        self.effects?.mark(id)
    }

    fn is_lost(&self, id: &Id) -> bool {
        self.mark(id).is_some_and(|mark| mark.standing == Standing::Lost)
    }
}

/// A region of the drawing.
struct RegionPart<'a> {
    id: &'a Id,
    region: &'a Region,
    area: Area,
}

/// A component of the drawing.
struct ComponentPart<'a> {
    id: &'a Id,
    component: &'a Component,
    shape: component::Shape,
}

/// A link of the drawing.
struct LinkPart<'a> {
    id: &'a Id,
    link: &'a Link,
    shape: link::Shape,
    ends: [Option<&'a Id>; 2],
}

impl LinkPart<'_> {
    fn between_regions(&self) -> bool {
        let [from, to] = self.ends;
        from.zip(to).is_some_and(|(a, b)| a != b)
    }
}

/// What is drawn of a design.
pub struct Drawing<'a> {
    design: &'a Design,
    regions: Vec<RegionPart<'a>>,
    components: Vec<ComponentPart<'a>>,
    links: Vec<LinkPart<'a>>,
}

impl<'a> Drawing<'a> {
    /// Everything.
    #[must_use]
    pub fn of(design: &'a Design) -> Self {
        let regions =
            design.regions.iter().map(|(id, region)| RegionPart { id, region, area: Area::of(region.rect()) });
        let components = design.components.iter().map(|(id, component)| {
            let area = Area::of(design.rect_scene(component));
            let shape = component::Shape { area, kind: component.kind(), attention: Attention::default() };
            ComponentPart { id, component, shape }
        });
        let region = |id: &Id| design.components.get(id).and_then(|component| component.region.as_ref());
        let links = design.links.iter().zip(curve::courses(design)).map(|((id, link), curve)| {
            let both_ways = link.replication.as_ref().is_some_and(|r| r.bidirectional);
            let shape = link::Shape { curve, purpose: link.purpose, both_ways, attention: Attention::default() };
            LinkPart { id, link, shape, ends: [region(&link.from), region(&link.to)] }
        });
        Self { design, regions: regions.collect(), components: components.collect(), links: links.collect() }
    }

    /// Only these elements: regions with what stands in them, links with what they connect, and links between what is
    /// drawn.
    #[must_use]
    pub fn only(mut self, ids: &BTreeSet<Id>) -> Self {
        let ends = self.links.iter().filter(|part| ids.contains(part.id));
        let ends: BTreeSet<&Id> = ends.flat_map(|part| [&part.link.from, &part.link.to]).collect();
        self.regions.retain(|part| ids.contains(part.id));
        self.components.retain(|part| {
            let in_region = part.component.region.as_ref().is_some_and(|region| ids.contains(region));
            in_region || ids.contains(part.id) || ends.contains(part.id)
        });
        let drawn: BTreeSet<&Id> = self.components.iter().map(|part| part.id).collect();
        self.links.retain(|part| drawn.contains(&part.link.from) && drawn.contains(&part.link.to));
        self
    }

    /// Only what touches a part of the scene.
    #[must_use]
    pub fn seen(mut self, area: Area) -> Self {
        self.regions.retain(|part| part.area.overlaps(area));
        self.components.retain(|part| part.shape.area.grown(badge::RADIUS).overlaps(area));
        self.links.retain(|part| {
            let (min, max) = curve::bounds(&part.shape.curve);
            Area { min, max }.grown(1.0).overlaps(area)
        });
        self
    }

    /// How many regions, components and links are drawn.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.regions.len(), self.components.len(), self.links.len())
    }

    /// What holds everything drawn, scene coordinates; `None` when that is nothing.
    #[must_use]
    pub fn bounds(&self) -> Option<Area> {
        let links = self.links.iter().map(|part| {
            let (min, max) = curve::bounds(&part.shape.curve);
            Area { min, max }
        });
        let areas = self.regions.iter().map(|part| part.area).chain(self.components.iter().map(|part| part.shape.area));
        areas.chain(links).reduce(Area::union)
    }

    /// Draws it. `within` is the part of the target in which labels may stand.
    pub fn draw<P: Pen>(&self, pen: &mut P, look: &Look, layers: &Layers<'_>, within: Area) {
        let p = look.palette;
        for part in &self.regions {
            group(pen, part.id, "", &self.spoken(part), |pen| self.shape(part, layers).draw(pen, look));
        }
        self.draw_links(pen, look, layers);
        let costs = layers.estimates.map(card::region_costs).unwrap_or_default();
        for part in &self.regions {
            group(pen, part.id, "title", &card::region_title(part.region), |pen| {
                let cost = costs.get(part.id).map(|cost| (cost.as_str(), p.text_weak.into()));
                self.shape(part, layers).write(pen, look, cost);
            });
        }
        self.draw_components(pen, look, layers);
        let badges = self.badges(look, layers);
        self.draw_labels(pen, look, layers, &badges, within);
        for (id, badge, at) in badges {
            group(pen, id, "findings", &badge.words(), |pen| badge::draw(pen, look, badge, at, 1.0));
        }
        for part in &self.components {
            let Some(mark) = layers.mark(part.id) else { continue };
            group(pen, part.id, "standing", &mark.words, |pen| mark::component(pen, look, &part.shape, mark));
        }
    }

    fn spoken(&self, part: &RegionPart<'_>) -> String {
        let inside = self.components.iter().filter(|component| component.component.region.as_ref() == Some(part.id));
        card::spoken_region(part.region, inside.count())
    }

    fn shape<'s>(&self, part: &RegionPart<'s>, layers: &'s Layers<'_>) -> region::Shape<'s> {
        let (region, mark) = (part.region, layers.mark(part.id));
        region::Shape { area: part.area, region, mark, attention: Attention::default(), target: false }
    }

    fn draw_links<P: Pen>(&self, pen: &mut P, look: &Look, layers: &Layers<'_>) {
        for part in &self.links {
            let label = card::spoken_link(self.design, part.link);
            group(pen, part.id, "", &label, |pen| {
                if layers.is_lost(part.id) {
                    // Between places it is told loudly, inside what is lost anyway it is not.
                    part.shape.draw_cut(pen, look, if part.between_regions() { 1.0 } else { LOST_OPACITY });
                } else {
                    part.shape.draw(pen, look, 1.0);
                }
            });
        }
    }

    fn draw_components<P: Pen>(&self, pen: &mut P, look: &Look, layers: &Layers<'_>) {
        for part in &self.components {
            let used = layers.estimates.and_then(|estimates| card::utilisation_of(estimates, part.id));
            let card: Card = card::component_card(part.component, used);
            let caption = Caption {
                card: &card,
                figure_opacity: 1.0,
                mark: layers.mark(part.id),
                figure: layers.figures.get(part.id).map(String::as_str),
                badged: layers.badges.contains_key(part.id),
            };
            let opacity = if layers.is_lost(part.id) { LOST_OPACITY } else { 1.0 };
            let region = part.component.region.as_ref().and_then(|region| self.design.regions.get(region));
            let label = card::spoken_component(part.component, region.map(|region| &**region));
            group(pen, part.id, "", &label, |pen| {
                part.shape.draw(pen, look, opacity);
                part.shape.write(pen, look, &caption, opacity);
            });
        }
    }

    /// The badges with their places: of regions, links and components.
    fn badges(&self, look: &Look, layers: &Layers<'_>) -> Vec<(&'a Id, Badge, curve::Point)> {
        let regions = self.regions.iter().map(|part| (part.id, badge::place_at(look.view.area(part.area))));
        let links = self.links.iter().map(|part| (part.id, badge::place_on(&look.view.curve(&part.shape.curve))));
        let boxes = self.components.iter().map(|part| (part.id, badge::place_at(look.view.area(part.shape.area))));
        let places = regions.chain(links).chain(boxes);
        places.filter_map(|(id, at)| Some((id, *layers.badges.get(id)?, at))).collect()
    }

    fn draw_labels<P: Pen>(
        &self,
        pen: &mut P,
        look: &Look,
        layers: &Layers<'_>,
        badges: &[(&Id, Badge, curve::Point)],
        within: Area,
    ) {
        let rtt = |id: &Id| layers.estimates?.link_rtt.get(id).map(|figure| figure.value);
        let between = self.links.iter().filter(|part| part.between_regions()).take(MAX_LABELS);
        let wanted: Vec<Wanted<'_>> = between
            .map(|part| Wanted {
                link: part.link,
                shape: part.shape,
                ends: part.ends,
                mark: layers.mark(part.id),
                rtt_ms: rtt(part.id),
            })
            .collect();
        if wanted.is_empty() {
            return;
        }
        let mut taken: Vec<Area> = self.components.iter().map(|part| part.shape.reach(look)).collect();
        taken.extend(self.regions.iter().map(|part| title_bar(look, part.area)));
        taken.extend(badges.iter().map(|(.., at)| Area::around(*at, badge::KEEPS_FREE)));
        label::draw(pen, look, self.design, &wanted, 1.0, within, taken);
    }
}

fn group<P: Pen>(pen: &mut P, id: &Id, part: &'static str, label: &str, draw: impl FnOnce(&mut P)) {
    pen.begin(&Group { id, part, label });
    draw(pen);
    pen.end();
}
