//! A table as data: columns, lines and cells, from which it is drawn, ordered and copied.

use crate::app::panels::explain::Subject;
use crate::app::panels::format;
use crate::design::Id;
use crate::estimate::{Figure, Unit};
use crate::rules::Severity;
use crate::spreadsheet;

/// What a cell is ordered by and copied as.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number in the unit of its column.
    Number(f64),
    /// Words.
    Text(String),
    /// There is no number, and this sentence says why.
    Reason(String),
    /// There is nothing.
    Nothing,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What stands in it.
    pub words: String,
    /// What it is ordered by and copied as.
    pub value: Value,
    /// Ends of its range, in the unit of the column.
    pub range: Option<(f64, f64)>,
    /// More, on hover; may be empty.
    pub more: String,
    /// What a click explains.
    pub subject: Option<Subject>,
    /// Shape before the words, when something is wrong with the number.
    pub mark: Option<Severity>,
    /// Emphasised words.
    pub strong: bool,
}

impl Cell {
    fn with(words: String, value: Value) -> Self {
        Self { words, value, range: None, more: String::new(), subject: None, mark: None, strong: false }
    }

    /// Nothing.
    pub fn nothing() -> Self {
        Self::with(format::NONE.into(), Value::Nothing)
    }

    /// Words.
    pub fn text(words: impl Into<String>) -> Self {
        let words = words.into();
        Self::with(words.clone(), Value::Text(words))
    }

    /// A number without range.
    pub fn number(value: f64, unit: Unit) -> Self {
        Self::with(format::value(value, unit), Value::Number(value))
    }

    /// A count.
    pub fn count(n: usize) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "counts of drawn things are small")]
        let value = n as f64;
        Self::number(value, Unit::Count)
    }

    /// A figure that is explained by a click; its range is shown behind it, or on hover.
    pub fn figure(figure: &Figure, subject: Subject, ranged: bool) -> Self {
        let (short, long) = (format::headline(figure), format::figure(figure));
        let mut cell = Self::with(if ranged { long.clone() } else { short.clone() }, Value::Number(figure.value));
        if !ranged && short != long {
            cell.more = long;
        }
        Self { range: Some((figure.low, figure.high)), subject: Some(subject), ..cell }
    }

    /// A figure, or in short why there is none.
    pub fn result(figure: Result<&Figure, &str>, subject: Subject, ranged: bool) -> Self {
        match figure {
            Ok(figure) => Self::figure(figure, subject, ranged),
            Err(why) => Self::reason(why),
        }
    }

    /// In short why there is no number; the sentence on hover.
    pub fn reason(why: &str) -> Self {
        let cell = Self::with(short(why).to_owned(), Value::Reason(why.to_owned()));
        Self { more: sentence(why), ..cell }
    }

    /// The same with more on hover.
    pub fn more(mut self, words: &str) -> Self {
        if !words.is_empty() {
            let parts = [self.more.as_str(), words];
            self.more = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        }
        self
    }

    /// The same with a mark.
    pub fn marked(self, mark: Option<Severity>) -> Self {
        Self { mark, ..self }
    }

    /// The same emphasised.
    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }

    fn copied(&self, decimals: usize) -> String {
        match &self.value {
            Value::Number(value) => fixed(*value, decimals),
            Value::Text(text) | Value::Reason(text) => text.clone(),
            Value::Nothing => String::new(),
        }
    }
}

fn fixed(value: f64, decimals: usize) -> String {
    if value.is_finite() { format!("{value:.decimals$}") } else { String::new() }
}

/// A reason in two words, for a cell that has no room for the sentence.
fn short(why: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|words| why.contains(words));
    if says(&["over capacity"]) {
        "over capacity"
    } else if says(&["reach"]) {
        "unreachable"
    } else if says(&["only node", "all nodes stand", "no node is left", "to another component", "is lost"]) {
        "none left"
    } else if says(&["zones are not drawn"]) {
        "no zones"
    } else if says(&["is published"]) {
        "not published"
    } else {
        "no figure"
    }
}

/// Words with a capital letter in front.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The words over it.
    pub head: String,
    /// Unit of its numbers in a copy; empty for words and counts.
    pub unit: &'static str,
    /// Decimals of its numbers in a copy.
    pub decimals: usize,
    /// Whether a copy has the ends of the range beside the number.
    pub ranged: bool,
    /// What it is, on hover.
    pub about: &'static str,
    /// Width, points.
    pub width: f32,
    /// Whether it holds numbers: on the right, the largest first.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn words(head: &str, width: f32, about: &'static str) -> Self {
        Self { head: head.into(), unit: "", decimals: 0, ranged: false, about, width, numeric: false }
    }

    /// A column of numbers in a unit, with so many decimals in a copy.
    pub fn numbers(head: &str, width: f32, (unit, decimals): (&'static str, usize), about: &'static str) -> Self {
        Self { head: head.into(), unit, decimals, ranged: false, about, width, numeric: true }
    }

    /// The same with the ends of the range in a copy.
    pub fn ranged(self) -> Self {
        Self { ranged: true, ..self }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is about, for those who cannot see the table.
    pub name: String,
    /// The element that a click on the line selects.
    pub element: Option<Id>,
    /// Whether it sums up the others, and so stays below them.
    pub sum: bool,
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sheet {
    /// The columns.
    pub columns: Vec<Column>,
    /// The lines, as they stand until somebody orders them.
    pub lines: Vec<Line>,
    /// What to know about the numbers; may be empty.
    pub note: String,
}

impl Sheet {
    /// The lines in this order as comma-separated values, numbers in the units that the heads name.
    pub fn csv(&self, order: &[usize]) -> String {
        let mut heads = Vec::new();
        for column in &self.columns {
            let unit = if column.unit.is_empty() { String::new() } else { format!(" ({})", column.unit) };
            heads.push(format!("{}{unit}", column.head));
            if column.ranged {
                heads.extend(["low", "high"].map(|end| format!("{}, {end}{unit}", column.head)));
            }
        }
        let mut out = spreadsheet::line(heads.iter().map(String::as_str));
        for line in order.iter().filter_map(|at| self.lines.get(*at)) {
            let mut cells = Vec::new();
            for (column, cell) in self.columns.iter().zip(&line.cells) {
                cells.push(cell.copied(column.decimals));
                if column.ranged {
                    let end = |end: Option<f64>| end.map(|v| fixed(v, column.decimals)).unwrap_or_default();
                    cells.extend([end(cell.range.map(|r| r.0)), end(cell.range.map(|r| r.1))]);
                }
            }
            out.push_str(&spreadsheet::line(cells.iter().map(String::as_str)));
        }
        out
    }
}
