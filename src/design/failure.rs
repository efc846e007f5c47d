//! What fails, in the words of an architect: the things a what-if takes out of a drawing or makes slower.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Design, Element, Id};

/// One thing that fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// Everything that stands in a region.
    Region(Id),
    /// One availability zone of a region, by the name that components use.
    Zone {
        /// The region.
        region: Id,
        /// Name of the zone.
        zone: String,
    },
    /// All nodes of a component, or the service.
    Component(Id),
    /// Some nodes of a component.
    Nodes {
        /// The component.
        component: Id,
        /// How many of them, from 1.
        count: u32,
    },
    /// One drawn link.
    Link(Id),
    /// Every drawn link between two regions, both ways.
    Cut(Between),
    /// The links between two regions take longer.
    Slow {
        /// The regions.
        between: Between,
        /// What is added to each round trip, ms.
        extra_rtt_ms: u32,
    },
}

/// Two regions, in order of id, so that the same pair is always the same value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(Id, Id)", into = "(Id, Id)")]
pub struct Between(Id, Id);

impl Between {
    /// The pair in order.
    #[must_use]
    pub fn new(a: Id, b: Id) -> Self {
        if a <= b { Self(a, b) } else { Self(b, a) }
    }

    /// The region with the smaller id.
    #[must_use]
    pub fn first(&self) -> &Id {
        &self.0
    }

    /// The region with the greater id.
    #[must_use]
    pub fn second(&self) -> &Id {
        &self.1
    }
}

impl From<(Id, Id)> for Between {
    fn from((a, b): (Id, Id)) -> Self {
        Self::new(a, b)
    }
}

impl From<Between> for (Id, Id) {
    fn from(Between(a, b): Between) -> Self {
        (a, b)
    }
}

/// Several failures at once, each at most once.
pub type Failures = BTreeSet<Failure>;

/// The ways to write a failure on a command line.
pub const FAILURE_FORMS: &str = "region:ID, zone:REGION/ZONE, component:ID, nodes:ID/COUNT, link:ID, cut:REGION/REGION \
                                 or slow:REGION/REGION/MS";

/// Why a text is no failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no failure: write {FAILURE_FORMS}")]
pub struct InvalidFailure {
    /// The offending text, shortened.
    pub text: String,
}

impl FromStr for Failure {
    type Err = InvalidFailure;

    fn from_str(text: &str) -> Result<Self, InvalidFailure> {
        parse(text).ok_or_else(|| InvalidFailure { text: text.chars().take(80).collect() })
    }
}

fn parse(text: &str) -> Option<Failure> {
    let (kind, rest) = text.split_once(':')?;
    let id = |text: &str| Id::new(text).ok();
    let pair = |text: &str| {
        let (a, b) = text.split_once('/')?;
        let (a, b) = (id(a)?, id(b)?);
        (a != b).then(|| Between::new(a, b))
    };
    Some(match kind {
        "region" => Failure::Region(id(rest)?),
        "zone" => {
            let (region, zone) = rest.split_once('/')?;
            Failure::Zone { region: id(region)?, zone: (!zone.is_empty()).then(|| zone.to_owned())? }
        }
        "component" => Failure::Component(id(rest)?),
        "nodes" => {
            let (component, count) = rest.rsplit_once('/')?;
            Failure::Nodes { component: id(component)?, count: count.parse().ok().filter(|count| *count > 0)? }
        }
        "link" => Failure::Link(id(rest)?),
        "cut" => Failure::Cut(pair(rest)?),
        "slow" => {
            let (regions, extra) = rest.rsplit_once('/')?;
            Failure::Slow { between: pair(regions)?, extra_rtt_ms: extra.parse().ok().filter(|extra| *extra > 0)? }
        }
        _ => return None,
    })
}

