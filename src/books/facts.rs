//! The facts that rules and figures cite, each with the documents it was read in.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::table::{BookError, Table};

/// What a fact rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactBasis {
    /// The deployment pattern overview itself.
    Overview,
    /// Other documentation, packs, charts or issues of the product.
    Documented,
    /// Our own conclusion from documented facts.
    Inferred,
    /// A third party's text.
    Community,
}

impl FactBasis {
    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "stated in the pattern overview",
            Self::Documented => "documented",
            Self::Inferred => "inferred by us",
            Self::Community => "from the community",
        }
    }
}

/// A fact about the product or its deployment, in our own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Stable id that rules cite, such as `B20`.
    pub id: String,
    /// What it rests on.
    pub basis: FactBasis,
    /// The fact, in one to three sentences.
    pub statement: String,
    /// Tags of the documents it was read in, such as `S1`; never empty.
    pub sources: Vec<String>,
}

/// A page, repository or article that facts were read in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable tag that facts and rules cite, such as `S1` or `S31a`.
    pub tag: String,
    /// What it is, in our own words.
    pub title: String,
    /// Address, or repository and path.
    pub location: String,
    /// Product versions or commits it was read for; empty when it names none.
    pub version: String,
}

/// Every fact and every document, in the order of their numbers (`A2` before `A10`).
#[derive(Debug)]
pub struct Facts {
    facts: IndexMap<String, Fact>,
    documents: IndexMap<String, Document>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    basis: FactBasis,
    statement: String,
    sources: String,
}

impl Facts {
    pub(super) fn parse(facts: Table, documents: Table) -> Result<Self, BookError> {
        let rows = documents.read(|document: Document| {
            if document.title.is_empty() || document.location.is_empty() {
                return Err(format!("document {} has no title or no location", document.tag));
            }
            Ok((document.tag.clone(), document))
        })?;
        let documents = numbered(rows).map_err(|reason| documents.error(1, reason))?;
        let rows = facts.read(|row: Row| {
            let sources: Vec<String> = row.sources.split_whitespace().map(str::to_owned).collect();
            if row.statement.is_empty() || sources.is_empty() {
                return Err(format!("fact {} has no statement or no source", row.id));
            }
            if let Some(unknown) = sources.iter().find(|tag| !documents.contains_key(*tag)) {
                return Err(format!("fact {} cites the unknown document \"{unknown}\"", row.id));
            }
            Ok((row.id.clone(), Fact { id: row.id, basis: row.basis, statement: row.statement, sources }))
        })?;
        let facts = numbered(rows).map_err(|reason| facts.error(1, reason))?;
        Ok(Self { facts, documents })
    }

    /// Every fact, by letter and number.
    pub fn all(&self) -> impl Iterator<Item = &Fact> {
        self.facts.values()
    }

    /// Every document, by the number of its tag.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.documents.values()
    }

    /// The fact with this id, such as `B20`.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts.get(id)
    }

    /// The document with this tag, such as `S31a`.
    pub fn document(&self, tag: &str) -> Option<&Document> {
        self.documents.get(tag)
    }

    /// The documents that a fact was read in, in the order it names them.
    pub fn documents_of(&self, fact: &Fact) -> impl Iterator<Item = &Document> {
        fact.sources.iter().filter_map(|tag| self.document(tag))
    }
}

/// The entries by id, in the order of their numbers. An id without a number, or given twice, is an error.
fn numbered<T>(entries: Vec<(String, T)>) -> Result<IndexMap<String, T>, String> {
    let mut by_id = IndexMap::new();
    for (id, entry) in entries {
        number(&id).ok_or_else(|| format!("\"{id}\" has no number"))?;
        if by_id.contains_key(&id) {
            return Err(format!("\"{id}\" is given twice"));
        }
        by_id.insert(id, entry);
    }
    by_id.sort_by(|a, _, b, _| number(a).cmp(&number(b)));
    Ok(by_id)
}

/// `A10` or `S31a` as letter, number and suffix, which sort as a reader expects; `None` for anything else.
fn number(id: &str) -> Option<(char, u32, &str)> {
    let mut chars = id.chars();
    let letter = chars.next().filter(char::is_ascii_uppercase)?;
    let suffix = chars.as_str().trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = chars.as_str().strip_suffix(suffix)?;
    Some((letter, digits.parse().ok()?, suffix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::Books;

    const DOCUMENTS: Table =
        Table { name: "documents", text: "tag,title,location,version\nS1,Overview,a site,\n", more: &[] };

    fn facts(rows: &'static str) -> Result<Facts, BookError> {
        Facts::parse(Table { name: "facts", text: rows, more: &[] }, DOCUMENTS)
    }

    #[test]
    fn every_fact_says_something_and_can_be_read_elsewhere() {
        let book = Books::shipped().facts();
        for fact in book.all() {
            assert!(fact.statement.ends_with('.'), "{}", fact.id);
            assert!(fact.statement.chars().count() < 500, "{} is not short", fact.id);
            assert_eq!(book.documents_of(fact).count(), fact.sources.len(), "{}", fact.id);
        }
        let overview = book.fact("B20").expect("a fact that rules cite");
        assert_eq!((overview.basis, overview.sources.as_slice()), (FactBasis::Overview, ["S1".to_owned()].as_slice()));
        assert!(book.document("S31a").is_some_and(|document| document.location.starts_with("https://wso2.com/")));
        assert!(book.fact("B99").is_none());
    }

    #[test]
    fn facts_come_in_the_order_of_their_numbers() {
        let shuffled =
            "id,basis,statement,sources\nB1,community,One.,S1\nA10,inferred,Ten.,S1\nA2,documented,Two.,S1\n";
        let book = facts(shuffled).expect("three facts");
        assert_eq!(book.all().map(|fact| fact.id.as_str()).collect::<Vec<_>>(), ["A2", "A10", "B1"]);
        assert!(number("S31") < number("S31a") && number("S31c") < number("S32"));
        assert_eq!(number("A"), None);
    }

    #[test]
    fn a_fact_nobody_can_check_is_refused() {
        for (rows, reason) in [
            ("id,basis,statement,sources\nA1,documented,One.,S2\n", "fact A1 cites the unknown document \"S2\""),
            ("id,basis,statement,sources\nA1,documented,One.,\n", "fact A1 has no statement or no source"),
            ("id,basis,statement,sources\nA1,overview,One.,S1\nA1,overview,Two.,S1\n", "\"A1\" is given twice"),
        ] {
            assert_eq!(facts(rows).map(|_| ()).map_err(|error| error.reason), Err(reason.to_owned()));
        }
    }
}
