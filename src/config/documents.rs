//! Writes the documents about the settings, and shows the settings in effect.

use std::{fmt::Write, fs, io, path::Path};

use super::{
    Loaded,
    catalogue::{Kind, SECTIONS, Setting, settings},
    environment::FILE_VARIABLE,
    file::DEFAULT_FILE,
};

/// The document for people, below the repository's root.
const DOCUMENT: &str = "docs/CONFIGURATION.md";

/// The example of a file `.env`, below the repository's root.
const EXAMPLE: &str = ".env.example";

/// Writes both documents below a folder, which is the repository's root.
pub fn write_documents(root: &Path) -> io::Result<()> {
    fs::create_dir_all(root.join("docs"))?;
    fs::write(root.join(DOCUMENT), document())?;
    fs::write(root.join(EXAMPLE), example())
}

/// The settings in effect, each with where it comes from, in the form of a file of settings.
pub fn show(loaded: &Loaded) -> String {
    let mut text = String::new();
    for (section, heading) in SECTIONS {
        let _ = writeln!(text, "# {heading}");
        for setting in of_section(section) {
            let default = (setting.default_text(), "default".to_owned());
            let (value, origin) = loaded.given.get(setting.key).unwrap_or(&default);
            let value = if value.is_empty() { "(not set)" } else { value };
            let _ = writeln!(text, "{} = {value}   # {origin}", setting.key);
        }
        text.push('\n');
    }
    text
}

fn of_section(section: &str) -> impl Iterator<Item = &'static Setting> {
    settings().iter().filter(move |setting| setting.section() == section)
}

fn document() -> String {
    let mut text = format!(
        "# Configuration\n\n\
         `actix-chatkit config docs` writes this page and `.env.example`.\n\n\
         A setting can be made by a flag, an environment variable, a line in a file `.env`, or a key in a file of\n\
         settings. Flags take precedence over variables, the environment over `.env`, and all of them over the file.\n\
         The file is `{DEFAULT_FILE}` in the working directory if there is one, or whatever `--config` or\n\
         `{FILE_VARIABLE}` names:\n\n\
         ```toml\n[server]\nport = 8001\n\n[openai]\nmodel = \"gpt-5.6\"\napi_key_file = \"/run/secrets/openai\"\n```\n\n\
         An empty value counts as not set. In variables and flags, commas separate the items of a list; in the file a\n\
         list is an array of strings. A name in the file that is no setting is an error.\n\n\
         Secrets are not accepted as flags, since other users of the machine could read them. A secret is the value of\n\
         its variable or key, or the content of the file named by the same name with `_FILE` or `_file` behind it;\n\
         a newline at the end of that file does not count.\n\n\
         `actix-chatkit config show` prints the settings in effect and where each comes from, `actix-chatkit config\n\
         check` says whether they are valid.\n"
    );
    for (section, heading) in SECTIONS {
        let _ = write!(
            text,
            "\n## {heading}\n\n| variable | flag | key in the file | default | what it does |\n| --- | --- | --- | --- | --- |\n"
        );
        for setting in of_section(section) {
            let _ = writeln!(text, "{}", row(setting));
        }
    }
    text
}

fn row(setting: &Setting) -> String {
    let (variable, flag, key) = match &setting.file {
        Some(file) => (
            format!("`{}`, `{}`", setting.variable, file.variable),
            format!("`--{}`", file.flag),
            format!("`{0}`, `{0}_file`", setting.key),
        ),
        None => {
            (format!("`{}`", setting.variable), format!("`--{}`", setting.flag), format!("`{}`", setting.key))
        }
    };
    let default = match setting.default_text() {
        text if text.is_empty() => String::new(),
        text => format!("`{text}`"),
    };
    let what = format!("{}{}{}", setting.description, allowed(setting), aliases(setting)).replace('|', "\\|");
    format!("| {variable} | {flag} | {key} | {default} | {what} |")
}

/// The other names of a setting's variable.
fn aliases(setting: &Setting) -> String {
    let names: Vec<_> = setting.aliases.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        names => format!(" Without the variable, {} is read.", names.join(", else ")),
    }
}

/// What a setting takes, where its description does not say so already.
fn allowed(setting: &Setting) -> String {
    match &setting.kind {
        Kind::Choice(choices) => choices
            .iter()
            .fold(String::new(), |text, (name, meaning)| format!("{text}<br>`{name}`: {meaning}")),
        Kind::Integer { .. } | Kind::Number { .. } => format!(" It takes {}.", setting.kind),
        Kind::List | Kind::Text => String::new(),
    }
}

fn example() -> String {
    let mut text = "# Copy this file to `.env` and remove the `#` before what you set.\n\
                    # docs/CONFIGURATION.md says more about each setting.\n"
        .to_owned();
    for (section, heading) in SECTIONS {
        let _ = write!(text, "\n# ---- {heading}\n");
        for setting in of_section(section) {
            let _ = write!(text, "\n# {}{}\n", setting.description, in_words(setting));
            let _ = writeln!(text, "# {}={}", setting.variable, setting.default_text());
            if let Some(file) = &setting.file {
                let _ = writeln!(text, "# {}=", file.variable);
            }
        }
    }
    text
}

fn in_words(setting: &Setting) -> String {
    match &setting.kind {
        Kind::Choice(_) | Kind::Integer { .. } | Kind::Number { .. } => {
            format!(" It takes {}.", setting.kind)
        }
        Kind::List | Kind::Text => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_documents_are_what_the_program_writes() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (name, written) in [(DOCUMENT, document()), (EXAMPLE, example())] {
            let committed = fs::read_to_string(root.join(name)).unwrap_or_default();
            assert!(committed == written, "{name} is out of date: run `cargo run -- config docs`");
        }
    }

    #[test]
    fn the_documents_name_every_setting_in_every_layer() {
        let (document, example) = (document(), example());
        for setting in settings() {
            assert!(document.contains(&format!("`{}`", setting.variable)), "{}", setting.variable);
            assert!(document.contains(&format!("`--{}", setting.flag)), "{}", setting.flag);
            assert!(document.contains(&format!("`{}`", setting.key)), "{}", setting.key);
            assert!(example.contains(&format!("\n# {}=", setting.variable)), "{}", setting.variable);
        }
    }
}
