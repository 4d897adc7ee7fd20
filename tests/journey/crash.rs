//! `kill -9` of the session and of the server at random moments of sync and send.
//!
//! Nothing that was shown as saved may be lost, and nothing may be sent twice. *Shown as saved* is, for
//! a visitor, the server's confirmation; for an agent, the moment the composer clears (`submitted`).
//!
//! The moments come from a seed, which is printed; `PORCHLIGHT_CRASH_SEED` replays one.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::ids::{ClientId, ConversationId, SiteId};
use protocol::model::WhenNobody;
use protocol::rest::{HistoryPage, SiteMade, SiteRequest};
use testkit::RigError;
use testkit::headless::HeadlessAgent;
use testkit::process::{PASSWORD, ServerProcess};
use testkit::visitor::VisitorSocket;
use testkit::wait;
use uuid::Uuid;

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";
/// Kills of each side.
const KILLS: usize = 10;

/// A small generator that gives the same numbers for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A moment within the time that a message and its answer take.
    fn moment(&mut self) -> Duration {
        Duration::from_micros(self.throw() % 60_000)
    }
}

/// The seed of this run, said so that it can be replayed.
fn seed() -> u64 {
    let seed = match std::env::var("PORCHLIGHT_CRASH_SEED") {
        Ok(seed) => seed.parse().expect("PORCHLIGHT_CRASH_SEED is a number"),
        Err(_) => Uuid::now_v7().as_u64_pair().1,
    };
    println!("seed: PORCHLIGHT_CRASH_SEED={seed}");
    seed
}

struct Scene {
    server: ServerProcess,
    agent: HeadlessAgent,
    site: SiteId,
    admin: String,
    token: Option<String>,
    /// What the visitor wrote, by the id it was sent with.
    written: BTreeMap<ClientId, String>,
    /// What the agent's side showed as saved, in order.
    saved: Vec<String>,
    _scratch: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let server = ServerProcess::start(&scratch.path().join("server"), &[]).await?;
        let signed_in = server.set_up("Lumen & Linde", "Jonas Weber", EMAIL).await?;
        let request = SiteRequest {
            name: "Shop".into(),
            origins: vec!["https://shop.example".into()],
            when_nobody: WhenNobody::Messenger,
            groups: Vec::new(),
        };
        let made: SiteMade = server
            .post("/api/v1/sites", &signed_in.token, &request)
            .await?;
        let folder = scratch.path().join("agent");
        let agent = HeadlessAgent::start(&folder, &server.url(), EMAIL, PASSWORD).await?;
        Ok(Self {
            server,
            agent,
            site: made.id,
            admin: signed_in.token,
            token: None,
            written: BTreeMap::new(),
            saved: Vec::new(),
            _scratch: scratch,
        })
    }

    async fn visitor(&mut self) -> Result<VisitorSocket, RigError> {
        let url = self.server.url();
        let visitor = VisitorSocket::arrive(&url, self.site, self.token.clone()).await?;
        self.token = Some(visitor.token.clone());
        Ok(visitor)
    }

    /// The visitor writes; while the server is killed under them, they try again as the widget
    /// does, with the same id, once it is back.
    async fn visitor_writes(&mut self, text: &str) -> Outcome {
        let id = ClientId(Uuid::now_v7());
        self.written.insert(id, text.to_owned());
        self.visitor().await?.sends(id, text).await.map(drop)
    }

    fn note_saved(&mut self) {
        for line in self.agent.said() {
            let text = line
                .get("submitted")
                .and_then(|saved| saved.get("text")?.as_str());
            if let Some(text) = text
                && !self.saved.iter().any(|one| one == text)
            {
                self.saved.push(text.to_owned());
            }
        }
    }

    /// Every message of the conversation as the server has it, oldest first.
    async fn all_messages(&self, conversation: ConversationId) -> Result<Vec<String>, RigError> {
        let mut found = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/api/v1/conversations/{conversation}/messages{before}");
            let page: HistoryPage = self.server.get(&path, &self.admin).await?;
            let texts = page.messages.iter().map(|one| one.body.plain_text());
            found.splice(0..0, texts);
            match page.messages.first() {
                Some(first) if page.more => before = format!("?before={}", first.seq),
                _ => return Ok(found),
            }
        }
    }
}

