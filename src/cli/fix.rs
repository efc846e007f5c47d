//! `meridian fix`: quick fixes without the window.

use std::path::PathBuf;

use clap::Args;

use crate::advisor::remedies;
use crate::analysis::{Setting, analyse};
use crate::design::history::Revision;
use crate::design::{Design, file};
use crate::estimate::grouped;
use crate::outlook::Outlook;
use crate::rules::reference::rule;
use crate::rules::{CheckReport, Fixes, Inputs, Severity, check, compare, fix_all, fixes_of};
use crate::topology::Topology;
use crate::{clock, files};

use super::check::{changes, subjects};
use super::commands::{is_dash, is_same_file, keep_comments, read};
use super::company::OwnBooks;
use super::output::{deliver, print};
use super::rules::unknown;
use super::text::{Align, plural, table};
use super::{FINE, Failure};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Design to fix; - for standard input, the result then goes to standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Apply the first fix of every finding of this rule
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Apply the first fix of every error and warning, until nothing more changes
    #[arg(long, conflicts_with = "rule")]
    all: bool,
    #[command(flatten)]
    books: OwnBooks,
    /// Write nothing, only say what would change
    #[arg(long)]
    dry_run: bool,
    /// File to write; without it, the design itself is rewritten
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    out: Option<PathBuf>,
}

/// Most findings whose fixes are listed.
const MOST_LISTED: usize = 200;
/// Most times that all rules are gone through; a guard against fixes that make work for each other.
const MOST_ROUNDS: usize = 10;

pub(super) fn run(options: &Options) -> Result<u8, Failure> {
    let (design, text) = read(&options.file)?;
    let books = options.books.of(&options.file)?;
    let inputs = Inputs { today: Some(clock::today()), ..Inputs::of(&books) };
    let before = check(&Topology::of(&design), &inputs);
    if options.rule.is_none() && !options.all {
        print(&list(&design, &before, &inputs))?;
        return Ok(FINE);
    }
    let (fixed, labels) = match &options.rule {
        Some(id) => {
            let id = fixable(id)?;
            fixed(&design, &inputs, |_| vec![id.to_owned()])?
        }
        None => fixed(&design, &inputs, errors_and_warnings)?,
    };
    let after = check(&Topology::of(&fixed), &inputs);
    let mut said = String::new();
    for label in &labels {
        said.push_str(label);
        said.push('\n');
    }
    changes(&mut said, &compare(&before.findings, &after.findings), "before");
    if labels.is_empty() {
        said.push_str("nothing to fix\n");
    }
    if options.dry_run {
        print(&said)?;
        return Ok(FINE);
    }
    let target = options.out.as_ref().unwrap_or(&options.file);
    if is_dash(target) {
        return deliver(&file::to_ron(&fixed)?, None).map(|()| FINE);
    }
    if options.out.is_some() || !labels.is_empty() {
        if options.out.is_none() || is_same_file(target, &options.file) {
            keep_comments(target, &text, "move it to the notes of an element, or write elsewhere with --out")?;
        }
        files::write_atomically(target, file::to_ron(&fixed)?.as_bytes())?;
    }
    print(&said)?;
    Ok(FINE)
}

/// The id of a rule as it is written; refuses one that does not exist or has no fixes.
fn fixable(id: &str) -> Result<&'static str, Failure> {
    let rule = rule(id).ok_or_else(|| unknown(id, "rule"))?;
    match rule.fixes {
        Fixes::Offer(_) => Ok(rule.id),
        Fixes::None(why) => Err(Failure::new(&format!("{} has no quick fix", rule.id), why)),
    }
}

fn errors_and_warnings(report: &CheckReport) -> Vec<String> {
    let bad = report.findings.iter().filter(|f| f.severity <= Severity::Warning && f.fixable);
    let mut rules: Vec<String> = bad.map(|f| f.rule.clone().into_owned()).collect();
    // Findings of a rule stand together, since all have its severity.
    rules.dedup();
    rules
}

/// The design with everything fixed that rules chosen by `choose` find, and what was done.
fn fixed(
    design: &Design,
    inputs: &Inputs<'_>,
    choose: impl Fn(&CheckReport) -> Vec<String>,
) -> Result<(Design, Vec<String>), Failure> {
    let mut design = design.clone();
    let mut labels = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let before = labels.len();
        for rule in choose(&check(&Topology::of(&design), inputs)) {
            let edit = fix_all(&design, &rule, inputs);
            if let Some(edit) = edit.filter(|edit| !edit.is_noop(&design)) {
                let misfit =
                    |e| Failure::new(&format!("the fixes of {rule} do not fit together: {e}"), "fix it by hand");
                edit.apply(&mut design).map_err(misfit)?;
                labels.push(edit.label);
            }
        }
        if labels.len() == before {
            break;
        }
    }
    Ok((design, labels))
}

/// What a way costs and how long calls take then, in a few words.
fn cost_and_time(outlook: &Outlook) -> String {
    let usd = |usd: Option<f64>| usd.unwrap_or_default();
    let [before, after] = outlook.usd_per_month.map(usd);
    let sign = if after < before { '-' } else { '+' };
    let mut words = format!("{sign}${} a month", grouped((after - before).abs()));
    for (name, [before, after]) in &outlook.calls {
        let ms = |ms: &Option<f64>| ms.map_or_else(|| "no time".to_owned(), |ms| format!("{ms:.0} ms"));
        words.push_str(&format!(", p95 of {name} {} -> {}", ms(before), ms(after)));
    }
    words
}

fn list(design: &Design, report: &CheckReport, inputs: &Inputs<'_>) -> String {
    let fixable = report.findings.iter().filter(|f| f.fixable);
    let mut rows = Vec::new();
    let late = fixable.clone().any(remedies::is_about_calls);
    let setting = Setting { today: inputs.today, ..Setting::of(inputs.books) };
    let analysis = late.then(|| analyse(design, Revision::default(), &setting));
    for finding in fixable.clone().take(MOST_LISTED) {
        if let Some(analysis) = analysis.as_ref().filter(|_| remedies::is_about_calls(finding)) {
            for offer in remedies::offers(design, analysis, finding, &setting) {
                let label = format!("{}: {}", offer.edit.label, cost_and_time(&offer.outlook));
                rows.push(vec![finding.rule.clone().into_owned(), subjects(&finding.subjects), label]);
            }
            continue;
        }
        for fix in fixes_of(design, finding, inputs) {
            rows.push(vec![finding.rule.clone().into_owned(), subjects(&finding.subjects), fix.label]);
        }
    }
    let more = fixable.count().saturating_sub(MOST_LISTED);
    let mut out = table(&rows, Align::Left);
    if rows.is_empty() {
        out.push_str("no quick fixes\n");
    }
    if more > 0 {
        out.push_str(&format!("and those of {}\n", plural(more, "more finding")));
    }
    out
}
