//! Executes messages: the only place where the window's state changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::Pos2;

use crate::design::edit::Edit;
use crate::design::failure::Failure;
use crate::design::{Design, Failures, Id, Kind, ProductVersion, SceneRect, commands};

use super::actions::Action;
use super::camera;
use super::compared::{Base, Origin};
use super::map;
use super::msg::Msg;
use super::places;
use super::present;
use super::shell::Shell;
use super::state::{BottomTab, Placing, Preview, State};
use super::story;
use super::whatif::offers;

/// Distance between an original and its duplicate, scene points.
const DUPLICATE_OFFSET: i32 = 24;

/// Executes one message; what it asks for in turn is pushed to `next`.
pub fn execute(msg: Msg, ctx: &egui::Context, state: &mut State, shell: &mut Shell, next: &mut Vec<Msg>) {
    if state.view.presenting.is_some() && draws(&msg) {
        next.push(Msg::Toast("Leave the presentation first (Esc)".into()));
        return;
    }
    match msg {
        Msg::Edit(edit) => apply(state, edit, next),
        Msg::Preview(edit) => set_preview(state, edit),
        Msg::EndMerge => state.doc.end_merge(),
        Msg::GoToStep(step) => {
            state.doc.go_to(step);
            document_changed(state);
        }
        Msg::Select(ids) => state.selection = ids.into_iter().collect(),
        Msg::ToggleSelect(id) => {
            if !state.selection.remove(&id) {
                state.selection.insert(id);
            }
        }
        Msg::Reveal(ids) => {
            if let Some(camera) = map_camera(state) {
                state.view.map.camera = Some(map::view::revealed(state, camera, &ids));
            }
            if let Some(bounds) = bounds_of(state.shown(), &ids) {
                state.camera.reveal(bounds.expand(32.0));
            }
            state.selection = ids.into_iter().collect();
        }
        Msg::Hover(id) => state.view.hovered = id,
        Msg::Pan(_) | Msg::ZoomAbout(..) | Msg::CenterOn(_) | Msg::CanvasRect(_) => look(&msg, ctx, state),
        Msg::LookAtScene(index) => state.view.scene = index.filter(|at| *at < state.doc.design().meta.story.len()),
        Msg::Present(step) => present::take(step, ctx, state),
        Msg::Place(placing) => {
            // A place is chosen on the drawing.
            state.view.map.open &= placing.is_none();
            state.view.placing = placing;
        }
        Msg::PlaceAt(placing, center_scene) => place_at(state, &placing, center_scene, next),
        Msg::Connect(from, to, proposal) => {
            let (edit, ids) = commands::connect(state.doc.design(), &from, &to, proposal);
            if ids.is_empty() {
                next.push(Msg::Toast("They are already connected that way".into()));
            } else {
                next.extend([Msg::Edit(edit), Msg::Select(ids)]);
            }
        }
        Msg::Connecting(id) => state.view.connecting = id,
        Msg::ChooseRegion(choosing) => state.view.choosing_region = choosing,
        Msg::ChooseSite(id) => state.view.moving = id,
        Msg::MapCamera(camera) => state.view.map.camera = Some(map::view::limited(camera)),
        Msg::Rename(id) => state.view.rename = id,
        Msg::Problem(index) => {
            state.view.problem = index;
            state.view.ghost = None;
        }
        Msg::Ghost(index) => state.view.ghost = index,
        Msg::ApplyFix(index) => {
            if let Some(offer) = state.offers().and_then(|offers| offers.get(index)) {
                next.push(Msg::Edit(offer.edit.clone()));
            }
        }
        Msg::CompareVersion(version) => state.view.compared_version = version,
        Msg::Compare(base) => compare_with(state, base),
        Msg::CompareStep(step) => {
            let mut past = state.doc.clone();
            past.go_to(step);
            let label = step.checked_sub(1).and_then(|at| past.steps().get(at)).map(|step| step.label.clone());
            let origin = label.map_or(Origin::Start, Origin::Step);
            compare_with(state, Some(Base::new(past.design().clone(), origin)));
        }
        Msg::Sensitivity(target) => state.view.target = target,
        Msg::ShowAssumption(key) => {
            if key.is_some() {
                next.push(Msg::Action(Action::ShowTab(BottomTab::Assumptions)));
            }
            state.view.assumption = key;
        }
        Msg::Fail(_) | Msg::Repair(_) | Msg::ToggleFailure(_) | Msg::RepairAll | Msg::Play(_) | Msg::PlayScene(_) => {
            play(msg, state, next)
        }
        Msg::Hint(hint) => state.view.hint = hint,
        Msg::Action(action) => match action.enabled(state) {
            Ok(()) => run_action(action, ctx, state, shell, next),
            Err(why) => next.push(Msg::Toast(why.into())),
        },
        Msg::PasteText(text) => paste(state, &text, next),
        Msg::CopyText(text) => ctx.copy_text(text),
        Msg::TableCopied => state.view.copy_table = false,
        Msg::OpenPath(_)
        | Msg::NewFromTemplate(_)
        | Msg::NewDesign(_)
        | Msg::Toast(_)
        | Msg::Shell(_)
        | Msg::Waive(_)
        | Msg::SetRule(..)
        | Msg::ShowRule(_) => {
            shell.execute(msg, ctx, state, next);
        }
    }
}

