//! The tray icon: draws a [`TrayModel`], and tells what was clicked.
//!
//! Nothing is decided here. The menu is built once per shape and then changed in place, so that it
//! does not close under the mouse. The toolkit flips a check mark by itself when its entry is clicked;
//! the model is therefore drawn again after every click, whether it changed or not.

use agent::words::Words;
use protocol::ids::Instant;
use protocol::status::{Status, StatusChange};
use rules::tray::{Lamp, TERMS, TrayEntry, TrayModel, TrayTerm};
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Runtime};

/// What was asked for in the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayWish {
    /// The window.
    Open,
    /// Invisible until a time to be named in the window.
    AskUntil,
    /// Another status.
    Change(StatusChange),
    /// The end.
    Quit,
}

/// What is missed is this red everywhere.
const RED: [u8; 3] = [0xcc, 0x26, 0x26];

/// The icon in the panel.
pub struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    menu: DrawnMenu<R>,
    lamp: (Lamp, bool),
    tooltip: String,
}

struct DrawnMenu<R: Runtime> {
    menu: Menu<R>,
    entries: Vec<DrawnEntry<R>>,
}

enum DrawnEntry<R: Runtime> {
    Plain(MenuItem<R>),
    Check(CheckMenuItem<R>),
    Line(PredefinedMenuItem<R>),
    /// Its own entries never change.
    Sub(Submenu<R>),
}

impl<R: Runtime> Tray<R> {
    /// Puts the icon into the panel, drawn as `model` says. `wished` is told every click.
    ///
    /// # Errors
    /// The desktop has no place for it now.
    pub fn show(
        app: &AppHandle<R>,
        model: &TrayModel,
        words: &Words,
        now: Instant,
        wished: impl Fn(TrayWish) + Clone + Send + Sync + 'static,
    ) -> tauri::Result<Self> {
        let menu = DrawnMenu::build(app, model, words, now)?;
        let tooltip = words.tray_tooltip(model, now);
        let clicked = wished.clone();
        let icon = TrayIconBuilder::with_id("porchlight")
            .icon(picture(model.lamp, model.missed))
            .title("Porchlight")
            .tooltip(&tooltip)
            .menu(&menu.menu)
            .show_menu_on_left_click(false)
            .on_menu_event(move |_, event| {
                if let Some(wish) = wish(event.id().as_ref()) {
                    wished(wish);
                }
            })
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                {
                    clicked(TrayWish::Open);
                }
            })
            .build(app)?;
        Ok(Self {
            icon,
            menu,
            lamp: (model.lamp, model.missed),
            tooltip,
        })
    }

    /// Draws the model anew.
    ///
    /// # Errors
    /// The desktop refused.
    pub fn draw(
        &mut self,
        app: &AppHandle<R>,
        model: &TrayModel,
        words: &Words,
        now: Instant,
    ) -> tauri::Result<()> {
        let lamp = (model.lamp, model.missed);
        if self.lamp != lamp {
            self.icon
                .set_icon(Some(picture(model.lamp, model.missed)))?;
            self.lamp = lamp;
        }
        let tooltip = words.tray_tooltip(model, now);
        if self.tooltip != tooltip {
            self.icon.set_tooltip(Some(&tooltip))?;
            self.tooltip = tooltip;
        }
        if !self.menu.change_to(model, words, now)? {
            self.menu = DrawnMenu::build(app, model, words, now)?;
            self.icon.set_menu(Some(self.menu.menu.clone()))?;
        }
        Ok(())
    }
}

impl<R: Runtime> DrawnMenu<R> {
    fn build(
        app: &AppHandle<R>,
        model: &TrayModel,
        words: &Words,
        now: Instant,
    ) -> tauri::Result<Self> {
        let mut entries = Vec::with_capacity(model.entries.len());
        for entry in &model.entries {
            let text = label(entry, words, now);
            entries.push(match (entry, mark(entry)) {
                (TrayEntry::Separator, _) => DrawnEntry::Line(PredefinedMenuItem::separator(app)?),
                (TrayEntry::InvisibleFor, _) => DrawnEntry::Sub(terms(app, text, words)?),
                (entry, Some(checked)) => DrawnEntry::Check(CheckMenuItem::with_id(
                    app,
                    id(entry),
                    text,
                    true,
                    checked,
                    None::<&str>,
                )?),
                (entry, None) => {
                    let enabled = !matches!(entry, TrayEntry::Own { .. });
                    DrawnEntry::Plain(MenuItem::with_id(
                        app,
                        id(entry),
                        text,
                        enabled,
                        None::<&str>,
                    )?)
                }
            });
        }
        let items: Vec<&dyn IsMenuItem<R>> = entries.iter().map(DrawnEntry::item).collect();
        let menu = Menu::with_items(app, &items)?;
        Ok(Self { menu, entries })
    }

