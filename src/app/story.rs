//! The story in the window: scenes made of what is played and seen now, steps from one to the next, and whether they
//! are true.

use std::sync::Arc;

use crate::books::Books;
use crate::design::story::{insert_scene, move_scene, remove_scene, replace_scene};
use crate::design::{Design, Extent, Failure, Failures, Meta, Scene, SceneRect, failure};
use crate::estimate::Estimates;
use crate::failure::Model;
use crate::failure::claims::{self, SceneCheck};

use super::Msg;
use super::actions::Action;
use super::camera;
use super::present::Step;
use super::state::{BottomTab, State};
use super::worker::{Found, Slide};

/// Longest title, characters.
const MAX_TITLE: usize = 200;

/// Whether the scenes of a story are true.
#[derive(Debug)]
pub struct CheckedStory {
    /// What tells the story.
    meta: Arc<Meta>,
    /// Its scenes, in order.
    scenes: Vec<SceneCheck>,
    /// How many of them are not true.
    wrong: usize,
}

impl CheckedStory {
    /// Finds it out; `None` when `go_on` said no on the way. `model` and `estimates` are those of the healthy design.
    pub(super) fn of(
        design: &Design,
        books: &Books,
        estimates: &Estimates,
        model: &Model,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let check = |scene| go_on().then(|| claims::check(design, books, estimates, model, scene));
        let scenes: Vec<SceneCheck> = design.meta.story.iter().map(check).collect::<Option<_>>()?;
        let wrong = scenes.iter().filter(|check| !check.holds()).count();
        Some(Self { meta: design.meta.clone(), scenes, wrong })
    }

