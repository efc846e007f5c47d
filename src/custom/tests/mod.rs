//! Packs from the outside: what people write, what strangers write.

mod table;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::expression::{Expression, Use};
use super::*;
use crate::books::Books;
use crate::design::file::FileError;
use crate::design::{
    Component, Database, Design, Extent, Id, Kind, Link, Network, Pos, Purpose, Region, RegionRole, Requirements, Site,
    Spec, Standby,
};
use crate::topology::Topology;

fn id(text: &str) -> Id {
    Id::slug(text)
}

/// Two regions, one in a cloud, with a gateway behind a balancer, a database and a link between the regions.
fn drawn() -> Design {
    let mut design = Design::default();
    let sites = [
        ("fra", "DE Frankfurt", Site::cloud("aws", "eu-central-1")),
        (
            "own",
            "Basement",
            Site::Place { name: "Bern".into(), latitude_deg: 46.9, longitude_deg: 7.4, country: "CH".into() },
        ),
    ];
    for (key, name, site) in sites {
        let region = Region {
            availability_pct: None,
            name: name.into(),
            role: RegionRole::Peer,
            site,
            zones: 3,
            pos: Pos::default(),
            extent: Extent(600, 400),
            tint: 0,
            requirements: Requirements::default(),
            notes: String::new(),
        };
        design.regions.insert(id(key), Arc::new(region));
    }
    let components = [
        ("fra-gw", Kind::Gateway, Some("fra")),
        ("fra-lb", Kind::LoadBalancer, Some("fra")),
        ("fra-db", Kind::Database, Some("fra")),
        ("own-gw", Kind::Gateway, Some("own")),
        ("users", Kind::Users, None),
    ];
    for (key, kind, region) in components {
        let mut component = Component::new(kind, key);
        component.region = region.map(id);
        design.components.insert(id(key), Arc::new(component));
    }
    for (from, to, purpose) in [
        ("fra-lb", "fra-gw", Purpose::ApiTraffic),
        ("own-gw", "fra-db", Purpose::Database),
        ("users", "fra-lb", Purpose::ApiTraffic),
    ] {
        design.links.insert(id(&format!("{from}-{to}")), Arc::new(Link::new(id(from), id(to), purpose)));
    }
    design
}

/// A file with one rule about each component.
fn file(rule: &str) -> String {
    format!(
        "(\n  format: 1,\n  name: \"Test\",\n  rules: [\n    (id: \"T-1\", severity: Error, title: \"T\", {rule}),\n  ],\n)"
    )
}

fn rule(each: &str, when: &str, require: &str, message: &str) -> String {
    file(&format!(
        "each: {each}, when: r###\"{when}\"###, require: r###\"{require}\"###, message: r###\"{message}\"###"
    ))
}

fn pack(text: &str) -> Pack {
    Pack::parse(text, "test.rules.ron")
        .unwrap_or_else(|e| panic!("{e}: {}", text.chars().take(400).collect::<String>()))
}

fn asked(design: &Design, text: &str) -> Evaluation {
    let pack = pack(text);
    assert_eq!(pack.broken, [], "{text}");
    evaluate(&[Arc::new(pack)], &BTreeSet::new(), &Topology::of(design), "Pattern 1", Books::shipped())
}

/// Ids of components for which an expression does not hold.
fn breaching(design: &Design, require: &str) -> Vec<String> {
    let said = asked(design, &rule("Component", "true", require, "no"));
    assert_eq!(said.errors, [], "{require}");
    said.breaches.iter().flat_map(|b| &b.subjects).map(ToString::to_string).collect()
}

fn refused(text: &str) -> FileError {
    Pack::parse(text, "x.rules.ron").expect_err("must be refused")
}

fn broken(each: &str, require: &str) -> RuleError {
    let pack = pack(&rule(each, "true", require, "no"));
    assert!(pack.rules.is_empty(), "{require} was accepted");
    pack.broken.into_iter().next().expect("an error")
}

