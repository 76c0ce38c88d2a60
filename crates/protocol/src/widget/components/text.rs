//! Components that are text.

use super::super::{
    declare::{builder, component},
    props::{
        BadgeColor, BadgeSize, BadgeVariant, CaptionSize, Color, Editable, Length, TextAlign, TextSize,
        TitleSize, Weight,
    },
};

component! {
    /// Plain text.
    Text, "Text", Place::Component, new(
        /// The text.
        value: String = "value",
    ) {
        /// Whether more of it is to come. With an `id`, what is added is sent alone.
        streaming: bool = "streaming",
        /// Whether its letters are slanted.
        italic: bool = "italic",
        /// Whether it is struck out.
        line_through: bool = "lineThrough",
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// The width, in px.
        width: Length = "width",
        /// Its size.
        size: TextSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
        /// Whether it is cut at the end of the line.
        truncate: bool = "truncate",
        /// The room kept for it, in lines.
        min_lines: i64 = "minLines",
        /// The most lines.
        max_lines: i64 = "maxLines",
        /// Whether, and how, it can be edited.
        editable: Editable = "editable",
    }
}

component! {
    /// A heading.
    Title, "Title", Place::Component, new(
        /// The text.
        value: String = "value",
    ) {
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// Its size.
        size: TitleSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
        /// Whether it is cut at the end of the line.
        truncate: bool = "truncate",
        /// The most lines.
        max_lines: i64 = "maxLines",
    }
}

component! {
    /// Small text beside something.
    Caption, "Caption", Place::Component, new(
        /// The text.
        value: String = "value",
    ) {
        /// Its colour.
        color: Color = "color",
        /// The weight of its letters.
        weight: Weight = "weight",
        /// Its size.
        size: CaptionSize = "size",
        /// How it stands in its box.
        text_align: TextAlign = "textAlign",
        /// Whether it is cut at the end of the line.
        truncate: bool = "truncate",
        /// The most lines.
        max_lines: i64 = "maxLines",
    }
}

component! {
    /// Formatted text.
    Markdown, "Markdown", Place::Component, new(
        /// The text, in Markdown.
        value: String = "value",
    ) {
        /// Whether more of it is to come. With an `id`, what is added is sent alone.
        streaming: bool = "streaming",
    }
}

component! {
    /// A word or two that say how something stands.
    Badge, "Badge", Place::Component, new(
        /// The words.
        label: String = "label",
    ) {
        /// Its colour.
        color: BadgeColor = "color",
        /// How it is drawn.
        variant: BadgeVariant = "variant",
        /// Its size.
        size: BadgeSize = "size",
        /// Whether its ends are round.
        pill: bool = "pill",
    }
}
