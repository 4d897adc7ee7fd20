use proptest::prelude::*;
use protocol::body::Body;
use protocol::event::Event;
use protocol::ids::{
    AgentId, ClientId, GroupId, Instant, MessageId, SiteId, VisitorId, WorkspaceId,
};
use protocol::model::{
    Agent, Author, Conversation, ConversationState, Group, MessageKind, Role, Visitor, Workspace,
};
use protocol::status::{Choice, ChoiceSource, Presence, Reason, Status, TeamPresence};
use uuid::Uuid;

use super::*;

fn conversation_id(number: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(1_000 + number))
}

fn conversation(number: u128, at: i64) -> Conversation {
    Conversation {
        id: conversation_id(number),
        site_id: SiteId(Uuid::from_u128(1)),
        group_id: None,
        visitor: Visitor {
            id: VisitorId(Uuid::from_u128(2)),
            name: None,
            email: None,
        },
        state: ConversationState::Open,
        assigned: Vec::new(),
        created_at: Instant(0),
        last_message_at: Instant(at),
        waiting_since: None,
        missed: None,
    }
}

fn message(conversation: u128, seq: u64) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(u128::from(seq))),
        conversation_id: conversation_id(conversation),
        seq: Seq(seq),
        author: Author::Visitor,
        kind: MessageKind::Reply,
        body: Body::from_plain(&format!("message {seq}")),
        sent_at: Instant(0),
        client_id: ClientId(Uuid::from_u128(u128::from(seq))),
        mentions: Vec::new(),
    }
}

fn empty() -> Snapshot {
    Snapshot {
        seq: Seq(0),
        agent_id: AgentId(Uuid::from_u128(1)),
        workspace: Workspace {
            id: WorkspaceId(Uuid::from_u128(1)),
            name: "Shop".to_owned(),
            idle_minutes: None,
            status_log_for_admins: false,
            close_after_hours: Some(24),
            statuses: protocol::status::StatusSettings::default(),
        },
        agents: Vec::new(),
        groups: Vec::new(),
        sites: Vec::new(),
        team: Vec::new(),
        choice: choice(Status::Online),
        presence: presence(Status::Online),
        conversations: Vec::new(),
        read: Vec::new(),
        next: None,
        settings: protocol::status::AgentSettings::default(),
    }
}

fn choice(status: Status) -> Choice {
    Choice {
        status,
        at: Instant(0),
        source: ChoiceSource::FirstSignIn,
        plan: None,
    }
}

fn presence(status: Status) -> Presence {
    Presence {
        status,
        reason: Reason::Chosen,
        since: Instant(0),
    }
}

fn event(kind: u8, number: u128, seq: u64) -> Event {
    let agent_id = AgentId(Uuid::from_u128(number));
    match kind {
        0 => Event::ConversationChanged {
            conversation: conversation(number, seq.cast_signed()),
            by: None,
        },
        1 => Event::ConversationGained {
            conversation: conversation(number, seq.cast_signed()),
            messages: vec![message(number, seq)],
            more: seq.is_multiple_of(2),
        },
        2 => Event::ConversationLost {
            conversation_id: conversation_id(number),
        },
        3 => Event::ConversationErased {
            conversation_id: conversation_id(number),
        },
        4..=9 => Event::MessageAdded {
            message: message(number, seq),
        },
        10 => Event::ReadThrough {
            mark: ReadMark {
                conversation_id: conversation_id(number),
                through: Seq(seq),
            },
        },
        11 => Event::AgentChanged {
            agent: Agent {
                id: agent_id,
                name: format!("Agent {seq}"),
                email: String::new(),
                role: Role::Agent,
            },
        },
        12 => Event::AgentRemoved { agent_id },
        13 => Event::GroupChanged {
            group: Group {
                id: GroupId(Uuid::from_u128(number)),
                name: format!("Group {seq}"),
                members: Vec::new(),
            },
        },
        14 => Event::PresenceChanged {
            presence: TeamPresence {
                agent_id,
                status: Status::Offline,
                since: Instant(seq.cast_signed()),
                open: 0,
            },
        },
        15 => Event::OwnPresence {
            choice: choice(Status::Invisible),
            presence: presence(Status::Invisible),
            next: None,
        },
        _ => Event::Unknown,
    }
}

/// A log as one agent gets it: numbers leave out what the agent cannot see.
fn log() -> impl Strategy<Value = Vec<EventFrame>> {
    prop::collection::vec((0u8..17, 0u128..3, 1u64..3), 0..120).prop_map(|steps| {
        let mut prev = 0;
        let mut frames = Vec::new();
        for (kind, number, step) in steps {
            let seq = prev + step;
            frames.push(EventFrame {
                seq: Seq(seq),
                prev: Seq(prev),
                event: event(kind, number, seq),
            });
            prev = seq;
        }
        frames
    })
}

fn follow(snapshot: &mut Snapshot, frames: &[EventFrame]) {
    for frame in frames {
        check(snapshot.seq, frame).unwrap();
        apply(snapshot, frame);
    }
}

