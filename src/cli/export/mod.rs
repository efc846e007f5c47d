//! `meridian export`: files made of a design, written into a folder, compared with it, or explained line by line.

mod explain;
mod pictures;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _};

use crate::analysis::{Setting, analyse};
use crate::design::file::FileError;
use crate::design::history::Revision;
use crate::export::bundle::{Blocked, Bundle, FilePath};
use crate::export::{Form, Source};
use crate::files::folder::{self, FileStatus, Policy, Standing, Written};
use crate::{clock, files};

use super::commands::{is_dash, read, refuse_own_books, refuse_own_input, refuse_own_rules};
use super::company::{CompanyRules, OwnBooks};
use super::output::{complain, deliver, print};
use super::text::plural;
use super::{FINE, FOUND, Failure, Input};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// What to make
    #[arg(value_name = "FORM", value_parser = forms())]
    form: Form,
    #[command(flatten)]
    input: Input,
    /// Folder to write to; what makes a single file takes the name of a file as well, and without it goes to standard
    /// output. Without it, several files are only listed
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write nothing; exit with 1 when files in the folder are out of date, edited by hand, missing or no longer made
    #[arg(long, requires = "out")]
    check: bool,
    /// Replace files that were edited by hand since they were written, or that were there before
    #[arg(long, requires = "out", conflicts_with = "check")]
    force: bool,
    /// Write files as well that a finding of severity error makes unfit for use
    #[arg(long, conflicts_with = "check")]
    with_errors: bool,
    /// Say where lines come from instead of writing: of all files, or of FILE or FILE:LINE
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["check", "force", "out"])]
    explain: Option<String>,
    #[command(flatten)]
    pictures: pictures::Pictures,
    #[command(flatten)]
    company: CompanyRules,
    #[command(flatten)]
    books: OwnBooks,
}

/// The forms with their descriptions, for the help.
fn forms() -> impl clap::builder::TypedValueParser<Value = Form> {
    let values = Form::ALL.map(|form| PossibleValue::new(form.id()).help(form.about().trim_end_matches('.')));
    PossibleValuesParser::new(values).try_map(|id| Form::named(&id).ok_or("there is no such form"))
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let bundle = make(options)?;
    if let Some(wanted) = &options.explain {
        print(&explain::text(&bundle, wanted)?)?;
        return Ok(FINE);
    }
    if bundle.files.is_empty() {
        return nothing(&bundle);
    }
    let single = single_file(&bundle, options.out.as_deref());
    match (&options.out, single) {
        (out, Some(path)) => one(options, &bundle, &path, out.as_deref()),
        (Some(out), None) => into_folder(options, &bundle, out),
        (None, None) => {
            print(&listing(&bundle))?;
            Ok(FINE)
        }
    }
}

fn make(options: &Options) -> Result<Bundle, Failure> {
    let path = options.input.file.as_path();
    let (design, _) = read(path)?;
    refuse_own_input(path, options.out.as_deref())?;
    let packs = options.company.read(&[path])?.of(path)?;
    let books = options.books.of(path)?;
    refuse_own_rules(&packs, options.out.as_deref())?;
    refuse_own_books(&books, options.out.as_deref())?;
    let setting = Setting { books: &books, packs: &packs, today: Some(clock::today()) };
    let analysis = analyse(&design, Revision::default(), &setting);
    let source = Source::of(&design, &analysis, &books)
        .map_err(|e| FileError::whole(&path.display().to_string(), e.to_string(), ""))?;
    Ok(options.form.bundle(&source, &options.pictures.options(&design)?))
}

/// The file that stands for the whole export: the only one, where no folder was asked for.
fn single_file(bundle: &Bundle, out: Option<&Path>) -> Option<FilePath> {
    let mut paths = bundle.files.keys();
    let (Some(path), None) = (paths.next(), paths.next()) else { return None };
    let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let named = |out: &Path| {
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        is_dash(out) || (!out.is_dir() && ending(&name) == ending(path.name()))
    };
    out.is_none_or(named).then(|| path.clone())
}

/// A single file, to the file that was named or to standard output.
fn one(options: &Options, bundle: &Bundle, path: &FilePath, out: Option<&Path>) -> Result<u8, Failure> {
    if held_back(options, bundle).contains(path) {
        return Ok(FOUND);
    }
    let Some(file) = bundle.files.get(path) else { return Ok(FINE) };
    let bytes = file.content.bytes();
    match (out.filter(|out| !is_dash(out)), file.content.text()) {
        (Some(out), _) if options.check => {
            let name = out.display().to_string();
            let current = out.exists() && files::read_bytes(out)? == bytes;
            if !current {
                complain(&format!("{name}: this is out of date (hint: run the export without --check)"));
            }
            Ok(if current { FINE } else { FOUND })
        }
        (Some(out), _) => {
            files::write_atomically(out, bytes)?;
            Ok(FINE)
        }
        (None, Some(text)) => {
            deliver(text, None)?;
            Ok(FINE)
        }
        (None, None) => Err(Failure::new("this is no text, so it does not go to standard output", "give --out FILE")),
    }
}

