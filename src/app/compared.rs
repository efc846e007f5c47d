//! What the document is compared with, and what came out of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::analysis::{Analysis, Setting, analyse};
use crate::compare::{self, Comparison, Row, Side};
use crate::custom::Pack;
use crate::design::history::Revision;
use crate::design::{Date, Design};

/// Where a design to compare with comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is the document as it is on disk.
    Saved,
    /// It is what another file held when it was read.
    File(PathBuf),
    /// It is the document as it was when this session began.
    Start,
    /// It is the document as it was in this session, after the step of this name.
    Step(String),
}

impl Origin {
    /// What it is called in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Saved => "the last saved state".to_owned(),
            Self::File(path) => {
                path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
            }
            Self::Start => "the start of this session".to_owned(),
            Self::Step(label) => format!("the state after “{label}”"),
        }
    }
}

/// The analysis of the other design, with what it was made with.
#[derive(Debug)]
struct Known {
    packs: Arc<[Arc<Pack>]>,
    today: Option<Date>,
    analysis: Arc<Analysis>,
}

/// A design that the document is compared with. Two of them are equal when they are the same one.
#[derive(Debug)]
pub struct Base {
    /// The design.
    pub design: Arc<Design>,
    /// Where it comes from.
    pub origin: Origin,
    /// Made where comparisons are made, once for as long as rules and day stay the same.
    known: Mutex<Option<Known>>,
}

impl PartialEq for Base {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Base {
    /// A design to compare with.
    #[must_use]
    pub fn new(design: Arc<Design>, origin: Origin) -> Arc<Self> {
        Arc::new(Self { design, origin, known: Mutex::new(None) })
    }

    fn analysis(&self, packs: &Arc<[Arc<Pack>]>, setting: &Setting<'_>) -> Arc<Analysis> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.as_ref().filter(|k| k.today == setting.today && Arc::ptr_eq(&k.packs, packs)) {
            return known.analysis.clone();
        }
        let analysis = Arc::new(analyse(&self.design, Revision::default(), setting));
        *known = Some(Known { packs: packs.clone(), today: setting.today, analysis: analysis.clone() });
        analysis
    }
}

/// A design compared with another one.
#[derive(Debug)]
pub struct Compared {
    /// The other one.
    pub base: Arc<Base>,
    /// How they differ.
    pub comparison: Comparison,
    /// The same as a table.
    pub rows: Vec<Row>,
}

impl Compared {
    /// Compares a design with another one. Both are asked the same rules, those of `setting`, which are `packs`.
    #[must_use]
    pub fn of(
        base: &Arc<Base>,
        design: &Design,
        analysis: &Analysis,
        packs: &Arc<[Arc<Pack>]>,
        setting: &Setting<'_>,
    ) -> Self {
        let other = base.analysis(packs, setting);
        let before = Side { design: &base.design, analysis: &other };
        let comparison = compare::compare(before, Side { design, analysis });
        let rows = compare::rows(&base.design, design, &comparison);
        Self { base: base.clone(), comparison, rows }
    }
}
