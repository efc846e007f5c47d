//! The keys of a `deployment.toml` with their lines. Secrets are forgotten as they are read.

use sha2::{Digest, Sha256};
use toml_edit::{Document, Item, TableLike, Value as Toml};

use crate::design::file::{FileError, line_column, one_line};
use crate::export::bundle::FilePath;

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Tables and name joined by dots; elements of an array of tables are not told apart here.
    pub(super) path: String,
    /// Number of the element, from 0, of the innermost array of tables that it stands in.
    pub(super) element: usize,
    /// Its value.
    pub(super) value: Value,
    /// Line, from 1.
    pub(super) line: usize,
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
    reader.table(document.as_table(), "", 0);
    reader.keys.sort_by_key(|key| key.line);
    Ok(reader.keys)
}

struct Reader {
    lines: Lines,
    keys: Vec<Key>,
}

impl Reader {
    fn table(&mut self, table: &dyn TableLike, prefix: &str, element: usize) {
        for (name, item) in table.iter() {
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            let span = table.get_key_value(name).and_then(|(key, _)| key.span());
            match item {
                Item::Table(inner) => self.table(inner, &path, element),
                Item::ArrayOfTables(elements) => {
                    elements.iter().enumerate().for_each(|(n, inner)| self.table(inner, &path, n));
                }
                Item::Value(Toml::InlineTable(inner)) => self.table(inner, &path, element),
                Item::Value(value) => {
                    let start = span.or_else(|| value.span()).map_or(0, |span| span.start);
                    let value = if is_secret(name) { secret(value) } else { plain(value) };
                    self.keys.push(Key { path, element, value, line: self.lines.at(start) });
                }
                Item::None => {}
            }
        }
    }
}

/// Parts of the names of keys that hold accounts, passwords and the like.
const SECRETS: [&str; 6] = ["password", "passphrase", "secret", "credential", "username", "auth_token"];

/// Whether a key of this name holds a secret.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|part| name.contains(part)) || name.ends_with("key")
}

fn secret(value: &Toml) -> Value {
    fingerprint(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn fingerprint(text: &str) -> Value {
    Value::Secret(Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect())
}

fn plain(value: &Toml) -> Value {
    match value {
        Toml::String(text) => match without_account(text.value()) {
            // Settings of TLS hold passwords among other things.
            text if text.to_ascii_lowercase().contains("password") => fingerprint(&text),
            text => Value::Text(text),
        },
        Toml::Boolean(truth) => Value::Bool(*truth.value()),
        Toml::Integer(number) => Value::Number(*number.value()),
        Toml::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(without_account)).collect();
            texts.map_or(Value::Other, Value::List)
        }
        _ => Value::Other,
    }
}

/// An address without the account that stands in it, and a JDBC URL without its parameters, which may name one.
fn without_account(text: &str) -> String {
    if text.starts_with("jdbc:") {
        let text = text.split(['?', ';']).next().unwrap_or_default();
        return match text.split_once(":thin:").zip(text.rsplit_once('@')) {
            Some(((driver, _), (_, address))) => format!("{driver}:thin:@{address}"),
            None => authority_alone(text),
        };
    }
    text.split(',').map(authority_alone).collect::<Vec<_>>().join(",")
}

fn authority_alone(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
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
    fn no_secret_is_kept() {
        let text = "password = 'hunter2'\nkey = \"hunter2\"\nmoesifKey = 'hunter2'\nkey_password = \"hunter2\"\n\
                    ssl = \"true'&trust_store_password='hunter2\"\n";
        assert!(!format!("{:?}", keys(text)).contains("hunter2"));
        let urls = "url = \"jdbc:mysql://a:hunter2@db:3306/x?password=hunter2\"\n\
                    o = \"jdbc:oracle:thin:a/hunter2@db:1521/x\"\nu = [\"https://a:hunter2@am.eu/x\"]\n";
        let told: Vec<String> = keys(urls).iter().flat_map(|key| key.value.texts().to_vec()).collect();
        assert_eq!(told, ["jdbc:mysql://db:3306/x", "jdbc:oracle:thin:@db:1521/x", "https://am.eu/x"]);
        let broken = "password = \"hunter2\nx = 1\n";
        let error = read_keys(&FilePath::of(["a", "deployment.toml"]), broken).unwrap_err();
        assert_eq!((error.source_name.as_str(), error.line), ("a/deployment.toml", 1));
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
