//! Between columns and the words of the protocol.

use std::fmt::Display;
use std::str::FromStr;

use protocol::ids::{Instant, Seq};
use protocol::model::{Agent, Conversation, Message, Visitor};
use protocol::status::StatusLogEntry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::failed;
use crate::store::{AgentRecord, DeviceRecord, Restarts, StoreError, Stored};

fn damaged(column: &str, why: impl Display) -> StoreError {
    StoreError::Damaged(format!("{column}: {why}"))
}

/// Without the error's own words: they quote what was read, and that may be a message.
fn unreadable(column: &str, error: &serde_json::Error) -> StoreError {
    let place = format!("line {} column {}", error.line(), error.column());
    damaged(column, format!("{:?} error at {place}", error.classify()))
}

pub(super) fn text(row: &SqliteRow, column: &str) -> Stored<String> {
    row.try_get(column).map_err(failed)
}

pub(super) fn maybe_text(row: &SqliteRow, column: &str) -> Stored<Option<String>> {
    row.try_get(column).map_err(failed)
}

pub(super) fn number(row: &SqliteRow, column: &str) -> Stored<i64> {
    row.try_get(column).map_err(failed)
}

pub(super) fn maybe_number(row: &SqliteRow, column: &str) -> Stored<Option<i64>> {
    row.try_get(column).map_err(failed)
}

pub(super) fn id<T: FromStr<Err: Display>>(row: &SqliteRow, column: &str) -> Stored<T> {
    text(row, column)?
        .parse()
        .map_err(|error| damaged(column, error))
}

pub(super) fn maybe_id<T: FromStr<Err: Display>>(
    row: &SqliteRow,
    column: &str,
) -> Stored<Option<T>> {
    maybe_text(row, column)?
        .map(|text| text.parse().map_err(|error| damaged(column, error)))
        .transpose()
}

pub(super) fn instant(row: &SqliteRow, column: &str) -> Stored<Instant> {
    number(row, column).map(Instant)
}

pub(super) fn seq(row: &SqliteRow, column: &str) -> Stored<Seq> {
    u64::try_from(number(row, column)?)
        .map(Seq)
        .map_err(|error| damaged(column, error))
}

/// For SQLite, whose integers are signed.
pub(super) fn signed(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Stored<T> {
    serde_json::from_str(&text(row, column)?).map_err(|error| unreadable(column, &error))
}

pub(super) fn maybe_json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Stored<Option<T>> {
    maybe_text(row, column)?
        .map(|text| serde_json::from_str(&text).map_err(|error| unreadable(column, &error)))
        .transpose()
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|error| unreadable("value", &error))
}

/// A variant without fields, as the one word that it is on the wire.
pub(super) fn word<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Stored<T> {
    to_variant(text(row, column)?).map_err(|error| unreadable(column, &error))
}

fn to_variant<T: DeserializeOwned>(word: String) -> serde_json::Result<T> {
    serde_json::from_value(serde_json::Value::String(word))
}

pub(super) fn to_word<T: Serialize>(value: &T) -> Stored<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(damaged("value", "it is not one word")),
        Err(error) => Err(unreadable("value", &error)),
    }
}

pub(super) fn agent(row: &SqliteRow) -> Stored<AgentRecord> {
    Ok(AgentRecord {
        agent: Agent {
            id: id(row, "id")?,
            name: text(row, "name")?,
            email: text(row, "email")?,
            role: word(row, "role")?,
        },
        standing: json(row, "standing")?,
        open: number(row, "open")?
            .try_into()
            .map_err(|error| damaged("open", error))?,
        settings: maybe_json(row, "settings")?.unwrap_or_default(),
    })
}

pub(super) fn device(row: &SqliteRow) -> Stored<DeviceRecord> {
    Ok(DeviceRecord {
        id: id(row, "id")?,
        agent_id: id(row, "agent_id")?,
        name: text(row, "name")?,
        signed_in_at: instant(row, "signed_in_at")?,
        last_seen_at: instant(row, "last_seen_at")?,
        leased: number(row, "leased")? != 0,
        report: json(row, "activity")?,
    })
}

pub(super) fn conversation(row: &SqliteRow) -> Stored<Conversation> {
    Ok(Conversation {
        id: id(row, "id")?,
        site_id: id(row, "site_id")?,
        group_id: maybe_id(row, "group_id")?,
        visitor: Visitor {
            id: id(row, "visitor_id")?,
            name: maybe_text(row, "visitor_name")?,
            email: maybe_text(row, "visitor_email")?,
        },
        state: word(row, "state")?,
        assigned: json(row, "assigned")?,
        created_at: instant(row, "created_at")?,
        last_message_at: instant(row, "last_message_at")?,
        waiting_since: maybe_number(row, "waiting_since")?.map(Instant),
        missed: maybe_json(row, "missed")?,
    })
}

pub(super) fn restarts(row: &SqliteRow) -> Stored<Restarts> {
    Ok(Restarts {
        clock_from: maybe_number(row, "clock_from")?.map(Instant),
        quiet_from: maybe_number(row, "quiet_from")?.map(Instant),
    })
}

pub(super) fn message(row: &SqliteRow) -> Stored<Message> {
    Ok(Message {
        id: id(row, "id")?,
        conversation_id: id(row, "conversation_id")?,
        seq: seq(row, "seq")?,
        author: json(row, "author")?,
        kind: word(row, "kind")?,
        body: json(row, "body")?,
        sent_at: instant(row, "sent_at")?,
        client_id: id(row, "client_id")?,
        mentions: json(row, "mentions")?,
    })
}

pub(super) fn status_log_entry(row: &SqliteRow) -> Stored<StatusLogEntry> {
    Ok(StatusLogEntry {
        at: instant(row, "at")?,
        presence: json(row, "presence")?,
        choice: json(row, "choice")?,
    })
}