#[test]
fn the_template_finds_what_it_speaks_of() {
    let mut design = drawn();
    let said = |design: &Design| -> Vec<(String, String)> {
        let pack = Arc::new(pack(Pack::template()));
        assert_eq!(pack.broken, []);
        let said = evaluate(
            std::slice::from_ref(&pack),
            &BTreeSet::new(),
            &Topology::of(design),
            "Pattern 1",
            Books::shipped(),
        );
        assert_eq!(said.errors, []);
        let rule = |breach: &CustomBreach| pack.rules.get(breach.rule).expect("a rule").id.clone();
        said.breaches.iter().map(|breach| (rule(breach), breach.message.clone())).collect()
    };
    let expected = [
        ("EXAMPLE-01", "fra-gw has 2 vCPU; our standard asks for 4"),
        ("EXAMPLE-01", "own-gw has 2 vCPU; our standard asks for 4"),
        ("EXAMPLE-04", "Basement has a gateway that no load balancer calls"),
        ("EXAMPLE-05", "\"Basement\" should begin with \"CH \""),
    ];
    assert_eq!(said(&design), expected.map(|(rule, message)| (rule.to_owned(), message.to_owned())));

    let spec = Spec::Database(Database { standby: Standby::Single, managed: false, ..Database::default() });
    design.components.get_mut("fra-db").map(Arc::make_mut).expect("there").spec = spec;
    design.links.get_mut("own-gw-fra-db").map(Arc::make_mut).expect("there").network = Network::Public;
    let messages: Vec<String> = said(&design).into_iter().map(|(_, message)| message).collect();
    assert!(messages.contains(&"fra-db is run by ourselves, standby: single".to_owned()), "{messages:?}");
    assert!(
        messages.contains(&"own-gw → fra-db goes from Basement to DE Frankfurt over the internet".to_owned()),
        "{messages:?}"
    );
}

#[test]
fn a_breach_names_what_it_looked_at() {
    let text = rule("Link", "link.crosses_regions", "link.from.kind == 'users' || link.to.region.zones > 5", "no");
    let said = asked(&drawn(), &text);
    let breach = said.breaches.first().expect("a breach");
    assert_eq!(breach.subjects, [id("own-gw-fra-db")]);
    let evidence = [("link.from.kind", "gateway"), ("link.to.region.zones", "3")];
    assert_eq!(breach.evidence, evidence.map(|(path, value)| (path.to_owned(), value.to_owned())));
    assert_eq!(said, asked(&drawn(), &text), "the same each time");
}

#[test]
fn expressions_say_what_architects_mean() {
    let design = drawn();
    let cases: &[(&str, &[&str])] = &[
        ("component.kind != 'gateway'", &["fra-gw", "own-gw"]),
        ("component.kind in ['gateway', 'users']", &["fra-db", "fra-lb"]),
        ("component.vcpu == null || component.vcpu >= 8", &["fra-db", "fra-gw", "own-gw"]),
        ("!has(component.vcpu)", &["fra-db", "fra-gw", "own-gw"]),
        ("region != null", &["users"]),
        ("region == null || region.provider == 'aws'", &["own-gw"]),
        ("region == null || component in region.components", &[]),
        ("component.links_in.all(l, l.from.region == component.region)", &["fra-db", "fra-lb"]),
        ("component.links_out.map(l, l.to.name) != ['fra-gw']", &["fra-lb"]),
        ("size(component.links_in) <= 0", &["fra-db", "fra-gw", "fra-lb"]),
        ("component.id.matches('^fra-(gw|lb)$')", &["fra-db", "own-gw", "users"]),
        ("design.components.exists_one(c, c.kind == component.kind)", &["fra-gw", "own-gw"]),
        ("{'database': 1, 'users': 1}[component.kind] == 1 || true", &[]),
        ("double(component.instances) * 1.5 < 3.0", &["fra-gw", "own-gw"]),
        ("design.minor >= 6 && design.version[0] == 4 && design.pattern == 'pattern_1'", &[]),
        ("component.country == 'DE'", &["own-gw"]),
    ];
    for (require, expected) in cases {
        let mut found = breaching(&design, require);
        found.sort();
        assert_eq!(found, *expected, "{require}");
    }
}

