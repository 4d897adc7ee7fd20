//! How many wait, on the app's icon: in the launcher, in the taskbar, in the Dock.
//!
//! | | how |
//! |---|---|
//! | Linux | `com.canonical.Unity.LauncherEntry` ([`linux`]): Plasma's task manager, Dash to Dock, Ubuntu's dock, Plank. Others pass it over |
//! | Windows | a disc over the taskbar's icon, while there is a window ([`overlay`] draws it) |
//! | macOS | the Dock's own badge |

pub mod overlay;

#[cfg(not(target_os = "linux"))]
pub mod app_icon;
#[cfg(target_os = "linux")]
pub mod linux;
