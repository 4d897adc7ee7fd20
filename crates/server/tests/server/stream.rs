use std::sync::Arc;
use std::time::Duration;

use futures_util::SinkExt as _;
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, Hello, ServerFrame};
use protocol::ids::Seq;
use protocol::limits;
use protocol::model::WhenNobody;
use rules::sync;
use server::Limits;
use tokio_tungstenite::tungstenite::Message;

use crate::rig::House;

#[tokio::test]
async fn a_stream_resumes_from_its_cursor_and_every_event_names_the_one_before() {
    let house = House::open().await;
    let anna = house.setup().await;
    let start = house.snapshot(&anna).await.seq;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("one").await;
    let (_, events) = house.follow(&anna, start).await;
    assert!(events.len() >= 3, "the site, the conversation, the message");
    let mut cursor = start;
    for event in &events {
        assert_eq!(event.prev, cursor);
        assert!(event.seq > event.prev);
        cursor = event.seq;
    }
    let middle = events[0].seq;
    let (mut stream, rest) = house.follow(&anna, middle).await;
    assert_eq!(rest, events[1..]);
    tab.write("two").await;
    let live = stream.next_event().await;
    assert_eq!(
        live.prev, cursor,
        "live events go on where catching up ended"
    );
}

#[tokio::test]
async fn what_an_agent_cannot_see_is_no_gap() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let group = house.group(&anna, &[]).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("hello").await;
    let id = house.conversation(&anna).await.id;
    house.move_to(&anna, id, Some(group)).await;
    let start = house.snapshot(&bert).await.seq;
    let (mut live, _) = house.follow(&bert, start).await;
    tab.write("not for Bert").await;
    let body = Body::from_plain("nor this");
    let comment = Command::Comment {
        conversation_id: id,
        body,
        mentions: vec![],
    };
    house.command(&anna, comment).await.unwrap();
    house.move_to(&anna, id, None).await;
    let seen_live = live.next_event().await;
    let (_, seen_later) = house.follow(&bert, start).await;
    assert_eq!([seen_live.clone()].as_slice(), seen_later.as_slice());
    assert_eq!(
        seen_live.prev, start,
        "the hidden events in between are not missed"
    );
    assert!(seen_live.seq.0 > start.0 + 3);
    assert!(matches!(seen_live.event, Event::ConversationGained { .. }));
}

#[tokio::test]
async fn a_cursor_that_the_log_does_not_have_needs_a_snapshot() {
    let house = House::open().await;
    let anna = house.setup().await;
    let end = house.snapshot(&anna).await.seq;
    let mut stream = house.stream().await;
    stream.hello(&anna.token, Seq(end.0 + 1)).await;
    let error = stream.ends_with().await;
    assert_eq!(
        error.code,
        ErrorCode::SnapshotNeeded,
        "the server may come from a backup"
    );

    house.clock.advance(31 * 24 * 3_600_000);
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let house = house.restart(0).await;
    let mut stream = house.stream().await;
    stream.hello(&anna.token, Seq(0)).await;
    assert_eq!(
        stream.ends_with().await.code,
        ErrorCode::SnapshotNeeded,
        "the log was shortened"
    );
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.sites[0].id, site);
    house.follow(&anna, snapshot.seq).await;
}

#[tokio::test]
async fn a_server_restored_from_a_backup_takes_no_cursor_for_what_it_is_not() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("before the backup").await;
    let safe = house.snapshot(&anna).await.seq;
    let (database, backup) = (house.database(), house.database().with_extension("backup"));
    let house = house
        .restart_after(60_000, || {
            std::fs::copy(&database, &backup).unwrap();
        })
        .await;
    let (mut tab, _) = house.tab(site, Some(&tab.token)).await;
    tab.write("lost with the disk").await;
    let lost = house.snapshot(&anna).await.seq;
    let house = house
        .restart_after(60_000, || {
            std::fs::copy(&backup, &database).unwrap();
        })
        .await;
    // The log grows past what was lost before the device comes back.
    let (mut tab, _) = house.tab(site, Some(&tab.token)).await;
    for _ in 0..5 {
        tab.write("after the backup").await;
    }
    assert!(house.snapshot(&anna).await.seq > lost);
    let mut stream = house.stream().await;
    stream.hello(&anna.token, lost).await;
    assert_eq!(stream.ends_with().await.code, ErrorCode::SnapshotNeeded);
    let (_, events) = house.follow(&anna, safe).await;
    assert!(
        !events.is_empty(),
        "who knows nothing of what was lost goes on"
    );
}

