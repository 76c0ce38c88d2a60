//! What can be typed, and what it shows.

use std::{future::Future, pin::Pin};

use serde_json::{Value, json};

use super::{
    events, items, specimens,
    stage::{Shown, Stage},
    texts, widgets,
};

/// What shows something.
type Performance = Pin<Box<dyn Future<Output = Shown>>>;

/// Something that can be typed.
pub struct Command {
    pub name: &'static str,
    /// Under which heading it is listed.
    pub group: &'static str,
    /// What it shows.
    pub about: &'static str,
    pub show: fn(Stage) -> Performance,
    /// Whether it can be followed by others in one answer.
    pub goes_on: bool,
}

macro_rules! commands {
    ($($group:literal { $($name:literal $about:literal $show:path $(, $last:ident)?;)+ })+) => {
        &[$($(Command {
            name: $name,
            group: $group,
            about: $about,
            show: |stage| Box::pin($show(stage)),
            goes_on: commands!(@goes_on $($last)?),
        }),+),+]
    };
    (@goes_on) => { true };
    (@goes_on last) => { false };
}

/// Everything that can be typed, but for `help`, `everything` and the names of components.
pub const ALL: &[Command] = commands! {
    "Messages" {
        "markdown" "A message with all that Markdown has" texts::markdown;
        "code" "Code in several languages" texts::code;
        "math" "Formulas, and sums of money that are none" texts::math;
        "long" "A message of many paragraphs" texts::long;
        "parts" "A message of two parts" texts::parts;
        "sources" "A message with sources of every kind" texts::sources;
        "pictures" "Pictures from hosts that are allowed, or not" texts::pictures;
    }
    "Work and thought" {
        "workflow" "Work step by step, with a task of each kind" items::workflow;
        "reasoning" "The thoughts of a model" items::reasoning;
        "tasks" "A task of each kind on its own" items::tasks;
        "image" "A picture as it is being made" items::image;
        "question" "Questions, whose answers are read back" items::question, last;
        "client tool" "A function of the page, whose output is read back" items::client_tool, last;
    }
    "Widgets" {
        "widgets" "Every component with every prop, one widget each" widgets::every_component;
        "stream" "A widget that changes while it is shown" widgets::streamed;
        "form" "A form with a control of each kind" widgets::form;
        "card form" "A card that is a form" widgets::card_form;
        "actions" "A button for each way an action goes" widgets::actions;
        "list" "A list whose rows send actions" widgets::list;
        "template" "A widget from a .widget file" widgets::template;
    }
    "Events" {
        "notice" "Notices of each level" events::notice;
        "progress" "Steps before an answer" events::progress;
        "effect" "Something for the page to do" events::effect;
        "title" "A title for the thread" events::title;
        "unstoppable" "An answer that cannot be stopped at first" events::unstoppable;
        "slow" "An answer that takes its time" events::slow, last;
        "removed" "A message that goes again" items::removed;
        "replaced" "A message that becomes a task" items::replaced;
        "hidden" "Items that only a model sees" items::hidden;
        "end" "The hint that a turn ends" items::end_of_turn;
    }
    "Errors and ends" {
        "soft error" "An error that does not end the answer" events::soft_error;
        "error" "An error with words of its own" events::error, last;
        "retry" "An error that offers to try again" events::retry, last;
        "coded error" "An error that the client words" events::coded_error, last;
        "exception" "A failure that only the log describes" events::exception, last;
        "broken" "A message that breaks off" items::broken, last;
        "locked" "A thread whose composer is disabled" events::locked, last;
        "closed" "A thread that is over" events::closed, last;
    }
};

/// The command of this name.
pub fn find(name: &str) -> Option<&'static Command> {
    ALL.iter().find(|command| command.name == name)
}

/// All that can be typed, as a table in Markdown.
pub fn help() -> String {
    let rows: Vec<_> =
        ALL.iter().map(|Command { name, about, .. }| format!("| `{name}` | {about} |")).collect();
    format!(
        "Type one of these, or the name of a component (`widget card`):\n\n| | |\n| --- | --- |\n{}\n\
         | `everything` | All that can be shown in one answer |\n| `help` | This list |\n",
        rows.join("\n")
    )
}

/// All that can be typed, as the page lists it: groups of `{name, about}`.
pub fn catalogue() -> Value {
    let groups = ALL.chunk_by(|one, next| one.group == next.group).map(|group| {
        let entries: Vec<_> = group.iter().map(|Command { name, about, .. }| entry(name, about)).collect();
        json!({"title": group[0].group, "entries": entries})
    });
    let components: Vec<_> = specimens::all()
        .iter()
        .map(|specimen| entry(&format!("widget {}", specimen.component.to_lowercase()), specimen.component))
        .collect();
    groups.chain([json!({"title": "Components", "entries": components})]).collect()
}

fn entry(name: &str, about: &str) -> Value {
    json!({"name": name, "about": about})
}
