//! The files of an export in memory, and how they stand to a folder. All of it is worked out away from the window.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::app::worker::guarded;
use crate::books::{Books, CompanyBooks};
use crate::design::Design;
use crate::design::file::FileError;
use crate::export::bundle::{Blocked, Bundle, ExportFile, FilePath, Placeholder};
use crate::export::{Form, Options, Source};
use crate::files::folder::{self, Standing};

use super::making::Step;
use super::options::concerning;

/// One file: what it belongs to, and where it is in the folder of that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FileKey {
    /// The form.
    pub(super) form: Form,
    /// The path below the folder of the form.
    pub(super) path: FilePath,
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.form.id(), self.path)
    }
}

/// What is to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    /// The serial of the design.
    pub(super) serial: u64,
    /// The forms.
    pub(super) forms: BTreeSet<Form>,
    /// What was chosen about them.
    pub(super) options: Options,
}

/// What it is made from.
pub(super) struct Ingredients {
    /// The design.
    pub(super) design: Arc<Design>,
    /// Its analysis.
    pub(super) analysis: Arc<Analysis>,
    /// The company's own books.
    pub(super) company: CompanyBooks,
}

/// The files of one form, with what there is to know of each.
#[derive(Debug)]
pub(super) struct FormFiles {
    /// The files.
    pub(super) bundle: Bundle,
    /// The placeholders that stand in each file that has some, by their places in the bundle.
    placeholders: BTreeMap<FilePath, Vec<usize>>,
    /// What makes files unfit to be used, by its places in the bundle. Those that could not be made at all are among
    /// them, so that what is on disk stays.
    unfit: BTreeMap<FilePath, Vec<usize>>,
}

impl FormFiles {
    fn of(bundle: Bundle) -> Self {
        let mut placeholders = BTreeMap::new();
        for (path, file) in &bundle.files {
            let text = file.content.text().unwrap_or_default();
            let known = bundle.placeholders.iter().enumerate();
            let found: Vec<usize> = known.filter(|(_, p)| text.contains(&p.token)).map(|(at, _)| at).collect();
            if !found.is_empty() {
                placeholders.insert(path.clone(), found);
            }
        }
        let mut unfit: BTreeMap<FilePath, Vec<usize>> = BTreeMap::new();
        for (at, blocked) in bundle.blocked.iter().enumerate() {
            for path in bundle.paths_of(blocked) {
                let reasons = unfit.entry(path).or_default();
                if reasons.last() != Some(&at) {
                    reasons.push(at);
                }
            }
        }
        Self { bundle, placeholders, unfit }
    }

    /// The placeholders that stand in a file.
    pub(super) fn placeholders_in(&self, path: &FilePath) -> impl Iterator<Item = &Placeholder> {
        self.placeholders.get(path).into_iter().flatten().filter_map(|at| self.bundle.placeholders.get(*at))
    }

    /// What makes a file unfit, by its places in the bundle.
    pub(super) fn reasons_of(&self, path: &FilePath) -> &[usize] {
        self.unfit.get(path).map(Vec::as_slice).unwrap_or_default()
    }

    /// What makes a file unfit.
    pub(super) fn blocked_by(&self, path: &FilePath) -> impl Iterator<Item = &Blocked> {
        self.reasons_of(path).iter().filter_map(|at| self.bundle.blocked.get(*at))
    }

    /// The files that are not fit to be used.
    pub(super) fn unfit(&self) -> impl ExactSizeIterator<Item = &FilePath> {
        self.unfit.keys()
    }
}

/// What was made.
#[derive(Debug)]
pub(super) struct Made {
    /// Tells it from what was made before.
    pub(super) number: u64,
    /// What was wished for.
    pub(super) wish: Arc<Wish>,
    /// The files of each form. Each has a folder of its own, so that one never takes the files of another for its own
    /// that are no longer made.
    pub(super) forms: BTreeMap<Form, Arc<FormFiles>>,
    /// Why there are no files.
    pub(super) failed: Option<String>,
}

