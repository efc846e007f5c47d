use crate::export::bundle::ExportFile;

use super::*;

/// Names that mean something to one reader or another.
const HOSTILE: [&str; 11] = [
    "<script>alert(1)</script>",
    "a | b",
    "`rm` *x* _y_ [z](http://x)",
    "two\nlines\r\nand\ttabs",
    "& &amp; \"quoted\" 'so'",
    "# no heading",
    "1. no list",
    "\u{202e}drawkcab\u{0}\u{fffe}",
    "$a$ \\ ~b~",
    "Zone #",
    "https://evil.example WWW.x.com @team #12 :tada: 10:30:45",
];

fn text(file: ExportFile) -> String {
    file.content.text().unwrap_or_default().to_owned()
}

fn sample() -> Document {
    let mut document = Document::new(HOSTILE[0]);
    document.say(HOSTILE[5]);
    let mut section = Section::new(HOSTILE[1]);
    let mut table = Table::new(["Name", "Value"]).numbers_from(1);
    for name in HOSTILE {
        section.say(name);
        section.note(name);
        table.row([name, "1"]);
    }
    section.list(HOSTILE);
    section.table(table);
    let svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&lt;a&gt;</text></svg>";
    let picture = Picture::new(svg.into(), "picture.svg", HOSTILE[3]);
    section.blocks.push(Block::Picture(picture));
    document.add(section);
    document
}

#[test]
fn a_page_is_xml_whose_texts_are_those_of_the_content() {
    let page = text(html(&sample()));
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let tree = roxmltree::Document::parse_with_options(&page, options).expect("well-formed");
    let texts = |name: &str| -> Vec<&str> {
        tree.descendants().filter(|n| n.tag_name().name() == name).map(|n| n.text().unwrap_or_default()).collect()
    };
    assert_eq!(texts("h2"), [clean(HOSTILE[1])]);
    let cells: Vec<String> = HOSTILE.iter().flat_map(|name| [clean(name), "1".to_owned()]).collect();
    assert_eq!(texts("td"), cells);
    assert_eq!(texts("li"), HOSTILE.map(clean));
    assert!(texts("script").is_empty());
    assert_eq!(tree.descendants().filter(|n| n.tag_name().name() == "svg").count(), 1);
    assert!(!page.contains("<?xml"));
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    assert!(!style.contains(['&', '<', '>']), "a page does not read escapes in styles");
}

#[test]
fn markdown_keeps_every_line_of_a_table_on_one_line_and_means_nothing_else() {
    let text = text(markdown(&sample()));
    assert!(text.starts_with("# \\<script\\>alert(1)\\</script\\>\n"), "{text}");
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(lines.len(), HOSTILE.len() + 2);
    assert!(lines.iter().all(|line| bars(line) == 3), "{lines:?}");
    assert!(text.contains("\n\\# no heading\n") && text.contains("\n1\\. no list\n"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with('#')).count(), 2);
    assert!(text.contains("![two lines and tabs](picture.svg)"));
}

#[test]
fn names_are_no_links_mentions_or_pictures() {
    let mut document = Document::new("Zone #");
    document.say(":tada:");
    document.say("@team https://evil.example");
    assert_eq!(text(markdown(&document)), "# Zone \\#\n\n\\:tada:\n\n\\@team https\\://evil.example\n");
}

#[test]
fn cleaning_leaves_names_of_all_languages() {
    for name in ["München", "日本 🙂", "e\u{301}", "a-b_c.d"] {
        assert_eq!(clean(name), name);
    }
    assert_eq!(clean("\u{202e}a\u{2028}b\u{feff}"), "a b");
}

#[test]
fn a_picture_that_is_no_xml_stays_out() {
    let mut document = Document::new("x");
    let picture = Picture::new("<svg><g></svg>".into(), "p.svg", "c");
    document.blocks.push(Block::Picture(picture));
    assert!(!text(html(&document)).contains("svg>"));
}
