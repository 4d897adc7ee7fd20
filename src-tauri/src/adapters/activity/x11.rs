//! Input on an X11 display, without polling.
//!
//! The server counts milliseconds since the last input in the counter `IDLETIME` of its SYNC
//! extension. Two alarms stand at [`IDLE_REPORT_AFTER`]: one for the counter rising through it, one for
//! its fall. The thread sleeps in the connection until one of them rings, so a desktop left alone
//! costs nothing, and typing costs nothing either.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use agent::ports::{Clock, IDLE_REPORT_AFTER};
use tokio::sync::oneshot;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{
    Alarm, ConnectionExt as _, Counter, CreateAlarmAux, Int64, TESTTYPE, VALUETYPE,
};
use x11rb::rust_connection::RustConnection;

use super::inputs::Inputs;

/// Why X11 does not tell idle time.
#[derive(Debug, thiserror::Error)]
pub enum X11Error {
    /// There is no such display.
    #[error("the display does not answer: {0}")]
    Connect(#[from] x11rb::errors::ConnectError),
    /// It broke off.
    #[error("the connection broke: {0}")]
    Connection(#[from] x11rb::errors::ConnectionError),
    /// It refused, or lacks the extension.
    #[error("the display refused: {0}")]
    Reply(#[from] x11rb::errors::ReplyError),
    /// No more ids.
    #[error("the display is out of ids: {0}")]
    Id(#[from] x11rb::errors::ReplyOrIdError),
    /// The extension has no such counter.
    #[error("the display does not count idle time")]
    NoCounter,
    /// No thread could be made.
    #[error("no thread: {0}")]
    Thread(#[from] std::io::Error),
    /// Somebody else tells now.
    #[error("its turn is over")]
    Over,
}

impl X11Error {
    /// Whether a display was there at all.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Connect(_) | Self::Thread(_) | Self::Over)
    }
}

struct Watch {
    display: RustConnection,
    idle_time: Counter,
    rises: Alarm,
    falls: Alarm,
}

/// Tells how it is now, and every change, until the display ends.
///
/// # Errors
/// Always: why it does not tell, or why it stopped.
pub async fn watch(
    display: &str,
    clock: Arc<dyn Clock>,
    inputs: Arc<Inputs>,
) -> Result<Infallible, X11Error> {
    let display = display.to_owned();
    let (ended, end) = oneshot::channel();
    // The thread hears of the end of its turn only with the next ring; until then it tells nothing.
    let turn = Turn(Arc::new(AtomicBool::new(true)));
    let lasts = Arc::clone(&turn.0);
    std::thread::Builder::new()
        .name("x11-idle".into())
        .spawn(move || {
            let Err(error) =
                Watch::start(&display).and_then(|watch| watch.report(&*clock, &inputs, &lasts));
            ended.send(error).ok();
        })?;
    Err(end.await.unwrap_or(X11Error::Over))
}

/// Lasts until it is dropped.
struct Turn(Arc<AtomicBool>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Watch {
    fn start(display: &str) -> Result<Self, X11Error> {
        let (display, _screen) = RustConnection::connect(Some(display))?;
        display.sync_initialize(3, 1)?.reply()?;
        let counters = display.sync_list_system_counters()?.reply()?.counters;
        let idle_time = counters
            .iter()
            .find(|counter| counter.name == b"IDLETIME")
            .ok_or(X11Error::NoCounter)?
            .counter;
        let alarm = |test| -> Result<Alarm, X11Error> {
            let id = display.generate_id()?;
            let alarm = CreateAlarmAux::new()
                .counter(idle_time)
                .value_type(VALUETYPE::ABSOLUTE)
                .value(int64(IDLE_REPORT_AFTER))
                .test_type(test)
                // Nothing is added to the value after it rang: it rings again at the next transition.
                .delta(Int64 { hi: 0, lo: 0 })
                .events(1);
            display.sync_create_alarm(id, &alarm)?.check()?;
            Ok(id)
        };
        let rises = alarm(TESTTYPE::POSITIVE_TRANSITION)?;
        let falls = alarm(TESTTYPE::NEGATIVE_TRANSITION)?;
        Ok(Self {
            display,
            idle_time,
            rises,
            falls,
        })
    }

    /// How long there was no input.
    fn idle(&self) -> Result<Duration, X11Error> {
        let value = self
            .display
            .sync_query_counter(self.idle_time)?
            .reply()?
            .counter_value;
        let milliseconds = (i64::from(value.hi) << 32) | i64::from(value.lo);
        Ok(Duration::from_millis(
            u64::try_from(milliseconds).unwrap_or(0),
        ))
    }

    /// Since when there was no input, if that is long enough.
    fn idle_since(&self, clock: &dyn Clock) -> Result<Option<Duration>, X11Error> {
        // Before the counter is asked: however long the answer takes, the pause is not made shorter.
        let asked = clock.elapsed();
        let idle = self.idle()?;
        Ok((idle >= IDLE_REPORT_AFTER).then(|| asked.saturating_sub(idle)))
    }

    fn report(
        &self,
        clock: &dyn Clock,
        inputs: &Inputs,
        lasts: &AtomicBool,
    ) -> Result<Infallible, X11Error> {
        let mut since = self.idle_since(clock)?;
        loop {
            if !lasts.load(Ordering::SeqCst) {
                return Err(X11Error::Over);
            }
            match since {
                Some(since) => inputs.idle_since(since),
                None => inputs.active(),
            }
            since = loop {
                let Event::SyncAlarmNotify(ring) = self.display.wait_for_event()? else {
                    continue;
                };
                if ring.alarm == self.falls {
                    break None;
                } else if ring.alarm == self.rises {
                    break self.idle_since(clock)?;
                }
            };
        }
    }
}

fn int64(duration: Duration) -> Int64 {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Int64 {
        hi: i32::try_from(milliseconds >> 32).unwrap_or(i32::MAX),
        lo: u32::try_from(milliseconds & u64::from(u32::MAX)).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_becomes_the_two_halves_of_a_counter() {
        let halves = |duration| {
            let counter = int64(duration);
            (counter.hi, counter.lo)
        };
        assert_eq!(halves(Duration::from_secs(30)), (0, 30_000));
        assert_eq!(halves(Duration::from_millis(1 << 32)), (1, 0));
    }

    #[tokio::test]
    async fn a_display_that_is_not_there_is_an_error_and_not_a_crash() {
        let (events, _keep) = tokio::sync::mpsc::unbounded_channel();
        let clock = Arc::new(crate::adapters::clock::SystemClock::new());
        let inputs = Arc::new(Inputs::new(events));
        assert!(matches!(
            watch(":54321", clock, inputs).await,
            Err(X11Error::Connect(_))
        ));
    }
}
