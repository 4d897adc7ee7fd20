//! What reaches the app from outside its window, on the real app: the command line over the control
//! socket, start at login, and the global shortcut.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use agent::view::{Stage, UiEvent};
use agent::{Core, Ports, Setup};
use protocol::ids::AgentId;
use protocol::model::Role;
use protocol::rest::{AcceptInvitationRequest, Invitation, InviteRequest, SignedIn};
use protocol::status::Status;
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::{Desktop, Keyring, Parts, TrayItem};
use testkit::fakes::{ManualActivity, MemoryVault, RealClock, RecordingNotifier};
use testkit::leash::Process;
use testkit::people::AgentAtDesk;
use testkit::process::{self, PASSWORD, ServerProcess};
use testkit::wait;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";
/// The title of the app's window.
const WINDOW: &str = "Porchlight";
/// A start without a window, on a machine that is busy with other things.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A desktop without a workspace.
struct Scene {
    desktop: Desktop,
    scratch: tempfile::TempDir,
    /// Where the app keeps its data.
    data: PathBuf,
}

/// What the command line said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Scene {
    async fn set(parts: Parts, folder: &str) -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let desktop = Desktop::start_with(&scratch.path().join("desktop"), parts).await?;
        let data = scratch.path().join(folder);
        Ok(Self {
            desktop,
            scratch,
            data,
        })
    }

    fn start(&self, name: &str, arguments: &[&str]) -> Result<Process, RigError> {
        let mut command = self.desktop.command(process::built("porchlight")?);
        command.arg("--data-dir").arg(&self.data).args(arguments);
        self.desktop.spawn(name, &mut command)
    }

    /// Runs the command line without a display and without a session bus.
    async fn asks_in(&self, language: &str, words: &[&str]) -> Result<Said, RigError> {
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

    async fn asks(&self, words: &[&str]) -> Result<Said, RigError> {
        self.asks_in("C.UTF-8", words).await
    }

    /// Waits for the tray's icon.
    async fn tray(&self) -> Result<TrayItem, RigError> {
        self.desktop
            .wait_for_tray_item("the tray icon", |item| item.title == WINDOW)
            .await
    }

    /// Which statuses the tray's menu ticks.
    async fn ticked(&self) -> Result<Vec<String>, RigError> {
        let tray = self.tray().await?;
        let menu = self.desktop.tray_menu(&tray).await?;
        let ticked = menu.iter().filter(|entry| entry.checked == Some(true));
        Ok(ticked.map(|entry| entry.label.clone()).collect())
    }

    /// The socket of the app.
    fn socket(&self) -> PathBuf {
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
    async fn answers(&self) -> Result<Said, RigError> {
        let what = "the app to answer the command line";
        wait::until_within(STARTS_WITHIN, what, async || {
            let said = self.asks(&["status"]).await.ok()?;
            (said.code != Some(3)).then_some(said)
        })
        .await
    }
}

async fn said(command: std::process::Command) -> Result<Said, RigError> {
    let output: Output = tokio::process::Command::from(command)
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
struct Workday {
    scene: Scene,
    server: ServerProcess,
    jonas: SignedIn,
    desk: AgentAtDesk,
}

impl Workday {
    async fn begin(folder: &str) -> Result<Self, RigError> {
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
    async fn calls(&self, command: &str, values: Value) -> Result<Value, RigError> {
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
    async fn does(&self, command: &str, values: Value) -> Outcome {
        let answer = self.calls(command, values).await?;
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        Ok(())
    }

    /// Waits until the command line says that this is the status that others get.
    async fn status_is(&self, status: &str) -> Outcome {
        wait::until(&format!("the status to be {status}"), async || {
            let said = self.scene.asks(&["status", "--json"]).await.ok()?;
            let now: Value = serde_json::from_str(&said.out).ok()?;
            (now["status"] == status && now["pending"].is_null()).then_some(())
        })
        .await
    }
}

/// A colleague: the real session in this process, with an operating system made by hand.
struct Colleague {
    core: Core,
    events: agent::UiStream,
    _scratch: tempfile::TempDir,
}

impl Colleague {
    async fn join(server: &ServerProcess, admin: &SignedIn) -> Result<Self, RigError> {
        let email = "mia@lumen-linde.example";
        let invite = InviteRequest {
            email: email.into(),
            role: Role::Agent,
        };
        let invitation: Invitation = server
            .post("/api/v1/invitations", &admin.token, &invite)
            .await?;
        let (_, code) = invitation.link.split_once("/invite#").expect("a code");
        let accept = AcceptInvitationRequest {
            code: code.into(),
            name: "Mia Sommer".into(),
            password: PASSWORD.into(),
            device_name: "rig".into(),
        };
        let _: SignedIn = server
            .post("/api/v1/invitations/accept", "", &accept)
            .await?;
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
            core,
            events,
            _scratch: scratch,
        })
    }

    /// Waits until the team strip shows an agent like this.
    async fn sees(&mut self, agent_id: AgentId, status: Status) -> Outcome {
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

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_and_changes_the_status_everywhere() -> Outcome {
    let mut day = Workday::begin("app").await?;
    let scene = &day.scene;
    let first = scene.asks(&["status"]).await?;
    assert_eq!((first.code, first.out.as_str()), (Some(0), "Online"));
    assert_eq!(first.err, "", "nothing but the line");
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["status"], "online");
    assert_eq!(now["reason"], "chosen");
    assert_eq!(now["connection"], "live");
    assert_eq!(now["workspace"], "Lumen & Linde");
    assert_eq!(now["pending"], Value::Null);

    // Alone, the change would leave the demo shop with nobody.
    let refused = scene.asks(&["status", "offline"]).await?;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("--yes"), "{refused:?}");
    assert_eq!(refused.out, "");
    day.status_is("online").await?;
    let done = scene.asks(&["status", "offline", "--yes"]).await?;
    assert_eq!((done.code, done.out.as_str()), (Some(0), "Offline"));
    assert_eq!(scene.ticked().await?, ["Offline"]);
    day.desk.sees_own_status("offline").await?;

    // With a colleague online nothing is asked, and she sees each change.
    let mut mia = Colleague::join(&day.server, &day.jonas).await?;
    mia.sees(day.jonas.agent_id, Status::Offline).await?;
    let done = scene.asks(&["status", "online", "--json"]).await?;
    let now = done.json();
    assert_eq!(now["status"], "online", "decided when it answers: {now}");
    assert_eq!(now["choice"]["via"], "command_line");
    mia.sees(day.jonas.agent_id, Status::Online).await?;
    let done = scene.asks(&["status", "invisible", "--for", "15m"]).await?;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.out.starts_with("Invisible until ") && done.out.ends_with(", then Online"),
        "{done:?}"
    );
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["plan"], "timed");
    assert_eq!(now["next"]["status"], "online");
    assert_eq!(now["next"]["at"], now["choice"]["until"]);
    mia.sees(day.jonas.agent_id, Status::Invisible).await?;
    assert_eq!(scene.ticked().await?, ["Invisible"]);
    day.desk.sees_own_status("invisible").await?;

    // What the workspace does not offer, and what is no status: nothing changes.
    let refused = scene.asks(&["status", "busy"]).await?;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.err.contains("does not offer Busy"),
        "it says what is offered: {refused:?}"
    );
    for words in [
        ["status", "onlin", "--yes"].as_slice(),
        &["status", "offline", "--for", "25h"],
        &["status", "offline", "--for", "soon"],
        &["status", "offline", "--until", "24:00"],
        &["status", "online", "--for", "1h"],
        &["status", "wind-down", "--until", "tomorrow"],
    ] {
        let wrong = scene.asks(words).await?;
        assert_eq!(wrong.code, Some(2), "{words:?}: {wrong:?}");
        assert!(wrong.err.contains("error:"), "{words:?}: {wrong:?}");
    }
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["plan"], "timed", "nothing has changed: {now}");

    let german = scene.asks_in("de_DE.UTF-8", &["status"]).await?;
    assert!(german.out.starts_with("Unsichtbar bis "), "{german:?}");
    let french = scene.asks_in("fr_FR.UTF-8", &["status"]).await?;
    assert!(french.out.contains("jusqu’à"), "{french:?}");

    // With nothing left to answer, a wind-down ends at once.
    let wound = scene.asks(&["status", "wind-down"]).await?;
    assert_eq!(wound.code, Some(0), "{wound:?}");
    day.status_is("offline").await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["by"], "wound_down", "{now}");
    let tomorrow = ["status", "invisible", "--until", "tomorrow", "--json"];
    let now = day.scene.asks(&tomorrow).await?.json();
    assert_eq!(now["choice"]["plan"], "timed", "{now}");
    let evening = ["status", "offline", "--until", "23:59", "--json"];
    let now = day.scene.asks(&evening).await?.json();
    assert_eq!(now["status"], "offline", "{now}");
    assert_eq!(now["next"]["status"], "online", "{now}");

    // Without the workspace a change is pending, and says so.
    day.server.kill();
    day.desk
        .app
        .wait_for("[data-test=connection][data-state=lost]")
        .await?;
    let pending = day.scene.asks(&["status", "online"]).await?;
    assert_eq!(pending.code, Some(4), "{pending:?}");
    assert_eq!(
        pending.out,
        "Online: pending, the workspace is not reachable"
    );
    day.server.restart().await?;
    day.does("try_now", json!({})).await?;
    day.status_is("online").await?;
    mia.core.quit(protocol::status::Goodbye::Quit).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_running_app_it_says_so_and_a_crash_locks_nobody_out() -> Outcome {
    let parts = Parts {
        tray_host: true,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let scene = Scene::set(parts, "app").await?;
    for words in [["status"].as_slice(), &["status", "online"]] {
        let said = scene.asks(words).await?;
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.err.contains("not running"), "{said:?}");
    }
    let german = scene.asks_in("de_DE.UTF-8", &["status"]).await?;
    assert!(german.err.contains("läuft nicht"), "{german:?}");

    // What some crash left behind.
    let socket = scene.socket();
    std::fs::create_dir_all(socket.parent().expect("a folder")).expect("a folder");
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("a dead socket"));
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));

    let mut app = scene.start("app", &["--hidden"])?;
    let said = scene.answers().await?;
    assert_eq!(said.code, Some(1), "nobody is signed in: {said:?}");
    assert_eq!(
        said.err,
        "Nobody is signed in. Open Porchlight and sign in."
    );

    // Killed, then started anew: the socket is there, and nobody behind it, until the next app is.
    app.kill();
    assert!(socket.exists());
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));
    let mut again = scene.start("again", &["--hidden"])?;
    assert_eq!(scene.answers().await?.code, Some(1));

    // A sign-in that cannot be read is not taken for none.
    assert!(again.terminate().await?.success(), "{}", again.output());
    std::fs::write(scene.data.join("profile.json"), "{\"work").expect("a damaged profile");
    let mut again = scene.start("damaged", &["--hidden"])?;
    let said = scene.answers().await?;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("cannot open"), "{said:?}");
    // It opens its window for that, by itself.
    scene.desktop.wait_for_window(WINDOW).await?;
    assert!(again.terminate().await?.success(), "{}", again.output());
    std::fs::remove_file(scene.data.join("profile.json")).expect("removed");
    let mut again = scene.start("mended", &["--hidden"])?;
    assert_eq!(scene.answers().await?.code, Some(1));

    // The command line opens no window, and is no second start.
    scene.tray().await?;
    assert_eq!(scene.desktop.windows(), Vec::<String>::new());
    assert!(again.terminate().await?.success(), "{}", again.output());
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));
    Ok(())
}

