//! Whether something becomes an OS notification.
//!
//! What may be worth a notification is a *notice*: it is **shown**, or **suppressed** with a reason. The
//! decision is one pure function ([`decide`]) of what happened ([`Notice`]) and how things stand when it
//! is decided ([`Facts`]: presence, focus, settings, what the platform allows); the session records
//! every outcome, so that "why did I miss it?" has an answer.
//!
//! | kind | raised by | told to whom |
//! |---|---|---|
//! | *new chat*, *offered* | a visitor's message in a chat that is offered to me, or a waiting chat that becomes so | who is offered new chats |
//! | *message* | a visitor's message in a conversation of mine | whoever is not Offline |
//! | *missed* | the server finds that a visitor waits in vain | of mine: whoever is not Offline; else like a new chat |
//! | *assigned* | a colleague (or the workspace) made a conversation mine | whoever is not Offline |
//! | *mention* | a colleague's comment names me | whoever is not Offline |
//!
//! Who is offered what is in the table of [`crate::status`]. Notices of one's own state are in [`own`].
//!
//! A chat that an Invisible agent wishes to be told of once nobody has replied for a while is decided
//! [`Verdict::Later`]: it stays undecided until it waits too long, or somebody answers.
//!
//! There is one live notification a conversation. It is taken back when [`still_due`] says so:
//! somebody replied, somebody took the chat, the conversation closed or is gone, or I read it. A
//! colleague's reading takes nothing back, and a mention waits until I read it, whoever replies.
//!
//! After an absence there is no storm: [`digest::plan`] keeps the newest of each conversation, shows what
//! happens now one by one, and gathers what happened in the absence in one digest.
//!
//! Order of the reasons: first that it was my own doing or that I cannot see it any more; then Offline, which
//! the card of an absence is made of; then what else makes a notice pointless (it is answered, it is read),
//! what I set (Busy or Invisible, muted), and what I see (on screen). The platform's refusals come last,
//! so that the ledger names the reason that is nearest to the agent.

use std::collections::BTreeSet;

use protocol::ids::{ConversationId, Seq};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod decide;
pub mod digest;
pub mod own;
mod raise;
pub mod settings;

pub use decide::{Answerable, Facts, Heard, Platform, Told, Verdict, answers, decide, still_due};
pub use raise::{raised, raised_by_snapshot};

/// A conversation counts as looked at while the last input is not older than this: 60 s, long
/// enough to read a long message without touching anything.
pub const ON_SCREEN_INPUT_MS: u64 = 60_000;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A visitor whom nobody answers yet, offered to me.
    NewChat,
    /// The same, offered while I am Invisible since nobody replied for a while.
    Offered,
    /// A visitor's message in a conversation of mine.
    Message,
    /// A visitor waits, and nobody is there or nobody replies.
    Missed,
    /// A conversation became mine, and not by my doing.
    Assigned,
    /// A colleague named me in a comment.
    Mention,
}

/// Why a notice is not shown, or not heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Suppressed {
    /// I did it myself.
    OwnAction,
    /// I cannot see the conversation any more.
    Gone,
    /// I am Offline.
    Offline,
    /// Somebody replied, took it or closed it before it was decided.
    AlreadyAnswered,
    /// I read it before it was decided.
    AlreadyRead,
    /// I am Busy, and it is not mine.
    Busy,
    /// I am Invisible, and it is not mine.
    Invisible,
    /// I do not want notices of this kind.
    Muted,
    /// I have it before me, here or on another device.
    OnScreen,
    /// The platform does not let this app show anything.
    PermissionDenied,
    /// The platform keeps what it is given out of sight for now.
    DoNotDisturb,
    /// Quiet hours: shown, but not heard.
    QuietHours,
    /// A newer one of the same conversation, or a digest, took its place.
    Replaced,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NewChat,
        Self::Offered,
        Self::Message,
        Self::Missed,
        Self::Assigned,
        Self::Mention,
    ];

    /// As it stands in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NewChat => "new_chat",
            Self::Offered => "offered",
            Self::Message => "message",
            Self::Missed => "missed",
            Self::Assigned => "assigned",
            Self::Mention => "mention",
        }
    }

    /// The other way round.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Suppressed {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::OwnAction,
        Self::Gone,
        Self::Offline,
        Self::AlreadyAnswered,
        Self::AlreadyRead,
        Self::Busy,
        Self::Invisible,
        Self::Muted,
        Self::OnScreen,
        Self::PermissionDenied,
        Self::DoNotDisturb,
        Self::QuietHours,
        Self::Replaced,
    ];

    /// As it stands in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OwnAction => "own_action",
            Self::Gone => "gone",
            Self::Offline => "offline",
            Self::AlreadyAnswered => "already_answered",
            Self::AlreadyRead => "already_read",
            Self::Busy => "busy",
            Self::Invisible => "invisible",
            Self::Muted => "muted",
            Self::OnScreen => "on_screen",
            Self::PermissionDenied => "permission_denied",
            Self::DoNotDisturb => "do_not_disturb",
            Self::QuietHours => "quiet_hours",
            Self::Replaced => "replaced",
        }
    }
}

/// Something that may be worth a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Where.
    pub conversation_id: ConversationId,
    /// The event that raised it.
    pub seq: Seq,
    /// What it was about when it was raised.
    pub kind: NoticeKind,
    /// It comes of something I did myself.
    pub own: bool,
}

/// What the screen shows and whether anybody looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looking {
    /// The window has the keyboard.
    pub focused: bool,
    /// The open conversation.
    pub conversation_id: Option<ConversationId>,
    /// It is scrolled to its end.
    pub at_end: bool,
    /// Milliseconds since the last input; `None` when there never was any.
    pub input_ms_ago: Option<u64>,
}

impl Looking {
    /// Whether somebody has the end of this conversation before them.
    #[must_use]
    pub fn at(&self, conversation_id: ConversationId) -> bool {
        self.what() == Some(conversation_id)
    }

    /// The conversation whose end somebody has before them.
    #[must_use]
    pub fn what(&self) -> Option<ConversationId> {
        let recent = self
            .input_ms_ago
            .is_some_and(|ago| ago <= ON_SCREEN_INPUT_MS);
        self.conversation_id
            .filter(|_| self.focused && self.at_end && recent)
    }
}

/// The notices of a set, without those of the same conversation that are older.
fn newest_of_each(notices: &[Notice]) -> BTreeSet<Notice> {
    let mut newest = std::collections::BTreeMap::new();
    for notice in notices {
        let kept = newest.entry(notice.conversation_id).or_insert(*notice);
        if notice.seq > kept.seq {
            *kept = *notice;
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
mod tests;
