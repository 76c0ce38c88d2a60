//! What comes over the wire: an interface and a reader for each type.

use std::{collections::BTreeSet, fmt::Write as _};

use chatkit_protocol::{attachment::Attachment, event::ThreadStreamEvent};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::shape::{self, Field, Shape, Variant};

/// What stands at the head of each file.
pub const HEAD: &str = "Written by `make generate` from the types of `crates/protocol`. Do not edit.";

/// Types that are read by hand: their names here, and their readers.
const BY_HAND: [(&str, &str, &str); 2] =
    [("ThreadItem", "Item", "readItem"), ("WidgetNode", "WidgetNode", "readWidgetNode")];

/// Items that no client is sent.
const HIDDEN: [&str; 2] = ["hidden_context_item", "sdk_hidden_context"];

/// The files `items.ts` and `events.ts`.
pub fn wire() -> [(&'static str, String); 2] {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let _ = (generator.subschema_for::<ThreadStreamEvent>(), generator.subschema_for::<Attachment>());
    let definitions = generator.take_definitions(true);
    let mut emitter = Emitter { definitions: &definitions, done: BTreeSet::new(), out: String::new() };
    emitter.define("ThreadItem");
    emitter.define("Attachment");
    let items = std::mem::take(&mut emitter.out);
    emitter.define("ThreadStreamEvent");
    let events = emitter.out;
    [
        ("items.ts", file("Items and their parts, and readers of them.", &items, None)),
        (
            "events.ts",
            file(
                "Threads, pages and the events of a stream, and readers of them.",
                &events,
                Some(("./items.ts", &items)),
            ),
        ),
    ]
}

/// A file with the imports that its text needs.
pub fn file(title: &str, text: &str, others: Option<(&str, &str)>) -> String {
    let words: BTreeSet<_> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').collect();
    let used = |names: &[&str]| -> Vec<String> {
        names.iter().filter(|name| words.contains(*name)).map(|name| (*name).to_owned()).collect()
    };
    let mut imports = vec![("../read.ts", used(&READERS), vec!["Reader".to_owned()])];
    imports.push(("../widget-node.ts", used(&["readWidgetNode"]), used(&["WidgetNode"])));
    if let Some((path, others)) = others {
        imports.push(("../read-item.ts", used(&["readItem"]), used(&["Item"])));
        let declared = |keyword: &str| -> Vec<_> {
            others
                .lines()
                .filter_map(|line| {
                    line.strip_prefix("export ")?.strip_prefix(keyword)?.split([':', ' ']).next()
                })
                .collect()
        };
        let types = [declared("interface "), declared("type ")].concat();
        imports.push((path, used(&declared("const ")), used(&types)));
    }
    let mut out = format!("// {title} {HEAD}\n\n");
    for (path, values, types) in imports {
        let names: Vec<_> =
            values.into_iter().chain(types.into_iter().map(|name| format!("type {name}"))).collect();
        if !names.is_empty() {
            let _ = writeln!(out, "import {{ {} }} from '{path}';", names.join(", "));
        }
    }
    out + text
}

/// What `read.ts` offers.
const READERS: [&str; 14] = [
    "anything", "first", "flag", "list", "map", "members", "number", "object", "oneOf", "or", "record",
    "tagged", "text", "words",
];

struct Emitter<'d> {
    definitions: &'d Map<String, Value>,
    done: BTreeSet<String>,
    out: String,
}

