//! Where we do not follow the reference, and what we do instead.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Answer, OurRule, Recording};

/// The recording as we play it: with our rule, if there is one, in the place of what was recorded.
pub fn applied(recording: &Recording, all: &BTreeMap<String, Recording>) -> Recording {
    let mut ours = without_addresses(recording.clone());
    match &recording.our_rule {
        Some(OurRule::Refuse { status, error_code }) => {
            ours.response = Answer::Refused { status: *status, code: error_code.clone() };
            // What is refused is refused before the responder hears of it.
            ours.calls = json!([]);
        }
        Some(OurRule::Note { note }) => assert!(apply_note(&mut ours, all), "nothing is done about: {note}"),
        None => {}
    }
    apply_unmarked(&mut ours);
    ours
}

/// The rules that a recording names. Says whether there is one for it.
fn apply_note(ours: &mut Recording, all: &BTreeMap<String, Recording>) -> bool {
    match ours.name.as_str() {
        // A hidden item is never sent, whatever the event.
        "hidden_items_leak" => events(ours).retain(|event| event["item"]["type"] != "hidden_context_item"),
        // A page is filled with visible items; here there are just as many as asked for.
        "items_list_hidden_short_page" => {
            let mut items = ours.stored["items"]["{{thread_1}}"].as_array().unwrap().clone();
            items.retain(|item| item["type"] != "hidden_context_item");
            items.reverse();
            *body(ours) = json!({"data": items, "has_more": false});
        }
        // A call is found behind hidden items, so this is answered like any other output.
        "client_tool_output_hidden_last" => {
            let options = json!({"type": "stream_options", "stream_options": {"allow_cancel": true}});
            ours.response = Answer::Stream { events: vec![options] };
            ours.calls = json!([{"call": "respond", "input_item_id": null}]);
            let call = &mut ours.stored["items"]["{{thread_1}}"][1];
            call["status"] = json!("completed");
            call["output"] = json!({});
        }
        // A turn is never paused by its client: what was written is kept, with a note.
        "cancel_close_while_suspended" => {
            let name = std::mem::take(&mut ours.name);
            *ours = Recording { name, ..all["cancel_mid_text"].clone() };
        }
        // A changed thread is saved on cancellation too.
        "cancel_thread_title_lost" => ours.stored["threads"][0]["title"] = json!("Lost"),
        // A change without a delta replaces the widget.
        "widget_stream_text_without_id" => {
            let done: Vec<Value> =
                events(ours).iter().filter(|event| is_done_widget(event)).cloned().collect();
            assert_eq!(done.len(), 2);
            for event in done {
                let place = events(ours).iter().position(|other| *other == event).unwrap();
                let update = json!({"type": "widget.root.updated", "widget": event["item"]["widget"]});
                let updated =
                    json!({"type": "thread.item.updated", "item_id": event["item"]["id"], "update": update});
                events(ours).insert(place, updated);
            }
        }
        // A label is always a string, or clients of the reference read no chart.
        "widget_chart_null_label" => {
            for_each_widget(ours, |card| card["children"][0]["series"][0]["label"] = json!("y"));
        }
        // Every prop is kept, live and stored, known or not.
        "widget_unknown_prop_on_named" => for_each_widget(ours, |card| {
            card["border"] = json!(1);
            card["children"][0]["bogus"] = json!(1);
        }),
        "widget_dynamic_root_loses_prop_on_reload" => for_each_widget(ours, |card| card["border"] = json!(1)),
        // Deleting what is not there is fine, as recorded.
        "delete_thread_unknown" => {}
        _ => return false,
    }
    true
}

/// The rules that no recording names, for what was recorded is no more than the reference's way.
fn apply_unmarked(ours: &mut Recording) {
    match ours.name.as_str() {
        // Attachments are looked up before anything is stored.
        "create_unknown_attachment" => ours.stored = json!({"threads": [], "items": {}}),
        // What was written before a failure is kept, as on cancellation.
        "error_exception" => {
            let kept = json!({
                "type": "assistant_message", "id": "msg_a", "thread_id": "{{thread_1}}",
                "created_at": "2025-06-01T10:00:00",
                "content": [{"type": "output_text", "text": "part", "annotations": []}],
            });
            ours.stored["items"]["{{thread_1}}"].as_array_mut().unwrap().push(kept);
        }
        // What was rendered is stored as it was sent.
        "widget_template" => widgets_within(&mut ours.stored, &|card| card["border"] = json!(1)),
        _ => {}
    }
}

fn events(recording: &mut Recording) -> &mut Vec<Value> {
    match &mut recording.response {
        Answer::Stream { events } | Answer::Cancelled { events } => events,
        _ => panic!("{} is no stream", recording.name),
    }
}

fn body(recording: &mut Recording) -> &mut Value {
    match &mut recording.response {
        Answer::Json { body } => body,
        _ => panic!("{} is not answered with one value", recording.name),
    }
}

fn is_done_widget(event: &Value) -> bool {
    event["type"] == "thread.item.done" && event["item"]["type"] == "widget"
}

/// Changes every widget in the response and in the store.
fn for_each_widget(recording: &mut Recording, change: impl Fn(&mut Value)) {
    match &mut recording.response {
        Answer::Json { body } => widgets_within(body, &change),
        Answer::Stream { events } => events.iter_mut().for_each(|event| widgets_within(event, &change)),
        _ => panic!("{} has no widgets", recording.name),
    }
    widgets_within(&mut recording.stored, &change);
}

fn widgets_within(value: &mut Value, change: &dyn Fn(&mut Value)) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| widgets_within(value, change)),
        Value::Object(object) => {
            if object.get("type") == Some(&json!("widget")) {
                change(&mut object["widget"]);
            } else {
                object.values_mut().for_each(|value| widgets_within(value, change));
            }
        }
        _ => {}
    }
}

/// Addresses are made for each client anew and not stored: a stored picture has an empty one.
fn without_addresses(mut recording: Recording) -> Recording {
    fn empty(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(empty),
            Value::Object(object) => {
                if let Some(address) = object.get_mut("preview_url") {
                    *address = json!("");
                }
                object.values_mut().for_each(empty);
            }
            _ => {}
        }
    }
    empty(&mut recording.stored["items"]);
    let attachments = recording.stored.get_mut("attachments").and_then(Value::as_array_mut);
    for attachment in attachments.into_iter().flatten() {
        let attachment = attachment.as_object_mut().unwrap();
        attachment.remove("preview_url");
        attachment.remove("upload_descriptor");
    }
    recording
}
