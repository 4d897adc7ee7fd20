//! What a window asks for and what the agent does in it. Everything is answered from the cache;
//! only a page of old history that is not here is fetched.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::body::BodyError;
use protocol::command::{Command, CommandRequest};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{ClientId, ConversationId, Seq};
use protocol::limits;
use protocol::rest::HistoryPage;
use uuid::Uuid;

use crate::errors::from_cache;
use crate::seat::Seat;
use crate::session::Core;
use crate::view::{ConversationPage, ConversationView, ListQuery, OlderMessages};
use crate::views;

/// Messages of a conversation that is opened: what fills a tall window, and some to scroll.
const OPENED: u32 = 50;

impl Core {
    /// A page of a list.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the cache fails.
    pub async fn list(&self, query: ListQuery) -> Result<ConversationPage, ErrorBody> {
        let seat = self.seat()?;
        let me = seat.profile.agent_id;
        let known = match seat.cache.me().await {
            Ok(known) => known,
            // Signed in a moment ago: the first snapshot is on its way.
            Err(cache::CacheError::Empty) => {
                return Ok(ConversationPage {
                    items: Vec::new(),
                    total: 0,
                });
            }
            Err(error) => return Err(from_cache(error)),
        };
        let page = seat
            .cache
            .list(
                &views::list_query(&query),
                known.presence.status,
                known.settings.invisible_offers,
            )
            .await
            .map_err(from_cache)?;
        let items = page
            .rows
            .into_iter()
            .map(|row| views::conversation_item(row, me))
            .collect();
        Ok(ConversationPage {
            items,
            total: page.total,
        })
    }

    /// An open conversation with its newest messages.
    ///
    /// # Errors
    /// `not_found` when it is not here (any more).
    pub async fn conversation(&self, id: ConversationId) -> Result<ConversationView, ErrorBody> {
        let seat = self.seat()?;
        let open = seat
            .cache
            .conversation(id, OPENED)
            .await
            .map_err(from_cache)?;
        let open = open.ok_or_else(|| from_cache(cache::CacheError::NoConversation(id)))?;
        Ok(views::conversation_view(open, seat.profile.agent_id))
    }

    /// Messages before one: from the cache, and where that ends from the workspace.
    ///
    /// # Errors
    /// `not_found` when the conversation is not here. A workspace that cannot be reached is no
    /// error but [`OlderMessages::not_here`].
    pub async fn older(&self, id: ConversationId, before: Seq) -> Result<OlderMessages, ErrorBody> {
        let seat = self.seat()?;
        let limit = u32::try_from(limits::HISTORY_PAGE).unwrap_or(u32::MAX);
        let mut page = seat
            .cache
            .older(id, before, limit)
            .await
            .map_err(from_cache)?;
        let mut not_here = false;
        if page.messages.is_empty() && page.more_on_server {
            not_here = !fetch(&seat, id, page.oldest.unwrap_or(before)).await?;
            page = seat
                .cache
                .older(id, before, limit)
                .await
                .map_err(from_cache)?;
        }
        let me = seat.profile.agent_id;
        Ok(OlderMessages {
            messages: page
                .messages
                .into_iter()
                .map(|it| views::message_item(it, me))
                .collect(),
            more: page.more_here || page.more_on_server,
            not_here,
        })
    }

    /// Does something to a conversation. It is stored durably and shown before this returns, and
    /// sent as soon as the workspace can be reached.
    ///
    /// # Errors
    /// `bad_request` or `too_large` for what the workspace would refuse anyway; `not_found` when
    /// the conversation is not here; `internal` when it cannot be stored, and then it was not done.
    pub async fn submit(&self, command: Command) -> Result<ClientId, ErrorBody> {
        let seat = self.seat()?;
        check(&command)?;
        let client_id = ClientId(Uuid::now_v7());
        let conversation_id = command.conversation_id();
        if let Command::MarkRead { through, .. } = command {
            let open = seat
                .cache
                .conversation(conversation_id, 1)
                .await
                .map_err(from_cache)?;
            // Read already, here or on another device, or on its way: nothing to send.
            if open.is_none_or(|open| open.read_through >= through) {
                return Ok(client_id);
            }
        }
        let request = CommandRequest { client_id, command };
        let at = self.inner().ports.clock.now();
        seat.cache.enqueue(&request, at).await.map_err(from_cache)?;
        self.outbox_changed(&seat, Some(conversation_id)).await;
        Ok(client_id)
    }

