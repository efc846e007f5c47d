//! The states of a capability, what each means, and what is known about a state.

use serde::Serialize;

/// How a capability stands, worst first. What users notice now is worse than what they would notice later, and the
/// order is such that one more failure never improves a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It does not work.
    Down,
    /// There is nothing to do: no traffic gets here.
    Idle,
    /// It works for less, or more slowly.
    Degraded,
    /// It works, but what stops now cannot be started again.
    CannotRestart,
    /// It works on data that is no longer brought up to date.
    Stale,
    /// It works.
    Works,
}

impl State {
    /// All states, worst first.
    pub const ALL: [Self; 6] = [Self::Down, Self::Idle, Self::Degraded, Self::CannotRestart, Self::Stale, Self::Works];

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Idle => "no traffic",
            Self::Degraded => "degraded",
            Self::CannotRestart => "cannot restart",
            Self::Stale => "existing data",
            Self::Works => "works",
        }
    }

    /// The shape that stands for it, so that it survives a projector and colour blindness.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Down => "✕",
            Self::Idle => "–",
            Self::Degraded => "▲",
            Self::CannotRestart => "■",
            Self::Stale => "◔",
            Self::Works => "✓",
        }
    }

    /// Whether it goes on in some way.
    #[must_use]
    pub fn goes_on(self) -> bool {
        self > Self::Idle
    }
}

/// What a state rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// A sentence of the vendor says so.
    Stated,
    /// We conclude it from documented facts.
    Inferred,
}

impl Basis {
    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Stated => "stated by the vendor",
            Self::Inferred => "inferred",
        }
    }
}

/// What an unmet condition means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The state it leads to.
    pub state: State,
    /// What goes on and what is missed, as a sentence.
    pub says: &'static str,
    /// What is lost for good; empty when nothing is.
    pub lost: &'static str,
    /// What catches up when it is repaired; empty when nothing has to.
    pub resync: &'static str,
    /// What must be done by hand after the repair; empty when nothing has to.
    pub by_hand: &'static str,
    /// The facts it follows from.
    pub facts: &'static [&'static str],
}
