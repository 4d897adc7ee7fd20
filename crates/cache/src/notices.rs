//! Intents until they are decided, and the ledger of what was decided.
//!
//! An intent is stored with the events it comes of ([`Cache::apply`]) and closed after it was decided
//! and shown. One that is found at start was pending when the app ended; what becomes of it is decided
//! by whoever reads it. The ledger holds no word of any message.

use protocol::ids::{ConversationId, Instant};
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{blob, seq, uuid};
use crate::error::CacheError;
use crate::model::{Intent, LedgerEntry, NewIntent, Outcome};

/// Lines the ledger keeps: weeks of a busy agent.
const LEDGER_LINES: i64 = 5_000;

type IntentColumns = (i64, Option<Vec<u8>>, i64, String, String, i64);
type LedgerColumns = (Option<Vec<u8>>, String, i64, i64, bool, String);

impl Cache {
    /// All intents that are not closed, oldest first.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn pending_intents(&self) -> Result<Vec<Intent>, CacheError> {
        let rows: Vec<IntentColumns> = sqlx::query_as(
            "SELECT id, conversation_id, seq, kind, payload, at FROM intents ORDER BY id",
        )
        .fetch_all(&self.inner.readers)
        .await?;
        let mut intents = Vec::new();
        for (id, conversation_id, number, kind, payload, at) in rows {
            intents.push(Intent {
                id,
                intent: NewIntent {
                    conversation_id: conversation(conversation_id.as_deref())?,
                    seq: seq(number)?,
                    kind,
                    payload,
                    at: Instant(at),
                },
            });
        }
        Ok(intents)
    }

    /// Moves an intent to the ledger. One that is closed already, or went with its conversation, is
    /// left alone.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn close_intent(
        &self,
        id: i64,
        outcome: &Outcome,
        decided_at: Instant,
    ) -> Result<(), CacheError> {
        self.close_intents(&[(id, outcome.clone())], decided_at)
            .await
    }

    /// [`Cache::close_intent`] for many that were decided together, in one transaction.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn close_intents(
        &self,
        decided: &[(i64, Outcome)],
        decided_at: Instant,
    ) -> Result<(), CacheError> {
        let mut tx = self.begin().await?;
        for (id, outcome) in decided {
            close(&mut tx, *id, outcome, decided_at).await?;
        }
        cut(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes a line of the ledger for something that left no intent: a notice of one's own state, which
    /// is told at once or never.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn write_ledger(&self, entry: &LedgerEntry) -> Result<(), CacheError> {
        let (shown, reason) = columns(&entry.outcome);
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO ledger (conversation_id, kind, at, decided_at, shown, reason)
            VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(entry.conversation_id.map(|id| blob(&id.0).to_vec()))
        .bind(&entry.kind)
        .bind(entry.at.0)
        .bind(entry.decided_at.0)
        .bind(shown)
        .bind(reason)
        .execute(&mut *tx)
        .await?;
        cut(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The newest lines of the ledger, newest first.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn ledger(&self, limit: u32) -> Result<Vec<LedgerEntry>, CacheError> {
        let rows: Vec<LedgerColumns> = sqlx::query_as(
            "SELECT conversation_id, kind, at, decided_at, shown, reason FROM ledger
            ORDER BY id DESC LIMIT ?",
        )
        .bind(i64::from(limit))
        .fetch_all(&self.inner.readers)
        .await?;
        let mut entries = Vec::new();
        for (conversation_id, kind, at, decided_at, shown, reason) in rows {
            entries.push(LedgerEntry {
                conversation_id: conversation(conversation_id.as_deref())?,
                kind,
                at: Instant(at),
                decided_at: Instant(decided_at),
                outcome: if shown {
                    Outcome::Shown
                } else {
                    Outcome::Suppressed(reason)
                },
            });
        }
        Ok(entries)
    }
}

fn columns(outcome: &Outcome) -> (bool, &str) {
    match outcome {
        Outcome::Shown => (true, ""),
        Outcome::Suppressed(reason) => (false, reason.as_str()),
    }
}

/// Drops the oldest lines.
async fn cut(db: &mut SqliteConnection) -> Result<(), CacheError> {
    sqlx::query("DELETE FROM ledger WHERE id <= (SELECT max(id) FROM ledger) - ?")
        .bind(LEDGER_LINES)
        .execute(db)
        .await?;
    Ok(())
}

async fn close(
    db: &mut SqliteConnection,
    id: i64,
    outcome: &Outcome,
    decided_at: Instant,
) -> Result<(), CacheError> {
    let (shown, reason) = columns(outcome);
    sqlx::query(
        "INSERT INTO ledger (conversation_id, kind, at, decided_at, shown, reason)
        SELECT conversation_id, kind, at, ?, ?, ? FROM intents WHERE id = ?",
    )
    .bind(decided_at.0)
    .bind(shown)
    .bind(reason)
    .bind(id)
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM intents WHERE id = ?")
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

fn conversation(id: Option<&[u8]>) -> Result<Option<ConversationId>, CacheError> {
    id.map(|bytes| Ok(ConversationId(uuid(bytes)?))).transpose()
}
