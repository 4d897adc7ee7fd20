/**
 * The iframe's side of the conversation with the loader on the host page: how large to be goes out,
 * whether it fills the screen and on which side it stands comes in. Nothing a visitor or an agent
 * wrote ever crosses here.
 */
import type { Wish } from "../loader/place.ts";

/** What the loader says, as `{ porchlight: Placement }`. */
export interface Placement {
  /** The page is too small for a panel beside it. */
  full: boolean;
  /** A page that reads from right to left has its widget on the left. */
  left: boolean;
}

/** The two windows of the border; both are real windows outside of tests. */
export interface Border {
  /** This frame's window. */
  own: Pick<Window, "addEventListener">;
  /** The host page. */
  parent: Pick<Window, "postMessage">;
  /** The host page's origin, as the loader told it. */
  origin: string;
}

/** Listens to the loader, and gives back how to ask it. */
export function host(border: Border, placed: (placement: Placement) => void): (wish: Wish) => void {
  border.own.addEventListener("message", (event) => {
    if (event.source !== border.parent || event.origin !== border.origin) return;
    const said = (event.data as { porchlight?: Partial<Placement> } | null)?.porchlight;
    if (typeof said?.full === "boolean" && typeof said.left === "boolean") {
      placed({ full: said.full, left: said.left });
    }
  });
  // A page without an origin (a file, a sandbox) cannot be named; the wish tells nobody anything.
  const target = border.origin === "" || border.origin === "null" ? "*" : border.origin;
  return (wish) => {
    border.parent.postMessage({ porchlight: wish }, target);
  };
}
