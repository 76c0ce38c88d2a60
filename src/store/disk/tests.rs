//! Files on their way in, in place, and gone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chatkit_pictures::samples::{animated_gif, encoded, quarters};
use image::ImageFormat;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::store::StoredFile;

fn open() -> (DiskAttachmentStore, TempDir) {
    let folder = TempDir::new().unwrap();
    let settings = DiskAttachmentSettings { directory: folder.path().join("uploads") };
    (DiskAttachmentStore::open(&settings).unwrap(), folder)
}

/// All files below a folder except the lock.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let entries = entries.filter(|path| !path.ends_with(".lock"));
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn rules(id: &str, mime_type: &str) -> UploadRules {
    UploadRules { attachment_id: id.into(), mime_type: mime_type.to_owned(), max_size_bytes: 1 << 24 }
}

async fn upload(
    store: &DiskAttachmentStore,
    rules: UploadRules,
    bytes: &[u8],
    chunk_size: usize,
) -> Result<StoredFile, AttachmentError> {
    let mut upload = store.begin(rules).await?;
    for chunk in bytes.chunks(chunk_size) {
        upload.write(Bytes::copy_from_slice(chunk)).await?;
    }
    upload.finish().await
}

async fn read(store: &DiskAttachmentStore, id: &str) -> Result<Bytes, AttachmentError> {
    store.read(&id.into(), u64::MAX).await
}

async fn upload_picture(store: &DiskAttachmentStore, id: &str, mime_type: &str, bytes: &[u8]) {
    upload(store, rules(id, mime_type), bytes, 1 << 16).await.unwrap();
}

#[tokio::test]
async fn an_upload_in_chunks_of_any_size_is_kept_byte_for_byte() {
    let (store, folder) = open();
    let bytes: Vec<u8> = (0..600_000_u32).map(|number| (number % 251) as u8).collect();
    for (number, chunk_size) in [1000, 65_536, 262_143, 262_144, 262_145, 600_000].into_iter().enumerate() {
        let id = format!("atc_{number}");
        let stored = upload(&store, rules(&id, "application/x-thing"), &bytes, chunk_size).await.unwrap();
        let sha256 = layout::hex(Sha256::digest(&bytes));
        assert_eq!(stored, StoredFile { size_bytes: 600_000, sha256 });
        assert_eq!(read(&store, &id).await.unwrap(), bytes);
    }
    assert_eq!(files(folder.path()).len(), 6);
    let tiny = upload(&store, rules("tiny", "text/plain"), b"x", 1).await.unwrap();
    assert_eq!(tiny.size_bytes, 1);
    store.check().await.unwrap();
}

#[tokio::test]
async fn one_byte_too_many_ends_the_upload_and_leaves_nothing() {
    let (store, folder) = open();
    let limit = UploadRules { max_size_bytes: 300_000, ..rules("atc_1", "text/plain") };
    let exact = upload(&store, limit.clone(), &vec![b'x'; 300_000], 1024).await.unwrap();
    assert_eq!(exact.size_bytes, 300_000);
    store.remove(&"atc_1".into()).await.unwrap();
    let refused = upload(&store, limit.clone(), &vec![b'x'; 300_001], 1024).await;
    assert!(matches!(refused, Err(AttachmentError::TooLarge { max_size_bytes: 300_000 })));
    // The upload is refused at once, not at the end, and stays refused.
    let mut upload = store.begin(limit).await.unwrap();
    let refused = upload.write(Bytes::from(vec![b'x'; 300_001])).await;
    assert!(matches!(refused, Err(AttachmentError::TooLarge { .. })));
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new(), "before it is dropped");
    assert!(upload.write(Bytes::from_static(b"x")).await.is_err());
    assert!(upload.finish().await.is_err());
    assert!(matches!(read(&store, "atc_1").await, Err(AttachmentError::NotFound { .. })));
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_is_not_as_announced_is_refused_and_leaves_nothing() {
    let (store, folder) = open();
    let png = encoded(&quarters(20, 10, 255), ImageFormat::Png);
    for (mime_type, bytes) in [
        ("image/jpeg", &png[..]),
        ("application/pdf", &png),
        ("image/png", b"not a picture"),
        ("image/gif", b"G"),
    ] {
        for chunk_size in [1, 1 << 20] {
            let refused = upload(&store, rules("atc_1", mime_type), bytes, chunk_size).await;
            assert!(matches!(refused, Err(AttachmentError::WrongType { .. })), "{mime_type} {refused:?}");
        }
    }
    for mime_type in ["image/png", "text/plain"] {
        let refused = upload(&store, rules("atc_1", mime_type), b"", 1).await;
        assert!(matches!(refused, Err(AttachmentError::Empty)));
    }
    for (mime_type, whole) in [
        ("image/png", png),
        ("image/jpeg", encoded(&quarters(20, 10, 255), ImageFormat::Jpeg)),
        ("image/gif", animated_gif()),
        ("image/webp", encoded(&quarters(20, 10, 255), ImageFormat::WebP)),
    ] {
        let refused = upload(&store, rules("atc_1", mime_type), &whole[..12], 5).await;
        assert!(matches!(refused, Err(AttachmentError::Unreadable { .. })), "{mime_type} {refused:?}");
        upload_picture(&store, mime_type, mime_type, &whole).await;
        store.remove(&mime_type.into()).await.unwrap();
    }
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_upload_is_visible_only_when_it_is_finished() {
    let (store, folder) = open();
    let id = AttachmentId::from("atc_1");
    let mut broken = store.begin(rules("atc_1", "text/plain")).await.unwrap();
    broken.write(Bytes::from(vec![b'x'; 1 << 20])).await.unwrap();
    assert!(matches!(store.size(&id).await, Err(AttachmentError::NotFound { .. })));
    assert_eq!(files(folder.path()).len(), 1);
    drop(broken);
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());

    upload(&store, rules("atc_1", "text/plain"), b"first", 5).await.unwrap();
    let mut second = store.begin(rules("atc_1", "text/plain")).await.unwrap();
    second.write(Bytes::from_static(b"second")).await.unwrap();
    assert_eq!(read(&store, "atc_1").await.unwrap(), "first");
    second.finish().await.unwrap();
    assert_eq!(read(&store, "atc_1").await.unwrap(), "second");
}

