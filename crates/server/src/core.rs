//! The running workspace.
//!
//! A change takes its **turn**: one at a time, from reading what it depends on to telling the streams.
//!
//! ```text
//! begin ── reads, decides (rules), writes rows and events ── settle ── commit (durable) ── tell
//!   │                     any failure: nothing happened                                     │
//!   └───────────────────────────────────── one turn ───────────────────────────────────────┘
//! ```
//!
//! Settling derives the presence and the load of everybody the change touched, and then which
//! conversations are missed. Telling (presence in memory, streams of devices, tabs of visitors) only
//! puts frames into queues and never waits. Commit and telling run in a task of their own, because the
//! request that asked for the change may be dropped at any await: what was committed must be told. One
//! change is [`crate::change::Change`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use protocol::event::Event;
use protocol::ids::{AgentId, ConversationId, DeviceId};
use rules::presence::Moment;
use tokio::sync::{Notify, OwnedMutexGuard};
use url::Url;

use crate::attendance::Attendance;
use crate::change::{Attended, Change};
use crate::clock::Clock;
use crate::clocks::{Open, Ticking};
use crate::config::Limits;
use crate::door::Proxies;
use crate::failure::{Answer, Failure};
use crate::limiter::Limiter;
use crate::log::Appended;
use crate::passwords::Passwords;
use crate::secrets;
use crate::store::Store;
use crate::streams::Streams;
use crate::tabs::Tabs;

/// Everything the server's parts share.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) streams: Arc<Streams>,
    pub(crate) tabs: Arc<Tabs>,
    pub(crate) passwords: Passwords,
    pub(crate) doors: Doors,
    pub(crate) public_url: OnceLock<Url>,
    pub(crate) proxies: Proxies,
    /// Rung when something may come by itself at another time than was thought.
    pub(crate) alarm: Notify,
    attendance: Mutex<Attendance>,
    open: Mutex<Open>,
    setup_code: RwLock<Option<String>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Limits at the doors.
#[derive(Debug)]
pub(crate) struct Doors {
    /// Failed sign-ins, by address and e-mail.
    pub(crate) sign_in: Limiter,
    /// Failed sign-ins, setups and invitation codes, by address.
    pub(crate) guesses: Limiter,
    /// Failed sign-ins, by e-mail.
    pub(crate) account: Limiter,
    /// Messages of one visitor.
    pub(crate) visitor: Limiter,
    /// Messages of all visitors at one address.
    pub(crate) visitors_at: Limiter,
    /// Sockets of visitors at one address at the same time.
    pub(crate) sockets_per_address: usize,
    /// How long the body of a request may take.
    pub(crate) body: Duration,
}

impl Doors {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            sign_in: Limiter::new(limits.sign_in),
            guesses: Limiter::new(limits.guesses),
            account: Limiter::new(limits.account),
            visitor: Limiter::new(limits.visitor),
            visitors_at: Limiter::new(limits.visitors_at),
            sockets_per_address: limits.sockets_per_address,
            body: limits.body,
        }
    }
}

/// What a [`Core`] is made of.
pub(crate) struct Parts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) passwords: Passwords,
    pub(crate) limits: Limits,
    pub(crate) public_url: Option<Url>,
    pub(crate) proxies: Proxies,
}