    /// Tries a refused message again.
    ///
    /// # Errors
    /// `not_found` when it is not in the outbox.
    pub async fn retry(&self, client_id: ClientId) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        let touched = seat.cache.retry(client_id).await.map_err(from_cache)?;
        self.outbox_changed(&seat, Some(touched.ok_or_else(not_in_outbox)?))
            .await;
        Ok(())
    }

    /// Gives up a message that was not sent.
    ///
    /// # Errors
    /// `not_found` when it is not in the outbox.
    pub async fn discard(&self, client_id: ClientId) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        let touched = seat.cache.discard(client_id).await.map_err(from_cache)?;
        self.outbox_changed(&seat, Some(touched.ok_or_else(not_in_outbox)?))
            .await;
        Ok(())
    }

    /// Keeps what was begun to be written.
    ///
    /// # Errors
    /// `not_found`, `too_large`, `internal`.
    pub async fn save_draft(&self, id: ConversationId, text: &str) -> Result<(), ErrorBody> {
        // Twice a message: a draft may be too long to send, and is still somebody's work.
        if text.chars().count() > limits::MESSAGE_CHARACTERS.saturating_mul(2) {
            return Err(too_long());
        }
        let seat = self.seat()?;
        seat.cache.save_draft(id, text).await.map_err(from_cache)?;
        self.inner().board.touch(Some(&BTreeSet::from([id])));
        Ok(())
    }

    async fn outbox_changed(&self, seat: &Arc<Seat>, touched: Option<ConversationId>) {
        seat.to_send.notify_one();
        self.inner()
            .board
            .touch(Some(&touched.into_iter().collect()));
        // A reply takes the conversation's notification away at once.
        seat.to_announce.notify_one();
        self.inner().redraw_me(seat).await;
    }
}

/// Fetches the page before a message into the cache. `false`: the workspace cannot be reached.
async fn fetch(seat: &Seat, id: ConversationId, before: Seq) -> Result<bool, ErrorBody> {
    let path = format!(
        "/api/v1/conversations/{id}/messages?before={before}&limit={}",
        limits::HISTORY_PAGE
    );
    match seat.http.get::<HistoryPage>(&path).await {
        Ok(page) => {
            // A page that does not fit (any more) changes nothing; the next scroll asks again.
            seat.cache
                .insert_history(id, before, &page)
                .await
                .map_err(from_cache)?;
            Ok(true)
        }
        Err(error) => {
            tracing::debug!(code = ?error.code, "history cannot be fetched");
            Ok(false)
        }
    }
}

fn check(command: &Command) -> Result<(), ErrorBody> {
    let agents = match command {
        Command::Reply { body, .. } | Command::Comment { body, .. } => {
            body.check().map_err(|error| match error {
                BodyError::Empty => {
                    ErrorBody::new(ErrorCode::BadRequest, "There is nothing to send yet.")
                }
                BodyError::TooLong => too_long(),
            })?;
            match command {
                Command::Comment { mentions, .. } => mentions.len(),
                _ => 0,
            }
        }
        Command::Assign { agents, .. } => agents.len(),
        _ => 0,
    };
    if agents > limits::AGENTS_PER_COMMAND {
        return Err(ErrorBody::new(
            ErrorCode::TooLarge,
            "These are too many agents at once.",
        ));
    }
    Ok(())
}

fn too_long() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::TooLarge,
        "This is too long for one message. Send it in parts.",
    )
}

fn not_in_outbox() -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, "This was sent or given up already.")
}
