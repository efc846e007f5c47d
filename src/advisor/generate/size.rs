//! How many gateways of what size carry the load.

use crate::books::Books;
use crate::design::draft::Draft;
use crate::design::{Design, Id, Kind, NodeSize};
use crate::estimate;
use crate::rules::wiring;
use crate::topology::Topology;

/// Sizes of a node that are tried, vCPU; memory is 2 GiB for each.
const VCPU: [f64; 4] = [2.0, 4.0, 8.0, 16.0];
/// Gateways of one group up to which the next larger node is not taken. A pair of traffic managers serves about ten
/// (E10).
const FEW: u32 = 6;
/// Fewest nodes of a group, so that one may fail (D1).
const PAIR: u32 = 2;

/// Sizes the gateways of regions so that they carry the peak without one of their nodes, by published throughput; where
/// regions have to survive the loss of another one, the peak of all.
pub(super) fn gateways(draft: &mut Draft, regions: &[Id], books: &Books) {
    let design = draft.design().clone();
    let topology = Topology::of(&design);
    let estimates = estimate::estimate(&topology, books);
    let survivors = survivors(&design);
    let total_rps: f64 = estimates.load.iter().map(|l| l.demand_rps).sum();
    for group in regions.iter().flat_map(|r| wiring::of_kind(&design, r, |k| k == Kind::Gateway)) {
        let Some(load) = estimates.load.iter().find(|l| l.component == group) else { continue };
        let Some((instances, size)) = design.components.get(&group).and_then(|c| Some((c.instances, c.size?))) else {
            continue;
        };
        let per_vcpu_rps = load.capacity_rps / f64::from(instances) / size.vcpu;
        // No throughput is published for the version, so a pair stays a pair.
        if per_vcpu_rps <= 0.0 || !per_vcpu_rps.is_finite() {
            continue;
        }
        let (nodes, vcpu) = fit(load.demand_rps, survivors.map(|n| total_rps / n), per_vcpu_rps);
        draft.component(&group, |c| {
            c.instances = nodes;
            c.size = Some(NodeSize { vcpu, memory_gib: 2.0 * vcpu, ..size });
        });
    }
}

/// How many regions carry the whole peak when one is lost; `None` when nobody asks for it.
fn survivors(design: &Design) -> Option<f64> {
    let asked = design.regions.values().any(|r| design.requirements_of(r).independent_survival == Some(true));
    let serving =
        design.regions.keys().filter(|r| design.components_in(r).any(|(_, c)| c.kind().has_gateway())).count();
    (asked && serving > 1).then(|| (serving - 1) as f64)
}

/// Nodes and their vCPU: the smallest size of which few are enough.
fn fit(peak_rps: f64, share_of_all_rps: Option<f64>, per_vcpu_rps: f64) -> (u32, f64) {
    let nodes = |vcpu: f64| {
        let one = per_vcpu_rps * vcpu;
        // One node more than the own peak takes; the share of all has to be carried by all nodes together.
        let own = (peak_rps / one).ceil() + 1.0;
        let shared = (share_of_all_rps.unwrap_or(0.0) / one).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is clamped to what a group may have"
        )]
        let count = own.max(shared).clamp(f64::from(PAIR), f64::from(crate::design::MAX_INSTANCES)) as u32;
        count
    };
    let [.., largest] = VCPU;
    let vcpu = VCPU.into_iter().find(|v| nodes(*v) <= FEW).unwrap_or(largest);
    (nodes(vcpu), vcpu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_carries_its_peak_without_one_node_and_grows_its_nodes_before_their_number() {
        assert_eq!(fit(0.0, None, 1_000.0), (2, 2.0));
        assert_eq!(fit(2_000.0, None, 1_000.0), (2, 2.0));
        assert_eq!(fit(2_001.0, None, 1_000.0), (3, 2.0));
        assert_eq!(fit(12_000.0, None, 1_000.0), (4, 4.0));
        assert_eq!(fit(2_000.0, Some(9_000.0), 1_000.0), (5, 2.0));
        assert_eq!(fit(160_000.0, None, 1_000.0), (11, 16.0));
    }
}
