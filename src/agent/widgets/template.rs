//! Widgets written as templates: `.widget` files.
//!
//! A `.widget` file is JSON: `version` (`"1.0"`), `name`, and `template`, a Jinja text that renders to
//! the JSON of a widget. What else such a file holds (a schema of its data, a preview) is for the
//! tools that write it.
//!
//! ```
//! use actix_chatkit::agent::widgets::WidgetTemplate;
//! use serde_json::json;
//!
//! let file = r#"{"version": "1.0", "name": "greeting", "template":
//!     "{\"type\":\"Card\",\"children\":[{\"type\":\"Text\",\"value\":{{ text | tojson }}}]}"}"#;
//! let greeting = WidgetTemplate::parse(file)?;
//! let card = greeting.render(&json!({"text": "\"Hello\" <you>"}))?;
//! assert_eq!(card.props()["children"][0]["value"], "\"Hello\" <you>");
//! # Ok::<(), actix_chatkit::agent::widgets::TemplateError>(())
//! ```

use std::fmt;

use minijinja::{
    AutoEscape, Environment, ErrorKind, UndefinedBehavior, filters,
    value::{Kwargs, Serde},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::protocol::widget::{WidgetError, WidgetRoot};

/// The only version of `.widget` files there is.
const VERSION: &str = "1.0";

/// How many steps rendering may take: thousands of times what a widget needs, and done in a moment.
const MAX_STEPS: u64 = 1_000_000;

/// A widget with gaps, to be filled with data.
pub struct WidgetTemplate {
    name: String,
    /// Holds the one template, compiled.
    environment: Environment<'static>,
}

impl fmt::Debug for WidgetTemplate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WidgetTemplate").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What is read of a `.widget` file.
#[derive(Deserialize)]
struct File {
    version: String,
    name: String,
    template: String,
}

/// Why a template cannot be read, or made no widget.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// The file is no JSON object with `version`, `name` and `template`.
    #[error("this is no .widget file: {0}")]
    File(serde_json::Error),
    /// A version that is not known.
    #[error("widget template `{name}` has version {version}; only {VERSION} is known")]
    Version {
        /// The template.
        name: String,
        /// The version found.
        version: String,
    },
    /// The template is wrong, or the data lacks what it names.
    #[error("widget template `{name}`: {error}")]
    Template {
        /// The template.
        name: String,
        /// What is wrong, and where.
        error: minijinja::Error,
    },
    /// The rendered text is no JSON.
    #[error("widget template `{name}` did not render to JSON: {error}")]
    Json {
        /// The template.
        name: String,
        /// What is wrong, and where.
        error: serde_json::Error,
    },
    /// The rendered JSON is no widget.
    #[error("widget template `{name}`: {error}")]
    Widget {
        /// The template.
        name: String,
        /// What is wrong.
        error: WidgetError,
    },
}

impl WidgetTemplate {
    /// Reads the text of a `.widget` file.
    pub fn parse(file: &str) -> Result<Self, TemplateError> {
        let File { version, name, template } = serde_json::from_str(file).map_err(TemplateError::File)?;
        if version != VERSION {
            return Err(TemplateError::Version { name, version });
        }
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(MAX_STEPS));
        // What is rendered is JSON, whatever the template is called.
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.add_filter("tojson", tojson);
        // Templates are often written by people who know Jinja from Python.
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        match environment.add_template_owned(name.clone(), template) {
            Ok(()) => Ok(Self { name, environment }),
            Err(error) => Err(TemplateError::Template { name, error }),
        }
    }

    /// The name the file gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Fills the gaps with the fields of `data`. A name that `data` does not have is an error.
    ///
    /// Text goes through the filter `tojson` (`{{ title | tojson }}`): between quotes of the
    /// template's own, a quote in the data would end the string. What rendered may still have faults:
    /// [`WidgetRoot::check`] finds them.
    pub fn render(&self, data: &impl Serialize) -> Result<WidgetRoot, TemplateError> {
        let rendered = self
            .environment
            .get_template(&self.name)
            .and_then(|template| template.render(Serde(data)))
            .map_err(|error| TemplateError::Template { name: self.name.clone(), error })?;
        let value: Value = serde_json::from_str(&rendered)
            .map_err(|error| TemplateError::Json { name: self.name.clone(), error })?;
        WidgetRoot::try_from(value).map_err(|error| TemplateError::Widget { name: self.name.clone(), error })
    }
}

