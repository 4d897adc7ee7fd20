//! Readings.

use std::collections::BTreeMap;

use async_trait::async_trait;
use protocol::command::CommandDone;
use protocol::ids::{
    AgentId, ClientId, ConversationId, GroupId, Instant, MessageId, Seq, SiteId, VisitorId,
};
use protocol::model::{
    Author, Conversation, Group, Message, MessageKind, ReadMark, Site, Visitor, Workspace,
};
use protocol::status::{StatusLogEntry, StatusSettings};
use sqlx::sqlite::SqliteRow;

use super::columns::{
    agent, conversation, device, id, instant, json, maybe_id, maybe_json, maybe_number, maybe_text,
    message, number, restarts, seq, signed, status_log_entry, text, to_json, to_word, word,
};
use super::{Tx, failed};
use crate::log::Entry;
use crate::secrets::Hashed;
use crate::store::{
    AgentRecord, Answering, DeviceRecord, InvitationRecord, Page, Reading, Restarts, StoreError,
    Stored, VisitorRecord, WorkspaceRecord,
};

const AGENTS: &str = "SELECT id, name, email, role, standing, open, settings FROM agents \
                      ORDER BY id";
const AGENT: &str = "SELECT id, name, email, role, standing, open, settings FROM agents \
                     WHERE id = $1";
const AGENT_BY_EMAIL: &str = "SELECT id, name, email, role, standing, open, settings, \
                              password_hash FROM agents WHERE email = $1";
const SITES: &str =
    "SELECT id, name, origins, when_nobody, answering_groups FROM sites ORDER BY id";
const SITE: &str =
    "SELECT id, name, origins, when_nobody, answering_groups FROM sites WHERE id = $1";
const DEVICES: &str = "SELECT id, agent_id, name, signed_in_at, last_seen_at, leased, activity \
                       FROM devices WHERE $1 IS NULL OR agent_id = $1 ORDER BY id";
const DEVICE_BY_TOKEN: &str = "SELECT id, agent_id, name, signed_in_at, last_seen_at, leased, \
                               activity FROM devices WHERE token_hash = $1";

macro_rules! conversations {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.site_id, c.group_id, c.visitor_id, v.name AS visitor_name, ",
            "v.email AS visitor_email, c.state, c.assigned, c.created_at, c.last_message_at, ",
            "c.waiting_since, c.missed, c.clock_from, c.quiet_from FROM conversations c JOIN visitors v ON v.id = c.visitor_id ",
            $rest
        )
    };
}

impl Tx {
    fn site_from(row: &SqliteRow) -> Stored<Site> {
        Ok(Site {
            id: id(row, "id")?,
            name: text(row, "name")?,
            origins: json(row, "origins")?,
            when_nobody: word(row, "when_nobody")?,
            groups: json(row, "answering_groups")?,
        })
    }
}

#[async_trait]
impl Reading for Tx {
    async fn workspace(&mut self) -> Stored<Option<WorkspaceRecord>> {
        let row = sqlx::query(
            "SELECT id, name, idle_minutes, busy, offline_by_hand, status_log_for_admins, \
             close_after_hours, demo_site_id, log_end, pruned_through FROM workspace",
        )
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let setting = |column| {
            maybe_number(&row, column)?
                .map(u32::try_from)
                .transpose()
                .map_err(|error| StoreError::Damaged(format!("{column}: {error}")))
        };
        Ok(Some(WorkspaceRecord {
            workspace: Workspace {
                id: id(&row, "id")?,
                name: text(&row, "name")?,
                idle_minutes: setting("idle_minutes")?,
                statuses: StatusSettings {
                    busy: number(&row, "busy")? != 0,
                    offline_by_hand: number(&row, "offline_by_hand")? != 0,
                },
                status_log_for_admins: number(&row, "status_log_for_admins")? != 0,
                close_after_hours: setting("close_after_hours")?,
            },
            demo_site: maybe_id(&row, "demo_site_id")?,
            log_end: seq(&row, "log_end")?,
            pruned_through: seq(&row, "pruned_through")?,
        }))
    }

