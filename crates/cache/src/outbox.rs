//! What the agent did and the server has not confirmed yet.
//!
//! ```text
//! enqueue ──> waiting ── confirm ──> confirmed ── cursor reaches its events ──> gone
//!               │  ▲                                                             ▲
//!          fail │  │ retry            its message arrives by the stream ─────────┤
//!               ▼  │                                                             │
//!             failed ── discard ─────────────────────────────────────────────────┘
//! ```
//!
//! - [`Cache::enqueue`] returns once the command and everything that shows it are on the disk. There
//!   is no second place for a local echo: a reply or comment is shown from here, and what other
//!   commands change is carried out on the conversation's row (see `settle`), until the server's own
//!   word has come. So nothing is shown twice, and nothing flickers between the server's answer and
//!   its event, whichever comes first.
//! - Commands of one conversation are sent in the order they were given, one at a time. A failed
//!   reply or comment holds back what was done after it in the same conversation, since that may
//!   build on it; retried, it keeps its place. Only reading marks go past, as their order means
//!   nothing, and only the newest of them is kept.
//! - A refused command that is no message is dropped: nobody could see it to retry it.
//! - Nothing is ever sent twice under another client id, so sending again after a lost answer is
//!   always right.

use std::collections::BTreeSet;

use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::error::ErrorBody;
use protocol::ids::{ClientId, ConversationId, Instant};
use protocol::model::ReadMark;
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{blob, count, json, number, parse, uuid};
use crate::conversation::{more, put_draft};
use crate::error::CacheError;
use crate::model::{OutboxItem, Refused};
use crate::rows;
use crate::settle::{Context, settle};

impl Cache {
    /// Keeps a command and shows its effect, durably, before it returns. A reply or comment takes the
    /// draft with it, so that a crash cannot leave the same text to be sent again. The same client id
    /// a second time changes nothing.
    ///
    /// # Errors
    /// [`CacheError::NoConversation`] when the conversation is not here; nothing was kept then.
    pub async fn enqueue(&self, request: &CommandRequest, at: Instant) -> Result<(), CacheError> {
        let id = request.command.conversation_id();
        let kind = kind(&request.command);
        let mut tx = self.begin().await?;
        more(&mut tx, id).await?;
        let mut context = Context::read(&mut tx).await?;
        if let Command::MarkRead { through, .. } = &request.command {
            sqlx::query(
                "DELETE FROM outbox
                WHERE conversation_id = ? AND kind = 'mark_read' AND state = 'waiting'
                    AND client_id <> ?",
            )
            .bind(blob(&id.0))
            .bind(blob(&request.client_id.0))
            .execute(&mut *tx)
            .await?;
            rows::put_read_mark(
                &mut tx,
                ReadMark {
                    conversation_id: id,
                    through: *through,
                },
            )
            .await?;
        }
        let added = sqlx::query(
            "INSERT INTO outbox (client_id, conversation_id, command, kind, at, state)
            VALUES (?, ?, ?, ?, ?, 'waiting') ON CONFLICT (client_id) DO NOTHING",
        )
        .bind(blob(&request.client_id.0))
        .bind(blob(&id.0))
        .bind(json(&request.command)?)
        .bind(kind)
        .bind(at.0)
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() > 0 && kind == MESSAGE {
            put_draft(&mut tx, id, "").await?;
        }
        context.any_outbox = true;
        settle(&mut tx, &context, id).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What may be sent now: of each conversation the first item that nothing holds back.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn next_to_send(&self) -> Result<Vec<OutboxItem>, CacheError> {
        let rows: Vec<QueueColumns> = sqlx::query_as(
            "SELECT conversation_id, client_id, state, kind, command, at FROM outbox
            WHERE state <> 'confirmed' ORDER BY position",
        )
        .fetch_all(&self.inner.readers)
        .await?;
        let mut held_back = BTreeSet::new();
        let mut taken = BTreeSet::new();
        let mut items = Vec::new();
        for (conversation_id, client_id, state, kind, command, at) in rows {
            if state == "failed" {
                held_back.insert(conversation_id);
            } else if !taken.contains(&conversation_id)
                && (kind == MARK_READ || !held_back.contains(&conversation_id))
            {
                items.push(OutboxItem {
                    request: CommandRequest {
                        client_id: ClientId(uuid(&client_id)?),
                        command: parse(&command)?,
                    },
                    at: Instant(at),
                });
                taken.insert(conversation_id);
            }
        }
        Ok(items)
    }

    /// The server carried it out. Answers the conversation, or `None` when it is not in the outbox
    /// any more, because its message arrived first.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn confirm(
        &self,
        client_id: ClientId,
        done: &CommandDone,
    ) -> Result<Option<ConversationId>, CacheError> {
        let mut tx = self.begin().await?;
        let context = Context::read(&mut tx).await?;
        let statement = if done.seq <= context.cursor {
            sqlx::query_scalar("DELETE FROM outbox WHERE client_id = ?1 RETURNING conversation_id")
                .bind(blob(&client_id.0))
        } else {
            sqlx::query_scalar(
                "UPDATE outbox SET state = 'confirmed', confirmed_seq = ?2, error = ''
                WHERE client_id = ?1 RETURNING conversation_id",
            )
            .bind(blob(&client_id.0))
            .bind(number(done.seq)?)
        };
        let id: Option<Vec<u8>> = statement.fetch_optional(&mut *tx).await?;
        let id = settle_found(&mut tx, &context, id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The server refused it for good.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn fail(
        &self,
        client_id: ClientId,
        error: &ErrorBody,
    ) -> Result<Refused, CacheError> {
        let mut tx = self.begin().await?;
        let context = Context::read(&mut tx).await?;
        let kept: Option<Vec<u8>> = sqlx::query_scalar(
            "UPDATE outbox SET state = 'failed', error = ?
            WHERE client_id = ? AND kind = 'message' AND state <> 'confirmed'
            RETURNING conversation_id",
        )
        .bind(json(error)?)
        .bind(blob(&client_id.0))
        .fetch_optional(&mut *tx)
        .await?;
        let refused = if settle_found(&mut tx, &context, kept).await?.is_some() {
            Refused::Kept
        } else {
            let dropped: Option<Vec<u8>> = sqlx::query_scalar(
                "DELETE FROM outbox WHERE client_id = ? AND kind <> 'message'
                RETURNING conversation_id",
            )
            .bind(blob(&client_id.0))
            .fetch_optional(&mut *tx)
            .await?;
            match settle_found(&mut tx, &context, dropped).await? {
                Some(_) => Refused::Dropped,
                None => Refused::Unknown,
            }
        };
        tx.commit().await?;
        Ok(refused)
    }

    /// A failed item is to be sent once more, at its old place and under its old client id. Answers
    /// its conversation, or `None` when it is not here or did not fail.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn retry(&self, client_id: ClientId) -> Result<Option<ConversationId>, CacheError> {
        self.change_failed(
            client_id,
            "UPDATE outbox SET state = 'waiting', error = ''
            WHERE client_id = ? AND state = 'failed' RETURNING conversation_id",
        )
        .await
    }

    /// Throws a failed item away. Answers its conversation, or `None` when it is not here or did not
    /// fail: what still waits may be on its way already.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn discard(&self, client_id: ClientId) -> Result<Option<ConversationId>, CacheError> {
        self.change_failed(
            client_id,
            "DELETE FROM outbox WHERE client_id = ? AND state = 'failed' RETURNING conversation_id",
        )
        .await
    }

