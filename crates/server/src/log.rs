//! Entries of the workspace's log and whom they reach.
//!
//! Whom an event reaches is decided once, when it is appended: that, and not a later look at the
//! state, is what makes resuming from a cursor give the same events as having listened.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use protocol::event::Event;
use protocol::ids::{AgentId, Seq};

/// Whom an event reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody in the workspace.
    Everybody,
    /// These agents.
    Agents(BTreeSet<AgentId>),
}

impl Audience {
    /// One agent.
    #[must_use]
    pub fn only(agent: AgentId) -> Self {
        Self::Agents(BTreeSet::from([agent]))
    }

    /// Whether it reaches `agent`.
    #[must_use]
    pub fn reaches(&self, agent: AgentId) -> bool {
        match self {
            Self::Everybody => true,
            Self::Agents(agents) => agents.contains(&agent),
        }
    }

    /// As it is stored: `*`, or ids with a space before and after each.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Everybody => "*".to_owned(),
            Self::Agents(agents) => {
                let mut text = String::from(" ");
                for agent in agents {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{agent} ");
                }
                text
            }
        }
    }
}

/// A stored event: its number and its JSON, which is sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// [`Event`] as JSON.
    pub payload: String,
}

/// An event that was just committed, serialised once for everybody.
#[derive(Debug)]
pub struct Appended {
    /// Its number.
    pub seq: Seq,
    /// Whom it reaches.
    pub audience: Audience,
    /// What happened.
    pub event: Event,
    /// The same as JSON.
    pub payload: String,
}

/// The frame that carries an event; `prev` is the only part that differs between agents.
#[must_use]
pub fn event_frame(seq: Seq, prev: Seq, payload: &str) -> String {
    format!(r#"{{"frame":"event","seq":{seq},"prev":{prev},"event":{payload}}}"#)
}

#[cfg(test)]
mod tests {
    use protocol::frame::{EventFrame, ServerFrame};
    use protocol::ids::ConversationId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_frame_put_together_from_parts_reads_as_the_protocol_says() {
        let event = Event::ConversationLost {
            conversation_id: ConversationId(Uuid::nil()),
        };
        let text = event_frame(Seq(7), Seq(4), &serde_json::to_string(&event).unwrap());
        let frame: ServerFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(
            frame,
            ServerFrame::Event(EventFrame {
                seq: Seq(7),
                prev: Seq(4),
                event
            })
        );
    }
}
