//! Turns what Diesel reports into the store's errors.

use diesel::result::Error;

use crate::store::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let reason = error.to_string();
        // Diesel keeps SQLite's words, not its code.
        if reason.contains("is locked") {
            Self::Busy
        } else if reason.contains("disk is full") {
            Self::Full { reason }
        } else {
            Self::Database { reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::DatabaseErrorKind;

    use super::*;

    #[test]
    fn a_locked_database_is_busy_and_a_full_disk_is_told_from_a_broken_one() {
        let error =
            |text: &str| Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned())).into();
        assert!(matches!(error("database is locked"), StoreError::Busy));
        assert!(matches!(error("database table is locked: items"), StoreError::Busy));
        assert!(matches!(error("database or disk is full"), StoreError::Full { .. }));
        assert!(matches!(error("disk I/O error"), StoreError::Database { .. }));
    }
}
