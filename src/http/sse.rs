//! Streams a turn's log to one client.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{HttpResponse, http::header};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::actors::turn_log::TurnCursor;

/// A comment line. It keeps proxies from closing a silent stream, and reveals clients that have gone.
const PING: &[u8] = b": ping\n\n";

/// The answer that streams what a cursor reads.
pub fn response(cursor: TurnCursor, heartbeat: Duration) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(Heartbeat::new(cursor, heartbeat))
}

/// A cursor that sends a comment after each `interval` of silence.
struct Heartbeat {
    cursor: TurnCursor,
    interval: Duration,
    last_frame: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Heartbeat {
    fn new(cursor: TurnCursor, interval: Duration) -> Self {
        let now = Instant::now();
        Self { cursor, interval, last_frame: now, timer: Box::pin(sleep_until(now + interval)) }
    }
}

impl Stream for Heartbeat {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(frame) = self.cursor.poll_next_unpin(context) {
            // Resetting the timer for every frame would cost more than letting it fire early: when it does, it is
            // set again from the last frame.
            self.last_frame = Instant::now();
            return Poll::Ready(frame.map(Ok));
        }
        while self.timer.as_mut().poll(context).is_ready() {
            let due = self.last_frame + self.interval;
            let now = Instant::now();
            let silent = now >= due;
            let next = if silent { now + self.interval } else { due };
            self.timer.as_mut().reset(next);
            if silent {
                self.last_frame = now;
                return Poll::Ready(Some(Ok(Bytes::from_static(PING))));
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        actors::turn_log::{LogWriter, TurnLog},
        protocol::ThreadStreamEvent,
    };

    #[tokio::test(start_paused = true)]
    async fn silence_is_broken_every_interval_and_frames_put_it_off() {
        let log = TurnLog::new(false, 0);
        let mut writer = LogWriter::new(Arc::clone(&log), 1 << 20);
        let start = Instant::now();
        let mut stream = Heartbeat::new(log.follow(0), Duration::from_secs(15));
        assert_eq!(stream.next().await.unwrap().unwrap(), PING);
        assert_eq!(start.elapsed().as_secs(), 15);

        tokio::time::advance(Duration::from_secs(10)).await;
        writer.append(&ThreadStreamEvent::ProgressUpdate { text: "x".to_owned(), icon: None }).unwrap();
        assert!(stream.next().await.unwrap().unwrap().starts_with(b"data: "));
        assert_eq!(stream.next().await.unwrap().unwrap(), PING);
        assert_eq!(start.elapsed().as_secs(), 40, "15 s after the frame, not after the last ping");

        writer.close();
        assert!(stream.next().await.is_none());
    }
}
