//! A `deployment.toml` that is being written: tables in the order in which they are read, with the reason of every
//! line.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Key, Table, Value};

use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};
use crate::export::text::one_line;

/// A file of configuration that is being written. A table that gets no key does not appear.
#[derive(Debug, Default)]
pub(in crate::export) struct Sheet {
    head: Vec<String>,
    tables: Vec<Section>,
}

/// One table with its keys.
#[derive(Debug)]
pub(in crate::export) struct Section {
    path: Vec<&'static str>,
    /// Whether it is one of an array of tables.
    element: bool,
    comment: Option<&'static str>,
    origin: Origin,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    /// The key, and for a dotted key (`pool_options.maxActive`) both of its parts.
    key: Vec<&'static str>,
    value: Value,
    comment: Option<&'static str>,
    /// Its own reason; `None` for that of the table.
    origin: Option<Origin>,
}

/// What a key can hold. Texts lose their control characters, so that a value stays on its line. What somebody named in
/// a design is [`Foreign`].
pub(in crate::export) trait Cell {
    fn cell(self) -> Value;
}

impl Cell for bool {
    fn cell(self) -> Value {
        Value::from(self)
    }
}

impl Cell for i64 {
    fn cell(self) -> Value {
        Value::from(self)
    }
}

impl Cell for &str {
    fn cell(self) -> Value {
        Value::from(one_line(self))
    }
}

impl Cell for String {
    fn cell(self) -> Value {
        self.as_str().cell()
    }
}

impl<T: Cell> Cell for Vec<T> {
    fn cell(self) -> Value {
        Value::Array(self.into_iter().map(Cell::cell).collect::<Array>())
    }
}

impl<T: Cell, const N: usize> Cell for [T; N] {
    fn cell(self) -> Value {
        Value::Array(self.into_iter().map(Cell::cell).collect::<Array>())
    }
}

/// A text that somebody wrote in a design. The product puts other values in place of `$ref{…}`, `$env{…}`, `$sys{…}`,
/// `$secret{…}` and `${…}` when it starts (S48); these marks are broken up, so that the text stays what it is.
pub(in crate::export) struct Foreign<'t>(pub(in crate::export) &'t str);

impl Cell for Foreign<'_> {
    fn cell(self) -> Value {
        unexpanded(&one_line(self.0)).as_str().cell()
    }
}

/// Whether a key would hold the text as it is: on one line, with no mark that the product puts something else in for.
pub(in crate::export) fn is_literal(text: &str) -> bool {
    unexpanded(&one_line(text)) == text
}

/// What to say about a text that is not literal, and about what is left out for it: `it is`, `labels are`.
pub(in crate::export) fn not_kept(text: &str, left_out: &str) -> String {
    format!("the product would not keep {text} as it is; {left_out} left out.")
}

/// The text with a space behind every dollar sign that begins a mark of the product.
fn unexpanded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        out.push(c);
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        if c == '$' && rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').starts_with('{') {
            out.push(' ');
        }
    }
    out
}

impl Sheet {
    /// Adds a line of comment to the head of the file.
    pub(in crate::export) fn head(&mut self, line: &str) {
        self.head.push(one_line(line));
    }

    /// Adds a table behind those that are there.
    pub(in crate::export) fn add(&mut self, section: Section) {
        self.tables.push(section);
    }

    /// The file, with the origin of its lines.
    pub(in crate::export) fn finish(mut self) -> ExportFile {
        self.tables.retain(|table| !table.rows.is_empty());
        let mut document = DocumentMut::new();
        for (n, section) in (0..).zip(&self.tables) {
            section.write(document.as_table_mut(), n, &self.head);
        }
        let text = match self.tables.is_empty() {
            true => self.head.iter().map(|line| format!("# {line}\n")).collect(),
            false => document.to_string(),
        };
        ExportFile { origins: self.origins().into(), ..ExportFile::text(Syntax::Toml, text) }
    }

