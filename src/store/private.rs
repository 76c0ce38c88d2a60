//! Files and folders that are for this user alone, and for one process at a time.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// The right of this process to a database or a folder. It ends with the last clone, and with the
/// process, however that ends: the lock is the operating system's.
#[derive(Debug)]
pub(super) struct Claim {
    _file: Arc<File>,
}

/// Why there is no claim.
#[derive(Debug)]
pub(super) enum ClaimError {
    /// Another process has it.
    Taken,
    /// The lock file cannot be made or opened.
    Unusable(io::Error),
}

/// The locks that this process holds. Within one process a store may be opened again, by a test for
/// example; whoever does that knows of it.
static HELD: Mutex<Option<HashMap<PathBuf, Weak<File>>>> = Mutex::new(None);

/// Locks the file at `path`, which is made if there is none and stays there.
pub(super) fn claim(path: &Path) -> Result<Claim, ClaimError> {
    let file = open_private(OpenOptions::new().write(true).create(true).truncate(false), path)
        .map_err(ClaimError::Unusable)?;
    make_private(path);
    let known = path.canonicalize().map_err(ClaimError::Unusable)?;
    // Held for a few system calls, at the start of a store only.
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.get_or_insert_default();
    held.retain(|_, file| file.strong_count() > 0);
    if let Some(file) = held.get(&known).and_then(Weak::upgrade) {
        return Ok(Claim { _file: file });
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(ClaimError::Taken),
        // Some network file systems have no locks. Nothing is lost there that was had before.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(
                path = %path.display(),
                cause = %error,
                "the file system has no locks, so nothing keeps a second process away"
            );
        }
    }
    let file = Arc::new(file);
    held.insert(known, Arc::downgrade(&file));
    Ok(Claim { _file: file })
}

/// Opens a file; one that is made is for this user alone.
pub(super) fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Makes a folder for this user alone, and the folders it lies in.
pub(super) fn create_private_folders(path: &Path) -> io::Result<()> {
    private_folder().recursive(true).create(path)
}

/// Makes a folder for this user alone; it must not be there yet.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    private_folder().create(path)
}

fn private_folder() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Takes the rights of all others to a file or a folder away. Fine when there is none. Where that may
/// not be done, because somebody else owns it, it is said and left as it is.
#[cfg(unix)]
pub(super) fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    let Ok(metadata) = fs::metadata(path) else { return };
    let private = if metadata.is_dir() { 0o700 } else { 0o600 };
    if metadata.permissions().mode() & 0o777 == private {
        return;
    }
    if let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(private)) {
        tracing::warn!(path = %path.display(), cause = %error, "others may still read this file or folder");
    }
}

/// Other systems inherit rights from the folder above.
#[cfg(not(unix))]
pub(super) fn make_private(_: &Path) {}

/// Takes the rights of all others to a folder and everything in it away, if anybody else has any to the
/// folder itself: whoever cannot enter it cannot reach what is in it, so nothing is walked in vain.
pub(super) fn make_tree_private(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        if fs::metadata(folder)?.permissions().mode() & 0o777 == 0o700 {
            return Ok(());
        }
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            make_tree_private(&entry.path())?;
        } else {
            make_private(&entry.path());
        }
    }
    make_private(folder);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_shared_within_the_process_and_ends_with_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let (first, second) = (claim(&path).unwrap(), claim(&path).unwrap());
        let stranger = OpenOptions::new().write(true).open(&path).unwrap();
        drop(first);
        assert!(matches!(stranger.try_lock(), Err(TryLockError::WouldBlock)));
        drop(second);
        stranger.try_lock().unwrap();
        assert!(matches!(claim(&path), Err(ClaimError::Taken)));
    }

    #[cfg(unix)]
    #[test]
    fn what_was_open_to_others_is_closed() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("ab")).unwrap();
        fs::write(root.join("ab/file"), "x").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        set(&root, 0o755);
        set(&root.join("ab"), 0o755);
        set(&root.join("ab/file"), 0o644);
        make_tree_private(&root).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!([mode(&root), mode(&root.join("ab")), mode(&root.join("ab/file"))], [0o700, 0o700, 0o600]);
        create_private_folders(&root.join("c/d")).unwrap();
        assert_eq!([mode(&root.join("c")), mode(&root.join("c/d"))], [0o700, 0o700]);
    }
}