    /// Changes texts and marks in place; false if the model has other entries than the menu.
    fn change_to(&self, model: &TrayModel, words: &Words, now: Instant) -> tauri::Result<bool> {
        let fits = self.entries.len() == model.entries.len()
            && self
                .entries
                .iter()
                .zip(&model.entries)
                .all(|(drawn, entry)| drawn.fits(entry));
        if !fits {
            return Ok(false);
        }
        for (drawn, entry) in self.entries.iter().zip(&model.entries) {
            let text = label(entry, words, now);
            match drawn {
                DrawnEntry::Check(item) => {
                    if item.text()? != text {
                        item.set_text(text)?;
                    }
                    let checked = mark(entry).unwrap_or(false);
                    if item.is_checked()? != checked {
                        item.set_checked(checked)?;
                    }
                }
                DrawnEntry::Plain(item) if item.text()? != text => item.set_text(text)?,
                DrawnEntry::Plain(_) | DrawnEntry::Line(_) | DrawnEntry::Sub(_) => {}
            }
        }
        Ok(true)
    }
}

/// *Invisible for a while*.
fn terms<R: Runtime>(app: &AppHandle<R>, text: String, words: &Words) -> tauri::Result<Submenu<R>> {
    let submenu = Submenu::with_id(app, id(&TrayEntry::InvisibleFor), text, true)?;
    for term in TERMS {
        let text = plain(&words.tray_term(term));
        let item = MenuItem::with_id(app, term_id(term), text, true, None::<&str>)?;
        submenu.append(&item)?;
    }
    Ok(submenu)
}

impl<R: Runtime> DrawnEntry<R> {
    fn item(&self) -> &dyn IsMenuItem<R> {
        match self {
            Self::Plain(item) => item,
            Self::Check(item) => item,
            Self::Line(item) => item,
            Self::Sub(item) => item,
        }
    }

    fn fits(&self, entry: &TrayEntry) -> bool {
        match self {
            Self::Line(_) => matches!(entry, TrayEntry::Separator),
            Self::Check(item) => item.id() == id(entry),
            Self::Plain(item) => item.id() == id(entry),
            Self::Sub(item) => item.id() == id(entry),
        }
    }
}

fn label(entry: &TrayEntry, words: &Words, now: Instant) -> String {
    plain(&words.tray_entry(entry, &|at| clock_time(at, now)))
}

/// In menus `&` marks the letter that the keyboard chooses; doubled it is itself.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}

/// Hours and minutes where the person is; with the date when that is neither in this day nor in the
/// one to come.
fn clock_time(at: Instant, now: Instant) -> String {
    let day = 24 * 60 * 60 * 1_000;
    let form = if at.since(now).abs() < day {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(time) => time
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime(form)
            .to_string(),
        Err(_) => "?".into(),
    }
}

/// Whether an entry has a check mark, and whether it is set.
fn mark(entry: &TrayEntry) -> Option<bool> {
    match entry {
        TrayEntry::Pick { checked, .. } | TrayEntry::WindDown { checked, .. } => Some(*checked),
        _ => None,
    }
}

/// The name of an entry, which says what its click asks for.
fn id(entry: &TrayEntry) -> String {
    match entry {
        TrayEntry::Open => "open".into(),
        TrayEntry::Separator => "line".into(),
        TrayEntry::Own { .. } => "own".into(),
        TrayEntry::Undo { before, .. } => format!("undo-{}", status_id(*before)),
        TrayEntry::GoOnline => "go-online".into(),
        TrayEntry::Pick { status, .. } => format!("pick-{}", status_id(*status)),
        TrayEntry::InvisibleFor => "for".into(),
        TrayEntry::WindDown { .. } => "wind-down".into(),
        TrayEntry::Quit => "quit".into(),
    }
}

fn term_id(term: TrayTerm) -> String {
    match term {
        TrayTerm::Minutes { minutes } => format!("for-{minutes}"),
        TrayTerm::Tomorrow => "for-tomorrow".into(),
        TrayTerm::Other => "for-other".into(),
    }
}

