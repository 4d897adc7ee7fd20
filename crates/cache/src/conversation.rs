//! One conversation: its messages, its history page by page, its draft.

use protocol::command::Command;
use protocol::ids::{ConversationId, Instant, Seq};
use protocol::model::{Author, MessageKind};
use protocol::rest::HistoryPage;
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::Cache;
use crate::codec::{MESSAGE_COLUMNS, MessageColumns, blob, parse, seq, stored_message, uuid};
use crate::error::CacheError;
use crate::model::{Delivery, OlderPage, OpenConversation, StoredMessage};
use crate::rows;
use crate::settle::{Context, is_late, settle};

impl Cache {
    /// A conversation with its `newest` newest messages and all own ones in the outbox; `None` when
    /// it is not here.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn conversation(
        &self,
        id: ConversationId,
        newest: u32,
    ) -> Result<Option<OpenConversation>, CacheError> {
        let mut tx = self.inner.readers.begin().await?;
        let db = &mut *tx;
        let row: Option<(String, bool, i64, String, Option<i64>)> = sqlx::query_as(
            "SELECT c.shown, c.more, COALESCE(r.through, 0), COALESCE(d.text, ''), c.late_for
            FROM conversations c
            LEFT JOIN read_marks r ON r.conversation_id = c.id
            LEFT JOIN drafts d ON d.conversation_id = c.id
            WHERE c.id = ?",
        )
        .bind(blob(&id.0))
        .fetch_optional(&mut *db)
        .await?;
        let Some((shown, more, through, draft, late_for)) = row else {
            return Ok(None);
        };
        let (mut messages, more_here) = page(db, id, Seq(u64::MAX), newest).await?;
        let seen_through = messages
            .last()
            .and_then(|message| message.seq)
            .unwrap_or_default();
        messages.extend(echoes(db, id).await?);
        let conversation = parse(&shown)?;
        Ok(Some(OpenConversation {
            late: is_late(late_for, &conversation),
            conversation,
            messages,
            more_here,
            more_on_server: more,
            seen_through,
            read_through: seq(through)?,
            draft,
        }))
    }

    /// Messages older than `before` from the cache. Fewer than `limit`, and `more_on_server`: ask
    /// the server for those before `oldest`, [`Cache::insert_history`], and ask again.
    ///
    /// # Errors
    /// [`CacheError::NoConversation`] when it is not here.
    pub async fn older(
        &self,
        id: ConversationId,
        before: Seq,
        limit: u32,
    ) -> Result<OlderPage, CacheError> {
        let mut tx = self.inner.readers.begin().await?;
        let more_on_server = more(&mut tx, id).await?;
        let (messages, more_here) = page(&mut tx, id, before, limit).await?;
        let oldest = oldest(&mut tx, id).await?;
        Ok(OlderPage {
            messages,
            more_here,
            more_on_server,
            oldest,
        })
    }

    /// Stores a page of history that the server gave for `before`. Answers `false`, and stores
    /// nothing, when it would leave a gap to what is here: what was here changed since it was asked
    /// for.
    ///
    /// # Errors
    /// [`CacheError::NoConversation`] when it is not here (any more).
    pub async fn insert_history(
        &self,
        id: ConversationId,
        before: Seq,
        page: &HistoryPage,
    ) -> Result<bool, CacheError> {
        let mut tx = self.begin().await?;
        more(&mut tx, id).await?;
        let oldest = oldest(&mut tx, id).await?;
        if oldest.is_some_and(|oldest| before < oldest) {
            return Ok(false);
        }
        // Whatever is newer than that came by the stream, and is newer than the page.
        let older: Vec<_> = page
            .messages
            .iter()
            .filter(|message| {
                message.conversation_id == id
                    && message.seq < before
                    && oldest.is_none_or(|oldest| message.seq < oldest)
            })
            .collect();
        let reaches_back = match (oldest, page.messages.first()) {
            (Some(oldest), Some(first)) => first.seq <= oldest,
            _ => true,
        };
        rows::insert_messages(&mut tx, &older).await?;
        if reaches_back {
            rows::set_more(&mut tx, id, page.more).await?;
        }
        let context = Context::read(&mut tx).await?;
        settle(&mut tx, &context, id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Keeps what the agent began to write; an empty text removes it.
    ///
    /// # Errors
    /// [`CacheError::NoConversation`] when it is not here.
    pub async fn save_draft(&self, id: ConversationId, text: &str) -> Result<(), CacheError> {
        let mut tx = self.begin().await?;
        more(&mut tx, id).await?;
        let context = Context::read(&mut tx).await?;
        put_draft(&mut tx, id, text).await?;
        settle(&mut tx, &context, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

pub(crate) async fn put_draft(
    db: &mut SqliteConnection,
    id: ConversationId,
    text: &str,
) -> Result<(), CacheError> {
    let statement = if text.is_empty() {
        sqlx::query("DELETE FROM drafts WHERE conversation_id = ?").bind(blob(&id.0))
    } else {
        sqlx::query("INSERT OR REPLACE INTO drafts (conversation_id, text) VALUES (?, ?)")
            .bind(blob(&id.0))
            .bind(text)
    };
    statement.execute(db).await?;
    Ok(())
}

/// Messages older than `before`, oldest first, and whether there are still older ones.
async fn page(
    db: &mut SqliteConnection,
    id: ConversationId,
    before: Seq,
    limit: u32,
) -> Result<(Vec<StoredMessage>, bool), CacheError> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows: Vec<MessageColumns> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT {MESSAGE_COLUMNS} FROM messages
        WHERE conversation_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
    )))
    .bind(blob(&id.0))
    .bind(i64::try_from(before.0).unwrap_or(i64::MAX))
    .bind(i64::from(limit).saturating_add(1))
    .fetch_all(db)
    .await?;
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let messages = rows
        .iter()
        .rev()
        .map(stored_message)
        .collect::<Result<_, _>>()?;
    Ok((messages, more))
}

