//! The law of the log, per agent: a snapshot and the events after it make a later snapshot.
//!
//! Random things happen in a real workspace. Along the way every agent keeps snapshots and a stream
//! that listens from the beginning. At the end each old snapshot is brought up to date by events,
//! over streams that break off and resume at earlier cursors (so that events come twice), and must
//! equal the snapshot that the server makes now.

use std::collections::BTreeMap;

use hyper::Method;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use protocol::body::Body;
use protocol::command::Command;
use protocol::frame::{DeviceFrame, ServerFrame};
use protocol::ids::{GroupId, Seq, SiteId};
use protocol::model::WhenNobody;
use protocol::rest::{GroupMade, GroupRequest, SignedIn, SiteRequest};
use protocol::snapshot::Snapshot;
use protocol::status::{
    Activity, AgentSettings, Goodbye, IdleDelay, OnReturn, Status, StatusChange, StatusSettings,
    Term,
};
use protocol::widget::VisitorFrame;
use rules::sync;

use crate::acts::{choose_late, in_berlin, set_own, set_workspace, workspace_settings};
use crate::rig::{House, Stream, Tab};

const AGENTS: usize = 3;
const VISITORS: usize = 3;

#[derive(Clone, Debug)]
enum Act {
    Write {
        visitor: usize,
        times: usize,
    },
    Email {
        visitor: usize,
    },
    Reply {
        agent: usize,
        thread: usize,
    },
    Comment {
        agent: usize,
        thread: usize,
    },
    Assign {
        agent: usize,
        thread: usize,
        who: u8,
    },
    Leave {
        agent: usize,
        thread: usize,
    },
    Group {
        thread: usize,
        group: Option<usize>,
    },
    Close {
        thread: usize,
    },
    Reopen {
        thread: usize,
    },
    Read {
        agent: usize,
        thread: usize,
        back: u64,
    },
    Members {
        group: usize,
        who: u8,
    },
    Idle {
        minutes: Option<u32>,
    },
    CloseAfter {
        hours: Option<u32>,
    },
    Activity {
        agent: usize,
        activity: Activity,
    },
    Goodbye {
        agent: usize,
        reason: Goodbye,
    },
    Choose {
        agent: usize,
        change: StatusChange,
    },
    Settings {
        agent: usize,
        settings: AgentSettings,
    },
    Statuses {
        statuses: StatusSettings,
    },
    SetOffline {
        agent: usize,
    },
    Site {
        groups: usize,
    },
    Pass {
        ms: i64,
    },
    Hire,
    Keep,
}

