//! How a device follows the log: what it checks, and what an event does to what it holds.
//!
//! The law of the log, per agent: **a snapshot and the events after it make a later snapshot.** This
//! module is the law's left side. The server proves it against real snapshots, the cache is proved
//! against this module, so the two ends cannot drift apart.
//!
//! ```text
//! frame ── check(cursor) ── Gap ──────────> reconnect from the cursor
//!              │ Ok
//!              └── apply ── the snapshot as it is after the event
//! ```
//!
//! What an event means, where its own documentation leaves a choice:
//!
//! - A frame at or below the cursor was seen already: it is no gap, and it changes nothing. So a
//!   stream may repeat itself after a reconnect.
//! - Lists stay in order of id, messages in order of their number.
//! - A conversation keeps the last [`SNAPSHOT_TAIL`] messages; when one is cut, `more` is set.
//! - A message or read mark never changes its conversation's row: that comes as its own event.
//! - Losing sight of a conversation ([`Event::ConversationLost`]) drops its content but keeps the
//!   read mark, which is a number and no content; it is right again when sight is regained. Erasing
//!   ([`Event::ConversationErased`]) drops the mark as well.
//! - A removed agent leaves the team and its presence; groups and conversations that named them
//!   change by their own events.
//! - Read marks only move on.

use protocol::event::Event;
use protocol::frame::EventFrame;
use protocol::ids::{ConversationId, Seq};
use protocol::limits::SNAPSHOT_TAIL;
use protocol::model::{Message, ReadMark};
use protocol::snapshot::{ConversationTail, Snapshot};

/// Events are missing between the cursor and a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the event after {cursor}, got one after {prev}")]
pub struct Gap {
    /// The last event here.
    pub cursor: Seq,
    /// The event that the frame follows.
    pub prev: Seq,
}

/// Whether a frame may be applied at this cursor: it is the next one, or one that was seen already.
///
/// # Errors
/// [`Gap`] when events between the cursor and the frame are missing, or when the frame does not
/// come after the event it says it follows.
pub fn check(cursor: Seq, frame: &EventFrame) -> Result<(), Gap> {
    if is_repeated(cursor, frame) || (frame.prev == cursor && frame.seq > cursor) {
        Ok(())
    } else {
        Err(Gap {
            cursor,
            prev: frame.prev,
        })
    }
}

/// Whether the frame is contained in what the cursor stands for.
#[must_use]
pub fn is_repeated(cursor: Seq, frame: &EventFrame) -> bool {
    frame.seq <= cursor
}

/// Makes the snapshot what it is after the event. Call [`check`] first: this does not look at `prev`.
pub fn apply(snapshot: &mut Snapshot, frame: &EventFrame) {
    if is_repeated(snapshot.seq, frame) {
        return;
    }
    snapshot.seq = frame.seq;
    match &frame.event {
        Event::WorkspaceChanged { workspace } => snapshot.workspace = workspace.clone(),
        Event::AgentChanged { agent } => put(&mut snapshot.agents, agent.clone(), |it| it.id),
        Event::AgentRemoved { agent_id } => {
            snapshot.agents.retain(|agent| agent.id != *agent_id);
            snapshot
                .team
                .retain(|presence| presence.agent_id != *agent_id);
        }
        Event::GroupChanged { group } => put(&mut snapshot.groups, group.clone(), |it| it.id),
        Event::SiteChanged { site } => put(&mut snapshot.sites, site.clone(), |it| it.id),
        Event::ConversationChanged { conversation, .. } => {
            match tail_mut(snapshot, conversation.id) {
                Some(tail) => tail.conversation = conversation.clone(),
                None => put_tail(
                    snapshot,
                    ConversationTail {
                        conversation: conversation.clone(),
                        messages: Vec::new(),
                        more: false,
                    },
                ),
            }
        }
        Event::ConversationGained {
            conversation,
            messages,
            more,
        } => {
            let mut tail = ConversationTail {
                conversation: conversation.clone(),
                messages: messages.clone(),
                more: *more,
            };
            tail.messages.sort_by_key(|message| message.seq);
            cut(&mut tail);
            put_tail(snapshot, tail);
        }
        Event::ConversationLost { conversation_id } => lose(snapshot, *conversation_id),
        Event::ConversationErased { conversation_id } => {
            lose(snapshot, *conversation_id);
            snapshot
                .read
                .retain(|mark| mark.conversation_id != *conversation_id);
        }
        Event::MessageAdded { message } => {
            if let Some(tail) = tail_mut(snapshot, message.conversation_id) {
                add_message(tail, message);
            }
        }
        Event::ReadThrough { mark } => read_through(&mut snapshot.read, *mark),
        Event::PresenceChanged { presence } => {
            put(&mut snapshot.team, *presence, |it| it.agent_id);
        }
        Event::OwnPresence {
            choice,
            presence,
            next,
        } => {
            snapshot.choice = *choice;
            snapshot.presence = *presence;
            snapshot.next = *next;
        }
        Event::OwnSettings { settings } => snapshot.settings = settings.clone(),
        Event::Unknown => {}
    }
}

