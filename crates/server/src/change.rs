//! One change of the workspace: what it reads and writes, whom it touches, what it tells.
//!
//! What it does to agents' attendance and to the clocks of open conversations it does to copies; see
//! [`crate::workspace::presence`] for how the former are settled, and [`crate::workspace::attention`] for
//! what becomes of conversations. Dropped without a commit, nothing happened.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::event::Event;
use protocol::ids::{AgentId, ConversationId, DeviceId, GroupId, Seq};
use protocol::limits::SNAPSHOT_TAIL;
use protocol::model::{Agent, Conversation, ConversationState, Group};
use protocol::status::Goodbye;
use rules::attendance::Attending;
use rules::attention::Clocks;
use rules::presence::Moment;
use rules::visibility;
use tokio::sync::OwnedMutexGuard;

use crate::clocks::Ticking;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::log::{Appended, Audience};
use crate::store::Writing;
use crate::workspace::presence::known_agent;

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
    /// The agent who does it, if one does.
    pub(crate) by: Option<AgentId>,
    appended: Vec<Appended>,
    /// Copies of the attendance of those it touches.
    attending: BTreeMap<AgentId, Attended>,
    /// Those whose open conversations, or wind-down, it changes.
    answering: BTreeSet<AgentId>,
    /// Copies of the open conversations it touches; `None`: not open any more.
    ticking: BTreeMap<ConversationId, Option<Ticking>>,
    /// Those that may be missed, or not any more.
    undecided: BTreeSet<ConversationId>,
    /// Who is in the workspace or in a group changes.
    regrouped: bool,
    revoked: Vec<DeviceId>,
    last: Option<Seq>,
    _turn: OwnedMutexGuard<()>,
}

/// The attendance of an agent during a change.
#[derive(Debug)]
pub(crate) struct Attended {
    pub(crate) attending: Attending,
    /// The load.
    pub(crate) open: u32,
    /// The load as last told.
    open_before: u32,
}

impl Change {
    pub(crate) fn new(
        core: Arc<Core>,
        tx: Box<dyn Writing>,
        now: Moment,
        turn: OwnedMutexGuard<()>,
    ) -> Self {
        Self {
            core,
            tx,
            now,
            by: None,
            appended: Vec::new(),
            attending: BTreeMap::new(),
            answering: BTreeSet::new(),
            ticking: BTreeMap::new(),
            undecided: BTreeSet::new(),
            regrouped: false,
            revoked: Vec::new(),
            last: None,
            _turn: turn,
        }
    }

    /// Appends an event that may want to know its own number.
    pub(crate) async fn append(
        &mut self,
        audience: Audience,
        event: impl FnOnce(Seq) -> Event + Send,
    ) -> Answer<Seq> {
        let seq = self.tx.next_seq().await?;
        let event = event(seq);
        self.regrouped |= matches!(
            event,
            Event::AgentChanged { .. } | Event::AgentRemoved { .. } | Event::GroupChanged { .. }
        );
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

    /// The attendance of those it touches.
    pub(crate) fn attending_now(&self) -> impl Iterator<Item = (AgentId, &Attending)> {
        let each = self.attending.iter();
        each.map(|(agent, attended)| (*agent, &attended.attending))
    }

    /// What these agents answer changes, or a visitor wrote to one of them who winds down.
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
        self.keep_time(before, after).await?;
        let had = before.map(answered_by).unwrap_or_default();
        let has = answered_by(after);
        self.answers_differently(had.symmetric_difference(&has).copied());
        let now = team.viewers(after);
        // A new conversation is new to everybody who sees it.
        let was = before.map_or_else(|| now.clone(), |before| team.viewers(before));
        self.shift(&was, &now, after, true, team).await
    }

    /// What a change of a conversation does to its clocks.
    async fn keep_time(
        &mut self,
        before: Option<&Conversation>,
        after: &Conversation,
    ) -> Answer<()> {
        let id = after.id;
        let known = self.ticking(id).map(|it| it.clocks);
        let clocks = Clocks::after(known, before, after, self.now);
        let stored = known.map(|clocks| clocks.restarts).unwrap_or_default();
        let restarts = clocks.map(|clocks| clocks.restarts).unwrap_or_default();
        if stored != restarts {
            self.tx.put_restarts(id, &restarts).await?;
        }
        let ticking = clocks.map(|clocks| Ticking {
            conversation: after.clone(),
            clocks,
        });
        self.ticking.insert(id, ticking);
        self.undecided.insert(id);
        Ok(())
    }

    /// An open conversation with its clocks, as it is in this change.
    pub(crate) fn ticking(&self, id: ConversationId) -> Option<Ticking> {
        match self.ticking.get(&id) {
            Some(held) => held.clone(),
            None => self.core.open().copy(id),
        }
    }

    /// The clocks of an open conversation began anew.
    pub(crate) async fn set_clocks(&mut self, id: ConversationId, clocks: Clocks) -> Answer<()> {
        let Some(ticking) = self.ticking(id).filter(|it| it.clocks != clocks) else {
            return Ok(());
        };
        self.tx.put_restarts(id, &clocks.restarts).await?;
        let ticking = Ticking { clocks, ..ticking };
        self.ticking.insert(id, Some(ticking));
        Ok(())
    }

    /// A conversation is not there any more.
    pub(crate) fn stop_clocks(&mut self, id: ConversationId) {
        self.ticking.insert(id, None);
    }

    /// These may be missed, or not any more.
    pub(crate) fn decide_on(&mut self, conversations: impl IntoIterator<Item = ConversationId>) {
        self.undecided.extend(conversations);
    }

    pub(crate) fn take_undecided(&mut self) -> BTreeSet<ConversationId> {
        std::mem::take(&mut self.undecided)
    }

    pub(crate) fn take_regrouped(&mut self) -> bool {
        std::mem::take(&mut self.regrouped)
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
            let by = self.by;
            self.append(team.audience(shift.stay), |_| Event::ConversationChanged {
                conversation,
                by,
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
        self.settle_attention().await?;
        let end = self.log_end().await?;
        let done = tokio::spawn(async move {
            let Self {
                core,
                tx,
                now,
                by: _,
                appended,
                attending,
                answering: _,
                ticking,
                undecided: _,
                regrouped: _,
                revoked,
                last: _,
                _turn,
            } = self;
            tx.commit().await?;
            core.tell(appended, attending, ticking, &revoked, now);
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
