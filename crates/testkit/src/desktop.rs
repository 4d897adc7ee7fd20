//! A real Linux desktop without a screen.
//!
//! What the app meets on an agent's computer is here too, and is the real program each time: an X
//! server with a window manager, a session bus, a panel with a tray, a notification daemon, a
//! secret store. So a journey can look at a tray icon, click a notification and restart with the
//! token read back from the keyring, and what it proves holds outside of the test.
//!
//! Order of events: X server → session bus → a monitor on that bus (before anybody can say something
//! worth hearing) → window manager → tray host, notification daemon, secret store, as wished. Each is
//! waited for by the sign that it works (the display number, the bus name, the window manager's
//! root property), never by time.
//!
//! Nothing of the machine's own session leaks in, and nothing leaks out: home, configuration, runtime
//! folder and bus are the desktop's own, and the bus starts no service by itself but the panel's
//! settings store. Otherwise a machine with dunst or gnome-keyring installed would quietly bring them up
//! in the tests that are about their absence.
//!
//! Failure cases: a program that is missing or ends early is named together with its log
//! (`<scratch>/*.log`). Everything is on a [`Leash`], so also a killed test leaves no process behind.

mod bare_screen;
mod bus;
mod compositor;
mod dressing;
mod mocked;
mod notifications;
mod screen;
mod tray;

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub use self::bare_screen::BareScreen;
pub use self::compositor::{Asked, Compositor, Speaks};
pub use self::mocked::{IdleMonitor, MockedBus};
pub use self::notifications::Notification;
pub use self::screen::{Shot, WEB_PROCESS_ENDS_WITHIN, has_web_processes, web_processes};
pub use self::tray::{MenuEntry, TrayItem};
use crate::leash::{Leash, Process};
use crate::rig_error::RigError;
use crate::wait;

/// The bus name under which a tray host answers.
const TRAY_HOST: &str = "org.kde.StatusNotifierWatcher";
/// The bus name under which a notification daemon answers.
const NOTIFICATION_DAEMON: &str = "org.freedesktop.Notifications";
/// The bus name under which a secret store answers.
const SECRET_STORE: &str = "org.freedesktop.secrets";

/// What the desktop has. [`Default`] is the full one.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// A panel with a tray; a plain GNOME has none.
    pub tray_host: bool,
    /// Somebody who shows notifications.
    pub notification_daemon: bool,
    /// Somebody who keeps secrets.
    pub keyring: Keyring,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            tray_host: true,
            notification_daemon: true,
            keyring: Keyring::Unlocked,
        }
    }
}

/// The state of the secret store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyring {
    /// None is running.
    Absent,
    /// Running, and nobody can be asked to unlock it.
    Locked,
    /// Running and open.
    Unlocked,
}

/// A running desktop. Dropping it ends everything in it.
#[derive(Debug)]
pub struct Desktop {
    // Fields are dropped in this order: the screen and the bus last, after those who talk to them.
    tray_host: Option<Process>,
    notification_daemon: Option<Process>,
    keyring: Option<Process>,
    heard: notifications::Heard,
    connection: zbus::Connection,
    screen: screen::Screen,
    _window_manager: Process,
    _bus: Process,
    _x_server: Process,
    leash: Leash,
    folders: Folders,
    environment: Vec<(String, String)>,
}

/// Where the desktop's files are.
#[derive(Debug)]
struct Folders {
    /// Logs, and everything below.
    scratch: PathBuf,
    home: PathBuf,
    /// Sockets. Not in the scratch folder, whose path may be longer than a socket's name can be.
    runtime: tempfile::TempDir,
}

impl Desktop {
    /// Brings up the full desktop. Logs and the home folder go to `scratch`, which must outlive it.
    ///
    /// # Errors
    /// Names the part that did not come up, and its log.
    pub async fn start(scratch: &Path) -> Result<Self, RigError> {
        Self::start_with(scratch, Parts::default()).await
    }

    /// Brings up a desktop that lacks something.
    ///
    /// # Errors
    /// Names the part that did not come up, and its log.
    pub async fn start_with(scratch: &Path, parts: Parts) -> Result<Self, RigError> {
        let folders = Folders::make(scratch)?;
        let leash = Leash::new()?;
        let (x_server, display) = start_x_server(&leash, scratch, None).await?;
        let (bus, address) = bus::start(&leash, &folders).await?;
        let environment = environment_of(&folders, &leash, &display, &address);
        let heard = notifications::Heard::listen(&address).await?;
        let connection = zbus::connection::Builder::address(address.as_str())
            .build()
            .await?;

        let log = scratch.join("openbox.log");
        let mut command = Command::new("openbox");
        dress(&mut command, &environment);
        let mut window_manager = leash.start(&mut command, &log)?;
        let screen = screen::Screen::open(&display)?;
        window_manager
            .ready("to manage windows", async || {
                screen.is_managed().then_some(())
            })
            .await?;
        screen.paint_background()?;

        let mut desktop = Self {
            tray_host: None,
            notification_daemon: None,
            keyring: None,
            heard,
            connection,
            screen,
            _window_manager: window_manager,
            _bus: bus,
            _x_server: x_server,
            leash,
            folders,
            environment,
        };
        if parts.tray_host {
            desktop.start_tray_host().await?;
        }
        if parts.notification_daemon {
            desktop.start_notification_daemon().await?;
        }
        if parts.keyring != Keyring::Absent {
            desktop.start_keyring().await?;
        }
        if parts.keyring == Keyring::Locked {
            desktop.lock_keyring().await?;
        }
        Ok(desktop)
    }

