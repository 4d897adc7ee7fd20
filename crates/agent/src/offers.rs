//! Offers chats to an Invisible agent who wishes it, once nobody has replied to them for a while.
//!
//! How long a chat has waited is measured by this computer's clock, from when it was first seen waiting
//! here: the server's stamps cannot be compared with a clock that may be a day off. So after a
//! connection was lost, or the app was started, the while begins anew, and nobody is called too early.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;
use std::time::Duration;

use cache::CacheError;
use protocol::ids::{ConversationId, Instant};
use protocol::limits::INVISIBLE_OFFER_MS;

use crate::seat::Seat;
use crate::session::Inner;

type Waiting = (ConversationId, Instant);

/// When each was first seen waiting, on a clock that counts suspend.
#[derive(Debug, Default)]
pub(crate) struct FirstSeen(BTreeMap<Waiting, Duration>);

impl FirstSeen {
    /// Takes in who waits now. Answers who has waited for too long, and when the next will have.
    fn look(&mut self, waiting: &[Waiting], now: Duration) -> (Vec<Waiting>, Option<Duration>) {
        let length = Duration::from_millis(u64::try_from(INVISIBLE_OFFER_MS).unwrap_or(0));
        let still: BTreeSet<&Waiting> = waiting.iter().collect();
        self.0.retain(|seen, _| still.contains(seen));
        let mut late = Vec::new();
        let mut next: Option<Duration> = None;
        for one in waiting {
            let first = *self.0.entry(*one).or_insert(now);
            let due = first.saturating_add(length);
            if due <= now {
                late.push(*one);
            } else {
                let wait = due.saturating_sub(now);
                next = Some(next.map_or(wait, |earlier| earlier.min(wait)));
            }
        }
        (late, next)
    }
}

/// What came of a look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offers {
    /// Some have waited for too long, since now.
    pub(crate) found: bool,
    /// When to look again though nothing happened.
    pub(crate) next: Option<Duration>,
}

/// Marks what has waited for too long.
pub(crate) async fn turn(inner: &Inner, seat: &Seat, me: &cache::Me) -> Result<Offers, CacheError> {
    let mut first_seen = seat.first_seen.lock().await;
    if !me.settings.invisible_offers || !seat.is_live() {
        first_seen.0.clear();
        return Ok(Offers::default());
    }
    let mut waiting = seat.cache.offered_waiting().await?;
    // Missed chats of others, which are told of like new ones.
    let later = {
        let later = seat.later.lock().unwrap_or_else(PoisonError::into_inner);
        later.clone()
    };
    for id in later {
        let row = seat.cache.row(id).await?;
        let since = row.and_then(|row| row.conversation.waiting_since);
        if let Some(since) = since
            && !waiting.contains(&(id, since))
        {
            waiting.push((id, since));
        }
    }
    let (late, next) = first_seen.look(&waiting, inner.ports.clock.elapsed());
    if !late.is_empty() {
        seat.cache.mark_late(&late).await?;
        let ids = late.iter().map(|(id, _)| *id).collect();
        inner.board.touch(Some(&ids));
        inner.redraw_me(seat).await;
    }
    Ok(Offers {
        found: !late.is_empty(),
        next,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn chat(number: u128, since: i64) -> Waiting {
        (ConversationId(Uuid::from_u128(number)), Instant(since))
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_chat_is_late_thirty_seconds_after_it_was_first_seen_waiting() {
        let mut seen = FirstSeen::default();
        let one = chat(1, 7);
        assert_eq!(seen.look(&[one], at(100)), (vec![], Some(at(30))));
        assert_eq!(seen.look(&[one], at(129)), (vec![], Some(at(1))));
        assert_eq!(seen.look(&[one], at(130)), (vec![one], None));
    }

    #[test]
    fn each_has_its_own_while_and_one_that_waits_anew_begins_anew() {
        let mut seen = FirstSeen::default();
        let (one, two) = (chat(1, 7), chat(2, 8));
        seen.look(&[one], at(100));
        assert_eq!(seen.look(&[one, two], at(110)), (vec![], Some(at(20))));
        assert_eq!(seen.look(&[one, two], at(131)), (vec![one], Some(at(9))));
        let again = chat(2, 9);
        assert_eq!(seen.look(&[again], at(141)), (vec![], Some(at(30))));
        assert_eq!(seen.look(&[], at(142)), (vec![], None));
        assert_eq!(seen.look(&[again], at(150)), (vec![], Some(at(30))));
    }
}