/// Whether a message that is no action changes the drawing, or begins to.
fn draws(msg: &Msg) -> bool {
    matches!(
        msg,
        Msg::Place(Some(_))
            | Msg::PlaceAt(..)
            | Msg::Connect(..)
            | Msg::Connecting(Some(_))
            | Msg::ChooseRegion(true)
            | Msg::ChooseSite(Some(_))
            | Msg::Rename(Some(_))
            | Msg::ApplyFix(_)
            | Msg::PasteText(_)
    )
}

/// Changes what part of the scene is visible.
fn look(msg: &Msg, ctx: &egui::Context, state: &mut State) {
    match *msg {
        Msg::CanvasRect(rect) => {
            state.camera.canvas_screen = rect;
            // The picture of a slide fills whatever room the slide leaves it, until somebody moves it.
            if state.view.presenting.as_ref().is_some_and(|presenting| presenting.fitted) {
                present::fit(state);
                ctx.request_repaint();
            }
            return;
        }
        Msg::Pan(delta_screen) => state.camera.pan_by(delta_screen),
        Msg::ZoomAbout(pos_screen, factor) => state.camera.zoom_about(pos_screen, factor),
        Msg::CenterOn(pos_scene) => state.camera.center_scene = pos_scene,
        _ => return,
    }
    if let Some(presenting) = &mut state.view.presenting {
        presenting.fitted = false;
    }
}

/// Lets something fail or repairs it, and finds out at once what follows.
fn play(msg: Msg, state: &mut State, next: &mut Vec<Msg>) {
    let design = state.doc.design().clone();
    match msg {
        Msg::Fail(failure) => fail(failure, &design, state, next),
        Msg::Repair(failure) => _ = state.whatif.repair(&failure),
        Msg::ToggleFailure(failure) => {
            if !state.whatif.repair(&failure) {
                fail(failure, &design, state, next);
            }
        }
        Msg::RepairAll => state.whatif.play(Failures::new()),
        Msg::Play(failures) => state.whatif.play(failures),
        Msg::PlayScene(index) => {
            let Some(scene) = design.meta.story.get(index) else { return };
            state.whatif.play(scene.failures.clone());
            story::look_at(state, index);
        }
        _ => return,
    }
    state.whatif.drop_missing(&design);
    state.evaluate_whatif();
}

fn fail(failure: Failure, design: &Design, state: &mut State, next: &mut Vec<Msg>) {
    match failure.missing_in(design) {
        Some(why) => next.push(Msg::Toast(format!("That cannot fail: {why}"))),
        None => state.whatif.fail(failure),
    }
}

/// Compares the design with another one from now on, in view of who asked for it.
fn compare_with(state: &mut State, base: Option<Arc<Base>>) {
    if base.is_some() {
        state.view.bottom_open = true;
        state.view.tab = BottomTab::Compare;
    }
    state.view.compared = base;
}

