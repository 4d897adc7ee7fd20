//! Status, choice, presence and activity as they travel.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::hours::Hours;
use crate::ids::{AgentId, Instant};

/// What can be picked, and what others get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Visitors see the agent available; new chats are offered.
    Online,
    /// Visitors see the agent away, except in conversations the agent is assigned to.
    Busy,
    /// Like busy to visitors; colleagues see invisible.
    Invisible,
    /// Away everywhere; no chat notices.
    Offline,
}

/// Who made a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum ChoiceSource {
    /// The default of a first sign-in.
    FirstSignIn,
    /// The agent, on any device.
    Agent {
        /// In which way.
        #[serde(default)]
        via: Via,
    },
    /// An admin.
    Admin {
        /// Which one.
        agent_id: AgentId,
        /// The choice that was in force before: what *undo* goes back to.
        before: Status,
    },
    /// The end of a timed choice.
    TimeUp,
    /// A boundary of availability hours.
    Hours,
    /// The end of a wind-down: nothing of the agent's is open any more, or every visitor is silent.
    WoundDown,
    /// A source of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The way in which an agent picked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// In the window.
    #[default]
    App,
    /// From the tray's menu.
    Tray,
    /// By the command line.
    CommandLine,
    /// By the global shortcut.
    Shortcut,
    /// By an action of a notification.
    Notification,
    /// A way of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The status that was picked, or came to be in force without a pick (hours, the end of a timed
/// choice or of a wind-down).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Choice {
    /// The pick.
    pub status: Status,
    /// When the server learned of it, or when it came into force.
    pub at: Instant,
    /// Who or what picked.
    pub source: ChoiceSource,
    /// What it leads to, while it is in force.
    pub plan: Option<Plan>,
}

/// What a choice leads to without another pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum Plan {
    /// A timed choice: then Online.
    Timed {
        /// Until then.
        until: Instant,
    },
    /// Invisible now, Offline when the last open conversation of theirs closes or its visitor has
    /// been silent for [`crate::limits::WIND_DOWN_SILENCE_MS`].
    WindDown,
    /// A plan of a later protocol.
    #[serde(other)]
    Unknown,
}

/// How long a timed choice lasts, as it is asked for. Never a wall time of the device, whose clock
/// may be wrong: the server reckons in the time zone of the agent's hours, or else of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "term", rename_all = "snake_case")]
pub enum Term {
    /// For a length of time, counted from the pick.
    For {
        /// [`crate::limits::TIMED_MIN_MS`] to [`crate::limits::TIMED_MAX_MS`].
        ms: u64,
    },
    /// Until the first start of hours tomorrow or later; without hours, until 8:00 tomorrow.
    Tomorrow,
    /// Until this local time comes next.
    At {
        /// Minutes since midnight, 0 to 1439.
        minute: u16,
    },
}

/// What an agent asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum StatusChange {
    /// A status, until something newer.
    Pick {
        /// Which.
        status: Status,
    },
    /// A status other than Online for a while, then Online.
    Timed {
        /// Which.
        status: Status,
        /// How long.
        term: Term,
    },
    /// See [`Plan::WindDown`].
    WindDown,
    /// Online, also past the end of the hours that run now (the answer to the notice before it).
    StayOnline,
}

/// The next change that comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct NextChange {
    /// When.
    pub at: Instant,
    /// What the choice becomes.
    pub status: Status,
    /// Why: [`ChoiceSource::Hours`] or [`ChoiceSource::TimeUp`].
    pub source: ChoiceSource,
}

/// Which statuses an agent may pick, beside Online and Invisible: a setting of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct StatusSettings {
    /// Busy may be picked. Off at first.
    pub busy: bool,
    /// Offline may be picked. Off: *automatic only*, where inactivity and sign-out set it and coming
    /// back always restores the choice. On at first.
    pub offline_by_hand: bool,
}

impl Default for StatusSettings {
    fn default() -> Self {
        Self {
            busy: false,
            offline_by_hand: true,
        }
    }
}

/// What an agent set for themselves. Alike on all their devices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgentSettings {
    /// When idle counts as away.
    pub idle: IdleDelay,
    /// When a locked machine counts as away.
    pub lock: LockDelay,
    /// What happens on return after idle, lock or sleep.
    pub on_return: OnReturn,
    /// New chats are offered also while Invisible, if online agents take longer than 30 seconds.
    pub invisible_offers: bool,
    /// Availability hours.
    pub hours: Option<Hours>,
}

/// How long without input counts as away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "delay", rename_all = "snake_case")]
pub enum IdleDelay {
    /// As the workspace says.
    #[default]
    Workspace,
    /// Idle never counts.
    Off,
    /// So many minutes.
    Minutes {
        /// 1 to 240.
        minutes: u32,
    },
}

/// How long a locked machine still counts as there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LockDelay {
    /// Away at once.
    #[default]
    AtOnce,
    /// 30 seconds.
    HalfMinute,
    /// One minute.
    OneMinute,
    /// Five minutes.
    FiveMinutes,
    /// Lock does not count; without input the machine counts as idle since it was locked.
    Off,
}

/// What happens on return after a drop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OnReturn {
    /// The choice is in force again.
    #[default]
    Restore,
    /// Offline until the agent says "Go online"; the app asks.
    Ask,
    /// Offline until the agent says "Go online"; the app does not ask.
    StayOffline,
}

/// One entry of an agent's log of status changes: from then on, this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatusLogEntry {
    /// From when.
    pub at: Instant,
    /// What others got, and why.
    pub presence: Presence,
    /// The choice in force.
    pub choice: Choice,
}

/// Why presence is what it is. Only the agent gets this in detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// It is the choice in force.
    Chosen,
    /// No input on any device since.
    Idle {
        /// The last input, as the server reckoned it.
        since: Instant,
    },
    /// Every device is locked.
    Locked {
        /// When the last of them was locked.
        since: Instant,
    },
    /// The last device said it goes to sleep.
    Asleep,
    /// The last device signed out.
    SignedOut,
    /// The app was quit on the last device.
    Quit,
    /// The last device vanished without a goodbye.
    ConnectionLost,
    /// Back after a drop, and waiting for the agent to say "Go online".
    Held,
    /// A reason of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The status others get, with its reason and age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Presence {
    /// Derived from the choice and the facts.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// Since when this status and reason hold.
    pub since: Instant,
}

/// What the team sees of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct TeamPresence {
    /// Whose.
    pub agent_id: AgentId,
    /// The presence, without its reason.
    pub status: Status,
    /// Its age.
    pub since: Instant,
    /// Their load: open conversations they are assigned to.
    pub open: u32,
}

/// What a device reports of the machine it runs on. Durations, never wall time: a device's clock may
/// be wrong, so the server subtracts from its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Activity {
    /// There was input lately.
    Active,
    /// No input for some time.
    Idle {
        /// Milliseconds since the last input.
        for_ms: u64,
    },
    /// The session is locked.
    Locked {
        /// Milliseconds since it was locked.
        for_ms: u64,
    },
    /// The machine's idle time cannot be read; input inside the app is all there is to go by.
    Limited {
        /// Milliseconds since the last input inside the app.
        for_ms: u64,
    },
}

/// Why a device gives up its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Goodbye {
    /// The agent signed out on it.
    SignedOut,
    /// The app was quit.
    Quit,
    /// The machine goes to sleep.
    Asleep,
}