impl Made {
    /// Makes the files; those of forms that nothing has changed about are taken from what was made before. `go_on` hears
    /// of each form before it is made and answers whether the files are still wanted; `None` when they are not.
    pub(super) fn of(
        number: u64,
        wish: Arc<Wish>,
        from: &Ingredients,
        before: Option<&Self>,
        go_on: &dyn Fn(Step) -> bool,
    ) -> Option<Self> {
        let mut forms = before.map(|before| before.still_right_for(&wish)).unwrap_or_default();
        let missing: Vec<Form> = wish.forms.iter().filter(|form| !forms.contains_key(form)).copied().collect();
        let failed = match guarded(|| make(&missing, &wish.options, from, go_on)) {
            Some(Ok(new)) => {
                forms.extend(new?);
                None
            }
            Some(Err(why)) => Some(why),
            None => Some("The files could not be made (a bug in Meridian)".to_owned()),
        };
        if failed.is_some() {
            forms.clear();
        }
        Some(Self { number, wish, forms, failed })
    }

    /// The forms that would be made the same again for this wish.
    fn still_right_for(&self, wish: &Wish) -> BTreeMap<Form, Arc<FormFiles>> {
        let same = |form: Form| {
            self.wish.serial == wish.serial
                && wish.forms.contains(&form)
                && concerning(form, &self.wish.options) == concerning(form, &wish.options)
        };
        self.forms.iter().filter(|(form, _)| same(**form)).map(|(form, files)| (*form, files.clone())).collect()
    }

    /// What is known of these files.
    #[cfg(test)]
    pub(super) fn from_bundles(number: u64, wish: Wish, bundles: BTreeMap<Form, Bundle>) -> Self {
        let forms = bundles.into_iter().map(|(form, bundle)| (form, Arc::new(FormFiles::of(bundle)))).collect();
        Self { number, wish: Arc::new(wish), forms, failed: None }
    }

    /// Files of the planner format that hold a letter each, some of them blocked.
    #[cfg(test)]
    pub(super) fn of_letters(paths: &[&str], blocked: &[&str]) -> Self {
        use crate::export::bundle::Syntax;

        let path = |text: &&str| FilePath::of(text.split('/'));
        let mut bundle = Bundle::default();
        for at in paths {
            bundle.add(path(at), ExportFile::text(Syntax::Text, "x"));
        }
        bundle.blocked.extend(blocked.iter().map(|at| Blocked {
            paths: vec![path(at)],
            rule: None,
            message: "not yet".into(),
            elements: Vec::new(),
        }));
        let wish = Wish { serial: 1, forms: [Form::Planner].into(), options: Options::default() };
        Self::from_bundles(1, wish, [(Form::Planner, bundle)].into())
    }

    /// Every file, by form and path.
    pub(super) fn files(&self) -> impl Iterator<Item = (FileKey, &ExportFile)> {
        self.forms.iter().flat_map(|(form, files)| {
            files.bundle.files.iter().map(|(path, file)| (FileKey { form: *form, path: path.clone() }, file))
        })
    }

    /// How many files there are in all.
    pub(super) fn file_count(&self) -> usize {
        self.forms.values().map(|files| files.bundle.files.len()).sum()
    }

    /// A file.
    pub(super) fn file(&self, key: &FileKey) -> Option<&ExportFile> {
        self.forms.get(&key.form)?.bundle.files.get(&key.path)
    }

    /// How many different placeholders stand in a file.
    pub(super) fn placeholders_in(&self, key: &FileKey) -> usize {
        self.forms.get(&key.form).map_or(0, |files| files.placeholders_in(&key.path).count())
    }

    /// Whether a file is not fit to be used.
    pub(super) fn is_blocked(&self, key: &FileKey) -> bool {
        self.forms.get(&key.form).is_some_and(|files| !files.reasons_of(&key.path).is_empty())
    }

    /// How many files are not fit to be used.
    pub(super) fn blocked_count(&self) -> usize {
        self.forms.values().map(|files| files.unfit().len()).sum()
    }

    /// How many placeholders there are in all.
    pub(super) fn placeholder_count(&self) -> usize {
        self.forms.values().map(|files| files.bundle.placeholders.len()).sum()
    }

    /// How many notes there are in all.
    pub(super) fn note_count(&self) -> usize {
        self.forms.values().map(|files| files.bundle.remarks.len() + files.bundle.blocked.len()).sum()
    }
}

