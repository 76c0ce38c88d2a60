//! Leaves out of a request what its model is known to refuse, before any dialect writes it.

use std::borrow::Cow;

use super::{
    Quirk, Quirks,
    refusal::{has_part, is_document},
};
use crate::model::{AssistantPart, Caller, ContentPart, LeftOut, ModelMessage, ModelRequest, ToolChoice};

impl Quirks {
    /// The request without what its model refuses; the same where there is nothing to leave out.
    pub(in crate::model) fn adapt(self, request: &ModelRequest) -> Cow<'_, ModelRequest> {
        if self == Self::default() {
            return Cow::Borrowed(request);
        }
        let mut request = request.clone();
        self.adapt_tools(&mut request);
        let options = &mut request.options;
        if self.has(Quirk::EffortNone) && !request.tools.is_empty() {
            options.reasoning_effort = Some("none".to_owned());
        }
        for (quirk, option) in [
            (Quirk::NoEffort, &mut options.reasoning_effort),
            (Quirk::NoVerbosity, &mut options.verbosity),
            (Quirk::NoServiceTier, &mut options.service_tier),
        ] {
            option.take_if(|_| self.has(quirk));
        }
        options.temperature.take_if(|_| self.has(Quirk::NoTemperature));
        options.top_p.take_if(|_| self.has(Quirk::NoTopP));
        options.max_output_tokens.take_if(|_| self.has(Quirk::NoMaxTokens));
        if self.has(Quirk::NoCaller) {
            request.caller = Caller::default();
        }
        self.adapt_messages(&mut request.messages);
        Cow::Owned(request)
    }

    /// What of a request is left out that the user should know of.
    pub(in crate::model) fn left_out(self, request: &ModelRequest) -> impl Iterator<Item = LeftOut> {
        let pictures = self.has(Quirk::NoPictures) && has_part(request, is_picture);
        let documents = self.has(Quirk::NoDocuments) && has_part(request, is_document);
        let tools = self.has(Quirk::NoTools) && !request.tools.is_empty();
        let left_out =
            [(pictures, LeftOut::Pictures), (documents, LeftOut::Documents), (tools, LeftOut::Tools)];
        left_out.into_iter().filter_map(|(is_it, what)| is_it.then_some(what))
    }

    fn adapt_tools(self, request: &mut ModelRequest) {
        let named = match &request.tool_choice {
            ToolChoice::Named(name) => Some(name.clone()),
            _ => None,
        };
        if self.has(Quirk::RequiredTool) || self.has(Quirk::NoToolChoice) {
            // A model that is shown one tool only can choose no other.
            if let Some(name) = named {
                request.tools = request.tools.iter().filter(|tool| tool.name == name).cloned().collect();
                request.tool_choice = ToolChoice::Required;
            }
        }
        let must_not_call = self.has(Quirk::NoToolChoice) && request.tool_choice == ToolChoice::None;
        if self.has(Quirk::NoTools) || must_not_call {
            request.tools = [].into();
        }
        if self.has(Quirk::NoToolChoice) || request.tools.is_empty() {
            request.tool_choice = ToolChoice::Auto;
        }
    }

    fn adapt_messages(self, messages: &mut Vec<ModelMessage>) {
        if self.has(Quirk::NoTools) {
            messages.iter_mut().for_each(without_calls);
        }
        for message in messages.iter_mut() {
            let ModelMessage::User(parts) = message else { continue };
            for part in parts {
                let note = match part {
                    ContentPart::Image(image) if self.has(Quirk::NoPictures) => {
                        format!(
                            "[The picture {:?} is left out: this model cannot look at pictures.]",
                            image.name
                        )
                    }
                    ContentPart::File(file) if self.has(Quirk::NoDocuments) && is_pdf(file) => {
                        format!("[The document {:?} is left out: this model cannot read it.]", file.name)
                    }
                    _ => continue,
                };
                *part = ContentPart::Text(note);
            }
        }
        if self.has(Quirk::NoSystem) {
            into_first_user_message(messages);
        }
    }
}

