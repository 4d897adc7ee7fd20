//! What the notification daemon tells everybody, over one connection to the session bus beside those of the
//! handles ([`super::handles`]), which lives as long as the app.
//!
//! It listens before anything is shown. It hears clicks and ends of a daemon that broadcasts, from the first
//! moment; the token with which a window may come to the front and replies written in a notification, of
//! which `notify-rust` knows nothing; and that the daemon ended or is another one.
//!
//! One task hears it all, in the order in which it comes. What the daemon said before it answered a
//! `Notify` reaches this connection before what the bus answers to a question that is asked here *after* that;
//! so after each `Notify` the bus is asked who the daemon is, and the table learns of the notification
//! in this answer's turn ([`Service::in_turn`]). Only this order tells whether a closing is about the notification
//! that was there before or about the one that was shown since. What is said meanwhile of an unknown one waits until then.
//!
//! When the connection breaks, all that was shown counts as gone, and the next question opens another.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use agent::ports::{NotificationEvent, NotificationKey, NotifierCapabilities, NotifierError};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::handles::{self, ANSWERS_WITHIN, Handles, Question};
use super::table::{Place, Signal, Table};
use crate::adapters::activation::Activation;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";

/// A daemon in a hurry says two or three things of one notification; the rest is of other programs.
const MOST_EARLY: usize = 64;

/// What is done when an answer's turn comes; it is given who the daemon is, and answers what to take off
/// the screen.
type Then = Box<dyn FnOnce(&Shared, Option<String>) -> Vec<u64> + Send>;

/// What the connections share, and what outlives them.
#[derive(Debug)]
pub(super) struct Shared {
    table: Mutex<Table>,
    handles: Handles,
    /// Said of unknown notifications while one is on its way.
    early: Mutex<Vec<(Place, Signal)>>,
    /// The daemon, by its own name on the bus.
    daemon: Mutex<Option<String>>,
    capabilities: Mutex<Option<NotifierCapabilities>>,
    events: mpsc::UnboundedSender<NotificationEvent>,
    activation: Arc<Activation>,
    began: Instant,
    this: Weak<Self>,
}

impl Shared {
    pub(super) fn new(
        events: mpsc::UnboundedSender<NotificationEvent>,
        activation: Arc<Activation>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            table: Mutex::default(),
            handles: Handles::default(),
            early: Mutex::default(),
            daemon: Mutex::default(),
            capabilities: Mutex::default(),
            events,
            activation,
            began: Instant::now(),
            this: Weak::clone(this),
        })
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.table)
    }

    /// What is too old to be believed goes from the table.
    pub(super) fn sweep(&self) {
        let old = self.table().sweep(self.began.elapsed());
        self.went(old);
    }

    /// The handle of a notification was told what became of it.
    pub(super) async fn answered(&self, ticket: u64, signal: Signal) {
        let outcome = self.table().answered(ticket, signal);
        self.tell(outcome.event);
        match outcome.close {
            Some(ticket) => self.close(ticket).await,
            None => self.release(),
        }
    }

    /// Takes one off the screen.
    pub(super) async fn close(&self, ticket: u64) {
        self.handles.close(ticket).await;
        self.table().closed(ticket);
        self.release();
    }

    fn release(&self) {
        self.handles.release(|ticket| self.table().keeps(ticket));
    }

    fn went(&self, gone: Vec<NotificationEvent>) {
        self.tell(gone);
        self.release();
    }

    fn tell(&self, events: impl IntoIterator<Item = NotificationEvent>) {
        for event in events {
            self.events.send(event).ok();
        }
    }

    fn daemon(&self) -> Option<String> {
        lock(&self.daemon).clone()
    }

    fn daemon_is(&self, daemon: Option<String>) {
        let mut now = lock(&self.daemon);
        if *now != daemon {
            *now = daemon;
            *lock(&self.capabilities) = None;
        }
    }

    /// Something was said; answers what to take off the screen.
    fn heard(&self, place: Place, signal: Signal) -> Option<u64> {
        let outcome = {
            let mut table = self.table();
            if table.is_asking() && !table.knows(&place) {
                let mut early = lock(&self.early);
                if early.len() < MOST_EARLY {
                    early.push((place, signal));
                }
                return None;
            }
            table.heard(&place, signal)
        };
        if let Some(token) = outcome.token {
            self.activation.put(&token);
        }
        self.tell(outcome.event);
        self.release();
        outcome.close
    }

    /// It is on the screen. Then comes what was said of it before this was known.
    fn shown(&self, key: NotificationKey, ticket: u64, place: Place) -> Vec<u64> {
        let now = self.began.elapsed();
        let too_many = self.table().shown(key, ticket, place.clone(), now);
        let early = std::mem::take(&mut *lock(&self.early));
        let early = early.into_iter().filter(|(of, _)| *of == place);
        let clicked: Vec<u64> = early
            .filter_map(|(of, signal)| self.heard(of, signal))
            .collect();
        self.release();
        too_many.into_iter().chain(clicked).collect()
    }

    /// Nothing came of it. What the daemon can do is asked anew: it may be one that answers no more.
    fn failed(&self, ticket: u64) {
        *lock(&self.capabilities) = None;
        self.table().failed(ticket);
        lock(&self.early).clear();
        self.release();
    }
}

