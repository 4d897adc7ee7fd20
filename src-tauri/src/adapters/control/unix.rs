//! The door on Linux and macOS: a socket in the file system.
//!
//! Its place is the first of these that can be used:
//!
//! 1. `$XDG_RUNTIME_DIR/porchlight/<instance>.sock`, where systems have such a folder;
//! 2. on Linux the same in `/run/user/<uid>`, which is that folder, for a process whose environment does
//!    not say so (cron, `ssh`, a service);
//! 3. `control.sock` in the folder of the app's data;
//! 4. a folder of ours in the system's folder for temporary files, when the other paths are longer than a
//!    socket's name can be.
//!
//! A caller tries all of them, since the app may have been started with another environment.
//!
//! Beside the socket is a lock, which the system releases when the process ends, in whatever way. Only
//! who holds it removes a socket that is there, so one that is served is never replaced, and two apps
//! that start at once never fight. The lock itself is never removed.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use super::{AskError, DoorError, Instance};

/// Longest path of a socket, in bytes: macOS has room for 104, with the zero at its end.
const PATH_BYTES: usize = 103;

/// Where the app listens. Dropping it removes the socket.
#[derive(Debug)]
pub struct Door {
    listener: UnixListener,
    path: PathBuf,
    /// Held as long as the socket is served.
    _lock: File,
}

impl Door {
    /// Listens in the first place that can be used. Must be called inside the runtime.
    ///
    /// # Errors
    /// Another app listens there, or there is no place.
    pub fn open(instance: &Instance) -> Result<Self, DoorError> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for path in places(instance, own_id(), |name| std::env::var_os(name)) {
            match Self::open_at(path) {
                Err(DoorError::Place(error)) => last = error,
                other => return other,
            }
        }
        Err(last.into())
    }

    fn open_at(path: PathBuf) -> Result<Self, DoorError> {
        make_private(path.parent().unwrap_or(Path::new("/")))?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.with_extension("lock"))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => DoorError::Taken,
            TryLockError::Error(error) => error.into(),
        })?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let listener = UnixListener::bind(&path)?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))?;
        Ok(Self {
            listener,
            path,
            _lock: lock,
        })
    }

    /// The next caller who is this user.
    ///
    /// # Errors
    /// The system takes no calls now.
    pub(super) async fn next(&mut self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            if is_us(&stream) {
                return Ok(stream);
            }
            tracing::warn!("another user of this computer knocked at the control socket");
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // One that stays is replaced by the next app.
        let _ = fs::remove_file(&self.path);
    }
}

/// Connects to the app of this user.
pub(super) async fn call(instance: &Instance) -> Result<UnixStream, AskError> {
    let mut refused = false;
    for path in places(instance, own_id(), |name| std::env::var_os(name)) {
        match UnixStream::connect(&path).await {
            Ok(stream) if is_us(&stream) => return Ok(stream),
            Ok(_) => refused = true,
            Err(error) => refused |= error.kind() == io::ErrorKind::PermissionDenied,
        }
    }
    Err(if refused {
        AskError::NotYours
    } else {
        AskError::NotRunning
    })
}

fn own_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn is_us(stream: &UnixStream) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == own_id())
}

/// Where the socket may be, best first. `variable` answers for the environment.
fn places(
    instance: &Instance,
    user: u32,
    variable: impl Fn(&str) -> Option<std::ffi::OsString>,
) -> Vec<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let socket = format!("{}.sock", instance.name);
    let mut places = Vec::new();
    if let Some(folder) = absolute("XDG_RUNTIME_DIR") {
        places.push(folder.join("porchlight").join(&socket));
    }
    if cfg!(target_os = "linux") {
        let folder = PathBuf::from(format!("/run/user/{user}"));
        if folder.is_dir() {
            places.push(folder.join("porchlight").join(&socket));
        }
    }
    if instance.data_dir.is_absolute() {
        places.push(instance.data_dir.join("control.sock"));
    }
    let temporary = absolute("TMPDIR").unwrap_or_else(|| PathBuf::from("/tmp"));
    places.push(temporary.join(format!("porchlight-{user}")).join(&socket));
    places.retain(|path| path.as_os_str().len() <= PATH_BYTES);
    places.dedup();
    places
}

