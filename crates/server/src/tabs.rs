//! The open tabs of visitors.
//!
//! Held by site and the hash of the visitor's token, so that several tabs are one visitor even before the
//! first message makes them known. It follows the log like everybody else: what changes for a visitor
//! (a reply, the mode, who is there) is read off the events of a change, in its turn.
//!
//! One agent's presence concerns every tab. Who is there is worked out once for a change
//! ([`Roster`], and a [`Reception`] for each site); a visit is then compared with what it was told, and
//! hears only of a difference. A change of one conversation, or a message, reaches its visit by an
//! index and touches no other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::error::ErrorBody;
use protocol::event::Event;
use protocol::ids::{AgentId, ConversationId, GroupId, SiteId, VisitorId};
use protocol::model::{
    Author, Conversation, ConversationState, Group, Message, MessageKind, Site, WhenNobody,
};
use protocol::status::Status;
use protocol::widget::{WidgetFrame, WidgetMessage};
use rules::presence::Steady;
use rules::widget_mode::{self, Outlook, Reception, Roster, Somebody, Wish};

use crate::log::Appended;
use crate::outlet::{self, Inlet, Outlet};
use crate::secrets::Hashed;
use crate::store::AgentRecord;

/// A visitor is told no more often than that that the same agent is writing.
const WRITING_AT_MOST_MS: Steady = 1_000;

/// Frames that may wait for one tab.
const QUEUE: usize = 256;

/// The visitor's conversation, as far as the mode depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Thread {
    id: ConversationId,
    open: bool,
    group: Option<GroupId>,
    assigned: Vec<AgentId>,
}

impl Thread {
    fn of(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id,
            open: conversation.state == ConversationState::Open,
            group: conversation.group_id,
            assigned: conversation.assigned.clone(),
        }
    }

    fn seen(&self) -> widget_mode::Thread<'_> {
        widget_mode::Thread {
            open: self.open,
            group: self.group,
            assigned: &self.assigned,
        }
    }
}

/// A visitor, by site and by the hash of their token: a token is good for one site.
pub(crate) type Who = (SiteId, Hashed);

#[derive(Debug)]
struct Visit {
    visitor: Option<VisitorId>,
    thread: Option<Thread>,
    /// For the next message, while no conversation is open.
    wish: Option<Wish>,
    told: Outlook,
    /// Who was said to be writing last, and when.
    writing: Option<(AgentId, Steady)>,
    tabs: BTreeMap<u64, Outlet<WidgetFrame>>,
}

impl Visit {
    fn tell(&self, frame: &WidgetFrame) {
        for outlet in self.tabs.values() {
            outlet.push(frame.clone());
        }
    }
}

#[derive(Debug, Default)]
struct Room {
    team: BTreeMap<AgentId, Somebody>,
    groups: BTreeMap<GroupId, Group>,
    sites: BTreeMap<SiteId, Site>,
    /// Of the three above.
    roster: Roster,
    receptions: BTreeMap<SiteId, Reception>,
    visits: BTreeMap<Who, Visit>,
    by_visitor: BTreeMap<VisitorId, Who>,
    by_conversation: BTreeMap<ConversationId, Who>,
    /// Said to all tabs; whoever comes later hears it too.
    ended: Option<ErrorBody>,
}

/// Whom a change concerns.
#[derive(Debug, Default)]
struct Concerned {
    everybody: bool,
    visits: BTreeSet<Who>,
}

/// What is to come of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chosen {
    /// Nothing: it cannot be made, or it is so already.
    Nothing,
    /// It waits for the next message.
    Kept,
    /// An open conversation is to be moved.
    Moves,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Tabs {
    next: AtomicU64,
    room: Mutex<Room>,
}

/// One tab; gone when dropped.
#[derive(Debug)]
pub(crate) struct Tab {
    tabs: Arc<Tabs>,
    who: Who,
    number: u64,
    pub(crate) inlet: Inlet<WidgetFrame>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.tabs.lock().leave(self.who, self.number);
    }
}

