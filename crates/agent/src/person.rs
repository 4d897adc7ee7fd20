//! The person at this machine, as far as the session knows: input, lock and sleep, what they look
//! at, and the status they picked last.
//!
//! A pick shows at once and is *pending* until the server answers it. Only the newest is kept, and
//! not on disk: status is never queued. After a reconnect it is sent again with its age, and the
//! server drops it when it holds a choice made later.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::frame::DeviceFrame;
use protocol::ids::ClientId;
use protocol::status::{Activity, Status};
use rules::notices::Looking;
use tokio::sync::watch;
use uuid::Uuid;

use crate::ports::{ActivityEvent, Clock};
use crate::view::{Focus, Limited};

/// While idle time cannot be read, input inside the app is reported at most this often.
const LIMITED_REPORT: Duration = Duration::from_secs(60);

/// See the module.
pub(crate) struct Person {
    clock: Arc<dyn Clock>,
    pub(crate) limited: Option<Limited>,
    known: Mutex<Known>,
    /// Counts changes of activity worth a frame.
    pub(crate) activity_changes: watch::Sender<u64>,
    /// Counts picks.
    pub(crate) picks: watch::Sender<u64>,
    /// Whether the machine is awake.
    pub(crate) awake: watch::Sender<bool>,
}

struct Known {
    machine: Machine,
    locked_since: Option<Duration>,
    last_input: Option<Duration>,
    focus: Focus,
    pick: Option<Pick>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    Active,
    IdleSince(Duration),
}

#[derive(Clone, Copy)]
struct Pick {
    client_id: ClientId,
    status: Status,
    made_at: Duration,
}

fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

