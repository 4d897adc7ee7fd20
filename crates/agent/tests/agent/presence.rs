//! What the server announces, on the device: a countdown, a return, an end of hours; and chats that
//! an Invisible agent wishes to be offered. The server is scripted, time is in the test's hand.

use std::time::Duration;

use agent::ports::{Act, ActivityEvent, NotificationKey};
use agent::view::{Folder, ListQuery, MeView, Sort};
use cache::Outcome;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::{ConversationId, Instant, Seq};
use protocol::status::{
    Activity, AgentSettings, ChoiceSource, NextChange, OnReturn, Presence, Reason, Status,
    StatusChange, Via,
};
use rules::notices::own::{Answer, OwnNotice};
use testkit::scripted::{Scripted, ScriptedStream};
use testkit::wait;
use uuid::Uuid;

use crate::harness::{Device, Workspace};
use crate::script::{
    choice, connected, let_in, let_in_with, presence, scripted, scripted_with_chat, snapshot,
};

const IDLE: NotificationKey = NotificationKey::Own(OwnNotice::IdleSoon);
const BACK: NotificationKey = NotificationKey::Own(OwnNotice::WelcomeBack);
const END: NotificationKey = NotificationKey::Own(OwnNotice::HoursEnd);

/// A device that is there.
async fn there(server: &mut Scripted) -> (Device, ScriptedStream) {
    let (device, mut stream) = connected(server).await;
    let_in(&mut stream, 10).await;
    device.live().await;
    (device, stream)
}

fn soon(in_ms: u64) -> ServerFrame {
    ServerFrame::IdleSoon { in_ms }
}

async fn counting(device: &Device) -> MeView {
    device
        .until_me("to count down", |me| me.drops_at.is_some())
        .await
}

async fn not_counting(device: &Device) {
    device
        .until_me("to count down no more", |me| me.drops_at.is_none())
        .await;
}

async fn shows(device: &Device, key: NotificationKey) -> agent::ports::Notification {
    let live = device
        .notifier
        .until("the notice", |live| live.contains_key(&key))
        .await
        .unwrap();
    live[&key].clone()
}

async fn shows_nothing(device: &Device, key: NotificationKey) {
    device
        .notifier
        .until("the notice to be gone", |live| !live.contains_key(&key))
        .await
        .unwrap();
}

