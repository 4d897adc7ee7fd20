//! Which conversations stand in which list, with which dot, in which order, and what a command that
//! the server has not answered yet will make of a conversation.
//!
//! The device asks these questions when something changes and stores the answers beside the
//! conversation, so that a list of ten thousand is read from an index and nothing is decided twice.

use std::collections::BTreeSet;

use protocol::body::Body;
use protocol::command::Command;
use protocol::ids::{AgentId, GroupId};
use protocol::model::{Conversation, ConversationState};
use protocol::status::Status;

use crate::conversation::{self, Around};

/// Whose lists they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The agent.
    pub me: AgentId,
    /// The groups they are in.
    pub groups: BTreeSet<GroupId>,
}

/// The most characters of a preview.
pub const PREVIEW_CHARACTERS: usize = 200;

/// Whether the agent answers it.
#[must_use]
pub fn is_mine(viewer: &Viewer, conversation: &Conversation) -> bool {
    conversation.assigned.contains(&viewer.me)
}

/// Whether nobody answers it.
#[must_use]
pub fn is_unassigned(conversation: &Conversation) -> bool {
    conversation.assigned.is_empty()
}

/// Whether it is open, unassigned, and in no group or in one of the agent's: theirs to take.
#[must_use]
pub fn is_offered(viewer: &Viewer, conversation: &Conversation) -> bool {
    conversation.state == ConversationState::Open
        && is_unassigned(conversation)
        && conversation
            .group_id
            .is_none_or(|group| viewer.groups.contains(&group))
}

/// Whether an agent of this presence is offered new chats.
#[must_use]
pub fn gets_offers(presence: Status) -> bool {
    presence == Status::Online
}

/// Whether there is a *new* dot on it: open and unassigned, or unread in a conversation of mine.
#[must_use]
pub fn is_new(viewer: &Viewer, conversation: &Conversation, unread: bool) -> bool {
    let untaken = conversation.state == ConversationState::Open && is_unassigned(conversation);
    untaken || (unread && is_mine(viewer, conversation))
}

/// The key that sorts *longest waiting* upwards: who waits, longest first; then those who do not,
/// newest first.
#[must_use]
pub fn waiting_key(conversation: &Conversation) -> i64 {
    match conversation.waiting_since {
        Some(since) => since.0,
        None => i64::MAX.saturating_sub(conversation.last_message_at.0.max(0)),
    }
}

/// A body on one line, cut to [`PREVIEW_CHARACTERS`].
#[must_use]
pub fn preview(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0usize;
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        let room = PREVIEW_CHARACTERS.saturating_sub(count.saturating_add(gap));
        if room == 0 {
            break;
        }
        if gap == 1 {
            line.push(' ');
        }
        let before = line.chars().count();
        line.extend(word.chars().take(room));
        count = count
            .saturating_add(gap)
            .saturating_add(line.chars().count().saturating_sub(before));
    }
    line
}

/// The preview of a message.
#[must_use]
pub fn preview_of(body: &Body) -> String {
    preview(&body.plain_text())
}

/// Makes of a conversation what the server will make of it when it carries out the command, as far
/// as the device can know; `around.now` is when the command was given. A command that the server
/// will refuse changes nothing. The device's clock may be behind the server's, so the newest
/// message never becomes older by this.
#[must_use]
pub fn expected(
    viewer: &Viewer,
    conversation: Conversation,
    command: &Command,
    around: Around<'_>,
) -> Conversation {
    match conversation::carry_out(&conversation, command, viewer.me, around) {
        Ok(outcome) => Conversation {
            last_message_at: outcome
                .conversation
                .last_message_at
                .max(conversation.last_message_at),
            ..outcome.conversation
        },
        Err(_) => conversation,
    }
}
