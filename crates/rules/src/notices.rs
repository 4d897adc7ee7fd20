//! Whether something becomes an OS notification.
//!
//! A visitor's message is a *notice*: it is **shown**, or **suppressed** with a reason. The decision
//! is one pure function of what happened ([`Notice`]) and how things stand when it is decided
//! ([`Facts`]); the session records every outcome, so that "why did I miss it?" has an answer.
//!
//! Two kinds are about conversations: a *new chat* (unassigned and offered to me) and a *message* in
//! a conversation of mine. Who is told of what is in the table of [`crate::status`]. Notices of one's
//! own state are in [`own`].
//!
//! A new chat that an Invisible agent wishes to be told of once nobody has replied for a while is decided
//! [`Verdict::Later`]: it stays undecided until it waits too long, or somebody answers.
//!
//! There is one live notification a conversation. It is taken back when [`still_due`] says so:
//! somebody replied, somebody took the chat, the conversation closed or is gone, or I read it.
//!
//! After an absence there is no storm: [`worth_showing`] keeps the newest of each conversation, and of
//! those from the absence the newest [`AFTER_ABSENCE`]; the rest are *replaced*.

use std::collections::{BTreeMap, BTreeSet};

use protocol::event::Event;
use protocol::ids::{ConversationId, Seq};
use protocol::model::{Author, Conversation, ConversationState, MessageKind};
use protocol::status::Status;
use serde::{Deserialize, Serialize};

use crate::list::{self, Viewer};
use crate::status::{Offer, meaning};

pub mod own;

/// A conversation counts as looked at while the last input is not older than this: 60 s, long
/// enough to read a long message without touching anything.
pub const ON_SCREEN_INPUT_MS: u64 = 60_000;

/// Notifications shown at once after an absence: three fit on every screen beside each other.
pub const AFTER_ABSENCE: usize = 3;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A visitor whom nobody answers yet, offered to me.
    NewChat,
    /// A visitor's message in a conversation of mine.
    Message,
}

/// Why a notice is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppressed {
    /// I am Offline.
    Offline,
    /// I am Busy, and it is not mine.
    Busy,
    /// I am Invisible, and it is not mine.
    Invisible,
    /// I have it before me.
    OnScreen,
    /// Somebody replied, took it or closed it before it was decided.
    AlreadyAnswered,
    /// I read it before it was decided.
    AlreadyRead,
    /// I cannot see the conversation any more.
    Gone,
    /// A newer one of the same conversation, or enough of others, took its place.
    Replaced,
}

impl Suppressed {
    /// As it stands in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Busy => "busy",
            Self::Invisible => "invisible",
            Self::OnScreen => "on_screen",
            Self::AlreadyAnswered => "already_answered",
            Self::AlreadyRead => "already_read",
            Self::Gone => "gone",
            Self::Replaced => "replaced",
        }
    }
}

impl NoticeKind {
    /// As it stands in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NewChat => "new_chat",
            Self::Message => "message",
        }
    }
}

/// What came of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Show it, as this kind.
    Show(NoticeKind),
    /// Do not, because.
    Suppress(Suppressed),
    /// Ask again when the chat waits for too long.
    Later,
}

/// Something that may be worth a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Where.
    pub conversation_id: ConversationId,
    /// The event that raised it.
    pub seq: Seq,
}

/// How things stand when a notice is decided.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Oneself.
    pub viewer: &'a Viewer,
    /// What others get of me.
    pub presence: Status,
    /// I wish to be told of new chats while Invisible, if nobody replies for a while.
    pub opted_in: bool,
    /// It is a chat that nobody has replied to for that while.
    pub late: bool,
    /// The conversation now; `None` when I cannot see it any more.
    pub conversation: Option<&'a Conversation>,
    /// How far I have read it, on any device.
    pub read_through: Seq,
    /// Whether I have it before me ([`Looking::at`]).
    pub on_screen: bool,
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
        self.focused
            && self.at_end
            && self.conversation_id == Some(conversation_id)
            && self
                .input_ms_ago
                .is_some_and(|ago| ago <= ON_SCREEN_INPUT_MS)
    }
}

