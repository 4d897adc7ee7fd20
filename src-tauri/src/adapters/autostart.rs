//! Start at login: off, with the window, or into the tray.
//!
//! The system keeps it, not we: an entry that starts a command when the person signs in. What is set is
//! read from there each time, since its user can change it there too. The command is the running
//! program, with `--hidden` for the tray, and with `--data-dir` for an installation with a folder of its
//! own.
//!
//! | system | the entry |
//! |---|---|
//! | Linux | a file in `~/.config/autostart` ([`desktop_entry`]) |
//! | macOS | a file in `~/Library/LaunchAgents` ([`launch_agent`]) |
//! | Windows | a value under `Run` in the person's registry ([`run_key`]) |
//!
//! A program that moved is found again: when the entry names one that is not there any more, it is
//! written anew for the one that runs ([`LoginItem::refresh`]). An entry whose program still exists is
//! left alone, whichever it is; somebody may have wanted that one.

use std::io;
use std::path::{Path, PathBuf};

use agent::view_device::StartAtLogin;

pub mod desktop_entry;
pub mod launch_agent;
pub mod run_key;

/// Starts the app into the tray.
const HIDDEN: &str = "--hidden";

/// Where the system keeps what starts at login.
pub trait LoginItems: Send + Sync + 'static {
    /// The command that is started, word by word; `None` if nothing is.
    ///
    /// # Errors
    /// The entry cannot be read.
    fn read(&self) -> io::Result<Option<Vec<String>>>;
    /// Starts this command, or nothing any more.
    ///
    /// # Errors
    /// The entry cannot be written.
    fn write(&self, command: Option<&[String]>) -> io::Result<()>;
}

/// Our entry among those.
pub struct LoginItem {
    items: Box<dyn LoginItems>,
    /// The program, and what it needs to know to be this installation.
    command: Vec<String>,
}

impl LoginItem {
    /// The entry of this system for the program that runs. `instance` tells installations apart.
    ///
    /// # Errors
    /// It is not known where this program is, or where the system keeps such entries.
    pub fn of_this_system(instance: &str, data_dir: Option<&Path>) -> io::Result<Self> {
        let command = command(&program()?, data_dir)?;
        Ok(Self::new(system(instance)?, command))
    }

    /// An entry among `items` that starts `command`.
    #[must_use]
    pub fn new(items: Box<dyn LoginItems>, command: Vec<String>) -> Self {
        Self { items, command }
    }

    /// What is set, as the system says.
    ///
    /// # Errors
    /// The system does not say.
    pub fn get(&self) -> io::Result<StartAtLogin> {
        Ok(mode(self.items.read()?.as_deref()))
    }

    /// Sets it.
    ///
    /// # Errors
    /// The system refuses.
    pub fn set(&self, wanted: StartAtLogin) -> io::Result<()> {
        let mut command = self.command.clone();
        match wanted {
            StartAtLogin::Off => return self.items.write(None),
            StartAtLogin::Window => {}
            StartAtLogin::Tray => command.push(HIDDEN.to_owned()),
        }
        self.items.write(Some(&command))
    }

    /// Leads an entry whose program has moved away to the one that runs.
    ///
    /// # Errors
    /// The entry can be neither read nor written.
    pub fn refresh(&self) -> io::Result<()> {
        let Some(command) = self.items.read()? else {
            return Ok(());
        };
        // A name without a folder is searched for; only its author knows what they meant.
        let gone = command
            .first()
            .map(Path::new)
            .is_some_and(|program| program.is_absolute() && !program.exists());
        if gone {
            tracing::info!("start at login named a program that is gone");
            self.set(mode(Some(&command)))?;
        }
        Ok(())
    }
}

fn mode(command: Option<&[String]>) -> StartAtLogin {
    match command {
        None => StartAtLogin::Off,
        Some(words) if words.iter().any(|word| word == HIDDEN) => StartAtLogin::Tray,
        Some(_) => StartAtLogin::Window,
    }
}

/// The program that runs. An AppImage runs from a folder that is there only as long as it runs, and says
/// where it really is.
fn program() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux")
        && let Some(image) = std::env::var_os("APPIMAGE")
    {
        let image = PathBuf::from(image);
        if image.is_absolute() && image.is_file() {
            return Ok(image);
        }
    }
    std::env::current_exe()
}

fn command(program: &Path, data_dir: Option<&Path>) -> io::Result<Vec<String>> {
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "its path holds something that is not text",
            )
        })
    };
    let mut words = vec![text(program)?];
    if let Some(folder) = data_dir {
        words.push("--data-dir".into());
        words.push(text(&std::path::absolute(folder)?)?);
    }
    Ok(words)
}

