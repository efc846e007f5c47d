//! What a drawing looks like, independent of who draws it: colours by meaning, the words on a box, the course of a link,
//! the map of the world.
//!
//! The window and the picture exports both draw from here, generic over a [`pen::Pen`], so a picture shows what the
//! canvas showed. No egui.

pub mod area;
pub mod badge;
pub mod card;
pub mod component;
pub mod curve;
pub mod drawing;
pub mod effects;
pub mod fonts;
pub mod heat;
pub mod icons;
pub mod label;
pub mod link;
pub mod look;
pub mod mark;
pub mod palette;
pub mod pen;
pub mod region;
pub mod world;
