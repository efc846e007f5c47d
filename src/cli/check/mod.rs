//! `meridian check`: designs against the rules, for people, pipelines and code scanning.

mod report;
mod sarif;
mod sarif_format;
mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::analysis::{Analysis, Setting, analyse};
use crate::books::Books;
use crate::design::history::Revision;
use crate::design::{Date, Design, Id, ProductVersion};
use crate::export::planner::to_json;
use crate::rules::{Delta, Finding, Severity, compare};
use crate::{clock, files};

use super::commands::{is_dash, read, refuse_own_books, refuse_own_input, refuse_own_rules};
use super::company::{CompanyRules, OwnBooks};
use super::estimate::Assume;
use super::output::deliver;
use super::{BAD_INPUT, FINE, FOUND, Failure};

pub(super) use report::schema_json;
pub(super) use text::{changes, subjects};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Designs to check, in this order; one of them may be - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// File to write; without it, the report goes to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 1 when a finding is at least as bad
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// Check as if the design targeted this product version, and show what that changes
    #[arg(long, value_name = "VERSION")]
    as_version: Option<ProductVersion>,
    /// Report only what is worse than in this design; takes one FILE
    #[arg(long, value_name = "FILE")]
    base: Option<PathBuf>,
    /// Day on which waivers are looked at, as YYYY-MM-DD; without it, today
    #[arg(long, value_name = "DAY")]
    as_of: Option<Date>,
    #[command(flatten)]
    assume: Assume,
    #[command(flatten)]
    company: CompanyRules,
    #[command(flatten)]
    books: OwnBooks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For machines; see "meridian schema check"
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Info,
    /// Never
    Never,
}

impl FailOn {
    fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity == Severity::Error,
            Self::Warning => severity <= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// Everything that is checked in one go.
struct Run {
    /// The day on which waivers are looked at.
    as_of: Date,
    /// The version to check as, if not the design's own.
    as_version: Option<ProductVersion>,
    /// In the order they were given.
    designs: Vec<Checked>,
}

/// One design and what the rules say about it.
struct Checked {
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// The text of its file, to find elements in.
    text: String,
    /// As it was checked.
    design: Design,
    /// The version the design itself targets.
    own_version: ProductVersion,
    analysis: Analysis,
    /// From its own version to the one it was checked as.
    against_own_version: Option<Delta>,
    base: Option<Base>,
}

/// What a design is compared with.
struct Base {
    name: String,
    delta: Delta,
    /// Rule and subjects of all its findings, waived ones included.
    known: BTreeSet<(String, Vec<Id>)>,
}

/// A finding that counts, with what is known of it from the base.
#[derive(Clone, Copy)]
struct Counted<'a> {
    finding: &'a Finding,
    since: Since<'a>,
}

#[derive(Clone, Copy)]
enum Since<'a> {
    /// There is no base.
    NoBase,
    /// It is not in the base.
    New,
    /// In the base it was like this.
    Changed(&'a Finding),
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    if options.base.is_some() && options.files.len() > 1 {
        return Err(Failure::new("--base compares one design with another", "check the others without it"));
    }
    let inputs = || options.files.iter().chain(&options.base);
    if inputs().filter(|path| is_dash(path)).count() > 1 {
        return Err(Failure::new("standard input can be read only once", "give - once and name the others"));
    }
    for input in inputs() {
        refuse_own_input(input, options.out.as_deref())?;
    }
    let as_of = options.as_of.unwrap_or_else(clock::today);
    let packs = options.company.read(&inputs().map(PathBuf::as_path).collect::<Vec<_>>())?;
    let checked = |path: &PathBuf| {
        // First the design: what is wrong with it comes before what stands beside it.
        let mut drawn = read(path)?;
        options.assume.apply(&mut drawn.0)?;
        let packs = packs.of(path)?;
        refuse_own_rules(&packs, options.out.as_deref())?;
        let books = options.books.of(path)?;
        refuse_own_books(&books, options.out.as_deref())?;
        let setting = Setting { books: &books, packs: &packs, today: Some(as_of) };
        Checked::of(path, drawn, options, &setting)
    };
    let designs = options.files.iter().map(checked).collect::<Result<Vec<_>, _>>()?;
    let run = Run { as_of, as_version: options.as_version, designs };
    let report = match if options.json { Format::Json } else { options.format } {
        Format::Text => text::text(&run),
        Format::Json => to_json(&report::report(&run)),
        Format::Sarif => to_json(&sarif::log(&run, Books::shipped().facts())),
    };
    deliver(&report, options.out.as_deref())?;
    let fails = run.designs.iter().flat_map(Checked::counted).any(|c| options.fail_on.fails(c.finding.severity));
    // A rule that a pipeline counts on and that cannot be asked is bad input, whatever the others found.
    let broken = run.designs.iter().any(|checked| !checked.analysis.check.broken.is_empty());
    Ok(match (broken, fails) {
        (true, _) => BAD_INPUT,
        (false, true) => FOUND,
        (false, false) => FINE,
    })
}

