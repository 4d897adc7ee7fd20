//! Notifications on Windows and macOS.
//!
//! There a handle can only be waited for by blocking a thread, and a notification once shown can
//! neither be replaced nor taken back through `notify-rust`. [`NotifierCapabilities`] says so. One
//! thread waits per live notification; at most [`MOST_LIVE`] do, and a notification beyond them is
//! still shown, only its click is not heard. The same holds for its buttons.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use agent::ports::{
    Notification, NotificationEvent, NotificationKey, Notifier, NotifierCapabilities, NotifierError,
};
use async_trait::async_trait;
use notify_rust::NotificationResponse;
use rules::notices::own::Answer;
use tokio::sync::mpsc;

/// Threads that wait for a click at once.
pub const MOST_LIVE: usize = 20;

/// The desktop's notifications.
#[derive(Debug)]
pub struct DesktopNotifier {
    waiting: Arc<Mutex<usize>>,
    events: mpsc::UnboundedSender<NotificationEvent>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
}

impl DesktopNotifier {
    /// The icon is the installed app's on these systems.
    #[must_use]
    pub fn new(_icon: Option<PathBuf>, _activation: Arc<Activation>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        Self {
            waiting: Arc::default(),
            events,
            receiver: Mutex::new(Some(receiver)),
        }
    }
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        NotifierCapabilities {
            actions: true,
            click: true,
            replace: false,
            withdraw: false,
            markup: false,
        }
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        let may_wait = {
            let mut waiting = lock(&self.waiting);
            let free = *waiting < MOST_LIVE;
            if free {
                *waiting = waiting.saturating_add(1);
            }
            free
        };
        let waiting = Arc::clone(&self.waiting);
        let events = self.events.clone();
        let (shown, wait) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("notification".into())
            .spawn(move || {
                let key = notification.key;
                let mut rendered = notify_rust::Notification::new();
                rendered
                    .appname("Porchlight")
                    .summary(&notification.title)
                    .body(&notification.body);
                for action in &notification.actions {
                    rendered.action(action.answer.code(), &action.label);
                }
                #[cfg(target_os = "windows")]
                rendered.app_id("app.porchlight.desktop");
                match rendered.show() {
                    Err(error) => {
                        shown.send(Err(NotifierError(error.to_string()))).ok();
                    }
                    Ok(handle) => {
                        shown.send(Ok(())).ok();
                        if may_wait {
                            let mut event = NotificationEvent::Closed(key);
                            let ended =
                                handle.wait_for_response(|response: &NotificationResponse| {
                                    event = came_back(key, response);
                                });
                            if let Err(error) = ended {
                                tracing::debug!(%error, "the notification's end is not known");
                            }
                            events.send(event).ok();
                        }
                    }
                }
                if may_wait {
                    let mut waiting = lock(&waiting);
                    *waiting = waiting.saturating_sub(1);
                }
            });
        if let Err(error) = thread {
            return Err(NotifierError(error.to_string()));
        }
        wait.await
            .unwrap_or_else(|_| Err(NotifierError("its thread ended".into())))
    }

    async fn withdraw(&self, _key: NotificationKey) {}

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        lock(&self.receiver)
            .take()
            .unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}

fn came_back(key: NotificationKey, response: &NotificationResponse) -> NotificationEvent {
    match response {
        NotificationResponse::Default => NotificationEvent::Clicked(key),
        NotificationResponse::Action(name) => Answer::from_code(name)
            .map_or(NotificationEvent::Closed(key), |answer| {
                NotificationEvent::Answered(key, answer)
            }),
        _ => NotificationEvent::Closed(key),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
