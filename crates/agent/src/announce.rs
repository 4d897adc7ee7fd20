//! Turns what happened into notifications, after it is stored.
//!
//! Events leave an *intent* in the cache, in the transaction that stores them. This task is woken
//! after each commit and looks at what is there, not at what it was told:
//!
//! 1. Live notifications that are no longer due are taken back.
//! 2. Pending intents are decided (`rules::notices`), shown or not, and closed in the ledger with the
//!    outcome. An intent is closed **after** it was shown, so a crash in between shows it once more
//!    at worst; the notification has the conversation's key and replaces itself.
//!
//! 3. Notices of one's own state (`own.rs`), and chats that have waited long enough to be offered to an
//!    Invisible agent (`offers.rs`): their intents stay open until then, and are decided once more.
//!
//! Nothing is decided before the device has caught up, nor while the server still counts it as gone
//! (its last goodbye, or a lost lease): the presence that decides is the one that comes with the
//! lease. What happened until then, a crash included, counts as an absence: at most three
//! notifications come of it, each the newest of a conversation that still waits.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use cache::{CacheError, Intent, OpenConversation, Outcome};
use protocol::frame::EventFrame;
use protocol::ids::{ConversationId, Seq};
use protocol::model::{Author, Conversation, MessageKind};
use protocol::status::{Presence, Reason};
use rules::list::Viewer;
use rules::notices::{self, Facts, Notice, NoticeKind, Suppressed, Verdict};
use tokio::time::timeout;

use crate::ports::{Notification, NotificationKey, NotifierError};
use crate::seat::Seat;
use crate::session::Inner;
use crate::words::Args;
use crate::{offers, own};

/// A notification service that does not answer within 10 s is as good as none.
pub(crate) const SHOWN_WITHIN: Duration = Duration::from_secs(10);
/// Characters of a message that a notification shows; daemons cut earlier than this.
const BODY_CHARACTERS: usize = 300;
/// Messages looked through for the one a notification is about.
const LOOKED_THROUGH: u32 = 50;

/// Runs until stopped.
pub(crate) async fn run(inner: Arc<Inner>, seat: Arc<Seat>) {
    let mut look_again = None;
    loop {
        let time = async {
            match look_again {
                Some(wait) => tokio::time::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = seat.to_announce.notified() => {}
            () = time => {}
        }
        look_again = match turn(&inner, &seat).await {
            Ok(wait) => wait,
            Err(CacheError::Empty | CacheError::Closed) => None,
            Err(error) => {
                tracing::error!(%error, "notices cannot be decided");
                None
            }
        };
    }
}

/// Answers when to look again though nothing happened.
async fn turn(inner: &Inner, seat: &Seat) -> Result<Option<Duration>, CacheError> {
    let viewer = viewer(seat).await?;
    take_back(inner, seat, &viewer).await?;
    let me = seat.cache.me().await?;
    tell(inner, seat, &viewer, &me).await?;
    let countdown = own::turn(inner, seat, &me).await?;
    let offers = offers::turn(inner, seat, &me).await?;
    if offers.found {
        tell(inner, seat, &viewer, &me).await?;
    }
    Ok(countdown.into_iter().chain(offers.next).min())
}

async fn tell(
    inner: &Inner,
    seat: &Seat,
    viewer: &Viewer,
    me: &cache::Me,
) -> Result<(), CacheError> {
    let presence = me.presence;
    let Some(absent_through) = Seat::get(&seat.absent_through) else {
        return Ok(());
    };
    if !is_back(&presence) {
        return Ok(());
    }
    let intents = seat.cache.pending_intents().await?;
    if !intents.is_empty() {
        decide(inner, seat, viewer, me, absent_through, intents).await?;
    }
    Ok(())
}

/// Whose notices they are.
pub(crate) async fn viewer(seat: &Seat) -> Result<Viewer, CacheError> {
    let me = seat.profile.agent_id;
    let groups = seat.cache.team().await?.groups;
    let mine = groups
        .into_iter()
        .filter(|group| group.members.contains(&me));
    Ok(Viewer {
        me,
        groups: mine.map(|group| group.id).collect(),
    })
}

/// Whether the server counts us as there again, or as away for a reason of our own.
fn is_back(presence: &Presence) -> bool {
    match presence.reason {
        Reason::Asleep | Reason::SignedOut | Reason::Quit | Reason::ConnectionLost => false,
        Reason::Chosen
        | Reason::Idle { .. }
        | Reason::Locked { .. }
        | Reason::Held
        | Reason::Unknown => true,
    }
}

async fn take_back(inner: &Inner, seat: &Seat, viewer: &Viewer) -> Result<(), CacheError> {
    let shown: BTreeMap<ConversationId, (NoticeKind, Notice)> = seat
        .shown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for (conversation_id, (kind, notice)) in shown {
        let open = seat.cache.conversation(conversation_id, 1).await?;
        let facts = Facts {
            viewer,
            // Do not matter here.
            presence: protocol::status::Status::Online,
            opted_in: false,
            late: false,
            conversation: open.as_ref().map(|open| &open.conversation),
            read_through: open.as_ref().map_or(Seq(0), |open| open.read_through),
            on_screen: false,
        };
        if !notices::still_due(kind, &notice, &facts) {
            seat.shown
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&conversation_id);
            let key = NotificationKey::Conversation(conversation_id);
            let _ = timeout(SHOWN_WITHIN, inner.ports.notifier.withdraw(key)).await;
        }
    }
    Ok(())
}

