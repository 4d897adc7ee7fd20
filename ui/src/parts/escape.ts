import type { Attachment } from "svelte/attachments";

/** Escape, anywhere inside, gives up what was begun here, and nothing around it. */
export function escape(giveUp: () => void): Attachment<HTMLElement> {
  return (node) => {
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      giveUp();
    };
    node.addEventListener("keydown", onkeydown);
    return () => node.removeEventListener("keydown", onkeydown);
  };
}
