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
    let begins_like_one = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    // Words such as -inf are numbers to us and formulas to a spreadsheet.
    let runs = begins_like_one && !text.parse::<f64>().is_ok_and(f64::is_finite);
    if runs { quoted(&format!("'{text}")) } else { quoted(text) }
}

/// A cell for programs, which run nothing: the text itself, in quotes where it needs them.
#[must_use]
pub fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_read_as_it_was_written_and_never_run() {
        let text = line(["a, \"b\"\nc", "-4.5", ""])
            + &line(["=HYPERLINK(1)", "-rm", "@x"])
            + &line(["\r=1+1", "-inf", "+1e3"]);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows[0].iter().collect::<Vec<_>>(), ["a, \"b\"\nc", "-4.5", ""]);
        assert_eq!(rows[1].iter().collect::<Vec<_>>(), ["'=HYPERLINK(1)", "'-rm", "'@x"]);
        assert_eq!(rows[2].iter().collect::<Vec<_>>(), ["'\r=1+1", "'-inf", "+1e3"]);
    }
}
