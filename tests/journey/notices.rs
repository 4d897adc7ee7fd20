//! Notifications and do-not-disturb against a real daemon that is clicked, restarted and missing. And
//! against one of the test's own, for what no daemon here does: it speaks too early, takes replies and
//! hands out tokens.

use std::collections::HashMap;
use std::sync::Arc;

use agent::ports::{
    Act, DoNotDisturb as _, Hush, Notification, NotificationAction, NotificationEvent,
    Notifier as _, Permission, Urgency,
};
use porchlight::adapters::activation::Activation;
use porchlight::adapters::do_not_disturb::SystemHush;
use porchlight::adapters::notifier::DesktopNotifier;
use porchlight::adapters::notifier::linux::MOST_LIVE;
use porchlight::adapters::notifier::text::BODY_CHARACTERS;
use testkit::desktop::Parts;
use testkit::wait;
use zbus::OwnedVariant;

use crate::adapters::{desktop_notifier, key, next, notification, on_a_desktop};

const DAEMON: &str = "org.freedesktop.Notifications";
const DAEMON_PATH: &str = "/org/freedesktop/Notifications";

pub(crate) fn without_a_daemon() -> Parts {
    Parts {
        notification_daemon: false,
        ..Parts::default()
    }
}

/// What visitors write, and how a daemon that reads markup must get it.
fn writings() -> Vec<(String, String)> {
    let as_it_is = |text: &str| (text.to_owned(), text.to_owned());
    vec![
        (
            "<b>bold</b> & <img src=\"http://x/y.png\"/>".into(),
            "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=\"http://x/y.png\"/&gt;".into(),
        ),
        ("&amp; &#60;".into(), "&amp;amp; &amp;#60;".into()),
        as_it_is("שלום, האם המנורה במלאי?"),
        as_it_is("مرحبا 👋🏽 👨‍👩‍👧‍👦 🇫🇷"),
        ("\u{202e}gpj.exe".into(), "\u{202e}gpj.exe\u{202c}".into()),
        ("a\0b\u{1b}[31m".into(), "a\u{fffd}b\u{fffd}[31m".into()),
        as_it_is("two\nlines"),
        (
            "&".repeat(5_000),
            format!("{}…", "&amp;".repeat(BODY_CHARACTERS)),
        ),
        (
            "ü".repeat(5_000),
            format!("{}…", "ü".repeat(BODY_CHARACTERS)),
        ),
    ]
}

