//! What the gallery shows.

pub mod commands;
mod events;
mod items;
pub mod responder;
#[path = "../../widgets/specimens.rs"]
pub mod specimens;
mod stage;
mod texts;
mod widgets;
