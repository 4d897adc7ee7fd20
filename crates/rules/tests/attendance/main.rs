//! The attendance of one agent, case by case. That it is right in general is shown by the model test.

mod devices;
mod picks;
mod properties;

use protocol::hours::{Hours, Span};
use protocol::ids::{AgentId, DeviceId, Instant};
use protocol::status::{
    Activity, AgentSettings, ChoiceSource, Goodbye, IdleDelay, LockDelay, NextChange, OnReturn,
    Plan, Reason, Status, StatusChange, StatusSettings, Term, Via,
};
use rules::attendance::{Attending, Picked, Standing, Terms, Told};
use rules::choice::{Refused, quiet_at};
use rules::hours::Zone;
use rules::presence::Moment;
use uuid::Uuid;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// Monday 2026-11-16, 12:00 in Berlin.
const NOON: i64 = 1_794_826_800_000;

const LAPTOP: DeviceId = DeviceId(Uuid::from_u128(1));
const PHONE: DeviceId = DeviceId(Uuid::from_u128(2));
const ADMIN: AgentId = AgentId(Uuid::from_u128(9));

/// So long after noon, on a steady clock that began somewhere else.
fn at(after_noon: i64) -> Moment {
    Moment {
        wall: Instant(NOON + after_noon),
        steady: 5 * HOUR + after_noon,
    }
}

fn nine_to_six() -> Hours {
    let day = vec![Span {
        from: 9 * 60,
        to: 18 * 60,
    }];
    let mut week = vec![day; 5];
    week.extend([vec![], vec![]]);
    Hours {
        zone: "Europe/Berlin".into(),
        week,
        exceptions: vec![],
    }
}

fn settings() -> AgentSettings {
    AgentSettings {
        idle: IdleDelay::Minutes { minutes: 10 },
        ..AgentSettings::default()
    }
}

fn terms(settings: &AgentSettings) -> Terms {
    let statuses = StatusSettings {
        busy: true,
        offline_by_hand: true,
    };
    Terms::new(settings, None, statuses)
}

/// An agent who has just come in, with an active laptop.
fn anna(settings: &AgentSettings) -> Attending {
    let mut anna = Attending::recall(Standing::first(at(0)), [], terms(settings), at(0));
    anna.claim(LAPTOP, Activity::Active, at(0));
    anna.settle(at(0));
    anna
}

/// What is told at that time, the laptop's lease being renewed until then.
fn told(anna: &mut Attending, now: Moment) -> Told {
    anna.settle(now);
    anna.standing().told
}

fn seen(anna: &mut Attending, now: Moment) -> (Status, Reason) {
    let told = told(anna, now);
    (told.presence.status, told.presence.reason)
}

/// The connections live on.
fn live(anna: &mut Attending, devices: &[DeviceId], from: i64, to: i64) {
    let mut beat = from;
    while beat < to {
        beat = (beat + 10 * SECOND).min(to);
        for device in devices {
            assert!(anna.renew(*device, at(beat)));
        }
    }
}

fn pick(anna: &mut Attending, change: StatusChange, now: Moment) -> Picked {
    anna.pick(change, Via::App, 0, &Zone::utc(), now, now)
}

fn status(status: Status) -> StatusChange {
    StatusChange::Pick { status }
}
