//! What is missed, and what closes by itself: decided once, told to everybody, in real workspaces.

use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::{ConversationId, Instant, Seq};
use protocol::model::{Conversation, ConversationState, Missed, MissedBecause, WhenNobody};
use protocol::rest::{GroupRequest, SignedIn};
use protocol::status::{Activity, Goodbye, Status};

use crate::acts::{
    HOUR, SECOND, answered_by, at_work, claim, dealt_with, leave, now, pass, pick, set_workspace,
    workspace_settings,
};
use crate::rig::{House, Stream, refused};

/// What the device hears next of a change of red, and when it is so.
async fn dot(stream: &mut Stream, missed: bool) -> Conversation {
    stream
        .until("the dot", |frame| {
            changed(frame).filter(|it| it.missed.is_some() == missed)
        })
        .await
}

fn changed(frame: &ServerFrame) -> Option<Conversation> {
    match frame {
        ServerFrame::Event(EventFrame {
            event: Event::ConversationChanged { conversation, .. },
            ..
        }) => Some(conversation.clone()),
        _ => None,
    }
}

fn red(said: &[ServerFrame]) -> Option<Missed> {
    said.iter().filter_map(changed).find_map(|it| it.missed)
}

fn reply(conversation_id: ConversationId) -> Command {
    Command::Reply {
        conversation_id,
        body: Body::from_plain("Yes"),
        seen_through: Seq(0),
    }
}

async fn missed(house: &House, who: &SignedIn) -> Option<MissedBecause> {
    let missed = house.conversation(who).await.missed;
    missed.map(|missed| missed.because)
}

const SILENCE: Option<MissedBecause> = Some(MissedBecause::Silence);
const ABSENCE: Option<MissedBecause> = Some(MissedBecause::Absence);

/// A workspace whose Anna is at work, and a visitor who has just written.
async fn somebody_waits() -> (House, SignedIn, Stream, Instant) {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut stream = at_work(&house, &anna).await;
    let mut tab = house.tab(site, None).await.0;
    tab.write("Is the lamp still there?").await;
    let since = now(&house);
    dealt_with(&mut stream).await;
    (house, anna, stream, since)
}

#[tokio::test]
async fn after_thirty_seconds_without_a_reply_every_device_hears_that_it_is_missed() {
    let (house, anna, mut stream, since) = somebody_waits().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut other = house.listen(&bert).await;
    let said = pass(&house, &mut stream, 30 * SECOND - 1).await;
    assert_eq!(red(&said), None);
    house.clock.advance(1);
    let told = dot(&mut stream, true).await;
    let because = MissedBecause::Silence;
    let since = since.plus(30 * SECOND);
    assert_eq!(told.missed, Some(Missed { since, because }));
    assert_eq!(dot(&mut other, true).await, told, "one truth");
    assert_eq!(house.conversation(&bert).await, told);
    house.command(&anna, reply(told.id)).await.unwrap();
    assert_eq!(dot(&mut other, false).await.waiting_since, None);
}

#[tokio::test]
async fn a_server_restarted_at_second_20_still_turns_red_at_second_30() {
    for down in [0, 7 * SECOND] {
        let (house, anna, mut stream, since) = somebody_waits().await;
        pass(&house, &mut stream, 20 * SECOND - down).await;
        let house = house.restart(down).await;
        let mut stream = at_work(&house, &anna).await;
        house.clock.advance(10 * SECOND - 1);
        assert_eq!(red(&dealt_with(&mut stream).await), None);
        house.clock.advance(1);
        let told = dot(&mut stream, true).await.missed.unwrap();
        assert_eq!(told.because, MissedBecause::Silence);
        assert_eq!(told.since, since.plus(30 * SECOND));
    }
}

#[tokio::test]
async fn what_fell_due_while_the_server_was_down_is_red_when_it_is_back() {
    let (house, anna, _stream, since) = somebody_waits().await;
    let house = house.restart(40 * SECOND).await;
    let mut stream = house.listen(&anna).await;
    let told = match house.conversation(&anna).await.missed {
        Some(told) => told,
        None => dot(&mut stream, true).await.missed.unwrap(),
    };
    assert_eq!(told.since, since.plus(30 * SECOND));
    assert_eq!(told.because, MissedBecause::Silence);
    let house = house.restart(0).await;
    assert_eq!(house.conversation(&anna).await.missed, Some(told));
}

#[tokio::test]
async fn setting_the_clock_changes_nothing() {
    for step in [HOUR, -HOUR, 15 * SECOND] {
        let (house, _anna, mut stream, _) = somebody_waits().await;
        pass(&house, &mut stream, 20 * SECOND).await;
        house.clock.step_wall(step);
        let said = pass(&house, &mut stream, 10 * SECOND - 1).await;
        assert_eq!(red(&said), None, "{step}");
        house.clock.advance(1);
        let told = dot(&mut stream, true).await.missed.unwrap();
        assert_eq!(told.because, MissedBecause::Silence);
        assert_eq!(told.since, now(&house), "as the clock is set now");
    }
}

