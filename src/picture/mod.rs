//! What a drawing looks like, independent of who draws it: colours by meaning, the words on a box, the course of a link,
//! the map of the world.
//!
//! The window and the picture exports both draw from here, so a picture shows what the canvas showed. No egui.

pub mod card;
pub mod curve;
pub mod heat;
pub mod label;
pub mod palette;
pub mod world;
