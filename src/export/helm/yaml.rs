//! Values of YAML, written by a serializer, and the lines at which their keys end up.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

/// A value of YAML. Maps keep the order in which they were filled.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(u64),
    /// A text, whatever it looks like.
    Text(String),
    /// A list.
    List(Vec<Yaml>),
    /// A map.
    Map(IndexMap<String, Yaml>),
}

impl Yaml {
    /// A map of these keys and values.
    #[must_use]
    pub fn map<const N: usize>(entries: [(&str, Self); N]) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of texts.
    #[must_use]
    pub fn texts(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::Text(text.into())).collect())
    }

    /// Puts a value at a path, making maps on the way. What stood on the way and is no map is replaced.
    pub fn put<'p>(&mut self, path: impl IntoIterator<Item = &'p str>, value: Self) {
        let mut place = self;
        for part in path {
            if !matches!(place, Self::Map(_)) {
                *place = Self::Map(IndexMap::new());
            }
            let Self::Map(map) = place else { return };
            place = map.entry(part.to_owned()).or_insert(Self::Null);
        }
        *place = value;
    }

    /// As a document. Texts that YAML 1.1, which Helm reads, takes for something else are quoted; long ones are not
    /// broken.
    #[must_use]
    pub fn render(&self) -> String {
        let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
        // Nothing a `Yaml` can hold is refused by the serializer: keys are texts, and there are no anchors.
        serde_saphyr::to_string_with_options(self, options).unwrap_or_default()
    }
}

