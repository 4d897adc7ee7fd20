//! What an agent sees: the snapshot, pages of history, the log from a cursor.

use std::sync::Arc;

use protocol::error::ErrorCode;
use protocol::ids::{AgentId, ConversationId, Instant, Seq};
use protocol::limits;
use protocol::rest::HistoryPage;
use protocol::snapshot::{ConversationTail, Snapshot};
use rules::visibility;

use super::Asker;
use super::accounts::known;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::log::Entry;
use crate::store::{AgentRecord, Reading};

const LOG_MS: i64 = limits::LOG_DAYS * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl Core {
    /// Everything the agent can see, of one moment.
    pub(crate) async fn snapshot(&self, asker: &Asker) -> Answer<Snapshot> {
        let agent_id = asker.agent.id;
        let mut reading = self.store.read().await?;
        let record = known(reading.workspace().await?)?;
        let agents = reading.agents().await?;
        let own = agents
            .iter()
            .find(|held| held.agent.id == agent_id)
            .cloned()
            .ok_or_else(Failure::not_signed_in)?;
        let groups = reading.groups().await?;
        let mut conversations = Vec::new();
        for conversation in reading.conversations(None).await? {
            if visibility::sees(&own.agent, &groups, &conversation) {
                let id = conversation.id;
                let page = reading
                    .messages(id, None, None, limits::SNAPSHOT_TAIL)
                    .await?;
                let (messages, more) = (page.messages, page.more);
                conversations.push(ConversationTail {
                    conversation,
                    messages,
                    more,
                });
            }
        }
        let team = agents.iter().map(AgentRecord::team_presence).collect();
        let told = own.standing.told;
        Ok(Snapshot {
            seq: reading.last_visible(agent_id, record.log_end).await?,
            agent_id,
            workspace: record.workspace,
            agents: agents.into_iter().map(|held| held.agent).collect(),
            groups,
            sites: reading.sites().await?,
            team,
            choice: told.choice,
            presence: told.presence,
            next: told.next,
            settings: own.settings,
            conversations,
            read: reading.read_marks(agent_id).await?,
        })
    }

    /// A page of history, oldest first.
    /// Lets the visitor of a conversation see that the agent is writing. Nothing is stored, and what
    /// the agent cannot see is passed over.
    pub(crate) async fn writing(&self, asker: &Asker, id: ConversationId) -> Answer<()> {
        let mut reading = self.store.read().await?;
        let Some(conversation) = reading.conversation(id).await? else {
            return Ok(());
        };
        let groups = reading.groups().await?;
        drop(reading);
        if visibility::sees(&asker.agent, &groups, &conversation) {
            self.tabs
                .writes(asker.agent.id, id, self.clock.now().steady);
        }
        Ok(())
    }

    pub(crate) async fn history(
        &self,
        asker: &Asker,
        id: ConversationId,
        before: Option<Seq>,
        limit: Option<usize>,
    ) -> Answer<HistoryPage> {
        let missing = || Failure::not_found("conversation");
        let mut reading = self.store.read().await?;
        let conversation = reading.conversation(id).await?.ok_or_else(missing)?;
        let groups = reading.groups().await?;
        if !visibility::sees(&asker.agent, &groups, &conversation) {
            return Err(missing());
        }
        let limit = limit
            .unwrap_or(limits::HISTORY_PAGE)
            .clamp(1, limits::HISTORY_PAGE);
        let page = reading.messages(id, None, before, limit).await?;
        let as_of = known(reading.workspace().await?)?.log_end;
        Ok(HistoryPage {
            messages: page.messages,
            more: page.more,
            as_of,
        })
    }

    /// Checks that the agent may follow the log from a cursor.
    pub(crate) async fn check_cursor(&self, agent: AgentId, cursor: Seq) -> Answer<()> {
        may_follow(&mut *self.store.read().await?, agent, cursor).await
    }

    /// The next events after a cursor, and whether there may be more. The cursor is checked in the
    /// same reading: the log may have been shortened since the stream began.
    pub(crate) async fn events_after(
        &self,
        agent: AgentId,
        cursor: Seq,
    ) -> Answer<(Vec<Entry>, bool)> {
        let mut reading = self.store.read().await?;
        may_follow(&mut *reading, agent, cursor).await?;
        let batch = reading
            .events(agent, cursor, limits::CATCH_UP_BATCH)
            .await?;
        let more = batch.len() >= limits::CATCH_UP_BATCH;
        Ok((batch, more))
    }

    /// Shortens the log once a day. Runs as long as the server.
    pub(crate) async fn keep_log_short(self: Arc<Self>) {
        loop {
            let tomorrow = self.clock.now().steady.saturating_add(DAY_MS);
            self.clock.sleep_until(tomorrow).await;
            if let Err(error) = self.prune().await {
                tracing::error!("the log could not be shortened: {error}");
            }
        }
    }

    /// Begins the log of this run at a number that no run before can have given out.
    ///
    /// A server that was restored from a backup would otherwise give out numbers again that devices
    /// know with another meaning. So each start leaves out the numbers up to one that grows with the
    /// clock, faster than events come (a hundred a second, since 1970); a device that knows one of
    /// those left out takes a snapshot.
    pub(crate) async fn begin_log(self: &Arc<Self>) -> Answer<()> {
        let mut change = self.begin().await?;
        let floor = u64::try_from(change.now.wall.0.div_euclid(10)).unwrap_or_default();
        change.tx.leave_numbers(Seq(floor)).await?;
        change.commit().await?;
        Ok(())
    }

    /// Drops what is older than the log reaches back.
    pub(crate) async fn prune(self: &Arc<Self>) -> Answer<()> {
        let mut change = self.begin().await?;
        let before: Instant = change.now.wall.plus(-LOG_MS);
        change.tx.prune(before).await?;
        change.commit().await?;
        Ok(())
    }
}

async fn may_follow(reading: &mut dyn Reading, agent: AgentId, cursor: Seq) -> Answer<()> {
    let oldest = reading
        .oldest_cursor(agent)
        .await?
        .ok_or_else(Failure::not_signed_in)?;
    // A cursor is the number of an event that this agent got from this log. Another number comes from
    // a history that is not ours: the server was restored from a backup.
    let got = cursor > oldest && reading.last_visible(agent, cursor).await? == cursor;
    if cursor != oldest && !got {
        return Err(Failure::new(
            ErrorCode::SnapshotNeeded,
            "the log does not reach back to this cursor; take a snapshot",
        ));
    }
    Ok(())
}
