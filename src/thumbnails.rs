//! Small versions of pictures. They are made on demand from the bytes of any attachment store, which may keep
//! them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chatkit_pictures::{Pictures, SmallCopy};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};

use crate::{
    protocol::AttachmentId,
    store::{
        AttachmentError, AttachmentStore, Derived, DerivedContent, DerivedFile, DerivedFormat, read_picture,
    },
};

/// The longest side of a thumbnail: twice what pages show, for dense screens.
const MAX_SIDE_PX: u32 = 512;

type Making = Shared<BoxFuture<'static, Result<DerivedFile, AttachmentError>>>;

/// The thumbnails that are being made. A plain lock: it is held to look one up, to add or to remove one,
/// never across an await.
type AllMaking = Arc<Mutex<HashMap<AttachmentId, Making>>>;

/// Gives thumbnails, and makes each of them once for all who ask at the same time. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thumbnails(AllMaking);

impl Thumbnails {
    /// Gives the thumbnail of a picture, and makes it unless the store has kept it.
    pub(crate) async fn get(
        &self,
        store: &Arc<dyn AttachmentStore>,
        id: &AttachmentId,
    ) -> Result<DerivedFile, AttachmentError> {
        match store.derived(id, Derived::Thumbnail).await? {
            Some(thumbnail) => Ok(thumbnail),
            None => self.making(store, id).await,
        }
    }

    /// Joins those who wait for this thumbnail, or begins to make it. It is made to the end even if all of
    /// them go away, so that the work is not in vain.
    fn making(&self, store: &Arc<dyn AttachmentStore>, id: &AttachmentId) -> Making {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(making) = all.get(id) {
            return making.clone();
        }
        let entry = Entry { all: Arc::clone(&self.0), id: id.clone() };
        let store = Arc::clone(store);
        let task = tokio::spawn(async move { make(store.as_ref(), &entry.id).await });
        let making = task
            .map(|outcome| {
                outcome.unwrap_or_else(|error| Err(AttachmentError::Io { reason: error.to_string() }))
            })
            .boxed()
            .shared();
        all.insert(id.clone(), making.clone());
        making
    }
}

/// Takes a thumbnail off the list of those being made, however its making ends.
struct Entry {
    all: AllMaking,
    id: AttachmentId,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

async fn make(store: &dyn AttachmentStore, id: &AttachmentId) -> Result<DerivedFile, AttachmentError> {
    // Another call may have made it after this one asked the store and before it looked at the list.
    if let Some(thumbnail) = store.derived(id, Derived::Thumbnail).await? {
        return Ok(thumbnail);
    }
    // Take the place before the file is read into memory.
    let place = Pictures::shared().place().await?;
    let original = read_picture(store, id).await?;
    let SmallCopy { bytes, mime_type } = place.small_copy(original, MAX_SIDE_PX).await?;
    let png = mime_type == DerivedFormat::Png.mime_type();
    let format = if png { DerivedFormat::Png } else { DerivedFormat::Jpeg };
    match store.keep_derived(id, Derived::Thumbnail, format, bytes.clone()).await {
        Ok(()) => {}
        Err(removed @ AttachmentError::NotFound { .. }) => return Err(removed),
        // The thumbnail can be shown even though it was not kept.
        Err(error) => tracing::warn!(attachment.id = %id, cause = %error, "thumbnail not kept"),
    }
    // If the store has kept it, serve it from there, so that this answer has the same ETag as later ones.
    let kept = store.derived(id, Derived::Thumbnail).await?;
    Ok(kept.unwrap_or(DerivedFile { format, content: DerivedContent::Bytes(bytes) }))
}

#[cfg(test)]
mod tests {
    use std::{fs, ops::Range};

    use async_trait::async_trait;
    use bytes::Bytes;
    use chatkit_pictures::samples::{animated_gif, encoded, quarters, rotated_jpeg};
    use futures_util::future::join_all;
    use image::ImageFormat;
    use tempfile::TempDir;