/// As [`FromStr`] reads it.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region(id) => write!(f, "region:{id}"),
            Self::Zone { region, zone } => write!(f, "zone:{region}/{zone}"),
            Self::Component(id) => write!(f, "component:{id}"),
            Self::Nodes { component, count } => write!(f, "nodes:{component}/{count}"),
            Self::Link(id) => write!(f, "link:{id}"),
            Self::Cut(Between(a, b)) => write!(f, "cut:{a}/{b}"),
            Self::Slow { between: Between(a, b), extra_rtt_ms } => write!(f, "slow:{a}/{b}/{extra_rtt_ms}"),
        }
    }
}

impl Failure {
    /// The elements it is about.
    pub fn elements(&self) -> impl Iterator<Item = &Id> {
        let (one, other) = match self {
            Self::Region(id) | Self::Component(id) | Self::Link(id) => (id, None),
            Self::Zone { region, .. } => (region, None),
            Self::Nodes { component, .. } => (component, None),
            Self::Cut(Between(a, b)) | Self::Slow { between: Between(a, b), .. } => (a, Some(b)),
        };
        std::iter::once(one).chain(other)
    }

    /// What is failed, as people say it, such as `Frankfurt` or `2 nodes of “Gateway”`.
    #[must_use]
    pub fn words(&self, design: &Design) -> String {
        let name = |id: &Id| design.name_of(id);
        match self {
            Self::Region(id) => name(id),
            Self::Zone { region, zone } => format!("zone {zone} of {}", name(region)),
            Self::Component(id) => format!("“{}”", name(id)) + &place(design, id),
            Self::Nodes { component, count: 1 } => {
                format!("a node of “{}”", name(component)) + &place(design, component)
            }
            Self::Nodes { component, count } => {
                format!("{count} nodes of “{}”", name(component)) + &place(design, component)
            }
            Self::Link(id) => match design.links.get(id) {
                Some(link) => format!("{} {}", link.purpose.label().to_lowercase(), name(id)),
                None => id.to_string(),
            },
            Self::Cut(Between(a, b)) => format!("the connection {} – {}", name(a), name(b)),
            Self::Slow { between: Between(a, b), extra_rtt_ms } => {
                format!("{extra_rtt_ms} ms more between {} and {}", name(a), name(b))
            }
        }
    }

    /// Why the failure is about nothing in this drawing, with what to do; `None` when it can happen.
    #[must_use]
    pub fn missing_in(&self, design: &Design) -> Option<String> {
        let region = |id: &Id| (!design.regions.contains_key(id)).then(|| format!("there is no region \"{id}\""));
        let component = |id: &Id| match design.components.get(id) {
            Some(_) => None,
            None => Some(format!("there is no component \"{id}\"")),
        };
        match self {
            Self::Region(id) => region(id),
            Self::Zone { region: id, zone } => region(id).or_else(|| {
                let known = zones(design, id);
                (!known.contains(zone.as_str())).then(|| {
                    let known: Vec<&str> = known.into_iter().collect();
                    let stand = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                    format!("nothing in \"{id}\" stands in a zone \"{zone}\"; its components name: {stand}")
                })
            }),
            Self::Component(id) => component(id),
            Self::Nodes { component: id, count } => component(id).or_else(|| {
                let has = design.components.get(id).map_or(0, |c| c.instances);
                (*count > has).then(|| format!("\"{id}\" has {has} nodes, not {count}"))
            }),
            Self::Link(id) => match design.element(id) {
                Some(Element::Link(_)) => None,
                _ => Some(format!("there is no link \"{id}\"")),
            },
            Self::Cut(Between(a, b)) | Self::Slow { between: Between(a, b), .. } => region(a).or_else(|| region(b)),
        }
    }
}

/// Names of the zones in which components of a region stand.
#[must_use]
pub fn zones<'a>(design: &'a Design, region: &'a Id) -> BTreeSet<&'a str> {
    design.components_in(region).flat_map(|(_, c)| c.zones.iter().map(String::as_str)).collect()
}

fn place(design: &Design, component: &Id) -> String {
    let region = design.components.get(component).and_then(|c| c.region.as_ref());
    region.map_or_else(String::new, |region| format!(" in {}", design.name_of(region)))
}
