//! The clips, as samples: struck notes that die away.

use std::f32::consts::TAU;

use agent::ports::{Clip, Volume};

/// Samples a second: what sound servers mix in.
pub const RATE: u32 = 48_000;

/// How much of the full swing the loudest note takes: calls, and does not startle.
const LOUDEST: f32 = 0.5;

/// One struck note.
#[derive(Clone, Copy, Debug)]
struct Note {
    /// In hertz.
    pitch: f32,
    /// In milliseconds from the start.
    begins: u16,
    /// In milliseconds, until nothing is left of it.
    lasts: u16,
}

const fn note(pitch: f32, begins: u16, lasts: u16) -> Note {
    Note {
        pitch,
        begins,
        lasts,
    }
}

/// What each clip consists of, in equal temperament around a' = 440 Hz.
fn notes(clip: Clip) -> &'static [Note] {
    const NEW_CHAT: [Note; 2] = [note(659.26, 0, 350), note(987.77, 140, 600)];
    const MESSAGE: [Note; 1] = [note(783.99, 0, 380)];
    const MISSED: [Note; 3] = [
        note(880.0, 0, 300),
        note(698.46, 180, 300),
        note(587.33, 360, 650),
    ];
    const OWN: [Note; 2] = [note(523.25, 0, 240), note(523.25, 220, 420)];
    match clip {
        Clip::NewChat => &NEW_CHAT,
        Clip::Message => &MESSAGE,
        Clip::Missed => &MISSED,
        Clip::Own => &OWN,
    }
}

/// One channel at [`RATE`].
#[must_use]
pub fn samples(clip: Clip, volume: Volume) -> Vec<i16> {
    let notes = notes(clip);
    let end = notes.iter().map(|it| it.begins.saturating_add(it.lasts));
    let length = at(end.max().unwrap_or(0));
    let mut mixed = vec![0.0_f32; length];
    for note in notes {
        let place = mixed.iter_mut().skip(at(note.begins));
        for (number, sample) in place.take(at(note.lasts)).enumerate() {
            *sample += swing(note, number);
        }
    }
    let scale = f32::from(i16::MAX) * LOUDEST * volume.factor();
    mixed
        .into_iter()
        .map(|sample| (sample.clamp(-1.0, 1.0) * scale) as i16)
        .collect()
}

/// How far the note swings at this sample of it, from -1 to 1.
fn swing(note: &Note, number: usize) -> f32 {
    let time = number as f32 / RATE as f32;
    let lasts = f32::from(note.lasts) / 1_000.0;
    // Begins within 5 ms and ends at nothing, so that neither clicks.
    let attack = (time / 0.005).min(1.0);
    let left = (1.0 - time / lasts).max(0.0);
    let decay = left * left;
    let phase = TAU * note.pitch * time;
    // A third of the octave above: a bell rather than a test tone.
    let tone = (phase.sin() + 0.3 * (2.0 * phase).sin()) / 1.3;
    tone * attack * decay
}

/// The number of the sample at so many milliseconds.
fn at(milliseconds: u16) -> usize {
    usize::from(milliseconds).saturating_mul(RATE as usize) / 1_000
}

/// As a WAV file, for systems that play files.
#[must_use]
pub fn wav(samples: &[i16]) -> Vec<u8> {
    let data = u32::try_from(samples.len().saturating_mul(2)).unwrap_or(u32::MAX);
    let mut file = Vec::with_capacity(samples.len().saturating_mul(2).saturating_add(44));
    file.extend(b"RIFF");
    file.extend(data.saturating_add(36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend(1_u16.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.saturating_mul(2).to_le_bytes());
    file.extend(2_u16.to_le_bytes());
    file.extend(16_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(data.to_le_bytes());
    for sample in samples {
        file.extend(sample.to_le_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peak(samples: &[i16]) -> i16 {
        samples.iter().map(|it| it.saturating_abs()).max().unwrap()
    }

    #[test]
    fn every_clip_is_heard_is_short_and_neither_clicks_nor_distorts() {
        for clip in Clip::ALL {
            let samples = samples(clip, Volume(100));
            let seconds = samples.len() as f32 / RATE as f32;
            assert!((0.2..1.5).contains(&seconds), "{clip:?} lasts {seconds} s");
            let peak = peak(&samples);
            assert!((8_000..=16_384).contains(&peak), "{clip:?} swings {peak}");
            let (first, last) = (samples[0], samples[samples.len() - 1]);
            assert_eq!((first, last), (0, 0), "{clip:?} begins and ends at rest");
        }
    }

    #[test]
    fn half_the_volume_is_a_quarter_of_the_swing_and_none_is_silence() {
        let full = peak(&samples(Clip::NewChat, Volume(100)));
        let half = peak(&samples(Clip::NewChat, Volume(50)));
        assert!((half - full / 4).abs() <= 1, "{half} of {full}");
        assert_eq!(peak(&samples(Clip::NewChat, Volume(0))), 0);
        assert_eq!(peak(&samples(Clip::NewChat, Volume(255))), full);
    }

    #[test]
    fn no_two_clips_are_the_same() {
        let clips = Clip::ALL.map(|clip| samples(clip, Volume(100)));
        for (one, other) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            assert_ne!(clips[one], clips[other]);
        }
    }

    #[test]
    fn a_wav_file_says_how_long_it_is() {
        let file = wav(&[1, -1, 256]);
        assert_eq!(file.len(), 44 + 6);
        assert_eq!(&file[4..8], &42_u32.to_le_bytes());
        assert_eq!(&file[40..44], &6_u32.to_le_bytes());
        assert_eq!(&file[44..], [1, 0, 255, 255, 0, 1]);
    }
}
