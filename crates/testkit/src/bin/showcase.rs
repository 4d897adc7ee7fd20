//! Shows the app on the virtual desktop and leaves numbered pictures.
//!
//! `cargo xtask run --headless` runs it; the pictures are what a person would see, from the first
//! start to the answer on the visitor's page. Those of the README were made by it.

#[cfg(target_os = "linux")]
mod show {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use clap::Parser;
    use fantoccini::Locator;
    use protocol::rest::{GroupMade, GroupRequest};
    use protocol::snapshot::Snapshot;
    use testkit::RigError;
    use testkit::desktop::Desktop;
    use testkit::headless::HeadlessAgent;
    use testkit::people::{AgentAtDesk, Visitor};
    use testkit::process::{PASSWORD, ServerProcess};
    use testkit::visitor::VisitorSocket;
    use testkit::wait;

    /// Shows the app on a virtual desktop.
    #[derive(Parser)]
    struct Arguments {
        /// The folder for the pictures.
        #[arg(long, default_value = "screenshots")]
        out: PathBuf,
    }

    /// The shortest idle delay, and what a busy machine needs besides.
    const IDLE: Duration = Duration::from_secs(100);

    struct Camera {
        out: PathBuf,
        taken: usize,
    }

    impl Camera {
        fn next(&mut self, name: &str) -> PathBuf {
            self.taken += 1;
            let path = self.out.join(format!("{:02}-{name}.png", self.taken));
            println!("  {}", path.display());
            path
        }

        async fn desktop(&mut self, desktop: &Desktop, name: &str) -> Result<(), RigError> {
            desktop.still_screenshot(&self.next(name)).await.map(drop)
        }
    }

    #[tokio::main]
    pub(super) async fn run() -> Result<(), RigError> {
        let out = Arguments::parse().out;
        let io = |what: &str| {
            let what = what.to_owned();
            move |source| RigError::Io { what, source }
        };
        std::fs::create_dir_all(&out).map_err(io("make the folder for the pictures"))?;
        let scratch = tempfile::tempdir().map_err(io("make a scratch folder"))?;
        let mut camera = Camera { out, taken: 0 };
        println!("a desktop, an agent, a shop and its visitors:");
        let desktop = Desktop::start(&scratch.path().join("desktop")).await?;
        tell(&desktop, scratch.path(), &mut camera).await?;
        drop(desktop);
        println!("another desktop, a workspace on a server, and a colleague:");
        let desktop = Desktop::start(&scratch.path().join("other")).await?;
        team(&desktop, scratch.path(), &mut camera).await
    }

    async fn tell(desktop: &Desktop, scratch: &Path, camera: &mut Camera) -> Result<(), RigError> {
        let agent = AgentAtDesk::sit_down(desktop, &scratch.join("app"), &[]).await?;
        agent.sees_stage("first_run").await?;
        camera.desktop(desktop, "first-run").await?;
        agent
            .uses_this_computer("Jonas Weber", "Lumen & Linde")
            .await?;
        agent.app.wait_for("[data-test=demo]").await?;
        camera.desktop(desktop, "empty-inbox").await?;

        agent.app.click("[data-test=demo]").await?;
        let shop = agent.opened_link().await?;
        let visitor = Visitor::arrive(&scratch.join("visitor"), &shop).await?;
        visitor.sees_mode("live_chat").await?;
        others_write(&visitor).await?;
        agent.app.click("[data-test=nav-all]").await?;
        agent.opens("trailing-edge dimmer").await?;
        agent
            .replies("Good morning! With any dimmer, leading or trailing edge.")
            .await?;

        desktop
            .wait_for_notification("the others' notifications", |one| {
                one.body.contains("Belgique")
            })
            .await?;
        desktop.close_all_notifications().await?;
        visitor
            .write("Hello! The parcel just came, and the glass has a crack.")
            .await?;
        visitor
            .browser
            .picture(&camera.next("visitor-writes"))
            .await?;
        let told = |text: &'static str| {
            desktop.wait_for_notification("the notification", move |one| one.body.contains(text))
        };
        told("has a crack").await?;
        camera.desktop(desktop, "notification").await?;

        desktop.click_newest_notification().await?;
        agent.reads("has a crack").await?;
        agent
            .replies("Oh no, I’m sorry. One moment, I’ll see what we can do.")
            .await?;
        agent.sees_own("One moment", "stored").await?;
        visitor.reads("One moment").await?;
        visitor
            .write("Can I get a new one before Advent? And do I have to send this one back?")
            .await?;
        agent.reads("before Advent").await?;
        desktop.close_all_notifications().await?;
        camera.desktop(desktop, "conversation").await?;
        agent
            .replies("A new one leaves us today. Keep the cracked one, or recycle it.")
            .await?;
        visitor.reads("leaves us today").await?;
        visitor
            .browser
            .picture(&camera.next("answer-on-the-page"))
            .await?;

