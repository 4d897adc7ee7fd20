use super::*;

use protocol::ids::AgentId;
use protocol::status::{Choice, NextChange, Presence, Status, StatusChange, Term, Via};
use uuid::Uuid;

/// Noon of a day on which nothing changes anywhere, by the clock of this computer.
fn noon() -> Timestamp {
    "2026-06-17T12:00:00"
        .parse::<jiff::civil::DateTime>()
        .unwrap()
        .to_zoned(jiff::tz::TimeZone::system())
        .unwrap()
        .timestamp()
}

fn in_hours(hours: i64) -> Instant {
    Instant(noon().as_millisecond() + hours * 3_600_000)
}

fn report(status: Status) -> StatusReport {
    StatusReport {
        workspace: "Lumen & Linde".into(),
        presence: Presence {
            status,
            reason: Reason::Chosen,
            since: in_hours(-2),
        },
        choice: Choice {
            status,
            at: in_hours(-2),
            source: ChoiceSource::Agent {
                via: Via::CommandLine,
            },
            plan: None,
        },
        pending: None,
        next: None,
        selectable: vec![Status::Online, Status::Invisible, Status::Offline],
        connected: true,
        limited: None,
        open_conversations: 3,
        waiting: 1,
    }
}

fn english(report: &StatusReport) -> String {
    line(report, &Words::new("en"), noon())
}

fn asking(words: &[&str]) -> StatusArgs {
    use clap::Parser as _;
    let words = ["porchlight", "status"].iter().chain(words);
    match Args::try_parse_from(words).unwrap().command {
        Some(Command::Status(status)) => status,
        None => panic!("a command"),
    }
}

fn told(words: &[&str], answer: Result<Reply, AskError>) -> Ending {
    ending(&asking(words), answer, &Words::new("en"), noon())
}

#[test]
fn the_identifier_is_that_of_the_app() {
    let context = crate::context::<tauri::test::MockRuntime>();
    assert_eq!(context.config().identifier, IDENTIFIER);
}

#[test]
fn one_line_says_the_status_and_what_comes() {
    let mut now = report(Status::Online);
    assert_eq!(english(&now), "Online");
    let hours = |status, at| NextChange {
        at,
        status,
        source: ChoiceSource::Hours,
    };
    now.next = Some(hours(Status::Offline, in_hours(6)));
    assert_eq!(english(&now), "Online until 18:00, by your hours");
    now.next = Some(hours(Status::Offline, in_hours(20)));
    assert_eq!(english(&now), "Online until 2026-06-18 8:00, by your hours");

    let mut now = report(Status::Invisible);
    now.choice.plan = Some(Plan::Timed { until: in_hours(1) });
    now.next = Some(NextChange {
        at: in_hours(1),
        status: Status::Online,
        source: ChoiceSource::TimeUp,
    });
    assert_eq!(english(&now), "Invisible until 13:00, then Online");
    now.choice.plan = Some(Plan::WindDown);
    assert_eq!(
        english(&now),
        "Invisible, then Offline when your last conversation ends"
    );

    let mut now = report(Status::Offline);
    now.choice.source = ChoiceSource::Hours;
    assert_eq!(english(&now), "Offline, by your hours");
    now.choice.source = ChoiceSource::Admin {
        agent_id: AgentId(Uuid::from_u128(1)),
        before: Status::Online,
    };
    assert_eq!(english(&now), "Offline, set by an admin");
    now.presence.reason = Reason::Idle {
        since: in_hours(-1),
    };
    assert_eq!(english(&now), "Offline: idle since 11:00");
    now.presence.reason = Reason::ConnectionLost;
    now.connected = false;
    assert_eq!(english(&now), "Offline: no connection");
    now.pending = Some(StatusChange::WindDown);
    assert_eq!(
        english(&now),
        "Invisible: pending, the workspace is not reachable"
    );
    now.connected = true;
    assert_eq!(
        english(&now),
        "Invisible: pending, the workspace has not answered yet"
    );
}

#[test]
fn every_language_says_it_in_its_own_words() {
    let mut now = report(Status::Online);
    now.next = Some(NextChange {
        at: in_hours(6),
        status: Status::Offline,
        source: ChoiceSource::Hours,
    });
    let mut lines = Vec::new();
    for language in ["en", "de", "fr"] {
        let text = line(&now, &Words::new(language), noon());
        assert!(text.contains("18:00"), "{text}");
        assert!(!lines.contains(&text), "{text}");
        lines.push(text);
    }
}

