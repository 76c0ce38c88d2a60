//! A widget for each component, with every prop that it has.
#![allow(clippy::wildcard_imports, reason = "it shows them all")]

use actix_chatkit::protocol::{
    action::{ActionConfig, LoadingBehavior},
    icon::IconName,
    widget::{WidgetNode, WidgetRoot, components::*, props::*},
};
use serde_json::json;

/// A component on show.
pub struct Specimen {
    /// The component.
    pub component: &'static str,
    /// A widget that shows it with every prop.
    pub widget: WidgetRoot,
}

/// A red dot as a data URL, so that nothing has to be fetched.
pub const PICTURE: &str = "data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22%20viewBox=%220%200%208%208%22%3E%3Ccircle%20cx=%224%22%20cy=%224%22%20r=%223%22%20fill=%22%23d33%22/%3E%3C/svg%3E";

/// Every component there is, roots first.
pub fn all() -> Vec<Specimen> {
    let mut specimens = vec![
        specimen("Card", card()),
        specimen("ListView", list_view()),
        specimen("ListViewItem", list_view_item()),
        specimen("Basic", basic()),
    ];
    for (component, children) in [
        ("Box", boxes()),
        ("Row", rows()),
        ("Col", columns()),
        ("Form", forms()),
        ("Spacer", spacers()),
        ("Divider", dividers()),
        ("Transition", transitions()),
        ("Text", texts()),
        ("Title", titles()),
        ("Caption", captions()),
        ("Markdown", markdown()),
        ("Badge", badges()),
        ("Icon", icons()),
        ("Image", images()),
        ("Button", buttons()),
        ("Select", selects()),
        ("DatePicker", date_pickers()),
        ("Checkbox", checkboxes()),
        ("RadioGroup", radio_groups()),
        ("Input", inputs()),
        ("Textarea", textareas()),
        ("Label", labels()),
        ("Chart", charts()),
        ("Table", table().into()),
        ("Table.Row", table().into()),
        ("Table.Cell", table().into()),
    ] {
        specimens.push(specimen(component, Card::new(children).key(component)));
    }
    specimens
}

fn specimen(component: &'static str, widget: impl Into<WidgetRoot>) -> Specimen {
    Specimen { component, widget: widget.into() }
}

/// The action of every control on show. The server answers by saying what it received.
fn echo(control: &str) -> ActionConfig {
    ActionConfig::server("echo").payload(json!({"control": control}))
}

fn card() -> Card {
    Card::new((
        Text::new("A card with everything: frame, ground, status, and two buttons."),
        Input::new("note").placeholder("A note that goes with the buttons"),
    ))
    .as_form(true)
    .background(Color::themed("#f8f5ff", "#241c38"))
    .border(
        BorderSides::new()
            .x(Border::new(2).color("purple-400").style(BorderStyle::Dashed))
            .top(Border::new(2).color(Color::themed("purple-400", "purple-700")))
            .bottom(1),
    )
    .size(CardSize::Md)
    .padding(Sides::new().x(4).top(3).bottom("1rem"))
    .status(Status::new("From the gallery").favicon(PICTURE).frame(true))
    .collapsed(false)
    .confirm(CardAction::new("Confirm", echo("confirm")))
    .cancel(CardAction::new("Cancel", echo("cancel").loading_behavior(LoadingBehavior::None)))
    .theme(Theme::Light)
    .key("card")
    .id("card")
}

fn list_view() -> ListView {
    let rows = ["Alpha", "Beta", "Gamma", "Delta"].map(|name| ListViewItem::new([Text::new(name)]).key(name));
    ListView::new(rows)
        .limit(3)
        .status(Status::new("Four rows, three at first").icon(IconName::Info))
        .theme(Theme::Dark)
        .key("list")
        .id("list")
}

