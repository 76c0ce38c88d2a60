//! The example that shows every component leaves none out, and no prop of any.

use std::collections::BTreeSet;

use actix_chatkit::protocol::widget::components;
use serde_json::Value;

use crate::gallery::show::specimens;

/// All (component, prop) of a widget.
fn props(value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.get("type").and_then(Value::as_str) {
                found.extend(object.keys().map(|prop| (name.to_owned(), prop.clone())));
            }
            object.values().for_each(|below| props(below, found));
        }
        Value::Array(list) => list.iter().for_each(|below| props(below, found)),
        _ => {}
    }
}

#[test]
fn every_prop_of_every_component_is_on_show_and_faultless() {
    let specimens = specimens::all();
    let shown: Vec<_> = specimens.iter().map(|specimen| specimen.component).collect();
    let names: Vec<_> = components::ALL.iter().map(|schema| schema.name).collect();
    assert_eq!(shown, names);

    let mut missing = Vec::new();
    for (specimen, schema) in specimens.iter().zip(components::ALL) {
        assert_eq!(specimen.widget.check(), [], "{}", schema.name);
        let mut found = BTreeSet::new();
        props(&serde_json::to_value(&specimen.widget).unwrap(), &mut found);
        let all = schema.props.iter().map(|prop| prop.name).chain(["type", "key", "id"]);
        missing.extend(
            all.map(|prop| (schema.name.to_owned(), prop.to_owned())).filter(|one| !found.contains(one)),
        );
    }
    assert_eq!(missing, []);
}
