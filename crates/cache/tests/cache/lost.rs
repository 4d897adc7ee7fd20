//! Losing sight of a conversation, and erasing one.

use cache::Delivery;
use protocol::body::Body;
use protocol::command::{Command, CommandRequest};
use protocol::error::ErrorCode;
use protocol::ids::Instant;
use protocol::status::Status;

use crate::world::{ME, Stored, World, chat, client};

async fn busy_chat() -> (World, Stored) {
    let mut world = World::new();
    world.opens(1, None);
    world.agent_writes(1, ME, "I am on it", client(50));
    world.is_read(1);
    let stored = Stored::of(&world).await;
    let id = chat(1);
    let reply = Command::Reply {
        conversation_id: id,
        body: Body::from_plain("half an hour of work"),
        seen_through: world.seq(),
    };
    let close = Command::Close {
        conversation_id: id,
    };
    for (number, command) in [(1, reply), (2, close)] {
        let request = CommandRequest {
            client_id: client(number),
            command,
        };
        stored.cache.enqueue(&request, Instant(1)).await.unwrap();
    }
    stored.cache.save_draft(id, "begun").await.unwrap();
    (world, stored)
}

#[tokio::test]
async fn losing_sight_drops_the_content_and_says_what_cannot_be_sent() {
    let (mut world, stored) = busy_chat().await;
    world.is_lost(1);
    let applied = stored.follow(&world).await;
    assert_eq!(applied.unsendable, [client(1)]);
    assert_eq!(stored.cache.conversation(chat(1), 50).await.unwrap(), None);
    assert_eq!(stored.cache.row(chat(1)).await.unwrap(), None);
    assert_eq!(
        stored
            .cache
            .counts(Status::Online, false)
            .await
            .unwrap()
            .all,
        0
    );
    assert_eq!(stored.cache.next_to_send().await.unwrap(), []);
    assert_eq!(
        stored.cache.unsent_count().await.unwrap(),
        1,
        "the reply is not forgotten"
    );
    let counts = stored.cache.counts(Status::Online, false).await.unwrap();
    assert_eq!(counts.unsent, 0, "but nobody can do anything about it");

    world.is_gained(1);
    stored.follow(&world).await;
    let open = stored
        .cache
        .conversation(chat(1), 50)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(open.draft, "");
    assert_eq!(
        open.messages.len(),
        3,
        "two of the server and the failed one"
    );
    let failed = open.messages.last().unwrap();
    assert_eq!(failed.body.plain_text(), "half an hour of work");
    assert!(matches!(&failed.delivery, Delivery::Failed(why) if why.code == ErrorCode::NotAllowed));
    assert!(
        open.read_through > protocol::ids::Seq(0),
        "what was read is still read"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_snapshot_without_a_conversation_means_that_sight_of_it_was_lost() {
    let (mut world, stored) = busy_chat().await;
    world.is_lost(1);
    let applied = stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(applied.unsendable, [client(1)]);
    assert_eq!(applied.gone, [chat(1)].into());
    assert_eq!(stored.cache.conversation(chat(1), 50).await.unwrap(), None);
    assert_eq!(stored.cache.next_to_send().await.unwrap(), []);
    stored.close().await;
}

#[tokio::test]
async fn erasing_leaves_nothing_at_all() {
    let (mut world, stored) = busy_chat().await;
    world.is_erased(1);
    let applied = stored.follow(&world).await;
    assert_eq!(applied.unsendable, [client(1)]);
    assert_eq!(stored.cache.conversation(chat(1), 50).await.unwrap(), None);
    assert_eq!(stored.cache.unsent_count().await.unwrap(), 0);
    assert!(stored.cache.retry(client(1)).await.unwrap().is_none());
    stored.close().await;
}

#[tokio::test]
async fn a_message_to_a_conversation_that_is_not_here_is_passed_over() {
    let (mut world, stored) = busy_chat().await;
    let mut other = World::new();
    other.opens(9, None);
    let Some(stray) = other.log().last() else {
        panic!("it opened")
    };
    world.happens(stray.event.clone());
    stored.follow(&world).await;
    assert_eq!(stored.cache.cursor().await.unwrap(), Some(world.seq()));
    assert_eq!(stored.cache.row(chat(9)).await.unwrap(), None);
    stored.close().await;
}