/// Another user gets nothing, also where the folder's rights let them come as far as the socket.
#[tokio::test(flavor = "multi_thread")]
async fn another_user_of_the_computer_is_refused() -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let parts = Parts {
        tray_host: true,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let scene = Scene::set(parts, "app").await?;
    let _app = scene.start("app", &["--hidden"])?;
    scene.answers().await?;
    let own = std::fs::metadata(scene.socket()).expect("the socket");
    assert_eq!(own.permissions().mode() & 0o777, 0o600);

    // Only root can become somebody else.
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: what another user would meet was not tried");
        return Ok(());
    }
    let socket = scene.socket();
    let folder = socket.parent().expect("a folder");
    for path in [folder.parent().expect("a folder"), folder, &socket] {
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(path, open).expect("opened");
    }
    let as_nobody = |program: &Path| {
        let mut command = scene.desktop.command("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program);
        command
    };
    let mut raw = as_nobody(Path::new("perl"));
    raw.args(["-MIO::Socket::UNIX", "-e"])
        .arg(
            "my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die qq(no: $!); \
             $SIG{PIPE} = q(IGNORE); \
             print $s qq({\"version\":1,\"ask\":\"report\"}\\n); $s->flush; \
             my $l = <$s>; print defined $l ? $l : q(hung up);",
        )
        .arg(&socket);
    let heard = said(raw).await?;
    assert_eq!(heard.out, "hung up", "{heard:?}");

    let mut command = as_nobody(&process::built("porchlight")?);
    command.arg("--data-dir").arg(&scene.data).arg("status");
    let heard = said(command).await?;
    assert_eq!(heard.code, Some(1), "{heard:?}");
    assert!(heard.err.contains("another user"), "{heard:?}");
    assert_eq!(scene.answers().await?.code, Some(1), "we still get through");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn start_at_login_is_an_entry_of_the_system_that_really_starts_the_app() -> Outcome {
    // A folder that is quoted wherever it can be.
    let day = Workday::begin("jonas' $desk \"100%\" a\\b").await?;
    let entry = || {
        let folder = day.scene.desktop.home().join(".config/autostart");
        let mut found: Vec<_> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert!(found.len() <= 1, "{found:?}");
        found.pop()
    };
    let settings = async || -> Result<Value, RigError> {
        Ok(day.calls("device_settings", json!({})).await?["value"].clone())
    };
    assert_eq!(settings().await?["start_at_login"], "off", "at first");
    assert_eq!(entry(), None);

    day.does("set_start_at_login", json!({ "start": "window" }))
        .await?;
    assert_eq!(settings().await?["start_at_login"], "window");
    let path = entry().expect("an entry");
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains("--hidden"), "{text}");

    day.does("set_start_at_login", json!({ "start": "tray" }))
        .await?;
    assert_eq!(settings().await?["start_at_login"], "tray");

    // The session's own settings switch it off, and the app says what they say.
    let on = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, format!("{on}Hidden=true\n")).expect("written");
    assert_eq!(settings().await?["start_at_login"], "off");
    std::fs::write(&path, on).expect("written");

    // What the desktop does at login: it starts into the tray, as the same installation.
    day.desk.app.kill_app().await?;
    let scene = &day.scene;
    let mut login = scene.desktop.command("gio");
    login.arg("launch").arg(&path);
    let mut login = scene.desktop.spawn("login", &mut login)?;
    assert!(login.wait().await?.success(), "{}", login.output());
    scene.tray().await?;
    wait::until("the session to go on", async || {
        let said = scene.asks(&["status", "--json"]).await.ok()?;
        let now: Value = serde_json::from_str(&said.out).ok()?;
        (now["connection"] == "live").then_some(())
    })
    .await?;
    assert_eq!(
        scene.desktop.windows(),
        Vec::<String>::new(),
        "into the tray"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_global_shortcut_switches_from_anywhere_and_keys_of_others_are_refused() -> Outcome {
    let day = Workday::begin("app").await?;
    let jonas = day.jonas.agent_id;
    let desktop = &day.scene.desktop;
    let settings = async || -> Result<Value, RigError> {
        Ok(day.calls("device_settings", json!({})).await?["value"].clone())
    };
    assert_eq!(settings().await?["shortcut"], Value::Null, "off at first");
    assert_eq!(settings().await?["shortcut_problem"], Value::Null);

    day.does("set_shortcut", json!({ "keys": "alt+ctrl+p" }))
        .await?;
    assert_eq!(settings().await?["shortcut"], "Ctrl+Alt+P");
    // From anywhere: there is no window of ours any more.
    let close = async || {
        day.scene.tray().await?;
        desktop.close_window(WINDOW)?;
        wait::until("the window to be gone", async || {
            desktop.windows().is_empty().then_some(())
        })
        .await
    };
    close().await?;

    // Alone, it asks before the demo shop is left with nobody; the window comes for that.
    desktop.key("ctrl+alt+p")?;
    desktop.wait_for_window(WINDOW).await?;
    day.status_is("online").await?;
    let mut mia = Colleague::join(&day.server, &day.jonas).await?;
    mia.sees(jonas, Status::Online).await?;

    close().await?;
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Invisible).await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["via"], "shortcut", "{now}");
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Online).await?;

    // Keys that another program has.
    let tray = day.scene.tray().await?;
    desktop.tray_activate(&tray).await?;
    day.desk.app.find_window().await?;
    day.desk.is_live().await?;
    let other = Rival::on(desktop);
    assert!(other.takes(b'q'), "they are free");
    let refused = day
        .calls("set_shortcut", json!({ "keys": "Ctrl+Alt+Q" }))
        .await?;
    assert_eq!(refused["error"]["code"], "conflict", "{refused}");
    for keys in ["Ctrl+Alt", "P", "Ctrl+Alt+Ö", ""] {
        let refused = day.calls("set_shortcut", json!({ "keys": keys })).await?;
        assert_eq!(refused["error"]["code"], "bad_request", "{keys}: {refused}");
    }
    assert_eq!(settings().await?["shortcut"], "Ctrl+Alt+P", "the old stays");
    assert!(!other.takes(b'p'), "and is still ours");
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Invisible).await?;

    // Unset, others may have them.
    day.does("set_shortcut", json!({ "keys": null })).await?;
    assert_eq!(settings().await?["shortcut"], Value::Null);
    assert!(other.takes(b'p'), "the keys are free again");
    mia.core.quit(protocol::status::Goodbye::Quit).await;
    Ok(())
}

