//! Where this device's secrets are kept.

pub mod keychain;

pub use keychain::Keychain;
