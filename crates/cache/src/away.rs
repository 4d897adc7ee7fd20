//! The card of what happened while the agent was away: which conversations stand on it. What became of each
//! is read anew whenever it is drawn, so nothing of that is kept.

use crate::Cache;
use crate::codec::{json, parse};
use crate::error::CacheError;
use crate::model::AwayCard;

impl Cache {
    /// The card that was kept last; an empty one when there is none.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn away(&self) -> Result<AwayCard, CacheError> {
        let card: Option<String> = sqlx::query_scalar("SELECT card FROM away")
            .fetch_optional(&self.inner.readers)
            .await?;
        card.map_or_else(|| Ok(AwayCard::default()), |card| parse(&card))
    }

    /// Keeps it in place of the one before. An empty one is none.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn keep_away(&self, card: &AwayCard) -> Result<(), CacheError> {
        let mut tx = self.begin().await?;
        if card.conversations.is_empty() {
            sqlx::query("DELETE FROM away").execute(&mut *tx).await?;
        } else {
            sqlx::query("INSERT OR REPLACE INTO away (one, card) VALUES (1, ?)")
                .bind(json(card)?)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
