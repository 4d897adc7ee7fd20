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
        missed: None,
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
        opted_in: false,
        late: false,
        read_through: Seq(0),
        on_screen: false,
    }
}

fn verdict(assigned: &[AgentId], presence: Status) -> Verdict {
    decide(&NOTICE, &facts(&waiting(assigned), presence))
}

#[test]
fn who_is_told_of_what_is_this_table() {
    use Status::{Busy, Invisible, Offline, Online};
    let (show, later) = (Verdict::Show, Verdict::Later);
    let no = Verdict::Suppress;
    let (new, mine) = (NoticeKind::NewChat, NoticeKind::Message);
    // Presence, opted in, late: of a new chat, of a message in a conversation of mine.
    let table = [
        (Online, false, false, show(new), show(mine)),
        (Online, false, true, show(new), show(mine)),
        (Online, true, false, show(new), show(mine)),
        (Online, true, true, show(new), show(mine)),
        (Busy, false, false, no(Suppressed::Busy), show(mine)),
        (Busy, false, true, no(Suppressed::Busy), show(mine)),
        (Busy, true, false, no(Suppressed::Busy), show(mine)),
        (Busy, true, true, no(Suppressed::Busy), show(mine)),
        (
            Invisible,
            false,
            false,
            no(Suppressed::Invisible),
            show(mine),
        ),
        (
            Invisible,
            false,
            true,
            no(Suppressed::Invisible),
            show(mine),
        ),
        (Invisible, true, false, later, show(mine)),
        (Invisible, true, true, show(new), show(mine)),
        (
            Offline,
            false,
            false,
            no(Suppressed::Offline),
            no(Suppressed::Offline),
        ),
        (
            Offline,
            false,
            true,
            no(Suppressed::Offline),
            no(Suppressed::Offline),
        ),
        (
            Offline,
            true,
            false,
            no(Suppressed::Offline),
            no(Suppressed::Offline),
        ),
        (
            Offline,
            true,
            true,
            no(Suppressed::Offline),
            no(Suppressed::Offline),
        ),
    ];
    for (presence, opted_in, late, of_new, of_mine) in table {
        let decided = |assigned: &[AgentId]| {
            let conversation = waiting(assigned);
            let facts = Facts {
                opted_in,
                late,
                ..facts(&conversation, presence)
            };
            decide(&NOTICE, &facts)
        };
        let row = (presence, opted_in, late);
        assert_eq!(decided(&[]), of_new, "{row:?}");
        assert_eq!(decided(&[ME]), of_mine, "{row:?}");
        assert_eq!(decided(&[ANNA, ME]), of_mine, "{row:?}");
    }
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
