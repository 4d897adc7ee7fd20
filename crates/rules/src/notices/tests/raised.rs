//! What an event may be worth.

use protocol::body::Body;
use protocol::event::Event;
use protocol::ids::{ClientId, MessageId};
use protocol::model::{Author, Message, MessageKind, Missed, MissedBecause};
use protocol::snapshot::ConversationTail;

use super::*;

fn viewer() -> Viewer {
    Viewer {
        me: ME,
        groups: BTreeSet::new(),
    }
}

fn message(author: Author, kind: MessageKind, mentions: &[AgentId]) -> Event {
    Event::MessageAdded {
        message: Message {
            id: MessageId(Uuid::from_u128(20)),
            conversation_id: chat(7),
            seq: Seq(10),
            author,
            kind,
            body: Body::from_plain("hello"),
            sent_at: Instant(0),
            client_id: ClientId(Uuid::from_u128(21)),
            mentions: mentions.to_vec(),
        },
    }
}

fn missed(assigned: &[AgentId]) -> Conversation {
    Conversation {
        missed: Some(Missed {
            since: Instant(5),
            because: MissedBecause::Silence,
        }),
        ..waiting(assigned)
    }
}

fn kind(
    event: &Event,
    before: Option<&Conversation>,
    after: Option<&Conversation>,
) -> Option<(NoticeKind, bool)> {
    raised(Seq(10), event, before, after, &viewer(), None).map(|it| (it.kind, it.own))
}

/// A change as the server tells it, without a word on who did it.
fn change(conversation: &Conversation) -> Event {
    Event::ConversationChanged {
        conversation: conversation.clone(),
        by: None,
    }
}

#[test]
fn a_message_between_others_raises_nothing_and_one_that_was_taken_meanwhile_does() {
    let event = message(Author::Visitor, MessageKind::Reply, &[]);
    let (theirs, open, mine) = (waiting(&[ANNA]), waiting(&[]), waiting(&[ME]));
    assert_eq!(kind(&event, Some(&theirs), Some(&theirs)), None);
    let new_chat = Some((NoticeKind::NewChat, false));
    assert_eq!(kind(&event, Some(&open), Some(&theirs)), new_chat);
    assert_eq!(kind(&event, None, Some(&open)), new_chat, "it begins");
    assert_eq!(
        kind(&event, Some(&mine), Some(&mine)),
        Some((NoticeKind::Message, false))
    );
}

#[test]
fn agents_raise_something_only_by_naming_me() {
    let by = |agent_id, mentions: &[AgentId]| {
        let event = message(Author::Agent { agent_id }, MessageKind::Comment, mentions);
        kind(&event, Some(&waiting(&[ANNA])), Some(&waiting(&[ANNA])))
    };
    assert_eq!(by(ANNA, &[]), None);
    assert_eq!(by(ANNA, &[ANNA]), None);
    assert_eq!(by(ANNA, &[ME]), Some((NoticeKind::Mention, false)));
    assert_eq!(by(ME, &[ME]), Some((NoticeKind::Mention, true)), "my own");
}

#[test]
fn becoming_mine_is_told_once_and_my_own_taking_is_known_as_such() {
    let (open, mine, both) = (waiting(&[]), waiting(&[ME]), waiting(&[ANNA, ME]));
    let assigned = Some((NoticeKind::Assigned, false));
    assert_eq!(kind(&change(&mine), Some(&open), Some(&mine)), assigned);
    assert_eq!(
        kind(&change(&both), Some(&mine), Some(&both)),
        None,
        "it was mine already"
    );
    let mut others = waiting(&[]);
    others.waiting_since = None;
    others.assigned = vec![ME];
    let gained = Event::ConversationGained {
        conversation: others,
        messages: Vec::new(),
        more: false,
    };
    assert_eq!(kind(&gained, None, None), assigned, "one I could not see");
    let own = raised(
        Seq(10),
        &change(&mine),
        Some(&open),
        Some(&mine),
        &viewer(),
        Some(ME),
    );
    assert!(own.is_some_and(|it| it.own));
}

#[test]
fn a_conversation_becomes_missed_once_also_when_it_is_a_colleagues() {
    let red = Some((NoticeKind::Missed, false));
    for assigned in [&[][..], &[ME], &[ANNA]] {
        let (before, after) = (waiting(assigned), missed(assigned));
        assert_eq!(kind(&change(&after), Some(&before), Some(&after)), red);
        assert_eq!(kind(&change(&after), Some(&after), Some(&after)), None);
    }
    let mut elsewhere = missed(&[ANNA]);
    elsewhere.group_id = Some(protocol::ids::GroupId(Uuid::from_u128(30)));
    let before = Conversation {
        missed: None,
        ..elsewhere.clone()
    };
    assert_eq!(
        kind(&change(&elsewhere), Some(&before), Some(&elsewhere)),
        None,
        "of a group that is not mine"
    );
}

