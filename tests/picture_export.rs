//! Pictures, as whoever opens the files sees them: with a parser of XML, a decoder of PNG and a reader of PDF.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[allow(dead_code, reason = "the sample texts are for others")]
#[path = "generate/designs.rs"]
mod designs;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use designs::any_design;
use lopdf::{Dictionary, Object};
use meridian::analysis::{Analysis, Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::{Component, Design, Failures, Id, Kind, Pos, file};
use meridian::export::bundle::Content;
use meridian::export::picture::{self, PictureError, Scenes, Theme};
use meridian::export::{Form, Options, Source};
use meridian::templates;
use proptest::prelude::*;
use roxmltree::{Document, Node};

fn saved(name: &str) -> Design {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs").join(name);
    file::from_ron(&fs::read_to_string(path).unwrap(), name).unwrap()
}

fn analysed(design: &Design) -> Analysis {
    analyse(design, Revision::default(), &Setting::of(Books::shipped()))
}

/// Makes something of a design.
fn made<R>(design: &Design, make: impl FnOnce(&Source<'_>) -> R) -> R {
    let analysis = analysed(design);
    make(&Source::of(design, &analysis, Books::shipped()).unwrap())
}

fn svg(design: &Design, options: &Options) -> String {
    made(design, |source| picture::svg(source, options))
}

fn failures(words: &[&str]) -> Failures {
    words.iter().map(|text| text.parse().unwrap()).collect()
}

/// The group of an element.
fn group<'a>(picture: &'a Document<'_>, id: &str) -> Node<'a, 'a> {
    picture.descendants().find(|node| node.attribute("id") == Some(id)).unwrap_or_else(|| panic!("no group {id}"))
}

fn number(node: Node<'_, '_>, name: &str) -> f32 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn texts(node: Node<'_, '_>) -> Vec<String> {
    node.descendants().filter(|n| n.has_tag_name("text")).map(|n| n.text().unwrap_or("").to_owned()).collect()
}

/// The first rectangle of a group: its outline as x, y, width and height, the stroke included.
fn outline(group: Node<'_, '_>) -> [f32; 4] {
    let rect = group.descendants().find(|n| n.has_tag_name("rect")).unwrap();
    let half = rect.attribute("stroke-width").map_or(0.0, |w| w.parse::<f32>().unwrap() / 2.0);
    let [x, y, w, h] = ["x", "y", "width", "height"].map(|name| number(rect, name));
    [x - half, y - half, w + 2.0 * half, h + 2.0 * half]
}

#[test]
fn every_element_stands_where_the_design_has_it_with_its_name_as_text() {
    for design in [saved("retail-pattern-2.ron"), templates::get("pattern-1").unwrap().design()] {
        let text = svg(&design, &Options::default());
        let picture = Document::parse(&text).unwrap();
        for (id, component) in &design.components {
            let group = group(&picture, id.as_str());
            let rect = design.rect_scene(component);
            let found = outline(group);
            let expected = [rect.min.0, rect.min.1, rect.extent.0, rect.extent.1];
            for (found, expected) in found.into_iter().zip(expected) {
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let expected = expected as f32;
                assert!((found - expected).abs() < 0.02, "{id}: {found} instead of {expected}");
            }
            let written = texts(group);
            let name = written.first().unwrap();
            assert!(
                *name == component.name || component.name.starts_with(name.trim_end_matches('…')),
                "{id}: {written:?}"
            );
            for node in group.descendants().filter(|n| n.has_tag_name("text")) {
                let (x, y) = (number(node, "x"), number(node, "y"));
                assert!(x > found[0] && x < found[0] + found[2], "{id}: {x}");
                assert!(y > found[1] && y < found[1] + found[3], "{id}: {y}");
            }
        }
        for id in design.regions.keys().chain(design.links.keys()) {
            group(&picture, id.as_str());
        }
        let groups = picture.descendants().filter(|n| n.has_tag_name("g"));
        let elements = groups.filter(|n| n.attribute("id").is_some_and(|id| !id.contains(':'))).count();
        assert_eq!(elements, design.regions.len() + design.components.len() + design.links.len());
    }
}

#[test]
fn a_picture_says_what_it_is() {
    let design = saved("retail-pattern-2.ron");
    let text = svg(
        &design,
        &Options {
            failures: failures(&[&format!("region:{}", design.regions.keys().next().unwrap())]),
            ..Options::default()
        },
    );
    let picture = Document::parse(&text).unwrap();
    let told = |name: &str| picture.root_element().children().find(|n| n.has_tag_name(name)).unwrap().text().unwrap();
    assert_eq!(told("title"), design.meta.name);
    assert!(told("desc").contains(&design.meta.product_version.to_string()), "{}", told("desc"));
    assert!(texts(picture.root_element()).iter().any(|text| text.starts_with(&design.meta.name)));
}

#[test]
fn the_same_design_gives_the_same_bytes() {
    let design = saved("bank-pattern-1.ron");
    let options = Options { scale: 0.5, ..Options::default() };
    let all =
        || made(&design, |s| (picture::svg(s, &options), picture::png(s, &options), picture::story_pdf(s, &options)));
    let (once, again) = (all(), all());
    assert!(once.0 == again.0, "SVG");
    assert!(once.1 == again.1, "PNG");
    assert!(once.2 == again.2, "PDF");
}

#[test]
fn light_and_dark_show_the_same_in_other_colours() {
    let design = saved("retail-pattern-2.ron");
    let [light, dark] = [Theme::Light, Theme::Dark].map(|theme| svg(&design, &Options { theme, ..Options::default() }));
    assert_ne!(light, dark);
    let [light, dark] = [&light, &dark].map(|text| {
        let picture = Document::parse(text).unwrap();
        (texts(picture.root_element()), picture.descendants().filter(Node::is_element).count())
    });
    assert_eq!(light, dark);
}

#[test]
fn findings_estimates_and_failures_can_be_left_out() {
    let design = saved("violations.ron");
    let parts = |options: &Options, part: &str| {
        let text = svg(&design, options);
        let picture = Document::parse(&text).unwrap();
        let ending = format!(":{part}");
        picture.descendants().filter(|n| n.attribute("id").is_some_and(|id| id.ends_with(&ending))).count()
    };
    let plain = Options { marks: false, estimates: false, ..Options::default() };
    assert!(parts(&Options::default(), "findings") > 10);
    assert_eq!(parts(&plain, "findings"), 0);

    let design = saved("retail-pattern-2.ron");
    let says = |options: &Options, words: &str| svg(&design, options).contains(words);
    assert!(says(&Options::default(), "/ month") && says(&Options::default(), "% used"));
    assert!(!says(&plain, "/ month") && !says(&plain, "% used"));
    let region = design.regions.keys().next().unwrap();
    let lost = Options { failures: failures(&[&format!("region:{region}")]), ..Options::default() };
    assert!(!says(&Options::default(), ">lost<") && says(&lost, ">lost<"));
    assert!(says(&lost, "stroke-dasharray"));
}

#[test]
fn a_selection_shows_what_is_in_it_and_the_links_between() {
    let design = saved("retail-pattern-2.ron");
    let region = design.regions.keys().next().unwrap().clone();
    let text = svg(&design, &Options { selection: vec![region.clone()], ..Options::default() });
    let picture = Document::parse(&text).unwrap();
    let is_drawn = |id: &Id| picture.descendants().any(|n| n.attribute("id") == Some(id.as_str()));
    let inside = |id: &Id| design.components.get(id).is_some_and(|c| c.region.as_ref() == Some(&region));
    for id in design.components.keys() {
        assert_eq!(is_drawn(id), inside(id), "{id}");
    }
    for (id, link) in &design.links {
        assert_eq!(is_drawn(id), inside(&link.from) && inside(&link.to), "{id}");
    }
}

#[test]
fn hostile_names_stay_text() {
    let mut design = templates::get("pattern-2").unwrap().design();
    let hostile = "</text><script>\"&'\u{1}\n\u{b}]]> ../../x 日本";
    let mut meta = (*design.meta).clone();
    meta.name = hostile.into();
    design.meta = Arc::new(meta);
    for component in design.components.values_mut() {
        Arc::make_mut(component).name = hostile.into();
    }
    for region in design.regions.values_mut() {
        Arc::make_mut(region).name = hostile.into();
    }
    let bundle = made(&design, |source| Form::Svg.bundle(source, &Options::default()));
    let (path, made) = bundle.files.first_key_value().unwrap();
    assert!(!path.as_str().contains('/') && path.as_str().ends_with(".svg"), "{path}");
    let Content::Text(text) = &made.content else { panic!("a text") };
    let picture = Document::parse(text).unwrap();
    assert!(!picture.descendants().any(|n| n.has_tag_name("script")));
    let title = picture.root_element().children().find(|n| n.has_tag_name("title")).unwrap();
    assert!(title.text().unwrap().starts_with("</text><script>\"&'"));
}

#[test]
fn pixels_are_as_many_as_asked_for_and_not_blank() {
    let design = templates::get("simple-scalable").unwrap().design();
    let text = svg(&design, &Options::default());
    let picture = Document::parse(&text).unwrap();
    let size = ["width", "height"].map(|name| number(picture.root_element(), name));
    for scale in [0.5_f32, 1.0] {
        let bytes = made(&design, |source| picture::png(source, &Options { scale, ..Options::default() })).unwrap();
        let pixels = image::load_from_memory(&bytes).unwrap().to_rgba8();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small sizes")]
        let expected = size.map(|points| (points * scale).ceil() as u32);
        assert_eq!([pixels.width(), pixels.height()], expected);
        let mut colours: Vec<[u8; 4]> = pixels.pixels().map(|p| p.0).collect();
        colours.sort_unstable();
        colours.dedup();
        assert!(colours.len() > 50, "{} colours", colours.len());
        assert!(colours.iter().all(|c| c[3] == 255), "the ground is opaque");
    }
}

#[test]
fn too_many_pixels_are_refused_with_a_scale_that_works() {
    let mut design = templates::get("pattern-2").unwrap().design();
    let far = Component { pos: Pos(900_000, 900_000), ..Component::new(Kind::Backend, "Far away") };
    design.components.insert(Id::new("far").unwrap(), Arc::new(far));
    made(&design, |source| {
        let error = picture::png(source, &Options::default()).unwrap_err();
        let PictureError::TooLarge { scale, .. } = error else { panic!("{error}") };
        assert!(scale < 2.0 && error.to_string().contains("megapixels"), "{error}");
        let bundle = Form::Png.bundle(source, &Options::default());
        assert!(bundle.files.is_empty());
        assert_eq!(bundle.blocked.len(), 1);
    });
    made(&templates::get("pattern-2").unwrap().design(), |source| {
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert!(picture::png(source, &Options { scale, ..Options::default() }).is_err(), "{scale}");
        }
    });
}

