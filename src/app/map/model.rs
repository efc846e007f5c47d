//! What stands on the map, from a design, the books and the newest figures.

use std::collections::{BTreeMap, BTreeSet};

use egui::Pos2;

use crate::analysis::Analysis;
use crate::books::{Books, GeoPoint};
use crate::design::{Component, Design, Id, Purpose, RegionRole, Site, Spec};
use crate::estimate::Operation;
use crate::picture::card::plain_number;
use crate::picture::palette::{self, dash};
use crate::picture::world;
use crate::rules::Severity;
use crate::topology::locate;

/// Most lines between markers; of more, those that stand for most links.
const MAX_WIRES: usize = 600;

/// What a marker stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A region of the design at a cloud region: its part in the pattern and its tint.
    Cloud(RegionRole, u8),
    /// A region of the design at an own site.
    Own(RegionRole, u8),
    /// A user population.
    Users,
    /// A backend with a place of its own.
    Backend,
}

/// A marker.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// The element.
    pub id: Id,
    /// What it is.
    pub what: What,
    /// Where it is.
    pub place: GeoPoint,
    /// The same in map points.
    pub at: Pos2,
    /// Its name.
    pub name: String,
    /// What else tells most, in a few words.
    pub detail: String,
    /// How bad the worst problem is that it, or what stands in it, has.
    pub worst: Option<Severity>,
}

/// The links between two markers, as one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// Indices of its ends.
    pub ends: (usize, usize),
    /// The links.
    pub links: Vec<Id>,
    /// One purpose for each colour and dash that the links have.
    pub strands: Vec<Purpose>,
    /// Its course in map points, in one piece or in two at the edges of the map.
    pub runs: Vec<Vec<Pos2>>,
    /// Least and greatest round trip of the links, ms.
    pub rtt_ms: Option<(f64, f64)>,
}

/// The line from users to the region that serves them.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Index of the users.
    pub users: usize,
    /// Index of the region.
    pub region: usize,
    /// Its course in map points.
    pub runs: Vec<Vec<Pos2>>,
    /// 95th percentile of an API call, ms.
    pub p95_ms: Option<f64>,
}

/// Everything on the map.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Model {
    /// Markers: regions, then users and backends, each in order of id.
    pub spots: Vec<Spot>,
    /// Lines between them.
    pub wires: Vec<Wire>,
    /// Who serves whom, of the newest analysis.
    pub services: Vec<Service>,
    /// Regions, users and backends whose place is not known.
    pub missing: Vec<(Id, String)>,
}

/// A point of the map for egui.
#[must_use]
pub fn pos2(at: (f32, f32)) -> Pos2 {
    Pos2::new(at.0, at.1)
}

/// Where a site is on the globe, if that is known.
#[must_use]
pub fn position(site: &Site, books: &Books) -> Option<GeoPoint> {
    locate(site, books).ok().map(|place| place.position())
}

/// The site of an element that has one of its own.
#[must_use]
pub fn site_of<'a>(design: &'a Design, id: &Id) -> Option<&'a Site> {
    match design.regions.get(id) {
        Some(region) => Some(&region.site),
        None => own_site(design.components.get(id)?),
    }
}

fn own_site(component: &Component) -> Option<&Site> {
    match &component.spec {
        Spec::Users(users) => Some(&users.site),
        Spec::Backend(backend) if component.region.is_none() => backend.site.as_ref(),
        _ => None,
    }
}

/// The marker an element is at: its own, or that of the region it stands in.
#[must_use]
pub fn anchor<'a>(design: &'a Design, id: &'a Id) -> Option<&'a Id> {
    if site_of(design, id).is_some() {
        return Some(id);
    }
    design.components.get(id)?.region.as_ref()
}

impl Model {
    /// Puts a design on the map.
    #[must_use]
    pub fn of(design: &Design, books: &Books, analysis: Option<&Analysis>) -> Self {
        let mut model = Self::default();
        for (id, region) in &design.regions {
            let what = match region.site {
                Site::Cloud { .. } => What::Cloud(region.role, region.tint),
                Site::Place { .. } => What::Own(region.role, region.tint),
            };
            let site = region.site.short();
            let mut detail = region.role.label().to_owned();
            if !region.name.contains(site) {
                detail.push_str(" · ");
                detail.push_str(site);
            }
            model.add(id, what, &region.site, books, (&region.name, detail));
        }
        for (id, component) in &design.components {
            let Some(site) = own_site(component) else { continue };
            let (what, detail) = match &component.spec {
                Spec::Users(users) => (What::Users, format!("{}/s", plain_number(users.requests_per_s))),
                _ => (What::Backend, site.short().to_owned()),
            };
            model.add(id, what, site, books, (&component.name, detail));
        }
        model.connect(design, analysis);
        model.mark(design, analysis);
        model
    }

