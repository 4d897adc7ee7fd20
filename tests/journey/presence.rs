//! One's own state on the real app: the countdown before an idle drop, the return from one, the end of
//! hours, and timed choices from the tray, with a real display, notification daemon and panel.

use std::time::Duration;

use protocol::hours::{Hours, Span};
use protocol::ids::AgentId;
use protocol::rest::{SignedIn, StatusLog};
use protocol::snapshot::Snapshot;
use protocol::status::{
    AgentSettings, ChoiceSource, IdleDelay, OnReturn, Status, StatusLogEntry, Via,
};
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::{Desktop, MenuEntry, Notification, Parts};
use testkit::headless::HeadlessAgent;
use testkit::people::AgentAtDesk;
use testkit::process::{PASSWORD, ServerProcess};
use testkit::visitor::VisitorSocket;
use testkit::wait;

type Outcome = Result<(), RigError>;

const JONAS: &str = "jonas@lumen-linde.example";
const MIRA: &str = "mira@lumen-linde.example";
/// The title of the app's window.
const WINDOW: &str = "Porchlight";
/// The shortest idle delay, and what a busy machine needs besides.
const A_MINUTE: Duration = Duration::from_secs(100);
const DAY: u16 = 24 * 60;

struct Scene {
    scratch: tempfile::TempDir,
    desktop: Desktop,
    server: ServerProcess,
    jonas: SignedIn,
}

