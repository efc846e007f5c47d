//! The keys of a `deployment.toml` with their lines. Secrets are forgotten as they are read.

use std::cell::Cell;

use sha2::{Digest, Sha256};
use toml_edit::{Document, Item, TableLike, Value as Toml};

use crate::design::file::{FileError, line_column, one_line};
use crate::export::bundle::FilePath;

use super::secrets::{hides_all, is_secret, kept};

/// A key with its value.
#[derive(Debug)]
pub(super) struct Key {
    /// Tables and name joined by dots; elements of an array of tables are not told apart here.
    pub(super) path: String,
    /// Number of the element, from 0, of the innermost array of tables that it stands in.
    pub(super) element: usize,
    /// Its value.
    pub(super) value: Value,
    /// Line, from 1.
    pub(super) line: usize,
    /// Whether the drawing rests on it.
    pub(super) is_used: Cell<bool>,
}

/// What of a value can matter to a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A secret: its SHA-256, so that equal ones are recognised and none can be shown.
    Secret(String),
    /// Anything else.
    Other,
}

impl Value {
    /// The texts: one, or those of a list.
    pub(super) fn texts(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
            _ => &[],
        }
    }
}

/// Reads all keys in their order in the file.
pub(super) fn read_keys(path: &FilePath, text: &str) -> Result<Vec<Key>, FileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = Document::parse(text).map_err(|error| {
        let (line, column) = error.span().map_or((0, 0), |span| line_column(text, span.start));
        // Only the parser's own words: the line it stands on may hold a secret.
        FileError {
            source_name: path.to_string(),
            line,
            column,
            message: format!("this is no TOML: {}", one_line(error.message())),
            hint: "mend the file, or leave it out of the folder".to_owned(),
        }
    })?;
    let mut reader = Reader { lines: Lines::of(text), keys: Vec::new() };
    reader.table(document.as_table(), &Place::default());
    reader.keys.sort_by_key(|key| key.line);
    Ok(reader.keys)
}

struct Reader {
    lines: Lines,
    keys: Vec<Key>,
}

/// Where in a file a table or value stands.
#[derive(Clone, Default)]
struct Place {
    /// Tables and name joined by dots.
    path: String,
    /// Number of the element of the innermost array.
    element: usize,
    /// Whether a table above has nothing but secrets.
    is_hidden: bool,
    /// Whether its own name is that of a secret.
    is_secret: bool,
}

impl Place {
    fn below(&self, name: &str) -> Self {
        Self {
            path: if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) },
            element: self.element,
            is_hidden: self.is_hidden || hides_all(name),
            is_secret: is_secret(name),
        }
    }

    fn element(&self, element: usize) -> Self {
        Self { element, ..self.clone() }
    }
}

impl Reader {
    fn table(&mut self, table: &dyn TableLike, place: &Place) {
        for (name, item) in table.iter() {
            let place = place.below(name);
            match item {
                Item::Table(inner) => self.table(inner, &place),
                Item::ArrayOfTables(elements) => {
                    elements.iter().enumerate().for_each(|(n, inner)| self.table(inner, &place.element(n)));
                }
                Item::Value(value) => {
                    let span = table.get_key_value(name).and_then(|(key, _)| key.span()).or_else(|| value.span());
                    self.value(value, &place, span.map_or(0, |span| span.start));
                }
                Item::None => {}
            }
        }
    }

    /// Reads a value that begins at this byte. Tables may be written inline, in arrays as well.
    fn value(&mut self, value: &Toml, place: &Place, start: usize) {
        match value {
            Toml::InlineTable(inner) => self.table(inner, place),
            Toml::Array(items) if items.iter().any(Toml::is_inline_table) => {
                for (n, item) in items.iter().enumerate() {
                    self.value(item, &place.element(n), item.span().map_or(start, |span| span.start));
                }
            }
            value => self.keys.push(Key {
                path: place.path.clone(),
                element: place.element,
                value: if place.is_hidden || place.is_secret { secret(value) } else { plain(value) },
                line: self.lines.at(start),
                is_used: Cell::new(false),
            }),
        }
    }
}

/// A value under the name of a secret. Whether something is on or off is none.
fn secret(value: &Toml) -> Value {
    match value {
        Toml::Boolean(truth) => Value::Bool(*truth.value()),
        value => fingerprint(&value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    }
}

fn fingerprint(text: &str) -> Value {
    Value::Secret(Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn plain(value: &Toml) -> Value {
    match value {
        Toml::String(text) => kept(text.value()).map_or_else(|| fingerprint(text.value()), Value::Text),
        Toml::Boolean(truth) => Value::Bool(*truth.value()),
        Toml::Integer(number) => Value::Number(*number.value()),
        Toml::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Toml::as_str).collect();
            let Some(texts) = texts else { return Value::Other };
            let kept: Option<Vec<String>> = texts.iter().map(|text| kept(text)).collect();
            kept.map_or_else(|| fingerprint(&texts.join("\n")), Value::List)
        }
        _ => Value::Other,
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        read_keys(&FilePath::of(["deployment.toml"]), text).unwrap()
    }

    #[test]
    fn every_key_has_its_line_and_its_element() {
        let text = "[a]\nb.c = 1\n\n[[a.d]]\nname = \"x\"\n[[a.d]]\nname = \"y\" # no\nlist = [\"p\",\n \"q\"]\n";
        let keys = keys(text);
        let told: Vec<(&str, usize, usize)> = keys.iter().map(|k| (k.path.as_str(), k.element, k.line)).collect();
        assert_eq!(told, [("a.b.c", 0, 2), ("a.d.name", 0, 5), ("a.d.name", 1, 7), ("a.d.list", 1, 8)]);
        assert_eq!(keys[3].value.texts(), ["p", "q"]);
    }

    #[test]
    fn tables_may_be_written_inline_in_arrays() {
        let keys = keys("url_group = [\n  { urls = [\"tcp://tm1:9611\"] },\n  { urls = [\"tcp://tm2:9611\"] },\n]\n");
        let told: Vec<_> = keys.iter().map(|k| (k.path.as_str(), k.element, k.line, k.value.texts())).collect();
        let url = |n: u8| [format!("tcp://tm{n}:9611")];
        assert_eq!(told, [("url_group.urls", 0, 2, &url(1)[..]), ("url_group.urls", 1, 3, &url(2)[..])]);
    }

    #[test]
    fn no_secret_is_kept() {
        let text = "password = 'hunter2'\nkey = \"hunter2\"\nmoesifKey = 'hunter2'\nkey_password = \"hunter2\"\n\
                    ssl = \"true'&trust_store_password='hunter2\"\n\
                    [secrets]\nadmin_db = \"[hunter2]\"\n[apim.ai]\ntoken = 'hunter2'\npin = { secret = [\"hunter2\"] }\n\
                    [a]\nb = [\"tcp://tm:1\", \"trust_store_password='hunter2'\"]\nc = [{ pwd = 'hunter2' }]\n";
        assert!(!format!("{:?}", keys(text)).contains("hunter2"));
        let broken = "password = \"hunter2\nx = 1\n";
        let error = read_keys(&FilePath::of(["a", "deployment.toml"]), broken).unwrap_err();
        assert_eq!((error.source_name.as_str(), error.line), ("a/deployment.toml", 1));
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