/// Makes the files of these forms; `None` when they are no longer wanted.
fn make(
    forms: &[Form],
    options: &Options,
    from: &Ingredients,
    go_on: &dyn Fn(Step) -> bool,
) -> Result<Option<BTreeMap<Form, Arc<FormFiles>>>, String> {
    let mut made = BTreeMap::new();
    if forms.is_empty() {
        return Ok(Some(made));
    }
    let books = Books::with(from.company.clone());
    let source = Source::of(&from.design, &from.analysis, &books).map_err(|error| error.to_string())?;
    for (at, form) in forms.iter().enumerate() {
        if !go_on(Step { form: *form, nth: at + 1, all: forms.len() }) {
            return Ok(None);
        }
        let bundle = form.bundle(&source, &concerning(*form, options));
        made.insert(*form, Arc::new(FormFiles::of(bundle)));
    }
    Ok(Some(made))
}

/// The folder of a form.
pub(super) fn folder_of(dir: &Path, form: Form) -> PathBuf {
    dir.join(form.id())
}

/// What is at the place somebody wants to export to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A folder.
    Folder,
    /// Nothing; it can be created.
    Nothing,
    /// Something that is no folder, or below such a thing.
    NoFolder,
    /// A folder that must not be written to.
    Protected,
}

impl Place {
    fn of(dir: &Path) -> Self {
        match std::fs::metadata(dir) {
            Ok(found) if !found.is_dir() => Self::NoFolder,
            Ok(found) if found.permissions().readonly() => Self::Protected,
            Ok(_) => Self::Folder,
            Err(_) => match dir.ancestors().skip(1).find_map(|above| std::fs::metadata(above).ok()) {
                Some(above) if !above.is_dir() => Self::NoFolder,
                Some(above) if above.permissions().readonly() => Self::Protected,
                _ => Self::Nothing,
            },
        }
    }

    /// Why nothing can be written there, as a sentence.
    pub(super) fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Folder | Self::Nothing => None,
            Self::NoFolder => Some("This is a file, not a folder: choose another place"),
            Self::Protected => Some("This folder is write-protected: allow writing, or choose another one"),
        }
    }
}

/// What a look at a folder is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    /// The number of the files that were made.
    pub(super) made: u64,
    /// The folder.
    pub(super) dir: PathBuf,
    /// How often the folder may have changed before.
    pub(super) changes: u64,
}

/// How what was made stands to what is in the folder.
#[derive(Debug)]
pub(super) struct Ground {
    /// What it is about.
    pub(super) look: Look,
    /// What is at that place.
    pub(super) place: Place,
    /// How each file stands, files that are no longer made among them; or why that cannot be told.
    pub(super) standings: Result<BTreeMap<FileKey, Standing>, FileError>,
    /// How many files stand each way.
    pub(super) counts: BTreeMap<Standing, usize>,
}

impl Ground {
    /// Looks at the folder.
    pub(super) fn of(look: Look, made: &Made) -> Self {
        let standings = made.forms.iter().try_fold(BTreeMap::new(), |mut all, (form, files)| {
            let found = folder::compare(&folder_of(&look.dir, *form), &files.bundle)?;
            all.extend(found.into_iter().map(|s| (FileKey { form: *form, path: s.path }, s.standing)));
            Ok(all)
        });
        let mut counts = BTreeMap::new();
        for standing in standings.iter().flat_map(BTreeMap::values) {
            *counts.entry(*standing).or_insert(0) += 1;
        }
        Self { place: Place::of(&look.dir), look, standings, counts }
    }

    /// How a file stands.
    pub(super) fn standing(&self, key: &FileKey) -> Option<Standing> {
        self.standings.as_ref().ok()?.get(key).copied()
    }

