//! A visitor whom nobody answers, by the real clock, on everything that tells of it: notification, window,
//! tray and launcher; and who can end it: a colleague by answering, and not by reading.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use protocol::ids::SiteId;
use protocol::model::{Conversation, MissedBecause, WhenNobody};
use protocol::rest::{SignedIn, SiteMade, SiteRequest};
use protocol::snapshot::Snapshot;
use testkit::RigError;
use testkit::desktop::{Desktop, TrayItem};
use testkit::headless::HeadlessAgent;
use testkit::process::{PASSWORD, ServerProcess};
use testkit::visitor::VisitorSocket;
use testkit::wait;
use zbus::OwnedVariant;

use crate::workday::{WINDOW, Workday};

type Outcome = Result<(), RigError>;

const JONAS: &str = "jonas@lumen-linde.example";
const MIA: &str = "mia@lumen-linde.example";

/// A site of one's own.
pub(crate) async fn shop(server: &ServerProcess, admin: &SignedIn) -> Result<SiteId, RigError> {
    let request = SiteRequest {
        name: "Shop".into(),
        origins: vec!["https://shop.example".into()],
        when_nobody: WhenNobody::Messenger,
        groups: Vec::new(),
    };
    let made: SiteMade = server.post("/api/v1/sites", &admin.token, &request).await?;
    Ok(made.id)
}

async fn snapshot(server: &ServerProcess, of: &SignedIn) -> Result<Snapshot, RigError> {
    server.get("/api/v1/snapshot", &of.token).await
}

/// Waits until the server knows that an agent has read something.
async fn has_read(server: &ServerProcess, agent: &SignedIn) -> Outcome {
    wait::until("what was read to be known", async || {
        let marks = snapshot(server, agent).await.ok()?.read;
        (!marks.is_empty()).then_some(())
    })
    .await
}

/// The number that launchers show beside the app's icon, as they are told it.
struct Launcher(zbus::MessageStream);

impl Launcher {
    async fn listen(desktop: &Desktop) -> Self {
        let rule = zbus::MatchRule::builder()
            .msg_type(zbus::message::Type::Signal)
            .interface("com.canonical.Unity.LauncherEntry")
            .member("Update")
            .build()
            .expect("a rule");
        let stream = zbus::MessageStream::for_match_rule(rule, desktop.bus(), None).await;
        Self(stream.expect("a stream"))
    }

    /// Waits until it shows so many, urgent or not.
    async fn shows(&mut self, count: i64, urgent: bool) {
        type Update = (String, HashMap<String, OwnedVariant>);
        let mut last = None;
        let heard = async {
            while let Some(Ok(message)) = self.0.next().await {
                let body = message.body();
                let (_, shown): Update = body.deserialize().expect("an update");
                let flag = |name: &str| bool::try_from(shown[name].clone()).expect("a flag");
                let number = i64::try_from(shown["count"].clone()).expect("a number");
                assert_eq!(flag("count-visible"), number > 0);
                last = Some((number, flag("urgent")));
                if last == Some((count, urgent)) {
                    return;
                }
            }
        };
        let heard = tokio::time::timeout(wait::LIMIT, heard).await;
        assert!(heard.is_ok(), "never {count}, {urgent}; last: {last:?}");
    }
}

/// Whether something in the picture is the red of what is missed.
fn is_red(icon: &TrayItem) -> bool {
    let red = |argb: &[u8]| argb[0] == 0xff && argb[1..] == [0xcc, 0x26, 0x26];
    let (_, _, bytes) = icon.pixels.as_ref().expect("a picture");
    bytes.chunks_exact(4).any(red)
}

