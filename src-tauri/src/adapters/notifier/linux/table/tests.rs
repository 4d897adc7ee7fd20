//! What is live and what came back, case by case.

use super::*;
use protocol::ids::ConversationId;
use rules::notices::own::Answer;

const NOW: Duration = Duration::from_secs(1_000);

fn key(number: u128) -> NotificationKey {
    NotificationKey::Conversation(ConversationId(uuid::Uuid::from_u128(number)))
}

fn at(daemon: &str, id: u32) -> Place {
    Place {
        daemon: daemon.into(),
        id,
    }
}

/// Shows it; answers its ticket, and what must go.
fn shows(table: &mut Table, key: NotificationKey, place: Place) -> (u64, Option<u64>) {
    let ticket = table.begin();
    (ticket, table.shown(key, ticket, place, NOW))
}

fn invoked(name: &str) -> Signal {
    Signal::Invoked(name.into())
}

#[test]
fn a_click_is_told_once_and_takes_the_notification_off_the_screen() {
    let mut table = Table::default();
    let (ticket, too_many) = shows(&mut table, key(1), at(":1", 7));
    assert_eq!(too_many, None);
    let outcome = table.heard(&at(":1", 7), invoked(CLICK));
    assert_eq!(outcome.event, Some(NotificationEvent::Clicked(key(1))));
    assert_eq!(outcome.close, Some(ticket));
    // The daemon goes on about it, on both ways: nobody is told.
    for signal in [Signal::Closed, invoked(CLICK), invoked("take")] {
        assert_eq!(table.answered(ticket, signal.clone()), Outcome::default());
        assert_eq!(table.heard(&at(":1", 7), signal), Outcome::default());
    }
}

#[test]
fn whichever_way_is_first_counts_and_the_other_says_nothing_new() {
    let mut table = Table::default();
    let (ticket, _) = shows(&mut table, key(1), at(":1", 7));
    let outcome = table.answered(ticket, invoked("take"));
    let took = NotificationEvent::Answered(key(1), Act::Take);
    assert_eq!((outcome.event, outcome.close), (Some(took), Some(ticket)));
    for signal in [invoked("take"), Signal::Closed] {
        assert_eq!(table.heard(&at(":1", 7), signal), Outcome::default());
    }
    // An end is told on both ways, and a click after it on one.
    let (ticket, _) = shows(&mut table, key(1), at(":1", 8));
    let closed = table.answered(ticket, Signal::Closed).event;
    assert_eq!(closed, Some(NotificationEvent::Closed(key(1))));
    assert_eq!(
        table.heard(&at(":1", 8), Signal::Closed),
        Outcome::default()
    );
    let clicked = table.heard(&at(":1", 8), invoked(CLICK)).event;
    assert_eq!(clicked, Some(NotificationEvent::Clicked(key(1))));
    assert_eq!(
        table.heard(&at(":1", 8), invoked(CLICK)),
        Outcome::default()
    );
}

#[test]
fn the_handle_of_what_was_replaced_says_nothing_of_what_took_its_place() {
    let mut table = Table::default();
    let (old, _) = shows(&mut table, key(1), at(":1", 7));
    let (new, _) = shows(&mut table, key(1), at(":1", 7));
    for signal in [Signal::Closed, invoked(CLICK)] {
        assert_eq!(table.answered(old, signal), Outcome::default());
    }
    let clicked = table.answered(new, invoked(CLICK)).event;
    assert_eq!(clicked, Some(NotificationEvent::Clicked(key(1))));
}

#[test]
fn handles_are_kept_while_they_come_live_and_go_and_the_first_while_any_lives() {
    let mut table = Table::default();
    let kept = |table: &Table| (1..=9).filter(|it| table.keeps(*it)).collect::<Vec<_>>();
    assert_eq!((table.begin(), table.is_asking()), (1, true));
    assert_eq!(kept(&table), [1], "it comes");
    table.failed(1);
    assert_eq!((kept(&table), table.is_asking()), (vec![], false));

    // 2 and 3 live; 4 takes the place of 2, whose sender GNOME goes on to watch.
    shows(&mut table, key(2), at(":1", 2));
    shows(&mut table, key(3), at(":1", 3));
    assert_eq!(table.begin(), 4);
    assert_eq!(
        kept(&table),
        [2, 3, 4],
        "the old one, until the new one is there"
    );
    assert_eq!(table.shown(key(2), 4, at(":1", 2), NOW), None);
    assert_eq!(kept(&table), [2, 3, 4]);
    assert_eq!(table.withdraw(key(2)), Some(4));
    assert_eq!(kept(&table), [2, 3, 4], "it goes");
    table.closed(4);
    assert_eq!(kept(&table), [2, 3]);
    table.answered(3, Signal::Closed);
    assert_eq!(kept(&table), [0; 0], "none lives");
    // The next is the first again; and so is the first of another daemon.
    shows(&mut table, key(5), at(":1", 5));
    shows(&mut table, key(6), at(":2", 6));
    shows(&mut table, key(6), at(":2", 6));
    assert_eq!(kept(&table), [5, 6, 7]);
    table.daemon_went(":1");
    assert_eq!(kept(&table), [6, 7]);
    table.failed(7);
    assert_eq!((kept(&table), table.place(key(6))), (vec![], None));
}

