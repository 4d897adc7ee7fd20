//! Do-not-disturb on Linux, which every desktop keeps somewhere else.
//!
//! | who | where |
//! |---|---|
//! | Plasma, and daemons that follow it | the property `Inhibited` of `org.freedesktop.Notifications` |
//! | dunst | the property `paused` of `org.dunstproject.cmd0` |
//! | Xfce | its settings store, `/do-not-disturb` of `xfce4-notifyd` |
//! | GNOME, Cinnamon, MATE | a GSettings key, read by the program `gsettings`, which comes with GLib |
//!
//! All of them say when they change: by a signal on the session bus. Then all are read anew, which costs some
//! milliseconds and needs no second truth. The daemon is never started by a question: who is not there
//! holds nothing back.

use std::process::Stdio;
use std::time::Duration;

use agent::ports::Hush;
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use tokio::sync::watch;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream, OwnedVariant};

const DAEMON: &str = "org.freedesktop.Notifications";
const DAEMON_PATH: &str = "/org/freedesktop/Notifications";
const XFCONF: &str = "org.xfce.Xfconf";

/// One that takes longer does not know.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// Between two tries to reach a bus that broke off.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Keys of desktops that keep it in GSettings: which desktop, schema, key, and the value that holds
/// notifications back.
const SETTINGS: [(&str, &str, &str, &str); 3] = [
    (
        "GNOME",
        "org.gnome.desktop.notifications",
        "show-banners",
        "false",
    ),
    (
        "Cinnamon",
        "org.cinnamon.desktop.notifications",
        "display-notifications",
        "false",
    ),
    (
        "MATE",
        "org.mate.NotificationDaemon",
        "do-not-disturb",
        "true",
    ),
];

/// Tells how it is now and every change, for as long as somebody could look.
pub(super) async fn watch(told: watch::Sender<Hush>) {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    loop {
        if let Err(error) = listen(&told, &desktop).await {
            tracing::debug!(%error, "do-not-disturb is not read");
        }
        tell(&told, Hush::Unknown);
        tokio::select! {
            () = told.closed() => return,
            () = tokio::time::sleep(AGAIN_AFTER) => {}
        }
    }
}

fn tell(told: &watch::Sender<Hush>, now: Hush) {
    told.send_if_modified(|before| std::mem::replace(before, now) != now);
}

async fn listen(told: &watch::Sender<Hush>, desktop: &str) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let mut messages = MessageStream::from(&bus);
    let names = zbus::fdo::DBusProxy::new(&bus).await?;
    for rule in rules()? {
        names.add_match_rule(rule).await?;
    }
    let mut another_daemon = false;
    loop {
        let now = read(&bus, &names, desktop).await;
        if another_daemon {
            // News also if it says the same: whether anything is shown at all may be different.
            told.send_replace(now);
        } else {
            tell(told, now);
        }
        // Whatever came while it was read is read anew; answers to our own questions are not news.
        loop {
            match messages.next().await {
                Some(Ok(message)) if message.message_type() == Type::Signal => {
                    let header = message.header();
                    another_daemon = header.member().is_some_and(|it| it == "NameOwnerChanged");
                    break;
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            }
        }
    }
}

/// What is worth reading anew.
fn rules() -> zbus::Result<Vec<MatchRule<'static>>> {
    let signal = || MatchRule::builder().msg_type(Type::Signal);
    Ok(vec![
        signal()
            .interface("org.freedesktop.DBus.Properties")
            .path(DAEMON_PATH)
            .build()?,
        signal()
            .sender("org.freedesktop.DBus")
            .member("NameOwnerChanged")
            .arg(0, DAEMON)
            .build()?,
        signal()
            .interface(XFCONF)
            .member("PropertyChanged")
            .arg(0, "xfce4-notifyd")
            .build()?,
        // GSettings' store tells which keys changed, as a path.
        signal()
            .interface("ca.desrt.dconf.Writer")
            .member("Notify")
            .build()?,
    ])
}

async fn read(bus: &Connection, names: &zbus::fdo::DBusProxy<'_>, desktop: &str) -> Hush {
    let has = async |name: &'static str| {
        let name = zbus::names::BusName::from_static_str(name).ok()?;
        let asking = tokio::time::timeout(ANSWERS_WITHIN, names.name_has_owner(name));
        asking.await.ok()?.ok().filter(|there| *there)
    };
    let mut answers = Vec::new();
    if has(DAEMON).await.is_some() {
        answers.push(property(bus, DAEMON, "Inhibited").await);
        answers.push(property(bus, "org.dunstproject.cmd0", "paused").await);
    }
    if has(XFCONF).await.is_some() {
        let asked = ("xfce4-notifyd", "/do-not-disturb");
        let to = (XFCONF, "/org/xfce/Xfconf", XFCONF, "GetProperty");
        let answer: Option<OwnedVariant> = call(bus, to, &asked).await;
        answers.push(answer.and_then(|value| bool::try_from(value).ok()));
    }
    answers.push(setting(desktop).await);
    together(&answers)
}

/// One that holds back is enough; one that does not hold back makes it known.
fn together(answers: &[Option<bool>]) -> Hush {
    if answers.contains(&Some(true)) {
        Hush::On
    } else if answers.contains(&Some(false)) {
        Hush::Off
    } else {
        Hush::Unknown
    }
}

async fn property(bus: &Connection, interface: &str, name: &str) -> Option<bool> {
    let properties = "org.freedesktop.DBus.Properties";
    let to = (DAEMON, DAEMON_PATH, properties, "Get");
    let answer: OwnedVariant = call(bus, to, &(interface, name)).await?;
    bool::try_from(answer).ok()
}

async fn call<B, T>(
    bus: &Connection,
    (name, path, interface, member): (&str, &str, &str, &str),
    body: &B,
) -> Option<T>
where
    B: serde::Serialize + zbus::DynamicType,
    T: DeserializeOwned + zbus::Type,
{
    let asking = bus.call_method(Some(name), path, Some(interface), member, body);
    let answer = tokio::time::timeout(ANSWERS_WITHIN, asking).await.ok()?;
    answer.ok()?.body().deserialize().ok()
}

/// What the desktop's settings say, if they are kept in GSettings.
async fn setting(desktop: &str) -> Option<bool> {
    let (_, schema, key, held) = SETTINGS
        .iter()
        .find(|(name, ..)| desktop.split(':').any(|part| part.contains(name)))?;
    let asking = tokio::process::Command::new("gsettings")
        .args(["get", schema, key])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let answer = tokio::time::timeout(ANSWERS_WITHIN, asking)
        .await
        .ok()?
        .ok()?;
    if !answer.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&answer.stdout);
    Some(text.trim() == *held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_holds_back_is_enough_and_nobody_who_knows_is_unknown() {
        assert_eq!(together(&[None, Some(false), Some(true)]), Hush::On);
        assert_eq!(together(&[None, Some(false)]), Hush::Off);
        assert_eq!(together(&[None, None]), Hush::Unknown);
        assert_eq!(together(&[]), Hush::Unknown);
    }

    #[tokio::test]
    async fn desktops_that_keep_it_elsewhere_are_not_asked_for_a_setting() {
        for desktop in ["", "KDE", "XFCE", "sway:wlroots"] {
            assert_eq!(setting(desktop).await, None, "{desktop}");
        }
    }
}