#[test]
fn whatever_a_visitor_writes_arrives_as_text() {
    on_a_desktop(
        "notices::whatever_a_visitor_writes_arrives_as_text",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            for (number, (written, _)) in writings().into_iter().enumerate() {
                let mut one = notification(number as u128, &written);
                one.title = format!("{number} <i>& co</i>");
                one.urgency = Urgency::High;
                notifier.show(one).await.expect("shown");
            }
            outer.say("shown");
            outer.tells("end").await;
        },
        async |desktop, mut inner| {
            inner.says("shown").await;
            for (number, (_, wanted)) in writings().into_iter().enumerate() {
                let title = format!("{number} <i>& co</i>");
                let one = desktop
                    .wait_for_notification(&title, |one| one.summary == title)
                    .await
                    .expect("shown");
                assert_eq!(one.body, wanted);
                assert_eq!(one.urgency, Some(2), "as it was asked for");
            }
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn two_hundred_messages_leave_twenty_notifications_a_connection_each_and_no_memory() {
    on_a_desktop(
        "notices::two_hundred_messages_leave_twenty_notifications_a_connection_each_and_no_memory",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            // Of thirty conversations: more than may be live at once.
            let storm = async |round: u32| {
                for number in 0..200_u128 {
                    let text = format!("round {round}, message {number}");
                    let shown = notifier.show(notification(number % 30, &text)).await;
                    shown.expect("shown");
                }
                // A daemon that draws twenty takes its time on a machine that is busy.
                outer.say(&format!("round {round}"));
            };
            let before = open_files();
            // One of each that lives, that of the first, who listens, the two that asked what the daemon can do,
            // and three files of the runtime that `notify-rust` asked on.
            let settled = before + MOST_LIVE + 7;
            let settle = async || {
                let files = wait::until("connections to end", async || {
                    (open_files() <= settled).then_some(())
                });
                let now = || format!("{} before, {} now", before, open_files());
                files
                    .await
                    .unwrap_or_else(|error| panic!("{error}: {}", now()));
            };
            storm(1).await;
            settle().await;
            let memory = resident();
            storm(2).await;
            storm(3).await;
            settle().await;
            let grown = resident().saturating_sub(memory);
            // Pages that an allocator keeps; a hundredth of what a connection each would take.
            assert!(grown < 8 * 1024, "{grown} KiB more after 400 messages");
            outer.say("shown");
            outer.tells("end").await;
        },
        async |desktop, mut inner| {
            for round in 1..=3 {
                inner.says(&format!("round {round}")).await;
            }
            inner.says("shown").await;
            desktop
                .wait_for_notification("the last", |one| one.body == "round 3, message 199")
                .await
                .expect("shown");
            wait::until("the oldest to go", async || {
                (desktop.shown_notifications().len() <= MOST_LIVE).then_some(())
            })
            .await
            .expect("capped");
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").expect("/proc").count()
}

/// KiB of this process in memory.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|it| it.parse().ok()).expect("a number")
}

#[test]
fn a_daemon_that_is_restarted_loses_what_it_showed_and_touches_nothing_of_others() {
    on_a_desktop(
        "notices::a_daemon_that_is_restarted_loses_what_it_showed_and_touches_nothing_of_others",
        Parts::default(),
        async |outer| {
            let notifier = desktop_notifier();
            let mut events = notifier.events();
            assert_eq!(notifier.permission().await, Permission::Granted);
            let service = notifier.capabilities().await.service;
            assert!(service.starts_with("dunst "), "{service}");
            notifier
                .show(notification(1, "before"))
                .await
                .expect("shown");
            outer.say("shown");
            outer.tells("gone").await;
            assert_eq!(next(&mut events).await, NotificationEvent::Closed(key(1)));
            assert_eq!(notifier.permission().await, Permission::NoService);
            assert!(notifier.show(notification(1, "lost")).await.is_err());
            notifier.withdraw(key(1)).await;
            outer.say("lost");
            outer.tells("another daemon").await;
            assert_eq!(notifier.permission().await, Permission::Granted);
            notifier
                .show(notification(1, "after"))
                .await
                .expect("shown");
            outer.say("shown again");
            outer.tells("clicked").await;
            assert_eq!(next(&mut events).await, NotificationEvent::Clicked(key(1)));
        },
        async |mut desktop, mut inner| {
            inner.says("shown").await;
            let mine =
                |body: &'static str| move |one: &testkit::desktop::Notification| one.body == body;
            let before = desktop.wait_for_notification("it", mine("before")).await;
            let before = before.expect("shown");
            desktop.stop_notification_daemon().await.expect("it ends");
            inner.tell("gone").await;
            inner.says("lost").await;
            desktop.start_notification_daemon().await.expect("another");
            // Somebody else's, until one has the number that was ours.
            let mut others = 0;
            while others < before.id {
                others = somebody_notifies(desktop.bus()).await;
            }
            inner.tell("another daemon").await;
            inner.says("shown again").await;
            let after = desktop.wait_for_notification("it", mine("after")).await;
            assert!(after.expect("shown").id > before.id, "a place of its own");
            let theirs = desktop.wait_for_notification("theirs", mine("not of Porchlight"));
            assert_eq!(theirs.await.expect("it stays").id, before.id);
            desktop.click_newest_notification().await.expect("a click");
            inner.tell("clicked").await;
            inner.ends_well().await;
        },
    );
}

/// Another program's notification; answers its number.
async fn somebody_notifies(bus: &zbus::Connection) -> u32 {
    let hints: HashMap<&str, zbus::Variant<'_>> = HashMap::new();
    let no_actions: Vec<&str> = Vec::new();
    let body = (
        "other",
        0_u32,
        "",
        "Other",
        "not of Porchlight",
        no_actions,
        hints,
        0_i32,
    );
    let answer = bus
        .call_method(Some(DAEMON), DAEMON_PATH, Some(DAEMON), "Notify", &body)
        .await;
    let answer = answer.expect("shown");
    answer.body().deserialize().expect("a number")
}

/// A daemon as Plasma's is, and in a hurry.
struct Hasty {
    last: u32,
    inhibited: bool,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Hasty {
    fn get_capabilities(&self) -> Vec<&'static str> {
        vec!["actions", "body", "inline-reply"]
    }

    fn get_server_information(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        ("hasty", "test", "1", "1.2")
    }

    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }

    #[expect(clippy::too_many_arguments, reason = "the interface has them")]
    async fn notify(
        &mut self,
        _app: String,
        replaces: u32,
        _icon: String,
        _summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedVariant>,
        _expires: i32,
        #[zbus(signal_emitter)] emitter: zbus::object_server::SignalEmitter<'_>,
    ) -> zbus::fdo::Result<u32> {
        if body == "refuse" {
            return Err(zbus::fdo::Error::LimitsExceeded("enough".into()));
        }
        self.last = if replaces == 0 {
            self.last + 1
        } else {
            replaces
        };
        let id = self.last;
        // All of it before the answer, which alone says that this number is Porchlight's.
        match body.as_str() {
            "click me" => {
                Self::activation_token(&emitter, id, "a-token").await?;
                Self::action_invoked(&emitter, id, "default").await?;
                Self::notification_closed(&emitter, id, 2).await?;
            }
            "close first" => {
                Self::notification_closed(&emitter, id, 2).await?;
                Self::action_invoked(&emitter, id, "take").await?;
            }
            "answer me" => {
                let asks = actions
                    .chunks(2)
                    .any(|it| it[0] == "inline-reply" && it[1] == "Reply");
                let quiet = hints.get("suppress-sound").cloned();
                let quiet = quiet.is_some_and(|it| bool::try_from(it).unwrap_or(false));
                if asks && quiet && hints.contains_key("desktop-entry") {
                    Self::notification_replied(&emitter, id, "Yes, four & more").await?;
                }
            }
            "somebody else's" => Self::action_invoked(&emitter, id + 1, "default").await?,
            _ => {}
        }
        Ok(id)
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: zbus::object_server::SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        Ok(Self::notification_closed(&emitter, id, 3).await?)
    }

    #[zbus(signal)]
    async fn notification_closed(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        id: u32,
        reason: u32,
    ) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn action_invoked(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        id: u32,
        name: &str,
    ) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_replied(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        id: u32,
        text: &str,
    ) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn activation_token(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        id: u32,
        token: &str,
    ) -> zbus::Result<()>;
}

#[test]
fn what_a_daemon_says_before_its_answer_is_heard() {
    on_a_desktop(
        "notices::what_a_daemon_says_before_its_answer_is_heard",
        without_a_daemon(),
        async |outer| {
            outer.tells("daemon").await;
            let activation = Arc::new(Activation::default());
            let notifier = DesktopNotifier::new(None, Arc::clone(&activation));
            let mut events = notifier.events();
            let can = notifier.capabilities().await;
            assert!(can.inline_reply && !can.markup, "{can:?}");
            assert_eq!(can.service, "hasty 1");

            let action = |act, label: &str| NotificationAction {
                act,
                label: label.into(),
            };
            let with = |number, body: &str| Notification {
                actions: vec![action(Act::Reply, "Reply"), action(Act::Take, "Take")],
                ..notification(number, body)
            };
            notifier.show(with(1, "click me")).await.expect("shown");
            assert_eq!(next(&mut events).await, NotificationEvent::Clicked(key(1)));
            assert_eq!(activation.take().as_deref(), Some("a-token"));

            notifier.show(with(2, "close first")).await.expect("shown");
            assert_eq!(next(&mut events).await, NotificationEvent::Closed(key(2)));
            let took = NotificationEvent::Answered(key(2), Act::Take);
            assert_eq!(next(&mut events).await, took);

            notifier.show(with(3, "answer me")).await.expect("shown");
            let replied = NotificationEvent::Replied(key(3), "Yes, four & more".into());
            assert_eq!(next(&mut events).await, replied);

            let other = with(4, "somebody else's");
            notifier.show(other).await.expect("shown");
            let refused = notifier.show(with(5, "refuse")).await.expect_err("refused");
            assert!(refused.0.contains("enough"), "{refused}");
            // The last word of all: nothing else came before it.
            notifier.show(with(4, "close first")).await.expect("shown");
            assert_eq!(next(&mut events).await, NotificationEvent::Closed(key(4)));
            assert_eq!(activation.take(), None);
        },
        async |desktop, mut inner| {
            let hasty = Hasty {
                last: 0,
                inhibited: false,
            };
            let bus = desktop.bus();
            let served = bus.object_server().at(DAEMON_PATH, hasty).await;
            assert!(served.expect("a place").is_none(), "nobody was there");
            bus.request_name(DAEMON).await.expect("the name");
            inner.tell("daemon").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn do_not_disturb_is_told_as_soon_as_it_is_switched() {
    on_a_desktop(
        "notices::do_not_disturb_is_told_as_soon_as_it_is_switched",
        Parts::default(),
        async |outer| {
            let source = SystemHush::start();
            agent::conformance::do_not_disturb(&source);
            let mut hush = source.watch();
            let mut becomes = async |wanted: Hush| {
                let change = hush.wait_for(|now| *now == wanted);
                let change = tokio::time::timeout(wait::LIMIT, change).await;
                assert!(change.is_ok(), "{wanted:?} is not told");
            };
            becomes(Hush::Off).await;
            outer.say("off");
            becomes(Hush::On).await;
            outer.say("on");
            becomes(Hush::Off).await;
            outer.say("off again");
            // Nobody is there to hold anything back.
            becomes(Hush::Unknown).await;
            outer.say("nobody");
            becomes(Hush::On).await;
        },
        async |mut desktop, mut inner| {
            inner.says("off").await;
            pause(desktop.bus(), true).await;
            inner.says("on").await;
            pause(desktop.bus(), false).await;
            inner.says("off again").await;
            desktop.stop_notification_daemon().await.expect("it ends");
            inner.says("nobody").await;
            let plasma = Hasty {
                last: 0,
                inhibited: true,
            };
            let bus = desktop.bus();
            let served = bus.object_server().at(DAEMON_PATH, plasma).await;
            assert!(served.expect("a place").is_none(), "nobody was there");
            bus.request_name(DAEMON).await.expect("the name");
            inner.ends_well().await;
        },
    );
}

/// What `dunstctl set-paused` does.
pub(crate) async fn pause(bus: &zbus::Connection, paused: bool) {
    let body = (
        "org.dunstproject.cmd0",
        "paused",
        zbus::Variant::from(paused),
    );
    let interface = "org.freedesktop.DBus.Properties";
    bus.call_method(Some(DAEMON), DAEMON_PATH, Some(interface), "Set", &body)
        .await
        .expect("dunst takes it");
}
