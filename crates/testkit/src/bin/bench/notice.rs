//! How long a visitor's message takes to become a notification, beside the bare hops ([`super::floor`]).
//!
//! An agent (Jonas) has the app in the tray of a desktop, without a window; visitors write to conversations
//! of his over the widget's socket; the server is a process of its own. Each round, one visitor writes, and
//! the clock runs until `Notify` has come over the session bus. Then Jonas replies from another device, the
//! app takes the notification back, and the next visitor finds everything as the one before did: nothing
//! waits, nothing is missed, nothing is told in a digest. After it the same is sent over the bare
//! hops, to the same notification daemon. Rounds follow each other with a pause, so latency is measured
//! and no queue.

use std::path::Path;
use std::time::{Duration, Instant};

use protocol::body::Body;
use protocol::command::{Command, CommandDone, CommandRequest};
use protocol::ids::{ClientId, ConversationId};
use protocol::rest::SignedIn;
use protocol::snapshot::Snapshot;
use protocol::widget::WidgetMessage;
use testkit::RigError;
use testkit::desktop::{Desktop, Parts, has_web_processes};
use testkit::people::AgentAtDesk;
use testkit::process::{PASSWORD, ServerProcess};
use testkit::visitor::VisitorSocket;
use testkit::wait;
use uuid::Uuid;

use crate::daemon::{Daemon, PATIENCE};
use crate::figures::{Beside, Figures};
use crate::floor::Floor;

const JONAS: &str = "jonas@example.org";
/// The title of the app's window.
const WINDOW: &str = "Porchlight";
/// The target: at most twice the bare hops.
const MOST: f64 = 2.0;
/// Visitors who take turns: one writes every few seconds then, and the server refuses more than one
/// message a second of each.
const VISITORS: usize = 40;
/// Before each message: what the one before left to do (drawing the tray, closing a connection) is over.
/// The server also refuses more than ten messages a second from one network address.
const CALM: Duration = Duration::from_millis(60);
/// Rounds between two signs of life at the desk, so that Jonas does not become idle.
const TOUCHED_EVERY: usize = 100;

struct Writer {
    socket: VisitorSocket,
    conversation: ConversationId,
}

struct Stage {
    daemon: Daemon,
    visitors: Vec<Writer>,
    jonas: SignedIn,
    server: ServerProcess,
    app: AgentAtDesk,
    desktop: Desktop,
}

/// Whether the target is met.
pub(crate) async fn measure(rounds: usize) -> Result<bool, RigError> {
    let scratch = tempfile::tempdir().map_err(|source| RigError::Io {
        what: "make a scratch folder".into(),
        source,
    })?;
    println!("a desktop, a server, an agent in the tray, and {VISITORS} visitors …");
    let mut stage = Stage::set(scratch.path()).await?;
    let bus = stage.bus()?;
    let mut floor = Floor::lay(&scratch.path().join("floor"), bus).await?;
    let before = load();
    let measured = stage.rounds(&mut floor, rounds).await;
    let closed = floor.close().await;
    let beside = measured?;
    closed?;
    println!(
        "{} messages, one at a time; {} build; {}; load {before} before, {} after\n",
        beside.ours.count(),
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
        machine(),
        load()
    );
    println!(
        "{}",
        beside.table(
            "visitor's send → Notify on the session bus",
            "the bare hops"
        )
    );
    Ok(beside.is_met())
}

impl Stage {
    async fn set(scratch: &Path) -> Result<Self, RigError> {
        let server = ServerProcess::start(&scratch.join("server"), &["--demo"]).await?;
        let jonas = server.set_up("Bench", "Jonas", JONAS).await?;
        let parts = Parts {
            notification_daemon: false,
            ..Parts::default()
        };
        let desktop = Desktop::start_with(&scratch.join("desktop"), parts).await?;
        let daemon = Daemon::start(&bus_of(&desktop)?).await?;
        let app = AgentAtDesk::sit_down(&desktop, &scratch.join("app"), &[]).await?;
        app.signs_in(&server.url(), JONAS, PASSWORD).await?;
        app.is_live().await?;
        app.sees_own_status("online").await?;
        into_the_tray(&desktop, &app).await?;
        let mut stage = Self {
            daemon,
            visitors: Vec::new(),
            jonas,
            server,
            app,
            desktop,
        };
        for number in 0..VISITORS {
            let visitor = stage.visitor(number).await?;
            stage.visitors.push(visitor);
        }
        Ok(stage)
    }

