//! What was done here and is on its way.

use cache::{
    Delivery, Folder, ListQuery, OpenConversation, PreviewBy, Refused, Sort, StoredMessage,
};
use protocol::body::Body;
use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{Instant, Seq};
use protocol::model::{Author, ConversationState};
use protocol::status::Status;
use rules::list::Dot;

use crate::world::{ANNA, ME, Stored, World, chat, client};

const LATER: Instant = Instant(1_000_000_000);

fn reply(number: u128, to: u128, text: &str) -> CommandRequest {
    CommandRequest {
        client_id: client(number),
        command: Command::Reply {
            conversation_id: chat(to),
            body: Body::from_plain(text),
            seen_through: Seq(2),
        },
    }
}

fn close(number: u128, what: u128) -> CommandRequest {
    CommandRequest {
        client_id: client(number),
        command: Command::Close {
            conversation_id: chat(what),
        },
    }
}

fn read(number: u128, what: u128, through: u64) -> CommandRequest {
    CommandRequest {
        client_id: client(number),
        command: Command::MarkRead {
            conversation_id: chat(what),
            through: Seq(through),
        },
    }
}

fn refusal() -> ErrorBody {
    ErrorBody::new(ErrorCode::TooLarge, "The message is too long.")
}

async fn two_chats() -> (World, Stored) {
    let mut world = World::new();
    world.opens(1, None);
    world.opens(2, None);
    let stored = Stored::of(&world).await;
    (world, stored)
}

async fn open(stored: &Stored, number: u128) -> OpenConversation {
    stored
        .cache
        .conversation(chat(number), 50)
        .await
        .unwrap()
        .unwrap()
}

async fn enqueue(stored: &Stored, request: &CommandRequest) {
    stored.cache.enqueue(request, LATER).await.unwrap();
}

async fn sending(stored: &Stored) -> Vec<CommandRequest> {
    let items = stored.cache.next_to_send().await.unwrap();
    items.into_iter().map(|item| item.request).collect()
}

async fn dot(stored: &Stored) -> Dot {
    stored.cache.row(chat(1)).await.unwrap().unwrap().dot
}

fn texts(messages: &[StoredMessage]) -> Vec<String> {
    messages
        .iter()
        .map(|message| message.body.plain_text())
        .collect()
}

#[tokio::test]
async fn a_reply_is_shown_at_once_and_everywhere() {
    let (_, stored) = two_chats().await;
    let before = open(&stored, 1).await.seen_through;
    enqueue(&stored, &reply(1, 1, "On its way")).await;
    let shown = open(&stored, 1).await;
    let echo = shown.messages.last().unwrap();
    assert_eq!(echo.body.plain_text(), "On its way");
    assert_eq!(echo.author, Author::Agent { agent_id: ME });
    assert_eq!((echo.client_id, echo.at), (client(1), LATER));
    assert_eq!(
        (echo.id, echo.seq, &echo.delivery),
        (None, None, &Delivery::Waiting)
    );
    assert_eq!(shown.conversation.assigned, [ME]);
    assert!(
        shown.conversation.waiting_since.is_some(),
        "the visitor waits until the server has it"
    );
    assert_eq!(
        shown.seen_through, before,
        "only what the server sent was seen"
    );

    let query = ListQuery {
        folder: Folder::Mine,
        open: true,
        sort: Sort::Newest,
        offset: 0,
        limit: 10,
    };
    let page = stored
        .cache
        .list(&query, Status::Offline, false)
        .await
        .unwrap();
    assert_eq!(page.total, 1, "it is mine now");
    assert_eq!(page.rows[0].preview, "On its way");
    assert_eq!(
        page.rows[0].preview_by,
        PreviewBy::Author {
            author: Author::Agent { agent_id: ME }
        }
    );
    let counts = stored.cache.counts(Status::Online, false).await.unwrap();
    assert_eq!(
        (counts.unassigned, counts.unsent, counts.waiting),
        (1, 1, 2)
    );
    let done = CommandDone {
        seq: Seq(before.0 + 9),
        message_id: None,
    };
    stored.cache.confirm(client(1), &done).await.unwrap();
    let confirmed = open(&stored, 1).await.conversation;
    assert_eq!(confirmed.waiting_since, None, "the server has it");
    stored.close().await;
}

