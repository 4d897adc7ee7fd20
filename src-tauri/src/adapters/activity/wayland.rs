//! Input on a Wayland compositor that speaks `ext-idle-notify`.
//!
//! A notification object is made for each seat, with a timeout of [`IDLE_REPORT_AFTER`]. The compositor
//! sends `idled` when the seat had no input for that long, and `resumed` with the next input; nothing is
//! asked in between. The machine is idle when all its seats are.
//!
//! From version 2 on the object can be told to look at input alone. Version 1 honours idle inhibitors,
//! so there somebody who went away from a playing video counts as here. That is what the compositor
//! offers, and better than nothing.
//!
//! By the protocol the count begins with the object, so a pause that began before is noticed half a
//! minute later than it could be. The connection is our own: GDK's belongs to a window that may not be
//! there.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agent::ports::{Clock, IDLE_REPORT_AFTER};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use wayland_client::backend::WaylandError as BackendError;
use wayland_client::globals::GlobalListContents;
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, DispatchError, EventQueue, Proxy as _, QueueHandle};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notification_v1::{
    self, ExtIdleNotificationV1,
};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::{
    self, ExtIdleNotifierV1,
};

use super::inputs::Inputs;
