//! Scenes: failures to show in a meeting, where to look, what to say, and claims that a design must keep true.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Design;
use super::capability::Capability;
use super::checked::{self, is_default};
use super::edit::{Edit, Op};
use super::failure::Failures;
use super::geometry::SceneRect;
use super::id::Id;

/// Most scenes a design may have.
pub const MAX_SCENES: usize = 500;

/// One slide of the storyboard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What it is called: "Frankfurt is lost".
    pub title: String,
    /// One sentence for the audience; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub talking_point: String,
    /// What has failed; empty shows the healthy design.
    #[serde(default, skip_serializing_if = "is_default")]
    pub failures: Failures,
    /// The part of the drawing in view, scene coordinates; `None` shows everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<SceneRect>,
    /// What the scene asserts; a story is true when all of these are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// For the presenter only; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// Who a claim speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Scope {
    /// Every region and population that has the capability.
    #[default]
    Everywhere,
    /// One region or one population.
    At(Id),
}

/// How far a capability is claimed to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Expect {
    /// It works as if nothing had failed.
    Works,
    /// It goes on, perhaps slower, on existing data or without the chance of a restart.
    Continues,
    /// It is lost.
    Lost,
}

impl Expect {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 3] = [Self::Works, Self::Continues, Self::Lost];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Continues => "goes on",
            Self::Lost => "is lost",
        }
    }
}

/// Something a scene asserts and a machine can check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Claim {
    /// A capability survives, or does not.
    State {
        /// The capability.
        capability: Capability,
        /// Where.
        #[serde(default, skip_serializing_if = "is_default")]
        scope: Scope,
        /// How far.
        expect: Expect,
    },
    /// A capability is back within a time (recovery time objective).
    Rto {
        /// The capability.
        capability: Capability,
        /// Where.
        #[serde(default, skip_serializing_if = "is_default")]
        scope: Scope,
        /// At most, seconds; compared with the likely value.
        #[serde(with = "checked::quantity")]
        at_most_s: f64,
    },
    /// No more than this time of changes is lost (recovery point objective).
    Rpo {
        /// The capability whose data it is.
        capability: Capability,
        /// Where.
        #[serde(default, skip_serializing_if = "is_default")]
        scope: Scope,
        /// At most, seconds; compared with the likely value.
        #[serde(with = "checked::quantity")]
        at_most_s: f64,
    },
    /// API calls stay below a 95th percentile.
    Latency {
        /// The population, or all of them.
        #[serde(default, skip_serializing_if = "is_default")]
        scope: Scope,
        /// At most, ms.
        #[serde(with = "checked::quantity")]
        at_most_ms: f64,
    },
    /// Groups that serve API traffic stay below a utilisation.
    Use {
        /// The region, or all of them.
        #[serde(default, skip_serializing_if = "is_default")]
        scope: Scope,
        /// At most, percent of capacity at peak.
        #[serde(with = "checked::quantity")]
        at_most_pct: f64,
    },
}

impl Claim {
    /// The scope it speaks of.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        match self {
            Self::State { scope, .. }
            | Self::Rto { scope, .. }
            | Self::Rpo { scope, .. }
            | Self::Latency { scope, .. }
            | Self::Use { scope, .. } => scope,
        }
    }
}

/// What must be kept after a failure, for one capability; `None` where there is no target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resilience {
    /// Longest time until it is back after the loss of any one node, zone, component or region, seconds.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub rto_s: Option<f64>,
    /// Longest time of changes that may be lost with any one of these, seconds.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub rpo_s: Option<f64>,
    /// Share of the time it works, percent.
    #[serde(skip_serializing_if = "Option::is_none", with = "checked::optional_quantity")]
    pub availability_pct: Option<f64>,
}

/// The edit that puts a scene at a place of the storyboard, counted from 0; beyond the end means last.
#[must_use]
pub fn insert_scene(design: &Design, at: usize, scene: Scene) -> Edit {
    let label = format!("Add scene {}", quoted(&scene.title));
    changed(design, label, |story| story.insert(at.min(story.len()), scene))
}

/// The edit that replaces a scene; edits of the same field in a row are one undo step when they have the same key.
#[must_use]
pub fn replace_scene(design: &Design, at: usize, scene: Scene) -> Edit {
    let label = format!("Change scene {}", quoted(&scene.title));
    changed(design, label, |story| {
        if let Some(place) = story.get_mut(at) {
            *place = scene;
        }
    })
}

/// The edit that removes a scene.
#[must_use]
pub fn remove_scene(design: &Design, at: usize) -> Edit {
    let title = design.meta.story.get(at).map_or("", |scene| scene.title.as_str());
    changed(design, format!("Remove scene {}", quoted(title)), |story| {
        if at < story.len() {
            story.remove(at);
        }
    })
}

/// The edit that moves a scene to another place, counted from 0 without it.
#[must_use]
pub fn move_scene(design: &Design, from: usize, to: usize) -> Edit {
    let title = design.meta.story.get(from).map_or("", |scene| scene.title.as_str());
    changed(design, format!("Move scene {}", quoted(title)), |story| {
        if from < story.len() {
            let scene = story.remove(from);
            story.insert(to.min(story.len()), scene);
        }
    })
}

fn quoted(title: &str) -> String {
    format!("“{title}”")
}

fn changed(design: &Design, label: String, change: impl FnOnce(&mut Vec<Scene>)) -> Edit {
    let mut meta = (*design.meta).clone();
    change(&mut meta.story);
    Edit::new(label, vec![Op::Meta(Arc::new(meta))])
}
