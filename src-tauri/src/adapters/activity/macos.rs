//! Input, lock and sleep on macOS.
//!
//! `CGEventSourceSecondsSinceLastEventType` answers how long there was no input in the login session.
//! Lock and unlock are told by distributed notifications of the screen lock, sleep and wake by those of
//! the workspace. What they mean is decided here, on any system; `api` is what only macOS has.
//!
//! Switching to another user (`NSWorkspaceSessionDidResignActive`) takes screen and keyboard away from
//! this session, which is what a lock does: it is told as one.

use std::time::Duration;

use super::poll::{Machine, Told};

#[cfg(target_os = "macos")]
pub mod api;

/// The screen was locked (distributed).
pub const SCREEN_LOCKED: &str = "com.apple.screenIsLocked";
/// The screen was unlocked (distributed).
pub const SCREEN_UNLOCKED: &str = "com.apple.screenIsUnlocked";
/// The machine goes to sleep (workspace).
pub const WILL_SLEEP: &str = "NSWorkspaceWillSleepNotification";
/// The machine woke (workspace).
pub const DID_WAKE: &str = "NSWorkspaceDidWakeNotification";
/// Another user has the screen now (workspace).
pub const RESIGNED: &str = "NSWorkspaceSessionDidResignActiveNotification";
/// Our user has it back (workspace).
pub const RETURNED: &str = "NSWorkspaceSessionDidBecomeActiveNotification";

/// Longer than any pause: the event source answers in seconds, as a floating number.
const CENTURY: f64 = 3.2e9;

/// What macOS is asked.
pub trait Quartz: Send + 'static {
    /// Seconds since the last input in the login session.
    fn seconds_since_input(&self) -> f64;
    /// Whether the screen is locked.
    fn locked(&self) -> bool;
}

/// A machine under macOS.
#[derive(Debug)]
pub struct Mac<Q>(pub Q);

impl<Q: Quartz> Machine for Mac<Q> {
    fn idle(&mut self) -> Option<Duration> {
        let seconds = self.0.seconds_since_input();
        // It answers nonsense where there is no window server, as over SSH.
        (0.0..CENTURY)
            .contains(&seconds)
            .then(|| Duration::from_secs_f64(seconds))
    }

    fn locked(&mut self) -> bool {
        self.0.locked()
    }
}

/// What a notification says; `None` for all that are about something else.
#[must_use]
pub fn told(name: &str) -> Option<Told> {
    match name {
        SCREEN_LOCKED | RESIGNED => Some(Told::Locked),
        SCREEN_UNLOCKED | RETURNED => Some(Told::Unlocked),
        WILL_SLEEP => Some(Told::Sleep),
        DID_WAKE => Some(Told::Wake),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Seconds(f64);

    impl Quartz for Seconds {
        fn seconds_since_input(&self) -> f64 {
            self.0
        }
        fn locked(&self) -> bool {
            false
        }
    }

    #[test]
    fn seconds_become_a_length_and_nonsense_a_refusal() {
        let idle = |seconds| Mac(Seconds(seconds)).idle();
        assert_eq!(idle(30.5), Some(Duration::from_millis(30_500)));
        assert_eq!(idle(0.0), Some(Duration::ZERO));
        for nonsense in [-1.0, f64::NAN, f64::INFINITY, f64::MAX] {
            assert_eq!(idle(nonsense), None);
        }
    }

    #[test]
    fn notifications_about_lock_and_sleep_are_understood_and_no_others() {
        for (name, means) in [
            (SCREEN_LOCKED, Told::Locked),
            (SCREEN_UNLOCKED, Told::Unlocked),
            (RESIGNED, Told::Locked),
            (RETURNED, Told::Unlocked),
            (WILL_SLEEP, Told::Sleep),
            (DID_WAKE, Told::Wake),
        ] {
            assert_eq!(told(name), Some(means));
        }
        assert_eq!(told("com.apple.screensaver.didstart"), None);
    }
}
