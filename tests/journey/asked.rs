//! The adapters of Windows and macOS on any system: what they are asked and told is in a test's hand, and so
//! is time. What only those systems can show is in docs/PLATFORM-CHECKS.md.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent::conformance::{self, Hand};
use agent::ports::Clock;
use async_trait::async_trait;
use porchlight::adapters::activity::MachineActivity;
use porchlight::adapters::activity::macos::{self, Mac, Quartz};
use porchlight::adapters::activity::poll::Told;
use porchlight::adapters::activity::windows::{self, Win32, Windows};
use protocol::ids::Instant;
use tokio::sync::{mpsc, watch};

/// Windows' ticks begin anew in the middle of the story.
const FIRST_TICK: u32 = u32::MAX - 20_000;

/// A machine, and the time on it.
#[derive(Clone)]
struct Desk {
    now: watch::Sender<Duration>,
    state: Arc<Mutex<State>>,
    tell: mpsc::UnboundedSender<Told>,
    speaks: Speaks,
}

#[derive(Clone, Copy)]
enum Speaks {
    Windows,
    Mac,
}

#[derive(Default)]
struct State {
    input: Duration,
    refuses: bool,
}

impl Desk {
    fn new(speaks: Speaks) -> (Self, mpsc::UnboundedReceiver<Told>) {
        let (tell, told) = mpsc::unbounded_channel();
        let desk = Self {
            now: watch::Sender::new(Duration::ZERO),
            state: Arc::default(),
            tell,
            speaks,
        };
        (desk, told)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, length: Duration) {
        self.now.send_modify(|now| *now += length);
    }

    /// Lasts until so much has passed.
    fn sleep(&self) -> impl Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + use<> {
        let now = self.now.clone();
        move |length| {
            let end = *now.borrow() + length;
            let mut now = now.subscribe();
            Box::pin(async move {
                let _ = now.wait_for(|now| *now >= end).await;
            })
        }
    }

    /// As the system itself says it.
    fn says(&self, message: (u32, u32), notification: &str) {
        let told = match self.speaks {
            Speaks::Windows => windows::told(message.0, message.1),
            Speaks::Mac => macos::told(notification),
        };
        self.tell.send(told.expect("understood")).expect("heard");
    }
}

impl Clock for Desk {
    fn now(&self) -> Instant {
        Instant(0)
    }
    fn elapsed(&self) -> Duration {
        *self.now.borrow()
    }
    fn zone(&self) -> Option<String> {
        None
    }
}

impl Win32 for Desk {
    fn last_input_tick(&self) -> Option<u32> {
        let state = self.state();
        (!state.refuses).then(|| ticks(state.input))
    }
    fn tick(&self) -> u32 {
        ticks(self.elapsed())
    }
    fn locked(&self) -> bool {
        false
    }
}

fn ticks(time: Duration) -> u32 {
    FIRST_TICK.wrapping_add(u32::try_from(time.as_millis()).expect("not that long"))
}

impl Quartz for Desk {
    fn seconds_since_input(&self) -> f64 {
        let state = self.state();
        if state.refuses {
            -1.0
        } else {
            self.elapsed().saturating_sub(state.input).as_secs_f64()
        }
    }
    fn locked(&self) -> bool {
        false
    }
}

#[async_trait(?Send)]
impl Hand for Desk {
    async fn touch(&mut self) {
        self.state().input = self.elapsed();
        self.pass(Duration::from_secs(1));
    }
    async fn rest(&mut self) -> Duration {
        self.pass(Duration::from_secs(31));
        self.state().input
    }
    async fn lock(&mut self) {
        self.says((0x02B1, 0x7), "com.apple.screenIsLocked");
    }
    async fn unlock(&mut self) {
        self.says((0x02B1, 0x8), "com.apple.screenIsUnlocked");
    }
    async fn sleep(&mut self) {
        self.says((0x0218, 0x4), "NSWorkspaceWillSleepNotification");
    }
    async fn wake(&mut self) {
        self.says((0x0218, 0x12), "NSWorkspaceDidWakeNotification");
        // Windows says it again if it was a person.
        self.says((0x0218, 0x7), "NSWorkspaceDidWakeNotification");
    }
    async fn blind(&mut self) {
        self.state().refuses = true;
        self.pass(Duration::from_secs(30));
    }
    async fn restore(&mut self) {
        let now = self.elapsed();
        {
            let mut state = self.state();
            state.refuses = false;
            state.input = now;
        }
        self.pass(Duration::from_secs(20));
    }
}

#[tokio::test]
async fn the_adapter_of_windows_conforms() {
    let (mut desk, told) = Desk::new(Speaks::Windows);
    let clock = desk.clone();
    let asking = Windows(desk.clone());
    let source = MachineActivity::asking(asking, told, Arc::new(desk.clone()), desk.sleep());
    conformance::activity(&source, &clock, &mut desk).await;
}

#[tokio::test]
async fn the_adapter_of_macos_conforms() {
    let (mut desk, told) = Desk::new(Speaks::Mac);
    let clock = desk.clone();
    let asking = Mac(desk.clone());
    let source = MachineActivity::asking(asking, told, Arc::new(desk.clone()), desk.sleep());
    conformance::activity(&source, &clock, &mut desk).await;
}
