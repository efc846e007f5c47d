//! The price book against single rows of the lists, and its stand-ins.

use super::*;
use crate::books::Books;

fn book() -> &'static PriceBook {
    Books::shipped().prices()
}

fn compute(provider: Provider, region: &str, vcpu: f64, memory_gib: f64) -> Price {
    book().compute_hourly(provider, region, vcpu, memory_gib).expect("a price")
}

fn assert_usd(price: &Price, usd: f64) {
    assert!((price.usd - usd).abs() < 5e-7, "{price:?}, expected {usd}");
}

#[test]
fn the_cheapest_x86_machine_that_fits_is_taken() {
    // c5a.large at 0.077 beats c5.large; t3 (burstable) and c6g (ARM) are cheaper and left out.
    let small = compute(Provider::Aws, "us-east-1", 2.0, 4.0);
    assert_eq!((small.sku.as_str(), small.note_on_fallback.as_deref()), ("c5a.large", None));
    assert_usd(&small, 0.077);
    assert_eq!(small.sourced.date.to_string(), "2026-07-20");
    assert_eq!(small.sourced.quality, Quality::Published);
    let balanced = compute(Provider::Aws, "us-east-1", 2.0, 8.0);
    assert_usd(&balanced, 0.096);
    assert_usd(&compute(Provider::Azure, "eastus", 2.0, 4.0), 0.0846);
    assert_usd(&compute(Provider::Gcp, "us-central1", 4.0, 16.0), 0.134023);
}

#[test]
fn a_size_beyond_the_list_is_a_multiple_and_said_so() {
    let large = compute(Provider::Aws, "us-east-1", 8.0, 32.0);
    assert_usd(&large, 2.0 * 0.192);
    assert!(large.sku.starts_with("2 × m"), "{}", large.sku);
    assert!(large.note_on_fallback.is_some_and(|note| note.contains("no listed size is large enough")));
    assert_eq!(large.sourced.quality, Quality::Derived);
    // One machine that fits beats two cheaper ones.
    assert_usd(&compute(Provider::Aws, "us-east-1", 4.0, 8.0), 0.154);
    assert!(book().compute_hourly(Provider::Aws, "us-east-1", f64::NAN, 1e300).is_some());
}

#[test]
fn a_suspect_price_is_the_last_resort() {
    let price = compute(Provider::Azure, "southafricawest", 2.0, 4.0);
    assert_ne!(price.sourced.quality, Quality::Suspect);
    assert_ne!(price.sku, "Standard_F2s_v2");
}

#[test]
fn another_regions_price_is_named_and_an_estimate() {
    for (provider, region, stand_in, why) in [
        (Provider::Aws, "ca-west-1", "ca-central-1", "same country"),
        (Provider::Aws, "eu-south-2", "eu-west-3", "same jurisdiction"),
        (Provider::Aws, "eu-central-2", "eu-south-1", "same continent"),
        (Provider::Aws, "il-central-1", "me-south-1", "same continent"),
        (Provider::Gcp, "asia-southeast3", "asia-east2", "same continent"),
    ] {
        let price = compute(provider, region, 2.0, 4.0);
        assert_eq!(price.region, stand_in, "{region}");
        assert_eq!(price.sourced.quality, Quality::Estimate);
        let note = price.note_on_fallback.unwrap_or_default();
        assert!(note.contains(region) && note.contains(stand_in) && note.contains(why), "{note}");
    }
    let balancer = book().load_balancer(Provider::Aws, "ap-south-1", LoadBalancerKind::Application);
    let hourly = balancer.expect("a price").hourly;
    assert_eq!(hourly.region, "us-east-1");
    assert!(hourly.note_on_fallback.is_some_and(|note| note.contains("main US region")));
}

#[test]
fn without_a_list_there_is_no_price() {
    let book = book();
    assert_eq!(book.compute_hourly(Provider::Ibm, "eu-de", 2.0, 4.0), None);
    assert_eq!(book.internet_egress(Provider::Ibm, "eu-de"), None);
    assert_eq!(book.inter_region(Provider::Ibm, "eu-de", "eu-gb"), None);
    assert_eq!(book.private_line(Provider::Ibm, "eu-de"), None);
    assert_eq!(book.compute_hourly(Provider::Aws, "eu-west-99", 2.0, 4.0), None);
    let oracle = book.database_hourly(Provider::Azure, "eastus", DatabaseEngine::OracleSe2, 2.0, 8.0, false);
    assert_eq!(oracle, None);
    let storage = book.database_storage_gb_month(Provider::Azure, "eastus", DatabaseEngine::Aurora, false);
    assert_eq!(storage, None);
    assert_eq!(book.transfer(Endpoint::Outside, Endpoint::Cloud(Provider::Aws, "us-east-1")), None);
}

