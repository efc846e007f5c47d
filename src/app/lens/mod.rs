//! The dependency lens: what a capability at a place rests on, as a graph.
//!
//! `graph` merges the needs of the failure model to what people know, `layout` places it in layers, and `shapes` draws
//! it with egui_graphs. The tab in the lower panel puts them together.

pub mod graph;
pub mod layout;
pub mod shapes;