fn into_folder(options: &Options, bundle: &Bundle, out: &Path) -> Result<u8, Failure> {
    if options.check {
        let statuses = folder::compare(out, bundle)?;
        let differing: Vec<&FileStatus> = statuses.iter().filter(|s| !s.standing.is_current()).collect();
        for status in &differing {
            complain(&format!("{}: {}", out.join(status.path.as_str()).display(), status.standing.label()));
        }
        return Ok(if differing.is_empty() { FINE } else { FOUND });
    }
    let hold = held_back(options, bundle);
    let policy = Policy { overwrite: BTreeSet::new(), overwrite_all: options.force, hold };
    let written = folder::write(out, bundle, &policy, &|_, _| true)?;
    print(&(summary(&written, out) + &worth_knowing(bundle)))?;
    for status in &written.kept {
        let hint = match status.standing {
            Standing::Foreign => "it was there before; give --force to replace it",
            _ => "your changes are kept; give --force to replace them",
        };
        complain(&format!("{}: {} (hint: {hint})", out.join(status.path.as_str()).display(), status.standing.label()));
    }
    Ok(if policy.hold.is_empty() { FINE } else { FOUND })
}

/// Says why an export makes nothing. What it made before is left alone.
fn nothing(bundle: &Bundle) -> Result<u8, Failure> {
    bundle.blocked.iter().for_each(|blocked| complain(&sentence(blocked)));
    print(&format!("nothing is made\n{}", worth_knowing(bundle)))?;
    Ok(if bundle.blocked.is_empty() { FINE } else { FOUND })
}

/// Files that an error makes unfit and that were not asked for; each error is one line on standard error.
fn held_back(options: &Options, bundle: &Bundle) -> BTreeSet<FilePath> {
    let mut paths = BTreeSet::new();
    for blocked in &bundle.blocked {
        complain(&sentence(blocked));
        if !options.with_errors {
            paths.extend(bundle.paths_of(blocked));
        }
    }
    if !paths.is_empty() {
        let message = format!("{} left out", plural(paths.len(), "file"));
        complain(&format!("{message} (hint: mend the design, or give --with-errors to write them all the same)"));
    }
    paths
}

fn sentence(blocked: &Blocked) -> String {
    let first = blocked.paths.first().map(|path| format!("{path}: ")).unwrap_or_default();
    let more = match blocked.paths.len() {
        0 | 1 => String::new(),
        n => format!(" (and {} more)", plural(n - 1, "file")),
    };
    format!("{first}{}{more}", blocked.reason())
}

fn summary(written: &Written, out: &Path) -> String {
    let mut parts = vec![format!("{} written", plural(written.written, "file"))];
    let mut more = |n: usize, what: &str| {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    };
    more(written.unchanged, "up to date");
    more(written.removed, "no longer made and taken away");
    more(written.kept.len(), "kept");
    format!("{}: {}\n", out.display(), parts.join(", "))
}

/// Every file with its size, what must still be supplied, and what else is worth knowing.
fn listing(bundle: &Bundle) -> String {
    let mut out = String::new();
    for (path, file) in &bundle.files {
        out.push_str(&format!("{path}  {} bytes\n", file.content.bytes().len()));
    }
    if !bundle.placeholders.is_empty() {
        out.push_str("\nTo be supplied\n");
    }
    for placeholder in &bundle.placeholders {
        let secret = if placeholder.secret { " (secret)" } else { "" };
        out.push_str(&format!("  {}{secret}: {}\n", placeholder.token, placeholder.meaning));
    }
    if !bundle.blocked.is_empty() {
        out.push_str("\nUnfit for use\n");
    }
    for blocked in &bundle.blocked {
        out.push_str(&format!("  {}\n", sentence(blocked)));
    }
    out + &worth_knowing(bundle)
}

/// Remarks under their heading; empty without any.
fn worth_knowing(bundle: &Bundle) -> String {
    let remarks = bundle.remarks.iter().map(|remark| format!("  {remark}\n"));
    let heading = (!bundle.remarks.is_empty()).then(|| "\nWorth knowing\n".to_owned());
    heading.into_iter().chain(remarks).collect()
}
