//! The tray, as a panel sees it: which programs have an icon there, what their menus say, and clicks
//! on them. The panel itself asks the same questions on the same bus.

use std::collections::HashMap;

use zbus::{OwnedObjectPath, OwnedVariant, Proxy, Variant};

use super::{Desktop, TRAY_HOST, bus};
use crate::rig_error::RigError;
use crate::wait;

/// An icon in the tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayItem {
    /// The bus name of the program.
    pub service: String,
    /// The item's object there.
    pub path: String,
    /// As the program identifies it.
    pub id: String,
    /// As a screen reader says it.
    pub title: String,
    /// The tooltip's first line.
    pub tooltip: String,
    /// What the tooltip says below that.
    pub says: String,
    /// `Active`, `Passive` or `NeedsAttention`.
    pub status: String,
    /// The icon's name, or the path of its file; empty when the program sends pixels.
    pub icon_name: String,
    /// The largest picture sent as pixels: width, height, and the bytes (ARGB, row by row).
    pub pixels: Option<(i32, i32, Vec<u8>)>,
    /// The menu's object.
    pub menu: Option<String>,
}

/// An entry of a tray menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuEntry {
    /// To click it by.
    pub id: i32,
    /// Without the underscore of the access key.
    pub label: String,
    /// Whether a click does something.
    pub enabled: bool,
    /// Whether it is there for the eye.
    pub visible: bool,
    /// The tick of a check or radio entry; `None` for a plain one.
    pub checked: Option<bool>,
    /// Whether it is only a line.
    pub separator: bool,
    /// The entries of a submenu.
    pub children: Vec<MenuEntry>,
}

impl MenuEntry {
    /// This entry and all below it, in the order of reading.
    #[must_use]
    pub fn flattened(&self) -> Vec<&MenuEntry> {
        let below = self.children.iter().flat_map(MenuEntry::flattened);
        std::iter::once(self).chain(below).collect()
    }
}

/// An entry on the wire: id, properties, entries of its submenu.
type Layout = (i32, HashMap<String, OwnedVariant>, Vec<OwnedVariant>);

impl Desktop {
    /// All icons in the tray. Empty without a tray host.
    ///
    /// # Errors
    /// If the tray host does not answer.
    pub async fn tray_items(&self) -> Result<Vec<TrayItem>, RigError> {
        if !bus::is_owned(self.bus(), TRAY_HOST).await {
            return Ok(Vec::new());
        }
        let host = Proxy::new(
            self.bus(),
            TRAY_HOST,
            "/StatusNotifierWatcher",
            "org.kde.StatusNotifierWatcher",
        )
        .await?;
        let names: Vec<String> = host.get_property("RegisteredStatusNotifierItems").await?;
        let mut items = Vec::new();
        for name in names {
            // The host writes a program's item as `<bus name>/<path>`, or only as its bus name.
            let (service, path) = match name.split_once('/') {
                Some((service, path)) => (service.to_owned(), format!("/{path}")),
                None => (name, "/StatusNotifierItem".to_owned()),
            };
            // A program may end between the two questions.
            if let Some(item) = self.tray_item(service, path).await? {
                items.push(item);
            }
        }
        Ok(items)
    }

    /// Waits for a tray icon that is as described.
    ///
    /// # Errors
    /// [`RigError::NotYet`], with the icons that were there instead.
    pub async fn wait_for_tray_item(
        &self,
        what: &str,
        is_it: impl Fn(&TrayItem) -> bool,
    ) -> Result<TrayItem, RigError> {
        let mut last = Vec::new();
        let found = wait::until(what, async || {
            last = self.tray_items().await.unwrap_or_default();
            last.iter().find(|item| is_it(item)).cloned()
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!(
                "{what}; in the tray: {:?}",
                last.iter()
                    .map(|item| (&item.id, &item.title, &item.says))
                    .collect::<Vec<_>>()
            ),
        })
    }

    /// The menu of an icon, as a panel would show it now.
    ///
    /// # Errors
    /// If the icon has none or the program does not answer.
    pub async fn tray_menu(&self, item: &TrayItem) -> Result<Vec<MenuEntry>, RigError> {
        let menu = self.menu_of(item).await?;
        // A program may fill its menu only when it is about to be shown. Not all of them implement
        // this, and the answer changes nothing: the layout is asked for anyway.
        let _ = menu.call_method("AboutToShow", &(0_i32,)).await;
        let none: Vec<&str> = Vec::new();
        let (_revision, root): (u32, Layout) =
            menu.call("GetLayout", &(0_i32, -1_i32, none)).await?;
        Ok(entry(root)?.children)
    }

