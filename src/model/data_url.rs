//! Bytes as a `data:` URL, encoded while they are written, so that there is never a second copy in memory.

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};

/// Bytes of a media type.
pub(super) struct DataUrl<'a> {
    pub(super) mime_type: &'a str,
    pub(super) data: &'a [u8],
}

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { mime_type, data } = self;
        serializer
            .collect_str(&format_args!("data:{mime_type};base64,{}", Base64Display::new(data, &STANDARD)))
    }
}
