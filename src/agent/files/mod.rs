//! Reads attached files for the model. Pictures are scaled down, texts are decoded, and documents stay as they
//! are. Each file is prepared once, off the arbiter.

mod cache;
mod document;
mod generated;
mod newest;
mod text;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use chatkit_pictures::{ModelCopy, Pictures};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::cache::Cache;
pub(super) use self::newest::Shown;
use crate::{
    model::{ContentPart, FileContent, FilePart, ImagePart},
    protocol::{Attachment, AttachmentId, attachment::AttachmentCommon},
    store::{AttachmentError, AttachmentStore, read_picture},
};

/// How files are prepared for the model, and how much of them one request may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct FileSettings {
    /// The longest side of a picture that the model is given, in pixels; larger ones are scaled down.
    ///
    /// Default: 1,536, which is what common vision models look at.
    #[schemars(range(min = 64, max = 16_384))]
    pub max_side_px: u32,
    /// The largest encoded picture that the model is given, in bytes.
    ///
    /// Default: 2 MiB.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub max_picture_bytes: usize,
    /// Whether the model may learn what cameras and programs wrote into pictures, such as where they were
    /// taken. No setting of the command: only its built-in model, which tells nobody, learns it.
    ///
    /// Default: no.
    #[serde(skip)]
    pub picture_metadata: bool,
    /// How much of one attached text file the model is given, in bytes; with 0 it is told only the name.
    ///
    /// Default: 256 KiB, about 64,000 tokens.
    #[schemars(range(max = 1_073_741_824))]
    pub max_text_bytes: usize,
    /// How much of all text files of a conversation the model is given, in bytes; the newest go first.
    ///
    /// Default: 512 KiB.
    #[schemars(range(max = 1_073_741_824))]
    pub max_texts_bytes: usize,
    /// Whether the model takes PDF documents; otherwise it is told only their names. No setting of the
    /// command: there it follows from the kind of model.
    ///
    /// Default: no, since most compatible servers refuse a request with a document.
    #[serde(skip)]
    pub pdf: bool,
    /// The largest PDF document that the model is given, in bytes; it is told only the name of a larger
    /// one.
    ///
    /// Default: 10 MiB.
    #[schemars(range(max = 1_073_741_824))]
    pub max_pdf_bytes: usize,
    /// How many bytes of PDF documents of a conversation the model is given; the newest go first.
    ///
    /// Default: 20 MiB. In base64 that stays below the 32 MB that OpenAI takes.
    #[schemars(range(max = 1_073_741_824))]
    pub max_pdfs_bytes: usize,
    /// How many bytes of prepared files are kept in memory for later turns.
    ///
    /// Default: 64 MiB.
    #[schemars(range(max = 68_719_476_736_u64))]
    pub cache_bytes: usize,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            max_side_px: 1_536,
            max_picture_bytes: 2 << 20,
            picture_metadata: false,
            max_text_bytes: 256 << 10,
            max_texts_bytes: 512 << 10,
            pdf: false,
            max_pdf_bytes: 10 << 20,
            max_pdfs_bytes: 20 << 20,
            cache_bytes: 64 << 20,
        }
    }
}

/// Reads files for the model. Cheap to clone; clones share one cache.
#[derive(Clone)]
pub struct Files {
    store: Option<Arc<dyn AttachmentStore>>,
    settings: FileSettings,
    /// A plain lock: it is held for a search or an insertion, never across an await.
    cache: Arc<Mutex<Cache>>,
}

impl fmt::Debug for Files {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Files").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Files {
    /// Reads files from this store. Without a store no file is found.
    pub fn new(store: Option<Arc<dyn AttachmentStore>>, settings: FileSettings) -> Self {
        Self { store, settings, cache: Arc::default() }
    }

    /// Where files are kept.
    pub(super) fn store(&self) -> Option<&dyn AttachmentStore> {
        self.store.as_deref()
    }

    /// How files are prepared.
    pub fn settings(&self) -> &FileSettings {
        &self.settings
    }

    /// The attachment as the model gets it: a picture, or a file.
    pub async fn load(&self, attachment: &Attachment) -> Result<ContentPart, AttachmentError> {
        let common = attachment.common();
        let id = &common.id;
        let Some(store) = &self.store else {
            return Err(AttachmentError::NotFound { attachment_id: id.clone() });
        };
        if let Some(part) = self.cached(id) {
            // What the user deleted must not be shown to the model either.
            store.size(id).await?;
            return Ok(part);
        }
        let part = if matches!(attachment, Attachment::Image { .. }) {
            self.picture(store.as_ref(), common).await?
        } else {
            self.document(store.as_ref(), common).await?
        };
        self.keep(id.clone(), &part);
        Ok(part)
    }

    fn cached(&self, id: &AttachmentId) -> Option<ContentPart> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(id)
    }

    fn keep(&self, id: AttachmentId, part: &ContentPart) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(id, part.clone(), self.settings.cache_bytes);
    }

    /// A picture, made small enough. The place is taken before the file is read into memory.
    async fn picture(
        &self,
        store: &dyn AttachmentStore,
        common: &AttachmentCommon,
    ) -> Result<ContentPart, AttachmentError> {
        let place = Pictures::shared().place().await?;
        let file = read_picture(store, &common.id).await?;
        let FileSettings { max_side_px, max_picture_bytes, picture_metadata, .. } = self.settings;
        let wanted = ModelCopy { max_side_px, max_bytes: max_picture_bytes, keep_metadata: picture_metadata };
        let copy = place.copy_for_model(file, wanted).await?;
        let (name, mime_type) = (common.name.clone(), copy.mime_type.to_owned());
        Ok(ContentPart::Image(ImagePart { name, mime_type, data: copy.bytes }))
    }

    async fn document(
        &self,
        store: &dyn AttachmentStore,
        common: &AttachmentCommon,
    ) -> Result<ContentPart, AttachmentError> {
        if let Some(reason) = self.withheld_unread(common) {
            store.size(&common.id).await?;
            return Ok(file(common, FileContent::Withheld { reason }));
        }
        let body = store.open(&common.id, None).await?;
        Ok(file(common, document::read(body, self.settings).await?))
    }

    /// The reason why a file need not even be read.
    fn withheld_unread(&self, common: &AttachmentCommon) -> Option<String> {
        let AttachmentCommon { mime_type, name, .. } = common;
        if mime_type == "application/pdf" {
            return (!self.settings.pdf).then(document::no_pdf);
        }
        (!text::may_be_text(mime_type, name)).then(|| "files of this type cannot be read here".to_owned())
    }
}

fn file(AttachmentCommon { name, mime_type, .. }: &AttachmentCommon, content: FileContent) -> ContentPart {
    ContentPart::File(FilePart { name: name.clone(), mime_type: mime_type.clone(), content })
}
