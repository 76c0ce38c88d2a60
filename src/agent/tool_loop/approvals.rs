//! Asks the user whether a remote tool may be called, and takes the answer.

use serde::Deserialize;
use serde_json::{Value, json};

use super::hosted::blocks;
use crate::{
    agent::{
        context::AgentContext,
        responder::ResponderError,
        transcript::{Note, Round},
    },
    model::{ApprovalRequest, AssistantPart, ProviderItem},
    protocol::{
        ItemId, ItemKind, ThreadItem,
        action::{Action, ActionConfig},
        item::WidgetItem,
        widget::{
            components::{Card, Markdown, Text, Title},
            props::{CardAction, TextSize, TitleSize},
        },
    },
};

/// The `type` of the action that the buttons of the question send.
pub const APPROVAL: &str = "actix_chatkit.approval";

/// The key by which the card of a question is known.
const CARD_KEY: &str = "actix_chatkit.approval";

/// The question, with a button for each answer.
pub(super) fn card(request: &ApprovalRequest) -> WidgetItem {
    let ApprovalRequest { id, server, name, arguments } = request;
    let answer =
        |approve: bool| ActionConfig::server(APPROVAL).payload(json!({"request": id, "approve": approve}));
    let title = format!("May {name} be called?");
    let asked = format!("The assistant wants to call {name} of {server} with:");
    let arguments = blocks(&[("json", arguments)]).unwrap_or_default();
    let card = Card::new((
        Title::new(title.clone()).size(TitleSize::Sm),
        Text::new(asked).size(TextSize::Sm),
        Markdown::new(arguments),
    ))
    .key(CARD_KEY)
    .confirm(CardAction::new("Allow", answer(true)))
    .cancel(CardAction::new("Don't allow", answer(false)));
    WidgetItem { widget: card.into(), copy_text: Some(title) }
}

/// The card of a question that was answered.
fn decided(request: &Value, approve: bool) -> Card {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let title = format!("{} of {}", text("name"), text("server_label"));
    let said = if approve { "You allowed this call." } else { "You did not allow this call." };
    Card::new((Title::new(title).size(TitleSize::Sm), Text::new(said).size(TextSize::Sm))).key(CARD_KEY)
}

/// Whether a widget is the card of a question. The model has the question itself.
pub(in crate::agent) fn is_card(widget: &WidgetItem) -> bool {
    widget.widget.props().get("key").and_then(Value::as_str) == Some(CARD_KEY)
}

/// What a button sends. It comes from the client.
#[derive(Deserialize)]
struct Decision {
    request: String,
    approve: bool,
}

/// Takes the answer to a question of this thread, which must be open. Gives what the model is told.
pub(super) async fn take(
    context: &AgentContext,
    action: &Action,
    sender: Option<&ThreadItem>,
) -> Result<AssistantPart, ResponderError> {
    let payload = action.payload.clone().unwrap_or_default();
    let decision: Decision = serde_json::from_value(payload).map_err(|error| not_open(error.to_string()))?;
    let Some(asked) = open_request(context, &decision.request) else {
        return Err(not_open("there is no open question with this id".to_owned()));
    };
    let Decision { request, approve } = decision;
    let value = json!({"type": "mcp_approval_response", "approval_request_id": request, "approve": approve});
    let said = AssistantPart::Provider(ProviderItem { origin: asked.origin, value });
    let note = Note::Rounds(vec![Round::new(std::slice::from_ref(&said), [])]);
    let note = note.into_item().map_err(|error| ResponderError::Failed(error.into()))?;
    context.add_item(ItemId::hidden_context(), note).await?;
    if let Some(sender) = sender
        && matches!(&sender.kind, ItemKind::Widget(widget) if is_card(widget))
    {
        context.update_widget(&sender.id, decided(&asked.value, approve)).await?;
    }
    Ok(said)
}

/// The question with this id, if it was asked in this thread and not answered.
fn open_request(context: &AgentContext, id: &str) -> Option<ProviderItem> {
    let mut asked = None;
    for item in context.history() {
        let ItemKind::SdkHiddenContext { content } = &item.kind else { continue };
        let Some(Note::Rounds(rounds)) = Note::read(content) else { continue };
        for item in rounds.iter().flat_map(Round::provider_items) {
            let text = |name: &str| item.value.get(name).and_then(Value::as_str);
            match text("type") {
                Some("mcp_approval_request") if text("id") == Some(id) => asked = Some(item.clone()),
                Some("mcp_approval_response") if text("approval_request_id") == Some(id) => return None,
                _ => {}
            }
        }
    }
    asked
}

fn not_open(cause: String) -> ResponderError {
    ResponderError::custom("This question is not open any more.").with_source(cause)
}
