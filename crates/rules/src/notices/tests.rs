use std::sync::LazyLock;

use protocol::ids::{AgentId, Instant, SiteId, VisitorId};
use protocol::model::{Conversation, ConversationState, Visitor};
use protocol::status::Status;
use uuid::Uuid;

use super::settings::NoticeSettings;
use super::*;
use crate::list::Viewer;

mod due;
mod opens;
mod raised;
mod storm;
mod table;

const ME: AgentId = AgentId(Uuid::from_u128(1));
const ANNA: AgentId = AgentId(Uuid::from_u128(2));
const NOTICE: Notice = of(NoticeKind::NewChat);

const fn of(kind: NoticeKind) -> Notice {
    Notice {
        conversation_id: chat(7),
        seq: Seq(10),
        kind,
        own: false,
    }
}

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
        missed: None,
    }
}

fn facts(conversation: &Conversation, presence: Status) -> Facts<'_> {
    static VIEWER: Viewer = Viewer {
        me: ME,
        groups: BTreeSet::new(),
    };
    static SETTINGS: LazyLock<NoticeSettings> = LazyLock::new(NoticeSettings::default);
    Facts {
        viewer: &VIEWER,
        presence,
        conversation: Some(conversation),
        opted_in: false,
        late: false,
        newest: Seq(10),
        read_through: Seq(0),
        on_screen: false,
        settings: &SETTINGS,
        quiet: false,
        platform: Platform::default(),
    }
}

fn verdict(assigned: &[AgentId], presence: Status) -> Verdict {
    decide(&NOTICE, &facts(&waiting(assigned), presence))
}

#[test]
fn a_chat_that_is_answered_while_it_waits_to_be_offered_is_never_told() {
    let mut answered = waiting(&[]);
    answered.waiting_since = None;
    let facts = Facts {
        opted_in: true,
        ..facts(&answered, Status::Invisible)
    };
    assert_eq!(
        decide(&NOTICE, &facts),
        Verdict::Suppress(Suppressed::AlreadyAnswered)
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
