//! Who the cache belongs to, and the team.

use protocol::ids::{AgentId, Seq};
use protocol::model::Group;
use serde::de::DeserializeOwned;
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{blob, parse, seq, uuid};
use crate::error::CacheError;
use crate::model::{Me, Team};

const GROUPS: &str = "SELECT model FROM agent_groups ORDER BY id";

type SessionColumns = (Vec<u8>, String, String, String, String, String);

impl Cache {
    /// The last event stored; `None` before the first snapshot.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn cursor(&self) -> Result<Option<Seq>, CacheError> {
        let cursor: Option<i64> = sqlx::query_scalar("SELECT cursor FROM session")
            .fetch_optional(&self.inner.readers)
            .await?;
        cursor.map(seq).transpose()
    }

    /// Whose cache it is.
    ///
    /// # Errors
    /// [`CacheError::Empty`] before the first snapshot.
    pub async fn me(&self) -> Result<Me, CacheError> {
        let mut tx = self.inner.readers.begin().await?;
        let session: SessionColumns = sqlx::query_as(
            "SELECT agent_id, choice, presence, next, settings, workspace FROM session",
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(CacheError::Empty)?;
        let (id, choice, presence, next, settings, workspace) = session;
        let agent_id = AgentId(uuid(&id)?);
        let agent: Option<String> = sqlx::query_scalar("SELECT model FROM agents WHERE id = ?")
            .bind(blob(&agent_id.0))
            .fetch_optional(&mut *tx)
            .await?;
        Ok(Me {
            agent_id,
            agent: agent.as_deref().map(parse).transpose()?,
            choice: parse(&choice)?,
            presence: parse(&presence)?,
            next: parse(&next)?,
            settings: parse(&settings)?,
            workspace: parse(&workspace)?,
        })
    }

    /// The workspace and everybody in it.
    ///
    /// # Errors
    /// [`CacheError::Empty`] before the first snapshot.
    pub async fn team(&self) -> Result<Team, CacheError> {
        let mut tx = self.inner.readers.begin().await?;
        let workspace: String = sqlx::query_scalar("SELECT workspace FROM session")
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(CacheError::Empty)?;
        Ok(Team {
            workspace: parse(&workspace)?,
            agents: models(&mut tx, "SELECT model FROM agents ORDER BY id").await?,
            groups: models(&mut tx, GROUPS).await?,
            sites: models(&mut tx, "SELECT model FROM sites ORDER BY id").await?,
            presence: models(&mut tx, "SELECT model FROM team_presence ORDER BY id").await?,
        })
    }

    /// The groups alone; none before the first snapshot. Asked for with every message, which must not
    /// wait for the rest of the team to be read.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn groups(&self) -> Result<Vec<Group>, CacheError> {
        let mut db = self.inner.readers.acquire().await?;
        models(&mut db, GROUPS).await
    }
}

async fn models<T: DeserializeOwned>(
    db: &mut SqliteConnection,
    sql: &'static str,
) -> Result<Vec<T>, CacheError> {
    let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(db).await?;
    rows.iter().map(|model| parse(model)).collect()
}
