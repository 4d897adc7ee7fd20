//! The person at this machine, as far as the session knows: input, lock and sleep, what they look
//! at, and the status they picked last.
//!
//! A pick shows at once and is *pending* until the server answers it. Only the newest is kept, and
//! not on disk: status is never queued. After a reconnect it is sent again with its age, and the
//! server drops it when it holds a choice made later.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::DeviceFrame;
use protocol::ids::{ClientId, ConversationId, Instant};
use protocol::limits::WRITING_EVERY_MS;
use protocol::status::{Activity, StatusChange, Via};
use rules::notices::Looking;
use tokio::sync::watch;
use uuid::Uuid;

use crate::ports::{ActivityEvent, Clock, IDLE_REPORT_AFTER};
use crate::view::{Focus, Limited};

/// While idle time cannot be read, input inside the app is reported at most this often.
const LIMITED_REPORT: Duration = Duration::from_secs(60);

/// While the machine reports a pause, input inside the app is reported at most this often: below the
/// shortest idle delay, so that somebody who is here never seems gone.
const CONTRADICTION_REPORT: Duration = IDLE_REPORT_AFTER;

/// From the announcement of a sleep to the sleep itself, input keeps nobody here: a lid that closes touches
/// keys, and what leads back then would break off without a goodbye. As long as the slowest system lets
/// itself be held up by us (logind).
const FALLS_ASLEEP: Duration = Duration::from_secs(5);

/// See the module.
pub(crate) struct Person {
    clock: Arc<dyn Clock>,
    /// Where nothing else is known: starting the app was input inside it.
    started: Duration,
    known: Mutex<Known>,
    /// Counts changes of activity worth a frame.
    pub(crate) activity_changes: watch::Sender<u64>,
    /// Counts picks.
    pub(crate) picks: watch::Sender<u64>,
    /// Counts what may change what is looked at.
    pub(crate) looks: watch::Sender<u64>,
    /// Where a reply is being written, and when that was said last.
    pub(crate) writing: watch::Sender<Option<(ConversationId, Duration)>>,
    /// Whether the machine is awake.
    pub(crate) awake: watch::Sender<bool>,
    /// An idle drop is announced for then, by the wall clock of this computer. Any input ends it.
    pub(crate) drops_at: watch::Sender<Option<Instant>>,
    /// What became of the newest pick that was decided.
    pub(crate) decided: watch::Sender<Result<(), ErrorBody>>,
}

struct Known {
    machine: Machine,
    locked_since: Option<Duration>,
    /// When a sleep was announced that has not ended.
    asleep_since: Option<Duration>,
    /// Inside the app, or as good as that.
    last_input: Option<Duration>,
    /// When input inside the app was last worth a frame.
    input_reported: Option<Duration>,
    focus: Focus,
    /// Of the small windows for replies, those that somebody looks at.
    replying: BTreeMap<ConversationId, Focus>,
    pick: Option<Pick>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    /// It has said nothing yet.
    Silent,
    Active,
    IdleSince(Duration),
    Limited(Limited),
}

#[derive(Clone, Copy)]
struct Pick {
    client_id: ClientId,
    change: StatusChange,
    via: Via,
    made_at: Duration,
}

fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

