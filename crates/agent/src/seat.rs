//! One signed-in session: the store, the connection and the tasks that belong to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cache::Cache;
use futures_util::FutureExt as _;
use protocol::ids::{ConversationId, Instant, Seq};
use protocol::status::Goodbye;
use rules::notices::own::OwnNotice;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::announce::Shown;
use crate::away::Away;
use crate::http::Http;
use crate::offers::FirstSeen;
use crate::own::Told;
use crate::ports::Connector;
use crate::profile::{Place, Profile};
use crate::session::Inner;
use crate::view::HoursEndView;
use crate::{announce, outbox, sync};

/// How long a goodbye may take: 2 s, which quitting and suspending both allow.
pub(crate) const GOODBYE_WITHIN: Duration = Duration::from_secs(2);

/// See the module.
pub(crate) struct Seat {
    pub(crate) profile: Profile,
    pub(crate) cache: Cache,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) token: String,
    pub(crate) http: Http,
    /// Whether the stream is there and caught up.
    pub(crate) live: watch::Sender<bool>,
    /// Since when it is not; `None` if it never was since the start.
    pub(crate) lost_since: Mutex<Option<Instant>>,
    /// The same on both clocks, this computer awake: the wall's, and one that counts suspend.
    pub(crate) lost: Mutex<Option<(Instant, Duration)>>,
    /// What happened up to here happened in an absence; `None` until caught up.
    pub(crate) absent_through: Mutex<Option<Seq>>,
    /// The end of hours that was announced, while it is near.
    pub(crate) hours_end: Mutex<Option<HoursEndView>>,
    /// Something may be there to send.
    pub(crate) to_send: Notify,
    /// Something may be there to announce or to take back.
    pub(crate) to_announce: Notify,
    /// The person does not want to wait for the next try.
    pub(crate) try_now: Notify,
    /// The session is to end with this goodbye.
    pub(crate) leaving: watch::Sender<Option<Goodbye>>,
    /// What was told of one's own state.
    pub(crate) told: Mutex<BTreeMap<OwnNotice, Told>>,
    /// Since when chats wait that may have to be offered.
    pub(crate) first_seen: tokio::sync::Mutex<FirstSeen>,
    /// Notifications that were shown and are still due.
    pub(crate) shown: Mutex<BTreeMap<ConversationId, Shown>>,
    /// The conversations of the digest that is on the screen.
    pub(crate) digest: Mutex<BTreeSet<ConversationId>>,
    /// What the agent has before them on their other devices.
    pub(crate) elsewhere: Mutex<BTreeSet<ConversationId>>,
    /// Absences, and what happened in them.
    pub(crate) away: Mutex<Away>,
    /// Held while the card of them is written, so that the newest is written last.
    pub(crate) keeping_away: tokio::sync::Mutex<()>,
    /// When a sound was played last, on a clock that counts suspend.
    pub(crate) last_sound: Mutex<Option<Duration>>,
    /// Chats that are told of once they have waited for too long.
    pub(crate) later: Mutex<BTreeSet<ConversationId>>,
    pub(crate) stop: CancellationToken,
    tasks: TaskTracker,
}

impl Seat {
    pub(crate) fn new(
        profile: Profile,
        cache: Cache,
        connector: Arc<dyn Connector>,
        token: String,
    ) -> Self {
        Self {
            http: Http::new(Arc::clone(&connector), Some(&token)),
            profile,
            cache,
            connector,
            token,
            live: watch::Sender::new(false),
            lost_since: Mutex::new(None),
            lost: Mutex::default(),
            absent_through: Mutex::new(None),
            hours_end: Mutex::new(None),
            to_send: Notify::new(),
            to_announce: Notify::new(),
            try_now: Notify::new(),
            leaving: watch::Sender::new(None),
            told: Mutex::new(BTreeMap::new()),
            first_seen: tokio::sync::Mutex::default(),
            shown: Mutex::default(),
            digest: Mutex::default(),
            elsewhere: Mutex::default(),
            away: Mutex::default(),
            keeping_away: tokio::sync::Mutex::default(),
            last_sound: Mutex::default(),
            later: Mutex::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    pub(crate) fn is_local(&self) -> bool {
        self.profile.place == Place::Here
    }

    pub(crate) fn is_live(&self) -> bool {
        *self.live.borrow()
    }

    pub(crate) fn set<T>(slot: &Mutex<T>, value: T) {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }

    pub(crate) fn get<T: Copy>(slot: &Mutex<T>) -> T {
        *slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts everything that goes on while signed in.
    pub(crate) fn begin(self: &Arc<Self>, inner: &Arc<Inner>) {
        for (name, task) in [
            (
                "sync",
                sync::run(Arc::clone(inner), Arc::clone(self)).boxed(),
            ),
            (
                "outbox",
                outbox::run(Arc::clone(inner), Arc::clone(self)).boxed(),
            ),
            (
                "announce",
                announce::run(Arc::clone(inner), Arc::clone(self)).boxed(),
            ),
        ] {
            let stop = self.stop.clone();
            self.tasks.spawn(async move {
                if stop.run_until_cancelled(task).await.is_none() {
                    tracing::debug!(name, "stopped");
                }
            });
        }
    }

    /// Says goodbye if the stream is open, then stops everything.
    pub(crate) async fn end(&self, goodbye: Option<Goodbye>) {
        if let Some(reason) = goodbye {
            self.leaving.send_replace(Some(reason));
            let mut live = self.live.subscribe();
            // Whether it left or not, nobody waits longer.
            let _ = tokio::time::timeout(GOODBYE_WITHIN, live.wait_for(|live| !live)).await;
        }
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