#[test]
fn what_comes_back_ends_with_its_exit_code() {
    let ok = |report| Ok(Reply::Report { report });
    let done = told(&["busy"], ok(report(Status::Busy)));
    assert_eq!((done.code, done.out.as_deref()), (0, Some("Busy")));

    let mut waiting = report(Status::Online);
    waiting.pending = Some(StatusChange::Pick {
        status: Status::Busy,
    });
    waiting.connected = false;
    assert_eq!(told(&["busy"], ok(waiting.clone())).code, PENDING);
    assert_eq!(told(&[], ok(waiting)).code, 0, "only asked");

    let code = |answer| {
        let told = told(&["busy"], answer);
        assert_eq!(told.out, None);
        let text = told.err.unwrap();
        assert!(text.len() > 20, "{text}");
        told.code
    };
    assert_eq!(code(Err(AskError::NotRunning)), NOT_RUNNING);
    assert_eq!(code(Err(AskError::NotYours)), FAILED);
    assert_eq!(code(Err(AskError::OtherVersion)), FAILED);
    let late = std::io::ErrorKind::TimedOut.into();
    assert_eq!(code(Err(AskError::Silent(late))), FAILED);
    assert_eq!(code(Ok(Reply::NotUnderstood)), FAILED);
    assert_eq!(code(Ok(Reply::NotReady)), FAILED);
    let sites = vec!["Shop".into(), "Blog".into()];
    let told = told(&["offline"], Ok(Reply::LastAgent { sites }));
    assert_eq!(told.code, FAILED);
    let text = told.err.unwrap();
    assert!(
        text.contains("Shop, Blog") && text.contains("--yes"),
        "{text}"
    );
}

#[test]
fn a_refusal_says_what_to_do() {
    let refused = |words: &[&str], code, report| {
        let error = ErrorBody::new(code, "As the workspace says it.");
        told(words, Ok(Reply::Refused { error, report }))
            .err
            .unwrap()
    };
    let text = refused(&["busy"], ErrorCode::NotSignedIn, None);
    assert_eq!(text, "Nobody is signed in. Open Porchlight and sign in.");
    let text = refused(
        &["busy"],
        ErrorCode::BadRequest,
        Some(report(Status::Online)),
    );
    assert_eq!(
        text,
        "Your workspace does not offer Busy. It offers: Online, Invisible, Offline."
    );
    let now = report(Status::Online);
    let text = refused(&["offline"], ErrorCode::Unavailable, Some(now));
    assert_eq!(text, "As the workspace says it.");
}

#[test]
fn the_json_has_the_documented_form() {
    let mut now = report(Status::Invisible);
    now.choice.plan = Some(Plan::Timed {
        until: Instant(1_781_697_600_000),
    });
    now.choice.at = Instant(1_781_690_400_000);
    now.presence.since = Instant(1_781_690_400_250);
    now.presence.reason = Reason::Chosen;
    now.next = Some(NextChange {
        at: Instant(1_781_697_600_000),
        status: Status::Online,
        source: ChoiceSource::TimeUp,
    });
    now.pending = Some(StatusChange::Timed {
        status: Status::Offline,
        term: Term::At { minute: 545 },
    });
    let printed: serde_json::Value = serde_json::from_str(&json::text(&now)).unwrap();
    assert_eq!(
        printed,
        serde_json::json!({
            "status": "invisible",
            "since": "2026-06-17T10:00:00.250Z",
            "reason": "chosen",
            "reason_since": null,
            "choice": {
                "status": "invisible",
                "since": "2026-06-17T10:00:00.000Z",
                "by": "agent",
                "via": "command_line",
                "plan": "timed",
                "until": "2026-06-17T12:00:00.000Z"
            },
            "next": {"at": "2026-06-17T12:00:00.000Z", "status": "online", "by": "time_up"},
            "pending": {
                "status": "offline",
                "plan": "timed",
                "for_seconds": null,
                "until": "9:05"
            },
            "connection": "live",
            "workspace": "Lumen & Linde",
            "selectable": ["online", "invisible", "offline"],
            "open_conversations": 3,
            "waiting": 1,
            "idle_detection": "whole_machine",
            "idle_limited": null
        })
    );
}
