//! The open conversations and their clocks, in memory, and when to look at them again.
//!
//! What is true of one conversation is decided by [`rules::attention`]. Here is each open one as it was
//! committed last; a change works on copies and gives them back after its commit. Nothing here is a
//! source of truth: it is recalled from the store at a start.

use std::collections::BTreeMap;

use protocol::ids::ConversationId;
use protocol::model::Conversation;
use rules::attention::{Clocks, Restarts};
use rules::presence::{Moment, Steady};

/// An open conversation.
#[derive(Clone, Debug)]
pub(crate) struct Ticking {
    pub(crate) conversation: Conversation,
    pub(crate) clocks: Clocks,
}

/// All open conversations.
#[derive(Debug)]
pub(crate) struct Open {
    conversations: BTreeMap<ConversationId, Ticking>,
    /// The workspace's setting.
    close_after_hours: Option<u32>,
}

impl Open {
    /// After a start.
    pub(crate) fn recall(
        stored: Vec<(Conversation, Restarts)>,
        close_after_hours: Option<u32>,
        now: Moment,
    ) -> Self {
        let ticking = |(conversation, restarts): (Conversation, Restarts)| {
            let clocks = Clocks::recall(&conversation, restarts, now);
            let id = conversation.id;
            (
                id,
                Ticking {
                    conversation,
                    clocks,
                },
            )
        };
        Self {
            conversations: stored.into_iter().map(ticking).collect(),
            close_after_hours,
        }
    }

    /// A copy to work on.
    pub(crate) fn copy(&self, id: ConversationId) -> Option<Ticking> {
        self.conversations.get(&id).cloned()
    }

    /// Those whose visitors wait.
    pub(crate) fn waiting(&self) -> Vec<ConversationId> {
        let waits = |it: &&Ticking| it.conversation.waiting_since.is_some();
        let waiting = self.conversations.values().filter(waits);
        waiting.map(|it| it.conversation.id).collect()
    }

    /// Takes over what was committed; `None`: it is not open any more.
    pub(crate) fn take_over(&mut self, id: ConversationId, changed: Option<Ticking>) {
        match changed {
            Some(ticking) => self.conversations.insert(id, ticking),
            None => self.conversations.remove(&id),
        };
    }

    /// The workspace's setting changed.
    pub(crate) fn close_after(&mut self, hours: Option<u32>) {
        self.close_after_hours = hours;
    }

    /// What has come by itself.
    pub(crate) fn due(&self, now: Moment) -> Due {
        let reached = |at: Option<Steady>| at.is_some_and(|at| at <= now.steady);
        let mut due = Due::default();
        for (id, it) in &self.conversations {
            if reached(it.clocks.closes_at(self.close_after_hours)) {
                due.close.push(*id);
            } else if reached(it.clocks.missed_at(&it.conversation)) {
                due.decide.push(*id);
            }
        }
        due
    }

    /// Whether the silence of a conversation has lasted long enough.
    pub(crate) fn fell_silent(&self, id: ConversationId, now: Moment) -> bool {
        let closes_at = |it: &Ticking| it.clocks.closes_at(self.close_after_hours);
        let at = self.conversations.get(&id).and_then(closes_at);
        at.is_some_and(|at| at <= now.steady)
    }

    /// When something comes by itself.
    pub(crate) fn next_look(&self) -> Option<Steady> {
        let of_one = |it: &Ticking| {
            let missed = it.clocks.missed_at(&it.conversation);
            let closes = it.clocks.closes_at(self.close_after_hours);
            missed.into_iter().chain(closes).min()
        };
        self.conversations.values().filter_map(of_one).min()
    }
}

/// Conversations whose time has come.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// To be closed.
    pub(crate) close: Vec<ConversationId>,
    /// Perhaps missed.
    pub(crate) decide: Vec<ConversationId>,
}