async fn tray(desktop: &Desktop, says: &str, red: bool) -> Outcome {
    let what = format!("a tray icon that says {says:?}, red: {red}");
    let is_it = |icon: &TrayItem| {
        icon.title == WINDOW && icon.says.starts_with(says) && is_red(icon) == red
    };
    desktop.wait_for_tray_item(&what, is_it).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_for_thirty_seconds_and_everything_is_red_until_a_colleague_does() -> Outcome
{
    let mut day = Workday::begin("app").await?;
    let site = shop(&day.server, &day.jonas).await?;
    let mia_joined = day.server.join(&day.jonas, "Mia Sommer", MIA).await?;
    let url = day.server.url();
    let folder = |name: &str| day.scene.scratch.path().join(name);
    let mut mia = HeadlessAgent::start(&folder("mia"), &url, MIA, PASSWORD).await?;
    let mut laptop = HeadlessAgent::start(&folder("laptop"), &url, JONAS, PASSWORD).await?;
    let desktop = &day.scene.desktop;
    let mut launcher = Launcher::listen(desktop).await;
    day.desk.app.click("[data-test=nav-all]").await?;
    tray(desktop, "Porchlight: Online", false).await?;

    let mut anna = VisitorSocket::arrive(&url, site, None).await?;
    anna.writes("Is the wall lamp in stock?").await?;
    let since_then = tokio::time::Instant::now();
    let told = |text: &'static str| {
        move |one: &testkit::desktop::Notification| one.body == text && one.closed.is_none()
    };
    let first = desktop
        .wait_for_notification("her message", told("Is the wall lamp in stock?"))
        .await?;
    launcher.shows(1, false).await;
    tray(desktop, "Porchlight: Online, 1 waiting, longest 0:", false).await?;

    // A colleague only reads it. What comes after that still finds the notification in its place.
    let id = mia.hears("Is the wall lamp in stock?").await?;
    mia.reads(id).await?;
    has_read(&day.server, &mia_joined).await?;
    anna.writes("Hello?").await?;
    let second = desktop
        .wait_for_notification("both, in one", |one| one.body.ends_with("Hello?"))
        .await?;
    assert_eq!((second.id, second.closed), (first.id, None));

    // Read on another device of mine it goes here; its visitor waits on.
    laptop.hears("Hello?").await?;
    laptop.reads(id).await?;
    desktop
        .wait_for_notification("its end", |one| one.id == first.id && one.closed == Some(3))
        .await?;
    tray(desktop, "Porchlight: Online, 1 waiting, longest 0:", false).await?;

    // The server restarts at second 20, and it is red at second 30 after the first message.
    tokio::time::sleep_until(since_then + Duration::from_secs(20)).await;
    day.server.restart().await?;
    let css = format!("[data-test=row][data-conversation='{id}'][data-attention=missed] svg");
    let within = Duration::from_secs(40);
    wait::until_within(within, "the red dot", async || {
        let css = fantoccini::Locator::Css(&css);
        let dot = day.desk.app.find(css).await.ok()?;
        // As a screen reader says it.
        let words = dot.attr("aria-label").await.ok()??;
        (words == "Missed: nobody replies").then_some(())
    })
    .await?;
    let red: Conversation = snapshot(&day.server, &day.jonas).await?.conversations[0]
        .conversation
        .clone();
    let (missed, waits) = (red.missed.expect("red"), red.waiting_since.expect("waits"));
    assert_eq!(missed.because, MissedBecause::Silence);
    let after = missed.since.since(waits);
    assert!((29_000..31_000).contains(&after), "{after} ms");
    let desktop = &day.scene.desktop;
    tray(desktop, "Porchlight: Online, 1 waiting, longest ", true).await?;
    launcher.shows(1, true).await;
    // A machine that took longer than second 30 to come back tells it in the digest.
    let alarm = desktop
        .wait_for_notification("that somebody is missed", |one| {
            let digest = one.summary == "While you were away";
            (one.summary.starts_with("Missed: ") || digest) && one.closed.is_none()
        })
        .await?;

    // The colleague answers, and nothing of it is left here.
    mia.is_live().await?;
    mia.reply(id, "Yes, four of them.").await?;
    desktop
        .wait_for_notification("its end", |one| one.id == alarm.id && one.closed.is_some())
        .await?;
    launcher.shows(0, false).await;
    tray(desktop, "Porchlight: Online", false).await?;
    let icon = day.scene.tray().await?;
    assert_eq!(icon.says, "Porchlight: Online");
    assert_eq!(desktop.shown_notifications(), []);
    let anna = VisitorSocket::arrive(&url, site, Some(anna.token)).await?;
    let last = anna.history.last().map(|message| message.body.plain_text());
    assert_eq!(last.as_deref(), Some("Yes, four of them."));
    mia.quit().await?;
    laptop.quit().await
}