#[tokio::test]
async fn whichever_comes_first_answer_or_event_the_reply_is_there_exactly_once() {
    for answer_first in [true, false] {
        let (mut world, stored) = two_chats().await;
        enqueue(&stored, &reply(1, 1, "Once")).await;
        let seq = world.agent_writes(1, ME, "Once", client(1));
        let done = CommandDone {
            seq,
            message_id: None,
        };
        for answer in [answer_first, !answer_first] {
            if answer {
                stored.cache.confirm(client(1), &done).await.unwrap();
            } else {
                stored.follow(&world).await;
            }
            let shown = open(&stored, 1).await;
            let here = shown
                .messages
                .iter()
                .filter(|it| it.client_id == client(1))
                .count();
            assert_eq!(here, 1, "answer first: {answer_first}");
            assert_eq!(shown.conversation.assigned, [ME]);
            assert_eq!(shown.messages.last().unwrap().delivery, Delivery::Stored);
            assert_eq!(sending(&stored).await, []);
            assert_eq!(stored.cache.unsent_count().await.unwrap(), 0);
        }
        let last = open(&stored, 1).await.messages.pop().unwrap();
        assert_eq!(last.seq, Some(seq));
        stored.close().await;
    }
}

#[tokio::test]
async fn a_snapshot_that_holds_the_reply_takes_the_place_of_its_echo() {
    let (mut world, stored) = two_chats().await;
    enqueue(&stored, &reply(1, 1, "Once")).await;
    enqueue(&stored, &reply(2, 1, "Not yet there")).await;
    world.agent_writes(1, ME, "Once", client(1));
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    let shown = open(&stored, 1).await;
    assert_eq!(
        texts(&shown.messages),
        ["Hello from 1", "Once", "Not yet there"]
    );
    assert_eq!(sending(&stored).await, [reply(2, 1, "Not yet there")]);
    stored.close().await;
}

#[tokio::test]
async fn a_message_of_another_that_names_my_client_id_is_not_taken_for_mine() {
    let (mut world, stored) = two_chats().await;
    enqueue(&stored, &reply(1, 1, "Mine")).await;
    world.agent_writes(1, ANNA, "Anna's", client(1));
    stored.follow(&world).await;
    assert_eq!(sending(&stored).await, [reply(1, 1, "Mine")]);
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(sending(&stored).await, [reply(1, 1, "Mine")]);
    stored.close().await;
}

#[tokio::test]
async fn the_order_is_kept_within_a_conversation_and_not_between_them() {
    let (_, stored) = two_chats().await;
    for request in [
        reply(1, 1, "a"),
        reply(2, 2, "b"),
        close(3, 1),
        reply(4, 2, "c"),
    ] {
        enqueue(&stored, &request).await;
    }
    let stored = stored.reopened().await;
    assert_eq!(sending(&stored).await, [reply(1, 1, "a"), reply(2, 2, "b")]);
    let done = CommandDone {
        seq: Seq(100),
        message_id: None,
    };
    stored.cache.confirm(client(1), &done).await.unwrap();
    assert_eq!(sending(&stored).await, [reply(2, 2, "b"), close(3, 1)]);
    stored.cache.confirm(client(2), &done).await.unwrap();
    stored.cache.confirm(client(3), &done).await.unwrap();
    assert_eq!(sending(&stored).await, [reply(4, 2, "c")]);
    stored.close().await;
}

