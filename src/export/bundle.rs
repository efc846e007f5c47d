//! A set of files in memory: what an export hands to whoever writes or shows it, with the origin of every line.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;

use crate::design::Id;

use super::text::one_line;

/// Longest part of a path, bytes; what common file systems allow.
const MAX_PART: usize = 200;

/// Longest beginning of a name that is made of any text, bytes; leaves room for what a file's name ends with.
const MAX_STEM: usize = 100;

/// Names that Windows keeps for devices, with whatever ending.
const DEVICES: [&str; 8] = ["con", "prn", "aux", "nul", "com", "lpt", "conin$", "conout$"];

/// The place of a file below the folder that an export is written to. It never leads out of that folder: there is no
/// way to make one with `..`, an absolute path, a separator inside a part, or a part that a file system refuses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(String);

impl FilePath {
    /// The path with these parts. Characters that a file name cannot hold on some system become hyphens.
    #[must_use]
    pub fn of<'t>(parts: impl IntoIterator<Item = &'t str>) -> Self {
        let parts: Vec<String> = parts.into_iter().map(part).collect();
        Self(if parts.is_empty() { part("") } else { parts.join("/") })
    }

    /// Reads a path as [`Self::as_str`] gives it; `None` for anything else, such as one that leads outside.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let path = Self::of(text.split('/'));
        (path.0 == text).then_some(path)
    }

    /// The parts joined by slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The last part.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

/// A path is in order and equal as its text is.
impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One part of a path from any text.
fn part(text: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ' | '+' | '@' | '(' | ')');
    let mut name: String = text.chars().map(|c| if kept(c) { c } else { '-' }).collect();
    while name.len() > MAX_PART {
        name.pop();
    }
    let name = name.trim_start_matches(' ').trim_end_matches([' ', '.']);
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit());
    match name {
        "" => "unnamed".to_owned(),
        _ if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

/// The beginning of a file's name from any text, such as the name of a design. It is short enough for whatever ending
/// follows, and hidden on no system.
#[must_use]
pub fn stem(text: &str) -> String {
    let mut stem = one_line(text);
    while stem.len() > MAX_STEM {
        stem.pop();
    }
    let stem = stem.trim_matches([' ', '.']);
    if stem.is_empty() { "design".to_owned() } else { stem.to_owned() }
}

/// How a file is read; decides on the colours of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// TOML, such as `deployment.toml`.
    Toml,
    /// XML, pictures in SVG among it.
    Xml,
    /// YAML.
    Yaml,
    /// Java properties.
    Properties,
    /// JSON.
    Json,
    /// SQL.
    Sql,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// Comma-separated values.
    Csv,
    /// Plain text, and everything else that is text.
    Text,
    /// No text.
    Binary,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// UTF-8 with line breaks of one byte, the last line ended.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Content {
    /// As it stands on disk.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// The text, unless it is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes(_) => None,
        }
    }
}

/// How sure it is that a line belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// Drawn or set in the design.
    Design,
    /// A source states it.
    Stated,
    /// Concluded from sources.
    Inferred,
}

impl Basis {
    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Design => "drawn",
            Self::Stated => "stated by a source",
            Self::Inferred => "inferred",
        }
    }
}

/// Why some lines are what they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// Why, as a sentence.
    pub why: String,
    /// Elements of the design that decide about it.
    pub elements: Vec<Id>,
    /// Ids of the rules it keeps, such as `R-EXP-04`.
    pub rules: Vec<&'static str>,
    /// Ids of the facts it rests on, such as `A28` or `S5`.
    pub facts: Vec<&'static str>,
    /// How sure it is.
    pub basis: Basis,
}

