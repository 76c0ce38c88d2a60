//! The file layer: `actix-chatkit.toml`, with the line of each value.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{
    Entry, Origin, Problem,
    catalogue::{SECTIONS, Setting, settings},
    value::Raw,
};

/// The file that is read from the working directory if it is there.
pub const DEFAULT_FILE: &str = "actix-chatkit.toml";

/// Reads a file of settings.
pub fn read(path: &Path) -> Result<Vec<Entry>, Vec<Problem>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![Problem(format!("the file `{}` cannot be read: {error}", path.display()))])?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Entry>, Vec<Problem>> {
    let lines = Lines { path, text };
    // The error would quote the line, and with it the secret that may stand there.
    let table = DeTable::parse(text).map_err(|error| {
        let origin = lines.origin(error.span().map_or(0, |span| span.start));
        vec![Problem(format!("{origin}: this is not TOML: {}", error.message()))]
    })?;
    let mut reading = Reading { lines, entries: Vec::new(), problems: Vec::new() };
    reading.table(table.get_ref(), "");
    if reading.problems.is_empty() { Ok(reading.entries) } else { Err(reading.problems) }
}

/// Finds the line of a place in the text.
struct Lines<'text> {
    path: &'text Path,
    text: &'text str,
}

impl Lines<'_> {
    fn origin(&self, position: usize) -> Origin {
        let before = self.text.as_bytes().iter().take(position);
        Origin::File { path: self.path.to_owned(), line: 1 + before.filter(|byte| **byte == b'\n').count() }
    }
}

/// What has been read so far.
struct Reading<'text> {
    lines: Lines<'text>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn table(&mut self, table: &DeTable<'_>, prefix: &str) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{prefix}.{}", name.get_ref())
            };
            let origin = self.lines.origin(name.span().start);
            let is_section = settings().iter().any(|setting| starts_with_section(setting.key, &key));
            match (value.get_ref(), find(&key)) {
                (DeValue::Table(table), None) if is_section => self.table(table, &key),
                (_, None) if is_section => {
                    self.problems
                        .push(Problem(format!("{origin}: `{key}` is a section, `[{key}]`, and no setting")));
                }
                (_, None) => self.problems.push(unknown(&origin, &key)),
                (value, Some((setting, names_file))) => {
                    self.entries.push(Entry { setting, names_file, value: raw(value), origin });
                }
            }
        }
    }
}

/// The setting with this key, and whether the key is that of its secret's file.
fn find(key: &str) -> Option<(&'static Setting, bool)> {
    let with_key = |key: &str| settings().iter().find(|setting| setting.key == key);
    with_key(key).map(|setting| (setting, false)).or_else(|| {
        let setting = with_key(key.strip_suffix("_file")?)?;
        setting.secret.then_some((setting, true))
    })
}

fn starts_with_section(key: &str, section: &str) -> bool {
    key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.'))
}

fn unknown(origin: &Origin, key: &str) -> Problem {
    let keys = settings().iter().map(|setting| setting.key);
    let sections = SECTIONS.iter().map(|(section, _)| *section);
    let last = key.rsplit('.').next().unwrap_or_default();
    // A setting in the wrong section has the right last name.
    let elsewhere =
        settings().iter().map(|setting| setting.key).find(|known| known.rsplit('.').next() == Some(last));
    let nearest = keys
        .chain(sections)
        .map(|known| (strsim::damerau_levenshtein(key, known), known))
        .filter(|(distance, known)| *distance * 3 <= known.chars().count())
        .min()
        .map(|(_, known)| known);
    match nearest.or(elsewhere) {
        Some(known) => Problem(format!("{origin}: there is no setting `{key}`; did you mean `{known}`?")),
        None => Problem(format!("{origin}: there is no setting `{key}`")),
    }
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Raw::Other("a very large number"), Raw::Integer),
        DeValue::Float(number) => number.as_str().parse().map_or(Raw::Other("a number"), Raw::Float),
        DeValue::Boolean(_) => Raw::Other("a truth value"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        DeValue::Table(_) => Raw::Other("a section"),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> =
                items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            items.map_or(Raw::Other("a list of something else than texts"), Raw::List)
        }
    }
}

/// The file to read: the one that is named, else the default if it is there.
pub fn chosen(named: Option<PathBuf>) -> Option<PathBuf> {
    named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|path| path.exists()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str) -> Vec<String> {
        let problems = parse(Path::new("chat.toml"), text).map(|_| ()).unwrap_err();
        problems.into_iter().map(|problem| problem.0).collect()
    }

    #[test]
    fn unknown_names_are_told_with_their_line_and_the_nearest_known_one() {
        for (text, line, near) in [
            ("[server]\nprot = 1", 2, "server.port"),
            ("\n[serfer]\nport = 1", 2, "server"),
            ("[openai]\nallowed = []", 2, "model.allowed"),
            ("[threads]\nmemory_mb = 3", 2, "threads.memory_mib"),
            ("port = 1", 1, "server.port"),
        ] {
            let found = complaints(text);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(&format!("chat.toml:{line}: ")), "{found:?}");
            assert!(found[0].contains(&format!("did you mean `{near}`")), "{found:?}");
        }
        assert_eq!(complaints("[server]\nquux = 1"), ["chat.toml:2: there is no setting `server.quux`"]);
    }

    #[test]
    fn all_unknown_names_are_told_at_once() {
        assert_eq!(complaints("[server]\nprot = 1\nhots = 2\n[nothing]\nat = 'all'").len(), 3);
    }

    #[test]
    fn a_section_is_no_setting_and_text_that_is_no_toml_is_told_without_being_quoted() {
        assert!(complaints("server = 3")[0].contains("`[server]`"));
        let found = complaints("[openai]\napi_key = sk-very-secret words");
        assert!(found[0].starts_with("chat.toml:2: this is not TOML"), "{found:?}");
        assert!(!found[0].contains("very-secret"), "{found:?}");
    }

    #[test]
    fn values_keep_their_line_and_type() {
        let text =
            "[server]\nport = 0x10\n[model]\ntimeout = 2.5\nallowed = ['a', 'b']\n[server.workers]\nx = 1";
        let entries = parse(Path::new("c.toml"), text).unwrap();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| (entry.setting.key, entry.value.clone(), entry.origin.to_string()))
            .collect();
        assert!(told.contains(&("server.port", Raw::Integer(16), "c.toml:2".to_owned())));
        assert!(told.contains(&("model.timeout", Raw::Float(2.5), "c.toml:4".to_owned())));
        assert!(told.contains(&(
            "model.allowed",
            Raw::List(vec!["a".into(), "b".into()]),
            "c.toml:5".to_owned()
        )));
        assert!(told.contains(&("server.workers", Raw::Other("a section"), "c.toml:6".to_owned())));
    }
}
