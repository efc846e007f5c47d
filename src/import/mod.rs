//! Designs made from what there is already: planner files and the configuration of a running deployment. Pure: the
//! texts are read by [`crate::files`].

pub mod layout;
pub mod planner;
pub mod toml;
