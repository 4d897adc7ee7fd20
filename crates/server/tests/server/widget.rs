use hyper::StatusCode;
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::frame::DeviceFrame;
use protocol::ids::{ClientId, Seq, SiteId};
use protocol::model::{ConversationState, WhenNobody};
use protocol::status::{Goodbye, Status};
use protocol::widget::{VisitorFrame, WidgetFrame, WidgetMode};
use server::Limits;
use server::limiter::Rate;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::rig::{House, Tab, new_id, soon};

fn mode_of(frame: &WidgetFrame) -> (WidgetMode, Vec<String>) {
    match frame {
        WidgetFrame::Welcome { mode, agents, .. } | WidgetFrame::Mode { mode, agents, .. } => {
            (*mode, agents.clone())
        }
        other => panic!("unexpected {other:?}"),
    }
}

async fn next_mode(tab: &mut Tab) -> (WidgetMode, Vec<String>) {
    loop {
        let frame = tab.next().await;
        if matches!(frame, WidgetFrame::Mode { .. }) {
            return mode_of(&frame);
        }
    }
}

#[tokio::test]
async fn a_visitor_writes_an_agent_answers_and_every_tab_shows_both() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, welcome) = house.tab(site, None).await;
    let WidgetFrame::Welcome {
        workspace_name,
        messages,
        ..
    } = welcome
    else {
        panic!()
    };
    assert_eq!(
        (workspace_name.as_str(), messages.len()),
        ("Lumen & Linde", 0)
    );
    let token = tab.token.clone();
    let (mut second, _) = house.tab(site, Some(&token)).await;
    assert_eq!(
        second.token, token,
        "one visitor, known by the token before the first message"
    );
    let sent = tab.send("Is the lamp <b>still</b> there?").await;
    assert_eq!(
        tab.reads("Is the lamp <b>still</b> there?").await.client_id,
        Some(sent)
    );
    assert_eq!(
        second
            .reads("Is the lamp <b>still</b> there?")
            .await
            .agent_name,
        None
    );
    let conversation_id = house.conversation(&anna).await.id;
    let comment = Command::Comment {
        conversation_id,
        body: Body::from_plain("he is nice"),
        mentions: vec![],
    };
    house.command(&anna, comment).await.unwrap();
    let body = Body::from_plain("Yes, two of them");
    house
        .command(
            &anna,
            Command::Reply {
                conversation_id,
                body,
                seen_through: Seq(0),
            },
        )
        .await
        .unwrap();
    for tab in [&mut tab, &mut second] {
        let WidgetFrame::Message(message) = tab.next().await else {
            panic!()
        };
        assert_eq!(
            message.body.plain_text(),
            "Yes, two of them",
            "comments never get here"
        );
        assert_eq!(message.agent_name.as_deref(), Some("Anna"));
        assert_eq!(
            message.client_id, None,
            "how agents name their messages is theirs"
        );
    }
    let (_, welcome) = house.tab(site, Some(&token)).await;
    let WidgetFrame::Welcome { messages, .. } = welcome else {
        panic!()
    };
    assert_eq!(messages.len(), 2, "a reload shows both");
    let house = house.restart(0).await;
    let (_, welcome) = house.tab(site, Some(&token)).await;
    let WidgetFrame::Welcome { messages, .. } = welcome else {
        panic!()
    };
    assert_eq!(messages.len(), 2);
}

#[tokio::test]
async fn a_message_sent_again_is_stored_once_and_confirmed_again() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    let client_id = new_id(ClientId);
    let send = VisitorFrame::Send {
        client_id,
        body: Body::from_plain("once"),
    };
    tab.say(&send).await;
    let first = tab.reads("once").await;
    tab.say(&send).await;
    assert_eq!(tab.reads("once").await, first);
    let (mut other, _) = house.tab(site, Some(&tab.token.clone())).await;
    other.say(&send).await;
    assert_eq!(other.reads("once").await, first);
    assert_eq!(
        house.snapshot(&anna).await.conversations[0].messages.len(),
        1
    );
}

