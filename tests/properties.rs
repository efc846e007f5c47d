//! Properties of the document that hold for every design and every sequence of edits.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

mod generate;

use std::sync::Arc;

use generate::{Act, any_act, any_design, sample_texts};
use meridian::design::history::Document;
use meridian::design::{Design, file};
use proptest::prelude::*;
use proptest::test_runner::Config;

fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn bytes(design: &Design) -> String {
    file::to_ron(design).unwrap()
}

/// Applies one action and checks what must hold after any single action. Returns whether an edit was refused.
fn step(document: &mut Document, act: &Act) -> bool {
    let before = Arc::clone(document.design());
    let (state, revision) = (document.state(), document.revision());
    let refused = act.perform(document).is_err();
    document.design().validate().unwrap_or_else(|e| panic!("{act:?} broke the document: {e}"));
    if refused {
        assert_eq!(*document.design(), before, "{act:?} was refused but changed the design");
        assert_eq!((document.state(), document.revision()), (state, revision), "{act:?} was refused but left a trace");
    }
    refused
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_edits_undo_to_the_same_bytes_and_redo_to_the_same_bytes(
        start in any_design(),
        acts in prop::collection::vec(any_act(), 1..30),
    ) {
        let start_bytes = bytes(&start);
        let mut document = Document::new(start);
        for act in acts.iter().filter(|a| a.is_edit()) {
            step(&mut document, act);
        }
        let end_bytes = bytes(document.design());
        let steps = document.applied();
        while document.undo().is_some() {}
        prop_assert_eq!(&bytes(document.design()), &start_bytes);
        prop_assert!(!document.is_dirty());
        while document.redo().is_some() {}
        prop_assert_eq!(bytes(document.design()), end_bytes);
        prop_assert_eq!(document.applied(), steps);
        document.go_to(steps / 2);
        document.go_to(0);
        prop_assert_eq!(bytes(document.design()), start_bytes);
    }

    #[test]
    fn undo_and_redo_between_edits_always_come_back_to_the_same_designs(
        start in any_design(),
        acts in prop::collection::vec(any_act(), 1..40),
    ) {
        let mut document = Document::new(start);
        // What the design was after each applied step, and what is on disk.
        let mut seen = vec![Arc::clone(document.design())];
        let mut saved = Some(Arc::clone(document.design()));
        for act in &acts {
            let refused = step(&mut document, act);
            let applied = document.applied();
            if act.is_edit() && !refused {
                let changed = seen.get(applied) != Some(document.design());
                if changed || document.steps().len() < seen.len() - 1 {
                    seen.truncate(applied);
                    seen.push(Arc::clone(document.design()));
                }
            }
            match act {
                Act::Save => saved = Some(Arc::clone(document.design())),
                Act::LoseFile => saved = None,
                _ => {}
            }
            prop_assert_eq!(&seen[applied], document.design(), "after {:?}", act);
            prop_assert_eq!(document.steps().len() + 1, seen.len(), "after {:?}", act);
            if !document.is_dirty() {
                prop_assert_eq!(saved.as_ref(), Some(document.design()), "{:?} left the document clean", act);
            }
        }
        for applied in (0..seen.len()).rev() {
            document.go_to(applied);
            prop_assert_eq!(document.design(), &seen[applied]);
        }
    }

    #[test]
    fn any_design_is_read_back_as_it_was_written(design in any_design()) {
        design.validate().unwrap();
        let once = bytes(&design);
        let read = file::from_ron(&once, "generated");
        prop_assert!(read.is_ok(), "{}\n{once}", read.unwrap_err());
        let read = read.unwrap();
        prop_assert_eq!(bytes(&read), once);
        prop_assert_eq!(read, design);
    }
}

/// What must hold of the loader whatever it is given.
fn loads_or_says_why(text: &str) -> Result<(), TestCaseError> {
    match file::from_ron(text, "input.ron") {
        Ok(design) => {
            prop_assert!(design.validate().is_ok());
            let written = bytes(&design);
            prop_assert_eq!(bytes(&file::from_ron(&written, "again").unwrap()), written);
        }
        Err(error) => {
            let line = error.to_string();
            prop_assert!(line.starts_with("input.ron:") && error.message.len() > 3, "{line}");
            prop_assert!(!line.contains('\n'), "more than one line: {line}");
            prop_assert!(error.line <= text.split('\n').count(), "{line}");
        }
    }
    Ok(())
}

/// One change of a text, at a place given as a share of its length.
#[derive(Debug, Clone)]
enum Mutation {
    Cut { at: f64, len: usize },
    Repeat { at: f64, len: usize },
    Insert { at: f64, text: String },
    Truncate { at: f64 },
}

fn any_mutation() -> impl Strategy<Value = Mutation> {
    let scraps = prop::sample::select(vec![
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "-",
        "NaN",
        "inf",
        "-0.0",
        "1e999",
        "99999999999999999999",
        "\\u{0}",
        "\\\"",
        "r#\"",
        "/*",
        "//",
        "'",
        "None",
        "Some(1)",
        "#![enable(x)]",
        "\u{feff}",
        "\u{202e}",
        "\0",
        "🙂",
        "_",
        "b\"x\"",
    ]);
    let text = prop_oneof![3 => scraps.prop_map(str::to_owned), 1 => any::<String>()];
    prop_oneof![
        (0.0..1.0, 1usize..40).prop_map(|(at, len)| Mutation::Cut { at, len }),
        (0.0..1.0, 1usize..200).prop_map(|(at, len)| Mutation::Repeat { at, len }),
        (0.0..1.0, text).prop_map(|(at, text)| Mutation::Insert { at, text }),
        (0.0..1.0).prop_map(|at| Mutation::Truncate { at }),
    ]
}

fn place(chars: &[char], at: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    let index = (chars.len() as f64 * at) as usize;
    index.min(chars.len())
}

fn mutate(text: &str, mutations: &[Mutation]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for mutation in mutations {
        match mutation {
            Mutation::Cut { at, len } => {
                let from = place(&chars, *at);
                let to = (from + len).min(chars.len());
                chars.drain(from..to);
            }
            Mutation::Repeat { at, len } => {
                let from = place(&chars, *at);
                let to = (from + len).min(chars.len());
                let piece = chars[from..to].to_vec();
                chars.splice(to..to, piece);
            }
            Mutation::Insert { at, text } => {
                let from = place(&chars, *at);
                chars.splice(from..from, text.chars());
            }
            Mutation::Truncate { at } => chars.truncate(place(&chars, *at)),
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn random_bytes_never_panic_the_loader(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        loads_or_says_why(&String::from_utf8_lossy(&noise))?;
    }

    #[test]
    fn damaged_designs_never_panic_the_loader(
        text in prop::sample::select(sample_texts()),
        mutations in prop::collection::vec(any_mutation(), 1..4),
    ) {
        loads_or_says_why(&mutate(&text, &mutations))?;
    }

    #[test]
    fn damaged_generated_designs_never_panic_the_loader(
        design in any_design(),
        mutations in prop::collection::vec(any_mutation(), 1..4),
    ) {
        loads_or_says_why(&mutate(&bytes(&design), &mutations))?;
    }
}
