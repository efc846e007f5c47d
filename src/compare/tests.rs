use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::analysis::{Setting, analyse};
use crate::books::Books;
use crate::design::commands::{self, Arrange};
use crate::design::edit::{Edit, Op};
use crate::design::history::Revision;
use crate::design::{Component, Kind, Link, Pos, Site};

fn analysed(design: &Design) -> Analysis {
    analyse(design, Revision::default(), &Setting::of(Books::shipped()))
}

fn between(before: &Design, after: &Design) -> Comparison {
    let analyses = [before, after].map(analysed);
    let [a, b] = &analyses;
    compare(Side { design: before, analysis: a }, Side { design: after, analysis: b })
}

fn pattern_2() -> Design {
    crate::templates::get("pattern-2").unwrap().design()
}

fn gateway(design: &Design) -> Id {
    design.components.iter().find(|(_, c)| c.kind() == Kind::Gateway).map(|(id, _)| id.clone()).unwrap()
}

#[test]
fn fewer_gateways_show_in_the_drawing_the_findings_the_load_and_the_bill() {
    let before = pattern_2();
    let mut after = before.clone();
    let id = gateway(&before);
    Arc::make_mut(after.components.get_mut(&id).unwrap()).instances = 1;
    let comparison = between(&before, &after);
    let [element] = comparison.elements.as_slice() else { panic!("{:?}", comparison.elements) };
    let [field] = element.fields.as_slice() else { panic!("{element:?}") };
    assert_eq!((field.field.as_str(), field.before.as_str(), field.after.as_str()), ("Instances", "2", "1"));
    assert!(comparison.findings.iter().any(|f| f.rule == "R-HA-01" && f.change == Change::Added));
    let load = comparison.load.iter().find(|l| l.component == id).unwrap();
    assert!(load.capacity_rps.difference.unwrap() < 0.0 && load.utilisation.difference.unwrap() > 0.0);
    assert!(comparison.cost.total.difference.unwrap() < 0.0);
    let rows = rows(&before, &after, &comparison);
    let row = rows.iter().find(|r| r.what.ends_with(": Instances")).unwrap();
    assert_eq!((row.sign, row.subjects.as_slice()), (Sign::Changed, [id].as_slice()));
    assert!(comparison.settings.is_empty() && comparison.served.is_empty());
}

#[test]
fn a_move_in_the_drawing_is_no_change_of_a_field() {
    let before = pattern_2();
    let mut after = before.clone();
    let edit = commands::nudge(&before, &[gateway(&before)], 8, 8);
    edit.apply(&mut after).unwrap();
    let comparison = between(&before, &after);
    assert!(comparison.elements.iter().all(ElementChange::is_only_moved) && !comparison.is_empty());
    let rows = rows(&before, &after, &comparison);
    let differing: Vec<Sign> = rows.iter().map(|r| r.sign).filter(|s| *s != Sign::Same).collect();
    assert_eq!(differing, [Sign::Moved]);
}

#[test]
fn an_element_under_another_id_is_recognised_with_all_that_hangs_on_it() {
    let before = pattern_2();
    let mut after = before.clone();
    let (old, new) = (gateway(&before), Id::new("edge").unwrap());
    let component = after.components.remove(&old).unwrap();
    after.components.insert(new.clone(), component);
    for link in after.links.values_mut() {
        let end = |id: &Id| if *id == old { new.clone() } else { id.clone() };
        *link = Arc::new(Link { from: end(&link.from), to: end(&link.to), ..Link::clone(link) });
    }
    let comparison = between(&before, &after);
    let [element] = comparison.elements.as_slice() else { panic!("{:?}", comparison.elements) };
    assert_eq!((&element.id, element.was.as_ref(), element.fields.len()), (&new, Some(&old), 0));
    assert!(comparison.findings.is_empty(), "{:?}", comparison.findings);
    assert!(comparison.load.iter().all(|l| l.utilisation.is_same()), "{:?}", comparison.load);
}

#[test]
fn a_waived_finding_is_not_told_as_mended() {
    let mut before = pattern_2();
    let id = gateway(&before);
    Arc::make_mut(before.components.get_mut(&id).unwrap()).instances = 1;
    let finding = analysed(&before).check.findings.into_iter().find(|f| f.rule == "R-HA-01").unwrap();
    let mut after = before.clone();
    let waiver = rules::waiver_for(&finding, "accepted", "", None);
    Arc::make_mut(&mut after.meta).waivers.insert(waiver);
    let comparison = between(&before, &after);
    let change = comparison.findings.iter().find(|f| f.rule == "R-HA-01").unwrap();
    assert_eq!((change.change, change.waived), (Change::Removed, true));
    assert_eq!(comparison.settings.len(), 1);
}

