//! The streams of devices that are listening.
//!
//! A stream joins **before** it reads the last stored events and skips what it has sent already, so
//! nothing falls between reading and listening. Events are put in while the change that made them
//! still holds its turn, so every stream gets them in the order of their numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::error::ErrorBody;
use protocol::frame::ServerFrame;
use protocol::ids::{AgentId, ConversationId, DeviceId};

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
    /// What the agent has before them there.
    looking: Option<ConversationId>,
}

#[derive(Debug, Default)]
struct Joined {
    streams: BTreeMap<u64, Stream>,
    /// Said to all; whoever comes later hears it too.
    ended: Option<ErrorBody>,
}

impl Joined {
    /// What an agent has before them on all streams but one.
    fn elsewhere(&self, agent: AgentId, seat: u64) -> Vec<ConversationId> {
        let others = self.streams.iter();
        let looked_at: BTreeSet<ConversationId> = others
            .filter(|(other, stream)| **other != seat && stream.agent == agent)
            .filter_map(|(_, stream)| stream.looking)
            .collect();
        looked_at.into_iter().collect()
    }

    /// Tells each stream of an agent what is before them on the others.
    fn tell_others(&self, agent: AgentId) {
        for (seat, stream) in self.streams.iter().filter(|(_, it)| it.agent == agent) {
            let conversation_ids = self.elsewhere(agent, *seat);
            let frame = Box::new(ServerFrame::LookedAt { conversation_ids });
            stream.outlet.push(Outgoing::Frame(frame));
        }
    }

    /// Tells a stream that joins, if there is something to tell.
    fn tell_if_any(&self, agent: AgentId, seat: u64) {
        let conversation_ids = self.elsewhere(agent, seat);
        if let Some(stream) = self
            .streams
            .get(&seat)
            .filter(|_| !conversation_ids.is_empty())
        {
            let frame = Box::new(ServerFrame::LookedAt { conversation_ids });
            stream.outlet.push(Outgoing::Frame(frame));
        }
    }
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
        let mut joined = self.streams.lock();
        let gone = joined.streams.remove(&self.number);
        if let Some(gone) = gone.filter(|gone| gone.looking.is_some()) {
            joined.tell_others(gone.agent);
        }
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
            looking: None,
        };
        joined.streams.insert(number, stream);
        joined.tell_if_any(agent, number);
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

    /// What an agent has before them on one device, which their others shall know: it needs no
    /// notification there.
    pub(crate) fn looks(&self, seat: u64, at: Option<ConversationId>) {
        let mut joined = self.lock();
        let Some(stream) = joined.streams.get_mut(&seat) else {
            return;
        };
        if std::mem::replace(&mut stream.looking, at) != at {
            let agent = stream.agent;
            joined.tell_others(agent);
        }
    }

    /// Devices that are not there any more look at nothing: one that said goodbye, or fell silent long before
    /// its connection is given up. What happens meanwhile is to be told on the others.
    pub(crate) fn only_these_look(&self, agent: AgentId, is_there: impl Fn(DeviceId) -> bool) {
        let mut joined = self.lock();
        let streams = joined.streams.values_mut();
        let mut any = false;
        for stream in streams.filter(|it| it.agent == agent && !is_there(it.device)) {
            any |= stream.looking.take().is_some();
        }
        if any {
            joined.tell_others(agent);
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

    async fn hears(seat: &mut Seat) -> Vec<ConversationId> {
        match seat.inlet.next().await {
            outlet::Next::Item(Outgoing::Frame(frame)) => match *frame {
                ServerFrame::LookedAt { conversation_ids } => conversation_ids,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn each_device_knows_what_its_agent_has_before_them_on_the_others() {
        let streams = Arc::new(Streams::new(9));
        let agent = |number| AgentId(Uuid::from_u128(number));
        let device = |number| DeviceId(Uuid::from_u128(number));
        let chat = ConversationId(Uuid::from_u128(7));
        let mut desk = streams.join(agent(1), device(1));
        let laptop = streams.join(agent(1), device(2));
        let mut colleague = streams.join(agent(2), device(3));
        streams.looks(laptop.number(), Some(chat));
        assert_eq!(hears(&mut desk).await, [chat]);
        let mut phone = streams.join(agent(1), device(4));
        assert_eq!(
            hears(&mut phone).await,
            [chat],
            "who comes later knows, too"
        );
        // Said twice, it is told once; and who is gone looks at nothing.
        streams.looks(laptop.number(), Some(chat));
        drop(laptop);
        assert_eq!(hears(&mut desk).await, []);
        streams.looks(colleague.number(), Some(chat));
        assert_eq!(hears(&mut colleague).await, [], "not what oneself looks at");
        assert_eq!(hears(&mut phone).await, [], "and not what a colleague does");
    }

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
