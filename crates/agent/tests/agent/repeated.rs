//! The sound that comes again every 30 s, and all that ends it.

use std::time::Duration;

use agent::ports::{Hush, NotificationKey};
use protocol::command::Command;
use protocol::ids::ConversationId;
use protocol::status::{AgentSettings, LockDelay, Status};
use rules::notices::settings::{NoticeSettings, QuietHours};
use testkit::wait;

use crate::harness::{Device, Workspace};
use crate::status::colleague;

/// Ten seconds pass, and something is heard of the workspace: a connection that is silent for longer is
/// given up.
async fn ten_seconds(device: &Device) {
    device.clock.advance(Duration::from_secs(10));
    let me = device.until_me("to be drawn", |_| true).await;
    let lock = match me.settings.lock {
        LockDelay::Off => LockDelay::AtOnce,
        _ => LockDelay::Off,
    };
    let settings = AgentSettings {
        lock,
        ..me.settings
    };
    device.core.save_settings(settings.clone()).await.unwrap();
    device
        .until_me("to hear of the workspace", |me| me.settings == settings)
        .await;
}

async fn half_a_minute(device: &Device) {
    for _ in 0..3 {
        ten_seconds(device).await;
    }
}

async fn set(device: &Device, change: impl FnOnce(&mut NoticeSettings)) {
    let mut settings = device.core.notice_settings().await.unwrap();
    change(&mut settings);
    device.core.save_notice_settings(settings).await.unwrap();
}

async fn heard(device: &Device, times: usize) {
    let what = format!("{times} sounds");
    let played = device.sound.until(&what, |played| played.len() == times);
    played.await.unwrap();
}

/// No sound is added in the time of two.
async fn silent(device: &Device, times: usize) {
    half_a_minute(device).await;
    half_a_minute(device).await;
    assert_eq!(device.sound.played().len(), times);
}

/// A chat that has been heard twice.
async fn repeating(workspace: &Workspace) -> (Device, ConversationId) {
    let device = workspace.device().await;
    set(&device, |it| it.repeat = true).await;
    workspace.visitor().await.writes("hello").await.unwrap();
    heard(&device, 1).await;
    half_a_minute(&device).await;
    heard(&device, 2).await;
    let id = device.conversation_saying("hello").await;
    (device, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_a_sound_is_heard_once() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    heard(&device, 1).await;
    silent(&device, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_again_until_it_is_read() {
    let workspace = Workspace::start().await;
    let (device, id) = repeating(&workspace).await;
    ten_seconds(&device).await;
    ten_seconds(&device).await;
    assert_eq!(device.sound.played().len(), 2, "not before its time");
    ten_seconds(&device).await;
    heard(&device, 3).await;
    let through = device.core.conversation(id).await.unwrap().seen_through;
    let read = Command::MarkRead {
        conversation_id: id,
        through,
    };
    device.core.submit(read).await.unwrap();
    let gone = device.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
    silent(&device, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_again_though_the_notification_went_from_the_screen_by_itself() {
    let workspace = Workspace::start().await;
    let (device, id) = repeating(&workspace).await;
    device.notifier.dismiss(NotificationKey::Conversation(id));
    half_a_minute(&device).await;
    heard(&device, 3).await;
    device.notifier.click(NotificationKey::Conversation(id));
    let mut clicks = device.core.navigations();
    let opened = clicks.wait_for(Option::is_some);
    tokio::time::timeout(wait::LIMIT, opened)
        .await
        .expect("the click opens a window")
        .unwrap();
    silent(&device, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_takes_the_chat_ends_it() {
    let workspace = Workspace::start().await;
    let (bert, desk) = colleague(&workspace).await;
    let (device, id) = repeating(&workspace).await;
    desk.conversation_saying("hello").await;
    let take = Command::AddAgent {
        conversation_id: id,
        agent_id: bert,
    };
    desk.core.submit(take).await.unwrap();
    let gone = device.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
    silent(&device, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_ends_it_and_so_does_every_presence_that_is_not_told_of_such_chats() {
    for status in [Status::Offline, Status::Invisible] {
        let workspace = Workspace::start().await;
        let (device, _) = repeating(&workspace).await;
        device.pick(status).await;
        silent(&device, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_a_mute_and_do_not_disturb_end_it_while_they_last() {
    let workspace = Workspace::start().await;
    let (device, _) = repeating(&workspace).await;
    // The fake clock stands at 8:00 in a zone without a name.
    let quiet = QuietHours { from: 420, to: 540 };
    set(&device, |it| it.quiet = Some(quiet)).await;
    silent(&device, 2).await;
    set(&device, |it| {
        it.quiet = None;
        it.new_chat.muted = true;
    })
    .await;
    silent(&device, 2).await;
    device.hush.set(Hush::On);
    set(&device, |it| it.new_chat.muted = false).await;
    silent(&device, 2).await;
    device.hush.set(Hush::Off);
    heard(&device, 3).await;
    set(&device, |it| it.repeat = false).await;
    silent(&device, 3).await;
}
