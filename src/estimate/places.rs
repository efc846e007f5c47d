//! Where things stand and how long a round trip between them takes, each pair looked up once.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::books::{AccessNetwork, Books, Place, RttBasis, RttFigure, RttPercentileFactors};
use crate::design::{Between, Component, Design, Id, Link, Site, Spec};
use crate::topology::locate;

use super::assume::{Assumed, Assumptions};
use super::figure::{Derivation, Figure, Quality, Unit, rounded};

/// A place of the drawing, known to the region book or given by coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlaceId(usize);

/// A round trip with its range.
#[derive(Debug, Clone)]
pub(super) struct Rtt {
    /// Median, ms.
    pub ms: f64,
    /// How much less it may plausibly be, ms; never below what light in a fibre needs.
    pub down_ms: f64,
    /// How much more it may plausibly be, ms.
    pub up_ms: f64,
    /// Great-circle distance, km.
    pub distance_km: f64,
    /// How it was found.
    pub node: Derivation,
}

impl Rtt {
    /// The architect's own measurement.
    fn given(ms: f64, label: String) -> Self {
        let node = Derivation::input(label, ms, Unit::Ms, Quality::Given, "own measurement, given in the drawing");
        Self { ms, down_ms: 0.0, up_ms: 0.0, distance_km: 0.0, node }
    }

    /// As a figure of its own.
    pub fn figure(&self) -> Figure {
        Figure {
            value: self.ms,
            low: self.ms - self.down_ms,
            high: self.ms + self.up_ms,
            unit: Unit::Ms,
            derivation: self.node.clone(),
        }
    }
}

struct Known {
    place: Place,
    name: String,
    /// The first of those known at the same site.
    site: PlaceId,
}

/// The places of one design.
pub(super) struct Places<'a> {
    design: &'a Design,
    books: &'a Books,
    /// What the design assumes.
    pub assume: Assumptions<'a>,
    regions: BTreeMap<&'a Id, Result<PlaceId, String>>,
    known: Vec<Known>,
    by_site: BTreeMap<String, Result<PlaceId, String>>,
    /// What is added to round trips between two places, ms; the smaller id first.
    slower: BTreeMap<(PlaceId, PlaceId), f64>,
    between: BTreeMap<(PlaceId, PlaceId), Rc<Rtt>>,
    users: BTreeMap<(PlaceId, PlaceId), Rc<Rtt>>,
}

impl<'a> Places<'a> {
    pub fn of(design: &'a Design, books: &'a Books) -> Self {
        let mut places = Self {
            design,
            books,
            assume: Assumptions::of(&design.meta.estimation, books.company()),
            regions: BTreeMap::new(),
            known: Vec::new(),
            by_site: BTreeMap::new(),
            slower: BTreeMap::new(),
            between: BTreeMap::new(),
            users: BTreeMap::new(),
        };
        for (id, region) in &design.regions {
            let place = places.of_site(&region.site).map_err(|why| format!("“{}”: {why}", region.name));
            places.regions.insert(id, place);
        }
        places
    }

    /// The same with round trips between regions that take so many ms more. Only what stands in these regions is
    /// concerned: who stands at the same site without being in one, and users on their way over the internet, are not.
    pub fn slowed(mut self, slower: &BTreeMap<Between, f64>) -> Self {
        // A region gets a place of its own, so that another one at the same site is not slowed with it.
        for region in slower.keys().flat_map(|between| [between.first(), between.second()]) {
            let Some(Ok(place)) = self.regions.get(region) else { continue };
            let Some(known) = self.known.get(place.0).filter(|known| known.site == *place) else { continue };
            let own = Known { place: known.place.clone(), name: known.name.clone(), site: known.site };
            let id = PlaceId(self.known.len());
            self.known.push(own);
            if let Some(place) = self.regions.get_mut(region) {
                *place = Ok(id);
            }
        }
        for (between, ms) in slower {
            if let (Ok(a), Ok(b)) = (self.of_region(between.first()), self.of_region(between.second())) {
                *self.slower.entry((a.min(b), a.max(b))).or_default() += ms;
            }
        }
        self
    }

