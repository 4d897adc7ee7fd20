//! Input, lock and sleep on Windows.
//!
//! Windows answers `GetLastInputInfo` with the tick of the last input in the session and sends messages
//! for the rest: `WM_WTSSESSION_CHANGE` for lock and unlock, `WM_POWERBROADCAST` for sleep and wake. What
//! they mean is decided here, on any system; `api` is what only Windows has.
//!
//! Ticks are 32 bits of milliseconds and begin anew after 49.7 days, so they are subtracted with
//! wrapping: the difference is right as long as the pause is shorter than that.
//!
//! Wake is told twice (`PBT_APMRESUMEAUTOMATIC` always, `PBT_APMRESUMESUSPEND` when a person caused it);
//! the first counts. Session changes of others (`WTS_SESSION_LOCK` is sent for our session alone, because
//! it is registered so) never come.
//!
//! The end of the session (`WM_ENDSESSION`) is told as a sleep: what must leave, leaves now, also from the
//! tray, where no other window could hear of it.

use std::time::Duration;

use super::poll::{Machine, Told};

#[cfg(windows)]
pub mod api;

/// `WM_POWERBROADCAST`.
pub const POWER_BROADCAST: u32 = 0x0218;
/// `WM_ENDSESSION`.
pub const END_SESSION: u32 = 0x0016;
/// What comes with it if the session really ends.
pub const ENDS: u32 = 1;
/// `WM_WTSSESSION_CHANGE`.
pub const SESSION_CHANGE: u32 = 0x02B1;
/// `PBT_APMSUSPEND`.
pub const SUSPEND: u32 = 0x0004;
/// `PBT_APMRESUMESUSPEND`.
pub const RESUME_BY_A_PERSON: u32 = 0x0007;
/// `PBT_APMRESUMEAUTOMATIC`.
pub const RESUME: u32 = 0x0012;
/// `WTS_SESSION_LOCK`.
pub const SESSION_LOCK: u32 = 0x7;
/// `WTS_SESSION_UNLOCK`.
pub const SESSION_UNLOCK: u32 = 0x8;

/// What Windows is asked.
pub trait Win32: Send + 'static {
    /// The tick of the last input; `None` if it is not told.
    fn last_input_tick(&self) -> Option<u32>;
    /// The tick of now.
    fn tick(&self) -> u32;
    /// Whether the session is locked.
    fn locked(&self) -> bool;
}

/// A machine under Windows.
#[derive(Debug)]
pub struct Windows<W>(pub W);

impl<W: Win32> Machine for Windows<W> {
    fn idle(&mut self) -> Option<Duration> {
        // The input first: if it came after the tick, the difference would be 49.7 days.
        let input = self.0.last_input_tick()?;
        Some(between(input, self.0.tick()))
    }

    fn locked(&mut self) -> bool {
        self.0.locked()
    }
}

/// How long it was from one tick to a later one.
#[must_use]
pub fn between(earlier: u32, later: u32) -> Duration {
    Duration::from_millis(u64::from(later.wrapping_sub(earlier)))
}

/// What a message says; `None` for all that are about something else.
#[must_use]
pub fn told(message: u32, what: u32) -> Option<Told> {
    match (message, what) {
        (POWER_BROADCAST, SUSPEND) | (END_SESSION, ENDS) => Some(Told::Sleep),
        (POWER_BROADCAST, RESUME | RESUME_BY_A_PERSON) => Some(Told::Wake),
        (SESSION_CHANGE, SESSION_LOCK) => Some(Told::Locked),
        (SESSION_CHANGE, SESSION_UNLOCK) => Some(Told::Unlocked),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ticks(Option<u32>, u32);

    impl Win32 for Ticks {
        fn last_input_tick(&self) -> Option<u32> {
            self.0
        }
        fn tick(&self) -> u32 {
            self.1
        }
        fn locked(&self) -> bool {
            false
        }
    }

    #[test]
    fn a_pause_that_began_before_the_ticks_began_anew_has_its_right_length() {
        let idle = |input, now| Windows(Ticks(input, now)).idle();
        assert_eq!(idle(Some(1_000), 31_000), Some(Duration::from_secs(30)));
        assert_eq!(
            idle(Some(u32::MAX - 9_999), 20_000),
            Some(Duration::from_secs(30))
        );
        assert_eq!(idle(Some(7), 7), Some(Duration::ZERO));
        assert_eq!(idle(None, 31_000), None);
    }

    #[test]
    fn messages_about_lock_and_sleep_are_understood_and_no_others() {
        assert_eq!(told(POWER_BROADCAST, SUSPEND), Some(Told::Sleep));
        assert_eq!(told(END_SESSION, ENDS), Some(Told::Sleep));
        assert_eq!(told(POWER_BROADCAST, RESUME), Some(Told::Wake));
        assert_eq!(told(POWER_BROADCAST, RESUME_BY_A_PERSON), Some(Told::Wake));
        assert_eq!(told(SESSION_CHANGE, SESSION_LOCK), Some(Told::Locked));
        assert_eq!(told(SESSION_CHANGE, SESSION_UNLOCK), Some(Told::Unlocked));
        // The end was called off; a power source changed; a remote control began; another message with
        // the same number.
        assert_eq!(told(END_SESSION, 0), None);
        assert_eq!(told(POWER_BROADCAST, 0xA), None);
        assert_eq!(told(SESSION_CHANGE, 0x9), None);
        assert_eq!(told(0x0400, SESSION_LOCK), None);
    }
}
