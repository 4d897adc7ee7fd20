//! The tray icon: draws a [`TrayModel`], and tells what was clicked.
//!
//! Nothing is decided here. The menu is built once per shape and then changed in place, so that it
//! does not close under the mouse. The toolkit flips a check mark by itself when its entry is clicked;
//! the model is therefore drawn again after every click, whether it changed or not.

use agent::words::Words;
use protocol::ids::Instant;
use protocol::status::Status;
use rules::tray::{Lamp, TrayEntry, TrayModel};
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Runtime};

/// What was asked for in the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayWish {
    /// The window.
    Open,
    /// A status.
    Pick(Status),
    /// The end.
    Quit,
}

/// The icon in the panel.
pub struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    menu: DrawnMenu<R>,
    lamp: Lamp,
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
        let menu = DrawnMenu::build(app, model, words)?;
        let tooltip = words.tray_tooltip(model, now);
        let clicked = wished.clone();
        let icon = TrayIconBuilder::with_id("porchlight")
            .icon(picture(model.lamp))
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
            lamp: model.lamp,
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
        if self.lamp != model.lamp {
            self.icon.set_icon(Some(picture(model.lamp)))?;
            self.lamp = model.lamp;
        }
        let tooltip = words.tray_tooltip(model, now);
        if self.tooltip != tooltip {
            self.icon.set_tooltip(Some(&tooltip))?;
            self.tooltip = tooltip;
        }
        if !self.menu.change_to(model, words)? {
            self.menu = DrawnMenu::build(app, model, words)?;
            self.icon.set_menu(Some(self.menu.menu.clone()))?;
        }
        Ok(())
    }
}

impl<R: Runtime> DrawnMenu<R> {
    fn build(app: &AppHandle<R>, model: &TrayModel, words: &Words) -> tauri::Result<Self> {
        let mut entries = Vec::with_capacity(model.entries.len());
        for entry in &model.entries {
            let text = plain(&words.tray_entry(entry, &clock_time));
            entries.push(match entry {
                TrayEntry::Separator => DrawnEntry::Line(PredefinedMenuItem::separator(app)?),
                TrayEntry::Pick {
                    status, checked, ..
                } => DrawnEntry::Check(CheckMenuItem::with_id(
                    app,
                    pick_id(*status),
                    text,
                    true,
                    *checked,
                    None::<&str>,
                )?),
                TrayEntry::Own { .. } => {
                    DrawnEntry::Plain(MenuItem::with_id(app, "own", text, false, None::<&str>)?)
                }
                TrayEntry::Open => {
                    DrawnEntry::Plain(MenuItem::with_id(app, "open", text, true, None::<&str>)?)
                }
                TrayEntry::Quit => {
                    DrawnEntry::Plain(MenuItem::with_id(app, "quit", text, true, None::<&str>)?)
                }
            });
        }
        let items: Vec<&dyn IsMenuItem<R>> = entries.iter().map(DrawnEntry::item).collect();
        let menu = Menu::with_items(app, &items)?;
        Ok(Self { menu, entries })
    }

    /// Changes texts and marks in place; false if the model has other entries than the menu.
    fn change_to(&self, model: &TrayModel, words: &Words) -> tauri::Result<bool> {
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
            let text = plain(&words.tray_entry(entry, &clock_time));
            match (drawn, entry) {
                (DrawnEntry::Check(item), TrayEntry::Pick { checked, .. }) => {
                    if item.text()? != text {
                        item.set_text(text)?;
                    }
                    if item.is_checked()? != *checked {
                        item.set_checked(*checked)?;
                    }
                }
                (DrawnEntry::Plain(item), _) if item.text()? != text => item.set_text(text)?,
                _ => {}
            }
        }
        Ok(true)
    }
}

impl<R: Runtime> DrawnEntry<R> {
    fn item(&self) -> &dyn IsMenuItem<R> {
        match self {
            Self::Plain(item) => item,
            Self::Check(item) => item,
            Self::Line(item) => item,
        }
    }

    fn fits(&self, entry: &TrayEntry) -> bool {
        match (self, entry) {
            (Self::Line(_), TrayEntry::Separator) => true,
            (Self::Check(item), TrayEntry::Pick { status, .. }) => item.id() == pick_id(*status),
            (Self::Plain(item), TrayEntry::Own { .. }) => item.id() == "own",
            (Self::Plain(item), TrayEntry::Open) => item.id() == "open",
            (Self::Plain(item), TrayEntry::Quit) => item.id() == "quit",
            _ => false,
        }
    }
}

/// In menus `&` marks the letter that the keyboard chooses; doubled it is itself.
fn plain(text: &str) -> String {
    text.replace('&', "&&")
}

/// Hours and minutes where the person is.
fn clock_time(at: Instant) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(time) => time
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%H:%M")
            .to_string(),
        Err(_) => "?".into(),
    }
}

fn pick_id(status: Status) -> &'static str {
    match status {
        Status::Online => "pick-online",
        Status::Busy => "pick-busy",
        Status::Invisible => "pick-invisible",
        Status::Offline => "pick-offline",
    }
}

fn wish(id: &str) -> Option<TrayWish> {
    Some(match id {
        "open" => TrayWish::Open,
        "quit" => TrayWish::Quit,
        "pick-online" => TrayWish::Pick(Status::Online),
        "pick-busy" => TrayWish::Pick(Status::Busy),
        "pick-invisible" => TrayWish::Pick(Status::Invisible),
        "pick-offline" => TrayWish::Pick(Status::Offline),
        _ => return None,
    })
}

fn picture(lamp: Lamp) -> Image<'static> {
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

    #[test]
    fn every_pick_leads_back_to_its_status() {
        for status in [
            Status::Online,
            Status::Busy,
            Status::Invisible,
            Status::Offline,
        ] {
            assert_eq!(wish(pick_id(status)), Some(TrayWish::Pick(status)));
        }
        assert_eq!(wish("own"), None);
    }
}
