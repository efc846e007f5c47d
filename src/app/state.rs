//! What the window knows: the document, the selection, the camera, the newest analysis.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::books::Books;
use crate::design::edit::Edit;
use crate::design::history::Document;
use crate::design::{Date, Design, Failures, Id, Kind, ProductVersion, Site};
use crate::estimate::{Assumed, Sensitivity, Target};
use crate::files::CompanyFiles;
use crate::outlook::Offer;
use crate::picture::heat::Heat;
use crate::rules::{Delta, Finding};

use super::camera::Camera;
use super::compared::{Base, Compared};
use super::present::Presenting;
use super::weak::{Served, Weak};
use super::whatif::WhatIf;
use super::worker::{Answer, Found, Question};

/// Tabs of the lower panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BottomTab {
    /// Findings of the rules.
    Problems,
    /// Latency per population and operation.
    Latency,
    /// Use of every group at peak and after a loss.
    Capacity,
    /// What each region serves, how well, and what it costs.
    Regions,
    /// Monthly cost.
    Cost,
    /// What still works under the failures that are played.
    WhatIf,
    /// What a capability rests on.
    Lens,
    /// What takes capabilities down, and how available they are.
    Weak,
    /// The scenes to show, and whether their claims are true.
    Story,
    /// How long it takes until what failed is back, and the way back.
    Timeline,
    /// Another design beside this one.
    Compare,
    /// What the estimates assume, and what of it moves them.
    Assumptions,
    /// Undo history.
    History,
}

impl BottomTab {
    /// All tabs, in order.
    pub const ALL: [Self; 13] = [
        Self::Problems,
        Self::WhatIf,
        Self::Timeline,
        Self::Lens,
        Self::Weak,
        Self::Story,
        Self::Latency,
        Self::Capacity,
        Self::Regions,
        Self::Cost,
        Self::Assumptions,
        Self::Compare,
        Self::History,
    ];

    /// The word shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Problems => "Problems",
            Self::Latency => "Latency",
            Self::Capacity => "Capacity",
            Self::Regions => "Regions",
            Self::Cost => "Cost",
            Self::WhatIf => "What-if",
            Self::Lens => "Dependencies",
            Self::Weak => "Weak points",
            Self::Story => "Story",
            Self::Timeline => "Timeline",
            Self::Compare => "Compare",
            Self::Assumptions => "Assumptions",
            Self::History => "History",
        }
    }

    /// Whether it shows a table that can be copied.
    #[must_use]
    pub fn is_table(self) -> bool {
        matches!(
            self,
            Self::Weak
                | Self::Latency
                | Self::Capacity
                | Self::Regions
                | Self::Cost
                | Self::Assumptions
                | Self::Compare
        )
    }
}

/// What waits to be placed on the canvas by the next click or drop.
#[derive(Debug, Clone, PartialEq)]
pub enum Placing {
    /// A component.
    Component(Kind),
    /// A region at a site.
    Region {
        /// Its name.
        name: String,
        /// Where it is.
        site: Site,
    },
}

/// A change shown while a gesture goes on, not yet part of the document.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The edit the gesture would make.
    pub edit: Edit,
    /// The design with the edit applied.
    pub design: Arc<Design>,
}

/// Something asked about the design, with the answer when it is there.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// The question.
    pub question: Question,
    /// The serial of the design it was last asked about.
    asked: Option<u64>,
    /// The answer, and the serial it is about.
    answer: Option<(u64, Found)>,
}

impl Inquiry {
    fn new(question: Question) -> Self {
        Self { question, asked: None, answer: None }
    }

    /// The question, if it was asked about the design of this serial.
    fn asked_of(&self, serial: u64) -> Option<&Question> {
        (self.asked == Some(serial)).then_some(&self.question)
    }

    /// What was found, and whether that is about the design of this serial.
    pub(super) fn found(&self, serial: u64) -> Option<(&Found, bool)> {
        self.answer.as_ref().map(|(of, found)| (found, *of == serial))
    }

    /// Whether a bug kept the answer about the design of this serial from being found.
    #[must_use]
    pub fn failed(&self, serial: u64) -> bool {
        matches!(self.answer, Some((of, Found::Nothing)) if of == serial)
    }
}

