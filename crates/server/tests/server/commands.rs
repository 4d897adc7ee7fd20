use protocol::body::Body;
use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::ServerFrame;
use protocol::ids::{ClientId, ConversationId, Seq};
use protocol::model::{ConversationState, MessageKind, WhenNobody};
use protocol::rest::{GroupMade, GroupRequest, HistoryPage};

use crate::rig::{House, new_id, refused};

async fn first_conversation(house: &House, anna: &protocol::rest::SignedIn) -> ConversationId {
    let site = house.site(anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("Is the lamp still there?").await;
    house.conversation(anna).await.id
}

fn reply(conversation_id: ConversationId, text: &str) -> Command {
    Command::Reply {
        conversation_id,
        body: Body::from_plain(text),
        seen_through: Seq(0),
    }
}

#[tokio::test]
async fn the_same_client_id_is_carried_out_once_and_answered_alike() {
    let house = House::open().await;
    let anna = house.setup().await;
    let id = first_conversation(&house, &anna).await;
    let request = CommandRequest {
        client_id: new_id(ClientId),
        command: reply(id, "Yes"),
    };
    let path = "/api/v1/commands";
    let first: CommandDone = house.post(path, Some(&anna.token), &request).await.unwrap();
    let again: CommandDone = house.post(path, Some(&anna.token), &request).await.unwrap();
    assert_eq!(first, again);
    let tail = &house.snapshot(&anna).await.conversations[0];
    assert_eq!(tail.messages.len(), 2, "the question and one answer");
    assert_eq!(Some(tail.messages[1].id), first.message_id);
    assert_eq!(tail.messages[1].client_id, request.client_id);
    let house = house.restart(0).await;
    let later: CommandDone = house.post(path, Some(&anna.token), &request).await.unwrap();
    assert_eq!(first, later, "also after a restart");
    let house = house.restart(400 * 24 * 3_600_000).await;
    let late: CommandDone = house.post(path, Some(&anna.token), &request).await.unwrap();
    assert_eq!(first, late, "however late: a message is never there twice");
}

#[tokio::test]
async fn what_the_writer_of_a_reply_had_before_them_is_kept_with_it() {
    let house = House::open().await;
    let anna = house.setup().await;
    let id = first_conversation(&house, &anna).await;
    let question = house.snapshot(&anna).await.conversations[0].messages[0].seq;
    for seen_through in [question, Seq(u64::MAX >> 11)] {
        let body = Body::from_plain("Yes");
        let reply = Command::Reply {
            conversation_id: id,
            body,
            seen_through,
        };
        house.command(&anna, reply).await.unwrap();
    }
    let end = house.snapshot(&anna).await.seq;
    house.server.shutdown().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.database());
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let kept: Vec<Option<i64>> =
        sqlx::query_scalar("SELECT seen_through FROM messages ORDER BY seq")
            .fetch_all(&pool)
            .await
            .unwrap();
    pool.close().await;
    let number = |seq: Seq| i64::try_from(seq.0).unwrap();
    assert_eq!(kept[..2], [None, Some(number(question))]);
    assert!(
        kept[2].is_some_and(|seen| seen < number(end)),
        "nobody has seen what is not there yet: {kept:?}"
    );
}

#[tokio::test]
async fn a_reply_assigns_and_ends_the_wait_and_a_comment_stays_inside() {
    let house = House::open().await;
    let anna = house.setup().await;
    let id = first_conversation(&house, &anna).await;
    let before = house.conversation(&anna).await;
    assert!(before.waiting_since.is_some() && before.assigned.is_empty());
    let comment = Command::Comment {
        conversation_id: id,
        body: Body::from_plain("Who knows lamps?"),
        mentions: vec![anna.agent_id],
    };
    house.command(&anna, comment).await.unwrap();
    house.command(&anna, reply(id, "Yes")).await.unwrap();
    let tail = house.snapshot(&anna).await.conversations[0].clone();
    assert_eq!(tail.conversation.assigned, [anna.agent_id]);
    assert_eq!(tail.conversation.waiting_since, None);
    assert_eq!(tail.messages[1].kind, MessageKind::Comment);
    assert_eq!(tail.messages[1].mentions, [anna.agent_id]);
}

#[tokio::test]
async fn closing_and_opening_and_leaving_change_what_they_say() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let conversation_id = first_conversation(&house, &anna).await;
    let agents = vec![bert.agent_id, anna.agent_id];
    house
        .command(
            &anna,
            Command::Assign {
                conversation_id,
                agents,
            },
        )
        .await
        .unwrap();
    house
        .command(&anna, Command::Leave { conversation_id })
        .await
        .unwrap();
    house
        .command(&anna, Command::Close { conversation_id })
        .await
        .unwrap();
    let now = house.conversation(&bert).await;
    assert_eq!(
        (now.state, now.assigned),
        (ConversationState::Closed, vec![bert.agent_id])
    );
    house
        .command(&bert, Command::Reopen { conversation_id })
        .await
        .unwrap();
    let now = house.conversation(&bert).await;
    assert_eq!(now.state, ConversationState::Open);
    let end = house.snapshot(&anna).await.seq;
    let nothing = house
        .command(&bert, Command::Reopen { conversation_id })
        .await
        .unwrap();
    assert_eq!(nothing.seq, end, "what changes nothing appends nothing");
}