    fn mark(&mut self, design: &Design, analysis: Option<&Analysis>) {
        let mut worst: BTreeMap<&Id, Severity> = BTreeMap::new();
        for finding in analysis.into_iter().flat_map(|a| &a.check.findings) {
            let Some(id) = finding.subjects.first().and_then(|id| anchor(design, id)) else { continue };
            // Severities are ordered worst first.
            worst.entry(id).and_modify(|s| *s = finding.severity.min(*s)).or_insert(finding.severity);
        }
        for spot in &mut self.spots {
            spot.worst = worst.get(&spot.id).copied();
        }
    }

    fn add(&mut self, id: &Id, what: What, site: &Site, books: &Books, words: (&str, String)) {
        let Some(place) = position(site, books) else {
            self.missing.push((id.clone(), words.0.to_owned()));
            return;
        };
        self.spots.push(Spot {
            id: id.clone(),
            what,
            place,
            at: pos2(world::project(place)),
            name: words.0.to_owned(),
            detail: words.1,
            worst: None,
        });
    }

    fn connect(&mut self, design: &Design, analysis: Option<&Analysis>) {
        let by_id: BTreeMap<&Id, usize> = self.spots.iter().enumerate().map(|(i, s)| (&s.id, i)).collect();
        let is_users = |i: usize| self.spots.get(i).is_some_and(|s| s.what == What::Users);
        let mut pairs: BTreeMap<(usize, usize), Vec<&Id>> = BTreeMap::new();
        for (id, link) in &design.links {
            let end = |id| anchor(design, id).and_then(|id| by_id.get(id)).copied();
            let (Some(from), Some(to)) = (end(&link.from), end(&link.to)) else { continue };
            if from != to && !is_users(from) && !is_users(to) {
                pairs.entry((from.min(to), from.max(to))).or_default().push(id);
            }
        }
        let runs = |a: usize, b: usize| match (self.spots.get(a), self.spots.get(b)) {
            (Some(a), Some(b)) => course(a.place, b.place),
            _ => Vec::new(),
        };
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by_key(|(_, links)| std::cmp::Reverse(links.len()));
        pairs.truncate(MAX_WIRES);
        let wires = pairs.into_iter().map(|(ends, links)| {
            let rtts = links.iter().filter_map(|id| Some(analysis?.estimates.link_rtt.get(*id)?.value));
            let rtt_ms = rtts.fold(None, |range: Option<(f64, f64)>, ms| {
                Some(range.map_or((ms, ms), |(low, high)| (low.min(ms), high.max(ms))))
            });
            let mut strands: Vec<Purpose> = Vec::new();
            for purpose in links.iter().filter_map(|id| design.links.get(*id)).map(|l| l.purpose) {
                let look = |p| (palette::DARK.purpose(p), dash(p));
                if !strands.iter().any(|known| look(*known) == look(purpose)) {
                    strands.push(purpose);
                }
            }
            strands.sort_unstable();
            Wire { ends, links: links.into_iter().cloned().collect(), strands, runs: runs(ends.0, ends.1), rtt_ms }
        });
        let services = analysis.into_iter().flat_map(|a| &a.estimates.latency).filter_map(|population| {
            let users = *by_id.get(&population.population)?;
            let region = *by_id.get(population.served_by.as_ref()?)?;
            let found = analysis?.estimates.percentiles(&population.population, Operation::ApiCall);
            let p95_ms = found.ok().map(|[_, p95, _]| p95.value);
            Some(Service { users, region, runs: runs(users, region), p95_ms })
        });
        let (wires, services) = (wires.collect(), services.collect());
        (self.wires, self.services) = (wires, services);
    }

    /// Index of an element's marker.
    #[must_use]
    pub fn index_of(&self, id: &Id) -> Option<usize> {
        self.spots.iter().position(|s| s.id == *id)
    }

    /// The line from these users, if they are served.
    #[must_use]
    pub fn service_of(&self, users: usize) -> Option<&Service> {
        self.services.iter().find(|s| s.users == users)
    }

    /// Markers of selected elements, and of regions in which a selected component stands.
    #[must_use]
    pub fn selected(&self, design: &Design, selection: &BTreeSet<Id>) -> Vec<bool> {
        let anchors: BTreeSet<&Id> = selection.iter().filter_map(|id| anchor(design, id)).collect();
        self.spots.iter().map(|s| anchors.contains(&s.id)).collect()
    }
}

/// The shortest way between two places in map points.
#[must_use]
pub fn course(from: GeoPoint, to: GeoPoint) -> Vec<Vec<Pos2>> {
    world::great_circle(from, to).into_iter().map(|run| run.into_iter().map(pos2).collect()).collect()
}
