//! The same pages give the same bytes. The library that makes pages keeps fonts and resources in maps without an order,
//! so the numbers and places of its objects differ from run to run. Here they are put in the order in which a reader
//! comes to them from the catalogue. This knows how `pdf-writer` lays out a file, and no other.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;

/// An object of a file.
struct Object<'a> {
    /// Its dictionary or value, with entries of one line in order of their names.
    head: Vec<u8>,
    /// What follows it: the data of a stream.
    rest: &'a [u8],
}

/// The file with its objects in order; `None` for a file of another layout.
pub(super) fn ordered(pdf: &[u8]) -> Option<Vec<u8>> {
    let xref = find_last(pdf, b"xref\n0 ")?;
    let trailer = find_last(pdf, b"trailer\n")?;
    let starts = starts(pdf.get(xref..trailer)?)?;
    let first = *starts.keys().next()?;
    let ends = starts.keys().skip(1).copied().chain([xref]);
    let mut objects = BTreeMap::new();
    for ((start, number), end) in starts.iter().zip(ends) {
        objects.insert(*number, object(pdf.get(*start..end)?)?);
    }
    let trailer = std::str::from_utf8(pdf.get(trailer..)?).ok()?;
    let trailer = trailer.get(..trailer.find("\nstartxref")?)?.as_bytes();
    let numbers = reached(trailer, &objects);
    let mut out = pdf.get(..first)?.to_vec();
    let mut offsets = Vec::with_capacity(numbers.len());
    let mut by_number: Vec<(usize, usize)> = numbers.iter().map(|(old, new)| (*new, *old)).collect();
    by_number.sort_unstable();
    for (new, old) in by_number {
        let object = objects.get(&old)?;
        offsets.push(out.len());
        writeln!(out, "{new} 0 obj").ok()?;
        out.extend(renumbered(&object.head, &numbers));
        out.extend(object.rest);
    }
    let xref = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f\r\n", offsets.len() + 1).ok()?;
    for offset in &offsets {
        write!(out, "{offset:010} 00000 n\r\n").ok()?;
    }
    let trailer = String::from_utf8(renumbered(trailer, &numbers)).ok()?;
    for line in trailer.lines() {
        match line.trim_start().strip_prefix("/Size ") {
            Some(_) => writeln!(out, "  /Size {}", offsets.len() + 1).ok()?,
            None => writeln!(out, "{line}").ok()?,
        }
    }
    write!(out, "startxref\n{xref}\n%%EOF").ok()?;
    Some(out)
}

fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|window| window == what)
}

/// Where each object starts, with its number, from the table of a file.
fn starts(table: &[u8]) -> Option<BTreeMap<usize, usize>> {
    let lines = std::str::from_utf8(table).ok()?.lines().skip(2).enumerate();
    let used = lines.filter(|(_, line)| line.trim_end().ends_with('n'));
    used.map(|(number, line)| Some((line.get(..10)?.parse().ok()?, number))).collect()
}

fn object(bytes: &[u8]) -> Option<Object<'_>> {
    let after_number = bytes.windows(4).position(|window| window == b"obj\n")? + 4;
    let body = bytes.get(after_number..)?;
    let stream = body.windows(8).position(|window| window == b"\nstream\n");
    let (head, rest) = body.split_at(stream.unwrap_or(body.len()));
    Some(Object { head: sorted(head), rest })
}

/// The text with neighbouring entries of one line, such as `/F1 12 0 R`, in order of their names.
fn sorted(head: &[u8]) -> Vec<u8> {
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let is_entry = |line: &[u8]| line.get(indent(line)) == Some(&b'/') && !line.ends_with(b"<<");
    let mut lines: Vec<&[u8]> = head.split(|b| *b == b'\n').collect();
    let alike = |a: &&[u8], b: &&[u8]| is_entry(a) && is_entry(b) && indent(a) == indent(b);
    for run in lines.chunk_by_mut(alike) {
        run.sort_unstable();
    }
    lines.join(&b'\n')
}