fn document_changed(state: &mut State) {
    state.serial += 1;
    state.preview = None;
    state.view.ghost = None;
    let design = state.doc.design().clone();
    story::keep_in_range(state);
    state.selection.retain(|id| design.contains(id));
    // The outcome follows with the analysis of the new design, unless something repaired itself by being deleted.
    let failed = state.whatif.failures().len();
    state.whatif.drop_missing(&design);
    if state.whatif.failures().len() != failed {
        state.evaluate_whatif();
    }
    let gone = |id: &Option<Id>| id.as_ref().is_some_and(|id| !design.contains(id));
    if gone(&state.view.hovered) {
        state.view.hovered = None;
    }
    if gone(&state.view.connecting) {
        state.view.connecting = None;
    }
    if gone(&state.view.moving) {
        state.view.moving = None;
    }
}

fn apply(state: &mut State, edit: Edit, next: &mut Vec<Msg>) {
    let before = state.doc.revision();
    match state.doc.apply(edit) {
        Ok(()) if state.doc.revision() == before && state.preview.is_none() => {}
        Ok(()) => document_changed(state),
        Err(invalid) => {
            if state.preview.take().is_some() {
                state.serial += 1;
            }
            next.push(Msg::Toast(format!("That cannot be done: {} ({})", invalid.message, invalid.hint)));
        }
    }
}

fn set_preview(state: &mut State, edit: Option<Edit>) {
    let Some(edit) = edit else {
        if state.preview.take().is_some() {
            state.serial += 1;
        }
        return;
    };
    if state.preview.as_ref().is_some_and(|p| p.edit == edit) {
        return;
    }
    let mut design = Design::clone(state.doc.design());
    if edit.apply(&mut design).is_ok() {
        state.preview = Some(Preview { edit, design: Arc::new(design) });
        state.serial += 1;
    }
}

/// The scene rectangle around elements; links count with both ends.
fn bounds_of(design: &Design, ids: &[Id]) -> Option<egui::Rect> {
    let component = |id: &Id| design.components.get(id).map(|c| design.rect_scene(c));
    ids.iter()
        .filter_map(|id| {
            if let Some(region) = design.regions.get(id) {
                return Some(region.rect());
            }
            if let Some(link) = design.links.get(id) {
                return component(&link.from).zip(component(&link.to)).map(|(a, b)| a.union(b));
            }
            component(id)
        })
        .map(camera::rect)
        .reduce(egui::Rect::union)
}

fn place_at(state: &mut State, placing: &Placing, center_scene: Pos2, next: &mut Vec<Msg>) {
    let center = camera::scene_pos(center_scene);
    let design = state.doc.design();
    let (edit, id) = match placing {
        Placing::Component(kind) => commands::add_component(design, *kind, center),
        Placing::Region { name, site } => {
            let extent = commands::NEW_REGION_EXTENT;
            let corner = center.offset(-extent.0 / 2, -extent.1 / 2);
            commands::add_region(design, name, site.clone(), corner)
        }
    };
    state.view.placing = None;
    next.extend([Msg::Edit(edit), Msg::Select(vec![id])]);
}

fn paste(state: &State, text: &str, next: &mut Vec<Msg>) {
    match crate::design::file::from_ron(text, "clipboard") {
        Ok(part) => {
            let fragment = commands::Fragment { design: part };
            let center = camera::scene_pos(state.camera.center_scene);
            let shift = match fragment.design.bounds() {
                Some(bounds) if !camera::rect(bounds).intersects(state.camera.visible_scene()) => {
                    let middle = bounds.center();
                    (center.0 - middle.0, center.1 - middle.1)
                }
                _ => (DUPLICATE_OFFSET, DUPLICATE_OFFSET),
            };
            let shift = beside_copies(state.doc.design(), &fragment, shift);
            let (edit, ids) = commands::paste(state.doc.design(), &fragment, shift.0, shift.1, "Paste");
            next.extend([Msg::Edit(edit), Msg::Select(ids)]);
        }
        Err(error) => next.push(Msg::Toast(format!("This text is no part of a design: {}", error.message))),
    }
}

