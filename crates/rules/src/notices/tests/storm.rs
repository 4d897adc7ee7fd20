//! One digest instead of a storm, the card, sounds and privacy.

use proptest::prelude::*;
use protocol::model::{Missed, MissedBecause};
use protocol::status::{Presence, Reason};

use super::*;
use crate::hours::Zone;
use crate::notices::digest::{self, AT_ONCE, Absence, Fate, absence, fate};
use crate::notices::settings::{
    NoticeSettings, NoticeSettingsError, Privacy, QuietHours, Sound, repeated,
};

fn notice(number: u128, seq: u64) -> Notice {
    Notice {
        conversation_id: chat(number),
        seq: Seq(seq),
        kind: NoticeKind::NewChat,
        own: false,
    }
}

#[test]
fn what_happened_in_an_absence_goes_to_the_digest_and_what_happens_now_does_not() {
    let all = [notice(1, 3), notice(2, 5), notice(1, 4), notice(3, 9)];
    let plan = digest::plan(&all, Seq(5), &BTreeSet::new());
    assert_eq!(plan.single, BTreeSet::from([notice(3, 9)]));
    assert_eq!(plan.digest, BTreeSet::from([chat(1), chat(2)]));
}

#[test]
fn a_conversation_that_goes_on_after_the_absence_is_told_of_by_itself() {
    let plan = digest::plan(&[notice(1, 3), notice(1, 8)], Seq(5), &BTreeSet::new());
    assert_eq!(plan.single, BTreeSet::from([notice(1, 8)]));
    assert_eq!(plan.digest, BTreeSet::new());
}

#[test]
fn too_many_new_ones_at_once_become_a_digest_and_updates_do_not_count() {
    let many: Vec<Notice> = (0..=AT_ONCE as u128).map(|it| notice(it, 8)).collect();
    let plan = digest::plan(&many, Seq(0), &BTreeSet::new());
    assert_eq!(plan.single, BTreeSet::new());
    assert_eq!(plan.digest.len(), AT_ONCE + 1);
    let live = BTreeSet::from([chat(0)]);
    let plan = digest::plan(&many, Seq(0), &live);
    assert_eq!(plan.single.len(), AT_ONCE + 1, "one of them is an update");
}

#[test]
fn who_chose_to_be_away_gets_no_digest() {
    use Absence::{Chosen, Unchosen};
    let of = |status, reason| {
        absence(&Presence {
            status,
            reason,
            since: Instant(0),
        })
    };
    let table = [
        (Status::Online, Reason::Chosen, None),
        (Status::Busy, Reason::Chosen, None),
        (Status::Invisible, Reason::Chosen, Some(Chosen)),
        (Status::Offline, Reason::Chosen, Some(Chosen)),
        (Status::Offline, Reason::Quit, Some(Unchosen)),
        (Status::Offline, Reason::Asleep, Some(Unchosen)),
        (Status::Offline, Reason::SignedOut, Some(Unchosen)),
        (Status::Offline, Reason::ConnectionLost, Some(Unchosen)),
        (Status::Offline, Reason::Held, Some(Unchosen)),
        (
            Status::Offline,
            Reason::Idle { since: Instant(0) },
            Some(Unchosen),
        ),
        (
            Status::Offline,
            Reason::Locked { since: Instant(0) },
            Some(Unchosen),
        ),
    ];
    for (status, reason, expected) in table {
        assert_eq!(of(status, reason), expected, "{status:?} {reason:?}");
    }
}

#[test]
fn the_card_says_who_waits_in_vain_who_waits_and_who_answered() {
    let mut red = waiting(&[]);
    red.missed = Some(Missed {
        since: Instant(9),
        because: MissedBecause::Absence,
    });
    let mut answered = waiting(&[ANNA]);
    answered.waiting_since = None;
    let mut closed = red.clone();
    closed.state = ConversationState::Closed;
    let of = |it: &Conversation| fate(it, Some(ANNA));
    let since = Instant(0);
    assert_eq!(of(&red), Fate::Missed { since });
    assert_eq!(of(&waiting(&[])), Fate::Waiting { since });
    assert_eq!(of(&answered), Fate::Answered { by: Some(ANNA) });
    assert_eq!(of(&closed), Fate::Closed);
    let ranks = [of(&red), of(&waiting(&[])), of(&answered), of(&closed)].map(|it| it.rank());
    assert!(ranks.is_sorted());
}

