//! The types of widget props.

mod actions;
mod boxes;
mod chart;
mod children;
mod choices;
mod colors;
mod numbers;
mod plain;
mod records;

pub use self::{boxes::*, chart::*, children::*, choices::*, colors::*, numbers::*, plain::*, records::*};