#[tokio::test]
async fn no_id_is_ever_a_path() {
    let (store, folder) = open();
    let long = "x".repeat(10_000);
    let ids = [
        "",
        ".",
        "..",
        "/",
        "../../etc/passwd",
        "/etc/passwd",
        "%2e%2e/x",
        "a\0b",
        "..\\x",
        "CON",
        "é",
        &long,
    ];
    for id in ids {
        let stored =
            upload(&store, rules(id, "text/plain"), format!("<{id}>").as_bytes(), 4096).await.unwrap();
        assert_eq!(stored.size_bytes, id.len() as u64 + 2);
    }
    for id in ids {
        assert_eq!(read(&store, id).await.unwrap(), format!("<{id}>"));
    }
    let uploads = folder.path().join("uploads");
    let kept = files(folder.path());
    assert_eq!(kept.len(), ids.len());
    for path in kept {
        let below = path.strip_prefix(&uploads).unwrap();
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'/');
        assert!(below.to_str().is_some_and(plain), "{}", path.display());
    }
}

#[tokio::test]
async fn leftovers_of_an_earlier_run_are_removed_and_the_rest_is_kept() {
    let (store, folder) = open();
    upload(&store, rules("atc_1", "text/plain"), b"kept", 4).await.unwrap();
    drop(store);
    let settings = DiskAttachmentSettings { directory: folder.path().join("uploads") };
    fs::write(settings.directory.join(".incoming/leftover"), "half").unwrap();
    let store = DiskAttachmentStore::open(&settings).unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(read(&store, "atc_1").await.unwrap(), "kept");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_so() {
    let (store, folder) = open();
    let settings = DiskAttachmentSettings { directory: folder.path().join("uploads") };
    fs::remove_dir_all(&settings.directory).unwrap();
    fs::write(&settings.directory, "a file").unwrap();
    let error = DiskAttachmentStore::open(&settings).unwrap_err();
    assert!(error.to_string().contains("uploads"), "{error}");
    assert!(matches!(store.check().await, Err(AttachmentError::Io { .. })));
    let refused = store.begin(rules("atc_1", "text/plain")).await.err();
    assert!(matches!(refused, Some(AttachmentError::Io { .. })));
}

#[tokio::test]
async fn removing_takes_all_files_and_what_another_process_left() {
    let (store, folder) = open();
    let id = AttachmentId::from("atc_1");
    upload_picture(&store, "atc_1", "image/gif", &animated_gif()).await;
    for format in DerivedFormat::ALL {
        store.keep_derived(&id, Derived::Thumbnail, format, Bytes::from_static(b"small")).await.unwrap();
    }
    assert_eq!(files(folder.path()).len(), 3);
    store.remove(&id).await.unwrap();
    assert_eq!(files(folder.path()), Vec::<PathBuf>::new());
}

mod conformance {
    use super::*;

    fn opened() -> (Arc<dyn AttachmentStore>, TempDir) {
        let (store, folder) = open();
        (Arc::new(store), folder)
    }

    crate::store::conformance::attachment_suite!(opened());
}
