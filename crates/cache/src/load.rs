//! Taking a snapshot in place of what is here.
//!
//! What the server said is replaced. What only this device has stays: drafts, outbox, undecided
//! intents, ledger, and history that joins on to the snapshot's tails without a gap. Conversations
//! that the snapshot does not have are treated as lost. A snapshot of another agent or workspace
//! leaves nothing of the one before. With it come the intents of what happened in between, whose events
//! are not to be had any more.
//!
//! A snapshot may come from a server that was restored from a backup, and its numbers do not tell. What
//! was confirmed may be gone then, so it is sent again unless its message is in the snapshot (a
//! client id is carried out once). A snapshot older than the cursor certainly does, and history is not
//! kept, since numbers were used twice.

use std::collections::BTreeSet;

use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::ConversationId;
use protocol::snapshot::Snapshot;
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{author_json, blob, json, number, parse, seq, uuid};
use crate::error::CacheError;
use crate::follow::store_intent;
use crate::model::{Applied, Intent, NewIntent};
use crate::rows;
use crate::settle::{Context, settle};

impl Cache {
    /// Replaces what is here by the snapshot, in one transaction.
    ///
    /// # Errors
    /// [`CacheError`]; then nothing was changed.
    pub async fn load_snapshot(&self, snapshot: &Snapshot) -> Result<Applied, CacheError> {
        self.load_snapshot_with(snapshot, &[]).await
    }

    /// The same, with the intents of what happened between what is here and the snapshot, whose events
    /// never came.
    ///
    /// # Errors
    /// [`CacheError`]; then nothing was changed.
    pub async fn load_snapshot_with(
        &self,
        snapshot: &Snapshot,
        intents: &[NewIntent],
    ) -> Result<Applied, CacheError> {
        let mut tx = self.begin().await?;
        let db = &mut *tx;
        let mut applied = Applied {
            cursor: snapshot.seq,
            team: true,
            me: true,
            ..Applied::default()
        };
        let keep_history = make_room(db, snapshot).await?;
        write_team(db, snapshot).await?;

        let held: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM conversations")
            .fetch_all(&mut *db)
            .await?;
        let kept: BTreeSet<ConversationId> = snapshot
            .conversations
            .iter()
            .map(|tail| tail.conversation.id)
            .collect();
        for id in &held {
            let id = ConversationId(uuid(id)?);
            if !kept.contains(&id) {
                let unsendable = rows::lose_conversation(db, id, &lost_error()?).await?;
                applied.unsendable.extend(unsendable);
                applied.gone.insert(id);
            }
        }
        for tail in &snapshot.conversations {
            rows::put_tail(db, tail, keep_history).await?;
        }
        mark_read(db, snapshot).await?;
        drop_answered(db, snapshot).await?;

        let context = Context::read(db).await?;
        for id in &kept {
            settle(db, &context, *id).await?;
        }
        for intent in intents {
            let id = store_intent(db, intent).await?;
            applied.intents.push(Intent {
                id,
                intent: intent.clone(),
            });
        }
        tx.commit().await?;
        applied.conversations = applied.gone.union(&kept).copied().collect();
        Ok(applied)
    }
}

/// The error that outbox items of a lost conversation carry.
pub(crate) fn lost_error() -> Result<String, CacheError> {
    json(&ErrorBody::new(
        ErrorCode::NotAllowed,
        "You can no longer see this conversation, so this was not sent.",
    ))
}

/// Removes what cannot stay beside the snapshot. Answers whether history can.
async fn make_room(db: &mut SqliteConnection, snapshot: &Snapshot) -> Result<bool, CacheError> {
    let before: Option<(Vec<u8>, Vec<u8>, i64)> =
        sqlx::query_as("SELECT workspace_id, agent_id, cursor FROM session")
            .fetch_optional(&mut *db)
            .await?;
    let Some((workspace_id, agent_id, cursor)) = before else {
        return Ok(false);
    };
    let same =
        uuid(&workspace_id)? == snapshot.workspace.id.0 && uuid(&agent_id)? == snapshot.agent_id.0;
    if !same {
        for statement in [
            "DELETE FROM conversations",
            "DELETE FROM outbox",
            "DELETE FROM intents",
            "DELETE FROM ledger",
            "DELETE FROM away",
            "DELETE FROM notice_settings",
        ] {
            sqlx::query(statement).execute(&mut *db).await?;
        }
        return Ok(false);
    }
    let went_back = seq(cursor)? > snapshot.seq;
    sqlx::query("UPDATE outbox SET state = 'waiting', confirmed_seq = 0 WHERE state = 'confirmed'")
        .execute(db)
        .await?;
    Ok(!went_back)
}

async fn write_team(db: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), CacheError> {
    for statement in [
        "DELETE FROM session",
        "DELETE FROM agents",
        "DELETE FROM agent_groups",
        "DELETE FROM sites",
        "DELETE FROM team_presence",
        "DELETE FROM read_marks",
    ] {
        sqlx::query(statement).execute(&mut *db).await?;
    }
    sqlx::query(
        "INSERT INTO session (one, workspace_id, agent_id, cursor, workspace, choice, presence,
            next, settings)
        VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(blob(&snapshot.workspace.id.0))
    .bind(blob(&snapshot.agent_id.0))
    .bind(number(snapshot.seq)?)
    .bind(json(&snapshot.workspace)?)
    .bind(json(&snapshot.choice)?)
    .bind(json(&snapshot.presence)?)
    .bind(json(&snapshot.next)?)
    .bind(json(&snapshot.settings)?)
    .execute(&mut *db)
    .await?;
    for agent in &snapshot.agents {
        rows::put_agent(db, agent).await?;
    }
    for group in &snapshot.groups {
        rows::put_group(db, group).await?;
    }
    for site in &snapshot.sites {
        rows::put_site(db, site).await?;
    }
    for presence in &snapshot.team {
        rows::put_presence(db, presence).await?;
    }
    Ok(())
}

/// The snapshot's marks, and beyond them what was read here and is not confirmed yet.
async fn mark_read(db: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), CacheError> {
    for mark in &snapshot.read {
        rows::put_read_mark(db, *mark).await?;
    }
    let own: Vec<String> =
        sqlx::query_scalar("SELECT command FROM outbox WHERE kind = 'mark_read'")
            .fetch_all(&mut *db)
            .await?;
    for command in &own {
        if let protocol::command::Command::MarkRead {
            conversation_id,
            through,
        } = parse(command)?
        {
            rows::put_read_mark(
                db,
                protocol::model::ReadMark {
                    conversation_id,
                    through,
                },
            )
            .await?;
        }
    }
    Ok(())
}

/// Outbox items whose message is here.
async fn drop_answered(db: &mut SqliteConnection, snapshot: &Snapshot) -> Result<(), CacheError> {
    sqlx::query(
        "DELETE FROM outbox WHERE EXISTS (
            SELECT 1 FROM messages m
            WHERE m.conversation_id = outbox.conversation_id
                AND m.client_id = outbox.client_id AND m.author = ?
        )",
    )
    .bind(author_json(snapshot.agent_id)?)
    .execute(db)
    .await?;
    Ok(())
}
