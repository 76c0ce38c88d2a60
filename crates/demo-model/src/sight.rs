//! What the demo model sees of a request.

/// A conversation, and the tools that may be called.
#[derive(Clone, Debug, Default)]
pub struct Sight<'a> {
    /// The conversation, oldest message first; standing instructions are left out.
    pub messages: Vec<Message<'a>>,
    /// The names of the tools.
    pub tools: &'a [&'a str],
    /// Whether a tool may or must be called.
    pub tool_choice: ToolChoice<'a>,
}

/// Whether a tool may or must be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice<'a> {
    /// A tool is called when the user's wish needs it.
    #[default]
    Auto,
    /// No tool is called.
    None,
    /// Some tool must be called.
    Required,
    /// The tool of this name must be called.
    Named(&'a str),
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// What the user said and attached.
    User(Vec<Part<'a>>),
    /// What the model said, and which tools it called.
    Assistant {
        /// The text, if there was any.
        text: Option<&'a str>,
        /// The calls, in order.
        calls: Vec<ToolCall<'a>>,
    },
    /// The result of a call.
    Tool {
        /// The [`ToolCall::id`] that this answers.
        call_id: &'a str,
        /// The result as text.
        content: &'a str,
    },
}

impl<'a> Message<'a> {
    /// A user message that is only text.
    pub fn user(text: &'a str) -> Self {
        Self::User(vec![Part::Text(text)])
    }
}

/// One part of a user message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text.
    Text(&'a str),
    /// A picture.
    Picture(PictureId),
    /// Any other file.
    File(File<'a>),
}

/// Stands for a picture whose bytes the caller keeps. Replies use it to name the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureId(pub usize);

/// A file that is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// The name the user gave the file.
    pub name: &'a str,
    /// What can be seen of it.
    pub content: Content<'a>,
}

/// What can be seen of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'a> {
    /// Its text.
    Text {
        /// The text from its beginning; may have been cut.
        text: &'a str,
        /// The bytes of the whole text in UTF-8.
        whole_bytes: usize,
        /// The lines of the whole text.
        num_lines: usize,
    },
    /// That it is a PDF document of so many bytes.
    Pdf {
        /// The length of the file.
        size_bytes: usize,
    },
    /// Nothing.
    Withheld {
        /// The reason, worded to follow “I cannot see what is in it:”.
        reason: &'a str,
    },
}

/// A call of a tool, as an earlier answer made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolCall<'a> {
    /// The id by which the result names the call.
    pub id: &'a str,
    /// The tool's name.
    pub name: &'a str,
    /// The arguments as JSON text.
    pub arguments: &'a str,
}
