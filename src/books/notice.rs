//! Whose figures ship with Meridian, and under what terms.

use std::fmt::Write as _;

use super::table::{NO_LICENCE, OWN_WORK, Source, SourceBook};

/// Width of paragraphs, characters.
const WIDTH: usize = 110;

/// Licences in the order in which they are named, with what they ask for.
const TERMS: [(&str, &str); 7] = [
    (
        "CC-BY-4.0",
        "Creative Commons Attribution 4.0 International, https://creativecommons.org/licenses/by/4.0/. Figures were \
         taken out of their pages and put into tables of another form; the owners do not endorse this use.",
    ),
    ("Apache-2.0", "Apache License 2.0; its text is in LICENSE-APACHE. Figures were put into tables of another form."),
    (
        "Apache-2.0 or MIT",
        "At your choice Apache License 2.0 or MIT; their texts are in LICENSE-APACHE and LICENSE-MIT.",
    ),
    ("MIT", "MIT; the permission notice is that of LICENSE-MIT, with the owners named here as copyright holders."),
    (
        "MPL-2.0",
        "Mozilla Public License 2.0, https://www.mozilla.org/MPL/2.0/. Rows taken from these stay under it and stand in \
         source form in assets/books; the originals are the package and the repository named.",
    ),
    (
        NO_LICENCE,
        "No licence is stated. Figures were taken over, of some of them whole tables, and the source is named. In what \
         ships, assets/books, their rows stand in files of their own, which can be replaced or taken out (see its README). In assets/data, \
         from which that is made, they stand among the others, each with its source.",
    ),
    (OWN_WORK, "Made for Meridian and licensed as Meridian is."),
];

/// What is in the program and in none of the tables.
const BESIDE_THE_TABLES: &str = "
Figures in the program
----------------------
- Limits that the documentation of API Manager states: WSO2, wso2/docs-apim, by address in assets/books/documents.csv.
- Tokens issued by a node: WSO2, wso2/performance-is, Apache-2.0.
- Growth of throughput with the cores of a node: WSO2, wso2/api-platform, Apache-2.0.
- Round trips of users: fitted to pings between cities of 2020 by WonderNetwork; no licence was seen.

Names in the program
--------------------
- Keys of the Helm charts, assets/helm: our own list of names, read off wso2/helm-apim, branches 4.5.x to 4.7.x, on
  2026-11-26. The charts belong to WSO2 and are under the WSO2 Commercial License; nothing of their text is contained.

The window
----------
- Land of the world map: Natural Earth, public domain, as packed in world-atlas 2.0.2 by Mike Bostock, ISC.
- Inter, by The Inter Project Authors: SIL Open Font License 1.1, see assets/fonts.
- Phosphor Icons, by Phosphor Icons: MIT, see assets/fonts.
";

/// The sources under one licence.
#[derive(Debug)]
pub struct NoticeGroup<'a> {
    /// The licence.
    pub licence: &'a str,
    /// What it asks for, and how that is met; empty for a licence nobody has looked at.
    pub terms: &'static str,
    /// The sources in order of their ids.
    pub sources: Vec<&'a Source>,
}

/// Every source, by licence.
pub fn notice_groups(sources: &SourceBook) -> Vec<NoticeGroup<'_>> {
    let mut groups: Vec<NoticeGroup<'_>> =
        TERMS.iter().map(|&(licence, terms)| NoticeGroup { licence, terms, sources: Vec::new() }).collect();
    for source in sources.all() {
        match groups.iter_mut().find(|group| group.licence == source.licence) {
            Some(group) => group.sources.push(source),
            None => groups.push(NoticeGroup { licence: &source.licence, terms: "", sources: vec![source] }),
        }
    }
    groups.retain(|group| !group.sources.is_empty());
    groups
}

/// The text of the file `NOTICE`.
pub fn notice(sources: &SourceBook) -> String {
    let mut out = String::from(
        "Meridian\n\
         Licensed under MIT or Apache-2.0, at your choice.\n\n\
         Meridian ships figures that others have published: regions, round-trip times, prices, throughput, service\n\
         levels. This is whose they are, with the date of each source. What is in which table and what is doubtful\n\
         about it stands in assets/books/README.md.\n",
    );
    for group in notice_groups(sources) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n{}\n{}", group.licence, "-".repeat(group.licence.chars().count()));
        wrap(&mut out, group.terms);
        out.push('\n');
        for source in group.sources {
            let owner = if source.owner.is_empty() { String::new() } else { format!(" {}.", source.owner) };
            let _ = writeln!(out, "- {}, {}:{owner} {}", source.id, source.date, source.text);
        }
    }
    out.push_str(BESIDE_THE_TABLES);
    out
}

/// A paragraph in lines of at most [`WIDTH`].
fn wrap(out: &mut String, text: &str) {
    let mut length = 0;
    for word in text.split_whitespace() {
        let word_length = word.chars().count();
        if length > 0 {
            let fits = length + 1 + word_length <= WIDTH;
            out.push(if fits { ' ' } else { '\n' });
            length = if fits { length + 1 } else { 0 };
        }
        out.push_str(word);
        length += word_length;
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Books, CoreScaling, TokenRuns, sizing_facts};

    #[test]
    fn the_notice_names_every_source_and_is_up_to_date() {
        let sources = Books::shipped().sources();
        let text = include_str!("../../NOTICE");
        for source in sources.all() {
            assert!(text.contains(&format!("- {}, {}:", source.id, source.date)), "{} is not in NOTICE", source.id);
            assert!(text.contains(&source.owner) && text.contains(&source.text), "{}", source.id);
        }
        assert!(text == notice(sources), "run meridian books --notice --out NOTICE");
    }

    #[test]
    fn figures_that_stand_in_no_table_have_their_owners_named() {
        let text = notice(Books::shipped().sources());
        let limits = sizing_facts::ALL.iter().map(|fact| fact.sourced.source);
        for source in limits.chain([TokenRuns::PUBLISHED.sourced.source, CoreScaling::PUBLISHED.sourced.source]) {
            let repository = source.split_whitespace().next().expect("a source");
            assert!(text.contains(repository), "{source}");
        }
    }

    #[test]
    fn the_terms_of_every_licence_are_known() {
        for group in notice_groups(Books::shipped().sources()) {
            assert!(!group.terms.is_empty(), "{}", group.licence);
        }
    }
}
