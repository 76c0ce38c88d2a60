//! The questions a thread's actor answers with one value, beside whatever turn runs.

use std::sync::Arc;

use actix::{Handler, ResponseFuture};

use super::{
    ThreadActor, aside,
    messages::{AddFeedback, GetThread, ListItems, Observe, RenameThread, RunSyncAction, ThreadSnapshot},
    opening::wrong_kind,
};
use crate::{
    actors::ThreadError,
    protocol::{ItemKind, Page, Thread, ThreadItem},
    store::Change,
};

impl Handler<RunSyncAction> for ThreadActor {
    type Result = ResponseFuture<Result<Option<ThreadItem>, ThreadError>>;

    fn handle(
        &mut self,
        RunSyncAction { context: request, item_id, action }: RunSyncAction,
        _: &mut Self::Context,
    ) -> Self::Result {
        let state = self.state();
        let services = Arc::clone(&self.services);
        Box::pin(async move {
            let state = state?;
            let sender = match item_id {
                Some(item_id) => {
                    let sender = state.item(&item_id).await?;
                    if !matches!(sender.kind, ItemKind::Widget(_)) {
                        return Err(wrong_kind(&item_id, "widget"));
                    }
                    Some(sender)
                }
                None => None,
            };
            let act = |context| services.hooks.sync_action(context, action, sender);
            aside::run(&state, &services.files, &request, act).await
        })
    }
}

impl Handler<GetThread> for ThreadActor {
    type Result = ResponseFuture<Result<Thread, ThreadError>>;

    fn handle(&mut self, GetThread { query }: GetThread, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        let store = Arc::clone(&self.services.store);
        Box::pin(async move {
            let state = state?;
            let items = store.items(&state.user_id, &state.thread_id(), query).await?;
            Ok(state.journal.saved().with_items(items))
        })
    }
}

impl Handler<ListItems> for ThreadActor {
    type Result = ResponseFuture<Result<Page<ThreadItem>, ThreadError>>;

    fn handle(&mut self, ListItems { query }: ListItems, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        let store = Arc::clone(&self.services.store);
        Box::pin(async move {
            let state = state?;
            Ok(store.items(&state.user_id, &state.thread_id(), query).await?)
        })
    }
}

impl Handler<RenameThread> for ThreadActor {
    type Result = ResponseFuture<Result<Thread, ThreadError>>;

    fn handle(&mut self, RenameThread { title }: RenameThread, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        Box::pin(async move {
            let state = state?;
            let _writer = state.journal.begin_hook();
            // Before it is saved: whatever a running turn saves from now on carries the new title.
            let old_title = state.journal.metadata().title.clone();
            state.journal.update_unseen(|thread| thread.title = Some(title.clone()));
            if let Err(error) = state.save_thread().await {
                state.journal.update_unseen(|thread| {
                    if thread.title.as_ref() == Some(&title) {
                        thread.title = old_title;
                    }
                });
                return Err(error.into());
            }
            Ok(state.journal.saved().without_items())
        })
    }
}

impl Handler<AddFeedback> for ThreadActor {
    type Result = ResponseFuture<Result<(), ThreadError>>;

    fn handle(&mut self, AddFeedback { feedback }: AddFeedback, _: &mut Self::Context) -> Self::Result {
        let state = self.state();
        Box::pin(async move {
            let state = state?;
            for item_id in &feedback.item_ids {
                state.item(item_id).await?;
            }
            let change = Change::AddFeedback {
                thread_id: feedback.thread_id,
                item_ids: feedback.item_ids,
                kind: feedback.kind,
            };
            Ok(state.commit(vec![change]).await?)
        })
    }
}

impl Handler<Observe> for ThreadActor {
    type Result = Result<ThreadSnapshot, ThreadError>;

    fn handle(&mut self, _: Observe, _: &mut Self::Context) -> Self::Result {
        let state = self.state()?;
        Ok(ThreadSnapshot {
            thread_id: self.key.thread_id.clone(),
            running: self.running.is_some(),
            waiting: self.waiting.len(),
            items_in_memory: state.items_in_memory(),
        })
    }
}
