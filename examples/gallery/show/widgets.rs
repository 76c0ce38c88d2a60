//! Widgets: every component, such that change while they are shown, forms, and templates.
#![allow(clippy::wildcard_imports, reason = "it uses most of them")]

use actix_chatkit::{
    agent::{ResponderError, widgets::WidgetTemplate},
    protocol::{
        action::ActionConfig,
        icon::IconName,
        item::WidgetItem,
        widget::{WidgetNode, components::*, props::*},
    },
};
use serde_json::json;

use super::{
    specimens::{self, Specimen},
    stage::{Shown, Stage},
};

/// The `.widget` file beside this one.
const ORDER: &str = include_str!("order.widget");

/// Every component, one widget each.
pub async fn every_component(stage: Stage) -> Shown {
    for specimen in specimens::all() {
        show(&stage, specimen).await?;
    }
    Ok(())
}

/// The component of this name, in lower case.
pub fn component(name: &str) -> Option<Specimen> {
    specimens::all().into_iter().find(|specimen| specimen.component.to_lowercase() == name)
}

/// A widget, with the name of the component it shows.
pub async fn show(stage: &Stage, specimen: Specimen) -> Shown {
    let copy_text = Some(specimen.component.to_owned());
    stage.say(format!("`{}`", specimen.component)).await?;
    stage.context.show_widget(WidgetItem { widget: specimen.widget, copy_text }).await
}

/// A widget whose text grows, whose badge changes, and that gets a button in the end.
pub async fn streamed(stage: Stage) -> Shown {
    let writing = Badge::new("writing").id("state");
    let written = Badge::new("written").id("state").color(BadgeColor::Success);
    let card = |state: &Badge, summary: &str, poem: &str, end: Option<Button>| {
        let streaming = end.is_none();
        let mut children = Children::from((
            Row::new((Title::new("A poem"), Spacer::new(), state.clone())).align(Align::Center),
            Text::new(summary).id("summary").streaming(streaming).color("secondary"),
            Markdown::new(poem).id("poem").streaming(streaming),
        ));
        children.extend(end);
        Card::new(children)
    };
    let (summary, poem) =
        ("On rain, in two lines.", "The rain it raineth **every day**,\n\nupon the just and unjust fellow.");
    let mut widget = stage.context.widget().with_copy_text(poem);
    for text in growing(summary) {
        widget.show(card(&writing, text, "", None)).await?;
        stage.pause().await;
    }
    for text in growing(poem) {
        widget.show(card(&writing, summary, text, None)).await?;
        stage.pause().await;
    }
    widget.replace("state", written.clone()).await?;
    stage.pause().await;
    let like = Button::new("I like it").icon_start(IconName::Star).on_click_action(echo("like"));
    widget.show(card(&written, summary, poem, Some(like))).await?;
    widget.finish().await
}

/// A text as far as it is written, word by word.
fn growing(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().filter(|(_, character)| character.is_whitespace()).map(|(end, _)| end);
    ends.map(|end| &text[..end]).chain([text])
}

fn echo(control: &str) -> ActionConfig {
    ActionConfig::server("echo").payload(json!({"control": control}))
}

/// A form with a control of each kind: what is in them comes back.
pub async fn form(stage: Stage) -> Shown {
    let fields = Children::from((
        field("Name", "person.name", Input::new("person.name").required(true).placeholder("Ada Lovelace")),
        field("E-mail", "person.email", Input::new("person.email").input_type(InputType::Email)),
        field("About you", "about", Textarea::new("about").rows(2).auto_resize(true).max_rows(6)),
        Row::new((
            Select::new("plan", [SelectOption::new("free", "Free"), SelectOption::new("pro", "Pro")])
                .placeholder("Plan")
                .block(true),
            DatePicker::new("start")
                .placeholder("First day")
                .min(jiff::civil::date(2025, 1, 1))
                .clearable(true)
                .block(true),
        ))
        .gap(2),
        RadioGroup::new("size", [RadioOption::new("s", "Small"), RadioOption::new("l", "Large")]),
        Checkbox::new("agree").label("I agree").required(true),
        Row::new((Text::new("Note:"), Text::new("click to edit").editable(TextField::new("note")))).gap(2),
        Row::new((
            Button::new("Send").submit(true).style(ButtonStyle::Primary),
            // Actions within a form carry its values too.
            Button::new("Save a draft").on_click_action(echo("draft")),
        ))
        .gap(2),
    ));
    let form = Form::new(fields)
        .on_submit_action(ActionConfig::server("echo").payload(json!({"form": "sign-up"})))
        .gap(4);
    stage.context.show_widget(WidgetItem { widget: Card::new([form]).into(), copy_text: None }).await
}

