//! The web parts: the widget and the app's interface.
//!
//! Both are npm packages that are carried inside of a program, so they are built before it. What is
//! up to date is left alone: packages by the lock file they were installed from, and the build
//! by the age of everything it is made of.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::shell::{Failure, Result, npm, run};

/// The folders that hold one, as far as they are there.
pub(crate) fn parts() -> Vec<&'static str> {
    let is_there = |folder: &&str| Path::new(folder).join("package.json").is_file();
    ["widget", "ui"].into_iter().filter(is_there).collect()
}

/// Installs the npm packages of a part, unless they are those of its lock file already.
pub(crate) fn install(part: &str) -> Result {
    let lock = read(&Path::new(part).join("package-lock.json"))?;
    // Inside, so that it goes when the packages go.
    let stamp = Path::new(part).join("node_modules/.installed-from.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        println!("    {part}: npm packages are up to date");
        return Ok(());
    }
    run(npm(part).args(["ci", "--no-audit", "--no-fund"]))?;
    write(&stamp, &lock)
}

/// Builds a part, unless nothing it is made of is newer than its last build.
pub(crate) fn build(part: &str) -> Result {
    let begun = SystemTime::now();
    let stamp = PathBuf::from(format!("target/xtask/{part}-built"));
    let built = modified(&stamp);
    let is_there = std::fs::read_dir(Path::new(part).join("dist"))
        .is_ok_and(|mut files| files.next().is_some());
    if is_there && built.is_some() && newest_input(part) < built {
        println!("    {part}: the build is up to date");
        return Ok(());
    }
    run(npm(part).args(["run", "build"]))?;
    write(&stamp, b"")?;
    // As old as the build's beginning: what is changed while it runs is newer.
    let file = std::fs::File::options().write(true).open(&stamp);
    file.and_then(|file| file.set_modified(begun))
        .map_err(|error| Failure::new(format!("cannot stamp {}: {error}", stamp.display())))
}

/// Runs one of a part's scripts, if it has it.
pub(crate) fn script(part: &str, name: &str) -> Result {
    run(npm(part).args(["run", "--if-present", name]))
}

/// The time of the newest file that a part is made of.
fn newest_input(part: &str) -> Option<SystemTime> {
    // The words of all parts are in one place.
    newest_below(Path::new(part)).max(newest_below(Path::new("locales")))
}

fn newest_below(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != "node_modules" && entry.file_name() != "dist")
        .filter_map(|entry| {
            let path = entry.path();
            // A folder's own time says that a file in it is gone.
            if path.is_dir() {
                newest_below(&path).max(modified(&path))
            } else {
                modified(&path)
            }
        })
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).ok()?.modified().ok()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", path.display())))
}

fn write(path: &Path, bytes: &[u8]) -> Result {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, bytes))
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}