/// What a notice of this conversation would be for an agent, if anything.
#[must_use]
pub fn kind_for(viewer: &Viewer, conversation: &Conversation) -> Option<NoticeKind> {
    if list::is_mine(viewer, conversation) {
        Some(NoticeKind::Message)
    } else if list::is_offered(viewer, conversation) {
        Some(NoticeKind::NewChat)
    } else {
        None
    }
}

/// What an event may be worth. `before` is the conversation as it was known before the batch the
/// event came in, `after` as it is at its end; a conversation that was somebody else's all along
/// raises nothing.
#[must_use]
pub fn raised(
    seq: Seq,
    event: &Event,
    before: Option<&Conversation>,
    after: Option<&Conversation>,
    viewer: &Viewer,
) -> Option<(Notice, NoticeKind)> {
    let kind = [after, before]
        .into_iter()
        .flatten()
        .find_map(|known| kind_for(viewer, known))?;
    let conversation_id = match event {
        Event::MessageAdded { message }
            if message.author == Author::Visitor && message.kind == MessageKind::Reply =>
        {
            message.conversation_id
        }
        Event::ConversationGained { conversation, .. } if conversation.waiting_since.is_some() => {
            conversation.id
        }
        _ => return None,
    };
    Some((
        Notice {
            conversation_id,
            seq,
        },
        kind,
    ))
}

/// Decides one notice.
#[must_use]
pub fn decide(notice: &Notice, facts: &Facts<'_>) -> Verdict {
    let Some(conversation) = facts.conversation else {
        return Verdict::Suppress(Suppressed::Gone);
    };
    if facts.presence == Status::Offline {
        return Verdict::Suppress(Suppressed::Offline);
    }
    let Some(kind) = kind_for(facts.viewer, conversation) else {
        return Verdict::Suppress(Suppressed::AlreadyAnswered);
    };
    if answered(conversation) {
        return Verdict::Suppress(Suppressed::AlreadyAnswered);
    }
    if facts.read_through >= notice.seq {
        return Verdict::Suppress(Suppressed::AlreadyRead);
    }
    let told = meaning(facts.presence, facts.opted_in);
    let wanted = match kind {
        NoticeKind::NewChat => told.notice_of_others,
        NoticeKind::Message if told.notice_of_own => Offer::AtOnce,
        NoticeKind::Message => Offer::No,
    };
    match wanted {
        Offer::No => return Verdict::Suppress(because_of(facts.presence)),
        Offer::AfterWaiting if !facts.late => return Verdict::Later,
        Offer::AfterWaiting | Offer::AtOnce => {}
    }
    if facts.on_screen {
        return Verdict::Suppress(Suppressed::OnScreen);
    }
    Verdict::Show(kind)
}

/// Why somebody of this presence is not told.
fn because_of(presence: Status) -> Suppressed {
    match presence {
        Status::Busy => Suppressed::Busy,
        Status::Invisible | Status::Online => Suppressed::Invisible,
        Status::Offline => Suppressed::Offline,
    }
}

/// Whether a live notification may stay. Presence and focus do not matter: going Offline takes
/// nothing back that was already told.
#[must_use]
pub fn still_due(kind: NoticeKind, notice: &Notice, facts: &Facts<'_>) -> bool {
    facts.conversation.is_some_and(|conversation| {
        kind_for(facts.viewer, conversation) == Some(kind)
            && !answered(conversation)
            && facts.read_through < notice.seq
    })
}

/// Of the notices that would be shown, those that are: the newest of each conversation, and of those
/// that happened in an absence (up to `absent_through`) the newest few.
#[must_use]
pub fn worth_showing(would_show: &[Notice], absent_through: Seq) -> BTreeSet<Notice> {
    let mut newest: BTreeMap<ConversationId, Notice> = BTreeMap::new();
    for notice in would_show {
        let kept = newest.entry(notice.conversation_id).or_insert(*notice);
        if notice.seq > kept.seq {
            *kept = *notice;
        }
    }
    let (mut missed, mut kept): (Vec<Notice>, Vec<Notice>) = newest
        .into_values()
        .partition(|notice| notice.seq <= absent_through);
    missed.sort_by_key(|notice| std::cmp::Reverse(notice.seq));
    missed.truncate(AFTER_ABSENCE);
    kept.extend(missed);
    kept.into_iter().collect()
}

fn answered(conversation: &Conversation) -> bool {
    conversation.waiting_since.is_none() || conversation.state == ConversationState::Closed
}

#[cfg(test)]
mod tests;
