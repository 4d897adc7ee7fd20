//! What is told when the workspace, or the sign-in, is lost.

use std::time::Duration;

use agent::ports::{NotificationKey, Waiting};
use agent::view::{Focus, Stage};
use cache::Outcome;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{LEASE_MS, ServerFrame};
use protocol::status::{Goodbye, Status};
use rules::notices::own::OwnNotice;
use rules::tray::Lamp;
use testkit::wait;

use crate::harness::{Device, Workspace};
use crate::log::{Log, chat, key};
use crate::script::{choice, connected, let_in, presence, scripted, snapshot};

const CONNECTION: NotificationKey = NotificationKey::Own(OwnNotice::ConnectionLost);
const SIGN_IN: NotificationKey = NotificationKey::Own(OwnNotice::SignInLost);

async fn shows(device: &Device, key: NotificationKey) {
    let there = |live: &std::collections::BTreeMap<_, _>| live.contains_key(&key);
    let what = format!("{key:?}");
    device.notifier.until(&what, there).await.unwrap();
}

async fn shows_no_more(device: &Device, key: NotificationKey) {
    let gone = |live: &std::collections::BTreeMap<_, _>| !live.contains_key(&key);
    let what = format!("{key:?} to be gone");
    device.notifier.until(&what, gone).await.unwrap();
}

/// The outcome in the ledger of the connection that was lost.
async fn outcome(device: &Device) -> Outcome {
    let line = wait::until("the line of the lost connection", async || {
        let lines = device.core.ledger(50).await.unwrap();
        lines.into_iter().find(|it| it.kind == "connection_lost")
    });
    line.await.unwrap().outcome
}

/// Time passes, and the device looks at it.
fn pass(device: &Device, milliseconds: u64) {
    device.clock.advance(Duration::from_millis(milliseconds));
    device.core.focus(Focus::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_lost_for_a_lease_is_told_once_and_taken_back_when_it_is_there_again() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.stop().await;
    device.lost().await;
    pass(&device, LEASE_MS - 1);
    // The self-test is told after whatever was due until now.
    device.core.self_test(0).await.unwrap();
    let lines = device.core.ledger(50).await.unwrap();
    assert!(lines.iter().all(|it| it.kind != "connection_lost"));
    pass(&device, 1);
    shows(&device, CONNECTION).await;
    assert_eq!(outcome(&device).await, Outcome::Shown);
    pass(&device, LEASE_MS);
    workspace.start_again().await;
    device.core.try_now().unwrap();
    device.live().await;
    shows_no_more(&device, CONNECTION).await;
    let lines = device.core.ledger(50).await.unwrap();
    let told = lines.iter().filter(|it| it.kind == "connection_lost");
    assert_eq!(told.count(), 1, "once for one occasion");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_to_be_offline_is_not_told_that_the_connection_is_lost() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    device.pick(Status::Offline).await;
    workspace.stop().await;
    device.lost().await;
    pass(&device, LEASE_MS);
    let offline = Outcome::Suppressed("offline".into());
    assert_eq!(outcome(&device).await, offline);
    assert_eq!(device.notifier.shown(), 0);
}

async fn revoked(log: &mut Log, device: &Device) {
    let revoked = ErrorBody::new(ErrorCode::NotSignedIn, "revoked");
    let revoked = ServerFrame::Error(revoked);
    log.stream.says(&revoked).await.unwrap();
    device
        .until_stage("to end", |stage| matches!(stage, Stage::FirstRun { .. }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_ends_by_itself_is_told_and_taken_back_by_the_next_one() {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    revoked(&mut log, &device).await;
    shows(&device, SIGN_IN).await;
    device.sign_in(&server.url()).await.unwrap();
    shows_no_more(&device, SIGN_IN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_says_so_though_the_desktop_does_not_answer() {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    device.notifier.hang();
    revoked(&mut log, &device).await;
    device.notifier.hangs().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_with_the_app() {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    revoked(&mut log, &device).await;
    shows(&device, SIGN_IN).await;
    device.core.quit(Goodbye::Quit).await;
    shows_no_more(&device, SIGN_IN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_lost_while_offline_by_hand_and_one_that_was_ended_here_are_not_told() {
    let mut server = scripted().await;
    let mut offline = snapshot(10);
    offline.choice = choice(Status::Offline);
    offline.presence = presence(Status::Offline);
    server.answers("/api/v1/snapshot", 200, &offline);
    let (mut log, device) = Log::with_device(&mut server).await;
    revoked(&mut log, &device).await;
    // It is told after the window says so: the end waits for both.
    device.core.quit(Goodbye::Quit).await;
    assert_eq!(device.notifier.shown(), 0, "Offline by hand");

    server.answers("/api/v1/snapshot", 200, &snapshot(10));
    let (device, mut stream) = connected(&mut server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    device.core.sign_out(true).await.unwrap();
    assert_eq!(device.notifier.shown(), 0, "by one's own will");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_follow_what_is_stored_and_nothing_of_them_is_left_after_the_sign_out() {
    let mut server = scripted().await;
    let (mut log, mut device) = Log::with_device(&mut server).await;
    for number in 1..=3 {
        log.opens(number, &[]).await;
        log.visitor_writes(chat(number)).await;
    }
    let waiting = |count, missed| Waiting { count, missed };
    device
        .badge
        .until("three", waiting(3, false))
        .await
        .unwrap();
    log.is_missed(chat(2)).await;
    device.badge.until("red", waiting(3, true)).await.unwrap();
    // Twice the same, and one that went in between: nothing is counted up or down.
    log.visitor_writes(chat(1)).await;
    log.visitor_writes(chat(1)).await;
    log.is_lost(chat(3)).await;
    device.badge.until("two", waiting(2, true)).await.unwrap();
    // What was stored is what is drawn after a restart: nothing more is heard of the workspace.
    device.restart().await;
    device
        .badge
        .until("nobody yet", waiting(0, false))
        .await
        .unwrap();
    log.meets_again(&mut server).await;
    log.caught_up(&device).await;
    device.badge.until("two", waiting(2, true)).await.unwrap();
    let tray = device.core.tray().borrow().clone();
    assert_eq!((tray.waiting, tray.missed), (2, true));

    device.core.sign_out(true).await.unwrap();
    device
        .badge
        .until("nobody", waiting(0, false))
        .await
        .unwrap();
    let tray = device.core.tray().borrow().clone();
    assert_eq!(
        (tray.lamp, tray.waiting, tray.missed),
        (Lamp::SignedOut, 0, false)
    );
    assert_eq!(tray.longest_waiting_since, None);
    shows_no_more(&device, key(1)).await;
    assert!(device.notifier.live().is_empty());
}