fn list_view_item() -> ListView {
    ListView::new([
        ListViewItem::new((Icon::new(IconName::Star), Text::new("Sends an action")))
            .on_click_action(echo("row").loading_behavior(LoadingBehavior::Itself))
            .gap(3)
            .align(Align::Center)
            .key("first")
            .id("first"),
        ListViewItem::new((Icon::new(IconName::Desktop), Text::new("Stays in the page")))
            .on_click_action(ActionConfig::client("echo").payload(json!({"control": "row"})))
            .gap("12px"),
    ])
    .limit(Limit::Auto)
}

fn basic() -> Basic {
    Basic::new((Text::new("A widget without a frame, and a card in it."), Card::new([Text::new("The card")])))
        .theme(Theme::Light)
        .direction(Direction::Row)
        .gap(3)
        .padding(2)
        .align(Align::Stretch)
        .justify(Justify::Between)
        .key("basic")
        .id("basic")
}

/// Sets the props that all containers have.
macro_rules! with_every_box_prop {
    ($container:expr) => {
        $container
            .align(Align::Baseline)
            .justify(Justify::Evenly)
            .wrap(Wrap::Wrap)
            .flex("1 1 auto")
            .gap(2)
            .padding(2.5)
            .margin(Sides::new().top(1).right(0.5).bottom("2px").left(0))
            .border(Border::new(1).color("strong").style(BorderStyle::Solid))
            .radius(Radius::Xl2)
            .background("surface-secondary")
            .height(120)
            .width("100%")
            .size("auto")
            .min_height(40)
            .min_width("4rem")
            .min_size(20)
            .max_height(400)
            .max_width("100%")
            .max_size(600)
            .aspect_ratio("3 / 1")
            .key("all")
            .id("all")
    };
}

fn boxes() -> Children {
    let plain = Box::new((Text::new("One"), Text::new("Two"))).border(1).padding(3).flex(1).size(80);
    (with_every_box_prop!(Box::new((Text::new("One"), Text::new("Two"))).direction(Direction::Row)), plain)
        .into()
}

fn rows() -> Children {
    [with_every_box_prop!(Row::new((Text::new("One"), Text::new("Two"))))].into()
}

fn columns() -> Children {
    let borders = BorderSides::new().left(Border::new(3).style(BorderStyle::Double)).right(1).y(2);
    let plain = Col::new([Text::new("With borders of its own")]).border(borders).aspect_ratio(4.5);
    (with_every_box_prop!(Col::new((Text::new("One"), Text::new("Two")))), plain).into()
}

fn forms() -> Children {
    let fields = (
        Label::new("Your name", "person.name"),
        Input::new("person.name").required(true),
        Button::new("Send").submit(true),
    );
    let form = Form::new(fields).on_submit_action(echo("form")).direction(Direction::Col);
    [with_every_box_prop!(form)].into()
}

fn spacers() -> Children {
    let row =
        Row::new((Text::new("Left"), Spacer::new().min_size(16).key("gap").id("gap"), Text::new("Right")));
    [row].into()
}

fn dividers() -> Children {
    let line = Divider::new().color("strong").size(2).spacing(4).flush(true).key("line").id("line");
    (Text::new("Above"), line, Text::new("Below"), Divider::new().size("1px").spacing("0.5rem")).into()
}

fn transitions() -> Children {
    [Transition::new(Text::new("Changes smoothly.")).key("transition").id("transition")].into()
}

fn texts() -> Children {
    let field = TextField::new("line")
        .auto_focus(false)
        .auto_select(true)
        .auto_complete("off")
        .allow_autofill_extensions(false)
        .pattern(".*")
        .placeholder("Write here")
        .required(false);
    (
        Text::new("Every prop of a text, cut where the line ends, which is somewhere about here, or later")
            .streaming(false)
            .italic(true)
            .line_through(false)
            .color("emphasis")
            .weight(Weight::Semibold)
            .width(420)
            .size(TextSize::Lg)
            .text_align(TextAlign::Start)
            .truncate(true)
            .min_lines(1)
            .max_lines(2)
            .editable(Editable::No)
            .key("text")
            .id("text"),
        Text::new("Edit me").editable(field),
        Text::new("Struck out").line_through(true).color(Color::themed("#b00020", "#ff8a80")),
        Text::new("Prose").color("prose"),
        Text::new("Success").color("success"),
        Text::new("Danger").color("danger"),
    )
        .into()
}