    /// What was found out about a scene of a story, perhaps of a later one: until that is looked at, a scene that was
    /// moved keeps its own marks, and one that claims something else has none.
    fn of_scene<'c>(&'c self, meta: &Arc<Meta>, index: usize) -> Option<&'c SceneCheck> {
        if Arc::ptr_eq(meta, &self.meta) {
            return self.scenes.get(index);
        }
        let scene = meta.story.get(index)?;
        let same = |other: &Scene| (&other.failures, &other.claims) == (&scene.failures, &scene.claims);
        let here = self.meta.story.get(index).filter(|other| same(other)).map(|_| index);
        self.scenes.get(here.or_else(|| self.meta.story.iter().position(same))?)
    }
}

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
fn failures_of<'a>(scene: &'a Scene, design: &'a Design) -> impl Iterator<Item = &'a Failure> {
    scene.failures.iter().filter(|failure| failure.missing_in(design).is_none())
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

/// Looks at the scene at a place of the story, as far as there is one.
pub(super) fn choose(state: &mut State, index: Option<usize>) {
    state.view.scene = index.filter(|at| *at < state.doc.design().meta.story.len());
}

/// Lets just that have failed which the scene at a place of the story says, and looks there.
pub(super) fn play(state: &mut State, index: usize) {
    let Some(scene) = state.doc.design().meta.story.get(index) else { return };
    let failures = scene.failures.clone();
    look_at(state, index);
    state.play(failures);
}

/// Goes on looking at the same scenes after the story has changed.
pub(super) fn follow(state: &mut State, before: &[Scene]) {
    let now = state.doc.design().meta.story.as_slice();
    if before == now {
        return;
    }
    state.view.scene = state.view.scene.and_then(|at| followed(before, now, at));
    if let Some(presenting) = &mut state.view.presenting {
        presenting.scene = followed(before, now, presenting.scene).unwrap_or(0);
    }
}

/// The place in a changed story of the scene that was at `at`; of a scene that was taken out, what stands there now. Of
/// scenes that were put in, or came back, the first one. `None` when there are no scenes any more.
fn followed(before: &[Scene], now: &[Scene], at: usize) -> Option<usize> {
    let last = now.len().checked_sub(1)?;
    let same = |(a, b): &(&Scene, &Scene)| a == b;
    let head = before.iter().zip(now).take_while(same).count();
    let rest = before.len().min(now.len()) - head;
    let tail = before.iter().rev().zip(now.iter().rev()).take(rest).take_while(same).count();
    if now.len() > before.len() && head + tail == before.len() {
        return Some(head);
    }
    let behind = before.len().saturating_sub(at);
    if at >= head && (1..=tail).contains(&behind) {
        return Some(now.len() - behind);
    }
    let elsewhere = || now.iter().position(|scene| Some(scene) == before.get(at));
    Some(if at < head { at } else { elsewhere().unwrap_or(at.min(last)) })
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

    /// Whether that is what this scene asks.
    pub(super) fn wants_slide(&self, about: &Scene) -> bool {
        let Some(presenting) = &self.view.presenting else { return false };
        let claims = self.doc.design().meta.story.get(presenting.scene).map_or(&[][..], |scene| &scene.claims);
        about.failures == *self.whatif.failures() && about.claims == claims
    }

    /// What is told of the slide shown, and whether that is about what is shown now.
    #[must_use]
    pub fn slide(&self) -> Option<(&Arc<Slide>, bool)> {
        match self.slide.as_ref()?.found(self.serial)? {
            (Found::Slide(slide), current) => Some((slide, current)),
            _ => None,
        }
    }

    /// Whether the claims of a scene are true, as far as that was found out, and whether that is about what is shown
    /// now.
    #[must_use]
    pub fn scene_check(&self, index: usize) -> Option<(&SceneCheck, bool)> {
        let (checked, current) = self.checked_story()?;
        Some((checked.of_scene(&self.doc.design().meta, index)?, current))
    }

    /// What was found out last about the story, and whether that is about what is shown now.
    #[must_use]
    pub fn checked_story(&self) -> Option<(&Arc<CheckedStory>, bool)> {
        match self.story.as_ref()?.found(self.serial)? {
            (Found::Story(checked), current) => Some((checked, current)),
            _ => None,
        }
    }

    /// How many scenes are not true, as far as was found out.
    #[must_use]
    pub fn false_scenes(&self) -> usize {
        let Some((checked, _)) = self.checked_story() else { return 0 };
        let meta = &self.doc.design().meta;
        if Arc::ptr_eq(meta, &checked.meta) {
            return checked.wrong;
        }
        let scenes = 0..meta.story.len();
        scenes.filter(|at| checked.of_scene(meta, *at).is_some_and(|check| !check.holds())).count()
    }

    /// Whether something else has failed than the slide's scene says.
    #[must_use]
    pub fn slide_is_changed(&self) -> bool {
        let Some(presenting) = &self.view.presenting else { return false };
        let design = self.doc.design();
        let scene = design.meta.story.get(presenting.scene);
        scene.is_some_and(|scene| failures_of(scene, design).ne(self.whatif.failures()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scene a letter.
    fn story(titles: &str) -> Vec<Scene> {
        titles.chars().map(|title| Scene { title: title.into(), ..Scene::default() }).collect()
    }

    #[test]
    fn a_scene_is_followed_wherever_it_is_moved_and_back() {
        let before = story("abcde");
        for from in 0..before.len() {
            for to in 0..before.len() {
                let mut after = before.clone();
                let moved = after.remove(from);
                after.insert(to, moved);
                for (at, scene) in before.iter().enumerate() {
                    let there = followed(&before, &after, at).expect("there are scenes");
                    assert_eq!(after[there], *scene, "{from} to {to}");
                    assert_eq!(followed(&after, &before, there), Some(at), "{from} to {to} and undone");
                }
            }
        }
    }

    #[test]
    fn what_comes_and_goes_around_a_scene_does_not_change_which_one_it_is() {
        assert_eq!(followed(&story("abc"), &story("ab"), 0), Some(0));
        assert_eq!(followed(&story("xabc"), &story("abc"), 2), Some(1));
        assert_eq!(followed(&story("abc"), &story("aXc"), 1), Some(1), "it was rewritten");
        assert_eq!(followed(&story("aac"), &story("aa"), 1), Some(1), "others may look the same");
        assert_eq!(followed(&story("abc"), &story("ac"), 1), Some(1), "it was taken out: the next one");
        assert_eq!(followed(&story("abc"), &story("ab"), 2), Some(1), "it was the last one");
        assert_eq!(followed(&story("a"), &[], 0), None);
        assert_eq!(followed(&story("ac"), &story("abc"), 1), Some(1), "what came back is looked at");
        assert_eq!(followed(&[], &story("ab"), 0), Some(0), "nothing was there before");
    }
}
