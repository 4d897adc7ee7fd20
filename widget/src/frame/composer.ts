/** Where the visitor writes. Enter sends, Shift+Enter breaks the line; what is too long stays. */
import { MESSAGE_CHARACTERS } from "../generated/protocol.ts";
import { check, fromPlain, length } from "./body.ts";
import { h, icon } from "./dom.ts";
import type { Store } from "./store.ts";
import type { Say } from "./words.ts";

/** The composer's element and what the panel does with it. */
export interface Composer {
  element: HTMLElement;
  input: HTMLTextAreaElement;
  /** Whether something is typed that was not sent. */
  busy(): boolean;
  /** Fits the height to the text; needs to be on screen. */
  fit(): void;
}

/** A composer. `draft` keeps what was typed while the visitor walks from page to page. */
export function composer(say: Say, draft: Store, send: (text: string) => void): Composer {
  const input = h("textarea", {
    id: "text", rows: "1", placeholder: say("write-message"), enterkeyhint: "send",
    "aria-describedby": "text-hint", "data-test": "input",
  });
  const words = h("span");
  const hint = h("p", { class: "hint bad", id: "text-hint", role: "alert", "data-test": "input-error" }, icon("warn", "i i-14"), words);
  const button = h("button", { type: "submit", class: "w-send", "aria-label": say("send"), title: say("send"), "data-test": "send" }, icon("send"));
  const element = h("form", { class: "w-box" },
    h("label", { for: "text" }, say("your-message")),
    hint,
    h("div", { class: "w-write" }, input, button),
  );

  const complain = () => {
    const body = fromPlain(input.value);
    const verdict = check(body);
    const fits = verdict === "good" || verdict === "empty";
    hint.hidden = fits;
    input.setAttribute("aria-invalid", String(!fits));
    words.textContent =
      verdict === "too_long" ? say("too-long", { count: length(body), limit: MESSAGE_CHARACTERS })
      : verdict === "too_many" ? say("too-many-paragraphs")
      : "";
  };
  const fit = () => {
    input.style.height = "auto";
    input.style.height = `${String(input.scrollHeight)}px`;
  };
  const submit = () => {
    const verdict = check(fromPlain(input.value));
    if (verdict !== "good") {
      complain();
      return;
    }
    send(input.value);
    input.value = "";
    draft.delete("draft");
    fit();
  };

  input.addEventListener("input", () => {
    draft.set("draft", input.value);
    if (!hint.hidden) complain();
    fit();
  });
  input.addEventListener("keydown", (event) => {
    // 229: an input method is still composing, and Enter belongs to it.
    const composing = event.isComposing || event.keyCode === 229; // eslint-disable-line @typescript-eslint/no-deprecated -- Safari
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    submit();
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
    input.focus();
  });
  input.value = draft.get("draft") ?? "";
  hint.hidden = true;
  return { element, input, busy: () => input.value !== "", fit };
}
