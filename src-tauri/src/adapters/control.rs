//! The control socket: how `porchlight status` reaches the app that runs.
//!
//! One question, one answer, each a line of JSON, between two processes of the same program and the same
//! user; nobody else is meant to speak it, and a version number tells an older one from a newer. Windows
//! have no part in it: it works without one, and without a display.
//!
//! ```text
//!   porchlight status busy ──connect──▶ door (peer checked) ──▶ Answers ──▶ the session
//!                          ──{"version":1,"ask":"change",…}──▶
//!                          ◀──{"version":1,"reply":"report",…}──
//! ```
//!
//! Who may knock: only processes of the user who runs the app. The folder of the socket is closed to
//! others, and the peer is asked of the kernel all the same; the caller checks in its turn that it does
//! not tell its question to somebody else's program. A socket that a crashed app left is replaced, one
//! that is served is never taken over (`unix.rs`: a lock that ends with the process). A line is at most
//! [`LINE_BYTES`], a conversation lasts at most [`ENDS_WITHIN`], and [`AT_ONCE`] are held at a time.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use agent::view::StatusReport;
use async_trait::async_trait;
use protocol::error::ErrorBody;
use protocol::status::StatusChange;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub mod answers;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

pub use self::system::Door;

/// The version of what is spoken here.
pub const VERSION: u32 = 1;
/// Longest line, in bytes. Far above any honest one.
pub const LINE_BYTES: usize = 64 * 1024;
/// Longest conversation. The session itself waits at most 5 s for the workspace.
pub const ENDS_WITHIN: Duration = Duration::from_secs(10);
/// Most conversations at a time; further ones wait at the door.
const AT_ONCE: usize = 16;
/// After a fault at the door: not to spin when the process is out of files.
const DOOR_RESTS: Duration = Duration::from_secs(1);

/// A question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// How it is.
    Report,
    /// Another status.
    Change {
        /// Which.
        change: StatusChange,
        /// It may leave sites with nobody online.
        confirmed: bool,
    },
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// How it is now. After a change: what came of it, or that it is still pending.
    Report {
        /// See there.
        report: StatusReport,
    },
    /// The change would leave sites with nobody online, and was not confirmed.
    LastAgent {
        /// Their names.
        sites: Vec<String>,
    },
    /// It was refused.
    Refused {
        /// Why.
        error: ErrorBody,
        /// The statuses that may be picked, if anybody is signed in.
        report: Option<StatusReport>,
    },
    /// The app cannot tell: what is stored does not open without a person. Nobody is taken for signed out.
    NotReady,
    /// The question was not understood: the other side is another version.
    NotUnderstood,
}

/// A line: what is said, and in which version.
#[derive(Serialize, Deserialize)]
struct Line<T> {
    version: u32,
    #[serde(flatten)]
    said: T,
}

/// Enough of a line of any version.
#[derive(Deserialize)]
struct VersionOf {
    version: u32,
}

/// Who answers: the session in the app, something simpler in tests.
#[async_trait]
pub trait Answers: Send + Sync + 'static {
    /// Answers within a few seconds.
    async fn answer(&self, request: Request) -> Reply;
}

/// Which running app is meant, and where it may be listening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Tells installations apart.
    pub name: String,
    /// The folder of its data.
    pub data_dir: std::path::PathBuf,
}

/// Why there is no door.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Another running app answers there.
    #[error("another Porchlight answers there")]
    Taken,
    /// No place for it.
    #[error("there is no place for it: {0}")]
    Place(#[from] io::Error),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Nobody answers.
    #[error("the app is not running")]
    NotRunning,
    /// It belongs to another user.
    #[error("the app belongs to another user")]
    NotYours,
    /// It speaks another version.
    #[error("the app is of another version")]
    OtherVersion,
    /// It does not answer in time, or breaks off.
    #[error("the app does not answer: {0}")]
    Silent(io::Error),
}

/// Answers whoever may knock, until the future is dropped.
pub async fn serve(mut door: Door, answers: Arc<dyn Answers>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match door.next().await {
            Ok(stream) => {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    let told = timeout(ENDS_WITHIN, converse(stream, &*answers)).await;
                    if let Ok(Err(error)) = told {
                        tracing::debug!(%error, "a caller broke off");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket does not take calls");
                tokio::time::sleep(DOOR_RESTS).await;
            }
        }
    }
}

/// Asks the app that runs.
///
/// # Errors
/// There is none, or no answer.
pub async fn ask(instance: &Instance, request: &Request) -> Result<Reply, AskError> {
    let slow = |_| AskError::Silent(io::ErrorKind::TimedOut.into());
    timeout(ENDS_WITHIN, async {
        let stream = system::call(instance).await?;
        put(stream, request).await
    })
    .await
    .map_err(slow)?
}

/// One conversation, on the app's side.
async fn converse<S>(stream: S, answers: &dyn Answers) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let mut stream = BufReader::new(stream);
    let reply = match hear(&mut stream).await? {
        Some(request) => answers.answer(request).await,
        None => Reply::NotUnderstood,
    };
    say(&mut stream, reply).await?;
    // The caller hangs up when it has read; a pipe that is closed before loses what is in it.
    let mut rest = [0; 64];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