#[test]
fn databases_follow_the_list() {
    let price = |provider, region, engine, vcpu, memory_gib, multi_az| {
        book().database_hourly(provider, region, engine, vcpu, memory_gib, multi_az).expect("a price")
    };
    assert_usd(&price(Provider::Aws, "us-east-1", DatabaseEngine::Mysql, 2.0, 8.0, false), 0.171);
    // The list has a burstable pair at 0.272; twice a machine that is not burstable is preferred.
    let pair = price(Provider::Aws, "us-east-1", DatabaseEngine::Mysql, 2.0, 8.0, true);
    assert_usd(&pair, 0.342);
    assert!(pair.note_on_fallback.is_some_and(|note| note.contains("twice the price of one zone")));
    let listed_pair = price(Provider::Aws, "us-east-1", DatabaseEngine::SqlServerStandard, 4.0, 16.0, true);
    assert_usd(&listed_pair, 2.448);
    let burstable = price(Provider::Aws, "us-east-1", DatabaseEngine::Postgresql, 2.0, 8.0, false);
    assert_usd(&burstable, 0.145);
    assert!(burstable.note_on_fallback.is_some_and(|note| note.contains("burstable")));
    // Compute 0.608863 + licence 0.099966 for each of 4 vCores; zone redundancy 0.365315.
    let sql = price(Provider::Azure, "eastus", DatabaseEngine::SqlServerStandard, 4.0, 16.0, false);
    assert_usd(&sql, 0.608863 + 4.0 * 0.099966);
    let redundant = price(Provider::Azure, "eastus", DatabaseEngine::SqlServerStandard, 4.0, 16.0, true);
    assert_usd(&redundant, 0.608863 + 4.0 * 0.099966 + 0.365315);
    // The custom sizes of the list: db-custom-4-15360 at 0.270199, regional 0.540397.
    let custom = price(Provider::Gcp, "us-central1", DatabaseEngine::Mysql, 4.0, 15.0, false);
    assert!((custom.usd - 0.270199).abs() < 2e-6);
    let regional = price(Provider::Gcp, "us-central1", DatabaseEngine::Mysql, 4.0, 15.0, true);
    assert!((regional.usd - 0.540397).abs() < 3e-6);
}

#[test]
fn storage_follows_the_list() {
    let storage = |provider, region, engine, multi_az| {
        book().database_storage_gb_month(provider, region, engine, multi_az).expect("a price")
    };
    assert_usd(&storage(Provider::Aws, "us-east-1", DatabaseEngine::Mysql, false), 0.115);
    assert_usd(&storage(Provider::Aws, "us-east-1", DatabaseEngine::Mysql, true), 0.23);
    assert_usd(&storage(Provider::Aws, "us-east-1", DatabaseEngine::Aurora, true), 0.1);
    let pair = storage(Provider::Azure, "westus", DatabaseEngine::Mysql, true);
    assert_usd(&pair, 2.0 * 0.138);
    assert_eq!(pair.sourced.quality, Quality::Estimate);
    let disk = book().block_storage_gb_month(Provider::Aws, "eu-central-1").expect("a price");
    assert_usd(&disk, 0.0952);
    assert!(disk.sourced.stale);
}

#[test]
fn the_tariff_of_an_account_adds_up_its_tiers() {
    let tariff = book().internet_egress(Provider::Aws, "sa-east-1").expect("a tariff");
    assert_eq!(tariff.tiers.len(), 4);
    let usd = tariff.usd_per_month(60_000.0);
    let by_hand = 10_240.0 * 0.15 + 40_960.0 * 0.138 + 8_800.0 * 0.126;
    assert!((usd - by_hand).abs() < 1e-6);
    assert_eq!(tariff.listed_to_gb(), None);
    // The list of us-east-1 ends at 150 TB; its last price goes on.
    let virginia = book().internet_egress(Provider::Aws, "us-east-1").expect("a tariff");
    assert_eq!(virginia.listed_to_gb(), Some(153_600.0));
    let step = virginia.usd_per_month(200_001.0) - virginia.usd_per_month(200_000.0);
    assert!((step - 0.07).abs() < 1e-6);
    let azure = book().internet_egress(Provider::Azure, "westeurope").expect("a tariff");
    assert!(azure.usd_per_month(100.0).abs() < 1e-12);
    assert!((azure.usd_per_month(200.0) - 8.75).abs() < 1e-9);
    assert!(tariff.usd_per_month(-5.0).abs() < 1e-12);
}

#[test]
fn every_tariff_has_tiers_without_gaps() {
    for region in Books::shipped().regions().all() {
        let Some(tariff) = book().internet_egress(region.provider, &region.id) else {
            assert_eq!(region.provider, Provider::Ibm);
            continue;
        };
        let mut end_gb = Some(0.0);
        for tier in &tariff.tiers {
            assert_eq!(end_gb, Some(tier.from_gb), "{}", region.id);
            end_gb = tier.to_gb;
        }
    }
}

