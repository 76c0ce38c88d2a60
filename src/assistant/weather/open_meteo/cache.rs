//! Answers that are still fresh.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use super::Clock;

/// A small map whose entries expire.
///
/// Its lock is a plain one. It is held for a look-up or an insertion among a few hundred entries and never
/// across an `await`, since every method releases it before it returns.
#[derive(Debug)]
pub(super) struct Cache<V> {
    entries: Mutex<HashMap<String, Entry<V>>>,
    fresh_for: SignedDuration,
    capacity: usize,
    clock: Clock,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    since: Timestamp,
}

impl<V: Clone> Cache<V> {
    pub(super) fn new(fresh_for: Duration, capacity: usize, clock: Clock) -> Self {
        let fresh_for = SignedDuration::try_from(fresh_for).unwrap_or(SignedDuration::MAX);
        Self { entries: Mutex::default(), fresh_for, capacity, clock }
    }

    pub(super) fn get(&self, key: &str) -> Option<V> {
        let now = self.clock.now();
        self.entries().get(key).filter(|entry| self.is_fresh(entry, now)).map(|entry| entry.value.clone())
    }

    pub(super) fn put(&self, key: String, value: V) {
        if self.capacity == 0 {
            return;
        }
        let now = self.clock.now();
        let mut entries = self.entries();
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            entries.retain(|_, entry| self.is_fresh(entry, now));
        }
        if entries.len() >= self.capacity && !entries.contains_key(&key) {
            let oldest = entries.iter().min_by_key(|(_, entry)| entry.since);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                entries.remove(&oldest);
            }
        }
        entries.insert(key, Entry { value, since: now });
    }

    fn is_fresh(&self, entry: &Entry<V>, now: Timestamp) -> bool {
        // After a clock was set back, entries lie in the future and would stay fresh for too long.
        let age = now.duration_since(entry.since);
        !age.is_negative() && age < self.fresh_for
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry<V>>> {
        // A panic under the lock leaves only whole entries; at worst one is missing.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assistant::weather::clock::manual::ManualClock;

    fn cache(capacity: usize) -> (Cache<u8>, ManualClock) {
        let clock = ManualClock::at("2026-05-01T12:00:00Z");
        (Cache::new(Duration::from_secs(60), capacity, clock.clock()), clock)
    }

    #[test]
    fn an_entry_is_good_until_it_goes_stale() {
        let (cache, clock) = cache(8);
        cache.put("a".to_owned(), 1);
        clock.advance(59);
        assert_eq!(cache.get("a"), Some(1));
        clock.advance(1);
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn a_full_cache_forgets_the_oldest_entry() {
        let (cache, clock) = cache(2);
        for (key, value) in [("a", 1), ("b", 2), ("b", 3), ("c", 4)] {
            cache.put(key.to_owned(), value);
            clock.advance(1);
        }
        assert_eq!([cache.get("a"), cache.get("b"), cache.get("c")], [None, Some(3), Some(4)]);
    }

    #[test]
    fn an_entry_from_the_future_is_not_believed() {
        let (cache, clock) = cache(8);
        cache.put("a".to_owned(), 1);
        clock.advance(-3600);
        assert_eq!(cache.get("a"), None);
    }

    #[test]
    fn a_cache_without_room_keeps_nothing() {
        let (cache, _) = cache(0);
        cache.put("a".to_owned(), 1);
        assert_eq!(cache.get("a"), None);
    }
}
