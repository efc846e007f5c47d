//! The rules, one file each; the file name is the id.

pub mod r_db_14;
pub mod r_top_01;
pub mod r_top_02;
pub mod r_top_03;
pub mod r_top_04;
pub mod r_top_05;
pub mod r_top_07;
pub mod r_top_08;
pub mod r_top_09;
pub mod r_top_10;
pub mod r_top_11;
pub mod r_top_12;
pub mod r_top_15;
pub mod r_top_16;
pub mod r_top_17;
pub mod r_top_18;
pub mod r_top_19;
pub mod r_top_20;
pub mod r_top_21;
pub mod r_top_22;
pub mod r_top_23;
pub mod r_top_24;
pub mod r_top_25;
pub mod r_top_26;
pub mod r_top_29;
pub mod r_top_31;
