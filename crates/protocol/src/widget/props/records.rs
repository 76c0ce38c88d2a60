//! Objects within props: status lines, card buttons, options, fields in texts, actions.

use serde::Serialize;
use serde_json::Value;

use super::super::{
    check::Check,
    declare::{builder, record},
    schema::Prop,
    shape::Shape,
};
use crate::{action::ActionConfig, icon::IconName};

record! {
    /// The line above a widget that says where it comes from or how it stands. With an icon or with a
    /// favicon.
    Status, "a status, an object with its `text`", new(
        /// What it says.
        text: String = "text",
    ) {
        /// The icon before it.
        icon: IconName = "icon",
        /// The URL of the picture before it.
        favicon: String = "favicon",
        /// Whether the favicon has a frame, for contrast.
        frame: bool = "frame",
    }
}

record! {
    /// A button at the foot of a card.
    CardAction, "a button, an object with `label` and `action`", new(
        /// What the button says.
        label: String = "label",
        /// What it asks for.
        action: ActionConfig = "action",
    ) {}
}

record! {
    /// An option of a `Select`.
    SelectOption, "an option, an object with `value` and `label`", new(
        /// What is sent when it is chosen.
        value: String = "value",
        /// What people read.
        label: String = "label",
    ) {
        /// Whether it cannot be chosen.
        disabled: bool = "disabled",
        /// A line below the label.
        description: String = "description",
    }
}

record! {
    /// An option of a `RadioGroup`.
    RadioOption, "an option, an object with `value` and `label`", new(
        /// What is sent when it is chosen.
        value: String = "value",
        /// What people read.
        label: String = "label",
    ) {
        /// Whether it cannot be chosen.
        disabled: bool = "disabled",
    }
}

record! {
    /// What makes a `Text` a field of a form.
    TextField, "a field, an object with its `name`", new(
        /// The field's name in the form; dots nest.
        name: String = "name",
    ) {
        /// Whether it has the focus when it appears.
        auto_focus: bool = "autoFocus",
        /// Whether its text is selected when it gets the focus.
        auto_select: bool = "autoSelect",
        /// What the browser may fill in: a value of HTML's `autocomplete`.
        auto_complete: String = "autoComplete",
        /// Whether extensions of the browser, such as password managers, may fill it.
        allow_autofill_extensions: bool = "allowAutofillExtensions",
        /// The regular expression that its text must match.
        pattern: String = "pattern",
        /// What is shown while it is empty.
        placeholder: String = "placeholder",
        /// Whether it must not be empty.
        required: bool = "required",
    }
}

/// Whether, and how, a `Text` can be edited.
#[derive(Clone, Debug, PartialEq)]
pub enum Editable {
    /// Not at all.
    No,
    /// As a field of the form around it.
    As(TextField),
}

impl From<TextField> for Editable {
    fn from(field: TextField) -> Self {
        Self::As(field)
    }
}

impl Serialize for Editable {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::As(field) => field.serialize(serializer),
        }
    }
}

impl Prop for Editable {
    fn expected() -> String {
        "false or a field, an object with its `name`".to_owned()
    }

    fn shape() -> Shape {
        TextField::shape()
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Bool(false) => {}
            Value::Object(_) => TextField::check(value, check),
            _ => check.wrong::<Self>(value),
        }
    }
}
