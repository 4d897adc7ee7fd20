/** Why idle detection is limited, and how to mend it. */
import type { Limited } from "../generated/view";
import { key, say } from "../words/words";

/** As the system knows the app, in the command that mends it. */
const APP = "app.porchlight.desktop";

const WHY: Record<Limited, string> = {
  wayland: key("limited-wayland"),
  no_extension: key("limited-no-extension"),
  no_display: key("limited-no-display"),
  flatpak: key("limited-flatpak"),
  platform: key("limited-platform"),
};

const MEND: Record<Limited, string | null> = {
  wayland: key("limited-wayland-mend"),
  no_extension: key("limited-no-extension-mend"),
  no_display: key("limited-no-display-mend"),
  flatpak: key("limited-flatpak-mend"),
  platform: null,
};

export function limitedWhy(limited: Limited): string {
  return say(WHY[limited] ?? WHY.platform);
}

/** What the person can do about it; nothing for what cannot be mended here. */
export function limitedMend(limited: Limited): string | null {
  const mend = MEND[limited] ?? null;
  return mend === null ? null : say(mend);
}

/** What is typed into a terminal for it, where a command mends it. */
export function limitedCommand(limited: Limited): string | null {
  return limited === "flatpak" ? `flatpak override --user --talk-name=org.gnome.Mutter.IdleMonitor ${APP}` : null;
}
