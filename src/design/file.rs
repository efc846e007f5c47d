//! The file format: RON, canonical, one element a block; reading it back with one clear error when it is broken.
//!
//! Canonical means: writing what was read from a canonical file gives the same bytes. Elements stand in order of id,
//! fields at their usual value are left out, and every number is written one way.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Design;
use super::checked::is_default;
use super::component::{Component, TokenFormat};
use super::estimation::Estimation;
use super::failure::FAILURE_FORMS;
use super::id::Id;
use super::link::Link;
use super::meta::{Environment, Meta, PatternIntent};
use super::region::Region;
use super::requirements::Requirements;
use super::rulings::{Decision, Practices, RuleSetting, Waiver};
use super::story::Scene;
use super::validate::{Invalid, VIEW_HINT};
use super::version::ProductVersion;

/// The format this program writes.
pub const FORMAT: u32 = 1;

/// Largest file read, bytes; a design of 250,000 elements stays below.
pub const MAX_FILE_BYTES: u64 = 96 * 1024 * 1024;

/// Why a text is not a design. `Display` gives one line: place, message and hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// What was read: a path or "standard input".
    pub source_name: String,
    /// Line, from 1; 0 when the error has no place.
    pub line: usize,
    /// Column in characters, from 1; 0 when the error has no place.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source_name)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if !self.hint.is_empty() {
            write!(f, " (hint: {})", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}

impl FileError {
    /// An error without a place in the text.
    #[must_use]
    pub fn whole(source_name: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { source_name: source_name.to_owned(), line: 0, column: 0, message: message.into(), hint: hint.into() }
    }
}

/// The order of fields in a file.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Design", deny_unknown_fields)]
struct FileDesign {
    format: u32,
    name: String,
    product_version: ProductVersion,
    #[serde(default = "as_drawn")]
    pattern: PatternIntent,
    #[serde(default = "production")]
    environment: Environment,
    #[serde(default = "jwt")]
    tokens: TokenFormat,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    domain: String,
    #[serde(default, skip_serializing_if = "is_default")]
    requirements: Requirements,
    #[serde(default, skip_serializing_if = "is_default")]
    practices: Practices,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    rules: BTreeMap<String, RuleSetting>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    waivers: BTreeSet<Waiver>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    decisions: Vec<Decision>,
    #[serde(default, skip_serializing_if = "is_default")]
    estimation: Estimation,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    story: Vec<Scene>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    notes: String,
    #[serde(default, deserialize_with = "unique_ids")]
    regions: BTreeMap<Id, Arc<Region>>,
    #[serde(default, deserialize_with = "unique_ids")]
    components: BTreeMap<Id, Arc<Component>>,
    #[serde(default, deserialize_with = "unique_ids")]
    links: BTreeMap<Id, Arc<Link>>,
}

fn as_drawn() -> PatternIntent {
    PatternIntent::Auto
}

fn production() -> Environment {
    Environment::Production
}

fn jwt() -> TokenFormat {
    TokenFormat::Jwt
}

/// Reads only what tells whether the rest can be understood.
#[derive(Deserialize)]
struct Probe {
    format: u32,
}

fn unique_ids<'de, D, T>(deserializer: D) -> Result<BTreeMap<Id, Arc<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct UniqueIds<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for UniqueIds<T> {
        type Value = BTreeMap<Id, Arc<T>>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map from ids to elements")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some(id) = access.next_key::<Id>()? {
                if map.contains_key(&id) {
                    return Err(A::Error::custom(format!("the id \"{id}\" is used twice")));
                }
                let value: T = access.next_value()?;
                map.insert(id, Arc::new(value));
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(UniqueIds(PhantomData))
}

pub(crate) fn options() -> ron::Options {
    ron::Options::default().with_default_extension(extensions())
}

fn extensions() -> Extensions {
    Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES
}

