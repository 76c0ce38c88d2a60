//! The assistant's tools, one per file.

pub mod cities;
pub mod time;
pub mod weather;
