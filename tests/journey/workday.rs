//! A day at the desk, for journeys that reach the app from outside its window: a desktop, the app on it, the
//! command line, a workspace, and a colleague who looks on.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent::view::{Stage, UiEvent};
use agent::{Core, Ports, Setup};
use protocol::ids::AgentId;
use protocol::rest::SignedIn;
use protocol::status::Status;
use serde_json::Value;
use testkit::RigError;
use testkit::desktop::{Desktop, Parts, TrayItem};
use testkit::fakes::{
    ManualActivity, ManualHush, MemoryVault, RealClock, RecordingBadge, RecordingNotifier,
    SilentSound,
};
use testkit::leash::Process;
use testkit::people::AgentAtDesk;
use testkit::process::{self, PASSWORD, ServerProcess};
use testkit::wait;

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";
/// The title of the app's window.
pub(crate) const WINDOW: &str = "Porchlight";
/// A start without a window, on a machine that is busy with other things.
pub(crate) const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A desktop without a workspace.
pub(crate) struct Scene {
    pub(crate) desktop: Desktop,
    pub(crate) scratch: tempfile::TempDir,
    /// Where the app keeps its data.
    pub(crate) data: PathBuf,
}

/// What the command line said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Scene {
    pub(crate) async fn set(parts: Parts, folder: &str) -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let desktop = Desktop::start_with(&scratch.path().join("desktop"), parts).await?;
        let data = scratch.path().join(folder);
        Ok(Self {
            desktop,
            scratch,
            data,
        })
    }

    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Result<Process, RigError> {
        let mut command = self.desktop.command(process::built("porchlight")?);
        command.arg("--data-dir").arg(&self.data).args(arguments);
        self.desktop.spawn(name, &mut command)
    }

    /// Runs the command line without a display and without a session bus.
    pub(crate) async fn asks_in(&self, language: &str, words: &[&str]) -> Result<Said, RigError> {
        let mut command = self.desktop.command(process::built("porchlight")?);
        command
            .arg("--data-dir")
            .arg(&self.data)
            .args(words)
            .env_remove("DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("LC_ALL", language)
            .env("LANG", language);
        said(command).await
    }

    pub(crate) async fn asks(&self, words: &[&str]) -> Result<Said, RigError> {
        self.asks_in("C.UTF-8", words).await
    }

    /// Waits for the tray's icon.
    pub(crate) async fn tray(&self) -> Result<TrayItem, RigError> {
        self.desktop
            .wait_for_tray_item("the tray icon", |item| item.title == WINDOW)
            .await
    }

    /// Waits until the tray's menu ticks this status, and no other.
    pub(crate) async fn tray_ticks(&self, status: &str) -> Outcome {
        let tray = self.tray().await?;
        let mut ticked = Vec::new();
        let found = wait::until("", async || {
            let menu = self.desktop.tray_menu(&tray).await.ok()?;
            ticked = menu
                .into_iter()
                .filter(|entry| entry.checked == Some(true))
                .map(|entry| entry.label)
                .collect();
            (ticked == [status]).then_some(())
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("the tray to tick {status}; it ticks {ticked:?}"),
        })
    }

    /// The socket of the app.
    pub(crate) fn socket(&self) -> PathBuf {
        let runtime = self
            .desktop
            .env()
            .into_iter()
            .find(|(name, _)| name == "XDG_RUNTIME_DIR")
            .map(|(_, value)| PathBuf::from(value))
            .expect("a runtime folder");
        let args = porchlight::Args {
            data_dir: Some(self.data.clone()),
            ..porchlight::Args::default()
        };
        let name = args.instance(porchlight::command_line::IDENTIFIER);
        runtime.join("porchlight").join(format!("{name}.sock"))
    }

    /// Waits until the app answers at its socket.
    pub(crate) async fn answers(&self) -> Result<Said, RigError> {
        let what = "the app to answer the command line";
        wait::until_within(STARTS_WITHIN, what, async || {
            let said = self.asks(&["status"]).await.ok()?;
            (said.code != Some(3)).then_some(said)
        })
        .await
    }
}

