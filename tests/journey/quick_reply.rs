//! *Reply* in a notification, where the daemon takes no reply itself: a small window, real keys, and no
//! other window.

use testkit::RigError;
use testkit::desktop::{Notification, has_web_processes};
use testkit::people::{AgentAtDesk, Visitor};
use testkit::wait;

use crate::workday::{WINDOW, Workday};

type Outcome = Result<(), RigError>;

/// The title of the small window: the visitor has given no name.
const SMALL: &str = "Reply to Visitor";

/// The app that was started anew is there: what comes now is told at once, and in no digest.
async fn is_live(day: &Workday) -> Outcome {
    wait::until("the app to be connected", async || {
        let said = day.scene.asks(&["status", "--json"]).await.ok()?;
        let now: serde_json::Value = serde_json::from_str(&said.out).ok()?;
        (now["connection"] == "live").then_some(())
    })
    .await
}

async fn is_told_of(day: &Workday, text: &str) -> Result<Notification, RigError> {
    let desktop = &day.scene.desktop;
    desktop
        .wait_for_notification(text, |one| one.body.contains(text))
        .await
}

/// Clicks *Reply* in the notification of this text.
async fn asks_to_reply(day: &Workday, text: &str) -> Outcome {
    let told = is_told_of(day, text).await?;
    day.scene.desktop.click_button(&told, "reply").await
}

async fn windows_are(day: &Workday, wanted: &[&str]) -> Outcome {
    let found = wait::until("", async || {
        (day.scene.desktop.windows() == wanted).then_some(())
    })
    .await;
    found.map_err(|_| RigError::NotYet {
        what: format!("{wanted:?}; open are {:?}", day.scene.desktop.windows()),
    })
}

/// The small window is there, and the keyboard is in its field.
async fn can_type(day: &Workday, desk: &AgentAtDesk) -> Outcome {
    let field = "[data-test=reply-window][data-conversation] [data-test=reply-input]:focus";
    desk.app.wait_for(field).await?;
    has_keyboard(day, SMALL).await
}

async fn has_keyboard(day: &Workday, window: &str) -> Outcome {
    wait::until(&format!("{window:?} to have the keyboard"), async || {
        (day.scene.desktop.active_window().as_deref() == Some(window)).then_some(())
    })
    .await
}

/// Waits until a field holds this text.
async fn holds(desk: &AgentAtDesk, field: &str, text: &str) -> Outcome {
    let script = format!("return document.querySelector('[data-test={field}]')?.value");
    wait::until(&format!("{field} to hold {text:?}"), async || {
        let held = desk.app.execute(&script, Vec::new()).await.ok()?;
        (held == text).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_is_written_beside_the_window_whether_that_is_open_or_not() -> Outcome {
    let day = Workday::begin("app").await?;
    day.desk.app.kill_app().await?;
    let desktop = &day.scene.desktop;
    let site = day.server.says("demo site on ").await?;
    let anna = Visitor::arrive(&day.scene.scratch.path().join("anna"), &site).await?;

    // A browser session begins when a window is there: the small one.
    let starting = AgentAtDesk::sit_down(desktop, &day.scene.data, &["--hidden"]);
    let replying = async {
        is_live(&day).await?;
        anna.sees_mode("live_chat").await?;
        anna.write("Is the wall lamp in stock?").await?;
        asks_to_reply(&day, "Is the wall lamp in stock?").await
    };
    let (desk, asked) = tokio::join!(starting, replying);
    asked?;
    let desk = desk?;
    can_type(&day, &desk).await?;
    assert_eq!(desktop.windows(), [SMALL], "no main window");
    desktop.type_text("Yes, four of them.")?;
    anna.browser
        .wait_for_words("[data-test=writing]", "is writing")
        .await?;
    desktop.key("Return")?;
    anna.reads("Yes, four of them.").await?;
    windows_are(&day, &[]).await?;
    assert!(desktop.shown_notifications().is_empty());
    let app = desk.app.id().expect("the app runs");
    has_web_processes(app, 0).await?;

    // Escape keeps what was begun, and sends nothing.
    anna.write("And the big one?").await?;
    asks_to_reply(&day, "And the big one?").await?;
    desk.app.find_window().await?;
    can_type(&day, &desk).await?;
    desktop.type_text("In May")?;
    holds(&desk, "reply-input", "In May").await?;
    desktop.key("Escape")?;
    windows_are(&day, &[]).await?;
    assert_eq!(anna.times_read("In May").await?, 0, "nothing was sent");

    // The main window goes on where the small one ended.
    anna.write("Are you still there?").await?;
    asks_to_reply(&day, "Are you still there?").await?;
    desk.app.find_window().await?;
    holds(&desk, "reply-input", "In May").await?;
    desk.app.click("[data-test=reply-open]").await?;
    windows_are(&day, &[WINDOW]).await?;
    desk.app.find_window().await?;
    holds(&desk, "composer-input", "In May").await?;
    desktop.close_window(WINDOW)?;
    windows_are(&day, &[]).await?;

    // Asked twice, there is one, which comes to the front; closing the main window does not close it.
    day.scene.start("second", &[])?.wait().await?;
    windows_are(&day, &[WINDOW]).await?;
    anna.write("Hello?").await?;
    asks_to_reply(&day, "Hello?").await?;
    windows_are(&day, &[WINDOW, SMALL]).await?;
    has_keyboard(&day, SMALL).await?;
    day.scene.start("third", &[])?.wait().await?;
    has_keyboard(&day, WINDOW).await?;
    anna.write("Anybody?").await?;
    asks_to_reply(&day, "Anybody?").await?;
    has_keyboard(&day, SMALL).await?;
    windows_are(&day, &[WINDOW, SMALL]).await?;
    desktop.close_window(WINDOW)?;
    windows_are(&day, &[SMALL]).await?;
    desk.app.find_window().await?;
    can_type(&day, &desk).await?;
    desktop.type_text(", at last.")?;
    desktop.key("Return")?;
    anna.reads("In May, at last.").await?;
    windows_are(&day, &[]).await
}
