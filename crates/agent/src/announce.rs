//! Turns what happened into notifications, after it is stored.
//!
//! Events leave an *intent* in the cache (`raise.rs`), in the transaction that stores them. This task is
//! woken after each commit and looks at what is there, not at what it was told:
//!
//! 1. Live notifications that are no longer due are taken back.
//! 2. Pending intents are decided (`rules::notices`), shown or not, and closed in the ledger with the
//!    outcome. An intent is closed **after** it was shown, so a crash in between tells of it once more
//!    at worst.
//! 3. An absence that ended, and what happened while it lasted, is told in one digest and on a card
//!    (`away.rs`).
//! 4. Notices of one's own state (`own.rs`), and chats that have waited long enough to be offered to an
//!    Invisible agent (`offers.rs`): their intents stay open until then, and are decided once more.
//! 5. Sounds that are to be heard again (`sounds.rs`).
//!
//! Nothing is decided before the device has caught up, nor while the server still counts it as gone
//! (its last goodbye, or a lost lease): the presence that decides is the one that comes with the
//! lease. What happened until then, a crash included, counts as an absence.
//!
//! What the platform's do-not-disturb hides is handed to it all the same, without a sound: it keeps
//! it in its list, and takes it back with everything else once somebody replies.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use cache::{CacheError, Intent, OpenConversation, Outcome};
use protocol::ids::{ConversationId, Seq};
use protocol::status::{Presence, Reason};
use rules::notices::digest::{self, Absence};
use rules::notices::own::OwnNotice;
use rules::notices::{self, Heard, Notice, NoticeKind, Suppressed, Told, Verdict};
use tokio::time::timeout;

use crate::ports::{Notification, NotificationKey, NotifierError};
use crate::seat::Seat;
use crate::session::Inner;
use crate::standing::{self, Standing};
use crate::{away, offers, own, raise, render, sounds};

/// A notification service that does not answer within 10 s is as good as none.
pub(crate) const SHOWN_WITHIN: Duration = Duration::from_secs(10);
/// Messages looked through for the one a notification is about.
const LOOKED_THROUGH: u32 = 50;

/// A notification that was shown and is still due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    /// What it tells.
    pub(crate) told: Told,
    /// The newest message then: the ground of a reply that is written in it.
    pub(crate) newest: Seq,
    /// When it came, by the steady clock; later messages change nothing about that.
    pub(crate) came: Duration,
    /// It is on the screen. Most desktops take one away after some seconds, which nobody has read by that.
    pub(crate) live: bool,
}

