//! Whatever happens, in whatever batches: the cache holds what `rules::sync` says it holds.

use cache::{Cache, CacheError, Delivery, Folder, ListQuery, Sort};
use proptest::prelude::*;
use protocol::event::Event;
use protocol::frame::EventFrame;
use protocol::ids::{AgentId, Seq};
use protocol::limits::{CATCH_UP_BATCH, SNAPSHOT_TAIL};
use protocol::model::ConversationState;
use protocol::snapshot::Snapshot;
use protocol::status::Status;
use rules::list::{self, Viewer};
use rules::sync;

use crate::world::{ANNA, ME, SALES, SUPPORT, Stored, World, chat};

#[derive(Clone, Debug)]
enum Step {
    Happens(u8, u128, u8),
    /// The device reads everything, after some frames that it had already.
    Syncs {
        repeated: usize,
    },
    /// The device takes a new snapshot.
    StartsAfresh,
    /// The app ends and starts again.
    Restarts,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0u8..17, 0u128..4, 0u8..40).prop_map(|(what, who, much)| Step::Happens(what, who, much)),
        4 => (0usize..4).prop_map(|repeated| Step::Syncs { repeated }),
        1 => Just(Step::StartsAfresh),
        1 => Just(Step::Restarts),
    ]
}

fn happens(world: &mut World, what: u8, who: u128, much: u8) {
    let group = [None, Some(SALES), Some(SUPPORT)][usize::from(much % 3)];
    match what {
        0 | 1 if world.chats.contains_key(&chat(who)) => {
            world.visitor_writes(who, "one more");
        }
        0 | 1 => world.opens(who, group),
        2 => {
            for _ in 0..much {
                world.visitor_writes(who, "and another");
            }
        }
        3 => {
            let client_id = crate::world::client(u128::from(world.seq().0));
            world.agent_writes(
                who,
                [ME, ANNA][usize::from(much % 2)],
                "an answer",
                client_id,
            );
        }
        4 => world.is_lost(who),
        5 => world.is_gained(who),
        6 if much.is_multiple_of(4) => world.is_erased(who),
        6 | 7 => world.is_read(who),
        8 => world.anna_is(Status::Busy),
        9 => world.i_am([Status::Online, Status::Offline][usize::from(much % 2)]),
        10 => world.group_has(
            SUPPORT,
            [vec![ME, ANNA], vec![ANNA]][usize::from(much % 2)].clone(),
        ),
        11 => world.colleague_changes(who),
        12 => world.colleague_leaves(who),
        13 => world.settings_change(),
        14 => world.changes(who, |conversation| conversation.group_id = group),
        15 => world.changes(who, |conversation| {
            conversation.state =
                [ConversationState::Open, ConversationState::Closed][usize::from(much % 2)];
        }),
        _ => {
            world.elsewhere();
            world.happens(Event::Unknown);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_cache_holds_what_the_rules_say(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}

async fn run(steps: Vec<Step>) {
    let mut world = World::new();
    let mut stored = Stored::of(&world).await;
    let mut model = world.snapshot();
    for step in steps.into_iter().chain([Step::Syncs { repeated: 0 }]) {
        match step {
            Step::Happens(what, who, much) => happens(&mut world, what, who, much),
            Step::Syncs { repeated } => {
                let known = world
                    .log()
                    .iter()
                    .filter(|frame| frame.seq <= model.seq)
                    .count();
                let from = known.saturating_sub(repeated);
                let frames = &world.log()[from..];
                stored.cache.apply(frames, &[]).await.unwrap();
                for frame in frames {
                    sync::check(model.seq, frame).unwrap();
                    sync::apply(&mut model, frame);
                }
                assert_eq!(model, world.snapshot(), "the law");
                assert_holds(&stored.cache, &model, &world).await;
            }
            Step::StartsAfresh => {
                model = world.snapshot();
                stored.cache.load_snapshot(&model).await.unwrap();
                assert_holds(&stored.cache, &model, &world).await;
            }
            Step::Restarts => stored = stored.reopened().await,
        }
    }
    stored.close().await;
}

/// Compares everything that can be read with the model, and what is held of each chat with the truth.
async fn assert_holds(cache: &Cache, model: &Snapshot, world: &World) {
    assert_eq!(cache.cursor().await.unwrap(), Some(model.seq));
    let me = cache.me().await.unwrap();
    assert_eq!(
        (me.agent_id, me.choice, me.presence),
        (ME, model.choice, model.presence)
    );
    assert_eq!(
        me.agent.as_ref(),
        model.agents.iter().find(|agent| agent.id == ME)
    );
    let team = cache.team().await.unwrap();
    assert_eq!(cache.groups().await.unwrap(), team.groups);
    assert_eq!(team.workspace, model.workspace);
    assert_eq!(team.agents, model.agents);
    assert_eq!(team.groups, model.groups);
    assert_eq!(team.sites, model.sites);
    assert_eq!(team.presence, model.team);

    let viewer = Viewer {
        me: ME,
        groups: model
            .groups
            .iter()
            .filter(|group| group.members.contains(&ME))
            .map(|group| group.id)
            .collect(),
    };
    for tail in &model.conversations {
        let id = tail.conversation.id;
        let open = cache.conversation(id, 10_000).await.unwrap().unwrap();
        assert_eq!(open.conversation, tail.conversation);
        assert!(!open.more_here, "all that is here was asked for");
        assert!(
            open.messages
                .iter()
                .all(|message| message.delivery == Delivery::Stored)
        );

        let here: Vec<_> = open
            .messages
            .iter()
            .map(|message| message.id.unwrap())
            .collect();
        let all: Vec<_> = world.chats[&id]
            .messages
            .iter()
            .map(|message| message.id)
            .collect();
        assert!(
            all.ends_with(&here),
            "what is held has no gap and ends with the newest"
        );
        assert_eq!(open.more_on_server, here.len() < all.len());
        let wanted: Vec<_> = tail.messages.iter().map(|message| message.id).collect();
        assert!(here.ends_with(&wanted), "at least the tail is held");
        assert_eq!(tail.more, open.more_on_server || here.len() > SNAPSHOT_TAIL);

        let read = model.read.iter().find(|mark| mark.conversation_id == id);
        let through = read.map_or(Seq(0), |mark| mark.through);
        assert_eq!(open.read_through, through);
        let unread = open.messages.iter().any(|message| {
            let own = protocol::model::Author::Agent { agent_id: ME };
            message.author != own && message.seq > Some(through)
        });
        let row = cache.row(id).await.unwrap().unwrap();
        assert_eq!(row.conversation, tail.conversation);
        let is_new = list::is_new(&viewer, &tail.conversation, unread);
        assert_eq!(row.dot, list::dot_on(&tail.conversation, is_new));
        let newest = open.messages.last().unwrap();
        assert_eq!(row.preview, list::preview_of(&newest.body));
    }
    for open in [true, false] {
        for status in [Status::Online, Status::Offline] {
            assert_listed(cache, model, &viewer, open, status).await;
        }
    }
}

async fn assert_listed(
    cache: &Cache,
    model: &Snapshot,
    viewer: &Viewer,
    open: bool,
    status: Status,
) {
    let all = model.conversations.iter().map(|tail| &tail.conversation);
    let of_state = all.filter(|it| (it.state == ConversationState::Open) == open);
    let chats: Vec<_> = of_state.collect();
    for folder in [
        Folder::Mine,
        Folder::Unassigned,
        Folder::All,
        Folder::Group(SUPPORT),
    ] {
        let mut wanted: Vec<_> = chats
            .iter()
            .filter(|it| match folder {
                Folder::Mine => {
                    list::is_mine(viewer, it)
                        || (status == Status::Online && list::is_offered(viewer, it))
                }
                Folder::Unassigned => list::is_unassigned(it),
                Folder::All => true,
                Folder::Group(group) => it.group_id == Some(group),
            })
            .map(|it| (it.last_message_at, it.id))
            .collect();
        wanted.sort();
        let query = ListQuery {
            folder,
            open,
            sort: Sort::Oldest,
            offset: 0,
            limit: 200,
        };
        let page = cache.list(&query, status, false).await.unwrap();
        let got: Vec<_> = page
            .rows
            .iter()
            .map(|row| (row.conversation.last_message_at, row.conversation.id))
            .collect();
        assert_eq!(got, wanted, "{folder:?}, open: {open}, {status:?}");
        assert_eq!(page.total, u32::try_from(wanted.len()).unwrap());
    }
}

#[tokio::test]
async fn a_gap_stores_nothing_of_its_batch() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    world.opens(2, None);
    let mut frames = world.log().to_vec();
    frames.remove(2);
    let error = stored.cache.apply(&frames, &[]).await.unwrap_err();
    assert!(matches!(error, CacheError::Gap(gap) if gap.cursor == Seq(2) && gap.prev == Seq(3)));
    assert_eq!(stored.cache.cursor().await.unwrap(), Some(Seq(0)));
    assert_eq!(stored.cache.row(chat(1)).await.unwrap(), None);
    stored.close().await;
}

#[tokio::test]
async fn a_batch_that_is_too_long_is_refused() {
    let stored = Stored::of(&World::new()).await;
    let frames: Vec<_> = (0..=u64::try_from(CATCH_UP_BATCH).unwrap())
        .map(|seq| EventFrame {
            seq: Seq(seq + 1),
            prev: Seq(seq),
            event: Event::Unknown,
        })
        .collect();
    let error = stored.cache.apply(&frames, &[]).await.unwrap_err();
    assert!(matches!(error, CacheError::BatchTooLong(1_001)));
    stored
        .cache
        .apply(&frames[..CATCH_UP_BATCH], &[])
        .await
        .unwrap();
    assert_eq!(stored.cache.cursor().await.unwrap(), Some(Seq(1_000)));
    stored.close().await;
}

#[tokio::test]
async fn before_the_first_snapshot_there_is_no_cursor_and_nothing_to_follow() {
    let stored = Stored::empty().await;
    assert_eq!(stored.cache.cursor().await.unwrap(), None);
    assert!(matches!(stored.cache.me().await, Err(CacheError::Empty)));
    assert!(matches!(stored.cache.team().await, Err(CacheError::Empty)));
    assert_eq!(stored.cache.groups().await.unwrap(), []);
    let frame = EventFrame {
        seq: Seq(1),
        prev: Seq(0),
        event: Event::Unknown,
    };
    assert!(matches!(
        stored.cache.apply(&[frame], &[]).await,
        Err(CacheError::Empty)
    ));
    stored.close().await;
}

#[tokio::test]
async fn what_changed_is_reported() {
    let mut world = World::new();
    let stored = Stored::of(&world).await;
    world.opens(1, None);
    let applied = stored.follow(&world).await;
    assert_eq!(applied.conversations, [chat(1)].into());
    assert_eq!(
        (applied.team, applied.me, applied.cursor),
        (false, false, Seq(3))
    );
    world.anna_is(Status::Online);
    let applied = stored.follow(&world).await;
    assert!(applied.team && !applied.me && applied.conversations.is_empty());
    world.i_am(Status::Invisible);
    let applied = stored.follow(&world).await;
    assert!(applied.me && !applied.team);
    world.is_lost(1);
    let applied = stored.follow(&world).await;
    assert_eq!(applied.gone, [chat(1)].into());
    assert_eq!(applied.conversations, [chat(1)].into());
    stored.close().await;
}

#[tokio::test]
async fn another_agents_snapshot_leaves_nothing_of_the_one_before() {
    let mut world = World::new();
    world.opens(1, None);
    let stored = Stored::of(&world).await;
    stored
        .cache
        .save_draft(chat(1), "to be forgotten")
        .await
        .unwrap();
    let request = protocol::command::CommandRequest {
        client_id: crate::world::client(1),
        command: protocol::command::Command::Close {
            conversation_id: chat(1),
        },
    };
    stored
        .cache
        .enqueue(&request, protocol::ids::Instant(1))
        .await
        .unwrap();
    let other = AgentId(uuid::Uuid::from_u128(77));
    let snapshot = Snapshot {
        agent_id: other,
        ..world.snapshot()
    };
    stored.cache.load_snapshot(&snapshot).await.unwrap();
    assert_eq!(stored.cache.me().await.unwrap().agent_id, other);
    assert_eq!(stored.cache.unsent_count().await.unwrap(), 0);
    let open = stored
        .cache
        .conversation(chat(1), 50)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(open.draft, "");
    assert_eq!(open.conversation.state, ConversationState::Open);
    stored.close().await;
}
