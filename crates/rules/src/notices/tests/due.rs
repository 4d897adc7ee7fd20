//! Whether a notification that was shown may stay.

use protocol::model::{Missed, MissedBecause};

use super::*;

fn told(kind: NoticeKind) -> Told {
    Told {
        notice: of(kind),
        kind,
        read_through: Seq(0),
        waiting: true,
    }
}

#[test]
fn it_goes_when_it_is_taken_answered_closed_read_looked_at_or_gone() {
    let unassigned = waiting(&[]);
    let open = facts(&unassigned, Status::Online);
    let told = told(NoticeKind::NewChat);
    assert!(still_due(&told, &open));
    let offline = Facts {
        presence: Status::Offline,
        ..open
    };
    assert!(
        still_due(&told, &offline),
        "going offline takes nothing back"
    );
    for assigned in [ME, ANNA] {
        let taken = waiting(&[assigned]);
        assert!(!still_due(&told, &facts(&taken, Status::Online)));
    }
    for gone in [
        Facts {
            conversation: None,
            ..open
        },
        Facts {
            read_through: NOTICE.seq,
            ..open
        },
        Facts {
            on_screen: true,
            ..open
        },
    ] {
        assert!(!still_due(&told, &gone));
    }
    let mut replied = waiting(&[]);
    replied.waiting_since = None;
    assert!(!still_due(&told, &facts(&replied, Status::Online)));
    let mut closed = waiting(&[]);
    closed.state = ConversationState::Closed;
    assert!(!still_due(&told, &facts(&closed, Status::Online)));
}

#[test]
fn one_of_an_offered_chat_goes_like_one_of_a_new_chat() {
    let open = waiting(&[]);
    let told = told(NoticeKind::Offered);
    assert!(still_due(&told, &facts(&open, Status::Invisible)));
    let taken = waiting(&[ANNA]);
    assert!(!still_due(&told, &facts(&taken, Status::Invisible)));
}

#[test]
fn a_missed_chat_that_i_had_read_goes_when_somebody_replies_and_not_before() {
    let mut red = waiting(&[ME]);
    red.missed = Some(Missed {
        since: Instant(5),
        because: MissedBecause::Silence,
    });
    let told = Told {
        read_through: Seq(10),
        ..told(NoticeKind::Missed)
    };
    let now = Facts {
        read_through: Seq(10),
        ..facts(&red, Status::Online)
    };
    assert!(still_due(&told, &now), "I had read it when it was told");
    let next = Facts {
        newest: Seq(12),
        read_through: Seq(12),
        ..now
    };
    assert!(!still_due(&told, &next), "read on, anywhere");
    let mut replied = red.clone();
    replied.missed = None;
    replied.waiting_since = None;
    assert!(!still_due(&told, &facts(&replied, Status::Online)));
}

#[test]
fn an_assignment_goes_when_it_is_read_replied_to_or_taken_away() {
    let mine = waiting(&[ME]);
    let told = told(NoticeKind::Assigned);
    assert!(still_due(&told, &facts(&mine, Status::Busy)));
    let read = Facts {
        read_through: Seq(10),
        ..facts(&mine, Status::Busy)
    };
    assert!(!still_due(&told, &read));
    let mut replied = waiting(&[ME]);
    replied.waiting_since = None;
    assert!(!still_due(&told, &facts(&replied, Status::Busy)));
    let theirs = waiting(&[ANNA]);
    assert!(!still_due(&told, &facts(&theirs, Status::Busy)));
}

#[test]
fn a_mention_goes_only_when_it_is_read() {
    let theirs = waiting(&[ANNA]);
    let asked = facts(&theirs, Status::Online);
    let told = Told::now(of(NoticeKind::Mention), NoticeKind::Mention, &asked);
    assert!(still_due(&told, &asked));
    let mut replied = theirs.clone();
    replied.waiting_since = None;
    assert!(
        still_due(&told, &facts(&replied, Status::Online)),
        "who asked me and then told the visitor to wait asks me still"
    );
    let read = Facts {
        read_through: Seq(10),
        ..facts(&theirs, Status::Online)
    };
    assert!(!still_due(&told, &read));
}

#[test]
fn nothing_can_be_sent_from_behind_a_lock_and_a_colleagues_chat_is_not_taken_in_passing() {
    let viewer = Viewer {
        me: ME,
        groups: BTreeSet::new(),
    };
    let can = |kind, assigned: &[AgentId], locked| {
        let it = answers(kind, &viewer, &waiting(assigned), locked);
        (it.take, it.reply)
    };
    assert_eq!(can(NoticeKind::NewChat, &[], false), (true, true));
    assert_eq!(can(NoticeKind::Message, &[ME], false), (false, true));
    assert_eq!(can(NoticeKind::Missed, &[ANNA], false), (false, false));
    assert_eq!(can(NoticeKind::Mention, &[ME], false), (false, false));
    assert_eq!(can(NoticeKind::NewChat, &[], true), (false, false));
}
