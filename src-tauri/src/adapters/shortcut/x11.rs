//! Keys on an X11 display, without polling.
//!
//! A key is *grabbed* on the root window: the server then sends its presses here, whoever has the
//! keyboard, and refuses the grab if another program has it. One thread sleeps in the connection; grabs
//! are asked for on the same connection from elsewhere.
//!
//! Three traps of X11. A grab holds for exactly its modifiers, and the lock keys count as modifiers, so
//! each combination is grabbed with and without them. A key that is held down repeats, as a release and a
//! press with the same time, which is no new press. And the numbers of keys change with the layout
//! (`MappingNotify`), so what is grabbed is then grabbed anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent::view_device::ShortcutProblem;
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    ConnectionExt as _, GrabMode, Keycode, Keysym, Mapping, ModMask, Timestamp, Window,
};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;

use super::Keys;
use super::combination::{Combination, Key};

/// Caps Lock, and Num Lock where it is on every keyboard that anybody uses.
const LOCKS: [ModMask; 2] = [ModMask::LOCK, ModMask::M2];

/// See the module.
pub struct X11Keys(Arc<Display>);

struct Display {
    connection: RustConnection,
    root: Window,
    grabs: Mutex<Vec<Grab>>,
}

#[derive(Clone, Copy)]
struct Grab {
    keys: Combination,
    /// `None` while the layout has no such key.
    code: Option<Keycode>,
}

impl X11Keys {
    /// Connects to a display, the one of the environment if `None`. Each press calls `pressed`.
    ///
    /// # Errors
    /// The display does not answer.
    pub fn start(
        display: Option<&str>,
        pressed: impl Fn() + Send + 'static,
    ) -> Result<Self, ShortcutProblem> {
        let unreachable = |error: &dyn std::fmt::Display| {
            tracing::warn!(%error, "the display gives no keys");
            ShortcutProblem::NoDisplay
        };
        let (connection, screen) =
            RustConnection::connect(display).map_err(|error| unreachable(&error))?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or(ShortcutProblem::NoDisplay)?
            .root;
        let display = Arc::new(Display {
            connection,
            root,
            grabs: Mutex::default(),
        });
        let listening = Arc::clone(&display);
        std::thread::Builder::new()
            .name("x11-keys".into())
            .spawn(move || {
                if let Err(error) = listening.listen(&pressed) {
                    tracing::warn!(%error, "the display stopped telling keys");
                }
            })
            .map_err(|error| unreachable(&error))?;
        Ok(Self(display))
    }
}

impl Keys for X11Keys {
    fn take(&self, keys: &Combination) -> Result<(), ShortcutProblem> {
        let mut grabs = self.0.grabs();
        let code = self
            .0
            .code(keys.key)
            .map_err(|error| refused(&error))?
            .ok_or(ShortcutProblem::NoSuchKey)?;
        self.0.grab(keys, code)?;
        grabs.push(Grab {
            keys: *keys,
            code: Some(code),
        });
        Ok(())
    }

    fn give_back(&self, keys: &Combination) {
        let mut grabs = self.0.grabs();
        grabs.retain(|grab| {
            let this = grab.keys == *keys;
            if let (true, Some(code)) = (this, grab.code) {
                self.0.ungrab(keys, code);
            }
            !this
        });
    }
}

impl Display {
    fn grabs(&self) -> MutexGuard<'_, Vec<Grab>> {
        self.grabs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn grab(&self, keys: &Combination, code: Keycode) -> Result<(), ShortcutProblem> {
        for mask in masks(keys) {
            let answer = self
                .connection
                .grab_key(
                    false,
                    self.root,
                    mask,
                    code,
                    GrabMode::ASYNC,
                    GrabMode::ASYNC,
                )
                .map_err(|error| refused(&error.into()))?
                .check();
            if let Err(error) = answer {
                self.ungrab(keys, code);
                return Err(refused(&error));
            }
        }
        Ok(())
    }

    fn ungrab(&self, keys: &Combination, code: Keycode) {
        for mask in masks(keys) {
            if let Ok(cookie) = self.connection.ungrab_key(code, self.root, mask) {
                cookie.ignore_error();
            }
        }
        // Whoever wants the keys next finds them free.
        self.connection.flush().ok();
    }

    /// The number of a key on this keyboard.
    fn code(&self, key: Key) -> Result<Option<Keycode>, ReplyError> {
        let wanted = keysym(key);
        let setup = self.connection.setup();
        let count = setup
            .max_keycode
            .saturating_sub(setup.min_keycode)
            .saturating_add(1);
        let mapping = self
            .connection
            .get_keyboard_mapping(setup.min_keycode, count)?
            .reply()?;
        let width = usize::from(mapping.keysyms_per_keycode).max(1);
        Ok(mapping
            .keysyms
            .chunks(width)
            .zip(setup.min_keycode..=setup.max_keycode)
            .find(|(symbols, _)| symbols.contains(&wanted))
            .map(|(_, code)| code))
    }

