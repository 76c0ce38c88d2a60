//! How each kind of item is put into words for a model; an application may say otherwise.

use serde_json::{Map, Value};

use super::widget_text::{self, without_data};
use crate::{
    model::{ContentPart, marks},
    protocol::{
        Attachment, ThreadItem,
        item::{GeneratedImage, StructuredInputItem, WidgetItem},
        structured_input::StructuredInputStatus,
        workflow::{CustomTask, Task},
    },
};

/// How each kind of item is put into words for a model. Each method has a default; override those whose kind means
/// something to your application, and hand the converter to [`to_messages_with`](super::to_messages_with).
///
/// What a method returns is told in the user's name, never as instructions, since it may come from users. `None` or
/// an empty list leaves the item out. Text from elsewhere should be marked as such; the defaults also see to it that
/// it cannot imitate their marks.
///
/// ```
/// use actix_chatkit::{agent::input::Converter, protocol::{ThreadItem, item::WidgetItem}};
/// use serde_json::{Map, Value};
///
/// struct Orders;
///
/// impl Converter for Orders {
///     /// The model knows orders by their number.
///     fn tag(&self, text: &str, data: &Map<String, Value>) -> String {
///         let number = data.get("order").and_then(Value::as_u64);
///         number.map_or_else(|| text.to_owned(), |number| format!("order {number}"))
///     }
///
///     /// Widgets are for the user alone.
///     fn widget(&self, _: &ThreadItem, _: &WidgetItem) -> Option<String> {
///         None
///     }
/// }
/// ```
pub trait Converter: Send + Sync {
    /// A tag within the user's text: its text and its data.
    fn tag(&self, text: &str, data: &Map<String, Value>) -> String {
        let name = data.get("name").and_then(Value::as_str).unwrap_or(text);
        marks::within("Tag", &format!("Name: {name}"))
    }

    /// The text that the newest message refers to.
    fn quote(&self, quoted: &str) -> Option<String> {
        Some(format!("The user refers to this text:\n{}", marks::within("Quote", quoted)))
    }

    /// An attachment, which was read as this: a picture, or a file with what is known of it.
    fn attachment(&self, _attachment: &Attachment, read: ContentPart) -> Vec<ContentPart> {
        vec![read]
    }

    /// What an application added for the model alone.
    fn hidden_context(&self, content: &Value) -> Option<String> {
        let text = content.as_str().map_or_else(|| content.to_string(), str::to_owned);
        Some(marks::within("HiddenContext", &text))
    }

    /// A widget. By default its words are told, without how it looks.
    fn widget(&self, _item: &ThreadItem, widget: &WidgetItem) -> Option<String> {
        let words = widget_text::words(widget.widget.props());
        let words = if words.is_empty() { widget.copy_text.clone()? } else { words };
        Some(format!("The user was shown this widget:\n{}", marks::within("Widget", &words)))
    }

    /// A task, alone or of a workflow. By default only custom tasks are told.
    fn task(&self, task: &Task) -> Option<String> {
        let Task::Custom(CustomTask { title, content, .. }) = task else { return None };
        let described = match (title, content) {
            (Some(title), Some(content)) => format!("{title}: {content}"),
            (Some(text), None) | (None, Some(text)) => text.clone(),
            (None, None) => return None,
        };
        Some(format!("The user was shown that this was done:\n{}", marks::within("Task", &described)))
    }

    /// A form, with the answers so far.
    fn form(&self, form: &StructuredInputItem) -> Option<String> {
        let status = match form.status {
            StructuredInputStatus::Pending => "not answered yet",
            StructuredInputStatus::Answered => "answered",
            StructuredInputStatus::Skipped => "skipped",
        };
        let mut text = format!("The user was asked questions in a form ({status}):");
        for input in &form.inputs {
            let answer = match input.answer() {
                None => "(unanswered)".to_owned(),
                Some(answer) if answer.skipped => "(skipped)".to_owned(),
                Some(answer) => answer.values.join(", "),
            };
            text.extend(["\n- ", input.question(), " ", &answer]);
        }
        Some(marks::outside(&text).into_owned())
    }

    /// A picture that the assistant made, and as which it was read if it could be.
    fn generated_image(&self, image: &GeneratedImage, read: Option<ContentPart>) -> Vec<ContentPart> {
        let shown = "The user was shown this generated image:";
        match read {
            Some(picture) => vec![ContentPart::Note(shown.to_owned()), picture],
            None => {
                let address = marks::one_line(&without_data(&image.url));
                vec![ContentPart::Note(format!("{shown} {address}"))]
            }
        }
    }
}

/// The converter whose methods are the defaults.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standard;

impl Converter for Standard {}
