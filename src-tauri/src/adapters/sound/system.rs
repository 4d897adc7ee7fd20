//! Sounds on Windows and macOS, by what the system has for short sounds. Each plays on a thread of its own,
//! since both want to be waited for.

use agent::ports::{Clip, Sound, SoundError, Volume};
use async_trait::async_trait;

use super::tones;

/// The system's sound.
#[derive(Debug, Default)]
pub struct Loudspeaker;

#[async_trait]
impl Sound for Loudspeaker {
    async fn play(&self, clip: Clip, volume: Volume) -> Result<(), SoundError> {
        if volume.0 == 0 {
            return Ok(());
        }
        let samples = tones::samples(clip, volume);
        let file = tones::wav(&samples);
        let thread = std::thread::Builder::new().name("sound".into());
        let playing = thread.spawn(move || {
            if let Err(error) = play(&file, samples.len()) {
                tracing::debug!(%error, "a sound was not played");
            }
        });
        playing
            .map(drop)
            .map_err(|error| SoundError(error.to_string()))
    }
}

#[cfg(windows)]
fn play(file: &[u8], _samples: usize) -> Result<(), SoundError> {
    use windows::Win32::Media::Audio::{
        PlaySoundW, SND_MEMORY, SND_NODEFAULT, SND_SENTRY, SND_SYNC,
    };
    use windows::core::PCWSTR;
    // SND_SENTRY: the system shows it to who switched visual notes for sounds on.
    let how = SND_MEMORY | SND_SYNC | SND_NODEFAULT | SND_SENTRY;
    // SAFETY: with SND_MEMORY the pointer is to a whole WAV file, which outlives the call, since with
    // SND_SYNC it returns when the sound is over.
    let played = unsafe { PlaySoundW(PCWSTR(file.as_ptr().cast()), None, how) };
    if played.as_bool() {
        Ok(())
    } else {
        Err(SoundError("Windows did not play it".into()))
    }
}

#[cfg(target_os = "macos")]
fn play(file: &[u8], samples: usize) -> Result<(), SoundError> {
    use objc2::AnyThread as _;
    use objc2_app_kit::NSSound;
    use objc2_foundation::NSData;
    use std::time::Duration;

    let data = NSData::with_bytes(file);
    let sound = NSSound::initWithData(NSSound::alloc(), &data)
        .ok_or_else(|| SoundError("macOS does not read it".into()))?;
    if !sound.play() {
        return Err(SoundError("macOS did not play it".into()));
    }
    // It ends with its object.
    let milliseconds = samples.saturating_mul(1_000) / tones::RATE as usize;
    let length = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
    std::thread::sleep(length.saturating_add(Duration::from_millis(300)));
    Ok(())
}

#[cfg(not(any(windows, target_os = "macos")))]
fn play(_file: &[u8], _samples: usize) -> Result<(), SoundError> {
    Err(SoundError("this system has no sound for Porchlight".into()))
}
