//! What a client must be told when a widget changes.

use serde_json::{Map, Value};

use crate::protocol::{event::ItemUpdate, widget::WidgetRoot};

/// The components whose `value` may grow piece by piece.
const GROWING: [&str; 2] = ["Text", "Markdown"];

/// The updates that lead a client from one state of a widget to the next; none when nothing changed.
///
/// Where the only change is that texts grew, each grown `Text` or `Markdown` gives a
/// `widget.streaming_text.value_delta`, in document order. A client finds the text by its `id`, so it
/// needs one of its own, and a place that is reached through lists of `children`. Any other change
/// gives one `widget.root.updated`: another value or prop, a prop that comes or goes, a child more or
/// less, or a text that grew without an `id`.
pub fn diff_widget(before: &WidgetRoot, after: &WidgetRoot) -> Vec<ItemUpdate> {
    let mut deltas = Vec::new();
    if grew(before.props(), after.props(), &mut deltas)
        && deltas.iter().all(|delta| occurrences(after.props(), &delta.component_id) == 1)
    {
        deltas.into_iter().map(Delta::into_update).collect()
    } else {
        vec![ItemUpdate::WidgetRootUpdated { widget: after.clone() }]
    }
}

/// A text that grew.
struct Delta {
    component_id: String,
    grown: String,
    done: bool,
}

impl Delta {
    fn into_update(self) -> ItemUpdate {
        let Self { component_id, grown, done } = self;
        ItemUpdate::WidgetTextDelta { component_id, delta: grown, done }
    }
}

/// Whether two states of a component differ in nothing but texts that grew; notes those.
fn grew(before: &Map<String, Value>, after: &Map<String, Value>, deltas: &mut Vec<Delta>) -> bool {
    before.len() == after.len()
        && after.iter().all(|(name, new)| {
            before.get(name).is_some_and(|old| match (name.as_str(), old, new) {
                _ if old == new => true,
                ("children", Value::Array(old), Value::Array(new)) => {
                    old.len() == new.len()
                        && old.iter().zip(new).all(|(old, new)| match (old, new) {
                            (Value::Object(old), Value::Object(new)) => grew(old, new, deltas),
                            _ => old == new,
                        })
                }
                ("value", Value::String(old), Value::String(new)) => {
                    let delta = new.strip_prefix(old.as_str()).and_then(|grown| text_delta(after, grown));
                    delta.map(|delta| deltas.push(delta)).is_some()
                }
                _ => false,
            })
        })
}

/// The delta of this component, if its text can be sent as one.
fn text_delta(component: &Map<String, Value>, grown: &str) -> Option<Delta> {
    let type_name = component.get("type")?.as_str()?;
    let component_id = component.get("id")?.as_str()?;
    GROWING.contains(&type_name).then(|| Delta {
        component_id: component_id.to_owned(),
        grown: grown.to_owned(),
        done: component.get("streaming") != Some(&Value::Bool(true)),
    })
}

/// How many components have this `id`.
fn occurrences(component: &Map<String, Value>, id: &str) -> usize {
    let own = usize::from(component.get("id").and_then(Value::as_str) == Some(id));
    let below: usize = match component.get("children") {
        Some(Value::Array(children)) => {
            children.iter().filter_map(Value::as_object).map(|child| occurrences(child, id)).sum()
        }
        Some(Value::Object(child)) => occurrences(child, id),
        _ => 0,
    };
    own + below
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn diff(before: Value, after: Value) -> Value {
        let card = |children| json!({"type": "Card", "children": children}).try_into().unwrap();
        serde_json::to_value(diff_widget(&card(before), &card(after))).unwrap()
    }

    /// Whether the difference is the whole widget.
    fn replaces(before: Value, after: Value) -> bool {
        let root = json!({"type": "Card", "children": &after});
        diff(before, after) == json!([{"type": "widget.root.updated", "widget": root}])
    }

    fn text(id: &str, value: &str) -> Value {
        json!({"type": "Text", "id": id, "value": value})
    }

    #[test]
    fn texts_that_grew_are_told_in_document_order() {
        let before = json!([text("a", "x"), {"type": "Row", "children": [text("b", ""), text("c", "z")]}]);
        let after = json!([text("a", "x!"), {"type": "Row", "children": [text("b", "y"), text("c", "z")]}]);
        assert_eq!(
            diff(before, after),
            json!([
                {"type": "widget.streaming_text.value_delta", "component_id": "a", "delta": "!", "done": true},
                {"type": "widget.streaming_text.value_delta", "component_id": "b", "delta": "y", "done": true},
            ])
        );
    }

    #[test]
    fn a_text_that_is_still_streaming_is_not_done() {
        let markdown = |value| json!([{"type": "Markdown", "id": "m", "value": value, "streaming": true}]);
        assert_eq!(diff(markdown("a"), markdown("ab"))[0]["done"], false);
    }

    #[test]
    fn nothing_changed_is_nothing_to_tell() {
        assert_eq!(diff(json!([text("a", "x")]), json!([text("a", "x")])), json!([]));
    }

    #[test]
    fn any_other_change_replaces_the_widget() {
        let plain = json!([text("a", "x")]);
        for after in [
            json!([text("a", "y")]),
            json!([text("b", "x!")]),
            json!([text("a", "x"), text("b", "")]),
            json!([{"type": "Markdown", "id": "a", "value": "x!"}]),
            json!([{"type": "Text", "id": "a", "value": "x!", "size": "sm"}]),
            json!([{"type": "Text", "value": "x"}]),
            json!([]),
        ] {
            assert!(replaces(plain.clone(), after.clone()), "{after}");
        }
    }

    #[test]
    fn a_text_that_no_delta_can_reach_replaces_the_widget() {
        let without_id = |value| json!([{"type": "Text", "value": value}]);
        assert!(replaces(without_id("a"), without_id("ab")));
        let in_transition = |value| json!([{"type": "Transition", "children": text("t", value)}]);
        assert!(replaces(in_transition("a"), in_transition("ab")));
        let ambiguous = |value| json!([text("t", "x"), text("t", value)]);
        assert!(replaces(ambiguous("a"), ambiguous("ab")));
        let title = |value| json!([{"type": "Title", "id": "t", "value": value}]);
        assert!(replaces(title("a"), title("ab")));
    }

    #[test]
    fn a_difference_of_the_root_replaces_it() {
        let before = json!({"type": "Card", "children": []}).try_into().unwrap();
        let after: WidgetRoot = json!({"type": "Card", "children": [], "border": 1}).try_into().unwrap();
        for (before, after) in [(&before, &after), (&after, &before)] {
            assert_eq!(diff_widget(before, after), [ItemUpdate::WidgetRootUpdated { widget: after.clone() }]);
        }
    }
}
