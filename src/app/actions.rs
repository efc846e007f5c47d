//! Everything a person can do by name. Menus, keys, the command palette and the key list are projections of this
//! one table, so they cannot disagree.

use egui::{Key, KeyboardShortcut, Modifiers};

use crate::design::Kind;
use crate::design::commands::Arrange;
use crate::export::Form;
use crate::picture::heat::Heat;

use super::map;
use super::state::{BottomTab, State};
use super::story;
use super::whatif::offers;

/// A command without further input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Shows the templates.
    New,
    /// Opens a file.
    Open,
    /// Saves to the file it came from.
    Save,
    /// Saves to another file.
    SaveAs,
    /// Opens the window that exports.
    Export,
    /// Opens it with this form alone.
    ExportAs(Form),
    /// Shows unsaved work that can be recovered.
    RecoverWork,
    /// Closes the window.
    Quit,
    /// Takes the last step back.
    Undo,
    /// Does it again.
    Redo,
    /// Cuts the selection.
    Cut,
    /// Copies the selection.
    Copy,
    /// Copies the table shown in the lower panel.
    CopyTable,
    /// Pastes.
    Paste,
    /// Duplicates the selection.
    Duplicate,
    /// Deletes the selection.
    Delete,
    /// Selects everything.
    SelectAll,
    /// Selects nothing.
    SelectNone,
    /// Renames the selected element.
    Rename,
    /// Finds an element by name.
    Find,
    /// Adds a component.
    Insert(Kind),
    /// Adds a region.
    InsertRegion,
    /// Weighs the patterns and draws what was decided.
    Advisor,
    /// Connects the selected component with another one.
    Connect,
    /// Moves the selected region to another cloud region.
    MoveToRegion,
    /// Lines up or spreads the selection.
    Arrange(Arrange),
    /// Enlarges.
    ZoomIn,
    /// Shrinks.
    ZoomOut,
    /// Shows at 100 %.
    ZoomActual,
    /// Shows everything.
    ZoomToFit,
    /// Shows the selection.
    ZoomToSelection,
    /// Shows the world map in place of the drawing, or the drawing again.
    ToggleMap,
    /// Marks the cloud regions that are not in use on the map, or does not.
    ToggleCloudRegions,
    /// Shows or hides the left panel.
    ToggleLeft,
    /// Shows or hides the inspector.
    ToggleRight,
    /// Shows or hides the lower panel.
    ToggleBottom,
    /// Shows or hides the minimap.
    ToggleMinimap,
    /// Colours the drawing by a figure, or ends it when it is that one.
    ColourBy(Heat),
    /// Shows a tab of the lower panel.
    ShowTab(BottomTab),
    /// Fails what is selected, or repairs it when it has failed.
    FailOrRepair,
    /// Fails one node of the selected group, or one more.
    FailNode,
    /// Cuts the connection between two regions, or restores it.
    CutConnection,
    /// Lets the connection between two regions take longer by so many ms, or not any more.
    SlowConnection(u32),
    /// Lets the single failure happen that takes most down.
    PlayWorst,
    /// Repairs everything that has failed.
    RepairAll,
    /// Adds what is played and seen now to the story.
    AddScene,
    /// Makes the scene looked at show what is played and seen now.
    UpdateScene,
    /// Doubles the scene looked at.
    DuplicateScene,
    /// Takes the scene looked at out of the story.
    RemoveScene,
    /// Moves the scene looked at towards the beginning.
    MoveSceneUp,
    /// Moves the scene looked at towards the end.
    MoveSceneDown,
    /// Plays the next scene.
    NextScene,
    /// Plays the previous scene.
    PreviousScene,
    /// Presents the story.
    Present,
    /// Goes to the next problem.
    NextProblem,
    /// Goes to the previous problem.
    PreviousProblem,
    /// Shows the next quick fix of the problem as a ghost.
    PreviewFix,
    /// Applies the quick fix shown, or the first one.
    ApplyFix,
    /// Fixes all problems of the kind.
    FixAll,
    /// Waives the problem.
    Waive,
    /// Shows the reference of all rules.
    RuleReference,
    /// Compares with another product version.
    CompareVersions,
    /// Compares the design with what is on disk.
    CompareSaved,
    /// Makes a design of a folder of configuration.
    Import,
    /// Makes a design of a planner file.
    ImportPlan,
    /// Shows once more what was told of files that were imported or compared.
    ShowTold,
    /// Compares the design with that of another file.
    CompareFile,
    /// Compares the design with the configuration of nodes.
    CompareConfiguration,
    /// Compares no more.
    EndComparison,
    /// Dark theme.
    ThemeDark,
    /// Light theme.
    ThemeLight,
    /// Theme of the system.
    ThemeSystem,
    /// Opens the command palette.
    CommandPalette,
    /// Lists keys and gestures.
    Keys,
    /// Shows the company's rules and books, and how to write some.
    CompanyRules,
    /// About.
    About,
}

