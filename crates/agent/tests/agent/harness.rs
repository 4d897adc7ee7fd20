//! A workspace with one admin and one site, and devices that sign in to it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use agent::ports::{Connector, LocalStarted, LocalWorkspace, Transport, Vault};
use agent::view::{
    ConnectionView, ConversationItem, ConversationView, Delivery, Folder, ListQuery, MeView,
    SignIn, Sort, Stage, UiEvent,
};
use agent::{Core, Ports, Setup};
use async_trait::async_trait;
use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorBody;
use protocol::ids::{ClientId, ConversationId, SiteId};
use protocol::model::WhenNobody;
use protocol::rest::{SetupRequest, SignedIn, SiteMade, SiteRequest};
use protocol::status::{Goodbye, Status};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::Server;
use tempfile::TempDir;
use testkit::fakes::{
    FakeClock, ManualActivity, ManualHush, MemoryVault, RecordingBadge, RecordingNotifier,
    SilentSound,
};
use testkit::visitor::VisitorSocket;
use testkit::wait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const EMAIL: &str = "anna@example.com";
pub(crate) const PASSWORD: &str = "a long enough pass phrase";

/// A real server with one admin and one site.
pub(crate) struct Workspace {
    dir: TempDir,
    address: SocketAddr,
    server: Option<Server>,
    pub(crate) admin: SignedIn,
    pub(crate) site_id: SiteId,
}

impl Workspace {
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (server, address) = serve(&dir, "127.0.0.1:0".parse().unwrap()).await;
        let setup = SetupRequest {
            setup_code: server.setup_code().unwrap(),
            workspace_name: "Lighthouse".into(),
            name: "Anna".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
            device_name: "setup".into(),
        };
        let admin: SignedIn = ask(address, "POST", "/api/v1/setup", None, &setup)
            .await
            .unwrap();
        // A device that merely exists must not count as there.
        let site = SiteRequest {
            name: "Shop".into(),
            origins: vec!["https://shop.example".into()],
            when_nobody: WhenNobody::Messenger,
            groups: Vec::new(),
        };
        let made: SiteMade = ask(address, "POST", "/api/v1/sites", Some(&admin.token), &site)
            .await
            .unwrap();
        Self {
            dir,
            address,
            server: Some(server),
            admin,
            site_id: made.id,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends the server; its data stays.
    pub(crate) async fn stop(&mut self) {
        self.server.take().unwrap().shutdown().await;
    }

    /// Starts it again where it was.
    pub(crate) async fn start_again(&mut self) {
        assert!(self.server.is_none());
        self.server = Some(serve(&self.dir, self.address).await.0);
    }

    pub(crate) async fn visitor(&self) -> VisitorSocket {
        VisitorSocket::arrive(&self.url(), self.site_id, None)
            .await
            .unwrap()
    }

    pub(crate) async fn visitor_again(&self, token: &str) -> VisitorSocket {
        VisitorSocket::arrive(&self.url(), self.site_id, Some(token.to_owned()))
            .await
            .unwrap()
    }

    /// One request with the admin's first token.
    pub(crate) async fn ask<A: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: &impl Serialize,
    ) -> Result<A, String> {
        ask(self.address, method, path, Some(&self.admin.token), body).await
    }

    /// A device with Anna signed in, caught up, and counted as there: until then a visitor who writes is
    /// missed.
    pub(crate) async fn device(&self) -> Device {
        let device = Device::start().await;
        device.sign_in(&self.url()).await.unwrap();
        device.live().await;
        device
            .until_me("to count as there", |me| {
                me.presence.status == me.choice.status
            })
            .await;
        device
    }
}

async fn serve(dir: &TempDir, address: SocketAddr) -> (Server, SocketAddr) {
    let config = server::Config::in_folder(dir.path());
    let server = Server::open(config, Arc::new(server::SystemClock::default()))
        .await
        .unwrap();
    let listener = TcpListener::bind(address).await.unwrap();
    let address = server.serve(listener).unwrap();
    (server, address)
}

/// One HTTP request on a connection of its own.
async fn ask<A: DeserializeOwned>(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &impl Serialize,
) -> Result<A, String> {
    let body = serde_json::to_string(body).unwrap();
    let bearer = token
        .map(|it| format!("authorization: Bearer {it}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{bearer}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if !head.starts_with("HTTP/1.1 2") {
        return Err(body.to_owned());
    }
    let body = if body.is_empty() { "null" } else { body };
    Ok(serde_json::from_str(body).unwrap())
}

/// A computer with Porchlight on it.
pub(crate) struct Device {
    pub(crate) core: Core,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) notifier: Arc<RecordingNotifier>,
    pub(crate) sound: Arc<SilentSound>,
    pub(crate) hush: Arc<ManualHush>,
    pub(crate) badge: Arc<RecordingBadge>,
    pub(crate) activity: Arc<ManualActivity>,
    local: Option<Arc<dyn LocalWorkspace>>,
    dir: TempDir,
}

