//! Each notification has a connection of its own. Which of them must stay, and what becomes of a daemon that
//! does not answer, shown by daemons of the test's own.

use std::sync::{Arc, Mutex, PoisonError};

use agent::ports::{Act, NotificationEvent, Notifier as _, Permission};
use testkit::desktop::{Desktop, Parts};
use testkit::wait;
use tokio::sync::watch;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;

use crate::adapters::{desktop_notifier, key, next, notification, on_a_desktop};

const DAEMON: &str = "org.freedesktop.Notifications";
const DAEMON_PATH: &str = "/org/freedesktop/Notifications";

/// Broadcasts, as GNOME's does; keeps who sent what; and answers when it may.
#[derive(Clone)]
struct Daemon {
    heard: Arc<Mutex<Heard>>,
    may_tell: watch::Sender<bool>,
    may_show: watch::Sender<bool>,
}

#[derive(Default)]
struct Heard {
    senders: Vec<String>,
    asked: usize,
    closed: Vec<u32>,
}

impl Daemon {
    fn new() -> Self {
        Self {
            heard: Arc::default(),
            may_tell: watch::Sender::new(true),
            may_show: watch::Sender::new(true),
        }
    }

    async fn serve(&self, desktop: &Desktop) {
        let bus = desktop.bus();
        let served = bus.object_server().at(DAEMON_PATH, self.clone()).await;
        assert!(served.expect("a place").is_none(), "nobody was there");
        bus.request_name(DAEMON).await.expect("the name");
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who sent the notification of this number last.
    fn sender(&self, id: usize) -> String {
        self.heard().senders[id - 1].clone()
    }
}

async fn told(may: &watch::Sender<bool>) {
    let mut may = may.subscribe();
    may.wait_for(|may| *may).await.expect("the test goes on");
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    async fn get_capabilities(&self) -> Vec<&'static str> {
        self.heard().asked += 1;
        told(&self.may_tell).await;
        vec!["actions", "body"]
    }

    fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        ("gnome-shell", "GNOME", "48.0", "1.2")
    }

    #[expect(clippy::too_many_arguments, reason = "the interface has them")]
    async fn notify(
        &self,
        _app: String,
        replaces: u32,
        _icon: String,
        _summary: String,
        _body: String,
        _actions: Vec<String>,
        _hints: std::collections::HashMap<String, zbus::OwnedVariant>,
        _expires: i32,
        #[zbus(header)] header: Header<'_>,
    ) -> u32 {
        let sender = header.sender().expect("a sender").to_string();
        let id = {
            let mut heard = self.heard();
            if replaces == 0 {
                heard.senders.push(sender);
                heard.senders.len()
            } else {
                heard.senders[replaces as usize - 1] = sender;
                replaces as usize
            }
        };
        told(&self.may_show).await;
        u32::try_from(id).expect("a small one")
    }

    fn close_notification(&self, id: u32) {
        self.heard().closed.push(id);
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, name: &str) -> zbus::Result<()>;
}

/// Whether this connection is there, and with these words in its match rules.
async fn hears(desktop: &Desktop, sender: &str, words: &str) -> bool {
    let body = &();
    let answer = desktop
        .bus()
        .call_method(
            Some("org.freedesktop.DBus"),
            "/org/freedesktop/DBus",
            Some("org.freedesktop.DBus.Debug.Stats"),
            "GetAllMatchRules",
            body,
        )
        .await
        .expect("the bus tells");
    let rules: std::collections::HashMap<String, Vec<String>> =
        answer.body().deserialize().expect("rules");
    let own = rules.get(sender);
    own.is_some_and(|rules| rules.iter().any(|rule| rule.contains(words)))
}

async fn until_it_hears(desktop: &Desktop, sender: &str, wanted: bool) {
    wait::until("the sender to come or go", async || {
        (hears(desktop, sender, "NotificationClosed").await == wanted).then_some(())
    })
    .await
    .unwrap_or_else(|error| panic!("{sender}: {error}"));
}

