//! Which documented deployment pattern a drawing is.

mod between;
mod shape;

use serde::Serialize;

pub use shape::{RegionRecognition, RegionShape};

use super::context::{holds_product, is_service};
use super::words::list;
use crate::design::{Id, Kind, PatternIntent, Region, RegionRole};
use crate::topology::Topology;

/// A deployment pattern over regions (facts B1, B20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
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
    #[default]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Recognition {
    /// The pattern.
    pub pattern: Pattern,
    /// What in the drawing says so, one sentence each.
    pub reasons: Vec<String>,
    /// What each region is drawn as, in order of id.
    pub regions: Vec<RegionRecognition>,
    /// What stands between the drawing and the pattern, one sentence each: about the whole, about each region, and
    /// about what runs between regions. Empty when the drawing is the pattern.
    pub missing: Vec<String>,
}

impl Recognition {
    /// The pattern of a single data centre, 0 to 6, if one region is drawn as one (facts C0 to C6).
    #[must_use]
    pub fn single_region_number(&self) -> Option<u8> {
        let mut numbers = self.regions.iter().filter_map(|r| r.shape.number());
        let only = numbers.next()?;
        numbers.next().is_none().then_some(only)
    }
}

/// Recognises the pattern of a drawing; an explicit intent of the architect wins.
///
/// As drawn, regions with a control plane (or all-in-one) count as complete and regions that have only gateways or
/// traffic managers as data plane. The role Sub is the architect's word and makes a region a data plane region even
/// while it is still empty, or wrongly holds a control plane. Linear in the size of the drawing, but for sorting.
#[must_use]
pub fn recognise(topology: &Topology<'_>) -> Recognition {
    let (pattern, reasons) = as_meant(topology);
    let stocks = shape::stocks(topology);
    let main = (pattern == Pattern::Pattern2).then(|| shape::main(&stocks)).flatten();
    let mut drawn: Vec<Drawn<'_, '_>> = stocks
        .iter()
        .enumerate()
        .map(|(i, stock)| {
            let shape = shape::of(stock, pattern, main == Some(i));
            Drawn { stock, shape, missing: shape::missing(stock, shape, topology.design.meta.product_version) }
        })
        .collect();
    between::attach(topology, &mut drawn);
    let mut missing = of_the_whole(pattern, &drawn);
    missing.extend(drawn.iter().flat_map(|d| d.missing.iter().cloned()));
    if matches!(pattern, Pattern::Pattern1 | Pattern::Mixed) {
        missing.extend(between::unconnected(topology, &drawn));
    }
    let regions = drawn
        .into_iter()
        .map(|d| RegionRecognition { region: d.stock.id.clone(), shape: d.shape, missing: d.missing })
        .collect();
    Recognition { pattern, reasons, regions, missing }
}

/// A region under recognition.
struct Drawn<'s, 'a> {
    stock: &'s shape::Stock<'a>,
    shape: RegionShape,
    missing: Vec<String>,
}

/// What the pattern asks of the regions together.
fn of_the_whole(pattern: Pattern, drawn: &[Drawn<'_, '_>]) -> Vec<String> {
    let which = |test: &dyn Fn(&Drawn<'_, '_>) -> bool| -> Vec<&str> {
        drawn.iter().filter(|d| test(d)).map(|d| d.stock.region.name.as_str()).collect()
    };
    let shaped = |shape: RegionShape| which(&move |d| d.shape == shape);
    let mut missing = Vec::new();
    match pattern {
        Pattern::Pattern1 if shaped(RegionShape::Complete).len() < 2 => {
            missing.push("Pattern 1 asks for at least two complete regions.".to_owned());
        }
        Pattern::Pattern2 => {
            if shaped(RegionShape::Main).is_empty() {
                missing.push("There is no main region with the control plane.".to_owned());
            }
            if shaped(RegionShape::Sub).is_empty() {
                missing.push("Pattern 2 asks for at least one sub region.".to_owned());
            }
            let hubs = which(&|d| {
                matches!(d.shape, RegionShape::Main | RegionShape::Complete) && d.stock.has(Kind::has_control_plane)
            });
            if hubs.len() > 1 {
                let names = list(&hubs);
                missing.push(format!("Pattern 2 keeps the control plane in one region, but {names} each have one."));
            }
        }
        Pattern::SingleRegion => {
            let inhabited = which(&|d| d.stock.has(Kind::is_product_node));
            if inhabited.len() > 1 {
                missing.push(format!("A single region is meant, but {} each hold nodes.", list(&inhabited)));
            }
        }
        Pattern::None if drawn.is_empty() => missing.push("No region is drawn yet.".to_owned()),
        Pattern::None => missing.push(
            "No region has a control plane: Pattern 1 asks for one in every region, Pattern 2 for one in the main region."
                .to_owned(),
        ),
        Pattern::Pattern1 | Pattern::Mixed => {}
    }
    missing
}

