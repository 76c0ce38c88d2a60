//! Threads as a whole: reading, listing, renaming, deleting.

use actix_web::HttpResponse;

use super::{Call, empty};
use crate::{
    actors::thread::messages::{DeleteThread, GetThread, RenameThread},
    http::{bounds, error::ApiError},
    protocol::{
        PageQuery,
        page::Order,
        request::{ListThreads, ThreadRef, UpdateThread},
    },
};

/// `threads.get_by_id`: a thread with its first items.
pub(super) async fn get(
    call: Call<'_>,
    ThreadRef { thread_id }: ThreadRef,
) -> Result<HttpResponse, ApiError> {
    let query = PageQuery::new(None, Order::Asc, None);
    let mut thread = call.services.threads.read(call.user(), &thread_id, GetThread { query }).await?;
    thread.items.data.iter_mut().for_each(|item| call.context.links.fill_in(item));
    Ok(HttpResponse::Ok().json(thread))
}

/// `threads.list`: a page of the user's threads.
pub(super) async fn list(call: Call<'_>, list: ListThreads) -> Result<HttpResponse, ApiError> {
    let page = call.services.threads.list(call.user(), list.into()).await?;
    Ok(HttpResponse::Ok().json(page.map(|thread| thread.without_items())))
}

/// `threads.update`: gives a thread a title.
pub(super) async fn update(
    call: Call<'_>,
    UpdateThread { thread_id, title }: UpdateThread,
) -> Result<HttpResponse, ApiError> {
    let title = bounds::displayable(&title);
    let thread = call.services.threads.ask(call.user(), &thread_id, RenameThread { title }).await?;
    Ok(HttpResponse::Ok().json(thread))
}

/// `threads.delete`. Succeeds as well when there is no such thread.
pub(super) async fn delete(
    call: Call<'_>,
    ThreadRef { thread_id }: ThreadRef,
) -> Result<HttpResponse, ApiError> {
    call.services.threads.read(call.user(), &thread_id, DeleteThread).await?;
    call.services.cleanup.notify_one();
    Ok(empty())
}
