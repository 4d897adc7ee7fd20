//! The wire, written down: one example of everything that crosses it.
//!
//! The snapshots make a change of the wire a visible decision: whoever renames a field sees what every
//! installed app and every cached widget would have to understand. Accept a wanted change with
//! `INSTA_UPDATE=always cargo test -p porchlight-protocol`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod examples;
mod hostile;
mod things;

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ts_rs::{Config, TS};

use examples::{
    choice_sources, commands, device_frames, events, reasons, rest, server_frames, snapshot,
    visitor_frames, widget_frames,
};

/// Every kind that TypeScript knows has an example, and every example reads back as itself.
fn complete<T>(tag: &str, examples: &[T])
where
    T: Serialize + DeserializeOwned + TS + PartialEq + std::fmt::Debug,
{
    let mut shown = BTreeSet::new();
    for example in examples {
        let json = serde_json::to_value(example).unwrap();
        shown.insert(json[tag].as_str().unwrap().to_owned());
        assert_eq!(&serde_json::from_value::<T>(json).unwrap(), example);
    }
    let typescript = T::inline(&Config::new());
    let marker = format!("\"{tag}\": \"");
    let known: BTreeSet<String> = typescript
        .split(&marker)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        shown, known,
        "every kind needs an example, so that its form is written down"
    );
}

#[test]
fn every_event_has_its_written_form() {
    complete("kind", &events());
    insta::assert_json_snapshot!("events", events());
}

#[test]
fn every_command_has_its_written_form() {
    complete("kind", &commands());
    insta::assert_json_snapshot!("commands", commands());
}

#[test]
fn every_frame_of_the_stream_has_its_written_form() {
    complete("frame", &device_frames());
    complete("frame", &server_frames());
    insta::assert_json_snapshot!("device_frames", device_frames());
    insta::assert_json_snapshot!("server_frames", server_frames());
}

#[test]
fn every_frame_of_the_widget_has_its_written_form() {
    complete("frame", &visitor_frames());
    complete("frame", &widget_frames());
    insta::assert_json_snapshot!("visitor_frames", visitor_frames());
    insta::assert_json_snapshot!("widget_frames", widget_frames());
}

#[test]
fn every_reason_and_source_has_its_written_form() {
    complete("why", &reasons());
    complete("by", &choice_sources());
    insta::assert_json_snapshot!("reasons", reasons());
    insta::assert_json_snapshot!("choice_sources", choice_sources());
}

#[test]
fn the_snapshot_and_the_rest_bodies_have_their_written_form() {
    insta::assert_json_snapshot!("snapshot", snapshot());
    insta::assert_json_snapshot!("rest", rest());
}
