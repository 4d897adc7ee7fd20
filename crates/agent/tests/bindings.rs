//! What crosses the bridge to the agent UI, written down a second time as TypeScript.
//!
//! The wire types are imported from `./protocol` (generated from `crates/protocol`); only the types
//! of `agent::view`, `agent::view_day` and `agent::view_device` are declared here. `UPDATE_BINDINGS=1 cargo test -p porchlight-agent --test
//! bindings` writes the copy.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall stop there"
)]

use std::any::{TypeId, type_name};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use agent::{view, view_day, view_device, view_notices};
use ts_rs::{Config, TS, TypeVisitor};

struct Types<'a> {
    config: &'a Config,
    seen: BTreeSet<TypeId>,
    declarations: BTreeMap<String, String>,
    imports: BTreeSet<String>,
}

impl TypeVisitor for Types<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type of ours has a place of its own; `string` and `number` have none.
        if T::output_path().is_none() || !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        let name = T::ident(self.config);
        if type_name::<T>().starts_with("protocol::") {
            self.imports.insert(name);
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}export {}\n", T::decl(self.config));
        if let Some(other) = self.declarations.insert(name.clone(), declaration) {
            panic!("two types of the bridge are called {name}; the other is {other}");
        }
        T::visit_dependencies(self);
    }
}

fn render() -> (String, BTreeSet<String>) {
    let config = Config::new().with_large_int("number");
    let mut types = Types {
        config: &config,
        seen: BTreeSet::new(),
        declarations: BTreeMap::new(),
        imports: BTreeSet::new(),
    };
    types.visit::<view::UiEvent>();
    types.visit::<view::ListQuery>();
    types.visit::<view::ConversationPage>();
    types.visit::<view::ConversationView>();
    types.visit::<view::OlderMessages>();
    types.visit::<view::Focus>();
    types.visit::<view::SignIn>();
    types.visit::<view::AcceptInvitation>();
    types.visit::<view::UseThisComputer>();
    types.visit::<view::FoundWorkspace>();
    types.visit::<view::StatusAnswer>();
    types.visit::<view::StatusReport>();
    types.visit::<view_day::DayView>();
    types.visit::<view_device::DeviceSettings>();
    types.visit::<view_device::SelfTest>();
    types.visit::<view_notices::LedgerRequest>();
    types.visit::<view_notices::LedgerPage>();
    types.visit::<rules::notices::NoticeKind>();
    types.visit::<rules::notices::Suppressed>();
    types.visit::<rules::notices::settings::NoticeSettings>();

    let mut out = String::from(
        "// Generated from crates/agent/src/view*.rs. Do not edit: change the Rust types, then run\n\
         //   UPDATE_BINDINGS=1 cargo test -p porchlight-agent --test bindings\n\n\
         import type {\n",
    );
    for name in &types.imports {
        out.push_str(&format!("  {name},\n"));
    }
    out.push_str("} from \"./protocol\";\n");
    for declaration in types.declarations.values() {
        out.push('\n');
        for line in declaration.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    (out, types.imports)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_typescript_copy_says_what_the_view_types_say() {
    let (expected, _) = render();
    let file = root().join("ui/src/generated/view.ts");
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&file, &expected).unwrap();
    }
    // A checkout on Windows may have turned line ends around.
    let committed = std::fs::read_to_string(&file)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(
        committed == expected,
        "ui/src/generated/view.ts differs from the Rust types; write it anew with \
         `UPDATE_BINDINGS=1 cargo test -p porchlight-agent --test bindings`"
    );
}

#[test]
fn every_wire_type_a_view_refers_to_is_in_the_protocol_file() {
    let (_, imports) = render();
    let protocol = std::fs::read_to_string(root().join("ui/src/generated/protocol.ts")).unwrap();
    for name in imports {
        assert!(
            protocol.contains(&format!("export type {name} =")),
            "{name} is imported from ./protocol but not written there"
        );
    }
}

#[test]
fn every_type_of_the_view_is_rendered() {
    let (rendered, _) = render();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let source: String = [
        "view.rs",
        "view_day.rs",
        "view_device.rs",
        "view_notices.rs",
    ]
    .iter()
    .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
    .collect();
    for line in source.lines() {
        let name = line
            .strip_prefix("pub struct ")
            .or_else(|| line.strip_prefix("pub enum "))
            .and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
        if let Some(name) = name {
            assert!(
                rendered.contains(&format!("export type {name} =")),
                "{name} crosses the bridge but is not in the TypeScript"
            );
        }
    }
}
