//! What a command or a visitor's message does to a conversation.
//!
//! Pure: a conversation goes in, the conversation as it is afterwards comes out, together with the
//! message to add and the reading mark to move, if any. Whoever calls gives them ids, numbers and
//! events, in one transaction. A command that changes nothing gives back an equal conversation.

use std::collections::BTreeSet;

use protocol::body::{Body, BodyError};
use protocol::command::Command;
use protocol::ids::{AgentId, GroupId, Instant, Seq};
use protocol::limits;
use protocol::model::{Author, Conversation, ConversationState, MessageKind};

/// A message without id and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who wrote it.
    pub author: Author,
    /// Whom it reaches.
    pub kind: MessageKind,
    /// What was written.
    pub body: Body,
    /// Agents mentioned in a comment.
    pub mentions: Vec<AgentId>,
    /// The newest message that the writer of a reply had before them.
    pub seen_through: Option<Seq>,
}

/// What comes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// As it is afterwards.
    pub conversation: Conversation,
    /// To add to it.
    pub message: Option<Draft>,
    /// The actor has read up to here.
    pub read_through: Option<Seq>,
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The body does not fit.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// More agents than one command may name.
    #[error("at most {} agents can be named at once", limits::AGENTS_PER_COMMAND)]
    TooManyAgents,
    /// An agent who is not in the workspace.
    #[error("one of these agents is not in the workspace")]
    NoSuchAgent,
    /// A group that is not there.
    #[error("there is no such group")]
    NoSuchGroup,
}

/// What a command is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Everybody in the workspace.
    pub agents: &'a BTreeSet<AgentId>,
    /// All groups.
    pub groups: &'a BTreeSet<GroupId>,
    /// The time.
    pub now: Instant,
}

/// What `command`, given by `actor`, does to `before`.
///
/// # Errors
/// [`Refused`] when the command names what is not there or does not fit.
pub fn carry_out(
    before: &Conversation,
    command: &Command,
    actor: AgentId,
    around: Around<'_>,
) -> Result<Outcome, Refused> {
    let mut after = before.clone();
    let mut message = None;
    let mut read_through = None;
    match command {
        Command::Reply {
            body, seen_through, ..
        } => {
            body.check()?;
            join(&mut after, actor);
            after.waiting_since = None;
            after.missed = None;
            after.last_message_at = around.now;
            message = Some(Draft {
                author: Author::Agent { agent_id: actor },
                kind: MessageKind::Reply,
                body: body.clone(),
                mentions: Vec::new(),
                seen_through: Some(*seen_through),
            });
        }
        Command::Comment { body, mentions, .. } => {
            body.check()?;
            known(mentions, around)?;
            after.last_message_at = around.now;
            message = Some(Draft {
                author: Author::Agent { agent_id: actor },
                kind: MessageKind::Comment,
                body: body.clone(),
                mentions: without_repetition(mentions),
                seen_through: None,
            });
        }
        Command::Assign { agents, .. } => {
            known(agents, around)?;
            after.assigned.retain(|agent| agents.contains(agent));
            for agent in agents {
                join(&mut after, *agent);
            }
        }
        Command::AddAgent { agent_id, .. } => {
            known(&[*agent_id], around)?;
            join(&mut after, *agent_id);
        }
        Command::Leave { .. } => after.assigned.retain(|agent| *agent != actor),
        Command::SetGroup { group_id, .. } => {
            if group_id.is_some_and(|id| !around.groups.contains(&id)) {
                return Err(Refused::NoSuchGroup);
            }
            after.group_id = *group_id;
        }
        Command::Close { .. } => after = closed(&after),
        Command::Reopen { .. } => after.state = ConversationState::Open,
        Command::MarkRead { through, .. } => read_through = Some(*through),
    }
    Ok(Outcome {
        conversation: after,
        message,
        read_through,
    })
}

/// What a visitor's message does: it waits for an answer, and it opens a closed conversation, which
/// keeps its agents if `somebody_there` (one of them is not Offline) and is unassigned otherwise.
#[must_use]
pub fn visitor_wrote(before: &Conversation, somebody_there: bool, now: Instant) -> Conversation {
    let mut after = before.clone();
    if after.state == ConversationState::Closed {
        after.state = ConversationState::Open;
        if !somebody_there {
            after.assigned.clear();
        }
    }
    after.last_message_at = now;
    after.waiting_since = after.waiting_since.or(Some(now));
    after
}

/// What the end of a conversation does, by hand or by silence: nothing waits in it any more.
#[must_use]
pub fn closed(before: &Conversation) -> Conversation {
    Conversation {
        state: ConversationState::Closed,
        waiting_since: None,
        missed: None,
        ..before.clone()
    }
}

fn join(conversation: &mut Conversation, agent: AgentId) {
    if !conversation.assigned.contains(&agent) {
        conversation.assigned.push(agent);
    }
}

fn known(agents: &[AgentId], around: Around<'_>) -> Result<(), Refused> {
    if agents.len() > limits::AGENTS_PER_COMMAND {
        return Err(Refused::TooManyAgents);
    }
    if agents.iter().all(|agent| around.agents.contains(agent)) {
        Ok(())
    } else {
        Err(Refused::NoSuchAgent)
    }
}

