//! What every source of activity must tell, and when.
//!
//! A source watches a machine, so its test needs a [`Hand`] on that machine: one that types, shuts the lid
//! and pulls out the display. The same story is then told to all of them.

use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::ports::{ActivityEvent, ActivitySource, Clock, IDLE_REPORT_AFTER};

/// Longer than a pause must last to be told, and than a source waits until it looks again for somebody
/// who could tell.
const WITHIN: Duration = Duration::from_secs(120);

/// Between what a display counts and what the clock counts.
const LEEWAY: Duration = Duration::from_secs(2);

/// A source that asks for the length of a pause may take it for longer by as long as the answer took.
const ANSWER: Duration = Duration::from_secs(10);

/// A test's hand on a machine. Each of these returns when it was done, not when it was noticed.
#[async_trait(?Send)]
pub trait Hand {
    /// There is input.
    async fn touch(&mut self);
    /// There is no input until a source can know. Gives a moment on the clock before which the pause did
    /// not begin.
    async fn rest(&mut self) -> Duration;
    /// The session is locked.
    async fn lock(&mut self);
    /// The session is unlocked.
    async fn unlock(&mut self);
    /// The machine is about to sleep.
    async fn sleep(&mut self);
    /// It woke.
    async fn wake(&mut self);
    /// Whoever tells idle time is gone.
    async fn blind(&mut self);
    /// They are back, and there was input.
    async fn restore(&mut self);
}

/// A source of activity begins with how things are now, tells a pause with its start and its end at once,
/// lock and sleep once, and says why when it cannot see. There was input just before the source began.
///
/// # Panics
/// When it does not hold.
pub async fn activity(source: &dyn ActivitySource, clock: &dyn Clock, hand: &mut dyn Hand) {
    let mut events = source.events();
    let mut hears = async |what: &str| next(&mut events, what).await;

    assert_eq!(
        hears("how things are now").await,
        ActivityEvent::Active,
        "it begins with how things are now"
    );

    let earliest = hand.rest().await;
    let pause = hears("a pause").await;
    let ActivityEvent::IdleSince(since) = pause else {
        panic!("{pause:?} is not the pause");
    };
    let now = clock.elapsed();
    assert!(
        since.saturating_add(ANSWER) >= earliest,
        "a pause did not begin before its last input: {since:?} < {earliest:?}"
    );
    assert!(
        since.saturating_add(IDLE_REPORT_AFTER) <= now.saturating_add(LEEWAY),
        "it is told with its start, not with the time of telling: {since:?}, now {now:?}"
    );
    hand.touch().await;
    assert_eq!(
        hears("input").await,
        ActivityEvent::Active,
        "the first input ends a pause"
    );

    for _ in 0..2 {
        hand.lock().await;
        assert_eq!(hears("a lock").await, ActivityEvent::Locked);
        hand.unlock().await;
        assert_eq!(hears("an unlock").await, ActivityEvent::Unlocked);
    }
    hand.sleep().await;
    assert_eq!(hears("sleep").await, ActivityEvent::Sleep);
    hand.wake().await;
    assert_eq!(hears("wake").await, ActivityEvent::Wake);

    hand.blind().await;
    let why = hears("why it sees nothing").await;
    assert!(
        matches!(why, ActivityEvent::Limited(_)),
        "it says why it cannot see: {why:?}"
    );
    hand.lock().await;
    assert_eq!(
        hears("a lock, though it sees no input").await,
        ActivityEvent::Locked
    );
    hand.unlock().await;
    assert_eq!(hears("its end").await, ActivityEvent::Unlocked);
    hand.restore().await;
    assert_eq!(
        hears("that it sees again").await,
        ActivityEvent::Active,
        "it begins anew with how things are now"
    );
}

async fn next(events: &mut UnboundedReceiver<ActivityEvent>, what: &str) -> ActivityEvent {
    match tokio::time::timeout(WITHIN, events.recv()).await {
        Ok(Some(event)) => event,
        Ok(None) => panic!("the source ended instead of telling {what}"),
        Err(_) => panic!("the source did not tell {what}"),
    }
}
