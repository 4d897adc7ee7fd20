//! A Wayland compositor that draws nothing and knows one thing: whether somebody is there.
//!
//! It speaks `ext-idle-notify` on a socket of its own, in version 1, 2, or not at all, with one seat. A
//! test says when the seat has been idle for long enough and when input comes, and whether a video
//! inhibits idling. It lives on a thread of this process; dropping it is its death, as its clients see
//! it.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use wayland_protocols::ext::idle_notify::v1::server::ext_idle_notification_v1::{
    self, ExtIdleNotificationV1,
};
use wayland_protocols::ext::idle_notify::v1::server::ext_idle_notifier_v1::{
    self, ExtIdleNotifierV1,
};
use wayland_server::protocol::wl_seat::{self, WlSeat};
use wayland_server::{
    Client, DataInit, Dispatch, Display, DisplayHandle, GlobalDispatch, ListeningSocket, New,
};

use crate::rig_error::RigError;
use crate::wait;

/// Between two looks at its clients. Nothing is judged by it; it is the compositor's frame rate.
const FRAME: Duration = Duration::from_millis(5);

/// Which version of `ext-idle-notify` it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// Not at all, as Mutter does.
    Nothing,
    /// Idle inhibitors are honoured.
    V1,
    /// A client may ask for input alone.
    V2,
}

/// A notification that a client asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The pause it is about, in milliseconds.
    pub timeout_ms: u32,
    /// It looks at input alone, whatever inhibits idling.
    pub input_alone: bool,
}

/// A running compositor. Dropping it ends it.
#[derive(Debug)]
pub struct Compositor {
    socket: PathBuf,
    orders: Option<mpsc::Sender<Order>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    Idle,
    Input,
    Video(bool),
}

