//! The bytes of attachments: on their way in, in ranges, what is made from them, and their end.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use futures_util::StreamExt;

use crate::{
    protocol::AttachmentId,
    store::{
        AttachmentError, AttachmentStore, Derived, DerivedContent, DerivedFile, DerivedFormat, StoredFile,
        UploadRules,
    },
};

/// The smallest PNG there is: one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\xdac`\0\0\0\x02\0\x01\xe5'\xde\xfc\0\0\0\0IEND\xaeB`\x82";

fn rules(id: &str, mime_type: &str) -> UploadRules {
    UploadRules { attachment_id: id.into(), mime_type: mime_type.to_owned(), max_size_bytes: 1_000_000 }
}

async fn upload(
    store: &dyn AttachmentStore,
    rules: UploadRules,
    pieces: &[&[u8]],
) -> Result<StoredFile, AttachmentError> {
    let mut upload = store.begin(rules).await?;
    for piece in pieces {
        upload.write(Bytes::copy_from_slice(piece)).await?;
    }
    upload.finish().await
}

async fn upload_text(store: &dyn AttachmentStore, id: &str, text: &str) -> AttachmentId {
    upload(store, rules(id, "text/plain"), &[text.as_bytes()]).await.unwrap();
    id.into()
}

async fn part(store: &dyn AttachmentStore, id: &AttachmentId, range: Option<Range<u64>>) -> (u64, Vec<u8>) {
    let body = store.open(id, range).await.unwrap();
    (body.size_bytes(), body.into_stream().map(|piece| piece.unwrap().to_vec()).concat().await)
}

async fn read(store: &dyn AttachmentStore, id: &AttachmentId) -> Bytes {
    store.read(id, 1_000_000).await.unwrap()
}

/// Whether nothing can be had of it.
async fn is_gone(store: &dyn AttachmentStore, id: &AttachmentId) -> bool {
    let is_missing = |error: Option<AttachmentError>| matches!(error, Some(AttachmentError::NotFound { attachment_id }) if attachment_id == *id);
    is_missing(store.open(id, None).await.err())
        && is_missing(store.open(id, Some(0..1)).await.err())
        && is_missing(store.size(id).await.err())
        && is_missing(store.read(id, 1_000_000).await.err())
        && store.local_file(id).await.unwrap().is_none_or(|path| !path.exists())
        && store.derived(id, Derived::Thumbnail).await.unwrap().is_none()
}

/// What is kept of it: the format and the bytes.
async fn kept(store: &dyn AttachmentStore, id: &AttachmentId) -> Option<(DerivedFormat, Bytes)> {
    let DerivedFile { format, content } = store.derived(id, Derived::Thumbnail).await.unwrap()?;
    Some(match content {
        DerivedContent::Local(path) => (format, std::fs::read(path).unwrap().into()),
        DerivedContent::Bytes(bytes) => (format, bytes),
    })
}

pub async fn bytes_come_back_whole_and_in_parts(store: Arc<dyn AttachmentStore>) {
    let bytes: Vec<u8> = (0..700_000_u32).map(|number| (number % 251) as u8).collect();
    let pieces: Vec<_> = bytes.chunks(300_001).collect();
    let stored = upload(&*store, rules("atc_1", "application/x-thing"), &pieces).await.unwrap();
    assert_eq!(stored.size_bytes, 700_000);
    assert_eq!(stored.sha256, "f101963580e7deb59f09073f328223c0f1311e93fddc2b4b1c6b6037590dd5a1");
    let id = "atc_1".into();
    assert_eq!(store.size(&id).await.unwrap(), 700_000);
    assert!(read(&*store, &id).await == bytes);
    for (range, expected) in [
        (None, &bytes[..]),
        (Some(0..700_000), &bytes),
        (Some(0..1), &bytes[..1]),
        (Some(262_143..524_290), &bytes[262_143..524_290]),
        (Some(699_999..700_000), &bytes[699_999..]),
        (Some(699_999..u64::MAX), &bytes[699_999..]),
        (Some(3..3), &[]),
        (Some(700_000..700_001), &[]),
        (Some(u64::MAX - 1..u64::MAX), &[]),
    ] {
        let (size_bytes, found) = part(&*store, &id, range.clone()).await;
        assert_eq!(size_bytes, 700_000, "{range:?}");
        assert!(found == expected, "{range:?}");
    }
    if let Some(path) = store.local_file(&id).await.unwrap() {
        assert!(std::fs::read(path).unwrap() == bytes);
    }
    store.check().await.unwrap();
}

pub async fn a_file_above_the_limit_is_not_read(store: Arc<dyn AttachmentStore>) {
    let id = upload_text(&*store, "atc_1", "0123456789").await;
    assert_eq!(store.read(&id, 10).await.unwrap(), "0123456789");
    for limit in [0, 9] {
        let refused = store.read(&id, limit).await;
        assert!(
            matches!(refused, Err(AttachmentError::TooLarge { max_size_bytes }) if max_size_bytes == limit)
        );
    }
}

