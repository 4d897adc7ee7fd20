//! Notifications through `org.freedesktop.Notifications`.
//!
//! Each live notification belongs to one task, which holds its handle and with it a connection to the
//! bus. That connection must stay: GNOME takes a notification away when its sender leaves the bus,
//! and dunst tells clicks to the sender alone. A later notification of the same key is an order to
//! that task, which updates in place over the same connection.
//!
//! A task ends with a click on it or on one of its buttons (reported, and the notification taken back,
//! since some desktops leave it standing), with the notification's end (reported), with a withdrawal (not reported: we know), or
//! when the bus breaks. At most [`MOST_LIVE`] live at once; the oldest makes room.
//!
//! A click can be lost in the few milliseconds after a notification appeared or changed: `notify-rust`
//! begins to listen after the daemon has answered, offers no way to begin earlier, and stops for an
//! update; what the daemon says meanwhile is dropped by the connection. Another connection cannot
//! listen in its place (see above). So the task begins to listen at once, and a click that falls
//! into the gap opens nothing; its conversation stands in the list as before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent::ports::{
    Notification, NotificationEvent, NotificationKey, Notifier, NotifierCapabilities, NotifierError,
};
use async_trait::async_trait;
use notify_rust::{Hint, NotificationHandle, NotificationResponse, Timeout};
use rules::notices::own::Answer;
use tokio::sync::{OnceCell, mpsc, oneshot};

/// Live notifications at once: each costs a connection to the bus, and nobody reads more.
pub const MOST_LIVE: usize = 20;

/// A daemon that does not answer within this is treated as failed.
const DAEMON_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Some daemons never say that a notification went away. After this its task ends.
const LIVES_AT_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// The name of the installed `.desktop` file, by which desktops find our name and icon.
const DESKTOP_ENTRY: &str = "Porchlight";

/// The desktop's notifications.
#[derive(Debug)]
pub struct DesktopNotifier {
    shared: Arc<Shared>,
    /// One show or withdrawal at a time, so that a key never has two.
    turn: tokio::sync::Mutex<()>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
    capabilities: OnceCell<NotifierCapabilities>,
    icon: Option<PathBuf>,
}

#[derive(Debug)]
struct Shared {
    live: Mutex<Live>,
    events: mpsc::UnboundedSender<NotificationEvent>,
}

#[derive(Debug, Default)]
struct Live {
    shown: u64,
    by_key: BTreeMap<NotificationKey, Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Tells an entry from an earlier one of its key, and old from new.
    number: u64,
    orders: mpsc::UnboundedSender<Order>,
}

#[derive(Debug)]
enum Order {
    Update {
        texts: Texts,
        done: oneshot::Sender<Result<(), NotifierError>>,
    },
    Withdraw {
        done: oneshot::Sender<()>,
    },
}

/// What may change while it is on the screen.
#[derive(Clone, Debug)]
struct Texts {
    title: String,
    body: String,
    /// Names and labels in turn, the way they travel.
    actions: Vec<String>,
}

impl Texts {
    fn of(notification: &Notification, markup: bool) -> Self {
        let body = without_nul(&notification.body);
        // The click on the notification itself; desktops draw no button for this name.
        let mut actions = vec!["default".to_owned(), "Open".to_owned()];
        for action in &notification.actions {
            actions.extend([action.answer.code().to_owned(), without_nul(&action.label)]);
        }
        Self {
            title: without_nul(&notification.title),
            body: if markup { escape(&body) } else { body },
            actions,
        }
    }

    fn write_to(&self, rendered: &mut notify_rust::Notification) {
        rendered.summary(&self.title).body(&self.body);
        rendered.actions = self.actions.clone();
    }
}

enum Next {
    Answered(Option<NotificationResponse>),
    Ordered(Option<Order>),
}

impl DesktopNotifier {
    /// `icon` is a picture to show where the desktop does not know the installed one.
    #[must_use]
    pub fn new(icon: Option<PathBuf>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        Self {
            shared: Arc::new(Shared {
                live: Mutex::default(),
                events,
            }),
            turn: tokio::sync::Mutex::new(()),
            receiver: Mutex::new(Some(receiver)),
            capabilities: OnceCell::new(),
            icon,
        }
    }

