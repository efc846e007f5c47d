//! Company rules on the command line: which of them a command takes, and `meridian company`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::books::{Books, CompanyBook, CompanyBooks, Currency};
use crate::custom::{CompiledRule, Pack, RuleError, view_reference};
use crate::dirs::Dirs;
use crate::files;
use crate::rules::{BrokenRule, CheckReport, PackReport, Severity};

use super::commands::is_dash;
use super::output::print;
use super::text::{Align, paragraph, plural, table};
use super::{BAD_INPUT, FINE, Failure};

/// Which company rules a command takes.
#[derive(Debug, Args)]
pub(super) struct CompanyRules {
    /// Company rules to use instead of those beside the design; may be given several times
    #[arg(long = "rules", value_name = "FILE", conflicts_with = "no_company_rules")]
    packs: Vec<PathBuf>,
    /// Leave out the company rules (*.rules.ron) beside the design
    #[arg(long)]
    no_company_rules: bool,
}

/// The company rules of a command.
pub(super) enum Packs {
    /// Those that were named, perhaps none.
    Named(Vec<Arc<Pack>>),
    /// Those beside each design.
    Beside,
}

impl CompanyRules {
    /// Reads the packs that were named. `designs` are what else the command reads.
    pub(super) fn read(&self, designs: &[&Path]) -> Result<Packs, Failure> {
        let paths = || self.packs.iter().map(PathBuf::as_path);
        if !self.packs.is_empty() && paths().chain(designs.iter().copied()).filter(|path| is_dash(path)).count() > 1 {
            return Err(Failure::new("standard input can be read only once", "give - once and name the others"));
        }
        if self.packs.is_empty() && !self.no_company_rules {
            return Ok(Packs::Beside);
        }
        paths().map(|path| Ok(Arc::new(read(path)?))).collect::<Result<_, _>>().map(Packs::Named)
    }
}

impl Packs {
    /// The packs for a design. Standard input has nothing beside it.
    pub(super) fn of(&self, design: &Path) -> Result<Vec<Arc<Pack>>, Failure> {
        match self {
            Self::Named(packs) => Ok(packs.clone()),
            Self::Beside if is_dash(design) => Ok(Vec::new()),
            Self::Beside => {
                let found = files::packs_beside(design);
                match found.unread.into_iter().next() {
                    Some(error) => Err(error.into()),
                    None => Ok(found.packs.to_vec()),
                }
            }
        }
    }
}

/// Which of a company's own books a command takes.
#[derive(Debug, Args)]
pub(super) struct OwnBooks {
    /// A company's own book to use instead of those beside the design and in the settings; may be given several times,
    /// the strongest first
    #[arg(long = "book", value_name = "FILE", conflicts_with = "no_company_books")]
    books: Vec<PathBuf>,
    /// Leave out the company's own books (*.book.ron) beside the design and in the settings
    #[arg(long)]
    no_company_books: bool,
}

impl OwnBooks {
    /// The books in force for a design. Standard input has nothing beside it.
    pub(super) fn of(&self, design: &Path) -> Result<Books, Failure> {
        if !self.books.is_empty() {
            let books = self.books.iter().map(|path| Ok(Arc::new(files::read_book(path)?)));
            return Ok(Books::with(CompanyBooks::of(books.collect::<Result<_, Failure>>()?)));
        }
        if self.no_company_books {
            return Ok(Books::shipped().clone());
        }
        let found = files::books_for(Some(design).filter(|path| !is_dash(path)), Dirs::of_user().config.as_deref());
        match found.unread.into_iter().next() {
            Some(error) => Err(error.into()),
            None => Ok(Books::with(found.books)),
        }
    }
}

/// The company's books that a report rests on; nothing where there are none.
pub(super) fn books_used(books: &Books) -> String {
    let mut out = String::new();
    if !books.company().is_empty() {
        out.push_str("\nCompany books\n");
        let row = |book: &CompanyBook| vec![book.name.clone(), contents(book), book.source_name.clone()];
        out.push_str(&table(&books.company().all().map(row).collect::<Vec<_>>(), Align::Left));
    }
    out
}

