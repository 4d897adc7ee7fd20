//! The screen: what is on it, a picture of it, and a person's hands.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::screensaver::ConnectionExt as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask,
    Window,
};
use x11rb::rust_connection::RustConnection;

use super::Desktop;
use crate::rig_error::RigError;
use crate::wait;

/// A calm blue-grey, so that a window's edge shows in a picture.
const BACKGROUND: u32 = 0x003b_4a5c;

/// A web process whose main thread is stuck when its window goes, as happens now and then on a machine with
/// too much to do, is ended by WebKit's own watchdog after 10 s (`AuxiliaryProcess`, `didClose`). That and as
/// much again for the machine.
pub const WEB_PROCESS_ENDS_WITHIN: Duration = Duration::from_secs(20);

/// Our own connection to the X server, to ask it questions.
#[derive(Debug)]
pub(super) struct Screen {
    connection: RustConnection,
    root: Window,
    atoms: Atoms,
}

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_SUPPORTING_WM_CHECK,
        _NET_CLIENT_LIST,
        _NET_ACTIVE_WINDOW,
        _NET_CLOSE_WINDOW,
        _NET_WM_NAME,
        UTF8_STRING,
    }
}

/// A picture of the screen.
#[derive(Clone, Debug)]
pub struct Shot {
    /// The PNG file.
    pub path: PathBuf,
}

impl Screen {
    pub(super) fn open(display: &str) -> Result<Self, RigError> {
        let (connection, number) = x11rb::connect(Some(display)).map_err(x11)?;
        let root = connection
            .setup()
            .roots
            .get(number)
            .ok_or_else(|| RigError::answer("the X server has no screen"))?
            .root;
        let atoms = Atoms::new(&connection).map_err(x11)?.reply().map_err(x11)?;
        Ok(Self {
            connection,
            root,
            atoms,
        })
    }

    /// Whether a window manager has taken over.
    pub(super) fn is_managed(&self) -> bool {
        let check = self.atoms._NET_SUPPORTING_WM_CHECK;
        !self.windows_in(self.root, check).is_empty()
    }

    pub(super) fn paint_background(&self) -> Result<(), RigError> {
        let colour = ChangeWindowAttributesAux::new().background_pixel(BACKGROUND);
        self.connection
            .change_window_attributes(self.root, &colour)
            .map_err(x11)?;
        self.connection
            .clear_area(false, self.root, 0, 0, 0, 0)
            .map_err(x11)?
            .check()
            .map_err(x11)
    }

    fn windows_in(&self, window: Window, property: Atom) -> Vec<Window> {
        self.connection
            .get_property(false, window, property, AtomEnum::WINDOW, 0, 4096)
            .ok()
            .and_then(|cookie| cookie.reply().ok())
            .and_then(|reply| reply.value32().map(Iterator::collect))
            .unwrap_or_default()
    }

    /// Old programs have only the old property.
    fn title(&self, window: Window) -> Option<String> {
        let new = self.text(window, self.atoms._NET_WM_NAME, self.atoms.UTF8_STRING);
        new.filter(|title| !title.is_empty())
            .or_else(|| self.text(window, AtomEnum::WM_NAME.into(), AtomEnum::STRING.into()))
    }

    fn text(&self, window: Window, property: Atom, kind: Atom) -> Option<String> {
        let reply = self
            .connection
            .get_property(false, window, property, kind, 0, 4096)
            .ok()?
            .reply()
            .ok()?;
        Some(String::from_utf8_lossy(&reply.value).into_owned())
    }
}

impl Desktop {
    /// The titles of all windows that programs have open, oldest first. Panels and menus are not
    /// among them.
    #[must_use]
    pub fn windows(&self) -> Vec<String> {
        let screen = &self.screen;
        let mut titles: Vec<_> = screen
            .windows_in(screen.root, screen.atoms._NET_CLIENT_LIST)
            .into_iter()
            .filter_map(|window| screen.title(window))
            .collect();
        titles.retain(|title| title != "xfce4-panel");
        titles
    }

    /// The title of the window that has the keyboard.
    #[must_use]
    pub fn active_window(&self) -> Option<String> {
        let screen = &self.screen;
        screen
            .windows_in(screen.root, screen.atoms._NET_ACTIVE_WINDOW)
            .into_iter()
            .find_map(|window| screen.title(window))
    }

    /// Waits until a window with this title is open.
    ///
    /// # Errors
    /// [`RigError::NotYet`], with the windows that were open instead.
    pub async fn wait_for_window(&self, title: &str) -> Result<(), RigError> {
        let found = wait::until("", async || {
            self.windows()
                .iter()
                .any(|open| open.contains(title))
                .then_some(())
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("a window {title:?}; open are {:?}", self.windows()),
        })
    }

    /// How long nobody has touched mouse or keyboard.
    ///
    /// # Errors
    /// If the X server does not answer.
    pub fn idle(&self) -> Result<Duration, RigError> {
        let screen = &self.screen;
        let info = screen
            .connection
            .screensaver_query_info(screen.root)
            .map_err(x11)?
            .reply()
            .map_err(x11)?;
        Ok(Duration::from_millis(info.ms_since_user_input.into()))
    }

