//! A company's own books as people meet them: what they change in the estimates, and the real program.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;

use meridian::books::{Books, CompanyBook, CompanyBooks};
use meridian::design::{Design, Kind, NodeSize, Override, Site, Spec};
use meridian::estimate::{Assumed, Derivation, Estimates, Operation, Quality, estimate};
use meridian::topology::Topology;
use meridian::{files, templates};
use tempfile::TempDir;

use support::{Ran, program};

const HEAD: &str = "(format: 1, name: \"Acme 2026\", source: \"contract 4711\", date: \"2026-09-01\",\n";

fn with(entries: &str) -> Books {
    let book = CompanyBook::parse(&format!("{HEAD}{entries})"), "acme.book.ron", &Assumed::ids()).expect("a book");
    Books::with(CompanyBooks::of(vec![Arc::new(book)]))
}

fn estimated(design: &Design, books: &Books) -> Estimates {
    estimate(&Topology::of(design), books)
}

fn total(estimates: &Estimates) -> f64 {
    estimates.cost.total.as_ref().expect("a total").value
}

/// A design of two regions whose machines all have four processors.
fn design() -> Design {
    let mut design = templates::get("pattern-2").expect("a template").design();
    for component in design.components.values_mut() {
        Arc::make_mut(component).size = Some(NodeSize { vcpu: 4.0, memory_gib: 16.0, disk_gib: 0.0 });
    }
    design
}

/// Its cloud regions as provider and id.
fn clouds(design: &Design) -> Vec<(String, String)> {
    let cloud = |site: &Site| match site {
        Site::Cloud { provider, region } => Some((provider.clone(), region.clone())),
        Site::Place { .. } => None,
    };
    design.regions.values().filter_map(|region| cloud(&region.site)).collect()
}

fn leaves(node: &Derivation) -> Vec<&Derivation> {
    if node.inputs.is_empty() { vec![node] } else { node.inputs.iter().flat_map(leaves).collect() }
}

#[test]
fn a_price_of_ones_own_changes_the_total_by_difference_times_hours_times_count() {
    let design = design();
    let (provider, region) = clouds(&design).into_iter().next().expect("a cloud region");
    let is_there =
        |id| design.regions.get(id).is_some_and(|r| matches!(&r.site, Site::Cloud { region: at, .. } if *at == region));
    let machines =
        design.components.values().filter(|c| c.kind().is_product_node() && c.region.as_ref().is_some_and(is_there));
    let count: f64 = machines.map(|c| f64::from(c.instances)).sum();
    assert!(count > 0.0);
    let listed = Books::shipped().prices();
    let usd = listed.compute_hourly(provider.parse().expect("a provider"), &region, 4.0, 16.0).expect("listed").usd;
    let own = with(&format!(
        "machines: [(provider: \"{provider}\", region: \"{region}\", vcpu: 4, memory_gib: 16, usd_per_hour: {})]",
        usd + 0.25
    ));
    let [before, after] = [Books::shipped(), &own].map(|books| estimated(&design, books));
    let difference = total(&after) - total(&before);
    assert!((difference - 0.25 * 730.0 * count).abs() < 1e-6, "{difference} for {count} machines");
    let root = &after.cost.total.as_ref().expect("a total").derivation;
    let said = leaves(root).into_iter().find(|leaf| leaf.quality == Quality::Company).expect("it is in the derivation");
    assert!(said.source.contains("Acme 2026, contract 4711") && said.source.contains("2026-09-01"), "{}", said.source);
    assert_eq!(after.cost.estimated_prices, before.cost.estimated_prices, "a company's price is no estimate");
}

