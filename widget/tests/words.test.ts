import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { compare, compile, compileAll } from "../scripts/words.mjs";
import { fill, pickLanguage, speak } from "../src/frame/words.ts";

describe("the words", () => {
  it("are there in every language, with the same variables", () => {
    expect(Object.keys(compileAll())).toEqual(["en", "fr", "de"]);
    expect(() => { compare({ en: { a: "x", b: "y" }, de: { a: "x" } }); }).toThrow("de lacks b");
    expect(() => { compare({ en: { a: "x" }, de: { a: "x", b: "y" } }); }).toThrow("en lacks b");
    expect(() => { compare({ en: { a: [{ v: "name" }] }, de: { a: "x" } }); }).toThrow("variables (name) in en");
  });

  it("are each said somewhere, and nothing is said that is not there", () => {
    const folder = resolve(import.meta.dirname, "../src/frame");
    const source = readdirSync(folder).map((file) => readFileSync(resolve(folder, file), "utf8")).join("\n");
    const said = new Set([...source.matchAll(/"([a-z]+(?:-[a-z]+)*)"/g)].map((match) => match[1] ?? ""));
    const table = compileAll()["en"] ?? {};
    expect(Object.keys(table).filter((id) => !said.has(id))).toEqual([]);
    const calls = [...source.matchAll(/\bsay\(\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(calls.filter((id) => !(id in table))).toEqual([]);
    expect(calls.length).toBeGreaterThan(20);
  });

  it("that the little runtime cannot say stop the build", () => {
    expect(() => compile("a = { NUMBER($x) }", "x.ftl")).toThrow("x.ftl: a: FunctionReference is not supported");
    expect(() => compile("a = b\n    .title = c", "x.ftl")).toThrow("without attributes");
    expect(() => compile("a = b\na = c", "x.ftl")).toThrow("stands twice");
    expect(() => compile("a = { $x", "x.ftl")).toThrow("cannot be read");
  });
});

describe("saying", () => {
  it("fills in variables and chooses plurals", () => {
    expect(speak("en")("open-unread", { count: 1 })).toBe("Open the chat, 1 unread message");
    expect(speak("en")("open-unread", { count: 3 })).toBe("Open the chat, 3 unread messages");
    expect(speak("de")("by-at", { name: "Anna", time: "10:18" })).toBe("Anna, 10:18");
  });

  it("writes numbers as the language does", () => {
    expect(fill([{ v: "n" }], "de", { n: 20_000 })).toBe("20.000");
    expect(fill([{ v: "n" }], "en", { n: 20_000 })).toBe("20,000");
  });

  it("follows plural rules that are not English", () => {
    expect(speak("fr")("open-unread", { count: 0 })).toContain("0 message non lu");
  });
});

describe("the language", () => {
  it("is the page's, then the visitor's, then English", () => {
    expect(pickLanguage(["de-AT", "en"])).toBe("de");
    expect(pickLanguage(["", "pl", "FR_ca"])).toBe("fr");
    expect(pickLanguage(["", "ja"])).toBe("en");
  });
});
