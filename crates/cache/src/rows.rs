//! Writing the server's word: one function for each kind of row.

use protocol::ids::{AgentId, ClientId, ConversationId};
use protocol::model::{Agent, Conversation, Group, Message, ReadMark, Site};
use protocol::snapshot::ConversationTail;
use protocol::status::TeamPresence;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::codec::{MessageJson, blob, json, number, uuid};
use crate::error::CacheError;

/// Values bound by one statement at most: below SQLite's limit of 32,766.
const MESSAGES_PER_INSERT: usize = 500;

pub(crate) async fn put_agent(db: &mut SqliteConnection, agent: &Agent) -> Result<(), CacheError> {
    sqlx::query("INSERT OR REPLACE INTO agents (id, model) VALUES (?, ?)")
        .bind(blob(&agent.id.0))
        .bind(json(agent)?)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn remove_agent(db: &mut SqliteConnection, id: AgentId) -> Result<(), CacheError> {
    sqlx::query("DELETE FROM agents WHERE id = ?")
        .bind(blob(&id.0))
        .execute(&mut *db)
        .await?;
    sqlx::query("DELETE FROM team_presence WHERE id = ?")
        .bind(blob(&id.0))
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn put_group(db: &mut SqliteConnection, group: &Group) -> Result<(), CacheError> {
    sqlx::query("INSERT OR REPLACE INTO agent_groups (id, model) VALUES (?, ?)")
        .bind(blob(&group.id.0))
        .bind(json(group)?)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn put_site(db: &mut SqliteConnection, site: &Site) -> Result<(), CacheError> {
    sqlx::query("INSERT OR REPLACE INTO sites (id, model) VALUES (?, ?)")
        .bind(blob(&site.id.0))
        .bind(json(site)?)
        .execute(db)
        .await?;
    Ok(())
}

pub(crate) async fn put_presence(
    db: &mut SqliteConnection,
    presence: &TeamPresence,
) -> Result<(), CacheError> {
    sqlx::query("INSERT OR REPLACE INTO team_presence (id, model) VALUES (?, ?)")
        .bind(blob(&presence.agent_id.0))
        .bind(json(presence)?)
        .execute(db)
        .await?;
    Ok(())
}

/// Only moves on.
pub(crate) async fn put_read_mark(
    db: &mut SqliteConnection,
    mark: ReadMark,
) -> Result<(), CacheError> {
    sqlx::query(
        "INSERT INTO read_marks (conversation_id, through) VALUES (?, ?)
        ON CONFLICT (conversation_id) DO UPDATE SET through = max(through, excluded.through)",
    )
    .bind(blob(&mark.conversation_id.0))
    .bind(number(mark.through)?)
    .execute(db)
    .await?;
    Ok(())
}

/// The row without its messages; [`crate::settle::settle`] must follow.
pub(crate) async fn put_conversation(
    db: &mut SqliteConnection,
    conversation: &Conversation,
) -> Result<(), CacheError> {
    sqlx::query(
        "INSERT INTO conversations (id, truth, more) VALUES (?, ?, 0)
        ON CONFLICT (id) DO UPDATE SET truth = excluded.truth",
    )
    .bind(blob(&conversation.id.0))
    .bind(json(conversation)?)
    .execute(db)
    .await?;
    Ok(())
}

/// The row and its last messages; [`crate::settle::settle`] must follow. Older messages stay when
/// `keep_history` and they join on to the tail without a gap; otherwise they are dropped, and can be
/// fetched again.
pub(crate) async fn put_tail(
    db: &mut SqliteConnection,
    tail: &ConversationTail,
    keep_history: bool,
) -> Result<(), CacheError> {
    let id = tail.conversation.id;
    let known = sqlx::query("UPDATE conversations SET truth = ? WHERE id = ?")
        .bind(json(&tail.conversation)?)
        .bind(blob(&id.0))
        .execute(&mut *db)
        .await?
        .rows_affected()
        > 0;
    if known {
        let joins_at = match tail.messages.first() {
            Some(first) if keep_history && tail.more => {
                let here: bool = sqlx::query_scalar(
                    "SELECT EXISTS (
                        SELECT 1 FROM messages WHERE conversation_id = ? AND seq = ? AND id = ?)",
                )
                .bind(blob(&id.0))
                .bind(number(first.seq)?)
                .bind(blob(&first.id.0))
                .fetch_one(&mut *db)
                .await?;
                here.then_some(number(first.seq)?)
            }
            _ => None,
        };
        sqlx::query("DELETE FROM messages WHERE conversation_id = ? AND seq >= ?")
            .bind(blob(&id.0))
            .bind(joins_at.unwrap_or(i64::MIN))
            .execute(&mut *db)
            .await?;
        if joins_at.is_none() {
            set_more(db, id, tail.more).await?;
        }
    } else {
        sqlx::query("INSERT INTO conversations (id, truth, more) VALUES (?, ?, ?)")
            .bind(blob(&id.0))
            .bind(json(&tail.conversation)?)
            .bind(tail.more)
            .execute(&mut *db)
            .await?;
    }
    let messages: Vec<&Message> = tail.messages.iter().collect();
    insert_messages(db, &messages).await
}

pub(crate) async fn set_more(
    db: &mut SqliteConnection,
    id: ConversationId,
    more: bool,
) -> Result<(), CacheError> {
    sqlx::query("UPDATE conversations SET more = ? WHERE id = ?")
        .bind(more)
        .bind(blob(&id.0))
        .execute(db)
        .await?;
    Ok(())
}

/// Messages of conversations that are here. Replacing on every conflict, so that no peer can send
/// something that stops the device for good.
pub(crate) async fn insert_messages(
    db: &mut SqliteConnection,
    messages: &[&Message],
) -> Result<(), CacheError> {
    for some in messages.chunks(MESSAGES_PER_INSERT) {
        let mut rows = Vec::with_capacity(some.len());
        for message in some {
            rows.push((message, number(message.seq)?, MessageJson::of(message)?));
        }
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT OR REPLACE INTO messages
                (id, conversation_id, seq, client_id, author, kind, body, mentions, sent_at) ",
        );
        insert.push_values(rows, |mut row, (message, seq, json)| {
            row.push_bind(blob(&message.id.0).to_vec())
                .push_bind(blob(&message.conversation_id.0).to_vec())
                .push_bind(seq)
                .push_bind(blob(&message.client_id.0).to_vec())
                .push_bind(json.author)
                .push_bind(json.kind)
                .push_bind(json.body)
                .push_bind(json.mentions)
                .push_bind(message.sent_at.0);
        });
        insert.build().execute(&mut *db).await?;
    }
    Ok(())
}

/// Whether a conversation is here.
pub(crate) async fn is_here(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<bool, CacheError> {
    let here = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM conversations WHERE id = ?)")
        .bind(blob(&id.0))
        .fetch_one(db)
        .await?;
    Ok(here)
}

/// Sight of a conversation is lost: its messages, draft and undecided intents go. Replies and
/// comments in the outbox stay, as failed, because somebody wrote them and they are shown again
/// should sight be regained; other commands have lost their object and go. Answers which failed.
pub(crate) async fn lose_conversation(
    db: &mut SqliteConnection,
    id: ConversationId,
    error: &str,
) -> Result<Vec<ClientId>, CacheError> {
    drop_content(db, id).await?;
    sqlx::query("DELETE FROM outbox WHERE conversation_id = ? AND kind <> 'message'")
        .bind(blob(&id.0))
        .execute(&mut *db)
        .await?;
    let failed: Vec<Vec<u8>> = sqlx::query_scalar(
        "UPDATE outbox SET state = 'failed', error = ? WHERE conversation_id = ? AND state = 'waiting'
        RETURNING client_id",
    )
    .bind(error)
    .bind(blob(&id.0))
    .fetch_all(db)
    .await?;
    failed
        .iter()
        .map(|client_id| Ok(ClientId(uuid(client_id)?)))
        .collect()
}

/// A conversation was erased: everything of it goes, whatever its state, what was written here
/// included. Answers which replies and comments went unsent.
pub(crate) async fn erase_conversation(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<Vec<ClientId>, CacheError> {
    drop_content(db, id).await?;
    sqlx::query("DELETE FROM read_marks WHERE conversation_id = ?")
        .bind(blob(&id.0))
        .execute(&mut *db)
        .await?;
    let unsent: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT client_id FROM outbox
        WHERE conversation_id = ? AND kind = 'message' AND state <> 'confirmed' ORDER BY position",
    )
    .bind(blob(&id.0))
    .fetch_all(&mut *db)
    .await?;
    sqlx::query("DELETE FROM outbox WHERE conversation_id = ?")
        .bind(blob(&id.0))
        .execute(db)
        .await?;
    unsent
        .iter()
        .map(|client_id| Ok(ClientId(uuid(client_id)?)))
        .collect()
}

async fn drop_content(db: &mut SqliteConnection, id: ConversationId) -> Result<(), CacheError> {
    // Messages and the draft go with the row.
    sqlx::query("DELETE FROM conversations WHERE id = ?")
        .bind(blob(&id.0))
        .execute(&mut *db)
        .await?;
    crate::notices::close_gone(db, id).await
}
