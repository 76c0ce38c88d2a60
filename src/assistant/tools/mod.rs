//! The assistant's tools, one a file.

pub mod cities;
pub mod time;
pub mod weather;
