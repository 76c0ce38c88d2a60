//! Runs the cases: each as a test of its own, or all of them one after the other.

use std::{
    any::Any,
    fmt,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    sync::Arc,
};

use crate::store::Store;

/// Makes a test of each case of the suite.
///
/// Takes an expression for a new, empty store and a guard, `(Arc<dyn Store>, Guard)`. It is evaluated
/// for each case and may `await`; the guard is dropped when the case is done. The tests have the names
/// of the cases, so call this once in a module.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_suite {
    // The table of all cases, by the file in which each stands.
    (@each $then:ident [$($given:tt)*]) => {
        $crate::store::conformance::suite! { @$then [$($given)*]
            threads: a_thread_comes_back_as_it_was_saved, a_thread_id_is_taken_once_per_user,
                an_update_changes_all_but_the_time_of_creation, unknown_threads_are_not_found,
                a_deleted_thread_stays_dead, deleting_what_is_not_there_is_fine,
                users_with_the_same_ids_do_not_meet, an_open_turn_is_remembered_until_it_ends,
                turn_numbers_never_fall;
            items: an_item_comes_back_as_it_was_saved, a_known_id_keeps_its_place,
                removed_items_are_gone_and_removing_nothing_is_fine,
                items_after_one_are_removed_hidden_ones_too, recent_items_are_the_newest_oldest_first,
                drafts_live_apart_until_they_are_done, drafts_grow_piece_by_piece, a_draft_keeps_its_place_among_drafts,
                odd_strings_survive, numbers_and_times_survive_to_the_last_digit;
            pages: pages_run_through_all_items_in_both_orders, pages_are_full_of_visible_items,
                pages_end_when_they_have_bytes_enough, pages_of_threads_have_bounded_bytes_too,
                a_cursor_may_be_hidden,
                pages_of_all_items_have_the_hidden_ones, unknown_cursors_are_not_found,
                nothing_is_lost_or_doubled_while_items_arrive, order_is_by_arrival_not_by_time,
                threads_are_paged_in_the_order_they_were_made, an_empty_list_is_an_empty_page;
            attachments: an_attachment_comes_back_as_it_was_saved, an_attachment_id_is_taken_once_for_all,
                an_upload_finishes_once, only_uploaded_attachments_join_a_thread_and_only_one,
                a_deleted_attachment_is_gone_but_its_bytes_are_found,
                attachments_of_a_deleted_thread_are_deleted, abandoned_attachments_are_found,
                an_expired_attachment_is_not_in_use, a_users_attachments_are_only_theirs;
            whole: a_commit_is_all_or_nothing, commits_are_ordered_when_they_are_submitted,
                dropping_a_receipt_undoes_nothing, a_failed_commit_does_not_stop_those_behind_it,
                commits_of_one_task_keep_their_order,
                later_feedback_replaces_earlier, nothing_works_on_a_closed_store,
                many_writers_at_once_lose_nothing;
        }
    };
    (@tests [$store:expr] $($part:ident: $($name:ident),+;)+) => {$($(
        #[test]
        fn $name() {
            $crate::store::conformance::run_case(stringify!($name), async || $store);
        }
    )+)+};
    (@list [] $($part:ident: $($name:ident),+;)+) => {
        &[$($(Case { name: stringify!($name), run: |store| Box::pin(super::$part::$name(store)) }),+),+]
    };
    ($store:expr) => {
        $crate::store::conformance::suite! { @each tests [$store] }
    };
}

type Run = fn(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()>>>;

/// One thing that every store must do.
struct Case {
    name: &'static str,
    run: Run,
}

const CASES: &[Case] = crate::store::conformance::suite! { @each list [] };

/// A case that a store failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The case's name, which says what the store must do.
    pub case: &'static str,
    /// What the case panicked with.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.case, self.reason)
    }
}

/// Runs every case on a store of its own, and gives those that failed, in the order of the suite.
///
/// `open` gives a new, empty store, and a guard that is dropped when the case is done. Must not be called
/// within a runtime, since each case brings its own.
pub fn failures<Guard>(open: impl AsyncFn() -> (Arc<dyn Store>, Guard)) -> Vec<Failure> {
    let run = |case| panic::catch_unwind(AssertUnwindSafe(|| run(case, &open)));
    let failed =
        |case: &'static Case| Some(Failure { case: case.name, reason: words_of(&*run(case).err()?) });
    CASES.iter().filter_map(failed).collect()
}

/// Runs the case of this name: what [`suite!`](super::suite) makes tests of.
pub fn run_case<Guard>(name: &str, open: impl AsyncFnOnce() -> (Arc<dyn Store>, Guard)) {
    run(CASES.iter().find(|case| case.name == name).expect("one table has all names"), open);
}

fn run<Guard>(case: &Case, open: impl AsyncFnOnce() -> (Arc<dyn Store>, Guard)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (store, _guard) = open().await;
        (case.run)(store).await;
    });
}

/// What was panicked with; `panic!` and `assert!` have words.
fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without words").to_owned()
}
