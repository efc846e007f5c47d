//! The way of an architect from a target that is missed to the cheapest change that meets it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

use std::sync::Arc;

use meridian::advisor::DocumentedPattern;
use meridian::advisor::generate::{Plan, PlannedRegion, generate};
use meridian::advisor::remedies;
use meridian::analysis::{Analysis, Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Design, Id, ProductVersion, Requirements, Site, Spec};
use meridian::estimate::Operation;

/// Frankfurt, Virginia and Singapore with 5,000 calls a second in all; the backends stand in Frankfurt only.
fn three_continents() -> Design {
    let region = |name: &str, at: &str, requests_per_s: f64, main: bool| PlannedRegion {
        requests_per_s: Some(requests_per_s),
        backends: main,
        chosen: Some(if main { DocumentedPattern::Pattern1 } else { DocumentedPattern::Pattern2 }),
        ..PlannedRegion::new(name, Site::cloud("aws", at))
    };
    let plan = Plan {
        name: "Three continents".into(),
        product_version: ProductVersion::V4_6,
        requirements: Requirements::default(),
        regions: vec![
            region("Frankfurt", "eu-central-1", 2_500.0, true),
            region("Virginia", "us-east-1", 1_500.0, false),
            region("Singapore", "ap-southeast-1", 1_000.0, false),
        ],
        owner: String::new(),
        date: None,
    };
    generate(&plan, Books::shipped()).unwrap()
}

fn analysed(design: &Design) -> Analysis {
    analyse(design, Revision::default(), &Setting::of(Books::shipped()))
}

fn p95_ms(analysis: &Analysis, population: &Id) -> f64 {
    analysis.estimates.percentiles(population, Operation::ApiCall).unwrap()[1].value
}

#[test]
fn the_cheapest_change_that_brings_asia_under_its_target_is_offered_first_and_meets_it() {
    let mut design = three_continents();
    let named_asia = |c: &meridian::design::Component| c.name.contains("Singapore") && matches!(c.spec, Spec::Users(_));
    let asia = design.components.iter().find(|(_, c)| named_asia(c)).map(|(id, _)| id.clone()).unwrap();
    let others: Vec<Id> =
        analysed(&design).estimates.latency.iter().map(|p| p.population.clone()).filter(|id| *id != asia).collect();
    let Spec::Users(users) = &mut Arc::make_mut(design.components.get_mut(&asia).unwrap()).spec else { panic!() };
    users.target_p95_ms = Some(200.0);

    let before = analysed(&design);
    assert!(p95_ms(&before, &asia) > 200.0, "{} ms", p95_ms(&before, &asia));
    let finding = before.check.findings.iter().find(|f| f.rule == "R-TGT-01").expect("the target is a finding");
    assert_eq!(finding.subjects.as_slice(), std::slice::from_ref(&asia));
    let setting = Setting::of(Books::shipped());
    let ways = remedies::offers(&design, &before, finding, &setting);
    let ways: Vec<_> = ways.into_iter().filter(|way| !way.all).collect();
    assert!(!ways.is_empty(), "nothing reaches the target");
    let usd = |way: &meridian::outlook::Offer| way.outlook.usd_per_month[1].unwrap();
    for way in &ways {
        let after = analysed(&way.design);
        assert!(p95_ms(&after, &asia) <= 200.0, "{}: {} ms", way.edit.label, p95_ms(&after, &asia));
        assert!(usd(way) >= usd(&ways[0]), "{} is cheaper than {}", way.edit.label, ways[0].edit.label);
        for other in &others {
            assert!(p95_ms(&after, other) <= 1.1 * p95_ms(&before, other), "{} costs {other}", way.edit.label);
        }
    }

    let cheapest = ways.into_iter().next().unwrap();
    assert!(cheapest.edit.label.contains("copy of its backend in Singapore"), "{}", cheapest.edit.label);
    let inverse = cheapest.edit.apply(&mut design).unwrap();
    assert!(analysed(&design).check.findings.iter().all(|f| f.rule != "R-TGT-01"));
    drop(inverse);
}
