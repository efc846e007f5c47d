//! What groups must carry and what they can.

use super::*;

/// Gateways behind one balancer share what arrives there in proportion to what they can carry, over any number of
/// balancers in between.
#[test]
fn gateways_behind_a_balancer_share_by_capacity() {
    let drawing = two_regions(RoutingPolicy::Nearest)
        .add("gw-big", Kind::Gateway, Some("eu"))
        .edit("gw-big", |c| c.instances = 6)
        .add("lb-inner", Kind::LoadBalancer, Some("eu"))
        .link("lb-eu", "lb-inner", Purpose::ApiTraffic)
        .link("lb-inner", "gw-big", Purpose::ApiTraffic)
        .link("lb-inner", "lb-eu", Purpose::ApiTraffic);
    let estimates = drawing.estimate();
    near(demand(&estimates, "gw-eu"), 125.0, 1e-6);
    near(demand(&estimates, "gw-big"), 375.0, 1e-6);
    // The cost of the inner balancer follows what goes through it.
    assert!(estimates.cost.items.iter().any(|i| i.element == id("lb-inner")));
    check_all(&estimates);
}

/// E4 by way of the performance book: 4.5.0, passthrough, 1 KiB, 2 cores carry 3,915 calls a second.
#[test]
fn capacity_is_published_throughput_times_cores_times_nodes() {
    let drawing = Drawing::new()
        .region("eu", RegionRole::Peer, Site::cloud("aws", "eu-central-1"))
        .add("gw", Kind::Gateway, Some("eu"))
        .users("berlin", 52.5, 13.4, 2_000.0)
        .edit("berlin", |c| {
            if let Spec::Users(users) = &mut c.spec {
                (users.request_bytes, users.response_bytes) = (1_024.0, 1_024.0);
            }
        })
        .edit("gw", |c| c.instances = 1)
        .link("berlin", "gw", Purpose::ApiTraffic);
    let load = &drawing.estimate().load[0];
    near(load.capacity_rps, 3_915.0, 1.0);
    near(load.utilisation.value, 51.09, 0.05);
    let four = drawing.edit("gw", |c| {
        c.instances = 3;
        c.size = Some(NodeSize { vcpu: 4.0, memory_gib: 8.0, disk_gib: 10.0 });
    });
    near(four.estimate().load[0].capacity_rps, 6.0 * 3_915.0, 6.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn more_nodes_never_raise_utilisation(instances in 1u32..40, rps in 0.0f64..40_000.0) {
        let of = |instances: u32| {
            let drawing = two_regions(RoutingPolicy::Failover).edit("gw-eu", |c| c.instances = instances).edit("berlin", |c| {
                if let Spec::Users(users) = &mut c.spec {
                    users.requests_per_s = rps;
                }
            });
            drawing.estimate().load.into_iter().find(|l| l.component == id("gw-eu")).unwrap().utilisation
        };
        let (few, more) = (of(instances), of(instances + 1));
        prop_assert!(more.value <= few.value && more.low <= few.low && more.high <= few.high);
    }
}