fn is_ordered<T, K: Ord>(list: &[T], key: impl Fn(&T) -> K) -> bool {
    list.windows(2).all(|pair| key(&pair[0]) < key(&pair[1]))
}

proptest! {
    #[test]
    fn what_was_seen_already_changes_nothing(
        log in log(), again in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let mut once = empty();
        follow(&mut once, &log);
        let mut twice = once.clone();
        if !log.is_empty() {
            for index in again {
                let frame = index.get(&log);
                prop_assert_eq!(check(twice.seq, frame), Ok(()));
                apply(&mut twice, frame);
            }
        }
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn a_snapshot_taken_on_the_way_may_be_followed_from_any_earlier_event(
        log in log(), at in any::<prop::sample::Index>(), from in any::<prop::sample::Index>(),
    ) {
        let mut whole = empty();
        follow(&mut whole, &log);
        let at = at.index(log.len() + 1);
        let mut later = empty();
        follow(&mut later, &log[..at]);
        let from = from.index(at + 1);
        follow(&mut later, &log[from..]);
        prop_assert_eq!(whole, later);
    }

    #[test]
    fn lists_stay_in_order_and_tails_short(log in log()) {
        let mut snapshot = empty();
        for frame in &log {
            follow(&mut snapshot, std::slice::from_ref(frame));
            prop_assert!(is_ordered(&snapshot.agents, |it| it.id));
            prop_assert!(is_ordered(&snapshot.groups, |it| it.id));
            prop_assert!(is_ordered(&snapshot.team, |it| it.agent_id));
            prop_assert!(is_ordered(&snapshot.read, |it| it.conversation_id));
            prop_assert!(is_ordered(&snapshot.conversations, |it| it.conversation.id));
            for tail in &snapshot.conversations {
                prop_assert!(is_ordered(&tail.messages, |it| it.seq));
                prop_assert!(tail.messages.len() <= SNAPSHOT_TAIL);
            }
        }
    }

    #[test]
    fn a_missing_event_is_a_gap(log in log(), missing in any::<prop::sample::Index>()) {
        prop_assume!(log.len() >= 2);
        let missing = missing.index(log.len() - 1);
        let mut snapshot = empty();
        follow(&mut snapshot, &log[..missing]);
        let next = &log[missing + 1];
        prop_assert_eq!(check(snapshot.seq, next), Err(Gap { cursor: snapshot.seq, prev: next.prev }));
    }
}

#[test]
fn a_tail_says_that_older_messages_exist_once_one_was_cut() {
    let mut snapshot = empty();
    let mut frames = vec![EventFrame {
        seq: Seq(1),
        prev: Seq(0),
        event: event(0, 0, 1),
    }];
    for seq in 2..=u64::try_from(SNAPSHOT_TAIL).unwrap() + 1 {
        frames.push(EventFrame {
            seq: Seq(seq),
            prev: Seq(seq - 1),
            event: Event::MessageAdded {
                message: message(0, seq),
            },
        });
    }
    follow(&mut snapshot, &frames);
    assert_eq!(snapshot.conversations[0].messages.len(), SNAPSHOT_TAIL);
    assert!(!snapshot.conversations[0].more, "exactly as many as fit");

    let last = snapshot.seq.0;
    let frame = EventFrame {
        seq: Seq(last + 1),
        prev: Seq(last),
        event: Event::MessageAdded {
            message: message(0, last + 1),
        },
    };
    follow(&mut snapshot, &[frame]);
    let tail = &snapshot.conversations[0];
    assert_eq!(tail.messages.len(), SNAPSHOT_TAIL);
    assert_eq!(tail.messages[0].seq, Seq(3), "the oldest was cut");
    assert!(tail.more);
}

#[test]
fn an_event_of_a_later_protocol_moves_the_cursor_and_nothing_else() {
    let mut snapshot = empty();
    follow(
        &mut snapshot,
        &[EventFrame {
            seq: Seq(7),
            prev: Seq(0),
            event: Event::Unknown,
        }],
    );
    assert_eq!(
        snapshot,
        Snapshot {
            seq: Seq(7),
            ..empty()
        }
    );
}

#[test]
fn a_frame_that_does_not_come_after_its_predecessor_is_a_gap() {
    let frame = EventFrame {
        seq: Seq(6),
        prev: Seq(4),
        event: Event::Unknown,
    };
    assert_eq!(
        check(Seq(5), &frame),
        Err(Gap {
            cursor: Seq(5),
            prev: Seq(4)
        })
    );
}

#[test]
fn losing_sight_keeps_the_read_mark_and_erasing_drops_it() {
    let mut snapshot = empty();
    let frames = |kind: u8, seq: u64| EventFrame {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        event: event(kind, 0, seq),
    };
    follow(&mut snapshot, &[frames(0, 1), frames(10, 2), frames(2, 3)]);
    assert!(snapshot.conversations.is_empty());
    assert_eq!(snapshot.read.len(), 1);
    follow(&mut snapshot, &[frames(3, 4)]);
    assert!(snapshot.read.is_empty());
}
