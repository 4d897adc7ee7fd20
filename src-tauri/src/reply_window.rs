//! The small window for a reply, where notifications take none themselves.
//!
//! *Reply* in a notification opens it beside whatever else is open: the main window is neither made for it
//! nor closes it. There is one for each conversation; asked for again, it comes to the front. It sees and
//! writes its own conversation only: which one stands in its label (`reply-<number>-<conversation>`), which
//! the page cannot choose, and its permissions name no other command than those of
//! [`commands::reply`](crate::commands::reply).
//!
//! Closing it keeps what was written: the page is asked to ([`UiEvent::AskBeforeClose`]), and closes the
//! window when it has; one that does not answer is closed all the same. Each window has a number of its
//! own, so that a new one need not wait for the end of the last.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use agent::Core;
use agent::view::UiEvent;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::ConversationId;
use tauri::{AppHandle, Manager as _, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::broadcast;

use crate::bridge::Bridge;
use crate::window;

/// What the labels begin with, which the permissions name.
const PREFIX: &str = "reply-";

/// A page that has not kept its text by then never will. It is one write to the disk.
const KEEPS_WITHIN: Duration = Duration::from_secs(3);

/// The small windows that are open.
#[derive(Default)]
pub struct ReplyWindows {
    open: std::sync::Mutex<BTreeMap<ConversationId, Open>>,
    count: AtomicU64,
    /// One raise at a time, so that two clicks do not make two windows.
    turn: tokio::sync::Mutex<()>,
}

struct Open {
    label: String,
    bridge: Arc<Bridge>,
}

impl ReplyWindows {
    fn open(&self) -> MutexGuard<'_, BTreeMap<ConversationId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn label(&self, conversation_id: ConversationId) -> Option<String> {
        Some(self.open().get(&conversation_id)?.label.clone())
    }

    /// The channel to a window's page.
    #[must_use]
    pub fn bridge(&self, label: &str) -> Option<Arc<Bridge>> {
        let open = self.open();
        let found = open.values().find(|open| open.label == label)?;
        Some(Arc::clone(&found.bridge))
    }
}

/// Whether this is the label of a small window.
#[must_use]
pub fn is_one(label: &str) -> bool {
    conversation_in(label).is_some()
}

/// The conversation of a small window.
///
/// # Errors
/// `not_allowed` for any other window.
pub fn conversation_of<R: Runtime>(window: &WebviewWindow<R>) -> Result<ConversationId, ErrorBody> {
    conversation_in(window.label()).ok_or_else(|| {
        ErrorBody::new(
            ErrorCode::NotAllowed,
            "Only a window for a reply may do this.",
        )
    })
}

fn conversation_in(label: &str) -> Option<ConversationId> {
    let (_, id) = label.strip_prefix(PREFIX)?.split_once('-')?;
    id.parse().ok()
}

/// Opens a window for every wish to reply.
pub async fn follow<R: Runtime>(
    app: AppHandle<R>,
    core: Core,
    mut wishes: broadcast::Receiver<ConversationId>,
) {
    loop {
        match wishes.recv().await {
            Ok(conversation_id) => {
                if let Err(error) = raise(&app, &core, conversation_id).await {
                    tracing::error!(%error, "the window for a reply does not open");
                    core.go_on_in_window(conversation_id).await;
                }
            }
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "wishes to reply came faster than windows");
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

/// Brings the window of a conversation to the front; makes it if there is none. Must not run on the main
/// thread.
async fn raise<R: Runtime>(
    app: &AppHandle<R>,
    core: &Core,
    conversation_id: ConversationId,
) -> tauri::Result<()> {
    let windows = app.state::<ReplyWindows>();
    let _turn = windows.turn.lock().await;
    let open = windows.label(conversation_id);
    let window = match open.and_then(|label| app.get_webview_window(&label)) {
        Some(window) => window,
        None => {
            let title = core.reply_title(conversation_id).await;
            build(
                app,
                conversation_id,
                title.as_deref().unwrap_or("Porchlight"),
            )?
        }
    };
    window::bring_to_front(app, &window)
}

fn build<R: Runtime>(
    app: &AppHandle<R>,
    conversation_id: ConversationId,
    title: &str,
) -> tauri::Result<WebviewWindow<R>> {
    let windows = app.state::<ReplyWindows>();
    let number = windows.count.fetch_add(1, Ordering::Relaxed);
    let label = format!("{PREFIX}{number}-{conversation_id}");
    // Before the page can ask for it.
    windows.open().insert(
        conversation_id,
        Open {
            label: label.clone(),
            bridge: Arc::default(),
        },
    );
    let page = WebviewUrl::App("reply.html".into());
    let built = window::furnish(
        app,
        WebviewWindowBuilder::new(app, label, page)
            .title(title)
            .inner_size(420.0, 320.0)
            .min_inner_size(320.0, 240.0)
            .center()
            .always_on_top(true)
            .focused(true)
            .visible(false),
    );
    if built.is_err() {
        windows.open().remove(&conversation_id);
    }
    built
}

/// Somebody closed it: the page keeps what was written, and then closes it ([`close`]).
pub fn close_requested<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let bridge = app.state::<ReplyWindows>().bridge(label);
    let asked = bridge.is_some_and(|bridge| bridge.tell(UiEvent::AskBeforeClose));
    if !asked {
        close(app, label);
        return;
    }
    let app = app.clone();
    let label = label.to_owned();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(KEEPS_WITHIN).await;
        if app.get_webview_window(&label).is_some() {
            tracing::warn!("the window for a reply does not answer: closing it");
            close(&app, &label);
        }
    });
}

/// Closes it. Whoever replies in that conversation from now on gets a new one.
pub fn close<R: Runtime>(app: &AppHandle<R>, label: &str) {
    destroyed(app, label);
    if let Some(window) = app.get_webview_window(label)
        && let Err(error) = window.destroy()
    {
        tracing::warn!(%error, "the window for a reply does not close");
    }
}

/// It is gone, for whatever reason.
pub fn destroyed<R: Runtime>(app: &AppHandle<R>, label: &str) {
    let windows = app.state::<ReplyWindows>();
    windows.open().retain(|_, open| open.label != label);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_names_its_conversation_and_others_name_none() {
        let id = "0193f1a0-0000-7000-8000-0000000000ff";
        assert_eq!(conversation_in(&format!("reply-12-{id}")), id.parse().ok());
        for label in ["main", "reply", "reply-", "reply-1", "reply-1-x", id] {
            assert!(!is_one(label), "{label}");
        }
    }
}
