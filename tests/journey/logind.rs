//! Sleep and lock, told by a stand-in for logind on a real bus: a machine that runs tests has neither a
//! session nor a lid.

use agent::ports::ActivityEvent;
use porchlight::adapters::activity::logind::{self, Lock};
use testkit::desktop::{Desktop, Keyring, Parts};
use testkit::wait;

use crate::adapters::next;

/// What logind would answer.
mod stand_in {
    use std::io::{PipeReader, pipe};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Arc, Mutex};

    use zbus::object_server::SignalEmitter;

    /// The far end of each inhibitor that was given out.
    pub(super) type Held = Arc<Mutex<Vec<PipeReader>>>;

    pub(super) struct Manager {
        pub(super) held: Held,
        /// How often the session is asked for before it is known.
        pub(super) unknown: AtomicU32,
    }

    #[zbus::interface(name = "org.freedesktop.login1.Manager")]
    impl Manager {
        fn get_session(&self, id: &str) -> zbus::fdo::Result<zbus::OwnedObjectPath> {
            assert_eq!(id, "auto");
            let unknown = self
                .unknown
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                });
            if unknown.is_ok() {
                return Err(zbus::fdo::Error::Failed("no session yet".into()));
            }
            zbus::ObjectPath::try_from("/org/freedesktop/login1/session/c1")
                .map(Into::into)
                .map_err(|error| zbus::fdo::Error::Failed(error.to_string()))
        }

        fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::OwnedFd {
            assert_eq!((what, mode), ("sleep", "delay"));
            let (far, near) = pipe().expect("a pipe");
            self.held.lock().expect("the list").push(far);
            zbus::OwnedFd::from(std::os::fd::OwnedFd::from(near))
        }

        #[zbus(signal)]
        pub(super) async fn prepare_for_sleep(
            emitter: &SignalEmitter<'_>,
            start: bool,
        ) -> zbus::Result<()>;
    }

    #[derive(Default)]
    pub(super) struct Session {
        pub(super) locked: bool,
        /// How often the property was asked for.
        pub(super) asked: AtomicU32,
    }

    #[zbus::interface(name = "org.freedesktop.login1.Session")]
    impl Session {
        #[zbus(property)]
        fn locked_hint(&self) -> bool {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.locked
        }

        #[zbus(signal)]
        pub(super) async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
        #[zbus(signal)]
        pub(super) async fn unlock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sleep_is_held_up_for_the_goodbye_and_lock_is_told_once()
-> Result<(), Box<dyn std::error::Error>> {
    use stand_in::{Held, Manager, Session};
    use std::io::Read as _;
    use std::sync::atomic::Ordering;

    let scratch = tempfile::tempdir()?;
    let parts = Parts {
        tray_host: false,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let desktop = Desktop::start_with(scratch.path(), parts).await?;
    let address = desktop
        .env()
        .into_iter()
        .find(|(name, _)| name == "DBUS_SESSION_BUS_ADDRESS");
    let address = address.expect("a bus").1;
    let held = Held::default();
    let login = zbus::connection::Builder::address(address.as_str())
        .name("org.freedesktop.login1")
        .serve_at(
            "/org/freedesktop/login1",
            Manager {
                held: Held::clone(&held),
                // As to a program that starts before its session is there.
                unknown: 2.into(),
            },
        )
        .serve_at("/org/freedesktop/login1/session/c1", Session::default())
        .build()
        .await?;
    let server = login.object_server();
    let manager = server
        .interface::<_, Manager>("/org/freedesktop/login1")
        .await?;
    let session = server
        .interface::<_, Session>("/org/freedesktop/login1/session/c1")
        .await?;

    let bus = zbus::connection::Builder::address(address.as_str())
        .build()
        .await?;
    let (events, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let watching =
        tokio::spawn(async move { logind::watch(&bus, &events, &mut Lock::default()).await });
    wait::until("the first inhibitor", async || {
        (held.lock().expect("the list").len() == 1).then_some(())
    })
    .await?;

    // Screen lockers answer the request by setting the hint: one lock, told once.
    let lock = async |locked: bool| -> zbus::Result<()> {
        let emitter = session.signal_emitter();
        if locked {
            Session::lock(emitter).await?
        } else {
            Session::unlock(emitter).await?
        }
        let mut inside = session.get_mut().await;
        inside.locked = locked;
        inside.locked_hint_changed(emitter).await
    };
    // The first inhibitor is taken before the session is asked for: until then nobody hears.
    wait::until("the session to be watched", async || {
        (session.get().await.asked.load(Ordering::SeqCst) > 0).then_some(())
    })
    .await?;
    for _ in 0..3 {
        lock(true).await?;
        lock(false).await?;
    }
    for _ in 0..3 {
        assert_eq!(next(&mut heard).await, ActivityEvent::Locked);
        assert_eq!(next(&mut heard).await, ActivityEvent::Unlocked);
    }

    Manager::prepare_for_sleep(manager.signal_emitter(), true).await?;
    assert_eq!(next(&mut heard).await, ActivityEvent::Sleep);
    let mut far = held.lock().expect("the list").remove(0);
    // Ends when the app lets the machine sleep.
    let let_go = tokio::task::spawn_blocking(move || far.read(&mut [0; 1]));
    assert_eq!(tokio::time::timeout(wait::LIMIT, let_go).await???, 0);
    Manager::prepare_for_sleep(manager.signal_emitter(), false).await?;
    assert_eq!(next(&mut heard).await, ActivityEvent::Wake);
    wait::until("another inhibitor", async || {
        (held.lock().expect("the list").len() == 1).then_some(())
    })
    .await?;

    drop(heard);
    watching.await??;
    Ok(())
}
