//! Strategies: any valid design, any action on a document.

#![allow(dead_code, unused_imports, reason = "each suite uses a part of it")]

mod acts;
mod designs;

pub use acts::{Act, any_act};
pub use designs::{any_design, sample_texts};
