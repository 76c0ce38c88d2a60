//! Widgets: trees of components, kept without loss.
//!
//! What a component means is the renderer's business, so a node is kept as it came: every prop,
//! known or not, live and stored. Only nulls are dropped, at every depth, and some defaults written
//! out, as the protocol asks.
//! [`components`] builds nodes with checked props; [`props`] holds the prop types. A tree that came as
//! JSON, or out of a template, is checked by [`WidgetRoot::check`].

pub mod check;
pub mod components;
mod declare;
mod defaults;
pub mod props;
mod schema;
mod shape;

use self::check::Admitted;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

pub use self::{
    check::{Problem, ProblemKind, Severity},
    schema::{Place, PropSchema, Schema},
    shape::{Record, Shape},
};

/// The `type`s that may stand at the top of a widget.
pub const ROOT_TYPES: [&str; 3] = ["Card", "ListView", "Basic"];

/// Any component with its props and children.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WidgetNode"))]
pub struct WidgetNode(Map<String, Value>);

/// A component that may stand at the top: `Card`, `ListView` or `Basic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "WidgetNode"))]
pub struct WidgetRoot(Map<String, Value>);

/// Why a value is no widget.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WidgetError {
    /// Not a JSON object.
    #[error("a widget component is a JSON object")]
    NotAnObject,
    /// An object without a `type` that is a string.
    #[error("a widget component needs a `type`")]
    NoType,
    /// A component that may not stand at the top.
    #[error("`{found}` cannot be the root of a widget; use Card, ListView or Basic")]
    NotARoot {
        /// The `type` found.
        found: String,
    },
}

