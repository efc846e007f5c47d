//! The drawing as it is under failures: without what is lost, with the nodes that are left.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::design::failure::nodes;
use crate::design::{Between, Component, Design, Failure, Failures, Id, Kind};

use crate::failure::part::PartOf;
use crate::failure::{Model, Outcome};

/// What is left of a drawing. Regions stay, as places; users stay, as nothing that fails takes them away.
pub(in crate::failure) fn left(design: &Design, model: &Model, outcome: &Outcome) -> Design {
    let mut left = design.clone();
    let lost = Lost::of(&outcome.failures);
    left.components.retain(|id, component| {
        if component.kind() == Kind::Users {
            return true;
        }
        let nodes = lost.nodes_left(id, component, model, outcome);
        if nodes > 0 && (nodes < component.instances || lost.touches_zones(component)) {
            let component = Arc::make_mut(component);
            component.instances = nodes.min(component.instances);
            let region = component.region.clone();
            component.zones.retain(|zone| !lost.is_zone_lost(region.as_ref(), zone));
        }
        nodes > 0
    });
    let region = |id: &Id| design.components.get(id).and_then(|c| c.region.clone());
    let cut = |from: &Id, to: &Id| match (region(from), region(to)) {
        (Some(from), Some(to)) => outcome.failures.contains(&Failure::Cut(Between::new(from, to))),
        _ => false,
    };
    let Design { components, links, .. } = &mut left;
    links.retain(|id, link| {
        components.contains_key(&link.from)
            && components.contains_key(&link.to)
            && !outcome.failures.contains(&Failure::Link(id.clone()))
            && !cut(&link.from, &link.to)
    });
    left
}

/// What is added to round trips between regions, ms.
pub(super) fn slower(failures: &Failures) -> BTreeMap<Between, f64> {
    let mut slower: BTreeMap<Between, f64> = BTreeMap::new();
    for failure in failures {
        if let Failure::Slow { between, extra_rtt_ms } = failure {
            *slower.entry(between.clone()).or_default() += f64::from(*extra_rtt_ms);
        }
    }
    slower
}

/// What the failures say about places.
struct Lost<'f> {
    failures: &'f Failures,
    zones: BTreeSet<(&'f Id, &'f str)>,
}

impl<'f> Lost<'f> {
    fn of(failures: &'f Failures) -> Self {
        let zones = failures.iter().filter_map(|failure| match failure {
            Failure::Zone { region, zone } => Some((region, zone.as_str())),
            _ => None,
        });
        Self { failures, zones: zones.collect() }
    }

    fn is_zone_lost(&self, region: Option<&Id>, zone: &str) -> bool {
        region.is_some_and(|region| self.zones.contains(&(region, zone)))
    }

    fn touches_zones(&self, component: &Component) -> bool {
        component.zones.iter().any(|zone| self.is_zone_lost(component.region.as_ref(), zone))
    }

    /// Nodes that still run; of a service that fails as one, all or none.
    fn nodes_left(&self, id: &Id, component: &Component, model: &Model, outcome: &Outcome) -> u32 {
        let in_lost_region =
            component.region.as_ref().is_some_and(|region| self.failures.contains(&Failure::Region(region.clone())));
        if in_lost_region || self.failures.contains(&Failure::Component(id.clone())) {
            return 0;
        }
        // Where the model counts nodes, its count holds: they stand in the zones in turn.
        let zones: BTreeSet<&str> = component.zones.iter().map(String::as_str).collect();
        let zones: Vec<Option<&str>> =
            if zones.is_empty() { vec![None] } else { zones.into_iter().map(Some).collect() };
        let counted = zones.iter().filter_map(|zone| {
            let part = model.part(&PartOf::Nodes(id.clone(), zone.map(str::to_owned)))?;
            let lost = zone.is_some_and(|zone| self.is_zone_lost(component.region.as_ref(), zone));
            Some(if lost { 0 } else { model.up(part, outcome.down()) })
        });
        let counted: Vec<u32> = counted.collect();
        if !counted.is_empty() {
            return counted.into_iter().fold(0, u32::saturating_add);
        }
        if zones.iter().all(|zone| zone.is_some_and(|zone| self.is_zone_lost(component.region.as_ref(), zone))) {
            return 0;
        }
        let stopped = self.failures.iter().map(|failure| match failure {
            Failure::Nodes { component, count } if component == id => *count,
            _ => 0,
        });
        nodes(component).unwrap_or(1).saturating_sub(stopped.fold(0, u32::saturating_add))
    }
}