#[tokio::test]
async fn a_conversation_out_of_sight_is_not_there() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let carla = house.agent(&anna, "Carla").await;
    let conversation_id = first_conversation(&house, &anna).await;
    let group = house.group(&anna, &[&carla]).await;
    let mut bert_hears = house.listen(&bert).await;
    house.move_to(&anna, conversation_id, Some(group)).await;
    let lost = bert_hears.next_event().await.event;
    assert_eq!(lost, Event::ConversationLost { conversation_id });
    assert!(house.snapshot(&bert).await.conversations.is_empty());
    refused(
        house.command(&bert, reply(conversation_id, "?")).await,
        ErrorCode::NotFound,
    );
    let path = format!("/api/v1/conversations/{conversation_id}/messages");
    refused(
        house.get::<HistoryPage>(&path, &bert.token).await,
        ErrorCode::NotFound,
    );
    house.get::<HistoryPage>(&path, &carla.token).await.unwrap();

    let out = Command::SetGroup {
        conversation_id,
        group_id: None,
    };
    let done = house.command(&carla, out).await.unwrap();
    assert_eq!(
        done.seq,
        house.snapshot(&carla).await.seq,
        "the last event was Bert's; whoever asked must not wait for it"
    );
    let gained = bert_hears.next_event().await.event;
    let Event::ConversationGained { messages, more, .. } = gained else {
        panic!("{gained:?}")
    };
    assert_eq!(
        (messages.len(), more),
        (1, false),
        "it comes with what was said"
    );
}

#[tokio::test]
async fn changing_the_members_of_a_group_moves_sight_of_its_conversations() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let carla = house.agent(&anna, "Carla").await;
    let conversation_id = first_conversation(&house, &anna).await;
    let mut request = GroupRequest {
        name: "Support".into(),
        members: vec![bert.agent_id],
    };
    let group: GroupMade = house
        .post("/api/v1/groups", Some(&anna.token), &request)
        .await
        .unwrap();
    house.move_to(&anna, conversation_id, Some(group.id)).await;
    let (mut bert_hears, mut carla_hears) = (house.listen(&bert).await, house.listen(&carla).await);
    request.members = vec![carla.agent_id];
    house
        .put(
            &format!("/api/v1/groups/{}", group.id),
            &anna.token,
            &request,
        )
        .await;
    let lost = |frame: &ServerFrame| match frame {
        ServerFrame::Event(it) => matches!(it.event, Event::ConversationLost { .. }).then_some(()),
        _ => None,
    };
    bert_hears.until("loss", lost).await;
    let gained = |frame: &ServerFrame| match frame {
        ServerFrame::Event(it) => {
            matches!(it.event, Event::ConversationGained { .. }).then_some(())
        }
        _ => None,
    };
    carla_hears.until("gain", gained).await;
}

#[tokio::test]
async fn reading_moves_on_and_never_back_and_is_for_oneself() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let conversation_id = first_conversation(&house, &anna).await;
    let seq = house.snapshot(&anna).await.conversations[0].messages[0].seq;
    let read = |through| Command::MarkRead {
        conversation_id,
        through,
    };
    house.command(&anna, read(seq)).await.unwrap();
    house.command(&anna, read(Seq(1))).await.unwrap();
    let marks = house.snapshot(&anna).await.read;
    assert_eq!((marks.len(), marks[0].through), (1, seq));
    assert!(house.snapshot(&bert).await.read.is_empty());
    house
        .command(&anna, read(Seq(u64::MAX >> 11)))
        .await
        .unwrap();
    let snapshot = house.snapshot(&anna).await;
    assert!(
        snapshot.read[0].through <= snapshot.seq,
        "nobody has read what is not there yet"
    );
}

#[tokio::test]
async fn history_comes_page_by_page_without_gap_or_repetition() {
    let house = House::open_wide().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    for number in 0..65 {
        tab.write(&format!("message {number}")).await;
    }
    let tail = house.snapshot(&anna).await.conversations[0].clone();
    assert_eq!(
        (tail.messages.len(), tail.more),
        (protocol::limits::SNAPSHOT_TAIL, true)
    );
    let path = format!("/api/v1/conversations/{}/messages", tail.conversation.id);
    let mut texts: Vec<String> = Vec::new();
    let mut before = String::new();
    loop {
        let page: HistoryPage = house
            .get(&format!("{path}?limit=20{before}"), &anna.token)
            .await
            .unwrap();
        let older = page
            .messages
            .iter()
            .map(|message| message.body.plain_text());
        texts.splice(0..0, older);
        before = format!("&before={}", page.messages[0].seq);
        if !page.more {
            break;
        }
    }
    let expected: Vec<String> = (0..65).map(|number| format!("message {number}")).collect();
    assert_eq!(texts, expected);
}

#[tokio::test]
async fn a_reply_that_is_empty_or_too_long_is_refused_and_nothing_is_stored() {
    let house = House::open().await;
    let anna = house.setup().await;
    let id = first_conversation(&house, &anna).await;
    let before = house.snapshot(&anna).await;
    refused(
        house.command(&anna, reply(id, "  ")).await,
        ErrorCode::BadRequest,
    );
    let long = "x".repeat(protocol::limits::MESSAGE_CHARACTERS + 1);
    refused(
        house.command(&anna, reply(id, &long)).await,
        ErrorCode::TooLarge,
    );
    let missing = reply(new_id(ConversationId), "hello");
    refused(house.command(&anna, missing).await, ErrorCode::NotFound);
    assert_eq!(house.snapshot(&anna).await, before);
}