impl Scene {
    async fn set() -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let desktop =
            Desktop::start_with(&scratch.path().join("desktop"), Parts::default()).await?;
        let server = ServerProcess::start(&scratch.path().join("server"), &["--demo"]).await?;
        let jonas = server.set_up("Lumen & Linde", "Jonas Weber", JONAS).await?;
        Ok(Self {
            scratch,
            desktop,
            server,
            jonas,
        })
    }

    /// Jonas at his desk.
    async fn agent(&self) -> Result<AgentAtDesk, RigError> {
        let folder = self.scratch.path().join("app");
        let agent = AgentAtDesk::sit_down(&self.desktop, &folder, &[]).await?;
        agent.signs_in(&self.server.url(), JONAS, PASSWORD).await?;
        agent.is_live().await?;
        agent.sees_own_status("online").await?;
        Ok(agent)
    }

    /// What Jonas sets for himself.
    async fn sets(&self, settings: &AgentSettings) -> Outcome {
        self.server
            .put("/api/v1/me/settings", &self.jonas.token, settings)
            .await
    }

    /// Everything that became of Jonas' status.
    async fn log(&self) -> Result<Vec<StatusLogEntry>, RigError> {
        let all = format!("/api/v1/agents/me/status-log?from=0&to={}", i64::MAX);
        let log: StatusLog = self.server.get(&all, &self.jonas.token).await?;
        Ok(log.entries)
    }

    /// The notification of this title that is on the screen.
    async fn shows(
        &self,
        title: &str,
        within: Duration,
        also: impl Fn(&Notification) -> bool,
    ) -> Result<Notification, RigError> {
        let found = wait::until_within(within, title, async || {
            let shown = self.desktop.shown_notifications();
            shown
                .into_iter()
                .find(|one| one.summary.starts_with(title) && also(one))
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("{title:?}; what came: {:?}", self.desktop.notifications()),
        })
    }

    async fn is_gone(&self, notification: &Notification) -> Outcome {
        self.desktop
            .wait_for_notification("its end", |one| {
                one.id == notification.id && one.closed.is_some()
            })
            .await
            .map(drop)
    }

    async fn menu(&self) -> Result<Vec<MenuEntry>, RigError> {
        let tray = self
            .desktop
            .wait_for_tray_item("the tray icon", |item| item.title == WINDOW)
            .await?;
        self.desktop.tray_menu(&tray).await
    }

    async fn chooses(&self, label: &str) -> Outcome {
        let tray = self
            .desktop
            .wait_for_tray_item("the tray icon", |item| item.title == WINDOW)
            .await?;
        self.desktop.tray_choose(&tray, label).await
    }

    /// Waits until the tray's own line and its marks are as wanted.
    async fn tray_says(&self, own: &str, ticked: &[&str]) -> Outcome {
        let mut last = (String::new(), Vec::new());
        let found = wait::until("", async || {
            let menu = self.menu().await.ok()?;
            let line = menu.iter().find(|entry| entry.label.starts_with("You are"));
            let marks = menu.iter().filter(|entry| entry.checked == Some(true));
            last = (
                line.map(|entry| entry.label.clone()).unwrap_or_default(),
                marks.map(|entry| entry.label.clone()).collect(),
            );
            (last.0.starts_with(own) && last.1 == ticked).then_some(())
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("the tray to say {own:?} with {ticked:?}; it says {last:?}"),
        })
    }

    /// A colleague who is online.
    async fn mira(&self) -> Result<(AgentId, HeadlessAgent), RigError> {
        let mira = self.server.join(&self.jonas, "Mira", MIRA).await?;
        let folder = self.scratch.path().join("mira");
        let agent = HeadlessAgent::start(&folder, &self.server.url(), MIRA, PASSWORD).await?;
        Ok((mira.agent_id, agent))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countdown_is_answered_in_its_notice_and_after_a_drop_one_is_asked() -> Outcome {
    let scene = Scene::set().await?;
    let agent = scene.agent().await?;
    scene
        .sets(&AgentSettings {
            idle: IdleDelay::Minutes { minutes: 1 },
            on_return: OnReturn::Ask,
            ..AgentSettings::default()
        })
        .await?;
    scene.desktop.mouse_move(300, 300)?;

    // Nobody touches anything for the real time.
    let first = scene.shows("Offline in", A_MINUTE, |_| true).await?;
    let names: Vec<_> = first
        .actions
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["default", "stay_online"]);
    agent.app.wait_for("[data-test=countdown]").await?;
    scene.desktop.click_button(&first, "stay_online").await?;
    scene.is_gone(&first).await?;

    // The answer was input: the next countdown comes a whole delay later, with no drop before it.
    let second = scene
        .shows("Offline in", A_MINUTE, |one| one.id != first.id)
        .await?;
    let offline = |log: &[StatusLogEntry]| {
        let statuses = log.iter().map(|entry| entry.presence.status);
        // Before the app signed in, Jonas was Offline.
        statuses
            .skip_while(|it| *it == Status::Offline)
            .filter(|it| *it == Status::Offline)
            .count()
    };
    assert_eq!(offline(&scene.log().await?), 0, "{:?}", scene.log().await?);

    // Left alone this time.
    wait::until_within(A_MINUTE, "the drop", async || {
        let log = scene.log().await.ok()?;
        (offline(&log) == 1).then_some(())
    })
    .await?;
    scene.is_gone(&second).await?;
    agent.sees_own_status("offline").await?;

    scene.desktop.mouse_move(500, 500)?;
    let back = scene.shows("Welcome back", wait::LIMIT, |_| true).await?;
    agent.app.wait_for("[data-test=welcome-back]").await?;
    agent.sees_own_status("offline").await?;
    scene.desktop.click_button(&back, "go_online").await?;
    agent.sees_own_status("online").await?;
    scene.is_gone(&back).await?;
    let last = scene.log().await?.last().copied();
    let source = last.map(|entry| entry.choice.source);
    let by_notice = ChoiceSource::Agent {
        via: Via::Notification,
    };
    assert_eq!(source, Some(by_notice), "{last:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_an_end_of_hours_a_notice_asks_and_staying_passes_over_it() -> Outcome {
    let scene = Scene::set().await?;
    let snapshot: Snapshot = scene
        .server
        .get("/api/v1/snapshot", &scene.jonas.token)
        .await?;
    let site = snapshot.sites.first().expect("the demo site").id;
    let agent = scene.agent().await?;
    let mut visitor = VisitorSocket::arrive(&scene.server.url(), site, None).await?;
    visitor.writes("Is the Pendel 40 in stock?").await?;
    agent.opens("Is the Pendel 40 in stock?").await?;
    agent.replies("Let me look.").await?;
    agent.sees_own("Let me look.", "stored").await?;

    // The hours of every day end four minutes from now, an hour after they began.
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed();
    let minutes = since.expect("a time").as_secs() / 60;
    let minute = u16::try_from(minutes % u64::from(DAY)).expect("a minute of the day");
    let span = Span {
        from: (minute + DAY - 60) % DAY,
        to: (minute + 4) % DAY,
    };
    scene
        .sets(&AgentSettings {
            hours: Some(Hours {
                zone: "UTC".into(),
                week: vec![vec![span]; 7],
                exceptions: Vec::new(),
            }),
            ..AgentSettings::default()
        })
        .await?;

    let notice = scene
        .shows("Your hours end soon", wait::LIMIT, |_| true)
        .await?;
    assert!(notice.body.starts_with("1 conversation"), "{}", notice.body);
    let names: Vec<_> = notice
        .actions
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["default", "stay_online", "wind_down"]);
    agent.app.wait_for("[data-test=hours-end]").await?;
    scene.desktop.click_button(&notice, "stay_online").await?;
    scene.is_gone(&notice).await?;
    wait::until("the choice to be decided", async || {
        let last = scene.log().await.ok()?.last().copied()?;
        let by_notice = ChoiceSource::Agent {
            via: Via::Notification,
        };
        (last.choice.source == by_notice).then_some(())
    })
    .await?;
    agent.sees_own_status("online").await?;
    agent.app.wait_until_gone("[data-test=hours-end]").await
}