#[test]
fn the_sender_of_the_first_stays_while_any_lives_and_an_answer_told_twice_counts_once() {
    on_a_desktop(
        "handles::the_sender_of_the_first_stays_while_any_lives_and_an_answer_told_twice_counts_once",
        without_a_daemon(),
        async |outer| {
            outer.tells("daemon").await;
            let notifier = desktop_notifier();
            let mut events = notifier.events();
            for number in [1, 2] {
                let shown = notifier.show(notification(number, "new")).await;
                shown.expect("shown");
            }
            outer.say("shown");
            outer.tells("clicked").await;
            assert_eq!(next(&mut events).await, NotificationEvent::Clicked(key(1)));
            let shown = notifier.show(notification(2, "more")).await;
            shown.expect("changed in place");
            outer.say("changed");
            outer.tells("taken").await;
            let took = NotificationEvent::Answered(key(2), Act::Take);
            assert_eq!(next(&mut events).await, took, "and no second click");
            outer.say("over");
            outer.tells("end").await;
            assert!(events.try_recv().is_err(), "each was told once");
        },
        async |desktop, mut inner| {
            let daemon = Daemon::new();
            daemon.serve(&desktop).await;
            let emitter = SignalEmitter::new(desktop.bus(), DAEMON_PATH).expect("a path");
            inner.tell("daemon").await;
            inner.says("shown").await;
            let (first, second) = (daemon.sender(1), daemon.sender(2));
            assert_ne!(first, second, "a connection each");
            until_it_hears(&desktop, &first, true).await;
            Daemon::action_invoked(&emitter, 1, "default")
                .await
                .expect("told");
            inner.tell("clicked").await;
            inner.says("changed").await;
            // GNOME would take the second away with the first one's sender.
            let third = daemon.sender(2);
            until_it_hears(&desktop, &second, false).await;
            until_it_hears(&desktop, &third, true).await;
            until_it_hears(&desktop, &first, true).await;
            Daemon::action_invoked(&emitter, 2, "take")
                .await
                .expect("told");
            inner.tell("taken").await;
            inner.says("over").await;
            for sender in [&first, &third] {
                until_it_hears(&desktop, sender, false).await;
            }
            assert_eq!(daemon.heard().closed, [1, 2], "clicked ones do not stay");
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn a_daemon_that_hangs_holds_nobody_up_and_what_it_shows_late_is_taken_back() {
    on_a_desktop(
        "handles::a_daemon_that_hangs_holds_nobody_up_and_what_it_shows_late_is_taken_back",
        without_a_daemon(),
        async |outer| {
            outer.tells("silent").await;
            let notifier = Arc::new(desktop_notifier());
            for _ in 0..2 {
                assert_eq!(notifier.permission().await, Permission::NoService);
            }
            outer.say("nobody");
            outer.tells("speaks").await;
            assert_eq!(notifier.permission().await, Permission::Granted);
            let late = notifier.show(notification(1, "late")).await;
            let late = late.expect_err("it does not answer");
            assert!(late.0.contains("does not answer"), "{late}");
            outer.say("given up");
            outer.tells("taken back").await;
            // A place of its own: nothing is known of the other.
            let shown = notifier.show(notification(1, "in time")).await;
            shown.expect("shown");
            outer.say("in time");
            outer.tells("silent again").await;
            let other = Arc::clone(&notifier);
            let showing =
                tokio::spawn(async move { other.show(notification(2, "left alone")).await });
            outer.tells("asked").await;
            showing.abort();
            showing.await.ok();
            outer.say("nobody waits");
            outer.tells("taken back too").await;
        },
        async |desktop, mut inner| {
            let daemon = Daemon::new();
            daemon.may_tell.send_replace(false);
            daemon.may_show.send_replace(false);
            daemon.serve(&desktop).await;
            inner.tell("silent").await;
            inner.says("nobody").await;
            assert_eq!(daemon.heard().asked, 1, "one question at a time");
            daemon.may_tell.send_replace(true);
            inner.tell("speaks").await;
            inner.says("given up").await;
            daemon.may_show.send_replace(true);
            wait::until("the late one to be taken back", async || {
                (daemon.heard().closed == [1]).then_some(())
            })
            .await
            .expect("taken back");
            inner.tell("taken back").await;
            inner.says("in time").await;
            daemon.may_show.send_replace(false);
            inner.tell("silent again").await;
            wait::until("the daemon to be asked", async || {
                (daemon.heard().senders.len() == 3).then_some(())
            })
            .await
            .expect("asked");
            inner.tell("asked").await;
            inner.says("nobody waits").await;
            daemon.may_show.send_replace(true);
            wait::until("it to be taken back", async || {
                daemon.heard().closed.contains(&3).then_some(())
            })
            .await
            .expect("taken back");
            inner.tell("taken back too").await;
            inner.ends_well().await;
            assert_eq!(daemon.heard().senders.len(), 3);
        },
    );
}

fn without_a_daemon() -> Parts {
    Parts {
        notification_daemon: false,
        ..Parts::default()
    }
}
