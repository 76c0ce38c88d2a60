//! Items that are no messages: work, pictures, questions, calls of the page, and what only a model sees.

use actix_chatkit::{
    agent::ResponderError,
    protocol::{
        ItemId, ItemKind,
        icon::IconName,
        item::{AssistantMessage, ClientToolCall, StructuredInputItem},
        source::{FileSource, UrlSource},
        structured_input::{Freeform, MultipleChoice, StructuredInputStatus},
        workflow::{
            CustomTask, FileTask, ImageTask, Task, ThoughtTask, WebSearchTask, WorkflowKind, WorkflowSummary,
        },
    },
};
use serde_json::json;

use super::stage::{Shown, Stage};

fn search() -> WebSearchTask {
    WebSearchTask::new()
        .with_title("Searched the web")
        .with_title_query("rain in Oslo")
        .with_query("rain in Oslo")
        .with_query("Oslo weather June")
        .with_source(UrlSource::new("Yr", "https://www.yr.no").with_description("Forecasts"))
        .with_source(UrlSource::new("Oslo", "https://en.wikipedia.org/wiki/Oslo"))
}

fn files() -> FileTask {
    FileTask::new()
        .with_title("Read two files")
        .with_source(FileSource::new("Annual report", "report-2024.pdf"))
        .with_source(FileSource::new("Rainfall", "rain.csv"))
}

/// Work shown step by step, with a task of each kind.
pub async fn workflow(stage: Stage) -> Shown {
    let mut workflow = stage.context.workflow(WorkflowKind::Custom).await?;
    let tasks: [Task; 5] = [
        CustomTask::new("Planned the work")
            .with_icon(IconName::Compass)
            .with_content("In *three* steps.")
            .loading()
            .into(),
        search().loading().into(),
        files().loading().into(),
        ThoughtTask::new("It rains a lot in June.").with_title("Rain").loading().into(),
        ImageTask::new().with_title("Drew a map").loading().into(),
    ];
    for task in tasks {
        let index = workflow.add_task(task).await?;
        stage.pause().await;
        workflow.complete_task(index).await?;
    }
    workflow.finish_expanded(WorkflowSummary::with_icon("All done", IconName::CheckCircle)).await
}

/// The thoughts of a model, and how long it thought.
pub async fn reasoning(stage: Stage) -> Shown {
    let mut workflow = stage.context.workflow(WorkflowKind::Reasoning).await?;
    let index = workflow.add_task(ThoughtTask::new("").with_title("Rain").loading()).await?;
    let mut thought = String::new();
    for word in "The user asks for rain. Rain falls from clouds, so clouds come first.".split_inclusive(' ') {
        thought.push_str(word);
        workflow.update_task(index, ThoughtTask::new(thought.clone()).with_title("Rain").loading()).await?;
        stage.pause().await;
    }
    workflow.complete_task(index).await?;
    workflow.finish().await?;
    stage.say("First the clouds, then the rain.").await
}

/// A task of each kind, as an item of its own.
pub async fn tasks(stage: Stage) -> Shown {
    let tasks: [Task; 5] = [
        CustomTask::new("Packed a suitcase")
            .with_icon(IconName::Suitcase)
            .with_content("With an **umbrella**.")
            .into(),
        search().into(),
        files().into(),
        ThoughtTask::new("An umbrella is of use.").with_title("Umbrella").into(),
        ImageTask::new().with_title("Drew an umbrella").into(),
    ];
    for task in tasks {
        stage.context.add_task(task).await?;
    }
    Ok(())
}

/// How many states of a picture are shown before it is complete.
const DRAFTS: u32 = 4;

/// A picture as it is being made.
pub async fn image(stage: Stage) -> Shown {
    let mut image = stage.context.generated_image().await?;
    for draft in 1..=DRAFTS {
        image.partial(sunrise(draft), Some(f64::from(draft) / f64::from(DRAFTS + 1))).await?;
        stage.pause().await;
    }
    image.finish(sunrise(DRAFTS + 1)).await
}

