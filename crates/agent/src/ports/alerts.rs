//! What calls an agent beside notifications: sounds, and the number on the launcher; and whether the
//! system holds notifications back.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use ts_rs::TS;

/// A sound of the app. Each can be told from the others with closed eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Clip {
    /// Two notes, rising: a visitor whom nobody answers yet.
    NewChat,
    /// One soft note: a message in a conversation of mine.
    Message,
    /// Three notes, falling: somebody waits for too long.
    Missed,
    /// Two equal notes: about oneself.
    Own,
}

impl Clip {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NewChat, Self::Message, Self::Missed, Self::Own];
}

/// How loud, in percent of the system's own volume; above 100 is 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume(pub u8);

impl Volume {
    /// As a factor from 0 to 1. Ears hear powers: half is a quarter of the swing.
    #[must_use]
    pub fn factor(self) -> f32 {
        let part = f32::from(self.0.min(100)) / 100.0;
        part * part
    }
}

/// The loudspeaker.
#[async_trait]
pub trait Sound: Send + Sync + 'static {
    /// Plays a clip, over whatever plays; returns when the system has it, not when it is over.
    /// Volume 0 plays nothing.
    ///
    /// # Errors
    /// The system's answer, for the log: most often that there is no sound device.
    async fn play(&self, clip: Clip, volume: Volume) -> Result<(), SoundError>;
}

/// A sound was not played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sound was not played: {0}")]
pub struct SoundError(pub String);

/// Whether the system holds notifications back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hush {
    /// It does not.
    Off,
    /// Do-not-disturb, focus, a presentation: notifications do not appear.
    On,
    /// This system does not tell. Treated as off: a notice that the system hides is better than one
    /// that was never given to it.
    #[default]
    Unknown,
}

/// The system's do-not-disturb.
pub trait DoNotDisturb: Send + Sync + 'static {
    /// How it is now, and each change.
    fn watch(&self) -> watch::Receiver<Hush>;
}

/// What the launcher, dock or taskbar shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many wait; nothing is shown for 0.
    pub count: u32,
    /// One of them for too long.
    pub missed: bool,
}

/// The number on the app's icon.
#[async_trait]
pub trait Badge: Send + Sync + 'static {
    /// Shows this from now on. Where there is no place for it, nothing happens.
    async fn show(&self, waiting: Waiting);
}
