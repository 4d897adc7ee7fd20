//! Whether this desktop has a place for tray icons.
//!
//! On Linux a tray icon is shown by a *host* (a panel, a GNOME extension) that a *watcher* on the session
//! bus knows of. There may be none, it may start after us, and it may go away: then closing the
//! window would leave no way back to it, and the shell must know.

use futures_util::StreamExt as _;
use tokio::sync::watch;
use zbus::proxy::CacheProperties;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher"
)]
trait Watcher {
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;
    #[zbus(signal)]
    fn status_notifier_host_unregistered(&self) -> zbus::Result<()>;
}

/// Tells `present` how it is now and every change, until nobody looks any more.
///
/// # Errors
/// The bus broke off.
pub async fn watch(bus: &zbus::Connection, present: watch::Sender<bool>) -> zbus::Result<()> {
    let names = zbus::fdo::DBusProxy::new(bus).await?;
    let watcher = WatcherProxy::builder(bus)
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    let owners = names
        .receive_name_owner_changed_with_args(&[(0, WATCHER)])
        .await?;
    let came = watcher.receive_status_notifier_host_registered().await?;
    let went = watcher.receive_status_notifier_host_unregistered().await?;
    let mut changes = futures_util::stream::select_all([
        owners.map(|_| ()).boxed(),
        came.map(|_| ()).boxed(),
        went.map(|_| ()).boxed(),
    ]);
    loop {
        let now = is_present(&names, &watcher).await?;
        present.send_if_modified(|before| std::mem::replace(before, now) != now);
        tokio::select! {
            () = present.closed() => return Ok(()),
            change = changes.next() => if change.is_none() { return Ok(()) },
        }
    }
}

/// How it is now.
///
/// # Errors
/// The bus does not answer.
pub async fn is_there(bus: &zbus::Connection) -> zbus::Result<bool> {
    let names = zbus::fdo::DBusProxy::new(bus).await?;
    let watcher = WatcherProxy::builder(bus)
        .cache_properties(CacheProperties::No)
        .build()
        .await?;
    is_present(&names, &watcher).await
}

async fn is_present(
    names: &zbus::fdo::DBusProxy<'_>,
    watcher: &WatcherProxy<'_>,
) -> zbus::Result<bool> {
    let name = zbus::names::BusName::try_from(WATCHER)?;
    if !names.name_has_owner(name).await? {
        return Ok(false);
    }
    // A watcher that does not know its hosts is believed to have one.
    Ok(watcher
        .is_status_notifier_host_registered()
        .await
        .unwrap_or(true))
}