/// The built-in filter writes `null` for a name that the data does not have, strict or not.
fn tojson(
    value: &minijinja::Value,
    indent: Option<minijinja::Value>,
    options: Kwargs,
) -> Result<minijinja::Value, minijinja::Error> {
    if value.is_undefined() {
        return Err(minijinja::Error::new(ErrorKind::UndefinedError, "`tojson` needs a value"));
    }
    filters::tojson(value, indent, options)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(text: &str) -> Result<WidgetTemplate, TemplateError> {
        WidgetTemplate::parse(&json!({"version": "1.0", "name": "t.html", "template": text}).to_string())
    }

    fn render(text: &str, data: &Value) -> Result<Value, TemplateError> {
        Ok(serde_json::to_value(template(text)?.render(data)?).unwrap())
    }

    #[test]
    fn templates_as_they_are_written_render() {
        let text = r#"{%- set tone = "danger" if days | length > 1 else "info" -%}
            {"type":"Card","children":[
            {%- for day in days[1:] -%}
              {"type":"Badge","label":{{ day.name | tojson }},"color":"{{ tone }}"
              {%- if day.note is defined and day.note is not none %},"note":{{ day.note | tojson }}{% endif %}}
              {%- if not loop.last %},{% endif -%}
            {%- else -%}{"type":"Text","value":"{{ empty | default("nothing") }}"}{%- endfor -%}
            ]}"#;
        let days = json!({"days": [{"name": "Mon"}, {"name": "<\"Tue\">", "note": null}, {"name": "Wed", "note": "é"}]});
        assert_eq!(
            render(text, &days).unwrap()["children"],
            json!([
                {"type": "Badge", "label": "<\"Tue\">", "color": "danger"},
                {"type": "Badge", "label": "Wed", "color": "danger", "note": "é"},
            ])
        );
        let none = render(text, &json!({"days": []})).unwrap();
        assert_eq!(none["children"], json!([{"type": "Text", "value": "nothing"}]));
    }

    #[test]
    fn an_object_is_gone_through_in_its_own_order() {
        let text = r#"{"type":"Basic","order":"{% for key, value in rows | items %}{{ key }}{{ value }}{% endfor %}"}"#;
        let rendered = render(text, &json!({"rows": {"z": 1, "a": 2, "m": 3}})).unwrap();
        assert_eq!(rendered["order"], "z1a2m3");
    }

    #[test]
    fn what_the_widget_editor_writes_for_lists_renders() {
        let text = r#"{"type":"Card","children":[{%-set _c-%}{%- for name in names -%},
            {"type":"Text","value":{{ ((loop.index ~ ". " ~ name)) | tojson }}}{%- endfor -%}{%-endset-%}
            {{- (_c[1:]) -}}]}"#;
        let rendered = render(text, &json!({"names": ["a", "b"]})).unwrap();
        assert_eq!(rendered["children"][1], json!({"type": "Text", "value": "2. b"}));
        assert_eq!(render(text, &json!({"names": []})).unwrap()["children"], json!([]));
    }

    #[test]
    fn methods_of_python_values_are_there() {
        let text = r#"{"type":"Basic","out":[{{ name.upper() | tojson }},
            {% for key, value in rows.items() %}{{ (key ~ value) | tojson }}{% endfor %}]}"#;
        let rendered = render(text, &json!({"name": "Ada Lovelace", "rows": {"a": 1}})).unwrap();
        assert_eq!(rendered["out"], json!(["ADA LOVELACE", "a1"]));
    }

    #[test]
    fn an_error_does_not_show_the_data() {
        let text = r#"{"type":"Basic","title":{{ secret.missing | tojson }}}"#;
        let error = render(text, &json!({"secret": {"key": "hidden"}})).unwrap_err();
        assert!(!format!("{error}").contains("hidden"), "{error}");
    }

    #[test]
    fn a_name_that_the_data_does_not_have_is_an_error() {
        let error = render(r#"{"type":"Basic","title":{{ title | tojson }}}"#, &json!({})).unwrap_err();
        assert!(matches!(&error, TemplateError::Template { name, .. } if name == "t.html"), "{error}");
        assert!(error.to_string().contains("undefined"), "{error}");
    }

    #[test]
    fn a_template_that_goes_on_for_ever_is_stopped() {
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
        let error = render(endless, &json!({})).unwrap_err();
        assert!(matches!(&error, TemplateError::Template { .. }), "{error}");
    }

    #[test]
    fn what_is_no_widget_is_refused() {
        assert!(matches!(WidgetTemplate::parse("[]"), Err(TemplateError::File(_))));
        let newer = r#"{"version": "2.0", "name": "t", "template": "{}"}"#;
        assert!(matches!(WidgetTemplate::parse(newer), Err(TemplateError::Version { .. })));
        assert!(matches!(template("{% if %}"), Err(TemplateError::Template { .. })));
        assert!(matches!(render("{", &json!({})), Err(TemplateError::Json { .. })));
        assert!(matches!(
            render(r#"{"type":"Text","value":"x"}"#, &json!({})),
            Err(TemplateError::Widget { error: WidgetError::NotARoot { .. }, .. })
        ));
    }
}
