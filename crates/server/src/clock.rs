//! The clock as an argument.
//!
//! Two readings: the wall clock stamps what people read, the steady one decides leases and limits,
//! so that setting the wall clock changes nothing that anybody sees.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant as StdInstant, SystemTime, UNIX_EPOCH};

use protocol::ids::Instant;
use rules::presence::{Moment, Steady};
use tokio::sync::watch;

/// Tells the time and wakes at a time.
pub trait Clock: Send + Sync + 'static {
    /// Both readings.
    fn now(&self) -> Moment;
    /// Ends once the steady reading has reached `until`.
    fn sleep_until(&self, until: Steady) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The clock of this machine.
#[derive(Debug)]
pub struct SystemClock {
    start: StdInstant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: StdInstant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment {
            wall: Instant(milliseconds(wall)),
            steady: milliseconds(self.start.elapsed()),
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
