//! What may be chosen about pictures.

use clap::Args;

use crate::clock;
use crate::design::{Design, Id};
use crate::export::{Options, Scenes, Theme};

use super::Failure;
use crate::cli::whatif::failures;

/// What the pictures of svg, png, pdf and report look like.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pictures")]
pub(super) struct Pictures {
    /// Light on dark ground
    #[arg(long)]
    dark: bool,
    /// Pixels for one point of a PNG
    #[arg(long, value_name = "NUMBER", default_value_t = Options::default().scale)]
    scale: f32,
    /// Leave out the marks of findings
    #[arg(long)]
    no_findings: bool,
    /// Leave out cost, use and round trips
    #[arg(long)]
    no_estimates: bool,
    /// What has failed in the picture; may be repeated, see "meridian whatif --help"
    #[arg(long, value_name = "FAILURE", conflicts_with = "scene")]
    fail: Vec<String>,
    /// Only these elements and what connects them, ids separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',', conflicts_with = "scene")]
    only: Vec<String>,
    /// A scene of the story instead of the canvas: its number from 1, or "all"
    #[arg(long, value_name = "SCENE")]
    scene: Option<String>,
}

impl Pictures {
    /// The options of an export of this design.
    pub(super) fn options(&self, design: &Design) -> Result<Options, Failure> {
        if !self.scale.is_finite() || self.scale <= 0.0 {
            return Err(Failure::new(&format!("a scale cannot be {}", self.scale), "use a number such as 2"));
        }
        Ok(Options {
            theme: if self.dark { Theme::Dark } else { Theme::Light },
            scale: self.scale,
            marks: !self.no_findings,
            estimates: !self.no_estimates,
            failures: failures(design, &self.fail)?,
            selection: self.only.iter().map(|text| element(design, text)).collect::<Result<_, _>>()?,
            scenes: self.scene.as_deref().map_or(Ok(Scenes::Canvas), |scene| scenes(design, scene))?,
            today: Some(clock::today()),
        })
    }
}

fn element(design: &Design, text: &str) -> Result<Id, Failure> {
    let known = Id::new(text.trim()).ok().filter(|id| design.contains(id));
    known.ok_or_else(|| {
        let message = format!("there is no element \"{}\"", text.trim());
        Failure::new(&message, "use ids of regions and components as they stand in the file")
    })
}

fn scenes(design: &Design, text: &str) -> Result<Scenes, Failure> {
    let count = design.meta.story.len();
    if text == "all" && count > 0 {
        return Ok(Scenes::All);
    }
    let number = text.parse::<usize>().ok().filter(|n| (1..=count).contains(n));
    number.map(|n| Scenes::One(n - 1)).ok_or_else(|| {
        let hint = match count {
            0 => "the design has no scenes".to_owned(),
            n => format!("use a number from 1 to {n}, or all"),
        };
        Failure::new(&format!("there is no scene \"{text}\""), &hint)
    })
}
