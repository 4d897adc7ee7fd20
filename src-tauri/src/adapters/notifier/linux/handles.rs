//! What `notify-rust` does: it asks the daemon, shows, hears what becomes of each, and takes back.
//!
//! Each notification has a handle, and with it a connection of its own; that is how `notify-rust` sends. The
//! connection is kept as long as [`super::table::Table::keeps`] says, and one task waits on it for what the
//! daemon tells its sender alone, as dunst tells everything.
//!
//! | `notify-rust` 4.19 | so here |
//! |---|---|
//! | `get_capabilities`, `get_server_information`, `update` and `close` block, and panic on a thread of the runtime | the questions have a thread of their own, one at a time; the rest is asynchronous |
//! | It listens once the daemon has answered, and looks away for a moment after each message | a daemon that tells everybody is heard by [`super::service`] too, from before; of one that tells the sender alone, what it says within those milliseconds is lost: it opens nothing, and a day later the notification counts as gone |
//! | It waits for ever, for an answer as for an end | [`ANSWERS_WITHIN`], [`LIVES_AT_MOST`] |
//! | It panics when the bus breaks off while it begins to listen | caught: the notification counts as gone |

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use agent::ports::{NotifierCapabilities, NotifierError};
use futures_util::FutureExt as _;
use notify_rust::{Notification, NotificationHandle, NotificationResponse};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::service::Shared;
use super::table::{CLICK, INLINE_REPLY, LIVES_AT_MOST, Signal};

/// A daemon that does not answer within this is treated as failed.
pub(super) const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// What a daemon shows after it was given up is taken back, if it comes within this. Each that waits
/// holds a connection, and at one in five seconds there are twelve of them at most.
const COMES_WITHIN: Duration = Duration::from_secs(60);

/// A little longer than a notification lives, so that it is over by then.
const WAITS_AT_MOST: Duration = LIVES_AT_MOST.saturating_add(Duration::from_secs(60));

/// What the daemon says of itself.
#[derive(Debug, Default)]
pub(super) struct Question {
    /// One that was asked and not answered in time: its thread is still there, and no second one is begun.
    waiting: Option<oneshot::Receiver<Result<NotifierCapabilities, NotifierError>>>,
}

impl Question {
    /// What the daemon can do. It is started if the bus knows how.
    pub(super) async fn ask(&mut self) -> Result<NotifierCapabilities, NotifierError> {
        let still = self.waiting.take().filter(oneshot::Receiver::is_empty);
        let waiting = match still {
            Some(waiting) => waiting,
            None => question()?,
        };
        // It stays here while it is waited for: whoever asked may give up sooner.
        let waiting = self.waiting.insert(waiting);
        match tokio::time::timeout(ANSWERS_WITHIN, waiting).await {
            Ok(answer) => {
                self.waiting = None;
                answer.unwrap_or_else(|_| Err(broken_off()))
            }
            Err(_) => Err(no_answer()),
        }
    }
}

/// On a thread that nobody waits for: the runtime would wait at its end for one of its own.
fn question()
-> Result<oneshot::Receiver<Result<NotifierCapabilities, NotifierError>>, NotifierError> {
    let (done, answer) = oneshot::channel();
    let asking = std::thread::Builder::new().name("ask-notifications".into());
    let asked = asking.spawn(move || {
        let answer = notify_rust::get_capabilities().map(|names| {
            // It is for the eye; some daemons answer it badly.
            let server = notify_rust::get_server_information().ok();
            let server = server.as_ref();
            capabilities(&names, server.map(|it| (&*it.name, &*it.version)))
        });
        done.send(answer.map_err(|error| failed(&error))).ok();
    });
    asked.map_err(|error| NotifierError(error.to_string()))?;
    Ok(answer)
}

/// `server` is its name and its version.
fn capabilities(names: &[String], server: Option<(&str, &str)>) -> NotifierCapabilities {
    let has = |name: &str| names.iter().any(|known| known == name);
    let service = server.map_or_else(String::new, |(name, version)| format!("{name} {version}"));
    // Plasma tells a reply to the sender alone, and `notify-rust` does not know the word: what was
    // typed would be lost. There, as elsewhere, Reply opens the app's own field.
    let loses_replies = server.is_none_or(|(name, _)| name == "Plasma");
    NotifierCapabilities {
        actions: has("actions"),
        // The click is an action too.
        click: has("actions"),
        replace: true,
        withdraw: true,
        markup: has("body-markup"),
        inline_reply: has("actions") && has(INLINE_REPLY) && !loses_replies,
        service: service.trim().chars().take(80).collect(),
    }
}

/// Shows it, or says why not. What comes after the time is over, or once nobody waits any more, is taken back.
pub(super) async fn show(request: Notification) -> Result<NotificationHandle, NotifierError> {
    let (done, answer) = oneshot::channel();
    tokio::spawn(async move {
        let sending = tokio::time::timeout(COMES_WITHIN, request.show_async());
        if let Ok(shown) = sending.await
            && let Err(Ok(late)) = done.send(shown)
        {
            close(&late).await;
        }
    });
    match tokio::time::timeout(ANSWERS_WITHIN, answer).await {
        Ok(Ok(shown)) => shown.map_err(|error| failed(&error)),
        Ok(Err(_)) => Err(broken_off()),
        Err(_) => Err(no_answer()),
    }
}

