//! What holds whatever happens.

use proptest::prelude::*;

use super::*;

/// What can happen to an agent with two devices.
#[derive(Clone, Debug)]
enum Happening {
    Claim(DeviceId, Activity),
    Goodbye(DeviceId, Goodbye),
    Pick(StatusChange),
    ByAdmin,
    Wait(i64),
}

fn any_status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ])
}

fn happening() -> impl Strategy<Value = Happening> {
    let device = prop::sample::select(vec![LAPTOP, PHONE]);
    let stillness = 0u64..20 * 60_000;
    let activity = prop_oneof![
        Just(Activity::Active),
        stillness
            .clone()
            .prop_map(|for_ms| Activity::Idle { for_ms }),
        stillness
            .clone()
            .prop_map(|for_ms| Activity::Locked { for_ms }),
        stillness.prop_map(|for_ms| Activity::Limited { for_ms }),
    ];
    let goodbye = prop::sample::select(vec![Goodbye::SignedOut, Goodbye::Quit, Goodbye::Asleep]);
    let change = prop_oneof![
        any_status().prop_map(status),
        (any_status(), 60_000u64..7_200_000).prop_map(|(status, ms)| StatusChange::Timed {
            status,
            term: Term::For { ms }
        }),
        Just(StatusChange::WindDown),
        Just(StatusChange::StayOnline),
    ];
    prop_oneof![
        4 => (device.clone(), activity).prop_map(|(it, activity)| Happening::Claim(it, activity)),
        1 => (device, goodbye).prop_map(|(it, goodbye)| Happening::Goodbye(it, goodbye)),
        2 => change.prop_map(Happening::Pick),
        1 => Just(Happening::ByAdmin),
        4 => (1i64..40_000).prop_map(Happening::Wait),
        1 => (1i64..8 * HOUR).prop_map(Happening::Wait),
    ]
}

fn some_settings() -> impl Strategy<Value = AgentSettings> {
    let on_return = vec![OnReturn::Restore, OnReturn::Ask, OnReturn::StayOffline];
    let lock = vec![LockDelay::AtOnce, LockDelay::OneMinute, LockDelay::Off];
    (
        1u32..15,
        prop::sample::select(lock),
        prop::sample::select(on_return),
        any::<bool>(),
    )
        .prop_map(|(minutes, lock, on_return, hours)| AgentSettings {
            idle: IdleDelay::Minutes { minutes },
            lock,
            on_return,
            invisible_offers: false,
            hours: hours.then(nine_to_six),
        })
}

fn let_happen(anna: &mut Attending, happening: &Happening, now: &mut i64) {
    let moment = at(*now);
    match happening {
        Happening::Claim(device, activity) => {
            anna.claim(*device, *activity, moment);
        }
        Happening::Goodbye(device, goodbye) => {
            anna.leave(*device, *goodbye, moment);
        }
        Happening::Pick(change) => {
            pick(anna, *change, moment);
        }
        Happening::ByAdmin => anna.set_offline(ADMIN, moment),
        Happening::Wait(delay) => *now += delay,
    }
}

proptest! {
    #[test]
    fn idle_and_lock_never_overwrite_the_choice(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let_happen(&mut anna, happening, &mut now);
            anna.settle(at(now));
            // The same agent, whose devices never said anything but that they are there.
            let told = anna.standing().told;
            let mut unmoved = Attending::recall(*anna.standing(), [], terms(&settings), at(now));
            prop_assert_eq!(unmoved.choice(at(now)), told.choice);
            unmoved.claim(LAPTOP, Activity::Active, at(now));
            unmoved.settle(at(now));
            let there = unmoved.standing().told.presence;
            let held = anna.standing().held;
            let expected = if held { Status::Offline } else { told.choice.status };
            prop_assert_eq!(there.status, expected);
        }
    }

    #[test]
    fn presence_never_changes_without_a_reason_and_everything_told_was_new(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let before = anna.standing().told;
            let_happen(&mut anna, happening, &mut now);
            let settled = anna.settle(at(now));
            let after = anna.standing().told;
            if before.presence.status != after.presence.status {
                let why = before.presence.reason != after.presence.reason
                    || before.choice != after.choice;
                prop_assert!(why, "{:?}, then {:?}", before, after);
            }
            prop_assert_eq!(settled.team, before.presence.status != after.presence.status);
            prop_assert_eq!(settled.own, before != after);
            if after.presence.reason == Reason::Chosen {
                prop_assert_eq!(after.presence.status, after.choice.status);
            } else {
                prop_assert_eq!(after.presence.status, Status::Offline);
            }
        }
    }

    /// What a device is told cannot depend on when somebody looked. So no two devices of an agent
    /// disagree once both have heard what is told.
    #[test]
    fn it_does_not_matter_how_often_somebody_looks(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
    ) {
        let mut watched = anna(&settings);
        let mut left_alone = watched.clone();
        let mut now = 0;
        for happening in &happenings {
            let before = now;
            let_happen(&mut left_alone, happening, &mut now);
            let mut then = before;
            let_happen(&mut watched, happening, &mut then);
            let mut look = before;
            while let Some(next) = watched.next_look(at(look)).map(|next| next - at(0).steady)
                && next <= now
            {
                watched.settle(at(next));
                look = next;
            }
            watched.settle(at(now));
        }
        left_alone.settle(at(now));
        let without_age = |mut told: Told| {
            told.presence.since = Instant(0);
            told.status_since = Instant(0);
            told
        };
        let (watched, left_alone) = (watched.standing(), left_alone.standing());
        prop_assert_eq!(without_age(watched.told), without_age(left_alone.told));
        prop_assert_eq!(watched.held, left_alone.held);
    }

    #[test]
    fn nothing_changes_before_the_next_look(
        settings in some_settings(),
        happenings in prop::collection::vec(happening(), 1..30),
        share in 0.0f64..1.0,
    ) {
        let mut anna = anna(&settings);
        let mut now = 0;
        for happening in &happenings {
            let_happen(&mut anna, happening, &mut now);
            anna.settle(at(now));
            let next = anna.next_look(at(now)).map_or(now + 48 * HOUR, |next| next - at(0).steady);
            prop_assert!(next > now);
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            let between = now + ((next - 1 - now) as f64 * share) as i64;
            prop_assert!(!anna.is_due(at(between)), "at {} of {} to {}", between, now, next);
        }
    }
}
