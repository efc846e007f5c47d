//! Small helpers for sentences in findings.

/// Most names spelled out in a sentence; the rest is counted.
const NAMES_SHOWN: usize = 3;

/// "A", "A and B", "A, B and C", "A, B, C and 4 more".
#[must_use]
pub fn list<S: AsRef<str>>(names: &[S]) -> String {
    list_of(names, names.len())
}

/// Like [`list`], where `names` are only the first of `total`.
#[must_use]
pub fn list_of<S: AsRef<str>>(names: &[S], total: usize) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(AsRef::as_ref).collect();
    let more = total.saturating_sub(shown.len());
    match (shown.split_last(), more) {
        (None, _) => String::new(),
        (Some(_), 1..) => format!("{} and {more} more", shown.join(", ")),
        (Some((only, [])), 0) => (*only).to_owned(),
        (Some((last, first)), 0) => format!("{} and {last}", first.join(", ")),
    }
}

/// How many names are worth collecting for [`list_of`].
#[must_use]
pub fn enough_names() -> usize {
    NAMES_SHOWN
}

/// The noun for a count: `plural(1, "node")` is "node", `plural(2, "node")` is "nodes".
#[must_use]
pub fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_speech() {
        assert_eq!(list(&["A"]), "A");
        assert_eq!(list(&["A", "B"]), "A and B");
        assert_eq!(list(&["A", "B", "C"]), "A, B and C");
        assert_eq!(list(&["A", "B", "C", "D", "E"]), "A, B, C and 2 more");
        assert_eq!(list_of(&["A", "B", "C"], 40), "A, B, C and 37 more");
        assert_eq!(list::<&str>(&[]), "");
    }
}
