//! What starts at login on Windows: a value under the person's `Run` key, which is a command line.
//!
//! *Startup apps* in the settings of Windows switches an entry off without removing it, by a value of the
//! same name under `StartupApproved`: its first byte is odd then. Setting it here is newer, and wins.

#[cfg(windows)]
use std::io;

#[cfg(windows)]
use windows_registry::{CURRENT_USER, Key};

#[cfg(windows)]
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
#[cfg(windows)]
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// The value of one installation.
#[cfg(windows)]
#[derive(Debug)]
pub struct RunKey {
    name: String,
}

#[cfg(windows)]
impl RunKey {
    /// The value of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }

    fn is_switched_off(&self) -> bool {
        CURRENT_USER
            .open(APPROVED)
            .and_then(|key| key.get_value(&self.name))
            .is_ok_and(|value| switched_off(&value))
    }
}

#[cfg(windows)]
impl super::LoginItems for RunKey {
    fn read(&self) -> io::Result<Option<Vec<String>>> {
        let line = match CURRENT_USER
            .open(RUN)
            .and_then(|key| key.get_string(&self.name))
        {
            Ok(line) => line,
            Err(error) => return absent(error).map(|()| None),
        };
        if self.is_switched_off() {
            return Ok(None);
        }
        Ok(Some(words(&line)).filter(|words| !words.is_empty()))
    }

    fn write(&self, command: Option<&[String]>) -> io::Result<()> {
        // Only to write it: reading needs no more than `open`.
        let key: Key = CURRENT_USER.create(RUN)?;
        match command {
            Some(command) => key.set_string(&self.name, line(command))?,
            None => match key.remove_value(&self.name) {
                Ok(()) => {}
                Err(error) => absent(error)?,
            },
        }
        if self.is_switched_off() {
            CURRENT_USER.create(APPROVED)?.remove_value(&self.name)?;
        }
        Ok(())
    }
}

/// A key or value that is not there is no error.
#[cfg(windows)]
fn absent(error: windows_result::Error) -> io::Result<()> {
    let error = io::Error::from(error);
    if error.kind() == io::ErrorKind::NotFound {
        Ok(())
    } else {
        Err(error)
    }
}

/// Whether a value under `StartupApproved` switches its entry off.
#[must_use]
pub fn switched_off(value: &[u8]) -> bool {
    value.first().is_some_and(|byte| byte % 2 == 1)
}

/// The words as one command line, by the rules that programs on Windows split it by.
#[must_use]
pub fn line(words: &[String]) -> String {
    let words: Vec<String> = words
        .iter()
        .enumerate()
        // The program always in quotes: without them, Windows tries each part before a space.
        .map(|(place, word)| quoted(word, place == 0))
        .collect();
    words.join(" ")
}

/// A command line as its words.
#[must_use]
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut in_quotes = false;
    let mut backslashes = 0;
    for c in line.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        // Backslashes mean something only before a quote: there, two are one.
        let literal = if c == '"' {
            backslashes / 2
        } else {
            backslashes
        };
        if literal > 0 {
            let word = word.get_or_insert_default();
            word.extend(std::iter::repeat_n('\\', literal));
        }
        let escaped = c == '"' && backslashes % 2 == 1;
        backslashes = 0;
        match c {
            '"' if !escaped => {
                in_quotes = !in_quotes;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !in_quotes => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    if backslashes > 0 {
        let word = word.get_or_insert_default();
        word.extend(std::iter::repeat_n('\\', backslashes));
    }
    words.extend(word);
    words
}

fn quoted(word: &str, always: bool) -> String {
    if !always && !word.is_empty() && !word.contains([' ', '\t', '"']) {
        return word.to_owned();
    }
    let mut quoted = String::from('"');
    let mut backslashes = 0;
    for c in word.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        quoted.push(c);
    }
    quoted.extend(std::iter::repeat_n('\\', backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_path_with_spaces_is_one_word() {
        let command = [r"C:\Program Files\Porchlight\porchlight.exe", "--hidden"];
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let line = line(&command);
        assert_eq!(
            line,
            r#""C:\Program Files\Porchlight\porchlight.exe" --hidden"#
        );
        assert_eq!(words(&line), command);
    }

    #[test]
    fn what_startup_apps_switched_off_is_off() {
        assert!(switched_off(&[3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
        assert!(!switched_off(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert!(!switched_off(&[6, 0, 0]));
        assert!(!switched_off(&[]));
    }

    proptest! {
        #[test]
        fn every_command_is_read_back_as_it_was(
            words in proptest::collection::vec("[ -~\\\\\"äß]{0,12}", 1..4)
        ) {
            prop_assert_eq!(super::words(&line(&words)), words);
        }
    }
}
