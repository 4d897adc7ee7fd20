//! The decoders fed with what nobody should send.
//!
//! Everything a peer can send passes through them first, so they must never panic, and a kind of a
//! later protocol must become `Unknown`.

use proptest::prelude::*;
use protocol::command::Command;
use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::frame::{DeviceFrame, EventFrame, ServerFrame};
use protocol::ids::Seq;
use protocol::snapshot::Snapshot;
use protocol::widget::{VisitorFrame, WidgetFrame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::examples::{device_frames, events, server_frames, visitor_frames, widget_frames};

/// JSON of any shape, with the words of the protocol sprinkled in, so that it gets past the tag.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("frame"),
        Just("kind"),
        Just("type"),
        Just("event"),
        Just("hello"),
        Just("message"),
        Just("body"),
        Just("blocks"),
        Just("inlines"),
        Just("text"),
        Just("seq"),
        Just("cursor"),
        Just("welcome"),
        Just("send"),
        Just("activity"),
        Just("state"),
        Just("idle"),
        Just("message_added"),
        Just("error"),
        Just("code"),
        Just("client_id"),
        Just("paragraph"),
    ]
    .prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Whatever is read can be written and read again: nothing gets in that could not go out.
fn read_and_write<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(bytes) {
        let written = serde_json::to_vec(&read).unwrap();
        assert_eq!(serde_json::from_slice::<T>(&written).unwrap(), read);
    }
}

fn read_as_everything(bytes: &[u8]) {
    read_and_write::<DeviceFrame>(bytes);
    read_and_write::<ServerFrame>(bytes);
    read_and_write::<VisitorFrame>(bytes);
    read_and_write::<WidgetFrame>(bytes);
    read_and_write::<Event>(bytes);
    read_and_write::<Command>(bytes);
    read_and_write::<Snapshot>(bytes);
}

/// A frame as it may come from a broken or hostile peer: an example with one piece replaced.
fn spoiled() -> impl Strategy<Value = Value> {
    let mut examples: Vec<Value> = Vec::new();
    examples.extend(device_frames().iter().map(|frame| json!(frame)));
    examples.extend(server_frames().iter().map(|frame| json!(frame)));
    examples.extend(visitor_frames().iter().map(|frame| json!(frame)));
    examples.extend(widget_frames().iter().map(|frame| json!(frame)));
    examples.extend(events().iter().map(|event| json!(event)));
    (
        prop::sample::select(examples),
        any::<prop::sample::Index>(),
        any_json(),
    )
        .prop_map(|(mut example, which, replacement)| {
            let count = pieces(&example);
            replace(&mut example, &mut which.index(count), &replacement);
            example
        })
}

fn pieces(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(pieces).sum(),
        Value::Object(fields) => fields.values().map(pieces).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the piece that `left` counts down to; true once that is done.
fn replace(value: &mut Value, left: &mut usize, by: &Value) -> bool {
    if *left == 0 {
        *value = by.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, by)),
        Value::Object(fields) => fields.values_mut().any(|field| replace(field, left, by)),
        _ => false,
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        read_as_everything(&bytes);
    }

    #[test]
    fn arbitrary_json_never_panics(value in any_json()) {
        read_as_everything(value.to_string().as_bytes());
    }

    #[test]
    fn a_spoiled_frame_never_panics(value in spoiled()) {
        read_as_everything(value.to_string().as_bytes());
    }

    #[test]
    fn a_frame_cut_short_is_refused(value in spoiled(), at in any::<prop::sample::Index>()) {
        prop_assume!(value.is_object());
        let text = value.to_string();
        let cut = &text.as_bytes()[..at.index(text.len())];
        prop_assert!(serde_json::from_slice::<DeviceFrame>(cut).is_err());
        prop_assert!(serde_json::from_slice::<ServerFrame>(cut).is_err());
        prop_assert!(serde_json::from_slice::<VisitorFrame>(cut).is_err());
        prop_assert!(serde_json::from_slice::<WidgetFrame>(cut).is_err());
    }

    #[test]
    fn a_kind_of_a_later_protocol_becomes_unknown(
        kind in "[a-z]{1,12}_later",
        rest in prop::collection::btree_map("[a-z_]{1,8}", any_json(), 0..6),
    ) {
        let with = |tag: &str| {
            let mut fields: serde_json::Map<String, Value> = rest.clone().into_iter().collect();
            fields.insert(tag.to_owned(), json!(kind));
            Value::Object(fields)
        };
        let frame = with("frame");
        prop_assert_eq!(serde_json::from_value::<DeviceFrame>(frame.clone()).unwrap(), DeviceFrame::Unknown);
        prop_assert_eq!(serde_json::from_value::<ServerFrame>(frame.clone()).unwrap(), ServerFrame::Unknown);
        prop_assert_eq!(serde_json::from_value::<VisitorFrame>(frame.clone()).unwrap(), VisitorFrame::Unknown);
        prop_assert_eq!(serde_json::from_value::<WidgetFrame>(frame).unwrap(), WidgetFrame::Unknown);
        prop_assert_eq!(serde_json::from_value::<Event>(with("kind")).unwrap(), Event::Unknown);
        prop_assert_eq!(serde_json::from_value::<ErrorCode>(json!(kind)).unwrap(), ErrorCode::Unknown);

        // An event of a later protocol still has its numbers: the cursor goes on.
        let event = json!({"frame": "event", "seq": 9, "prev": 7, "event": with("kind")});
        prop_assert_eq!(
            serde_json::from_value::<ServerFrame>(event).unwrap(),
            ServerFrame::Event(EventFrame { seq: Seq(9), prev: Seq(7), event: Event::Unknown })
        );
    }
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let deep = format!(
        r#"{{"frame":"later","x":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(serde_json::from_str::<VisitorFrame>(&deep).is_err());
    assert!(serde_json::from_str::<ServerFrame>(&deep).is_err());
}
