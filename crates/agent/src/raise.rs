//! The intents of a batch of events, or of a snapshot, that is about to be stored: what may have to be told.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use cache::{CacheError, NewIntent};
use protocol::event::Event;
use protocol::frame::EventFrame;
use protocol::ids::{AgentId, ConversationId, Instant, Seq};
use protocol::model::Conversation;
use protocol::snapshot::{ConversationTail, Snapshot};
use rules::list::Viewer;
use rules::notices::{self, Notice, NoticeKind};

use crate::seat::Seat;

/// How an intent remembers that it comes of something the agent did.
const OWN: &str = r#"{"own":true}"#;
/// And that it does not.
const OTHERS: &str = "{}";

/// The notice that an intent stands for; `None` when it is of a later version.
pub(crate) fn notice_of(intent: &NewIntent) -> Option<Notice> {
    Some(Notice {
        conversation_id: intent.conversation_id?,
        seq: intent.seq,
        kind: NoticeKind::from_code(&intent.kind)?,
        own: intent.payload == OWN,
    })
}

/// Whose notices they are.
pub(crate) async fn viewer(seat: &Seat) -> Result<Viewer, CacheError> {
    let me = seat.profile.agent_id;
    let groups = seat.cache.groups().await?;
    let mine = groups
        .into_iter()
        .filter(|group| group.members.contains(&me));
    Ok(Viewer {
        me,
        groups: mine.map(|group| group.id).collect(),
    })
}

/// A conversation as it is known before an event.
struct Known {
    /// As the server had told it: what is done here comes back as an event, and that is what it changes.
    truth: Option<Conversation>,
    /// As it was shown when the batch came: who has just taken a chat here is told of its messages as of
    /// those of a chat of theirs.
    shown: Option<Conversation>,
}

impl Known {
    async fn read(seat: &Seat, id: ConversationId) -> Result<Self, CacheError> {
        let (truth, shown) = seat.cache.truth_and_shown(id).await?.unzip();
        Ok(Self { truth, shown })
    }
}

/// The intents of a batch. `now` is for what the server does not stamp.
pub(crate) async fn intents(
    seat: &Seat,
    batch: &[EventFrame],
    now: Instant,
) -> Result<Vec<NewIntent>, CacheError> {
    let of_conversation = |frame: &&EventFrame| {
        matches!(
            frame.event,
            Event::MessageAdded { .. }
                | Event::ConversationChanged { .. }
                | Event::ConversationGained { .. }
        )
    };
    if !batch.iter().any(|frame| of_conversation(&frame)) {
        return Ok(Vec::new());
    }
    let mut viewer = viewer(seat).await?;
    let mut after: BTreeMap<ConversationId, &Conversation> = BTreeMap::new();
    for frame in batch {
        match &frame.event {
            Event::GroupChanged { group } => {
                if group.members.contains(&viewer.me) {
                    viewer.groups.insert(group.id);
                } else {
                    viewer.groups.remove(&group.id);
                }
            }
            Event::ConversationChanged { conversation, .. }
            | Event::ConversationGained { conversation, .. } => {
                after.insert(conversation.id, conversation);
            }
            _ => {}
        }
    }
    let mut known: BTreeMap<ConversationId, Known> = BTreeMap::new();
    let mut found = Vec::new();
    for frame in batch.iter().filter(of_conversation) {
        let Some(id) = rules::sync::conversation_of(&frame.event) else {
            continue;
        };
        let known = match known.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(slot) => slot.insert(Known::read(seat, id).await?),
        };
        let raised = |before: Option<&Conversation>| {
            let after = after.get(&id).copied().or(before);
            let by = by(&frame.event);
            notices::raised(frame.seq, &frame.event, before, after, &viewer, by)
        };
        let raised = match &frame.event {
            Event::MessageAdded { .. } => {
                raised(known.shown.as_ref()).or_else(|| raised(known.truth.as_ref()))
            }
            _ => raised(known.truth.as_ref()),
        };
        if let Some(notice) = raised {
            let at = happened_at(&frame.event, notice.kind);
            found.push(stored(notice, at.unwrap_or(now)));
        }
        if let Event::ConversationChanged { conversation, .. }
        | Event::ConversationGained { conversation, .. } = &frame.event
        {
            known.truth = Some(conversation.clone());
        }
    }
    Ok(found)
}

