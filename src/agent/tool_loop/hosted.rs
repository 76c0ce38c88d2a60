//! Words and tasks for the tools that the provider runs itself.

use crate::{
    model::{HostedCall, HostedState, HostedWork},
    protocol::{
        source::{FileSource, UrlSource},
        workflow::{CustomTask, FileTask, StatusIndicator, Task, WebSearchTask},
    },
};

/// A call as the user sees it, or nothing where it is shown in another way.
pub(super) fn task(call: &HostedCall) -> Option<Task> {
    let status = match call.state {
        HostedState::Running => StatusIndicator::Loading,
        HostedState::Completed | HostedState::Failed => StatusIndicator::Complete,
    };
    let failed = call.state == HostedState::Failed;
    let task = match &call.work {
        HostedWork::WebSearch { queries, pages } => WebSearchTask {
            status_indicator: status,
            title: Some(title(failed, "Searching the web", "The search of the web failed")),
            title_query: queries.first().cloned(),
            queries: queries.clone(),
            sources: pages.iter().filter_map(|page| source(page)).map(Into::into).collect(),
        }
        .into(),
        HostedWork::FileSearch { queries, files } => FileTask {
            status_indicator: status,
            title: Some(match queries.first() {
                _ if failed => "The search of files failed".to_owned(),
                Some(query) => format!("Searching files for “{query}”"),
                None => "Searching files".to_owned(),
            }),
            sources: files.iter().map(|file| FileSource::new(file, file).into()).collect(),
        }
        .into(),
        HostedWork::Code { code, output } => CustomTask {
            status_indicator: status,
            title: Some(title(failed, "Running code", "The code failed")),
            icon: Some("square-code".to_owned()),
            content: blocks(&[("python", code), ("text", output)]),
        }
        .into(),
        HostedWork::Remote { server, name, arguments, output } => CustomTask {
            status_indicator: status,
            title: Some(if failed {
                format!("{name} ({server}) failed")
            } else {
                format!("{name} ({server})")
            }),
            icon: Some("globe".to_owned()),
            content: blocks(&[("json", arguments), ("text", output)]),
        }
        .into(),
        HostedWork::RemoteTools { server } => {
            let doing = format!("Looking at the tools of {server}");
            CustomTask {
                status_indicator: status,
                title: Some(title(failed, &doing, &format!("The tools of {server} cannot be listed"))),
                icon: Some("globe".to_owned()),
                content: None,
            }
            .into()
        }
        _ => return None,
    };
    Some(task)
}

fn title(failed: bool, doing: &str, failure: &str) -> String {
    if failed { failure } else { doing }.to_owned()
}

/// A page by the name of its host. What is no address of a page is no source.
fn source(page: &str) -> Option<UrlSource> {
    let rest = page.strip_prefix("https://").or_else(|| page.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(UrlSource::new(host.trim_start_matches("www."), page))
}

/// Texts as blocks of code, whose fences are longer than any within.
pub(super) fn blocks(texts: &[(&str, &str)]) -> Option<String> {
    let block = |(language, text): &(&str, &str)| {
        let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(3.max(longest + 1));
        format!("{fence}{language}\n{}\n{fence}", text.trim_end())
    };
    let blocks: Vec<_> = texts.iter().filter(|(_, text)| !text.trim().is_empty()).map(block).collect();
    (!blocks.is_empty()).then(|| blocks.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(state: HostedState, work: HostedWork) -> serde_json::Value {
        serde_json::to_value(task(&HostedCall { id: "x".to_owned(), state, work }).unwrap()).unwrap()
    }

    #[test]
    fn a_search_shows_what_it_looks_for_and_where_and_no_address_that_is_none() {
        let work = HostedWork::WebSearch {
            queries: vec!["oslo".to_owned(), "weather".to_owned()],
            pages: ["https://www.yr.no/oslo", "javascript:alert(1)", "oai-weather"].map(str::to_owned).into(),
        };
        let task = shown(HostedState::Completed, work);
        assert_eq!((&task["title_query"], &task["status_indicator"]), (&"oslo".into(), &"complete".into()));
        assert_eq!(task["sources"].as_array().unwrap().len(), 1);
        assert_eq!(task["sources"][0]["title"], "yr.no");
    }

    #[test]
    fn code_cannot_leave_its_block() {
        let work = HostedWork::Code { code: "print('```')".to_owned(), output: "\n".to_owned() };
        let task = shown(HostedState::Running, work);
        assert_eq!(task["content"], "````python\nprint('```')\n````");
        assert_eq!(task["status_indicator"], "loading");
    }

    #[test]
    fn a_failure_is_said() {
        let work = HostedWork::Remote {
            server: "mail".to_owned(),
            name: "send".to_owned(),
            arguments: "{}".to_owned(),
            output: "down".to_owned(),
        };
        let task = shown(HostedState::Failed, work);
        assert_eq!(task["title"], "send (mail) failed");
        assert_eq!(task["content"], "```json\n{}\n```\n\n```text\ndown\n```");
    }
}
