//! Wind-down: Invisible now, Offline when the last open conversation of theirs closes or its visitor
//! has been silent for 15 minutes.

use protocol::command::Command;
use protocol::ids::ConversationId;
use protocol::rest::SignedIn;
use protocol::status::{ChoiceSource, Plan, Status, StatusChange};

use crate::acts::{MINUTE, SECOND, answered_by, at_work, choose, now, own, pass, pick};
use crate::rig::{House, Stream, Tab};

struct Scene {
    house: House,
    anna: SignedIn,
    bert: SignedIn,
    stream: Stream,
    tab: Tab,
    conversation_id: ConversationId,
}

/// Bert winds down with one conversation open.
async fn winding_down() -> Scene {
    let house = House::open_wide().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let mut stream = at_work(&house, &bert).await;
    let (tab, conversation_id) = answered_by(&house, &anna, &[&bert]).await;
    pass(&house, &mut stream, MINUTE).await;
    choose(&mut stream, StatusChange::WindDown).await;
    let snapshot = house.snapshot(&bert).await;
    assert_eq!(snapshot.choice.plan, Some(Plan::WindDown));
    assert_eq!(snapshot.presence.status, Status::Invisible);
    assert_eq!(snapshot.next, None, "nobody knows when");
    Scene {
        house,
        anna,
        bert,
        stream,
        tab,
        conversation_id,
    }
}

impl Scene {
    async fn wound_down(&mut self) {
        let over = own(&mut self.stream).await;
        assert_eq!(over.presence.status, Status::Offline);
        assert_eq!(over.choice.source, ChoiceSource::WoundDown);
        assert_eq!(over.choice.plan, None);
        assert_eq!(over.choice.at, now(&self.house));
    }
}

#[tokio::test]
async fn with_nothing_open_it_is_over_at_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    choose(&mut stream, StatusChange::WindDown).await;
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.presence.status, Status::Offline);
    assert_eq!(snapshot.choice.source, ChoiceSource::WoundDown);
}

#[tokio::test]
async fn it_ends_when_the_last_conversation_closes() {
    let mut scene = winding_down().await;
    let (tab, second) = answered_by(&scene.house, &scene.anna, &[&scene.bert]).await;
    drop(tab);
    let close = |conversation_id| Command::Close { conversation_id };
    let (house, anna) = (&scene.house, &scene.anna);
    house.command(anna, close(second)).await.unwrap();
    assert_eq!(
        house.snapshot(&scene.bert).await.presence.status,
        Status::Invisible,
        "one is open still"
    );
    let last = close(scene.conversation_id);
    house.command(anna, last).await.unwrap();
    scene.wound_down().await;
}

#[tokio::test]
async fn it_ends_when_the_agent_leaves_the_last_conversation_or_it_is_given_to_another() {
    for leaves in [true, false] {
        let mut scene = winding_down().await;
        let conversation_id = scene.conversation_id;
        let (by, command) = if leaves {
            (&scene.bert, Command::Leave { conversation_id })
        } else {
            let agents = vec![scene.anna.agent_id];
            let command = Command::Assign {
                conversation_id,
                agents,
            };
            (&scene.anna, command)
        };
        scene.house.command(by, command).await.unwrap();
        scene.wound_down().await;
    }
}

#[tokio::test]
async fn it_ends_when_the_visitor_has_been_silent_for_a_quarter_of_an_hour() {
    let mut scene = winding_down().await;
    let said = pass(&scene.house, &mut scene.stream, 10 * MINUTE).await;
    assert_eq!(said, []);
    scene.tab.write("are you still there?").await;
    let said = pass(&scene.house, &mut scene.stream, 15 * MINUTE - 1).await;
    let changed = said.iter().filter_map(crate::acts::own_in).count();
    assert_eq!(changed, 0, "a message begins the time anew");
    scene.house.clock.advance(1);
    scene.wound_down().await;
    let snapshot = scene.house.snapshot(&scene.bert).await;
    scene.tab.write("hello?").await;
    let after = scene.house.snapshot(&scene.bert).await;
    assert_eq!(after.choice, snapshot.choice, "once over it stays over");
}

#[tokio::test]
async fn it_goes_on_over_a_restart_and_may_end_while_the_server_is_down() {
    let scene = winding_down().await;
    let (bert, house) = (scene.bert, scene.house);
    drop((scene.stream, scene.tab));
    let house = house.restart(5 * MINUTE).await;
    let snapshot = house.snapshot(&bert).await;
    assert_eq!(snapshot.choice.plan, Some(Plan::WindDown));
    let house = house.restart(10 * MINUTE).await;
    let snapshot = house.snapshot(&bert).await;
    assert_eq!(snapshot.choice.source, ChoiceSource::WoundDown);
    assert_eq!(snapshot.presence.status, Status::Offline);
}

#[tokio::test]
async fn a_newer_pick_cancels_it() {
    let mut scene = winding_down().await;
    pick(&mut scene.stream, Status::Online).await;
    let conversation_id = scene.conversation_id;
    let close = Command::Close { conversation_id };
    scene.house.command(&scene.anna, close).await.unwrap();
    let said = pass(&scene.house, &mut scene.stream, 30 * SECOND).await;
    let changed = said.iter().filter_map(crate::acts::own_in).count();
    assert_eq!(changed, 0);
    let snapshot = scene.house.snapshot(&scene.bert).await;
    assert_eq!(snapshot.presence.status, Status::Online);
}