impl Tab {
    /// Puts a frame in behind those that are there already.
    pub(crate) fn answer(&self, frame: WidgetFrame) {
        let room = self.tabs.lock();
        let visit = room.visits.get(&self.who);
        if let Some(outlet) = visit.and_then(|visit| visit.tabs.get(&self.number)) {
            outlet.push(frame);
        }
    }
}

impl Tabs {
    pub(crate) fn new(agents: &[AgentRecord], groups: Vec<Group>, sites: Vec<Site>) -> Self {
        let mut room = Room::default();
        for record in agents {
            let somebody = Somebody {
                id: record.agent.id,
                name: record.agent.name.clone(),
                status: record.standing.told.presence.status,
            };
            room.team.insert(somebody.id, somebody);
        }
        room.groups
            .extend(groups.into_iter().map(|group| (group.id, group)));
        room.sites
            .extend(sites.into_iter().map(|site| (site.id, site)));
        room.work_out();
        Self {
            next: AtomicU64::new(0),
            room: Mutex::new(room),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A tab comes in. Call it while changes are held off, with the conversation as it is.
    pub(crate) fn join(
        self: &Arc<Self>,
        who: Who,
        visitor: Option<VisitorId>,
        conversation: Option<&Conversation>,
        wish: Option<Wish>,
    ) -> (Tab, Outlook) {
        let (sender, inlet) = outlet::queue(QUEUE);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut room = self.lock();
        if let Some(why) = &room.ended {
            sender.end(why.clone());
        }
        let told = room.join(
            who,
            number,
            sender,
            visitor,
            conversation.map(Thread::of),
            wish,
        );
        drop(room);
        let tabs = Arc::clone(self);
        let tab = Tab {
            tabs,
            who,
            number,
            inlet,
        };
        (tab, told)
    }

    /// The visitor behind these tabs became known. What the store says later comes by events.
    pub(crate) fn identify(&self, who: Who, visitor: VisitorId) {
        let mut room = self.lock();
        if let Some(visit) = room.visits.get_mut(&who) {
            visit.visitor = Some(visitor);
            room.by_visitor.insert(visitor, who);
        }
    }

    /// The visitor chose who is to answer. All their tabs hear of it; this one also when nothing
    /// comes of it.
    pub(crate) fn choose(&self, tab: &Tab, wish: Wish) -> Chosen {
        let mut room = self.lock();
        let good = room.good(tab.who.0, Some(wish));
        let Some(visit) = room.visits.get_mut(&tab.who) else {
            return Chosen::Nothing;
        };
        let thread = visit.thread.as_ref().map(Thread::seen);
        let mut chosen = Chosen::Nothing;
        if good.is_some() && widget_mode::may_choose(thread) {
            match thread.filter(|it| it.open) {
                Some(open) if open.group != wish.0 => chosen = Chosen::Moves,
                Some(_) => {}
                None => {
                    visit.wish = good;
                    chosen = Chosen::Kept;
                }
            }
        }
        if chosen != Chosen::Moves && !room.tell(tab.who) {
            room.repeat(tab);
        }
        chosen
    }

    /// Says again how things are, to one who asked for something that does not come.
    pub(crate) fn repeat(&self, tab: &Tab) {
        self.lock().repeat(tab);
    }

    /// What the visitor chose for the next message, if it can be had.
    pub(crate) fn wish(&self, who: Who) -> Option<Wish> {
        let room = self.lock();
        let wish = room.visits.get(&who).and_then(|visit| visit.wish);
        room.good(who.0, wish)
    }

    /// Whether visitors of the site may choose the group, or none.
    pub(crate) fn offers(&self, site: SiteId, wish: Wish) -> bool {
        self.lock().good(site, Some(wish)).is_some()
    }

    /// A message as the visitor sees it.
    pub(crate) fn as_seen(&self, message: &Message) -> WidgetMessage {
        self.lock().as_seen(message)
    }

    /// An agent who sees the conversation is writing in it.
    pub(crate) fn writes(&self, agent: AgentId, conversation: ConversationId, now: Steady) {
        self.lock().writes(agent, conversation, now);
    }

    /// Reads off a change what it means to visitors.
    pub(crate) fn publish(&self, appended: &[Arc<Appended>]) {
        let mut room = self.lock();
        let mut concerned = Concerned::default();
        for entry in appended {
            room.follow(&entry.event, &mut concerned);
        }
        if concerned.everybody {
            room.work_out();
            concerned.visits = room.visits.keys().copied().collect();
        }
        for who in concerned.visits {
            room.tell(who);
        }
    }

    /// Ends all.
    pub(crate) fn end_all(&self, why: &ErrorBody) {
        let mut room = self.lock();
        room.ended = Some(why.clone());
        for visit in room.visits.values() {
            for outlet in visit.tabs.values() {
                outlet.end(why.clone());
            }
        }
    }
}

impl Room {
    fn join(
        &mut self,
        who: Who,
        number: u64,
        outlet: Outlet<WidgetFrame>,
        visitor: Option<VisitorId>,
        thread: Option<Thread>,
        wish: Option<Wish>,
    ) -> Outlook {
        if let Some(visitor) = visitor {
            self.by_visitor.insert(visitor, who);
        }
        if let Some(thread) = &thread {
            self.by_conversation.insert(thread.id, who);
        }
        // Another tab knows best: a visitor without a row has it nowhere else.
        let wish = self.visits.get(&who).map_or(wish, |visit| visit.wish);
        let told = self.outlook(who.0, thread.as_ref(), wish);
        let visit = self.visits.entry(who).or_insert_with(|| Visit {
            visitor: None,
            thread: None,
            wish,
            told: told.clone(),
            writing: None,
            tabs: BTreeMap::new(),
        });
        visit.visitor = visitor.or(visit.visitor);
        visit.thread = thread;
        visit.tabs.insert(number, outlet);
        told
    }

    fn leave(&mut self, who: Who, number: u64) {
        let Some(visit) = self.visits.get_mut(&who) else {
            return;
        };
        visit.tabs.remove(&number);
        if visit.tabs.is_empty()
            && let Some(visit) = self.visits.remove(&who)
        {
            if let Some(visitor) = visit.visitor {
                self.by_visitor.remove(&visitor);
            }
            if let Some(thread) = visit.thread {
                self.by_conversation.remove(&thread.id);
            }
        }
    }

    /// What does not depend on the visitor.
    fn work_out(&mut self) {
        self.roster = Roster::new(self.team.values(), self.groups.values());
        self.receptions = self
            .sites
            .values()
            .map(|site| (site.id, self.roster.reception(site)))
            .collect();
    }

    fn good(&self, site: SiteId, wish: Option<Wish>) -> Option<Wish> {
        self.receptions.get(&site)?.good(wish)
    }

    /// Takes an event in, and says whose outlook may have changed.
    fn follow(&mut self, event: &Event, concerned: &mut Concerned) {
        match event {
            Event::AgentChanged { agent } => {
                let somebody = self.team.entry(agent.id).or_insert_with(|| Somebody {
                    id: agent.id,
                    name: String::new(),
                    status: Status::Offline,
                });
                somebody.name.clone_from(&agent.name);
                concerned.everybody = true;
            }
            Event::AgentRemoved { agent_id } => {
                concerned.everybody |= self.team.remove(agent_id).is_some();
            }
            Event::PresenceChanged { presence } => {
                if let Some(somebody) = self.team.get_mut(&presence.agent_id) {
                    // It also says how much they have to do, which concerns no visitor.
                    concerned.everybody |= somebody.status != presence.status;
                    somebody.status = presence.status;
                }
            }
            Event::GroupChanged { group } => {
                self.groups.insert(group.id, group.clone());
                concerned.everybody = true;
            }
            Event::SiteChanged { site } => {
                self.sites.insert(site.id, site.clone());
                concerned.everybody = true;
            }
            Event::ConversationChanged { conversation, .. } => {
                let Some(who) = self.by_visitor.get(&conversation.visitor.id).copied() else {
                    return;
                };
                let Some(visit) = self.visits.get_mut(&who) else {
                    return;
                };
                let thread = Thread::of(conversation);
                if thread.open {
                    // From here on it is the conversation that is in a group.
                    visit.wish = None;
                }
                self.by_conversation.insert(thread.id, who);
                visit.thread = Some(thread);
                concerned.visits.insert(who);
            }
            Event::ConversationErased { conversation_id } => {
                if let Some(who) = self.by_conversation.remove(conversation_id)
                    && let Some(visit) = self.visits.get_mut(&who)
                {
                    visit.thread = None;
                    concerned.visits.insert(who);
                }
            }
            Event::MessageAdded { message } if message.kind == MessageKind::Reply => {
                let visit = self
                    .by_conversation
                    .get(&message.conversation_id)
                    .and_then(|who| self.visits.get(who));
                if let Some(visit) = visit {
                    visit.tell(&WidgetFrame::Message(self.as_seen(message)));
                }
            }
            _ => {}
        }
    }

    fn writes(&mut self, agent: AgentId, conversation: ConversationId, now: Steady) {
        let Some(somebody) = self.team.get(&agent) else {
            return;
        };
        let who = self.by_conversation.get(&conversation);
        let Some(visit) = who.and_then(|who| self.visits.get_mut(who)) else {
            return;
        };
        let thread = visit.thread.as_ref();
        let assigned = thread.is_some_and(|it| it.assigned.contains(&agent));
        // However often a device says it, a tab's queue holds only so much.
        let said = visit
            .writing
            .is_some_and(|(who, at)| who == agent && now.saturating_sub(at) < WRITING_AT_MOST_MS);
        if said || !widget_mode::seen_writing(somebody.status, assigned) {
            return;
        }
        visit.writing = Some((agent, now));
        let agent_name = somebody.name.clone();
        visit.tell(&WidgetFrame::Writing { agent_name });
    }

    fn outlook(&self, site: SiteId, thread: Option<&Thread>, wish: Option<Wish>) -> Outlook {
        let thread = thread.map(Thread::seen);
        if let Some(reception) = self.receptions.get(&site) {
            return self.roster.outlook(reception, thread, wish);
        }
        // A site is made known by the event of the change that makes it, before anybody can come in.
        let unknown = Site {
            id: site,
            name: String::new(),
            origins: Vec::new(),
            when_nobody: WhenNobody::Messenger,
            groups: Vec::new(),
        };
        let reception = self.roster.reception(&unknown);
        self.roster.outlook(&reception, thread, wish)
    }

    /// Tells a visitor's tabs how things are, if that is not what they were told last.
    fn tell(&mut self, who: Who) -> bool {
        let Some(visit) = self.visits.get(&who) else {
            return false;
        };
        let now = self.outlook(who.0, visit.thread.as_ref(), visit.wish);
        if now == visit.told {
            return false;
        }
        visit.tell(&mode_frame(&now));
        if let Some(visit) = self.visits.get_mut(&who) {
            visit.told = now;
        }
        true
    }

    fn repeat(&self, tab: &Tab) {
        if let Some(visit) = self.visits.get(&tab.who)
            && let Some(outlet) = visit.tabs.get(&tab.number)
        {
            outlet.push(mode_frame(&visit.told));
        }
    }

    fn as_seen(&self, message: &Message) -> WidgetMessage {
        let agent = match message.author {
            Author::Agent { agent_id } => Some(agent_id),
            Author::Visitor | Author::Unknown => None,
        };
        WidgetMessage {
            id: message.id,
            seq: message.seq,
            agent_name: agent.map(|id| {
                self.team
                    .get(&id)
                    .map(|it| it.name.clone())
                    .unwrap_or_default()
            }),
            body: message.body.clone(),
            sent_at: message.sent_at,
            client_id: agent.is_none().then_some(message.client_id),
        }
    }
}

fn mode_frame(outlook: &Outlook) -> WidgetFrame {
    WidgetFrame::Mode {
        mode: outlook.mode,
        agents: outlook.agents.to_vec(),
        groups: outlook.groups.to_vec(),
        group_id: outlook.group_id,
    }
}