/// The words on a page of a PDF without spaces, those of the pictures on it included.
fn words(pdf: &lopdf::Document, page: u32) -> String {
    let page = pdf.get_pages()[&page];
    let resources = resolved(pdf, pdf.get_dictionary(page).unwrap().get(b"Resources").unwrap());
    let mut out = String::new();
    read(pdf, resources.as_dict().unwrap(), &pdf.get_page_content(page), &mut out);
    out.split_whitespace().collect()
}

fn resolved<'a>(pdf: &'a lopdf::Document, object: &'a Object) -> &'a Object {
    pdf.dereference(object).unwrap().1
}

/// A resource by kind and name.
fn resource<'a>(pdf: &'a lopdf::Document, resources: &'a Dictionary, kind: &[u8], name: &Object) -> Option<&'a Object> {
    let all = resolved(pdf, resources.get(kind).ok()?).as_dict().ok()?;
    Some(resolved(pdf, all.get(name.as_name().ok()?).ok()?))
}

fn read(pdf: &lopdf::Document, resources: &Dictionary, content: &[u8], out: &mut String) {
    let mut font = None;
    for operation in lopdf::content::Content::decode(content).unwrap().operations {
        let first = operation.operands.first();
        match operation.operator.as_str() {
            "Tf" => {
                let found = resource(pdf, resources, b"Font", first.unwrap()).unwrap();
                font = found.as_dict().unwrap().get_font_encoding(pdf).ok();
            }
            "Tj" | "TJ" => {
                let pieces = match first.unwrap() {
                    Object::Array(pieces) => pieces.clone(),
                    piece => vec![piece.clone()],
                };
                for piece in pieces.iter().filter_map(|piece| piece.as_str().ok()) {
                    out.push_str(&lopdf::Document::decode_text(font.as_ref().unwrap(), piece).unwrap());
                }
            }
            "Do" => {
                let Some(Object::Stream(picture)) = resource(pdf, resources, b"XObject", first.unwrap()) else {
                    continue;
                };
                let Ok(inner) = picture.dict.get(b"Resources") else { continue };
                let content = picture.decompressed_content().unwrap_or_else(|_| picture.content.clone());
                read(pdf, resolved(pdf, inner).as_dict().unwrap(), &content, out);
            }
            _ => {}
        }
    }
}

