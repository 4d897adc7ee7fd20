import { describe, expect, it } from "vitest";
import { MESSAGE_CHARACTERS } from "../src/generated/protocol";
import type { MessageItem } from "../src/generated/view";
import { message } from "../src/backend/mock-cast";
import { calledBy, colour, initials, shortName } from "../src/pure/names";
import { fromPlain, plainText, room, stretches } from "../src/pure/body";
import { arrange, arrived, join, keyOf, oldest, prepend } from "../src/pure/transcript";
import { CHUNK, chunksToDraw, GUESS } from "../src/pure/windowing";
import { dayOf } from "../src/words/time";

describe("a body", () => {
  it("starts a paragraph at an empty line and keeps a single break", () => {
    const body = fromPlain("Hello\r\nthere\n\n\nBye\n");
    expect(body.blocks).toHaveLength(2);
    expect(plainText(body)).toBe("Hello\nthere\n\nBye");
  });

  it("counts characters, not code units", () => {
    expect(room("🏮".repeat(10))).toBe(MESSAGE_CHARACTERS - 10);
    expect(room("x".repeat(MESSAGE_CHARACTERS + 1))).toBe(-1);
  });

  it("shows nothing of what a later protocol adds, and keeps the rest", () => {
    const body = { blocks: [{ type: "unknown" as const }, ...fromPlain("hi").blocks] };
    expect(plainText(body)).toBe("hi");
  });

  it("finds addresses, without the full stop behind them", () => {
    expect(stretches("See https://a.example/b?c=1. Or (http://d.example)!")).toEqual([
      { text: "See ", link: false },
      { text: "https://a.example/b?c=1", link: true },
      { text: ". Or (", link: false },
      { text: "http://d.example", link: true },
      { text: ")!", link: false },
    ]);
  });

  it("makes no link of any other scheme", () => {
    const text = "javascript:alert(1) file:///etc/passwd data:text/html,x";
    expect(stretches(text)).toEqual([{ text, link: false }]);
  });
});

const day = Date.UTC(2026, 10, 20, 10);
const from = (seq: number, by: MessageItem["by"]["by"] = "visitor", at = day + seq * 1000): MessageItem =>
  message(seq, by === "agent" ? { by, agent_id: "anna" } : { by }, `number ${seq}`, at);
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => from(first + index));
const seqs = (messages: MessageItem[]) => messages.map((one) => one.seq);

describe("a transcript", () => {
  it("keeps the pages scrolled to when a fresh newest page meets them", () => {
    expect(seqs(join(range(1, 8), range(5, 10)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("lets older pages go rather than hide a gap", () => {
    expect(seqs(join(range(1, 8), range(20, 25)))).toEqual([20, 21, 22, 23, 24, 25]);
  });

  it("replaces an echo by the stored message without doubling it", () => {
    const echo = { ...from(3, "me"), seq: null, id: null, delivery: { delivery: "waiting" as const } };
    const stored = { ...from(3, "me"), client_id: echo.client_id };
    const joined = join([...range(1, 2), echo], [...range(1, 2), stored]);
    expect(joined).toHaveLength(3);
    expect(keyOf(echo)).toBe(keyOf(stored));
  });

  it("drops an echo that was discarded", () => {
    const echo = { ...from(9, "me"), seq: null };
    expect(join([...range(1, 2), echo], range(1, 2))).toHaveLength(2);
  });

  it("tells a visitor's message from mine even if it carries the same client id", () => {
    const theirs = { ...from(1), client_id: "same" };
    const mine = { ...from(2, "me"), client_id: "same" };
    const keys = arrange([theirs, mine], 0, dayOf).map((entry) => entry.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(prepend([theirs], [mine])).toHaveLength(2);
  });

  it("asks for history before its oldest stored message", () => {
    expect(oldest([{ ...from(1, "me"), seq: null }, from(4), from(5)])).toBe(4);
    expect(oldest([])).toBeNull();
  });

  it("puts a line above the first unread message of somebody else, and only one", () => {
    const entries = arrange([from(1), from(2, "me"), from(3), from(4)], 2, dayOf);
    expect(entries.map((entry) => entry.entry)).toEqual(["day", "message", "message", "new", "message", "message"]);
  });

  it("puts no line into a conversation of which nothing was read", () => {
    expect(arrange([from(1), from(2)], 0, dayOf).some((entry) => entry.entry === "new")).toBe(false);
  });

  it("names each day once", () => {
    const night = Date.UTC(2026, 10, 18, 12);
    const entries = arrange([from(1, "visitor", night), from(2), from(3)], 0, dayOf);
    expect(entries.filter((entry) => entry.entry === "day")).toHaveLength(2);
  });

  it("gives one head to several messages of one author", () => {
    const heads = (messages: MessageItem[]) =>
      arrange(messages, 0, dayOf).flatMap((entry) => (entry.entry === "message" ? [entry.head] : []));
    expect(heads([from(1), from(2), from(3, "me"), from(4, "agent")])).toEqual([true, false, true, true]);
    expect(heads([from(1), from(2, "visitor", day + 3_600_000)])).toEqual([true, true]);
    expect(heads([from(1, "me"), { ...from(2, "me"), kind: "comment" }, from(3, "me")])).toEqual([true, true, true]);
  });

  it("reads aloud only visitors' messages that were not here before", () => {
    expect(seqs(arrived(range(1, 3), [...range(1, 3), from(4, "me"), from(5)]))).toEqual([5]);
  });
});

describe("a long list", () => {
  const none = new Map<number, number>();

  it("draws what is near the viewport and nothing else", () => {
    const top = 100 * CHUNK * GUESS;
    const { first, last } = chunksToDraw(none, 10_000, top, 800);
    expect(first).toBeGreaterThanOrEqual(99);
    expect(last).toBeLessThanOrEqual(101);
  });

  it("goes by heights that were measured", () => {
    const measured = new Map([[0, 100]]);
    expect(chunksToDraw(measured, 200, 0, 800)).toEqual({ first: 0, last: 1 });
  });

  it("draws the first chunk where nothing has a height yet", () => {
    expect(chunksToDraw(none, 10_000, 0, 0)).toEqual({ first: 0, last: 0 });
  });

  it("draws the last chunk of a list that became shorter than it was scrolled", () => {
    expect(chunksToDraw(none, 60, 1_000_000, 800)).toEqual({ first: 1, last: 1 });
  });
});

describe("a person", () => {
  it("takes the first letters of the first and last name", () => {
    expect(initials("Dr. Heinz-Peter Vogelsang")).toBe("DV");
    expect(initials("élodie")).toBe("É");
    expect(initials("  ")).toBe("");
  });

  it("is called by the first name, past a title", () => {
    expect(shortName("Katharina Brandt")).toBe("Katharina");
    expect(shortName("Dr. Heinz-Peter Vogelsang")).toBe("Heinz-Peter");
    expect(shortName("J. R.")).toBe("J. R.");
  });

  it("is called by the e-mail address while no name is known", () => {
    expect(calledBy({ name: "Katharina", email: "k@example.com" })).toBe("Katharina");
    expect(calledBy({ name: " ", email: "k.brandt@example.com" })).toBe("k.brandt@example.com");
    expect(calledBy({ name: null, email: null })).toBeNull();
    expect(shortName("k.brandt@example.com")).toBe("k.brandt");
  });

  it("keeps its colour", () => {
    expect(colour("a")).toBe(colour("a"));
    for (const id of ["a", "b", "c", "d"]) {
      expect(colour(id)).toBeGreaterThanOrEqual(1);
      expect(colour(id)).toBeLessThanOrEqual(6);
    }
  });
});
