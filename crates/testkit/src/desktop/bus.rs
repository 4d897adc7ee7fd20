//! The session bus, and a few questions to those on it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;
use zbus::names::BusName;
use zbus::{Connection, OwnedObjectPath, Proxy, Type};

use super::{Folders, SECRET_STORE, first_line};
use crate::leash::{Leash, Process};
use crate::rig_error::RigError;

/// The panel's settings store, the one service that the bus may start by itself.
const XFCONF: &str = "/usr/share/dbus-1/services/org.xfce.Xfconf.service";

/// Starts a bus of our own and gives its address.
pub(super) async fn start(leash: &Leash, folders: &Folders) -> Result<(Process, String), RigError> {
    let config = write_config(folders)?;
    let mut command = Command::new("dbus-daemon");
    command
        .arg(format!("--config-file={}", config.display()))
        .args(["--nofork", "--nopidfile", "--print-address=1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    // Services that the bus starts inherit its environment; it must not be the machine's own.
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
        command.env_remove(name);
    }
    command
        .env("HOME", &folders.home)
        .env("XDG_CONFIG_HOME", folders.home.join(".config"))
        .env("XDG_CACHE_HOME", folders.home.join(".cache"))
        .env("XDG_RUNTIME_DIR", folders.runtime.path());
    let log = folders.scratch.join("dbus.log");
    let mut bus = leash.start_piped(&mut command, &log)?;
    let address = first_line(&mut bus).await?;
    Ok((bus, address))
}

fn write_config(folders: &Folders) -> Result<PathBuf, RigError> {
    let services = folders.scratch.join("bus-services");
    std::fs::create_dir_all(&services).map_err(RigError::io("make the bus' folder"))?;
    if let Ok(text) = std::fs::read(XFCONF) {
        std::fs::write(services.join("org.xfce.Xfconf.service"), text)
            .map_err(RigError::io("write the bus' services"))?;
    }
    let config = folders.scratch.join("bus.conf");
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        folders.runtime.path().display(),
        services.display(),
    );
    std::fs::write(&config, text).map_err(RigError::io("write the bus' configuration"))?;
    Ok(config)
}

/// Whether somebody answers under this name.
pub(super) async fn is_owned(connection: &Connection, name: &str) -> bool {
    let (Ok(bus), Ok(name)) = (
        zbus::fdo::DBusProxy::new(connection).await,
        BusName::try_from(name),
    ) else {
        return false;
    };
    bus.name_has_owner(name).await.unwrap_or(false)
}

/// Whether the collection that programs store to is locked; `None` if there is none.
pub(super) async fn default_collection_locked(connection: &Connection) -> Option<bool> {
    if !is_owned(connection, SECRET_STORE).await {
        return None;
    }
    let path = default_collection(connection).await.ok()?;
    let collection = Proxy::new(
        connection,
        SECRET_STORE,
        path,
        "org.freedesktop.Secret.Collection",
    )
    .await
    .ok()?;
    collection.get_property("Locked").await.ok()
}

/// Locks the collection that programs store to.
pub(super) async fn lock_default_collection(connection: &Connection) -> Result<(), RigError> {
    let path = default_collection(connection).await?;
    let service = secret_service(connection).await?;
    let _locked: (Vec<OwnedObjectPath>, OwnedObjectPath) =
        service.call("Lock", &(vec![path],)).await?;
    Ok(())
}

async fn default_collection(connection: &Connection) -> Result<OwnedObjectPath, RigError> {
    let service = secret_service(connection).await?;
    let path: OwnedObjectPath = service.call("ReadAlias", &("default",)).await?;
    if path.as_str() == "/" {
        return Err(RigError::answer("the keyring has no default collection"));
    }
    Ok(path)
}

async fn secret_service(connection: &Connection) -> Result<Proxy<'static>, RigError> {
    Ok(Proxy::new(
        connection,
        SECRET_STORE,
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    )
    .await?)
}

/// A property that may be missing.
pub(super) async fn property<T: DeserializeOwned + Type>(
    proxy: &Proxy<'_>,
    name: &str,
) -> Option<T> {
    proxy.get_property(name).await.ok()
}
