//! How the panel and the notification daemon are set up: nothing asks a first-run question, nothing
//! goes away by itself, and a screenshot can be read.

use std::path::{Path, PathBuf};

use crate::rig_error::RigError;

/// One panel on top: task list and tray; no clock, which would make every picture another. Without this file it asks what to do at its first start.
const PANEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="30"/>
      <property name="icon-size" type="uint" value="22"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist">
      <property name="show-handle" type="bool" value="false"/>
      <property name="flat-buttons" type="bool" value="true"/>
    </property>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"#;

/// Notifications stay until a test or a person ends them, and every one of them is remembered.
const DUNST: &str = r##"[global]
    origin = top-right
    offset = 16x46
    width = (320, 420)
    height = 240
    notification_limit = 0
    sort = yes
    idle_threshold = 0
    history_length = 1000
    stack_duplicates = false
    indicate_hidden = yes
    show_indicators = no
    show_age_threshold = -1
    markup = full
    format = "<b>%s</b>\n%b"
    font = Inter 11
    frame_width = 1
    corner_radius = 8
    padding = 12
    horizontal_padding = 14
    separator_height = 1
    icon_position = left
    max_icon_size = 48
    mouse_left_click = do_action, close_current
    dmenu = @menu@
    mouse_middle_click = close_all
    mouse_right_click = close_current

[urgency_low]
    background = "#22252b"
    foreground = "#f2f3f5"
    frame_color = "#4b5160"
    timeout = 0

[urgency_normal]
    background = "#22252b"
    foreground = "#f2f3f5"
    frame_color = "#4b5160"
    timeout = 0

[urgency_critical]
    background = "#22252b"
    foreground = "#f2f3f5"
    frame_color = "#e5484d"
    timeout = 0
"##;

/// Writes the panel's settings.
pub(super) fn write_panel(home: &Path) -> Result<(), RigError> {
    let folder = home.join(".config/xfce4/xfconf/xfce-perchannel-xml");
    write(&folder, "xfce4-panel.xml", PANEL).map(drop)
}

/// Writes the notification daemon's settings and gives the file.
pub(super) fn write_dunst(home: &Path) -> Result<PathBuf, RigError> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = home.join(".config/dunst");
    // The menu of buttons: what a person picks in it stands in a file.
    let wanted = button_wanted(home);
    let script = format!("#!/bin/sh\nexec grep -m1 -F -f '{}'\n", wanted.display());
    let menu = write(&folder, "menu", &script)?;
    std::fs::set_permissions(&menu, std::fs::Permissions::from_mode(0o755))
        .map_err(RigError::io("make dunst's menu a program"))?;
    let settings = DUNST.replace("@menu@", &menu.to_string_lossy());
    write(&folder, "dunstrc", &settings)
}

/// Where the button stands that a person clicks next: `[<number of the notification>,<its name>]`.
pub(super) fn button_wanted(home: &Path) -> PathBuf {
    home.join(".config/dunst/wanted")
}

fn write(folder: &Path, name: &str, text: &str) -> Result<PathBuf, RigError> {
    std::fs::create_dir_all(folder).map_err(RigError::io(format!("make {}", folder.display())))?;
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(RigError::io(format!("write {}", path.display())))?;
    Ok(path)
}
