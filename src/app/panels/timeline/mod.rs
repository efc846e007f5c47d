//! The course of a recovery as a picture, wherever it is shown: bars of steps along an axis of time, and a head that
//! says which moment is looked at. Rows (`chart`) and axis know nothing of drawing.

pub mod axis;
pub mod bars;
pub mod chart;

pub use bars::{show, wanted_height};
pub use chart::Chart;
