//! The app and the notification service of its desktop: one that is missing, holds notices back, is flooded,
//! or hangs while the app is killed.

use std::time::Duration;

use futures_util::future::try_join_all;
use rules::notices::digest::{AT_ONCE, MOMENT_MS};
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::Notification;
use testkit::people::AgentAtDesk;
use testkit::visitor::VisitorSocket;
use testkit::wait;

use crate::missed::shop;
use crate::notices::pause;
use crate::workday::Workday;

type Outcome = Result<(), RigError>;

/// Visitors who write at once, and messages of each: 200 together.
const VISITORS: usize = 25;
const EACH: usize = 8;
/// Until all of them are decided, with a daemon that draws each.
const FLOOD: Duration = Duration::from_secs(60);

/// Waits until the window says why nothing is seen, or says nothing (`None`).
async fn warns(desk: &AgentAtDesk, why: Option<(&str, &str)>) -> Outcome {
    let Some((why, words)) = why else {
        return desk.app.wait_until_gone("[data-test=notices-hidden]").await;
    };
    let css = format!("[data-test=notices-hidden][data-why={why}]");
    let said = "Visitors see you online but your computer hides notices.";
    desk.app.wait_for_words(&css, said).await?;
    desk.app.wait_for_words(&css, words).await.map(drop)
}

/// Sends a test from the page of notices; waits for what is said about it.
async fn tries(desk: &AgentAtDesk, shown: &str, words: &str) -> Outcome {
    desk.app.click("[data-test=self-test]").await?;
    let css = format!("[data-test=self-test-answer][data-shown={shown}]");
    desk.app.wait_for_words(&css, words).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_says_what_hides_notices_and_a_flood_is_no_storm() -> Outcome {
    let mut day = Workday::begin("app").await?;
    let desk = &day.desk;
    desk.opens_settings().await?;
    desk.app.click("[data-test=settings-notices]").await?;
    tries(desk, "yes", "dunst").await?;
    warns(desk, None).await?;

    let no_service = Some(("no_service", "Nothing on this computer shows notifications"));
    day.scene.desktop.stop_notification_daemon().await?;
    warns(desk, no_service).await?;
    tries(desk, "no", "start a notification service").await?;
    day.scene.desktop.start_notification_daemon().await?;
    warns(desk, None).await?;
    tries(desk, "yes", "dunst").await?;

    pause(day.scene.desktop.bus(), true).await;
    let do_not_disturb = Some(("do_not_disturb", "do-not-disturb is on"));
    warns(desk, do_not_disturb).await?;
    desk.app.click("[data-test=nav-all]").await?;
    warns(desk, do_not_disturb).await?;
    pause(day.scene.desktop.bus(), false).await;
    warns(desk, None).await?;

    // 200 messages as fast as they can be written.
    let site = shop(&day.server, &day.jonas).await?;
    let url = day.server.url();
    let write = async |number: usize| -> Outcome {
        let mut visitor = VisitorSocket::arrive(&url, site, None).await?;
        for message in 0..EACH {
            visitor.writes(&format!("{number}: {message}")).await?;
        }
        Ok(())
    };
    let began = tokio::time::Instant::now();
    try_join_all((0..VISITORS).map(write)).await?;
    let mut last = VisitorSocket::arrive(&url, site, None).await?;
    last.writes("after the flood").await?;
    // A machine with much else to do draws 20 notifications slowly; what counts is what comes of it.
    let row = "[data-test=row]";
    desk.app.wait_for_words(row, "after the flood").await?;
    let mut decided = 0;
    let all = VISITORS * EACH + 1;
    let settled = wait::until_within(FLOOD, "", async || {
        decided = lines_of_messages(&day).await.ok()?;
        (decided == all).then_some(())
    })
    .await;
    assert!(settled.is_ok(), "{decided} lines for {all} messages");
    // A machine that is so busy that the flood lasts longer than a moment is told of more.
    let moments = 1 + began.elapsed().as_millis() / u128::from(MOMENT_MS);
    let most = AT_ONCE * usize::try_from(moments).expect("a few");
    let shown = day.scene.desktop.shown_notifications();
    let chats = |one: &&Notification| one.summary.starts_with("New chat");
    let chats = shown.iter().filter(chats).count();
    assert!(chats <= most, "{chats} in {moments} moments: {shown:?}");
    // Beside them the digest and the test.
    assert!(shown.len() <= chats + 2, "{shown:?}");
    Ok(())
}

/// Lines of the ledger that are about messages.
async fn lines_of_messages(day: &Workday) -> Result<usize, RigError> {
    let (mut count, mut before) = (0, Value::Null);
    loop {
        let request = json!({
            "conversation_id": null,
            "outcome": { "wanted": "any" },
            "before": before,
            "limit": 100,
        });
        let answer = day.calls("ledger", json!({ "request": request })).await?;
        let page = &answer["value"];
        let lines = page["lines"].as_array().expect("lines");
        let message = |line: &&Value| line["kind"] == "new_chat" || line["kind"] == "message";
        count += lines.iter().filter(message).count();
        if page["more"] != true {
            return Ok(count);
        }
        before = lines.last().expect("a line")["id"].clone();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_daemon_hangs_the_app_tells_it_in_the_digest_when_it_is_back() -> Outcome {
    let mut day = Workday::begin("app").await?;
    let site = shop(&day.server, &day.jonas).await?;
    let mut anna = VisitorSocket::arrive(&day.server.url(), site, None).await?;
    let text = "between commit and show";
    day.scene.desktop.hang_notification_daemon()?;
    anna.writes(text).await?;
    // At that very point: it is stored, the daemon was asked, and has not answered.
    wait::until("the daemon to be asked", async || {
        let asked = day.scene.desktop.unanswered_notifications();
        asked.iter().any(|one| one.body == text).then_some(())
    })
    .await?;
    day.desk.app.kill_app().await?;
    day.scene.desktop.stop_notification_daemon().await?;
    day.scene.desktop.start_notification_daemon().await?;

    let desk = AgentAtDesk::sit_down(&day.scene.desktop, &day.scene.data, &[]).await?;
    let digest = day
        .scene
        .desktop
        .wait_for_notification("the digest", |one| one.summary == "While you were away")
        .await?;
    assert!(
        digest.body.starts_with("1 visitor waits for a reply"),
        "{digest:?}"
    );
    desk.app.wait_for("[data-test=away-item]").await?;
    let again = |one: &Notification| one.body == text;
    assert!(!day.scene.desktop.notifications().iter().any(again));
    Ok(())
}
