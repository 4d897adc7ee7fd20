//! Intents until they are decided, and the ledger of what was decided.
//!
//! An intent is stored with the events it comes of ([`Cache::apply`]) and closed after it was decided
//! and shown. One that is found at start was pending when the app ended; what becomes of it is decided
//! by whoever reads it. The ledger holds no word of any message.

use protocol::ids::{ConversationId, Instant};
use rules::notices::settings::NoticeSettings;
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{blob, json, parse, seq, uuid};
use crate::error::CacheError;
use crate::model::{
    FAILED, Intent, LedgerEntry, LedgerFilter, LedgerLine, LedgerQuery, NewIntent, Outcome,
};

/// Lines the ledger keeps: weeks of a busy agent.
const LEDGER_LINES: i64 = 5_000;

type IntentColumns = (i64, Option<Vec<u8>>, i64, String, String, i64);
type LedgerColumns = (i64, Option<Vec<u8>>, String, i64, i64, bool, String);

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
        let query = LedgerQuery {
            limit,
            ..LedgerQuery::default()
        };
        let lines = self.ledger_lines(&query).await?;
        Ok(lines.into_iter().map(|line| line.entry).collect())
    }

    /// Lines of the ledger, newest first.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn ledger_lines(&self, query: &LedgerQuery) -> Result<Vec<LedgerLine>, CacheError> {
        let (shown, reason) = match &query.outcome {
            LedgerFilter::Any => (None, None),
            LedgerFilter::Shown => (Some(true), None),
            LedgerFilter::NotShown => (Some(false), None),
            LedgerFilter::Reason(reason) => (None, Some(reason.as_str())),
            LedgerFilter::Failed => (Some(false), Some(FAILED)),
        };
        let rows: Vec<LedgerColumns> = sqlx::query_as(
            "SELECT id, conversation_id, kind, at, decided_at, shown, reason FROM ledger
            WHERE (?1 IS NULL OR conversation_id = ?1) AND (?2 IS NULL OR shown = ?2)
                AND (?3 IS NULL OR reason = ?3 OR (?3 = ?6 AND substr(reason, 1, length(?6)) = ?6))
                AND (?4 IS NULL OR id < ?4)
            ORDER BY id DESC LIMIT ?5",
        )
        .bind(query.conversation_id.map(|id| blob(&id.0).to_vec()))
        .bind(shown)
        .bind(reason)
        .bind(query.before)
        .bind(i64::from(query.limit))
        .bind(FAILED)
        .fetch_all(&self.inner.readers)
        .await?;
        rows.into_iter().map(line).collect()
    }

    /// The conversations of what was kept from the agent since an instant for one of these reasons,
    /// newest first, at most as many.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn kept_from_me(
        &self,
        since: Instant,
        reasons: &[&str],
        limit: u32,
    ) -> Result<Vec<ConversationId>, CacheError> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT conversation_id FROM ledger
            WHERE at >= ? AND conversation_id IS NOT NULL AND shown = 0
                AND reason IN (SELECT value FROM json_each(?))
            GROUP BY conversation_id ORDER BY max(id) DESC LIMIT ?",
        )
        .bind(since.0)
        .bind(json(&reasons)?)
        .bind(i64::from(limit))
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter()
            .map(|id| Ok(ConversationId(uuid(id)?)))
            .collect()
    }

    /// What the agent set for the notices of this computer.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn notice_settings(&self) -> Result<NoticeSettings, CacheError> {
        let row: Option<String> = sqlx::query_scalar("SELECT settings FROM notice_settings")
            .fetch_optional(&self.inner.readers)
            .await?;
        row.map_or_else(|| Ok(NoticeSettings::default()), |text| parse(&text))
    }

    /// Sets that.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn set_notice_settings(&self, settings: &NoticeSettings) -> Result<(), CacheError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT OR REPLACE INTO notice_settings (one, settings) VALUES (1, ?)")
            .bind(json(settings)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

fn line(
    (id, conversation_id, kind, at, decided_at, shown, reason): LedgerColumns,
) -> Result<LedgerLine, CacheError> {
    let outcome = match (shown, reason.is_empty()) {
        (true, true) => Outcome::Shown,
        (true, false) => Outcome::ShownSilently(reason),
        (false, _) => Outcome::Suppressed(reason),
    };
    Ok(LedgerLine {
        id,
        entry: LedgerEntry {
            conversation_id: conversation(conversation_id.as_deref())?,
            kind,
            at: Instant(at),
            decided_at: Instant(decided_at),
            outcome,
        },
    })
}

fn columns(outcome: &Outcome) -> (bool, &str) {
    match outcome {
        Outcome::Shown => (true, ""),
        Outcome::ShownSilently(reason) => (true, reason.as_str()),
        Outcome::Suppressed(reason) => (false, reason.as_str()),
    }
}

/// The conversation of undecided intents goes: each leaves its line all the same.
pub(crate) async fn close_gone(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<(), CacheError> {
    sqlx::query(
        "INSERT INTO ledger (conversation_id, kind, at, decided_at, shown, reason)
        SELECT conversation_id, kind, at, at, 0, 'gone' FROM intents WHERE conversation_id = ?
        ORDER BY id",
    )
    .bind(blob(&id.0))
    .execute(&mut *db)
    .await?;
    sqlx::query("DELETE FROM intents WHERE conversation_id = ?")
        .bind(blob(&id.0))
        .execute(db)
        .await?;
    Ok(())
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
