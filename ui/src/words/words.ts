/**
 * Every word on screen comes from `locales/<language>/ui.ftl`.
 *
 * `say` speaks the language the system prefers, English where a language is not there. `key` names
 * a message to be said later; a test checks that whatever stands in one of them exists, in all
 * languages.
 */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import de from "../../../locales/de/ui.ftl?raw";
import en from "../../../locales/en/ui.ftl?raw";
import fr from "../../../locales/fr/ui.ftl?raw";

const RESOURCES: Record<string, string> = { en, fr, de };

export type Words = Record<string, FluentVariable>;

function bundleFor(language: string, locale: string): FluentBundle {
  // Names are isolated where they stand alone (<bdi>); invisible marks inside sentences would
  // travel with every copied text.
  const bundle = new FluentBundle([locale, language], { useIsolating: false });
  bundle.addResource(new FluentResource(RESOURCES[language] ?? en));
  return bundle;
}

let bundle = bundleFor("en", "en");
let spoken = "en";
let locale = "en";

/** Chooses the first of `preferred` that is spoken here. Returns the language. */
export function speak(preferred: readonly string[]): string {
  const language = (tag: string) => (tag.split(/[-_.]/u)[0] ?? "").toLowerCase();
  const match = preferred.find((tag) => Object.hasOwn(RESOURCES, language(tag))) ?? "en";
  spoken = language(match);
  try {
    locale = new Intl.Locale(match).toString();
  } catch {
    // Some systems name their language in a way of their own, like de_DE.UTF-8.
    locale = spoken;
  }
  bundle = bundleFor(spoken, locale);
  return spoken;
}

/** The locale for dates and numbers: the language spoken, with the person's own region. */
export function currentLocale(): string {
  return locale;
}

/** Marks a message's key as such where it is not said at once. */
export function key(id: string): string {
  return id;
}

/** The message `id` in the language spoken. */
export function say(id: string, words?: Words): string {
  const pattern = bundle.getMessage(id)?.value;
  if (!pattern) throw new Error(`no words for ${id}`);
  const errors: Error[] = [];
  const text = bundle.formatPattern(pattern, words, errors);
  if (errors[0]) throw errors[0];
  return text;
}
