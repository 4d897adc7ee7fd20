//! What is set for one computer, on the real app: start at login, and the global shortcut.

use protocol::status::{Goodbye, Status};
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::Desktop;
use testkit::wait;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, ModMask};

use crate::workday::{Colleague, WINDOW, Workday};

type Outcome = Result<(), RigError>;

#[tokio::test(flavor = "multi_thread")]
async fn start_at_login_is_an_entry_of_the_system_that_really_starts_the_app() -> Outcome {
    // A folder that is quoted wherever it can be.
    let day = Workday::begin("jonas' $desk \"100%\" a\\b").await?;
    let entry = || {
        let folder = day.scene.desktop.home().join(".config/autostart");
        let mut found: Vec<_> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert!(found.len() <= 1, "{found:?}");
        found.pop()
    };
    let settings = async || -> Result<Value, RigError> {
        Ok(day.calls("device_settings", json!({})).await?["value"].clone())
    };
    assert_eq!(settings().await?["start_at_login"], "off", "at first");
    assert_eq!(entry(), None);

    day.does("set_start_at_login", json!({ "start": "window" }))
        .await?;
    assert_eq!(settings().await?["start_at_login"], "window");
    let path = entry().expect("an entry");
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains("--hidden"), "{text}");

    day.does("set_start_at_login", json!({ "start": "tray" }))
        .await?;
    assert_eq!(settings().await?["start_at_login"], "tray");

    // The session's own settings switch it off, and the app says what they say.
    let on = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, format!("{on}Hidden=true\n")).expect("written");
    assert_eq!(settings().await?["start_at_login"], "off");
    std::fs::write(&path, on).expect("written");

    // What the desktop does at login: it starts into the tray, as the same installation.
    day.desk.app.kill_app().await?;
    let scene = &day.scene;
    let mut login = scene.desktop.command("gio");
    login.arg("launch").arg(&path);
    let mut login = scene.desktop.spawn("login", &mut login)?;
    assert!(login.wait().await?.success(), "{}", login.output());
    scene.tray().await?;
    wait::until("the session to go on", async || {
        let said = scene.asks(&["status", "--json"]).await.ok()?;
        let now: Value = serde_json::from_str(&said.out).ok()?;
        (now["connection"] == "live").then_some(())
    })
    .await?;
    assert_eq!(
        scene.desktop.windows(),
        Vec::<String>::new(),
        "into the tray"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_global_shortcut_switches_from_anywhere_and_keys_of_others_are_refused() -> Outcome {
    let day = Workday::begin("app").await?;
    let jonas = day.jonas.agent_id;
    let desktop = &day.scene.desktop;
    let settings = async || -> Result<Value, RigError> {
        Ok(day.calls("device_settings", json!({})).await?["value"].clone())
    };
    assert_eq!(settings().await?["shortcut"], Value::Null, "off at first");
    assert_eq!(settings().await?["shortcut_problem"], Value::Null);

    day.does("set_shortcut", json!({ "keys": "alt+ctrl+p" }))
        .await?;
    assert_eq!(settings().await?["shortcut"], "Ctrl+Alt+P");
    // From anywhere: there is no window of ours any more.
    let close = async || {
        day.scene.tray().await?;
        desktop.close_window(WINDOW)?;
        wait::until("the window to be gone", async || {
            desktop.windows().is_empty().then_some(())
        })
        .await
    };
    close().await?;

    // Alone, it asks before the demo shop is left with nobody; the window comes for that.
    desktop.key("ctrl+alt+p")?;
    desktop.wait_for_window(WINDOW).await?;
    day.desk.app.find_window().await?;
    day.desk.app.click("[data-test=last-stay]").await?;
    day.status_is("online").await?;
    let mut mia = Colleague::join(&day.server, &day.jonas).await?;
    mia.sees(jonas, Status::Online).await?;
    day.shows_online(&mia).await?;

    close().await?;
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Invisible).await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["via"], "shortcut", "{now}");
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Online).await?;

    // Keys that another program has.
    let tray = day.scene.tray().await?;
    desktop.tray_activate(&tray).await?;
    day.desk.app.find_window().await?;
    day.desk.is_live().await?;
    let other = Rival::on(desktop);
    assert!(other.takes(b'q'), "they are free");
    let refused = day
        .calls("set_shortcut", json!({ "keys": "Ctrl+Alt+Q" }))
        .await?;
    assert_eq!(refused["error"]["code"], "conflict", "{refused}");
    for keys in ["Ctrl+Alt", "P", "Ctrl+Alt+Ö", ""] {
        let refused = day.calls("set_shortcut", json!({ "keys": keys })).await?;
        assert_eq!(refused["error"]["code"], "bad_request", "{keys}: {refused}");
    }
    assert_eq!(settings().await?["shortcut"], "Ctrl+Alt+P", "the old stays");
    assert!(!other.takes(b'p'), "and is still ours");
    // A lock key that is on is a modifier to X11, and none to a person.
    desktop.key("Num_Lock")?;
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Invisible).await?;

    // On another layout the key is elsewhere. The old one is given back once the new one is taken.
    let mut layout = desktop.command("setxkbmap");
    layout.arg("dvorak");
    assert!(layout.status().is_ok_and(|status| status.success()));
    wait::until("the key that was P to be free", async || {
        other.takes(b'l').then_some(())
    })
    .await?;
    desktop.key("ctrl+alt+p")?;
    mia.sees(jonas, Status::Online).await?;

    // Unset, others may have them.
    day.does("set_shortcut", json!({ "keys": null })).await?;
    assert_eq!(settings().await?["shortcut"], Value::Null);
    assert!(other.takes(b'p'), "the keys are free again");
    mia.core.quit(Goodbye::Quit).await;
    Ok(())
}

/// Another program on the display that wants keys.
struct Rival {
    display: x11rb::rust_connection::RustConnection,
    root: u32,
}

impl Rival {
    fn on(desktop: &Desktop) -> Self {
        let name = desktop
            .env()
            .into_iter()
            .find_map(|(name, value)| (name == "DISPLAY").then_some(value));
        let (display, screen) = x11rb::connect(name.as_deref()).expect("the display");
        let root = display.setup().roots[screen].root;
        Self { display, root }
    }

    /// Takes Ctrl+Alt and a letter, unless somebody has them.
    fn takes(&self, letter: u8) -> bool {
        let setup = self.display.setup();
        let count = setup.max_keycode - setup.min_keycode + 1;
        let mapping = self
            .display
            .get_keyboard_mapping(setup.min_keycode, count)
            .expect("asked")
            .reply()
            .expect("told");
        let place = mapping
            .keysyms
            .chunks(usize::from(mapping.keysyms_per_keycode))
            .position(|symbols| symbols.contains(&u32::from(letter)))
            .expect("such a key");
        let code = setup.min_keycode + u8::try_from(place).expect("a key code");
        self.display
            .grab_key(
                false,
                self.root,
                ModMask::CONTROL | ModMask::M1,
                code,
                GrabMode::ASYNC,
                GrabMode::ASYNC,
            )
            .expect("asked")
            .check()
            .is_ok()
    }
}