fn act() -> impl Strategy<Value = Act> {
    let (agent, thread, visitor) = (0..AGENTS, 0..VISITORS, 0..VISITORS);
    let activity = prop_oneof![
        Just(Activity::Active),
        (0u64..2_000_000).prop_map(|for_ms| Activity::Idle { for_ms }),
        Just(Activity::Locked { for_ms: 0 }),
        Just(Activity::Limited { for_ms: 0 }),
    ];
    let status = prop_oneof![
        Just(Status::Online),
        Just(Status::Busy),
        Just(Status::Invisible),
        Just(Status::Offline)
    ];
    let reason = prop_oneof![Just(Goodbye::Quit), Just(Goodbye::Asleep)];
    let term = prop_oneof![
        (50_000u64..150_000).prop_map(|ms| Term::For { ms }),
        Just(Term::Tomorrow),
        (0u16..1_450).prop_map(|minute| Term::At { minute }),
    ];
    let change = prop_oneof![
        4 => status.clone().prop_map(|status| StatusChange::Pick { status }),
        2 => (status, term).prop_map(|(status, term)| StatusChange::Timed { status, term }),
        2 => Just(StatusChange::WindDown),
        1 => Just(StatusChange::StayOnline),
    ];
    let on_return = prop_oneof![Just(OnReturn::Restore), Just(OnReturn::Ask)];
    let idle = prop_oneof![
        Just(IdleDelay::Workspace),
        Just(IdleDelay::Off),
        (1u32..4).prop_map(|minutes| IdleDelay::Minutes { minutes })
    ];
    let settings =
        (on_return, idle, proptest::option::of(541u16..544)).prop_map(|(on_return, idle, end)| {
            // Tests begin at 9:00 in Berlin.
            let hours = end.and_then(|end| in_berlin(&[(540, end), (end + 2, 720)]).hours);
            AgentSettings {
                on_return,
                idle,
                hours,
                ..AgentSettings::default()
            }
        });
    let statuses =
        (any::<bool>(), any::<bool>()).prop_map(|(busy, offline_by_hand)| StatusSettings {
            busy,
            offline_by_hand,
        });
    prop_oneof![
        6 => (visitor.clone(), 1usize..14).prop_map(|(visitor, times)| Act::Write { visitor, times }),
        1 => visitor.prop_map(|visitor| Act::Email { visitor }),
        3 => (agent.clone(), thread.clone()).prop_map(|(agent, thread)| Act::Reply { agent, thread }),
        2 => (agent.clone(), thread.clone()).prop_map(|(agent, thread)| Act::Comment { agent, thread }),
        3 => (agent.clone(), thread.clone(), 0u8..8)
            .prop_map(|(agent, thread, who)| Act::Assign { agent, thread, who }),
        2 => (agent.clone(), thread.clone()).prop_map(|(agent, thread)| Act::Leave { agent, thread }),
        4 => (thread.clone(), proptest::option::of(0usize..2))
            .prop_map(|(thread, group)| Act::Group { thread, group }),
        1 => thread.clone().prop_map(|thread| Act::Close { thread }),
        1 => thread.clone().prop_map(|thread| Act::Reopen { thread }),
        2 => (agent.clone(), thread, 0u64..9)
            .prop_map(|(agent, thread, back)| Act::Read { agent, thread, back }),
        3 => (0usize..2, 0u8..8).prop_map(|(group, who)| Act::Members { group, who }),
        1 => proptest::option::of(1u32..30).prop_map(|minutes| Act::Idle { minutes }),
        1 => proptest::option::of(1u32..3).prop_map(|hours| Act::CloseAfter { hours }),
        3 => (agent.clone(), activity).prop_map(|(agent, activity)| Act::Activity { agent, activity }),
        1 => (agent.clone(), reason).prop_map(|(agent, reason)| Act::Goodbye { agent, reason }),
        4 => (agent.clone(), change).prop_map(|(agent, change)| Act::Choose { agent, change }),
        2 => (agent.clone(), settings)
            .prop_map(|(agent, settings)| Act::Settings { agent, settings }),
        1 => statuses.prop_map(|statuses| Act::Statuses { statuses }),
        1 => agent.prop_map(|agent| Act::SetOffline { agent }),
        1 => (0usize..3).prop_map(|groups| Act::Site { groups }),
        4 => (0i64..40_000).prop_map(|ms| Act::Pass { ms }),
        1 => (0i64..10_000_000).prop_map(|ms| Act::Pass { ms }),
        1 => Just(Act::Hire),
        3 => Just(Act::Keep),
    ]
}

/// A device that applies every event as it comes.
struct Follower {
    stream: Stream,
    held: Snapshot,
}

impl Follower {
    async fn start(house: &House, who: &SignedIn) -> Self {
        let held = house.snapshot(who).await;
        let (stream, events) = house.follow(who, held.seq).await;
        let mut this = Self { stream, held };
        for event in &events {
            this.apply(event);
        }
        this
    }

    fn apply(&mut self, event: &protocol::frame::EventFrame) {
        sync::check(self.held.seq, event).unwrap();
        sync::apply(&mut self.held, event);
    }

    async fn reaches(&mut self, seq: Seq) {
        while self.held.seq < seq {
            if let ServerFrame::Event(event) = self.stream.next().await {
                self.apply(&event);
            }
        }
    }

    /// Says something and waits until it was dealt with.
    async fn say(&mut self, frame: &DeviceFrame) {
        self.stream.say(frame).await;
        let status = Status::Online;
        // From so long ago that it changes nothing.
        self.choose(StatusChange::Pick { status }, u64::MAX).await;
    }

    /// What an agent may not pick is refused; that is part of the game.
    async fn choose(&mut self, change: StatusChange, made_ms_ago: u64) {
        let (_, said) = choose_late(&mut self.stream, change, made_ms_ago).await;
        for frame in said {
            if let ServerFrame::Event(event) = frame {
                self.apply(&event);
            }
        }
    }
}

struct World {
    house: House,
    agents: Vec<SignedIn>,
    followers: Vec<Follower>,
    tabs: Vec<Tab>,
    groups: Vec<GroupId>,
    site: SiteId,
    /// Snapshots kept along the way, by agent.
    kept: Vec<(usize, Snapshot)>,
}

