//! What is set for this computer alone, as the page of settings shows it.
//!
//! Settings of the agent travel with the agent; these stay here. TypeScript is generated from these
//! types (`tests/bindings.rs`).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is set for this computer alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeviceSettings {
    /// What happens when the person signs in to the computer, as the system says now: it can be
    /// changed there too.
    pub start_at_login: StartAtLogin,
    /// The keys that switch between Online and Invisible everywhere, like `Ctrl+Alt+P`; `None`: no
    /// keys. Names of keys: `Ctrl`, `Alt`, `Shift`, `Super` (Windows key, Command), then one of
    /// `A` to `Z`, `0` to `9`, `F1` to `F24`, `Space`, `Tab`, `Pause`, `Insert`, `Home`, `End`,
    /// `PageUp`, `PageDown`, `Up`, `Down`, `Left`, `Right`.
    pub shortcut: Option<String>,
    /// Why keys cannot be set, or do nothing now.
    pub shortcut_problem: Option<ShortcutProblem>,
}

/// What happens when the person signs in to the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StartAtLogin {
    /// Nothing.
    #[default]
    Off,
    /// Porchlight starts with its window.
    Window,
    /// Porchlight starts into the tray.
    Tray,
}

/// Why a global shortcut cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShortcutProblem {
    /// Wayland gives programs no keys that are pressed elsewhere. The system's own keyboard settings
    /// can run `porchlight status …` instead.
    Wayland,
    /// The display server does not answer.
    NoDisplay,
    /// Another program has taken the keys that are set: choose others, or end that program and start
    /// Porchlight anew.
    Taken,
    /// The keyboard of this computer does not have the key that is set.
    NoSuchKey,
    /// The system refused, for a reason that only the log knows.
    Refused,
}

/// What the platform answered to a try ([`crate::Core::self_test`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SelfTest {
    /// Whether the platform took the notification. That nobody hid it, only the person can say.
    pub shown: Took,
    /// Whether it took the sound.
    pub sound: Took,
    /// Whether notifications of this app reach the screen.
    pub permission: NotificationPermission,
    /// Whether the system holds notifications back; `None` if it does not tell.
    pub do_not_disturb: Option<bool>,
    /// Who shows notifications, as it calls itself, like `dunst 1.9.0`; may be empty.
    pub service: String,
    /// Whether notifications have buttons here.
    pub buttons: bool,
    /// Whether a reply can be written in them.
    pub inline_reply: bool,
}

/// Whether something was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "took", rename_all = "snake_case")]
pub enum Took {
    /// It was.
    Yes,
    /// It was not.
    No {
        /// What the platform said, in its own words.
        why: String,
    },
}

/// Whether notifications of this app reach the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NotificationPermission {
    /// They do.
    Granted,
    /// They are switched off in the system's settings.
    Denied,
    /// The system asks the person with the first one.
    NotAsked,
    /// Nobody here shows notifications.
    NoService,
}
