//! Items of a thread.

use actix_web::HttpResponse;

use super::Call;
use crate::{
    actors::thread::messages::ListItems,
    http::error::ApiError,
    protocol::{PageQuery, request},
};

/// `items.list`: a page of a thread's items.
pub(super) async fn list(
    call: Call<'_>,
    request::ListItems { thread_id, limit, order, after }: request::ListItems,
) -> Result<HttpResponse, ApiError> {
    let query = PageQuery::new(limit, order, after);
    let mut page = call.services.threads.read(call.user(), &thread_id, ListItems { query }).await?;
    page.data.iter_mut().for_each(|item| call.context.links.fill_in(item));
    Ok(HttpResponse::Ok().json(page))
}
