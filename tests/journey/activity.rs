//! Whether somebody is at this machine, told by the parts of a Linux desktop: a real X server, a compositor
//! that speaks `ext-idle-notify`, stand-ins for Mutter, Muffin and logind on a bus of their own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agent::conformance::{self, Hand};
use agent::ports::{ActivityEvent, ActivitySource as _, Clock as _, IDLE_REPORT_AFTER};
use agent::view::Limited;
use async_trait::async_trait;
use porchlight::adapters::activity::MachineActivity;
use porchlight::adapters::activity::linux::{Bus, Surroundings};
use porchlight::adapters::clock::SystemClock;
use testkit::desktop::{Asked, BareScreen, Compositor, IdleMonitor, MockedBus, Speaks};
use testkit::wait;
use tokio::sync::mpsc::UnboundedReceiver;

/// Longer than the source waits until it looks again for somebody who could tell.
const SOON: Duration = Duration::from_secs(70);

/// A machine that a test puts together.
struct Machine {
    bus: MockedBus,
    teller: Teller,
    clock: SystemClock,
    touched: Duration,
    _scratch: tempfile::TempDir,
}

/// Who tells of input there.
enum Teller {
    Nobody,
    X11(BareScreen),
    Wayland(Option<Compositor>),
    Monitor(IdleMonitor),
}

impl Machine {
    async fn with(teller: Teller, scratch: tempfile::TempDir) -> Self {
        let mut bus = MockedBus::start(scratch.path()).await.expect("a bus");
        bus.start_login().await.expect("a logind");
        if let Teller::Monitor(monitor) = teller {
            bus.start_monitor(monitor).await.expect("an idle monitor");
        }
        Self {
            bus,
            teller,
            clock: SystemClock::new(),
            touched: Duration::ZERO,
            _scratch: scratch,
        }
    }

    async fn x11() -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let screen = BareScreen::start(scratch.path()).await.expect("a display");
        let mut machine = Self::with(Teller::X11(screen), scratch).await;
        machine.touch().await;
        machine
    }

    async fn monitor(monitor: IdleMonitor) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        Self::with(Teller::Monitor(monitor), scratch).await
    }

    async fn wayland(speaks: Speaks) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let mut machine = Self::with(Teller::Nobody, scratch).await;
        let compositor = Compositor::start(machine.bus.runtime(), speaks).expect("a compositor");
        machine.teller = Teller::Wayland(Some(compositor));
        machine
    }

    fn surroundings(&self) -> Surroundings {
        let bus = Bus::At(self.bus.address().to_owned());
        let wayland = matches!(self.teller, Teller::Wayland(_) | Teller::Monitor(_));
        Surroundings {
            wayland,
            wayland_socket: wayland.then(|| self.bus.runtime().join("wayland-0")),
            x11: match &self.teller {
                Teller::X11(screen) => Some(screen.display()),
                _ => None,
            },
            has_monitor: false,
            flatpak: false,
            session_bus: bus.clone(),
            system_bus: bus,
        }
    }

    fn activity(&self) -> MachineActivity {
        MachineActivity::amid(self.surroundings(), Arc::new(self.clock))
    }

    fn compositor(&self) -> &Compositor {
        match &self.teller {
            Teller::Wayland(Some(compositor)) => compositor,
            _ => panic!("there is a compositor"),
        }
    }

    /// Waits until the monitor is asked to tell of pauses, and of the end of one or not.
    async fn until_watched(&self, for_its_end: bool) {
        let wanted = (1, u32::from(for_its_end));
        wait::until("watches to be set", async || {
            (self.bus.watches().await.ok()? == wanted).then_some(())
        })
        .await
        .expect("watched");
    }
}

#[async_trait(?Send)]
impl Hand for Machine {
    async fn touch(&mut self) {
        self.touched = self.clock.elapsed();
        match &mut self.teller {
            Teller::X11(screen) => screen.touch().expect("input"),
            Teller::Wayland(Some(compositor)) => compositor.input(),
            Teller::Monitor(_) => self.bus.touch().await.expect("input"),
            Teller::Nobody | Teller::Wayland(None) => {}
        }
    }

    async fn rest(&mut self) -> Duration {
        let now = self.clock.elapsed();
        match &self.teller {
            // It counts by itself.
            Teller::X11(_) => self.touched,
            Teller::Wayland(Some(compositor)) => {
                compositor.watched().await.expect("watched");
                compositor.idle();
                now.saturating_sub(IDLE_REPORT_AFTER)
            }
            Teller::Monitor(_) => {
                self.until_watched(false).await;
                let length = Duration::from_secs(45);
                self.bus.leave_alone(length).await.expect("a pause");
                now.saturating_sub(length)
            }
            Teller::Nobody | Teller::Wayland(None) => now,
        }
    }

