//! The adapters against the real things: a notification daemon, a secret store, an X server, a panel.
//!
//! The libraries behind the adapters find bus and display through the environment, which belongs to a
//! process. So each test runs twice: the outer half brings up a desktop and starts this same test in a
//! process on it; the inner half uses the adapter there. Both tell each other how far they are by lines
//! on the inner one's standard input and output.

use std::future::Future;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use agent::ports::{
    Act, ActivityEvent, ActivitySource as _, Notification, NotificationAction, NotificationEvent,
    NotificationKey, Notifier as _, Vault as _, VaultError,
};
use porchlight::adapters::activation::Activation;
use porchlight::adapters::activity::MachineActivity;
use porchlight::adapters::clock::SystemClock;
use porchlight::adapters::notifier::DesktopNotifier;
use porchlight::adapters::notifier::linux::MOST_LIVE;
use porchlight::adapters::vault::Keychain;
use protocol::ids::ConversationId;
use rules::notices::own::{Answer, OwnNotice};
use testkit::desktop::{Desktop, Keyring, Parts};
use testkit::wait;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// Set for the inner half.
const INNER: &str = "PORCHLIGHT_TEST_INNER";

/// A test by its path; without one it is of this file.
fn test_named(test: &str) -> String {
    if test.contains("::") {
        test.to_owned()
    } else {
        format!("adapters::{test}")
    }
}

/// The outer half's view of the inner one.
pub(crate) struct Inner {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Inner {
    fn start(desktop: &Desktop, test: &str) -> Self {
        let exe = std::env::current_exe().expect("the test's own binary");
        let mut command = desktop.command(exe);
        command.args([
            "--exact",
            &test_named(test),
            "--nocapture",
            "--test-threads=1",
        ]);
        command
            .env(INNER, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()
            .expect("the inner half starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Self {
            child,
            input,
            output,
        }
    }

    /// Waits until the inner half says this.
    pub(crate) async fn says(&mut self, what: &str) {
        let wanted = format!("@{what}");
        let heard = async {
            while let Some(line) = self.output.next_line().await.expect("a line") {
                if line == wanted {
                    return true;
                }
            }
            false
        };
        // The rest of its answer, or its panic, is in this test's own output.
        let heard = tokio::time::timeout(Duration::from_secs(60), heard).await;
        assert_eq!(heard, Ok(true), "the inner half never said {what:?}");
    }

    pub(crate) async fn tell(&mut self, what: &str) {
        self.input
            .write_all(format!("{what}\n").as_bytes())
            .await
            .expect("it listens");
    }

    pub(crate) async fn ends_well(mut self) {
        drop(self.input);
        while self
            .output
            .next_line()
            .await
            .is_ok_and(|line| line.is_some())
        {}
        let status = self.child.wait().await.expect("it ends");
        assert!(status.success(), "the inner half failed: {status}");
    }
}

/// The inner half's view of the outer one.
pub(crate) struct Outer;

impl Outer {
    pub(crate) fn say(&self, what: &str) {
        println!("\n@{what}");
        std::io::stdout().flush().expect("a pipe");
    }

