//! What one request may hold: each thing that a client sends has an end.
//!
//! What is refused here would be stored, sent with every page of its thread, and given to the model
//! again with every turn.

use std::io::{self, Write};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::Semaphore;

use super::error::ApiError;
use crate::protocol::{
    ThreadId,
    content::{InferenceOptions, UserContent},
    error::{CodedError, ErrorCode},
    request::{Operation, Request, UserMessageInput},
    structured_input::StructuredInputSubmission,
};

/// The most bytes of an id, of whatever it is the id of.
pub const MAX_ID_BYTES: usize = 255;
/// The most parts of a message.
const MAX_PARTS: usize = 1_000;
/// What JSON may add to a message of the longest text, beside as much again for characters that it writes
/// longer: some sixty bytes for each part.
const MAX_JSON_AROUND_BYTES: usize = MAX_PARTS * 64;
/// The most attachments of a message.
const MAX_ATTACHMENTS: usize = 100;
/// The most items of one feedback: many more than a turn has, and few enough for one write.
const MAX_FEEDBACK_ITEMS: usize = 1_000;
/// The longest title, in characters. Lists carry titles, so these must stay small.
const MAX_TITLE_CHARS: usize = 1_000;
/// The longest media type of a recording, with its parameters.
const MAX_MIME_BYTES: usize = 255;
/// The most bytes of a request's metadata, as JSON.
const MAX_METADATA_BYTES: usize = 64 << 10;

/// A body up to this length is parsed where it came: that takes less than handing it over would.
const MAX_INLINE_BYTES: usize = 64 << 10;
/// How many larger bodies are parsed at once. Each is built up to many times its length.
static PARSERS: Semaphore = Semaphore::const_new(2);

/// Parses a body, a large one off the HTTP worker.
pub async fn parse(body: Bytes) -> Result<Request, ApiError> {
    if body.len() <= MAX_INLINE_BYTES {
        return Ok(Request::parse(&body)?);
    }
    let parser = PARSERS.acquire().await.map_err(ApiError::internal)?;
    let parsing = tokio::task::spawn_blocking(move || {
        let _parser = parser;
        Request::parse(&body)
    });
    Ok(parsing.await.map_err(ApiError::internal)??)
}

/// Refuses a request that holds too much. `max_bytes` is the limit of a message, and of what a page sends
/// in place of one.
pub fn check(request: &Request, max_bytes: usize) -> Result<(), ApiError> {
    check_size("metadata", &request.metadata, MAX_METADATA_BYTES)?;
    match &request.operation {
        Operation::CreateThread(create) => check_message(&create.input, max_bytes),
        Operation::AddUserMessage(add) => {
            check_thread(&add.thread_id)?;
            check_message(&add.input, max_bytes)
        }
        Operation::AddClientToolOutput(add) => {
            check_thread(&add.thread_id)?;
            check_size("params.result", &add.result, max_bytes)
        }
        Operation::AddStructuredInput(add) => {
            check_thread(&add.thread_id)?;
            check_id("params.item_id", add.item_id.as_str())?;
            within("params.input", answer_bytes(&add.input), max_bytes)
        }
        Operation::RetryAfterItem(retry) => {
            check_thread(&retry.thread_id)?;
            check_id("params.item_id", retry.item_id.as_str())
        }
        Operation::CustomAction(act) | Operation::SyncCustomAction(act) => {
            check_thread(&act.thread_id)?;
            if let Some(item_id) = &act.item_id {
                check_id("params.item_id", item_id.as_str())?;
            }
            check_id("params.action.type", &act.action.kind)?;
            check_size("params.action", &act.action, max_bytes)
        }
        Operation::GetThread(thread) | Operation::DeleteThread(thread) | Operation::StopThread(thread) => {
            check_thread(&thread.thread_id)
        }
        Operation::ListThreads(list) => check_cursor(list.after.as_ref()),
        Operation::ListItems(list) => {
            check_thread(&list.thread_id)?;
            check_cursor(list.after.as_ref())
        }
        Operation::UpdateThread(update) => {
            check_thread(&update.thread_id)?;
            let length = update.title.chars().count();
            few("params.title", ErrorCode::TitleTooLong, length, MAX_TITLE_CHARS)
        }
        Operation::Feedback(feedback) => {
            check_thread(&feedback.thread_id)?;
            at_most("params.item_ids", "items", feedback.item_ids.len(), MAX_FEEDBACK_ITEMS)?;
            feedback.item_ids.iter().try_for_each(|item_id| check_id("params.item_ids", item_id.as_str()))
        }
        // What is announced is checked where it is taken apart.
        Operation::CreateAttachment(_) => Ok(()),
        Operation::DeleteAttachment(delete) => {
            check_id("params.attachment_id", delete.attachment_id.as_str())
        }
        // The recording's length is for the transcriber to judge, and the body has its own limit.
        Operation::Transcribe(transcribe) => {
            at_most("params.mime_type", "bytes", transcribe.mime_type.len(), MAX_MIME_BYTES)
        }
        Operation::ResumeThread(resume) => check_thread(&resume.thread_id),
    }
}

