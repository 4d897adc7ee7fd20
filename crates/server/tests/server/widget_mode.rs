//! What the widget is for each visitor, by group, live.

use protocol::command::Command;
use protocol::frame::{DeviceFrame, LEASE_MS};
use protocol::ids::{ClientId, GroupId, SiteId};
use protocol::model::{Conversation, WhenNobody};
use protocol::rest::{GroupMade, GroupRequest, SignedIn, SiteRequest};
use protocol::status::{Status, StatusChange, Via};
use protocol::widget::{VisitorFrame, WidgetFrame, WidgetGroup, WidgetMode};

use crate::rig::{House, Stream, Tab, new_id};

const LEASE: i64 = LEASE_MS as i64;

/// How things are for a visitor, as a welcome or a frame says it.
#[derive(Debug, PartialEq)]
struct Told {
    mode: WidgetMode,
    agents: Vec<String>,
    groups: Vec<WidgetGroup>,
    group_id: Option<GroupId>,
}

impl Told {
    fn live(&self) -> bool {
        self.mode == WidgetMode::LiveChat
    }

    /// The groups by name, a star for somebody online.
    fn offered(&self) -> Vec<String> {
        let star = |online: bool| if online { "*" } else { "" };
        self.groups
            .iter()
            .map(|group| format!("{}{}", group.name, star(group.online)))
            .collect()
    }
}

fn told(frame: WidgetFrame) -> Option<Told> {
    match frame {
        WidgetFrame::Welcome {
            mode,
            agents,
            groups,
            group_id,
            ..
        }
        | WidgetFrame::Mode {
            mode,
            agents,
            groups,
            group_id,
        } => Some(Told {
            mode,
            agents,
            groups,
            group_id,
        }),
        _ => None,
    }
}

async fn next_told(tab: &mut Tab) -> Told {
    loop {
        if let Some(told) = told(tab.next().await) {
            return told;
        }
    }
}

async fn choose(tab: &mut Tab, group_id: Option<GroupId>) -> Told {
    tab.say(&VisitorFrame::ChooseGroup { group_id }).await;
    next_told(tab).await
}

async fn pick(stream: &mut Stream, who: &SignedIn, status: Status) {
    stream
        .say(&DeviceFrame::SetChoice {
            client_id: new_id(ClientId),
            change: StatusChange::Pick { status },
            via: Via::App,
            made_ms_ago: 0,
            zone: None,
        })
        .await;
    stream.presence_of(who.agent_id, status).await;
}

/// A shop that Support (Anna) and Sales (Bert) answer.
struct Shop {
    house: House,
    anna: SignedIn,
    bert: SignedIn,
    site: SiteId,
    support: GroupId,
    sales: GroupId,
}

impl Shop {
    async fn open(when_nobody: WhenNobody) -> Self {
        let house = House::open().await;
        let anna = house.setup().await;
        let bert = house.agent(&anna, "Bert").await;
        let site = house.site(&anna, when_nobody).await;
        let mut made = Vec::new();
        for (name, member) in [("Support", &anna), ("Sales", &bert)] {
            let request = GroupRequest {
                name: name.into(),
                members: vec![member.agent_id],
            };
            let group: GroupMade = house
                .post("/api/v1/groups", Some(&anna.token), &request)
                .await
                .unwrap();
            made.push(group.id);
        }
        let (support, sales) = (made[0], made[1]);
        let shop = Self {
            house,
            anna,
            bert,
            site,
            support,
            sales,
        };
        shop.set_site(when_nobody, &[support, sales]).await;
        shop
    }

    async fn set_site(&self, when_nobody: WhenNobody, groups: &[GroupId]) {
        let request = SiteRequest {
            name: "Shop".into(),
            origins: vec!["https://shop.example".into()],
            when_nobody,
            groups: groups.to_vec(),
        };
        let path = format!("/api/v1/sites/{}", self.site);
        self.house.put(&path, &self.anna.token, &request).await;
    }

    async fn set_group(&self, id: GroupId, name: &str, members: &[&SignedIn]) {
        let request = GroupRequest {
            name: name.into(),
            members: members.iter().map(|member| member.agent_id).collect(),
        };
        let path = format!("/api/v1/groups/{id}");
        self.house.put(&path, &self.anna.token, &request).await;
    }

    async fn visitor(&self, token: Option<&str>) -> (Tab, Told) {
        let (tab, welcome) = self.house.tab(self.site, token).await;
        (tab, told(welcome).unwrap())
    }

    /// As Anna, who is an admin, sees it.
    async fn conversation(&self) -> Conversation {
        self.house.conversation(&self.anna).await
    }

    async fn command(&self, command: Command) {
        self.house.command(&self.anna, command).await.unwrap();
    }
}