impl Compositor {
    /// Listens on the socket `wayland-0` in this folder, which takes the place of an older one.
    ///
    /// # Errors
    /// The socket cannot be made.
    pub fn start(folder: &Path, speaks: Speaks) -> Result<Self, RigError> {
        let socket = folder.join("wayland-0");
        let listening = ListeningSocket::bind_absolute(socket.clone())
            .map_err(|error| RigError::answer(format!("no compositor's socket: {error}")))?;
        let display = Display::new()
            .map_err(|error| RigError::answer(format!("no Wayland display: {error}")))?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seat = Seat {
            speaks,
            asked: Arc::clone(&asked),
            watched: Vec::new(),
            idle: false,
            video: false,
        };
        let (orders, ordered) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("compositor".into())
            .spawn(move || run(display, &listening, seat, &ordered))
            .map_err(RigError::io("start the compositor's thread"))?;
        Ok(Self {
            socket,
            orders: Some(orders),
            asked,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What its clients asked for, oldest first.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until a client asks for a notification, and gives the first.
    ///
    /// # Errors
    /// Nobody does.
    pub async fn watched(&self) -> Result<Asked, RigError> {
        wait::until("somebody to ask the compositor for idle time", async || {
            self.asked().first().copied()
        })
        .await
    }

    /// There was no input for as long as every client asked for.
    pub fn idle(&self) {
        self.order(Order::Idle);
    }

    /// There is input.
    pub fn input(&self) {
        self.order(Order::Input);
    }

    /// A video plays, or ends; it inhibits idling.
    pub fn video(&self, plays: bool) {
        self.order(Order::Video(plays));
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            // A thread that is gone has panicked, which its test prints.
            let _ = orders.send(order);
        }
    }
}

impl Drop for Compositor {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Serves its clients until nobody gives orders any more.
fn run(
    mut display: Display<Seat>,
    listening: &ListeningSocket,
    mut seat: Seat,
    ordered: &mpsc::Receiver<Order>,
) {
    let mut handle = display.handle();
    handle.create_global::<Seat, WlSeat, ()>(1, ());
    let version = match seat.speaks {
        Speaks::Nothing => None,
        Speaks::V1 => Some(1),
        Speaks::V2 => Some(2),
    };
    if let Some(version) = version {
        handle.create_global::<Seat, ExtIdleNotifierV1, ()>(version, ());
    }
    loop {
        while let Ok(Some(stream)) = listening.accept() {
            let _ = handle.insert_client(stream, Arc::new(()));
        }
        // A client that misbehaves or goes is dropped by the library.
        let _ = display.dispatch_clients(&mut seat);
        let _ = display.flush_clients();
        match ordered.recv_timeout(FRAME) {
            Ok(order) => seat.take(order),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// The seat, and who watches it.
struct Seat {
    speaks: Speaks,
    asked: Arc<Mutex<Vec<Asked>>>,
    watched: Vec<Watched>,
    idle: bool,
    video: bool,
}

struct Watched {
    notification: ExtIdleNotificationV1,
    input_alone: bool,
    told_idle: bool,
}

impl Seat {
    fn take(&mut self, order: Order) {
        match order {
            Order::Idle => self.idle = true,
            Order::Input => self.idle = false,
            Order::Video(plays) => self.video = plays,
        }
        for watched in &mut self.watched {
            let idle = self.idle && (watched.input_alone || !self.video);
            if idle != watched.told_idle {
                watched.told_idle = idle;
                if idle {
                    watched.notification.idled();
                } else {
                    watched.notification.resumed();
                }
            }
        }
    }

    fn watch(&mut self, notification: ExtIdleNotificationV1, asked: Asked) {
        self.watched.push(Watched {
            notification,
            input_alone: asked.input_alone,
            // By the protocol, a new one is not idle, and its pause begins with it.
            told_idle: false,
        });
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(asked);
    }
}

impl GlobalDispatch<WlSeat, ()> for Seat {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        seat: New<WlSeat>,
        _: &(),
        data: &mut DataInit<'_, Self>,
    ) {
        data.init(seat, ())
            .capabilities(wl_seat::Capability::Keyboard);
    }
}

impl Dispatch<WlSeat, ()> for Seat {
    fn request(
        _: &mut Self,
        _: &Client,
        _: &WlSeat,
        _: wl_seat::Request,
        _: &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
    }
}

impl GlobalDispatch<ExtIdleNotifierV1, ()> for Seat {
    fn bind(
        _: &mut Self,
        _: &DisplayHandle,
        _: &Client,
        notifier: New<ExtIdleNotifierV1>,
        _: &(),
        data: &mut DataInit<'_, Self>,
    ) {
        data.init(notifier, ());
    }
}

impl Dispatch<ExtIdleNotifierV1, ()> for Seat {
    fn request(
        seat: &mut Self,
        _: &Client,
        _: &ExtIdleNotifierV1,
        request: ext_idle_notifier_v1::Request,
        _: &(),
        _: &DisplayHandle,
        data: &mut DataInit<'_, Self>,
    ) {
        let (id, timeout_ms, input_alone) = match request {
            ext_idle_notifier_v1::Request::GetIdleNotification { id, timeout, .. } => {
                (id, timeout, false)
            }
            ext_idle_notifier_v1::Request::GetInputIdleNotification { id, timeout, .. } => {
                (id, timeout, true)
            }
            _ => return,
        };
        let asked = Asked {
            timeout_ms,
            input_alone,
        };
        let notification = data.init(id, ());
        seat.watch(notification, asked);
    }
}

impl Dispatch<ExtIdleNotificationV1, ()> for Seat {
    fn request(
        seat: &mut Self,
        _: &Client,
        notification: &ExtIdleNotificationV1,
        request: ext_idle_notification_v1::Request,
        _: &(),
        _: &DisplayHandle,
        _: &mut DataInit<'_, Self>,
    ) {
        if matches!(request, ext_idle_notification_v1::Request::Destroy) {
            seat.watched
                .retain(|watched| watched.notification != *notification);
        }
    }
}
