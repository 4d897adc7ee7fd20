//! The desktop journey: a visitor in Chromium, the real server, the real app in its window, a real
//! notification daemon, tray and keyring, on a display that nobody sees.

use std::path::Path;

use protocol::rest::SettingsRequest;
use protocol::status::StatusSettings;
use serde_json::Value;
use testkit::RigError;
use testkit::desktop::{Desktop, Keyring, Parts, has_web_processes};
use testkit::people::{AgentAtDesk, Visitor};
use testkit::process::{PASSWORD, ServerProcess, built};
use testkit::wait;

use crate::workday::{STARTS_WITHIN, said};

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";
const PASSPHRASE: &str = "a lamp above the door";
/// The title of the app's window.
const WINDOW: &str = "Porchlight";

struct Scene {
    scratch: tempfile::TempDir,
    desktop: Desktop,
    server: ServerProcess,
    token: String,
    site: String,
}

impl Scene {
    async fn set() -> Result<Self, RigError> {
        Self::set_with(Parts::default()).await
    }

    async fn set_with(parts: Parts) -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let desktop = Desktop::start_with(&scratch.path().join("desktop"), parts).await?;
        let server = ServerProcess::start(&scratch.path().join("server"), &["--demo"]).await?;
        let signed_in = server.set_up("Lumen & Linde", "Jonas Weber", EMAIL).await?;
        let site = server.says("demo site on ").await?;
        Ok(Self {
            scratch,
            desktop,
            server,
            token: signed_in.token,
            site,
        })
    }

    fn folder(&self, name: &str) -> std::path::PathBuf {
        self.scratch.path().join(name)
    }

    async fn agent(&self) -> Result<AgentAtDesk, RigError> {
        let agent = AgentAtDesk::sit_down(&self.desktop, &self.folder("app"), &[]).await?;
        agent.signs_in(&self.server.url(), EMAIL, PASSWORD).await?;
        agent.is_live().await?;
        Ok(agent)
    }

    async fn visitor(&self, name: &str) -> Result<Visitor, RigError> {
        Visitor::arrive(&self.folder(name), &self.site).await
    }

    fn told_of(&self, text: &str) -> usize {
        self.desktop
            .notifications()
            .iter()
            .filter(|one| one.body.contains(text))
            .count()
    }

    async fn is_told_of(&self, text: &str) -> Outcome {
        let what = format!("a notification with {text:?}");
        self.desktop
            .wait_for_notification(&what, |one| one.body.contains(text))
            .await?;
        Ok(())
    }

    /// Waits until an app without a window is connected and has caught up.
    async fn is_live(&self, data: &Path) -> Outcome {
        wait::until_within(STARTS_WITHIN, "the app to be live", async || {
            let mut asking = self.desktop.command(built("porchlight").ok()?);
            asking.arg("--data-dir").arg(data);
            asking.args(["status", "--json"]);
            let now: Value = serde_json::from_str(&said(asking).await.ok()?.out).ok()?;
            (now["connection"] == "live").then_some(())
        })
        .await
    }

    async fn picks_in_tray(&self, label: &str) -> Outcome {
        let item = self
            .desktop
            .wait_for_tray_item("the app's tray icon", |item| {
                item.title.contains(WINDOW)
                    || item.tooltip.contains(WINDOW)
                    || item.id.contains("porchlight")
            })
            .await?;
        self.desktop.tray_choose(&item, label).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_message_reaches_the_desktop_and_the_answer_comes_back() -> Outcome {
    let mut scene = Scene::set().await?;
    let agent = scene.agent().await?;
    let anna = scene.visitor("anna").await?;
    anna.sees_mode("live_chat").await?;

    // A message raises one notification with its text; a click on it opens that conversation.
    anna.write("Is the wall lamp in stock?").await?;
    scene.is_told_of("Is the wall lamp in stock?").await?;
    scene.desktop.click_newest_notification().await?;
    agent.reads("Is the wall lamp in stock?").await?;
    assert_eq!(
        scene.told_of("Is the wall lamp in stock?"),
        1,
        "one message, one notification"
    );
    // It shows for seconds only: whoever looks after a slow driver has typed may look too late.
    let (typed, seen) = tokio::join!(
        agent.app.type_into("[data-test=composer-input]", "Yes"),
        anna.browser
            .wait_for_words("[data-test=writing]", "is writing"),
    );
    typed?;
    seen?;
    agent.replies(", four of them.").await?;
    anna.reads("Yes, four of them.").await?;
    agent.sees_own("Yes, four of them.", "stored").await?;

    // Invisible, from the tray: a stranger's new chat raises nothing.
    scene.picks_in_tray("Invisible").await?;
    // Nobody else is online for the site: the window asks first.
    agent.goes_anyway().await?;
    agent.sees_own_status("invisible").await?;
    let bruno = scene.visitor("bruno").await?;
    bruno.sees_mode("messenger").await?;
    bruno.write("Do you ship to Belgium?").await?;
    agent.app.click("[data-test=nav-all]").await?;
    agent.opens("Do you ship to Belgium?").await?;
    // Whoever answers in a chat is there for its visitor, also when Invisible.
    anna.sees_mode("live_chat").await?;

    // Offline: nothing at all, not even from the visitor of one's own chat.
    scene.picks_in_tray("Offline").await?;
    agent.sees_own_status("offline").await?;
    anna.sees_mode("messenger").await?;
    anna.write("And the big one?").await?;
    agent.opens("And the big one?").await?;

    // Online again. What comes now is told; what came meanwhile was not, and never will be.
    scene.picks_in_tray("Online").await?;
    agent.sees_own_status("online").await?;
    anna.sees_mode("live_chat").await?;
    let carla = scene.visitor("carla").await?;
    carla.write("Good morning!").await?;
    scene.is_told_of("Good morning!").await?;
    assert_eq!(
        scene.told_of("Do you ship to Belgium?"),
        0,
        "no notification while Invisible"
    );
    assert_eq!(
        scene.told_of("And the big one?"),
        0,
        "no notification while Offline"
    );

    // The real minute without a real key or mouse: Offline, with the reason, and back by a touch.
    scene.desktop.mouse_move(300, 300)?;
    let settings = SettingsRequest {
        name: "Lumen & Linde".into(),
        idle_minutes: Some(1),
        statuses: StatusSettings::default(),
        status_log_for_admins: false,
        close_after_hours: Some(24),
    };
    scene
        .server
        .put("/api/v1/settings", &scene.token, &settings)
        .await?;
    wait::until_within(
        std::time::Duration::from_secs(90),
        "idle to turn into Offline",
        async || {
            let css = "[data-test=status-button][data-status=offline]";
            agent
                .app
                .find(fantoccini::Locator::Css(css))
                .await
                .ok()
                .map(drop)
        },
    )
    .await?;
    agent
        .app
        .wait_for_words("[data-test=own-reason]", "idle since")
        .await?;
    carla.sees_mode("messenger").await?;
    scene.desktop.mouse_move(500, 500)?;
    agent.sees_own_status("online").await?;
    carla.sees_mode("live_chat").await?;
    let settings = SettingsRequest {
        name: "Lumen & Linde".into(),
        idle_minutes: None,
        statuses: StatusSettings::default(),
        status_log_for_admins: false,
        close_after_hours: Some(24),
    };
    scene
        .server
        .put("/api/v1/settings", &scene.token, &settings)
        .await?;

    // The window closed: no web process left, the session goes on; a click brings the window back.
    let app = agent.app.id().expect("the app runs");
    scene.desktop.close_window(WINDOW)?;
    has_web_processes(app, 0).await?;
    carla.write("Are you still there?").await?;
    scene.is_told_of("Are you still there?").await?;
    scene.desktop.click_newest_notification().await?;
    agent.app.find_window().await?;
    agent.reads("Are you still there?").await?;

    // The server gone: everything reads, a reply is kept, and delivered once when it is back.
    scene.server.kill();
    agent
        .app
        .wait_for("[data-test=connection][data-state=lost]")
        .await?;
    agent.app.click("[data-test=nav-all]").await?;
    agent.opens("And the big one?").await?;
    agent.replies("The big one comes in May.").await?;
    agent
        .sees_own("The big one comes in May.", "waiting")
        .await?;
    scene.server.restart().await?;
    agent.is_live().await?;
    agent
        .sees_own("The big one comes in May.", "stored")
        .await?;
    anna.reads("The big one comes in May.").await?;
    agent.replies("And the small one is here.").await?;
    anna.reads("And the small one is here.").await?;
    assert_eq!(
        anna.times_read("The big one comes in May.").await?,
        1,
        "sent once"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_started_into_the_tray_opens_its_window_on_the_clicked_conversation() -> Outcome {
    let scene = Scene::set().await?;
    {
        let agent = scene.agent().await?;
        agent.app.kill_app().await?;
    }
    let visitor = scene.visitor("anna").await?;
    // A browser session begins when a window is there, so both go on side by side.
    let data = scene.folder("app");
    let starting = AgentAtDesk::sit_down(&scene.desktop, &data, &["--hidden"]);
    let clicking = async {
        // What comes before is part of the absence, and told in the digest.
        scene.is_live(&data).await?;
        visitor.sees_mode("live_chat").await?;
        visitor.write("Hello, anybody in?").await?;
        scene.is_told_of("Hello, anybody in?").await?;
        assert_eq!(
            scene.desktop.windows(),
            Vec::<String>::new(),
            "started into the tray"
        );
        scene.desktop.click_newest_notification().await
    };
    let (agent, clicked) = tokio::join!(starting, clicking);
    clicked?;
    let agent = agent?;
    agent.reads("Hello, anybody in?").await?;
    agent.replies("Yes!").await?;
    visitor.reads("Yes!").await?;

    // A second start raises the first and ends.
    scene.desktop.close_window(WINDOW)?;
    let app = agent.app.id().expect("the app runs");
    has_web_processes(app, 0).await?;
    let mut second = scene.desktop.command(built("porchlight")?);
    second.args(["--data-dir", &data.to_string_lossy()]);
    let mut second = scene.desktop.spawn("second", &mut second)?;
    second.wait().await?;
    agent.app.find_window().await?;
    agent.is_live().await?;
    assert_eq!(agent.app.id(), Some(app), "it is the first one");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_on_this_computer_leads_to_a_conversation_on_the_demo_site() -> Outcome {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let desktop = Desktop::start(&scratch.path().join("desktop")).await?;
    let data = scratch.path().join("app");
    let agent = AgentAtDesk::sit_down(&desktop, &data, &[]).await?;
    agent
        .uses_this_computer("Jonas Weber", "Lumen & Linde")
        .await?;
    agent.app.click("[data-test=demo]").await?;
    let site = agent.opened_link().await?;
    let visitor = Visitor::arrive(&scratch.path().join("anna"), &site).await?;
    visitor.write("<b>Does it dim?</b>").await?;
    agent.app.click("[data-test=nav-all]").await?;
    agent.opens("<b>Does it dim?</b>").await?;
    agent.replies("It does.").await?;
    visitor.reads("It does.").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_closing_the_window_strands_nobody() -> Outcome {
    let scene = Scene::set_with(Parts {
        tray_host: false,
        ..Parts::default()
    })
    .await?;
    let agent = scene.agent().await?;
    scene.desktop.close_window(WINDOW)?;
    agent.app.wait_for("[data-test=close-minimise]").await?;
    // A driver's click would wait for the next frame, and a minimised window draws none.
    let click = "setTimeout(() => document.querySelector('[data-test=close-minimise]').click())";
    agent.app.execute(click, Vec::new()).await?;
    let visitor = scene.visitor("anna").await?;
    visitor.write("Hello?").await?;
    scene.is_told_of("Hello?").await?;
    scene.desktop.click_newest_notification().await?;
    agent.reads("Hello?").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_cannot_work_says_why_and_keeps_what_was_typed() -> Outcome {
    let scene = Scene::set().await?;
    let agent = AgentAtDesk::sit_down(&scene.desktop, &scene.folder("app"), &[]).await?;
    agent
        .signs_in(&scene.server.url(), EMAIL, "not the password")
        .await?;
    agent
        .app
        .wait_for("[data-test=error][data-code=wrong_credentials]")
        .await?;
    agent
        .app
        .fill("[data-test=signin-address]", "http://far.example")
        .await?;
    agent.app.click("[data-test=signin-go]").await?;
    agent
        .app
        .wait_for("[data-test=error][data-code=bad_request]")
        .await?;
    agent
        .app
        .fill("[data-test=signin-address]", "https://127.0.0.1:9")
        .await?;
    agent.app.click("[data-test=signin-go]").await?;
    agent
        .app
        .wait_for("[data-test=error][data-code=unavailable]")
        .await?;
    agent
        .app
        .fill("[data-test=signin-address]", &scene.server.url())
        .await?;
    agent
        .app
        .fill("[data-test=signin-password]", PASSWORD)
        .await?;
    agent.app.click("[data-test=signin-go]").await?;
    agent.is_live().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_a_passphrase_keeps_the_sign_in() -> Outcome {
    let scene = Scene::set_with(Parts {
        keyring: Keyring::Absent,
        ..Parts::default()
    })
    .await?;
    let data = scene.folder("app");
    let agent = AgentAtDesk::sit_down(&scene.desktop, &data, &[]).await?;
    agent.signs_in(&scene.server.url(), EMAIL, PASSWORD).await?;
    agent.app.fill("[data-test=passphrase]", PASSPHRASE).await?;
    agent
        .app
        .fill("[data-test=passphrase-repeat]", PASSPHRASE)
        .await?;
    agent.app.click("[data-test=passphrase-go]").await?;
    agent.is_live().await?;

    // Started again, nothing opens before the passphrase was typed.
    agent.app.kill_app().await?;
    drop(agent);
    let agent = AgentAtDesk::sit_down(&scene.desktop, &data, &[]).await?;
    agent.sees_stage("keychain_locked").await?;
    agent
        .app
        .fill("[data-test=passphrase]", "some other words")
        .await?;
    agent.app.click("[data-test=passphrase-go]").await?;
    agent
        .app
        .wait_for("[data-test=error][data-code=wrong_credentials]")
        .await?;
    agent.app.fill("[data-test=passphrase]", PASSPHRASE).await?;
    agent.app.click("[data-test=passphrase-go]").await?;
    agent.is_live().await?;

    // A forgotten one cannot be recovered; what is sealed is given up, and it begins anew.
    agent.app.kill_app().await?;
    drop(agent);
    let agent = AgentAtDesk::sit_down(&scene.desktop, &data, &[]).await?;
    agent.app.click("[data-test=sign-out]").await?;
    agent.app.click("[data-test=sign-out-force]").await?;
    agent.signs_in(&scene.server.url(), EMAIL, PASSWORD).await?;
    let another = "a bench below the window";
    agent.app.fill("[data-test=passphrase]", another).await?;
    agent
        .app
        .fill("[data-test=passphrase-repeat]", another)
        .await?;
    agent.app.click("[data-test=passphrase-go]").await?;
    agent.is_live().await
}
