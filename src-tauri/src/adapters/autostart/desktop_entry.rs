//! What starts at login on Linux: a desktop entry in the person's autostart folder.
//!
//! The freedesktop.org specifications of autostart and of desktop entries say how: `Exec` is quoted
//! twice, once as a command line and once as a string of the file. `Hidden=true` switches an entry off,
//! and so does, on GNOME and its kin, `X-GNOME-Autostart-enabled=false`: their settings write it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// Characters for which a word of `Exec` must stand in quotes.
const RESERVED: &str = " \t\"'\\><~|&;$*?#()`";

/// What stands between words.
const SPACES: [char; 2] = [' ', '\t'];

/// The folder, as the environment says.
///
/// # Errors
/// There is no home folder.
pub fn folder(variable: impl Fn(&str) -> Option<OsString>) -> io::Result<PathBuf> {
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path: &PathBuf| path.is_absolute())
    };
    let config = absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home folder"))?;
    Ok(config.join(Path::new("autostart")))
}

/// The entry that starts this command.
///
/// # Errors
/// No entry can name it.
pub fn text(command: &[String]) -> io::Result<String> {
    if command.iter().any(|word| word.contains(char::is_control)) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "its path holds a control character",
        ));
    }
    let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
    let exec = words.join(" ").replace('\\', "\\\\");
    Ok(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Name=Porchlight\n\
         Comment=Answer website chats\n\
         Exec={exec}\n\
         Icon=porchlight\n\
         Terminal=false\n\
         StartupNotify=false\n\
         X-GNOME-Autostart-enabled=true\n"
    ))
}

/// The command that an entry starts; `None` if it is switched off or starts nothing.
#[must_use]
pub fn command(text: &str) -> Option<Vec<String>> {
    let mut inside = false;
    let mut exec = None;
    // Spaces around the sign count for nothing; other white space may be part of a path.
    for line in text.lines().map(|line| line.trim_matches(SPACES)) {
        if line.starts_with('[') {
            inside = line == "[Desktop Entry]";
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| inside) else {
            continue;
        };
        match (
            key.trim_end_matches(SPACES),
            value.trim_start_matches(SPACES),
        ) {
            ("Hidden", "true") | ("X-GNOME-Autostart-enabled", "false") => return None,
            ("Exec", value) => exec = Some(words(&unescaped(value))),
            _ => {}
        }
    }
    exec.filter(|words| !words.is_empty())
}

fn quoted(word: &str) -> String {
    // `%` begins a field code everywhere.
    let word = word.replace('%', "%%");
    if !word.is_empty() && !word.contains(|c| RESERVED.contains(c)) {
        return word;
    }
    let mut quoted = String::from('"');
    for c in word.chars() {
        if matches!(c, '"' | '`' | '$' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// A string of the file as it is meant.
fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('s') => text.push(' '),
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

/// The words of a command line, without field codes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut in_quotes = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                in_quotes = !in_quotes;
                word.get_or_insert_default();
            }
            '\\' if in_quotes => {
                if let Some(escaped) = chars.next() {
                    word.get_or_insert_default().push(escaped);
                }
            }
            '%' => {
                // Anything else is a field code, for which nothing is handed over at login.
                if chars.next() == Some('%') {
                    word.get_or_insert_default().push('%');
                }
            }
            ' ' | '\t' if !in_quotes => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_plain_command_stands_plain() {
        let text = text(&owned(&["/usr/bin/porchlight", "--hidden"])).unwrap();
        assert!(
            text.contains("\nExec=/usr/bin/porchlight --hidden\n"),
            "{text}"
        );
    }

    /// The second word is the specification's own example of how often a backslash and a dollar double.
    #[test]
    fn what_is_reserved_is_quoted_twice() {
        let text = text(&owned(&["/home/anna maria/100%/p", "a\\b$c"])).unwrap();
        let exec = r#"Exec="/home/anna maria/100%%/p" "a\\\\b\\$c""#;
        assert!(text.contains(exec), "{text}");
    }

    #[test]
    fn an_entry_that_its_user_switched_off_is_off() {
        let on = text(&owned(&["/usr/bin/porchlight"])).unwrap();
        assert!(command(&on).is_some());
        assert_eq!(command(&format!("{on}Hidden=true\n")), None);
        let gnome = on.replace("enabled=true", "enabled=false");
        assert_eq!(command(&gnome), None);
        assert_eq!(command(""), None);
        assert_eq!(command("[Desktop Entry]\nExec=\n"), None);
        let other = format!("{on}[Desktop Action x]\nExec=/bin/false\nHidden=true\n");
        assert_eq!(command(&other), command(&on), "another group is another's");
    }

    #[test]
    fn what_others_wrote_is_read_as_they_meant_it() {
        let entry = "[Desktop Entry]\nExec = env  A=1 \"/opt/my app/p\" --hidden %U\n";
        assert_eq!(
            command(entry).unwrap(),
            ["env", "A=1", "/opt/my app/p", "--hidden"]
        );
    }

    #[test]
    fn a_line_break_in_a_path_is_refused() {
        assert!(text(&owned(&["/a\nExec=/bin/evil"])).is_err());
    }

    #[test]
    fn the_folder_is_the_environments() {
        let of = |variables: &[(&str, &str)]| {
            folder(|name| {
                let found = variables.iter().find(|(key, _)| *key == name)?;
                Some(OsString::from(found.1))
            })
        };
        let home = ("HOME", "/home/anna");
        assert_eq!(
            of(&[home]).unwrap(),
            Path::new("/home/anna/.config/autostart")
        );
        assert_eq!(
            of(&[home, ("XDG_CONFIG_HOME", "/x")]).unwrap(),
            Path::new("/x/autostart")
        );
        assert_eq!(
            of(&[home, ("XDG_CONFIG_HOME", "not/absolute")]).unwrap(),
            Path::new("/home/anna/.config/autostart")
        );
        assert!(of(&[]).is_err());
    }

    proptest! {
        #[test]
        fn every_command_is_read_back_as_it_was(
            words in proptest::collection::vec("[^\\p{Cc}]{0,12}", 1..4)
        ) {
            let entry = text(&words).unwrap();
            prop_assert_eq!(command(&entry).unwrap(), words);
        }
    }
}
