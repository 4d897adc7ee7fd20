//! The typed channel between the session and the window.
//!
//! The window hands a channel over when its page has loaded (`attach`). Until then there is nobody to
//! tell, and nothing needs to be kept here: the session begins each attachment with everything there
//! is to draw, and keeps a conversation to open until a window took it. A page that loads
//! anew attaches anew, and the older channel is dropped.

use std::sync::{Mutex, PoisonError};

use agent::UiStream;
use agent::view::UiEvent;
use tauri::ipc::Channel;
use tokio::task::AbortHandle;

/// The window's end, while there is one.
#[derive(Default)]
pub struct Bridge {
    attached: Mutex<Option<Attached>>,
}

struct Attached {
    channel: Channel<UiEvent>,
    forwarding: AbortHandle,
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.forwarding.abort();
    }
}

impl Bridge {
    /// Hands everything that comes out of `events` to the channel, in the place of an earlier attachment.
    /// Must run inside the runtime.
    pub fn attach(&self, channel: Channel<UiEvent>, mut events: UiStream) {
        let target = channel.clone();
        let forwarding = tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if target.send(event).is_err() {
                    return;
                }
            }
        });
        *self.slot() = Some(Attached {
            channel,
            forwarding: forwarding.abort_handle(),
        });
    }

    /// The window is gone.
    pub fn detach(&self) {
        *self.slot() = None;
    }

    /// Tells the window something of the shell's own; false if nobody listens.
    pub fn tell(&self, event: UiEvent) -> bool {
        self.slot()
            .as_ref()
            .is_some_and(|attached| attached.channel.send(event).is_ok())
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Attached>> {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