fn without_repetition(agents: &[AgentId]) -> Vec<AgentId> {
    let mut seen = BTreeSet::new();
    agents
        .iter()
        .copied()
        .filter(|agent| seen.insert(*agent))
        .collect()
}

#[cfg(test)]
mod tests {
    use protocol::ids::{ConversationId, SiteId, VisitorId};
    use protocol::model::Visitor;
    use uuid::Uuid;

    use super::*;

    fn agent(number: u128) -> AgentId {
        AgentId(Uuid::from_u128(number))
    }

    fn waiting(assigned: &[u128]) -> Conversation {
        Conversation {
            id: ConversationId(Uuid::from_u128(900)),
            site_id: SiteId(Uuid::from_u128(901)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(902)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: assigned.iter().map(|number| agent(*number)).collect(),
            created_at: Instant(10),
            last_message_at: Instant(10),
            waiting_since: Some(Instant(10)),
            missed: None,
        }
    }

    fn run(before: &Conversation, actor: u128, command: &Command) -> Result<Outcome, Refused> {
        let agents = (1..=3).map(agent).collect();
        let groups = BTreeSet::from([GroupId(Uuid::from_u128(50))]);
        let around = Around {
            agents: &agents,
            groups: &groups,
            now: Instant(99),
        };
        carry_out(before, command, agent(actor), around)
    }

    #[test]
    fn a_reply_joins_the_agent_and_ends_the_wait_but_a_comment_does_neither() {
        let before = waiting(&[]);
        let (conversation_id, body) = (before.id, Body::from_plain("Hello"));
        let reply = Command::Reply {
            conversation_id,
            body: body.clone(),
            seen_through: Seq(1),
        };
        let after = run(&before, 1, &reply).unwrap();
        assert_eq!(after.conversation.assigned, [agent(1)]);
        assert_eq!(after.conversation.waiting_since, None);
        assert_eq!(after.message.unwrap().seen_through, Some(Seq(1)));
        let comment = Command::Comment {
            conversation_id,
            body,
            mentions: vec![agent(2), agent(2)],
        };
        let after = run(&before, 1, &comment).unwrap();
        assert!(after.conversation.assigned.is_empty());
        assert_eq!(after.conversation.waiting_since, Some(Instant(10)));
        assert_eq!(after.message.unwrap().mentions, [agent(2)]);
    }

    #[test]
    fn assigning_keeps_the_order_of_joining_and_drops_who_is_left_out() {
        let before = waiting(&[3, 1]);
        let assign = Command::Assign {
            conversation_id: before.id,
            agents: vec![agent(2), agent(3)],
        };
        let after = run(&before, 1, &assign).unwrap();
        assert_eq!(after.conversation.assigned, [agent(3), agent(2)]);
    }

    #[test]
    fn what_is_not_there_is_refused() {
        let before = waiting(&[]);
        let conversation_id = before.id;
        let add = Command::AddAgent {
            conversation_id,
            agent_id: agent(9),
        };
        assert_eq!(run(&before, 1, &add), Err(Refused::NoSuchAgent));
        let group_id = Some(GroupId(Uuid::from_u128(51)));
        let group = Command::SetGroup {
            conversation_id,
            group_id,
        };
        assert_eq!(run(&before, 1, &group), Err(Refused::NoSuchGroup));
        let many = vec![agent(1); limits::AGENTS_PER_COMMAND + 1];
        let assign = Command::Assign {
            conversation_id,
            agents: many,
        };
        assert_eq!(run(&before, 1, &assign), Err(Refused::TooManyAgents));
        let empty = Body::from_plain(" ");
        let reply = Command::Reply {
            conversation_id,
            body: empty,
            seen_through: Seq(0),
        };
        assert_eq!(
            run(&before, 1, &reply),
            Err(Refused::Body(BodyError::Empty))
        );
    }

    #[test]
    fn a_closed_conversation_opens_when_the_visitor_writes_and_keeps_agents_who_are_there() {
        let open = waiting(&[1]);
        let closed = run(
            &open,
            1,
            &Command::Close {
                conversation_id: open.id,
            },
        )
        .unwrap();
        let closed = closed.conversation;
        assert_eq!(
            closed.waiting_since, None,
            "nothing waits in a closed conversation"
        );
        let kept = visitor_wrote(&closed, true, Instant(200));
        assert_eq!(
            (kept.state, kept.assigned.len()),
            (ConversationState::Open, 1)
        );
        let freed = visitor_wrote(&closed, false, Instant(200));
        assert_eq!(
            (freed.state, freed.assigned.len()),
            (ConversationState::Open, 0)
        );
        assert_eq!(freed.waiting_since, Some(Instant(200)));
    }

    #[test]
    fn a_second_message_does_not_restart_the_wait_and_an_open_conversation_keeps_its_agents() {
        let after = visitor_wrote(&waiting(&[1]), false, Instant(200));
        assert_eq!(after.waiting_since, Some(Instant(10)));
        assert_eq!(after.assigned, [agent(1)]);
    }
}