/// A sun that rises with each state, as an SVG that nobody has to fetch.
fn sunrise(state: u32) -> String {
    let sun = 48 - 6 * state;
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 48'>\
         <rect width='64' height='48' fill='#bfdbfe'/><circle cx='32' cy='{sun}' r='9' fill='#f59e0b'/>\
         <rect y='38' width='64' height='10' fill='#1d4ed8'/></svg>"
    );
    svg.chars().fold("data:image/svg+xml,".to_owned(), |mut url, character| {
        match character {
            '#' => url.push_str("%23"),
            '<' => url.push_str("%3C"),
            '>' => url.push_str("%3E"),
            ' ' => url.push_str("%20"),
            other => url.push(other),
        }
        url
    })
}

/// Questions of each kind; the answers are read back.
pub async fn question(stage: Stage) -> Shown {
    stage
        .context
        .ask(vec![
            MultipleChoice::new("city", "Which city?", ["Oslo", "Lisbon", "Tokyo"]).into(),
            MultipleChoice::new("luggage", "What comes along?", ["Umbrella", "Sunglasses", "Scarf"])
                .multiple()
                .into(),
            Freeform::new("wishes", "Anything else?").with_description("As you like; may be skipped.").into(),
        ])
        .await
}

/// Reads the answers back.
pub async fn answered(stage: Stage, form: &StructuredInputItem) -> Shown {
    let answers: Vec<_> = form
        .inputs
        .iter()
        .map(|input| {
            let question = input.question();
            match input.answer() {
                Some(answer) if !answer.skipped => format!("- {question} **{}**", answer.values.join(", ")),
                _ => format!("- {question} *skipped*"),
            }
        })
        .collect();
    let heading = match form.status {
        StructuredInputStatus::Skipped => "You skipped the questions.",
        StructuredInputStatus::Answered | StructuredInputStatus::Pending => "You answered:",
    };
    stage.say(format!("{heading}\n\n{}", answers.join("\n"))).await
}

/// Calls a function of the page; its output is read back.
pub async fn client_tool(stage: Stage) -> Shown {
    stage.context.call_client_tool("read_setting", json!({"key": "theme", "fallback": null})).await
}

/// Reads the output of the page's function back.
pub async fn called(stage: Stage, call: &ClientToolCall) -> Shown {
    let output = call.output.clone().unwrap_or_default();
    stage.say(format!("`{}` returned:\n\n```json\n{output:#}\n```", call.name)).await
}

/// Something that only a model sees.
pub async fn hidden(stage: Stage) -> Shown {
    stage.context.add_hidden_context(json!({"mood": "curious", "note": null})).await?;
    let kind = ItemKind::SdkHiddenContext { content: "The user looked at the gallery.".to_owned() };
    stage.context.add_item(ItemId::hidden_context(), kind).await?;
    stage
        .say("Two items were added that only a model sees: nothing of them shows here, nor after a reload.")
        .await
}

/// A message that goes again.
pub async fn removed(stage: Stage) -> Shown {
    let item_id = ItemId::message();
    let kind = ItemKind::AssistantMessage(AssistantMessage::text("I will be gone in a moment."));
    stage.context.add_item(item_id.clone(), kind).await?;
    stage.pause().await;
    stage.context.remove_item(item_id).await?;
    stage.say("There was a message above this one.").await
}

/// A message that becomes a task in its place.
pub async fn replaced(stage: Stage) -> Shown {
    let item_id = ItemId::message();
    let kind = ItemKind::AssistantMessage(AssistantMessage::text("I will be a task in a moment."));
    stage.context.add_item(item_id.clone(), kind).await?;
    stage.pause().await;
    let task = CustomTask::new("I was a message").with_icon(IconName::Reload).into();
    stage.context.replace_item(stage.context.new_item(item_id, ItemKind::Task { task })).await
}

/// A hint that the turn ends here.
pub async fn end_of_turn(stage: Stage) -> Shown {
    stage.say("After this comes the hint that the turn is over.").await?;
    stage.context.end_of_turn().await
}

/// A message that is left unfinished by an error.
pub async fn broken(stage: Stage) -> Shown {
    let mut message = stage.context.message();
    message.push("This message breaks off in the mid").await?;
    stage.pause().await;
    Err(ResponderError::retryable("The message broke off on purpose. What was streamed is kept."))
}
