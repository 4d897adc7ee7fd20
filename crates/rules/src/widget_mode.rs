//! What the widget is for one visitor.
//!
//! Live chat while somebody is Online, or while an agent assigned to the visitor's open conversation
//! is there for it (Busy and Invisible agents stay available in conversations of theirs). Otherwise
//! what the site says; but a visitor with an open conversation always keeps the widget.

use protocol::ids::AgentId;
use protocol::model::WhenNobody;
use protocol::status::Status;
use protocol::widget::WidgetMode;

/// An agent, as far as a visitor is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    /// Who.
    pub id: AgentId,
    /// As visitors read it.
    pub name: String,
    /// Their presence.
    pub status: Status,
}

/// The mode, and the names of the agents the visitor would talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The mode.
    pub mode: WidgetMode,
    /// The assigned agents who are there, else everybody Online; nobody unless it is live chat.
    pub agents: Vec<String>,
}

/// Decides the mode. `open_conversation` holds who is assigned to the visitor's open conversation,
/// if there is one.
#[must_use]
pub fn outlook(
    when_nobody: WhenNobody,
    team: &[Somebody],
    open_conversation: Option<&[AgentId]>,
) -> Outlook {
    let assigned: Vec<String> = open_conversation
        .unwrap_or_default()
        .iter()
        .filter_map(|id| team.iter().find(|agent| agent.id == *id))
        .filter(|agent| agent.status != Status::Offline)
        .map(|agent| agent.name.clone())
        .collect();
    if !assigned.is_empty() {
        return Outlook {
            mode: WidgetMode::LiveChat,
            agents: assigned,
        };
    }
    let online: Vec<String> = team
        .iter()
        .filter(|agent| agent.status == Status::Online)
        .map(|agent| agent.name.clone())
        .collect();
    if !online.is_empty() {
        return Outlook {
            mode: WidgetMode::LiveChat,
            agents: online,
        };
    }
    let mode = match when_nobody {
        WhenNobody::Hidden if open_conversation.is_none() => WidgetMode::Hidden,
        WhenNobody::Hidden | WhenNobody::Messenger => WidgetMode::Messenger,
    };
    Outlook {
        mode,
        agents: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ALL: [Status; 4] = [
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ];

    fn anna(status: Status) -> Somebody {
        Somebody {
            id: AgentId(Uuid::from_u128(1)),
            name: "Anna".into(),
            status,
        }
    }

    #[test]
    fn only_an_online_agent_makes_it_live_chat_for_a_new_visitor() {
        for status in ALL {
            let outlook = outlook(WhenNobody::Messenger, &[anna(status)], None);
            if status == Status::Online {
                assert_eq!(outlook.mode, WidgetMode::LiveChat);
                assert_eq!(outlook.agents, ["Anna"]);
            } else {
                assert_eq!(outlook.mode, WidgetMode::Messenger, "{status:?}");
                assert!(outlook.agents.is_empty(), "{status:?}");
            }
        }
    }

    #[test]
    fn an_assigned_agent_is_available_unless_offline() {
        for status in ALL {
            let team = [anna(status)];
            let outlook = outlook(WhenNobody::Hidden, &team, Some(&[team[0].id]));
            let expected = match status {
                Status::Offline => WidgetMode::Messenger,
                _ => WidgetMode::LiveChat,
            };
            assert_eq!(outlook.mode, expected, "{status:?}");
        }
    }

    #[test]
    fn hidden_turns_to_messenger_for_a_visitor_with_an_open_conversation() {
        assert_eq!(
            outlook(WhenNobody::Hidden, &[], None).mode,
            WidgetMode::Hidden
        );
        assert_eq!(
            outlook(WhenNobody::Hidden, &[], Some(&[])).mode,
            WidgetMode::Messenger
        );
    }
}