impl Person {
    pub(crate) fn new(clock: Arc<dyn Clock>, limited: Option<Limited>) -> Self {
        Self {
            clock,
            limited,
            known: Mutex::new(Known {
                machine: Machine::Active,
                locked_since: None,
                last_input: None,
                focus: Focus::default(),
                pick: None,
            }),
            activity_changes: watch::Sender::new(0),
            picks: watch::Sender::new(0),
            awake: watch::Sender::new(true),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the machine tells.
    pub(crate) fn machine(&self, event: ActivityEvent) {
        {
            let mut known = self.known();
            match event {
                ActivityEvent::Active => known.machine = Machine::Active,
                ActivityEvent::IdleSince(since) => known.machine = Machine::IdleSince(since),
                ActivityEvent::Locked => {
                    known.locked_since.get_or_insert(self.clock.elapsed());
                }
                ActivityEvent::Unlocked => {
                    known.locked_since = None;
                    known.machine = Machine::Active;
                    known.last_input = Some(self.clock.elapsed());
                }
                ActivityEvent::Sleep | ActivityEvent::Wake => {}
            }
        }
        // Anything a person does shows that the machine is awake, should its wake go unreported.
        self.awake.send_if_modified(|awake| {
            let now = match event {
                ActivityEvent::Sleep => false,
                ActivityEvent::Wake | ActivityEvent::Active | ActivityEvent::Unlocked => true,
                ActivityEvent::IdleSince(_) | ActivityEvent::Locked => *awake,
            };
            std::mem::replace(awake, now) != now
        });
        if !matches!(event, ActivityEvent::Sleep | ActivityEvent::Wake) {
            self.activity_changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// There was input inside the app.
    pub(crate) fn input(&self) {
        let now = self.clock.elapsed();
        let before = self.known().last_input.replace(now);
        let pause = before.map_or(Duration::MAX, |before| now.saturating_sub(before));
        if self.limited.is_some() && pause >= LIMITED_REPORT {
            self.activity_changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    pub(crate) fn focus(&self, focus: Focus) {
        self.known().focus = focus;
    }

    /// What is looked at, for the rule *on screen*.
    pub(crate) fn looking(&self) -> Looking {
        let now = self.clock.elapsed();
        let known = self.known();
        let machine = match (self.limited, known.machine) {
            (Some(_), _) => None,
            (None, Machine::Active) => Some(now),
            (None, Machine::IdleSince(since)) => Some(since),
        };
        let input = known
            .last_input
            .max(machine)
            .filter(|_| known.locked_since.is_none());
        Looking {
            focused: known.focus.focused,
            conversation_id: known.focus.conversation_id,
            at_end: known.focus.at_end,
            input_ms_ago: input.map(|at| milliseconds(now.saturating_sub(at))),
        }
    }

    /// The machine's activity, as it travels.
    pub(crate) fn activity(&self) -> Activity {
        let now = self.clock.elapsed();
        let known = self.known();
        let ago = |at: Duration| milliseconds(now.saturating_sub(at));
        match (known.locked_since, self.limited, known.machine) {
            (Some(since), _, _) => Activity::Locked { for_ms: ago(since) },
            (None, Some(_), _) => Activity::Limited {
                for_ms: known.last_input.map_or(0, ago),
            },
            (None, None, Machine::Active) => Activity::Active,
            (None, None, Machine::IdleSince(since)) => Activity::Idle { for_ms: ago(since) },
        }
    }

    /// Picks a status; an earlier pick that is still pending is forgotten.
    pub(crate) fn pick(&self, status: Status) {
        let pick = Pick {
            client_id: ClientId(Uuid::now_v7()),
            status,
            made_at: self.clock.elapsed(),
        };
        self.known().pick = Some(pick);
        self.picks
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The pick that the server has not answered.
    pub(crate) fn pending(&self) -> Option<Status> {
        self.known().pick.map(|pick| pick.status)
    }

    /// The pending pick, as it travels now.
    pub(crate) fn pick_frame(&self) -> Option<DeviceFrame> {
        let now = self.clock.elapsed();
        self.known().pick.map(|pick| DeviceFrame::SetChoice {
            client_id: pick.client_id,
            status: pick.status,
            made_ms_ago: milliseconds(now.saturating_sub(pick.made_at)),
        })
    }

    /// The server answered a pick. Whether it was the pending one.
    pub(crate) fn answered(&self, client_id: ClientId) -> bool {
        let mut known = self.known();
        let pending = known.pick.is_some_and(|pick| pick.client_id == client_id);
        if pending {
            known.pick = None;
        }
        pending
    }

    /// Forgets what belongs to a session that ended.
    pub(crate) fn forget_pick(&self) {
        self.known().pick = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ids::{ConversationId, Instant};
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Default)]
    struct HandClock(AtomicU64);

    impl Clock for HandClock {
        fn now(&self) -> Instant {
            Instant(0)
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    fn person(limited: Option<Limited>) -> (Arc<HandClock>, Person) {
        let clock = Arc::new(HandClock::default());
        clock.0.store(1_000, Ordering::Relaxed);
        (Arc::clone(&clock), Person::new(clock, limited))
    }

    #[test]
    fn an_idle_report_carries_its_age_and_a_lock_outweighs_it() {
        let (clock, person) = person(None);
        assert_eq!(person.activity(), Activity::Active);
        person.machine(ActivityEvent::IdleSince(Duration::from_secs(970)));
        assert_eq!(person.activity(), Activity::Idle { for_ms: 30_000 });
        person.machine(ActivityEvent::Locked);
        clock.0.store(1_005, Ordering::Relaxed);
        person.machine(ActivityEvent::Locked);
        assert_eq!(person.activity(), Activity::Locked { for_ms: 5_000 });
        person.machine(ActivityEvent::Unlocked);
        assert_eq!(person.activity(), Activity::Active);
    }

    #[test]
    fn limited_counts_input_inside_the_app_alone_and_reports_it_once_a_minute() {
        let (clock, person) = person(Some(Limited::Wayland));
        let reports = person.activity_changes.subscribe();
        let reported = || *reports.borrow();
        person.input();
        assert_eq!(reported(), 1);
        clock.0.store(1_059, Ordering::Relaxed);
        person.input();
        assert_eq!(reported(), 1);
        clock.0.store(1_069, Ordering::Relaxed);
        assert_eq!(person.activity(), Activity::Limited { for_ms: 10_000 });
        clock.0.store(1_119, Ordering::Relaxed);
        person.input();
        assert_eq!(reported(), 2);
    }

    #[test]
    fn only_the_newest_pick_is_kept_and_only_its_answer_ends_it() {
        let (clock, person) = person(None);
        person.pick(Status::Invisible);
        let Some(DeviceFrame::SetChoice {
            client_id: first, ..
        }) = person.pick_frame()
        else {
            panic!("there is a pick");
        };
        person.pick(Status::Online);
        clock.0.store(1_007, Ordering::Relaxed);
        assert!(!person.answered(first), "the answer to an older pick");
        assert_eq!(person.pending(), Some(Status::Online));
        let Some(DeviceFrame::SetChoice {
            client_id,
            made_ms_ago,
            ..
        }) = person.pick_frame()
        else {
            panic!("there is a pick");
        };
        assert_eq!(made_ms_ago, 7_000);
        assert!(person.answered(client_id));
        assert_eq!(person.pending(), None);
    }

    #[test]
    fn behind_a_lock_nobody_looks_at_anything() {
        let (_, person) = person(None);
        let conversation_id = ConversationId(Uuid::from_u128(1));
        person.focus(Focus {
            focused: true,
            conversation_id: Some(conversation_id),
            at_end: true,
        });
        assert!(person.looking().at(conversation_id));
        person.machine(ActivityEvent::Locked);
        assert!(!person.looking().at(conversation_id));
    }

    #[test]
    fn sleep_ends_with_a_wake_or_with_a_person() {
        let (_, person) = person(None);
        person.machine(ActivityEvent::Sleep);
        assert!(!*person.awake.borrow());
        person.machine(ActivityEvent::Locked);
        assert!(
            !*person.awake.borrow(),
            "it locks itself on its way to sleep"
        );
        person.machine(ActivityEvent::Active);
        assert!(*person.awake.borrow());
    }
}