    use super::*;
    use crate::store::{AttachmentBody, DiskAttachmentSettings, DiskAttachmentStore, Upload, UploadRules};

    fn disk() -> (Arc<dyn AttachmentStore>, TempDir) {
        let folder = TempDir::new().unwrap();
        (Arc::new(DiskAttachmentStore::open(&DiskAttachmentSettings::new(folder.path())).unwrap()), folder)
    }

    async fn upload(store: &Arc<dyn AttachmentStore>, id: &str, mime_type: &str, bytes: &[u8]) {
        let rules = UploadRules {
            attachment_id: id.into(),
            mime_type: mime_type.to_owned(),
            max_size_bytes: bytes.len() as u64,
        };
        let mut upload = store.begin(rules).await.unwrap();
        upload.write(Bytes::copy_from_slice(bytes)).await.unwrap();
        upload.finish().await.unwrap();
    }

    fn bytes_of(thumbnail: DerivedFile) -> Bytes {
        match thumbnail.content {
            DerivedContent::Local(path) => fs::read(path).unwrap().into(),
            DerivedContent::Bytes(bytes) => bytes,
        }
    }

    #[tokio::test]
    async fn every_picture_has_a_thumbnail_and_other_files_none() {
        let (store, _folder) = disk();
        let thumbnails = Thumbnails::default();
        let see_through = quarters(700, 350, 0);
        for (mime_type, bytes, expected, size) in [
            ("image/png", encoded(&see_through, ImageFormat::Png), DerivedFormat::Png, (512, 256)),
            ("image/webp", encoded(&see_through, ImageFormat::WebP), DerivedFormat::Png, (512, 256)),
            ("image/jpeg", rotated_jpeg(700, 350), DerivedFormat::Jpeg, (256, 512)),
            ("image/gif", animated_gif(), DerivedFormat::Jpeg, (64, 32)),
            ("image/bmp", encoded(&see_through, ImageFormat::Bmp), DerivedFormat::Jpeg, (512, 256)),
        ] {
            upload(&store, mime_type, mime_type, &bytes).await;
            let thumbnail = thumbnails.get(&store, &mime_type.into()).await.unwrap();
            assert_eq!(thumbnail.format, expected);
            let small = bytes_of(thumbnail);
            assert_eq!(image::guess_format(&small).unwrap().to_mime_type(), expected.mime_type());
            let picture = image::load_from_memory(&small).unwrap();
            assert_eq!((picture.width(), picture.height()), size, "{mime_type}");
        }
        upload(&store, "svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>").await;
        upload(&store, "text", "text/plain", b"hello").await;
        for id in ["svg", "text"] {
            let refused = thumbnails.get(&store, &id.into()).await;
            assert!(matches!(refused, Err(AttachmentError::Unreadable { .. })), "{refused:?}");
        }
        let missing = thumbnails.get(&store, &"nothing".into()).await;
        assert!(matches!(missing, Err(AttachmentError::NotFound { .. })));
        assert!(thumbnails.0.lock().unwrap().is_empty(), "nothing is being made any more");
    }

    #[tokio::test]
    async fn a_thumbnail_that_is_kept_is_not_made_again() {
        let (store, _folder) = disk();
        let picture = encoded(&quarters(900, 900, 255), ImageFormat::Png);
        upload(&store, "atc_1", "image/png", &picture).await;
        let thumbnails = Thumbnails::default();
        let made = thumbnails.get(&store, &"atc_1".into()).await.unwrap();
        let DerivedContent::Local(path) = &made.content else { panic!("not on the disk") };
        let written = fs::metadata(path).unwrap().modified().unwrap();
        assert_eq!(thumbnails.get(&store, &"atc_1".into()).await.unwrap(), made);
        assert_eq!(fs::metadata(path).unwrap().modified().unwrap(), written);
        // What was deleted has none, and gets none.
        store.remove(&"atc_1".into()).await.unwrap();
        let gone = thumbnails.get(&store, &"atc_1".into()).await;
        assert!(matches!(gone, Err(AttachmentError::NotFound { .. })), "{gone:?}");
        assert!(!path.exists());
    }

