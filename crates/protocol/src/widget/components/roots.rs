//! Components that stand at the top, and the rows of lists.

use super::super::{
    declare::{builder, component},
    props::{
        Align, BasicChildren, Borders, CardAction, CardSize, Children, Color, Direction, Justify, Limit,
        ListItems, Space, Status, Theme, WholeLength,
    },
};
use crate::action::ActionConfig;

component! {
    /// A framed widget.
    Card, "Card", Place::Root, new(
        /// What is on it.
        children: Children = "children",
    ) {
        /// Whether it is a form, sent by its confirm button.
        as_form: bool = "asForm",
        /// The ground.
        background: Color = "background",
        /// The frame.
        border: Borders = "border",
        /// The width.
        size: CardSize = "size",
        /// The room between frame and content, in units of 4 px.
        padding: Space = "padding",
        /// The line above it.
        status: Status = "status",
        /// Whether its body is folded, once what it was for is done.
        collapsed: bool = "collapsed",
        /// The button at its foot that does what the card is for.
        confirm: CardAction = "confirm",
        /// The button at its foot that declines.
        cancel: CardAction = "cancel",
        /// Light or dark, whatever the page is.
        theme: Theme = "theme",
    }
}

component! {
    /// A list of rows.
    ListView, "ListView", Place::Root, new(
        /// The rows.
        children: ListItems = "children",
    ) {
        /// How many rows are shown before the user asks for more.
        limit: Limit = "limit",
        /// The line above it.
        status: Status = "status",
        /// Light or dark, whatever the page is.
        theme: Theme = "theme",
    }
}

component! {
    /// A row of a `ListView`.
    ListViewItem, "ListViewItem", Place::Within("ListView"), new(
        /// What is in the row, side by side.
        children: Children = "children",
    ) {
        /// What a click on the row asks for.
        on_click_action: ActionConfig = "onClickAction",
        /// The room between children, in units of 4 px.
        gap: WholeLength = "gap",
        /// How children stand across the row.
        align: Align = "align",
    }
}

component! {
    /// A widget without a frame; may hold other widgets.
    Basic, "Basic", Place::Root, new(
        /// What is in it.
        children: BasicChildren = "children" or absent,
    ) {
        /// Light or dark, whatever the page is.
        theme: Theme = "theme",
        /// Whether children stand side by side or below each other.
        direction: Direction = "direction",
        /// The room between children, in units of 4 px.
        gap: WholeLength = "gap",
        /// The room within, in units of 4 px.
        padding: Space = "padding",
        /// How children stand across the main direction.
        align: Align = "align",
        /// How children stand along the main direction.
        justify: Justify = "justify",
    }
}
