//! What leaves the program: pure functions from a design and its analysis to files in memory.

pub mod planner;
