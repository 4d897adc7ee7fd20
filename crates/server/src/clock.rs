//! The clock as an argument.
//!
//! Two readings: the wall clock stamps what people read, the steady one decides leases and limits,
//! so that setting the wall clock changes nothing that anybody sees.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::ids::Instant;
use rules::presence::{Moment, Steady};
use tokio::sync::watch;

/// Tells the time and wakes at a time.
pub trait Clock: Send + Sync + 'static {
    /// Both readings.
    fn now(&self) -> Moment;
    /// Ends once the steady reading has reached `until`; later if the machine slept meanwhile.
    fn sleep_until(&self, until: Steady) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of this machine. Its steady reading counts the time that the machine slept: a server that
/// runs on somebody's laptop must not believe after a night that a quarter of an hour is still to go.
#[derive(Debug)]
pub struct SystemClock {
    start: Duration,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: since_boot(),
        }
    }
}

/// `CLOCK_BOOTTIME` on Linux, and `CLOCK_MONOTONIC` on macOS, count sleep; the standard library's clock
/// stops there.
#[cfg(unix)]
fn since_boot() -> Duration {
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

/// The standard library's clock counts sleep on Windows.
#[cfg(not(unix))]
fn since_boot() -> Duration {
    static FIRST: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    FIRST.get_or_init(std::time::Instant::now).elapsed()
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment {
            wall: Instant(milliseconds(wall)),
            steady: milliseconds(since_boot().saturating_sub(self.start)),
        }
    }

    fn sleep_until(&self, until: Steady) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let left = until.saturating_sub(self.now().steady);
        Box::pin(tokio::time::sleep(Duration::from_millis(
            u64::try_from(left).unwrap_or(0),
        )))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A clock for tests that moves only when told to.
#[derive(Debug)]
pub struct FakeClock {
    now: watch::Sender<Moment>,
}

impl Default for FakeClock {
    fn default() -> Self {
        let start = Moment {
            wall: Instant(1_800_000_000_000),
            steady: 1_000_000,
        };
        Self {
            now: watch::Sender::new(start),
        }
    }
}

impl FakeClock {
    /// Lets time pass: both readings go forward and whoever sleeps until then wakes.
    pub fn advance(&self, milliseconds: i64) {
        self.now.send_modify(|now| {
            now.wall = now.wall.plus(milliseconds);
            now.steady = now.steady.saturating_add(milliseconds);
        });
    }

    /// Sets the wall clock forward or back; no time passes.
    pub fn step_wall(&self, milliseconds: i64) {
        self.now
            .send_modify(|now| now.wall = now.wall.plus(milliseconds));
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Moment {
        *self.now.borrow()
    }

    fn sleep_until(&self, until: Steady) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut readings = self.now.subscribe();
        Box::pin(async move {
            // The sender lives as long as `self`, so this ends only when the time has come.
            let _ = readings.wait_for(|now| now.steady >= until).await;
        })
    }
}
