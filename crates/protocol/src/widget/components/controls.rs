//! Controls to press and to choose with.

use super::super::{
    declare::{builder, component},
    props::{
        ButtonColor, ButtonIconSize, ButtonStyle, ControlSize, ControlVariant, Edge, Moment, SelectOption,
        Side,
    },
};
use crate::{action::ActionConfig, icon::IconName};

component! {
    /// A button.
    Button, "Button", Place::Component, new(
        /// What it says.
        label: String = "label" or absent,
    ) {
        /// Whether it sends the form around it.
        submit: bool = "submit",
        /// What a click asks for.
        on_click_action: ActionConfig = "onClickAction",
        /// The icon before the label.
        icon_start: IconName = "iconStart",
        /// The icon after the label.
        icon_end: IconName = "iconEnd",
        /// Whether it is the one that matters most.
        style: ButtonStyle = "style",
        /// The size of its icons.
        icon_size: ButtonIconSize = "iconSize",
        /// Its colour.
        color: ButtonColor = "color",
        /// How it is drawn.
        variant: ControlVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// Whether its ends are round.
        pill: bool = "pill",
        /// Whether it is as wide as high, as buttons with an icon alone are.
        uniform: bool = "uniform",
        /// Whether it fills the line.
        block: bool = "block",
        /// Whether it cannot be pressed.
        disabled: bool = "disabled",
    }
}

impl Button {
    /// A button with an icon alone.
    pub fn icon(icon: IconName) -> Self {
        let mut button = Self::new("").icon_start(icon).uniform(true);
        button.0.remove("label");
        button
    }
}

component! {
    /// A choice of one, in a menu.
    Select, "Select", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
        /// What there is to choose from.
        options: Vec<SelectOption> = "options",
    ) {
        /// What a choice asks for.
        on_change_action: ActionConfig = "onChangeAction",
        /// What is shown while nothing is chosen.
        placeholder: String = "placeholder",
        /// The value that is chosen at first.
        default_value: String = "defaultValue",
        /// How it is drawn.
        variant: ControlVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// Whether its ends are round.
        pill: bool = "pill",
        /// Whether it fills the line.
        block: bool = "block",
        /// Whether the choice can be taken back.
        clearable: bool = "clearable",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
        /// Whether options can be searched; without a word on it, from 16 options on.
        searchable: bool = "searchable",
    }
}

component! {
    /// A choice of a day.
    DatePicker, "DatePicker", Place::Component, new(
        /// The name in the form; dots nest.
        name: String = "name",
    ) {
        /// What a choice asks for.
        on_change_action: ActionConfig = "onChangeAction",
        /// What is shown while nothing is chosen.
        placeholder: String = "placeholder",
        /// The day that is chosen at first.
        default_value: Moment = "defaultValue",
        /// The earliest day to choose.
        min: Moment = "min",
        /// The latest day to choose.
        max: Moment = "max",
        /// How it is drawn.
        variant: ControlVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// On which side the calendar opens, if there is room.
        side: Side = "side",
        /// How the calendar stands along that side.
        align: Edge = "align",
        /// Whether its ends are round.
        pill: bool = "pill",
        /// Whether it fills the line.
        block: bool = "block",
        /// Whether the choice can be taken back.
        clearable: bool = "clearable",
        /// Whether it cannot be used.
        disabled: bool = "disabled",
    }
}