#[test]
fn a_storyboard_is_a_pdf_with_a_page_for_each_scene() {
    let design = saved("retail-pattern-2.ron");
    let story = &design.meta.story;
    assert!(story.len() > 1);
    let bytes = made(&design, |source| picture::story_pdf(source, &Options::default())).unwrap();
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(pdf.get_pages().len(), story.len());
    for (page, scene) in (1..).zip(story) {
        let found = words(&pdf, page);
        let title: String = scene.title.split_whitespace().take(3).collect();
        assert!(found.contains(&title), "page {page} has no {title:?} in {found}");
    }
    assert!(!String::from_utf8_lossy(&bytes).contains("CreationDate"));
}

#[test]
fn the_canvas_is_a_pdf_of_one_page_whose_text_can_be_found() {
    let design = saved("bank-pattern-1.ron");
    let bytes = made(&design, |source| picture::pdf(source, &Options::default())).unwrap();
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    assert_eq!(pdf.get_pages().len(), 1);
    let found = words(&pdf, 1);
    for region in design.regions.values() {
        let name: String = region.name.split_whitespace().collect();
        assert!(found.contains(&name), "no {name:?} in {found}");
    }
}

#[test]
fn files_are_named_after_design_and_scene() {
    let design = saved("retail-pattern-2.ron");
    let names = |form: Form, scenes: Scenes| -> Vec<String> {
        let options = Options { scenes, scale: 0.1, ..Options::default() };
        let bundle = made(&design, |source| form.bundle(source, &options));
        assert_eq!(bundle.blocked, []);
        bundle.files.keys().map(ToString::to_string).collect()
    };
    let name = design.meta.name.replace(':', "-");
    assert_eq!(names(Form::Svg, Scenes::Canvas), [format!("{name}.svg")]);
    assert_eq!(names(Form::Pdf, Scenes::All), [format!("{name}-story.pdf")]);
    let scenes = names(Form::Png, Scenes::All);
    assert_eq!(scenes.len(), design.meta.story.len());
    assert!(scenes.iter().zip(1..).all(|(name, n)| name.starts_with(&format!("scene-{n}-"))), "{scenes:?}");
    let template = templates::get("pattern-2").unwrap().design();
    let without =
        Design { meta: Arc::new(meridian::design::Meta { story: Vec::new(), ..(*template.meta).clone() }), ..template };
    let bundle =
        made(&without, |source| Form::Svg.bundle(source, &Options { scenes: Scenes::All, ..Options::default() }));
    assert!(bundle.files.is_empty() && bundle.blocked.len() == 1);
}