/// The intents of a snapshot that takes the place of what is here: what happened in between came in no
/// event. None where nothing was here, or somebody else's: who signs in looks by themselves.
pub(crate) async fn intents_of_snapshot(
    seat: &Seat,
    snapshot: &Snapshot,
    now: Instant,
) -> Result<Vec<NewIntent>, CacheError> {
    let newest = seat.cache.newest_of_each().await?;
    let known_to = match seat.cache.me().await {
        Ok(me) => Some(me.agent_id),
        // What was here was put aside for a fresh snapshot, by a newer version of this app.
        Err(CacheError::Empty) if !newest.is_empty() => Some(snapshot.agent_id),
        Err(CacheError::Empty) => None,
        Err(error) => return Err(error),
    };
    if known_to != Some(snapshot.agent_id) {
        return Ok(Vec::new());
    }
    let me = snapshot.agent_id;
    let mine = snapshot.groups.iter();
    let mine = mine.filter(|group| group.members.contains(&me));
    let viewer = Viewer {
        me,
        groups: mine.map(|group| group.id).collect(),
    };
    let mut found = Vec::new();
    for tail in &snapshot.conversations {
        let id = tail.conversation.id;
        let before = match newest.get(&id) {
            Some(newest) if !may_tell(tail, *newest, me) => continue,
            Some(newest) => {
                let known = Known::read(seat, id).await?;
                known.truth.map(|truth| (truth, *newest))
            }
            None => None,
        };
        let before = before.as_ref().map(|(truth, newest)| (truth, *newest));
        for notice in notices::raised_by_snapshot(snapshot.seq, tail, before, &viewer) {
            let message = tail.messages.iter().find(|it| it.seq == notice.seq);
            let missed = tail.conversation.missed.map(|missed| missed.since);
            let at = match notice.kind {
                NoticeKind::Missed => missed,
                _ => message.map(|message| message.sent_at),
            };
            found.push(stored(notice, at.unwrap_or(now)));
        }
    }
    Ok(found)
}

/// Whether there is anything that may be told to who knew the messages through a number: most conversations
/// of a snapshot are as they were, and need not be read.
fn may_tell(tail: &ConversationTail, newest: Seq, me: AgentId) -> bool {
    let ConversationTail {
        conversation,
        messages,
        more: _,
    } = tail;
    conversation.waiting_since.is_some()
        || conversation.assigned.contains(&me)
        || messages.iter().any(|message| message.seq > newest)
}

/// A notice as it is stored.
fn stored(notice: Notice, at: Instant) -> NewIntent {
    NewIntent {
        conversation_id: Some(notice.conversation_id),
        seq: notice.seq,
        kind: notice.kind.code().to_owned(),
        payload: if notice.own { OWN } else { OTHERS }.to_owned(),
        at,
    }
}

/// Who caused an event, where it says so.
fn by(event: &Event) -> Option<AgentId> {
    match event {
        Event::ConversationChanged { by, .. } => *by,
        _ => None,
    }
}

/// When the server says that it happened.
fn happened_at(event: &Event, kind: NoticeKind) -> Option<Instant> {
    match (event, kind) {
        (Event::MessageAdded { message }, _) => Some(message.sent_at),
        (
            Event::ConversationChanged { conversation, .. }
            | Event::ConversationGained { conversation, .. },
            NoticeKind::Missed,
        ) => conversation.missed.map(|missed| missed.since),
        (Event::ConversationGained { conversation, .. }, NoticeKind::NewChat) => {
            Some(conversation.last_message_at)
        }
        _ => None,
    }
}
