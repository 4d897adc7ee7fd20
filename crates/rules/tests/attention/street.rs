//! One conversation and four agents, treated as the server treats them: it looks when something
//! happened and when a clock says so, and at no other time.

use std::collections::{BTreeMap, BTreeSet};

use protocol::body::Body;
use protocol::command::Command;
use protocol::ids::{AgentId, ConversationId, GroupId, Instant, Seq, SiteId, VisitorId};
use protocol::model::{Conversation, ConversationState, Group, MissedBecause, Visitor};
use protocol::status::Status;
use rules::attention::{Attended, Clocks, Restarts, could_answer, decide};
use rules::conversation::{Around, carry_out, closed, visitor_wrote};
use rules::presence::Moment;
use uuid::Uuid;

/// Agents are 1 to 4. 1 and 2 are in group 50, nobody in group 51.
pub(crate) const AGENTS: [u128; 4] = [1, 2, 3, 4];
pub(crate) const MEMBERS: [u128; 2] = [1, 2];
pub(crate) const FULL: u128 = 50;
pub(crate) const EMPTY: u128 = 51;

/// The wall clock at the beginning.
const MORNING: Instant = Instant(1_800_000_000_000);

#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// The visitor writes.
    Write,
    Reply(u128),
    Comment(u128),
    Assign(Vec<u128>),
    Leave(u128),
    Group(Option<u128>),
    Close,
    Reopen,
    /// Everybody begins Online.
    Becomes(u128, Status),
    /// The server is down for so many seconds.
    Restart(i64),
    /// The wall clock is set forward or back by so many seconds.
    Step(i64),
}

pub(crate) fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

pub(crate) fn group(number: u128) -> GroupId {
    GroupId(Uuid::from_u128(number))
}

pub(crate) fn groups() -> Vec<Group> {
    let of = |number, members: &[u128]| Group {
        id: group(number),
        name: String::new(),
        members: members.iter().map(|member| agent(*member)).collect(),
    };
    vec![of(FULL, &MEMBERS), of(EMPTY, &[])]
}

pub(crate) struct Street {
    pub(crate) now: Moment,
    pub(crate) conversation: Conversation,
    pub(crate) statuses: BTreeMap<u128, Status>,
    clocks: Option<Clocks>,
    stored: Restarts,
    /// The dot, whenever it changed: second and colour.
    pub(crate) seen: Vec<(i64, Option<MissedBecause>)>,
}