#[test]
fn a_scene_shows_its_failures_its_claims_and_the_matrix() {
    let design = saved("retail-pattern-2.ron");
    let at = design.meta.story.iter().position(|s| !s.failures.is_empty() && !s.claims.is_empty()).unwrap();
    let text = made(&design, |source| picture::scene_svg(source, &Options::default(), at)).unwrap();
    let picture = Document::parse(&text).unwrap();
    let all = texts(picture.root_element()).join(" ");
    let claims = design.meta.story[at].claims.len();
    assert_eq!(all.matches("Claim holds:").count() + all.matches("Claim does not hold:").count(), claims, "{all}");
    assert!(all.contains("Failed: ") && all.contains("Capability") && all.contains("down"), "{all}");
    let nothing = made(&design, |source| picture::scene_svg(source, &Options::default(), 99));
    assert!(matches!(nothing, Err(PictureError::NoScene { at: 99, .. })));
}

#[test]
fn an_empty_design_gives_a_picture() {
    let text = svg(&Design::default(), &Options::default());
    let picture = Document::parse(&text).unwrap();
    assert!(texts(picture.root_element()).iter().any(|text| text == "Nothing is drawn yet."));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_design_gives_well_formed_pictures(design in any_design(), dark in any::<bool>()) {
        let theme = if dark { Theme::Dark } else { Theme::Light };
        let analysis = analysed(&design);
        let Ok(source) = Source::of(&design, &analysis, Books::shipped()) else { return Ok(()) };
        let options = Options { theme, ..Options::default() };
        let mut all = vec![picture::svg(&source, &options)];
        for at in 0..design.meta.story.len() {
            all.push(picture::scene_svg(&source, &options, at).unwrap());
        }
        for text in &all {
            let picture = Document::parse(text).unwrap();
            prop_assert!(!text.contains("NaN") && !text.contains("=\"inf"));
            let mut ids: Vec<&str> = picture.descendants().filter_map(|n| n.attribute("id")).collect();
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), count, "an id is used twice");
        }
        let picture = Document::parse(&all[0]).unwrap();
        for id in design.components.keys() {
            prop_assert!(picture.descendants().any(|n| n.attribute("id") == Some(id.as_str())));
        }
    }
}
