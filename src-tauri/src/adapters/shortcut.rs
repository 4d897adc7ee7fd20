//! The global shortcut: keys that switch between Online and Invisible from anywhere.
//!
//! Off until the person sets keys. [`Shortcut`] keeps three things in step: the keys that are taken from
//! the system ([`Keys`]), the file of this computer (`device_settings.rs`), and what the settings show.
//! New keys are taken before the old ones are given back, and stored in between; whatever fails leaves
//! the old ones as they were. Keys that are set but were not to be had at the start stay set, with the
//! reason ([`ShortcutProblem`]).
//!
//! Where keys come from: X11 ([`x11`]), and on Windows and macOS Tauri's plugin (`plugin.rs`). Wayland gives none,
//! and says so.

use std::sync::{Mutex, MutexGuard, PoisonError};

use agent::view_device::ShortcutProblem;
use protocol::error::{ErrorBody, ErrorCode};

pub mod combination;
#[cfg(not(target_os = "linux"))]
pub mod plugin;
#[cfg(target_os = "linux")]
pub mod x11;

pub use self::combination::Combination;
use super::device_settings::DeviceStore;

/// The system's keys.
pub trait Keys: Send + Sync + 'static {
    /// Takes these keys, beside those that are taken.
    ///
    /// # Errors
    /// Why not.
    fn take(&self, keys: &Combination) -> Result<(), ShortcutProblem>;
    /// Gives them back.
    fn give_back(&self, keys: &Combination);
}

/// A system that has no keys to give, for this reason.
#[derive(Clone, Copy, Debug)]
pub struct NoKeys(pub ShortcutProblem);

impl Keys for NoKeys {
    fn take(&self, _keys: &Combination) -> Result<(), ShortcutProblem> {
        Err(self.0)
    }

    fn give_back(&self, _keys: &Combination) {}
}

/// The shortcut of this computer.
pub struct Shortcut {
    keys: Box<dyn Keys>,
    store: DeviceStore,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// As the person set it; a text that is none any more is kept too.
    set: Option<String>,
    /// Taken from the system.
    taken: Option<Combination>,
    /// Why what is set is not taken.
    problem: Option<ShortcutProblem>,
}

impl Shortcut {
    /// Takes the keys that are stored, if they can be had. `unavailable` says beforehand that none can.
    #[must_use]
    pub fn start(
        keys: Box<dyn Keys>,
        store: DeviceStore,
        unavailable: Option<ShortcutProblem>,
    ) -> Self {
        let mut held = Held {
            set: store.load().shortcut,
            taken: None,
            problem: unavailable,
        };
        if let Some(text) = &held.set {
            match text.parse::<Combination>() {
                Ok(wanted) => match keys.take(&wanted) {
                    Ok(()) => held.taken = Some(wanted),
                    Err(problem) => {
                        tracing::info!(?problem, "the shortcut that is set is not to be had");
                        held.problem = Some(problem);
                    }
                },
                Err(_) => held.problem = Some(ShortcutProblem::NoSuchKey),
            }
        }
        Self {
            keys,
            store,
            held: Mutex::new(held),
        }
    }

    /// What is set, and why it does nothing, if so.
    #[must_use]
    pub fn get(&self) -> (Option<String>, Option<ShortcutProblem>) {
        let held = self.held();
        (held.set.clone(), held.problem)
    }

