//! What a capability rests on, as a tree that people can read: every node has words and a formula.

use crate::design::{Design, Id, Purpose};

use super::formula::{FormulaId, PartId};
use super::part::{Part, PartOf, place};

/// A need, by its place in the model's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NeedId(pub(super) u32);

impl NeedId {
    /// Its place, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that must be so.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// What must be so.
    pub says: Says,
    /// When it is.
    pub formula: FormulaId,
    /// What it follows from.
    pub of: Of,
}

/// What a need follows from.
#[derive(Debug, Clone, PartialEq)]
pub enum Of {
    /// All of these.
    All(Vec<NeedId>),
    /// One of these.
    Any(Vec<NeedId>),
    /// A part works.
    Part(PartId),
    /// At least so many nodes work, together in all zones.
    Nodes {
        /// How many.
        at_least: u32,
        /// The nodes by zone.
        zones: Vec<NodesIn>,
    },
}

/// Nodes of a group in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodesIn {
    /// The zone; `None` when nobody said where they stand.
    pub zone: Option<PartId>,
    /// The nodes.
    pub nodes: PartId,
    /// How many there are.
    pub members: u32,
}

/// What a need says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// The part works.
    Part,
    /// A component runs.
    Runs(Id),
    /// Enough of its nodes run.
    NodesRun {
        /// The group.
        component: Id,
        /// How many are needed.
        at_least: u32,
    },
    /// A link works.
    Link(Id),
    /// Connections for a purpose get through from a component, over balancers.
    Way {
        /// Where they begin.
        from: Id,
        /// What they are for.
        purpose: Purpose,
    },
    /// A component or region can do what a capability asks of it.
    Does {
        /// The component or region.
        who: Id,
        /// What it can do, as `reach its database`.
        what: &'static str,
    },
}

impl Says {
    /// The element it is about; `None` for a part.
    #[must_use]
    pub fn element(&self) -> Option<&Id> {
        match self {
            Self::Part => None,
            Self::Runs(id) | Self::NodesRun { component: id, .. } | Self::Link(id) => Some(id),
            Self::Way { from, .. } => Some(from),
            Self::Does { who, .. } => Some(who),
        }
    }
}

impl Need {
    /// What must be so, as a sentence without a full stop.
    #[must_use]
    pub fn words(&self, design: &Design, parts: &[Part]) -> String {
        self.sentence(design, parts, true)
    }

    /// That it is not so, as a sentence without a full stop.
    #[must_use]
    pub fn words_unmet(&self, design: &Design, parts: &[Part]) -> String {
        self.sentence(design, parts, false)
    }

    fn sentence(&self, design: &Design, parts: &[Part], holds: bool) -> String {
        capitalised(&self.clause(design, parts, holds))
    }

    fn clause(&self, design: &Design, parts: &[Part], holds: bool) -> String {
        let named = |id: &Id| match design.regions.get(id) {
            Some(region) => region.name.clone(),
            None => format!("“{}”{}", design.name_of(id), place(design, id)),
        };
        let either = |met: &'static str, unmet: &'static str| if holds { met } else { unmet };
        match &self.says {
            Says::Part => {
                let Of::Part(part) = self.of else { return String::new() };
                let part = parts.get(part.index()).map(|part| &part.of);
                let fails =
                    if matches!(part, Some(PartOf::Link(_) | PartOf::Connection(_))) { "is cut" } else { "is down" };
                part.map_or_else(String::new, |part| part.words(design)) + " " + either("works", fails)
            }
            Says::Runs(id) => format!("{} {}", named(id), either("runs", "does not run")),
            Says::NodesRun { component, at_least: 0 | 1 } => {
                format!("{} {} runs", either("a node of", "no node of"), named(component))
            }
            Says::NodesRun { component, at_least } => {
                format!("{}{at_least} nodes of {} run", either("", "fewer than "), named(component))
            }
            Says::Link(id) => match design.links.get(id) {
                Some(link) => format!(
                    "the link from {} to {} {} ({})",
                    named(&link.from),
                    named(&link.to),
                    either("works", "does not work"),
                    link.purpose.label()
                ),
                None => format!("link {id} {}", either("works", "does not work")),
            },
            Says::Way { from, purpose } => {
                format!("{} connection of {} gets through ({})", either("a", "no"), named(from), purpose.label())
            }
            Says::Does { who, what } => format!("{} {} {what}", named(who), either("can", "cannot")),
        }
    }
}

/// The text with a capital letter at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}
