//! Whatever happens, in whatever order: every event that could be a notice leaves exactly one line of the
//! ledger, and nothing is told of chats while Offline.

use std::collections::BTreeMap;

use agent::ports::NotificationKey;
use proptest::prelude::*;
use protocol::event::Event;
use protocol::ids::{AgentId, ConversationId};
use protocol::model::ConversationState;
use protocol::status::{AgentSettings, Status};
use testkit::fakes::Notified;
use testkit::wait;

use crate::harness::Device;
use crate::log::{BERT, Log, chat};
use crate::script::{ME, scripted};

const CHATS: u128 = 4;
/// A chat that is Bert's, in which he names me so that the device has something to decide.
const ASIDE: u128 = 99;

#[derive(Clone, Debug)]
enum Act {
    Write(u128),
    Reply(u128),
    Mention(u128, AgentId),
    Assign(u128, Vec<AgentId>, AgentId),
    Miss(u128),
    Close(u128),
    Read(u128),
    Lose(u128),
    Gain(u128),
}

/// What happens while I am of one presence.
#[derive(Clone, Debug)]
struct Phase {
    status: Status,
    /// I wish to be offered late chats.
    opted_in: bool,
    /// It happens in an absence.
    away: bool,
    acts: Vec<Act>,
}

fn act() -> impl Strategy<Value = Act> {
    let it = || 0..CHATS;
    let who = || proptest::sample::select(vec![ME, BERT]);
    let some = proptest::sample::subsequence(vec![ME, BERT], 0..=2);
    prop_oneof![
        8 => it().prop_map(Act::Write),
        2 => it().prop_map(Act::Reply),
        2 => (it(), who()).prop_map(|(it, by)| Act::Mention(it, by)),
        5 => (it(), some, who()).prop_map(|(it, to, by)| Act::Assign(it, to, by)),
        3 => it().prop_map(Act::Miss),
        1 => it().prop_map(Act::Close),
        2 => it().prop_map(Act::Read),
        1 => it().prop_map(Act::Lose),
        2 => it().prop_map(Act::Gain),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    let status = prop_oneof![
        2 => Just(Status::Offline),
        2 => Just(Status::Online),
        1 => Just(Status::Busy),
        2 => Just(Status::Invisible),
    ];
    let acts = proptest::collection::vec(act(), 1..14);
    let away = proptest::bool::weighted(0.3);
    (status, any::<bool>(), away, acts).prop_map(|(status, opted_in, away, acts)| Phase {
        status,
        opted_in,
        away,
        acts,
    })
}

/// Lines that a chat must have, and that it may have besides.
type Owed = BTreeMap<ConversationId, (usize, usize)>;

struct Story {
    log: Log,
    device: Device,
    /// Chats that are in sight.
    seen: Vec<ConversationId>,
    owed: Owed,
}

impl Story {
    async fn act(&mut self, act: &Act) {
        let number = match act {
            Act::Write(it)
            | Act::Reply(it)
            | Act::Mention(it, _)
            | Act::Assign(it, ..)
            | Act::Miss(it)
            | Act::Close(it)
            | Act::Read(it)
            | Act::Lose(it)
            | Act::Gain(it) => *it,
        };
        let id = chat(number);
        let in_sight = self.seen.contains(&id);
        if in_sight == matches!(act, Act::Gain(_)) {
            return;
        }
        let now = self.log.chats[&id].clone();
        let mine = now.assigned.contains(&ME);
        let nobodys = now.assigned.is_empty();
        let open = now.state == ConversationState::Open;
        let waits = open && now.waiting_since.is_some();
        let (mut must, mut may) = (false, false);
        match act {
            Act::Write(_) => {
                must = mine || nobodys;
                // It is told of if it came together with what made it mine or nobody's.
                may = !must;
                self.log.visitor_writes(id).await;
            }
            Act::Reply(_) => self.log.bert_replies(id).await,
            Act::Mention(_, by) => {
                must = true;
                self.log.mentions_me(id, *by).await;
            }
            Act::Assign(_, to, by) => {
                let left_to_all = waits && !nobodys && to.is_empty() && now.missed.is_none();
                must = left_to_all || (!mine && to.contains(&ME));
                self.log.is_assigned(id, to, *by).await;
            }
            Act::Miss(_) => {
                must = waits && now.missed.is_none();
                if must {
                    self.log.is_missed(id).await;
                }
            }
            Act::Close(_) => {
                let close = |it: &mut protocol::model::Conversation| {
                    *it = rules::conversation::closed(it);
                };
                self.log.changes(id, Some(BERT), close).await;
            }
            Act::Read(_) => self.log.is_read(id).await,
            Act::Lose(_) => {
                self.seen.retain(|it| *it != id);
                self.log.is_lost(id).await;
            }
            Act::Gain(_) => {
                self.seen.push(id);
                must = mine || now.missed.is_some() || (nobodys && now.waiting_since.is_some());
                self.log.is_gained(id).await;
            }
        }
        let owed = self.owed.entry(id).or_default();
        owed.0 += usize::from(must);
        owed.1 += usize::from(may);
    }

    async fn lines(&self) -> BTreeMap<ConversationId, usize> {
        let mut lines = BTreeMap::new();
        for line in self.device.core.ledger(10_000).await.unwrap() {
            if let Some(id) = line.conversation_id {
                *lines.entry(id).or_default() += 1;
            }
        }
        lines
    }

    /// Waits until all that was said is decided. Of the second mention nothing is known before the turn
    /// is over that decided the first.
    async fn decided(&mut self) {
        let aside = chat(ASIDE);
        for _ in 0..2 {
            let before = self.lines().await.get(&aside).copied().unwrap_or(0);
            self.log.mentions_me(aside, BERT).await;
            wait::until("the mention to be decided", async || {
                (self.lines().await.get(&aside) > Some(&before)).then_some(())
            })
            .await
            .unwrap();
        }
    }

    async fn phase(&mut self, server: &mut testkit::scripted::Scripted, phase: &Phase) {
        let told = self.device.notifier.history().len();
        if phase.away {
            self.log.cut(server, &self.device).await;
        }
        let settings = AgentSettings {
            invisible_offers: phase.opted_in,
            ..AgentSettings::default()
        };
        self.log.happens(Event::OwnSettings { settings }).await;
        self.log.i_am(phase.status).await;
        for act in &phase.acts {
            self.act(act).await;
        }
        if phase.away {
            self.log.caught_up(&self.device).await;
        }
        self.decided().await;
        if phase.status == Status::Offline {
            let history = self.device.notifier.history();
            let of_a_chat = |it: &&Notified| match it {
                Notified::Shown(shown) => !matches!(shown.key, NotificationKey::Own(_)),
                Notified::Withdrawn(_) => false,
            };
            let shown = history[told..].iter().find(of_a_chat);
            assert_eq!(shown, None, "while Offline: {phase:?}");
        }
    }
}

async fn tell(phases: &[Phase]) {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    let mut seen = Vec::new();
    for number in 0..CHATS {
        seen.push(log.opens(number, &[]).await);
    }
    log.opens(ASIDE, &[BERT]).await;
    let mut story = Story {
        log,
        device,
        seen,
        owed: Owed::new(),
    };
    story.decided().await;
    for phase in phases {
        story.phase(&mut server, phase).await;
    }
    // What waited to be offered is decided now.
    let end = Phase {
        status: Status::Online,
        opted_in: false,
        away: false,
        acts: Vec::new(),
    };
    story.phase(&mut server, &end).await;
    let lines = story.lines().await;
    for (id, (must, may)) in &story.owed {
        let lines = lines.get(id).copied().unwrap_or(0);
        let right = (*must..=must + may).contains(&lines);
        assert!(right, "{id}: {lines} lines, not {must} to {}", must + may);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn every_event_leaves_its_line_and_offline_nothing_is_told_of_chats(
        phases in proptest::collection::vec(phase(), 1..6),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(tell(&phases));
    }
}
