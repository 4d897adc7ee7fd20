//! Whom a visitor sees write.

use protocol::body::Body;
use protocol::command::Command;
use protocol::frame::DeviceFrame;
use protocol::ids::{ConversationId, Seq};
use protocol::model::WhenNobody;
use protocol::rest::{GroupMade, GroupRequest, SignedIn};
use protocol::status::Status;
use protocol::widget::WidgetFrame;

use crate::acts::{at_work, dealt_with, pick};
use crate::rig::{House, Stream, Tab};

/// What a tab shows next: who writes, or what was written.
#[derive(Debug, PartialEq)]
enum Shown {
    Writing(String),
    Text(String),
}

async fn next(tab: &mut Tab) -> Shown {
    loop {
        match tab.next().await {
            WidgetFrame::Writing { agent_name } => return Shown::Writing(agent_name),
            WidgetFrame::Message(message) => return Shown::Text(message.body.plain_text()),
            _ => {}
        }
    }
}

async fn writes(stream: &mut Stream, conversation_id: ConversationId) {
    stream.say(&DeviceFrame::Writing { conversation_id }).await;
    dealt_with(stream).await;
}

async fn replies(house: &House, who: &SignedIn, conversation_id: ConversationId, text: &str) {
    let command = Command::Reply {
        conversation_id,
        body: Body::from_plain(text),
        seen_through: Seq(0),
    };
    house.command(who, command).await.unwrap();
}

#[tokio::test]
async fn a_visitor_sees_who_writes_to_them_and_is_there_for_them() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("Hello?").await;
    let id = house.conversation(&anna).await.id;
    let mut stream = at_work(&house, &anna).await;

    writes(&mut stream, id).await;
    assert_eq!(next(&mut tab).await, Shown::Writing("Anna".into()));
    // Said too often, it is told once.
    writes(&mut stream, id).await;
    house.clock.advance(1_000);
    writes(&mut stream, id).await;
    replies(&house, &anna, id, "One moment").await;
    assert_eq!(next(&mut tab).await, Shown::Writing("Anna".into()));
    assert_eq!(next(&mut tab).await, Shown::Text("One moment".into()));

    // Answering it, she is available to this visitor though she is Invisible; Offline to nobody.
    pick(&mut stream, Status::Invisible).await;
    house.clock.advance(1_000);
    writes(&mut stream, id).await;
    assert_eq!(next(&mut tab).await, Shown::Writing("Anna".into()));
    pick(&mut stream, Status::Offline).await;
    house.clock.advance(1_000);
    writes(&mut stream, id).await;
    replies(&house, &anna, id, "Here it is").await;
    assert_eq!(next(&mut tab).await, Shown::Text("Here it is".into()));
}

#[tokio::test]
async fn nobody_is_seen_writing_who_is_unseen_or_does_not_see_the_conversation() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("Hello?").await;
    let id = house.conversation(&anna).await.id;
    let mut hers = at_work(&house, &anna).await;
    let mut his = at_work(&house, &bert).await;

    // Invisible, and not among those who answer.
    pick(&mut hers, Status::Invisible).await;
    writes(&mut hers, id).await;
    // Online, but the conversation is in a group that he is not in.
    let request = GroupRequest {
        name: "Sales".into(),
        members: vec![anna.agent_id],
    };
    let sales: GroupMade = house
        .post("/api/v1/groups", Some(&anna.token), &request)
        .await
        .unwrap();
    let into = Command::SetGroup {
        conversation_id: id,
        group_id: Some(sales.id),
    };
    house.command(&anna, into).await.unwrap();
    writes(&mut his, id).await;
    replies(&house, &anna, id, "Here I am").await;
    assert_eq!(next(&mut tab).await, Shown::Text("Here I am".into()));
}