#[tokio::test]
async fn a_closed_conversation_opens_again_and_stays_with_an_agent_who_is_there() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut stream = house.online(&anna).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.write("one").await;
    let conversation_id = house.conversation(&anna).await.id;
    let take = Command::AddAgent {
        conversation_id,
        agent_id: anna.agent_id,
    };
    house.command(&anna, take).await.unwrap();
    house
        .command(&anna, Command::Close { conversation_id })
        .await
        .unwrap();
    tab.write("two").await;
    let kept = house.conversation(&anna).await;
    assert_eq!(kept.id, conversation_id);
    assert_eq!(
        (kept.state, kept.assigned.len()),
        (ConversationState::Open, 1)
    );
    house
        .command(&anna, Command::Close { conversation_id })
        .await
        .unwrap();
    stream
        .say(&DeviceFrame::Goodbye {
            reason: Goodbye::Quit,
        })
        .await;
    stream.presence_of(anna.agent_id, Status::Offline).await;
    tab.write("three").await;
    let freed = house.conversation(&anna).await;
    assert_eq!(
        (freed.state, freed.assigned.len()),
        (ConversationState::Open, 0)
    );
}

#[tokio::test]
async fn the_mode_follows_presence_and_assignment_without_a_reload() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Hidden).await;
    let (mut tab, welcome) = house.tab(site, None).await;
    assert_eq!(mode_of(&welcome), (WidgetMode::Hidden, vec![]));
    let mut stream = house.online(&anna).await;
    let live = (WidgetMode::LiveChat, vec!["Anna".to_owned()]);
    assert_eq!(next_mode(&mut tab).await, live);
    tab.write("hello").await;
    let conversation_id = house.conversation(&anna).await.id;
    let client_id = new_id(ClientId);
    let status = Status::Invisible;
    stream
        .say(&DeviceFrame::SetChoice {
            client_id,
            change: protocol::status::StatusChange::Pick { status },
            via: protocol::status::Via::App,
            made_ms_ago: 0,
            zone: None,
        })
        .await;
    let messenger = (WidgetMode::Messenger, vec![]);
    assert_eq!(
        next_mode(&mut tab).await,
        messenger,
        "an open conversation keeps the widget"
    );
    let take = Command::AddAgent {
        conversation_id,
        agent_id: anna.agent_id,
    };
    house.command(&anna, take).await.unwrap();
    assert_eq!(
        next_mode(&mut tab).await,
        live,
        "invisible agents are there for what is theirs"
    );
    house
        .command(&anna, Command::Close { conversation_id })
        .await
        .unwrap();
    assert_eq!(next_mode(&mut tab).await, (WidgetMode::Hidden, vec![]));
}

#[tokio::test]
async fn an_address_is_stored_and_the_agents_see_it() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    tab.say(&VisitorFrame::SetEmail {
        email: "not an address".into(),
    })
    .await;
    let refused = tab.next().await;
    let WidgetFrame::Refused {
        client_id: None,
        error,
    } = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(error.code, ErrorCode::BadRequest);
    tab.say(&VisitorFrame::SetEmail {
        email: "Vera@Example.org".into(),
    })
    .await;
    let stored = WidgetFrame::EmailStored {
        email: "vera@example.org".into(),
    };
    assert_eq!(tab.next().await, stored);
    tab.write("please write me").await;
    let conversation = house.conversation(&anna).await;
    assert_eq!(
        conversation.visitor.email.as_deref(),
        Some("vera@example.org")
    );
    let (_, welcome) = house.tab(site, Some(&tab.token.clone())).await;
    let WidgetFrame::Welcome { email, .. } = welcome else {
        panic!()
    };
    assert_eq!(email.as_deref(), Some("vera@example.org"));
}

