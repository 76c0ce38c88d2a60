//! Components that place others.

use super::super::{
    WidgetNode,
    declare::{builder, component},
    props::{Align, Borders, Children, Color, Direction, Justify, Length, Radius, Space, WholeLength, Wrap},
};
use crate::action::ActionConfig;

/// A component that children stand in, with props of its own beside those that all of these have.
macro_rules! container {
    ($(#[doc = $docs:literal])* $name:ident, $wire:literal { $($props:tt)* }) => {
        component! {
            $(#[doc = $docs])*
            $name, $wire, Place::Component, new(
                /// What is in it.
                children: Children = "children" or absent,
            ) {
                $($props)*
                /// How children stand across the main direction.
                align: Align = "align",
                /// How children stand along the main direction.
                justify: Justify = "justify",
                /// Whether children wrap.
                wrap: Wrap = "wrap",
                /// Its share of the room: the CSS `flex`.
                flex: WholeLength = "flex",
                /// The room between children, in units of 4 px.
                gap: WholeLength = "gap",
                /// The room within, in units of 4 px.
                padding: Space = "padding",
                /// The room around, in units of 4 px.
                margin: Space = "margin",
                /// The border, in px.
                border: Borders = "border",
                /// Rounded corners.
                radius: Radius = "radius",
                /// The ground.
                background: Color = "background",
                /// The height, in px.
                height: Length = "height",
                /// The width, in px.
                width: Length = "width",
                /// Height and width, in px.
                size: Length = "size",
                /// The least height, in px.
                min_height: WholeLength = "minHeight",
                /// The least width, in px.
                min_width: WholeLength = "minWidth",
                /// The least height and width, in px.
                min_size: WholeLength = "minSize",
                /// The greatest height, in px.
                max_height: WholeLength = "maxHeight",
                /// The greatest width, in px.
                max_width: WholeLength = "maxWidth",
                /// The greatest height and width, in px.
                max_size: WholeLength = "maxSize",
                /// Width by height: a number, or CSS such as `16 / 9`.
                aspect_ratio: Length = "aspectRatio",
            }
        }
    };
}

container! {
    /// A box; its children stand below each other unless told otherwise.
    Box, "Box" {
        /// Whether children stand side by side or below each other.
        direction: Direction = "direction",
    }
}

container! {
    /// Children side by side.
    Row, "Row" {}
}

container! {
    /// Children below each other.
    Col, "Col" {}
}

container! {
    /// A box whose fields are sent together.
    Form, "Form" {
        /// What sending it asks for.
        on_submit_action: ActionConfig = "onSubmitAction",
        /// Whether children stand side by side or below each other.
        direction: Direction = "direction",
    }
}

component! {
    /// Room between siblings that takes what is left.
    Spacer, "Spacer", Place::Component, new() {
        /// The least room, in px.
        min_size: WholeLength = "minSize",
    }
}

component! {
    /// A line between siblings.
    Divider, "Divider", Place::Component, new() {
        /// Its colour.
        color: Color = "color",
        /// How thick it is, in px.
        size: WholeLength = "size",
        /// The room around it, in units of 4 px.
        spacing: WholeLength = "spacing",
        /// Whether it reaches the edges of the card.
        flush: bool = "flush",
    }
}

component! {
    /// A component that changes smoothly.
    Transition, "Transition", Place::Component, new(
        /// The component.
        children: WidgetNode = "children",
    ) {}
}