    async fn lock(&mut self) {
        self.bus.lock(true).await.expect("locked");
    }

    async fn unlock(&mut self) {
        self.bus.lock(false).await.expect("unlocked");
    }

    async fn sleep(&mut self) {
        self.bus.until_held(1).await.expect("held up");
        self.bus.prepare_for_sleep(true).await.expect("sleep");
    }

    async fn wake(&mut self) {
        self.bus.until_held(0).await.expect("let go");
        self.bus.prepare_for_sleep(false).await.expect("wake");
        self.bus.until_held(1).await.expect("held up again");
    }

    async fn blind(&mut self) {
        match &mut self.teller {
            Teller::X11(screen) => screen.stop(),
            Teller::Wayland(compositor) => *compositor = None,
            Teller::Monitor(_) => self.bus.stop_monitor().await.expect("gone"),
            Teller::Nobody => {}
        }
    }

    async fn restore(&mut self) {
        match &mut self.teller {
            Teller::X11(screen) => {
                screen.start_again().await.expect("a display");
                screen.touch().expect("input");
            }
            Teller::Wayland(compositor) => {
                let again = Compositor::start(self.bus.runtime(), Speaks::V2);
                *compositor = Some(again.expect("a compositor"));
            }
            Teller::Monitor(monitor) => {
                let again = self.bus.start_monitor(*monitor).await;
                again.expect("an idle monitor");
            }
            Teller::Nobody => {}
        }
    }
}

async fn next(events: &mut UnboundedReceiver<ActivityEvent>) -> ActivityEvent {
    tokio::time::timeout(SOON, events.recv())
        .await
        .expect("in time")
        .expect("not the end")
}

async fn conforms(mut machine: Machine) {
    let source = machine.activity();
    let clock = machine.clock;
    conformance::activity(&source, &clock, &mut machine).await;
}

