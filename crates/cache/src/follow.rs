//! Following the log: a batch of events in, one transaction.
//!
//! ```text
//! check prev of every frame ── Gap ──> nothing written
//!   │
//!   ├─ each event: the server's word to its row; an own message takes its echo's place
//!   ├─ every conversation touched: settled once
//!   ├─ intents stored, cursor moved
//!   └─ commit
//! ```
//!
//! What an event means is `rules::sync::apply`; a property test holds the two together. The cache
//! keeps more than that: all messages it ever had without a gap, not only the tail.
//!
//! Intents are stored in the same transaction as the events they come of, so that an app that ends
//! between the two can neither forget a notice nor give it twice. An event that was seen already
//! brings no intent; one whose conversation is gone by the end of the batch leaves its line in the ledger.

use std::collections::{BTreeMap, BTreeSet};

use protocol::event::Event;
use protocol::frame::EventFrame;
use protocol::ids::{ClientId, ConversationId, GroupId, Seq};
use protocol::limits::CATCH_UP_BATCH;
use protocol::model::{Author, Conversation, Message};
use protocol::snapshot::ConversationTail;
use rules::sync;
use sqlx::SqliteConnection;

use crate::Cache;
use crate::codec::{blob, json, number, uuid};
use crate::error::CacheError;
use crate::load::lost_error;
use crate::model::{Applied, Intent, NewIntent};
use crate::notices::close_gone;
use crate::rows;
use crate::settle::{Context, settle};

impl Cache {
    /// Stores a batch of events and what may have to be notified of, in one transaction.
    ///
    /// # Errors
    /// [`CacheError::Gap`] when events are missing, [`CacheError::BatchTooLong`],
    /// [`CacheError::Empty`] before the first snapshot; nothing was changed then.
    pub async fn apply(
        &self,
        batch: &[EventFrame],
        intents: &[NewIntent],
    ) -> Result<Applied, CacheError> {
        if batch.len() > CATCH_UP_BATCH {
            return Err(CacheError::BatchTooLong(batch.len()));
        }
        let mut tx = self.begin().await?;
        let context = Context::read(&mut tx).await?;
        let before = context.cursor;
        let mut fold = Fold::new(context);
        for frame in batch {
            sync::check(fold.context.cursor, frame)?;
            if sync::is_repeated(fold.context.cursor, frame) {
                continue;
            }
            fold.event(&mut tx, &frame.event).await?;
            fold.context.cursor = frame.seq;
        }
        let applied = fold.finish(&mut tx, before, intents).await?;
        tx.commit().await?;
        Ok(applied)
    }
}

/// One batch on its way into the database. Rows and messages are gathered and written together: of
/// a conversation that changes a hundred times in a batch, only the last row counts.
struct Fold<'a> {
    context: Context,
    applied: Applied,
    /// To settle before the end.
    touched: BTreeSet<ConversationId>,
    /// Whether a conversation is here, as far as that was asked.
    here: BTreeMap<ConversationId, bool>,
    /// To write.
    rows: BTreeMap<ConversationId, &'a Conversation>,
    /// To write after the rows.
    messages: Vec<&'a Message>,
}

impl<'a> Fold<'a> {
    fn new(context: Context) -> Self {
        Self {
            applied: Applied {
                cursor: context.cursor,
                ..Applied::default()
            },
            context,
            touched: BTreeSet::new(),
            here: BTreeMap::new(),
            rows: BTreeMap::new(),
            messages: Vec::new(),
        }
    }

    async fn event(
        &mut self,
        db: &mut SqliteConnection,
        event: &'a Event,
    ) -> Result<(), CacheError> {
        match event {
            Event::WorkspaceChanged { workspace } => {
                self.applied.team = true;
                sqlx::query("UPDATE session SET workspace = ?")
                    .bind(json(workspace)?)
                    .execute(db)
                    .await?;
            }
            Event::AgentChanged { agent } => {
                self.applied.team = true;
                self.applied.me |= agent.id == self.context.viewer.me;
                self.context.agents.insert(agent.id);
                rows::put_agent(db, agent).await?;
            }
            Event::AgentRemoved { agent_id } => {
                self.applied.team = true;
                self.applied.me |= *agent_id == self.context.viewer.me;
                self.context.agents.remove(agent_id);
                rows::remove_agent(db, *agent_id).await?;
            }
            Event::GroupChanged { group } => {
                self.applied.team = true;
                rows::put_group(db, group).await?;
                if self.context.add_group(group) {
                    self.touch_group(db, group.id).await?;
                }
            }
            Event::SiteChanged { site } => {
                self.applied.team = true;
                rows::put_site(db, site).await?;
            }
            Event::ConversationChanged { conversation, .. } => {
                self.rows.insert(conversation.id, conversation);
                self.here.insert(conversation.id, true);
                self.touch(conversation.id);
            }
            Event::ConversationGained {
                conversation,
                messages,
                more,
            } => {
                self.write(db).await?;
                self.gained(db, conversation, messages, *more).await?;
            }
            Event::ConversationLost { conversation_id } => {
                self.write(db).await?;
                let unsendable =
                    rows::lose_conversation(db, *conversation_id, &lost_error()?).await?;
                self.gone(*conversation_id, unsendable);
            }
            Event::ConversationErased { conversation_id } => {
                self.write(db).await?;
                let unsendable = rows::erase_conversation(db, *conversation_id).await?;
                self.gone(*conversation_id, unsendable);
            }
            Event::MessageAdded { message } => {
                if self.is_here(db, message.conversation_id).await? {
                    self.messages.push(message);
                    self.touch(message.conversation_id);
                }
            }
            Event::ReadThrough { mark } => {
                rows::put_read_mark(db, *mark).await?;
                self.touch(mark.conversation_id);
            }
            Event::PresenceChanged { presence } => {
                self.applied.team = true;
                rows::put_presence(db, presence).await?;
            }
            Event::OwnPresence {
                choice,
                presence,
                next,
            } => {
                self.applied.me = true;
                sqlx::query("UPDATE session SET choice = ?, presence = ?, next = ?")
                    .bind(json(choice)?)
                    .bind(json(presence)?)
                    .bind(json(next)?)
                    .execute(db)
                    .await?;
            }
            Event::OwnSettings { settings } => {
                self.applied.me = true;
                sqlx::query("UPDATE session SET settings = ?")
                    .bind(json(settings)?)
                    .execute(db)
                    .await?;
            }
            Event::Unknown => {}
        }
        Ok(())
    }

