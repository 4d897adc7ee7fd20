//! What the widget is for a visitor in a real browser, by group, while agents come and go: without a
//! reload, and without anything moving under the visitor's fingers.

use protocol::ids::{GroupId, SiteId};
use protocol::model::WhenNobody;
use protocol::rest::{GroupMade, GroupRequest, SignedIn, SiteRequest};
use protocol::snapshot::Snapshot;
use protocol::widget::WidgetMode;
use serde_json::{Value, json};
use testkit::RigError;
use testkit::headless::HeadlessAgent;
use testkit::people::Visitor;
use testkit::process::{PASSWORD, ServerProcess};
use testkit::visitor::VisitorSocket;

type Outcome = Result<(), RigError>;

const JONAS: &str = "jonas@lumen-linde.example";
const MIRA: &str = "mira@lumen-linde.example";

/// A shop with a demo site, and Jonas, who set it up.
struct Shop {
    scratch: tempfile::TempDir,
    server: ServerProcess,
    jonas: SignedIn,
    page: String,
    site: SiteId,
}

impl Shop {
    async fn open() -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let server = ServerProcess::start(&scratch.path().join("server"), &["--demo"]).await?;
        let jonas = server.set_up("Lumen & Linde", "Jonas Weber", JONAS).await?;
        let page = server.says("demo site on ").await?;
        let snapshot: Snapshot = server.get("/api/v1/snapshot", &jonas.token).await?;
        let site = snapshot.sites.first().expect("the demo site").id;
        Ok(Self {
            scratch,
            server,
            jonas,
            page,
            site,
        })
    }

    async fn agent(&self, email: &str) -> Result<HeadlessAgent, RigError> {
        let folder = self.scratch.path().join(email);
        HeadlessAgent::start(&folder, &self.server.url(), email, PASSWORD).await
    }

    async fn visitor(&self) -> Result<Visitor, RigError> {
        Visitor::arrive(&self.scratch.path().join("visitor"), &self.page).await
    }

    /// Another one, without a browser.
    async fn somebody_else(&self) -> Result<VisitorSocket, RigError> {
        VisitorSocket::arrive(&self.server.url(), self.site, None).await
    }

    async fn group(&self, name: &str, member: &SignedIn) -> Result<GroupId, RigError> {
        let request = GroupRequest {
            name: name.into(),
            members: vec![member.agent_id],
        };
        let made: GroupMade = self
            .server
            .post("/api/v1/groups", &self.jonas.token, &request)
            .await?;
        Ok(made.id)
    }

    async fn set_site(&self, when_nobody: WhenNobody, groups: &[GroupId]) -> Outcome {
        let origin = self.page.trim_end_matches('/');
        let request = SiteRequest {
            name: "Demo shop".into(),
            origins: vec![origin.into()],
            when_nobody,
            groups: groups.to_vec(),
        };
        let path = format!("/api/v1/sites/{}", self.site);
        self.server.put(&path, &self.jonas.token, &request).await
    }
}