impl Origin {
    /// An origin that a source states.
    #[must_use]
    pub fn stated(why: impl Into<String>, facts: &[&'static str]) -> Self {
        Self { why: why.into(), elements: Vec::new(), rules: Vec::new(), facts: facts.to_vec(), basis: Basis::Stated }
    }

    /// An origin that is concluded from sources.
    #[must_use]
    pub fn inferred(why: impl Into<String>, facts: &[&'static str]) -> Self {
        Self { basis: Basis::Inferred, ..Self::stated(why, facts) }
    }

    /// An origin in the drawing alone.
    #[must_use]
    pub fn drawn(why: impl Into<String>, elements: impl IntoIterator<Item = Id>) -> Self {
        Self { basis: Basis::Design, ..Self::stated(why, &[]) }.of(elements)
    }

    /// The same, decided by these elements.
    #[must_use]
    pub fn of(mut self, elements: impl IntoIterator<Item = Id>) -> Self {
        self.elements.extend(elements);
        self
    }

    /// The same, which keeps these rules.
    #[must_use]
    pub fn keeps(mut self, rules: &[&'static str]) -> Self {
        self.rules.extend(rules);
        self
    }
}

/// The lines of a file that share an origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineOrigin {
    /// First line, from 1.
    pub first: usize,
    /// Last line.
    pub last: usize,
    /// Why they are what they are.
    pub origin: Origin,
}

/// Where the lines of a file come from, always in order of first line; origins that begin at the same line stay in the
/// order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins {
    origins: Vec<LineOrigin>,
    /// For each of them, the last line that it or one before it covers; so these never fall.
    reach: Vec<usize>,
}

impl Origins {
    /// Those that cover a line, from 1, in order of first line.
    pub fn at(&self, line: usize) -> impl Iterator<Item = &LineOrigin> {
        // Whatever stands before `from` has ended above the line, whatever stands from `to` on begins below it.
        let from = self.reach.partition_point(|last| *last < line);
        let to = self.origins.partition_point(|origin| origin.first <= line);
        self.origins.get(from..to).unwrap_or_default().iter().filter(move |origin| origin.last >= line)
    }
}

impl From<Vec<LineOrigin>> for Origins {
    fn from(mut origins: Vec<LineOrigin>) -> Self {
        origins.sort_by_key(|origin| origin.first);
        let farthest = |reach: &mut usize, origin: &LineOrigin| {
            *reach = origin.last.max(*reach);
            Some(*reach)
        };
        let reach = origins.iter().scan(0, farthest).collect();
        Self { origins, reach }
    }
}

impl FromIterator<LineOrigin> for Origins {
    fn from_iter<I: IntoIterator<Item = LineOrigin>>(origins: I) -> Self {
        Vec::from_iter(origins).into()
    }
}

impl Deref for Origins {
    type Target = [LineOrigin];

    fn deref(&self) -> &[LineOrigin] {
        &self.origins
    }
}

impl<'o> IntoIterator for &'o Origins {
    type Item = &'o LineOrigin;
    type IntoIter = std::slice::Iter<'o, LineOrigin>;

    fn into_iter(self) -> Self::IntoIter {
        self.origins.iter()
    }
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// What it holds.
    pub content: Content,
    /// How it is read.
    pub syntax: Syntax,
    /// Where its lines come from; lines that speak for themselves, such as blank ones, have none.
    pub origins: Origins,
}

impl ExportFile {
    /// A text. The last line is ended.
    #[must_use]
    pub fn text(syntax: Syntax, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        Self { content: Content::Text(text), syntax, origins: Origins::default() }
    }

    /// Anything that is no text.
    #[must_use]
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self { content: Content::Bytes(bytes), syntax: Syntax::Binary, origins: Origins::default() }
    }

    /// The origins of a line, from 1, the narrowest first.
    #[must_use]
    pub fn origins_of(&self, line: usize) -> Vec<&Origin> {
        let mut found: Vec<&LineOrigin> = self.origins.at(line).collect();
        found.sort_by_key(|o| o.last - o.first);
        found.into_iter().map(|o| &o.origin).collect()
    }
}

/// Something that is not known to the design and that whoever uses the files must supply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placeholder {
    /// As it stands in the files, such as `$env{ADMIN_PASSWORD}` or `<admin-password-encoded>`.
    pub token: String,
    /// What belongs there, as a sentence.
    pub meaning: String,
    /// Whether it must stay secret.
    pub secret: bool,
    /// Whether the product replaces it by itself when it starts (an environment variable); otherwise somebody must.
    pub by_product: bool,
}

/// Why some files are not fit to be used yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blocked {
    /// The files concerned; empty means all.
    pub paths: Vec<FilePath>,
    /// Id of the rule that is broken; `None` for a limit of the export itself.
    pub rule: Option<String>,
    /// What is wrong, as a sentence.
    pub message: String,
    /// Elements of the design concerned.
    pub elements: Vec<Id>,
}

impl Blocked {
    /// The rule and what is wrong.
    #[must_use]
    pub fn reason(&self) -> String {
        let rule = self.rule.as_deref().map(|rule| format!("{rule}: ")).unwrap_or_default();
        format!("{rule}{}", self.message)
    }
}

/// The files of one export.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// Name of the form they are of, which tells them from those of other forms in one folder.
    pub form: &'static str,
    /// The files, in order of path.
    pub files: BTreeMap<FilePath, ExportFile>,
    /// What whoever uses them must supply, in order of token.
    pub placeholders: Vec<Placeholder>,
    /// What makes files unfit.
    pub blocked: Vec<Blocked>,
    /// What else is worth knowing, as sentences: what was left out and why.
    pub remarks: Vec<String>,
    /// The paths as a file system that ignores case sees them.
    taken: BTreeSet<String>,
}

impl Bundle {
    /// The same as files of a form.
    #[must_use]
    pub fn of_form(mut self, form: &'static str) -> Self {
        self.form = form;
        self
    }

    /// Adds a file; a path that is taken already gets a number before its ending, so that nothing is lost.
    pub fn add(&mut self, path: FilePath, file: ExportFile) -> FilePath {
        let mut wishes = std::iter::once(path.clone()).chain((2..).map(|n| numbered(&path, n)));
        let path = wishes.find(|path| !self.taken.contains(&path.0.to_lowercase())).unwrap_or(path);
        self.taken.insert(path.0.to_lowercase());
        self.files.insert(path.clone(), file);
        path
    }

