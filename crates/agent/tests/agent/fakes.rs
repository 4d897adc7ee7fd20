//! The fakes hold to what the real adapters hold to.

use agent::conformance;
use agent::view::Limited;
use testkit::fakes::{
    FakeClock, FolderVault, ManualActivity, MemoryVault, RealClock, RecordingNotifier,
};

#[test]
fn the_clocks_conform() {
    conformance::clock(&FakeClock::default());
    conformance::clock(&RealClock::default());
}

#[tokio::test]
async fn the_vaults_conform() {
    conformance::vault(&MemoryVault::default()).await;
    let dir = tempfile::tempdir().unwrap();
    conformance::vault(&FolderVault::new(dir.path().join("vault")).unwrap()).await;
}

#[tokio::test]
async fn the_notifier_conforms() {
    conformance::notifier(&RecordingNotifier::default()).await;
}

#[tokio::test]
async fn the_activity_sources_conform() {
    conformance::activity(&ManualActivity::default(), &FakeClock::default()).await;
    conformance::activity(
        &ManualActivity::limited(Limited::Platform),
        &FakeClock::default(),
    )
    .await;
}