/// Writes the design in canonical form.
///
/// # Errors
/// [`FileError`] only if the serializer refuses a value, which a valid design never holds.
pub fn to_ron(design: &Design) -> Result<String, FileError> {
    let meta = &design.meta;
    let file = FileDesign {
        format: FORMAT,
        name: meta.name.clone(),
        product_version: meta.product_version,
        pattern: meta.pattern,
        environment: meta.environment,
        tokens: meta.tokens,
        domain: meta.domain.clone(),
        requirements: meta.requirements.clone(),
        practices: meta.practices.clone(),
        rules: meta.rules.clone(),
        waivers: meta.waivers.clone(),
        decisions: meta.decisions.clone(),
        estimation: meta.estimation.clone(),
        story: meta.story.clone(),
        notes: meta.notes.clone(),
        regions: design.regions.clone(),
        components: design.components.clone(),
        links: design.links.clone(),
    };
    let pretty =
        PrettyConfig::new().new_line("\n").indentor("  ").depth_limit(3).compact_arrays(true).extensions(extensions());
    ron::ser::to_string_pretty(&file, pretty)
        .map(|mut text| {
            text.push('\n');
            text
        })
        .map_err(|e| FileError::whole("design", format!("cannot be written: {e}"), ""))
}

/// Reads a design; `source_name` stands in error messages.
///
/// # Errors
/// [`FileError`] with line, column and a hint: text that is no RON, a newer format, unknown fields or kinds, numbers
/// out of range, duplicate ids, links to nowhere.
pub fn from_ron(text: &str, source_name: &str) -> Result<Design, FileError> {
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large(source_name, text.len() as u64));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: FileDesign = match options().from_str(text) {
        Ok(file) => file,
        Err(error) => {
            // A newer format explains whatever else is not understood.
            if let Ok(Probe { format }) = options().from_str(text) {
                check_format(text, source_name, format)?;
            }
            return Err(syntax_error(&error, text, source_name));
        }
    };
    check_format(text, source_name, file.format)?;
    let design = Design {
        meta: Arc::new(Meta {
            name: file.name,
            product_version: file.product_version,
            pattern: file.pattern,
            environment: file.environment,
            tokens: file.tokens,
            domain: file.domain,
            requirements: file.requirements,
            practices: file.practices,
            rules: file.rules,
            waivers: file.waivers.into_iter().map(Waiver::in_order).collect(),
            decisions: file.decisions,
            estimation: file.estimation,
            story: file.story,
            notes: file.notes,
        }),
        regions: file.regions,
        components: file.components,
        links: file.links,
    };
    design.validate().map_err(|e| located(&e, text, source_name))?;
    Ok(design)
}

/// The error for a file of more than [`MAX_FILE_BYTES`].
#[must_use]
pub fn too_large(source_name: &str, bytes: u64) -> FileError {
    let mib = |b: u64| b / (1024 * 1024);
    FileError::whole(
        source_name,
        format!("{} MiB is more than a design file may have ({} MiB)", mib(bytes), mib(MAX_FILE_BYTES)),
        "is this really a Meridian design?",
    )
}

fn check_format(text: &str, source_name: &str, format: u32) -> Result<(), FileError> {
    if format == FORMAT {
        return Ok(());
    }
    let (line, column) = field_in(&masked(text), "format").map_or((0, 0), |at| line_column(text, at));
    let (message, hint) = if format > FORMAT {
        (
            format!("this design has format {format}, but this program reads formats up to {FORMAT}"),
            "it was saved by a newer Meridian; open it with that version",
        )
    } else {
        (format!("there is no design format {format}"), "the first line should say format: 1")
    };
    Err(FileError { source_name: source_name.to_owned(), line, column, message, hint: hint.into() })
}

pub(crate) fn syntax_error(error: &ron::error::SpannedError, text: &str, source_name: &str) -> FileError {
    let start = error.span.start;
    let (mut line, mut column) = (start.line, start.col);
    if line == 0 {
        (line, column) = (1, 1);
    }
    let hint = one_line(&hint_for(&error.code, text));
    let mut message = one_line(&plain_message(&error.code));
    // Our own guards on numbers do not know the field they guard.
    if let ron::Error::Message(_) = error.code
        && let Some(field) = field_before(text, line, column)
    {
        message = format!("{field}: {message}");
    }
    FileError { source_name: source_name.to_owned(), line, column, message, hint }
}

