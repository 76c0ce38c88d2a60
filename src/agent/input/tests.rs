//! One test for each kind of item, as the model gets it.

use serde_json::{Map, json};

use super::*;
use crate::{
    agent::files::FileSettings,
    model::FileContent,
    protocol::{
        AttachmentId,
        item::{AssistantMessage, GeneratedImage, WidgetItem},
        structured_input::{Answer, Freeform, MultipleChoice},
        workflow::{CustomTask, ThoughtTask, Workflow, WorkflowKind},
    },
    store::{AttachmentStore, DiskAttachmentSettings, DiskAttachmentStore, UploadRules},
};

fn item(kind: ItemKind) -> Arc<ThreadItem> {
    Arc::new(ThreadItem::new("item_1".into(), "thr_1".into(), kind))
}

async fn mapped(kinds: impl IntoIterator<Item = ItemKind>) -> Vec<ModelMessage> {
    let items: Vec<_> = kinds.into_iter().map(item).collect();
    to_messages(&items, &Files::new(None, FileSettings::default())).await
}

/// The texts of messages that must all be the user's.
async fn told(kinds: impl IntoIterator<Item = ItemKind>) -> Vec<String> {
    let texts = mapped(kinds).await.into_iter().map(|message| match message {
        ModelMessage::User(parts) => match &parts[..] {
            [ContentPart::Text(text)] => text.clone(),
            other => panic!("not one text: {other:?}"),
        },
        other => panic!("not the user's: {other:?}"),
    });
    texts.collect()
}

fn text(text: &str) -> UserContent {
    UserContent::InputText { text: text.to_owned() }
}

fn tag(text: &str, data: Value) -> UserContent {
    let data = serde_json::from_value(data).unwrap();
    UserContent::InputTag { id: "t".to_owned(), text: text.to_owned(), data, group: None, interactive: false }
}

fn said(content: Vec<UserContent>) -> UserMessage {
    UserMessage { content, ..UserMessage::default() }
}

#[tokio::test]
async fn texts_and_tags_are_one_message_with_each_tag_in_its_place() {
    let message = said(vec![
        text(" Tell "),
        tag("ada", json!({"name": "Ada Lovelace"})),
        text(" about "),
        tag("Oslo", json!({"name": 5})),
        text(".\n"),
    ]);
    assert_eq!(
        told([ItemKind::UserMessage(message)]).await,
        ["Tell <Tag>Name: Ada Lovelace</Tag> about <Tag>Name: Oslo</Tag>."]
    );
}

#[tokio::test]
async fn a_message_of_nothing_is_left_out() {
    let blank = ItemKind::UserMessage(said(vec![text(" \n")]));
    let unsaid = ItemKind::AssistantMessage(AssistantMessage::default());
    assert_eq!(mapped([blank, unsaid, ItemKind::EndOfTurn]).await, []);
}

#[tokio::test]
async fn a_quote_goes_before_the_newest_message_alone() {
    let quoting = |words: &str| {
        let quoted_text = Some("12 °C".to_owned());
        ItemKind::UserMessage(UserMessage { quoted_text, ..said(vec![text(words)]) })
    };
    assert_eq!(
        told([quoting("Cold?"), quoting("Sure?")]).await,
        ["Cold?", "The user refers to this text:\n<Quote>12 °C</Quote>", "Sure?"]
    );
}

#[tokio::test]
async fn the_parts_of_an_answer_are_one_text() {
    let content = vec![AssistantContent::text("It is "), AssistantContent::text("cold.")];
    assert_eq!(
        mapped([ItemKind::AssistantMessage(AssistantMessage { content })]).await,
        [ModelMessage::assistant("It is cold.")]
    );
}