    /// The lines of every table and key: the layout is that of [`Section::write`], one line a key.
    fn origins(self) -> Vec<LineOrigin> {
        let mut origins = Vec::new();
        let mut line = self.head.len();
        for section in self.tables {
            let header = line + 2 + usize::from(section.comment.is_some());
            let last = header + section.rows.len();
            origins.push(LineOrigin { first: header, last, origin: section.origin });
            for (at, row) in (header + 1..).zip(section.rows) {
                origins.extend(row.origin.map(|origin| LineOrigin { first: at, last: at, origin }));
            }
            line = last;
        }
        origins
    }
}

/// A table, `[path]`, with the reason of its keys.
pub(in crate::export) fn table(path: &'static str, origin: Origin) -> Section {
    Section { path: path.split('.').collect(), element: false, comment: None, origin, rows: Vec::new() }
}

/// One of an array of tables, `[[path]]`, with the reason of its keys.
pub(in crate::export) fn element(path: &'static str, origin: Origin) -> Section {
    Section { element: true, ..table(path, origin) }
}

impl Section {
    /// Gives the table a line of comment.
    pub(in crate::export) fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// A key with the reason of the table.
    pub(in crate::export) fn set(self, key: &'static str, value: impl Cell) -> Self {
        self.row(vec![key], value.cell(), None)
    }

    /// A key with a reason of its own.
    pub(in crate::export) fn set_by(self, key: &'static str, value: impl Cell, origin: Origin) -> Self {
        self.row(vec![key], value.cell(), Some(origin))
    }

    /// A key with a remark and a reason of its own, unless there is nothing to write.
    pub(in crate::export) fn set_found<T: Cell>(
        mut self,
        key: &'static str,
        comment: Option<&'static str>,
        found: Option<(T, Origin)>,
    ) -> Self {
        self.rows.extend(found.map(|(value, origin)| Row {
            key: vec![key],
            value: value.cell(),
            comment,
            origin: Some(origin),
        }));
        self
    }

    /// A dotted key, `table.key`, with the reason of the table. Those of one table must follow each other.
    pub(in crate::export) fn set_in(self, table: &'static str, key: &'static str, value: impl Cell) -> Self {
        self.row(vec![table, key], value.cell(), None)
    }

    /// Adds a remark behind the key that was set last.
    pub(in crate::export) fn remark(mut self, comment: &'static str) -> Self {
        if let Some(row) = self.rows.last_mut() {
            row.comment = Some(comment);
        }
        self
    }

    fn row(mut self, key: Vec<&'static str>, value: Value, origin: Option<Origin>) -> Self {
        self.rows.push(Row { key, value, comment: None, origin });
        self
    }

    /// Writes the table into the document as its `n`th.
    fn write(&self, document: &mut Table, n: isize, head: &[String]) {
        let Some((last, parents)) = self.path.split_last() else { return };
        let Some(parent) = parents.iter().try_fold(document, |at, name| child(at, name)) else { return };
        if self.element {
            let tables = parent.entry(last).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
            if let Some(tables) = tables.as_array_of_tables_mut() {
                let mut table = Table::new();
                self.fill(&mut table, n, head);
                tables.push(table);
            }
        } else if let Some(table) = child(parent, last) {
            table.set_implicit(false);
            self.fill(table, n, head);
        }
    }

    fn fill(&self, table: &mut Table, n: isize, head: &[String]) {
        let head: String = head.iter().filter(|_| n == 0).map(|line| format!("# {line}\n")).collect();
        let comment: String = self.comment.iter().map(|comment| format!("# {comment}\n")).collect();
        table.set_position(Some(n));
        table.decor_mut().set_prefix(format!("{head}\n{comment}"));
        for row in &self.rows {
            row.write(table);
        }
    }
}

/// The table of this name in another, made where it is missing; of an array of tables its last one.
fn child<'t>(at: &'t mut Table, name: &str) -> Option<&'t mut Table> {
    let implicit = || {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    };
    match at.entry(name).or_insert_with(implicit) {
        Item::Table(table) => Some(table),
        Item::ArrayOfTables(tables) => tables.iter_mut().last(),
        Item::None | Item::Value(_) => None,
    }
}

