//! What lists show of a conversation, written again whenever anything it depends on changed.
//!
//! A list is read from columns and indexes, so nothing may be decided while reading. All that a row
//! shows is a function of: the server's word (`truth`), one's own commands that the server has not
//! answered (carried out on the truth by [`rules::list`]), the newest message, the draft,
//! the read mark, and who the viewer is. Whoever writes one of these calls [`settle`] in the same
//! transaction.

use std::collections::BTreeSet;

use protocol::command::Command;
use protocol::ids::{AgentId, ConversationId, GroupId, Instant, Seq};
use protocol::model::{Author, Conversation, ConversationState, Group};
use rules::conversation::Around;
use rules::list::{self, Viewer};
use rules::status::Offer;
use sqlx::SqliteConnection;

use crate::codec::{author_json, blob, json, parse, seq, uuid};
use crate::error::CacheError;
use crate::model::PreviewBy;

/// What is the same for all conversations in one transaction.
pub(crate) struct Context {
    pub(crate) viewer: Viewer,
    pub(crate) cursor: Seq,
    pub(crate) agents: BTreeSet<AgentId>,
    pub(crate) groups: BTreeSet<GroupId>,
    pub(crate) my_author: String,
    /// Whether there may be own commands to carry out. `false` saves a look at each conversation.
    pub(crate) any_outbox: bool,
}

impl Context {
    /// Reads it.
    ///
    /// # Errors
    /// [`CacheError::Empty`] before the first snapshot.
    pub(crate) async fn read(db: &mut SqliteConnection) -> Result<Self, CacheError> {
        let (agent_id, cursor): (Vec<u8>, i64) =
            sqlx::query_as("SELECT agent_id, cursor FROM session")
                .fetch_optional(&mut *db)
                .await?
                .ok_or(CacheError::Empty)?;
        let me = AgentId(uuid(&agent_id)?);
        let agents: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM agents")
            .fetch_all(&mut *db)
            .await?;
        let groups: Vec<String> = sqlx::query_scalar("SELECT model FROM agent_groups")
            .fetch_all(&mut *db)
            .await?;
        let any_outbox: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM outbox)")
            .fetch_one(&mut *db)
            .await?;
        let mut context = Self {
            viewer: Viewer {
                me,
                groups: BTreeSet::new(),
            },
            cursor: seq(cursor)?,
            agents: BTreeSet::new(),
            groups: BTreeSet::new(),
            my_author: author_json(me)?,
            any_outbox,
        };
        for id in &agents {
            context.agents.insert(AgentId(uuid(id)?));
        }
        for model in &groups {
            context.add_group(&parse(model)?);
        }
        Ok(context)
    }

    /// Takes note of a group. Answers whether being in it changed for the viewer.
    pub(crate) fn add_group(&mut self, group: &Group) -> bool {
        self.groups.insert(group.id);
        if group.members.contains(&self.viewer.me) {
            self.viewer.groups.insert(group.id)
        } else {
            self.viewer.groups.remove(&group.id)
        }
    }
}

/// One own command as it bears on a conversation.
struct Pending {
    command: Command,
    at: Instant,
    /// The server has it, but its events are not here yet.
    confirmed: bool,
    failed: bool,
}

/// What else a row depends on, and the keys of its indexes as they are; read in one statement.
#[derive(sqlx::FromRow)]
struct Facts {
    truth: String,
    draft: Option<String>,
    author: Option<String>,
    body: Option<String>,
    unread: bool,
    late_for: Option<i64>,
    #[sqlx(flatten)]
    keys: Keys,
}

/// What the indexes are made of.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
struct Keys {
    is_open: bool,
    mine: bool,
    on_desk: bool,
    on_late_desk: bool,
    unassigned: bool,
    group_id: Option<Vec<u8>>,
    last_message_at: i64,
    waiting_key: i64,
}

impl Keys {
    fn of(viewer: &Viewer, shown: &Conversation, late: bool) -> Self {
        let on_desk = |offer| list::is_on_desk(viewer, shown, offer, late);
        Self {
            is_open: shown.state == ConversationState::Open,
            mine: list::is_mine(viewer, shown),
            on_desk: on_desk(Offer::AtOnce),
            on_late_desk: on_desk(Offer::AfterWaiting),
            unassigned: list::is_unassigned(shown),
            group_id: shown.group_id.map(|group| blob(&group.0).to_vec()),
            last_message_at: shown.last_message_at.0,
            waiting_key: list::waiting_key(shown),
        }
    }
}

