//! What the components of widgets take: an interface and a reader for each.

use std::fmt::Write as _;

use chatkit_protocol::{
    action::ActionConfig,
    widget::{PropSchema, Record, Schema, Shape, components},
};
use schemars::generate::SchemaSettings;

use super::{
    emit::{file, key, members, pascal, reader_fields},
    shape,
};

/// Components whose renderers share code, and the props that all of them are therefore drawn by. The protocol gives
/// some of these props to some of the components only, but servers rely on the others too.
const FAMILIES: [(&[&str], &str); 3] = [
    (
        &["Select", "DatePicker", "Checkbox", "RadioGroup", "Input", "Textarea"],
        "name ariaLabel placeholder onChangeAction disabled variant size gutterSize pill block",
    ),
    (
        &["Box", "Basic"],
        "direction align justify wrap flex gap padding margin border radius background height width size minHeight \
         minWidth minSize maxHeight maxWidth maxSize aspectRatio",
    ),
    (&["Box", "Table.Cell"], "padding"),
];

/// Members that a record cannot be written without, but is still of use without when it is read.
const SPARE: [(&str, &str); 10] = [
    ("ThemedColor", "light"),
    ("ThemedColor", "dark"),
    ("SelectOption", "value"),
    ("SelectOption", "label"),
    ("RadioOption", "value"),
    ("RadioOption", "label"),
    ("BarSeries", "label"),
    ("AreaSeries", "label"),
    ("LineSeries", "label"),
    ("Axis", "dataKey"),
];

/// The file `widgets.ts`.
///
/// It leaves out props that are lists, because a renderer has to cut a list to a bearable length before reading the
/// elements. It has the readers of these elements instead.
pub fn widgets() -> String {
    let mut records = Vec::new();
    let mut out = String::new();
    for component in components::ALL {
        props_of(component, &mut records, &mut out);
    }
    let text = format!("{}{out}", records.into_iter().map(|(_, text)| text).collect::<String>());
    file(
        "What the components of widgets take, and readers of it.",
        &text,
        Some(("./actions.ts", &actions_text())),
    )
}

/// Writes the interface and the reader of a component's props.
fn props_of(component: &Schema, records: &mut Records, out: &mut String) {
    let name = component.name.replace('.', "");
    let (mut interface, mut reader) = (String::new(), String::new());
    for (prop, shape) in readable(component) {
        match shape {
            Shape::Components => {}
            Shape::List(each) => element(&format!("{name}{}", pascal(prop)), &each, records),
            shape => {
                let _ = writeln!(interface, "  {}?: {};", key(prop), type_of(&shape, records));
                let _ = writeln!(reader, "  {}: {},", key(prop), reader_of(&shape));
            }
        }
    }
    if !reader.is_empty() {
        let _ = write!(
            out,
            "\nexport interface {name}Props {{\n{interface}}}\n\nexport const read{name}Props = /* @__PURE__ */ members<{name}Props>({{\n{reader}}});\n"
        );
    }
}

/// The props that a component is drawn by: its own, and those of its family in their widest form.
fn readable(component: &Schema) -> Vec<(&'static str, Shape)> {
    let mut props: Vec<_> = component.props.iter().map(|prop| (prop.name, prop.shape())).collect();
    for (family, names) in FAMILIES.iter().filter(|(family, _)| family.contains(&component.name)) {
        for name in names.split_whitespace() {
            let siblings = components::ALL.iter().filter(|sibling| family.contains(&sibling.name));
            let shapes = siblings.flat_map(|sibling| sibling.props).filter(|prop| prop.name == name);
            let widest = shapes.map(PropSchema::shape).max_by_key(breadth).expect("a family has its props");
            match props.iter_mut().find(|(own, _)| *own == name) {
                Some((_, shape)) => *shape = widest,
                None => props.push((name, widest)),
            }
        }
    }
    props
}

fn breadth(shape: &Shape) -> usize {
    match shape {
        Shape::OneOf(values) => values.len(),
        Shape::Either(shapes) => shapes.len(),
        _ => 1,
    }
}

/// Writes the type and the reader of a list's elements, where they are records.
fn element(name: &str, each: &Shape, records: &mut Records) {
    match each {
        Shape::Record(of) => record(of, records),
        Shape::Either(_) => {
            let text = format!(
                "\nexport type {name} = {};\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ {};\n",
                type_of(each, records),
                reader_of(each),
            );
            records.push((name.to_owned(), text));
        }
        _ => {}
    }
}