const STATUSES: [Status; 4] = [
    Status::Online,
    Status::Busy,
    Status::Invisible,
    Status::Offline,
];

fn status_id(status: Status) -> &'static str {
    match status {
        Status::Online => "online",
        Status::Busy => "busy",
        Status::Invisible => "invisible",
        Status::Offline => "offline",
    }
}

fn wish(clicked: &str) -> Option<TrayWish> {
    if let Some(term) = TERMS.into_iter().find(|term| term_id(*term) == clicked) {
        return Some(term.change().map_or(TrayWish::AskUntil, TrayWish::Change));
    }
    let named = |prefix: &str| {
        let name = clicked.strip_prefix(prefix)?;
        let status = STATUSES.into_iter().find(|it| status_id(*it) == name)?;
        Some(TrayWish::Change(StatusChange::Pick { status }))
    };
    match clicked {
        "open" => Some(TrayWish::Open),
        "quit" => Some(TrayWish::Quit),
        "wind-down" => Some(TrayWish::Change(StatusChange::WindDown)),
        "go-online" => Some(TrayWish::Change(StatusChange::Pick {
            status: Status::Online,
        })),
        _ => named("pick-").or_else(|| named("undo-")),
    }
}

/// The picture of a presence; red, in the same shape, while somebody waits in vain.
fn picture(lamp: Lamp, missed: bool) -> Image<'static> {
    let image = plain_picture(lamp);
    if !missed {
        return image;
    }
    let (pixels, _) = image.rgba().as_chunks::<4>();
    let red: Vec<u8> = pixels
        .iter()
        .flat_map(|[.., alpha]| [RED[0], RED[1], RED[2], *alpha])
        .collect();
    Image::new_owned(red, image.width(), image.height())
}

fn plain_picture(lamp: Lamp) -> Image<'static> {
    match lamp {
        Lamp::Status(Status::Online) => tauri::include_image!("icons/tray/online.png"),
        Lamp::Status(Status::Busy) => tauri::include_image!("icons/tray/busy.png"),
        Lamp::Status(Status::Invisible) => tauri::include_image!("icons/tray/invisible.png"),
        Lamp::Status(Status::Offline) | Lamp::SignedOut => {
            tauri::include_image!("icons/tray/offline.png")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clicked(entry: &TrayEntry) -> Option<TrayWish> {
        wish(&id(entry))
    }

    #[test]
    fn who_waits_in_vain_makes_the_icon_red_in_the_shape_of_the_presence() {
        let lamp = Lamp::Status(Status::Busy);
        let (plain, red) = (picture(lamp, false), picture(lamp, true));
        assert_eq!((plain.width(), plain.height()), (red.width(), red.height()));
        let alphas = |image: &Image<'_>| -> Vec<u8> {
            image.rgba().iter().skip(3).step_by(4).copied().collect()
        };
        assert_eq!(alphas(&plain), alphas(&red));
        assert!(red.rgba().chunks(4).all(|pixel| pixel.starts_with(&RED)));
        assert_ne!(plain.rgba(), red.rgba());
    }

    #[test]
    fn every_entry_asks_for_what_it_says() {
        for status in STATUSES {
            let change = Some(TrayWish::Change(StatusChange::Pick { status }));
            let pick = TrayEntry::Pick {
                status,
                checked: false,
                pending: false,
            };
            assert_eq!(clicked(&pick), change);
            let undo = TrayEntry::Undo {
                before: status,
                by: "Anna".into(),
            };
            assert_eq!(clicked(&undo), change);
        }
        let online = StatusChange::Pick {
            status: Status::Online,
        };
        let wind_down = TrayEntry::WindDown {
            checked: false,
            pending: false,
        };
        assert_eq!(
            clicked(&TrayEntry::GoOnline),
            Some(TrayWish::Change(online))
        );
        assert_eq!(
            clicked(&wind_down),
            Some(TrayWish::Change(StatusChange::WindDown))
        );
        assert_eq!(clicked(&TrayEntry::Open), Some(TrayWish::Open));
        assert_eq!(clicked(&TrayEntry::Quit), Some(TrayWish::Quit));
        for silent in [TrayEntry::Separator, TrayEntry::InvisibleFor] {
            assert_eq!(clicked(&silent), None);
        }
        for term in TERMS {
            let wanted = term.change().map_or(TrayWish::AskUntil, TrayWish::Change);
            assert_eq!(wish(&term_id(term)), Some(wanted));
        }
    }
}
