//! Where this device's secrets are kept.

pub mod chosen;
pub mod keychain;
pub mod sealed;

pub use chosen::ChosenVault;
pub use keychain::Keychain;
