//! What only Windows has: toasts, and the places where the app is known as their sender.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent::links::SCHEME;
use agent::ports::{
    Notification, NotificationEvent, NotificationKey, Notifier, NotifierCapabilities,
    NotifierError, Permission,
};
use async_trait::async_trait;
use tokio::sync::mpsc;
use windows::Data::Xml::Dom::XmlDocument;
use windows::Foundation::{IReference, TypedEventHandler};
use windows::UI::Notifications::{
    NotificationSetting, ToastActivatedEventArgs, ToastDismissalReason, ToastDismissedEventArgs,
    ToastNotification, ToastNotificationManager, ToastNotifier,
};
use windows::Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID;
use windows::core::{HSTRING, IInspectable, Interface as _};

use super::{GROUP, REPLY_FIELD, came_back, xml};
use crate::adapters::activation::Activation;
use crate::adapters::notifier::names;

/// The identifier of `tauri.conf.json`, which the installers put into the shortcut.
const APP_ID: &str = "app.porchlight.desktop";

/// Live toasts at once. Windows keeps 20 of an app in the Action Center.
const MOST_LIVE: usize = 20;

/// Windows' toasts.
#[derive(Debug)]
pub struct DesktopNotifier {
    shared: Arc<Shared>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
}

#[derive(Debug)]
struct Shared {
    /// Their objects: whoever drops one hears no click on it.
    live: Mutex<Live>,
    events: mpsc::UnboundedSender<NotificationEvent>,
}

#[derive(Debug, Default)]
struct Live {
    shown: u64,
    toasts: BTreeMap<NotificationKey, (u64, ToastNotification)>,
}

impl DesktopNotifier {
    /// The icon is shown where the app was not installed. Windows lets whoever was clicked come to the front.
    #[must_use]
    pub fn new(icon: Option<PathBuf>, _activation: Arc<Activation>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        if let Err(error) = register(icon.as_deref()) {
            tracing::warn!(%error, "Windows does not know the sender of notifications");
        }
        Self {
            shared: Arc::new(Shared {
                live: Mutex::default(),
                events,
            }),
            receiver: Mutex::new(Some(receiver)),
        }
    }
}

/// Makes the app known as a sender and as the one that opens links, for this user.
fn register(icon: Option<&std::path::Path>) -> windows::core::Result<()> {
    // SAFETY: the text lives as long as the call.
    unsafe { SetCurrentProcessExplicitAppUserModelID(&HSTRING::from(APP_ID)) }?;
    let classes = windows_registry::CURRENT_USER.create("Software\\Classes")?;
    let sender = classes.create(format!("AppUserModelId\\{APP_ID}"))?;
    sender.set_string("DisplayName", "Porchlight")?;
    if let Some(icon) = icon {
        sender.set_string("IconUri", icon.to_string_lossy())?;
    }
    if let Ok(program) = std::env::current_exe() {
        let scheme = classes.create(SCHEME)?;
        scheme.set_string("", "URL:Porchlight")?;
        scheme.set_string("URL Protocol", "")?;
        let command = scheme.create("shell\\open\\command")?;
        command.set_string("", format!("\"{}\" \"%1\"", program.display()))?;
    }
    Ok(())
}

fn notifier() -> windows::core::Result<ToastNotifier> {
    ToastNotificationManager::CreateToastNotifierWithId(&HSTRING::from(APP_ID))
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        NotifierCapabilities {
            actions: true,
            click: true,
            replace: true,
            withdraw: true,
            markup: false,
            inline_reply: true,
            service: "Windows".to_owned(),
        }
    }

    async fn permission(&self) -> Permission {
        let setting = aside(|| notifier()?.Setting()).await;
        match setting {
            // An app that has shown nothing yet has no settings either.
            Ok(NotificationSetting::Enabled) | Err(_) => Permission::Granted,
            Ok(_) => Permission::Denied,
        }
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        let shared = Arc::clone(&self.shared);
        aside(move || show(&shared, &notification)).await
    }

    async fn withdraw(&self, key: NotificationKey) {
        let gone = self.shared.live().toasts.remove(&key);
        if gone.is_some()
            && let Err(error) = aside(move || remove(key)).await
        {
            tracing::debug!(%error, "a toast was not taken back");
        }
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let mut taken = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}

/// Windows answers in its own time, and may not keep the session waiting.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> windows::core::Result<T> + Send + 'static,
) -> Result<T, NotifierError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| NotifierError(error.to_string())),
        Err(_) => Err(NotifierError("its thread ended".to_owned())),
    }
}

fn show(shared: &Arc<Shared>, notification: &Notification) -> windows::core::Result<()> {
    let key = notification.key;
    let document = XmlDocument::new()?;
    document.LoadXml(&HSTRING::from(xml(notification)))?;
    let toast = ToastNotification::CreateToastNotification(&document)?;
    toast.SetTag(&HSTRING::from(names::name(key)))?;
    toast.SetGroup(&HSTRING::from(GROUP))?;
    let (number, oldest) = shared.live().enter(key, &toast);
    if let Some(oldest) = oldest {
        // It may have gone by itself.
        remove(oldest).ok();
    }
    let told = Arc::clone(shared);
    toast.Activated(&TypedEventHandler::<ToastNotification, IInspectable>::new(
        move |_, arguments| {
            let arguments = arguments.ok()?.cast::<ToastActivatedEventArgs>()?;
            let written = written(&arguments).ok();
            let said = arguments.Arguments()?.to_string_lossy();
            told.ended(key, number, came_back(key, &said, written));
            Ok(())
        },
    ))?;
    let told = Arc::clone(shared);
    toast.Dismissed(&TypedEventHandler::<
        ToastNotification,
        ToastDismissedEventArgs,
    >::new(move |_, how| {
        // After its time it is in the Action Center, and can still be clicked.
        if how.ok()?.Reason()? == ToastDismissalReason::UserCanceled {
            told.ended(key, number, NotificationEvent::Closed(key));
        }
        Ok(())
    }))?;
    notifier()?.Show(&toast)
}

/// What stands in the field for a reply.
fn written(arguments: &ToastActivatedEventArgs) -> windows::core::Result<String> {
    let value = arguments.UserInput()?.Lookup(&HSTRING::from(REPLY_FIELD))?;
    let text = value.cast::<IReference<HSTRING>>()?.Value()?;
    Ok(text.to_string_lossy())
}

fn remove(key: NotificationKey) -> windows::core::Result<()> {
    ToastNotificationManager::History()?.RemoveGroupedTagWithId(
        &HSTRING::from(names::name(key)),
        &HSTRING::from(GROUP),
        &HSTRING::from(APP_ID),
    )
}

impl Live {
    /// Answers its number, and which one makes room.
    fn enter(
        &mut self,
        key: NotificationKey,
        toast: &ToastNotification,
    ) -> (u64, Option<NotificationKey>) {
        self.shown = self.shown.saturating_add(1);
        self.toasts.insert(key, (self.shown, toast.clone()));
        let oldest = (self.toasts.len() > MOST_LIVE)
            .then(|| self.toasts.iter().min_by_key(|(_, (number, _))| *number))
            .flatten()
            .map(|(key, _)| *key);
        if let Some(oldest) = &oldest {
            self.toasts.remove(oldest);
        }
        (self.shown, oldest)
    }
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the end of the one that is live, once, and not that of an earlier one with its key.
    fn ended(&self, key: NotificationKey, number: u64, event: NotificationEvent) {
        let mut live = self.live();
        if live.toasts.get(&key).is_some_and(|(it, _)| *it == number) {
            live.toasts.remove(&key);
            self.events.send(event).ok();
        }
    }
}
