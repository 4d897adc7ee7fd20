/**
 * Where the host page shows the widget's iframe. Pure, and small: every page of a website loads it.
 *
 * The iframe holds everything, the launcher too, so the host page gets one element and no styles. The
 * frame says how large it wants to be; the loader believes only messages from that frame's window on
 * the server's origin, and never lets it grow past the page.
 */

/** What the frame asks for, as `{ porchlight: Wish }`. */
export interface Wish {
  open: boolean;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  mode: "live_chat" | "messenger" | "hidden";
  /** The iframe's name for screen readers. */
  label: string;
}

/** The part of a `MessageEvent` that is looked at. */
export interface Post {
  origin: string;
  source: unknown;
  data: unknown;
}

/** The wish in a message; `null` unless that window on that origin sent a whole one. */
export function wish(post: Post, origin: string, source: unknown): Wish | null {
  if (post.origin !== origin || post.source !== source) return null;
  const said = (post.data as { porchlight?: Partial<Wish> } | null)?.porchlight;
  return said?.mode && Number(said.width) >= 0 && Number(said.height) >= 0 ? (said as Wish) : null;
}

/** The styles of the iframe, for `Object.assign(iframe.style, ...)`: no rule of the host's CSP minds those. */
export function place(wish: Wish, full: boolean, left: boolean): Record<string, string> {
  const all = wish.open && full;
  return {
    display: wish.mode === "hidden" ? "none" : "block",
    width: all ? "100%" : `${wish.width}px`,
    height: all ? "100%" : `${wish.height}px`,
    [left ? "left" : "right"]: "0",
    [left ? "right" : "left"]: "auto",
  };
}
