#![allow(missing_docs, unused_variables, clippy::unused_async)]
use std::path::Path;
use crate::*;
use protocol::{command::*, error::*, frame::EventFrame, ids::*, rest::HistoryPage, snapshot::Snapshot, status::Status};
type R<T> = Result<T, CacheError>;
impl Cache {
    /// Opens or creates. The path's folder must exist.
    pub async fn open(path: &Path, key: &[u8; 32]) -> Result<Self, OpenError> { Err(OpenError::Damaged) }
    /// Closes and deletes every file of it.
    pub async fn wipe(&self) -> R<()> { Err(CacheError::Closed) }
    /// Closes after what is under way.
    pub async fn close(&self) {}
    /// Deletes the files of a cache that is not open (e.g. its key is gone).
    pub fn remove_files(path: &Path) -> std::io::Result<()> { Ok(()) }

    /// None: no snapshot yet.
    pub async fn cursor(&self) -> R<Option<Seq>> { Err(CacheError::Closed) }
    pub async fn load_snapshot(&self, snapshot: &Snapshot) -> R<Applied> { Err(CacheError::Closed) }
    pub async fn apply(&self, batch: &[EventFrame], intents: &[NewIntent]) -> R<Applied> { Err(CacheError::Closed) }

    pub async fn me(&self) -> R<Me> { Err(CacheError::Closed) }
    pub async fn team(&self) -> R<Team> { Err(CacheError::Closed) }
    pub async fn counts(&self, presence: Status) -> R<Counts> { Err(CacheError::Closed) }
    pub async fn list(&self, query: &ListQuery, presence: Status) -> R<ListPage> { Err(CacheError::Closed) }
    /// One row as `list` has it; None when it is not here.
    pub async fn row(&self, id: ConversationId) -> R<Option<ListRow>> { Err(CacheError::Closed) }
    /// None when it is not here.
    pub async fn conversation(&self, id: ConversationId, newest: u32) -> R<Option<OpenConversation>> { Err(CacheError::Closed) }
    pub async fn older(&self, id: ConversationId, before: Seq, limit: u32) -> R<OlderPage> { Err(CacheError::Closed) }
    /// `before`: what the page was asked with. false: it did not fit to what is here (any more), ask again.
    pub async fn insert_history(&self, id: ConversationId, before: Seq, page: &HistoryPage) -> R<bool> { Err(CacheError::Closed) }
    pub async fn save_draft(&self, id: ConversationId, text: &str) -> R<()> { Err(CacheError::Closed) }

    /// Durable when it returns. A reply or comment also clears the draft. The same client id twice changes nothing.
    pub async fn enqueue(&self, request: &CommandRequest, at: Instant) -> R<()> { Err(CacheError::Closed) }
    /// At most one per conversation: what may be sent now.
    pub async fn next_to_send(&self) -> R<Vec<OutboxItem>> { Err(CacheError::Closed) }
    pub async fn confirm(&self, client_id: ClientId, done: &CommandDone) -> R<Option<ConversationId>> { Err(CacheError::Closed) }
    pub async fn fail(&self, client_id: ClientId, error: &ErrorBody) -> R<Refused> { Err(CacheError::Closed) }
    pub async fn retry(&self, client_id: ClientId) -> R<Option<ConversationId>> { Err(CacheError::Closed) }
    pub async fn discard(&self, client_id: ClientId) -> R<Option<ConversationId>> { Err(CacheError::Closed) }
    pub async fn unsent_count(&self) -> R<u32> { Err(CacheError::Closed) }

    pub async fn pending_intents(&self) -> R<Vec<Intent>> { Err(CacheError::Closed) }
    pub async fn close_intent(&self, id: i64, outcome: &Outcome, at: Instant) -> R<()> { Err(CacheError::Closed) }
    /// Newest first.
    pub async fn ledger(&self, limit: u32) -> R<Vec<LedgerEntry>> { Err(CacheError::Closed) }
}
