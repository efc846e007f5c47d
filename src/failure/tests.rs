//! A first look at the patterns.

use super::*;
use crate::books::Books;
use crate::design::{Capability, Failures};
use crate::estimate;
use crate::templates;
use crate::topology::Topology;

fn print(template: &str, failures: &[&str]) {
    let design = templates::get(template).unwrap().design();
    let topology = Topology::of(&design);
    let estimates = estimate::estimate(&topology, Books::shipped());
    let model = Model::of(&topology, &estimates);
    let failures: Failures = failures.iter().map(|f| f.parse().unwrap()).collect();
    let outcome = model.outcome(&design, &failures);
    println!(
        "== {template} {failures:?}; {} parts {} formulas {} needs",
        model.parts.len(),
        model.formulas.len(),
        model.needs.len()
    );
    let places: std::collections::BTreeSet<_> = outcome.cells.keys().map(|(_, p)| p.clone()).collect();
    for c in Capability::ALL {
        let mut line = format!("{:14}", c.id());
        for p in &places {
            let text = outcome.cell(*c, p).map_or("-".to_owned(), |cell| {
                format!(
                    "{} {}{}",
                    cell.state.label(),
                    if cell.basis == Basis::Stated { "" } else { "*" },
                    cell.facts.join(" ")
                )
            });
            line += &format!("| {}: {:32}", p.id(), text);
        }
        println!("{line}");
    }
}

#[test]
fn look() {
    print("pattern-2", &[]);
    print("pattern-2", &["region:eu"]);
    print("pattern-2", &["cut:eu/in"]);
    print("pattern-1", &["region:eu"]);
    print("pattern-1", &["cut:eu/us"]);
    print("pattern-1", &["component:eu-cp"]);
    print("all-in-one-ha", &[]);
    print("simple-scalable", &[]);
}

#[test]
fn chains() {
    for (t, f) in [
        ("pattern-2", "region:eu"),
        ("pattern-2", "component:eu-cp"),
        ("pattern-2", "cut:eu/in"),
        ("pattern-2", "nodes:eu-gw/1"),
        ("pattern-1", "component:eu-db"),
        ("pattern-1", "cut:eu/us"),
        ("pattern-2", "component:in-gw"),
    ] {
        let design = templates::get(t).unwrap().design();
        let topology = Topology::of(&design);
        let estimates = estimate::estimate(&topology, Books::shipped());
        let model = Model::of(&topology, &estimates);
        let outcome = model.outcome(&design, &[f.parse().unwrap()].into());
        println!("=== {t} {f}");
        for ((c, p), cell) in &outcome.cells {
            for u in &cell.unmet {
                println!("{} {}: {:?}", c.id(), p.id(), u.state);
                for chain in model.why(&design, u, &outcome) {
                    println!("    {}", chain.join("\n      < "));
                }
            }
        }
        let a = model.affected(&design, &outcome);
        println!("failed {:?}", a.failed);
        for (id, says) in a.impaired {
            println!("  {id}: {says:?}");
        }
    }
}
