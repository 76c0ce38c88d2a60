//! Finds what is wrong with a widget, and says where.

use std::{collections::HashSet, fmt};

use serde_json::{Map, Value};

use super::{
    components,
    schema::{Place, Prop, PropSchema, Schema},
};

/// How deep components may be nested; a renderer draws nothing below.
pub const MAX_DEPTH: usize = 32;

/// How many components a widget may have; a renderer draws none with more.
pub const MAX_NODES: usize = 5_000;

/// How much of a text is quoted in a message.
const QUOTED_CHARACTERS: usize = 40;

/// Something that is wrong, or odd, with a widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `children[2].children[0].size`; empty for the root itself.
    pub path: String,
    /// What.
    pub kind: ProblemKind,
}

/// What is wrong, or odd, with a part of a widget.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A value that the prop cannot have.
    #[error("{found} is not {expected}")]
    Wrong {
        /// The value, shortened.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A prop that its owner cannot be without.
    #[error("is missing")]
    Missing,
    /// A component where it may not stand.
    #[error("{component} cannot stand here, only {admitted}")]
    Misplaced {
        /// The component.
        component: String,
        /// What may stand there.
        admitted: &'static str,
    },
    /// Deeper than [`MAX_DEPTH`].
    #[error("is nested deeper than {MAX_DEPTH} components")]
    TooDeep,
    /// More than [`MAX_NODES`].
    #[error("the widget has more than {MAX_NODES} components")]
    TooManyNodes,
    /// A component that is not known; renderers show its children.
    #[error("{component} is not a known component")]
    UnknownComponent {
        /// Its `type`.
        component: String,
    },
    /// A prop that is not known; renderers ignore it.
    #[error("is not a known prop")]
    UnknownProp,
    /// A fraction that not every implementation reads; the reference forgets the component's type.
    #[error("{found} is a fraction where only whole numbers are understood everywhere")]
    Fraction {
        /// The number.
        found: String,
    },
    /// A second component with the same `id`; updates reach the first.
    #[error("the id {id} is taken by an earlier component")]
    RepeatedId {
        /// The `id`, shortened.
        id: String,
    },
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The widget is shown, perhaps not as meant.
    Warning,
    /// A part of the widget is not shown, or not as meant.
    Error,
}

impl Problem {
    /// How bad it is.
    pub fn severity(&self) -> Severity {
        match self.kind {
            ProblemKind::Wrong { .. }
            | ProblemKind::Missing
            | ProblemKind::Misplaced { .. }
            | ProblemKind::TooDeep
            | ProblemKind::TooManyNodes => Severity::Error,
            ProblemKind::UnknownComponent { .. }
            | ProblemKind::UnknownProp
            | ProblemKind::Fraction { .. }
            | ProblemKind::RepeatedId { .. } => Severity::Warning,
        }
    }

    /// Whether a part of the widget is lost by it.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(formatter, "{}", self.kind),
            path => write!(formatter, "{path}: {}", self.kind),
        }
    }
}

/// What may stand in a place.
#[derive(Clone, Copy)]
pub(super) enum Admitted {
    /// What may stand at the top.
    Roots,
    /// Any component that is not bound to a place.
    Components,
    /// Components and roots.
    ComponentsAndRoots,
    /// One component only.
    Only(&'static str),
    /// Whatever there is.
    Anything,
}

impl Admitted {
    fn admits(self, name: &str, place: Option<Place>) -> bool {
        match self {
            Self::Anything => true,
            Self::Roots => place == Some(Place::Root),
            Self::Only(only) => name == only,
            // What is not known may be a component of the page's own.
            Self::Components => matches!(place, None | Some(Place::Component)),
            Self::ComponentsAndRoots => matches!(place, None | Some(Place::Component | Place::Root)),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Roots => "Card, ListView or Basic",
            Self::Components => "components that may stand anywhere",
            Self::ComponentsAndRoots => "components that may stand anywhere, and roots",
            Self::Only(only) => only,
            Self::Anything => "components",
        }
    }
}

#[derive(Clone, Copy)]
enum Step<'v> {
    Prop(&'v str),
    Index(usize),
}

/// A walk through a widget that collects problems.
pub(super) struct Check<'v> {
    path: Vec<Step<'v>>,
    depth: usize,
    nodes: usize,
    ids: HashSet<&'v str>,
    problems: Vec<Problem>,
}