#[tokio::test]
async fn the_same_client_id_twice_is_one_command() {
    let (_, stored) = two_chats().await;
    enqueue(&stored, &reply(1, 1, "a")).await;
    stored
        .cache
        .save_draft(chat(1), "begun meanwhile")
        .await
        .unwrap();
    enqueue(&stored, &reply(1, 1, "a")).await;
    assert_eq!(stored.cache.unsent_count().await.unwrap(), 1);
    let shown = open(&stored, 1).await;
    assert_eq!(texts(&shown.messages), ["Hello from 1", "a"]);
    assert_eq!(shown.draft, "begun meanwhile");
    stored.close().await;
}

#[tokio::test]
async fn a_refused_reply_holds_back_what_follows_until_it_is_retried_or_discarded() {
    let (_, stored) = two_chats().await;
    enqueue(&stored, &reply(1, 1, "too long")).await;
    enqueue(&stored, &close(2, 1)).await;
    enqueue(&stored, &reply(3, 2, "elsewhere")).await;
    assert_eq!(
        stored.cache.fail(client(1), &refusal()).await.unwrap(),
        Refused::Kept
    );
    assert_eq!(sending(&stored).await, [reply(3, 2, "elsewhere")]);
    let shown = open(&stored, 1).await;
    assert_eq!(
        shown.messages.last().unwrap().delivery,
        Delivery::Failed(refusal())
    );
    assert!(
        shown.conversation.assigned.is_empty(),
        "a refused reply joins nothing"
    );
    assert_eq!(stored.cache.unsent_count().await.unwrap(), 3);

    enqueue(&stored, &read(4, 1, 2)).await;
    assert!(
        sending(&stored).await.contains(&read(4, 1, 2)),
        "reading goes past it"
    );
    let done = CommandDone {
        seq: Seq(2),
        message_id: None,
    };
    stored.cache.confirm(client(4), &done).await.unwrap();

    assert_eq!(stored.cache.retry(client(1)).await.unwrap(), Some(chat(1)));
    assert_eq!(
        sending(&stored).await,
        [reply(1, 1, "too long"), reply(3, 2, "elsewhere")]
    );
    stored.cache.fail(client(1), &refusal()).await.unwrap();
    assert_eq!(
        stored.cache.discard(client(1)).await.unwrap(),
        Some(chat(1))
    );
    assert_eq!(
        sending(&stored).await,
        [close(2, 1), reply(3, 2, "elsewhere")]
    );
    assert_eq!(texts(&open(&stored, 1).await.messages), ["Hello from 1"]);
    stored.close().await;
}

#[tokio::test]
async fn what_still_waits_cannot_be_discarded_or_retried() {
    let (_, stored) = two_chats().await;
    enqueue(&stored, &reply(1, 1, "a")).await;
    assert_eq!(stored.cache.discard(client(1)).await.unwrap(), None);
    assert_eq!(stored.cache.retry(client(1)).await.unwrap(), None);
    assert_eq!(sending(&stored).await.len(), 1);
    stored.close().await;
}

#[tokio::test]
async fn a_refused_command_that_is_no_message_is_undone() {
    let (_, stored) = two_chats().await;
    enqueue(&stored, &close(1, 1)).await;
    assert_eq!(
        open(&stored, 1).await.conversation.state,
        ConversationState::Closed
    );
    assert_eq!(
        stored
            .cache
            .counts(Status::Online, false)
            .await
            .unwrap()
            .all,
        1
    );
    assert_eq!(
        stored.cache.fail(client(1), &refusal()).await.unwrap(),
        Refused::Dropped
    );
    assert_eq!(
        open(&stored, 1).await.conversation.state,
        ConversationState::Open
    );
    assert_eq!(
        stored
            .cache
            .counts(Status::Online, false)
            .await
            .unwrap()
            .all,
        2
    );
    assert_eq!(
        stored.cache.fail(client(1), &refusal()).await.unwrap(),
        Refused::Unknown
    );
    stored.close().await;
}

