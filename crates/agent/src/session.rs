//! The handle of the session, as the shell and tests use it.
//!
//! [`Core`] is cheap to clone. It starts at once with [`Stage::Starting`] and reads what is stored in
//! the background. All methods may be called from any task at any time; those that need somebody
//! signed in answer `not_signed_in` otherwise. Sign-ins: `account.rs`; conversations: `inbox.rs`;
//! one's status: `status.rs`; what is set: `settings.rs`; days: `day.rs`.
//!
//! A click on a notification is two things: the conversation waits for a window that can show it
//! ([`UiEvent::Navigate`](crate::view::UiEvent)), and [`Core::navigations`] tells the shell to open
//! or raise one. Neither is lost when no window exists.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::{join, join_all};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{ConversationId, Instant};
use protocol::limits::NAME_CHARACTERS;
use protocol::status::Goodbye;
use rules::notices::own::OwnNotice;
use rules::tray::TrayModel;
use tokio::sync::{Mutex, broadcast, mpsc, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::account;
use crate::away;
use crate::board::{Board, UiStream};
use crate::own;
use crate::person::Person;
use crate::ports::{
    Act, ActivityEvent, ActivitySource, Badge, Clock, DoNotDisturb, LocalWorkspace,
    NotificationEvent, NotificationKey, Notifier, Permission, Sound, Vault, Waiting,
};
use crate::quick_reply;
use crate::seat::{GOODBYE_WITHIN, Seat};
use crate::view::{Focus, Stage};
use crate::views::signed_out_tray;
use crate::words::Words;

/// The operating system, as the shell or a test provides it.
#[derive(Clone)]
pub struct Ports {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Secrets.
    pub vault: Arc<dyn Vault>,
    /// Notifications.
    pub notifier: Arc<dyn Notifier>,
    /// Keyboard, mouse, lock and lid.
    pub activity: Arc<dyn ActivitySource>,
    /// The loudspeaker.
    pub sound: Arc<dyn Sound>,
    /// Whether the system holds notifications back.
    pub do_not_disturb: Arc<dyn DoNotDisturb>,
    /// The number on the app's icon.
    pub badge: Arc<dyn Badge>,
    /// The workspace inside this app, where the build has one.
    pub local: Option<Arc<dyn LocalWorkspace>>,
}

/// What a session starts from.
#[derive(Clone)]
pub struct Setup {
    /// Where its files are; made if it is not there.
    pub data_dir: PathBuf,
    /// As the agent's list of devices shows this one.
    pub device_name: String,
    /// The person's language, like `de` or `fr_CA.UTF-8`.
    pub locale: String,
    /// The operating system.
    pub ports: Ports,
}

/// A notification was clicked, or something needs an answer: open or raise a window. The newest replaces an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Click {
    /// Counts the clicks, so that two on the same conversation are two.
    pub number: u64,
    /// What was clicked; `None` when only a window is wanted.
    pub conversation_id: Option<ConversationId>,
}

/// The session. See the module.
#[derive(Clone)]
pub struct Core {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) data_dir: PathBuf,
    pub(crate) device_name: String,
    pub(crate) words: Words,
    pub(crate) ports: Ports,
    pub(crate) board: Board,
    pub(crate) person: Person,
    pub(crate) tray: watch::Sender<TrayModel>,
    clicks: watch::Sender<Option<Click>>,
    /// Conversations in which somebody wants to write a reply ([`Core::replies`]).
    pub(crate) replies: broadcast::Sender<ConversationId>,
    /// See [`Core::in_need`].
    pub(crate) in_need: watch::Sender<bool>,
    /// Whether notifications reach the screen, as the platform said last.
    pub(crate) permission: std::sync::Mutex<Permission>,
    /// When it was asked, on a clock that counts suspend.
    pub(crate) permission_asked: std::sync::Mutex<Option<std::time::Duration>>,
    seat: RwLock<Option<Arc<Seat>>>,
    /// One sign-in, sign-out or end of a session at a time.
    pub(crate) changing: Arc<Mutex<()>>,
    /// One redraw at a time.
    pub(crate) drawing: Mutex<()>,
    /// The app is being quit: nothing is opened any more.
    pub(crate) stop: CancellationToken,
}