    fn render(&self, key: NotificationKey, texts: &Texts) -> notify_rust::Notification {
        let mut rendered = notify_rust::Notification::new();
        rendered
            .appname("Porchlight")
            .hint(Hint::DesktopEntry(DESKTOP_ENTRY.into()));
        texts.write_to(&mut rendered);
        match key {
            NotificationKey::Conversation(_) => {
                rendered.hint(Hint::Category("im.received".into()));
            }
            // It asks something, and is taken back when the question is over.
            NotificationKey::Own(_) => {
                rendered
                    .hint(Hint::Category("presence".into()))
                    .timeout(Timeout::Never);
            }
        }
        match &self.icon {
            Some(icon) => rendered.icon(&icon.to_string_lossy()),
            None => rendered.icon("porchlight"),
        };
        rendered
    }

    /// Orders an update of the live one; the texts come back if there is none (any more).
    async fn update(
        &self,
        key: NotificationKey,
        texts: Texts,
    ) -> Result<Result<(), NotifierError>, Texts> {
        let live = self
            .shared
            .live()
            .by_key
            .get(&key)
            .map(|it| it.orders.clone());
        let Some(orders) = live else {
            return Err(texts);
        };
        let (done, wait) = oneshot::channel();
        let again = texts.clone();
        if orders.send(Order::Update { texts, done }).is_err() {
            return Err(again);
        }
        match tokio::time::timeout(DAEMON_ANSWERS_WITHIN, wait).await {
            Ok(Ok(result)) => Ok(result),
            // Its task ended before it read the order.
            Ok(Err(_)) => Err(again),
            Err(_) => Ok(Err(NotifierError("the desktop does not answer".into()))),
        }
    }
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        self.capabilities
            .get_or_try_init(ask_capabilities)
            .await
            .cloned()
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "the desktop's notifications do not answer");
                NotifierCapabilities::default()
            })
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        let markup = self.capabilities().await.markup;
        let _turn = self.turn.lock().await;
        let key = notification.key;
        let texts = match self.update(key, Texts::of(&notification, markup)).await {
            Ok(updated) => return updated,
            Err(texts) => texts,
        };
        self.shared.make_room().await;
        let rendered = self.render(key, &texts);
        let shown = tokio::time::timeout(DAEMON_ANSWERS_WITHIN, rendered.show_async()).await;
        let handle = match shown {
            Ok(Ok(handle)) => handle,
            Ok(Err(error)) => return Err(NotifierError(error.to_string())),
            Err(_) => return Err(NotifierError("the desktop does not answer".into())),
        };
        self.shared.attend(key, handle);
        Ok(())
    }

    async fn withdraw(&self, key: NotificationKey) {
        let _turn = self.turn.lock().await;
        self.shared.withdraw(key).await;
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let mut taken = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}

impl Shared {
    fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the task of a shown notification.
    fn attend(self: &Arc<Self>, key: NotificationKey, handle: NotificationHandle) {
        let (orders, inbox) = mpsc::unbounded_channel();
        let number = {
            let mut live = self.live();
            live.shown = live.shown.saturating_add(1);
            let number = live.shown;
            live.by_key.insert(key, Entry { number, orders });
            number
        };
        let shared = Arc::clone(self);
        tokio::spawn(async move {
            // In a task of its own, since `notify-rust` panics when the bus breaks off.
            let end =
                tokio::spawn(tokio::time::timeout(LIVES_AT_MOST, attend(handle, inbox))).await;
            {
                let mut live = shared.live();
                if live
                    .by_key
                    .get(&key)
                    .is_some_and(|entry| entry.number == number)
                {
                    live.by_key.remove(&key);
                }
            }
            let event = match end {
                Ok(Ok(End::Clicked)) => NotificationEvent::Clicked(key),
                Ok(Ok(End::Answered(answer))) => NotificationEvent::Answered(key, answer),
                Ok(Ok(End::Withdrawn)) => return,
                Ok(Ok(End::Closed) | Err(_)) | Err(_) => NotificationEvent::Closed(key),
            };
            shared.events.send(event).ok();
        });
    }

