//! What can go wrong with the cache.

use protocol::ids::{ConversationId, Seq};
use rules::sync::Gap;

/// Why the cache cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file was encrypted with another key.
    #[error("the local data was encrypted with another key")]
    WrongKey,
    /// The file is no cache (any more): the key is right, or it never was encrypted, and yet it
    /// cannot be read. Everything but drafts and unsent items can be fetched again.
    #[error("the local data is damaged")]
    Damaged,
    /// A newer version of the app wrote it. Opening it with this one could lose data.
    #[error("the local data was written by a newer version of the app")]
    Newer,
    /// The file system or the database said no.
    #[error("the local data cannot be opened: {0}")]
    Io(#[source] std::io::Error),
    /// Anything else that the database says.
    #[error("the local data cannot be opened: {0}")]
    Database(#[source] sqlx::Error),
}

/// Why the cache did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// It was wiped or closed.
    #[error("the local data is closed")]
    Closed,
    /// There is no snapshot in it yet.
    #[error("nothing is stored yet")]
    Empty,
    /// Events are missing: resume from the cursor. Nothing was written.
    #[error(transparent)]
    Gap(#[from] Gap),
    /// A batch is longer than [`protocol::limits::CATCH_UP_BATCH`]. Nothing was written.
    #[error("a batch of {0} events is too long")]
    BatchTooLong(usize),
    /// The conversation is not here: never seen, or lost meanwhile.
    #[error("there is no conversation {0} here")]
    NoConversation(ConversationId),
    /// What is stored cannot be read.
    #[error("the local data is damaged: {0}")]
    Malformed(String),
    /// A number of the log is larger than the protocol allows.
    #[error("the number {0} is out of range")]
    OutOfRange(Seq),
    /// The disk is full, or anything else that the database says. Nothing was written.
    #[error("the local data cannot be read or written: {0}")]
    Database(#[source] sqlx::Error),
    /// The file system said no.
    #[error("the local data cannot be removed: {0}")]
    Io(#[from] std::io::Error),
}

impl From<sqlx::Error> for CacheError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolClosed => Self::Closed,
            error => Self::Database(error),
        }
    }
}

impl From<serde_json::Error> for CacheError {
    fn from(error: serde_json::Error) -> Self {
        // The text of a serde error may quote what was stored; the position is enough.
        Self::Malformed(format!("line {}, column {}", error.line(), error.column()))
    }
}
