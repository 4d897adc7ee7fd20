//! Absences: the one digest after each, and the card of what happened meanwhile.
//!
//! An absence is noticed in two ways, and either is enough. The **presence** was Offline or Invisible and
//! is Online or Busy again: what was kept from the agent since then stands in the ledger. Or **events**
//! were stored before this device had its lease: after a start, a sleep, a lost connection, a crash.
//!
//! The digest names who still waits, and goes when nobody does. After an absence that was chosen there is
//! none. The card says what became of every conversation in which something happened; it is drawn anew
//! from the cache after every change, and outlives a restart, until the agent puts it away or nothing of it
//! is here any more.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cache::{AwayCard, CacheError, LedgerEntry, OpenConversation, Outcome};
use protocol::ids::{AgentId, ConversationId, Instant};
use protocol::model::{Author, MessageKind};
use protocol::status::{Presence, Status};
use rules::notices::digest::{Absence, Fate, absence, fate};
use rules::notices::{Heard, Suppressed};

use crate::announce::{self, failed, heard};
use crate::board::Touched;
use crate::ports::NotificationKey;
use crate::render;
use crate::seat::Seat;
use crate::session::Inner;
use crate::standing::Standing;
use crate::view_notices::{AwayItem, AwayView};

/// Conversations on the card: more than anybody reads.
const LISTED: usize = 50;
/// Messages looked through for who replied last.
const LOOKED_THROUGH: u32 = 20;
/// What the ledger says of notices that an absence kept from the agent.
const KEPT: [Suppressed; 3] = [
    Suppressed::Offline,
    Suppressed::Invisible,
    Suppressed::Replaced,
];

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Away {
    /// The absence that lasts.
    lasts: Option<Returned>,
    /// One that ended before anything could be told.
    untold: Option<Returned>,
    /// As it is kept in the cache.
    card: AwayCard,
    /// What was read of its conversations; `None` for one that is not here any more. A card of thousands is
    /// not read anew for each that changes.
    read: BTreeMap<ConversationId, Option<AwayItem>>,
}

/// An absence that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Returned {
    pub(crate) since: Instant,
    pub(crate) absence: Absence,
}

fn away(seat: &Seat) -> MutexGuard<'_, Away> {
    let mutex: &Mutex<Away> = &seat.away;
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes in the presence as it is now. Answers the absence that it ends.
pub(crate) fn note(seat: &Seat, presence: &Presence) -> Option<Returned> {
    let mut away = away(seat);
    match absence(presence) {
        Some(absence) => {
            // The newest reason counts, from where it began.
            let since = away.lasts.map_or(presence.since, |lasts| lasts.since);
            away.lasts = Some(Returned { since, absence });
            None
        }
        None => away.lasts.take().or_else(|| away.untold.take()),
    }
}

/// Nothing can be told yet: the absence is told when it can.
pub(crate) fn not_yet(seat: &Seat, returned: Option<Returned>) {
    if returned.is_some() {
        away(seat).untold = returned;
    }
}

/// The conversations of what was kept from the agent since an instant.
pub(crate) async fn kept_from_me(
    seat: &Seat,
    since: Instant,
) -> Result<BTreeSet<ConversationId>, CacheError> {
    let limit = u32::try_from(LISTED).unwrap_or(u32::MAX);
    let reasons = KEPT.map(Suppressed::code);
    let kept = seat.cache.kept_from_me(since, &reasons, limit).await?;
    Ok(kept.into_iter().collect())
}

/// Takes up the card that was there when the app ended.
pub(crate) async fn recall(seat: &Seat) -> Result<(), CacheError> {
    let card = seat.cache.away().await?;
    away(seat).card = card;
    Ok(())
}

/// Puts conversations on the card.
pub(crate) async fn happened(
    seat: &Seat,
    since: Option<Instant>,
    conversations: BTreeSet<ConversationId>,
) -> Result<(), CacheError> {
    {
        let card = &mut away(seat).card;
        if conversations.is_subset(&card.conversations) {
            return Ok(());
        }
        if card.conversations.is_empty() {
            card.since = since;
        }
        card.conversations.extend(conversations);
    }
    keep(seat).await
}

/// Writes the card as it is now.
async fn keep(seat: &Seat) -> Result<(), CacheError> {
    let _one = seat.keeping_away.lock().await;
    let card = away(seat).card.clone();
    seat.cache.keep_away(&card).await
}

/// The agent puts the card away.
pub(crate) async fn dismiss(inner: &Inner, seat: &Seat) -> Result<(), CacheError> {
    inner.board.show_away(None);
    Seat::set(&seat.digest, BTreeSet::new());
    let forgotten = forget(seat).await;
    announce::withdraw(inner, NotificationKey::Digest).await;
    forgotten
}

async fn forget(seat: &Seat) -> Result<(), CacheError> {
    away(seat).card = AwayCard::default();
    keep(seat).await
}