#[cfg(target_os = "linux")]
fn system(instance: &str) -> io::Result<Box<dyn LoginItems>> {
    let folder = desktop_entry::folder(|name| std::env::var_os(name))?;
    Ok(Box::new(EntryFile {
        path: folder.join(format!("{instance}.desktop")),
        text: desktop_entry::text,
        command: desktop_entry::command,
    }))
}

#[cfg(target_os = "macos")]
fn system(instance: &str) -> io::Result<Box<dyn LoginItems>> {
    let folder = launch_agent::folder(|name| std::env::var_os(name))?;
    let label = instance.to_owned();
    Ok(Box::new(EntryFile {
        path: folder.join(format!("{instance}.plist")),
        text: move |command: &[String]| launch_agent::text(&label, command),
        command: launch_agent::command,
    }))
}

#[cfg(windows)]
fn system(instance: &str) -> io::Result<Box<dyn LoginItems>> {
    Ok(Box::new(run_key::RunKey::new(instance)))
}

/// An entry that is a file of its own.
#[cfg(unix)]
struct EntryFile<T, C> {
    path: PathBuf,
    /// The file for a command.
    text: T,
    /// The command in a file; `None` if the file says that it is off.
    command: C,
}

#[cfg(unix)]
impl<T, C> LoginItems for EntryFile<T, C>
where
    T: Fn(&[String]) -> io::Result<String> + Send + Sync + 'static,
    C: Fn(&str) -> Option<Vec<String>> + Send + Sync + 'static,
{
    fn read(&self) -> io::Result<Option<Vec<String>>> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok((self.command)(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, command: Option<&[String]>) -> io::Result<()> {
        let Some(command) = command else {
            return match std::fs::remove_file(&self.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        };
        let text = (self.text)(command)?;
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // The session may be reading the folder just now: it finds the old entry or the new one.
        let temporary = self.path.with_extension("new");
        std::fs::write(&temporary, text)?;
        std::fs::rename(&temporary, &self.path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Both kinds of file, wherever the tests run.
    fn items(kind: &str, path: PathBuf) -> Box<dyn LoginItems> {
        match kind {
            "desktop entry" => Box::new(EntryFile {
                path,
                text: desktop_entry::text,
                command: desktop_entry::command,
            }),
            _ => Box::new(EntryFile {
                path,
                text: |command: &[String]| launch_agent::text("app.porchlight.desktop", command),
                command: launch_agent::command,
            }),
        }
    }

    const KINDS: [&str; 2] = ["desktop entry", "launch agent"];

    #[test]
    fn it_appears_changes_and_disappears() {
        for kind in KINDS {
            let scratch = tempfile::tempdir().unwrap();
            let path = scratch.path().join("not yet there/entry");
            let program = scratch.path().join("a place/porchlight");
            let command = command(&program, Some(Path::new("/somewhere/else"))).unwrap();
            let item = LoginItem::new(items(kind, path.clone()), command);
            assert_eq!(item.get().unwrap(), StartAtLogin::Off, "{kind}");
            item.set(StartAtLogin::Off).unwrap();
            for wanted in [StartAtLogin::Tray, StartAtLogin::Window] {
                item.set(wanted).unwrap();
                assert_eq!(item.get().unwrap(), wanted, "{kind}");
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(text.contains(HIDDEN), wanted == StartAtLogin::Tray);
                assert!(text.contains("/somewhere/else"), "{kind}: {text}");
            }
            item.set(StartAtLogin::Off).unwrap();
            assert!(!path.exists(), "{kind}");
            assert_eq!(item.get().unwrap(), StartAtLogin::Off, "{kind}");
        }
    }

    #[test]
    fn a_program_that_moved_is_found_again_and_one_that_is_there_is_left_alone() {
        for kind in KINDS {
            let scratch = tempfile::tempdir().unwrap();
            let path = scratch.path().join("entry");
            let (old, new) = (scratch.path().join("old"), scratch.path().join("new"));
            for program in [&old, &new] {
                std::fs::write(program, "").unwrap();
            }
            let at = |program: &Path| {
                LoginItem::new(items(kind, path.clone()), command(program, None).unwrap())
            };
            at(&new).refresh().unwrap();
            assert!(!path.exists(), "{kind}: what is off stays off");
            at(&old).set(StartAtLogin::Tray).unwrap();
            at(&new).refresh().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(old.to_str().unwrap()), "{kind}: {text}");
            std::fs::remove_file(&old).unwrap();
            at(&new).refresh().unwrap();
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(new.to_str().unwrap()), "{kind}: {text}");
            assert_eq!(at(&new).get().unwrap(), StartAtLogin::Tray, "{kind}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("in the way");
        std::fs::write(&file, "").unwrap();
        let item = LoginItem::new(
            items("desktop entry", file.join("entry")),
            vec!["/bin/true".into()],
        );
        assert!(item.set(StartAtLogin::Tray).is_err());
    }
}