#[test]
fn each_fault_of_a_file_names_its_place() {
    let good = file("each: Component, require: \"true\", message: \"no\"");
    pack(&good);
    let cases = [
        ("format: 1", "format: 2", 1, "format 2", "newer"),
        ("severity: Error", "severity: Fatal", 5, "unknown severity \"Fatal\"", "known are Error, Warning, Info"),
        ("each: Component", "each: Componnt", 5, "\"Componnt\"", "did you mean \"Component\""),
        ("title:", "titel:", 5, "unknown field \"titel\"", "did you mean \"title\""),
        ("message: \"no\"", "", 5, "\"message\" is missing", ""),
        ("\"T-1\"", "\"R-1\"", 5, "reserved", "another prefix"),
        ("\"T-1\"", "\"T 1\"", 5, "cannot be an id", "letters"),
        ("\"T-1\"", "\"\"", 5, "cannot be an id", ""),
        ("title: \"T\"", "title: \" \"", 5, "title is empty", ""),
        ("title: \"T\"", "title: \"T\", link: \"javascript:alert(1)\"", 5, "no web page", "https"),
        ("format: 1,", "", 7, "\"format\" is missing", "a pack of rules begins"),
        (
            "  ],",
            "    (id: \"T-1\", severity: Info, title: \"T\", each: Link, require: \"true\", message: \"no\"),\n  ],",
            6,
            "used twice",
            "",
        ),
    ];
    for (from, to, line, message, hint) in cases {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good);
        let error = refused(&text);
        assert!(error.message.contains(message), "{to}: {error}");
        assert!(error.hint.contains(hint), "{to}: {error}");
        assert_eq!(error.line, line, "{to}: {error}");
    }
    for text in ["", "(", "{}", "[1]", "\u{0}", &"[".repeat(100_000), &"(".repeat(MAX_TEXT)] {
        assert!(!refused(text).to_string().contains('\n'));
    }
}

const MAX_TEXT: usize = super::pack::MAX_PACK_BYTES + 1;

#[test]
fn a_rule_that_cannot_work_is_named_with_its_place_and_the_others_stay() {
    let text = "(format: 1, name: \"P\", rules: [\n  (id: \"A\", severity: Info, title: \"T\", each: Region,\n   \
                require: \"region.zones >= 3\", message: \"é {region.naem} and {region.zones}\"),\n  \
                (id: \"B\", severity: Info, title: \"T\", each: Region,\n   when: r#\"region.zones\n   > \
                regoin.zones\"#, require: \"region.zones >\", message: \"no\"),\n  (id: \"C\", severity: Info, title: \
                \"T\", each: Region, require: \"true\", message: \"{{{region.name}}}\"),\n])";
    let pack = pack(text);
    assert_eq!(pack.rules.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["C"]);
    let faults: Vec<_> = pack.broken.iter().map(|e| (e.rule.as_str(), e.field, e.line)).collect();
    assert_eq!(faults, [("A", "message", 3), ("B", "when", 6), ("B", "require", 6)]);
    let under = |error: &RuleError| -> String {
        let row = text.lines().nth(error.line - 1).expect("a line");
        row.chars().skip(error.column - 1).take(9).collect()
    };
    let [naem, regoin, open] = pack.broken.as_slice() else { panic!("three faults") };
    assert_eq!((under(naem).as_str(), under(regoin).as_str()), (".naem} an", "regoin.zo"));
    assert!(naem.hint.contains("did you mean \"name\""), "{naem}");
    assert!(regoin.hint.contains("did you mean \"region\""), "{regoin}");
    assert!(open.to_string().starts_with("6:"), "{open}");
}

