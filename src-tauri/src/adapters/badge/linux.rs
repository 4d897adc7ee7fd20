//! The launcher's number, over the session bus.
//!
//! A launcher hears a signal that names the app's `.desktop` file, and forgets what it heard when the sender
//! leaves the bus; so the connection stays, and a crash leaves nothing behind. A launcher that is restarted
//! asks nobody: it shows the number with the next change.

use std::collections::HashMap;
use std::time::Duration;

use agent::ports::{Badge, Waiting};
use async_trait::async_trait;
use tokio::sync::Mutex;
use zbus::{Connection, Variant};

use crate::adapters::notifier::linux::DESKTOP_ENTRY;

const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";
const PATH: &str = "/com/canonical/unity/launcherentry/porchlight";

/// A bus that takes longer is broken.
const SENT_WITHIN: Duration = Duration::from_secs(5);

/// The launcher's number.
#[derive(Debug, Default)]
pub struct LauncherBadge(Mutex<Option<Connection>>);

#[async_trait]
impl Badge for LauncherBadge {
    async fn show(&self, waiting: Waiting) {
        let mut bus = self.0.lock().await;
        match tokio::time::timeout(SENT_WITHIN, send(&mut bus, waiting)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(%error, "no launcher shows the number");
                *bus = None;
            }
            Err(_) => *bus = None,
        }
    }
}

async fn send(bus: &mut Option<Connection>, waiting: Waiting) -> zbus::Result<()> {
    let connection = match bus.take() {
        Some(connection) => connection,
        None => Connection::session().await?,
    };
    let connection = bus.insert(connection);
    let app = format!("application://{DESKTOP_ENTRY}.desktop");
    let shown: HashMap<&str, Variant<'_>> = HashMap::from([
        ("count", Variant::from(i64::from(waiting.count))),
        ("count-visible", Variant::from(waiting.count > 0)),
        ("urgent", Variant::from(waiting.missed && waiting.count > 0)),
    ]);
    connection
        .emit_signal(None::<&str>, PATH, INTERFACE, "Update", &(app, shown))
        .await
}
