//! Queries on feedback.

use diesel::prelude::*;

use super::{
    rows::{FeedbackRow, feedback_kind_name},
    schema::feedback,
    threads::seq_of,
};
use crate::{
    context::UserId,
    protocol::{ItemId, ThreadId, Timestamp, request::FeedbackKind},
    store::{FeedbackRecord, StoreError},
};

/// Notes what the user thinks now; what was said before of the same items is replaced.
pub(super) fn add(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
    item_ids: &[ItemId],
    kind: FeedbackKind,
) -> Result<(), StoreError> {
    let thread_seq = seq_of(connection, user, thread_id)?;
    let now = Timestamp::now();
    for item_id in item_ids {
        // Not an upsert: the later word gets a later number.
        diesel::replace_into(feedback::table)
            .values((
                feedback::thread_seq.eq(thread_seq),
                feedback::item_id.eq(item_id.as_str()),
                feedback::kind.eq(feedback_kind_name(kind)),
                feedback::created_at_us.eq(now.as_microsecond()),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// The feedback on a thread, oldest first.
pub(super) fn load(
    connection: &mut SqliteConnection,
    user: &UserId,
    thread_id: &ThreadId,
) -> Result<Vec<FeedbackRecord>, StoreError> {
    let thread_seq = seq_of(connection, user, thread_id)?;
    let rows: Vec<FeedbackRow> = feedback::table
        .filter(feedback::thread_seq.eq(thread_seq))
        .order(feedback::seq.asc())
        .select(FeedbackRow::as_select())
        .load(connection)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
