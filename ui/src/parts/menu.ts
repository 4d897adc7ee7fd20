/** The keyboard of a menu: arrows, Home, End, Escape, and closing when the focus goes elsewhere. */
import type { Attachment } from "svelte/attachments";

function items(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not([disabled])')];
}

/**
 * Attach to `role="menu"`. Focuses the checked or first item; on closing by key, the focus goes
 * back to `trigger`.
 */
export function menu(
  trigger: () => HTMLElement | null | undefined,
  close: () => void,
  /** For a menu beside another: what belongs to both, and what closes both. */
  pair: { within: () => HTMLElement | null | undefined; leave: () => void } | null = null,
): Attachment<HTMLElement> {
  const leave = pair?.leave ?? close;
  return (node) => {
    const all = items(node);
    (all.find((item) => item.ariaChecked === "true") ?? all[0])?.focus();

    const onKey = (event: KeyboardEvent) => {
      const present = items(node);
      const at = present.indexOf(document.activeElement as HTMLElement);
      const go = (to: number) => present[(to + present.length) % present.length]?.focus();
      switch (event.key) {
        case "ArrowDown":
          go(at + 1);
          break;
        case "ArrowUp":
          go(at < 0 ? -1 : at - 1);
          break;
        case "Home":
          go(0);
          break;
        case "End":
          go(-1);
          break;
        case "Escape":
          close();
          trigger()?.focus();
          break;
        case "Tab":
          leave();
          return;
        default:
          return;
      }
      event.preventDefault();
      event.stopPropagation();
    };
    const onPointer = (event: PointerEvent) => {
      const target = event.target as Node;
      if (!(pair?.within() ?? node).contains(target) && !trigger()?.contains(target)) leave();
    };
    node.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", onPointer, true);
    return () => {
      node.removeEventListener("keydown", onKey);
      document.removeEventListener("pointerdown", onPointer, true);
    };
  };
}
