//! Where what a document says can be read: every fact it cites, with the documents it was read in.

use crate::books::Facts;

use super::document::{Document, Section, Table};

/// The facts that the document cites, in the order of their numbers. Nothing when it cites none.
#[must_use]
pub fn cited(document: &Document, facts: &Facts) -> Section {
    let named = document.all_cites();
    let mut table = Table::new(["Fact", "What it says", "Basis", "Read in"]);
    for fact in facts.all().filter(|fact| named.contains(fact.id.as_str())) {
        let read_in: Vec<String> =
            facts.documents_of(fact).map(|of| format!("{}, {}", of.title, of.location)).collect();
        table.row([fact.id.as_str(), &fact.statement, fact.basis.label(), &read_in.join("; ")]);
    }
    let mut section = Section::new("Sources");
    section.table(table);
    section
}