fn analysed(design: &Design, setting: &Setting<'_>) -> Analysis {
    analyse(design, Revision::default(), setting)
}

fn as_version(design: &mut Design, version: Option<ProductVersion>) {
    if let Some(version) = version {
        Arc::make_mut(&mut design.meta).product_version = version;
    }
}

impl Checked {
    /// A base is checked against the same company rules, with the same assumptions.
    fn of(
        path: &Path,
        (mut design, text): (Design, String),
        options: &Options,
        setting: &Setting<'_>,
    ) -> Result<Self, Failure> {
        let version = options.as_version;
        let own_version = design.meta.product_version;
        let own = version.filter(|v| *v != own_version).map(|_| analysed(&design, setting));
        as_version(&mut design, version);
        let analysis = analysed(&design, setting);
        let against_own_version = own.map(|own| compare(&own.check.findings, &analysis.check.findings));
        let base = options.base.as_deref().map(|base| Base::read(base, options, setting, &analysis)).transpose()?;
        let path = (!is_dash(path)).then(|| path.to_owned());
        Ok(Self { path, text, design, own_version, analysis, against_own_version, base })
    }

    /// What it is called in reports: the path as it was given.
    fn name(&self) -> String {
        self.path.as_ref().map_or_else(|| files::STDIN_NAME.into(), |p| p.display().to_string())
    }

    /// The findings that count, worst first: all open ones or, with a base, only those that it does not excuse.
    ///
    /// The base excuses what a waiver would: the same rule and subjects resting on the same facts, no more severe.
    fn counted(&self) -> Vec<Counted<'_>> {
        let Some(Base { delta, .. }) = &self.base else {
            let counted = |finding| Counted { finding, since: Since::NoBase };
            return self.analysis.check.findings.iter().map(counted).collect();
        };
        let worse = |(old, new): &&(Finding, Finding)| new.severity < old.severity || new.seen != old.seen;
        let changed = delta.changes.iter().filter(worse);
        let changed = changed.map(|(old, new)| Counted { finding: new, since: Since::Changed(old) });
        let new = delta.appears.iter().map(|finding| Counted { finding, since: Since::New });
        let mut counted: Vec<Counted<'_>> = new.chain(changed).collect();
        counted.sort_by_key(|c| (c.finding.severity, &c.finding.rule, &c.finding.subjects, &c.finding.message));
        counted
    }
}

impl Base {
    fn read(path: &Path, options: &Options, setting: &Setting<'_>, analysis: &Analysis) -> Result<Self, Failure> {
        let (mut design, _) = read(path)?;
        options.assume.apply(&mut design)?;
        as_version(&mut design, options.as_version);
        let before = analysed(&design, setting).check;
        let all = before.findings.iter().chain(before.waived.iter().map(|w| &w.finding));
        Ok(Self {
            name: if is_dash(path) { files::STDIN_NAME.into() } else { path.display().to_string() },
            known: all.map(key).collect(),
            delta: compare(&before.findings, &analysis.check.findings),
        })
    }
}

/// What makes two findings the same.
fn key(finding: &Finding) -> (String, Vec<Id>) {
    (finding.rule.clone().into_owned(), finding.subjects_in_order())
}

/// How many findings there are of each severity, worst first.
fn counts(counted: &[Counted<'_>]) -> [usize; 3] {
    Severity::ALL.map(|severity| counted.iter().filter(|c| c.finding.severity == severity).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_fails_on_what_is_at_least_as_bad() {
        let failing = |fail_on: FailOn| Severity::ALL.map(|severity| fail_on.fails(severity));
        assert_eq!(failing(FailOn::Error), [true, false, false]);
        assert_eq!(failing(FailOn::Warning), [true, true, false]);
        assert_eq!(failing(FailOn::Info), [true; 3]);
        assert_eq!(failing(FailOn::Never), [false; 3]);
    }
}
