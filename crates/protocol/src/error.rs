//! Errors at the border: a code for programs and a sentence for people.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong. A code is added only when somebody acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The input does not have the form it must have.
    BadRequest,
    /// E-mail address or password is wrong. Which of them is never said.
    WrongCredentials,
    /// No token, or one that is unknown, revoked or expired.
    NotSignedIn,
    /// Signed in, but this needs an admin or sight of the conversation.
    NotAllowed,
    /// There is no such thing (or this agent cannot see it).
    NotFound,
    /// It clashes with what is there (an address already used, a workspace already set up).
    Conflict,
    /// Longer or larger than the limit.
    TooLarge,
    /// Too many tries; wait.
    RateLimited,
    /// The invitation or link was used or is older than it may be.
    Expired,
    /// The two sides speak different versions of the protocol.
    VersionMismatch,
    /// The page's origin is not on the site's list.
    OriginNotAllowed,
    /// The cursor is older than the log reaches back: take a snapshot.
    SnapshotNeeded,
    /// The stream fell too far behind and was cut off: resume.
    TooSlow,
    /// The server cannot do it now; the same request may work later.
    Unavailable,
    /// This computer runs no keychain that could hold a sign-in: start one, or choose a passphrase.
    /// Said by the app, never by a server.
    NoKeychain,
    /// A mistake of ours. Details are in the server's log, never in the answer.
    Internal,
    /// A code of a later protocol.
    #[serde(other)]
    Unknown,
}

/// The form of every error that crosses a border.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people: what to do about it. English; a UI with other languages goes by the code.
    pub message: String,
}

impl ErrorBody {
    /// A code with its sentence.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}