async fn decide(
    inner: &Inner,
    seat: &Seat,
    viewer: &Viewer,
    me: &cache::Me,
    absent_through: Seq,
    intents: Vec<Intent>,
) -> Result<(), CacheError> {
    let looking = inner.person.looking();
    let mut to_show = Vec::new();
    for intent in intents {
        let Some(conversation_id) = intent.intent.conversation_id else {
            close(inner, seat, intent.id, Suppressed::Gone.code()).await?;
            continue;
        };
        let notice = Notice {
            conversation_id,
            seq: intent.intent.seq,
        };
        let open = seat
            .cache
            .conversation(conversation_id, LOOKED_THROUGH)
            .await?;
        let facts = Facts {
            viewer,
            presence: me.presence.status,
            opted_in: me.settings.invisible_offers,
            late: open.as_ref().is_some_and(|open| open.late),
            conversation: open.as_ref().map(|open| &open.conversation),
            read_through: open.as_ref().map_or(Seq(0), |open| open.read_through),
            on_screen: looking.at(conversation_id),
        };
        match (notices::decide(&notice, &facts), open) {
            (Verdict::Later, _) => {}
            (Verdict::Suppress(why), _) => close(inner, seat, intent.id, why.code()).await?,
            (Verdict::Show(_), None) => {
                close(inner, seat, intent.id, Suppressed::Gone.code()).await?;
            }
            (Verdict::Show(kind), Some(open)) => to_show.push((intent.id, notice, kind, open)),
        }
    }
    let all: Vec<Notice> = to_show.iter().map(|(_, notice, _, _)| *notice).collect();
    let mut worth = notices::worth_showing(&all, absent_through);
    for (id, notice, kind, open) in to_show {
        // Two intents of one event are one notice.
        if !worth.remove(&notice) {
            close(inner, seat, id, Suppressed::Replaced.code()).await?;
            continue;
        }
        let outcome = match show(inner, kind, &notice, &open).await {
            Ok(()) => {
                seat.shown
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(notice.conversation_id, (kind, notice));
                Outcome::Shown
            }
            Err(error) => {
                tracing::warn!(%error, "a notification failed");
                Outcome::Suppressed(format!("failed: {}", error.0))
            }
        };
        seat.cache
            .close_intent(id, &outcome, inner.ports.clock.now())
            .await?;
    }
    Ok(())
}

async fn close(inner: &Inner, seat: &Seat, id: i64, why: &str) -> Result<(), CacheError> {
    let outcome = Outcome::Suppressed(why.to_owned());
    seat.cache
        .close_intent(id, &outcome, inner.ports.clock.now())
        .await
}

async fn show(
    inner: &Inner,
    kind: NoticeKind,
    notice: &Notice,
    open: &OpenConversation,
) -> Result<(), NotifierError> {
    let words = &inner.words;
    let visitor = &open.conversation.visitor;
    let known = |one: &Option<String>| one.clone().filter(|text| !text.trim().is_empty());
    let name = known(&visitor.name).or_else(|| known(&visitor.email));
    let mut args = Args::new();
    args.set(
        "name",
        name.unwrap_or_else(|| words.text("visitor-unnamed")),
    );
    let key = match kind {
        NoticeKind::NewChat => "notice-new-chat",
        NoticeKind::Message => "notice-message",
    };
    let notification = Notification::new(
        NotificationKey::Conversation(notice.conversation_id),
        words.text_with(key, &args),
        body(open),
    );
    match timeout(SHOWN_WITHIN, inner.ports.notifier.show(notification)).await {
        Ok(shown) => shown,
        Err(_) => Err(NotifierError(
            "the notification service does not answer".into(),
        )),
    }
}

/// The newest thing the visitor wrote.
fn body(open: &OpenConversation) -> String {
    let written =
        open.messages.iter().rev().find(|message| {
            message.author == Author::Visitor && message.kind == MessageKind::Reply
        });
    let text = written
        .map(|message| message.body.plain_text())
        .unwrap_or_default();
    let mut cut: String = text.chars().take(BODY_CHARACTERS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// The intents of a batch that is about to be stored.
pub(crate) async fn intents(
    seat: &Seat,
    batch: &[EventFrame],
) -> Result<Vec<cache::NewIntent>, CacheError> {
    use protocol::event::Event;

    let worth = |frame: &&EventFrame| match &frame.event {
        Event::MessageAdded { message } => message.author == Author::Visitor,
        Event::ConversationGained { .. } => true,
        _ => false,
    };
    if !batch.iter().any(|frame| worth(&frame)) {
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
            Event::ConversationChanged { conversation }
            | Event::ConversationGained { conversation, .. } => {
                after.insert(conversation.id, conversation);
            }
            _ => {}
        }
    }
    let mut before: BTreeMap<ConversationId, Option<Conversation>> = BTreeMap::new();
    let mut found = Vec::new();
    for frame in batch.iter().filter(worth) {
        let Some(id) = rules::sync::conversation_of(&frame.event) else {
            continue;
        };
        let known = match before.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(slot) => {
                let row = seat.cache.row(id).await?;
                slot.insert(row.map(|row| row.conversation))
            }
        };
        let known = known.as_ref();
        let now = after.get(&id).copied().or(known);
        let raised = notices::raised(frame.seq, &frame.event, known, now, &viewer);
        if let Some((notice, kind)) = raised {
            found.push(cache::NewIntent {
                conversation_id: Some(notice.conversation_id),
                seq: notice.seq,
                kind: kind.code().to_owned(),
                payload: "{}".to_owned(),
                at: match &frame.event {
                    Event::MessageAdded { message } => message.sent_at,
                    Event::ConversationGained { conversation, .. } => conversation.last_message_at,
                    _ => protocol::ids::Instant::default(),
                },
            });
        }
    }
    Ok(found)
}
