import { FluentBundle, FluentResource } from "@fluent/bundle";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const LANGUAGES = ["en", "fr", "de"];

const SPOKEN_ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];

type Pattern = ReturnType<FluentBundle["getMessage"]>;

function bundle(language: string): { bundle: FluentBundle; keys: string[] } {
  const text = readFileSync(join(ROOT, `../locales/${language}/ui.ftl`), "utf8");
  const resource = new FluentResource(text);
  const made = new FluentBundle(language, { useIsolating: false });
  const problems = made.addResource(resource);
  expect(problems, `${language} says a key twice`).toEqual([]);
  const keys = resource.body.map((entry) => entry.id);
  // What Fluent could not read it leaves out without a word.
  const written = [...text.matchAll(/^([a-z][a-z0-9-]*) ?=/gmu)].map((match) => match[1]);
  expect(keys, `${language} has a message that cannot be read`).toEqual(written);
  return { bundle: made, keys };
}

/** The variables that a message uses, wherever they stand in it. */
function variables(pattern: Pattern): string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("type" in value && value.type === "var" && "name" in value) found.add(String(value.name));
    for (const inner of Object.values(value)) walk(inner);
  };
  walk(pattern?.value);
  return [...found].sort();
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/u.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}

function components(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return components(path);
    return entry.name.endsWith(".svelte") ? [readFileSync(path, "utf8")] : [];
  });
}

describe("the words", () => {
  const english = bundle("en");
  const used = new Set(
    sources(join(ROOT, "src")).flatMap((text) =>
      [...text.matchAll(/\b(?:say|key)\(\s*"([a-z0-9-]+)"/gu)].map((match) => match[1] ?? ""),
    ),
  );

  it.each(LANGUAGES)("stand in %s as in English, with the same variables", (language) => {
    const other = bundle(language);
    expect([...other.keys].sort()).toEqual([...english.keys].sort());
    for (const key of english.keys) {
      expect(variables(other.bundle.getMessage(key)), key).toEqual(variables(english.bundle.getMessage(key)));
    }
  });

  it.each(LANGUAGES)("can all be said in %s", (language) => {
    const { bundle: spoken, keys } = bundle(language);
    for (const key of keys) {
      const message = spoken.getMessage(key);
      const words = Object.fromEntries(variables(message).map((name) => [name, name === "count" ? 2 : "x"]));
      const errors: Error[] = [];
      const said = message?.value ? spoken.formatPattern(message.value, words, errors) : "";
      expect(errors, key).toEqual([]);
      expect(said, key).not.toBe("");
    }
  });

  it("are there for every key that the window says", () => {
    expect([...used].filter((key) => !english.keys.includes(key))).toEqual([]);
  });

  it("are all said somewhere", () => {
    expect(english.keys.filter((key) => !used.has(key))).toEqual([]);
  });

  it("are never written into a component", () => {
    const found: string[] = [];
    const walk = (node: unknown, attribute: string | null): void => {
      if (typeof node !== "object" || node === null) return;
      const { type, name, data } = node as { type?: string; name?: string; data?: string };
      // A class may stand there as it is; what is read or read aloud may not.
      const read = attribute === null || SPOKEN_ATTRIBUTES.includes(attribute);
      if (type === "Text" && read && /\p{L}/u.test(data ?? "")) found.push((data ?? "").trim());
      const inside = type === "Attribute" || type === "StyleDirective" ? (name ?? "") : attribute;
      for (const [key, inner] of Object.entries(node)) if (key !== "parent") walk(inner, inside);
    };
    for (const text of components(join(ROOT, "src"))) walk(parse(text, { modern: true }).fragment, null);
    // The product's name, an address as an example, and a space that keeps a line's height.
    expect(found.filter((words) => !["Porchlight", "chat.example.com", "\u00a0"].includes(words))).toEqual([]);
  });
});
