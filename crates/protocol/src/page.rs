//! Pages of threads and items.

use serde::{Deserialize, Serialize};

/// How many rows a page has when nothing (or 0) was asked for.
pub const DEFAULT_PAGE_SIZE: usize = 20;
/// The most rows a page ever has; a larger `limit` counts as this.
pub const MAX_PAGE_SIZE: usize = 100;

/// One page of a longer list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Whether rows follow after these.
    #[serde(default)]
    pub has_more: bool,
    /// Where the next page begins; only there when rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { data: Vec::new(), has_more: false, after: None }
    }
}

impl<T> Page<T> {
    /// Cuts a page from rows that were read with one row to spare (`limit + 1`).
    pub fn from_overfull(mut rows: Vec<T>, limit: usize, id_of: impl Fn(&T) -> String) -> Self {
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let after = if has_more { rows.last().map(id_of) } else { None };
        Self { data: rows, has_more, after }
    }

    /// The same page with each row turned into something else.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(convert).collect(),
            has_more: self.has_more,
            after: self.after,
        }
    }
}

/// In which direction a list is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Oldest first.
    Asc,
    /// Newest first.
    #[default]
    Desc,
}

/// Which page is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageQuery {
    /// The most rows, 1 to [`MAX_PAGE_SIZE`].
    pub limit: usize,
    /// The direction.
    pub order: Order,
    /// The id of the last row of the page before, exclusive.
    pub after: Option<String>,
}

impl Default for PageQuery {
    fn default() -> Self {
        Self { limit: DEFAULT_PAGE_SIZE, order: Order::Desc, after: None }
    }
}

impl PageQuery {
    /// The query for a `limit` as a client sends it: none and 0 mean the default.
    pub fn new(limit: Option<u64>, order: Order, after: Option<String>) -> Self {
        let limit = match limit {
            None | Some(0) => DEFAULT_PAGE_SIZE,
            Some(limit) => usize::try_from(limit).unwrap_or(MAX_PAGE_SIZE).min(MAX_PAGE_SIZE),
        };
        Self { limit, order, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_is_there_only_when_more_follows() {
        let name = |row: &u8| row.to_string();
        let page = Page::from_overfull(vec![1, 2, 3], 2, name);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1,2],"has_more":true,"after":"2"}"#);
        let page = Page::from_overfull(vec![1, 2], 2, name);
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[1,2],"has_more":false}"#);
    }

    #[test]
    fn limits_zero_and_huge_are_read_as_the_protocol_says() {
        assert_eq!(PageQuery::new(Some(0), Order::Asc, None).limit, DEFAULT_PAGE_SIZE);
        assert_eq!(PageQuery::new(Some(u64::MAX), Order::Asc, None).limit, MAX_PAGE_SIZE);
    }
}
