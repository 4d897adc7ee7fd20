//! Whether something becomes an OS notification.
//!
//! A visitor's message is a *notice*: it is **shown**, or **suppressed** with a reason. The decision
//! is one pure function of what happened ([`Notice`]) and how things stand when it is decided
//! ([`Facts`]); the session records every outcome, so that "why did I miss it?" has an answer.
//!
//! Two kinds exist now: a *new chat* (unassigned and offered to me) and a *message* in a
//! conversation of mine. Who is told of what:
//!
//! | presence | new chat | message in mine |
//! |---|---|---|
//! | Online | yes | yes |
//! | Busy, Invisible | no | yes |
//! | Offline | no | no |
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
    match (kind, facts.presence) {
        (NoticeKind::NewChat, Status::Busy) => return Verdict::Suppress(Suppressed::Busy),
        (NoticeKind::NewChat, Status::Invisible) => {
            return Verdict::Suppress(Suppressed::Invisible);
        }
        _ => {}
    }
    if facts.on_screen {
        return Verdict::Suppress(Suppressed::OnScreen);
    }
    Verdict::Show(kind)
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use protocol::ids::{AgentId, Instant, SiteId, VisitorId};
    use protocol::model::Visitor;
    use uuid::Uuid;

    const ME: AgentId = AgentId(Uuid::from_u128(1));
    const ANNA: AgentId = AgentId(Uuid::from_u128(2));
    const NOTICE: Notice = Notice {
        conversation_id: chat(7),
        seq: Seq(10),
    };

    const fn chat(number: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(number))
    }

    fn waiting(assigned: &[AgentId]) -> Conversation {
        Conversation {
            id: chat(7),
            site_id: SiteId(Uuid::from_u128(3)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(4)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: assigned.to_vec(),
            created_at: Instant(0),
            last_message_at: Instant(0),
            waiting_since: Some(Instant(0)),
        }
    }

    fn facts(conversation: &Conversation, presence: Status) -> Facts<'_> {
        static VIEWER: Viewer = Viewer {
            me: ME,
            groups: BTreeSet::new(),
        };
        Facts {
            viewer: &VIEWER,
            presence,
            conversation: Some(conversation),
            read_through: Seq(0),
            on_screen: false,
        }
    }

    fn verdict(assigned: &[AgentId], presence: Status) -> Verdict {
        decide(&NOTICE, &facts(&waiting(assigned), presence))
    }

    #[test]
    fn who_is_told_of_what_follows_the_table() {
        use Status::{Busy, Invisible, Offline, Online};
        assert_eq!(verdict(&[], Online), Verdict::Show(NoticeKind::NewChat));
        assert_eq!(verdict(&[], Busy), Verdict::Suppress(Suppressed::Busy));
        assert_eq!(
            verdict(&[], Invisible),
            Verdict::Suppress(Suppressed::Invisible)
        );
        assert_eq!(
            verdict(&[], Offline),
            Verdict::Suppress(Suppressed::Offline)
        );
        for present in [Online, Busy, Invisible] {
            assert_eq!(verdict(&[ME], present), Verdict::Show(NoticeKind::Message));
        }
        assert_eq!(
            verdict(&[ME], Offline),
            Verdict::Suppress(Suppressed::Offline)
        );
    }

    #[test]
    fn what_somebody_else_answers_is_not_told() {
        let taken = Verdict::Suppress(Suppressed::AlreadyAnswered);
        assert_eq!(verdict(&[ANNA], Status::Online), taken);
        let mut replied = waiting(&[ME]);
        replied.waiting_since = None;
        assert_eq!(decide(&NOTICE, &facts(&replied, Status::Online)), taken);
        let mut closed = waiting(&[ME]);
        closed.state = ConversationState::Closed;
        assert_eq!(decide(&NOTICE, &facts(&closed, Status::Online)), taken);
    }

    #[test]
    fn what_i_read_or_have_before_me_is_not_told() {
        let mine = waiting(&[ME]);
        let mut read = facts(&mine, Status::Online);
        read.read_through = NOTICE.seq;
        assert_eq!(
            decide(&NOTICE, &read),
            Verdict::Suppress(Suppressed::AlreadyRead)
        );
        let mut seen = facts(&mine, Status::Online);
        seen.on_screen = true;
        assert_eq!(
            decide(&NOTICE, &seen),
            Verdict::Suppress(Suppressed::OnScreen)
        );
    }

    #[test]
    fn on_screen_needs_focus_the_end_of_it_and_input_in_the_last_minute() {
        let looking = Looking {
            focused: true,
            conversation_id: Some(chat(7)),
            at_end: true,
            input_ms_ago: Some(ON_SCREEN_INPUT_MS),
        };
        assert!(looking.at(chat(7)));
        assert!(!looking.at(chat(8)));
        assert!(
            !Looking {
                focused: false,
                ..looking
            }
            .at(chat(7))
        );
        assert!(
            !Looking {
                at_end: false,
                ..looking
            }
            .at(chat(7))
        );
        assert!(
            !Looking {
                input_ms_ago: Some(ON_SCREEN_INPUT_MS + 1),
                ..looking
            }
            .at(chat(7))
        );
        assert!(
            !Looking {
                input_ms_ago: None,
                ..looking
            }
            .at(chat(7))
        );
    }

    #[test]
    fn a_message_between_others_raises_nothing_and_one_that_was_taken_meanwhile_does() {
        let viewer = Viewer {
            me: ME,
            groups: BTreeSet::new(),
        };
        let event = Event::MessageAdded {
            message: message(Author::Visitor),
        };
        let (theirs, open) = (waiting(&[ANNA]), waiting(&[]));
        let raised =
            |event: &Event, before, after| raised(Seq(10), event, before, after, &viewer).is_some();
        assert!(!raised(&event, Some(&theirs), Some(&theirs)));
        assert!(raised(&event, Some(&open), Some(&theirs)));
        assert!(
            raised(&event, None, Some(&open)),
            "a conversation that begins"
        );
        let own = Event::MessageAdded {
            message: message(Author::Agent { agent_id: ME }),
        };
        assert!(
            !raised(&own, Some(&open), Some(&open)),
            "an agent's words raise nothing"
        );
    }

    fn message(author: Author) -> protocol::model::Message {
        protocol::model::Message {
            id: protocol::ids::MessageId(Uuid::from_u128(20)),
            conversation_id: chat(7),
            seq: Seq(10),
            author,
            kind: MessageKind::Reply,
            body: protocol::body::Body::from_plain("hello"),
            sent_at: Instant(0),
            client_id: protocol::ids::ClientId(Uuid::from_u128(21)),
            mentions: Vec::new(),
        }
    }

    #[test]
    fn a_live_notification_goes_when_it_is_taken_answered_read_or_gone() {
        let unassigned = waiting(&[]);
        let open = facts(&unassigned, Status::Online);
        assert!(still_due(NoticeKind::NewChat, &NOTICE, &open));
        assert!(
            still_due(
                NoticeKind::NewChat,
                &NOTICE,
                &Facts {
                    presence: Status::Offline,
                    ..open
                }
            ),
            "going offline takes nothing back"
        );
        for assigned in [ME, ANNA] {
            let taken = waiting(&[assigned]);
            assert!(!still_due(
                NoticeKind::NewChat,
                &NOTICE,
                &facts(&taken, Status::Online)
            ));
        }
        assert!(!still_due(
            NoticeKind::NewChat,
            &NOTICE,
            &Facts {
                conversation: None,
                ..open
            }
        ));
        assert!(!still_due(
            NoticeKind::NewChat,
            &NOTICE,
            &Facts {
                read_through: NOTICE.seq,
                ..open
            }
        ));
    }

    fn notices() -> impl Strategy<Value = Vec<Notice>> {
        prop::collection::vec((0u128..6, 1u64..50), 0..30).prop_map(|pairs| {
            let notice = |(number, seq)| Notice {
                conversation_id: chat(number),
                seq: Seq(seq),
            };
            pairs.into_iter().map(notice).collect()
        })
    }

    proptest! {
        #[test]
        fn at_most_one_a_conversation_and_never_a_storm(all in notices(), absent in 0u64..50) {
            let kept = worth_showing(&all, Seq(absent));
            let conversations: BTreeSet<_> = kept.iter().map(|n| n.conversation_id).collect();
            prop_assert_eq!(conversations.len(), kept.len());
            let missed = kept.iter().filter(|n| n.seq.0 <= absent).count();
            prop_assert!(missed <= AFTER_ABSENCE);
            for notice in &kept {
                let newer = all.iter().any(|other| {
                    other.conversation_id == notice.conversation_id && other.seq > notice.seq
                });
                prop_assert!(!newer, "the newest of a conversation is the one that is kept");
            }
            for notice in all.iter().filter(|n| n.seq.0 > absent) {
                prop_assert!(
                    conversations.contains(&notice.conversation_id),
                    "what happened since is never held back"
                );
            }
        }
    }
}
