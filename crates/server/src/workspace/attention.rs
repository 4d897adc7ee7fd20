//! Missed conversations, and those that close by themselves.
//!
//! Every change looks, before its commit, at the conversations it touched, and when it made somebody
//! come or go, or changed who is in a group, at all whose visitors wait. What comes by itself (30 s
//! without a reply, the end of a silence) is looked for by the task that also watches presence.

use std::collections::BTreeSet;
use std::sync::Arc;

use protocol::ids::{AgentId, ConversationId};
use protocol::model::Conversation;
use protocol::status::Status;
use rules::attention::{Attended, could_answer, decide};
use rules::conversation::closed;

use crate::change::{Change, Team};
use crate::clocks::Due;
use crate::core::Core;
use crate::failure::Answer;

/// Conversations that one change closes: a start after a long time must not hold up everybody.
const CLOSED_AT_ONCE: usize = 100;

impl Core {
    /// Does what has come by itself.
    pub(crate) async fn pass_time(self: &Arc<Self>, due: Due) -> Answer<()> {
        if !due.decide.is_empty() {
            let mut change = self.begin().await?;
            change.decide_on(due.decide);
            change.commit().await?;
        }
        for some in due.close.chunks(CLOSED_AT_ONCE) {
            let mut change = self.begin().await?;
            let team = change.team().await?;
            for id in some {
                // Somebody may have written until its turn came.
                if self.open().fell_silent(*id, change.now) {
                    change.close_silent(*id, &team).await?;
                }
            }
            change.commit().await?;
        }
        Ok(())
    }
}

impl Change {
    async fn close_silent(&mut self, id: ConversationId, team: &Team) -> Answer<()> {
        if let Some(before) = self.tx.conversation(id).await? {
            let after = closed(&before);
            self.put_conversation(Some(&before), &after, team).await?;
        } else {
            self.stop_clocks(id);
        }
        Ok(())
    }

    /// Decides what is missed. To be called when presence is settled.
    pub(crate) async fn settle_attention(&mut self) -> Answer<()> {
        // Whoever gave the command did not make it red or end that.
        self.by = None;
        let (there, returned, gone) = self.comings_and_goings();
        if !returned.is_empty() || gone || self.take_regrouped() {
            let waiting = self.core.open().waiting();
            self.decide_on(waiting);
        }
        let mut team = None;
        for id in self.take_undecided() {
            let Some(ticking) = self.ticking(id) else {
                continue;
            };
            let before = ticking.conversation;
            if before.waiting_since.is_none() {
                continue;
            }
            let team = match &mut team {
                Some(team) => team,
                none => {
                    let team = self.team().await?;
                    none.insert((team.agent_ids(), team))
                }
            };
            let (agents, team) = (&team.0, &team.1);
            let who = could_answer(&before, agents, &team.groups);
            let attended = Attended::of(&who, &there, &returned);
            let (missed, clocks) = decide(&before, ticking.clocks, attended, self.now);
            self.set_clocks(id, clocks).await?;
            let after = Conversation {
                missed,
                ..before.clone()
            };
            self.put_conversation(Some(&before), &after, team).await?;
        }
        Ok(())
    }

    /// Who is not Offline, who of them was until now, and whether somebody has gone.
    fn comings_and_goings(&self) -> (BTreeSet<AgentId>, BTreeSet<AgentId>, bool) {
        let before = self.core.attendance().there();
        let mut there = before.clone();
        for (agent, attending) in self.attending_now() {
            if attending.standing().told.presence.status == Status::Offline {
                there.remove(&agent);
            } else {
                there.insert(agent);
            }
        }
        let returned = there.difference(&before).copied().collect();
        let gone = !before.is_subset(&there);
        (there, returned, gone)
    }
}
