//! Who sees which conversation.
//!
//! Admins see all of them. An agent sees a conversation that is in no group, that is in one of
//! their groups, or that they are assigned to. Everything that travels to agents goes by this one
//! function, so that a stream, a snapshot and a refusal never disagree.

use std::collections::BTreeSet;

use protocol::ids::AgentId;
use protocol::model::{Agent, Conversation, Group, Role};

/// Whether `agent` sees `conversation`.
#[must_use]
pub fn sees(agent: &Agent, groups: &[Group], conversation: &Conversation) -> bool {
    if agent.role == Role::Admin || conversation.assigned.contains(&agent.id) {
        return true;
    }
    match conversation.group_id {
        None => true,
        Some(id) => groups
            .iter()
            .any(|group| group.id == id && group.members.contains(&agent.id)),
    }
}

/// Everybody who sees `conversation`.
#[must_use]
pub fn viewers(
    agents: &[Agent],
    groups: &[Group],
    conversation: &Conversation,
) -> BTreeSet<AgentId> {
    agents
        .iter()
        .filter(|agent| sees(agent, groups, conversation))
        .map(|agent| agent.id)
        .collect()
}

/// What a change of a conversation means to those who see it before or after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// See it before and after.
    pub stay: BTreeSet<AgentId>,
    /// See it only after.
    pub gain: BTreeSet<AgentId>,
    /// Saw it only before.
    pub lose: BTreeSet<AgentId>,
}

/// Compares the viewers before and after a change.
#[must_use]
pub fn shift(before: &BTreeSet<AgentId>, after: &BTreeSet<AgentId>) -> Shift {
    Shift {
        stay: before.intersection(after).copied().collect(),
        gain: after.difference(before).copied().collect(),
        lose: before.difference(after).copied().collect(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::ids::{ConversationId, GroupId, Instant, SiteId, VisitorId};
    use protocol::model::{ConversationState, Visitor};
    use uuid::Uuid;

    use super::*;

    fn agent(number: u128, role: Role) -> Agent {
        Agent {
            id: AgentId(Uuid::from_u128(number)),
            name: format!("Agent {number}"),
            email: format!("{number}@example.org"),
            role,
        }
    }

    fn conversation(group: Option<u128>, assigned: &[u128]) -> Conversation {
        Conversation {
            id: ConversationId(Uuid::from_u128(900)),
            site_id: SiteId(Uuid::from_u128(901)),
            group_id: group.map(|number| GroupId(Uuid::from_u128(number))),
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(902)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: assigned
                .iter()
                .map(|number| AgentId(Uuid::from_u128(*number)))
                .collect(),
            created_at: Instant(0),
            last_message_at: Instant(0),
            waiting_since: None,
            missed: None,
        }
    }

    fn support() -> Group {
        Group {
            id: GroupId(Uuid::from_u128(50)),
            name: "Support".into(),
            members: vec![AgentId(Uuid::from_u128(2))],
        }
    }

    #[test]
    fn admins_see_everything_and_agents_their_groups_what_is_theirs_and_what_is_in_no_group() {
        let (admin, member, other) = (
            agent(1, Role::Admin),
            agent(2, Role::Agent),
            agent(3, Role::Agent),
        );
        let groups = [support()];
        let grouped = conversation(Some(50), &[]);
        assert!(sees(&admin, &groups, &grouped));
        assert!(sees(&member, &groups, &grouped));
        assert!(!sees(&other, &groups, &grouped));
        assert!(
            sees(&other, &groups, &conversation(Some(50), &[3])),
            "being assigned gives sight"
        );
        assert!(sees(&other, &groups, &conversation(None, &[])));
    }

    #[test]
    fn a_shift_names_who_stays_gains_and_loses() {
        let agents = [
            agent(1, Role::Admin),
            agent(2, Role::Agent),
            agent(3, Role::Agent),
        ];
        let groups = [support()];
        let before = viewers(&agents, &groups, &conversation(Some(50), &[]));
        let after = viewers(&agents, &[], &conversation(Some(51), &[3]));
        let shift = shift(&before, &after);
        let ids = |set: &BTreeSet<AgentId>| set.iter().map(|id| id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(ids(&shift.stay), [1]);
        assert_eq!(ids(&shift.gain), [3]);
        assert_eq!(ids(&shift.lose), [2]);
    }
}
