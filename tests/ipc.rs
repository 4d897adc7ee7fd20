//! What the windows may call: the list in code, the permissions and the UI's functions agree, the main
//! window and the small one for a reply reach their commands, and no other window reaches any.
//!
//! It runs the real configuration (`tauri.conf.json`, `src-tauri/permissions`) on Tauri's mock runtime,
//! so it needs no display.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says why and ends"
)]

use std::collections::BTreeSet;
use std::path::Path;

use porchlight::commands::{COMMANDS, handler};
use serde_json::Value;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

fn app() -> App<MockRuntime> {
    mock_builder()
        .invoke_handler(handler())
        .build(porchlight::context())
        .expect("the app builds")
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, Default::default())
        .build()
        .expect("the window builds")
}

/// Calls a command from a page at `url`; the error as text.
fn call(window: &WebviewWindow<MockRuntime>, command: &str, url: &str) -> Result<(), String> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: url.parse().expect("a URL"),
        body: InvokeBody::default(),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.into(),
    };
    get_ipc_response(window, request)
        .map(|_| ())
        .map_err(|error| match error {
            Value::String(text) => text,
            other => other.to_string(),
        })
}

fn page() -> &'static str {
    if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    }
}

fn refused(answer: &Result<(), String>) -> bool {
    answer
        .as_ref()
        .is_err_and(|error| error.contains("not allowed"))
}

/// The label of a small window for a reply.
const REPLY: &str = "reply-0-0193f1a0-0000-7000-8000-0000000000ff";

/// Whether only the small window may call it.
fn is_for_replies(command: &str) -> bool {
    command.starts_with("reply_")
}

/// This window reaches exactly these commands.
fn reaches(label: &str, its: impl Fn(&str) -> bool) {
    let app = app();
    let window = window(&app, label);
    for command in COMMANDS {
        // No session runs here, so it gets as far as the missing arguments or state.
        let answer = call(&window, command, page());
        if !its(command) {
            assert!(refused(&answer), "{command} from {label}: {answer:?}");
            continue;
        }
        assert!(!refused(&answer), "{command} from {label}: {answer:?}");
        let error = answer.expect_err("there is no session to answer");
        assert!(
            error.contains("missing required key") || error.contains("state not managed"),
            "{command}: {error}"
        );
    }
}

#[test]
fn the_main_window_reaches_every_command_but_those_for_replies() {
    reaches("main", |command| !is_for_replies(command));
}

#[test]
fn a_window_for_a_reply_reaches_its_own_commands_and_no_other() {
    let its = |command: &str| is_for_replies(command) || command == "input";
    assert_eq!(COMMANDS.iter().filter(|command| its(command)).count(), 10);
    reaches(REPLY, its);
}

#[test]
fn no_other_window_reaches_any_command() {
    let app = app();
    for label in ["other", "main2", "Main", "reply", "Reply-0", "a-reply-0"] {
        let window = window(&app, label);
        for command in COMMANDS {
            let answer = call(&window, command, page());
            assert!(refused(&answer), "{command} from {label}: {answer:?}");
        }
    }
}

#[test]
fn a_page_from_elsewhere_reaches_nothing_whatever_the_window() {
    let app = app();
    for label in ["main", REPLY] {
        let window = window(&app, label);
        for command in COMMANDS {
            let answer = call(&window, command, "https://example.com");
            assert!(refused(&answer), "{command}: {answer:?}");
        }
    }
}

#[test]
fn nothing_of_tauris_own_is_granted() {
    let app = app();
    for label in ["main", REPLY] {
        let window = window(&app, label);
        for command in [
            "plugin:event|emit",
            "plugin:window|close",
            "plugin:path|resolve_directory",
        ] {
            let answer = call(&window, command, page());
            assert!(answer.is_err(), "{command}: {answer:?}");
        }
    }
}

#[test]
fn the_permissions_name_exactly_the_commands() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/permissions");
    let mut permitted = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of permissions") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        for list in text.split("commands.allow").skip(1) {
            let inside = list
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once(']'));
            let (names, _) = inside.expect("a list after commands.allow");
            permitted.extend(names.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    assert_eq!(
        sorted(permitted.iter().map(String::as_str)),
        sorted(COMMANDS.iter().copied())
    );
}

#[test]
fn the_ui_calls_exactly_the_commands() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/backend/tauri.ts");
    let text = std::fs::read_to_string(file).expect("the UI's end of the bridge");
    let mut called = Vec::new();
    for after in text.split("invoke").skip(1) {
        // `invoke("name"`, `invoke<Type>("name"`: the first string of a call.
        let call = after.split_once('(').filter(|(before, _)| {
            before.is_empty() || (before.starts_with('<') && before.ends_with('>'))
        });
        let Some((_, arguments)) = call else { continue };
        let quoted = arguments.trim_start().strip_prefix(['"', '\'']);
        if let Some((name, _)) = quoted.and_then(|rest| rest.split_once(['"', '\''])) {
            called.push(name.to_owned());
        }
    }
    assert_eq!(
        sorted(called.iter().map(String::as_str)),
        sorted(COMMANDS.iter().copied())
    );
}

/// As a set that complains about doubles.
fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut set = BTreeSet::new();
    for name in names {
        assert!(set.insert(name), "{name} is named twice");
    }
    set
}