#[tokio::test]
async fn who_comes_later_does_not_get_what_everybody_got_before() {
    let house = House::open().await;
    let anna = house.setup().await;
    let start = house.snapshot(&anna).await.seq;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("between Anna and me").await;
    let conversation_id = house.conversation(&anna).await.id;
    let group = house.group(&anna, &[]).await;
    house.move_to(&anna, conversation_id, Some(group)).await;
    let before = house.snapshot(&anna).await.seq;
    let bert = house.agent(&anna, "Bert").await;
    for cursor in [Seq(0), start, Seq(before.0 - 1)] {
        let mut stream = house.stream().await;
        stream.hello(&bert.token, cursor).await;
        let error = stream.ends_with().await;
        assert_eq!(error.code, ErrorCode::SnapshotNeeded, "{cursor}");
    }
    let (_, events) = house.follow(&bert, before).await;
    assert!(matches!(events[0].event, Event::AgentChanged { .. }));
    house.follow(&anna, Seq(0)).await;
}

#[tokio::test]
async fn another_version_is_told_so() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.stream().await;
    let hello = Hello {
        version: PROTOCOL_VERSION + 1,
        capabilities: vec![],
        token: anna.token.clone(),
        cursor: Seq(0),
    };
    stream.say(&DeviceFrame::Hello(hello)).await;
    assert_eq!(stream.ends_with().await.code, ErrorCode::VersionMismatch);
}

#[tokio::test]
async fn an_unknown_token_is_not_signed_in() {
    let house = House::open().await;
    house.setup().await;
    for token in [
        "",
        "nonsense",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let mut stream = house.stream().await;
        stream.hello(token, Seq(0)).await;
        assert_eq!(
            stream.ends_with().await.code,
            ErrorCode::NotSignedIn,
            "{token:?}"
        );
    }
}

#[tokio::test]
async fn a_malformed_frame_ends_the_stream_with_a_word_before_and_after_the_hello() {
    let house = House::open().await;
    let anna = house.setup().await;
    for text in [
        "",
        "{",
        "[]",
        "{\"frame\":\"heartbeat\"}",
        "{\"frame\":\"hello\"}",
    ] {
        let mut stream = house.stream().await;
        stream.say_text(text.to_owned()).await;
        assert_eq!(
            stream.ends_with().await.code,
            ErrorCode::BadRequest,
            "{text:?}"
        );
    }
    let mut stream = house.listen(&anna).await;
    stream.say_text("{\"frame\":\"claim\"}".to_owned()).await;
    assert_eq!(stream.ends_with().await.code, ErrorCode::BadRequest);
    let mut stream = house.listen(&anna).await;
    stream
        .socket
        .send(Message::binary(vec![0u8, 159, 146, 150]))
        .await
        .unwrap();
    assert_eq!(stream.ends_with().await.code, ErrorCode::BadRequest);
}

#[tokio::test]
async fn a_frame_of_a_later_protocol_is_ignored() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.stream().await;
    stream
        .say_text("{\"frame\":\"gossip\",\"about\":[1,2]}".to_owned())
        .await;
    stream.hello(&anna.token, Seq(0)).await;
    assert!(matches!(
        stream.next().await,
        ServerFrame::Welcome { version: 1, .. }
    ));
}

