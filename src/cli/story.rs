//! `meridian story`: the scenes of a design, and whether what they claim is true.

use std::fmt::Write as _;

use clap::Subcommand;
use serde::Serialize;

use crate::design::{Design, Scene};
use crate::estimate;
use crate::export::planner::to_json;
use crate::failure::Model;
use crate::failure::claims::{SceneCheck, StoryCheck, check_story};
use crate::topology::Topology;

use super::commands::read;
use super::company::OwnBooks;
use super::estimate::Assume;
use super::output::print;
use super::text::{heading, paragraph, plural};
use super::{EXIT_CODES, FINE, FOUND, Failure, Input, Machine};

#[derive(Debug, Subcommand)]
pub(super) enum Story {
    /// Check that every claim of every scene is true of the design as it is
    ///
    /// Exits with 1 when a claim is false or a scene fails something that is not there, so that a pipeline notices when a
    /// change of the design makes a slide false.
    #[command(after_help = EXIT_CODES)]
    Check {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        machine: Machine,
        #[command(flatten)]
        assume: Assume,
        #[command(flatten)]
        books: OwnBooks,
    },
    /// List the scenes: what fails, what is said, what is claimed
    #[command(after_help = EXIT_CODES)]
    List {
        #[command(flatten)]
        input: Input,
        #[command(flatten)]
        machine: Machine,
    },
}

/// What `story check --json` prints. Later versions may add fields.
#[derive(Serialize)]
struct Checked<'a> {
    format: &'static str,
    design: &'a str,
    holds: bool,
    scenes: Vec<CheckedScene<'a>>,
}

#[derive(Serialize)]
struct CheckedScene<'a> {
    title: &'a str,
    failures: Vec<String>,
    holds: bool,
    missing: &'a [String],
    claims: Vec<CheckedClaim<'a>>,
}

#[derive(Serialize)]
struct CheckedClaim<'a> {
    claim: &'a str,
    holds: bool,
    found: &'a str,
    because: &'a str,
}

/// What `story list --json` prints. Later versions may add fields.
#[derive(Serialize)]
struct Listed<'a> {
    format: &'static str,
    design: &'a str,
    scenes: Vec<ListedScene<'a>>,
}

#[derive(Serialize)]
struct ListedScene<'a> {
    title: &'a str,
    talking_point: &'a str,
    failures: Vec<String>,
    claims: Vec<String>,
    notes: &'a str,
}

pub(super) fn run(story: &Story) -> Result<u8, Failure> {
    match story {
        Story::Check { input, machine, assume, books } => {
            let (mut design, _) = read(&input.file)?;
            assume.apply(&mut design)?;
            let books = books.of(&input.file)?;
            let topology = Topology::of(&design);
            let estimates = estimate::estimate(&topology, &books);
            let model = Model::of(&topology, &estimates);
            let check = check_story(&design, &books, &estimates, &model);
            print(&if machine.json { to_json(&checked(&design, &check)) } else { text(&design, &check) })?;
            Ok(if check.holds() { FINE } else { FOUND })
        }
        Story::List { input, machine } => {
            let (design, _) = read(&input.file)?;
            print(&if machine.json { to_json(&listed(&design)) } else { list(&design) })?;
            Ok(FINE)
        }
    }
}

fn failures(scene: &Scene) -> Vec<String> {
    scene.failures.iter().map(ToString::to_string).collect()
}

fn checked<'a>(design: &'a Design, check: &'a StoryCheck) -> Checked<'a> {
    let scenes = design.meta.story.iter().zip(&check.scenes).map(|(scene, check)| CheckedScene {
        title: &check.title,
        failures: failures(scene),
        holds: check.holds(),
        missing: &check.missing,
        claims: check
            .claims
            .iter()
            .map(|claim| CheckedClaim {
                claim: &claim.claim,
                holds: claim.holds,
                found: &claim.found,
                because: &claim.because,
            })
            .collect(),
    });
    Checked {
        format: "meridian-story-check/1",
        design: &design.meta.name,
        holds: check.holds(),
        scenes: scenes.collect(),
    }
}

fn listed(design: &Design) -> Listed<'_> {
    let scenes = design.meta.story.iter().map(|scene| ListedScene {
        title: &scene.title,
        talking_point: &scene.talking_point,
        failures: failures(scene),
        claims: scene.claims.iter().map(|claim| claim.words(design)).collect(),
        notes: &scene.notes,
    });
    Listed { format: "meridian-story/1", design: &design.meta.name, scenes: scenes.collect() }
}

/// The title of a scene with its number, and what fails in it.
fn head(out: &mut String, design: &Design, at: usize, scene: &Scene) {
    let _ = writeln!(out, "\n{}. {}", at + 1, scene.title);
    let words = |failure: &crate::design::Failure| format!("{} ({failure})", failure.words(design));
    let failed: Vec<String> = scene.failures.iter().map(words).collect();
    let failed = if failed.is_empty() { "nothing".to_owned() } else { failed.join("; ") };
    paragraph(out, "   Fails: ", &failed);
}

fn text(design: &Design, check: &StoryCheck) -> String {
    let mut out = heading(design);
    for (at, (scene, check)) in design.meta.story.iter().zip(&check.scenes).enumerate() {
        head(&mut out, design, at, scene);
        for missing in &check.missing {
            paragraph(&mut out, "   ✕ ", &format!("the scene fails what is not there: {missing}"));
        }
        for claim in &check.claims {
            let mark = if claim.holds { "   ✓ " } else { "   ✕ " };
            paragraph(&mut out, mark, &claim.claim);
            paragraph(&mut out, "       found: ", &claim.found);
            if !claim.holds {
                paragraph(&mut out, "       because: ", &claim.because);
            }
        }
    }
    let wrong = check.scenes.iter().filter(|scene| !scene.holds()).count();
    let claims: usize = check.scenes.iter().map(|scene| scene.claims.len()).sum();
    let (scenes, claims) = (plural(check.scenes.len(), "scene"), plural(claims, "claim"));
    let _ = match wrong {
        _ if check.scenes.is_empty() => writeln!(out, "\nThe design tells no story."),
        0 => writeln!(out, "\n{scenes}, {claims}: all true"),
        _ => writeln!(out, "\n{scenes}, {claims}: not true in {}", wrong_scenes(&check.scenes)),
    };
    out
}

/// The numbers of the scenes that are not true.
fn wrong_scenes(scenes: &[SceneCheck]) -> String {
    let wrong = scenes.iter().enumerate().filter(|(_, scene)| !scene.holds());
    let wrong: Vec<String> = wrong.map(|(at, _)| (at + 1).to_string()).collect();
    format!("{} {}", if wrong.len() == 1 { "scene" } else { "scenes" }, wrong.join(", "))
}

fn list(design: &Design) -> String {
    let mut out = heading(design);
    for (at, scene) in design.meta.story.iter().enumerate() {
        head(&mut out, design, at, scene);
        paragraph(&mut out, "   Says: ", &scene.talking_point);
        for claim in &scene.claims {
            paragraph(&mut out, "   Claims: ", &claim.words(design));
        }
        for line in scene.notes.lines() {
            paragraph(&mut out, "   Notes: ", line);
        }
    }
    if design.meta.story.is_empty() {
        out.push_str("\nThe design tells no story.\n");
    }
    out
}
