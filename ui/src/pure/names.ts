/** How a person is called in passing, and the two letters and the colour that stand for them. */

/** First letters of the first and last word; nothing for nobody. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letter = (word: string | undefined) => ([...(word ?? "")][0] ?? "").toLocaleUpperCase();
  return words.length > 1 ? letter(words[0]) + letter(words.at(-1)) : letter(words[0]);
}

/** What a visitor is called: by name, else by e-mail address. Nobody's is known yet: `null`. */
export function calledBy(visitor: { name: string | null; email: string | null }): string | null {
  return visitor.name?.trim() || visitor.email?.trim() || null;
}

/** The first name, of an e-mail address what stands before the @. A title or an initial in front is no name. */
export function shortName(name: string): string {
  const at = name.lastIndexOf("@");
  if (at > 0 && !/\s/u.test(name)) return name.slice(0, at);
  return name.trim().split(/\s+/u).find((word) => !word.endsWith(".")) ?? name;
}

/** One of the six colours, always the same for the same id. */
export function colour(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (sum % 6) + 1;
}
