//! Scenes: failures to show in a meeting, where to look, what to say, and claims that a design must keep true.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use super::Design;
use super::capability::Capability;
use super::checked::{self, is_default};
use super::edit::{Edit, Op};
use super::failure::Failures;
use super::geometry::SceneRect;
use super::id::Id;
use super::validate::check_view;

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
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "checked_view")]
    pub view: Option<SceneRect>,
    /// What the scene asserts; a story is true when all of these are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// For the presenter only; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// A view is checked as it is read, so that an error carries its place in the file.
fn checked_view<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SceneRect>, D::Error> {
    Option::<SceneRect>::deserialize(deserializer)?.map(check_view).transpose().map_err(serde::de::Error::custom)
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

    /// The capability it is about; `None` for one about numbers.
    #[must_use]
    pub fn capability(&self) -> Option<Capability> {
        match self {
            Self::State { capability, .. } | Self::Rto { capability, .. } | Self::Rpo { capability, .. } => {
                Some(*capability)
            }
            Self::Latency { .. } | Self::Use { .. } => None,
        }
    }
}

/// A time as people say it: seconds below two minutes, else minutes, hours or days.
fn time(s: f64) -> String {
    let (value, unit) = match s {
        s if s < 120.0 => (s, "s"),
        s if s < 7_200.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3_600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    format!("{} {unit}", short(value))
}

/// A number with at most two decimal places, without zeros at its end.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Claim {
    /// What is asserted, as a sentence without a full stop, such as `In Mumbai, tokens are no longer issued`.
    #[must_use]
    pub fn words(&self, design: &Design) -> String {
        let place = match self.scope() {
            Scope::Everywhere => "Everywhere".to_owned(),
            Scope::At(id) if design.regions.contains_key(id) => format!("In {}", design.name_of(id)),
            Scope::At(id) => format!("For {}", design.name_of(id)),
        };
        let says = match self {
            Self::State { capability, expect, .. } => capability.claimed(*expect),
            Self::Rto { capability, at_most_s, .. } => {
                let (who, can, done) = capability.done();
                format!("{who} {can} {done} again within {}", time(*at_most_s))
            }
            Self::Rpo { capability, at_most_s, .. } => {
                format!("at most {} of changes are lost to those who {}", time(*at_most_s), capability.verb())
            }
            Self::Latency { at_most_ms, .. } => format!("95 % of API calls take at most {} ms", short(*at_most_ms)),
            Self::Use { at_most_pct, .. } => format!("gateways are used to at most {} %", short(*at_most_pct)),
        };
        format!("{place}, {says}")
    }
}