    async fn agents(&mut self) -> Stored<Vec<AgentRecord>> {
        let rows = sqlx::query(AGENTS)
            .fetch_all(&mut *self.inner)
            .await
            .map_err(failed)?;
        rows.iter().map(agent).collect()
    }

    async fn agent(&mut self, wanted: AgentId) -> Stored<Option<AgentRecord>> {
        let row = sqlx::query(AGENT)
            .bind(wanted.to_string())
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(failed)?;
        row.as_ref().map(agent).transpose()
    }

    async fn credentials(&mut self, email: &str) -> Stored<Option<(AgentRecord, String)>> {
        let row = sqlx::query(AGENT_BY_EMAIL)
            .bind(email)
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(failed)?;
        row.map(|row| Ok((agent(&row)?, text(&row, "password_hash")?)))
            .transpose()
    }

    async fn groups(&mut self) -> Stored<Vec<Group>> {
        let rows = sqlx::query("SELECT id, name FROM agent_groups ORDER BY id")
            .fetch_all(&mut *self.inner)
            .await
            .map_err(failed)?;
        let mut groups = BTreeMap::new();
        for row in &rows {
            let group_id: GroupId = id(row, "id")?;
            let group = Group {
                id: group_id,
                name: text(row, "name")?,
                members: Vec::new(),
            };
            groups.insert(group_id, group);
        }
        let members =
            sqlx::query("SELECT group_id, agent_id FROM group_members ORDER BY group_id, agent_id")
                .fetch_all(&mut *self.inner)
                .await
                .map_err(failed)?;
        for row in &members {
            let group_id: GroupId = id(row, "group_id")?;
            if let Some(group) = groups.get_mut(&group_id) {
                group.members.push(id(row, "agent_id")?);
            }
        }
        Ok(groups.into_values().collect())
    }

    async fn sites(&mut self) -> Stored<Vec<Site>> {
        let rows = sqlx::query(SITES)
            .fetch_all(&mut *self.inner)
            .await
            .map_err(failed)?;
        rows.iter().map(Self::site_from).collect()
    }

    async fn site(&mut self, site: SiteId) -> Stored<Option<Site>> {
        let row = sqlx::query(SITE)
            .bind(site.to_string())
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(failed)?;
        row.as_ref().map(Self::site_from).transpose()
    }

    async fn devices(&mut self, of: Option<AgentId>) -> Stored<Vec<DeviceRecord>> {
        let rows = sqlx::query(DEVICES)
            .bind(of.map(|agent| agent.to_string()))
            .fetch_all(&mut *self.inner)
            .await
            .map_err(failed)?;
        rows.iter().map(device).collect()
    }

    async fn device(&mut self, token: &Hashed) -> Stored<Option<DeviceRecord>> {
        let row = sqlx::query(DEVICE_BY_TOKEN)
            .bind(token.0.to_vec())
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(failed)?;
        row.as_ref().map(device).transpose()
    }

