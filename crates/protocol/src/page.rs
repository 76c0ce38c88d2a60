//! Pages of threads and items.

use serde::{Deserialize, Serialize};

/// How many rows a page has when nothing (or 0) was asked for.
pub const DEFAULT_PAGE_SIZE: usize = 20;
/// The most rows a page ever has; a larger `limit` counts as this.
pub const MAX_PAGE_SIZE: usize = 100;
/// About how many bytes the rows of a page take at most, as JSON: 4 MiB.
pub const DEFAULT_PAGE_BYTES: usize = 4 << 20;

/// One page of a longer list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The same page with each row turned into something else.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(convert).collect(),
            has_more: self.has_more,
            after: self.after,
        }
    }
}

/// A page that is being filled, row by row, until it holds as many rows or bytes as its query allows.
///
/// ```
/// use chatkit_protocol::{PageQuery, page::PageBuilder};
///
/// let mut page = PageBuilder::new(&PageQuery { limit: 2, ..PageQuery::default() });
/// for row in ["a", "b", "c"] {
///     if !page.push(row.len(), || row) {
///         break;
///     }
/// }
/// let page = page.finish(|row| (*row).to_owned());
/// assert_eq!((page.data, page.has_more, page.after.as_deref()), (vec!["a", "b"], true, Some("b")));
/// ```
#[derive(Debug)]
pub struct PageBuilder<T> {
    rows: Vec<T>,
    limit: usize,
    free_bytes: usize,
    full: bool,
}

impl<T> PageBuilder<T> {
    /// An empty page for this query.
    pub fn new(query: &PageQuery) -> Self {
        Self { rows: Vec::new(), limit: query.limit, free_bytes: query.max_bytes, full: false }
    }

    /// Takes the next row of the list, which has so many bytes, unless the page is full without it. Says
    /// whether it was taken: if not, nothing more needs to be read. The first row is taken whatever its size.
    pub fn push(&mut self, bytes: usize, row: impl FnOnce() -> T) -> bool {
        self.full |= self.rows.len() >= self.limit || (bytes > self.free_bytes && !self.rows.is_empty());
        if !self.full {
            self.free_bytes = self.free_bytes.saturating_sub(bytes);
            self.rows.push(row());
        }
        !self.full
    }

    /// The page. More follows when a row was not taken.
    pub fn finish(self, id_of: impl Fn(&T) -> String) -> Page<T> {
        let after = if self.full { self.rows.last().map(id_of) } else { None };
        Page { data: self.rows, has_more: self.full, after }
    }
}

/// In which direction a list is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// About how many bytes the page may have, as JSON. A row that goes beyond it is left for the next page,
    /// unless it is the first one. [`DEFAULT_PAGE_BYTES`] by default.
    pub max_bytes: usize,
}

impl Default for PageQuery {
    fn default() -> Self {
        Self { limit: DEFAULT_PAGE_SIZE, order: Order::Desc, after: None, max_bytes: DEFAULT_PAGE_BYTES }
    }
}

impl PageQuery {
    /// The query for a `limit` as a client sends it: none and 0 mean the default.
    pub fn new(limit: Option<u64>, order: Order, after: Option<String>) -> Self {
        let limit = match limit {
            None | Some(0) => DEFAULT_PAGE_SIZE,
            Some(limit) => usize::try_from(limit).unwrap_or(MAX_PAGE_SIZE).min(MAX_PAGE_SIZE),
        };
        Self { limit, order, after, max_bytes: DEFAULT_PAGE_BYTES }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_is_there_only_when_more_follows() {
        let page = serde_json::to_string(&filled(2, 9, &[1, 1, 1])).unwrap();
        assert_eq!(page, r#"{"data":[1,1],"has_more":true,"after":"1"}"#);
        let page = serde_json::to_string(&filled(2, 9, &[1, 1])).unwrap();
        assert_eq!(page, r#"{"data":[1,1],"has_more":false}"#);
    }

    /// The page of rows that take as many bytes as they say.
    fn filled(limit: usize, max_bytes: usize, rows: &[usize]) -> Page<usize> {
        let mut page = PageBuilder::new(&PageQuery { limit, max_bytes, ..PageQuery::default() });
        let taken = rows.iter().take_while(|row| page.push(**row, || **row)).count();
        let page = page.finish(ToString::to_string);
        assert_eq!(page.data, rows[..taken]);
        page
    }

    #[test]
    fn a_page_ends_before_the_row_that_is_too_much_but_never_empty() {
        let cut = |max_bytes, rows: &[usize]| {
            let page = filled(9, max_bytes, rows);
            (page.data.len(), page.has_more)
        };
        assert_eq!(cut(5, &[2, 3, 1]), (2, true));
        assert_eq!(cut(5, &[2, 3]), (2, false));
        assert_eq!(cut(5, &[2, 4, 1]), (1, true), "a smaller row behind it does not jump the line");
        assert_eq!(cut(5, &[6, 1]), (1, true));
        assert_eq!(cut(0, &[6]), (1, false));
        assert_eq!(cut(5, &[]), (0, false));
    }

    #[test]
    fn limits_zero_and_huge_are_read_as_the_protocol_says() {
        assert_eq!(PageQuery::new(Some(0), Order::Asc, None).limit, DEFAULT_PAGE_SIZE);
        assert_eq!(PageQuery::new(Some(u64::MAX), Order::Asc, None).limit, MAX_PAGE_SIZE);
    }
}
