//! Which deployment pattern suits a new region, and why.
//!
//! [`Criteria`] are what an architect says the region must do; [`advise`] weighs them and answers with the pattern, the
//! criteria that forced it, what speaks against it and, when the answers cannot all be met, the ways out. [`generate`]
//! draws what was decided; [`remedies`] also answers findings with a further region.

mod advise;
mod clashes;
mod consequences;
mod criteria;
pub mod generate;
mod offers;
pub mod remedies;
mod sources;

pub use advise::{Advice, Question, Reason, Recommendation, advise, advise_on};
pub use clashes::Contradiction;
pub use consequences::Consequence;
pub use criteria::{Criteria, Criterion, DocumentedPattern, UnknownCriterion, Weight};
pub use offers::Offer;
pub use sources::Backing;