impl Row {
    fn write(&self, table: &mut Table) {
        let mut value = self.value.clone();
        let suffix = self.comment.map(|comment| format!(" # {comment}")).unwrap_or_default();
        value.decor_mut().set_prefix(" ");
        value.decor_mut().set_suffix(suffix);
        match self.key.as_slice() {
            [key] => {
                table.insert_formatted(&Key::new(*key), Item::Value(value));
            }
            [outer, key] => {
                let dotted = table.entry(outer).or_insert_with(|| {
                    let mut table = Table::new();
                    table.set_dotted(true);
                    Item::Table(table)
                });
                if let Some(dotted) = dotted.as_table_mut() {
                    dotted.insert(key, Item::Value(value));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> Origin {
        Origin::stated(text, &["S5"])
    }

    fn sample() -> ExportFile {
        let mut sheet = Sheet::default();
        sheet.head("A file");
        sheet.head("of two lines\nor three");
        let server = table("server", why("server")).comment("Who it is (A45)");
        sheet.add(server.set("hostname", "a\nb").remark("its name"));
        sheet.add(table("nothing", why("nothing")));
        sheet.add(element("apim.environment", why("first")).set("name", "\"one\" \\ 'two' \u{1f642}"));
        sheet.add(table("apim", why("apim")).set_by("type", "x", why("type")).set("n", 5));
        sheet.add(element("apim.environment", why("second")).set("name", ["a", "b"]).set("on", true));
        sheet.add(table("apim.environment.properties", why("properties")).set("header.X", "q"));
        sheet.add(table("db", why("db")).set_in("pool", "max", 5).set_in("pool", "wait", 6).set("last", false));
        sheet.finish()
    }

    #[test]
    fn the_line_an_origin_names_holds_its_key() {
        let file = sample();
        let text = file.content.text().unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let starts: Vec<(&str, &str)> =
            file.origins.iter().map(|o| (o.origin.why.as_str(), lines[o.first - 1])).collect();
        assert_eq!(
            starts,
            [
                ("server", "[server]"),
                ("first", "[[apim.environment]]"),
                ("apim", "[apim]"),
                ("type", "type = \"x\""),
                ("second", "[[apim.environment]]"),
                ("properties", "[apim.environment.properties]"),
                ("db", "[db]"),
            ]
        );
        let ends: Vec<&str> = file.origins.iter().map(|o| lines[o.last - 1]).collect();
        assert_eq!(ends[0], "hostname = \"a b\" # its name", "{text}");
        assert_eq!(ends[6], "last = false", "{text}");
        assert_eq!(&lines[..5], ["# A file", "# of two lines or three", "", "# Who it is (A45)", "[server]"]);
    }

    #[test]
    fn what_the_product_would_expand_is_broken_up() {
        let cases = [
            ("$ref{super_admin.password} $env{NOPE}", "$ ref{super_admin.password} $ env{NOPE}"),
            ("$sys{a}$secret{b}${c}", "$ sys{a}$ secret{b}$ {c}"),
            ("$$ref{a}", "$$ ref{a}"),
            ("cost: 5 $ {a} $b", "cost: 5 $ {a} $b"),
            ("$re\nf{a}", "$re f{a}"),
        ];
        for (text, kept) in cases {
            assert_eq!(Foreign(text).cell().as_str(), Some(kept));
            assert_eq!(is_literal(text), text == kept, "{text}");
            assert!(is_literal(kept), "{kept}");
        }
    }

    #[test]
    fn another_parser_reads_what_was_meant() {
        #[derive(serde::Deserialize)]
        struct Read {
            apim: Apim,
            db: std::collections::BTreeMap<String, serde_json::Value>,
        }
        #[derive(serde::Deserialize)]
        struct Apim {
            n: i64,
            environment: Vec<std::collections::BTreeMap<String, serde_json::Value>>,
        }
        let file = sample();
        let read: Read = basic_toml::from_str(file.content.text().unwrap()).unwrap();
        assert_eq!(read.apim.n, 5);
        assert_eq!(read.apim.environment[0]["name"], "\"one\" \\ 'two' \u{1f642}");
        assert_eq!(read.apim.environment[1]["properties"]["header.X"], "q");
        assert_eq!(read.db["pool"]["wait"], 6);
        assert!(!file.content.text().unwrap().contains("nothing"));
    }
}
