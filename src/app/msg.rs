//! What panels and the canvas ask for. Collected during a frame, executed after its layout.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Pos2, Rect, Vec2};

use crate::design::edit::Edit;
use crate::design::failure::Failure;
use crate::design::{Design, Failures, Id, Level, ProductVersion, Proposal};
use crate::estimate::{Assumed, Target};
use crate::rules::Finding;

use super::actions::Action;
use super::camera::Camera;
use super::compared::Base;
use super::present::Step;
use super::shell::Request;
use super::state::Placing;

/// One request.
#[derive(Debug, Clone)]
pub enum Msg {
    /// Change the document by one undo step.
    Edit(Edit),
    /// Show the effect of a gesture that is going on; `None` when it ended or was cancelled.
    Preview(Option<Edit>),
    /// End a run of merging edits (a field lost the keyboard, a drag ended).
    EndMerge,
    /// Undo or redo until this many steps are applied.
    GoToStep(usize),
    /// Select just these elements.
    Select(Vec<Id>),
    /// Add the element to the selection, or take it out.
    ToggleSelect(Id),
    /// Select these elements and bring them into view.
    Reveal(Vec<Id>),
    /// The pointer is over this element in some list, or over none.
    Hover(Option<Id>),
    /// Move the view by a distance on the screen.
    Pan(Vec2),
    /// Zoom about a place of the screen.
    ZoomAbout(Pos2, f32),
    /// Centre the view on a scene point.
    CenterOn(Pos2),
    /// Where the canvas is on the screen.
    CanvasRect(Rect),
    /// What the next click on the canvas places; `None` stops placing.
    Place(Option<Placing>),
    /// Place it now, with its middle at the scene point.
    PlaceAt(Placing, Pos2),
    /// Connect two components as proposed.
    Connect(Id, Id, Proposal),
    /// Choose a partner for this component; `None` stops choosing.
    Connecting(Option<Id>),
    /// Choose a place for a new region, or stop choosing.
    ChooseRegion(bool),
    /// Choose another place for this element; `None` stops choosing.
    ChooseSite(Option<Id>),
    /// Show this part of the world map.
    MapCamera(Camera),
    /// Give the keyboard to the name field of this element; `None` once it has it.
    Rename(Option<Id>),
    /// The finding at this index is the one looked at; `None` when none is any more.
    Problem(Option<usize>),
    /// Show this quick fix of the finding looked at as a ghost, or none.
    Ghost(Option<usize>),
    /// Apply this quick fix of the finding looked at.
    ApplyFix(usize),
    /// Compare the design's product version with another one, or stop comparing.
    CompareVersion(Option<ProductVersion>),
    /// Compare the design with another one; `None` stops.
    Compare(Option<Arc<Base>>),
    /// Compare the design with what it was when this many steps were applied.
    CompareStep(usize),
    /// Move the assumptions of this figure.
    Sensitivity(Target),
    /// Show this assumption in the ledger and give it the keyboard; `None` once it has it.
    ShowAssumption(Option<Assumed>),
    /// Ask for the reason and the end of a waiver of this finding.
    Waive(Box<Finding>),
    /// Take rules as seriously as this, or as they are: asks for a reason when a rule is turned off.
    SetRule(String, Option<Level>),
    /// Show the reference page of this rule, or the list of all.
    ShowRule(Option<String>),
    /// Let this fail.
    Fail(Failure),
    /// Repair this.
    Repair(Failure),
    /// Let this fail, or repair it when it has failed.
    ToggleFailure(Failure),
    /// Repair everything.
    RepairAll,
    /// Let just these have failed.
    Play(Failures),
    /// Let just that have failed which the scene at this place of the story says.
    PlayScene(usize),
    /// Look at the scene at this place of the story, or at none.
    LookAtScene(Option<usize>),
    /// Begin, end or go on presenting the story.
    Present(Step),
    /// The footer's hint.
    Hint(String),
    /// Run a named action.
    Action(Action),
    /// Open this file.
    OpenPath(PathBuf),
    /// Start from this template.
    NewFromTemplate(&'static str),
    /// Start from this design, which is in no file yet.
    NewDesign(Arc<Design>),
    /// Do something about files that a dialog asked for.
    Shell(Request),
    /// Show a passing message.
    Toast(String),
    /// Show a text on the clipboard.
    CopyText(String),
    /// The table that was to be copied is.
    TableCopied,
    /// Paste this text.
    PasteText(String),
}
