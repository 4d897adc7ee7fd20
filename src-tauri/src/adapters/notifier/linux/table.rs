//! Which notifications are on the screen, as the daemon's own words say.
//!
//! Pure: what was shown and what was said of it goes in, and what follows comes out. It is said on two ways,
//! by the handle of a notification ([`Table::answered`]) and by whoever listens to the daemon
//! ([`Table::heard`]); what comes on both counts once, whichever is first.
//!
//! The daemon numbers its notifications, and a new daemon begins to number anew; so a number
//! means something only together with the daemon's own address on the bus. A *ticket* is ours: one for
//! each time that something is shown, also in the place of another, and with it for each handle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use agent::ports::{Act, NotificationEvent, NotificationKey};

/// Live notifications at once: nobody reads more.
pub const MOST_LIVE: usize = 20;

/// Some daemons never say that a notification went away. After this it counts as gone.
pub(super) const LIVES_AT_MOST: Duration = Duration::from_secs(24 * 60 * 60);

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
    /// Tells old from new, and one showing from the next.
    ticket: u64,
    place: Place,
    shown_at: Duration,
}

/// The first that a daemon showed while it showed no other.
#[derive(Debug)]
struct First {
    daemon: String,
    ticket: u64,
}

/// What follows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// To tell the session.
    pub(super) event: Option<NotificationEvent>,
    /// To take off the screen: its ticket.
    pub(super) close: Option<u64>,
    /// To come to the front with.
    pub(super) token: Option<String>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Table {
    tickets: u64,
    /// On its way to the daemon.
    asking: Option<u64>,
    /// On their way off the screen.
    closing: BTreeSet<u64>,
    first: Option<First>,
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

    /// A ticket for what is about to be shown; one at a time.
    pub(super) fn begin(&mut self) -> u64 {
        self.tickets = self.tickets.saturating_add(1);
        self.asking = Some(self.tickets);
        self.tickets
    }

    /// Whether something is on its way.
    pub(super) fn is_asking(&self) -> bool {
        self.asking.is_some()
    }

    /// Nothing came of it, as far as anybody can tell.
    pub(super) fn failed(&mut self, ticket: u64) {
        self.asking.take_if(|asking| *asking == ticket);
        self.live.retain(|_, entry| entry.ticket != ticket);
    }

    /// It is off the screen, after a ticket to close was given out.
    pub(super) fn closed(&mut self, ticket: u64) {
        self.closing.remove(&ticket);
    }

    /// Whether the handle of this ticket must be kept: it is live, comes or goes, or is the *first* of
    /// those that live. GNOME groups an app's notifications and takes the whole group away when the
    /// sender of its first one leaves the bus, also when that one is long gone.
    pub(super) fn keeps(&self, ticket: u64) -> bool {
        let mut live = self.live.values();
        self.asking == Some(ticket)
            || self.closing.contains(&ticket)
            || self.live.values().any(|entry| entry.ticket == ticket)
            || self.first.as_ref().is_some_and(|first| {
                first.ticket == ticket && live.any(|entry| entry.place.daemon == first.daemon)
            })
    }

    /// The daemon has shown it. Answers what must go: an earlier one whose place it did not take.
    pub(super) fn shown(
        &mut self,
        key: NotificationKey,
        ticket: u64,
        place: Place,
        now: Duration,
    ) -> Option<u64> {
        self.asking.take_if(|asking| *asking == ticket);
        self.gone.retain(|(gone, _)| *gone != place);
        let mut live = self.live.values();
        if !live.any(|entry| entry.place.daemon == place.daemon) {
            self.first = Some(First {
                daemon: place.daemon.clone(),
                ticket,
            });
        }
        let entry = Entry {
            ticket,
            place: place.clone(),
            shown_at: now,
        };
        let before = self.live.insert(key, entry)?;
        (before.place != place).then(|| self.close(before.ticket))
    }

    /// What its handle was told. An old handle says nothing of what took its place.
    pub(super) fn answered(&mut self, ticket: u64, signal: Signal) -> Outcome {
        let mut live = self.live.values();
        match live.find(|entry| entry.ticket == ticket) {
            Some(entry) => {
                let place = entry.place.clone();
                self.heard(&place, signal)
            }
            None => Outcome::default(),
        }
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
        let Some((key, ticket)) = live else {
            return self.heard_late(place, signal);
        };
        self.live.remove(&key);
        if signal == Signal::Closed {
            self.gone.push_back((place.clone(), key));
            if self.gone.len() > REMEMBERED {
                self.gone.pop_front();
            }
        }
        let event = event_of(key, signal);
        // Some desktops leave a notification standing that was clicked.
        let stands = !matches!(event, NotificationEvent::Closed(_));
        Outcome {
            close: stands.then(|| self.close(ticket)),
            event: Some(event),
            token: None,
        }
    }

    /// It was closed before: a second closing is the first one, told on the other way.
    fn heard_late(&mut self, place: &Place, signal: Signal) -> Outcome {
        let click = Some(signal).filter(|signal| *signal != Signal::Closed);
        let event = click.and_then(|click| Some(event_of(self.take_gone(place)?, click)));
        Outcome {
            event,
            ..Outcome::default()
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
    pub(super) fn withdraw(&mut self, key: NotificationKey) -> Option<u64> {
        let entry = self.live.remove(&key)?;
        Some(self.close(entry.ticket))
    }

    /// The oldest, if one more would be too many.
    pub(super) fn make_room(&mut self, for_key: NotificationKey) -> Option<u64> {
        if self.live.len() < MOST_LIVE || self.live.contains_key(&for_key) {
            return None;
        }
        let oldest = self.live.iter().min_by_key(|(_, entry)| entry.ticket);
        let oldest = *oldest?.0;
        self.withdraw(oldest)
    }

    /// Until [`Table::closed`], its handle is needed.
    fn close(&mut self, ticket: u64) -> u64 {
        self.closing.insert(ticket);
        ticket
    }

    fn key_of(&self, place: &Place) -> Option<(NotificationKey, u64)> {
        let found = self.live.iter().find(|(_, entry)| entry.place == *place);
        found.map(|(key, entry)| (*key, entry.ticket))
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

/// What it means for the session.
fn event_of(key: NotificationKey, signal: Signal) -> NotificationEvent {
    match signal {
        Signal::Replied(text) => NotificationEvent::Replied(key, text),
        Signal::Invoked(name) if name == CLICK => NotificationEvent::Clicked(key),
        Signal::Invoked(name) => match Act::from_code(&name) {
            Some(act) => NotificationEvent::Answered(key, act),
            None => NotificationEvent::Closed(key),
        },
        Signal::Closed | Signal::Token(_) => NotificationEvent::Closed(key),
    }
}

#[cfg(test)]
mod tests;
