//! The types of widget props.

use std::borrow::Cow;

use serde::Serialize;

/// A length: px for sizes, units of 4 px for gaps, paddings and margins, or CSS text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Length {
    /// A whole number.
    Whole(i64),
    /// A number with a fraction.
    Fraction(f64),
    /// CSS, for example `50%`.
    Css(Cow<'static, str>),
}

impl From<i64> for Length {
    fn from(length: i64) -> Self {
        Self::Whole(length)
    }
}

impl From<f64> for Length {
    fn from(length: f64) -> Self {
        Self::Fraction(length)
    }
}

impl From<&'static str> for Length {
    fn from(length: &'static str) -> Self {
        Self::Css(length.into())
    }
}

/// Space on the sides of a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Space {
    /// The same on all sides.
    All(Length),
    /// Side by side.
    Sides(Sides),
}

impl<L: Into<Length>> From<L> for Space {
    fn from(length: L) -> Self {
        Self::All(length.into())
    }
}

impl From<Sides> for Space {
    fn from(sides: Sides) -> Self {
        Self::Sides(sides)
    }
}

/// Space side by side; a side that is not named has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sides {
    /// Above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<Length>,
    /// On the right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<Length>,
    /// Below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bottom: Option<Length>,
    /// On the left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<Length>,
    /// Left and right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<Length>,
    /// Above and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<Length>,
}

/// A colour: a token (`secondary`), a primitive (`red-100`), CSS, or one for each scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Color {
    /// In both schemes.
    Plain(Cow<'static, str>),
    /// One for each scheme.
    Themed {
        /// In the light scheme.
        light: Cow<'static, str>,
        /// In the dark scheme.
        dark: Cow<'static, str>,
    },
}

impl From<&'static str> for Color {
    fn from(color: &'static str) -> Self {
        Self::Plain(color.into())
    }
}

macro_rules! choice {
    ($(#[$docs:meta])* $name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] #[serde(rename = $wire)] $variant),+
        }
    };
}

choice! {
    /// How children stand across the main direction.
    Align { Start = "start", Center = "center", End = "end", Baseline = "baseline", Stretch = "stretch" }
}
choice! {
    /// How children stand along the main direction.
    Justify {
        Start = "start", Center = "center", End = "end", Between = "between", Around = "around",
        Evenly = "evenly", Stretch = "stretch",
    }
}
choice! {
    /// Whether children wrap.
    Wrap { NoWrap = "nowrap", Wrap = "wrap", WrapReverse = "wrap-reverse" }
}
choice! {
    /// How text stands in its box.
    TextAlign { Start = "start", Center = "center", End = "end" }
}
choice! {
    /// Rounded corners.
    Radius {
        Xxs = "2xs", Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl", Xl2 = "2xl", Xl3 = "3xl",
        Xl4 = "4xl", Full = "full", Whole = "100%", None = "none",
    }
}
choice! {
    /// The weight of letters.
    Weight { Normal = "normal", Medium = "medium", Semibold = "semibold", Bold = "bold" }
}
choice! {
    /// The size of a `Text`.
    TextSize { Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl" }
}
choice! {
    /// The size of a `Title`.
    TitleSize {
        Sm = "sm", Md = "md", Lg = "lg", Xl = "xl", Xl2 = "2xl", Xl3 = "3xl", Xl4 = "4xl", Xl5 = "5xl",
    }
}
choice! {
    /// The size of a `Caption`.
    CaptionSize { Sm = "sm", Md = "md", Lg = "lg" }
}
choice! {
    /// The size of an `Icon`.
    IconSize { Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl", Xl2 = "2xl", Xl3 = "3xl" }
}
choice! {
    /// The size of a control.
    ControlSize {
        Xxxs = "3xs", Xxs = "2xs", Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl", Xl2 = "2xl",
        Xl3 = "3xl",
    }
}
choice! {
    /// How a control is drawn.
    ControlVariant { Solid = "solid", Soft = "soft", Outline = "outline", Ghost = "ghost" }
}
choice! {
    /// The size of a `Card`.
    CardSize { Sm = "sm", Md = "md", Lg = "lg", Full = "full" }
}
choice! {
    /// How a picture fills its box.
    Fit { Cover = "cover", Contain = "contain", Fill = "fill", ScaleDown = "scale-down", None = "none" }
}
choice! {
    /// The colour of a `Button`.
    ButtonColor {
        Primary = "primary", Secondary = "secondary", Info = "info", Discovery = "discovery",
        Success = "success", Caution = "caution", Warning = "warning", Danger = "danger",
    }
}
choice! {
    /// The colour of a `Badge`.
    BadgeColor {
        Secondary = "secondary", Success = "success", Danger = "danger", Warning = "warning",
        Info = "info", Discovery = "discovery",
    }
}
