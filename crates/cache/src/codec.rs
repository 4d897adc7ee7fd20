//! Between columns and the words of the protocol.

use protocol::ids::{Instant, MessageId, Seq};
use protocol::model::{Author, Message};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::CacheError;
use crate::model::{Delivery, StoredMessage};

pub(crate) fn blob(id: &Uuid) -> &[u8] {
    id.as_bytes().as_slice()
}

pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid, CacheError> {
    Uuid::from_slice(bytes).map_err(|_| CacheError::Malformed("an id".to_owned()))
}

pub(crate) fn number(seq: Seq) -> Result<i64, CacheError> {
    i64::try_from(seq.0).map_err(|_| CacheError::OutOfRange(seq))
}

pub(crate) fn seq(number: i64) -> Result<Seq, CacheError> {
    u64::try_from(number)
        .map(Seq)
        .map_err(|_| CacheError::Malformed("a number of the log".to_owned()))
}

pub(crate) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, CacheError> {
    Ok(serde_json::to_string(value)?)
}

pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, CacheError> {
    Ok(serde_json::from_str(text)?)
}

/// The columns of a message in the order of [`MESSAGE_COLUMNS`].
pub(crate) type MessageColumns = (Vec<u8>, i64, Vec<u8>, String, String, String, i64);

/// Read together into [`MessageColumns`].
pub(crate) const MESSAGE_COLUMNS: &str = "id, seq, client_id, author, kind, body, sent_at";

pub(crate) fn stored_message(columns: &MessageColumns) -> Result<StoredMessage, CacheError> {
    let (id, number, client_id, author, kind, body, sent_at) = columns;
    Ok(StoredMessage {
        client_id: protocol::ids::ClientId(uuid(client_id)?),
        id: Some(MessageId(uuid(id)?)),
        seq: Some(seq(*number)?),
        author: parse(author)?,
        kind: parse(kind)?,
        body: parse(body)?,
        at: Instant(*sent_at),
        delivery: Delivery::Stored,
    })
}

/// The columns that only [`Message`]s have as JSON.
pub(crate) struct MessageJson {
    pub(crate) author: String,
    pub(crate) kind: String,
    pub(crate) body: String,
    pub(crate) mentions: String,
}

impl MessageJson {
    pub(crate) fn of(message: &Message) -> Result<Self, CacheError> {
        Ok(Self {
            author: json(&message.author)?,
            kind: json(&message.kind)?,
            body: json(&message.body)?,
            mentions: json(&message.mentions)?,
        })
    }
}

/// How an agent's authorship is stored, to compare with.
pub(crate) fn author_json(agent_id: protocol::ids::AgentId) -> Result<String, CacheError> {
    json(&Author::Agent { agent_id })
}
