//! Where the database is and how much runs at once.

use std::{path::PathBuf, time::Duration};

/// Settings of [`SqliteStore`](super::SqliteStore).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteStoreSettings {
    /// The database: `sqlite://path`, `sqlite:path` or a plain path. The path is taken as it
    /// stands (`sqlite:///var/lib/chatkit.db` is absolute, `sqlite://chatkit.db` is not).
    pub database_url: String,
    /// How many reads run at once, each on a connection and a blocking thread of its own; 4 by
    /// default. SQLite's reads are short and mostly from memory: more gain little.
    pub read_pool_size: u32,
    /// How many writes may wait for the writer as long as it takes; 1024 by default.
    pub writer_queue: usize,
    /// The most writes in one transaction; 256 by default, so that the first of a batch does not
    /// wait long for the last.
    pub max_batch: usize,
    /// How long a write beyond those waits for its turn before it is refused as busy; 5 s by
    /// default.
    pub queue_timeout: Duration,
    /// How long another process may hold the database before a call is refused as busy; 5 s by
    /// default.
    pub busy_timeout: Duration,
}

impl SqliteStoreSettings {
    /// The defaults, for the database at this address.
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            read_pool_size: 4,
            writer_queue: 1024,
            max_batch: 256,
            queue_timeout: Duration::from_secs(5),
            busy_timeout: Duration::from_secs(5),
        }
    }

    /// The path of the database file, or why the address names none.
    pub(super) fn path(&self) -> Result<PathBuf, String> {
        let url = self.database_url.as_str();
        let path = match url.split_once(':') {
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.contains('?') {
                    return Err("options after `?` are not supported".to_owned());
                }
                path
            }
            Some((scheme, rest)) if rest.starts_with("//") => {
                return Err(format!("`{scheme}` is no kind of database known here, only `sqlite`"));
            }
            _ => url,
        };
        match path {
            "" => Err("it names no file".to_owned()),
            // Each connection would have a database of its own.
            ":memory:" => Err("a database in memory cannot be shared, name a file".to_owned()),
            path if path.contains('\0') => Err("a path has no NUL".to_owned()),
            // SQLite must not take the path for one of its own addresses.
            path if path.starts_with("file:") => Ok(PathBuf::from(format!("./{path}"))),
            path => Ok(PathBuf::from(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_understood() {
        let path = |url: &str| SqliteStoreSettings::new(url).path();
        assert_eq!(path("chat.db"), Ok("chat.db".into()));
        assert_eq!(path("/var/chat.db"), Ok("/var/chat.db".into()));
        assert_eq!(path("sqlite:chat.db"), Ok("chat.db".into()));
        assert_eq!(path("sqlite://data/chat.db"), Ok("data/chat.db".into()));
        assert_eq!(path("sqlite:///var/chat.db"), Ok("/var/chat.db".into()));
        assert_eq!(path("what?.db"), Ok("what?.db".into()));
        assert_eq!(path("file:x"), Ok("./file:x".into()));
    }

    #[test]
    fn addresses_that_name_no_file_are_refused_with_the_reason() {
        let refused = |url: &str| SqliteStoreSettings::new(url).path().unwrap_err();
        assert!(refused("").contains("no file"));
        assert!(refused("sqlite://").contains("no file"));
        assert!(refused("sqlite::memory:").contains("memory"));
        assert!(refused("postgres://host/db").contains("postgres"));
        assert!(refused("sqlite://chat.db?mode=ro").contains('?'));
    }
}