/// One conversation, on the caller's side.
async fn put<S>(stream: S, request: &Request) -> Result<Reply, AskError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(stream);
    let told = async {
        say(&mut stream, request).await?;
        hear::<Reply>(&mut stream).await
    };
    match told.await {
        Ok(Some(Reply::NotUnderstood) | None) => Err(AskError::OtherVersion),
        Ok(Some(reply)) => Ok(reply),
        // Whose it is was asked before. One that hangs up is just being quit.
        Err(error) => Err(AskError::Silent(error)),
    }
}

async fn say<S: AsyncWrite + Unpin, T: Serialize>(stream: &mut S, said: T) -> io::Result<()> {
    let mut line = serde_json::to_vec(&Line {
        version: VERSION,
        said,
    })?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await
}

/// The next line; `None` if it is not one of this version.
async fn hear<T: DeserializeOwned>(
    stream: &mut (impl tokio::io::AsyncBufRead + Unpin),
) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    let limit = u64::try_from(LINE_BYTES).unwrap_or(u64::MAX);
    stream.take(limit).read_until(b'\n', &mut line).await?;
    if line.last() != Some(&b'\n') {
        return if line.len() < LINE_BYTES {
            Err(io::ErrorKind::UnexpectedEof.into())
        } else {
            Ok(None)
        };
    }
    let version = serde_json::from_slice::<VersionOf>(&line).map(|line| line.version);
    if version.ok() != Some(VERSION) {
        return Ok(None);
    }
    Ok(serde_json::from_slice::<Line<T>>(&line)
        .ok()
        .map(|line| line.said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::status::Status;
    use tokio::io::DuplexStream;

    struct Parrot;

    #[async_trait]
    impl Answers for Parrot {
        async fn answer(&self, request: Request) -> Reply {
            match request {
                Request::Report => Reply::LastAgent { sites: vec![] },
                Request::Change { confirmed, .. } => Reply::LastAgent {
                    sites: vec![confirmed.to_string()],
                },
            }
        }
    }

    fn app() -> DuplexStream {
        let (ours, theirs) = tokio::io::duplex(16);
        tokio::spawn(async move { converse(theirs, &Parrot).await });
        ours
    }

    /// Says something raw, and hears what comes back until the app hangs up.
    async fn raw(line: &[u8]) -> String {
        let mut stream = app();
        // The app may hang up before it heard all of it.
        let _ = stream.write_all(line).await;
        let _ = stream.shutdown().await;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_question_gets_its_answer() {
        let change = StatusChange::Pick {
            status: Status::Busy,
        };
        for confirmed in [true, false] {
            let request = Request::Change { change, confirmed };
            let reply = put(app(), &request).await.unwrap();
            let sites = vec![confirmed.to_string()];
            assert_eq!(reply, Reply::LastAgent { sites });
        }
    }

    #[tokio::test]
    async fn what_is_no_question_of_this_version_is_not_answered_with_anything_else() {
        let not_understood = "{\"version\":1,\"reply\":\"not_understood\"}\n";
        for line in [
            "\n",
            "hello\n",
            "{}\n",
            "{\"version\":2,\"ask\":\"report\"}\n",
            "{\"version\":1}\n",
            "{\"version\":1,\"ask\":\"sing\"}\n",
            "{\"version\":1,\"ask\":\"change\",\"change\":{\"change\":\"pick\",\"status\":\"awake\"},\"confirmed\":true}\n",
            "{\"version\":1,\"ask\":\"change\"}\n",
            "[1]\n",
            "\u{0}\n",
        ] {
            assert_eq!(raw(line.as_bytes()).await, not_understood, "{line:?}");
        }
        assert_eq!(raw(b"\xff\xfe\n").await, not_understood);
        let endless = vec![b'x'; LINE_BYTES + 10];
        assert_eq!(raw(&endless).await, not_understood);
        assert_eq!(
            raw(b"{\"version\":1,\"ask\":\"report\"}\n").await,
            "{\"version\":1,\"reply\":\"last_agent\",\"sites\":[]}\n"
        );
    }

    #[tokio::test]
    async fn half_a_line_is_no_question() {
        assert_eq!(raw(b"{\"version\":1,\"ask\":\"report\"}").await, "");
        assert_eq!(raw(b"").await, "");
    }

    #[tokio::test]
    async fn an_app_of_another_version_and_one_that_ends_meanwhile_are_told_apart() {
        let answering = |line: &'static str| {
            let (ours, mut theirs) = tokio::io::duplex(1_024);
            tokio::spawn(async move {
                let mut heard = [0; 256];
                let _ = theirs.read(&mut heard).await;
                let _ = theirs.write_all(line.as_bytes()).await;
            });
            ours
        };
        let other = answering("{\"version\":2,\"reply\":\"song\"}\n");
        let answer = put(other, &Request::Report).await;
        assert!(matches!(answer, Err(AskError::OtherVersion)), "{answer:?}");
        let answer = put(answering(""), &Request::Report).await;
        assert!(matches!(answer, Err(AskError::Silent(_))), "{answer:?}");
    }
}