#[tokio::test]
async fn bad_messages_and_too_many_are_refused_by_name_and_the_socket_goes_on() {
    let visitor = Rate {
        burst: 3,
        refill_ms: 1_000,
    };
    let house = House::with_limits(Limits {
        visitor,
        ..Limits::default()
    })
    .await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    let long = "x".repeat(protocol::limits::MESSAGE_CHARACTERS + 1);
    for (text, code) in [
        (" ", ErrorCode::BadRequest),
        (long.as_str(), ErrorCode::TooLarge),
    ] {
        let sent = tab.send(text).await;
        let refused = tab.next().await;
        let WidgetFrame::Refused { client_id, error } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((client_id, error.code), (Some(sent), code));
    }
    for text in ["1", "2", "3"] {
        tab.write(text).await;
    }
    let fourth = tab.send("4").await;
    let refused = tab.next().await;
    let WidgetFrame::Refused { client_id, error } = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(
        (client_id, error.code),
        (Some(fourth), ErrorCode::RateLimited)
    );
    house.clock.advance(1_000);
    tab.write("4").await;
}

#[tokio::test]
async fn a_visitor_of_one_site_is_a_stranger_to_the_next() {
    let house = House::open().await;
    let anna = house.setup().await;
    let one = house.site(&anna, WhenNobody::Messenger).await;
    let two = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(one, None).await;
    tab.write("between us").await;
    let (mut next, welcome) = house.tab(two, Some(&tab.token.clone())).await;
    let WidgetFrame::Welcome {
        token, messages, ..
    } = welcome
    else {
        panic!()
    };
    assert_ne!(token, tab.token);
    assert!(messages.is_empty());
    next.write("who is there?").await;
    assert_eq!(house.snapshot(&anna).await.conversations.len(), 2);
}

#[tokio::test]
async fn a_token_shown_to_two_sites_before_it_is_anybodys_belongs_to_the_first_that_hears() {
    let house = House::open().await;
    let anna = house.setup().await;
    let one = house.site(&anna, WhenNobody::Messenger).await;
    let two = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(one, None).await;
    let (mut other, welcome) = house.tab(two, Some(&tab.token.clone())).await;
    assert!(matches!(welcome, WidgetFrame::Welcome { token, .. } if token == tab.token));
    tab.write("between us").await;
    let sent = other.send("who is there?").await;
    let WidgetFrame::Refused { client_id, error } = other.next().await else {
        panic!("the other site must hear nothing of it")
    };
    assert_eq!((client_id, error.code), (Some(sent), ErrorCode::Conflict));
    let snapshot = house.snapshot(&anna).await;
    assert_eq!(snapshot.conversations.len(), 1);
    assert_eq!(snapshot.conversations[0].messages.len(), 1);
}

#[tokio::test]
async fn a_visitor_cannot_ask_for_more_at_once_than_a_welcome_holds() {
    let house = House::open_wide().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    let most = protocol::limits::WELCOME_MESSAGES;
    for number in 0..most + 5 {
        tab.write(&number.to_string()).await;
    }
    let mut again = house
        .tab_from(&format!("http://{}", house.address))
        .await
        .unwrap();
    let hello = VisitorFrame::Hello {
        version: PROTOCOL_VERSION,
        site_id: site,
        token: Some(tab.token.clone()),
        cursor: Seq(1),
    };
    again.say(&hello).await;
    let WidgetFrame::Welcome { messages, .. } = again.next().await else {
        panic!()
    };
    assert_eq!(messages.len(), most);
    assert_eq!(messages[0].body.plain_text(), "5", "the newest ones");
}

#[tokio::test]
async fn ten_thousand_characters_arrive_as_they_were() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let (mut tab, _) = house.tab(site, None).await;
    let text = "äöü\u{1F4A1} ".repeat(2_000);
    let text = text.trim_end();
    tab.write(text).await;
    let stored = house.snapshot(&anna).await.conversations[0].messages[0]
        .body
        .plain_text();
    assert_eq!(stored, text);
}

#[tokio::test]
async fn only_the_servers_own_origin_opens_the_socket() {
    let house = House::open().await;
    house.setup().await;
    for origin in ["https://shop.example", "http://evil.example", "null"] {
        let answer = house.tab_from(origin).await.err();
        assert_eq!(answer, Some(StatusCode::FORBIDDEN), "{origin}");
    }
}

