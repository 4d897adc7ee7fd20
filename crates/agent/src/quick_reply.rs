//! A small place to write a reply, for notifications that take none themselves.
//!
//! *Reply* in a notification asks the shell for it ([`Core::replies`]); it shows one conversation and writes
//! into that one alone. What is sent there goes the way of every reply: the outbox, the local echo, the
//! join by replying, and the notification is taken back. Where nobody offers such a place, the window is
//! opened on the conversation instead.

use protocol::body::Body;
use protocol::command::Command;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{ClientId, ConversationId, Seq};
use tokio::sync::broadcast;

use crate::board::UiStream;
use crate::render;
use crate::session::Core;
use crate::view::Delivery;
use crate::words::Args;

/// Wishes to reply that wait for the shell; it follows each at once, so a few are enough.
pub(crate) const WAITING: usize = 16;

impl Core {
    /// Conversations in which somebody wants to write a reply, from now on: the shell opens a small window
    /// for each.
    #[must_use]
    pub fn replies(&self) -> broadcast::Receiver<ConversationId> {
        self.inner().replies.subscribe()
    }

    /// *Reply* in a notification. Only where this leads to nothing, the main window opens.
    pub(crate) async fn wants_to_reply(&self, conversation_id: ConversationId) {
        let here = self.conversation(conversation_id).await.is_ok();
        let offered = here && self.inner().replies.send(conversation_id).is_ok();
        if !offered {
            self.open_conversation(conversation_id).await;
        }
    }

    /// Goes on in the main window, which opens on the conversation.
    pub async fn go_on_in_window(&self, conversation_id: ConversationId) {
        self.open_conversation(conversation_id).await;
    }

    /// What the small window is called; `None` when its conversation is not here (any more).
    pub async fn reply_title(&self, conversation_id: ConversationId) -> Option<String> {
        let view = self.conversation(conversation_id).await.ok()?;
        let words = self.words();
        let mut args = Args::new();
        args.set("name", render::name(words, &view.conversation.visitor));
        Some(words.text_with("reply-window", &args))
    }

    /// [`Core::attach`] for the small window: it is told what it draws, and nothing that waits for the main
    /// window. It counts as looked at ([`Core::focus_reply`]) until the stream is dropped.
    #[must_use]
    pub fn attach_reply(&self, conversation_id: ConversationId) -> UiStream {
        let inner = std::sync::Arc::downgrade(self.inner());
        self.inner().board.open_reply(conversation_id, move || {
            if let Some(inner) = inner.upgrade() {
                inner.person.focus_reply(conversation_id, false, false);
            }
        })
    }

    /// Whether somebody looks at the small window, and at its end.
    pub fn focus_reply(&self, conversation_id: ConversationId, focused: bool, at_end: bool) {
        let inner = self.inner();
        inner.person.focus_reply(conversation_id, focused, at_end);
        if let Some(seat) = inner.current_seat() {
            seat.to_announce.notify_one();
        }
    }

    /// Sends a reply. `seen_through` is the newest message that its writer saw.
    ///
    /// # Errors
    /// As [`Core::submit`].
    pub async fn reply(
        &self,
        conversation_id: ConversationId,
        body: Body,
        seen_through: Seq,
    ) -> Result<ClientId, ErrorBody> {
        self.submit(Command::Reply {
            conversation_id,
            body,
            seen_through,
        })
        .await
    }

    /// Gives up a reply in this conversation that the workspace refused.
    ///
    /// # Errors
    /// `not_found` when this conversation holds no such reply.
    pub async fn take_reply_back(
        &self,
        conversation_id: ConversationId,
        client_id: ClientId,
    ) -> Result<(), ErrorBody> {
        let view = self.conversation(conversation_id).await?;
        let refused = view.messages.iter().any(|message| {
            message.client_id == client_id && matches!(message.delivery, Delivery::Failed { .. })
        });
        if refused {
            self.discard(client_id).await
        } else {
            Err(ErrorBody::new(
                ErrorCode::NotFound,
                "There is no refused reply to take back.",
            ))
        }
    }
}
