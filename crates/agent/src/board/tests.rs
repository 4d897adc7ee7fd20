use super::*;
use uuid::Uuid;

fn id(number: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(number))
}

async fn due(stream: &mut UiStream) -> Vec<UiEvent> {
    let mut events = vec![stream.next().await.unwrap()];
    events.extend(stream.due.drain(..));
    events
}

#[tokio::test]
async fn a_window_that_opens_draws_everything_and_a_slow_one_gets_the_newest() {
    let board = Board::new();
    board.show_stage(Stage::Ready);
    let mut window = board.open(|| {});
    assert_eq!(
        due(&mut window).await,
        [
            UiEvent::Stage(Stage::Ready),
            UiEvent::Connection(ConnectionView::Connecting)
        ]
    );
    board.show_connection(ConnectionView::CatchingUp);
    board.show_connection(ConnectionView::Live);
    assert_eq!(
        due(&mut window).await,
        [UiEvent::Connection(ConnectionView::Live)]
    );
}

#[tokio::test]
async fn a_click_waits_for_a_window_and_for_the_inbox() {
    let board = Board::new();
    board.navigate(id(1));
    let mut window = board.open(|| {});
    assert_eq!(due(&mut window).await, [UiEvent::Stage(Stage::Starting)]);
    board.show_stage(Stage::Ready);
    assert_eq!(
        due(&mut window).await,
        [
            UiEvent::Stage(Stage::Ready),
            UiEvent::Connection(ConnectionView::Connecting),
            UiEvent::Navigate {
                conversation_id: id(1)
            }
        ]
    );
    let mut second = board.open(|| {});
    assert!(
        !due(&mut second)
            .await
            .iter()
            .any(|event| matches!(event, UiEvent::Navigate { .. })),
        "it is followed once"
    );
}

#[tokio::test]
async fn a_refusal_waits_for_a_window_is_told_once_and_ends_with_its_session() {
    let refused = || ErrorBody::new(protocol::error::ErrorCode::NotAllowed, "no");
    let is_refusal = |event: &UiEvent| matches!(event, UiEvent::Refused { .. });
    let board = Board::new();
    board.show_stage(Stage::Ready);
    board.refuse(refused());
    let (mut first, mut second) = (board.open(|| {}), board.open(|| {}));
    assert_eq!(
        due(&mut first).await.last(),
        Some(&UiEvent::Refused { error: refused() })
    );
    assert!(!due(&mut second).await.iter().any(is_refusal));

    board.refuse(refused());
    board.navigate(id(1));
    board.show_stage(Stage::FirstRun {
        because: None,
        lost_unsent: 0,
    });
    board.show_stage(Stage::Ready);
    let of_the_last =
        |event: &UiEvent| is_refusal(event) || matches!(event, UiEvent::Navigate { .. });
    assert!(!due(&mut first).await.iter().any(of_the_last));
}

#[tokio::test]
async fn a_small_window_draws_and_takes_nothing_from_the_main_one() {
    use std::sync::atomic::{AtomicBool, Ordering};

    let board = Board::new();
    board.show_stage(Stage::Ready);
    let looked_away = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&looked_away);
    let main = board.open(move || noted.store(true, Ordering::SeqCst));
    board.navigate(id(1));
    board.ask(Some(Question::Until));
    let mut small = board.open_reply(id(1), || {});
    assert_eq!(
        due(&mut small).await,
        [
            UiEvent::Stage(Stage::Ready),
            UiEvent::Connection(ConnectionView::Connecting)
        ]
    );
    drop(main);
    assert!(
        looked_away.load(Ordering::SeqCst),
        "the newest main window is gone, whatever stands beside it"
    );
    let mut main = board.open(|| {});
    let events = due(&mut main).await;
    let for_the_main_window =
        |event: &&UiEvent| matches!(event, UiEvent::Navigate { .. } | UiEvent::AskUntil);
    assert_eq!(events.iter().filter(for_the_main_window).count(), 2);
}

#[tokio::test]
async fn changed_conversations_are_named_once_and_many_of_them_become_all() {
    let board = Board::new();
    let mut window = board.open(|| {});
    due(&mut window).await;
    board.touch(Some(&BTreeSet::from([id(2), id(1)])));
    board.touch(Some(&BTreeSet::from([id(2)])));
    assert_eq!(
        due(&mut window).await,
        [UiEvent::ConversationsChanged {
            ids: vec![id(1), id(2)]
        }]
    );
    for number in 0..=(NOTED_CONVERSATIONS as u128) {
        board.touch(Some(&BTreeSet::from([id(number)])));
    }
    assert_eq!(
        due(&mut window).await,
        [UiEvent::ConversationsChanged { ids: Vec::new() }]
    );
}

#[test]
fn what_changed_is_told_once_to_whoever_asks_also_without_a_window() {
    let board = Board::new();
    assert_eq!(board.take_touched(), Touched::None);
    board.touch(Some(&BTreeSet::from([id(1)])));
    board.touch(Some(&BTreeSet::from([id(2)])));
    let both = BTreeSet::from([id(1), id(2)]);
    assert_eq!(board.take_touched(), Touched::These(both));
    assert_eq!(board.take_touched(), Touched::None);
    board.touch(Some(&BTreeSet::from([id(1)])));
    board.touch(None);
    assert_eq!(board.take_touched(), Touched::All);
}

#[tokio::test]
async fn a_stream_ends_after_its_last_word() {
    let board = Board::new();
    let mut window = board.open(|| {});
    due(&mut window).await;
    board.show_stage(Stage::Ready);
    board.end();
    assert!(window.next().await.is_some());
    while window.next().await.is_some() {}
}