/// The world map in place of the drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MapView {
    /// Whether the map is shown.
    pub open: bool,
    /// What part of it; `None` until it was shown for the first time.
    pub camera: Option<Camera>,
    /// Whether the cloud regions that are not in use are marked.
    pub cloud_regions: bool,
}

/// What the window shows beside the document; forgotten when it closes.
#[derive(Debug)]
pub struct View {
    /// Whether the parts panel is open.
    pub left_open: bool,
    /// Whether the inspector is open.
    pub right_open: bool,
    /// Whether the lower panel is open.
    pub bottom_open: bool,
    /// Whether the minimap is shown.
    pub minimap: bool,
    /// The figure that colours the drawing; `None` while it has its usual colours.
    pub heat: Option<Heat>,
    /// The tab shown in the lower panel.
    pub tab: BottomTab,
    /// What is about to be placed.
    pub placing: Option<Placing>,
    /// The element the pointer is over, on the canvas or in a list.
    pub hovered: Option<Id>,
    /// Index of the finding last gone to.
    pub problem: Option<usize>,
    /// Index of the quick fix shown as a ghost on the canvas.
    pub ghost: Option<usize>,
    /// The product version that the design's own is compared with.
    pub compared_version: Option<ProductVersion>,
    /// The design that this one is compared with.
    pub compared: Option<Arc<Base>>,
    /// The figure whose assumptions are moved one by one.
    pub target: Target,
    /// The assumption whose field wants the keyboard.
    pub assumption: Option<Assumed>,
    /// Whether the worst single failure is to be played as soon as it is known.
    pub playing_worst: bool,
    /// The element whose name field wants the keyboard.
    pub rename: Option<Id>,
    /// Whether the table shown is to be copied; false once it is.
    pub copy_table: bool,
    /// The component for which a partner to connect with is being chosen.
    pub connecting: Option<Id>,
    /// Whether a place for a new region is being chosen.
    pub choosing_region: bool,
    /// The scene of the story that is looked at.
    pub scene: Option<usize>,
    /// The story being presented; `None` while one works.
    pub presenting: Option<Presenting>,
    /// The element for which another place is being chosen.
    pub moving: Option<Id>,
    /// The world map.
    pub map: MapView,
    /// Whether there is unsaved work that can be recovered.
    pub recoverable: bool,
    /// One line on what can be done now, set by the canvas.
    pub hint: String,
}

impl Default for View {
    fn default() -> Self {
        Self {
            left_open: true,
            right_open: true,
            bottom_open: true,
            minimap: true,
            heat: None,
            tab: BottomTab::Problems,
            placing: None,
            hovered: None,
            problem: None,
            ghost: None,
            compared_version: None,
            compared: None,
            target: Target::Cost,
            assumption: None,
            playing_worst: false,
            rename: None,
            copy_table: false,
            connecting: None,
            choosing_region: false,
            scene: None,
            presenting: None,
            moving: None,
            map: MapView::default(),
            recoverable: false,
            hint: String::new(),
        }
    }
}

/// Everything the window knows. Panels and the canvas read it and answer with messages; they never change it.
#[derive(Debug)]
pub struct State {
    /// The document.
    pub doc: Document,
    /// The file it came from or was saved to.
    pub path: Option<PathBuf>,
    /// The company's rules beside that file, and its books.
    pub company: CompanyFiles,
    /// Whether a document is open; otherwise the welcome page is shown.
    pub open: bool,
    /// Selected elements.
    pub selection: BTreeSet<Id>,
    /// What part of the scene is visible.
    pub camera: Camera,
    /// A gesture's effect, while it goes on.
    pub preview: Option<Preview>,
    /// Counts the designs shown: every edit, undo and preview makes a new one.
    pub serial: u64,
    /// The serial with which the document was opened: analyses of earlier serials speak of another document.
    pub opened_serial: u64,
    /// The newest analysis there is.
    pub analysis: Option<Arc<Analysis>>,
    /// The serial the newest analysis speaks of.
    pub analysis_serial: u64,
    /// How long the newest analysis took, ms.
    pub analysis_ms: f64,
    /// What can be done about the finding looked at.
    pub fixes: Option<Inquiry>,
    /// What another product version would change.
    pub version_delta: Option<Inquiry>,
    /// How the design differs from the one it is compared with.
    pub comparison: Option<Inquiry>,
    /// What the assumptions do to the figure looked at.
    pub sensitivity: Option<Inquiry>,
    /// The numbers under the failures that are played.
    pub impact: Option<Inquiry>,
    /// How available API calls are.
    pub served: Option<Inquiry>,
    /// What takes each capability down.
    pub weak_points: Option<Inquiry>,
    /// Whether the claims of the story are true.
    pub story: Option<Inquiry>,
    /// What is told of the scene being presented.
    pub slide: Option<Inquiry>,
    /// What has failed in this session, and what follows from it.
    pub whatif: WhatIf,
    /// What is shown beside the document.
    pub view: View,
    /// The day on which waivers are looked at; `None` in tests, where none expires.
    pub today: Option<Date>,
    /// The shipped facts.
    pub books: &'static Books,
}

