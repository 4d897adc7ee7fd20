//! The wire types, written down a second time as TypeScript.
//!
//! One test renders every type that crosses the wire into one file and compares it with the copies
//! that the agent UI and the widget compile against, so nobody writes a wire type by hand and a copy
//! cannot fall behind. `UPDATE_BINDINGS=1 cargo test -p porchlight-protocol` writes the copies.
//!
//! It is one test on purpose: `#[ts(export)]` makes one test a type, and a runner that gives every
//! test its own process lets them race for the same file.

#![allow(clippy::unwrap_used)]

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use protocol::{PROTOCOL_VERSION, command, event, frame, limits, rest, snapshot, widget};
use ts_rs::{Config, TS, TypeVisitor};

/// Types by name, together with whatever they are made of.
struct Types<'a> {
    config: &'a Config,
    seen: BTreeSet<TypeId>,
    declarations: BTreeMap<String, String>,
}

impl TypeVisitor for Types<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type of ours has a place of its own; `string` and `number` have none.
        if T::output_path().is_none() || !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        let name = T::ident(self.config);
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}export {}\n", T::decl(self.config));
        if let Some(other) = self.declarations.insert(name.clone(), declaration) {
            panic!("two wire types are called {name}; the other is {other}");
        }
        T::visit_dependencies(self);
    }
}

fn render(constants: &[(&str, u64)], collect: impl FnOnce(&mut Types<'_>)) -> String {
    // Every 64-bit value on the wire stays below 2^53, and JSON numbers are parsed as `number`.
    let config = Config::new().with_large_int("number");
    let mut types = Types {
        config: &config,
        seen: BTreeSet::new(),
        declarations: BTreeMap::new(),
    };
    collect(&mut types);

    let mut out = String::from(
        "// Generated from crates/protocol. Do not edit: change the Rust types, then run\n\
         //   UPDATE_BINDINGS=1 cargo test -p porchlight-protocol\n",
    );
    out.push('\n');
    for (name, value) in constants {
        writeln!(out, "export const {name} = {value};").unwrap();
    }
    for declaration in types.declarations.values() {
        out.push('\n');
        for line in declaration.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

fn for_the_agent_ui() -> String {
    let constants = [
        ("PROTOCOL_VERSION", u64::from(PROTOCOL_VERSION)),
        ("BODY_NODES", limits::BODY_NODES as u64),
        ("AGENTS_PER_COMMAND", limits::AGENTS_PER_COMMAND as u64),
        ("EMAIL_CHARACTERS", limits::EMAIL_CHARACTERS as u64),
        ("MESSAGE_CHARACTERS", limits::MESSAGE_CHARACTERS as u64),
        ("NAME_CHARACTERS", limits::NAME_CHARACTERS as u64),
        (
            "PASSWORD_MIN_CHARACTERS",
            limits::PASSWORD_MIN_CHARACTERS as u64,
        ),
        ("WRITING_EVERY_MS", limits::WRITING_EVERY_MS),
        ("TIMED_MIN_MS", limits::TIMED_MIN_MS),
        ("TIMED_MAX_MS", limits::TIMED_MAX_MS),
        ("IDLE_MIN_MINUTES", u64::from(limits::IDLE_MIN_MINUTES)),
        ("IDLE_MAX_MINUTES", u64::from(limits::IDLE_MAX_MINUTES)),
        ("CLOSE_AFTER_HOURS", u64::from(limits::CLOSE_AFTER_HOURS)),
        (
            "CLOSE_AFTER_MAX_HOURS",
            u64::from(limits::CLOSE_AFTER_MAX_HOURS),
        ),
        ("SPANS_PER_DAY", limits::SPANS_PER_DAY as u64),
        ("HOURS_EXCEPTIONS", limits::HOURS_EXCEPTIONS as u64),
    ];
    render(&constants, |types| {
        types.visit::<command::CommandDone>();
        types.visit::<command::CommandRequest>();
        types.visit::<event::Event>();
        types.visit::<frame::DeviceFrame>();
        types.visit::<frame::ServerFrame>();
        types.visit::<rest::AcceptInvitationRequest>();
        types.visit::<rest::DeviceInfo>();
        types.visit::<rest::GroupMade>();
        types.visit::<rest::GroupRequest>();
        types.visit::<rest::HistoryPage>();
        types.visit::<rest::Invitation>();
        types.visit::<rest::InviteRequest>();
        types.visit::<rest::SettingsRequest>();
        types.visit::<rest::SetupRequest>();
        types.visit::<rest::SignInRequest>();
        types.visit::<rest::SignedIn>();
        types.visit::<rest::StatusLog>();
        types.visit::<rest::SiteMade>();
        types.visit::<rest::SiteRequest>();
        types.visit::<rest::WorkspaceInfo>();
        types.visit::<snapshot::Snapshot>();
        types.visit::<widget::VisitorFrame>();
        types.visit::<widget::WidgetFrame>();
    })
}

fn for_the_widget() -> String {
    let constants = [
        ("PROTOCOL_VERSION", u64::from(PROTOCOL_VERSION)),
        ("BODY_NODES", limits::BODY_NODES as u64),
        ("EMAIL_CHARACTERS", limits::EMAIL_CHARACTERS as u64),
        ("MESSAGE_CHARACTERS", limits::MESSAGE_CHARACTERS as u64),
        ("WRITING_LASTS_MS", limits::WRITING_LASTS_MS),
    ];
    render(&constants, |types| {
        types.visit::<widget::VisitorFrame>();
        types.visit::<widget::WidgetFrame>();
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_typescript_copies_say_what_the_rust_types_say() {
    let copies = [
        ("ui/src/generated/protocol.ts", for_the_agent_ui()),
        ("widget/src/generated/protocol.ts", for_the_widget()),
    ];
    for (path, expected) in copies {
        let file = root().join(path);
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &expected).unwrap();
        }
        // A checkout on Windows may have turned line ends around.
        let committed = std::fs::read_to_string(&file)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            committed == expected,
            "{path} differs from the Rust types; write it anew with \
             `UPDATE_BINDINGS=1 cargo test -p porchlight-protocol`"
        );
    }
}

#[test]
fn every_type_of_the_wire_modules_is_rendered() {
    let rendered = for_the_agent_ui();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(sources).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut derives_ts = false;
        for line in source.lines() {
            derives_ts = derives_ts || line.contains(", TS");
            let name = line
                .strip_prefix("pub struct ")
                .or_else(|| line.strip_prefix("pub enum "))
                .and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
            if let (true, Some(name)) = (derives_ts, name) {
                assert!(
                    rendered.contains(&format!("export type {name} =")),
                    "{name} crosses the wire but is not in the TypeScript"
                );
            }
            derives_ts = derives_ts && name.is_none();
        }
    }
}
