//! What was notified, as heard on the session bus, and a person's answers to it.
//!
//! A daemon tells only what it has put away, and not what a program asked of it. So the desktop listens on
//! the bus instead: every `Notify` with what it held, the id the daemon gave it, what was clicked,
//! and why it closed. Clicks and closings go through the daemon itself, which then signals the program as
//! it does after a real click.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream, OwnedVariant, Proxy};

use super::{Desktop, NOTIFICATION_DAEMON, dressing};
use crate::rig_error::RigError;
use crate::wait;

/// One notification, as a program asked for it and as it went on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notification {
    /// As the daemon numbered it.
    pub id: u32,
    /// The connection that showed it last, by its name on the bus.
    pub sender: String,
    /// Who asked.
    pub app_name: String,
    /// The first line.
    pub summary: String,
    /// The text, with the markup it was sent with.
    pub body: String,
    /// Action ids and their labels, in order.
    pub actions: Vec<(String, String)>,
    /// 0 low, 1 normal, 2 critical.
    pub urgency: Option<u8>,
    /// How often it was shown: more than once if it was updated under the same id.
    pub shown: usize,
    /// When it was shown last, among all of them: one more for each.
    pub turn: usize,
    /// Actions that were clicked, `default` for the notification itself.
    pub clicked: Vec<String>,
    /// Why it is gone: 1 expired, 2 dismissed by the person, 3 withdrawn by the program, 4 other.
    pub closed: Option<u32>,
}

/// Listens on the bus for as long as it lives.
#[derive(Debug)]
pub(super) struct Heard {
    seen: Arc<Mutex<Ledger>>,
    listener: tokio::task::JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Ledger {
    /// How often anything was shown.
    turns: usize,
    /// Oldest first, by the daemon's numbers.
    notifications: BTreeMap<u32, Notification>,
    /// `Notify` calls that the daemon has not answered: by caller and the call's serial number.
    asked: HashMap<(String, u32), Notification>,
}

type NotifyArguments = (
    String,
    u32,
    String,
    String,
    String,
    Vec<String>,
    HashMap<String, OwnedVariant>,
    i32,
);

impl Heard {
    pub(super) async fn listen(address: &str) -> Result<Self, RigError> {
        let connection = zbus::connection::Builder::address(address).build().await?;
        let mut messages = MessageStream::from(&connection);
        let rules = [
            MatchRule::builder()
                .interface(NOTIFICATION_DAEMON)
                .build()?,
            MatchRule::builder().msg_type(Type::MethodReturn).build()?,
        ];
        zbus::fdo::MonitoringProxy::new(&connection)
            .await?
            .become_monitor(&rules, 0)
            .await?;
        let seen = Arc::new(Mutex::new(Ledger::default()));
        let ledger = Arc::clone(&seen);
        let listener = tokio::spawn(async move {
            // The connection must live as long as somebody listens.
            let _connection = connection;
            while let Some(Ok(message)) = messages.next().await {
                ledger
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take_in(&message);
            }
        });
        Ok(Self { seen, listener })
    }