impl Device {
    /// One that was never used.
    pub(crate) async fn start() -> Self {
        Self::start_with(ManualActivity::default(), None).await
    }

    pub(crate) async fn start_with(
        activity: ManualActivity,
        local: Option<Arc<dyn LocalWorkspace>>,
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(FakeClock::default());
        let vault = Arc::new(MemoryVault::default());
        let notifier = Arc::new(RecordingNotifier::default());
        let sound = Arc::new(SilentSound::default());
        let hush = Arc::new(ManualHush::default());
        let badge = Arc::new(RecordingBadge::default());
        let activity = Arc::new(activity);
        let setup = Setup {
            data_dir: dir.path().join("data"),
            device_name: "test desk".into(),
            locale: "en".into(),
            ports: Ports {
                clock: clock.clone(),
                vault: vault.clone(),
                notifier: notifier.clone(),
                sound: sound.clone(),
                do_not_disturb: hush.clone(),
                badge: badge.clone(),
                activity: activity.clone(),
                local: local.clone(),
            },
        };
        let core = Core::start(setup);
        let device = Self {
            core,
            clock,
            vault,
            notifier,
            sound,
            hush,
            badge,
            activity,
            local,
            dir,
        };
        device.started().await;
        device
    }

    /// Quits the app and starts it again on the same computer; does not wait for more.
    pub(crate) async fn restart(&mut self) {
        self.core.quit(Goodbye::Quit).await;
        self.start_core();
    }

    /// Starts the app on the same computer. Without a quit before, this is a crash as the data sees
    /// it: the old session must be gone otherwise.
    pub(crate) fn start_core(&mut self) {
        self.start_core_with(self.vault.clone());
    }

    /// The same with another keychain.
    pub(crate) fn start_core_with(&mut self, vault: Arc<dyn Vault>) {
        self.core = Core::start(Setup {
            data_dir: self.data_dir(),
            device_name: "test desk".into(),
            locale: "en".into(),
            ports: Ports {
                clock: self.clock.clone(),
                vault,
                notifier: self.notifier.clone(),
                sound: self.sound.clone(),
                do_not_disturb: self.hush.clone(),
                badge: self.badge.clone(),
                activity: self.activity.clone(),
                local: self.local.clone(),
            },
        });
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.data_dir()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    pub(crate) async fn sign_in(&self, address: &str) -> Result<(), ErrorBody> {
        self.core
            .sign_in(SignIn {
                address: address.into(),
                email: EMAIL.into(),
                password: PASSWORD.into(),
            })
            .await
    }

    pub(crate) async fn started(&self) {
        self.until_stage("to start", |stage| *stage != Stage::Starting)
            .await;
    }

    pub(crate) async fn until_stage(&self, what: &str, wanted: impl Fn(&Stage) -> bool) -> Stage {
        wait::until(what, async || Some(self.core.stage()).filter(&wanted))
            .await
            .unwrap()
    }

    /// Waits until it is connected and has caught up.
    pub(crate) async fn live(&self) {
        self.until_connection("to be live", |it| *it == ConnectionView::Live)
            .await;
    }

    /// Waits until it knows that the connection is lost.
    pub(crate) async fn lost(&self) -> ConnectionView {
        self.until_connection("to be lost", |it| matches!(it, ConnectionView::Lost { .. }))
            .await
    }

    pub(crate) async fn until_connection(
        &self,
        what: &str,
        wanted: impl Fn(&ConnectionView) -> bool,
    ) -> ConnectionView {
        self.until(what, |screen| {
            screen.connection.clone().filter(|it| wanted(it))
        })
        .await
    }

    pub(crate) async fn until_me(&self, what: &str, wanted: impl Fn(&MeView) -> bool) -> MeView {
        self.until(what, |screen| screen.me.clone().filter(|me| wanted(me)))
            .await
    }

    /// Follows a window of its own until it shows what is wanted.
    pub(crate) async fn until<T>(&self, what: &str, wanted: impl Fn(&Screen) -> Option<T>) -> T {
        let mut window = self.core.attach();
        let mut screen = Screen::default();
        let watching = async {
            loop {
                if let Some(found) = wanted(&screen) {
                    return found;
                }
                match window.next().await.expect("the session goes on") {
                    UiEvent::Connection(connection) => screen.connection = Some(connection),
                    UiEvent::Me(me) => screen.me = Some(me),
                    UiEvent::Counts(counts) => screen.counts = Some(counts),
                    UiEvent::Team(team) => screen.team = Some(team),
                    UiEvent::Refused { error } => screen.refused = Some(error),
                    UiEvent::AskLastAgent(question) => screen.asked = Some(question),
                    UiEvent::Away { card } => screen.away = card,
                    UiEvent::AskUntil => screen.asked_until = true,
                    _ => {}
                }
            }
        };
        match tokio::time::timeout(wait::LIMIT, watching).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for the device {what}"),
        }
    }

