//! Props with a few values to choose from.

use super::super::declare::choice;

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
choice! {
    /// The look of a `Badge`.
    BadgeVariant { Solid = "solid", Soft = "soft", Outline = "outline" }
}
choice! {
    /// The size of a `Badge`.
    BadgeSize { Sm = "sm", Md = "md", Lg = "lg" }
}
choice! {
    /// Whether a widget is drawn light or dark, whatever the page is.
    Theme { Light = "light", Dark = "dark" }
}
choice! {
    /// How children stand, or options: side by side or below each other.
    Direction { Row = "row", Col = "col" }
}
choice! {
    /// How the line of a border is drawn.
    BorderStyle {
        Solid = "solid", Dashed = "dashed", Dotted = "dotted", Double = "double", Groove = "groove",
        Ridge = "ridge", Inset = "inset", Outset = "outset",
    }
}
choice! {
    /// Which part of a picture is seen when its box does not show it whole.
    ImagePosition {
        TopLeft = "top left", Top = "top", TopRight = "top right", Left = "left", Center = "center",
        Right = "right", BottomLeft = "bottom left", Bottom = "bottom", BottomRight = "bottom right",
    }
}
choice! {
    /// The weight of a `Button` among others: a shorthand for colour and variant.
    ButtonStyle { Primary = "primary", Secondary = "secondary" }
}
choice! {
    /// The size of the icons of a `Button`.
    ButtonIconSize { Sm = "sm", Md = "md", Lg = "lg", Xl = "xl", Xl2 = "2xl" }
}
choice! {
    /// How a field that takes text is drawn.
    FieldVariant { Soft = "soft", Outline = "outline" }
}
choice! {
    /// The room at the edges of a field that takes text.
    GutterSize { Xxs = "2xs", Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl" }
}
choice! {
    /// What an `Input` takes.
    InputType {
        Number = "number", Email = "email", Text = "text", Password = "password", Tel = "tel", Url = "url",
    }
}
choice! {
    /// On which side of its control a calendar opens.
    Side { Top = "top", Bottom = "bottom", Left = "left", Right = "right" }
}
choice! {
    /// How something stands beside or within something else.
    Edge { Start = "start", Center = "center", End = "end" }
}
choice! {
    /// The width of a table's column.
    ColumnSize { Xs = "xs", Sm = "sm", Md = "md", Lg = "lg", Xl = "xl" }
}
choice! {
    /// How a line goes from point to point.
    CurveType {
        Basis = "basis", BasisClosed = "basisClosed", BasisOpen = "basisOpen", BumpX = "bumpX",
        BumpY = "bumpY", Bump = "bump", Linear = "linear", LinearClosed = "linearClosed",
        Natural = "natural", MonotoneX = "monotoneX", MonotoneY = "monotoneY", Monotone = "monotone",
        Step = "step", StepBefore = "stepBefore", StepAfter = "stepAfter",
    }
}
