//! What is seen of the tools that a provider runs itself: searches, code, pictures, remote servers.

use bytes::Bytes;

/// A tool at work at the provider's. Each event says all that is known of the call so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedCall {
    /// The provider's id of the call.
    pub id: String,
    /// How far it is.
    pub state: HostedState,
    /// What it does.
    pub work: HostedWork,
}

/// How far a hosted call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostedState {
    /// It runs.
    Running,
    /// It is over.
    Completed,
    /// It failed, or was left unfinished. The model knows, and the answer goes on.
    Failed,
}

/// What a hosted call does, as far as the provider tells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HostedWork {
    /// A search of the web, or a look at one of its pages.
    WebSearch {
        /// What was searched for.
        queries: Vec<String>,
        /// The addresses of the pages that were found or opened.
        pages: Vec<String>,
    },
    /// A search of files that the provider keeps.
    FileSearch {
        /// What was searched for.
        queries: Vec<String>,
        /// The names of the files in which something was found.
        files: Vec<String>,
    },
    /// A program that the model wrote.
    Code {
        /// The program.
        code: String,
        /// What it printed.
        output: String,
    },
    /// A picture; it comes as a [`PictureEvent`].
    Picture,
    /// A tool of a remote MCP server.
    Remote {
        /// The label of the server.
        server: String,
        /// The name of the tool.
        name: String,
        /// The arguments, as JSON text.
        arguments: String,
        /// What the tool answered, or why it failed.
        output: String,
    },
    /// A look at which tools a remote MCP server has.
    RemoteTools {
        /// The label of the server.
        server: String,
    },
}

/// A picture that a model makes, as far as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureEvent {
    /// The provider's id of the call that makes it.
    pub call_id: String,
    /// The media type, for example `image/png`.
    pub mime_type: &'static str,
    /// The encoded picture.
    pub data: Bytes,
    /// The number of this preview, counted from 0; `None` for the picture itself.
    pub preview: Option<u32>,
}

/// A remote MCP tool that may be called only when the user allows it. The answer ends there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalRequest {
    /// The provider's id of the request.
    pub id: String,
    /// The label of the server.
    pub server: String,
    /// The name of the tool.
    pub name: String,
    /// The arguments, as JSON text.
    pub arguments: String,
}
