//! The journal of a thread's metadata: what it is now, what of it is saved, and what clients were shown.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use crate::protocol::ThreadMetadata;

/// The journal of a thread's metadata, shared by the thread's actor, its turn and the hooks beside it.
///
/// Every change gets the next version. A writer that saves the thread takes an [`Entry`], submits it before
/// it awaits anything, and notes when it is saved; so saves reach the store in the order of their versions.
///
/// All who share a journal live on one arbiter, so plain cells do. No borrow leaves this file.
#[derive(Debug)]
pub struct ThreadJournal {
    now: RefCell<Entry>,
    /// The newest entry that the store is known to hold.
    saved: RefCell<Entry>,
    /// The version of the newest entry that was given out to be saved. While it is not the saved one, the store
    /// may hold something else than `saved`: that entry is on its way, or failed, or its writer went away.
    given_out: Cell<u64>,
    /// What the clients of the running turn know.
    shown: RefCell<Entry>,
    /// How many turns and hooks change the thread now.
    writers: Cell<usize>,
}

/// The metadata as it was at one version.
#[derive(Clone, Debug)]
pub struct Entry {
    version: u64,
    metadata: Rc<ThreadMetadata>,
}

/// Counts its holder among those who change the thread, until it is dropped.
#[derive(Debug)]
pub struct Writer(Rc<ThreadJournal>);

impl ThreadJournal {
    /// The journal of a thread that is saved as it is.
    pub fn new(metadata: ThreadMetadata) -> Self {
        let entry = Entry { version: 0, metadata: Rc::new(metadata) };
        Self {
            now: RefCell::new(entry.clone()),
            saved: RefCell::new(entry.clone()),
            given_out: Cell::new(0),
            shown: RefCell::new(entry),
            writers: Cell::new(0),
        }
    }

    /// The metadata as it is now.
    pub fn metadata(&self) -> Rc<ThreadMetadata> {
        Rc::clone(&self.now.borrow().metadata)
    }

    /// The metadata as the store is known to hold it.
    pub fn saved(&self) -> Rc<ThreadMetadata> {
        Rc::clone(&self.saved.borrow().metadata)
    }

    /// How often the metadata was changed.
    pub fn version(&self) -> u64 {
        self.now.borrow().version
    }

    /// Changes the metadata. The running turn saves and shows it with its next event.
    pub fn update(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        let mut now = self.now.borrow_mut();
        change(Rc::make_mut(&mut now.metadata));
        now.version += 1;
    }

    /// Changes the metadata on behalf of a client that is told by other means: the running turn shows it only
    /// together with a change of its own.
    pub fn update_unseen(&self, change: impl FnOnce(&mut ThreadMetadata)) {
        let nothing_to_show = !self.is_unshown(self.version());
        self.update(change);
        if nothing_to_show {
            self.note_shown(self.now.borrow().clone());
        }
    }

    /// Takes note of a turn that begins. What it finds counts as shown.
    pub fn begin_turn(self: &Rc<Self>) -> Writer {
        self.note_shown(self.now.borrow().clone());
        self.begin_hook()
    }

    /// Takes note of somebody who changes the thread and has no clients.
    pub fn begin_hook(self: &Rc<Self>) -> Writer {
        self.writers.set(self.writers.get() + 1);
        Writer(Rc::clone(self))
    }

    /// What has to be saved now, if anything has. To be submitted at once, and noted once it is saved.
    pub fn to_save(&self) -> Option<Entry> {
        let now = self.now.borrow();
        let mut saved = self.saved.borrow_mut();
        if now.version == saved.version {
            return None;
        }
        if self.given_out.get() == saved.version && now.metadata == saved.metadata {
            // Changed to what it was. The version moves on, so that this is found out only once.
            self.given_out.set(now.version);
            saved.version = now.version;
            return None;
        }
        self.given_out.set(now.version);
        Some(now.clone())
    }

    /// Takes note that an entry is saved.
    pub fn note_saved(&self, entry: Entry) {
        let mut saved = self.saved.borrow_mut();
        // Two writers may hear of their commits in another order than the store applied them in.
        if entry.version > saved.version {
            *saved = entry;
        }
    }

    /// Takes back what could not be saved, unless others are at work: they save the thread at their end, and
    /// what they changed is not to be lost.
    pub fn give_up(&self) {
        let mut now = self.now.borrow_mut();
        if self.writers.get() <= 1 && now.version == self.given_out.get() {
            now.metadata = Rc::clone(&self.saved.borrow().metadata);
            now.version += 1;
        }
    }

