//! `meridian import`: designs made of planner files.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::design::Design;
use crate::design::file::{self, FileError};
use crate::{files, import};

use super::commands::{is_dash, refuse_own_input};
use super::output::{complain, deliver};
use super::{EXIT_CODES, FINE, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// A planner file back as a design
    #[command(after_help = EXIT_CODES)]
    Planner(Planner),
}

#[derive(Debug, Args)]
pub(super) struct Planner {
    /// Planner file to read; - for standard input
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

/// Where the design goes.
#[derive(Debug, Args)]
struct Target {
    /// File to write; without it, the design goes to standard output
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
}

pub(super) fn run(from: &Import) -> Result<u8, Failure> {
    match from {
        Import::Planner(options) => planner(options),
    }
}

/// What the plan does not say goes to standard error, where it is not part of the design.
fn planner(options: &Planner) -> Result<u8, Failure> {
    options.target.is_free()?;
    refuse_own_input(&options.file, options.target.out.as_deref())?;
    let (text, name) = text(&options.file)?;
    let imported = import::planner::read(&text, &name)?;
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
