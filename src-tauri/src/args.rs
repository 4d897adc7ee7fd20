//! The command line.

use std::path::PathBuf;

/// Porchlight: answer website chats.
#[derive(Clone, Debug, Default, clap::Parser)]
#[command(version, about)]
pub struct Args {
    /// Start in the tray, without a window. Opens one after all if the desktop has no tray.
    #[arg(long)]
    pub hidden: bool,
    /// Keep everything in this folder, as an installation of its own.
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
}

impl Args {
    /// The name under which a second start finds the first. An installation with a folder of its own
    /// is found only by starts with the same folder.
    #[must_use]
    pub fn instance(&self, identifier: &str) -> String {
        let Some(folder) = &self.data_dir else {
            return identifier.to_owned();
        };
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        // FNV-1a: stable over versions of Rust, which the standard library's hash is not.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in folder.as_os_str().as_encoded_bytes() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{identifier}.in_{hash:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_is_found_by_its_folder() {
        let at = |folder: &str| Args {
            data_dir: Some(folder.into()),
            ..Args::default()
        };
        assert_eq!(Args::default().instance("a.b"), "a.b");
        assert_eq!(at("/tmp/x").instance("a.b"), at("/tmp/x").instance("a.b"));
        assert_ne!(at("/tmp/x").instance("a.b"), at("/tmp/y").instance("a.b"));
        assert!(at("/tmp/x").instance("a.b").starts_with("a.b.in_"));
    }
}
