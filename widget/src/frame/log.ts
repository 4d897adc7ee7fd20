/** The log: draws lines, and touches only those that changed, so that screen readers say each once. */
import { render } from "./body.ts";
import { h, icon } from "./dom.ts";
import type { Line } from "./lines.ts";
import type { Say } from "./words.ts";

/** What can be done about a refused message. */
export interface LogActions {
  retry(key: string): void;
  discard(key: string): void;
}

/** The log's element, and how to draw into it. */
export interface Log {
  element: HTMLElement;
  draw(lines: readonly Line[], greeting: string): void;
}

/** An empty log. */
export function log(say: Say, actions: LogActions): Log {
  const list = h("ol");
  const greeting = h("p", { class: "w-hello" });
  // The column is reversed, so that the newest message stays in sight by itself.
  const element = h(
    "div",
    { class: "w-log", role: "log", "aria-live": "polite", "aria-label": say("messages"), tabindex: "0", "data-test": "log" },
    list,
    greeting,
  );
  /** Drawn lines by key, each with what it was drawn from. */
  const drawn = new Map<string, { item: HTMLLIElement; from: string }>();

  return {
    element,
    draw(lines, hello) {
      greeting.hidden = lines.length > 0;
      if (greeting.textContent !== hello) greeting.textContent = hello;
      const keys = new Set(lines.map((line) => line.key));
      for (const [key, { item }] of drawn) {
        if (!keys.has(key)) {
          item.remove();
          drawn.delete(key);
        }
      }
      let grew = false;
      for (const [index, line] of lines.entries()) {
        const from = JSON.stringify(line);
        let entry = drawn.get(line.key);
        if (entry === undefined) {
          entry = { item: h("li"), from: "" };
          drawn.set(line.key, entry);
          grew ||= line.state === "sending";
        }
        if (entry.from !== from) {
          fillIn(entry.item, line, say, actions);
          entry.from = from;
        }
        if (list.children[index] !== entry.item) list.insertBefore(entry.item, list.children[index] ?? null);
      }
      // What one just wrote is brought into sight even from further up.
      if (grew) element.scrollTop = 0;
    },
  };
}

function fillIn(item: HTMLLIElement, line: Line, say: Say, actions: LogActions): void {
  const own = line.author === "visitor";
  item.className = `${own ? "w-out" : "w-in"} is-${line.state}`;
  item.dataset["test"] = "message";
  item.dataset["author"] = line.author;
  item.dataset["state"] = line.state;
  item.replaceChildren();
  if (line.above !== null) item.append(h("small", {}, line.above));
  if (own) item.append(h("span", { class: "sr" }, say("you")));
  item.append(h("div", { dir: "auto", "data-test": "body" }, ...render(line.body, say("cannot-show"))));
  if (line.state === "refused") {
    item.append(
      h("small", { class: "bad", "data-test": "reason" }, icon("warn", "i i-14"), h("span", {}, line.below ?? "")),
      h("span", { class: "w-acts" },
        action(say("try-again"), "retry", () => { actions.retry(line.key); }),
        action(say("remove"), "discard", () => { actions.discard(line.key); }),
      ),
    );
  } else if (line.below !== null) {
    item.append(h("small", {}, line.below));
  }
}

function action(label: string, test: string, run: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "link", "data-test": test }, label);
  button.addEventListener("click", run);
  return button;
}
