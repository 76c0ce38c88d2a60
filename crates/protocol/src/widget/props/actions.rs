//! Actions of controls.

use serde_json::Value;

use super::super::{
    check::Check,
    schema::{Prop, PropSchema},
    shape::{Record, Shape},
};
use crate::action::{ActionConfig, ActionHandler, LoadingBehavior};

const PROPS: &[PropSchema] = &[
    PropSchema::new::<String>("type", "The application's name of it.", true),
    PropSchema::new::<ActionHandler>("handler", "Who handles it.", false),
    PropSchema::new::<LoadingBehavior>("loadingBehavior", "What shows that it is under way.", false),
    PropSchema::new::<bool>("streaming", "Whether the answer is a stream of events.", false),
];

impl Prop for ActionConfig {
    fn expected() -> String {
        "an action, an object with its `type`".to_owned()
    }

    fn shape() -> Shape {
        Shape::Record(Record::new("ActionConfig", None, PROPS))
    }

    fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
        match value {
            Value::Object(action) => check.object(action, PROPS, &["payload"]),
            _ => check.wrong::<Self>(value),
        }
    }
}

macro_rules! choices_of {
    ($($name:ident: $($wire:literal)+;)+) => {$(
        impl Prop for $name {
            fn expected() -> String {
                format!("one of {}", [$($wire),+].join(", "))
            }

            fn shape() -> Shape {
                Shape::OneOf(&[$($wire),+])
            }

            fn check<'v>(value: &'v Value, check: &mut Check<'v>) {
                if !value.as_str().is_some_and(|value| [$($wire),+].contains(&value)) {
                    check.wrong::<Self>(value);
                }
            }
        }
    )+};
}

choices_of! {
    ActionHandler: "server" "client";
    LoadingBehavior: "auto" "none" "self" "container";
}