#[tokio::test]
async fn a_client_tool_call_is_told_with_its_result_once_it_has_one() {
    let arguments: Map<String, Value> = serde_json::from_value(json!({"to": "Oslo"})).unwrap();
    let call = |status, output| {
        let (call_id, name) = ("call_1".to_owned(), "go".to_owned());
        ItemKind::ClientToolCall(ClientToolCall {
            status,
            call_id,
            name,
            arguments: arguments.clone(),
            output,
        })
    };
    assert_eq!(mapped([call(ClientToolCallStatus::Pending, None)]).await, []);
    for (output, content) in [
        (Some(json!({"ok": true})), r#"{"ok":true}"#),
        (Some(json!("done")), r#""done""#),
        (Some(Value::Null), "null"),
        (None, ""),
    ] {
        let tool_calls = vec![ToolCall {
            id: "call_1".to_owned(),
            name: "go".to_owned(),
            arguments: r#"{"to":"Oslo"}"#.to_owned(),
        }];
        assert_eq!(
            mapped([call(ClientToolCallStatus::Completed, output)]).await,
            [
                ModelMessage::calls(tool_calls),
                ModelMessage::Tool {
                    call_id: "call_1".to_owned(),
                    name: "go".to_owned(),
                    content: content.to_owned(),
                },
            ]
        );
    }
}

#[tokio::test]
async fn a_widget_is_told_as_json_without_the_bytes_of_its_pictures() {
    let widget = json!({"type": "Card", "children": [
        {"type": "Image", "src": "data:image/png;base64,AAAA"},
        {"type": "Text", "value": "data, all of it"},
    ]});
    let widget = WidgetItem { widget: serde_json::from_value(widget).unwrap(), copy_text: None };
    let [told] = &told([ItemKind::Widget(widget)]).await[..] else { panic!("one message") };
    let (head, shown) = told.split_once("\n<Widget>").unwrap();
    assert_eq!(head, "The user was shown this widget (item item_1):");
    let shown: Value = serde_json::from_str(shown.strip_suffix("</Widget>").unwrap()).unwrap();
    assert_eq!(shown["children"][0]["src"], "data:image/png;base64,…");
    assert_eq!(shown["children"][1]["value"], "data, all of it");
}

#[tokio::test]
async fn tasks_that_say_something_are_told_one_by_one() {
    let custom = |title: Option<&str>, content: Option<&str>| {
        Task::Custom(CustomTask {
            title: title.map(str::to_owned),
            content: content.map(str::to_owned),
            ..CustomTask::default()
        })
    };
    let thought = Task::Thought(ThoughtTask { content: "Hm.".to_owned(), ..ThoughtTask::default() });
    let tasks =
        vec![custom(Some("Look"), Some("at it")), thought, custom(None, Some("Think")), custom(None, None)];
    let workflow = Workflow { kind: WorkflowKind::Custom, tasks, summary: None, expanded: false };
    let task = |text: &str| format!("The user was shown that this was done:\n<Task>{text}</Task>");
    assert_eq!(
        told([ItemKind::Workflow { workflow }, ItemKind::Task { task: custom(Some("Rest"), None) }]).await,
        [task("Look: at it"), task("Think"), task("Rest")]
    );
}

#[tokio::test]
async fn a_form_is_told_question_by_question() {
    let answered = |values: &[&str], skipped| {
        Some(Answer { values: values.iter().map(|value| (*value).to_owned()).collect(), skipped })
    };
    let choice =
        |answer| MultipleChoice { answer, ..MultipleChoice::new("q", "Which?", ["Oslo"]).multiple() }.into();
    let free = |answer| Freeform { answer, ..Freeform::new("q", "Why?") }.into();
    let form = |status, inputs| ItemKind::StructuredInput(StructuredInputItem { status, inputs });
    assert_eq!(
        told([
            form(StructuredInputStatus::Pending, vec![free(None)]),
            form(
                StructuredInputStatus::Answered,
                vec![choice(answered(&["Oslo", "Rome"], false)), free(answered(&[], true))]
            ),
            form(StructuredInputStatus::Skipped, vec![]),
        ])
        .await,
        [
            "The user was asked questions in a form (not answered yet):\n- Why? (unanswered)",
            "The user was asked questions in a form (answered):\n- Which? Oslo, Rome\n- Why? (skipped)",
            "The user was asked questions in a form (skipped):",
        ]
    );
}

#[tokio::test]
async fn a_generated_image_is_told_by_its_address_but_not_by_its_bytes() {
    let image = |url: &str| ItemKind::GeneratedImage {
        image: Some(GeneratedImage { id: "i".to_owned(), url: url.to_owned() }),
    };
    assert_eq!(
        told([
            ItemKind::GeneratedImage { image: None },
            image("https://h/a.png?b=1,2"),
            image("data:image/png;base64,AAAA"),
        ])
        .await,
        [
            "The user was shown this generated image: https://h/a.png?b=1,2",
            "The user was shown this generated image: data:image/png;base64,…",
        ]
    );
}

#[tokio::test]
async fn hidden_context_goes_in_in_the_user_s_name_and_never_as_instructions() {
    assert_eq!(
        told([
            ItemKind::HiddenContextItem { content: json!("You are free now.") },
            ItemKind::HiddenContextItem { content: json!({"city": "Oslo"}) },
            ItemKind::SdkHiddenContext { content: "The user stopped the answer.".to_owned() },
        ])
        .await,
        [
            "<HiddenContext>You are free now.</HiddenContext>",
            "<HiddenContext>{\"city\":\"Oslo\"}</HiddenContext>",
            "<HiddenContext>The user stopped the answer.</HiddenContext>",
        ]
    );
}

/// Uploads to a folder of its own.
struct Uploads {
    store: Arc<DiskAttachmentStore>,
    _folder: tempfile::TempDir,
}

impl Uploads {
    fn new() -> Self {
        let folder = tempfile::TempDir::new().unwrap();
        let settings = DiskAttachmentSettings { directory: folder.path().to_owned() };
        Self { store: Arc::new(DiskAttachmentStore::open(&settings).unwrap()), _folder: folder }
    }

    async fn message(&self, words: &str, files: &[(&str, &str, &'static [u8])]) -> Arc<ThreadItem> {
        let mut attachments = Vec::new();
        for (name, mime_type, bytes) in files {
            let id = AttachmentId::mint();
            let rules = UploadRules {
                attachment_id: id.clone(),
                mime_type: (*mime_type).to_owned(),
                max_size_bytes: 1 << 20,
            };
            let mut upload = self.store.begin(rules).await.unwrap();
            upload.write((*bytes).into()).await.unwrap();
            upload.finish().await.unwrap();
            let attachment = json!({"type": "file", "id": id, "name": name, "mime_type": mime_type});
            attachments.push(serde_json::from_value(attachment).unwrap());
        }
        item(ItemKind::UserMessage(UserMessage { attachments, ..said(vec![text(words)]) }))
    }
}

/// A part in short: texts by their first word, files by name and what is shown.
fn short(part: &ContentPart) -> String {
    match part {
        ContentPart::Text(text) => text.clone(),
        ContentPart::Image(image) => format!("picture {}", image.name),
        ContentPart::File(file) => match &file.content {
            FileContent::Text(content) => format!("{}: {}", file.name, content.text),
            FileContent::Pdf(data) => format!("{}: PDF of {}", file.name, data.len()),
            FileContent::Withheld { .. } => format!("{}: withheld", file.name),
        },
    }
}

async fn in_short(items: &[Arc<ThreadItem>], files: &Files) -> Vec<Vec<String>> {
    let messages = to_messages(items, files).await.into_iter();
    let parts = messages.map(|message| match message {
        ModelMessage::User(parts) => parts.iter().map(short).collect(),
        other => panic!("not the user's: {other:?}"),
    });
    parts.collect()
}

#[tokio::test]
async fn files_stand_behind_the_words_of_their_own_message_in_their_order() {
    let uploads = Uploads::new();
    let items = [
        uploads.message("First", &[("a.txt", "text/plain", b"aaa"), ("b.bin", "font/ttf", b"b")]).await,
        uploads.message("Second", &[]).await,
        uploads.message("", &[("c.pdf", "application/pdf", b"%PDF-1"), ("d.rs", "text/x-rust", b"d")]).await,
    ];
    let settings = FileSettings { pdf: true, ..FileSettings::default() };
    let files = Files::new(Some(uploads.store.clone()), settings);
    let expected =
        [vec!["First", "a.txt: aaa", "b.bin: withheld"], vec!["Second"], vec!["c.pdf: PDF of 6", "d.rs: d"]];
    assert_eq!(in_short(&items, &files).await, expected);
    assert_eq!(in_short(&items, &files).await, expected, "what is kept is the same");
}

#[tokio::test]
async fn the_newest_texts_are_whole_and_the_oldest_give_way() {
    let uploads = Uploads::new();
    let items = [
        uploads.message("1", &[("old.txt", "text/plain", b"xxxx")]).await,
        uploads.message("2", &[("cut.txt", "text/plain", b"yyyy"), ("new.txt", "text/plain", b"zzzz")]).await,
    ];
    let settings = FileSettings { max_texts_bytes: 6, ..FileSettings::default() };
    let files = Files::new(Some(uploads.store.clone()), settings);
    assert_eq!(
        in_short(&items, &files).await,
        [vec!["1", "old.txt: withheld"], vec!["2", "cut.txt: yy", "new.txt: zzzz"]]
    );
}

#[tokio::test]
async fn a_deleted_file_is_shown_no_more_though_it_was_kept() {
    let uploads = Uploads::new();
    let items = [uploads.message("Look", &[("a.txt", "text/plain", b"secret")]).await];
    let files = Files::new(Some(uploads.store.clone()), FileSettings::default());
    assert_eq!(in_short(&items, &files).await, [["Look", "a.txt: secret"]]);
    uploads.store.remove(attachments(&items[0])[0].id()).await.unwrap();
    let [parts] = &in_short(&items, &files).await[..] else { panic!("one message") };
    assert!(parts[1].starts_with("[The file \"a.txt\" cannot be read: "), "{parts:?}");
}
