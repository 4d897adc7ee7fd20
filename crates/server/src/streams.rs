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

#[derive(Debug, Default)]
struct Joined {
    streams: BTreeMap<u64, Stream>,
    /// Said to all; whoever comes later hears it too.
    ended: Option<ErrorBody>,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Streams {
    queue: usize,
    next: AtomicU64,
    joined: Mutex<Joined>,
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
        self.streams.lock().streams.remove(&self.number);
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

    fn lock(&self) -> MutexGuard<'_, Joined> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on every event that reaches the agent is put in.
    pub(crate) fn join(self: &Arc<Self>, agent: AgentId, device: DeviceId) -> Seat {
        let (outlet, inlet) = outlet::queue(self.queue);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut joined = self.lock();
        if let Some(why) = &joined.ended {
            outlet.end(why.clone());
        }
        let stream = Stream {
            agent,
            device,
            outlet,
        };
        joined.streams.insert(number, stream);
        drop(joined);
        Seat {
            streams: Arc::clone(self),
            number,
            inlet,
        }
    }

    pub(crate) fn publish(&self, appended: &[Arc<Appended>]) {
        let joined = self.lock();
        for stream in joined.streams.values() {
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
        if let Some(stream) = self.lock().streams.get(&seat) {
            stream.outlet.push(Outgoing::Frame(Box::new(frame)));
        }
    }

    /// The seats of an agent's streams, and whose device each is.
    pub(crate) fn seats(&self, agent: AgentId) -> Vec<(u64, DeviceId)> {
        self.lock()
            .streams
            .iter()
            .filter(|(_, stream)| stream.agent == agent)
            .map(|(seat, stream)| (*seat, stream.device))
            .collect()
    }

    /// Ends the streams of one device.
    pub(crate) fn end_device(&self, device: DeviceId, why: &ErrorBody) {
        for stream in self
            .lock()
            .streams
            .values()
            .filter(|stream| stream.device == device)
        {
            stream.outlet.end(why.clone());
        }
    }

    /// Ends all, also those that are only just joining.
    pub(crate) fn end_all(&self, why: &ErrorBody) {
        let mut joined = self.lock();
        joined.ended = Some(why.clone());
        for stream in joined.streams.values() {
            stream.outlet.end(why.clone());
        }
    }
}

impl Seat {
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use protocol::error::ErrorCode;
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_stream_that_joins_a_stopping_server_ends_like_the_others() {
        let streams = Arc::new(Streams::new(1));
        let (agent, device) = (AgentId(Uuid::nil()), DeviceId(Uuid::nil()));
        let mut early = streams.join(agent, device);
        let why = ErrorBody::new(ErrorCode::Unavailable, "stopping");
        streams.end_all(&why);
        let mut late = streams.join(agent, device);
        assert_eq!(early.inlet.ended().await.as_ref(), Some(&why));
        assert_eq!(late.inlet.ended().await, Some(why));
    }
}
