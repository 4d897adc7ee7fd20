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
//! Settling derives the presence and the load of everybody the change touched. Telling (streams of devices, tabs of visitors, presence in memory) only puts frames into queues
//! and never waits. Commit and telling run in a task of their own, because the request that asked
//! for the change may be dropped at any await: what was committed must be told.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use protocol::event::Event;
use protocol::ids::{AgentId, DeviceId, GroupId, Seq};
use protocol::limits::SNAPSHOT_TAIL;
use protocol::model::{Agent, Conversation, ConversationState, Group};
use protocol::status::Goodbye;
use rules::attendance::Attending;
use rules::presence::Moment;
use rules::visibility;
use tokio::sync::{Notify, OwnedMutexGuard};
use url::Url;

use crate::attendance::Attendance;
use crate::clock::Clock;
use crate::config::Limits;
use crate::door::Proxies;
use crate::failure::{Answer, Failure};
use crate::limiter::Limiter;
use crate::log::{Appended, Audience};
use crate::passwords::Passwords;
use crate::secrets;
use crate::store::{Store, Writing};
use crate::streams::Streams;
use crate::tabs::Tabs;
use crate::workspace::presence::known_agent;

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
    /// Rung when presence may change at another time than was thought.
    pub(crate) alarm: Notify,
    attendance: Mutex<Attendance>,
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
        drop(reading);
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
            setup_code: RwLock::new(setup_code),
            turn: Arc::default(),
        }))
    }

    pub(crate) fn attendance(&self) -> MutexGuard<'_, Attendance> {
        self.attendance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
        Ok(Change {
            core: Arc::clone(self),
            now: self.clock.now(),
            tx,
            appended: Vec::new(),
            attending: BTreeMap::new(),
            answering: BTreeSet::new(),
            revoked: Vec::new(),
            last: None,
            _turn: turn,
        })
    }

    /// Holds changes off, for a reading that must not miss one. Short.
    pub(crate) async fn hold(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    fn tell(
        &self,
        appended: Vec<Appended>,
        attending: BTreeMap<AgentId, Attended>,
        revoked: &[DeviceId],
        now: Moment,
    ) {
        let touched: Vec<AgentId> = attending.keys().copied().collect();
        let mut attendance = self.attendance();
        for (agent, attended) in attending {
            attendance.take_over(agent, attended.attending, attended.open, now);
        }
        drop(attendance);
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
            self.alarm.notify_one();
        }
    }
}

/// Who is in the workspace, for decisions about sight.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) agents: Vec<Agent>,
    pub(crate) groups: Vec<Group>,
}

impl Team {
    pub(crate) fn viewers(&self, conversation: &Conversation) -> BTreeSet<AgentId> {
        visibility::viewers(&self.agents, &self.groups, conversation)
    }

    pub(crate) fn agent_ids(&self) -> BTreeSet<AgentId> {
        self.agents.iter().map(|agent| agent.id).collect()
    }

    pub(crate) fn group_ids(&self) -> BTreeSet<GroupId> {
        self.groups.iter().map(|group| group.id).collect()
    }

    /// Names an audience as shortly as it can be.
    pub(crate) fn audience(&self, agents: BTreeSet<AgentId>) -> Audience {
        if !agents.is_empty() && agents.len() == self.agents.len() {
            Audience::Everybody
        } else {
            Audience::Agents(agents)
        }
    }
}

/// One change under way. Dropped without commit, nothing happened.
pub(crate) struct Change {
    pub(crate) core: Arc<Core>,
    pub(crate) tx: Box<dyn Writing>,
    pub(crate) now: Moment,
    appended: Vec<Appended>,
    /// Copies of the attendance of those it touches.
    attending: BTreeMap<AgentId, Attended>,
    /// Those whose open conversations it changes.
    answering: BTreeSet<AgentId>,
    revoked: Vec<DeviceId>,
    last: Option<Seq>,
    _turn: OwnedMutexGuard<()>,
}

#[derive(Debug)]
struct Attended {
    attending: Attending,
    open: u32,
    open_before: u32,
}

impl Change {
    /// Appends an event that may want to know its own number.
    pub(crate) async fn append(
        &mut self,
        audience: Audience,
        event: impl FnOnce(Seq) -> Event + Send,
    ) -> Answer<Seq> {
        let seq = self.tx.next_seq().await?;
        let event = event(seq);
        let payload = serde_json::to_string(&event)?;
        self.tx
            .append(seq, self.now.wall, &audience, &payload)
            .await?;
        self.appended.push(Appended {
            seq,
            audience,
            event,
            payload,
        });
        self.last = Some(seq);
        Ok(seq)
    }

    /// The newest event: of this change, or of the log.
    pub(crate) async fn log_end(&mut self) -> Answer<Seq> {
        match self.last {
            Some(seq) => Ok(seq),
            None => Ok(self
                .tx
                .workspace()
                .await?
                .map(|it| it.log_end)
                .unwrap_or_default()),
        }
    }

