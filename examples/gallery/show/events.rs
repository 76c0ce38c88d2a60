//! Events that are no items: notices, progress, effects, errors, and the state of the thread.

use actix_chatkit::{
    agent::ResponderError,
    protocol::{
        ThreadStatus, ThreadStreamEvent,
        error::{ErrorParams, StreamErrorCode},
        event::{NoticeLevel, StreamOptions},
        icon::IconName,
    },
};
use serde_json::json;

use super::stage::{Shown, Stage};

/// How many steps the slow answer has.
const SLOW_STEPS: usize = 200;

pub async fn notice(stage: Stage) -> Shown {
    for (level, title) in [
        (NoticeLevel::Info, Some("For your information")),
        (NoticeLevel::Warning, None),
        (NoticeLevel::Danger, Some("Careful")),
    ] {
        let message = "A notice with **Markdown** and [a link](https://example.com).";
        match title {
            Some(title) => stage.context.notice_titled(level, title, message).await?,
            None => stage.context.notice(level, message).await?,
        }
        stage.pause().await;
    }
    stage.say("Three notices, none of them kept.").await
}

pub async fn progress(stage: Stage) -> Shown {
    for (text, icon) in [
        ("Looking around", Some(IconName::Search)),
        ("Thinking", Some(IconName::lucide("brain"))),
        ("Writing", None),
    ] {
        let icon = icon.map(String::from);
        stage.context.progress(text, icon.as_deref()).await?;
        stage.pause().await;
    }
    stage.say("There were three steps before this.").await
}

/// Something for the page to do.
pub async fn effect(stage: Stage) -> Shown {
    stage.context.client_effect("flash", json!({"color": "tomato", "nothing": null})).await?;
    stage.say("The page was asked to flash: see its `chatkit.effect` event.").await
}

pub async fn error(stage: Stage) -> Shown {
    stage.say("An error with words of its own follows.").await?;
    Err(ResponderError::custom("This went wrong on purpose, and trying again will not help."))
}

pub async fn retry(stage: Stage) -> Shown {
    stage.pause().await;
    Err(ResponderError::retryable("This went wrong on purpose. Please try again; it will go wrong again."))
}

/// An error that the client words.
pub async fn coded_error(stage: Stage) -> Shown {
    stage.pause().await;
    Err(ResponderError::coded(StreamErrorCode::StreamError))
}

/// An error that the user is told nothing of.
pub async fn exception(stage: Stage) -> Shown {
    stage.pause().await;
    Err(ResponderError::Failed("nobody reads this but the log".into()))
}

/// An error that does not end the answer.
pub async fn soft_error(stage: Stage) -> Shown {
    let message = Some("One step went wrong, the answer goes on.".to_owned());
    let error = ThreadStreamEvent::Error {
        code: StreamErrorCode::Custom,
        message,
        allow_retry: false,
        ext_code: None,
        ext_params: ErrorParams::new(),
    };
    stage.context.emit(error).await?;
    stage.say("Here it goes on.").await
}

pub async fn title(stage: Stage) -> Shown {
    stage.context.set_title("A walk through the gallery").await?;
    stage.say("The thread has a title now.").await
}

pub async fn locked(stage: Stage) -> Shown {
    stage.context.set_status(ThreadStatus::locked("Locked by the gallery")).await?;
    stage.say("The composer is disabled. Use the history to begin another thread.").await
}

pub async fn closed(stage: Stage) -> Shown {
    stage.context.set_status(ThreadStatus::closed("Closed by the gallery")).await?;
    stage.say("The composer gave way to a banner.").await
}

/// An answer that the user cannot stop, until its second half.
pub async fn unstoppable(stage: Stage) -> Shown {
    stage.context.set_stream_options(StreamOptions { allow_cancel: false }).await?;
    stage.say("While this is written there is no stop button, however long you look for it.").await?;
    stage.context.set_stream_options(StreamOptions { allow_cancel: true }).await?;
    stage.say("Now there is one again.").await
}

/// An answer that takes its time: to be stopped, or met again after a reload.
pub async fn slow(stage: Stage) -> Shown {
    let mut message = stage.context.message();
    for step in 1..=SLOW_STEPS {
        message.push(format!("{step} ")).await?;
        stage.pause().await;
        stage.pause().await;
    }
    message.finish().await
}
