//! The streams of devices that are listening.
//!
//! A stream joins **before** it reads the last stored events and skips what it has sent already, so
//! nothing falls between reading and listening. Events are put in while the change that made them
//! still holds its turn, so every stream gets them in the order of their numbers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::error::ErrorBody;
use protocol::frame::ServerFrame;
use protocol::ids::{AgentId, DeviceId};

use crate::log::Appended;
use crate::outlet::{self, Inlet, Outlet};

/// What waits for a stream.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// An event, serialised once for all.
    Event(Arc<Appended>),
    /// Anything else.
    Frame(Box<ServerFrame>),
}

#[derive(Debug)]
struct Stream {
    agent: AgentId,
    device: DeviceId,
    outlet: Outlet<Outgoing>,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Streams {
    queue: usize,
    next: AtomicU64,
    joined: Mutex<BTreeMap<u64, Stream>>,
}

/// A place among the streams; left when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    streams: Arc<Streams>,
    number: u64,
    pub(crate) inlet: Inlet<Outgoing>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.streams.lock().remove(&self.number);
    }
}

impl Streams {
    /// With room for so many frames in each queue.
    pub(crate) fn new(queue: usize) -> Self {
        Self {
            queue,
            next: AtomicU64::default(),
            joined: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Stream>> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on every event that reaches the agent is put in.
    pub(crate) fn join(self: &Arc<Self>, agent: AgentId, device: DeviceId) -> Seat {
        let (outlet, inlet) = outlet::queue(self.queue);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(
            number,
            Stream {
                agent,
                device,
                outlet,
            },
        );
        Seat {
            streams: Arc::clone(self),
            number,
            inlet,
        }
    }

    pub(crate) fn publish(&self, appended: &[Arc<Appended>]) {
        let joined = self.lock();
        for stream in joined.values() {
            for event in appended
                .iter()
                .filter(|event| event.audience.reaches(stream.agent))
            {
                stream.outlet.push(Outgoing::Event(Arc::clone(event)));
            }
        }
    }

    /// Puts a frame in behind the events that are there already.
    pub(crate) fn answer(&self, seat: u64, frame: ServerFrame) {
        if let Some(stream) = self.lock().get(&seat) {
            stream.outlet.push(Outgoing::Frame(Box::new(frame)));
        }
    }

    /// Ends the streams of one device.
    pub(crate) fn end_device(&self, device: DeviceId, why: &ErrorBody) {
        for stream in self
            .lock()
            .values()
            .filter(|stream| stream.device == device)
        {
            stream.outlet.end(why.clone());
        }
    }

    /// Ends all.
    pub(crate) fn end_all(&self, why: &ErrorBody) {
        for stream in self.lock().values() {
            stream.outlet.end(why.clone());
        }
    }
}

impl Seat {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}