/// Lasts the real half minute that is the least a pause must last to be told.
#[tokio::test(flavor = "multi_thread")]
async fn x11_conforms() {
    conforms(Machine::x11().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compositor_that_tells_idle_time_conforms() {
    conforms(Machine::wayland(Speaks::V2).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mutter_conforms() {
    conforms(Machine::monitor(IdleMonitor::Mutter).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn muffin_conforms() {
    conforms(Machine::monitor(IdleMonitor::Muffin).await).await;
}

/// A playing video inhibits idling. Somebody who left it playing is away all the same, where the
/// compositor can tell.
#[tokio::test(flavor = "multi_thread")]
async fn a_video_that_plays_is_nobody_where_the_compositor_can_tell() {
    for (speaks, input_alone) in [(Speaks::V2, true), (Speaks::V1, false)] {
        let machine = Machine::wayland(speaks).await;
        let compositor = machine.compositor();
        let mut events = machine.activity().events();
        assert_eq!(next(&mut events).await, ActivityEvent::Active);
        assert_eq!(
            compositor.watched().await.expect("watched"),
            Asked {
                timeout_ms: 30_000,
                input_alone
            }
        );
        compositor.video(true);
        compositor.idle();
        if !input_alone {
            // Version 1 tells nothing until the video ends.
            compositor.video(false);
        }
        let away = next(&mut events).await;
        assert!(matches!(away, ActivityEvent::IdleSince(_)), "{away:?}");
        compositor.input();
        assert_eq!(next(&mut events).await, ActivityEvent::Active);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compositor_that_tells_nothing_is_a_reason_until_an_idle_monitor_comes() {
    let mut machine = Machine::wayland(Speaks::Nothing).await;
    let mut events = machine.activity().events();
    assert_eq!(
        next(&mut events).await,
        ActivityEvent::Limited(Limited::Wayland)
    );
    // As on a desktop that starts its programs in any order.
    machine
        .bus
        .start_monitor(IdleMonitor::Mutter)
        .await
        .expect("an idle monitor");
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
    machine.until_watched(false).await;
    let asked = machine.clock.elapsed();
    let pause = Duration::from_secs(600);
    machine.bus.leave_alone(pause).await.expect("a pause");
    let away = next(&mut events).await;
    let ActivityEvent::IdleSince(since) = away else {
        panic!("{away:?}")
    };
    assert!(
        since.abs_diff(asked.saturating_sub(pause)) < Duration::from_secs(30),
        "it knows the start better than by the half minute: {since:?}, asked at {asked:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mutter_that_is_replaced_changes_nothing_and_is_watched_again() {
    let mut machine = Machine::monitor(IdleMonitor::Mutter).await;
    let mut events = machine.activity().events();
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
    machine.until_watched(false).await;
    machine
        .bus
        .start_monitor(IdleMonitor::Mutter)
        .await
        .expect("another in its place");
    machine.until_watched(false).await;
    machine.rest().await;
    // The first thing that is heard is the pause: nothing was said of the change.
    let away = next(&mut events).await;
    assert!(matches!(away, ActivityEvent::IdleSince(_)), "{away:?}");
    machine.until_watched(true).await;
    machine.touch().await;
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flatpak_that_may_not_see_the_idle_monitor_says_what_to_allow() {
    let machine = Machine::wayland(Speaks::Nothing).await;
    let surroundings = Surroundings {
        flatpak: true,
        has_monitor: true,
        ..machine.surroundings()
    };
    let activity = MachineActivity::amid(surroundings, Arc::new(machine.clock));
    assert_eq!(
        next(&mut activity.events()).await,
        ActivityEvent::Limited(Limited::Flatpak)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_that_only_tells_logind_is_believed_once_it_has_told_something() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let mut machine = Machine::with(Teller::Nobody, scratch).await;
    let never_set = machine.activity();
    assert_eq!(
        next(&mut never_set.events()).await,
        ActivityEvent::Limited(Limited::NoDisplay),
        "a hint that nobody ever set is not taken for presence"
    );

    let monotonic = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Duration::from_secs(u64::try_from(time.tv_sec).expect("not negative"))
    };
    machine.bus.hint(true, monotonic()).await.expect("idle");
    let set = machine.clock.elapsed();
    let mut events = machine.activity().events();
    let away = next(&mut events).await;
    let ActivityEvent::IdleSince(since) = away else {
        panic!("{away:?}")
    };
    assert!(
        since.abs_diff(set) < Duration::from_secs(30),
        "{since:?}, {set:?}"
    );
    machine.bus.hint(false, monotonic()).await.expect("back");
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
    machine.bus.hint(true, monotonic()).await.expect("idle");
    let again = next(&mut events).await;
    assert!(matches!(again, ActivityEvent::IdleSince(_)), "{again:?}");

    // One that knows better comes: it is asked from now on.
    machine
        .bus
        .start_monitor(IdleMonitor::Muffin)
        .await
        .expect("an idle monitor");
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logind_that_comes_late_or_again_is_heard() {
    let mut machine = Machine::wayland(Speaks::V2).await;
    machine.bus.stop_login().await.expect("gone");
    let mut events = machine.activity().events();
    assert_eq!(next(&mut events).await, ActivityEvent::Active);
    for _ in 0..2 {
        machine.bus.start_login().await.expect("a logind");
        machine.bus.until_held(1).await.expect("held up");
        machine.lock().await;
        assert_eq!(next(&mut events).await, ActivityEvent::Locked);
        machine.unlock().await;
        assert_eq!(next(&mut events).await, ActivityEvent::Unlocked);
        machine.sleep().await;
        assert_eq!(next(&mut events).await, ActivityEvent::Sleep);
        machine.wake().await;
        assert_eq!(next(&mut events).await, ActivityEvent::Wake);
        machine.bus.stop_login().await.expect("gone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_locked_already_is_told_as_locked() {
    let machine = Machine::wayland(Speaks::V2).await;
    machine.bus.lock(true).await.expect("locked");
    let mut events = machine.activity().events();
    let mut first = [next(&mut events).await, next(&mut events).await];
    first.sort_by_key(|event| *event != ActivityEvent::Locked);
    assert_eq!(first, [ActivityEvent::Locked, ActivityEvent::Active]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_bus_or_display_it_says_so_and_ends_with_its_listener() {
    let nowhere = || Bus::At("unix:path=/nonexistent/bus".into());
    let surroundings = Surroundings {
        wayland: true,
        wayland_socket: Some(Path::new("/nonexistent/wayland-0").into()),
        x11: Some(":0".into()),
        has_monitor: true,
        flatpak: false,
        session_bus: nowhere(),
        system_bus: nowhere(),
    };
    let activity = MachineActivity::amid(surroundings, Arc::new(SystemClock::new()));
    let mut events = activity.events();
    assert_eq!(
        next(&mut events).await,
        ActivityEvent::Limited(Limited::NoDisplay)
    );
    assert_eq!(activity.events().recv().await, None, "taken once");
}