impl Emitter<'_> {
    /// Writes a definition, behind those it is made of.
    fn define(&mut self, name: &str) {
        if !self.done.insert(name.to_owned()) {
            return;
        }
        let shape = shape::read(&self.definitions[name], self.definitions);
        match shape {
            Shape::Tagged(variants) if name == "ThreadItem" => self.items(variants),
            Shape::Tagged(mut variants) => {
                if name == "UserContent" {
                    // Clients send these as well, and leave out what is the default.
                    let fields = variants.iter_mut().flat_map(|variant| &mut variant.fields);
                    fields.filter(|field| field.default.is_some()).for_each(|field| field.required = false);
                }
                self.tagged(name, &variants);
            }
            Shape::Object(fields) => {
                self.needs(&fields);
                let _ = write!(
                    self.out,
                    "\nexport interface {name} {{\n{}}}\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ object({});\n",
                    members(&fields, None),
                    reader_fields(&fields, None, false),
                );
            }
            other => {
                let _ = write!(
                    self.out,
                    "\nexport type {name} = {};\n\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ {};\n",
                    type_of(&other),
                    reader_of(&other, true),
                );
            }
        }
    }

    /// Items: each has an interface of its own; what they are together is said by hand.
    fn items(&mut self, variants: Vec<Variant>) {
        let shown: Vec<_> =
            variants.into_iter().filter(|variant| !HIDDEN.contains(&variant.tag.as_str())).collect();
        for variant in &shown {
            self.needs(&variant.fields);
            let name = format!("{}Item", pascal(&variant.tag));
            let _ = write!(
                self.out,
                "\nexport interface {name} {{\n{}}}\n",
                members(&variant.fields, Some(&variant.tag))
            );
        }
        let names: Vec<_> = shown.iter().map(|variant| format!("{}Item", pascal(&variant.tag))).collect();
        let _ = write!(
            self.out,
            "\n/** Every item that clients are sent. */\nexport type KnownItem =\n  | {};\n",
            names.join("\n  | ")
        );
        self.reader("KnownItem", &shown);
    }

    fn tagged(&mut self, name: &str, variants: &[Variant]) {
        for variant in variants {
            self.needs(&variant.fields);
        }
        let name = pascal(name);
        // What is a type of its own in Rust is one here, together with its tag; so is what stands alone.
        let named = |variant: &Variant| match &variant.of {
            Some(of) => Some(of.clone()),
            None if name.ends_with("Content") => Some(pascal(&variant.tag)),
            None => None,
        };
        let mut members_of_union = Vec::new();
        for variant in variants {
            let body = members(&variant.fields, Some(&variant.tag));
            match named(variant) {
                Some(own) => {
                    self.done.insert(own.clone());
                    let _ = write!(self.out, "\nexport interface {own} {{\n{body}}}\n");
                    members_of_union.push(own);
                }
                None => members_of_union
                    .push(format!("{{ {} }}", body.replace(";\n  ", "; ").trim().trim_end_matches(';'))),
            }
        }
        let _ = write!(self.out, "\nexport type {name} =\n  | {};\n", members_of_union.join("\n  | "));
        self.reader(&name, variants);
    }

    fn reader(&mut self, name: &str, variants: &[Variant]) {
        let _ = write!(
            self.out,
            "\nexport const read{name}: Reader<{name}> = /* @__PURE__ */ tagged<{name}>({{\n"
        );
        for variant in variants {
            let fields = reader_fields(&variant.fields, Some(&variant.tag), false);
            let _ = writeln!(self.out, "  {}: object({fields}),", key(&variant.tag));
        }
        match variants.iter().find(|variant| name == "Task" && variant.tag == "custom") {
            // A kind of task that the client does not know yet has its title at least.
            Some(plain) => {
                let fields = reader_fields(&plain.fields, Some("custom"), false);
                let fields = fields.replacen("oneOf('custom')", "or(oneOf('custom'), 'custom')", 1);
                let _ = writeln!(self.out, "}}, object<CustomTask>({fields}));");
            }
            None => self.out.push_str("});\n"),
        }
    }

    fn needs(&mut self, fields: &[Field]) {
        for field in fields {
            self.needs_shape(&field.shape);
        }
    }

    fn needs_shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Named(name) if !BY_HAND.iter().any(|(by_hand, ..)| by_hand == name) => self.define(name),
            Shape::List(each) | Shape::Map(each) => self.needs_shape(each),
            Shape::First(shapes) => shapes.iter().for_each(|shape| self.needs_shape(shape)),
            Shape::Object(fields) => self.needs(fields),
            _ => {}
        }
    }
}

/// The members of an interface, a line each.
pub fn members(fields: &[Field], tag: Option<&str>) -> String {
    let tag = tag.map(|tag| format!("  type: '{tag}';\n")).unwrap_or_default();
    fields.iter().fold(tag, |mut out, field| {
        let mark = if field.required { "" } else { "?" };
        let _ = writeln!(out, "  {}{mark}: {};", key(&field.name), type_of(&field.shape));
        out
    })
}