impl Street {
    pub(crate) fn new() -> Self {
        let conversation = Conversation {
            id: ConversationId(Uuid::from_u128(900)),
            site_id: SiteId(Uuid::from_u128(901)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(902)),
                name: None,
                email: None,
            },
            // The first message opens it, as it opens one that is new.
            state: ConversationState::Closed,
            assigned: Vec::new(),
            created_at: MORNING,
            last_message_at: MORNING,
            waiting_since: None,
            missed: None,
        };
        Self {
            now: Moment {
                wall: MORNING,
                steady: 0,
            },
            conversation,
            statuses: AGENTS.map(|number| (number, Status::Online)).into(),
            clocks: None,
            stored: Restarts::default(),
            seen: Vec::new(),
        }
    }

    /// Lets time pass up to a second; the server wakes when a clock says so.
    pub(crate) fn pass_to(&mut self, second: i64) {
        let end = second * 1_000;
        loop {
            let look = self.clocks.and_then(|it| it.missed_at(&self.conversation));
            let Some(at) = look.filter(|at| *at <= end) else {
                break;
            };
            self.advance_to(at.max(self.now.steady));
            self.decide(&BTreeSet::new());
            let missed = self.conversation.missed;
            assert!(missed.is_some(), "woken for nothing");
        }
        self.advance_to(end.max(self.now.steady));
    }

    fn advance_to(&mut self, steady: i64) {
        self.now = self.now.at_steady(steady);
    }

    pub(crate) fn act(&mut self, act: &Act) {
        let id = self.conversation.id;
        let mut returned = BTreeSet::new();
        match act {
            Act::Write => {
                let there = |it: &AgentId| self.there().contains(it);
                let somebody = self.conversation.assigned.iter().any(there);
                self.change(visitor_wrote(&self.conversation, somebody, self.now.wall));
            }
            Act::Reply(by) => {
                let body = Body::from_plain("Yes");
                let seen_through = Seq(0);
                self.command(
                    *by,
                    &Command::Reply {
                        conversation_id: id,
                        body,
                        seen_through,
                    },
                );
            }
            Act::Comment(by) => {
                let (body, mentions) = (Body::from_plain("Who knows?"), Vec::new());
                self.command(
                    *by,
                    &Command::Comment {
                        conversation_id: id,
                        body,
                        mentions,
                    },
                );
            }
            Act::Assign(who) => {
                let agents = who.iter().map(|number| agent(*number)).collect();
                self.command(
                    1,
                    &Command::Assign {
                        conversation_id: id,
                        agents,
                    },
                );
            }
            Act::Leave(by) => self.command(
                *by,
                &Command::Leave {
                    conversation_id: id,
                },
            ),
            Act::Group(to) => {
                let group_id = to.map(group);
                self.command(
                    1,
                    &Command::SetGroup {
                        conversation_id: id,
                        group_id,
                    },
                );
            }
            Act::Close => self.change(closed(&self.conversation)),
            Act::Reopen => self.command(
                1,
                &Command::Reopen {
                    conversation_id: id,
                },
            ),
            Act::Becomes(who, status) => {
                let before = self.there();
                self.statuses.insert(*who, *status);
                returned = self.there().difference(&before).copied().collect();
            }
            Act::Restart(seconds) => {
                self.advance_to(self.now.steady + seconds * 1_000);
                self.clocks = (self.conversation.state == ConversationState::Open)
                    .then(|| Clocks::recall(&self.conversation, self.stored, self.now));
            }
            Act::Step(seconds) => self.now.wall = self.now.wall.plus(seconds * 1_000),
        }
        self.decide(&returned);
    }

    fn command(&mut self, by: u128, command: &Command) {
        let agents = AGENTS.map(agent).into();
        let known = groups().iter().map(|group| group.id).collect();
        let around = Around {
            agents: &agents,
            groups: &known,
            now: self.now.wall,
        };
        let outcome = carry_out(&self.conversation, command, agent(by), around).unwrap();
        self.change(outcome.conversation);
    }

    fn change(&mut self, after: Conversation) {
        if after == self.conversation {
            return;
        }
        let before = std::mem::replace(&mut self.conversation, after);
        self.clocks = Clocks::after(self.clocks, Some(&before), &self.conversation, self.now);
        self.stored = self.clocks.map(|it| it.restarts).unwrap_or_default();
        self.note(before.missed.map(|it| it.because));
    }

    fn decide(&mut self, returned: &BTreeSet<AgentId>) {
        let Some(clocks) = self.clocks else { return };
        let who = could_answer(&self.conversation, &AGENTS.map(agent).into(), &groups());
        let attended = Attended::of(&who, &self.there(), returned);
        let before = self.conversation.missed;
        let (missed, clocks) = decide(&self.conversation, clocks, attended, self.now);
        self.conversation.missed = missed;
        self.clocks = Some(clocks);
        self.stored = clocks.restarts;
        self.note(before.map(|it| it.because));
        let again = decide(&self.conversation, clocks, attended, self.now);
        if returned.is_empty() {
            assert_eq!(again, (missed, clocks), "asking again changes nothing");
        }
        if before.is_none() {
            let late = missed.is_none_or(|it| it.since <= self.now.wall);
            assert!(late, "nothing is missed before its time");
        }
    }

    fn note(&mut self, before: Option<MissedBecause>) {
        let because = self.conversation.missed.map(|it| it.because);
        if because != before {
            self.seen.push((self.now.steady / 1_000, because));
        }
    }

    fn there(&self) -> BTreeSet<AgentId> {
        let there = |(_, status): &(&u128, &Status)| **status != Status::Offline;
        let there = self.statuses.iter().filter(there);
        there.map(|(number, _)| agent(*number)).collect()
    }
}

/// The dot of a story whose acts happen at these seconds, up to the last second.
pub(crate) fn tell(story: &[(i64, Act)], until: i64) -> Vec<(i64, Option<MissedBecause>)> {
    let mut street = Street::new();
    for (second, act) in story {
        street.pass_to(*second);
        street.act(act);
    }
    street.pass_to(until);
    street.seen
}