/// Another program on the display that wants keys.
struct Rival {
    display: x11rb::rust_connection::RustConnection,
    root: u32,
}

impl Rival {
    fn on(desktop: &Desktop) -> Self {
        let name = desktop
            .env()
            .into_iter()
            .find_map(|(name, value)| (name == "DISPLAY").then_some(value));
        let (display, screen) = x11rb::connect(name.as_deref()).expect("the display");
        let root = display.setup().roots[screen].root;
        Self { display, root }
    }

    /// Takes Ctrl+Alt and a letter, unless somebody has them.
    fn takes(&self, letter: u8) -> bool {
        let setup = self.display.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let mapping = self
            .display
            .get_keyboard_mapping(setup.min_keycode, count)
            .expect("asked")
            .reply()
            .expect("told");
        let place = mapping
            .keysyms
            .chunks(usize::from(mapping.keysyms_per_keycode))
            .position(|symbols| symbols.contains(&u32::from(letter)))
            .expect("such a key");
        let code = setup.min_keycode + u8::try_from(place).expect("a key code");
        self.display
            .grab_key(
                false,
                self.root,
                ModMask::CONTROL | ModMask::M1,
                code,
                GrabMode::ASYNC,
                GrabMode::ASYNC,
            )
            .expect("asked")
            .check()
            .is_ok()
    }
}
