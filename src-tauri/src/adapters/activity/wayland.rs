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
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agent::ports::{Clock, IDLE_REPORT_AFTER};
use tokio::io::Interest;
use wayland_client::backend::WaylandError as Broken;
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, DispatchError, EventQueue, QueueHandle};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notification_v1::{
    self, ExtIdleNotificationV1,
};
use wayland_protocols::ext::idle_notify::v1::client::ext_idle_notifier_v1::ExtIdleNotifierV1;

use super::inputs::Inputs;

/// A compositor that has not answered its first question by then does not answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// The first version whose objects can look at input alone.
const INPUT_ALONE: u32 = 2;

/// Why a compositor does not tell idle time.
#[derive(Debug, thiserror::Error)]
pub enum WaylandError {
    /// Nobody answers at that socket.
    #[error("no compositor answers: {0}")]
    Connect(#[from] std::io::Error),
    /// It does not speak Wayland.
    #[error("it does not speak Wayland: {0}")]
    Speak(#[from] wayland_client::ConnectError),
    /// It broke off.
    #[error("the compositor broke off: {0}")]
    Broke(#[from] Broken),
    /// It said something that makes no sense.
    #[error("the compositor makes no sense: {0}")]
    Sense(#[from] DispatchError),
    /// It took the connection and said nothing.
    #[error("the compositor is silent")]
    Silent,
    /// It has no `ext_idle_notifier_v1`.
    #[error("the compositor does not tell idle time")]
    Lacks,
    /// It has no seat, so there is nothing that could be idle.
    #[error("the compositor has no seat")]
    NoSeat,
}

impl WaylandError {
    /// Whether a compositor was there at all.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(self, Self::Lacks | Self::NoSeat)
    }
}

/// Tells how it is now, and every change, until the compositor ends.
///
/// # Errors
/// Always: why it does not tell, or why it stopped.
pub async fn watch(
    socket: &Path,
    clock: Arc<dyn Clock>,
    inputs: &Inputs,
) -> Result<Infallible, WaylandError> {
    let socket = UnixStream::connect(socket)?;
    socket.set_nonblocking(true)?;
    // Only to hear of what comes: reading and writing are the library's.
    let arrivals = tokio::net::UnixStream::from_std(socket.try_clone()?)?;
    let connection = Connection::from_socket(socket)?;
    let mut queue = connection.new_event_queue();
    let mut compositor = Compositor::new(clock, queue.handle());
    let display = connection.display();
    display.get_registry(&queue.handle(), ());
    display.sync(&queue.handle(), ());
    let introduced = async {
        while !compositor.introduced {
            turn(&mut queue, &arrivals, &mut compositor).await?;
        }
        Ok::<_, WaylandError>(())
    };
    tokio::time::timeout(ANSWERS_WITHIN, introduced)
        .await
        .map_err(|_| WaylandError::Silent)??;
    loop {
        if compositor.notifier.is_none() {
            return Err(WaylandError::Lacks);
        }
        match all_idle_since(compositor.seats.values().map(|seat| seat.idle_since)) {
            None => return Err(WaylandError::NoSeat),
            Some(None) => inputs.active(),
            Some(Some(since)) => inputs.idle_since(since),
        }
        turn(&mut queue, &arrivals, &mut compositor).await?;
    }
}

/// Says what is to be said, waits for an answer, and takes it in.
async fn turn(
    queue: &mut EventQueue<Compositor>,
    arrivals: &tokio::net::UnixStream,
    compositor: &mut Compositor,
) -> Result<(), WaylandError> {
    while queue.dispatch_pending(compositor)? == 0 {
        queue.flush()?;
        let Some(reading) = queue.prepare_read() else {
            continue;
        };
        arrivals.readable().await?;
        match reading.read() {
            Ok(_) => {}
            Err(Broken::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                // All is read: wait for the next arrival.
                let none = || Err::<(), _>(ErrorKind::WouldBlock.into());
                arrivals.try_io(Interest::READABLE, none).ok();
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Since when all seats are idle, if they are; `None` if there is no seat.
fn all_idle_since(mut seats: impl Iterator<Item = Option<Duration>>) -> Option<Option<Duration>> {
    let first = seats.next()?;
    // The machine is idle since its last input, which is the latest of theirs.
    Some(seats.fold(first, |all, one| Some(all?.max(one?))))
}

/// What the compositor has said.
struct Compositor {
    clock: Arc<dyn Clock>,
    queue: QueueHandle<Self>,
    /// With its global's name.
    notifier: Option<(u32, ExtIdleNotifierV1)>,
    /// By their globals' names.
    seats: BTreeMap<u32, Seat>,
    /// Everything that it has was named.
    introduced: bool,
}

struct Seat {
    seat: WlSeat,
    notification: Option<ExtIdleNotificationV1>,
    idle_since: Option<Duration>,
}

impl Compositor {
    fn new(clock: Arc<dyn Clock>, queue: QueueHandle<Self>) -> Self {
        Self {
            clock,
            queue,
            notifier: None,
            seats: BTreeMap::new(),
            introduced: false,
        }
    }

    /// Watches every seat that is not watched yet.
    fn watch_seats(&mut self) {
        let Some((_, notifier)) = &self.notifier else {
            return;
        };
        let timeout = u32::try_from(IDLE_REPORT_AFTER.as_millis()).unwrap_or(u32::MAX);
        for (name, seat) in &mut self.seats {
            if seat.notification.is_none() {
                let ask = if wayland_client::Proxy::version(notifier) >= INPUT_ALONE {
                    ExtIdleNotifierV1::get_input_idle_notification
                } else {
                    ExtIdleNotifierV1::get_idle_notification
                };
                let notification = ask(notifier, timeout, &seat.seat, &self.queue, *name);
                seat.notification = Some(notification);
            }
        }
    }
}

impl Dispatch<WlRegistry, ()> for Compositor {
    fn event(
        compositor: &mut Self,
        registry: &WlRegistry,
        event: wl_registry::Event,
        _: &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global {
                name,
                interface,
                version,
            } => {
                if interface == "ext_idle_notifier_v1" && compositor.notifier.is_none() {
                    let version = version.min(INPUT_ALONE);
                    let notifier = registry.bind(name, version, queue, ());
                    compositor.notifier = Some((name, notifier));
                } else if interface == "wl_seat" {
                    let seat = Seat {
                        seat: registry.bind(name, 1, queue, ()),
                        notification: None,
                        idle_since: None,
                    };
                    compositor.seats.insert(name, seat);
                }
                compositor.watch_seats();
            }
            wl_registry::Event::GlobalRemove { name } => {
                if let Some(seat) = compositor.seats.remove(&name)
                    && let Some(notification) = seat.notification
                {
                    notification.destroy();
                }
                compositor.notifier.take_if(|(known, _)| *known == name);
            }
            _ => {}
        }
    }
}

impl Dispatch<ExtIdleNotificationV1, u32> for Compositor {
    fn event(
        compositor: &mut Self,
        _: &ExtIdleNotificationV1,
        event: ext_idle_notification_v1::Event,
        seat: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let now = compositor.clock.elapsed();
        if let Some(seat) = compositor.seats.get_mut(seat) {
            match event {
                ext_idle_notification_v1::Event::Idled => {
                    seat.idle_since = Some(now.saturating_sub(IDLE_REPORT_AFTER));
                }
                ext_idle_notification_v1::Event::Resumed => seat.idle_since = None,
                _ => {}
            }
        }
    }
}

impl Dispatch<WlCallback, ()> for Compositor {
    fn event(
        compositor: &mut Self,
        _: &WlCallback,
        _: wl_callback::Event,
        _: &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        compositor.introduced = true;
    }
}

wayland_client::delegate_noop!(Compositor: ExtIdleNotifierV1);
wayland_client::delegate_noop!(Compositor: ignore WlSeat);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_idle_since_the_last_input_of_any_seat() {
        let [early, late] = [3, 7].map(|seconds| Some(Duration::from_secs(seconds)));
        let since = |seats: &[Option<Duration>]| all_idle_since(seats.iter().copied());
        assert_eq!(since(&[]), None);
        assert_eq!(since(&[early]), Some(early));
        assert_eq!(since(&[late, early]), Some(late));
        assert_eq!(since(&[early, None, late]), Some(None), "somebody is there");
        assert_eq!(since(&[None, late]), Some(None));
    }
}