#[tokio::test]
async fn the_chosen_group_decides_the_mode_and_gets_the_conversation() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let _anna = shop.house.online(&shop.anna).await;
    let (mut tab, first) = shop.visitor(None).await;
    assert_eq!(first.offered(), ["Support*", "Sales"]);
    assert!(first.live(), "somebody who answers the site is online");
    assert_eq!((first.agents, first.group_id), (vec!["Anna".into()], None));
    let sales = choose(&mut tab, Some(shop.sales)).await;
    assert_eq!(
        (sales.mode, sales.group_id),
        (WidgetMode::Messenger, Some(shop.sales))
    );
    tab.write("What does it cost?").await;
    assert_eq!(shop.conversation().await.group_id, Some(shop.sales));
    let mut bert = shop.house.online(&shop.bert).await;
    let there = next_told(&mut tab).await;
    assert_eq!((there.live(), there.agents), (true, vec!["Bert".into()]));
    pick(&mut bert, &shop.bert, Status::Invisible).await;
    assert!(!next_told(&mut tab).await.live(), "Anna is not in Sales");
}

#[tokio::test]
async fn a_choice_moves_the_conversation_until_somebody_answers_it() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let _anna = shop.house.online(&shop.anna).await;
    let (mut tab, _) = shop.visitor(None).await;
    tab.write("Hello").await;
    assert_eq!(shop.conversation().await.group_id, None);
    for group in [Some(shop.sales), None, Some(shop.support)] {
        assert_eq!(choose(&mut tab, group).await.group_id, group);
        assert_eq!(shop.conversation().await.group_id, group);
    }
    let conversation_id = shop.conversation().await.id;
    shop.command(Command::AddAgent {
        conversation_id,
        agent_id: shop.anna.agent_id,
    })
    .await;
    let answered = next_told(&mut tab).await;
    assert_eq!(answered.offered(), Vec::<String>::new(), "no choice now");
    let again = choose(&mut tab, Some(shop.sales)).await;
    assert_eq!(again, answered, "it is said how things are");
    assert_eq!(shop.conversation().await.group_id, Some(shop.support));
    shop.command(Command::Leave { conversation_id }).await;
    assert_eq!(next_told(&mut tab).await.offered(), ["Support*", "Sales"]);
}

#[tokio::test]
async fn all_tabs_of_a_visitor_share_the_choice_and_no_other_visitor_does() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let (mut tab, _) = shop.visitor(None).await;
    let (mut other, _) = shop.visitor(None).await;
    let (mut second, _) = shop.visitor(Some(&tab.token.clone())).await;
    choose(&mut tab, Some(shop.sales)).await;
    assert_eq!(next_told(&mut second).await.group_id, Some(shop.sales));
    let (_third, welcome) = shop.visitor(Some(&tab.token.clone())).await;
    assert_eq!(welcome.group_id, Some(shop.sales));
    second.write("It is me again").await;
    assert_eq!(shop.conversation().await.group_id, Some(shop.sales));
    other.write("And somebody else").await;
    let snapshot = shop.house.snapshot(&shop.anna).await;
    let mut groups: Vec<_> = snapshot
        .conversations
        .iter()
        .map(|it| it.conversation.group_id)
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, [None, Some(shop.sales)]);
}

#[tokio::test]
async fn renamed_emptied_and_withdrawn_groups_are_seen_without_a_reload() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let _bert = shop.house.online(&shop.bert).await;
    let (mut tab, _) = shop.visitor(None).await;
    let chosen = choose(&mut tab, Some(shop.sales)).await;
    assert_eq!(chosen.offered(), ["Support", "Sales*"]);
    shop.set_group(shop.sales, "Advice", &[&shop.bert]).await;
    assert_eq!(next_told(&mut tab).await.offered(), ["Support", "Advice*"]);
    shop.set_group(shop.sales, "Advice", &[]).await;
    let emptied = next_told(&mut tab).await;
    assert_eq!(emptied.offered(), ["Support", "Advice"]);
    assert!(!emptied.live(), "nobody who answers the site is there");
    shop.set_group(shop.support, "Support", &[&shop.anna, &shop.bert])
        .await;
    let joined = next_told(&mut tab).await;
    assert_eq!(joined.offered(), ["Support*", "Advice"]);
    assert!(!joined.live(), "it is Advice that was chosen");
    shop.set_site(WhenNobody::Messenger, &[shop.support]).await;
    let withdrawn = next_told(&mut tab).await;
    assert_eq!(withdrawn.offered(), ["Support*"]);
    assert_eq!((withdrawn.live(), withdrawn.group_id), (true, None));
    let refused = choose(&mut tab, Some(shop.sales)).await;
    assert_eq!(refused, withdrawn, "it is not to be had");
    tab.write("Hello").await;
    assert_eq!(shop.conversation().await.group_id, None);
}

#[tokio::test]
async fn whoever_moves_the_conversation_moves_what_the_visitor_can_expect() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let _bert = shop.house.online(&shop.bert).await;
    let (mut tab, _) = shop.visitor(None).await;
    let (mut other, _) = shop.visitor(None).await;
    assert!(!choose(&mut tab, Some(shop.support)).await.live());
    tab.write("Can I order three?").await;
    let conversation_id = shop.conversation().await.id;
    shop.command(Command::SetGroup {
        conversation_id,
        group_id: Some(shop.sales),
    })
    .await;
    let moved = next_told(&mut tab).await;
    assert_eq!((moved.live(), moved.group_id), (true, Some(shop.sales)));
    // A group that visitors cannot choose: who sees the conversation is who can be there for it.
    shop.set_site(WhenNobody::Messenger, &[shop.support]).await;
    let kept = next_told(&mut tab).await;
    assert_eq!((kept.live(), kept.group_id), (true, None));
    assert!(!next_told(&mut other).await.live());
}

