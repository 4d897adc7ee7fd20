//! The notification daemon, over one connection to the session bus.
//!
//! One task hears everything that comes over the connection, in the order in which it comes: the answers to
//! `Notify` and the daemon's signals. Only this order tells whether a closing is about the notification that
//! was there before or the one that was shown since, and nothing said early is lost: whoever asks is
//! entered before the question leaves.
//!
//! What is said of an unknown notification while somebody asks waits for the answer, which may make it
//! known.
//!
//! When the connection breaks, all that was shown counts as gone, and the next question opens another.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use agent::ports::{NotificationEvent, NotificationKey, NotifierCapabilities, NotifierError};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, Variant};

use super::table::{Place, Signal, Table};
use crate::adapters::activation::Activation;

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
const BUS: &str = "org.freedesktop.DBus";

/// A daemon that does not answer within this is treated as failed.
pub(super) const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// A daemon in a hurry says two or three things of one notification; the rest is of other programs.
const MOST_EARLY: usize = 64;

/// What `Notify` takes.
pub(super) struct Request {
    pub(super) icon: String,
    pub(super) title: String,
    pub(super) body: String,
    /// Names and labels in turn.
    pub(super) actions: Vec<String>,
    pub(super) hints: HashMap<&'static str, Variant<'static>>,
    /// Milliseconds; 0 never goes by itself, -1 is the daemon's choice.
    pub(super) expires: i32,
}

/// What both sides of the connection share, and what outlives it.
#[derive(Debug)]
pub(super) struct Shared {
    table: Mutex<Table>,
    /// Questions on their way, by their serial numbers.
    asked: Mutex<BTreeMap<u32, Asked>>,
    /// Said of unknown notifications while somebody asks.
    early: Mutex<Vec<(Place, Signal)>>,
    capabilities: Mutex<Option<NotifierCapabilities>>,
    events: mpsc::UnboundedSender<NotificationEvent>,
    activation: Arc<Activation>,
    began: Instant,
}

#[derive(Debug)]
enum Asked {
    Waiting(
        NotificationKey,
        oneshot::Sender<Result<Option<Place>, NotifierError>>,
    ),
    /// Nobody waits any more: what comes of it goes at once.
    GivenUp,
}

impl Shared {
    pub(super) fn new(
        events: mpsc::UnboundedSender<NotificationEvent>,
        activation: Arc<Activation>,
    ) -> Self {
        Self {
            table: Mutex::default(),
            asked: Mutex::default(),
            early: Mutex::default(),
            capabilities: Mutex::default(),
            events,
            activation,
            began: Instant::now(),
        }
    }

    pub(super) fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.table)
    }

    /// What is too old to be believed goes from the table.
    pub(super) fn sweep(&self) {
        let old = self.table().sweep(self.began.elapsed());
        self.tell(old);
    }

    fn tell(&self, events: impl IntoIterator<Item = NotificationEvent>) {
        for event in events {
            self.events.send(event).ok();
        }
    }
}

