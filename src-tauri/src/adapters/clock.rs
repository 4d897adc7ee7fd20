//! The machine's clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agent::ports::Clock;
use protocol::ids::Instant;

/// The wall clock, and one that counts the time the machine slept.
///
/// The second is `CLOCK_BOOTTIME` on Linux and `CLOCK_MONOTONIC` on macOS, which counts sleep there;
/// the standard library's clock stops during sleep on both. On Windows the standard library's
/// (`QueryPerformanceCounter`) goes on.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    #[cfg(not(unix))]
    start: std::time::Instant,
}

impl SystemClock {
    /// The clocks of this machine.
    #[must_use]
    pub fn new() -> Self {
        Self {
            #[cfg(not(unix))]
            start: std::time::Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let milliseconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Instant(milliseconds)
    }

    fn zone(&self) -> Option<String> {
        // Asked anew each time: people travel with the app open.
        let zone = jiff::tz::TimeZone::try_system().ok()?;
        zone.iana_name().map(str::to_owned)
    }

    #[cfg(unix)]
    fn elapsed(&self) -> Duration {
        #[cfg(target_os = "linux")]
        const COUNTS_SLEEP: rustix::time::ClockId = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        const COUNTS_SLEEP: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
        let time = rustix::time::clock_gettime(COUNTS_SLEEP);
        Duration::new(
            u64::try_from(time.tv_sec).unwrap_or(0),
            u32::try_from(time.tv_nsec).unwrap_or(0),
        )
    }

    #[cfg(not(unix))]
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_time_never_goes_back_and_the_wall_clock_is_past_2020() {
        let clock = SystemClock::new();
        let mut last = clock.elapsed();
        for _ in 0..1_000 {
            let now = clock.elapsed();
            assert!(now >= last);
            last = now;
        }
        assert!(clock.now() > Instant(1_577_836_800_000));
    }
}
