//! `meridian export` as a pipeline sees it: real files in real folders, the real program, its output and its exit code.

#![expect(clippy::expect_used, reason = "a test that cannot be set up must fail")]

#[path = "support/program.rs"]
mod support;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use meridian::export::Form;
use tempfile::TempDir;

use support::run;

fn saved(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("saved-designs").join(name).display().to_string()
}

struct Place {
    folder: TempDir,
    design: String,
}

impl Place {
    fn with(name: &str) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), design: saved(name) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs an export of the design with these arguments.
    fn export(&self, form: &str, args: &[&str]) -> support::Ran {
        run(&[&["export", form, self.design.as_str()], args].concat(), "")
    }

    /// The same, into a folder.
    fn made_in(&self, form: &str, name: &str, args: &[&str]) -> support::Ran {
        let out = self.path(name).display().to_string();
        self.export(form, &[&["--out", out.as_str()], args].concat())
    }
}

fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(dir).expect("lists").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() { all.extend(files_below(&entry)) } else { all.push(entry) }
    }
    all.sort();
    all
}

fn edit(path: &Path) {
    let mut file = fs::OpenOptions::new().append(true).open(path).expect("opens");
    file.write_all(b"# mine\n").expect("writes");
}

#[test]
fn configuration_lies_in_a_folder_for_each_node_and_what_was_edited_there_is_kept() {
    let place = Place::with("bank-pattern-1.ron");
    let first = place.made_in("toml", "conf", &[]);
    assert!(first.fine().contains("files written"), "{}", first.out);
    let all = files_below(&place.path("conf"));
    let of_node = all.iter().filter(|path| path.ends_with("repository/conf/deployment.toml")).count();
    assert!(of_node >= 12, "{all:#?}");
    place.made_in("toml", "conf", &["--check"]).fine();
    let edited = all.iter().find(|path| path.ends_with("repository/conf/deployment.toml")).expect("one of them");
    edit(edited);
    let mine = fs::read(edited).expect("reads");
    let check = place.made_in("toml", "conf", &["--check"]);
    assert_eq!(check.code, 1);
    assert!(check.err.contains("edited by hand") && check.err.lines().count() == 1, "{}", check.err);
    let again = place.made_in("toml", "conf", &[]);
    assert!(again.code == 0 && again.out.contains("1 kept") && again.err.contains("--force"), "{again:?}");
    assert_eq!(fs::read(edited).expect("reads"), mine);
    assert!(place.made_in("toml", "conf", &["--force"]).fine().contains("1 file written"));
    assert_ne!(fs::read(edited).expect("reads"), mine);
}

#[test]
fn files_that_errors_make_unfit_are_left_out_and_those_of_before_stay() {
    let place = Place::with("violations.ron");
    let ran = place.made_in("toml", "conf", &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("R-") && ran.err.contains("--with-errors"), "{}", ran.err);
    let few = files_below(&place.path("conf")).len();
    let all = place.made_in("toml", "conf", &["--with-errors"]);
    assert!(all.code == 0 && files_below(&place.path("conf")).len() > few, "{}", all.out);
    let many = files_below(&place.path("conf")).len();
    assert_eq!(place.made_in("toml", "conf", &[]).code, 1);
    assert_eq!(files_below(&place.path("conf")).len(), many, "what was written before is not taken away");
}

#[test]
fn a_line_says_where_it_comes_from() {
    let place = Place::with("bank-pattern-1.ron");
    let listed = place.export("toml", &[]);
    assert!(listed.fine().contains("To be supplied"), "{}", listed.out);
    let toml = listed.out.lines().filter_map(|line| line.split("  ").next()).find(|p| p.ends_with("deployment.toml"));
    let explained = place.export("toml", &["--explain", toml.expect("a file")]);
    assert!(
        explained.fine().contains("hostname = ") && explained.out.contains("S5, stated by a source"),
        "{}",
        explained.out
    );
    place.export("toml", &["--explain", "nowhere/at.all"]).refused("\"nowhere/at.all\" is no file of this export");
}

#[test]
fn single_files_go_to_standard_output_or_to_the_file_that_is_named() {
    let place = Place::with("retail-pattern-2.ron");
    let svg = place.export("svg", &["--dark"]);
    assert!(svg.fine().starts_with("<") && svg.out.contains("Frankfurt"), "{}", svg.out.get(..200).unwrap_or_default());
    place.export("png", &[]).refused("this is no text");
    let png = place.made_in("png", "a.png", &["--scale", "1"]);
    assert_eq!(png.fine(), "");
    assert!(fs::read(place.path("a.png")).expect("reads").starts_with(b"\x89PNG"));
    place.made_in("png", "a.png", &["--scale", "1", "--check"]).fine();
    assert_eq!(place.made_in("png", "a.png", &["--scale", "2", "--check"]).code, 1);
    let scenes = place.made_in("svg", "scenes", &["--scene", "all"]);
    scenes.fine();
    let svgs = files_below(&place.path("scenes")).into_iter().filter(|p| p.extension().is_some_and(|e| e == "svg"));
    assert_eq!(svgs.count(), 5);
    place.export("svg", &["--scene", "9"]).refused("there is no scene \"9\"");
    place.export("svg", &["--only", "coffee"]).refused("there is no element \"coffee\"");
    place.export("png", &["--scale", "0"]).refused("a scale cannot be 0");
    place.export("svg", &["--fail", "region:coffee"]).refused("");
}

#[test]
fn every_form_is_offered_makes_files_and_makes_the_same_ones_again() {
    let place = Place::with("retail-pattern-2.ron");
    let help = run(&["export", "--help"], "");
    for form in Form::ALL {
        assert!(help.fine().contains(form.id()), "{}", form.id());
        let (a, b) = (format!("{}-a", form.id()), format!("{}-b", form.id()));
        for name in [&a, &b] {
            fs::create_dir(place.path(name)).expect("makes");
            let ran = place.made_in(form.id(), name, &[]);
            assert!(ran.code == 0, "{}: {}", form.id(), ran.err);
        }
        let (a, b) = (files_below(&place.path(&a)), files_below(&place.path(&b)));
        assert!(a.len() > 1 && a.len() == b.len(), "{}", form.id());
        for (a, b) in a.iter().zip(&b) {
            assert!(fs::read(a).expect("reads") == fs::read(b).expect("reads"), "{} differs", a.display());
        }
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_one_clear_error() {
    let place = Place::with("retail-pattern-2.ron");
    fs::create_dir(place.path("out")).expect("makes");
    let file = place.path("out").join("README.md");
    let design = fs::read(&place.design).expect("reads");
    let mut wrong = fs::File::options().create_new(true).write(true).open(place.path("plain")).expect("makes");
    wrong.write_all(b"x").expect("writes");
    let plain = place.path("plain").display().to_string();
    place.made_in("toml", "plain", &[]).refused(&format!("{plain}: this is a file, not a folder"));
    assert!(!file.exists());
    assert_eq!(fs::read(&place.design).expect("reads"), design);
}