/// All problems of a component and of what is within it.
pub(super) fn problems(component: &Map<String, Value>, admitted: Admitted) -> Vec<Problem> {
    let mut check = Check { path: Vec::new(), depth: 0, nodes: 0, ids: HashSet::new(), problems: Vec::new() };
    check.component(component, admitted);
    check.problems
}

impl<'v> Check<'v> {
    /// Reports a problem at the present place.
    pub(super) fn report(&mut self, kind: ProblemKind) {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Prop(name) if path.is_empty() => path.push_str(name),
                Step::Prop(name) => path.extend([".", name]),
                Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
            }
        }
        self.problems.push(Problem { path, kind });
    }

    /// Reports that a value is not of its prop's type.
    pub(super) fn wrong<P: Prop>(&mut self, value: &Value) {
        self.report(ProblemKind::Wrong { found: quoted(value), expected: P::expected() });
    }

    /// Checks something in a prop of the present place.
    pub(super) fn prop(&mut self, name: &'v str, check: impl FnOnce(&mut Self)) {
        self.path.push(Step::Prop(name));
        check(self);
        self.path.pop();
    }

    /// Checks each element of a list in the present place.
    pub(super) fn each(&mut self, list: &'v [Value], mut check: impl FnMut(&'v Value, &mut Self)) {
        for (index, element) in list.iter().enumerate() {
            self.path.push(Step::Index(index));
            check(element, self);
            self.path.pop();
        }
    }

    /// Checks an object by what it may hold; `also` names what it may hold besides.
    pub(super) fn object(
        &mut self,
        object: &'v Map<String, Value>,
        props: &'static [PropSchema],
        also: &[&str],
    ) {
        for prop in props.iter().filter(|prop| prop.required && find(object, prop.name).is_none()) {
            self.prop(prop.name, |check| check.report(ProblemKind::Missing));
        }
        // By what it holds, which is little beside what it may hold.
        for (name, value) in object {
            match props.iter().find(|prop| prop.name == name) {
                Some(prop) => self.prop(name, |check| (prop.check)(value, check)),
                None if also.contains(&name.as_str()) => {}
                None => self.prop(name, |check| check.report(ProblemKind::UnknownProp)),
            }
        }
    }

    /// Checks a value that should be a component.
    pub(super) fn child(&mut self, value: &'v Value, admitted: Admitted) {
        match value {
            Value::Object(component) if find(component, "type").is_some_and(Value::is_string) => {
                self.depth += 1;
                self.component(component, admitted);
                self.depth -= 1;
            }
            _ => self.report(ProblemKind::Wrong {
                found: quoted(value),
                expected: "a component, an object with a `type`".to_owned(),
            }),
        }
    }

    fn component(&mut self, component: &'v Map<String, Value>, admitted: Admitted) {
        if self.depth > MAX_DEPTH {
            return self.report(ProblemKind::TooDeep);
        }
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            if self.nodes == MAX_NODES + 1 {
                self.report(ProblemKind::TooManyNodes);
            }
            return;
        }
        let name = find(component, "type").and_then(Value::as_str).unwrap_or_default();
        let schema = components::schema(name);
        if !admitted.admits(name, schema.map(|schema| schema.place)) {
            self.report(ProblemKind::Misplaced { component: shortened(name), admitted: admitted.name() });
        }
        self.identity(component);
        match schema {
            Some(Schema { props, .. }) => self.object(component, props, &["type", "key", "id"]),
            None => {
                self.report(ProblemKind::UnknownComponent { component: quoted(&name.into()) });
                self.children_of_unknown(component);
            }
        }
    }

    fn identity(&mut self, component: &'v Map<String, Value>) {
        for name in ["key", "id"] {
            if let Some(value) = find(component, name)
                && !value.is_string()
            {
                self.prop(name, |check| check.wrong::<String>(value));
            }
        }
        if let Some(id) = find(component, "id").and_then(Value::as_str)
            && !self.ids.insert(id)
        {
            self.prop("id", |check| check.report(ProblemKind::RepeatedId { id: quoted(&id.into()) }));
        }
    }

    fn children_of_unknown(&mut self, component: &'v Map<String, Value>) {
        match component.get("children") {
            Some(Value::Array(children)) => self.prop("children", |check| {
                check.each(children, |child, check| check.child(child, Admitted::Anything));
            }),
            Some(child @ Value::Object(_)) => {
                self.prop("children", |check| check.child(child, Admitted::Anything));
            }
            _ => {}
        }
    }
}

