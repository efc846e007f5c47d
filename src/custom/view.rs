//! What rules see of one design: an index over it, built once in linear time. Values are made when they are asked for.

use cel::common::value::Val;

use super::Each;
use super::fields::Part;
use super::record::Record;
use crate::books::{Books, CloudRegion};
use crate::design::{Component, Design, Id, Link, NodeSettings, Region, Site, Spec};
use crate::topology::Topology;

/// Longest name a rule sees, bytes; the rest is cut.
pub(super) const MAX_NAME_BYTES: usize = 400;
/// Longest note a rule sees, bytes; the rest is cut.
pub(super) const MAX_NOTE_BYTES: usize = 4_000;
/// Most zones of a component a rule sees.
pub(super) const MAX_ZONES: usize = 32;

/// How large a design is, as far as it decides what a rule costs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sizes {
    pub(super) regions: u64,
    pub(super) components: u64,
    pub(super) links: u64,
    /// Most components in one region.
    pub(super) in_region: u64,
    /// Most links that begin at one component.
    pub(super) links_out: u64,
    /// Most links that end at one component.
    pub(super) links_in: u64,
    /// Longest text except notes, bytes.
    pub(super) name_bytes: u64,
    /// Longest note, bytes.
    pub(super) note_bytes: u64,
}

impl Sizes {
    /// How many elements a rule is asked about.
    pub(super) fn asked(&self, each: Each) -> u64 {
        match each {
            Each::Design => 1,
            Each::Region => self.regions,
            Each::Component => self.components,
            Each::Link => self.links,
        }
    }

    /// How many elements the design has.
    pub(super) fn elements(&self) -> u64 {
        self.regions + self.components + self.links
    }
}

/// A region as rules see it.
pub(super) struct RegionRow<'d> {
    pub(super) id: &'d Id,
    pub(super) region: &'d Region,
    pub(super) components: Vec<usize>,
}

/// A component as rules see it.
pub(super) struct ComponentRow<'d> {
    pub(super) id: &'d Id,
    pub(super) component: &'d Component,
    pub(super) region: Option<usize>,
    pub(super) links_out: Vec<usize>,
    pub(super) links_in: Vec<usize>,
}

/// A link as rules see it.
pub(super) struct LinkRow<'d> {
    pub(super) id: &'d Id,
    pub(super) link: &'d Link,
    pub(super) from: Option<usize>,
    pub(super) to: Option<usize>,
}

/// Index over one design.
pub(super) struct View<'d> {
    pub(super) design: &'d Design,
    pub(super) pattern: String,
    pub(super) regions: Vec<RegionRow<'d>>,
    pub(super) components: Vec<ComponentRow<'d>>,
    pub(super) links: Vec<LinkRow<'d>>,
    books: &'d Books,
}

impl<'d> View<'d> {
    pub(super) fn new(topology: &Topology<'d>, pattern_label: &str, books: &'d Books) -> Self {
        let design = topology.design;
        let mut regions: Vec<RegionRow<'d>> =
            design.regions.iter().map(|(id, region)| RegionRow { id, region, components: Vec::new() }).collect();
        let mut components: Vec<ComponentRow<'d>> = Vec::with_capacity(design.components.len());
        for (at, (id, component)) in design.components.iter().enumerate() {
            let region = component.region.as_ref().and_then(|r| regions.binary_search_by(|row| row.id.cmp(r)).ok());
            if let Some(row) = region.and_then(|r| regions.get_mut(r)) {
                row.components.push(at);
            }
            components.push(ComponentRow { id, component, region, links_out: Vec::new(), links_in: Vec::new() });
        }
        let mut links = Vec::with_capacity(design.links.len());
        for (at, (id, link)) in design.links.iter().enumerate() {
            let place = |end: &Id| components.binary_search_by(|row| row.id.cmp(end)).ok();
            let (from, to) = (place(&link.from), place(&link.to));
            if let Some(row) = from.and_then(|c| components.get_mut(c)) {
                row.links_out.push(at);
            }
            if let Some(row) = to.and_then(|c| components.get_mut(c)) {
                row.links_in.push(at);
            }
            links.push(LinkRow { id, link, from, to });
        }
        Self { design, pattern: super::words::word(pattern_label), regions, components, links, books }
    }

