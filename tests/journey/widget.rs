//! The visitor's side in a real browser: the real server, the demo site with its strict content
//! security policy, and an agent without a screen who answers.

use testkit::RigError;
use testkit::headless::HeadlessAgent;
use testkit::people::Visitor;
use testkit::process::{PASSWORD, ServerProcess};

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";

struct Scene {
    scratch: tempfile::TempDir,
    server: ServerProcess,
    site: String,
}

impl Scene {
    async fn set() -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let server = ServerProcess::start(&scratch.path().join("server"), &["--demo"]).await?;
        server.set_up("Lumen & Linde", "Jonas Weber", EMAIL).await?;
        let site = server.says("demo site on ").await?;
        Ok(Self {
            scratch,
            server,
            site,
        })
    }

    async fn agent(&self) -> Result<HeadlessAgent, RigError> {
        let folder = self.scratch.path().join("agent");
        HeadlessAgent::start(&folder, &self.server.url(), EMAIL, PASSWORD).await
    }

    async fn visitor(&self) -> Result<Visitor, RigError> {
        Visitor::arrive(&self.scratch.path().join("visitor"), &self.site).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visitor_writes_reaches_an_agent_and_the_answer_stands_on_the_page() -> Outcome {
    let scene = Scene::set().await?;
    let mut agent = scene.agent().await?;
    let visitor = scene.visitor().await?;
    visitor.sees_mode("live_chat").await?;
    visitor.write("Does it dim?").await?;
    let conversation = agent.hears("Does it dim?").await?;
    agent
        .reply(conversation, "It does, with any dimmer.")
        .await?;
    visitor.reads("It does, with any dimmer.").await?;

    // The same visitor after a reload, and in a second tab.
    visitor.reload().await?;
    visitor.reads("It does, with any dimmer.").await?;
    let first = visitor.browser.window().await?;
    let second = visitor.browser.open_tab(&scene.site).await?;
    visitor.open_widget().await?;
    visitor.reads("It does, with any dimmer.").await?;
    visitor.write("And outdoors?").await?;
    assert_eq!(
        agent.hears("And outdoors?").await?,
        conversation,
        "it is one conversation"
    );
    visitor.browser.switch_to_window(first).await?;
    visitor.open_widget().await?;
    visitor
        .browser
        .wait_for_words("[data-test=message][data-author=visitor]", "And outdoors?")
        .await?;
    visitor.browser.switch_to_window(second).await?;
    agent.reply(conversation, "Only under a roof.").await?;
    visitor.open_widget().await?;
    visitor.reads("Only under a roof.").await?;
    assert_eq!(
        visitor.times_read("It does, with any dimmer.").await?,
        1,
        "each message once"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_shown_as_text_on_both_sides_and_runs_nowhere() -> Outcome {
    let scene = Scene::set().await?;
    let mut agent = scene.agent().await?;
    let visitor = scene.visitor().await?;
    let markup =
        "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>";
    visitor.write(markup).await?;
    let conversation = agent.hears(markup).await?;
    agent.reply(conversation, markup).await?;
    visitor.reads(markup).await?;
    let made = visitor
        .browser
        .execute(
            "return document.querySelectorAll('[data-test=message] img, [data-test=message] script').length",
            Vec::new(),
        )
        .await?;
    assert_eq!(made, serde_json::json!(0), "no element came of it");
    let title = visitor
        .browser
        .execute("return document.title", Vec::new())
        .await?;
    assert_ne!(title, serde_json::json!("run"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_ten_thousand_characters_arrives_whole() -> Outcome {
    let scene = Scene::set().await?;
    let mut agent = scene.agent().await?;
    let visitor = scene.visitor().await?;
    let long = "ünïcödé ".repeat(1_250);
    assert_eq!(long.chars().count(), 10_000);
    visitor.paste(&long).await?;
    let conversation = agent.hears(&long).await?;
    agent.reply(conversation, "That is long.").await?;
    visitor.reads("That is long.").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_follows_the_agents_without_a_reload() -> Outcome {
    let scene = Scene::set().await?;
    let visitor = scene.visitor().await?;
    visitor.sees_mode("messenger").await?;
    let mut agent = scene.agent().await?;
    visitor.sees_mode("live_chat").await?;
    agent.pick("offline").await?;
    visitor.sees_mode("messenger").await?;
    agent.pick("online").await?;
    visitor.sees_mode("live_chat").await?;
    agent.quit().await?;
    visitor.sees_mode("messenger").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_on_the_list_gets_no_widget() -> Outcome {
    let scene = Scene::set().await?;
    // The same page under another origin: localhost instead of 127.0.0.1.
    let foreign = scene.site.replace("127.0.0.1", "localhost");
    let browser = testkit::browser::Chromium::start(&scene.scratch.path().join("visitor")).await?;
    browser.goto(&foreign).await?;
    let iframe = fantoccini::Locator::Css("iframe");
    // Where the widget would be is an error of the browser's own.
    testkit::wait::until("the frame to be refused", async || {
        browser.leave_frames().await.ok()?;
        let frame = browser.find(iframe).await.ok()?;
        frame.enter_frame().await.ok()?;
        let address = browser.execute("return location.href", Vec::new()).await;
        let refused = address.ok()?.as_str()?.starts_with("chrome-error:");
        refused.then_some(())
    })
    .await?;
    browser.leave_frames().await?;
    let frame = browser.find(iframe).await?;
    assert!(!frame.is_displayed().await?, "and nobody sees that");
    Ok(())
}
