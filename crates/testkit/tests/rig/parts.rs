//! Programs that other tests start: this test binary again, as somebody else on the desktop.
//!
//! They are ignored tests, because that is the one way to have them built with their test and found
//! beside it.

use std::io::Write as _;
use std::process::Command;

use ksni::blocking::TrayMethods as _;
use testkit::desktop::{Desktop, Parts};
use testkit::leash::Leash;

/// Makes `command` run the part of this name.
pub(crate) fn play(command: &mut Command, name: &str) {
    command.args(["--ignored", "--exact", "--nocapture"]);
    command.arg(format!("parts::{name}"));
}

/// This test binary.
pub(crate) fn this_program() -> std::path::PathBuf {
    std::env::current_exe().unwrap()
}

/// All processes that carry this mark, with their names.
pub(crate) fn marked(mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir("/proc").unwrap().flatten() {
        let environment = std::fs::read(folder.path().join("environ")).unwrap_or_default();
        if environment
            .windows(mark.len())
            .any(|part| part == mark.as_bytes())
        {
            let name = std::fs::read_to_string(folder.path().join("comm")).unwrap_or_default();
            found.push(name.trim().to_owned());
        }
    }
    found
}

#[derive(Default)]
struct Lamp {
    lit: bool,
    clicks: u32,
}

impl ksni::Tray for Lamp {
    fn id(&self) -> String {
        "lamp".into()
    }

    fn title(&self) -> String {
        format!("clicked {} times", self.clicks)
    }

    fn icon_name(&self) -> String {
        "dialog-information".into()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.clicks += 1;
    }

    fn menu(&self) -> Vec<ksni::MenuItem<Self>> {
        vec![
            ksni::menu::CheckmarkItem {
                label: "Light".into(),
                checked: self.lit,
                activate: Box::new(|lamp: &mut Self| lamp.lit = !lamp.lit),
                ..Default::default()
            }
            .into(),
            ksni::MenuItem::Separator,
            ksni::menu::SubMenu {
                label: "More".into(),
                submenu: vec![
                    ksni::menu::StandardItem {
                        label: "Broken".into(),
                        enabled: false,
                        ..Default::default()
                    }
                    .into(),
                ],
                ..Default::default()
            }
            .into(),
        ]
    }
}

#[test]
#[ignore = "a program that other tests start"]
fn lamp_in_the_tray() {
    let _lamp = Lamp::default().spawn().unwrap();
    loop {
        std::thread::park();
    }
}

#[test]
#[ignore = "a program that other tests start"]
fn holds_a_shell_on_a_leash() {
    let scratch = tempfile::tempdir().unwrap();
    let leash = Leash::new().unwrap();
    // A background job in a session of its own: neither a child nor in the child's process group.
    let mut command = Command::new("sh");
    command.args(["-c", "setsid sleep 600 & exec sleep 600"]);
    let _shell = leash
        .start(&mut command, &scratch.path().join("shell.log"))
        .unwrap();
    say_mark_and_wait(&leash);
}

#[tokio::test]
#[ignore = "a program that other tests start"]
async fn holds_a_desktop() {
    let scratch = tempfile::tempdir().unwrap();
    let desktop = Desktop::start_with(scratch.path(), Parts::default())
        .await
        .unwrap();
    say_mark_and_wait(desktop.leash());
}

fn say_mark_and_wait(leash: &Leash) -> ! {
    let (name, value) = leash.mark();
    let mut output = std::io::stdout();
    writeln!(output, "\nmark {name}={value}").unwrap();
    output.flush().unwrap();
    loop {
        std::thread::park();
    }
}