/// Where the text that is being typed stands, and the keyboard in it.
async fn place_of_what_is_typed(visitor: &Visitor) -> Result<Value, RigError> {
    // As laid out: the panel may still be rising when it is asked.
    let script = "const i = document.querySelector('[data-test=input]'), p = i.offsetParent;\
        return { top: p.offsetTop + i.offsetTop, left: p.offsetLeft + i.offsetLeft,\
                 width: i.offsetWidth, height: i.offsetHeight,\
                 text: i.value, caret: i.selectionStart, typing: document.activeElement === i }";
    Ok(visitor.browser.execute(script, Vec::new()).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_agent_leaves_and_comes_back_while_the_visitor_types() -> Outcome {
    let shop = Shop::open().await?;
    let mut jonas = shop.agent(JONAS).await?;
    let visitor = shop.visitor().await?;
    visitor.sees_mode("live_chat").await?;
    visitor
        .browser
        .type_into("[data-test=input]", "half a thou")
        .await?;
    let before = place_of_what_is_typed(&visitor).await?;
    assert_eq!(before["typing"], json!(true));
    jonas.pick("offline").await?;
    visitor.sees_mode("messenger").await?;
    visitor.browser.wait_for("[data-test=email-input]").await?;
    assert_eq!(place_of_what_is_typed(&visitor).await?, before);
    visitor
        .browser
        .wait_for_words("[data-test=news]", "We reply later.")
        .await?;
    jonas.pick("online").await?;
    visitor.sees_mode("live_chat").await?;
    visitor
        .browser
        .wait_until_gone("[data-test=email-input]")
        .await?;
    assert_eq!(place_of_what_is_typed(&visitor).await?, before);
    visitor
        .browser
        .wait_for_words("[data-test=news]", "Jonas Weber. We are in.")
        .await?;
    visitor
        .browser
        .type_into("[data-test=input]", "ght")
        .await?;
    visitor.browser.click("[data-test=send]").await?;
    jonas.hears("half a thought").await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_widget_goes_with_the_last_agent_but_not_from_an_open_conversation() -> Outcome {
    let shop = Shop::open().await?;
    shop.set_site(WhenNobody::Hidden, &[]).await?;
    let mut jonas = shop.agent(JONAS).await?;
    let visitor = shop.visitor().await?;
    visitor.sees_mode("live_chat").await?;
    let mut other = shop.somebody_else().await?;
    jonas.pick("offline").await?;
    visitor.browser.leave_frames().await?;
    visitor.browser.wait_until_gone("iframe").await?;
    jonas.pick("online").await?;
    visitor.browser.wait_for("iframe").await?;
    visitor.open_widget().await?;
    visitor.write("Is anybody there?").await?;
    jonas.pick("offline").await?;
    visitor.sees_mode("messenger").await?;
    other.sees_mode(WidgetMode::Hidden).await?;
    visitor
        .browser
        .wait_for_words("[data-test=message]", "Is anybody there?")
        .await
        .map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_chooses_a_group_and_it_decides_and_gets_the_conversation() -> Outcome {
    let shop = Shop::open().await?;
    let mira = shop.server.join(&shop.jonas, "Mira Lind", MIRA).await?;
    let support = shop.group("Support", &shop.jonas).await?;
    let sales = shop.group("Sales", &mira).await?;
    shop.set_site(WhenNobody::Messenger, &[support, sales])
        .await?;
    let mut jonas = shop.agent(JONAS).await?;
    let visitor = shop.visitor().await?;
    visitor.sees_mode("live_chat").await?;
    let groups = visitor.browser.texts("[data-test=group]").await?;
    let groups: Vec<_> = groups.iter().map(|text| text.replace('\n', "")).collect();
    assert_eq!(
        groups,
        [
            "Anyone, online",
            "Support, online",
            "Sales, nobody in right now"
        ]
    );

    // By mouse, and from there by keyboard.
    visitor.choose(support).await?;
    visitor.sees_mode("live_chat").await?;
    let arrow_right = "\u{e014}";
    let focused = visitor.browser.active_element().await?;
    focused.send_keys(arrow_right).await?;
    visitor.sees_mode("messenger").await?;
    visitor.sees_chosen(sales).await?;
    visitor.reload().await?;
    visitor.sees_chosen(sales).await?;
    visitor.sees_mode("messenger").await?;

    visitor.write("What do ten of them cost?").await?;
    let conversation = jonas.hears("What do ten of them cost?").await?;
    let snapshot: Snapshot = shop
        .server
        .get("/api/v1/snapshot", &shop.jonas.token)
        .await?;
    let stored = snapshot
        .conversations
        .iter()
        .find(|it| it.conversation.id == conversation)
        .expect("the conversation");
    assert_eq!(stored.conversation.group_id, Some(sales));
    visitor.reload().await?;
    visitor.sees_chosen(sales).await?;

    let mut at_sales = shop.agent(MIRA).await?;
    visitor.sees_mode("live_chat").await?;
    at_sales.pick("invisible").await?;
    visitor.sees_mode("messenger").await?;
    visitor.choose(support).await?;
    visitor.sees_mode("live_chat").await?;
    jonas.reply(conversation, "I can tell you.").await?;
    visitor.reads("I can tell you.").await?;
    visitor.browser.wait_until_gone("[data-test=groups]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invisible_agent_is_there_for_their_visitor_and_for_nobody_else() -> Outcome {
    let shop = Shop::open().await?;
    let mut jonas = shop.agent(JONAS).await?;
    let visitor = shop.visitor().await?;
    let mut other = shop.somebody_else().await?;
    visitor.write("Does it dim?").await?;
    let conversation = jonas.hears("Does it dim?").await?;
    jonas.reply(conversation, "It does.").await?;
    visitor.reads("It does.").await?;
    watch_modes(&visitor).await?;
    jonas.pick("invisible").await?;
    other.sees_mode(WidgetMode::Messenger).await?;
    visitor.write("With any dimmer?").await?;
    assert_eq!(seen(&visitor).await?, json!([]));
    visitor.sees_mode("live_chat").await?;
    visitor.reload().await?;
    visitor.sees_mode("live_chat").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_cut_off_within_its_lease_changes_nothing_a_visitor_sees() -> Outcome {
    let shop = Shop::open().await?;
    let mut jonas = shop.agent(JONAS).await?;
    let visitor = shop.visitor().await?;
    visitor.sees_mode("live_chat").await?;
    watch_modes(&visitor).await?;
    for round in 0..3 {
        // Gone without a goodbye, and back.
        jonas.kill();
        visitor
            .write(&format!("While you are gone: {round}"))
            .await?;
        jonas.restart()?;
        jonas.is_live().await?;
        visitor
            .write(&format!("While you are back: {round}"))
            .await?;
    }
    assert_eq!(seen(&visitor).await?, json!([]));
    jonas.quit().await?;
    visitor.sees_mode("messenger").await?;
    assert_eq!(
        seen(&visitor).await?,
        json!(["messenger live"]),
        "what does change is seen"
    );
    Ok(())
}

/// Writes down every change of the mode and of the connection from now on.
async fn watch_modes(visitor: &Visitor) -> Outcome {
    let script = "const root = document.documentElement;\
        const now = () => `${root.dataset.mode} ${root.dataset.link}`;\
        let last = now();\
        window.seenModes = [];\
        new MutationObserver(() => {\
            if (now() !== last) window.seenModes.push(last = now());\
        }).observe(root, { attributes: true });";
    visitor.browser.execute(script, Vec::new()).await?;
    Ok(())
}

async fn seen(visitor: &Visitor) -> Result<Value, RigError> {
    let seen = visitor
        .browser
        .execute("return window.seenModes", Vec::new())
        .await?;
    Ok(seen)
}

/// The steps that only these journeys take.
trait Chooses {
    async fn choose(&self, group: GroupId) -> Outcome;
    async fn sees_chosen(&self, group: GroupId) -> Outcome;
}

impl Chooses for Visitor {
    /// Clicks on a group.
    async fn choose(&self, group: GroupId) -> Outcome {
        self.browser
            .click(&format!("[data-test=group]:has(input[value='{group}'])"))
            .await
    }

    /// Waits until a group is the one chosen.
    async fn sees_chosen(&self, group: GroupId) -> Outcome {
        let chosen = format!("[data-test=group]:has(input[value='{group}']:checked)");
        self.browser.wait_for(&chosen).await.map(drop)
    }
}