#[tokio::test]
async fn an_ended_conversation_can_be_taken_up_with_others() {
    let shop = Shop::open(WhenNobody::Messenger).await;
    let _anna = shop.house.online(&shop.anna).await;
    let (mut tab, _) = shop.visitor(None).await;
    choose(&mut tab, Some(shop.support)).await;
    tab.write("It is broken").await;
    let conversation_id = shop.conversation().await.id;
    shop.command(Command::AddAgent {
        conversation_id,
        agent_id: shop.anna.agent_id,
    })
    .await;
    shop.command(Command::Close { conversation_id }).await;
    let (mut tab, welcome) = shop.visitor(Some(&tab.token.clone())).await;
    assert_eq!(welcome.group_id, Some(shop.support), "as it was");
    assert_eq!(welcome.offered(), ["Support*", "Sales"]);
    tab.write("Still").await;
    let same = shop.conversation().await;
    assert_eq!(
        (same.group_id, same.assigned.len()),
        (Some(shop.support), 1)
    );
    shop.command(Command::Close { conversation_id }).await;
    let (mut tab, _) = shop.visitor(Some(&tab.token.clone())).await;
    choose(&mut tab, Some(shop.sales)).await;
    let closed = shop.conversation().await;
    assert_eq!(closed.group_id, Some(shop.support), "nobody wrote yet");
    let token = tab.token.clone();
    drop(tab);
    let shop = Shop {
        house: shop.house.restart(0).await,
        ..shop
    };
    let (mut tab, welcome) = shop.visitor(Some(&token)).await;
    assert_eq!(welcome.group_id, Some(shop.sales), "kept for later");
    tab.write("Then I buy a new one").await;
    let redirected = shop.conversation().await;
    assert_eq!(redirected.id, conversation_id);
    assert_eq!(
        (redirected.group_id, redirected.assigned),
        (Some(shop.sales), vec![])
    );
}

#[tokio::test]
async fn an_invisible_agent_is_there_for_whom_they_answer_and_away_for_all_others() {
    let shop = Shop::open(WhenNobody::Hidden).await;
    let mut anna = shop.house.online(&shop.anna).await;
    let (mut theirs, _) = shop.visitor(None).await;
    let (mut other, _) = shop.visitor(None).await;
    theirs.write("Hello").await;
    let conversation_id = shop.conversation().await.id;
    shop.command(Command::AddAgent {
        conversation_id,
        agent_id: shop.anna.agent_id,
    })
    .await;
    assert!(next_told(&mut theirs).await.live());
    pick(&mut anna, &shop.anna, Status::Invisible).await;
    assert_eq!(next_told(&mut other).await.mode, WidgetMode::Hidden);
    let (_, reloaded) = shop.visitor(Some(&theirs.token.clone())).await;
    assert_eq!(
        (reloaded.live(), reloaded.agents),
        (true, vec!["Anna".into()])
    );
    pick(&mut anna, &shop.anna, Status::Offline).await;
    assert_eq!(
        next_told(&mut theirs).await.mode,
        WidgetMode::Messenger,
        "the first word since; an open conversation keeps the widget"
    );
}

#[tokio::test]
async fn a_connection_that_drops_every_five_seconds_changes_nothing_a_visitor_sees() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut stream = house.online(&anna).await;
    let (mut tab, welcome) = house.tab(site, None).await;
    assert!(told(welcome).unwrap().live());
    for round in 0..24 {
        drop(stream);
        house.clock.advance(2_500);
        stream = house.listen(&anna).await;
        house.clock.advance(2_500);
        stream
            .say(&DeviceFrame::Claim {
                activity: protocol::status::Activity::Active,
            })
            .await;
        // The server has heard the claim once it answers what came after it.
        let client_id = new_id(ClientId);
        stream
            .say(&DeviceFrame::SetChoice {
                client_id,
                change: StatusChange::Pick {
                    status: Status::Online,
                },
                via: Via::App,
                made_ms_ago: 0,
                zone: None,
            })
            .await;
        stream
            .until("answer", |frame| {
                matches!(frame, protocol::frame::ServerFrame::ChoiceDone { client_id: id, .. } if *id == client_id)
                    .then_some(())
            })
            .await;
        // Whatever the tab was told so far comes before the confirmation of what is sent now.
        let sent = tab.send(&format!("still here {round}")).await;
        let next = tab.next().await;
        let WidgetFrame::Message(message) = &next else {
            panic!("round {round}: the visitor saw {next:?}")
        };
        assert_eq!(message.client_id, Some(sent));
    }
    drop(stream);
    house.clock.advance(LEASE);
    assert!(
        !next_told(&mut tab).await.live(),
        "a drop as long as the lease does change it"
    );
}