impl World {
    async fn new() -> Self {
        let house = House::open_wide().await;
        let anna = house.setup().await;
        let site = house.site(&anna, WhenNobody::Messenger).await;
        let agents = vec![
            anna.clone(),
            house.agent(&anna, "Bert").await,
            house.agent(&anna, "Carla").await,
        ];
        let mut groups = Vec::new();
        for name in ["Support", "Sales"] {
            let request = GroupRequest {
                name: name.into(),
                members: vec![agents[1].agent_id],
            };
            let made: GroupMade = house
                .post("/api/v1/groups", Some(&anna.token), &request)
                .await
                .unwrap();
            groups.push(made.id);
        }
        let mut followers = Vec::new();
        for agent in &agents {
            followers.push(Follower::start(&house, agent).await);
        }
        let mut tabs = Vec::new();
        for _ in 0..VISITORS {
            tabs.push(house.tab(site, None).await.0);
        }
        Self {
            house,
            agents,
            followers,
            tabs,
            groups,
            site,
            kept: Vec::new(),
        }
    }

    fn some(&self, who: u8) -> Vec<protocol::ids::AgentId> {
        let chosen = self
            .agents
            .iter()
            .enumerate()
            .filter(|(place, _)| who & (1 << place) != 0);
        chosen.map(|(_, agent)| agent.agent_id).collect()
    }

    /// What an agent may not or cannot do is refused; that is part of the game.
    async fn try_command(&self, agent: usize, command: impl FnOnce(&Snapshot) -> Option<Command>) {
        let all = self.house.snapshot(&self.agents[0]).await;
        if let Some(command) = command(&all) {
            let _ = self.house.command(&self.agents[agent], command).await;
        }
    }

