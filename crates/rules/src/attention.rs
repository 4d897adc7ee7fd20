//! When a conversation is *missed*: its visitor waits, and nobody is there or nobody replies.
//!
//! The server decides it, for everybody alike. Two clocks belong to an open conversation:
//!
//! - The **reply clock** runs while a visitor waits: from the first message after the last reply of an
//!   agent (comments, bots and what was not sent are no replies). It begins anew when somebody is
//!   assigned, by name or by moving the conversation to a group, and when somebody comes back whose
//!   absence made it red. After [`MISSED_AFTER_MS`] it is missed by *silence*.
//! - The **silence** runs from the newest message, or from a reopening by hand. After the hours that the
//!   workspace sets, the conversation closes by itself.
//!
//! *Who could answer* are the agents assigned to it; of an unassigned one all agents of its group, or of
//! the workspace. While none of them is there (all are Offline; Busy and Invisible ones are there) it is
//! missed by *absence*, at once.
//!
//! ```text
//!           visitor writes                  30 s                       reply, close
//!   none ────────────────▶ waiting ─────────────────▶ silence ────────────────────▶ none
//!                             │  ▲                                                   ▲
//!             nobody is there ▼  │ one who could answer comes back                   │
//!                            absence ────────────────────────────────────────────────┘
//! ```
//!
//! Red by silence stays red whoever comes or goes, and neither kind is ended by an assignment: the
//! visitor got no answer. Somebody who goes while others are there changes nothing, and so does one who
//! comes back to them: else a large team's comings and goings would put the clock off for ever.
//!
//! Clocks go by the steady clock, so setting the wall clock changes nothing. Their beginnings are stored
//! as wall-clock stamps ([`Restarts`], beside `waiting_since` and `last_message_at`), so a restart of the
//! server changes nothing either: the time it was down has passed for the visitor, too.

use std::collections::BTreeSet;

use protocol::ids::{AgentId, Instant};
use protocol::limits::MISSED_AFTER_MS;
use protocol::model::{Conversation, ConversationState, Group, Missed, MissedBecause};

use crate::presence::{Moment, Steady};

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// When the clocks of a conversation began anew, other than by a message. Each counts only if it is
/// later than the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restarts {
    /// The reply clock: an assignment, or a return.
    pub clock_from: Option<Instant>,
    /// The silence: a reopening by hand.
    pub quiet_from: Option<Instant>,
}

/// The clocks of an open conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// Where the reply clock began; `None` while nobody waits.
    waits_from: Option<Steady>,
    /// Where the silence began.
    quiet_from: Steady,
    /// To be stored.
    pub restarts: Restarts,
}

impl Clocks {
    /// From what is stored, after a start of the server.
    #[must_use]
    pub fn recall(conversation: &Conversation, restarts: Restarts, now: Moment) -> Self {
        let latest = |one: Instant, other: Option<Instant>| {
            let wall = other.map_or(one, |other| other.max(one));
            now.recall(wall).steady
        };
        Self {
            waits_from: conversation
                .waiting_since
                .map(|since| latest(since, restarts.clock_from)),
            quiet_from: latest(conversation.last_message_at, restarts.quiet_from),
            restarts,
        }
    }

    /// What a change of the conversation does to its clocks: `known` are those it had. `None`: it is not
    /// open, and nothing runs.
    #[must_use]
    pub fn after(
        known: Option<Self>,
        before: Option<&Conversation>,
        after: &Conversation,
        now: Moment,
    ) -> Option<Self> {
        if after.state != ConversationState::Open {
            return None;
        }
        let open = before.filter(|it| it.state == ConversationState::Open);
        let Some((known, before)) = known.zip(open) else {
            let spoken = before.map(|it| it.last_message_at) != Some(after.last_message_at);
            return Some(Self {
                waits_from: after.waiting_since.map(|_| now.steady),
                quiet_from: now.steady,
                restarts: Restarts {
                    clock_from: None,
                    quiet_from: (!spoken).then_some(now.wall),
                },
            });
        };
        let mut clocks = known;
        if before.last_message_at != after.last_message_at {
            clocks.quiet_from = now.steady;
            clocks.restarts.quiet_from = None;
        }
        match (before.waiting_since, after.waiting_since) {
            (_, None) => clocks.waits_from = None,
            (Some(was), Some(is)) if was == is => {
                if is_assigned_anew(before, after) {
                    clocks.restart(now);
                }
            }
            (_, Some(_)) => {
                clocks.waits_from = Some(now.steady);
                clocks.restarts.clock_from = None;
            }
        }
        Some(clocks)
    }

