//! What an agent sets for the notices of one computer: how much they tell, and how they sound.

use protocol::ids::Instant;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Heard, NoticeKind, Verdict};
use crate::hours::Zone;

/// A repeated sound is heard again after this: 30 s.
pub const REPEAT_MS: u64 = 30_000;
/// The loudest.
pub const VOLUME_MAX: u8 = 100;

/// How much of a conversation a notification tells.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Privacy {
    /// Who, and what they wrote.
    #[default]
    Full,
    /// Who.
    Sender,
    /// How many wait.
    Count,
}

/// A sound of the app's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    /// Two rising notes.
    Chime,
    /// One soft note.
    Drop,
    /// Two knocks.
    Knock,
    /// Three urgent notes.
    Alarm,
}

impl Sound {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Chime, Self::Drop, Self::Knock, Self::Alarm];
}

/// What is set for one kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KindSettings {
    /// None of these is shown.
    pub muted: bool,
    /// What is heard; `None`: nothing.
    pub sound: Option<Sound>,
}

/// Hours of every day without a sound, by the clock of this computer. An end before its start means
/// the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuietHours {
    /// Minutes since midnight, 0 to 1439.
    pub from: u16,
    /// Minutes since midnight, 0 to 1439.
    pub to: u16,
}

impl QuietHours {
    /// Whether they are on: their end comes before their next start.
    #[must_use]
    pub fn are_on(&self, at: Instant, zone: &Zone) -> bool {
        zone.next_local_time(self.to, at) < zone.next_local_time(self.from, at)
    }
}

/// What an agent sets for the notices of one computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NoticeSettings {
    /// How much a notification tells.
    pub privacy: Privacy,
    /// While the computer is locked it tells how many wait, whatever [`privacy`](Self::privacy) says.
    pub count_while_locked: bool,
    /// 0 to 100.
    pub volume: u8,
    /// The sound comes again every 30 s until the notice is read.
    pub repeat: bool,
    /// Hours without a sound.
    pub quiet: Option<QuietHours>,
    /// A visitor whom nobody answers yet.
    pub new_chat: KindSettings,
    /// The same, offered while Invisible.
    pub offered: KindSettings,
    /// A message in a conversation of mine.
    pub message: KindSettings,
    /// A visitor waits in vain.
    pub missed: KindSettings,
    /// A conversation became mine.
    pub assigned: KindSettings,
    /// A colleague named me.
    pub mention: KindSettings,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        let sound = |sound| KindSettings {
            muted: false,
            sound: Some(sound),
        };
        Self {
            privacy: Privacy::Full,
            count_while_locked: true,
            volume: 70,
            repeat: false,
            quiet: None,
            new_chat: sound(Sound::Chime),
            offered: sound(Sound::Chime),
            message: sound(Sound::Drop),
            missed: sound(Sound::Alarm),
            assigned: sound(Sound::Knock),
            mention: sound(Sound::Knock),
        }
    }
}

/// What is wrong with settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeSettingsError {
    /// The volume is out of range.
    #[error("a volume is 0 to {VOLUME_MAX}")]
    Volume,
    /// The quiet hours are empty, or no times of a day.
    #[error("quiet hours need a start and another end within a day")]
    QuietHours,
}

impl NoticeSettings {
    /// What is set for a kind.
    #[must_use]
    pub fn of(&self, kind: NoticeKind) -> KindSettings {
        match kind {
            NoticeKind::NewChat => self.new_chat,
            NoticeKind::Offered => self.offered,
            NoticeKind::Message => self.message,
            NoticeKind::Missed => self.missed,
            NoticeKind::Assigned => self.assigned,
            NoticeKind::Mention => self.mention,
        }
    }

    /// The same with another setting for a kind.
    #[must_use]
    pub fn with(mut self, kind: NoticeKind, set: KindSettings) -> Self {
        *match kind {
            NoticeKind::NewChat => &mut self.new_chat,
            NoticeKind::Offered => &mut self.offered,
            NoticeKind::Message => &mut self.message,
            NoticeKind::Missed => &mut self.missed,
            NoticeKind::Assigned => &mut self.assigned,
            NoticeKind::Mention => &mut self.mention,
        } = set;
        self
    }

    /// How much is told now.
    #[must_use]
    pub fn told(&self, locked: bool) -> Privacy {
        if locked && self.count_while_locked {
            Privacy::Count
        } else {
            self.privacy
        }
    }

    /// Whether quiet hours are on.
    #[must_use]
    pub fn are_quiet(&self, at: Instant, zone: &Zone) -> bool {
        self.quiet.is_some_and(|quiet| quiet.are_on(at, zone))
    }

    /// Checks what an agent wants to set.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), NoticeSettingsError> {
        if self.volume > VOLUME_MAX {
            return Err(NoticeSettingsError::Volume);
        }
        let day = 24 * 60;
        match self.quiet {
            Some(quiet) if quiet.from == quiet.to || quiet.from >= day || quiet.to >= day => {
                Err(NoticeSettingsError::QuietHours)
            }
            _ => Ok(()),
        }
    }
}

/// Which sound is heard again: that of the most pressing live notice that would be heard if it came now.
/// `live` says of each what would become of it ([`super::decide`]), so what keeps a notice from being heard
/// (presence, quiet hours, do-not-disturb, a muted kind) ends its repetition, too.
#[must_use]
pub fn repeated(
    settings: &NoticeSettings,
    live: impl IntoIterator<Item = Verdict>,
) -> Option<Sound> {
    if !settings.repeat {
        return None;
    }
    let heard = live.into_iter().filter_map(|verdict| match verdict {
        Verdict::Show {
            kind,
            heard: Heard::Sound(sound),
        } => Some((pressing(kind), sound)),
        _ => None,
    });
    heard.min_by_key(|(rank, _)| *rank).map(|(_, sound)| sound)
}

/// The order in which notices press: first is most.
fn pressing(kind: NoticeKind) -> u8 {
    match kind {
        NoticeKind::Missed => 0,
        NoticeKind::NewChat => 1,
        NoticeKind::Offered => 2,
        NoticeKind::Message => 3,
        NoticeKind::Mention => 4,
        NoticeKind::Assigned => 5,
    }
}
