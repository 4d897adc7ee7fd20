//! Why a part of the test rig could not do what a test asked of it.
//!
//! Every variant says which part and what it saw, because a failing journey is read in a log, by
//! somebody who cannot look at the screen.

use std::path::PathBuf;

/// What went wrong in the rig, as a sentence for a test log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RigError {
    /// A program that the rig needs is not installed or refused to run.
    #[error("{program} does not start: {source} (`cargo xtask test` installs what is missing)")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program ended while the rig waited for it to be ready.
    #[error("{program} ended before it was ready; see {}", log.display())]
    Ended {
        /// The program.
        program: String,
        /// What it wrote.
        log: PathBuf,
    },
    /// A condition did not come true.
    #[error("after {} s still waiting for {what}", crate::wait::LIMIT.as_secs())]
    NotYet {
        /// The condition, as the end of "waiting for …".
        what: String,
    },
    /// A file or a pipe of the rig.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something answered, but not what was asked for.
    #[error("{0}")]
    Answer(String),
    /// The session bus.
    #[cfg(target_os = "linux")]
    #[error("session bus: {0}")]
    Bus(#[from] zbus::Error),
    /// The session bus' own interfaces.
    #[cfg(target_os = "linux")]
    #[error("session bus: {0}")]
    BusItself(#[from] zbus::fdo::Error),
    /// A browser or its driver.
    #[error("browser: {0}")]
    Browser(#[from] fantoccini::error::CmdError),
    /// A browser that did not open.
    #[error("browser does not open: {0}")]
    NewSession(#[from] fantoccini::error::NewSessionError),
}

impl RigError {
    /// For `map_err` at a file or pipe operation.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// For `ok_or_else` where an answer lacks something.
    pub(crate) fn answer(text: impl Into<String>) -> Self {
        Self::Answer(text.into())
    }
}