fn titles() -> Children {
    let sizes = [
        TitleSize::Sm,
        TitleSize::Md,
        TitleSize::Lg,
        TitleSize::Xl,
        TitleSize::Xl2,
        TitleSize::Xl3,
        TitleSize::Xl4,
        TitleSize::Xl5,
    ];
    let mut titles: Children = sizes.map(|size| Title::new("A title").size(size)).into();
    titles.push(
        Title::new("Every prop of a title")
            .color("primary")
            .weight(Weight::Bold)
            .size(TitleSize::Lg)
            .text_align(TextAlign::Center)
            .truncate(true)
            .max_lines(1)
            .key("title")
            .id("title"),
    );
    titles
}

fn captions() -> Children {
    let mut captions: Children = [CaptionSize::Sm, CaptionSize::Md, CaptionSize::Lg]
        .map(|size| Caption::new("A caption").size(size))
        .into();
    captions.push(
        Caption::new("Every prop of a caption")
            .color("tertiary")
            .weight(Weight::Medium)
            .size(CaptionSize::Md)
            .text_align(TextAlign::End)
            .truncate(false)
            .max_lines(3)
            .key("caption")
            .id("caption"),
    );
    captions
}

fn markdown() -> Children {
    let text = "**Bold**, `code`, [a link](https://example.com), $e^{i\\pi} = -1$\n\n- one\n- two";
    [Markdown::new(text).streaming(false).key("markdown").id("markdown")].into()
}

fn badges() -> Children {
    use BadgeColor::{Danger, Discovery, Info, Secondary, Success, Warning};
    [BadgeVariant::Solid, BadgeVariant::Soft, BadgeVariant::Outline]
        .map(|variant| {
            let badge =
                |color| Badge::new("Badge").color(color).variant(variant).size(BadgeSize::Md).pill(true);
            Row::new([Secondary, Success, Danger, Warning, Info, Discovery].map(badge))
                .gap(2)
                .wrap(Wrap::Wrap)
        })
        .into_iter()
        .map(WidgetNode::from)
        .chain([Badge::new("Small").size(BadgeSize::Sm).key("small").id("small").into()])
        .collect()
}

fn icons() -> Children {
    let all = IconName::BUILT_IN.map(|name| Icon::new(name).size(IconSize::Lg));
    (
        Row::new(all).gap(2).wrap(Wrap::Wrap),
        Row::new((
            Icon::new(IconName::StarFilled).color("yellow-500").size(IconSize::Xl3).key("icon").id("icon"),
            Icon::new(IconName::lucide("cat")),
            Icon::new(IconName::vendor("gallery")),
        )),
    )
        .into()
}

fn images() -> Children {
    (
        Image::new(PICTURE)
            .alt("A red dot")
            .fit(Fit::Contain)
            .position(ImagePosition::TopLeft)
            .radius(Radius::Lg)
            .frame(true)
            .flush(false)
            .margin(2)
            .background(Color::themed("gray-100", "gray-800"))
            .flex(1)
            .height(96)
            .width(160)
            .size("auto")
            .min_height(10)
            .min_width("1rem")
            .min_size(10)
            .max_height(400)
            .max_width("100%")
            .max_size(400)
            .aspect_ratio(1.5)
            .key("image")
            .id("image"),
        Image::new(PICTURE).alt("The dot, small").size(32).margin(Sides::new().x(2)).radius(Radius::Whole),
    )
        .into()
}

