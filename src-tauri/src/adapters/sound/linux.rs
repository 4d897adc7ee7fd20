//! Sounds on Linux: PulseAudio's own protocol, which PipeWire speaks too.
//!
//! Spoken without a C library: ALSA's would be one more thing to build with, and bypasses the volume that the
//! person set for notifications. The handshake blocks, so it has a thread of its own and time limits on
//! the socket: a server that was stopped with its socket left open must not keep anybody.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agent::ports::{Clip, Sound, SoundError, Volume};
use async_trait::async_trait;
use pulseaudio::protocol::{
    ChannelMap, ChannelVolume, PlaybackStreamParams, Prop, Props, SampleFormat, SampleSpec,
};
use pulseaudio::{AsPlaybackSource as _, Client};
use tokio::sync::oneshot;

use super::tones;

/// A sound that comes later than this would say something of the past.
const SERVER_ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// No clip is longer than 2 s; a server that has not played it by then does not play.
const PLAYED_WITHIN: Duration = Duration::from_secs(10);

/// More at once is noise.
const MOST_AT_ONCE: usize = 4;

/// The sound server of the person's session.
#[derive(Debug, Default)]
pub struct Loudspeaker {
    playing: Arc<AtomicUsize>,
    /// `None`: where the session says.
    socket: Option<PathBuf>,
}

/// One of those that play at once.
struct Turn(Arc<AtomicUsize>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Loudspeaker {
    /// The one at this socket.
    #[must_use]
    pub fn at(socket: PathBuf) -> Self {
        Self {
            playing: Arc::default(),
            socket: Some(socket),
        }
    }

    fn turn(&self) -> Result<Turn, SoundError> {
        let free = |playing: usize| (playing < MOST_AT_ONCE).then_some(playing.saturating_add(1));
        self.playing
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, free)
            .map(|_| Turn(Arc::clone(&self.playing)))
            .map_err(|_| SoundError("enough is playing".into()))
    }

    /// The turn goes with the thread, so that threads which wait for ever are few.
    async fn connect(&self, turn: Turn) -> Result<(Client, Turn), SoundError> {
        let socket = self.socket.clone();
        let (done, wait) = oneshot::channel();
        std::thread::Builder::new()
            .name("sound".into())
            .spawn(move || {
                let client = shake_hands(socket);
                // An error gives it back before it is told.
                done.send(client.map(|client| (client, turn))).ok();
            })
            .map_err(failed)?;
        match wait.await {
            Ok(client) => client,
            Err(_) => Err(SoundError("its thread ended".into())),
        }
    }
}

fn shake_hands(socket: Option<PathBuf>) -> Result<Client, SoundError> {
    let path = socket
        .or_else(pulseaudio::socket_path_from_env)
        .ok_or_else(|| SoundError("there is no sound server".into()))?;
    let stream = UnixStream::connect(path).map_err(failed)?;
    stream
        .set_read_timeout(Some(SERVER_ANSWERS_WITHIN))
        .and_then(|()| stream.set_write_timeout(Some(SERVER_ANSWERS_WITHIN)))
        .map_err(failed)?;
    let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
    Client::new_unix(c"Porchlight", stream, cookie).map_err(failed)
}

#[async_trait]
impl Sound for Loudspeaker {
    async fn play(&self, clip: Clip, volume: Volume) -> Result<(), SoundError> {
        if volume.0 == 0 {
            return Ok(());
        }
        let (client, turn) = self.connect(self.turn()?).await?;
        let mut props = Props::new();
        // So that it obeys the volume that the person set for such sounds, and stops no music.
        props.set(Prop::MediaRole, c"event");
        props.set(Prop::ApplicationIconName, c"porchlight");
        let params = PlaybackStreamParams {
            sample_spec: SampleSpec {
                format: SampleFormat::S16Le,
                channels: 1,
                sample_rate: tones::RATE,
            },
            channel_map: ChannelMap::mono(),
            cvolume: Some(ChannelVolume::norm(1)),
            props,
            ..PlaybackStreamParams::default()
        };
        let bytes = tones::samples(clip, volume)
            .into_iter()
            .flat_map(i16::to_le_bytes);
        let mut bytes = bytes.collect::<std::collections::VecDeque<u8>>();
        let source = move |wanted: &mut [u8]| {
            let given = wanted.len().min(bytes.len());
            for (place, byte) in wanted.iter_mut().zip(bytes.drain(..given)) {
                *place = byte;
            }
            given
        };
        let opening = client.create_playback_stream(params, source.as_playback_source());
        let stream = tokio::time::timeout(SERVER_ANSWERS_WITHIN, opening)
            .await
            .map_err(|_| SoundError("the sound server does not answer".into()))?
            .map_err(failed)?;
        tokio::spawn(async move {
            // The connection lives as long as the clip.
            let (_client, _turn) = (client, turn);
            match tokio::time::timeout(PLAYED_WITHIN, stream.play_all()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a sound broke off"),
                Err(_) => tracing::debug!("a sound did not end"),
            }
        });
        Ok(())
    }
}

fn failed(error: impl std::fmt::Display) -> SoundError {
    SoundError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_sound_server_it_says_so_and_nobody_waits() {
        let folder = tempfile::tempdir().unwrap();
        let speaker = Loudspeaker::at(folder.path().join("native"));
        agent::conformance::sound(&speaker).await;
        let played = speaker.play(Clip::Message, Volume(50)).await;
        assert!(played.is_err(), "there is none");
    }

    #[tokio::test]
    async fn a_sound_server_that_says_nothing_keeps_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("native");
        let _silent = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let speaker = Loudspeaker::at(socket);
        let played = speaker.play(Clip::Message, Volume(50)).await;
        assert!(played.is_err(), "it gave up");
        assert_eq!(speaker.playing.load(Ordering::Acquire), 0);
    }
}
