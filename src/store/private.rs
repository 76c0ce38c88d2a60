//! Keeps files and folders to this user alone, and to one process at a time.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread::{self, JoinHandle},
};

/// How many symbolic links are followed from one to the next.
const MAX_LINKS: usize = 40;

/// This process's right to a database or a folder. It ends with its last holder, and when the process ends
/// in whatever way, because the operating system holds the lock.
#[derive(Debug)]
pub(super) struct Claim {
    _file: Arc<File>,
}

/// Why a claim was refused.
#[derive(Debug)]
pub(super) enum ClaimError {
    /// Another process holds the lock.
    Taken,
    /// The lock file cannot be created or opened.
    Unusable(io::Error),
}

/// The locks that this process holds. One process may open a store several times, as tests do; it then shares
/// the lock with itself.
static HELD: Mutex<Option<HashMap<PathBuf, Weak<File>>>> = Mutex::new(None);

/// Locks the file at `path`, which is created if it does not exist, and is never removed.
///
/// `path` must be a [`real_path`], since a lock only keeps those away who look for it in the same place.
pub(super) fn claim(path: &Path) -> Result<Claim, ClaimError> {
    let file = open_private(OpenOptions::new().write(true).create(true).truncate(false), path)
        .map_err(ClaimError::Unusable)?;
    make_private(path);
    // Held for a few system calls, at the start of a store only.
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    let held = held.get_or_insert_default();
    held.retain(|_, file| file.strong_count() > 0);
    if let Some(file) = held.get(path).and_then(Weak::upgrade) {
        return Ok(Claim { _file: file });
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(ClaimError::Taken),
        // Some network file systems have no locks. Run without one there, as versions before locks did.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(
                path = %path.display(),
                cause = %error,
                "the file system has no locks, so nothing keeps a second process away"
            );
        }
    }
    let file = Arc::new(file);
    held.insert(path.to_owned(), Arc::downgrade(&file));
    Ok(Claim { _file: file })
}

/// Where a file really lies, however its path is spelt: without symbolic links and `..`. The file need not
/// be there yet, but its folder must.
pub(super) fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match path.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            real => return real,
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize()?;
        match fs::read_link(&path) {
            // The link is there, but not yet what it leads to.
            Ok(target) => path = folder.join(target),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(io::ErrorKind::InvalidFilename.into())
}

/// Opens a file. If that creates it, nobody but this user has access.
pub(super) fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

/// Creates a folder for this user alone, and the folders above it where they are missing.
pub(super) fn create_private_folders(path: &Path) -> io::Result<()> {
    private_folder().recursive(true).create(path)
}

/// Creates a folder for this user alone. It must not exist yet.
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

/// Takes all other users' rights to a file or a folder away. Missing files and symbolic links are left alone:
/// what a link leads to may be anybody's.
#[cfg(unix)]
fn close(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    let private = if metadata.is_dir() { 0o700 } else { 0o600 };
    if metadata.is_symlink() || metadata.permissions().mode() & 0o777 == private {
        return Ok(());
    }
    fs::set_permissions(path, fs::Permissions::from_mode(private))
}

/// Other systems inherit rights from the folder above.
#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Takes all other users' rights to a file or a folder away. If that fails, for example because somebody else owns
/// it, a warning is logged and the file stays as it is.
pub(super) fn make_private(path: &Path) {
    if let Err(error) = close(path) {
        tracing::warn!(path = %path.display(), cause = %error, "others may still read this file or folder");
    }
}

/// Takes all other users' rights to the files directly in a folder away.
pub(super) fn make_files_private(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            make_private(&entry.path());
        }
    }
    Ok(())
}

/// Whether this is a folder, and not a symbolic link to one, to which other users have rights.
#[cfg(unix)]
fn is_open_folder(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.is_dir() && metadata.permissions().mode() & 0o777 != 0o700)
}

/// Other systems inherit rights from the folder above.
#[cfg(not(unix))]
fn is_open_folder(_: &Path) -> bool {
    false
}

