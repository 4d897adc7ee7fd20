//! What is told of input, whoever reads it: nothing twice, and nothing by one whose turn is over.
//!
//! A machine that changes its teller (a compositor restarts, a better one appears) begins anew with how
//! it is now, which mostly is how it was. Told again, it would become a frame to the workspace each time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use agent::ports::ActivityEvent;
use agent::view::Limited;
use tokio::sync::mpsc::UnboundedSender;

/// Two tellers of one pause need not agree on its start better than this.
const SAME_PAUSE: Duration = Duration::from_secs(2);

/// Where input is told to.
#[derive(Debug)]
pub struct Inputs {
    events: UnboundedSender<ActivityEvent>,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    event: Option<ActivityEvent>,
    /// How often anything but a reason was told, also if it was nothing new.
    told: u64,
}

impl Inputs {
    /// Told to `events`.
    #[must_use]
    pub fn new(events: UnboundedSender<ActivityEvent>) -> Self {
        Self {
            events,
            last: Mutex::default(),
        }
    }

    /// There is input.
    pub fn active(&self) {
        self.tell(ActivityEvent::Active);
    }

    /// There was none since then.
    pub fn idle_since(&self, since: Duration) {
        self.tell(ActivityEvent::IdleSince(since));
    }

    /// It cannot be read.
    pub fn limited(&self, why: Limited) {
        self.tell(ActivityEvent::Limited(why));
    }

    /// How often somebody could tell something. A teller that did not change it never worked.
    #[must_use]
    pub fn told(&self) -> u64 {
        self.last().told
    }

    /// Nobody listens any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.events.is_closed()
    }

    /// Ends when nobody listens any more.
    pub async fn closed(&self) {
        self.events.closed().await;
    }

    fn tell(&self, event: ActivityEvent) {
        let mut last = self.last();
        if !matches!(event, ActivityEvent::Limited(_)) {
            last.told = last.told.wrapping_add(1);
        }
        let known = match (last.event, event) {
            (Some(ActivityEvent::IdleSince(before)), ActivityEvent::IdleSince(now)) => {
                before.abs_diff(now) < SAME_PAUSE
            }
            (before, now) => before == Some(now),
        };
        if !known {
            last.event = Some(event);
            // Sent under the lock: the order of telling is the order of arrival.
            self.events.send(event).ok();
        }
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_told_twice_and_a_pause_that_began_later_is_another_one() {
        let (events, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let inputs = Inputs::new(events);
        let seconds = Duration::from_secs;
        inputs.limited(Limited::NoDisplay);
        inputs.limited(Limited::NoDisplay);
        assert_eq!(inputs.told(), 0, "a reason is no sign that it works");
        inputs.limited(Limited::Wayland);
        inputs.active();
        inputs.active();
        inputs.idle_since(seconds(100));
        inputs.idle_since(seconds(101));
        inputs.idle_since(seconds(140));
        inputs.active();
        assert_eq!(inputs.told(), 6);
        drop(inputs);
        let mut all = Vec::new();
        while let Some(event) = heard.blocking_recv() {
            all.push(event);
        }
        assert_eq!(
            all,
            [
                ActivityEvent::Limited(Limited::NoDisplay),
                ActivityEvent::Limited(Limited::Wayland),
                ActivityEvent::Active,
                ActivityEvent::IdleSince(seconds(100)),
                ActivityEvent::IdleSince(seconds(140)),
                ActivityEvent::Active,
            ]
        );
    }
}
