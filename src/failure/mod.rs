//! What still works when something fails.
//!
//! The order: monotone formulas over parts that fail (`formula`, `part`), what people read of them (`need`), what each
//! capability needs (`rules`, one file each), the model of one drawing (`model`), and what it says of one state of
//! affairs (`outcome`, with the sentences of the vendor in `statements`), why (`causes`), and what that means for each
//! element of the drawing (`affected`). On the formulas alone: what every single failure and every pair takes down
//! (`sweep`), the smallest sets of failures that do (`cuts`), and how available a formula is (`availability`). How each
//! part fails is in `chances`, and `reliability` makes one report of all of it. On outcomes: what they mean in numbers
//! (`impact`), as a table (`matrix`), how long it takes (`timeline`), all of these together (`whatif`), the way back
//! (`recovery`), and whether scenes are true (`claims`).

mod affected;
pub mod availability;
mod causes;
pub mod chances;
pub mod claims;
mod cone;
pub mod cuts;
pub mod formula;
pub mod impact;
pub mod matrix;
mod model;
mod need;
mod outcome;
mod part;
pub mod recovery;
pub mod reliability;
pub mod rules;
mod state;
mod statements;
pub mod sweep;
pub mod timeline;
mod whatif;

pub use affected::Affected;
pub use impact::{GroupImpact, Impact, PopulationImpact, Served, impact};
pub use model::{Builder, Cell, Condition, Down, Model, Place};
pub use need::{Need, NeedId, NodesIn, Of, Says};
pub use outcome::{Aftermath, CellOutcome, Outcome, Unmet};
pub use part::{Part, PartOf};
pub use recovery::{Recovery, Return, Step, recovery};
pub use state::{Basis, Effect, State};
pub use whatif::WhatIf;

#[cfg(test)]
mod tests;