pub(crate) async fn said(command: std::process::Command) -> Result<Said, RigError> {
    let output: std::process::Output = tokio::process::Command::from(command)
        .output()
        .await
        .expect("the command line runs");
    Ok(Said {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        err: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// A workspace, with Jonas at the desk.
pub(crate) struct Workday {
    pub(crate) scene: Scene,
    pub(crate) server: ServerProcess,
    pub(crate) jonas: SignedIn,
    pub(crate) desk: AgentAtDesk,
}

impl Workday {
    pub(crate) async fn begin(folder: &str) -> Result<Self, RigError> {
        let scene = Scene::set(Parts::default(), folder).await?;
        let server =
            ServerProcess::start(&scene.scratch.path().join("server"), &["--demo"]).await?;
        let jonas = server.set_up("Lumen & Linde", "Jonas Weber", EMAIL).await?;
        let desk = AgentAtDesk::sit_down(&scene.desktop, &scene.data, &[]).await?;
        desk.signs_in(&server.url(), EMAIL, PASSWORD).await?;
        desk.is_live().await?;
        Ok(Self {
            scene,
            server,
            jonas,
            desk,
        })
    }

    /// Calls the shell from the window's page, as a page of settings does.
    pub(crate) async fn calls(&self, command: &str, values: Value) -> Result<Value, RigError> {
        let script = "window.answered = undefined;\
            window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(\
                (value) => { window.answered = { value }; },\
                (error) => { window.answered = { error }; });";
        self.desk
            .app
            .execute(script, vec![command.into(), values])
            .await?;
        wait::until(&format!("{command} to be answered"), async || {
            let script = "return window.answered ?? null";
            let answer = self.desk.app.execute(script, Vec::new()).await.ok()?;
            (!answer.is_null()).then_some(answer)
        })
        .await
    }

    /// Calls the shell, which must do it.
    pub(crate) async fn does(&self, command: &str, values: Value) -> Outcome {
        let answer = self.calls(command, values).await?;
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        Ok(())
    }

    /// Waits until the window shows a colleague online: before, the app rightly asks the last agent.
    pub(crate) async fn shows_online(&self, colleague: &Colleague) -> Outcome {
        let id = colleague.agent_id;
        let mate = format!("[data-test=mate][data-agent='{id}'][data-status=online]");
        self.desk.app.wait_for(&mate).await?;
        Ok(())
    }

    /// Waits until the command line says that this is the status that others get.
    pub(crate) async fn status_is(&self, status: &str) -> Outcome {
        wait::until(&format!("the status to be {status}"), async || {
            let said = self.scene.asks(&["status", "--json"]).await.ok()?;
            let now: Value = serde_json::from_str(&said.out).ok()?;
            (now["status"] == status && now["pending"].is_null()).then_some(())
        })
        .await
    }
}

/// A colleague: the real session in this process, with an operating system made by hand.
pub(crate) struct Colleague {
    agent_id: AgentId,
    pub(crate) core: Core,
    events: agent::UiStream,
    _scratch: tempfile::TempDir,
}

impl Colleague {
    pub(crate) async fn join(server: &ServerProcess, admin: &SignedIn) -> Result<Self, RigError> {
        let email = "mia@lumen-linde.example";
        let accepted = server.join(admin, "Mia Sommer", email).await?;
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let core = Core::start(Setup {
            data_dir: scratch.path().join("mia"),
            device_name: "mia's desk".into(),
            locale: "en".into(),
            ports: Ports {
                clock: Arc::new(RealClock::default()),
                vault: Arc::new(MemoryVault::default()),
                notifier: Arc::new(RecordingNotifier::default()),
                activity: Arc::new(ManualActivity::default()),
                sound: Arc::new(SilentSound::default()),
                do_not_disturb: Arc::new(ManualHush::default()),
                badge: Arc::new(RecordingBadge::default()),
                local: None,
            },
        });
        let mut events = core.attach();
        while !matches!(
            events.next().await,
            Some(UiEvent::Stage(Stage::FirstRun { .. }))
        ) {}
        let sign_in = agent::view::SignIn {
            address: server.url(),
            email: email.into(),
            password: PASSWORD.into(),
        };
        core.sign_in(sign_in)
            .await
            .map_err(|error| panic!("Mia signs in: {error}"))
            .ok();
        Ok(Self {
            agent_id: accepted.agent_id,
            core,
            events,
            _scratch: scratch,
        })
    }

    /// Waits until the team strip shows an agent like this.
    pub(crate) async fn sees(&mut self, agent_id: AgentId, status: Status) -> Outcome {
        let seen = async {
            while let Some(event) = self.events.next().await {
                if let UiEvent::Team(team) = event
                    && team
                        .presence
                        .iter()
                        .any(|one| one.agent_id == agent_id && one.status == status)
                {
                    return true;
                }
            }
            false
        };
        let seen = tokio::time::timeout(wait::LIMIT, seen).await;
        assert_eq!(seen, Ok(true), "a colleague never saw {status:?}");
        Ok(())
    }
}