    fn all(&self) -> Vec<Notification> {
        let ledger = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.notifications.values().cloned().collect()
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Ledger {
    fn take_in(&mut self, message: &Message) {
        let header = message.header();
        let member = header.member().map_or("", |member| member.as_str());
        match (message.message_type(), member) {
            (Type::MethodCall, "Notify") => {
                let Some(sender) = header.sender() else {
                    return;
                };
                let serial = message.primary_header().serial_num().get();
                if let Ok(arguments) = message.body().deserialize::<NotifyArguments>() {
                    let asked = Notification {
                        sender: sender.to_string(),
                        ..Notification::from(arguments)
                    };
                    self.asked.insert((asked.sender.clone(), serial), asked);
                }
            }
            (Type::MethodReturn, _) => {
                let (Some(caller), Some(serial)) = (header.destination(), header.reply_serial())
                else {
                    return;
                };
                let Some(mut asked) = self.asked.remove(&(caller.to_string(), serial.get())) else {
                    return;
                };
                let Ok(id) = message.body().deserialize::<u32>() else {
                    return;
                };
                asked.id = id;
                asked.shown = 1;
                self.turns += 1;
                asked.turn = self.turns;
                if let Some(before) = self.notifications.remove(&id) {
                    asked.shown += before.shown;
                    asked.clicked = before.clicked;
                }
                self.notifications.insert(id, asked);
            }
            (Type::Signal, "ActionInvoked") => {
                if let Ok((id, action)) = message.body().deserialize::<(u32, String)>()
                    && let Some(notification) = self.notifications.get_mut(&id)
                {
                    notification.clicked.push(action);
                }
            }
            (Type::Signal, "NotificationClosed") => {
                if let Ok((id, reason)) = message.body().deserialize::<(u32, u32)>()
                    && let Some(notification) = self.notifications.get_mut(&id)
                {
                    notification.closed = Some(reason);
                }
            }
            _ => {}
        }
    }
}

impl From<NotifyArguments> for Notification {
    fn from(arguments: NotifyArguments) -> Self {
        let (app_name, _replaces, _icon, summary, body, actions, mut hints, _timeout) = arguments;
        let mut parts = actions.into_iter();
        let mut actions = Vec::new();
        while let (Some(id), Some(label)) = (parts.next(), parts.next()) {
            actions.push((id, label));
        }
        Self {
            app_name,
            summary,
            body,
            actions,
            urgency: hints
                .remove("urgency")
                .and_then(|urgency| u8::try_from(urgency).ok()),
            ..Self::default()
        }
    }
}

impl Desktop {
    /// Every notification since the desktop started, oldest first.
    #[must_use]
    pub fn notifications(&self) -> Vec<Notification> {
        self.heard.all()
    }

    /// The notifications that are on the screen now, oldest first.
    #[must_use]
    pub fn shown_notifications(&self) -> Vec<Notification> {
        let mut all = self.heard.all();
        all.retain(|notification| notification.closed.is_none());
        all
    }

    /// What the daemon was asked to show and has not answered, in no order.
    #[must_use]
    pub fn unanswered_notifications(&self) -> Vec<Notification> {
        let seen = &self.heard.seen;
        let ledger = seen.lock().unwrap_or_else(PoisonError::into_inner);
        ledger.asked.values().cloned().collect()
    }

    /// Waits for a notification that is as described.
    ///
    /// # Errors
    /// [`RigError::NotYet`], with all that came instead.
    pub async fn wait_for_notification(
        &self,
        what: &str,
        is_it: impl Fn(&Notification) -> bool,
    ) -> Result<Notification, RigError> {
        let found = wait::until(what, async || {
            self.heard.all().into_iter().rev().find(|one| is_it(one))
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("{what}; what came: {:?}", self.heard.all()),
        })
    }

    /// Clicks the notification that was shown or updated last, as a left click on it does. The others are
    /// dismissed first, since the daemon can be told to click only the topmost.
    ///
    /// # Errors
    /// If none is shown.
    pub async fn click_newest_notification(&self) -> Result<(), RigError> {
        let mut shown = self.shown_notifications();
        if shown.is_empty() {
            return Err(RigError::answer("no notification is shown"));
        }
        self.senders_listen().await?;
        shown.sort_by_key(|one| one.turn);
        shown.pop();
        let daemon = Proxy::new(
            &self.connection,
            NOTIFICATION_DAEMON,
            "/org/freedesktop/Notifications",
            NOTIFICATION_DAEMON,
        )
        .await?;
        for older in shown {
            let () = daemon.call("CloseNotification", &(older.id,)).await?;
        }
        wait::until("the older notifications to go", async || {
            (self.shown_notifications().len() == 1).then_some(())
        })
        .await?;
        let dunst = dunst(&self.connection).await?;
        Ok(dunst.call("NotificationAction", &(0_u32,)).await?)
    }

    /// Waits until whoever showed a notification hears what becomes of it, for each that is on the screen.
    /// A program may begin to listen after it has sent one; what a person does within those few
    /// milliseconds is lost on it, but no person is that quick. What came over the rig's own connection
    /// needs no listener.
    async fn senders_listen(&self) -> Result<(), RigError> {
        let bus = Proxy::new(
            &self.connection,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.Debug.Stats",
        )
        .await?;
        let hears =
            |rules: &Vec<String>| rules.iter().any(|rule| rule.contains("NotificationClosed"));
        wait::until("the notifications' senders to listen", async || {
            let rules: HashMap<String, Vec<String>> =
                bus.call("GetAllMatchRules", &()).await.ok()?;
            let own = self.connection.unique_name().map(|name| name.as_str());
            let mut shown = self.shown_notifications();
            shown.retain(|one| own != Some(one.sender.as_str()));
            let mut senders = shown.iter().map(|one| rules.get(&one.sender));
            senders.all(|rules| rules.is_some_and(hears)).then_some(())
        })
        .await
    }

    /// Clicks a button of a notification, by its name, in the menu that the daemon draws for buttons.
    ///
    /// # Errors
    /// If the notification has no such button, or the daemon does not answer.
    pub async fn click_button(&self, on: &Notification, button: &str) -> Result<(), RigError> {
        if !on.actions.iter().any(|(name, _)| name == button) {
            let buttons = &on.actions;
            return Err(RigError::answer(format!(
                "no button {button:?} in {buttons:?}"
            )));
        }
        self.senders_listen().await?;
        let wanted = format!("[{},{button}]", on.id);
        std::fs::write(dressing::button_wanted(self.home()), wanted)
            .map_err(RigError::io("say which button is clicked"))?;
        let dunst = dunst(&self.connection).await?;
        Ok(dunst.call("ContextMenuCall", &()).await?)
    }

    /// Dismisses all that are shown, as a person does who does not care.
    ///
    /// # Errors
    /// If the daemon does not answer, or keeps one.
    pub async fn close_all_notifications(&self) -> Result<(), RigError> {
        self.senders_listen().await?;
        let dunst = dunst(&self.connection).await?;
        let () = dunst.call("NotificationCloseAll", &()).await?;
        wait::until("all notifications to close", async || {
            self.shown_notifications().is_empty().then_some(())
        })
        .await
    }
}

async fn dunst(connection: &Connection) -> Result<Proxy<'static>, RigError> {
    Ok(Proxy::new(
        connection,
        NOTIFICATION_DAEMON,
        "/org/freedesktop/Notifications",
        "org.dunstproject.cmd0",
    )
    .await?)
}