#[test]
fn a_visitor_who_waits_and_is_left_to_whoever_takes_them_is_a_new_chat() {
    let (open, mine, theirs) = (waiting(&[]), waiting(&[ME]), waiting(&[ANNA]));
    let new_chat = Some((NoticeKind::NewChat, false));
    assert_eq!(kind(&change(&open), Some(&theirs), Some(&open)), new_chat);
    assert_eq!(kind(&change(&open), Some(&open), Some(&open)), None);
    let mut elsewhere = open.clone();
    elsewhere.group_id = Some(protocol::ids::GroupId(Uuid::from_u128(30)));
    assert_eq!(
        kind(&change(&open), Some(&elsewhere), Some(&open)),
        new_chat,
        "moved to where I answer, by who sees both"
    );
    let left = raised(
        Seq(10),
        &change(&open),
        Some(&mine),
        Some(&open),
        &viewer(),
        Some(ME),
    );
    assert!(left.is_some_and(|it| it.own), "I left it");
    let answered = Conversation {
        waiting_since: None,
        ..open.clone()
    };
    assert_eq!(
        kind(&change(&answered), Some(&theirs), Some(&answered)),
        None
    );
    let closed = crate::conversation::closed(&theirs);
    assert_eq!(
        kind(&change(&open), Some(&closed), Some(&open)),
        None,
        "the message that opens it again tells"
    );
    let (red, red_elsewhere) = (
        missed(&[]),
        Conversation {
            group_id: elsewhere.group_id,
            ..missed(&[])
        },
    );
    assert_eq!(
        kind(&change(&red), Some(&missed(&[ANNA])), Some(&red)),
        None,
        "I was told when it became so"
    );
    assert_eq!(
        kind(&change(&red), Some(&red_elsewhere), Some(&red)),
        Some((NoticeKind::Missed, false)),
        "of a group that was not mine I was not"
    );
}

/// What a snapshot is worth to who knew the conversation so, with its messages through number 5.
fn of_snapshot(
    conversation: &Conversation,
    messages: &[Event],
    before: Option<&Conversation>,
) -> Vec<(u64, NoticeKind)> {
    let messages = messages.iter().map(|event| match event {
        Event::MessageAdded { message } => message.clone(),
        other => panic!("{other:?}"),
    });
    let tail = ConversationTail {
        conversation: conversation.clone(),
        messages: messages.collect(),
        more: false,
    };
    let before = before.map(|before| (before, Seq(5)));
    let found = raised_by_snapshot(Seq(90), &tail, before, &viewer());
    found.iter().map(|it| (it.seq.0, it.kind)).collect()
}

#[test]
fn a_snapshot_raises_what_the_events_would_have_raised_that_never_came() {
    let new = [message(Author::Visitor, MessageKind::Reply, &[])];
    let mine = waiting(&[ME]);
    let known = |before: &Conversation| Some(before.clone());
    let told = |after: &Conversation, before: Option<Conversation>| {
        of_snapshot(after, &new, before.as_ref())
    };
    assert_eq!(told(&mine, known(&mine)), [(10, NoticeKind::Message)]);
    let offered = waiting(&[]);
    assert_eq!(told(&offered, known(&offered)), [(10, NoticeKind::NewChat)]);
    assert_eq!(told(&offered, None), [(90, NoticeKind::NewChat)]);
    let theirs = waiting(&[ANNA]);
    assert_eq!(told(&theirs, known(&theirs)), []);
    let became_mine = [(10, NoticeKind::Message), (90, NoticeKind::Assigned)];
    assert_eq!(told(&mine, known(&theirs)), became_mine);
    let red = missed(&[ME]);
    let became_red = [(10, NoticeKind::Message), (90, NoticeKind::Missed)];
    assert_eq!(told(&red, known(&mine)), became_red);
    assert_eq!(of_snapshot(&red, &[], Some(&red)), [], "nothing is new");
    assert_eq!(of_snapshot(&mine, &[], Some(&mine)), []);
}

#[test]
fn a_snapshot_raises_nothing_for_messages_that_were_here() {
    let mine = waiting(&[ME]);
    let mut known = message(Author::Visitor, MessageKind::Reply, &[]);
    if let Event::MessageAdded { message } = &mut known {
        message.seq = Seq(5);
    }
    assert_eq!(of_snapshot(&mine, &[known], Some(&mine)), []);
}
