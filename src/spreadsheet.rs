//! Comma-separated values that a spreadsheet neither runs nor misreads.

/// One line, with its end.
#[must_use]
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = cells.into_iter().map(cell).collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

/// A cell. One that begins like a formula would be run; a number is none.
#[must_use]
pub fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t']) && text.parse::<f64>().is_err();
    let text = if runs { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_it_was_written_and_never_run() {
        let text = line(["a, \"b\"\nc", "-4.5", ""]) + &line(["=HYPERLINK(1)", "-rm", "@x"]);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), ["a, \"b\"\nc", "-4.5", ""]);
        assert_eq!(rows[1].iter().collect::<Vec<_>>(), ["'=HYPERLINK(1)", "'-rm", "'@x"]);
    }
}