/// The pattern with its reasons; the intent wins.
fn as_meant(topology: &Topology<'_>) -> (Pattern, Vec<String>) {
    let (drawn, because) = as_drawn(topology);
    let meant = match topology.design.meta.pattern {
        PatternIntent::Auto => return (drawn, because),
        PatternIntent::Pattern1 => Pattern::Pattern1,
        PatternIntent::Pattern2 => Pattern::Pattern2,
        PatternIntent::SingleRegion => Pattern::SingleRegion,
    };
    let mut reasons = vec![format!("The design is meant as {}.", spoken(meant))];
    if drawn != meant && drawn != Pattern::None {
        reasons.push(format!("What is drawn so far looks like {}.", spoken(drawn)));
    }
    reasons.extend(because);
    (meant, reasons)
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

fn as_drawn(topology: &Topology<'_>) -> (Pattern, Vec<String>) {
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
    // A region of backends and the like makes no second datacentre of the product.
    let only_services = |id: &Id| topology.region_has(id, is_service) && !topology.region_has(id, holds_product);
    let drawn = topology.regions().count();
    let places = topology.regions().filter(|(id, _)| !only_services(id)).count().max(drawn.min(1));
    let pattern = match (complete.len(), subs, places) {
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
    (pattern, reasons)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{
        Component, IdentityProduct, IdentityProvider, Link, ProductVersion, Purpose, Replication, Spec,
    };
    use crate::rules::testing::{Sketch, mixed, pattern_1, pattern_2, single};

    fn seen(sketch: Sketch) -> Recognition {
        recognise(&Topology::of(&sketch.design()))
    }

    fn shapes(recognition: &Recognition) -> Vec<(&str, RegionShape)> {
        recognition.regions.iter().map(|r| (r.region.as_str(), r.shape)).collect()
    }

    #[track_caller]
    fn lacks(sketch: Sketch, expected: &[&str]) {
        assert_eq!(seen(sketch).missing, expected);
    }

    #[test]
    fn documented_deployments_lack_nothing() {
        use RegionShape::{Complete, Distributed, Main, Sub};
        for (sketch, expected) in [
            (single(), vec![("frankfurt", Distributed)]),
            (pattern_1(), vec![("frankfurt", Complete), ("oregon", Complete)]),
            (pattern_2(), vec![("frankfurt", Main), ("mumbai", Sub)]),
            (mixed(), vec![("frankfurt", Complete), ("mumbai", Sub), ("oregon", Complete)]),
        ] {
            let recognition = seen(sketch);
            assert_eq!(shapes(&recognition), expected);
            assert_eq!(recognition.missing, [] as [&str; 0]);
            assert!(recognition.regions.iter().all(|r| r.missing.is_empty()));
        }
    }

    #[test]
    fn every_pattern_of_a_single_data_centre_is_told_by_its_components() {
        let region = || Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::Database);
        let with = |kinds: &[Kind]| kinds.iter().fold(region(), |s, k| s.put("oslo", *k));
        let is = |c: &mut Component| {
            c.spec = Spec::IdentityProvider(IdentityProvider {
                product: IdentityProduct::Wso2Is,
                ..IdentityProvider::default()
            })
        };
        let service = with(&[Kind::AllInOne]).put("", Kind::IdentityProvider).with("idp", is);
        let pair = with(&[Kind::AllInOne, Kind::LoadBalancer]).link("oslo-lb", "oslo-aio", &[Purpose::PortalAccess]);
        let distributed = [Kind::ControlPlane, Kind::TrafficManager, Kind::Gateway];
        for (number, sketch) in [
            (0, with(&[Kind::AllInOne]).without("oslo-db").instances("oslo-aio", 1)),
            (1, pair),
            (2, with(&[Kind::AllInOne, Kind::Gateway])),
            (3, with(&distributed)),
            (4, with(&[&distributed[..], &[Kind::KeyManager]].concat())),
            (5, with(&[Kind::AllInOne, Kind::Gateway, Kind::KeyManager])),
            (6, service.link("oslo-aio", "idp", &[Purpose::Identity])),
        ] {
            let recognition = seen(sketch);
            assert_eq!(recognition.pattern, Pattern::SingleRegion);
            assert_eq!(recognition.single_region_number(), Some(number));
            assert_eq!(recognition.missing, [] as [&str; 0], "{number}");
        }
        let alone = seen(with(&[Kind::Gateway]));
        assert_eq!(shapes(&alone), [("oslo", RegionShape::None)]);
        assert_eq!(alone.missing, ["Oslo has no control plane of its own."]);
    }

    #[test]
    fn an_unfinished_single_region_says_what_it_lacks() {
        let aio = Sketch::new().region("Oslo", RegionRole::Peer).put("oslo", Kind::AllInOne);
        lacks(
            aio,
            &["No database is drawn in Oslo.", "No load balancer stands in front of the all-in-one nodes in Oslo."],
        );
        lacks(
            single().without("frankfurt-tm").without("frankfurt-gw"),
            &["Frankfurt has no traffic manager of its own.", "No gateway is drawn in Frankfurt."],
        );
        // Up to 4.4 the control plane profile is a traffic manager too (A1).
        lacks(single().without("frankfurt-tm").version(ProductVersion::V4_4), &[]);
        lacks(Sketch::new(), &["No region is drawn yet."]);
    }

    #[test]
    fn pattern_1_says_what_is_not_the_same_everywhere() {
        lacks(
            pattern_1().without("oregon-db").without("oregon-tm"),
            &["Oregon has no traffic manager of its own.", "No database is drawn in Oregon."],
        );
        let apart = pattern_1()
            .without_link("frankfurt-cp", "oregon-cp", Purpose::HubEvents)
            .without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents)
            .without_link("frankfurt-db", "oregon-db", Purpose::DbReplication);
        lacks(
            apart,
            &[
                "Frankfurt and Oregon are not connected by hub events in both directions.",
                "There is no replication of apim_db and shared_db between Frankfurt and Oregon.",
            ],
        );
        lacks(
            pattern_1().without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents),
            &["Hub events run from Frankfurt to Oregon, but not back."],
        );
        lacks(single().intent(PatternIntent::Pattern1), &["Pattern 1 asks for at least two complete regions."]);
    }

    #[test]
    fn replication_is_looked_at_schema_by_schema() {
        let set = |change: fn(&mut Replication)| {
            let set = |l: &mut Link| l.replication.as_mut().map_or((), change);
            pattern_1().with_link("frankfurt-db", "oregon-db", Purpose::DbReplication, set)
        };
        lacks(set(|r| r.shared_db = false), &["There is no replication of shared_db between Frankfurt and Oregon."]);
        lacks(
            set(|r| r.bidirectional = false),
            &[
                "apim_db is not replicated from Oregon to Frankfurt.",
                "shared_db is not replicated from Oregon to Frankfurt.",
            ],
        );
    }

    #[test]
    fn pattern_2_says_what_its_regions_lack() {
        lacks(pattern_2().without("mumbai-tm"), &["Mumbai has no traffic manager of its own."]);
        let deaf = pattern_2()
            .without_link("mumbai-gw", "frankfurt-cp", Purpose::EventStream)
            .without_link("mumbai-tm", "frankfurt-cp", Purpose::EventStream)
            .without_link("mumbai-tm", "frankfurt-lb-cp", Purpose::ManagementHttps);
        lacks(
            deaf,
            &[
                "Part of Mumbai pulls nothing from the control plane in Frankfurt.",
                "Mumbai hears no events of the control plane in Frankfurt.",
            ],
        );
        lacks(
            pattern_2().put("mumbai", Kind::ControlPlane),
            &["Mumbai holds a control plane or key manager, which a sub region leaves to the main region."],
        );
        let meant = seen(pattern_1().intent(PatternIntent::Pattern2));
        assert_eq!(shapes(&meant), [("frankfurt", RegionShape::Main), ("oregon", RegionShape::Complete)]);
        assert_eq!(
            meant.missing,
            [
                "Pattern 2 asks for at least one sub region.",
                "Pattern 2 keeps the control plane in one region, but Frankfurt and Oregon each have one.",
            ]
        );
    }

    #[test]
    fn regions_beside_the_pattern_are_told_apart() {
        let backends = pattern_2().region("Ohio", RegionRole::Peer).put("ohio", Kind::Backend);
        let recognition = seen(backends);
        let expected =
            [("frankfurt", RegionShape::Main), ("mumbai", RegionShape::Sub), ("ohio", RegionShape::BackendsOnly)];
        assert_eq!(shapes(&recognition), expected);
        assert_eq!(recognition.missing, [] as [&str; 0]);
        let empty = seen(single().region("Ohio", RegionRole::Peer));
        assert_eq!((empty.pattern, empty.single_region_number()), (Pattern::SingleRegion, Some(3)));
        assert_eq!(empty.missing, ["Ohio is empty."]);
    }

    #[test]
    fn a_link_inside_a_region_connects_it_with_no_other() {
        let peers = pattern_1()
            .put_as("oregon", Kind::ControlPlane, "-2")
            .put_as("oregon", Kind::Database, "-2")
            .link("oregon-cp", "oregon-cp-2", &[Purpose::HubEvents])
            .link("oregon-db", "oregon-db-2", &[Purpose::DbReplication]);
        lacks(peers, &[]);
        lacks(
            pattern_1().intent(PatternIntent::SingleRegion),
            &["A single region is meant, but Frankfurt and Oregon each hold nodes."],
        );
    }

    #[test]
    fn many_regions_that_nobody_connected_stay_readable() {
        let names: Vec<String> = (0..40).map(|n| format!("R{n:02}")).collect();
        let apart = names.iter().fold(Sketch::new(), |s, name| s.full_region(name, RegionRole::Peer));
        let missing = seen(apart).missing;
        assert_eq!(missing.len(), 2 * 39);
        let first = "R00 is not connected by hub events, in both directions, with R01, R02, R03 and 36 more.";
        assert_eq!(missing.first().map(String::as_str), Some(first));
    }

    #[test]
    fn a_regions_name_changes_nothing_but_the_name() {
        let cut = || pattern_1().without_link("oregon-cp", "frankfurt-cp", Purpose::HubEvents).without("oregon-tm");
        for sketch in [single, pattern_1, pattern_2, mixed, cut] {
            for intent in PatternIntent::ALL {
                let before = seen(sketch().intent(intent));
                let after = seen(sketch().intent(intent).with_region("frankfurt", |r| r.name = "Zürich <1>".into()));
                let renamed = |texts: &[String]| -> Vec<String> {
                    texts.iter().map(|t| t.replace("Frankfurt", "Zürich <1>")).collect()
                };
                assert_eq!(after.pattern, before.pattern);
                assert_eq!(after.reasons, renamed(&before.reasons));
                assert_eq!(after.missing, renamed(&before.missing));
                for (a, b) in after.regions.iter().zip(&before.regions) {
                    assert_eq!((&a.region, a.shape, &a.missing), (&b.region, b.shape, &renamed(&b.missing)));
                }
            }
        }
    }
}
