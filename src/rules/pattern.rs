//! Which documented deployment pattern a drawing is.

use serde::Serialize;

use super::words::list;
use crate::design::{Id, Kind, PatternIntent, Region, RegionRole};
use crate::topology::Topology;

/// A deployment pattern over regions (facts B1, B20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// Several complete regions with replicated databases.
    Pattern1,
    /// One main region with the control plane, others with gateways and traffic managers.
    Pattern2,
    /// Several complete regions and data plane regions; not described by the documentation.
    Mixed,
    /// One region.
    SingleRegion,
    /// Nothing recognisable.
    None,
}

impl Pattern {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pattern1 => "Pattern 1",
            Self::Pattern2 => "Pattern 2",
            Self::Mixed => "Mixed patterns",
            Self::SingleRegion => "Single region",
            Self::None => "No pattern yet",
        }
    }
}

/// The recognised pattern with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recognition {
    /// The pattern.
    pub pattern: Pattern,
    /// What in the drawing says so, one sentence each.
    pub reasons: Vec<String>,
}

/// Recognises the pattern of a drawing; an explicit intent of the architect wins.
///
/// As drawn, regions with a control plane (or all-in-one) count as complete and regions that have only gateways or
/// traffic managers as data plane. The role Sub is the architect's word and makes a region a data plane region even
/// while it is still empty, or wrongly holds a control plane.
#[must_use]
pub fn recognise(topology: &Topology<'_>) -> Recognition {
    let drawn = as_drawn(topology);
    let meant = match topology.design.meta.pattern {
        PatternIntent::Auto => return drawn,
        PatternIntent::Pattern1 => Pattern::Pattern1,
        PatternIntent::Pattern2 => Pattern::Pattern2,
        PatternIntent::SingleRegion => Pattern::SingleRegion,
    };
    let mut reasons = vec![format!("The design is meant as {}.", spoken(meant))];
    if drawn.pattern != meant && drawn.pattern != Pattern::None {
        reasons.push(format!("What is drawn so far looks like {}.", spoken(drawn.pattern)));
    }
    reasons.extend(drawn.reasons);
    Recognition { pattern: meant, reasons }
}

fn spoken(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Pattern1 => "Pattern 1",
        Pattern::Pattern2 => "Pattern 2",
        Pattern::Mixed => "a mixture of both patterns",
        Pattern::SingleRegion => "a single region",
        Pattern::None => "no pattern",
    }
}

fn as_drawn(topology: &Topology<'_>) -> Recognition {
    let mut complete: Vec<&str> = Vec::new();
    let mut data_plane: Vec<&str> = Vec::new();
    let mut marked: Vec<&str> = Vec::new();
    for (id, region) in topology.regions() {
        match seen_as(topology, id, region) {
            Seen::Complete => complete.push(&region.name),
            Seen::DataPlane => data_plane.push(&region.name),
            Seen::MarkedSub => marked.push(&region.name),
            Seen::Neither => {}
        }
    }
    let main_marked = topology.regions().any(|(_, r)| r.role == RegionRole::Main);
    let subs = data_plane.len() + marked.len();
    let pattern = match (complete.len(), subs, topology.design.regions.len()) {
        (_, _, 0) => Pattern::None,
        (_, _, 1) => Pattern::SingleRegion,
        (2.., 1.., _) => Pattern::Mixed,
        (2.., 0, _) => Pattern::Pattern1,
        (1, 1.., _) => Pattern::Pattern2,
        (1, 0, _) => Pattern::SingleRegion,
        (0, 1.., _) if main_marked || !marked.is_empty() => Pattern::Pattern2,
        (0, ..) => Pattern::None,
    };
    let mut reasons = Vec::new();
    match complete.as_slice() {
        [] if !topology.design.regions.is_empty() => reasons.push("No region has a control plane yet.".to_owned()),
        [] => reasons.push("No region is drawn yet.".to_owned()),
        [only] => reasons.push(format!("Only {only} has a control plane.")),
        several => reasons.push(format!("{} each have a control plane.", list(several))),
    }
    match data_plane.as_slice() {
        [] => {}
        [one] => reasons.push(format!("{one} serves traffic without a control plane of its own.")),
        several => reasons.push(format!("{} serve traffic without a control plane of their own.", list(several))),
    }
    match marked.as_slice() {
        [] => {}
        [one] => reasons.push(format!("{one} is marked as a sub region.")),
        several => reasons.push(format!("{} are marked as sub regions.", list(several))),
    }
    Recognition { pattern, reasons }
}

enum Seen {
    Complete,
    DataPlane,
    MarkedSub,
    Neither,
}

fn seen_as(topology: &Topology<'_>, id: &Id, region: &Region) -> Seen {
    if region.role == RegionRole::Sub {
        Seen::MarkedSub
    } else if topology.region_has(id, Kind::has_control_plane) {
        Seen::Complete
    } else if topology.region_has(id, |k| matches!(k, Kind::Gateway | Kind::TrafficManager)) {
        Seen::DataPlane
    } else {
        Seen::Neither
    }
}