    /// Keeps nothing that was made, and counts how often the original was read.
    struct Elsewhere {
        picture: Bytes,
        num_reads: Mutex<usize>,
        /// What happens when a thumbnail is to be kept.
        keeping: fn() -> Result<(), AttachmentError>,
    }

    #[async_trait]
    impl AttachmentStore for Elsewhere {
        async fn begin(&self, _: UploadRules) -> Result<Box<dyn Upload>, AttachmentError> {
            Err(AttachmentError::Busy)
        }

        async fn open(
            &self,
            _: &AttachmentId,
            range: Option<Range<u64>>,
        ) -> Result<AttachmentBody, AttachmentError> {
            *self.num_reads.lock().unwrap() += 1;
            Ok(AttachmentBody::from_bytes(&self.picture, range))
        }

        async fn keep_derived(
            &self,
            _: &AttachmentId,
            _: Derived,
            _: DerivedFormat,
            _: Bytes,
        ) -> Result<(), AttachmentError> {
            (self.keeping)()
        }

        async fn remove(&self, _: &AttachmentId) -> Result<(), AttachmentError> {
            Ok(())
        }

        async fn check(&self) -> Result<(), AttachmentError> {
            Ok(())
        }
    }

    fn elsewhere(keeping: fn() -> Result<(), AttachmentError>) -> (Arc<Elsewhere>, Arc<dyn AttachmentStore>) {
        let picture = encoded(&quarters(900, 900, 255), ImageFormat::Png).into();
        let store = Arc::new(Elsewhere { picture, num_reads: Mutex::default(), keeping });
        (Arc::clone(&store), store)
    }

    #[tokio::test]
    async fn those_who_ask_at_once_share_one_thumbnail_even_if_nobody_keeps_it() {
        let (counted, store) = elsewhere(|| Ok(()));
        let thumbnails = Thumbnails::default();
        let id = AttachmentId::from("atc_1");
        let all = join_all((0..20).map(|_| thumbnails.get(&store, &id))).await;
        let first = all[0].clone().unwrap();
        assert!(all.iter().all(|thumbnail| thumbnail.as_ref().unwrap() == &first));
        assert_eq!(*counted.num_reads.lock().unwrap(), 1);
        thumbnails.get(&store, &id).await.unwrap();
        assert_eq!(*counted.num_reads.lock().unwrap(), 2, "those who come later have it made again");
    }

    #[tokio::test]
    async fn a_thumbnail_that_cannot_be_kept_is_shown_unless_its_picture_is_gone() {
        let full = || Err(AttachmentError::Full { reason: "no space".to_owned() });
        let (_, store) = elsewhere(full);
        let thumbnail = Thumbnails::default().get(&store, &"atc_1".into()).await.unwrap();
        assert!(image::load_from_memory(&bytes_of(thumbnail)).is_ok());
        let gone = || Err(AttachmentError::NotFound { attachment_id: "atc_1".into() });
        let (_, store) = elsewhere(gone);
        let refused = Thumbnails::default().get(&store, &"atc_1".into()).await;
        assert!(matches!(refused, Err(AttachmentError::NotFound { .. })), "{refused:?}");
    }

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_others_their_thumbnail() {
        let (counted, store) = elsewhere(|| Ok(()));
        let (thumbnails, id) = (Thumbnails::default(), AttachmentId::from("atc_1"));
        let first = thumbnails.making(&store, &id);
        let second = thumbnails.making(&store, &id);
        drop(first);
        second.await.unwrap();
        assert_eq!(*counted.num_reads.lock().unwrap(), 1);
    }
}
