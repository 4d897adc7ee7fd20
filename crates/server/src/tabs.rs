//! The open tabs of visitors.
//!
//! Held by site and the hash of the visitor's token, so that several tabs are one visitor even before the
//! first message makes them known. It follows the log like everybody else: what changes for a visitor
//! (a reply, the mode, who is there) is read off the events of a change, in its turn.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::error::ErrorBody;
use protocol::event::Event;
use protocol::ids::{AgentId, ConversationId, SiteId, VisitorId};
use protocol::model::{
    Author, Conversation, ConversationState, Message, MessageKind, Site, WhenNobody,
};
use protocol::status::Status;
use protocol::widget::{WidgetFrame, WidgetMessage};
use rules::widget_mode::{Outlook, Somebody, outlook};

use crate::log::Appended;
use crate::outlet::{self, Inlet, Outlet};
use crate::secrets::Hashed;
use crate::store::AgentRecord;

/// Frames that may wait for one tab.
const QUEUE: usize = 256;

/// The visitor's conversation, as far as the mode depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Thread {
    id: ConversationId,
    open: bool,
    assigned: Vec<AgentId>,
}

/// A visitor, by site and by the hash of their token: a token is good for one site.
pub(crate) type Who = (SiteId, Hashed);

#[derive(Debug)]
struct Visit {
    visitor: Option<VisitorId>,
    thread: Option<Thread>,
    told: Outlook,
    tabs: BTreeMap<u64, Outlet<WidgetFrame>>,
}

#[derive(Debug, Default)]
struct Room {
    team: BTreeMap<AgentId, Somebody>,
    sites: BTreeMap<SiteId, WhenNobody>,
    visits: BTreeMap<Who, Visit>,
    /// Said to all tabs; whoever comes later hears it too.
    ended: Option<ErrorBody>,
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
        let mut room = self.tabs.lock();
        if let Some(visit) = room.visits.get_mut(&self.who) {
            visit.tabs.remove(&self.number);
            if visit.tabs.is_empty() {
                room.visits.remove(&self.who);
            }
        }
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
    pub(crate) fn new(agents: &[AgentRecord], sites: &[Site]) -> Self {
        let mut room = Room::default();
        for record in agents {
            let status = record.standing.published.presence.status;
            let name = record.agent.name.clone();
            room.team.insert(
                record.agent.id,
                Somebody {
                    id: record.agent.id,
                    name,
                    status,
                },
            );
        }
        room.sites
            .extend(sites.iter().map(|site| (site.id, site.when_nobody)));
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
    ) -> (Tab, Outlook) {
        let (sender, inlet) = outlet::queue(QUEUE);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut room = self.lock();
        if let Some(why) = &room.ended {
            sender.end(why.clone());
        }
        let thread = conversation.map(thread_of);
        let told = room.outlook(who.0, thread.as_ref());
        let visit = room.visits.entry(who).or_insert_with(|| Visit {
            visitor,
            thread: None,
            told: told.clone(),
            tabs: BTreeMap::new(),
        });
        visit.visitor = visitor.or(visit.visitor);
        visit.thread = thread;
        visit.tabs.insert(number, sender);
        drop(room);
        (
            Tab {
                tabs: Arc::clone(self),
                who,
                number,
                inlet,
            },
            told,
        )
    }

    /// The visitor behind these tabs became known. What the store says later comes by events.
    pub(crate) fn identify(&self, who: Who, visitor: VisitorId) {
        if let Some(visit) = self.lock().visits.get_mut(&who) {
            visit.visitor = Some(visitor);
        }
    }

    /// A message as the visitor sees it.
    pub(crate) fn as_seen(&self, message: &Message) -> WidgetMessage {
        self.lock().as_seen(message)
    }

    /// Reads off a change what it means to visitors.
    pub(crate) fn publish(&self, appended: &[Arc<Appended>]) {
        let mut room = self.lock();
        let mut outlook_changed = false;
        for entry in appended {
            outlook_changed |= room.follow(&entry.event);
        }
        if outlook_changed {
            room.tell_outlooks();
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
    /// Whether the outlook of somebody may have changed.
    fn follow(&mut self, event: &Event) -> bool {
        match event {
            Event::AgentChanged { agent } => {
                let somebody = self.team.entry(agent.id).or_insert_with(|| Somebody {
                    id: agent.id,
                    name: String::new(),
                    status: Status::Offline,
                });
                somebody.name.clone_from(&agent.name);
                true
            }
            Event::PresenceChanged { presence } => {
                if let Some(somebody) = self.team.get_mut(&presence.agent_id) {
                    somebody.status = presence.status;
                }
                true
            }
            Event::SiteChanged { site } => {
                self.sites.insert(site.id, site.when_nobody);
                true
            }
            Event::ConversationChanged { conversation } => {
                let thread = thread_of(conversation);
                let mut changed = false;
                for visit in self.visits_of(conversation.visitor.id) {
                    changed |= visit.thread.as_ref() != Some(&thread);
                    visit.thread = Some(thread.clone());
                }
                changed
            }
            Event::MessageAdded { message } => {
                if message.kind == MessageKind::Reply {
                    let seen = self.as_seen(message);
                    for visit in self.visits.values().filter(|visit| {
                        visit
                            .thread
                            .as_ref()
                            .is_some_and(|it| it.id == message.conversation_id)
                    }) {
                        for outlet in visit.tabs.values() {
                            outlet.push(WidgetFrame::Message(seen.clone()));
                        }
                    }
                }
                false
            }
            _ => false,
        }
    }

    fn visits_of(&mut self, visitor: VisitorId) -> impl Iterator<Item = &mut Visit> {
        self.visits
            .values_mut()
            .filter(move |visit| visit.visitor == Some(visitor))
    }

    fn outlook(&self, site: SiteId, thread: Option<&Thread>) -> Outlook {
        let team: Vec<Somebody> = self.team.values().cloned().collect();
        let when_nobody = self
            .sites
            .get(&site)
            .copied()
            .unwrap_or(WhenNobody::Messenger);
        let open = thread
            .filter(|thread| thread.open)
            .map(|thread| thread.assigned.as_slice());
        outlook(when_nobody, &team, open)
    }

    fn tell_outlooks(&mut self) {
        let mut visits = std::mem::take(&mut self.visits);
        for ((site, _), visit) in &mut visits {
            let now = self.outlook(*site, visit.thread.as_ref());
            if now != visit.told {
                for outlet in visit.tabs.values() {
                    let agents = now.agents.clone();
                    outlet.push(WidgetFrame::Mode {
                        mode: now.mode,
                        agents,
                        group_id: None,
                        groups: Vec::new(),
                    });
                }
                visit.told = now;
            }
        }
        self.visits = visits;
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

fn thread_of(conversation: &Conversation) -> Thread {
    Thread {
        id: conversation.id,
        open: conversation.state == ConversationState::Open,
        assigned: conversation.assigned.clone(),
    }
}
