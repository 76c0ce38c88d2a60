//! Brings the database to the layout this version of the service knows.

use std::collections::BTreeSet;

use diesel::{
    SqliteConnection,
    migration::{Migration, MigrationSource, MigrationVersion},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// The migrations, compiled in.
pub(super) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Why the database could not be brought up to date.
#[derive(Debug)]
pub(super) enum MigrationError {
    /// It has a migration this version does not know.
    Newer {
        /// That migration.
        version: String,
    },
    /// A migration failed; it left nothing behind.
    Failed {
        /// What was said.
        reason: String,
    },
}

/// Runs the migrations that are missing.
pub(super) fn run(connection: &mut SqliteConnection) -> Result<(), MigrationError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| MigrationError::Failed {
        reason: error.to_string(),
    };
    let embedded: Vec<Box<dyn Migration<Sqlite>>> = MIGRATIONS.migrations().map_err(failed)?;
    let known: BTreeSet<MigrationVersion<'_>> =
        embedded.iter().map(|migration| migration.name().version()).collect();
    let applied = connection.applied_migrations().map_err(failed)?;
    if let Some(version) = applied.iter().find(|version| !known.contains(version)) {
        return Err(MigrationError::Newer { version: version.to_string() });
    }
    connection.run_pending_migrations(MIGRATIONS).map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

    use super::*;

    #[derive(diesel::QueryableByName, Debug, PartialEq)]
    struct Definition {
        #[diesel(sql_type = Text)]
        sql: String,
    }

    fn layout(connection: &mut SqliteConnection) -> Vec<Definition> {
        sql_query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY name")
            .load(connection)
            .unwrap()
    }

    #[test]
    fn every_migration_can_be_undone_and_done_again() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        run(&mut connection).unwrap();
        let first = layout(&mut connection);
        assert!(first.len() >= 5, "{first:?}");
        connection.revert_all_migrations(MIGRATIONS).unwrap();
        assert_eq!(layout(&mut connection), []);
        run(&mut connection).unwrap();
        assert_eq!(layout(&mut connection), first);
    }

    #[test]
    fn a_database_of_a_later_version_is_refused() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        run(&mut connection).unwrap();
        connection
            .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')")
            .unwrap();
        let error = run(&mut connection).unwrap_err();
        assert!(matches!(error, MigrationError::Newer { version } if version == "99990101000000"));
    }
}
