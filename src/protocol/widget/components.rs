//! Typed builders of widget components.
//!
//! ```
//! use actix_chatkit::protocol::widget::{WidgetRoot, components::{Card, Text}, props::Weight};
//!
//! let card: WidgetRoot = Card::new([Text::new("Hello").weight(Weight::Semibold).into()]).key("greeting").into();
//! assert_eq!(
//!     serde_json::to_string(&card)?,
//!     r#"{"type":"Card","children":[{"type":"Text","value":"Hello","weight":"semibold"}],"key":"greeting"}"#,
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    WidgetNode, WidgetRoot,
    props::{
        Align, BadgeColor, ButtonColor, CaptionSize, CardSize, Color, ControlSize, ControlVariant, Fit,
        IconSize, Justify, Length, Radius, Space, TextAlign, TextSize, TitleSize, Weight, Wrap,
    },
};
use crate::protocol::action::ActionConfig;

fn start(type_name: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), Value::from(type_name))])
}

fn set(props: &mut Map<String, Value>, name: &str, value: impl Serialize) {
    let value = serde_json::to_value(value).expect("prop types have string keys and finite numbers");
    props.insert(name.to_owned(), value);
}

macro_rules! component {
    (
        $(#[$docs:meta])*
        $name:ident, $wire:literal, new($($required:ident: $required_type:ty),*)
        { $($(#[$prop_docs:meta])* $prop:ident: $prop_type:ty = $prop_wire:literal),* $(,)? }
    ) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq)]
        #[must_use]
        pub struct $name(Map<String, Value>);

        impl $name {
            #[doc = concat!("A `", $wire, "` with what it cannot be without.")]
            #[allow(clippy::new_without_default)] // one shape for all components
            pub fn new($($required: impl Into<$required_type>),*) -> Self {
                #[allow(unused_mut)] // some components need nothing
                let mut props = start($wire);
                $(set(&mut props, stringify!($required), $required.into());)*
                Self(props)
            }

            /// Tells it apart from its siblings.
            pub fn key(mut self, key: impl Into<String>) -> Self {
                set(&mut self.0, "key", key.into());
                self
            }

            /// Makes it the target of updates.
            pub fn id(mut self, id: impl Into<String>) -> Self {
                set(&mut self.0, "id", id.into());
                self
            }

            $(
                $(#[$prop_docs])*
                pub fn $prop(mut self, value: impl Into<$prop_type>) -> Self {
                    set(&mut self.0, $prop_wire, value.into());
                    self
                }
            )*
        }

        impl From<$name> for WidgetNode {
            fn from(component: $name) -> Self {
                Self(component.0)
            }
        }
    };
}

/// The components within another.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Children(Vec<WidgetNode>);

impl<const N: usize> From<[WidgetNode; N]> for Children {
    fn from(nodes: [WidgetNode; N]) -> Self {
        Self(nodes.into())
    }
}

impl From<Vec<WidgetNode>> for Children {
    fn from(nodes: Vec<WidgetNode>) -> Self {
        Self(nodes)
    }
}

component! {
    /// A framed widget; may stand at the top.
    Card, "Card", new(children: Children) {
        /// The room between frame and content.
        padding: Space = "padding",
        /// The width of the card.
        size: CardSize = "size",
        /// The ground.
        background: Color = "background",
    }
}

impl From<Card> for WidgetRoot {
    fn from(card: Card) -> Self {
        Self(card.0)
    }
}

macro_rules! boxes {
    ($($(#[$docs:meta])* $name:ident, $wire:literal;)*) => {$(
        component! {
            $(#[$docs])*
            $name, $wire, new(children: Children) {
                /// How children stand across the main direction.
                align: Align = "align",
                /// How children stand along the main direction.
                justify: Justify = "justify",
                /// Whether children wrap.
                wrap: Wrap = "wrap",
                /// The CSS `flex` of the box itself.
                flex: Length = "flex",
                /// The room between children, in units of 4 px.
                gap: Length = "gap",
                /// The room within, in units of 4 px.
                padding: Space = "padding",
                /// The room around, in units of 4 px.
                margin: Space = "margin",
                /// Rounded corners.
                radius: Radius = "radius",
                /// The ground.
                background: Color = "background",
                /// The width, in px.
                width: Length = "width",
                /// The height, in px.
                height: Length = "height",
                /// The least width, in px.
                min_width: Length = "minWidth",
                /// The least height, in px.
                min_height: Length = "minHeight",
            }
        }
    )*};
}

boxes! {
    /// A box; its children stand below each other unless told otherwise.
    Box, "Box";
    /// Children side by side.
    Row, "Row";
    /// Children below each other.
    Col, "Col";
}

component! {
    /// Room between siblings that takes what is left.
    Spacer, "Spacer", new() {
        /// The least room, in units of 4 px.
        min_size: Length = "minSize",
    }
}

component! {
    /// A line between siblings.
    Divider, "Divider", new() {
        /// Its colour.
        color: Color = "color",
        /// The room around it, in units of 4 px.
        spacing: Length = "spacing",
        /// Whether it reaches the edges of the card.
        flush: bool = "flush",
    }
}

component! {
    /// Plain text.
    Text, "Text", new(value: String) {
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// Its size.
        size: TextSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
        /// Whether it is cut at the end of the line.
        truncate: bool = "truncate",
        /// The most lines.
        max_lines: i64 = "maxLines",
        /// Whether more of it is to come.
        streaming: bool = "streaming",
    }
}

component! {
    /// A heading.
    Title, "Title", new(value: String) {
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// Its size.
        size: TitleSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
    }
}

component! {
    /// Small text beside something.
    Caption, "Caption", new(value: String) {
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// Its size.
        size: CaptionSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
    }
}

component! {
    /// Formatted text.
    Markdown, "Markdown", new(value: String) {
        /// Whether more of it is to come.
        streaming: bool = "streaming",
    }
}

component! {
    /// A small label.
    Badge, "Badge", new(label: String) {
        /// Its colour.
        color: BadgeColor = "color",
        /// Whether its ends are round.
        pill: bool = "pill",
    }
}

component! {
    /// An icon by name.
    Icon, "Icon", new(name: String) {
        /// Its colour.
        color: Color = "color",
        /// Its size.
        size: IconSize = "size",
    }
}

component! {
    /// A picture.
    Image, "Image", new(src: String) {
        /// What it shows, for those who do not see it.
        alt: String = "alt",
        /// How it fills its box.
        fit: Fit = "fit",
        /// Width and height, in px.
        size: Length = "size",
        /// Rounded corners.
        radius: Radius = "radius",
    }
}

component! {
    /// A button.
    Button, "Button", new(label: String) {
        /// What a click asks for.
        on_click_action: ActionConfig = "onClickAction",
        /// The icon before the label.
        icon_start: String = "iconStart",
        /// Its colour.
        color: ButtonColor = "color",
        /// How it is drawn.
        variant: ControlVariant = "variant",
        /// Its size.
        size: ControlSize = "size",
        /// Whether its ends are round.
        pill: bool = "pill",
        /// Whether it fills the line.
        block: bool = "block",
    }
}
