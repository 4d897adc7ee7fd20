//! A server to test against, and the other ends: an app and a visitor's tab.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::frame::{DeviceFrame, EventFrame, Hello, ServerFrame};
use protocol::ids::{AgentId, ClientId, ConversationId, GroupId, Seq, SiteId};
use protocol::model::{Conversation, Role, WhenNobody};
use protocol::rest::{
    AcceptInvitationRequest, GroupMade, GroupRequest, Invitation, InviteRequest, SetupRequest,
    SignedIn, SiteMade, SiteRequest,
};
use protocol::snapshot::Snapshot;
use protocol::status::Activity;
use protocol::widget::{VisitorFrame, WidgetFrame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::limiter::Rate;
use server::{Clock, Config, FakeClock, Limits, Server, SystemClock};
use tempfile::TempDir;
use tokio::io::DuplexStream;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use uuid::Uuid;

/// Longest wait for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("no {what} in time"))
}

pub(crate) fn new_id<T>(from: fn(Uuid) -> T) -> T {
    from(Uuid::now_v7())
}

/// A running server in a folder of its own.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) address: SocketAddr,
    folder: TempDir,
    config: Config,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with_limits(Limits::default()).await
    }

    /// For tests that send faster than people do.
    pub(crate) async fn open_wide() -> Self {
        let wide = Rate {
            burst: 100_000,
            refill_ms: 1,
        };
        let limits = Limits {
            visitor: wide,
            visitors_at: wide,
            ..Limits::default()
        };
        Self::with_limits(limits).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(|config| config.limits = limits).await
    }

    pub(crate) async fn with(set: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::in_folder(folder.path());
        set(&mut config);
        Self::start(folder, Arc::new(FakeClock::default()), config).await
    }

    /// By the clock of this machine; the hand-moved one is not connected to anything.
    pub(crate) async fn in_real_time() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::in_folder(folder.path());
        let clock = Arc::new(SystemClock::default());
        Self::start_by(clock, folder, Arc::default(), config).await
    }

    async fn start(folder: TempDir, clock: Arc<FakeClock>, config: Config) -> Self {
        Self::start_by(Arc::clone(&clock) as _, folder, clock, config).await
    }

    async fn start_by(
        time: Arc<dyn Clock>,
        folder: TempDir,
        clock: Arc<FakeClock>,
        config: Config,
    ) -> Self {
        let server = Server::open(config.clone(), time).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.serve(listener).unwrap();
        Self {
            server,
            clock,
            address,
            folder,
            config,
        }
    }

    /// Stops the server and starts it again on the same folder, after a while.
    pub(crate) async fn restart(self, down_ms: i64) -> Self {
        self.restart_after(down_ms, || {}).await
    }

    /// Stops the server and starts it again by the clock of this machine.
    pub(crate) async fn restart_in_real_time(self) -> Self {
        self.server.shutdown().await;
        let time = Arc::new(SystemClock::default());
        Self::start_by(time, self.folder, self.clock, self.config).await
    }

    /// Like [`House::restart`], with something done to its folder meanwhile.
    pub(crate) async fn restart_after(self, down_ms: i64, meanwhile: impl FnOnce()) -> Self {
        self.server.shutdown().await;
        self.clock.advance(down_ms);
        meanwhile();
        Self::start(self.folder, self.clock, self.config).await
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.config.database()
    }

    pub(crate) async fn request(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> (StatusCode, Value) {
        let io = TokioIo::new(self.server.connect_in_process());
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "in.process")
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .body(Full::new(Bytes::from(body.unwrap_or_default())))
            .unwrap();
        let response = soon("response", sender.send_request(request))
            .await
            .unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<T, ErrorBody> {
        let body = Some(serde_json::to_string(body).unwrap());
        let (status, value) = self.request(method, path, token, body).await;
        if status.is_success() {
            Ok(serde_json::from_value(value).unwrap())
        } else {
            Err(serde_json::from_value(value).unwrap())
        }
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<T, ErrorBody> {
        self.send(Method::POST, path, token, body).await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: &impl Serialize) {
        let () = self
            .send(Method::PUT, path, Some(token), body)
            .await
            .unwrap();
    }

    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
    ) -> Result<T, ErrorBody> {
        let (status, value) = self.request(Method::GET, path, Some(token), None).await;
        if status.is_success() {
            Ok(serde_json::from_value(value).unwrap())
        } else {
            Err(serde_json::from_value(value).unwrap())
        }
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> StatusCode {
        self.request(Method::DELETE, path, Some(token), None)
            .await
            .0
    }

    /// The first admin: Anna.
    pub(crate) async fn setup(&self) -> SignedIn {
        let request = SetupRequest {
            setup_code: self.server.setup_code().unwrap(),
            workspace_name: "Lumen & Linde".into(),
            name: "Anna".into(),
            email: "anna@example.org".into(),
            password: PASSWORD.into(),
            device_name: "Anna's desk".into(),
        };
        self.post("/api/v1/setup", None, &request).await.unwrap()
    }

    pub(crate) async fn invite(&self, admin: &SignedIn, email: &str, role: Role) -> Invitation {
        let request = InviteRequest {
            email: email.into(),
            role,
        };
        self.post("/api/v1/invitations", Some(&admin.token), &request)
            .await
            .unwrap()
    }

    /// Another agent, by way of an invitation.
    pub(crate) async fn agent(&self, admin: &SignedIn, name: &str) -> SignedIn {
        let email = format!("{}@example.org", name.to_lowercase());
        let invitation = self.invite(admin, &email, Role::Agent).await;
        let request = acceptance(&invitation, name);
        self.post("/api/v1/invitations/accept", None, &request)
            .await
            .unwrap()
    }

    pub(crate) async fn site(&self, admin: &SignedIn, when_nobody: WhenNobody) -> SiteId {
        let request = SiteRequest {
            name: "Shop".into(),
            origins: vec!["https://shop.example".into()],
            when_nobody,
            groups: Vec::new(),
        };
        let made: SiteMade = self
            .post("/api/v1/sites", Some(&admin.token), &request)
            .await
            .unwrap();
        made.id
    }

    pub(crate) async fn group(&self, admin: &SignedIn, members: &[&SignedIn]) -> GroupId {
        let request = GroupRequest {
            name: "Support".into(),
            members: members.iter().map(|member| member.agent_id).collect(),
        };
        let made: GroupMade = self
            .post("/api/v1/groups", Some(&admin.token), &request)
            .await
            .unwrap();
        made.id
    }

    pub(crate) async fn move_to(
        &self,
        by: &SignedIn,
        conversation_id: ConversationId,
        group_id: Option<GroupId>,
    ) {
        let command = Command::SetGroup {
            conversation_id,
            group_id,
        };
        self.command(by, command).await.unwrap();
    }

    /// The oldest conversation that they see.
    pub(crate) async fn conversation(&self, of: &SignedIn) -> Conversation {
        let snapshot = self.snapshot(of).await;
        snapshot.conversations[0].conversation.clone()
    }

    pub(crate) async fn snapshot(&self, of: &SignedIn) -> Snapshot {
        self.get("/api/v1/snapshot", &of.token).await.unwrap()
    }

    pub(crate) async fn command(
        &self,
        by: &SignedIn,
        command: Command,
    ) -> Result<CommandDone, ErrorBody> {
        let request = CommandRequest {
            client_id: new_id(ClientId),
            command,
        };
        self.post("/api/v1/commands", Some(&by.token), &request)
            .await
    }

    /// A raw stream, before the hello.
    pub(crate) async fn stream(&self) -> Stream {
        let io = self.server.connect_in_process();
        let request = "ws://in.process/api/v1/stream"
            .into_client_request()
            .unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, io).await.unwrap();
        Stream { socket }
    }

    /// A stream that has caught up from a cursor, with the events it got on the way.
    pub(crate) async fn follow(&self, who: &SignedIn, cursor: Seq) -> (Stream, Vec<EventFrame>) {
        let mut stream = self.stream().await;
        stream.hello(&who.token, cursor).await;
        assert!(matches!(stream.next().await, ServerFrame::Welcome { .. }));
        let mut events = Vec::new();
        loop {
            match stream.next().await {
                ServerFrame::Event(event) => events.push(event),
                ServerFrame::CaughtUp { seq } => {
                    assert_eq!(seq, events.last().map_or(cursor, |event| event.seq));
                    return (stream, events);
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    /// A stream from now on.
    pub(crate) async fn listen(&self, who: &SignedIn) -> Stream {
        let cursor = self.snapshot(who).await.seq;
        self.follow(who, cursor).await.0
    }

    /// The same, present and active.
    pub(crate) async fn online(&self, who: &SignedIn) -> Stream {
        let mut stream = self.listen(who).await;
        stream
            .say(&DeviceFrame::Claim {
                activity: Activity::Active,
            })
            .await;
        let status = protocol::status::Status::Online;
        stream.presence_of(who.agent_id, status).await;
        stream
    }

    /// A visitor's tab, before the hello.
    pub(crate) async fn tab_from(&self, origin: &str) -> Result<Tab, StatusCode> {
        let url = format!("ws://{}/widget/v1/socket", self.address);
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        let io = TcpStream::connect(self.address).await.unwrap();
        match tokio_tungstenite::client_async(request, io).await {
            Ok((socket, _)) => Ok(Tab {
                socket,
                token: String::new(),
            }),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status()),
            Err(other) => panic!("{other}"),
        }
    }

    /// A visitor's tab and its welcome.
    pub(crate) async fn tab(&self, site: SiteId, token: Option<&str>) -> (Tab, WidgetFrame) {
        let mut tab = self
            .tab_from(&format!("http://{}", self.address))
            .await
            .unwrap();
        let hello = VisitorFrame::Hello {
            version: PROTOCOL_VERSION,
            site_id: site,
            token: token.map(str::to_owned),
            cursor: Seq(0),
        };
        tab.say(&hello).await;
        let welcome = tab.next().await;
        if let WidgetFrame::Welcome { token, .. } = &welcome {
            tab.token.clone_from(token);
        }
        (tab, welcome)
    }
}

pub(crate) fn acceptance(invitation: &Invitation, name: &str) -> AcceptInvitationRequest {
    let (_, code) = invitation.link.split_once("/invite#").unwrap();
    AcceptInvitationRequest {
        code: code.into(),
        name: name.into(),
        password: PASSWORD.into(),
        device_name: format!("{name}'s desk"),
    }
}

/// The device's end of a stream.
pub(crate) struct Stream {
    pub(crate) socket: WebSocketStream<DuplexStream>,
}

impl Stream {
    pub(crate) async fn hello(&mut self, token: &str, cursor: Seq) {
        let hello = Hello {
            version: PROTOCOL_VERSION,
            capabilities: vec!["something-new".into()],
            token: token.into(),
            cursor,
        };
        self.say(&DeviceFrame::Hello(hello)).await;
    }

    pub(crate) async fn say(&mut self, frame: &DeviceFrame) {
        self.say_text(serde_json::to_string(frame).unwrap()).await;
    }

    pub(crate) async fn say_text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next frame; `None` at the end of the stream.
    pub(crate) async fn maybe_next(&mut self) -> Option<ServerFrame> {
        loop {
            match soon("frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(text.as_str()).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub(crate) async fn next(&mut self) -> ServerFrame {
        self.maybe_next().await.expect("the stream ended")
    }

    pub(crate) async fn next_event(&mut self) -> EventFrame {
        match self.next().await {
            ServerFrame::Event(event) => event,
            other => panic!("unexpected {other:?}"),
        }
    }

    /// Reads events until one fits.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut fits: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        soon(what, async {
            loop {
                let frame = self.next().await;
                if let Some(found) = fits(&frame) {
                    return found;
                }
            }
        })
        .await
    }

    pub(crate) async fn presence_of(&mut self, agent: AgentId, status: protocol::status::Status) {
        self.until("presence", |frame| match frame {
            ServerFrame::Event(EventFrame {
                event: protocol::event::Event::PresenceChanged { presence },
                ..
            }) => (presence.agent_id == agent && presence.status == status).then_some(()),
            _ => None,
        })
        .await;
    }

    /// The last word, after which the stream must be over.
    pub(crate) async fn ends_with(mut self) -> ErrorBody {
        let error = self
            .until("error", |frame| match frame {
                ServerFrame::Error(error) => Some(error.clone()),
                _ => None,
            })
            .await;
        assert!(
            self.maybe_next().await.is_none(),
            "nothing may follow an error"
        );
        error
    }
}

/// The widget's end of its socket.
pub(crate) struct Tab {
    pub(crate) socket: WebSocketStream<TcpStream>,
    pub(crate) token: String,
}

impl Tab {
    pub(crate) async fn say(&mut self, frame: &VisitorFrame) {
        let text = serde_json::to_string(frame).unwrap();
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send(&mut self, text: &str) -> ClientId {
        let client_id = new_id(ClientId);
        self.say(&VisitorFrame::Send {
            client_id,
            body: Body::from_plain(text),
        })
        .await;
        client_id
    }

    pub(crate) async fn maybe_next(&mut self) -> Option<WidgetFrame> {
        loop {
            match soon("widget frame", self.socket.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(text.as_str()).unwrap());
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub(crate) async fn next(&mut self) -> WidgetFrame {
        self.maybe_next().await.expect("the socket ended")
    }

    /// Sends and waits until it is stored.
    pub(crate) async fn write(&mut self, text: &str) {
        let sent = self.send(text).await;
        loop {
            match self.next().await {
                WidgetFrame::Message(message) if message.client_id == Some(sent) => return,
                WidgetFrame::Refused { error, .. } => panic!("refused: {error}"),
                _ => {}
            }
        }
    }

    /// The next message with this text.
    pub(crate) async fn reads(&mut self, text: &str) -> protocol::widget::WidgetMessage {
        loop {
            if let WidgetFrame::Message(message) = self.next().await
                && message.body.plain_text() == text
            {
                return message;
            }
        }
    }
}

#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, ErrorBody>, code: ErrorCode) {
    assert_eq!(answer.unwrap_err().code, code);
}