/// New numbers for the objects that are reached from the trailer, in the order in which they are.
fn reached(trailer: &[u8], objects: &BTreeMap<usize, Object<'_>>) -> BTreeMap<usize, usize> {
    let mut numbers = BTreeMap::new();
    let mut ahead = VecDeque::new();
    let mut seen = |text: &[u8], ahead: &mut VecDeque<usize>| {
        for (_, old) in references(text) {
            let next = numbers.len() + 1;
            numbers.entry(old).or_insert_with(|| {
                ahead.push_back(old);
                next
            });
        }
    };
    seen(trailer, &mut ahead);
    while let Some(old) = ahead.pop_front() {
        if let Some(object) = objects.get(&old) {
            seen(&object.head, &mut ahead);
        }
    }
    numbers
}

fn renumbered(text: &[u8], numbers: &BTreeMap<usize, usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut done = 0;
    for ((start, end), old) in references(text) {
        out.extend(text.get(done..start).unwrap_or_default());
        out.extend(numbers.get(&old).unwrap_or(&old).to_string().into_bytes());
        done = end;
    }
    out.extend(text.get(done..).unwrap_or_default());
    out
}

/// The numbers of all references `12 0 R` with where they stand, outside strings.
fn references(text: &[u8]) -> Vec<((usize, usize), usize)> {
    let mut found = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if depth > 0 => at += 1,
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'0'..=b'9' if depth == 0 => {
                let rest = text.get(at..).unwrap_or_default();
                let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                let is_reference = rest.get(digits..).is_some_and(|after| after.starts_with(b" 0 R"));
                let number = rest.get(..digits).and_then(|d| std::str::from_utf8(d).ok()?.parse().ok());
                found.extend(number.filter(|_| is_reference).map(|number| ((at, at + digits), number)));
                at += digits.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};

    /// A page with two fonts, whose numbers and places depend on `swapped`.
    fn page(swapped: bool) -> Vec<u8> {
        let fonts = if swapped { [Ref::new(9), Ref::new(7)] } else { [Ref::new(7), Ref::new(9)] };
        let mut pdf = Pdf::new();
        pdf.catalog(Ref::new(1)).pages(Ref::new(2));
        pdf.pages(Ref::new(2)).kids([Ref::new(4)]).count(1);
        pdf.document_info(Ref::new(3)).title(TextStr("Not (7 0 R) a reference"));
        pdf.stream(Ref::new(5), &Content::new().finish());
        let mut page = pdf.page(Ref::new(4));
        page.media_box(Rect::new(0.0, 0.0, 10.0, 10.0)).parent(Ref::new(2)).contents(Ref::new(5));
        let names = [Name(b"F0"), Name(b"F1")];
        let mut resources = page.resources();
        let mut dict = resources.fonts();
        let order = if swapped { [1, 0] } else { [0, 1] };
        for i in order {
            dict.pair(names[i], fonts[i]);
        }
        dict.finish();
        resources.finish();
        page.finish();
        for i in order {
            pdf.type1_font(fonts[i]).base_font(if i == 0 { Name(b"Helvetica") } else { Name(b"Courier") });
        }
        pdf.finish()
    }

    #[test]
    fn order_depends_on_what_is_shown_alone() {
        assert_ne!(page(false), page(true));
        let one = ordered(&page(false)).expect("a file of this layout");
        assert_eq!(Some(&one), ordered(&page(true)).as_ref());
        assert_eq!(Some(&one), ordered(&one).as_ref());
        let read = lopdf::Document::load_mem(&one).expect("a readable file");
        assert_eq!(read.get_pages().len(), 1);
        assert!(String::from_utf8_lossy(&one).contains("Not (7 0 R) a reference") || one.contains(&b'\\'));
    }

    #[test]
    fn other_files_are_left_alone() {
        assert_eq!(ordered(b"no file"), None);
    }
}
