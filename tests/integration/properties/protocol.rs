//! Strategies for what goes over the wire and into the store. Each is boxed: together they would not fit
//! on the stack of a test.

use std::ops::Range;

use actix_chatkit::protocol::{
    Attachment, ItemKind, Page, Thread, ThreadItem, ThreadMetadata, ThreadStatus, Timestamp,
    attachment::{AttachmentCommon, UploadDescriptor, UploadMethod},
    content::{AssistantContent, InferenceOptions, ToolChoice, UserContent},
    error::{ErrorCode, StreamErrorCode},
    event::{ItemUpdate, NoticeLevel, StreamOptions, ThreadStreamEvent},
    item::{
        AssistantMessage, ClientToolCall, ClientToolCallStatus, GeneratedImage, StructuredInputItem,
        UserMessage, WidgetItem,
    },
    source::{Annotation, EntitySource, FileSource, Source, UrlSource},
    structured_input::{
        Answer, ChoiceOption, Freeform, MultipleChoice, StructuredInput, StructuredInputStatus,
    },
    widget::{WidgetNode, WidgetRoot},
    workflow::{
        CustomTask, FileTask, ImageTask, StatusIndicator, Task, ThoughtTask, WebSearchTask, Workflow,
        WorkflowKind, WorkflowSummary,
    },
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use serde_json::{Map, Value};

const FEW: Range<usize> = 0..3;

/// Text of all kinds: empty, long, with quotes, zeros, line ends, and characters of every width.
pub fn text() -> BoxedStrategy<String> {
    prop_oneof![4 => "\\PC{0,12}", 2 => any::<String>(), 1 => "[\"\\\\\0\r\n\u{2028}🌍]{0,6}"].boxed()
}

fn some_text() -> BoxedStrategy<Option<String>> {
    option::of(text()).boxed()
}

/// Any JSON, a few levels deep.
pub fn json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no such number", |number| number.is_finite())
            .prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .boxed()
}

fn object() -> BoxedStrategy<Map<String, Value>> {
    vec((text(), json()), FEW).prop_map(|fields| fields.into_iter().collect()).boxed()
}

/// A component with any props; children are components or anything.
fn component(types: BoxedStrategy<String>) -> BoxedStrategy<Map<String, Value>> {
    let child = (text(), object()).prop_map(|(type_name, mut props)| {
        props.insert("type".to_owned(), type_name.into());
        Value::Object(props)
    });
    let children = vec(prop_oneof![3 => child, 1 => json()], FEW).prop_map(Value::from);
    (types, object(), option::of(children))
        .prop_map(|(type_name, mut props, children)| {
            if let Some(children) = children {
                props.insert("children".to_owned(), children);
            }
            props.insert("type".to_owned(), type_name.into());
            props
        })
        .boxed()
}

fn widget_node() -> BoxedStrategy<WidgetNode> {
    let known = prop::sample::select(vec!["Text", "Button", "Row", "Image", "Form"]).prop_map(str::to_owned);
    component(prop_oneof![known, text()].boxed())
        .prop_map(|props| Value::Object(props).try_into().unwrap())
        .boxed()
}

fn widget_root() -> BoxedStrategy<WidgetRoot> {
    let types = prop::sample::select(vec!["Card", "ListView", "Basic"]).prop_map(str::to_owned);
    component(types.boxed()).prop_map(|props| Value::Object(props).try_into().unwrap()).boxed()
}

fn timestamp() -> BoxedStrategy<Timestamp> {
    // The years 1 to 9999, in which RFC 3339 writes four digits.
    (-62_135_596_800_000_000_i64..253_402_300_799_999_999)
        .prop_map(|microsecond| Timestamp::from_microsecond(microsecond).unwrap())
        .boxed()
}