/// Own replies and comments that the log has not brought back yet, in the order they were written.
async fn echoes(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<Vec<StoredMessage>, CacheError> {
    let rows: Vec<(Vec<u8>, String, i64, String, String)> = sqlx::query_as(
        "SELECT client_id, command, at, state, error FROM outbox
        WHERE conversation_id = ? AND kind = 'message' ORDER BY position",
    )
    .bind(blob(&id.0))
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let author = Author::Agent {
        agent_id: Context::read(db).await?.viewer.me,
    };
    let mut echoes = Vec::new();
    for (client_id, command, at, state, error) in rows {
        let (kind, body) = match parse(&command)? {
            Command::Reply { body, .. } => (MessageKind::Reply, body),
            Command::Comment { body, .. } => (MessageKind::Comment, body),
            _ => continue,
        };
        let delivery = match state.as_str() {
            "failed" => Delivery::Failed(parse(&error)?),
            "confirmed" => Delivery::Stored,
            _ => Delivery::Waiting,
        };
        echoes.push(StoredMessage {
            client_id: protocol::ids::ClientId(uuid(&client_id)?),
            id: None,
            seq: None,
            author,
            kind,
            body,
            at: Instant(at),
            delivery,
        });
    }
    Ok(echoes)
}

/// Whether older messages are on the server.
pub(crate) async fn more(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<bool, CacheError> {
    sqlx::query_scalar("SELECT more FROM conversations WHERE id = ?")
        .bind(blob(&id.0))
        .fetch_optional(db)
        .await?
        .ok_or(CacheError::NoConversation(id))
}

async fn oldest(db: &mut SqliteConnection, id: ConversationId) -> Result<Option<Seq>, CacheError> {
    let oldest: Option<i64> =
        sqlx::query_scalar("SELECT min(seq) FROM messages WHERE conversation_id = ?")
            .bind(blob(&id.0))
            .fetch_one(db)
            .await?;
    oldest.map(seq).transpose()
}