    async fn withdraw(&self, key: NotificationKey) {
        let Some(entry) = self.live().by_key.remove(&key) else {
            return;
        };
        let (done, wait) = oneshot::channel();
        if entry.orders.send(Order::Withdraw { done }).is_ok() {
            tokio::time::timeout(DAEMON_ANSWERS_WITHIN, wait).await.ok();
        }
    }

    async fn make_room(&self) {
        loop {
            let oldest = {
                let live = self.live();
                if live.by_key.len() < MOST_LIVE {
                    return;
                }
                live.by_key
                    .iter()
                    .min_by_key(|(_, entry)| entry.number)
                    .map(|(key, _)| *key)
            };
            let Some(oldest) = oldest else { return };
            self.withdraw(oldest).await;
        }
    }
}

enum End {
    Clicked,
    Answered(Answer),
    Closed,
    Withdrawn,
}

/// The life of one notification.
async fn attend(mut handle: NotificationHandle, mut orders: mpsc::UnboundedReceiver<Order>) -> End {
    loop {
        let next = tokio::select! {
            answer = answer(&handle) => Next::Answered(answer),
            order = orders.recv() => Next::Ordered(order),
        };
        match next {
            Next::Answered(Some(NotificationResponse::Default)) => {
                close(handle).await;
                return End::Clicked;
            }
            Next::Answered(Some(NotificationResponse::Action(name))) => {
                close(handle).await;
                return Answer::from_code(&name).map_or(End::Closed, End::Answered);
            }
            Next::Answered(_) | Next::Ordered(None) => return End::Closed,
            Next::Ordered(Some(Order::Withdraw { done })) => {
                close(handle).await;
                done.send(()).ok();
                return End::Withdrawn;
            }
            Next::Ordered(Some(Order::Update { texts, done })) => {
                texts.write_to(&mut handle);
                // It blocks, and may not do so on a thread of the runtime.
                let updated = tokio::task::spawn_blocking(move || {
                    let result = handle.update();
                    (handle, result)
                })
                .await;
                let Ok((back, result)) = updated else {
                    return End::Closed;
                };
                handle = back;
                done.send(result.map_err(|error| NotifierError(error.to_string())))
                    .ok();
            }
        }
    }
}

/// Some desktops leave a notification standing that was clicked.
async fn close(handle: NotificationHandle) {
    tokio::time::timeout(DAEMON_ANSWERS_WITHIN, handle.close_async())
        .await
        .ok();
}

/// What becomes of it; `None` if the bus broke off.
async fn answer(handle: &NotificationHandle) -> Option<NotificationResponse> {
    let mut answer = None;
    handle
        .wait_for_action_async(|response: &NotificationResponse| answer = Some(response.clone()))
        .await;
    answer
}

async fn ask_capabilities() -> Result<NotifierCapabilities, String> {
    let question = async {
        let bus = zbus::Connection::session().await?;
        let answer = bus
            .call_method(
                Some("org.freedesktop.Notifications"),
                "/org/freedesktop/Notifications",
                Some("org.freedesktop.Notifications"),
                "GetCapabilities",
                &(),
            )
            .await?;
        answer.body().deserialize::<Vec<String>>()
    };
    let names = match tokio::time::timeout(DAEMON_ANSWERS_WITHIN, question).await {
        Ok(Ok(names)) => names,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(_) => return Err("no answer".into()),
    };
    let has = |name: &str| names.iter().any(|known| known == name);
    Ok(NotifierCapabilities {
        actions: has("actions"),
        // The click is an action too.
        click: has("actions"),
        replace: true,
        withdraw: true,
        markup: has("body-markup"),
    })
}

/// Plain text for a daemon that reads markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A D-Bus string cannot hold the character NUL, and a visitor can send it.
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_writes_is_never_markup() {
        assert_eq!(escape("<b>1 & 2</b>"), "&lt;b&gt;1 &amp; 2&lt;/b&gt;");
        assert_eq!(escape("5 > 3 \"quoted\" ü"), "5 &gt; 3 \"quoted\" ü");
        assert_eq!(without_nul("a\0b"), "a\u{fffd}b");
    }
}