/// A connection, while it lasts.
#[derive(Debug)]
pub(super) struct Service {
    bus: Connection,
    shared: Arc<Shared>,
    broken: Arc<AtomicBool>,
    listener: tokio::task::JoinHandle<()>,
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
            let broken = Arc::new(AtomicBool::new(false));
            let listener = tokio::spawn(listen(
                bus.clone(),
                messages,
                Arc::clone(&shared),
                Arc::clone(&broken),
            ));
            Ok(Self {
                bus,
                shared,
                broken,
                listener,
            })
        })
        .await
    }

    /// Whether it can still be asked.
    pub(super) fn is_open(&self) -> bool {
        !self.broken.load(Ordering::Acquire)
    }

    /// What the daemon can do. It is started if the bus knows how.
    pub(super) async fn capabilities(&self) -> Result<NotifierCapabilities, NotifierError> {
        if let Some(known) = lock(&self.shared.capabilities).clone() {
            return Ok(known);
        }
        let (names, service) = within(async {
            let ask = async |member: &'static str| {
                let to = Some(NAME);
                self.bus
                    .call_method(to, PATH, Some(NAME), member, &())
                    .await
            };
            let names = ask("GetCapabilities").await?;
            let names: Vec<String> = names.body().deserialize()?;
            // It is only for the eye; some daemons answer it badly.
            let service = match ask("GetServerInformation").await {
                Ok(answer) => answer
                    .body()
                    .deserialize::<(String, String, String, String)>()
                    .map(|(name, _, version, _)| format!("{name} {version}"))
                    .unwrap_or_default(),
                Err(_) => String::new(),
            };
            Ok((names, service))
        })
        .await?;
        let has = |name: &str| names.iter().any(|known| known == name);
        let capabilities = NotifierCapabilities {
            actions: has("actions"),
            // The click is an action too.
            click: has("actions"),
            replace: true,
            withdraw: true,
            markup: has("body-markup"),
            inline_reply: has("actions") && has(super::table::INLINE_REPLY),
            service: service.trim().chars().take(80).collect(),
        };
        *lock(&self.shared.capabilities) = Some(capabilities.clone());
        Ok(capabilities)
    }

    /// Shows one, in the place of the live one of its key.
    pub(super) async fn notify(
        &self,
        key: NotificationKey,
        request: &Request,
    ) -> Result<(), NotifierError> {
        let before = self.shared.table().place(key).cloned();
        if let Some(before) = before {
            // At the daemon that numbered it: at another one, the number may be somebody else's.
            match self.ask(key, request, &before.daemon, before.id).await {
                Ok(()) => return Ok(()),
                Err(error) => {
                    tracing::debug!(%error, "what was shown before is gone");
                    self.shared.table().withdraw(key);
                }
            }
        }
        self.ask(key, request, NAME, 0).await
    }

    async fn ask(
        &self,
        key: NotificationKey,
        request: &Request,
        daemon: &str,
        replaces: u32,
    ) -> Result<(), NotifierError> {
        let body = (
            "Porchlight",
            replaces,
            request.icon.as_str(),
            request.title.as_str(),
            request.body.as_str(),
            &request.actions,
            &request.hints,
            request.expires,
        );
        let message = Message::method_call(PATH, "Notify")
            .destination(daemon)
            .interface(NAME)
            .build(&body)
            .map_err(failed)?;
        let serial = message.primary_header().serial_num().get();
        let (done, answer) = oneshot::channel();
        lock(&self.shared.asked).insert(serial, Asked::Waiting(key, done));
        let answered = within(async {
            self.bus.send(&message).await?;
            answer.await.map_err(|_| {
                zbus::Error::InputOutput(Arc::new(std::io::ErrorKind::ConnectionReset.into()))
            })
        })
        .await;
        match answered {
            Ok(Ok(too_many)) => {
                if let Some(place) = too_many {
                    self.close(&place).await;
                }
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(error) => {
                // It may still be shown, with nobody to hear its clicks.
                if let Some(asked) = lock(&self.shared.asked).get_mut(&serial) {
                    *asked = Asked::GivenUp;
                }
                Err(error)
            }
        }
    }

    /// Takes one off the screen.
    pub(super) async fn close(&self, place: &Place) {
        close(&self.bus, place).await;
    }
}

async fn listen(
    bus: Connection,
    mut messages: MessageStream,
    shared: Arc<Shared>,
    broken: Arc<AtomicBool>,
) {
    while let Some(Ok(message)) = messages.next().await {
        if let Some(place) = hear(&shared, &message) {
            // Not here: an answer would wait for this very loop.
            let bus = bus.clone();
            tokio::spawn(async move { close(&bus, &place).await });
        }
    }
    broken.store(true, Ordering::Release);
    lock(&shared.asked).clear();
    *lock(&shared.capabilities) = None;
    let gone = shared.table().all_went();
    shared.tell(gone);
}

