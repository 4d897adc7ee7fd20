//! Where this device's secrets are kept.

pub mod keychain;
pub mod sealed;

pub use keychain::Keychain;
pub use sealed::ChosenVault;
