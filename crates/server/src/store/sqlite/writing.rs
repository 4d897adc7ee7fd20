//! Changes.

use async_trait::async_trait;
use protocol::command::CommandDone;
use protocol::ids::{
    AgentId, ClientId, ConversationId, DeviceId, Instant, InvitationId, Seq, SiteId, VisitorId,
};
use protocol::model::{Conversation, Group, Message, ReadMark, Site, Visitor, Workspace};
use protocol::status::{AgentSettings, StatusLogEntry};
use rules::widget_mode::Wish;

use super::columns::{seq, signed, to_json, to_word};
use super::{Tx, failed};
use crate::log::Audience;
use crate::secrets::Hashed;
use crate::store::{
    AgentRecord, DeviceRecord, InvitationRecord, Report, Restarts, Standing, Stored, VisitorRecord,
    Writing,
};

#[async_trait]
impl Writing for Tx {
    async fn commit(self: Box<Self>) -> Stored<()> {
        self.inner.commit().await.map_err(failed)
    }

    async fn put_workspace(&mut self, workspace: &Workspace, demo: Option<SiteId>) -> Stored<()> {
        sqlx::query(
            "INSERT INTO workspace (only_one, id, name, idle_minutes, demo_site_id, busy, \
             offline_by_hand, status_log_for_admins, close_after_hours) \
             VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8) \
             ON CONFLICT (only_one) DO UPDATE SET name = $2, idle_minutes = $3, \
             demo_site_id = $4, busy = $5, offline_by_hand = $6, status_log_for_admins = $7, \
             close_after_hours = $8",
        )
        .bind(workspace.id.to_string())
        .bind(&workspace.name)
        .bind(workspace.idle_minutes.map(i64::from))
        .bind(demo.map(|site| site.to_string()))
        .bind(i64::from(workspace.statuses.busy))
        .bind(i64::from(workspace.statuses.offline_by_hand))
        .bind(i64::from(workspace.status_log_for_admins))
        .bind(workspace.close_after_hours.map(i64::from))
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn next_seq(&mut self) -> Stored<Seq> {
        let row =
            sqlx::query("UPDATE workspace SET log_end = log_end + 1 RETURNING log_end AS seq")
                .fetch_one(&mut *self.inner)
                .await
                .map_err(failed)?;
        seq(&row, "seq")
    }

    async fn append(
        &mut self,
        number: Seq,
        at: Instant,
        audience: &Audience,
        payload: &str,
    ) -> Stored<()> {
        sqlx::query("INSERT INTO events (seq, at, audience, payload) VALUES ($1, $2, $3, $4)")
            .bind(signed(number))
            .bind(at.0)
            .bind(audience.stored())
            .bind(payload)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn leave_numbers(&mut self, through: Seq) -> Stored<()> {
        sqlx::query("UPDATE workspace SET log_end = $1 WHERE log_end > 0 AND log_end < $1")
            .bind(signed(through))
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn prune(&mut self, before: Instant) -> Stored<()> {
        // A wall clock that was set back must not leave a hole: everything up to the newest event
        // that is too old goes.
        sqlx::query(
            "UPDATE workspace SET pruned_through = \
             max(pruned_through, coalesce((SELECT max(seq) FROM events WHERE at < $1), 0))",
        )
        .bind(before.0)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        sqlx::query("DELETE FROM events WHERE seq <= (SELECT pruned_through FROM workspace)")
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        for old in [
            "DELETE FROM carried_out WHERE at < $1 AND message_id IS NULL",
            "DELETE FROM invitations WHERE expires_at < $1",
            // What still held at `before` is where the log begins.
            "DELETE FROM status_log AS old WHERE EXISTS (SELECT 1 FROM status_log AS newer \
             WHERE newer.agent_id = old.agent_id AND newer.at <= $1 \
             AND (newer.at, newer.number) > (old.at, old.number))",
        ] {
            sqlx::query(old)
                .bind(before.0)
                .execute(&mut *self.inner)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn add_agent(&mut self, record: &AgentRecord, password: &str, at: Instant) -> Stored<()> {
        sqlx::query(
            "INSERT INTO agents (id, name, email, role, password_hash, created_at, standing, open, \
             settings, joined_after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, \
             coalesce((SELECT log_end FROM workspace), 0))",
        )
        .bind(record.agent.id.to_string())
        .bind(&record.agent.name)
        .bind(&record.agent.email)
        .bind(to_word(&record.agent.role)?)
        .bind(password)
        .bind(at.0)
        .bind(to_json(&record.standing)?)
        .bind(i64::from(record.open))
        .bind(to_json(&record.settings)?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_standing(&mut self, agent: AgentId, standing: &Standing, open: u32) -> Stored<()> {
        sqlx::query("UPDATE agents SET standing = $2, open = $3 WHERE id = $1")
            .bind(agent.to_string())
            .bind(to_json(standing)?)
            .bind(i64::from(open))
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn put_settings(&mut self, agent: AgentId, settings: &AgentSettings) -> Stored<()> {
        sqlx::query("UPDATE agents SET settings = $2 WHERE id = $1")
            .bind(agent.to_string())
            .bind(to_json(settings)?)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn log_status(&mut self, agent: AgentId, entry: &StatusLogEntry) -> Stored<()> {
        sqlx::query(
            "INSERT INTO status_log (agent_id, at, presence, choice) VALUES ($1, $2, $3, $4)",
        )
        .bind(agent.to_string())
        .bind(entry.at.0)
        .bind(to_json(&entry.presence)?)
        .bind(to_json(&entry.choice)?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_group(&mut self, group: &Group) -> Stored<()> {
        let id = group.id.to_string();
        sqlx::query(
            "INSERT INTO agent_groups (id, name) VALUES ($1, $2) \
             ON CONFLICT (id) DO UPDATE SET name = $2",
        )
        .bind(&id)
        .bind(&group.name)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        sqlx::query("DELETE FROM group_members WHERE group_id = $1")
            .bind(&id)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        for member in &group.members {
            sqlx::query("INSERT INTO group_members (group_id, agent_id) VALUES ($1, $2)")
                .bind(&id)
                .bind(member.to_string())
                .execute(&mut *self.inner)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn put_site(&mut self, site: &Site) -> Stored<()> {
        sqlx::query(
            "INSERT INTO sites (id, name, origins, when_nobody, answering_groups) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE \
             SET name = $2, origins = $3, when_nobody = $4, answering_groups = $5",
        )
        .bind(site.id.to_string())
        .bind(&site.name)
        .bind(to_json(&site.origins)?)
        .bind(to_word(&site.when_nobody)?)
        .bind(to_json(&site.groups)?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn add_device(&mut self, device: &DeviceRecord, token: &Hashed) -> Stored<()> {
        sqlx::query(
            "INSERT INTO devices (id, agent_id, name, token_hash, signed_in_at, last_seen_at, \
             leased, activity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(device.id.to_string())
        .bind(device.agent_id.to_string())
        .bind(&device.name)
        .bind(token.0.to_vec())
        .bind(device.signed_in_at.0)
        .bind(device.last_seen_at.0)
        .bind(i64::from(device.leased))
        .bind(to_json(&device.report)?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_lease(&mut self, device: DeviceId, leased: bool, report: &Report) -> Stored<()> {
        sqlx::query("UPDATE devices SET leased = $2, activity = $3 WHERE id = $1")
            .bind(device.to_string())
            .bind(i64::from(leased))
            .bind(to_json(report)?)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn put_seen(&mut self, device: DeviceId, at: Instant) -> Stored<()> {
        sqlx::query("UPDATE devices SET last_seen_at = $2 WHERE id = $1")
            .bind(device.to_string())
            .bind(at.0)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn remove_device(&mut self, id: DeviceId) -> Stored<()> {
        sqlx::query("DELETE FROM devices WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn add_invitation(&mut self, invitation: &InvitationRecord, code: &Hashed) -> Stored<()> {
        sqlx::query("DELETE FROM invitations WHERE email = $1 AND used_at IS NULL")
            .bind(&invitation.email)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        sqlx::query(
            "INSERT INTO invitations (id, code_hash, email, role, expires_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(invitation.id.to_string())
        .bind(code.0.to_vec())
        .bind(&invitation.email)
        .bind(to_word(&invitation.role)?)
        .bind(invitation.expires_at.0)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn use_invitation(&mut self, id: InvitationId, at: Instant) -> Stored<()> {
        sqlx::query("UPDATE invitations SET used_at = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(at.0)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn add_visitor(
        &mut self,
        record: &VisitorRecord,
        token: &Hashed,
        at: Instant,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO visitors (id, site_id, token_hash, name, email, created_at, wish) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(record.visitor.id.to_string())
        .bind(record.site_id.to_string())
        .bind(token.0.to_vec())
        .bind(&record.visitor.name)
        .bind(&record.visitor.email)
        .bind(at.0)
        .bind(record.wish.as_ref().map(to_json).transpose()?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_visitor(&mut self, visitor: &Visitor) -> Stored<()> {
        sqlx::query("UPDATE visitors SET name = $2, email = $3 WHERE id = $1")
            .bind(visitor.id.to_string())
            .bind(&visitor.name)
            .bind(&visitor.email)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn put_wish(&mut self, visitor: VisitorId, wish: Option<Wish>) -> Stored<()> {
        sqlx::query("UPDATE visitors SET wish = $2 WHERE id = $1")
            .bind(visitor.to_string())
            .bind(wish.as_ref().map(to_json).transpose()?)
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn put_conversation(&mut self, conversation: &Conversation) -> Stored<()> {
        sqlx::query(
            "INSERT INTO conversations (id, site_id, visitor_id, group_id, state, assigned, \
             created_at, last_message_at, waiting_since, missed) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (id) DO UPDATE SET group_id = $4, state = $5, assigned = $6, \
             last_message_at = $8, waiting_since = $9, missed = $10",
        )
        .bind(conversation.id.to_string())
        .bind(conversation.site_id.to_string())
        .bind(conversation.visitor.id.to_string())
        .bind(conversation.group_id.map(|group| group.to_string()))
        .bind(to_word(&conversation.state)?)
        .bind(to_json(&conversation.assigned)?)
        .bind(conversation.created_at.0)
        .bind(conversation.last_message_at.0)
        .bind(conversation.waiting_since.map(|instant| instant.0))
        .bind(conversation.missed.as_ref().map(to_json).transpose()?)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_restarts(&mut self, id: ConversationId, restarts: &Restarts) -> Stored<()> {
        sqlx::query("UPDATE conversations SET clock_from = $2, quiet_from = $3 WHERE id = $1")
            .bind(id.to_string())
            .bind(restarts.clock_from.map(|instant| instant.0))
            .bind(restarts.quiet_from.map(|instant| instant.0))
            .execute(&mut *self.inner)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn add_message(&mut self, message: &Message, seen_through: Option<Seq>) -> Stored<()> {
        sqlx::query(
            "INSERT INTO messages (id, conversation_id, seq, author, kind, body, sent_at, \
             client_id, mentions, seen_through) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(message.id.to_string())
        .bind(message.conversation_id.to_string())
        .bind(signed(message.seq))
        .bind(to_json(&message.author)?)
        .bind(to_word(&message.kind)?)
        .bind(to_json(&message.body)?)
        .bind(message.sent_at.0)
        .bind(message.client_id.to_string())
        .bind(to_json(&message.mentions)?)
        .bind(seen_through.map(signed))
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_read_mark(&mut self, agent: AgentId, mark: &ReadMark) -> Stored<()> {
        sqlx::query(
            "INSERT INTO read_marks (agent_id, conversation_id, through) VALUES ($1, $2, $3) \
             ON CONFLICT (agent_id, conversation_id) DO UPDATE SET through = $3",
        )
        .bind(agent.to_string())
        .bind(mark.conversation_id.to_string())
        .bind(signed(mark.through))
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn put_carried_out(
        &mut self,
        sender: &str,
        id: ClientId,
        done: &CommandDone,
        at: Instant,
    ) -> Stored<()> {
        sqlx::query(
            "INSERT INTO carried_out (sender, client_id, seq, message_id, at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(sender)
        .bind(id.to_string())
        .bind(signed(done.seq))
        .bind(done.message_id.map(|message| message.to_string()))
        .bind(at.0)
        .execute(&mut *self.inner)
        .await
        .map_err(failed)?;
        Ok(())
    }
}