impl State {
    /// A window without a document.
    #[must_use]
    pub fn new(books: &'static Books) -> Self {
        Self {
            doc: Document::default(),
            path: None,
            company: CompanyFiles::default(),
            open: false,
            selection: BTreeSet::new(),
            camera: Camera::default(),
            preview: None,
            serial: 1,
            opened_serial: 0,
            analysis: None,
            analysis_serial: 0,
            analysis_ms: 0.0,
            fixes: None,
            version_delta: None,
            comparison: None,
            sensitivity: None,
            impact: None,
            served: None,
            weak_points: None,
            story: None,
            slide: None,
            whatif: WhatIf::default(),
            view: View::default(),
            today: None,
            books,
        }
    }

    /// The design to show: with the effect of a gesture that is going on.
    #[must_use]
    pub fn shown(&self) -> &Arc<Design> {
        self.preview.as_ref().map_or(self.doc.design(), |p| &p.design)
    }

    /// The selected element, if it is exactly one.
    #[must_use]
    pub fn single_selection(&self) -> Option<&Id> {
        if self.selection.len() == 1 { self.selection.first() } else { None }
    }

    /// The selection as a list.
    #[must_use]
    pub fn selected_ids(&self) -> Vec<Id> {
        self.selection.iter().cloned().collect()
    }

