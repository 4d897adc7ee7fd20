//! Input on an X11 display, without polling.
//!
//! The server counts milliseconds since the last input in the counter `IDLETIME` of its SYNC
//! extension. Two alarms stand at [`IDLE_REPORT_AFTER`]: one for the counter rising through it, one for
//! its fall. The thread sleeps in the connection until one of them rings, so a desktop left alone
//! costs nothing, and typing costs nothing either.

use std::sync::Arc;
use std::time::Duration;

use agent::ports::{ActivityEvent, Clock, IDLE_REPORT_AFTER};
use tokio::sync::mpsc::UnboundedSender;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::sync::{
    Alarm, ConnectionExt as _, Counter, CreateAlarmAux, Int64, TESTTYPE, VALUETYPE,
};
use x11rb::rust_connection::RustConnection;

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
}

struct Watch {
    display: RustConnection,
    idle_time: Counter,
    rises: Alarm,
    falls: Alarm,
}

/// Sends how it is now, and every change, to `events` until nobody listens any more. `display` is the
/// one of the environment if `None`.
///
/// # Errors
/// The display cannot be reached, or does not count idle time.
pub fn watch(
    display: Option<&str>,
    clock: Arc<dyn Clock>,
    events: UnboundedSender<ActivityEvent>,
) -> Result<(), X11Error> {
    let watch = Watch::start(display)?;
    events.send(watch.now(&*clock)?).ok();
    std::thread::Builder::new()
        .name("x11-idle".into())
        .spawn(move || {
            if let Err(error) = watch.report(&*clock, &events) {
                tracing::warn!(%error, "the display stopped telling idle time");
            }
        })?;
    Ok(())
}

impl Watch {
    fn start(display: Option<&str>) -> Result<Self, X11Error> {
        let (display, _screen) = RustConnection::connect(display)?;
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

    fn now(&self, clock: &dyn Clock) -> Result<ActivityEvent, X11Error> {
        // Before the counter is asked: however long the answer takes, the pause is not made shorter.
        let asked = clock.elapsed();
        let idle = self.idle()?;
        Ok(if idle >= IDLE_REPORT_AFTER {
            ActivityEvent::IdleSince(asked.saturating_sub(idle))
        } else {
            ActivityEvent::Active
        })
    }

    fn report(
        &self,
        clock: &dyn Clock,
        events: &UnboundedSender<ActivityEvent>,
    ) -> Result<(), X11Error> {
        loop {
            let Event::SyncAlarmNotify(ring) = self.display.wait_for_event()? else {
                continue;
            };
            let event = if ring.alarm == self.falls {
                ActivityEvent::Active
            } else if ring.alarm == self.rises {
                self.now(clock)?
            } else {
                continue;
            };
            if events.send(event).is_err() {
                return Ok(());
            }
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

    #[test]
    fn a_display_that_is_not_there_is_an_error_and_not_a_crash() {
        let (events, _keep) = tokio::sync::mpsc::unbounded_channel();
        let clock = Arc::new(crate::adapters::clock::SystemClock::new());
        assert!(matches!(
            watch(Some(":54321"), clock, events),
            Err(X11Error::Connect(_))
        ));
    }
}
