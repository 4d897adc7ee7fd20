//! A machine that tells its idle time only when it is asked.
//!
//! Asking is cheap but wakes the processor, so [`Poll`] asks only when the answer could be a new one:
//!
//! - while there is input, when the pause could have lasted [`IDLE_REPORT_AFTER`]: a machine that was
//!   idle for 5 s is asked again in 25 s, and one that is typed on about twice a minute;
//! - while there is none, every second, since the first input counts at once;
//! - while it is locked or asleep, never: what it tells by itself ends that;
//! - while it refuses to answer, three times a minute.
//!
//! [`Poll`] is pure: answers and time in, events and the next question out. [`watch`] carries it out.

use std::sync::Arc;
use std::time::Duration;

use agent::ports::{ActivityEvent, Clock, IDLE_REPORT_AFTER};
use agent::view::Limited;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use super::inputs::Inputs;

/// During a pause: how soon its end is noticed.
const DURING_A_PAUSE: Duration = Duration::from_secs(1);
/// After a refusal.
const AFTER_A_REFUSAL: Duration = Duration::from_secs(20);
/// Never sooner than this, however close the end of the half minute is.
const LEAST: Duration = Duration::from_millis(100);

/// A machine, as far as it must be asked.
pub trait Machine: Send + 'static {
    /// How long there was no input; `None` if it refuses to tell.
    fn idle(&mut self) -> Option<Duration>;
    /// Whether its session is locked. Asked once, at the start; later it tells.
    fn locked(&mut self) -> bool;
}

/// What a machine tells by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Its session was locked.
    Locked,
    /// Its session was unlocked.
    Unlocked,
    /// It is about to sleep.
    Sleep,
    /// It woke.
    Wake,
}

/// What is known of such a machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Poll {
    locked: bool,
    asleep: bool,
}

impl Poll {
    /// Takes in what the machine told by itself, and gives what is new in it.
    pub fn told(&mut self, told: Told) -> Option<ActivityEvent> {
        let (known, now, event) = match told {
            Told::Locked => (&mut self.locked, true, ActivityEvent::Locked),
            Told::Unlocked => (&mut self.locked, false, ActivityEvent::Unlocked),
            Told::Sleep => (&mut self.asleep, true, ActivityEvent::Sleep),
            Told::Wake => (&mut self.asleep, false, ActivityEvent::Wake),
        };
        (std::mem::replace(known, now) != now).then_some(event)
    }

    /// Whether there is any sense in asking now.
    #[must_use]
    pub fn asks(&self) -> bool {
        !self.locked && !self.asleep
    }

    /// What an answer says at a moment, and in how long the next one could say something else.
    #[must_use]
    pub fn answer(now: Duration, idle: Option<Duration>) -> (ActivityEvent, Duration) {
        match idle {
            None => (ActivityEvent::Limited(Limited::Platform), AFTER_A_REFUSAL),
            Some(idle) if idle < IDLE_REPORT_AFTER => {
                let left = IDLE_REPORT_AFTER.saturating_sub(idle);
                (ActivityEvent::Active, left.max(LEAST))
            }
            Some(idle) => (
                ActivityEvent::IdleSince(now.saturating_sub(idle)),
                DURING_A_PAUSE,
            ),
        }
    }
}

/// Asks and passes on, until nobody listens any more. `sleep` lets time pass on that clock.
pub async fn watch<S: Future<Output = ()> + Send>(
    mut machine: impl Machine,
    mut told_by_itself: UnboundedReceiver<Told>,
    clock: Arc<dyn Clock>,
    sleep: impl Fn(Duration) -> S + Send,
    events: UnboundedSender<ActivityEvent>,
) {
    let inputs = Inputs::new(events.clone());
    let mut poll = Poll::default();
    if machine.locked()
        && let Some(event) = poll.told(Told::Locked)
    {
        events.send(event).ok();
    }
    let mut tells = true;
    loop {
        let mut pause = None;
        if poll.asks() {
            // The time before the question: however long the answer takes, no pause is made shorter.
            let now = clock.elapsed();
            let (event, next) = Poll::answer(now, machine.idle());
            match event {
                ActivityEvent::IdleSince(since) => inputs.idle_since(since),
                ActivityEvent::Limited(why) => inputs.limited(why),
                _ => inputs.active(),
            }
            pause = Some(next);
        }
        let told = tokio::select! {
            () = events.closed() => return,
            told = told_by_itself.recv(), if tells => told,
            () = sleep(pause.unwrap_or_default()), if pause.is_some() => continue,
        };
        match told {
            None => tells = false,
            Some(told) => {
                if let Some(event) = poll.told(told) {
                    events.send(event).ok();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_is_asked_again_when_the_half_minute_could_be_full() {
        let active = |left| (ActivityEvent::Active, left);
        assert_eq!(
            Poll::answer(HOUR, Some(Duration::ZERO)),
            active(seconds(30))
        );
        assert_eq!(Poll::answer(HOUR, Some(seconds(5))), active(seconds(25)));
        let almost = IDLE_REPORT_AFTER - Duration::from_millis(1);
        assert_eq!(Poll::answer(HOUR, Some(almost)), active(LEAST));
    }

    #[test]
    fn a_pause_is_told_with_its_start_and_its_end_is_looked_for_every_second() {
        let start = ActivityEvent::IdleSince(HOUR - seconds(30));
        assert_eq!(
            Poll::answer(HOUR, Some(seconds(30))),
            (start, DURING_A_PAUSE)
        );
        let before_the_clock = ActivityEvent::IdleSince(Duration::ZERO);
        assert_eq!(
            Poll::answer(HOUR, Some(HOUR * 2)),
            (before_the_clock, DURING_A_PAUSE)
        );
    }

    #[test]
    fn a_refusal_is_a_reason_and_no_crash() {
        assert_eq!(
            Poll::answer(HOUR, None),
            (ActivityEvent::Limited(Limited::Platform), AFTER_A_REFUSAL)
        );
    }

    #[test]
    fn lock_and_sleep_are_told_once_and_nothing_is_asked_meanwhile() {
        let mut poll = Poll::default();
        assert_eq!(poll.told(Told::Unlocked), None);
        assert_eq!(poll.told(Told::Locked), Some(ActivityEvent::Locked));
        assert_eq!(poll.told(Told::Locked), None);
        assert!(!poll.asks());
        assert_eq!(poll.told(Told::Sleep), Some(ActivityEvent::Sleep));
        assert_eq!(poll.told(Told::Unlocked), Some(ActivityEvent::Unlocked));
        assert!(!poll.asks(), "it still sleeps");
        assert_eq!(poll.told(Told::Wake), Some(ActivityEvent::Wake));
        assert!(poll.asks());
        assert_eq!(poll.told(Told::Wake), None, "Windows tells it twice");
    }
}
