//! Fields of forms, and their labels.

use super::super::{
    declare::{builder, component},
    props::{
        Color, ControlSize, Direction, FieldVariant, GutterSize, InputType, RadioOption, TextAlign, TextSize,
        Weight,
    },
};
use crate::action::ActionConfig;

component! {
    /// A box to tick.
    Checkbox, "Checkbox", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
    ) {
        /// What it says.
        label: String = "label",
        /// Whether it is ticked at first.
        default_checked: bool = "defaultChecked",
        /// What a change asks for.
        on_change_action: ActionConfig = "onChangeAction",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
        /// Whether it must be ticked.
        required: bool = "required",
    }
}

component! {
    /// A choice of one, all to be seen.
    RadioGroup, "RadioGroup", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
        /// What there is to choose from.
        options: Vec<RadioOption> = "options" or absent,
    ) {
        /// What it is called for those who do not see it; without one, its name.
        aria_label: String = "ariaLabel",
        /// What a choice asks for.
        on_change_action: ActionConfig = "onChangeAction",
        /// The value that is chosen at first.
        default_value: String = "defaultValue",
        /// Whether options stand side by side or below each other.
        direction: Direction = "direction",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
        /// Whether something must be chosen.
        required: bool = "required",
    }
}

component! {
    /// A line to write in.
    Input, "Input", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
    ) {
        /// What it takes.
        input_type: InputType = "inputType",
        /// What is in it at first.
        default_value: String = "defaultValue",
        /// Whether it must not be empty.
        required: bool = "required",
        /// The regular expression that its text must match.
        pattern: String = "pattern",
        /// What is shown while it is empty.
        placeholder: String = "placeholder",
        /// Whether extensions of the browser, such as password managers, may fill it.
        allow_autofill_extensions: bool = "allowAutofillExtensions",
        /// Whether its text is selected when it appears.
        auto_select: bool = "autoSelect",
        /// Whether it has the focus when it appears.
        auto_focus: bool = "autoFocus",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
        /// How it is drawn.
        variant: FieldVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// The room at its edges, in the place of what its size gives it.
        gutter_size: GutterSize = "gutterSize",
        /// Whether its ends are round.
        pill: bool = "pill",
    }
}

component! {
    /// Lines to write in.
    Textarea, "Textarea", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
    ) {
        /// What is in it at first.
        default_value: String = "defaultValue",
        /// Whether it must not be empty.
        required: bool = "required",
        /// The regular expression that its text must match.
        pattern: String = "pattern",
        /// What is shown while it is empty.
        placeholder: String = "placeholder",
        /// Whether its text is selected when it appears.
        auto_select: bool = "autoSelect",
        /// Whether it has the focus when it appears.
        auto_focus: bool = "autoFocus",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
        /// How it is drawn.
        variant: FieldVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// The room at its edges, in the place of what its size gives it.
        gutter_size: GutterSize = "gutterSize",
        /// How many lines are seen at first.
        rows: i64 = "rows",
        /// Whether it grows with its text.
        auto_resize: bool = "autoResize",
        /// How many lines it may grow to.
        max_rows: i64 = "maxRows",
        /// Whether extensions of the browser, such as password managers, may fill it.
        allow_autofill_extensions: bool = "allowAutofillExtensions",
    }
}

component! {
    /// What a field is called.
    Label, "Label", Place::Component, new(
        /// The text.
        value: String = "value",
        /// The `name` of the field.
        field_name: String = "fieldName",
    ) {
        /// Its size.
        size: TextSize = "size",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
        /// Its colour.
        color: Color = "color",
    }
}
