//! The right to come to the front.
//!
//! A Wayland compositor lets a window take the keyboard only for a *token*, which whoever was clicked
//! hands on: the notification daemon by a signal that comes just before the click's own. It waits here
//! until the window is raised, is used once, and does not wait for long: an old one would be refused.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Raising follows the click at once; 10 s leave time for a window that is built first.
const GOOD_FOR: Duration = Duration::from_secs(10);

/// The newest token.
#[derive(Debug, Default)]
pub struct Activation(Mutex<Option<(Instant, String)>>);

impl Activation {
    /// Keeps a token for the next raise.
    pub fn put(&self, token: &str) {
        // It ends up in a C string and in a protocol message.
        let fits =
            (1..=1_024).contains(&token.len()) && token.bytes().all(|it| it.is_ascii_graphic());
        if fits {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((Instant::now(), token.to_owned()));
        }
    }

    /// The token, if there is a fresh one. It is gone then.
    #[must_use]
    pub fn take(&self) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        kept.filter(|(since, _)| since.elapsed() <= GOOD_FOR)
            .map(|(_, token)| token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_once_and_the_newest_wins() {
        let activation = Activation::default();
        assert_eq!(activation.take(), None);
        activation.put("first");
        activation.put("second_TIME123");
        assert_eq!(activation.take().as_deref(), Some("second_TIME123"));
        assert_eq!(activation.take(), None);
    }

    #[test]
    fn what_is_no_token_is_not_kept() {
        let activation = Activation::default();
        for token in ["", "a b", "a\0b", "ä", &"x".repeat(2_000)] {
            activation.put(token);
            assert_eq!(activation.take(), None, "{token:?}");
        }
    }
}
