//! The device's store of one agent in one workspace: an encrypted SQLite file.
//!
//! The window draws from here and never from the network, so the inbox opens and reads with the
//! server gone. Three kinds of things are in it:
//!
//! - **The server's word**: a [`protocol::snapshot::Snapshot`] and the events after it
//!   ([`Cache::load_snapshot`], [`Cache::apply`]). All of it can be fetched again.
//! - **What only this device has**: drafts, the outbox ([`Cache::enqueue`]), undecided intents and
//!   the ledger. It survives a snapshot, and is durable when a function that stores it returns.
//! - **What lists show**: derived from both in the transaction of every change, so that reading
//!   decides nothing (`settle`).
//!
//! Order of things in the life of a session:
//!
//! ```text
//! open ─ pending_intents (left by a crash) ─ cursor ─┬─ None: load_snapshot
//!                                                    └─ Some: resume from it
//! apply(batch, intents) ... close_intent   |  enqueue ─ next_to_send ─ confirm | fail
//! close                                    |  wipe (revoked, signed out)
//! ```
//!
//! One connection writes; transactions are short, take the lock when they begin, and are on the disk
//! when they end. Whatever goes wrong in the middle leaves everything as it was. A future that is
//! dropped before it returns does all of its work (if its commit was under way, it goes on) or nothing.
//!
//! What can fail: another key, a damaged file, a file of a newer version, a full disk ([`OpenError`],
//! [`CacheError`]). None of these is ever answered by starting afresh here: drafts and unsent items
//! might be lost, and that is for a person to decide.

mod away;
mod codec;
mod conversation;
mod error;
mod follow;
mod late;
mod lists;
mod load;
mod model;
mod notices;
mod open;
mod outbox;
mod read;
mod rows;
mod settle;

use std::sync::Arc;

pub use error::{CacheError, OpenError};
pub use model::*;

/// The most rows of one page of a list.
pub const LIST_LIMIT: u32 = 200;

/// The store of one agent in one workspace. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Cache {
    inner: Arc<open::Inner>,
}

impl Cache {
    /// A transaction that writes; it holds the lock from its beginning.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, CacheError> {
        Ok(self.inner.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cache { .. }")
    }
}