    /// Clicks an entry of an icon's menu.
    ///
    /// # Errors
    /// If the program does not answer.
    pub async fn tray_click(&self, item: &TrayItem, entry: i32) -> Result<(), RigError> {
        let menu = self.menu_of(item).await?;
        let nothing = Variant::from(0_i32);
        Ok(menu
            .call("Event", &(entry, "clicked", nothing, 0_u32))
            .await?)
    }

    /// Opens an icon's menu and clicks the entry with this label.
    ///
    /// # Errors
    /// If there is no such entry, with the entries that are there.
    pub async fn tray_choose(&self, item: &TrayItem, label: &str) -> Result<(), RigError> {
        let menu = self.tray_menu(item).await?;
        let entries: Vec<_> = menu.iter().flat_map(MenuEntry::flattened).collect();
        let found = entries.iter().find(|entry| entry.label == label);
        let id = found.map(|entry| entry.id).ok_or_else(|| {
            let labels: Vec<_> = entries.iter().map(|entry| &entry.label).collect();
            RigError::answer(format!("no menu entry {label:?}, only {labels:?}"))
        })?;
        self.tray_click(item, id).await
    }

    /// A left click on the icon itself.
    ///
    /// # Errors
    /// If the program does not take it.
    pub async fn tray_activate(&self, item: &TrayItem) -> Result<(), RigError> {
        let proxy = self.item_proxy(&item.service, &item.path).await?;
        Ok(proxy.call("Activate", &(0_i32, 0_i32)).await?)
    }

    async fn tray_item(&self, service: String, path: String) -> Result<Option<TrayItem>, RigError> {
        let proxy = self.item_proxy(&service, &path).await?;
        let Some(id) = bus::property::<String>(&proxy, "Id").await else {
            return Ok(None);
        };
        let tooltip: Option<Tooltip> = bus::property(&proxy, "ToolTip").await;
        let (title, says) = tooltip
            .map(|(_, _, title, says)| (title, says))
            .unwrap_or_default();
        let pictures: Option<Vec<(i32, i32, Vec<u8>)>> = bus::property(&proxy, "IconPixmap").await;
        let menu: Option<OwnedObjectPath> = bus::property(&proxy, "Menu").await;
        Ok(Some(TrayItem {
            id,
            title: bus::property(&proxy, "Title").await.unwrap_or_default(),
            tooltip: title,
            says,
            status: bus::property(&proxy, "Status").await.unwrap_or_default(),
            icon_name: bus::property(&proxy, "IconName").await.unwrap_or_default(),
            pixels: pictures
                .unwrap_or_default()
                .into_iter()
                .max_by_key(|(width, height, _)| width.saturating_mul(*height)),
            menu: menu.map(|path| path.as_str().to_owned()),
            service,
            path,
        }))
    }

    async fn item_proxy(&self, service: &str, path: &str) -> Result<Proxy<'static>, RigError> {
        let builder: zbus::proxy::Builder<'static, Proxy<'static>> =
            zbus::proxy::Builder::new(self.bus());
        // Without a cache: tests look at what is there now.
        Ok(builder
            .destination(service.to_owned())
            .path(path.to_owned())
            .interface("org.kde.StatusNotifierItem")
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await?)
    }

    async fn menu_of(&self, item: &TrayItem) -> Result<Proxy<'static>, RigError> {
        let path = item
            .menu
            .clone()
            .ok_or_else(|| RigError::answer("the tray icon has no menu"))?;
        Ok(Proxy::new(
            self.bus(),
            item.service.clone(),
            path,
            "com.canonical.dbusmenu",
        )
        .await?)
    }
}

/// A tooltip on the wire: icon name, pictures, title, text.
type Tooltip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);

fn entry((id, mut properties, children): Layout) -> Result<MenuEntry, RigError> {
    let mut text = |name: &str| -> String {
        properties
            .remove(name)
            .and_then(|value| String::try_from(value).ok())
            .unwrap_or_default()
    };
    let label = text("label").replace('_', "");
    let separator = text("type") == "separator";
    let tickable = !text("toggle-type").is_empty();
    // What is not said is enabled and visible.
    let mut flag = |name: &str| -> bool {
        properties
            .remove(name)
            .and_then(|value| bool::try_from(value).ok())
            .unwrap_or(true)
    };
    let (enabled, visible) = (flag("enabled"), flag("visible"));
    let ticked = properties
        .remove("toggle-state")
        .and_then(|value| i32::try_from(value).ok());
    let children = children
        .into_iter()
        .map(|child| {
            let layout = Layout::try_from(child)
                .map_err(|error| RigError::answer(format!("tray menu: {error}")))?;
            entry(layout)
        })
        .collect::<Result<_, _>>()?;
    Ok(MenuEntry {
        id,
        label,
        enabled,
        visible,
        checked: tickable.then_some(ticked == Some(1)),
        separator,
        children,
    })
}
