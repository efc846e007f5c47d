//! What fails, in the words of an architect: the things a what-if takes out of a drawing or makes slower.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Component, Design, Element, Id, Spec, Standby};

/// One thing that fails. In a file it stands as on a command line: `"region:eu"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Several failures at once, each at most once.
pub type Failures = BTreeSet<Failure>;

/// The ways to write a failure, on a command line and in a file.
pub const FAILURE_FORMS: &str = "region:ID, zone:REGION/ZONE, component:ID, nodes:ID/COUNT, link:ID, cut:REGION/REGION \
                                 or slow:REGION/REGION/MS";

/// Why a text is no failure; [`FAILURE_FORMS`] says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" names nothing that can fail")]
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

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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

    /// What fails, as the beginning of a sentence.
    #[must_use]
    pub fn title(&self, design: &Design) -> String {
        let words = self.words(design);
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
                let has = design.components.get(id).map_or(0, |c| nodes(c).unwrap_or(1));
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

/// What has failed, in one sentence without a full stop.
#[must_use]
pub fn headline(design: &Design, failures: &Failures) -> String {
    let mut all = failures.iter();
    match (all.next(), all.next()) {
        (None, _) => "Nothing has failed".into(),
        (Some(only), None) => {
            let words = only.title(design);
            match only {
                Failure::Cut(_) => format!("{words} is cut"),
                Failure::Slow { .. } => words,
                Failure::Nodes { count, .. } if *count > 1 => format!("{words} are lost"),
                _ => format!("{words} is lost"),
            }
        }
        _ => format!("{} things have failed", failures.len()),
    }
}

/// Names of the zones in which components of a region stand.
#[must_use]
pub fn zones<'a>(design: &'a Design, region: &'a Id) -> BTreeSet<&'a str> {
    design.components_in(region).flat_map(|(_, c)| c.zones.iter().map(String::as_str)).collect()
}

/// How many nodes of a component stop one by one, the standby of a database included; `None` of a service that fails as
/// one.
#[must_use]
pub fn nodes(component: &Component) -> Option<u32> {
    let instances = component.instances;
    match &component.spec {
        Spec::Gateway(_) | Spec::TrafficManager | Spec::ControlPlane(_) | Spec::KeyManager | Spec::AllInOne(_) => {
            Some(instances)
        }
        Spec::Database(database) if !database.managed => Some(match database.standby {
            Standby::Single => instances,
            Standby::MultiZone => instances.max(2),
        }),
        _ if instances > 1 => Some(instances),
        _ => None,
    }
}

/// Every pair of regions that links connect, in order.
#[must_use]
pub fn connections(design: &Design) -> BTreeSet<Between> {
    let region = |id: &Id| design.components.get(id).and_then(|c| c.region.as_ref());
    let ends = design.links.values().filter_map(|link| Some((region(&link.from)?, region(&link.to)?)));
    ends.filter(|(a, b)| a != b).map(|(a, b)| Between::new(a.clone(), b.clone())).collect()
}

/// Everything that can fail in a drawing: regions, the connections between them, zones, components with one node of each
/// group, and links.
#[must_use]
pub fn every(design: &Design) -> Vec<Failure> {
    let mut all: Vec<Failure> = design.regions.keys().cloned().map(Failure::Region).collect();
    all.extend(connections(design).into_iter().map(Failure::Cut));
    for region in design.regions.keys() {
        let zones = zones(design, region).into_iter();
        all.extend(zones.map(|zone| Failure::Zone { region: region.clone(), zone: zone.to_owned() }));
    }
    for (id, component) in &design.components {
        all.push(Failure::Component(id.clone()));
        if nodes(component).is_some_and(|nodes| nodes > 1) {
            all.push(Failure::Nodes { component: id.clone(), count: 1 });
        }
    }
    all.extend(design.links.keys().cloned().map(Failure::Link));
    all
}

fn place(design: &Design, component: &Id) -> String {
    let region = design.components.get(component).and_then(|c| c.region.as_ref());
    region.map_or_else(String::new, |region| format!(" in {}", design.name_of(region)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::design::{Component, Extent, Kind, Link, Pos, Purpose, Region, RegionRole, Requirements, Site};

    fn failure() -> impl Strategy<Value = Failure> {
        let id = || "[a-zA-Z0-9][a-zA-Z0-9._-]{0,9}".prop_map(|id| Id::new(&id).unwrap());
        let pair =
            move || (id(), id()).prop_filter("two regions", |(a, b)| a != b).prop_map(|(a, b)| Between::new(a, b));
        prop_oneof![
            id().prop_map(Failure::Region),
            (id(), "[^\\p{Cc}]{1,9}").prop_map(|(region, zone)| Failure::Zone { region, zone }),
            id().prop_map(Failure::Component),
            (id(), 1..=u32::MAX).prop_map(|(component, count)| Failure::Nodes { component, count }),
            id().prop_map(Failure::Link),
            pair().prop_map(Failure::Cut),
            (pair(), 1..=u32::MAX).prop_map(|(between, extra_rtt_ms)| Failure::Slow { between, extra_rtt_ms }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(failure in failure()) {
            prop_assert_eq!(failure.to_string().parse(), Ok(failure));
        }

        #[test]
        fn no_text_is_too_strange_to_be_refused(text in ".{0,40}") {
            if let Ok(failure) = text.parse::<Failure>() {
                prop_assert_eq!(failure.to_string().parse(), Ok(failure));
            }
        }
    }

    #[test]
    fn a_pair_of_regions_is_the_same_both_ways() {
        assert_eq!("cut:us/eu".parse::<Failure>(), "cut:eu/us".parse());
        assert_eq!("slow:us/eu/80".parse::<Failure>().unwrap().to_string(), "slow:eu/us/80");
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for bad in [
            "",
            "region",
            "region:",
            "region:../eu",
            "eu",
            "planet:earth",
            "cut:eu",
            "cut:eu/eu",
            "nodes:gw/0",
            "nodes:gw",
            "nodes:gw/-1",
            "slow:eu/us/0",
            "slow:eu/us",
            "zone:eu",
            "zone:eu/",
            "Region:eu",
            " region:eu",
        ] {
            let error = bad.parse::<Failure>().unwrap_err();
            assert!(error.to_string().contains(bad), "{error}");
        }
    }

    fn drawing() -> Design {
        let id = |text: &str| Id::new(text).unwrap();
        let mut design = Design::default();
        for (region, name) in [("eu", "Frankfurt"), ("in", "Mumbai")] {
            let drawn = Region {
                name: name.into(),
                role: RegionRole::Peer,
                site: Site::cloud("aws", "eu-central-1"),
                zones: 3,
                pos: Pos(0, 0),
                extent: Extent(600, 400),
                tint: 0,
                requirements: Requirements::default(),
                availability_pct: None,
                notes: String::new(),
            };
            design.regions.insert(id(region), Arc::new(drawn));
        }
        for (component, name, kind) in [("gw", "Gateway", Kind::Gateway), ("cp", "Control plane", Kind::ControlPlane)] {
            let zones = vec!["a".to_owned(), "b".to_owned()];
            let drawn = Component { region: Some(id("eu")), instances: 2, zones, ..Component::new(kind, name) };
            design.components.insert(id(component), Arc::new(drawn));
        }
        design.links.insert(id("l"), Arc::new(Link::new(id("gw"), id("cp"), Purpose::EventStream)));
        design
    }

    #[test]
    fn failures_are_told_as_people_say_them() {
        let design = drawing();
        for (text, words) in [
            ("region:eu", "Frankfurt"),
            ("zone:eu/a", "zone a of Frankfurt"),
            ("component:gw", "“Gateway” in Frankfurt"),
            ("nodes:gw/1", "a node of “Gateway” in Frankfurt"),
            ("nodes:gw/2", "2 nodes of “Gateway” in Frankfurt"),
            ("cut:in/eu", "the connection Frankfurt – Mumbai"),
            ("slow:in/eu/80", "80 ms more between Frankfurt and Mumbai"),
            ("region:gone", "gone"),
        ] {
            assert_eq!(text.parse::<Failure>().unwrap().words(&design), words);
        }
    }

    #[test]
    fn what_is_not_there_cannot_fail() {
        let design = drawing();
        let missing = |text: &str| text.parse::<Failure>().unwrap().missing_in(&design);
        for there in ["region:eu", "zone:eu/b", "component:gw", "nodes:gw/2", "link:l", "cut:eu/in", "slow:eu/in/5"] {
            assert_eq!(missing(there), None, "{there}");
        }
        for (gone, says) in [
            ("region:gw", "no region \"gw\""),
            ("zone:eu/c", "a, b"),
            ("zone:us/a", "no region \"us\""),
            ("component:eu", "no component \"eu\""),
            ("nodes:gw/3", "has 2 nodes"),
            ("link:gw", "no link \"gw\""),
            ("cut:eu/us", "no region \"us\""),
        ] {
            let missing = missing(gone).unwrap_or_default();
            assert!(missing.contains(says), "{gone}: {missing}");
        }
    }
}
