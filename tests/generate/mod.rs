//! Strategies: any valid design, any action on a document.

mod acts;
mod designs;

pub use acts::{Act, any_act};
pub use designs::{any_design, sample_texts};
