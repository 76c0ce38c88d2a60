//! What a request asks of bytes that are known: all, a part, or nothing when the client has them.
//!
//! Files on this machine are served by `actix-files`. Bytes that lie elsewhere are served by the same rules
//! (RFC 9110, §13 and §14.2), so that nobody can tell the difference.

use std::{ops::Range, time::SystemTime};

use actix_files::HttpRange;
use actix_web::{
    HttpMessage, HttpRequest,
    http::{
        Method,
        header::{
            self, EntityTag, HttpDate, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince,
        },
    },
};

/// What is known of the bytes before any of them is read.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub size_bytes: u64,
    /// Tells these bytes from all others.
    pub tag: EntityTag,
    pub modified: SystemTime,
}

/// What the answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Part(Range<u64>),
    /// The client has the bytes (304).
    Nothing,
    /// The client wanted other bytes than these (412).
    Others,
    /// There is no such part (416).
    NoSuchPart,
}

impl Facts {
    pub(super) fn wanted(&self, request: &HttpRequest) -> Wanted {
        if !self.is_expected(request) {
            Wanted::Others
        } else if self.is_known(request) {
            Wanted::Nothing
        } else {
            self.part(request)
        }
    }

    /// Whether `If-Match`, or without one `If-Unmodified-Since`, lets the request through.
    fn is_expected(&self, request: &HttpRequest) -> bool {
        if request.headers().contains_key(header::IF_MATCH) {
            return match request.get_header() {
                None | Some(IfMatch::Any) => true,
                Some(IfMatch::Items(tags)) => tags.iter().any(|tag| tag.strong_eq(&self.tag)),
            };
        }
        let since: Option<IfUnmodifiedSince> = request.get_header();
        since.is_none_or(|IfUnmodifiedSince(since)| secs(self.modified) <= secs(since.into()))
    }

    /// Whether the client has the bytes, by `If-None-Match`, or without one by `If-Modified-Since`.
    fn is_known(&self, request: &HttpRequest) -> bool {
        if request.headers().contains_key(header::IF_NONE_MATCH) {
            return match request.get_header() {
                None => false,
                Some(IfNoneMatch::Any) => true,
                Some(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            };
        }
        let since: Option<IfModifiedSince> = request.get_header();
        since.is_some_and(|IfModifiedSince(since)| secs(self.modified) <= secs(since.into()))
    }

    /// The part that `Range` names, of several the first. A unit that nobody knows is passed over.
    fn part(&self, request: &HttpRequest) -> Wanted {
        let Some(range) = request.headers().get(header::RANGE) else { return Wanted::Whole };
        if request.method() != Method::GET || !self.is_range_current(request) {
            return Wanted::Whole;
        }
        let range = range.to_str().unwrap_or_default();
        if range.split_once('=').is_some_and(|(unit, _)| !unit.eq_ignore_ascii_case("bytes")) {
            return Wanted::Whole;
        }
        match HttpRange::parse(range, self.size_bytes).ok().and_then(|ranges| ranges.first().copied()) {
            Some(HttpRange { start, length }) => Wanted::Part(start..start + length),
            None => Wanted::NoSuchPart,
        }
    }

    /// Whether the client has other parts of the very same bytes, by `If-Range`.
    fn is_range_current(&self, request: &HttpRequest) -> bool {
        if !request.headers().contains_key(header::IF_RANGE) {
            return true;
        }
        match request.get_header() {
            Some(IfRange::EntityTag(tag)) => tag.strong_eq(&self.tag),
            Some(IfRange::Date(date)) => secs(self.modified) == secs(date.into()),
            None => false,
        }
    }

    pub(super) fn last_modified(&self) -> HttpDate {
        self.modified.into()
    }
}

/// Seconds since 1970, since the dates of headers have no fractions.
fn secs(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