    /// Sets other keys, or none.
    ///
    /// # Errors
    /// They are not keys, cannot be had, or cannot be stored; what was set before stays.
    pub fn set(&self, wanted: Option<&str>) -> Result<(), ErrorBody> {
        let wanted = wanted.map(str::parse::<Combination>).transpose()?;
        let mut held = self.held();
        if wanted.is_some() && wanted == held.taken {
            return Ok(());
        }
        if let Some(wanted) = &wanted {
            self.keys
                .take(wanted)
                .map_err(|problem| explain(problem, wanted))?;
        }
        let mut file = self.store.load();
        file.shortcut = wanted.as_ref().map(ToString::to_string);
        if let Err(error) = self.store.save(&file) {
            tracing::error!(%error, "the shortcut cannot be stored");
            if let Some(wanted) = &wanted {
                self.keys.give_back(wanted);
            }
            return Err(ErrorBody::new(
                ErrorCode::Internal,
                "The shortcut cannot be stored. Check that the disk is not full and that the \
                 folder for Porchlight's data can be written.",
            ));
        }
        if let Some(before) = held.taken.take() {
            self.keys.give_back(&before);
        }
        held.set = file.shortcut;
        // A system without any keys goes on saying so.
        let lasting = |problem: &ShortcutProblem| {
            matches!(
                problem,
                ShortcutProblem::Wayland | ShortcutProblem::NoDisplay
            )
        };
        held.problem = held
            .problem
            .filter(|problem| wanted.is_none() && lasting(problem));
        held.taken = wanted;
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to tell the person who wanted these keys.
fn explain(problem: ShortcutProblem, keys: &Combination) -> ErrorBody {
    let (code, message) = match problem {
        ShortcutProblem::Taken => (
            ErrorCode::Conflict,
            format!("Another program uses {keys}. Choose other keys."),
        ),
        ShortcutProblem::NoSuchKey => (
            ErrorCode::BadRequest,
            format!("Your keyboard has no key for {keys}. Choose other keys."),
        ),
        ShortcutProblem::Wayland => (
            ErrorCode::Unavailable,
            "Wayland gives programs no global shortcut. Let the keyboard settings of your system \
             run “porchlight status …” instead."
                .to_owned(),
        ),
        ShortcutProblem::NoDisplay | ShortcutProblem::Refused => (
            ErrorCode::Unavailable,
            "The system does not give keys to Porchlight now. Try again later.".to_owned(),
        ),
    };
    ErrorBody::new(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    /// A keyboard on which another program holds some keys.
    #[derive(Clone, Default)]
    struct Keyboard {
        ours: Arc<Mutex<BTreeSet<String>>>,
        others: Arc<Mutex<BTreeSet<String>>>,
    }

    impl Keys for Keyboard {
        fn take(&self, keys: &Combination) -> Result<(), ShortcutProblem> {
            if self.others.lock().unwrap().contains(&keys.to_string()) {
                return Err(ShortcutProblem::Taken);
            }
            assert!(self.ours.lock().unwrap().insert(keys.to_string()), "twice");
            Ok(())
        }

        fn give_back(&self, keys: &Combination) {
            assert!(
                self.ours.lock().unwrap().remove(&keys.to_string()),
                "not ours"
            );
        }
    }

    struct Desk {
        folder: tempfile::TempDir,
        keyboard: Keyboard,
    }

    impl Desk {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
                keyboard: Keyboard::default(),
            }
        }

        fn store(&self) -> DeviceStore {
            DeviceStore::new(self.folder.path().to_owned())
        }

        fn start(&self) -> Shortcut {
            self.keyboard.ours.lock().unwrap().clear();
            Shortcut::start(Box::new(self.keyboard.clone()), self.store(), None)
        }

        fn others_take(&self, keys: &str) {
            self.keyboard.others.lock().unwrap().insert(keys.into());
        }

        fn taken(&self) -> Vec<String> {
            self.keyboard.ours.lock().unwrap().iter().cloned().collect()
        }
    }

    #[test]
    fn it_is_off_until_it_is_set_and_then_kept_over_a_start() {
        let desk = Desk::new();
        let shortcut = desk.start();
        assert_eq!(shortcut.get(), (None, None));
        shortcut.set(Some("alt + control+p")).unwrap();
        assert_eq!(shortcut.get(), (Some("Ctrl+Alt+P".into()), None));
        assert_eq!(desk.taken(), ["Ctrl+Alt+P"]);
        shortcut.set(Some("Ctrl+Alt+P")).unwrap();
        shortcut.set(Some("Super+F5")).unwrap();
        assert_eq!(desk.taken(), ["Super+F5"], "the old ones are given back");

        let shortcut = desk.start();
        assert_eq!(shortcut.get(), (Some("Super+F5".into()), None));
        assert_eq!(desk.taken(), ["Super+F5"]);
        shortcut.set(None).unwrap();
        assert_eq!(desk.taken(), [""; 0]);
        assert_eq!(desk.start().get(), (None, None));
    }

    #[test]
    fn keys_that_cannot_be_had_leave_the_old_ones() {
        let desk = Desk::new();
        let shortcut = desk.start();
        shortcut.set(Some("Ctrl+Alt+P")).unwrap();
        desk.others_take("Ctrl+Alt+Q");
        let error = shortcut.set(Some("Ctrl+Alt+Q")).unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict);
        assert!(error.message.contains("Ctrl+Alt+Q"), "{error}");
        let error = shortcut.set(Some("Ctrl+Banana")).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadRequest);
        // A folder that is gone takes no file.
        std::fs::create_dir(desk.folder.path().join("device.json.new")).unwrap();
        let error = shortcut.set(Some("Ctrl+Alt+R")).unwrap_err();
        assert_eq!(error.code, ErrorCode::Internal);
        assert_eq!(shortcut.get(), (Some("Ctrl+Alt+P".into()), None));
        assert_eq!(desk.taken(), ["Ctrl+Alt+P"]);
        assert_eq!(desk.store().load().shortcut.unwrap(), "Ctrl+Alt+P");
    }

    #[test]
    fn keys_that_another_program_took_first_stay_set_with_the_reason() {
        let desk = Desk::new();
        desk.start().set(Some("Ctrl+Alt+P")).unwrap();
        desk.others_take("Ctrl+Alt+P");
        let shortcut = desk.start();
        let taken = Some(ShortcutProblem::Taken);
        assert_eq!(shortcut.get(), (Some("Ctrl+Alt+P".into()), taken));
        shortcut.set(Some("Ctrl+Alt+Q")).unwrap();
        assert_eq!(shortcut.get(), (Some("Ctrl+Alt+Q".into()), None));
    }

    #[test]
    fn without_any_keys_it_says_why_and_can_still_be_unset() {
        let desk = Desk::new();
        let why = ShortcutProblem::Wayland;
        let start = || Shortcut::start(Box::new(NoKeys(why)), desk.store(), Some(why));
        assert_eq!(start().get(), (None, Some(why)));
        let error = start().set(Some("Ctrl+Alt+P")).unwrap_err();
        assert_eq!(error.code, ErrorCode::Unavailable);
        // Set in another session of the same person, on X11.
        desk.start().set(Some("Ctrl+Alt+P")).unwrap();
        let shortcut = start();
        assert_eq!(shortcut.get(), (Some("Ctrl+Alt+P".into()), Some(why)));
        shortcut.set(None).unwrap();
        assert_eq!(shortcut.get(), (None, Some(why)));
    }

    #[test]
    fn what_is_stored_and_no_keys_at_all_costs_nothing() {
        let desk = Desk::new();
        std::fs::write(
            desk.folder.path().join("device.json"),
            r#"{"shortcut": "Ctrl+Banana"}"#,
        )
        .unwrap();
        let shortcut = desk.start();
        let problem = Some(ShortcutProblem::NoSuchKey);
        assert_eq!(shortcut.get(), (Some("Ctrl+Banana".into()), problem));
        assert_eq!(desk.taken(), [""; 0]);
    }
}
