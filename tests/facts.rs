//! Whatever a rule cites can be looked up.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic anywhere")]

use meridian::books::{Books, Packaging};
use meridian::rules;

/// `S1` of a document cited as `Some title [S1]`.
fn tag(document: &str) -> Option<&str> {
    document.strip_suffix(']')?.rsplit_once(" [").map(|(_, tag)| tag)
}

#[test]
fn every_citation_of_a_rule_leads_to_a_fact_and_the_document_that_states_it() {
    let book = Books::shipped().facts();
    for rule in rules::all() {
        assert!(!rule.sources.is_empty(), "{}", rule.id);
        for source in rule.sources {
            let fact = book.fact(source.fact).unwrap_or_else(|| panic!("{} cites {}", rule.id, source.fact));
            let tag = tag(source.document).unwrap_or_else(|| panic!("{} cites {}", rule.id, source.document));
            assert!(book.document(tag).is_some(), "{} cites {tag}", rule.id);
            assert!(fact.sources.iter().any(|s| s == tag), "{}: {} was not read in {tag}", rule.id, fact.id);
        }
    }
}

/// A statement may send the reader on to another fact, which must then exist.
#[test]
fn facts_named_elsewhere_exist() {
    let book = Books::shipped().facts();
    for packaging in [Packaging::Profiles, Packaging::Distributions] {
        assert!(book.fact(packaging.fact_id()).is_some(), "{packaging:?}");
    }
    for fact in book.all() {
        for word in fact.statement.split(|c: char| !c.is_ascii_alphanumeric()) {
            let is_id = word.strip_prefix(|c| "ABCDEFGHZ".contains(c)).is_some_and(|n| n.parse::<u32>().is_ok());
            assert!(!is_id || book.fact(word).is_some(), "{} names {word}", fact.id);
        }
    }
}