    /// A visitor whose conversation is Jonas', and answered.
    async fn visitor(&mut self, number: usize) -> Result<Writer, RigError> {
        let snapshot: Snapshot = self
            .server
            .get("/api/v1/snapshot", &self.jonas.token)
            .await?;
        let site = snapshot.sites.first().map(|site| site.id);
        let site = site.ok_or_else(|| RigError::Answer("there is no demo site".into()))?;
        let mut socket = VisitorSocket::arrive(&self.server.url(), site, None).await?;
        let text = format!("Hello from visitor {number:02}");
        let first = socket.writes(&text).await?;
        let (_, id) = self.told_of(&text).await?;
        let snapshot: Snapshot = self
            .server
            .get("/api/v1/snapshot", &self.jonas.token)
            .await?;
        let conversation = snapshot
            .conversations
            .iter()
            .find(|it| it.messages.iter().any(|message| message.id == first.id))
            .map(|it| it.conversation.id)
            .ok_or_else(|| RigError::Answer("a visitor's message is nowhere".into()))?;
        self.reply(conversation, &first).await?;
        self.daemon.withdrawn(id, PATIENCE).await?;
        Ok(Writer {
            socket,
            conversation,
        })
    }

    fn bus(&self) -> Result<String, RigError> {
        bus_of(&self.desktop)
    }

    async fn rounds(&mut self, floor: &mut Floor, rounds: usize) -> Result<Beside, RigError> {
        let mut ours = Vec::with_capacity(rounds);
        let mut bare = Vec::with_capacity(rounds);
        for number in 0..rounds {
            if number.is_multiple_of(TOUCHED_EVERY) {
                let x = if (number / TOUCHED_EVERY).is_multiple_of(2) {
                    10
                } else {
                    20
                };
                self.desktop.mouse_move(x, 10)?;
            }
            tokio::time::sleep(CALM).await;
            ours.push(self.ours(number).await?);
            tokio::time::sleep(CALM).await;
            let text = format!("Bare message {number:05}");
            let begun = floor.send(&text).await?;
            let (at, _) = self.daemon.notified(&text, PATIENCE).await?;
            bare.push(at.saturating_duration_since(begun));
        }
        Ok(Beside {
            ours: Figures::of(ours),
            bare: Figures::of(bare),
            most: MOST,
        })
    }

    async fn ours(&mut self, number: usize) -> Result<Duration, RigError> {
        let text = format!("Message {number:05}");
        let turn = number % self.visitors.len().max(1);
        let visitor = self
            .visitors
            .get_mut(turn)
            .ok_or_else(|| RigError::Answer("there is no visitor".into()))?;
        let conversation = visitor.conversation;
        let begun = Instant::now();
        let sent = visitor.socket.writes(&text).await?;
        let (at, id) = self.told_of(&text).await?;
        self.reply(conversation, &sent).await?;
        self.daemon.withdrawn(id, PATIENCE).await?;
        Ok(at.saturating_duration_since(begun))
    }

    async fn told_of(&mut self, text: &str) -> Result<(Instant, u32), RigError> {
        let told = self.daemon.notified(text, PATIENCE).await;
        told.map_err(|error| {
            let said = self.app.app.output();
            RigError::Answer(format!("{error}; the app said: {said}"))
        })
    }

    /// From Jonas' other device.
    async fn reply(
        &self,
        conversation_id: ConversationId,
        to: &WidgetMessage,
    ) -> Result<(), RigError> {
        let request = CommandRequest {
            client_id: ClientId(Uuid::now_v7()),
            command: Command::Reply {
                conversation_id,
                body: Body::from_plain("Thank you!"),
                seen_through: to.seq,
            },
        };
        let _: CommandDone = self
            .server
            .post("/api/v1/commands", &self.jonas.token, &request)
            .await?;
        Ok(())
    }
}

/// Closes the window, and waits until nothing of it is left.
async fn into_the_tray(desktop: &Desktop, app: &AgentAtDesk) -> Result<(), RigError> {
    desktop
        .wait_for_tray_item("the app's icon", |item| item.title == WINDOW)
        .await?;
    desktop.close_window(WINDOW)?;
    wait::until("the window to be gone", async || {
        let open = desktop.windows().iter().any(|title| title == WINDOW);
        (!open).then_some(())
    })
    .await?;
    match app.app.id() {
        Some(id) => has_web_processes(id, 0).await,
        None => Ok(()),
    }
}

fn bus_of(desktop: &Desktop) -> Result<String, RigError> {
    let found = desktop
        .env()
        .into_iter()
        .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
    found
        .map(|(_, address)| address)
        .ok_or_else(|| RigError::Answer("the desktop has no session bus".into()))
}

/// What it ran on, in a line.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after_colon = |text: &str, name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
    };
    let model = after_colon(&read("/proc/cpuinfo"), "model name");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{cores} × {}, Linux {}",
        model.as_deref().unwrap_or("unknown processor"),
        kernel.trim(),
    )
}

/// How many threads wanted to run at the same time in the last minute: with more of them than processors,
/// figures tell of the others.
fn load() -> String {
    let all = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    all.split(' ').next().unwrap_or("unknown").to_owned()
}
