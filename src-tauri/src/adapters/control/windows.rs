//! The door on Windows: a named pipe.
//!
//! Its name holds the user's security identifier, and the first instance of it is asked for as the
//! first, so a pipe that is served is never taken over, and one that a crashed app left does not exist. The
//! pipe's own rights keep other users from writing to it, and calls from other computers are refused; both
//! sides check the other's user all the same.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::time::Duration;

use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};
use windows::Win32::Foundation::{
    CloseHandle, ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY, HANDLE, HLOCAL, LocalFree,
};
use windows::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows::Win32::Security::{GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser};
use windows::Win32::System::Pipes::{GetNamedPipeClientProcessId, GetNamedPipeServerProcessId};
use windows::Win32::System::Threading::{
    GetCurrentProcess, OpenProcess, OpenProcessToken, PROCESS_QUERY_LIMITED_INFORMATION,
};
use windows::core::PWSTR;

use super::{AskError, DoorError, Instance};

/// Between two knocks while every instance of the pipe is taken.
const BUSY_FOR: Duration = Duration::from_millis(20);

/// Where the app listens.
#[derive(Debug)]
pub struct Door {
    name: String,
    us: String,
    waiting: NamedPipeServer,
}

impl Door {
    /// Listens. Must be called inside the runtime.
    ///
    /// # Errors
    /// Another app listens there, or the system makes no pipe.
    pub fn open(instance: &Instance) -> Result<Self, DoorError> {
        let us = user_of_this_process()?;
        let name = pipe(instance, &us);
        let waiting = ServerOptions::new()
            .first_pipe_instance(true)
            .reject_remote_clients(true)
            .create(&name)
            .map_err(|error| {
                if is(&error, ERROR_ACCESS_DENIED.0) {
                    DoorError::Taken
                } else {
                    error.into()
                }
            })?;
        Ok(Self { name, us, waiting })
    }

    /// The next caller who is this user.
    pub(super) async fn next(&mut self) -> io::Result<NamedPipeServer> {
        loop {
            self.waiting.connect().await?;
            let next = ServerOptions::new()
                .reject_remote_clients(true)
                .create(&self.name)?;
            let caller = std::mem::replace(&mut self.waiting, next);
            let handle = HANDLE(caller.as_raw_handle());
            let mut process = 0;
            // SAFETY: the handle is a pipe's and stays open, and the number is written to a local.
            let known = unsafe { GetNamedPipeClientProcessId(handle, &raw mut process) };
            if known.is_ok() && user_of(process).is_ok_and(|user| user == self.us) {
                return Ok(caller);
            }
            tracing::warn!("another user of this computer knocked at the control pipe");
        }
    }
}

/// Connects to the app of this user.
pub(super) async fn call(instance: &Instance) -> Result<NamedPipeClient, AskError> {
    let us = user_of_this_process().map_err(AskError::Silent)?;
    let name = pipe(instance, &us);
    // The whole call is bounded by its caller.
    let pipe = loop {
        match ClientOptions::new().open(&name) {
            Ok(pipe) => break pipe,
            Err(error) if is(&error, ERROR_PIPE_BUSY.0) => tokio::time::sleep(BUSY_FOR).await,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(AskError::NotRunning);
            }
            Err(error) if is(&error, ERROR_ACCESS_DENIED.0) => return Err(AskError::NotYours),
            Err(error) => return Err(AskError::Silent(error)),
        }
    };
    let mut process = 0;
    // SAFETY: the handle is a pipe's and stays open, and the number is written to a local.
    let known =
        unsafe { GetNamedPipeServerProcessId(HANDLE(pipe.as_raw_handle()), &raw mut process) };
    if known.is_ok() && user_of(process).is_ok_and(|user| user == us) {
        Ok(pipe)
    } else {
        Err(AskError::NotYours)
    }
}

fn pipe(instance: &Instance, user: &str) -> String {
    format!(r"\\.\pipe\porchlight.{user}.{}", instance.name)
}

fn is(error: &io::Error, code: u32) -> bool {
    error
        .raw_os_error()
        .is_some_and(|raw| u32::try_from(raw) == Ok(code))
}

/// A handle of the system's, closed when dropped.
struct Owned(HANDLE);

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the handle was opened here, and nobody else has it.
        let _ = unsafe { CloseHandle(self.0) };
    }
}

fn user_of_this_process() -> io::Result<String> {
    // SAFETY: takes nothing; the answer needs no closing.
    user_of_handle(unsafe { GetCurrentProcess() })
}

fn user_of(process: u32) -> io::Result<String> {
    // SAFETY: takes values only; the handle it answers is closed by its owner.
    let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, false, process) }?;
    let handle = Owned(handle);
    user_of_handle(handle.0)
}

/// The security identifier of the user a process runs as.
fn user_of_handle(process: HANDLE) -> io::Result<String> {
    let mut token = HANDLE::default();
    // SAFETY: the process handle is valid during the call, the token is written to a local.
    unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) }?;
    let token = Owned(token);
    let mut length = 0;
    // Asked first for its length only; that this fails is how it answers.
    // SAFETY: no buffer is given, and the length is written to a local.
    let _ = unsafe { GetTokenInformation(token.0, TokenUser, None, 0, &raw mut length) };
    // In units that are aligned as the structure must be.
    let units = usize::try_from(length)
        .unwrap_or(0)
        .div_ceil(size_of::<u64>());
    let mut buffer = vec![0_u64; units.max(1)];
    let room = u32::try_from(buffer.len() * size_of::<u64>()).unwrap_or(0);
    let place = buffer.as_mut_ptr().cast::<c_void>();
    // SAFETY: the buffer has the room that is named.
    unsafe { GetTokenInformation(token.0, TokenUser, Some(place), room, &raw mut length) }?;
    // SAFETY: after success the buffer begins with this structure, and is aligned for it.
    let user = unsafe { &*place.cast::<TOKEN_USER>() };
    let mut text = PWSTR::null();
    // SAFETY: the identifier lies in the buffer, which is still there; the text is ours to free.
    unsafe { ConvertSidToStringSidW(user.User.Sid, &raw mut text) }?;
    // SAFETY: after success it is a text with a zero at its end.
    let name = unsafe { text.to_string() };
    // SAFETY: the system allocated it for us, and it is not used any more.
    unsafe { LocalFree(Some(HLOCAL(text.0.cast()))) };
    name.map_err(|_| io::ErrorKind::InvalidData.into())
}
