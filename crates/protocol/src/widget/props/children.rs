//! Components within components.

use serde::Serialize;
use serde_json::Value;

use super::super::{
    WidgetNode, WidgetRoot,
    check::{Admitted, Check},
    components::{ListViewItem, TableCell, TableRow},
    schema::Prop,
    shape::Shape,
};
use super::chart::Series;

macro_rules! from_tuples {
    ($list:ident of $element:ty: $(($($each:ident)+))+) => {$(
        impl<$($each: Into<$element>),+> From<($($each,)+)> for $list {
            #[allow(non_snake_case)] // a value is called as its type
            fn from(($($each,)+): ($($each,)+)) -> Self {
                Self(vec![$($each.into()),+])
            }
        }
    )+};
}

macro_rules! list {
    ($(#[$docs:meta])* $list:ident of $element:ty) => {
        $(#[$docs])*
        ///
        /// Made of a list of one kind, or of a tuple of up to twelve kinds; `()` is none.
        #[derive(Clone, Debug, Default, PartialEq, Serialize)]
        #[serde(transparent)]
        pub struct $list(Vec<$element>);

        impl<E: Into<$element>, const N: usize> From<[E; N]> for $list {
            fn from(elements: [E; N]) -> Self {
                elements.into_iter().collect()
            }
        }

        impl<E: Into<$element>> From<Vec<E>> for $list {
            fn from(elements: Vec<E>) -> Self {
                elements.into_iter().collect()
            }
        }

        impl<E: Into<$element>> FromIterator<E> for $list {
            fn from_iter<I: IntoIterator<Item = E>>(elements: I) -> Self {
                Self(elements.into_iter().map(Into::into).collect())
            }
        }

        impl<E: Into<$element>> Extend<E> for $list {
            fn extend<I: IntoIterator<Item = E>>(&mut self, elements: I) {
                self.0.extend(elements.into_iter().map(Into::into));
            }
        }

        impl $list {
            /// Adds one at the end.
            pub fn push(&mut self, element: impl Into<$element>) {
                self.0.push(element.into());
            }
        }

        impl From<()> for $list {
            fn from((): ()) -> Self {
                Self::default()
            }
        }

        from_tuples! {
            $list of $element:
            (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
            (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
        }
    };
}

macro_rules! children {
    ($($list:ident: $expected:literal, $admitted:expr;)+) => {$(
        impl Prop for $list {
            fn expected() -> String {
                $expected.to_owned()
            }

            fn shape() -> Shape {
                Shape::Components
            }

            fn into_json(self) -> Value {
                self.0.into()
            }

            fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
                match value {
                    Value::Array(children) => {
                        check.each(children, |child, check| check.child(child, $admitted));
                    }
                    _ => check.wrong::<Self>(value),
                }
            }
        }
    )+};
}

list! {
    /// Components within another.
    Children of WidgetNode
}
list! {
    /// What a `ListView` takes.
    ListItems of ListViewItem
}
list! {
    /// What a `Table` takes.
    TableRows of TableRow
}
list! {
    /// What a `Table.Row` takes.
    TableCells of TableCell
}
list! {
    /// What a `Basic` takes: components, and other roots.
    BasicChildren of BasicChild
}
list! {
    /// What a `Chart` draws.
    AllSeries of Series
}

children! {
    Children: "a list of components", Admitted::Components;
    ListItems: "a list of ListViewItem", Admitted::Only("ListViewItem");
    TableRows: "a list of Table.Row", Admitted::Only("Table.Row");
    TableCells: "a list of Table.Cell", Admitted::Only("Table.Cell");
}

impl Prop for BasicChildren {
    fn expected() -> String {
        "a list of components or roots".to_owned()
    }

    fn shape() -> Shape {
        Shape::Components
    }

    fn into_json(self) -> Value {
        self.0.into()
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Array(children) => {
                check.each(children, |child, check| check.child(child, Admitted::ComponentsAndRoots));
            }
            Value::Object(_) => check.child(value, Admitted::ComponentsAndRoots),
            _ => check.wrong::<Self>(value),
        }
    }
}

impl Prop for AllSeries {
    fn expected() -> String {
        "a list of series".to_owned()
    }

    fn shape() -> Shape {
        <Vec<Series>>::shape()
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        <Vec<Series>>::check(value, check);
    }
}

impl Prop for WidgetNode {
    fn expected() -> String {
        "a component".to_owned()
    }

    fn shape() -> Shape {
        Shape::Components
    }

    fn into_json(self) -> Value {
        self.into()
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        check.child(value, Admitted::Components);
    }
}

/// A component, or a root, within a `Basic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum BasicChild {
    /// A component.
    Component(WidgetNode),
    /// Another root.
    Root(WidgetRoot),
}

impl From<BasicChild> for Value {
    fn from(child: BasicChild) -> Self {
        match child {
            BasicChild::Component(component) => component.into(),
            BasicChild::Root(root) => root.into(),
        }
    }
}

impl From<WidgetNode> for BasicChild {
    fn from(component: WidgetNode) -> Self {
        Self::Component(component)
    }
}

impl From<WidgetRoot> for BasicChild {
    fn from(root: WidgetRoot) -> Self {
        Self::Root(root)
    }
}
