//! Hours set in the real window, with a real pointer, are what the window and the command line go by.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use testkit::RigError;

use crate::workday::Workday;

type Outcome = Result<(), RigError>;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Zones without changes of the clock, all around the world: in one of them it is about noon.
const ZONES: [(&str, i64); 5] = [
    ("Pacific/Honolulu", -10),
    ("America/Bogota", -5),
    ("Africa/Abidjan", 0),
    ("Asia/Karachi", 5),
    ("Australia/Brisbane", 10),
];

/// A zone in which it is about noon, the weekday there (Monday is 0), and when its day began.
fn where_it_is_noon() -> (&'static str, u8, i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = i64::try_from(now.expect("after 1970").as_secs()).expect("seconds");
    for (zone, east) in ZONES {
        let there = now + east * HOUR;
        if (11 * HOUR..16 * HOUR).contains(&there.rem_euclid(DAY)) {
            let days = there.div_euclid(DAY);
            // The first day of 1970 was a Thursday.
            let weekday = u8::try_from((days + 3).rem_euclid(7)).expect("a weekday");
            return (zone, weekday, days * DAY - east * HOUR);
        }
    }
    panic!("the zones lie five hours apart");
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_that_are_drawn_moved_and_made_longer_are_what_everybody_goes_by() -> Outcome {
    let day = Workday::begin("app").await?;
    let app = &day.desk.app;
    let (zone, weekday, midnight) = where_it_is_noon();
    day.desk.sees_own_status("online").await?;
    day.desk.opens_settings().await?;
    app.wait_for("[data-test=zone]")
        .await?
        .select_by_value(zone)
        .await?;

    let times = format!("[data-test=weekday][data-day='{weekday}'] [data-test=day-times]");
    day.desk.drags_hours(weekday, 9 * 60, 17 * 60).await?;
    app.wait_for_words(&times, "9:00–17:00").await?;
    // In its middle it is moved, at its end made longer.
    day.desk.drags_hours(weekday, 12 * 60, 13 * 60).await?;
    app.wait_for_words(&times, "10:00–18:00").await?;
    day.desk
        .drags_hours(weekday, 18 * 60 - 8, 19 * 60 - 8)
        .await?;
    app.wait_for_words(&times, "10:00–19:00").await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["next"], Value::Null, "nothing holds before it is saved");
    day.desk.saves_settings().await?;

    // The same instant everywhere, in the words of each place.
    let end = midnight + 19 * HOUR;
    let words = "return [new Date(arguments[0]).toISOString().slice(0, 19),\
        new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' })\
            .format(arguments[0]).replace(/\\s/gu, '\\u00a0')]";
    let said = app.execute(words, vec![json!(end * 1000)]).await?;
    let (utc, clock): (String, String) = serde_json::from_value(said).expect("two texts");
    app.wait_until("[data-test=own-reason]", "until the end", |line| {
        line.starts_with("Online until") && line.contains(&clock) && line.ends_with("by your hours")
    })
    .await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["status"], "online");
    assert_eq!(now["next"]["status"], "offline");
    assert_eq!(now["next"]["by"], "hours");
    let at = now["next"]["at"].as_str().unwrap_or_default();
    assert!(at.starts_with(&utc), "{at} is {utc}");
    let line = day.scene.asks(&["status"]).await?;
    assert!(
        line.out.starts_with("Online until ") && line.out.ends_with(", by your hours"),
        "{line:?}"
    );
    Ok(())
}
