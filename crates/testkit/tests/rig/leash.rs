//! Nothing outlives the test that started it, however that test ends.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use testkit::leash::Leash;
use testkit::wait;

use crate::parts::{marked, play, this_program};

#[tokio::test]
async fn dropping_a_leash_ends_what_its_programs_started_too() {
    let scratch = tempfile::tempdir().unwrap();
    let leash = Leash::new().unwrap();
    let (name, value) = leash.mark();
    let mark = format!("{name}={value}");
    let mut command = Command::new("sh");
    command.args(["-c", "setsid sleep 600 & exec sleep 600"]);
    let program = leash
        .start(&mut command, &scratch.path().join("log"))
        .unwrap();
    // Both, and past `exec`: while that runs, the kernel shows a process without its environment.
    wait::until("both programs to run", async || {
        (marked(&mark).len() == 2).then_some(())
    })
    .await
    .unwrap();
    drop(program);
    drop(leash);
    assert_eq!(
        marked(&mark),
        Vec::<String>::new(),
        "the leash waits for all of them"
    );
}

#[tokio::test]
async fn a_killed_test_leaves_no_process_behind() {
    leaves_nothing("holds_a_shell_on_a_leash", 2).await;
}

#[tokio::test]
async fn a_killed_test_leaves_no_desktop_behind() {
    // X server, bus, window manager, panel, notification daemon: at least these can be seen.
    leaves_nothing("holds_a_desktop", 5).await;
}

async fn leaves_nothing(part: &str, at_least: usize) {
    let mut command = Command::new(this_program());
    play(&mut command, part);
    let mut test = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(test.stdout.take().unwrap());
    let mark = output
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("mark ").map(str::to_owned))
        .expect("the other test says its mark");
    wait::until("its programs to run", async || {
        (marked(&mark).len() >= at_least).then_some(())
    })
    .await
    .unwrap();

    // SIGKILL: nothing in the other test can clean up.
    test.kill().unwrap();
    test.wait().unwrap();
    wait::until("all of them to be gone", async || {
        marked(&mark).is_empty().then_some(())
    })
    .await
    .unwrap_or_else(|error| panic!("{error}: {:?}", marked(&mark)));
}