    /// Adds a placeholder unless it is known.
    pub fn needs(&mut self, placeholder: Placeholder) {
        if let Err(at) = self.placeholders.binary_search_by(|p| p.token.cmp(&placeholder.token)) {
            self.placeholders.insert(at, placeholder);
        }
    }

    /// The files that something makes unfit, those among them that could not be made at all.
    #[must_use]
    pub fn paths_of(&self, blocked: &Blocked) -> Vec<FilePath> {
        if blocked.paths.is_empty() { self.files.keys().cloned().collect() } else { blocked.paths.clone() }
    }

    /// Takes in another export below a folder.
    pub fn merge(&mut self, folder: &[&str], other: Self) {
        let below = |path: &FilePath| FilePath::of(folder.iter().copied().chain(path.parts()));
        for (path, file) in other.files {
            self.add(below(&path), file);
        }
        other.placeholders.into_iter().for_each(|placeholder| self.needs(placeholder));
        let blocked = other.blocked.into_iter();
        self.blocked.extend(blocked.map(|b| Blocked { paths: b.paths.iter().map(below).collect(), ..b }));
        self.remarks.extend(other.remarks);
    }
}

fn numbered(path: &FilePath, n: u32) -> FilePath {
    let (folder, name) = path.0.rsplit_once('/').map_or(("", path.0.as_str()), |(folder, name)| (folder, name));
    let name = match name.split_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem}-{n}.{ending}"),
        _ => format!("{name}-{n}"),
    };
    let parts = folder.split('/').filter(|part| !part.is_empty()).chain([name.as_str()]);
    FilePath::of(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in [
            "..",
            ".",
            "a .",
            ". .",
            "../../etc/passwd",
            "/etc",
            "C:\\x",
            "a/b",
            "",
            "  ",
            "nul",
            "COM1.toml",
            "x\0y",
            "\u{202e}x",
        ] {
            let path = FilePath::of(["region", name, "f.toml"]);
            assert_eq!(path.parts().count(), 3, "{name}: {path}");
            assert!(path.parts().all(|p| !p.is_empty() && p != "." && p != ".."), "{name}: {path}");
            assert_eq!(FilePath::parse(path.as_str()), Some(path));
        }
        assert_eq!(FilePath::of(["eu", "cp-1"]).as_str(), "eu/cp-1");
        assert_eq!(FilePath::parse("../x"), None);
        assert_eq!(FilePath::parse("/x"), None);
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        for name in ["網".repeat(70), "a".repeat(300), "..  ".to_owned(), "🙂.".repeat(99), "\n\u{202e}".to_owned()]
        {
            let path = FilePath::of([format!("{}-story.pdf", stem(&name)).as_str()]);
            assert!(path.name().ends_with("-story.pdf") && !path.name().starts_with('.'), "{path}");
        }
        assert_eq!(stem(" Zürich "), "Zürich");
    }

    #[test]
    fn two_files_of_one_name_are_both_kept() {
        let mut bundle = Bundle::default();
        bundle.add(FilePath::of(["A", "f.toml"]), ExportFile::text(Syntax::Toml, "a = 1"));
        let second = bundle.add(FilePath::of(["a", "f.toml"]), ExportFile::text(Syntax::Toml, "a = 2"));
        assert_eq!(second.as_str(), "a/f-2.toml");
        assert_eq!(bundle.files.len(), 2);
    }

    #[test]
    fn the_narrowest_origin_of_a_line_comes_first() {
        let mut file = ExportFile::text(Syntax::Toml, "[a]\nb = 1\n");
        let origin = |why: &str| Origin::stated(why, &["A1"]);
        file.origins = vec![
            LineOrigin { first: 2, last: 2, origin: origin("key") },
            LineOrigin { first: 1, last: 2, origin: origin("table") },
        ]
        .into();
        let of_2: Vec<&str> = file.origins_of(2).iter().map(|o| o.why.as_str()).collect();
        assert_eq!(of_2, ["key", "table"]);
    }

    #[test]
    fn the_origins_of_a_line_are_those_that_cover_it() {
        let span = |(first, last)| LineOrigin { first, last, origin: Origin::stated(format!("{first}-{last}"), &[]) };
        // A last line before the first is covered by nothing, and hides nothing.
        proptest!(|(spans in prop::collection::vec((0_usize..30, 0_usize..30), 0..40), line in 0_usize..32)| {
            let origins: Origins = spans.into_iter().map(span).collect();
            prop_assert!(origins.is_sorted_by_key(|origin| origin.first));
            let all: Vec<&LineOrigin> = origins.iter().filter(|o| (o.first..=o.last).contains(&line)).collect();
            let found: Vec<&LineOrigin> = origins.at(line).collect();
            prop_assert_eq!(found, all);
        });
    }
}
