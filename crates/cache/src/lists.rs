//! Lists and the numbers beside the navigation, from columns and indexes.
//!
//! Each folder has an index for each order, so the database never sorts; the words of a statement
//! are fixed here, only values are bound.

use std::collections::BTreeMap;

use protocol::ids::{ConversationId, GroupId, Instant, Seq};
use protocol::model::Conversation;
use protocol::status::Status;
use rules::list;
use rules::status::{Offer, meaning};
use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::codec::{blob, count, parse, seq, uuid};
use crate::error::CacheError;
use crate::model::{Counts, Folder, ListPage, ListQuery, ListRow, Sort};
use crate::{Cache, LIST_LIMIT};

type RowColumns = (String, bool, String, String);

impl Cache {
    /// A page of a list. `presence` is one's own as shown and `opted_in` one's wish to be offered late
    /// chats while Invisible: they decide which of the offered conversations stand in
    /// [`Folder::Mine`].
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn list(
        &self,
        query: &ListQuery,
        presence: Status,
        opted_in: bool,
    ) -> Result<ListPage, CacheError> {
        let offer = meaning(presence, opted_in).offered_new;
        let mut tx = self.inner.readers.begin().await?;
        let mut page = sqlx::query_as(AssertSqlSafe(page_sql(query, offer)))
            .bind(query.open)
            .bind(i64::from(query.limit.min(LIST_LIMIT)))
            .bind(i64::from(query.offset));
        let mut total = sqlx::query_scalar(AssertSqlSafe(total_sql(query, offer))).bind(query.open);
        if let Folder::Group(id) = query.folder {
            page = page.bind(blob(&id.0).to_vec());
            total = total.bind(blob(&id.0).to_vec());
        }
        let rows: Vec<RowColumns> = page.fetch_all(&mut *tx).await?;
        let total: i64 = total.fetch_one(&mut *tx).await?;
        let rows = rows.into_iter().map(list_row).collect::<Result<_, _>>()?;
        Ok(ListPage {
            rows,
            total: count(total),
        })
    }

    /// One row as a list shows it; `None` when the conversation is not here.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn row(&self, id: ConversationId) -> Result<Option<ListRow>, CacheError> {
        let row: Option<RowColumns> = sqlx::query_as(
            "SELECT shown, is_new, preview_by, preview FROM conversations WHERE id = ?",
        )
        .bind(blob(&id.0))
        .fetch_optional(&self.inner.readers)
        .await?;
        row.map(list_row).transpose()
    }

    /// A conversation as the server said last, and as it is shown: with what was done here and is not
    /// confirmed. `None` when it is not here.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn truth_and_shown(
        &self,
        id: ConversationId,
    ) -> Result<Option<(Conversation, Conversation)>, CacheError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT truth, shown FROM conversations WHERE id = ?")
                .bind(blob(&id.0))
                .fetch_optional(&self.inner.readers)
                .await?;
        row.map(|(truth, shown)| Ok((parse(&truth)?, parse(&shown)?)))
            .transpose()
    }

    /// The newest message that is here of each conversation that is here; zero where there is none.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn newest_of_each(&self) -> Result<BTreeMap<ConversationId, Seq>, CacheError> {
        let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT c.id, COALESCE((SELECT max(m.seq) FROM messages m WHERE m.conversation_id = c.id), 0)
            FROM conversations c",
        )
        .fetch_all(&self.inner.readers)
        .await?;
        rows.iter()
            .map(|(id, newest)| Ok((ConversationId(uuid(id)?), seq(*newest)?)))
            .collect()
    }

    /// The numbers of open conversations. `presence` and `opted_in` as in [`Cache::list`]: while Offline
    /// nobody waits for me; who is offered to me does, too.
    ///
    /// # Errors
    /// [`CacheError`].
    pub async fn counts(&self, presence: Status, opted_in: bool) -> Result<Counts, CacheError> {
        let offer = meaning(presence, opted_in).offered_new;
        let mut tx = self.inner.readers.begin().await?;
        let db = &mut *tx;
        let all = open_count(db, "SELECT count(*) FROM conversations WHERE is_open = 1").await?;
        let answered_by_me = open_count(
            db,
            "SELECT count(*) FROM conversations WHERE is_open = 1 AND mine = 1",
        )
        .await?;
        let mine = match offer {
            Offer::No => answered_by_me,
            Offer::AtOnce => {
                open_count(
                    db,
                    "SELECT count(*) FROM conversations WHERE is_open = 1 AND on_desk = 1",
                )
                .await?
            }
            Offer::AfterWaiting => {
                open_count(
                    db,
                    "SELECT count(*) FROM conversations WHERE is_open = 1 AND on_late_desk = 1",
                )
                .await?
            }
        };
        let unassigned = open_count(
            db,
            "SELECT count(*) FROM conversations WHERE is_open = 1 AND unassigned = 1",
        )
        .await?;
        let groups: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT group_id, sum(is_open) FROM conversations WHERE group_id IS NOT NULL
            GROUP BY group_id HAVING sum(is_open) > 0 ORDER BY group_id",
        )
        .fetch_all(&mut *db)
        .await?;
        let mut counts = Counts {
            mine,
            answered_by_me,
            unassigned,
            all,
            unsent: crate::outbox::unsent_here(db).await?,
            ..Counts::default()
        };
        for (id, open) in groups {
            counts.groups.push((GroupId(uuid(&id)?), count(open)));
        }
        if presence != Status::Offline {
            let (waiting, since, missed): (i64, Option<i64>, i64) =
                sqlx::query_as(AssertSqlSafe(waiting_sql(offer)))
                    .bind(list::WAITING_BELOW)
                    .fetch_one(db)
                    .await?;
            counts.waiting = count(waiting);
            counts.longest_waiting_since = since.map(Instant);
            counts.missed = count(missed);
        }
        Ok(counts)
    }
}

