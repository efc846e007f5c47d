//! The story in the window: scenes made of what is played and seen now, steps from one to the next, and whether they
//! are true.

use crate::design::failure;
use crate::design::story::{insert_scene, move_scene, remove_scene, replace_scene};
use crate::design::{Design, Extent, Failures, Scene, SceneRect};
use crate::failure::claims::SceneCheck;

use super::Msg;
use super::actions::Action;
use super::camera;
use super::present::Step;
use super::state::{BottomTab, State};
use super::worker::{Found, Slide};

/// Longest title, characters.
const MAX_TITLE: usize = 200;

/// What is played now and what part of the drawing is seen, as a scene.
#[must_use]
pub fn scene_now(state: &State) -> Scene {
    let failures = state.whatif.failures().clone();
    let title = if failures.is_empty() { "As usual".into() } else { headline(state.doc.design(), &failures) };
    Scene { title, failures, view: view_now(state), ..Scene::default() }
}

/// What has failed, short enough for a title.
fn headline(design: &Design, failures: &Failures) -> String {
    failure::headline(design, failures).chars().take(MAX_TITLE).collect()
}

/// The part of the drawing in view; `None` when that is all of it.
fn view_now(state: &State) -> Option<SceneRect> {
    let bounds = camera::rect(state.doc.design().bounds()?);
    let seen = state.camera.visible_scene();
    if seen.expand(2.0).contains_rect(bounds) {
        return None;
    }
    let min = camera::scene_pos(seen.min);
    let max = camera::scene_pos(seen.max);
    Some(SceneRect { min, extent: Extent((max.0 - min.0).max(1), (max.1 - min.1).max(1)) })
}

/// What a scene fails of what is still drawn.
#[must_use]
pub fn failures_of(scene: &Scene, design: &Design) -> Failures {
    scene.failures.iter().filter(|failure| failure.missing_in(design).is_none()).cloned().collect()
}

/// Makes a scene the one looked at and brings its part of the drawing into view.
pub(super) fn look_at(state: &mut State, index: usize) {
    state.view.scene = Some(index);
    let view = state.doc.design().meta.story.get(index).and_then(|scene| scene.view);
    if let Some(bounds) = view.or_else(|| state.doc.design().bounds()) {
        // What was seen when the scene was made came with its own margin.
        let (margin, most_zoom) = if view.is_some() { (0.0, camera::MAX_ZOOM) } else { (28.0, 1.0) };
        state.camera.fit_within(camera::rect(bounds), margin, most_zoom);
    }
}

/// Forgets a scene looked at that is not in the story any more.
pub(super) fn keep_in_range(state: &mut State) {
    let last = state.doc.design().meta.story.len().checked_sub(1);
    state.view.scene = state.view.scene.zip(last).map(|(at, last)| at.min(last));
    if let Some(presenting) = &mut state.view.presenting {
        presenting.scene = presenting.scene.min(last.unwrap_or(0));
    }
}

/// The scene looked at, with its place.
#[must_use]
pub fn looked_at(state: &State) -> Option<(usize, &Scene)> {
    let at = state.view.scene?;
    Some((at, state.doc.design().meta.story.get(at)?))
}

/// Whether an action on scenes can be done; otherwise why not.
///
/// # Errors
/// The sentence.
pub fn enabled(action: Action, state: &State) -> Result<(), &'static str> {
    let count = state.doc.design().meta.story.len();
    if count == 0 {
        return Err("There are no scenes yet");
    }
    let looked_at = looked_at(state).map(|(at, _)| at);
    match (action, looked_at) {
        (Action::NextScene, Some(at)) if at + 1 >= count => Err("This is the last scene"),
        (Action::PreviousScene, Some(0)) => Err("This is the first scene"),
        (Action::MoveSceneUp, Some(0)) => Err("This is the first scene already"),
        (Action::MoveSceneDown, Some(at)) if at + 1 >= count => Err("This is the last scene already"),
        (Action::NextScene | Action::PreviousScene, _) | (_, Some(_)) => Ok(()),
        (_, None) => Err("Choose a scene first (F9)"),
    }
}