    /// The record of a part, by its place in order of id.
    pub(super) fn record(&self, part: Part, at: usize) -> Record<'_> {
        Record { view: self, part, at }
    }

    /// What the variables of a rule stand for, asked about the `at`-th element; a variable without a record is null.
    pub(super) fn variable(&self, part: Part, each: Each, at: usize) -> Option<Record<'_>> {
        match (part, each) {
            (Part::Design, _) => Some(self.record(part, 0)),
            (Part::Region, Each::Component) => {
                self.components.get(at).and_then(|row| row.region).map(|region| self.record(part, region))
            }
            _ => Some(self.record(part, at)),
        }
    }

    /// The id of the element a rule is asked about; `None` for the design as a whole.
    pub(super) fn subject(&self, each: Each, at: usize) -> Option<&'d Id> {
        match each {
            Each::Design => None,
            Each::Region => self.regions.get(at).map(|row| row.id),
            Each::Component => self.components.get(at).map(|row| row.id),
            Each::Link => self.links.get(at).map(|row| row.id),
        }
    }

    /// The cloud region at a site, if the books know it.
    pub(super) fn cloud(&self, site: &Site) -> Option<&'d CloudRegion> {
        match site {
            Site::Cloud { provider, region } => self.books.regions().get(provider.parse().ok()?, region),
            Site::Place { .. } => None,
        }
    }

    /// How large the design is.
    pub(super) fn sizes(&self) -> Sizes {
        let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
        let meta = &self.design.meta;
        let notes = [meta.notes.len()]
            .into_iter()
            .chain(self.regions.iter().map(|row| row.region.notes.len()))
            .chain(self.components.iter().map(|row| row.component.notes.len()))
            .chain(self.links.iter().map(|row| row.link.notes.len()));
        let residency = |r: &crate::design::Requirements| r.data_residency.as_ref().map_or(0, String::len);
        let ends = longest(&mut self.components.iter().map(|row| row.component.name.len()));
        // A link's name is made of two ends and an arrow.
        let names = [crate::design::MAX_ID_LEN, 2 * ends + 5, self.pattern.len(), meta.name.len()]
            .into_iter()
            .chain([residency(&meta.requirements)])
            .chain(self.regions.iter().flat_map(|row| {
                [row.region.name.len(), site_bytes(&row.region.site), residency(&row.region.requirements)]
            }))
            .chain(self.components.iter().map(|row| component_bytes(row.component)));
        let name_bytes = names.max().unwrap_or(0).min(MAX_NAME_BYTES) as u64;
        Sizes {
            regions: self.regions.len() as u64,
            components: self.components.len() as u64,
            links: self.links.len() as u64,
            in_region: longest(&mut self.regions.iter().map(|row| row.components.len())) as u64,
            links_out: longest(&mut self.components.iter().map(|row| row.links_out.len())) as u64,
            links_in: longest(&mut self.components.iter().map(|row| row.links_in.len())) as u64,
            name_bytes,
            note_bytes: notes.max().unwrap_or(0).min(MAX_NOTE_BYTES) as u64,
        }
    }
}

fn site_bytes(site: &Site) -> usize {
    match site {
        Site::Cloud { provider, region } => provider.len().max(region.len()),
        Site::Place { name, country, .. } => name.len().max(country.len()),
    }
}

/// The longest text of a component.
fn component_bytes(component: &Component) -> usize {
    let NodeSettings { host, keystore, encryption_key, time_zone, cache_domain, portal_host, .. } = &component.settings;
    let settings = [host, keystore, encryption_key, time_zone, cache_domain, portal_host];
    let own = match &component.spec {
        Spec::Users(users) => site_bytes(&users.site),
        Spec::Backend(backend) => backend.site.as_ref().map_or(0, site_bytes),
        Spec::Gateway(gateway) => gateway.environment.len(),
        Spec::AllInOne(all_in_one) => all_in_one.environment.len(),
        Spec::Database(database) => database.version.len().max(database.dcid.len()),
        Spec::IdentityProvider(provider) => provider.cluster.len(),
        _ => 0,
    };
    let texts = component.zones.iter().chain(settings).chain([&component.name]);
    texts.map(String::len).max().unwrap_or(0).max(own)
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").finish_non_exhaustive()
    }
}

/// The value of a variable for the interpreter.
pub(super) fn variable_value<'v>(record: Option<Record<'v>>) -> Box<dyn Val + 'v> {
    match record {
        Some(record) => Box::new(record),
        None => Box::new(cel::common::types::CelNull),
    }
}
