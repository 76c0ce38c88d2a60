//! Any template with any data: a widget or an error in words; never a panic, never without end.

#![no_main]

use actix_chatkit::{agent::widgets::WidgetTemplate, protocol::widget::WidgetRoot};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// The data, then a zero, then the template.
fuzz_target!(|input: &str| {
    let Some((data, template)) = input.split_once('\0') else { return };
    let file = json!({"version": "1.0", "name": "fuzzed", "template": template}).to_string();
    let Ok(template) = WidgetTemplate::parse(&file) else { return };
    let data: Value = serde_json::from_str(data).unwrap_or_else(|_| json!({"text": data}));
    if let Ok(widget) = template.render(&data) {
        let json = serde_json::to_value(&widget).expect("a widget is JSON");
        let again = WidgetRoot::try_from(json).expect("what was written can be read");
        assert_eq!(again, widget);
    }
});
