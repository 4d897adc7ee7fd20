//! Notices of one's own state: a drop that is near, a return that waits for a word, an end of hours.
//!
//! What is due follows from how things stand, and each notice has an **occasion**: it is told once for it,
//! updated while it lasts, and taken back when it is over. Whatever a sleep or a lost connection did in
//! between, nothing is told of an occasion that is past, so there is never more than one of each.
//!
//! They are shown unless Offline was chosen by hand: who said that wants to be left alone.

use std::collections::BTreeMap;

use protocol::ids::Instant;
use protocol::status::{
    Choice, ChoiceSource, OnReturn, Presence, Reason, Status, StatusChange, StatusSettings,
};
use serde::{Deserialize, Serialize};

use super::Suppressed;

/// What a notice of one's own state is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnNotice {
    /// Nobody moves anything, and a drop to Offline is near.
    IdleSoon,
    /// Back after a drop, and Offline until the agent says otherwise.
    WelcomeBack,
    /// Hours end soon, and conversations of the agent's are open.
    HoursEnd,
    /// The workspace has not been reached for so long that visitors see the agent away.
    ConnectionLost,
    /// The sign-in on this computer ended, and not by choice.
    SignInLost,
}

/// What can be answered in the notice itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// I am here; or: Online past the end of hours.
    StayOnline,
    /// Online again.
    GoOnline,
    /// Nothing changes.
    StayOffline,
    /// Invisible now, Offline when all is done.
    WindDown,
}

/// What comes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// It counts as input.
    Input,
    /// The status changes.
    Change(StatusChange),
    /// Nothing.
    Nothing,
}

impl OwnNotice {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::IdleSoon,
        Self::WelcomeBack,
        Self::HoursEnd,
        Self::ConnectionLost,
        Self::SignInLost,
    ];

    /// As it stands in the ledger.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::IdleSoon => "idle_soon",
            Self::WelcomeBack => "welcome_back",
            Self::HoursEnd => "hours_end",
            Self::ConnectionLost => "connection_lost",
            Self::SignInLost => "sign_in_lost",
        }
    }

    /// What can be answered, in order.
    #[must_use]
    pub fn answers(self, statuses: StatusSettings) -> Vec<Answer> {
        match self {
            Self::IdleSoon => vec![Answer::StayOnline],
            Self::WelcomeBack => vec![Answer::GoOnline, Answer::StayOffline],
            Self::HoursEnd if statuses.offline_by_hand => {
                vec![Answer::StayOnline, Answer::WindDown]
            }
            Self::HoursEnd => vec![Answer::StayOnline],
            Self::ConnectionLost | Self::SignInLost => Vec::new(),
        }
    }

    /// What comes of an answer to it.
    #[must_use]
    pub fn answered(self, answer: Answer) -> Consequence {
        match (self, answer) {
            (Self::IdleSoon, Answer::StayOnline) => Consequence::Input,
            (_, Answer::StayOnline) => Consequence::Change(StatusChange::StayOnline),
            (_, Answer::GoOnline) => Consequence::Change(StatusChange::Pick {
                status: Status::Online,
            }),
            (_, Answer::WindDown) => Consequence::Change(StatusChange::WindDown),
            (_, Answer::StayOffline) => Consequence::Nothing,
        }
    }
}

impl Answer {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::StayOnline,
        Self::GoOnline,
        Self::StayOffline,
        Self::WindDown,
    ];

    /// As the operating system hands it back.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::StayOnline => "stay_online",
            Self::GoOnline => "go_online",
            Self::StayOffline => "stay_offline",
            Self::WindDown => "wind_down",
        }
    }

    /// The other way round.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// How things stand.
#[derive(Clone, Copy, Debug)]
pub struct OwnFacts {
    /// The choice in force.
    pub choice: Choice,
    /// What others get, and why, as the server said last.
    pub presence: Presence,
    /// Whether the workspace is connected and everything is here.
    pub live: bool,
    /// What the agent wishes on return.
    pub on_return: OnReturn,
    /// It has been lost for longer than a lease, since then.
    pub lost_since: Option<Instant>,
    /// A drop is announced for then.
    pub drops_at: Option<Instant>,
    /// The end of hours is announced for then.
    pub hours_end_at: Option<Instant>,
    /// Open conversations of the agent's.
    pub open: u32,
}

/// What is due now, each with its occasion.
#[must_use]
pub fn due(facts: &OwnFacts) -> BTreeMap<OwnNotice, Instant> {
    let mut due = BTreeMap::new();
    if !facts.live {
        // Nothing else is known of one's own state without a connection.
        due.extend(
            facts
                .lost_since
                .map(|since| (OwnNotice::ConnectionLost, since)),
        );
        return due;
    }
    if let Some(at) = facts.drops_at {
        due.insert(OwnNotice::IdleSoon, at);
    }
    if facts.presence.reason == Reason::Held && facts.on_return == OnReturn::Ask {
        due.insert(OwnNotice::WelcomeBack, facts.presence.since);
    }
    if let Some(at) = facts.hours_end_at.filter(|_| facts.open > 0) {
        due.insert(OwnNotice::HoursEnd, at);
    }
    due
}