    async fn invitation(&mut self, code: &Hashed) -> Stored<Option<InvitationRecord>> {
        let row = sqlx::query(
            "SELECT id, email, role, expires_at, used_at FROM invitations WHERE code_hash = $1",
        )
        .bind(code.0.to_vec())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(InvitationRecord {
            id: id(&row, "id")?,
            email: text(&row, "email")?,
            role: word(&row, "role")?,
            expires_at: instant(&row, "expires_at")?,
            used: maybe_number(&row, "used_at")?.is_some(),
        }))
    }

    async fn visitor(&mut self, token: &Hashed) -> Stored<Option<VisitorRecord>> {
        let row = sqlx::query(
            "SELECT id, site_id, name, email, wish FROM visitors WHERE token_hash = $1",
        )
        .bind(token.0.to_vec())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(VisitorRecord {
            visitor: Visitor {
                id: id(&row, "id")?,
                name: maybe_text(&row, "name")?,
                email: maybe_text(&row, "email")?,
            },
            site_id: id(&row, "site_id")?,
            wish: maybe_json(&row, "wish")?,
        }))
    }

    async fn conversations(&mut self, group: Option<GroupId>) -> Stored<Vec<Conversation>> {
        let rows = sqlx::query(conversations!(
            "WHERE $1 IS NULL OR c.group_id = $1 ORDER BY c.id"
        ))
        .bind(group.map(|group| group.to_string()))
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        rows.iter().map(conversation).collect()
    }

    async fn open_conversations(&mut self) -> Stored<Vec<(Conversation, Restarts)>> {
        let rows = sqlx::query(conversations!("WHERE c.state = 'open' ORDER BY c.id"))
            .fetch_all(&mut *self.inner)
            .await
            .map_err(failed)?;
        let both = |row| Ok((conversation(row)?, restarts(row)?));
        rows.iter().map(both).collect()
    }

    async fn conversation(&mut self, wanted: ConversationId) -> Stored<Option<Conversation>> {
        let row = sqlx::query(conversations!("WHERE c.id = $1"))
            .bind(wanted.to_string())
            .fetch_optional(&mut *self.inner)
            .await
            .map_err(failed)?;
        row.as_ref().map(conversation).transpose()
    }

    async fn conversation_of(&mut self, visitor: VisitorId) -> Stored<Option<Conversation>> {
        let row = sqlx::query(conversations!(
            "WHERE c.visitor_id = $1 ORDER BY c.id DESC LIMIT 1"
        ))
        .bind(visitor.to_string())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        row.as_ref().map(conversation).transpose()
    }

    async fn messages(
        &mut self,
        wanted: ConversationId,
        kind: Option<MessageKind>,
        before: Option<Seq>,
        limit: usize,
    ) -> Stored<Page> {
        // One more than asked for tells whether there are more.
        let limit_and_one = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
        let rows = sqlx::query(
            "SELECT id, conversation_id, seq, author, kind, body, sent_at, client_id, mentions \
             FROM messages WHERE conversation_id = $1 AND seq < $2 AND ($3 IS NULL OR kind = $3) \
             ORDER BY seq DESC LIMIT $4",
        )
        .bind(wanted.to_string())
        .bind(before.map_or(i64::MAX, signed))
        .bind(kind.as_ref().map(to_word).transpose()?)
        .bind(limit_and_one)
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        let more = rows.len() > limit;
        let mut messages = rows
            .iter()
            .take(limit)
            .map(message)
            .collect::<Stored<Vec<_>>>()?;
        messages.reverse();
        Ok(Page { messages, more })
    }

    async fn message(&mut self, wanted: MessageId) -> Stored<Option<Message>> {
        let row = sqlx::query(
            "SELECT id, conversation_id, seq, author, kind, body, sent_at, client_id, mentions \
             FROM messages WHERE id = $1",
        )
        .bind(wanted.to_string())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        row.as_ref().map(message).transpose()
    }

    async fn read_mark(
        &mut self,
        of: AgentId,
        conversation_id: ConversationId,
    ) -> Stored<Option<ReadMark>> {
        let row = sqlx::query(
            "SELECT through FROM read_marks WHERE agent_id = $1 AND conversation_id = $2",
        )
        .bind(of.to_string())
        .bind(conversation_id.to_string())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(ReadMark {
                conversation_id,
                through: seq(&row, "through")?,
            })
        })
        .transpose()
    }

    async fn read_marks(&mut self, of: AgentId) -> Stored<Vec<ReadMark>> {
        let rows = sqlx::query(
            "SELECT conversation_id, through FROM read_marks WHERE agent_id = $1 \
             ORDER BY conversation_id",
        )
        .bind(of.to_string())
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                let conversation_id = id(row, "conversation_id")?;
                Ok(ReadMark {
                    conversation_id,
                    through: seq(row, "through")?,
                })
            })
            .collect()
    }

    async fn carried_out(
        &mut self,
        sender: &str,
        client_id: ClientId,
    ) -> Stored<Option<CommandDone>> {
        let row = sqlx::query(
            "SELECT seq, message_id FROM carried_out WHERE sender = $1 AND client_id = $2",
        )
        .bind(sender)
        .bind(client_id.to_string())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        row.map(|row| {
            Ok(CommandDone {
                seq: seq(&row, "seq")?,
                message_id: maybe_id(&row, "message_id")?,
            })
        })
        .transpose()
    }

    async fn events(&mut self, of: AgentId, after: Seq, limit: usize) -> Stored<Vec<Entry>> {
        let rows = sqlx::query(
            "SELECT seq, payload FROM events \
             WHERE seq > $1 AND (audience = '*' OR audience LIKE '% ' || $2 || ' %') \
             ORDER BY seq LIMIT $3",
        )
        .bind(signed(after))
        .bind(of.to_string())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                Ok(Entry {
                    seq: seq(row, "seq")?,
                    payload: text(row, "payload")?,
                })
            })
            .collect()
    }

    async fn oldest_cursor(&mut self, of: AgentId) -> Stored<Option<Seq>> {
        let row = sqlx::query(
            "SELECT max(joined_after, (SELECT pruned_through FROM workspace)) AS seq \
             FROM agents WHERE id = $1",
        )
        .bind(of.to_string())
        .fetch_optional(&mut *self.inner)
        .await
        .map_err(failed)?;
        row.map(|row| seq(&row, "seq")).transpose()
    }

    async fn last_visible(&mut self, of: AgentId, through: Seq) -> Stored<Seq> {
        let row = sqlx::query(
            "SELECT coalesce( \
                (SELECT seq FROM events \
                 WHERE seq <= $1 AND (audience = '*' OR audience LIKE '% ' || $2 || ' %') \
                 ORDER BY seq DESC LIMIT 1), \
                (SELECT pruned_through FROM workspace), 0) AS seq",
        )
        .bind(signed(through))
        .bind(of.to_string())
        .fetch_one(&mut *self.inner)
        .await
        .map_err(failed)?;
        seq(&row, "seq")
    }

    async fn answering(&mut self, agent: AgentId) -> Stored<Vec<Answering>> {
        let rows = sqlx::query(
            "SELECT c.id, coalesce( \
                (SELECT m.sent_at FROM messages m \
                 WHERE m.conversation_id = c.id AND m.author = $2 ORDER BY m.seq DESC LIMIT 1), \
                c.created_at) AS visitor_wrote_at \
             FROM conversations c \
             WHERE c.state = 'open' AND c.assigned LIKE '%\"' || $1 || '\"%' ORDER BY c.id",
        )
        .bind(agent.to_string())
        .bind(to_json(&Author::Visitor)?)
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        rows.iter()
            .map(|row| {
                Ok(Answering {
                    conversation_id: id(row, "id")?,
                    visitor_wrote_at: instant(row, "visitor_wrote_at")?,
                })
            })
            .collect()
    }

    async fn status_log(
        &mut self,
        of: AgentId,
        from: Instant,
        to: Instant,
        limit: usize,
    ) -> Stored<Vec<StatusLogEntry>> {
        let rows = sqlx::query(
            "SELECT at, presence, choice FROM ( \
                SELECT * FROM ( \
                    SELECT number, at, presence, choice FROM status_log \
                    WHERE agent_id = $1 AND at <= $2 AND at < $3 \
                    ORDER BY at DESC, number DESC LIMIT 1) \
                UNION ALL \
                SELECT number, at, presence, choice FROM status_log \
                WHERE agent_id = $1 AND at > $2 AND at < $3) \
             ORDER BY at, number LIMIT $4",
        )
        .bind(of.to_string())
        .bind(from.0)
        .bind(to.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.inner)
        .await
        .map_err(failed)?;
        rows.iter().map(status_log_entry).collect()
    }
}