/// Writes again what lists show of a conversation. One that is not here is left alone.
pub(crate) async fn settle(
    db: &mut SqliteConnection,
    context: &Context,
    id: ConversationId,
) -> Result<(), CacheError> {
    let facts: Option<Facts> = sqlx::query_as(
        "SELECT c.truth, d.text AS draft, m.author, m.body,
            c.is_open, c.mine, c.on_desk, c.on_late_desk, c.unassigned, c.group_id,
            c.last_message_at, c.waiting_key, c.late_for,
            EXISTS (
                SELECT 1 FROM messages u
                WHERE u.conversation_id = c.id AND u.author <> ?2
                    AND u.seq > COALESCE(
                        (SELECT r.through FROM read_marks r WHERE r.conversation_id = c.id), 0)
            ) AS unread
        FROM conversations c
        LEFT JOIN drafts d ON d.conversation_id = c.id
        LEFT JOIN messages m ON m.conversation_id = c.id
            AND m.seq = (SELECT max(n.seq) FROM messages n WHERE n.conversation_id = c.id)
        WHERE c.id = ?1",
    )
    .bind(blob(&id.0))
    .bind(&context.my_author)
    .fetch_optional(&mut *db)
    .await?;
    let Some(Facts {
        truth,
        draft,
        author,
        body,
        unread,
        late_for,
        keys,
    }) = facts
    else {
        return Ok(());
    };

    let pending = if context.any_outbox {
        pending_of(db, id).await?
    } else {
        Vec::new()
    };
    let mut shown: Conversation = parse(&truth)?;
    for own in pending.iter().filter(|own| !own.failed) {
        let around = Around {
            agents: &context.agents,
            groups: &context.groups,
            now: own.at,
        };
        let carry_out = if own.confirmed {
            list::confirmed
        } else {
            list::expected
        };
        shown = carry_out(&context.viewer, shown, &own.command, around);
    }

    let echo = pending.iter().rev().find_map(|own| match &own.command {
        Command::Reply { body, .. } | Command::Comment { body, .. } => Some(body),
        _ => None,
    });
    let (preview_by, preview) = match (draft, echo, author, body) {
        (Some(draft), ..) if !draft.trim().is_empty() => (PreviewBy::Draft, list::preview(&draft)),
        (_, Some(body), ..) => (
            PreviewBy::Author {
                author: Author::Agent {
                    agent_id: context.viewer.me,
                },
            },
            list::preview_of(body),
        ),
        (_, _, Some(author), Some(body)) => (
            PreviewBy::Author {
                author: parse(&author)?,
            },
            list::preview_of(&parse(&body)?),
        ),
        _ => (PreviewBy::Nobody, String::new()),
    };
    let is_new = list::is_new(&context.viewer, &shown, unread);
    write_row(db, &shown, is_new, &preview_by, &preview).await?;
    let late = is_late(late_for, &shown);
    write_keys(db, id, &keys, &Keys::of(&context.viewer, &shown, late)).await
}

/// Whether the waiting that was found to last for too long goes on.
pub(crate) fn is_late(late_for: Option<i64>, shown: &Conversation) -> bool {
    late_for.is_some() && late_for == shown.waiting_since.map(|since| since.0)
}

async fn pending_of(
    db: &mut SqliteConnection,
    id: ConversationId,
) -> Result<Vec<Pending>, CacheError> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT command, at, state FROM outbox WHERE conversation_id = ? ORDER BY position",
    )
    .bind(blob(&id.0))
    .fetch_all(db)
    .await?;
    let mut pending = Vec::new();
    for (command, at, state) in rows {
        pending.push(Pending {
            command: parse(&command)?,
            at: Instant(at),
            confirmed: state == "confirmed",
            failed: state == "failed",
        });
    }
    Ok(pending)
}

async fn write_row(
    db: &mut SqliteConnection,
    shown: &Conversation,
    is_new: bool,
    preview_by: &PreviewBy,
    preview: &str,
) -> Result<(), CacheError> {
    sqlx::query(
        "UPDATE conversations SET shown = ?, is_new = ?, is_missed = ?, preview_by = ?, preview = ?
        WHERE id = ?",
    )
    .bind(json(shown)?)
    .bind(is_new)
    .bind(shown.missed.is_some())
    .bind(json(preview_by)?)
    .bind(preview)
    .bind(blob(&shown.id.0))
    .execute(db)
    .await?;
    Ok(())
}

/// Only what changed: SQLite writes an index again for every column that is named, and there are
/// many. Most often it is the time alone.
async fn write_keys(
    db: &mut SqliteConnection,
    id: ConversationId,
    before: &Keys,
    after: &Keys,
) -> Result<(), CacheError> {
    if before == after {
        return Ok(());
    }
    let time_alone = Keys {
        last_message_at: before.last_message_at,
        ..after.clone()
    } == *before;
    let statement = if time_alone {
        sqlx::query("UPDATE conversations SET last_message_at = ? WHERE id = ?")
            .bind(after.last_message_at)
            .bind(blob(&id.0))
    } else {
        sqlx::query(
            "UPDATE conversations SET is_open = ?, mine = ?, on_desk = ?, on_late_desk = ?,
                unassigned = ?, group_id = ?, last_message_at = ?, waiting_key = ?
            WHERE id = ?",
        )
        .bind(after.is_open)
        .bind(after.mine)
        .bind(after.on_desk)
        .bind(after.on_late_desk)
        .bind(after.unassigned)
        .bind(after.group_id.clone())
        .bind(after.last_message_at)
        .bind(after.waiting_key)
        .bind(blob(&id.0))
    };
    statement.execute(db).await?;
    Ok(())
}