impl Person {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            started: clock.elapsed(),
            clock,
            known: Mutex::new(Known {
                machine: Machine::Silent,
                locked_since: None,
                asleep_since: None,
                last_input: None,
                input_reported: None,
                focus: Focus::default(),
                replying: BTreeMap::new(),
                pick: None,
            }),
            activity_changes: watch::Sender::new(0),
            picks: watch::Sender::new(0),
            looks: watch::Sender::new(0),
            writing: watch::Sender::new(None),
            awake: watch::Sender::new(true),
            drops_at: watch::Sender::new(None),
            decided: watch::Sender::new(Ok(())),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the machine tells.
    pub(crate) fn machine(&self, event: ActivityEvent) {
        let now = self.clock.elapsed();
        let awake = {
            let mut known = self.known();
            match event {
                ActivityEvent::Active => known.machine = Machine::Active,
                ActivityEvent::IdleSince(since) => {
                    known.machine = Machine::IdleSince(since);
                    // The first input that contradicts it is worth a frame at once.
                    known.input_reported = None;
                }
                ActivityEvent::Limited(why) => {
                    // What was known of the machine is the newest that is known of its user.
                    let told = match known.machine {
                        Machine::Silent => Some(self.started),
                        Machine::Active => Some(self.clock.elapsed()),
                        Machine::IdleSince(since) => Some(since),
                        Machine::Limited(_) => None,
                    };
                    known.last_input = known.last_input.max(told);
                    known.machine = Machine::Limited(why);
                }
                ActivityEvent::Locked => {
                    known.locked_since.get_or_insert(self.clock.elapsed());
                }
                ActivityEvent::Unlocked => {
                    known.locked_since = None;
                    // As good as input, which the machine may not have seen: sessions can be unlocked
                    // from afar. If it saw some, it says so itself.
                    known.last_input = Some(self.clock.elapsed());
                }
                ActivityEvent::Sleep => known.asleep_since = Some(now),
                ActivityEvent::Wake => known.asleep_since = None,
            }
            // Anything a person does shows that the machine is awake, should its wake go unreported.
            if matches!(event, ActivityEvent::Active | ActivityEvent::Unlocked) {
                known.asleep_since = known
                    .asleep_since
                    .filter(|since| now.saturating_sub(*since) < FALLS_ASLEEP);
            }
            known.asleep_since.is_none()
        };
        self.awake
            .send_if_modified(|before| std::mem::replace(before, awake) != awake);
        if matches!(event, ActivityEvent::Active | ActivityEvent::Unlocked) {
            self.no_drop();
        }
        if !matches!(event, ActivityEvent::Sleep | ActivityEvent::Wake) {
            self.activity_changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Why idle time cannot be read, while it cannot.
    pub(crate) fn limited(&self) -> Option<Limited> {
        match self.known().machine {
            Machine::Limited(why) => Some(why),
            Machine::Silent | Machine::Active | Machine::IdleSince(_) => None,
        }
    }

    /// There was input inside the app, or an answer that counts as input. It counts also while the
    /// machine says that there was none: not every display server notices every input.
    pub(crate) fn input(&self) {
        let now = self.clock.elapsed();
        // What ends a countdown is worth a frame, however short the last one was ago.
        let counting = self.no_drop();
        let report = {
            let mut known = self.known();
            known.last_input = Some(now);
            let often = match known.machine {
                Machine::Silent | Machine::Active => None,
                Machine::IdleSince(_) => Some(CONTRADICTION_REPORT),
                Machine::Limited(_) => Some(LIMITED_REPORT),
            };
            let report = counting
                || often.is_some_and(|often| {
                    known
                        .input_reported
                        .is_none_or(|before| now.saturating_sub(before) >= often)
                });
            if report {
                known.input_reported = Some(now);
            }
            report
        };
        if report {
            self.activity_changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    /// Somebody says that they are here: input, and worth a frame in any case.
    pub(crate) fn insist(&self) {
        self.no_drop();
        let now = self.clock.elapsed();
        {
            let mut known = self.known();
            known.last_input = Some(now);
            known.input_reported = Some(now);
        }
        self.activity_changes
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The server announces an idle drop. Input inside the app that was not worth a frame until now
    /// ends it at once.
    pub(crate) fn drop_is_near(&self, in_ms: u64) {
        let untold = {
            let mut known = self.known();
            let untold = matches!(known.machine, Machine::IdleSince(_) | Machine::Limited(_))
                && known.locked_since.is_none()
                && known.last_input > known.input_reported;
            if untold {
                known.input_reported = known.last_input;
            }
            untold
        };
        if untold {
            self.activity_changes
                .send_modify(|count| *count = count.wrapping_add(1));
        }
        let in_ms = i64::try_from(in_ms).unwrap_or(i64::MAX);
        self.drops_at
            .send_replace(Some(self.clock.now().plus(in_ms)));
    }

    /// No drop is announced any more. Whether one was.
    pub(crate) fn no_drop(&self) -> bool {
        self.drops_at.send_if_modified(|at| at.take().is_some())
    }

    /// A reply is being written; worth saying every [`WRITING_EVERY_MS`].
    pub(crate) fn writes(&self, conversation_id: ConversationId) {
        let now = self.clock.elapsed();
        self.writing.send_if_modified(|said| {
            let still = said.is_some_and(|(id, at)| {
                id == conversation_id && milliseconds(now.saturating_sub(at)) < WRITING_EVERY_MS
            });
            if !still {
                *said = Some((conversation_id, now));
            }
            !still
        });
    }

    pub(crate) fn focus(&self, focus: Focus) {
        self.known().focus = focus;
        self.looks
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The same of a small window for a reply, which shows one conversation.
    pub(crate) fn focus_reply(&self, conversation_id: ConversationId, focused: bool, at_end: bool) {
        {
            let replying = &mut self.known().replying;
            if focused {
                let focus = Focus {
                    focused,
                    conversation_id: Some(conversation_id),
                    at_end,
                };
                replying.insert(conversation_id, focus);
            } else {
                replying.remove(&conversation_id);
            }
        }
        self.looks
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// What is looked at, for the rule *on screen*.
    pub(crate) fn looking(&self) -> Looking {
        let now = self.clock.elapsed();
        let known = self.known();
        let machine = match known.machine {
            Machine::Limited(_) => None,
            Machine::Silent | Machine::Active => Some(now),
            Machine::IdleSince(since) => Some(since),
        };
        let input = known
            .last_input
            .max(machine)
            .filter(|_| known.locked_since.is_none());
        // One window has the keyboard, also while two of them are still telling so.
        let focus = known.replying.values().next().unwrap_or(&known.focus);
        Looking {
            focused: focus.focused,
            conversation_id: focus.conversation_id,
            at_end: focus.at_end,
            input_ms_ago: input.map(|at| milliseconds(now.saturating_sub(at))),
        }
    }

    /// Whether the machine is locked.
    pub(crate) fn is_locked(&self) -> bool {
        self.known().locked_since.is_some()
    }

    /// The machine's activity, as it travels.
    pub(crate) fn activity(&self) -> Activity {
        let now = self.clock.elapsed();
        let known = self.known();
        let ago = |at: Duration| milliseconds(now.saturating_sub(at));
        match (known.locked_since, known.machine) {
            (Some(since), _) => Activity::Locked { for_ms: ago(since) },
            (None, Machine::Silent | Machine::Active) => Activity::Active,
            (None, Machine::IdleSince(since)) => Activity::Idle {
                for_ms: ago(known.last_input.map_or(since, |input| input.max(since))),
            },
            (None, Machine::Limited(_)) => Activity::Limited {
                for_ms: known.last_input.map_or(0, ago),
            },
        }
    }

    /// Changes the status; an earlier change that is still pending is forgotten.
    pub(crate) fn pick(&self, change: StatusChange, via: Via) {
        let pick = Pick {
            client_id: ClientId(Uuid::now_v7()),
            change,
            via,
            made_at: self.clock.elapsed(),
        };
        self.known().pick = Some(pick);
        self.picks
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// The pick that the server has not answered.
    pub(crate) fn pending(&self) -> Option<StatusChange> {
        self.known().pick.map(|pick| pick.change)
    }

    /// The pending pick, as it travels now.
    pub(crate) fn pick_frame(&self) -> Option<DeviceFrame> {
        let now = self.clock.elapsed();
        self.known().pick.map(|pick| DeviceFrame::SetChoice {
            client_id: pick.client_id,
            change: pick.change,
            via: pick.via,
            made_ms_ago: milliseconds(now.saturating_sub(pick.made_at)),
            zone: self.clock.zone(),
        })
    }

    /// The server answered a pick. Whether it was the pending one.
    pub(crate) fn answered(&self, client_id: ClientId, outcome: Result<(), ErrorBody>) -> bool {
        let pending = {
            let mut known = self.known();
            let pending = known.pick.is_some_and(|pick| pick.client_id == client_id);
            if pending {
                known.pick = None;
            }
            pending
        };
        if pending {
            drop(self.decided.send_replace(outcome));
        }
        pending
    }

    /// Forgets what belongs to a session that ended.
    pub(crate) fn forget_session(&self) {
        self.no_drop();
        let pending = self.known().pick.take();
        if pending.is_some() {
            let ended = ErrorBody::new(
                ErrorCode::NotSignedIn,
                "The session ended before the workspace decided on the status.",
            );
            drop(self.decided.send_replace(Err(ended)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ids::Instant;
    use protocol::status::Status;
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
        fn zone(&self) -> Option<String> {
            Some("Europe/Berlin".to_owned())
        }
    }

    fn person() -> (Arc<HandClock>, Person) {
        let clock = Arc::new(HandClock::default());
        clock.0.store(1_000, Ordering::Relaxed);
        (Arc::clone(&clock), Person::new(clock))
    }

    #[test]
    fn an_idle_report_carries_its_age_and_a_lock_outweighs_it() {
        let (clock, person) = person();
        assert_eq!(person.activity(), Activity::Active);
        person.machine(ActivityEvent::IdleSince(Duration::from_secs(970)));
        assert_eq!(person.activity(), Activity::Idle { for_ms: 30_000 });
        person.machine(ActivityEvent::Locked);
        clock.0.store(1_005, Ordering::Relaxed);
        person.machine(ActivityEvent::Locked);
        assert_eq!(person.activity(), Activity::Locked { for_ms: 5_000 });
        person.machine(ActivityEvent::Unlocked);
        assert_eq!(person.activity(), Activity::Idle { for_ms: 0 });
        clock.0.store(1_015, Ordering::Relaxed);
        assert_eq!(person.activity(), Activity::Idle { for_ms: 10_000 });
        person.machine(ActivityEvent::Active);
        assert_eq!(person.activity(), Activity::Active);
    }

    #[test]
    fn limited_counts_input_inside_the_app_alone_and_reports_it_once_a_minute() {
        let (clock, person) = person();
        person.machine(ActivityEvent::Limited(Limited::Wayland));
        let reports = person.activity_changes.subscribe();
        let before = *reports.borrow();
        let reported = || *reports.borrow() - before;
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
    fn while_limited_what_was_known_before_is_where_the_count_begins() {
        let limited = ActivityEvent::Limited(Limited::NoDisplay);
        let (clock, fresh) = person();
        clock.0.store(1_010, Ordering::Relaxed);
        fresh.machine(limited);
        assert_eq!(fresh.limited(), Some(Limited::NoDisplay));
        let since_the_start = Activity::Limited { for_ms: 10_000 };
        assert_eq!(fresh.activity(), since_the_start);

        let (clock, idle) = person();
        idle.machine(ActivityEvent::IdleSince(Duration::from_secs(960)));
        idle.machine(limited);
        clock.0.store(1_010, Ordering::Relaxed);
        assert_eq!(idle.activity(), Activity::Limited { for_ms: 50_000 });
        idle.machine(ActivityEvent::Unlocked);
        assert_eq!(idle.activity(), Activity::Limited { for_ms: 0 });
        idle.machine(ActivityEvent::Active);
        assert_eq!((idle.limited(), idle.activity()), (None, Activity::Active));
    }

    #[test]
    fn input_inside_the_app_counts_though_the_machine_saw_none() {
        let (clock, person) = person();
        person.machine(ActivityEvent::Active);
        person.input();
        person.machine(ActivityEvent::IdleSince(Duration::from_secs(1_000)));
        let reports = person.activity_changes.subscribe();
        let before = *reports.borrow();
        let reported = || *reports.borrow() - before;
        clock.0.store(1_005, Ordering::Relaxed);
        person.input();
        assert_eq!(reported(), 1, "the first one at once");
        assert_eq!(person.activity(), Activity::Idle { for_ms: 0 });
        clock.0.store(1_034, Ordering::Relaxed);
        person.input();
        assert_eq!(reported(), 1, "no stream of input times");
        clock.0.store(1_035, Ordering::Relaxed);
        person.input();
        assert_eq!(reported(), 2);
        clock.0.store(1_040, Ordering::Relaxed);
        assert_eq!(person.activity(), Activity::Idle { for_ms: 5_000 });
        person.machine(ActivityEvent::Active);
        assert_eq!(person.activity(), Activity::Active);
    }

    fn pick(status: Status) -> StatusChange {
        StatusChange::Pick { status }
    }

    #[test]
    fn only_the_newest_pick_is_kept_and_only_its_answer_ends_it() {
        let (clock, person) = person();
        person.pick(pick(Status::Invisible), Via::App);
        let Some(DeviceFrame::SetChoice {
            client_id: first, ..
        }) = person.pick_frame()
        else {
            panic!("there is a pick");
        };
        person.pick(pick(Status::Online), Via::App);
        clock.0.store(1_007, Ordering::Relaxed);
        assert!(
            !person.answered(first, Ok(())),
            "the answer to an older pick"
        );
        assert_eq!(person.pending(), Some(pick(Status::Online)));
        let Some(DeviceFrame::SetChoice {
            client_id,
            made_ms_ago,
            ..
        }) = person.pick_frame()
        else {
            panic!("there is a pick");
        };
        assert_eq!(made_ms_ago, 7_000);
        assert!(person.answered(client_id, Ok(())));
        assert_eq!(person.pending(), None);
    }

    #[test]
    fn behind_a_lock_nobody_looks_at_anything() {
        let (_, person) = person();
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
        let (clock, person) = person();
        person.machine(ActivityEvent::Sleep);
        assert!(!*person.awake.borrow());
        person.machine(ActivityEvent::Locked);
        assert!(
            !*person.awake.borrow(),
            "it locks itself on its way to sleep"
        );
        clock.0.store(1_004, Ordering::Relaxed);
        person.machine(ActivityEvent::Active);
        assert!(!*person.awake.borrow(), "the lid touched a key");
        clock.0.store(9_000, Ordering::Relaxed);
        person.machine(ActivityEvent::Active);
        assert!(*person.awake.borrow());
        person.machine(ActivityEvent::Sleep);
        person.machine(ActivityEvent::Wake);
        assert!(*person.awake.borrow());
    }
}