/// The shift at which no pasted element exactly covers one that is there, such as the copy pasted before.
fn beside_copies(design: &Design, fragment: &commands::Fragment, shift: (i32, i32)) -> (i32, i32) {
    // Beyond so many copies in a row one more on top of another is no worse.
    const MAX_COPIES: i32 = 50;
    let rects = |design: &Design| -> Vec<SceneRect> {
        let components = design.components.values().map(|c| design.rect_scene(c));
        design.regions.values().map(|r| r.rect()).chain(components).collect()
    };
    let key = |rect: SceneRect| (rect.min, rect.extent.0, rect.extent.1);
    let taken: BTreeSet<_> = rects(design).into_iter().map(key).collect();
    let pasted = rects(&fragment.design);
    (0..MAX_COPIES)
        .map(|n| (shift.0 + n * DUPLICATE_OFFSET, shift.1 + n * DUPLICATE_OFFSET))
        .find(|(dx, dy)| {
            let covers = |r: &SceneRect| taken.contains(&key(SceneRect { min: r.min.offset(*dx, *dy), ..*r }));
            !pasted.iter().any(covers)
        })
        .unwrap_or(shift)
}

/// The selection as text; nothing when only links are selected, which say nothing without their ends.
fn copy_text(state: &State) -> Result<Option<String>, crate::design::file::FileError> {
    let fragment = commands::copy(state.doc.design(), &state.selected_ids());
    if fragment.design.is_empty() {
        return Ok(None);
    }
    crate::design::file::to_ron(&fragment.design).map(Some)
}

fn copy(action: Action, ctx: &egui::Context, state: &State, next: &mut Vec<Msg>) {
    match copy_text(state) {
        Ok(None) => next.push(Msg::Toast("Select the components too: a link is copied with both its ends".into())),
        Ok(Some(text)) => {
            ctx.copy_text(text);
            if action == Action::Cut {
                next.push(Msg::Action(Action::Delete));
            }
        }
        Err(error) => next.push(Msg::Toast(error.to_string())),
    }
}

