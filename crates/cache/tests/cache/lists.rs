//! Lists, counts and drafts.

use cache::{Folder, ListPage, ListQuery, PreviewBy, Sort};
use protocol::ids::{ConversationId, Instant};
use protocol::model::ConversationState;
use protocol::status::Status;
use rules::list::Dot;

use crate::world::{ANNA, ME, SALES, SUPPORT, Stored, World, chat, client};

fn query(folder: Folder, sort: Sort) -> ListQuery {
    ListQuery {
        folder,
        open: true,
        sort,
        offset: 0,
        limit: 100,
    }
}

fn ids(page: &ListPage) -> Vec<ConversationId> {
    page.rows.iter().map(|row| row.conversation.id).collect()
}

/// 1: nobody's, in no group. 2: mine, waiting. 3: Anna's. 4: nobody's, of a group I am not in.
/// 5: nobody's, of my group. 6: mine, answered. 7: mine, closed.
async fn seven_chats() -> Stored {
    let mut world = World::new();
    for (number, group) in [
        (1, None),
        (2, None),
        (3, None),
        (4, Some(SUPPORT)),
        (5, Some(SALES)),
        (6, None),
        (7, None),
    ] {
        world.opens(number, group);
    }
    world.agent_writes(2, ME, "Hello", client(1));
    world.visitor_writes(2, "And then?");
    world.agent_writes(3, ANNA, "Hello", client(2));
    world.agent_writes(6, ME, "Hello", client(3));
    world.agent_writes(7, ME, "Bye", client(4));
    world.changes(7, |conversation| {
        conversation.state = ConversationState::Closed
    });
    Stored::of(&world).await
}

#[tokio::test]
async fn each_folder_lists_its_conversations_in_each_order() {
    let stored = seven_chats().await;
    let list = async |folder, sort, status| {
        ids(&stored
            .cache
            .list(&query(folder, sort), status, false)
            .await
            .unwrap())
    };
    let chats = |numbers: &[u128]| numbers.iter().map(|it| chat(*it)).collect::<Vec<_>>();
    let online = Status::Online;
    assert_eq!(
        list(Folder::All, Sort::Newest, online).await,
        chats(&[6, 3, 2, 5, 4, 1])
    );
    assert_eq!(
        list(Folder::All, Sort::Oldest, online).await,
        chats(&[1, 4, 5, 2, 3, 6])
    );
    assert_eq!(
        list(Folder::All, Sort::LongestWaiting, online).await,
        chats(&[1, 4, 5, 2, 6, 3]),
        "who waits, longest first; then newest first"
    );
    assert_eq!(
        list(Folder::Mine, Sort::Newest, online).await,
        chats(&[6, 2, 5, 1])
    );
    for status in [Status::Busy, Status::Invisible, Status::Offline] {
        assert_eq!(
            list(Folder::Mine, Sort::Newest, status).await,
            chats(&[6, 2])
        );
    }
    assert_eq!(
        list(Folder::Unassigned, Sort::Newest, online).await,
        chats(&[5, 4, 1])
    );
    assert_eq!(
        list(Folder::Group(SUPPORT), Sort::Newest, online).await,
        chats(&[4])
    );
    let closed = ListQuery {
        open: false,
        ..query(Folder::Mine, Sort::Newest)
    };
    let page = stored.cache.list(&closed, online, false).await.unwrap();
    assert_eq!((ids(&page), page.total), (chats(&[7]), 1));
    stored.close().await;
}

