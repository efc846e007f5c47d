//! XML that is written from top to bottom.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// The attributes of an element that has none.
pub(super) const NONE: [(&str, &str); 0] = [];

/// Elements that are being written. Names are those of the program; texts and values may hold anything that XML can.
pub(super) struct Xml {
    writer: Writer<Text>,
    /// The elements that are open, the innermost last.
    open: Vec<&'static str>,
}

/// Bytes, and how many line breaks are among them.
#[derive(Default)]
struct Text {
    bytes: Vec<u8>,
    breaks: usize,
}

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.breaks += bytes.iter().filter(|byte| **byte == b'\n').count();
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Xml {
    /// Elements that follow one another on a line.
    pub(super) fn inline() -> Self {
        Self { writer: Writer::new(Text::default()), open: Vec::new() }
    }

    /// Elements with a line each, every level indented by so many spaces.
    pub(super) fn indented(spaces: usize) -> Self {
        Self { writer: Writer::new_with_indent(Text::default(), b' ', spaces), open: Vec::new() }
    }

    /// The line that says that it is XML.
    pub(super) fn declaration(&mut self) {
        self.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    }

    /// Begins an element; what follows stands in it until [`Xml::close`].
    pub(super) fn open<V: AsRef<str>>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = (&'static str, V)>,
    ) {
        self.event(Event::Start(tag(name, attributes)));
        self.open.push(name);
    }

    /// Ends the innermost element.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.event(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element that holds nothing.
    pub(super) fn empty<V: AsRef<str>>(&mut self, name: &str, attributes: impl IntoIterator<Item = (&'static str, V)>) {
        self.event(Event::Empty(tag(name, attributes)));
    }

    /// An element that holds a text.
    pub(super) fn text<V: AsRef<str>>(
        &mut self,
        name: &str,
        attributes: impl IntoIterator<Item = (&'static str, V)>,
        text: &str,
    ) {
        self.event(Event::Start(tag(name, attributes)));
        self.event(Event::Text(BytesText::new(text)));
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Anything else.
    pub(super) fn event(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok(), "memory takes everything");
    }

    /// The line that is being written, from 1.
    pub(super) fn line(&self) -> usize {
        self.writer.get_ref().breaks + 1
    }

    /// The text, with everything closed.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        // Only text was written.
        let mut text = String::from_utf8(self.writer.into_inner().bytes).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn tag<'n, V: AsRef<str>>(name: &'n str, attributes: impl IntoIterator<Item = (&'static str, V)>) -> BytesStart<'n> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        tag.push_attribute((key, value.as_ref()));
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_closed_and_nothing_breaks_out() {
        let mut xml = Xml::indented(1);
        xml.open("a", [("name", "\"<&")]);
        xml.empty("b", NONE);
        assert_eq!(xml.line(), 2);
        xml.open("c", NONE);
        xml.text("d", NONE, "</d>&");
        let expected = "<a name=\"&quot;&lt;&amp;\">\n <b/>\n <c>\n  <d>&lt;/d&gt;&amp;</d>\n </c>\n</a>\n";
        assert_eq!(xml.finish(), expected);
    }
}