fn source() -> BoxedStrategy<Source> {
    let head = || (text(), some_text(), some_text(), some_text());
    prop_oneof![
        (head(), text(), some_text()).prop_map(
            |((title, description, timestamp, group), url, attribution)| {
                Source::Url(UrlSource { title, description, timestamp, group, url, attribution })
            }
        ),
        (head(), text()).prop_map(|((title, description, timestamp, group), filename)| {
            Source::File(FileSource { title, description, timestamp, group, filename })
        }),
        (head(), text(), (some_text(), some_text(), some_text(), some_text()), any::<bool>(), object())
            .prop_map(
                |(
                    (title, description, timestamp, group),
                    id,
                    (icon, label, inline_label, preview),
                    interactive,
                    data,
                )| {
                    Source::Entity(EntitySource {
                        title,
                        description,
                        timestamp,
                        group,
                        id,
                        icon,
                        label,
                        inline_label,
                        interactive,
                        data,
                        preview,
                    })
                }
            ),
    ]
    .boxed()
}

fn annotation() -> BoxedStrategy<Annotation> {
    (source(), option::of(any::<u64>())).prop_map(|(source, index)| Annotation { source, index }).boxed()
}

fn assistant_content() -> BoxedStrategy<AssistantContent> {
    (text(), vec(annotation(), FEW))
        .prop_map(|(text, annotations)| AssistantContent::OutputText { text, annotations })
        .boxed()
}

fn user_content() -> BoxedStrategy<UserContent> {
    prop_oneof![
        text().prop_map(|text| UserContent::InputText { text }),
        (text(), text(), object(), some_text(), any::<bool>()).prop_map(
            |(id, text, data, group, interactive)| UserContent::InputTag {
                id,
                text,
                data,
                group,
                interactive
            }
        ),
    ]
    .boxed()
}

fn attachment() -> BoxedStrategy<Attachment> {
    let method = prop_oneof![Just(UploadMethod::Post), Just(UploadMethod::Put)];
    let headers = prop::collection::btree_map(text(), text(), FEW);
    let descriptor = (text(), method, headers).prop_map(|(url, method, headers)| UploadDescriptor {
        url,
        method,
        headers,
    });
    let common = (text(), text(), text(), option::of(descriptor), some_text()).prop_map(
        |(id, name, mime_type, upload_descriptor, thread_id)| AttachmentCommon {
            id: id.into(),
            name,
            mime_type,
            upload_descriptor,
            thread_id: thread_id.map(Into::into),
        },
    );
    (common, some_text())
        .prop_map(|(common, preview_url)| match preview_url {
            Some(preview_url) => Attachment::Image { common, preview_url },
            None => Attachment::File { common },
        })
        .boxed()
}

fn task() -> BoxedStrategy<Task> {
    let indicator = || {
        prop_oneof![
            Just(StatusIndicator::None),
            Just(StatusIndicator::Loading),
            Just(StatusIndicator::Complete)
        ]
    };
    prop_oneof![
        (indicator(), some_text(), some_text(), some_text()).prop_map(
            |(status_indicator, title, icon, content)| Task::Custom(CustomTask {
                status_indicator,
                title,
                icon,
                content
            })
        ),
        (indicator(), some_text(), some_text(), vec(text(), FEW), vec(source(), FEW)).prop_map(
            |(status_indicator, title, title_query, queries, sources)| Task::WebSearch(WebSearchTask {
                status_indicator,
                title,
                title_query,
                queries,
                sources
            })
        ),
        (indicator(), some_text(), text()).prop_map(|(status_indicator, title, content)| Task::Thought(
            ThoughtTask { status_indicator, title, content }
        )),
        (indicator(), some_text(), vec(source(), FEW)).prop_map(|(status_indicator, title, sources)| {
            Task::File(FileTask { status_indicator, title, sources })
        }),
        (indicator(), some_text())
            .prop_map(|(status_indicator, title)| Task::Image(ImageTask { status_indicator, title })),
    ]
    .boxed()
}

fn workflow() -> BoxedStrategy<Workflow> {
    let summary = prop_oneof![
        (text(), some_text()).prop_map(|(title, icon)| WorkflowSummary::Custom { title, icon }),
        any::<u64>().prop_map(|duration| WorkflowSummary::Duration { duration }),
    ];
    let kind = prop_oneof![Just(WorkflowKind::Custom), Just(WorkflowKind::Reasoning)];
    (kind, vec(task(), FEW), option::of(summary), any::<bool>())
        .prop_map(|(kind, tasks, summary, expanded)| Workflow { kind, tasks, summary, expanded })
        .boxed()
}

