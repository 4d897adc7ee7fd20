//! What is told of statuses, to whom, and what is kept of it: the team's presence and load, and the log.

use hyper::{Method, StatusCode};
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::{EventFrame, ServerFrame};
use protocol::ids::{AgentId, Instant};
use protocol::rest::{SignedIn, StatusLog};
use protocol::status::{
    Activity, ChoiceSource, Goodbye, Reason, Status, StatusChange, TeamPresence, Term, Via,
};

use crate::acts::{
    HOUR, MINUTE, SECOND, answered_by, at_work, choose, claim, dealt_with, leave, now, own, pass,
    pick, report, set_workspace, workspace_settings,
};
use crate::rig::{House, refused};

fn presence_in(said: &[ServerFrame], of: AgentId) -> Vec<(Status, u32)> {
    said.iter()
        .filter_map(|frame| match frame {
            ServerFrame::Event(EventFrame {
                event: Event::PresenceChanged { presence },
                ..
            }) if presence.agent_id == of => Some((presence.status, presence.open)),
            _ => None,
        })
        .collect()
}

async fn load_of(house: &House, who: &SignedIn, of: AgentId) -> u32 {
    let team = house.snapshot(who).await.team;
    let found = team.iter().find(|it: &&TeamPresence| it.agent_id == of);
    found.unwrap().open
}

#[tokio::test]
async fn the_team_sees_the_load_of_everybody_as_it_changes() {
    let house = House::open_wide().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut watching = house.listen(&anna).await;
    let (_tab, first) = answered_by(&house, &anna, &[&bert]).await;
    let (mut tab, second) = answered_by(&house, &anna, &[&bert, &anna]).await;
    let told = presence_in(&dealt_with(&mut watching).await, bert.agent_id);
    assert_eq!(told, [(Status::Offline, 1), (Status::Offline, 2)]);
    let close = Command::Close {
        conversation_id: first,
    };
    house.command(&anna, close).await.unwrap();
    let leave = Command::Leave {
        conversation_id: second,
    };
    house.command(&bert, leave).await.unwrap();
    let reopen = Command::Reopen {
        conversation_id: first,
    };
    house.command(&anna, reopen).await.unwrap();
    tab.write("a message changes no load").await;
    let said = dealt_with(&mut watching).await;
    assert_eq!(
        presence_in(&said, bert.agent_id),
        [
            (Status::Offline, 1),
            (Status::Offline, 0),
            (Status::Offline, 1)
        ]
    );
    assert_eq!(presence_in(&said, anna.agent_id), []);
    assert_eq!(load_of(&house, &anna, bert.agent_id).await, 1);
    assert_eq!(load_of(&house, &bert, anna.agent_id).await, 1);
    let house = house.restart(SECOND).await;
    assert_eq!(load_of(&house, &anna, bert.agent_id).await, 1);
}

#[tokio::test]
async fn status_and_load_that_change_together_are_told_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut watching = house.listen(&anna).await;
    let mut stream = at_work(&house, &bert).await;
    let (_tab, conversation_id) = answered_by(&house, &anna, &[&bert]).await;
    choose(&mut stream, StatusChange::WindDown).await;
    dealt_with(&mut watching).await;
    let close = Command::Close { conversation_id };
    house.command(&anna, close).await.unwrap();
    let said = dealt_with(&mut watching).await;
    assert_eq!(
        presence_in(&said, bert.agent_id),
        [(Status::Offline, 0)],
        "the wind-down ended with the last conversation"
    );
}

#[tokio::test]
async fn a_connection_that_drops_every_five_seconds_changes_nothing_anyone_sees() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut stream = at_work(&house, &anna).await;
    let mut watching = house.listen(&bert).await;
    let before = house.snapshot(&bert).await;
    for _ in 0..24 {
        drop(stream);
        house.clock.advance(5 * SECOND);
        stream = house.listen(&anna).await;
        claim(&mut stream, Activity::Active).await;
        assert_eq!(dealt_with(&mut stream).await, []);
    }
    assert_eq!(dealt_with(&mut watching).await, []);
    assert_eq!(house.snapshot(&bert).await, before);
}

#[tokio::test]
async fn the_reason_is_for_the_agent_alone() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut stream = at_work(&house, &anna).await;
    let mut watching = house.listen(&bert).await;
    report(&mut stream, Activity::Locked { for_ms: 0 }).await;
    let told = own(&mut stream).await;
    assert!(matches!(told.presence.reason, Reason::Locked { .. }));
    let said = dealt_with(&mut watching).await;
    assert_eq!(presence_in(&said, anna.agent_id), [(Status::Offline, 0)],);
    let text = serde_json::to_string(&said).unwrap();
    assert!(!text.contains("locked"), "{text}");
    let text = serde_json::to_string(&house.snapshot(&bert).await).unwrap();
    assert!(!text.contains("locked"), "{text}");
}

