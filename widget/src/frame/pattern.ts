/** A message as scripts/words.mjs compiles it. */
export type Pattern = string | Part[];

/** Text, a variable, or a choice by the plural category (or exact number) of a variable. */
export type Part = string | { v: string } | { s: string; k: Record<string, Pattern> };
