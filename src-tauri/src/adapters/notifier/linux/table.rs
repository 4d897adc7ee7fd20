//! Which notifications are on the screen, as the daemon's own words say.
//!
//! Pure: replies and signals go in, in the order in which they came over the bus, and what follows comes
//! out. The daemon numbers its notifications, and a new daemon begins to number anew; so a number
//! means something only together with the daemon's own address on the bus.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use agent::ports::{Act, NotificationEvent, NotificationKey};

/// Live notifications at once: nobody reads more.
pub const MOST_LIVE: usize = 20;

/// Some daemons never say that a notification went away. After this it counts as gone.
const LIVES_AT_MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// Notifications that just went, and may still be clicked: some daemons say *closed* first.
const REMEMBERED: usize = 16;

/// The name of the click on the notification itself.
pub(super) const CLICK: &str = "default";

/// The name of the action that opens a field for a reply, where the daemon has one.
pub(super) const INLINE_REPLY: &str = "inline-reply";

/// A notification, as its daemon knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The daemon's own name on the bus.
    pub(super) daemon: String,
    /// Its number there.
    pub(super) id: u32,
}

/// What a daemon says of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// It or a button was clicked.
    Invoked(String),
    /// A reply was written in it.
    Replied(String),
    /// The right to come to the front, for the click that follows.
    Token(String),
    /// It is gone.
    Closed,
}

#[derive(Debug)]
struct Entry {
    /// Tells old from new.
    number: u64,
    place: Place,
    shown_at: Duration,
}

/// What follows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// To tell the session.
    pub(super) event: Option<NotificationEvent>,
    /// To take off the screen.
    pub(super) close: Option<Place>,
    /// To come to the front with.
    pub(super) token: Option<String>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Table {
    shown: u64,
    live: BTreeMap<NotificationKey, Entry>,
    gone: VecDeque<(Place, NotificationKey)>,
}

impl Table {
    /// What a new one with this key takes the place of.
    pub(super) fn place(&self, key: NotificationKey) -> Option<&Place> {
        self.live.get(&key).map(|entry| &entry.place)
    }

    /// Whether this one is ours.
    pub(super) fn knows(&self, place: &Place) -> bool {
        self.key_of(place).is_some() || self.gone.iter().any(|(gone, _)| gone == place)
    }

    /// The daemon has shown it. Answers what must go: an earlier one whose place it did not take.
    pub(super) fn shown(
        &mut self,
        key: NotificationKey,
        place: Place,
        now: Duration,
    ) -> Option<Place> {
        self.gone.retain(|(gone, _)| *gone != place);
        self.shown = self.shown.saturating_add(1);
        let entry = Entry {
            number: self.shown,
            place: place.clone(),
            shown_at: now,
        };
        let before = self.live.insert(key, entry)?.place;
        (before != place).then_some(before)
    }

    /// The daemon says something of one.
    pub(super) fn heard(&mut self, place: &Place, signal: Signal) -> Outcome {
        let live = self.key_of(place);
        let signal = match signal {
            Signal::Token(token) => {
                return Outcome {
                    token: self.knows(place).then_some(token),
                    ..Outcome::default()
                };
            }
            other => other,
        };
        let Some(key) = live.or_else(|| self.take_gone(place)) else {
            return Outcome::default();
        };
        // One that went before says nothing of a newer one with its key.
        if live.is_some() {
            self.live.remove(&key);
        }
        let event = match signal {
            Signal::Closed if live.is_none() => None,
            Signal::Token(_) => None,
            Signal::Closed => {
                self.gone.push_back((place.clone(), key));
                if self.gone.len() > REMEMBERED {
                    self.gone.pop_front();
                }
                Some(NotificationEvent::Closed(key))
            }
            Signal::Replied(text) => Some(NotificationEvent::Replied(key, text)),
            Signal::Invoked(name) if name == CLICK => Some(NotificationEvent::Clicked(key)),
            Signal::Invoked(name) => Some(
                Act::from_code(&name).map_or(NotificationEvent::Closed(key), |act| {
                    NotificationEvent::Answered(key, act)
                }),
            ),
        };
        // Some desktops leave a notification standing that was clicked.
        let close = live
            .filter(|_| !matches!(event, Some(NotificationEvent::Closed(_)) | None))
            .map(|_| place.clone());
        Outcome {
            event,
            close,
            token: None,
        }
    }

    /// The daemon went, and all it showed with it.
    pub(super) fn daemon_went(&mut self, daemon: &str) -> Vec<NotificationEvent> {
        self.gone.retain(|(place, _)| place.daemon != daemon);
        self.drop_where(|entry| entry.place.daemon == daemon)
    }

    /// Nobody can tell any more.
    pub(super) fn all_went(&mut self) -> Vec<NotificationEvent> {
        self.gone.clear();
        self.drop_where(|_| true)
    }

    /// What is too old to be believed.
    pub(super) fn sweep(&mut self, now: Duration) -> Vec<NotificationEvent> {
        self.drop_where(|entry| now.saturating_sub(entry.shown_at) >= LIVES_AT_MOST)
    }

