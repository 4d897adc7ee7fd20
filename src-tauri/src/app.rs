//! How the parts are put together, and what the shell does by itself.

use std::sync::Arc;
use std::time::Duration;

use agent::ports::Clock as _;
use agent::{Core, Ports, Setup};
use protocol::status::Via;
use tauri::{AppHandle, Manager as _, RunEvent, Runtime, WindowEvent};
use tokio::sync::watch;

use crate::Args;
use crate::adapters::activation::Activation;
use crate::adapters::activity::MachineActivity;
#[cfg(not(target_os = "linux"))]
use crate::adapters::badge::app_icon::LauncherBadge;
#[cfg(target_os = "linux")]
use crate::adapters::badge::linux::LauncherBadge;
use crate::adapters::clock::SystemClock;
use crate::adapters::do_not_disturb::SystemHush;
#[cfg(feature = "local-workspace")]
use crate::adapters::local_workspace::InThisApp;
use crate::adapters::notifier::DesktopNotifier;
use crate::adapters::paths;
use crate::adapters::sound::Loudspeaker;
use crate::adapters::tray::{Tray, TrayWish};
use crate::adapters::vault::{ChosenVault, Keychain};
use crate::bridge::Bridge;
use crate::quit::{self, Ending};
use crate::reply_window::{self, ReplyWindows};
use crate::window::{self, WindowState};

/// A tray host that is gone for longer than a panel's restart takes will not come back by itself.
const HOST_RETURNS_WITHIN: Duration = Duration::from_secs(5);

/// How long a hidden start waits for a panel that starts at the same time, before it opens a window.
const HOST_COMES_WITHIN: Duration = Duration::from_secs(8);

/// Between two tries to put the icon into a panel that is there but refused it.
const TRAY_AGAIN_AFTER: Duration = Duration::from_secs(3);

/// How often the tray's text counts on while a visitor waits.
const WAITING_GROWS_BY: Duration = Duration::from_secs(5);

/// A panel that is there but has not taken the icon by then will not.
const ICON_COMES_WITHIN: Duration = Duration::from_secs(3);

/// Whether the tray leads back to the window: there is a host, and our icon is in it.
#[derive(Clone)]
struct TrayReach(watch::Sender<bool>);

/// Whether the desktop has a place for tray icons. Kept here, so that the tray goes on listening when
/// whoever watches the desktop has ended.
struct TrayHost(watch::Sender<bool>);

/// Whether the session is there. A second start may come before.
struct Started(watch::Sender<bool>);

/// Adds everything of the app to a builder.
pub fn build<R: Runtime>(
    args: Args,
    builder: tauri::Builder<R>,
) -> tauri::Result<tauri::Builder<R>> {
    let identifier = crate::context::<R>().config().identifier.clone();
    let first = tauri_plugin_single_instance::Builder::new()
        .callback(|app, arguments, _folder| {
            if let Some(link) = Args::link_among(&arguments) {
                follow_soon(app, link.to_owned());
            // A second start in the background (a login item beside a running app) wants nothing.
            } else if !arguments.iter().any(|argument| argument == "--hidden") {
                raise_soon(app);
            }
        })
        .dbus_id(args.instance(&identifier))
        .build();
    Ok(builder
        .plugin(first)
        .manage(Bridge::default())
        .manage(ReplyWindows::default())
        .manage(Ending::default())
        .manage(TrayReach(watch::channel(false).0))
        .manage(Started(watch::channel(false).0))
        .invoke_handler(crate::commands::handler())
        .setup(move |app| {
            let core = match tauri::async_runtime::block_on(start_session(app.handle(), &args)) {
                Ok(core) => core,
                // An error from here would end in a panic, which tells nobody what to do.
                Err(error) => {
                    eprintln!("Porchlight cannot start: {error}");
                    app.handle().cleanup_before_exit();
                    std::process::exit(1);
                }
            };
            app.manage(core.clone());
            app.state::<Started>().0.send_replace(true);
            // A link shows what it leads to in a window of its own accord.
            start_shell(app.handle(), core, args.hidden && args.link.is_none());
            if let Some(link) = args.link {
                follow_soon(app.handle(), link);
            }
            Ok(())
        }))
}