    async fn act(&mut self, act: Act) {
        let thread_of = |thread: usize| {
            move |all: &Snapshot| {
                all.conversations
                    .get(thread)
                    .map(|tail| tail.conversation.id)
            }
        };
        match act {
            Act::Write { visitor, times } => {
                for _ in 0..times {
                    self.tabs[visitor].write("hello").await;
                }
            }
            Act::Email { visitor } => {
                let email = format!("{}@example.org", self.kept.len());
                self.tabs[visitor]
                    .say(&VisitorFrame::SetEmail { email })
                    .await;
                self.tabs[visitor].write("that was my address").await;
            }
            Act::Reply { agent, thread } => {
                self.try_command(agent, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    let body = Body::from_plain("reply");
                    Some(Command::Reply {
                        conversation_id,
                        body,
                        seen_through: Seq(0),
                    })
                })
                .await;
            }
            Act::Comment { agent, thread } => {
                let mentions = self.some(3);
                self.try_command(agent, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    let body = Body::from_plain("comment");
                    Some(Command::Comment {
                        conversation_id,
                        body,
                        mentions,
                    })
                })
                .await;
            }
            Act::Assign { agent, thread, who } => {
                let agents = self.some(who);
                self.try_command(agent, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    Some(Command::Assign {
                        conversation_id,
                        agents,
                    })
                })
                .await;
            }
            Act::Leave { agent, thread } => {
                self.try_command(agent, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    Some(Command::Leave { conversation_id })
                })
                .await;
            }
            Act::Group { thread, group } => {
                let group_id = group.map(|group| self.groups[group]);
                self.try_command(0, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    Some(Command::SetGroup {
                        conversation_id,
                        group_id,
                    })
                })
                .await;
            }
            Act::Close { thread } => {
                self.try_command(0, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    Some(Command::Close { conversation_id })
                })
                .await;
            }
            Act::Reopen { thread } => {
                self.try_command(0, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    Some(Command::Reopen { conversation_id })
                })
                .await;
            }
            Act::Read {
                agent,
                thread,
                back,
            } => {
                self.try_command(agent, |all| {
                    let conversation_id = thread_of(thread)(all)?;
                    let through = Seq(all.seq.0.saturating_sub(back));
                    Some(Command::MarkRead {
                        conversation_id,
                        through,
                    })
                })
                .await;
            }
            Act::Members { group, who } => {
                let request = GroupRequest {
                    name: "Group".into(),
                    members: self.some(who),
                };
                let path = format!("/api/v1/groups/{}", self.groups[group]);
                self.house.put(&path, &self.agents[0].token, &request).await;
            }
            Act::Idle { minutes } => {
                let mut request = workspace_settings();
                request.idle_minutes = minutes;
                set_workspace(&self.house, &self.agents[0], &request).await;
            }
            Act::CloseAfter { hours } => {
                let mut request = workspace_settings();
                request.close_after_hours = hours;
                set_workspace(&self.house, &self.agents[0], &request).await;
            }
            Act::Activity { agent, activity } => {
                self.followers[agent]
                    .say(&DeviceFrame::Claim { activity })
                    .await;
            }
            Act::Goodbye { agent, reason } => {
                self.followers[agent]
                    .say(&DeviceFrame::Goodbye { reason })
                    .await;
            }
            Act::Choose { agent, change } => self.followers[agent].choose(change, 0).await,
            Act::Settings { agent, settings } => {
                set_own(&self.house, &self.agents[agent], &settings).await;
            }
            Act::Statuses { statuses } => {
                let mut request = workspace_settings();
                request.statuses = statuses;
                request.status_log_for_admins = statuses.busy;
                set_workspace(&self.house, &self.agents[0], &request).await;
            }
            Act::SetOffline { agent } => {
                let path = format!("/api/v1/agents/{}/offline", self.agents[agent].agent_id);
                let token = Some(self.agents[0].token.as_str());
                self.house.request(Method::POST, &path, token, None).await;
            }
            Act::Site { groups } => {
                let request = SiteRequest {
                    name: "Shop".into(),
                    origins: vec![],
                    when_nobody: WhenNobody::Messenger,
                    groups: self.groups[..groups].to_vec(),
                };
                let path = format!("/api/v1/sites/{}", self.site);
                self.house.put(&path, &self.agents[0].token, &request).await;
            }
            Act::Pass { ms } => self.house.clock.advance(ms),
            Act::Hire => {
                let name = format!("Agent{}", self.agents.len());
                let hired = self.house.agent(&self.agents[0], &name).await;
                self.followers
                    .push(Follower::start(&self.house, &hired).await);
                self.agents.push(hired);
            }
            Act::Keep => {
                for (place, agent) in self.agents.iter().enumerate() {
                    self.kept.push((place, self.house.snapshot(agent).await));
                }
            }
        }
    }

    /// Brings a snapshot up to date over streams that break off and resume further back.
    async fn replay(&self, agent: usize, from: &Snapshot, breaks: &[(u64, usize)]) -> Snapshot {
        let who = &self.agents[agent];
        let mut held = from.clone();
        let mut cursors = vec![from.seq];
        for (back, take) in breaks {
            let back = usize::try_from(*back).unwrap() % cursors.len();
            let cursor = cursors[cursors.len() - 1 - back];
            let (_, events) = self.house.follow(who, cursor).await;
            for event in events.iter().take(*take) {
                sync::check(held.seq, event).unwrap();
                let new = event.seq > held.seq;
                sync::apply(&mut held, event);
                if new {
                    cursors.push(event.seq);
                }
            }
        }
        let (_, events) = self.house.follow(who, held.seq).await;
        for event in &events {
            sync::check(held.seq, event).unwrap();
            sync::apply(&mut held, event);
        }
        held
    }

    async fn check(mut self, breaks: &[(u64, usize)]) {
        let mut first: BTreeMap<usize, ()> = BTreeMap::new();
        for (agent, kept) in self.kept.clone() {
            let breaks = if first.insert(agent, ()).is_none() {
                breaks
            } else {
                &breaks[..1]
            };
            // Presence may still change by itself: compare snapshots of the same number.
            loop {
                let held = self.replay(agent, &kept, breaks).await;
                let now = self.house.snapshot(&self.agents[agent]).await;
                if held.seq == now.seq {
                    assert_eq!(held, now, "agent {agent} from {}", kept.seq);
                    break;
                }
                assert!(held.seq < now.seq);
            }
        }
        for (place, follower) in self.followers.iter_mut().enumerate() {
            loop {
                let now = self.house.snapshot(&self.agents[place]).await;
                follower.reaches(now.seq).await;
                if follower.held.seq == now.seq {
                    assert_eq!(follower.held, now, "agent {place} listening live");
                    break;
                }
            }
        }
    }
}

#[test]
fn a_snapshot_and_the_events_after_it_make_a_later_snapshot() {
    let acts = proptest::collection::vec(act(), 1..40);
    let breaks = proptest::collection::vec((0u64..20, 0usize..30), 1..5);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig {
        cases: 16,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let run = |(acts, breaks): (Vec<Act>, Vec<(u64, usize)>)| {
        runtime.block_on(async {
            let mut world = World::new().await;
            world.act(Act::Keep).await;
            for act in acts {
                world.act(act).await;
            }
            world.check(&breaks).await;
        });
        Ok(())
    };
    if let Err(failure) = TestRunner::new(config).run(&(acts, breaks), run) {
        panic!("{failure}");
    }
}