fn buttons() -> Children {
    use ButtonColor::{Caution, Danger, Discovery, Info, Primary, Secondary, Success, Warning};
    use ControlVariant::{Ghost, Outline, Soft, Solid};
    let mut children: Children = [Solid, Soft, Outline, Ghost]
        .map(|variant| {
            let button =
                |color| Button::new("Press").color(color).variant(variant).on_click_action(echo("button"));
            let colors = [Primary, Secondary, Info, Discovery, Success, Caution, Warning, Danger];
            Row::new(colors.map(button)).gap(2).wrap(Wrap::Wrap)
        })
        .into();
    children.push(
        Button::new("Every prop of a button")
            .submit(false)
            .on_click_action(echo("the button").loading_behavior(LoadingBehavior::Container))
            .icon_start(IconName::Sparkle)
            .icon_end(IconName::ChevronRight)
            .style(ButtonStyle::Secondary)
            .icon_size(ButtonIconSize::Md)
            .color(Info)
            .variant(Soft)
            .size(ControlSize::Lg)
            .pill(true)
            .uniform(false)
            .block(true)
            .disabled(false)
            .key("button")
            .id("button"),
    );
    children.push(Button::new("Redraws this widget").on_click_action(echo("sync").sync()));
    children.push(
        Button::new("Stays in the page")
            .on_click_action(ActionConfig::client("echo").payload(json!({"control": "button"}))),
    );
    children.push(Button::icon(IconName::Reload).on_click_action(echo("icon button")));
    children
}

fn selects() -> Children {
    let many = (1..=20).map(|number| SelectOption::new(number.to_string(), format!("Option {number}")));
    (
        Select::new(
            "fruit",
            [
                SelectOption::new("apple", "Apple").description("Keeps for months"),
                SelectOption::new("pear", "Pear"),
                SelectOption::new("quince", "Quince").disabled(true),
            ],
        )
        .on_change_action(echo("select"))
        .placeholder("Choose a fruit")
        .default_value("pear")
        .variant(ControlVariant::Outline)
        .size(ControlSize::Md)
        .pill(false)
        .block(true)
        .clearable(true)
        .disabled(false)
        .searchable(false)
        .key("select")
        .id("select"),
        Select::new("number", many.collect::<Vec<_>>()).placeholder("One of twenty"),
    )
        .into()
}

fn date_pickers() -> Children {
    let june = |day| jiff::civil::date(2025, 6, day);
    [DatePicker::new("day")
        .on_change_action(echo("date"))
        .placeholder("Choose a day")
        .default_value(june(12))
        .min(june(1))
        .max(june(30).at(18, 0, 0, 0))
        .variant(ControlVariant::Soft)
        .size(ControlSize::Sm)
        .side(Side::Bottom)
        .align(Edge::Start)
        .pill(true)
        .block(false)
        .clearable(true)
        .disabled(false)
        .key("date")
        .id("date")]
    .into()
}

fn checkboxes() -> Children {
    [Checkbox::new("agree")
        .label("I have seen the checkbox")
        .default_checked(true)
        .on_change_action(echo("checkbox"))
        .disabled(false)
        .required(true)
        .key("checkbox")
        .id("checkbox")]
    .into()
}

fn radio_groups() -> Children {
    let options = [
        RadioOption::new("s", "Small"),
        RadioOption::new("m", "Medium"),
        RadioOption::new("l", "Large").disabled(true),
    ];
    [RadioGroup::new("size", options)
        .aria_label("Size")
        .on_change_action(echo("radio"))
        .default_value("m")
        .direction(Direction::Row)
        .disabled(false)
        .required(true)
        .key("radio")
        .id("radio")]
    .into()
}