#[test]
fn mistakes_are_found_before_a_rule_runs() {
    let cases = [
        ("component.vpcu >= 4.0", "no field \"vpcu\"", "did you mean \"vcpu\""),
        ("link.tls", "not known in a rule about each component", ""),
        ("component.kind == 'gatway'", "never the value", "did you mean \"gateway\""),
        ("component.kind in ['gateway', 'database', 'lb']", "never the value", ""),
        ("component.instances", "neither true nor false", "compare"),
        ("component.instances == 'two'", "cannot be compared", ""),
        ("component.vcpu * 2 > 4.0", "cannot be combined", "2.0"),
        ("component.name + 1 == ''", "cannot be added", "string"),
        ("component.name.matches(component.id)", "written out", ""),
        ("component.name.matches('(')", "not a pattern", "regex"),
        ("component.name.matches('(?:a{500}){500}')", "too large", ""),
        ("abracadabra(component)", "no function \"abracadabra\"", "known are size"),
        ("component.kind = 'gateway'", "", "=="),
        ("component.vcpu > 2.0 and true", "", "&&"),
        ("{'a': 1}.all(k, true)", "go over lists", ""),
        ("design.links.all(a, design.links.all(b, design.links.all(c, a == b && b == c)))", "more than 2 deep", ""),
        ("optional.none().hasValue()", "not known", ""),
        ("component.?kind == 'x'", "", ""),
        ("type(component) == type(1)", "no function", ""),
        ("Thing{a: 1} == 1", "", ""),
        ("", "empty", ""),
    ];
    for (require, message, hint) in cases {
        let error = broken("Component", require);
        assert!(error.message.contains(message), "{require}: {error}");
        assert!(error.hint.contains(hint), "{require}: {error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    for message in
        ["{", "}", "{component.name", "{}", "{design}{component.links_in.map(l, {'a': 1})}", "{component.requirements}"]
    {
        let pack = pack(&rule("Component", "true", "true", message));
        assert_eq!(pack.broken.len(), 1, "{message}");
    }
}

#[test]
fn what_fails_for_one_element_is_an_error_and_no_breach() {
    let said = asked(&drawn(), &rule("Component", "component.kind != 'users'", "component.vcpu >= 2.0", "no"));
    assert_eq!(said.breaches, []);
    let [error] = said.errors.as_slice() else { panic!("{said:?}") };
    assert_eq!((error.subject.clone(), error.count), (Some(id("fra-lb")), 1));
    assert_eq!(error.message, "require: >= does not work with null (not set) and a number");
    let said = asked(&drawn(), &rule("Component", "true", "region.zones == 3", "no"));
    let error = said.errors.first().expect("users stand in no region");
    assert_eq!(
        (error.subject.clone(), error.message.as_str()),
        (Some(id("users")), "require: a field is asked of null (not set)")
    );
    for (require, message) in [
        ("1 / size(component.name.matches('x') ? '' : '') > 0", "division by zero"),
        ("component.instances + 9223372036854775807 > 0", "too large"),
        ("-(-9223372036854775807 - component.instances) > 0", "too large"),
        ("design.version[7] == 1", "shorter"),
        ("{'a': 1, 'a': 2}['a'] == 1", "same key twice"),
        ("{'a': 1}['b'] == 1", "no \"b\""),
        ("int('x' + component.name) == 1", "int(…) cannot take"),
    ] {
        let said = asked(&drawn(), &rule("Component", "true", require, "no"));
        let [error] = said.errors.as_slice() else { panic!("{require}: {said:?}") };
        assert!(error.message.contains(message), "{require}: {error:?}");
        assert_eq!((error.count, said.breaches.len()), (5, 0));
    }
}

#[test]
fn long_values_are_cut_and_many_breaches_counted() {
    let mut design = Design::default();
    for n in 0..1_200 {
        let mut component = Component::new(Kind::Gateway, "x".repeat(700));
        component.notes = "n\n".repeat(5_000);
        design.components.insert(id(&format!("c{n}")), Arc::new(component));
    }
    let said =
        asked(&design, &rule("Component", "true", "component.notes == ''", "{component.name} {component.notes}"));
    assert_eq!(said.errors, []);
    assert_eq!(said.breaches.len(), 1_001);
    assert_eq!(said.breaches.last().map(|b| b.message.as_str()), Some("200 more breach T-1 and are not listed"));
    assert!(said.breaches.iter().all(|b| b.message.chars().count() <= 500 && !b.message.contains('\n')));
    assert!(said.breaches.iter().flat_map(|b| &b.evidence).all(|(_, value)| value.chars().count() <= 120));
}

/// A design of many gateways without links.
fn crowd(components: usize) -> Design {
    let mut design = Design::default();
    for n in 0..components {
        design.components.insert(id(&format!("c{n}")), Arc::new(Component::new(Kind::Gateway, "gw")));
    }
    design
}

#[test]
fn what_would_take_too_long_is_refused_and_the_usual_is_not() {
    let large = crowd(20_000);
    for require in [
        "design.components.all(c, c.instances > 0)",
        "design.components.map(c, c.name).filter(n, n != '').size() > 0",
        "component.name in design.components.map(c, c.name)",
    ] {
        let said = asked(&large, &rule("Component", "true", require, "no"));
        let [error] = said.errors.as_slice() else { panic!("{require} ran") };
        assert_eq!(error.message, "the rule is too expensive for a design of 20000 elements");
    }
    let nested = "design.components.all(a, design.components.all(b, a.name + b.name != design.name))";
    assert_eq!(asked(&large, &rule("Design", "true", nested, "no")).errors.len(), 1);
    let heavy = "design.components.map(c, design.components).size() > 0";
    assert_eq!(asked(&crowd(2_000), &rule("Design", "true", heavy, "no")).errors.len(), 1);
    for require in ["component.name.matches('^[a-z]+$') && component.vcpu >= 2.0", "component.instances >= 1"] {
        let said = asked(&large, &rule("Component", "component.kind == 'gateway'", require, "no"));
        assert_eq!(said, Evaluation::default(), "{require}");
    }
    // Each rule is affordable, but not all of them together.
    let one = "(id: \"T-#\", severity: Info, title: \"T\", each: Component, require: \"component.name.matches('^a')\", message: \"no\"),";
    let rules: String = (0..200).map(|n| one.replace('#', &n.to_string())).collect();
    let said = asked(&crowd(5_000), &format!("(format: 1, name: \"P\", rules: [{rules}])"));
    assert!(said.errors.iter().all(|e| e.message.contains("the rules before it")), "{:?}", said.errors.first());
    assert!((1..200).contains(&said.errors.len()), "{}", said.errors.len());
    assert!(said.breaches.len() <= 10_000 + 200);
}

#[test]
fn a_pack_cannot_fill_the_memory_with_patterns() {
    let one = "(id: \"T-#\", severity: Info, title: \"T\", each: Design, require: \"true\", message: \"@\"),";
    let message = "{string('x'.matches('^[a-z]$'))}".repeat(100);
    let rules: String = (0..7).map(|n| one.replace('#', &n.to_string()).replace('@', &message)).collect();
    let read = pack(&format!("(format: 1, name: \"P\", rules: [{rules}])"));
    let broken: Vec<(&str, bool)> =
        read.broken.iter().map(|e| (e.rule.as_str(), e.message == "a pack may have 500 patterns at most")).collect();
    assert_eq!((read.rules.len(), broken), (5, vec![("T-5", true), ("T-6", true)]));
}

/// Texts that would overflow a stack, a machine or a patience if nothing bounded them.
fn hostile() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for n in [10, 63, 64, 65, 159, 161, 1_000, 4_000, 20_000] {
        let nest = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(n), close.repeat(n));
        all.extend([
            nest("(", "true", ")"),
            nest("[", "1", "]") + " == []",
            nest("{'a':", "1", "}") + " == {}",
            nest("size([", "1", "])") + " > 0",
            nest("(", "", ""),
            nest("[(", "", ""),
            nest("-", "1", "") + " > 0",
            nest("!", "true", ""),
            format!("1{} > 0", "+1".repeat(n)),
            format!("1{} > 0", "-1".repeat(n)),
            format!("true{}", "?true:true".repeat(n)),
            format!("true{}", "&&true".repeat(n)),
            format!("true{}", "||(true)".repeat(n)),
            format!("1{}", " in 1".repeat(n)),
            format!("1{}", "in 1".repeat(n)),
            format!("1{}", "==1".repeat(n)),
            format!("component{}", ".region".repeat(n)),
            format!("design.components{}", "[0].region.components".repeat(n)),
            format!("'x'{} == ''", "+'x'".repeat(n)),
            format!("design.components{}.size() > 0", ".map(c, c)".repeat(n)),
            format!("design.components{} == []", " + design.components".repeat(n)),
            format!("'{}' == ''", "(".repeat(n)),
            format!("'\\q{}", "(".repeat(n)),
            format!("\"{}", "'(".repeat(n)),
            format!("component.name.matches('{}')", "(a*)*".repeat(n)),
            format!("component.name.matches('{}')", "a{100}".repeat(n)),
            format!("a{}", " b".repeat(n)),
            "1 ".repeat(n),
            "\u{1F600}".repeat(n),
            "\\".repeat(n),
            "`".repeat(n),
            format!("[{}] == []", "1,".repeat(n)),
        ]);
    }
    all.extend(
        [
            "1.0 / 0.0 > 1.0",
            "1 % 0 == 1",
            "99999999999999999999 > 1",
            "1e999 > 1.0",
            "component.vcpu / 0.0 > 1.0",
            "int(1e300) > 0",
            "string(1e300) == ''",
            "b'\\xff' == b''",
            "string(b'\\xff') == ''",
            "-9223372036854775808 - 1 > 0",
            "design.components.map(component, component.map(component, component)).size() > 0",
            "[1, 'a', null, [2]].exists(x, x == component)",
            "[[1], ['a']].exists(x, x[0] > 1)",
            "[{'a': 1}].exists(m, has(m.b) || has(m.a))",
            "design == design || component == 1u",
            "@result == 1",
            "has(component)",
            "[1].map(1, 2) == []",
            "[1].map(x.y, 2) == []",
            "component.name.matches('\\\\p{Greek}+\\\\b{start}')",
        ]
        .map(str::to_owned),
    );
    all
}