/// Longest message quoted from a broken file, characters.
const MAX_MESSAGE: usize = 300;

/// The text on one line, with control characters spelled out: messages quote the file, where a missing quotation
/// mark makes a "word" of many lines.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (i, c) in text.chars().enumerate() {
        if i == MAX_MESSAGE {
            line.push('…');
            break;
        }
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// The parser's message without the names of Rust types in it.
fn plain_message(error: &ron::Error) -> String {
    match error {
        ron::Error::NoSuchStructField { found, outer, .. } => {
            let place = outer.as_deref().map(|o| format!(" of {}", o.trim_start_matches("File"))).unwrap_or_default();
            format!("unknown field \"{found}\"{place}")
        }
        ron::Error::NoSuchEnumVariant { found, outer, .. } => {
            let what = match outer.as_deref() {
                Some("Spec") => "kind of component".to_owned(),
                Some("RegionRole") => "role of a region".to_owned(),
                Some(other) => other.to_lowercase(),
                None => "value".to_owned(),
            };
            format!("unknown {what} \"{found}\"")
        }
        ron::Error::MissingStructField { field, .. } => format!("the field \"{field}\" is missing"),
        ron::Error::ExceededRecursionLimit => "the text is nested too deeply".into(),
        other => {
            let mut message = other.to_string();
            if let Some(first) = message.get(..1).map(str::to_lowercase) {
                message.replace_range(..1, &first);
            }
            message
        }
    }
}

fn hint_for(error: &ron::Error, text: &str) -> String {
    let closest = |found: &str, expected: &[&str]| {
        let best = expected.iter().min_by_key(|e| edit_distance(found, e));
        match best {
            Some(best) if edit_distance(found, best) <= found.len() / 2 => format!("did you mean \"{best}\"?"),
            Some(_) => format!("known are {}", expected.join(", ")),
            None => String::new(),
        }
    };
    match error {
        ron::Error::NoSuchStructField { found, expected, .. }
        | ron::Error::NoSuchEnumVariant { found, expected, .. } => closest(found, expected),
        ron::Error::MissingStructField { field, .. } if *field == "format" => {
            "a Meridian design begins with (format: 1, name: …)".into()
        }
        ron::Error::ExceededRecursionLimit => "a design is at most a few levels deep; is this the right file?".into(),
        ron::Error::Eof | ron::Error::ExpectedStructLikeEnd | ron::Error::ExpectedMapEnd => {
            "the text ends early or a bracket is missing; was the file copied completely?".into()
        }
        ron::Error::Message(message) if message.contains("is not between") => {
            "give a finite number in that range".into()
        }
        ron::Error::Message(message) if message.contains("names nothing that can fail") => {
            format!("write {FAILURE_FORMS}")
        }
        ron::Error::Message(message) if message.contains("shows no part of a drawing") => VIEW_HINT.into(),
        _ if text.trim().is_empty() => "the file is empty".into(),
        _ if text.trim_start().starts_with('{') => {
            "this looks like JSON; designs are RON, with ( ) around fields".into()
        }
        ron::Error::ExpectedStructLike | ron::Error::ExpectedNamedStructLike(_) => {
            "a Meridian design begins with (format: 1, name: …)".into()
        }
        _ => String::new(),
    }
}

