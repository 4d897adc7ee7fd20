//! The invariants of docs/ARCHITECTURE.md, held against `cargo metadata` and the source itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Graph {
    /// Package name → names of the packages it uses (normal dependencies, all platforms).
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn read() -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            .current_dir(root())
            .output()
            .expect("cargo metadata runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let text = |value: &Value| value.as_str().expect("a string").to_owned();
        let names: BTreeMap<String, String> = metadata["packages"]
            .as_array()
            .expect("packages")
            .iter()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let mut uses = BTreeMap::new();
        for node in metadata["resolve"]["nodes"].as_array().expect("nodes") {
            let mut normal = BTreeSet::new();
            for dependency in node["deps"].as_array().expect("deps") {
                let is_normal = dependency["dep_kinds"]
                    .as_array()
                    .expect("kinds")
                    .iter()
                    .any(|kind| kind["kind"].is_null());
                if is_normal {
                    normal.insert(names[&text(&dependency["pkg"])].clone());
                }
            }
            uses.entry(names[&text(&node["id"])].clone())
                .or_insert_with(BTreeSet::new)
                .extend(normal);
        }
        Self { uses }
    }

    fn ours(&self, from: &str) -> BTreeSet<String> {
        self.uses[from]
            .iter()
            .filter_map(|name| name.strip_prefix("porchlight-").map(str::to_owned))
            .collect()
    }
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let skip = ["target", "node_modules", "dist", "generated", "gen"];
            if !skip
                .iter()
                .any(|name| path.file_name().is_some_and(|file| file == *name))
            {
                open.extend(
                    std::fs::read_dir(&path)
                        .expect("a folder")
                        .map(|entry| entry.expect("an entry").path()),
                );
            }
        } else if path
            .extension()
            .is_some_and(|end| end == "rs" || end == "ts" || end == "svelte")
        {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
    assert!(!found.is_empty(), "{folder} holds source");
    found
}

fn offenders(folders: &[&str], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for folder in folders {
        for (path, text) in sources(folder) {
            for (number, line) in text.lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for word in words {
                    if code.contains(word) {
                        found.push(format!("{}:{}: {word}", path.display(), number + 1));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn each_crate_uses_only_those_below_it() {
    let graph = Graph::read();
    let set = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(graph.ours("porchlight-protocol"), set(&[]));
    assert_eq!(graph.ours("porchlight-rules"), set(&["protocol"]));
    assert_eq!(graph.ours("porchlight-cache"), set(&["protocol", "rules"]));
    assert_eq!(
        graph.ours("porchlight-agent"),
        set(&["cache", "protocol", "rules"])
    );
    assert_eq!(graph.ours("porchlight-server"), set(&["protocol", "rules"]));
    let shell = graph.ours("porchlight");
    assert!(
        !shell.contains("cache"),
        "the shell reaches the cache through the session only"
    );
    assert!(!shell.contains("testkit"), "test code is never shipped");
}

#[test]
fn the_server_is_in_the_app_only_behind_its_feature() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("manifest");
    assert!(manifest.contains("server = { workspace = true, optional = true }"));
    assert!(manifest.contains("local-workspace = [\"dep:server\"]"));
}

/// All packages that one is built from when it is built alone, each with its features. Not from the
/// graph, where features that other packages ask for add dependencies.
fn built_from(package: &str) -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}|{f}",
        ])
        .args(["--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo tree runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .filter_map(|line| {
            let (package, features) = line.split_once('|')?;
            let features = features.trim_end_matches(" (*)").split(',');
            Some((
                package.split(' ').next()?.to_owned(),
                features.map(str::to_owned).collect(),
            ))
        })
        .collect()
}

#[test]
fn protocol_and_rules_are_pure() {
    for pure in ["porchlight-protocol", "porchlight-rules"] {
        let reached = built_from(pure);
        assert!(
            reached.contains_key("serde"),
            "the list is read rightly: {reached:?}"
        );
        for impure in [
            "tokio",
            "sqlx",
            "tauri",
            "getrandom",
            "rand",
            "hyper",
            "axum",
            "chrono",
        ] {
            assert!(
                !reached.contains_key(impure),
                "{pure} must not reach {impure}"
            );
        }
    }
    // Of time zones, rules have the table that is compiled in: no clock, no files of the machine.
    let jiff = &built_from("porchlight-rules")["jiff"];
    assert!(jiff.contains("tzdb-bundle-always"), "{jiff:?}");
    for impure in ["std", "tz-system", "tzdb-zoneinfo", "tzdb-concatenated"] {
        assert!(
            !jiff.contains(impure),
            "rules must not have {impure} of jiff"
        );
    }
    let found = offenders(
        &["crates/protocol/src", "crates/rules/src"],
        &[
            "SystemTime",
            "time::Instant",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "TimeZone::system",
            "TimeZone::try_system",
            "TimeZone::get",
            "tz::db(",
            "from_env",
            "std::fs",
            "std::net",
            "std::env",
            "new_v4",
            "now_v7",
        ],
    );
    assert!(
        found.is_empty(),
        "time, ids and files are arguments: {found:#?}"
    );
}

