//! What `porchlight status --json` prints.
//!
//! A form of its own, so that scripts do not depend on how the app and the workspace talk. Fields are
//! added, never changed or taken away; docs/CLI.md describes them. Words are the same in every language.

use agent::view::{Limited, StatusReport};
use jiff::Timestamp;
use protocol::ids::Instant;
use protocol::status::{Choice, ChoiceSource, Plan, Reason, Status, StatusChange, Term, Via};
use serde::Serialize;

/// The report as JSON, on several lines.
#[must_use]
pub fn text(report: &StatusReport) -> String {
    // Nothing in it can fail to be written.
    serde_json::to_string_pretty(&Printed::of(report)).unwrap_or_default()
}

#[derive(Serialize)]
struct Printed<'a> {
    status: Status,
    since: String,
    reason: &'static str,
    reason_since: Option<String>,
    choice: PrintedChoice,
    next: Option<PrintedNext>,
    pending: Option<PrintedPending>,
    connection: &'static str,
    workspace: &'a str,
    selectable: &'a [Status],
    open_conversations: u32,
    waiting: u32,
    idle_detection: &'static str,
    idle_limited: Option<Limited>,
}

#[derive(Serialize)]
struct PrintedChoice {
    status: Status,
    since: String,
    by: &'static str,
    via: Option<Via>,
    plan: Option<&'static str>,
    until: Option<String>,
}

#[derive(Serialize)]
struct PrintedNext {
    at: String,
    status: Status,
    by: &'static str,
}

#[derive(Serialize)]
struct PrintedPending {
    status: Status,
    plan: Option<&'static str>,
    for_seconds: Option<u64>,
    until: Option<String>,
}

impl<'a> Printed<'a> {
    fn of(report: &'a StatusReport) -> Self {
        let (reason, reason_since) = reason(report.presence.reason);
        Self {
            status: report.presence.status,
            since: time(report.presence.since),
            reason,
            reason_since: reason_since.map(time),
            choice: choice(&report.choice),
            next: report.next.map(|next| PrintedNext {
                at: time(next.at),
                status: next.status,
                by: source(next.source),
            }),
            pending: report.pending.map(pending),
            connection: if report.connected { "live" } else { "lost" },
            workspace: &report.workspace,
            selectable: &report.selectable,
            open_conversations: report.open_conversations,
            waiting: report.waiting,
            idle_detection: if report.limited.is_some() {
                "limited"
            } else {
                "whole_machine"
            },
            idle_limited: report.limited,
        }
    }
}

fn choice(choice: &Choice) -> PrintedChoice {
    PrintedChoice {
        status: choice.status,
        since: time(choice.at),
        by: source(choice.source),
        via: match choice.source {
            ChoiceSource::Agent { via } => Some(via),
            _ => None,
        },
        plan: choice.plan.map(|plan| match plan {
            Plan::Timed { .. } => "timed",
            Plan::WindDown => "wind_down",
            Plan::Unknown => "unknown",
        }),
        until: match choice.plan {
            Some(Plan::Timed { until }) => Some(time(until)),
            _ => None,
        },
    }
}

fn pending(change: StatusChange) -> PrintedPending {
    let plain = |status| PrintedPending {
        status,
        plan: None,
        for_seconds: None,
        until: None,
    };
    match change {
        StatusChange::Pick { status } => plain(status),
        StatusChange::StayOnline => plain(Status::Online),
        StatusChange::WindDown => PrintedPending {
            plan: Some("wind_down"),
            ..plain(Status::Invisible)
        },
        StatusChange::Timed { status, term } => PrintedPending {
            plan: Some("timed"),
            for_seconds: match term {
                Term::For { ms } => Some(ms / 1_000),
                _ => None,
            },
            until: match term {
                Term::For { .. } => None,
                Term::Tomorrow => Some("tomorrow".into()),
                Term::At { minute } => Some(format!("{}:{:02}", minute / 60, minute % 60)),
            },
            ..plain(status)
        },
    }
}

fn source(source: ChoiceSource) -> &'static str {
    match source {
        ChoiceSource::FirstSignIn => "first_sign_in",
        ChoiceSource::Agent { .. } => "agent",
        ChoiceSource::Admin { .. } => "admin",
        ChoiceSource::TimeUp => "time_up",
        ChoiceSource::Hours => "hours",
        ChoiceSource::WoundDown => "wound_down",
        ChoiceSource::Unknown => "unknown",
    }
}

fn reason(reason: Reason) -> (&'static str, Option<Instant>) {
    match reason {
        Reason::Chosen => ("chosen", None),
        Reason::Idle { since } => ("idle", Some(since)),
        Reason::Locked { since } => ("locked", Some(since)),
        Reason::Asleep => ("asleep", None),
        Reason::SignedOut => ("signed_out", None),
        Reason::Quit => ("quit", None),
        Reason::ConnectionLost => ("connection_lost", None),
        Reason::Held => ("held", None),
        Reason::Unknown => ("unknown", None),
    }
}

/// As RFC 3339 has it, in UTC.
fn time(at: Instant) -> String {
    Timestamp::from_millisecond(at.0)
        .map(|at| format!("{at:.3}"))
        .unwrap_or_default()
}
