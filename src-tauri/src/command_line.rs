//! `porchlight status …`: asks the app that runs, and prints what it answers.
//!
//! No window system is touched, so it works without a display. One line for people goes to the standard
//! output, in their language; JSON (`--json`) is the same in every language, and described in
//! docs/CLI.md. What went wrong goes to the standard error, in one sentence that says what to do.

use std::io::Write as _;
use std::process::ExitCode;

use agent::view::StatusReport;
use agent::words::{Args as Values, Words};
use jiff::Timestamp;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::Instant;
use protocol::status::{ChoiceSource, Plan, Reason};
use rules::tray::first_status;

use crate::adapters::control::{self, AskError, Instance, Reply, Request};
use crate::adapters::paths;
use crate::args::{Args, Command, StatusArgs};

pub mod json;

/// As in `tauri.conf.json`.
pub const IDENTIFIER: &str = "app.porchlight.desktop";

/// Refused, or failed.
const FAILED: u8 = 1;
/// The app is not running.
const NOT_RUNNING: u8 = 3;
/// Taken by the app, but the workspace has not answered.
const PENDING: u8 = 4;

/// What the command ends with.
#[derive(Debug, PartialEq, Eq)]
struct Ending {
    code: u8,
    /// For the standard output.
    out: Option<String>,
    /// For the standard error.
    err: Option<String>,
}

/// Runs a command, and says how it went.
#[must_use]
pub fn run(command: &Command, args: &Args) -> ExitCode {
    let Command::Status(status) = command;
    let words = Words::new(&sys_locale::get_locale().unwrap_or_default());
    let ending = match asked(status, args) {
        Ok(answer) => ending(status, answer, &words, Timestamp::now()),
        Err(error) => Ending::failed(error.to_string()),
    };
    // Nobody is left to tell when the output is closed.
    if let Some(text) = &ending.out {
        let _ = writeln!(std::io::stdout(), "{text}");
    }
    if let Some(text) = &ending.err {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
    ExitCode::from(ending.code)
}

/// On Windows the app is no console program: without this, nothing of what it prints would be seen in
/// the console it was started from.
pub fn attach_console() {
    #[cfg(windows)]
    {
        use windows::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole};
        // SAFETY: takes a number. It fails where there is no console, and then there is none to print to.
        let _ = unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
    }
}

fn asked(status: &StatusArgs, args: &Args) -> std::io::Result<Result<Reply, AskError>> {
    let instance = Instance {
        name: args.instance(IDENTIFIER),
        data_dir: match &args.data_dir {
            Some(folder) => std::path::absolute(folder)?,
            // Without a home folder there are other places.
            None => paths::platform_data_dir(IDENTIFIER).unwrap_or_default(),
        },
    };
    // What makes no change was refused when the words were read.
    let request = match status.change() {
        Ok(Some(change)) => Request::Change {
            change,
            confirmed: status.yes,
        },
        _ => Request::Report,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(control::ask(&instance, &request)))
}

impl Ending {
    fn failed(err: String) -> Self {
        Self {
            code: FAILED,
            out: None,
            err: Some(err),
        }
    }
}

fn ending(
    status: &StatusArgs,
    answer: Result<Reply, AskError>,
    words: &Words,
    now: Timestamp,
) -> Ending {
    let report = match answer {
        Ok(Reply::Report { report }) => report,
        Ok(Reply::LastAgent { sites }) => {
            return Ending::failed(
                words.text_with("cli-last-agent", &values([("sites", sites.join(", "))])),
            );
        }
        Ok(Reply::Refused { error, report }) => {
            return Ending::failed(refusal(status, &error, report.as_ref(), words));
        }
        Ok(Reply::NotReady) => return Ending::failed(words.text("cli-not-ready")),
        Ok(Reply::NotUnderstood) | Err(AskError::OtherVersion) => {
            return Ending::failed(words.text("cli-other-version"));
        }
        Err(AskError::NotRunning) => {
            return Ending {
                code: NOT_RUNNING,
                out: None,
                err: Some(words.text("cli-not-running")),
            };
        }
        Err(AskError::NotYours) => return Ending::failed(words.text("cli-not-yours")),
        Err(AskError::Silent(error)) => {
            tracing::debug!(%error, "no answer");
            return Ending::failed(words.text("cli-silent"));
        }
    };
    // A question is answered by what is known; a change is done once the workspace has it.
    let unanswered = status.wanted.is_some() && report.pending.is_some();
    let out = if status.json {
        json::text(&report)
    } else {
        line(&report, words, now)
    };
    Ending {
        code: if unanswered { PENDING } else { 0 },
        out: Some(out),
        err: None,
    }
}

fn refusal(
    status: &StatusArgs,
    error: &ErrorBody,
    report: Option<&StatusReport>,
    words: &Words,
) -> String {
    if error.code == ErrorCode::NotSignedIn {
        return words.text("cli-not-signed-in");
    }
    let wanted = match status.change() {
        Ok(Some(change)) => Some(first_status(change)),
        _ => None,
    };
    if let (Some(wanted), Some(report)) = (wanted, report)
        && !report.selectable.contains(&wanted)
    {
        let offered: Vec<String> = report
            .selectable
            .iter()
            .map(|status| words.status(*status))
            .collect();
        let values = values([
            ("status", words.status(wanted)),
            ("offered", offered.join(", ")),
        ]);
        return words.text_with("cli-not-offered", &values);
    }
    error.message.clone()
}

/// One's status in one line.
fn line(report: &StatusReport, words: &Words, now: Timestamp) -> String {
    let clock = |at: Instant| clock(at, now);
    if let Some(change) = report.pending {
        let status = first_status(change);
        let key = if report.connected {
            "cli-pending"
        } else {
            "cli-pending-unreachable"
        };
        return words.text_with(key, &values([("status", words.status(status))]));
    }
    let status = ("status", words.status(report.presence.status));
    if report.presence.reason != Reason::Chosen
        && let Some(reason) = words.reason(report.presence.reason, &clock)
    {
        return words.text_with("cli-status-because", &values([status, ("reason", reason)]));
    }
    if report.choice.plan == Some(Plan::WindDown) {
        return words.text_with("cli-status-winding-down", &values([status]));
    }
    match report.next {
        Some(next) if next.source == ChoiceSource::Hours => {
            let values = values([status, ("time", clock(next.at))]);
            words.text_with("cli-status-until-hours", &values)
        }
        Some(next) => {
            let values = values([
                status,
                ("time", clock(next.at)),
                ("next", words.status(next.status)),
            ]);
            words.text_with("cli-status-until-then", &values)
        }
        None if report.choice.source == ChoiceSource::Hours => {
            words.text_with("cli-status-by-hours", &values([status]))
        }
        None if matches!(report.choice.source, ChoiceSource::Admin { .. }) => {
            words.text_with("cli-status-by-admin", &values([status]))
        }
        None => words.text_with("cli-status", &values([status])),
    }
}

/// An instant on the person's clock; with its date if that is not today's.
fn clock(at: Instant, now: Timestamp) -> String {
    let zone = jiff::tz::TimeZone::system();
    let Ok(at) = Timestamp::from_millisecond(at.0) else {
        return String::new();
    };
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone));
    let form = if at.date() == now.date() {
        "%-H:%M"
    } else {
        "%Y-%m-%d %-H:%M"
    };
    at.strftime(form).to_string()
}

fn values<const N: usize>(pairs: [(&'static str, String); N]) -> Values<'static> {
    let mut values = Values::new();
    for (name, value) in pairs {
        values.set(name, value);
    }
    values
}

#[cfg(test)]
mod tests;
