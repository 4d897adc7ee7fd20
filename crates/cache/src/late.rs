//! Chats that nobody has replied to for too long, which Invisible agents may wish to be offered.
//!
//! How long is too long is found out by whoever has a clock. Here it is only kept, for the waiting it
//! was found for: an answer ends it, and what waits anew is not late.

use protocol::ids::{ConversationId, Instant};
use rules::list;

use crate::Cache;
use crate::codec::{blob, uuid};
use crate::error::CacheError;
use crate::settle::{Context, settle};

impl Cache {
    /// Chats that are offered to me, wait, and are not late: each with since when it waits.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn offered_waiting(&self) -> Result<Vec<(ConversationId, Instant)>, CacheError> {
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT id, waiting_key FROM conversations
            WHERE is_open = 1 AND waiting_key < ? AND on_desk = 1 AND on_late_desk = 0 AND mine = 0",
        )
        .bind(list::WAITING_BELOW)
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter()
            .map(|(id, since)| Ok((ConversationId(uuid(id)?), Instant(*since))))
            .collect()
    }

    /// These have waited for too long.
    ///
    /// # Errors
    /// [`CacheError`]; then nothing was changed.
    pub async fn mark_late(&self, late: &[(ConversationId, Instant)]) -> Result<(), CacheError> {
        let mut tx = self.begin().await?;
        let context = Context::read(&mut tx).await?;
        for (id, since) in late {
            sqlx::query("UPDATE conversations SET late_for = ? WHERE id = ?")
                .bind(since.0)
                .bind(blob(&id.0))
                .execute(&mut *tx)
                .await?;
            settle(&mut tx, &context, *id).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
