//! Properties: what must hold for any requests in any order, any bytes, any value.
//!
//! A failing case is shrunk and printed, and its seed is kept in a `.regressions` file beside the test,
//! from where it is tried first from then on: commit it with the fix. `PROPTEST_CASES` sets how many cases
//! are tried.

mod player;
mod protocol;
mod requests;
mod sequences;
mod values;
mod world;

use proptest::test_runner::{Config, FileFailurePersistence};

/// So many cases where nobody says otherwise; the seeds of failures beside the `file!()` of the test.
fn config(cases: u32, file: &'static str) -> Config {
    let config = Config::default();
    Config {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases },
        source_file: Some(file),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        // One case of a sequence starts a server: thousands of steps to make it smaller are enough.
        max_shrink_iters: 500,
        ..config
    }
}
