//! What is settled before anything else runs.

/// Switches core dumps off for this process and, since limits are inherited, for the webview's: both
/// hold messages and keys in memory, and a dump would carry them to the disk.
///
/// The process stays *dumpable* in the kernel's sense. Losing that would not reach the webview's
/// processes, and would take `/proc/<pid>` from the desktop's own services.
pub fn no_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let nothing = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        if let Err(error) = setrlimit(Resource::Core, nothing) {
            tracing::warn!(%error, "core dumps stay on");
        }
    }
}

/// With NVIDIA's own driver, WebKitGTK's DMABUF renderer draws blank windows (WebKit bug 261874). It
/// reads its switch from the environment, so the app starts itself again with that set, once.
/// Whoever sets the switch by hand is left alone.
#[cfg(target_os = "linux")]
pub fn work_around_blank_windows() {
    use std::os::unix::process::CommandExt as _;
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let nvidia = std::path::Path::new("/proc/driver/nvidia/version").exists();
    if !nvidia || std::env::var_os(SWITCH).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut again = std::process::Command::new(program);
    again
        .args(std::env::args_os().skip(1))
        .env(SWITCH, "1")
        .env("__NV_DISABLE_EXPLICIT_SYNC", "1");
    // Returns only if it failed; then the app goes on as it is.
    let error = again.exec();
    tracing::warn!(%error, "the DMABUF renderer stays on");
}

/// Only WebKitGTK needs it.
#[cfg(not(target_os = "linux"))]
pub fn work_around_blank_windows() {}