/// The statement of a page: `?1` open, `?2` how many, `?3` how many to skip, `?4` the group.
pub(crate) fn page_sql(query: &ListQuery, offer: Offer) -> String {
    let order = match query.sort {
        Sort::Newest => "last_message_at DESC, id DESC",
        Sort::Oldest => "last_message_at ASC, id ASC",
        Sort::LongestWaiting => "waiting_key ASC, id ASC",
    };
    format!(
        "SELECT shown, is_new, preview_by, preview FROM conversations
        WHERE is_open = ?1 AND {} ORDER BY {order} LIMIT ?2 OFFSET ?3",
        condition(query.folder, offer, "?4"),
    )
}

/// The statement that counts all of a list: `?1` open, `?2` the group.
fn total_sql(query: &ListQuery, offer: Offer) -> String {
    format!(
        "SELECT count(*) FROM conversations WHERE is_open = ?1 AND {}",
        condition(query.folder, offer, "?2"),
    )
}

/// The statement that counts who waits for me and since when: `?1` is [`list::WAITING_BELOW`].
fn waiting_sql(offer: Offer) -> String {
    format!(
        "SELECT count(*), min(waiting_key), COALESCE(sum(is_missed), 0) FROM conversations
        WHERE is_open = 1 AND waiting_key < ?1 AND {}",
        condition(Folder::Mine, offer, "NULL"),
    )
}

/// In the very words of the partial indexes, so that they are used.
fn condition(folder: Folder, offer: Offer, group: &str) -> String {
    match folder {
        Folder::Mine => match offer {
            Offer::AtOnce => "on_desk = 1",
            Offer::AfterWaiting => "on_late_desk = 1",
            Offer::No => "mine = 1",
        }
        .to_owned(),
        Folder::Unassigned => "unassigned = 1".to_owned(),
        Folder::All => "TRUE".to_owned(),
        Folder::Group(_) => format!("group_id = {group} AND group_id IS NOT NULL"),
    }
}

async fn open_count(db: &mut SqliteConnection, sql: &'static str) -> Result<u32, CacheError> {
    let found: i64 = sqlx::query_scalar(sql).fetch_one(db).await?;
    Ok(count(found))
}

fn list_row((shown, is_new, preview_by, preview): RowColumns) -> Result<ListRow, CacheError> {
    let conversation = parse(&shown)?;
    Ok(ListRow {
        dot: list::dot_on(&conversation, is_new),
        conversation,
        preview_by: parse(&preview_by)?,
        preview,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_list_is_sorted_or_searched_from_end_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache.db"), &[1; 32])
            .await
            .unwrap();
        let group = Folder::Group(GroupId(uuid::Uuid::from_u128(1)));
        for folder in [Folder::Mine, Folder::Unassigned, Folder::All, group] {
            for sort in [Sort::Newest, Sort::Oldest, Sort::LongestWaiting] {
                for offer in [Offer::AtOnce, Offer::AfterWaiting, Offer::No] {
                    let query = ListQuery {
                        folder,
                        open: true,
                        sort,
                        offset: 0,
                        limit: 50,
                    };
                    let statements = [
                        page_sql(&query, offer),
                        total_sql(&query, offer),
                        waiting_sql(offer),
                    ];
                    for sql in statements {
                        let plan: Vec<(i64, i64, i64, String)> =
                            sqlx::query_as(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                                .fetch_all(&cache.inner.readers)
                                .await
                                .unwrap();
                        let steps: Vec<_> = plan.into_iter().map(|(.., step)| step).collect();
                        assert_eq!(steps.len(), 1, "{folder:?} {sort:?}: {steps:?}");
                        assert!(
                            steps[0].starts_with("SEARCH conversations USING")
                                && steps[0].contains("INDEX"),
                            "{folder:?} {sort:?}: {steps:?}"
                        );
                    }
                }
            }
        }
        cache.close().await;
    }
}
