//! Commands of agents. `rules::conversation` says what each does; here it is carried out once.

use std::sync::Arc;

use protocol::command::{CommandDone, CommandRequest};
use protocol::event::Event;
use protocol::ids::{AgentId, ClientId, ConversationId, MessageId, Seq};
use protocol::model::{Author, Conversation, Message, ReadMark};
use rules::conversation::{Around, Draft, carry_out};
use rules::visibility;

use super::Asker;
use crate::change::{Change, Team};
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::log::Audience;
use crate::secrets;

impl Core {
    /// Carries a command out, or answers what came of it the first time.
    pub(crate) async fn carry_out(
        self: &Arc<Self>,
        asker: &Asker,
        request: CommandRequest,
    ) -> Answer<CommandDone> {
        let actor = asker.agent.id;
        let sender = format!("agent {actor}");
        let mut change = self.begin().await?;
        if let Some(done) = change.tx.carried_out(&sender, request.client_id).await? {
            return Ok(done);
        }
        let team = change.team().await?;
        let before = change
            .conversation_for(actor, &team, request.command.conversation_id())
            .await?;
        let (agents, groups) = (team.agent_ids(), team.group_ids());
        let around = Around {
            agents: &agents,
            groups: &groups,
            now: change.now.wall,
        };
        let outcome = carry_out(&before, &request.command, actor, around)?;
        change.by = Some(actor);
        change
            .put_conversation(Some(&before), &outcome.conversation, &team)
            .await?;
        let mut message_id = None;
        if let Some(draft) = outcome.message {
            let conversation = &outcome.conversation;
            let id = change
                .add_message(conversation, draft, request.client_id, &team)
                .await?;
            message_id = Some(id);
        }
        if let Some(through) = outcome.read_through {
            change.read_through(actor, before.id, through).await?;
        }
        // Its last event may be for others only; the sender would wait for that for ever.
        let end = change.log_end().await?;
        let seq = change.tx.last_visible(actor, end).await?;
        let done = CommandDone { seq, message_id };
        let now = change.now.wall;
        change
            .tx
            .put_carried_out(&sender, request.client_id, &done, now)
            .await?;
        change.commit().await?;
        Ok(done)
    }
}

impl Change {
    /// A conversation that the agent sees; one they do not see is not there for them.
    async fn conversation_for(
        &mut self,
        agent: AgentId,
        team: &Team,
        id: ConversationId,
    ) -> Answer<Conversation> {
        let missing = || Failure::not_found("conversation");
        let conversation = self.tx.conversation(id).await?.ok_or_else(missing)?;
        let agent = team
            .agents
            .iter()
            .find(|it| it.id == agent)
            .ok_or_else(missing)?;
        if visibility::sees(agent, &team.groups, &conversation) {
            Ok(conversation)
        } else {
            Err(missing())
        }
    }

    /// Adds a message and tells whoever sees the conversation.
    pub(crate) async fn add_message(
        &mut self,
        conversation: &Conversation,
        draft: Draft,
        client_id: ClientId,
        team: &Team,
    ) -> Answer<MessageId> {
        let Draft {
            author,
            kind,
            body,
            mentions,
            seen_through,
        } = draft;
        // Nobody has seen what is not there yet.
        let end = self.log_end().await?;
        let seen_through = seen_through.map(|seq| seq.min(end));
        let mut message = Message {
            id: MessageId(secrets::new_id()),
            conversation_id: conversation.id,
            seq: Seq(0),
            author,
            kind,
            body,
            sent_at: self.now.wall,
            client_id,
            mentions,
        };
        let told = message.clone();
        if author == Author::Visitor {
            // Whoever winds down waits for this one's silence; nobody's load changes by it.
            let now = self.now;
            for agent in conversation.assigned.iter().copied() {
                if self.attend(agent)?.is_winding_down(now) {
                    self.answers_differently([agent]);
                }
            }
        }
        let audience = team.audience(team.viewers(conversation));
        message.seq = self
            .append(audience, |seq| Event::MessageAdded {
                message: Message { seq, ..told },
            })
            .await?;
        self.tx.add_message(&message, seen_through).await?;
        Ok(message.id)
    }

    async fn read_through(
        &mut self,
        agent: AgentId,
        conversation_id: ConversationId,
        through: Seq,
    ) -> Answer<()> {
        let end = self.log_end().await?;
        let through = through.min(end);
        let known = self.tx.read_mark(agent, conversation_id).await?;
        if known.is_some_and(|mark| mark.through >= through) {
            return Ok(());
        }
        let mark = ReadMark {
            conversation_id,
            through,
        };
        self.tx.put_read_mark(agent, &mark).await?;
        self.append(Audience::only(agent), |_| Event::ReadThrough { mark })
            .await?;
        Ok(())
    }
}
