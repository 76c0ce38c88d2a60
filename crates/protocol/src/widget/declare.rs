//! Declares components and the objects in their props: one declaration makes the builder, the table
//! that checks go by, and the docs.
//!
//! ```text
//! component! {
//!     /// A small label.
//!     Badge, "Badge", Place::Component, new(label: String = "label") {
//!         /// Its colour.
//!         color: BadgeColor = "color",
//!     }
//! }
//! ```
//!
//! What stands in `new` is required, in the builder and in the check; with `or absent` behind it, the
//! builder asks for it and the check does not.

use serde_json::{Map, Value};

use super::schema::Prop;

/// Sets a prop; nulls, which are also what is left of numbers that are none, are left out.
pub(super) fn set<P: Prop>(props: &mut Map<String, Value>, name: &str, value: P) {
    let value = value.into_json();
    if !value.is_null() {
        props.insert(name.to_owned(), value);
    }
}

/// A builder over a JSON object: the type, `new`, a method a prop, and the table `PROPS`.
macro_rules! builder {
    (
        $(#[doc = $docs:literal])*
        $name:ident, $start:expr,
        new($($(#[doc = $needed_docs:literal])*
            $needed:ident: $needed_type:ty = $needed_wire:literal $(or $absent:ident)?),* $(,)?)
        { $($(#[doc = $prop_docs:literal])* $prop:ident: $prop_type:ty = $prop_wire:literal),* $(,)? }
    ) => {
        $(#[doc = $docs])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(transparent)]
        #[must_use]
        pub struct $name(serde_json::Map<String, serde_json::Value>);

        impl $name {
            pub(in crate::widget) const PROPS: &'static [$crate::widget::schema::PropSchema] = &[
                $($crate::widget::schema::PropSchema::new::<$needed_type>(
                    $needed_wire,
                    concat!($($needed_docs),*),
                    builder!(@required $($absent)?),
                ),)*
                $($crate::widget::schema::PropSchema::new::<$prop_type>(
                    $prop_wire,
                    concat!($($prop_docs),*),
                    false,
                ),)*
            ];

            /// One with what it cannot be without.
            #[allow(clippy::new_without_default)] // one shape for all
            pub fn new($($needed: impl Into<$needed_type>),*) -> Self {
                #[allow(unused_mut)] // some need nothing
                let mut props = $start;
                $($crate::widget::declare::set::<$needed_type>(&mut props, $needed_wire, $needed.into());)*
                Self(props)
            }

            $(
                $(#[doc = $prop_docs])*
                pub fn $prop(mut self, value: impl Into<$prop_type>) -> Self {
                    $crate::widget::declare::set::<$prop_type>(&mut self.0, $prop_wire, value.into());
                    self
                }
            )*
        }
    };
    (@required) => { true };
    (@required absent) => { false };
}

/// A component of a widget.
macro_rules! component {
    (
        $(#[doc = $docs:literal])*
        $name:ident, $wire:literal, Place::$place:ident $(($holder:literal))?, new($($new:tt)*) { $($props:tt)* }
    ) => {
        builder! {
            $(#[doc = $docs])*
            $name, serde_json::Map::from_iter([("type".to_owned(), serde_json::Value::from($wire))]),
            new($($new)*) { $($props)* }
        }

        impl $name {
            pub(in crate::widget) const SCHEMA: $crate::widget::schema::Schema =
                $crate::widget::schema::Schema {
                    name: $wire,
                    docs: concat!($($docs, "\n"),*),
                    place: $crate::widget::schema::Place::$place $(($holder))?,
                    props: Self::PROPS,
                };

            /// Tells it apart from its siblings.
            pub fn key(mut self, key: impl Into<String>) -> Self {
                $crate::widget::declare::set::<String>(&mut self.0, "key", key.into());
                self
            }

            /// Makes it the target of updates, text that grows among them. Unique within the widget.
            pub fn id(mut self, id: impl Into<String>) -> Self {
                $crate::widget::declare::set::<String>(&mut self.0, "id", id.into());
                self
            }
        }

        component!(@$place $name);
    };
    (@Root $name:ident) => {
        impl From<$name> for $crate::widget::WidgetRoot {
            fn from(root: $name) -> Self {
                Self(root.0)
            }
        }

        impl From<$name> for $crate::widget::props::BasicChild {
            fn from(root: $name) -> Self {
                $crate::widget::WidgetRoot::from(root).into()
            }
        }
    };
    (@Component $name:ident) => {
        impl From<$name> for $crate::widget::WidgetNode {
            fn from(component: $name) -> Self {
                Self(component.0)
            }
        }

        impl From<$name> for $crate::widget::props::BasicChild {
            fn from(component: $name) -> Self {
                $crate::widget::WidgetNode::from(component).into()
            }
        }
    };
    (@Within $name:ident) => {
        impl $name {
            /// The component on its own, as updates carry it.
            pub fn into_node(self) -> $crate::widget::WidgetNode {
                $crate::widget::WidgetNode(self.0)
            }
        }

        impl From<$name> for serde_json::Value {
            fn from(component: $name) -> Self {
                Self::Object(component.0)
            }
        }
    };
}

/// An object in a prop.
macro_rules! record {
    (
        $(#[doc = $docs:literal])*
        $name:ident, $expected:literal $(, $tag:literal: $kind:literal)?, new($($new:tt)*) { $($props:tt)* }
    ) => {
        builder! {
            $(#[doc = $docs])*
            $name,
            serde_json::Map::<String, serde_json::Value>::from_iter(
                [$(($tag.to_owned(), serde_json::Value::from($kind)))?]
            ),
            new($($new)*) { $($props)* }
        }

        impl $crate::widget::schema::Prop for $name {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn shape() -> $crate::widget::Shape {
                #[allow(unused_mut, unused_assignments)] // most have no tag
                let mut tag = None;
                $(tag = Some(($tag, $kind));)?
                $crate::widget::Shape::Record($crate::widget::Record::new(stringify!($name), tag, Self::PROPS))
            }

            fn into_json(self) -> serde_json::Value {
                serde_json::Value::Object(self.0)
            }

            fn check<'v>(value: &'v serde_json::Value, check: &mut $crate::widget::check::Check<'v>) {
                match value {
                    serde_json::Value::Object(object) => check.object(object, Self::PROPS, &[$($tag)?]),
                    _ => check.wrong::<Self>(value),
                }
            }
        }
    };
}

/// A prop with a few values to choose from.
macro_rules! choice {
    ($(#[$docs:meta])* $name:ident { $($variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] #[serde(rename = $wire)] $variant),+
        }

        impl $crate::widget::schema::Prop for $name {
            fn expected() -> String {
                format!("one of {}", [$($wire),+].join(", "))
            }

            fn shape() -> $crate::widget::Shape {
                $crate::widget::Shape::OneOf(&[$($wire),+])
            }

            fn check<'v>(value: &'v serde_json::Value, check: &mut $crate::widget::check::Check<'v>) {
                if !value.as_str().is_some_and(|value| [$($wire),+].contains(&value)) {
                    check.wrong::<Self>(value);
                }
            }
        }
    };
}

pub(super) use {builder, choice, component, record};