#[tokio::test]
async fn while_nobody_is_there_it_is_missed_at_once_until_one_of_them_comes_back() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut tab = house.tab(site, None).await.0;
    tab.write("Is anybody there?").await;
    assert_eq!(missed(&house, &anna).await, ABSENCE);
    house.clock.advance(HOUR);
    let mut stream = house.listen(&anna).await;
    claim(&mut stream, Activity::Active).await;
    dot(&mut stream, false).await;
    let said = pass(&house, &mut stream, 30 * SECOND - 1).await;
    assert_eq!(red(&said), None, "the clock began again");
    let house = house.restart(0).await;
    let mut stream = at_work(&house, &anna).await;
    assert_eq!(missed(&house, &anna).await, None, "it began when she came");
    house.clock.advance(1);
    let told = dot(&mut stream, true).await.missed.unwrap();
    assert_eq!(told.because, MissedBecause::Silence);
    leave(&mut stream, Goodbye::Quit).await;
    claim(&mut stream, Activity::Active).await;
    assert_eq!(red(&dealt_with(&mut stream).await), None, "nothing is new");
    assert_eq!(
        missed(&house, &anna).await,
        SILENCE,
        "return clears no silence"
    );
}

#[tokio::test]
async fn the_last_of_those_who_answer_turns_it_red_by_going_in_whatever_way() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut annas = at_work(&house, &anna).await;
    let mut berts = at_work(&house, &bert).await;
    let (mut tab, id) = answered_by(&house, &anna, &[&bert]).await;
    for status in [Status::Invisible, Status::Offline] {
        pick(&mut berts, status).await;
        let gone = status == Status::Offline;
        let expected = ABSENCE.filter(|_| gone);
        assert_eq!(missed(&house, &anna).await, expected, "{status:?}");
    }
    house.command(&bert, reply(id)).await.unwrap();
    pick(&mut berts, Status::Online).await;
    tab.write("And the shade?").await;
    assert_eq!(missed(&house, &anna).await, None);
    // Bert's device falls silent: it is noticed within its lease, before the 30 seconds.
    dealt_with(&mut annas).await;
    house.clock.advance(20 * SECOND);
    annas.say(&DeviceFrame::Heartbeat).await;
    dealt_with(&mut annas).await;
    house.command(&bert, reply(id)).await.unwrap();
    tab.write("And the bulb?").await;
    house.clock.advance(10 * SECOND);
    let told = dot(&mut annas, true).await.missed.unwrap();
    assert_eq!(told.because, MissedBecause::Absence);
}

#[tokio::test]
async fn who_is_taken_out_of_a_group_is_not_there_for_its_visitors() {
    let (house, anna, mut stream, _) = somebody_waits().await;
    let bert = house.agent(&anna, "Bert").await;
    let group = house.group(&anna, &[&anna, &bert]).await;
    let id = house.conversation(&anna).await.id;
    house.move_to(&anna, id, Some(group)).await;
    assert_eq!(missed(&house, &anna).await, None);
    let request = GroupRequest {
        name: "Support".into(),
        members: vec![bert.agent_id],
    };
    let path = format!("/api/v1/groups/{group}");
    house.put(&path, &anna.token, &request).await;
    let told = dot(&mut stream, true).await.missed.unwrap();
    assert_eq!(told.because, MissedBecause::Absence);
}

#[tokio::test]
async fn assignment_begins_the_thirty_seconds_again_also_over_a_restart() {
    let (house, anna, mut stream, since) = somebody_waits().await;
    pass(&house, &mut stream, 20 * SECOND).await;
    let id = house.conversation(&anna).await.id;
    let take = Command::AddAgent {
        conversation_id: id,
        agent_id: anna.agent_id,
    };
    house.command(&anna, take).await.unwrap();
    let house = house.restart(10 * SECOND).await;
    let mut stream = at_work(&house, &anna).await;
    assert_eq!(missed(&house, &anna).await, None);
    pass(&house, &mut stream, 20 * SECOND - 1).await;
    assert_eq!(missed(&house, &anna).await, None);
    house.clock.advance(1);
    let told = dot(&mut stream, true).await;
    assert_eq!(told.missed.unwrap().since, since.plus(50 * SECOND));
    assert_eq!(
        told.waiting_since,
        Some(since),
        "they wait since they wrote"
    );
}