#[test]
fn traffic_between_regions_costs_what_the_source_lists() {
    let moved =
        |provider, from: &str, to: &str| book().inter_region(provider, from, to).expect("a price").usd_per_gb_moved();
    for (provider, from, to, usd) in [
        (Provider::Aws, "us-east-1", "us-east-2", 0.01),
        (Provider::Aws, "us-east-1", "eu-west-1", 0.02),
        (Provider::Aws, "sa-east-1", "us-east-1", 0.138),
        (Provider::Aws, "ap-south-2", "eu-west-1", 0.086),
        (Provider::Azure, "westeurope", "northeurope", 0.02),
        (Provider::Azure, "westeurope", "eastus", 0.05),
        (Provider::Azure, "southeastasia", "westeurope", 0.08),
        (Provider::Azure, "brazilsouth", "chilecentral", 0.181),
        (Provider::Gcp, "us-east1", "us-west1", 0.01),
        (Provider::Gcp, "europe-west1", "us-east1", 0.08),
        (Provider::Gcp, "asia-south1", "asia-east1", 0.05),
        (Provider::Gcp, "asia-southeast2", "asia-east1", 0.15),
        (Provider::Gcp, "australia-southeast1", "australia-southeast2", 0.08),
        (Provider::Gcp, "australia-southeast1", "us-east1", 0.15),
    ] {
        assert!((moved(provider, from, to) - usd).abs() < 1e-9, "{from} {to}: {}", moved(provider, from, to));
    }
    assert_eq!(book().inter_region(Provider::Aws, "us-east-1", "us-east-1"), None);
}

#[test]
fn between_zones_aws_charges_both_ends_and_azure_lists_nothing() {
    let aws = book().inter_zone(Provider::Aws, "eu-west-1").expect("a price");
    assert!((aws.usd_per_gb_moved() - 0.02).abs() < 1e-12);
    let gcp = book().inter_zone(Provider::Gcp, "europe-west1").expect("a price");
    assert!((gcp.usd_per_gb_moved() - 0.01).abs() < 1e-12);
    assert_eq!(book().inter_zone(Provider::Azure, "westeurope"), None);
}

#[test]
fn across_providers_the_internet_tariff_of_the_source_holds() {
    let from = Endpoint::Cloud(Provider::Aws, "eu-central-1");
    let to = Endpoint::Cloud(Provider::Azure, "germanywestcentral");
    let expected = book().internet_egress(Provider::Aws, "eu-central-1").map(Transfer::Internet);
    assert!(expected.is_some());
    assert_eq!(book().transfer(from, to), expected);
    assert_eq!(book().transfer(from, Endpoint::Outside), expected);
    let inside = book().transfer(from, Endpoint::Cloud(Provider::Aws, "eu-west-1"));
    assert!(matches!(inside, Some(Transfer::PerGb(_))));
}

#[test]
fn services_follow_the_list() {
    let balancer = book().load_balancer(Provider::Aws, "us-east-1", LoadBalancerKind::Application);
    let balancer = balancer.expect("a price");
    assert_usd(&balancer.hourly, 0.0225);
    assert_usd(&balancer.capacity_unit_hourly.expect("a unit"), 0.008);
    let nat = book().nat(Provider::Gcp, "us-central1").expect("a price");
    assert_eq!(nat.hourly, None);
    assert_usd(&nat.per_gb, 0.045);
    let geo = book().global_dns(Provider::Aws, DnsRouting::Geo).expect("a price");
    assert_usd(&geo.million_queries, 0.7);
    assert_eq!(geo.million_queries.note_on_fallback, None);
    let manager = book().global_dns(Provider::Azure, DnsRouting::Latency).expect("a price");
    assert_usd(&manager.million_queries, 0.54);
    assert_eq!(manager.million_queries.note_on_fallback, None);
    let google = book().global_dns(Provider::Gcp, DnsRouting::Latency).expect("a price");
    assert!(google.million_queries.note_on_fallback.is_some());
    let line = book().private_line(Provider::Aws, "eu-west-1").expect("a price");
    assert_usd(&line.per_gb.expect("a price per GB"), 0.0282);
    assert_usd(&book().kubernetes_hourly(Provider::Aws, "us-east-1").expect("a price"), 0.1);
    assert_usd(&book().vpn_hourly(Provider::Gcp, "us-central1").expect("a price"), 0.05);
}

#[test]
fn every_priced_region_sells_a_gateway_node_and_a_disk() {
    for region in Books::shipped().regions().all() {
        let priced = region.provider != Provider::Ibm;
        let node = book().compute_hourly(region.provider, &region.id, 2.0, 4.0);
        assert_eq!(node.is_some(), priced, "{}", region.id);
        assert_eq!(book().block_storage_gb_month(region.provider, &region.id).is_some(), priced);
        let usd = node.map_or(0.1, |price| price.usd);
        assert!((0.03..0.5).contains(&usd), "{} {usd}", region.id);
    }
}
