//! What the components of widgets take: an interface and a reader for each.

use std::fmt::Write as _;

use chatkit_protocol::{
    action::ActionConfig,
    widget::{PropSchema, Record, Shape, components},
};
use schemars::generate::SchemaSettings;

use super::{
    emit::{file, key, members, reader_fields},
    shape,
};

/// The file `widgets.ts`.
pub fn widgets() -> String {
    let mut records = Vec::new();
    let mut out = String::new();
    for component in components::ALL {
        let name = format!("{}Props", component.name.replace('.', ""));
        let props: Vec<_> = component.props.iter().filter(|prop| !is_components(prop)).collect();
        let _ = writeln!(out, "\nexport interface {name} {{");
        for prop in &props {
            let _ = writeln!(out, "  {}?: {};", key(prop.name), type_of(&prop.shape(), &mut records));
        }
        let _ = writeln!(out, "}}\n\nexport const read{name} = /* @__PURE__ */ members<{name}>({{");
        for prop in &props {
            let _ = writeln!(out, "  {}: {},", key(prop.name), reader_of(&prop.shape()));
        }
        out.push_str("});\n");
    }
    let text = format!("{}{out}", records.into_iter().map(|(_, text)| text).collect::<String>());
    file(
        "What the components of widgets take, and readers of it.",
        &text,
        Some(("./actions.ts", &actions_text())),
    )
}

fn is_components(prop: &PropSchema) -> bool {
    matches!(prop.shape(), Shape::Components)
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
type Records = Vec<(&'static str, String)>;

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
        let mark = if prop.required { "" } else { "?" };
        let _ = writeln!(interface, "  {}{mark}: {};", key(prop.name), type_of(&shape, records));
        let list = if prop.required { &mut needed } else { &mut optional };
        list.push(format!("{}: {}", key(prop.name), reader_of(&shape)));
    }
    let optional =
        if optional.is_empty() { String::new() } else { format!(", {{ {} }}", optional.join(", ")) };
    let text = format!(
        "\nexport interface {name} {{\n{interface}}}\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ object({{ {} }}{optional});\n",
        needed.join(", ")
    );
    records.push((name, text));
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

fn reader_of(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
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
            format!("first({})", shapes.iter().map(reader_of).collect::<Vec<_>>().join(", "))
        }
        _ => "anything".to_owned(),
    }
}
