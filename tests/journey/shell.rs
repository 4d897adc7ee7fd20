//! The shell by itself, before anybody is signed in: tray, window, second start and the end, on desktops
//! that have a tray, get one late, lose it, or never had one.

use std::path::Path;
use std::time::Duration;

use testkit::RigError;
use testkit::desktop::{
    Desktop, Keyring, Parts, TrayItem, WEB_PROCESS_ENDS_WITHIN, has_web_processes, web_processes,
};
use testkit::leash::Process;
use testkit::{process, wait};

type Outcome = Result<(), RigError>;

/// The title of the window.
const WINDOW: &str = "Porchlight";

/// The longest that the app lets somebody wait for a way back, and what the machine needs besides.
const NOT_STRANDED_WITHIN: Duration = Duration::from_secs(30);

struct Scene {
    desktop: Desktop,
    scratch: tempfile::TempDir,
}

impl Scene {
    async fn set(tray_host: bool) -> Result<Self, RigError> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let parts = Parts {
            tray_host,
            notification_daemon: false,
            keyring: Keyring::Absent,
        };
        let desktop = Desktop::start_with(&scratch.path().join("desktop"), parts).await?;
        Ok(Self { desktop, scratch })
    }

    fn data(&self) -> std::path::PathBuf {
        self.scratch.path().join("data")
    }

    fn start(&self, name: &str, arguments: &[&str]) -> Result<Process, RigError> {
        let mut command = self.desktop.command(process::built("porchlight")?);
        command.arg("--data-dir").arg(self.data()).args(arguments);
        self.desktop.spawn(name, &mut command)
    }

    async fn tray(&self) -> Result<TrayItem, RigError> {
        self.desktop
            .wait_for_tray_item("the tray icon", |item| item.title == WINDOW)
            .await
    }

    fn is_open(&self) -> bool {
        self.desktop.windows().iter().any(|title| title == WINDOW)
    }

    async fn opens(&self) -> Outcome {
        self.desktop.wait_for_window(WINDOW).await
    }

    async fn closes(&self, app: &Process) -> Outcome {
        wait::until("the window to be gone", async || {
            (!self.is_open()).then_some(())
        })
        .await?;
        has_web_processes(app.id(), 0).await
    }

    async fn quits(&self, app: &mut Process, tray: &TrayItem, label: &str) -> Outcome {
        // With nobody to say goodbye to, the app may be gone before it has answered the panel.
        match self.desktop.tray_choose(tray, label).await {
            Ok(()) | Err(RigError::Bus(_)) => {}
            Err(error) => return Err(error),
        }
        assert!(app.wait().await?.success(), "{}", app.output());
        Ok(())
    }

    /// Closing does something only once the icon is in the tray, where it then leads.
    async fn close_to_tray(&self, app: &Process) -> Outcome {
        self.tray().await?;
        self.desktop.close_window(WINDOW)?;
        self.closes(app).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_to_the_tray_the_window_costs_nothing_and_each_way_back_works() -> Outcome {
    let scene = Scene::set(true).await?;
    let mut app = scene.start("app", &[])?;
    scene.opens().await?;
    let tray = scene.tray().await?;
    assert!(tray.pixels.is_some(), "the icon is a picture: {tray:?}");

    let menu = scene.desktop.tray_menu(&tray).await?;
    let labels: Vec<_> = menu
        .iter()
        .filter(|entry| !entry.separator)
        .map(|entry| &entry.label)
        .collect();
    assert_eq!(
        labels,
        ["Open inbox", "Quit Porchlight"],
        "nobody is signed in"
    );

    scene.close_to_tray(&app).await?;
    assert!(
        app.ended().is_ok_and(|status| status.is_none()),
        "the session goes on"
    );
    scene.desktop.tray_activate(&tray).await?;
    scene.opens().await?;

    scene.close_to_tray(&app).await?;
    scene.desktop.tray_choose(&tray, "Open inbox").await?;
    scene.opens().await?;

    scene.close_to_tray(&app).await?;
    let mut second = scene.start("second", &[])?;
    assert!(second.wait().await?.success(), "{}", second.output());
    scene.opens().await?;

    // A login item beside a running app changes nothing.
    scene.close_to_tray(&app).await?;
    let mut hidden = scene.start("hidden", &["--hidden"])?;
    assert!(hidden.wait().await?.success());
    assert!(!scene.is_open());

    scene.quits(&mut app, &tray, "Quit Porchlight").await?;
    wait::until("the icon to be gone", async || {
        scene
            .desktop
            .tray_items()
            .await
            .ok()?
            .is_empty()
            .then_some(())
    })
    .await
}

/// A dying window can be neither shown nor replaced, so a click must not meet one. Which of the two
/// comes first is up to the X server and the bus; whatever it is, the next click opens the window.
#[tokio::test(flavor = "multi_thread")]
async fn clicked_while_it_is_still_closing_the_window_comes_back() -> Outcome {
    let scene = Scene::set(true).await?;
    let app = scene.start("app", &[])?;
    scene.opens().await?;
    let tray = scene.tray().await?;
    for _ in 0..10 {
        // The last round may have ended on the sight of a window that was about to go.
        scene.desktop.close_window(WINDOW).ok();
        let what = "one window, drawn by one web process";
        wait::until_within(WEB_PROCESS_ENDS_WITHIN, what, async || {
            scene.desktop.tray_activate(&tray).await.ok()?;
            let titles = scene.desktop.windows();
            let one = titles.iter().filter(|title| *title == WINDOW).count() == 1;
            (one && web_processes(app.id()) == 1).then_some(())
        })
        .await?;
    }
    assert!(!app.output().contains("does not"), "{}", app.output());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn started_into_the_tray_it_opens_no_window_until_asked() -> Outcome {
    let scene = Scene::set(true).await?;
    let mut app = scene.start("app", &["--hidden"])?;
    let tray = scene.tray().await?;
    assert!(!scene.is_open());
    assert_eq!(web_processes(app.id()), 0, "no webview was made");
    scene.desktop.tray_activate(&tray).await?;
    scene.opens().await?;
    assert!(app.terminate().await?.success(), "{}", app.output());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn started_into_the_tray_it_opens_its_window_when_it_cannot_go_on_alone() -> Outcome {
    let scene = Scene::set(true).await?;
    std::fs::create_dir(scene.data()).expect("a folder");
    std::fs::write(scene.data().join("profile.json"), "{\"work").expect("a damaged profile");
    let mut app = scene.start("app", &["--hidden"])?;
    scene.opens().await?;
    // Once said, closing it is the person's own affair.
    scene.close_to_tray(&app).await?;
    assert!(app.terminate().await?.success(), "{}", app.output());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tray_a_hidden_start_opens_its_window_and_a_tray_that_comes_later_is_used()
-> Outcome {
    let mut scene = Scene::set(false).await?;
    let app = scene.start("app", &["--hidden"])?;
    wait::until_within(NOT_STRANDED_WITHIN, "the window after all", async || {
        scene.is_open().then_some(())
    })
    .await?;

    scene.desktop.start_tray_host().await?;
    scene.close_to_tray(&app).await?;

    // The panel ends for good: the only way back went with it.
    scene.desktop.stop_tray_host().await?;
    wait::until_within(NOT_STRANDED_WITHIN, "the window to come back", async || {
        scene.is_open().then_some(())
    })
    .await?;
    scene.desktop.start_tray_host().await?;
    scene.close_to_tray(&app).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_bus_the_app_still_starts_and_ends() -> Outcome {
    let scene = Scene::set(false).await?;
    let mut command = scene.desktop.command(process::built("porchlight")?);
    let nothing = scene.scratch.path().join("no-bus-here");
    std::fs::create_dir(&nothing).expect("a folder");
    command.arg("--data-dir").arg(scene.data()).env(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", nothing.join("bus").display()),
    );
    let mut app = scene.desktop.spawn("app", &mut command)?;
    scene.opens().await?;
    assert!(app.terminate().await?.success(), "{}", app.output());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_folders_are_two_installations() -> Outcome {
    let scene = Scene::set(true).await?;
    let start = |name: &str, folder: &Path| {
        let mut command = scene.desktop.command(process::built("porchlight")?);
        command.args(["--hidden", "--data-dir"]).arg(folder);
        scene.desktop.spawn(name, &mut command)
    };
    let mut one = start("one", &scene.scratch.path().join("one"))?;
    let mut two = start("two", &scene.scratch.path().join("two"))?;
    wait::until("two icons", async || {
        (scene.desktop.tray_items().await.ok()?.len() == 2).then_some(())
    })
    .await?;
    assert!(one.terminate().await?.success() && two.terminate().await?.success());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minimised_window_comes_to_the_front_with_the_keyboard() -> Outcome {
    let scene = Scene::set(true).await?;
    let _app = scene.start("app", &[])?;
    scene.opens().await?;
    let tray = scene.tray().await?;
    let active = || scene.desktop.active_window();
    wait::until("the new window to have the keyboard", async || {
        (active().as_deref() == Some(WINDOW)).then_some(())
    })
    .await?;
    let mut minimise = scene.desktop.command("xdotool");
    minimise.args([
        "search",
        "--onlyvisible",
        "--name",
        "^Porchlight$",
        "windowminimize",
    ]);
    assert!(minimise.status().is_ok_and(|status| status.success()));
    wait::until("it to be out of the way", async || {
        (active().as_deref() != Some(WINDOW)).then_some(())
    })
    .await?;
    scene.desktop.tray_activate(&tray).await?;
    wait::until("it to have the keyboard again", async || {
        (active().as_deref() == Some(WINDOW)).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_speaks_the_language_of_the_system() -> Outcome {
    let scene = Scene::set(true).await?;
    for (locale, quit) in [
        ("de_DE.UTF-8", "Porchlight beenden"),
        ("fr_FR.UTF-8", "Quitter Porchlight"),
    ] {
        let mut command = scene.desktop.command(process::built("porchlight")?);
        command.args(["--hidden", "--data-dir"]).arg(scene.data());
        command.env("LC_ALL", locale).env("LANG", locale);
        let mut app = scene.desktop.spawn("app", &mut command)?;
        let tray = scene.tray().await?;
        scene.quits(&mut app, &tray, quit).await?;
        wait::until("its icon to be gone", async || {
            scene
                .desktop
                .tray_items()
                .await
                .ok()?
                .is_empty()
                .then_some(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_used_is_named_and_nothing_panics() -> Outcome {
    let scene = Scene::set(false).await?;
    let file = scene.scratch.path().join("a-file");
    std::fs::write(&file, "in the way").expect("a file");
    let mut command = scene.desktop.command(process::built("porchlight")?);
    command.arg("--data-dir").arg(file.join("data"));
    let mut app = scene.desktop.spawn("app", &mut command)?;
    let status = app.wait().await?;
    assert_eq!(status.code(), Some(1), "{}", app.output());
    let output = app.output();
    assert!(
        output.contains("Porchlight cannot start: its folder cannot be used"),
        "{output}"
    );
    assert!(!output.contains("panicked"), "{output}");
    Ok(())
}
