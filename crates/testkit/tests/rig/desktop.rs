//! The virtual desktop does what a desktop does.

use std::collections::HashMap;

use testkit::desktop::{Desktop, Keyring, Parts};
use testkit::wait;
use zbus::{Proxy, Variant};

use crate::parts::{marked, play, this_program};

const BARE: Parts = Parts {
    tray_host: false,
    notification_daemon: false,
    keyring: Keyring::Absent,
};

async fn notify(desktop: &Desktop, summary: &str, replaces: u32) -> zbus::Result<u32> {
    let daemon = Proxy::new(
        desktop.bus(),
        "org.freedesktop.Notifications",
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
    )
    .await?;
    let hints: HashMap<&str, Variant<'_>> = HashMap::from([("urgency", Variant::from(1_u8))]);
    let actions = vec!["default", "Open"];
    let arguments = (
        "rig", replaces, "", summary, "a body", actions, hints, -1_i32,
    );
    daemon.call("Notify", &arguments).await
}

#[tokio::test]
async fn a_desktop_comes_up_with_all_its_parts_and_takes_them_with_it() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start(scratch.path()).await.unwrap();
    assert_eq!(desktop.keyring_state().await, Keyring::Unlocked);
    let (name, value) = desktop.leash().mark();
    let mark = format!("{name}={value}");
    let running = marked(&mark);
    for part in ["Xvfb", "dbus-daemon", "openbox", "xfce4-panel", "dunst"] {
        assert!(
            running.iter().any(|name| name == part),
            "{part} in {running:?}"
        );
    }
    drop(desktop);
    assert_eq!(
        marked(&mark),
        Vec::<String>::new(),
        "nothing outlives the desktop"
    );
}

#[tokio::test]
async fn a_click_on_a_notification_reaches_who_sent_it() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start(scratch.path()).await.unwrap();
    let id = notify(&desktop, "Hello", 0).await.unwrap();
    let shown = desktop
        .wait_for_notification("Hello", |one| one.summary == "Hello")
        .await
        .unwrap();
    assert_eq!(
        (shown.id, shown.body.as_str(), shown.app_name.as_str()),
        (id, "a body", "rig")
    );
    assert_eq!(
        (shown.shown, shown.urgency, shown.closed),
        (1, Some(1), None)
    );

    // A click waits for whoever sent it to listen.
    let rule = zbus::MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .interface("org.freedesktop.Notifications")
        .member("NotificationClosed")
        .build()
        .unwrap();
    let _listens = zbus::MessageStream::for_match_rule(rule, desktop.bus(), None)
        .await
        .unwrap();
    desktop.click_newest_notification().await.unwrap();
    let clicked = desktop
        .wait_for_notification("the click", |one| one.id == id && !one.clicked.is_empty())
        .await
        .unwrap();
    assert_eq!(clicked.clicked, ["default"]);
}

#[tokio::test]
async fn an_updated_notification_stays_one_and_can_be_dismissed() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start(scratch.path()).await.unwrap();
    let id = notify(&desktop, "One", 0).await.unwrap();
    assert_eq!(notify(&desktop, "Two", id).await.unwrap(), id);
    let shown = desktop
        .wait_for_notification("the update", |one| one.summary == "Two")
        .await
        .unwrap();
    assert_eq!(shown.shown, 2, "shown twice under one number");
    assert_eq!(desktop.notifications().len(), 1, "and still one");

    desktop.close_all_notifications().await.unwrap();
    assert_eq!(
        desktop.notifications()[0].closed,
        Some(2),
        "2: dismissed by the person"
    );
}

#[tokio::test]
async fn parts_that_are_left_out_are_not_started_by_anybody() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start_with(scratch.path(), BARE).await.unwrap();
    let error = notify(&desktop, "Nobody", 0).await.unwrap_err();
    assert!(error.to_string().contains("ServiceUnknown"), "{error}");
    assert_eq!(desktop.keyring_state().await, Keyring::Absent);
    assert_eq!(desktop.tray_items().await.unwrap(), []);
    assert_eq!(desktop.notifications(), []);
}