fn run_action(action: Action, ctx: &egui::Context, state: &mut State, shell: &mut Shell, next: &mut Vec<Msg>) {
    match action {
        Action::Undo => {
            state.doc.undo();
            document_changed(state);
        }
        Action::Redo => {
            state.doc.redo();
            document_changed(state);
        }
        Action::Copy | Action::Cut => copy(action, ctx, state, next),
        Action::Paste => ctx.send_viewport_cmd(egui::ViewportCommand::RequestPaste),
        Action::Duplicate => {
            let ids = state.selected_ids();
            let design = state.doc.design();
            let (dx, dy) = beside_copies(design, &commands::copy(design, &ids), (DUPLICATE_OFFSET, DUPLICATE_OFFSET));
            let (edit, new_ids) = commands::duplicate(design, &ids, dx, dy);
            next.extend([Msg::Edit(edit), Msg::Select(new_ids)]);
        }
        Action::Delete => next.push(Msg::Edit(commands::delete(state.doc.design(), &state.selected_ids()))),
        Action::SelectAll => {
            let design = state.doc.design();
            state.selection = design.regions.keys().chain(design.components.keys()).cloned().collect();
        }
        Action::SelectNone => state.selection.clear(),
        Action::Rename => {
            state.view.right_open = true;
            state.view.rename = state.single_selection().cloned();
        }
        Action::Connect => state.view.connecting = state.single_selection().cloned(),
        Action::Insert(kind) => {
            let center = insertion_point(state, kind);
            place_at(state, &Placing::Component(kind), center, next);
            if !state.camera.visible_scene().contains(center) {
                next.push(Msg::CenterOn(center));
            }
        }
        Action::InsertRegion => state.view.choosing_region = true,
        Action::MoveToRegion => state.view.moving = state.single_selection().cloned(),
        Action::Arrange(how) => {
            next.push(Msg::Edit(commands::arrange(state.doc.design(), &state.selected_ids(), how)));
        }
        Action::CopyTable => state.view.copy_table = true,
        Action::ToggleMap
        | Action::ToggleCloudRegions
        | Action::ToggleLeft
        | Action::ToggleRight
        | Action::ToggleBottom
        | Action::ToggleMinimap
        | Action::ColourBy(_)
        | Action::ShowTab(_)
        | Action::EndComparison => run_view_action(action, state),
        Action::FailOrRepair
        | Action::FailNode
        | Action::CutConnection
        | Action::SlowConnection(_)
        | Action::RepairAll => run_failure_action(action, state, next),
        Action::PlayWorst => {
            // Beside the drawing stands what else there is. It is played as soon as it is known.
            run_view_action(Action::ShowTab(BottomTab::Weak), state);
            state.view.playing_worst = !state.play_worst_single();
        }
        Action::AddScene
        | Action::UpdateScene
        | Action::DuplicateScene
        | Action::RemoveScene
        | Action::MoveSceneUp
        | Action::MoveSceneDown
        | Action::NextScene
        | Action::PreviousScene
        | Action::Present => story::run(action, state, next),
        Action::ThemeDark => ctx.set_theme(egui::ThemePreference::Dark),
        Action::ThemeLight => ctx.set_theme(egui::ThemePreference::Light),
        Action::ThemeSystem => ctx.set_theme(egui::ThemePreference::System),
        Action::NextProblem
        | Action::PreviousProblem
        | Action::PreviewFix
        | Action::ApplyFix
        | Action::FixAll
        | Action::Waive
        | Action::RuleReference
        | Action::CompareVersions => run_problem_action(action, state, next),
        Action::ZoomIn | Action::ZoomOut | Action::ZoomActual | Action::ZoomToFit | Action::ZoomToSelection => {
            run_zoom_action(action, state)
        }
        Action::New
        | Action::Open
        | Action::Save
        | Action::SaveAs
        | Action::Export
        | Action::ExportAs(_)
        | Action::RecoverWork
        | Action::CompareSaved
        | Action::CompareFile
        | Action::Quit
        | Action::Find
        | Action::CommandPalette
        | Action::Advisor
        | Action::Keys
        | Action::CompanyRules
        | Action::About => shell.run_action(action, ctx, state, next),
    }
}

/// Runs an action about how much of the drawing or the map is visible.
fn run_zoom_action(action: Action, state: &mut State) {
    match action {
        Action::ZoomIn => zoom(state, 1.25),
        Action::ZoomOut => zoom(state, 0.8),
        Action::ZoomActual => zoom(state, 1.0 / map_camera(state).unwrap_or(state.camera).zoom),
        Action::ZoomToFit => {
            if let Some(camera) = map_camera(state) {
                state.view.map.camera = Some(map::view::fitted(state, camera.canvas_screen));
            } else if let Some(bounds) = state.shown().bounds() {
                state.camera.fit(camera::rect(bounds));
            }
        }
        Action::ZoomToSelection => {
            if let Some(camera) = map_camera(state) {
                state.view.map.camera = Some(map::view::fitted_to_selection(state, camera.canvas_screen));
            } else if let Some(bounds) = bounds_of(state.shown(), &state.selected_ids()) {
                state.camera.fit(bounds);
            }
        }
        _ => {}
    }
}

/// Runs an action about what is shown and how.
fn run_view_action(action: Action, state: &mut State) {
    match action {
        Action::ToggleMap => {
            // What goes on in one view cannot end in the other.
            set_preview(state, None);
            (state.view.placing, state.view.hovered) = (None, None);
            state.view.map.open = !state.view.map.open;
        }
        Action::ToggleCloudRegions => state.view.map.cloud_regions = !state.view.map.cloud_regions,
        Action::ToggleLeft => state.view.left_open = !state.view.left_open,
        Action::ToggleRight => state.view.right_open = !state.view.right_open,
        Action::ToggleBottom => state.view.bottom_open = !state.view.bottom_open,
        Action::ToggleMinimap => state.view.minimap = !state.view.minimap,
        Action::ColourBy(by) => state.view.heat = if state.view.heat == Some(by) { None } else { Some(by) },
        Action::ShowTab(tab) => {
            state.view.bottom_open = true;
            state.view.tab = tab;
        }
        Action::EndComparison => state.view.compared = None,
        _ => {}
    }
}