    async fn change_failed(
        &self,
        client_id: ClientId,
        sql: &'static str,
    ) -> Result<Option<ConversationId>, CacheError> {
        let mut tx = self.begin().await?;
        let context = Context::read(&mut tx).await?;
        let id: Option<Vec<u8>> = sqlx::query_scalar(sql)
            .bind(blob(&client_id.0))
            .fetch_optional(&mut *tx)
            .await?;
        let id = settle_found(&mut tx, &context, id).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// How many items the server has not confirmed, refused ones included. Reading marks do not
    /// count: nobody would mind losing them.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn unsent_count(&self) -> Result<u32, CacheError> {
        let found: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM outbox WHERE state <> 'confirmed' AND kind <> 'mark_read'",
        )
        .fetch_one(&self.inner.readers)
        .await?;
        Ok(count(found))
    }
}

/// As [`Cache::unsent_count`], of conversations that are here: of others nobody can retry or discard
/// anything, and a number that never goes down would only nag.
pub(crate) async fn unsent_here(db: &mut SqliteConnection) -> Result<u32, CacheError> {
    let found: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox WHERE state <> 'confirmed' AND kind <> 'mark_read'
            AND conversation_id IN (SELECT id FROM conversations)",
    )
    .fetch_one(db)
    .await?;
    Ok(count(found))
}

/// Conversation, client id, state, kind, command, time.
type QueueColumns = (Vec<u8>, Vec<u8>, String, String, String, i64);

const MESSAGE: &str = "message";
const MARK_READ: &str = "mark_read";
const OTHER: &str = "other";

fn kind(command: &Command) -> &'static str {
    match command {
        Command::Reply { .. } | Command::Comment { .. } => MESSAGE,
        Command::MarkRead { .. } => MARK_READ,
        Command::Assign { .. }
        | Command::AddAgent { .. }
        | Command::Leave { .. }
        | Command::SetGroup { .. }
        | Command::Close { .. }
        | Command::Reopen { .. } => OTHER,
    }
}

async fn settle_found(
    db: &mut SqliteConnection,
    context: &Context,
    id: Option<Vec<u8>>,
) -> Result<Option<ConversationId>, CacheError> {
    let Some(id) = id else { return Ok(None) };
    let id = ConversationId(uuid(&id)?);
    settle(db, context, id).await?;
    Ok(Some(id))
}