    /// The attendance of an agent, to be changed. They are settled before the commit.
    pub(crate) fn attend(&mut self, agent: AgentId) -> Answer<&mut Attending> {
        let attended = match self.attending.entry(agent) {
            Entry::Occupied(held) => held.into_mut(),
            Entry::Vacant(place) => {
                let copy = self.core.attendance().copy(agent);
                let (attending, open) = known_agent(copy)?;
                place.insert(Attended {
                    attending,
                    open,
                    open_before: open,
                })
            }
        };
        Ok(&mut attended.attending)
    }

    /// An agent who is new.
    pub(crate) fn attend_new(&mut self, agent: AgentId, attending: Attending) {
        let attended = Attended {
            attending,
            open: 0,
            open_before: 0,
        };
        self.attending.insert(agent, attended);
    }

    /// Whom it touches.
    pub(crate) fn attended(&self) -> Vec<AgentId> {
        self.attending.keys().copied().collect()
    }

    /// What these agents answer changes, or its visitors wrote.
    pub(crate) fn answers_differently(&mut self, agents: impl IntoIterator<Item = AgentId>) {
        self.answering.extend(agents);
    }

    pub(crate) fn take_answering(&mut self) -> BTreeSet<AgentId> {
        std::mem::take(&mut self.answering)
    }

    /// An agent's load, and whether it differs from what was told.
    pub(crate) fn load(&self, agent: AgentId) -> Answer<(u32, bool)> {
        let attended = known_agent(self.attending.get(&agent))?;
        Ok((attended.open, attended.open != attended.open_before))
    }

    pub(crate) fn set_load(&mut self, agent: AgentId, open: u32) {
        if let Some(attended) = self.attending.get_mut(&agent) {
            attended.open = open;
        }
    }

    /// Takes a device away from its agent: its token, its lease, and after the commit its streams.
    pub(crate) async fn revoke(&mut self, agent: AgentId, device: DeviceId) -> Answer<()> {
        self.tx.remove_device(device).await?;
        let now = self.now;
        self.attend(agent)?.leave(device, Goodbye::SignedOut, now);
        self.revoked.push(device);
        Ok(())
    }

    pub(crate) async fn team(&mut self) -> Answer<Team> {
        let agents = self
            .tx
            .agents()
            .await?
            .into_iter()
            .map(|record| record.agent)
            .collect();
        Ok(Team {
            agents,
            groups: self.tx.groups().await?,
        })
    }

    /// Stores a conversation and tells whoever saw it before or sees it now, each what it means to
    /// them.
    pub(crate) async fn put_conversation(
        &mut self,
        before: Option<&Conversation>,
        after: &Conversation,
        team: &Team,
    ) -> Answer<()> {
        if before == Some(after) {
            return Ok(());
        }
        self.tx.put_conversation(after).await?;
        let had = before.map(answered_by).unwrap_or_default();
        let has = answered_by(after);
        self.answers_differently(had.symmetric_difference(&has).copied());
        let now = team.viewers(after);
        // A new conversation is new to everybody who sees it.
        let was = before.map_or_else(|| now.clone(), |before| team.viewers(before));
        self.shift(&was, &now, after, true, team).await
    }

    /// Tells who stays, gains and loses sight of a conversation.
    pub(crate) async fn shift(
        &mut self,
        was: &BTreeSet<AgentId>,
        now: &BTreeSet<AgentId>,
        conversation: &Conversation,
        changed: bool,
        team: &Team,
    ) -> Answer<()> {
        let shift = visibility::shift(was, now);
        if changed {
            let conversation = conversation.clone();
            self.append(team.audience(shift.stay), |_| Event::ConversationChanged {
                conversation,
            })
            .await?;
        }
        if !shift.gain.is_empty() {
            let page = self
                .tx
                .messages(conversation.id, None, None, SNAPSHOT_TAIL)
                .await?;
            let conversation = conversation.clone();
            self.append(team.audience(shift.gain), |_| Event::ConversationGained {
                conversation,
                messages: page.messages,
                more: page.more,
            })
            .await?;
        }
        if !shift.lose.is_empty() {
            let conversation_id = conversation.id;
            self.append(team.audience(shift.lose), |_| Event::ConversationLost {
                conversation_id,
            })
            .await?;
        }
        Ok(())
    }

    /// Makes it durable, then tells everybody. Answers the newest event.
    pub(crate) async fn commit(mut self) -> Answer<Seq> {
        self.settle().await?;
        let end = self.log_end().await?;
        let done = tokio::spawn(async move {
            let Self {
                core,
                tx,
                now,
                appended,
                attending,
                answering: _,
                revoked,
                last: _,
                _turn,
            } = self;
            tx.commit().await?;
            core.tell(appended, attending, &revoked, now);
            Ok::<(), Failure>(())
        });
        done.await
            .map_err(|error| Failure::internal("commit", &error))??;
        Ok(end)
    }
}

/// Who answers it, while it is open.
fn answered_by(conversation: &Conversation) -> BTreeSet<AgentId> {
    match conversation.state {
        ConversationState::Open => conversation.assigned.iter().copied().collect(),
        ConversationState::Closed => BTreeSet::new(),
    }
}