async fn orders_replies(
    scene: &mut Scene,
    conversation: ConversationId,
    round: usize,
) -> Result<Vec<String>, RigError> {
    let mut ordered = Vec::new();
    for number in 0..2 {
        let text = format!("reply {round}.{number}");
        scene.agent.order_reply(conversation, &text)?;
        ordered.push(text);
    }
    Ok(ordered)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_as_saved_survives_any_crash_and_arrives_once() -> Outcome {
    let seed = seed();
    let mut dice = Dice(seed);
    let mut scene = Scene::set().await?;
    scene.visitor_writes("message 0").await?;
    let conversation = scene.agent.hears("message 0").await?;
    let mut ordered = Vec::new();

    for round in 1..=2 * KILLS {
        let kill_server = round % 2 == 0;
        let text = format!("message {round}");
        ordered.extend(orders_replies(&mut scene, conversation, round).await?);
        let id = ClientId(Uuid::now_v7());
        scene.written.insert(id, text.clone());
        let mut visitor = scene.visitor().await?;
        // The visitor's message is on its way while the kill falls.
        let sending = tokio::spawn(async move { visitor.sends(id, &text).await.is_ok() });
        tokio::time::sleep(dice.moment()).await;
        if kill_server {
            scene.server.kill();
        } else {
            scene.note_saved();
            scene.agent.kill();
        }
        let confirmed = if kill_server {
            // A connection to a killed server ends at once.
            sending.await.expect("the visitor goes on")
        } else {
            assert!(
                sending.await.expect("the visitor goes on"),
                "the server is there"
            );
            true
        };
        // What was said before the kill and read only now counts too.
        scene.note_saved();
        if kill_server {
            scene.server.restart().await?;
        } else {
            scene.agent.restart()?;
        }
        if !confirmed {
            let text = scene.written[&id].clone();
            scene.visitor().await?.sends(id, &text).await?;
        }
        scene.agent.is_live().await?;
        scene.agent.hears(&format!("message {round}")).await?;
    }

    wait::until("everything to be sent", async || {
        let said = scene.agent.said();
        let unsent = said
            .iter()
            .rev()
            .find_map(|line| line.get("unsent"))?
            .as_u64()?;
        (unsent == 0).then_some(())
    })
    .await?;
    scene.note_saved();
    let read = scene.all_messages(conversation).await?;
    let times = |text: &str| read.iter().filter(|one| *one == text).count();
    for text in scene.written.values() {
        assert_eq!(
            times(text),
            1,
            "{text:?} of the visitor; seed {seed}: {read:#?}"
        );
    }
    for text in &ordered {
        assert!(
            times(text) <= 1,
            "{text:?} was sent twice; seed {seed}: {read:#?}"
        );
    }
    for text in &scene.saved {
        assert_eq!(
            times(text),
            1,
            "{text:?} was shown as saved; seed {seed}: {read:#?}"
        );
    }
    assert!(
        scene.saved.len() > KILLS,
        "most replies were saved before a kill: {:?}",
        scene.saved
    );
    let in_order: Vec<_> = read
        .iter()
        .filter(|one| scene.saved.contains(one))
        .collect();
    assert_eq!(
        in_order,
        scene.saved.iter().collect::<Vec<_>>(),
        "in the order they were saved"
    );
    Ok(())
}

/// The same for the whole app: what its composer took is there when it comes back.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_app_killed_ten_times_keeps_what_its_composer_took() -> Outcome {
    use testkit::desktop::Desktop;
    use testkit::people::AgentAtDesk;

    let seed = seed();
    let mut dice = Dice(seed);
    let mut scene = Scene::set().await?;
    // The app is the only one who answers here.
    scene.agent.quit().await?;
    let folder = tempfile::tempdir().expect("a scratch folder");
    let desktop = Desktop::start(&folder.path().join("desktop")).await?;
    let data = folder.path().join("app");
    let mut agent = AgentAtDesk::sit_down(&desktop, &data, &[]).await?;
    agent.signs_in(&scene.server.url(), EMAIL, PASSWORD).await?;
    agent.is_live().await?;
    scene.visitor_writes("message 0").await?;
    agent.app.click("[data-test=nav-all]").await?;
    agent.opens("message 0").await?;
    let conversation = agent.open_conversation().await?;

    let mut saved = Vec::new();
    for round in 1..=KILLS {
        // Sync and send at once: a message comes in while the reply goes out.
        let text = format!("message {round}");
        let mut visitor = scene.visitor().await?;
        let id = ClientId(Uuid::now_v7());
        scene.written.insert(id, text.clone());
        let sending = tokio::spawn(async move { visitor.sends(id, &text).await.map(drop) });
        let reply = format!("reply {round}.");
        agent.replies(&reply).await?;
        saved.push(reply);
        tokio::time::sleep(dice.moment()).await;
        agent.app.kill_app().await?;
        sending.await.expect("the visitor goes on")?;
        drop(agent);
        agent = AgentAtDesk::sit_down(&desktop, &data, &[]).await?;
        agent.sees_stage("ready").await?;
        agent.app.click("[data-test=nav-all]").await?;
        let row = format!("[data-test=row][data-conversation='{conversation}']");
        agent.app.click(&row).await?;
        agent.reads(&format!("reply {round}.")).await?;
        agent.is_live().await?;
    }
    if let Some(last) = saved.last() {
        agent.sees_own(last, "stored").await?;
    }
    let read = scene.all_messages(conversation).await?;
    let times = |text: &str| read.iter().filter(|one| *one == text).count();
    for text in scene.written.values().chain(&saved) {
        assert_eq!(times(text), 1, "{text:?}; seed {seed}: {read:#?}");
    }
    let in_order: Vec<_> = read.iter().filter(|one| saved.contains(one)).collect();
    assert_eq!(
        in_order,
        saved.iter().collect::<Vec<_>>(),
        "in the order they were saved"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_and_not_shown_when_the_agent_is_killed_is_in_the_digest() -> Outcome {
    let mut scene = Scene::set().await?;
    scene.agent.hang()?;
    scene.visitor_writes("between commit and show").await?;
    // At that very point: it is stored, and the notification service has not answered.
    let hangs = |line: &serde_json::Value| line.get("hanging").map(drop);
    scene.agent.says("that somebody waits", hangs).await?;
    scene.agent.kill();
    scene.agent.restart()?;
    let digest = |line: &serde_json::Value| line.get("digest").cloned();
    let told = scene.agent.says("the digest", digest).await?;
    assert_eq!(told["title"], "While you were away");
    let body = told["body"].as_str().unwrap_or_default();
    assert!(body.starts_with("1 visitor waits for a reply"), "{told}");
    let card = |line: &serde_json::Value| line.get("away")?.get("items")?.as_array().cloned();
    let items = scene.agent.says("the card", card).await?;
    assert_eq!(items.len(), 1, "{items:?}");
    scene.agent.quit().await?;
    Ok(())
}