impl Core {
    /// Brings the stored workspace to life; makes it when the store is new.
    pub(crate) async fn start(parts: Parts) -> Answer<Arc<Self>> {
        let Parts {
            store,
            clock,
            passwords,
            limits,
            public_url,
            proxies,
        } = parts;
        let now = clock.now();
        let mut reading = store.read().await?;
        let mut known = reading.workspace().await?;
        if known.is_none() {
            drop(reading);
            let workspace = protocol::model::Workspace {
                id: protocol::ids::WorkspaceId(secrets::new_id()),
                name: "Porchlight".to_owned(),
                idle_minutes: Some(10),
                status_log_for_admins: false,
                close_after_hours: Some(protocol::limits::CLOSE_AFTER_HOURS),
                statuses: protocol::status::StatusSettings::default(),
            };
            let mut writing = store.write().await?;
            writing.put_workspace(&workspace, None).await?;
            writing.commit().await?;
            reading = store.read().await?;
            known = reading.workspace().await?;
        }
        let record = known.ok_or_else(|| Failure::internal("start", &"no workspace was made"))?;
        let agents = reading.agents().await?;
        let devices = reading.devices(None).await?;
        let groups = reading.groups().await?;
        let sites = reading.sites().await?;
        let open = reading.open_conversations().await?;
        drop(reading);
        let open = Open::recall(open, record.workspace.close_after_hours, now);
        let attendance = Attendance::recall(&record.workspace, &agents, &devices, now);
        let tabs = Tabs::new(&agents, groups, sites);
        let setup_code = if agents.is_empty() {
            Some(secrets::new_code()?)
        } else {
            None
        };
        Ok(Arc::new(Self {
            store,
            clock,
            streams: Arc::new(Streams::new(limits.stream_queue)),
            tabs: Arc::new(tabs),
            passwords,
            doors: Doors::new(&limits),
            public_url: public_url.map(OnceLock::from).unwrap_or_default(),
            proxies,
            alarm: Notify::new(),
            attendance: Mutex::new(attendance),
            open: Mutex::new(open),
            setup_code: RwLock::new(setup_code),
            turn: Arc::default(),
        }))
    }

    pub(crate) fn attendance(&self) -> MutexGuard<'_, Attendance> {
        self.attendance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn setup_code(&self) -> Option<String> {
        self.setup_code
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn forget_setup_code(&self) {
        *self
            .setup_code
            .write()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Where people reach this server.
    pub(crate) fn base(&self) -> Answer<&Url> {
        self.public_url
            .get()
            .ok_or_else(|| Failure::internal("public URL", &"the server is not listening yet"))
    }

    /// Waits for its turn and opens a transaction.
    pub(crate) async fn begin(self: &Arc<Self>) -> Answer<Change> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let tx = self.store.write().await?;
        Ok(Change::new(Arc::clone(self), tx, self.clock.now(), turn))
    }

    /// Holds changes off, for a reading that must not miss one. Short.
    pub(crate) async fn hold(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// Takes over what a change committed, and tells it.
    pub(crate) fn tell(
        &self,
        appended: Vec<Appended>,
        attending: BTreeMap<AgentId, Attended>,
        ticking: BTreeMap<ConversationId, Option<Ticking>>,
        revoked: &[DeviceId],
        now: Moment,
    ) {
        let touched: Vec<AgentId> = attending.keys().copied().collect();
        let mut attendance = self.attendance();
        for (agent, attended) in attending {
            attendance.take_over(agent, attended.attending, attended.open, now);
            let is_there = |device| attendance.holds_lease(agent, device, now);
            self.streams.only_these_look(agent, is_there);
        }
        drop(attendance);
        let clocks_changed = !ticking.is_empty();
        let mut open = self.open();
        for (id, ticking) in ticking {
            open.take_over(id, ticking);
        }
        for it in &appended {
            if let Event::WorkspaceChanged { workspace } = &it.event {
                open.close_after(workspace.close_after_hours);
            }
        }
        drop(open);
        let appended: Vec<Arc<Appended>> = appended.into_iter().map(Arc::new).collect();
        self.streams.publish(&appended);
        self.tabs.publish(&appended);
        for device in revoked {
            self.streams
                .end_device(*device, &Failure::not_signed_in().0);
        }
        let has = |fits: fn(&Event) -> bool| appended.iter().any(|it| fits(&it.event));
        if has(|event| matches!(event, Event::AgentChanged { .. })) {
            // There is somebody now.
            self.forget_setup_code();
        }
        if !touched.is_empty() {
            self.announce(&touched, now);
        }
        // Settings touch everybody.
        if !touched.is_empty() || clocks_changed {
            self.alarm.notify_one();
        }
    }
}
