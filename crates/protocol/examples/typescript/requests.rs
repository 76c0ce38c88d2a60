//! What clients ask: a type for each request, by whether its answer is a stream.

use std::fmt::Write as _;

use chatkit_protocol::request::{
    AddClientToolOutput, AddStructuredInput, AddUserMessage, CreateAttachment, CreateThread, CustomAction,
    DeleteAttachment, Feedback, ListItems, ListThreads, ResumeThread, RetryAfterItem, ThreadRef, Transcribe,
    UpdateThread,
};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};

use super::{
    emit::{HEAD, members, type_of},
    shape::{self, Shape},
};

/// The file `requests.ts`.
pub fn requests() -> String {
    let mut generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let streaming = [
        ask::<CreateThread>(&mut generator, "threads.create"),
        ask::<AddUserMessage>(&mut generator, "threads.add_user_message"),
        ask::<AddClientToolOutput>(&mut generator, "threads.add_client_tool_output"),
        ask::<AddStructuredInput>(&mut generator, "threads.add_structured_input"),
        ask::<RetryAfterItem>(&mut generator, "threads.retry_after_item"),
        ask::<CustomAction>(&mut generator, "threads.custom_action"),
        ask::<ResumeThread>(&mut generator, "ext.threads.resume"),
    ];
    let plain = [
        ask::<CustomAction>(&mut generator, "threads.sync_custom_action"),
        ask::<ThreadRef>(&mut generator, "threads.get_by_id"),
        ask::<ListThreads>(&mut generator, "threads.list"),
        ask::<UpdateThread>(&mut generator, "threads.update"),
        ask::<ThreadRef>(&mut generator, "threads.delete"),
        ask::<ListItems>(&mut generator, "items.list"),
        ask::<Feedback>(&mut generator, "items.feedback"),
        ask::<CreateAttachment>(&mut generator, "attachments.create"),
        ask::<DeleteAttachment>(&mut generator, "attachments.delete"),
        ask::<Transcribe>(&mut generator, "input.transcribe"),
        ask::<ThreadRef>(&mut generator, "ext.threads.stop"),
    ];
    let definitions = generator.take_definitions(true);
    let mut out = format!(
        "// The requests that clients send. {HEAD}\n\nimport type {{ UserContent }} from './items.ts';\n"
    );
    for (name, schema) in &definitions {
        // What comes back as well is among the types of the wire.
        if matches!(name.as_str(), "UserContent") {
            continue;
        }
        let _ = match shape::read(schema, &definitions) {
            Shape::Object(fields) => {
                write!(out, "\nexport interface {name} {{\n{}}}\n", members(&fields, None))
            }
            other => write!(out, "\nexport type {name} = {};\n", type_of(&other)),
        };
    }
    for (name, requests) in [("StreamingRequest", &streaming[..]), ("PlainRequest", &plain[..])] {
        let _ = write!(out, "\nexport type {name} =\n{};\n", requests.join("\n"));
    }
    out.push_str("\nexport type Request = StreamingRequest | PlainRequest;\n");
    out
}

fn ask<P: JsonSchema>(generator: &mut SchemaGenerator, name: &str) -> String {
    let _ = generator.subschema_for::<P>();
    format!("  | {{ type: '{name}'; params: {} }}", P::schema_name())
}
