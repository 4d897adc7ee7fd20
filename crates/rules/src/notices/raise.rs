//! What an event may be worth.

use protocol::event::Event;
use protocol::ids::{AgentId, Seq};
use protocol::model::{Author, Conversation, ConversationState, Message, MessageKind};
use protocol::snapshot::ConversationTail;

use super::decide::is_ours;
use super::{Notice, NoticeKind};
use crate::list::{self, Viewer};

/// What an event may be worth: at most one notice. `before` is the conversation as it was known just
/// before the event, `after` as it is at the end of the batch the event came in. `by` is the agent who
/// caused the event, where that is known. A conversation that was somebody else's all along raises
/// nothing, unless its visitor is missed.
#[must_use]
pub fn raised(
    seq: Seq,
    event: &Event,
    before: Option<&Conversation>,
    after: Option<&Conversation>,
    viewer: &Viewer,
    by: Option<AgentId>,
) -> Option<Notice> {
    let (conversation_id, kind, own) = match event {
        Event::MessageAdded { message } => {
            let kind = of_message(message, before, after, viewer)?;
            let own = message.author
                == Author::Agent {
                    agent_id: viewer.me,
                };
            (message.conversation_id, kind, own)
        }
        Event::ConversationChanged { conversation, .. } => {
            let became_mine = before.is_some_and(|it| !list::is_mine(viewer, it))
                && list::is_mine(viewer, conversation);
            let concerns_me = |it: &Conversation| list::is_mine(viewer, it) || is_ours(viewer, it);
            let is_red = |it: &Conversation| it.missed.is_some() && concerns_me(it);
            let became_missed = !before.is_some_and(is_red) && is_red(conversation);
            let kind = if became_mine {
                NoticeKind::Assigned
            } else if became_missed {
                NoticeKind::Missed
            } else if became_offered(before, conversation, viewer) {
                NoticeKind::NewChat
            } else {
                return None;
            };
            // Nobody makes it red.
            let own = kind != NoticeKind::Missed && by == Some(viewer.me);
            (conversation.id, kind, own)
        }
        Event::ConversationGained { conversation, .. } => {
            let kind = if list::is_mine(viewer, conversation) {
                NoticeKind::Assigned
            } else if conversation.missed.is_some() && is_ours(viewer, conversation) {
                NoticeKind::Missed
            } else if conversation.waiting_since.is_some() && list::is_offered(viewer, conversation)
            {
                NoticeKind::NewChat
            } else {
                return None;
            };
            (conversation.id, kind, by == Some(viewer.me))
        }
        _ => return None,
    };
    Some(Notice {
        conversation_id,
        seq,
        kind,
        own,
    })
}

/// Whether somebody left a visitor who waits to whoever is offered new chats, or moved them to a group of
/// mine. Of one that is missed already, all were told.
fn became_offered(before: Option<&Conversation>, after: &Conversation, viewer: &Viewer) -> bool {
    let was_somebodys = before
        .is_some_and(|it| it.state == ConversationState::Open && !list::is_offered(viewer, it));
    was_somebodys
        && list::is_offered(viewer, after)
        && after.waiting_since.is_some()
        && after.missed.is_none()
}

/// What a conversation of a snapshot may be worth, that takes the place of events which never came: to who
/// knew it as `before`, with its messages through `newest`, the same as those would have been. Who did it
/// is not known.
#[must_use]
pub fn raised_by_snapshot(
    seq: Seq,
    tail: &ConversationTail,
    before: Option<(&Conversation, Seq)>,
    viewer: &Viewer,
) -> Vec<Notice> {
    let ConversationTail {
        conversation,
        messages,
        more,
    } = tail;
    let Some((before, newest)) = before else {
        let gained = Event::ConversationGained {
            conversation: conversation.clone(),
            messages: messages.clone(),
            more: *more,
        };
        let notice = raised(seq, &gained, None, Some(conversation), viewer, None);
        return notice.into_iter().collect();
    };
    let changed = Event::ConversationChanged {
        conversation: conversation.clone(),
        by: None,
    };
    let added = messages.iter().filter(|message| message.seq > newest);
    let added = added.map(|message| {
        let message = message.clone();
        (message.seq, Event::MessageAdded { message })
    });
    let events = added.chain([(seq, changed)]);
    events
        .filter_map(|(seq, event)| {
            raised(seq, &event, Some(before), Some(conversation), viewer, None)
        })
        .collect()
}

fn of_message(
    message: &Message,
    before: Option<&Conversation>,
    after: Option<&Conversation>,
    viewer: &Viewer,
) -> Option<NoticeKind> {
    match (message.author, message.kind) {
        (Author::Visitor, MessageKind::Reply) => {
            [after, before].into_iter().flatten().find_map(|known| {
                if list::is_mine(viewer, known) {
                    Some(NoticeKind::Message)
                } else if list::is_offered(viewer, known) {
                    Some(NoticeKind::NewChat)
                } else {
                    None
                }
            })
        }
        _ if message.mentions.contains(&viewer.me) => Some(NoticeKind::Mention),
        _ => None,
    }
}
