//! The names of log fields, in the source and in `docs/LOGGING.md`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What begins an event or a span.
const MACROS: [&str; 6] = ["error!(", "warn!(", "info!(", "debug!(", "trace!(", "info_span!("];

/// Every Rust file below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

/// The arguments of a macro, from behind its opening parenthesis on. Texts count as one character.
fn arguments(source: &str) -> Vec<String> {
    let (mut arguments, mut depth, mut in_text) = (vec![String::new()], 0, false);
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' if in_text => drop(characters.next()),
            '"' => {
                in_text = !in_text;
                arguments.last_mut().unwrap().push('"');
            }
            _ if in_text => {}
            ')' if depth == 0 => break,
            ',' if depth == 0 => arguments.push(String::new()),
            _ => {
                depth += i32::from("([{".contains(character)) - i32::from(")]}".contains(character));
                arguments.last_mut().unwrap().push(character);
            }
        }
    }
    arguments
}

/// The name of the field that an argument of a logging macro is.
fn field(argument: &str) -> Option<String> {
    let argument = argument.trim();
    let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
    let name = name.trim().trim_start_matches(['%', '?']);
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|character| character.is_ascii_alphanumeric() || "._".contains(character));
    (is_name && !value.starts_with('=')).then(|| name.to_owned())
}

/// The fields of all events and spans of the library.
fn logged() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for path in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let source = fs::read_to_string(&path).unwrap();
        for start in
            MACROS.iter().flat_map(|name| source.match_indices(name).map(|(at, found)| at + found.len()))
        {
            fields.extend(arguments(&source[start..]).iter().filter_map(|argument| field(argument)));
        }
    }
    fields
}

#[test]
fn the_documentation_names_all_log_fields_and_no_others() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/LOGGING.md")).unwrap();
    let table = page.split("## Fields").nth(1).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeSet<_> = rows
        .flat_map(|row| row.split('|').nth(1).unwrap().split(", "))
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect();
    assert_eq!(documented, logged());
}
