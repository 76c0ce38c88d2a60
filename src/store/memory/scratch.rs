//! The copies on which a commit works, which become the state when all of its changes are applied.

use std::{collections::BTreeMap, sync::Arc};

use super::threads::{Threads, upsert};
use crate::{
    context::UserId,
    protocol::{AttachmentId, ThreadId},
    store::{AttachmentRecord, Change, StoreError, StoredFile, conflicts::Conflict},
};

/// An attachment, deleted or not.
#[derive(Clone, Debug)]
pub(super) struct Attachment {
    pub(super) record: AttachmentRecord,
    pub(super) deleted: bool,
}

/// The copies.
pub(super) struct Scratch<'a> {
    pub(super) user: &'a UserId,
    pub(super) threads: Threads,
    pub(super) attachments: Arc<BTreeMap<AttachmentId, Attachment>>,
}

impl Scratch<'_> {
    pub(super) fn apply(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::CreateThread(metadata) => self.threads.create(metadata)?,
            Change::UpdateThread(metadata) => self.threads.get_mut(&metadata.id)?.update(metadata),
            Change::DeleteThread(thread_id) => self.delete_thread(thread_id),
            Change::BeginTurn { thread_id, turn_no } => {
                self.threads.get_mut(thread_id)?.begin_turn(*turn_no)?;
            }
            Change::EndTurn { thread_id } => {
                let thread = self.threads.get_mut(thread_id)?;
                thread.turn_open = false;
                thread.drafts.clear();
            }
            Change::PutItem(item) => {
                let thread = self.threads.get_mut(&item.thread_id)?;
                upsert(&mut thread.items, item);
                thread.drafts.retain(|draft| draft.item.id != item.id);
            }
            Change::PutDraft(item) => self.threads.get_mut(&item.thread_id)?.put_draft(item),
            Change::AppendDraft { thread_id, item_id, number, piece } => {
                self.threads.get_mut(thread_id)?.append_draft(item_id, *number, piece)?;
            }
            Change::RemoveItem { thread_id, item_id } => self.threads.get_mut(thread_id)?.remove(item_id),
            Change::RemoveItemsAfter { thread_id, item_id } => {
                self.threads.get_mut(thread_id)?.remove_after(item_id)?;
            }
            Change::CreateAttachment(record) => self.create_attachment(record)?,
            Change::FinishUpload { attachment_id, file } => self.finish_upload(attachment_id, file)?,
            Change::LinkAttachment { attachment_id, thread_id } => {
                self.link_attachment(attachment_id, thread_id)?;
            }
            Change::DeleteAttachment { attachment_id } => self.delete_attachment(attachment_id),
            Change::ExpireAttachment { attachment_id } => {
                self.refuse_if_in_use(attachment_id)?;
                self.delete_attachment(attachment_id);
            }
            Change::ForgetAttachment { attachment_id } => {
                self.refuse_if_in_use(attachment_id)?;
                if self.owns(attachment_id) {
                    Arc::make_mut(&mut self.attachments).remove(attachment_id);
                }
            }
            Change::AddFeedback { thread_id, item_ids, kind } => {
                self.threads.get_mut(thread_id)?.add_feedback(item_ids, *kind);
            }
        }
        Ok(())
    }

    fn delete_thread(&mut self, thread_id: &ThreadId) {
        self.threads.delete(thread_id);
        let named = |attachment: &Attachment| {
            attachment.record.user_id == *self.user && attachment.record.thread_id.as_ref() == Some(thread_id)
        };
        if self.attachments.values().any(named) {
            let attachments = Arc::make_mut(&mut self.attachments);
            attachments.values_mut().filter(|attachment| named(attachment)).for_each(Attachment::delete);
        }
    }

    fn create_attachment(&mut self, record: &AttachmentRecord) -> Result<(), StoreError> {
        if record.user_id != *self.user {
            return Err(Conflict::ForeignAttachment(&record.id).into());
        }
        if let Some(thread_id) = &record.thread_id {
            self.threads.get_mut(thread_id)?;
            if record.file.is_none() {
                return Err(Conflict::NotUploaded(&record.id).into());
            }
        }
        let received = record.file.as_ref().map_or(0, |file| file.size_bytes);
        if i64::try_from(received.max(record.announced_size_bytes)).is_err() {
            return Err(Conflict::SizeOutOfRange(&record.id).into());
        }
        // The id is taken whoever has it: the bytes are found by it alone.
        if self.attachments.contains_key(&record.id) {
            return Err(Conflict::AttachmentExists(&record.id).into());
        }
        let attachment = Attachment { record: record.clone(), deleted: false };
        Arc::make_mut(&mut self.attachments).insert(record.id.clone(), attachment);
        Ok(())
    }

    fn finish_upload(&mut self, id: &AttachmentId, file: &StoredFile) -> Result<(), StoreError> {
        let record = self.living_attachment(id)?;
        if record.file.is_some() {
            return Err(Conflict::AlreadyUploaded(id).into());
        }
        if i64::try_from(file.size_bytes).is_err() {
            return Err(Conflict::SizeOutOfRange(id).into());
        }
        record.file = Some(file.clone());
        Ok(())
    }

    fn link_attachment(&mut self, id: &AttachmentId, thread_id: &ThreadId) -> Result<(), StoreError> {
        self.threads.get_mut(thread_id)?;
        let record = self.living_attachment(id)?;
        if record.file.is_none() {
            return Err(Conflict::NotUploaded(id).into());
        }
        if record.thread_id.as_ref().is_some_and(|owner| owner != thread_id) {
            return Err(Conflict::InAnotherThread(id).into());
        }
        record.thread_id = Some(thread_id.clone());
        Ok(())
    }

    fn delete_attachment(&mut self, id: &AttachmentId) {
        if self.owns(id)
            && let Some(attachment) = Arc::make_mut(&mut self.attachments).get_mut(id)
        {
            attachment.delete();
        }
    }

    fn refuse_if_in_use(&self, id: &AttachmentId) -> Result<(), StoreError> {
        let in_use = |attachment: &Attachment| attachment.record.thread_id.is_some();
        if self.owns(id) && self.attachments.get(id).is_some_and(in_use) {
            return Err(Conflict::InUse(id).into());
        }
        Ok(())
    }

    fn owns(&self, id: &AttachmentId) -> bool {
        self.attachments.get(id).is_some_and(|attachment| attachment.record.user_id == *self.user)
    }

    fn living_attachment(&mut self, id: &AttachmentId) -> Result<&mut AttachmentRecord, StoreError> {
        Arc::make_mut(&mut self.attachments)
            .get_mut(id)
            .filter(|attachment| attachment.record.user_id == *self.user && !attachment.deleted)
            .map(|attachment| &mut attachment.record)
            .ok_or_else(|| attachment_not_found(id))
    }
}

impl Attachment {
    /// A deleted attachment belongs to no thread any more.
    fn delete(&mut self) {
        self.deleted = true;
        self.record.thread_id = None;
    }
}

pub(super) fn attachment_not_found(attachment_id: &AttachmentId) -> StoreError {
    StoreError::AttachmentNotFound { attachment_id: attachment_id.clone() }
}