    /// The environment for a program on this desktop.
    #[must_use]
    pub fn env(&self) -> Vec<(String, String)> {
        self.environment.clone()
    }

    /// A command whose environment is this desktop's and nothing of the machine's own session.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        dress(&mut command, &self.environment);
        command
    }

    /// Starts a program on this desktop; it ends with the desktop. Its output goes to `<name>.log`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn spawn(&self, name: &str, command: &mut Command) -> Result<Process, RigError> {
        self.leash
            .start(command.stdin(Stdio::null()), &self.log(name))
    }

    /// The home folder of the person at this desktop.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.folders.home
    }

    /// Where a program's output goes that was started under this name.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.folders.scratch.join(format!("{name}.log"))
    }

    /// The leash that ends everything on this desktop.
    #[must_use]
    pub fn leash(&self) -> &Leash {
        &self.leash
    }

    /// A connection to the session bus.
    pub fn bus(&self) -> &zbus::Connection {
        &self.connection
    }

    /// Starts a panel with a tray and waits until it takes icons.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_tray_host(&mut self) -> Result<(), RigError> {
        dressing::write_panel(&self.folders.home)?;
        let mut command = self.command("xfce4-panel");
        command.arg("--disable-wm-check");
        let mut panel = self.spawn("xfce4-panel", &mut command)?;
        let connection = self.connection.clone();
        panel
            .ready("to take tray icons", async || {
                bus::is_owned(&connection, TRAY_HOST).await.then_some(())
            })
            .await?;
        self.tray_host = Some(panel);
        Ok(())
    }

    /// Ends the panel, as a desktop does that loses its tray, and waits until its name is free.
    ///
    /// # Errors
    /// If somebody goes on answering under its name.
    pub async fn stop_tray_host(&mut self) -> Result<(), RigError> {
        self.tray_host = None;
        self.gone(TRAY_HOST).await
    }

    /// Starts a notification daemon and waits until it answers.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_notification_daemon(&mut self) -> Result<(), RigError> {
        let config = dressing::write_dunst(&self.folders.home)?;
        let mut command = self.command("dunst");
        command.arg("-config").arg(config);
        let mut dunst = self.spawn("dunst", &mut command)?;
        let connection = self.connection.clone();
        dunst
            .ready("to take notifications", async || {
                bus::is_owned(&connection, NOTIFICATION_DAEMON)
                    .await
                    .then_some(())
            })
            .await?;
        self.notification_daemon = Some(dunst);
        Ok(())
    }

    /// Lets the notification daemon hang: it takes what it is asked, and does nothing.
    ///
    /// # Errors
    /// If there is none.
    pub fn hang_notification_daemon(&self) -> Result<(), RigError> {
        let daemon = self.notification_daemon.as_ref();
        let daemon = daemon.ok_or_else(|| RigError::answer("there is no notification daemon"))?;
        let status = Command::new("sh")
            .args(["-c", "kill -STOP \"$1\"", "kill", &daemon.id().to_string()])
            .status()
            .map_err(RigError::io("stop the notification daemon"))?;
        if status.success() {
            return Ok(());
        }
        Err(RigError::answer(
            "the notification daemon cannot be stopped",
        ))
    }

    /// Ends the notification daemon and waits until its name is free.
    ///
    /// # Errors
    /// If somebody goes on answering under its name.
    pub async fn stop_notification_daemon(&mut self) -> Result<(), RigError> {
        self.notification_daemon = None;
        self.gone(NOTIFICATION_DAEMON).await
    }

    /// Starts the secret store, open, and waits until its default collection is there. What was kept
    /// before is kept.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_keyring(&mut self) -> Result<(), RigError> {
        let mut command = self.command("gnome-keyring-daemon");
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped());
        let mut keyring = self.leash.start(&mut command, &self.log("gnome-keyring"))?;
        // The password of the login collection. It must not be empty: a collection with an empty one
        // cannot be locked.
        keyring
            .stdin()
            .ok_or_else(|| RigError::answer("gnome-keyring-daemon has no standard input"))?
            .write_all(b"porchlight")
            .map_err(RigError::io("unlock the keyring"))?;
        let connection = self.connection.clone();
        keyring
            .ready("to open its default collection", async || {
                (bus::default_collection_locked(&connection).await == Some(false)).then_some(())
            })
            .await?;
        self.keyring = Some(keyring);
        Ok(())
    }

    /// Ends the secret store and waits until its name is free.
    ///
    /// # Errors
    /// If somebody goes on answering under its name.
    pub async fn stop_keyring(&mut self) -> Result<(), RigError> {
        self.keyring = None;
        self.gone(SECRET_STORE).await
    }

    /// Locks the secret store. Nobody can be asked to unlock it again: there is no prompter.
    ///
    /// # Errors
    /// If it does not lock.
    pub async fn lock_keyring(&self) -> Result<(), RigError> {
        bus::lock_default_collection(&self.connection).await?;
        wait::until("the keyring to be locked", async || {
            (bus::default_collection_locked(&self.connection).await == Some(true)).then_some(())
        })
        .await
    }

    /// Whether the secret store is there, and open.
    pub async fn keyring_state(&self) -> Keyring {
        if !bus::is_owned(&self.connection, SECRET_STORE).await {
            return Keyring::Absent;
        }
        match bus::default_collection_locked(&self.connection).await {
            Some(false) => Keyring::Unlocked,
            _ => Keyring::Locked,
        }
    }

    async fn gone(&self, name: &str) -> Result<(), RigError> {
        wait::until(&format!("{name} to be free"), async || {
            (!bus::is_owned(&self.connection, name).await).then_some(())
        })
        .await
    }
}

