//! Widgets that change while they are shown, and widgets that are written as templates.

pub mod diff;
mod faults;
pub mod stream;
pub mod template;

pub(in crate::agent) use self::faults::warn_of_faults;
pub use self::{
    diff::diff_widget,
    stream::WidgetStream,
    template::{TemplateError, WidgetTemplate},
};