#[test]
fn hostile_expressions_end_in_time_whatever_stack_the_caller_has() {
    let run = || {
        let design = drawn();
        let mut accepted = 0;
        for text in hostile() {
            for each in ["Design", "Component"] {
                let pack = pack(&rule(each, "true", &text, "no"));
                accepted += pack.rules.len();
                let said = evaluate(&[Arc::new(pack)], &BTreeSet::new(), &Topology::of(&design), "", Books::shipped());
                assert!(said.errors.iter().all(|e| !e.message.contains('\n') && e.message.chars().count() <= 500));
            }
        }
        assert!(accepted > 100, "{accepted}: the limits leave room for what is only odd");
    };
    on_a_stack_of(256 * 1024, run);
}

#[test]
fn the_deepest_expressions_use_less_than_half_the_stack_they_get() {
    on_a_stack_of(STACK_BYTES / 2, || {
        for text in hostile() {
            if let Ok(expression) = Expression::compile(&text, Each::Component, "x", Use::Truth, &Cell::new(9)) {
                drop(expression.clone());
            }
        }
    });
}

fn on_a_stack_of(bytes: usize, run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(bytes).spawn(run).expect("starts");
    thread.join().expect("no panic and no overflow");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_makes_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "component", "region", "design", "link", ".", "name", "kind", "components", "links_in", "(", ")", "[", "]", "{",
        "}", "'", "\"", "a", "1", "2.5", "1u", "==", "!=", "<", ">=", "&&", "||", "!", "-", "+", "*", "/", "%", "?", ":",
        ",", " in ", "null", "true", "has(", "size(", ".all(x, ", ".map(x, ", ".filter(x, ", "x", ".matches('",
        "string(", "int(", "\\", "\n", "é", "//", "`", "r'", "b'", "\u{0}", "\u{1F600}",
    ]), 0..14)) {
        let text = parts.concat();
        for each in [Each::Design, Each::Region, Each::Component, Each::Link] {
            for used in [Use::Truth, Use::Words] {
                if let Err(problem) = Expression::compile(&text, each, "x", used, &Cell::new(9)) {
                    prop_assert!(problem.node.is_none() && problem.index.is_none_or(|at| at <= text.chars().count()));
                }
            }
        }
        let quoted = text.escape_default().to_string();
        let file = file(&format!("each: Component, require: \"{quoted}\", message: \"{quoted}\""));
        if let Ok(pack) = Pack::parse(&file, "x") {
            let _ = evaluate(&[Arc::new(pack)], &BTreeSet::new(), &Topology::of(&drawn()), "", Books::shipped());
        }
    }

    #[test]
    fn no_file_makes_it_panic(cut in 0..4_000_usize, noise in "[(){}\\[\\]\"'r#:,/* a]{0,6}") {
        let template = Pack::template();
        let cut = template.floor_char_boundary(cut);
        let (before, after) = template.split_at(cut);
        let _ = Pack::parse(&format!("{before}{noise}{after}"), "x");
        let _ = Pack::parse(&format!("{before}{noise}"), "x");
    }
}