    /// Takes back every change since the last save, since the store refuses to save the thread. Nothing is left
    /// to be saved or shown then.
    pub fn take_back(&self) {
        let mut now = self.now.borrow_mut();
        let mut saved = self.saved.borrow_mut();
        now.metadata = Rc::clone(&saved.metadata);
        now.version += 1;
        saved.version = now.version;
        self.given_out.set(now.version);
        self.note_shown(now.clone());
    }

    /// Whether the clients of the turn do not know a change of this version yet.
    pub fn is_unshown(&self, version: u64) -> bool {
        version > self.shown.borrow().version
    }

    /// What has to be shown to clients that are to know all changes up to this version, if anything has.
    pub fn to_show(&self, version: u64) -> Option<Entry> {
        if !self.is_unshown(version) {
            return None;
        }
        let now = self.now.borrow();
        let mut shown = self.shown.borrow_mut();
        if now.metadata == shown.metadata {
            // Changed to what it was. Without this note, every further event would take the long way.
            shown.version = now.version;
            return None;
        }
        Some(now.clone())
    }

    /// Takes note that the clients of the turn were shown an entry.
    pub fn note_shown(&self, entry: Entry) {
        *self.shown.borrow_mut() = entry;
    }
}

impl Entry {
    /// The metadata.
    pub fn metadata(&self) -> &ThreadMetadata {
        &self.metadata
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.writers.set(self.0.writers.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::Index};

    use super::*;

    fn journal() -> Rc<ThreadJournal> {
        Rc::new(ThreadJournal::new(ThreadMetadata::new("thr_1".into())))
    }

    fn title(journal: &ThreadJournal, title: &str) {
        journal.update(|thread| thread.title = Some(title.to_owned()));
    }

    fn save(journal: &ThreadJournal) -> bool {
        journal.to_save().map(|entry| journal.note_saved(entry)).is_some()
    }

    #[test]
    fn a_change_is_saved_once_and_shown_once() {
        let journal = journal();
        let _turn = journal.begin_turn();
        assert!(!save(&journal) && journal.to_show(journal.version()).is_none());
        title(&journal, "a");
        assert!(save(&journal) && !save(&journal));
        let entry = journal.to_show(journal.version()).unwrap();
        assert_eq!(entry.metadata().title.as_deref(), Some("a"));
        journal.note_shown(entry);
        assert!(journal.to_show(journal.version()).is_none());
    }

    #[test]
    fn what_was_changed_behind_an_event_is_not_shown_with_it() {
        let journal = journal();
        let _turn = journal.begin_turn();
        let emitted_at = journal.version();
        title(&journal, "a");
        assert!(!journal.is_unshown(emitted_at));
        assert!(journal.is_unshown(journal.version()));
    }

    #[test]
    fn a_change_that_was_undone_is_looked_at_once_and_not_with_every_event_to_come() {
        let journal = journal();
        let _turn = journal.begin_turn();
        journal.update(|thread| thread.title = Some("a".to_owned()));
        journal.update(|thread| thread.title = None);
        let version = journal.version();
        assert!(journal.is_unshown(version));
        assert!(journal.to_show(version).is_none());
        assert!(!journal.is_unshown(version));
        assert!(journal.to_save().is_none());
    }

    #[test]
    fn a_change_back_is_saved_while_the_change_itself_may_reach_the_store() {
        let journal = journal();
        let original = journal.metadata();
        title(&journal, "a");
        let on_its_way = journal.to_save().unwrap();
        journal.update(|thread| *thread = ThreadMetadata::clone(&original));
        let change_back = journal.to_save().expect("the store has it, or will have it, as it was in between");
        journal.note_saved(change_back);
        // The first to be submitted is the last to be heard of.
        journal.note_saved(on_its_way);
        assert_eq!(journal.saved(), original);
    }

    #[test]
    fn what_cannot_be_saved_is_taken_back_unless_others_will_save_it() {
        let journal = journal();
        let hook = journal.begin_hook();
        title(&journal, "lost");
        drop(journal.to_save());
        journal.give_up();
        assert_eq!(journal.metadata().title, None);

        let turn = journal.begin_turn();
        title(&journal, "kept");
        drop(journal.to_save());
        journal.give_up();
        drop(hook);
        assert_eq!(journal.to_save().unwrap().metadata().title.as_deref(), Some("kept"));
        drop(turn);
        assert_eq!(journal.writers.get(), 0);
    }

    #[test]
    fn what_the_store_refuses_is_neither_saved_nor_shown() {
        let journal = journal();
        let _turn = journal.begin_turn();
        title(&journal, "a");
        assert!(journal.to_save().is_some());
        journal.take_back();
        assert_eq!(journal.metadata().title, None);
        assert!(journal.to_save().is_none() && journal.to_show(journal.version()).is_none());
        title(&journal, "b");
        assert!(journal.to_show(journal.version()).is_some() && save(&journal));
    }

    #[test]
    fn what_a_client_is_told_by_other_means_is_shown_only_with_another_change() {
        let journal = journal();
        let _turn = journal.begin_turn();
        journal.update_unseen(|thread| thread.title = Some("renamed".to_owned()));
        assert!(!journal.is_unshown(journal.version()));
        assert!(save(&journal));
        journal.update(|thread| drop(thread.metadata.insert("n".into(), 1.into())));
        let entry = journal.to_show(journal.version()).unwrap();
        assert_eq!(entry.metadata().title.as_deref(), Some("renamed"));
    }

    #[derive(Clone, Debug)]
    enum Step {
        Update(u8),
        UpdateUnseen(u8),
        /// Submits what is to be saved, and whether the store will take it.
        Submit(bool),
        /// One of the submitted commits comes back.
        Hear(Index),
        /// The writer of one of the submitted commits goes away.
        Lose(Index),
        BeginTurn,
        Show,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..3_u8).prop_map(Step::Update),
            1 => (0..3_u8).prop_map(Step::UpdateUnseen),
            4 => any::<bool>().prop_map(Step::Submit),
            4 => any::<Index>().prop_map(Step::Hear),
            1 => any::<Index>().prop_map(Step::Lose),
            1 => Just(Step::BeginTurn),
            3 => Just(Step::Show),
        ];
        vec(step, 1..60)
    }

    fn set(number: u8) -> impl FnOnce(&mut ThreadMetadata) {
        move |thread| thread.title = Some(number.to_string())
    }

    proptest! {
        /// The oracle is slow and simple: it keeps whole copies of what the store holds and of what the
        /// clients know, and compares.
        #[test]
        fn nothing_is_left_unsaved_or_unshown_that_differs(steps in steps()) {
            let journal = journal();
            let mut stored = journal.metadata();
            let mut known = journal.metadata();
            let mut submitted: Vec<(Entry, bool)> = Vec::new();
            for step in steps {
                match step {
                    Step::Update(number) => journal.update(set(number)),
                    Step::UpdateUnseen(number) => {
                        let up_to_date = journal.metadata() == known;
                        let counts = !journal.is_unshown(journal.version());
                        journal.update_unseen(set(number));
                        prop_assert!(up_to_date || !counts);
                        if counts {
                            known = journal.metadata();
                        }
                    }
                    Step::Submit(taken) => match journal.to_save() {
                        Some(entry) => {
                            prop_assert_eq!(entry.metadata(), &*journal.metadata());
                            if taken {
                                stored = journal.metadata();
                            }
                            submitted.push((entry, taken));
                        }
                        None => prop_assert_eq!(&stored, &journal.metadata()),
                    },
                    Step::Hear(which) if !submitted.is_empty() => {
                        let (entry, taken) = submitted.remove(which.index(submitted.len()));
                        match taken {
                            true => journal.note_saved(entry),
                            // Somebody is at work as long as anything else is on its way.
                            false if submitted.is_empty() => journal.give_up(),
                            false => {}
                        }
                    }
                    Step::Lose(which) if !submitted.is_empty() => {
                        submitted.remove(which.index(submitted.len()));
                    }
                    Step::Hear(_) | Step::Lose(_) => {}
                    Step::BeginTurn => {
                        drop(journal.begin_turn());
                        known = journal.metadata();
                    }
                    Step::Show => {
                        let shown = journal.to_show(journal.version());
                        prop_assert_eq!(shown.is_some(), known != journal.metadata());
                        if let Some(entry) = shown {
                            known = Rc::clone(&entry.metadata);
                            journal.note_shown(entry);
                        }
                        prop_assert_eq!(&known, &journal.metadata());
                    }
                }
            }
            // Whatever happened: after one save that is heard of, the store holds what the journal says.
            if let Some(entry) = journal.to_save() {
                stored = journal.metadata();
                journal.note_saved(entry);
            }
            prop_assert_eq!(&stored, &journal.metadata());
            prop_assert_eq!(&stored, &journal.saved());
        }
    }
}
