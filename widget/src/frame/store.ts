/**
 * What the widget remembers in the visitor's browser, in the iframe's own origin, where the host page
 * cannot read it. Browsers may forbid it (blocked cookies, private windows): then it lasts as long as
 * the page, and everything else works the same.
 */

/** Strings by name. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  delete(key: string): void;
  /** All names that begin with `prefix`. */
  keys(prefix: string): string[];
}

/** A store over `localStorage` or `sessionStorage`; reaching for it may throw, so it comes as a function. */
export function openStore(reach: () => Storage): Store {
  /** Holds what the browser refused to keep. */
  const memory = new Map<string, string>();
  let area: Storage | null = null;
  try {
    area = reach();
    area.setItem("porchlight", "");
    area.removeItem("porchlight");
  } catch {
    area = null;
  }
  return {
    get: (key) => memory.get(key) ?? area?.getItem(key) ?? null,
    set(key, value) {
      try {
        if (area === null) throw new Error("no storage");
        area.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    delete(key) {
      memory.delete(key);
      area?.removeItem(key);
    },
    keys(prefix) {
      const stored = Array.from({ length: area?.length ?? 0 }, (_, index) => area?.key(index) ?? "");
      return [...new Set([...memory.keys(), ...stored])].filter((key) => key.startsWith(prefix));
    },
  };
}