#[test]
fn buttons_and_replies_come_back_as_what_they_mean() {
    let mut table = Table::default();
    let mut after = |signal| {
        shows(&mut table, key(1), at(":1", 7));
        table.heard(&at(":1", 7), signal).event
    };
    let answered = |act| Some(NotificationEvent::Answered(key(1), act));
    assert_eq!(after(invoked("take")), answered(Act::Take));
    let stay = Act::Answer(Answer::StayOnline);
    assert_eq!(after(invoked("stay_online")), answered(stay));
    assert_eq!(
        after(Signal::Replied("Hello".into())),
        Some(NotificationEvent::Replied(key(1), "Hello".into()))
    );
    let closed = Some(NotificationEvent::Closed(key(1)));
    assert_eq!(after(invoked("some other's")), closed);
    assert_eq!(after(Signal::Closed), closed);
}

#[test]
fn a_token_is_taken_from_our_own_alone_and_ends_nothing() {
    let mut table = Table::default();
    shows(&mut table, key(1), at(":1", 7));
    let mut token = |id| table.heard(&at(":1", id), Signal::Token("t".into())).token;
    assert_eq!([token(7), token(7)], [Some("t".into()), Some("t".into())]);
    assert_eq!(token(8), None);
    assert_eq!(table.place(key(1)), Some(&at(":1", 7)));
}

#[test]
fn a_click_that_comes_after_the_closing_still_counts() {
    let mut table = Table::default();
    shows(&mut table, key(1), at(":1", 7));
    let outcome = table.heard(&at(":1", 7), Signal::Closed);
    assert_eq!(outcome.event, Some(NotificationEvent::Closed(key(1))));
    // A newer one of the same conversation is not touched by it.
    shows(&mut table, key(1), at(":1", 8));
    let outcome = table.heard(&at(":1", 7), invoked(CLICK));
    assert_eq!(outcome.event, Some(NotificationEvent::Clicked(key(1))));
    assert_eq!(outcome.close, None);
    assert_eq!(table.place(key(1)), Some(&at(":1", 8)));
}

#[test]
fn numbers_of_another_daemon_or_another_program_mean_nothing() {
    let mut table = Table::default();
    shows(&mut table, key(1), at(":1", 7));
    for place in [at(":2", 7), at(":1", 8)] {
        assert!(!table.knows(&place));
        assert_eq!(table.heard(&place, invoked(CLICK)), Outcome::default());
    }
    assert_eq!(
        table.daemon_went(":1"),
        [NotificationEvent::Closed(key(1))],
        "what it showed went with it"
    );
    assert_eq!(table.place(key(1)), None, "nothing to take the place of");
    assert_eq!(table.daemon_went(":1"), []);
}

#[test]
fn a_daemon_that_replaces_nothing_leaves_one_notification_all_the_same() {
    let mut table = Table::default();
    shows(&mut table, key(1), at(":1", 7));
    let (old, too_many) = shows(&mut table, key(1), at(":1", 7));
    assert_eq!(too_many, None, "in place");
    assert_eq!(shows(&mut table, key(1), at(":1", 8)).1, Some(old));
    let old = table.heard(&at(":1", 7), Signal::Closed);
    assert_eq!(old, Outcome::default());
    assert_eq!(table.place(key(1)), Some(&at(":1", 8)));
}

#[test]
fn the_oldest_makes_room_unless_one_is_only_changed() {
    let mut table = Table::default();
    for number in 0..MOST_LIVE as u32 {
        assert_eq!(table.make_room(key(number.into())), None);
        shows(&mut table, key(number.into()), at(":1", number));
    }
    assert_eq!(table.make_room(key(3)), None);
    shows(&mut table, key(0), at(":1", 0));
    assert_eq!(table.make_room(key(99)), Some(2), "0 is newer now");
    assert_eq!(table.withdraw(key(1)), None, "it is gone");
}

#[test]
fn one_whose_end_is_never_told_is_given_up_after_a_day() {
    let mut table = Table::default();
    shows(&mut table, key(1), at(":1", 7));
    assert_eq!(table.sweep(NOW + LIVES_AT_MOST / 2), []);
    let gone = table.sweep(NOW + LIVES_AT_MOST);
    assert_eq!(gone, [NotificationEvent::Closed(key(1))]);
}
