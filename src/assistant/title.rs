//! Titles of threads: a few words by the model, or the user's own words.

use futures_util::StreamExt;

use crate::{
    model::{GenerationOptions, Model, ModelEvent, ModelMessage, ModelRequest, Purpose},
    protocol::{Attachment, item::UserMessage},
};

/// The longest title, in characters.
const MAX_CHARS: usize = 50;
/// How much of a long message the model reads for a title.
const MAX_MESSAGE_CHARS: usize = 2_000;
/// The token limit of a title. Some models spend a few of them on thinking.
const MAX_TOKENS: u32 = 200;

const INSTRUCTIONS: &str = "Write a title for a conversation that begins with the message below: at most 40 \
characters, in the language of the message, no quotation marks, no full stop. Answer with the title only.";

/// Asks the model for a title. None if that fails, which is nothing the user needs to know.
pub async fn ask(model: &dyn Model, message: &UserMessage) -> Option<String> {
    let mut text: String = message.plain_text().chars().take(MAX_MESSAGE_CHARS).collect();
    for attachment in &message.attachments {
        text.extend(["\n[attached: ", &attachment.common().name, "]"]);
    }
    let mut stream = model.stream(ModelRequest {
        messages: vec![ModelMessage::System(INSTRUCTIONS.to_owned()), ModelMessage::user(text)],
        options: GenerationOptions { max_output_tokens: Some(MAX_TOKENS), ..GenerationOptions::default() },
        purpose: Purpose::Title,
        ..ModelRequest::default()
    });
    let mut title = String::new();
    while let Some(event) = stream.next().await {
        match event {
            Ok(ModelEvent::Text(delta)) => title.push_str(&delta),
            Ok(ModelEvent::TextWasReasoning) => title.clear(),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(cause = %error, "no title from the model; using the message");
                return None;
            }
        }
        if title.len() > 20 * MAX_CHARS {
            break; // the model is writing something other than a title
        }
    }
    let title = tidy(&title);
    (!title.is_empty()).then_some(title)
}

/// A title made from the user's own words.
pub fn fallback(message: &UserMessage) -> String {
    let title = tidy(&message.plain_text());
    if !title.is_empty() {
        return title;
    }
    match message.attachments.first() {
        None => "New conversation".to_owned(),
        Some(Attachment::Image { .. }) => "Picture".to_owned(),
        Some(Attachment::File { common }) => tidy(&common.name),
    }
}

/// One line without quotation marks around it, cut at a word where that is possible.
fn tidy(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_matches(|character: char| "\"'“”„«»‘’`*#".contains(character)).trim();
    if line.chars().count() <= MAX_CHARS {
        return line.trim_end_matches(['.', '。']).to_owned();
    }
    let cut: String = line.chars().take(MAX_CHARS - 1).collect();
    let cut = match cut.rsplit_once(' ') {
        Some((words, _)) if words.chars().count() > MAX_CHARS / 2 => words,
        _ => cut.as_str(),
    };
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::content::UserContent;

    #[test]
    fn titles_are_one_short_line() {
        assert_eq!(tidy("  \"Weather in\n Tokyo.\" "), "Weather in Tokyo");
        assert_eq!(tidy("Weather in Tokyo."), "Weather in Tokyo");
        let long = tidy(&"word ".repeat(40));
        assert!(long.chars().count() <= MAX_CHARS && long.ends_with("word…"), "{long}");
        let endless = tidy(&"語".repeat(300));
        assert_eq!(endless.chars().count(), MAX_CHARS);
    }

    #[test]
    fn a_message_without_words_has_a_title_all_the_same() {
        let message = UserMessage {
            content: vec![UserContent::InputText { text: " ".to_owned() }],
            ..UserMessage::default()
        };
        assert_eq!(fallback(&message), "New conversation");
    }
}