fn inputs() -> Children {
    use InputType::{Email, Number, Password, Tel, Text, Url};
    let mut inputs: Children =
        [(Number, "number"), (Email, "email"), (Password, "password"), (Tel, "tel"), (Url, "url")]
            .map(|(input_type, name)| Input::new(name).input_type(input_type).placeholder(name))
            .into();
    inputs.push(
        Input::new("text")
            .input_type(Text)
            .default_value("AB-12")
            .required(true)
            .pattern("[A-Z]{2}-[0-9]+")
            .placeholder("Two letters, a dash, digits")
            .allow_autofill_extensions(false)
            .auto_select(true)
            .auto_focus(false)
            .disabled(false)
            .variant(FieldVariant::Outline)
            .size(ControlSize::Xl)
            .gutter_size(GutterSize::Md)
            .pill(true)
            .key("input")
            .id("input"),
    );
    inputs
}

fn textareas() -> Children {
    [Textarea::new("story")
        .default_value("Once upon a time")
        .required(true)
        .pattern("[\\s\\S]+")
        .placeholder("A story")
        .auto_select(false)
        .auto_focus(false)
        .disabled(false)
        .variant(FieldVariant::Soft)
        .size(ControlSize::Md)
        .gutter_size(GutterSize::Sm)
        .rows(3)
        .auto_resize(true)
        .max_rows(8)
        .allow_autofill_extensions(true)
        .key("textarea")
        .id("textarea")]
    .into()
}

fn labels() -> Children {
    (
        Label::new("A label and its field", "labelled")
            .size(TextSize::Sm)
            .weight(Weight::Medium)
            .text_align(TextAlign::Start)
            .color("secondary")
            .key("label")
            .id("label"),
        Input::new("labelled"),
    )
        .into()
}

fn charts() -> Children {
    let months = [("jan", 82, 41, 5.5), ("feb", 61, 38, 6.0), ("mar", 74, 45, 9.25), ("apr", 48, 52, 13.0)];
    let data = months.map(|(month, rain, sun, degrees)| {
        ChartRow::new().with("month", month).with("rain", rain).with("sun", sun).with("degrees", degrees)
    });
    let labels = [("jan", "January"), ("feb", "February"), ("mar", "March"), ("apr", "April")];
    (
        Chart::new(
            data.to_vec(),
            (
                BarSeries::new("rain", "Rain, mm").stack("water").color("blue"),
                AreaSeries::new("sun", "Sun, h")
                    .stack("light")
                    .color("yellow")
                    .curve_type(CurveType::Natural),
                LineSeries::new("degrees", "°C")
                    .color(Color::themed("red-500", "red-300"))
                    .curve_type(CurveType::Monotone),
            ),
            Axis::new("month").hide(false).labels(labels),
        )
        .show_y_axis(true)
        .show_legend(true)
        .show_tooltip(true)
        .bar_gap(2)
        .bar_category_gap(16)
        .flex(1)
        .height(240)
        .width("100%")
        .size("auto")
        .min_height(120)
        .min_width(200)
        .min_size(100)
        .max_height(600)
        .max_width("100%")
        .max_size(900)
        .aspect_ratio("16 / 9")
        .key("chart")
        .id("chart"),
        Chart::new(data, [BarSeries::new("rain", "Rain, mm"), BarSeries::new("sun", "Sun, h")], "month"),
    )
        .into()
}

fn table() -> [Table; 1] {
    let head = |text: &str| TableCell::new([Text::new(text).weight(Weight::Semibold)]);
    let cell = |text: &str| TableCell::new([Text::new(text)]);
    let every_prop = cell("Every prop of a cell, across two columns")
        .width(240)
        .padding(Sides::new().x(2).y(1.5))
        .col_span(2)
        .row_span(1)
        .align(Edge::Center)
        .v_align(Edge::End)
        .col_size(ColumnSize::Lg)
        .key("cell")
        .id("cell");
    [Table::new([
        TableRow::new([head("City"), head("Country")]).header(true).key("head").id("head"),
        TableRow::new([cell("Lisbon"), cell("Portugal")]),
        TableRow::new([every_prop]),
    ])
    .key("table")
    .id("table")]
}
