/**
 * The line at the foot of the messages that says who is writing. Its room is always kept free, so that
 * nothing one reads moves when it comes and goes.
 */
import { h, setText } from "./dom.ts";
import type { Say } from "./words.ts";

/** The line, and how to draw it. */
export interface Writing {
  elements: HTMLElement[];
  /** `agent` is a name; null when nobody writes. */
  draw(agent: string | null): void;
}

/** Nobody writes yet. */
export function writing(say: Say): Writing {
  const words = h("b");
  const line = h("p", { class: "w-writing", "data-test": "writing" },
    h("span"), h("span"), h("span"), words);
  // For those who do not see the line: said when it comes, and not again until it was gone.
  const told = h("p", { class: "sr", role: "status", "data-test": "writing-news" });
  return {
    elements: [line, told],
    draw(agent) {
      const text = agent === null ? "" : say("is-writing", { name: agent });
      line.hidden = text === "";
      setText(words, text);
      if (text === "" || told.textContent === "") setText(told, text);
    },
  };
}