impl Core {
    /// Starts a session. Needs a tokio runtime.
    #[must_use]
    pub fn start(setup: Setup) -> Self {
        let Setup {
            data_dir,
            device_name,
            locale,
            ports,
        } = setup;
        let person = Person::new(Arc::clone(&ports.clock));
        let inner = Arc::new(Inner {
            data_dir,
            device_name: device_name.chars().take(NAME_CHARACTERS).collect(),
            words: Words::new(&locale),
            board: Board::new(),
            person,
            tray: watch::Sender::new(signed_out_tray()),
            clicks: watch::Sender::new(None),
            replies: broadcast::Sender::new(quick_reply::WAITING),
            in_need: watch::Sender::new(false),
            permission: std::sync::Mutex::default(),
            permission_asked: std::sync::Mutex::default(),
            seat: RwLock::new(None),
            changing: Arc::default(),
            drawing: Mutex::new(()),
            stop: CancellationToken::new(),
            ports,
        });
        // From before anything else can ask: a link or a click that starts the app waits for what is stored.
        let first = Arc::clone(&inner.changing).try_lock_owned();
        let mut activity = inner.ports.activity.events();
        // How things are now comes before anything is made of it.
        while let Ok(event) = activity.try_recv() {
            inner.person.machine(event);
        }
        let notifications = inner.ports.notifier.events();
        let drops = inner.person.drops_at.subscribe();
        tokio::spawn(
            inner
                .stop
                .clone()
                .run_until_cancelled_owned(watch_drops(Arc::clone(&inner), drops)),
        );
        tokio::spawn(
            inner
                .stop
                .clone()
                .run_until_cancelled_owned(watch_person(Arc::clone(&inner), activity)),
        );
        tokio::spawn(
            inner
                .stop
                .clone()
                .run_until_cancelled_owned(watch_notifications(Arc::clone(&inner), notifications)),
        );
        tokio::spawn(
            inner
                .stop
                .clone()
                .run_until_cancelled_owned(watch_badge(Arc::clone(&inner))),
        );
        let loading = Arc::clone(&inner);
        tokio::spawn(async move {
            let _first = first;
            account::load(&loading).await;
        });
        Self { inner }
    }