/// Draws the card.
pub(crate) async fn draw(inner: &Inner, seat: &Seat) -> Result<(), CacheError> {
    // Before anything is read: what changes meanwhile is read next time.
    let touched = inner.board.take_touched();
    let (
        AwayCard {
            since,
            conversations,
        },
        mut read,
    ) = {
        let mut away = away(seat);
        (away.card.clone(), std::mem::take(&mut away.read))
    };
    if conversations.is_empty() {
        inner.board.show_away(None);
        return Ok(());
    }
    match touched {
        Touched::None => {}
        Touched::These(ids) => read.retain(|id, _| !ids.contains(id)),
        Touched::All => read.clear(),
    }
    let mut items = Vec::new();
    for conversation_id in conversations {
        let item = match read.entry(conversation_id) {
            Entry::Occupied(item) => item.into_mut(),
            Entry::Vacant(slot) => slot.insert(item(seat, conversation_id).await?),
        };
        items.extend(item.clone());
    }
    away(seat).read = read;
    if items.is_empty() {
        inner.board.show_away(None);
        return forget(seat).await;
    }
    items.sort_by_key(|item| (item.fate.rank(), item.conversation_id));
    let more = u32::try_from(items.len().saturating_sub(LISTED)).unwrap_or(u32::MAX);
    items.truncate(LISTED);
    let card = AwayView { since, items, more };
    inner.board.show_away(Some(card));
    Ok(())
}

/// What the card says of one, if it is here.
async fn item(
    seat: &Seat,
    conversation_id: ConversationId,
) -> Result<Option<AwayItem>, CacheError> {
    let open = seat
        .cache
        .conversation(conversation_id, LOOKED_THROUGH)
        .await?;
    Ok(open.map(|open| AwayItem {
        conversation_id,
        name: render::known_name(&open.conversation.visitor),
        fate: fate(&open.conversation, last_reply_by(&open)),
    }))
}

/// The agent who replied last.
fn last_reply_by(open: &OpenConversation) -> Option<AgentId> {
    open.messages
        .iter()
        .rev()
        .find_map(|message| match (message.author, message.kind) {
            (Author::Agent { agent_id }, MessageKind::Reply) => Some(agent_id),
            _ => None,
        })
}

/// Tells of these conversations in the digest, which takes the place of the one that is there.
pub(crate) async fn tell(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
    conversations: BTreeSet<ConversationId>,
) -> Result<(), CacheError> {
    if conversations.is_empty() || standing.me.presence.status == Status::Offline {
        return Ok(());
    }
    let mut all = seat
        .digest
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    all.extend(conversations);
    let mut waiting = Vec::new();
    for id in &all {
        let open = seat.cache.conversation(*id, 1).await?;
        let Some(open) = open.filter(is_waiting) else {
            continue;
        };
        let fate = fate(&open.conversation, None);
        let missed = matches!(fate, Fate::Missed { .. });
        waiting.push((fate.rank(), open.conversation.visitor, missed));
    }
    waiting.sort_by_key(|(rank, visitor, _)| (*rank, visitor.id));
    let waiting: Vec<_> = waiting
        .into_iter()
        .map(|(_, visitor, missed)| (visitor, missed))
        .collect();
    if waiting.is_empty() {
        return Ok(());
    }
    let any_missed = waiting.iter().any(|(_, missed)| *missed);
    let was_away = !away(seat).card.conversations.is_empty();
    let outcome = if standing.platform.permission_denied {
        Outcome::Suppressed(Suppressed::PermissionDenied.code().to_owned())
    } else {
        let rendered = render::digest(&inner.words, standing, &waiting, was_away);
        let only = all.iter().next().copied().filter(|_| all.len() == 1);
        match announce::show(inner, rendered.leading(seat, only)).await {
            Ok(()) => {
                Seat::set(&seat.digest, all);
                heard(inner, seat, standing, how_heard(standing, any_missed))
            }
            Err(error) => failed(&error),
        }
    };
    let now = inner.ports.clock.now();
    seat.cache
        .write_ledger(&LedgerEntry {
            conversation_id: None,
            kind: "digest".to_owned(),
            at: now,
            decided_at: now,
            outcome,
        })
        .await
}

/// A digest sounds like the most pressing notice in it.
fn how_heard(standing: &Standing, any_missed: bool) -> Option<Heard> {
    if standing.platform.do_not_disturb {
        return None;
    }
    let settings = &standing.settings;
    let set = if any_missed {
        settings.missed
    } else {
        settings.new_chat
    };
    Some(match set.sound {
        None => Heard::Off,
        Some(_) if standing.quiet => Heard::QuietHours,
        Some(sound) => Heard::Sound(sound),
    })
}

fn is_waiting(open: &OpenConversation) -> bool {
    matches!(
        fate(&open.conversation, None),
        Fate::Missed { .. } | Fate::Waiting { .. }
    )
}

/// The digest goes when nobody in it waits any more, or I read all of it.
pub(crate) async fn take_back_digest(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
) -> Result<(), CacheError> {
    let told = seat
        .digest
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if told.is_empty() {
        return Ok(());
    }
    for id in told {
        let open = seat.cache.conversation(id, 1).await?;
        let facts = standing.facts(open.as_ref());
        let unread = facts.read_through < facts.newest && !facts.on_screen;
        if unread && open.as_ref().is_some_and(is_waiting) {
            return Ok(());
        }
    }
    Seat::set(&seat.digest, BTreeSet::new());
    announce::withdraw(inner, NotificationKey::Digest).await;
    Ok(())
}

/// Where a click on the digest leads: to the only conversation in it, else to the card.
pub(crate) fn clicked(seat: &Seat) -> Option<ConversationId> {
    let told = std::mem::take(&mut *seat.digest.lock().unwrap_or_else(PoisonError::into_inner));
    let mut told = told.into_iter();
    told.next().filter(|_| told.next().is_none())
}