/// Runs until stopped.
pub(crate) async fn run(inner: Arc<Inner>, seat: Arc<Seat>) {
    let mut look_again = None;
    let mut hush = inner.ports.do_not_disturb.watch();
    if let Err(error) = away::recall(&seat).await {
        tracing::error!(%error, "the card of the last absence is lost");
    }
    // The sign-in is back.
    withdraw(&inner, NotificationKey::Own(OwnNotice::SignInLost)).await;
    if standing::ask_permission(&inner).await {
        inner.redraw_me(&seat).await;
    }
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
            () = changed(&mut hush) => {
                // A service that comes or goes is heard of here first.
                standing::ask_permission_now(&inner).await;
                inner.redraw_me(&seat).await;
            }
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

async fn changed<T>(receiver: &mut tokio::sync::watch::Receiver<T>) {
    if receiver.changed().await.is_err() {
        std::future::pending().await
    }
}

/// Answers when to look again though nothing happened.
async fn turn(inner: &Inner, seat: &Seat) -> Result<Option<Duration>, CacheError> {
    let mut standing = Standing::read(inner, seat).await?;
    take_back(inner, seat, &standing).await?;
    let returned = away::note(seat, &standing.me.presence);
    tell(inner, seat, &mut standing, returned).await?;
    let countdown = own::turn(inner, seat, &standing.me).await?;
    let offers = offers::turn(inner, seat, &standing.me).await?;
    if offers.found {
        tell(inner, seat, &mut standing, None).await?;
    }
    away::draw(inner, seat).await?;
    if standing::resolve_doubt(inner).await {
        inner.redraw_me(seat).await;
    }
    let repeat = sounds::repeat(inner, seat, &standing).await?;
    Ok(countdown.into_iter().chain(offers.next).chain(repeat).min())
}

async fn tell(
    inner: &Inner,
    seat: &Seat,
    standing: &mut Standing,
    returned: Option<away::Returned>,
) -> Result<(), CacheError> {
    let intents = seat.cache.pending_intents().await?;
    if intents.is_empty() && returned.is_none() {
        return Ok(());
    }
    // All that follows is not older than the intents: a catching up that began meanwhile, or an Offline
    // that came just before them, counts for them.
    let Some(absent_through) = Seat::get(&seat.absent_through) else {
        away::not_yet(seat, returned);
        return Ok(());
    };
    standing.me = seat.cache.me().await?;
    if !is_back(&standing.me.presence) {
        away::not_yet(seat, returned);
        return Ok(());
    }
    if standing::ask_permission(inner).await {
        inner.redraw_me(seat).await;
    }
    standing.refresh(inner, seat);
    decide(inner, seat, standing, absent_through, intents, returned).await
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

async fn take_back(inner: &Inner, seat: &Seat, standing: &Standing) -> Result<(), CacheError> {
    let shown = seat
        .shown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    for (conversation_id, shown) in shown {
        // One that went from the screen is remembered for its sound alone.
        let open = if shown.live || standing.settings.repeat {
            seat.cache.conversation(conversation_id, 1).await?
        } else {
            None
        };
        if !notices::still_due(&shown.told, &standing.facts(open.as_ref())) {
            seat.shown
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&conversation_id);
            if shown.live {
                withdraw(inner, NotificationKey::Conversation(conversation_id)).await;
            }
        }
    }
    away::take_back_digest(inner, seat, standing).await
}

pub(crate) async fn withdraw(inner: &Inner, key: NotificationKey) {
    let _ = timeout(SHOWN_WITHIN, inner.ports.notifier.withdraw(key)).await;
}

/// One that would be shown.
struct Candidate {
    id: i64,
    notice: Notice,
    kind: NoticeKind,
    /// `None`: hidden by the platform.
    heard: Option<Heard>,
    /// Shared by all of the same conversation: after a long absence they are many.
    open: Arc<OpenConversation>,
}

async fn decide(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
    absent_through: Seq,
    intents: Vec<Intent>,
    returned: Option<away::Returned>,
) -> Result<(), CacheError> {
    let mut closed = Vec::new();
    let mut candidates = Vec::new();
    let mut later = BTreeSet::new();
    let mut happened_away = BTreeSet::new();
    let mut read: BTreeMap<ConversationId, Option<Arc<OpenConversation>>> = BTreeMap::new();
    for Intent { id, intent } in intents {
        let Some(notice) = raise::notice_of(&intent) else {
            closed.push((id, because(Suppressed::Gone)));
            continue;
        };
        let conversation_id = notice.conversation_id;
        let open = match read.entry(conversation_id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let open = seat
                    .cache
                    .conversation(conversation_id, LOOKED_THROUGH)
                    .await?;
                unknown.insert(open.map(Arc::new)).clone()
            }
        };
        if notice.seq <= absent_through && !notice.own {
            happened_away.insert(notice.conversation_id);
        }
        let verdict = notices::decide(&notice, &standing.facts(open.as_deref()));
        let (kind, heard) = match verdict {
            Verdict::Later => {
                later.insert(notice.conversation_id);
                continue;
            }
            Verdict::Suppress(why) => {
                closed.push((id, because(why)));
                continue;
            }
            Verdict::Show { kind, heard } => (kind, Some(heard)),
            Verdict::Hide(kind) => (kind, None),
        };
        match open {
            Some(open) => candidates.push(Candidate {
                id,
                notice,
                kind,
                heard,
                open,
            }),
            None => closed.push((id, because(Suppressed::Gone))),
        }
    }
    Seat::set(&seat.later, later);
    let all: Vec<Notice> = candidates.iter().map(|it| it.notice).collect();
    let (now, moment) = (
        inner.ports.clock.elapsed(),
        Duration::from_millis(digest::MOMENT_MS),
    );
    let (live, lately): (BTreeSet<ConversationId>, usize) = {
        let shown = seat.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let live = shown.iter().filter(|(_, it)| it.live);
        let lately = |it: &Shown| now.saturating_sub(it.came) < moment;
        let lately = live.clone().filter(|(_, it)| lately(it)).count();
        (live.map(|(id, _)| *id).collect(), lately)
    };
    let mut plan = digest::plan(&all, absent_through, &live).beside(&live, lately);
    let chosen = returned.is_some_and(|it| it.absence == Absence::Chosen);
    let mut digest = std::mem::take(&mut plan.digest);
    if let Some(returned) = returned {
        let kept = away::kept_from_me(seat, returned.since).await?;
        if !chosen {
            digest.extend(still_telling(seat, standing, &kept).await?);
        }
        happened_away.extend(kept);
    }
    away::happened(seat, returned.map(|it| it.since), happened_away).await?;
    away::tell(inner, seat, standing, digest).await?;
    for one in candidates {
        // Two intents of one event are one notice.
        if !plan.single.remove(&one.notice) {
            closed.push((one.id, because(Suppressed::Replaced)));
            continue;
        }
        let outcome = show_one(inner, seat, standing, &one).await?;
        seat.cache
            .close_intent(one.id, &outcome, inner.ports.clock.now())
            .await?;
    }
    if !closed.is_empty() {
        let now = inner.ports.clock.now();
        seat.cache.close_intents(&closed, now).await?;
    }
    Ok(())
}

