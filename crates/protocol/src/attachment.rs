//! Attachments of user messages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ids::{AttachmentId, ThreadId};

/// A file the user attached.
///
/// The reference also stores free `metadata` but never sends it; this crate has no use for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Attachment {
    /// Any file.
    File {
        /// What every attachment has.
        #[serde(flatten)]
        common: AttachmentCommon,
    },
    /// A picture, shown in place.
    Image {
        /// What every attachment has.
        #[serde(flatten)]
        common: AttachmentCommon,
        /// Where a small version of it can be had.
        preview_url: String,
    },
}

/// What every attachment has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttachmentCommon {
    /// The attachment's id.
    pub id: AttachmentId,
    /// The file's name as the user knows it.
    pub name: String,
    /// The media type, `type/subtype`.
    pub mime_type: String,
    /// Where the bytes go; absent once they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload_descriptor: Option<UploadDescriptor>,
    /// The thread of the message that names it; absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<ThreadId>,
}

/// Where and how the bytes of a new attachment are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadDescriptor {
    /// The address.
    pub url: String,
    /// The HTTP method.
    pub method: UploadMethod,
    /// Headers to send along.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
}

/// The HTTP method of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum UploadMethod {
    /// `POST`, a form with the bytes in the field `file`.
    Post,
    /// `PUT`.
    Put,
}

impl Attachment {
    /// What every attachment has.
    pub fn common(&self) -> &AttachmentCommon {
        match self {
            Self::File { common } | Self::Image { common, .. } => common,
        }
    }

    /// What every attachment has, to be changed.
    pub fn common_mut(&mut self) -> &mut AttachmentCommon {
        match self {
            Self::File { common } | Self::Image { common, .. } => common,
        }
    }

    /// The attachment's id.
    pub fn id(&self) -> &AttachmentId {
        &self.common().id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_reads_and_writes_flat() {
        let text = r#"{"type":"image","id":"atc_1","name":"a.png","mime_type":"image/png","upload_descriptor":{"url":"http://h/u","method":"POST","headers":{}},"preview_url":"http://h/p"}"#;
        let attachment: Attachment = serde_json::from_str(text).unwrap();
        assert_eq!(attachment.id().as_str(), "atc_1");
        assert_eq!(serde_json::to_string(&attachment).unwrap(), text);
        assert!(
            serde_json::from_str::<Attachment>(r#"{"type":"image","id":"a","name":"b","mime_type":"c"}"#)
                .is_err()
        );
    }
}
