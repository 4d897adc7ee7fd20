//! The queue between the workspace and one connection.
//!
//! It is bounded. Whoever publishes never waits: a queue that is full is cut off, and the other end
//! is told to connect again and resume. So one slow reader costs the server a fixed amount of memory
//! and nobody else any time.

use protocol::error::{ErrorBody, ErrorCode};
use tokio::sync::{mpsc, watch};

/// Where frames are put in.
#[derive(Debug)]
pub struct Outlet<T> {
    queue: mpsc::Sender<T>,
    end: watch::Sender<Option<ErrorBody>>,
}

/// Where the connection takes them out.
#[derive(Debug)]
pub struct Inlet<T> {
    queue: mpsc::Receiver<T>,
    end: watch::Receiver<Option<ErrorBody>>,
}

/// A new queue.
#[must_use]
pub fn queue<T>(length: usize) -> (Outlet<T>, Inlet<T>) {
    let (sender, receiver) = mpsc::channel(length);
    let (end, ended) = watch::channel(None);
    (
        Outlet { queue: sender, end },
        Inlet {
            queue: receiver,
            end: ended,
        },
    )
}

impl<T> Outlet<T> {
    /// Puts a frame in, or cuts the connection off when there is no room.
    pub fn push(&self, item: T) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(item) {
            self.end(ErrorBody::new(
                ErrorCode::TooSlow,
                "this connection fell too far behind; connect again and resume",
            ));
        }
    }

    /// Ends the connection with a last word. The first one counts.
    pub fn end(&self, why: ErrorBody) {
        self.end.send_if_modified(|end| {
            let first = end.is_none();
            if first {
                *end = Some(why);
            }
            first
        });
    }
}

/// What the connection does next.
#[derive(Debug)]
pub enum Next<T> {
    /// Send this.
    Item(T),
    /// Say this and end; `None`: the workspace has let go of the connection.
    End(Option<ErrorBody>),
}

impl<T> Inlet<T> {
    /// The next frame, or the end. An end goes before frames that still wait. May be dropped and
    /// called again.
    pub async fn next(&mut self) -> Next<T> {
        tokio::select! {
            biased;
            why = ended(&mut self.end) => Next::End(why),
            item = self.queue.recv() => item.map_or(Next::End(None), Next::Item),
        }
    }

    /// A frame that waits already; none once there is an end to say.
    pub fn ready(&mut self) -> Option<T> {
        if self.end.borrow().is_some() {
            return None;
        }
        self.queue.try_recv().ok()
    }

    /// Resolves when the connection is to end.
    pub async fn ended(&mut self) -> Option<ErrorBody> {
        ended(&mut self.end).await
    }
}

async fn ended(end: &mut watch::Receiver<Option<ErrorBody>>) -> Option<ErrorBody> {
    match end.wait_for(Option::is_some).await {
        Ok(why) => why.clone(),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_that_falls_behind_is_cut_off_and_told_to_resume() {
        let (outlet, mut inlet) = queue(2);
        for number in 0..3 {
            outlet.push(number);
        }
        let Next::End(Some(why)) = inlet.next().await else {
            panic!("it must end")
        };
        assert_eq!(why.code, ErrorCode::TooSlow);
    }

    #[tokio::test]
    async fn what_waits_is_had_at_once_but_not_before_an_end() {
        let (outlet, mut inlet) = queue(3);
        assert_eq!(inlet.ready(), None);
        for number in 0..3 {
            outlet.push(number);
        }
        assert!(matches!(inlet.next().await, Next::Item(0)));
        assert_eq!(inlet.ready(), Some(1));
        outlet.end(ErrorBody::new(ErrorCode::NotSignedIn, "revoked"));
        assert_eq!(inlet.ready(), None);
        assert!(matches!(inlet.next().await, Next::End(Some(_))));
    }
}
