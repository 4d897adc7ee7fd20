//! The table for spreadsheets.

use protocol::ids::AgentId;
use protocol::status::{Choice, ChoiceSource, Plan, Reason, Status, Via};
use rules::day::csv;
use rules::hours::Zone;
use uuid::Uuid;

use crate::{a_day, berlin, choice, chosen, entry, instant};

const HEADINGS: &str = "agent,time,status,reason,since,choice,source,via,by,then,then_at";

fn nobody(_: AgentId) -> Option<String> {
    None
}

/// Reads CSV as RFC 4180 has it.
fn read(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let row = rows.last_mut().expect("a row");
        let field = row.last_mut().expect("a field");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'), "lines end with CR LF");
                rows.push(vec![String::new()]);
            }
            other => field.push(other),
        }
    }
    assert_eq!(
        rows.pop(),
        Some(vec![String::new()]),
        "the last line ends too"
    );
    rows
}

#[test]
fn the_table_says_when_what_and_why() {
    let table = csv(&berlin(), "Anna", &a_day()[..6], nobody);
    let lines: Vec<&str> = table.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            HEADINGS,
            "Anna,2026-11-19T08:00:00+01:00,online,chosen,,online,agent,app,,,",
            "Anna,2026-11-20T10:12:00+01:00,offline,idle,2026-11-20T10:02:00+01:00,online,agent,app,,,",
            "Anna,2026-11-20T10:15:00+01:00,online,chosen,,online,agent,app,,,",
            "Anna,2026-11-20T10:45:00+01:00,offline,idle,2026-11-20T10:02:00+01:00,online,agent,app,,,",
            "Anna,2026-11-20T11:00:00+01:00,offline,idle,2026-11-20T10:02:00+01:00,offline,hours,,,,",
            "Anna,2026-11-20T11:30:00+01:00,offline,chosen,,offline,hours,,,,",
            "",
        ]
    );
    assert_eq!(
        csv(&berlin(), "Anna", &[], nobody),
        format!("{HEADINGS}\r\n")
    );
}

#[test]
fn an_hour_that_comes_twice_is_told_apart_by_its_distance_from_utc() {
    let online = choice(
        Status::Online,
        "2026-10-25T02:30+02",
        ChoiceSource::FirstSignIn,
    );
    let log = [
        chosen("2026-10-25T02:30+02", online),
        entry("2026-10-25T02:30+01", Status::Offline, Reason::Quit, online),
    ];
    let rows = read(&csv(&berlin(), "Anna", &log, nobody));
    assert_eq!(rows[1][1], "2026-10-25T02:30:00+02:00");
    assert_eq!(rows[2][1], "2026-10-25T02:30:00+01:00");
    let kolkata = Zone::named("Asia/Kolkata").expect("a zone");
    let rows = read(&csv(&kolkata, "Anna", &log, nobody));
    assert_eq!(rows[1][1], "2026-10-25T06:00:00+05:30");
    let rows = read(&csv(&Zone::utc(), "Anna", &log, nobody));
    assert_eq!(rows[1][1], "2026-10-25T00:30:00+00:00");
}

#[test]
fn what_was_set_by_whom_and_what_comes_then_is_told() {
    let boss = AgentId(Uuid::from_u128(1));
    let by = |agent_id| ChoiceSource::Admin {
        agent_id,
        before: Status::Online,
    };
    let timed = Choice {
        plan: Some(Plan::Timed {
            until: instant("2026-11-20T09:15+01"),
        }),
        ..choice(
            Status::Invisible,
            "2026-11-20T09:00+01",
            ChoiceSource::Agent {
                via: Via::CommandLine,
            },
        )
    };
    let winding_down = Choice {
        plan: Some(Plan::WindDown),
        ..timed
    };
    let log = [
        chosen(
            "2026-11-20T08:00+01",
            choice(Status::Offline, "2026-11-20T08:00+01", by(boss)),
        ),
        chosen(
            "2026-11-20T08:01+01",
            choice(
                Status::Offline,
                "2026-11-20T08:01+01",
                by(AgentId(Uuid::from_u128(2))),
            ),
        ),
        chosen("2026-11-20T09:00+01", timed),
        chosen("2026-11-20T09:10+01", winding_down),
    ];
    let name = |id| (id == boss).then(|| "Mara Vogel".to_owned());
    let rows = read(&csv(&berlin(), "Anna", &log, name));
    assert_eq!(rows[1][6..], ["admin", "", "Mara Vogel", "", ""]);
    assert_eq!(rows[2][8], "00000000-0000-0000-0000-000000000002");
    assert_eq!(
        rows[3][6..],
        [
            "agent",
            "command_line",
            "",
            "online",
            "2026-11-20T09:15:00+01:00"
        ]
    );
    assert_eq!(rows[4][6..], ["agent", "command_line", "", "offline", ""]);
}

#[test]
fn a_name_cannot_break_the_table_or_run_as_a_formula() {
    for (name, field) in [
        ("Anna, Berlin", "\"Anna, Berlin\""),
        ("Anna \"Ann\" B", "\"Anna \"\"Ann\"\" B\""),
        ("Anna\r\nB", "\"Anna\r\nB\""),
        ("Zoë", "Zoë"),
        ("=1+1", "'=1+1"),
        (
            "=HYPERLINK(\"http://x\",\"y\")",
            "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
        ),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "\"'\t=1\""),
        ("＝1", "'＝1"),
        ("Anna = B", "Anna = B"),
    ] {
        let table = csv(&berlin(), name, &a_day()[..1], nobody);
        let begin = format!("{HEADINGS}\r\n{field},2026-11-19T08");
        assert!(table.starts_with(&begin), "{name:?}: {table}");
        assert_eq!(read(&table)[1].len(), read(HEADINGS_LINE)[0].len());
    }
}

const HEADINGS_LINE: &str = "agent,time,status,reason,since,choice,source,via,by,then,then_at\r\n";
