//! A notice that is shown always opens something: what is told of is there.

use proptest::prelude::*;
use protocol::model::{Missed, MissedBecause};

use super::*;
use crate::notices::digest;

/// A conversation in some state; `None` when it cannot be seen (any more).
fn conversation() -> impl Strategy<Value = Option<Conversation>> {
    let assigned = proptest::sample::subsequence(vec![ME, ANNA], 0..=2);
    let missed = proptest::option::of(prop_oneof![
        Just(MissedBecause::Absence),
        Just(MissedBecause::Silence)
    ]);
    let any = (assigned, missed, any::<bool>(), any::<bool>());
    let some = any.prop_map(|(assigned, because, waits, open)| Conversation {
        assigned,
        waiting_since: waits.then_some(Instant(0)),
        missed: because.map(|because| Missed {
            since: Instant(3),
            because,
        }),
        state: if open {
            ConversationState::Open
        } else {
            ConversationState::Closed
        },
        ..waiting(&[])
    });
    proptest::option::weighted(0.7, some)
}

fn presence() -> impl Strategy<Value = Status> {
    proptest::sample::select(vec![
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ])
}

fn kind() -> impl Strategy<Value = NoticeKind> {
    proptest::sample::select(NoticeKind::ALL.to_vec())
}

fn is_told(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Show { .. } | Verdict::Hide(_))
}

proptest! {
    #[test]
    fn what_is_told_of_is_there_is_not_told_while_offline_and_goes_when_it_is_gone(
        raised in prop::collection::vec((kind(), conversation(), 1u64..30), 1..12),
        presence in presence(),
        flags in prop::array::uniform6(any::<bool>()),
        absent in 0u64..30,
    ) {
        let [opted_in, late, on_screen, quiet, do_not_disturb, own] = flags;
        let somewhere = waiting(&[]);
        let mut told = Vec::new();
        for (number, (kind, conversation, seq)) in (0u128..).zip(&raised) {
            let notice = Notice {
                conversation_id: chat(number),
                seq: Seq(*seq),
                own,
                kind: *kind,
            };
            let facts = Facts {
                opted_in,
                late,
                on_screen,
                quiet,
                platform: Platform { do_not_disturb, ..Platform::default() },
                conversation: conversation.as_ref(),
                ..facts(&somewhere, presence)
            };
            if is_told(decide(&notice, &facts)) {
                prop_assert!(conversation.is_some(), "{notice:?}");
                prop_assert!(presence != Status::Offline, "{notice:?}");
                let live = Told::now(notice, *kind, &facts);
                let gone = Facts { conversation: None, ..facts };
                prop_assert!(!still_due(&live, &gone), "{notice:?}");
                told.push(notice);
            }
        }
        // What is told together leads to what is there, too.
        let plan = digest::plan(&told, Seq(absent), &BTreeSet::new());
        let here: BTreeSet<_> = told.iter().map(|it| it.conversation_id).collect();
        prop_assert!(plan.digest.is_subset(&here));
        prop_assert!(plan.single.iter().all(|it| here.contains(&it.conversation_id)));
    }
}