#[tokio::test]
async fn the_clock_of_the_machine_turns_it_red_also_when_the_server_was_restarted() {
    let house = House::in_real_time().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let _stream = at_work(&house, &anna).await;
    let mut tab = house.tab(site, None).await.0;
    tab.write("Is the lamp still there?").await;
    let since = house.conversation(&anna).await.waiting_since.unwrap();
    let house = house.restart_in_real_time().await;
    let mut stream = at_work(&house, &anna).await;
    let told = loop {
        // Anna's device is there all the time; nothing else is said to it.
        stream.say(&DeviceFrame::Heartbeat).await;
        let beat = std::time::Duration::from_secs(5);
        if let Ok(frame) = tokio::time::timeout(beat, stream.next()).await
            && let Some(missed) = changed(&frame).and_then(|it| it.missed)
        {
            break missed;
        }
        let waited = server::Clock::now(&server::SystemClock::default()).wall;
        assert!(waited < since.plus(90 * SECOND), "never red");
    };
    assert_eq!(told.because, MissedBecause::Silence);
    let after = told.since.since(since);
    assert!((25_000..35_000).contains(&after), "{after} ms");
}

async fn close_after(house: &House, admin: &SignedIn, hours: Option<u32>) {
    let mut settings = workspace_settings();
    settings.close_after_hours = hours;
    set_workspace(house, admin, &settings).await;
}

async fn closed(stream: &mut Stream) -> Conversation {
    stream
        .until("the end", |frame| {
            changed(frame).filter(|it| it.state == ConversationState::Closed)
        })
        .await
}

async fn is_open(house: &House, who: &SignedIn) -> bool {
    house.conversation(who).await.state == ConversationState::Open
}

#[tokio::test]
async fn a_conversation_closes_after_a_day_of_silence_and_with_it_the_red() {
    let (house, anna, mut stream, _) = somebody_waits().await;
    house.clock.advance(23 * HOUR);
    dot(&mut stream, true).await;
    let comment = Command::Comment {
        conversation_id: house.conversation(&anna).await.id,
        body: Body::from_plain("Who knows lamps?"),
        mentions: vec![],
    };
    house.command(&anna, comment).await.unwrap();
    house.clock.advance(24 * HOUR - 1);
    stream.say(&DeviceFrame::Heartbeat).await;
    dealt_with(&mut stream).await;
    assert!(is_open(&house, &anna).await, "somebody spoke an hour late");
    house.clock.advance(1);
    let told = closed(&mut stream).await;
    assert_eq!((told.missed, told.waiting_since), (None, None));
}

#[tokio::test]
async fn after_how_many_hours_is_a_setting_that_works_at_once() {
    let (house, anna, mut stream, _) = somebody_waits().await;
    close_after(&house, &anna, None).await;
    house.clock.advance(5_000 * HOUR);
    stream.say(&DeviceFrame::Heartbeat).await;
    dealt_with(&mut stream).await;
    assert!(is_open(&house, &anna).await, "never, if so wished");
    close_after(&house, &anna, Some(720)).await;
    closed(&mut stream).await;
    for hours in [0, 721] {
        let mut settings = workspace_settings();
        settings.close_after_hours = Some(hours);
        let path = "/api/v1/settings";
        let answer: Result<(), _> = house
            .send(hyper::Method::PUT, path, Some(&anna.token), &settings)
            .await;
        refused(answer, ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn what_fell_silent_while_the_server_was_down_closes_when_it_is_back() {
    let (house, anna, _stream, _) = somebody_waits().await;
    let house = house.restart(25 * HOUR).await;
    let mut stream = house.listen(&anna).await;
    if is_open(&house, &anna).await {
        closed(&mut stream).await;
    }
}

#[tokio::test]
async fn a_conversation_that_somebody_opened_again_stays_open_for_a_day() {
    let (house, anna, mut stream, _) = somebody_waits().await;
    house.clock.advance(24 * HOUR);
    let id = closed(&mut stream).await.id;
    let reopen = Command::Reopen {
        conversation_id: id,
    };
    house.command(&anna, reopen).await.unwrap();
    house.clock.advance(HOUR);
    let house = house.restart(0).await;
    let mut stream = house.listen(&anna).await;
    house.clock.advance(23 * HOUR - 1);
    stream.say(&DeviceFrame::Heartbeat).await;
    dealt_with(&mut stream).await;
    assert!(is_open(&house, &anna).await);
    house.clock.advance(1);
    closed(&mut stream).await;
}

#[tokio::test]
async fn reopened_by_its_visitor_it_keeps_its_agents_if_one_is_there() {
    for there in [true, false] {
        let house = House::open().await;
        let anna = house.setup().await;
        let bert = house.agent(&anna, "Bert").await;
        let mut stream = at_work(&house, &bert).await;
        let (mut tab, id) = answered_by(&house, &anna, &[&bert, &anna]).await;
        let close = Command::Close {
            conversation_id: id,
        };
        house.command(&anna, close).await.unwrap();
        if !there {
            leave(&mut stream, Goodbye::Quit).await;
            stream.presence_of(bert.agent_id, Status::Offline).await;
        }
        tab.write("One more thing").await;
        let after = house.conversation(&anna).await;
        assert_eq!(after.state, ConversationState::Open);
        let agents = if there { 2 } else { 0 };
        assert_eq!(after.assigned.len(), agents);
        assert_eq!(missed(&house, &anna).await, ABSENCE.filter(|_| !there));
    }
}