/// How much the answers to a form hold.
fn answer_bytes(form: &StructuredInputSubmission) -> usize {
    let bytes = |values: &[String]| values.iter().map(String::len).sum::<usize>();
    form.answers.iter().map(|(question, answer)| question.len() + bytes(&answer.values)).sum()
}

fn check_message(input: &UserMessageInput, max_bytes: usize) -> Result<(), ApiError> {
    at_most("params.input.content", "parts", input.content.len(), MAX_PARTS)?;
    let num_attachments = input.attachments.len();
    few("params.input.attachments", ErrorCode::TooManyAttachments, num_attachments, MAX_ATTACHMENTS)?;
    for id in &input.attachments {
        check_id("params.input.attachments", id.as_str())?;
    }
    let InferenceOptions { tool_choice, model } = &input.inference_options;
    if let Some(tool_choice) = tool_choice {
        check_id("params.input.inference_options.tool_choice.id", &tool_choice.id)?;
    }
    if let Some(model) = model {
        check_id("params.input.inference_options.model", model)?;
    }
    // Control characters take six times their length as JSON, which is what is stored and sent.
    let as_json = json_bytes(&input.content) + json_bytes(&input.quoted_text);
    within("params.input", as_json, max_bytes.saturating_mul(2) + MAX_JSON_AROUND_BYTES)?;
    let mut bytes = input.quoted_text.as_ref().map_or(0, String::len);
    for part in &input.content {
        bytes += match part {
            UserContent::InputText { text } => text.len(),
            // Tags carry free data of the page, which counts too.
            UserContent::InputTag { .. } => json_bytes(part),
        };
    }
    if bytes > max_bytes {
        let error = CodedError::new(ErrorCode::MessageTooLarge).with_max_bytes(max_bytes as u64);
        return Err(ApiError::from(error).with_param("params.input.content"));
    }
    Ok(())
}

fn check_thread(thread_id: &ThreadId) -> Result<(), ApiError> {
    check_id("params.thread_id", thread_id.as_str())
}

fn check_cursor(after: Option<&String>) -> Result<(), ApiError> {
    after.map_or(Ok(()), |after| check_id("params.after", after))
}

fn check_id(param: &str, id: &str) -> Result<(), ApiError> {
    if id.len() > MAX_ID_BYTES || id.contains('\0') {
        return Err(ApiError::invalid(format!("`{param}` has at most {MAX_ID_BYTES} bytes, and no NUL"))
            .with_param(param));
    }
    Ok(())
}

fn at_most(param: &str, things: &str, number: usize, most: usize) -> Result<(), ApiError> {
    if number > most {
        return Err(ApiError::invalid(format!("`{param}` has at most {most} {things}")).with_param(param));
    }
    Ok(())
}

fn check_size(param: &str, value: &impl Serialize, max_bytes: usize) -> Result<(), ApiError> {
    within(param, json_bytes(value), max_bytes)
}

fn few(param: &str, code: ErrorCode, number: usize, most: usize) -> Result<(), ApiError> {
    if number > most {
        return Err(ApiError::from(CodedError::new(code).with("max", most as u64)).with_param(param));
    }
    Ok(())
}

fn within(param: &str, bytes: usize, max_bytes: usize) -> Result<(), ApiError> {
    if bytes > max_bytes {
        let error = CodedError::new(ErrorCode::RequestTooLarge).with_max_bytes(max_bytes as u64);
        return Err(ApiError::from(error).with_param(param));
    }
    Ok(())
}

/// The length of a value as JSON, which is not written anywhere.
fn json_bytes(value: &impl Serialize) -> usize {
    struct Counter(usize);

    impl Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut counter = Counter(0);
    // Neither the counter nor what was parsed a moment ago can fail to be written.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// A name or a title without what would change how the text around it is shown or read: control
/// characters, and those that turn the direction of writing until further notice. Marks that right-to-left
/// scripts need within a line stay.
pub fn displayable(text: &str) -> String {
    let turns = |character: char| matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|character| !character.is_control() && !turns(*character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_turn_the_text_around_it() {
        assert_eq!(displayable("invoice\u{202E}fdp.exe\u{202C}\u{7}"), "invoicefdp.exe");
        assert_eq!(displayable("\u{2067}א\u{200F} ב\u{2069}"), "א\u{200F} ב");
    }

    #[test]
    fn the_length_as_json_is_that_of_the_text() {
        let value = serde_json::json!({"a": ["é\n", 1.5, null]});
        assert_eq!(json_bytes(&value), value.to_string().len());
    }
}
