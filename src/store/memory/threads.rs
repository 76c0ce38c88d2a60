//! The threads of one user, in memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    protocol::{
        ItemId, Page, PageQuery, ThreadId, ThreadItem, ThreadMetadata, Timestamp,
        page::{Order, PageBuilder},
        request::FeedbackKind,
    },
    store::{
        DraftPiece, FeedbackRecord, Shown, StoreError, conflicts::Conflict, draft::whole_draft,
        json::json_bytes,
    },
};

/// The threads of one user.
#[derive(Clone, Debug, Default)]
pub(super) struct Threads {
    pub(super) num_created: u64,
    pub(super) by_seq: BTreeMap<u64, Arc<Thread>>,
    pub(super) seqs: HashMap<ThreadId, u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) metadata: ThreadMetadata,
    pub(super) turn_no: u64,
    pub(super) turn_open: bool,
    pub(super) items: Vec<Arc<ThreadItem>>,
    pub(super) drafts: Vec<Draft>,
    pub(super) feedback: Vec<FeedbackRecord>,
}

/// An unfinished item.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) item: Arc<ThreadItem>,
    pieces: BTreeMap<u64, DraftPiece>,
}

pub(super) fn thread_not_found(thread_id: &ThreadId) -> StoreError {
    StoreError::ThreadNotFound { thread_id: thread_id.clone() }
}

fn place_of(items: &[Arc<ThreadItem>], id: &str) -> Option<usize> {
    items.iter().position(|item| item.id.as_str() == id)
}

/// Replaces the item with this id, or adds it at the end.
pub(super) fn upsert(items: &mut Vec<Arc<ThreadItem>>, item: &ThreadItem) {
    let item = Arc::new(item.clone());
    match place_of(items, item.id.as_str()) {
        Some(place) => items[place] = item,
        None => items.push(item),
    }
}

impl Threads {
    pub(super) fn get(&self, thread_id: &ThreadId) -> Option<&Thread> {
        let seq = self.seqs.get(thread_id)?;
        self.by_seq.get(seq).map(Arc::as_ref)
    }

    pub(super) fn get_mut(&mut self, thread_id: &ThreadId) -> Result<&mut Thread, StoreError> {
        let seq = self.seqs.get(thread_id).ok_or_else(|| thread_not_found(thread_id))?;
        let thread = self.by_seq.get_mut(seq).ok_or_else(|| thread_not_found(thread_id))?;
        Ok(Arc::make_mut(thread))
    }

    pub(super) fn create(&mut self, metadata: &ThreadMetadata) -> Result<(), StoreError> {
        if self.seqs.contains_key(&metadata.id) {
            return Err(Conflict::ThreadExists(&metadata.id).into());
        }
        self.num_created += 1;
        self.seqs.insert(metadata.id.clone(), self.num_created);
        let thread = Thread {
            metadata: metadata.clone(),
            turn_no: 0,
            turn_open: false,
            items: Vec::new(),
            drafts: Vec::new(),
            feedback: Vec::new(),
        };
        self.by_seq.insert(self.num_created, Arc::new(thread));
        Ok(())
    }

    pub(super) fn delete(&mut self, thread_id: &ThreadId) {
        if let Some(seq) = self.seqs.remove(thread_id) {
            self.by_seq.remove(&seq);
        }
    }
}

impl Thread {
    pub(super) fn update(&mut self, metadata: &ThreadMetadata) {
        let created_at = self.metadata.created_at;
        self.metadata = ThreadMetadata { created_at, ..metadata.clone() };
    }

    pub(super) fn begin_turn(&mut self, turn_no: u64) -> Result<(), StoreError> {
        if turn_no <= self.turn_no || i64::try_from(turn_no).is_err() {
            return Err(Conflict::StaleTurn { thread_id: &self.metadata.id, turn_no }.into());
        }
        self.turn_no = turn_no;
        self.turn_open = true;
        Ok(())
    }

    pub(super) fn put_draft(&mut self, item: &ThreadItem) {
        let draft = Draft { item: Arc::new(item.clone()), pieces: BTreeMap::new() };
        match self.drafts.iter().position(|draft| draft.item.id == item.id) {
            Some(place) => self.drafts[place] = draft,
            None => self.drafts.push(draft),
        }
    }

    pub(super) fn append_draft(
        &mut self,
        item_id: &ItemId,
        number: u64,
        piece: &DraftPiece,
    ) -> Result<(), StoreError> {
        let draft = self.drafts.iter_mut().find(|draft| draft.item.id == *item_id);
        let draft = draft.ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })?;
        draft.pieces.insert(number, piece.clone());
        Ok(())
    }

    /// The unfinished items with all that was appended to them.
    pub(super) fn whole_drafts(&self) -> Vec<ThreadItem> {
        self.drafts
            .iter()
            .map(|draft| whole_draft(ThreadItem::clone(&draft.item), draft.pieces.clone()))
            .collect()
    }

    pub(super) fn remove(&mut self, item_id: &ItemId) {
        self.items.retain(|item| item.id != *item_id);
        self.drafts.retain(|draft| draft.item.id != *item_id);
    }

    pub(super) fn remove_after(&mut self, item_id: &ItemId) -> Result<(), StoreError> {
        let place = place_of(&self.items, item_id.as_str())
            .ok_or_else(|| StoreError::ItemNotFound { item_id: item_id.clone() })?;
        self.items.truncate(place + 1);
        Ok(())
    }

    pub(super) fn add_feedback(&mut self, item_ids: &[ItemId], kind: FeedbackKind) {
        let created_at = Timestamp::now();
        for item_id in item_ids {
            self.feedback.retain(|record| record.item_id != *item_id);
            self.feedback.push(FeedbackRecord { item_id: item_id.clone(), kind, created_at });
        }
    }

    pub(super) fn page(&self, query: &PageQuery, shown: Shown) -> Result<Page<ThreadItem>, StoreError> {
        let cursor = query.after.as_deref().map(|after| {
            place_of(&self.items, after).ok_or_else(|| StoreError::CursorNotFound { after: after.to_owned() })
        });
        let (after, before) = match (cursor.transpose()?, query.order) {
            (Some(place), Order::Asc) => (place + 1, self.items.len()),
            (Some(place), Order::Desc) => (0, place),
            (None, _) => (0, self.items.len()),
        };
        let rows = self.items[after..before].iter().filter(|item| shown == Shown::All || !item.is_hidden());
        let mut rows: Box<dyn Iterator<Item = _>> = match query.order {
            Order::Asc => Box::new(rows),
            Order::Desc => Box::new(rows.rev()),
        };
        let mut page = PageBuilder::new(query);
        let _beyond = rows.find(|item| !page.push(json_bytes(&***item), || ThreadItem::clone(item)));
        Ok(page.finish(|item| item.id.as_str().to_owned()))
    }
}
