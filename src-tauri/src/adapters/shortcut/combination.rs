//! Keys that are pressed together, as a person writes them: `Ctrl+Alt+P`.
//!
//! At least one of Ctrl, Alt and Super is asked for, since a letter taken from the whole system could not
//! be typed any more; only `Pause` and `F13` to `F24`, which nobody types, may stand alone.

use std::fmt;
use std::str::FromStr;

use protocol::error::{ErrorBody, ErrorCode};

/// More than this are not keys.
const TEXT_BYTES: usize = 64;

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Combination {
    /// `Ctrl`.
    pub ctrl: bool,
    /// `Alt`.
    pub alt: bool,
    /// `Shift`.
    pub shift: bool,
    /// `Super`: the Windows key, or Command.
    pub logo: bool,
    /// The last key.
    pub key: Key,
}

/// A key that is pressed with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `A` to `Z` or `0` to `9`.
    Character(char),
    /// `F1` to `F24`.
    Function(u8),
    /// One of [`NAMED`].
    Named(&'static str),
}

/// Keys with names of their own.
pub const NAMED: [&str; 12] = [
    "Space", "Pause", "Insert", "Home", "End", "PageUp", "PageDown", "Up", "Down", "Left", "Right",
    "Tab",
];

impl FromStr for Combination {
    type Err = ErrorBody;

    fn from_str(text: &str) -> Result<Self, ErrorBody> {
        let refused = |message: &str| ErrorBody::new(ErrorCode::BadRequest, message);
        let unknown = || refused("These are not keys. Write them like Ctrl+Alt+P.");
        if text.len() > TEXT_BYTES {
            return Err(unknown());
        }
        let mut words: Vec<&str> = text.split('+').map(str::trim).collect();
        let key = words.pop().and_then(key).ok_or_else(unknown)?;
        let mut keys = Self {
            ctrl: false,
            alt: false,
            shift: false,
            logo: false,
            key,
        };
        for word in words {
            let modifier = match word.to_ascii_lowercase().as_str() {
                "ctrl" | "control" => &mut keys.ctrl,
                "alt" | "option" => &mut keys.alt,
                "shift" => &mut keys.shift,
                "super" | "meta" | "win" | "cmd" | "command" => &mut keys.logo,
                _ => return Err(unknown()),
            };
            if std::mem::replace(modifier, true) {
                return Err(unknown());
            }
        }
        let stands_alone = matches!(key, Key::Function(13..=24) | Key::Named("Pause"));
        if !(keys.ctrl || keys.alt || keys.logo || stands_alone) {
            return Err(refused(
                "Add Ctrl, Alt or Super, so that the key itself can still be typed.",
            ));
        }
        Ok(keys)
    }
}

fn key(word: &str) -> Option<Key> {
    let mut chars = word.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return c
            .is_ascii_alphanumeric()
            .then_some(Key::Character(c.to_ascii_uppercase()));
    }
    if let Some(number) = word.strip_prefix(['F', 'f'])
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number @ 1..=24) = number.parse()
    {
        return Some(Key::Function(number));
    }
    NAMED
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(word))
        .map(Key::Named)
}

impl fmt::Display for Combination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [
            (self.ctrl, "Ctrl+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
            (self.logo, "Super+"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Character(c) => write!(f, "{c}"),
            Key::Function(number) => write!(f, "F{number}"),
            Key::Named(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_however_they_are_written_and_written_in_one_way() {
        for (written, meant) in [
            ("Ctrl+Alt+P", "Ctrl+Alt+P"),
            ("  shift + CONTROL +p ", "Ctrl+Shift+P"),
            ("cmd+Option+9", "Alt+Super+9"),
            ("win+f12", "Super+F12"),
            ("F13", "F13"),
            ("pause", "Pause"),
            ("Shift+F24", "Shift+F24"),
            ("Meta+pageup", "Super+PageUp"),
            ("Alt+Tab", "Alt+Tab"),
        ] {
            let keys: Combination = written.parse().unwrap_or_else(|error| {
                panic!("{written}: {error}");
            });
            assert_eq!(keys.to_string(), meant);
            assert_eq!(meant.parse::<Combination>().unwrap(), keys);
        }
    }

    #[test]
    fn what_is_no_combination_is_refused() {
        let long = format!("{}P", "Ctrl+".repeat(40));
        for written in [
            "",
            "+",
            "Ctrl",
            "Ctrl+",
            "+P",
            "P",
            "Shift+P",
            "F5",
            "Ctrl+Ctrl+P",
            "Ctrl+P+Q",
            "P+Ctrl",
            "Ctrl+Ä",
            "Ctrl+F0",
            "Ctrl+F25",
            "Ctrl+F+1",
            "Ctrl+F1x",
            "Ctrl+Escape",
            "Ctrl++",
            "Hyper+P",
            "Ctrl+\0",
            "Ctrl Alt P",
            long.as_str(),
        ] {
            let error = written.parse::<Combination>().unwrap_err();
            assert_eq!(error.code, ErrorCode::BadRequest, "{written}");
        }
    }
}