/// Without a screen: what a machine says of idle time is in the test's hand, and no real minute passes.
#[tokio::test(flavor = "multi_thread")]
async fn a_countdown_that_is_answered_on_one_device_ends_on_the_other() -> Outcome {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let server = ServerProcess::start(&scratch.path().join("server"), &[]).await?;
    server.set_up("Lumen & Linde", "Jonas Weber", JONAS).await?;
    let start = async |name: &str| {
        let folder = scratch.path().join(name);
        HeadlessAgent::start(&folder, &server.url(), JONAS, PASSWORD).await
    };
    let mut desk = start("desk").await?;
    let mut laptop = start("laptop").await?;
    let settings = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 1 },
        ..AgentSettings::default()
    };
    desk.set(&serde_json::to_value(settings).expect("settings"))
        .await?;
    let idle = json!({ "idle_for_ms": 31_000 });
    desk.machine(&idle)?;
    laptop.machine(&idle)?;
    let counting = |me: &Value| me.get("counting_down") == Some(&json!(true));
    desk.sees_me("a countdown", counting).await?;
    laptop.sees_me("a countdown", counting).await?;
    laptop.answer("idle_soon", "stay_online")?;
    for device in [&desk, &laptop] {
        let me = device.sees_me("no countdown", |me| !counting(me)).await?;
        assert_eq!(me.get("status"), Some(&json!("online")), "{me}");
    }
    desk.quit().await?;
    laptop.quit().await
}

/// The real thirty seconds, in which nothing happens that could wake anybody.
#[tokio::test(flavor = "multi_thread")]
async fn an_invisible_agent_is_offered_a_chat_that_nobody_answers() -> Outcome {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let server = ServerProcess::start(&scratch.path().join("server"), &["--demo"]).await?;
    let jonas = server.set_up("Lumen & Linde", "Jonas Weber", JONAS).await?;
    let snapshot: Snapshot = server.get("/api/v1/snapshot", &jonas.token).await?;
    let site = snapshot.sites.first().expect("the demo site").id;
    let folder = scratch.path().join("agent");
    let mut agent = HeadlessAgent::start(&folder, &server.url(), JONAS, PASSWORD).await?;
    let settings = AgentSettings {
        invisible_offers: true,
        ..AgentSettings::default()
    };
    agent
        .set(&serde_json::to_value(settings).expect("settings"))
        .await?;
    agent.pick("invisible").await?;
    let mut visitor = VisitorSocket::arrive(&server.url(), site, None).await?;
    visitor.writes("Anybody there?").await?;
    let told = || {
        let said = agent.said();
        said.iter().any(|line| {
            let body = line.get("notification").and_then(|one| one.get("body"));
            body == Some(&json!("Anybody there?"))
        })
    };
    wait::until_within(A_MINUTE, "the offer", async || told().then_some(())).await?;
    agent.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_picks_for_a_while_and_asks_who_is_the_last() -> Outcome {
    let scene = Scene::set().await?;
    let (mira_id, mut mira) = scene.mira().await?;
    let agent = scene.agent().await?;
    let jonas = scene.jonas.agent_id.to_string();
    mira.sees_colleague(&jonas, "online").await?;
    scene.tray_says("You are Online", &["Online"]).await?;

    scene.chooses("15 minutes").await?;
    scene
        .tray_says("You are Invisible until ", &["Invisible"])
        .await?;
    mira.sees_colleague(&jonas, "invisible").await?;
    agent.sees_own_status("invisible").await?;
    scene.chooses("Online").await?;
    scene.tray_says("You are Online", &["Online"]).await?;

    // With the last colleague gone, the same asks first, in the window.
    mira.quit().await?;
    let gone = format!("[data-test=mate][data-agent='{mira_id}'][data-status=offline]");
    agent.app.wait_for(&gone).await?;
    scene.chooses("15 minutes").await?;
    agent.app.wait_for("[data-test=last-go]").await?;
    scene.tray_says("You are Online", &["Online"]).await?;
    agent.app.click("[data-test=last-stay]").await?;
    agent.sees_own_status("online").await?;

    scene.chooses("Wind down").await?;
    agent.app.wait_for("[data-test=last-go]").await?;
    scene.tray_says("You are Online", &["Online"]).await?;
    agent.app.click("[data-test=last-go]").await?;
    // Nothing of his is open: wound down at once.
    agent.sees_own_status("offline").await?;
    scene.chooses("Online").await?;
    agent.sees_own_status("online").await?;

    // With the window closed to the tray, the question brings one.
    scene.desktop.close_window(WINDOW)?;
    wait::until("the window to be gone", async || {
        let titles = scene.desktop.windows();
        (!titles.iter().any(|title| title == WINDOW)).then_some(())
    })
    .await?;
    scene.chooses("Invisible").await?;
    scene.desktop.wait_for_window(WINDOW).await?;
    scene.tray_says("You are Online", &["Online"]).await
}
