//! `meridian import`: designs made of planner files and of the configuration of a running deployment.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::books::Books;
use crate::design::Design;
use crate::design::file::{self, FileError};
use crate::export::planner::to_json;
use crate::files;
use crate::import::planner;
use crate::import::toml::words::Told;
use crate::import::toml::{self, Drift, Imported};

use super::commands::{is_dash, read, refuse_own_input};
use super::output::{complain, deliver, harmless_json, one_line, print};
use super::text::{heading, paragraph, plural};
use super::{EXIT_CODES, FINE, FOUND, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// A planner file back as a design
    #[command(after_help = EXIT_CODES)]
    Planner(Planner),
    /// A folder with the deployment.toml of every node as a design, or held against one
    ///
    /// The nodes' folders may stand in one folder for each region. With --against, exits with 1 when the files do not
    /// say what the design says.
    #[command(after_help = EXIT_CODES)]
    Toml(Toml),
}

#[derive(Debug, Args)]
pub(super) struct Planner {
    /// Planner file to read; - for standard input
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(super) struct Toml {
    /// Folder to read
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    target: Target,
    /// Design that the files are held against
    #[arg(long, value_name = "DESIGN")]
    against: Option<PathBuf>,
    /// JSON, for machines: what was understood, what was not, what was concluded, what differs
    #[arg(long)]
    json: bool,
}

/// Where the design goes.
#[derive(Debug, Args)]
struct Target {
    /// File to write; without it, the design goes to standard output, unless something else does
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "out")]
    force: bool,
}

impl Target {
    /// Refuses to replace a file that nobody said may be replaced.
    fn is_free(&self) -> Result<(), Failure> {
        match self.out.as_deref().filter(|out| !self.force && !is_dash(out) && out.symlink_metadata().is_ok()) {
            Some(out) => {
                let name = out.display().to_string();
                let hint = "choose another name, or give --force";
                Err(FileError::whole(&name, "there is a file already", hint).into())
            }
            None => Ok(()),
        }
    }

    fn write(&self, design: &Design) -> Result<(), Failure> {
        deliver(&file::to_ron(design)?, self.out.as_deref())
    }

    /// Whether the design takes standard output.
    fn is_standard_output(&self) -> bool {
        self.out.as_deref().is_none_or(is_dash)
    }
}

pub(super) fn run(from: &Import) -> Result<u8, Failure> {
    match from {
        Import::Planner(options) => of_plan(options),
        Import::Toml(options) => of_tree(options),
    }
}

/// What the plan does not say goes to standard error, where it is no part of the design.
fn of_plan(options: &Planner) -> Result<u8, Failure> {
    options.target.is_free()?;
    refuse_own_input(&options.file, options.target.out.as_deref())?;
    let (text, name) = text(&options.file)?;
    let imported = planner::read(&text, &name)?;
    options.target.write(&imported.design)?;
    imported.unsaid.iter().for_each(|sentence| complain(&format!("{name}: {sentence}")));
    Ok(FINE)
}

fn text(path: &Path) -> Result<(String, String), Failure> {
    Ok(if is_dash(path) {
        (files::read_text_from_stdin()?, files::STDIN_NAME.to_owned())
    } else {
        (files::read_text(path)?, path.display().to_string())
    })
}

/// The report of an import as JSON.
#[derive(Serialize)]
struct Report<'a> {
    format: &'static str,
    design: &'a str,
    product_version: String,
    understood: &'a [toml::Understood],
    not_understood: &'a [toml::NotUnderstood],
    doubts: &'a [toml::Doubt],
    unread: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a Drift>,
}

fn of_tree(options: &Toml) -> Result<u8, Failure> {
    let Toml { folder, target, against, json } = options;
    target.is_free()?;
    if let Some(design) = against.as_deref() {
        refuse_own_input(design, target.out.as_deref())?;
    }
    let (imported, tree) = files::import_tree(folder)?;
    let drift = match against {
        Some(path) => Some(toml::against(&imported, &tree.texts, &read(path)?.0, Books::shipped())?.drift),
        None => None,
    };
    let report = if *json {
        let design = &imported.design.meta;
        harmless_json(&to_json(&Report {
            format: "meridian-import/1",
            design: &design.name,
            product_version: design.product_version.to_string(),
            understood: &imported.understood,
            not_understood: &imported.not_understood,
            doubts: &imported.doubts,
            unread: tree.unread.iter().map(ToString::to_string).collect(),
            drift: drift.as_ref(),
        }))
    } else {
        words(&imported, &tree.unread, drift.as_ref())
    };
    let takes_output = target.is_standard_output() && drift.is_none() && !json;
    if target.out.is_some() || takes_output {
        target.write(&imported.design)?;
    }
    if target.is_standard_output() && (takes_output || target.out.is_some()) {
        report.lines().filter(|line| !line.is_empty()).for_each(complain);
    } else {
        print(&report)?;
    }
    Ok(if drift.is_some_and(|drift| !drift.is_empty()) { FOUND } else { FINE })
}

/// What people read.
fn words(imported: &Imported, unread: &[FileError], drift: Option<&Drift>) -> String {
    let mut out = one_line(heading(&imported.design).trim_end()) + "\n";
    let Imported { understood, not_understood, .. } = imported;
    let _ = writeln!(
        out,
        "{} understood, {} not understood",
        plural(understood.len(), "key"),
        plural(not_understood.len(), "key")
    );
    sections(&mut out, toml::words::tree(imported, unread));
    let Some(drift) = drift else { return out };
    sections(&mut out, toml::words::drift(drift));
    out
}

fn sections(out: &mut String, told: Told) {
    for (title, notes) in told {
        let _ = writeln!(out, "\n{title}");
        notes.iter().for_each(|note| paragraph(out, "  – ", &one_line(&note.text)));
    }
}
