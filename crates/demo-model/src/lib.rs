//! The built-in model: offline, honest, and able to drive every feature of the assistant.
//!
//! It is no language model. It recognises a few kinds of wishes (`wishes`) in the light of the
//! conversation (`context`), calls the assistant's tools as a real model would, and words its
//! answers from their results alone.
//!
//! This crate is the pure part: [`respond()`] and [`title()`] map what the model sees ([`Sight`]) to what it
//! says ([`Reply`]), without a clock, a socket or a thread. It never looks at a picture's bytes: a reply
//! names the pictures that the user wants described ([`Paragraph::Pictures`]), and whoever streams the
//! reply measures them.
//!
//! ```
//! use chatkit_demo_model::{Call, Message, Reply, Sight, WEATHER_TOOL, respond};
//!
//! let tools = [WEATHER_TOOL];
//! let messages = vec![Message::user("What's the weather in Oslo?")];
//! let reply = respond(&Sight { messages, tools: &tools, ..Sight::default() });
//! let call = Call { name: WEATHER_TOOL, arguments: r#"{"location":"Oslo"}"#.to_owned() };
//! assert_eq!(reply, Reply::Call(vec![call]));
//! ```

mod clock;
mod context;
mod file;
mod places;
mod plain;
mod respond;
mod sight;
#[cfg(test)]
mod tests;
mod texts;
mod title;
mod vocabulary;
mod weather;
mod wishes;
mod words;

pub use self::{
    plain::plain,
    respond::{Call, Paragraph, Reply, respond},
    sight::{Content, File, Message, Part, PictureId, Sight, ToolCall, ToolChoice},
    title::title,
};

/// The name of the assistant's weather tool. Its argument is `location`.
pub const WEATHER_TOOL: &str = "get_weather";
/// The name of the assistant's time tool. Its optional argument is `place`.
pub const TIME_TOOL: &str = "get_time";
/// The assistant's tool that shows a list of cities.
pub const CITIES_TOOL: &str = "show_city_selector";