/// Takes one message in; answers what to take off the screen.
fn hear(shared: &Shared, message: &Message) -> Option<Place> {
    let header = message.header();
    let sender = header.sender()?.as_str().to_owned();
    match message.message_type() {
        Type::MethodReturn | Type::Error => {
            let serial = header.reply_serial()?.get();
            let asked = lock(&shared.asked).remove(&serial)?;
            let id = if message.message_type() == Type::Error {
                Err(message_of(message))
            } else {
                message.body().deserialize::<u32>().map_err(failed)
            };
            answered(shared, asked, sender, id)
        }
        Type::Signal => {
            let member = header.member()?.as_str();
            if header.interface()?.as_str() == BUS {
                if member == "NameOwnerChanged" && sender == BUS {
                    owner_changed(shared, message);
                }
                return None;
            }
            let body = message.body();
            let (id, text) = match member {
                "NotificationClosed" => (body.deserialize::<(u32, u32)>().ok()?.0, None),
                "ActionInvoked" | "NotificationReplied" | "ActivationToken" => {
                    let (id, text) = body.deserialize::<(u32, String)>().ok()?;
                    (id, Some(text))
                }
                _ => return None,
            };
            let place = Place { daemon: sender, id };
            let signal = match (member, text) {
                ("ActivationToken", Some(token)) => Signal::Token(token),
                ("ActionInvoked", Some(name)) => Signal::Invoked(name),
                ("NotificationReplied", Some(text)) => Signal::Replied(text),
                _ => Signal::Closed,
            };
            let known = shared.table().knows(&place);
            if known || lock(&shared.asked).is_empty() {
                return took(shared, &place, signal);
            }
            let mut early = lock(&shared.early);
            if early.len() < MOST_EARLY {
                early.push((place, signal));
            }
            None
        }
        Type::MethodCall => None,
    }
}

fn took(shared: &Shared, place: &Place, signal: Signal) -> Option<Place> {
    let outcome = shared.table().heard(place, signal);
    if let Some(token) = outcome.token {
        shared.activation.put(&token);
    }
    shared.tell(outcome.event);
    outcome.close
}

/// What was said before the answer that made its notification known. What is said of others waits for as
/// long as somebody else asks.
fn catch_up(shared: &Shared, place: &Place) -> Option<Place> {
    let mut close = None;
    let early = std::mem::take(&mut *lock(&shared.early));
    let others_ask = !lock(&shared.asked).is_empty();
    for (of, signal) in early {
        if of == *place {
            close = took(shared, &of, signal).or(close);
        } else if others_ask {
            lock(&shared.early).push((of, signal));
        }
    }
    close
}

fn answered(
    shared: &Shared,
    asked: Asked,
    daemon: String,
    id: Result<u32, NotifierError>,
) -> Option<Place> {
    match (asked, id) {
        (Asked::Waiting(key, done), Ok(id)) => {
            let place = Place { daemon, id };
            let now = shared.began.elapsed();
            let too_many = shared.table().shown(key, place.clone(), now);
            let clicked = catch_up(shared, &place);
            // Whoever asked may have given up this very moment; then nobody closes the old one.
            let left = done.send(Ok(too_many)).err();
            clicked.or(left.and_then(|unsent| unsent.ok().flatten()))
        }
        (Asked::Waiting(_, done), Err(error)) => {
            done.send(Err(error)).ok();
            None
        }
        (Asked::GivenUp, Ok(id)) => Some(Place { daemon, id }),
        (Asked::GivenUp, Err(_)) => None,
    }
}

/// Another daemon, or none: the old one's notifications went with it.
fn owner_changed(shared: &Shared, message: &Message) {
    if let Ok((name, old, _)) = message.body().deserialize::<(String, String, String)>()
        && name == NAME
    {
        *lock(&shared.capabilities) = None;
        let gone = shared.table().daemon_went(&old);
        shared.tell(gone);
    }
}

async fn close(bus: &Connection, place: &Place) {
    let number = (place.id,);
    let closing = bus.call_method(
        Some(place.daemon.as_str()),
        PATH,
        Some(NAME),
        "CloseNotification",
        &number,
    );
    // Most often it has gone by itself meanwhile.
    if let Ok(Err(error)) = tokio::time::timeout(ANSWERS_WITHIN, closing).await {
        tracing::debug!(%error, "a notification was not taken back");
    }
}

async fn within<T>(work: impl Future<Output = Result<T, zbus::Error>>) -> Result<T, NotifierError> {
    match tokio::time::timeout(ANSWERS_WITHIN, work).await {
        Ok(done) => done.map_err(failed),
        Err(_) => Err(NotifierError("the desktop does not answer".into())),
    }
}

fn message_of(message: &Message) -> NotifierError {
    failed(zbus::Error::from(message.clone()))
}

fn failed(error: zbus::Error) -> NotifierError {
    NotifierError(error.to_string())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
