//! The leash on everything a test starts: no process outlives the test that started it.
//!
//! Why not only `kill` on drop: a test runner that is killed drops nothing, a browser starts
//! helpers in process groups of their own, and `PR_SET_PDEATHSIG` is cleared when a program with
//! file capabilities is started (gnome-keyring-daemon has one) and fires when the starting *thread*
//! ends, which an async test cannot promise.
//!
//! So each leash has a watcher: a small shell in a process group of its own that reads a pipe from the
//! test process. The pipe ends when the leash is dropped and also when the test process dies in
//! whatever way; then the watcher kills the process groups it was told of, and every process
//! that carries the leash's mark in its environment, until none is left. Dropping waits for that, so
//! after a drop nothing runs any more. Windows has no watcher: there, what was started is ended when
//! it is dropped.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Stdio;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

use crate::rig_error::RigError;

/// Environment variable that marks every process of a leash, including those it did not start itself.
const MARK: &str = "PORCHLIGHT_TEST_LEASH";

/// Reads process ids, one a line; `-id` takes one back. When the pipe ends, kills them as process
/// groups and everything marked.
#[cfg(unix)]
const WATCHER: &str = r#"
groups=" "
while read -r line; do
    case $line in
        -*) id=${line#-}; case $groups in *" $id "*) groups="${groups%% $id *} ${groups#* $id }" ;; esac ;;
        *) groups="$groups$line " ;;
    esac
done
round=0
while [ $round -lt 200 ]; do
    for id in $groups; do kill -KILL "-$id" 2>/dev/null; done
    groups=
    left=
    for file in $(grep -lsaF "$1" /proc/[0-9]*/environ 2>/dev/null); do
        id=${file#/proc/}
        kill -KILL "${id%/environ}" 2>/dev/null && left=yes
    done
    [ -z "$left" ] && exit 0
    round=$((round + 1))
    sleep 0.02
done
"#;

/// Ends everything that was started on it when it is dropped, or when the test process dies.
#[derive(Clone, Debug)]
pub struct Leash(Arc<Held>);

#[derive(Debug)]
struct Held {
    mark: String,
    #[cfg(unix)]
    watcher: Mutex<Child>,
}

impl Leash {
    /// A new leash with nothing on it.
    ///
    /// # Errors
    /// If no shell can be started.
    pub fn new() -> Result<Self, RigError> {
        let mark = uuid::Uuid::now_v7().to_string();
        Ok(Self(Arc::new(Held {
            #[cfg(unix)]
            watcher: Mutex::new(start_watcher(&mark)?),
            mark,
        })))
    }

    /// The mark that a program needs in its environment if something else starts it.
    #[must_use]
    pub fn mark(&self) -> (String, String) {
        (MARK.to_owned(), self.0.mark.clone())
    }

    /// Starts a program on this leash. What it writes to standard error goes to `log`, and standard
    /// output too, unless the caller piped it.
    ///
    /// # Errors
    /// If the program or its log cannot be opened.
    pub fn start(&self, command: &mut Command, log: &Path) -> Result<Process, RigError> {
        let output = open_log(log)?;
        self.start_piped(command.stdout(output), log)
    }

    /// [`Leash::start`] for a program whose standard output the caller has set up.
    ///
    /// # Errors
    /// If the program or its log cannot be opened.
    pub fn start_piped(&self, command: &mut Command, log: &Path) -> Result<Process, RigError> {
        let program = name_of(command.get_program());
        command.env(MARK, &self.0.mark).stderr(open_log(log)?);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let child = command.spawn().map_err(|source| RigError::Start {
            program: program.clone(),
            source,
        })?;
        self.tell(&child.id().to_string());
        Ok(Process {
            child,
            program,
            log: log.to_owned(),
            leash: self.clone(),
        })
    }

    #[cfg(unix)]
    fn tell(&self, line: &str) {
        use std::io::Write as _;
        let mut watcher = self
            .0
            .watcher
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = watcher.stdin.as_mut() {
            // A watcher that is gone is noticed by whoever asserts that nothing is left; a
            // test that is being torn down must not fail because of it.
            let _ = writeln!(pipe, "{line}");
        }
    }

    #[cfg(not(unix))]
    fn tell(&self, _line: &str) {}
}

#[cfg(unix)]
impl Drop for Held {
    fn drop(&mut self) {
        let watcher = self
            .watcher
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        drop(watcher.stdin.take());
        let _ = watcher.wait();
    }
}

#[cfg(unix)]
fn start_watcher(mark: &str) -> Result<Child, RigError> {
    use std::os::unix::process::CommandExt as _;
    Command::new("sh")
        .args(["-c", WATCHER, "leash", &format!("{MARK}={mark}")])
        .env_remove(MARK)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C and a test runner's time limit signal the runner's whole group; the watcher must
        // be alive to clean up after them.
        .process_group(0)
        .spawn()
        .map_err(|source| RigError::Start {
            program: "sh".into(),
            source,
        })
}

/// A running program; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    program: String,
    log: PathBuf,
    leash: Leash,
}

impl Process {
    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where its output is.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its output so far.
    #[must_use]
    pub fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Its standard input, once, if the caller piped it.
    pub fn stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// Its standard output, once, if the caller piped it.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// If the system does not know the process.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Ends it without warning (`kill -9`) and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end (`SIGTERM`) and waits until it did.
    ///
    /// # Errors
    /// [`RigError::NotYet`] if it goes on.
    pub async fn terminate(&mut self) -> Result<ExitStatus, RigError> {
        #[cfg(unix)]
        Command::new("sh")
            .args(["-c", "kill -TERM \"$1\"", "kill", &self.id().to_string()])
            .status()
            .map_err(RigError::io("send SIGTERM"))?;
        #[cfg(not(unix))]
        self.child.kill().map_err(RigError::io("end a process"))?;
        self.wait().await
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// [`RigError::NotYet`] if it goes on.
    pub async fn wait(&mut self) -> Result<ExitStatus, RigError> {
        let what = format!("{} to end", self.program);
        crate::wait::until(&what, async || self.child.try_wait().ok().flatten()).await
    }

    /// Waits for a condition, and fails early if the program ends meanwhile.
    ///
    /// # Errors
    /// [`RigError::Ended`] or [`RigError::NotYet`].
    pub async fn ready<T>(
        &mut self,
        what: &str,
        mut probe: impl AsyncFnMut() -> Option<T>,
    ) -> Result<T, RigError> {
        let program = self.program.clone();
        let log = self.log.clone();
        let seen = crate::wait::until(&format!("{program}: {what}"), async || {
            if let Some(value) = probe().await {
                return Some(Some(value));
            }
            matches!(self.child.try_wait(), Ok(Some(_))).then_some(None)
        })
        .await?;
        seen.ok_or(RigError::Ended { program, log })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        // From here on the id may belong to somebody else.
        self.leash.tell(&format!("-{}", self.id()));
    }
}

fn open_log(path: &Path) -> Result<File, RigError> {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(RigError::io(format!("open {}", path.display())))
}

fn name_of(program: &OsStr) -> String {
    Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy()
        .into_owned()
}
