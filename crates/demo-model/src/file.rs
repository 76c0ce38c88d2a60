//! What can honestly be said of a file without understanding it: its name, its measures, its first lines.

use super::plain::plain;
use crate::sight::{Content, File};

/// How many lines are quoted.
const MAX_LINES: usize = 5;
/// How much of a line is quoted, in characters.
const MAX_LINE_CHARS: usize = 160;

/// Describes a file as Markdown.
pub(super) fn describe(file: &File<'_>) -> String {
    let name = plain(file.name);
    match file.content {
        Content::Text { text, whole_bytes, num_lines } => {
            format!("**{name}**: {}", describe_text(text, whole_bytes, num_lines))
        }
        Content::Pdf { size_bytes } => format!(
            "**{name}**: a PDF document of {}. I cannot read documents; a real model can.",
            counted(size_bytes, "byte")
        ),
        Content::Withheld { reason } => format!("**{name}**: I cannot see what is in it: {reason}."),
    }
}

fn describe_text(text: &str, whole_bytes: usize, num_lines: usize) -> String {
    let size = format!("a text of {} in {}", counted(whole_bytes, "byte"), counted(num_lines, "line"));
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return format!("{size}.");
    }
    let first = match lines.len() {
        shown if shown == num_lines => "It reads:".to_owned(),
        1 => "It begins:".to_owned(),
        shown => format!("Its first {shown} lines:"),
    };
    let quoted: Vec<String> = lines.into_iter().map(quote).collect();
    format!("{size}. {first}\n\n{}", quoted.join("\n"))
}

/// A line as code, indented by four: nothing in it is Markdown.
fn quote(line: &str) -> String {
    let shown = match line.char_indices().nth(MAX_LINE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    };
    let shown: String = shown.chars().map(|shown| if shown.is_control() { ' ' } else { shown }).collect();
    format!("    {shown}").trim_end().to_owned()
}

fn counted(number: usize, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_file(text: &str) -> File<'_> {
        let content = Content::Text { text, whole_bytes: text.len(), num_lines: text.lines().count() };
        File { name: "notes *1*.md", content }
    }

    #[test]
    fn a_text_is_counted_and_its_first_lines_are_quoted_as_they_are() {
        let described = describe(&text_file("# One\n\t**two**\n3\n4\n5\n6\n"));
        assert!(described.contains("a text of 23 bytes in 6 lines. Its first 5 lines:"), "{described}");
        assert!(described.contains("\n    # One\n     **two**\n    3\n    4\n    5"), "{described}");
        assert!(!described.contains("    6"), "{described}");
        assert!(describe(&text_file("one")).ends_with("a text of 3 bytes in 1 line. It reads:\n\n    one"));
        let long = describe(&text_file(&"語".repeat(500)));
        assert_eq!(long.matches('語').count(), MAX_LINE_CHARS);
    }

    #[test]
    fn of_what_is_not_shown_only_the_reason_is_told() {
        let withheld = |content| describe(&File { content, ..text_file("") });
        let reason = "it was deleted";
        assert!(withheld(Content::Withheld { reason }).ends_with("what is in it: it was deleted."));
        assert!(withheld(Content::Pdf { size_bytes: 8 }).contains("PDF document of 8 bytes"));
    }
}
