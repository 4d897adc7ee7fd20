//! Notifications through `org.freedesktop.Notifications`.
//!
//! `notify-rust` composes and sends each one and hears what becomes of it ([`handles`]). Beside it, one connection
//! of our own hears what the daemon tells everybody ([`service`]), for what `notify-rust` does not know and
//! what it begins to hear too late ([ADR 7](../../../../docs/adr/0007-notifications.md)). Both tell one table, which
//! counts each answer once ([`table`]).
//!
//! What desktops do, and what is done about it:
//!
//! | | |
//! |---|---|
//! | dunst tells clicks to the sender alone | each handle listens on its own connection ([`handles`]) |
//! | GNOME takes a notification away when its sender leaves the bus, and all of the app's when the first one's sender does | handles are kept while they live, and the first one as long as any lives ([`table`]) |
//! | A click or an end is told before `Notify` has returned, or an old end after it | whoever tells everybody is heard from before, and in order ([`service`]); of whoever tells the sender alone, it is lost ([`handles`]) |
//! | A daemon ends or is restarted, and numbers anew | its end is heard; a number counts only with the daemon's own address ([`table`]); a new notification goes to whoever is there, which also starts one |
//! | Nobody shows notifications | [`Permission::NoService`], and each try says why it failed |
//! | An end is never told (GNOME), or lost | a day later it counts as gone ([`table`]) |
//! | A daemon does not answer | five seconds, then it failed; what it shows later is taken back |
//! | A clicked notification stays on the screen | it is taken back |
//! | `replaces_id` is passed over | the old one is taken back |
//! | The body is markup, or is not | escaped only where the daemon reads it ([`super::text`]) |
//! | Wayland lets nobody come to the front unasked | the token that comes with a click is kept for the window ([`Activation`]) |
//! | The daemon plays a sound of its own | it is asked not to: the app plays its own |
//! | A daemon can take a reply in the notification | its action `inline-reply`, where the reply is heard: not on Plasma, which tells it to the sender alone ([`handles`]) |

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use agent::ports::{
    Act, Notification, NotificationEvent, NotificationKey, Notifier, NotifierCapabilities,
    NotifierError, Permission, Urgency,
};
use async_trait::async_trait;
use notify_rust::{Hint, Timeout};
use tokio::sync::mpsc;

mod handles;
mod service;
mod table;

use self::handles::Question;
use self::service::{Service, Shared};
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
    turn: tokio::sync::Mutex<Turn>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
    icon: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Turn {
    service: Option<Service>,
    question: Question,
}

impl Turn {
    /// The connection, opened if there is none, and what the daemon can do.
    async fn open(
        &mut self,
        shared: &Arc<Shared>,
    ) -> Result<(&Service, NotifierCapabilities), NotifierError> {
        let usable = self.service.take().filter(Service::is_open);
        let service = match usable {
            Some(service) => service,
            None => Service::connect(Arc::clone(shared)).await?,
        };
        let service = self.service.insert(service);
        let can = service.capabilities(&mut self.question).await?;
        Ok((service, can))
    }
}

impl DesktopNotifier {
    /// `icon` is a picture to show where the desktop does not know the installed one; a token that comes with a
    /// click goes to `activation`.
    #[must_use]
    pub fn new(icon: Option<PathBuf>, activation: Arc<Activation>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        Self {
            shared: Shared::new(events, activation),
            turn: tokio::sync::Mutex::default(),
            receiver: Mutex::new(Some(receiver)),
            icon,
        }
    }

    fn render(
        &self,
        notification: &Notification,
        can: &NotifierCapabilities,
    ) -> notify_rust::Notification {
        let body = plain(&notification.body, BODY_CHARACTERS);
        let body = if can.markup { escape(&body) } else { body };
        let icon = self.icon.as_ref().map(|icon| icon.to_string_lossy());
        let (category, expires) = match notification.key {
            NotificationKey::Conversation(_) | NotificationKey::Digest => {
                ("im.received", Timeout::Default)
            }
            // It asks something, and is taken back when the question is over.
            NotificationKey::Own(_) => ("presence", Timeout::Never),
            NotificationKey::SelfTest => ("device", Timeout::Default),
        };
        let mut rendered = notify_rust::Notification::new();
        rendered
            .appname("Porchlight")
            .icon(icon.as_deref().unwrap_or("porchlight"))
            .summary(&plain(&notification.title, TITLE_CHARACTERS))
            .body(&body)
            .timeout(expires)
            .urgency(urgency(notification.urgency))
            .hint(Hint::Category(category.into()))
            .hint(Hint::DesktopEntry(DESKTOP_ENTRY.into()))
            .hint(Hint::SuppressSound(true));
        if !can.actions {
            return rendered;
        }
        // The click on the notification itself; desktops draw no button for this name.
        rendered.action(table::CLICK, "Open");
        for action in &notification.actions {
            let label = plain(&action.label, TITLE_CHARACTERS);
            if action.act == Act::Reply && can.inline_reply {
                let button = "x-kde-reply-submit-button-text";
                rendered
                    .action(table::INLINE_REPLY, &label)
                    .hint(Hint::Custom(button.into(), label));
            } else {
                rendered.action(action.act.code(), &label);
            }
        }
        rendered
    }
}

fn urgency(urgency: Urgency) -> notify_rust::Urgency {
    match urgency {
        Urgency::Low => notify_rust::Urgency::Low,
        Urgency::Normal => notify_rust::Urgency::Normal,
        Urgency::High => notify_rust::Urgency::Critical,
    }
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        let mut turn = self.turn.lock().await;
        match turn.open(&self.shared).await {
            Ok((_, can)) => can,
            Err(error) => {
                tracing::warn!(%error, "the desktop's notifications do not answer");
                NotifierCapabilities::default()
            }
        }
    }

    async fn permission(&self) -> Permission {
        let mut turn = self.turn.lock().await;
        match turn.open(&self.shared).await {
            Ok(_) => Permission::Granted,
            Err(_) => Permission::NoService,
        }
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        let mut turn = self.turn.lock().await;
        let (service, can) = turn.open(&self.shared).await?;
        self.shared.sweep();
        let key = notification.key;
        let too_many = self.shared.table().make_room(key);
        if let Some(oldest) = too_many {
            // It need not be waited for: daemons draw for longer than they take to show.
            let shared = Arc::clone(&self.shared);
            tokio::spawn(async move { shared.close(oldest).await });
        }
        service.notify(key, &self.render(&notification, &can)).await
    }

    async fn withdraw(&self, key: NotificationKey) {
        let live = {
            let _turn = self.turn.lock().await;
            self.shared.table().withdraw(key)
        };
        // Out of turn: daemons draw before they answer, and nobody else need wait for that.
        if let Some(ticket) = live {
            self.shared.close(ticket).await;
        }
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let mut taken = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}
