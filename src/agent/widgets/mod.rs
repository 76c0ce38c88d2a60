//! Widgets that change while they are shown.

pub mod diff;
pub mod stream;

pub use self::{diff::diff_widget, stream::WidgetStream};