/// Runs an action about what fails.
fn run_failure_action(action: Action, state: &State, next: &mut Vec<Msg>) {
    let design = state.doc.design();
    let failures = state.whatif.failures();
    let connection = || offers::connection(design, &state.selection);
    match action {
        Action::FailOrRepair => {
            let selected = offers::of_all(design, &state.selection);
            // What is left to fail is failed before anything is repaired.
            let failed = selected.iter().all(|failure| failures.contains(failure));
            // All at once: each step finds out again what holds.
            let mut all = failures.clone();
            for failure in selected {
                if failed {
                    all.remove(&failure);
                } else {
                    all.insert(failure);
                }
            }
            next.push(Msg::Play(all));
        }
        Action::FailNode => {
            let id = state.single_selection();
            next.extend(id.and_then(|id| offers::one_more_node(design, failures, id)).map(Msg::Fail));
        }
        Action::CutConnection => next.extend(connection().map(Failure::Cut).map(Msg::ToggleFailure)),
        Action::SlowConnection(extra_rtt_ms) => {
            let slow = connection().map(|between| Failure::Slow { between, extra_rtt_ms });
            next.extend(slow.map(Msg::ToggleFailure));
        }
        Action::RepairAll => next.push(Msg::RepairAll),
        _ => {}
    }
}

/// Runs an action about findings and rules.
fn run_problem_action(action: Action, state: &mut State, next: &mut Vec<Msg>) {
    match action {
        Action::NextProblem => step_problem(state, 1, next),
        Action::PreviousProblem => step_problem(state, -1, next),
        Action::PreviewFix => {
            let count = state.offers().map_or(0, <[_]>::len);
            state.view.ghost = Some(state.view.ghost.map_or(0, |at| (at + 1) % count.max(1)));
        }
        Action::ApplyFix => next.push(Msg::ApplyFix(state.view.ghost.unwrap_or(0))),
        Action::FixAll => {
            let all = state.offers().and_then(|offers| offers.iter().position(|o| o.all));
            next.extend(all.map(Msg::ApplyFix));
        }
        Action::Waive => next.extend(state.finding().cloned().map(|f| Msg::Waive(Box::new(f)))),
        Action::RuleReference => next.push(Msg::ShowRule(None)),
        Action::CompareVersions => {
            let own = state.doc.design().meta.product_version;
            let newest = ProductVersion::ALL.into_iter().rev().find(|v| *v != own);
            next.push(Msg::CompareVersion(newest));
        }
        _ => {}
    }
}

/// The camera of the world map, while that is shown.
fn map_camera(state: &State) -> Option<camera::Camera> {
    state.view.map.camera.filter(|_| state.view.map.open)
}

fn zoom(state: &mut State, factor: f32) {
    if let Some(mut camera) = map_camera(state) {
        camera.zoom_about(camera.canvas_screen.center(), factor);
        state.view.map.camera = Some(map::view::limited(camera));
        return;
    }
    let middle = state.camera.canvas_screen.center();
    state.camera.zoom_about(middle, factor);
}

/// Where the middle of a component added by key goes: a free spot in the selected region, else in the one in the middle
/// of the view, else near that middle.
fn insertion_point(state: &State, kind: Kind) -> Pos2 {
    let design = state.doc.design();
    let size = kind.extent();
    let selected = || {
        let id = state.single_selection()?;
        let region = design.components.get(id).map_or(Some(id), |c| c.region.as_ref())?;
        Some((design.regions.get_key_value(region)?, crate::design::places::FIRST_SPOT))
    };
    let in_view = || {
        let middle = camera::scene_pos(state.camera.center_scene);
        let (id, region) = design.regions.get_key_value(commands::region_at(design, middle)?)?;
        let wish = middle.offset(-size.0 / 2, -size.1 / 2).offset(-region.pos.0, -region.pos.1);
        Some(((id, region), wish))
    };
    match selected().or_else(in_view).filter(|_| kind.fits_in_region()) {
        Some(((id, region), wish)) => {
            let spot = crate::design::places::in_region(design, id, size, wish);
            camera::rect(SceneRect { min: region.pos.offset(spot.0, spot.1), extent: size }).center()
        }
        None => places::near_view(state, size).center(),
    }
}