    fn listen(&self, pressed: &dyn Fn()) -> Result<(), ReplyError> {
        let mut presses = Presses::default();
        loop {
            match self.connection.wait_for_event()? {
                Event::KeyPress(event) => {
                    // One that was on its way when the keys were given back is nobody's.
                    let ours = self
                        .grabs()
                        .iter()
                        .any(|grab| grab.code == Some(event.detail));
                    if presses.down(event.detail, event.time) && ours {
                        pressed();
                    }
                }
                Event::KeyRelease(event) => presses.up(event.detail, event.time),
                Event::MappingNotify(event) if event.request != Mapping::POINTER => {
                    self.grab_anew()?;
                }
                _ => {}
            }
        }
    }

    fn grab_anew(&self) -> Result<(), ReplyError> {
        let mut grabs = self.grabs();
        for grab in grabs.iter_mut() {
            let code = self.code(grab.keys.key)?;
            if code == grab.code {
                continue;
            }
            let before = grab.code.take();
            grab.code = code.filter(|code| match self.grab(&grab.keys, *code) {
                Ok(()) => true,
                Err(problem) => {
                    tracing::warn!(?problem, "the shortcut is lost with the new layout");
                    false
                }
            });
            if let Some(before) = before {
                self.ungrab(&grab.keys, before);
            }
        }
        Ok(())
    }
}

fn refused(error: &ReplyError) -> ShortcutProblem {
    match error {
        ReplyError::X11Error(error) if error.error_kind == ErrorKind::Access => {
            ShortcutProblem::Taken
        }
        error => {
            tracing::warn!(%error, "the display refused a key");
            ShortcutProblem::Refused
        }
    }
}

/// The modifiers of a combination, with and without each lock key.
fn masks(keys: &Combination) -> Vec<ModMask> {
    let mut mask = ModMask::default();
    for (held, bit) in [
        (keys.shift, ModMask::SHIFT),
        (keys.ctrl, ModMask::CONTROL),
        (keys.alt, ModMask::M1),
        (keys.logo, ModMask::M4),
    ] {
        if held {
            mask |= bit;
        }
    }
    let [caps, num] = LOCKS;
    vec![mask, mask | caps, mask | num, mask | caps | num]
}

/// The symbol of a key (`keysymdef.h`).
fn keysym(key: Key) -> Keysym {
    match key {
        // Keyboards say the small letter first.
        Key::Character(c) => u32::from(c.to_ascii_lowercase()),
        Key::Function(number) => 0xffbd + u32::from(number),
        Key::Named(name) => match name {
            "Space" => 0x0020,
            "Tab" => 0xff09,
            "Pause" => 0xff13,
            "Home" => 0xff50,
            "Left" => 0xff51,
            "Up" => 0xff52,
            "Right" => 0xff53,
            "Down" => 0xff54,
            "PageUp" => 0xff55,
            "PageDown" => 0xff56,
            "End" => 0xff57,
            "Insert" => 0xff63,
            // No keyboard has this symbol.
            _ => 0,
        },
    }
}

/// Tells a press from the repetition of a key that is held down.
#[derive(Default)]
struct Presses {
    last_up: Option<(Keycode, Timestamp)>,
}

impl Presses {
    /// Whether this is a new press.
    fn down(&mut self, code: Keycode, time: Timestamp) -> bool {
        self.last_up != Some((code, time))
    }

    fn up(&mut self, code: Keycode, time: Timestamp) {
        self.last_up = Some((code, time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_held_down_is_one_press() {
        let mut presses = Presses::default();
        assert!(presses.down(33, 1_000));
        for time in [1_500, 1_530, 1_560] {
            presses.up(33, time);
            assert!(!presses.down(33, time));
        }
        presses.up(33, 1_600);
        assert!(presses.down(33, 1_700), "pressed again");
    }

    #[test]
    fn a_display_that_is_not_there_is_a_reason_and_not_a_crash() {
        let start = X11Keys::start(Some(":54321"), || {});
        assert_eq!(start.err(), Some(ShortcutProblem::NoDisplay));
    }

    #[test]
    fn every_key_has_its_symbol() {
        for name in super::super::combination::NAMED {
            assert_ne!(keysym(Key::Named(name)), 0, "{name}");
        }
        assert_eq!(keysym(Key::Function(1)), 0xffbe);
        assert_eq!(keysym(Key::Function(24)), 0xffd5);
        assert_eq!(keysym(Key::Character('P')), 0x70);
        assert_eq!(keysym(Key::Character('7')), 0x37);
    }
}
