//! Opens connections, and says in plain words why the database cannot be used.

use std::{
    fmt::Display,
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use diesel::{
    Connection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    result::ConnectionError,
    sql_query,
    sql_types::{Integer, Text},
};

use super::migrations::{self, MigrationError};
use crate::store::private::{self, Claim, ClaimError};

/// Why the database cannot be used; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names no database file.
    #[error("the database address `{url}` cannot be used: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder of the database cannot be made.
    #[error("the folder `{}` of the database cannot be made: {error}; make it or choose another path", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said; no `source`, since the text says it already.
        error: io::Error,
    },
    /// The file cannot be opened.
    #[error("the database `{}` cannot be opened: {reason}; check that the path is a file and that this user may read and write it", path.display())]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// The file or its folder cannot be written.
    #[error("the database `{}` cannot be written: {reason}; give this user write access to the file and its folder", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// Another process holds the database.
    #[error("the database `{}` is locked by another process; stop that process or choose another path", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// Another process of this service uses the database: it would take the other's turns for broken ones.
    #[error("the database `{}` belongs to a process that is running; stop that process or choose another DATABASE_PATH", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file is no database, or a broken one.
    #[error("the database `{}` is damaged or no database: {reason}; restore a backup or move the file away to start empty", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// A later version of the service has changed the layout.
    #[error("the database `{}` was made by a newer version of this service (migration {version}); run that version or restore an older backup", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The migration this version does not know.
        version: String,
    },
    /// The file system has no shared memory, for example a network share.
    #[error("the file system of `{}` does not support write-ahead logging; put the database on a local disk", path.display())]
    NoWriteAheadLog {
        /// The file.
        path: PathBuf,
    },
    /// Anything else.
    #[error("the database `{}` cannot be prepared: {reason}", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
}

impl OpenError {
    /// Finds the cause in SQLite's words; Diesel does not hand on its codes.
    fn from_reason(path: &Path, reason: &dyn Display) -> Self {
        let (path, reason) = (path.to_owned(), reason.to_string());
        let says = |words: &str| reason.contains(words);
        if says("is locked") {
            Self::Locked { path }
        } else if says("not a database") || says("malformed") {
            Self::Damaged { path, reason }
        } else if says("readonly") {
            Self::ReadOnly { path, reason }
        } else if says("unable to open") {
            Self::Unreachable { path, reason }
        } else {
            Self::Other { path, reason }
        }
    }
}

/// How the one writer uses the database.
///
/// `synchronous = FULL`: a commit that was answered survives a power cut. Memory-mapped reading
/// stays off: through it a failing disk would kill the process instead of giving an error.
/// `secure_delete = ON`: what a user deleted is overwritten, and not only forgotten.
/// `ignore_check_constraints`: the service's types already keep the rules of the tables, and SQLite would parse
/// every JSON text again to check them. The constraints still hold for all other tools.
const WRITER_PRAGMAS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA ignore_check_constraints = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -16384;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA secure_delete = ON;
";

/// How readers use it.
const READER_PRAGMAS: &str = "
    PRAGMA query_only = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
";

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

/// Makes the folder of the database if there is none.
pub(super) fn make_folder(path: &Path) -> Result<(), OpenError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => private::create_private_folders(folder)
            .map_err(|error| OpenError::Folder { path: folder.to_owned(), error }),
        _ => Ok(()),
    }
}

/// The path of a file beside the database.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes the database this process's own, and its files this user's own.
///
/// SQLite keeps its other files beside the real database, whatever links lead there, and gives those that it
/// makes the database's own rights.
pub(super) fn claim(path: &Path) -> Result<Claim, OpenError> {
    let unreachable =
        |error: io::Error| OpenError::Unreachable { path: path.to_owned(), reason: error.to_string() };
    let real = private::real_path(path).map_err(unreachable)?;
    let claim = private::claim(&beside(&real, "-lock")).map_err(|error| match error {
        ClaimError::Taken => OpenError::InUse { path: path.to_owned() },
        ClaimError::Unusable(error) => {
            OpenError::ReadOnly { path: path.to_owned(), reason: error.to_string() }
        }
    })?;
    match private::open_private(OpenOptions::new().write(true).create_new(true), &real) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(unreachable(error)),
        _ => {}
    }
    if real.is_file() {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            private::make_private(&beside(&real, suffix));
        }
    }
    Ok(claim)
}

fn connect(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, OpenError> {
    let name = path.to_str().ok_or_else(|| OpenError::Address {
        url: path.display().to_string(),
        reason: "the path is not UTF-8".to_owned(),
    })?;
    let mut connection = SqliteConnection::establish(name)
        .map_err(|error: ConnectionError| OpenError::from_reason(path, &error))?;
    // Set this first, so that nothing else fails because of a lock that is held for a moment.
    connection
        .batch_execute(&format!("PRAGMA busy_timeout = {}", busy_timeout.as_millis()))
        .map_err(|error| OpenError::from_reason(path, &error))?;
    Ok(connection)
}

/// The connection of the writer.
pub(super) fn connect_writer(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, OpenError> {
    let mut connection = connect(path, busy_timeout)?;
    let mode: JournalMode = sql_query("PRAGMA journal_mode = WAL")
        .get_result(&mut connection)
        .map_err(|error| OpenError::from_reason(path, &error))?;
    if mode.journal_mode != "wal" {
        return Err(OpenError::NoWriteAheadLog { path: path.to_owned() });
    }
    connection.batch_execute(WRITER_PRAGMAS).map_err(|error| OpenError::from_reason(path, &error))?;
    Ok(connection)
}

/// How long readers may keep the log from being emptied; writes wait meanwhile.
const LOG_PATIENCE_MS: u32 = 50;

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// Moves the write-ahead log into the database and empties it; false when a reader was in the way.
pub(super) fn truncate_log(
    connection: &mut SqliteConnection,
    busy_timeout: Duration,
) -> diesel::QueryResult<bool> {
    connection.batch_execute(&format!("PRAGMA busy_timeout = {LOG_PATIENCE_MS}"))?;
    let checkpoint = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(connection);
    connection.batch_execute(&format!("PRAGMA busy_timeout = {}", busy_timeout.as_millis()))?;
    Ok(checkpoint?.busy == 0)
}

/// Sets a pooled connection up for reading.
pub(super) fn prepare_reader(
    connection: &mut SqliteConnection,
    busy_timeout: Duration,
) -> diesel::QueryResult<()> {
    connection.batch_execute(&format!("PRAGMA busy_timeout = {}", busy_timeout.as_millis()))?;
    connection.batch_execute(READER_PRAGMAS)
}

/// Brings the layout up to date.
pub(super) fn migrate(path: &Path, connection: &mut SqliteConnection) -> Result<(), OpenError> {
    migrations::run(connection).map_err(|error| match error {
        MigrationError::Newer { version } => OpenError::Newer { path: path.to_owned(), version },
        MigrationError::Failed { reason } => OpenError::from_reason(path, &reason),
    })
}
