//! Which rows of a comparison are listed, and in what order: a pure function of the rows and the filter.

use crate::compare::{Row, Section, Sign};

/// In what order the rows of a section stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As the comparison tells them.
    #[default]
    AsTold,
    /// By what they are about.
    Name,
    /// Largest difference first, in proportion to the numbers it is between; rows without numbers first.
    Difference,
}

/// What is listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only this section.
    pub section: Option<Section>,
    /// Whether what is the same is listed too.
    pub same: bool,
    /// In what order.
    pub order: Order,
}

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The name of a section, with the number of its rows.
    Head(Section, usize),
    /// The row at this place.
    Row(usize),
}

/// How large a difference is in proportion to the numbers it is between; infinite without numbers.
fn weight(row: &Row) -> f64 {
    let Some(([before, after, difference], _)) = row.numbers else { return f64::INFINITY };
    let largest = [before, after].into_iter().flatten().map(f64::abs).fold(0.0, f64::max);
    match difference {
        Some(difference) if largest > 0.0 => difference.abs() / largest,
        Some(_) => 0.0,
        None => f64::INFINITY,
    }
}

/// The lines to show; sections have a heading where there are several.
pub fn lines(rows: &[Row], filter: &Filter) -> Vec<Line> {
    let mut lines = Vec::new();
    for section in Section::ALL.into_iter().filter(|s| filter.section.is_none_or(|only| only == *s)) {
        let listed = |row: &Row| row.section == section && (filter.same || row.sign != Sign::Same);
        let mut of: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| listed(row)).collect();
        match filter.order {
            Order::AsTold => {}
            Order::Name => of.sort_by(|(_, a), (_, b)| a.what.cmp(&b.what)),
            Order::Difference => of.sort_by(|(_, a), (_, b)| weight(b).total_cmp(&weight(a))),
        }
        if filter.section.is_none() && !of.is_empty() {
            lines.push(Line::Head(section, of.len()));
        }
        lines.extend(of.into_iter().map(|(at, _)| Line::Row(at)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Unit;

    fn row(section: Section, sign: Sign, what: &str, numbers: Option<[f64; 3]>) -> Row {
        Row {
            section,
            sign,
            what: what.into(),
            before: String::new(),
            after: String::new(),
            difference: String::new(),
            numbers: numbers.map(|n| (n.map(Some), Unit::Ms)),
            severity: None,
            subjects: Vec::new(),
        }
    }

    #[test]
    fn what_is_the_same_is_left_out_until_it_is_asked_for() {
        let rows = [
            row(Section::Latency, Sign::Changed, "b", Some([100.0, 101.0, 1.0])),
            row(Section::Latency, Sign::Changed, "a", Some([10.0, 20.0, 10.0])),
            row(Section::Cost, Sign::Same, "c", Some([5.0, 5.0, 0.0])),
        ];
        let mut filter = Filter::default();
        assert_eq!(lines(&rows, &filter), [Line::Head(Section::Latency, 2), Line::Row(0), Line::Row(1)]);
        for order in [Order::Name, Order::Difference] {
            filter.order = order;
            assert_eq!(lines(&rows, &filter)[1..], [Line::Row(1), Line::Row(0)], "{order:?}");
        }
        filter = Filter { section: Some(Section::Cost), same: true, ..Filter::default() };
        assert_eq!(lines(&rows, &filter), [Line::Row(2)]);
    }
}