    fn restart(&mut self, now: Moment) {
        self.waits_from = Some(now.steady);
        self.restarts.clock_from = Some(now.wall);
    }

    /// When the conversation is missed by silence, if nothing happens before.
    #[must_use]
    pub fn missed_at(&self, conversation: &Conversation) -> Option<Steady> {
        let from = self.waits_from.filter(|_| conversation.missed.is_none())?;
        Some(from.saturating_add(MISSED_AFTER_MS))
    }

    /// When the conversation closes by itself, if nothing happens before.
    #[must_use]
    pub fn closes_at(&self, after_hours: Option<u32>) -> Option<Steady> {
        let hours = i64::from(after_hours?);
        Some(
            self.quiet_from
                .saturating_add(hours.saturating_mul(HOUR_MS)),
        )
    }
}

/// Somebody is to answer who was not before: by name, or, while nobody is named, as one of a group.
fn is_assigned_anew(before: &Conversation, after: &Conversation) -> bool {
    let joined = |agent: &AgentId| !before.assigned.contains(agent);
    let moved = after.group_id.is_some() && after.group_id != before.group_id;
    (moved && after.assigned.is_empty()) || after.assigned.iter().any(joined)
}

/// Who could answer it.
#[must_use]
pub fn could_answer(
    conversation: &Conversation,
    agents: &BTreeSet<AgentId>,
    groups: &[Group],
) -> BTreeSet<AgentId> {
    if !conversation.assigned.is_empty() {
        return conversation.assigned.iter().copied().collect();
    }
    match conversation.group_id {
        None => agents.clone(),
        Some(id) => {
            let group = groups.iter().find(|group| group.id == id);
            let members = group.into_iter().flat_map(|group| &group.members);
            members.copied().collect()
        }
    }
}

/// Who is there, as far as one conversation is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attended {
    /// Somebody who could answer it is not Offline.
    pub there: bool,
    /// Somebody who could answer it was Offline until now.
    pub returned: bool,
}

impl Attended {
    /// `there` are all agents who are not Offline, `returned` those of them who were until now.
    #[must_use]
    pub fn of(
        could_answer: &BTreeSet<AgentId>,
        there: &BTreeSet<AgentId>,
        returned: &BTreeSet<AgentId>,
    ) -> Self {
        Self {
            there: !could_answer.is_disjoint(there),
            returned: !could_answer.is_disjoint(returned),
        }
    }
}

/// Whether an open conversation is missed now, and its clocks then. To be asked whenever it changed,
/// who is there changed, or [`Clocks::missed_at`] has come; asking again changes nothing.
#[must_use]
pub fn decide(
    conversation: &Conversation,
    mut clocks: Clocks,
    attended: Attended,
    now: Moment,
) -> (Option<Missed>, Clocks) {
    let waits = conversation.state == ConversationState::Open;
    let Some(mut from) = clocks.waits_from.filter(|_| waits) else {
        return (None, clocks);
    };
    match conversation.missed.map(|missed| missed.because) {
        Some(MissedBecause::Absence) if attended.returned && attended.there => {
            clocks.restart(now);
            from = now.steady;
        }
        Some(_) => return (conversation.missed, clocks),
        None => {}
    }
    let due = from.saturating_add(MISSED_AFTER_MS);
    let missed = if !attended.there {
        Some(Missed {
            since: now.wall,
            because: MissedBecause::Absence,
        })
    } else if now.steady >= due {
        Some(Missed {
            since: now.on_wall(due),
            because: MissedBecause::Silence,
        })
    } else {
        None
    };
    (missed, clocks)
}
