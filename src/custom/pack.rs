//! A pack of rules: reading its file and compiling its expressions.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;

use super::expression::{Expression, MAX_PATTERNS, Problem, Use};
use super::message::Message;
use super::place::Places;
use super::{Each, Severity, with_room};
use crate::design::file::{FileError, one_line, options, syntax_error};

/// The format of packs this program reads.
const FORMAT: u32 = 1;
/// Largest pack read, bytes.
pub const MAX_PACK_BYTES: usize = 512 * 1024;
/// Most rules in one pack.
const MAX_RULES: usize = 500;
/// Longest text of a rule, bytes.
const MAX_TEXT_BYTES: usize = 4_096;
/// Longest id of a rule and name of a pack, characters.
const MAX_ID_LEN: usize = 64;

#[derive(Deserialize)]
#[serde(rename = "Pack", deny_unknown_fields)]
struct FilePack {
    format: u32,
    name: String,
    #[serde(default)]
    rules: Vec<FileRule>,
}

#[derive(Deserialize)]
#[serde(rename = "Rule", deny_unknown_fields)]
struct FileRule {
    id: String,
    severity: Severity,
    title: String,
    #[serde(default)]
    impact: String,
    #[serde(default)]
    why: String,
    each: Each,
    #[serde(default)]
    when: Option<String>,
    require: String,
    message: String,
    #[serde(default)]
    remedy: String,
    #[serde(default)]
    link: Option<String>,
}

/// Reads only what tells whether the rest can be understood.
#[derive(Deserialize)]
struct Probe {
    format: u32,
}

/// A rule that can be asked.
#[derive(Debug, Clone)]
pub struct CompiledRule {
    /// Its id, unique in the pack, such as `ACME-01`.
    pub id: String,
    /// How bad a breach is.
    pub severity: Severity,
    /// What it demands, in one sentence.
    pub title: String,
    /// What a breach means for those who use or run the deployment; may be empty.
    pub impact: String,
    /// Why it matters; may be empty.
    pub why: String,
    /// What it is asked about.
    pub each: Each,
    /// What to do about a breach; may be empty.
    pub remedy: String,
    /// A page that says more, http or https.
    pub link: Option<String>,
    /// Line of its id in the file, from 1.
    pub line: usize,
    /// Column of its id in characters, from 1.
    pub column: usize,
    pub(super) when: Option<Expression>,
    pub(super) require: Expression,
    pub(super) message: Message,
}

