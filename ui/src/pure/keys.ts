/** A combination of keys as it is pressed, in the names the shell understands. */

const NAMED: Record<string, string> = {
  Space: "Space", Pause: "Pause", Insert: "Insert", Home: "Home", End: "End",
  PageUp: "PageUp", PageDown: "PageDown",
  ArrowUp: "Up", ArrowDown: "Down", ArrowLeft: "Left", ArrowRight: "Right",
};

type Pressed = Pick<KeyboardEvent, "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">;

/**
 * `shown` is what is held so far, like `Ctrl+Alt+`; `keys` is the whole combination once there is one.
 * A letter or digit alone, or with Shift alone, would take that letter from every program: it is none.
 */
export function pressedKeys(event: Pressed): { shown: string; keys: string | null } {
  const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", event.metaKey && "Super"].filter(
    (one): one is string => one !== false,
  );
  const last =
    /^Key([A-Z])$/u.exec(event.code)?.[1] ??
    /^Digit(\d)$/u.exec(event.code)?.[1] ??
    /^(F(?:[1-9]|1\d|2[0-4]))$/u.exec(event.code)?.[1] ??
    NAMED[event.code];
  const enough = held.some((one) => one !== "Shift") || (last !== undefined && /^F\d/u.test(last));
  const keys = last !== undefined && enough ? [...held, last].join("+") : null;
  return { shown: keys ?? held.map((one) => `${one}+`).join(""), keys };
}
