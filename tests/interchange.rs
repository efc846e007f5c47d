//! Exports for other programs, read back by parsers that are not ours or by small ones of their grammar.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod generate;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use generate::any_design;
use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Design, Id, Kind};
use meridian::export::bundle::ExportFile;
use meridian::export::{Form, Options, Source};
use meridian::templates;
use proptest::prelude::*;
use proptest::test_runner::Config;

const FORMS: [Form; 4] = [Form::Mermaid, Form::Drawio, Form::Structurizr, Form::Bom];

/// The one file of a form.
fn export(design: &Design, form: Form) -> (String, ExportFile) {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).expect("a plan");
    let bundle = form.bundle(&source, &Options::default());
    assert_eq!(bundle.files.len(), 1);
    let (path, file) = bundle.files.into_iter().next().unwrap();
    (path.to_string(), file)
}

fn text(design: &Design, form: Form) -> String {
    export(design, form).1.content.text().expect("a text").to_owned()
}

fn shipped() -> Vec<Design> {
    templates::all().iter().map(templates::Template::design).collect()
}

/// A template in which every name tries to break out of its place.
fn hostile() -> Design {
    let mut design = templates::get("pattern-2").unwrap().design();
    let names = [
        "end",
        "\"] --> x[\"",
        "%%{init: {}}%%",
        "#quot;<script>alert(1)</script>",
        "a\\",
        "${HOME} \\\" }",
        "=cmd|'/c calc'!A1",
        "]]>&amp;</mxCell>",
        "\u{202e}\u{feff}日本 `x` | y; z",
        "-->",
        "  ",
        "API Management",
        "1. __first__ ~x~ *y*",
        "api management",
    ];
    Arc::make_mut(&mut design.meta).name = "../../etc/\"x\" ${PATH} <b>&\\".into();
    for (n, component) in design.components.values_mut().enumerate() {
        Arc::make_mut(component).name = names[n % names.len()].into();
    }
    for region in design.regions.values_mut() {
        Arc::make_mut(region).name = "} \"end\" <x>\\".into();
    }
    design.validate().expect("hostile names are names all the same");
    design
}

/// What a Mermaid flowchart says, read line by line.
#[derive(Debug, Default)]
struct Flowchart {
    nodes: BTreeSet<String>,
    subgraphs: BTreeSet<String>,
    edges: Vec<(String, String)>,
    link_styles: usize,
}

/// Reads the part of Mermaid's grammar that we write; anything else is an error.
fn flowchart(text: &str) -> Flowchart {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("---"));
    let title = lines.next().and_then(|line| line.strip_prefix("title: ")).expect("a title");
    serde_json::from_str::<String>(title).expect("a title in quotation marks");
    assert_eq!(lines.next(), Some("---"));
    assert_eq!(lines.next(), Some("flowchart LR"));
    let mut chart = Flowchart::default();
    let mut open = 0;
    let name = |line: &str| -> (String, String) {
        let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(line.len());
        (line[..end].to_owned(), line[end..].to_owned())
    };
    let quoted = |text: &str| {
        let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).expect("quotation marks");
        let entity_free = regex::Regex::new("#[a-z0-9]+;|<br/>").unwrap().replace_all(inner, "");
        assert!(
            !entity_free.contains(['"', '<', '>', '#', '%', '`', '{', '[', '(', '|', '\\', '*', '_', '~']),
            "{inner}"
        );
        let is_list = regex::Regex::new(r"^(\d+[.)]|[-+])").unwrap();
        assert!(!inner.split("<br/>").any(|line| is_list.is_match(line)), "{inner}");
    };
    for line in lines.map(str::trim) {
        if line == "end" {
            open -= 1;
        } else if let Some(rest) = line.strip_prefix("subgraph ") {
            let (id, label) = name(rest);
            quoted(label.strip_prefix('[').and_then(|l| l.strip_suffix(']')).expect("brackets"));
            assert!(chart.subgraphs.insert(id), "{line}");
            open += 1;
        } else if let Some(rest) = line.strip_prefix("linkStyle ") {
            assert!(rest.starts_with(&format!("{} stroke:#", chart.link_styles)), "{line}");
            chart.link_styles += 1;
        } else if line.starts_with("classDef ") {
        } else if let Some((from, rest)) = line.split_once(" -->|") {
            let (label, to) = rest.rsplit_once("| ").expect("an end");
            quoted(label);
            chart.edges.push((from.to_owned(), to.to_owned()));
        } else {
            let (id, rest) = name(line);
            let (shape, class) = rest.rsplit_once(":::").expect("a class");
            assert!(class.starts_with("kind_"));
            let label = [("[(", ")]"), ("([", "])"), ("{{", "}}"), ("[", "]")]
                .into_iter()
                .find_map(|(a, b)| shape.strip_prefix(a)?.strip_suffix(b).filter(|l| l.starts_with('"')))
                .expect("a shape");
            quoted(label);
            assert!(chart.nodes.insert(id), "{line}");
        }
        assert!(open >= 0);
    }
    assert_eq!(open, 0, "every subgraph ends");
    chart
}