impl Folders {
    fn make(scratch: &Path) -> Result<Self, RigError> {
        let home = scratch.join("home");
        for path in [scratch, &home] {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path)
                .map_err(RigError::io(format!("make {}", path.display())))?;
        }
        for path in [".config", ".cache", ".local/share", ".local/state"] {
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(home.join(path))
                .map_err(RigError::io(format!("make {path}")))?;
        }
        let runtime = tempfile::Builder::new()
            .prefix("porchlight-")
            .permissions(std::fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(RigError::io("make the runtime folder"))?;
        Ok(Self {
            scratch: scratch.to_owned(),
            home,
            runtime,
        })
    }
}

fn environment_of(
    folders: &Folders,
    leash: &Leash,
    display: &str,
    bus_address: &str,
) -> Vec<(String, String)> {
    let inside = |path: &str| folders.home.join(path).display().to_string();
    let mut environment = vec![leash.mark()];
    let mut set = |name: &str, value: String| environment.push((name.to_owned(), value));
    set("DISPLAY", display.to_owned());
    set("DBUS_SESSION_BUS_ADDRESS", bus_address.to_owned());
    // The machine's own logind must not lock or wake anybody in here; on this bus there is none.
    set("DBUS_SYSTEM_BUS_ADDRESS", bus_address.to_owned());
    set("HOME", folders.home.display().to_string());
    set("XDG_CONFIG_HOME", inside(".config"));
    set("XDG_CACHE_HOME", inside(".cache"));
    set("XDG_DATA_HOME", inside(".local/share"));
    set("XDG_STATE_HOME", inside(".local/state"));
    set(
        "XDG_RUNTIME_DIR",
        folders.runtime.path().display().to_string(),
    );
    set("XDG_SESSION_TYPE", "x11".into());
    set("XDG_CURRENT_DESKTOP", "XFCE".into());
    set("GDK_BACKEND", "x11".into());
    // Without a graphics card WebKit's other renderer draws the first picture and then none.
    set("WEBKIT_DISABLE_DMABUF_RENDERER", "1".into());
    // Toolkits would otherwise look for an accessibility bus and a settings store that are not there.
    set("NO_AT_BRIDGE", "1".into());
    set("GSETTINGS_BACKEND", "memory".into());
    set("LANG", "C.UTF-8".into());
    set("LC_ALL", "C.UTF-8".into());
    environment
}

/// Takes away what would lead a program to the machine's own session, then adds the desktop's.
fn dress(command: &mut Command, environment: &[(String, String)]) {
    for name in [
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "SESSION_MANAGER",
        "LANGUAGE",
    ] {
        command.env_remove(name);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

/// At this number, or at a free one.
async fn start_x_server(
    leash: &Leash,
    scratch: &Path,
    number: Option<u32>,
) -> Result<(Process, String), RigError> {
    let mut command = Command::new("Xvfb");
    command.args(number.map(|number| format!(":{number}")));
    // -displayfd: the server picks a free number and tells it when it takes connections.
    // -noreset: otherwise it forgets everything when the last window closes.
    command
        .args(["-displayfd", "1", "-noreset", "-nolisten", "tcp"])
        .args(["-screen", "0", "1600x1000x24"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut server = leash.start_piped(&mut command, &scratch.join("xvfb.log"))?;
    let number = first_line(&mut server).await?;
    Ok((server, format!(":{number}")))
}

/// The first line that a program with a piped standard output writes.
async fn first_line(process: &mut Process) -> Result<String, RigError> {
    let output = process
        .stdout()
        .ok_or_else(|| RigError::answer("standard output is not piped"))?;
    let (tell, mut told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = String::new();
        if output.read_line(&mut line).is_ok() && line.ends_with('\n') {
            let _ = tell.send(line.trim().to_owned());
        }
        // Goes on reading, so that a program that writes more is never stopped by a closed pipe.
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
    process
        .ready("to say where it is", async || told.try_recv().ok())
        .await
}