    /// A round trip with what is added to it.
    fn plus(&self, rtt: Rtt, a: PlaceId, b: PlaceId) -> Rtt {
        let Some(extra_ms) = self.slower.get(&(a.min(b), a.max(b))).copied() else { return rtt };
        let ms = rtt.ms + extra_ms;
        let label = rtt.node.label.clone();
        let extra =
            Derivation::input("Slower than usual by", extra_ms, Unit::Ms, Quality::Given, "what is being tried out");
        let node = Derivation::computed(label, ms, Unit::Ms, "round trip + what is added", vec![rtt.node, extra]);
        Rtt { ms, node: node.within(ms - rtt.down_ms, ms + rtt.up_ms), ..rtt }
    }

    /// Whether two places are at one site, whatever stands there.
    pub fn are_one_site(&self, a: PlaceId, b: PlaceId) -> bool {
        let site = |place: PlaceId| self.known.get(place.0).map_or(place, |known| known.site);
        site(a) == site(b)
    }

    /// The place of a site; the error is a sentence.
    pub fn of_site(&mut self, site: &Site) -> Result<PlaceId, String> {
        let key = match site {
            Site::Cloud { provider, region } => format!("{provider}/{region}"),
            Site::Place { name, latitude_deg, longitude_deg, country } => {
                format!("{latitude_deg} {longitude_deg} {country} {name}")
            }
        };
        if let Some(known) = self.by_site.get(&key) {
            return known.clone();
        }
        let found = locate(site, self.books).map(|place| {
            let id = PlaceId(self.known.len());
            self.known.push(Known { place, name: site.short().to_owned(), site: id });
            id
        });
        self.by_site.insert(key, found.clone());
        found
    }

    /// The place of a region.
    pub fn of_region(&self, region: &Id) -> Result<PlaceId, String> {
        self.regions.get(region).cloned().unwrap_or_else(|| Err(format!("the region “{region}” is not drawn")))
    }

    /// The place of a component: of its region, or its own site.
    pub fn of_component(&mut self, component: &Component) -> Result<PlaceId, String> {
        if let Some(region) = &component.region {
            return self.of_region(region);
        }
        match &component.spec {
            Spec::Users(users) => self.of_site(&users.site),
            Spec::Backend(backend) => match &backend.site {
                Some(site) => self.of_site(site),
                None => Err(nowhere(component)),
            },
            _ => Err(nowhere(component)),
        }
    }

    /// Round trip between two places over the networks of datacenters.
    pub fn between(&mut self, a: PlaceId, b: PlaceId) -> Rc<Rtt> {
        if let Some(rtt) = self.between.get(&(a, b)) {
            return Rc::clone(rtt);
        }
        let rtt = Rc::new(match (self.known.get(a.0), self.known.get(b.0)) {
            (Some(from), Some(to)) => {
                let book = self.books.rtt().between(&from.place, &to.place);
                let (book_ms, figure) = (book.rtt_ms, self.scaled(book));
                let label = if self.are_one_site(a, b) && !self.slower.contains_key(&(a.min(b), a.max(b))) {
                    format!("Round trip between zones of {}", from.name)
                } else {
                    format!("Round trip {} – {}", from.name, to.name)
                };
                let (down_ms, up_ms) = band(&figure);
                let (ms, distance_km) = (figure.rtt_ms, figure.distance_km);
                let node = self.network_node(label, book_ms, &figure);
                self.plus(Rtt { ms, down_ms, up_ms, distance_km, node }, a, b)
            }
            _ => unknown_rtt(),
        });
        self.between.insert((a, b), Rc::clone(&rtt));
        rtt
    }