    /// Saves what is on the screen as a PNG file.
    ///
    /// # Errors
    /// If ImageMagick is missing or cannot write there.
    pub fn screenshot(&self, path: &Path) -> Result<Shot, RigError> {
        let mut command = self.command("import");
        // Without the time in it, the same screen gives the same file.
        command
            .args(["-silent", "-window", "root"])
            .args(["-define", "png:exclude-chunks=date,time"])
            .arg(path);
        run(&mut command)?;
        Ok(Shot {
            path: path.to_owned(),
        })
    }

    /// Saves what is on the screen once it stands still: a window that was just opened is drawn, a
    /// transition has ended. For pictures that people look at.
    ///
    /// # Errors
    /// As [`Desktop::screenshot`], and [`RigError::NotYet`] if something moves all the time.
    pub async fn still_screenshot(&self, path: &Path) -> Result<Shot, RigError> {
        let mut before = Vec::new();
        wait::until("the screen to stand still", async || {
            let shot = self.screenshot(path).ok()?;
            let now = std::fs::read(&shot.path).ok()?;
            let is_still = now == before;
            before = now;
            is_still.then_some(shot)
        })
        .await
    }

    /// Moves the mouse to a place on the screen.
    ///
    /// # Errors
    /// If xdotool is missing or fails, as with all real input below.
    pub fn mouse_move(&self, x: u32, y: u32) -> Result<(), RigError> {
        self.xdotool(&["mousemove", "--sync", &x.to_string(), &y.to_string()])
    }

    /// Clicks a mouse button (1 left, 3 right) at a place on the screen.
    ///
    /// # Errors
    /// As [`Desktop::mouse_move`].
    pub fn mouse_click(&self, x: u32, y: u32, button: u8) -> Result<(), RigError> {
        let (x, y, button) = (x.to_string(), y.to_string(), button.to_string());
        self.xdotool(&["mousemove", "--sync", &x, &y, "click", &button])
    }

    /// Presses a key or a chord, such as `Escape` or `ctrl+k`.
    ///
    /// # Errors
    /// As [`Desktop::mouse_move`].
    pub fn key(&self, chord: &str) -> Result<(), RigError> {
        self.xdotool(&["key", "--clearmodifiers", chord])
    }

    /// Types a text into whatever has the keyboard.
    ///
    /// # Errors
    /// As [`Desktop::mouse_move`].
    pub fn type_text(&self, text: &str) -> Result<(), RigError> {
        self.xdotool(&["type", "--clearmodifiers", "--", text])
    }

    /// Closes a window as its close button does.
    ///
    /// # Errors
    /// If there is no such window.
    pub fn close_window(&self, title: &str) -> Result<(), RigError> {
        let screen = &self.screen;
        let window = screen
            .windows_in(screen.root, screen.atoms._NET_CLIENT_LIST)
            .into_iter()
            .find(|window| {
                screen
                    .title(*window)
                    .is_some_and(|open| open.contains(title))
            })
            .ok_or_else(|| RigError::answer(format!("no window {title:?} to close")))?;
        // 2: asked for by a person.
        let event = ClientMessageEvent::new(
            32,
            window,
            screen.atoms._NET_CLOSE_WINDOW,
            [x11rb::CURRENT_TIME, 2, 0, 0, 0],
        );
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        screen
            .connection
            .send_event(false, screen.root, mask, event)
            .map_err(x11)?
            .check()
            .map_err(x11)
    }

    fn xdotool(&self, arguments: &[&str]) -> Result<(), RigError> {
        run(self.command("xdotool").args(arguments))
    }
}

/// How many webview processes a program has, however deep below it. None means that its window holds no
/// memory.
#[must_use]
pub fn web_processes(program: u32) -> usize {
    let mut parents = std::collections::BTreeMap::new();
    let mut webviews = Vec::new();
    for folder in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = folder.file_name().to_str().and_then(|id| id.parse().ok()) else {
            continue;
        };
        // `<id> (<name>) <state> <parent> …`; the name itself may hold anything.
        let stat = std::fs::read_to_string(folder.path().join("stat")).unwrap_or_default();
        let Some((before, after)) = stat.rsplit_once(") ") else {
            continue;
        };
        let mut fields = after.split(' ');
        let state = fields.next();
        let parent: Option<u32> = fields.next().and_then(|id| id.parse().ok());
        parents.insert(id, parent.unwrap_or_default());
        // The kernel cuts names after 15 characters. A zombie is not running any more.
        if before.ends_with("(WebKitWebProces") && state != Some("Z") {
            webviews.push(id);
        }
    }
    let is_below = |mut id: u32| {
        while let Some(parent) = parents.get(&id) {
            if *parent == program {
                return true;
            }
            id = *parent;
        }
        false
    };
    webviews.into_iter().filter(|id| is_below(*id)).count()
}

/// Waits until a program has so many webview processes.
///
/// # Errors
/// [`RigError::NotYet`] after [`WEB_PROCESS_ENDS_WITHIN`].
pub async fn has_web_processes(program: u32, number: usize) -> Result<(), RigError> {
    let what = format!("{number} webview processes");
    let counted = wait::until_within(WEB_PROCESS_ENDS_WITHIN, &what, async || {
        (web_processes(program) == number).then_some(())
    });
    counted.await
}

fn run(command: &mut Command) -> Result<(), RigError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|source| RigError::Start {
        program: program.clone(),
        source,
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(RigError::answer(format!(
        "{program} failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    )))
}

fn x11(error: impl std::fmt::Display) -> RigError {
    RigError::answer(format!("X server: {error}"))
}
