//! A notification daemon that draws nothing and knows when it was asked.
//!
//! A real one cannot tell the instant, and what it draws would take the machine's time away from what is
//! measured. To programs it is like any other: it numbers, replaces, closes, and says so to all.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use testkit::RigError;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zbus::message::Type;
use zbus::{Connection, Message, MessageStream};

pub(crate) const NAME: &str = "org.freedesktop.Notifications";
pub(crate) const PATH: &str = "/org/freedesktop/Notifications";

/// What is not there by then does not come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// *Withdrawn by the program*, in the words of the specification.
const WITHDRAWN: u32 = 3;

/// What `Notify` takes; of its hints, nothing is looked at.
type Asked = (
    String,
    u32,
    String,
    String,
    String,
    Vec<String>,
    std::collections::HashMap<String, zbus::OwnedVariant>,
    i32,
);

#[derive(Debug)]
enum Heard {
    Notify { at: Instant, id: u32, body: String },
    Closed { id: u32 },
}

/// Ends with the value.
#[derive(Debug)]
pub(crate) struct Daemon {
    heard: mpsc::UnboundedReceiver<Heard>,
    listener: JoinHandle<()>,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Daemon {
    /// Takes the name on the bus at this address, where nobody must have it.
    pub(crate) async fn start(address: &str) -> Result<Self, RigError> {
        let connection = zbus::connection::Builder::address(address).build().await?;
        let mut messages = MessageStream::from(&connection);
        connection.request_name(NAME).await?;
        let (tell, heard) = mpsc::unbounded_channel();
        let listener = tokio::spawn(async move {
            let mut last = 0;
            while let Some(Ok(message)) = messages.next().await {
                let at = Instant::now();
                if message.message_type() != Type::MethodCall {
                    continue;
                }
                if let Err(error) = answer(&connection, &message, at, &mut last, &tell).await {
                    eprintln!("the bench's notification daemon: {error}");
                }
            }
        });
        Ok(Self { heard, listener })
    }

    /// Waits for a notification with this in its text; gives when it came, and its number.
    ///
    /// # Errors
    /// If none comes within `patience`, with what came instead.
    pub(crate) async fn notified(
        &mut self,
        text: &str,
        patience: Duration,
    ) -> Result<(Instant, u32), RigError> {
        let mut others = Vec::new();
        let looking = async {
            while let Some(heard) = self.heard.recv().await {
                match heard {
                    Heard::Notify { at, id, body } if body.contains(text) => return Some((at, id)),
                    other => others.push(other),
                }
            }
            None
        };
        let found = tokio::time::timeout(patience, looking).await;
        found.ok().flatten().ok_or_else(|| {
            RigError::Answer(format!(
                "no notification of {text:?} came within {patience:?}; what came: {others:?}"
            ))
        })
    }

    /// Waits until the notification of this number was withdrawn.
    ///
    /// # Errors
    /// If it stays for longer than `patience`.
    pub(crate) async fn withdrawn(&mut self, id: u32, patience: Duration) -> Result<(), RigError> {
        let looking = async {
            while let Some(heard) = self.heard.recv().await {
                if matches!(heard, Heard::Closed { id: closed } if closed == id) {
                    return Some(());
                }
            }
            None
        };
        let found = tokio::time::timeout(patience, looking).await;
        found.ok().flatten().ok_or_else(|| {
            RigError::Answer(format!(
                "notification {id} was not withdrawn within {patience:?} of the reply"
            ))
        })
    }
}

async fn answer(
    connection: &Connection,
    message: &Message,
    at: Instant,
    last: &mut u32,
    tell: &mpsc::UnboundedSender<Heard>,
) -> zbus::Result<()> {
    let header = message.header();
    match header.member().map_or("", |member| member.as_str()) {
        "Notify" => {
            let (_, replaces, _, _, body, ..): Asked = message.body().deserialize()?;
            let id = if replaces == 0 {
                *last = last.saturating_add(1);
                *last
            } else {
                replaces
            };
            // Nobody listens any more once the bench is over.
            tell.send(Heard::Notify { at, id, body }).ok();
            connection.reply(&header, &id).await
        }
        "CloseNotification" => {
            let id: u32 = message.body().deserialize()?;
            connection.reply(&header, &()).await?;
            let closed = (id, WITHDRAWN);
            let nobody = None::<&str>;
            connection
                .emit_signal(nobody, PATH, NAME, "NotificationClosed", &closed)
                .await?;
            tell.send(Heard::Closed { id }).ok();
            Ok(())
        }
        "GetCapabilities" => {
            let all = ["actions", "body", "body-markup", "persistence"].as_slice();
            connection.reply(&header, &all).await
        }
        "GetServerInformation" => {
            let about = ("bench", "Porchlight", "1", "1.2");
            connection.reply(&header, &about).await
        }
        other => {
            let unknown = "org.freedesktop.DBus.Error.UnknownMethod";
            connection.reply_error(&header, unknown, &other).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(all: impl IntoIterator<Item = Heard>) -> (Daemon, mpsc::UnboundedSender<Heard>) {
        let (tell, heard) = mpsc::unbounded_channel();
        for one in all {
            tell.send(one).unwrap();
        }
        let listener = tokio::spawn(std::future::pending());
        (Daemon { heard, listener }, tell)
    }

    fn notify(id: u32, body: &str) -> Heard {
        Heard::Notify {
            at: Instant::now(),
            id,
            body: body.to_owned(),
        }
    }

    #[tokio::test]
    async fn the_one_that_is_waited_for_is_found_among_others() {
        let (mut daemon, _tell) = heard([
            notify(1, "another"),
            Heard::Closed { id: 1 },
            notify(2, "one"),
            Heard::Closed { id: 7 },
            Heard::Closed { id: 2 },
        ]);
        let (_, id) = daemon.notified("one", PATIENCE).await.unwrap();
        assert_eq!(id, 2);
        daemon.withdrawn(id, PATIENCE).await.unwrap();
    }

    #[tokio::test]
    async fn one_that_does_not_come_ends_the_bench_with_what_came_instead() {
        let soon = Duration::from_millis(5);
        let (mut daemon, _tell) = heard([notify(1, "another")]);
        let error = daemon.notified("message 7", soon).await.unwrap_err();
        let said = error.to_string();
        assert!(
            said.starts_with("no notification of \"message 7\" came within 5ms"),
            "{said}"
        );
        assert!(said.contains("another"), "{said}");
        let error = daemon.withdrawn(1, soon).await.unwrap_err();
        assert!(error.to_string().contains("not withdrawn"), "{error}");
    }
}
