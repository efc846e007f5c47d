//! The parts of a deployment that can fail on their own.

use crate::design::{Between, Design, Id};

/// What a part is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartOf {
    /// A site as a whole: its power, its network, its control.
    Region(Id),
    /// One availability zone of a region.
    Zone(Id, String),
    /// A service, or what the nodes of a group have in common: software, configuration, whoever changes them.
    Component(Id),
    /// The nodes of a group that stand in one zone, or nobody said where.
    Nodes(Id, Option<String>),
    /// One drawn link.
    Link(Id),
    /// The network between two regions, which all links between them share.
    Connection(Between),
}

/// A part with its equal members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub of: PartOf,
    /// How many there are of it, from 1; more than one only of [`PartOf::Nodes`].
    pub members: u32,
}

impl PartOf {
    /// The element that stands for it on the canvas; of a connection, the first of its regions.
    #[must_use]
    pub fn element(&self) -> &Id {
        match self {
            Self::Region(id) | Self::Zone(id, _) | Self::Component(id) | Self::Nodes(id, _) | Self::Link(id) => id,
            Self::Connection(between) => between.first(),
        }
    }

    /// What it is called, such as `zone a of Frankfurt`.
    #[must_use]
    pub fn words(&self, design: &Design) -> String {
        let name = |id: &Id| design.name_of(id);
        match self {
            Self::Region(id) => name(id),
            Self::Zone(region, zone) => format!("zone {zone} of {}", name(region)),
            Self::Component(id) => format!("“{}”{}", name(id), place(design, id)),
            Self::Nodes(id, None) => format!("nodes of “{}”{}", name(id), place(design, id)),
            Self::Nodes(id, Some(zone)) => format!("nodes of “{}” in zone {zone}{}", name(id), place(design, id)),
            Self::Link(id) => match design.links.get(id) {
                Some(link) => format!("{} {}", link.purpose.label(), name(id)),
                None => id.to_string(),
            },
            Self::Connection(between) => {
                format!("connection {} – {}", name(between.first()), name(between.second()))
            }
        }
    }
}

/// ` in Frankfurt` for a component in a region, else nothing.
pub(super) fn place(design: &Design, component: &Id) -> String {
    let region = design.components.get(component).and_then(|c| c.region.as_ref());
    region.map_or_else(String::new, |region| format!(" in {}", design.name_of(region)))
}
