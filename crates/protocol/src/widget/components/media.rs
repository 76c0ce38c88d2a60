//! Components that are pictures.

use super::super::{
    declare::{builder, component},
    props::{Color, Fit, IconSize, ImagePosition, Length, Radius, WholeLength, WholeSpace},
};
use crate::icon::IconName;

component! {
    /// An icon.
    Icon, "Icon", Place::Component, new(
        /// Which one.
        name: IconName = "name",
    ) {
        /// Its colour.
        color: Color = "color",
        /// Its size.
        size: IconSize = "size",
    }
}

component! {
    /// A picture.
    Image, "Image", Place::Component, new(
        /// Its URL; may be a `data:` URL.
        src: String = "src",
    ) {
        /// What it shows, for those who do not see it.
        alt: String = "alt",
        /// How it fills its box.
        fit: Fit = "fit",
        /// Which part is seen when the box does not show it whole.
        position: ImagePosition = "position",
        /// Rounded corners.
        radius: Radius = "radius",
        /// Whether it has a thin frame.
        frame: bool = "frame",
        /// Whether it reaches the edges of the card.
        flush: bool = "flush",
        /// The room around, in units of 4 px.
        margin: WholeSpace = "margin",
        /// The ground behind it.
        background: Color = "background",
        /// Its share of the room: the CSS `flex`.
        flex: WholeLength = "flex",
        /// The height, in px.
        height: WholeLength = "height",
        /// The width, in px.
        width: WholeLength = "width",
        /// Height and width, in px.
        size: WholeLength = "size",
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
