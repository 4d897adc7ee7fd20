//! The fakes hold to what the real adapters hold to.

use std::time::Duration;

use agent::conformance;
use agent::ports::{ActivityEvent, Clock as _, IDLE_REPORT_AFTER};
use agent::view::Limited;
use testkit::fakes::{
    FakeClock, FolderVault, ManualActivity, ManualHush, MemoryVault, RealClock, RecordingBadge,
    RecordingNotifier, SilentSound,
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
async fn what_else_calls_conforms() {
    conformance::sound(&SilentSound::default()).await;
    conformance::do_not_disturb(&ManualHush::default());
    conformance::badge(&RecordingBadge::default()).await;
}

#[tokio::test]
async fn the_activity_sources_conform() {
    let machine = ManualActivity::default();
    let clock = FakeClock::default();
    conformance::activity(&machine, &clock, &mut HandOn(&machine, &clock)).await;
}

struct HandOn<'a>(&'a ManualActivity, &'a FakeClock);

#[async_trait::async_trait(?Send)]
impl conformance::Hand for HandOn<'_> {
    async fn touch(&mut self) {
        self.0.happens(ActivityEvent::Active);
    }
    async fn rest(&mut self) -> Duration {
        let start = self.1.elapsed();
        self.1.advance(IDLE_REPORT_AFTER);
        self.0.happens(ActivityEvent::IdleSince(start));
        start
    }
    async fn lock(&mut self) {
        self.0.happens(ActivityEvent::Locked);
    }
    async fn unlock(&mut self) {
        self.0.happens(ActivityEvent::Unlocked);
    }
    async fn sleep(&mut self) {
        self.0.happens(ActivityEvent::Sleep);
    }
    async fn wake(&mut self) {
        self.0.happens(ActivityEvent::Wake);
    }
    async fn blind(&mut self) {
        self.0.happens(ActivityEvent::Limited(Limited::Platform));
    }
    async fn restore(&mut self) {
        self.0.happens(ActivityEvent::Active);
    }
}
