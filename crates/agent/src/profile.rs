//! Who is signed in on this computer, and where. Not secret; the secrets are in the vault, under
//! names that hold the workspace's id and the device's.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use protocol::ids::{AgentId, DeviceId, WorkspaceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The signed-in device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) workspace_name: String,
    pub(crate) place: Place,
    pub(crate) agent_id: AgentId,
    pub(crate) device_id: DeviceId,
    /// Signing out has begun: whatever is still here goes.
    #[serde(default)]
    pub(crate) leaving: bool,
}

/// Where the workspace is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub(crate) enum Place {
    /// At an address.
    Address { address: String },
    /// Inside this app.
    Here,
}

/// The workspace inside this app: what its secrets are named by. Stays over sign-outs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Local {
    pub(crate) installation: Uuid,
}

impl Profile {
    pub(crate) fn secret(&self, what: &str) -> String {
        format!("{}/{}/{what}", self.workspace_id, self.device_id)
    }

    /// The encrypted store of this workspace.
    pub(crate) fn cache_file(&self, data_dir: &Path) -> PathBuf {
        data_dir.join(format!("workspace-{}.db", self.workspace_id))
    }
}

impl Local {
    pub(crate) fn secret(&self, what: &str) -> String {
        format!("local/{}/{what}", self.installation)
    }
}

pub(crate) fn read_profile(data_dir: &Path) -> io::Result<Option<Profile>> {
    read(&data_dir.join("profile.json"))
}

pub(crate) fn write_profile(data_dir: &Path, profile: &Profile) -> io::Result<()> {
    write(data_dir, "profile.json", profile)
}

pub(crate) fn remove_profile(data_dir: &Path) -> io::Result<()> {
    match fs::remove_file(data_dir.join("profile.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => sync_dir(data_dir),
    }
}

pub(crate) fn read_local(data_dir: &Path) -> io::Result<Option<Local>> {
    read(&data_dir.join("local.json"))
}

pub(crate) fn write_local(data_dir: &Path, local: &Local) -> io::Result<()> {
    write(data_dir, "local.json", local)
}

fn read<T: for<'a> Deserialize<'a>>(file: &Path) -> io::Result<Option<T>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Either the old file or the new one is there, whenever the machine stops.
fn write<T: Serialize>(data_dir: &Path, name: &str, value: &T) -> io::Result<()> {
    let temporary = data_dir.join(format!("{name}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(&serde_json::to_vec_pretty(value)?)?;
    file.sync_all()?;
    fs::rename(&temporary, data_dir.join(name))?;
    sync_dir(data_dir)
}

#[cfg(unix)]
fn sync_dir(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_dir(_dir: &Path) -> io::Result<()> {
    // Other systems have no way to ask for it; the rename is as durable as they make it.
    Ok(())
}

/// Makes the folder for the data of the app, for this user alone.
pub(crate) fn make_data_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str) -> Profile {
        Profile {
            workspace_id: WorkspaceId(Uuid::from_u128(1)),
            workspace_name: name.into(),
            place: Place::Here,
            agent_id: AgentId(Uuid::from_u128(2)),
            device_id: DeviceId(Uuid::from_u128(3)),
            leaving: false,
        }
    }

    #[test]
    fn a_profile_is_replaced_as_a_whole_and_removed_twice_without_complaint() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read_profile(dir.path()).unwrap(), None);
        for name in ["first", "second"] {
            write_profile(dir.path(), &profile(name)).unwrap();
            assert_eq!(read_profile(dir.path()).unwrap(), Some(profile(name)));
        }
        remove_profile(dir.path()).unwrap();
        remove_profile(dir.path()).unwrap();
        assert_eq!(read_profile(dir.path()).unwrap(), None);
    }

    #[test]
    fn a_half_written_file_beside_it_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        write_profile(dir.path(), &profile("whole")).unwrap();
        fs::write(dir.path().join("profile.json.new"), b"{\"work").unwrap();
        assert_eq!(read_profile(dir.path()).unwrap(), Some(profile("whole")));
        write_profile(dir.path(), &profile("next")).unwrap();
        assert_eq!(read_profile(dir.path()).unwrap(), Some(profile("next")));
    }
}
