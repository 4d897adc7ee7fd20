//! An X11 display with nothing on it, which can be taken away and comes back under its name.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::start_x_server;
use crate::leash::{Leash, Process};
use crate::rig_error::RigError;

/// Above every number that a server picks by itself, so that nobody takes it meanwhile.
const LEAST_NUMBER: u32 = 10_000;

/// A running display. Dropping it ends it.
#[derive(Debug)]
pub struct BareScreen {
    number: u32,
    server: Option<Process>,
    moved: bool,
    leash: Leash,
    scratch: PathBuf,
}

impl BareScreen {
    /// Starts it. Its log goes to `scratch`.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start(scratch: &Path) -> Result<Self, RigError> {
        let mut screen = Self {
            // One for each process; a process id is below 4194304, a number may be far above.
            number: LEAST_NUMBER.saturating_add(std::process::id()),
            server: None,
            moved: false,
            leash: Leash::new()?,
            scratch: scratch.to_owned(),
        };
        screen.start_again().await?;
        Ok(screen)
    }

    /// Its name, as `DISPLAY` has it.
    #[must_use]
    pub fn display(&self) -> String {
        format!(":{}", self.number)
    }

    /// Starts it under its name after it was ended.
    ///
    /// # Errors
    /// If it does not come up.
    pub async fn start_again(&mut self) -> Result<(), RigError> {
        let (server, _display) =
            start_x_server(&self.leash, &self.scratch, Some(self.number)).await?;
        self.server = Some(server);
        Ok(())
    }

    /// Ends it, as a crash does.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Moves the pointer.
    ///
    /// # Errors
    /// If xdotool does not run.
    pub fn touch(&mut self) -> Result<(), RigError> {
        self.moved = !self.moved;
        let place = if self.moved { "100" } else { "200" };
        let status = Command::new("xdotool")
            .args(["mousemove", "--sync", place, place])
            .env("DISPLAY", self.display())
            .stdin(Stdio::null())
            .status()
            .map_err(RigError::io("run xdotool"))?;
        if status.success() {
            Ok(())
        } else {
            Err(RigError::answer(format!("xdotool: {status}")))
        }
    }
}
