//! Designs to start from.

use std::sync::Arc;

use crate::design::{Component, Design, Id, Kind, Meta, Pos, Region, RegionRole, Requirements, Site};

/// A design to start from.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Name on the command line.
    pub id: &'static str,
    /// Name shown to people.
    pub title: &'static str,
    /// One line on what it is for.
    pub about: &'static str,
}

/// All templates, in the order in which they are offered.
#[must_use]
pub fn all() -> &'static [Template] {
    &[Template { id: "all-in-one", title: "All-in-one", about: "One region with a pair of all-in-one nodes" }]
}

impl Template {
    /// The design of the template.
    #[must_use]
    pub fn design(&self) -> Design {
        let region = Id::slug("fra");
        let pair = Component {
            region: Some(region.clone()),
            pos: Pos(40, 60),
            ..Component::new(Kind::AllInOne, "All-in-one pair")
        };
        let frankfurt = Region {
            name: "Frankfurt".into(),
            role: RegionRole::Peer,
            site: Site::cloud("aws", "eu-central-1"),
            zones: 3,
            pos: Pos(0, 0),
            extent: crate::design::Extent(400, 240),
            tint: 0,
            requirements: Requirements::default(),
            notes: String::new(),
        };
        Design {
            meta: Arc::new(Meta { name: self.title.into(), ..Meta::default() }),
            regions: [(region, Arc::new(frankfurt))].into(),
            components: [(Id::slug("fra-aio"), Arc::new(pair))].into(),
            links: [].into(),
        }
    }
}