    /// Which screen is due.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.inner.board.stage()
    }

    /// For a window that opens: the first events draw everything, later ones what changed. It counts
    /// as looked at ([`Core::focus`]) until the stream is dropped, unless a newer one was attached.
    #[must_use]
    pub fn attach(&self) -> UiStream {
        // Nobody looks at a page that has just begun.
        self.focus(Focus::default());
        let inner = Arc::downgrade(&self.inner);
        self.inner.board.open(move || {
            if let Some(inner) = inner.upgrade() {
                inner.person.focus(Focus::default());
            }
        })
    }

    /// The words of the person's language.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.inner.words
    }

    /// What the tray shows, now and whenever it changes.
    #[must_use]
    pub fn tray(&self) -> watch::Receiver<TrayModel> {
        self.inner.tray.subscribe()
    }

    /// Clicks on notifications, to open or raise a window on. The conversation itself reaches the
    /// window by its stream. A click that came before this was called is the current value.
    #[must_use]
    pub fn navigations(&self) -> watch::Receiver<Option<Click>> {
        self.inner.clicks.subscribe()
    }

    /// Whether the session cannot go on without a person, though nobody chose to end it: the keychain
    /// is locked, what is stored does not open, or the workspace ended it. In the tray alone, that
    /// would be noticed only by the messages that never came.
    #[must_use]
    pub fn in_need(&self) -> watch::Receiver<bool> {
        self.inner.in_need.subscribe()
    }

    /// What the window shows and whether anybody looks.
    pub fn focus(&self, focus: Focus) {
        self.inner.person.focus(focus);
        // Who looks at a conversation needs no notification of it.
        if let Some(seat) = self.inner.current_seat() {
            seat.to_announce.notify_one();
        }
    }

    /// A reply is being written in this conversation: its visitor sees it while connected, and
    /// nothing is kept.
    pub fn writing(&self, conversation_id: ConversationId) {
        self.inner.person.writes(conversation_id);
    }

    /// There was input inside the app.
    pub fn input(&self) {
        self.inner.person.input();
    }

    /// Tries to connect now instead of later.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub fn try_now(&self) -> Result<(), ErrorBody> {
        self.seat()?.try_now.notify_one();
        Ok(())
    }

    /// The newest lines of the ledger, newest first: what was shown, and what was not and why.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the cache fails.
    pub async fn ledger(&self, limit: u32) -> Result<Vec<cache::LedgerEntry>, ErrorBody> {
        self.seat()?
            .cache
            .ledger(limit)
            .await
            .map_err(crate::errors::from_cache)
    }

    /// Ends the session for this run of the app, which stays signed in. The goodbye leaves within
    /// 2 s or not at all; what is unsent stays stored. Call this before the process ends by itself:
    /// SQLCipher clears up at exit, also under a database that is still open.
    pub async fn quit(&self, goodbye: Goodbye) {
        // A session that is being opened either is here after the wait, or never will be.
        self.inner.stop.cancel();
        let _one = timeout(GOODBYE_WITHIN, self.inner.changing.lock()).await;
        if let Ok(seat) = self.seat() {
            seat.end(Some(goodbye)).await;
            // Before anything that may take its time, since the process ends soon.
            seat.cache.close().await;
            seat.withdraw_all(&self.inner).await;
        } else {
            // Once nobody hears its click, it would lead nowhere.
            let lost = NotificationKey::Own(OwnNotice::SignInLost);
            let withdrawn = self.inner.ports.notifier.withdraw(lost);
            let _ = timeout(GOODBYE_WITHIN, withdrawn).await;
        }
        // Nobody who is not there has a number on the icon.
        let badge = self.inner.ports.badge.show(Waiting::default());
        let _ = timeout(GOODBYE_WITHIN, badge).await;
        self.inner.board.end();
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    pub(crate) fn seat(&self) -> Result<Arc<Seat>, ErrorBody> {
        self.inner
            .seat
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| {
                ErrorBody::new(
                    ErrorCode::NotSignedIn,
                    "Nobody is signed in on this computer.",
                )
            })
    }
}

impl Inner {
    pub(crate) fn take_seat(&self, seat: Option<Arc<Seat>>) {
        *self.seat.write().unwrap_or_else(PoisonError::into_inner) = seat;
    }

    pub(crate) fn is_seat(&self, seat: &Arc<Seat>) -> bool {
        let current = self.seat.read().unwrap_or_else(PoisonError::into_inner);
        current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, seat))
    }

    pub(crate) fn current_seat(&self) -> Option<Arc<Seat>> {
        self.seat
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn navigate(&self, conversation_id: ConversationId) {
        // The window first: when it is raised, it is on the right conversation already.
        self.board.navigate(conversation_id);
        self.raise(Some(conversation_id));
    }

    /// Asks the shell for a window.
    pub(crate) fn raise(&self, conversation_id: Option<ConversationId>) {
        self.clicks.send_modify(|click| {
            let number = click.map_or(0, |click| click.number).wrapping_add(1);
            *click = Some(Click {
                number,
                conversation_id,
            });
        });
    }
}

