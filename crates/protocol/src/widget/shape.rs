//! What a prop's values look like, for those who generate code or documents from the schema.

use super::schema::PropSchema;

/// The shape of a prop's values.
#[derive(Debug)]
#[non_exhaustive]
pub enum Shape {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A number.
    Number,
    /// One of a few texts.
    OneOf(&'static [&'static str]),
    /// A list of values of one shape.
    List(Box<Shape>),
    /// An object whose members all have one shape.
    Map(Box<Shape>),
    /// An object with members of its own.
    Record(Record),
    /// Components: one, or a list.
    Components,
    /// Any of several shapes.
    Either(Vec<Shape>),
    /// Anything.
    Any,
}

/// An object with members of its own.
#[derive(Debug)]
#[non_exhaustive]
pub struct Record {
    /// The name of its builder.
    pub name: &'static str,
    /// The member that tells it apart from its siblings, and its value.
    pub tag: Option<(&'static str, &'static str)>,
    /// Its members.
    pub props: &'static [PropSchema],
}

impl Record {
    pub(super) const fn new(
        name: &'static str,
        tag: Option<(&'static str, &'static str)>,
        props: &'static [PropSchema],
    ) -> Self {
        Self { name, tag, props }
    }
}
