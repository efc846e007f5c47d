//! What assumptions do to figures.

use super::*;

/// The drawing with an assumption at another value.
fn assuming(mut drawing: Drawing, key: Assumed, value: f64) -> Drawing {
    let by = key.shipped().at(value, "tried out");
    crate::design::commands::set_assumption(&drawing.0, key.id(), "", by).apply(&mut drawing.0).unwrap();
    drawing
}

#[test]
fn list_prices_move_the_cost_in_proportion() {
    let drawing = two_regions(RoutingPolicy::Geographic);
    let found = sensitivity(&drawing.0, Books::shipped(), &Target::Cost, &|| true).unwrap().unwrap();
    let total = drawing.estimate().cost.total.unwrap();
    near(found.base, total.value, 1e-9);
    let prices = found.swings.iter().find(|swing| swing.key == Assumed::PriceFactor).unwrap();
    near(*prices.results[0].as_ref().unwrap(), 0.9 * total.value, 1e-6);
    near(*prices.results[1].as_ref().unwrap(), 1.1 * total.value, 1e-6);
    assert!(found.swings.iter().all(|swing| swing.key != Assumed::DeployMs), "it costs nothing");
    let widths: Vec<f64> = found.swings.iter().map(|swing| swing.width(found.base)).collect();
    assert!(widths.windows(2).all(|pair| pair[0] >= pair[1]), "{widths:?}");
}

#[test]
fn growth_multiplies_the_load_and_says_so() {
    let drawing = two_regions(RoutingPolicy::Geographic);
    let grown = assuming(drawing.clone(), Assumed::PeakLoadFactor, 1.5).estimate();
    near(demand(&grown, "gw-eu"), 1.5 * demand(&drawing.estimate(), "gw-eu"), 1e-6);
    check_all(&grown);
    let used = |figure: &Figure| figure.derivation.nodes().any(|n| n.assumed == Some(Assumed::PeakLoadFactor));
    assert!(grown.figures().all(used));
}

#[test]
fn factors_move_what_they_are_about_and_stand_in_its_derivation() {
    let drawing = two_regions(RoutingPolicy::Geographic);
    let before = drawing.estimate();
    let faster = assuming(drawing.clone(), Assumed::ThroughputFactor, 2.0).estimate();
    near(faster.load[0].utilisation.value, before.load[0].utilisation.value / 2.0, 1e-9);
    let farther = assuming(drawing, Assumed::RttFactor, 1.2).estimate();
    let p50 =
        |estimates: &Estimates| latency(estimates, "boston", Operation::PublishEverywhere).clone().unwrap()[0].value;
    assert!(p50(&farther) > p50(&before));
    check_all(&farther);
    let api = latency(&farther, "boston", Operation::ApiCall).clone().unwrap();
    assert!(api[1].derivation.nodes().any(|n| n.assumed == Some(Assumed::RttFactor)));
}

#[test]
fn an_overload_at_one_end_is_the_largest_swing() {
    let drawing = two_regions(RoutingPolicy::Geographic).edit("berlin", |c| {
        if let Spec::Users(users) = &mut c.spec {
            users.requests_per_s = 5_000.0;
        }
    });
    let target = Target::named("api:berlin", &drawing.0).unwrap();
    let found = sensitivity(&drawing.0, Books::shipped(), &target, &|| true).unwrap().unwrap();
    assert!(
        found.swings[0].results.iter().any(|r| r.as_ref().is_err_and(|why| why.contains("over capacity"))),
        "{found:?}"
    );
    assert!(sensitivity(&drawing.0, Books::shipped(), &target, &|| false).is_none(), "it can be broken off");
    assert!(Target::named("api:nobody", &drawing.0).is_err_and(|hint| hint.contains("api:berlin")));
}

#[test]
fn a_round_trip_at_the_limit_of_light_still_shows_what_the_book_says() {
    let book_ms = |factor: f64| {
        let drawing = assuming(two_regions(RoutingPolicy::Nearest), Assumed::RttFactor, factor);
        let estimates = drawing.estimate();
        let [p50, ..] = latency(&estimates, "boston", Operation::TokenIssue).as_ref().unwrap();
        let leaf =
            p50.derivation.nodes().filter(|n| n.label.starts_with("Internet path") && n.inputs.is_empty()).last();
        leaf.unwrap().value
    };
    near(book_ms(0.01), book_ms(1.0), 1e-9);
    near(book_ms(2.0), book_ms(1.0), 1e-9);
}
