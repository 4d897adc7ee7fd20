//! Whatever comes in on a real stream, it is answered in our own words or ignored, and the server goes
//! on. (That decoding alone never panics is tried in `crates/protocol`.)

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use protocol::error::ErrorCode;
use protocol::frame::{DeviceFrame, ServerFrame};
use protocol::ids::{ClientId, Seq, SiteId};
use protocol::model::WhenNobody;
use protocol::status::Status;
use protocol::widget::{VisitorFrame, WidgetFrame};
use tokio_tungstenite::tungstenite::Message;

use crate::rig::{House, new_id};

/// JSON-like text around the words of the protocol, so that more than the first byte is reached.
fn nearly_a_frame() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("hello"),
        Just("claim"),
        Just("heartbeat"),
        Just("activity"),
        Just("set_choice"),
        Just("goodbye"),
        Just("send"),
        Just("set_email"),
        Just("else")
    ];
    let id = "00000000-0000-7000-8000-00000000000[0-9]";
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("9007199254740991".to_owned()),
        Just("18446744073709551615".to_owned()),
        Just("1e999".to_owned()),
        Just("[[[[]]]]".to_owned()),
        Just("{\"blocks\":[{\"type\":\"later\"}]}".to_owned()),
        Just("{\"state\":\"idle\",\"for_ms\":18446744073709551615}".to_owned()),
        Just("{\"state\":\"locked\",\"for_ms\":0}".to_owned()),
        Just("\"online\"".to_owned()),
        Just("\"quit\"".to_owned()),
        id.prop_map(|id| format!("\"{id}\"")),
        "\"[a-z0-9@.-]{0,40}\"",
    ];
    let key = prop_oneof![
        Just("version"),
        Just("token"),
        Just("cursor"),
        Just("activity"),
        Just("client_id"),
        Just("body"),
        Just("email"),
        Just("site_id"),
        Just("status"),
        Just("made_ms_ago"),
        Just("reason")
    ];
    let frame =
        (word, proptest::collection::btree_map(key, value, 0..6)).prop_map(|(word, fields)| {
            let mut text = format!("{{\"frame\":\"{word}\"");
            for (key, value) in fields {
                text.push_str(&format!(",\"{key}\":{value}"));
            }
            text.push('}');
            text
        });
    prop_oneof![4 => frame, 1 => any::<String>()]
}

#[test]
fn nothing_that_comes_in_on_a_stream_or_a_socket_stops_the_server() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (house, anna, site) = runtime.block_on(async {
        let house = House::open_wide().await;
        let anna = house.setup().await;
        let site = house.site(&anna, WhenNobody::Messenger).await;
        (house, anna, site)
    });
    let run = |texts: Vec<String>| {
        runtime.block_on(async {
            device(&house, &anna, &texts).await;
            visitor(&house, site, &texts).await;
        });
        Ok(())
    };
    let config = ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let texts = proptest::collection::vec(nearly_a_frame(), 1..6);
    if let Err(failure) = TestRunner::new(config).run(&texts, run) {
        panic!("{failure}");
    }
}

/// Says it all; then either everything was taken and a pick is answered, or the last word says why not.
async fn device(house: &House, anna: &protocol::rest::SignedIn, texts: &[String]) {
    let mut stream = house.listen(anna).await;
    let client_id = new_id(ClientId);
    let pick = DeviceFrame::SetChoice {
        client_id,
        change: protocol::status::StatusChange::Pick {
            status: Status::Online,
        },
        via: protocol::status::Via::App,
        made_ms_ago: 0,
        zone: None,
    };
    let last = serde_json::to_string(&pick).unwrap();
    for text in texts.iter().chain([&last]) {
        // It may have ended already.
        let _ = futures_util::SinkExt::send(&mut stream.socket, Message::text(text)).await;
    }
    loop {
        match stream.maybe_next().await {
            Some(ServerFrame::Error(error)) => {
                assert_eq!(error.code, ErrorCode::BadRequest, "{texts:?}");
                break;
            }
            Some(ServerFrame::ChoiceDone { client_id: id, .. }) if id == client_id => break,
            Some(ServerFrame::Event(event)) => {
                assert!(event.seq > event.prev && event.seq < Seq(1 << 53));
            }
            Some(ServerFrame::ChoiceDone { .. }) => {}
            other => panic!("unexpected {other:?} after {texts:?}"),
        }
    }
    house.snapshot(anna).await;
}

async fn visitor(house: &House, site: SiteId, texts: &[String]) {
    let (mut tab, _) = house.tab(site, None).await;
    let client_id = new_id(ClientId);
    let send = VisitorFrame::Send {
        client_id,
        body: protocol::body::Body::from_plain("still there"),
    };
    let last = serde_json::to_string(&send).unwrap();
    for text in texts.iter().chain([&last]) {
        let _ = futures_util::SinkExt::send(&mut tab.socket, Message::text(text)).await;
    }
    let mut refused = false;
    loop {
        match tab.maybe_next().await {
            Some(WidgetFrame::Message(message)) if message.client_id == Some(client_id) => break,
            Some(WidgetFrame::Refused { error, .. }) => {
                assert_eq!(error.code, ErrorCode::BadRequest, "{texts:?}");
                refused = true;
            }
            Some(_) => {}
            None => {
                assert!(refused, "it ended without a word after {texts:?}");
                break;
            }
        }
    }
    house.tab(site, None).await;
}
