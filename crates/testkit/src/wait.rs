//! Waiting for conditions.
//!
//! A test never sleeps for a guessed time and never judges how long something took: it names a
//! condition and waits until it is true. Whoever waits longer than [`LIMIT`] waits for something
//! that will not come, and is told what it was.

use std::time::Duration;

use crate::rig_error::RigError;

/// 10 s: far above anything that happens on loopback, also on a machine that builds something else.
pub const LIMIT: Duration = Duration::from_secs(10);

/// 20 ms between two looks: invisible in a test's run time, and cheap for what is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `probe` gives a value.
///
/// # Errors
/// [`RigError::NotYet`] with `what` after [`LIMIT`].
pub async fn until<T>(
    what: &str,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> Result<T, RigError> {
    until_within(LIMIT, what, async || probe().await).await
}

/// [`until`] with an own limit, for the few things that may rightly take longer than [`LIMIT`],
/// such as a browser's first start on a cold disk.
///
/// # Errors
/// [`RigError::NotYet`] with `what` after `limit`.
pub async fn until_within<T>(
    limit: Duration,
    what: &str,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> Result<T, RigError> {
    let looking = async {
        loop {
            if let Some(value) = probe().await {
                return value;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(limit, looking)
        .await
        .map_err(|_| RigError::NotYet { what: what.into() })
}
