//! Defaults that are written out: what a component says even when its author did not.
//!
//! The reference writes `handler`, `loadingBehavior` and `streaming` of every action config, so a
//! client may rely on them. It also reads a chart whose series lack a `label` as no chart at all.
//! What is there already, known or not, stays as it is.

use serde_json::{Map, Value, json};

/// Writes the defaults of a component and of those within it.
pub(super) fn write_defaults(component: &mut Map<String, Value>) {
    match component.get("type").and_then(Value::as_str) {
        Some("Button" | "ListViewItem") => complete_action(component, "onClickAction"),
        Some("Form") => complete_action(component, "onSubmitAction"),
        Some("Select" | "DatePicker" | "Checkbox" | "RadioGroup") => {
            complete_action(component, "onChangeAction");
        }
        Some("Card") => {
            for button in ["confirm", "cancel"] {
                if let Some(Value::Object(button)) = component.get_mut(button) {
                    complete_action(button, "action");
                }
            }
        }
        Some("Chart") => label_series(component),
        _ => {}
    }
    match component.get_mut("children") {
        Some(Value::Array(children)) => {
            children.iter_mut().filter_map(Value::as_object_mut).for_each(write_defaults);
        }
        Some(Value::Object(child)) => write_defaults(child),
        _ => {}
    }
}

fn complete_action(owner: &mut Map<String, Value>, prop: &str) {
    let Some(Value::Object(action)) = owner.get_mut(prop) else { return };
    if !action.get("type").is_some_and(Value::is_string) {
        return;
    }
    for (name, default) in
        [("handler", json!("server")), ("loadingBehavior", json!("auto")), ("streaming", json!(true))]
    {
        action.entry(name).or_insert(default);
    }
}

/// A series without a label is called by the field it shows.
fn label_series(chart: &mut Map<String, Value>) {
    let Some(Value::Array(series)) = chart.get_mut("series") else { return };
    for one in series.iter_mut().filter_map(Value::as_object_mut) {
        if !one.contains_key("label")
            && let Some(field @ Value::String(_)) = one.get("dataKey").cloned()
        {
            one.insert("label".to_owned(), field);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(component: Value) -> Value {
        let Value::Object(mut component) = component else { panic!() };
        write_defaults(&mut component);
        Value::Object(component)
    }

    #[test]
    fn an_action_says_who_handles_it_and_how() {
        let defaults =
            json!({"type": "go", "handler": "server", "loadingBehavior": "auto", "streaming": true});
        let go = json!({"type": "go"});
        let card = complete(json!({
            "type": "Card",
            "confirm": {"label": "OK", "action": go},
            "children": [
                {"type": "Button", "onClickAction": go},
                {"type": "Transition", "children": {"type": "Select", "onChangeAction": go}},
            ],
        }));
        assert_eq!(card["confirm"]["action"], defaults);
        assert_eq!(card["children"][0]["onClickAction"], defaults);
        assert_eq!(card["children"][1]["children"]["onChangeAction"], defaults);
    }

    #[test]
    fn what_is_there_stays() {
        let button = json!({"type": "Button", "onClickAction": {
            "type": "go", "handler": "client", "loadingBehavior": "none", "streaming": false, "more": 1,
            "payload": {"type": "Button", "onClickAction": {"type": "data"}},
        }});
        assert_eq!(complete(button.clone()), button);
        for other in [
            json!({"type": "Hologram", "onClickAction": {"type": "go"}}),
            json!({"type": "Button", "onClickAction": "go"}),
        ] {
            assert_eq!(complete(other.clone()), other);
        }
    }

    #[test]
    fn a_series_without_a_label_is_called_by_its_field() {
        let chart = complete(json!({"type": "Chart", "series": [
            {"type": "bar", "dataKey": "y"}, {"type": "line", "dataKey": "z", "label": ""},
        ]}));
        assert_eq!(chart["series"][0]["label"], "y");
        assert_eq!(chart["series"][1]["label"], "");
    }
}