    /// The finding last gone to.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        self.analysis.as_ref()?.check.findings.get(self.view.problem?)
    }

    /// What can be done about the finding gone to; `None` while that is being found out.
    #[must_use]
    pub fn offers(&self) -> Option<&[Offer]> {
        let inquiry = self.fixes.as_ref()?;
        match (&inquiry.answer, &inquiry.question) {
            (Some((serial, Found::Offers(offers))), Question::Fixes(about))
                if *serial == self.serial && self.finding() == Some(about) =>
            {
                Some(offers)
            }
            _ => None,
        }
    }

    /// The quick fix shown as a ghost.
    #[must_use]
    pub fn ghost(&self) -> Option<&Offer> {
        self.offers()?.get(self.view.ghost?)
    }

    /// What the version compared with would change; `None` while that is being found out.
    #[must_use]
    pub fn version_delta(&self) -> Option<(ProductVersion, &Delta)> {
        let inquiry = self.version_delta.as_ref()?;
        match (&inquiry.answer, &inquiry.question) {
            (Some((serial, Found::Delta(delta))), Question::Version(version))
                if *serial == self.serial && self.view.compared_version == Some(*version) =>
            {
                Some((*version, delta))
            }
            _ => None,
        }
    }

    /// How the design differs from the one it is compared with, as far as that is found out: during a gesture and until
    /// the next answer, it is about an older state; see [`State::comparison_is_current`].
    #[must_use]
    pub fn compared(&self) -> Option<&Arc<Compared>> {
        let base = self.view.compared.as_ref()?;
        match &self.comparison.as_ref()?.answer {
            Some((_, Found::Compared(compared))) if compared.base == *base => Some(compared),
            _ => None,
        }
    }

    /// What the assumptions do to the figure looked at, or why there is no such figure; `None` while that is being
    /// found out.
    #[must_use]
    pub fn sensitivity(&self) -> Option<Result<&Sensitivity, &str>> {
        let inquiry = self.sensitivity.as_ref()?;
        match (&inquiry.answer, &inquiry.question) {
            (Some((serial, Found::Sensitivity(found))), Question::Sensitivity(target))
                if *serial == self.serial && self.view.target == *target =>
            {
                Some(found.as_ref().as_ref().map_err(String::as_str))
            }
            _ => None,
        }
    }

    /// Whether what [`State::compared`] tells is about what is shown.
    #[must_use]
    pub fn comparison_is_current(&self) -> bool {
        self.comparison.as_ref().and_then(|i| i.answer.as_ref()).is_some_and(|(serial, _)| *serial == self.serial)
    }

    /// The figure whose assumptions are to be moved: none unless somebody can see the answer.
    fn wanted_target(&self) -> Option<&Target> {
        let shown = self.view.bottom_open && self.view.tab == BottomTab::Assumptions;
        shown.then_some(&self.view.target)
    }

    /// The failures whose numbers are to be found.
    fn wanted_impact(&self) -> Option<&Failures> {
        Some(self.whatif.failures()).filter(|failures| !failures.is_empty())
    }

    /// How available API calls are, as far as that is found out; see [`State::served_is_current`].
    #[must_use]
    pub fn served(&self) -> Option<&Arc<Served>> {
        match &self.served.as_ref()?.answer {
            Some((serial, Found::Served(served))) if *serial >= self.opened_serial => Some(served),
            _ => None,
        }
    }

    /// Whether what [`State::served`] tells is about what is shown.
    #[must_use]
    pub fn served_is_current(&self) -> bool {
        self.served.as_ref().and_then(|i| i.answer.as_ref()).is_some_and(|(serial, _)| *serial == self.serial)
    }

    /// What takes each capability down, as far as that is found out; see [`State::weak_is_current`].
    #[must_use]
    pub fn weak(&self) -> Option<&Arc<Weak>> {
        match &self.weak_points.as_ref()?.answer {
            Some((serial, Found::Weak(weak))) if *serial >= self.opened_serial => Some(weak),
            _ => None,
        }
    }

    /// Whether what [`State::weak`] tells is about what is shown.
    #[must_use]
    pub fn weak_is_current(&self) -> bool {
        self.weak_points.as_ref().and_then(|i| i.answer.as_ref()).is_some_and(|(serial, _)| *serial == self.serial)
    }

    /// Asks what takes everything down only while somebody can see the answer.
    fn wants_weak(&self) -> bool {
        let tab = self.view.bottom_open && self.view.tab == BottomTab::Weak;
        tab || self.view.heat == Some(Heat::Harm) || self.view.playing_worst
    }

    /// The next question for the worker, if there is one that was not asked about this design.
    pub(super) fn next_question(&mut self) -> Option<Question> {
        // During a gesture every step would ask anew.
        if !self.open || self.preview.is_some() || !self.analysis_is_current() {
            return None;
        }
        // Asked every frame, so nothing is copied when all is answered or under way already.
        if self.all_asked() {
            return None;
        }
        let fixes = self.finding().filter(|f| f.fixable).map(|f| Question::Fixes(Box::new(f.clone())));
        let version = self.view.compared_version.map(Question::Version);
        let comparison = self.view.compared.clone().map(Question::Compare);
        let target = self.wanted_target().cloned().map(Question::Sensitivity);
        let impact = self.wanted_impact().cloned().map(Question::Impact);
        let weak = self.wants_weak().then_some(Question::Weak);
        let story = self.has_story().then_some(Question::Story);
        let slide = self.wanted_slide().map(|scene| Question::Slide(Box::new(scene)));
        let serial = self.serial;
        let slots = [
            (&mut self.fixes, fixes),
            (&mut self.version_delta, version),
            (&mut self.comparison, comparison),
            (&mut self.sensitivity, target),
            (&mut self.impact, impact),
            (&mut self.served, Some(Question::Served)),
            (&mut self.weak_points, weak),
            (&mut self.story, story),
            (&mut self.slide, slide),
        ];
        let mut next = None;
        // Every slot is looked at, so that no answer to a question of before is taken for one to that of now.
        for (slot, wanted) in slots {
            let Some(wanted) = wanted else {
                *slot = None;
                continue;
            };
            let inquiry = match slot {
                Some(inquiry) if inquiry.question == wanted => inquiry,
                slot => slot.insert(Inquiry::new(wanted)),
            };
            if next.is_none() && inquiry.asked.replace(serial) != Some(serial) {
                next = Some(inquiry.question.clone());
            }
        }
        next
    }

    /// Whether everything there is to ask about this design was asked, and nothing else is kept.
    fn all_asked(&self) -> bool {
        let fixes =
            match (self.finding().filter(|f| f.fixable), self.fixes.as_ref().and_then(|i| i.asked_of(self.serial))) {
                (Some(finding), Some(Question::Fixes(about))) => **about == *finding,
                (finding, _) => finding.is_none() && self.fixes.is_none(),
            };
        let version =
            match (self.view.compared_version, self.version_delta.as_ref().and_then(|i| i.asked_of(self.serial))) {
                (Some(version), Some(Question::Version(about))) => *about == version,
                (version, _) => version.is_none() && self.version_delta.is_none(),
            };
        let comparison = match (&self.view.compared, self.comparison.as_ref().and_then(|i| i.asked_of(self.serial))) {
            (Some(base), Some(Question::Compare(about))) => about == base,
            (base, _) => base.is_none() && self.comparison.is_none(),
        };
        let target = match (self.wanted_target(), self.sensitivity.as_ref().and_then(|i| i.asked_of(self.serial))) {
            (Some(target), Some(Question::Sensitivity(about))) => about == target,
            (target, _) => target.is_none() && self.sensitivity.is_none(),
        };
        let impact = match (self.wanted_impact(), self.impact.as_ref().and_then(|i| i.asked_of(self.serial))) {
            (Some(failures), Some(Question::Impact(about))) => about == failures,
            (failures, _) => failures.is_none() && self.impact.is_none(),
        };
        let served = self.served.as_ref().is_some_and(|i| i.asked_of(self.serial).is_some());
        let weak = match self.weak_points.as_ref() {
            Some(inquiry) => self.wants_weak() && inquiry.asked_of(self.serial).is_some(),
            None => !self.wants_weak(),
        };
        let story = match (self.has_story(), self.story.as_ref().and_then(|i| i.asked_of(self.serial))) {
            (true, asked) => asked.is_some(),
            (false, _) => self.story.is_none(),
        };
        let slide = match self.slide.as_ref().map(|i| i.asked_of(self.serial)) {
            Some(Some(Question::Slide(about))) => self.wants_slide(about),
            Some(_) => false,
            None => self.view.presenting.is_none(),
        };
        fixes && version && comparison && target && impact && served && weak && story && slide
    }

    /// Takes in the answer to a question, if it is still the one asked.
    pub(super) fn take_answer(&mut self, answer: Answer) {
        let asked_weak = answer.question == Question::Weak && answer.serial == self.serial;
        let slots = [
            &mut self.fixes,
            &mut self.version_delta,
            &mut self.comparison,
            &mut self.sensitivity,
            &mut self.impact,
            &mut self.served,
            &mut self.weak_points,
            &mut self.story,
            &mut self.slide,
        ];
        for slot in slots.into_iter().flatten() {
            if slot.question == answer.question && slot.asked == Some(answer.serial) {
                if let (Question::Impact(failures), Found::Impact(impact)) = (&answer.question, &answer.found) {
                    self.whatif.take_consequences(answer.serial, failures.clone(), impact.clone());
                }
                slot.answer = Some((answer.serial, answer.found));
                break;
            }
        }
        if self.view.playing_worst && asked_weak {
            self.play_worst_single();
            self.view.playing_worst = false;
        }
    }

    /// Whether the analysis speaks of what is shown.
    #[must_use]
    pub fn analysis_is_current(&self) -> bool {
        self.analysis_serial == self.serial
    }

    /// The name of the document's file, or of the design when it has none.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.path {
            Some(path) => path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
            None => self.doc.design().meta.name.clone(),
        }
    }
}