/// Of these conversations, those that I would be told of now.
async fn still_telling(
    seat: &Seat,
    standing: &Standing,
    kept: &BTreeSet<ConversationId>,
) -> Result<BTreeSet<ConversationId>, CacheError> {
    let mut telling = BTreeSet::new();
    for id in kept {
        let open = seat.cache.conversation(*id, 1).await?;
        let facts = standing.facts(open.as_ref());
        let notice = Notice {
            conversation_id: *id,
            seq: facts.newest,
            kind: NoticeKind::NewChat,
            own: false,
        };
        if matches!(
            notices::decide(&notice, &facts),
            Verdict::Show { .. } | Verdict::Hide(_)
        ) {
            telling.insert(*id);
        }
    }
    Ok(telling)
}

fn because(why: Suppressed) -> Outcome {
    Outcome::Suppressed(why.code().to_owned())
}

async fn show_one(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
    one: &Candidate,
) -> Result<Outcome, CacheError> {
    let waiting = inner.counts(seat, &standing.me).await?.waiting;
    let rendered = render::chat(&inner.words, standing, one.kind, &one.open, waiting);
    let conversation_id = one.notice.conversation_id;
    let shown = show(inner, rendered.leading(seat, Some(conversation_id))).await;
    Ok(match shown {
        Ok(()) => {
            let facts = standing.facts(Some(&one.open));
            let mut all = seat.shown.lock().unwrap_or_else(PoisonError::into_inner);
            let before = all.get(&conversation_id).filter(|it| it.live);
            let shown = Shown {
                told: Told::now(one.notice, one.kind, &facts),
                newest: facts.newest,
                came: before.map_or_else(|| inner.ports.clock.elapsed(), |it| it.came),
                live: true,
            };
            all.insert(conversation_id, shown);
            drop(all);
            heard(inner, seat, standing, one.heard)
        }
        Err(error) => failed(&error),
    })
}

/// Lets a notice that was shown be heard, and puts into words how it was.
pub(crate) fn heard(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
    heard: Option<Heard>,
) -> Outcome {
    match heard {
        Some(Heard::Sound(sound)) => {
            sounds::of_notice(inner, seat, sound, standing.settings.volume);
            Outcome::Shown
        }
        Some(Heard::Off) => Outcome::Shown,
        Some(Heard::QuietHours) => Outcome::ShownSilently(Suppressed::QuietHours.code().to_owned()),
        None => because(Suppressed::DoNotDisturb),
    }
}

/// The platform did not take it.
pub(crate) fn failed(error: &NotifierError) -> Outcome {
    tracing::warn!(%error, "a notification failed");
    Outcome::failed(&error.0)
}

/// Hands a notification to the platform.
pub(crate) async fn show(inner: &Inner, notification: Notification) -> Result<(), NotifierError> {
    let shown = match timeout(SHOWN_WITHIN, inner.ports.notifier.show(notification)).await {
        Ok(shown) => shown,
        Err(_) => Err(NotifierError(
            "the notification service does not answer".into(),
        )),
    };
    if shown.is_err() {
        standing::doubt_permission(inner);
    }
    shown
}
