//! Widgets that change while they are shown, and widgets that are written as templates.

pub mod diff;
pub mod stream;
pub mod template;

pub use self::{
    diff::diff_widget,
    stream::WidgetStream,
    template::{TemplateError, WidgetTemplate},
};