/// Why none of them is shown, if none is.
#[must_use]
pub fn suppressed(facts: &OwnFacts) -> Option<Suppressed> {
    is_silenced(facts.choice).then_some(Suppressed::Offline)
}

/// Whether a choice wants to be left alone: Offline, by hand.
#[must_use]
pub fn is_silenced(choice: Choice) -> bool {
    let by_hand = match choice.source {
        ChoiceSource::Agent { .. } | ChoiceSource::Admin { .. } => true,
        ChoiceSource::FirstSignIn
        | ChoiceSource::TimeUp
        | ChoiceSource::Hours
        | ChoiceSource::WoundDown
        | ChoiceSource::Unknown => false,
    };
    choice.status == Status::Offline && by_hand
}

#[cfg(test)]
mod tests {
    use protocol::status::Via;

    use super::*;

    fn facts() -> OwnFacts {
        OwnFacts {
            choice: Choice {
                status: Status::Online,
                at: Instant(1),
                source: ChoiceSource::Agent { via: Via::App },
                plan: None,
            },
            presence: Presence {
                status: Status::Online,
                reason: Reason::Chosen,
                since: Instant(1),
            },
            live: true,
            lost_since: None,
            on_return: OnReturn::Restore,
            drops_at: None,
            hours_end_at: None,
            open: 0,
        }
    }

    fn held(on_return: OnReturn) -> OwnFacts {
        OwnFacts {
            presence: Presence {
                status: Status::Offline,
                reason: Reason::Held,
                since: Instant(7),
            },
            on_return,
            ..facts()
        }
    }

    fn names(facts: &OwnFacts) -> Vec<OwnNotice> {
        due(facts).into_keys().collect()
    }

    #[test]
    fn a_drop_that_is_announced_is_told_and_one_that_is_not_is_not() {
        assert_eq!(names(&facts()), []);
        let near = OwnFacts {
            drops_at: Some(Instant(9)),
            ..facts()
        };
        assert_eq!(
            due(&near),
            BTreeMap::from([(OwnNotice::IdleSoon, Instant(9))])
        );
    }

    #[test]
    fn only_who_wishes_to_be_asked_is_asked_on_return() {
        assert_eq!(names(&held(OnReturn::Ask)), [OwnNotice::WelcomeBack]);
        assert_eq!(names(&held(OnReturn::StayOffline)), []);
        assert_eq!(names(&held(OnReturn::Restore)), []);
        let back = OwnFacts {
            on_return: OnReturn::Ask,
            ..facts()
        };
        assert_eq!(names(&back), []);
    }

    #[test]
    fn an_end_of_hours_is_told_only_while_conversations_of_mine_are_open() {
        let near = |open| OwnFacts {
            hours_end_at: Some(Instant(5)),
            open,
            ..facts()
        };
        assert_eq!(names(&near(1)), [OwnNotice::HoursEnd]);
        assert_eq!(names(&near(0)), []);
    }

    #[test]
    fn without_a_connection_nothing_is_known_of_one_s_own_state() {
        let lost = OwnFacts {
            live: false,
            drops_at: Some(Instant(9)),
            hours_end_at: Some(Instant(5)),
            open: 2,
            ..held(OnReturn::Ask)
        };
        assert_eq!(names(&lost), []);
        let for_long = OwnFacts {
            lost_since: Some(Instant(3)),
            ..lost
        };
        assert_eq!(names(&for_long), [OwnNotice::ConnectionLost]);
        let back = OwnFacts {
            live: true,
            ..for_long
        };
        assert!(!names(&back).contains(&OwnNotice::ConnectionLost));
    }

    #[test]
    fn offline_by_hand_silences_them_and_offline_by_itself_does_not() {
        let by = |status, source| {
            suppressed(&OwnFacts {
                choice: Choice {
                    status,
                    source,
                    ..facts().choice
                },
                ..facts()
            })
        };
        let hand = ChoiceSource::Agent { via: Via::Tray };
        assert_eq!(by(Status::Offline, hand), Some(Suppressed::Offline));
        assert_eq!(by(Status::Offline, ChoiceSource::Hours), None);
        assert_eq!(by(Status::Offline, ChoiceSource::WoundDown), None);
        for there in [Status::Online, Status::Busy, Status::Invisible] {
            assert_eq!(by(there, hand), None);
        }
    }

    #[test]
    fn every_answer_comes_back_as_itself() {
        for answer in Answer::ALL {
            assert_eq!(Answer::from_code(answer.code()), Some(answer));
        }
        assert_eq!(Answer::from_code("default"), None);
    }

    #[test]
    fn winding_down_is_offered_only_where_offline_may_be_picked() {
        let with = |offline_by_hand| {
            OwnNotice::HoursEnd.answers(StatusSettings {
                busy: false,
                offline_by_hand,
            })
        };
        assert_eq!(with(true), [Answer::StayOnline, Answer::WindDown]);
        assert_eq!(with(false), [Answer::StayOnline]);
    }

    #[test]
    fn staying_online_is_input_in_a_countdown_and_a_choice_before_an_end_of_hours() {
        let stay = Answer::StayOnline;
        assert_eq!(OwnNotice::IdleSoon.answered(stay), Consequence::Input);
        assert_eq!(
            OwnNotice::HoursEnd.answered(stay),
            Consequence::Change(StatusChange::StayOnline)
        );
    }
}
