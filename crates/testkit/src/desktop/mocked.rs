//! A bus with stand-ins for who counts input and who knows of lock and sleep.
//!
//! A machine that runs tests has no session, no lid and no GNOME. python-dbusmock speaks for them on a
//! bus of its own, from processes of their own, so that a restart is a real one: the name goes, and what
//! was set there is forgotten. Mutter's part is `mutter.py` beside this file; logind's comes with
//! dbusmock.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use zbus::names::{BusName, OwnedUniqueName};
use zbus::{Connection, Proxy, Variant};

use super::{Folders, bus};
use crate::leash::{Leash, Process};
use crate::rig_error::RigError;
use crate::wait;

const MOCK: &str = "org.freedesktop.DBus.Mock";
const LOGIN: &str = "org.freedesktop.login1";
const LOGIN_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";
const SESSION_PATH: &str = "/org/freedesktop/login1/session/auto";

/// Debian's own, which has dbusmock; the first `python3` on the path may be another.
const PYTHON: &str = "/usr/bin/python3";

/// Whose idle monitor is on the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleMonitor {
    /// GNOME's.
    Mutter,
    /// Cinnamon's.
    Muffin,
}

impl IdleMonitor {
    fn name(self) -> &'static str {
        match self {
            Self::Mutter => "org.gnome.Mutter.IdleMonitor",
            Self::Muffin => "org.cinnamon.Muffin.IdleMonitor",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Mutter => "/org/gnome/Mutter/IdleMonitor/Core",
            Self::Muffin => "/org/cinnamon/Muffin/IdleMonitor/Core",
        }
    }

    fn template(self) -> String {
        let mutter = include_str!("mutter.py");
        match self {
            Self::Mutter => mutter.to_owned(),
            Self::Muffin => mutter
                .replace("org.gnome.Mutter", "org.cinnamon.Muffin")
                .replace("/org/gnome/Mutter", "/org/cinnamon/Muffin"),
        }
    }
}

/// The bus and its stand-ins. Dropping it ends them.
#[derive(Debug)]
pub struct MockedBus {
    monitor: Option<(IdleMonitor, Process)>,
    login: Option<Process>,
    connection: Connection,
    address: String,
    _bus: Process,
    leash: Leash,
    folders: Folders,
}

impl MockedBus {
    /// Brings up a bus with nobody on it. Logs go to `scratch`, which must outlive it.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start(scratch: &Path) -> Result<Self, RigError> {
        let folders = Folders::make(scratch)?;
        let leash = Leash::new()?;
        let (bus, address) = bus::start(&leash, &folders).await?;
        let connection = zbus::connection::Builder::address(address.as_str())
            .build()
            .await?;
        Ok(Self {
            monitor: None,
            login: None,
            connection,
            address,
            _bus: bus,
            leash,
            folders,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its folder for sockets, which is short enough for one.
    #[must_use]
    pub fn runtime(&self) -> &Path {
        self.folders.runtime.path()
    }

    /// Starts an idle monitor that saw input just now, and waits until it answers. One that runs is
    /// replaced, as `--replace` does.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_monitor(&mut self, monitor: IdleMonitor) -> Result<(), RigError> {
        let file = self.folders.scratch.join("idle_monitor.py");
        std::fs::write(&file, monitor.template()).map_err(RigError::io("write the template"))?;
        let process = self
            .start_mock("idle-monitor", &file.display().to_string(), monitor.name())
            .await?;
        self.monitor = Some((monitor, process));
        Ok(())
    }

    /// Ends the idle monitor, as a crash of the window manager does, and waits until its name is free.
    ///
    /// # Errors
    /// If somebody goes on answering.
    pub async fn stop_monitor(&mut self) -> Result<(), RigError> {
        match self.monitor.take() {
            Some((monitor, process)) => {
                drop(process);
                self.gone(monitor.name()).await
            }
            None => Ok(()),
        }
    }

    /// How many watches are set at the monitor: for a pause, and for its end.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn watches(&self) -> Result<(u32, u32), RigError> {
        Ok(self.monitor().await?.call("Watches", &()).await?)
    }

    /// There was no input for so long.
    ///
    /// # Errors
    /// If the monitor does not answer.
    pub async fn leave_alone(&self, length: Duration) -> Result<(), RigError> {
        let length = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        Ok(self.monitor().await?.call("LeaveAlone", &(length,)).await?)
    }

    /// There is input.
    ///
    /// # Errors
    /// If the monitor does not answer.
    pub async fn touch(&self) -> Result<(), RigError> {
        Ok(self.monitor().await?.call("Touch", &()).await?)
    }

