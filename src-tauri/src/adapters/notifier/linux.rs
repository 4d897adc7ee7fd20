//! Notifications through `org.freedesktop.Notifications`.
//!
//! Spoken over zbus and not through `notify-rust`, which opens a connection for each notification, begins to
//! listen only after the daemon has answered (a click in between is lost), stops for an update, and does
//! not know of activation tokens ([ADR 7](../../../../docs/adr/0007-notifications-of-our-own.md)).
//!
//! What desktops do, and what is done about it:
//!
//! | | |
//! |---|---|
//! | GNOME takes a notification away when its sender leaves the bus; dunst tells clicks to the sender alone | one connection, which lives as long as the app ([`service`]) |
//! | A click or an end is told before `Notify` has returned, or an old end after it | everything is heard in order by one task, which listens before the first question ([`service`]) |
//! | A daemon ends or is restarted, and numbers anew | a number counts only with the daemon's own address ([`table`]); a new notification asks the bus for whoever is there, which also starts one |
//! | Nobody shows notifications | [`Permission::NoService`], and each try says why it failed |
//! | An end is never told (GNOME) | a day later it counts as gone ([`table`]) |
//! | A daemon does not answer | five seconds, then it failed; what it shows later is taken back |
//! | A clicked notification stays on the screen | it is taken back |
//! | `replaces_id` is passed over | the old one is taken back |
//! | The body is markup, or is not | escaped only where the daemon reads it ([`super::text`]) |
//! | Wayland lets nobody come to the front unasked | the token that comes with a click is kept for the window ([`Activation`]) |
//! | The daemon plays a sound of its own | it is asked not to: the app plays its own |
//! | Plasma can take a reply in the notification | its action `inline-reply`, where the daemon has it |

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use agent::ports::{
    Act, Notification, NotificationEvent, NotificationKey, Notifier, NotifierCapabilities,
    NotifierError, Permission, Urgency,
};
use async_trait::async_trait;
use tokio::sync::mpsc;
use zbus::Variant;

mod service;
mod table;

use self::service::{Request, Service, Shared};
pub use self::table::MOST_LIVE;
use super::text::{BODY_CHARACTERS, TITLE_CHARACTERS, escape, plain};
use crate::adapters::activation::Activation;

/// The name of the installed `.desktop` file, by which desktops find our name, icon and settings.
pub const DESKTOP_ENTRY: &str = "Porchlight";

/// The desktop's notifications.
#[derive(Debug)]
pub struct DesktopNotifier {
    shared: Arc<Shared>,
    /// One show or withdrawal at a time, so that a key never has two.
    turn: tokio::sync::Mutex<Option<Service>>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
    icon: Option<PathBuf>,
}

impl DesktopNotifier {
    /// `icon` is a picture to show where the desktop does not know the installed one; a token that comes with a
    /// click goes to `activation`.
    #[must_use]
    pub fn new(icon: Option<PathBuf>, activation: Arc<Activation>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        Self {
            shared: Arc::new(Shared::new(events, activation)),
            turn: tokio::sync::Mutex::default(),
            receiver: Mutex::new(Some(receiver)),
            icon,
        }
    }

    fn render(&self, notification: &Notification, can: &NotifierCapabilities) -> Request {
        let body = plain(&notification.body, BODY_CHARACTERS);
        let mut hints: HashMap<&'static str, Variant<'static>> = HashMap::from([
            ("desktop-entry", Variant::from(DESKTOP_ENTRY)),
            ("suppress-sound", Variant::from(true)),
            ("urgency", Variant::from(urgency(notification.urgency))),
        ]);
        let (category, expires) = match notification.key {
            NotificationKey::Conversation(_) | NotificationKey::Digest => ("im.received", -1),
            // It asks something, and is taken back when the question is over.
            NotificationKey::Own(_) => ("presence", 0),
            NotificationKey::SelfTest => ("device", -1),
        };
        hints.insert("category", Variant::from(category));
        let mut actions = Vec::new();
        if can.actions {
            // The click on the notification itself; desktops draw no button for this name.
            actions.extend([table::CLICK.to_owned(), "Open".to_owned()]);
            for action in &notification.actions {
                let label = plain(&action.label, TITLE_CHARACTERS);
                let name = match action.act {
                    Act::Reply if can.inline_reply => {
                        hints.insert(
                            "x-kde-reply-submit-button-text",
                            Variant::from(label.clone()),
                        );
                        table::INLINE_REPLY
                    }
                    act => act.code(),
                };
                actions.extend([name.to_owned(), label]);
            }
        }
        Request {
            icon: self.icon.as_ref().map_or_else(
                || "porchlight".to_owned(),
                |icon| icon.to_string_lossy().into_owned(),
            ),
            title: plain(&notification.title, TITLE_CHARACTERS),
            body: if can.markup { escape(&body) } else { body },
            actions,
            hints,
            expires,
        }
    }
}

/// The connection, opened if there is none.
async fn open<'a>(
    turn: &'a mut Option<Service>,
    shared: &Arc<Shared>,
) -> Result<&'a Service, NotifierError> {
    let usable = turn.take().filter(Service::is_open);
    let service = match usable {
        Some(service) => service,
        None => Service::connect(Arc::clone(shared)).await?,
    };
    Ok(turn.insert(service))
}

fn urgency(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Low => 0,
        Urgency::Normal => 1,
        Urgency::High => 2,
    }
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        let mut turn = self.turn.lock().await;
        let answer = async { open(&mut turn, &self.shared).await?.capabilities().await };
        answer.await.unwrap_or_else(|error: NotifierError| {
            tracing::warn!(%error, "the desktop's notifications do not answer");
            NotifierCapabilities::default()
        })
    }

    async fn permission(&self) -> Permission {
        let mut turn = self.turn.lock().await;
        let answer = async { open(&mut turn, &self.shared).await?.capabilities().await };
        match answer.await {
            Ok(_) => Permission::Granted,
            Err(_) => Permission::NoService,
        }
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        let mut turn = self.turn.lock().await;
        let service = open(&mut turn, &self.shared).await?;
        let can = service.capabilities().await?;
        self.shared.sweep();
        let key = notification.key;
        let too_many = self.shared.table().make_room(key);
        if let Some(oldest) = too_many {
            service.close(&oldest).await;
        }
        service.notify(key, &self.render(&notification, &can)).await
    }

    async fn withdraw(&self, key: NotificationKey) {
        let turn = self.turn.lock().await;
        let place = self.shared.table().withdraw(key);
        if let (Some(place), Some(service)) = (place, &*turn) {
            service.close(&place).await;
        }
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let mut taken = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}