impl From<bool> for Yaml {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u64> for Yaml {
    fn from(value: u64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Yaml {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Yaml {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl Serialize for Yaml {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_u64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(map) => serializer.collect_map(map),
        }
    }
}

/// First and last line of each key of a rendered document, from 1, by its path. Of entries of a list with the same
/// keys, the first ones count.
#[must_use]
pub fn lines(text: &str) -> BTreeMap<Vec<String>, (usize, usize)> {
    let mut walk = Walk::default();
    for (n, line) in (1..).zip(text.lines()) {
        walk.line(n, line);
    }
    walk.close(0, text.lines().count() + 1);
    walk.found
}

/// What has been read of a document.
#[derive(Default)]
struct Walk {
    /// Keys that are still open, with their indentation and first line.
    open: Vec<(usize, String, usize)>,
    /// Lines that are indented deeper than this belong to a text that runs over several lines.
    in_text: Option<usize>,
    found: BTreeMap<Vec<String>, (usize, usize)>,
}

impl Walk {
    fn line(&mut self, n: usize, line: &str) {
        let rest = line.trim_start_matches(' ');
        let mut indent = line.len() - rest.len();
        if rest.is_empty() || rest.starts_with('#') && self.in_text.is_none() {
            return;
        }
        match self.in_text {
            Some(above) if indent > above => return,
            _ => self.in_text = None,
        }
        let mut rest = rest;
        let mut dash = None;
        while let Some(item) = rest.strip_prefix("- ") {
            dash = Some(indent);
            let trimmed = item.trim_start_matches(' ');
            indent += 2 + item.len() - trimmed.len();
            rest = trimmed;
        }
        // An entry of a list closes the keys of the entry before it; the list's own key may be as little indented.
        self.close(dash.map_or(indent, |dash| dash + 1), n);
        let mut text_above = dash.unwrap_or(indent);
        let mut value = rest;
        if let Some((key, after)) = key(rest) {
            self.close(indent, n);
            self.open.push((indent, key, n));
            text_above = indent;
            value = after;
        }
        if value.starts_with(['|', '>']) {
            self.in_text = Some(text_above);
        }
    }

    /// Closes the keys that are indented at least so far; `n` is the line after their last.
    fn close(&mut self, indent: usize, n: usize) {
        while self.open.last().is_some_and(|(at, ..)| *at >= indent) {
            let path: Vec<String> = self.open.iter().map(|(_, key, _)| key.clone()).collect();
            if let Some((_, _, first)) = self.open.pop() {
                self.found.entry(path).or_insert((first, n.saturating_sub(1)));
            }
        }
    }
}

/// The key that a line begins with, and what follows its colon.
fn key(line: &str) -> Option<(String, &str)> {
    let (key, after) = match line.chars().next()? {
        quote @ ('"' | '\'') => quoted(line.get(1..)?, quote)?,
        _ => match line.split_once(": ") {
            Some((key, value)) => return Some((key.to_owned(), value)),
            None => (line.strip_suffix(':')?.to_owned(), ":"),
        },
    };
    let value = after.strip_prefix(':')?;
    (value.is_empty() || value.starts_with(' ')).then(|| (key, value.trim_start()))
}

/// A text up to its closing quote, and what follows that.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, c)| c);
        match c {
            '\\' if quote == '"' => out.extend(chars.next().map(|(_, c)| c)),
            c if c == quote && quote == '\'' && next == Some(quote) => out.extend(chars.next().map(|(_, c)| c)),
            c if c == quote => return Some((out, text.get(at + 1..)?)),
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_norway::Value;

    /// What YAML, the 1.1 of it, makes of texts when nobody quotes them.
    const AWKWARD: [&str; 36] = [
        "",
        " ",
        "yes",
        "No",
        "on",
        "off",
        "y",
        "n",
        "true",
        "null",
        "Null",
        "~",
        "1.0",
        "0x1F",
        "0o17",
        "017",
        "1e3",
        ".inf",
        ".nan",
        "12:30:45",
        "2024-01-01",
        "a: b",
        "a #b",
        "#a",
        "- a",
        "? a",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "a\nb\n\n",
        " a\n  b",
        "\u{feff}a\u{2028}b\u{85}",
        "{{ .Values.a }}\t'\"\\",
    ];

    #[test]
    fn every_text_survives() {
        let long = "a text of many words ".repeat(30);
        for text in
            AWKWARD.into_iter().chain([long.as_str(), "<registry>", "a:", "https://a:9443/x", "1_000", "=", "<<"])
        {
            let written = Yaml::map([(text, Yaml::map([("list", Yaml::texts([text, text])), ("text", text.into())]))]);
            let read: Value = serde_norway::from_str(&written.render()).expect("YAML");
            let inner = read.get(text).expect("the key");
            assert_eq!(inner.get("text").and_then(Value::as_str), Some(text), "{}", written.render());
            assert_eq!(inner.get("list").and_then(|l| l.get(1)).and_then(Value::as_str), Some(text));
        }
    }

    #[test]
    fn numbers_and_words_stay_what_they_are() {
        let written = Yaml::map([("a", Yaml::Null), ("b", true.into()), ("c", 9443.into()), ("d", Yaml::List(vec![]))]);
        assert_eq!(written.render(), "a: null\nb: true\nc: 9443\nd: []\n");
    }

    #[test]
    fn a_path_makes_maps_on_its_way() {
        let mut values = Yaml::Null;
        values.put(["a", "b"], 1.into());
        values.put(["a", "c"], Yaml::texts(["x"]));
        assert_eq!(values.render(), "a:\n  b: 1\n  c:\n  - x\n");
    }

    #[test]
    fn the_lines_of_a_key_are_found() {
        let mut values = Yaml::Null;
        values.put(["a", "text"], "x: 1\n  y: 2\nz: |\n".into());
        values.put(["a", "after"], "#".into());
        let entry = |n: u64| Yaml::map([("name", Yaml::Int(n)), ("urls", Yaml::texts(["tcp://x:1", "k: v"]))]);
        values.put(["list"], Yaml::List(vec![entry(1), entry(2)]));
        values.put(["quoted: key", "b"], true.into());
        values.put(["last"], "\n".into());
        let text = values.render();
        let found = lines(&text);
        let at = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|p| (*p).to_owned()).collect();
            let (first, last) = *found.get(&path).expect("the path");
            let lines: Vec<&str> = text.lines().skip(first - 1).take(last + 1 - first).collect();
            lines.join("\n")
        };
        assert!(at(&["a", "text"]).trim_start().starts_with("text: |"), "{text}");
        assert!(at(&["a", "text"]).ends_with("z: |"), "{text}");
        assert_eq!(at(&["a", "after"]).trim(), "after: '#'", "{text}");
        assert!(at(&["list"]).starts_with("list:") && at(&["list"]).matches("name:").count() == 2, "{text}");
        assert!(at(&["list", "urls"]).ends_with("\"k: v\""), "{text}");
        assert_eq!(at(&["quoted: key", "b"]).trim(), "b: true", "{text}");
        // Every line that opens a key belongs to one, and only texts hold lines that look like keys.
        assert_eq!(found.len(), 9, "{text}\n{found:?}");
    }
}
