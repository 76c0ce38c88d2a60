//! Reads the life of the tools that the provider runs: searches, code, pictures, remote servers.

use std::collections::VecDeque;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::{Value, value::RawValue};

use super::{
    Event, EventReader, field,
    fields::{kind, list, text},
    state,
};
use crate::model::{ApprovalRequest, HostedCall, HostedState, HostedWork, ModelEvent, PictureEvent};

/// The longest text of a hosted call that is passed on, in bytes. The model has seen all of it.
const MAX_TEXT_BYTES: usize = 16 << 10;
/// The most queries, pages or files of one call that are passed on.
const MAX_ENTRIES: usize = 64;

/// Whether items of this kind are calls of the provider's own tools.
pub(super) fn is_hosted(kind: &str) -> bool {
    matches!(
        kind,
        "web_search_call"
            | "file_search_call"
            | "code_interpreter_call"
            | "image_generation_call"
            | "mcp_call"
            | "mcp_list_tools"
            | "mcp_approval_request"
    )
}

impl EventReader {
    /// A call has begun.
    pub(super) fn hosted_begun(&mut self, slot: usize, item: Value, events: &mut VecDeque<ModelEvent>) {
        if let Some(call) = hosted_call(&item, HostedState::Running) {
            self.interrupt();
            events.push_back(ModelEvent::Hosted(call));
        }
        *self.slots.hosted(slot) = Some(item);
    }

    /// A field of a call that is under way is whole.
    pub(super) fn hosted_detail(
        &mut self,
        event: &Event<'_>,
        name: &'static str,
        value: Option<&RawValue>,
        events: &mut VecDeque<ModelEvent>,
    ) {
        let Some(value) = field::<String>(value) else { return };
        let slot = self.slot(event);
        if let Some(item) = self.slots.hosted(slot).as_mut().and_then(Value::as_object_mut) {
            item.insert(name.to_owned(), value.into());
            let call =
                self.slots.hosted(slot).as_ref().and_then(|item| hosted_call(item, HostedState::Running));
            events.extend(call.map(ModelEvent::Hosted));
        }
    }

    /// A call is over. Its item goes back with the conversation, but for pictures, which go as pictures.
    pub(super) fn hosted_done(&mut self, mut item: Value, events: &mut VecDeque<ModelEvent>) {
        self.interrupt();
        let ended = state(text(&item, "status").filter(|_| kind(&item) != "mcp_approval_request"));
        let ended = if is_null(item.get("error")) { ended } else { HostedState::Failed };
        let call = hosted_call(&item, ended);
        match kind(&item) {
            "image_generation_call" => {
                self.held.clear();
                let encoded = item.get_mut("result").map(Value::take);
                let picture = encoded.as_ref().and_then(Value::as_str).and_then(picture);
                events.extend(picture.map(|(mime_type, data)| {
                    let call_id = text(&item, "id").unwrap_or_default().to_owned();
                    ModelEvent::Picture(PictureEvent { call_id, mime_type, data, preview: None })
                }));
                events.extend(call.map(ModelEvent::Hosted));
            }
            "mcp_approval_request" => {
                let asked = approval(&item);
                self.carry(item, events);
                events.extend(asked.map(ModelEvent::Approval));
            }
            _ => {
                self.carry(item, events);
                events.extend(call.map(ModelEvent::Hosted));
            }
        }
    }
}

/// A picture as far as it is.
pub(super) fn preview(event: &Event<'_>) -> Option<ModelEvent> {
    let call_id = field(event.item_id).unwrap_or_default();
    let (mime_type, data) = picture(&field::<String>(event.partial_image_b64)?)?;
    let preview = Some(field(event.partial_image_index).unwrap_or(0));
    Some(ModelEvent::Picture(PictureEvent { call_id, mime_type, data, preview }))
}

fn hosted_call(item: &Value, state: HostedState) -> Option<HostedCall> {
    let work = match kind(item) {
        "web_search_call" => web_search(&item["action"]),
        "file_search_call" => {
            let files = list(item, "results").iter().filter_map(|result| text(result, "filename"));
            HostedWork::FileSearch {
                queries: entries(list(item, "queries").iter().filter_map(Value::as_str)),
                files: entries(files),
            }
        }
        "code_interpreter_call" => {
            let logs = list(item, "outputs").iter().filter_map(|output| text(output, "logs"));
            HostedWork::Code { code: bounded(item, "code"), output: cut(&logs.collect::<String>()) }
        }
        "image_generation_call" => HostedWork::Picture,
        "mcp_call" => HostedWork::Remote {
            server: bounded(item, "server_label"),
            name: bounded(item, "name"),
            arguments: bounded(item, "arguments"),
            output: output(item),
        },
        "mcp_list_tools" => HostedWork::RemoteTools { server: bounded(item, "server_label") },
        _ => return None,
    };
    Some(HostedCall { id: text(item, "id").unwrap_or_default().to_owned(), state, work })
}

fn web_search(action: &Value) -> HostedWork {
    let query = text(action, "query").or_else(|| text(action, "pattern"));
    let queries = list(action, "queries").iter().filter_map(Value::as_str).chain(query);
    let sources = list(action, "sources").iter().filter_map(|source| text(source, "url"));
    let pages = text(action, "url").into_iter().chain(sources);
    HostedWork::WebSearch { queries: entries(queries), pages: entries(pages) }
}

/// What a remote tool answered, or why it did not.
fn output(item: &Value) -> String {
    match item.get("error") {
        error if is_null(error) => bounded(item, "output"),
        Some(Value::String(error)) => cut(error),
        Some(error) => text(error, "message").map_or_else(|| cut(&error.to_string()), cut),
        None => String::new(),
    }
}

fn is_null(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_null)
}

fn approval(item: &Value) -> Option<ApprovalRequest> {
    Some(ApprovalRequest {
        id: text(item, "id")?.to_owned(),
        server: bounded(item, "server_label"),
        name: bounded(item, "name"),
        arguments: bounded(item, "arguments"),
    })
}

/// Each text once.
fn entries<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    for text in texts.map(cut) {
        if entries.len() < MAX_ENTRIES && !entries.contains(&text) {
            entries.push(text);
        }
    }
    entries
}

fn bounded(item: &Value, name: &str) -> String {
    cut(text(item, name).unwrap_or_default())
}

fn cut(text: &str) -> String {
    match (0..=MAX_TEXT_BYTES).rev().find(|place| text.is_char_boundary(*place)) {
        Some(end) if end < text.len() => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// A picture in base64, if its first bytes are those of one that browsers show.
fn picture(encoded: &str) -> Option<(&'static str, Bytes)> {
    let data = STANDARD.decode(encoded).ok()?;
    let mime_type = match data.get(..12)? {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => "image/webp",
        _ => return None,
    };
    Some((mime_type, data.into()))
}