#[tokio::test]
async fn a_confirmed_close_stays_closed_until_its_event_arrives() {
    let (mut world, stored) = two_chats().await;
    enqueue(&stored, &close(1, 1)).await;
    world.visitor_writes(2, "meanwhile elsewhere");
    let before = world.seq();
    world.changes(1, |conversation| {
        conversation.state = ConversationState::Closed
    });
    let done = CommandDone {
        seq: world.seq(),
        message_id: None,
    };
    stored.cache.confirm(client(1), &done).await.unwrap();
    assert_eq!(
        open(&stored, 1).await.conversation.state,
        ConversationState::Closed
    );

    let cursor = stored.cache.cursor().await.unwrap().unwrap();
    let mut frames = world.after(cursor);
    frames.retain(|frame| frame.seq <= before);
    stored.cache.apply(&frames, &[]).await.unwrap();
    assert_eq!(
        open(&stored, 1).await.conversation.state,
        ConversationState::Closed
    );

    stored.follow(&world).await;
    world.changes(1, |conversation| {
        conversation.state = ConversationState::Open
    });
    stored.follow(&world).await;
    assert_eq!(
        open(&stored, 1).await.conversation.state,
        ConversationState::Open
    );
    stored.close().await;
}

#[tokio::test]
async fn reading_is_remembered_at_once_and_never_goes_back() {
    let (mut world, stored) = two_chats().await;
    let first = world.agent_writes(1, ME, "I am on it", client(50));
    let newest = world.visitor_writes(1, "Thanks");
    stored.follow(&world).await;
    assert_eq!(dot(&stored).await, Dot::New);
    enqueue(&stored, &read(1, 1, first.0)).await;
    enqueue(&stored, &read(2, 1, newest.0)).await;
    assert_eq!(
        sending(&stored).await,
        [read(2, 1, newest.0)],
        "only the newest mark is sent"
    );
    assert_eq!(dot(&stored).await, Dot::None);
    enqueue(&stored, &read(3, 1, 1)).await;
    assert_eq!(open(&stored, 1).await.read_through, newest);
    assert_eq!(
        stored.cache.unsent_count().await.unwrap(),
        0,
        "marks are no loss"
    );

    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    let through = open(&stored, 1).await.read_through;
    assert_eq!(
        through,
        Seq(1),
        "the server knows of none yet; what is on its way counts"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_server_restored_from_a_backup_gets_again_what_it_confirmed() {
    let (world, stored) = two_chats().await;
    let mut later = world.clone();
    later.visitor_writes(2, "after the backup");
    stored.follow(&later).await;
    enqueue(&stored, &reply(1, 1, "confirmed")).await;
    let done = CommandDone {
        seq: Seq(later.seq().0 + 2),
        message_id: None,
    };
    // A server that counts on from its backup, and one that leaves out numbers at each start.
    let mut ahead = world.snapshot();
    ahead.seq = Seq(1_000);
    for restored in [world.snapshot(), ahead] {
        stored.cache.confirm(client(1), &done).await.unwrap();
        assert_eq!(sending(&stored).await, []);
        stored.cache.load_snapshot(&restored).await.unwrap();
        assert_eq!(sending(&stored).await, [reply(1, 1, "confirmed")]);
    }
    assert_eq!(texts(&open(&stored, 2).await.messages), ["Hello from 2"]);
    stored.close().await;
}

#[tokio::test]
async fn a_command_to_a_conversation_that_is_not_here_is_not_kept() {
    let (_, stored) = two_chats().await;
    let error = stored
        .cache
        .enqueue(&reply(1, 9, "to nobody"), LATER)
        .await
        .unwrap_err();
    assert!(matches!(error, cache::CacheError::NoConversation(id) if id == chat(9)));
    assert_eq!(stored.cache.unsent_count().await.unwrap(), 0);
    stored.close().await;
}