async fn log_of(
    house: &House,
    by: &SignedIn,
    whose: &str,
    from: Instant,
    to: Instant,
) -> Result<StatusLog, protocol::error::ErrorBody> {
    let (from, to) = (from.0, to.0);
    let path = format!("/api/v1/agents/{whose}/status-log?from={from}&to={to}");
    house.get(&path, &by.token).await
}

#[tokio::test]
async fn every_change_of_status_is_in_ones_log_with_its_source() {
    let house = House::open().await;
    let anna = house.setup().await;
    let begun = now(&house);
    house.clock.advance(MINUTE);
    let mut stream = at_work(&house, &anna).await;
    pass(&house, &mut stream, MINUTE).await;
    let timed = StatusChange::Timed {
        status: Status::Invisible,
        term: Term::For { ms: 60_000 },
    };
    choose(&mut stream, timed).await;
    pass(&house, &mut stream, MINUTE - 1).await;
    house.clock.advance(1);
    own(&mut stream).await;
    house.clock.advance(20 * SECOND);
    leave(&mut stream, Goodbye::Asleep).await;
    dealt_with(&mut stream).await;
    let whole = log_of(&house, &anna, "me", begun, begun.plus(HOUR)).await;
    let whole = whole.unwrap();
    assert!(!whole.more);
    let lines: Vec<(i64, Status, Reason, ChoiceSource)> = whole
        .entries
        .iter()
        .map(|entry| {
            let (presence, choice) = (entry.presence, entry.choice);
            let after = entry.at.since(begun) / SECOND;
            (after, presence.status, presence.reason, choice.source)
        })
        .collect();
    let by_tray = ChoiceSource::Agent { via: Via::Tray };
    let first = ChoiceSource::FirstSignIn;
    let expected = [
        (0, Status::Offline, Reason::SignedOut, first),
        (60, Status::Online, Reason::Chosen, first),
        (120, Status::Invisible, Reason::Chosen, by_tray),
        (180, Status::Online, Reason::Chosen, ChoiceSource::TimeUp),
        (200, Status::Offline, Reason::Asleep, ChoiceSource::TimeUp),
    ];
    assert_eq!(lines, expected);
    let part = log_of(
        &house,
        &anna,
        &anna.agent_id.to_string(),
        begun.plus(130 * SECOND),
        begun.plus(200 * SECOND),
    )
    .await
    .unwrap();
    assert_eq!(
        part.entries,
        whole.entries[2..4],
        "what was in force at the beginning, and what came after it"
    );
}

#[tokio::test]
async fn admins_read_the_logs_of_others_only_where_the_workspace_says_so() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let (from, to) = (now(&house), now(&house).plus(HOUR));
    let (annas, berts) = (anna.agent_id.to_string(), bert.agent_id.to_string());
    let denied = log_of(&house, &anna, &berts, from, to).await;
    refused(denied, ErrorCode::NotAllowed);
    log_of(&house, &bert, "me", from, to).await.unwrap();
    let mut settings = workspace_settings();
    settings.status_log_for_admins = true;
    set_workspace(&house, &anna, &settings).await;
    let read = log_of(&house, &anna, &berts, from, to).await.unwrap();
    assert_eq!(read.entries.len(), 1);
    let denied = log_of(&house, &bert, &annas, from, to).await;
    refused(denied, ErrorCode::NotAllowed);
    let nobody = "00000000-0000-0000-0000-000000000000";
    for whose in [nobody, "x"] {
        let missing = log_of(&house, &anna, whose, from, to).await;
        refused(missing, ErrorCode::NotFound);
    }
    for query in ["", "?from=1", "?from=x&to=y"] {
        let path = format!("/api/v1/agents/me/status-log{query}");
        let (status, _) = house
            .request(Method::GET, &path, Some(&anna.token), None)
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn the_log_reaches_back_thirty_days() {
    let house = House::open().await;
    let anna = house.setup().await;
    let begun = now(&house);
    house.clock.advance(SECOND);
    let mut stream = at_work(&house, &anna).await;
    house.clock.advance(SECOND);
    pick(&mut stream, Status::Invisible).await;
    drop(stream);
    let house = house.restart(29 * 24 * HOUR).await;
    let read = log_of(&house, &anna, "me", begun, begun.plus(HOUR)).await;
    assert_eq!(read.unwrap().entries.len(), 3);
    let house = house.restart(2 * 24 * HOUR).await;
    let read = log_of(&house, &anna, "me", begun, now(&house))
        .await
        .unwrap();
    let kept: Vec<Status> = read.entries.iter().map(|it| it.presence.status).collect();
    let [held, ..] = kept.as_slice() else {
        panic!("{kept:?}")
    };
    assert_eq!(
        *held,
        Status::Invisible,
        "what still held thirty days ago is where it begins"
    );
}