impl Capability {
    /// Who or what, `are` or `can be`, and what is done.
    fn done(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Serve => ("API calls", "are", "answered"),
            Self::Throttle => ("limits on calls", "are", "enforced"),
            Self::Issue => ("tokens", "are", "issued"),
            Self::Validate => ("opaque tokens", "are", "checked"),
            Self::Revoke => ("revoked tokens", "are", "refused"),
            Self::Publish => ("APIs", "can be", "published"),
            Self::Apps => ("applications", "can be", "created"),
            Self::Admin => ("portals and policies", "can be", "administered"),
            Self::GatewayStart => ("gateways", "can be", "started"),
            Self::TrafficManagerStart => ("traffic managers", "can be", "started"),
            Self::Analytics => ("calls", "are", "recorded for analytics"),
            Self::RemoteRevoke => ("tokens revoked elsewhere", "are", "refused"),
            Self::RemotePublish => ("APIs published elsewhere", "are", "shown"),
            Self::RemoteApps => ("applications created elsewhere", "are", "known"),
            Self::RemoteAdmin => ("policies and tenants of other regions", "are", "known"),
        }
    }

    /// That it survives so far, as the end of a sentence: `tokens are no longer issued`.
    fn claimed(self, expect: Expect) -> String {
        let (who, can, done) = self.done();
        match (expect, can) {
            (Expect::Works, _) => format!("{who} {can} {done} as if nothing had failed"),
            (Expect::Continues, "can be") => format!("{who} can still be {done}"),
            (Expect::Continues, _) => format!("{who} are still {done}"),
            (Expect::Lost, "can be") => format!("{who} can no longer be {done}"),
            (Expect::Lost, _) => format!("{who} are no longer {done}"),
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

/// The edit that replaces a scene.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::file::{from_ron, to_ron};
    use crate::design::history::Document;
    use crate::design::{Between, Failure, commands};

    const TOLD: &str = r#"(
  format: 1,
  name: "Told",
  product_version: "4.6.0",
  story: [(
    title: "Mumbai is alone",
    failures: ["region:fra", "nodes:gw/1"],
    view: (min: (0, 0), extent: (800, 600)),
    claims: [State(
      capability: Issue,
      scope: At("bom"),
      expect: Lost,
    ), Latency(
      at_most_ms: 250.0,
    )],
  ), (
    title: "As usual",
  )],
  regions: {
    "bom": (name: "Mumbai", role: Sub, site: Cloud(provider: "aws", region: "ap-south-1"), pos: (0, 0), extent: (400, 300)),
    "fra": (name: "Frankfurt", role: Main, site: Cloud(provider: "aws", region: "eu-central-1"), pos: (800, 0), extent: (400, 300)),
  },
)"#;

    fn told() -> Design {
        from_ron(TOLD, "x.ron").expect("valid")
    }

    #[test]
    fn a_scene_is_a_block_and_its_failures_are_one_line() {
        let written = to_ron(&told()).expect("writes");
        let (from, to) = (TOLD.find("  story: ").unwrap(), TOLD.find("  regions: ").unwrap());
        let view = "view: (\n      min: (0, 0),\n      extent: (800, 600),\n    )";
        let expected = TOLD[from..to].replace("view: (min: (0, 0), extent: (800, 600))", view);
        assert!(written.contains(&expected), "{written}");
    }

    #[test]
    fn each_breach_of_a_story_names_its_place() {
        let cases: &[(&str, &str, usize, &str, &str)] = &[
            ("capability: Issue", "capability: Isue", 10, "unknown capability \"Isue\"", "did you mean \"Issue\""),
            ("expect: Lost", "expect: Gone", 12, "unknown expect \"Gone\"", "known are Works"),
            ("nodes:gw/1", "nodes:gw/0", 7, "\"nodes:gw/0\" names nothing", "nodes:ID/COUNT"),
            ("region:fra", "reign:fra", 7, "\"reign:fra\" names nothing", "write region:ID"),
            ("region:fra", "region:../fra", 7, "names nothing", "write region:ID"),
            ("at_most_ms: 250.0", "at_most_ms: NaN", 14, "is not between", "finite number"),
            ("at_most_ms: 250.0", "at_most_ms: -1.0", 14, "-1 is not between", "finite number"),
            ("extent: (800, 600)", "extent: (999999999, 600)", 8, "shows no part of a drawing", "leave the view out"),
            ("extent: (800, 600)", "extent: (800, 0)", 8, "shows no part of a drawing", "leave the view out"),
            ("title: \"As usual\"", "title: \"As\\u{7}usual\"", 5, "control character", "ordinary text"),
            ("title: \"As usual\"", "titel: \"As usual\"", 17, "unknown field \"titel\"", "did you mean \"title\""),
        ];
        for (from, to, line, message, hint) in cases {
            let text = TOLD.replacen(from, to, 1);
            assert_ne!(text, TOLD, "{from} is not in the sample");
            let error = from_ron(&text, "x.ron").expect_err("must be refused");
            assert!(error.message.contains(message), "{to}: {error}");
            assert!(error.hint.contains(hint), "{to}: {error}");
            assert_eq!(error.line, *line, "{to}: {error}");
        }
        let many = "(title: \"x\"), ".repeat(MAX_SCENES + 1);
        let error = from_ron(&TOLD.replacen("story: [", &format!("story: [{many}"), 1), "x.ron").expect_err("too many");
        assert_eq!(error.line, 5, "{error}");
        assert!(error.message.contains("503 scenes"), "{error}");
    }

    /// Titles are free text; whoever makes a file name of one takes its slug.
    #[test]
    fn a_title_may_look_like_a_path() {
        let design = from_ron(&TOLD.replacen("As usual", "../../etc/passwd", 1), "x.ron").expect("valid");
        assert_eq!(Id::slug(&design.meta.story[1].title).as_str(), "etc-passwd");
    }

    #[test]
    fn claims_are_sentences() {
        let design = told();
        let bom = || Scope::At(Id::new("bom").unwrap());
        let state = |capability, scope, expect| Claim::State { capability, scope, expect };
        let (issue, start) = (Capability::Issue, Capability::GatewayStart);
        for (claim, words) in [
            (state(issue, bom(), Expect::Lost), "In Mumbai, tokens are no longer issued"),
            (state(start, bom(), Expect::Lost), "In Mumbai, gateways can no longer be started"),
            (state(Capability::Serve, bom(), Expect::Continues), "In Mumbai, API calls are still answered"),
            (state(issue, Scope::Everywhere, Expect::Works), "Everywhere, tokens are issued as if nothing had failed"),
            (
                Claim::Rto { capability: start, scope: bom(), at_most_s: 300.0 },
                "In Mumbai, gateways can be started again within 5 min",
            ),
            (
                Claim::Rpo { capability: issue, scope: bom(), at_most_s: 0.0 },
                "In Mumbai, at most 0 s of changes are lost to those who issue tokens",
            ),
            (
                Claim::Latency { scope: Scope::At(Id::new("app").unwrap()), at_most_ms: 250.5 },
                "For app, 95 % of API calls take at most 250.5 ms",
            ),
            (Claim::Use { scope: bom(), at_most_pct: 80.0 }, "In Mumbai, gateways are used to at most 80 %"),
        ] {
            assert_eq!(claim.words(&design), words);
        }
    }

    #[test]
    fn scenes_are_put_in_moved_and_removed_and_all_of_it_undone() {
        let before = told();
        let mut document = Document::new(before.clone());
        let titles = |document: &Document| -> Vec<String> {
            document.design().meta.story.iter().map(|scene| scene.title.clone()).collect()
        };
        let scene = Scene { title: "Cut off".into(), ..Scene::default() };
        document.apply(insert_scene(document.design(), 99, scene.clone())).unwrap();
        assert_eq!(titles(&document), ["Mumbai is alone", "As usual", "Cut off"]);
        document.apply(move_scene(document.design(), 2, 0)).unwrap();
        assert_eq!(titles(&document), ["Cut off", "Mumbai is alone", "As usual"]);
        document.apply(replace_scene(document.design(), 2, Scene { title: "All is well".into(), ..scene })).unwrap();
        document.apply(remove_scene(document.design(), 0)).unwrap();
        assert_eq!(titles(&document), ["Mumbai is alone", "All is well"]);
        for nowhere in [remove_scene(document.design(), 7), move_scene(document.design(), 7, 0)] {
            document.apply(nowhere).unwrap();
        }
        assert_eq!(titles(&document), ["Mumbai is alone", "All is well"]);
        while document.undo().is_some() {}
        assert_eq!(**document.design(), before);
    }

    #[test]
    fn a_scene_outlives_what_it_shows_and_says_so() {
        let mut document = Document::new(told());
        let fra = Id::new("fra").unwrap();
        document.apply(commands::delete(document.design(), &[fra])).unwrap();
        let scene = &document.design().meta.story[0];
        let missing: Vec<String> = scene.failures.iter().filter_map(|f| f.missing_in(document.design())).collect();
        assert_eq!(missing, ["there is no region \"fra\"", "there is no component \"gw\""]);
        assert!(to_ron(document.design()).unwrap().contains("region:fra"));
    }

    #[test]
    fn what_could_not_be_read_again_is_refused() {
        let mut document = Document::new(told());
        let bom = || Id::new("bom").unwrap();
        let nonsense = [
            Failure::Nodes { component: bom(), count: 0 },
            Failure::Cut(Between::new(bom(), bom())),
            Failure::Zone { region: bom(), zone: String::new() },
        ];
        for failure in nonsense {
            let scene = Scene { failures: Failures::from([failure]), ..Scene::default() };
            let error = document.apply(insert_scene(document.design(), 0, scene)).expect_err("must be refused");
            assert!(error.message.contains("names nothing that can fail"), "{error}");
        }
    }
}
