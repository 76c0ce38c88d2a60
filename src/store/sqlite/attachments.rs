//! Queries on attachments; each is one look-up or one run in an index.

use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
};

use super::{
    rows::{AttachmentRow, AttachmentState},
    schema::{attachments, threads},
    sql_limit,
    threads::seq_of,
};
use crate::{
    context::UserId,
    protocol::{AttachmentId, ThreadId, Timestamp},
    store::{AttachmentRecord, StoreError, StoredFile, conflicts::Conflict},
};

fn size(id: &AttachmentId, bytes: u64) -> Result<i64, StoreError> {
    i64::try_from(bytes).map_err(|_| Conflict::SizeOutOfRange(id).into())
}

/// State and thread of an attachment that is not deleted.
fn find_living(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
) -> Result<Option<(AttachmentState, Option<i64>)>, StoreError> {
    Ok(attachments::table
        .find(id.as_str())
        .filter(attachments::user_id.eq(user.as_str()))
        .filter(attachments::state.ne(AttachmentState::Deleted))
        .select((attachments::state, attachments::thread_seq))
        .get_result(connection)
        .optional()?)
}

fn not_found(id: &AttachmentId) -> StoreError {
    StoreError::AttachmentNotFound { attachment_id: id.clone() }
}

/// Adds an attachment.
pub(super) fn create(
    connection: &mut SqliteConnection,
    user: &UserId,
    record: &AttachmentRecord,
) -> Result<(), StoreError> {
    if record.user_id != *user {
        return Err(Conflict::ForeignAttachment(&record.id).into());
    }
    let thread_seq =
        record.thread_id.as_ref().map(|thread_id| seq_of(connection, user, thread_id)).transpose()?;
    if thread_seq.is_some() && record.file.is_none() {
        return Err(Conflict::NotUploaded(&record.id).into());
    }
    let state = if record.file.is_some() { AttachmentState::Uploaded } else { AttachmentState::Pending };
    let file = record.file.as_ref();
    let row = (
        attachments::id.eq(record.id.as_str()),
        attachments::user_id.eq(user.as_str()),
        attachments::thread_seq.eq(thread_seq),
        attachments::state.eq(state),
        attachments::name.eq(&record.name),
        attachments::mime_type.eq(&record.mime_type),
        attachments::announced_size_bytes.eq(size(&record.id, record.announced_size_bytes)?),
        attachments::size_bytes.eq(file.map(|file| size(&record.id, file.size_bytes)).transpose()?),
        attachments::sha256.eq(file.map(|file| file.sha256.as_str())),
        attachments::created_at_us.eq(record.created_at.as_microsecond()),
    );
    match diesel::insert_into(attachments::table).values(row).execute(connection) {
        Ok(_) => Ok(()),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => {
            Err(Conflict::AttachmentExists(&record.id).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Notes that the awaited bytes are there.
pub(super) fn finish_upload(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
    file: &StoredFile,
) -> Result<(), StoreError> {
    match find_living(connection, user, id)? {
        None => Err(not_found(id)),
        Some((AttachmentState::Pending, _)) => {
            diesel::update(attachments::table.find(id.as_str()))
                .set((
                    attachments::state.eq(AttachmentState::Uploaded),
                    attachments::size_bytes.eq(size(id, file.size_bytes)?),
                    attachments::sha256.eq(&file.sha256),
                ))
                .execute(connection)?;
            Ok(())
        }
        Some((AttachmentState::Uploaded | AttachmentState::Deleted, _)) => {
            Err(Conflict::AlreadyUploaded(id).into())
        }
    }
}

/// Gives an uploaded attachment to a thread.
pub(super) fn link(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
    thread_id: &ThreadId,
) -> Result<(), StoreError> {
    let thread_seq = seq_of(connection, user, thread_id)?;
    let (state, owner) = find_living(connection, user, id)?.ok_or_else(|| not_found(id))?;
    if state != AttachmentState::Uploaded {
        return Err(Conflict::NotUploaded(id).into());
    }
    if owner.is_some_and(|owner| owner != thread_seq) {
        return Err(Conflict::InAnotherThread(id).into());
    }
    diesel::update(attachments::table.find(id.as_str()))
        .set(attachments::thread_seq.eq(thread_seq))
        .execute(connection)?;
    Ok(())
}

/// Marks an attachment deleted.
pub(super) fn delete(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
) -> Result<(), StoreError> {
    let mine = attachments::table.find(id.as_str()).filter(attachments::user_id.eq(user.as_str()));
    diesel::update(mine)
        .set((attachments::state.eq(AttachmentState::Deleted), attachments::thread_seq.eq(None::<i64>)))
        .execute(connection)?;
    Ok(())
}

/// Marks all attachments of a thread deleted.
pub(super) fn delete_those_of(connection: &mut SqliteConnection, thread_seq: i64) -> Result<(), StoreError> {
    diesel::update(attachments::table.filter(attachments::thread_seq.eq(thread_seq)))
        .set((attachments::state.eq(AttachmentState::Deleted), attachments::thread_seq.eq(None::<i64>)))
        .execute(connection)?;
    Ok(())
}

/// Marks an attachment deleted unless a message names it.
pub(super) fn expire(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
) -> Result<(), StoreError> {
    match find_living(connection, user, id)? {
        Some((_, Some(_))) => Err(Conflict::InUse(id).into()),
        Some((_, None)) | None => delete(connection, user, id),
    }
}

/// Forgets an attachment that no message names.
pub(super) fn forget(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
) -> Result<(), StoreError> {
    if let Some((_, Some(_))) = find_living(connection, user, id)? {
        return Err(Conflict::InUse(id).into());
    }
    let mine = attachments::table.find(id.as_str()).filter(attachments::user_id.eq(user.as_str()));
    diesel::delete(mine).execute(connection)?;
    Ok(())
}

/// An attachment that is not deleted.
pub(super) fn load(
    connection: &mut SqliteConnection,
    user: &UserId,
    id: &AttachmentId,
) -> Result<AttachmentRecord, StoreError> {
    let (row, thread_id) = attachments::table
        .left_join(threads::table)
        .filter(attachments::id.eq(id.as_str()))
        .filter(attachments::user_id.eq(user.as_str()))
        .filter(attachments::state.ne(AttachmentState::Deleted))
        .select((AttachmentRow::as_select(), threads::id.nullable()))
        .first::<(AttachmentRow, Option<String>)>(connection)
        .optional()?
        .ok_or_else(|| not_found(id))?;
    row.into_record(thread_id)
}

/// Attachments whose bytes may go: deleted ones first, then abandoned ones, oldest first.
pub(super) fn removable(
    connection: &mut SqliteConnection,
    abandoned: Timestamp,
    limit: usize,
) -> Result<Vec<AttachmentRecord>, StoreError> {
    let ages = [
        (AttachmentState::Deleted, i64::MAX),
        (AttachmentState::Pending, abandoned.as_microsecond()),
        (AttachmentState::Uploaded, abandoned.as_microsecond()),
    ];
    let mut rows = Vec::new();
    for (state, before_us) in ages {
        let page: Vec<AttachmentRow> = attachments::table
            .filter(attachments::thread_seq.is_null())
            .filter(attachments::state.eq(state))
            .filter(attachments::created_at_us.lt(before_us))
            .order(attachments::created_at_us.asc())
            .limit(sql_limit(limit - rows.len()))
            .select(AttachmentRow::as_select())
            .load(connection)?;
        rows.extend(page);
    }
    rows.into_iter().map(|row| row.into_record(None)).collect()
}