#[test]
fn a_companys_price_is_what_it_pays_and_a_discount_of_the_design_stands_in_place_of_the_companys() {
    let mut design = design();
    let less = with("discounts: [(pct: 10)]");
    let listed = total(&estimated(&design, Books::shipped()));
    assert!((total(&estimated(&design, &less)) / listed - 0.9).abs() < 1e-9);
    let discounts = &mut Arc::make_mut(&mut design.meta).estimation.terms.discounts;
    for pct in [
        &mut discounts.compute_pct,
        &mut discounts.database_pct,
        &mut discounts.storage_pct,
        &mut discounts.load_balancing_pct,
        &mut discounts.traffic_pct,
    ] {
        *pct = 30.0;
    }
    assert!((total(&estimated(&design, &less)) / listed - 0.7).abs() < 1e-9, "they do not add up");
    let (provider, _) = clouds(&design).into_iter().next().expect("a cloud region");
    let own = with(&format!("machines: [(provider: \"{provider}\", vcpu: 64, memory_gib: 512, usd_per_hour: 3)]"));
    let items = estimated(&design, &own).cost.items;
    let machine = items.iter().find(|item| item.cost.derivation.label.contains("virtual machine")).expect("a machine");
    let count = machine.cost.value / (3.0 * 730.0);
    assert!((count - count.round()).abs() < 1e-9, "nothing is taken off: {count}");
}

#[test]
fn an_own_datacenter_has_the_prices_that_its_company_gives_it() {
    let mut design = design();
    let id = design.regions.keys().next().expect("a region").clone();
    let region = Arc::make_mut(design.regions.get_mut(&id).expect("a region"));
    region.site =
        Site::Place { name: "Munich".into(), latitude_deg: 48.14, longitude_deg: 11.58, country: "DE".into() };
    let of_site = |estimates: &Estimates| {
        estimates.cost.items.iter().filter(|i| i.region.as_ref() == Some(&id)).map(|i| i.cost.value).sum::<f64>()
    };
    assert!(of_site(&estimated(&design, Books::shipped())).abs() < 1e-9, "nobody sells there");
    let machine = "machines: [(vcpu: 8, memory_gib: 32, usd_per_hour: 0.5)]";
    for name in ["name: \"munich\", ", ""] {
        let priced = estimated(&design, &with(&format!("sites: [({name}{machine})]")));
        let in_it = |c: &&Arc<meridian::design::Component>| c.region.as_ref() == Some(&id);
        let nodes = design.components.values().filter(in_it).filter(|c| c.kind().is_product_node());
        let least: f64 = nodes.map(|c| f64::from(c.instances) * 0.5 * 730.0).sum();
        assert!(least > 0.0 && of_site(&priced) >= least - 1e-6, "{} of {least}", of_site(&priced));
    }
    let elsewhere = estimated(&design, &with(&format!("sites: [(name: \"Hamburg\", {machine})]")));
    assert!(of_site(&elsewhere).abs() < 1e-9);
}

#[test]
fn a_measured_round_trip_and_an_assumption_change_the_median() {
    let mut design = design();
    let far = clouds(&design);
    let [(a, from), (b, to)] = [far.first(), far.last()].map(|cloud| cloud.expect("a cloud region"));
    let median = |estimates: &Estimates, operation| {
        let figures = estimates.latency.iter().filter_map(|p| estimates.percentiles(&p.population, operation).ok());
        figures.map(|[p50, ..]| p50.value).sum::<f64>()
    };
    let slow = with(&format!("rtts: [(from: \"{a}:{from}\", to: \"{b}:{to}\", p50_ms: 900)]"));
    let [before, after] = [Books::shipped(), &slow].map(|books| estimated(&design, books));
    let publish = Operation::PublishEverywhere;
    assert!(median(&after, publish) > median(&before, publish) + 100.0);
    let assumed = with("assumptions: {\"deploy-ms\": (value: 9000, high: 20000, note: \"measured in June\")}");
    assert!(median(&estimated(&design, &assumed), publish) > median(&before, publish) + 1_000.0);
    let by = Override { value: 2_000.0, low: None, high: Some(10_000.0), note: String::new() };
    Arc::make_mut(&mut design.meta).estimation.assumptions.insert("deploy-ms".into(), by);
    let wins = median(&estimated(&design, &assumed), publish);
    assert!((wins - median(&before, publish)).abs() < 500.0, "the design is stronger than the book: {wins}");
}

/// A folder with a design in it, and one of settings.
struct Place {
    folder: TempDir,
    settings: TempDir,
    design: String,
}

impl Place {
    fn new() -> Self {
        let [folder, settings] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
        let text = meridian::design::file::to_ron(&design()).expect("writes");
        let design = folder.path().join("plan.ron").display().to_string();
        files::write_atomically(Path::new(&design), text.as_bytes()).expect("writes");
        Self { folder, settings, design }
    }

