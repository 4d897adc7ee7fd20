//! What a screen shows of notices: what is set for them, the ledger, and the card of what happened while
//! the agent was away.

use protocol::ids::{ConversationId, Instant};
use rules::notices::digest::Fate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What keeps notices from being seen although visitors see the agent online.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticesHidden {
    /// The computer's do-not-disturb is on.
    DoNotDisturb,
    /// The computer does not let this app show notifications.
    PermissionDenied,
    /// Nothing on this computer shows notifications.
    NoService,
}

/// What happened while the agent was away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AwayView {
    /// Since when, where that is known.
    pub since: Option<Instant>,
    /// Who waits first, missed before all; then those that were answered.
    pub items: Vec<AwayItem>,
    /// More of them than are listed.
    pub more: u32,
}

/// One conversation of the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AwayItem {
    /// A click leads there.
    pub conversation_id: ConversationId,
    /// The visitor's name or address, once known.
    pub name: Option<String>,
    /// What became of it.
    pub fate: Fate,
}

/// Which lines of the ledger to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LedgerRequest {
    /// Only those of one conversation.
    pub conversation_id: Option<ConversationId>,
    /// Only those that ended so.
    pub outcome: LedgerWanted,
    /// Only those before this line.
    pub before: Option<i64>,
    /// How many at most; 200 is the most that is answered.
    pub limit: u32,
}

/// How the lines wanted ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "wanted", rename_all = "snake_case")]
pub enum LedgerWanted {
    /// In any way.
    Any,
    /// Shown.
    Shown,
    /// Not shown.
    NotShown,
    /// The platform failed.
    Failed,
    /// Not shown or not heard for this reason.
    Because {
        /// As in [`LedgerOutcome`].
        reason: String,
    },
}

/// A page of the ledger, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LedgerPage {
    /// Newest first.
    pub lines: Vec<LedgerLine>,
    /// Whether there are older ones.
    pub more: bool,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LedgerLine {
    /// To read on before it.
    pub id: i64,
    /// What it was about.
    pub conversation_id: Option<ConversationId>,
    /// The visitor's name or address, while the conversation is here and it is known.
    pub name: Option<String>,
    /// `new_chat`, `offered`, `message`, `missed`, `assigned`, `mention`; `digest`; of one's own
    /// state `idle_soon`, `welcome_back`, `hours_end`, `connection_lost`, `self_test`.
    pub kind: String,
    /// When it happened.
    pub at: Instant,
    /// When it was decided.
    pub decided_at: Instant,
    /// How it ended.
    pub outcome: LedgerOutcome,
}

/// How a notice ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum LedgerOutcome {
    /// It was handed to the platform.
    Shown {
        /// Why it made no sound though its kind has one: `quiet_hours`.
        silent: Option<String>,
    },
    /// It was not shown.
    Suppressed {
        /// `offline`, `invisible`, `busy`, `on_screen`, `own_action`, `do_not_disturb`,
        /// `permission_denied`, `already_answered`, `already_read`, `muted`, `replaced`, `gone`.
        reason: String,
    },
    /// The platform did not take it.
    Failed {
        /// What it said.
        why: String,
    },
}