/// Number of single-character changes that turn `a` into `b`; only their first 40 characters are looked at.
pub(crate) fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(40).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let here = (diagonal + usize::from(ca != *cb)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Finds the place in the text that a structural breach speaks of.
fn located(invalid: &Invalid, text: &str, source_name: &str) -> FileError {
    let start = invalid.element.as_ref().and_then(|id| last_key(text, id)).unwrap_or(0);
    let field = if invalid.field.is_empty() {
        None
    } else {
        masked(text).get(start..).and_then(|rest| field_in(rest, invalid.field))
    };
    let (line, column) = line_column(text, start + field.unwrap_or(0));
    FileError {
        source_name: source_name.to_owned(),
        line,
        column,
        message: invalid.message.clone(),
        hint: invalid.hint.to_owned(),
    }
}

/// The text with strings and comments blanked out, byte for byte, so that names found in it are names of fields.
pub(crate) fn masked(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match byte {
            b'"' => {
                let mut end = 1;
                while rest.get(end).is_some_and(|b| *b != b'"') {
                    end += if rest.get(end) == Some(&b'\\') { 2 } else { 1 };
                }
                end + 1
            }
            b'/' if rest.starts_with(b"//") => rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => {
                rest.windows(2).position(|w| w == b"*/").map_or(rest.len(), |end| end + 2)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        for blank in out.iter_mut().skip(at).take(length).filter(|b| **b != b'\n') {
            *blank = b' ';
        }
        at += length;
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Where `name:` first stands in a masked text.
pub(crate) fn field_in(masked: &str, name: &str) -> Option<usize> {
    masked.match_indices(name).map(|(at, _)| at).find(|&at| {
        let whole = !masked.get(..at).unwrap_or("").ends_with(|c: char| c.is_alphanumeric() || c == '_');
        whole && masked.get(at + name.len()..).is_some_and(|rest| rest.trim_start().starts_with(':'))
    })
}

/// The name of the last field before a place, if it stands on the same line.
fn field_before(text: &str, line: usize, column: usize) -> Option<String> {
    let masked = masked(text);
    let row = masked.lines().nth(line.checked_sub(1)?)?;
    let before: String = row.chars().take(column.saturating_sub(1)).collect();
    let name = before.rsplit(':').nth(1)?.trim_end();
    let start = name.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
    name.get(start..).filter(|n| !n.is_empty()).map(str::to_owned)
}

/// Where the id last stands as a map key.
fn last_key(text: &str, id: &Id) -> Option<usize> {
    let quoted = format!("\"{id}\"");
    text.rmatch_indices(&quoted)
        .map(|(at, _)| at)
        .find(|at| text.get(at + quoted.len()..).is_some_and(|rest| rest.trim_start().starts_with(':')))
}

/// Line and column (in characters) of a byte offset, both from 1.
pub(crate) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"(
  format: 1,
  name: "Small",
  product_version: "4.6.0",
  regions: {
    "fra": (name: "Frankfurt", role: Peer, site: Cloud(provider: "aws", region: "eu-central-1"), pos: (0, 0), extent: (400, 300)),
  },
  components: {
    "fra-gw": (name: "Gateway", spec: Gateway(environment: "Default", workload: Passthrough), region: "fra", pos: (20, 60), instances: 2),
    "fra-tm": (name: "TM", spec: TrafficManager, region: "fra", pos: (20, 160)),
  },
  links: {
    "l": (from: "fra-gw", to: "fra-tm", purpose: ThrottleData),
  },
)"#;

    fn error_of(text: &str) -> FileError {
        from_ron(text, "x.ron").expect_err("must be refused")
    }

    #[test]
    fn reading_and_writing_settles_at_once() {
        let design = from_ron(SMALL, "x.ron").expect("valid");
        let once = to_ron(&design).expect("writes");
        let again = from_ron(&once, "x.ron").expect("reads its own output");
        assert_eq!(design, again);
        assert_eq!(once, to_ron(&again).expect("writes"));
    }

    #[test]
    fn each_breach_names_its_place() {
        let cases: &[(&str, &str, usize, &str, &str)] = &[
            ("to: \"fra-tm\"", "to: \"nowhere\"", 13, "no component", "existing"),
            ("instances: 2", "instances: -2", 9, "", ""),
            ("instances: 2", "instances: 0", 9, "instances", "delete"),
            // The number stands in a name before, and the field in a string.
            (
                "\"Gateway\", spec: Gateway(environment: \"Default\", workload: Passthrough), region: \"fra\", pos: (20, 60), instances: 2",
                "\"instances: 5000\", spec: KeyManager, region: \"fra\", pos: (20, 60), instances: 5000",
                9,
                "5000 instances",
                "delete",
            ),
            (
                "TrafficManager,",
                "TraficManager,",
                10,
                "unknown kind of component \"TraficManager\"",
                "did you mean \"TrafficManager\"",
            ),
            ("pos: (20, 160)", "pos: (20, 160), colour: 3", 10, "unknown field \"colour\"", ""),
            ("format: 1", "format: 2", 2, "format 2", "newer"),
            ("\"fra-tm\": (", "\"fra-gw\": (", 10, "used twice", ""),
            ("\"l\": (", "\"fra\": (", 13, "used twice", "unique"),
            ("region: \"fra\", pos", "region: \"ams\", pos", 9, "does not exist", "existing region"),
            ("\"4.6.0\"", "\"9.9\"", 4, "not a known product version", ""),
            ("pos: (0, 0)", "pos: (0, 99999999)", 6, "too far away", ""),
            ("\"fra\": (", "\"../fra\": (", 6, "cannot be an id", ""),
        ];
        for (from, to, line, message, hint) in cases {
            let text = SMALL.replacen(from, to, 1);
            assert_ne!(text, SMALL, "{from} is not in the sample");
            let error = error_of(&text);
            assert!(error.message.contains(message), "{to}: {error}");
            assert!(error.hint.contains(hint), "{to}: {error}");
            assert_eq!(error.line, *line, "{to}: {error}");
            assert!(error.column > 0);
        }
    }

    #[test]
    fn numbers_that_are_none_are_refused_where_they_stand() {
        for bad in ["NaN", "inf", "-1.0", "1e300"] {
            let users = format!(
                "\"u\": (name: \"U\", spec: Users(site: Cloud(provider: \"aws\", region: \"x\"), requests_per_s: {bad}, \
                 request_bytes: 1.0, response_bytes: 1.0), pos: (0, 0)),\n    \"fra-tm\": ("
            );
            let error = error_of(&SMALL.replacen("\"fra-tm\": (", &users, 1));
            assert_eq!(error.line, 10, "{bad}: {error}");
        }
    }

    #[test]
    fn broken_and_hostile_text_gives_one_error() {
        let deep = format!("(format: 1, name: {}", "[".repeat(100_000));
        for text in ["", "(", "{}", "format: 1", "(format: 1)", "\u{0}\u{1}", "(format: 1, name: \"x", deep.as_str()] {
            let error = error_of(text);
            assert!(!error.message.is_empty());
            assert!(error.to_string().starts_with("x.ron:"), "{error}");
        }
    }

    #[test]
    fn a_missing_quotation_mark_gives_an_error_of_one_line() {
        // Everything up to the next quotation mark is then read as an id or a version.
        for (from, to) in [("\"fra\": (name: \"", "\"fra: (name: \""), ("\"4.6.0\",", "\"4.6.0,")] {
            let error = error_of(&SMALL.replacen(from, to, 1));
            assert!(!error.to_string().contains('\n'), "{error}");
        }
        let error = error_of(&SMALL.replacen("\"4.6.0\"", "\"4.6\n.0\"", 1));
        assert!(error.to_string().contains("4.6\\n.0"), "{error}");
    }

    #[test]
    fn numbers_settle_at_once_even_below_zero() {
        let mut design = from_ron(SMALL, "x.ron").expect("valid");
        let gateway = design.components.values_mut().next().map(Arc::make_mut).expect("a component");
        gateway.size = Some(super::super::NodeSize { vcpu: 2.0, memory_gib: 4.0, disk_gib: -0.0 });
        let once = to_ron(&design).expect("writes");
        assert_eq!(once, to_ron(&from_ron(&once, "x.ron").expect("reads")).expect("writes"));
    }

    #[test]
    fn a_newer_format_is_named_even_with_fields_we_do_not_know() {
        let error = error_of("(format: 7, holograms: [1, 2, (a: \"b\")], name: 3)");
        assert!(error.message.contains("format 7"), "{error}");
    }
}