    fn touch(&mut self, id: ConversationId) {
        self.touched.insert(id);
    }

    async fn is_here(
        &mut self,
        db: &mut SqliteConnection,
        id: ConversationId,
    ) -> Result<bool, CacheError> {
        if let Some(here) = self.here.get(&id) {
            return Ok(*here);
        }
        let here = rows::is_here(db, id).await?;
        self.here.insert(id, here);
        Ok(here)
    }

    /// Writes what was gathered.
    async fn write(&mut self, db: &mut SqliteConnection) -> Result<(), CacheError> {
        for conversation in std::mem::take(&mut self.rows).values() {
            rows::put_conversation(db, conversation).await?;
        }
        let messages = std::mem::take(&mut self.messages);
        rows::insert_messages(db, &messages).await?;
        for message in messages {
            self.take_place_of_echo(db, message).await?;
        }
        Ok(())
    }

    /// The viewer came into a group or left it: what is offered to them changes.
    async fn touch_group(
        &mut self,
        db: &mut SqliteConnection,
        id: GroupId,
    ) -> Result<(), CacheError> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM conversations WHERE group_id = ?")
                .bind(blob(&id.0))
                .fetch_all(db)
                .await?;
        for id in &ids {
            self.touch(ConversationId(uuid(id)?));
        }
        Ok(())
    }

    async fn gained(
        &mut self,
        db: &mut SqliteConnection,
        conversation: &Conversation,
        messages: &[Message],
        more: bool,
    ) -> Result<(), CacheError> {
        let mut tail = ConversationTail {
            conversation: conversation.clone(),
            messages: messages.to_vec(),
            more,
        };
        tail.messages.sort_by_key(|message| message.seq);
        rows::put_tail(db, &tail, true).await?;
        for message in messages {
            self.take_place_of_echo(db, message).await?;
        }
        self.here.insert(conversation.id, true);
        self.applied.gone.remove(&conversation.id);
        self.touch(conversation.id);
        Ok(())
    }

    fn gone(&mut self, id: ConversationId, unsendable: Vec<ClientId>) {
        self.here.insert(id, false);
        self.applied.gone.insert(id);
        self.applied.unsendable.extend(unsendable);
        self.touch(id);
    }

    /// One's own message arrived: it is on the server, whether or not the answer to its command was
    /// ever received.
    async fn take_place_of_echo(
        &self,
        db: &mut SqliteConnection,
        message: &Message,
    ) -> Result<(), CacheError> {
        let own = Author::Agent {
            agent_id: self.context.viewer.me,
        };
        if self.context.any_outbox && message.author == own {
            sqlx::query("DELETE FROM outbox WHERE client_id = ? AND conversation_id = ?")
                .bind(blob(&message.client_id.0))
                .bind(blob(&message.conversation_id.0))
                .execute(db)
                .await?;
        }
        Ok(())
    }

    async fn finish(
        mut self,
        db: &mut SqliteConnection,
        before: Seq,
        intents: &[NewIntent],
    ) -> Result<Applied, CacheError> {
        self.write(db).await?;
        self.applied.cursor = self.context.cursor;
        sqlx::query("UPDATE session SET cursor = ?")
            .bind(number(self.context.cursor)?)
            .execute(&mut *db)
            .await?;
        if self.context.any_outbox {
            let settled: Vec<Vec<u8>> = sqlx::query_scalar(
                "DELETE FROM outbox WHERE state = 'confirmed' AND confirmed_seq <= ?
                RETURNING conversation_id",
            )
            .bind(number(self.context.cursor)?)
            .fetch_all(&mut *db)
            .await?;
            for id in &settled {
                self.touch(ConversationId(uuid(id)?));
            }
        }
        for id in &self.touched {
            settle(db, &self.context, *id).await?;
        }
        for intent in intents {
            if intent.seq <= before {
                continue;
            }
            let id = store_intent(db, intent).await?;
            let gone = intent
                .conversation_id
                .filter(|id| self.applied.gone.contains(id));
            match gone {
                Some(conversation_id) => close_gone(db, conversation_id).await?,
                None => self.applied.intents.push(Intent {
                    id,
                    intent: intent.clone(),
                }),
            }
        }
        self.applied.conversations = self.touched;
        Ok(self.applied)
    }
}

pub(crate) async fn store_intent(
    db: &mut SqliteConnection,
    intent: &NewIntent,
) -> Result<i64, CacheError> {
    let id = sqlx::query(
        "INSERT INTO intents (conversation_id, seq, kind, payload, at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(intent.conversation_id.map(|id| blob(&id.0).to_vec()))
    .bind(number(intent.seq)?)
    .bind(&intent.kind)
    .bind(&intent.payload)
    .bind(intent.at.0)
    .execute(db)
    .await?
    .last_insert_rowid();
    Ok(id)
}