#[test]
fn only_the_desktop_package_knows_tauri() {
    let graph = Graph::read();
    for (name, uses) in &graph.uses {
        if name.starts_with("porchlight-") || name == "xtask" {
            assert!(!uses.contains("tauri"), "{name} must not use tauri");
        }
    }
    let found: Vec<_> = offenders(&["ui/src"], &["@tauri-apps/"])
        .into_iter()
        .filter(|place| !place.contains("ui/src/backend/"))
        .collect();
    assert!(
        found.is_empty(),
        "only ui/src/backend talks to Tauri: {found:#?}"
    );
}

#[test]
fn sql_stands_in_the_cache_and_in_the_servers_store_only() {
    let graph = Graph::read();
    for (name, uses) in &graph.uses {
        // What is shipped, and what measures it: the floors of `cargo xtask bench` are bare SQL.
        let may = [
            "porchlight-cache",
            "porchlight-server",
            "porchlight-testkit",
        ]
        .contains(&name.as_str());
        if (name.starts_with("porchlight") || name == "xtask") && !may {
            assert!(!uses.contains("sqlx"), "{name} must not use sqlx");
        }
    }
    for (folder, place, what) in [
        (
            "crates/server/src",
            "crates/server/src/store",
            "the server's SQL stands in its store",
        ),
        (
            "crates/testkit/src",
            "crates/testkit/src/bin/bench/floor",
            "the rig's SQL is what the bench compares with",
        ),
    ] {
        let found: Vec<_> = offenders(&[folder], &["sqlx::", "use sqlx"])
            .into_iter()
            .filter(|found| !found.contains(place))
            .collect();
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
}

#[test]
fn nothing_injects_html() {
    let found = offenders(
        &["ui/src", "widget/src"],
        &[
            "{@html",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
        ],
    );
    assert!(found.is_empty(), "what people write is text: {found:#?}");
}

#[test]
fn a_source_file_holds_one_concept() {
    // 600: "about 500 lines" with room for the tests at the end of a file.
    let mut long = Vec::new();
    for folder in [
        "crates",
        "src-tauri",
        "xtask",
        "ui/src",
        "widget/src",
        "tests",
    ] {
        for (path, text) in sources(folder) {
            if text.lines().count() > 600 {
                long.push(format!(
                    "{}: {} lines",
                    path.display(),
                    text.lines().count()
                ));
            }
        }
    }
    assert!(long.is_empty(), "split these: {long:#?}");
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons =
        std::fs::read_to_string(root().join("docs/DEPENDENCIES.md")).expect("the page of reasons");
    let mut manifests = vec![root().join("Cargo.toml"), root().join("xtask/Cargo.toml")];
    for folder in std::fs::read_dir(root().join("crates")).expect("crates") {
        manifests.push(folder.expect("an entry").path().join("Cargo.toml"));
    }
    let mut missing = BTreeSet::new();
    for manifest in manifests {
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        let mut inside = false;
        for line in text.lines() {
            if let Some(section) = line.strip_prefix('[') {
                inside = section.trim_end_matches(']').ends_with("dependencies");
            } else if inside && let Some((name, _)) = line.split_once([' ', '.', '=']) {
                let ours = root().join("crates").join(name).is_dir();
                let named = reasons.contains(&format!("`{name}`"));
                if !name.is_empty() && !name.starts_with(['#', ']']) && !ours && !named {
                    missing.insert(name.to_owned());
                }
            }
        }
    }
    for folder in ["ui", "widget"] {
        let text =
            std::fs::read_to_string(root().join(folder).join("package.json")).expect("a manifest");
        let manifest: Value = serde_json::from_str(&text).expect("JSON");
        for kind in ["dependencies", "devDependencies"] {
            for name in manifest[kind]
                .as_object()
                .into_iter()
                .flat_map(|all| all.keys())
            {
                if !reasons.contains(&format!("`{name}`")) {
                    missing.insert(name.clone());
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "say in docs/DEPENDENCIES.md why these: {missing:#?}"
    );
}
