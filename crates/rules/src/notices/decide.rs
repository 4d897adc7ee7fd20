//! The decision, and whether a notification that was shown may stay.

use protocol::ids::Seq;
use protocol::model::{Conversation, ConversationState, MissedBecause};
use protocol::status::Status;

use super::settings::{NoticeSettings, Sound};
use super::{Notice, NoticeKind, Suppressed};
use crate::list::{self, Viewer};
use crate::status::{Offer, meaning};

/// What came of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Show it, as this kind.
    Show {
        /// What it is about now.
        kind: NoticeKind,
        /// With which sound.
        heard: Heard,
    },
    /// Hand it to the platform without a sound. It keeps it out of sight now, and in its list for later.
    Hide(NoticeKind),
    /// Do not, because.
    Suppress(Suppressed),
    /// Ask again when the chat waits for too long.
    Later,
}

/// What is heard of a notice that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// This.
    Sound(Sound),
    /// Nothing: notices of this kind have no sound.
    Off,
    /// Nothing for now.
    QuietHours,
}

/// What the platform allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// This app may not show anything.
    pub permission_denied: bool,
    /// What is shown stays out of sight for now.
    pub do_not_disturb: bool,
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
    /// The newest message in it.
    pub newest: Seq,
    /// How far I have read it, on any device.
    pub read_through: Seq,
    /// Whether I have it before me, on any device ([`super::Looking::at`]).
    pub on_screen: bool,
    /// What I set for this computer.
    pub settings: &'a NoticeSettings,
    /// Quiet hours are on ([`super::settings::QuietHours::are_on`]).
    pub quiet: bool,
    /// What the platform allows.
    pub platform: Platform,
}

/// Decides one notice.
#[must_use]
pub fn decide(notice: &Notice, facts: &Facts<'_>) -> Verdict {
    if notice.own {
        return Verdict::Suppress(Suppressed::OwnAction);
    }
    let Some(conversation) = facts.conversation else {
        return Verdict::Suppress(Suppressed::Gone);
    };
    if facts.presence == Status::Offline {
        return Verdict::Suppress(Suppressed::Offline);
    }
    let kind = match now(notice.kind, facts.viewer, conversation) {
        Ok(kind) => kind,
        Err(why) => return Verdict::Suppress(why),
    };
    if is_read(kind, notice, facts) {
        return Verdict::Suppress(Suppressed::AlreadyRead);
    }
    let kind = match wanted(kind, conversation, facts) {
        Offer::No => return Verdict::Suppress(because_of(facts.presence)),
        Offer::AfterWaiting if !has_waited(conversation, facts) => return Verdict::Later,
        Offer::AfterWaiting if kind == NoticeKind::NewChat => NoticeKind::Offered,
        Offer::AfterWaiting | Offer::AtOnce => kind,
    };
    let set = facts.settings.of(kind);
    if set.muted {
        return Verdict::Suppress(Suppressed::Muted);
    }
    if facts.on_screen {
        return Verdict::Suppress(Suppressed::OnScreen);
    }
    if facts.platform.permission_denied {
        return Verdict::Suppress(Suppressed::PermissionDenied);
    }
    if facts.platform.do_not_disturb {
        return Verdict::Hide(kind);
    }
    let heard = match set.sound {
        None => Heard::Off,
        Some(_) if facts.quiet => Heard::QuietHours,
        Some(sound) => Heard::Sound(sound),
    };
    Verdict::Show { kind, heard }
}

/// What is remembered of a notification that was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it tells of.
    pub notice: Notice,
    /// As which kind.
    pub kind: NoticeKind,
    /// How far I had read then.
    pub read_through: Seq,
    /// It tells that the visitor waits, who did then. A mention tells of a colleague who does.
    pub waiting: bool,
}

impl Told {
    /// A notification that is shown now.
    #[must_use]
    pub fn now(notice: Notice, kind: NoticeKind, facts: &Facts<'_>) -> Self {
        Self {
            notice,
            kind,
            read_through: facts.read_through,
            waiting: kind != NoticeKind::Mention
                && facts.conversation.is_some_and(|it| !answered(it)),
        }
    }
}

/// Whether a live notification may stay. Presence and settings do not matter: going Offline takes
/// nothing back that was already told. Who had read everything when it was told (of a missed chat,
/// say) takes it back by looking again.
#[must_use]
pub fn still_due(told: &Told, facts: &Facts<'_>) -> bool {
    let Some(conversation) = facts.conversation else {
        return false;
    };
    let as_told = kind_now(told.kind);
    let stands = now(as_told, facts.viewer, conversation) == Ok(as_told);
    let replied = told.waiting && answered(conversation);
    let about = about(&told.notice, facts);
    let read = facts.read_through >= about && facts.read_through > told.read_through;
    stands && !replied && !read && !facts.on_screen
}

