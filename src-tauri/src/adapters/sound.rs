//! Sounds, played from Rust: the page may be gone, and a page that may play is one that may nag.
//!
//! The clips are reckoned ([`tones`]), not shipped as files, with the volume in them. On Linux they go to the
//! sound server that every desktop has (PulseAudio, or PipeWire in its place), on Windows and macOS to the
//! system. A sound is a courtesy: where there is no device, no server, or one that does not answer, the
//! caller is told at once, and nothing waits for it.

pub mod tones;

#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "linux")]
pub use linux::Loudspeaker;

#[cfg(not(target_os = "linux"))]
pub mod system;
#[cfg(not(target_os = "linux"))]
pub use system::Loudspeaker;