    /// Round trip of users to a place over the public internet, with their access network.
    pub fn users_to(&mut self, users: PlaceId, to: PlaceId) -> Rc<Rtt> {
        if let Some(rtt) = self.users.get(&(users, to)) {
            return Rc::clone(rtt);
        }
        let rtt = Rc::new(match (self.known.get(users.0), self.known.get(to.0)) {
            (Some(from), Some(to)) => {
                let access = AccessNetwork::default();
                let mut found = self.books.rtt().users_to_region(&from.place, &to.place, access);
                let book_ms = found.network.rtt_ms;
                found.network = self.scaled(found.network);
                let (low_ms, high_ms) = access.range_ms();
                let likely_ms = access.likely_ms();
                let (down_ms, up_ms) = band(&found.network);
                let node = Derivation::computed(
                    format!("Round trip users in {} – {}", from.name, to.name),
                    found.rtt_ms(),
                    Unit::Ms,
                    "path over the public internet + access network",
                    vec![
                        self.network_node(
                            format!("Internet path {} – {}", from.name, to.name),
                            book_ms,
                            &found.network,
                        ),
                        Derivation::input(
                            "Access network of the users",
                            likely_ms,
                            Unit::Ms,
                            access.sourced().quality.into(),
                            access.sourced().to_string(),
                        )
                        .dated(&access.sourced())
                        .within(low_ms, high_ms),
                    ],
                );
                let node = node.within(
                    found.rtt_ms() - down_ms.hypot(likely_ms - low_ms),
                    found.rtt_ms() + up_ms.hypot(high_ms - likely_ms),
                );
                Rtt {
                    ms: found.rtt_ms(),
                    down_ms: down_ms.hypot(likely_ms - low_ms),
                    up_ms: up_ms.hypot(high_ms - likely_ms),
                    distance_km: found.network.distance_km,
                    node,
                }
            }
            _ => unknown_rtt(),
        });
        self.users.insert((users, to), Rc::clone(&rtt));
        rtt
    }

    /// A round trip of the book times the design's factor on all of them; never less than light in a fibre needs.
    fn scaled(&self, mut figure: RttFigure) -> RttFigure {
        figure.rtt_ms = (figure.rtt_ms * self.assume.value(Assumed::RttFactor)).max(figure.lower_bound_ms);
        figure
    }

    /// `book_ms` is what the book says, before the design's factor.
    fn network_node(&self, label: String, book_ms: f64, figure: &RttFigure) -> Derivation {
        let (down_ms, up_ms) = band(figure);
        let factor = self.assume.get(Assumed::RttFactor);
        let (source, lower_ms) = (network_source(figure), figure.lower_bound_ms);
        let quality = figure.sourced.quality.into();
        let (low_ms, high_ms) = (figure.rtt_ms - down_ms, figure.rtt_ms + up_ms);
        if !factor.is_changed() {
            let leaf = Derivation::input(label, figure.rtt_ms, Unit::Ms, quality, source);
            return leaf.dated(&figure.sourced).within(low_ms, high_ms);
        }
        let book = Derivation::input(label.clone(), book_ms, Unit::Ms, quality, source);
        let formula = format!("round trip × factor, at least the {} ms of light in a fibre", rounded(lower_ms));
        let inputs = vec![book.dated(&figure.sourced), factor.node()];
        Derivation::computed(label, figure.rtt_ms, Unit::Ms, formula, inputs).within(low_ms, high_ms)
    }

    /// Round trip between two components, for a connection whose first link is `link`.
    ///
    /// # Errors
    /// A sentence when one of them stands at no known place.
    pub fn between_components(&mut self, from: &Component, to: &Component, link: &Link) -> Result<Rc<Rtt>, String> {
        if let Some(ms) = link.measured_rtt_ms {
            let given = Rtt::given(ms, self.link_label(link));
            return Ok(Rc::new(match (self.of_component(from), self.of_component(to)) {
                (Ok(from), Ok(to)) => self.plus(given, from, to),
                _ => given,
            }));
        }
        let (from, to) = (self.of_component(from)?, self.of_component(to)?);
        Ok(self.between(from, to))
    }

    fn link_label(&self, link: &Link) -> String {
        format!("Round trip {} – {}", self.design.name_of(&link.from), self.design.name_of(&link.to))
    }