#[tokio::test]
async fn the_numbers_are_those_of_the_lists() {
    let stored = seven_chats().await;
    for status in [
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ] {
        let counts = stored.cache.counts(status, false).await.unwrap();
        let total = async |folder| {
            stored
                .cache
                .list(&query(folder, Sort::Newest), status, false)
                .await
                .unwrap()
                .total
        };
        assert_eq!(counts.mine, total(Folder::Mine).await);
        assert_eq!(counts.unassigned, total(Folder::Unassigned).await);
        assert_eq!(counts.all, total(Folder::All).await);
        assert_eq!(counts.answered_by_me, 2);
        assert_eq!(counts.groups, [(SALES, 1), (SUPPORT, 1)]);
    }
    let waiting = async |status| {
        let counts = stored.cache.counts(status, false).await.unwrap();
        (counts.waiting, counts.longest_waiting_since)
    };
    let first = stored
        .cache
        .row(chat(1))
        .await
        .unwrap()
        .unwrap()
        .conversation
        .waiting_since;
    let mine = stored
        .cache
        .row(chat(2))
        .await
        .unwrap()
        .unwrap()
        .conversation
        .waiting_since;
    assert_eq!(waiting(Status::Online).await, (3, first));
    assert_eq!(waiting(Status::Invisible).await, (1, mine));
    assert_eq!(waiting(Status::Offline).await, (0, None::<Instant>));
    stored.close().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_repetition() {
    let mut world = World::new();
    for number in 0..250 {
        world.opens(number, None);
    }
    let stored = Stored::of(&world).await;
    let mut seen = Vec::new();
    loop {
        let query = ListQuery {
            offset: u32::try_from(seen.len()).unwrap(),
            limit: 1_000,
            ..query(Folder::All, Sort::Oldest)
        };
        let page = stored
            .cache
            .list(&query, Status::Online, false)
            .await
            .unwrap();
        assert_eq!(page.total, 250);
        assert!(page.rows.len() <= 200, "more is never answered at once");
        if page.rows.is_empty() {
            break;
        }
        seen.extend(ids(&page));
    }
    assert_eq!(seen, (0..250).map(chat).collect::<Vec<_>>());
    stored.close().await;
}

#[tokio::test]
async fn a_draft_is_kept_and_shown_in_the_list() {
    let stored = seven_chats().await;
    stored
        .cache
        .save_draft(chat(2), "I was about\nto say")
        .await
        .unwrap();
    let stored = stored.reopened().await;
    let open = stored
        .cache
        .conversation(chat(2), 50)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(open.draft, "I was about\nto say");
    let row = stored.cache.row(chat(2)).await.unwrap().unwrap();
    assert_eq!(
        (row.preview_by, row.preview.as_str()),
        (PreviewBy::Draft, "I was about to say")
    );
    stored.cache.save_draft(chat(2), "").await.unwrap();
    let row = stored.cache.row(chat(2)).await.unwrap().unwrap();
    assert_eq!(row.preview, "And then?");
    let error = stored.cache.save_draft(chat(99), "x").await.unwrap_err();
    assert!(matches!(error, cache::CacheError::NoConversation(_)));
    stored.close().await;
}

#[tokio::test]
async fn a_snapshot_keeps_drafts() {
    let mut world = World::new();
    world.opens(1, None);
    let stored = Stored::of(&world).await;
    stored.cache.save_draft(chat(1), "begun").await.unwrap();
    world.visitor_writes(1, "more");
    stored.cache.load_snapshot(&world.snapshot()).await.unwrap();
    assert_eq!(
        stored
            .cache
            .conversation(chat(1), 50)
            .await
            .unwrap()
            .unwrap()
            .draft,
        "begun"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_missed_chat_is_red_everywhere_and_counts_where_it_waits() {
    let mut world = World::new();
    world.opens(1, None);
    let stored = Stored::of(&world).await;
    let now = async |status| {
        let counts = stored.cache.counts(status, false).await.unwrap();
        let dot = stored.cache.row(chat(1)).await.unwrap().unwrap().dot;
        (counts.missed, dot)
    };
    assert_eq!(now(Status::Online).await, (0, Dot::New));
    world.visitor_writes(1, "Is anybody there?");
    stored.follow(&world).await;
    assert_eq!(now(Status::Online).await, (1, Dot::Missed));
    assert_eq!(
        now(Status::Invisible).await,
        (0, Dot::Missed),
        "it is not offered"
    );
    assert_eq!(now(Status::Offline).await, (0, Dot::Missed));
    world.agent_writes(1, ANNA, "Yes", client(9));
    stored.follow(&world).await;
    assert_eq!(now(Status::Online).await, (0, Dot::None), "a colleague's");
    stored.close().await;
}