/// A control under its name.
fn field(label: &str, name: &str, control: impl Into<WidgetNode>) -> Col {
    Col::new([WidgetNode::from(Label::new(label, name)), control.into()]).gap(1)
}

/// A card that is a form itself, and folds when it was sent.
pub async fn card_form(stage: Stage) -> Shown {
    let card = Card::new((
        Title::new("Send this message?"),
        Input::new("subject").default_value("Rain").required(true),
        Textarea::new("body").default_value("It rains."),
    ))
    .as_form(true)
    .size(CardSize::Md)
    .status(Status::new("Draft").icon(IconName::WriteAlt))
    .confirm(CardAction::new("Send", ActionConfig::server("send")))
    .cancel(CardAction::new("Discard", ActionConfig::server("discard")));
    stage.context.show_widget(WidgetItem { widget: card.into(), copy_text: None }).await
}

/// A button for each way an action goes.
pub async fn actions(stage: Stage) -> Shown {
    use actix_chatkit::protocol::action::LoadingBehavior::{Container, Itself, None as Nothing};
    let button = |label: &str, action: ActionConfig| Button::new(label).block(true).on_click_action(action);
    let card = Card::new((
        button("Server, streamed", echo("streamed")),
        button("… busy on its own", echo("busy on its own").loading_behavior(Itself)),
        button("… the whole widget busy", echo("widget busy").loading_behavior(Container)),
        button("… nothing busy", echo("nothing busy").loading_behavior(Nothing)),
        button("Redraw, while the answer streams", ActionConfig::server("redraw")),
        button("Redraw at once", echo("sync").sync()),
        button("Stays in the page", ActionConfig::client("echo").payload(json!({"control": "client"}))),
        button("Fails", ActionConfig::server("fail")),
    ));
    stage.context.show_widget(WidgetItem { widget: card.into(), copy_text: None }).await
}

/// A list of rows that send actions.
pub async fn list(stage: Stage) -> Shown {
    let rows = (1..=8).map(|number| {
        ListViewItem::new((
            Icon::new(IconName::Document),
            Col::new((Text::new(format!("Row {number}")), Caption::new("Click me"))),
        ))
        .key(format!("row-{number}"))
        .gap(3)
        .on_click_action(echo(&format!("row {number}")))
    });
    let list = ListView::new(rows.collect::<ListItems>())
        .limit(5)
        .status(Status::new("Eight rows").icon(IconName::Info));
    stage.context.show_widget(WidgetItem { widget: list.into(), copy_text: None }).await
}

/// A widget from a `.widget` file.
pub async fn template(stage: Stage) -> Shown {
    let order = WidgetTemplate::parse(ORDER).map_err(|error| ResponderError::Failed(error.into()))?;
    let data = json!({
        "number": "A-1001",
        "lines": [
            {"name": "Umbrella", "price": "€ 24.00", "note": "with \"wooden\" handle"},
            {"name": "Rubber boots", "price": "€ 39.50", "note": null},
        ],
        "total": "€ 63.50",
    });
    let widget = order.render(&data).map_err(|error| ResponderError::Failed(error.into()))?;
    stage.context.show_widget(WidgetItem { widget, copy_text: Some("Order A-1001".to_owned()) }).await
}
