//! A log of status changes as a table for spreadsheets.
//!
//! CSV by RFC 4180: UTF-8, a line of headings, lines that end with CR LF, quotes where needed. The
//! words are those of the wire, so that a program can read them in any language. Names are written by
//! people: one that begins like a formula gets an apostrophe in front, or opening the file would run it.

use std::fmt::Write;

use protocol::ids::AgentId;
use protocol::status::{ChoiceSource, Plan, Reason, Status, StatusLogEntry, Via};

use crate::hours::Zone;

const HEADINGS: [&str; 11] = [
    "agent", "time", "status", "reason", "since", "choice", "source", "via", "by", "then",
    "then_at",
];

/// The log of the agent called `agent`, with local times of `zone`. `name` knows the admins by whom a
/// status was set; one without a name is written as their id.
#[must_use]
pub fn csv(
    zone: &Zone,
    agent: &str,
    entries: &[StatusLogEntry],
    name: impl Fn(AgentId) -> Option<String>,
) -> String {
    let mut table = String::new();
    line(&mut table, &HEADINGS.map(str::to_owned));
    for entry in entries {
        let (reason, since) = match entry.presence.reason {
            Reason::Chosen => ("chosen", None),
            Reason::Idle { since } => ("idle", Some(since)),
            Reason::Locked { since } => ("locked", Some(since)),
            Reason::Asleep => ("asleep", None),
            Reason::SignedOut => ("signed_out", None),
            Reason::Quit => ("quit", None),
            Reason::ConnectionLost => ("connection_lost", None),
            Reason::Held => ("held", None),
            Reason::Unknown => ("unknown", None),
        };
        let (source, way, by) = match entry.choice.source {
            ChoiceSource::FirstSignIn => ("first_sign_in", "", None),
            ChoiceSource::Agent { via } => ("agent", way(via), None),
            ChoiceSource::Admin { agent_id, .. } => ("admin", "", Some(agent_id)),
            ChoiceSource::TimeUp => ("time_up", "", None),
            ChoiceSource::Hours => ("hours", "", None),
            ChoiceSource::WoundDown => ("wound_down", "", None),
            ChoiceSource::Unknown => ("unknown", "", None),
        };
        let (then, then_at) = match entry.choice.plan {
            None => ("", None),
            Some(Plan::Timed { until }) => ("online", Some(until)),
            Some(Plan::WindDown) => ("offline", None),
            Some(Plan::Unknown) => ("unknown", None),
        };
        let by = by.map_or_else(String::new, |id| name(id).unwrap_or_else(|| id.to_string()));
        line(
            &mut table,
            &[
                agent.to_owned(),
                zone.iso(entry.at),
                status(entry.presence.status).to_owned(),
                reason.to_owned(),
                since.map_or_else(String::new, |at| zone.iso(at)),
                status(entry.choice.status).to_owned(),
                source.to_owned(),
                way.to_owned(),
                by,
                then.to_owned(),
                then_at.map_or_else(String::new, |at| zone.iso(at)),
            ],
        );
    }
    table
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Online => "online",
        Status::Busy => "busy",
        Status::Invisible => "invisible",
        Status::Offline => "offline",
    }
}

fn way(via: Via) -> &'static str {
    match via {
        Via::App => "app",
        Via::Tray => "tray",
        Via::CommandLine => "command_line",
        Via::Shortcut => "shortcut",
        Via::Notification => "notification",
        Via::Unknown => "unknown",
    }
}

fn line(table: &mut String, fields: &[String; HEADINGS.len()]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            table.push(',');
        }
        push_field(table, field);
    }
    table.push_str("\r\n");
}

fn push_field(table: &mut String, field: &str) {
    // What spreadsheets take for the begin of a formula, in half and full width; they skip blanks
    // before it.
    let formula = field
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || field.starts_with(['\t', '\r', '\n']);
    let guard = if formula { "'" } else { "" };
    let quoted = field.contains([',', '"', '\r', '\n', ';', '\t']);
    // Writing to a string cannot fail.
    let _ = if quoted {
        write!(table, "\"{guard}{}\"", field.replace('"', "\"\""))
    } else {
        write!(table, "{guard}{field}")
    };
}