#[tokio::test]
async fn an_unknown_site_and_another_version_end_the_socket_with_a_word() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let cases = [
        (PROTOCOL_VERSION, new_id(SiteId), ErrorCode::NotFound),
        (PROTOCOL_VERSION + 1, site, ErrorCode::VersionMismatch),
    ];
    for (version, site_id, code) in cases {
        let mut tab = house
            .tab_from(&format!("http://{}", house.address))
            .await
            .unwrap();
        let hello = VisitorFrame::Hello {
            version,
            site_id,
            token: None,
            cursor: Seq(0),
        };
        tab.say(&hello).await;
        let refused = tab.next().await;
        let WidgetFrame::Refused {
            client_id: None,
            error,
        } = refused
        else {
            panic!()
        };
        assert_eq!(error.code, code);
        assert_eq!(tab.maybe_next().await, None);
    }
}

#[tokio::test]
async fn one_address_may_open_only_so_many_sockets() {
    let house = House::with_limits(Limits {
        sockets_per_address: 2,
        ..Limits::default()
    })
    .await;
    let origin = format!("http://{}", house.address);
    let first = house.tab_from(&origin).await.unwrap();
    let _second = house.tab_from(&origin).await.unwrap();
    assert_eq!(
        house.tab_from(&origin).await.err(),
        Some(StatusCode::TOO_MANY_REQUESTS)
    );
    drop(first);
    soon("free place", async {
        while house.tab_from(&origin).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// One plain request, as bytes, so that every header is ours.
async fn raw(house: &House, head: &str) -> String {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let request = format!("{head}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    soon("answer", stream.read_to_end(&mut answer))
        .await
        .unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_page_of_another_origin_reaches_neither_api_nor_widget_by_rebinding() {
    let house = House::open().await;
    let host = house.address;
    let rebound = raw(
        &house,
        "GET /api/v1/workspace HTTP/1.1\r\nHost: evil.example",
    )
    .await;
    assert!(rebound.starts_with("HTTP/1.1 403"), "{rebound}");
    let foreign =
        format!("GET /api/v1/workspace HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example");
    let foreign = raw(&house, &foreign).await;
    assert!(foreign.contains("origin_not_allowed"), "{foreign}");
    let own = raw(
        &house,
        &format!("GET /api/v1/workspace HTTP/1.1\r\nHost: {host}"),
    )
    .await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
}

#[tokio::test]
async fn the_frame_may_be_framed_by_the_sites_origins_only() {
    let house = House::open().await;
    let anna = house.setup().await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let host = house.address;
    let frame = |id: SiteId| format!("GET /widget/frame?site={id} HTTP/1.1\r\nHost: {host}");
    let answer = raw(&house, &frame(site)).await;
    if answer.starts_with("HTTP/1.1 503") {
        assert!(
            answer.contains("npm"),
            "without a built widget it says how to build it: {answer}"
        );
    } else {
        let policy = answer
            .lines()
            .find(|line| line.starts_with("content-security-policy"));
        let policy = policy.unwrap();
        assert!(
            policy.ends_with("frame-ancestors https://shop.example"),
            "{policy}"
        );
        assert!(
            policy.contains(&format!("connect-src 'self' ws://{host};")),
            "{policy}"
        );
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(answer.contains("x-content-type-options: nosniff"));
        assert!(answer.contains(&format!("data-site=\"{site}\"")));
    }
    let unknown = raw(&house, &frame(new_id(SiteId))).await;
    assert!(unknown.starts_with("HTTP/1.1 404"), "{unknown}");
}

#[tokio::test]
async fn the_demo_shop_has_its_own_origin_which_its_site_allows() {
    let house = House::open().await;
    let anna = house.setup().await;
    let first = house.server.start_demo().await.unwrap();
    let sites = house.snapshot(&anna).await.sites;
    let origin = first.origin().ascii_serialization();
    assert_eq!(
        (sites.len(), sites[0].origins.as_slice()),
        (1, [origin].as_slice())
    );
    let house = house.restart(0).await;
    let second = house.server.start_demo().await.unwrap();
    let again = house.snapshot(&anna).await.sites;
    assert_eq!(again[0].id, sites[0].id, "it is made once");
    assert_eq!(again[0].origins, [second.origin().ascii_serialization()]);
}
