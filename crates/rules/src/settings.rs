//! Whether settings may be stored, as they came from outside.

use protocol::limits::{CLOSE_AFTER_MAX_HOURS, IDLE_MAX_MINUTES, IDLE_MIN_MINUTES};
use protocol::status::{AgentSettings, IdleDelay};

use crate::hours::{HoursError, Timetable};

/// What is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The idle delay is out of range.
    #[error("an idle delay is {IDLE_MIN_MINUTES} to {IDLE_MAX_MINUTES} minutes, or off")]
    IdleDelay,
    /// The hours cannot be used.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// The silence that closes a conversation is out of range.
    #[error(
        "conversations close after 1 to {CLOSE_AFTER_MAX_HOURS} hours of silence, or never by themselves"
    )]
    CloseAfter,
}

/// Checks what an agent wants to set.
///
/// # Errors
/// The first thing that is wrong.
pub fn check(settings: &AgentSettings) -> Result<(), SettingsError> {
    if let IdleDelay::Minutes { minutes } = settings.idle {
        check_idle(Some(minutes))?;
    }
    if let Some(hours) = &settings.hours {
        Timetable::new(hours)?;
    }
    Ok(())
}

/// Checks an idle delay in minutes; `None` is off.
///
/// # Errors
/// [`SettingsError::IdleDelay`].
pub fn check_idle(minutes: Option<u32>) -> Result<(), SettingsError> {
    match minutes {
        Some(minutes) if !(IDLE_MIN_MINUTES..=IDLE_MAX_MINUTES).contains(&minutes) => {
            Err(SettingsError::IdleDelay)
        }
        _ => Ok(()),
    }
}

/// Checks after how many hours of silence conversations close by themselves; `None` is never.
///
/// # Errors
/// [`SettingsError::CloseAfter`].
pub fn check_close_after(hours: Option<u32>) -> Result<(), SettingsError> {
    match hours {
        Some(hours) if !(1..=CLOSE_AFTER_MAX_HOURS).contains(&hours) => {
            Err(SettingsError::CloseAfter)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use protocol::hours::{Hours, Span};

    use super::*;

    #[test]
    fn an_idle_delay_is_off_or_one_minute_to_four_hours() {
        let with = |idle| {
            check(&AgentSettings {
                idle,
                ..AgentSettings::default()
            })
        };
        assert_eq!(with(IdleDelay::Workspace), Ok(()));
        assert_eq!(with(IdleDelay::Off), Ok(()));
        for minutes in [1, 10, 240] {
            assert_eq!(with(IdleDelay::Minutes { minutes }), Ok(()));
        }
        for minutes in [0, 241, u32::MAX] {
            let refused = with(IdleDelay::Minutes { minutes });
            assert_eq!(refused, Err(SettingsError::IdleDelay), "{minutes}");
        }
    }

    #[test]
    fn conversations_close_never_or_after_an_hour_to_thirty_days() {
        for hours in [None, Some(1), Some(24), Some(720)] {
            assert_eq!(check_close_after(hours), Ok(()), "{hours:?}");
        }
        for hours in [Some(0), Some(721), Some(u32::MAX)] {
            assert_eq!(check_close_after(hours), Err(SettingsError::CloseAfter));
        }
    }

    #[test]
    fn hours_that_cannot_be_used_are_refused_with_their_own_words() {
        let mut week = vec![vec![]; 7];
        week[0] = vec![Span { from: 600, to: 600 }];
        let mut hours = Hours {
            zone: "Europe/Berlin".into(),
            week,
            exceptions: vec![],
        };
        let with = |hours: &Hours| {
            check(&AgentSettings {
                hours: Some(hours.clone()),
                ..AgentSettings::default()
            })
        };
        assert!(matches!(with(&hours), Err(SettingsError::Hours(_))));
        hours.week[0] = vec![Span { from: 600, to: 601 }];
        assert_eq!(with(&hours), Ok(()));
        hours.zone = "Europe/Atlantis".into();
        let refused = with(&hours).unwrap_err().to_string();
        assert!(refused.contains("Europe/Atlantis"), "{refused}");
    }
}