impl WidgetNode {
    /// The component's name.
    pub fn type_name(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// What is wrong, or odd, with the component and what is within it, from top to bottom.
    ///
    /// See [`WidgetRoot::check`]; a node may be any component, as in updates.
    pub fn check(&self) -> Vec<Problem> {
        check::problems(&self.0, Admitted::Anything)
    }

    /// The component as JSON.
    pub fn into_value(self) -> Value {
        self.into()
    }
}

impl WidgetRoot {
    /// The component's name: `Card`, `ListView` or `Basic`.
    pub fn type_name(&self) -> &str {
        self.0.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// What is wrong, or odd, with the widget, from top to bottom.
    ///
    /// Errors are values a prop cannot have, props that are missing, components where they may not
    /// stand, and trees too large to draw. What is not known is a warning: it is kept and sent.
    ///
    /// ```
    /// use chatkit_protocol::widget::WidgetRoot;
    /// use serde_json::json;
    ///
    /// let card = WidgetRoot::try_from(json!({"type": "Card", "children": [
    ///     {"type": "Text", "value": "Hi", "size": "huge"},
    /// ]}))?;
    /// let problems = card.check();
    /// assert!(problems[0].is_error());
    /// assert_eq!(problems[0].to_string(), r#"children[0].size: "huge" is not one of xs, sm, md, lg, xl"#);
    /// # Ok::<(), chatkit_protocol::widget::WidgetError>(())
    /// ```
    pub fn check(&self) -> Vec<Problem> {
        check::problems(&self.0, Admitted::Roots)
    }

    /// Puts another component in the place of the first below the root that has this `id`; says whether
    /// there is one.
    pub fn replace(&mut self, id: &str, component: WidgetNode) -> bool {
        match find_below(&mut self.0, id) {
            Some(found) => {
                *found = component.0;
                true
            }
            None => false,
        }
    }

    /// The props, children among them.
    pub fn props(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl From<WidgetNode> for Value {
    fn from(node: WidgetNode) -> Self {
        Self::Object(node.0)
    }
}

impl From<WidgetRoot> for Value {
    fn from(root: WidgetRoot) -> Self {
        Self::Object(root.0)
    }
}

impl TryFrom<Value> for WidgetNode {
    type Error = WidgetError;

    fn try_from(value: Value) -> Result<Self, WidgetError> {
        let Value::Object(mut props) = value else {
            return Err(WidgetError::NotAnObject);
        };
        if !props.get("type").is_some_and(Value::is_string) {
            return Err(WidgetError::NoType);
        }
        drop_nulls_in_object(&mut props);
        defaults::write_defaults(&mut props);
        Ok(Self(props))
    }
}

impl TryFrom<WidgetNode> for WidgetRoot {
    type Error = WidgetError;

    fn try_from(node: WidgetNode) -> Result<Self, WidgetError> {
        if ROOT_TYPES.contains(&node.type_name()) {
            Ok(Self(node.0))
        } else {
            Err(WidgetError::NotARoot { found: node.type_name().to_owned() })
        }
    }
}

impl TryFrom<Value> for WidgetRoot {
    type Error = WidgetError;

    fn try_from(value: Value) -> Result<Self, WidgetError> {
        WidgetNode::try_from(value)?.try_into()
    }
}

impl<'de> Deserialize<'de> for WidgetNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for WidgetRoot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// The first component below this one that has this `id`, from top to bottom.
fn find_below<'w>(component: &'w mut Map<String, Value>, id: &str) -> Option<&'w mut Map<String, Value>> {
    let children = match component.get_mut("children")? {
        Value::Array(children) => children.as_mut_slice(),
        child => std::slice::from_mut(child),
    };
    children.iter_mut().filter_map(Value::as_object_mut).find_map(|child| {
        if child.get("id").is_some_and(|found| found == id) { Some(child) } else { find_below(child, id) }
    })
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(object) => drop_nulls_in_object(object),
        Value::Array(list) => {
            list.retain(|element| !element.is_null());
            list.iter_mut().for_each(drop_nulls);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn drop_nulls_in_object(object: &mut Map<String, Value>) {
    object.retain(|_, element| !element.is_null());
    object.values_mut().for_each(drop_nulls);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_prop_is_kept_and_every_null_dropped() {
        let value = json!({"type": "Card", "border": {"size": 1, "color": null}, "children": [
            {"type": "Hologram", "depth": 3, "list": [1, null, [null, 2]]}, null,
        ]});
        let root = WidgetRoot::try_from(value).unwrap();
        assert_eq!(
            serde_json::to_value(&root).unwrap(),
            json!({"type": "Card", "border": {"size": 1}, "children": [
                {"type": "Hologram", "depth": 3, "list": [1, [2]]},
            ]})
        );
    }

    #[test]
    fn props_leave_in_the_order_they_came() {
        let text = r#"{"type":"Basic","z":1,"a":2,"key":"k"}"#;
        let root: WidgetRoot = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&root).unwrap(), text);
    }

    #[test]
    fn the_component_of_an_id_is_replaced_wherever_it_is() {
        let widget = |replaced: &str| {
            WidgetRoot::try_from(json!({"type": "Card", "id": "a", "children": [
                {"type": "Text", "value": "x", "id": "b"},
                {"type": "Transition", "children": {"type": "Row", "children": [{"type": replaced, "id": "a"}]}},
            ]}))
            .unwrap()
        };
        let new = WidgetNode::try_from(json!({"type": "Spacer", "id": "a"})).unwrap();
        let mut old = widget("Divider");
        assert!(old.replace("a", new.clone()), "the root's own id does not count");
        assert_eq!(old, widget("Spacer"));
        assert!(!old.replace("c", new));
    }

    #[test]
    fn only_three_components_may_be_the_root() {
        assert_eq!(
            WidgetRoot::try_from(json!({"type": "Text", "value": "x"})),
            Err(WidgetError::NotARoot { found: "Text".to_owned() })
        );
        assert_eq!(WidgetRoot::try_from(json!({"value": "x"})), Err(WidgetError::NoType));
        assert_eq!(WidgetRoot::try_from(json!(["Card"])), Err(WidgetError::NotAnObject));
    }
}
