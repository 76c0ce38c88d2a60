//! Files of the web interface that lie in the program rather than in a folder.

use std::{collections::BTreeMap, sync::Arc};

use actix_files::file_extension_to_mime;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ETag, EntityTag, Header, IfNoneMatch},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// Files by their names; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Embedded(Arc<BTreeMap<&'static str, File>>);

#[derive(Debug)]
struct File {
    content: &'static [u8],
    /// A hash of the content, so that a file that was rebuilt unchanged stays in caches.
    tag: EntityTag,
}

impl Embedded {
    pub(super) fn new(files: &[(&'static str, &'static [u8])]) -> Self {
        let files = files.iter().map(|&(name, content)| {
            let digest = Sha256::digest(content);
            let tag = URL_SAFE_NO_PAD.encode(&digest[..16]);
            (name, File { content, tag: EntityTag::new_strong(tag) })
        });
        Self(Arc::new(files.collect()))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Answers with the file of this name, or with 304 to a client that has it.
    pub(super) fn answer(&self, name: &str, request: &HttpRequest) -> Option<HttpResponse> {
        let file = self.0.get(name)?;
        let is_known = match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&file.tag)),
            Err(_) => false,
        };
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer.insert_header(ETag(file.tag.clone()));
        if is_known {
            return Some(answer.finish());
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let media_type = file_extension_to_mime(extension);
        // The build writes UTF-8.
        let charset = if media_type.type_() == "text" { "; charset=utf-8" } else { "" };
        answer.content_type(format!("{media_type}{charset}"));
        Some(answer.body(Bytes::from_static(file.content)))
    }
}
