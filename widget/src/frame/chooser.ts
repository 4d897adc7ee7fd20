/**
 * Who is to answer: the groups that the site offers, each with whether somebody is online, and
 * nobody in particular. Radio buttons: the arrow keys move, and a screen reader says what is chosen.
 *
 * The groups change under the visitor (renamed, gone, somebody came): what stays is touched as little as
 * possible, so that neither keyboard nor finger loses its place.
 */
import type { WidgetGroup } from "../generated/protocol.ts";
import { h } from "./dom.ts";
import type { Say } from "./words.ts";

/** The choice's element, and how to draw it. */
export interface Chooser {
  element: HTMLElement;
  draw(groups: readonly WidgetGroup[], chosen: string | null): void;
}

interface Option {
  label: HTMLElement;
  input: HTMLInputElement;
  name: HTMLElement;
  state: HTMLElement;
}

/** The choice. `choose` gets a group's id, or null for nobody in particular. */
export function chooser(say: Say, choose: (group: string | null) => void): Chooser {
  const list = h("div");
  const element = h("fieldset", { class: "w-who", "data-test": "groups" }, h("legend", {}, say("who-answers")), list);
  /** By id; nobody in particular is "". */
  const options = new Map<string, Option>();

  element.addEventListener("change", (event) => {
    choose((event.target as HTMLInputElement).value || null);
  });
  const option = (id: string): Option => {
    const made: Option = {
      input: h("input", { type: "radio", name: "group", value: id }),
      name: h("span"), state: h("span", { class: "sr" }), label: h("label", { "data-test": "group" }),
    };
    made.label.append(made.input, h("b", {}, h("i"), made.name, made.state));
    options.set(id, made);
    return made;
  };

  return {
    element,
    draw(groups, chosen) {
      // Of one there is nothing to choose.
      element.hidden = groups.length < 2;
      const online = groups.some((group) => group.online);
      if (element.hidden) return;
      const wanted = [{ id: "", name: say("anyone"), online }, ...groups];
      const focused = document.activeElement;
      const had = element.contains(focused);
      for (const [id, { label }] of options) {
        if (!wanted.some((group) => group.id === id)) {
          label.remove();
          options.delete(id);
        }
      }
      for (const [index, group] of wanted.entries()) {
        const { label, input, name, state } = options.get(group.id) ?? option(group.id);
        name.textContent = group.name;
        state.textContent = `, ${say(group.online ? "group-online" : "group-away")}`;
        label.className = group.online ? "in" : "";
        input.checked = group.id === (chosen ?? "");
        if (list.children[index] !== label) list.insertBefore(label, list.children[index] ?? null);
      }
      // A node that was moved or removed has lost the keyboard.
      if (had && document.activeElement !== focused) {
        const next = focused?.isConnected ? focused : options.get(chosen ?? "")?.input;
        (next as HTMLElement | undefined)?.focus();
      }
    },
  };
}