/// `2 machines, 1 round trip`.
fn contents(book: &CompanyBook) -> String {
    let of_kind = |(kind, n): (&str, usize)| match (kind, n) {
        ("availability", 2..) => format!("{n} availabilities"),
        ("currency", _) => kind.to_owned(),
        _ => plural(n, kind),
    };
    let kinds: Vec<String> = book.contents().into_iter().map(of_kind).collect();
    if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") }
}

/// What `meridian company` shows.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Options {
    /// Company rules to look at, or a company's own book (*.book.ron); - for rules on standard input
    file: Option<PathBuf>,
    /// Print what rules can see of a design, as Markdown
    #[arg(long)]
    view: bool,
    /// Print a file with company rules to begin with
    #[arg(long)]
    example: bool,
    /// Print a company's own book to begin with
    #[arg(long)]
    example_book: bool,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    match &options.file {
        None if options.view => print(&view_reference())?,
        None if options.example_book => print(CompanyBook::template())?,
        Some(file) if files::is_book(file) => print(&book_listed(&files::read_book(file)?))?,
        None => print(Pack::template())?,
        Some(file) => {
            let pack = read(file)?;
            print(&listed(&pack))?;
            return Ok(if pack.broken.is_empty() { FINE } else { BAD_INPUT });
        }
    }
    Ok(FINE)
}

fn read(path: &Path) -> Result<Pack, Failure> {
    Ok(if is_dash(path) { files::read_pack_from_stdin()? } else { files::read_pack(path)? })
}

fn book_listed(book: &CompanyBook) -> String {
    let mut out = format!("{}: {}\n", book.name, contents(book));
    paragraph(&mut out, "  ", &book.sourced.to_string());
    if let Some(rate) = book.currency.as_ref().and_then(Currency::rate) {
        paragraph(&mut out, "  ", &format!("totals are shown at {rate}"));
    }
    for claim in book.claims() {
        paragraph(&mut out, "  - ", claim);
    }
    out
}

fn listed(pack: &Pack) -> String {
    let mut out = format!("{}: {} to use\n", pack.name, plural(pack.rules.len(), "rule"));
    let row = |rule: &CompiledRule| {
        let severity = Severity::from(rule.severity).label().to_owned();
        vec![rule.id.clone(), severity, rule.each.to_string(), rule.title.clone()]
    };
    out.push_str(&table(&pack.rules.iter().map(row).collect::<Vec<_>>(), Align::Left));
    let place = |e: &RuleError| (pack.source_name.clone(), e.clone());
    broken(&mut out, &pack.broken.iter().map(place).collect::<Vec<_>>());
    out
}

/// The company's part of a report in text: the packs that were used, and rules that cannot be.
pub(super) fn report(check: &CheckReport) -> String {
    let mut out = String::new();
    if !check.company.is_empty() {
        out.push_str("\nCompany rules\n");
        let row = |pack: &PackReport| vec![pack.name.clone(), plural(pack.rules, "rule"), pack.source_name.clone()];
        out.push_str(&table(&check.company.iter().map(row).collect::<Vec<_>>(), Align::Left));
    }
    let error = |b: &BrokenRule| {
        let (rule, message, hint) = (b.rule.clone(), b.message.clone(), b.hint.clone());
        (b.source_name.clone(), RuleError { rule, field: b.field, line: b.line, column: b.column, message, hint })
    };
    broken(&mut out, &check.broken.iter().map(error).collect::<Vec<_>>());
    out
}

fn broken(out: &mut String, errors: &[(String, RuleError)]) {
    if errors.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(out, "\nCompany rules that cannot be used");
    for (file, error) in errors {
        paragraph(out, "  ", &format!("{file}:{error}"));
    }
}
