//! What starts at login on macOS: a launch agent, a property list in `~/Library/LaunchAgents`.
//!
//! It is written as XML by hand, since it has four keys. One that another program rewrote in another
//! form counts as on, with the window: that its person switched it off under *Login Items* is kept by
//! the system where no program can read it.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// The folder, as the environment says.
///
/// # Errors
/// There is no home folder.
pub fn folder(variable: impl Fn(&str) -> Option<OsString>) -> io::Result<PathBuf> {
    variable("HOME")
        .map(PathBuf::from)
        .filter(|home| home.is_absolute())
        .map(|home| home.join("Library/LaunchAgents"))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no home folder"))
}

/// The agent that starts this command.
///
/// # Errors
/// No property list can name it.
pub fn text(label: &str, command: &[String]) -> io::Result<String> {
    // XML has no way to write these.
    let unwritable = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if command.iter().any(|word| word.contains(unwritable)) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "its path holds a control character",
        ));
    }
    let words: String = command
        .iter()
        .map(|word| format!("    <string>{}</string>\n", escaped(word)))
        .collect();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \x20 <key>Label</key>\n\
         \x20 <string>{}</string>\n\
         \x20 <key>ProgramArguments</key>\n\
         \x20 <array>\n\
         {words}\
         \x20 </array>\n\
         \x20 <key>ProcessType</key>\n\
         \x20 <string>Interactive</string>\n\
         \x20 <key>RunAtLoad</key>\n\
         \x20 <true/>\n\
         </dict>\n\
         </plist>\n",
        escaped(label)
    ))
}

/// The command that an agent starts; empty if it is written in a form that this does not read.
#[must_use]
pub fn command(text: &str) -> Option<Vec<String>> {
    let words = || {
        let (_, after) = text.split_once("<key>ProgramArguments</key>")?;
        let (_, after) = after.split_once("<array>")?;
        let (inside, _) = after.split_once("</array>")?;
        inside
            .split("<string>")
            .skip(1)
            .map(|word| word.split_once("</string>").map(|(word, _)| meant(word)))
            .collect::<Option<Vec<_>>>()
    };
    Some(words().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        // A reader turns a bare one into a line feed.
        .replace('\r', "&#13;")
}

fn meant(text: &str) -> String {
    text.replace("&#13;", "\r")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_that_another_program_rewrote_is_on() {
        assert_eq!(command("bplist00…"), Some(Vec::new()));
    }

    #[test]
    fn a_path_with_markup_stays_text() {
        let words = vec!["/Applications/A & B <c>/porchlight".to_owned()];
        let agent = text("app.porchlight.desktop", &words).unwrap();
        assert!(
            agent.contains("<string>/Applications/A &amp; B &lt;c&gt;/porchlight</string>"),
            "{agent}"
        );
        assert!(text("x", &["/a\u{1}".to_owned()]).is_err());
    }

    proptest! {
        #[test]
        fn every_command_is_read_back_as_it_was(
            words in proptest::collection::vec("[^\\p{Cc}]{0,12}", 1..4)
        ) {
            let agent = text("label", &words).unwrap();
            prop_assert_eq!(command(&agent).unwrap(), words);
        }
    }
}