/// A folder that only this user can enter, made if it is not there. One that belongs to somebody else, or
/// leads elsewhere, is not used.
fn make_private(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let there = fs::symlink_metadata(folder)?;
    if !there.is_dir() || there.uid() != own_id() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the folder belongs to somebody else",
        ));
    }
    if there.mode() & 0o077 != 0 {
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use super::super::{Answers, Reply, Request, serve};
    use async_trait::async_trait;

    struct Named(&'static str);

    #[async_trait]
    impl Answers for Named {
        async fn answer(&self, _request: Request) -> Reply {
            Reply::LastAgent {
                sites: vec![self.0.into()],
            }
        }
    }

    fn serve_at(path: &Path, name: &'static str) -> tokio::task::JoinHandle<()> {
        let door = Door::open_at(path.to_owned()).unwrap();
        tokio::spawn(serve(door, Arc::new(Named(name))))
    }

    async fn who_answers(path: &Path) -> String {
        let stream = UnixStream::connect(path).await.unwrap();
        match super::super::put(stream, &Request::Report).await.unwrap() {
            Reply::LastAgent { sites } => sites.concat(),
            other => panic!("{other:?}"),
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[tokio::test]
    async fn a_socket_that_is_served_is_never_taken_over_and_one_that_was_left_is_replaced() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("porchlight/a.sock");
        let first = serve_at(&path, "first");
        assert_eq!(who_answers(&path).await, "first");
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));

        let second = Door::open_at(path.clone());
        assert!(matches!(second, Err(DoorError::Taken)), "{second:?}");
        assert_eq!(who_answers(&path).await, "first", "it goes on");

        first.abort();
        assert!(first.await.is_err_and(|error| error.is_cancelled()));
        // What a crash leaves: the socket's file, and nobody behind it.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let _third = serve_at(&path, "third");
        assert_eq!(who_answers(&path).await, "third");
    }

    #[tokio::test]
    async fn an_open_folder_is_closed_and_one_that_leads_elsewhere_is_not_used() {
        let scratch = tempfile::tempdir().unwrap();
        let open = scratch.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, Permissions::from_mode(0o755)).unwrap();
        let _door = Door::open_at(open.join("a.sock")).unwrap();
        assert_eq!(mode(&open), 0o700);

        let link = scratch.path().join("link");
        std::os::unix::fs::symlink(&open, &link).unwrap();
        let door = Door::open_at(link.join("b.sock"));
        assert!(matches!(door, Err(DoorError::Place(_))), "{door:?}");
    }

    #[tokio::test]
    async fn a_door_that_is_closed_leaves_no_socket() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("a.sock");
        drop(Door::open_at(path.clone()).unwrap());
        assert!(!path.exists());
    }

    #[test]
    fn the_best_place_comes_first_and_none_is_too_long() {
        let instance = |folder: &str| Instance {
            name: "app.x".into(),
            data_dir: folder.into(),
        };
        // Nobody has this id, so that this computer's own folders have no part in it.
        let of = |folder: &str, variables: &[(&str, &str)]| {
            let places = places(&instance(folder), 4_000_000_000, |name| {
                let found = variables.iter().find(|(key, _)| *key == name)?;
                Some(found.1.into())
            });
            places
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        let temporary = "/tmp/porchlight-4000000000/app.x.sock";
        assert_eq!(
            of("/data", &[("XDG_RUNTIME_DIR", "/run/x")]),
            [
                "/run/x/porchlight/app.x.sock",
                "/data/control.sock",
                temporary
            ]
        );
        assert_eq!(of("/data", &[]), ["/data/control.sock", temporary]);
        assert_eq!(
            of("/data", &[("XDG_RUNTIME_DIR", "not/absolute")]),
            ["/data/control.sock", temporary]
        );
        assert_eq!(of("", &[]), [temporary], "not in whatever folder it runs");
        let long = format!("/{}", "long/".repeat(30));
        assert_eq!(of(&long, &[("XDG_RUNTIME_DIR", &long)]), [temporary]);
    }
}
