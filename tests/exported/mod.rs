//! Designs as every export gets them.

#![allow(dead_code, reason = "each suite uses a part of it")]

use std::path::Path;

use meridian::analysis::{Analysis, Setting, analyse};
use meridian::books::Books;
use meridian::design::Design;
use meridian::design::history::Revision;
use meridian::export::bundle::{Bundle, ExportFile, FilePath};
use meridian::export::{Form, Options, Source};
use meridian::{files, templates};

/// A design that ships as a template.
pub fn template(id: &str) -> Design {
    templates::get(id).expect("a template").design()
}

/// One of the saved designs.
pub fn saved(name: &str) -> Design {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs").join(name);
    files::read_design(&path).expect("a saved design").0
}

/// Every template and every saved design, by name.
pub fn all() -> Vec<(String, Design)> {
    let saved_designs = ["bank-pattern-1.ron", "retail-pattern-2.ron", "single-region-ha.ron", "violations.ron"];
    let templates = templates::all().iter().map(|t| (t.id.to_owned(), t.design()));
    templates.chain(saved_designs.map(|name| (name.to_owned(), saved(name)))).collect()
}

/// The analysis of a design.
pub fn analysed(design: &Design) -> Analysis {
    analyse(design, Revision::default(), &Setting::of(Books::shipped()))
}

/// What an export gets; `None` for a design that is too large for a plan.
pub fn with_source<T>(design: &Design, see: impl FnOnce(&Source<'_>) -> T) -> Option<T> {
    let analysis = analysed(design);
    let source = Source::of(design, &analysis, Books::shipped()).ok()?;
    Some(see(&source))
}

/// The files of an export.
pub fn exported(design: &Design, form: Form) -> Bundle {
    with_source(design, |source| form.bundle(source, &Options::default())).expect("a plan")
}

/// One file of an export.
pub fn file<'b>(bundle: &'b Bundle, name: &str) -> &'b ExportFile {
    let path = FilePath::parse(name).expect("a path");
    bundle.files.get(&path).unwrap_or_else(|| panic!("{name} is not among {:?}", bundle.files.keys()))
}

/// The text of one file of an export.
pub fn text<'b>(bundle: &'b Bundle, name: &str) -> &'b str {
    file(bundle, name).content.text().expect("text")
}