/// Runs an action on scenes.
pub(super) fn run(action: Action, state: &State, next: &mut Vec<Msg>) {
    let design = state.doc.design();
    let story = &design.meta.story;
    let looked_at = looked_at(state);
    match (action, looked_at) {
        (Action::AddScene, _) => {
            let at = looked_at.map_or(story.len(), |(at, _)| at + 1);
            next.push(Msg::Edit(insert_scene(design, at, scene_now(state))));
            next.push(Msg::LookAtScene(Some(at)));
            next.push(match state.view.presenting {
                Some(_) => Msg::Present(Step::To(at)),
                None => Msg::Action(Action::ShowTab(BottomTab::Story)),
            });
        }
        (Action::UpdateScene, Some((at, scene))) => {
            let now = scene_now(state);
            let scene = Scene { failures: now.failures, view: now.view, ..scene.clone() };
            next.push(Msg::Edit(replace_scene(design, at, scene)));
        }
        (Action::DuplicateScene, Some((at, scene))) => {
            let title = scene.title.chars().take(MAX_TITLE - 5).collect::<String>() + " copy";
            let copy = Scene { title, ..scene.clone() };
            next.extend([Msg::Edit(insert_scene(design, at + 1, copy)), Msg::LookAtScene(Some(at + 1))]);
        }
        (Action::RemoveScene, Some((at, _))) => next.push(Msg::Edit(remove_scene(design, at))),
        (Action::MoveSceneUp, Some((at, _))) => next.extend(moved(design, at, at.saturating_sub(1))),
        (Action::MoveSceneDown, Some((at, _))) => next.extend(moved(design, at, at + 1)),
        (Action::NextScene, _) => next.push(Msg::PlayScene(looked_at.map_or(0, |(at, _)| at + 1))),
        (Action::PreviousScene, _) => {
            let last = story.len().saturating_sub(1);
            next.push(Msg::PlayScene(looked_at.map_or(last, |(at, _)| at.saturating_sub(1))));
        }
        (Action::Present, _) => next.push(Msg::Present(Step::Start)),
        _ => {}
    }
}

/// Moves a scene and goes on looking at it.
#[must_use]
pub fn moved(design: &Design, from: usize, to: usize) -> [Msg; 2] {
    [Msg::Edit(move_scene(design, from, to)), Msg::LookAtScene(Some(to))]
}

impl State {
    /// Whether there are scenes.
    pub(super) fn has_story(&self) -> bool {
        !self.doc.design().meta.story.is_empty()
    }

    /// What is to be found out about the slide shown: what has failed now, with the claims of its scene.
    pub(super) fn wanted_slide(&self) -> Option<Scene> {
        let presenting = self.view.presenting.as_ref()?;
        let claims = self.doc.design().meta.story.get(presenting.scene).map(|scene| scene.claims.clone());
        let failures = self.whatif.failures().clone();
        Some(Scene { failures, claims: claims.unwrap_or_default(), ..Scene::default() })
    }

    /// What is told of the slide shown, and whether that is about what is shown now.
    #[must_use]
    pub fn slide(&self) -> Option<(&Slide, bool)> {
        match self.slide.as_ref()?.found(self.serial)? {
            (Found::Slide(slide), current) => Some((slide, current)),
            _ => None,
        }
    }

    /// Whether the claims of a scene are true, as far as that was found out, and whether that is about what is shown
    /// now.
    #[must_use]
    pub fn scene_check(&self, index: usize) -> Option<(&SceneCheck, bool)> {
        let (Found::Story(checks), current) = self.story.as_ref()?.found(self.serial)? else { return None };
        let check = checks.get(index)?;
        // Until a changed story is looked at, a claim must not wear the mark of another one.
        let same = self.doc.design().meta.story.get(index)?.claims.len() == check.claims.len();
        same.then_some((check, current))
    }

    /// How many scenes are not true, as far as was found out.
    #[must_use]
    pub fn false_scenes(&self) -> usize {
        let scenes = 0..self.doc.design().meta.story.len();
        scenes.filter(|at| self.scene_check(*at).is_some_and(|(check, _)| !check.holds())).count()
    }

    /// Whether something else has failed than the slide's scene says.
    #[must_use]
    pub fn slide_is_changed(&self) -> bool {
        let Some(presenting) = &self.view.presenting else { return false };
        let design = self.doc.design();
        let scene = design.meta.story.get(presenting.scene);
        scene.is_some_and(|scene| failures_of(scene, design) != *self.whatif.failures())
    }
}