async fn hears_activity(stream: &mut ScriptedStream) -> Activity {
    loop {
        match stream.hears().await.unwrap() {
            DeviceFrame::Activity { activity } => return activity,
            DeviceFrame::Heartbeat => {}
            other => panic!("not a change of activity: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_is_said_now_and_then_and_at_once_in_another_conversation() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    let [one, other] = [1, 2].map(|number| ConversationId(Uuid::from_u128(number)));
    let writing = |conversation_id| DeviceFrame::Writing { conversation_id };
    device.core.writing(one);
    assert_eq!(stream.hears().await.unwrap(), writing(one));
    // Not worth saying again so soon: the next that is heard is the other conversation.
    device.core.writing(one);
    device.core.writing(other);
    assert_eq!(stream.hears().await.unwrap(), writing(other));
    device.clock.advance(Duration::from_secs(3));
    device.core.writing(other);
    assert_eq!(stream.hears().await.unwrap(), writing(other));
}

/// The ledger once it has so many lines: a line is written after its notice was shown.
async fn ledger(device: &Device, lines: usize) -> Vec<(String, Outcome)> {
    let read = async || {
        let found = device.core.ledger(100).await.unwrap();
        let oldest_first = found.into_iter().rev();
        let told: Vec<_> = oldest_first.map(|line| (line.kind, line.outcome)).collect();
        Some(told).filter(|told| told.len() >= lines)
    };
    wait::until("the ledger", read).await.unwrap()
}

/// The next event of the log.
fn event(seq: u64, event: Event) -> ServerFrame {
    ServerFrame::Event(EventFrame {
        seq: Seq(seq),
        prev: Seq(seq - 1),
        event,
    })
}

fn held(since: i64) -> Event {
    Event::OwnPresence {
        choice: choice(Status::Online),
        presence: Presence {
            status: Status::Offline,
            reason: Reason::Held,
            since: Instant(since),
        },
        next: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countdown_is_shown_counts_on_and_ends_by_a_word_in_its_notice() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    let since = agent::ports::Clock::elapsed(device.clock.as_ref());
    device.activity.happens(ActivityEvent::IdleSince(since));
    hears_activity(&mut stream).await;
    stream.says(&soon(30_000)).await.unwrap();

    let wall = agent::ports::Clock::now(device.clock.as_ref());
    assert_eq!(counting(&device).await.drops_at, Some(wall.plus(30_000)));
    let notice = shows(&device, IDLE).await;
    assert_eq!(notice.title, "Offline in 30 seconds");
    let answers: Vec<_> = notice.actions.iter().map(|it| it.act).collect();
    assert_eq!(answers, [Act::Answer(Answer::StayOnline)]);
    assert_eq!(notice.actions[0].label, "Stay online");
    assert_eq!(
        ledger(&device, 1).await,
        [("idle_soon".into(), Outcome::Shown)]
    );

    device.notifier.answer(IDLE, Answer::StayOnline);
    assert_eq!(
        hears_activity(&mut stream).await,
        Activity::Idle { for_ms: 0 }
    );
    not_counting(&device).await;
    assert_eq!(ledger(&device, 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_countdown_ends_with_input_with_the_server_s_word_and_with_the_connection() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    stream.says(&soon(30_000)).await.unwrap();
    counting(&device).await;
    shows(&device, IDLE).await;
    device.activity.happens(ActivityEvent::Active);
    not_counting(&device).await;
    shows_nothing(&device, IDLE).await;

    stream.says(&soon(30_000)).await.unwrap();
    shows(&device, IDLE).await;
    stream.says(&ServerFrame::IdleOver).await.unwrap();
    not_counting(&device).await;
    shows_nothing(&device, IDLE).await;

    stream.says(&soon(30_000)).await.unwrap();
    shows(&device, IDLE).await;
    drop(stream);
    device.lost().await;
    not_counting(&device).await;
    shows_nothing(&device, IDLE).await;
    assert_eq!(
        ledger(&device, 3).await.len(),
        3,
        "each of them is an occasion"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn input_inside_the_app_that_was_not_worth_a_frame_ends_a_countdown_at_once() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    let limited = ActivityEvent::Limited(agent::view::Limited::NoDisplay);
    device.activity.happens(limited);
    hears_activity(&mut stream).await;
    device.core.input();
    hears_activity(&mut stream).await;
    device.clock.advance(Duration::from_secs(10));
    device.core.input();
    device.clock.advance(Duration::from_secs(5));
    stream.says(&soon(30_000)).await.unwrap();
    assert_eq!(
        hears_activity(&mut stream).await,
        Activity::Limited { for_ms: 5_000 },
        "the server did not know of it"
    );
    // And whatever comes while it counts is told, however short the last time is ago.
    counting(&device).await;
    device.core.input();
    assert_eq!(
        hears_activity(&mut stream).await,
        Activity::Limited { for_ms: 0 }
    );
    not_counting(&device).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_countdown_does_not_come_back() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    stream.says(&soon(30_000)).await.unwrap();
    shows(&device, IDLE).await;
    device.notifier.dismiss(IDLE);
    device.clock.advance(Duration::from_secs(15));
    // Something else is decided meanwhile.
    stream
        .says(&event(
            11,
            Event::OwnSettings {
                settings: AgentSettings::default(),
            },
        ))
        .await
        .unwrap();
    stream.says(&ServerFrame::IdleOver).await.unwrap();
    not_counting(&device).await;
    assert_eq!(device.notifier.shown(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wishes_to_be_asked_on_return_is_asked_once_and_goes_online_by_a_word() {
    let mut server = scripted().await;
    let mut asks = snapshot(10);
    asks.settings.on_return = OnReturn::Ask;
    server.answers("/api/v1/snapshot", 200, &asks);
    let (device, mut stream) = there(&mut server).await;
    stream.says(&event(11, held(5))).await.unwrap();
    let notice = shows(&device, BACK).await;
    let answers: Vec<_> = notice.actions.iter().map(|it| it.act).collect();
    assert_eq!(
        answers,
        [Answer::GoOnline, Answer::StayOffline].map(Act::Answer)
    );
    stream.says(&event(12, held(5))).await.unwrap();
    device.notifier.answer(BACK, Answer::GoOnline);
    let DeviceFrame::SetChoice { change, via, .. } = stream.hears().await.unwrap() else {
        panic!("the answer is a choice");
    };
    let online = StatusChange::Pick {
        status: Status::Online,
    };
    assert_eq!((change, via), (online, Via::Notification));
    assert_eq!(device.notifier.shown(), 1);
    assert_eq!(
        ledger(&device, 1).await,
        [("welcome_back".into(), Outcome::Shown)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staying_offline_sends_nothing_and_the_tray_still_leads_back() {
    let mut server = scripted().await;
    let mut asks = snapshot(10);
    asks.settings.on_return = OnReturn::Ask;
    server.answers("/api/v1/snapshot", 200, &asks);
    let (device, mut stream) = there(&mut server).await;
    stream.says(&event(11, held(5))).await.unwrap();
    shows(&device, BACK).await;
    device.notifier.answer(BACK, Answer::StayOffline);
    let me = device
        .until_me("to be waited for", |me| me.presence.reason == Reason::Held)
        .await;
    assert_eq!(me.pending, None);
    let tray = device.core.tray().borrow().clone();
    let go_online = rules::tray::TrayEntry::GoOnline;
    assert!(tray.entries.contains(&go_online), "{tray:?}");
    // Held again by another absence: another occasion.
    stream.says(&event(12, held(9))).await.unwrap();
    device
        .notifier
        .until("to ask again", |_| device.notifier.shown() == 2)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_of_hours_is_told_while_conversations_are_open_until_it_is_not_next_any_more() {
    let (mut server, _) = scripted_with_chat().await;
    let (device, mut stream) = there(&mut server).await;
    let at = Instant(300_000);
    let next = |at| NextChange {
        at,
        status: Status::Offline,
        source: ChoiceSource::Hours,
    };
    let own = |at| Event::OwnPresence {
        choice: choice(Status::Online),
        presence: presence(Status::Online),
        next: Some(next(at)),
    };
    stream.says(&event(11, own(at))).await.unwrap();
    stream
        .says(&ServerFrame::HoursEndSoon { at, open: 1 })
        .await
        .unwrap();
    let notice = shows(&device, END).await;
    assert!(notice.body.starts_with("1 conversation"), "{}", notice.body);
    let answers: Vec<_> = notice.actions.iter().map(|it| it.act).collect();
    assert_eq!(
        answers,
        [Answer::StayOnline, Answer::WindDown].map(Act::Answer)
    );
    let me = device
        .until_me("to know the end", |me| me.hours_end.is_some())
        .await;
    assert_eq!(me.hours_end.map(|end| (end.at, end.open)), Some((at, 1)));

    device.notifier.answer(END, Answer::StayOnline);
    let DeviceFrame::SetChoice { change, via, .. } = stream.hears().await.unwrap() else {
        panic!("the answer is a choice");
    };
    assert_eq!((change, via), (StatusChange::StayOnline, Via::Notification));
    stream
        .says(&event(12, own(at.plus(86_400_000))))
        .await
        .unwrap();
    device
        .until_me("to have passed over the end", |me| me.hours_end.is_none())
        .await;
    assert_eq!(device.notifier.shown(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_by_hand_hears_of_nothing_and_the_ledger_says_so() {
    let mut server = scripted().await;
    let mut away = snapshot(10);
    away.choice = choice(Status::Offline);
    away.presence = presence(Status::Offline);
    server.answers("/api/v1/snapshot", 200, &away);
    let (device, mut stream) = there(&mut server).await;
    stream.says(&soon(30_000)).await.unwrap();
    let decided = ledger(&device, 1);
    assert_eq!(
        decided.await,
        [("idle_soon".into(), Outcome::Suppressed("offline".into()))]
    );
    assert_eq!(device.notifier.shown(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn sleep_says_goodbye_and_a_wake_brings_no_storm() {
    let mut server = scripted().await;
    let (device, mut stream) = there(&mut server).await;
    stream.says(&soon(30_000)).await.unwrap();
    shows(&device, IDLE).await;
    device.activity.happens(ActivityEvent::Sleep);
    let goodbye = loop {
        match stream.hears().await.unwrap() {
            DeviceFrame::Goodbye { reason } => break reason,
            DeviceFrame::Heartbeat | DeviceFrame::Activity { .. } => {}
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(goodbye, protocol::status::Goodbye::Asleep);
    shows_nothing(&device, IDLE).await;
    drop(stream);
    device.clock.advance(Duration::from_secs(8 * 3_600));
    device.activity.happens(ActivityEvent::Wake);
    let (mut stream, _) = server.stream().await.unwrap();
    let_in_with(&mut stream, 10, Activity::Active).await;
    device.live().await;
    not_counting(&device).await;
    assert_eq!(device.notifier.shown(), 1, "only the one before the sleep");
}

async fn mine(device: &Device) -> Vec<ConversationId> {
    let query = ListQuery {
        folder: Folder::Mine,
        open: true,
        sort: Sort::LongestWaiting,
        offset: 0,
        limit: 10,
    };
    let page = device.core.list(query).await.unwrap();
    page.items
        .into_iter()
        .map(|item| item.conversation.id)
        .collect()
}

async fn opted_in(device: &Device) {
    let settings = AgentSettings {
        invisible_offers: true,
        ..AgentSettings::default()
    };
    device.core.save_settings(settings.clone()).await.unwrap();
    device
        .until_me("to wish offers", |me| me.settings == settings)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invisible_with_the_opt_in_a_chat_is_offered_when_nobody_replied_for_thirty_seconds() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    opted_in(&device).await;
    device.pick(Status::Invisible).await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("anybody?").await.unwrap();
    let id = device.conversation_saying("anybody?").await;
    assert_eq!(mine(&device).await, [], "not yet");

    // The while begins when the device looks, a moment after the chat is in its list. So time may have to
    // pass a second time.
    let key = NotificationKey::Conversation(id);
    wait::until("the offer", async || {
        device.clock.advance(Duration::from_secs(31));
        visitor.writes("hello?").await.ok()?;
        let second = Duration::from_secs(1);
        let live = async || device.notifier.live().get(&key).cloned();
        let shown = wait::until_within(second, "it", live).await.ok()?;
        (shown.body == "hello?").then_some(())
    })
    .await
    .unwrap();
    assert_eq!(mine(&device).await, [id]);
    let waiting = device.until("to be waited for", |screen| {
        screen.counts.clone().filter(|counts| counts.waiting == 1)
    });
    assert_eq!(waiting.await.mine, 1);

    // Without the wish it is nobody's again, and Busy never had it.
    let none = AgentSettings::default();
    device.core.save_settings(none.clone()).await.unwrap();
    device
        .until_me("to wish none", |me| me.settings == none)
        .await;
    assert_eq!(mine(&device).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_a_colleague_answers_in_time_is_never_offered() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    opted_in(&device).await;
    device.pick(Status::Invisible).await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("anybody?").await.unwrap();
    let id = device.conversation_saying("anybody?").await;
    // The same agent on another device: an answer, whoever gives it.
    let other = workspace.device().await;
    other
        .until_conversation(id, "to have the chat", |_| true)
        .await;
    other.reply(id, "yes").await;
    device
        .until_conversation(id, "to be answered", |view| {
            view.conversation.waiting_since.is_none()
        })
        .await;
    device.clock.advance(Duration::from_secs(60));
    let because = |why: &str| Outcome::Suppressed(why.into());
    assert_eq!(
        ledger(&device, 2).await,
        [
            ("new_chat".into(), because("already_answered")),
            ("assigned".into(), because("own_action"))
        ]
    );
    assert_eq!(device.notifier.shown(), 0);
}