    /// Starts logind with an unlocked session of ours, whose hint was never set.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_login(&mut self) -> Result<(), RigError> {
        let process = self.start_mock("login", "logind", LOGIN).await?;
        self.login = Some(process);
        let _path: String = self
            .at(LOGIN, LOGIN_PATH, MOCK)
            .await?
            .call("AddSession", &("auto", "seat0", 1_000_u32, "agent", true))
            .await?;
        Ok(())
    }

    /// Ends logind and waits until its name is free.
    ///
    /// # Errors
    /// If somebody goes on answering.
    pub async fn stop_login(&mut self) -> Result<(), RigError> {
        self.login = None;
        self.gone(LOGIN).await
    }

    /// The session is locked or unlocked, as a desktop does it: the locker is asked, and sets the hint.
    ///
    /// # Errors
    /// If logind does not answer.
    pub async fn lock(&self, locked: bool) -> Result<(), RigError> {
        let session = self.at(LOGIN, SESSION_PATH, SESSION).await?;
        let ask = if locked { "Lock" } else { "Unlock" };
        session.call::<_, _, ()>(ask, &()).await?;
        Ok(session.call("SetLockedHint", &(locked,)).await?)
    }

    /// The machine is about to sleep, or woke.
    ///
    /// # Errors
    /// If logind does not answer.
    pub async fn prepare_for_sleep(&self, start: bool) -> Result<(), RigError> {
        let signal = (
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            "b",
            vec![Variant::from(start)],
        );
        let manager = self.at(LOGIN, LOGIN_PATH, MOCK).await?;
        Ok(manager.call("EmitSignal", &signal).await?)
    }

    /// The desktop sets the hint of the session: whether it is idle, and on the monotonic clock since
    /// when it is so.
    ///
    /// # Errors
    /// If logind does not answer.
    pub async fn hint(&self, idle: bool, since: Duration) -> Result<(), RigError> {
        let since = u64::try_from(since.as_micros()).unwrap_or(u64::MAX);
        let hint = HashMap::from([
            ("IdleHint", Variant::from(idle)),
            ("IdleSinceHintMonotonic", Variant::from(since)),
        ]);
        let session = self.at(LOGIN, SESSION_PATH, MOCK).await?;
        Ok(session.call("UpdateProperties", &(SESSION, hint)).await?)
    }

    /// Who holds up what, as logind's clients asked: `(what, mode)`.
    ///
    /// # Errors
    /// If logind does not answer.
    pub async fn inhibitors(&self) -> Result<Vec<(String, String)>, RigError> {
        type Inhibitor = (String, String, String, String, u32, u32);
        let all: Vec<Inhibitor> = self
            .at(LOGIN, LOGIN_PATH, "org.freedesktop.login1.Manager")
            .await?
            .call("ListInhibitors", &())
            .await?;
        Ok(all.into_iter().map(|one| (one.0, one.3)).collect())
    }

    /// Waits until so many clients hold up sleep for a while.
    ///
    /// # Errors
    /// If they do not.
    pub async fn until_held(&self, by: usize) -> Result<(), RigError> {
        let held = ("sleep".to_owned(), "delay".to_owned());
        wait::until("sleep to be held up, or not", async || {
            let all = self.inhibitors().await.ok()?;
            (all.len() == by && all.iter().all(|one| *one == held)).then_some(())
        })
        .await
    }

    async fn monitor(&self) -> Result<Proxy<'_>, RigError> {
        let (monitor, _) = self
            .monitor
            .as_ref()
            .ok_or_else(|| RigError::answer("no idle monitor runs"))?;
        self.at(monitor.name(), monitor.path(), MOCK).await
    }

    async fn at(
        &self,
        name: &'static str,
        path: &'static str,
        interface: &'static str,
    ) -> Result<Proxy<'_>, RigError> {
        Ok(Proxy::new(&self.connection, name, path, interface).await?)
    }

    async fn start_mock(
        &self,
        log: &str,
        template: &str,
        name: &'static str,
    ) -> Result<Process, RigError> {
        let mut command = Command::new(PYTHON);
        command
            .args(["-m", "dbusmock", "--session", "--template", template])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null());
        let log = self.folders.scratch.join(format!("{log}.log"));
        let before = self.owner(name).await;
        let mut process = self.leash.start(&mut command, &log)?;
        process
            .ready("to answer under its name", async || {
                let now = self.owner(name).await;
                (now.is_some() && now != before).then_some(())
            })
            .await?;
        // It takes its name before it has read its template, and answers only after.
        let proxy = self.at(name, "/", "org.freedesktop.DBus.Peer").await?;
        proxy.call::<_, _, ()>("Ping", &()).await?;
        Ok(process)
    }

    async fn owner(&self, name: &'static str) -> Option<OwnedUniqueName> {
        let bus = zbus::fdo::DBusProxy::new(&self.connection).await.ok()?;
        bus.get_name_owner(BusName::try_from(name).ok()?).await.ok()
    }

    async fn gone(&self, name: &str) -> Result<(), RigError> {
        wait::until(&format!("{name} to be free"), async || {
            (!bus::is_owned(&self.connection, name).await).then_some(())
        })
        .await
    }
}