/// A connection, while it lasts.
#[derive(Debug)]
pub(super) struct Service {
    bus: Connection,
    shared: Arc<Shared>,
    line: Arc<Line>,
    listener: tokio::task::JoinHandle<()>,
}

/// What the connection's user and its listener share.
#[derive(Default)]
struct Line {
    broken: AtomicBool,
    /// Questions to the bus, by their serial numbers.
    asked: Mutex<BTreeMap<u32, Then>>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Line").finish_non_exhaustive()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Service {
    /// Connects and begins to listen.
    pub(super) async fn connect(shared: Arc<Shared>) -> Result<Self, NotifierError> {
        within(async {
            let bus = Connection::session().await?;
            let messages = MessageStream::from(&bus);
            let names = zbus::fdo::DBusProxy::new(&bus).await?;
            let signals = MatchRule::builder()
                .msg_type(Type::Signal)
                .interface(NAME)
                .path(PATH)
                .build()?;
            let owners = MatchRule::builder()
                .msg_type(Type::Signal)
                .sender(BUS)
                .interface(BUS)
                .member("NameOwnerChanged")
                .arg(0, NAME)
                .build()?;
            for rule in [signals, owners] {
                names.add_match_rule(rule).await?;
            }
            let line = Arc::<Line>::default();
            let listener = tokio::spawn(listen(messages, Arc::clone(&shared), Arc::clone(&line)));
            Ok(Self {
                bus,
                shared,
                line,
                listener,
            })
        })
        .await
    }

    /// Whether it can still be asked.
    pub(super) fn is_open(&self) -> bool {
        !self.line.broken.load(Ordering::Acquire)
    }

    /// What the daemon can do. It is started if the bus knows how.
    pub(super) async fn capabilities(
        &self,
        question: &mut Question,
    ) -> Result<NotifierCapabilities, NotifierError> {
        if let Some(known) = lock(&self.shared.capabilities).clone() {
            return Ok(known);
        }
        let before = self.in_turn(|_, daemon| (daemon, Vec::new())).await?;
        let can = question.ask().await?;
        let keep = can.clone();
        self.in_turn(move |shared, daemon| {
            // Otherwise it may have been another one that spoke.
            if before.is_none() || before == daemon {
                *lock(&shared.capabilities) = Some(keep);
            }
            ((), Vec::new())
        })
        .await?;
        Ok(can)
    }

    /// Shows one, in the place of the live one of its key.
    pub(super) async fn notify(
        &self,
        key: NotificationKey,
        request: &notify_rust::Notification,
    ) -> Result<(), NotifierError> {
        for _ in 0..2 {
            let (ticket, before) = {
                let mut table = self.shared.table();
                let before = table.place(key).map(|place| place.id);
                (table.begin(), before)
            };
            let mut request = request.clone();
            if let Some(before) = before {
                request.id(before);
            }
            let shown = self.show(key, ticket, request).await;
            if !matches!(shown, Ok(true)) {
                self.shared.failed(ticket);
            }
            if shown? {
                return Ok(());
            }
        }
        Err(NotifierError("another desktop took over".into()))
    }

    /// Whether it is known by whom it is shown: not if the daemon ended meanwhile and there is another one.
    async fn show(
        &self,
        key: NotificationKey,
        ticket: u64,
        request: notify_rust::Notification,
    ) -> Result<bool, NotifierError> {
        let before = self.shared.daemon();
        let handle = handles::show(request).await?;
        let id = handle.id();
        let this = Weak::clone(&self.shared.this);
        let known = self.shared.handles.keep(ticket, handle, this);
        let entered = self
            .in_turn(move |shared, daemon| match daemon {
                Some(daemon) if before.as_ref().is_none_or(|before| *before == daemon) => {
                    let close = shared.shown(key, ticket, Place { daemon, id });
                    known.send(()).ok();
                    (true, close)
                }
                _ => (false, Vec::new()),
            })
            .await;
        if entered.is_err() {
            self.shared.handles.close(ticket).await;
        }
        entered
    }