/// The file `actions.ts`.
pub fn actions() -> String {
    file("What a control of a widget asks for, and its reader.", &actions_text(), None)
}

fn actions_text() -> String {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let _ = generator.subschema_for::<ActionConfig>();
    let definitions = generator.take_definitions(true);
    let mut out = String::new();
    for name in ["ActionHandler", "LoadingBehavior"] {
        let shape = shape::read(&definitions[name], &definitions);
        let _ = write!(
            out,
            "\nexport type {name} = {};\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ {};\n",
            super::emit::type_of(&shape),
            super::emit::reader_of(&shape, true),
        );
    }
    let shape::Shape::Object(fields) = shape::read(&definitions["ActionConfig"], &definitions) else {
        unreachable!("an action is an object")
    };
    let fields: Vec<_> = fields
        .into_iter()
        // What it is called is what makes it an action: without it there is nothing to ask for.
        .map(|field| shape::Field { strict: field.name == "type", ..field })
        .collect();
    let _ = write!(
        out,
        "\nexport interface ActionConfig {{\n{}}}\n\nexport const readActionConfig: Reader<ActionConfig> = /* @__PURE__ */ object({});\n",
        members(&fields, None),
        reader_fields(&fields, None, false),
    );
    out
}

/// The objects within props: name and text, each behind those it is made of.
type Records = Vec<(String, String)>;

fn record(record: &Record, records: &mut Records) {
    let name = record.name;
    if name == "ActionConfig" || records.iter().any(|(done, _)| *done == name) {
        return;
    }
    let mut interface = String::new();
    let (mut needed, mut optional) = (Vec::new(), Vec::new());
    if let Some((tag, value)) = record.tag {
        let _ = writeln!(interface, "  {tag}: '{value}';");
        needed.push(format!("{tag}: oneOf('{value}')"));
    }
    for prop in record.props {
        let shape = prop.shape();
        let required = prop.required && !SPARE.contains(&(name, prop.name));
        let mark = if required { "" } else { "?" };
        let _ = writeln!(interface, "  {}{mark}: {};", key(prop.name), type_of(&shape, records));
        let list = if required { &mut needed } else { &mut optional };
        list.push(format!("{}: {}", key(prop.name), reader_of(&shape)));
    }
    let needed = braced(&needed);
    let optional = if optional.is_empty() { String::new() } else { format!(", {}", braced(&optional)) };
    let text = format!(
        "\nexport interface {name} {{\n{interface}}}\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ object({needed}{optional});\n",
    );
    records.push((name.to_owned(), text));
}

fn braced(entries: &[String]) -> String {
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

fn type_of(shape: &Shape, records: &mut Records) -> String {
    match shape {
        Shape::Text => "string".to_owned(),
        Shape::Flag => "boolean".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::OneOf(values) => {
            values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(" | ")
        }
        Shape::List(each) => match each.as_ref() {
            Shape::OneOf(_) | Shape::Either(_) => format!("({})[]", type_of(each, records)),
            each => format!("{}[]", type_of(each, records)),
        },
        Shape::Map(each) => format!("Record<string, {}>", type_of(each, records)),
        Shape::Record(of) => {
            record(of, records);
            of.name.to_owned()
        }
        Shape::Either(shapes) => {
            shapes.iter().map(|shape| type_of(shape, records)).collect::<Vec<_>>().join(" | ")
        }
        _ => "unknown".to_owned(),
    }
}

/// A shape as a reader. A number may stand for a text, except where the number could be meant itself.
fn reader_of(shape: &Shape) -> String {
    match shape {
        Shape::Text => "words".to_owned(),
        Shape::Flag => "flag".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::OneOf(values) => {
            format!(
                "oneOf({})",
                values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ")
            )
        }
        Shape::List(each) => format!("list({})", reader_of(each)),
        Shape::Map(each) => format!("map({})", reader_of(each)),
        Shape::Record(of) => format!("read{}", of.name),
        Shape::Either(shapes) => {
            let reader = |shape: &Shape| match shape {
                Shape::Text => "text".to_owned(),
                shape => reader_of(shape),
            };
            format!("first({})", shapes.iter().map(reader).collect::<Vec<_>>().join(", "))
        }
        _ => "anything".to_owned(),
    }
}