async fn start_session<R: Runtime>(
    app: &AppHandle<R>,
    args: &Args,
) -> Result<Core, Box<dyn std::error::Error>> {
    let data_dir = paths::data_dir(args.data_dir.clone(), || {
        app.path()
            .app_local_data_dir()
            .map_err(std::io::Error::other)
    })
    .map_err(|error| format!("its folder cannot be used: {error}"))?;
    app.manage(Arc::new(WindowState::new(data_dir.join("webview"))));
    let clock = Arc::new(SystemClock::new());
    let icon = paths::icon(&data_dir).inspect_err(|error| {
        tracing::warn!(%error, "notifications go without their icon");
    });
    let vault = Arc::new(ChosenVault::new(
        Arc::new(Keychain::start()?),
        data_dir.join("secrets"),
    ));
    app.manage(Arc::clone(&vault));
    let activation = Arc::new(Activation::default());
    app.manage(Arc::clone(&activation));
    #[cfg(target_os = "linux")]
    let badge = Arc::new(LauncherBadge::default());
    #[cfg(not(target_os = "linux"))]
    let badge = {
        let badge = Arc::new(LauncherBadge::new(app.clone()));
        app.manage(Arc::clone(&badge));
        badge
    };
    let ports = Ports {
        clock: clock.clone(),
        vault: vault.clone(),
        notifier: Arc::new(DesktopNotifier::new(icon.ok(), Arc::clone(&activation))),
        activity: Arc::new(MachineActivity::start(clock)),
        sound: Arc::new(Loudspeaker::default()),
        do_not_disturb: Arc::new(SystemHush::start()),
        badge: Arc::clone(&badge) as _,
        #[cfg(feature = "local-workspace")]
        local: {
            let here = Arc::new(InThisApp::new(data_dir.join("workspace")));
            app.manage(Arc::clone(&here));
            Some(here)
        },
        #[cfg(not(feature = "local-workspace"))]
        local: None,
    };
    let locale = sys_locale::get_locale().unwrap_or_default();
    let core = Core::start(Setup {
        data_dir: data_dir.clone(),
        device_name: device_name(),
        locale,
        ports,
    });
    crate::device::start(app, &core, args, &data_dir);
    Ok(core)
}

/// As the list of devices shows this one.
fn device_name() -> String {
    #[cfg(unix)]
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    #[cfg(not(unix))]
    let host = std::env::var("COMPUTERNAME").unwrap_or_default();
    if host.is_empty() {
        std::env::consts::OS.into()
    } else {
        host
    }
}

fn start_shell<R: Runtime>(app: &AppHandle<R>, core: Core, hidden: bool) {
    // Windows and macOS always have a place for the icon.
    let (host, _) = watch::channel(cfg!(not(target_os = "linux")));
    tauri::async_runtime::spawn(keep_tray(app.clone(), core.clone(), host.subscribe()));
    app.manage(TrayHost(host.clone()));
    #[cfg(target_os = "linux")]
    tauri::async_runtime::spawn(watch_host(host));
    tauri::async_runtime::spawn(open_in_need(app.clone(), core.clone()));
    // Listens before a notification can be clicked.
    let wishes = core.replies();
    tauri::async_runtime::spawn(reply_window::follow(app.clone(), core.clone(), wishes));
    tauri::async_runtime::spawn(follow_navigations(app.clone(), core));
    tauri::async_runtime::spawn(never_strand(app.clone(), hidden));
    let signals = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = quit::on_signals(signals).await {
            tracing::warn!(%error, "signals end the app without a goodbye");
        }
    });
    if !hidden {
        raise_soon(app);
    }
}

/// Events of Tauri's main loop.
pub fn on_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        // Without a code nobody asked for the end: only the last window went.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::WindowEvent { label, event, .. } if label == window::LABEL => match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                let app = app.clone();
                tauri::async_runtime::spawn(async move {
                    let tray = tray_leads_back(&app).await;
                    window::close(&app, tray);
                });
            }
            WindowEvent::Destroyed => window::destroyed(app),
            _ => {}
        },
        RunEvent::WindowEvent { label, event, .. } if reply_window::is_one(&label) => match event {
            WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                reply_window::close_requested(app, &label);
            }
            WindowEvent::Destroyed => reply_window::destroyed(app, &label),
            _ => {}
        },
        RunEvent::Exit => quit::last_words(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            for url in urls {
                follow_soon(app, url.into());
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => raise_soon(app),
        _ => {}
    }
}

/// Whether the icon is in a tray. One that is just being put there counts: the panel shows it a moment
/// before this process knows, and may have come only a moment before that.
async fn tray_leads_back<R: Runtime>(app: &AppHandle<R>) -> bool {
    let mut reach = app.state::<TrayReach>().0.subscribe();
    let known = *app.state::<TrayHost>().0.borrow();
    let patience = if known || host_is_there().await {
        ICON_COMES_WITHIN
    } else {
        Duration::ZERO
    };
    tokio::time::timeout(patience, reach.wait_for(|reached| *reached))
        .await
        .is_ok_and(|reached| reached.is_ok())
}

/// Asks for the panel now, should the news of it still be on its way.
#[cfg(target_os = "linux")]
async fn host_is_there() -> bool {
    let asked = async {
        let bus = zbus::Connection::session().await?;
        crate::adapters::tray_host::is_there(&bus).await
    };
    let answer = tokio::time::timeout(Duration::from_secs(1), asked).await;
    matches!(answer, Ok(Ok(true)))
}

/// Elsewhere the tray is always there.
#[cfg(not(target_os = "linux"))]
async fn host_is_there() -> bool {
    true
}