/// Takes all other users' rights to these folders, and to the files directly in them, away. It runs on a thread of
/// its own, because there may be millions of files. Each folder is closed after its files, so that the next
/// start finds it open if the work was interrupted.
///
/// Close the folder above them first, so that nobody can reach them in the meantime.
pub(super) fn make_private_in_background(folders: impl Iterator<Item = PathBuf>) -> Option<JoinHandle<()>> {
    let open: Vec<_> = folders.filter(|folder| is_open_folder(folder)).collect();
    if open.is_empty() {
        return None;
    }
    let work = move || {
        for folder in open {
            if let Err(error) = close_with_files(&folder) {
                tracing::warn!(path = %folder.display(), cause = %error, "others may have rights to these files");
            }
        }
    };
    match thread::Builder::new().name("private-files".to_owned()).spawn(work) {
        Ok(worker) => Some(worker),
        Err(error) => {
            tracing::warn!(cause = %error, "the rights to files are looked at when the service starts again");
            None
        }
    }
}

/// Closes the files and then the folder, even if some fail, and returns the first failure.
fn close_with_files(folder: &Path) -> io::Result<()> {
    let mut outcome = Ok(());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            outcome = outcome.and(close(&entry.path()));
        }
    }
    close(folder).and(outcome)
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
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        fn set(path: &Path, mode: u32) {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        }

        #[test]
        fn what_was_open_to_others_is_closed_with_its_files() {
            let folder = tempfile::tempdir().unwrap();
            let [open, closed] = ["open", "closed"].map(|name| folder.path().join(name));
            for (folder, own_mode) in [(&open, 0o755), (&closed, 0o700)] {
                fs::create_dir(folder).unwrap();
                fs::write(folder.join("file"), "x").unwrap();
                set(&folder.join("file"), 0o644);
                set(folder, own_mode);
            }
            let folders = [&open, &closed, &folder.path().join("missing")];
            let working = make_private_in_background(folders.into_iter().cloned()).unwrap();
            working.join().unwrap();
            assert_eq!([mode(&open), mode(&open.join("file"))], [0o700, 0o600]);
            assert_eq!(mode(&closed.join("file")), 0o644, "nobody can reach it, so nobody looks");
            assert!(
                make_private_in_background([open, closed].into_iter()).is_none(),
                "nothing is left to do"
            );
            create_private_folders(&folder.path().join("c/d")).unwrap();
            assert_eq!(["c", "c/d"].map(|name| mode(&folder.path().join(name))), [0o700, 0o700]);
        }

        #[test]
        fn what_a_symbolic_link_leads_to_is_left_alone() {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::create_dir(at("foreign")).unwrap();
            fs::create_dir(at("own")).unwrap();
            fs::write(at("foreign/file"), "x").unwrap();
            symlink(at("foreign"), at("link")).unwrap();
            symlink(at("foreign/file"), at("own/link")).unwrap();
            symlink("nowhere", at("own/dangling")).unwrap();
            for (path, open) in [("foreign", 0o755), ("foreign/file", 0o644), ("own", 0o755)] {
                set(&at(path), open);
            }
            make_private(&at("link"));
            make_private(&at("own/link"));
            make_private(&at("own/dangling"));
            let folders = [at("link"), at("own")].into_iter();
            make_private_in_background(folders).unwrap().join().unwrap();
            assert_eq!([mode(&at("foreign")), mode(&at("foreign/file"))], [0o755, 0o644]);
            assert_eq!(mode(&at("own")), 0o700);
        }

        #[test]
        fn all_spellings_of_a_file_are_one_path() {
            let folder = tempfile::tempdir().unwrap();
            let real = folder.path().canonicalize().unwrap();
            let at = |name: &str| real.join(name);
            fs::create_dir(at("data")).unwrap();
            symlink("data", at("linked")).unwrap();
            symlink("data/file", at("file-link")).unwrap();
            symlink("file-link", at("link-to-link")).unwrap();
            // Before the file is there, and after.
            for _ in 0..2 {
                for spelling in [
                    "data/file",
                    "data/../data/file",
                    "linked/file",
                    "file-link",
                    "link-to-link",
                    "data/./file",
                ] {
                    assert_eq!(real_path(&at(spelling)).unwrap(), at("data/file"), "{spelling}");
                }
                fs::write(at("data/file"), "x").unwrap();
            }
            symlink("loop", at("loop")).unwrap();
            for impossible in ["loop", "missing/file", "data/file/below"] {
                assert!(real_path(&at(impossible)).is_err(), "{impossible}");
            }
        }
    }
}