pub async fn an_upload_is_visible_when_it_is_finished(store: Arc<dyn AttachmentStore>) {
    let id = AttachmentId::from("atc_1");
    let mut broken = store.begin(rules("atc_1", "text/plain")).await.unwrap();
    broken.write(Bytes::from(vec![b'x'; 600_000])).await.unwrap();
    assert!(is_gone(&*store, &id).await);
    drop(broken);
    assert!(is_gone(&*store, &id).await);
    upload_text(&*store, "atc_1", "whole").await;
    assert_eq!(read(&*store, &id).await, "whole");
}

pub async fn what_is_not_as_announced_is_refused(store: Arc<dyn AttachmentStore>) {
    let id = AttachmentId::from("atc_1");
    for (mime_type, bytes) in
        [("image/jpeg", PNG), ("application/pdf", PNG), ("image/png", b"<script>"), ("text/plain", PNG)]
    {
        let refused = upload(&*store, rules("atc_1", mime_type), &[bytes]).await;
        assert!(matches!(refused, Err(AttachmentError::WrongType { .. })), "{mime_type}: {refused:?}");
        assert!(is_gone(&*store, &id).await);
    }
    let refused = upload(&*store, rules("atc_1", "image/png"), &[&PNG[..40]]).await;
    assert!(matches!(refused, Err(AttachmentError::Unreadable { .. })), "{refused:?}");
    let refused = upload(&*store, rules("atc_1", "text/plain"), &[]).await;
    assert!(matches!(refused, Err(AttachmentError::Empty)), "{refused:?}");
    let limit = UploadRules { max_size_bytes: 3, ..rules("atc_1", "text/plain") };
    let refused = upload(&*store, limit.clone(), &[b"12", b"34"]).await;
    assert!(matches!(refused, Err(AttachmentError::TooLarge { max_size_bytes: 3 })), "{refused:?}");
    assert!(is_gone(&*store, &id).await);
    upload(&*store, limit, &[b"12", b"3"]).await.unwrap();
    upload(&*store, rules("atc_2", "image/png"), &[PNG]).await.unwrap();
}

pub async fn any_id_is_a_name_of_its_own(store: Arc<dyn AttachmentStore>) {
    let long = "x".repeat(1_000);
    let ids =
        ["a", "A", "", ".", "..", "/", "../a", "a/b", "a%2fb", "a\\b", "a\0b", "CON", "é", "e\u{301}", &long];
    for id in ids {
        upload_text(&*store, id, &format!("<{id}>")).await;
    }
    for id in ids {
        assert_eq!(read(&*store, &id.into()).await, format!("<{id}>"));
    }
    store.remove(&"A".into()).await.unwrap();
    assert_eq!(read(&*store, &"a".into()).await, "<a>");
}

pub async fn what_was_removed_is_gone(store: Arc<dyn AttachmentStore>) {
    let id = upload_text(&*store, "atc_1", "one").await;
    let other = upload_text(&*store, "atc_2", "two").await;
    for id in [&id, &other] {
        store
            .keep_derived(id, Derived::Thumbnail, DerivedFormat::Png, Bytes::from_static(b"small"))
            .await
            .unwrap();
    }
    let kept_of_other = kept(&*store, &other).await;
    for _ in 0..2 {
        store.remove(&id).await.unwrap();
        assert!(is_gone(&*store, &id).await);
    }
    store.remove(&"never there".into()).await.unwrap();
    assert!(is_gone(&*store, &"never there".into()).await);
    assert_eq!(read(&*store, &other).await, "two");
    assert_eq!(kept(&*store, &other).await, kept_of_other);
}

pub async fn what_was_made_is_kept_as_it_was_or_not_at_all(store: Arc<dyn AttachmentStore>) {
    for (id, format) in [("atc_1", DerivedFormat::Jpeg), ("atc_2", DerivedFormat::Png)] {
        let id = upload_text(&*store, id, "picture").await;
        assert_eq!(kept(&*store, &id).await, None);
        let small = Bytes::from(format!("small {}", format.extension()));
        store.keep_derived(&id, Derived::Thumbnail, format, small.clone()).await.unwrap();
        assert!(kept(&*store, &id).await.is_none_or(|found| found == (format, small)));
        assert_eq!(read(&*store, &id).await, "picture");
    }
}

pub async fn nothing_is_kept_of_what_was_removed(store: Arc<dyn AttachmentStore>) {
    let keep = async |id: &AttachmentId| {
        let small = Bytes::from(vec![b's'; 100_000]);
        store.keep_derived(id, Derived::Thumbnail, DerivedFormat::Jpeg, small).await
    };
    for number in 0..30 {
        let id = upload_text(&*store, &format!("atc_{number}"), "picture").await;
        // Either may come first.
        let (kept, removed) = match number % 2 {
            0 => tokio::join!(keep(&id), store.remove(&id)),
            _ => {
                let (removed, kept) = tokio::join!(store.remove(&id), keep(&id));
                (kept, removed)
            }
        };
        removed.unwrap();
        assert!(matches!(kept, Ok(()) | Err(AttachmentError::NotFound { .. })), "{kept:?}");
        assert!(is_gone(&*store, &id).await);
        let kept = keep(&id).await;
        assert!(matches!(kept, Ok(()) | Err(AttachmentError::NotFound { .. })), "{kept:?}");
        assert!(is_gone(&*store, &id).await);
    }
}