#[tokio::test]
async fn a_keyring_can_be_locked_and_started_late() {
    let scratch = tempfile::tempdir().unwrap();
    let parts = Parts {
        keyring: Keyring::Locked,
        ..BARE
    };
    let mut desktop = Desktop::start_with(scratch.path(), parts).await.unwrap();
    assert_eq!(desktop.keyring_state().await, Keyring::Locked);
    desktop.stop_keyring().await.unwrap();
    assert_eq!(desktop.keyring_state().await, Keyring::Absent);
    desktop.start_keyring().await.unwrap();
    assert_eq!(desktop.keyring_state().await, Keyring::Unlocked);
}

#[tokio::test]
async fn a_tray_icon_is_seen_and_clicked_as_by_a_panel() {
    let scratch = tempfile::tempdir().unwrap();
    let parts = Parts {
        tray_host: true,
        ..BARE
    };
    let mut desktop = Desktop::start_with(scratch.path(), parts).await.unwrap();
    let mut command = desktop.command(this_program());
    play(&mut command, "lamp_in_the_tray");
    let _lamp = desktop.spawn("lamp", &mut command).unwrap();
    let item = desktop
        .wait_for_tray_item("the lamp", |item| item.id == "lamp")
        .await
        .unwrap();
    assert_eq!(item.icon_name, "dialog-information");

    desktop.tray_activate(&item).await.unwrap();
    desktop
        .wait_for_tray_item("the click", |item| item.title == "clicked 1 times")
        .await
        .unwrap();

    let menu = desktop.tray_menu(&item).await.unwrap();
    assert_eq!(
        (menu[0].label.as_str(), menu[0].checked),
        ("Light", Some(false))
    );
    assert!(menu[1].separator);
    assert!(
        !menu[2].children[0].enabled,
        "a disabled entry in a submenu"
    );
    desktop.tray_choose(&item, "Light").await.unwrap();
    wait::until("the tick", async || {
        (desktop.tray_menu(&item).await.ok()?[0].checked == Some(true)).then_some(())
    })
    .await
    .unwrap();

    desktop.stop_tray_host().await.unwrap();
    assert_eq!(desktop.tray_items().await.unwrap(), [], "no tray, no icons");
    desktop.start_tray_host().await.unwrap();
    desktop
        .wait_for_tray_item("the lamp in the new tray", |item| item.id == "lamp")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_hand_on_the_mouse_ends_the_idle_time() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start_with(scratch.path(), BARE).await.unwrap();
    let before = wait::until("some idle time", async || {
        desktop.idle().ok().filter(|idle| !idle.is_zero())
    })
    .await
    .unwrap();
    let before = wait::until("more of it", async || {
        desktop.idle().ok().filter(|idle| *idle > before)
    })
    .await
    .unwrap();
    desktop.mouse_move(200, 300).unwrap();
    desktop.mouse_move(210, 310).unwrap();
    wait::until("the idle time to begin again", async || {
        desktop.idle().ok().filter(|idle| *idle < before)
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_screenshot_shows_what_is_on_the_screen() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start_with(scratch.path(), BARE).await.unwrap();
    let empty = desktop
        .screenshot(&scratch.path().join("empty.png"))
        .unwrap();
    let empty = std::fs::read(empty.path).unwrap();
    assert_eq!(&empty[..4], b"\x89PNG");
    let again = desktop
        .still_screenshot(&scratch.path().join("again.png"))
        .await
        .unwrap();
    assert!(
        std::fs::read(again.path).unwrap() == empty,
        "the same screen, the same picture"
    );

    let mut dialog = desktop.command("xmessage");
    dialog.args(["-name", "porch", "-title", "porch", "somebody is there"]);
    let mut dialog = desktop.spawn("xmessage", &mut dialog).unwrap();
    desktop.wait_for_window("porch").await.unwrap();
    wait::until("the window in the picture", async || {
        let full = desktop.screenshot(&scratch.path().join("full.png")).ok()?;
        (std::fs::read(full.path).ok()? != empty).then_some(())
    })
    .await
    .unwrap();
    desktop.close_window("porch").unwrap();
    dialog.wait().await.unwrap();
    assert_eq!(desktop.windows(), Vec::<String>::new());
}