/// A shape as a TypeScript type.
pub fn type_of(shape: &Shape) -> String {
    match shape {
        Shape::Any => "unknown".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Flag => "boolean".to_owned(),
        Shape::Map(values) => format!("Record<string, {}>", type_of(values)),
        Shape::List(each) => match each.as_ref() {
            Shape::OneOf(_) | Shape::First(_) => format!("({})[]", type_of(each)),
            each => format!("{}[]", type_of(each)),
        },
        Shape::OneOf(values) => {
            values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(" | ")
        }
        Shape::Named(name) => name_of(name),
        Shape::Object(fields) => {
            let members: Vec<_> = fields
                .iter()
                .map(|field| {
                    let mark = if field.required { "" } else { "?" };
                    format!("{}{mark}: {}", key(&field.name), type_of(&field.shape))
                })
                .collect();
            format!("{{ {} }}", members.join("; "))
        }
        Shape::Tagged(_) => unreachable!("what has variants is a definition of its own"),
        Shape::First(shapes) => shapes.iter().map(type_of).collect::<Vec<_>>().join(" | "),
    }
}

/// A shape as a reader.
pub fn reader_of(shape: &Shape, strict: bool) -> String {
    match shape {
        Shape::Any => "anything".to_owned(),
        Shape::Text => "text".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Flag => "flag".to_owned(),
        Shape::Map(values) if matches!(**values, Shape::Any) => "record".to_owned(),
        Shape::Map(values) => format!("map({})", reader_of(values, strict)),
        Shape::List(each) => format!("list({})", reader_of(each, strict)),
        Shape::OneOf(values) => {
            format!(
                "oneOf({})",
                values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ")
            )
        }
        Shape::Named(name) => BY_HAND
            .iter()
            .find(|(by_hand, ..)| by_hand == name)
            .map_or_else(|| format!("read{}", pascal(name)), |(_, _, reader)| (*reader).to_owned()),
        Shape::Object(fields) => format!("object({})", reader_fields(fields, None, strict)),
        Shape::Tagged(_) => unreachable!("what has variants is a definition of its own"),
        Shape::First(shapes) => {
            format!(
                "first<[{}]>({})",
                shapes.iter().map(type_of).collect::<Vec<_>>().join(", "),
                shapes.iter().map(|shape| reader_of(shape, true)).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

/// The arguments of `object`: readers of what must be there, and of what may be.
///
/// What must be there and is not gets a value that says nothing, unless it is a name of the thing itself, or `strict`
/// asks for it: a server that leaves out an empty list has still sent a message.
pub fn reader_fields(fields: &[Field], tag: Option<&str>, strict: bool) -> String {
    let mut needed: Vec<_> = tag.map(|tag| format!("type: oneOf('{tag}')")).into_iter().collect();
    let mut optional = Vec::new();
    for field in fields {
        let reader = reader_of(&field.shape, strict);
        let entry = |reader: &str| format!("{}: {reader}", key(&field.name));
        if !field.required {
            optional.push(entry(&reader));
        } else if let Some(fallback) = fallback(field).filter(|_| !strict) {
            needed.push(entry(&format!("or({reader}, {fallback})")));
        } else {
            needed.push(entry(&reader));
        }
    }
    let optional =
        if optional.is_empty() { String::new() } else { format!(", {{ {} }}", optional.join(", ")) };
    format!("{{ {} }}{optional}", needed.join(", "))
}

fn fallback(field: &Field) -> Option<String> {
    if field.strict {
        return None;
    }
    if let Some(default) = &field.default {
        return Some(match default {
            Value::String(text) => format!("'{text}'"),
            Value::Object(object) if object.is_empty() => "{}".to_owned(),
            other => other.to_string(),
        });
    }
    match &field.shape {
        Shape::Text => Some("''".to_owned()),
        Shape::Number => Some("0".to_owned()),
        Shape::Flag => Some("false".to_owned()),
        Shape::List(_) => Some("[]".to_owned()),
        Shape::Map(_) => Some("{}".to_owned()),
        // A kind that is not known yet is drawn as the plainest one.
        Shape::Named(name) if name == "WorkflowKind" => Some("'custom'".to_owned()),
        Shape::Named(name) if name == "NoticeLevel" => Some("'info'".to_owned()),
        _ => None,
    }
}

fn name_of(name: &str) -> String {
    BY_HAND
        .iter()
        .find(|(by_hand, ..)| *by_hand == name)
        .map_or_else(|| pascal(name), |(_, own, _)| (*own).to_owned())
}

pub fn pascal(name: &str) -> String {
    name.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect()
}

/// A name as a key of an object: quoted where it must be.
pub fn key(name: &str) -> String {
    if name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        name.to_owned()
    } else {
        format!("'{name}'")
    }
}
