//! What is set for this computer alone: `device.json` in the folder for the app's data.
//!
//! Start at login is not in it, because the system keeps that and its user can change it there
//! (`autostart.rs`). The file is replaced as a whole: whenever the machine stops, either the old one or
//! the new one is there. One that cannot be read is put aside as `device.json.damaged` and costs the
//! settings, never the start. What a later version wrote into it, this one keeps.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// More than this is not a file of ours.
const FILE_BYTES: u64 = 64 * 1024;

/// What the file holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DeviceFile {
    /// The keys that switch between Online and Invisible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortcut: Option<String>,
    /// What a later version keeps here.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// Where the file is.
#[derive(Clone, Debug)]
pub struct DeviceStore {
    folder: PathBuf,
}

impl DeviceStore {
    /// The file in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What is stored; nothing if there is no file, or none that can be read.
    #[must_use]
    pub fn load(&self) -> DeviceFile {
        let path = self.path();
        match read(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => DeviceFile::default(),
            Err(error) => {
                tracing::warn!(%error, "the settings of this computer cannot be read");
                if let Err(error) = fs::rename(&path, self.folder.join("device.json.damaged")) {
                    tracing::warn!(%error, "nor can they be put aside");
                }
                DeviceFile::default()
            }
        }
    }

    /// Replaces what is stored.
    ///
    /// # Errors
    /// It cannot be written; the old file is still there.
    pub fn save(&self, file: &DeviceFile) -> io::Result<()> {
        let temporary = self.folder.join("device.json.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut writing = options.open(&temporary)?;
        writing.write_all(&serde_json::to_vec_pretty(file)?)?;
        writing.sync_all()?;
        fs::rename(&temporary, self.path())?;
        // Elsewhere there is no way to ask for it; the rename is as durable as the system makes it.
        #[cfg(unix)]
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.folder.join("device.json")
    }
}

fn read(path: &Path) -> io::Result<DeviceFile> {
    if fs::metadata(path)?.len() > FILE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it is too large",
        ));
    }
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, DeviceStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = DeviceStore::new(folder.path().to_owned());
        (folder, store)
    }

    #[test]
    fn what_is_saved_is_there_after_a_start_and_without_a_file_nothing_is_set() {
        let (_folder, store) = store();
        assert_eq!(store.load(), DeviceFile::default());
        let mut file = store.load();
        file.shortcut = Some("Ctrl+Alt+P".into());
        store.save(&file).unwrap();
        assert_eq!(store.load(), file);
        file.shortcut = None;
        store.save(&file).unwrap();
        assert_eq!(store.load().shortcut, None);
    }

    #[test]
    fn a_damaged_file_is_put_aside_and_a_new_one_can_be_written() {
        for damage in ["", "{\"shortcut\":", "[1]", "{\"shortcut\": 7}"] {
            let (folder, store) = store();
            fs::write(folder.path().join("device.json"), damage).unwrap();
            assert_eq!(store.load(), DeviceFile::default(), "{damage:?}");
            let aside = fs::read_to_string(folder.path().join("device.json.damaged")).unwrap();
            assert_eq!(aside, damage, "it is kept");
            store.save(&DeviceFile::default()).unwrap();
            assert_eq!(store.load(), DeviceFile::default());
        }
        let (folder, store) = store();
        fs::write(folder.path().join("device.json"), " ".repeat(70_000)).unwrap();
        assert_eq!(store.load(), DeviceFile::default(), "too large");
    }

    #[test]
    fn a_stop_while_it_is_written_leaves_the_old_file() {
        let (folder, store) = store();
        let file = DeviceFile {
            shortcut: Some("F13".into()),
            ..DeviceFile::default()
        };
        store.save(&file).unwrap();
        fs::write(folder.path().join("device.json.new"), "{\"sho").unwrap();
        assert_eq!(store.load(), file);
        store.save(&DeviceFile::default()).unwrap();
        assert_eq!(store.load(), DeviceFile::default());
    }

    #[test]
    fn what_a_later_version_keeps_there_stays() {
        let (folder, store) = store();
        let text = r#"{"shortcut": "F13", "sounds": {"volume": 3}}"#;
        fs::write(folder.path().join("device.json"), text).unwrap();
        let mut file = store.load();
        file.shortcut = None;
        store.save(&file).unwrap();
        let text = fs::read_to_string(folder.path().join("device.json")).unwrap();
        assert!(text.contains("volume") && !text.contains("F13"), "{text}");
    }
}