impl Seat {
    /// Takes back every notification on the screen.
    pub(crate) async fn withdraw_all(&self, inner: &Inner) {
        let shown = std::mem::take(&mut *self.shown.lock().unwrap_or_else(PoisonError::into_inner));
        Self::set(&self.digest, BTreeSet::new());
        let withdrawing = async {
            inner.ports.notifier.withdraw(NotificationKey::Digest).await;
            let live = shown.into_iter().filter(|(_, shown)| shown.live);
            // At once: a daemon that draws between two of them must not make the last ones stay.
            let withdrawn = live.map(|(conversation_id, _)| {
                let key = NotificationKey::Conversation(conversation_id);
                inner.ports.notifier.withdraw(key)
            });
            join(join_all(withdrawn), own::withdraw_all(inner, self)).await;
        };
        let _ = timeout(GOODBYE_WITHIN, withdrawing).await;
    }
}

async fn watch_person(inner: Arc<Inner>, mut events: mpsc::UnboundedReceiver<ActivityEvent>) {
    while let Some(event) = events.recv().await {
        tracing::debug!(?event, "the machine says");
        let limited = inner.person.limited();
        inner.person.machine(event);
        if inner.person.limited() != limited
            && let Some(seat) = inner.current_seat()
        {
            inner.redraw_me(&seat).await;
        }
    }
}

/// The number on the icon follows the tray, which is drawn anew from what is stored.
async fn watch_badge(inner: Arc<Inner>) {
    let mut tray = inner.tray.subscribe();
    loop {
        let waiting = {
            let tray = tray.borrow_and_update();
            Waiting {
                count: tray.waiting,
                missed: tray.missed,
            }
        };
        inner.ports.badge.show(waiting).await;
        if tray.changed().await.is_err() {
            return;
        }
    }
}

/// An announced drop is drawn when it comes and when it is over.
async fn watch_drops(inner: Arc<Inner>, mut drops: watch::Receiver<Option<Instant>>) {
    while drops.changed().await.is_ok() {
        if let Some(seat) = inner.current_seat() {
            inner.redraw_me(&seat).await;
            seat.to_announce.notify_one();
        }
    }
}

async fn watch_notifications(
    inner: Arc<Inner>,
    mut events: mpsc::UnboundedReceiver<NotificationEvent>,
) {
    while let Some(event) = events.recv().await {
        let key = event.key();
        let core = Core {
            inner: Arc::clone(&inner),
        };
        // What it was shown with, and where a digest leads.
        let mut newest = None;
        let mut digest_of = None;
        if let Some(seat) = inner.current_seat() {
            match key {
                NotificationKey::Conversation(conversation_id) => {
                    let mut all = seat.shown.lock().unwrap_or_else(PoisonError::into_inner);
                    if matches!(event, NotificationEvent::Closed(_)) {
                        // Not read by that: its sound may have to come again.
                        if let Some(shown) = all.get_mut(&conversation_id) {
                            shown.live = false;
                        }
                    } else {
                        newest = all.remove(&conversation_id).map(|shown| shown.newest);
                    }
                }
                NotificationKey::Own(notice) => own::closed(&seat, notice),
                NotificationKey::Digest => digest_of = away::clicked(&seat),
                NotificationKey::SelfTest => {}
            }
        }
        match (event, key) {
            (NotificationEvent::Closed(_), _) => {}
            (NotificationEvent::Answered(_, Act::Answer(answer)), NotificationKey::Own(notice)) => {
                own::answered(&core, notice, answer).await;
            }
            (
                NotificationEvent::Replied(_, text),
                NotificationKey::Conversation(conversation_id),
            ) => {
                core.replied_in_notification(conversation_id, newest, &text)
                    .await;
            }
            (
                NotificationEvent::Answered(_, act),
                NotificationKey::Conversation(conversation_id),
            ) => {
                core.answered_chat(conversation_id, act).await;
            }
            (_, NotificationKey::Conversation(conversation_id)) => {
                core.open_conversation(conversation_id).await;
            }
            (_, NotificationKey::Digest) => match digest_of {
                Some(conversation_id) => core.open_conversation(conversation_id).await,
                None => inner.raise(None),
            },
            (_, NotificationKey::Own(_) | NotificationKey::SelfTest) => inner.raise(None),
        }
    }
}
