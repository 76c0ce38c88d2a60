//! What components may hold: one table a component, made by its declaration.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{check::Check, drop_nulls, shape::Shape};

/// A type that props have: written by builders, recognised by checks.
pub(super) trait Prop: Serialize + Sized {
    /// What a value of this type is called in messages: `a whole number`.
    fn expected() -> String;

    /// What a value of this type looks like.
    fn shape() -> Shape;

    /// The value as JSON, without nulls. What is JSON already moves: a tree that was copied at every level
    /// it is put into would cost its size times its depth.
    fn into_json(self) -> Value {
        let mut value = serde_json::to_value(self).expect("prop types have string keys");
        drop_nulls(&mut value);
        value
    }

    /// Reports what is wrong with a value that should be of this type.
    fn check<'v>(value: &'v Value, check: &mut Check<'v>);
}

/// A component as it is declared.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Its `type`.
    pub name: &'static str,
    /// What it is for.
    pub docs: &'static str,
    /// Where it may stand.
    pub place: Place,
    /// Its props, without `type`, `key` and `id`, which all have.
    pub props: &'static [PropSchema],
}

/// A prop as it is declared.
#[non_exhaustive]
pub struct PropSchema {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it is for.
    pub docs: &'static str,
    /// Whether its owner cannot be without it.
    pub required: bool,
    expected: fn() -> String,
    shape: fn() -> Shape,
    pub(super) check: for<'v> fn(&'v Value, &mut Check<'v>),
}

/// Where a component may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the top, or within a `Basic`.
    Root,
    /// Within any component that has components.
    Component,
    /// Within one kind of component only.
    Within(&'static str),
}

impl PropSchema {
    pub(super) const fn new<P: Prop>(name: &'static str, docs: &'static str, required: bool) -> Self {
        Self { name, docs, required, expected: P::expected, shape: P::shape, check: P::check }
    }

    /// What its values are: `a whole number`, `one of sm, md, lg`.
    pub fn expected(&self) -> String {
        (self.expected)()
    }

    /// What its values look like.
    pub fn shape(&self) -> Shape {
        (self.shape)()
    }
}

impl fmt::Debug for PropSchema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, required, .. } = self;
        formatter
            .debug_struct("PropSchema")
            .field("name", name)
            .field("required", required)
            .finish_non_exhaustive()
    }
}