fn check_mermaid(design: &Design) {
    let chart = flowchart(&text(design, Form::Mermaid));
    assert_eq!(chart.nodes.len(), design.components.len());
    assert_eq!(chart.subgraphs.len(), design.regions.len());
    assert!(chart.nodes.is_disjoint(&chart.subgraphs));
    assert_eq!(chart.edges.len(), design.links.len());
    assert_eq!(chart.link_styles, design.links.len());
    for (from, to) in &chart.edges {
        assert!(chart.nodes.contains(from) && chart.nodes.contains(to), "{from} {to}");
    }
}

fn check_drawio(design: &Design) {
    let text = text(design, Form::Drawio);
    let document = roxmltree::Document::parse(&text).expect("well-formed XML");
    let cells: BTreeMap<&str, roxmltree::Node<'_, '_>> = document
        .descendants()
        .filter(|n| n.has_tag_name("mxCell"))
        .map(|n| (n.attribute("id").expect("an id"), n))
        .collect();
    assert_eq!(cells.len(), 2 + design.len(), "ids are unique");
    for (id, cell) in &cells {
        for end in ["parent", "source", "target"].into_iter().filter_map(|name| cell.attribute(name)) {
            assert!(cells.contains_key(end), "{id} names {end}");
        }
    }
    let cell = |id: &Id| cells.get(format!("m-{id}").as_str()).expect("a cell");
    let numbers = |id: &Id| {
        let geometry = cell(id).children().find(|n| n.has_tag_name("mxGeometry")).expect("a geometry");
        ["x", "y", "width", "height"].map(|name| geometry.attribute(name).expect(name).parse::<i32>().expect(name))
    };
    for (id, region) in &design.regions {
        assert_eq!(numbers(id), [region.pos.0, region.pos.1, region.extent.0, region.extent.1]);
    }
    for (id, component) in &design.components {
        let extent = component.kind().extent();
        assert_eq!(numbers(id), [component.pos.0, component.pos.1, extent.0, extent.1]);
        let parent = component.region.as_ref().map_or("1".to_owned(), |region| format!("m-{region}"));
        assert_eq!(cell(id).attribute("parent"), Some(parent.as_str()));
        let label = cell(id).attribute("value").unwrap();
        let says_something = component.name.chars().any(char::is_alphanumeric);
        assert!(!says_something || label.lines().next().is_some(), "{label}");
    }
    for (id, link) in &design.links {
        assert_eq!(cell(id).attribute("source"), Some(format!("m-{}", link.from).as_str()));
        assert_eq!(cell(id).attribute("target"), Some(format!("m-{}", link.to).as_str()));
        assert!(cell(id).attribute("value").unwrap().starts_with(link.purpose.label()));
    }
}