fn step_problem(state: &mut State, by: isize, next: &mut Vec<Msg>) {
    let Some(analysis) = state.analysis.clone() else { return };
    let count = analysis.check.findings.len();
    let index = match state.view.problem {
        Some(at) => at.checked_add_signed(by).unwrap_or(count.saturating_sub(1)) % count.max(1),
        None if by < 0 => count.saturating_sub(1),
        None => 0,
    };
    state.view.problem = Some(index);
    state.view.ghost = None;
    state.view.bottom_open = true;
    state.view.tab = BottomTab::Problems;
    if let Some(finding) = analysis.check.findings.get(index) {
        next.push(Msg::Reveal(finding.subjects.clone()));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::app::App;
    use crate::design::history::Document;
    use crate::design::{Pos, Site};

    /// A window with a region in which one gateway stands.
    fn app() -> (App, egui::Context, Id) {
        let mut design = Design::default();
        let (edit, _) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).expect("a region can be added");
        let (edit, gateway) = commands::add_component(&design, Kind::Gateway, Pos(150, 120));
        edit.apply(&mut design).expect("a component can be added");
        let mut app = App::for_tests();
        app.state.doc = Document::new(design);
        app.state.open = true;
        (app, egui::Context::default(), gateway)
    }

    fn places(app: &App) -> BTreeSet<Pos> {
        let design = app.state.doc.design();
        design.components.values().map(|c| design.pos_scene(c)).collect()
    }

    #[test]
    fn copies_pasted_or_duplicated_again_do_not_cover_each_other() {
        let (mut app, ctx, gateway) = app();
        app.state.selection = [gateway.clone()].into();
        let text = copy_text(&app.state).expect("it can be copied").expect("a component is selected");
        for _ in 0..3 {
            app.request(Msg::PasteText(text.clone()));
            app.tick(&ctx);
        }
        assert_eq!(places(&app).len(), 4);
        for _ in 0..2 {
            app.request(Msg::Select(vec![gateway.clone()]));
            app.request(Msg::Action(Action::Duplicate));
            app.tick(&ctx);
        }
        assert_eq!(places(&app).len(), 6);
    }

    #[test]
    fn components_added_by_key_do_not_cover_each_other() {
        let (mut app, ctx, _) = app();
        for at in [egui::pos2(150.0, 120.0), egui::pos2(-900.0, 0.0)] {
            app.state.camera.center_scene = at;
            for kind in [Kind::Gateway, Kind::Redis, Kind::Users] {
                app.request(Msg::Action(Action::SelectNone));
                app.request(Msg::Action(Action::Insert(kind)));
                app.tick(&ctx);
            }
        }
        let design = app.state.doc.design();
        let all: Vec<_> = design.components.values().map(|c| design.rect_scene(c)).collect();
        assert_eq!(all.len(), 7);
        assert!(all.iter().enumerate().all(|(i, a)| !all.iter().skip(i + 1).any(|b| a.intersects(*b))), "{all:?}");
    }

    #[test]
    fn a_refused_edit_takes_the_preview_back_and_asks_for_numbers_without_it() {
        let (mut app, ctx, gateway) = app();
        let preview = commands::nudge(app.state.doc.design(), std::slice::from_ref(&gateway), 8, 8);
        app.request(Msg::Preview(Some(preview)));
        app.tick(&ctx);
        let serial = app.state.serial;
        let region = app.state.doc.design().regions.keys().next().cloned().expect("there is one");
        let refused = Edit::new("Remove", vec![crate::design::edit::Op::Region(region, None)]);
        app.request(Msg::Edit(refused));
        app.tick(&ctx);
        assert!(app.state.preview.is_none() && app.state.serial > serial);
    }
}
