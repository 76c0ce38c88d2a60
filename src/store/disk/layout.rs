//! The layout of the folder, in which every file appears whole or not at all.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    protocol::AttachmentId,
    store::{
        Derived, DerivedFormat,
        private::{self, Claim, ClaimError},
    },
};

/// Whichever process holds the lock on this file owns the folder.
const LOCK: &str = ".lock";
/// The folder of unfinished files. No shard has this name.
const INCOMING: &str = ".incoming";

/// Writes bytes as lower-case hex digits.
pub(super) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The name of an attachment's files: a hash of its id, so that no id is ever a path.
#[derive(Clone, Debug)]
pub(super) struct FileName(String);

impl FileName {
    pub(super) fn of(id: &AttachmentId) -> Self {
        Self(hex(Sha256::digest(id.as_str())))
    }

    /// The number of this name's group, for locking.
    pub(super) fn group(&self, num_groups: usize) -> usize {
        self.0.bytes().take(4).map(usize::from).sum::<usize>() % num_groups
    }
}

/// The folders below one root: originals, and what was made from them, by the first two digits of their names.
#[derive(Debug)]
pub(super) struct Layout {
    /// The path has no symbolic links, so that the lock is the same however the folder was spelt.
    root: PathBuf,
}

impl Layout {
    /// The layout below this folder, which is made if there is none.
    pub(super) fn new(root: &Path) -> io::Result<Self> {
        private::create_private_folders(root)?;
        Ok(Self { root: private::real_path(root)? })
    }

    fn shard(&self, name: &FileName) -> PathBuf {
        self.root.join(&name.0[..2])
    }

    pub(super) fn original(&self, name: &FileName) -> PathBuf {
        self.shard(name).join(&name.0)
    }

    pub(super) fn derived(&self, name: &FileName, kind: Derived, format: DerivedFormat) -> PathBuf {
        self.shard(name).join(format!("{}.{}.{}", name.0, kind.name(), format.extension()))
    }

    /// Makes the folder this process's own.
    pub(super) fn claim(&self) -> Result<Claim, ClaimError> {
        private::claim(&self.root.join(LOCK))
    }

    /// Makes the folders, closes them to others, and removes what an earlier run did not finish.
    pub(super) fn prepare(&self) -> io::Result<()> {
        let incoming = self.root.join(INCOMING);
        private::create_private_folders(&incoming)?;
        if fs::symlink_metadata(&incoming)?.is_symlink() {
            // Everything in this folder is removed below, so it must not be somebody else's.
            let reason = format!("`{INCOMING}` in it must be a folder and no symbolic link");
            return Err(io::Error::new(io::ErrorKind::NotADirectory, reason));
        }
        private::make_private(&self.root);
        private::make_private(&incoming);
        private::make_files_private(&self.root)?;
        private::make_private_in_background(
            (0..=u8::MAX).map(|number| self.root.join(format!("{number:02x}"))),
        );
        for leftover in fs::read_dir(&incoming)? {
            fs::remove_file(leftover?.path())?;
        }
        Ok(())
    }

    /// A new file that is not visible yet.
    pub(super) fn new_file(&self) -> io::Result<Incoming> {
        let path = self.root.join(INCOMING).join(Uuid::new_v4().simple().to_string());
        let file = private::open_private(OpenOptions::new().write(true).create_new(true), &path)?;
        Ok(Incoming { file, path, kept: false })
    }
}

/// A file that is being written. It is removed when dropped, unless [`Incoming::keep_as`] succeeded.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) file: File,
    path: PathBuf,
    kept: bool,
}

impl Incoming {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the file durable and visible under `target`, replacing what is there.
    pub(super) fn keep_as(mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        let folder = target.parent().unwrap_or(Path::new("."));
        match private::create_private_folder(folder) {
            Ok(()) => sync_folder(folder.parent().unwrap_or(Path::new(".")))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        fs::rename(&self.path, target)?;
        self.kept = true;
        sync_folder(folder)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(cause = %error, "an unfinished file stays until the next start");
        }
    }
}

/// Makes the names in a folder durable, which syncing the files themselves does not do.
fn sync_folder(folder: &Path) -> io::Result<()> {
    // Other systems cannot open folders, and do not need to.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