async fn close(handle: &NotificationHandle) {
    let closing = handle.close_async();
    tokio::time::timeout(ANSWERS_WITHIN, closing).await.ok();
}

/// The handles that are kept, by their tickets.
#[derive(Debug, Default)]
pub(super) struct Handles(Mutex<BTreeMap<u64, Kept>>);

#[derive(Debug)]
struct Kept {
    handle: Arc<NotificationHandle>,
    attends: AbortHandle,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.attends.abort();
    }
}

impl Handles {
    /// Keeps one, and begins to hear what becomes of it. That is told once the table knows of it, which is
    /// to be said by what this answers.
    pub(super) fn keep(
        &self,
        ticket: u64,
        handle: NotificationHandle,
        shared: Weak<Shared>,
    ) -> oneshot::Sender<()> {
        let handle = Arc::new(handle);
        let (known, wait) = oneshot::channel();
        let attends = tokio::spawn(attend(ticket, Arc::clone(&handle), wait, shared));
        let attends = attends.abort_handle();
        self.kept().insert(ticket, Kept { handle, attends });
        known
    }

    /// Lets go of what nobody needs: its connection ends.
    pub(super) fn release(&self, is_needed: impl Fn(u64) -> bool) {
        self.kept().retain(|ticket, _| is_needed(*ticket));
    }

    /// Takes it off the screen.
    pub(super) async fn close(&self, ticket: u64) {
        let handle = self.kept().get(&ticket).map(|it| Arc::clone(&it.handle));
        if let Some(handle) = handle {
            close(&handle).await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<u64, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn attend(
    ticket: u64,
    handle: Arc<NotificationHandle>,
    known: oneshot::Receiver<()>,
    shared: Weak<Shared>,
) {
    let waiting = AssertUnwindSafe(answer(&handle)).catch_unwind();
    let answer = tokio::time::timeout(WAITS_AT_MOST, waiting).await;
    if known.await.is_err() {
        return;
    }
    let Some(shared) = shared.upgrade() else {
        return;
    };
    match answer {
        Ok(Ok(Some(response))) => shared.answered(ticket, signal_of(response)).await,
        Ok(Ok(None) | Err(_)) => shared.answered(ticket, Signal::Closed).await,
        Err(_) => shared.sweep(),
    }
}

/// What its sender is told of it; `None` if the bus broke off.
async fn answer(handle: &NotificationHandle) -> Option<NotificationResponse> {
    let mut answer = None;
    handle
        .wait_for_action_async(|response: &NotificationResponse| answer = Some(response.clone()))
        .await;
    answer
}

fn signal_of(response: NotificationResponse) -> Signal {
    match response {
        NotificationResponse::Default => Signal::Invoked(CLICK.to_owned()),
        NotificationResponse::Action(name) => Signal::Invoked(name),
        NotificationResponse::Reply(text) => Signal::Replied(text),
        NotificationResponse::Closed(_) => Signal::Closed,
    }
}

fn failed(error: &notify_rust::error::Error) -> NotifierError {
    NotifierError(error.to_string())
}

pub(super) fn no_answer() -> NotifierError {
    NotifierError("the desktop does not answer".into())
}

pub(super) fn broken_off() -> NotifierError {
    NotifierError("the session bus broke off".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_whose_asker_gave_up_is_still_the_one_that_is_asked() {
        let (done, waiting) = oneshot::channel();
        let mut question = Question {
            waiting: Some(waiting),
        };
        let given_up = tokio::time::timeout(Duration::ZERO, question.ask()).await;
        assert!(given_up.is_err(), "it was answered");
        let can = capabilities(&["actions".to_owned()], Some(("Some Shell", "")));
        done.send(Ok(can.clone())).expect("it is still waited for");
        assert!(!question.waiting.is_none_or(|it| it.is_empty()));
    }

    #[test]
    fn a_reply_is_taken_in_the_notification_only_where_it_is_heard() {
        let names = ["actions", "inline-reply", "body-markup"].map(String::from);
        let can = |name: &'static str| capabilities(&names, Some((name, "6.4")));
        assert!(can("Some Shell").inline_reply);
        assert!(!can("Plasma").inline_reply, "told to the sender alone");
        assert!(can("Plasma").actions && can("Plasma").markup);
        assert_eq!(can("Plasma").service, "Plasma 6.4");
        let silent = capabilities(&names, None);
        assert!(!silent.inline_reply, "it may be Plasma");
        assert_eq!(silent.service, "");
        let without_buttons = capabilities(&names[1..], Some(("Some Shell", "")));
        assert!(!without_buttons.inline_reply);
        assert_eq!(without_buttons.service, "Some Shell");
    }
}
