//! Running other programs, visibly.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a task cannot go on, in words for the person who started it.
#[derive(Debug)]
pub(crate) struct Failure(String);

pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// All paths are the repository's from here on, wherever the command was typed.
pub(crate) fn go_to_repository() -> Result {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    std::env::set_current_dir(root)
        .map_err(|error| Failure::new(format!("cannot go to {}: {error}", root.display())))
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// npm, in one of the web parts.
pub(crate) fn npm(folder: &str) -> Command {
    // On Windows it is a script, which is not found without its ending.
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder);
    command
}

/// Prints a command and runs it; its output is shown as it comes.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("    $ {}", shown(command));
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{}` failed ({status})",
        shown(command)
    )))
}

/// What a command prints, if it succeeds; nothing of it is shown.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// A command as it would be typed.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let line = words
        .map(|word| {
            let word = word.to_string_lossy();
            match Path::new(&*word).file_name() {
                Some(name) if word.ends_with("/cargo") => name.to_string_lossy().into_owned(),
                _ => word.into_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ");
    match command.get_current_dir() {
        Some(folder) => format!("(cd {} && {line})", folder.display()),
        None => line,
    }
}

/// Where a program is, if it is installed.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    Failure::new(format!("{program} does not start: {error}"))
}