fn structured_input() -> BoxedStrategy<StructuredInput> {
    let answer = || {
        option::of((vec(text(), FEW), any::<bool>()).prop_map(|(values, skipped)| Answer { values, skipped }))
    };
    let choice = text().prop_map(|value| ChoiceOption { value });
    prop_oneof![
        (text(), text(), answer(), any::<bool>(), vec(choice, FEW)).prop_map(
            |(id, question, answer, multiple, options)| StructuredInput::MultipleChoice(MultipleChoice {
                id,
                question,
                answer,
                multiple,
                options
            })
        ),
        (text(), text(), answer(), some_text()).prop_map(|(id, question, answer, description)| {
            StructuredInput::Freeform(Freeform { id, question, answer, description })
        }),
    ]
    .boxed()
}

fn item_kind() -> BoxedStrategy<ItemKind> {
    let options = (some_text(), some_text())
        .prop_map(|(tool, model)| InferenceOptions { tool_choice: tool.map(|id| ToolChoice { id }), model });
    let status = prop_oneof![Just(ClientToolCallStatus::Pending), Just(ClientToolCallStatus::Completed)];
    // Null as an output is none, on the wire as in the reference.
    let output = option::of(json().prop_filter("null is none", |output| !output.is_null()));
    let form = prop_oneof![
        Just(StructuredInputStatus::Pending),
        Just(StructuredInputStatus::Answered),
        Just(StructuredInputStatus::Skipped)
    ];
    prop_oneof![
        (vec(user_content(), FEW), vec(attachment(), FEW), some_text(), options).prop_map(
            |(content, attachments, quoted_text, inference_options)| ItemKind::UserMessage(UserMessage {
                content,
                attachments,
                quoted_text,
                inference_options
            })
        ),
        vec(assistant_content(), FEW)
            .prop_map(|content| ItemKind::AssistantMessage(AssistantMessage { content })),
        (status, text(), text(), object(), output).prop_map(|(status, call_id, name, arguments, output)| {
            ItemKind::ClientToolCall(ClientToolCall { status, call_id, name, arguments, output })
        }),
        (widget_root(), some_text())
            .prop_map(|(widget, copy_text)| ItemKind::Widget(WidgetItem { widget, copy_text })),
        option::of(generated_image()).prop_map(|image| ItemKind::GeneratedImage { image }),
        (form, vec(structured_input(), FEW))
            .prop_map(|(status, inputs)| ItemKind::StructuredInput(StructuredInputItem { status, inputs })),
        workflow().prop_map(|workflow| ItemKind::Workflow { workflow }),
        task().prop_map(|task| ItemKind::Task { task }),
        Just(ItemKind::EndOfTurn),
        json().prop_map(|content| ItemKind::HiddenContextItem { content }),
        text().prop_map(|content| ItemKind::SdkHiddenContext { content }),
    ]
    .boxed()
}

fn generated_image() -> BoxedStrategy<GeneratedImage> {
    (text(), text()).prop_map(|(id, url)| GeneratedImage { id, url }).boxed()
}

pub fn item() -> BoxedStrategy<ThreadItem> {
    (text(), text(), timestamp(), item_kind())
        .prop_map(|(id, thread_id, created_at, kind)| ThreadItem {
            id: id.into(),
            thread_id: thread_id.into(),
            created_at,
            kind,
        })
        .boxed()
}

pub fn thread_metadata() -> BoxedStrategy<ThreadMetadata> {
    let status = prop_oneof![
        Just(ThreadStatus::Active),
        some_text().prop_map(|reason| ThreadStatus::Locked { reason }),
        some_text().prop_map(|reason| ThreadStatus::Closed { reason }),
    ];
    (text(), timestamp(), some_text(), status, option::of(vec(text(), FEW)), object())
        .prop_map(|(id, created_at, title, status, allowed_image_domains, metadata)| ThreadMetadata {
            id: id.into(),
            created_at,
            title,
            status,
            allowed_image_domains,
            metadata,
        })
        .boxed()
}

