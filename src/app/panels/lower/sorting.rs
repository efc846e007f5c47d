//! In what order the lines of a table stand.

use std::cmp::Ordering;

use super::sheet::{Line, Sheet, Value};

/// The column by which the lines are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sorting {
    /// Its place, and whether the largest comes first; `None` leaves the lines as they are told.
    pub by: Option<(usize, bool)>,
}

impl Sorting {
    /// Orders by a column: numbers first from the largest, words from A; then the other way round, then no more.
    pub fn turn(&mut self, column: usize, numeric: bool) {
        self.by = match self.by {
            Some((by, down)) if by == column && down == numeric => Some((by, !down)),
            Some((by, _)) if by == column => None,
            _ => Some((column, numeric)),
        };
    }

    /// The lines of a table by their places: what has no value stands last either way, sums below all.
    pub fn order(self, sheet: &Sheet) -> Vec<usize> {
        let value = |line: &Line| {
            let (column, _) = self.by?;
            line.cells.get(column).map(|cell| cell.value.clone())
        };
        let mut lines: Vec<(usize, bool, Option<Value>)> =
            sheet.lines.iter().enumerate().map(|(at, line)| (at, line.sum, value(line))).collect();
        let down = self.by.is_some_and(|(_, down)| down);
        lines.sort_by(|(_, a_sum, a), (_, b_sum, b)| {
            a_sum.cmp(b_sum).then_with(|| compare(a.as_ref(), b.as_ref(), down))
        });
        lines.into_iter().map(|(at, ..)| at).collect()
    }
}

fn compare(a: Option<&Value>, b: Option<&Value>, down: bool) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        Some(Value::Number(_)) => 0,
        Some(Value::Text(_)) => 1,
        Some(Value::Reason(_)) => 2,
        Some(Value::Nothing) | None => 3,
    };
    let within = match (a, b) {
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.total_cmp(b),
        (Some(Value::Text(a)), Some(Value::Text(b))) => a.to_lowercase().cmp(&b.to_lowercase()),
        _ => Ordering::Equal,
    };
    rank(a).cmp(&rank(b)).then(if down { within.reverse() } else { within })
}

#[cfg(test)]
mod tests {
    use super::super::sheet::{Cell, Column};
    use super::*;
    use crate::estimate::Unit;

    fn sheet() -> Sheet {
        let line = |name: &str, cell: Cell, sum| Line {
            name: name.into(),
            element: None,
            sum,
            cells: vec![Cell::text(name), cell],
        };
        let ms = |v| Cell::number(v, Unit::Ms);
        Sheet {
            columns: vec![Column::words("Name", 1.0, ""), Column::numbers("p95", 1.0, ("ms", 1), "")],
            lines: vec![
                line("all", ms(1.0), true),
                line("none", Cell::nothing(), false),
                line("b", ms(1_000.0), false),
                line("why", Cell::reason("over capacity by 3"), false),
                line("A", ms(90.0), false),
                line("c", ms(200.0), false),
            ],
            note: String::new(),
        }
    }

    #[test]
    fn values_decide_and_what_has_none_stands_last_either_way() {
        let sheet = sheet();
        let names = |sorting: Sorting| -> Vec<&str> {
            sorting.order(&sheet).into_iter().map(|at| sheet.lines[at].name.as_str()).collect()
        };
        let mut sorting = Sorting::default();
        assert_eq!(names(sorting), ["none", "b", "why", "A", "c", "all"]);
        sorting.turn(1, true);
        assert_eq!(names(sorting), ["b", "c", "A", "why", "none", "all"]);
        sorting.turn(1, true);
        assert_eq!(names(sorting), ["A", "c", "b", "why", "none", "all"]);
        sorting.turn(0, false);
        assert_eq!(names(sorting), ["A", "b", "c", "none", "why", "all"]);
        sorting.turn(0, false);
        sorting.turn(0, false);
        assert_eq!(sorting, Sorting::default(), "the third time the lines stand as before");
    }
}
