//! What is set for this computer alone.

use std::sync::Arc;

use agent::Core;
use agent::view_device::{DeviceSettings, SelfTest, StartAtLogin};
use protocol::error::{ErrorBody, ErrorCode};
use tauri::State;

use crate::device::ThisDevice;

/// What is set now, as the system says.
#[tauri::command]
pub async fn device_settings(
    device: State<'_, Arc<ThisDevice>>,
) -> Result<DeviceSettings, ErrorBody> {
    aside(&device, ThisDevice::settings).await
}

/// Sets what happens when the person signs in to the computer.
#[tauri::command]
pub async fn set_start_at_login(
    device: State<'_, Arc<ThisDevice>>,
    start: StartAtLogin,
) -> Result<(), ErrorBody> {
    aside(&device, move |device| device.set_start_at_login(start)).await
}

/// Sets the keys that switch the status from anywhere, or none.
#[tauri::command]
pub async fn set_shortcut(
    device: State<'_, Arc<ThisDevice>>,
    keys: Option<String>,
) -> Result<(), ErrorBody> {
    aside(&device, move |device| device.set_shortcut(keys.as_deref())).await
}

/// Shows a notification and plays a sound at this volume, in percent; answers what the platform said.
#[tauri::command]
pub async fn self_test(core: State<'_, Core>, volume: u8) -> Result<SelfTest, ErrorBody> {
    core.self_test(volume).await
}

/// Files and the display server may take their time, and must not keep the session waiting.
async fn aside<T: Send + 'static>(
    device: &Arc<ThisDevice>,
    work: impl FnOnce(&ThisDevice) -> Result<T, ErrorBody> + Send + 'static,
) -> Result<T, ErrorBody> {
    let device = Arc::clone(device);
    tokio::task::spawn_blocking(move || work(&device))
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "a setting of this computer");
            Err(ErrorBody::new(
                ErrorCode::Internal,
                "Something went wrong in Porchlight. The log has the details.",
            ))
        })
}