/// What is said when no problem is looked at.
const GO_FIRST: &str = "Go to a problem first (F8)";

/// Words as they stand within a sentence: small, unless they begin with an abbreviation.
fn words_within(words: &str) -> String {
    let abbreviated = words.chars().nth(1).is_some_and(char::is_uppercase);
    if abbreviated { words.to_owned() } else { words.to_lowercase() }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

impl Action {
    /// Every action, in the order of menus and of the palette.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::New,
            Self::Open,
            Self::Save,
            Self::SaveAs,
            Self::Export,
            Self::RecoverWork,
            Self::CompareSaved,
            Self::CompareFile,
            Self::CompareConfiguration,
            Self::EndComparison,
            Self::Import,
            Self::ImportPlan,
            Self::ShowTold,
            Self::Quit,
            Self::Undo,
            Self::Redo,
            Self::Cut,
            Self::Copy,
            Self::CopyTable,
            Self::Paste,
            Self::Duplicate,
            Self::Delete,
            Self::SelectAll,
            Self::SelectNone,
            Self::Rename,
            Self::Find,
            Self::InsertRegion,
            Self::Advisor,
            Self::Connect,
            Self::MoveToRegion,
        ];
        all.extend(Form::ALL.map(Self::ExportAs));
        all.extend(Kind::ALL.map(Self::Insert));
        all.extend(Arrange::ALL.map(Self::Arrange));
        all.extend([
            Self::ZoomIn,
            Self::ZoomOut,
            Self::ZoomActual,
            Self::ZoomToFit,
            Self::ZoomToSelection,
            Self::ToggleMap,
            Self::ToggleCloudRegions,
            Self::ToggleLeft,
            Self::ToggleRight,
            Self::ToggleBottom,
            Self::ToggleMinimap,
        ]);
        all.extend(Heat::ALL.map(Self::ColourBy));
        all.extend(BottomTab::ALL.map(Self::ShowTab));
        all.extend([Self::FailOrRepair, Self::FailNode, Self::CutConnection]);
        all.extend(offers::SLOWER_MS.map(Self::SlowConnection));
        all.extend([
            Self::PlayWorst,
            Self::RepairAll,
            Self::AddScene,
            Self::UpdateScene,
            Self::DuplicateScene,
            Self::RemoveScene,
            Self::MoveSceneUp,
            Self::MoveSceneDown,
            Self::NextScene,
            Self::PreviousScene,
            Self::Present,
            Self::NextProblem,
            Self::PreviousProblem,
            Self::PreviewFix,
            Self::ApplyFix,
            Self::FixAll,
            Self::Waive,
            Self::RuleReference,
            Self::CompareVersions,
            Self::ThemeDark,
            Self::ThemeLight,
            Self::ThemeSystem,
            Self::CommandPalette,
            Self::Keys,
            Self::CompanyRules,
            Self::About,
        ]);
        all
    }

    /// The words in menus and the palette; `…` where more input follows.
    #[must_use]
    pub fn label(self) -> String {
        let text = match self {
            Self::New => "New from template…",
            Self::Open => "Open…",
            Self::Save => "Save",
            Self::SaveAs => "Save as…",
            Self::Export => "Export…",
            Self::ExportAs(form) => return format!("Export {}…", form.label()),
            Self::RecoverWork => "Recover unsaved work…",
            Self::Quit => "Quit",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Cut => "Cut",
            Self::Copy => "Copy",
            Self::CopyTable => "Copy table as CSV",
            Self::Paste => "Paste",
            Self::Duplicate => "Duplicate",
            Self::Delete => "Delete",
            Self::SelectAll => "Select all",
            Self::SelectNone => "Select nothing",
            Self::Rename => "Rename",
            Self::Find => "Find…",
            Self::Insert(kind) => return format!("Add {}", kind.label().to_lowercase()),
            Self::InsertRegion => "Add region…",
            Self::Advisor => "Ask the advisor…",
            Self::Connect => "Connect with…",
            Self::MoveToRegion => "Move to cloud region…",
            Self::Arrange(how) => how.label(),
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ZoomActual => "Zoom to 100 %",
            Self::ZoomToFit => "Zoom to fit",
            Self::ZoomToSelection => "Zoom to selection",
            Self::ToggleMap => "World map",
            Self::ToggleCloudRegions => "Cloud regions on the map",
            Self::ToggleLeft => "Parts panel",
            Self::ToggleRight => "Inspector",
            Self::ToggleBottom => "Lower panel",
            Self::ToggleMinimap => "Minimap",
            Self::ColourBy(by) => return format!("Colour by {}", words_within(by.label())),
            Self::ShowTab(tab) => return format!("Show {}", tab.label().to_lowercase()),
            Self::FailOrRepair => "Fail or repair",
            Self::FailNode => "Fail one node",
            Self::CutConnection => "Cut or restore the connection",
            Self::SlowConnection(ms) => return format!("Slow the connection by {ms} ms"),
            Self::PlayWorst => "Play the worst single failure",
            Self::RepairAll => "Repair all",
            Self::AddScene => "Add scene",
            Self::UpdateScene => "Update scene from now",
            Self::DuplicateScene => "Duplicate scene",
            Self::RemoveScene => "Remove scene",
            Self::MoveSceneUp => "Move scene up",
            Self::MoveSceneDown => "Move scene down",
            Self::NextScene => "Next scene",
            Self::PreviousScene => "Previous scene",
            Self::Present => "Present",
            Self::NextProblem => "Next problem",
            Self::PreviousProblem => "Previous problem",
            Self::PreviewFix => "Preview the next quick fix",
            Self::ApplyFix => "Apply the quick fix",
            Self::FixAll => "Fix all of this kind",
            Self::Waive => "Waive the problem…",
            Self::RuleReference => "All rules…",
            Self::CompareVersions => "Compare product versions…",
            Self::CompareSaved => "Compare with the last saved state",
            Self::CompareFile => "Compare with file…",
            Self::Import => "Import configuration…",
            Self::ImportPlan => "Import planner file…",
            Self::ShowTold => "What files said",
            Self::CompareConfiguration => "Compare with configuration…",
            Self::EndComparison => "End the comparison",
            Self::ThemeDark => "Dark theme",
            Self::ThemeLight => "Light theme",
            Self::ThemeSystem => "Theme of the system",
            Self::CommandPalette => "Find or run…",
            Self::Keys => "Keys and gestures",
            Self::CompanyRules => "Company rules and books…",
            Self::About => "About Meridian",
        };
        text.to_owned()
    }

    /// The keys, the first one shown in menus.
    #[must_use]
    pub fn shortcuts(self) -> Vec<KeyboardShortcut> {
        let key = |modifiers, key| KeyboardShortcut::new(modifiers, key);
        match self {
            Self::New => vec![key(CTRL, Key::N)],
            Self::Open => vec![key(CTRL, Key::O)],
            Self::Import => vec![key(CTRL, Key::I)],
            Self::Save => vec![key(CTRL, Key::S)],
            Self::SaveAs => vec![key(CTRL_SHIFT, Key::S)],
            Self::Export => vec![key(CTRL, Key::E)],
            Self::CompareSaved => vec![key(Modifiers::NONE, Key::F7)],
            Self::CompareFile => vec![key(Modifiers::SHIFT, Key::F7)],
            Self::Quit => vec![key(CTRL, Key::Q)],
            Self::Undo => vec![key(CTRL, Key::Z)],
            Self::Redo => vec![key(CTRL_SHIFT, Key::Z), key(CTRL, Key::Y)],
            Self::Cut => vec![key(CTRL, Key::X)],
            Self::Copy => vec![key(CTRL, Key::C)],
            Self::Paste => vec![key(CTRL, Key::V)],
            Self::Duplicate => vec![key(CTRL, Key::D)],
            Self::Delete => vec![key(Modifiers::NONE, Key::Delete), key(Modifiers::NONE, Key::Backspace)],
            Self::SelectAll => vec![key(CTRL, Key::A)],
            Self::SelectNone => vec![key(CTRL_SHIFT, Key::A)],
            Self::Rename => vec![key(Modifiers::NONE, Key::F2)],
            Self::Find => vec![key(CTRL, Key::F)],
            Self::Connect => vec![key(Modifiers::NONE, Key::C)],
            Self::MoveToRegion => vec![key(Modifiers::SHIFT, Key::M)],
            Self::InsertRegion => vec![key(Modifiers::NONE, Key::R)],
            Self::Advisor => vec![key(CTRL_SHIFT, Key::D)],
            Self::Insert(Kind::Gateway) => vec![key(Modifiers::NONE, Key::G)],
            Self::Insert(Kind::TrafficManager) => vec![key(Modifiers::NONE, Key::T)],
            Self::ZoomIn => vec![key(CTRL, Key::Plus), key(CTRL, Key::Equals)],
            Self::ZoomOut => vec![key(CTRL, Key::Minus)],
            Self::ZoomActual => vec![key(CTRL, Key::Num0)],
            Self::ZoomToFit => vec![key(Modifiers::SHIFT, Key::Num1), key(Modifiers::NONE, Key::Home)],
            Self::ZoomToSelection => vec![key(Modifiers::SHIFT, Key::Num2)],
            Self::ToggleMap => vec![key(Modifiers::NONE, Key::M)],
            Self::ToggleLeft => vec![key(CTRL, Key::Num1)],
            Self::ToggleRight => vec![key(CTRL, Key::Num2)],
            Self::ToggleBottom => vec![key(CTRL, Key::Num3)],
            Self::ToggleMinimap => vec![key(CTRL, Key::M)],
            Self::FailOrRepair => vec![key(Modifiers::NONE, Key::F)],
            Self::FailNode => vec![key(Modifiers::SHIFT, Key::N)],
            Self::CutConnection => vec![key(Modifiers::NONE, Key::X)],
            Self::RepairAll => vec![key(Modifiers::SHIFT, Key::F)],
            Self::AddScene => vec![key(Modifiers::SHIFT, Key::S)],
            Self::NextScene => vec![key(Modifiers::NONE, Key::F9)],
            Self::PreviousScene => vec![key(Modifiers::SHIFT, Key::F9)],
            Self::Present => vec![key(Modifiers::NONE, Key::F5)],
            Self::NextProblem => vec![key(Modifiers::NONE, Key::F8)],
            Self::PreviousProblem => vec![key(Modifiers::SHIFT, Key::F8)],
            Self::PreviewFix => vec![key(CTRL, Key::Period)],
            Self::ApplyFix => vec![key(CTRL, Key::Enter)],
            Self::FixAll => vec![key(CTRL_SHIFT, Key::Enter)],
            Self::Waive => vec![key(Modifiers::NONE, Key::W)],
            Self::CommandPalette => vec![key(CTRL, Key::K), key(CTRL_SHIFT, Key::P)],
            Self::Keys => vec![key(Modifiers::NONE, Key::F1)],
            Self::Insert(_)
            | Self::ExportAs(_)
            | Self::Arrange(_)
            | Self::ColourBy(_)
            | Self::SlowConnection(_)
            | Self::UpdateScene
            | Self::DuplicateScene
            | Self::RemoveScene
            | Self::MoveSceneUp
            | Self::MoveSceneDown
            | Self::ShowTab(_)
            | Self::CopyTable
            | Self::PlayWorst
            | Self::ToggleCloudRegions
            | Self::RecoverWork
            | Self::CompareConfiguration
            | Self::ImportPlan
            | Self::ShowTold
            | Self::RuleReference
            | Self::CompareVersions
            | Self::EndComparison
            | Self::ThemeDark
            | Self::ThemeLight
            | Self::ThemeSystem
            | Self::CompanyRules
            | Self::About => Vec::new(),
        }
    }

    fn works_without_document(self) -> bool {
        matches!(
            self,
            Self::New
                | Self::Open
                | Self::Import
                | Self::ImportPlan
                | Self::RecoverWork
                | Self::Advisor
                | Self::Quit
                | Self::ThemeDark
                | Self::ThemeLight
                | Self::ThemeSystem
                | Self::CommandPalette
                | Self::Keys
                | Self::CompanyRules
                | Self::RuleReference
                | Self::About
        )
    }

    /// Whether it leaves the drawing as it is, so that it can be done over a slide.
    fn works_while_presenting(self) -> bool {
        matches!(
            self,
            Self::FailOrRepair
                | Self::FailNode
                | Self::CutConnection
                | Self::SlowConnection(_)
                | Self::RepairAll
                | Self::AddScene
                | Self::NextScene
                | Self::PreviousScene
                | Self::Present
                | Self::Keys
                | Self::CommandPalette
                | Self::About
                | Self::RuleReference
                | Self::ThemeDark
                | Self::ThemeLight
                | Self::ThemeSystem
                | Self::Save
                | Self::SaveAs
                | Self::Quit
        )
    }

    /// Whether it can be done now; otherwise why not, as a sentence.
    ///
    /// # Errors
    /// The sentence.
    pub fn enabled(self, state: &State) -> Result<(), &'static str> {
        let needs = |ok: bool, why: &'static str| if ok { Ok(()) } else { Err(why) };
        let design = state.doc.design();
        if !state.open && !self.works_without_document() {
            return Err("Open a design or start from a template first");
        }
        if state.view.presenting.is_some() && !self.works_while_presenting() {
            return Err("Leave the presentation first (Esc)");
        }
        match self {
            Self::RecoverWork => needs(state.view.recoverable, "There is no unsaved work to recover"),
            Self::Undo => needs(state.doc.undo_label().is_some(), "Nothing to undo"),
            Self::Redo => needs(state.doc.redo_label().is_some(), "Nothing to redo"),
            Self::Cut | Self::Copy | Self::Duplicate | Self::Delete | Self::ZoomToSelection => {
                needs(!state.selection.is_empty(), "Select something first")
            }
            Self::CopyTable => {
                needs(state.view.bottom_open && state.view.tab.is_table(), "Open a tab with a table first")
            }
            Self::Rename => needs(
                state.single_selection().is_some_and(|id| !design.links.contains_key(id)),
                "Select one region or component first",
            ),
            Self::Connect => needs(
                state.single_selection().is_some_and(|id| design.components.contains_key(id)),
                "Select one component first",
            ),
            Self::MoveToRegion => needs(
                state.single_selection().is_some_and(|id| map::moving::can_be_in_cloud(design, id)),
                "Select one region, or a backend with a place of its own",
            ),
            Self::ToggleCloudRegions => needs(state.view.map.open, "Show the world map first (M)"),
            Self::Arrange(how) => {
                let count = state.selection.iter().filter(|id| !design.links.contains_key(*id)).count();
                let distribute = matches!(how, Arrange::DistributeHorizontally | Arrange::DistributeVertically);
                needs(count >= if distribute { 3 } else { 2 }, "Select several regions or components first")
            }
            Self::SelectAll | Self::ZoomToFit | Self::Find => needs(!design.is_empty(), "Nothing is drawn yet"),
            Self::NextProblem | Self::PreviousProblem => {
                needs(state.analysis.as_ref().is_some_and(|a| !a.check.findings.is_empty()), "There are no problems")
            }
            Self::FailOrRepair => needs(!state.selection.is_empty(), "Select what is to fail first"),
            Self::FailNode => {
                let more = |id| offers::one_more_node(design, state.whatif.failures(), id).is_some();
                needs(state.single_selection().is_some_and(more), "Select one component with several nodes first")
            }
            Self::CutConnection | Self::SlowConnection(_) => needs(
                offers::connection(design, &state.selection).is_some(),
                "Select two regions, or a link between them, first",
            ),
            Self::PlayWorst => needs(!design.is_empty(), "Nothing is drawn yet"),
            Self::UpdateScene
            | Self::DuplicateScene
            | Self::RemoveScene
            | Self::MoveSceneUp
            | Self::MoveSceneDown
            | Self::NextScene
            | Self::PreviousScene => story::enabled(self, state),
            Self::RepairAll => needs(state.whatif.is_playing(), "Nothing has failed"),
            Self::CompareSaved => needs(state.path.is_some(), "Save the design to a file first"),
            Self::EndComparison => needs(state.view.compared.is_some(), "Nothing is compared"),
            Self::Waive => needs(state.finding().is_some(), GO_FIRST),
            Self::PreviewFix | Self::ApplyFix | Self::FixAll => {
                needs(state.finding().is_some(), GO_FIRST)?;
                needs(state.finding().is_some_and(|f| f.fixable), "No quick fix: somebody has to decide")?;
                needs(state.offers().is_some(), "Quick fixes are still being looked for")?;
                needs(state.offers().is_some_and(|o| !o.is_empty()), "No quick fix fits here")?;
                let all = state.offers().is_some_and(|o| o.iter().any(|offer| offer.all));
                needs(all || self != Self::FixAll, "There is no other problem of this kind to fix with it")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_share_a_key_or_a_name() {
        let mut keys = Vec::new();
        let mut labels = Vec::new();
        for action in Action::all() {
            assert!(!action.label().is_empty());
            labels.push(action.label());
            keys.extend(action.shortcuts().iter().map(|s| format!("{s:?}")));
        }
        for list in [&mut keys, &mut labels] {
            list.sort();
            let before = list.len();
            list.dedup();
            assert_eq!(before, list.len(), "{list:?}");
        }
    }
}