    /// Round trip shown at a link that leads from one place to another; `None` when it stays at one place, when a
    /// place is not known, or when it ends at a global balancer, which answers names and carries no calls.
    pub fn rtt_of_link(&mut self, link: &Link) -> Option<Figure> {
        let (from, to) = (self.design.components.get(&link.from)?, self.design.components.get(&link.to)?);
        if [from, to].iter().any(|c| matches!(c.spec, Spec::GlobalLoadBalancer(_))) {
            return None;
        }
        let places = (self.of_component(from).ok(), self.of_component(to).ok());
        if let (Some(a), Some(b)) = places
            && from.region == to.region
            && a == b
        {
            return None;
        }
        let users = matches!(from.spec, Spec::Users(_));
        if let Some(ms) = link.measured_rtt_ms {
            let given = Rtt::given(ms, self.link_label(link));
            return Some(match places {
                (Some(a), Some(b)) if !users => self.plus(given, a, b).figure(),
                _ => given.figure(),
            });
        }
        let (a, b) = (places.0?, places.1?);
        Some(if users { self.users_to(a, b) } else { self.between(a, b) }.figure())
    }

    /// Round trip of users over the first link of their way.
    pub fn users_over(&mut self, link: &Link, users: PlaceId, to: PlaceId) -> Rc<Rtt> {
        let leads_to_region = self.design.components.get(&link.to).is_some_and(|c| c.region.is_some());
        match link.measured_rtt_ms {
            Some(ms) if leads_to_region => Rc::new(Rtt::given(ms, self.link_label(link))),
            _ => self.users_to(users, to),
        }
    }
}

/// A component's name as sentences have it: with its region where the drawing has several, as groups of different
/// regions often have the same name.
pub(super) fn named(design: &Design, component: &Component) -> String {
    let region = component.region.as_ref().and_then(|id| design.regions.get(id)).filter(|_| design.regions.len() > 1);
    match region {
        Some(region) => format!("“{}” in {}", component.name, region.name),
        None => format!("“{}”", component.name),
    }
}

fn nowhere(component: &Component) -> String {
    format!("“{}” stands in no region, so its distance is not known", component.name)
}

/// How far a round trip may plausibly be off, down and up, ms: 95 of 100 such figures err less.
fn band(figure: &RttFigure) -> (f64, f64) {
    let off_ms = figure.rtt_ms * figure.error_p95_pct / 100.0;
    (off_ms.min(figure.rtt_ms - figure.lower_bound_ms).max(0.0), off_ms)
}

fn network_source(figure: &RttFigure) -> String {
    if figure.basis == RttBasis::Company {
        return said_by_company(figure);
    }
    format!(
        "{}, {:.0} km; error {} % in the median, 95 of 100 below {} %; {}",
        figure.basis,
        figure.distance_km,
        rounded(figure.error_median_pct),
        rounded(figure.error_p95_pct),
        figure.sourced
    )
}

/// What the company says of a round trip it has measured.
fn said_by_company(figure: &RttFigure) -> String {
    let mut said = format!("{}, {:.0} km", figure.basis, figure.distance_km);
    for (name, ms) in ["95th", "99th"].into_iter().zip(figure.tail_ms) {
        if let Some(ms) = ms {
            said.push_str(&format!("; {name} percentile {} ms", rounded(ms)));
        }
    }
    if figure.raised_to_bound {
        said.push_str("; raised to what light in a fibre needs");
    }
    said.push_str(&format!("; {}", figure.sourced));
    if let Some(note) = &figure.note {
        said.push_str(&format!("; {note}"));
    }
    said
}

/// Cannot happen: every place id comes from this table.
fn unknown_rtt() -> Rtt {
    Rtt::given(0.0, "Unknown place".to_owned())
}

/// The tail of network paths as a leaf.
pub(super) fn tail_node() -> Derivation {
    let factors = RttPercentileFactors::PLANNING;
    let label = format!("Tail of network paths: p95 {} and p99 {} times the median", factors.p95, factors.p99);
    Derivation::input(label, factors.p99, Unit::Count, factors.sourced.quality.into(), factors.sourced.to_string())
        .dated(&factors.sourced)
}