pub fn thread() -> BoxedStrategy<Thread> {
    let page = (vec(item(), FEW), any::<bool>(), some_text()).prop_map(|(data, has_more, after)| Page {
        data,
        has_more,
        after,
    });
    (thread_metadata(), page).prop_map(|(metadata, page)| metadata.with_items(page)).boxed()
}

fn update() -> BoxedStrategy<ItemUpdate> {
    let index = any::<usize>;
    prop_oneof![
        (index(), assistant_content())
            .prop_map(|(content_index, content)| ItemUpdate::ContentPartAdded { content_index, content }),
        (index(), text()).prop_map(|(content_index, delta)| ItemUpdate::TextDelta { content_index, delta }),
        (index(), index(), annotation()).prop_map(|(content_index, annotation_index, annotation)| {
            ItemUpdate::AnnotationAdded { content_index, annotation_index, annotation }
        }),
        (index(), assistant_content())
            .prop_map(|(content_index, content)| ItemUpdate::ContentPartDone { content_index, content }),
        (text(), text(), any::<bool>()).prop_map(|(component_id, delta, done)| {
            ItemUpdate::WidgetTextDelta { component_id, delta, done }
        }),
        (text(), widget_node()).prop_map(|(component_id, component)| {
            ItemUpdate::WidgetComponentUpdated { component_id, component }
        }),
        widget_root().prop_map(|widget| ItemUpdate::WidgetRootUpdated { widget }),
        (index(), task()).prop_map(|(task_index, task)| ItemUpdate::WorkflowTaskAdded { task_index, task }),
        (index(), task()).prop_map(|(task_index, task)| ItemUpdate::WorkflowTaskUpdated { task_index, task }),
        (generated_image(), option::of(0.0..=1.0))
            .prop_map(|(image, progress)| ItemUpdate::GeneratedImageUpdated { image, progress }),
    ]
    .boxed()
}

pub fn event() -> BoxedStrategy<ThreadStreamEvent> {
    use ThreadStreamEvent as Event;
    let level = prop_oneof![Just(NoticeLevel::Info), Just(NoticeLevel::Warning), Just(NoticeLevel::Danger)];
    let code = prop_oneof![
        Just(StreamErrorCode::Custom),
        Just(StreamErrorCode::StreamError),
        "[a-z]{1,8}"
            .prop_filter("has a name of its own", |code| code != "custom")
            .prop_map(StreamErrorCode::Other),
    ];
    let error_code = option::of(select(ErrorCode::ALL));
    let error_params = btree_map(text(), any::<u64>(), FEW);
    let (notice_code, notice_params) = (error_code.clone(), error_params.clone());
    prop_oneof![
        thread().prop_map(|thread| Event::ThreadCreated { thread }),
        thread().prop_map(|thread| Event::ThreadUpdated { thread }),
        item().prop_map(|item| Event::ItemAdded { item }),
        (text(), update())
            .prop_map(|(item_id, update)| Event::ItemUpdated { item_id: item_id.into(), update }),
        item().prop_map(|item| Event::ItemDone { item }),
        text().prop_map(|item_id| Event::ItemRemoved { item_id: item_id.into() }),
        item().prop_map(|item| Event::ItemReplaced { item }),
        any::<bool>()
            .prop_map(|allow_cancel| Event::StreamOptions { stream_options: StreamOptions { allow_cancel } }),
        (text(), some_text()).prop_map(|(text, icon)| Event::ProgressUpdate { text, icon }),
        (text(), object()).prop_map(|(name, data)| Event::ClientEffect { name, data }),
        (code, some_text(), any::<bool>(), error_code, error_params).prop_map(
            |(code, message, allow_retry, ext_code, ext_params)| Event::Error {
                code,
                message,
                allow_retry,
                ext_code,
                ext_params,
            }
        ),
        (level, text(), some_text(), notice_code, notice_params).prop_map(
            |(level, message, title, ext_code, ext_params)| Event::Notice {
                level,
                message,
                title,
                ext_code,
                ext_params,
            }
        ),
    ]
    .boxed()
}
