//! Whatever bytes come in, decoding answers; it does not panic and does not invent.

use proptest::prelude::*;
use protocol::frame::DeviceFrame;
use protocol::widget::VisitorFrame;

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
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("18446744073709551616".to_owned()),
        Just("1e999".to_owned()),
        Just("[[[[]]]]".to_owned()),
        Just("{\"blocks\":{}}".to_owned()),
        Just("{\"state\":\"idle\",\"for_ms\":-5}".to_owned()),
        "\"[a-z0-9-]{0,40}\"",
    ];
    let key = prop_oneof![
        Just("version"),
        Just("token"),
        Just("cursor"),
        Just("activity"),
        Just("client_id"),
        Just("body"),
        Just("site_id"),
        Just("status"),
        Just("made_ms_ago"),
        Just("reason")
    ];
    (word, proptest::collection::vec((key, value), 0..5)).prop_map(|(word, fields)| {
        let mut text = format!("{{\"frame\":\"{word}\"");
        for (key, value) in fields {
            text.push_str(&format!(",\"{key}\":{value}"));
        }
        text.push('}');
        text
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(serde_json::from_slice::<DeviceFrame>(&bytes).is_err());
        prop_assert!(serde_json::from_slice::<VisitorFrame>(&bytes).is_err());
    }

    #[test]
    fn what_is_nearly_a_frame_is_read_whole_or_refused(text in nearly_a_frame()) {
        if let Ok(frame) = serde_json::from_str::<DeviceFrame>(&text) {
            let again = serde_json::to_string(&frame).unwrap();
            prop_assert_eq!(serde_json::from_str::<DeviceFrame>(&again).unwrap(), frame);
        }
        if let Ok(frame) = serde_json::from_str::<VisitorFrame>(&text) {
            let again = serde_json::to_string(&frame).unwrap();
            prop_assert_eq!(serde_json::from_str::<VisitorFrame>(&again).unwrap(), frame);
        }
    }
}