/// A prop by its name: components have so few that to look through them is faster than to hash the name.
fn find<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// A value as messages show it.
pub(super) fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => Value::from(shortened(text)).to_string(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(QUOTED_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::widget::WidgetRoot;

    fn found(root: Value) -> Vec<String> {
        WidgetRoot::try_from(root)
            .unwrap()
            .check()
            .iter()
            .map(|problem| format!("{:?} {problem}", problem.severity()))
            .collect()
    }

    #[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
    fn within(child: Value) -> Vec<String> {
        found(json!({"type": "Card", "children": [child]}))
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of values")]
    fn a_value_of_the_wrong_kind_is_an_error_with_its_path() {
        for (child, expected) in [
            (
                json!({"type": "Text", "value": "x", "size": "huge"}),
                r#"children[0].size: "huge" is not one of xs, sm, md, lg, xl"#,
            ),
            (json!({"type": "Text", "value": 5}), "children[0].value: 5 is not a text"),
            (
                json!({"type": "Text", "value": "x", "maxLines": 1.5}),
                "children[0].maxLines: 1.5 is not a whole number",
            ),
            (
                json!({"type": "Text", "value": "x", "editable": true}),
                "children[0].editable: true is not false or a field, an object with its `name`",
            ),
            (
                json!({"type": "Markdown", "value": "x", "streaming": "yes"}),
                r#"children[0].streaming: "yes" is not true or false"#,
            ),
            (
                json!({"type": "Box", "padding": {"top": [1]}}),
                "children[0].padding.top: a list is not a number or CSS",
            ),
            (
                json!({"type": "Box", "border": {"x": {"color": "red"}}}),
                "children[0].border.x.size: is missing",
            ),
            (
                json!({"type": "Box", "background": {"light": "white"}}),
                "children[0].background.dark: is missing",
            ),
            (
                json!({"type": "Icon", "name": "unicorn"}),
                r#"children[0].name: "unicorn" is not an icon's name, `lucide:<name>` or `vendor:<name>`"#,
            ),
            (
                json!({"type": "Button", "onClickAction": {"handler": "server"}}),
                "children[0].onClickAction.type: is missing",
            ),
            (
                json!({"type": "Button", "onClickAction": {"type": "go", "handler": "me"}}),
                r#"children[0].onClickAction.handler: "me" is not one of server, client"#,
            ),
            (
                json!({"type": "Select", "name": "s", "options": [{"value": "a"}]}),
                "children[0].options[0].label: is missing",
            ),
            (
                json!({"type": "DatePicker", "name": "d", "min": "tomorrow"}),
                r#"children[0].min: "tomorrow" is not a date in ISO 8601"#,
            ),
            (
                json!({"type": "Chart", "data": [{"x": true}], "series": [], "xAxis": "x"}),
                "children[0].data[0].x: true is not a text or a number",
            ),
            (
                json!({"type": "Chart", "data": [], "series": [{"type": "pie"}], "xAxis": "x"}),
                "children[0].series[0]: an object is not a series, an object with a `type` of bar, area or line",
            ),
            (json!({"type": "Text", "value": "x", "key": 1}), "children[0].key: 1 is not a text"),
            (json!("text"), r#"children[0]: "text" is not a component, an object with a `type`"#),
        ] {
            assert_eq!(within(child), [format!("Error {expected}")]);
        }
    }

    #[test]
    fn what_is_missing_is_an_error() {
        assert_eq!(found(json!({"type": "Card"})), ["Error children: is missing"]);
        assert_eq!(
            within(json!({"type": "Label"})),
            ["Error children[0].value: is missing", "Error children[0].fieldName: is missing"]
        );
        assert_eq!(within(json!({"type": "Table", "children": [{"type": "Table.Row"}]})), [""; 0]);
    }

    #[test]
    fn components_stand_where_they_may() {
        let text = json!({"type": "Text", "value": "x"});
        assert_eq!(
            found(json!({"type": "ListView", "children": [text]})),
            ["Error children[0]: Text cannot stand here, only ListViewItem"]
        );
        assert_eq!(
            within(json!({"type": "Table", "children": [text]})),
            ["Error children[0].children[0]: Text cannot stand here, only Table.Row"]
        );
        for bound in [
            json!({"type": "ListViewItem", "children": []}),
            json!({"type": "Table.Cell"}),
            json!({"type": "Card", "children": []}),
        ] {
            assert_eq!(within(bound).len(), 1);
        }
        let card = json!({"type": "Card", "children": []});
        assert_eq!(found(json!({"type": "Basic", "children": [card, text]})), [""; 0]);
        assert_eq!(found(json!({"type": "Basic", "children": text})), [""; 0]);
    }

    #[test]
    fn what_is_not_known_is_a_warning_and_what_is_within_is_checked_all_the_same() {
        assert_eq!(
            within(json!({"type": "Hologram", "depth": 3, "children": {"type": "Text"}})),
            [
                r#"Warning children[0]: "Hologram" is not a known component"#,
                "Error children[0].children.value: is missing",
            ]
        );
        assert_eq!(
            within(json!({"type": "Text", "value": "x", "colour": "red"})),
            ["Warning children[0].colour: is not a known prop"]
        );
        assert_eq!(
            within(json!({"type": "Row", "gap": 1.5})),
            ["Warning children[0].gap: 1.5 is a fraction where only whole numbers are understood everywhere"]
        );
        assert_eq!(within(json!({"type": "Row", "gap": 2.0})), [""; 0]);
    }

    #[test]
    fn an_id_is_there_once() {
        let twice = json!([{"type": "Text", "value": "", "id": "a"}, {"type": "Col", "id": "a"}]);
        assert_eq!(
            found(json!({"type": "Card", "children": twice})),
            [r#"Warning children[1].id: the id "a" is taken by an earlier component"#]
        );
    }

    #[test]
    fn a_tree_too_large_to_be_drawn_is_an_error_reported_once() {
        let mut deep = json!({"type": "Box"});
        for _ in 0..MAX_DEPTH - 1 {
            deep = json!({"type": "Box", "children": [deep]});
        }
        assert_eq!(within(deep.clone()), [""; 0]);
        let deeper = within(json!({"type": "Box", "children": [deep]}));
        assert_eq!(deeper.len(), 1);
        assert!(deeper[0].ends_with("children[0]: is nested deeper than 32 components"), "{deeper:?}");

        let rows = |number| vec![json!({"type": "Spacer"}); number];
        assert_eq!(found(json!({"type": "Card", "children": rows(MAX_NODES - 1)})), [""; 0]);
        let wide = found(json!({"type": "Card", "children": rows(MAX_NODES + 9)}));
        assert_eq!(wide, ["Error children[4999]: the widget has more than 5000 components"]);
    }

    #[test]
    fn a_message_quotes_only_the_beginning_of_a_long_text() {
        let problem = within(json!({"type": "Icon", "name": "é".repeat(1_000)}));
        assert!(problem[0].chars().count() < 160, "{problem:?}");
    }
}