    pub(crate) async fn tells(&self, what: &str) {
        let line = tokio::task::spawn_blocking(|| std::io::stdin().lines().next());
        let line = line.await.expect("a thread").transpose().expect("a line");
        assert_eq!(line.as_deref(), Some(what), "the outer half goes on");
    }
}

/// Runs one of the two halves.
pub(crate) fn on_a_desktop<I: Future<Output = ()>, O: Future<Output = ()>>(
    test: &str,
    parts: Parts,
    inner: impl FnOnce(Outer) -> I,
    outer: impl FnOnce(Desktop, Inner) -> O,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    if std::env::var_os(INNER).is_some() {
        runtime.block_on(inner(Outer));
    } else {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        runtime.block_on(async {
            let desktop = Desktop::start_with(scratch.path(), parts)
                .await
                .expect("a desktop");
            let half = Inner::start(&desktop, test);
            outer(desktop, half).await;
        });
    }
}

pub(crate) fn key(number: u128) -> NotificationKey {
    NotificationKey::Conversation(ConversationId(uuid::Uuid::from_u128(number)))
}

pub(crate) fn notification(number: u128, body: &str) -> Notification {
    Notification::new(key(number), "Anna".into(), body.into())
}

pub(crate) fn desktop_notifier() -> DesktopNotifier {
    DesktopNotifier::new(None, Arc::new(Activation::default()))
}

pub(crate) async fn next<T>(stream: &mut tokio::sync::mpsc::UnboundedReceiver<T>) -> T {
    tokio::time::timeout(wait::LIMIT, stream.recv())
        .await
        .expect("in time")
        .expect("not the end")
}

#[test]
fn a_button_of_a_notification_comes_back_by_its_name_and_changes_in_place() {
    on_a_desktop(
        "a_button_of_a_notification_comes_back_by_its_name_and_changes_in_place",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            let mut events = notifier.events();
            let own = NotificationKey::Own(OwnNotice::HoursEnd);
            let with = |answers: &[Answer]| Notification {
                actions: answers
                    .iter()
                    .map(|answer| NotificationAction {
                        act: Act::Answer(*answer),
                        label: answer.code().to_uppercase(),
                    })
                    .collect(),
                ..Notification::new(own, "Your hours end soon".into(), "Two are open".into())
            };
            let shown = notifier.show(with(&[Answer::GoOnline])).await;
            shown.expect("shown");
            let both = [Answer::StayOnline, Answer::WindDown];
            notifier.show(with(&both)).await.expect("shown");
            notifier
                .show(notification(1, "beside it"))
                .await
                .expect("shown");
            outer.say("shown");
            outer.tells("clicked").await;
            let answered = NotificationEvent::Answered(own, Act::Answer(Answer::WindDown));
            assert_eq!(next(&mut events).await, answered);
            outer.say("answered");
            outer.tells("gone").await;
            assert!(events.try_recv().is_err(), "one answer, and no closing");
        },
        async |desktop, mut inner| {
            inner.says("shown").await;
            let is_it =
                |one: &testkit::desktop::Notification| one.shown == 2 && one.actions.len() == 3;
            let notice = desktop.wait_for_notification("both buttons", is_it).await;
            let notice = notice.expect("updated in place");
            let button = |name: &str, label: &str| (name.to_owned(), label.to_owned());
            assert_eq!(
                notice.actions[1..],
                [
                    button("stay_online", "STAY_ONLINE"),
                    button("wind_down", "WIND_DOWN")
                ]
            );
            let clicked = desktop.click_button(&notice, "wind_down").await;
            clicked.expect("a click");
            inner.tell("clicked").await;
            inner.says("answered").await;
            let gone = desktop.wait_for_notification("its end", |one| {
                one.id == notice.id && one.closed.is_some()
            });
            gone.await.expect("taken back once answered");
            assert_eq!(desktop.shown_notifications().len(), 1, "the other stays");
            inner.tell("gone").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn a_click_on_a_notification_comes_back_and_later_ones_take_its_place() {
    on_a_desktop(
        "a_click_on_a_notification_comes_back_and_later_ones_take_its_place",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            let mut events = notifier.events();
            agent::conformance::notifier(&notifier).await;
            let can = notifier.capabilities().await;
            assert!(
                can.actions && can.click && can.markup,
                "dunst can all of it: {can:?}"
            );
            for body in ["one", "two", "<b>three</b> & more"] {
                notifier.show(notification(1, body)).await.expect("shown");
            }
            outer.say("shown");
            outer.tells("clicked").await;
            assert_eq!(next(&mut events).await, NotificationEvent::Clicked(key(1)));

            notifier
                .show(notification(1, "after the click"))
                .await
                .expect("shown");
            notifier
                .show(notification(2, "another conversation"))
                .await
                .expect("shown");
            outer.say("shown again");
            outer.tells("dismissed").await;
            let mut gone = [next(&mut events).await, next(&mut events).await];
            gone.sort_by_key(|event| matches!(event, NotificationEvent::Closed(k) if *k == key(2)));
            assert_eq!(gone, [key(1), key(2)].map(NotificationEvent::Closed));

            notifier
                .show(notification(2, "taken back"))
                .await
                .expect("shown");
            outer.say("shown once more");
            outer.tells("seen").await;
            notifier.withdraw(key(2)).await;
            notifier.withdraw(key(99)).await;
            outer.say("withdrawn");
            outer.tells("gone").await;
            assert!(
                events.try_recv().is_err(),
                "a withdrawal is not reported: it was ours"
            );
        },
        async |desktop, mut inner| {
            inner.says("shown").await;
            // What the daemon took is heard on the bus a moment later.
            desktop
                .wait_for_notification("all three", |one| one.shown == 3 && one.summary == "Anna")
                .await
                .expect("updated in place");
            let all = desktop.notifications();
            // Two others came first: those that every notifier is tried with.
            assert_eq!(all.len(), 3, "one for a conversation: {all:?}");
            let mine = &all[2];
            assert_eq!(mine.body, "&lt;b&gt;three&lt;/b&gt; &amp; more");
            assert_eq!(
                (mine.app_name.as_str(), mine.summary.as_str()),
                ("Porchlight", "Anna")
            );
            desktop.click_newest_notification().await.expect("a click");
            inner.tell("clicked").await;

            inner.says("shown again").await;
            desktop
                .wait_for_notification("both", |one| one.body == "another conversation")
                .await
                .expect("shown");
            let shown = desktop.shown_notifications();
            let bodies: Vec<_> = shown.iter().map(|one| one.body.as_str()).collect();
            assert_eq!(bodies, ["after the click", "another conversation"]);
            desktop.close_all_notifications().await.expect("dismissed");
            inner.tell("dismissed").await;

            inner.says("shown once more").await;
            let last = desktop
                .wait_for_notification("it", |one| one.body == "taken back")
                .await;
            let last = last.expect("shown");
            inner.tell("seen").await;
            inner.says("withdrawn").await;
            let gone = desktop
                .wait_for_notification("its end", |one| one.id == last.id && one.closed.is_some());
            assert_eq!(
                gone.await.expect("gone").closed,
                Some(3),
                "withdrawn by the program"
            );
            inner.tell("gone").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn the_oldest_notification_makes_room_for_the_twenty_first() {
    on_a_desktop(
        "the_oldest_notification_makes_room_for_the_twenty_first",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            for number in 0..=MOST_LIVE as u128 {
                notifier
                    .show(notification(number, &number.to_string()))
                    .await
                    .expect("shown");
            }
            outer.say("shown");
            outer.tells("end").await;
        },
        async |desktop, mut inner| {
            inner.says("shown").await;
            let last = MOST_LIVE.to_string();
            desktop
                .wait_for_notification("the last", |one| one.body == last)
                .await
                .expect("shown");
            let shown = desktop.shown_notifications();
            assert_eq!(shown.len(), MOST_LIVE);
            assert!(
                shown.iter().all(|one| one.body != "0"),
                "the oldest went: {shown:?}"
            );
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn without_a_notification_daemon_showing_fails_and_works_again_when_one_comes() {
    on_a_desktop(
        "without_a_notification_daemon_showing_fails_and_works_again_when_one_comes",
        Parts {
            notification_daemon: false,
            ..Parts::default()
        },
        async |outer| {
            let notifier = desktop_notifier();
            assert!(!notifier.capabilities().await.click);
            assert!(notifier.show(notification(1, "lost")).await.is_err());
            notifier.withdraw(key(1)).await;
            outer.say("failed");
            outer.tells("daemon is there").await;
            assert!(
                notifier.capabilities().await.click,
                "asked anew, not remembered"
            );
            notifier
                .show(notification(1, "found"))
                .await
                .expect("shown");
            outer.say("shown");
            outer.tells("end").await;
        },
        async |mut desktop, mut inner| {
            inner.says("failed").await;
            desktop.start_notification_daemon().await.expect("dunst");
            inner.tell("daemon is there").await;
            inner.says("shown").await;
            desktop
                .wait_for_notification("it", |one| one.body == "found")
                .await
                .expect("shown");
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn secrets_are_kept_in_the_keychain_and_a_locked_one_is_never_an_empty_one() {
    on_a_desktop(
        "secrets_are_kept_in_the_keychain_and_a_locked_one_is_never_an_empty_one",
        Parts::default(),
        async |outer| {
            let vault = Keychain::start().expect("a thread");
            agent::conformance::vault(&vault).await;
            let secret: Vec<u8> = (0..=255).collect();
            assert_eq!(vault.get("w/token").await, Ok(None));
            vault.set("w/token", &secret).await.expect("stored");
            assert_eq!(vault.get("w/token").await, Ok(Some(secret.clone())));
            vault.set("w/token", b"newer").await.expect("replaced");
            assert_eq!(vault.get("w/token").await, Ok(Some(b"newer".to_vec())));
            vault
                .set("w/cache-key", &secret)
                .await
                .expect("stored beside it");
            vault.delete("w/token").await.expect("deleted");
            vault.delete("w/token").await.expect("absent is fine");
            assert_eq!(vault.get("w/token").await, Ok(None));
            outer.say("stored");

            outer.tells("locked").await;
            let fresh = Keychain::start().expect("a thread");
            for vault in [&vault, &fresh] {
                // Nobody can be asked here, so it is refused at once; with a prompt it would time out.
                for name in ["w/cache-key", "w/token"] {
                    let got = vault.get(name).await;
                    assert!(
                        matches!(got, Err(VaultError::Locked | VaultError::TimedOut)),
                        "{got:?}"
                    );
                }
                let set = vault.set("w/new", b"x").await;
                assert!(set.is_err(), "nothing is stored while locked");
            }
            outer.say("refused");

            outer.tells("gone").await;
            assert_eq!(vault.get("w/cache-key").await, Err(VaultError::Missing));
            outer.say("missing");
            outer.tells("back").await;
            assert_eq!(
                vault.get("w/cache-key").await,
                Ok(Some(secret)),
                "after its restart"
            );
            assert_eq!(vault.get("w/new").await, Ok(None));
        },
        async |mut desktop, mut inner| {
            inner.says("stored").await;
            desktop.lock_keyring().await.expect("locked");
            inner.tell("locked").await;
            inner.says("refused").await;
            desktop.stop_keyring().await.expect("stopped");
            inner.tell("gone").await;
            inner.says("missing").await;
            desktop.start_keyring().await.expect("started");
            inner.tell("back").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn a_keychain_that_starts_late_is_found() {
    on_a_desktop(
        "a_keychain_that_starts_late_is_found",
        Parts {
            keyring: Keyring::Absent,
            ..Parts::default()
        },
        async |outer| {
            let vault = Keychain::start().expect("a thread");
            assert_eq!(vault.get("w/token").await, Err(VaultError::Missing));
            assert_eq!(vault.set("w/token", b"x").await, Err(VaultError::Missing));
            outer.say("missing");
            outer.tells("there").await;
            vault.set("w/token", b"x").await.expect("stored");
            assert_eq!(vault.get("w/token").await, Ok(Some(b"x".to_vec())));
        },
        async |mut desktop, mut inner| {
            inner.says("missing").await;
            desktop.start_keyring().await.expect("started");
            inner.tell("there").await;
            inner.ends_well().await;
        },
    );
}

/// What it tells from then on is in `activity.rs`.
#[test]
fn the_environment_says_which_display_to_ask_for_idle_time() {
    on_a_desktop(
        "the_environment_says_which_display_to_ask_for_idle_time",
        Parts {
            tray_host: false,
            notification_daemon: false,
            keyring: Keyring::Absent,
        },
        async |outer| {
            let clock = SystemClock::new();
            agent::conformance::clock(&clock);
            let activity = MachineActivity::start(Arc::new(clock));
            let mut events = activity.events();
            assert_eq!(
                next(&mut events).await,
                ActivityEvent::Active,
                "one that finds no display would say so"
            );
            outer.say("watching");
            outer.tells("end").await;
        },
        async |desktop, mut inner| {
            inner.says("watching").await;
            inner.tell("end").await;
            inner.ends_well().await;
            drop(desktop);
        },
    );
}
