/** Building nodes. Whatever people wrote goes in as a text node, and there is no other way in. */

type Attributes = Record<string, string | boolean>;

/** An element with attributes (`true` sets an empty one, `false` none) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Makes that the text. Setting the same text again would be announced again. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const ICONS = {
  close: "M4.5 6.5 8 10l3.5-3.5",
  send: "M13.5 2.5 2.25 6.9l4.6 2.25 2.25 4.6zM13.25 2.75l-6.4 6.4",
  warn: "M8 2.75 14 13.25H2zM8 6.75v3M8 11.5h.01",
};

/** A line drawing in the colour of the text beside it. */
export function icon(name: keyof typeof ICONS, classes = "i"): SVGSVGElement {
  return svg("0 0 16 16", classes, ["", ICONS[name]]);
}

/** The porch light. Its glass is lit by `data-mode` on the root. */
export function lamp(): SVGSVGElement {
  return svg(
    "0 0 20 20",
    "lamp",
    ["glass", "M5.75 9.25h8.5v6.25h-8.5z"],
    ["", "M10 4.25 16.25 8H3.75zM5.75 9.5v6h8.5v-6M3.75 18.25h12.5M11.35 2.6a1.35 1.35 0 1 1-2.7 0 1.35 1.35 0 0 1 2.7 0z"],
  );
}

function svg(viewBox: string, classes: string, ...paths: [string, string][]): SVGSVGElement {
  const root = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  root.setAttribute("viewBox", viewBox);
  root.setAttribute("class", classes);
  root.setAttribute("aria-hidden", "true");
  for (const [className, d] of paths) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    if (className !== "") path.setAttribute("class", className);
    root.append(path);
  }
  return root;
}