#[test]
fn the_table_survives_a_spreadsheet() {
    let before = pattern_2();
    let mut after = before.clone();
    let id = gateway(&before);
    let component = Arc::make_mut(after.components.get_mut(&id).unwrap());
    component.notes = "=HYPERLINK(\"x\"),\nsecond".into();
    component.instances = 1;
    let rows = rows(&before, &after, &between(&before, &after));
    let text = csv(&rows);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let records: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    let notes = records.iter().find(|r| r.get(2).unwrap().ends_with(": Notes")).unwrap();
    assert_eq!(notes.get(4), Some("'=HYPERLINK(\"x\"),\nsecond"));
    let total = records.iter().find(|r| r.get(2) == Some("Total a month")).unwrap();
    assert!(total.get(5).unwrap().parse::<f64>().unwrap() < 0.0);
}

/// Something an architect does to one element or another.
fn edit(design: &Design, choice: usize, at: prop::sample::Index) -> Edit {
    let ids: Vec<&Id> = design.components.keys().collect();
    let id = (*at.get(&ids)).clone();
    let change = |change: fn(&mut Component)| {
        let mut component = Component::clone(&design.components[&id]);
        change(&mut component);
        commands::set_component("Change", &id, component)
    };
    match choice {
        0 => commands::delete(design, &[id]),
        1 => commands::duplicate(design, &[id], 24, 24).0,
        2 => commands::nudge(design, &[id], 8, 0),
        3 => change(|c| c.instances += 1),
        4 => change(|c| c.name.push('x')),
        5 => change(|c| c.notes.push('x')),
        6 => commands::add_component(design, Kind::Redis, Pos(0, 0)).0,
        7 => commands::add_region(design, "Pune", Site::cloud("aws", "ap-south-2"), Pos(3_000, 0)).0,
        8 => {
            let regions: Vec<Id> = design.regions.keys().cloned().collect();
            commands::arrange(design, &regions, Arrange::ALL[0])
        }
        9 => {
            let regions: Vec<&Id> = design.regions.keys().collect();
            commands::delete(design, &[(*at.get(&regions)).clone()])
        }
        _ => {
            let mut meta = crate::design::Meta::clone(&design.meta);
            meta.requirements.low_latency = Some(meta.requirements.low_latency != Some(true));
            commands::set_meta("Change", meta)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn comparing_back_swaps_what_comes_and_goes_and_undoing_leaves_nothing(
        acts in prop::collection::vec((0..11usize, any::<prop::sample::Index>()), 1..5),
    ) {
        let before = pattern_2();
        let mut after = before.clone();
        let mut inverses: Vec<Vec<Op>> = Vec::new();
        for (choice, at) in acts {
            if after.components.is_empty() || after.regions.is_empty() {
                break;
            }
            inverses.push(edit(&after, choice, at).apply(&mut after).unwrap());
        }
        prop_assert!(between(&after, &after).is_empty());
        let (there, back) = (between(&before, &after), between(&after, &before));
        prop_assert_eq!(there.is_empty(), before == after);
        let elements = |c: &Comparison, change| {
            c.elements.iter().filter(|e| e.change == change).map(|e| e.id.clone()).collect::<Vec<_>>()
        };
        let findings = |c: &Comparison, change| {
            let some = c.findings.iter().filter(|f| f.change == change);
            let mut keys: Vec<_> = some.map(|f| (f.rule.clone(), f.subjects.clone())).collect();
            keys.sort();
            keys
        };
        prop_assert_eq!(elements(&there, Change::Added), elements(&back, Change::Removed));
        prop_assert_eq!(elements(&there, Change::Removed), elements(&back, Change::Added));
        prop_assert_eq!(findings(&there, Change::Added), findings(&back, Change::Removed));
        prop_assert_eq!(findings(&there, Change::Removed), findings(&back, Change::Added));
        let differences = |c: &Comparison| -> Vec<Option<f64>> {
            c.cost.by_category.iter().map(|c| c.quantity.difference).collect()
        };
        let negated: Vec<_> = differences(&back).into_iter().map(|d| d.map(|d| 0.0 - d)).collect();
        prop_assert_eq!(differences(&there), negated);
        for ops in inverses.into_iter().rev() {
            Edit::new("Undo", ops).apply(&mut after).unwrap();
        }
        prop_assert!(between(&before, &after).is_empty());
    }
}