        agent.app.click("[data-test=status-button]").await?;
        agent
            .app
            .wait_for("[data-test=status-menu-invisible]")
            .await?;
        camera.desktop(desktop, "status-menu").await?;
        agent.app.click("[data-test=status-menu-offline]").await?;
        agent.app.wait_for("[data-test=last-go]").await?;
        camera.desktop(desktop, "last-agent").await?;
        agent.goes_anyway().await?;
        agent.sees_own_status("offline").await?;
        visitor.sees_mode("messenger").await?;
        camera.desktop(desktop, "offline").await?;
        visitor.browser.picture(&camera.next("messenger")).await?;
        agent.picks("online").await?;
        own_state(desktop, &agent, camera).await
    }

    /// The hours of a week, and what becomes of an agent whom nothing moves.
    async fn own_state(
        desktop: &Desktop,
        agent: &AgentAtDesk,
        camera: &mut Camera,
    ) -> Result<(), RigError> {
        let app = &agent.app;
        agent.opens_settings().await?;
        agent.drags_hours(0, 9 * 60, 12 * 60 + 30).await?;
        agent.drags_hours(0, 13 * 60 + 30, 18 * 60).await?;
        app.click("[data-test=weekday][data-day='0'] [data-test=day-copy]")
            .await?;
        app.click("[data-test=copy-workdays]").await?;
        agent.drags_hours(5, 10 * 60, 14 * 60).await?;
        camera.desktop(desktop, "availability").await?;
        // Not kept: the pictures are taken at any hour of the day.
        app.click("[data-test=discard-settings]").await?;

        app.wait_for("[data-test=idle-delay]")
            .await?
            .select_by_value("minutes")
            .await?;
        app.fill("[data-test=idle-minutes]", "1").await?;
        app.click("[data-test=day-times]").await?;
        agent.saves_settings().await?;
        app.click("[data-test=nav-mine]").await?;
        desktop.close_all_notifications().await?;
        wait::until_within(IDLE, "the countdown", async || {
            let found = app.find(Locator::Css("[data-test=countdown]")).await;
            found.ok().map(drop)
        })
        .await?;
        desktop
            .wait_for_notification("its notification", |one| {
                one.summary.starts_with("Offline in")
            })
            .await?;
        camera.desktop(desktop, "countdown").await?;
        app.click("[data-test=stay-online]").await?;
        app.wait_until_gone("[data-test=countdown]").await
    }

    /// Two agents of one workspace, and what one sees of the other.
    async fn team(desktop: &Desktop, scratch: &Path, camera: &mut Camera) -> Result<(), RigError> {
        let (jonas, anna) = ("jonas@lumen-linde.example", "anna@lumen-linde.example");
        let server = ServerProcess::start(&scratch.join("server"), &["--demo"]).await?;
        let admin = server.set_up("Lumen & Linde", "Jonas Weber", jonas).await?;
        let second = server.join(&admin, "Anna Schäfer", anna).await?;
        let support = GroupRequest {
            name: "Support".into(),
            members: vec![admin.agent_id, second.agent_id],
        };
        let _: GroupMade = server
            .post("/api/v1/groups", &admin.token, &support)
            .await?;
        let mut colleague =
            HeadlessAgent::start(&scratch.join("anna"), &server.url(), anna, PASSWORD).await?;
        let snapshot: Snapshot = server.get("/api/v1/snapshot", &admin.token).await?;
        let site = snapshot.sites.first().map(|site| site.id);
        let site = site.ok_or_else(|| RigError::Answer("there is no demo site".into()))?;
        let question = "Does the wall lamp Hafen come with a bulb?";
        let mut visitor = VisitorSocket::arrive(&server.url(), site, None).await?;
        visitor.writes(question).await?;
        let asked = colleague.hears(question).await?;
        colleague
            .reply(asked, "It does: a warm white one of 6 watts.")
            .await?;
        let agent = AgentAtDesk::sit_down(desktop, &scratch.join("team"), &[]).await?;
        agent.signs_in(&server.url(), jonas, PASSWORD).await?;
        agent.is_live().await?;
        agent
            .app
            .wait_for("[data-test=mate][data-status=online]")
            .await?;
        colleague.pick("invisible").await?;
        agent
            .app
            .wait_for("[data-test=mate][data-status=invisible]")
            .await?;
        agent.app.click("[data-test=nav-all]").await?;
        agent.opens("warm white").await?;
        agent.app.click("[data-test=mate-button]").await?;
        agent.app.wait_for("[data-test=mate-card]").await?;
        camera.desktop(desktop, "team").await
    }

    /// Some life in the inbox: other visitors of the same shop.
    async fn others_write(visitor: &Visitor) -> Result<(), RigError> {
        let page = visitor
            .browser
            .execute("return location.href", Vec::new())
            .await?;
        let answer = |text: &str| RigError::Answer(text.to_owned());
        let url = page
            .as_str()
            .ok_or_else(|| answer("the frame has no address"))?;
        let (server, rest) = url
            .split_once("/widget/")
            .ok_or_else(|| answer("the frame is no widget"))?;
        let site = rest
            .split(['?', '&'])
            .find_map(|part| part.strip_prefix("site="))
            .and_then(|site| site.parse().ok())
            .ok_or_else(|| answer("the frame names no site"))?;
        for (email, text) in [
            (
                "y.demir@example.org",
                "Hallo? Auf der Rechnung 2026-1187 fehlt die Umsatzsteuer.",
            ),
            (
                "elodie@example.org",
                "Bonjour, livrez-vous aussi en Belgique ?",
            ),
            (
                "k.brandt@example.org",
                "Hi, does the Pendel 40 work with a trailing-edge dimmer?",
            ),
        ] {
            let mut other = VisitorSocket::arrive(server, site, None).await?;
            other.writes(text).await?;
            other.leaves_email(email).await?;
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    match show::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("error: the virtual desktop needs Linux");
    std::process::ExitCode::FAILURE
}
