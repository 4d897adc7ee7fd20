/** Which language the widget speaks, and how its words are filled in. */
import tables from "virtual:words";

import type { Pattern } from "./pattern.ts";

/** What stands in a `{ $variable }`. */
export type Values = Record<string, string | number>;

/** A message by its id. */
export type Say = (id: string, values?: Values) => string;

/** The first wish that there are words for, by its primary subtag; English when there is none. */
export function pickLanguage(wishes: readonly string[], available = Object.keys(tables)): string {
  for (const wish of wishes) {
    const primary = wish.toLowerCase().split(/[-_]/)[0] ?? "";
    if (available.includes(primary)) return primary;
  }
  return "en";
}

/** Fills in a pattern. Numbers, and the choice of a plural, follow the language. */
export function fill(pattern: Pattern, language: string, values: Values = {}): string {
  if (typeof pattern === "string") return pattern;
  return pattern
    .map((part) => {
      if (typeof part === "string") return part;
      if ("v" in part) {
        const value = values[part.v];
        return typeof value === "number" ? value.toLocaleString(language) : (value ?? "");
      }
      const value = Number(values[part.s]);
      const variant =
        part.k[String(value)] ?? part.k[new Intl.PluralRules(language).select(value)] ?? part.k["other"];
      return fill(variant ?? "", language, values);
    })
    .join("");
}

/** The words of one language. */
export function speak(language: string): Say {
  const table = tables[language] ?? {};
  return (id, values) => fill(table[id] ?? id, language, values);
}