/// The words of a line of Structurizr's language.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let mut word = String::new();
        match c {
            ' ' => continue,
            '"' => loop {
                match chars.next().expect("a text that ends on its line") {
                    '\\' if chars.peek() == Some(&'"') => word.extend(chars.next()),
                    '"' => break,
                    c => word.push(c),
                }
            },
            c => {
                word.push(c);
                while let Some(c) = chars.next_if(|c| *c != ' ') {
                    word.push(c);
                }
            }
        }
        words.push(word);
    }
    words
}

fn check_structurizr(design: &Design) {
    let mut declared = BTreeSet::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut relationships = BTreeSet::new();
    let mut instances = 0;
    let mut depth = 0;
    let text = text(design, Form::Structurizr);
    for line in text.lines() {
        let words = words(line);
        let word = |n: usize| words.get(n).map_or("", String::as_str);
        assert!(!line.contains("${"), "{line}");
        match (word(0), word(1)) {
            ("}", _) => depth -= 1,
            // A region may be called "=".
            (_, "=") if line.split_whitespace().nth(1) == Some("=") => {
                assert!(word(0).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{line}");
                assert!(declared.insert(word(0).to_ascii_lowercase()), "{line}");
                assert!(names.insert(word(3).to_lowercase()), "a name is used twice: {line}");
                assert!(!word(3).trim().is_empty(), "{line}");
            }
            (from, "->") => {
                assert!(declared.contains(&from.to_ascii_lowercase()), "{line}");
                assert!(declared.contains(&word(2).to_ascii_lowercase()), "{line}");
                let key = (from.to_owned(), word(2).to_owned(), word(3).to_owned());
                assert!(relationships.insert(key), "said twice: {line}");
            }
            ("containerInstance" | "softwareSystemInstance", name) => {
                assert!(declared.contains(&name.to_ascii_lowercase()), "{line}");
                instances += 1;
            }
            _ => {}
        }
        if words.last().is_some_and(|w| w == "{") && line.ends_with('{') {
            depth += 1;
        }
        assert!(depth >= 0, "{line}");
    }
    assert_eq!(depth, 0, "every brace is closed");
    assert_eq!(declared.len(), design.components.len() + 1);
    assert_eq!(relationships.len(), design.links.len());
    let of = |c: &Arc<meridian::design::Component>| match c.kind() {
        Kind::Users => 0,
        kind if kind.is_product_node() => c.instances as usize,
        _ => 1,
    };
    assert_eq!(instances, design.components.values().map(of).sum::<usize>());
}

/// The rows of the bill of materials by the id of their element.
fn rows(design: &Design) -> Vec<BTreeMap<String, String>> {
    let text = text(design, Form::Bom);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a row as long as the header")).collect()
}

fn check_bom(design: &Design) {
    let rows = rows(design);
    let by_id: BTreeMap<&str, &BTreeMap<String, String>> = rows.iter().map(|row| (row["id"].as_str(), row)).collect();
    assert_eq!(by_id.len(), rows.len(), "every element has one row");
    for (id, component) in design.components.iter().filter(|(_, c)| c.kind() != Kind::Users) {
        let row = by_id.get(id.as_str()).expect("a row");
        assert_eq!(row["count"], component.instances.to_string());
        assert_eq!(row["vcpu"], component.size.map_or(String::new(), |s| s.vcpu.to_string()));
    }
    let analysis = analyse(design, Revision::default(), &Setting::of(Books::shipped()));
    let listed: f64 = rows.iter().filter_map(|row| row["usd_per_month"].parse::<f64>().ok()).sum();
    let total = analysis.estimates.cost.total.map_or(0.0, |total| total.value);
    // Each row is rounded to a cent.
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let slack = 0.01 * rows.len() as f64 + total.abs() * 1e-9;
    assert!((listed - total).abs() <= slack, "{listed} is listed of {total}");
}

fn check(design: &Design) {
    check_mermaid(design);
    check_drawio(design);
    check_structurizr(design);
    check_bom(design);
}

#[test]
fn templates_are_read_back_as_they_are_drawn() {
    shipped().iter().for_each(check);
}

#[test]
fn hostile_names_stay_in_their_places() {
    let design = hostile();
    check(&design);
    for form in FORMS {
        let (path, _) = export(&design, form);
        assert!(!path.contains('/') && !path.starts_with('.'), "{path}");
    }
    for row in rows(&design) {
        assert!(row.values().all(|cell| !cell.starts_with('=')), "a spreadsheet would run {row:?}");
    }
}

/// A name that looks as if it had been made unique is not taken away from another element.
#[test]
fn structurizr_keeps_the_names_apart_that_it_makes() {
    let mut design = templates::get("pattern-2").unwrap().design();
    let ids: Vec<Id> = design.components.keys().cloned().collect();
    let [first, second, third, fourth, ..] = ids.as_slice() else { panic!("it has components") };
    let names = [(first, "GW"), (second, "gw "), (third, "gw (x)"), (fourth, "API management")];
    for (id, name) in names {
        Arc::make_mut(design.components.get_mut(id).unwrap()).name = name.into();
    }
    Arc::make_mut(design.components.get_mut(third).unwrap()).name = format!("GW ({first})");
    check_structurizr(&design);
}

#[test]
fn a_flowchart_that_programs_do_not_draw_says_so() {
    let mut design = templates::get("pattern-1").unwrap().design();
    let remarks = |design: &Design| {
        let books = Books::shipped();
        let analysis = analyse(design, Revision::default(), &Setting::of(books));
        Form::Mermaid.bundle(&Source::of(design, &analysis, books).unwrap(), &Options::default()).remarks
    };
    assert!(remarks(&design).is_empty());
    let link = design.links.values().next().unwrap().clone();
    for _ in design.links.len()..501 {
        design.links.insert(design.free_id(&Id::slug("more")), link.clone());
    }
    assert!(remarks(&design).iter().any(|remark| remark.contains("501 links")));
}

#[test]
fn a_file_called_by_a_long_name_keeps_its_ending() {
    let mut design = templates::get("pattern-1").unwrap().design();
    Arc::make_mut(&mut design.meta).name = "網".repeat(70);
    for (form, ending) in [(Form::Mermaid, ".mmd"), (Form::Drawio, ".drawio"), (Form::Svg, ".svg")] {
        assert!(export(&design, form).0.ends_with(ending));
    }
}

#[test]
fn every_element_can_be_followed_to_its_lines() {
    let design = templates::get("pattern-1").unwrap().design();
    for form in FORMS {
        let (path, file) = export(&design, form);
        let lines = file.content.text().unwrap().lines().count();
        assert!(file.origins.iter().all(|o| 1 <= o.first && o.first <= o.last && o.last <= lines), "{path}");
        for (id, component) in design.components.iter().filter(|(_, c)| c.kind() != Kind::Users || form != Form::Bom) {
            let of: Vec<_> = file.origins.iter().filter(|o| o.origin.elements.contains(id)).collect();
            assert!(!of.is_empty(), "{path} does not say where {} comes from", component.name);
        }
    }
    // The lines of a cell begin and end with it.
    let (_, file) = export(&design, Form::Drawio);
    let text = file.content.text().unwrap();
    for origin in &file.origins {
        let id = format!("id=\"m-{}\"", origin.origin.elements[0]);
        assert!(text.lines().nth(origin.first - 1).unwrap().contains(&id), "{origin:?}");
        assert_eq!(text.lines().nth(origin.last - 1).unwrap().trim(), "</mxCell>", "{origin:?}");
    }
}

#[test]
fn the_same_design_gives_the_same_bytes() {
    for design in shipped() {
        for form in FORMS {
            assert_eq!(export(&design, form), export(&design, form));
        }
    }
}

/// The design with small groups, since what large ones give is only more of the same.
fn with_few_nodes(mut design: Design) -> Design {
    for component in design.components.values_mut() {
        let component = Arc::make_mut(component);
        component.instances = 1 + component.instances % 3;
    }
    design
}

proptest! {
    #![proptest_config(Config { cases: 32, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_design_is_read_back_as_it_is_drawn(design in any_design()) {
        check(&with_few_nodes(design));
    }
}
