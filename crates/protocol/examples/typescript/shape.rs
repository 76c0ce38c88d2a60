//! What a JSON Schema says, in the few shapes that the wire has.

use serde_json::{Map, Value};

/// The shape of a value.
#[derive(Clone, Debug)]
pub enum Shape {
    Any,
    Text,
    Number,
    Flag,
    /// An object of anything, or of one shape.
    Map(Box<Shape>),
    List(Box<Shape>),
    OneOf(Vec<String>),
    /// A definition by its name.
    Named(String),
    Object(Vec<Field>),
    /// Objects that their `type` tells apart.
    Tagged(Vec<Variant>),
    /// Shapes of which the first that fits is taken.
    First(Vec<Shape>),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub shape: Shape,
    pub required: bool,
    /// What it is when it is missing.
    pub default: Option<Value>,
    /// Whether the object is none without it.
    pub strict: bool,
}

/// An object with a `type` of its own.
#[derive(Clone, Debug)]
pub struct Variant {
    pub tag: String,
    /// The definition it is made of, if it is one.
    pub of: Option<String>,
    pub fields: Vec<Field>,
}

/// Reads a schema. `definitions` resolve what variants are made of.
pub fn read(schema: &Value, definitions: &Map<String, Value>) -> Shape {
    let Some(schema) = schema.as_object() else { return Shape::Any };
    for word in ["oneOf", "anyOf"] {
        let Some(choices) = schema.get(word).and_then(Value::as_array) else { continue };
        let choices: Vec<_> = choices.iter().filter(|choice| choice["type"] != "null").collect();
        if let [only] = choices[..]
            && tag_of(only).is_none()
        {
            return read(only, definitions);
        }
        if choices.iter().all(|choice| choice["const"].is_string()) {
            return Shape::OneOf(choices.iter().map(|choice| text(&choice["const"])).collect());
        }
        let base = fields(schema, definitions);
        if choices.iter().all(|choice| tag_of(choice).is_some()) {
            return Shape::Tagged(choices.iter().map(|choice| variant(choice, &base, definitions)).collect());
        }
        return Shape::First(choices.iter().map(|choice| read(choice, definitions)).collect());
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return Shape::Named(name.trim_start_matches("#/$defs/").to_owned());
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Shape::OneOf(values.iter().filter(|value| value.is_string()).map(text).collect());
    }
    if schema.get("const").is_some_and(Value::is_string) {
        return Shape::OneOf(vec![text(&schema["const"])]);
    }
    match kind(schema) {
        Some("string") => Shape::Text,
        Some("integer" | "number") => Shape::Number,
        Some("boolean") => Shape::Flag,
        Some("array") => {
            Shape::List(Box::new(schema.get("items").map_or(Shape::Any, |items| read(items, definitions))))
        }
        Some("object") if schema.contains_key("properties") => match tag_of(&Value::Object(schema.clone())) {
            Some(_) => Shape::Tagged(vec![variant(&Value::Object(schema.clone()), &[], definitions)]),
            None => Shape::Object(fields(schema, definitions)),
        },
        Some("object") => {
            let values = schema.get("additionalProperties").filter(|values| values.is_object());
            Shape::Map(Box::new(values.map_or(Shape::Any, |values| read(values, definitions))))
        }
        _ => Shape::Any,
    }
}

/// The one type besides null.
fn kind(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        _ => None,
    }
}

fn variant(choice: &Value, base: &[Field], definitions: &Map<String, Value>) -> Variant {
    let choice_fields = choice.as_object().map(|choice| fields(choice, definitions)).unwrap_or_default();
    let of = choice["$ref"].as_str().map(|name| name.trim_start_matches("#/$defs/").to_owned());
    let inner = of.as_ref().and_then(|name| definitions.get(name)?.as_object());
    let mut all = base.to_vec();
    all.extend(choice_fields.into_iter().filter(|field| field.name != "type"));
    all.extend(inner.map(|inner| fields(inner, definitions)).unwrap_or_default());
    Variant { tag: tag_of(choice).unwrap_or_default(), of, fields: all }
}

/// The members of an object, in the order they were declared.
fn fields(schema: &Map<String, Value>, definitions: &Map<String, Value>) -> Vec<Field> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|required| required.iter().any(|other| other == name));
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    properties
        .iter()
        .map(|(name, property)| Field {
            name: name.clone(),
            shape: read(property, definitions),
            required: is_required(name),
            default: property.get("default").cloned(),
            strict: name == "id",
        })
        .collect()
}

fn tag_of(choice: &Value) -> Option<String> {
    choice["properties"]["type"]["const"].as_str().map(str::to_owned)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