/// The conversation an event is about, if it is about one.
#[must_use]
pub fn conversation_of(event: &Event) -> Option<ConversationId> {
    match event {
        Event::ConversationChanged { conversation, .. }
        | Event::ConversationGained { conversation, .. } => Some(conversation.id),
        Event::ConversationLost { conversation_id }
        | Event::ConversationErased { conversation_id } => Some(*conversation_id),
        Event::MessageAdded { message } => Some(message.conversation_id),
        Event::ReadThrough { mark } => Some(mark.conversation_id),
        Event::WorkspaceChanged { .. }
        | Event::AgentChanged { .. }
        | Event::AgentRemoved { .. }
        | Event::GroupChanged { .. }
        | Event::SiteChanged { .. }
        | Event::PresenceChanged { .. }
        | Event::OwnPresence { .. }
        | Event::OwnSettings { .. }
        | Event::Unknown => None,
    }
}

fn tail_mut(snapshot: &mut Snapshot, id: ConversationId) -> Option<&mut ConversationTail> {
    snapshot
        .conversations
        .iter_mut()
        .find(|tail| tail.conversation.id == id)
}

fn put_tail(snapshot: &mut Snapshot, tail: ConversationTail) {
    put(&mut snapshot.conversations, tail, |it| it.conversation.id);
}

fn lose(snapshot: &mut Snapshot, id: ConversationId) {
    snapshot
        .conversations
        .retain(|tail| tail.conversation.id != id);
}

fn add_message(tail: &mut ConversationTail, message: &Message) {
    tail.messages.retain(|held| held.id != message.id);
    let at = tail.messages.partition_point(|held| held.seq < message.seq);
    tail.messages.insert(at, message.clone());
    cut(tail);
}

fn cut(tail: &mut ConversationTail) {
    let over = tail.messages.len().saturating_sub(SNAPSHOT_TAIL);
    if over > 0 {
        tail.messages.drain(..over);
        tail.more = true;
    }
}

fn read_through(read: &mut Vec<ReadMark>, mark: ReadMark) {
    let known = read
        .iter()
        .find(|held| held.conversation_id == mark.conversation_id);
    let through = known.map_or(mark.through, |held| held.through.max(mark.through));
    put(read, ReadMark { through, ..mark }, |it| it.conversation_id);
}

/// Replaces the item of the same key, or inserts it where the order of keys wants it.
fn put<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let wanted = key(&item);
    let at = list.partition_point(|held| key(held) < wanted);
    match list.get_mut(at) {
        Some(held) if key(held) == wanted => *held = item,
        _ => list.insert(at, item),
    }
}

#[cfg(test)]
mod tests;
