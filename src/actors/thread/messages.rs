//! What a thread's actor may be asked.

use actix::Message;
use tokio_util::sync::CancellationToken;

use crate::{
    actors::{ThreadError, turn_log::TurnCursor},
    context::RequestContext,
    protocol::{
        ItemId, Page, PageQuery, Thread, ThreadId, ThreadItem,
        action::Action,
        request::{Feedback, UserMessageInput},
        structured_input::StructuredInputSubmission,
    },
};

/// Opens a turn: stores what the user did and starts the answer.
///
/// Answers when what the user did is stored. Everything after that is read from the turn's log. While another
/// turn runs, the message waits in line, and so does its answer. If the client hangs up while it waits, the
/// message is dropped without a trace.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<TurnCursor, ThreadError>")]
pub struct StartTurn {
    /// Who asks.
    pub context: RequestContext,
    /// What the user did.
    pub opening: Opening,
    /// Whether the turn goes on when its client goes away.
    pub resumable: bool,
    /// Fires when the client hangs up before the message is answered.
    pub hung_up: CancellationToken,
    /// The request's span. It is carried along because a mailbox cuts the tree of spans.
    pub span: tracing::Span,
}

impl StartTurn {
    /// A turn that ends when its client goes away, on behalf of the current span.
    pub fn new(context: RequestContext, opening: Opening) -> Self {
        Self {
            context,
            opening,
            resumable: false,
            hung_up: CancellationToken::new(),
            span: tracing::Span::current(),
        }
    }
}

/// What the user did. Ids are minted by the sender, so that a message sent twice is stored once.
#[derive(Clone, Debug)]
pub enum Opening {
    /// The user began a thread.
    CreateThread {
        /// The id of the first message.
        item_id: ItemId,
        /// The first message.
        input: UserMessageInput,
    },
    /// The user sent a message.
    AddUserMessage {
        /// The id of the message.
        item_id: ItemId,
        /// The message.
        input: UserMessageInput,
    },
    /// The page answered the pending client tool call.
    AddClientToolOutput {
        /// The output.
        result: serde_json::Value,
    },
    /// The user answered a structured input.
    AddStructuredInput {
        /// The structured input.
        item_id: ItemId,
        /// The answers.
        submission: StructuredInputSubmission,
    },
    /// The user asked for another answer.
    RetryAfterItem {
        /// The user message to answer again.
        item_id: ItemId,
    },
    /// The user used a control.
    CustomAction {
        /// The widget the control is in.
        item_id: Option<ItemId>,
        /// What was asked for.
        action: Action,
    },
}

/// Runs an action that answers with one item. A turn may run beside it.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<Option<ThreadItem>, ThreadError>")]
pub struct RunSyncAction {
    /// Who asks.
    pub context: RequestContext,
    /// The widget the control is in.
    pub item_id: Option<ItemId>,
    /// What was asked for.
    pub action: Action,
}

/// Follows the running turn behind the event with the number `after`, or from its start if that is 0. Answers
/// with none when no turn runs, or when the event belongs to another turn.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<Option<TurnCursor>, ThreadError>")]
pub struct FollowTurn {
    /// The number of the last event that was seen.
    pub after: u64,
}

/// Cancels the running turn, if there is one. Answers when everything that is kept of the turn is stored.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<(), ThreadError>")]
pub struct CancelTurn;

/// Reads the thread with its first items.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<Thread, ThreadError>")]
pub struct GetThread {
    /// Which items.
    pub query: PageQuery,
}

/// Reads a page of items.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<Page<ThreadItem>, ThreadError>")]
pub struct ListItems {
    /// Which items.
    pub query: PageQuery,
}

/// Gives the thread a title.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<Thread, ThreadError>")]
pub struct RenameThread {
    /// The title.
    pub title: String,
}

/// Removes the thread and ends its running turn. Succeeds if there is no such thread.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<(), ThreadError>")]
pub struct DeleteThread;

/// Stores what the user thinks of items.
#[derive(Clone, Debug, Message)]
#[rtype(result = "Result<(), ThreadError>")]
pub struct AddFeedback {
    /// What the user thinks.
    pub feedback: Feedback,
}

/// Reads a copy of the actor's state, for tests and status pages.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "Result<ThreadSnapshot, ThreadError>")]
pub struct Observe;

/// A copy of what an actor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadSnapshot {
    /// The thread.
    pub thread_id: ThreadId,
    /// Whether a turn runs.
    pub running: bool,
    /// How many turns wait.
    pub waiting: usize,
    /// How many items are held in memory. None: they have not been loaded, which the first turn does.
    pub items_in_memory: Option<usize>,
}

/// Asks an actor to go if it is idle, to make room for others.
#[derive(Clone, Copy, Debug, Message)]
#[rtype(result = "()")]
pub struct RetireIfIdle;

/// Asks an actor to take no further turns and to say when the running one is over.
///
/// The turn may go on until `cancel` fires. Then it is cut short, and what was written is stored.
#[derive(Clone, Debug, Message)]
#[rtype(result = "()")]
pub struct Drain {
    /// Fires when there is no more time.
    pub cancel: CancellationToken,
}