    fn put(folder: &TempDir, name: &str, text: &str) -> String {
        let path = folder.path().join(name);
        files::write_atomically(&path, text.as_bytes()).expect("writes");
        path.display().to_string()
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(program().env("MERIDIAN_STATE_DIR", self.settings.path()).args(args))
    }
}

#[test]
fn books_beside_a_design_and_in_the_settings_hold_and_totals_are_in_their_currency() {
    let place = Place::new();
    let estimate = |args: &[&str]| place.run(&[&["estimate", place.design.as_str()], args].concat());
    let without = estimate(&[]);
    assert!(without.out.contains("Cost, US dollars a month") && !without.out.contains("Company books"));
    let currency = |code: &str| format!("{HEAD}currency: (code: \"{code}\", per_usd: 0.5))");
    Place::put(&place.settings, "mine.book.ron", &currency("GBP"));
    let mine = estimate(&[]);
    assert!(mine.out.contains("Cost, GBP a month") && mine.out.contains("0.5 GBP for a US dollar"), "{}", mine.out);
    let beside = Place::put(&place.folder, "acme.book.ron", &currency("EUR"));
    let said = estimate(&[]);
    assert!(said.out.contains("Cost, EUR a month"), "what stands beside the design is stronger: {}", said.out);
    assert!(said.out.contains("Company books") && said.out.contains(&beside), "{}", said.out);
    assert_eq!(estimate(&["--no-company-books"]).out, without.out);
    let named = Place::put(&place.settings, "other", &currency("CHF"));
    assert!(estimate(&["--book", &named]).out.contains("Cost, CHF a month"));

    Place::put(&place.folder, "b.book.ron", &currency("SEK"));
    let two = estimate(&[]);
    assert_eq!(two.code, 2);
    assert!(two.err.contains("b.book.ron:2:") && two.err.contains("the currency is also in"), "{}", two.err);
    for command in ["check", "fix"] {
        assert_eq!(place.run(&[command, &place.design]).err, two.err, "{command}");
    }
}

#[test]
fn meridian_company_lists_a_book_or_says_what_is_wrong_with_it() {
    let place = Place::new();
    let example = place.run(&["company", "--example-book"]).out;
    let path = Place::put(&place.folder, "acme.book.ron", &example);
    let listed = place.run(&["company", &path]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    for words in ["Acme 2026: currency, 2 discounts", "2 round trips", "the round trip between", "frame contract 4711"]
    {
        assert!(listed.out.contains(words), "{words}: {}", listed.out);
    }
    let path = Place::put(&place.folder, "acme.book.ron", &example.replace("pct: 12", "pct: -12"));
    let refused = place.run(&["company", &path]);
    let line = example.lines().position(|line| line.contains("pct: 12")).expect("it is there") + 1;
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains(&format!("acme.book.ron:{line}:")) && refused.err.contains("(hint: "),
        "{}",
        refused.err
    );
}

#[test]
fn databases_of_an_own_site_cost_what_the_company_says() {
    let mut design = design();
    let (id, database) = design
        .components
        .iter()
        .find(|(_, c)| c.kind() == Kind::Database && c.region.is_some())
        .map(|(id, c)| (id.clone(), c.clone()))
        .expect("a database");
    let Spec::Database(spec) = &database.spec else { return };
    let region = database.region.clone().expect("a region");
    Arc::make_mut(design.regions.get_mut(&region).expect("it is drawn")).site =
        Site::Place { name: "Munich".into(), latitude_deg: 48.14, longitude_deg: 11.58, country: "DE".into() };
    let books = with(
        "sites: [(databases: [(vcpu: 8, memory_gib: 64, usd_per_hour: 2)], storage: [(of: Databases, usd_per_gb_month: 3)])]",
    );
    let cost = estimated(&design, &books).cost;
    let of_it: f64 = cost.items.iter().filter(|item| item.element == id).map(|item| item.cost.value).sum();
    let expected = f64::from(database.instances) * (2.0 * 730.0 + 3.0 * spec.storage_gib);
    assert!((of_it - expected).abs() < 1e-6, "{of_it} is not {expected}");
}
