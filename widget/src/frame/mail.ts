/** The e-mail address: asked for while nobody is in, kept until the server has confirmed it. */
import { h, icon } from "./dom.ts";
import { complaint } from "./email.ts";
import type { Sight } from "./session.ts";
import type { Say } from "./words.ts";

/** The form's element, and how to draw it. */
export interface Mail {
  element: HTMLElement;
  draw(sight: Sight): void;
  /** Whether somebody is typing an address. */
  busy(): boolean;
  /** Takes an address that was typed but not saved; nothing when there is none. */
  flush(): void;
}

/** The form. `save` gets an address that looks like one. */
export function mail(say: Say, save: (email: string) => void): Mail {
  const input = h("input", {
    class: "input", id: "mail", type: "email", autocomplete: "email", spellcheck: "false",
    "aria-describedby": "mail-hint", "data-test": "email-input",
  });
  const button = h("button", { type: "submit", class: "w-btn", "data-test": "email-send" }, say("email-save"));
  const words = h("span");
  const hint = h("p", { class: "hint bad", id: "mail-hint", role: "alert" }, icon("warn", "i i-14"), words);
  const form = h("form", { novalidate: true, class: "field" },
    h("label", { for: "mail" }, say("email-label")),
    h("div", { class: "line" }, input, button),
    hint,
  );
  const stored = h("span", { "data-test": "email-stored" });
  const change = h("button", { type: "button", class: "link" }, say("email-change"));
  const summary = h("p", { class: "w-stored", role: "status" }, stored, change);
  const element = h("div", { class: "w-mail" }, summary, form);

  let email: string | null = null;
  let editing = false;
  let wrong: string | null = null;

  const arrange = (pending: boolean) => {
    const stays = form.contains(document.activeElement);
    summary.hidden = email === null || pending || editing;
    form.hidden = !summary.hidden;
    // The field the keyboard was in is gone: it goes on where the address can be changed.
    if (stays && form.hidden) change.focus();
    button.textContent = say(pending ? "email-saving" : "email-save");
    button.setAttribute("aria-disabled", String(pending));
    hint.hidden = wrong === null;
    words.textContent = wrong === null ? "" : say(wrong);
    input.setAttribute("aria-invalid", String(wrong !== null));
  };
  const submit = () => {
    const address = input.value.trim();
    wrong = complaint(address);
    if (wrong === null) {
      editing = false;
      save(address);
    } else {
      arrange(false);
    }
    return wrong === null;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") !== "true" && !submit()) input.focus();
  });
  input.addEventListener("input", () => {
    editing = true;
    if (wrong !== null && complaint(input.value.trim()) === null) {
      wrong = null;
      arrange(false);
    }
  });
  change.addEventListener("click", () => {
    editing = true;
    arrange(false);
    input.focus();
    input.select();
  });
  hint.hidden = true;

  return {
    element,
    draw(sight) {
      email = sight.conversation.email;
      if (sight.emailRefused) wrong = "email-refused";
      const known = sight.pendingEmail ?? email;
      if (!editing && known !== null && !sight.emailRefused) input.value = known;
      stored.textContent = email === null ? "" : say("email-stored", { email });
      arrange(sight.pendingEmail !== null);
    },
    busy: () => !form.hidden && element.contains(document.activeElement),
    flush() {
      if (!form.hidden && editing && input.value.trim() !== "") submit();
    },
  };
}