#[test]
fn quiet_hours_may_span_midnight_and_go_by_the_clock_on_the_wall() {
    let berlin = Zone::named("Europe/Berlin").unwrap();
    // 2026-11-20 00:00 in Berlin, an hour before UTC.
    let midnight = Instant(1_795_129_200_000);
    let at = |minutes: i64| midnight.plus(minutes * 60_000);
    let night = QuietHours {
        from: 22 * 60,
        to: 7 * 60,
    };
    let on = |minutes| night.are_on(at(minutes), &berlin);
    assert!(on(0) && on(6 * 60 + 59) && on(22 * 60) && on(23 * 60));
    assert!(!on(7 * 60) && !on(12 * 60) && !on(21 * 60 + 59));
    let lunch = QuietHours {
        from: 12 * 60,
        to: 13 * 60,
    };
    let on = |minutes| lunch.are_on(at(minutes), &berlin);
    assert!(on(12 * 60) && on(12 * 60 + 59));
    assert!(!on(11 * 60 + 59) && !on(13 * 60) && !on(0));
}

#[test]
fn behind_a_lock_only_the_number_is_told_unless_the_agent_wants_otherwise() {
    let of = |privacy, count_while_locked, locked| {
        NoticeSettings {
            privacy,
            count_while_locked,
            ..NoticeSettings::default()
        }
        .told(locked)
    };
    for privacy in [Privacy::Full, Privacy::Sender, Privacy::Count] {
        assert_eq!(of(privacy, true, false), privacy);
        assert_eq!(of(privacy, true, true), Privacy::Count);
        assert_eq!(of(privacy, false, true), privacy);
    }
}

#[test]
fn a_sound_is_repeated_only_where_that_is_wanted_and_it_would_be_heard_now() {
    let wanted = NoticeSettings {
        repeat: true,
        ..NoticeSettings::default()
    };
    let shown = |kind, heard| Verdict::Show { kind, heard };
    let message = shown(NoticeKind::Message, Heard::Sound(Sound::Drop));
    let missed = shown(NoticeKind::Missed, Heard::Sound(Sound::Alarm));
    assert_eq!(repeated(&NoticeSettings::default(), [message]), None);
    assert_eq!(repeated(&wanted, []), None);
    assert_eq!(repeated(&wanted, [message, missed]), Some(Sound::Alarm));
    assert_eq!(repeated(&wanted, [message]), Some(Sound::Drop));
    for silent in [
        shown(NoticeKind::Missed, Heard::Off),
        shown(NoticeKind::Missed, Heard::QuietHours),
        Verdict::Hide(NoticeKind::Missed),
        Verdict::Suppress(Suppressed::Offline),
        Verdict::Suppress(Suppressed::Muted),
        Verdict::Later,
    ] {
        assert_eq!(repeated(&wanted, [silent]), None, "{silent:?}");
        let beside = repeated(&wanted, [silent, message]);
        assert_eq!(beside, Some(Sound::Drop), "{silent:?}");
    }
}

#[test]
fn settings_out_of_range_are_refused() {
    let with = |volume, quiet| {
        NoticeSettings {
            volume,
            quiet,
            ..NoticeSettings::default()
        }
        .check()
    };
    let hours = |from, to| Some(QuietHours { from, to });
    assert_eq!(with(100, hours(1_320, 420)), Ok(()));
    assert_eq!(with(101, None), Err(NoticeSettingsError::Volume));
    for (from, to) in [(60, 60), (1_440, 60), (60, 1_440)] {
        let refused = with(50, hours(from, to));
        assert_eq!(refused, Err(NoticeSettingsError::QuietHours));
    }
}

fn notices() -> impl Strategy<Value = Vec<Notice>> {
    prop::collection::vec((0u128..9, 1u64..50), 0..40)
        .prop_map(|pairs| pairs.into_iter().map(|(it, seq)| notice(it, seq)).collect())
}

proptest! {
    #[test]
    fn each_conversation_is_told_of_once_and_never_in_a_storm(
        all in notices(),
        absent in 0u64..50,
        live in prop::collection::btree_set(0u128..9, 0..9),
    ) {
        let live: BTreeSet<_> = live.into_iter().map(chat).collect();
        let plan = digest::plan(&all, Seq(absent), &live);
        let single: BTreeSet<_> = plan.single.iter().map(|it| it.conversation_id).collect();
        prop_assert_eq!(single.len(), plan.single.len(), "one a conversation");
        prop_assert!(single.is_disjoint(&plan.digest));
        let told: BTreeSet<_> = single.union(&plan.digest).copied().collect();
        let raised: BTreeSet<_> = all.iter().map(|it| it.conversation_id).collect();
        prop_assert_eq!(told, raised, "nothing is lost on the way");
        prop_assert!(single.difference(&live).count() <= AT_ONCE);
        for shown in &plan.single {
            prop_assert!(shown.seq > Seq(absent), "an absence goes to the digest");
            let newer = |it: &&Notice| it.conversation_id == shown.conversation_id && it.seq > shown.seq;
            prop_assert!(all.iter().find(newer).is_none(), "the newest of each");
        }
    }
}
