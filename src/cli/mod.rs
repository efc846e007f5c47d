//! The command line: everything that needs no window, and the one place that opens it.

mod advise;
mod availability;
mod bill;
mod books;
mod capacity;
mod check;
mod commands;
mod company;
mod diff;
mod estimate;
mod export;
mod fix;
mod import;
mod output;
mod rules;
mod scan;
mod story;
mod sweep;
mod text;
mod whatif;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::design::file::FileError;

/// All is well.
const FINE: u8 = 0;
/// The design has findings that fail the check, is not in canonical form, or differs from the other one.
const FOUND: u8 = 1;
/// The input cannot be used, or the command was called wrongly; clap uses the same code.
const BAD_INPUT: u8 = 2;

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  check: a finding is as bad as --fail-on says; fmt --check: the file is not in canonical form;
     books compile --check: a table differs; diff: the designs differ; story check: a claim is false;
     export: files were left out because of errors; export --check: files are out of date;
     import toml --against: the files do not say what the design says
  2  bad input or usage

FILE may be - for standard input. What is wrong with a file is one line on standard error: meridian: FILE:LINE:COLUMN: …";

/// Designs multi-datacenter deployments of WSO2 API Manager: draw, check, estimate, export.
///
/// Without a command, opens the window.
#[derive(Debug, Parser)]
#[command(name = "meridian", version, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Design to open in the window
    file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the designs to start from
    #[command(after_help = EXIT_CODES)]
    Templates {
        #[command(flatten)]
        machine: Machine,
    },
    /// Make a new design from a template
    #[command(after_help = EXIT_CODES)]
    New {
        /// Template to start from; see "meridian templates"
        #[arg(long, value_name = "NAME")]
        template: String,
        /// File to write; without it, the design goes to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Overwrite the file if there is one
        #[arg(long, requires = "out")]
        force: bool,
    },
    /// Check designs against the rules
    #[command(after_help = EXIT_CODES)]
    Check(check::Options),
    /// List the rules, or show a rule or fact with its reasons and sources
    #[command(after_help = EXIT_CODES)]
    Rules(rules::Options),
    /// List what is in a file with company rules or a company's own book, or what such rules can see
    #[command(after_help = EXIT_CODES)]
    Company(company::Options),
    /// List the shipped figures with source, date and age, or the entries of one table
    #[command(after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
    Books(books::Options),
    /// List quick fixes for findings, or apply them
    #[command(after_help = EXIT_CODES)]
    Fix(fix::Options),
    /// Compare two designs: elements, findings, latency, capacity and cost
    ///
    /// Exits with 0 when they are the same and with 1 when they differ.
    #[command(after_help = EXIT_CODES)]
    Diff(diff::Options),
    /// Estimate latency, load and cost
    #[command(after_help = EXIT_CODES)]
    Estimate(estimate::Options),
    /// Say what still works when something fails, for whom, why, and what comes back when
    #[command(after_help = EXIT_CODES)]
    Whatif(whatif::Options),
    /// Check the claims of the scenes of a design, or list the scenes
    #[command(subcommand)]
    Story(story::Story),
    /// Say how much of the time each capability is there, and what to improve first
    #[command(after_help = EXIT_CODES)]
    Availability(availability::Options),
    /// Fail everything alone and in pairs, and list what takes which capability down
    #[command(after_help = EXIT_CODES)]
    Sweep(sweep::Options),
    /// Say which deployment pattern suits what a new region must do
    #[command(after_help = EXIT_CODES)]
    Advise {
        /// What the region must do, ids separated by commas; see --list
        #[arg(long, value_name = "IDS", default_value = "", hide_default_value = true)]
        criteria: String,
        /// Product version to advise for; without it, that of a new design
        #[arg(long, value_name = "VERSION")]
        as_version: Option<String>,
        /// List the criteria with the pattern each speaks for and its weight
        #[arg(long, conflicts_with_all = ["criteria", "generate"])]
        list: bool,
        #[command(flatten)]
        machine: Machine,
        #[command(flatten)]
        drawing: advise::Drawing,
    },
    /// Make files of a design: configuration, pictures, reports and more
    ///
    /// Files that were edited by hand are kept, and files with errors left out, unless told otherwise.
    #[command(after_help = EXIT_CODES)]
    Export(export::Options),
    /// Make a design of what there is already
    #[command(subcommand)]
    Import(import::Import),
    /// Print the schema of a format
    #[command(subcommand)]
    Schema(Schema),
    /// Rewrite a design in canonical form; with - as file, to standard output
    #[command(after_help = EXIT_CODES)]
    Fmt {
        #[command(flatten)]
        input: Input,
        /// Change nothing; exit with 1 when the file is not in canonical form
        #[arg(long)]
        check: bool,
        /// Drop comments, which the canonical form cannot keep
        #[arg(long)]
        drop_comments: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Schema {
    /// JSON Schema of the report of "check --format json"
    #[command(after_help = EXIT_CODES)]
    Check {
        /// File to write; without it, the schema goes to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// JSON Schema of the planner format
    #[command(after_help = EXIT_CODES)]
    Planner {
        /// Every field with its meaning as Markdown instead
        #[arg(long)]
        markdown: bool,
        /// File to write; without it, the schema goes to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// JSON Schema of the report of "whatif --json"
    #[command(after_help = EXIT_CODES)]
    Whatif {
        /// File to write; without it, the schema goes to standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct Input {
    /// Design to read; - for standard input
    file: PathBuf,
}

#[derive(Debug, Args)]
struct Machine {
    /// JSON, for machines
    #[arg(long)]
    json: bool,
}

/// Why a command ended early; shown as one line.
#[derive(Debug)]
struct Failure(String);

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self(error.to_string())
    }
}

impl Failure {
    fn new(message: &str, hint: &str) -> Self {
        Self(format!("{message} (hint: {hint})"))
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let code = match Cli::try_parse() {
        Ok(cli) => run(cli).unwrap_or_else(|failure| {
            output::complain(&failure.0);
            BAD_INPUT
        }),
        Err(usage) => {
            // A reader that has gone away is no reason to fail.
            let _ = usage.print();
            u8::try_from(usage.exit_code()).unwrap_or(BAD_INPUT)
        }
    };
    ExitCode::from(code)
}

fn run(cli: Cli) -> Result<u8, Failure> {
    match cli.command {
        None => window(cli.file.as_deref()),
        Some(Command::Templates { machine }) => commands::templates(machine.json),
        Some(Command::New { template, out, force }) => commands::new(&template, out.as_deref(), force),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Rules(options)) => rules::run(&options),
        Some(Command::Company(options)) => company::run(&options),
        Some(Command::Books(options)) => books::run(&options),
        Some(Command::Fix(options)) => fix::run(&options),
        Some(Command::Diff(options)) => diff::run(&options),
        Some(Command::Estimate(options)) => estimate::run(&options),
        Some(Command::Whatif(options)) => whatif::run(&options),
        Some(Command::Story(story)) => story::run(&story),
        Some(Command::Availability(options)) => availability::run(&options),
        Some(Command::Sweep(options)) => sweep::run(&options),
        Some(Command::Advise { as_version, list: true, machine, .. }) => {
            advise::list(as_version.as_deref(), machine.json)
        }
        Some(Command::Advise { criteria, as_version, drawing, .. }) if drawing.is_wanted() => {
            advise::generate(&criteria, as_version.as_deref(), &drawing)
        }
        Some(Command::Advise { criteria, as_version, machine, .. }) => {
            advise::run(&criteria, as_version.as_deref(), machine.json)
        }
        Some(Command::Export(options)) => export::run(&options),
        Some(Command::Import(from)) => import::run(&from),
        Some(Command::Schema(Schema::Planner { markdown, out })) => commands::schema_planner(markdown, out.as_deref()),
        Some(Command::Schema(Schema::Check { out })) => commands::schema_check(out.as_deref()),
        Some(Command::Schema(Schema::Whatif { out })) => commands::schema_whatif(out.as_deref()),
        Some(Command::Fmt { input, check, drop_comments }) => commands::fmt(&input.file, check, drop_comments),
    }
}

fn window(file: Option<&Path>) -> Result<u8, Failure> {
    if let Some(missing) = file.filter(|f| !f.exists()) {
        let message = format!("{}: there is no such file or command", missing.display());
        return Err(Failure::new(&message, "see \"meridian --help\" for the commands"));
    }
    open_window(file).map_err(Failure)?;
    Ok(FINE)
}

#[cfg(feature = "gui")]
fn open_window(file: Option<&Path>) -> Result<(), String> {
    crate::app::run(file.map(Path::to_owned))
}

#[cfg(not(feature = "gui"))]
fn open_window(_file: Option<&Path>) -> Result<(), String> {
    Err("this build has no window (hint: use the commands templates, new, check, rules, company, books, fix, diff, \
         estimate, whatif, story, availability, sweep, advise, export, import, schema or fmt; see \"meridian --help\")"
        .into())
}