    /// It is taken back: nothing of it is told any more.
    pub(super) fn withdraw(&mut self, key: NotificationKey) -> Option<Place> {
        self.live.remove(&key).map(|entry| entry.place)
    }

    /// The oldest, if one more would be too many.
    pub(super) fn make_room(&mut self, for_key: NotificationKey) -> Option<Place> {
        if self.live.len() < MOST_LIVE || self.live.contains_key(&for_key) {
            return None;
        }
        let oldest = self.live.iter().min_by_key(|(_, entry)| entry.number);
        let oldest = *oldest?.0;
        self.withdraw(oldest)
    }

    fn key_of(&self, place: &Place) -> Option<NotificationKey> {
        let found = self.live.iter().find(|(_, entry)| entry.place == *place);
        found.map(|(key, _)| *key)
    }

    fn take_gone(&mut self, place: &Place) -> Option<NotificationKey> {
        let at = self.gone.iter().position(|(gone, _)| gone == place)?;
        self.gone.remove(at).map(|(_, key)| key)
    }

    fn drop_where(&mut self, is_gone: impl Fn(&Entry) -> bool) -> Vec<NotificationEvent> {
        let gone: Vec<NotificationKey> = self
            .live
            .iter()
            .filter(|(_, entry)| is_gone(entry))
            .map(|(key, _)| *key)
            .collect();
        for key in &gone {
            self.live.remove(key);
        }
        gone.into_iter().map(NotificationEvent::Closed).collect()
    }
}

#[cfg(test)]
mod tests {
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

    fn invoked(name: &str) -> Signal {
        Signal::Invoked(name.into())
    }

    #[test]
    fn a_click_is_told_once_and_takes_the_notification_off_the_screen() {
        let mut table = Table::default();
        assert_eq!(table.shown(key(1), at(":1", 7), NOW), None);
        let outcome = table.heard(&at(":1", 7), invoked(CLICK));
        assert_eq!(outcome.event, Some(NotificationEvent::Clicked(key(1))));
        assert_eq!(outcome.close, Some(at(":1", 7)));
        // The daemon goes on about it: nobody is told.
        for signal in [Signal::Closed, invoked(CLICK), invoked("take")] {
            assert_eq!(table.heard(&at(":1", 7), signal), Outcome::default());
        }
    }

    #[test]
    fn buttons_and_replies_come_back_as_what_they_mean() {
        let mut table = Table::default();
        let mut after = |signal| {
            table.shown(key(1), at(":1", 7), NOW);
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
        table.shown(key(1), at(":1", 7), NOW);
        let mut token = |id| table.heard(&at(":1", id), Signal::Token("t".into())).token;
        assert_eq!([token(7), token(7)], [Some("t".into()), Some("t".into())]);
        assert_eq!(token(8), None);
        assert_eq!(table.place(key(1)), Some(&at(":1", 7)));
    }

    #[test]
    fn a_click_that_comes_after_the_closing_still_counts() {
        let mut table = Table::default();
        table.shown(key(1), at(":1", 7), NOW);
        let outcome = table.heard(&at(":1", 7), Signal::Closed);
        assert_eq!(outcome.event, Some(NotificationEvent::Closed(key(1))));
        // A newer one of the same conversation is not touched by it.
        table.shown(key(1), at(":1", 8), NOW);
        let outcome = table.heard(&at(":1", 7), invoked(CLICK));
        assert_eq!(outcome.event, Some(NotificationEvent::Clicked(key(1))));
        assert_eq!(outcome.close, None);
        assert_eq!(table.place(key(1)), Some(&at(":1", 8)));
    }

    #[test]
    fn numbers_of_another_daemon_or_another_program_mean_nothing() {
        let mut table = Table::default();
        table.shown(key(1), at(":1", 7), NOW);
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
        table.shown(key(1), at(":1", 7), NOW);
        assert_eq!(table.shown(key(1), at(":1", 7), NOW), None, "in place");
        assert_eq!(table.shown(key(1), at(":1", 8), NOW), Some(at(":1", 7)));
        let old = table.heard(&at(":1", 7), Signal::Closed);
        assert_eq!(old, Outcome::default());
        assert_eq!(table.place(key(1)), Some(&at(":1", 8)));
    }

    #[test]
    fn the_oldest_makes_room_unless_one_is_only_changed() {
        let mut table = Table::default();
        for number in 0..MOST_LIVE as u32 {
            assert_eq!(table.make_room(key(number.into())), None);
            table.shown(key(number.into()), at(":1", number), NOW);
        }
        assert_eq!(table.make_room(key(3)), None);
        table.shown(key(0), at(":1", 0), NOW);
        assert_eq!(
            table.make_room(key(99)),
            Some(at(":1", 1)),
            "0 is newer now"
        );
        assert_eq!(table.withdraw(key(1)), None, "it is gone");
    }

    #[test]
    fn one_whose_end_is_never_told_is_given_up_after_a_day() {
        let mut table = Table::default();
        table.shown(key(1), at(":1", 7), NOW);
        assert_eq!(table.sweep(NOW + LIVES_AT_MOST / 2), []);
        let gone = table.sweep(NOW + LIVES_AT_MOST);
        assert_eq!(gone, [NotificationEvent::Closed(key(1))]);
    }
}