    /// Asks the bus who the daemon is, and does `then` when the answer's turn comes among all that is heard.
    async fn in_turn<T: Send + 'static>(
        &self,
        then: impl FnOnce(&Shared, Option<String>) -> (T, Vec<u64>) + Send + 'static,
    ) -> Result<T, NotifierError> {
        let question = Message::method_call(BUS_PATH, "GetNameOwner")
            .destination(BUS)
            .interface(BUS)
            .build(&(NAME,))
            .map_err(failed)?;
        let serial = question.primary_header().serial_num().get();
        let (done, answer) = oneshot::channel();
        let then: Then = Box::new(move |shared, daemon| {
            let (result, close) = then(shared, daemon);
            done.send(result).ok();
            close
        });
        lock(&self.line.asked).insert(serial, then);
        let answered = within(async {
            self.bus.send(&question).await?;
            Ok(answer.await)
        })
        .await;
        lock(&self.line.asked).remove(&serial);
        answered?.map_err(|_| handles::broken_off())
    }
}

async fn listen(mut messages: MessageStream, shared: Arc<Shared>, line: Arc<Line>) {
    while let Some(Ok(message)) = messages.next().await {
        for ticket in hear(&shared, &line, &message).unwrap_or_default() {
            // Not here: others wait for their turn.
            let shared = Arc::clone(&shared);
            tokio::spawn(async move { shared.close(ticket).await });
        }
    }
    line.broken.store(true, Ordering::Release);
    lock(&line.asked).clear();
    shared.daemon_is(None);
    let gone = shared.table().all_went();
    shared.went(gone);
}

/// Takes one message in; answers what to take off the screen.
fn hear(shared: &Shared, line: &Line, message: &Message) -> Option<Vec<u64>> {
    let header = message.header();
    let sender = header.sender()?.as_str();
    match message.message_type() {
        Type::MethodReturn | Type::Error => {
            let then = lock(&line.asked).remove(&header.reply_serial()?.get())?;
            // An error says that nobody is there.
            let daemon = message.body().deserialize::<String>();
            let daemon = daemon
                .ok()
                .filter(|_| message.message_type() == Type::MethodReturn);
            shared.daemon_is(daemon.clone());
            Some(then(shared, daemon))
        }
        Type::Signal => {
            let member = header.member()?.as_str();
            if header.interface()?.as_str() == BUS {
                if member == "NameOwnerChanged" && sender == BUS {
                    owner_changed(shared, message);
                }
                return None;
            }
            let signal = signal_of(member, message)?;
            let daemon = sender.to_owned();
            let place = Place {
                daemon,
                id: signal.0,
            };
            shared.heard(place, signal.1).map(|ticket| vec![ticket])
        }
        Type::MethodCall => None,
    }
}

fn signal_of(member: &str, message: &Message) -> Option<(u32, Signal)> {
    let body = message.body();
    if member == "NotificationClosed" {
        let (id, _) = body.deserialize::<(u32, u32)>().ok()?;
        return Some((id, Signal::Closed));
    }
    let signal = match member {
        "ActionInvoked" => Signal::Invoked,
        "NotificationReplied" => Signal::Replied,
        "ActivationToken" => Signal::Token,
        _ => return None,
    };
    let (id, text) = body.deserialize::<(u32, String)>().ok()?;
    Some((id, signal(text)))
}

/// Another daemon, or none: the old one's notifications went with it.
fn owner_changed(shared: &Shared, message: &Message) {
    if let Ok((name, old, new)) = message.body().deserialize::<(String, String, String)>()
        && name == NAME
    {
        shared.daemon_is(Some(new).filter(|new| !new.is_empty()));
        let gone = shared.table().daemon_went(&old);
        shared.went(gone);
    }
}

async fn within<T>(work: impl Future<Output = Result<T, zbus::Error>>) -> Result<T, NotifierError> {
    match tokio::time::timeout(ANSWERS_WITHIN, work).await {
        Ok(done) => done.map_err(failed),
        Err(_) => Err(handles::no_answer()),
    }
}

fn failed(error: zbus::Error) -> NotifierError {
    NotifierError(error.to_string())
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
