//! The same, found by a walk over every second that remembers only what was said and done.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::model::MissedBecause;
use protocol::status::Status;

use crate::street::{AGENTS, Act, EMPTY, FULL, MEMBERS, tell};

const END: i64 = 600;

/// What happened, in order.
#[derive(Default)]
struct Diary {
    /// The visitor's messages that nobody replied to.
    visitor: Vec<i64>,
    /// When somebody new was to answer, or came back to somebody who was alone.
    anew: Vec<i64>,
    assigned: Vec<u128>,
    group: Option<u128>,
    open: bool,
    offline: BTreeSet<u128>,
    dot: Option<MissedBecause>,
    seen: Vec<(i64, Option<MissedBecause>)>,
}

impl Diary {
    fn could_answer(&self) -> Vec<u128> {
        match (self.assigned.as_slice(), self.group) {
            ([], None) => AGENTS.to_vec(),
            ([], Some(FULL)) => MEMBERS.to_vec(),
            ([], Some(_)) => Vec::new(),
            (assigned, _) => assigned.to_vec(),
        }
    }

    fn alone(&self) -> bool {
        let gone = |it: &u128| self.offline.contains(it);
        self.could_answer().iter().all(gone)
    }

    fn show(&mut self, second: i64, dot: Option<MissedBecause>) {
        if self.dot != dot {
            self.seen.push((second, dot));
            self.dot = dot;
        }
    }

    fn look(&mut self, second: i64) {
        let Some(first) = self.visitor.first().filter(|_| self.open) else {
            self.show(second, None);
            return;
        };
        if self.dot.is_some() {
            return;
        }
        let begin = self.anew.iter().chain([first]).max().copied().unwrap();
        if self.alone() {
            self.show(second, Some(MissedBecause::Absence));
        } else if second >= begin + 30 {
            self.show(second, Some(MissedBecause::Silence));
        }
    }

    fn act(&mut self, second: i64, act: &Act) {
        match act {
            Act::Write => {
                if !self.open && self.assigned.iter().all(|it| self.offline.contains(it)) {
                    self.assigned.clear();
                }
                self.open = true;
                self.visitor.push(second);
            }
            Act::Reply(by) => {
                self.visitor.clear();
                self.join(*by);
            }
            Act::Comment(_) | Act::Step(_) | Act::Restart(_) => {}
            Act::Assign(who) => {
                self.assigned.retain(|it| who.contains(it));
                for it in who {
                    if self.join(*it) {
                        self.anew.push(second);
                    }
                }
            }
            Act::Leave(by) => self.assigned.retain(|it| it != by),
            Act::Group(to) => {
                if to.is_some() && *to != self.group && self.assigned.is_empty() {
                    self.anew.push(second);
                }
                self.group = *to;
            }
            Act::Close => {
                self.open = false;
                self.visitor.clear();
            }
            Act::Reopen => self.open = true,
            Act::Becomes(who, Status::Offline) => {
                self.offline.insert(*who);
            }
            Act::Becomes(who, _) => {
                let back = self.offline.remove(who) && self.could_answer().contains(who);
                if back && self.dot == Some(MissedBecause::Absence) {
                    self.anew.push(second);
                    self.show(second, None);
                }
            }
        }
        self.look(second);
    }

    fn join(&mut self, who: u128) -> bool {
        let new = !self.assigned.contains(&who);
        if new {
            self.assigned.push(who);
        }
        new
    }
}

fn walk(story: &[(i64, Act)]) -> Vec<(i64, Option<MissedBecause>)> {
    let mut diary = Diary::default();
    let mut story = story.iter().peekable();
    let mut second = 0;
    while second <= END {
        diary.look(second);
        while let Some((_, act)) = story.next_if(|(at, _)| *at <= second) {
            if let Act::Restart(down) = act {
                second += down;
            }
            diary.act(second, act);
        }
        second += 1;
    }
    diary.seen
}

fn act() -> impl Strategy<Value = Act> {
    let who = || proptest::sample::select(AGENTS.to_vec());
    let status = prop_oneof![
        3 => Just(Status::Offline),
        2 => Just(Status::Online),
        1 => Just(Status::Busy),
        1 => Just(Status::Invisible),
    ];
    let group = proptest::option::of(proptest::sample::select(vec![FULL, EMPTY]));
    let several = proptest::sample::subsequence(AGENTS.to_vec(), 0..=3);
    prop_oneof![
        8 => Just(Act::Write),
        3 => who().prop_map(Act::Reply),
        1 => who().prop_map(Act::Comment),
        3 => several.prop_map(Act::Assign),
        1 => who().prop_map(Act::Leave),
        2 => group.prop_map(Act::Group),
        1 => Just(Act::Close),
        1 => Just(Act::Reopen),
        8 => (who(), status).prop_map(|(who, status)| Act::Becomes(who, status)),
    ]
}

/// The clock is set, or the server is restarted; both within one wait is more than is promised.
fn story() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let trouble = prop_oneof![
        Just(Vec::new()),
        Just(vec![
            Act::Restart(0),
            Act::Restart(1),
            Act::Restart(17),
            Act::Restart(45)
        ]),
        Just(vec![
            Act::Step(7_200),
            Act::Step(-7_200),
            Act::Step(20),
            Act::Step(-20)
        ]),
    ];
    trouble.prop_flat_map(|trouble| {
        let any = match trouble.as_slice() {
            [] => act().boxed(),
            _ => prop_oneof![6 => act(), 1 => proptest::sample::select(trouble)].boxed(),
        };
        proptest::collection::vec((0i64..25, any), 1..40).prop_map(|steps| {
            let mut second = 0;
            let mut story = Vec::new();
            for (wait, act) in steps {
                second += wait;
                let down = if let Act::Restart(down) = act {
                    down
                } else {
                    0
                };
                if second + down > 500 {
                    break;
                }
                story.push((second, act));
                second += down;
            }
            story
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]
    #[test]
    fn the_dot_is_the_one_that_a_walk_over_every_second_finds(story in story()) {
        prop_assert_eq!(tell(&story, END), walk(&story));
    }
}