    /// All open conversations, newest first.
    pub(crate) async fn inbox(&self) -> Vec<ConversationItem> {
        let query = ListQuery {
            folder: Folder::All,
            open: true,
            sort: Sort::Newest,
            offset: 0,
            limit: 200,
        };
        self.core.list(query).await.unwrap().items
    }

    /// Waits for the conversation whose newest words are these.
    pub(crate) async fn conversation_saying(&self, text: &str) -> ConversationId {
        let what = format!("a conversation saying {text:?}");
        let found = wait::until(&what, async || {
            let items = self.inbox().await;
            items.into_iter().find(|item| item.preview.text == text)
        });
        found.await.unwrap().conversation.id
    }

    pub(crate) async fn until_conversation(
        &self,
        id: ConversationId,
        what: &str,
        wanted: impl Fn(&ConversationView) -> bool,
    ) -> ConversationView {
        wait::until(what, async || {
            self.core.conversation(id).await.ok().filter(&wanted)
        })
        .await
        .unwrap()
    }

    pub(crate) async fn reply(&self, id: ConversationId, text: &str) -> ClientId {
        let seen_through = self.core.conversation(id).await.unwrap().seen_through;
        let command = Command::Reply {
            conversation_id: id,
            body: Body::from_plain(text),
            seen_through,
        };
        self.core.submit(command).await.unwrap()
    }

    pub(crate) async fn pick(&self, status: Status) {
        let change = protocol::status::StatusChange::Pick { status };
        let via = protocol::status::Via::App;
        self.core.change_status(change, via, true).await.unwrap();
        self.until_me("to have its choice decided", |me| {
            me.pending.is_none() && me.choice.status == status && me.presence.status == status
        })
        .await;
    }
}

/// SQLCipher clears up when the process exits, whoever still uses it. So whatever has an encrypted
/// database open closes it before its test ends. Needs a runtime of several threads.
fn end(ending: impl Future<Output = ()>) {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ending));
}

impl Drop for Device {
    fn drop(&mut self) {
        end(self.core.quit(Goodbye::Quit));
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        if let Some(server) = self.server.get() {
            end(server.shutdown());
        }
    }
}

/// What a window shows.
#[derive(Default)]
pub(crate) struct Screen {
    pub(crate) connection: Option<ConnectionView>,
    pub(crate) me: Option<MeView>,
    pub(crate) counts: Option<agent::view::CountsView>,
    pub(crate) team: Option<agent::view::TeamView>,
    pub(crate) refused: Option<ErrorBody>,
    pub(crate) asked: Option<agent::view::LastAgentView>,
    pub(crate) away: Option<agent::view_notices::AwayView>,
    pub(crate) asked_until: bool,
}

/// The plain text of messages, with a mark on what is not stored by the server.
pub(crate) fn texts(view: &ConversationView) -> Vec<String> {
    view.messages
        .iter()
        .map(|message| {
            let mark = match message.delivery {
                Delivery::Stored => "",
                Delivery::Waiting => " (waiting)",
                Delivery::Failed { .. } => " (failed)",
            };
            format!("{}{mark}", message.body.plain_text())
        })
        .collect()
}

/// The workspace inside the app, as the shell makes it.
pub(crate) struct InProcess {
    dir: TempDir,
    server: tokio::sync::OnceCell<Arc<Server>>,
}

impl InProcess {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            dir: tempfile::tempdir().unwrap(),
            server: tokio::sync::OnceCell::new(),
        })
    }
}

struct InProcessConnector(Arc<Server>);

#[async_trait]
impl Connector for InProcessConnector {
    async fn connect(&self) -> std::io::Result<Box<dyn Transport>> {
        Ok(Box::new(self.0.connect_in_process()))
    }

    fn host(&self) -> String {
        "localhost".into()
    }
}

#[async_trait]
impl LocalWorkspace for InProcess {
    async fn start(&self, key: [u8; 32]) -> Result<LocalStarted, ErrorBody> {
        let make = async || {
            let mut config = server::Config::in_folder(self.dir.path());
            config.key = Some(key);
            let clock = Arc::new(server::SystemClock::default());
            Arc::new(Server::open(config, clock).await.unwrap())
        };
        let server = self.server.get_or_init(make).await;
        Ok(LocalStarted {
            connector: Arc::new(InProcessConnector(Arc::clone(server))),
            setup_code: server.setup_code(),
        })
    }

    async fn demo_site(&self) -> Result<String, ErrorBody> {
        Ok("http://127.0.0.1:1/".into())
    }
}
