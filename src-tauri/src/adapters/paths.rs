//! Where the app keeps its files.

use std::path::{Path, PathBuf};

/// The folder for everything this installation stores, made if it is missing and closed to other
/// accounts of the machine.
///
/// `chosen` comes from `--data-dir`; otherwise it is the platform's folder for this app's data.
///
/// # Errors
/// The folder cannot be made, or its rights cannot be set.
pub fn data_dir(
    chosen: Option<PathBuf>,
    platform: impl FnOnce() -> std::io::Result<PathBuf>,
) -> std::io::Result<PathBuf> {
    let folder = match chosen {
        Some(folder) => std::path::absolute(folder)?,
        None => platform()?,
    };
    make_private(&folder)?;
    Ok(folder)
}

/// The platform's folder for this app's data, as Tauri reckons it, for a process that has no Tauri.
#[must_use]
pub fn platform_data_dir(identifier: &str) -> Option<PathBuf> {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let folder = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        std::env::home_dir().map(|home| home.join("Library/Application Support"))
    } else {
        absolute("XDG_DATA_HOME")
            .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
    };
    Some(folder?.join(identifier))
}

/// A file with the app's icon, for desktops that do not find the installed one (a build that was never
/// installed has none).
///
/// # Errors
/// It cannot be written.
pub fn icon(data_dir: &Path) -> std::io::Result<PathBuf> {
    let file = data_dir.join("icon.png");
    std::fs::write(&file, include_bytes!("../../../icons/128x128.png"))?;
    Ok(file)
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// On Windows the profile folder is closed to other accounts already.
#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_folder_is_made_and_wins() {
        let scratch = tempfile::tempdir().unwrap();
        let wanted = scratch.path().join("a/b");
        let got = data_dir(Some(wanted.clone()), || {
            panic!("the platform's is not asked for")
        })
        .unwrap();
        assert_eq!(got, wanted);
        assert!(wanted.is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_enter_it_even_if_it_was_open_before() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("open");
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        data_dir(None, || Ok(folder.clone())).unwrap();
        assert_eq!(
            std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