fn is_picture(part: &ContentPart) -> bool {
    matches!(part, ContentPart::Image(_))
}

fn is_pdf(file: &crate::model::FilePart) -> bool {
    matches!(file.content, crate::model::FileContent::Pdf(_))
}

/// A model that knows no tools knows no calls and no results either: they become text.
fn without_calls(message: &mut ModelMessage) {
    match message {
        ModelMessage::Assistant(parts) => {
            for part in parts {
                if let AssistantPart::Call(call) = part {
                    *part = AssistantPart::Text(format!("[I called {}({}).]", call.name, call.arguments));
                }
            }
        }
        ModelMessage::Tool { name, content, .. } => {
            *message = ModelMessage::user(format!("[{name} answered: {content}]"));
        }
        ModelMessage::System(_) | ModelMessage::User(_) => {}
    }
}

/// Puts the standing instructions before what the user says first.
fn into_first_user_message(messages: &mut Vec<ModelMessage>) {
    let mut instructions = Vec::new();
    messages.retain(|message| match message {
        ModelMessage::System(text) => {
            instructions.push(text.clone());
            false
        }
        _ => true,
    });
    if instructions.is_empty() {
        return;
    }
    let text = ContentPart::Text(instructions.join("\n\n"));
    match messages.iter_mut().find_map(|message| match message {
        ModelMessage::User(parts) => Some(parts),
        _ => None,
    }) {
        Some(parts) => parts.insert(0, text),
        None => messages.insert(0, ModelMessage::User(vec![text])),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::model::{ToolCall, ToolSpec};

    fn tool(name: &str) -> ToolSpec {
        ToolSpec { name: name.to_owned(), description: String::new(), parameters: json!({}) }
    }

    fn request() -> ModelRequest {
        let call = ToolCall { id: "c".into(), name: "a".into(), arguments: "{}".into() };
        ModelRequest {
            messages: vec![
                ModelMessage::System("Be kind.".to_owned()),
                ModelMessage::user("Hi"),
                ModelMessage::calls([call]),
                ModelMessage::Tool { call_id: "c".into(), name: "a".into(), content: "12 °C".into() },
            ],
            tools: Arc::from([tool("a"), tool("b")]),
            tool_choice: ToolChoice::Named("b".to_owned()),
            ..ModelRequest::default()
        }
    }

    #[test]
    fn without_tools_calls_and_results_are_text() {
        let adapted = Quirks::default().with(Quirk::NoTools).adapt(&request()).into_owned();
        assert!(adapted.tools.is_empty());
        assert_eq!(adapted.tool_choice, ToolChoice::Auto);
        assert_eq!(adapted.messages[2], ModelMessage::assistant("[I called a({}).]"));
        assert_eq!(adapted.messages[3], ModelMessage::user("[a answered: 12 °C]"));
    }

    #[test]
    fn a_tool_that_cannot_be_named_is_the_only_one() {
        let adapted = Quirks::default().with(Quirk::RequiredTool).adapt(&request()).into_owned();
        assert_eq!((adapted.tools[0].name.as_str(), adapted.tools.len()), ("b", 1));
        assert_eq!(adapted.tool_choice, ToolChoice::Required);
        let adapted = Quirks::default().with(Quirk::NoToolChoice).adapt(&request()).into_owned();
        assert_eq!((adapted.tools.len(), adapted.tool_choice), (1, ToolChoice::Auto));
        let none = ModelRequest { tool_choice: ToolChoice::None, ..request() };
        assert!(Quirks::default().with(Quirk::NoToolChoice).adapt(&none).tools.is_empty());
    }

    #[test]
    fn instructions_stand_before_the_first_words_where_there_is_no_role_for_them() {
        let adapted = Quirks::default().with(Quirk::NoSystem).adapt(&request()).into_owned();
        let text = |text: &str| ContentPart::Text(text.to_owned());
        assert_eq!(adapted.messages[0], ModelMessage::User(vec![text("Be kind."), text("Hi")]));
        assert_eq!(adapted.messages.len(), 3);
    }
}