fn raise_soon<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut started = app.state::<Started>().0.subscribe();
        if started.wait_for(|started| *started).await.is_err() {
            return;
        }
        if let Err(error) = window::raise(&app).await {
            tracing::error!(%error, "the window does not open");
        }
    });
}

/// Hands a link to the session, which opens a window on where it leads, or on why it leads nowhere.
fn follow_soon<R: Runtime>(app: &AppHandle<R>, link: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut started = app.state::<Started>().0.subscribe();
        if started.wait_for(|started| *started).await.is_ok() {
            let core = app.state::<Core>().inner().clone();
            core.follow_link(&link).await;
        }
    });
}

/// A session that needs a person says so in a window, not by silence from the tray.
async fn open_in_need<R: Runtime>(app: AppHandle<R>, core: Core) {
    let mut need = core.in_need();
    while need.wait_for(|in_need| *in_need).await.is_ok() {
        if window::get(&app).is_none() {
            raise_soon(&app);
        }
        if need.changed().await.is_err() {
            return;
        }
    }
}

/// A clicked notification brings the window up; the page then learns from the session where to go.
async fn follow_navigations<R: Runtime>(app: AppHandle<R>, core: Core) {
    let mut navigations = core.navigations();
    loop {
        // A click that started the app is here already; the value changes with every click.
        if navigations.borrow_and_update().is_some() {
            raise_soon(&app);
        }
        if navigations.changed().await.is_err() {
            return;
        }
    }
}

#[cfg(target_os = "linux")]
async fn watch_host(present: watch::Sender<bool>) {
    let end = async {
        let bus = zbus::Connection::session().await?;
        crate::adapters::tray_host::watch(&bus, present.clone()).await
    };
    if let Err(error) = end.await {
        tracing::info!(%error, "no session bus, so no tray");
    }
    present.send_replace(false);
}

/// Puts the icon into the panel whenever there is one, and draws what the session says.
async fn keep_tray<R: Runtime>(app: AppHandle<R>, core: Core, mut host: watch::Receiver<bool>) {
    let clock = SystemClock::new();
    let mut models = core.tray();
    let reach = app.state::<TrayReach>().0.clone();
    let (clicks, mut clicked) = tokio::sync::mpsc::unbounded_channel();
    let mut tray: Option<Tray<R>> = None;
    loop {
        let present = *host.borrow_and_update();
        let model = models.borrow_and_update().clone();
        let mut refused = false;
        match &mut tray {
            Some(tray) => {
                if let Err(error) = tray.draw(&app, &model, core.words(), clock.now()) {
                    tracing::warn!(%error, "the tray icon does not change");
                }
            }
            None if present => {
                let clicks = clicks.clone();
                let wished = move |wish| {
                    clicks.send(wish).ok();
                };
                match Tray::show(&app, &model, core.words(), clock.now(), wished) {
                    Ok(shown) => tray = Some(shown),
                    Err(error) => {
                        tracing::warn!(%error, "the panel refused the tray icon");
                        refused = true;
                    }
                }
            }
            None => {}
        }
        let reached = present && tray.is_some();
        reach.send_if_modified(|before| std::mem::replace(before, reached) != reached);

        tokio::select! {
            change = host.changed() => if change.is_err() { return },
            change = models.changed() => if change.is_err() { return },
            wish = clicked.recv() => match wish {
                Some(TrayWish::Open) => raise_soon(&app),
                Some(TrayWish::AskUntil) => core.ask_until(),
                Some(TrayWish::Change(change)) => {
                    if let Err(error) = core.change_status(change, Via::Tray, false).await {
                        tracing::warn!(%error, "the status was not changed");
                    }
                }
                Some(TrayWish::Quit) => {
                    tauri::async_runtime::spawn(quit::quit(app.clone()));
                }
                None => return,
            },
            () = tokio::time::sleep(TRAY_AGAIN_AFTER), if refused => {}
            () = tokio::time::sleep(WAITING_GROWS_BY), if model.waiting > 0 => {}
        }
    }
}

/// Without a window and without a tray there would be no way back to the app. A hidden start waits
/// for its tray; later, a panel may restart; when it does not come, a window does.
async fn never_strand<R: Runtime>(app: AppHandle<R>, hidden: bool) {
    let mut reach = app.state::<TrayReach>().0.subscribe();
    let mut patience = if hidden {
        HOST_COMES_WITHIN
    } else {
        HOST_RETURNS_WITHIN
    };
    loop {
        let back = reach.wait_for(|reached| *reached);
        match tokio::time::timeout(patience, back).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) => return,
            Err(_) if window::get(&app).is_none() => {
                tracing::info!("no tray leads back to the app: opening the window");
                raise_soon(&app);
            }
            Err(_) => {}
        }
        patience = HOST_RETURNS_WITHIN;
        if reach.wait_for(|reached| *reached).await.is_err()
            || reach.wait_for(|reached| !*reached).await.is_err()
        {
            return;
        }
    }
}
