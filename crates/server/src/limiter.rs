//! Rate limits by key, on the server's own clock.
//!
//! A key has a burst of tries; each comes back after a while. The book is bounded: keys whose tries
//! have all come back are forgotten.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rules::presence::Steady;

/// Most keys held at once. Beyond that the half that owes least is forgotten: nobody is refused
/// because others were counted, and who tried most stays counted whatever names are tried besides.
const MOST_KEYS: usize = 20_000;

/// How many tries, and how fast they come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tries in a row.
    pub burst: u32,
    /// Milliseconds until one of them is back.
    pub refill_ms: i64,
}

/// Counts tries by key.
#[derive(Debug)]
pub struct Limiter {
    rate: Rate,
    // When all tries of a key are back.
    full_at: Mutex<BTreeMap<String, Steady>>,
}

impl Limiter {
    /// With no try counted.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::default(),
        }
    }

    /// Takes one try; `false` when none is left.
    #[must_use]
    pub fn take(&self, key: &str, now: Steady) -> bool {
        let mut book = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if book.len() >= MOST_KEYS {
            book.retain(|_, full_at| *full_at > now);
            if book.len() >= MOST_KEYS {
                let mut ends: Vec<Steady> = book.values().copied().collect();
                let (_, median, _) = ends.select_nth_unstable(MOST_KEYS / 2);
                book.retain(|_, full_at| *full_at > *median);
            }
        }
        let full_at = book.get(key).copied().unwrap_or(now).max(now);
        let next = full_at.saturating_add(self.rate.refill_ms);
        let most = self
            .rate
            .refill_ms
            .saturating_mul(i64::from(self.rate.burst));
        if next.saturating_sub(now) > most {
            return false;
        }
        book.insert(key.to_owned(), next);
        true
    }

    /// Gives a try back that turned out to be none.
    pub fn give_back(&self, key: &str) {
        let mut book = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = book.get_mut(key) {
            *full_at = full_at.saturating_sub(self.rate.refill_ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_then_one_at_a_time_and_keys_do_not_disturb_each_other() {
        let limiter = Limiter::new(Rate {
            burst: 3,
            refill_ms: 100,
        });
        let taken = (0..5).filter(|_| limiter.take("a", 0)).count();
        assert_eq!(taken, 3);
        assert!(limiter.take("b", 0));
        assert!(!limiter.take("a", 99));
        assert!(limiter.take("a", 100));
        assert!(!limiter.take("a", 100));
        limiter.give_back("a");
        assert!(limiter.take("a", 100));
    }

    #[test]
    fn many_other_names_do_not_make_a_guesser_forgotten_and_the_book_stays_bounded() {
        let limiter = Limiter::new(Rate {
            burst: 3,
            refill_ms: 100,
        });
        assert_eq!((0..3).filter(|_| limiter.take("a", 0)).count(), 3);
        for number in 0..3 * MOST_KEYS {
            assert!(limiter.take(&number.to_string(), 0));
        }
        assert!(!limiter.take("a", 0));
        assert!(limiter.full_at.lock().unwrap().len() <= MOST_KEYS);
    }
}
