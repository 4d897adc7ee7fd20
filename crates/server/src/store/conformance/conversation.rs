//! What holds of conversations, their messages, and how far they were read.

use protocol::body::Body;
use protocol::ids::{AgentId, ClientId, GroupId, Instant, MessageId, Seq};
use protocol::model::{
    Author, ConversationState, Group, Message, MessageKind, Missed, MissedBecause, ReadMark,
};
use rules::attention::Restarts;
use rules::widget_mode::Wish;
use uuid::Uuid;

use super::{add_agent, append, make_workspace, thread};
use crate::log::Audience;
use crate::secrets::Hashed;
use crate::store::Store;

pub(super) async fn conversations_and_messages_come_back_in_order(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let agents: Vec<AgentId> = vec![
        add_agent(&mut *tx, 2).await.agent.id,
        add_agent(&mut *tx, 1).await.agent.id,
    ];
    let group = Group {
        id: GroupId(Uuid::from_u128(30)),
        name: "G".into(),
        members: vec![],
    };
    tx.put_group(&group).await.unwrap();
    let mut conversation = thread(&mut *tx, None).await;
    conversation.assigned.clone_from(&agents);
    conversation.group_id = Some(group.id);
    conversation.state = ConversationState::Closed;
    conversation.waiting_since = None;
    conversation.visitor.email = Some("v@example.org".to_owned());
    tx.put_visitor(&conversation.visitor).await.unwrap();
    tx.put_conversation(&conversation).await.unwrap();
    for number in 1..=5u64 {
        let seq = append(&mut *tx, 1, Audience::Everybody, "{}").await;
        let comment = number % 2 == 0;
        let message = Message {
            id: MessageId(Uuid::from_u128(100 + u128::from(number))),
            conversation_id: conversation.id,
            seq,
            author: if comment {
                Author::Agent {
                    agent_id: agents[0],
                }
            } else {
                Author::Visitor
            },
            kind: if comment {
                MessageKind::Comment
            } else {
                MessageKind::Reply
            },
            body: Body::from_plain(&format!("message {number}\n\n<b>'quoted'</b>")),
            sent_at: Instant(1),
            client_id: ClientId(Uuid::from_u128(200 + u128::from(number))),
            mentions: if comment { agents.clone() } else { vec![] },
        };
        tx.add_message(&message, None).await.unwrap();
    }
    let mark = |through| ReadMark {
        conversation_id: conversation.id,
        through: Seq(through),
    };
    tx.put_read_mark(agents[0], &mark(2)).await.unwrap();
    tx.put_read_mark(agents[0], &mark(4)).await.unwrap();
    tx.commit().await.unwrap();
    let mut reading = store.read().await.unwrap();
    let id = conversation.id;
    assert_eq!(
        reading.conversation(id).await.unwrap(),
        Some(conversation.clone())
    );
    let of_visitor = reading
        .conversation_of(conversation.visitor.id)
        .await
        .unwrap();
    assert_eq!(of_visitor, Some(conversation.clone()));
    assert_eq!(
        reading.conversations(Some(group.id)).await.unwrap().len(),
        1
    );
    let other = Some(GroupId(Uuid::from_u128(31)));
    assert!(reading.conversations(other).await.unwrap().is_empty());
    let page = reading.messages(id, None, None, 2).await.unwrap();
    let seqs: Vec<u64> = page.messages.iter().map(|message| message.seq.0).collect();
    assert_eq!((seqs.as_slice(), page.more), ([4, 5].as_slice(), true));
    assert_eq!(page.messages[0].mentions, agents);
    let page = reading.messages(id, None, Some(Seq(3)), 2).await.unwrap();
    assert_eq!(
        (page.messages.len(), page.more),
        (2, false),
        "exactly the rest is not more"
    );
    let (held, absent) = (page.messages[0].id, MessageId(Uuid::from_u128(99)));
    assert_eq!(
        reading.message(held).await.unwrap().as_ref(),
        page.messages.first()
    );
    assert_eq!(reading.message(absent).await.unwrap(), None);
    let replies = reading
        .messages(id, Some(MessageKind::Reply), None, 10)
        .await
        .unwrap();
    assert_eq!(replies.messages.len(), 3);
    assert_eq!(
        replies.messages[0].body.plain_text(),
        "message 1\n\n<b>'quoted'</b>"
    );
    assert_eq!(reading.read_marks(agents[0]).await.unwrap(), [mark(4)]);
    assert_eq!(
        reading.read_mark(agents[0], id).await.unwrap(),
        Some(mark(4))
    );
    assert_eq!(reading.read_mark(agents[1], id).await.unwrap(), None);
    let visitor = reading
        .visitor(&Hashed::of("visitor"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(visitor.visitor, conversation.visitor);
    assert_eq!(visitor.wish, None);
    drop(reading);
    // Nobody in particular is a choice, and none is none.
    for wish in [Some(Wish(Some(group.id))), Some(Wish(None)), None] {
        let mut tx = store.write().await.unwrap();
        tx.put_wish(visitor.visitor.id, wish).await.unwrap();
        tx.commit().await.unwrap();
        let mut reading = store.read().await.unwrap();
        let stored = reading.visitor(&Hashed::of("visitor")).await.unwrap();
        assert_eq!(stored.map(|it| it.wish), Some(wish));
    }
}

pub(super) async fn open_conversations_come_back_with_their_clocks(store: &impl Store) {
    make_workspace(store, "W").await;
    let mut tx = store.write().await.unwrap();
    let mut conversation = thread(&mut *tx, None).await;
    let clocks = async |store: &dyn Store| {
        let mut reading = store.read().await.unwrap();
        reading.open_conversations().await.unwrap()
    };
    tx.commit().await.unwrap();
    let fresh = (conversation.clone(), Restarts::default());
    assert_eq!(clocks(store).await, [fresh]);
    let mut tx = store.write().await.unwrap();
    conversation.missed = Some(Missed {
        since: Instant(8),
        because: MissedBecause::Absence,
    });
    tx.put_conversation(&conversation).await.unwrap();
    let restarts = Restarts {
        clock_from: Some(Instant(5)),
        quiet_from: Some(Instant(6)),
    };
    let id = conversation.id;
    tx.put_restarts(id, &restarts).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(clocks(store).await, [(conversation.clone(), restarts)]);
    let mut tx = store.write().await.unwrap();
    // What is said of a conversation is not said of its clocks.
    tx.put_conversation(&conversation).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(clocks(store).await, [(conversation.clone(), restarts)]);
    let mut tx = store.write().await.unwrap();
    conversation.state = ConversationState::Closed;
    conversation.missed = None;
    tx.put_conversation(&conversation).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(clocks(store).await, []);
    let mut reading = store.read().await.unwrap();
    assert_eq!(reading.conversation(id).await.unwrap(), Some(conversation));
}