    /// How many files somebody has to decide about.
    pub(super) fn asked_count(&self) -> usize {
        self.counts.iter().filter(|(standing, _)| standing.is_kept()).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::design::history::Revision;
    use crate::export::Theme;
    use crate::templates;

    fn ingredients() -> Ingredients {
        let design = Arc::new(templates::get("all-in-one-ha").expect("a template").design());
        let analysis = Arc::new(analyse(&design, Revision::default(), &Setting::of(Books::shipped())));
        Ingredients { design, analysis, company: CompanyBooks::default() }
    }

    fn wish(serial: u64, forms: &[Form], options: Options) -> Arc<Wish> {
        Arc::new(Wish { serial, forms: forms.iter().copied().collect(), options })
    }

    #[test]
    fn only_forms_that_something_has_changed_about_are_made_again() {
        let from = ingredients();
        let [planner, svg, png, bom] = [Form::Planner, Form::Svg, Form::Png, Form::Bom];
        let small = Options { scale: 0.5, ..Options::default() };
        let first = Made::of(1, wish(7, &[planner, svg, png], small.clone()), &from, None, &|_| true);
        let first = first.expect("it is wanted");
        let again = |wish: Arc<Wish>| {
            let made = Made::of(2, wish, &from, Some(&first), &|_| true).expect("it is wanted");
            let old =
                |form: &Form, files: &Arc<FormFiles>| first.forms.get(form).is_some_and(|f| Arc::ptr_eq(f, files));
            made.forms.iter().filter(|(form, files)| !old(form, files)).map(|(form, _)| *form).collect::<Vec<_>>()
        };
        assert_eq!(again(wish(7, &[planner, svg, png], Options { scale: 0.4, ..small.clone() })), [png]);
        assert_eq!(again(wish(7, &[planner, svg], Options { theme: Theme::Dark, ..small.clone() })), [svg]);
        assert_eq!(again(wish(7, &[planner, bom], small.clone())), [bom]);
        assert_eq!(again(wish(8, &[planner, svg], small)), [planner, svg], "another design");
    }

    #[test]
    fn making_ends_between_two_forms_when_the_files_are_no_longer_wanted() {
        let from = ingredients();
        let heard = RefCell::new(Vec::new());
        let wanted_at_first = |step: Step| {
            heard.borrow_mut().push(step.words());
            step.nth == 1
        };
        let all = wish(1, &[Form::Planner, Form::Mermaid, Form::Bom], Options::default());
        assert!(Made::of(1, all.clone(), &from, None, &wanted_at_first).is_none());
        let words = ["Making 1 of 3: Planner file", "Making 2 of 3: Mermaid flowchart"];
        assert_eq!(*heard.borrow(), words, "the second form was not made");
        let made = Made::of(2, all, &from, None, &|_| true).expect("it is wanted");
        assert_eq!((made.forms.len(), &made.failed), (3, &None));
    }

    #[test]
    fn a_file_knows_what_makes_it_unfit_and_what_is_to_be_supplied_in_it() {
        let path = |name: &str| FilePath::of([name]);
        let blocked = |paths: &[&str], message: &str| Blocked {
            paths: paths.iter().map(|name| path(name)).collect(),
            rule: None,
            message: message.into(),
            elements: Vec::new(),
        };
        let mut bundle = Bundle::default();
        for (name, text) in [("a", "$one and $two"), ("b", "$two")] {
            bundle.add(path(name), ExportFile::text(crate::export::bundle::Syntax::Text, text));
        }
        for token in ["$one", "$two"] {
            bundle.needs(Placeholder { token: token.into(), meaning: String::new(), secret: false, by_product: false });
        }
        bundle.blocked = vec![blocked(&["b", "gone", "b"], "first"), blocked(&[], "all")];
        let files = FormFiles::of(bundle);
        let reasons = |name: &str| files.blocked_by(&path(name)).map(|b| b.message.clone()).collect::<Vec<_>>();
        assert_eq!(reasons("a"), ["all"]);
        assert_eq!(reasons("b"), ["first", "all"]);
        assert_eq!(reasons("gone"), ["first"]);
        let tokens = |name: &str| files.placeholders_in(&path(name)).map(|p| p.token.clone()).collect::<Vec<_>>();
        assert_eq!((tokens("a"), tokens("b")), (vec!["$one".into(), "$two".into()], vec!["$two".into()]));
        assert!(tokens("c").is_empty());
    }

    #[test]
    fn a_place_is_known_before_anything_is_written() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(Place::of(dir.path()), Place::Folder);
        assert_eq!(Place::of(&dir.path().join("a/b/c")), Place::Nothing);
        let file = dir.path().join("file");
        crate::files::write_atomically(&file, b"x").expect("writes");
        assert_eq!((Place::of(&file), Place::of(&file.join("below"))), (Place::NoFolder, Place::NoFolder));
        let mut permissions = std::fs::metadata(dir.path()).expect("metadata").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(dir.path(), permissions.clone()).expect("protects");
        assert_eq!(Place::of(&dir.path().join("below")), Place::Protected);
        #[expect(clippy::permissions_set_readonly_false, reason = "the folder of this test alone")]
        permissions.set_readonly(false);
        std::fs::set_permissions(dir.path(), permissions).expect("allows");
    }
}
