//! Company rules on the command line: which of them a command takes, and `meridian company`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::custom::{CompiledRule, Pack, RuleError, view_reference};
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

/// What `meridian company` shows.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Options {
    /// Company rules to look at; - for standard input
    file: Option<PathBuf>,
    /// Print what rules can see of a design, as Markdown
    #[arg(long)]
    view: bool,
    /// Print a file with company rules to begin with
    #[arg(long)]
    example: bool,
}

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    match &options.file {
        None if options.view => print(&view_reference())?,
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