/// What can be done about a conversation from its notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answerable {
    /// It may be taken.
    pub take: bool,
    /// It may be replied to.
    pub reply: bool,
}

/// What a notification offers to do. Behind a lock nothing can be sent.
#[must_use]
pub fn answers(
    kind: NoticeKind,
    viewer: &Viewer,
    conversation: &Conversation,
    locked: bool,
) -> Answerable {
    let nobodys = list::is_unassigned(conversation);
    let about_a_visitor = kind != NoticeKind::Mention;
    Answerable {
        take: !locked && about_a_visitor && nobodys,
        reply: !locked && about_a_visitor && (nobodys || list::is_mine(viewer, conversation)),
    }
}

/// An offered chat is a new chat to everything but its words.
fn kind_now(kind: NoticeKind) -> NoticeKind {
    match kind {
        NoticeKind::Offered => NoticeKind::NewChat,
        other => other,
    }
}

/// What a notice is about as the conversation is now, or why it is about nothing any more.
fn now(
    kind: NoticeKind,
    viewer: &Viewer,
    conversation: &Conversation,
) -> Result<NoticeKind, Suppressed> {
    let mine = list::is_mine(viewer, conversation);
    match kind {
        NoticeKind::NewChat | NoticeKind::Offered | NoticeKind::Message | NoticeKind::Missed => {
            let missed = kind == NoticeKind::Missed && conversation.missed.is_some();
            if answered(conversation) {
                Err(Suppressed::AlreadyAnswered)
            } else if missed && (mine || is_ours(viewer, conversation)) {
                Ok(NoticeKind::Missed)
            } else if mine {
                // Also one that was missed until somebody came back: its visitor waits still.
                Ok(NoticeKind::Message)
            } else if list::is_offered(viewer, conversation) {
                Ok(NoticeKind::NewChat)
            } else {
                Err(Suppressed::AlreadyAnswered)
            }
        }
        NoticeKind::Assigned if mine && conversation.state == ConversationState::Open => {
            Ok(NoticeKind::Assigned)
        }
        NoticeKind::Assigned => Err(Suppressed::AlreadyAnswered),
        NoticeKind::Mention => Ok(NoticeKind::Mention),
    }
}

/// Whether it is in no group, or in one of the agent's.
pub(super) fn is_ours(viewer: &Viewer, conversation: &Conversation) -> bool {
    conversation
        .group_id
        .is_none_or(|group| viewer.groups.contains(&group))
}

/// The message whose reading ends a notice.
fn about(notice: &Notice, facts: &Facts<'_>) -> Seq {
    match notice.kind {
        // Raised by the message itself, or by a conversation that came with its messages.
        NoticeKind::NewChat | NoticeKind::Offered | NoticeKind::Message | NoticeKind::Mention => {
            notice.seq.min(facts.newest)
        }
        NoticeKind::Missed | NoticeKind::Assigned => facts.newest,
    }
}

/// Whether reading made it pointless before it was decided. Nobody has to be told of a message they
/// read; that nobody replies to it, or that it is theirs now, is news all the same.
fn is_read(kind: NoticeKind, notice: &Notice, facts: &Facts<'_>) -> bool {
    match kind {
        NoticeKind::Missed | NoticeKind::Assigned => false,
        NoticeKind::NewChat | NoticeKind::Offered | NoticeKind::Message | NoticeKind::Mention => {
            facts.read_through >= about(notice, facts)
        }
    }
}

/// Whether and when somebody of this presence is told.
fn wanted(kind: NoticeKind, conversation: &Conversation, facts: &Facts<'_>) -> Offer {
    let told = meaning(facts.presence, facts.opted_in);
    let own = match kind {
        NoticeKind::NewChat | NoticeKind::Offered => false,
        NoticeKind::Missed => list::is_mine(facts.viewer, conversation),
        NoticeKind::Message | NoticeKind::Assigned | NoticeKind::Mention => true,
    };
    match (own, told.notice_of_own) {
        (false, _) => told.notice_of_others,
        (true, true) => Offer::AtOnce,
        (true, false) => Offer::No,
    }
}

/// Whether nobody has replied for as long as Invisible agents wait. The server says so by itself of a
/// chat that it finds missed for want of a reply.
fn has_waited(conversation: &Conversation, facts: &Facts<'_>) -> bool {
    let silent = conversation
        .missed
        .is_some_and(|missed| missed.because == MissedBecause::Silence);
    facts.late || silent
}

/// Why somebody of this presence is not told.
fn because_of(presence: Status) -> Suppressed {
    match presence {
        Status::Busy => Suppressed::Busy,
        Status::Invisible | Status::Online => Suppressed::Invisible,
        Status::Offline => Suppressed::Offline,
    }
}

fn answered(conversation: &Conversation) -> bool {
    conversation.waiting_since.is_none() || conversation.state == ConversationState::Closed
}