/// Why a rule of a pack cannot be asked. `Display` gives one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Id of the rule.
    pub rule: String,
    /// The field with the fault: `when`, `require` or `message`.
    pub field: &'static str,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}, {}: {}", self.line, self.column, self.rule, self.field, self.message)?;
        if !self.hint.is_empty() {
            write!(f, " (hint: {})", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleError {}

/// A file of rules, read and compiled.
#[derive(Debug, Clone)]
pub struct Pack {
    /// What people call it.
    pub name: String,
    /// What was read: a path or another name.
    pub source_name: String,
    /// The rules that can be asked, in the order of the file.
    pub rules: Vec<CompiledRule>,
    /// What is wrong with the others, in the order of the file.
    pub broken: Vec<RuleError>,
    /// What the file holds.
    text: String,
}

/// Packs are the same when file and text are.
impl PartialEq for Pack {
    fn eq(&self, other: &Self) -> bool {
        self.source_name == other.source_name && self.text == other.text
    }
}

impl Pack {
    /// Reads and compiles a pack; `source_name` stands in error messages. A rule with a faulty expression goes to
    /// [`Pack::broken`] and the others are kept.
    ///
    /// # Errors
    /// [`FileError`] with line, column and a hint: text that is no RON, another format, unknown fields, ids that are
    /// none, reserved or used twice, links that are no web pages.
    pub fn parse(text: &str, source_name: &str) -> Result<Self, FileError> {
        if text.len() > MAX_PACK_BYTES {
            let message = format!("a pack of rules may have {} KiB at most", MAX_PACK_BYTES / 1024);
            return Err(FileError::whole(source_name, message, "is this really a pack of rules?"));
        }
        let whole = text.to_owned();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = read(text, source_name)?;
        let places = Places::of(text);
        check(&file, &places, source_name)?;
        let compile_all = || {
            let patterns_left = Cell::new(MAX_PATTERNS);
            file.rules.into_iter().map(|rule| compile(rule, &patterns_left)).collect::<Vec<_>>()
        };
        let compiled = with_room(compile_all).ok_or_else(|| {
            FileError::whole(
                source_name,
                "the rules cannot be compiled",
                "the system may be short of memory; try again",
            )
        })?;
        let source_name = source_name.to_owned();
        let mut pack = Self { name: file.name, source_name, rules: vec![], broken: vec![], text: whole };
        for (index, rule) in compiled.into_iter().enumerate() {
            match rule {
                Ok(mut rule) => {
                    (rule.line, rule.column) = places.at(index, "id", 0);
                    pack.rules.push(rule);
                }
                Err((id, faults)) => pack.broken.extend(faults.into_iter().map(|(field, problem)| {
                    let (line, column) = places.at(index, field, problem.index.unwrap_or(0));
                    let (message, hint) = (one_line(&problem.message), one_line(&problem.hint));
                    RuleError { rule: id.clone(), field, line, column, message, hint }
                })),
            }
        }
        Ok(pack)
    }

    /// A pack to begin with: a file with comments that people change into their own.
    #[must_use]
    pub fn template() -> &'static str {
        include_str!("../../assets/rules/example.rules.ron")
    }
}

fn read(text: &str, source_name: &str) -> Result<FilePack, FileError> {
    let read = options().from_str::<FilePack>(text);
    // Another format explains whatever else is not understood.
    let format = match &read {
        Ok(file) => Some(file.format),
        Err(_) => options().from_str::<Probe>(text).ok().map(|probe| probe.format),
    };
    if let Some(format) = format.filter(|format| *format != FORMAT) {
        let hint = if format > FORMAT {
            "it was written for a newer Meridian; use that version"
        } else {
            "the first line should say format: 1"
        };
        let message = format!("this pack has format {format}, but this program reads format {FORMAT}");
        return Err(FileError { line: 1, column: 1, ..FileError::whole(source_name, message, hint) });
    }
    read.map_err(|error| {
        let mut shown = syntax_error(&error, text, source_name);
        // Some hints speak of designs, which share the reader.
        if shown.hint.contains("design") {
            shown.hint = "a pack of rules begins with (format: 1, name: …, rules: [(id: …".into();
        }
        shown
    })
}

/// Checks what no expression is.
fn check(file: &FilePack, places: &Places<'_>, source_name: &str) -> Result<(), FileError> {
    if file.name.trim().is_empty() || file.name.chars().count() > MAX_ID_LEN {
        return Err(FileError::whole(
            source_name,
            "the name of the pack is empty or too long",
            "use 1 to 64 characters",
        ));
    }
    if file.rules.len() > MAX_RULES {
        let message = format!("{} rules are more than a pack may have ({MAX_RULES})", file.rules.len());
        return Err(FileError::whole(source_name, message, "split it into several packs"));
    }
    let mut ids = BTreeSet::new();
    for (index, rule) in file.rules.iter().enumerate() {
        let refused = |field: &str, message: String, hint: &str| {
            let (line, column) = places.at(index, field, 0);
            Err(FileError { line, column, ..FileError::whole(source_name, one_line(&message), hint) })
        };
        let id = rule.id.as_str();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > MAX_ID_LEN || !id.chars().all(plain) {
            return refused("id", format!("\"{id}\" cannot be an id"), "use 1 to 64 letters, digits, '-' or '_'");
        }
        if id.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("R-")) {
            return refused(
                "id",
                format!("\"{id}\" is reserved"),
                "ids beginning with R- are Meridian's own; use another prefix",
            );
        }
        if !ids.insert(id) {
            return refused("id", format!("the id \"{id}\" is used twice"), "give every rule an id of its own");
        }
        if rule.title.trim().is_empty() {
            return refused("title", "the title is empty".into(), "say in one sentence what the rule demands");
        }
        let link = rule.link.as_deref().unwrap_or_default();
        let texts = [("title", rule.title.as_str()), ("impact", &rule.impact), ("why", &rule.why)];
        let mut texts =
            texts.into_iter().chain([("remedy", rule.remedy.as_str()), ("link", link), ("message", &rule.message)]);
        if let Some((field, _)) = texts.find(|(_, text)| text.len() > MAX_TEXT_BYTES) {
            return refused(field, format!("the {field} is too long"), "at most 4,096 bytes");
        }
        if rule.link.is_some() && !is_web_page(link) {
            return refused("link", format!("\"{link}\" is no web page"), "begin it with https:// or http://");
        }
    }
    Ok(())
}

fn is_web_page(link: &str) -> bool {
    let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    host.is_some_and(|host| {
        host.starts_with(char::is_alphanumeric) && !host.contains(|c: char| c.is_whitespace() || c.is_control())
    })
}

/// Faults of one rule, each with its field.
type Faults = Vec<(&'static str, Problem)>;

fn compile(rule: FileRule, patterns_left: &Cell<usize>) -> Result<CompiledRule, (String, Faults)> {
    let each = rule.each;
    let mut faults = Faults::new();
    let truth = |text: &str, slot: &str| Expression::compile(text, each, slot, Use::Truth, patterns_left);
    let when = rule.when.as_deref().map(|when| truth(when, "when")).transpose();
    let when = when.map_err(|problem| faults.push(("when", problem)));
    let require = truth(&rule.require, "require");
    let require = require.map_err(|problem| faults.push(("require", problem)));
    let message = if rule.message.trim().is_empty() {
        let hint = "say what is wrong, with values in braces such as {component.name}";
        Err(Problem { node: None, index: None, message: "the message is empty".into(), hint: hint.into() })
    } else {
        Message::compile(&rule.message, each, patterns_left)
    };
    let message = message.map_err(|problem| faults.push(("message", problem)));
    match (when, require, message) {
        (Ok(when), Ok(require), Ok(message)) => Ok(CompiledRule {
            id: rule.id,
            severity: rule.severity,
            title: rule.title,
            impact: rule.impact,
            why: rule.why,
            each,
            remedy: rule.remedy,
            link: rule.link,
            line: 0,
            column: 0,
            when,
            require,
            message,
        }),
        _ => Err((rule.id, faults)),
    }
}
