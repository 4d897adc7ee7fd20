//! What is heard of notices, from the app itself and not from the notification service, which on each
//! platform has its own idea of sounds.
//!
//! However many notices come together, one sound is heard. Where the agent wants it, the sound of the
//! most pressing notice that was shown comes again every 30 s until it is read, as long as the notice would
//! be heard if it came now. That its notification went from the screen meanwhile ends nothing: most desktops
//! take it away after some seconds. A click on it does.

use std::sync::PoisonError;
use std::time::Duration;

use cache::CacheError;
use rules::notices::decide;
use rules::notices::settings::{REPEAT_MS, Sound, repeated};
use tokio::time::timeout;

use crate::ports::{Clip, Volume};
use crate::seat::Seat;
use crate::session::Inner;
use crate::standing::Standing;

/// Sounds within 2 s of each other are one sound: the longest lasts as long.
const ONE_SOUND: Duration = Duration::from_secs(2);
/// A loudspeaker that does not answer within 5 s is as good as none.
const PLAYED_WITHIN: Duration = Duration::from_secs(5);

fn clip(sound: Sound) -> Clip {
    match sound {
        Sound::Chime => Clip::NewChat,
        Sound::Drop => Clip::Message,
        Sound::Alarm => Clip::Missed,
        Sound::Knock => Clip::Own,
    }
}

/// Plays a sound now, whatever was played before.
pub(crate) fn play(inner: &Inner, sound: Sound, volume: u8) {
    let port = std::sync::Arc::clone(&inner.ports.sound);
    // Nobody waits for a loudspeaker, least of all the next notice.
    tokio::spawn(async move {
        match timeout(PLAYED_WITHIN, port.play(clip(sound), Volume(volume))).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "a sound"),
            Err(_) => tracing::warn!("the loudspeaker does not answer"),
        }
    });
}

/// Plays the sound of a notice, unless one was played a moment ago.
pub(crate) fn of_notice(inner: &Inner, seat: &Seat, sound: Sound, volume: u8) {
    let now = inner.ports.clock.elapsed();
    let mut last = seat
        .last_sound
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if last.is_some_and(|last| now.saturating_sub(last) < ONE_SOUND) {
        return;
    }
    *last = Some(now);
    drop(last);
    play(inner, sound, volume);
}

/// Repeats what is to be repeated. Answers when to look again though nothing happened.
pub(crate) async fn repeat(
    inner: &Inner,
    seat: &Seat,
    standing: &Standing,
) -> Result<Option<Duration>, CacheError> {
    // Most agents do not want it, and nothing is read for them.
    if !standing.settings.repeat {
        return Ok(None);
    }
    let shown: Vec<_> = {
        let shown = seat.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.values().map(|shown| shown.told.notice).collect()
    };
    let mut live = Vec::new();
    for notice in shown {
        let open = seat.cache.conversation(notice.conversation_id, 1).await?;
        live.push(decide(&notice, &standing.facts(open.as_ref())));
    }
    let last = Seat::get(&seat.last_sound);
    let Some((sound, last)) = repeated(&standing.settings, live).zip(last) else {
        return Ok(None);
    };
    let every = Duration::from_millis(REPEAT_MS);
    let since = inner.ports.clock.elapsed().saturating_sub(last);
    Ok(Some(match every.checked_sub(since) {
        Some(wait) if !wait.is_zero() => wait,
        _ => {
            of_notice(inner, seat, sound, standing.settings.volume);
            every
        }
    }))
}