#[tokio::test]
async fn an_oversized_frame_is_refused_and_the_next_stream_works() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.listen(&anna).await;
    stream.say_text("x".repeat(limits::FRAME_BYTES + 1)).await;
    assert_eq!(stream.ends_with().await.code, ErrorCode::TooLarge);
    let mut stream = house.listen(&anna).await;
    // Far too large: cut off without being read to its end.
    let _ = stream
        .socket
        .send(Message::text("x".repeat(4 * limits::FRAME_BYTES)))
        .await;
    while let Some(frame) = stream.maybe_next().await {
        assert!(matches!(frame, ServerFrame::Error(_)), "{frame:?}");
    }
    house.listen(&anna).await;
}

#[tokio::test]
async fn a_reader_that_stops_reading_is_cut_off_and_can_resume() {
    let limits = Limits {
        stream_queue: 8,
        ..Limits::default()
    };
    let house = House::with_limits(limits).await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let start = house.snapshot(&anna).await.seq;
    let (mut stalled, _) = house.follow(&anna, start).await;
    let (mut tab, _) = house.tab(site, None).await;
    // More than fits into the buffers between us and the queue behind them together.
    let large = "x".repeat(limits::MESSAGE_CHARACTERS);
    for _ in 0..25 {
        tab.write(&large).await;
    }
    let mut cursor = start;
    let error = loop {
        match stalled.next().await {
            ServerFrame::Event(event) => {
                assert_eq!(event.prev, cursor);
                cursor = event.seq;
            }
            ServerFrame::Error(error) => break error,
            other => panic!("unexpected {other:?}"),
        }
    };
    assert_eq!(error.code, ErrorCode::TooSlow);
    let (_, rest) = house.follow(&anna, cursor).await;
    assert_eq!(rest[0].prev, cursor, "resuming loses nothing");
    assert_eq!(rest.last().unwrap().seq, house.snapshot(&anna).await.seq);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn streams_get_everything_in_order_while_many_write_at_once() {
    let house = Arc::new(House::open_wide().await);
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut held = house.snapshot(&anna).await;
    let (mut live, _) = house.follow(&anna, held.seq).await;
    let mut writers = Vec::new();
    for writer in 0..6 {
        let house = Arc::clone(&house);
        writers.push(tokio::spawn(async move {
            let (mut tab, _) = house.tab(site, None).await;
            for number in 0..10 {
                tab.write(&format!("{writer}: {number}")).await;
            }
        }));
    }
    // Others come and go meanwhile, from wherever they stopped.
    let start = held.clone();
    let mut other = start.clone();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let (mut stream, events) = house.follow(&anna, other.seq).await;
        for event in &events {
            sync::check(other.seq, event).unwrap();
            sync::apply(&mut other, event);
        }
        // At most one live event, if there still is one to come.
        if !writers.iter().all(tokio::task::JoinHandle::is_finished)
            && let Ok(ServerFrame::Event(event)) =
                tokio::time::timeout(Duration::from_millis(200), stream.next()).await
        {
            sync::check(other.seq, &event).unwrap();
            sync::apply(&mut other, &event);
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let now = house.snapshot(&anna).await;
    while held.seq < now.seq {
        let event = live.next_event().await;
        sync::check(held.seq, &event).unwrap();
        sync::apply(&mut held, &event);
    }
    assert_eq!(held, now);
    for event in &house.follow(&anna, other.seq).await.1 {
        sync::check(other.seq, event).unwrap();
        sync::apply(&mut other, event);
    }
    assert_eq!(other, now);
}

#[tokio::test]
async fn a_stopping_server_says_so() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = house.listen(&anna).await;
    let (error, _house) = tokio::join!(
        async {
            match stream.next().await {
                ServerFrame::Error(error) => error,
                other => panic!("unexpected {other:?}"),
            }
        },
        house.restart(0),
    );
    assert_eq!(error.code, ErrorCode::Unavailable);
}
