// The widget's words: locales/*/widget.ftl, read at build time into a plain table.
//
// A Fluent runtime would cost a third of what visitors may download, and the widget's messages need
// only text, `{ $variables }` and plurals. So the files are parsed here, with Fluent's own parser; what
// the little runtime in src/frame/words.ts cannot say stops the build, and so does a message or a
// variable that one language has and another lacks.
//
// A pattern is a string, or a list of strings, `{ v: variable }` and `{ s: variable, k: { variant: pattern } }`.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { parse } from "@fluent/syntax";

/** @typedef {import("../src/frame/pattern.ts").Pattern} Pattern */
/** @typedef {import("@fluent/syntax").Pattern} FluentPattern */

export const LANGUAGES = ["en", "fr", "de"];
const LOCALES = resolve(import.meta.dirname, "../../locales");
const MODULE = "virtual:words";

/** @param {string} language */
const fileOf = (language) => resolve(LOCALES, language, "widget.ftl");

/**
 * One `.ftl` file as a table.
 * @param {string} source
 * @param {string} name For messages about mistakes.
 * @returns {Record<string, Pattern>}
 */
export function compile(source, name) {
  /** @type {Record<string, Pattern>} */
  const table = {};
  for (const entry of parse(source, {}).body) {
    if (entry.type === "Junk") {
      throw new Error(`${name}: cannot be read near: ${entry.content.trim().slice(0, 80)}`);
    }
    if (entry.type === "Term") throw new Error(`${name}: terms are not supported: -${entry.id.name}`);
    if (entry.type !== "Message") continue;
    if (entry.value === null || entry.attributes.length > 0) {
      throw new Error(`${name}: ${entry.id.name} must be a value without attributes`);
    }
    if (entry.id.name in table) throw new Error(`${name}: ${entry.id.name} stands twice`);
    table[entry.id.name] = pattern(entry.value, `${name}: ${entry.id.name}`);
  }
  return table;
}

/**
 * @param {FluentPattern} value
 * @param {string} where
 * @returns {Pattern}
 */
function pattern(value, where) {
  const parts = value.elements.map((element) => {
    if (element.type === "TextElement") return element.value;
    const expression = element.expression;
    if (expression.type === "StringLiteral") return expression.parse().value;
    if (expression.type === "VariableReference") return { v: expression.id.name };
    if (expression.type === "SelectExpression" && expression.selector.type === "VariableReference") {
      /** @type {Record<string, Pattern>} */
      const variants = {};
      for (const variant of expression.variants) {
        const key = variant.key.type === "Identifier" ? variant.key.name : variant.key.value;
        variants[key] = pattern(variant.value, where);
        if (variant.default && key !== "other") throw new Error(`${where}: the default must be [other]`);
      }
      return { s: expression.selector.id.name, k: variants };
    }
    throw new Error(`${where}: ${expression.type} is not supported`);
  });
  return parts.every((part) => typeof part === "string") ? parts.join("") : parts;
}

/**
 * @param {Pattern} value
 * @returns {string[]}
 */
function variables(value) {
  if (typeof value === "string") return [];
  return value.flatMap((part) => {
    if (typeof part === "string") return [];
    if ("v" in part) return [part.v];
    return [part.s, ...Object.values(part.k).flatMap(variables)];
  });
}

/**
 * All languages, compared with the first.
 * @returns {Record<string, Record<string, Pattern>>}
 */
export function compileAll() {
  const tables = Object.fromEntries(
    LANGUAGES.map((language) => [
      language,
      compile(readFileSync(fileOf(language), "utf8"), `locales/${language}/widget.ftl`),
    ]),
  );
  compare(tables);
  return tables;
}

/**
 * Throws where a language lacks a message, or uses other variables than the first language.
 * @param {Record<string, Record<string, Pattern>>} tables
 */
export function compare(tables) {
  const [first = "", ...others] = Object.keys(tables);
  const reference = tables[first] ?? {};
  /** @param {Pattern} value */
  const shape = (value = "") => [...new Set(variables(value))].sort().join(", ");
  for (const language of others) {
    const table = tables[language] ?? {};
    for (const id of new Set([...Object.keys(reference), ...Object.keys(table)])) {
      if (!(id in table)) throw new Error(`${language} lacks ${id}`);
      if (!(id in reference)) throw new Error(`${first} lacks ${id}`);
      if (shape(reference[id]) !== shape(table[id])) {
        throw new Error(`${id} has the variables (${shape(reference[id])}) in ${first}, (${shape(table[id])}) in ${language}`);
      }
    }
  }
}

/**
 * Offers the table as the module `virtual:words`.
 * @returns {import("vite").Plugin}
 */
export function words() {
  return {
    name: "porchlight-words",
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      for (const language of LANGUAGES) this.addWatchFile(fileOf(language));
      return `export default ${JSON.stringify(compileAll())};`;
    },
  };
}
