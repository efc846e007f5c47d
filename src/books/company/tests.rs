//! Books as companies write them, good and bad.

use std::sync::Arc;

use proptest::prelude::*;

use super::{CompanyBook, CompanyBooks};
use crate::books::{
    Books, DatabaseEngine, DnsRouting, Endpoint, LoadBalancerKind, Place, Provider, Quality, RttBasis, Transfer,
};
use crate::estimate::Assumed;

fn book(entries: &str) -> Result<CompanyBook, String> {
    let text = format!("(format: 1, name: \"Acme\", source: \"contract\", date: \"2026-09-01\",\n{entries})");
    CompanyBook::parse(&text, "acme.book.ron", &Assumed::ids()).map_err(|error| error.to_string())
}

fn in_force(entries: &[&str]) -> Books {
    let books = entries.iter().map(|entries| Arc::new(book(entries).unwrap_or_else(|why| panic!("{why}"))));
    Books::with(CompanyBooks::of(books.collect()))
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_example_can_be_used_and_has_something_of_everything() {
    let book = CompanyBook::parse(CompanyBook::template(), "example.book.ron", &Assumed::ids()).expect("a book");
    assert_eq!(book.contents().len(), 12, "{:?}", book.contents());
    let books = Books::with(CompanyBooks::of(vec![Arc::new(book)]));
    let price = books.prices().compute_hourly(Provider::Azure, "westeurope", 3.0, 12.0).expect("a price");
    assert!(same(price.usd, 0.15) && price.sourced.quality == Quality::Company);
    assert_eq!(price.sourced.to_string(), "given by the company 2026-09-01: Acme 2026, frame contract 4711");
    let queries = books.prices().global_dns(Provider::Aws, DnsRouting::Latency).expect("a price").million_queries;
    assert!(same(queries.usd, 0.3));
    let balancer = books.prices().load_balancer(Provider::Azure, "westeurope", LoadBalancerKind::Application);
    assert!(balancer.is_some_and(|price| same(price.hourly.usd, 0.02) && price.per_gb.is_none()));
    let engine = DatabaseEngine::Postgresql;
    let database = books.prices().database_hourly(Provider::Aws, "eu-west-1", engine, 4.0, 16.0, true);
    assert!(database.is_some_and(|price| same(price.usd, 0.61)));
    assert_eq!(books.company().currency().code, "EUR");
    let promised = books.availability("database", Some(Provider::Aws), "RDS Multi-AZ");
    assert!(promised.is_some_and(|promised| same(promised.percent, 99.95)));
}

#[test]
fn a_discount_is_taken_off_the_list_price_and_the_most_exact_one_counts() {
    let list = Books::shipped().prices();
    let books = in_force(&["discounts: [(pct: 5), (on: Compute, provider: \"aws\", pct: 12), (on: Compute, pct: 7)]"]);
    for (provider, region, pct) in [(Provider::Aws, "eu-central-1", 12.0), (Provider::Azure, "westeurope", 7.0)] {
        let listed = list.compute_hourly(provider, region, 4.0, 16.0).expect("listed");
        let less = books.prices().compute_hourly(provider, region, 4.0, 16.0).expect("listed");
        assert!(same(less.usd, listed.usd * (1.0 - pct / 100.0)));
        assert_eq!((less.list_usd, less.sourced), (Some(listed.usd), listed.sourced));
        assert!(
            less.note.is_some_and(|note| note.contains(&format!("less {pct} %")) && note.contains("Acme, contract"))
        );
    }
    let [less, listed] = [books.prices(), list].map(|prices| {
        match prices.transfer(Endpoint::Cloud(Provider::Aws, "eu-central-1"), Endpoint::Outside) {
            Some(Transfer::Internet(tariff)) => tariff.usd_per_month(1_000_000.0),
            other => panic!("{other:?}"),
        }
    });
    assert!(same(less / listed, 0.95), "5 % on everything else");
}

#[test]
fn types_of_the_company_compete_with_the_list_and_replace_their_namesakes() {
    let ask = |books: &Books| books.prices().compute_hourly(Provider::Aws, "eu-central-1", 4.0, 16.0).expect("a price");
    let listed = ask(Books::shipped());
    let of = |name: &str, usd: f64| {
        let size = "vcpu: 4, memory_gib: 16";
        in_force(&[&format!("instance_types: [(provider: \"aws\", name: \"{name}\", {size}, usd_per_hour: {usd})]")])
    };
    let cheaper = ask(&of("own.large", 0.01));
    assert_eq!((cheaper.sku.as_str(), cheaper.sourced.quality), ("own.large", Quality::Company));
    assert_eq!(ask(&of("own.large", 99.0)), listed, "a dearer type changes nothing");
    assert_ne!(ask(&of(&listed.sku, 99.0)).sku, listed.sku, "the listed price of the type is no longer there");
    let sized =
        in_force(&[&format!("instance_types: [(provider: \"aws\", name: \"{}\", usd_per_hour: 0.02)]", listed.sku)]);
    assert!(same(ask(&sized).usd, 0.02), "the size of a listed type is known");
}

#[test]
fn the_stronger_book_counts_and_in_it_what_speaks_of_exactly_this_region() {
    let machine = |region: &str, usd: f64| {
        format!("machines: [(provider: \"aws\", {region} vcpu: 8, memory_gib: 32, usd_per_hour: {usd})]")
    };
    let [everywhere, here] = [machine("", 1.0), machine("region: \"eu-central-1\",", 2.0)];
    let price = |books: &Books, region: &str| {
        books.prices().compute_hourly(Provider::Aws, region, 4.0, 16.0).expect("a price").usd
    };
    let weak_here = in_force(&[&everywhere, &here]);
    assert!(same(price(&weak_here, "eu-central-1"), 1.0));
    let strong_here = in_force(&[&here, &everywhere]);
    assert!(same(price(&strong_here, "eu-central-1"), 2.0) && same(price(&strong_here, "us-east-1"), 1.0));
    let conflict = book(&here).expect("a book").conflict_with(&book(&here).expect("a book")).expect("a conflict");
    assert!(conflict.line == 2 && conflict.message.contains("8 vCPU and 32 GiB in aws eu-central-1"), "{conflict}");
    assert_eq!(book(&here).expect("a book").conflict_with(&book(&everywhere).expect("a book")), None);
}

#[test]
fn a_measured_round_trip_holds_both_ways_and_between_own_sites() {
    let books = in_force(&["rtts: [(from: \"aws:eu-central-1\", to: \"azure:westeurope\", p50_ms: 9.5, p95_ms: 12),
                (from: \"site:Munich\", to: \"aws:eu-central-1\", p50_ms: 8)]"]);
    let region = |provider, id| Place::from(Books::shipped().regions().get(provider, id).expect("a region"));
    let (aws, azure) = (region(Provider::Aws, "eu-central-1"), region(Provider::Azure, "westeurope"));
    for (a, b) in [(&aws, &azure), (&azure, &aws)] {
        let figure = books.rtt().between(a, b);
        assert!(same(figure.rtt_ms, 9.5) && figure.basis == RttBasis::Company, "{figure:?}");
        assert_eq!(figure.tail_ms, [Some(12.0), None]);
    }
    let munich = Place::site(48.14, 11.58, None).named("munich ");
    assert!(same(books.rtt().between(&munich, &aws).rtt_ms, 8.0));
    assert_ne!(books.rtt().between(&munich, &azure).basis, RttBasis::Company);
}

#[test]
fn whatever_is_wrong_with_a_book_is_said_with_its_line_and_what_to_do() {
    const MACHINE: &str =
        "machines: [\n(provider: \"aws\", region: \"eu-central-1\", vcpu: 4, memory_gib: 16, usd_per_hour:";
    let of_machine = |usd: &str| format!("{MACHINE}\n {usd})]");
    let cases: [(String, &str, &str); 21] = [
        (of_machine("-1"), ":3:", "finite number"),
        (of_machine("NaN"), ":3:", "finite number"),
        (of_machine("inf"), ":3:", "finite number"),
        (of_machine("1e300"), ":3:", "finite number"),
        (of_machine("1, usd_per_huor: 1"), ":4:", "did you mean \"usd_per_hour\"?"),
        (of_machine("1").replace("eu-central-1", "eu-centrl-1"), ":3:", "did you mean \"eu-central-1\"?"),
        (of_machine("1").replace("\"aws\"", "\"amazon\""), ":3:", "use aws, azure, gcp or ibm"),
        (of_machine("1").replace("vcpu: 4", "vcpu: 0"), ":3:", "finite number"),
        (of_machine("1").replace("provider: \"aws\", region: \"eu-central-1\", ", ""), ":3:", "add provider"),
        (of_machine("1, date: \"soon\""), ":4:", "2026-09-01"),
        ("rtts: [\n(from: \"aws:eu-central-1\", to: \"aws:us-east-1\", p50_ms: 20)]".into(), ":3:", "there and back"),
        ("rtts: [\n(from: \"Munich\", to: \"aws:us-east-1\", p50_ms: 90)]".into(), ":3:", "site:Munich"),
        ("rtts: [\n(from: \"site:a\", to: \"site:b\", p50_ms: 9, p95_ms: 8)]".into(), ":3:", "in that range"),
        ("discounts: [(pct: 10),\n(pct: 20)]".into(), ":3:", "line 2 says it first"),
        ("discounts: [(pct: 110)]".into(), ":2:", "finite number"),
        ("currency: (code: \"euro\", per_usd: 0.9)".into(), ":2:", "such as EUR"),
        ("assumptions: {\n\"cache-mis-pct\": (value: 1)}".into(), ":3:", "did you mean \"cache-miss-pct\"?"),
        (
            "instance_types: [(provider: \"aws\", name: \"x9\", usd_per_hour: 1)]".into(),
            ":2:",
            "add vcpu and memory_gib",
        ),
        (
            "sites: [(machines: [\n(provider: \"aws\", vcpu: 1, memory_gib: 1, usd_per_hour: 1)])]".into(),
            ":3:",
            "move it out",
        ),
        (
            "slas: [(component: \"database\", provider: \"aws\",\n configuration: \"RDS Multi AZ\", pct: 99)]".into(),
            ":3:",
            "did you mean \"RDS Multi-AZ\"?",
        ),
        ("machines: [".into(), ":2:", ""),
    ];
    for (entries, line, hint) in cases {
        let said = book(&entries).expect_err(&entries);
        assert!(said.starts_with("acme.book.ron:") && said.contains(line), "{entries}: {said}");
        assert!(said.contains(hint) && said.contains("(hint: ") && !said.contains('\n'), "{entries}: {said}");
    }
    let newer = CompanyBook::parse("(\n format: 2, what: [])", "b", &[]).expect_err("another format").to_string();
    assert!(newer.starts_with("b:2:") && newer.contains("use that version"), "{newer}");
}

proptest! {
    /// A file with bytes changed is read, or refused in one line; nothing else happens.
    #[test]
    fn no_text_breaks_the_reader(at in 0..4_000_usize, put in "[\\PC]{0,6}", cut in 0..40_usize) {
        let text = CompanyBook::template();
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len())).max(start);
        let changed = [text.get(..start).unwrap_or(""), &put, text.get(end..).unwrap_or("")].concat();
        if let Err(error) = CompanyBook::parse(&changed, "b", &Assumed::ids()) {
            let said = error.to_string();
            prop_assert!(!said.contains('\n') && error.line > 0, "{}", said);
        }
    }
}
